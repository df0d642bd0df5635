"""The smallest weighted cost: on a row of points, beside brute force, beside spopt."""

from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import highspy
import numpy as np
import pytest
import scipy.sparse as sp
from pulp import HiGHS
from spopt.locate import PMedian

from geo.errors import ArgumentError
from geo.siting.assignment import Assignment, greedy, steps
from geo.siting.branching import engine
from geo.siting.deadline import Deadline
from geo.siting.median import median
from geo.siting.multipliers import decided, relaxed
from geo.siting.problem import FORBIDDEN, FREE, LOCKED, REQUIRED
from geo.siting.program import Program, minimise
from tests.small_problems import choices, open_sites, problem_of, respects, small, toy
from tests.test_set_covering import lattice


def test_two_sites_on_a_row_stand_in_the_middle_of_the_halves():
    solution = median(toy(range(6), range(6)), add=2)
    assert solution.sites.tolist() == [1, 4]
    assert (solution.objective, solution.bound, solution.status) == (4, 4, "optimal")


def test_a_heavy_point_draws_the_site():
    assert median(toy([0, 5, 6], [0, 5, 6], weight=[9, 1, 1]), add=1).sites.tolist() == [0]


def test_locked_required_and_forbidden_sites_are_kept():
    part = [LOCKED, FREE, FREE, REQUIRED, FORBIDDEN, FREE]
    solution = median(toy(range(6), range(6), part=part), add=2)
    assert solution.sites.tolist() == [3, 5]
    assert solution.objective == 3


def test_the_limit_of_the_table_is_kept_though_it_costs_more():
    # By cost alone both sites would stand at the heavy end; 99 needs its own within 9.
    problem = toy([0, 2, 99], [0, 2, 95], weight=[100, 100, 1], limit=9)
    solution = median(problem, add=2)
    assert solution.sites.tolist() == [0, 2]
    assert solution.objective == 200 + 4


@pytest.mark.parametrize(
    "problem, add, said",
    [
        (toy([0], [0], weight=[0]), 1, "没有需求"),
        (toy([0], [0], part=[FORBIDDEN]), 0, "没有可用的点"),
        (toy([0], [0, 1], part=[REQUIRED, REQUIRED]), 1, "必选的有 2 个"),
        (toy([0, 99], [0], limit=5), 1, "有 1 个村"),
        (toy([0, 50, 99], [0, 50, 99], limit=5), 2, "至少要 3 个"),
        (toy([0, 50], [0, 50]), 0, "至少要 1 个"),
    ],
)
def test_what_cannot_be_says_what_to_change(problem, add, said):
    with pytest.raises(ArgumentError, match=said):
        median(problem, add=add)


def total(problem, away, chosen):
    near = away[:, open_sites(problem, chosen)].min(axis=1, initial=np.inf)
    some = problem.weight > 0
    return float(problem.weight[some] @ near[some])


def test_it_agrees_with_brute_force():
    seen = 0
    for seed in range(200):
        problem, away = small(seed, full=seed % 2 == 0)
        free, required = (int((problem.part == part).sum()) for part in (FREE, REQUIRED))
        add = required + int(np.random.default_rng(seed).integers(0, free + 1))
        values = [total(problem, away, one) for one in choices(problem, add)]
        if not any(problem.weight) or not values or not np.isfinite(min(values)):
            with pytest.raises(ArgumentError):
                median(problem, add=add)
            continue
        solution = median(problem, add=add)
        assert solution.objective == solution.bound == pytest.approx(min(values)), seed
        assert total(problem, away, solution.sites) == pytest.approx(solution.objective)
        assert respects(problem, solution.sites) and len(solution.sites) == add
        seen += 1
    assert seen > 100


