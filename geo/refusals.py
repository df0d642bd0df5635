"""What the store's door refuses: edits that are not the actor's, or of rows that have moved on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import sqlalchemy as sa

from geo.edits import Edit, Key, Row, frame_from_rows
from geo.errors import AccessError, ConflictError, GeoError, StoreError
from geo.rights import (
    LOCAL_TABLES,
    PLACE_COLUMNS,
    Actor,
    Places,
    covers,
    places_of,
    refusal,
    with_edits,
)
from geo.rows import stored_rows
from geo.schema import TABLES
from geo.tables import SQL_TABLES


def places_now(connection: sa.Connection, *, today: date) -> Places:
    """Return where the rows of the register belong on `today`."""
    tables = {}
    for name, columns in PLACE_COLUMNS.items():
        read = replace(TABLES[name], columns=tuple(TABLES[name][column] for column in columns))
        rows = connection.execute(sa.select(*(SQL_TABLES[name].c[column] for column in columns)))
        tables[name] = frame_from_rows(read, [tuple(row) for row in rows])
    return places_of(tables, as_of=today)


def require_signed_in(actor: Actor) -> None:
    """
    Refuse the public.

    Raises
    ------
    AccessError
        If `actor` has no account (code ``not_signed_in``).
    """
    if not actor.is_at_least("reporter"):
        raise AccessError("not_signed_in")


def require_rights(
    connection: sa.Connection, edits: Sequence[Edit], *, actor: Actor, today: date
) -> None:
    """
    Refuse edits that `actor` may not make; the rows as they are stored count as well.

    Raises
    ------
    AccessError
        For the first of them.
    """
    require_signed_in(actor)
    if actor.is_at_least("city"):
        return
    places = with_edits(places_now(connection, today=today), edits)
    stored = rows_of_edits(connection, edits)
    for edit in edits:
        code = refusal(actor, edit, places)
        # What an edit says of the row before is its author's word.
        present = stored[edit.table].get(edit.key)
        if not code and present and not covers(actor, edit.table, present, places):
            code = "not_your_row"
        if code:
            owner = "所在地的管理员" if edit.table in LOCAL_TABLES else "市科协"
            raise AccessError(
                code, table=TABLES[edit.table].zh, key=shown_key(edit.key), owner=owner
            )  # fmt: skip


def require_unchanged(connection: sa.Connection, edits: Sequence[Edit]) -> None:
    """
    Refuse edits of rows that are no longer what their author saw.

    Raises
    ------
    ConflictError
        With every such edit and the row as it is stored.
    StoreError
        If two of the edits are of one row.
    """
    counted = Counter((edit.table, edit.key) for edit in edits)
    if counted and max(counted.values()) > 1:
        raise StoreError("store_conflict", reason=GeoError("why_same_key"))
    stored = rows_of_edits(connection, edits)
    conflicts = [
        (edit, stored[edit.table].get(edit.key))
        for edit in edits
        if stored[edit.table].get(edit.key) != edit.before
    ]
    if conflicts:
        raise row_conflict(conflicts)


def row_conflict(conflicts: list[tuple[Edit, Row | None]]) -> ConflictError:
    """Return the error that says these edits meet other rows than they were made from."""
    first = conflicts[0][0]
    return ConflictError(
        "row_conflict", conflicts, table=TABLES[first.table].zh, key=shown_key(first.key),
        count=len(conflicts),
    )  # fmt: skip


def rows_of_edits(
    connection: sa.Connection, edits: Sequence[Edit]
) -> Mapping[str, Mapping[Key, Row]]:
    """Return, by table, the rows as they are stored that `edits` are about."""
    return {
        name: stored_rows(connection, name, [edit.key for edit in edits if edit.table == name])
        for name in {edit.table for edit in edits}
    }


def shown_key(key: Key) -> str:
    """Return a key as people see it."""
    return "、".join(str(value) for value in key)
