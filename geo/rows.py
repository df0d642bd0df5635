"""Rows counted, read and written, inside the caller's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from geo.edits import Edit, Key, Row, edit_of
from geo.schema import TABLES
from geo.tables import SQL_TABLES

_FEW = 20  # keys that are looked up one by one


def count_rows(connection: sa.Connection) -> dict[str, int]:
    """Return the number of rows of every table."""
    return {
        name: int(connection.execute(sa.select(sa.func.count()).select_from(sql)).scalar_one())
        for name, sql in SQL_TABLES.items()
    }


def broken_references(connection: sa.Connection) -> int:
    """Return how many rows refer to a row that is not there."""
    broken = 0
    for table in SQL_TABLES.values():
        for foreign in table.foreign_keys:
            query = (
                sa.select(sa.func.count())
                .select_from(table.outerjoin(foreign.column.table))
                .where(foreign.parent.is_not(None), foreign.column.is_(None))
            )
            broken += int(connection.execute(query).scalar_one())
    return broken


def add_numbered(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any]) -> int:
    """Add one row to a table that numbers its rows; return its number."""
    key = connection.execute(sa.insert(table).values(values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def stored_rows(
    connection: sa.Connection, name: str, keys: Iterable[Key] | None = None
) -> dict[Key, Row]:
    """Return the rows of the table `name` with these `keys` (all unless told), by key."""
    table, sql = TABLES[name], SQL_TABLES[name]
    columns = [sql.c[column] for column in table.names]
    wanted = None if keys is None else list(keys)
    if wanted is not None and len(wanted) <= _FEW:
        found = [
            row
            for key in wanted
            for row in connection.execute(
                sa.select(*columns).where(
                    *(sql.c[at] == value for at, value in zip(table.key, key, strict=True))
                )
            )
        ]
    else:
        found = list(connection.execute(sa.select(*columns)))
    rows = {}
    places = [table.names.index(column) for column in table.key]
    chosen = None if wanted is None else set(wanted)
    for row in found:
        key = tuple(row[at] for at in places)
        if chosen is None or key in chosen:
            rows[key] = dict(zip(table.names, row, strict=True))
    return rows


def apply_edits(connection: sa.Connection, edits: Sequence[Edit]) -> None:
    """Delete, change and add the rows of `edits`; what they refer to is checked at the commit."""
    gone: dict[str, list[Edit]] = defaultdict(list)
    changed: dict[str, list[Edit]] = defaultdict(list)
    new: dict[str, list[Edit]] = defaultdict(list)
    for edit in edits:
        {"removed": gone, "changed": changed, "new": new}[edit.kind][edit.table].append(edit)
    for name, of_table in gone.items():
        connection.execute(sa.delete(SQL_TABLES[name]).where(*_is_row(name)), _keys(of_table))
    for name, of_table in changed.items():
        values: dict[str, Any] = {c: sa.bindparam(f"_{c}") for c in TABLES[name].names}
        connection.execute(
            sa.update(SQL_TABLES[name]).where(*_is_row(name)).values(values),
            [
                {f"_{column}": value for column, value in edit.row.items()} | key
                for edit, key in zip(of_table, _keys(of_table), strict=True)
            ],
        )
    for name, of_table in new.items():
        connection.execute(sa.insert(SQL_TABLES[name]), [dict(edit.row) for edit in of_table])


def _is_row(name: str) -> list[sa.ColumnElement[bool]]:
    return [SQL_TABLES[name].c[c] == sa.bindparam(f"key_{c}") for c in TABLES[name].key]


def _keys(edits: Sequence[Edit]) -> list[dict[str, Any]]:
    names = TABLES[edits[0].table].key
    return [
        {f"key_{name}": value for name, value in zip(names, edit.key, strict=True)}
        for edit in edits
    ]


def demo_edits(tables: Mapping[str, Mapping[Key, Row]]) -> list[Edit]:
    """
    Return the edits that delete every demonstration row of `tables` and what hangs on it.

    A row that must refer to a demonstration row goes with it; one that may (a real route's
    stop at a demonstration venue) stays and refers to nothing.
    """
    doomed = {
        name: {key[0] for key, row in rows.items() if row["demo"]}
        for name, rows in tables.items()
        if TABLES[name].has_demo
    }
    edits = []
    for name, rows in tables.items():
        ties = [c for c in TABLES[name].columns if c.refers_to in doomed]
        for row in rows.values():
            cut = [c for c in ties if row[c.name] in doomed[c.refers_to]]
            invented = name in doomed and row["demo"]
            if invented or any(column.required for column in cut):
                edits.append(edit_of(name, row, None))
            elif cut:
                edits.append(edit_of(name, row, row | {column.name: None for column in cut}))
    return edits
