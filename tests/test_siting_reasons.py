"""The curve, the order to build, reasons and stability: by hand, then beside brute force."""

import numpy as np
import pytest

from geo.cost import straight_lines
from geo.errors import ArgumentError
from geo.siting.covering import maximal_covering, reached
from geo.siting.curve import covering_curve, roll_out
from geo.siting.objectives import weighed
from geo.siting.problem import FREE, REQUIRED, Problem
from geo.siting.reasons import reasons
from geo.siting.stability import stability
from tests.test_siting_covering import best_by_trying, row, small
from tests.test_siting_laws import city


def test_the_order_to_build_takes_the_greatest_gain_first():
    problem = row([0, 1, 2, 7, 8, 20], [0, 1, 7, 20], 1000)
    assert roll_out(problem, np.array([1, 2, 3])) == ((1, 3.0), (2, 2.0), (3, 1.0))
    # Once 1 stands, 0 reaches nobody new.
    assert roll_out(problem, np.array([0, 1])) == ((1, 3.0), (0, 0.0))


def test_the_curve_of_a_road():
    curve = covering_curve(row([0, 1, 2, 7, 8, 20], [0, 1, 7, 20], 1000), most=9)
    assert curve.added.tolist() == [0, 1, 2, 3, 4]
    assert curve.objective.tolist() == curve.bound.tolist() == [0, 3, 5, 6, 6]
    assert curve.share[2] == pytest.approx(5 / 6)
    assert [len(sites) for sites in curve.sites] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("seed", range(5))
def test_every_point_of_the_curve_is_the_optimum_of_its_number(seed):
    problem = city(seed, weights=bool(seed % 2))
    problem.part[np.flatnonzero(problem.part == FREE)[:2]] = REQUIRED
    curve = covering_curve(problem, most=15)
    assert curve.added.tolist() == list(range(2, 16)) and curve.status == "optimal"
    assert (curve.objective == curve.bound).all()
    for added, objective, sites in zip(curve.added, curve.objective, curve.sites, strict=True):
        assert objective == pytest.approx(maximal_covering(problem, add=int(added)).objective)
        assert reached(problem, sites) == pytest.approx(objective)


def test_a_curve_that_is_stopped_has_bounds():
    curve = covering_curve(city(3), most=10, watch=lambda told: told.step == "bound")
    assert curve.status in {"stopped", "optimal"}
    assert (curve.bound >= curve.objective).all() and len(curve.sites) == 11


def test_townships_first_or_both():
    # One station of two reaches four villages, but both lie in township 0.
    problem = row([0, 1, 2, 3, 4, 9], [1, 4, 9], 1000, group=[0, 0, 1])
    assert maximal_covering(weighed(problem, "people"), add=2).sites.tolist() == [0, 1]
    assert maximal_covering(weighed(problem, "townships"), add=2).sites.tolist() == [0, 2]
    both = maximal_covering(weighed(problem, "both"), add=2)
    assert both.sites.tolist() == [0, 2]
    assert both.objective == 4 * 2 + 2 * 6  # shares 4/6 and 2/2, times 6 villages and 2 townships
    with pytest.raises(ArgumentError, match="乡镇街道代码"):
        weighed(row([0], [0], 500), "townships")


def test_reasons_of_a_road():
    problem = row([0, 1, 2, 7, 8, 9], [0, 1, 2, 8, 7], 1000, locked=[0], group=[0, 0, 1, 2, 2])
    solution = maximal_covering(problem, add=2)
    assert solution.sites.tolist() == [1, 3]
    first, second = reasons(problem, solution.sites)
    assert (first.site, first.place, first.gain, first.demand.tolist()) == (3, 1, 3, [3, 4, 5])
    assert (first.alone_weight, first.opens, first.runner_up, first.swap_loss) == (3, 2, 4, 1)
    # 0 and 1 are reached already; both 1 and 2 reach village 2, and 1 reaches more altogether.
    assert (second.site, second.demand.tolist(), second.opens) == (1, [2], -1)
    assert (second.runner_up, second.swap_loss, second.required) == (2, 0, False)


def test_a_site_that_nothing_can_replace():
    (reason,) = reasons(row([0, 9], [0, 5], 1000), np.array([0]))
    assert (reason.runner_up, reason.swap_loss) == (-1, 1)


