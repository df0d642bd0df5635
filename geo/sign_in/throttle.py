"""The throttle on sign-ins: after some failures each further one makes the next wait longer."""

from __future__ import annotations

import hashlib
import ipaddress
import math
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from geo.errors import AccessError
from geo.journal_tables import ATTEMPTS
from geo.rows import add_numbered

# How many failures in a day are free. Many people of an office share one address.
FREE = {"login": 5, "address": 30}
FIRST_WAIT = timedelta(seconds=30)  # doubled with every further failure …
LONGEST_WAIT = timedelta(minutes=15)  # … up to this
KEPT = timedelta(days=1)


def take_turn(connection: sa.Connection, *, login: str, address: str, now: datetime) -> list[int]:
    """
    Note one attempt to sign in as failed, before the password is looked at.

    So that many attempts at once, in any number of processes, do not all find the way free:
    the caller's write transaction lets them come one after the other. `forget` takes the
    attempt back when it turns out right.

    Returns
    -------
    turn
        The numbers of the two rows written, for `forget`.

    Raises
    ------
    AccessError
        If the login or the address has to wait (code ``sign_in_throttled``); nothing is noted.
    """
    connection.execute(sa.delete(ATTEMPTS).where(ATTEMPTS.c.at <= now - KEPT))
    keys = {"login": _key("login", login), "address": _key("address", _network(address))}
    until = max(_free_from(connection, key, FREE[kind], now) for kind, key in keys.items())
    if until > now:
        minutes = math.ceil((until - now) / timedelta(minutes=1))
        raise AccessError("sign_in_throttled", minutes=minutes)
    return [add_numbered(connection, ATTEMPTS, {"who": key, "at": now}) for key in keys.values()]


def forget(connection: sa.Connection, login: str, turn: Sequence[int] = ()) -> None:
    """Forget the failures of `login`, and the rows of one turn; an address keeps its others."""
    connection.execute(sa.delete(ATTEMPTS).where(ATTEMPTS.c.who == _key("login", login)))
    if turn:
        connection.execute(sa.delete(ATTEMPTS).where(ATTEMPTS.c.attempt_id.in_(list(turn))))


def _free_from(connection: sa.Connection, key: str, free: int, now: datetime) -> datetime:
    query = sa.select(sa.func.count(), sa.func.max(ATTEMPTS.c.at)).where(ATTEMPTS.c.who == key)
    count, last = connection.execute(query).one()
    if count < free:
        return now
    wait = min(FIRST_WAIT * 2 ** min(count - free, 20), LONGEST_WAIT)
    found: datetime = last + wait
    return found


def _key(kind: str, value: str) -> str:
    # Hashed: people type their password into the wrong box.
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()


def _network(address: str) -> str:
    """Return the address, of IPv6 the /64 network, all of which one subscriber has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped or ipaddress.ip_network((int(found) >> 64 << 64, 64)))
    return str(found)
