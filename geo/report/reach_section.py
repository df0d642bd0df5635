"""What a report says of reach: who lives within some kilometres of a station, and how evenly."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.catchment import LIMITS_M, among, reach
from geo.cost import CostTable
from geo.equity import gap, gini, worst_part
from geo.population.demand import Weight
from geo.reach_answers import WORST_SHARE, access
from geo.report.coverage_sections import scope_text
from geo.report.document import Block, Cell, Column, Grid, Paragraph, Section
from geo.report.figures import Figures, Source
from geo.report.places import Place
from geo.settings import Settings
from geo.situation import Situation, situation
from geo.text import percent_text, text

_MIDDLE_M = LIMITS_M[1]
_CAPACITY = {"known": "paper.reach_capacity_known", "one": "paper.reach_capacity_one"}


def reach_section(
    source: Source, figures: Figures, place: Place, *, as_of: date, settings: Settings
) -> Section | str:
    """
    Say how near people are to a station, or why that cannot be said.

    Cost as the settings say, to any open station with a position, also beyond the border of
    the place; with the halls as well, the figures are those of `reach_answers`.
    """
    found = _situation(source, as_of, "villages", settings)
    demand = _of_place(found, figures)
    mine = demand["mine"].to_numpy(dtype=bool)
    if demand[mine]["lon"].notna().sum() == 0:
        return text("paper.reach_no_village")
    venues = found.facilities
    placed = venues[["lon", "lat"]].notna().all(axis=1).to_numpy()
    station = venues["kind"].eq("station").to_numpy(dtype=bool)
    if not (station & placed).any():
        return text("paper.reach_no_station")
    cost = among(found.cost, station)
    blocks: list[Block] = [Paragraph(words) for words in found.notices["zh"]]

    def say(key: str, **facts: Any) -> None:
        blocks.append(Paragraph(text(key, **facts)))

    say(
        "paper.reach_sentence", place=scope_text(place), total=int(mine.sum()),
        **_shares(demand, cost),
    )  # fmt: skip
    persons = _persons(source, figures, station, as_of=as_of, settings=settings)
    if persons is not None:
        blocks.append(Paragraph(persons))
    if (placed & ~station).any():
        say("paper.reach_halls", **_shares(demand, found.cost))
    near = found.cost.nearest()[1][mine & demand["lon"].notna().to_numpy()]
    worst = worst_part(near, np.ones(len(near)), share=WORST_SHARE, worst="high")
    if np.isfinite(worst.mean):
        say("paper.reach_worst", distance=f"{worst.mean / 1000:.1f}")
    by = "reporting_unit" if demand[mine]["reporting_unit"].nunique() > 1 else "township"
    groups = reach(demand, cost, limits=LIMITS_M, by=["mine", by])
    groups = groups[groups["mine"]]
    middle = groups[groups["limit"] == _MIDDLE_M]
    apart = gap(middle, name=by, value="share")
    if apart is not None and len(middle) > 1 and apart.difference > 0:
        say(
            "paper.reach_gap", best=apart.best, best_share=percent_text(apart.best_value),
            worst=apart.worst, worst_share=percent_text(apart.worst_value),
            difference=f"{100 * apart.difference:.1f}",
        )  # fmt: skip
    known = mine & demand["lon"].notna().to_numpy()
    values = access(found, "e2sfca").to_numpy()[known]
    if values.any():
        basis = "known" if found.capacity.basis == "known" else "one"
        say(
            "paper.reach_gini", gini=f"{gini(values, np.ones(len(values))):.2f}",
            capacity=text(_CAPACITY[basis]),
        )  # fmt: skip
    if demand[mine]["spread"].any():
        say("paper.reach_spread", count=int(demand[mine]["spread"].sum()))
    if (station & ~placed).any():
        say("paper.reach_unplaced", count=int((station & ~placed).sum()))
    blocks.append(_table(groups, by))
    return Section(text("paper.reach"), tuple(blocks))


# Every place of a run of reports asks for the same.
@lru_cache(maxsize=2)
def _situation(source: Source, as_of: date, weight: Weight, settings: Settings) -> Situation:
    return situation(
        source.tables, source.townships[0], as_of=as_of, settings=settings, limits=LIMITS_M,
        weight=weight, layer_kind=source.layer.kind, cache=source.cache,
    )  # fmt: skip


def _of_place(found: Situation, figures: Figures) -> pd.DataFrame:
    """Return the demand of the city with `mine`, whether it is of the place, and `township`."""
    by_code = figures.townships.set_index("township_code")["name"]
    return found.demand.assign(
        mine=found.demand["village_code"].isin(figures.villages["village_code"]),
        township=found.demand["township_code"].map(by_code),
    )


def _shares(demand: pd.DataFrame, cost: CostTable) -> dict[str, str]:
    """Return the shares of the place within each limit, in words."""
    sums = reach(demand, cost, limits=LIMITS_M, by=["mine"])
    shares = [_share(share) for share in sums["share"][sums["mine"]]]
    return dict(zip(("share3", "share5", "share10"), shares, strict=True))


def _share(share: float) -> str:
    return text("all.unknown") if pd.isna(share) else percent_text(float(share))


def _persons(
    source: Source,
    figures: Figures,
    station: NDArray[np.bool_],
    *,
    as_of: date,
    settings: Settings,
) -> str | None:
    """Return the sentence about persons, where any are loaded."""
    found = _situation(source, as_of, "population", settings)
    demand = _of_place(found, figures)
    known = demand[demand["mine"] & demand["weight"].gt(0)]
    if known.empty:
        return None
    return text(
        "paper.reach_people", basis=known["population_basis"].iloc[0],
        year=int(known["population_year"].iloc[0]), persons=f"{known['weight'].sum():.0f}",
        count=len(known), shared=int(known["weight_basis"].eq("township").sum()),
        **_shares(demand, among(found.cost, station)),
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
