"""Changes that would bring a stop in, made to the request that they were found for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from geo.itinerary.changes import LEAST_STAY_MIN, Change
from geo.tours.form import RequestError, from_json, to_json
from geo.tours.outcome import Place
from geo.tours.request import MOST_DAYS, Request


def applied(
    request: Request, change: Change, *, place: Place | None, stay_min: int = 0,
    days: Sequence[date] = (), places: Sequence[Place] = (),
) -> Request | None:  # fmt: skip
    """
    Return the request with the change made and its stop among the must-sees.

    Parameters
    ----------
    request
        What was asked.
    change
        One that was found for it; `shorter_stay` in minutes of each group.
    place
        The stop that it is for; None where a tour of all must-sees was impossible.
    stay_min
        How long a group stays there now.
    days, places
        `Outcome.change_days` and `Outcome.change_places`.

    Returns
    -------
    request
        None if no request can say it: a return after midnight, a stay of below
        `LEAST_STAY_MIN` minutes.
    """
    kind, amount = change
    asked = request
    if place is not None and place.venue_id not in request.must:
        wish = tuple(one for one in request.wish if one != place.venue_id)
        # Emptied wishes would let in every other venue.
        kept = wish if wish or not request.wish else request.wish
        asked = replace(request, must=(*request.must, place.venue_id), wish=kept)
    if kind == "shorter_stay":
        if place is None or stay_min - amount < LEAST_STAY_MIN:
            return None
        asked = replace(asked, stays={**(asked.stays or {}), place.venue_id: stay_min - amount})
    elif kind == "other_day":
        asked = replace(asked, day=days[amount])
    elif kind == "drop":
        gone = places[amount].venue_id
        asked = replace(asked, must=tuple(one for one in asked.must if one != gone))
    else:
        asked = replace(asked, **_value(asked, kind, amount))
    try:
        return from_json(to_json(asked))
    except RequestError:
        return None


def _value(asked: Request, kind: str, amount: int) -> dict[str, Any]:
    """Return what one of the changes of a single value makes of it."""
    lunch = None if asked.lunch is None else asked.lunch._replace(picnic=True)
    made: dict[str, dict[str, Any]] = {
        "later_return": {"back": asked.back + amount},
        "earlier_start": {"leave": asked.leave - amount},
        "more_walking": {"walk_limit_m": (asked.walk_limit_m or 0) + amount},
        "more_money": {"budget_yuan": (round(100 * (asked.budget_yuan or 0)) + amount) / 100},
        "picnic": {"lunch": lunch},
        "split": {"most_groups": amount},
        "ask_hours": {"ask_hours": True},
        "indoors_or_not": {"indoors": False},
    }
    return made[kind]


def of_each_group(change: Change, groups: int) -> Change:
    """Return a shorter stay of all groups together as that of each, rounded up."""
    if change.kind != "shorter_stay":
        return change
    return Change(change.kind, math.ceil(change.amount / groups))


def with_must(request: Request, venue: str) -> Request:
    """Return the request with a venue among the must-sees ; a wish for it alone stays."""
    wish = tuple(one for one in request.wish if one != venue) or request.wish
    return replace(request, must=tuple(dict.fromkeys((*request.must, venue))), wish=wish)


def more_days(request: Request, more: int) -> Request | None:
    """Return the request for so many days more; None if they are too many."""
    days = request.days + more
    return replace(request, days=days) if days <= MOST_DAYS else None


def more_coaches(request: Request, more: int) -> Request | None:
    """Return the request divided among so many coaches more; None if it cannot be."""
    count = request.coaches + more
    seats = math.ceil((request.pupils + request.staff) / count)
    divided = replace(request, seats=seats)
    if divided.coaches != count:
        return None
    try:
        return from_json(to_json(divided))
    except RequestError:
        return None
