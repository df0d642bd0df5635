"""Where the next stations go: maximal covering at the size of the city, and of a province.

Villages are scattered around the seats of the townships with a seed. spopt and a second
formulation solve the same matrices in the same run, and must reach the same weight.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import scipy.optimize
import scipy.sparse as sp

from benchmarks.figures import Figure, figure
from geo.cost import CostTable, straight_lines
from geo.crs import to_metres
from geo.siting.covering import maximal_covering
from geo.siting.curve import covering_curve
from geo.siting.problem import LOCKED, Problem
from geo.siting.reasons import reasons
from geo.siting.stability import stability

ROOT = Path(__file__).resolve().parents[1]
SEEDS = (1, 2, 3)
SPREAD_M = 5800.0
PROVINCE = {"villages": 60_000, "sites": 5_000, "side_m": 397_000.0}
PROVINCE_LIMIT_S = 300.0


class City(NamedTuple):
    """Villages and candidates in metres, the candidates' townships, and their parts."""

    village_m: np.ndarray
    site_m: np.ndarray
    group: np.ndarray
    part: np.ndarray


def city(seed: int, *, villages: int | None = None, sites: int, locked: int = 0) -> City:
    """Return all villages, or some, scattered around the seats, and candidates among them."""
    seats = pd.read_csv(ROOT / "data" / "townships.csv", dtype={"township_code": str})
    east_m, north_m = to_metres(seats["seat_lon"].to_numpy(), seats["seat_lat"].to_numpy())
    rng = np.random.default_rng(seed)
    home = np.repeat(np.arange(len(seats)), seats["villages_total"].to_numpy(np.int64))
    away = SPREAD_M * np.sqrt(rng.random(len(home)))
    turn = rng.random(len(home)) * 2 * np.pi
    place = np.column_stack([east_m, north_m])[home]
    place += np.column_stack([away * np.cos(turn), away * np.sin(turn)])
    if villages is not None:
        kept = np.sort(rng.choice(len(home), villages, replace=False))
        place, home = place[kept], home[kept]
    chosen = np.sort(rng.choice(len(home), sites, replace=False))
    part = np.zeros(sites, np.int64)
    part[rng.choice(sites, locked, replace=False)] = LOCKED
    return City(place, place[chosen], home[chosen], part)


def problem_of(made: City, cost: CostTable) -> Problem:
    """Return the problem of a city, each village counting one."""
    return Problem(cost, np.ones(len(made.village_m)), made.part, made.group, 88)


def figures() -> list[Figure]:
    """Return the figures of all cases."""
    rows: list[Figure] = []
    for radius_m in (5000.0, 8000.0):
        rows += _next_twenty(radius_m)
    rows += _nothing_locked() + _every_village() + _small() + _curve() + _reasons()
    return rows + _province()


