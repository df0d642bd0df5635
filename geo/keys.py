"""Rows found by their codes: the joins of the calculations, as positions in NumPy arrays."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.errors import MissingColumnError

Positions = NDArray[np.int64]

MOST_DIGITS = 15  # a number of digits and their count still fit into 64 bits


def require_columns(frame: pd.DataFrame, *columns: str) -> None:
    """Raise `MissingColumnError` unless `frame` has all `columns`."""
    absent = [column for column in columns if column not in frame.columns]
    if absent:
        raise MissingColumnError("column_absent", columns="、".join(absent))


def positions(keys: pd.Series, among: pd.Series) -> Positions:
    """
    Return the position in `among` of each of `keys`, -1 where it is missing or not there.

    Both are text. Of a value that `among` has twice, the first position.
    """
    # pandas' get_indexer would make Python strings of both: three to eight times slower.
    wanted, held = _arrow(keys), _arrow(among)
    prefix = _prefix(held)
    numbers = [_numbers(texts, prefix) for texts in (wanted, held)]
    if all(number is not None for number in numbers):
        wanted, held = numbers
    found = pc.index_in(wanted, value_set=held, skip_nulls=True)
    return np.asarray(found.fill_null(-1), dtype=np.int64)


def chained(values: Positions, at: Positions) -> Positions:
    """Return `values[at]`, and -1 where `at` is -1."""
    return np.append(values, -1)[at]


def taken(values: pd.Series, at: Positions, index: pd.Index) -> pd.Series:
    """Return the `values` at the positions `at` with a new `index`, missing where `at` is -1."""
    return pd.Series(values.array.take(at, allow_fill=True), index=index)


def yes(flags: pd.Series) -> NDArray[np.bool_]:
    """Return a yes/no column as booleans, unknown as no."""
    return flags.to_numpy(dtype=bool, na_value=False)


def days(dates: pd.Series) -> NDArray[np.datetime64]:
    """Return a date column as NumPy dates; comparisons with a missing one are false."""
    return dates.to_numpy(dtype="datetime64[s]")


def _arrow(texts: pd.Series) -> pa.Array:
    array = pa.array(texts, type=pa.large_string(), from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _prefix(texts: pa.Array) -> str:
    """Return what stands before the first digit of the first text."""
    first = str(texts[0].as_py() or "") if len(texts) else ""
    return re.split(r"[0-9]", first, maxsplit=1)[0]


def _numbers(texts: pa.Array, prefix: str) -> pa.Array | None:
    """
    Return texts that are `prefix` and digits, as codes and ids are, as numbers; else None.

    One number per text: those of 012 and 12 differ. Numbers are found twice as fast as text.
    """
    if prefix and not pc.all(pc.starts_with(texts, prefix), min_count=0).as_py():
        return None
    digits = pc.utf8_slice_codeunits(texts, start=len(prefix)) if prefix else texts
    lengths = pc.cast(pc.binary_length(digits), pa.int64())
    longest = pc.max(lengths, min_count=0).as_py() or 0
    if longest > MOST_DIGITS or not pc.all(pc.ascii_is_decimal(digits), min_count=0).as_py():
        return None
    return pc.add(pc.cast(digits, pa.int64()), pc.multiply(lengths, 10**MOST_DIGITS))
