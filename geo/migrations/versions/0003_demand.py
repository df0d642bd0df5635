"""Positions of villages, population by township and village, candidate hosts; capacities."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column and tables."""
    op.add_column("venues", sa.Column("capacity_persons", sa.Integer()))
    op.create_table(
        "village_points",
        sa.Column("village_code", sa.String(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("position_precision", sa.String(), nullable=False),
        sa.Column("source_datum", sa.String()),
        sa.Column("source_url", sa.String()),
        sa.Column("source_grade", sa.String()),
        sa.Column("verified_on", sa.Date()),
        sa.Column("verified_by", sa.String()),
        sa.Column("due_on", sa.Date()),
        sa.PrimaryKeyConstraint("village_code"),
        _reference("village_points", "village_code", "villages"),
    )
    op.create_table(
        "populations",
        sa.Column("place_code", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("source_url", sa.String()),
        sa.Column("source_grade", sa.String()),
        sa.Column("note", sa.String()),
        sa.Column("demo", sa.Boolean()),
        sa.PrimaryKeyConstraint("place_code", "year", "basis"),
    )
    op.create_table(
        "hosts",
        sa.Column("host_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("township_code", sa.String(), nullable=False),
        sa.Column("village_code", sa.String()),
        sa.Column("address", sa.String()),
        sa.Column("lon", sa.Double()),
        sa.Column("lat", sa.Double()),
        sa.Column("position_precision", sa.String(), nullable=False),
        sa.Column("source_datum", sa.String()),
        sa.Column("capacity_persons", sa.Integer()),
        sa.Column("source_url", sa.String()),
        sa.Column("source_grade", sa.String()),
        sa.Column("verified_on", sa.Date()),
        sa.Column("verified_by", sa.String()),
        sa.Column("due_on", sa.Date()),
        sa.Column("demo", sa.Boolean()),
        sa.PrimaryKeyConstraint("host_id"),
        _reference("hosts", "township_code", "townships"),
        _reference("hosts", "village_code", "villages"),
    )
    for column in ("township_code", "village_code", "kind"):
        op.create_index(f"ix_hosts_{column}", "hosts", [column])


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{target}.{column}"],
        name=f"fk_{table}_{column}",
        deferrable=True,
        initially="DEFERRED",
    )
