"""Rows written together with their history: the one way in which rows change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import pandas as pd
import sqlalchemy as sa

from geo.edits import Edit, Key, Row, edit_of, key_text, row_from_text, row_text
from geo.journal_tables import HELD, HISTORY, SUBMISSIONS
from geo.policy import SYSTEM_LOGIN
from geo.rows import add_numbered, apply_edits, stored_rows
from geo.schema import TABLES
from geo.tables import utc_now


class Entry(NamedTuple):
    """One row-change of the history: who handed it in and who put it in force, and what changed."""

    history_id: int
    submission_id: int
    at: datetime  # UTC, when it came into force
    author: str  # login of who handed it in
    by: str  # login of who put it in force
    kind: str  # of the submission
    source: str
    reason: str  # of the author
    decision: str  # reason of who put it in force
    table: str
    row_key: str
    before: Row | None  # the changed fields; None for a new row
    after: Row | None  # None for a removed row
    erased: bool


def add_submission(
    connection: sa.Connection,
    *,
    login: str,
    kind: str,
    table: str = "",
    source: str = "",
    sha256: str = "",
    reason: str = "",
    undoes: int | None = None,
) -> int:
    """Note that somebody hands something in; return its number."""
    values = {
        "at": utc_now(), "login": login, "kind": kind, "table_name": table, "source": source,
        "sha256": sha256, "reason": reason, "undoes": undoes,
    }  # fmt: skip
    return add_numbered(connection, SUBMISSIONS, values)


def write_edits(
    connection: sa.Connection,
    edits: Sequence[Edit],
    *,
    submission_id: int,
    login: str,
    revision: int,
    reason: str = "",
) -> None:
    """
    Change the rows and add to the history, in the caller's transaction.

    `before` of each edit must be the row as it is stored; `revision` is the store's after
    this write; `login` and `reason` are of who puts the edits in force.
    """
    apply_edits(connection, edits)
    now = utc_now()
    rows = []
    for edit in edits:
        fields = edit.fields() if edit.kind == "changed" else None
        before, after = (
            None if row is None else row_text(edit.table, row, fields)
            for row in (edit.before, edit.after)
        )
        rows.append(
            {
                "submission_id": submission_id, "at": now, "login": login, "revision": revision,
                "table_name": edit.table, "row_key": key_text(edit.key), "before": before,
                "after": after, "reason": reason, "erased": False,
            }
        )  # fmt: skip
    if rows:
        connection.execute(sa.insert(HISTORY), rows)


def write_baseline(connection: sa.Connection, revision: int) -> None:
    """Begin the history of a store that has rows and no history yet: every row as new."""
    if connection.execute(sa.select(HISTORY.c.history_id).limit(1)).first():
        return
    edits = [
        edit_of(name, None, row)
        for name in TABLES
        for row in stored_rows(connection, name).values()
    ]
    if not edits:
        return
    number = add_submission(connection, login=SYSTEM_LOGIN, kind="baseline")
    now = utc_now()
    connection.execute(
        sa.insert(HISTORY),
        [
            {
                "submission_id": number, "at": now, "login": SYSTEM_LOGIN, "revision": revision,
                "table_name": edit.table, "row_key": key_text(edit.key), "before": None,
                "after": row_text(edit.table, edit.row), "reason": "", "erased": False,
            }
            for edit in edits
        ],
    )  # fmt: skip


def entries(
    connection: sa.Connection,
    *,
    table: str | None = None,
    key: Key | None = None,
    login: str | None = None,
    submission_id: int | None = None,
    after_revision: int | None = None,
    limit: int | None = None,
) -> list[Entry]:
    """
    Return row-changes, the newest first: of a table or one row, an account, or a submission.

    An account's are those it handed in and those it put in force. With `after_revision` those
    alone that came into force after the store had that revision.
    """
    joined = HISTORY.join(SUBMISSIONS, HISTORY.c.submission_id == SUBMISSIONS.c.submission_id)
    query = (
        sa.select(
            HISTORY.c.history_id, HISTORY.c.submission_id, HISTORY.c.at,
            SUBMISSIONS.c.login.label("author"), HISTORY.c.login.label("by"), SUBMISSIONS.c.kind,
            SUBMISSIONS.c.source, SUBMISSIONS.c.reason, HISTORY.c.reason.label("decision"),
            HISTORY.c.table_name, HISTORY.c.row_key, HISTORY.c.before, HISTORY.c.after,
            HISTORY.c.erased,
        )
        .select_from(joined)
        .order_by(HISTORY.c.history_id.desc())
    )  # fmt: skip
    if table is not None:
        query = query.where(HISTORY.c.table_name == table)
    if key is not None:
        query = query.where(HISTORY.c.row_key == key_text(key))
    if login is not None:
        query = query.where(sa.or_(HISTORY.c.login == login, SUBMISSIONS.c.login == login))
    if submission_id is not None:
        query = query.where(HISTORY.c.submission_id == submission_id)
    if after_revision is not None:
        query = query.where(HISTORY.c.revision > after_revision)
    if limit is not None:
        query = query.limit(limit)
    return [
        Entry(
            history_id=found.history_id,
            submission_id=found.submission_id,
            at=found.at,
            author=found.author,
            by=found.by,
            kind=found.kind,
            source=found.source,
            reason=found.reason,
            decision=found.decision,
            table=found.table_name,
            row_key=found.row_key,
            before=None if found.before is None else row_from_text(found.table_name, found.before),
            after=None if found.after is None else row_from_text(found.table_name, found.after),
            erased=bool(found.erased),
        )
        for found in connection.execute(query)
    ]


def replayed(connection: sa.Connection) -> dict[str, dict[str, Row]]:
    """Return the rows of every table as the history, replayed from its start, leaves them."""
    query = sa.select(
        HISTORY.c.table_name, HISTORY.c.row_key, HISTORY.c.before, HISTORY.c.after
    ).order_by(HISTORY.c.history_id)
    tables: dict[str, dict[str, Row]] = {name: {} for name in TABLES}
    for name, key, before, after in connection.execute(query):
        rows = tables.get(name)
        if rows is None:  # of a table that is no more
            continue
        if after is None:
            rows.pop(key, None)
        elif before is None:
            rows[key] = row_from_text(name, after)
        else:
            rows.setdefault(key, {}).update(row_from_text(name, after))
    return tables


def submissions(
    connection: sa.Connection, *, limit: int, logins: Sequence[str] | None = None
) -> pd.DataFrame:
    """
    Return the last submissions, the newest first, of everybody or of some accounts.

    Returns
    -------
    listed
        Up to `limit` rows: `submission_id`, `at` (UTC), `login`, `kind`, `table_name` ("" for
        several), `source`, `reason`, `undoes`, `rows` (changes in force) and `waiting` (held).
    """
    rows = (
        sa.select(sa.func.count())
        .where(HISTORY.c.submission_id == SUBMISSIONS.c.submission_id)
        .scalar_subquery()
    )
    waiting = (
        sa.select(sa.func.count())
        .where(HELD.c.submission_id == SUBMISSIONS.c.submission_id, HELD.c.status == "waiting")
        .scalar_subquery()
    )
    query = (
        sa.select(
            SUBMISSIONS.c.submission_id, SUBMISSIONS.c.at, SUBMISSIONS.c.login, SUBMISSIONS.c.kind,
            SUBMISSIONS.c.table_name, SUBMISSIONS.c.source, SUBMISSIONS.c.reason,
            SUBMISSIONS.c.undoes, rows.label("rows"), waiting.label("waiting"),
        )
        .order_by(SUBMISSIONS.c.submission_id.desc())
        .limit(limit)
    )  # fmt: skip
    if logins is not None:
        query = query.where(SUBMISSIONS.c.login.in_(logins))
    found = connection.execute(query)
    return pd.DataFrame([tuple(row) for row in found], columns=list(found.keys()))
