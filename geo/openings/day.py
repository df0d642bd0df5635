"""When a venue is open on one day: OSM opening_hours strings, read by opening-hours-py.

The library knows only holiday tables of its own, so `PH` is decided here before it
reads a string: on a day off the selector becomes that day's weekday, on any other
day it matches nothing. An opening belongs to the day on which it begins.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]

Kind = Literal["open", "unknown"]
# Minutes since the day's midnight; the end may lie beyond 1440, after the next midnight.
Span = tuple[int, int, Kind]
Spans = tuple[Span, ...]

DAY_MIN = 1440
LONGEST = 500  # characters; longer strings are not read
WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_POSITION = (36.19, 117.12)  # latitude, longitude of the city: sunrise and sunset only
_WD = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)(?:\[[^\]]*\])?"
_WD_LIST = rf"{_WD}(?:\s*-\s*{_WD})?(?:\s*,\s*{_WD}(?:\s*-\s*{_WD})?)*"
_HOLIDAY_ON = re.compile(rf"\b(PH|SH)\s+({_WD_LIST})(?![A-Za-z])")
_HOLIDAY = re.compile(r"\b(PH|SH)\b")
_HOLIDAY_SHIFTED = re.compile(r"\b(PH|SH)\s*[+-]\s*\d")
_SUN = re.compile(r"sunrise|sunset|dawn|dusk")
_COMMENT = re.compile(r'("[^"]*")')
_MODIFIED = re.compile(r"(open|closed|off|unknown)\s*$")
_FALLBACK = re.compile(r'\|\|(?=(?:[^"]*"[^"]*")*[^"]*$)')
_RANGE = re.compile(r"(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)(\s*\+)?")
_RANGES = re.compile(rf"{_RANGE.pattern}(?:\s*,\s*{_RANGE.pattern})*")
_NO_END = re.compile(r"(?<![-\d])\s*(?<![-:])\b\d{1,2}:\d\d\s*\+")
_ONLY_CLOSURES = re.compile(r'(?:[^;|"]*\S\s+(?:off|closed)\s*(?:;|$)\s*)+')
_NEVER = "23:59-24:00"  # stands for "no opening after midnight"; dropped from what is found


def map_unquoted(text: str, change: Callable[[str], str]) -> str:
    """Return `text` with `change` applied outside its quoted comments."""
    return "".join(part if part.startswith('"') else change(part) for part in _COMMENT.split(text))


@lru_cache(maxsize=8192)
def _parsed(text: str) -> OpeningHours | None:
    if len(text) > 4 * LONGEST or not text.strip() or _HOLIDAY_SHIFTED.search(text):
        return None
    try:
        if _SUN.search(text):
            return OpeningHours(
                text,
                timezone=ZoneInfo("Asia/Shanghai"),
                coords=_POSITION,
                auto_country=False,
            )
        return OpeningHours(text, auto_country=False, auto_timezone=False)
    except (ParserError, UnicodeEncodeError):
        return None


def readable(text: str) -> bool:
    """Say whether `text` is an opening_hours string that the functions here can use."""
    return len(text) <= LONGEST and all(
        day_spans(text, date(2024, 1, 1), off=off) is not None for off in (False, True)
    )


def has_open_end(text: str) -> bool:
    """Say whether a time in `text` has no end ("10:00+"), which then is taken as midnight."""
    return bool(_NO_END.search(_COMMENT.sub("", text)))


def _with_holidays(text: str, weekday: int, holidays: frozenset[str]) -> str:
    def change(part: str) -> str:
        part = _HOLIDAY_ON.sub(lambda found: found[2] if found[1] in holidays else found[1], part)
        return _HOLIDAY.sub(
            lambda found: WEEKDAYS[weekday] if found[1] in holidays else found[1], part
        )

    return map_unquoted(text, change)


def _with_modifiers(text: str) -> str:
    """Make a comment without a state mean "unknown", as the specification says."""
    parts = _COMMENT.split(text)
    for place in range(1, len(parts), 2):
        if not _MODIFIED.search(parts[place - 1]):
            parts[place] = " unknown " + parts[place]
    return "".join(parts)


def _evening(found: re.Match[str], *, late: bool) -> str:
    """Cut the ranges of one list at midnight; with `late`, run "-17:00+" until midnight."""
    ranges = []
    for start_h, start_m, end_h, end_m, more in _RANGE.findall(found[0]):
        start, end = int(start_h) * 60 + int(start_m), int(end_h) * 60 + int(end_m)
        cut = end <= start or end > DAY_MIN or (late and more)
        ranges.append(f"{start_h}:{start_m}-{'24:00' if cut else f'{end_h}:{end_m}'}")
    return ",".join(ranges)


def _night(found: re.Match[str]) -> str:
    """Keep of the ranges of one list what lies after midnight."""
    ranges = []
    for start_h, start_m, end_h, end_m, _ in _RANGE.findall(found[0]):
        start, end = int(start_h) * 60 + int(start_m), int(end_h) * 60 + int(end_m)
        over = end - DAY_MIN if end > DAY_MIN else end if end <= start else 0
        if over > 0:
            ranges.append(f"00:00-{over // 60:02d}:{over % 60:02d}")
    return ",".join(ranges) or _NEVER


def _evaluate(text: str, day: date) -> Spans | None:
    hours = _parsed(text)
    if hours is None:
        return None
    midnight = datetime.combine(day, time())
    found: list[Span] = []
    for start, end, state, _ in hours.intervals(midnight, midnight + timedelta(days=1)):
        kind = str(state)
        if kind == "closed":
            continue
        first, last = (
            round((moment.replace(tzinfo=None) - midnight).total_seconds() / 60)
            for moment in (start, end)
        )
        found.append((max(first, 0), min(last, DAY_MIN), "open" if kind == "open" else "unknown"))
    return tuple(found)


def combine(one: Spans, other: Spans, rule: Callable[[str, str], str]) -> Spans:
    """Return the spans whose kind at each minute is `rule` of both kinds ("closed" for none)."""

    def kind_at(spans: Spans, minute: int) -> str:
        return next((kind for start, end, kind in spans if start <= minute < end), "closed")

    marks = sorted({mark for start, end, _ in (*one, *other) for mark in (start, end)})
    joined: list[Span] = []
    for start, end in pairwise(marks):
        kind = rule(kind_at(one, start), kind_at(other, start))
        if kind == "closed":
            continue
        if joined and joined[-1][1] == start and joined[-1][2] == kind:
            start = joined.pop()[0]
        joined.append((start, end, "open" if kind == "open" else "unknown"))
    return tuple(joined)


def _first(one: str, other: str) -> str:
    return other if one == "closed" else one


def _perhaps(one: str, other: str) -> str:
    return "unknown" if one == "closed" and other != "closed" else one


def _agreed(one: str, other: str) -> str:
    return one if one == other else "unknown"


def _group_spans(group: str, day: date) -> Spans | None:
    """Return the spans of one fallback group that begin on `day`."""

    def timed(change: Callable[[re.Match[str]], str]) -> Spans | None:
        return _evaluate(map_unquoted(group, lambda part: _RANGES.sub(change, part)), day)

    spans = timed(lambda found: _evening(found, late=False))
    if spans is None:
        return None
    ranges = _RANGE.findall(group)
    if any(more for *_, more in ranges):
        spans = combine(spans, timed(lambda found: _evening(found, late=True)) or (), _perhaps)
    if any(int(e_h) * 60 + int(e_m) > DAY_MIN or (int(e_h), e_m) <= (int(s_h), s_m)
           for s_h, s_m, e_h, e_m, _ in ranges):  # fmt: skip
        after = timed(_night) or ()
        night: Spans = tuple(
            (start + DAY_MIN, end + DAY_MIN, kind)
            for start, end, kind in after
            if start == 0 and end < DAY_MIN - 1
        )
        spans = combine(spans, night, _first)
    return spans


@lru_cache(maxsize=65536)
def day_spans(text: str, day: date, *, off: bool) -> Spans | None:
    """
    Return when `text` is open or may be open, for the openings that begin on `day`.

    Parameters
    ----------
    text
        An OSM opening_hours string.
    day
        The date.
    off
        Whether `day` is a day off, on which `PH` rules apply.

    Returns
    -------
    spans
        In order, without overlap, in minutes after the day's midnight. School holidays
        (`SH`) are in no table: where they matter the kind is "unknown"; so is every other
        time of a string of closures only ("Mo off"). None when the string cannot be read.
    """
    answers: list[Spans] = []
    for school in (False, True) if "SH" in text else (False,):
        holidays = frozenset(name for name, on in (("PH", off), ("SH", school)) if on)
        if _ONLY_CLOSURES.fullmatch(text):  # says when it is closed, not when it is open
            text = f"Mo-Su unknown; {text}"
        resolved = _with_modifiers(_with_holidays(text, day.weekday(), holidays))
        spans: Spans = ()
        for group in _FALLBACK.split(resolved):
            found = _group_spans(group.strip(), day)
            if found is None:
                return None
            spans = combine(spans, found, _first)
        answers.append(spans)
    return answers[0] if len(answers) == 1 else combine(answers[0], answers[1], _agreed)
