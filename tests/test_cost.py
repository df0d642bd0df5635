"""Cost tables: by hand on a few points, then beside brute force."""

import numpy as np
import pytest

from geo.cost import cost_table, straight_lines
from geo.errors import ArgumentError

VILLAGES = np.array([[0.0, 0.0], [1000.0, 0.0], [np.nan, np.nan]])
STATIONS = np.array([[0.0, 0.0], [400.0, 0.0], [1000.0, 3000.0]])


def test_a_pair_at_exactly_the_limit_is_listed():
    table = straight_lines(VILLAGES, STATIONS, detour=1.5, limit_m=900)
    assert table.starts.tolist() == [0, 2, 3, 3]
    assert table.facility.tolist() == [0, 1, 1]
    assert table.cost.tolist() == [0, 600, 900]
    assert table.demand().tolist() == [0, 0, 1]
    facility, cost = table.nearest()
    assert facility.tolist() == [0, 1, -1]
    assert cost.tolist() == [0, 900, np.inf]


def test_a_table_can_be_cut_but_not_lengthened():
    table = straight_lines(VILLAGES, STATIONS, detour=1, limit_m=700)
    assert table.within(600).cost.tolist() == [0, 400, 600]
    assert table.within(599).cost.tolist() == [0, 400]
    with pytest.raises(ArgumentError, match="700"):
        table.within(701)


def test_without_a_limit_every_pair_is_listed_by_rising_cost():
    table = straight_lines(VILLAGES, STATIONS, detour=1)
    assert table.facility.tolist() == [0, 1, 2, 1, 0, 2]
    assert table.limit == np.inf


@pytest.mark.parametrize("detour, limit_m", [(0.9, 10), (np.nan, 10), (1, -1), (1, np.nan)])
def test_what_makes_no_sense_is_refused(detour, limit_m):
    with pytest.raises(ArgumentError, match="不能小于"):
        straight_lines(VILLAGES, STATIONS, detour=detour, limit_m=limit_m)


def test_a_negative_cost_is_refused_and_an_unknown_one_left_out():
    zero = np.zeros(2, np.int64)
    with pytest.raises(ArgumentError, match="负数"):
        cost_table(zero, np.arange(2), np.array([1.0, -1]), demands=1, facilities=2, unit="m")
    one = cost_table(
        zero, np.arange(2), np.array([np.inf, np.nan]), demands=1, facilities=2, unit="min"
    )
    assert len(one.cost) == 0


@pytest.mark.parametrize("seed", range(20))
def test_straight_lines_agree_with_brute_force(seed):
    rng = np.random.default_rng(seed)
    here, there = rng.uniform(0, 9000, (40, 2)), rng.uniform(0, 9000, (15, 2))
    table = straight_lines(here, there, detour=1.3, limit_m=4000)
    for at, place in enumerate(here):
        far = [1.3 * float(np.hypot(*(place - other))) for other in there]
        want = sorted((cost, other) for other, cost in enumerate(far) if cost <= 4000)
        listed = slice(table.starts[at], table.starts[at + 1])
        assert table.facility[listed].tolist() == [other for _, other in want]
        np.testing.assert_allclose(table.cost[listed], [cost for cost, _ in want])
