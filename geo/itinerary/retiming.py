"""A tour in an order somebody has set by hand: its times, or where it breaks and by how much."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from geo.itinerary.day import NEVER, Call, Day, Order, Tour, visit_begin
from geo.itinerary.timetable import timetable

BreakKind = Literal[
    "closed", "shut", "full", "late", "no_lunch", "too_dear", "too_far_on_foot", "no_way",
]  # fmt: skip


class Break(NamedTuple):
    """
    Where a tour breaks: at the stop of that position, or None for the return or the whole.

    A stop is "full" only beside other coaches.

    `at` is the minute of arrival there, the sum of the fees, or the metres on foot; `over` by how
    much the limit is passed, where it can be told; else 0.
    """

    kind: BreakKind
    stop: int | None
    at: int
    over: int = 0


class _State(NamedTuple):
    time: int
    calls: Order


def retimed(day: Day, order: Sequence[int]) -> Tour | Break:
    """
    Return the tour with the stops in this order, or where it breaks first.

    Lunch is eaten where the tour returns earliest. Must-sees that the order lacks are the
    caller's business.

    Parameters
    ----------
    day
        The question, n stops.
    order
        Positions of stops, each once.
    """
    fees = sum(day.stops[at].fee for at in order)
    if day.budget is not None and fees > day.budget:
        return Break("too_dear", None, fees, fees - day.budget)
    places = [len(day.stops), *order, len(day.stops) + 1]
    if day.walk_m is not None and day.walk_limit_m is not None:
        walked = sum(int(day.walk_m[one, two]) for one, two in pairwise(places))
        if walked > day.walk_limit_m:
            return Break("too_far_on_foot", None, walked, walked - day.walk_limit_m)
    states: dict[bool, _State] = {}
    for eaten, time in enumerate(day.first_times()):
        if time < NEVER:
            states[bool(eaten)] = _State(time, ())
    last = len(day.stops)
    for at in order:
        arrives = min(state.time for state in states.values()) + int(day.travel_min[last, at])
        if arrives >= NEVER:
            return Break("no_way", at, arrives)
        states = _visited(day, states, last, at)
        if not states:
            # With no opening at all no order would help.
            return Break("closed" if day.stops[at].windows else "shut", at, arrives)
        last = at
    return _returned(day, states, last)


def _visited(day: Day, states: dict[bool, _State], last: int, at: int) -> dict[bool, _State]:
    stop, lunch = day.stops[at], day.lunch
    grown: dict[bool, list[_State]] = {False: [], True: []}
    for eaten, (time, calls) in states.items():
        arrives = time + int(day.travel_min[last, at])
        ends = visit_begin(stop, arrives) + stop.stay_min
        grown[eaten].append(_State(ends, (*calls, Call(at))))
        if not eaten and lunch is not None and (stop.feeds or lunch.picnic):
            grown[True].append(_State(lunch.end(ends), (*calls, Call(at, "after"))))
            begins = visit_begin(stop, lunch.end(arrives))
            grown[True].append(_State(begins + stop.stay_min, (*calls, Call(at, "before"))))
    best = {eaten: min(made) for eaten, made in grown.items() if made}
    return {eaten: state for eaten, state in best.items() if state.time < NEVER}


def _returned(day: Day, states: dict[bool, _State], last: int) -> Tour | Break:
    home = int(day.travel_min[last, len(day.stops) + 1])
    if home >= NEVER:
        return Break("no_way", None, home)
    timely = [
        (state.time + home, state.calls)
        for eaten, state in states.items()
        if state.time + home <= day.last_return(eaten=eaten)
    ]
    if timely:
        _, calls = min(timely)
        value = day.value({call.stop for call in calls})
        return timetable(day, calls, value=value, bound=value, proven=False)
    back = min(state.time for state in states.values()) + home
    if back <= day.return_min:
        return Break("no_lunch", None, back)
    return Break("late", None, back, back - day.return_min)
