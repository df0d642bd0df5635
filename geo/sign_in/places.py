"""The places that roles answer for: units, townships, venues, found by code or name."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

import sqlalchemy as sa
from rapidfuzz import fuzz, process

from geo.errors import ArgumentError
from geo.policy import ROLES
from geo.schema import TABLES
from geo.tables import SQL_TABLES

ACCOUNT_ROLES = ROLES[1:]
# Which places a role answers for; the city and admins answer for all.
ROLE_PLACES = {"reporter": ("township", "venue"), "steward": ("unit",), "city": (), "admin": ()}
PLACE_TABLES = {"unit": "reporting_units", "township": "townships", "venue": "venues"}

LISTED_PLACES = 12  # in a sentence: all of them up to so many, else the most alike
ALIKE_PLACES = 5


class Place(NamedTuple):
    """A place an account answers for: a unit, a township or a venue, by its id; or none."""

    kind: str = ""
    key: str = ""


NOWHERE = Place()


def places_of_kind(connection: sa.Connection, kind: str) -> dict[str, str]:
    """Return id -> name of all places of a kind."""
    table = TABLES[PLACE_TABLES[kind]]
    sql = SQL_TABLES[table.name]
    query = sa.select(sql.c[table.key[0]], sql.c.name).order_by(sql.c[table.key[0]])
    return {str(key): str(name) for key, name in connection.execute(query)}


def checked_place(connection: sa.Connection, role: str, wanted: Place) -> Place:
    """
    Return the place that `role` shall have, as it is stored; its code, id or name is given.

    Raises
    ------
    ArgumentError
        If there is no such role, the role has other kinds of places, or there is no such
        place or more than one; the sentence lists what there is.
    """
    if role not in ACCOUNT_ROLES:
        raise ArgumentError("role_unknown", role=role, roles="、".join(ACCOUNT_ROLES))
    kinds = ROLE_PLACES[role]
    if wanted.kind not in (kinds or ("",)):
        if not kinds:
            raise ArgumentError("place_not_needed", role=role)
        raise ArgumentError("place_needed", role=role, kinds=" / ".join(kinds))
    if not kinds:
        return NOWHERE
    places = places_of_kind(connection, wanted.kind)
    text = unicodedata.normalize("NFKC", wanted.key).strip()
    if text in places:
        return Place(wanted.kind, text)
    found = [key for key, name in places.items() if name == text]
    if len(found) == 1:
        return Place(wanted.kind, found[0])
    code = "place_ambiguous" if found else "place_unknown"
    near = found or _alike(text, places)
    label = TABLES[PLACE_TABLES[wanted.kind]].zh
    choices = "，".join(f"{key} {places[key]}" for key in near) or "—"
    raise ArgumentError(code, place=text, kind=label, choices=choices)


def _alike(text: str, places: dict[str, str]) -> list[str]:
    """Return all places when they are few, else those most like `text`."""
    if len(places) <= LISTED_PLACES:
        return list(places)
    named = {key: f"{key} {name}" for key, name in places.items()}
    found = process.extract(text, named, scorer=fuzz.partial_ratio, limit=ALIKE_PLACES)
    return [key for _, _, key in found]
