"""The database's tables, generated from `schema.TABLES`, and rows to and from data frames."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from geo.errors import MissingColumnError
from geo.schema import TABLES, Column, Table

METADATA = sa.MetaData()

# Columns by which rows are looked up often.
INDEXED = ("township_code", "county_code", "village_code", "kind")

_TYPES: dict[str, type[sa.types.TypeEngine[Any]]] = {
    "integer": sa.Integer,
    "number": sa.Double,
    "date": sa.Date,
    "yesno": sa.Boolean,
}


def _sql_column(table: Table, column: Column) -> sa.Column[Any]:
    references: list[sa.ForeignKey] = []
    if column.refers_to:
        target = f"{column.refers_to}.{TABLES[column.refers_to].key[0]}"
        # Checked at the commit: a write may replace a table that others refer to.
        references.append(
            sa.ForeignKey(
                target,
                name=f"fk_{table.name}_{column.name}",
                deferrable=True,
                initially="DEFERRED",
            )
        )
    return sa.Column(
        column.name,
        _TYPES.get(column.kind, sa.String)(),
        *references,
        primary_key=column.name in table.key,
        nullable=not column.required and column.name not in table.key,
        autoincrement=False,
    )


def _sql_table(table: Table) -> sa.Table:
    indices = [
        sa.Index(f"ix_{table.name}_{name}", name)
        for name in INDEXED
        if name in table.names and table.key[0] != name
    ]
    columns = [_sql_column(table, column) for column in table.columns]
    return sa.Table(table.name, METADATA, *columns, *indices)


SQL_TABLES: dict[str, sa.Table] = {name: _sql_table(table) for name, table in TABLES.items()}

# One row: how many writes there have been, at which of them `data/` was loaded, and when.
META = sa.Table(
    "meta",
    METADATA,
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("built_revision", sa.Integer, nullable=False),
    sa.Column("created", sa.DateTime, nullable=False),  # UTC, as all times here
    sa.Column("changed", sa.DateTime, nullable=False),
)
LAYERS = sa.Table(
    "boundary_layers",
    METADATA,
    sa.Column("layer_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("level", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("compiled_on", sa.Date),
    sa.Column("approval_number", sa.String, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("created", sa.DateTime, nullable=False),
)
SHAPES = sa.Table(
    "boundary_shapes",
    METADATA,
    sa.Column(
        "layer_id",
        sa.Integer,
        sa.ForeignKey("boundary_layers.layer_id", name="fk_boundary_shapes_layer_id"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("code", sa.String, primary_key=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("parent_code", sa.String),
    sa.Column("geometry", sa.LargeBinary, nullable=False),  # WKB, EPSG:4326
)


def utc_now() -> datetime:
    """Return the time in UTC, without a zone, as the database's columns keep it."""
    return datetime.now(UTC).replace(tzinfo=None)


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


def frame_from_rows(table: Table, rows: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """
    Make a typed table of the driver's rows.

    Parameters
    ----------
    table
        The declaration of the table.
    rows
        Rows as the database driver returns them, in the order of the declared columns.

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
