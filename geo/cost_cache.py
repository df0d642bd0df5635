"""What routing engines have answered, kept in the store for a while; losing it loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

import numpy as np
import sqlalchemy as sa

from geo.errors import GeoError
from geo.journal_tables import LEGS
from geo.routing.answers import LEG, Legs, Place
from geo.store import Store
from geo.tables import utc_now

MAX_BYTES = 256 * 2**20  # of legs; beyond, the oldest go until a fifth is free
_AT_ONCE = 500  # values in one statement

# What a database or a damaged row may raise; none of it may reach an answer.
_FAILURES = (GeoError, sa.exc.SQLAlchemyError, ValueError, OSError)


class CostCache:
    """
    The legs that engines found, by engine, origin and destination.

    It is beside the register: no history, no new revision, no part of a backup. What goes
    wrong with it is left out in silence: the engine is asked again.

    Parameters
    ----------
    store
        Whose database keeps them.
    days
        After how many days a leg is asked for again; 0: nothing is kept.
    now
        The time, UTC without a zone.
    """

    def __init__(self, store: Store, *, days: int, now: Callable[[], datetime] = utc_now) -> None:
        self._store, self._days, self._now = store, days, now

    def get(self, service: str, origins: Iterable[Place]) -> dict[Place, Legs]:
        """Return the known legs from each of the origins that has some; see `routing.answers`."""
        if not self._days:
            return {}
        try:
            with self._store.reading() as connection:
                return self._read(connection, service, origins)
        except _FAILURES:
            return {}

    def put(self, service: str, legs: Mapping[Place, Legs]) -> None:
        """Keep legs beside those known from the same origins, and let old ones go."""
        if not self._days or not legs:
            return
        try:
            with self._store.writing() as write:
                write.changed = False  # the register is as it was
                self._write(write.connection, service, legs)
                self._prune(write.connection)
        except _FAILURES:
            return

    def clear(self) -> int:
        """Forget everything; return the number of origins forgotten."""
        with self._store.writing() as write:
            write.changed = False
            return write.connection.execute(sa.delete(LEGS)).rowcount

    def _oldest(self) -> datetime:
        return self._now() - timedelta(days=self._days)

    def _read(
        self, connection: sa.Connection, service: str, origins: Iterable[Place]
    ) -> dict[Place, Legs]:
        wanted = set(origins)
        lons = sorted({lon for lon, _ in wanted})
        found = {}
        for at in range(0, len(lons), _AT_ONCE):
            query = sa.select(LEGS.c.lon, LEGS.c.lat, LEGS.c.legs).where(
                LEGS.c.service == service,
                LEGS.c.lon.in_(lons[at : at + _AT_ONCE]),
                LEGS.c.asked_at > self._oldest(),
            )
            for lon, lat, data in connection.execute(query):
                legs = _legs(data) if (lon, lat) in wanted else None
                if legs is not None:
                    found[lon, lat] = legs
        return found

    def _write(self, connection: sa.Connection, service: str, legs: Mapping[Place, Legs]) -> None:
        connection.execute(sa.delete(LEGS).where(LEGS.c.asked_at <= self._oldest()))
        before = self._read(connection, service, legs)
        # A row is as old as its oldest leg, lest a leg live for ever among new ones.
        query = sa.select(LEGS.c.lon, LEGS.c.lat, LEGS.c.asked_at).where(LEGS.c.service == service)
        ages = {(lon, lat): at for lon, lat, at in connection.execute(query)}
        self._forget(connection, [(service, *place) for place in legs])
        rows = [
            {
                "service": service, "lon": place[0], "lat": place[1],
                "asked_at": ages.get(place, self._now()) if place in before else self._now(),
                "legs": _joined(before.get(place), new).tobytes(),
            }
            for place, new in legs.items()
        ]  # fmt: skip
        connection.execute(sa.insert(LEGS), rows)

    def _prune(self, connection: sa.Connection) -> None:
        size = sa.func.length(LEGS.c.legs)
        total = connection.execute(sa.select(sa.func.sum(size))).scalar() or 0
        if total <= MAX_BYTES:
            return
        query = sa.select(LEGS.c.service, LEGS.c.lon, LEGS.c.lat, size).order_by(LEGS.c.asked_at)
        gone = []
        for service, lon, lat, length in connection.execute(query).all():
            if total <= MAX_BYTES * 4 // 5:
                break
            gone.append((service, lon, lat))
            total -= length
        self._forget(connection, gone)

    @staticmethod
    def _forget(connection: sa.Connection, keys: list[tuple[str, int, int]]) -> None:
        if keys:
            delete = sa.delete(LEGS).where(
                LEGS.c.service == sa.bindparam("of"), LEGS.c.lon == sa.bindparam("x"),
                LEGS.c.lat == sa.bindparam("y"),
            )  # fmt: skip
            connection.execute(delete, [{"of": of, "x": x, "y": y} for of, x, y in keys])


def _legs(data: bytes) -> Legs | None:
    """Return stored legs, or None for bytes that cannot be some."""
    if len(data) % LEG.itemsize:
        return None
    legs = np.frombuffer(data, dtype=LEG)
    values = np.stack([legs[name] for name in ("metres", "seconds", "access_m")])
    return None if (values < 0).any() or np.isinf(values).any() else legs


def _joined(before: Legs | None, new: Legs) -> Legs:
    """Return the legs of both; where both go to one place, the new one."""
    if before is None:
        return new
    both = np.concatenate([new, before])
    _, first = np.unique(both[["lon", "lat"]], return_index=True)
    return both[first]
