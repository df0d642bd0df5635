"""The accounts: who may sign in, with which role, for which place."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa

from geo.audit import record
from geo.edits import key_text
from geo.errors import ArgumentError
from geo.journal_tables import ACCOUNTS, SESSIONS
from geo.rights import SYSTEM
from geo.sign_in.passwords import check_password, hash_password
from geo.sign_in.places import NOWHERE, Place, checked_place, places_of_kind
from geo.sign_in.throttle import forget
from geo.store import Store
from geo.tables import utc_now

_LOGIN = re.compile(r"[\w.@+|:=-]{2,128}")


def plain_login(text: str) -> str:
    """Return a login as it is stored: without capitals, full-width letters or blanks around."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", folded).strip()


def is_login(login: str) -> bool:
    """Say whether `login`, as `plain_login` writes it, may be one at all."""
    return _LOGIN.fullmatch(login) is not None


def add_account(
    store: Store,
    *,
    login: str,
    name: str,
    role: str,
    place_kind: str = "",
    place: str = "",
    password: str | None,
    by: str,
) -> str:
    """
    Add an account; return its login as stored.

    Parameters
    ----------
    login
        2–128 letters, digits or ``. @ + - _ | : =``; not case-sensitive.
    name
        The office or person, as shown.
    role, place_kind, place
        A steward answers for a "unit", a reporter for a "township" or a "venue", by its code,
        id or name; the city and admins have no place.
    password
        None for an account that signs in through the identity provider only.
    by
        Login of who adds it.

    Raises
    ------
    ArgumentError
        If the login is taken or cannot be used, the password is too easily guessed, or role
        and place do not fit or are not there.
    """
    login = plain_login(login)
    if not is_login(login) or login == SYSTEM.login:
        raise ArgumentError("login_invalid", login=login)
    hashed = None if password is None else _hashed(password, login)
    now = utc_now()
    with store.writing() as write:
        write.changed = False
        found = checked_place(write.connection, role, Place(place_kind, place))
        if _account(write.connection, login) is not None:
            raise ArgumentError("login_taken", login=login)
        write.connection.execute(
            sa.insert(ACCOUNTS).values(
                login=login, name=_checked_name(name), password=hashed, role=role,
                place_kind=found.kind, place=found.key, disabled=False, created=now, changed=now,
            )
        )  # fmt: skip
        _note(write.connection, by, "account_added", login, _said(role, found), at=now)
    return login


def require_account(store: Store, login: str) -> None:
    """
    Refuse a login that has no account.

    Raises
    ------
    ArgumentError
        If there is no such account (code ``login_unknown``).
    """
    with store.reading() as connection:
        _required(connection, login)


def change_account(
    store: Store,
    login: str,
    *,
    by: str,
    name: str | None = None,
    role: str | None = None,
    place_kind: str | None = None,
    place: str | None = None,
) -> None:
    """
    Change the name, the role or the place of an account; it holds from the next click on.

    What is None stays. A new role that has other kinds of places needs a new place.

    Raises
    ------
    ArgumentError
        If there is no such account, or role and place do not fit or are not there.
    """
    with store.writing() as write:
        write.changed = False
        account = _required(write.connection, login)
        role = role or account["role"]
        old = Place(account["place_kind"], account["place"])
        wanted = old if place_kind is None else Place(place_kind, place or "")
        if place_kind is None and role in ("city", "admin"):
            wanted = NOWHERE
        found = checked_place(write.connection, role, wanted)
        values = {
            "name": account["name"] if name is None else _checked_name(name), "role": role,
            "place_kind": found.kind, "place": found.key,
        }  # fmt: skip
        _change(write.connection, account["login"], **values)
        _note(write.connection, by, "account_changed", account["login"], _said(role, found))


def set_password(store: Store, login: str, password: str, *, by: str) -> None:
    """
    Give an account a new password; it is signed out everywhere and need not wait any more.

    Raises
    ------
    ArgumentError
        If there is no such account, or the password is too easily guessed.
    """
    login = plain_login(login)
    hashed = _hashed(password, login)
    with store.writing() as write:
        write.changed = False
        _required(write.connection, login)
        _change(write.connection, login, password=hashed)
        end_sessions(write.connection, SESSIONS.c.login == login)
        forget(write.connection, login)
        _note(write.connection, by, "password_set", login)


