"""The handbook of a tour (研学手册) as plain data: what a pupil carries, printed or filled in.

Nothing in it is invented: what the register does not know is 未知 or a blank.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from geo.report.document import Block, Heading, Paragraph, Picture, Report, Section
from geo.text import text
from geo.tours.candidates import known
from geo.tours.duties import EMERGENCY, Rules
from geo.tours.grids import about_grid, blank_grid, fields_grid, timetable_grid
from geo.tours.outcome import StopFacts, TourFacts
from geo.tours.request import Request
from geo.tours.wording import BLANK, cell_text, remark_text, span_text

MOST_LISTED = 60  # lines of the group list; larger groups copy the page
_LINE = "＿" * 24
MOST_PROMPTS = 2  # by subject, and an introduction of so many characters: one page for each stop
LONGEST_INTRO = 120
_SAFETY = ("seat", "together", "road", "water", "food", "exhibits", "lost", "unwell")
_PACKING = ("id", "water", "clothes", "rain", "medicine", "pen", "lunch", "phone")


def handbook(
    tour: TourFacts, request: Request, rules: Rules, *, title: str, notices: Sequence[str],
    made_on: date, picture: Picture | None,
) -> Report:  # fmt: skip
    """
    Return the handbook.

    Parameters
    ----------
    tour, request
        What was planned, and for whom.
    rules
        Of the place.
    title, notices
        What it is called, and what a reader must know: they stand on the first page.
    made_on
        The day to state.
    picture
        The map; None for none, which is said.
    """
    where: Block = Paragraph(text("handbook.no_map")) if picture is None else picture
    sections = [
        Section(text("handbook.about"), (about_grid(tour, request),)),
        Section(text("handbook.map"), (where,), new_page=True),
        Section(text("handbook.timetable"), (timetable_grid(tour),), new_page=picture is not None),
        *(_stop_section(at, stop) for at, stop in enumerate(tour.stops, 1)),
        _safety(rules),
        _group(request),
        _packing(),
    ]
    return paper("handbook", tour, request, title=title, notices=notices, made_on=made_on,
                 sections=sections)  # fmt: skip


def paper(
    kind: str, tour: TourFacts, request: Request, *, title: str, notices: Sequence[str],
    made_on: date, sections: Sequence[Section],
) -> Report:  # fmt: skip
    """Return the sections as a paper of the kind, with the notices on its first page."""
    return Report(
        title=text(f"handbook.file_{kind}"), dated=title, place=tour.legs[0].origin.name,
        as_of=request.day, made_on=made_on, notices=tuple(notices), sections=tuple(sections),
        annexes=(),
    )  # fmt: skip


def _stop_section(number: int, stop: StopFacts) -> Section:
    """Return the page of tasks at a stop: the register's words, and prompts with blanks."""
    name = text("handbook.stop_title", number=number, place=stop.place.name)
    when = text("handbook.stop_when", span=span_text(stop.begins, stop.ends))
    intro = cell_text(stop, "intro")
    intro = intro if len(intro) <= LONGEST_INTRO else f"{intro[:LONGEST_INTRO]}…"
    told: list[Block] = [
        Paragraph("；".join(filter(None, (when, remark_text(stop))))),
        Paragraph(text("handbook.intro", words=intro)),
        Paragraph(text("handbook.subjects", words=cell_text(stop, "subjects"))),
        Heading(text("handbook.prompts")),
        Paragraph(text("handbook.prompt_before")), Paragraph(_LINE),
    ]  # fmt: skip
    subjects = filter(None, str(known(stop.venue.get("subjects")) or "").split(";"))
    for subject in list(subjects)[:MOST_PROMPTS]:
        told += [Paragraph(text(f"handbook.prompt_{subject}")), Paragraph(_LINE), Paragraph(_LINE)]
    told += [
        Paragraph(text("handbook.prompt_best")), Paragraph(_LINE), Paragraph(_LINE),
        Paragraph(text("handbook.prompt_after")), Paragraph(_LINE),
    ]  # fmt: skip
    return Section(name, tuple(told), new_page=True)


def hospital_text(rules: Rules) -> str:
    """Return the nearest hospital, or that it is unknown, with a blank."""
    return rules.hospital or text("handbook.hospital_unknown", blank=BLANK)


def emergency_rows(rules: Rules) -> list[tuple[str, str]]:
    """Return whom to call: the national numbers, the hospital, and blanks."""
    national = [(text(f"handbook.call_{name}"), number) for number, name in EMERGENCY]
    blanks = [(text(f"handbook.call_{name}"), "") for name in ("leader", "school", "driver")]
    return [*national, (text("handbook.hospital"), hospital_text(rules)), *blanks]


def _safety(rules: Rules) -> Section:
    told: list[Block] = [fields_grid("numbers", emergency_rows(rules))]
    told += [
        Paragraph(f"{at}．{text(f'handbook.safety_{name}')}") for at, name in enumerate(_SAFETY, 1)
    ]
    return Section(text("handbook.safety"), tuple(told), new_page=True)


def _group(request: Request) -> Section:
    heads = [("number", 1), ("name", 3), ("group", 2), ("seat_head", 2), ("remark", 4)]
    blocks: list[Block] = [blank_grid("group_list", heads, min(request.pupils, MOST_LISTED))]
    if request.pupils > MOST_LISTED:
        told = text("handbook.copy_list", count=request.pupils, lines=MOST_LISTED)
        blocks.insert(0, Paragraph(told))
    return Section(text("handbook.group_list"), tuple(blocks), new_page=True)


def _packing() -> Section:
    things = tuple(Paragraph(f"□　{text(f'handbook.pack_{name}')}") for name in _PACKING)
    return Section(text("handbook.packing"), (*things, Paragraph(f"□　{_LINE}")), new_page=True)
