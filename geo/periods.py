"""The quarters of a programme year, which may begin in any month, and a figure on many days."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable
from datetime import date

import pandas as pd

from geo.errors import bad_argument

_MONTHS = 12
_QUARTER = 3


def quarters(since: date, until: date, *, year_starts: int = 1) -> pd.DataFrame:
    """
    Return the ends of the quarters between two days, and the last day of all.

    Parameters
    ----------
    since, until
        The first and the last day asked about, both included.
    year_starts
        The month in which the programme year begins, 1-12. A year is called by the calendar
        year in which it begins.

    Returns
    -------
    quarters
        Rising: `as_of` (date; the last day of a quarter, or `until`), `year`, `quarter` (1-4)
        and `complete` (bool; False where the quarter goes on after `until`).

    Raises
    ------
    ArgumentError
        If `since` is after `until`, or there is no such month.
    """
    require_order(since, until)
    if not 1 <= year_starts <= _MONTHS:
        raise bad_argument("year_starts", year_starts, "why_month")
    rows = []
    day = since
    while day <= until:
        # Months since the beginning of the programme year in which `day` is.
        passed = (day.month - year_starts) % _MONTHS
        year = day.year - (day.month < year_starts)
        end = _month_end(day.year, day.month + (_QUARTER - 1 - passed % _QUARTER))
        rows.append((min(end, until), year, passed // _QUARTER + 1, end <= until))
        day = date.fromordinal(end.toordinal() + 1)
    return pd.DataFrame(rows, columns=["as_of", "year", "quarter", "complete"])


def over_time(dates: Iterable[date], figure: Callable[[date], pd.DataFrame]) -> pd.DataFrame:
    """
    Return a figure on each of some days, one below the other.

    Parameters
    ----------
    dates
        The days, in the order of the answer.
    figure
        Gives the table of a day: coverage rates, reach, or any other.

    Returns
    -------
    rows
        The tables with `as_of` as their first column.
    """
    tables = []
    for day in dates:
        found = figure(day).reset_index(drop=True)
        found.insert(0, "as_of", pd.Series(day, index=found.index, dtype="datetime64[s]"))
        tables.append(found)
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame({"as_of": []})


def require_order(since: date, until: date) -> None:
    """Raise `ArgumentError` if `since` is after `until`."""
    if since > until:
        raise bad_argument("since", since.isoformat(), "why_after", date=until.isoformat())


def _month_end(year: int, month: int) -> date:
    """Return the last day of a month, counted from January of `year` and beyond December."""
    year, month = year + (month - 1) // _MONTHS, (month - 1) % _MONTHS + 1
    return date(year, month, calendar.monthrange(year, month)[1])
