"""What is wrong or missing in tables that are stored already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from geo.cells import write
from geo.check import FIRST_DATA_ROW, table_of
from geo.errors import Problem
from geo.lineage import list_faults, unknown_places
from geo.rules import Fault, Labels, row_faults
from geo.schema import TABLES, Table


def findings(tables: Mapping[str, pd.DataFrame]) -> list[Problem]:
    """
    Return the problems of stored tables: what the rules forbid, and what is still missing.

    A problem names the row as an export numbers it, and as its value the row's key.
    References are checked against the tables that are given.
    """
    problems = []
    for name, frame in tables.items():
        table = table_of(name)
        rows = list(range(FIRST_DATA_ROW, FIRST_DATA_ROW + len(frame)))
        faults = [
            *_dangling(table, frame, tables),
            *row_faults(frame, Labels(table, rows, {})),
            *_unplaced(table, frame),
            *unknown_places(name, frame, tables),
            *list_faults(name, tables),
            *(_without_unit(frame, tables) if name == "townships" else ()),
        ]
        for fault in sorted(faults, key=lambda fault: fault.index):
            key = "；".join(
                write(table[column], frame[column].iloc[fault.index]) for column in table.key
            )
            problems.append(
                Problem(name, fault.code, rows[fault.index], table[fault.column].zh, key,
                        params=fault.params)
            )  # fmt: skip
    return problems


def _dangling(
    table: Table, frame: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> Iterator[Fault]:
    for column in table.columns:
        if column.refers_to not in tables:
            continue
        target = TABLES[column.refers_to]
        lost = frame[column.name].notna() & ~frame[column.name].isin(
            tables[column.refers_to][target.key[0]]
        )
        facts = {"target": f"“{target.zh}”（{target.en}）", "suggestion": ""}
        for index in np.flatnonzero(lost).tolist():
            yield Fault(index, column.name, "unknown_reference", facts)


def _unplaced(table: Table, frame: pd.DataFrame) -> Iterator[Fault]:
    if table.has_position:
        for index in np.flatnonzero(frame["lon"].isna() | frame["lat"].isna()).tolist():
            yield Fault(index, "lon", "position_unknown")


def _without_unit(townships: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> Iterator[Fault]:
    """Yield the townships whose county has no unit of its own, which reports what no zone does."""
    if "reporting_units" not in tables:
        return
    units = tables["reporting_units"]
    of_counties = units[units["kind"] == "county"].groupby("county_code")["name"].agg(list)
    for index, county in enumerate(townships["county_code"]):
        names = of_counties.get(county, [])
        if not names:
            yield Fault(index, "county_code", "unit_unknown")
        elif len(names) > 1:
            yield Fault(index, "county_code", "unit_ambiguous", {"candidates": "、".join(names)})
