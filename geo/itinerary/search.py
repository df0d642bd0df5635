"""
The best tour of a day, exact: a dynamic program over sets of stops.

The value of a tour depends on which stops it has, not on their order. So the program first
finds, set by set, the earliest minute at which a set can have been visited with a given stop
last, lunch eaten or not (Held and Karp's recursion with time windows; earlier is never
worse, because a group can wait). Of the sets that can be visited with a timely return it takes
those of the greatest value, and among their orders finds the one that travels least, by A* with
the least travel to the end as its bound.

References
----------
.. [1] Held & Karp (1962), A dynamic programming approach to sequencing problems.
.. [2] Vansteenwegen, Souffriau & Van Oudheusden (2011), The orienteering problem: a survey.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.itinerary.day import NEVER, Day, Lunch, Stop, Tour
from geo.itinerary.orders import least_travel
from geo.itinerary.timetable import timetable

Times = NDArray[np.integer[Any]]

# More sets than this under way at once are too many to prove anything about in a moment.
MOST_SETS = 400_000


class TooManySets(Exception):  # noqa: N818 - not an error: another way is taken
    """The day has too many sets of stops that can be visited to look at all of them."""


class _Layer(NamedTuple):
    """All sets of so many stops that can have been visited."""

    sets: Times  # M sets as bits, rising
    done: Times  # 2 × n × M: earliest end of the last stop, lunch not eaten and eaten
    travel: Times  # n × M: the least travel to the last stop
    walk: Times  # n × M: the least way on foot to it; 0 where there is no limit


@dataclass(frozen=True, eq=False)
class Sets:
    """
    The sets of stops that a tour can have and still be back in time.

    Parameters
    ----------
    sets
        k sets, bit `i` for stop `i`.
    value
        The value of each.
    travel
        A bound: no order of the set that keeps the times travels less.
    """

    sets: Times
    value: Times
    travel: Times


def plan(
    day: Day, *, unlike: Sequence[frozenset[int]] = (), most_sets: int = MOST_SETS
) -> Tour | None:
    """
    Return the tour of the greatest value, among those the one that travels least.

    Of equal ones the one that returns first, then by the ids of its stops in their order.

    Parameters
    ----------
    day
        The question, n stops.
    unlike
        Tours that the answer must clearly differ from: at most half of its optional stops are
        in any one of them.
    most_sets
        How many sets of equally many stops may be under way at once.

    Returns
    -------
    tour
        Proven best; without stops if none fits and none is a must. None if no tour has
        all that must be seen (and differs as asked).

    Raises
    ------
    TooManySets
        If there are more sets.
    """
    found = feasible_sets(day, most_sets=most_sets)
    for other in unlike:
        found = _differing(day, found, other)
    order = np.lexsort((found.sets, found.travel, -found.value))
    at = 0
    while at < len(order):
        value = found.value[order[at]]
        group = order[at:][found.value[order[at:]] == value]
        best = least_travel(day, found.sets[group], found.travel[group])
        if best is not None:
            return timetable(day, best, value=int(value), bound=int(value))
        at += len(group)  # only their way on foot was too long
    return None


def _differing(day: Day, found: Sets, other: frozenset[int]) -> Sets:
    """Return the sets of which at most half of the optional stops are in `other`."""
    optional = sum(1 << at for at, stop in enumerate(day.stops) if not stop.must)
    shared = optional & sum(1 << at for at in other)
    kept = 2 * np.bitwise_count(found.sets & shared) <= np.bitwise_count(found.sets & optional)
    return Sets(found.sets[kept], found.value[kept], found.travel[kept])


def feasible_sets(day: Day, *, most_sets: int = MOST_SETS) -> Sets:
    """
    Return every set with all must-sees that can be visited with a timely return.

    The limit of the way on foot is kept by some order of each set, but perhaps not by one that
    is back in time.

    Raises
    ------
    TooManySets
        As `plan`.
    """
    n = len(day.stops)
    must = sum(1 << at for at, stop in enumerate(day.stops) if stop.must)
    home = _least_to_end(day.travel_min)[:n]
    fees = np.array([stop.fee for stop in day.stops], np.int64)
    parts = []
    layer = None
    for size in range(n + 1):
        if size:
            layer = _next_layer(day, layer, home, fees, most_sets)
        sets, travel = _back_in_time(day, layer)
        kept = (sets & must) == must
        parts.append((sets[kept], travel[kept]))
        if size and layer is not None and not len(layer.sets):
            break
    sets, travel = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Sets(sets, _values(day, sets), travel)


def _least_to_end(travel: Times) -> Times:
    """Return the least travel from each place to the end, by way of other places if need be."""
    least = travel[:, -1].copy()
    for _ in range(len(travel)):
        nearer = np.minimum(least, (travel + least[None, :]).min(axis=1))
        if (nearer == least).all():
            break
        least = nearer
    return np.minimum(least, NEVER)


def _next_layer(day: Day, layer: _Layer | None, home: Times, fees: Times, most_sets: int) -> _Layer:
    """Return the sets with one stop more."""
    n = len(day.stops)
    on_foot, walk_limit = _walking(day)
    limited, travel_min = walk_limit < NEVER, day.travel_min.astype(np.int32)
    grown, ends, ways, feet = [], [], [], []
    for at, stop in enumerate(day.stops):
        if layer is None:
            sets: Times = np.zeros(1, np.int64)
            arrive: Times = np.array(day.first_times(), np.int32)[:, None] + travel_min[n, at]
            way: Times = travel_min[n, at : at + 1]
            foot: Times = on_foot[n, at : at + 1]
        else:
            rows = np.flatnonzero(layer.sets & (1 << at) == 0)
            sets = layer.sets[rows]
            arrive = np.stack([_nearest(done, rows, travel_min[:n, at]) for done in layer.done])
            way = _nearest(layer.travel, rows, travel_min[:n, at])
            foot = _nearest(layer.walk, rows, on_foot[:n, at]) if limited else way * 0
        end = _ends(stop, arrive, day.lunch)
        end[end + home[at] > day.return_min] = NEVER
        grown_sets = sets | (1 << at)
        kept = (end < NEVER).any(axis=0) & (foot <= walk_limit)
        if day.budget is not None:
            kept &= _sums(fees, grown_sets) <= day.budget
        grown.append(grown_sets[kept])
        ends.append(end[:, kept])
        ways.append(way[kept])
        feet.append(foot[kept])
    sets = np.unique(np.concatenate(grown)) if grown else np.empty(0, np.int64)
    if len(sets) > most_sets:
        raise TooManySets
    done = np.full((2, n, len(sets)), NEVER, np.int32)
    travel, walk = np.full((2, n, len(sets)), NEVER, np.int32)
    for at in range(n):
        rows = np.searchsorted(sets, grown[at])
        done[:, at, rows] = ends[at]
        travel[at, rows] = ways[at]
        walk[at, rows] = feet[at]
    return _Layer(sets, done, travel, walk)


def _nearest(reached: Times, rows: Times, leg: Times) -> Times:
    """Return the least of what each last stop cost, with the leg from it; of the sets `rows`."""
    least = np.full(len(rows), NEVER, np.int32)
    for one, step in zip(reached, leg, strict=True):
        np.minimum(least, one[rows] + step, out=least)
    return least


def _walking(day: Day) -> tuple[Times, int]:
    """Return the ways on foot and their limit; nothing and none where nobody minds."""
    if day.walk_m is None or day.walk_limit_m is None:
        return np.zeros(day.travel_min.shape, np.int32), NEVER
    return day.walk_m.astype(np.int32), day.walk_limit_m


def _ends(stop: Stop, arrive: Times, lunch: Lunch | None) -> Times:
    """Return when the group has done with `stop`, 2 × k (lunch not eaten, eaten)."""
    end = _visit_ends(stop, arrive)
    if lunch is not None and (stop.feeds or lunch.picnic):
        hungry = arrive[0]
        before = _visit_ends(stop, _lunch_ends(lunch, hungry))
        after = _lunch_ends(lunch, end[0])
        end[1] = np.minimum(end[1], np.minimum(before, after))
    return end


def _visit_ends(stop: Stop, arrive: Times) -> Times:
    end = np.full(arrive.shape, NEVER, np.int32)
    for window in reversed(stop.windows):
        begin = np.maximum(arrive, window.opens)
        fits = (begin <= window.last_entry) & (begin + stop.stay_min <= window.closes)
        end[fits] = begin[fits] + stop.stay_min
    return end


def _lunch_ends(lunch: Lunch, arrive: Times) -> Times:
    over = np.maximum(arrive, lunch.opens) + lunch.minutes
    return np.where(over <= lunch.closes, over, NEVER)


def _back_in_time(day: Day, layer: _Layer | None) -> tuple[Times, Times]:
    """Return the sets that can end here, and the least travel of a tour of each."""
    n = len(day.stops)
    on_foot, walk_limit = _walking(day)
    last = slice(0, n)
    if layer is None:
        none = np.zeros((1, 1), np.int64)
        layer = _Layer(none[0], np.array(day.first_times())[:, None, None], none, none)
        last = slice(n, n + 1)
    sets, done, travel, walk = layer
    home = day.travel_min[last, n + 1][:, None]
    timely = done[0] + home <= day.last_return(eaten=False)
    timely |= done[1] + home <= day.return_min
    timely &= walk + on_foot[last, n + 1][:, None] <= walk_limit
    way = np.where(timely, travel + home, NEVER).min(axis=0)
    kept = timely.any(axis=0)
    return sets[kept], way[kept]


def _values(day: Day, sets: Times) -> Times:
    value = _sums(np.array([stop.value for stop in day.stops], np.int64), sets)
    for theme in sorted(frozenset[str]().union(*(stop.themes for stop in day.stops))):
        about = sum(1 << at for at, stop in enumerate(day.stops) if theme in stop.themes)
        value += day.variety * ((sets & about) != 0)
    return value


def _sums(values: Times, sets: Times) -> Times:
    """Return for each set the sum of the values of its stops."""
    total = np.zeros(len(sets), np.int64)
    for at, value in enumerate(values.tolist()):
        total += value * ((sets >> at) & 1)
    return total
