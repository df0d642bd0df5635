"""Reporting units: which one each township belongs to on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from geo.check import FIRST_DATA_ROW
from geo.errors import Problem, TableError
from geo.keys import Positions, chained, days, positions, require_columns, taken
from geo.schema import TABLES
from geo.succession import predecessors


def unit_of_township(
    townships: pd.DataFrame,
    reporting_units: pd.DataFrame,
    unit_townships: pd.DataFrame,
    *,
    as_of: date,
    successions: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """
    Return the one reporting unit of each township on `as_of`.

    A membership holds from `from_date` to the day before `to_date`; a township without
    one reports through the unit of its county. A township that succeeded others and has no
    membership of its own, ever, takes theirs if all of them have one of the same unit that
    day: a zone keeps its area when a code changes. Townships that have ended, or begin
    later, have a unit too: what is registered to them is somebody's to mend.

    Parameters
    ----------
    townships, reporting_units, unit_townships
        The tables of those names; n townships.
    as_of
        The day asked about.
    successions
        The table of that name; none unless given.

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
    joined = chained(named, member)
    if successions is not None and len(successions):
        joined = _inherited(joined, townships, unit_townships, successions)
    county = positions(townships["county_code"], counties["county_code"])
    unit = np.where(joined >= 0, joined, chained(counties.index.to_numpy(), county))
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


def _inherited(
    joined: Positions,
    townships: pd.DataFrame,
    unit_townships: pd.DataFrame,
    successions: pd.DataFrame,
) -> Positions:
    """Return `joined`, the unit of each township's membership or -1, with those of heirs."""
    origins = predecessors(townships, successions, level="township")
    own = positions(townships["township_code"], unit_townships["township_code"]) >= 0
    heirs = townships["township_code"].isin(list(origins)).to_numpy() & ~own
    if not heirs.any():
        return joined
    unit_of: dict[str, int] = dict(zip(townships["township_code"], joined.tolist(), strict=True))
    waiting = set(townships["township_code"][heirs])

    def settle(code: str) -> int:
        if code not in waiting:
            return unit_of.get(code, -1)
        waiting.discard(code)  # before its origins are asked: a circle ends here
        units = {settle(old) for old in origins[code]}
        unit_of[code] = units.pop() if len(units) == 1 else -1
        return unit_of[code]

    for code in sorted(waiting):
        settle(code)
    return np.array([unit_of[code] for code in townships["township_code"]], dtype=np.int64)


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
