"""Taking a whole submission back, also after other edits, without losing any of those unasked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

import sqlalchemy as sa

from geo.approval import HeldEdit, take_back, waiting_edits
from geo.door import enter
from geo.edits import Edit, Key, Row, key_from_text, whole_row
from geo.errors import AccessError, StoreError
from geo.journal import Entry, entries
from geo.journal_tables import SUBMISSIONS
from geo.policy import Policy
from geo.refusals import require_rights, require_signed_in
from geo.rights import Actor
from geo.rows import stored_rows
from geo.schema import TABLES
from geo.store import Store

Later = Literal["refuse", "keep", "overwrite"]


@dataclass(frozen=True)
class Blocked:
    """
    Something that cannot be taken back without losing a later edit.

    `code` is ``changed_since`` (these fields were changed again), ``gone_since`` (the row was
    removed), ``back_since`` (a removed row is there again), ``used_since`` (rows of `tables`
    refer to a row that would go, or to one that is gone) or ``erased`` (a person's data were
    deleted on request, from the history too).
    """

    table: str
    key: Key
    code: str
    fields: tuple[str, ...] = ()
    present: Row | None = None
    tables: tuple[str, ...] = ()


@dataclass(frozen=True)
class Undone:
    """
    What was taken back, or what would be, and what stands in the way.

    `submission_id` is None where nothing was changed, nor handed in for review.
    """

    submission_id: int | None = None
    applied: int = 0
    held: int = 0
    withdrawn: int = 0
    blocked: list[Blocked] = field(default_factory=list)


def undo(
    store: Store,
    submission_id: int,
    *,
    actor: Actor,
    today: date,
    reason: str = "",
    later: Later = "refuse",
    policy: Policy | None = None,
) -> Undone:
    """
    Take back everything that a submission changed, and what of it still waits for approval.

    Parameters
    ----------
    submission_id
        Of an edit, an import, a merge … or an undo, which is thereby done again.
    later
        What to do where the rows were changed again since: "refuse" (nothing at all is done
        and the obstacles are returned), "keep" the later edits and take back the rest, or
        "overwrite" them.

    Raises
    ------
    AccessError
        If one of its rows is not in the actor's place, or it is somebody else's and the actor
        is not at least a steward.
    StoreError
        If there is no such submission (code ``submission_missing``).
    """
    require_signed_in(actor)
    with store.writing() as write:
        write.changed = False
        edits, blocked, waiting = _planned(
            write.connection, submission_id, actor=actor, today=today, later=later
        )
        if blocked and later == "refuse":
            return Undone(applied=len(edits), withdrawn=len(waiting), blocked=blocked)
        outcome = enter(
            write, edits, actor=actor, today=today, kind="undo", reason=reason, policy=policy,
            undoes=submission_id,
        )  # fmt: skip
        take_back(write.connection, waiting, actor, reason)
        return Undone(
            outcome.submission_id, outcome.applied, outcome.held, len(waiting), blocked
        )  # fmt: skip


def plan_undo(store: Store, submission_id: int, *, actor: Actor, today: date) -> Undone:
    """
    Return what `undo` would take back and what stands in the way; only reads, locks nobody out.

    Raises
    ------
    AccessError, StoreError
        As `undo`.
    """
    require_signed_in(actor)
    with store.reading() as connection:
        edits, blocked, waiting = _planned(
            connection, submission_id, actor=actor, today=today, later="refuse"
        )
    return Undone(applied=len(edits), withdrawn=len(waiting), blocked=blocked)


def _planned(
    connection: sa.Connection, submission_id: int, *, actor: Actor, today: date, later: Later
) -> tuple[list[Edit], list[Blocked], list[HeldEdit]]:
    """Return what an undo does, what stands in its way, and what it withdraws; check rights."""
    author = connection.execute(
        sa.select(SUBMISSIONS.c.login).where(SUBMISSIONS.c.submission_id == submission_id)
    ).scalar_one_or_none()
    if author is None:
        raise StoreError("submission_missing", submission=submission_id)
    if author != actor.login and not actor.is_at_least("steward"):
        raise AccessError("not_your_submission", submission=submission_id)
    done = entries(connection, submission_id=submission_id)
    waiting = waiting_edits(connection, submission_id)
    edits, blocked = _plan(connection, done, later)
    _require_reach(connection, edits, blocked, waiting, actor, today)
    return edits, blocked, waiting


def _require_reach(
    connection: sa.Connection,
    edits: list[Edit],
    blocked: list[Blocked],
    waiting: list[HeldEdit],
    actor: Actor,
    today: date,
) -> None:
    """Refuse whom one row is out of reach, before anything is told of any."""
    if actor.is_at_least("city"):
        return
    touched = {(edit.table, edit.key): edit for edit in edits}
    for one in blocked:
        row = one.present or _last_row(connection, one.table, one.key)
        touched.setdefault((one.table, one.key), Edit(one.table, one.key, row, row))
    require_rights(connection, list(touched.values()), actor=actor, today=today)
    others = [held.edit for held in waiting if held.login != actor.login]
    require_rights(connection, others, actor=actor, today=today)


def _last_row(connection: sa.Connection, table: str, key: Key) -> Row:
    """Return a row that is gone as it was when it went."""
    last = entries(connection, table=table, key=key, limit=1)[0]
    return whole_row(table, last.before or {})


def _plan(
    connection: sa.Connection, done: list[Entry], later: Later
) -> tuple[list[Edit], list[Blocked]]:
    """Return the edits that take `done` (the newest first) back, and what stands in the way."""
    changes: dict[tuple[str, str], _Change] = {}
    for entry in reversed(done):
        row = (entry.table, entry.row_key)
        change = _Change(entry.before, entry.after, entry.erased)
        changes[row] = changes[row].then(change) if row in changes else change
    keys: dict[str, list[Key]] = {}
    for table, text in changes:
        keys.setdefault(table, []).append(key_from_text(table, text))
    stored = {table: stored_rows(connection, table, found) for table, found in keys.items()}

    edits: list[Edit] = []
    blocked: list[Blocked] = []
    for (table, text), change in changes.items():
        key = key_from_text(table, text)
        edit, obstacle = _take_back(table, key, change, stored[table].get(key), later)
        if obstacle:
            blocked.append(obstacle)
        if edit and edit.before != edit.after:
            edits.append(edit)
    return _without_broken_references(connection, edits, blocked)


class _Change(NamedTuple):
    """What a submission did to a row: the changed fields, or None where there was no row."""

    before: Row | None
    after: Row | None
    erased: bool

    def then(self, later: _Change) -> _Change:
        """Return both as one: the parts of a submission may be approved one after the other."""
        before, after = self.before, later.after
        if before is not None and later.before is not None:
            before = later.before | before
        if after is not None and later.before is not None:
            after = (self.after or {}) | after
        return _Change(before, after, self.erased or later.erased)


def _take_back(
    table: str, key: Key, change: _Change, present: Row | None, later: Later
) -> tuple[Edit | None, Blocked | None]:
    before, after, erased = change
    if erased:
        return None, Blocked(table, key, "erased", (), present)
    if before is None:  # it was added
        if present is None or (after is not None and present == whole_row(table, after)):
            return Edit(table, key, present, None), None
        fields = tuple(f for f in TABLES[table].names if present[f] != (after or {}).get(f))
        obstacle = Blocked(table, key, "changed_since", fields, present)
        return (Edit(table, key, present, None) if later == "overwrite" else None), obstacle
    if after is None:  # it was removed
        old = whole_row(table, before)
        if present is None or present == old:
            return Edit(table, key, present, old), None
        obstacle = Blocked(table, key, "back_since", (), present)
        return (Edit(table, key, present, old) if later == "overwrite" else None), obstacle
    if present is None:
        return None, Blocked(table, key, "gone_since")
    mine = {f: v for f, v in before.items() if present[f] == after.get(f)}
    theirs = tuple(f for f, v in before.items() if present[f] not in (after.get(f), v))
    if not theirs:
        return Edit(table, key, present, present | mine), None
    if later == "overwrite":
        mine = before
    return Edit(table, key, present, present | mine), Blocked(
        table, key, "changed_since", theirs, present
    )


def _without_broken_references(
    connection: sa.Connection, edits: list[Edit], blocked: list[Blocked]
) -> tuple[list[Edit], list[Blocked]]:
    """Leave out what would cut a reference of a row that stays; it is told as blocked."""
    while True:
        changed = {(edit.table, edit.key): edit for edit in edits}
        lost = _rows_used(connection, changed) | _rows_lacking(connection, changed)
        if not lost:
            return edits, blocked
        for (table, key), tables in lost.items():
            present = changed[table, key].before
            blocked.append(Blocked(table, key, "used_since", (), present, tuple(sorted(tables))))
        edits = [edit for edit in edits if (edit.table, edit.key) not in lost]


_Rows = Mapping[tuple[str, Key], Edit]


def _rows_used(connection: sa.Connection, edits: _Rows) -> dict[tuple[str, Key], set[str]]:
    """Return the rows that `edits` remove and that another row will still refer to."""
    gone = {
        table: {key[0]: key for at, key in edits if at == table and edits[at, key].after is None}
        for table in {table for table, _ in edits}
    }
    used: dict[tuple[str, Key], set[str]] = {}
    for name, declared in TABLES.items():
        ties = [c for c in declared.columns if gone.get(c.refers_to)]
        if not ties:
            continue
        rows: dict[Key, Row | None] = dict(stored_rows(connection, name))
        rows.update({key: edit.after for (table, key), edit in edits.items() if table == name})
        for row in rows.values():
            for column in ties:
                key = gone[column.refers_to].get(row[column.name]) if row else None
                if key:
                    used.setdefault((column.refers_to, key), set()).add(name)
    return used


def _rows_lacking(connection: sa.Connection, edits: _Rows) -> dict[tuple[str, Key], set[str]]:
    """Return the rows that `edits` bring and that refer to a row that will not be there."""
    lacking: dict[tuple[str, Key], set[str]] = {}
    there: dict[str, set[object]] = {}
    for (table, key), edit in edits.items():
        for column in TABLES[table].columns:
            if not column.refers_to or edit.after is None or not edit.after[column.name]:
                continue
            if column.refers_to not in there:
                found = {k[0] for k in stored_rows(connection, column.refers_to)}
                for (name, other), made in edits.items():
                    if name == column.refers_to:
                        (found.discard if made.after is None else found.add)(other[0])
                there[column.refers_to] = found
            if edit.after[column.name] not in there[column.refers_to]:
                lacking.setdefault((table, key), set()).add(column.refers_to)
    return lacking
