"""Travel cost as a table: what it costs to get from each demand point to each facility.

Nothing downstream knows how a cost was found: by a straight line, on roads, or by a routing
engine. A cost is metres or minutes, as its table says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.errors import bad_argument

Unit = Literal["m", "min"]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# A road is longer than the straight line; see docs/data.md on where the figure is from.
DETOUR_FACTOR = 1.3


@dataclass(frozen=True, eq=False)
class CostTable:
    """
    What it costs to reach facilities from demand points, as a sparse table in rows.

    Demand point `i` (a row of a demand table, by position) reaches the facilities
    ``facility[starts[i]:starts[i + 1]]`` (rows of a facility table, by position) at
    ``cost[starts[i]:starts[i + 1]]``; within a row by rising cost, equal ones by position.
    A pair that is not listed costs more than `limit`, or cannot be travelled at all.

    Parameters
    ----------
    starts
        n + 1 offsets, the first 0, the last k.
    facility, cost
        k positions in 0..m-1, and k costs in `unit`, finite and not negative.
    facilities
        m, the number of facilities.
    unit
        "m" or "min".
    limit
        Pairs up to and with this cost are listed; infinite: every pair that can be travelled.
    method
        How the costs were found: "straight", "roads", "osrm" or "valhalla".
    mode
        "walk", "ebike", "bus" or "car" where the cost depends on it; else "".
    fallbacks
        For how many of the pairs a straight line stands in, since the engine or the roads had
        no answer; of a table that was cut, as many as before.
    """

    starts: Integers
    facility: Integers
    cost: Floats
    facilities: int
    unit: Unit
    limit: float = np.inf
    method: str = "straight"
    mode: str = ""
    fallbacks: int = field(default=0)

    @property
    def demands(self) -> int:
        """Return n, the number of demand points."""
        return len(self.starts) - 1

    def demand(self) -> Integers:
        """Return for each listed pair the position of its demand point; k values, rising."""
        return np.repeat(np.arange(self.demands), np.diff(self.starts))

    def within(self, limit: float) -> CostTable:
        """
        Return the pairs that cost at most `limit`; one of exactly `limit` is among them.

        Raises
        ------
        ArgumentError
            If the table does not reach as far as `limit`.
        """
        if not 0 <= limit <= self.limit:
            raise bad_argument("limit", limit, "why_cost_limit", limit=f"{self.limit:g}")
        kept = self.cost <= limit
        counted = np.concatenate([[0], np.cumsum(kept)])
        return CostTable(
            counted[self.starts], self.facility[kept], self.cost[kept], self.facilities,
            self.unit, limit, self.method, self.mode, self.fallbacks,
        )  # fmt: skip

    def nearest(self) -> tuple[Integers, Floats]:
        """Return each demand point's cheapest facility (-1 for none) and its cost (infinite)."""
        facility = np.full(self.demands, -1)
        cost = np.full(self.demands, np.inf)
        some = np.flatnonzero(np.diff(self.starts))
        facility[some] = self.facility[self.starts[some]]
        cost[some] = self.cost[self.starts[some]]
        return facility, cost


def cost_table(
    demand: Integers,
    facility: Integers,
    cost: Floats,
    *,
    demands: int,
    facilities: int,
    unit: Unit,
    limit: float = np.inf,
    method: str = "straight",
    mode: str = "",
    fallbacks: int = 0,
) -> CostTable:
    """
    Return the cost table of pairs in any order; those that cost more than `limit` are left out.

    Parameters
    ----------
    demand, facility, cost
        k pairs: positions in 0..demands-1 and 0..facilities-1, each pair once, and its cost
        in `unit`. Pairs of infinite or missing cost are left out.
    demands, facilities, unit, limit, method, mode, fallbacks
        As in `CostTable`.

    Raises
    ------
    ArgumentError
        If a cost is negative.
    """
    kept = cost <= limit
    kept &= np.isfinite(cost)
    demand, facility, cost = demand[kept], facility[kept], np.asarray(cost[kept], np.float64)
    if len(cost) and cost.min() < 0:
        raise bad_argument("cost", cost.min(), "why_negative")
    order = np.lexsort((facility, cost, demand))
    starts = np.concatenate([[0], np.cumsum(np.bincount(demand, minlength=demands))])
    return CostTable(
        starts, facility[order].astype(np.int64), cost[order], facilities, unit, limit, method,
        mode, fallbacks,
    )  # fmt: skip


def straight_lines(
    demand_m: Floats,
    facility_m: Floats,
    *,
    detour: float = DETOUR_FACTOR,
    limit_m: float = np.inf,
) -> CostTable:
    """
    Return the straight-line distances times a detour factor, in metres.

    Parameters
    ----------
    demand_m, facility_m
        n and m positions (x, y) in metres, both in EPSG:4548. A pair of which one position
        is missing (NaN) is not listed.
    detour
        How much longer a road is than the straight line; at least 1.
    limit_m
        The greatest cost to list, metres after the detour factor.

    Raises
    ------
    ArgumentError
        If `detour` is below 1 or `limit_m` negative.
    """
    for name, value, low in (("detour", detour, 1.0), ("limit_m", limit_m, 0.0)):
        if not value >= low:
            raise bad_argument(name, value, "why_below", low=f"{low:g}")
    here, there = (np.flatnonzero(np.isfinite(at).all(axis=1)) for at in (demand_m, facility_m))
    if not len(here) or not len(there):
        none = np.empty(0, np.int64)
        pairs = none, none, np.empty(0)
    elif np.isinf(limit_m):
        away = demand_m[here, None, :] - facility_m[None, there, :]
        far = np.hypot(away[..., 0], away[..., 1]) * detour
        pairs = np.repeat(here, len(there)), np.tile(there, len(here)), far.ravel()
    else:
        # A little beyond, since the tree and `hypot` round apart; `cost_table` cuts exactly.
        reach_m = limit_m / detour * (1 + 1e-9) + 1e-6
        found = cKDTree(demand_m[here]).sparse_distance_matrix(
            cKDTree(facility_m[there]), reach_m, output_type="ndarray"
        )
        one, other = here[found["i"]], there[found["j"]]
        away = demand_m[one] - facility_m[other]
        pairs = one, other, np.hypot(away[:, 0], away[:, 1]) * detour
    return cost_table(
        *pairs, demands=len(demand_m), facilities=len(facility_m), unit="m", limit=limit_m,
    )  # fmt: skip
