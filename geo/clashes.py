"""What the rows of an import break together with the stored rows of their table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from geo.check import RawTable, table_of
from geo.edits import Key
from geo.errors import Problem
from geo.partials import keys_of
from geo.rules import Fault, Labels, row_faults
from geo.schema import TABLES, Table

# Rules that tie rows together; they hold for a table as a whole, not for the rows of a file.
CROSS_RULES = ("overlapping", "stops_not_contiguous")
# The columns that say which rows are tied together.
_TIES = {
    "unit_townships": "township_code", "route_stops": "route_id", "reporting_units": "county_code",
}  # fmt: skip


def is_tied(table: str) -> bool:
    """Say whether rows of `table` are tied together by a rule."""
    return table in _TIES


def clashes(
    raw: RawTable, before: pd.DataFrame, after: pd.DataFrame, rows: Mapping[Key, int]
) -> list[Problem]:
    """
    Return what is broken between the rows of `after` that was not broken in `before`.

    Parameters
    ----------
    raw
        The file; its headers and its sheet are named.
    before, after
        The stored table as it is, and as it will be.
    rows
        The row number in the file of each key; what is not in it is a stored row.
    """
    declared = table_of(raw.table)
    if not is_tied(raw.table):
        return []
    old = {fact for _, fact in _broken(declared, before)}
    keys = keys_of(declared, after)
    problems = []
    for fault, fact in _broken(declared, after):
        if fact not in old:
            problems.append(_problem(raw, declared, after, fault, keys, rows))
    if raw.table == "reporting_units":
        head = raw.headers.get("county_code") or declared["county_code"].zh
        for county, units in second_units(before, after).items():
            here = [rows[(number,)] for number in units if (number,) in rows]
            facts = {"candidates": "、".join(units.values())}
            problems.append(
                Problem(raw.table, "unit_ambiguous", row=max(here, default=None), column=head,
                        value=county, sheet=raw.sheet, params=facts)
            )  # fmt: skip
    return problems


def second_units(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, dict[str, str]]:
    """
    Return the counties that get a second unit of their own, and had one or none before.

    Parameters
    ----------
    before, after
        The table `reporting_units` as it is, and as it will be.

    Returns
    -------
    counties
        By county code: the names of its units in `after`, by their ids.
    """
    doubled = {county for county, units in _units_of_counties(before).items() if len(units) > 1}
    return {
        county: units
        for county, units in _units_of_counties(after).items()
        if len(units) > 1 and county not in doubled
    }


def _units_of_counties(units: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return the ids and names of the units of the kind "county", by county."""
    own = units[(units["kind"] == "county") & units["county_code"].notna()]
    return {
        str(county): dict(zip(group["unit_id"], group["name"], strict=True))
        for county, group in own.groupby("county_code")
    }


def _broken(declared: Table, frame: pd.DataFrame) -> list[tuple[Fault, tuple[Any, ...]]]:
    """Return the faults of `frame` by its rules across rows, and what makes each that one."""
    labels = Labels(declared, list(range(len(frame))), {})  # rows are called by their positions
    keys = keys_of(declared, frame)
    return [
        (fault, (fault.code, keys[fault.index], _other(fault, keys)))
        for fault in row_faults(frame, labels)
        if fault.code in CROSS_RULES
    ]


def _other(fault: Fault, keys: list[Key]) -> Any:
    at = fault.params.get("other_row")
    return fault.params.get("missing") if at is None else keys[at]


def _problem(
    raw: RawTable,
    declared: Table,
    after: pd.DataFrame,
    fault: Fault,
    keys: list[Key],
    rows: Mapping[Key, int],
) -> Problem:
    """Return a fault as a problem of the row of the file that brings it about."""
    head = raw.headers.get(fault.column) or declared[fault.column].zh
    tie = _TIES[declared.name]
    value = str(after[tie].iloc[fault.index])
    made = Problem(declared.name, fault.code, column=head, value=value, sheet=raw.sheet,
                   params=dict(fault.params))  # fmt: skip
    if fault.code == "stops_not_contiguous":
        tied = (after[tie] == after[tie].iloc[fault.index]).to_numpy()
        here = [rows[key] for key, is_tied in zip(keys, tied, strict=True)
                if is_tied and key in rows]  # fmt: skip
        return replace(made, row=min(here, default=None))
    one, other = keys[fault.index], keys[fault.params["other_row"]]
    made.params["label"] = raw.headers.get(tie) or declared[tie].zh
    if one in rows and other in rows:
        made.params["other_row"] = rows[other]
        return replace(made, row=rows[one])
    stored = other if one in rows else one
    period = after.iloc[keys.index(stored)]
    until = "至今" if pd.isna(period["to_date"]) else f"至 {period['to_date'].date()}"
    facts = {"label": made.params["label"], "period": f"{period['from_date'].date()} {until}"}
    return replace(made, code="overlapping_stored", row=rows.get(one, rows.get(other)),
                   params=facts)  # fmt: skip


def still_used(
    table: str, keys: set[Key], tables: Mapping[str, pd.DataFrame], *, sheet: str | None
) -> list[Problem]:
    """Return a problem for each row of `table` (by key) that goes while other rows refer to it."""
    found: dict[str, dict[str, int]] = {}
    gone = {key[0] for key in keys if len(key) == 1}
    for other in TABLES.values():
        for column in other.columns:
            if column.refers_to != table or not gone or other.name not in tables:
                continue
            used = tables[other.name][column.name]
            counts = used[used.isin(gone)].value_counts()
            for key, count in counts.items():
                by = found.setdefault(str(key), {})
                by[other.zh] = by.get(other.zh, 0) + int(count)
    return [
        Problem(
            table, "still_used", sheet=sheet, value=key,
            params={"users": "、".join(f"{zh} {count} 行" for zh, count in by.items())},
        )
        for key, by in sorted(found.items())
    ]  # fmt: skip
