"""Files that have only some columns of their table: the others keep what is stored."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from geo.cells import CellError, clean, parse, write
from geo.check import RawTable, table_of
from geo.edits import Key
from geo.errors import Problem
from geo.references import context_columns, parent_column
from geo.rules import CONVERTED, Fault, Labels, row_faults
from geo.schema import TABLES, Table

POSITION = ("lon", "lat")


def absent_columns(raw: RawTable) -> list[str]:
    """Return the declared columns that a file does not have."""
    return [name for name in table_of(raw.table).names if name not in raw.frame]


def key_columns_only(raw: RawTable) -> RawTable:
    """Return `raw` with the columns alone that say which row is which."""
    declared = table_of(raw.table)
    wanted = {*declared.key, *(column.name for column in context_columns(declared))}
    return replace(raw, frame=raw.frame[[name for name in raw.frame if name in wanted]])


def filled_up(raw: RawTable, stored: pd.DataFrame, keys: Sequence[Key]) -> RawTable:
    """
    Return `raw` with every declared column: what the file does not have is as stored.

    A column that follows from one the file has (the county from the township) is left empty
    where that one is given.

    Parameters
    ----------
    raw
        n rows.
    stored
        The rows to take values from; those with other keys stay empty.
    keys
        n keys, of the rows of the file.
    """
    declared = table_of(raw.table)
    where = {key: at for at, key in enumerate(keys_of(declared, stored))}
    found = [where.get(key) for key in keys]
    columns = {name: raw.frame[name] for name in raw.frame}
    for name in absent_columns(raw):
        column, values = declared[name], stored[name]
        texts = [
            None if missing else write(column, value)
            for value, missing in zip(values, values.isna(), strict=True)
        ]
        taken = [None if at is None else texts[at] for at in found]
        for child in _children(declared, name):
            if child in raw.frame:
                given = raw.frame[child].notna()
                taken = [
                    None if is_given else text for text, is_given in zip(taken, given, strict=True)
                ]
        columns[name] = pd.Series(taken, index=raw.frame.index, dtype=object)
    return replace(raw, frame=pd.DataFrame(columns, index=raw.frame.index))


def _children(declared: Table, name: str) -> list[str]:
    """Return the columns whose values say what `name` must be: a township lies in one county."""
    found = []
    for column in declared.columns:
        if column.kind == "code" and column.refers_to and declared[name].refers_to:
            parent = parent_column(TABLES[column.refers_to])
            if parent is not None and parent.refers_to == declared[name].refers_to:
                found.append(column.name)
    return found


def keys_of(declared: Table, frame: pd.DataFrame) -> list[Key]:
    """Return the keys of `frame` as plain values, None where a part is missing."""
    columns = []
    for name in declared.key:
        values = frame[name].dt.date if declared[name].kind == "date" else frame[name]
        missing = values.isna()
        columns.append(
            [None if gap else value for value, gap in zip(values.tolist(), missing, strict=True)]
        )
    return list(zip(*columns, strict=True))


def lone_datums(raw: RawTable) -> tuple[RawTable, list[Problem]]:
    """
    Refuse a datum that is to be converted from where the file has no positions to convert.

    What is stored is WGS 84 already: to convert it by such a datum would move it.

    Returns
    -------
    raw, problems
        The rows without those cells, and a problem for each.
    """
    declared = table_of(raw.table)
    name = "source_datum"
    if not declared.has_position or name not in raw.frame or set(POSITION) <= set(raw.frame):
        return raw, []
    problems, kept = [], []
    for row, text in zip(raw.rows, raw.frame[name], strict=True):
        if _datum(declared, text) in CONVERTED:
            problems.append(
                Problem(raw.table, "datum_alone", row=row, column=raw.headers.get(name),
                        value=str(text), sheet=raw.sheet)
            )  # fmt: skip
            text = None
        kept.append(text)
    return replace(raw, frame=raw.frame.assign(source_datum=kept)), problems


def _datum(declared: Table, text: Any) -> str | None:
    written = None if pd.isna(text) else clean(str(text))
    try:
        return None if written is None else str(parse(declared["source_datum"], written))
    except CellError:
        return None


def faults_of_file(
    raw: RawTable, faults: Sequence[Fault], keys: Sequence[Key], stored: pd.DataFrame
) -> list[Fault]:
    """
    Return `faults` without those that were stored before, in columns the file does not have.

    What was wrong before does not keep people from mending something else.
    """
    absent: Collection[str] = set(absent_columns(raw))
    if not any(fault.column in absent for fault in faults):
        return list(faults)
    declared = table_of(raw.table)
    labels = Labels(declared, list(range(len(stored))), {})
    known = keys_of(declared, stored)
    old = {(known[f.index], f.column, f.code) for f in row_faults(stored, labels)}
    return [
        fault
        for fault in faults
        if fault.column not in absent or (keys[fault.index], fault.column, fault.code) not in old
    ]
