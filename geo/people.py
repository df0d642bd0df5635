"""Rows about people: masked for those in whose place they are; one shown in full, and logged."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd

from geo import files
from geo.audit import record
from geo.check import table_of
from geo.edits import Key, Row, key_text
from geo.erasure import erase_person
from geo.errors import AccessError, StoreError, bad_argument
from geo.exports import Headers
from geo.masking import telling_ids, without_consent, without_person
from geo.refusals import places_now, shown_key
from geo.register import for_programs, table_notices
from geo.rights import PEOPLE_TABLES, Actor, covers, visible_rows
from geo.rows import stored_rows
from geo.schema import TABLES
from geo.store import Store

__all__ = [
    "erase_person", "export_people", "log_export", "reveal", "telling_ids",
    "without_consent",
]  # fmt: skip


def reveal(
    store: Store, actor: Actor, table: str, key: Key, *, reason: str, now: datetime, today: date
) -> Row:
    """
    Return one row about a person in full, after this has been logged.

    The log is committed first: if it cannot be written, nothing is returned.

    Parameters
    ----------
    reason
        What the values are needed for; goes into the log, without the person's name or phone.
    now, today
        The time in UTC without a zone, and the day in Tai'an.

    Raises
    ------
    AccessError
        If the row is not in the actor's place, or no reason is given.
    StoreError
        If the city asks for a row that is not there (code ``row_missing``), or the log cannot
        be written.
    """
    _require_people(actor, table)
    if not reason.strip():
        raise AccessError("why_missing")
    with store.writing() as write:
        write.changed = False
        row = stored_rows(write.connection, table, [key]).get(key)
        if row is None and actor.is_at_least("city"):
            raise StoreError("row_missing", table=TABLES[table].zh, key=shown_key(key))
        # To all others a row that is not there is one that is not theirs.
        if row is None or not covers(actor, table, row, places_now(write.connection, today=today)):
            raise AccessError("not_your_row", table=TABLES[table].zh, key=shown_key(key))
        record(
            write.connection, at=now, login=actor.login, action="person_revealed",
            table_name=table, row_key=key_text(key), detail=without_person(reason, row),
        )  # fmt: skip
    return row


def export_people(
    store: Store,
    actor: Actor,
    table: str,
    *,
    suffix: str,
    now: datetime,
    today: date,
    personal: bool = False,
    reason: str = "",
    headers: Headers | None = None,
    language: str = "zh",
) -> bytes:
    """
    Return the actor's own rows of `table` as a file, without personal data unless told.

    Without it the file has no name, phone or id, and cannot be imported again. With it the
    export is logged, with the number of rows and the reason, before the file is returned.

    Parameters
    ----------
    suffix
        `.csv` or `.xlsx`.
    personal
        Whether names, phones and ids are in it.
    reason
        What personal data are needed for; must be given with `personal`.

    Raises
    ------
    AccessError
        If the actor is not signed in, or wants personal data without a reason.
    ArgumentError
        If `table` is not about people, or the suffix cannot be used.
    """
    _require_people(actor, table)
    if personal and not reason.strip():
        raise AccessError("why_missing")
    revision, frame = store.revision(), _own(store, actor, table, today)
    notices = table_notices(
        frame, revision=revision, language=language, only_warnings=for_programs(suffix, headers)
    )
    if not personal:
        columns = [c for c in TABLES[table].columns if c.audience != "personal"]
        return files.write_answer(
            frame[[c.name for c in columns]],
            suffix=suffix,
            columns=[(c.name, c.zh, c.en) for c in columns],
            title=TABLES[table].zh,
            notices=notices,
            headers=headers,
            made_on=today,
        )
    content = files.write_table(
        frame, table=table, suffix=suffix, headers=headers, notices=notices,
        audience="personal", made_on=today,
    )  # fmt: skip
    _log_export(store, table, frame, reason=reason, login=actor.login, now=now)
    return content


def log_export(store: Store, table: str, *, reason: str, login: str, now: datetime) -> None:
    """
    Note that all rows of `table` are given out with personal data, before they are.

    Of a table without any there is nothing to note.

    Raises
    ------
    AccessError
        If no reason is given (code ``why_missing``).
    ArgumentError
        If there is no such table.
    """
    if all(column.audience != "personal" for column in table_of(table).columns):
        return
    if not reason.strip():
        raise AccessError("why_missing")
    _log_export(store, table, store.read(table), reason=reason, login=login, now=now)


def _log_export(
    store: Store, table: str, frame: pd.DataFrame, *, reason: str, login: str, now: datetime
) -> None:
    for fields in frame[frame.columns.intersection(["name", "phone"])].to_dict("records"):
        plain = {str(c): None if pd.isna(value) else value for c, value in fields.items()}
        reason = without_person(reason, plain)
    record(
        store, at=now, login=login, action="people_exported", table_name=table,
        detail=f"{len(frame)} rows; {reason}",
    )  # fmt: skip


def _own(store: Store, actor: Actor, table: str, today: date) -> pd.DataFrame:
    _require_people(actor, table)
    with store.reading() as connection:
        frame = store.frame(connection, TABLES[table])
        if actor.is_at_least("city"):
            return frame
        places = places_now(connection, today=today)
    return frame[visible_rows(actor, table, frame, places)].reset_index(drop=True)


def _require_people(actor: Actor, table: str) -> None:
    if table_of(table).name not in PEOPLE_TABLES:
        raise bad_argument("table", table, "why_one_of", allowed=tuple(PEOPLE_TABLES))
    if not actor.is_at_least("reporter"):
        raise AccessError("not_signed_in")
