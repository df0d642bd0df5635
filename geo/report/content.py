"""What a report says, computed once from the tables; the writers only write it."""

from __future__ import annotations

from datetime import date

from geo.answers import without_demo
from geo.report import coverage_sections as coverage
from geo.report import mapping
from geo.report import record_sections as records
from geo.report.document import Report, Section
from geo.report.figures import Figures, Source, figures_on
from geo.report.next_sites import USUAL, Wish, next_sites
from geo.report.places import Place
from geo.report.reach_section import reach_section
from geo.settings import Settings
from geo.text import text


def report_on(
    source: Source,
    place: Place,
    *,
    as_of: date,
    made_on: date,
    since: date | None = None,
    settings: Settings,
    wish: Wish = USUAL,
) -> Report:
    """
    Compute the report about `place`.

    Parameters
    ----------
    source
        The tables, the layers and the revision they were read at.
    place
        The city, a county or a reporting unit.
    as_of, made_on
        The day of the data, and the day on which the report is made.
    since
        The day that it is compared with: by default the end of the quarter before.
    settings
        How much longer ways are than straight lines.
    wish
        How many sites to propose.

    Returns
    -------
    report
        Promoters are counts in it, and nothing else; no name, phone or id of a person.

    Raises
    ------
    TableError
        If a township has not exactly one reporting unit on one of the days.
    """
    since = since or records.last_quarter_end(as_of)
    figures = figures_on(source.tables, place, as_of=as_of)
    demo = bool(figures.demo_stations or figures.demo_promoters)
    bare = figures_on(without_demo(source.tables), place, as_of=as_of) if demo else None
    sections: list[Section] = [coverage.overview(figures, bare, place, as_of=as_of)]
    annexes: list[Section] = []
    left_out: list[tuple[str, str]] = []
    if len(figures.townships):
        picture = mapping.stations_picture(source, figures, place, as_of=as_of)
        counties = source.tables["counties"]
        sections.append(coverage.stations(figures, place, picture, counties))
        annexes.append(coverage.township_annex(figures))
    if len(figures.villages):
        picture = mapping.promoters_picture(source, figures, place, as_of=as_of)
        sections.append(coverage.promoters(figures, picture))
        villages = coverage.village_annex(figures)
        annexes += [villages] if villages else []
        found = reach_section(source, figures, place, as_of=as_of, settings=settings)
        if isinstance(found, str):
            left_out.append((text("paper.reach"), found))
        else:
            sections.append(found)
    before = figures_on(source.tables, place, as_of=since)
    sections.append(records.change(source, figures, before, since=since, until=as_of))
    if len(figures.villages):
        sites = next_sites(source, figures, place, wish, as_of=as_of, settings=settings)
        if isinstance(sites, str):
            left_out.append((text("paper.sites"), sites))
        else:
            sections.append(sites.section)
            annexes.append(sites.annex)
    sections.append(records.quality(figures, source, place, as_of=as_of))
    sections.append(records.about(source, as_of=as_of, made_on=made_on, left_out=left_out))
    name = place.name
    return Report(
        title=text("paper.title", place=name),
        dated=text("paper.dated", date=coverage.day_text(as_of)),
        place=name,
        as_of=as_of,
        made_on=made_on,
        notices=tuple(_notices(source, figures)),
        sections=tuple(sections),
        annexes=tuple(annexes),
    )


def _notices(source: Source, figures: Figures) -> list[str]:
    """Return what must be known before any figure is read."""
    what = []
    if figures.demo_stations:
        what.append(text("paper.demo_stations", count=figures.demo_stations))
    if figures.demo_promoters:
        what.append(text("paper.demo_promoters", count=figures.demo_promoters))
    told = [text("paper.demo", what="、".join(what))] if what else []
    if source.layer.kind == "schematic":
        told.append(text("paper.schematic"))
    if not source.layer.approval_number:
        told.append(text("paper.draft_notice"))
    return told
