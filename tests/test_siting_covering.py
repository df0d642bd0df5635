"""Maximal covering: by hand on a row of points, then beside brute force and spopt."""

import itertools

import numpy as np
import pytest

from geo.cost import cost_table, straight_lines
from geo.errors import ArgumentError
from geo.siting.covering import maximal_covering, reached
from geo.siting.problem import FORBIDDEN, FREE, LOCKED, REQUIRED, Problem


def row(villages, stations, radius_m, weight=None, **parts):
    """Return a problem of villages and stations on one straight road, in kilometres."""
    table = straight_lines(
        np.array([[1000.0 * at, 0.0] for at in villages]).reshape(-1, 2),
        np.array([[1000.0 * at, 0.0] for at in stations]).reshape(-1, 2),
        detour=1,
        limit_m=radius_m,
    )
    weight = np.ones(len(villages)) if weight is None else np.array(weight, float)
    group = parts.pop("group", None)
    part = np.full(len(stations), FREE)
    for name, value in (("locked", LOCKED), ("required", REQUIRED), ("forbidden", FORBIDDEN)):
        part[parts.pop(name, [])] = value
    assert not parts
    groups = 0 if group is None else max(group) + 1
    return Problem(table, weight, part, None if group is None else np.array(group), groups)


def test_the_two_ends_of_a_road_are_served_from_between():
    # 0 1 2 . . . . 7 8: a station at 1 reaches three villages, one at 7 reaches two.
    problem = row([0, 1, 2, 7, 8], [0, 1, 7], 1000)
    one = maximal_covering(problem, add=1)
    assert (one.sites.tolist(), one.objective, one.bound, one.gap) == ([1], 3, 3, 0)
    two = maximal_covering(problem, add=2)
    assert (two.sites.tolist(), two.objective, two.status) == ([1, 2], 5, "optimal")


def test_what_a_locked_site_reaches_counts_but_draws_nobody_there():
    problem = row([0, 1, 2, 7, 8], [0, 1, 7], 1000, locked=[1])
    solution = maximal_covering(problem, add=1)
    assert (solution.sites.tolist(), solution.objective) == ([2], 5)


def test_a_forbidden_site_is_not_chosen_and_a_required_one_is():
    assert maximal_covering(row([0, 1, 2, 7], [0, 1, 7], 1000, forbidden=[1]), add=1).objective == 2
    solution = maximal_covering(row([0, 1, 2, 7], [0, 1, 7], 1000, required=[2]), add=1)
    assert (solution.sites.tolist(), solution.objective) == ([2], 1)


def test_a_site_in_every_township_costs_people():
    problem = row([0, 1, 2, 3, 4, 9], [1, 4, 9], 1000, group=[0, 0, 1])
    assert maximal_covering(problem, add=2).sites.tolist() == [0, 1]
    solution = maximal_covering(problem, add=2, one_per_group=True)
    assert (solution.sites.tolist(), solution.objective) == ([0, 2], 4)


def test_sites_that_reach_nobody_new_stand_by_and_it_is_said():
    solution = maximal_covering(row([0, 1], [0, 1, 5], 1000), add=2)
    assert solution.objective == 2 and len(solution.sites) == 2
    assert [note.code for note in solution.notes] == ["siting_all_reached"]
    solution = maximal_covering(row([0, 1], [0, 1, 5], 1000), add=9)
    assert solution.sites.tolist() == [0, 1, 2]
    assert "全部选入" in solution.notes[0].sentence()
    assert "all are chosen" in solution.notes[0].sentence("en")


@pytest.mark.parametrize(
    ("make", "options", "words"),
    [
        (lambda: row([0, 1], [], 500), {"add": 1}, "没有可选的候选点"),
        (lambda: row([], [0], 500), {"add": 1}, "没有要服务的村"),
        (lambda: row([0], [0], 500, forbidden=[0]), {"add": 1}, "取消一些禁选"),
        (lambda: row([0], [0], 500), {"add": 0}, "改为 1 或更多"),
        (lambda: row([0], [5], 500), {"add": 1}, "放大范围"),
        (lambda: row([0], [0, 5], 500, locked=[0]), {"add": 1}, "500 米 太小"),
        (lambda: row([0], [0, 1], 500, required=[0, 1]), {"add": 1}, "取消一些必选"),
        (lambda: row([0], [0], 500), {"add": 1, "least_groups": 1}, "乡镇街道代码"),
        (lambda: row([0], [0, 1], 500, group=[0, 1]), {"add": 1, "least_groups": 2}, "改为 2"),
    ],
)
def test_what_cannot_be_answered_is_said_with_what_to_change(make, options, words):
    with pytest.raises(ArgumentError, match=words):
        maximal_covering(make(), **options)