def test_reasons_agree_with_trying_every_swap():
    seen = 0
    for seed in range(120):
        problem, add = small(seed)
        for options in ({}, {"least_groups": 2}, {"at_most_one": True}):
            try:
                plan = maximal_covering(problem, add=add, **options).sites
            except ArgumentError:
                continue
            total = reached(problem, plan)
            for reason in reasons(problem, plan, **options):
                rest = plan[plan != reason.site]
                tried = [-1.0]
                for other in np.setdiff1d(problem.choosable, plan).tolist():
                    there = np.append(rest, other)
                    if allowed(problem, there, other, **options):
                        tried.append(reached(problem, there))
                lost = total - reached(problem, rest)
                assert reason.alone_weight == pytest.approx(lost, abs=1e-9)
                assert reason.swap_loss == pytest.approx(min(lost, total - max(tried)), abs=1e-9)
                if reason.runner_up >= 0:
                    swapped = reached(problem, np.append(rest, reason.runner_up))
                    assert swapped == pytest.approx(total - reason.swap_loss, abs=1e-9)
                seen += 1
    assert seen > 250


def allowed(problem, there, other, least_groups=0, at_most_one=False):
    group = problem.group[np.concatenate([there, problem.locked])]
    if len(np.unique(group[group >= 0])) < least_groups:
        return False
    return (
        not (at_most_one and problem.group[other] >= 0)
        or (group == problem.group[other]).sum() == 1
    )


def test_stability_of_a_road():
    # Closed, the station at 0 leaves villages 0 and 1 to be reached anew: from 1 rather than 8.
    problem = row([0, 1, 2, 8], [0, 1, 8], 1000, locked=[0])
    far = straight_lines(
        np.array([[0.0, 0], [1000, 0], [2000, 0], [8000, 0]]),
        np.array([[0.0, 0], [1000, 0], [8000, 0]]), detour=1, limit_m=2000,
    )  # fmt: skip
    found = stability(
        problem, np.array([2]), cost=far, steps=(-2000.0, 1000.0),
        weights={"people": np.array([1.0, 1, 9, 1])},
    )  # fmt: skip
    told = [(run.kind, run.name, run.sites.tolist()) for run in found.runs]
    # With 2 km, 0 reaches village 2, so only 8 gains; with other weights, village 2 counts more.
    assert told == [("limit", "2000", [2]), ("weight", "people", [1]), ("closed", "0", [1])]
    assert (found.kept.tolist(), found.planned, found.status) == ([1], 3, "optimal")
    assert found.share[0] == pytest.approx(1 / 3)


@pytest.mark.parametrize("seed", range(3))
def test_every_run_is_an_optimum(seed):
    problem = city(seed)
    plan = maximal_covering(problem, add=6).sites
    found = stability(problem, plan, closings=5, seed=seed, one_per_group=False)
    assert len(found.runs) == 5
    for run in found.runs:
        part = problem.part.copy()
        part[int(run.name)] = 3
        variant = Problem(problem.cost, problem.weight, part, problem.group, 12)
        want = maximal_covering(variant, add=6).objective
        assert reached(variant, run.sites) == pytest.approx(want)
        assert int(run.name) not in run.sites
        if reached(variant, plan) == want:
            assert run.sites.tolist() == plan.tolist()


def test_one_station_less_on_small_problems():
    for seed in range(60):
        problem, add = small(seed)
        try:
            plan = maximal_covering(problem, add=add).sites
        except ArgumentError:
            continue
        for run in stability(problem, plan).runs:
            part = problem.part.copy()
            part[int(run.name)] = 3
            variant = Problem(problem.cost, problem.weight, part, problem.group, 4)
            want = best_by_trying(variant, len(plan), 0, False)
            assert reached(variant, run.sites) == pytest.approx(want, abs=1e-9)


@pytest.mark.parametrize("tied", [0, 1])
def test_of_plans_as_good_the_one_with_more_of_the_sites_stays(tied):
    # Either of the first two stations reaches both villages there; of the far ones the other
    # weight wants the last.
    problem = row([0, 1, 10, 20], [0, 1, 10, 20], 1000, weight=[1, 1, 2, 1])
    found = stability(problem, np.array([tied, 2]), weights={"other": np.array([1, 1, 1, 2.0])})
    assert found.runs[0].sites.tolist() == sorted([tied, 3])
    assert found.kept.tolist() == [1, 0]
