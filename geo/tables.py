"""The database's tables, generated from `schema.TABLES`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

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
