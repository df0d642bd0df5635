"""What a report says of reach: who lives within some kilometres of a station, and how evenly."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geo.catchment import LIMITS_M, metres_of, reach, straight_costs
from geo.demand import demand_points
from geo.equity import gap, gini, worst_part
from geo.floating import floating_catchment, zones
from geo.report.coverage_sections import scope_text
from geo.report.document import Block, Cell, Column, Grid, Paragraph, Section
from geo.report.figures import Figures, Source
from geo.report.places import Place
from geo.standing import open_facilities
from geo.text import percent_text, text

_MIDDLE_M = LIMITS_M[1]


def demand_of(
    source: Source, figures: Figures, *, as_of: date, weight: str = "villages"
) -> pd.DataFrame:
    """Return the demand points of the place (`demand.demand_points`), with `reporting_unit`."""
    tables = source.tables
    points = demand_points(
        tables["villages"], tables["village_points"], tables["populations"], tables["townships"],
        source.townships[0], as_of=as_of, weight=weight,  # type: ignore[arg-type]
        successions=tables["successions"],
    )  # fmt: skip
    mine = points[points["village_code"].isin(figures.villages["village_code"])]
    by_code = figures.townships.set_index("township_code")
    return mine.assign(
        reporting_unit=mine["township_code"].map(by_code["reporting_unit"]),
        township=mine["township_code"].map(by_code["name"]),
    ).reset_index(drop=True)


def reach_section(
    source: Source, figures: Figures, place: Place, *, as_of: date, detour: float
) -> Section | str:
    """
    Say how near people are to a station, or why that cannot be said.

    Straight lines times `detour`, in EPSG:4548, to any open station with a position, also
    beyond the border of the place.
    """
    demand = demand_of(source, figures, as_of=as_of)
    if demand["lon"].notna().sum() == 0:
        return text("paper.reach_no_village")
    venues = source.tables["venues"]
    every = open_facilities(venues, as_of=as_of, kinds=("station",))
    stations = every.dropna(subset=["lon", "lat"])
    if stations.empty:
        return text("paper.reach_no_station")
    cost = straight_costs(demand, stations, detour=detour, limit_m=max(LIMITS_M))
    shares = reach(demand, cost, limits=LIMITS_M)["share"].map(_share)
    blocks: list[Block] = []

    def say(key: str, **facts: Any) -> None:
        blocks.append(Paragraph(text(key, **facts)))

    three = dict(zip(("share3", "share5", "share10"), shares, strict=True))
    say(
        "paper.reach_sentence", detour=f"{detour:g}", place=scope_text(place), total=len(demand),
        **three,
    )  # fmt: skip
    persons = _persons(source, figures, stations, as_of=as_of, detour=detour)
    if persons is not None:
        blocks.append(Paragraph(persons))
    both = open_facilities(venues, as_of=as_of).dropna(subset=["lon", "lat"])
    if len(both) > len(stations):
        wider = straight_costs(demand, both, detour=detour, limit_m=_MIDDLE_M)
        share = reach(demand, wider, limits=[_MIDDLE_M])["share"].iloc[0]
        say("paper.reach_halls", share=_share(share))
    placed = demand[["lon", "lat"]].notna().all(axis=1).to_numpy()
    far_m, _ = cKDTree(metres_of(stations)).query(metres_of(demand[placed]))
    weight = np.ones(int(placed.sum()))
    worst = worst_part(np.asarray(far_m) * detour, weight, worst="high")
    say("paper.reach_worst", distance=f"{worst.mean / 1000:.1f}")
    by = "reporting_unit" if demand["reporting_unit"].nunique() > 1 else "township"
    groups = reach(demand, cost, limits=LIMITS_M, by=[by])
    middle = groups[groups["limit"] == _MIDDLE_M]
    apart = gap(middle, name=by, value="share")
    if apart is not None and len(middle) > 1 and apart.difference > 0:
        say(
            "paper.reach_gap", best=apart.best, best_share=percent_text(apart.best_value),
            worst=apart.worst, worst_share=percent_text(apart.worst_value),
            difference=f"{100 * apart.difference:.1f}",
        )  # fmt: skip
    access = floating_catchment(
        cost, np.ones(len(demand)), np.ones(len(stations)), zones(max(LIMITS_M))
    )
    if access.any():
        say("paper.reach_gini", gini=f"{gini(access, np.ones(len(demand))):.2f}")
    if demand["spread"].any():
        say("paper.reach_spread", count=int(demand["spread"].sum()))
    if len(every) > len(stations):
        say("paper.reach_unplaced", count=len(every) - len(stations))
    blocks.append(_table(groups, by))
    return Section(text("paper.reach"), tuple(blocks))


def _share(share: float) -> str:
    return text("all.unknown") if pd.isna(share) else percent_text(float(share))


def _persons(
    source: Source, figures: Figures, stations: pd.DataFrame, *, as_of: date, detour: float
) -> str | None:
    """Return the sentence about persons, where any are loaded."""
    demand = demand_of(source, figures, as_of=as_of, weight="population")
    known = demand[demand["weight"].gt(0)].reset_index(drop=True)
    if known.empty:
        return None
    cost = straight_costs(known, stations, detour=detour, limit_m=max(LIMITS_M))
    shares = reach(known, cost, limits=LIMITS_M)["share"].map(_share)
    return text(
        "paper.reach_people", basis=known["population_basis"].iloc[0],
        year=int(known["population_year"].iloc[0]), persons=f"{known['weight'].sum():.0f}",
        count=len(known), shared=int(known["weight_basis"].eq("township").sum()),
        **dict(zip(("share3", "share5", "share10"), shares, strict=True)),
    )  # fmt: skip


def _table(groups: pd.DataFrame, by: str) -> Grid:
    rows: list[tuple[Cell, ...]] = []
    for name, group in groups.groupby(by, sort=False):
        shares = [None if pd.isna(one) else float(one) for one in group["share"]]
        spread = int(group["spread_total"].iloc[0])
        rows.append((str(name), int(group["total"].iloc[0]), spread, *shares))
    rows.sort(key=lambda row: (row[4] is not None, row[4] or 0.0, str(row[0])))
    columns = (
        Column(text("paper.unit" if by == "reporting_unit" else "paper.township"), 3),
        Column(text("paper.villages_total"), 2, "count"),
        Column(text("paper.reach_of_spread"), 2, "count"),
        *(
            Column(text("paper.reach_within", value=f"{limit / 1000:g}"), 2, "percent")
            for limit in LIMITS_M
        ),
    )
    caption = text("paper.reach_table")
    return Grid(text("paper.reach"), caption, columns, tuple(rows))
