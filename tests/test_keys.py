"""Rows found by their codes, against a dictionary."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.keys import chained, positions, taken

# Texts that a careless reading as numbers would confuse.
TRICKY = [
    "1", "01", "001", "+1", "-1", "0x1", "１", "1 ", "p1", "p01", "p", "", "1e3", "²", None,
    "370902001000", "0370902001000", "9" * 15, "9" * 16, "9" * 25, "演示1", "演示01",
]  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(TRICKY), st.integers(0, 99).map(lambda n: f"p{n}")))


def series(values):
    return pd.Series(values, dtype="str")


def expected(keys, among):
    first = {}
    for at, value in enumerate(among):
        if value is not None:
            first.setdefault(value, at)
    return [first.get(key, -1) for key in keys]


@given(TEXTS, TEXTS)
def test_positions_agree_with_a_dictionary(keys, among):
    assert positions(series(keys), series(among)).tolist() == expected(keys, among)


@pytest.mark.parametrize("texts", [
    ["1", "01", "001"], ["p1", "p01", "p10"], ["+1", "1"], ["0x1", "1"], ["9" * 16, "9" * 15],
    ["１", "1"], ["", "1"], [None, "1"], ["1", None], ["p", "p1"], [], [None],
])  # fmt: skip
def test_every_text_finds_itself_and_no_other(texts):
    assert positions(series(texts), series(texts)).tolist() == expected(texts, texts)


def test_texts_in_several_pieces_are_found():
    among = pd.concat([series(["b", "a"]), series(["c"])], ignore_index=True)
    keys = pd.concat([series(["c"]), series(["a", "x"])], ignore_index=True)
    assert positions(keys, among).tolist() == [2, 1, -1]


def test_what_was_not_found_is_missing():
    at = np.array([1, -1, 0])
    assert chained(np.array([5, 7]), at).tolist() == [7, -1, 5]
    found = taken(series(["a", "b"]), at, pd.Index([3, 4, 5]))
    assert found.index.tolist() == [3, 4, 5]
    assert found.fillna("-").tolist() == ["b", "-", "a"]


def test_nothing_is_taken_from_an_empty_column():
    assert taken(series([]), np.array([-1]), pd.RangeIndex(1)).isna().tolist() == [True]
