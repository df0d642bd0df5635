"""The smallest greatest cost: on a row of points, beside brute force, beside spopt."""

import numpy as np
import pytest
from pulp import HiGHS
from spopt.locate import PCenter

from geo.errors import ArgumentError
from geo.siting.center import center
from geo.siting.problem import FORBIDDEN, FREE, LOCKED, REQUIRED
from tests.small_problems import choices, open_sites, problem_of, respects, small, toy
from tests.test_set_covering import lattice


def test_two_sites_on_a_row_stand_in_the_middle_of_the_halves():
    solution = center(toy(range(6), range(6)), add=2)
    assert solution.sites.tolist() == [1, 4]
    assert (solution.objective, solution.bound, solution.status) == (1, 1, "optimal")


def test_locked_required_and_forbidden_sites_are_kept():
    part = [LOCKED, FREE, FREE, REQUIRED, FORBIDDEN, FREE]
    solution = center(toy(range(6), range(6), part=part), add=2)
    assert solution.sites.tolist() == [3, 5]
    assert solution.objective == 1


def test_a_site_that_does_not_help_is_not_added():
    solution = center(toy([0, 9], [0, 1, 9]), add=3)
    assert (solution.objective, solution.sites.tolist()) == (0, [0, 2])


def test_demand_without_weight_does_not_count():
    assert center(toy([0, 1, 99], [0, 1], weight=[1, 1, 0]), add=1).objective == 1


@pytest.mark.parametrize(
    "problem, add, said",
    [
        (toy([0], [0], weight=[0]), 1, "没有需求"),
        (toy([0], [0], part=[FORBIDDEN]), 0, "没有可用的点"),
        (toy([0], [0]), -1, "不能是负数"),
        (toy([0], [0, 1], part=[REQUIRED, REQUIRED]), 1, "必选的有 2 个"),
        (toy([0, 99], [0], limit=5), 1, "有 1 个村"),
        (toy([0, 50, 99], [0, 50, 99], limit=5), 2, "至少要 3 个"),
    ],
)
def test_what_cannot_be_says_what_to_change(problem, add, said):
    with pytest.raises(ArgumentError, match=said):
        center(problem, add=add)


def greatest(problem, away, chosen):
    near = away[:, open_sites(problem, chosen)].min(axis=1, initial=np.inf)
    return near[problem.weight > 0].max()


def test_it_agrees_with_brute_force():
    seen = 0
    for seed in range(200):
        problem, away = small(seed, full=seed % 2 == 0)
        free, required = (int((problem.part == part).sum()) for part in (FREE, REQUIRED))
        add = required + int(np.random.default_rng(seed).integers(0, free + 1))
        values = [
            greatest(problem, away, one) for one in choices(problem, add) if any(problem.weight)
        ]
        if not values or not np.isfinite(min(values)):
            with pytest.raises(ArgumentError):
                center(problem, add=add)
            continue
        solution = center(problem, add=add)
        assert solution.objective == solution.bound == min(values), seed
        assert greatest(problem, away, solution.sites) == solution.objective
        assert respects(problem, solution.sites) and len(solution.sites) <= add
        seen += 1
    assert seen > 100


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("locked", [0, 2])
def test_it_agrees_with_spopt(seed, locked):
    away = lattice(seed, sites=10)
    part = np.full(10, FREE)
    part[:locked] = LOCKED
    peer = PCenter.from_cost_matrix(
        away, p_facilities=4, predefined_facilities_arr=np.arange(10) < locked if locked else None
    ).solve(HiGHS(msg=False))
    ours = center(problem_of(away, part=part), add=4 - locked)
    assert ours.objective == pytest.approx(peer.problem.objective.value())


def test_when_the_watch_stops_it_there_are_sites_and_a_bound():
    away = np.random.default_rng(1).uniform(0, 99, (300, 100))
    solution = center(problem_of(away), add=5, watch=lambda _: True)
    assert solution.status == "stopped"
    assert len(solution.sites) <= 5
    assert solution.bound < solution.objective
