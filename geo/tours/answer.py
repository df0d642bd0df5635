"""From a request and the register to the answer: what page, command and documents call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.cost_cache import CostCache
from geo.errors import GeoError
from geo.itinerary.day import NEVER, Day, Tour
from geo.itinerary.large import tour_of
from geo.itinerary.repairs import impossible, left_out
from geo.itinerary.retiming import retimed
from geo.itinerary.search import TooManySets, plan
from geo.modes import minutes
from geo.settings import Settings
from geo.succession import in_force
from geo.tours.candidates import Candidate
from geo.tours.changes import applied
from geo.tours.facts import fault_facts, left_out_facts, parallels, tour_facts
from geo.tours.outcome import Fault, Outcome, TourFacts
from geo.tours.places import margins_min
from geo.tours.question import Question, chosen_venues
from geo.tours.request import MODES, Request
from geo.travel import travel_ways

TABLES_NEEDED = ("townships", "venues", "holidays")
OTHER_DAYS = 14  # how many days after the one asked for are tried
MOST_OTHERS = 2  # clearly different tours
# An assumption for the rain plan alone.
OUTDOOR_KINDS = ("nature",)

Notices = tuple[tuple[str, Mapping[str, Any]], ...]


def question(
    tables: Mapping[str, pd.DataFrame],
    request: Request,
    *,
    settings: Settings,
    today: date,
    cache: CostCache | None = None,
) -> tuple[Question, Notices]:
    """
    Return the planner's question for a request, and what must be said of its ways.

    Parameters
    ----------
    tables
        The stored tables, at least `TABLES_NEEDED`.
    request
        What is asked.
    settings
        Those of travel.
    today
        The day on which it is asked.
    cache
        Of what a routing engine answered; None for none.

    Raises
    ------
    GeoError
        If a named venue or a place is unknown.
    """
    townships = in_force(tables["townships"], as_of=request.day)
    townships = townships.set_index("township_code", drop=False)
    calendar = calendar_of(tables["holidays"])
    chosen = chosen_venues(tables["venues"], townships, request, today=today, calendar=calendar)
    where = np.array([(place.lon, place.lat) for place in chosen.places])
    mode = MODES[request.mode]
    took, away = travel_ways(where, mode=mode, settings=settings, cache=cache)
    kmh = dict(settings.speeds_kmh)[mode]
    margin = margins_min(chosen.places, m_per_min=1 / float(minutes(
        np.array([settings.detour]), kmh)[0]))  # fmt: skip
    way = np.ceil(_dense(took.costs.demand(), took.costs.facility, took.costs.cost, len(where)))
    whole = np.minimum(way, NEVER).astype(np.int64)
    # A bus may drive by any place: no way is longer than by way of another.
    ways_min = _closed(np.minimum(whole + margin, NEVER))
    ways_m = _closed(_dense(away.costs.demand(), away.costs.facility, away.costs.cost, len(where)))
    notices = [(notice.key, notice.facts) for notice in took.notices]
    asked = Question(
        request, chosen.venues, chosen.places, chosen.placed,
        ways_min, ways_m, margin, chosen.left_aside,
    )  # fmt: skip
    return asked, tuple(notices)


def _dense(
    one: NDArray[np.int64], other: NDArray[np.int64], cost: NDArray[np.float64], size: int
) -> NDArray[np.float64]:
    """Return the costs as a square; the way from a place to itself costs nothing."""
    square = np.full((size, size), np.inf)
    square[one, other] = cost
    np.fill_diagonal(square, 0)
    return square


def _closed(way: NDArray[Any]) -> NDArray[Any]:
    """Return the square with each way as long as the shortest by way of other places."""
    shortest = way.copy()
    for by in range(len(way)):
        shortest = np.minimum(shortest, shortest[:, by, None] + shortest[None, by, :])
    return shortest


def calendar_of(holidays: pd.DataFrame) -> dict[date, bool]:
    """Return the holiday table: True for a day off, False for a working day made up for."""
    return {
        pd.Timestamp(day).date(): bool(off)
        for day, off in zip(holidays["date"], holidays["off"], strict=True)
    }


def answer(
    tables: Mapping[str, pd.DataFrame],
    request: Request,
    *,
    settings: Settings,
    today: date,
    revision: int = 0,
    cache: CostCache | None = None,
) -> Outcome:
    """
    Plan the tour that a teacher asks for.

    Parameters
    ----------
    tables, request, settings, today, cache
        As for `question`.
    revision
        Of the tables.

    Returns
    -------
    outcome
        With the best tour, proven where it can be, or with what would make one possible.

    Raises
    ------
    GeoError
        As `question`, and if the day is before today (code "tour_past").
    """
    if request.day < today:
        raise GeoError("tour_past", date=request.day.isoformat(), today=today.isoformat())
    asked, notices = question(tables, request, settings=settings, today=today, cache=cache)
    calendar = calendar_of(tables["holidays"])
    ask_days = dict(settings.tour_rules)["ask_days"]
    stops = asked.candidates(request.day, today=today, calendar=calendar, ask_days=ask_days)
    day = asked.day(stops)
    tour = tour_of(day)
    dates = [request.day + timedelta(days=after) for after in range(1, OTHER_DAYS + 1)]
    others = [
        asked.day(asked.candidates(date_, today=today, calendar=calendar, ask_days=ask_days))
        for date_ in dates
    ]
    unrecorded = frozenset(day_.year for day_ in dates) - {day_.year for day_ in calendar}
    variants = {at: one.variants for at, one in enumerate(stops) if one.variants}
    notices += notices_of_tour(asked, stops, tour, calendar)
    if tour is None:
        changes = tuple(
            change for change in impossible(day, variants=variants, other_days=others)
            if applied(request, change, place=None, days=dates, places=asked.places)
        )  # fmt: skip
        return Outcome(request, None, changes=changes, change_days=tuple(dates),
                       change_places=asked.places, unrecorded_years=unrecorded,
                       notices=notices, revision=revision)  # fmt: skip
    blocked = {at: one.blocked for at, one in enumerate(stops) if one.blocked}
    missing = left_out(day, tour, blocked=blocked, variants=variants, other_days=others)
    chosen = [asked.venues[at] for at in tour.chosen]
    return Outcome(
        request, tour_facts(asked, stops, tour),
        others=tuple(tour_facts(asked, stops, one) for one in other_tours(day, tour)),
        rain=rain_plan(asked, stops, tour),
        left_out=left_out_facts(asked, stops, missing, dates), change_days=tuple(dates),
        change_places=asked.places, unrecorded_years=unrecorded,
        parallel=parallels(asked, stops, tour), notices=notices, revision=revision,
        demo_rows=sum(bool(venue["demo"]) for venue in chosen),
    )  # fmt: skip


def other_tours(day: Day, tour: Tour) -> list[Tour]:
    """Return clearly different tours that have something to see, the best first."""
    found: list[Tour] = []
    for _ in range(MOST_OTHERS):
        try:
            other = plan(day, unlike=[tour.chosen, *(one.chosen for one in found)])
        except TooManySets:
            break
        if other is None or not other.visits or other.chosen == tour.chosen:
            break
        found.append(other)
    return found


def rain_plan(asked: Question, stops: Sequence[Candidate], tour: Tour) -> TourFacts | None:
    """
    Return the best tour without the venues outdoors; None if none of `tour` is.

    Where the register does not say, those of `OUTDOOR_KINDS` count as outdoors.
    """
    outdoors = {
        at for at, venue in enumerate(asked.venues)
        if venue["indoors"] == "no"
        or (venue["indoors"] is None and venue["kind"] in OUTDOOR_KINDS)
    }  # fmt: skip
    if not outdoors & tour.chosen:
        return None
    dry = [
        replace(one, stop=replace(one.stop, windows=(), must=False)) if at in outdoors else one
        for at, one in enumerate(stops)
    ]
    found = tour_of(asked.day(dry))
    return None if found is None or not found.visits else tour_facts(asked, dry, found)


def notices_of_tour(
    asked: Question, stops: Sequence[Candidate], tour: Tour | None, calendar: Mapping[date, bool]
) -> Notices:
    """Return what must be said of a tour of these candidates, or of there being none."""
    chosen = frozenset[int]() if tour is None else tour.chosen
    found: list[tuple[str, Mapping[str, Any]]] = []
    year = asked.request.day.year
    if not any(day.year == year for day in calendar):
        found.append(("tour.no_calendar", {"year": year}))
    if any(place.precision in {"village", "township", "unknown"} for place in asked.places):
        found.append(("tour.margins", {}))
    if any(not stops[at].hours_known for at in chosen):
        count = sum(not stops[at].hours_known for at in chosen)
        found.append(("tour.ask_hours", {"count": count}))
    if any(stops[at].fee_yuan is None for at in chosen):
        count = sum(stops[at].fee_yuan is None for at in chosen)
        found.append(("tour.unknown_fees", {"count": count}))
    if any(asked.venues[at]["status"] == "unverified" for at in chosen):
        count = sum(asked.venues[at]["status"] == "unverified" for at in chosen)
        found.append(("tour.unverified", {"count": count}))
    if asked.left_aside:
        found.append(("tour.left_aside", {"count": asked.left_aside}))
    if tour is not None and not tour.proven:
        found.append(("tour.not_proven", {"value": tour.value, "bound": tour.bound}))
    demo = sum(bool(asked.venues[at]["demo"]) for at in chosen)
    if demo:
        found.append(("tour.demo", {"count": demo}))
    return tuple(found)


def in_order(
    tables: Mapping[str, pd.DataFrame], request: Request, order: Sequence[str], *,
    settings: Settings, today: date, cache: CostCache | None = None,
) -> TourFacts | Fault:  # fmt: skip
    """
    Return the tour with these venues in this order, or where it breaks.

    Parameters
    ----------
    tables, request, settings, today, cache
        As for `question`.
    order
        Ids of venues, each once.
    """
    # Wishes stay what they are: they count in a tour's value.
    named = replace(request, must=tuple(order))
    asked, _ = question(tables, named, settings=settings, today=today, cache=cache)
    calendar = calendar_of(tables["holidays"])
    ask_days = dict(settings.tour_rules)["ask_days"]
    stops = asked.candidates(request.day, today=today, calendar=calendar, ask_days=ask_days)
    at = {venue["venue_id"]: number for number, venue in enumerate(asked.venues)}
    found = retimed(asked.day(stops), [at[one] for one in order])
    if isinstance(found, Tour):
        return tour_facts(asked, stops, found)
    return fault_facts(asked, stops, found)
