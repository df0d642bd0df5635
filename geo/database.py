"""The connection to SQLite or PostgreSQL: how it is opened, begun, migrated, and how it fails."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

from geo.errors import GeoError, StoreError, bad_argument
from geo.tables import META, utc_now

# The steps in `geo/migrations/versions`, oldest first. A released step is never edited.
STEPS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")
MIGRATIONS = Path(__file__).parent / "migrations"

BUSY_MS = 10_000  # how long a write waits for another write
_ASK_AGAIN_S = 0.002  # between two questions whether SQLite's file is free
_BEGIN_WRITE = "BEGIN IMMEDIATE"

# Any number serves, as long as only migrations use it.
_MIGRATION_LOCK = 370_900

_SQLITE_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_MS}",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
)

# What the drivers say, and how a reader is told.
_REASONS = (
    (("disk is full", "53100", "no space left"), "why_disk_full"),
    (("readonly", "read-only", "25006"), "why_read_only"),
    (("is locked", "55p03", "40p01", "40001"), "why_locked"),
    (("unable to open",), "why_not_opened"),
    (("not a database", "malformed"), "why_damaged"),
    (("disk i/o error",), "why_disk"),
    (("password authentication", "no password supplied", "28p01", "28000"), "why_password"),
    (("3d000", "does not exist"), "why_no_database"),
    (("failed to resolve host", "name or service not known"), "why_no_host"),
    (("connection", "connect", "57p01", "57p03", "08006"), "why_no_server"),
)
_NO_TABLE = ("no such table", "42p01")


def shown_url(url: sa.URL) -> str:
    """Return the store's address as people may see it: a file's path, or a URL without password."""
    if url.get_backend_name() == "sqlite":
        return url.database or ""
    return url.render_as_string(hide_password=True)


def _reason(error: sa.exc.SQLAlchemyError) -> GeoError | str:
    if isinstance(error, sa.exc.TimeoutError):
        return GeoError("why_too_many")
    origin = getattr(error, "orig", None)
    said = f"{getattr(origin, 'sqlstate', None) or ''} {origin or error}".strip()
    for signs, code in _REASONS:
        if any(sign in said.lower() for sign in signs):
            return GeoError(code)
    # The first line only: the ones below it may quote a row, and a row may be personal.
    return said.splitlines()[0]


@contextmanager
def told(url: sa.URL) -> Iterator[None]:
    """Turn what the driver raises into a `StoreError` with a sentence for people."""
    try:
        yield
    except sa.exc.IntegrityError as error:
        raise StoreError("store_conflict", reason=_conflict(error)) from error
    except sa.exc.SQLAlchemyError as error:
        origin = getattr(error, "orig", None)
        said = f"{getattr(origin, 'sqlstate', '')} {origin}".lower()
        if any(sign in said for sign in _NO_TABLE):
            raise StoreError("store_missing", store=shown_url(url)) from error
        raise StoreError("store_unavailable", reason=_reason(error)) from error


def _conflict(error: sa.exc.IntegrityError) -> GeoError:
    said = f"{getattr(error.orig, 'sqlstate', '')} {error.orig}".lower()
    if "foreign key" in said or "23503" in said:
        return GeoError("why_reference")
    if "unique" in said or "23505" in said:
        return GeoError("why_same_key")
    return GeoError("why_required")


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = (
        None  # the driver's own BEGIN comes too late and is never IMMEDIATE
    )
    for pragma in _SQLITE_PRAGMAS:
        connection.execute(pragma).close()
    _write_ahead(connection)


def _write_ahead(connection: sqlite3.Connection) -> None:
    """
    Have readers and a writer not wait for each other (journal mode WAL, kept in the file).

    SQLite does not wait for others here, whatever the busy timeout: of those who open a new
    file at once, all but one are told that it is locked.
    """
    deadline = time.monotonic() + BUSY_MS / 1e3
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
        except sqlite3.OperationalError as error:
            if "is locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(_ASK_AGAIN_S)
        else:
            return


def _begin_sqlite(connection: sa.Connection) -> None:
    begin = connection.get_execution_options().get("sqlite_begin", "BEGIN")
    if begin == _BEGIN_WRITE:
        _begin_write(connection)
    elif begin:
        connection.exec_driver_sql(begin)


def _begin_write(connection: sa.Connection) -> None:
    """
    Begin a write, in SQLite, when no other is under way.

    Left alone, SQLite asks every 100 ms whether the file is free, and who has just written
    finds it so at once: of twenty writers, some wait for ten seconds in vain. Here they queue.
    """
    sqlite = connection.connection.dbapi_connection
    assert isinstance(sqlite, sqlite3.Connection)
    deadline = time.monotonic() + BUSY_MS / 1e3
    sqlite.execute("PRAGMA busy_timeout = 0").close()
    try:
        with _first_in_queue(Path(connection.engine.url.database or "").parent):
            while time.monotonic() < deadline:
                try:
                    sqlite.execute(_BEGIN_WRITE).close()
                except sqlite3.OperationalError as error:
                    if "is locked" not in str(error):
                        break
                    time.sleep(_ASK_AGAIN_S)
                else:
                    return
        connection.exec_driver_sql(_BEGIN_WRITE)  # what is wrong is raised as SQLAlchemy's
    finally:
        sqlite.execute(f"PRAGMA busy_timeout = {BUSY_MS}").close()


@contextmanager
def _first_in_queue(folder: Path) -> Iterator[None]:
    """Wait for one's turn among those who wait to write to a database in `folder`."""
    queue = None
    with suppress(OSError):  # a file system without such locks: everybody asks at once
        queue = os.open(folder, os.O_RDONLY)
        fcntl.flock(queue, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if queue is not None:
            with suppress(OSError):  # explicitly: a process forked meanwhile has it open as well
                fcntl.flock(queue, fcntl.LOCK_UN)
            os.close(queue)


class Engines(NamedTuple):
    """One pool of connections, begun in different ways."""

    engine: sa.Engine
    reader: sa.Engine  # all it reads is as of one moment
    looker: sa.Engine  # one statement, without a transaction
    writer: sa.Engine  # waits for other writers at its start, not in the middle


def open_engines(address: str) -> Engines:
    """
    Return engines for the URL `address`; they connect at their first use.

    Raises
    ------
    ArgumentError
        If `address` does not name a SQLite file or a PostgreSQL database.
    """
    try:
        url = sa.make_url(address)
        known = url.get_backend_name() in {"sqlite", "postgresql"}
        if not known or url.database in {None, "", ":memory:"}:
            raise ValueError
        engine = _open_engine(url)
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ImportError, ValueError):
        raise bad_argument(
            "XINGHUO_DATABASE_URL", address.partition(":")[0] + ":…", "why_database_url"
        ) from None
    writer = engine.execution_options(sqlite_begin=_BEGIN_WRITE)
    if url.get_backend_name() == "sqlite":
        return Engines(engine, engine, engine.execution_options(sqlite_begin=None), writer)
    reader = engine.execution_options(isolation_level="REPEATABLE READ")
    return Engines(engine, reader, engine.execution_options(isolation_level="AUTOCOMMIT"), writer)


