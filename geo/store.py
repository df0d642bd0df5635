"""The register's store: tables in, tables out, one transaction and one revision per write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import geopandas as gpd
import pandas as pd
import sqlalchemy as sa

from geo.boundaries import LayerInfo
from geo.check import table_of
from geo.edits import Edit, between, frame_from_rows, key_of, rows_of
from geo.errors import GeoError, StoreError
from geo.journal import add_submission, write_edits
from geo.layers.storage import (
    Layer,
    activate_layer,
    add_layer,
    list_layers,
    read_layer,
    rebuild_layers,
)
from geo.rights import SYSTEM
from geo.rows import broken_references, count_rows, demo_edits, stored_rows
from geo.schema import TABLES, Table
from geo.tables import META, SQL_TABLES
from geo.transactions import Transactions, Write


class Store(Transactions):
    """The tables of `schema.TABLES` and the boundary layers in one database."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._selects: dict[str, str] = {}

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

    def broken_references(self) -> int:
        """Return how many rows refer to one that is not there (0 unless edited by other means)."""
        with self.reading() as connection:
            return broken_references(connection)

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
                    raise StoreError("store_conflict", reason=GeoError("why_same_key"))
            self._record(write, edits, kind="build" if built else "replace")
            if built:
                rebuild_layers(write.connection, layers)
            else:
                for layer, info in layers:
                    add_layer(write.connection, layer, info)
            if built:
                write.connection.execute(sa.update(META).values(built_revision=META.c.revision + 1))

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
