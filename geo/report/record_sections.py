"""What a report says of the records: what changed since a day, how good they are, their source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from geo.report.coverage_sections import day_text, marked_demo, scope_text
from geo.report.document import Block, Cell, Column, Grid, Paragraph, Section
from geo.report.figures import Figures, Source, rows_in
from geo.report.mapping import undrawn
from geo.report.places import Place
from geo.schema import EXACT_PRECISIONS, PRECISIONS
from geo.succession import list_year
from geo.text import text
from geo.trend import station_changes


def last_quarter_end(day: date) -> date:
    """Return the last day of the quarter before the one of `day`."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return date.fromordinal(first.toordinal() - 1)


def change(source: Source, now: Figures, before: Figures, *, since: date, until: date) -> Section:
    """Say what changed between the two days, and because of which stations."""
    counts = (
        ("paper.change_townships", "paper.of_places", *_covered(before.townships, now.townships)),
        ("paper.change_villages", "paper.of_places", *_covered(before.villages, now.villages)),
        ("paper.change_people", "paper.of_people", before.promoters, now.promoters),
    )
    events = _station_events(source, now, before, since=since, until=until)
    blocks: list[Block] = []
    if all(one == other for _, _, one, other in counts) and events.empty:
        blocks.append(Paragraph(text("paper.change_same", since=day_text(since))))
    else:
        told = [_counted(what, unit, one, other) for what, unit, one, other in counts]
        first = text("paper.change_since", since=day_text(since))
        blocks.append(Paragraph(f"{first}{'，'.join(told)}。"))
    sizes = [len(one.townships) for one in (before, now)]
    villages = [len(one.villages) for one in (before, now)]
    if sizes[0] != sizes[1] or villages[0] != villages[1]:
        words = text(
            "paper.change_list", before=sizes[0], now=sizes[1],
            villages_before=villages[0], villages_now=villages[1],
        )  # fmt: skip
        blocks.append(Paragraph(words))
    for key, later, earlier in (
        ("paper.change_gained", now, before),
        ("paper.change_lost", before, now),
    ):
        names = _covered_only_in(later, earlier)
        if names:
            blocks.append(Paragraph(text(key, count=len(names), names="、".join(names))))
    if len(events):
        blocks.append(_events_grid(source, events))
    return Section(text("paper.change"), tuple(blocks))


def _counted(what: str, unit: str, before: int, now: int) -> str:
    said, of = text(what), text(unit)
    if before == now:
        return text("paper.change_still", what=said, now=now, unit=of)
    return text("paper.change_moved", what=said, before=before, now=now, unit=of)


def _covered(before: pd.DataFrame, now: pd.DataFrame) -> tuple[int, int]:
    return int(before["covered"].sum()), int(now["covered"].sum())


def _station_events(
    source: Source, now: Figures, before: Figures, *, since: date, until: date
) -> pd.DataFrame:
    """Return the events of `trend.station_changes` in townships of the place on either day."""
    tables = source.tables
    found = station_changes(
        tables["townships"], tables["venues"], tables["successions"], since=since, until=until
    ).events
    mine = {*now.townships["township_code"], *before.townships["township_code"]}
    return found[found["code"].isin(mine)]


def _covered_only_in(one: Figures, other: Figures) -> list[str]:
    """Return the names of townships covered in `one` that `other` has and does not cover."""
    covered = one.townships[one.townships["covered"]]
    there = other.townships.set_index("township_code")["covered"]
    known = covered[covered["township_code"].isin(there.index)]
    only = known[~known["township_code"].map(there).astype(bool)]
    return [str(name) for name in only.sort_values("township_code")["name"]]


def _events_grid(source: Source, events: pd.DataFrame) -> Grid:
    words = {
        "opened": text("paper.change_opened"),
        "closed": text("paper.change_closed"),
        "list": text("paper.change_recoded"),
    }
    venues = source.tables["venues"]
    names = dict(zip(venues["venue_id"], venues["name"], strict=True))
    rows: list[tuple[Cell, ...]] = []
    for row in rows_in(events.sort_values(["on", "record_id", "code"])):
        known = None if pd.isna(row.on) else day_text(pd.Timestamp(row.on).date())
        name = str(names[row.record_id])
        rows.append(
            (marked_demo(name) if row.demo else name, str(row.name), words[row.event], known)
        )
    columns = (
        Column(text("paper.change_station"), 5),
        Column(text("paper.township"), 3),
        Column(text("paper.change_what"), 2),
        Column(text("paper.change_day"), 3),
    )
    caption = text("paper.change_table")
    return Grid(caption, caption, columns, tuple(rows), note=text("paper.change_note"))


