"""A database as transactions: each read is of one moment, each write one new revision."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from geo import database
from geo.errors import StoreError
from geo.journal import write_baseline
from geo.tables import META, utc_now


@dataclass
class Write:
    """One write under way, and the revision before it; not `changed`, it leaves no new one."""

    connection: sa.Connection
    revision: int
    changed: bool = True


def _begin_history(connection: sa.Connection) -> None:
    # Locked, lest a program of before the migration write between the two.
    revision = connection.execute(sa.select(META.c.revision).with_for_update()).scalar_one()
    write_baseline(connection, int(revision))


class Transactions:
    """
    One database, there or not yet there.

    A write is one transaction: it is done as a whole and raises the revision by one, or it
    changes nothing. May be used by several threads and processes at once. What the database
    refuses is raised as a `StoreError`.

    Parameters
    ----------
    url
        Address of the database, ``sqlite:///path`` or ``postgresql+psycopg://…``.
        Nothing is opened before the first use.

    Raises
    ------
    ArgumentError
        If `url` is not an address of these kinds.
    """

    def __init__(self, url: str) -> None:
        self._engine, self._reader, self._looker, self._writer = database.open_engines(url)
        self._url = self._engine.url
        self._file: tuple[int, int] | None = None  # which file SQLite's connections are to
        self._structure_known = False

    def __repr__(self) -> str:
        """Show the address without a password."""
        return f"{type(self).__name__}({database.shown_url(self._url)!r})"

    @property
    def address(self) -> str:
        """The file's path, or the URL without its password."""
        return database.shown_url(self._url)

    def close(self) -> None:
        """Close every connection; the store may be used again."""
        self._engine.dispose()

    def migrate(self) -> None:
        """Create the database if it is not there, and bring it to this program's structure."""
        with database.told(self._url):
            database.migrate(self._engine, afterwards=_begin_history)
        self._structure_known = True

    def exists(self) -> bool:
        """Say whether there is a database that has been written to."""
        try:
            return self.revision() > 0
        except StoreError as error:
            if error.code in {"store_missing", "store_older"}:
                return error.code == "store_older"
            raise

    def require(self) -> None:
        """
        Refuse a store that is not there.

        Raises
        ------
        StoreError
            If it does not exist (code ``store_missing``).
        """
        if not self.exists():
            raise StoreError("store_missing", store=self.address)

    def revision(self) -> int:
        """Return how many writes there have been; 0 for a new store."""
        with self._connected(self._looker) as connection:
            return int(connection.exec_driver_sql("SELECT revision FROM meta").scalar_one())

    def changed_since_build(self) -> int:
        """Return how many writes there have been since `data/` was loaded."""
        with self._connected(self._looker) as connection:
            query = "SELECT revision - built_revision FROM meta"
            return int(connection.exec_driver_sql(query).scalar_one())

    def changed_at(self) -> datetime:
        """Return when the last write was (of a new store: when it was made), in UTC."""
        with self.reading() as connection:
            found: datetime = connection.execute(sa.select(META.c.changed)).scalar_one()
            return found.replace(tzinfo=UTC)

    @contextmanager
    def _connected(self, engine: sa.Engine) -> Iterator[sa.Connection]:
        if self._url.get_backend_name() == "sqlite":
            self._follow_file()
        with database.told(self._url), engine.connect() as connection:
            if not self._structure_known:
                found = database.structure(connection)
                if not found:
                    raise StoreError("store_missing", store=self.address)
                if found != database.STEPS[-1]:
                    raise StoreError("store_older", found=found)
                connection.rollback()  # what comes now begins its own transaction
                self._structure_known = True
            yield connection

    def _follow_file(self) -> None:
        try:
            stat = os.stat(self.address)
        except OSError:
            raise StoreError("store_missing", store=self.address) from None  # not created here
        found = (stat.st_dev, stat.st_ino)
        if self._file not in {None, found}:
            # Another file stands in its place; ours is deleted, and what we write would be too.
            self._engine.dispose()
            self._structure_known = False
        self._file = found

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Give a connection on which all that is read is as of one moment."""
        with self._connected(self._reader) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Write]:
        """Begin a write; it is committed at the end of the block, or undone by an error."""
        # `begin` also rolls back a commit that fails, which SQLite leaves open.
        with self._connected(self._writer) as connection, connection.begin():
            # PostgreSQL: the lock that lets one writer at a time see and change the tables.
            lock = sa.select(META.c.revision).with_for_update()
            write = Write(connection, connection.execute(lock).scalar_one())
            self._require_structure(connection)
            yield write
            if write.changed:
                raised = sa.update(META).values(revision=META.c.revision + 1, changed=utc_now())
                connection.execute(raised)

    def _require_structure(self, connection: sa.Connection) -> None:
        """Refuse a store that a newer program has migrated while this one was running."""
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        if found != database.STEPS[-1]:
            self._structure_known = False
            raise StoreError(
                "store_older" if found in database.STEPS else "store_newer", found=found
            )
