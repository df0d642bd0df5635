"""Equity by hand, by brute force over all pairs, and by its laws."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.equity import gap, gini, lorenz, worst_part
from geo.errors import ArgumentError, MissingColumnError


def array(*numbers):
    return np.array(numbers, dtype=float)


def brute_gini(values, weights):
    mean = (values * weights).sum() / weights.sum()
    if mean == 0:
        return 0.0
    apart = sum(
        one_weight * other_weight * abs(one - other)
        for one, one_weight in zip(values, weights, strict=True)
        for other, other_weight in zip(values, weights, strict=True)
    )
    return apart / (2 * weights.sum() ** 2 * mean)


def test_by_hand():
    assert gini(array(5, 5, 5), array(1, 2, 3)) == 0
    assert gini(array(0, 1), array(1, 1)) == pytest.approx(0.5)
    assert gini(array(0, 1), array(9, 1)) == pytest.approx(0.9)
    assert gini(array(1, 2, 3, 4), np.ones(4)) == pytest.approx(0.25)
    assert gini(array(0, 0), np.ones(2)) == 0
    curve = lorenz(array(3, 1, 1), array(1, 1, 2))
    assert curve["weight_share"].tolist() == [0, 0.75, 1]
    assert curve["value_share"].tolist() == [0, 0.5, 1]
    assert lorenz(array(0), array(2)).to_numpy().tolist() == [[0, 0], [1, 1]]


CASES = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9)), min_size=1, max_size=25).filter(
    lambda rows: sum(weight for _, weight in rows) > 0
)


@given(CASES, st.integers(1, 5), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_laws(rows, times, random):
    values, weights = (np.array(part, dtype=float) for part in zip(*rows, strict=True))
    found = gini(values, weights)
    assert found == pytest.approx(brute_gini(values, weights), abs=1e-12)
    assert 0 <= found < 1
    assert gini(values * times, weights) == pytest.approx(found, abs=1e-12)
    assert gini(values, weights * times) == pytest.approx(found, abs=1e-12)
    assert gini(np.tile(values, times), np.tile(weights, times)) == pytest.approx(found, abs=1e-12)
    # A row of weight w is w rows of weight 1, in any order.
    each = np.repeat(values, weights.astype(int))
    random.shuffle(each)
    assert gini(each, np.ones(len(each))) == pytest.approx(found, abs=1e-12)
    # What all get in addition makes it more even.
    assert gini(values + 1, weights) <= found + 1e-12 or found == 0
    curve = lorenz(values, weights)
    assert (np.diff(curve["weight_share"]) > 0).all()
    assert (np.diff(curve["value_share"]) >= 0).all()
    assert (curve["value_share"] <= curve["weight_share"] + 1e-12).all()
    assert curve.iloc[-1].tolist() == [1, 1]


@given(CASES, st.sampled_from(["low", "high"]), st.sampled_from([0.1, 0.25, 0.5, 1.0]))
@settings(max_examples=200, deadline=None)
def test_the_worst_part_by_brute_force(rows, worst, share):
    values, weights = (np.array(part, dtype=float) for part in zip(*rows, strict=True))
    found = worst_part(values, weights, share=share, worst=worst)
    wanted = share * weights.sum()
    assert (found.part * weights).sum() == pytest.approx(wanted)
    # Brute force: twenty pieces per unit of weight, taken from the worst.
    pieces = np.sort(np.repeat(values, weights.astype(int) * 20))
    pieces = pieces if worst == "low" else pieces[::-1]
    taken = pieces[: round(wanted * 20)]
    assert found.mean == pytest.approx(taken.mean())
    assert found.bound == taken[-1]
    order = np.random.default_rng(1).permutation(len(values))
    other = worst_part(values[order], weights[order], share=share, worst=worst)
    assert other.part == pytest.approx(found.part[order])


def test_the_worst_tenth_by_hand():
    found = worst_part(array(9, 1, 1, 5), array(10, 2, 2, 6), worst="low")
    assert found.part.tolist() == [0, 0.5, 0.5, 0]
    assert (found.mean, found.bound) == (1, 1)
    far = worst_part(array(2, np.inf, 3), array(8, 1, 1), worst="high")
    assert far.part.tolist() == [0, 1, 0]
    assert far.mean == np.inf


def test_the_gap_by_hand():
    table = pd.DataFrame({"name": ["甲", "乙", "丙", "丁"], "share": [0.5, 0.2, 0.8, np.nan]})
    found = gap(table, name="name", value="share")
    assert (found.best, found.worst) == ("丙", "乙")
    assert found.difference == pytest.approx(0.6)
    assert found.ratio == pytest.approx(4)
    far = gap(table, name="name", value="share", worst="high")
    assert (far.best, far.best_value, far.worst, far.worst_value) == ("乙", 0.2, "丙", 0.8)
    none = gap(pd.DataFrame({"name": ["甲", "乙"], "share": [0.0, 0.4]}), name="name",
               value="share")  # fmt: skip
    assert none.ratio == np.inf
    same = gap(pd.DataFrame({"name": ["甲", "乙"], "share": [0.0, 0.0]}), name="name",
               value="share")  # fmt: skip
    assert (same.ratio, same.difference) == (1, 0)
    assert gap(table.iloc[3:], name="name", value="share") is None
    with pytest.raises(MissingColumnError):
        gap(table, name="name", value="rate")


@pytest.mark.parametrize("make", [
    lambda: gini(array(1), array(1, 2)), lambda: gini(array(-1, 2), array(1, 1)),
    lambda: gini(array(np.nan), array(1)), lambda: gini(array(np.inf), array(1)),
    lambda: gini(array(1), array(0)), lambda: gini(array(1), array(-1)),
    lambda: gini(array(), array()),
    lambda: worst_part(array(1), array(1), share=0, worst="low"),
    lambda: worst_part(array(1), array(1), share=1.1, worst="low"),
    lambda: worst_part(array(np.nan), array(1), worst="low"),
    lambda: gap(pd.DataFrame({"n": ["a"], "v": [-1.0]}), name="n", value="v"),
])  # fmt: skip
def test_what_makes_no_sense_is_refused(make):
    with pytest.raises(ArgumentError):
        make()


def test_a_tenth_that_rounds_up_takes_nobody_more():
    # A tenth of 3 is 0.30000000000000004.
    found = worst_part(array(1, 2), array(0.3, 2.7), worst="low")
    assert found.part.tolist() == [1, 0]
    assert found.bound == 1