def set_disabled(store: Store, login: str, disabled: bool, *, by: str) -> None:
    """
    Keep an account from signing in, or let it again; disabled, it is signed out at once.

    Raises
    ------
    ArgumentError
        If there is no such account.
    """
    with store.writing() as write:
        write.changed = False
        login = _required(write.connection, login)["login"]
        _change(write.connection, login, disabled=disabled)
        if disabled:
            end_sessions(write.connection, SESSIONS.c.login == login)
        else:
            forget(write.connection, login)
        _note(write.connection, by, "account_disabled" if disabled else "account_enabled", login)


def end_sessions(connection: sa.Connection, which: sa.ColumnElement[bool]) -> None:
    """End the sessions of which `which` is true, in the caller's transaction."""
    connection.execute(sa.update(SESSIONS).where(which).values(expires=SESSIONS.c.created))


def list_accounts(store: Store) -> pd.DataFrame:
    """
    Return the accounts in the order of their logins, without passwords.

    Returns
    -------
    accounts
        One row per account: `login`, `name`, `role`, `place_kind`, `place` (its id),
        `place_name`, `local` (has a password of its own), `disabled`, `created` and `seen`
        (last use; both UTC).
    """
    seen = sa.select(SESSIONS.c.login, sa.func.max(SESSIONS.c.seen).label("seen"))
    last = seen.group_by(SESSIONS.c.login).subquery()
    columns = [ACCOUNTS.c[name] for name in ("login", "name", "role", "place_kind", "place")]
    more = [ACCOUNTS.c.password.is_not(None), ACCOUNTS.c.disabled, ACCOUNTS.c.created, last.c.seen]
    query = sa.select(*columns, *more).join(last, last.c.login == ACCOUNTS.c.login, isouter=True)
    with store.reading() as connection:
        rows = [tuple(row) for row in connection.execute(query)]
        names = {kind: places_of_kind(connection, kind) for kind in {row[3] for row in rows} - {""}}
    listed = sorted((*row[:5], names.get(row[3], {}).get(row[4], ""), *row[5:]) for row in rows)
    heads = ["login", "name", "role", "place_kind", "place", "place_name", "local", "disabled",
             "created", "seen"]  # fmt: skip
    kinds = {
        "local": "bool", "disabled": "bool", "created": "datetime64[us]", "seen": "datetime64[us]"
    }  # fmt: skip
    return pd.DataFrame(listed, columns=heads).astype(kinds)


# --- rows --------------------------------------------------------------------------------


def _account(connection: sa.Connection, login: str) -> dict[str, Any] | None:
    query = sa.select(ACCOUNTS).where(ACCOUNTS.c.login == plain_login(login))
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def _required(connection: sa.Connection, login: str) -> dict[str, Any]:
    account = _account(connection, login)
    if account is None:
        raise ArgumentError("login_unknown", login=login)
    return account


def _change(connection: sa.Connection, login: str, **values: Any) -> None:
    update = sa.update(ACCOUNTS).where(ACCOUNTS.c.login == login)
    connection.execute(update.values(changed=utc_now(), **values))


def _note(
    connection: sa.Connection,
    by: str,
    action: str,
    login: str,
    detail: str = "",
    *,
    at: datetime | None = None,
) -> None:
    record(
        connection, at=at or utc_now(), login=by, action=action, table_name="accounts",
        row_key=key_text((login,)), detail=detail,
    )  # fmt: skip


def _said(role: str, place: Place) -> str:
    return f"{role} {place.kind} {place.key}".strip()


def _hashed(password: str, login: str) -> str:
    check_password(password, login=login)
    return hash_password(password)


def _checked_name(name: str) -> str:
    plain = " ".join(name.split())
    if not plain or not plain.isprintable() or len(plain) > 80:
        raise ArgumentError("account_name_invalid", name=name[:40])
    return plain
