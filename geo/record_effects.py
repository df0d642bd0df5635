"""What the history of the register did to the figures: which rows were written, and what for.

A figure changes because time passes (`trend`) or because somebody wrote down what was not
known before. This is the second: the net change of each row since a report was made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from geo.keys import require_columns
from geo.schema import TABLES
from geo.standing import FACILITY_KINDS

# What a change of a row may do; the first that applies counts. "text" changes no figure.
EFFECTS = ("lists", "units", "stations", "promoters", "positions", "demand", "capacity", "text")

_FIELDS: dict[str, tuple[tuple[str, frozenset[str]], ...]] = {
    "townships": (
        ("lists", frozenset({"township_code", "county_code", "from_date", "to_date"})),
        ("demand", frozenset({"seat_lon", "seat_lat"})),
    ),
    "villages": (
        ("lists", frozenset({"village_code", "township_code", "from_date", "to_date"})),
    ),
    "successions": (("lists", frozenset(TABLES["successions"].names) - {"note"}),),
    "reporting_units": (("units", frozenset({"unit_id", "kind", "county_code"})),),
    "unit_townships": (
        ("units", frozenset({"township_code", "unit_id", "from_date", "to_date"})),
    ),
    "venues": (
        ("stations", frozenset({
            "venue_id", "kind", "status", "mobile", "opened_on", "closed_on", "verified_on",
            "township_code", "demo",
        })),
        ("positions", frozenset({"lon", "lat"})),
        ("capacity", frozenset({"capacity_persons"})),
    ),
    "village_points": (("demand", frozenset({"village_code", "lon", "lat"})),),
    "populations": (("demand", frozenset({"place_code", "year", "basis", "persons"})),),
    "promoters": (("promoters", frozenset({"promoter_id", "from_date", "to_date", "demo"})),),
    "promoter_villages": (("promoters", frozenset({"promoter_id", "village_code"})),),
}  # fmt: skip
PERSONAL = ("promoters", "promoter_villages")

Fields = Mapping[str, Any]


def record_effects(entries: pd.DataFrame, *, kinds: Mapping[str, str]) -> pd.DataFrame:
    """
    Return the net change of each row that the entries touch, and which figures it may change.

    Parameters
    ----------
    entries
        Row-changes of the history, in any order: `history_id`, `table`, `row_key`, `before`
        (the changed fields as a mapping; None for a new row), `after` (None for a removed
        row) and `erased` (bool).
    kinds
        The kind of each venue by the text of its key, as it is stored now: an entry holds
        only what changed. A venue that is in neither counts as a station.

    Returns
    -------
    effects
        One row per row of the register, in the order of tables and keys: `table`, `row_key`,
        `change` ("added", "removed", "changed", "undone": nothing is left of it, "erased":
        the history no longer says), `effect` (one of `EFFECTS`), `fields` (what changed, with
        semicolons), `entries` (how many).

    Raises
    ------
    MissingColumnError
        If `entries` lacks a column.
    """
    require_columns(entries, "history_id", "table", "row_key", "before", "after", "erased")
    order = list(TABLES)
    known = entries[entries["table"].isin(order)].sort_values("history_id")
    rows = []
    for key, group in known.groupby(["table", "row_key"], sort=False):
        table, row_key = (str(part) for part in key)
        net = _net(list(zip(group["before"], group["after"], strict=True)))
        change, fields = net.change, net.fields
        if group["erased"].any():
            change, fields = "erased", set(TABLES[table].names)
        seen = {side["kind"] for side in (net.first, net.last) if side.get("kind") is not None}
        counts = table != "venues" or seen or {kinds.get(row_key, "station")}
        effect = "text"
        if change != "undone" and (counts is True or counts & set(FACILITY_KINDS)):
            effect = _effect(table, fields)
        said = ";".join(name for name in TABLES[table].names if name in fields)
        rows.append((table, row_key, change, effect, said, len(group)))
    names = ["table", "row_key", "change", "effect", "fields", "entries"]
    found = pd.DataFrame(rows, columns=names)
    rank = found["table"].map(order.index)
    return found.assign(rank=rank).sort_values(["rank", "row_key"])[names].reset_index(drop=True)


def public_effects(effects: pd.DataFrame) -> pd.DataFrame:
    """
    Return the effects without the keys of people: what changes of them are counted, not named.

    Returns
    -------
    counts
        `table`, `row_key` (missing for people), `change`, `effect`, `rows`.
    """
    keys = effects["row_key"].mask(effects["table"].isin(PERSONAL))
    groups = effects.assign(row_key=keys).groupby(
        ["table", "row_key", "change", "effect"], sort=False, dropna=False
    )
    return groups.size().rename("rows").reset_index()


class _Net(NamedTuple):
    """What several changes of one row come to: which fields differ, first and last values."""

    change: str
    fields: set[str]
    first: Fields
    last: Fields


def _net(changes: list[tuple[Fields | None, Fields | None]]) -> _Net:
    first: dict[str, Any] = {}
    last: dict[str, Any] = {}
    for before, after in changes:
        for name, value in (before or {}).items():
            first.setdefault(name, value)
        last |= after or {}
    begins, ends = changes[0][0] is not None, changes[-1][1] is not None
    if begins and ends:
        # Of a row that was removed and made again between, both sides are whole.
        fields = {name for name in {*first, *last} if first.get(name) != last.get(name)}
        return _Net("changed" if fields else "undone", fields, first, last)
    if not begins and not ends:
        return _Net("undone", set(), first, last)
    values = last if ends else first
    fields = {name for name, value in values.items() if value is not None}
    return _Net("added" if ends else "removed", fields, first if begins else {}, last)


def _effect(table: str, fields: set[str]) -> str:
    """Return the first effect of which a field changed."""
    found = (effect for effect, names in _FIELDS.get(table, ()) if fields & names)
    return next(found, "text")
