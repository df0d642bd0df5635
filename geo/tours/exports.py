"""A planned tour as files to take along: one function for page and command.

`files_of(outcome, kind, *, settings, now, link="", layers=None, tour=None) -> bytes`; `KINDS`
are the kinds in the order in which to offer them, `MIME` what a browser calls them, `file_name`
the name to save one under.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

import segno

from geo.errors import ArgumentError, GeoError
from geo.layers.storage import Layer
from geo.report.document import plain
from geo.report.drawing import draw
from geo.report.fonts import find_faces
from geo.report.typeset import typeset_bytes
from geo.report.word import word_bytes
from geo.report.workbook import workbook_of
from geo.settings import CHINA_TIME, Settings
from geo.text import text
from geo.tours.calendar import ics_bytes
from geo.tours.duties import Rules, Task, rules_of, tasks
from geo.tours.handbook import handbook
from geo.tours.outcome import Outcome, TourFacts
from geo.tours.papers import filing, letter, staff_sheet
from geo.tours.route_map import route_picture
from geo.tours.tracks import geojson_bytes, gpx_bytes, kml_bytes
from geo.travel import Notice

_OFFICE = "application/vnd.openxmlformats-officedocument"
_DOCX = f"{_OFFICE}.wordprocessingml.document"
MIME: dict[str, str] = {
    "handbook.docx": _DOCX,
    "handbook.pdf": "application/pdf",
    "letter.docx": _DOCX,
    "filing.docx": _DOCX,
    "staff.docx": _DOCX,
    "tour.xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "tour.ics": "text/calendar",
    "tour.gpx": "application/gpx+xml",
    "tour.kml": "application/vnd.google-earth.kml+xml",
    "tour.geojson": "application/geo+json",
    "link.svg": "image/svg+xml",
    "link.png": "image/png",
}
KINDS = tuple(MIME)
_UNFIT = re.compile(r'[\\/:*?"<>|\s.]+')


class Layers(NamedTuple):
    """The boundary layers in force, as `Store.layer` gives them."""

    townships: Layer
    counties: Layer


def files_of(
    outcome: Outcome,
    kind: str,
    *,
    settings: Settings,
    now: datetime,
    link: str = "",
    layers: Layers | None = None,
    tour: TourFacts | None = None,
) -> bytes:
    """
    Return one file about a planned tour.

    Parameters
    ----------
    outcome
        From `answer.answer`.
    kind
        One of `KINDS`.
    settings
        The rules of duties and the hospital are read from them.
    now
        The moment of making, with a time zone or in China's: what is late counts from its
        day, and calendar and track state it.
    link
        The whole address that leads back to the request, for the QR code; "" for none.
    layers
        For the map of the handbook; without them it has none, and says so.
    tour
        Which of the outcome's tours; by default the best.

    Raises
    ------
    ArgumentError
        If the kind is unknown, or a QR code is asked for without a link.
    GeoError
        If there is no tour (code "tour_nothing_planned"), or a document cannot be made.
    """
    if kind not in MIME:
        reason = f"只能是 {'、'.join(KINDS)}"
        raise ArgumentError("bad_argument", name="kind", value=kind, reason=reason)
    if kind.startswith("link."):
        return _code_bytes(link, kind.removeprefix("link."))
    chosen = tour or outcome.tour
    if chosen is None:
        raise GeoError("tour_nothing_planned")
    made_at = now if now.tzinfo else now.replace(tzinfo=CHINA_TIME)
    title, notices = title_of(outcome), notices_of(outcome)
    if kind == "tour.gpx":
        return gpx_bytes(chosen, title=title, notices=notices, made_at=made_at)
    if kind == "tour.kml":
        return kml_bytes(chosen, title=title, notices=notices)
    if kind == "tour.geojson":
        return geojson_bytes(chosen, title=title, notices=notices)
    rules, made_on = rules_of(settings), made_at.astimezone(CHINA_TIME).date()
    todo = tasks(chosen, outcome.request, rules, today=made_on)
    if kind == "tour.ics":
        return ics_bytes(chosen, outcome.request, todo, title=title, notices=notices,
                         made_at=made_at, link=link)  # fmt: skip
    return _paper_bytes(
        outcome, chosen, kind, rules, todo, title=title, notices=notices, made_on=made_on,
        layers=layers,
    )  # fmt: skip


def _paper_bytes(
    outcome: Outcome, tour: TourFacts, kind: str, rules: Rules, todo: Sequence[Task], *,
    title: str, notices: Sequence[str], made_on: date, layers: Layers | None,
) -> bytes:  # fmt: skip
    request = outcome.request
    name, _, suffix = kind.partition(".")
    if name == "handbook":
        faces = find_faces()
        picture = None if layers is None else route_picture(
            tour, townships=layers.townships, counties=layers.counties, made_on=made_on
        )  # fmt: skip
        report = handbook(tour, request, rules, title=title, notices=notices, made_on=made_on,
                          picture=picture)  # fmt: skip
        drawn = {} if picture is None else {picture.name: draw(picture, faces)}
        if suffix == "pdf":
            return typeset_bytes(report, drawn, faces)
        return word_bytes(report, drawn)
    if name in {"letter", "filing"}:
        make = letter if name == "letter" else filing
        report = make(tour, request, rules, title=title, notices=notices, made_on=made_on)
        return word_bytes(report, {})
    report = staff_sheet(
        tour, outcome, rules, todo, title=title, notices=notices, made_on=made_on,
        city=text("all.city"),
    )  # fmt: skip
    return word_bytes(report, {}) if suffix == "docx" else workbook_of(report)


def title_of(outcome: Outcome) -> str:
    """Return what a tour is called: its day and where it starts."""
    place = plain(outcome.request.start.name)
    return text("handbook.title", date=outcome.request.day.isoformat(), place=place)


def notices_of(outcome: Outcome) -> Sequence[str]:
    """Return what every reader of a file must know, as sentences."""
    return [
        Notice(key, facts).sentence() if key.startswith("travel.") else text(key, **facts)
        for key, facts in outcome.notices
    ]


def file_name(outcome: Outcome, kind: str, *, part: str = "") -> str:
    """
    Return a name to save a file under, without signs that file systems do not take.

    `part` is whose file it is, where several coaches go on one day.
    """
    stem = _UNFIT.sub("-", f"{title_of(outcome)[:60]}-{part}").strip("-")
    name, _, suffix = kind.partition(".")
    return f"{stem}-{text(f'handbook.file_{name}')}.{suffix}"


def _code_bytes(link: str, suffix: str) -> bytes:
    """Return the QR code of a link as SVG or PNG."""
    if not link:
        raise ArgumentError("bad_argument", name="link", value="", reason="二维码要有链接")
    try:
        code = segno.make(link, micro=False, error="m", boost_error=False)
    except segno.DataOverflowError:
        reason = "太长，二维码装不下，请去掉一些站点"
        raise ArgumentError("bad_argument", name="link", value=link[:40], reason=reason) from None
    file = io.BytesIO()
    code.save(
        file,
        kind=suffix,
        scale=6,
        border=4,
        **({"title": text("handbook.code")} if suffix == "svg" else {}),
    )
    return file.getvalue()
