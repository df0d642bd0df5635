"""People against townships: on a row of points, then beside every choice there is."""

import numpy as np
import pytest

from geo.errors import ArgumentError
from geo.siting.frontier import frontier, most_opened, opened_groups
from geo.siting.problem import FORBIDDEN, FREE, LOCKED, REQUIRED
from tests.small_problems import choices, open_sites, respects, small, toy

# Two heavy points in township 0, lighter ones in 1 and 2; a site at each.
TOY = {"weight": [9, 8, 3, 1], "group": [0, 0, 1, 2], "limit": 1}


def test_people_are_given_up_for_townships_step_by_step():
    found = frontier(toy([0, 10, 20, 30], [0, 10, 20, 30], **TOY), add=2)
    assert [(point.opened, point.reached) for point in found.points] == [(1, 17), (2, 12)]
    assert [point.solution.sites.tolist() for point in found.points] == [[0, 1], [0, 2]]
    assert found.status == "optimal"


def test_a_township_with_a_locked_site_is_not_opened():
    problem = toy([0, 10, 20, 30], [0, 10, 20, 30], part=[LOCKED, FREE, FREE, FREE], **TOY)
    assert opened_groups(problem, np.array([1, 2])).tolist() == [1]
    assert most_opened(problem, 3) == 2
    found = frontier(problem, add=1)
    assert [(point.opened, point.reached) for point in found.points] == [(0, 17), (1, 12)]


def test_a_point_that_is_worse_in_both_is_not_there():
    # Either site of township 0 reaches both heavy points: nothing is lost by opening another.
    problem = toy([0, 1, 20], [0, 1, 20], weight=[5, 5, 1], group=[0, 0, 1], limit=1)
    assert [(p.opened, p.reached) for p in frontier(problem, add=2).points] == [(2, 11)]


@pytest.mark.parametrize(
    "problem, said",
    [
        (toy([0], [0]), "没有所属乡镇街道"),
        (toy([0], [0], group=[0], part=[FORBIDDEN]), "没有可选的候选点"),
        (toy([0], [0, 1], group=[0, 0], part=[REQUIRED, REQUIRED]), "必选的有 2 个"),
        (toy([0], [9], group=[0], limit=1), "放大范围"),
    ],
)
def test_what_cannot_be_says_what_to_change(problem, said):
    with pytest.raises(ArgumentError, match=said):
        frontier(problem, add=1)


def worth(problem, away, chosen):
    """Return townships opened and weight reached."""
    reached = np.isfinite(away[:, open_sites(problem, chosen)]).any(axis=1)
    there = set(problem.group[problem.locked])
    opened = {int(one) for one in problem.group[chosen] if one >= 0 and one not in there}
    return len(opened), float(problem.weight[reached].sum())


def test_it_agrees_with_brute_force():
    seen = longer = 0
    for seed in range(200):
        problem, away = small(seed, near=1)
        free, required = (int((problem.part == part).sum()) for part in (FREE, REQUIRED))
        add = required + min(free, 1 + seed % 3)
        usable = (problem.part == FREE) | (problem.part == REQUIRED)
        if not add or not np.isfinite(away[:, usable]).any():
            with pytest.raises(ArgumentError):
                frontier(problem, add=add)
            continue
        every = [worth(problem, away, one) for one in choices(problem, add)]
        best = {opened: max(w for o, w in every if o >= opened) for opened, _ in every}
        wanted = [
            (opened, reached)
            for opened, reached in sorted(best.items())
            if all(reached > other + 1e-9 for o, other in best.items() if o > opened)
        ]
        found = frontier(problem, add=add)
        assert [point.opened for point in found.points] == [opened for opened, _ in wanted], seed
        assert [point.reached for point in found.points] == pytest.approx([w for _, w in wanted])
        assert most_opened(problem, add) == max(opened for opened, _ in every)
        for point in found.points:
            sites = point.solution.sites
            assert respects(problem, sites) and len(sites) == add
            assert worth(problem, away, sites) == (point.opened, pytest.approx(point.reached))
            assert point.solution.gap == 0
        seen += 1
        longer += len(found.points) > 1
    assert seen > 100 and longer > 20


def test_when_the_watch_stops_it_there_is_a_point_and_it_says_so():
    found = frontier(toy([0, 10, 20, 30], [0, 10, 20, 30], **TOY), add=2, watch=lambda _: True)
    assert found.status == "stopped"
    assert len(found.points) == 1 and len(found.points[0].solution.sites) == 2
