"""A person erased on request: what says who it was is blanked everywhere, every count stays."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from geo.audit import record
from geo.edits import Row, edit_of, key_text, row_from_text, row_text, whole_row
from geo.errors import AccessError, StoreError
from geo.evidence import sweep
from geo.evidence_rows import remove_all_of
from geo.journal import add_submission
from geo.journal_tables import HELD, HISTORY
from geo.masking import ERASED_NAME, without_person
from geo.refusals import places_now, shown_key
from geo.rights import Actor, covers
from geo.rows import apply_edits, stored_rows
from geo.schema import DEMO_MARK, TABLES
from geo.store import Store

# What is blanked: all that is personal but the key, and what people wrote about the person.
# The villages served, the dates and the township stay, for the counts of every day need them.
BLANKED = tuple(
    column.name
    for column in TABLES["promoters"].columns
    if column.name not in TABLES["promoters"].key
    and (column.audience == "personal" or column.name == "duty")
)


def blanked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return `fields` of a promoter's row (all or some) without what says who it is."""
    blank: dict[str, Any] = {name: None for name in BLANKED if name in fields}
    if fields.get("name") is not None:
        mark = DEMO_MARK if DEMO_MARK in fields["name"] else ""  # demonstration rows keep theirs
        blank["name"] = mark + ERASED_NAME
    return {**fields, **blank}


def erase_person(
    store: Store,
    actor: Actor,
    promoter_id: str,
    *,
    reason: str,
    now: datetime,
    today: date,
    folder: Path | None = None,
) -> None:
    """
    Erase who a promoter is, on the person's request, and keep the row that is counted.

    The name becomes （已删除）; phone and duty become empty: in the row, in every row of the
    history and in every edit held for review. The id, the villages, the township and the
    dates stay, so that no figure of any day changes, and the history still leaves the rows
    as they are. Evidence of the person is removed. One transaction, with a row of the history
    and an entry in the log. Reasons and file names of earlier submissions, and the log, are
    not touched: they must not name people.

    Parameters
    ----------
    promoter_id
        Of a promoter in the register, or one who was there before.
    reason
        Why; names and numbers of the person are hidden in it.
    now, today
        The time in UTC without a zone, and the day in Tai'an.
    folder
        Where the bytes of the evidence lie; without it they go with the next evidence removed.

    Raises
    ------
    AccessError
        If the actor is not at least the steward of the person's place, or gives no reason.
    StoreError
        If there was never such a promoter (code ``row_missing``).
    """
    if not actor.is_at_least("steward"):
        raise AccessError("erase_needs_steward")
    if not reason.strip():
        raise AccessError("why_missing")
    key = (promoter_id,)
    with store.writing() as write:
        connection = write.connection
        if connection.dialect.name == "sqlite":  # overwrite what is replaced, not only unlink it
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
        row = stored_rows(connection, "promoters", [key]).get(key)
        told = list(_told(connection, key))
        _require(connection, actor, key, row, told, today)
        for fields in [*told, row or {}]:
            reason = without_person(reason, fields)
        _blank_history(connection, key)
        _blank_held(connection, key, actor, now, there=row is not None)
        remove_all_of(connection, "promoters", key, at=now, login=actor.login)
        remove_all_of(connection, "promoter_villages", key, at=now, login=actor.login)
        submission = add_submission(
            connection, login=actor.login, kind="erase", table="promoters", reason=reason
        )
        if row is not None:
            _blank_row(connection, row, submission, actor, write.revision + 1, now)
        record(
            connection, at=now, login=actor.login, action="person_erased",
            table_name="promoters", row_key=key_text(key), detail=reason,
        )  # fmt: skip
    if folder is not None:
        sweep(store, folder)
    _rewrite(store)


