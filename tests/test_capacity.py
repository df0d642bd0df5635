"""Most served within capacities: on a row of points, then beside brute force by greatest flows."""

import numpy as np
import pytest
from scipy.optimize import linprog

from geo.errors import ArgumentError
from geo.siting import capacity, cuts
from geo.siting.capacity import capacitated
from geo.siting.deadline import Deadline
from geo.siting.network import network_of
from geo.siting.problem import FORBIDDEN, FREE, LOCKED, REQUIRED
from geo.siting.stand_ins import stand_ins
from tests.small_problems import choices, open_sites, respects, small, toy


def test_a_small_site_serves_what_it_can_and_the_next_the_rest():
    # Both points are within reach of both sites; the locked one serves 5 of 9.
    problem = toy(
        [0, 1], [0, 1, 50], weight=[6, 3], part=[LOCKED, FREE, FREE], limit=1,
        capacity=[5, 8, 99],
    )  # fmt: skip
    service = capacitated(problem, add=1)
    assert service.solution.sites.tolist() == [1]
    assert (service.solution.objective, service.solution.bound) == (9, 9)
    # The nearest way: 5 of the 6 at 0 stay there.
    assert service.demand.tolist() == [0, 0, 1]
    assert service.site.tolist() == [0, 1, 1]
    assert service.served.tolist() == [5, 1, 3]
    assert service.used.tolist() == [5, 4, 0]
    assert service.share_used.tolist() == [1, 0.5, 0]


def test_without_limit_it_is_covering_and_has_no_share():
    problem = toy([0, 10], [0, 10], weight=[6, 3], limit=1, capacity=[np.inf, 0])
    service = capacitated(problem, add=1)
    assert service.solution.sites.tolist() == [0]
    assert np.isnan(service.share_used).all()


def test_a_large_site_far_from_many_loses_to_a_small_one_near_them():
    problem = toy([0, 100], [0, 100], weight=[2, 50], limit=1, capacity=[1000, 10])
    assert capacitated(problem, add=1).solution.sites.tolist() == [1]


def test_full_sites_are_the_best_without_a_search(monkeypatch):
    def never(*_, **__):
        raise AssertionError

    problem = toy(
        [0, 1, 2, 100, 101], [0, 100, 300], limit=5, capacity=[2, 1, 1],
        part=[LOCKED, FREE, FREE],
    )  # fmt: skip
    monkeypatch.setattr(capacity, "proven", never)
    found = capacitated(problem, add=1)
    assert found.solution.sites.tolist() == [1]
    assert found.solution.objective == found.solution.bound == 3


@pytest.mark.parametrize(
    "problem, add, said",
    [
        (toy([0], [0]), 1, "没有给出站点的容量"),
        (toy([0], [0], capacity=[-1]), 1, "不能是负数"),
        (toy([0], [0], capacity=[np.nan]), 1, "不能是负数或空"),
        (toy([0], [0], capacity=[1], weight=[0]), 1, "没有需求"),
        (toy([0], [0], capacity=[1], part=[FORBIDDEN]), 0, "没有可用的点"),
        (toy([0], [0], capacity=[1], part=[REQUIRED]), 0, "必选的有 1 个"),
        (toy([0], [9], capacity=[1], limit=1), 1, "加大服务半径"),
    ],
)
def test_what_cannot_be_says_what_to_change(problem, add, said):
    with pytest.raises(ArgumentError, match=said):
        capacitated(problem, add=add)


def most_served(problem, near):
    """Return the greatest flow for every set of open sites, a bit each, by the rule of cuts.

    Of the open sites some are full; whoever reaches another one is served whole.
    """
    m = near.shape[1]
    bits = (np.arange(2**m)[:, None] >> np.arange(m)) & 1
    full = bits @ np.minimum(problem.capacity, 1e6)
    others = (bits @ near.T > 0) @ problem.weight
    every, cut = np.arange(2**m)[:, None], np.arange(2**m)[None, :]
    some = full[cut] + others[every & ~cut]
    return np.where(cut & every == cut, some, np.inf).min(axis=1)


def test_it_agrees_with_brute_force():
    seen = 0
    for seed in range(200):
        problem, away = small(seed, near=1)
        near = np.isfinite(away)
        free, required = (int((problem.part == part).sum()) for part in (FREE, REQUIRED))
        add = required + int(np.random.default_rng(seed).integers(0, free + 1))
        usable = near[:, problem.part != FORBIDDEN].any(axis=1) & (problem.weight > 0)
        if not usable.any():
            with pytest.raises(ArgumentError):
                capacitated(problem, add=add)
            continue
        service = capacitated(problem, add=add)
        served = most_served(problem, near)
        best = max(
            served[sum(1 << int(site) for site in open_sites(problem, one))]
            for one in choices(problem, add)
        )
        assert service.solution.objective == service.solution.bound
        assert service.solution.objective == pytest.approx(best, abs=1e-9), seed
        assert respects(problem, service.solution.sites)
        assert len(service.solution.sites) == add
        # The flows keep to weights, capacities and reach.
        out = np.bincount(service.demand, service.served, len(problem.weight))
        assert (out <= problem.weight * (1 + 1e-9)).all()
        assert (service.used <= problem.capacity * (1 + 1e-9)).all()
        assert near[service.demand, service.site].all()
        assert set(service.site) <= set(open_sites(problem, service.solution.sites))
        assert service.served.sum() == pytest.approx(best, abs=1e-6)
        seen += 1
    assert seen > 100


