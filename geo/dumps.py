"""Every table as lines of text, and the database made anew of them: SQLite and PostgreSQL alike."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

from geo.database import STEPS, upgrade
from geo.errors import StoreError
from geo.journal import write_baseline
from geo.journal_tables import LEGS
from geo.tables import META, METADATA

# A restored session would sign in somebody who has signed out since; routing engines answer again.
LEFT_OUT = ("sessions", "sign_in_attempts", "travel_legs")
# What migrations make that does not go with a table.
_FUNCTIONS = ("refuse_change",)
_BATCH = 1000  # rows

Line = list[Any]


class TableLines(NamedTuple):
    """A table of a backup: its columns (name, kind) in order, and its rows as JSON lists."""

    columns: list[tuple[str, str]]
    lines: Callable[[], Iterable[bytes]]


_KINDS: tuple[tuple[type[sa.types.TypeEngine[Any]], str], ...] = (
    (sa.DateTime, "time"), (sa.Date, "date"), (sa.Boolean, "yesno"), (sa.Integer, "integer"),
    (sa.Float, "number"), (sa.LargeBinary, "bytes"), (sa.String, "text"),
)  # fmt: skip
_TO_TEXT: dict[str, Callable[[Any], Any]] = {
    "time": datetime.isoformat, "date": date.isoformat,
    "bytes": lambda value: base64.b64encode(value).decode(),
}  # fmt: skip
_FROM_TEXT: dict[str, Callable[[Any], Any]] = {
    "time": datetime.fromisoformat, "date": date.fromisoformat, "bytes": base64.b64decode,
    "number": float,
}  # fmt: skip


def structure() -> str:
    """Return the name of the structure that a dump of this program has."""
    return STEPS[-1]


def is_known(found: str) -> bool:
    """Say whether this program can restore a dump of the structure `found`."""
    return found in STEPS


def revision(connection: sa.Connection) -> int:
    """Return how many writes there have been, as `connection` sees it."""
    return int(connection.execute(sa.select(META.c.revision)).scalar_one())


def require_sound(connection: sa.Connection) -> None:
    """
    Refuse a SQLite file that is damaged, lest its damage be taken for its content.

    Raises
    ------
    StoreError
        If the file does not pass SQLite's own check (code ``store_damaged``).
    """
    if connection.dialect.name == "sqlite":
        said = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
        if said != "ok":
            raise StoreError("store_damaged", reason=str(said).splitlines()[-1])


def file_is_damaged(path: Path) -> bool:
    """Say whether `path` is a file that SQLite cannot read as a sound database."""
    if not path.is_file() or not path.stat().st_size:
        return False
    try:
        looked = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            return bool(looked.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok")
        finally:
            looked.close()
    except sqlite3.DatabaseError as error:
        return error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def is_empty(connection: sa.Connection) -> bool:
    """Say whether no table has a row, but that which counts the writes, and answers kept."""
    return not any(
        connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first()
        for table in METADATA.sorted_tables
        if table is not META and table is not LEGS
    )


def dumped(connection: sa.Connection) -> dict[str, TableLines]:
    """Return every table as `connection` sees it; the rows are read when asked for."""
    return {
        table.name: TableLines(
            [(column.name, _kind(column)) for column in table.columns],
            lambda table=table: _lines(connection, table),  # type: ignore[misc]
        )
        for table in METADATA.sorted_tables
        if table.name not in LEFT_OUT
    }


def _kind(column: sa.Column[Any]) -> str:
    return next(kind for of_type, kind in _KINDS if isinstance(column.type, of_type))


def _lines(connection: sa.Connection, table: sa.Table) -> Iterator[bytes]:
    convert = [_TO_TEXT.get(_kind(column)) for column in table.columns]
    query = sa.select(table).order_by(*table.primary_key).execution_options(yield_per=_BATCH)
    for row in connection.execute(query):
        values = [
            make(value) if make and value is not None else value
            for make, value in zip(convert, row, strict=True)
        ]
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def make_anew(
    connection: sa.Connection, found: str, tables: Mapping[str, TableLines], *, after: int
) -> int:
    """
    Drop every table and make the database of `tables`, in the caller's transaction.

    The structure is that of the dump (`found`), then this program's; the triggers that keep
    the history append-only are made with it, and numbering continues after the last row.

    Parameters
    ----------
    found
        Name of the structure of the dump, one that `is_known`.
    tables
        What was dumped.
    after
        The revision that the database had; programs that still run must see another one.

    Returns
    -------
    revision
        Of the database as it is now: the dump's, or if there was one before, above both.
    """
    _drop(connection)
    upgrade(connection, found)
    known = sa.MetaData()
    known.reflect(connection, only=list(tables))
    for table in known.sorted_tables:
        _fill(connection, table, tables[table.name])
    if connection.dialect.name == "postgresql":
        # References are checked now: a table with checks outstanding cannot be altered.
        connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    if found != structure():
        upgrade(connection, structure())
    _continue_numbers(connection)
    restored = revision(connection)
    if after:
        now = max(after, restored) + 1
        raised = sa.update(META).values(
            revision=now, built_revision=META.c.built_revision + now - restored
        )
        connection.execute(raised)
        restored = now
    write_baseline(connection, restored)  # of a dump from before there was a history
    return restored


def _drop(connection: sa.Connection) -> None:
    for table in reversed(METADATA.sorted_tables):
        connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{table.name}"')
    connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
    if connection.dialect.name == "postgresql":
        for name in _FUNCTIONS:
            connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {name}()")


def _fill(connection: sa.Connection, table: sa.Table, given: TableLines) -> None:
    names = [name for name, _ in given.columns]
    convert = [_FROM_TEXT.get(kind) for _, kind in given.columns]
    insert = sa.insert(table)
    rows: list[dict[str, Any]] = []
    for line in given.lines():
        values = [
            make(value) if make and value is not None else value
            for make, value in zip(convert, json.loads(line), strict=True)
        ]
        rows.append(dict(zip(names, values, strict=True)))
        if len(rows) == _BATCH:
            connection.execute(insert, rows)
            rows = []
    if rows:
        connection.execute(insert, rows)


def _continue_numbers(connection: sa.Connection) -> None:
    """Let PostgreSQL's counters go on after the rows put in; SQLite looks for itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in METADATA.sorted_tables:
        column = table.autoincrement_column
        if column is None:
            continue
        counter = sa.func.pg_get_serial_sequence(table.name, column.name)
        last = sa.select(sa.func.max(column)).scalar_subquery()
        connection.execute(
            sa.select(sa.func.setval(counter, sa.func.coalesce(last, 1), last.is_not(None)))
        )
