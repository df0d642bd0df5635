"""A tour for calendars (ICS): the day, each stop, and what is to be done before, with alarms."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Timezone, TimezoneStandard, vText

from geo.report.document import plain
from geo.text import text
from geo.tours.duties import Task
from geo.tours.outcome import Place, StopFacts, TourFacts
from geo.tours.request import Request
from geo.tours.wording import precision_text, task_text

ZONE = ZoneInfo("Asia/Shanghai")
_DOMAIN = "taian-xinghuo-map"
_REMINDED_AT = timedelta(hours=9)  # of the day of a task
_BEFORE_LEAVING = -timedelta(hours=12)


def ics_bytes(
    tour: TourFacts, request: Request, tasks: Sequence[Task], *, title: str,
    notices: Sequence[str], made_at: datetime, link: str = "",
) -> bytes:  # fmt: skip
    """
    Return the tour as iCalendar (RFC 5545).

    One event for the whole day, one for each stop, and an all-day event with an alarm at 9:00
    for each task that is not late (many calendars leave out VTODO). The same tour of the
    same day keeps its UIDs, so that a later file replaces an earlier one.

    Parameters
    ----------
    tour, request
        What was planned, and for whom.
    tasks
        From `duties.tasks`.
    title, notices
        What it is called, and what a reader must know.
    made_at
        The moment to state (DTSTAMP), with a time zone.
    link
        The address of the request; "" for none.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//{text('site.name')}//{_DOMAIN}//")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", plain(title))
    calendar.add_component(_zone())
    key = f"{request.day.isoformat()}|{request.start.name}|{request.start.township_code}"
    start, end = tour.legs[0].origin, tour.legs[-1].destination
    whole = _event(f"{key}|day", plain(title), made_at, _at(request.day, tour.departs),
                   _at(request.day, tour.returns))  # fmt: skip
    whole.add("location", plain(start.name))
    route = "→".join(plain(place.name) for place in (start, *_stops(tour), end))
    whole.add("description", "\n".join([route, *notices]))
    if link:
        whole.add("url", link)
    whole.add_component(_alarm(title, _BEFORE_LEAVING))
    calendar.add_component(whole)
    for number, stop in enumerate(tour.stops, 1):
        calendar.add_component(_of_stop(number, stop, request.day, key, made_at))
    for task in tasks:
        if not task.late:
            calendar.add_component(_of_task(task, key, made_at))
    made: bytes = calendar.to_ical()
    return made


def _stops(tour: TourFacts) -> list[Place]:
    return [stop.place for stop in tour.stops]


def _zone() -> Timezone:
    """Return China's time: eight hours before UTC, without summer time since 1991."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", ZONE.key)
    standard.add("dtstart", datetime(1991, 9, 15, 1, 0))
    standard.add("tzoffsetfrom", timedelta(hours=8))
    standard.add("tzoffsetto", timedelta(hours=8))
    standard.add("tzname", "CST")
    zone.add_component(standard)
    return zone


def _at(day: date, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(minutes=minute)


def _event(
    key: str, words: str, made_at: datetime, begins: date, ends: date | None = None
) -> Event:  # fmt: skip
    event = Event()
    event.add("uid", f"{hashlib.sha256(key.encode()).hexdigest()[:32]}@{_DOMAIN}")
    event.add("dtstamp", made_at.astimezone(ZoneInfo("UTC")))
    event.add("summary", words)
    event.add("dtstart", begins)
    if ends is not None:
        event.add("dtend", ends)
    return event


def _of_stop(number: int, stop: StopFacts, day: date, key: str, made_at: datetime) -> Event:
    name = plain(stop.place.name)
    words = f"{number} {name}"
    if stop.ask_by is not None:
        words += f"（{text('handbook.to_ask')}）"
    event = _event(f"{key}|{stop.place.venue_id}", words, made_at, _at(day, stop.begins),
                   _at(day, stop.ends))  # fmt: skip
    event.add("location", vText(name))
    precision = text("handbook.precision", precision=precision_text(stop.place))
    event.add("description", precision)
    event.add("geo", (stop.place.lat, stop.place.lon))
    return event


def _of_task(task: Task, key: str, made_at: datetime) -> Event:
    where = "" if task.place is None else task.place.venue_id
    words = task_text(task)
    event = _event(f"{key}|{task.kind}|{where}", words, made_at, task.by)
    event.add("transp", "TRANSPARENT")
    event.add_component(_alarm(words, _REMINDED_AT))
    return event


def _alarm(words: str, trigger: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", plain(words))
    alarm.add("trigger", trigger)
    return alarm
