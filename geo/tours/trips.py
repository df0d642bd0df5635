"""A tour of several days or several coaches: each venue once for each coach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

import pandas as pd

from geo.cost_cache import CostCache
from geo.errors import GeoError
from geo.itinerary.coaches import Fleet, coach_tours
from geo.itinerary.day import Day
from geo.itinerary.repairs import Reason
from geo.settings import Settings
from geo.tours.answer import Notices, calendar_of, notices_of_tour, question
from geo.tours.candidates import Candidate, known
from geo.tours.facts import tour_facts
from geo.tours.outcome import Outcome, Place
from geo.tours.question import Question
from geo.tours.request import MOST_DAYS, Request


class Part(NamedTuple):
    """
    One coach on one day, both counted from 1.

    `outcome.request` is the part's own: its day, its pupils and staff; its tour has no stops
    where nothing is left to see.
    """

    coach: int
    day: int
    outcome: Outcome


class Missing(NamedTuple):
    """A venue that no coach sees; `reason` where it can be visited on no day, else None."""

    place: Place
    reason: Reason | None


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
        The venues looked at that are in no part.
    enough_days
        Where there are no parts: the fewest days on which there would be; None if not on
        `MOST_DAYS` either.
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
    enough_days: int | None = None
    notices: Notices = ()
    revision: int = 0

    def of_coach(self, coach: int) -> list[Part]:
        """Return the parts of one coach, by day."""
        return [part for part in self.parts if part.coach == coach]

    def companions(self) -> list[tuple[int, ...]]:
        """Return the coaches in groups that have the same stops at the same times."""
        groups: dict[object, list[int]] = {}
        for coach in sorted({part.coach for part in self.parts}):
            times = tuple(
                (stop.place.venue_id, stop.begins, stop.ends, stop.groups)
                for part in self.of_coach(coach)
                for stop in (part.outcome.tour.stops if part.outcome.tour else ())
            )
            groups.setdefault(times, []).append(coach)
        return [tuple(coaches) for coaches in groups.values()]


def is_trip(request: Request) -> bool:
    """Say whether a request is for several days or coaches."""
    return request.days > 1 or request.coaches > 1


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
    # Each coach is asked for, so that what is too small for all may still do for one.
    small = part_requests(request)[0][0]
    asked, notices = question(tables, small, settings=settings, today=today, cache=cache)
    calendar = calendar_of(tables["holidays"])
    ask_days = dict(settings.tour_rules)["ask_days"]

    def planned(
        wanted: Request,
    ) -> tuple[Fleet | None, list[list[tuple[Question, list[Candidate]]]]]:
        parts = [
            [
                (one, one.candidates(one.request.day, today=today, calendar=calendar,
                                     ask_days=ask_days))
                for one in (replace(asked, request=part) for part in days)
            ]
            for days in part_requests(wanted)
        ]  # fmt: skip
        days: list[list[Day]] = [[one.day(stops) for one, stops in coach] for coach in parts]
        room = [known(venue["group_max"]) for venue in asked.venues]
        sizes = [coach[0][0].request.pupils for coach in parts]
        return coach_tours(days, sizes=sizes, room=[None if one is None else int(one)
                                                    for one in room]), parts  # fmt: skip

    fleet, parts = planned(request)
    if fleet is None:
        more = range(request.days + 1, MOST_DAYS + 1)
        enough = next((n for n in more if planned(replace(request, days=n))[0] is not None), None)
        return Trip(request, (), enough_days=enough, notices=notices, revision=revision)
    made = []
    for coach, (days, tours) in enumerate(zip(parts, fleet.tours, strict=True), 1):
        for number, ((one, stops), tour) in enumerate(zip(days, tours, strict=True), 1):
            own = notices_of_tour(one, stops, replace(tour, proven=True), calendar)
            chosen = [asked.venues[at] for at in tour.chosen]
            outcome = Outcome(
                one.request, tour_facts(one, stops, tour), notices=(*notices, *own),
                revision=revision, demo_rows=sum(bool(venue["demo"]) for venue in chosen),
            )  # fmt: skip
            made.append(Part(coach, number, outcome))
    seen = {at for tours in fleet.tours for tour in tours for at in tour.chosen}
    unknown = sum(known(asked.venues[at]["group_max"]) is None for at in seen)
    if request.coaches > 1 and unknown:
        notices += (("trip.room_unknown", {"count": unknown}),)
    missing = [
        Missing(asked.places[at], _reason([stops[at] for _, stops in parts[0]]))
        for at in range(len(asked.venues))
        if at not in seen
    ]
    return Trip(
        request, tuple(made), fleet.value, fleet.bound, fleet.proven, tuple(missing),
        notices=notices, revision=revision,
    )  # fmt: skip


def _reason(stops: list[Candidate]) -> Reason | None:
    """Return why a venue can be visited on no day: as on the first; None if on some it can."""
    return None if any(one.blocked is None for one in stops) else stops[0].blocked