def _timed(run: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return the seconds that passed and those of the processor, and what came out."""
    wall, used = time.perf_counter(), time.process_time()
    answer = run()
    return time.perf_counter() - wall, time.process_time() - used, answer


def _both(
    name: str, times: list[tuple[float, float]], *, bar: float | None = None, **peer: Any
) -> list[Figure]:
    """Return the seconds that passed beside a peer, and those of the processor."""
    return [
        figure(name, [one[0] for one in times], "s", bar=bar, **peer),
        figure(f"{name}, processor", [one[1] for one in times], "s"),
    ]


def _next_twenty(radius_m: float) -> list[Figure]:
    solve, whole, build, peer = [], [], [], []
    for seed in SEEDS:
        made = city(seed, sites=1000, locked=40)
        start = time.perf_counter(), time.process_time()
        cost = straight_lines(made.village_m, made.site_m, limit_m=radius_m)
        problem = problem_of(made, cost)
        wall, used, found = _timed(lambda problem=problem: maximal_covering(problem, add=20))
        solve.append((wall, used))
        whole.append((time.perf_counter() - start[0], time.process_time() - start[1]))
        _require(found.gap == 0, "a proven optimum")
        if seed != SEEDS[0]:  # a minute and more to build each
            continue
        built, solved, weight = _spopt(problem, add=20)
        build.append(built)
        peer.append(solved)
        _require(weight == found.objective, f"the same weight as spopt: {weight}")
    name = f"20 of 1,000 sites, 40 locked, {radius_m / 1000:g} km"
    with_build = [one + two for one, two in zip(build, peer, strict=True)]
    return [
        *_both(name, solve, bar=0.5, peer="spopt, HiGHS: solve", peer_values=peer),
        *_both(
            f"{name}, with the matrix", whole, bar=2.0, peer="spopt, HiGHS: build and solve",
            peer_values=with_build,
        ),
    ]  # fmt: skip


def _nothing_locked() -> list[Figure]:
    rows = []
    for radius_m in (5000.0, 8000.0):
        times = []
        for seed in SEEDS:
            made = city(seed, villages=3600, sites=1000)
            problem = problem_of(
                made, straight_lines(made.village_m, made.site_m, limit_m=radius_m)
            )
            wall, used, found = _timed(lambda problem=problem: maximal_covering(problem, add=30))
            _require(found.gap == 0, "a proven optimum")
            times.append((wall, used))
        rows += _both(f"30 of 1,000 sites, 3,600 villages, {radius_m / 1000:g} km", times, bar=2.0)
    return rows


def _every_village() -> list[Figure]:
    times = []
    for seed in SEEDS:
        made = city(seed, sites=3782)
        problem = problem_of(made, straight_lines(made.village_m, made.site_m, limit_m=5000.0))
        wall, used, found = _timed(lambda problem=problem: maximal_covering(problem, add=60))
        _require(found.gap == 0, "a proven optimum")
        times.append((wall, used))
    return _both("60 of all 3,782 villages, 5 km", times, bar=10.0)


def _small() -> list[Figure]:
    times, peer = [], []
    for seed in SEEDS:
        made = city(seed, sites=300)
        problem = problem_of(made, straight_lines(made.village_m, made.site_m, limit_m=5000.0))
        wall, used, found = _timed(lambda problem=problem: maximal_covering(problem, add=20))
        seconds, _, missed = _timed(lambda problem=problem: _least_missed(problem, add=20))
        total = float(problem.weight.sum())
        _require(abs(total - missed - found.objective) < 1e-6, "the same weight as the second way")
        times.append((wall, used))
        peer.append(seconds)
    named = "least weight missed, SciPy"
    return _both("20 of 300 sites, 5 km", times, peer=named, peer_values=peer)


def _curve() -> list[Figure]:
    rows = []
    for radius_m in (5000.0, 8000.0):
        made = city(1, sites=1000, locked=40)
        problem = problem_of(made, straight_lines(made.village_m, made.site_m, limit_m=radius_m))
        wall, used, found = _timed(lambda problem=problem: covering_curve(problem, most=60))
        _require(found.status == "optimal", "every point proven")
        rows += _both(f"curve from 1 to 60, {radius_m / 1000:g} km", [(wall, used)], bar=10.0)
    return rows


def _reasons() -> list[Figure]:
    rows = []
    for radius_m in (5000.0, 8000.0):
        made = city(1, sites=1000, locked=40)
        far = straight_lines(made.village_m, made.site_m, limit_m=radius_m + 2000)
        problem = problem_of(made, far.within(radius_m))
        plan = maximal_covering(problem, add=20).sites
        people = np.round(np.random.default_rng(1).lognormal(6.5, 0.7, len(problem.weight)))

        def tell(
            problem: Problem = problem, plan: np.ndarray = plan, far: CostTable = far,
            people: np.ndarray = people,
        ) -> None:  # fmt: skip
            reasons(problem, plan)
            done = stability(problem, plan, cost=far, weights={"people": people})
            _require(len(done.runs) == 43, "43 runs")

        wall, used, _ = _timed(tell)
        rows += _both(f"reasons and stability, {radius_m / 1000:g} km", [(wall, used)], bar=5.0)
    return rows


def _province() -> list[Figure]:
    command = [sys.executable, "-m", "benchmarks.siting", "province"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    told = json.loads(done.stdout)
    name = "20 of 5,000 sites, 60,000 villages"
    return [
        figure(name, [told["seconds"]], "s"),
        figure(f"{name}, peak memory", [told["megabytes"]], "MB", bar=4096.0),
        figure(f"{name}, gap", [told["gap"]], "share"),
        figure(f"{name}, gap when stopped at 2 s", [told["short_gap"]], "share"),
    ]


def province(seed: int = 1) -> Problem:
    """Return a province of even villages and candidates, 200 of which stand already."""
    rng = np.random.default_rng(seed)
    villages, sites = int(PROVINCE["villages"]), int(PROVINCE["sites"])
    here = rng.uniform(0, PROVINCE["side_m"], (villages, 2))
    there = here[np.sort(rng.choice(villages, sites, replace=False))]
    part = np.zeros(sites, np.int64)
    part[rng.choice(sites, 200, replace=False)] = LOCKED
    return Problem(straight_lines(here, there, limit_m=8000.0), np.ones(villages), part)


def _measure_province() -> dict[str, float]:
    start = time.perf_counter()
    problem = province()

    def told(progress: Any) -> bool:
        line = f"{progress.step}: {progress.objective:g} of at most {progress.bound:g}"
        print(line, file=sys.stderr, flush=True)
        return False

    found = maximal_covering(problem, add=20, time_limit_s=PROVINCE_LIMIT_S, watch=told)
    seconds = time.perf_counter() - start
    short = maximal_covering(problem, add=20, time_limit_s=2.0)
    _require(short.objective <= found.bound and short.bound >= found.objective, "valid bounds")
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "seconds": seconds, "megabytes": peak_mb, "gap": found.gap, "short_gap": short.gap,
    }  # fmt: skip


# --- other programs on the same matrices ----------------------------------------------------


def _spopt(problem: Problem, *, add: int) -> tuple[float, float, float]:
    """Return the seconds that spopt needs to build and to solve, and the weight it reaches."""
    import pulp
    from spopt.locate import MCLP

    cost = problem.cost
    away = np.full((cost.demands, cost.facilities), np.inf)
    away[cost.demand(), cost.facility] = cost.cost
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        locked = problem.part == LOCKED
        built, _, model = _timed(
            lambda: MCLP.from_cost_matrix(
                away, problem.weight, cost.limit, p_facilities=add + int(locked.sum()),
                predefined_facilities_arr=locked.astype(int),
            )
        )  # fmt: skip
        solver = pulp.HiGHS(msg=False, gapRel=0.0, threads=1)
        solved, _, _ = _timed(lambda: model.solve(solver))
    return built, solved, float(round(pulp.value(model.problem.objective), 6))


def _least_missed(problem: Problem, *, add: int) -> float:
    """Return the least weight missed: the classic second form, in u = 1 - y, by SciPy."""
    cost = problem.cost
    n, m = cost.demands, cost.facilities
    ones = np.ones(len(cost.facility))
    reach = sp.csr_array((ones, cost.facility, cost.starts), shape=(n, m))
    found = scipy.optimize.milp(
        np.concatenate([np.zeros(m), problem.weight]),
        constraints=[
            scipy.optimize.LinearConstraint(sp.hstack([reach, sp.eye_array(n)]), lb=1.0),
            scipy.optimize.LinearConstraint(np.concatenate([np.ones(m), np.zeros(n)]), ub=add),
        ],
        integrality=np.concatenate([np.ones(m), np.zeros(n)]),
        bounds=scipy.optimize.Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    return float(found.fun)


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise AssertionError(f"expected {what}")


if __name__ == "__main__":
    print(json.dumps(_measure_province()))
