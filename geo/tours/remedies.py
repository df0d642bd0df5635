"""What would make several days or coaches hold all must-sees, where they do not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from geo.itinerary.changes import MOST_FEN, MOST_MINUTES, MOST_WALK_M, Change, Kind
from geo.tours.additions import LATER_DAYS, Addition
from geo.tours.candidates import MOST_GROUPS
from geo.tours.changes import applied, more_coaches, more_days
from geo.tours.outcome import Place
from geo.tours.request import Request
from geo.tours.shares import Shares


def remedies(
    request: Request, places: Sequence[Place], asked: Callable[[Request], Shares]
) -> tuple[Addition, ...]:
    """
    Return single changes with which a trip of all must-sees was really found.

    Of each kind the least with which the planner finds one, among them `drop` for each must-see
    without which it does, and `other_day` for the first day to set out on.

    Parameters
    ----------
    request
        What was asked; the planner finds no trip for it.
    places
        Those of the question, the venues first.
    asked
        What makes the questions of another request over the same venues.
    """

    def made(kind: Kind, amount: int) -> Request | None:
        change = Change(kind, amount)
        if kind == "drop":
            return applied(request, change, place=None, places=places)
        if kind == "other_day":
            return replace(request, day=request.day + timedelta(days=amount))
        if kind == "more_days":
            return more_days(request, amount)
        if kind == "more_coaches":
            return more_coaches(request, amount)
        return applied(request, change, place=None)

    def helps(kind: Kind, amount: int) -> Request | None:
        wanted = made(kind, amount)
        return None if wanted is None or asked(wanted).planned() is None else wanted

    return tuple(_found(request, places, helps))


def _found(
    request: Request, places: Sequence[Place], helps: Callable[[Kind, int], Request | None]
) -> Iterator[Addition]:
    amounts: dict[Kind, range] = {
        "later_return": range(1, min(MOST_MINUTES, 1439 - request.back) + 1),
        "earlier_start": range(1, min(MOST_MINUTES, request.leave) + 1),
        "split": range(request.most_groups + 1, MOST_GROUPS + 1),
    }
    if request.lunch is not None and not request.lunch.picnic:
        amounts["picnic"] = range(1, 2)
    if request.mode == "walk" and request.walk_limit_m is not None:
        amounts["more_walking"] = range(1, MOST_WALK_M + 1)
    if request.budget_yuan is not None:
        amounts["more_money"] = range(1, MOST_FEN + 1)
    if not request.ask_hours:
        amounts["ask_hours"] = range(1, 2)
    if request.indoors:
        amounts["indoors_or_not"] = range(1, 2)
    for kind, tried in amounts.items():
        found = _least(tried, partial(helps, kind))
        if found is not None:
            yield Addition(Change(kind, found[0]), 0, (), found[1], None)
    counts: dict[Kind, int] = {"other_day": LATER_DAYS, "more_days": 4, "more_coaches": 4}
    for kind, most in counts.items():
        steps = ((amount, helps(kind, amount)) for amount in range(1, most + 1))
        first = next(((amount, wanted) for amount, wanted in steps if wanted is not None), None)
        if first is not None:
            yield Addition(Change(kind, first[0]), 0, (), first[1], None)
    for at, place in enumerate(places):
        if place.venue_id in request.must:
            wanted = helps("drop", at)
            if wanted is not None:
                yield Addition(Change("drop", at), 0, (), wanted, None, place)


def _least(
    amounts: Sequence[int], helps: Callable[[int], Request | None]
) -> tuple[int, Request] | None:
    """Return the first amount that helps and the request with it, by halving."""
    found = helps(amounts[-1]) if amounts else None
    if found is None:
        return None
    low, high = 0, len(amounts) - 1
    while low < high:
        middle = (low + high) // 2
        made = helps(amounts[middle])
        if made is None:
            low = middle + 1
        else:
            high, found = middle, made
    return amounts[low], found
