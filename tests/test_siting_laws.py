"""Laws of the covering engine: reductions keep the optimum, order does not matter, runs can end."""

import numpy as np
import pytest
from scipy import sparse

from geo.cost import cost_table, straight_lines
from geo.errors import ArgumentError
from geo.siting.branching import Relaxations, branched, relaxation
from geo.siting.cover import Cover
from geo.siting.covering import maximal_covering
from geo.siting.deadline import Deadline
from geo.siting.exchange import greedy
from geo.siting.lagrangian import ascent, prices, ruled_out
from geo.siting.problem import LOCKED, Problem
from geo.siting.proof import solved
from geo.siting.reduction import merged, opening, undominated
from tests.test_siting_covering import best_by_trying, small


def city(seed, villages=500, sites=120, radius_m=4000, locked=8, weights=False):
    """Return a made-up city with stations in it."""
    rng = np.random.default_rng(seed)
    here, there = rng.uniform(0, 40_000, (villages, 2)), rng.uniform(0, 40_000, (sites, 2))
    cost = straight_lines(here, there, detour=1.2, limit_m=radius_m)
    weight = np.round(rng.lognormal(6, 0.7, villages)) if weights else np.ones(villages)
    part = np.zeros(sites, np.int64)
    part[rng.choice(sites, locked, replace=False)] = LOCKED
    return Problem(cost, weight, part, rng.integers(0, 12, sites), 12)


def covers():
    """Return small problems as the engine sees them, each with its optimum."""
    for seed in range(60):
        problem, add = small(seed)
        for least, single in ((0, False), (2, False), (0, True), (1, True)):
            want = best_by_trying(problem, add, least, single)
            required = int((problem.part == 2).sum())
            if want is None or required > add:
                continue
            start = opening(problem, add=add, least_groups=least, single=single)
            yield start.cover, want - start.sure


def optimum(cover):
    return solved(cover, deadline=Deadline()).value if len(cover.site) else 0.0


def test_what_locks_reach_can_be_taken_out():
    seen = 0
    for cover, want in covers():
        assert optimum(cover) == pytest.approx(want, abs=1e-9)
        seen += 1
    assert seen > 120


def test_demand_of_the_same_sites_can_be_put_together():
    fewer = 0
    for cover, want in covers():
        less = merged(cover)
        fewer += less.reach.shape[0] < cover.reach.shape[0]
        assert less.total == pytest.approx(cover.total)
        assert optimum(less) == pytest.approx(want, abs=1e-9)
    assert fewer > 30


def test_sites_that_another_makes_needless_can_be_dropped():
    fewer = 0
    for cover, want in covers():
        kept = undominated(cover)
        fewer += len(kept) < len(cover.site)
        assert optimum(cover.only(kept)) == pytest.approx(want, abs=1e-9)
    assert fewer > 30


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_any_prices_give_a_bound_and_rule_out_no_better_plan(share):
    gone = 0
    for number, (cover, want) in enumerate(covers()):
        if not cover.add or not cover.reach.shape[0]:
            continue
        rng = np.random.default_rng(number)
        even = cover.weight / np.diff(cover.reach.indptr)
        found = prices(cover, (1 - share) * even + share * rng.random(len(even)) * cover.weight)
        assert found.bound >= want - 1e-9
        low = cover.value(greedy(cover))
        out = ruled_out(cover, found, low)
        gone += len(out)
        left = np.setdiff1d(np.arange(len(cover.site)), out)
        if want > low + 1e-6:
            assert optimum(cover.only(left)) == pytest.approx(want, abs=1e-9)
    assert gone > 20


def test_the_rising_bound_never_passes_the_optimum():
    for cover, want in covers():
        if cover.add and cover.reach.shape[0]:
            raised = ascent(cover, greedy(cover), deadline=Deadline())
            assert raised.value <= want + 1e-9 <= raised.found.bound + 2e-9