def _told(connection: sa.Connection, key: tuple[str]) -> Iterable[Row]:
    """Return every row or part of a row of the person that history and held edits keep."""
    for table in (HISTORY, HELD):
        query = sa.select(table.c.before, table.c.after).where(
            table.c.table_name == "promoters", table.c.row_key == key_text(key)
        )
        for texts in connection.execute(query.order_by(*table.primary_key)):
            yield from (row_from_text("promoters", text) for text in texts if text is not None)


def _require(
    connection: sa.Connection,
    actor: Actor,
    key: tuple[str],
    row: Row | None,
    told: list[Row],
    today: date,
) -> None:
    """Refuse an actor who does not answer for the person, as stored or as last told of."""
    if row is None and told:
        row = whole_row("promoters", {"promoter_id": key[0]})
        for fields in told:
            row |= fields
    if row is None and actor.is_at_least("city"):
        raise StoreError("row_missing", table=TABLES["promoters"].zh, key=shown_key(key))
    if row is None or not covers(actor, "promoters", row, places_now(connection, today=today)):
        raise AccessError("not_your_row", table=TABLES["promoters"].zh, key=shown_key(key))


def _blank_history(connection: sa.Connection, key: tuple[str]) -> None:
    for number, fields in _blanked_texts(connection, HISTORY, key):
        connection.execute(
            sa.update(HISTORY).where(HISTORY.c.history_id == number).values(erased=True, **fields)
        )


def _blank_held(
    connection: sa.Connection, key: tuple[str], actor: Actor, now: datetime, *, there: bool
) -> None:
    for number, fields in _blanked_texts(connection, HELD, key):
        connection.execute(
            sa.update(HELD).where(HELD.c.held_id == number).values(erased=True, **fields)
        )
    if there:
        return
    # Nobody is to approve a new person without a name.
    connection.execute(
        sa.update(HELD)
        .where(
            HELD.c.table_name == "promoters",
            HELD.c.row_key == key_text(key),
            HELD.c.status == "waiting",
        )
        .values(status="withdrawn", decided_at=now, decided_by=actor.login, decision="")
    )


def _blanked_texts(
    connection: sa.Connection, table: sa.Table, key: tuple[str]
) -> list[tuple[int, dict[str, str | None]]]:
    """Return number and new texts of the rows of `table` that tell something about the person."""
    number = next(iter(table.primary_key))
    query = sa.select(number, table.c.before, table.c.after).where(
        table.c.table_name == "promoters", table.c.row_key == key_text(key)
    )
    found = []
    for at, before, after in connection.execute(query):
        new = {"before": _blanked_text(before), "after": _blanked_text(after)}
        if new != {"before": before, "after": after}:
            found.append((at, new))
    return found


def _blanked_text(text: str | None) -> str | None:
    # Not through `row_from_text`: a column that is declared no more would be lost.
    if text is None:
        return None
    return json.dumps(blanked(json.loads(text)), ensure_ascii=False, separators=(",", ":"))


def _blank_row(
    connection: sa.Connection,
    row: Row,
    submission: int,
    actor: Actor,
    revision: int,
    now: datetime,
) -> None:
    """Blank the row itself; its entry in the history says that, and not what stood there."""
    new = blanked(row)
    apply_edits(connection, [edit_of("promoters", row, new)])
    said = row_text("promoters", new, BLANKED)
    connection.execute(
        sa.insert(HISTORY).values(
            submission_id=submission, at=now, login=actor.login, revision=revision,
            table_name="promoters", row_key=key_text((row["promoter_id"],)), before=said,
            after=said, reason="", erased=True,
        )
    )  # fmt: skip


def _rewrite(store: Store) -> None:
    """Have SQLite write its file anew: pages split earlier may still hold the old text."""
    with store.reading() as connection:
        if connection.dialect.name != "sqlite":
            return
        connection.rollback()
        sqlite = connection.connection.driver_connection
        assert isinstance(sqlite, sqlite3.Connection)
        # Another program may be writing; the rows are blank all the same.
        with suppress(sqlite3.OperationalError):
            sqlite.execute("VACUUM").close()
            sqlite.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
