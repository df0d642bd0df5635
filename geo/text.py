"""Words, dates and numbers as readers see them, in Chinese and in English."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from geo.errors import LANGUAGES
from geo.words import WORDS

__all__ = [
    "LANGUAGES",
    "date_text",
    "distance_text",
    "markdown_text",
    "moment_text",
    "percent_text",
    "short_day_text",
    "span_text",
    "text",
    "weekday_text",
    "yes_no_text",
]

_WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def text(key: str, language: str = "zh", **params: Any) -> str:
    """
    Return the word or sentence `key` in `language` ("zh" or "en").

    Raises
    ------
    KeyError
        If the key is not in `words.WORDS`; a test keeps every used key there.
    """
    found = WORDS[key][LANGUAGES.index(language)]
    return found.format(**params) if params else found


def date_text(day: date, language: str = "zh") -> str:
    """Write a date as 2026年11月23日（周一） or Mon 23 Nov 2026."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日（{_WEEKDAYS[day.weekday()]}）"
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def weekday_text(day: date, language: str = "zh") -> str:
    """Write the day of the week: 周六 or Sat."""
    return (_WEEKDAYS if language == "zh" else _DAYS)[day.weekday()]


def short_day_text(day: date, language: str = "zh") -> str:
    """Write a day of this year or the next without its year: 11月28日周六 or Sat 28 Nov."""
    if language == "zh":
        return f"{day.month}月{day.day}日{_WEEKDAYS[day.weekday()]}"
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def span_text(first_min: int, last_min: int) -> str:
    """Write a span of minutes of a day as 09:00–17:00; past midnight it begins anew."""
    ends = last_min if last_min <= 24 * 60 else last_min - 24 * 60
    return f"{first_min // 60:02d}:{first_min % 60:02d}–{ends // 60:02d}:{ends % 60:02d}"


def moment_text(moment: datetime, *, now: datetime, language: str = "zh") -> str:
    """Write a coming moment as short as is clear: time, weekday and time, or date and time."""
    clock = f"{moment:%H:%M}"
    days = (moment.date() - now.date()).days
    if days == 0:
        return clock
    if language == "zh":
        if days == 1:
            return f"明天 {clock}"
        if days < 7:
            return f"{_WEEKDAYS[moment.weekday()]} {clock}"
        return f"{moment.month}月{moment.day}日 {clock}"
    if days == 1:
        return f"tomorrow {clock}"
    if days < 7:
        return f"{_DAYS[moment.weekday()]} {clock}"
    return f"{moment.day} {_MONTHS[moment.month - 1]} {clock}"


def distance_text(distance_km: float, *, exact: bool, language: str = "zh") -> str:
    """Write a distance in km; from a coarse position only whole km, at least 1, with “about”."""
    if not exact:
        shown = f"{max(distance_km, 1):.0f}"
    else:
        shown = f"{distance_km:.1f}" if distance_km < 10 else f"{distance_km:.0f}"
    written = text("all.km", language, value=shown)
    return written if exact else text("all.about", language, value=written)


def percent_text(share: float) -> str:
    """Write a share (0-1) as per cent, never rounding up to 100 % or down to 0 %."""
    if 0.999 <= share < 1:
        return "99.9%"
    if 0 < share < 0.001:
        return "0.1%"
    return f"{share:.1%}"


def yes_no_text(value: object, language: str = "zh") -> str:
    """Write True, False or a missing value as yes, no or unknown."""
    if value is True or value is False or type(value).__name__ in {"bool", "bool_"}:
        return text("all.yes" if value else "all.no", language)
    return text("all.unknown", language)


_MARKDOWN_MARKS = re.compile(r"([!-/:-@\[-`{-~])")


def markdown_text(words: str) -> str:
    r"""
    Return `words` so that Markdown shows them as they are.

    Streamlit reads the labels of buttons and headings as Markdown: links, images, `:red[…]`,
    `$…$`. Every ASCII mark gets a backslash; line breaks become spaces.
    """
    return _MARKDOWN_MARKS.sub(r"\\\1", " ".join(words.split()))
