"""Several days or coaches as a question each: what each coach asks of each day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from geo.itinerary.coaches import Fleet, beside, coach_tours, coaches_in_order
from geo.itinerary.day import Day, Tour
from geo.itinerary.retiming import Break
from geo.tours.candidates import Candidate, known
from geo.tours.question import Question
from geo.tours.request import Request

# For each coach and day the ids of the venues in their order.
Orders = tuple[tuple[tuple[str, ...], ...], ...]


class Share(NamedTuple):
    """One coach on one day: its question, and the venues as stops of that day."""

    asked: Question
    stops: list[Candidate]

    @property
    def day(self) -> Day:
        """Return the planner's day."""
        return self.asked.day(self.stops)


@dataclass(frozen=True, eq=False)
class Shares:
    """
    The questions of all coaches and days, over the same n venues in the same order.

    Parameters
    ----------
    parts
        `parts[coach][day]`.
    room
        n: how many people a venue takes at a time; None where that is not known.
    """

    parts: tuple[tuple[Share, ...], ...]
    room: tuple[int | None, ...]

    @property
    def sizes(self) -> list[int]:
        """Return how many pupils each coach brings."""
        return [days[0].asked.request.pupils for days in self.parts]

    def planned(self) -> Fleet | None:
        """Return tours for all; None if some coach finds none with all must-sees."""
        return coach_tours(self._days(), sizes=self.sizes, room=self.room)

    def in_order(self, orders: Orders) -> list[list[Tour | Break]]:
        """Return the tours with the venues in these orders, or where they break."""
        at = {stop.stop_id: number for number, stop in enumerate(self.parts[0][0].day.stops)}
        numbers = [[[at[one] for one in order] for order in days] for days in orders]
        return coaches_in_order(self._days(), numbers, sizes=self.sizes, room=self.room)

    def left_to(
        self, coach: int, day: int, tours: Sequence[Sequence[Tour | Break]], orders: Orders = ()
    ) -> Share:
        """
        Return the share, both from 0, with what the other coaches and its other days leave.

        `orders` also has the venues of days that break.
        """
        own = self.parts[coach][day]
        others = [
            (size, tour)
            for at, (size, done) in enumerate(zip(self.sizes, tours, strict=True))
            if at != coach and isinstance(tour := done[day], Tour)
        ]
        narrowed = beside(own.day, others, size=self.sizes[coach], room=self.room)
        taken = {
            at for number, tour in enumerate(tours[coach])
            if number != day and isinstance(tour, Tour) for at in tour.chosen
        }  # fmt: skip
        named = [order for days in orders[coach : coach + 1] for order in days]
        held = {one for number, order in enumerate(named) if number != day for one in order}
        taken |= {at for at, one in enumerate(own.stops) if one.stop.stop_id in held}
        stops = [
            replace(one, stop=replace(stop, windows=(), must=False) if at in taken else stop)
            for at, (one, stop) in enumerate(zip(own.stops, narrowed.stops, strict=True))
        ]
        return own._replace(stops=stops)

    def _days(self) -> list[list[Day]]:
        return [[share.day for share in days] for days in self.parts]


def shares_of(
    asked: Question, request: Request, *, today: date, calendar: Mapping[date, bool],
    ask_days: int,
) -> Shares:  # fmt: skip
    """
    Return what each coach asks of each day.

    Parameters
    ----------
    asked
        The question of the first part.
    request
        What is asked of all together.
    today, calendar, ask_days
        As for `Question.candidates`.
    """
    parts = tuple(
        tuple(
            Share(one, one.candidates(one.request.day, today=today, calendar=calendar,
                                      ask_days=ask_days))
            for one in (replace(asked, request=part) for part in days)
        )
        for days in part_requests(request)
    )  # fmt: skip
    room = [known(venue["group_max"]) for venue in asked.venues]
    return Shares(parts, tuple(None if one is None else int(one) for one in room))


def orders_text(orders: Orders) -> str:
    """Write orders as a link holds them: venues of a part, parts by coach and then day."""
    return ";".join(",".join(order) for days in orders for order in days)


def orders_of(text: str, request: Request) -> Orders | None:
    """
    Return the orders that a link holds, for a coach each venue once.

    None if they are not those of the request's coaches and days.
    """
    written = text.split(";")
    if len(written) != request.coaches * request.days:
        return None
    read = []
    for coach in range(request.coaches):
        seen: set[str] = set()
        own = []
        for part in written[coach * request.days : (coach + 1) * request.days]:
            order = tuple(one for one in dict.fromkeys(part.split(",")) if one and one not in seen)
            seen |= {*order}
            own.append(order)
        read.append(tuple(own))
    return tuple(read)


def part_requests(request: Request) -> list[list[Request]]:
    """Return for each coach what it asks of each day; nobody is counted twice or left behind."""
    count = request.coaches
    pupils, more_pupils = divmod(request.pupils, count)
    staff, more_staff = divmod(request.staff, count)
    return [
        [
            replace(
                request, day=request.day + timedelta(days=after), days=1, seats=None,
                pupils=pupils + (at < more_pupils), staff=staff + (at >= count - more_staff),
            )
            for after in range(request.days)
        ]
        for at in range(count)
    ]  # fmt: skip
