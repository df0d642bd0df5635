"""When venues can be visited on a day: opening hours as the planner's windows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from geo.hours import intervals
from geo.itinerary.day import Window

DAY_MIN = 1440
ANY_TIME = (Window(0, DAY_MIN, DAY_MIN),)


def windows_on(
    opening_hours: str, day: date, *, calendar: Mapping[date, bool], last_entry_min: int = 0
) -> tuple[Window, ...]:
    """
    Return when a venue can be visited on `day`, in minutes since its midnight, by time.

    An opening of the evening before that lasts beyond midnight counts for what is left of it; one
    that lasts beyond the next midnight ends after 1440. Openings that touch are one.

    Parameters
    ----------
    opening_hours
        An OSM opening_hours string.
    day
        The day.
    calendar
        True for a day off, False for a working day made up for.
    last_entry_min
        How long before it closes nobody is let in any more.
    """
    midnight = datetime.combine(day, time())
    spans: list[tuple[int, int]] = []
    for which in (day - timedelta(days=1), day):
        for opens, closes in intervals(opening_hours, which, calendar=calendar):
            span = (_minutes(opens - midnight), _minutes(closes - midnight))
            if span[1] > 0:
                spans.append((max(span[0], 0), span[1]))
    joined: list[tuple[int, int]] = []
    for opens_at, closes_at in sorted(spans):
        if joined and opens_at <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], closes_at))
        else:
            joined.append((opens_at, closes_at))
    return tuple(
        Window(opens_at, closes_at, closes_at - last_entry_min)
        for opens_at, closes_at in joined
        if closes_at - last_entry_min >= opens_at
    )


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
