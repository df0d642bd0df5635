"""What a study tour needs to know of a venue: last entry, grades, indoors, meals, coaches, fee."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns."""
    for name, kind in (
        ("last_entry_min", sa.Integer), ("grades", sa.String), ("indoors", sa.String),
        ("meals", sa.Boolean), ("coach_access", sa.Boolean), ("fee_yuan", sa.Double),
    ):  # fmt: skip
        op.add_column("venues", sa.Column(name, kind()))