def _open_engine(url: sa.URL) -> sa.Engine:
    if url.get_backend_name() == "sqlite":
        engine = sa.create_engine(
            url, hide_parameters=True, connect_args={"timeout": BUSY_MS / 1e3}
        )
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine
    options = f"-c lock_timeout={BUSY_MS} -c timezone=UTC"
    return sa.create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 5, "options": options},
    )


def structure(connection: sa.Connection) -> str:
    """
    Return the name of the last migration the database has been through, "" for none.

    Raises
    ------
    StoreError
        If the database has a structure that this program does not know.
    """
    if not sa.inspect(connection).has_table("alembic_version"):
        return ""
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() or ""
    if found and found not in STEPS:
        raise StoreError("store_newer", found=found)
    return str(found)


def migrate(
    engine: sa.Engine, *, afterwards: Callable[[sa.Connection], None] = lambda _: None
) -> None:
    """
    Bring the database to the structure of this program, in one transaction.

    Several processes may do so at once; one does the work, the others find it done.
    `afterwards` is called in the same transaction, when there were steps to take.

    Raises
    ------
    StoreError
        If the database has a structure that this program does not know.
    """
    newest = STEPS[-1]
    # An empty SQLite file may not be read at all before it is first written.
    with engine.connect() as connection:
        if structure(connection) == newest:
            return
    writer = engine.execution_options(sqlite_begin=_BEGIN_WRITE)
    with writer.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
        moved = False
        if structure(connection) != newest:
            upgrade(connection, STEPS[-1])
            moved = True
        if connection.execute(sa.select(sa.func.count()).select_from(META)).scalar() == 0:
            now = utc_now()
            connection.execute(
                sa.insert(META).values(revision=0, built_revision=0, created=now, changed=now)
            )
        if moved:
            afterwards(connection)


def upgrade(connection: sa.Connection, target: str) -> None:
    """Take the steps to the structure `target`, in the caller's transaction."""
    # Half a second to import, and rarely needed.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, target)
