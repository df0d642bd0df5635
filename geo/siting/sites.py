"""The sites of a request: the venues that stand, the candidates, and the township each is in."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.crs import STORED_CRS, require_crs
from geo.keys import positions, taken, yes
from geo.siting.inputs import Inputs
from geo.siting.request import Request
from geo.siting.thinning import representatives
from geo.standing import open_facilities
from geo.succession import places

HOST_MARK, POINT_MARK = "host:", "point:"
SITE_COLUMNS = (
    "site_id", "kind", "name", "township_code", "lon", "lat", "position_precision", "spread",
    "demo", "capacity", "host_kind",
)  # fmt: skip
# Of a township's villages, where every pair of demand and candidate counts.
PER_TOWNSHIP = 3


def _placed(rows: pd.DataFrame) -> NDArray[np.bool_]:
    return rows[["lon", "lat"]].notna().all(axis=1).to_numpy(dtype=bool)


def standing_of(request: Request, inputs: Inputs, day: date) -> tuple[pd.DataFrame, int, list[str]]:
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


def candidates_of(
    request: Request, demand: pd.DataFrame, inputs: Inputs
) -> tuple[pd.DataFrame, int]:
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


def thinned(request: Request, candidates: pd.DataFrame) -> pd.DataFrame:
    """Return the candidates with a few villages of each township, and every one that is named."""
    named = candidates["site_id"].isin([*request.locked, *request.required, *request.forbidden])
    kept = representatives(candidates, per_group=PER_TOWNSHIP) | named.to_numpy(dtype=bool)
    kept |= candidates["kind"].ne("village").to_numpy(dtype=bool)
    return candidates[kept].reset_index(drop=True)


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


def with_townships(
    sites: pd.DataFrame, inputs: Inputs, townships: pd.DataFrame, day: date
) -> pd.DataFrame:
    """
    Return the sites with the township each is in: `group`, its row among those of the day.

    Beside it `township_code`, `township` and `county` as of that day.
    """
    return _with_names(_with_group(sites, inputs, townships, day), townships, inputs.counties)


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
