"""Venues as possible stops of a class: for how long, in how many groups, worth what, or why not."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from geo.itinerary.changes import Kind, Variant
from geo.itinerary.day import Stop, Window
from geo.itinerary.repairs import Reason
from geo.tours.request import Request
from geo.tours.windows import ANY_TIME, windows_on

# Nobody has measured these; they are assumptions, and said to be where they count.
STAY_MIN = 60  # where the register does not say
VALUE, SUBJECT_VALUE, GRADE_VALUE, WISH_VALUE = 10, 10, 5, 20
VARIETY = 5
MOST_GROUPS = 8  # no venue is tried with more groups than this


@dataclass(frozen=True)
class Candidate:
    """
    One venue as it would be visited by a class on one day.

    Parameters
    ----------
    stop
        For the planner; without windows if it cannot be visited.
    groups
        In how many groups, one after the other.
    blocked
        Why it has no windows; "" if it has.
    variants
        How else it could be visited.
    hours_known
        Whether its hours are known; else it is to be asked.
    book_by, ask_by
        The days by which to book and to ask; None where not.
    fee_yuan
        What a pupil pays; None unknown.
    """

    stop: Stop
    groups: int
    blocked: Reason | None
    variants: tuple[Variant, ...]
    hours_known: bool
    book_by: date | None
    ask_by: date | None
    fee_yuan: float | None


def known(value: Any) -> Any:
    """Return a cell's value, None where it is missing."""
    return None if value is None or pd.isna(value) else value


def candidate(
    venue: Mapping[str, Any], request: Request, *, day: date, today: date,
    calendar: Mapping[date, bool], placed: bool, ask_days: int,
) -> Candidate:  # fmt: skip
    """
    Return a venue as a stop of the request on `day`.

    Parameters
    ----------
    venue
        Its row of the register.
    request
        What is asked.
    day
        The day, the request's or another.
    today
        The day on which it is asked: what must be booked before it is too late.
    calendar
        The holiday table.
    placed
        Whether it is known where the venue is, at least its township.
    ask_days
        How many days before the visit unknown hours are to be asked for.
    """
    cap = known(venue["group_max"])
    groups = 1 if cap is None else math.ceil(request.pupils / int(cap))
    stays = request.stays or {}
    stay = int(stays.get(venue["venue_id"]) or known(venue["visit_min"]) or STAY_MIN)
    hours = known(venue["opening_hours"])
    last_entry = int(known(venue["last_entry_min"]) or 0)
    windows = ANY_TIME if hours is None else windows_on(
        hours, day, calendar=calendar, last_entry_min=last_entry
    )  # fmt: skip
    lead = known(venue["group_lead_days"])
    book_by = None if lead is None else day - timedelta(days=int(lead))
    fee = _fee(venue)
    stop = Stop(
        venue["venue_id"], groups * stay, windows,
        must=venue["venue_id"] in request.must, value=_value(venue, request),
        themes=frozenset((known(venue["subjects"]) or "").split(";")) - {""},
        fee=round(100 * (fee or 0)), feeds=bool(known(venue["meals"])),
    )  # fmt: skip

    def reblocked(asked: Request) -> Reason | None:
        return _blocked(venue, asked, day, today=today, placed=placed, book_by=book_by,
                        groups=groups, windows=windows, hours=hours)  # fmt: skip

    blocked = reblocked(request)
    variants = _variants(stop, request, blocked, groups, windows, reblocked)
    if blocked is not None:
        stop = replace(stop, windows=())
    ask_by = None if hours is not None else day - timedelta(days=ask_days)
    return Candidate(
        stop, groups, blocked, variants, hours is not None, book_by,
        None if ask_by is None else max(ask_by, min(today, day)), fee,
    )  # fmt: skip


def _fee(venue: Mapping[str, Any]) -> float | None:
    fee = known(venue["fee_yuan"])
    if fee is not None:
        return float(fee)
    return 0.0 if known(venue["free"]) else None


def _value(venue: Mapping[str, Any], request: Request) -> int:
    subjects = set((known(venue["subjects"]) or "").split(";"))
    grades = set((known(venue["grades"]) or "").split(";"))
    value = VALUE + SUBJECT_VALUE * len(subjects & set(request.subjects))
    value += GRADE_VALUE * (request.grade in grades and request.grade != "")
    return value + WISH_VALUE * (venue["venue_id"] in request.wish)


def _blocked(
    venue: Mapping[str, Any], request: Request, day: date, *, today: date, placed: bool,
    book_by: date | None, groups: int, windows: tuple[Window, ...], hours: str | None,
) -> Reason | None:  # fmt: skip
    """Return the first reason why the class cannot visit the venue that day."""
    opened, closed = known(venue["opened_on"]), known(venue["closed_on"])
    shut = venue["status"] not in {"open", "by_event", "unverified"}
    shut |= opened is not None and pd.Timestamp(opened).date() > day
    shut |= closed is not None and pd.Timestamp(closed).date() <= day
    if not placed:
        return "no_position"
    if shut:
        return "not_open"
    if request.indoors and known(venue["indoors"]) not in {"yes", "both"}:
        return "outdoors"
    if hours is None and not request.ask_hours:
        return "unknown_hours"
    if not windows:
        return "closed"
    if book_by is not None and book_by < today:
        return "booking_passed"
    return "group_too_large" if groups > request.most_groups else None


def _variants(
    stop: Stop, request: Request, blocked: Reason | None, groups: int,
    windows: tuple[Window, ...], reblocked: Callable[[Request], Reason | None],
) -> tuple[Variant, ...]:  # fmt: skip
    """Return the one change of the request that lifts all that blocks a stop, if there is one."""
    lifted: dict[Reason, tuple[Kind, int, Request]] = {
        "group_too_large": ("split", groups, replace(request, most_groups=groups)),
        "unknown_hours": ("ask_hours", 1, replace(request, ask_hours=True)),
        "outdoors": ("indoors_or_not", 1, replace(request, indoors=False)),
    }
    if blocked not in lifted or (blocked == "group_too_large" and groups > MOST_GROUPS):
        return ()
    kind, amount, asked = lifted[blocked]
    if reblocked(asked) is not None:  # something else blocks it as well
        return ()
    return (Variant(kind, ((amount, replace(stop, windows=windows)),)),)
