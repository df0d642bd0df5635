"""The times of a tour whose order is settled: back as early as can be, off as late as can be."""

from __future__ import annotations

from itertools import pairwise

from geo.itinerary.day import Day, Order, Tour, Visit, visit_begin


def timetable(day: Day, order: Order, *, value: int, bound: int, proven: bool = True) -> Tour:
    """
    Return the tour of `order` with its times.

    It returns as early as the order allows; and then leaves the start, and each stop, as late as
    that return allows, so that nobody waits before setting out in vain.

    Parameters
    ----------
    day
        The question; `order` keeps its limits.
    order
        The stops with where lunch is eaten.
    value, bound, proven
        As in `Tour`.
    """
    n = len(day.stops)
    travel = day.travel_min
    lunch = day.lunch
    eaten_on_way = any(call.lunch for call in order)
    # Lunch before setting out only where it is needed: else there is time for it on return.
    departs = day.start_min
    back, visits = _forward(day, order, departs)
    eaten_first = not eaten_on_way and back > day.last_return(eaten=False)
    if eaten_first:
        departs = day.first_times()[1]
        back, visits = _forward(day, order, departs)
    visits, departs = _shifted(day, order, visits, back, departs)
    places = [n, *(call.stop for call in order), n + 1]
    legs = list(pairwise(places))
    walked = 0 if day.walk_m is None else sum(int(day.walk_m[leg]) for leg in legs)
    at_start = at_end = None
    if lunch is not None and eaten_first:
        over = min(departs, lunch.closes)
        at_start = (over - lunch.minutes, over)
    elif lunch is not None and not eaten_on_way and order:
        over = lunch.end(back)
        at_end = (over - lunch.minutes, over)
    return Tour(
        visits=tuple(visits), departs=departs, returns=back, value=value,
        travel_min=sum(int(travel[leg]) for leg in legs), walk_m=walked,
        lunch_at_start=at_start, lunch_at_end=at_end, bound=bound, proven=proven,
    )  # fmt: skip


def _forward(day: Day, order: Order, departs: int) -> tuple[int, list[Visit]]:
    """Return when the tour is back and its visits, each as early as can be."""
    n = len(day.stops)
    time, last, visits = departs, n, []
    for call in order:
        stop = day.stops[call.stop]
        arrives = time + int(day.travel_min[last, call.stop])
        eaten = None
        ready = arrives
        if call.lunch == "before":
            assert day.lunch is not None
            ready = day.lunch.end(arrives)
            eaten = (ready - day.lunch.minutes, ready)
        begins = visit_begin(stop, ready)
        leaves = ends = begins + stop.stay_min
        if call.lunch == "after":
            assert day.lunch is not None
            leaves = day.lunch.end(ends)
            eaten = (leaves - day.lunch.minutes, leaves)
        visits.append(Visit(call.stop, arrives, begins, ends, leaves, eaten))
        time, last = leaves, call.stop
    return time + int(day.travel_min[last, n + 1]), visits


def _shifted(
    day: Day, order: Order, visits: list[Visit], back: int, departs: int
) -> tuple[list[Visit], int]:
    """Return the visits each as late as a return at `back` allows, and the departure for them."""
    n = len(day.stops)
    leave_by, after = back, n + 1
    moved: list[Visit] = []
    for call, visit in zip(reversed(order), reversed(visits), strict=True):
        stop = day.stops[call.stop]
        leave_by -= int(day.travel_min[call.stop, after])
        leaves, eaten = leave_by, visit.lunch
        ends = leaves
        if call.lunch == "after" and day.lunch is not None:
            over = min(leaves, day.lunch.closes)
            eaten = (over - day.lunch.minutes, over)
            ends = eaten[0]
        # The window stays the one of the earliest times; an earlier one cannot be later.
        window = next(w for w in stop.windows if w.opens <= visit.begins <= w.last_entry
                      and visit.ends <= w.closes)  # fmt: skip
        begins = min(ends - stop.stay_min, window.last_entry, window.closes - stop.stay_min)
        ready = begins
        if call.lunch == "before" and day.lunch is not None:
            over = min(begins, day.lunch.closes)
            eaten = (over - day.lunch.minutes, over)
            ready = eaten[0]
        ends = begins + stop.stay_min
        moved.append(Visit(call.stop, ready, begins, ends, leaves, eaten))
        leave_by, after = ready, call.stop
    if not moved:
        return visits, departs
    departs = leave_by - int(day.travel_min[n, after])
    # Arrival follows from when the group really left the stop before.
    timed, time, last = [], departs, n
    for visit in reversed(moved):
        arrives = time + int(day.travel_min[last, visit.stop])
        leaves = visit.ends if visit.lunch is None else max(visit.ends, visit.lunch[1])
        timed.append(visit._replace(arrives=arrives, leaves=leaves))
        time, last = leaves, visit.stop
    return timed, departs
