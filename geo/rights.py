"""Who may see and change which rows: each role the rows of its own place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pandas as pd

from geo.edits import Edit, Row
from geo.policy import SYSTEM_LOGIN, at_least
from geo.succession import resolve, valid_rows
from geo.units import unit_of_township

# What `places_of` reads.
PLACE_COLUMNS = {
    "townships": ("township_code", "county_code", "from_date", "to_date"),
    "villages": ("village_code", "township_code"),
    "reporting_units": ("unit_id", "name", "kind", "county_code"),
    "unit_townships": ("township_code", "unit_id", "from_date", "to_date"),
    "venues": ("venue_id", "township_code", "county_code"),
    "promoters": ("promoter_id", "township_code"),
    "promoter_villages": ("promoter_id", "village_code"),
    "routes": ("route_id",),
    "route_stops": ("route_id", "venue_id"),
    "successions": ("level", "old_code", "new_code", "on_date", "kind"),
}
PLACE_TABLES = tuple(PLACE_COLUMNS)
# Tables whose rows lie in a place; all others are the city's.
LOCAL_TABLES = (
    "venues", "promoters", "promoter_villages", "routes", "route_stops",
    "hosts", "village_points", "populations",
)  # fmt: skip
# Of these a township's or venue's own reporter changes nothing.
STEWARD_TABLES = ("routes", "route_stops", "hosts", "village_points", "populations")
# Rows of these are about people: seen in their own place only.
PEOPLE_TABLES = ("promoters", "promoter_villages")


@dataclass(frozen=True)
class Actor:
    """
    Who acts: an account, its role, and the place it answers for.

    `place_kind` is "unit" (a reporting unit's id; stewards), "township" (a code) or "venue"
    (an id; reporters), and empty for the city and for admins.
    """

    login: str
    name: str
    role: str
    place_kind: str = ""
    place: str = ""

    def is_at_least(self, role: str) -> bool:
        """Say whether the actor has `role` or one above it."""
        return at_least(self.role, role)


PUBLIC = Actor("", "", "public")
SYSTEM = Actor(SYSTEM_LOGIN, "命令行", "admin")


@dataclass(frozen=True)
class Places:
    """Where rows belong, on one day."""

    unit_of_township: Mapping[str, str]
    unit_of_county: Mapping[str, str]
    township_of_village: Mapping[str, str]
    venues: Mapping[str, tuple[str | None, str | None]]  # id -> (township, county)
    # id -> (township registered to, townships of the villages served), of everyone there is
    promoters: Mapping[str, tuple[str | None, frozenset[str]]]
    routes: Mapping[str, frozenset[str]]  # id -> venues of its stops; of every route there is
    # a township that is not in the list of the day -> the one that stands for it
    current: Mapping[str, str] = field(default_factory=dict)


def places_of(tables: Mapping[str, pd.DataFrame], *, as_of: date) -> Places:
    """
    Return where the rows of `tables` (those of `PLACE_TABLES`) belong on `as_of`.

    A promoter belongs to the township that registers it, else to those of the villages served.
    """
    units = unit_of_township(
        tables["townships"], tables["reporting_units"], tables["unit_townships"], as_of=as_of,
        successions=tables["successions"],
    )  # fmt: skip
    own = tables["reporting_units"][tables["reporting_units"]["kind"] == "county"]
    village = dict(zip(tables["villages"]["village_code"], tables["villages"]["township_code"],
                       strict=True))  # fmt: skip
    venues, people = tables["venues"], tables["promoters"]
    served: dict[str, set[str]] = {person: set() for person in people["promoter_id"]}
    links = tables["promoter_villages"]
    for person, code in zip(links["promoter_id"], links["village_code"], strict=True):
        if code in village:
            served.setdefault(person, set()).add(village[code])
    registered = dict(zip(people["promoter_id"], people["township_code"], strict=True))
    routes: dict[str, set[str]] = {route: set() for route in tables["routes"]["route_id"]}
    stops = tables["route_stops"]
    for route, venue in zip(stops["route_id"], stops["venue_id"], strict=True):
        if pd.notna(venue):
            routes.setdefault(route, set()).add(venue)
    return Places(
        dict(zip(units["township_code"], units["unit_id"], strict=True)),
        dict(zip(own["county_code"], own["unit_id"], strict=True)),
        village,
        {
            key: (_known(township), _known(county))
            for key, township, county in zip(
                venues["venue_id"], venues["township_code"], venues["county_code"], strict=True
            )
        },
        {key: (_known(registered.get(key)), frozenset(found)) for key, found in served.items()},
        {key: frozenset(found) for key, found in routes.items()},
        _current(tables["townships"], tables["successions"], as_of),
    )


def _current(townships: pd.DataFrame, successions: pd.DataFrame, as_of: date) -> dict[str, str]:
    """Return what stands for the townships that are not in the list of the day, where one does."""
    gone = townships.loc[~valid_rows(townships, as_of=as_of), "township_code"]
    stands = resolve(gone, townships, successions, level="township", as_of=as_of)
    return {old: new for old, new in zip(gone, stands, strict=True) if pd.notna(new)}


def _known(code: Any) -> str | None:
    return None if pd.isna(code) else str(code)


def with_edits(places: Places, edits: Sequence[Edit]) -> Places:
    """
    Return `places` with the new rows of `edits` in it, so that they can stand together.

    Only venues, promoters and routes that are not there yet get their place from `edits`:
    nobody moves one that is there by adding a row that refers to it.
    """
    village = places.township_of_village
    venues: dict[str, tuple[str | None, str | None]] = {}
    registered: dict[str, str | None] = {}
    served: defaultdict[str, set[str]] = defaultdict(set)
    visited: defaultdict[str, set[str]] = defaultdict(set)
    for edit in edits:
        row = edit.after
        if row is None:
            continue
        if edit.table == "venues":
            venues[row["venue_id"]] = (row["township_code"], row["county_code"])
        elif edit.table == "promoters":
            registered[row["promoter_id"]] = row["township_code"]
        elif edit.table == "promoter_villages" and row["village_code"] in village:
            served[row["promoter_id"]].add(village[row["village_code"]])
        elif edit.table == "route_stops" and row["venue_id"]:
            visited[row["route_id"]].add(row["venue_id"])
    people = {key: (registered.get(key), frozenset(served[key])) for key in {*registered, *served}}
    routes = {key: frozenset(found) for key, found in visited.items()}
    return replace(
        places,
        venues={**venues, **places.venues},
        promoters={**people, **places.promoters},
        routes={**routes, **places.routes},
    )


def covers(actor: Actor, table: str, row: Row, places: Places) -> bool:
    """
    Say whether `row` of `table` lies in the place that `actor` answers for.

    The city and admins answer for everything, the public for nothing. A venue without a
    township lies in its county; one without either is the city's. A route lies where all
    its venues lie; one without any is the city's, until it has stops. A candidate host lies in
    its township, a village's position and a population where the village or township lies;
    these and routes are a steward's, not a reporter's.
    """
    if actor.is_at_least("city"):
        return True
    if not actor.is_at_least("reporter") or table not in LOCAL_TABLES:
        return False
    if table in STEWARD_TABLES and actor.role != "steward":
        return False
    if table == "venues":
        return _covers_venue(actor, row["venue_id"], row["township_code"], row["county_code"],
                             places)  # fmt: skip
    if table in {"routes", "route_stops"}:
        venues = places.routes.get(row["route_id"], frozenset())
        own = {row["venue_id"]} if row.get("venue_id") else set()
        return bool(venues) and all(
            _covers_venue(actor, venue, *places.venues.get(venue, (None, None)), places)
            for venue in venues | own
        )  # fmt: skip
    if table == "hosts":
        return _covers_township(actor, row["township_code"], places)
    if table == "populations":
        place = row["place_code"]
        return _covers_township(actor, places.township_of_village.get(place, place), places)
    if table in {"promoter_villages", "village_points"}:
        township = places.township_of_village.get(row["village_code"])
        return township is not None and _covers_township(actor, township, places)
    registered, served = places.promoters.get(row["promoter_id"], (None, frozenset()))
    registered = row.get("township_code", registered)
    townships = {registered} if registered else served
    return bool(townships) and all(_covers_township(actor, code, places) for code in townships)


def _covers_township(actor: Actor, township: str, places: Places) -> bool:
    if actor.place_kind == "unit":
        return places.unit_of_township.get(township) == actor.place
    current = places.current
    return actor.place_kind == "township" and (
        current.get(actor.place, actor.place) == current.get(township, township)
    )


def _covers_venue(
    actor: Actor, venue: str, township: str | None, county: str | None, places: Places
) -> bool:
    if actor.place_kind == "venue":
        return actor.place == venue
    if township:
        return _covers_township(actor, township, places)
    return bool(
        county and actor.place_kind == "unit" and places.unit_of_county.get(county) == actor.place
    )


def refusal(actor: Actor, edit: Edit, places: Places) -> str | None:
    """
    Return why `actor` may not hand in `edit` (a code of `errors.SENTENCES`), None if allowed.

    Both the row as it was and as it shall be must lie in the actor's place: nobody moves a row
    into another place or out of it. The staff of a venue change its row and no other, and not
    where it belongs. A village is not given to somebody else's promoter.
    """
    if not actor.is_at_least("reporter"):
        return "not_signed_in"
    if edit.table not in LOCAL_TABLES and not actor.is_at_least("city"):
        return "not_your_table"
    if actor.place_kind == "venue" and (edit.table != "venues" or edit.kind != "changed"):
        return "not_your_table"
    rows = [row for row in (edit.before, edit.after) if row is not None]
    if not all(covers(actor, edit.table, row, places) for row in rows):
        return "not_your_row"
    if actor.place_kind == "venue" and {"township_code", "county_code"} & set(edit.fields()):
        return "not_your_row"
    if edit.table == "promoter_villages" and edit.kind == "new":
        served = {"promoter_id": edit.row["promoter_id"]}
        if not covers(actor, "promoters", served, places):
            return "not_your_row"
    return None


def visible_rows(actor: Actor, table: str, frame: pd.DataFrame, places: Places) -> pd.Series[bool]:
    """
    Return which rows of `frame` (n rows) the actor may see at all.

    Rows about people are seen in their own place only; all other rows are public.
    """
    if table not in PEOPLE_TABLES or actor.is_at_least("city"):
        return pd.Series(True, index=frame.index, dtype=bool)
    return own_rows(actor, table, frame, places)


def own_rows(actor: Actor, table: str, frame: pd.DataFrame, places: Places) -> pd.Series[bool]:
    """Return which rows of `frame` (n rows) lie in the place that the actor answers for."""
    names = [name for name in _PLACE_COLUMNS.get(table, ()) if name in frame]
    if not names:
        return pd.Series(actor.is_at_least("city"), index=frame.index, dtype=bool)
    rows = frame[names].astype(object).where(frame[names].notna(), None).to_dict("records")
    found = [covers(actor, table, _row(row), places) for row in rows]
    return pd.Series(found, index=frame.index, dtype=bool)


_PLACE_COLUMNS = {
    "venues": ("venue_id", "township_code", "county_code"),
    "promoters": ("promoter_id", "township_code"),
    "promoter_villages": ("promoter_id", "village_code"),
    "routes": ("route_id",),
    "route_stops": ("route_id", "venue_id"),
    "hosts": ("township_code",),
    "village_points": ("village_code",),
    "populations": ("place_code",),
}


def _row(record: Mapping[Any, Any]) -> Row:
    return {str(name): value for name, value in record.items()}
