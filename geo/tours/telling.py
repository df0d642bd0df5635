"""A tour in words: its sentence, its timetable, why places are missing and what would help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd

from geo.itinerary.changes import Change
from geo.itinerary.repairs import Reason
from geo.itinerary.retiming import Break
from geo.text import date_text, text
from geo.tours.additions import Addition, Missing, first_day
from geo.tours.form import clock
from geo.tours.outcome import LeftOutFacts, Leg, Outcome, Place, StopFacts, TourFacts
from geo.tours.trips import Trip
from geo.travel import Notice

TIMETABLE = ("time", "what", "note")


def day_text(day: date, language: str = "zh") -> str:
    """Write a day without its year: 12月13日（周日）."""
    written = date_text(day, language)
    if language == "zh":
        return written.partition("年")[2]
    return written.rpartition(" ")[0]


def headline(outcome: Outcome, language: str = "zh") -> str:
    """Return the answer as a sentence."""
    if outcome.tour is None:
        return text("tour.impossible" if outcome.changes else "tour.impossible_at_all", language)
    return tour_sentence(outcome.tour, language)


def trip_headline(trip: Trip, language: str = "zh", *, by_hand: bool = False) -> str:
    """
    Return the answer for several days or coaches as a sentence.

    With its bound, or with `by_hand` saying who set its order.
    """
    days, coaches = trip.request.days, trip.request.coaches
    if not trip.parts:
        said = text("trip.impossible", language, days=days, coaches=coaches)
        return said + text("trip.changes" if trip.changes else "trip.never", language)
    stops = [part.outcome.tour.stops if part.outcome.tour else () for part in trip.parts]
    places = {stop.place.venue_id for one in stops for stop in one}
    said = text("trip.headline", language, days=days, coaches=coaches, count=len(places))
    if by_hand:
        return said + text("tour.look_by_hand", language)
    key = "trip.proven" if trip.proven else "trip.unproven"
    return said + text(key, language, value=trip.value, bound=trip.bound)


def missing_text(one: Missing, trip: Trip, language: str = "zh") -> str:
    """Return the sentence of a venue that is in no part of a trip: why not, day by day."""
    days: dict[Reason, list[date]] = {}
    for part, reason in zip(trip.of_coach(1), one.reasons, strict=True):
        days.setdefault(reason, []).append(part.outcome.request.day)
    between, end = ("、", "；") if language == "zh" else (", ", "; ")
    if len(days) == 1:
        reason = next(iter(days))
        every = reason == "closed" and trip.request.days > 1
        key = "trip.reason_closed" if every else f"tour.reason_{reason}"
        return text("tour.left_out_line", language, place=one.place.name,
                    reason=text(key, language))  # fmt: skip
    said = end.join(
        text("trip.reason_on", language, reason=reason_text(reason, language),
             days=between.join(day_text(day, language) for day in own))
        for reason, own in days.items()
    )  # fmt: skip
    return text("tour.left_out_line", language, place=one.place.name, reason=said)


def addition_text(one: Addition, trip: Trip, language: str = "zh") -> str:
    """Return what brings a venue into a trip as words: what changes, on which day, for whom."""
    kind, day = one.change.kind, first_day(one)
    if kind == "more_days":
        return text("trip.change_more_days", language, amount=one.request.days)
    if kind == "more_coaches":
        return text("trip.change_more_coaches", language, amount=one.request.coaches)
    if kind == "other_day":
        last = day + timedelta(days=one.request.days - 1)
        checked = not {day.year, last.year} & trip.unrecorded_years
        key = "trip.change_other_day" if checked else "trip.change_other_day_unchecked"
        return text(key, language, amount=day_text(day, language))
    amount = _amount(one.change) if one.place is None else one.place.name
    said = text(f"tour.change_{kind}", language, amount=amount)
    if not one.day:
        return said
    if trip.request.days > 1:
        said = text("trip.change_on", language, day=day_text(day, language), change=said)
    if len(one.coaches) < trip.request.coaches:
        said = text("trip.change_on", language, day=coaches_text(one.coaches, language),
                    change=said)  # fmt: skip
    return said


def coaches_text(coaches: Sequence[int], language: str = "zh") -> str:
    """Return the coaches that go together: 1、2 号车."""
    between = "、" if language == "zh" else ", "
    return text("trip.coach", language, numbers=between.join(map(str, coaches)))


def tour_sentence(tour: TourFacts, language: str = "zh", *, look: str = "") -> str:
    """
    Return a tour as a sentence that says whether it is proven best.

    `look` is "" for the planner's, "other" for one unlike it, "rain", or "by_hand".
    """
    if not tour.stops:
        return text("tour.nothing", language)
    said = text(
        "tour.headline", language, departs=clock(tour.departs), returns=clock(tour.returns),
        count=len(tour.stops), end=tour.legs[-1].destination.name,
    )  # fmt: skip
    if look:
        return said + text(f"tour.look_{look}", language)
    return said + text("tour.proven" if tour.proven else "tour.unproven", language)


def notice_sentences(
    notices: Sequence[tuple[str, Mapping[str, Any]]], language: str = "zh"
) -> list[str]:
    """Return what is to be said with an answer, a sentence each."""
    return [Notice(key, facts).sentence(language) for key, facts in notices]


def reason_text(reason: str, language: str = "zh") -> str:
    """Return why a place was left out, without its name."""
    return text(f"tour.reason_{reason}", language)


def left_out_text(one: LeftOutFacts, language: str = "zh") -> str:
    """Return the sentence of a place that was left out."""
    reason = reason_text(one.reason, language)
    return text("tour.left_out_line", language, place=one.place.name, reason=reason)


def change_text(change: Change, outcome: Outcome, language: str = "zh") -> str:
    """Return a change as words: how much it takes, or which day (holidays known?) or place."""
    kind, amount = change
    said: object = _amount(change)
    if kind == "other_day":
        day = outcome.change_days[amount]
        said = day_text(day, language)
        if day.year in outcome.unrecorded_years:
            return text("tour.change_other_day_unchecked", language, amount=said)
    elif kind == "drop":
        said = outcome.change_places[amount].name
    return text(f"tour.change_{kind}", language, amount=said)


def _amount(change: Change) -> str:
    return f"{change.amount / 100:g}" if change.kind == "more_money" else str(change.amount)


def break_text(
    found: Break, place: Place | None, reason: str | None = None, *, language: str = "zh"
) -> str:
    """
    Return where an order set by hand breaks, and what to do.

    Parameters
    ----------
    found, place, reason
        As `answer.in_order` returns them; a place that has no opening that day is told as such.
    """
    kind: str = found.kind
    name = "" if place is None else place.name
    at, over = clock(found.at), str(found.over)
    if kind == "too_dear":
        at, over = f"{found.at / 100:g}", f"{found.over / 100:g}"
    elif kind == "too_far_on_foot":
        at = str(found.at)
    why = reason_text(reason or "closed", language)
    return text(f"tour.break_{kind}", language, at=at, over=over, place=name, reason=why)


def timetable(tour: TourFacts, *, picnic: bool, language: str = "zh") -> pd.DataFrame:
    """
    Return a tour as rows of time, what happens, and what is to be known of it.

    Parameters
    ----------
    tour
        k stops.
    picnic
        Whether lunch may be eaten out of the bag where no meals are served.

    Returns
    -------
    rows
        Columns `TIMETABLE`, texts, by time: departure, visits, lunch, return.
    """
    rows: list[tuple[str, str, str]] = []

    def add(begins: int, ends: int | None, what: str, *notes: str) -> None:
        time = clock(begins) if ends is None else f"{clock(begins)}–{clock(ends)}"
        between = "；" if language == "zh" else "; "
        rows.append((time, what, between.join(note for note in notes if note)))

    lunch = text("tour.lunch", language)
    if tour.lunch_at_start is not None:
        add(*tour.lunch_at_start, lunch, text("tour.lunch_first", language))
    origin = tour.legs[0].origin.name
    add(tour.departs, None, text("tour.departs", language, place=origin))
    for stop, leg in zip(tour.stops, tour.legs, strict=False):
        meal = None
        if stop.lunch is not None:
            fed = bool(stop.venue.get("meals"))
            key = "tour.lunch_fed" if fed else "tour.lunch_picnic" if picnic else "tour.lunch_fed"
            meal = (*stop.lunch, lunch, text(key, language))
        if meal is not None and meal[0] < stop.begins:
            add(*meal)
            meal = None
        visit = text("tour.visit", language, place=stop.place.name)
        add(stop.begins, stop.ends, visit, way_text(leg, language), *stop_notes(stop, language))
        if meal is not None:
            add(*meal)
    home = tour.legs[-1]
    place = home.destination.name
    add(tour.returns, None, text("tour.returns", language, place=place), way_text(home, language))
    if tour.lunch_at_end is not None:
        add(*tour.lunch_at_end, lunch, text("tour.lunch_back", language))
    return pd.DataFrame(rows, columns=list(TIMETABLE))


def way_text(leg: Leg, language: str = "zh") -> str:
    """Return how long a leg takes, and how much of that is margin."""
    if leg.margin_min:
        return text("tour.way_margin", language, minutes=leg.minutes, margin=leg.margin_min)
    return text("tour.way", language, minutes=leg.minutes)


def stop_notes(stop: StopFacts, language: str = "zh") -> list[str]:
    """Return what is to be known of a stop: groups, calls, bookings, fees."""
    notes = []
    if stop.groups > 1:
        notes.append(text("tour.groups", language, groups=stop.groups))
    if stop.ask_by is not None:
        phone = stop.venue.get("phone")
        notes.append(text("tour.ask_by", language, day=day_text(stop.ask_by, language)))
        notes.append(
            text("tour.ask_phone", language, phone=phone)
            if phone
            else text("tour.ask_no_phone", language)
        )
    if stop.book_by is not None:
        notes.append(text("tour.book_by", language, day=day_text(stop.book_by, language)))
    if stop.fee_yuan is None:
        notes.append(text("tour.fee_unknown", language))
    elif stop.fee_yuan:
        notes.append(text("tour.fee", language, fee=f"{stop.fee_yuan:g}"))
    else:
        notes.append(text("tour.free", language))
    if stop.venue.get("demo"):
        notes.append(text("tour.demo_row", language))
    return notes
