"""Who reaches a station or hall on a day: each village's way, the sums, and how evenly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import catchment, equity, floating
from geo.cost import CostTable
from geo.floating import Capacities, Decay, Floats
from geo.keys import yes
from geo.planning import inputs_of, travel_between
from geo.population.demand import Weight
from geo.routing.answers import Cache
from geo.settings import Settings
from geo.siting.inputs import Ask, Notice
from geo.siting.request import Request
from geo.standing import open_facilities
from geo.units import unit_of_township, with_units

# What is needed of the store.
TABLES_NEEDED = (
    "counties", "townships", "villages", "successions", "reporting_units", "unit_townships",
    "village_points", "populations", "hosts", "venues",
)  # fmt: skip
LEVELS = {"county": "county", "unit": "reporting_unit", "township": "township_code"}


@dataclass(frozen=True, eq=False)
class Outreach:
    """
    Who reaches what.

    Parameters
    ----------
    villages
        One row per village of the day: `village_code`, `name`, `township_code`, `township`,
        `county`, `reporting_unit`, `lon`, `lat`, `spread`, `weight` (missing where unknown),
        `demo`; and its nearest facility: `nearest_name`, `nearest_kind`, `nearest_demo`,
        `cost` (metres or minutes, infinite where nothing can be reached).
    facilities
        The stations and halls that count, those without a position among them.
    cost
        From the villages to the facilities, all of it.
    notices
        What must be said beside the figures.
    """

    villages: pd.DataFrame
    facilities: pd.DataFrame
    cost: CostTable
    notices: tuple[Notice, ...]

    def shares(self, limits: Sequence[float], level: str = "") -> pd.DataFrame:
        """Return `catchment.reach` for the city, or per county, reporting unit or township."""
        by = [LEVELS[level]] if level else []
        by += ["township", "county", "reporting_unit"] if level == "township" else []
        return catchment.reach(self.villages, self.cost, limits=limits, by=by)


class Evenness(NamedTuple):
    """
    How evenly stations are shared out.

    `gini` and the Lorenz `curve` are of the accessibility by floating catchments (E2SFCA, zones
    up to the limit), `worst` of the way to the nearest facility, `gap` of the counties' shares
    reached; each None where it cannot be said.
    """

    gini: float | None
    curve: pd.DataFrame
    worst: equity.WorstPart | None
    mean: float | None
    gap: equity.Gap | None
    beyond: int  # villages that reach no facility at any cost


def outreach(
    tables: Mapping[str, pd.DataFrame],
    layer: gpd.GeoDataFrame,
    *,
    as_of: date,
    settings: Settings,
    mode: str = "straight",
    kinds: Sequence[str] = ("station",),
    weight: Weight = "villages",
    count_demo: bool = True,
    cache: Cache | None = None,
) -> Outreach:
    """
    Return who reaches which station or hall on a day.

    Parameters
    ----------
    tables
        The stored tables, at least `TABLES_NEEDED`.
    layer
        The township layer in force, EPSG:4326.
    as_of, settings, kinds, count_demo
        The day, how travel cost is found, which venues count, and whether invented ones do.
    cache
        Where answers of a routing engine are kept.
    mode
        "straight" for metres, else minutes by that mode.
    weight
        "villages" or "population".
    """
    demand = inputs_of(
        tables, layer, Request(weight=weight), as_of=as_of, settings=settings
    ).demand.reset_index(drop=True)
    facilities = open_facilities(tables["venues"], as_of=as_of, kinds=kinds)
    if not count_demo:
        facilities = facilities[~yes(facilities["demo"])]
    facilities = facilities.reset_index(drop=True)
    travel = travel_between(demand, facilities, Ask(mode, np.inf), settings, cache=cache)
    near = catchment.nearest(demand, facilities, travel.costs)
    units = unit_of_township(
        tables["townships"], tables["reporting_units"], tables["unit_townships"], as_of=as_of,
        successions=tables["successions"],
    )  # fmt: skip
    names = tables["townships"].set_index("township_code")["name"]
    counties = tables["counties"].set_index("county_code")["name"]
    villages = with_units(demand.drop(columns="county_code"), tables["townships"], units)
    villages = villages.assign(
        township=villages["township_code"].map(names),
        county=villages["county_code"].map(counties),
        **{name: near[name] for name in ("nearest_name", "nearest_kind", "nearest_demo", "cost")},
    )
    notices = (*_notices(villages, facilities), *travel.notices)
    return Outreach(villages, facilities, travel.costs, notices)


def _notices(villages: pd.DataFrame, facilities: pd.DataFrame) -> list[Notice]:
    spread = yes(villages["spread"])
    bare = villages[villages["weight"].isna()]
    unplaced = int(facilities[["lon", "lat"]].isna().any(axis=1).sum())
    counted: list[tuple[int, str, dict[str, int]]] = [
        (int(yes(facilities["demo"]).sum()), "demo_standing", {}),
        (int(yes(villages["demo"]).sum()), "demo_population", {}),
        (int(spread.sum()), "spread", {"total": len(spread)}),
        (len(bare), "no_population", {"townships": bare["township_code"].nunique()}),
        (unplaced, "venues_unplaced", {}),
    ]
    return [
        Notice(f"siting.notice_{code}", {"count": count, **facts})
        for count, code, facts in counted
        if count
    ]


def evenness(found: Outreach, *, limit: float) -> Evenness:
    """
    Return how evenly the facilities are shared out, up to `limit` (in the unit of the cost).

    Villages of unknown weight are left out.
    """
    weight = found.villages["weight"].to_numpy(dtype=np.float64)
    counted = np.nan_to_num(weight)
    known = counted > 0
    cost = found.villages["cost"].to_numpy(dtype=np.float64)
    near = known & np.isfinite(cost)
    worst = mean = None
    if near.any():
        worst = equity.worst_part(cost[near], counted[near], worst="high")
        mean = float(np.average(cost[near], weights=counted[near]))
    capacity, _ = capacities_of(found)
    access = shared(found, capacity, floating.zones(limit))
    some = known.any() and access[known].any()
    counties = found.shares([limit], "county")
    return Evenness(
        equity.gini(access[known], counted[known]) if some else None,
        equity.lorenz(access[known], counted[known]) if some else pd.DataFrame(),
        worst, mean,
        equity.gap(counties, name="county", value="share"), int((known & ~near).sum()),
    )  # fmt: skip


def shared(found: Outreach, capacity: Capacities, decay: Decay) -> Floats:
    """Return what each village has of the stations, for one unit of its weight."""
    weight = np.nan_to_num(found.villages["weight"].to_numpy(dtype=np.float64))
    if found.facilities.empty:
        return np.zeros(len(weight))
    near = found.cost.within(decay.limit)
    return floating.floating_catchment(near, weight, capacity.values, decay)


def capacities_of(found: Outreach) -> tuple[Capacities, int]:
    """Return what each station counts as, and of how many no capacity is registered."""
    facilities = found.facilities
    known = facilities.set_index("venue_id")["capacity_persons"].dropna().astype(float)
    gaps = len(facilities) - len(known)
    # A capacity here and none there do not add up: then each counts as one station.
    held = {} if gaps else {str(name): value for name, value in known.items()}
    return floating.capacities(list(facilities["venue_id"]), held), gaps
