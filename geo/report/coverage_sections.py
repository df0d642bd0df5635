"""What a report says of coverage: the overview, stations by township, promoters by village."""

from __future__ import annotations

from datetime import date

import pandas as pd

from geo.coverage import rates
from geo.report.document import Block, Cell, Column, Grid, Heading, Paragraph, Picture, Section
from geo.report.figures import Figures, rows_in
from geo.report.places import Place
from geo.text import percent_text, text


def day_text(day: date) -> str:
    """Write a date as official letters do: 2026年11月23日."""
    return f"{day.year}年{day.month}月{day.day}日"


def scope_text(place: Place) -> str:
    """Return how the text calls the place: 全市 or its name."""
    return text("paper.scope_city") if place.kind == "city" else place.name


def marked_demo(name: str) -> str:
    """Return the name of a demonstration row so that it says what it is."""
    mark = text("notice.demo_mark")
    return name if mark in name else text("paper.nearest_demo", name=name)


def _counts(answer: pd.DataFrame) -> tuple[int, int, int, float | None]:
    row = rates(answer, by=[]).iloc[0]
    total, covered, uncovered = (int(row[name]) for name in ("total", "covered", "uncovered"))
    return total, covered, uncovered, covered / total if total else None


def overview(figures: Figures, bare: Figures | None, place: Place, *, as_of: date) -> Section:
    """Say how far the two full coverages are; `bare` are the figures without demonstration rows."""
    scope = scope_text(place)
    blocks: list[Block] = []
    if place.kind != "city":
        key = "paper.scope_unit" if place.kind == "unit" else "paper.scope_county"
        blocks.append(Paragraph(text(key, place=scope)))
    total, covered, uncovered, share = _counts(figures.townships)
    if share is None:
        blocks.append(Paragraph(text("paper.no_townships", place=scope)))
        return Section(text("paper.overview"), tuple(blocks))
    words = text(
        "paper.townships_sentence", date=day_text(as_of), place=scope, total=total,
        covered=covered, uncovered=uncovered, percent=percent_text(share),
        stations=int(figures.townships["stations"].sum()),
    )  # fmt: skip
    blocks.append(Paragraph(words))
    total, covered, uncovered, share = _counts(figures.villages)
    if share is None:
        blocks.append(Paragraph(text("paper.no_villages", place=scope)))
    else:
        words = text(
            "paper.villages_sentence", place=scope, total=total, covered=covered,
            uncovered=uncovered, percent=percent_text(share), promoters=figures.promoters,
        )  # fmt: skip
        blocks.append(Paragraph(words))
    named = [("paper.measure_townships", "townships"), ("paper.measure_villages", "villages")]
    rows: list[tuple[Cell, ...]] = [
        (text(key), *_counts(getattr(figures, level))) for key, level in named
    ]
    if bare is not None:
        words = text(
            "paper.without_demo", townships=int(bare.townships["covered"].sum()),
            villages=int(bare.villages["covered"].sum()),
        )  # fmt: skip
        blocks.append(Paragraph(words))
        rows += [
            (text("paper.measure_bare", measure=text(key)), *_counts(getattr(bare, level)))
            for key, level in named
        ]
    columns = (Column(text("paper.measure"), 4), *_rate_columns())
    caption = text("paper.overview_table", place=scope)
    blocks.append(Grid(text("paper.overview"), caption, columns, tuple(rows)))
    return Section(text("paper.overview"), tuple(blocks))


def _rate_columns() -> tuple[Column, ...]:
    return (
        Column(text("paper.of_total"), 2, "count"),
        Column(text("paper.of_covered"), 2, "count"),
        Column(text("paper.of_uncovered"), 2, "count"),
        Column(text("paper.of_share"), 2, "percent"),
    )


def _by_unit(answer: pd.DataFrame, caption: str) -> Grid:
    """Return the table of units with a sum, those with most to do first."""
    units = rates(answer, by=["reporting_unit"]).sort_values(
        ["uncovered", "reporting_unit"], ascending=[False, True]
    )
    rows: list[tuple[Cell, ...]] = [
        (str(row.reporting_unit), int(row.total), int(row.covered), int(row.uncovered),
         float(row.share))
        for row in rows_in(units)
    ]  # fmt: skip
    rows.append((text("paper.total"), *_counts(answer)))
    columns = (Column(text("paper.unit"), 4), *_rate_columns())
    return Grid(caption, caption, columns, tuple(rows), total=True)


def stations(figures: Figures, place: Place, picture: Picture, counties: pd.DataFrame) -> Section:
    """Say which units and townships have no station yet, and how far the nearest one is."""
    answer = figures.townships
    blocks: list[Block] = []
    if answer["reporting_unit"].nunique() > 1:
        blocks.append(Heading(text("paper.by_unit")))
        units = rates(answer, by=["reporting_unit"])
        open_ones = units[units["uncovered"] > 0].sort_values(
            ["uncovered", "reporting_unit"], ascending=[False, True]
        )
        if open_ones.empty:
            words = text("paper.by_unit_full", units=len(units))
        else:
            words = text(
                "paper.by_unit_sentence", units=len(units), full=len(units) - len(open_ones),
                most=open_ones["reporting_unit"].iloc[0], count=int(open_ones["uncovered"].iloc[0]),
            )  # fmt: skip
        blocks += [Paragraph(words), _by_unit(answer, text("paper.stations_by_unit"))]
    blocks.append(picture)
    uncovered = answer[~answer["covered"]]
    blocks.append(Heading(text("paper.uncovered_townships")))
    if uncovered.empty:
        blocks.append(Paragraph(text("paper.all_townships_covered", place=scope_text(place))))
    else:
        words = text("paper.uncovered_townships_sentence", count=len(uncovered))
        blocks += [Paragraph(words), _uncovered_townships(uncovered, figures.nearest, counties)]
    return Section(text("paper.stations"), tuple(blocks))


