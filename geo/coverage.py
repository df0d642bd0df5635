"""Coverage: stations per township, promoters per village, and their shares by any area.

The registered codes decide who is covered, not the geometry. All functions take
validated tables of `schema` and answer for one day: about the townships and villages that
are in force on it. What is registered to a code of another day's list counts for what stands
for it on the day (`succession.resolve`), or nowhere.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.catchment import coarser
from geo.crs import to_metres
from geo.keys import chained, positions, require_columns, taken, yes
from geo.standing import serving, standing
from geo.succession import in_force, places
from geo.units import unit_of_township, with_units

__all__ = [
    "nearest_stations",
    "promoters_by_village",
    "rates",
    "serving",
    "standing",
    "stations_by_township",
    "unit_of_township",
    "with_units",
]

SEAT_PRECISION = "township"


def stations_by_township(
    townships: pd.DataFrame,
    venues: pd.DataFrame,
    units: pd.DataFrame,
    *,
    as_of: date,
    successions: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """
    Count the stations registered to each township that count on `as_of`.

    A township is covered by one or more (`standing` has the rules). A station whose
    township is missing, not in `townships`, or stands for none in force on the day counts
    for none; `standing.unregistered_stations` lists it.

    Parameters
    ----------
    townships, venues
        The tables of those names; n townships in force on the day.
    units
        The answer of `unit_of_township`; a township that it lacks has no unit.
    as_of
        The day asked about.
    successions
        The table of that name; none unless given.

    Returns
    -------
    answer
        n rows with their index in `townships`: `township_code`, `name`, `county_code`,
        `reporting_unit`, `stations`, `demo_stations` (how many of them are
        demonstration rows), `covered` (bool).

    Raises
    ------
    MissingColumnError
        If a table lacks a column that is needed.
    """
    require_columns(townships, "township_code", "name", "county_code")
    require_columns(venues, "township_code", "demo")
    require_columns(units, "township_code", "reporting_unit")
    place = places(venues["township_code"], townships, successions, level="township", as_of=as_of)
    townships = in_force(townships, as_of=as_of)
    counts = standing(venues, as_of=as_of).eq("counts").to_numpy(dtype=bool) & (place >= 0)
    demo = counts & yes(venues["demo"])
    stations = np.bincount(place[counts], minlength=len(townships))
    unit = positions(townships["township_code"], units["township_code"])
    return townships[["township_code", "name", "county_code"]].assign(
        reporting_unit=taken(units["reporting_unit"], unit, townships.index),
        stations=stations,
        demo_stations=np.bincount(place[demo], minlength=len(townships)),
        covered=stations > 0,
    )


def promoters_by_village(
    villages: pd.DataFrame,
    promoters: pd.DataFrame,
    promoter_villages: pd.DataFrame,
    *,
    as_of: date,
    successions: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """
    Count the promoters who serve each village on `as_of` (`serving` has the rule).

    A promoter may serve several villages, and counts once in each, however often the pair
    is listed and however many villages were merged into it. Pairs whose promoter or village
    is not in its table count for nothing (`check` reports them), nor do those whose village
    stands for none in force on the day (`standing.unregistered_villages` lists them).

    Parameters
    ----------
    villages, promoters, promoter_villages
        The tables of those names; n villages in force on the day, keys unique.
    as_of
        The day asked about.
    successions
        The table of that name; none unless given.

    Returns
    -------
    answer
        n rows with their index in `villages`: `village_code`, `name`, `township_code`,
        `promoters`, `demo_promoters` (how many of them are demonstration rows),
        `covered` (bool, one or more).

    Raises
    ------
    MissingColumnError
        If a table lacks a column that is needed.
    """
    require_columns(villages, "village_code", "name", "township_code")
    require_columns(promoters, "promoter_id", "demo", "from_date", "to_date")
    require_columns(promoter_villages, "promoter_id", "village_code")
    # Side by side: Arrow's lookups let go of the interpreter's lock.
    with ThreadPoolExecutor(max_workers=1) as other:
        found = other.submit(positions, promoter_villages["promoter_id"], promoters["promoter_id"])
        where = places(
            promoter_villages["village_code"], villages, successions, level="village", as_of=as_of
        )
        who = found.result()
    villages = in_force(villages, as_of=as_of)
    active = serving(promoters, as_of=as_of).to_numpy(dtype=bool)
    counts = (who >= 0) & (where >= 0)
    counts[counts] = active[who[counts]]
    pairs = pd.unique(where[counts] * len(promoters) + who[counts])
    village, promoter = np.divmod(pairs, max(len(promoters), 1))
    demo = yes(promoters["demo"])[promoter]
    serving_here = np.bincount(village, minlength=len(villages))
    return villages[["village_code", "name", "township_code"]].assign(
        promoters=serving_here,
        demo_promoters=np.bincount(village[demo], minlength=len(villages)),
        covered=serving_here > 0,
    )


def rates(answer: pd.DataFrame, *, by: list[str]) -> pd.DataFrame:
    """
    Count covered and uncovered rows of an answer in each group.

    Parameters
    ----------
    answer
        Rows with `covered` and the columns `by`.
    by
        Columns whose values together make a group; a missing value is a value of its own.
        Empty for one group of all rows.

    Returns
    -------
    rates
        One row per group, in the order in which they first appear: the columns `by`,
        `total`, `covered`, `uncovered`, `share` (0-1; missing for a total of 0, which
        only `by=[]` can have).

    Raises
    ------
    MissingColumnError
        If `answer` lacks `covered` or a column of `by`.
    """
    require_columns(answer, "covered", *by)
    if by:
        groups = answer.groupby(by, sort=False, dropna=False)["covered"]
        sums = groups.agg(total="size", covered="sum").reset_index()
    else:
        sums = pd.DataFrame({"total": [len(answer)], "covered": [int(answer["covered"].sum())]})
    total, covered = sums["total"].astype("int64"), sums["covered"].astype("int64")
    share = (covered / total.where(total > 0)).astype("float64")
    return sums[by].assign(total=total, covered=covered, uncovered=total - covered, share=share)


def nearest_stations(townships: pd.DataFrame, venues: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """
    Return for each township the nearest station that counts on `as_of` and has a position.

    A straight line from the township's approximate seat, in EPSG:4548, to any such
    station, its own included, and those whose registration is unclear: they are open, and
    where they are. Of stations equally near, the one whose `venue_id` comes first.

    Parameters
    ----------
    townships, venues
        The tables of those names, positions in degrees (EPSG:4326); n townships in force on
        the day.
    as_of
        The day asked about.

    Returns
    -------
    nearest
        n rows with their index in `townships`: `township_code`, `nearest_venue_id`,
        `nearest_name`, `distance_km` (rounded to 0.1), `precision` (the coarser of the
        two positions, a value of `schema.PRECISIONS`; that of a seat is `township`),
        `nearest_demo` (bool, whether it is a demonstration row). Missing and False where
        the seat is unknown or there is no station.

    Raises
    ------
    MissingColumnError
        If a table lacks a column that is needed.
    """
    require_columns(townships, "township_code", "seat_lon", "seat_lat")
    require_columns(venues, "venue_id", "name", "lon", "lat", "position_precision", "demo")
    townships = in_force(townships, as_of=as_of)
    placed = venues[["lon", "lat"]].notna().all(axis=1)
    counts = standing(venues, as_of=as_of).eq("counts")
    stations = venues[placed & counts].sort_values("venue_id")
    found = np.full(len(townships), -1)
    distance_m = np.full(len(townships), np.nan)
    seated = np.flatnonzero(townships[["seat_lon", "seat_lat"]].notna().all(axis=1))
    if len(stations) and len(seated):
        tree = shapely.STRtree(_points(stations["lon"], stations["lat"]))
        seats = _points(townships["seat_lon"].iloc[seated], townships["seat_lat"].iloc[seated])
        (seat, hit), far_m = tree.query_nearest(seats, return_distance=True)
        order = np.lexsort((hit, seat))
        first = order[np.unique(seat[order], return_index=True)[1]]
        found[seated[seat[first]]], distance_m[seated[seat[first]]] = hit[first], far_m[first]
    index = townships.index
    there = stations["position_precision"]
    seat = pd.Series(SEAT_PRECISION, index=there.index, dtype="str")
    precision = taken(coarser(there, seat), found, index)
    demo = chained(yes(stations["demo"]).astype(np.int64), found) > 0
    return townships[["township_code"]].assign(
        nearest_venue_id=taken(stations["venue_id"], found, index),
        nearest_name=taken(stations["name"], found, index),
        distance_km=np.round(distance_m / 1000, 1),
        precision=precision,
        nearest_demo=demo,
    )


def _points(lon: pd.Series, lat: pd.Series) -> NDArray[np.object_]:
    points: NDArray[np.object_] = shapely.points(*to_metres(lon.to_numpy(), lat.to_numpy()))
    return points
