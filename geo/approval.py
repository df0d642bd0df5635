"""Review: edits that wait, and their approval, rejection and withdrawal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from geo.door import Outcome
from geo.edits import Edit, Row, key_from_text, row_from_text, whole_row
from geo.errors import AccessError, StoreError
from geo.journal import write_edits
from geo.journal_tables import HELD, SUBMISSIONS
from geo.refusals import places_now, require_rights, require_signed_in, row_conflict, rows_of_edits
from geo.rights import Actor, Places, covers, with_edits
from geo.store import Store
from geo.tables import utc_now


@dataclass(frozen=True)
class HeldEdit:
    """An edit that waits for approval, or what became of it."""

    held_id: int
    submission_id: int
    at: datetime  # UTC
    login: str  # whose it is
    kind: str  # of the submission
    source: str
    reason: str
    needs: str  # the role that may approve
    status: str  # waiting, approved, rejected, withdrawn
    decided_at: datetime | None
    decided_by: str | None
    decision: str | None
    edit: Edit


def held_edits(
    store: Store,
    *,
    actor: Actor,
    today: date,
    status: str | None = "waiting",
    submission_id: int | None = None,
) -> list[HeldEdit]:
    """
    Return the held edits that `actor` may see, the oldest first: of the own place, and one's own.

    With `status` None whatever became of them.

    Raises
    ------
    AccessError
        If `actor` is the public.
    """
    require_signed_in(actor)
    with store.reading() as connection:
        found = _read(connection, status=status, submission_id=submission_id)
        if not found or actor.is_at_least("city"):
            return found
        places = with_edits(places_now(connection, today=today), [held.edit for held in found])
    return [held for held in found if held.login == actor.login or _sees(actor, held.edit, places)]


def may_decide(actor: Actor, held: HeldEdit) -> bool:
    """Say whether the role of `actor` may decide on `held`, seen through `held_edits`."""
    return held.status == "waiting" and actor.is_at_least(held.needs)


def approve(
    store: Store,
    held_ids: Sequence[int],
    *,
    actor: Actor,
    today: date,
    reason: str = "",
    overwrite: bool = False,
) -> Outcome:
    """
    Put held edits in force, all or none.

    Only the fields that an edit changes are written: what others changed in other fields
    since stays. Where the same field was changed since, both versions come back as a
    conflict, unless `overwrite` says that the held one shall win.

    Raises
    ------
    AccessError
        If the actor's role or place does not reach one of them.
    ConflictError
        With the rows changed since.
    StoreError
        If one of them does not wait any more (code ``held_gone``), or a row it refers to is
        not there.
    """
    require_signed_in(actor)
    with store.writing() as write:
        write.changed = False
        waiting = _waiting(write.connection, held_ids)
        _require_decider(actor, waiting)
        require_rights(write.connection, [held.edit for held in waiting], actor=actor, today=today)
        stored = rows_of_edits(write.connection, [held.edit for held in waiting])
        present = {(table, key): row for table, rows in stored.items() for key, row in rows.items()}
        by_submission: dict[int, list[Edit]] = {}
        conflicts = []
        for held in waiting:
            place = (held.edit.table, held.edit.key)
            edit = _rebased(held.edit, present.get(place), overwrite=overwrite)
            if edit is None:
                conflicts.append((held.edit, present.get(place)))
            elif edit.before != edit.after:
                by_submission.setdefault(held.submission_id, []).append(edit)
                if edit.after is not None:  # a second held edit of the row builds on this one
                    present[place] = edit.after
                else:
                    del present[place]
        if conflicts:
            raise row_conflict(conflicts)
        for submission, edits in by_submission.items():
            write_edits(
                write.connection, edits, submission_id=submission, login=actor.login,
                revision=write.revision + 1, reason=reason,
            )  # fmt: skip
        applied = sum(map(len, by_submission.values()))
        write.changed = applied > 0
        _decide(write.connection, waiting, "approved", actor, reason)
        return Outcome(waiting[0].submission_id, applied, 0, write.revision + write.changed)


def reject(
    store: Store, held_ids: Sequence[int], *, actor: Actor, today: date, reason: str
) -> None:
    """
    Refuse held edits, with the reason for their author.

    Raises
    ------
    AccessError
        If the actor's role or place does not reach one of them.
    StoreError
        If one of them does not wait any more, or no reason is given (``reason_missing``).
    """
    require_signed_in(actor)
    if not reason.strip():
        raise StoreError("reason_missing")
    with store.writing() as write:
        write.changed = False
        waiting = _waiting(write.connection, held_ids)
        _require_decider(actor, waiting)
        require_rights(write.connection, [held.edit for held in waiting], actor=actor, today=today)
        _decide(write.connection, waiting, "rejected", actor, reason)


def withdraw(store: Store, held_ids: Sequence[int], *, actor: Actor, reason: str = "") -> None:
    """
    Take back held edits of one's own.

    Raises
    ------
    AccessError
        If one of them is somebody else's.
    StoreError
        If one of them does not wait any more.
    """
    require_signed_in(actor)
    with store.writing() as write:
        write.changed = False
        waiting = _waiting(write.connection, held_ids)
        for held in waiting:
            if held.login != actor.login and not actor.is_at_least("city"):
                raise AccessError("not_your_submission", submission=held.submission_id)
        take_back(write.connection, waiting, actor, reason)


def waiting_edits(connection: sa.Connection, submission_id: int) -> list[HeldEdit]:
    """Return what still waits of a submission."""
    return _read(connection, status="waiting", submission_id=submission_id)


def take_back(
    connection: sa.Connection, waiting: Sequence[HeldEdit], actor: Actor, reason: str
) -> None:
    """Withdraw held edits, within the write under way."""
    if waiting:
        _decide(connection, waiting, "withdrawn", actor, reason)


def _read(
    connection: sa.Connection,
    *,
    status: str | None,
    submission_id: int | None = None,
    held_ids: Sequence[int] | None = None,
) -> list[HeldEdit]:
    joined = HELD.join(SUBMISSIONS, HELD.c.submission_id == SUBMISSIONS.c.submission_id)
    query = (
        sa.select(
            HELD, SUBMISSIONS.c.at, SUBMISSIONS.c.login, SUBMISSIONS.c.kind, SUBMISSIONS.c.source,
            SUBMISSIONS.c.reason,
        )
        .select_from(joined)
        .order_by(HELD.c.held_id)
    )  # fmt: skip
    if status is not None:
        query = query.where(HELD.c.status == status)
    if submission_id is not None:
        query = query.where(HELD.c.submission_id == submission_id)
    if held_ids is not None and len(held_ids) <= 500:
        query = query.where(HELD.c.held_id.in_(held_ids))
    chosen = None if held_ids is None else set(held_ids)
    return [
        HeldEdit(
            row.held_id, row.submission_id, row.at, row.login, row.kind, row.source, row.reason,
            row.needs, row.status, row.decided_at, row.decided_by, row.decision,
            Edit(
                row.table_name,
                key_from_text(row.table_name, row.row_key),
                _whole(row.table_name, row.before),
                _whole(row.table_name, row.after),
            ),
        )
        for row in connection.execute(query)
        if chosen is None or row.held_id in chosen
    ]  # fmt: skip


def _whole(table: str, text: str | None) -> Row | None:
    return None if text is None else whole_row(table, row_from_text(table, text))


def _waiting(connection: sa.Connection, held_ids: Sequence[int]) -> list[HeldEdit]:
    found = _read(connection, status=None, held_ids=list(held_ids))
    gone = [held for held in found if held.status != "waiting"]
    if gone or len(found) < len(set(held_ids)) or not found:
        by = gone[0].decided_by if gone else ""
        raise StoreError("held_gone", by=by or "—")
    return found


def _require_decider(actor: Actor, waiting: Sequence[HeldEdit]) -> None:
    for held in waiting:
        if not actor.is_at_least(held.needs):
            raise AccessError("not_your_decision", needs=held.needs)


def _sees(actor: Actor, edit: Edit, places: Places) -> bool:
    rows = [row for row in (edit.before, edit.after) if row is not None]
    return all(covers(actor, edit.table, row, places) for row in rows)


def _rebased(edit: Edit, present: Row | None, *, overwrite: bool) -> Edit | None:
    """Return `edit` as made from the row `present`, None where the two contradict each other."""
    if present == edit.before or present == edit.after:
        return Edit(edit.table, edit.key, present, edit.after)
    if edit.kind != "changed" or present is None:
        return Edit(edit.table, edit.key, present, edit.after) if overwrite else None
    before, after = edit.before or {}, edit.after or {}
    fields = edit.fields()
    if not overwrite and any(present[f] not in (before[f], after[f]) for f in fields):
        return None
    return Edit(edit.table, edit.key, present, present | {f: after[f] for f in fields})


def _decide(
    connection: sa.Connection,
    waiting: Sequence[HeldEdit],
    status: str,
    actor: Actor,
    reason: str,
) -> None:
    connection.execute(
        sa.update(HELD)
        .where(HELD.c.held_id == sa.bindparam("this"))
        .values(status=status, decided_at=utc_now(), decided_by=actor.login, decision=reason),
        [{"this": held.held_id} for held in waiting],
    )
