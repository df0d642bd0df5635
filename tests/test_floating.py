"""Two-step floating catchments by hand, by a plain program, by PySAL's access, and by laws."""

import numpy as np
import pandas as pd
import pytest
from access import weights as peer_weights
from access.fca import two_stage_fca

from geo.cost import cost_table, straight_lines
from geo.errors import ArgumentError
from geo.floating import Gaussian, Steps, capacities, floating_catchment, plain, zones


def plain_program(costs, weight, capacity, of):
    """Return the accessibilities, as the two sums stand in the papers."""
    n, m = len(weight), len(capacity)
    access = [0.0] * n
    for j in range(m):
        sharing = sum(weight[i] * of(costs[i][j]) for i in range(n))
        if sharing > 0:
            for i in range(n):
                access[i] += capacity[j] / sharing * of(costs[i][j])
    return access


def table(costs):
    costs = np.array(costs, dtype=float)
    n, m = costs.shape
    i, j = np.divmod(np.arange(n * m), max(m, 1))
    return cost_table(i, j, costs.ravel(), demands=n, facilities=m, unit="m")


# Three villages, two stations: the first reaches all, the second the last only.
COSTS = [[1.0, 9.0], [2.0, 6.0], [3.0, 3.0]]


def test_2sfca_by_hand():
    found = floating_catchment(
        table(COSTS), np.array([10.0, 20.0, 70.0]), np.array([1.0, 7.0]), plain(3)
    )
    # R = 1 / 100 and 7 / 70.
    assert found == pytest.approx([0.01, 0.01, 0.11])


def test_e2sfca_by_hand():
    found = floating_catchment(
        table(COSTS), np.array([10.0, 20.0, 70.0]), np.array([1.0, 7.0]),
        Steps((1.0, 3.0), (1.0, 0.5)),
    )  # fmt: skip
    # R1 = 1 / (10 + 10 + 35), R2 = 7 / 35.
    assert found == pytest.approx([1 / 55, 0.5 / 55, 0.5 / 55 + 0.5 * 7 / 35])


def test_weights_at_the_ends_of_the_zones():
    assert zones(30).of(np.array([0, 10, 10.01, 20, 20.01, 30, 30.01])).tolist() == [
        1, 1, 0.68, 0.68, 0.22, 0.22, 0,
    ]  # fmt: skip
    bell = Gaussian(limit=60, sigma=20)
    assert bell.of(np.array([0, 20, 60, 60.1])) == pytest.approx([1, np.exp(-0.5), np.exp(-4.5), 0])


def random_case(seed):
    random = np.random.default_rng(seed)
    n, m = int(random.integers(1, 40)), int(random.integers(1, 9))
    there, here = random.uniform(0, 10_000, (m, 2)), random.uniform(0, 10_000, (n, 2))
    costs = np.hypot(*(here[:, None, :] - there[None, :, :]).transpose(2, 0, 1))
    return costs, here, there, random.integers(0, 90, n) * 1.0, random.integers(0, 9, m) * 1.0


DECAYS = [plain(3000), zones(4500), Gaussian(5000, 2000), Steps((1000, 4000), (0.9, 0.0))]


@pytest.mark.parametrize("decay", DECAYS, ids=lambda decay: type(decay).__name__)
@pytest.mark.parametrize("seed", range(25))
def test_a_plain_program_gives_the_same(seed, decay):
    costs, here, there, weight, capacity = random_case(seed)
    cost = straight_lines(here, there, detour=1, limit_m=decay.limit)
    found = floating_catchment(cost, weight, capacity, decay)
    told = plain_program(costs, weight, capacity, lambda d: float(decay.of(np.array([d]))[0]))
    assert found == pytest.approx(told, rel=1e-12)


PEERS = [
    (plain(3000), None, 3000),
    (zones(4500), peer_weights.step_fn({1500: 1, 3000: 0.68, 4500: 0.22}), 4500),
    (Gaussian(5000, 2000), peer_weights.gaussian(2000), 5000),
]


