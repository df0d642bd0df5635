"""The store's door: whatever anybody hands in passes here, is checked, applied or held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from geo.edits import Edit, key_text, require_plain, row_text
from geo.errors import AccessError, StoreError
from geo.journal import add_submission, write_edits
from geo.journal_tables import HELD
from geo.policy import ROLES, Policy, read_policy
from geo.refusals import require_rights, require_signed_in, require_unchanged, shown_key
from geo.rights import Actor
from geo.schema import TABLES
from geo.settings import SETTINGS
from geo.store import Store
from geo.transactions import Write

# What anybody who is signed in may propose, wherever it lies; the city decides on all of it.
PROPOSALS = ("routes", "route_stops")
PROPOSAL_POLICY = Policy({(role, name): "city" for role in ROLES for name in PROPOSALS})
DEFAULT_POLICY = read_policy(
    next(setting.default for setting in SETTINGS if setting.name == "REVIEW")
)


@dataclass(frozen=True)
class Outcome:
    """What became of a submission: its number (None: nothing to do), how many edits went where."""

    submission_id: int | None = None
    applied: int = 0
    held: int = 0
    revision: int = 0


def submit(
    store: Store,
    edits: Sequence[Edit],
    *,
    actor: Actor,
    today: date,
    kind: str = "edit",
    reason: str = "",
    source: str = "",
    sha256: str = "",
    policy: Policy | None = None,
    at_revision: int | None = None,
) -> Outcome:
    """
    Hand in `edits` as one submission: every one is applied or held for review, or none is.

    Parameters
    ----------
    store
        The register.
    edits
        At most one per row. Edits that change nothing are left out.
    actor
        Who hands them in; only rows of the actor's place may be among them.
    today
        The day on which places belong to reporting units.
    kind, reason, source, sha256
        What the submission is, why, and the file it comes from (its name and hash).
    policy
        Who needs whose approval; the default of the setting `REVIEW` unless given.
    at_revision
        Where given, the submission is refused if there was another write since.

    Raises
    ------
    AccessError
        If the actor may not change one of the rows.
    ArgumentError
        If an edit is not of whole rows under one key, or has a value no column can hold.
    ConflictError
        If a row is no longer what the edit's `before` says.
    StoreError
        If `at_revision` is no longer the store's (code ``store_moved``), or the edits break
        a rule of the database.
    """
    require_signed_in(actor)
    with store.writing() as write:
        write.changed = False
        if at_revision not in {None, write.revision}:
            raise StoreError("store_moved")
        return enter(
            write, edits, actor=actor, today=today, kind=kind, reason=reason, source=source,
            sha256=sha256, policy=policy,
        )  # fmt: skip


def enter(
    write: Write,
    edits: Sequence[Edit],
    *,
    actor: Actor,
    today: date,
    kind: str,
    reason: str = "",
    source: str = "",
    sha256: str = "",
    policy: Policy | None = None,
    undoes: int | None = None,
) -> Outcome:
    """Do what `submit` does, within the write under way; see there."""
    require_signed_in(actor)
    edits = [edit for edit in edits if edit.before != edit.after]
    if not edits:
        return Outcome(revision=write.revision)
    for edit in edits:
        require_plain(edit)
    policy = DEFAULT_POLICY if policy is None else policy
    require_rights(write.connection, edits, actor=actor, today=today)
    require_unchanged(write.connection, edits)
    names = {edit.table for edit in edits}
    submission = add_submission(
        write.connection, login=actor.login, kind=kind,
        table=names.pop() if len(names) == 1 else "", source=source, sha256=sha256,
        reason=reason, undoes=undoes,
    )  # fmt: skip
    now = [edit for edit in edits if policy.approver(actor.role, edit.table) is None]
    held = [edit for edit in edits if policy.approver(actor.role, edit.table) is not None]
    if now:
        write.changed = True
        write_edits(
            write.connection, now, submission_id=submission, login=actor.login,
            revision=write.revision + 1,
        )  # fmt: skip
    if held:
        _hold(write.connection, held, submission, actor.role, policy)
    return Outcome(submission, len(now), len(held), write.revision + bool(now))


def propose(
    store: Store, edits: Sequence[Edit], *, actor: Actor, kind: str, reason: str = ""
) -> Outcome:
    """
    Hand in new rows of `PROPOSALS` as one submission that waits for the city.

    Nothing of it is applied, whatever the policy and whoever proposes: a tour goes through many
    places, and none of it is on a public page before it is approved.

    Raises
    ------
    AccessError
        If nobody is signed in, or an edit is not a new row of these tables.
    ArgumentError, ConflictError
        As `submit`.
    """
    require_signed_in(actor)
    for edit in edits:
        require_plain(edit)
        if edit.kind != "new" or edit.table not in PROPOSALS:
            raise AccessError(
                "not_your_table", table=TABLES[edit.table].zh, key=shown_key(edit.key),
                owner="市科协",
            )  # fmt: skip
    with store.writing() as write:
        write.changed = False
        require_unchanged(write.connection, edits)
        submission = add_submission(
            write.connection, login=actor.login, kind=kind, table="routes", source="", sha256="",
            reason=reason, undoes=None,
        )  # fmt: skip
        _hold(write.connection, edits, submission, actor.role, PROPOSAL_POLICY)
        return Outcome(submission, 0, len(edits), write.revision)


def _hold(
    connection: sa.Connection,
    edits: Sequence[Edit],
    submission: int,
    role: str,
    policy: Policy,
) -> None:
    rows = []
    for edit in edits:
        before, after = (
            None if row is None else row_text(edit.table, row) for row in (edit.before, edit.after)
        )
        rows.append(
            {
                "submission_id": submission, "table_name": edit.table,
                "row_key": key_text(edit.key), "before": before, "after": after,
                "needs": policy.approver(role, edit.table), "status": "waiting", "erased": False,
            }
        )  # fmt: skip
    connection.execute(sa.insert(HELD), rows)
