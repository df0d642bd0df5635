"""Opening hours: whether a venue is open at a moment, until when, and what a reader is told.

Strings are OSM opening_hours; moments are naive and mean Asia/Shanghai. Rules of the
holiday calendar (True: day off, False: make-up working day):

- On a day off, rules for `PH` apply ("Tu-Su 09:00-17:00; PH 09:00-17:00" opens a holiday
  Monday). Every day of the announced break counts, not only the statutory days in it.
- A make-up working day is not `PH`, and it stays the weekday that it is: a venue keeps its
  Saturday hours on a working Saturday.
- A day that is not listed is an ordinary day if its year is in the calendar; otherwise the
  calendar is not known, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

import pandas as pd

from geo.openings.day import DAY_MIN, Spans, day_spans, has_open_end
from geo.openings.entry import normalise
from geo.openings.week import describe

__all__ = ["HoursState", "day_states", "describe", "intervals", "normalise", "state", "states"]

LOOK_AHEAD_DAYS = 14


@dataclass(frozen=True)
class HoursState:
    """
    What is known of a venue at one moment.

    `until`: when it closes, if it is open and closes within 14 days.
    `opens`: when it opens next, if it is not open now and opens within 14 days.
    `calendar_known`: whether the holiday calendar covers all days that the answer rests on.
    """

    kind: Literal["open", "closed", "unknown"]
    until: datetime | None
    opens: datetime | None
    calendar_known: bool


def _spans_around(
    text: str, day: date, calendar: Mapping[date, bool]
) -> Iterator[tuple[int, Spans | None]]:
    """Yield the spans of yesterday to two weeks ahead, in minutes of `day`."""
    for ahead in range(-1, LOOK_AHEAD_DAYS + 1):
        on = day + timedelta(days=ahead)
        off = "PH" in text and calendar.get(on) is True
        spans = day_spans(text, on, off=off)
        shift = ahead * DAY_MIN
        yield ahead, spans and tuple((s + shift, e + shift, kind) for s, e, kind in spans)


def _changes(
    text: str, now: int, day: date, calendar: Mapping[date, bool]
) -> tuple[str, int | None, int | None]:
    """Return the kind at minute `now` of `day`, and the minutes of closing and next opening."""
    kind, until, opens = "closed", None, None
    horizon = now + LOOK_AHEAD_DAYS * DAY_MIN
    for ahead, spans in _spans_around(text, day, calendar):
        if spans is None:
            return "unknown", None, None
        if until is not None and ahead * DAY_MIN > until:
            break
        for start, end, found in spans:
            if found == "open" and start <= (now if until is None else until) < end:
                kind, until = "open", end
            elif start <= now < end and kind != "open":
                kind = "unknown"
            elif found == "open" and start > now and opens is None:
                opens = start
        if ahead >= 0 and until is None and opens is not None:
            break
    if kind == "open":
        return kind, until if until is not None and until <= horizon else None, None
    return kind, None, opens if opens is not None and opens <= horizon else None


def _state(
    text: object, when: datetime, calendar: Mapping[date, bool], years: Set[int]
) -> HoursState:
    if not isinstance(text, str) or not text.strip():
        return HoursState("unknown", None, None, when.year in years)
    day = when.date()
    midnight = datetime.combine(day, time())
    kind, until_min, opens_min = _changes(text, when.hour * 60 + when.minute, day, calendar)
    if until_min is not None and until_min % DAY_MIN == 0 and has_open_end(text):
        until_min = None  # the string does not say when it closes
    until = None if until_min is None else midnight + timedelta(minutes=until_min)
    opens = None if opens_min is None else midnight + timedelta(minutes=opens_min)
    last = until or opens or when
    known = all(year in years for year in range(when.year, last.year + 1))
    return HoursState(kind, until, opens, known)  # type: ignore[arg-type]


def _years(calendar: Mapping[date, bool]) -> Set[int]:
    return {day.year for day in calendar}


def _require_naive(when: datetime) -> None:
    if when.tzinfo is not None:
        raise ValueError("`when` must be naive, in Asia/Shanghai")


def state(
    opening_hours: str | None, when: datetime, *, calendar: Mapping[date, bool]
) -> HoursState:
    """
    Say whether a venue with `opening_hours` is open at `when`.

    At the minute of closing it is closed. Without hours, or with a string that cannot be
    read, the answer is "unknown": neither open nor closed.

    Parameters
    ----------
    opening_hours
        An OSM opening_hours string, or None.
    when
        The moment, naive, in Asia/Shanghai.
    calendar
        Days off (True) and make-up working days (False).

    Raises
    ------
    ValueError
        If `when` has a time zone.
    """
    _require_naive(when)
    return _state(opening_hours, when, calendar, _years(calendar))


def states(
    series_of_hours: pd.Series, when: datetime, *, calendar: Mapping[date, bool]
) -> pd.DataFrame:
    """
    Say for many venues whether they are open at `when`; each distinct string is read once.

    Parameters
    ----------
    series_of_hours
        n OSM opening_hours strings, missing where unknown.
    when, calendar
        As in `state`.

    Returns
    -------
    states
        n rows with the index of `series_of_hours`: `kind` (text), `until`, `opens`
        (datetime64[s], missing when there is none), `calendar_known` (bool).
    """
    _require_naive(when)
    years = _years(calendar)
    codes, distinct = pd.factorize(series_of_hours, use_na_sentinel=False)
    found = [_state(text, when, calendar, years) for text in distinct]
    table = pd.DataFrame(
        {
            "kind": pd.Series([one.kind for one in found], dtype="str"),
            "until": pd.Series([one.until for one in found], dtype="datetime64[s]"),
            "opens": pd.Series([one.opens for one in found], dtype="datetime64[s]"),
            "calendar_known": pd.Series([one.calendar_known for one in found], dtype="bool"),
        }
    )
    answer = table.iloc[codes]
    answer.index = series_of_hours.index
    return answer


def day_states(
    series_of_hours: pd.Series, day: date, *, calendar: Mapping[date, bool]
) -> pd.DataFrame:
    """
    Say for many venues whether and when they are open on `day`, at whatever hour.

    Parameters
    ----------
    series_of_hours
        n OSM opening_hours strings, missing where unknown.
    day
        The date. An opening belongs to the day on which it begins.
    calendar
        As in `state`.

    Returns
    -------
    states
        n rows with the index of `series_of_hours`: `kind` ("open" when it is open for a
        while, else "unknown" when it may be, else "closed"), `spans` (tuple of (first, last)
        minute of the day for each opening, the last beyond 1440 after midnight),
        `calendar_known` (bool).
    """
    known = day.year in _years(calendar)
    codes, distinct = pd.factorize(series_of_hours, use_na_sentinel=False)
    kinds: list[str] = []
    openings: list[tuple[tuple[int, int], ...]] = []
    for text in distinct:
        said = isinstance(text, str) and bool(text.strip())
        found = (
            day_spans(text, day, off="PH" in text and calendar.get(day) is True) if said else None
        )
        openings.append(tuple((start, end) for start, end, kind in found or () if kind == "open"))
        kinds.append("open" if openings[-1] else "closed" if found == () else "unknown")
    table = pd.DataFrame(
        {
            "kind": pd.Series(kinds, dtype="str"),
            "spans": pd.Series(openings, dtype="object"),
            "calendar_known": pd.Series([known] * len(kinds), dtype="bool"),
        }
    )
    answer = table.iloc[codes]
    answer.index = series_of_hours.index
    return answer


def intervals(
    opening_hours: str | None, day: date, *, calendar: Mapping[date, bool]
) -> list[tuple[datetime, datetime]]:
    """
    Return when a venue opens and closes on `day`, in order; empty when closed or unknown.

    An opening belongs to the day on which it begins, so its end may lie after midnight.
    An opening without an end ("10:00+") is taken to last until midnight.
    """
    if not isinstance(opening_hours, str) or not opening_hours.strip():
        return []
    off = "PH" in opening_hours and calendar.get(day) is True
    midnight = datetime.combine(day, time())
    return [
        (midnight + timedelta(minutes=start), midnight + timedelta(minutes=end))
        for start, end, kind in day_spans(opening_hours, day, off=off) or ()
        if kind == "open"
    ]
