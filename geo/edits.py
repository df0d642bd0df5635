"""Edits of single rows: what a row was, what it becomes, and both as text for the history."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from geo.check import table_of
from geo.errors import ArgumentError, MissingColumnError, bad_argument
from geo.schema import Table

Value = str | int | float | bool | date | None
Row = dict[str, Any]  # a `Value` for every declared column
Key = tuple[Any, ...]  # the values of the table's key, in its order

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Edit:
    """
    One change of one row.

    `before` is the whole row that its author saw, None for a row that is not there yet;
    `after` the whole row as it shall be, None to delete it.
    """

    table: str
    key: Key
    before: Row | None
    after: Row | None

    @property
    def kind(self) -> str:
        """Return "new", "changed" or "removed"."""
        if self.before is None:
            return "new"
        return "removed" if self.after is None else "changed"

    @property
    def row(self) -> Row:
        """Return the row as it shall be, or as it was if it goes."""
        return self.after if self.after is not None else (self.before or {})

    def fields(self) -> list[str]:
        """Return the columns whose value changes, in the declared order."""
        before, after = self.before or {}, self.after or {}
        names = table_of(self.table).names
        return [name for name in names if before.get(name) != after.get(name)]

    def inverse(self) -> Edit:
        """Return the edit that takes this one back."""
        return Edit(self.table, self.key, self.after, self.before)


def edit_of(table: str, before: Row | None, after: Row | None) -> Edit:
    """Return the edit from one row to the other; at least one of them must be given."""
    row = after if after is not None else before
    assert row is not None
    return Edit(table, key_of(table, row), before, after)


def require_plain(edit: Edit) -> None:
    """
    Refuse an edit whose rows are not whole rows of plain values under the edit's own key.

    Raises
    ------
    ArgumentError
        If a row lacks a column or has one too many, its key is another than the edit's (code
        ``key_changed``), or a new value is none that its column can hold.
    """
    declared = table_of(edit.table)
    for row in (edit.before, edit.after):
        if row is None:
            continue
        if row.keys() != set(declared.names):
            raise bad_argument(edit.table, len(row), "why_row_columns")
        if key_of(edit.table, row) != edit.key:
            raise ArgumentError("key_changed", table=declared.zh, key="、".join(map(str, edit.key)))
    for name, value in (edit.after or {}).items():
        if value is not None and not _fits(value, declared[name].kind):
            raise bad_argument(f"{edit.table}.{name}", type(value).__name__, "why_column_value")


def _fits(value: Any, kind: str) -> bool:
    if kind == "yesno":
        return isinstance(value, bool)
    if kind == "date":
        return type(value) is date
    if kind in {"integer", "number"}:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        if kind == "number":
            return math.isfinite(value)
        return isinstance(value, int) and abs(value) < 2**31
    # No database holds halves of characters, PostgreSQL no zero either.
    return isinstance(value, str) and not _UNSTORABLE.search(value)


def key_of(table: str, row: Mapping[str, Any]) -> Key:
    """Return the values of the key of `row`."""
    return tuple(row[name] for name in table_of(table).key)


def key_text(key: Sequence[Any]) -> str:
    """Return the values of a key as one text: a JSON list, dates as 2026-11-24."""
    return json.dumps([_plain(value) for value in key], ensure_ascii=False, separators=(",", ":"))


def key_from_text(table: str, text: str) -> Key:
    """Return the key that `key_text` wrote."""
    declared = table_of(table)
    return tuple(
        _typed(declared, name, value)
        for name, value in zip(declared.key, json.loads(text), strict=True)
    )


def row_text(table: str, row: Mapping[str, Any], names: Iterable[str] | None = None) -> str:
    """Return the columns `names` (all unless told) of `row` as JSON, in the declared order."""
    chosen = set(table_of(table).names if names is None else names)
    kept = {name: _plain(row[name]) for name in table_of(table).names if name in chosen}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def row_from_text(table: str, text: str) -> Row:
    """Return what `row_text` wrote; columns that are declared no more are left out."""
    declared = table_of(table)
    known = set(declared.names)
    return {
        name: _typed(declared, name, value)
        for name, value in json.loads(text).items()
        if name in known
    }


def whole_row(table: str, fields: Mapping[str, Any]) -> Row:
    """Return `fields` as a row with every declared column, None where nothing is given."""
    return {name: fields.get(name) for name in table_of(table).names}


def between(
    table: str, stored: Iterable[Row], wanted: Iterable[Row], *, remove: bool = False
) -> list[Edit]:
    """
    Return the edits that turn the rows `stored` into `wanted`; equal rows give none.

    Rows that `wanted` does not have stay, unless `remove` is given.
    """
    held = {key_of(table, row): row for row in stored}
    edits, kept = [], set()
    for row in wanted:
        key = key_of(table, row)
        kept.add(key)
        before = held.get(key)
        if before != row:
            edits.append(Edit(table, key, before, row))
    if remove:
        edits += [Edit(table, key, row, None) for key, row in held.items() if key not in kept]
    return edits


def rows_of(table: str, frame: pd.DataFrame) -> list[Row]:
    """
    Return the rows of `frame` as dicts of plain Python values, None where missing.

    Raises
    ------
    MissingColumnError
        If `frame` lacks a declared column.
    """
    names = table_of(table).names
    return [dict(zip(names, row, strict=True)) for row in rows_from_frame(table_of(table), frame)]


def frame_of(table: str, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return `rows` as a typed table with the declared columns, RangeIndex."""
    declared = table_of(table)
    return frame_from_rows(declared, [[row.get(name) for name in declared.names] for row in rows])


