"""The answer to a request as JSON: the format of ``python -m geo tour``, told in docs/tours.md."""

from __future__ import annotations

import json
from typing import Any

from geo.itinerary.changes import Change
from geo.tours.additions import Addition, Missing, first_day
from geo.tours.form import clock, to_json
from geo.tours.outcome import LeftOutFacts, Outcome, Place, StopFacts, TourFacts
from geo.tours.telling import (
    addition_text,
    change_text,
    headline,
    left_out_text,
    missing_text,
    notice_sentences,
    trip_headline,
)
from geo.tours.trips import Part, Trip

VERSION = 1
UNITS = {
    "shorter_stay": "min", "later_return": "min", "earlier_start": "min", "split": "groups",
    "more_walking": "m", "more_money": "yuan",
}  # fmt: skip


def outcome_facts(outcome: Outcome, language: str = "zh") -> dict[str, Any]:
    """Return the answer as what JSON can hold; times as 08:05, days as 2026-12-12."""
    tour = outcome.tour
    return {
        "version": VERSION,
        "revision": outcome.revision,
        "request": json.loads(to_json(outcome.request)),
        "sentence": headline(outcome, language),
        "possible": tour is not None,
        "value": None if tour is None else tour.value,
        "bound": None if tour is None else tour.bound,
        "proven": None if tour is None else tour.proven,
        "itinerary": None if tour is None else _tour(tour),
        "left_out": [_left_out(one, outcome, language) for one in outcome.left_out],
        "changes": [_change(change, outcome, language) for change in outcome.changes],
        **_alternatives(outcome),
        "notices": notice_sentences(outcome.notices, language),
        "demo_rows": outcome.demo_rows,
    }


def outcome_json(outcome: Outcome, language: str = "zh") -> str:
    """Return the answer as JSON text."""
    return json.dumps(outcome_facts(outcome, language), ensure_ascii=False, indent=1) + "\n"


def trip_facts(trip: Trip, language: str = "zh") -> dict[str, Any]:
    """Return the answer for several days or coaches as what JSON can hold."""
    return {
        "version": VERSION,
        "revision": trip.revision,
        "request": json.loads(to_json(trip.request)),
        "sentence": trip_headline(trip, language),
        "possible": bool(trip.parts),
        "value": trip.value if trip.parts else None,
        "bound": trip.bound if trip.parts else None,
        "proven": trip.proven if trip.parts else None,
        "enough_days": trip.enough_days,
        "changes": [_addition(one, trip, language) for one in trip.changes],
        "parts": [_part(part, language) for part in trip.parts],
        "missing": [_missing(one, trip, language) for one in trip.missing],
        "notices": notice_sentences(trip.notices, language),
    }  # fmt: skip


def trip_json(trip: Trip, language: str = "zh") -> str:
    """Return the answer for several days or coaches as JSON text."""
    return json.dumps(trip_facts(trip, language), ensure_ascii=False, indent=1) + "\n"


def _missing(one: Missing, trip: Trip, language: str) -> dict[str, Any]:
    days = [part.outcome.request.day.isoformat() for part in trip.of_coach(1)]
    return {
        "venue_id": one.place.venue_id, "name": one.place.name, "reason": one.blocked,
        "reasons": dict(zip(days, one.reasons, strict=True)),
        "sentence": missing_text(one, trip, language),
        "changes": [_addition(addition, trip, language) for addition in one.additions],
    }  # fmt: skip


def _addition(one: Addition, trip: Trip, language: str) -> dict[str, Any]:
    kind, _ = one.change
    said: dict[str, Any] = {"kind": kind, **_amount(one.change)}
    if kind == "more_days":
        said["days"] = one.request.days
    elif kind == "more_coaches":
        said["coaches"] = one.request.coaches
    elif kind == "drop" and one.place is not None:
        said["venue_id"] = one.place.venue_id
    elif kind == "other_day" or one.day:
        said["date"] = first_day(one).isoformat()
    if one.day:
        said |= {"day": one.day, "coaches": one.coaches, "orders": one.orders}
    return said | {"sentence": addition_text(one, trip, language),
                   "request": json.loads(to_json(one.request))}  # fmt: skip


def _amount(change: Change) -> dict[str, Any]:
    kind, amount = change
    if kind not in UNITS:
        return {}
    return {"amount": amount / 100 if kind == "more_money" else amount, "unit": UNITS[kind]}


def _part(part: Part, language: str) -> dict[str, Any]:
    outcome = part.outcome
    return {
        "coach": part.coach, "day": part.day, "date": outcome.request.day.isoformat(),
        "pupils": outcome.request.pupils, "staff": outcome.request.staff,
        "itinerary": None if outcome.tour is None else _valued(outcome.tour),
        **_alternatives(outcome),
        "notices": notice_sentences(outcome.notices, language), "demo_rows": outcome.demo_rows,
    }  # fmt: skip


def _alternatives(outcome: Outcome) -> dict[str, Any]:
    return {
        "others": [_valued(one) for one in outcome.others],
        "rain": None if outcome.rain is None else _valued(outcome.rain),
        "parallel": {
            venue: [_place(place) for place in places] for venue, places in outcome.parallel.items()
        },
    }  # fmt: skip


def _valued(tour: TourFacts) -> dict[str, Any]:
    return {"value": tour.value, **_tour(tour)}


def _tour(tour: TourFacts) -> dict[str, Any]:
    return {
        "departs": clock(tour.departs), "returns": clock(tour.returns),
        "lunch_at_start": _span(tour.lunch_at_start), "lunch_at_end": _span(tour.lunch_at_end),
        "travel_min": tour.travel_min, "walk_m": tour.walk_m,
        "stops": [_stop(stop) for stop in tour.stops],
        "legs": [
            {
                "from": _place(leg.origin), "to": _place(leg.destination), "minutes": leg.minutes,
                "metres": round(leg.metres), "margin_min": leg.margin_min,
            }
            for leg in tour.legs
        ],
    }  # fmt: skip


def _stop(stop: StopFacts) -> dict[str, Any]:
    return {
        **_place(stop.place),
        "arrives": clock(stop.arrives), "begins": clock(stop.begins), "ends": clock(stop.ends),
        "leaves": clock(stop.leaves), "lunch": _span(stop.lunch), "groups": stop.groups,
        "ask_by": None if stop.ask_by is None else stop.ask_by.isoformat(),
        "book_by": None if stop.book_by is None else stop.book_by.isoformat(),
        "fee_yuan": stop.fee_yuan, "phone": stop.venue.get("phone"),
        "demo": bool(stop.venue.get("demo")),
    }  # fmt: skip


def _place(place: Place) -> dict[str, Any]:
    return place._asdict()


def _span(span: tuple[int, int] | None) -> list[str] | None:
    return None if span is None else [clock(span[0]), clock(span[1])]


def _left_out(one: LeftOutFacts, outcome: Outcome, language: str) -> dict[str, Any]:
    return {
        "venue_id": one.place.venue_id, "name": one.place.name, "reason": one.reason,
        "sentence": left_out_text(one, language),
        "changes": [_change(change, outcome, language) for change in one.changes],
    }  # fmt: skip


def _change(change: Change, outcome: Outcome, language: str) -> dict[str, Any]:
    kind, amount = change
    said: dict[str, Any] = {"kind": kind}
    if kind == "other_day":
        said["date"] = outcome.change_days[amount].isoformat()
    elif kind == "drop":
        said["venue_id"] = outcome.change_places[amount].venue_id
    else:
        said |= _amount(change)
    return said | {"sentence": change_text(change, outcome, language)}
