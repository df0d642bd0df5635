"""The verification cycle: when a row is due to be looked at again, and how old that makes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from geo.edits import Row
from geo.errors import bad_argument
from geo.keys import days, require_columns
from geo.schema import TABLES

AGES = ("fresh", "due", "overdue", "never")
MOST_NOTICE_DAYS = 30
LONGEST_BY = TABLES["venues"]["verified_by"].limit


def notice_days(every_days: int) -> int:
    """Return how many days before `due_on` a row is due: a sixth of the cycle, at most 30."""
    return min(MOST_NOTICE_DAYS, every_days // 6)


def due(frame: pd.DataFrame, *, as_of: date, every_days: int) -> pd.DataFrame:
    """
    Say of each row when it is due to be verified again, and how old its verification is.

    Parameters
    ----------
    frame
        n rows with `verified_on` and `due_on`.
    as_of
        The day asked about.
    every_days
        The cycle: days from one verification to the next, for rows that name no `due_on`.

    Returns
    -------
    due
        n rows with the index of `frame`:

        `due_on`
            The row's own `due_on`, else `verified_on` and `every_days`; NaT if it has neither.
        `overdue_days`
            Days since `due_on`, 0 up to and on that day; NA where `due_on` is.
        `age`
            "never": the row has no `verified_on`; else "overdue" from the day after `due_on`;
            "due" on `due_on` and the `notice_days` before it; "fresh" earlier.

    Raises
    ------
    MissingColumnError
        If a column is absent.
    ArgumentError
        If `every_days` is not positive.
    """
    require_columns(frame, "verified_on", "due_on")
    _require_cycle(every_days)
    verified, own = (
        days(frame[name]).astype("datetime64[D]") for name in ("verified_on", "due_on")
    )
    due_on = np.where(np.isnat(own), verified + np.timedelta64(every_days, "D"), own)
    left = (due_on - np.datetime64(as_of, "D")).astype("timedelta64[D]")
    known = ~np.isnat(due_on)
    late = np.where(known, -left.astype("int64"), 0)
    age = np.select(
        [np.isnat(verified), late > 0, late >= -notice_days(every_days)],
        ["never", "overdue", "due"],
        default="fresh",
    )
    return pd.DataFrame(
        {
            "due_on": pd.Series(due_on.astype("datetime64[s]"), index=frame.index),
            "overdue_days": pd.Series(
                pd.arrays.IntegerArray(np.maximum(late, 0), ~known), index=frame.index
            ),
            "age": pd.Series(age, index=frame.index, dtype="str"),
        }
    )


def verify_row(row: Mapping[str, Any], *, on: date, by: str, every_days: int) -> Row:
    """
    Return `row` as verified `on` that day `by` an office or account, due again after the cycle.

    Raises
    ------
    ArgumentError
        If `by` is empty or longer than the column holds, or `every_days` is not positive.
    """
    _require_cycle(every_days)
    name = by.strip()
    if not 0 < len(name) <= LONGEST_BY:
        raise bad_argument("by", by, "why_verifier", limit=LONGEST_BY)
    due_on = on + timedelta(days=every_days)
    return {**row, "verified_on": on, "verified_by": name, "due_on": due_on}


def _require_cycle(every_days: int) -> None:
    if every_days < 1:
        raise bad_argument("every_days", every_days, "why_below", low=1)
