"""What was done that is no change of a row: sign-ins, accounts, reveals, exports of people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import sqlalchemy as sa

from geo.journal_tables import AUDIT
from geo.store import Store

COLUMNS = ("audit_id", "at", "login", "action", "table_name", "row_key", "detail")


def record(
    where: sa.Connection | Store,
    *,
    at: datetime,
    login: str,
    action: str,
    table_name: str = "",
    row_key: str = "",
    detail: str = "",
) -> None:
    """
    Note one action, in the caller's transaction or, given a store, in its own.

    The revision stays as it is.

    Parameters
    ----------
    where
        A connection of a write under way, or the store.
    at
        When, UTC without a zone.
    login
        Who; "" for somebody who is not known.
    action, table_name, row_key, detail
        What, with which row (its key as `edits.key_text` writes it), and what else is to be
        known. Never a password, a token, or the personal data itself.
    """
    values = {
        "at": at, "login": login, "action": action, "table_name": table_name,
        "row_key": row_key, "detail": detail,
    }  # fmt: skip
    if isinstance(where, Store):
        with where.writing() as write:
            write.changed = False
            write.connection.execute(sa.insert(AUDIT).values(values))
    else:
        where.execute(sa.insert(AUDIT).values(values))


def audit_log(
    store: Store,
    *,
    login: str | None = None,
    actions: Sequence[str] = (),
    table_name: str | None = None,
    row_key: str | None = None,
    limit: int = 1000,
) -> pd.DataFrame:
    """
    Return what was noted, the newest first.

    Returns
    -------
    log
        At most `limit` rows: `audit_id`, `at` (UTC), `login`, `action`, `table_name`,
        `row_key`, `detail`; those of one login, of these actions, about one table or row
        where told.
    """
    query = sa.select(*(AUDIT.c[name] for name in COLUMNS))
    for name, wanted in (("login", login), ("table_name", table_name), ("row_key", row_key)):
        if wanted is not None:
            query = query.where(AUDIT.c[name] == wanted)
    if actions:
        query = query.where(AUDIT.c.action.in_(list(actions)))
    query = query.order_by(AUDIT.c.audit_id.desc()).limit(limit)
    with store.reading() as connection:
        rows = [tuple(row) for row in connection.execute(query)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"at": "datetime64[us]"})
