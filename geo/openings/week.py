"""Opening hours as a reader sees them: one short line for the week, its seasons and holidays.

The line is made from when the venue is open, not from how the string is written, so it
cannot say anything else than the map. What has no short line is shown as it is stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from geo.openings.day import DAY_MIN, Spans, day_spans, has_open_end

LONGEST_SHOWN = 120  # characters
MOST_SEASONS = 4
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH = "|".join(_MONTHS)
_DATES = re.compile(
    rf"({_MONTH})(?:\s*(\d{{1,2}})\b(?!:))?(?:\s*-\s*({_MONTH})?\s*(?:(\d{{1,2}})\b(?!:))?)?"
)
# Words whose days cannot be told from one week and the date.
_IRREGULAR = re.compile(
    r'"|\b(?:19|20)\d\d\b|\bweek|\[|easter|sun(?:rise|set)|dawn|dusk|SH|\d\s*days?\b'
)
_UNKNOWN_DAY: Spans = ((0, DAY_MIN, "unknown"),)
_WHOLE_DAY: Spans = ((0, DAY_MIN, "open"),)

_WORDS = {
    "zh": {
        "none": "未知，请先致电", "day": "周{}", "to": "至", "and": "、", "daily": "每天",
        "shut": "{}闭馆", "always_shut": "不开放", "all_day": "全天开放", "unsure": "{}时间未知",
        "next": "次日", "from": "{}起", "holiday": "法定节假日", "usual": "法定节假日照常开放",
        "join": "；", "part": "，", "season": "{}：{}", "month": "{}月", "date": "{}月{}日",
    },
    "en": {
        "none": "unknown, please call first", "day": "{}", "to": "–", "and": ", ", "daily": "daily",
        "shut": "closed {}", "always_shut": "closed", "all_day": "open 24 hours",
        "unsure": "hours unknown {}", "next": "next day ", "from": "from {}",
        "holiday": "public holidays", "usual": "open as usual on public holidays",
        "join": "; ", "part": ", ", "season": "{}: {}", "month": "{}", "date": "{1} {0}",
    },
}  # fmt: skip
_DAY_NAMES = {
    "zh": ("一", "二", "三", "四", "五", "六", "日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_Week = tuple[Spans, ...]


@dataclass(frozen=True)
class _Season:
    first: date  # in the year 2023, whatever the year
    last: date
    week: _Week
    holiday: _Week


def _starts(text: str) -> list[date]:
    """Return the days of the year 2023 on which other rules may begin to hold."""
    marks = {date(2023, 1, 1)}

    def mark(month: int, day: str | None) -> None:
        first = date(2023, month, int(day or 1))
        marks.add(first)
        after = first + timedelta(days=1 if day else 31)
        marks.add(after if day else after.replace(day=1))

    for month, day, to_month, to_day in _DATES.findall(text):
        mark(_MONTHS.index(month) + 1, day)
        if to_month or to_day:
            mark(_MONTHS.index(to_month or month) + 1, to_day)
    return sorted(one for one in marks if one.year == 2023)


def _week_from(text: str, start: date, *, off: bool) -> _Week | None:
    """Return the spans of Monday to Sunday, were they all to fall on the date of `start`."""
    found: dict[int, Spans] = {}
    for year in range(2005, 2033):  # each date falls on each weekday
        day = start.replace(year=year)
        if day.weekday() not in found:
            spans = day_spans(text, day, off=off)
            if spans is None:
                return None
            found[day.weekday()] = spans
    return tuple(found[weekday] for weekday in range(7))


def _seasons(text: str) -> list[_Season] | None:
    starts = _starts(text)
    ends = [*(start - timedelta(days=1) for start in starts[1:]), date(2023, 12, 31)]
    joined: list[_Season] = []
    for first, last in zip(starts, ends, strict=True):
        week, holiday = (_week_from(text, first, off=off) for off in (False, True))
        if week is None or holiday is None:
            return None
        if joined and (joined[-1].week, joined[-1].holiday) == (week, holiday):
            first = joined.pop().first
        joined.append(_Season(first, last, week, holiday))
    ends_same = (joined[0].week, joined[0].holiday) == (joined[-1].week, joined[-1].holiday)
    if len(joined) > 1 and ends_same:  # the season that runs over New Year
        last_season = joined.pop()
        joined[0] = _Season(last_season.first, joined[0].last, joined[0].week, joined[0].holiday)
        joined.append(joined.pop(0))
    return joined


class _Teller:
    """Tells weeks in one language."""

    def __init__(self, language: str, *, open_end: bool) -> None:
        self.words = _WORDS[language]
        self.names = _DAY_NAMES[language]
        self.language = language
        self.open_end = open_end

    def clock(self, minute: int) -> str:
        said = f"{minute % DAY_MIN // 60:02d}:{minute % 60:02d}"
        if minute == DAY_MIN:
            return "24:00"
        return self.words["next"] + said if minute > DAY_MIN else said

    def times(self, spans: Spans) -> str:
        if spans == _WHOLE_DAY:
            return self.words["all_day"]
        return self.words["and"].join(
            self.words["from"].format(self.clock(start))
            if self.open_end and end == DAY_MIN
            else f"{self.clock(start)}–{self.clock(end)}"
            for start, end, _ in spans
        )

    def days(self, weekdays: Sequence[int]) -> str:
        """Name `weekdays` (0 Monday), joining three and more in a row."""
        if len(weekdays) == 7:
            return self.words["daily"]
        runs: list[list[int]] = []
        for weekday in weekdays:
            if runs and runs[-1][-1] == weekday - 1:
                runs[-1].append(weekday)
            else:
                runs.append([weekday])

        def name(weekday: int) -> str:
            return self.words["day"].format(self.names[weekday])

        return self.words["and"].join(
            name(run[0]) + self.words["to"] + name(run[-1])
            if len(run) > 2
            else self.words["and"].join(map(name, run))
            for run in runs
        )

    def closures(self, week: _Week) -> list[str]:
        shut = [weekday for weekday, spans in enumerate(week) if not spans]
        if len(shut) == 7:
            return [self.words["always_shut"]]
        return [self.words["shut"].format(self.days(shut))] if shut else []

    def openings(self, week: _Week) -> list[str]:
        groups: dict[Spans, list[int]] = {}
        for weekday, spans in enumerate(week):
            if spans:
                groups.setdefault(spans, []).append(weekday)
        said = []
        for spans, weekdays in groups.items():
            if spans == _UNKNOWN_DAY:
                said.append(self.words["unsure"].format(self.days(weekdays)))
            elif spans == _WHOLE_DAY and len(weekdays) == 7:
                said.append(self.words["all_day"])
            else:
                said.append(f"{self.days(weekdays)} {self.times(spans)}")
        return said

    def holidays(self, week: _Week, holiday: _Week) -> list[str] | None:
        """Tell what holds on holidays; None when that depends on the weekday."""
        if holiday == week:
            return []
        if len(set(holiday)) > 1:
            return None
        hours = {spans for spans in week if spans}
        if not holiday[0]:
            return [self.words["shut"].format(self.words["holiday"])]
        if hours == {holiday[0]} and sum(map(bool, week)) > 4:
            return [self.words["usual"]]
        if holiday[0] == _UNKNOWN_DAY:
            return [self.words["unsure"].format(self.words["holiday"])]
        return [f"{self.words['holiday']} {self.times(holiday[0])}"]

    def season(self, season: _Season) -> str:
        def told(day: date, whole_month: bool) -> str:
            month = day.month if self.language == "zh" else _MONTHS[day.month - 1]
            return self.words["month" if whole_month else "date"].format(month, day.day)

        whole = season.first.day == 1 and (season.last + timedelta(days=1)).day == 1
        first, last = told(season.first, whole), told(season.last, whole)
        return first if first == last else first + self.words["to"] + last


def _plain(teller: _Teller, season: _Season) -> list[str] | None:
    holidays = teller.holidays(season.week, season.holiday)
    if holidays is None:
        return None
    return teller.openings(season.week) + teller.closures(season.week) + holidays


def _by_season(teller: _Teller, seasons: list[_Season]) -> str | None:
    """Tell several seasons; what all have in common comes once, at the end."""
    join, part = teller.words["join"], teller.words["part"]
    shared: list[str] = []
    tellers: list[Callable[[_Season], list[str] | None]] = [
        lambda one: teller.closures(one.week),
        lambda one: teller.holidays(one.week, one.holiday),
    ]
    simple = all(len({spans for spans in one.week if spans}) == 1 for one in seasons)
    common = []
    for tell in tellers:
        said = [tell(one) for one in seasons]
        if any(one is None for one in said):
            return None
        common.append(simple and all(one == said[0] for one in said))
        shared += (said[0] or []) if common[-1] else []
    lines = []
    for one in seasons:
        parts = teller.openings(one.week)
        if common[0]:
            hours = next(spans for spans in one.week if spans)
            lines.append(f"{teller.season(one)} {teller.times(hours)}")
            parts = []
        else:
            parts += teller.closures(one.week)
        if not common[1]:
            parts += teller.holidays(one.week, one.holiday) or []
        if common[0] and parts:
            lines[-1] += part + part.join(parts)
        elif parts:
            lines.append(teller.words["season"].format(teller.season(one), part.join(parts)))
    return join.join(lines + shared)


@lru_cache(maxsize=4096)
def _told(text: str, language: str) -> str | None:
    if _IRREGULAR.search(text):
        return None
    try:
        seasons = _seasons(text)
    except ValueError:  # a date that no year has
        return None
    if not seasons or len(seasons) > MOST_SEASONS:
        return None
    spans = [span for one in seasons for spans in (*one.week, *one.holiday) for span in spans]
    if any(kind == "unknown" and (start, end) != (0, DAY_MIN) for start, end, kind in spans):
        return None
    teller = _Teller(language, open_end=has_open_end(text))
    if len(seasons) == 1:
        parts = _plain(teller, seasons[0])
        return None if parts is None else teller.words["join"].join(parts)
    return _by_season(teller, seasons)


def describe(opening_hours: str | None, language: str = "zh") -> str:
    """
    Tell `opening_hours` in a short line: 周二至周日 09:00–17:00；周一闭馆.

    Parameters
    ----------
    opening_hours
        An OSM opening_hours string; None or an empty one is told as unknown.
    language
        "zh" or "en".

    Returns
    -------
    line
        The stored string itself when it cannot be told in 120 characters or depends on
        years, week numbers, the sun or comments.
    """
    if not isinstance(opening_hours, str) or not opening_hours.strip():
        return _WORDS[language]["none"]
    line = _told(opening_hours, language)
    return line if line and len(line) <= LONGEST_SHOWN else opening_hours
