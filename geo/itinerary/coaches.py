"""Several coaches, each on a tour of its own over one or more days, and what all could gain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from geo.itinerary.day import Day, Stop, Tour, Window
from geo.itinerary.large import several_days, tour_of
from geo.itinerary.retiming import Break, retimed

# When others are at a stop: from, until, persons at a time.
Stays = list[tuple[int, int, int]]
# How many people each of the other coaches brings, and its tour of the day.
Others = Sequence[tuple[int, Tour]]


@dataclass(frozen=True)
class Fleet:
    """
    The tours of all coaches: `tours[coach][day]`; their value, and what no tours can exceed.

    Proven: they are equal.
    """

    tours: tuple[tuple[Tour, ...], ...]
    value: int
    bound: int

    @property
    def proven(self) -> bool:
        """Say whether no tours of the coaches have a greater value."""
        return self.value >= self.bound


def coach_tours(
    coaches: Sequence[Sequence[Day]], *, sizes: Sequence[int], room: Sequence[int | None],
    seed: int = 0,
) -> Fleet | None:  # fmt: skip
    """
    Return tours for coaches that never fill a stop beyond its room, each stop once a coach.

    One coach after the other takes the best that those before leave it: good tours, with a
    bound, not proven best unless they reach it.

    Parameters
    ----------
    coaches
        For each coach its days, all with the same n stops in the same order, all coaches with
        the same number of days.
    sizes
        How many people each coach brings; more than a stop's room come in groups that fill it.
    room
        n: how many people a stop takes at a time; None for any number.
    seed
        Of the search on days that are too large to prove.

    Returns
    -------
    fleet
        None if some coach finds no tours with all must-sees.
    """
    made: dict[object, tuple[Tour, ...] | None] = {}
    bounds: dict[object, int] = {}
    tours: list[tuple[Tour, ...]] = []
    bound = 0
    for days, size in zip(coaches, sizes, strict=True):
        free = [
            beside(day, [(sizes[at], done[number]) for at, done in enumerate(tours)],
                   size=size, room=room)
            for number, day in enumerate(days)
        ]  # fmt: skip
        asked = tuple(day.stops for day in free)  # two coaches of one question need one answer
        if asked not in made:
            made[asked] = _tours(free, seed)
        found = made[asked]
        if found is None:
            return None
        alone = tuple(day.stops for day in days)
        if alone not in bounds:
            bounds[alone] = _bound(days, found if asked == alone else None, seed)
        bound += bounds[alone]
        tours.append(found)
    value = sum(tour.value for found in tours for tour in found)
    return Fleet(tuple(tours), value, max(bound, value))


def coaches_in_order(
    coaches: Sequence[Sequence[Day]], orders: Sequence[Sequence[Sequence[int]]], *,
    sizes: Sequence[int], room: Sequence[int | None],
) -> list[list[Tour | Break]]:  # fmt: skip
    """
    Return each coach's tour of each day with its stops in this order, or where it breaks first.

    A stop that the coaches before fill while this one could be there is a break of the kind
    "full". A day that breaks takes no room from others.

    Parameters
    ----------
    coaches, sizes, room
        As for `coach_tours`.
    orders
        For each coach and day positions of stops; a coach has each stop once.
    """
    made: list[list[Tour | Break]] = []
    for days, size, given in zip(coaches, sizes, orders, strict=True):
        own: list[Tour | Break] = []
        for number, (day, order) in enumerate(zip(days, given, strict=True)):
            others = [
                (sizes[at], tour) for at, done in enumerate(made)
                if isinstance(tour := done[number], Tour)
            ]  # fmt: skip
            found = retimed(beside(day, others, size=size, room=room), order)
            if isinstance(found, Break) and found.stop is not None:
                alone = retimed(day, order)
                if not isinstance(alone, Break) or alone.stop != found.stop:
                    found = found._replace(kind="full")
            own.append(found)
        made.append(own)
    return made


def beside(day: Day, others: Others, *, size: int, room: Sequence[int | None]) -> Day:
    """
    Return the day with each stop open only while it has room for one coach more.

    Parameters
    ----------
    day
        The question, n stops.
    others
        The coaches that are there already.
    size
        How many people the coach brings.
    room
        n: as for `coach_tours`.
    """
    stays: dict[int, Stays] = {}
    for many, tour in others:
        for visit in tour.visits:
            most = room[visit.stop]
            if most is not None:
                stay = (visit.begins, visit.ends, min(many, most))
                stays.setdefault(visit.stop, []).append(stay)
    if not stays:
        return day
    stops = (_beside(stop, stays.get(at, []), size, room[at]) for at, stop in enumerate(day.stops))
    return replace(day, stops=tuple(stops))


def _tours(days: Sequence[Day], seed: int) -> tuple[Tour, ...] | None:
    if len(days) > 1:
        found = several_days(days, seed=seed)
        return None if found is None else tuple(found)
    tour = tour_of(days[0], seed=seed)
    return None if tour is None else (tour,)


def _bound(days: Sequence[Day], found: Sequence[Tour] | None, seed: int) -> int:
    """Return what one coach cannot exceed on its days: the lesser of two bounds."""
    if len(days) == 1:
        tour = found[0] if found else tour_of(days[0], seed=seed)
        return 0 if tour is None else tour.bound
    most = 0
    for day in days:
        # What must be seen may be seen on another day.
        free = replace(day, stops=tuple(replace(stop, must=False) for stop in day.stops))
        alone = tour_of(free, seed=seed)
        most += 0 if alone is None else alone.bound
    open_ = [[stop for stop in day.stops if stop.windows] for day in days]
    once = {stop.stop_id: stop.value for stops in open_ for stop in stops}
    themes = sum(
        day.variety * len(frozenset[str]().union(*(stop.themes for stop in stops)))
        for day, stops in zip(days, open_, strict=True)
    )
    return min(most, sum(once.values()) + themes)


def _beside(stop: Stop, stays: Stays, size: int, room: int | None) -> Stop:
    """Return the stop open only while `size` people more find room beside those there."""
    if room is None or not stays:
        return stop
    mine = min(size, room)
    windows = stop.windows
    times = sorted({time for begins, ends, _ in stays for time in (begins, ends)})
    for begins, ends in pairwise(times):
        there = sum(many for first, last, many in stays if first <= begins and ends <= last)
        if there + mine > room:
            windows = _without(windows, begins, ends)
    return replace(stop, windows=windows)


def _without(windows: Sequence[Window], begins: int, ends: int) -> tuple[Window, ...]:
    """Return the windows without the minutes from `begins` to `ends`."""
    kept = []
    for opens, closes, last_entry in windows:
        if ends <= opens or closes <= begins:
            kept.append(Window(opens, closes, last_entry))
            continue
        if opens < begins:
            kept.append(Window(opens, begins, min(last_entry, begins)))
        if ends < closes and ends <= last_entry:
            kept.append(Window(ends, closes, last_entry))
    return tuple(kept)
