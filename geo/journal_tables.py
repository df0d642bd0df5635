"""The database's tables beside the register: submissions, history, review, accounts, evidence."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from geo.tables import METADATA


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, primary_key=True, autoincrement=True)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _moment(name: str) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime, nullable=False)


# Whatever somebody handed in at once. Every time is UTC without a zone.
SUBMISSIONS = sa.Table(
    "submissions",
    METADATA,
    _number("submission_id"),
    _moment("at"),
    _text("login"),
    _text("kind"),  # edit, import, undo, merge, build …
    _text("table_name"),  # "" for several
    _text("source"),  # the file's or document's name
    _text("sha256"),  # of the file
    _text("reason"),
    sa.Column("undoes", sa.Integer),  # the submission that this one takes back
)

# One row per row written. Rows are only ever added (a trigger sees to it); what a person's
# deletion on request blanks is marked `erased`.
HISTORY = sa.Table(
    "history",
    METADATA,
    _number("history_id"),
    sa.Column(
        "submission_id",
        sa.Integer,
        sa.ForeignKey("submissions.submission_id", name="fk_history_submission_id"),
        nullable=False,
    ),
    _moment("at"),  # when it came into force
    _text("login"),  # who put it in force
    _whole("revision"),  # of the store, after it
    _text("table_name"),
    _text("row_key"),  # JSON list of the key's values
    # JSON of the changed fields; a new row has no `before`, a deleted one no `after`.
    sa.Column("before", sa.String),
    sa.Column("after", sa.String),
    _text("reason"),  # of who put it in force
    sa.Column("erased", sa.Boolean, nullable=False),
    sa.Index("ix_history_row", "table_name", "row_key", "history_id"),
    sa.Index("ix_history_submission_id", "submission_id"),
    sa.Index("ix_history_login", "login"),
)

# Edits that wait for approval, and what became of them.
HELD = sa.Table(
    "held",
    METADATA,
    _number("held_id"),
    sa.Column(
        "submission_id",
        sa.Integer,
        sa.ForeignKey("submissions.submission_id", name="fk_held_submission_id"),
        nullable=False,
    ),
    _text("table_name"),
    _text("row_key"),
    sa.Column("before", sa.String),  # JSON of the whole row
    sa.Column("after", sa.String),
    _text("needs"),  # the role that may approve
    _text("status"),  # waiting, approved, rejected, withdrawn
    sa.Column("decided_at", sa.DateTime),
    sa.Column("decided_by", sa.String),
    sa.Column("decision", sa.String),  # the reason given
    sa.Column("erased", sa.Boolean, nullable=False),
    sa.Index("ix_held_status", "status"),
    sa.Index("ix_held_row", "table_name", "row_key"),
    sa.Index("ix_held_submission_id", "submission_id"),
)

ACCOUNTS = sa.Table(
    "accounts",
    METADATA,
    sa.Column("login", sa.String, primary_key=True),  # lower case
    _text("name"),  # office or person, as shown
    sa.Column("password", sa.String),  # argon2 hash; none for accounts of an identity provider
    _text("role"),
    _text("place_kind"),
    _text("place"),
    sa.Column("disabled", sa.Boolean, nullable=False),
    _moment("created"),
    _moment("changed"),
)

SESSIONS = sa.Table(
    "sessions",
    METADATA,
    sa.Column("token_sha256", sa.String, primary_key=True),  # the token itself is not kept
    sa.Column(
        "login",
        sa.String,
        sa.ForeignKey("accounts.login", name="fk_sessions_login"),
        nullable=False,
    ),
    _moment("created"),
    _moment("seen"),
    _moment("expires"),
    sa.Index("ix_sessions_login", "login"),
)

# Failed sign-ins, by account and by address, for the throttle.
ATTEMPTS = sa.Table(
    "sign_in_attempts",
    METADATA,
    _number("attempt_id"),
    _text("who"),
    _moment("at"),
    sa.Index("ix_sign_in_attempts_who", "who", "at"),
)

# What was done that is no change of a row: sign-ins, reveals, exports of personal data, layers …
AUDIT = sa.Table(
    "audit",
    METADATA,
    _number("audit_id"),
    _moment("at"),
    _text("login"),
    _text("action"),
    _text("table_name"),
    _text("row_key"),
    _text("detail"),  # never personal data itself
    sa.Index("ix_audit_login", "login"),
    sa.Index("ix_audit_row", "table_name", "row_key"),
)

# What readers of the public map told us about a venue.
REPORTS = sa.Table(
    "reports",
    METADATA,
    _number("report_id"),
    _moment("at"),
    _text("venue_id"),
    _text("kind"),
    _text("note"),
    _text("status"),  # open, closed
    sa.Column("closed_at", sa.DateTime),
    sa.Column("closed_by", sa.String),
    sa.Column("closing_note", sa.String),
    sa.Index("ix_reports_venue_id", "venue_id"),
    sa.Index("ix_reports_status", "status"),
)

# Files that prove something about a row; the bytes lie in a folder of their own, named by hash.
EVIDENCE = sa.Table(
    "evidence",
    METADATA,
    _number("evidence_id"),
    _moment("at"),
    _text("login"),
    _text("table_name"),
    _text("row_key"),
    _text("sha256"),  # of the bytes kept
    _text("media_type"),
    _whole("size"),  # bytes
    _text("title"),
    sa.Column("removed_at", sa.DateTime),
    sa.Column("removed_by", sa.String),
    sa.Index("ix_evidence_row", "table_name", "row_key"),
)

# What planners ask for the next stations, by name, with the figures it gave.
SCENARIOS = sa.Table(
    "scenarios",
    METADATA,
    _number("scenario_id"),
    _text("name"),
    _text("owner"),
    _text("request"),  # JSON with its version
    _whole("revision"),  # of the data it was computed on
    _text("summary"),  # JSON
    _moment("created"),
    _moment("changed"),
    _whole("edition"),  # counts its changes
    sa.Index("ix_scenarios_name", "name", unique=True),
)

# Requests of study tours that an account keeps for itself, by name.
TOUR_DRAFTS = sa.Table(
    "tour_drafts",
    METADATA,
    _number("draft_id"),
    _text("owner"),
    _text("name"),
    _text("request"),  # JSON with its version
    _moment("changed"),
    sa.Index("ix_tour_drafts_name", "owner", "name", unique=True),
)

# What routing engines have answered, so that they need not be asked again; never backed up.
# A place is in steps of 0.00001 degree.
LEGS = sa.Table(
    "travel_legs",
    METADATA,
    sa.Column("service", sa.String, primary_key=True),  # engine, profile, address and data
    sa.Column("lon", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("lat", sa.Integer, primary_key=True, autoincrement=False),
    _moment("asked_at"),
    sa.Column("legs", sa.LargeBinary, nullable=False),  # `routing.answers.LEG`, one after another
    sa.Index("ix_travel_legs_asked_at", "asked_at"),
)
