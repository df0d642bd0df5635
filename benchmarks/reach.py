"""Reach, floating catchment and equity of a city and of a province, beside PySAL's access."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.figures import Figure, figure
from geo.catchment import reach
from geo.cost import CostTable, straight_lines
from geo.equity import gini, worst_part
from geo.floating import floating_catchment, plain

# (name, demand points, facilities, side of the square in metres, runs)
CASES = (("city", 3_782, 60, 88_000, 5), ("province", 60_000, 2_000, 400_000, 3))
LIMITS_M = (3_000.0, 5_000.0, 10_000.0)
CITY_BAR_S = 0.5


def made_case(points: int, facilities: int, side_m: float, *, seed: int) -> dict[str, Any]:
    """Return invented positions and weights: villages and stations alike in a square."""
    random = np.random.default_rng(seed)
    return {
        "demand_m": random.uniform(0, side_m, (points, 2)),
        "facility_m": random.uniform(0, side_m, (facilities, 2)),
        "weight": random.integers(200, 4000, points).astype(float),
        "township": random.integers(0, points // 40, points),
    }


def whole(case: dict[str, Any]) -> tuple[pd.DataFrame, np.ndarray, float]:
    """Return reach by township, 2SFCA, and Gini with the worst tenth, from the positions on."""
    cost = straight_lines(case["demand_m"], case["facility_m"], limit_m=LIMITS_M[-1])
    demand = pd.DataFrame({
        "weight": case["weight"], "spread": False, "lon": 0.0, "lat": 0.0,
        "township_code": case["township"],
    })  # fmt: skip
    sums = reach(demand, cost, limits=LIMITS_M, by=["township_code"])
    access = floating(cost, case)
    even = gini(access, case["weight"])
    worst_part(cost.nearest()[1], case["weight"], worst="high")
    return sums, access, even


def floating(cost: CostTable, case: dict[str, Any]) -> np.ndarray:
    capacity = np.ones(len(case["facility_m"]))
    return floating_catchment(cost, case["weight"], capacity, plain(LIMITS_M[-1]))


def by_access(cost: CostTable, case: dict[str, Any]) -> Callable[[], pd.Series]:
    """Return the same 2SFCA by PySAL's access, over the same pairs within the limit."""
    from access.fca import two_stage_fca

    pairs = pd.DataFrame({"origin": cost.demand(), "dest": cost.facility, "cost": cost.cost})
    demand = pd.DataFrame({"geoid": np.arange(cost.demands), "demand": case["weight"]})
    supply = pd.DataFrame(
        {"supply": np.ones(cost.facilities)},
        index=pd.RangeIndex(cost.facilities, name="geoid"),
    )
    return lambda: two_stage_fca(demand, supply, pairs, max_cost=LIMITS_M[-1])


def timed(run: Callable[[], Any], runs: int) -> list[float]:
    """Return the seconds of each run."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return seconds


def figures() -> list[Figure]:
    """Return the times, for a city and a province, and those of access for the same 2SFCA."""
    import access

    found = []
    for name, points, facilities, side_m, runs in CASES:
        case = made_case(points, facilities, side_m, seed=1)
        cost = straight_lines(case["demand_m"], case["facility_m"], limit_m=LIMITS_M[-1])
        peer = by_access(cost, case)
        _require_agreement(floating(cost, case), peer())
        size = f"{points} × {facilities}"
        found += [
            figure(
                f"reach, 2SFCA and equity, {name} {size}",
                timed(lambda case=case: whole(case), runs), "s",
                bar=CITY_BAR_S if name == "city" else None,
            ),
            figure(
                f"2SFCA alone, {name} {size}",
                timed(lambda cost=cost, case=case: floating(cost, case), runs), "s",
                peer=f"access {access.__version__}", peer_values=timed(peer, runs),
            ),
        ]  # fmt: skip
    return found


def _require_agreement(ours: np.ndarray, theirs: pd.Series) -> None:
    """Raise unless both programs found the same accessibility everywhere."""
    found = theirs.reindex(range(len(ours)), fill_value=0.0).to_numpy()
    np.testing.assert_allclose(ours, found, rtol=1e-9)
