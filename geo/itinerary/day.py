"""What a planner is asked for one day, and what it answers: minutes since midnight throughout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.errors import ArgumentError

Minutes = NDArray[np.int64]

NEVER = 1 << 29  # later than any minute; three of them still fit into 32 bits


class Window(NamedTuple):
    """An opening: a visit begins from `opens` to `last_entry` and ends by `closes`."""

    opens: int
    closes: int
    last_entry: int


@dataclass(frozen=True)
class Stop:
    """
    One stop that the day may have.

    Parameters
    ----------
    stop_id
        What the caller knows it by; unique in the day.
    stay_min
        Minutes that the whole group stays, all its sub-groups in turn.
    windows
        When it can be visited that day, by time; a visit lies wholly inside one.
    must
        Whether the tour must have it.
    value
        How much the tour gains by it; not negative.
    themes
        What it is about: the day gains `Day.variety` for each theme it meets for the first time.
    fee
        What it costs each pupil, in fen.
    feeds
        Whether the group can eat its lunch there.
    """

    stop_id: str
    stay_min: int
    windows: tuple[Window, ...]
    must: bool = False
    value: int = 0
    themes: frozenset[str] = frozenset()
    fee: int = 0
    feeds: bool = False


@dataclass(frozen=True)
class Lunch:
    """
    The lunch break: `minutes` long, wholly between `opens` and `closes`.

    Taken at a stop that feeds the group, or with `picnic` at any stop, before or after the
    visit. Or not on the way at all: before setting out, even before the earliest departure, or
    after a return while there is still time for it.
    """

    opens: int
    closes: int
    minutes: int
    picnic: bool = False

    def end(self, arrival: int) -> int:
        """Return when a lunch is over that may begin at `arrival`; `NEVER` if too late."""
        over = max(arrival, self.opens) + self.minutes
        return over if over <= self.closes else NEVER


@dataclass(frozen=True, eq=False)
class Day:
    """
    One day's question over n stops.

    Parameters
    ----------
    stops
        n stops.
    travel_min
        (n + 2) × (n + 2) whole minutes from row to column, not negative; row n is the start,
        row n + 1 the end of the tour. `NEVER` where there is no way.
    start_min, return_min
        The earliest departure and the latest return.
    lunch
        The lunch break; None for none.
    walk_m, walk_limit_m
        Metres on foot, shaped like `travel_min`, and how many the group can walk in all.
    budget
        The most that all fees may come to, per pupil, in fen; None for no limit.
    variety
        The gain of each theme that the tour meets.
    """

    stops: tuple[Stop, ...]
    travel_min: Minutes
    start_min: int
    return_min: int
    lunch: Lunch | None = None
    walk_m: Minutes | None = None
    walk_limit_m: int | None = None
    budget: int | None = None
    variety: int = 0

    def __post_init__(self) -> None:
        """See that the parts fit together."""
        size = len(self.stops) + 2
        for name, matrix in (("travel_min", self.travel_min), ("walk_m", self.walk_m)):
            if matrix is not None and (matrix.shape != (size, size) or (matrix < 0).any()):
                reason = f"应为 {size} × {size}，没有负数"
                raise ArgumentError("bad_argument", name=name, value=matrix.shape, reason=reason)
        if len({stop.stop_id for stop in self.stops}) < len(self.stops):
            raise ArgumentError("bad_argument", name="stops", value="", reason="同一站点出现两次")
        for stop in self.stops:
            if stop.stay_min < 0 or stop.value < 0 or stop.fee < 0:
                reason = "停留、价值和费用不能是负数"
                raise ArgumentError("bad_argument", name="stops", value=stop.stop_id, reason=reason)

    def first_times(self) -> tuple[int, int]:
        """Return when the group can set out without having eaten, and having eaten."""
        if self.lunch is None:
            return NEVER, self.start_min
        return self.start_min, max(self.start_min, self.lunch.opens + self.lunch.minutes)

    def last_return(self, *, eaten: bool) -> int:
        """Return by when the tour must be back: without lunch, while there is time for it."""
        if eaten or self.lunch is None:
            return self.return_min
        return min(self.return_min, self.lunch.closes - self.lunch.minutes)

    def part(self, chosen: Sequence[int]) -> Day:
        """Return the day with only the stops at these positions, in this order."""
        n = len(self.stops)
        places = [*chosen, n, n + 1]
        grid = np.ix_(places, places)
        return replace(
            self,
            stops=tuple(self.stops[at] for at in chosen),
            travel_min=self.travel_min[grid],
            walk_m=None if self.walk_m is None else self.walk_m[grid],
        )

    def value(self, chosen: frozenset[int] | set[int]) -> int:
        """Return the value of a tour with the stops at these positions."""
        themes = frozenset[str]().union(*(self.stops[at].themes for at in chosen))
        return sum(self.stops[at].value for at in chosen) + self.variety * len(themes)


class Call(NamedTuple):
    """One stop of a tour in its order, and whether lunch is eaten before or after the visit."""

    stop: int
    lunch: Literal["", "before", "after"] = ""


Order = tuple[Call, ...]


class Visit(NamedTuple):
    """One stop of a timetable, all in minutes since midnight."""

    stop: int
    arrives: int
    begins: int
    ends: int
    leaves: int
    lunch: tuple[int, int] | None  # when lunch is eaten there


@dataclass(frozen=True)
class Tour:
    """
    A day's tour: visits with their times, its value, and whether it is proven best.

    No tour can have a greater value than `bound`; when proven it is `value`, and no tour of that
    value travels less.
    """

    visits: tuple[Visit, ...]
    departs: int
    returns: int
    value: int
    travel_min: int
    walk_m: int = 0
    lunch_at_start: tuple[int, int] | None = None  # eaten before setting out
    lunch_at_end: tuple[int, int] | None = None  # eaten after coming back
    bound: int = field(default=0)
    proven: bool = True

    @property
    def chosen(self) -> frozenset[int]:
        """Return the positions of its stops."""
        return frozenset(visit.stop for visit in self.visits)


def visit_begin(stop: Stop, arrival: int) -> int:
    """Return when a visit begins whose group arrives at `arrival`; `NEVER` if it cannot."""
    for window in stop.windows:
        begin = max(arrival, window.opens)
        if begin <= window.last_entry and begin + stop.stay_min <= window.closes:
            return begin
    return NEVER
