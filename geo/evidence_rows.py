"""Which files prove what about which row; the bytes themselves lie in a folder."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

import pandas as pd
import sqlalchemy as sa

from geo.edits import Key, key_from_text, key_text
from geo.errors import AccessError
from geo.journal_tables import EVIDENCE
from geo.refusals import places_now, shown_key
from geo.rights import Actor, covers
from geo.rows import add_numbered, stored_rows
from geo.schema import TABLES

_SHOWN = ("evidence_id", "at", "login", "media_type", "size", "title")


class Evidence(NamedTuple):
    """One file that proves something about a row."""

    evidence_id: int
    table: str
    key: Key
    sha256: str  # of the bytes kept
    media_type: str


def require_row(
    connection: sa.Connection, actor: Actor, table: str, key: Key, *, today: date
) -> None:
    """
    Refuse a row that is not in the actor's place, or not there.

    Raises
    ------
    AccessError
        If so; to most, a row that is not there is one that is not theirs.
    """
    if not actor.is_at_least("reporter"):
        raise AccessError("not_signed_in")
    row = stored_rows(connection, table, [key]).get(key)
    if row is None or not covers(actor, table, row, places_now(connection, today=today)):
        raise AccessError("not_your_row", table=TABLES[table].zh, key=shown_key(key))


def add_row(
    connection: sa.Connection,
    *,
    at: datetime,
    login: str,
    table: str,
    key: Key,
    sha256: str,
    media_type: str,
    size: int,
    title: str,
) -> int:
    """Note a file of `size` bytes for a row; return its number."""
    values = {
        "at": at, "login": login, "table_name": table, "row_key": key_text(key),
        "sha256": sha256, "media_type": media_type, "size": size, "title": title,
    }  # fmt: skip
    return add_numbered(connection, EVIDENCE, values)


def evidence_by_id(
    connection: sa.Connection, actor: Actor, evidence_id: int, *, today: date
) -> Evidence:
    """
    Return a file of a row in the actor's place.

    Raises
    ------
    AccessError
        If there is none of this number, it is removed, or its row is not the actor's.
    """
    if not actor.is_at_least("reporter"):
        raise AccessError("not_signed_in")
    found = connection.execute(
        sa.select(EVIDENCE).where(
            EVIDENCE.c.evidence_id == evidence_id, EVIDENCE.c.removed_at.is_(None)
        )
    ).one_or_none()
    if found is None:
        raise AccessError("evidence_gone", evidence=evidence_id)
    key = key_from_text(found.table_name, found.row_key)
    if not actor.is_at_least("city"):  # the city also reads what is left of rows that are gone
        require_row(connection, actor, found.table_name, key, today=today)
    return Evidence(evidence_id, found.table_name, key, found.sha256, found.media_type)


def listed(connection: sa.Connection, table: str, key: Key) -> pd.DataFrame:
    """
    Return the files of a row that are not removed, the newest first.

    Returns
    -------
    listed
        `evidence_id`, `at` (UTC), `login`, `media_type`, `size` (bytes), `title`.
    """
    query = (
        sa.select(*(EVIDENCE.c[name] for name in _SHOWN))
        .where(
            EVIDENCE.c.table_name == table,
            EVIDENCE.c.row_key == key_text(key),
            EVIDENCE.c.removed_at.is_(None),
        )
        .order_by(EVIDENCE.c.evidence_id.desc())
    )
    rows = [tuple(row) for row in connection.execute(query)]
    return pd.DataFrame(rows, columns=list(_SHOWN)).astype({"at": "datetime64[us]"})


def mark_removed(connection: sa.Connection, evidence_id: int, *, at: datetime, login: str) -> None:
    """Note that a file is removed; what it was called and its hash stay noted."""
    connection.execute(
        sa.update(EVIDENCE)
        .where(EVIDENCE.c.evidence_id == evidence_id)
        .values(removed_at=at, removed_by=login)
    )


def remove_all_of(
    connection: sa.Connection, table: str, key: Key, *, at: datetime, login: str
) -> None:
    """Remove every file of the rows whose key is `key` or begins with it, their titles too."""
    text = key_text(key)
    whose = sa.or_(
        EVIDENCE.c.row_key == text,
        EVIDENCE.c.row_key.startswith(text.removesuffix("]") + ",", autoescape=True),
    )
    connection.execute(
        sa.update(EVIDENCE)
        .where(EVIDENCE.c.table_name == table, whose)
        .values(
            title="",
            removed_at=sa.func.coalesce(EVIDENCE.c.removed_at, at),
            removed_by=sa.func.coalesce(EVIDENCE.c.removed_by, login),
        )
    )


def used_hashes(connection: sa.Connection) -> set[str]:
    """Return the hashes of the bytes that a row still needs."""
    query = sa.select(EVIDENCE.c.sha256).where(EVIDENCE.c.removed_at.is_(None)).distinct()
    return {str(found) for found in connection.execute(query).scalars()}
