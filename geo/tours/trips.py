"""A tour of several days or several coaches: each venue once for each coach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from geo.cost_cache import CostCache
from geo.errors import GeoError
from geo.itinerary.day import Tour
from geo.itinerary.retiming import Break
from geo.settings import Settings
from geo.tours.additions import Addition, Additions, Missing, later_years
from geo.tours.answer import (
    Notices,
    calendar_of,
    notices_of_tour,
    other_tours,
    question,
    rain_plan,
)
from geo.tours.candidates import known
from geo.tours.facts import fault_facts, parallels, tour_facts
from geo.tours.outcome import Fault, Outcome
from geo.tours.question import Question
from geo.tours.remedies import remedies
from geo.tours.request import MOST_DAYS, Request
from geo.tours.shares import Orders, Share, Shares, part_requests, shares_of


class Part(NamedTuple):
    """
    One coach on one day, both counted from 1.

    `outcome.request` is the part's own: its day, its pupils and staff; its tour has no stops
    where nothing is left to see, and is None where an order set by hand breaks: by `fault`.
    `order` are the ids of its venues.
    Its other tours, rain plan and venues to stand in are beside the other parts as they are.
    """

    coach: int
    day: int
    outcome: Outcome
    order: tuple[str, ...] = ()
    fault: Fault | None = None


@dataclass(frozen=True)
class Trip:
    """
    The answer to a request for several days or coaches.

    Parameters
    ----------
    request
        What was asked.
    parts
        One for each coach and day, by coach and then day; none if some coach finds no room for
        all must-sees.
    value, bound
        The value of all parts together, and what no parts can exceed.
    proven
        Whether they are equal.
    missing
        The venues looked at that are in no part, why, and what would bring each in.
    unrecorded_years
        The years of the days that changes lead to whose holidays are not recorded.
    enough_days
        Where there are no parts: the fewest days on which there would be; None if not on
        `MOST_DAYS` either.
    changes
        Where there are no parts: what would make some, the least of each kind.
    notices
        (key, facts) of sentences to be shown with all parts.
    revision
        Of the register's data.
    """

    request: Request
    parts: tuple[Part, ...]
    value: int = 0
    bound: int = 0
    proven: bool = False
    missing: tuple[Missing, ...] = ()
    unrecorded_years: frozenset[int] = frozenset()
    enough_days: int | None = None
    changes: tuple[Addition, ...] = ()
    notices: Notices = ()
    revision: int = 0

    def of_coach(self, coach: int) -> list[Part]:
        """Return the parts of one coach, by day."""
        return [part for part in self.parts if part.coach == coach]

    @property
    def orders(self) -> Orders:
        """Return the ids of the venues of each coach and day, in order."""
        coaches = sorted({part.coach for part in self.parts})
        return tuple(tuple(part.order for part in self.of_coach(coach)) for coach in coaches)

    def companions(self) -> list[tuple[int, ...]]:
        """Return the coaches in groups that have the same stops at the same times."""
        groups: dict[object, list[int]] = {}
        for coach in sorted({part.coach for part in self.parts}):
            own = self.of_coach(coach)
            times = [
                (stop.begins, stop.ends, stop.groups)
                for part in own
                for stop in (part.outcome.tour.stops if part.outcome.tour else ())
            ]
            orders = tuple(part.order for part in own)
            groups.setdefault((orders, *times), []).append(coach)
        return [tuple(coaches) for coaches in groups.values()]


def is_trip(request: Request) -> bool:
    """Say whether a request is for several days or coaches."""
    return request.days > 1 or request.coaches > 1


def trip(
    tables: Mapping[str, pd.DataFrame],
    request: Request,
    *,
    settings: Settings,
    today: date,
    revision: int = 0,
    cache: CostCache | None = None,
) -> Trip:
    """
    Plan the days and coaches that a teacher asks for.

    Parameters
    ----------
    tables, request, settings, today, revision, cache
        As for `answer.answer`.

    Raises
    ------
    GeoError
        As `answer.answer`.
    """
    if request.day < today:
        raise GeoError("tour_past", date=request.day.isoformat(), today=today.isoformat())
    asked, notices, given = _asked(tables, request, settings, today, cache)

    def shares(wanted: Request) -> Shares:
        return shares_of(asked, wanted, **given)

    unrecorded = frozenset(later_years(request) - {day.year for day in given["calendar"]})
    own = shares(request)
    fleet = own.planned()
    if fleet is None:
        longer = (replace(request, days=n) for n in range(request.days + 1, MOST_DAYS + 1))
        enough = next((one.days for one in longer if shares(one).planned() is not None), None)
        return Trip(
            request, (), enough_days=enough, changes=remedies(request, asked.places, shares),
            unrecorded_years=unrecorded, notices=notices, revision=revision,
        )  # fmt: skip
    additions = Additions(request, own, fleet.tours, shares)
    return Trip(
        request, _parts(own, fleet.tours, notices, given["calendar"], revision),
        fleet.value, fleet.bound, fleet.proven, additions.missing(),
        unrecorded_years=unrecorded,
        notices=(*notices, *_room_unknown(request, asked, additions.seen)), revision=revision,
    )  # fmt: skip


def trip_in_order(
    tables: Mapping[str, pd.DataFrame], request: Request, orders: Orders, *,
    settings: Settings, today: date, revision: int = 0, cache: CostCache | None = None,
) -> Trip:  # fmt: skip
    """
    Return the trip with the venues of each coach and day in these orders.

    A part that does not work has no tour and says where it breaks.

    Parameters
    ----------
    tables, request, settings, today, revision, cache
        As for `answer.answer`.
    orders
        Ids of venues, for a coach each once.
    """
    named = dict.fromkeys(one for days in orders for order in days for one in order)
    # Wishes stay what they are: they count in a tour's value.
    wanted = replace(request, must=tuple(named))
    asked, notices, given = _asked(tables, wanted, settings, today, cache)
    own = shares_of(asked, request, **given)
    found = own.in_order(orders)
    parts = _parts(own, found, notices, given["calendar"], revision, orders)
    tours = [tour for days in found for tour in days if isinstance(tour, Tour)]
    seen = {at for tour in tours for at in tour.chosen}
    value = sum(tour.value for tour in tours)
    return Trip(request, parts, value, value, revision=revision,
                notices=(*notices, *_room_unknown(request, asked, seen)))  # fmt: skip


def _asked(
    tables: Mapping[str, pd.DataFrame], request: Request, settings: Settings, today: date,
    cache: CostCache | None,
) -> tuple[Question, Notices, dict[str, Any]]:  # fmt: skip
    """Return the question of a part, what to say of it, and what a share must know of days."""
    # Each coach is asked for, so that what is too small for all may still do for one.
    small = part_requests(request)[0][0]
    asked, notices = question(tables, small, settings=settings, today=today, cache=cache)
    calendar = calendar_of(tables["holidays"])
    ask_days = dict(settings.tour_rules)["ask_days"]
    return asked, notices, {"today": today, "calendar": calendar, "ask_days": ask_days}


def _parts(
    shares: Shares, found: Sequence[Sequence[Tour | Break]], notices: Notices,
    calendar: Mapping[date, bool], revision: int, orders: Orders = (),
) -> tuple[Part, ...]:  # fmt: skip
    """Return the parts, with what could take the place of each tour; `orders` where one breaks."""
    made = []
    # Coaches that are left the same, and go the same way, have the same alternatives.
    known_: dict[object, dict[str, Any]] = {}
    for coach, days in enumerate(shares.parts):
        for number, (asked, stops) in enumerate(days):
            tour = found[coach][number]
            if isinstance(tour, Break):
                fault = fault_facts(asked, stops, tour)
                outcome = Outcome(asked.request, None)
                made.append(Part(coach + 1, number + 1, outcome, orders[coach][number], fault))
                continue
            own = notices_of_tour(asked, stops, replace(tour, proven=True), calendar)
            left = shares.left_to(coach, number, found, orders)
            key = (number, tour, *(one.stop for one in left.stops))
            known_[key] = known_.get(key) or _beside(left, tour)
            demo = sum(bool(asked.venues[at]["demo"]) for at in tour.chosen)
            outcome = Outcome(
                asked.request, tour_facts(asked, stops, tour), notices=(*notices, *own),
                revision=revision, demo_rows=demo, **known_[key],
            )  # fmt: skip
            order = tuple(asked.venues[visit.stop]["venue_id"] for visit in tour.visits)
            made.append(Part(coach + 1, number + 1, outcome, order))
    return tuple(made)


def _beside(left: Share, tour: Tour) -> dict[str, Any]:
    """Return what could take the place of a part's tour, with what the others leave it."""
    asked, stops = left
    others = other_tours(left.day, tour)
    return {
        "others": tuple(tour_facts(asked, stops, one) for one in others),
        "rain": rain_plan(asked, stops, tour),
        "parallel": parallels(asked, stops, tour),
    }


def _room_unknown(request: Request, asked: Question, seen: Iterable[int]) -> Notices:
    unknown = sum(known(asked.venues[at]["group_max"]) is None for at in seen)
    return (("trip.room_unknown", {"count": unknown}),) if request.coaches > 1 and unknown else ()
