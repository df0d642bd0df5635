"""The fewest sites: on a row of points, beside brute force, beside spopt."""

import numpy as np
import pytest
from pulp import HiGHS
from spopt.locate import LSCP

from geo.errors import ArgumentError
from geo.siting import share_covering
from geo.siting.problem import FORBIDDEN, FREE, LOCKED, REQUIRED
from geo.siting.set_covering import set_covering
from tests.small_problems import choices, open_sites, problem_of, respects, small, toy


def test_a_row_of_points_needs_every_third_site():
    # Each site reaches its own point and its neighbours.
    cover = set_covering(toy(range(6), range(6), limit=1))
    assert cover.solution.sites.tolist() == [1, 4]
    assert (cover.solution.objective, cover.solution.bound, cover.solution.gap) == (2, 2, 0)
    assert cover.reached == 6


def test_who_cannot_be_reached_is_listed():
    cover = set_covering(toy([0, 1, 50, 60], [0, 60], limit=1, weight=[1, 1, 1, 0]))
    assert cover.unreachable.tolist() == [2]
    assert cover.solution.sites.tolist() == [0]


def test_locked_required_and_forbidden_sites_are_kept():
    part = [LOCKED, FREE, FORBIDDEN, REQUIRED, FREE, FREE]
    cover = set_covering(toy(range(6), range(6), limit=1, part=part))
    assert cover.solution.sites.tolist() == [3, 4]
    everything = set_covering(toy([0, 1], [0], limit=1, part=[LOCKED]))
    assert everything.solution.sites.tolist() == []
    assert everything.solution.bound == 0


def test_a_share_takes_the_heavy_ones():
    problem = toy([0, 10, 20], [0, 10, 20], limit=1, weight=[5, 4, 1])
    assert set_covering(problem, share=0.5).solution.sites.tolist() == [0]
    assert set_covering(problem, share=0.9).solution.sites.tolist() == [0, 1]
    assert set_covering(problem, share=0.91).solution.objective == 3


@pytest.mark.parametrize(
    "problem, share, said",
    [
        (toy([0], [0], limit=1, weight=[0]), None, "没有需求"),
        (toy([], [0], limit=1), None, "没有需求"),
        (toy([0], [], limit=1), None, "没有可用的点"),
        (toy([0], [0], limit=1, part=[FORBIDDEN]), None, "放开被禁止的点"),
        (toy([0], [9], limit=1), None, "加大服务半径"),
        (toy([0, 9], [9], limit=1), 0.9, "只能到达 50.0%，达不到 90.0%"),
        (toy([0], [0], limit=1), 90, "90% 写 0.9"),
    ],
)
def test_what_cannot_be_says_what_to_change(problem, share, said):
    with pytest.raises(ArgumentError, match=said):
        set_covering(problem, share=share)


def weight_reached(problem, near, chosen):
    return problem.weight[near[:, open_sites(problem, chosen)].any(axis=1)].sum()


@pytest.mark.parametrize("share", [None, 0.5, 0.9])
def test_it_agrees_with_brute_force(share):
    seen = 0
    for seed in range(200):
        problem, away = small(seed, near=5 if share == 0.9 else 1)
        near = np.isfinite(away)
        every = np.flatnonzero(problem.part != FORBIDDEN)
        most = problem.weight[near[:, every].any(axis=1)].sum()
        wanted = most if share is None else share * problem.weight.sum()
        if most == 0 or wanted > most + 1e-9:
            with pytest.raises(ArgumentError):
                set_covering(problem, share=share)
            continue
        cover = set_covering(problem, share=share)
        least = next(
            add
            for add in range(len(problem.part) + 1)
            for chosen in choices(problem, add)
            if weight_reached(problem, near, chosen) >= wanted - 1e-9
        )
        assert cover.solution.objective == cover.solution.bound == least, seed
        assert respects(problem, cover.solution.sites)
        assert weight_reached(problem, near, cover.solution.sites) == pytest.approx(cover.reached)
        assert cover.reached >= wanted - 1e-9
        seen += 1
    assert seen > 100


