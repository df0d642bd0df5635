"""What waits for approval, at a glance: whether anything changed, and which keys are taken."""

from __future__ import annotations

import sqlalchemy as sa

from geo.edits import Key, key_from_text
from geo.journal_tables import HELD
from geo.store import Store


def held_state(store: Store) -> tuple[int, int]:
    """
    Return what changes whenever an edit is held or decided: the last held one, and how many wait.

    Nothing that was decided waits again, so the same two numbers mean the same queue.
    """
    waiting = sa.func.count().filter(HELD.c.status == "waiting")
    with store.reading() as connection:
        last, count = connection.execute(sa.select(sa.func.max(HELD.c.held_id), waiting)).one()
    return last or 0, count


def keys_waiting(store: Store, table: str) -> set[Key]:
    """Return the keys of new rows of `table` that wait for approval, whosever they are."""
    query = sa.select(HELD.c.row_key).where(
        HELD.c.table_name == table, HELD.c.status == "waiting", HELD.c.before.is_(None)
    )
    with store.reading() as connection:
        return {key_from_text(table, text) for text in connection.scalars(query)}