@pytest.mark.parametrize(("decay", "peer", "limit"), PEERS, ids=["2sfca", "steps", "gaussian"])
@pytest.mark.parametrize("seed", range(25))
def test_access_gives_the_same(seed, decay, peer, limit):
    costs, here, there, weight, capacity = random_case(seed)
    weight += 1  # access divides by the demand in reach, also where it is 0
    n, m = costs.shape
    pairs = pd.DataFrame({
        "origin": np.repeat(np.arange(n), m), "dest": np.tile(np.arange(m), n),
        "cost": costs.ravel(),
    })  # fmt: skip
    told = two_stage_fca(
        pd.DataFrame({"geoid": np.arange(n), "demand": weight}),
        pd.DataFrame({"supply": capacity}, index=pd.RangeIndex(m, name="geoid")),
        pairs, max_cost=limit, weight_fn=peer,
    ).reindex(range(n), fill_value=0.0)  # fmt: skip
    cost = straight_lines(here, there, detour=1)
    assert floating_catchment(cost, weight, capacity, decay) == pytest.approx(
        told.to_numpy(), rel=1e-12
    )


@pytest.mark.parametrize("decay", DECAYS, ids=lambda decay: type(decay).__name__)
@pytest.mark.parametrize("seed", range(10))
def test_what_is_given_is_what_is_there(seed, decay):
    costs, here, there, weight, capacity = random_case(seed)
    cost = straight_lines(here, there, detour=1)
    found = floating_catchment(cost, weight, capacity, decay)
    used = [j for j in range(len(capacity)) if (weight * decay.of(costs[:, j])).sum() > 0]
    assert (found * weight).sum() == pytest.approx(capacity[used].sum())
    doubled = floating_catchment(cost, weight, 2 * capacity, decay)
    assert doubled == pytest.approx(2 * found)
    crowded = floating_catchment(cost, 2 * weight, capacity, decay)
    assert crowded == pytest.approx(found / 2)


def test_nobody_near_and_nothing_there():
    nobody = floating_catchment(table([[9.0]]), np.array([5.0]), np.array([1.0]), plain(3))
    assert nobody.tolist() == [0]
    empty = floating_catchment(table([[1.0]]), np.array([0.0]), np.array([1.0]), plain(3))
    assert empty.tolist() == [0]


def test_capacities_are_never_mixed_silently():
    ids = ["a", "b"]
    stations = capacities(ids, {"x": 5.0})
    assert stations.values.tolist() == [1, 1]
    assert (stations.basis, stations.assumed) == ("stations", 2)
    known = capacities(ids, {"a": 3.0, "b": 0.0})
    assert (known.values.tolist(), known.basis, known.assumed) == ([3, 0], "known", 0)
    with pytest.raises(ArgumentError, match="不能相加"):
        capacities(ids, {"a": 3.0})
    mixed = capacities(ids, {"a": 3.0}, default=2.0)
    assert (mixed.values.tolist(), mixed.basis, mixed.assumed) == ([3, 2], "mixed", 1)
    with pytest.raises(ArgumentError):
        capacities(ids, {"a": -1.0, "b": 1.0})


@pytest.mark.parametrize("make", [
    lambda: Steps((), ()), lambda: Steps((1, 2), (1,)), lambda: Steps((2, 1), (1, 1)),
    lambda: Steps((-1,), (1,)), lambda: Steps((1, 2), (0.5, 1)), lambda: Steps((1,), (-1,)),
    lambda: Gaussian(5, 0), lambda: Gaussian(-1, 2),
    lambda: floating_catchment(table(COSTS), np.ones(2), np.ones(2), plain(3)),
    lambda: floating_catchment(table(COSTS), np.ones(3), -np.ones(2), plain(3)),
    lambda: floating_catchment(table(COSTS), np.full(3, np.nan), np.ones(2), plain(3)),
    lambda: floating_catchment(table(COSTS).within(2), np.ones(3), np.ones(2), plain(3)),
])  # fmt: skip
def test_what_makes_no_sense_is_refused(make):
    with pytest.raises(ArgumentError):
        make()
