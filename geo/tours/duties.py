"""What a school must see to before a tour: by when, with how many people, at what cost.

Local rules differ. Every rule here is a setting whose default is the project's own, and said
to be one. Nothing is invented: a fee, a lead time or a hospital that is unknown stays unknown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

from geo.settings import SETTINGS, Settings
from geo.tours.candidates import known
from geo.tours.outcome import Place, StopFacts, TourFacts
from geo.tours.request import Request

TaskKind = Literal["book", "ask_lead", "ask_booking", "ask_hours", "file", "letter", "insure"]
# In the order in which tasks of the same day are listed.
TASK_KINDS: tuple[TaskKind, ...] = (
    "book", "ask_lead", "ask_booking", "ask_hours", "file", "letter", "insure",
)  # fmt: skip
# (number, key of its word): the same in all of China.
EMERGENCY = (("120", "ambulance"), ("110", "police"), ("119", "fire"))
# What a tour costs besides tickets; the school fills them in.
BLANK_COSTS = ("transport", "meals", "insurance", "course")


@dataclass(frozen=True)
class Rules:
    """
    The rules of a place.

    Parameters
    ----------
    pupils_per_staff
        For every so many pupils, or part of them, one member of staff.
    filing_pupils, filing_days
        From how many pupils a tour is filed with the authority (备案), how many days before.
    letter_days, insurance_days, ask_days
        How many days before parents are told, insurance is taken out, and hours are asked for.
    hospital
        The nearest hospital and its number, as it is to be printed; "" unknown.
    by_default
        Names of those that nobody has set: the project's defaults, not local rules.
    """

    pupils_per_staff: int
    filing_pupils: int
    filing_days: int
    letter_days: int
    insurance_days: int
    ask_days: int
    hospital: str
    by_default: frozenset[str]


def rules_of(settings: Settings) -> Rules:
    """Return the rules that are set, and which of them are the defaults."""
    given = dict(settings.tour_rules)
    declared = next(setting.default for setting in SETTINGS if setting.name == "TOUR_RULES")
    usual = dict(part.split("=") for part in declared.split(","))
    same = frozenset(name for name, number in given.items() if str(number) == usual[name])
    return Rules(**given, hospital=settings.tour_hospital, by_default=same)


class Task(NamedTuple):
    """Something to be done by a day; `place` is the venue it is about, `late` if it is past."""

    by: date
    kind: TaskKind
    place: Place | None
    late: bool


def staff_needed(pupils: int, rules: Rules) -> int:
    """Return how many members of staff so many pupils need, at least 1."""
    return max(1, math.ceil(pupils / rules.pupils_per_staff))


def must_file(request: Request, rules: Rules) -> bool:
    """Say whether the tour is to be filed; with just `filing_pupils` it is."""
    return request.pupils >= rules.filing_pupils


def tasks(tour: TourFacts, request: Request, rules: Rules, *, today: date) -> tuple[Task, ...]:
    """
    Return what is to be done by when, the earliest first.

    Parameters
    ----------
    tour, request
        What was planned, and for whom.
    rules
        Of the place.
    today
        What was to be done before it is late; what is due today is not.

    Returns
    -------
    tasks
        For each stop: to book by its day; or to ask today how long ahead, where it must be booked
        and that is unknown; or to ask by `ask_days` before whether it must be booked, where
        that is unknown; to ask by its day for hours that are unknown. For the tour: to file, to
        write to the parents, to insure. By day, then in the order of `TASK_KINDS`, then in the
        order of the stops.
    """
    day = request.day
    found = [task for stop in tour.stops for task in _of_stop(stop, day, rules, today)]
    ahead: list[tuple[TaskKind, int]] = [
        ("letter", rules.letter_days), ("insure", rules.insurance_days),
    ]  # fmt: skip
    if must_file(request, rules):
        ahead.append(("file", rules.filing_days))
    found += [_task(day - timedelta(days=days), kind, None, today) for kind, days in ahead]
    return tuple(sorted(found, key=lambda task: (task.by, TASK_KINDS.index(task.kind))))


def _task(by: date, kind: TaskKind, place: Place | None, today: date) -> Task:
    return Task(by, kind, place, by < today)


def _of_stop(stop: StopFacts, day: date, rules: Rules, today: date) -> list[Task]:
    found = []
    required = known(stop.venue.get("booking_required"))
    soon = max(day - timedelta(days=rules.ask_days), min(today, day))
    if stop.book_by is not None:
        found.append(_task(stop.book_by, "book", stop.place, today))
    elif required is None:
        found.append(_task(soon, "ask_booking", stop.place, today))
    elif required:
        found.append(_task(min(today, day), "ask_lead", stop.place, today))
    if stop.ask_by is not None:
        found.append(_task(stop.ask_by, "ask_hours", stop.place, today))
    return found


class Cost(NamedTuple):
    """
    One item of what a pupil pays.

    `item` is "ticket" or one of `BLANK_COSTS`; `place` the venue of a ticket; `yuan` None where
    it is unknown; `odd` if the register says both a fee and that the venue is free of charge.
    """

    item: str
    place: Place | None
    yuan: float | None
    odd: bool = False


def costs(tour: TourFacts) -> tuple[Cost, ...]:
    """Return the items of cost for each pupil: a ticket for each stop, and the blanks."""
    tickets = [
        Cost("ticket", stop.place, stop.fee_yuan, _is_odd(stop.venue)) for stop in tour.stops
    ]
    return (*tickets, *(Cost(item, None, None) for item in BLANK_COSTS))


def _is_odd(venue: Mapping[str, object]) -> bool:
    fee = known(venue.get("fee_yuan"))
    return fee is not None and float(fee) > 0 and bool(known(venue.get("free")))


def tickets_yuan(tour: TourFacts) -> tuple[float | None, int]:
    """
    Return what the known tickets come to for each pupil, and how many are unknown.

    If none is known the sum is None and not 0: nobody must read it as free of charge.
    """
    fees = [stop.fee_yuan for stop in tour.stops]
    known_fees = [fee for fee in fees if fee is not None]
    unknown = len(fees) - len(known_fees)
    return (None if unknown and not known_fees else sum(known_fees)), unknown
