"""Reach: who lives within a distance or a time of an open station or hall, and what is nearest.

A demand table has one row per village, with its weight (villages or persons) and `spread`,
true where its point is unknown and stands somewhere in its township (示意). What stands on
such points is summed apart everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.cost import CostTable
from geo.crs import to_metres
from geo.errors import bad_argument
from geo.keys import require_columns, taken, yes
from geo.schema import PRECISIONS

LIMITS_M = (3000.0, 5000.0, 10_000.0)
LIMITS_MIN = (15.0, 30.0)

Floats = NDArray[np.float64]


def metres_of(frame: pd.DataFrame) -> Floats:
    """Return the positions of rows with `lon` and `lat` (EPSG:4326) in metres (EPSG:4548)."""
    require_columns(frame, "lon", "lat")
    degrees = (frame[name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
    return np.column_stack(to_metres(*degrees))


def among(cost: CostTable, kept: NDArray[np.bool_]) -> CostTable:
    """
    Return `cost` to the facilities `kept` alone, numbered anew in their order.

    So that one table serves several days, and the question what one station's closing costs.
    """
    if len(kept) != cost.facilities:
        raise bad_argument("kept", len(kept), "why_count", count=cost.facilities)
    number = np.cumsum(kept) - 1
    pairs = kept[cost.facility]
    counted = np.concatenate([[0], np.cumsum(pairs)])
    return CostTable(
        counted[cost.starts], number[cost.facility[pairs]], cost.cost[pairs], int(kept.sum()),
        cost.unit, cost.limit, cost.method, cost.mode, cost.fallbacks,
    )  # fmt: skip


def reach(
    demand: pd.DataFrame, cost: CostTable, *, limits: Sequence[float], by: Sequence[str] = ()
) -> pd.DataFrame:
    """
    Sum the demand within each limit of the nearest facility, per group.

    Parameters
    ----------
    demand
        n rows with `weight`, `spread`, `lon`, `lat` and the columns `by`.
    cost
        From the n demand points to the facilities, at least as far as the largest limit.
    limits
        In the unit of `cost`; a point at exactly the limit is within it.
    by
        Columns whose values together make a group, such as `township_code`; a missing value
        is a value of its own. Empty for one group of all rows.

    Returns
    -------
    reach
        One row per group, in the order in which they first appear, and limit, rising: the
        columns `by`, `limit`, `unit`, `total` (weight), `reached` (weight within the limit),
        `share` (reached of total; missing for a total of 0), and of both how much stands on
        spread points: `spread_total`, `spread_reached`; `unplaced` (weight without any
        position: in the total, never reached); and `unweighted` (how many rows have no known
        weight: they are in none of these sums).

    Raises
    ------
    ArgumentError
        If a limit is negative or beyond the cost table, or the tables are of different
        length.
    MissingColumnError
        If `demand` lacks a column that is needed.
    """
    require_columns(demand, "weight", "spread", "lon", "lat", *by)
    _require_rows(demand, cost)
    _, least = cost.nearest()
    group, keys = _groups(demand, by)
    weights = demand["weight"].to_numpy(dtype=np.float64)
    unknown = np.isnan(weights)
    weight = np.where(unknown, 0.0, weights)
    spread = yes(demand["spread"])
    placed = demand[["lon", "lat"]].notna().all(axis=1).to_numpy()

    def summed(rows: NDArray[np.bool_]) -> Floats:
        sums = np.bincount(group[rows], weights=weight[rows], minlength=len(keys))
        return np.asarray(sums, dtype=np.float64)

    every = np.ones(len(demand), dtype=bool)
    total, spread_total, unplaced = summed(every), summed(spread), summed(~placed)
    unweighted = np.bincount(group[unknown], minlength=len(keys))
    parts = []
    for limit in sorted(set(limits)):
        _require_limit(cost, limit)
        within = least <= limit
        reached = summed(within)
        share = np.divide(reached, total, out=np.full(len(keys), np.nan), where=total > 0)
        parts.append(
            keys.assign(
                limit=float(limit), unit=cost.unit, total=total, reached=reached, share=share,
                spread_total=spread_total, spread_reached=summed(within & spread),
                unplaced=unplaced, unweighted=unweighted,
            )
        )  # fmt: skip
    if not parts:
        raise bad_argument("limits", "", "why_none")
    rows = pd.concat(parts, ignore_index=True)
    order = np.argsort(np.tile(np.arange(len(keys)), len(parts)), kind="stable")
    return rows.iloc[order].reset_index(drop=True)


def nearest(demand: pd.DataFrame, facilities: pd.DataFrame, cost: CostTable) -> pd.DataFrame:
    """
    Return each village's nearest facility, what it costs to get there, and how far that is known.

    Parameters
    ----------
    demand
        n rows with `village_code`, `name`, `township_code`, `position_precision`, `spread`,
        `weight`.
    facilities
        m rows with `venue_id`, `name`, `kind`, `position_precision`, `demo`, in the order of
        the cost table's facilities. Of equally near ones the first.
    cost
        n × m.

    Returns
    -------
    nearest
        n rows with the index of `demand`: `village_code`, `name`, `township_code`, `weight`,
        `spread`, `nearest_venue_id`, `nearest_name`, `nearest_kind`, `cost` (in `unit`),
        `unit`, `precision` (the coarser of the two positions, a value of
        `schema.PRECISIONS`), `nearest_demo` (bool). Missing, infinite and False where there
        is none within the limit of the cost table.
    """
    require_columns(demand, "village_code", "name", "township_code", "position_precision")
    require_columns(demand, "spread", "weight")
    require_columns(facilities, "venue_id", "name", "kind", "position_precision", "demo")
    _require_rows(demand, cost)
    found, far = cost.nearest()
    there = {
        name: taken(facilities[name], found, demand.index)
        for name in ("venue_id", "name", "kind", "position_precision")
    }
    kept = demand[["village_code", "name", "township_code", "weight", "spread"]]
    return kept.assign(
        nearest_venue_id=there["venue_id"],
        nearest_name=there["name"],
        nearest_kind=there["kind"],
        cost=far,
        unit=cost.unit,
        precision=coarser(demand["position_precision"], there["position_precision"]),
        nearest_demo=np.append(yes(facilities["demo"]), False)[found],
    )


def coarser(one: pd.Series, other: pd.Series) -> pd.Series:
    """Return of each two precisions (same index) the coarser; missing where one is missing."""
    order = [value for value, _, _ in PRECISIONS]
    ranks = (values.map(order.index, na_action="ignore") for values in (one, other))
    worst = np.maximum(*(rank.to_numpy(dtype=np.float64) for rank in ranks))
    at = np.where(np.isnan(worst), -1, worst).astype(np.int64)
    return taken(pd.Series(order, dtype="str"), at, one.index)


def bands(demand: pd.DataFrame, cost: CostTable, *, limits: Sequence[float]) -> pd.Series:
    """
    Return the smallest limit within which each village is reached; missing where it is beyond all.

    What a map shows where a service area cannot be drawn as circles, as with time on roads.

    Parameters
    ----------
    demand, cost, limits
        As for `reach`.

    Returns
    -------
    bands
        n limits with the index of `demand`.
    """
    _require_rows(demand, cost)
    _, least = cost.nearest()
    rising = np.array(sorted(set(limits)), dtype=np.float64)
    for limit in rising:
        _require_limit(cost, float(limit))
    at = np.searchsorted(rising, least, side="left")
    return pd.Series(np.append(rising, np.nan)[at], index=demand.index, name="band")


def _groups(demand: pd.DataFrame, by: Sequence[str]) -> tuple[NDArray[np.int64], pd.DataFrame]:
    """Return each row's group as a number, and one row of `by` per group."""
    if not by:
        return np.zeros(len(demand), dtype=np.int64), pd.DataFrame(index=[0])
    keys = demand[list(by)]
    groups = keys.groupby(list(by), sort=False, dropna=False)
    number = np.asarray(groups.ngroup(), dtype=np.int64)
    first = np.unique(number, return_index=True)[1]
    return number, keys.iloc[first].reset_index(drop=True)


def _require_rows(demand: pd.DataFrame, cost: CostTable) -> None:
    if len(demand) != cost.demands:
        raise bad_argument("demand", len(demand), "why_cost_rows", count=cost.demands)


def _require_limit(cost: CostTable, limit: float) -> None:
    if not 0 <= limit <= cost.limit:
        raise bad_argument("limit", limit, "why_cost_limit", limit=f"{cost.limit:g}")
