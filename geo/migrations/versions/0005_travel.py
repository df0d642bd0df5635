"""What routing engines have answered, kept for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "travel_legs",
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("lon", sa.Integer(), nullable=False),
        sa.Column("lat", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("legs", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("service", "lon", "lat"),
    )
    op.create_index("ix_travel_legs_asked_at", "travel_legs", ["asked_at"])
