"""p-median, p-center, set covering, capacities and the frontier, beside spopt with HiGHS.

The city is invented: villages around 88 seats on 110 by 70 km, 40 stations that stand, 1,000
villages as candidates, 20 to add. spopt writes a variable per pair, which for p-median and
p-center is 3.8 million here and takes it far beyond minutes; those two are held against it on a
smaller city, and both programs must agree in the value. Time is that of building and solving.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from pulp import HiGHS
from spopt.locate import LSCP, PCenter, PMedian

from benchmarks.figures import Figure, figure
from geo.cost import straight_lines
from geo.siting.capacity import capacitated
from geo.siting.center import center
from geo.siting.frontier import frontier
from geo.siting.median import median
from geo.siting.problem import FREE, LOCKED, Problem
from geo.siting.set_covering import set_covering

SEEDS = (0, 1, 2)
VILLAGES, SITES, STANDING, ADD = 3_782, 1_000, 40, 20
SMALL_VILLAGES, SMALL_SITES, SMALL_STANDING, SMALL_ADD = 200, 40, 6, 5
PEER = "spopt 0.7 + HiGHS"
# No bars are set for these models; a few seconds is what is aimed at.
AIM_S = 5.0


def city(
    seed: int, *, villages: int = VILLAGES, sites: int = SITES, standing: int = STANDING,
    limit_m: float = np.inf,
) -> Problem:  # fmt: skip
    """Return the problem of an invented city: people as weights, 1 km to 3 km between villages."""
    random = np.random.default_rng(seed)
    seats = random.uniform(0, 1, (88, 2)) * [110_000, 70_000]
    at = seats[random.integers(0, 88, villages)] + random.normal(0, 4_500, (villages, 2))
    people = np.round(random.lognormal(6.8, 0.6, villages))
    stations = at[random.choice(villages, standing)] + random.normal(0, 300, (standing, 2))
    places = np.vstack([stations, at[random.choice(villages, sites, replace=False)]])
    part = np.repeat([LOCKED, FREE], [standing, sites])
    away = np.hypot(*(places[:, None, :] - seats[None, :, :]).transpose(2, 0, 1))
    return Problem(
        straight_lines(at, places, limit_m=limit_m), people, part, away.argmin(axis=1), len(seats),
        random.integers(2_000, 20_000, len(part)).astype(float),
    )  # fmt: skip


def dense(problem: Problem) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the costs as a full matrix; what is not listed costs ten million."""
    full = np.full((problem.cost.demands, problem.cost.facilities), 1e7)
    full[problem.cost.demand(), problem.cost.facility] = problem.cost.cost
    return full


def timed(work: Callable[[], float]) -> tuple[float, float]:
    """Return how long work takes, in seconds, and the value it gives."""
    start = time.perf_counter()
    value = work()
    return time.perf_counter() - start, value


def ours(name: str, work: Callable[[int], float]) -> Figure:
    """Return the figure of a model for each seed, without a peer."""
    return figure(name, [timed(lambda at=seed: work(at))[0] for seed in SEEDS], "s", bar=AIM_S)


def beside(
    name: str,
    mine: Callable[[int], float],
    peer: Callable[[int], float],
    peer_seeds: tuple[int, ...] = SEEDS,
) -> Figure:
    """Return the figure of a model for each seed beside the peer, which must agree."""
    times: list[float] = []
    peers: list[float] = []
    for seed in SEEDS:
        took_s, value = timed(lambda at=seed: mine(at))
        times.append(took_s)
        if seed not in peer_seeds:
            continue
        peer_took_s, peer_value = timed(lambda at=seed: peer(at))
        if not np.isclose(value, peer_value, rtol=1e-6):
            raise AssertionError(f"{name}, seed {seed}: {value} is not {peer_value}")
        peers.append(peer_took_s)
    return figure(name, times, "s", bar=AIM_S, peer=PEER, peer_values=peers)


