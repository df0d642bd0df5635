"""Why a stop was left out of a tour, and the smallest single change that brings it in.

A change is computed, not guessed: with it a tour of all chosen stops and the missing one exists,
with a smaller one of the same kind none does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from geo.itinerary.changes import (
    LEAST_STAY_MIN,
    MOST_FEN,
    MOST_MINUTES,
    MOST_WALK_M,
    Change,
    Kind,
    Variant,
    changed,
)  # fmt: skip
from geo.itinerary.day import Day, Minutes, Tour
from geo.itinerary.fitting import fits
from geo.itinerary.search import TooManySets, plan

Reason = Literal[
    "closed", "unknown_hours", "group_too_large", "booking_passed", "outdoors", "no_position",
    "not_open", "stay_too_long", "too_far", "too_dear", "too_far_on_foot", "no_lunch", "no_time",
]  # fmt: skip


@dataclass(frozen=True)
class LeftOut:
    """A stop that a tour lacks: why, and what would bring it in, the least burden first."""

    stop: int
    reason: Reason
    changes: tuple[Change, ...]


def works(day: Day, chosen: Iterable[int]) -> bool:
    """Say whether some tour has just these stops and keeps every limit of the day."""
    asked = day.part(sorted(chosen))
    if not fits(asked):
        return False
    if day.walk_m is None or day.walk_limit_m is None:
        return True
    asked = replace(asked, stops=tuple(replace(stop, must=True) for stop in asked.stops))
    try:
        return plan(asked) is not None
    except TooManySets:
        return False


def brings(day: Day, wanted: set[int]) -> bool:
    """
    Say whether some tour has all these stops, perhaps with others, and keeps every limit.

    Where no way is shorter by way of another place, another stop helps only by feeding the group.
    """
    if works(day, wanted):
        return True
    if day.lunch is not None and not day.lunch.picnic:
        feeding = (at for at, stop in enumerate(day.stops) if stop.feeds and stop.windows)
        if any(at not in wanted and works(day, {*wanted, at}) for at in feeding):
            return True
    if _direct(day.travel_min) and (day.walk_m is None or _direct(day.walk_m)):
        return False
    asked = tuple(replace(stop, must=at in wanted) for at, stop in enumerate(day.stops))
    try:
        return plan(replace(day, stops=asked)) is not None
    except TooManySets:
        return False


def _direct(way: Minutes) -> bool:
    """Say whether no way is shorter by way of a third place."""
    return bool(((way[:, :, None] + way[None, :, :]).min(axis=1) >= way).all())


class _Ladder(NamedTuple):
    """Amounts of one kind of change, rising; what one allows, the next allows as well."""

    kind: Kind
    amounts: Sequence[int]


def _ladders(day: Day, stop: int | None, variants: Sequence[Variant]) -> list[_Ladder]:
    """Return the kinds of change that could help, the least burden first."""
    found = []
    if stop is not None:
        spare = day.stops[stop].stay_min - LEAST_STAY_MIN
        found.append(_Ladder("shorter_stay", range(1, spare + 1)))
        found += [_Ladder(kind, [amount for amount, _ in steps]) for kind, steps in variants]
    found.append(_Ladder("later_return", range(1, MOST_MINUTES + 1)))
    earliest = min(MOST_MINUTES, day.start_min)
    found.append(_Ladder("earlier_start", range(1, earliest + 1)))
    if day.lunch is not None and not day.lunch.picnic:
        found.append(_Ladder("picnic", [1]))
    if day.walk_limit_m is not None:
        found.append(_Ladder("more_walking", range(1, MOST_WALK_M + 1)))
    if day.budget is not None:
        found.append(_Ladder("more_money", range(1, MOST_FEN + 1)))
    return found


def _least(amounts: Sequence[int], helps: Callable[[int], bool]) -> int | None:
    """Return the first amount that helps, by halving; None if the greatest does not."""
    if not amounts or not helps(amounts[-1]):
        return None
    low, high = 0, len(amounts) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if helps(amounts[middle]) else (middle + 1, high)
    return amounts[low]


def left_out(
    day: Day,
    tour: Tour,
    *,
    blocked: Mapping[int, Reason] | None = None,
    variants: Mapping[int, Sequence[Variant]] | None = None,
    other_days: Sequence[Day] = (),
) -> list[LeftOut]:
    """
    Say for each stop that a tour lacks why, and what would bring it in beside the chosen ones.

    Parameters
    ----------
    day
        The question, n stops.
    tour
        Its answer.
    blocked
        Why stops without any window have none: what the caller knows of them.
    variants
        How else stops could be visited: with more groups, with hours still to be asked for.
    other_days
        The same question on other days, the nearest first, with the same stops.

    Returns
    -------
    left_out
        One entry for each stop not in the tour, in order. `changes` has at most one of each
        kind, and none that needs a second one.
    """
    blocked, variants = blocked or {}, variants or {}
    found = []
    for at in range(len(day.stops)):
        if at in tour.chosen:
            continue
        wanted = {*tour.chosen, at}
        changes = _changes(day, wanted, at, variants=variants, other_days=other_days)
        found.append(LeftOut(at, _reason(day, wanted, at, blocked), tuple(changes)))
    return found


def impossible(
    day: Day,
    *,
    variants: Mapping[int, Sequence[Variant]] | None = None,
    other_days: Sequence[Day] = (),
) -> list[Change]:
    """
    Return what would make a tour of all must-sees possible, where there is none.

    Parameters
    ----------
    day, variants, other_days
        As in `left_out`.

    Returns
    -------
    changes
        The least of each kind, among them `drop` for each must-see without which the others
        can be seen.
    """
    variants = variants or {}
    musts = {at for at, stop in enumerate(day.stops) if stop.must}
    changes = _changes(day, musts, None, variants={}, other_days=other_days)
    for at in sorted(musts):
        own = [ladder for ladder in _ladders(day, at, variants.get(at, ())) if ladder.kind in
               {"split", "ask_hours", "indoors_or_not"}]  # fmt: skip
        changes += _climb(day, own, musts, at, variants=variants)
        if brings(day, musts - {at}):
            changes.append(Change("drop", at))
    return changes


def _changes(
    day: Day, wanted: set[int], stop: int | None, *, variants: Mapping[int, Sequence[Variant]],
    other_days: Sequence[Day],
) -> list[Change]:  # fmt: skip
    own = variants.get(stop, ()) if stop is not None else ()
    changes = _climb(day, _ladders(day, stop, own), wanted, stop, variants=variants)
    # A day on which the same stops are open alike has the same answer.
    known = {day.stops}
    for number, other in enumerate(other_days):
        if other.stops in known:
            continue
        known.add(other.stops)
        if brings(other, wanted):
            changes.append(Change("other_day", number))
            break
    return changes


def _climb(
    day: Day, ladders: Sequence[_Ladder], wanted: set[int], stop: int | None, *,
    variants: Mapping[int, Sequence[Variant]],
) -> list[Change]:  # fmt: skip
    changes = []
    for kind, amounts in ladders:

        def helps(amount: int, kind: Kind = kind) -> bool:
            return brings(changed(day, Change(kind, amount), stop, variants=variants), wanted)

        least = _least(amounts, helps)
        if least is not None:
            changes.append(Change(kind, least))
    return changes


def _reason(day: Day, wanted: set[int], stop: int, blocked: Mapping[int, Reason]) -> Reason:
    """Return the first limit that keeps the stop out; `no_time` if only all together do."""
    own = day.stops[stop]
    if not own.windows:
        return blocked.get(stop, "closed")
    if not any(
        max(window.opens, 0) + own.stay_min <= window.closes and window.opens <= window.last_entry
        for window in own.windows
    ):
        return "stay_too_long"
    free = replace(day, budget=None, walk_limit_m=None, lunch=None)
    if not works(free, [stop]):
        return "too_far"
    if day.budget is not None and works(replace(day, budget=None), wanted):
        return "too_dear"
    if day.walk_limit_m is not None and works(replace(day, walk_limit_m=None), wanted):
        return "too_far_on_foot"
    if day.lunch is not None and works(replace(day, lunch=None), wanted):
        return "no_lunch"
    return "no_time"