@pytest.mark.parametrize("way", ["finish", "branch"])
def test_the_search_alone_agrees_with_brute_force(way, monkeypatch):
    # From the worst choice there is, without a bound to begin with, and without swaps.
    monkeypatch.setattr(cuts, "improved", lambda _, chosen, *__, **___: chosen)
    if way == "branch":
        # The linear program learns nothing: that is left to the whole sites.
        monkeypatch.setattr(cuts, "IDLE", 0)
    seen = cut = again = 0
    for seed in range(150):
        problem, away = small(seed, near=1)
        near = np.isfinite(away)
        free = np.flatnonzero(problem.part == FREE)
        usable = near[:, problem.part != FORBIDDEN].any(axis=1) & (problem.weight > 0)
        if not usable.any() or len(free) < 2:
            continue
        places = 1 + seed % (len(free) - 1)
        served = most_served(problem, near)
        required = int((problem.part == REQUIRED).sum())
        every = [
            (served[sum(1 << int(site) for site in open_sites(problem, one))], one)
            for one in choices(problem, required + places)
        ]
        network, sure = network_of(problem)
        worst = np.intersect1d(min(every, key=lambda one: one[0])[1], free)
        best = max(value for value, _ in every)
        if not len(network.weight) or network.value(worst) * network.step + sure > best - 1e-6:
            continue
        deadline = Deadline()
        search = cuts._Search(network, worst, free, 2.0**40, sure, deadline)
        rows = search.highs.getNumRow()
        offer, search._offer = search._offer, lambda _: None
        search.relax()
        search._offer = offer
        cut += search.highs.getNumRow() > rows
        assert sure + network.step * search.bound >= best - 1e-7
        rows = search.highs.getNumRow()
        getattr(search, way)()
        again += search.highs.getNumRow() > rows
        assert deadline.status == "optimal"
        assert sure + network.step * search.value == pytest.approx(best, abs=1e-7), seed
        assert search.bound == pytest.approx(search.value, rel=1e-6)
        seen += 1
    assert seen > 60 and (cut > 3 if way == "finish" else again > 3)


def test_a_small_stand_in_loses_whom_it_has_no_room_for():
    # By reach alone the last site would be as good as the one chosen.
    problem = toy([0, 1], [0, 1, 1], weight=[6, 3], limit=1, capacity=[4, 9, 7])
    sites = capacitated(problem, add=1).solution.sites
    assert sites.tolist() == [1]
    assert stand_ins(problem, sites) == {1: (2, 2.0)}
    alone = toy([0, 9], [0, 9], weight=[6, 0], limit=1, capacity=[4, 9])
    assert stand_ins(alone, np.array([0])) == {0: (-1, 4.0)}


def test_stand_ins_agree_with_trying_every_swap():
    seen = none = 0
    for seed in range(150):
        problem, away = small(seed, near=1)
        served = most_served(problem, np.isfinite(away))
        for sites in choices(problem, int((problem.part == REQUIRED).sum()) + 1)[:2]:
            if not np.isfinite(away[:, problem.part != FORBIDDEN]).any():
                continue

            def value(chosen, problem=problem, served=served):
                return served[sum(1 << int(site) for site in open_sites(problem, chosen))]

            for site, (other, loss) in stand_ins(problem, np.array(sites)).items():
                rest = [one for one in sites if one != site]
                tried = [value([*rest, one]) for one in problem.choosable if one not in sites]
                most = max([value(rest), *tried])
                assert loss == pytest.approx(value(sites) - most, abs=1e-6)
                assert (other >= 0) == bool(most > value(rest) + 1e-7)
                if other >= 0:
                    assert value([*rest, other]) == pytest.approx(most, abs=1e-6)
                seen += 1
                none += other < 0
    assert seen > 200 and 0 < none < seen - 50


@pytest.mark.parametrize("seed", range(10))
def test_nobody_could_be_served_nearer(seed):
    problem, away = small(seed + 600, full=True)
    problem.part[problem.part == FORBIDDEN] = FREE
    service = capacitated(problem, add=len(problem.choosable))
    sites = open_sites(problem, service.solution.sites)
    n, k = len(problem.weight), len(sites)
    rows, columns = np.kron(np.eye(n), np.ones(k)), np.tile(np.eye(k), n)
    least = linprog(
        away[:, sites].ravel(),
        A_ub=np.vstack([rows, columns, -np.ones(n * k)]),
        b_ub=np.concatenate([
            problem.weight, np.minimum(problem.capacity[sites], 1e6),
            [-service.solution.objective + 1e-7],
        ]),
    )  # fmt: skip
    paid = float((service.served * away[service.demand, service.site]).sum())
    assert paid == pytest.approx(least.fun, abs=1e-4)


def test_when_the_time_is_over_there_are_sites_and_a_bound():
    random = np.random.default_rng(1)
    at, sites = random.uniform(0, 900, 400), random.uniform(0, 900, 120)
    problem = toy(
        at, sites, limit=40, weight=random.integers(1, 90, 400),
        capacity=random.integers(100, 900, 120),
    )  # fmt: skip
    service = capacitated(problem, add=12, time_limit_s=0.01)
    assert service.solution.status == "time"
    assert len(service.solution.sites) == 12
    assert service.solution.bound >= service.solution.objective > 0
    bounds = []
    stopped = capacitated(problem, add=12, watch=lambda told: not bounds.append(told.bound))
    assert np.isfinite(bounds).all()  # what the sites can hold is known from the first
    assert stopped.solution.status in ("stopped", "optimal")