@pytest.mark.parametrize("seed", range(40))
def test_what_the_bound_decides_is_in_every_best_choice(seed):
    problem, away = small(seed, full=True)
    problem = problem_of(away, weight=problem.weight + 1)
    m = away.shape[1]
    places = 1 + seed % m
    prices = Assignment(
        np.full(len(away), np.inf),
        problem.cost.demand(),
        problem.cost.facility,
        problem.cost.cost * problem.weight[problem.cost.demand()],
        m,
    )
    every = {tuple(one): total(problem, away, one) for one in choices(problem, places)}
    found = relaxed(prices, places, greedy(prices, places), deadline=Deadline())
    assert found.bound <= min(every.values()) + 1e-9
    assert found.paid == pytest.approx(every[tuple(found.chosen)])
    taken, kept = decided(found, places, found.paid)
    for chosen, paid in every.items():
        if paid < found.paid - 1e-9:
            assert set(taken) <= set(chosen) <= set(taken) | set(kept)


@pytest.mark.parametrize("deep", [1, 3, 24])
def test_steps_cost_what_the_prices_say(monkeypatch, deep):
    monkeypatch.setattr("geo.siting.assignment.DEEP", deep)
    for seed in range(30):
        away = np.random.default_rng(seed).integers(0, 9, (6, 5)).astype(float)
        pairs = np.argsort(away, axis=1, kind="stable")
        cap = np.where(np.arange(6) % 2, np.inf, 6.0)
        row, column = np.repeat(np.arange(6), 5), pairs.ravel()
        some = away[row, column] < cap[row]
        row, column = row[some], column[some]
        sets, after, extra, base = steps(Assignment(cap, row, column, away[row, column], 5))
        for number in range(2**5):
            mark = (number >> np.arange(5)) & 1
            missed = sets @ mark == 0
            for at in np.flatnonzero(after >= 0):  # each stands after the one it follows
                missed[at] &= missed[after[at]]
            near = np.where(mark, away, np.inf).min(axis=1)
            assert base + extra[missed].sum() == pytest.approx(np.minimum(near, cap).sum())


def test_many_sites_agree_with_every_choice():
    for seed in range(6):
        random = np.random.default_rng(seed)
        away = np.hypot(*(random.random((2, 60, 1)) - random.random((2, 1, 22))))
        weight = random.integers(1, 9, 60)
        every = np.array(list(combinations(range(22), 4)))
        best = (weight[:, None] * away[:, every].min(axis=2)).sum(axis=0).min()
        solution = median(problem_of(away, weight=weight), add=4)
        assert solution.objective == solution.bound == pytest.approx(best)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("locked", [0, 2])
def test_it_agrees_with_spopt(seed, locked):
    away = lattice(seed)
    weight = np.random.default_rng(seed).integers(1, 12, 100)
    part = np.full(12, FREE)
    part[:locked] = LOCKED
    peer = PMedian.from_cost_matrix(
        away, weight, p_facilities=4,
        predefined_facilities_arr=np.arange(12) < locked if locked else None,
    ).solve(HiGHS(msg=False))  # fmt: skip
    ours = median(problem_of(away, part=part, weight=weight), add=4 - locked)
    assert ours.objective == pytest.approx(peer.problem.objective.value())


def test_when_the_watch_stops_it_there_are_sites_and_a_bound():
    random = np.random.default_rng(1)
    away = random.uniform(0, 99, (300, 100))
    solution = median(problem_of(away), add=10, watch=lambda _: True)
    assert solution.status == "stopped"
    assert len(solution.sites) == 10
    assert solution.bound < solution.objective


def test_a_covering_plan_can_follow_in_the_same_thread():
    def both():
        minimise(
            Program(
                np.ones(1), sp.csr_array(np.ones((1, 1))), np.ones(1), np.ones(1), np.zeros(1),
                np.ones(1), np.ones(1, bool),
            )
        )  # fmt: skip
        after = engine(Deadline(None, None))
        after.addVariable(0, 1, -1)
        return after.run()

    with ThreadPoolExecutor(1) as fresh:  # HiGHS counts its threads once for each of ours
        assert fresh.submit(both).result() == highspy.HighsStatus.kOk
