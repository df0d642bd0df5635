"""Sign-ins: from a password or a provider's word to a token, and from a token to who acts."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from datetime import datetime, timedelta

import sqlalchemy as sa

from geo.audit import record
from geo.errors import AccessError, StoreError
from geo.journal_tables import ACCOUNTS, SESSIONS
from geo.rights import Actor
from geo.sign_in.accounts import end_sessions, is_login, plain_login
from geo.sign_in.passwords import hash_password, needs_rehash, verify_password
from geo.sign_in.throttle import forget, take_turn
from geo.store import Store

LONGEST_PASSWORD = 1000  # characters; more is nobody's password
LONGEST_TOKEN = 200
SEEN_EVERY = timedelta(minutes=1)


def sign_in(
    store: Store, *, login: str, password: str, address: str, now: datetime, hours: int
) -> str:
    """
    Check a password and begin a session.

    Parameters
    ----------
    login, password
        As typed.
    address
        Where the request came from, for the throttle.
    now
        The time, UTC without a zone.
    hours
        After how many hours of not being used the session ends.

    Returns
    -------
    token
        256 random bits for the cookie; the store keeps only their SHA-256.

    Raises
    ------
    AccessError
        ``sign_in_failed`` for a wrong password and just so for an account that is unknown,
        disabled or without a password; ``sign_in_throttled`` when it has to wait.
    """
    login = plain_login(login[:LONGEST_PASSWORD])
    login = login if is_login(login) else ""  # of nobody
    with store.writing() as write:
        write.changed = False
        turn = take_turn(write.connection, login=login, address=address, now=now)
    account = sa.select(ACCOUNTS.c.password, ACCOUNTS.c.disabled).where(ACCOUNTS.c.login == login)
    with store.reading() as connection:
        found = connection.execute(account).one_or_none()
    # Outside of a transaction: this takes a while, and nobody else should wait for it.
    stored: str | None = found.password if found else None
    right = verify_password(stored, password[:LONGEST_PASSWORD])
    renewed = hash_password(password) if right and stored and needs_rehash(stored) else None
    token = secrets.token_urlsafe(32)
    with store.writing() as write:
        write.changed = False
        # Again: the account may have changed while the password was looked at.
        still = write.connection.execute(account).one_or_none()
        may = right and still is not None and still.password == stored and not still.disabled
        if may:
            forget(write.connection, login, turn)
            if renewed:
                update = sa.update(ACCOUNTS).where(ACCOUNTS.c.login == login)
                write.connection.execute(update.values(password=renewed))
            _begin(write.connection, _digest("cookie", token), login, now=now, hours=hours)
            record(write.connection, at=now, login=login, action="sign_in", detail="password")
        else:
            known = login if still else ""  # an unknown login may be a password
            record(write.connection, at=now, login=known, action="sign_in_failed")
    if not may:
        raise AccessError("sign_in_failed")
    return token


def actor_of(
    store: Store, token: str, *, now: datetime, max_hours: int | None = None
) -> Actor | None:
    """
    Return who acts with `token`, with the role and place the account has now.

    None when the session has ended, by sign-out, for not being used, or `max_hours` after it
    began however much it was used; or the account is disabled. The use is noted, at most once
    a minute.
    """
    if not token or len(token) > LONGEST_TOKEN:
        return None
    return _actor(store, _digest("cookie", token), now=now, max_hours=max_hours)


def sign_out(store: Store, token: str, *, now: datetime) -> None:
    """End the session of `token`, in all windows that use it."""
    if token and len(token) <= LONGEST_TOKEN:
        _end(store, _digest("cookie", token), now=now)


# --- through an identity provider ---------------------------------------------------------


def actor_of_identity(
    store: Store,
    identity: str,
    *,
    issued: datetime,
    now: datetime,
    hours: int,
    max_hours: int | None = None,
) -> Actor | None:
    """
    Return who acts for what an identity provider says: OpenID Connect.

    The account must be there (none is made by itself) and have no password of its own. A
    word of the provider begins a session when it is new, which ends as others do; the same
    word does not begin it again.

    Parameters
    ----------
    identity
        The e-mail address or subject that the provider vouches for: the account's login.
    issued
        When the provider said so, UTC without a zone.
    now, hours, max_hours
        As in `sign_in` and `actor_of`.
    """
    login = plain_login(identity)
    if not is_login(login):
        return None
    digest = _digest("provider", f"{login}\n{issued.isoformat()}")
    known = sa.select(SESSIONS.c.login).where(SESSIONS.c.token_sha256 == digest)
    account = sa.select(ACCOUNTS.c.login).where(
        ACCOUNTS.c.login == login, ACCOUNTS.c.password.is_(None), sa.not_(ACCOUNTS.c.disabled)
    )
    with store.reading() as connection:
        begun = connection.execute(known).first() is not None
        if not begun and connection.execute(account).first() is None:
            return None
    if not begun:
        if now - issued >= timedelta(hours=hours):
            return None
        with store.writing() as write:
            write.changed = False
            if not write.connection.execute(known).first():
                _begin(write.connection, digest, login, now=now, hours=hours)
                record(write.connection, at=now, login=login, action="sign_in", detail="provider")
    return _actor(store, digest, now=now, max_hours=max_hours)


def sign_out_identity(store: Store, identity: str, *, issued: datetime, now: datetime) -> None:
    """End the session that began with this word of the provider."""
    login = plain_login(identity)
    _end(store, _digest("provider", f"{login}\n{issued.isoformat()}"), now=now)


# --- rows ---------------------------------------------------------------------------------


def _digest(kind: str, token: str) -> str:
    # The kind keeps a cookie from passing for a provider's word, which has no secret in it.
    return hashlib.sha256(f"{kind}:{token}".encode("utf-8", "replace")).hexdigest()


def _begin(
    connection: sa.Connection, digest: str, login: str, *, now: datetime, hours: int
) -> None:
    # An ended session's row stays until its provider's word is too old to begin another.
    idle = timedelta(hours=hours)
    connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.expires < now - idle))
    connection.execute(
        sa.insert(SESSIONS).values(
            token_sha256=digest, login=login, created=now, seen=now, expires=now + idle
        )
    )


def _actor(
    store: Store, digest: str, *, now: datetime, max_hours: int | None = None
) -> Actor | None:
    began = datetime.min if max_hours is None else now - timedelta(hours=max_hours)
    query = (
        sa.select(
            ACCOUNTS.c.login, ACCOUNTS.c.name, ACCOUNTS.c.role, ACCOUNTS.c.place_kind,
            ACCOUNTS.c.place, SESSIONS.c.seen, SESSIONS.c.expires,
        )
        .join(SESSIONS, SESSIONS.c.login == ACCOUNTS.c.login)
        .where(
            SESSIONS.c.token_sha256 == digest, SESSIONS.c.expires > now,
            SESSIONS.c.created > began, sa.not_(ACCOUNTS.c.disabled),
        )
    )  # fmt: skip
    with store.reading() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    if now - row.seen >= SEEN_EVERY:
        still = now + (row.expires - row.seen)
        # A full disk or a long import keeps nobody from reading on.
        with suppress(StoreError), store.writing() as write:
            write.changed = False
            write.connection.execute(
                sa.update(SESSIONS)
                .where(
                    SESSIONS.c.token_sha256 == digest, SESSIONS.c.expires > now,
                    SESSIONS.c.seen <= now - SEEN_EVERY,
                )
                .values(seen=now, expires=still)
            )  # fmt: skip
    return Actor(row.login, row.name, row.role, row.place_kind, row.place)


def _end(store: Store, digest: str, *, now: datetime) -> None:
    with store.writing() as write:
        write.changed = False
        going = sa.select(SESSIONS.c.login).where(
            SESSIONS.c.token_sha256 == digest, SESSIONS.c.expires > now
        )
        login = write.connection.execute(going).scalar_one_or_none()
        if login is not None:
            end_sessions(write.connection, SESSIONS.c.token_sha256 == digest)
            record(write.connection, at=now, login=login, action="sign_out")
