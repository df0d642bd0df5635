"""What was done that is no change of a row: sign-ins, accounts, reveals, exports of people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import pandas as pd
import sqlalchemy as sa

from geo.errors import AccessError
from geo.journal_tables import AUDIT
from geo.masking import masked_identity
from geo.rights import Actor
from geo.settings import CHINA_TIME
from geo.store import Store

ACTIONS = (
    "sign_in", "sign_in_failed", "sign_out", "account_added", "account_changed",
    "account_disabled", "account_enabled", "password_set", "person_revealed", "people_exported",
    "person_erased", "evidence_added", "evidence_read", "evidence_removed", "layer_put",
    "layer_restored", "restored",
)  # fmt: skip
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
    since: datetime | None = None,
    until: datetime | None = None,
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
        `row_key`, `detail`; those of one login, of these actions, from `since` to before
        `until` (UTC), about one table or row where told.
    """
    query = sa.select(*(AUDIT.c[name] for name in COLUMNS))
    for name, wanted in (("login", login), ("table_name", table_name), ("row_key", row_key)):
        if wanted is not None:
            query = query.where(AUDIT.c[name] == wanted)
    if actions:
        query = query.where(AUDIT.c.action.in_(list(actions)))
    if since is not None:
        query = query.where(AUDIT.c.at >= since)
    if until is not None:
        query = query.where(AUDIT.c.at < until)
    query = query.order_by(AUDIT.c.audit_id.desc()).limit(limit)
    with store.reading() as connection:
        rows = [tuple(row) for row in connection.execute(query)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"at": "datetime64[us]"})


def read_log(
    store: Store,
    *,
    actor: Actor,
    first: date,
    last: date,
    actions: Sequence[str] = (),
    limit: int = 1000,
) -> pd.DataFrame:
    """
    Return what was noted from the day `first` to the day `last` in Tai'an, for an admin.

    Returns
    -------
    log
        As `audit_log`. Identity and mobile numbers that somebody wrote into a reason, and
        keys that are such numbers, are hidden.

    Raises
    ------
    AccessError
        If the actor is not an admin.
    """
    if not actor.is_at_least("reporter"):
        raise AccessError("not_signed_in")
    if not actor.is_at_least("admin"):
        raise AccessError("not_your_table", table="操作日志", owner="系统管理员")
    away = CHINA_TIME.utcoffset(None)
    since = datetime.combine(first, time()) - away
    until = datetime.combine(last, time()) + timedelta(days=1) - away
    found = audit_log(store, actions=actions, since=since, until=until, limit=limit)
    hidden = {name: found[name].map(masked_identity) for name in ("row_key", "detail")}
    return found.assign(**hidden)
