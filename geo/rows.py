"""Rows counted, written and deleted, inside the caller's transaction."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from geo.schema import TABLES
from geo.tables import SQL_TABLES


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


def insert_rows(connection: sa.Connection, name: str, rows: list[tuple[Any, ...]]) -> None:
    """Insert `rows` (values in the declared order of the columns) into the table `name`."""
    if rows:
        names = TABLES[name].names
        connection.execute(
            sa.insert(SQL_TABLES[name]), [dict(zip(names, row, strict=True)) for row in rows]
        )


def update_rows(connection: sa.Connection, name: str, rows: list[tuple[Any, ...]]) -> None:
    """Give the stored rows with the keys of `rows` the values of `rows`."""
    if rows:
        table, sql = TABLES[name], SQL_TABLES[name]
        values: dict[str, Any] = {column: sa.bindparam(f"_{column}") for column in table.names}
        where = [sql.c[column] == sa.bindparam(f"_{column}") for column in table.key]
        names = [f"_{column}" for column in table.names]
        connection.execute(
            sa.update(sql).where(*where).values(values),
            [dict(zip(names, row, strict=True)) for row in rows],
        )


def delete_demo_rows(connection: sa.Connection) -> tuple[dict[str, int], int]:
    """
    Delete every demonstration row and what hangs on it.

    A row that must refer to a demonstration row goes with it; one that may (a real route's
    stop at a demonstration venue) stays and refers to nothing.

    Returns
    -------
    deleted, loosened
        Rows deleted per table, tables that lose nothing left out; rows that lost a reference.
    """
    doomed = {
        name: sa.select(sql.c[TABLES[name].key[0]]).where(sql.c.demo.is_(True))
        for name, sql in SQL_TABLES.items()
        if TABLES[name].has_demo
    }
    deleted: dict[str, int] = {}
    loosened = 0
    for name in reversed(TABLES):
        sql = SQL_TABLES[name]
        count = 0
        for column in TABLES[name].columns:
            if column.refers_to not in doomed:
                continue
            hit = sql.c[column.name].in_(doomed[column.refers_to])
            if column.required:
                count += connection.execute(sa.delete(sql).where(hit)).rowcount
            else:
                cut = sa.update(sql).where(hit).values({column.name: None})
                loosened += connection.execute(cut).rowcount
        if name in doomed:
            count += connection.execute(sa.delete(sql).where(sql.c.demo.is_(True))).rowcount
        if count:
            deleted[name] = count
    return deleted, loosened
