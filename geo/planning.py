"""From the stored tables to a plan: what the page, the command, the report and the fleet call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.catchment import metres_of
from geo.cost import straight_lines
from geo.population.demand import SEED, Weight, demand_points
from geo.routing.answers import Cache
from geo.settings import Settings
from geo.siting.case import Case, case_of
from geo.siting.inputs import Ask, Inputs, Notice, Travel
from geo.siting.problem import Watch
from geo.siting.proposal import REACHING, Proposal, propose
from geo.siting.request import Request
from geo.travel import travel_costs

# What is needed of the store.
TABLES_NEEDED = (
    "counties", "townships", "villages", "successions", "village_points", "populations", "hosts",
    "venues",
)  # fmt: skip


def inputs_of(
    tables: Mapping[str, pd.DataFrame],
    layer: gpd.GeoDataFrame,
    request: Request,
    *,
    as_of: date,
    settings: Settings,
    cache: Cache | None = None,
) -> Inputs:
    """
    Return what a request meets: the demand of the day and the candidates' tables.

    Parameters
    ----------
    tables
        The stored tables, at least `TABLES_NEEDED`.
    layer
        The township layer in force, EPSG:4326.
    request
        Of it the day, the weight and the seed matter here.
    as_of
        The day, where the request names none.
    settings, cache
        How travel cost is found, and where answers of an engine are kept.
    """
    demand = demand_points(
        tables["villages"], tables["village_points"], tables["populations"],
        tables["townships"], layer, as_of=request.as_of or as_of, weight=request.weight,
        successions=tables["successions"], seed=SEED + request.seed,
    )  # fmt: skip

    def costs(here: pd.DataFrame, there: pd.DataFrame, ask: Ask) -> Travel:
        return travel_between(here, there, ask, settings, cache=cache)

    return Inputs(
        demand, tables["venues"], tables["hosts"], tables["townships"], tables["counties"],
        tables["successions"], layer, costs,
    )  # fmt: skip


class OtherWeights(NamedTuple):
    """What else the villages of a case can weigh, by name, and why nothing else if so."""

    weights: Mapping[str, NDArray[np.float64]]
    missing: Notice | None


def other_weights(
    tables: Mapping[str, pd.DataFrame], layer: gpd.GeoDataFrame, case: Case
) -> OtherWeights:
    """
    Return the weights that a plan has to stand up to: persons for villages, or the other way.

    Persons are a weight only where those of all villages are known: a village of unknown
    population does not weigh nothing.

    Parameters
    ----------
    tables, layer
        As for `inputs_of`.
    case
        Whose villages are weighed, in the order of its demand.
    """
    other: Weight = "villages" if case.request.weight == "population" else "population"
    points = demand_points(
        tables["villages"], tables["village_points"], tables["populations"],
        tables["townships"], layer, as_of=case.as_of, weight=other,
        successions=tables["successions"],
    )  # fmt: skip
    values = case.demand["village_code"].map(points.set_index("village_code")["weight"])
    known, total = int(values.notna().sum()), len(values)
    if known == total:
        return OtherWeights({other: values.to_numpy(dtype=np.float64)}, None)
    code = "siting.stability_part" if known else "siting.stability_no_population"
    return OtherWeights({}, Notice(code, {"known": known, "total": total}))


def travel_between(
    here: pd.DataFrame,
    there: pd.DataFrame,
    ask: Ask,
    settings: Settings,
    *,
    cache: Cache | None = None,
) -> Travel:
    """Return what it costs from rows with `lon` and `lat` (EPSG:4326) to other such rows."""
    if ask.mode == "straight":
        table = straight_lines(
            metres_of(here), metres_of(there), detour=settings.detour, limit_m=ask.limit
        )
        said = Notice("travel.straight_m", {"detour": f"{settings.detour:g}"})
        return Travel(table, (said,))
    degrees = (rows[["lon", "lat"]].to_numpy(dtype=np.float64) for rows in (here, there))
    found = travel_costs(
        *degrees, mode=ask.mode, unit="min", limit=ask.limit, settings=settings, cache=cache
    )
    return Travel(found.costs, tuple(Notice(one.key, one.facts) for one in found.notices))


def planned(request: Request, inputs: Inputs, *, as_of: date) -> Case:
    """Return the case of a request; see `case_of`."""
    return case_of(request, inputs, as_of=as_of, reach=request.model in REACHING)


def plan(
    tables: Mapping[str, pd.DataFrame],
    layer: gpd.GeoDataFrame,
    request: Request,
    *,
    as_of: date,
    settings: Settings,
    cache: Cache | None = None,
    time_limit_s: float = 60.0,
    watch: Watch | None = None,
) -> Proposal:
    """
    Return the plan of a request on the stored tables.

    Parameters
    ----------
    tables, layer, request, as_of, settings, cache
        As for `inputs_of`.
    time_limit_s, watch
        As for `propose`.

    Raises
    ------
    RequestError
        With everything in the request that does not fit the tables.
    ArgumentError
        If no plan can do what is asked.
    """
    held = inputs_of(tables, layer, request, as_of=as_of, settings=settings, cache=cache)
    return propose(planned(request, held, as_of=as_of), time_limit_s=time_limit_s, watch=watch)
