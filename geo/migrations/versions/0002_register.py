"""The register kept by people: history, review, accounts, reports, evidence; verification dates."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# A history row is never changed or deleted, but that a person's deletion on request may blank
# values in it, and marks it so.
_KEPT = (
    "history_id",
    "submission_id",
    "at",
    "login",
    "revision",
    "table_name",
    "row_key",
    "reason",
)
_GUARDED = {"history": "history_id", "submissions": "submission_id", "audit": "audit_id"}


def upgrade() -> None:
    """Add the columns and tables."""
    for table in ("townships", "villages"):
        op.add_column(table, sa.Column("from_date", sa.Date()))
        op.add_column(table, sa.Column("to_date", sa.Date()))
    for table in ("venues", "routes"):
        op.add_column(table, sa.Column("verified_by", sa.String()))
        op.add_column(table, sa.Column("due_on", sa.Date()))
    op.add_column("promoters", sa.Column("verified_on", sa.Date()))
    op.add_column("promoters", sa.Column("verified_by", sa.String()))
    op.add_column("promoters", sa.Column("due_on", sa.Date()))
    _add_registered_township()
    op.create_table(
        "successions",
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("old_code", sa.String(), nullable=False),
        sa.Column("new_code", sa.String(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source_url", sa.String()),
        sa.Column("source_grade", sa.String()),
        sa.Column("note", sa.String()),
        sa.PrimaryKeyConstraint("old_code", "new_code"),
    )
    op.create_index("ix_successions_kind", "successions", ["kind"])
    _create_journal()
    _create_accounts()
    _create_reports()
    _guard()


def _add_registered_township() -> None:
    column = sa.Column("township_code", sa.String())
    name, target = "fk_promoters_township_code", ("townships", ["township_code"], ["township_code"])
    if op.get_context().dialect.name == "postgresql":
        op.add_column("promoters", column)
        op.create_foreign_key(name, "promoters", *target, deferrable=True, initially="DEFERRED")
    else:  # SQLite adds a reference only together with its column
        op.execute(
            "ALTER TABLE promoters ADD COLUMN township_code VARCHAR "
            f"CONSTRAINT {name} REFERENCES townships (township_code) DEFERRABLE INITIALLY DEFERRED"
        )
    op.create_index("ix_promoters_township_code", "promoters", ["township_code"])


def _create_journal() -> None:
    op.create_table(
        "submissions",
        sa.Column("submission_id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("undoes", sa.Integer()),
        sa.PrimaryKeyConstraint("submission_id"),
    )
    op.create_table(
        "history",
        sa.Column("history_id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("row_key", sa.String(), nullable=False),
        sa.Column("before", sa.String()),
        sa.Column("after", sa.String()),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("erased", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("history_id"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.submission_id"], name="fk_history_submission_id"
        ),
    )
    op.create_index("ix_history_row", "history", ["table_name", "row_key", "history_id"])
    op.create_index("ix_history_submission_id", "history", ["submission_id"])
    op.create_index("ix_history_login", "history", ["login"])
    op.create_table(
        "held",
        sa.Column("held_id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("row_key", sa.String(), nullable=False),
        sa.Column("before", sa.String()),
        sa.Column("after", sa.String()),
        sa.Column("needs", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime()),
        sa.Column("decided_by", sa.String()),
        sa.Column("decision", sa.String()),
        sa.Column("erased", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("held_id"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.submission_id"], name="fk_held_submission_id"
        ),
    )
    op.create_index("ix_held_status", "held", ["status"])
    op.create_index("ix_held_row", "held", ["table_name", "row_key"])
    op.create_index("ix_held_submission_id", "held", ["submission_id"])


def _create_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password", sa.String()),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("place_kind", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("changed", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("login"),
    )
    op.create_table(
        "sessions",
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("seen", sa.DateTime(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("token_sha256"),
        sa.ForeignKeyConstraint(["login"], ["accounts.login"], name="fk_sessions_login"),
    )
    op.create_index("ix_sessions_login", "sessions", ["login"])
    op.create_table(
        "sign_in_attempts",
        sa.Column("attempt_id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id"),
    )
    op.create_index("ix_sign_in_attempts_who", "sign_in_attempts", ["who", "at"])
    op.create_table(
        "audit",
        sa.Column("audit_id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("row_key", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("audit_id"),
    )
    op.create_index("ix_audit_login", "audit", ["login"])
    op.create_index("ix_audit_row", "audit", ["table_name", "row_key"])


def _create_reports() -> None:
    op.create_table(
        "reports",
        sa.Column("report_id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("venue_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime()),
        sa.Column("closed_by", sa.String()),
        sa.Column("closing_note", sa.String()),
        sa.PrimaryKeyConstraint("report_id"),
    )
    op.create_index("ix_reports_venue_id", "reports", ["venue_id"])
    op.create_index("ix_reports_status", "reports", ["status"])
    op.create_table(
        "evidence",
        sa.Column("evidence_id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("row_key", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("removed_at", sa.DateTime()),
        sa.Column("removed_by", sa.String()),
        sa.PrimaryKeyConstraint("evidence_id"),
    )
    op.create_index("ix_evidence_row", "evidence", ["table_name", "row_key"])


def _guard() -> None:
    """Make history, submissions and audit append-only, whoever writes to the database."""
    if op.get_context().dialect.name == "postgresql":
        _guard_postgresql()
        return
    kept = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in _KEPT)
    shape = (
        "(NEW.before IS NULL) = (OLD.before IS NULL) AND (NEW.after IS NULL) = (OLD.after IS NULL)"
    )
    for table, key in _GUARDED.items():
        allowed = f"WHEN NOT (NEW.erased AND {kept} AND {shape})" if table == "history" else ""
        op.execute(
            f"CREATE TRIGGER {table}_is_kept BEFORE DELETE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        op.execute(
            f"CREATE TRIGGER {table}_is_final BEFORE UPDATE ON {table} {allowed} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        # INSERT OR REPLACE deletes without asking the trigger of deletions.
        op.execute(
            f"CREATE TRIGGER {table}_is_new BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _guard_postgresql() -> None:
    kept = " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in _KEPT)
    shape = (
        "(NEW.before IS NULL) = (OLD.before IS NULL) AND (NEW.after IS NULL) = (OLD.after IS NULL)"
    )
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in _GUARDED:
        allowed = f"WHEN (NOT (NEW.erased AND {kept} AND {shape}))" if table == "history" else ""
        op.execute(
            f"CREATE TRIGGER {table}_is_final BEFORE UPDATE ON {table} "
            f"FOR EACH ROW {allowed} EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_is_kept BEFORE DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