def lattice(seed, *, clients=100, sites=12, side=10):
    """Points along the lines of a square lattice, and their distances along its streets."""
    random = np.random.default_rng(seed)
    points = []
    for count in (clients, sites):
        line = random.integers(0, side + 1, count).astype(float)
        along = random.uniform(0, side, count)
        upright = random.random(count) < 0.5
        points.append(np.where(upright[:, None], np.c_[line, along], np.c_[along, line]))
    one, other = points
    return np.abs(one[:, None, :] - other[None, :, :]).sum(axis=2)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("locked", [0, 2])
def test_it_agrees_with_spopt(seed, locked):
    away = lattice(seed)
    radius = float(np.partition(away, 2, axis=1)[:, 2].max())
    part = np.full(12, FREE)
    part[:locked] = LOCKED
    weight = np.random.default_rng(seed).integers(1, 9, 100)
    peer = LSCP.from_cost_matrix(
        away, radius, predefined_facilities_arr=np.arange(12) < locked if locked else None
    ).solve(HiGHS(msg=False))
    ours = set_covering(problem_of(away, limit=radius, part=part, weight=weight))
    assert ours.solution.objective + locked == peer.problem.objective.value()


def test_when_the_watch_stops_it_there_is_a_cover_and_a_bound():
    random = np.random.default_rng(3)
    away = np.where(random.random((400, 250)) < 0.03, 1.0, np.inf)
    told = []
    cover = set_covering(problem_of(away), watch=lambda now: told.append(now) or True)
    assert cover.solution.status == "stopped" and told
    assert 0 <= cover.solution.bound < cover.solution.objective
    assert cover.solution.gap > 0
    missing = np.isfinite(away[:, cover.solution.sites]).any(axis=1)
    assert missing.sum() == 400 - len(cover.unreachable)
    hurried = set_covering(problem_of(away), time_limit_s=0.05)
    assert hurried.solution.status == "time"


def roads(ends, sites, weight=None):
    """Return the problem of roads between sites: each demand is reached from its two ends."""
    away = np.full((len(ends), sites), np.inf)
    away[np.arange(len(ends))[:, None], ends] = 1.0
    return problem_of(away, weight=weight)


def test_rings_need_more_sites_than_their_linear_program_says():
    # Three rings of five roads: two and a half sites each would do if halves stood.
    ends = [[5 * ring + at, 5 * ring + (at + 1) % 5] for ring in range(3) for at in range(5)]
    whole = set_covering(roads(ends, 15), share=1.0)
    assert (whole.solution.objective, whole.solution.bound) == (9, 9)
    # Without one road of two rings two sites are enough there.
    assert set_covering(roads(ends, 15), share=13 / 15).solution.objective == 7


def test_shares_of_roads_agree_with_brute_force(monkeypatch):
    solves, raised = [], 0
    solved = share_covering.solved
    monkeypatch.setattr(
        share_covering, "solved", lambda *a, **k: solves.append(1) or solved(*a, **k)
    )
    for seed in range(60):
        random = np.random.default_rng(seed)
        ends = np.array([random.choice(11, 2, replace=False) for _ in range(26)])
        weight = random.integers(1, 9, 26) if seed % 2 else np.ones(26)
        problem, share = roads(ends, 11, weight), float(random.uniform(0.6, 1))
        bits = (np.arange(2**11)[:, None] >> np.arange(11)) & 1
        got = (bits[:, ends].any(axis=2) @ weight) >= share * weight.sum() - 1e-9
        least = int(bits.sum(axis=1)[got].min())
        before = len(solves)
        found = set_covering(problem, share=share)
        assert found.solution.objective == found.solution.bound == least, seed
        assert found.reached >= share * weight.sum() - 1e-9
        raised += len(solves) > before
    assert raised > 3


def test_a_share_that_is_stopped_has_sites_and_a_bound():
    random = np.random.default_rng(3)
    away = np.where(random.random((300, 150)) < 0.03, 1.0, np.inf)
    cover = set_covering(problem_of(away), share=0.8, watch=lambda _: True)
    assert cover.solution.status == "stopped"
    assert 0 < cover.solution.bound < cover.solution.objective
    assert cover.reached >= 0.8 * 300
