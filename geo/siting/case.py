"""A request met by the tables: who is to be reached, from where, and what is fixed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.cost import CostTable
from geo.crs import STORED_CRS, require_crs
from geo.errors import GeoError
from geo.keys import positions, taken, yes
from geo.siting.problem import FORBIDDEN, FREE, LOCKED, REQUIRED, Problem
from geo.siting.request import Request, RequestError, require_usable
from geo.siting.thinning import representatives
from geo.standing import open_facilities
from geo.succession import in_force, places

HOST_MARK, POINT_MARK = "host:", "point:"
SITE_COLUMNS = (
    "site_id", "kind", "name", "township_code", "lon", "lat", "position_precision", "spread",
    "demo", "capacity", "host_kind",
)  # fmt: skip
_MOST_NAMED = 5  # ids in a sentence
# Of a township's villages, where every pair of demand and candidate counts.
PER_TOWNSHIP = 3


class Ask(NamedTuple):
    """How the cost of travel is wanted: the mode, and how far it matters (metres or minutes)."""

    mode: str
    limit: float


class Notice(NamedTuple):
    """Something that must be said where the figures are shown: a key of the words, and facts."""

    code: str
    facts: Mapping[str, Any]


class Travel(NamedTuple):
    """Costs, and how they were found."""

    costs: CostTable
    notices: tuple[Notice, ...]


# From rows with lon and lat to other such rows: what it costs.
Costs = Callable[[pd.DataFrame, pd.DataFrame, Ask], Travel]


@dataclass(frozen=True, eq=False)
class Inputs:
    """
    What a request meets.

    Parameters
    ----------
    demand
        One row per village in force on the day: `village_code`, `name`, `township_code`,
        `lon`, `lat` (degrees, EPSG:4326, may be missing), `position_precision`, `spread`
        (whether the point stands anywhere in its township), `weight` (as the request asks;
        missing where it is unknown, which counts as 0), `demo`.
    venues, hosts, townships, counties, successions
        The stored tables, demonstration rows among them.
    layer
        The township layer in force, EPSG:4326, with `township_code`.
    costs
        Gives the cost of travel.
    """

    demand: pd.DataFrame
    venues: pd.DataFrame
    hosts: pd.DataFrame
    townships: pd.DataFrame
    counties: pd.DataFrame
    successions: pd.DataFrame
    layer: gpd.GeoDataFrame
    costs: Costs


@dataclass(frozen=True, eq=False)
class Case:
    """
    A problem and what its numbers stand for.

    `demand` has a row per demand point and `sites` a row per site of `problem`, in its order:
    first the stations and halls that stand, then the candidates. `townships` are those of
    the day; a site's `group` is a row of it. `unplaced` counts what has no position: venues that
    stand and reach nobody anyone could name, and candidates that are left out. `thinned` is how
    many villages are no candidates for a model that compares every pair, `travel` how costs were
    found.
    """

    request: Request
    as_of: date
    demand: pd.DataFrame
    sites: pd.DataFrame
    townships: pd.DataFrame
    problem: Problem
    standing: int
    unplaced: Mapping[str, int]
    travel: tuple[Notice, ...] = ()
    thinned: int = 0

    def ask(self, limit: float) -> Ask:
        """Return how cost is asked for in this case, up to another limit."""
        return Ask(self.request.mode, limit)

    @property
    def candidates(self) -> pd.DataFrame:
        """Return the sites that do not stand yet, with their positions in `sites` as index."""
        return self.sites.iloc[self.standing :]


def case_of(request: Request, inputs: Inputs, *, as_of: date, reach: bool = True) -> Case:
    """
    Return the case of a request.

    Parameters
    ----------
    request
        What is asked.
    inputs
        The tables of the day.
    as_of
        The day, where the request names none.
    reach
        Whether the cost is wanted up to the request's limit only, or all of it.

    Raises
    ------
    RequestError
        With everything in the request that does not fit the tables: unknown ids, no
        candidates, no villages, no population.
    """
    require_usable(request)
    day = request.as_of or as_of
    townships = in_force(inputs.townships, as_of=day).reset_index(drop=True)
    demand = inputs.demand.reset_index(drop=True)
    faults: list[GeoError] = []
    if demand.empty:
        faults.append(GeoError("request_no_villages", date=day.isoformat()))
    elif request.weight == "population" and not demand["weight"].gt(0).any():
        faults.append(GeoError("request_no_population"))
    venues, venues_out, unknown = _standing(request, inputs, day)
    if unknown:
        faults.append(GeoError("request_venue_unknown", ids=_some(unknown)))
    offered, offered_out = _candidates(request, demand, inputs)
    thinned = 0
    if not reach and request.candidates == "villages":
        whole = len(offered)
        offered = _thinned(request, offered)
        thinned = whole - len(offered)
    if request.candidates == "hosts" and offered.empty:
        faults.append(GeoError("request_no_hosts"))
    asked = (*request.locked, *request.required, *request.forbidden)
    missing = sorted({*asked} - {*offered["site_id"], *venues["site_id"]})
    if missing:
        faults.append(GeoError("request_site_unknown", ids=_some(missing)))
    if faults:
        raise RequestError(faults)
    sites = pd.concat([venues, offered], ignore_index=True)
    sites = _with_names(_with_group(sites, inputs, townships, day), townships, inputs.counties)
    limit = request.limit if reach else np.inf
    travel = inputs.costs(demand, sites, Ask(request.mode, limit))
    problem = Problem(
        travel.costs,
        demand["weight"].fillna(0.0).to_numpy(dtype=np.float64),
        _parts(request, sites, len(venues)),
        sites["group"].to_numpy(dtype=np.int64),
        len(townships),
        _capacity(request, sites),
    )
    left_out = {"venues": venues_out, "candidates": offered_out}
    return Case(
        replace(request, as_of=day), day, demand, sites, townships, problem, len(venues),
        left_out, travel.notices, thinned,
    )  # fmt: skip


def _some(ids: Sequence[str]) -> str:
    return "、".join(one[:40] for one in ids[:_MOST_NAMED]) + (
        "…" if len(ids) > _MOST_NAMED else ""
    )


def _placed(rows: pd.DataFrame) -> NDArray[np.bool_]:
    return rows[["lon", "lat"]].notna().all(axis=1).to_numpy(dtype=bool)


def _standing(request: Request, inputs: Inputs, day: date) -> tuple[pd.DataFrame, int, list[str]]:
    """Return the venues that stand, how many have no position, and unknown ids of closed ones."""
    open_ones = open_facilities(inputs.venues, as_of=day, kinds=request.kinds)
    if not request.count_demo:
        open_ones = open_ones[~yes(open_ones["demo"])]
    unknown = sorted({*request.closed} - {*open_ones["venue_id"]})
    found = open_ones[~open_ones["venue_id"].isin(request.closed)]
    sites = pd.DataFrame(
        {
            "site_id": found["venue_id"],
            "kind": found["kind"],
            "name": found["name"],
            "township_code": found["township_code"],
            "lon": found["lon"],
            "lat": found["lat"],
            "position_precision": found["position_precision"],
            "spread": False,
            "demo": yes(found["demo"]),
            "capacity": found["capacity_persons"].astype("float64"),
            "host_kind": found["host"],
        }
    )
    # Without a position it reaches nobody, but its township has it.
    return sites.reset_index(drop=True), int((~_placed(sites)).sum()), unknown


def _candidates(request: Request, demand: pd.DataFrame, inputs: Inputs) -> tuple[pd.DataFrame, int]:
    """Return the candidates with a position, and how many have none."""
    parts = [_drawn(request)]
    if request.candidates == "villages":
        parts.append(
            pd.DataFrame(
                {
                    "site_id": demand["village_code"],
                    "kind": "village",
                    "name": demand["name"],
                    "township_code": demand["township_code"],
                    "lon": demand["lon"],
                    "lat": demand["lat"],
                    "position_precision": demand["position_precision"],
                    "spread": yes(demand["spread"]),
                    "demo": False,
                    "capacity": np.nan,
                    "host_kind": None,
                }
            )
        )
    elif request.candidates == "hosts":
        hosts = inputs.hosts
        hosts = hosts if request.count_demo else hosts[~yes(hosts["demo"])]
        parts.append(
            pd.DataFrame(
                {
                    "site_id": HOST_MARK + hosts["host_id"],
                    "kind": "host",
                    "name": hosts["name"],
                    "township_code": hosts["township_code"],
                    "lon": hosts["lon"],
                    "lat": hosts["lat"],
                    "position_precision": hosts["position_precision"],
                    "spread": False,
                    "demo": yes(hosts["demo"]),
                    "capacity": hosts["capacity_persons"].astype("float64"),
                    "host_kind": hosts["kind"],
                }
            )
        )
    rows = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    placed = _placed(rows)
    return rows[placed].reset_index(drop=True), int((~placed).sum())


def _thinned(request: Request, offered: pd.DataFrame) -> pd.DataFrame:
    named = offered["site_id"].isin([*request.locked, *request.required, *request.forbidden])
    kept = representatives(offered, per_group=PER_TOWNSHIP) | named.to_numpy(dtype=bool)
    kept |= offered["kind"].ne("village").to_numpy(dtype=bool)
    return offered[kept].reset_index(drop=True)


def _drawn(request: Request) -> pd.DataFrame:
    points = request.points
    rows = [
        (f"{POINT_MARK}{number}", "point", point.name or f"{number}", None, point.lon, point.lat,
         "building", False, False, np.nan, None)
        for number, point in enumerate(points, 1)
    ]  # fmt: skip
    found = pd.DataFrame(rows, columns=list(SITE_COLUMNS))
    types = {"spread": "bool", "demo": "bool", "lon": "float64", "lat": "float64"}
    return found.astype(types | {"capacity": "float64"})


def _with_group(
    sites: pd.DataFrame, inputs: Inputs, townships: pd.DataFrame, day: date
) -> pd.DataFrame:
    """Add the row of the township each site is registered to, or lies in where it has none."""
    group = np.full(len(sites), -1)
    known = sites["township_code"].notna().to_numpy(dtype=bool)
    codes = sites["township_code"].astype("str")
    group[known] = places(
        codes[known], inputs.townships, inputs.successions, level="township", as_of=day
    )
    # `places` counts rows in force, which is what `townships` holds.
    loose = np.flatnonzero(~known)
    if len(loose):
        require_crs(inputs.layer, STORED_CRS)
        tree = shapely.STRtree(inputs.layer.geometry.to_numpy())
        points = shapely.points(sites["lon"].to_numpy()[loose], sites["lat"].to_numpy()[loose])
        point, area = tree.query(points, predicate="intersects")
        first = np.unique(point, return_index=True)[1]
        within = inputs.layer["township_code"].iloc[area[first]].reset_index(drop=True)
        group[loose[point[first]]] = positions(within, townships["township_code"])
    return sites.assign(group=group)


def _with_names(
    sites: pd.DataFrame, townships: pd.DataFrame, counties: pd.DataFrame
) -> pd.DataFrame:
    group = sites["group"].to_numpy()
    county = taken(townships["county_code"], group, sites.index)
    at = positions(county, counties["county_code"])
    return sites.assign(
        township_code=taken(townships["township_code"], group, sites.index),
        township=taken(townships["name"], group, sites.index),
        county=taken(counties["name"], at, sites.index),
    )


def _parts(request: Request, sites: pd.DataFrame, standing: int) -> NDArray[np.int64]:
    part = np.full(len(sites), FREE)
    part[:standing] = LOCKED
    for names, value in (
        (request.required, REQUIRED), (request.forbidden, FORBIDDEN), (request.locked, LOCKED),
    ):  # fmt: skip
        part[sites["site_id"].isin(names).to_numpy(dtype=bool)] = value
    part[:standing] = LOCKED
    return part


def _capacity(request: Request, sites: pd.DataFrame) -> NDArray[np.float64] | None:
    """Return what each site can serve: its own capacity where known, or the request's."""
    if request.capacity is None:
        return None
    if request.weight != "population":
        return np.full(len(sites), request.capacity)
    return sites["capacity"].fillna(request.capacity).to_numpy(dtype=np.float64)
