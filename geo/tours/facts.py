"""A planned tour in the register's terms: names, days to book by, ways between the places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from geo.itinerary.day import Tour
from geo.itinerary.repairs import LeftOut
from geo.itinerary.retiming import Break
from geo.tours.candidates import Candidate
from geo.tours.changes import applied, of_each_group
from geo.tours.outcome import Fault, LeftOutFacts, Leg, Outcome, Place, StopFacts, TourFacts
from geo.tours.question import Question


def tour_facts(asked: Question, stops: Sequence[Candidate], tour: Tour) -> TourFacts:
    """
    Return the tour in the register's terms.

    Parameters
    ----------
    asked
        The question, n venues.
    stops
        Its n candidates.
    tour
        The answer.
    """
    n = len(stops)
    visits = [
        StopFacts(
            asked.places[visit.stop], visit.arrives, visit.begins, visit.ends, visit.leaves,
            visit.lunch, stops[visit.stop].groups,
            stops[visit.stop].ask_by, stops[visit.stop].book_by, stops[visit.stop].fee_yuan,
            asked.venues[visit.stop],
        )
        for visit in tour.visits
    ]  # fmt: skip
    order = [n, *(visit.stop for visit in tour.visits), n + 1]
    legs = tuple(_leg(asked, one, other) for one, other in pairwise(order))
    return TourFacts(
        tuple(visits), legs, tour.departs, tour.returns, tour.lunch_at_start, tour.lunch_at_end,
        tour.value, tour.bound, tour.proven, tour.travel_min, tour.walk_m,
    )  # fmt: skip


def fault_facts(asked: Question, stops: Sequence[Candidate], found: Break) -> Fault:
    """Return where an order set by hand breaks, in the register's terms."""
    if found.stop is None:
        return Fault(found, None, None)
    return Fault(found, asked.places[found.stop], stops[found.stop].blocked)


def as_shown(outcome: Outcome, tour: TourFacts) -> Outcome:
    """
    Return the answer with what must be said of `tour` in place of what is said of the best.

    Parameters
    ----------
    outcome
        The answer.
    tour
        One of its tours, or one set by hand.
    """
    stops = tour.stops
    counts = {
        "tour.ask_hours": sum(stop.ask_by is not None for stop in stops),
        "tour.unknown_fees": sum(stop.fee_yuan is None for stop in stops),
        "tour.unverified": sum(stop.venue.get("status") == "unverified" for stop in stops),
        "tour.demo": sum(bool(stop.venue.get("demo")) for stop in stops),
    }
    kept = [one for one in outcome.notices if one[0] not in {*counts, "tour.not_proven"}]
    own = [(key, {"count": count}) for key, count in counts.items() if count]
    return replace(outcome, notices=(*kept, *own), demo_rows=counts["tour.demo"])


def _leg(asked: Question, one: int, other: int) -> Leg:
    return Leg(
        asked.places[one], asked.places[other], int(asked.minutes[one, other]),
        float(asked.metres[one, other]), int(asked.margin[one, other]),
    )  # fmt: skip


def left_out_facts(
    asked: Question, stops: Sequence[Candidate], found: Sequence[LeftOut], days: Sequence[date]
) -> tuple[LeftOutFacts, ...]:
    """
    Return the stops left out with their places, and the changes that a request can say.

    Parameters
    ----------
    asked, stops
        As for `tour_facts`.
    found
        What the planner says of them.
    days
        Those that `other_day` changes stand for.
    """
    told = []
    for one in found:
        place, own = asked.places[one.stop], stops[one.stop]
        stay = own.stop.stay_min // own.groups
        changes = tuple(
            change
            for change in (of_each_group(change, own.groups) for change in one.changes)
            if applied(asked.request, change, place=place, stay_min=stay, days=days,
                       places=asked.places)
        )  # fmt: skip
        told.append(LeftOutFacts(place, one.reason, changes, stay))
    return tuple(told)


def parallels(
    asked: Question, stops: Sequence[Candidate], tour: Tour, *, most: int = 3
) -> dict[str, tuple[Place, ...]]:
    """
    Return for each stop other venues of one of its subjects that can be visited that day.

    The nearest first, at most `most`; for when a venue turns out to be booked out.
    """
    found = {}
    for visit in tour.visits:
        own = stops[visit.stop].stop
        others = sorted(
            (int(asked.minutes[visit.stop, at]), other.stop.stop_id, at)
            for at, other in enumerate(stops)
            if at not in tour.chosen and other.stop.windows and other.stop.themes & own.themes
        )
        if others:
            found[own.stop_id] = tuple(asked.places[at] for *_, at in others[:most])
    return found