def quality(figures: Figures, source: Source, place: Place, *, as_of: date) -> Section:
    """Say how exactly the stations are placed, and which records count nowhere, and why."""
    blocks: list[Block] = []
    stations = figures.stations
    if stations.empty:
        blocks.append(Paragraph(text("paper.no_stations", place=scope_text(place))))
    else:
        exact = int(stations["position_precision"].isin(EXACT_PRECISIONS).sum())
        words = text(
            "paper.precision_sentence", count=len(stations), exact=exact,
            coarse=len(stations) - exact,
        )  # fmt: skip
        blocks += [Paragraph(words), _precisions(stations)]
    lost = figures.lost_stations
    if len(lost):
        blocks.append(Paragraph(text("paper.lost_sentence", count=len(lost))))
        blocks.append(_lost_stations(lost))
    if len(figures.lost_villages):
        words = text("paper.lost_villages", count=len(figures.lost_villages))
        blocks.append(Paragraph(words))
    if lost.empty and figures.lost_villages.empty:
        blocks.append(Paragraph(text("paper.nothing_lost")))
    absent = undrawn(source, as_of=as_of, codes=figures.townships["township_code"])
    if absent:
        blocks.append(Paragraph(text("paper.undrawn", names="、".join(absent))))
    return Section(text("paper.quality"), tuple(blocks))


def _precisions(stations: pd.DataFrame) -> Grid:
    demo = stations["demo"].fillna(False).astype(bool)
    rows: list[tuple[Cell, ...]] = []
    for stored, zh, _ in PRECISIONS:
        here = stations["position_precision"].eq(stored)
        if here.any():
            rows.append((zh, int(here.sum()), int((here & demo).sum())))
    rows.append((text("paper.total"), len(stations), int(demo.sum())))
    columns = (
        Column(text("paper.precision"), 4),
        Column(text("paper.stations_count"), 3, "count"),
        Column(text("paper.of_demo"), 3, "count"),
    )
    caption = text("paper.precision_table")
    return Grid(caption, caption, columns, tuple(rows), total=True)


def _lost_stations(lost: pd.DataFrame) -> Grid:
    reasons = {
        "township_missing": text("lists.missing"),
        "township_gone": text("lists.gone"),
        "township_unclear": text("lists.unclear"),
    }
    rows: list[tuple[Cell, ...]] = []
    for row in rows_in(lost.sort_values("venue_id")):
        code = None if pd.isna(row.township_code) else str(row.township_code)
        known = code if pd.isna(row.township) else f"{row.township}（{code}）"
        rows.append((str(row.name), known, reasons[str(row.standing)]))
    columns = (
        Column(text("paper.change_station"), 4),
        Column(text("paper.lost_registered"), 4),
        Column(text("paper.lost_reason"), 4),
    )
    caption = text("paper.lost_table")
    return Grid(caption, caption, columns, tuple(rows))


def about(
    source: Source, *, as_of: date, made_on: date, left_out: Sequence[tuple[str, str]]
) -> Section:
    """Say where the data come from, what counts, and which sections there are not, and why."""
    told = [
        text(
            "paper.about_source", revision=source.revision, made=day_text(made_on),
            date=day_text(as_of),
        )
    ]  # fmt: skip
    year = list_year(source.tables["townships"], source.tables["villages"], as_of=as_of)
    if year is not None:
        told.append(text("paper.about_list", year=year))
    told.append(text("paper.about_rules"))
    layer = source.layer
    told.append(
        text(
            "paper.about_layer", kind=text(f"notice.{layer.kind}"), source=layer.source,
            number=layer.approval_number or text("paper.about_no_number"),
        )
    )  # fmt: skip
    told.append(text("paper.about_projection"))
    told += [
        text("paper.about_missing", section=section, reason=reason) for section, reason in left_out
    ]
    return Section(text("paper.about"), tuple(Paragraph(words) for words in told))
