"""One change of a day's question: a limit moved, a stop visited in another way, another day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

from geo.itinerary.day import Day, Stop

Kind = Literal[
    "shorter_stay", "later_return", "earlier_start", "split", "picnic", "more_walking",
    "more_money", "ask_hours", "indoors_or_not", "other_day", "drop", "more_days", "more_coaches",
]  # fmt: skip

MOST_MINUTES = 180  # how much earlier, later or shorter a day is tried
LEAST_STAY_MIN = 15
MOST_WALK_M = 10_000
MOST_FEN = 100_000


class Change(NamedTuple):
    """
    One change of the question.

    `amount` is minutes, metres, fen, groups, or for `other_day` and `drop` the position of the
    day among those offered, and of the stop that goes. Days and coaches more are for several of
    them alone: `changed` knows nothing of those.
    """

    kind: Kind
    amount: int


class Variant(NamedTuple):
    """How else a stop could be visited: steps of rising `amount` with the stop as it then is."""

    kind: Kind
    steps: tuple[tuple[int, Stop], ...]


def changed(
    day: Day, change: Change, stop: int | None, *, variants: Mapping[int, Sequence[Variant]],
    other_days: Sequence[Day] = (),
) -> Day:  # fmt: skip
    """
    Return the day with the change made.

    Parameters
    ----------
    day
        The question.
    change
        One of those that `left_out` or `impossible` found.
    stop
        The stop that it is for; None when it is for none.
    variants, other_days
        As given to `left_out`.
    """
    kind, amount = change
    if kind == "later_return":
        return replace(day, return_min=day.return_min + amount)
    if kind == "earlier_start":
        return replace(day, start_min=day.start_min - amount)
    if kind == "more_walking":
        return replace(day, walk_limit_m=(day.walk_limit_m or 0) + amount)
    if kind == "more_money":
        return replace(day, budget=(day.budget or 0) + amount)
    if kind == "picnic" and day.lunch is not None:
        return replace(day, lunch=replace(day.lunch, picnic=True))
    if kind == "other_day":
        return other_days[amount]
    if kind == "drop":
        return _with(day, amount, replace(day.stops[amount], must=False))
    assert stop is not None
    if kind == "shorter_stay":
        own = day.stops[stop]
        return _with(day, stop, replace(own, stay_min=own.stay_min - amount))
    steps = next(variant.steps for variant in variants[stop] if variant.kind == kind)
    return _with(day, stop, dict(steps)[amount])


def _with(day: Day, at: int, stop: Stop) -> Day:
    return replace(day, stops=(*day.stops[:at], stop, *day.stops[at + 1 :]))
