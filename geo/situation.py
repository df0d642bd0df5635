"""A situation: who lives where, what is open, and what it costs to get there, on one day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.catchment import LIMITS_M, LIMITS_MIN
from geo.cost import CostTable, Unit
from geo.errors import bad_argument
from geo.floating import Capacities, capacities
from geo.keys import yes
from geo.population.demand import Unknown, Weight, demand_points
from geo.routing.answers import Cache
from geo.settings import Settings
from geo.standing import open_facilities
from geo.text import text
from geo.travel import travel_costs
from geo.units import unit_of_township, with_units

TABLES_NEEDED = (
    "counties", "townships", "villages", "successions", "reporting_units", "unit_townships",
    "village_points", "populations", "venues",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Situation:
    """
    Who lives where, what is open, and what it costs to get there, on one day.

    Parameters
    ----------
    demand
        n demand points (`demand.demand_points`) with `reporting_unit`.
    facilities
        m stations and halls that are open on the day.
    cost
        n × m, as far as the largest limit or further.
    limits
        Rising, in the unit of `cost`.
    capacity, capacity_gaps
        Of the facilities, and of how many none is stored.
    notices
        Sentences of travel cost, by language.
    townships, counties
        The tables of those names.
    layer_kind
        "schematic" or "official".
    """

    demand: pd.DataFrame
    facilities: pd.DataFrame
    cost: CostTable
    limits: tuple[float, ...]
    capacity: Capacities
    capacity_gaps: int
    notices: Mapping[str, Sequence[str]]
    townships: pd.DataFrame
    counties: pd.DataFrame
    layer_kind: str

    @property
    def demo_rows(self) -> int:
        """Return how many demonstration rows count in any figure."""
        return int(yes(self.facilities["demo"]).sum()) + int(yes(self.demand["demo"]).sum())


def situation(
    tables: Mapping[str, pd.DataFrame],
    layer: gpd.GeoDataFrame,
    *,
    as_of: date,
    settings: Settings,
    limits: Sequence[float] = (),
    unit: Unit = "m",
    mode: str = "car",
    weight: Weight = "villages",
    unknown: Unknown = "keep",
    layer_kind: str = "schematic",
    cache: Cache | None = None,
) -> Situation:
    """
    Put together who lives where and what is open on a day.

    Parameters
    ----------
    tables
        The stored tables, at least `TABLES_NEEDED`.
    layer
        The township layer in force, EPSG:4326.
    as_of
        The day asked about.
    settings
        How travel cost is found; see `travel.travel_costs`.
    limits
        In `unit`; 3, 5 and 10 km or 15 and 30 minutes unless given.
    unit, mode
        As for `travel.travel_costs`.
    weight, unknown
        As for `demand.demand_points`.
    layer_kind
        "schematic" or "official": whether the layer's outlines are a picture.
    cache
        Where answers of a routing engine are kept.

    Raises
    ------
    ArgumentError
        If a limit is not positive, or an option has no such value.
    """
    rising = tuple(sorted({float(one) for one in limits or default_limits(unit)}))
    for one in rising:
        if not 0 < one < np.inf:
            raise bad_argument("limits", one, "why_not_positive")
    demand = demand_points(
        tables["villages"], tables["village_points"], tables["populations"], tables["townships"],
        layer, as_of=as_of, weight=weight, unknown=unknown, successions=tables["successions"],
    )  # fmt: skip
    units = unit_of_township(
        tables["townships"], tables["reporting_units"], tables["unit_townships"], as_of=as_of,
        successions=tables["successions"],
    )  # fmt: skip
    demand = with_units(demand, tables["townships"], units)
    facilities = open_facilities(tables["venues"], as_of=as_of)
    travel = travel_costs(
        _degrees(demand), _degrees(facilities), mode=mode, unit=unit, settings=settings,
        cache=cache,
    )  # fmt: skip
    capacity, gaps = _capacity(facilities)
    return Situation(
        demand, facilities, travel.costs, rising, capacity, gaps,
        {language: travel.sentences(language) for language in ("zh", "en")},
        tables["townships"], tables["counties"], layer_kind,
    )  # fmt: skip


def default_limits(unit: Unit) -> tuple[float, ...]:
    """Return the limits of the plan's figures in `unit`."""
    return LIMITS_M if unit == "m" else LIMITS_MIN


def reach_notices(
    found: Situation, *, language: str = "zh", only_warnings: bool = False
) -> list[str]:
    """
    Return what must be said beside any figure of the situation: what it rests on.

    With `only_warnings` those alone without which the figures would mislead.
    """
    said = _warnings(found, language)
    if only_warnings:
        return said
    placed = found.facilities[["lon", "lat"]].notna().all(axis=1)
    kinds = found.facilities["kind"]
    facts: dict[str, Any] = {
        "stations": int(kinds.eq("station").sum()), "halls": int(kinds.eq("hall").sum()),
        "unplaced": int((~placed).sum()),
    }  # fmt: skip
    said.append(text("reach.facilities", language, **facts))
    said.append(_weight_notice(found.demand, language))
    if found.capacity.basis == "known":
        said.append(text("reach.capacity_known", language))
    else:
        said.append(text("reach.capacity_one", language, count=found.capacity_gaps))
    return [*said, *found.notices[language][:1]]


def _warnings(found: Situation, language: str) -> list[str]:
    """Return which demonstration rows, spread points, gaps and stand-ins are in the figures."""
    said = []
    if found.demo_rows:
        said.append(text("export.demo", language, count=found.demo_rows))
    spread = int(yes(found.demand["spread"]).sum())
    if spread:
        kind = text(f"reach.layer_{found.layer_kind}", language)
        facts = {"count": spread, "total": len(found.demand), "layer": kind}
        said.append(text("reach.spread", language, **facts))
    unweighted = int(found.demand["weight"].isna().sum())
    if unweighted:
        said.append(text("reach.unweighted", language, count=unweighted))
    # The first notice of travel cost says how it was found, the others what stands in.
    return [*said, *found.notices[language][1:]]


def _weight_notice(demand: pd.DataFrame, language: str) -> str:
    bases = demand[["population_basis", "population_year"]].dropna().drop_duplicates()
    if bases.empty:
        return text("reach.weight_villages", language)
    basis, year = bases.iloc[0]
    return text("reach.weight_population", language, basis=basis, year=int(year))


def _capacity(facilities: pd.DataFrame) -> tuple[Capacities, int]:
    """Return the stored capacities if all are known, else one station each, and the gaps."""
    ids, values = facilities["venue_id"].tolist(), facilities["capacity_persons"]
    known = {one: float(value) for one, value in zip(ids, values, strict=True) if pd.notna(value)}
    gaps = len(ids) - len(known)
    # Stations of known capacity beside others do not add up: each counts as one.
    return capacities(ids, known if not gaps else {}), gaps


def _degrees(frame: pd.DataFrame) -> Any:
    return frame[["lon", "lat"]].to_numpy(dtype=np.float64)
