"""Change over time: what changed between two days, and because of which records.

Coverage on a day is a set of pairs: a record (a station, a promoter) stands for a place (a
township, a village). Two days differ by the pairs that came and went, and by the places that
the list gained and lost; each has one reason. Applied to the first day they give the second.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.keys import days, positions, require_columns, taken, yes
from geo.periods import require_order
from geo.standing import serving, standing
from geo.succession import KEYS, in_force, places

Integers = NDArray[np.int64]

EVENTS = ("opened", "closed", "began", "ended", "list")


class Changes(NamedTuple):
    """
    What changed between two days.

    Parameters
    ----------
    places
        One row per place in force on either day of which anything changed, by code: `code`,
        `name`, `change` ("gained" or "lost" coverage, else ""), `listed` ("new" or "gone"
        from the list, else ""), `before` and `after` (how many records stood for it; 0 where
        it was not in force).
    events
        One row per record that came to or left a place, by code, event and record: `code`,
        `name`, `event` (one of `EVENTS`), `record_id`, `on` (the day it happened; missing
        where the lists do not say), `effect` (+1 or -1), `demo`. "list" is a change of the
        list: the record went on, the place that stands for its registered code changed.
    """

    places: pd.DataFrame
    events: pd.DataFrame


def station_changes(
    townships: pd.DataFrame,
    venues: pd.DataFrame,
    successions: pd.DataFrame | None = None,
    *,
    since: date,
    until: date,
) -> Changes:
    """
    Say which townships gained or lost stations between two days, and by which stations.

    The events are "opened" (it counts from that day on), "closed" and "list".

    Parameters
    ----------
    townships, venues, successions
        The tables of those names, as they are known today: the dates in them decide.
    since, until
        The two days compared. What happened on `since` itself is before, on `until` within.

    Raises
    ------
    ArgumentError
        If `since` is after `until`.
    MissingColumnError
        If a table lacks a column that is needed.
    """
    require_columns(venues, "venue_id", "township_code", "demo")

    def counted(day: date) -> NDArray[np.bool_]:
        return standing(venues, as_of=day).eq("counts").to_numpy(dtype=bool)

    start = venues["opened_on"].fillna(venues["verified_on"])
    register = _Register(
        listed=townships, level="township", successions=successions, ids=venues["venue_id"],
        demo=yes(venues["demo"]), starts=start, ends=venues["closed_on"],
        record=np.arange(len(venues)), codes=venues["township_code"], counted=counted,
        came="opened", went="closed",
    )  # fmt: skip
    return _changes(register, since, until)


def promoter_changes(
    villages: pd.DataFrame,
    promoters: pd.DataFrame,
    promoter_villages: pd.DataFrame,
    successions: pd.DataFrame | None = None,
    *,
    since: date,
    until: date,
) -> Changes:
    """
    Say which villages gained or lost promoters between two days, and by which promoters.

    The events are "began", "ended" and "list". `record_id` and `on` are of a person:
    `public_events` is what may be shown.

    Parameters
    ----------
    villages, promoters, promoter_villages, successions
        The tables of those names, as they are known today: the dates in them decide.
    since, until
        As for `station_changes`.

    Raises
    ------
    ArgumentError
        If `since` is after `until`.
    MissingColumnError
        If a table lacks a column that is needed.
    """
    require_columns(promoters, "promoter_id", "demo", "from_date", "to_date")
    require_columns(promoter_villages, "promoter_id", "village_code")
    who = positions(promoter_villages["promoter_id"], promoters["promoter_id"])
    known = who >= 0

    def counted(day: date) -> NDArray[np.bool_]:
        return serving(promoters, as_of=day).to_numpy(dtype=bool)

    register = _Register(
        listed=villages, level="village", successions=successions,
        ids=promoters["promoter_id"], demo=yes(promoters["demo"]),
        starts=promoters["from_date"], ends=promoters["to_date"], record=who[known],
        codes=promoter_villages["village_code"][known], counted=counted, came="began",
        went="ended",
    )  # fmt: skip
    return _changes(register, since, until)


def public_events(events: pd.DataFrame) -> pd.DataFrame:
    """
    Return how many records made each change, without saying which or when.

    Returns
    -------
    counts
        One row per place and event: `code`, `name`, `event`, `records` (those that came less
        those that went) and `demo_records` (demonstration rows among those events).
    """
    counted = events.assign(demo_records=events["demo"].astype("int64"))
    sums = counted.groupby(["code", "name", "event"], sort=False, dropna=False)
    found = sums.agg(records=("effect", "sum"), demo_records=("demo_records", "sum"))
    return found.reset_index()


# --- the same for stations and promoters ----------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Register:
    """Records with their dates, and the codes to which they are registered."""

    listed: pd.DataFrame
    level: str
    successions: pd.DataFrame | None
    ids: pd.Series
    demo: NDArray[np.bool_]
    starts: pd.Series
    ends: pd.Series
    record: Integers  # of each registration, the position of its record
    codes: pd.Series  # of each registration
    counted: Callable[[date], NDArray[np.bool_]]
    came: str
    went: str


@dataclass(frozen=True, eq=False)
class _Day:
    """Who counts on a day, the codes in force, and the pairs as record x places + place."""

    counted: NDArray[np.bool_]
    in_force: Integers  # positions in the list
    pairs: Integers


def _changes(register: _Register, since: date, until: date) -> Changes:
    require_order(since, until)
    key = KEYS[register.level]
    require_columns(register.listed, key, "name")
    before, after = _day(register, since), _day(register, until)
    events = pd.concat(
        [
            _events(register, before, after, since, until, effect=effect)
            for effect in (1, -1)
        ],
        ignore_index=True,
    )  # fmt: skip
    order = ["code", "event", "effect", "record_id"]
    events = events.sort_values(order, kind="stable", ignore_index=True)
    return Changes(_places(register, before, after), events)


def _day(register: _Register, day: date) -> _Day:
    key, listed = KEYS[register.level], register.listed
    held = in_force(listed, as_of=day)
    # Positions in the whole list: the same number for the same place on both days.
    at = positions(held[key], listed[key])
    counted = register.counted(day)
    place = places(register.codes, listed, register.successions, level=register.level, as_of=day)
    stands = counted[register.record] & (place >= 0)
    pairs = register.record[stands] * len(listed) + at[place[stands]]
    return _Day(counted, at, np.unique(pairs))


def _events(
    register: _Register, before: _Day, after: _Day, since: date, until: date, *, effect: int
) -> pd.DataFrame:
    """Return the pairs that came (effect 1) or went (-1), each with its reason and day."""
    one, other = (after, before) if effect == 1 else (before, after)
    pairs = np.setdiff1d(one.pairs, other.pairs, assume_unique=True)
    record, place = np.divmod(pairs, max(len(register.listed), 1))
    went_on = other.counted[record]
    event = np.where(went_on, "list", register.came if effect == 1 else register.went)
    own = days(register.starts if effect == 1 else register.ends)[record]
    on = np.where(went_on, _list_days(register, since, until, effect=effect)[place], own)
    return pd.DataFrame(
        {
            "code": taken(register.listed[KEYS[register.level]], place, pd.RangeIndex(len(place))),
            "name": taken(register.listed["name"], place, pd.RangeIndex(len(place))),
            "event": pd.Series(event, dtype="str"),
            "record_id": taken(register.ids, record, pd.RangeIndex(len(record))),
            "on": pd.Series(on, dtype="datetime64[s]"),
            "effect": np.full(len(place), effect),
            "demo": register.demo[record],
        }
    )


def _list_days(
    register: _Register, since: date, until: date, *, effect: int
) -> NDArray[np.datetime64]:
    """Return for each place of the list on which day it last began (1) or ended (-1) between."""
    listed, key = register.listed, KEYS[register.level]
    column = "from_date" if effect == 1 else "to_date"
    found = np.full(len(listed), np.datetime64("NaT"), dtype="datetime64[s]")
    dated = [(np.arange(len(listed)), listed[column])] if column in listed else []
    if register.successions is not None and len(register.successions):
        own = register.successions[register.successions["level"].eq(register.level)]
        end = own["new_code" if effect == 1 else "old_code"]
        dated.append((positions(end, listed[key]), own["on_date"]))
    for at, column_days in dated:
        on = days(column_days)
        kept = (at >= 0) & (on > np.datetime64(since, "s")) & (on <= np.datetime64(until, "s"))
        # `fmax` takes a known day rather than a missing one.
        np.fmax.at(found, at[kept], on[kept])
    return found


def _places(register: _Register, before: _Day, after: _Day) -> pd.DataFrame:
    listed = register.listed
    size = max(len(listed), 1)
    counts = [np.bincount(day.pairs % size, minlength=len(listed)) for day in (before, after)]
    held = [np.isin(np.arange(len(listed)), day.in_force) for day in (before, after)]
    covered = [count > 0 for count in counts]
    change = np.select([covered[1] & ~covered[0], covered[0] & ~covered[1]], ["gained", "lost"], "")
    status = np.select([held[1] & ~held[0], held[0] & ~held[1]], ["new", "gone"], "")
    met = np.concatenate(
        [
            np.setdiff1d(before.pairs, after.pairs, assume_unique=True),
            np.setdiff1d(after.pairs, before.pairs, assume_unique=True),
        ]
    )
    touched = np.flatnonzero((status != "") | np.isin(np.arange(len(listed)), met % size))
    key = KEYS[register.level]
    index = pd.RangeIndex(len(touched))
    found = pd.DataFrame(
        {
            "code": taken(listed[key], touched, index),
            "name": taken(listed["name"], touched, index),
            "change": pd.Series(change[touched], dtype="str"),
            "listed": pd.Series(status[touched], dtype="str"),
            "before": counts[0][touched],
            "after": counts[1][touched],
        }
    )
    return found.sort_values("code", kind="stable", ignore_index=True)