def _uncovered_townships(
    uncovered: pd.DataFrame, nearest: pd.DataFrame, counties: pd.DataFrame
) -> Grid:
    county_names = dict(zip(counties["county_code"], counties["name"], strict=True))
    listed = uncovered.join(
        nearest[["nearest_name", "distance_km", "nearest_demo"]], on="township_code"
    ).sort_values(["reporting_unit", "township_code"])
    rows: list[tuple[Cell, ...]] = []
    for number, row in enumerate(rows_in(listed), 1):
        name: str | None = None if pd.isna(row.nearest_name) else str(row.nearest_name)
        if name is not None and row.nearest_demo:
            name = marked_demo(name)
        far = None if pd.isna(row.distance_km) else float(row.distance_km)
        county = county_names.get(str(row.county_code), str(row.county_code))
        rows.append((number, str(row.reporting_unit), county, str(row.name), name, far))
    columns = (
        Column(text("paper.number"), 1.2, "count"),
        Column(text("paper.unit"), 3),
        Column(text("paper.county"), 2),
        Column(text("paper.township"), 2.6),
        Column(text("paper.nearest"), 5),
        Column(text("paper.distance"), 2.4, "km"),
    )
    caption = text("paper.uncovered_townships")
    note = text("paper.distance_note")
    return Grid(caption, caption, columns, tuple(rows), note=note)


def promoters(figures: Figures, picture: Picture) -> Section:
    """Say which units have villages without a promoter; the villages stand in an annex."""
    answer = figures.villages
    uncovered = answer[~answer["covered"]]
    blocks: list[Block] = []
    if uncovered.empty:
        blocks.append(Paragraph(text("paper.promoters_none", total=len(answer))))
    else:
        counts = uncovered.groupby("township_code").size()
        most = str(counts.sort_index().idxmax())
        names = dict(zip(answer["township_code"], answer["township"], strict=True))
        words = text(
            "paper.promoters_sentence", count=len(uncovered), townships=len(counts),
            most=names[most], most_count=int(counts.max()),
        )  # fmt: skip
        blocks.append(Paragraph(words))
    blocks.append(Paragraph(text("paper.promoters_privacy")))
    if answer["reporting_unit"].nunique() > 1:
        blocks.append(_by_unit(answer, text("paper.promoters_by_unit")))
    blocks.append(picture)
    return Section(text("paper.promoters"), tuple(blocks))


def township_annex(figures: Figures) -> Section:
    """Return every township with its stations and villages."""
    villages = figures.villages.groupby("township_code")["covered"].agg(["size", "sum"])
    listed = figures.townships.join(villages, on="township_code").sort_values(
        ["reporting_unit", "township_code"]
    )
    rows: list[tuple[Cell, ...]] = []
    for row in rows_in(listed.fillna({"size": 0, "sum": 0})):
        total, covered = int(row.size), int(row.sum)
        share = covered / total if total else None
        rows.append(
            (str(row.reporting_unit), str(row.name), int(row.stations), total, covered,
             total - covered, share)
        )  # fmt: skip
    columns = (
        Column(text("paper.unit"), 3),
        Column(text("paper.township"), 3),
        Column(text("paper.stations_count"), 1.7, "count"),
        Column(text("paper.villages_total"), 2, "count"),
        Column(text("paper.villages_covered"), 2, "count"),
        Column(text("paper.villages_uncovered"), 2, "count"),
        Column(text("paper.of_share"), 2, "percent"),
    )
    title = text("paper.annex_townships")
    return Section(title, (Grid(title, title, columns, tuple(rows)),))


def village_annex(figures: Figures) -> Section | None:
    """Return the villages without a promoter: by township on paper, one a row in the workbook."""
    uncovered = figures.villages[~figures.villages["covered"]].sort_values(
        ["reporting_unit", "village_code"]
    )
    if uncovered.empty:
        return None
    title = text("paper.annex_villages")
    grouped: list[tuple[Cell, ...]] = []
    for (unit, _, township), rows in uncovered.groupby(
        ["reporting_unit", "township_code", "township"], sort=False
    ):
        grouped.append((str(unit), str(township), len(rows), "、".join(rows["name"].astype(str))))
    unit, township = Column(text("paper.unit"), 2), Column(text("paper.township"), 2)
    columns = (
        unit, township, Column(text("paper.villages_uncovered"), 1.5, "count"),
        Column(text("paper.villages_names"), 10),
    )  # fmt: skip
    single: list[tuple[Cell, ...]] = [
        (number, str(row.reporting_unit), str(row.township), str(row.name), str(row.village_code))
        for number, row in enumerate(rows_in(uncovered), 1)
    ]
    each = (
        Column(text("paper.number"), 1, "count"), unit, township,
        Column(text("paper.village"), 3), Column(text("paper.village_code"), 3),
    )  # fmt: skip
    return Section(
        title,
        (
            Grid(title, title, columns, tuple(grouped), in_workbook=False),
            Grid(title, title, each, tuple(single), on_paper=False),
        ),
    )