def figures() -> list[Figure]:
    """Measure every model, median of the seeds."""
    with warnings.catch_warnings():
        # The peer uses what its own modelling library is about to change.
        warnings.simplefilter("ignore", DeprecationWarning)
        return [*_whole(), *_covering(5_000.0), *_covering(8_000.0), *_small()]


def _whole() -> list[Figure]:
    """Measure the real size: every pair is there."""
    cities = {seed: city(seed) for seed in SEEDS}

    def proven(model: Callable[..., Any], seed: int) -> float:
        solution = model(cities[seed], add=ADD)
        if solution.gap:
            raise AssertionError(f"seed {seed}: a gap of {solution.gap}")
        return float(solution.objective)

    size = f"{VILLAGES} x {SITES}, {STANDING} locked, {ADD} added"
    return [
        ours(f"p-median, {size}", lambda seed: proven(median, seed)),
        ours(f"p-center, {size}", lambda seed: proven(center, seed)),
    ]


def _covering(radius_m: float) -> list[Figure]:
    """Measure set covering beside the peer, the frontier, and capacities."""
    cities = {seed: city(seed, limit_m=radius_m) for seed in SEEDS}
    full = {}
    for seed, problem in cities.items():
        some = np.diff(problem.cost.starts) > 0
        full[seed] = dense(problem)[some]

    def peer(seed: int) -> float:
        locked = cities[seed].part == LOCKED
        model = LSCP.from_cost_matrix(full[seed], radius_m, predefined_facilities_arr=locked)
        solved = model.solve(HiGHS(msg=False))
        return float(solved.problem.objective.value() - locked.sum())

    def points(seed: int) -> float:
        return float(len(frontier(cities[seed], add=ADD).points))

    where = f"{radius_m / 1000:g} km, {VILLAGES} x {SITES}"
    return [
        beside(
            f"LSCP, {where}, {STANDING} locked",
            lambda seed: set_covering(cities[seed]).solution.objective,
            peer,
            SEEDS[:1],  # a minute and a half each
        ),
        ours(f"fewest for 90 %, {where}", lambda seed: fewest_for(cities[seed])),
        ours(f"frontier people/townships, {where}, {ADD} added", points),
        ours(
            f"covering with capacities, {where}, {ADD} added, at most 20 s",
            lambda seed: capacitated(cities[seed], add=ADD, time_limit_s=20).solution.gap,
        ),
    ]


def fewest_for(problem: Problem) -> float:
    """Return the fewest sites for 90 % of the people."""
    return set_covering(problem, share=0.9, time_limit_s=60).solution.objective


def _small() -> list[Figure]:
    """Measure a smaller city, on which the peer can answer p-median and p-center."""
    cities = {
        seed: city(
            seed, villages=SMALL_VILLAGES, sites=SMALL_SITES, standing=SMALL_STANDING
        )
        for seed in SEEDS
    }  # fmt: skip
    full = {seed: dense(problem) for seed, problem in cities.items()}
    places = SMALL_STANDING + SMALL_ADD

    def peer_median(seed: int) -> float:
        problem = cities[seed]
        model = PMedian.from_cost_matrix(
            full[seed], problem.weight, p_facilities=places,
            predefined_facilities_arr=problem.part == LOCKED,
        )  # fmt: skip
        return float(model.solve(HiGHS(msg=False, gapRel=1e-9)).problem.objective.value())

    def peer_center(seed: int) -> float:
        model = PCenter.from_cost_matrix(
            full[seed], p_facilities=places,
            predefined_facilities_arr=cities[seed].part == LOCKED,
        )  # fmt: skip
        return float(model.solve(HiGHS(msg=False, gapRel=1e-9)).problem.objective.value())

    size = f"{SMALL_VILLAGES} x {SMALL_SITES}, {SMALL_STANDING} locked, {SMALL_ADD} added"
    return [
        beside(
            f"p-median, {size}",
            lambda seed: median(cities[seed], add=SMALL_ADD).objective,
            peer_median,
        ),
        beside(
            f"p-center, {size}",
            lambda seed: center(cities[seed], add=SMALL_ADD).objective,
            peer_center,
        ),
    ]