def frame_from_rows(table: Table, rows: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """
    Make a typed table of rows of plain values.

    Parameters
    ----------
    table
        The declaration of the table.
    rows
        Rows as a database driver returns them, in the order of the declared columns.

    Returns
    -------
    frame
        One row per row, columns and dtypes as declared, RangeIndex.
    """
    by_column: Sequence[Sequence[Any]] = (
        list(zip(*rows, strict=True)) if rows else [()] * len(table.columns)
    )
    columns = {
        column.name: _column_from(values, column.kind)
        for column, values in zip(table.columns, by_column, strict=True)
    }
    return pd.DataFrame(columns, copy=False)


def rows_from_frame(table: Table, frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    """
    Return the rows of `frame` as tuples of plain Python values, None where missing.

    Raises
    ------
    MissingColumnError
        If `frame` lacks a declared column.
    """
    absent = [name for name in table.names if name not in frame.columns]
    if absent:
        raise MissingColumnError("column_absent", columns="、".join(absent))
    columns: list[list[Any]] = []
    for column in table.columns:
        values = frame[column.name]
        missing = values.isna().to_numpy()
        plain = values.dt.date.tolist() if column.kind == "date" else values.tolist()
        columns.append(
            [None if gap else value for value, gap in zip(plain, missing, strict=True)]
            if missing.any()
            else plain
        )
    return list(zip(*columns, strict=True))


def _column_from(values: Sequence[Any], kind: str) -> Any:
    if kind == "date":
        days = np.array(values, dtype="datetime64[D]")  # of text (SQLite) or dates (PostgreSQL)
        return pd.array(days.astype("datetime64[s]"), dtype="datetime64[s]")
    if kind == "yesno":
        numbers = np.array(values, dtype=float)
        missing = np.isnan(numbers)
        return pd.arrays.BooleanArray(np.where(missing, 0, numbers) == 1, missing)
    if kind == "integer":
        missing = np.array([value is None for value in values], dtype=bool)
        whole = np.array([0 if value is None else value for value in values], dtype="int64")
        return pd.arrays.IntegerArray(whole, missing)
    if kind == "number":
        return pd.array(np.array(values, dtype=float), dtype="float64")
    return pd.array(np.array(values, dtype=object), dtype="str")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _typed(table: Table, name: str, value: Any) -> Any:
    """Return a value out of JSON as its column holds it."""
    kind = table[name].kind
    if kind == "date" and value is not None:
        return date.fromisoformat(value)
    if kind == "number" and value is not None:
        return float(value)
    return value
