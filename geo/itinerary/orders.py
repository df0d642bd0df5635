"""The order of given stops that travels least and keeps the times: A* over orders."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.itinerary.day import NEVER, Call, Day, Order, visit_begin

Integers = NDArray[np.int64]
_Matrix = list[list[int]]


class _Rank(NamedTuple):
    """Of two tours of equal value the one of the smaller rank is better."""

    travel: int
    returns: int
    ids: tuple[str, ...]


class _Label(NamedTuple):
    """A beginning of a tour: compared by travel with the least that is to go, time, ids."""

    total: int
    time: int
    ids: tuple[str, ...]
    left: int  # the stops still to be visited, as bits
    last: int
    eaten: bool
    gone: int
    walked: int
    calls: Order


def least_travel(day: Day, sets: Integers, bounds: Integers) -> Order | None:
    """
    Return the order, of one of the sets, that travels least and keeps all limits of the day.

    Of equal ones the one that returns first, then by the ids of its stops in their order.

    Parameters
    ----------
    day
        The question.
    sets
        k sets of stops, bit `i` for stop `i`.
    bounds
        k: no order of the set travels less.

    Returns
    -------
    order
        None if no order of any set keeps the limits.
    """
    best: tuple[_Rank, Order] | None = None
    legs = _Legs(day)
    for at in np.lexsort((sets, bounds)).tolist():
        if best is not None and bounds[at] > best[0].travel:
            break
        found = _search(legs, int(sets[at]), most=NEVER if best is None else best[0].travel)
        if found is not None and (best is None or found[0] < best[0]):
            best = found
    return None if best is None else best[1]


class _Legs:
    """A day with its legs as plain numbers, which a search of small steps reads faster."""

    def __init__(self, day: Day) -> None:
        self.day = day
        self.travel: _Matrix = day.travel_min.tolist()
        self.walk: _Matrix | None = None
        self.walk_limit = NEVER
        if day.walk_m is not None and day.walk_limit_m is not None:
            self.walk, self.walk_limit = day.walk_m.tolist(), day.walk_limit_m

    def on_foot(self, one: int, other: int) -> int:
        """Return the metres to walk between two places; 0 where nobody minds."""
        return self.walk[one][other] if self.walk else 0

    def calls(self, label: _Label, at: int) -> Iterator[tuple[Call, int, bool]]:
        """Yield the ways to go on to a stop: with lunch or without, when done, whether eaten."""
        stop, lunch = self.day.stops[at], self.day.lunch
        arrives = label.time + self.travel[label.last][at]
        ends = visit_begin(stop, arrives) + stop.stay_min
        yield Call(at), ends, label.eaten
        if label.eaten or lunch is None or not (stop.feeds or lunch.picnic):
            return
        yield Call(at, "after"), lunch.end(ends), True
        yield Call(at, "before"), visit_begin(stop, lunch.end(arrives)) + stop.stay_min, True


def _to_go(travel: _Matrix) -> Callable[[int, int], int]:
    """Return the function of the least travel through given stops to the end."""

    @cache
    def to_go(left: int, last: int) -> int:
        least = NEVER if left else travel[last][-1]
        for at in _bits(left):
            least = min(least, travel[last][at] + to_go(left & ~(1 << at), at))
        return least

    return to_go


def _bits(stops: int) -> Iterator[int]:
    while stops:
        lowest = stops & -stops
        yield lowest.bit_length() - 1
        stops ^= lowest


def _search(legs: _Legs, chosen: int, *, most: int) -> tuple[_Rank, Order] | None:
    """Return the best order of the set `chosen` that travels at most `most`, with its rank."""
    day, to_go = legs.day, _to_go(legs.travel)
    start, end = len(day.stops), len(day.stops) + 1
    heap = [
        _Label(to_go(chosen, start), time, (), chosen, start, bool(eaten), 0, 0, ())
        for eaten, time in enumerate(day.first_times())
        if time < NEVER
    ]
    heapq.heapify(heap)
    best: tuple[_Rank, Order] | None = None
    seen: dict[tuple[int, int, bool], list[tuple[int, int, int]]] = {}
    while heap:
        label = heapq.heappop(heap)
        if label.total > (most if best is None else best[0].travel):
            break
        others = seen.setdefault((label.left, label.last, label.eaten), [])
        if any(
            gone <= label.gone and time <= label.time and walked <= label.walked
            for gone, time, walked in others
        ):
            continue
        others.append((label.gone, label.time, label.walked))
        if not label.left:
            rank = _Rank(label.total, label.time + legs.travel[label.last][end], label.ids)
            walked = label.walked + legs.on_foot(label.last, end)
            timely = rank.returns <= day.last_return(eaten=label.eaten)
            if timely and walked <= legs.walk_limit and (best is None or rank < best[0]):
                best = rank, label.calls
            continue
        for at in _bits(label.left):
            left, gone = label.left & ~(1 << at), label.gone + legs.travel[label.last][at]
            walked = label.walked + legs.on_foot(label.last, at)
            total, ids = gone + to_go(left, at), (*label.ids, day.stops[at].stop_id)
            if walked > legs.walk_limit or total > most or total >= NEVER:
                continue
            for call, time, eaten in legs.calls(label, at):
                if time < NEVER:
                    heapq.heappush(heap, _Label(total, time, ids, left, at, eaten, gone, walked,
                                                (*label.calls, call)))  # fmt: skip
    return best