# --- order, ends and options ----------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("weights", [False, True])
def test_the_same_sites_whatever_the_order_of_rows(seed, weights):
    problem = city(seed, weights=weights)
    rng = np.random.default_rng(seed)
    n, m = problem.cost.demands, problem.cost.facilities
    rows, columns, groups = rng.permutation(n), rng.permutation(m), rng.permutation(12)
    cost = problem.cost
    mixed = Problem(
        cost_table(
            np.argsort(rows)[cost.demand()], np.argsort(columns)[cost.facility], cost.cost,
            demands=n, facilities=m, unit="m", limit=cost.limit,
        ),
        problem.weight[rows], problem.part[columns], groups[problem.group][columns], 12,
    )  # fmt: skip
    for options in ({}, {"least_groups": 12}, {"at_most_one": True}):
        one = maximal_covering(problem, add=7, **options)
        other = maximal_covering(mixed, add=7, **options)
        assert one.objective == other.objective
        assert np.sort(columns[other.sites]).tolist() == one.sites.tolist()


def hard(seed=1):
    """Return a problem whose proof takes a while: much overlap, nothing fixed."""
    return city(seed, villages=1500, sites=400, radius_m=6500, locked=0)


def test_a_run_that_is_stopped_has_a_valid_plan_and_bound():
    told = []

    def watch(progress):
        told.append(progress)
        return progress.step == "bound"

    stopped = maximal_covering(hard(), add=25, watch=watch)
    assert stopped.status == "stopped" and len(stopped.sites) == 25
    assert stopped.bound >= stopped.objective > 0 and stopped.gap < 0.3
    assert told[0].step == "greedy"
    assert all(one.bound >= one.objective - 1e-6 for one in told)


def test_nothing_is_printed(capfd):
    maximal_covering(hard(), add=25, time_limit_s=5)
    assert capfd.readouterr() == ("", "")


def test_a_run_out_of_time_has_a_valid_plan_and_bound():
    short = maximal_covering(hard(), add=25, time_limit_s=0.2)
    assert short.status == "time" and len(short.sites) == 25
    assert short.bound >= short.objective
    with pytest.raises(ArgumentError, match="time_limit_s"):
        maximal_covering(hard(), add=25, time_limit_s=0)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_another_program_finds_the_same_weight():
    pulp = pytest.importorskip("pulp")
    from spopt.locate import MCLP

    rng = np.random.default_rng(7)
    for seed in range(4):
        # As in the examples of spopt: 100 clients and 5 to 10 facilities in a square of 10.
        here, there = rng.uniform(0, 10, (100, 2)), rng.uniform(0, 10, (8, 2))
        weight = rng.integers(1, 12, 100).astype(float)
        away = np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1))
        other = MCLP.from_cost_matrix(away, weight, 2.5, p_facilities=3 + seed % 2)
        other = other.solve(pulp.PULP_CBC_CMD(msg=False))
        cost = straight_lines(here, there, detour=1, limit_m=2.5)
        ours = maximal_covering(Problem(cost, weight, np.zeros(8, np.int64)), add=3 + seed % 2)
        assert ours.objective == pytest.approx(pulp.value(other.problem.objective))
        fixed = MCLP.from_cost_matrix(
            away, weight, 2.5, p_facilities=4, predefined_facilities_arr=np.array([1] + [0] * 7)
        ).solve(pulp.PULP_CBC_CMD(msg=False))
        part = np.array([LOCKED] + [0] * 7)
        ours = maximal_covering(Problem(cost, weight, part), add=3)
        assert ours.objective == pytest.approx(pulp.value(fixed.problem.objective))


@pytest.mark.parametrize("seed", range(5))
def test_linear_programs_one_after_another_are_those_solved_alone(seed):
    random = np.random.default_rng(seed)
    reach = sparse.csr_array((random.random((40, 25)) < 0.12).astype(float))
    reach = reach[np.diff(reach.indptr) > 0].tocsr()
    weight = random.integers(1, 9, reach.shape[0]).astype(float)
    cover = Cover(reach, weight, 1, np.full(25, -1), 0, np.arange(25))
    programs = Relaxations(cover, deadline=Deadline())
    for add in [*range(1, 9), 3, 12, 1]:
        found = programs.at(add)
        alone = relaxation(cover.asking(add), deadline=Deadline())
        assert found is not None and alone is not None
        values = [weight @ np.minimum(reach @ share, 1) for share in (found[0], alone[0])]
        assert values[0] == pytest.approx(values[1], rel=1e-5)
        assert found[0].sum() <= add + 1e-6
        # Its prices bound the best plan, and by strong duality no closer than the program.
        bound = prices(cover.asking(add), found[1]).bound
        assert bound == pytest.approx(values[0], rel=1e-6)
        best = branched(cover.asking(add), greedy(cover.asking(add)), deadline=Deadline())[1]
        assert best <= bound + 1e-6
