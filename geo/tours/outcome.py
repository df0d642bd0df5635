"""The answer to a teacher's request, in facts: what page, command and documents show alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from geo.itinerary.changes import Change
from geo.itinerary.repairs import Reason
from geo.itinerary.retiming import Break
from geo.tours.request import Request


class Place(NamedTuple):
    """
    A place of the tour.

    `venue_id` is "" for start and end; `lon`, `lat` degrees WGS 84, `precision` a value of
    `schema.PRECISIONS`.
    """

    name: str
    lon: float
    lat: float
    precision: str
    venue_id: str = ""


@dataclass(frozen=True)
class StopFacts:
    """
    One stop of a tour; minutes since midnight.

    Parameters
    ----------
    place
        Where it is.
    arrives, begins, ends, leaves
        When the group arrives, the visit begins and ends, and the group goes on.
    lunch
        When lunch is eaten there; None if it is not.
    groups
        In how many groups, one after the other, the class sees it.
    ask_by
        Its hours are unknown: the day by which to ask by telephone; else None.
    book_by
        The day by which to book; None if nothing is known to be booked.
    fee_yuan
        What each pupil pays; None unknown.
    venue
        The row of the register, by column; what is unknown is None.
    """

    place: Place
    arrives: int
    begins: int
    ends: int
    leaves: int
    lunch: tuple[int, int] | None = None
    groups: int = 1
    ask_by: date | None = None
    book_by: date | None = None
    fee_yuan: float | None = None
    venue: Mapping[str, Any] = field(default_factory=dict)


class Leg(NamedTuple):
    """The way from a place to the next: minutes with `margin_min` for positions not exact."""

    origin: Place
    destination: Place
    minutes: int
    metres: float
    margin_min: int


@dataclass(frozen=True)
class LeftOutFacts:
    """
    A stop that was left out: why, and the changes that would each bring it in.

    `stay_min` is how long each group would stay; a `shorter_stay` is minutes of each group.
    """

    place: Place
    reason: Reason
    changes: tuple[Change, ...]
    stay_min: int = 0


@dataclass(frozen=True)
class TourFacts:
    """
    One tour that works.

    Parameters
    ----------
    stops, legs
        k stops in order, and the k + 1 ways between start, stops and end.
    departs, returns
        Minutes since midnight.
    lunch_at_start, lunch_at_end
        When lunch is eaten before setting out or after coming back; else None.
    value, bound, proven
        As in `itinerary.day.Tour`.
    travel_min, walk_m
        In all.
    """

    stops: tuple[StopFacts, ...]
    legs: tuple[Leg, ...]
    departs: int
    returns: int
    lunch_at_start: tuple[int, int] | None
    lunch_at_end: tuple[int, int] | None
    value: int
    bound: int
    proven: bool
    travel_min: int
    walk_m: int


class Fault(NamedTuple):
    """Where an order set by hand breaks: how, at which place, and why that has no opening."""

    found: Break
    place: Place | None
    reason: Reason | None


@dataclass(frozen=True)
class Outcome:
    """
    The answer to a request.

    Parameters
    ----------
    request
        What was asked.
    tour
        The best tour; None if none has all must-sees: then `changes` would make one possible.
    others
        Clearly different tours, the best first.
    rain
        The tour with only indoor venues, where that differs; else None.
    left_out
        Every candidate that `tour` lacks.
    changes
        What would make a tour of all must-sees possible, where there is none.
    change_days, change_places
        The days that the amounts of `other_day` changes stand for, and the places of `drop`.
    parallel
        For a stop's venue_id, other venues of the same subject that could stand in, nearest first.
    unrecorded_years
        The years of `change_days` whose holidays are not recorded.
    notices
        (key, facts) of sentences to be shown with it: travel times, demonstration rows, a
        calendar that does not know the day.
    revision
        Of the register's data.
    demo_rows
        How many demonstration rows the tour uses.
    """

    request: Request
    tour: TourFacts | None
    others: tuple[TourFacts, ...] = ()
    rain: TourFacts | None = None
    left_out: tuple[LeftOutFacts, ...] = ()
    changes: tuple[Change, ...] = ()
    change_days: tuple[date, ...] = ()
    change_places: tuple[Place, ...] = ()
    parallel: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    unrecorded_years: frozenset[int] = frozenset()
    notices: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    revision: int = 0
    demo_rows: int = 0
