"""Reporting units: which one each township belongs to on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from geo.check import FIRST_DATA_ROW
from geo.errors import Problem, TableError
from geo.keys import chained, days, positions, require_columns, taken
from geo.schema import TABLES


def unit_of_township(
    townships: pd.DataFrame,
    reporting_units: pd.DataFrame,
    unit_townships: pd.DataFrame,
    *,
    as_of: date,
) -> pd.DataFrame:
    """
    Return the one reporting unit of each township on `as_of`.

    A membership holds from `from_date` to the day before `to_date`; a township without
    one reports through the unit of its county.

    Parameters
    ----------
    townships, reporting_units, unit_townships
        The tables of those names; n townships.
    as_of
        The day asked about.

    Returns
    -------
    units
        n rows with the index of `townships`: `township_code`, `unit_id`,
        `reporting_unit` (its name).

    Raises
    ------
    TableError
        If a township has two memberships on that day or none and no county unit, if a
        membership names no unit, or if two units stand for one county.
    MissingColumnError
        If a table lacks a column that is needed.
    """
    require_columns(townships, "township_code", "county_code")
    require_columns(reporting_units, "unit_id", "name", "kind", "county_code")
    require_columns(unit_townships, "township_code", "unit_id", "from_date", "to_date")
    day = np.datetime64(as_of, "s")
    begun, over = days(unit_townships["from_date"]) <= day, days(unit_townships["to_date"]) <= day
    members = _rows(unit_townships, begun & ~over)
    counties = _rows(reporting_units, reporting_units["kind"].eq("county"))
    _refuse_repeats(members["township_code"], "unit_townships", "overlapping", "other_row")
    _refuse_repeats(counties["county_code"], "reporting_units", "duplicate_key", "first_row")

    named = positions(members["unit_id"], reporting_units["unit_id"])
    facts = {"target": TABLES["reporting_units"].zh, "suggestion": ""}
    _refuse(members["unit_id"], named < 0, "unit_townships", "unknown_reference", facts)
    member = positions(townships["township_code"], members["township_code"])
    county = positions(townships["county_code"], counties["county_code"])
    unit = np.where(member >= 0, chained(named, member), chained(counties.index.to_numpy(), county))
    codes = townships["township_code"].reset_index(drop=True)
    _refuse(codes, unit < 0, "townships", "unit_unknown", {})
    return pd.DataFrame(
        {
            "township_code": townships["township_code"],
            "unit_id": taken(reporting_units["unit_id"], unit, townships.index),
            "reporting_unit": taken(reporting_units["name"], unit, townships.index),
        }
    )


def with_units(answer: pd.DataFrame, townships: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """
    Add `county_code` and `reporting_unit` to an answer with `township_code`.

    So that villages, too, can be summed by county and by unit. Rows whose township is not
    in `townships` get missing values. `units` is the answer of `unit_of_township`.

    Raises
    ------
    MissingColumnError
        If a table lacks a column that is needed.
    """
    require_columns(answer, "township_code")
    require_columns(townships, "township_code", "county_code")
    require_columns(units, "township_code", "reporting_unit")
    county = positions(answer["township_code"], townships["township_code"])
    unit = positions(townships["township_code"], units["township_code"])
    return answer.assign(
        county_code=taken(townships["county_code"], county, answer.index),
        reporting_unit=taken(units["reporting_unit"], chained(unit, county), answer.index),
    )


def _rows(frame: pd.DataFrame, chosen: ArrayLike) -> pd.DataFrame:
    """Return the chosen rows, indexed by their positions in `frame`."""
    at = np.flatnonzero(np.asarray(chosen, dtype=bool))
    return frame.iloc[at].set_axis(at)


def _refuse(
    values: pd.Series, faulty: ArrayLike, table: str, code: str, facts: dict[str, Any]
) -> None:
    """Raise `TableError` if any of `values`, indexed by their positions in `table`, is faulty."""
    faulty = np.asarray(faulty, dtype=bool)
    column = TABLES[table][str(values.name)].zh
    problems = [
        Problem(table, code, row=int(at) + FIRST_DATA_ROW, column=column, value=value, params=facts)
        for at, value in zip(values.index[faulty], values[faulty], strict=True)
    ]
    if problems:
        raise TableError(table, problems)


def _refuse_repeats(values: pd.Series, table: str, code: str, other: str) -> None:
    """Raise `TableError` for the first of `values` that stands a second time."""
    repeated = values.duplicated() & values.notna()
    if repeated.any():
        value = values[repeated].iloc[0]
        first = int(values.index[values == value][0]) + FIRST_DATA_ROW
        second = (values == value) & repeated
        facts = {other: first, "label": TABLES[table][str(values.name)].zh}
        _refuse(values, second, table, code, facts)
