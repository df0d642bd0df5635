"""The register's store: tables in, tables out, one transaction and one revision per write."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import geopandas as gpd
import pandas as pd
import sqlalchemy as sa

from geo import database
from geo.boundaries import LayerInfo
from geo.check import table_of
from geo.edits import Edit, between, frame_from_rows, key_of, rows_of
from geo.errors import StoreError
from geo.journal import add_submission, write_baseline, write_edits
from geo.layers.storage import (
    Layer,
    activate_layer,
    add_layer,
    list_layers,
    read_layer,
    rebuild_layers,
)
from geo.rights import SYSTEM
from geo.rows import (
    broken_references,
    count_rows,
    demo_edits,
    stored_rows,
)
from geo.schema import TABLES, Table
from geo.tables import META, SQL_TABLES, utc_now


class Changes(NamedTuple):
    """How many rows of a frame were new, changed, and as stored already."""

    new: int
    changed: int
    unchanged: int


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


class Store:
    """
    The tables of `schema.TABLES` and the boundary layers in one database.

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
        self._selects: dict[str, str] = {}

    def __repr__(self) -> str:
        """Show the address without a password."""
        return f"Store({database.shown_url(self._url)!r})"

    @property
    def address(self) -> str:
        """The file's path, or the URL without its password."""
        return database.shown_url(self._url)

    def close(self) -> None:
        """Close every connection; the store may be used again."""
        self._engine.dispose()

    # --- the database as a whole ------------------------------------------------

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

    def broken_references(self) -> int:
        """Return how many rows refer to one that is not there (0 unless edited by other means)."""
        with self.reading() as connection:
            return broken_references(connection)

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

    # --- reading -----------------------------------------------------------------

    def read(self, name: str) -> pd.DataFrame:
        """Return the table `name` with the declared columns and dtypes, in the order of its key."""
        return self.read_many([name])[name]

    def read_many(self, names: Sequence[str] = tuple(TABLES)) -> dict[str, pd.DataFrame]:
        """Return several tables (all unless told) as they stood at one moment."""
        tables = [table_of(name) for name in names]
        with self.reading() as connection:
            return {table.name: self.frame(connection, table) for table in tables}

    def frame(self, connection: sa.Connection, table: Table) -> pd.DataFrame:
        """Return `table` as `connection` sees it, in the order of its key."""
        if table.name not in self._selects:
            sql = SQL_TABLES[table.name]
            text_key = {name for name in table.key if isinstance(sql.c[name].type, sa.String)}
            binary = "C" if self._engine.dialect.name == "postgresql" else "BINARY"
            order = [
                sql.c[name].collate(binary) if name in text_key else sql.c[name]
                for name in table.key
            ]
            query = sa.select(*sql.columns).order_by(*order)
            self._selects[table.name] = str(query.compile(self._engine))
        result = connection.exec_driver_sql(self._selects[table.name])
        # The driver's rows: SQLAlchemy's conversion per cell takes four times as long.
        return frame_from_rows(table, result.cursor.fetchall() if result.cursor else [])

    def counts(self) -> dict[str, int]:
        """Return the number of rows of every table."""
        with self.reading() as connection:
            return count_rows(connection)

    # --- writing -----------------------------------------------------------------

    def replace(
        self,
        tables: Mapping[str, pd.DataFrame],
        *,
        layers: Sequence[Layer] = (),
        built: bool = False,
    ) -> None:
        """
        Put `tables` in the place of what they held, and `layers` in force; all or nothing.

        With `built` the store counts as freshly loaded from ``data/``: of the other layers
        only official ones stay (see `layers.storage.rebuild_layers`).
        """
        wanted = {name: rows_of(table_of(name).name, frame) for name, frame in tables.items()}
        with self.writing() as write:
            edits = []
            for name in filter(wanted.__contains__, TABLES):
                stored = stored_rows(write.connection, name)
                edits += between(name, stored.values(), wanted[name], remove=True)
                if len({key_of(name, row) for row in wanted[name]}) < len(wanted[name]):
                    raise StoreError("store_conflict", reason="编号重复")
            self._record(write, edits, kind="build" if built else "replace")
            if built:
                rebuild_layers(write.connection, layers)
            else:
                for layer, info in layers:
                    add_layer(write.connection, layer, info)
            if built:
                write.connection.execute(sa.update(META).values(built_revision=META.c.revision + 1))

    def upsert(
        self,
        name: str,
        frame: pd.DataFrame,
        *,
        dry_run: bool = False,
        at_revision: int | None = None,
    ) -> Changes:
        """
        Add the rows of `frame` whose key is new, and change those whose key is there.

        Rows that `frame` does not have stay. A row equal to the stored one is no change, and
        without any change there is no new revision. With `dry_run` nothing is written.

        Raises
        ------
        StoreError
            If a row breaks a rule of the database, or `at_revision` is given and there has
            been another write since (code ``store_moved``).
        """
        rows = rows_of(name, frame)
        with self.writing() as write:
            if at_revision not in {None, write.revision}:
                raise StoreError("store_moved")
            edits = between(name, stored_rows(write.connection, name).values(), rows)
            write.changed = bool(edits) and not dry_run
            if write.changed:
                self._record(write, edits, kind="import", table=name)
        new = sum(edit.kind == "new" for edit in edits)
        return Changes(new, len(edits) - new, len(rows) - len(edits))

    def delete_demo(self) -> dict[str, int]:
        """
        Delete every demonstration row and what hangs on it; return the number per table.

        A row that must refer to a demonstration row goes with it; one that may (a real route's
        stop at a demonstration venue) stays and refers to nothing. Tables that lose nothing
        are left out.
        """
        with self.writing() as write:
            tables = {name: stored_rows(write.connection, name) for name in TABLES}
            edits = demo_edits(tables)
            write.changed = bool(edits)
            self._record(write, edits, kind="demo_removed")
        deleted = Counter(edit.table for edit in edits if edit.kind == "removed")
        return {name: deleted[name] for name in reversed(TABLES) if deleted[name]}

    def _record(self, write: Write, edits: Sequence[Edit], *, kind: str, table: str = "") -> None:
        """Write `edits` as the program itself, with their history."""
        if edits:
            number = add_submission(write.connection, login=SYSTEM.login, kind=kind, table=table)
            write_edits(
                write.connection, edits, submission_id=number, login=SYSTEM.login,
                revision=write.revision + 1,
            )  # fmt: skip

    # --- boundaries ----------------------------------------------------------------

    def layer(self, level: str) -> Layer:
        """
        Return the boundary layer in force for `level` ("county" or "township") and what it is.

        Returns
        -------
        layer, info
            One row per unit in the order of the codes: `county_code` and `name`, or
            `township_code`, `name` and `county_code`, and `geometry` in EPSG:4326.

        Raises
        ------
        StoreError
            If no layer of this level has been put in.
        """
        with self.reading() as connection:
            return read_layer(connection, level)

    def put_layer(self, layer: gpd.GeoDataFrame, info: LayerInfo) -> None:
        """Put `layer` in force for its level; the one before stays stored, out of force."""
        with self.writing() as write:
            add_layer(write.connection, layer, info)

    def layers(self) -> pd.DataFrame:
        """Return what boundary layers are stored; see `layers.storage.list_layers`."""
        with self.reading() as connection:
            return list_layers(connection)

    def activate_layer(self, layer_id: int) -> None:
        """
        Put a stored layer in force for its level again; the one in force stays stored.

        Raises
        ------
        StoreError
            If there is no such layer (code ``layer_unknown``).
        """
        with self.writing() as write:
            activate_layer(write.connection, layer_id)