# --- beside brute force ---------------------------------------------------------------------


def small(seed):
    """Return a small random problem, with locks, bans, demands, ties and weights of nothing."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 26)), int(rng.integers(1, 13))
    near = rng.random((n, m)) < rng.uniform(0.05, 0.5)
    demand, site = np.nonzero(near)
    cost = rng.integers(0, 5, len(demand)).astype(float)
    table = cost_table(demand, site, cost, demands=n, facilities=m, unit="m")
    kind = seed % 4
    if kind == 0:
        weight = np.ones(n)
    elif kind == 1:
        weight = rng.integers(0, 4, n).astype(float)
    elif kind == 2:
        weight = rng.random(n) * (rng.random(n) < 0.8)
    else:
        weight = np.round(rng.lognormal(6, 1, n))
    parts = rng.choice([FREE, LOCKED, REQUIRED, FORBIDDEN], m, p=[0.7, 0.12, 0.08, 0.1])
    group = rng.integers(-1, 4, m)
    return Problem(table, weight, parts, group, 4), int(rng.integers(1, 6))


def best_by_trying(problem, add, least, single):
    """Return the greatest weight of all plans, or None where there is no plan."""
    near = np.zeros((problem.cost.demands, problem.cost.facilities), bool)
    near[problem.cost.demand(), problem.cost.facility] = True
    required = np.flatnonzero(problem.part == REQUIRED).tolist()
    free = np.flatnonzero(problem.part == FREE).tolist()
    best = None
    size = max(0, min(add - len(required), len(free)))
    fixed = set(problem.group[[*problem.locked, *required]].tolist()) - {-1}
    plans = itertools.combinations(free, size)
    if single:
        plans = (
            more
            for fewer in range(size + 1)
            for more in itertools.combinations(free, fewer)
            if not fixed & (mine := set(problem.group[list(more)].tolist()))
            and len(mine - {-1}) == sum(problem.group[list(more)] >= 0)
        )
    for more in plans:
        there = [*problem.locked.tolist(), *required, *more]
        if len({g for g in problem.group[there].tolist() if g >= 0}) < least:
            continue
        value = float(problem.weight[near[:, there].any(axis=1)].sum())
        best = value if best is None else max(best, value)
    return best


@pytest.mark.parametrize(
    ("least", "single", "answered"),
    [(0, False, 200), (2, False, 120), (3, False, 90), (0, True, 180), (2, True, 100)],
)
def test_no_plan_is_better_on_two_hundred_small_problems(least, single, answered):
    solved = 0
    for seed in range(260):
        problem, add = small(seed)
        want = best_by_trying(problem, add, least, single)
        try:
            solution = maximal_covering(problem, add=add, least_groups=least, at_most_one=single)
        except ArgumentError as error:
            refused = {
                "siting_no_candidates", "siting_too_many_required", "siting_reaches_nobody",
                "siting_too_few_for_groups",
            }  # fmt: skip
            assert error.code in refused, seed
            assert error.code != "siting_too_few_for_groups" or want is None, seed
            continue
        solved += 1
        assert solution.objective == pytest.approx(want, abs=1e-9), seed
        assert solution.gap == 0 and solution.status == "optimal"
        assert solution.objective == pytest.approx(reached(problem, solution.sites))
        chosen = set(solution.sites.tolist())
        assert len(chosen) == min(add, len(problem.choosable)) or single
        assert set(np.flatnonzero(problem.part == REQUIRED).tolist()) <= chosen
        assert chosen <= set(problem.choosable.tolist())
        there = np.concatenate([solution.sites, problem.locked])
        opened = np.unique(problem.group[there])
        if single:
            more = problem.group[solution.sites][problem.part[solution.sites] == FREE]
            more, parts = more[more >= 0], (LOCKED, REQUIRED)
            assert len(set(more.tolist())) == len(more)
            assert not np.isin(more, problem.group[np.isin(problem.part, parts)]).any()
        assert np.count_nonzero(opened >= 0) >= least
    assert solved >= answered
