"""Chinese clock times, dates and weekdays as OSM opening_hours writes them."""

from __future__ import annotations

import re

from geo.openings.day import WEEKDAYS

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NUMERALS = "一二三四五六七八九"
DATE = r"(\d{1,2})月(?:(\d{1,2})[日号])?"
DAY = "[一二三四五六日天]"
WEEK = "(?:周|星期|礼拜)"
# Both names its groups with the number put in for {0}; {1} is what may stand for 点.
CLOCK = (
    r"(?:(?P<part{0}>凌晨|清晨|早上|早晨|早|上午|中午|下午|午后|傍晚|晚上|晚间|晚))?(?P<next{0}>次日)?"
    r"(?:(?P<h{0}>\d{{1,2}}):(?P<m{0}>\d\d)|(?P<hh{0}>\d{{1,2}})(?:[点时](?:(?P<half{0}>半)|"
    r"(?P<mm{0}>\d{{1,2}})分?|整)?{1}))"
)


def _minutes(found: re.Match[str], which: int, inherited: str | None) -> tuple[int, str | None]:
    """Return the minute of the day of one clock time, and the part of the day it was said with."""
    group = found.groupdict()
    part = group[f"part{which}"] or None
    hour = int(group[f"h{which}"] or group[f"hh{which}"])
    minute = 30 if group[f"half{which}"] else int(group[f"m{which}"] or group[f"mm{which}"] or 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise ValueError(found[0])
    said = part or (inherited if inherited and hour <= 12 else None)
    if said in {"下午", "午后", "傍晚", "晚上", "晚间", "晚"} and hour < 12:
        hour += 12
    elif part and ((part == "中午" and hour not in {11, 12, 13}) or
                   (part in {"凌晨", "清晨", "早上", "早晨", "早", "上午"} and hour > 12) or
                   (part in {"晚上", "晚间", "晚"} and hour == 12)):  # fmt: skip
        raise ValueError(found[0])
    return hour * 60 + minute, said


def clock_range(found: re.Match[str]) -> str:
    """Return two clock times (`CLOCK` 1 and 2) as 09:00-17:00; ValueError if in doubt."""
    if found["next1"]:
        raise ValueError(found[0])
    start, said = _minutes(found, 1, None)
    end, _ = _minutes(found, 2, None if found["next2"] else said)
    if (end <= start) != bool(found["next2"]):
        raise ValueError(found[0])  # "9:00-5:00": five in the afternoon or at night?
    return f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}"


def dates(found: re.Match[str]) -> str:
    """Return a month, a date or a range of them (groups of two `DATE`) as May 01-Aug 31."""
    month, day, to_month, to_day = found.groups()
    ends = [_date(month, day)]
    if to_month or to_day:
        if bool(day) != bool(to_day) or (not to_month and not day):
            raise ValueError(found[0])
        ends.append(_date(to_month or month, to_day))
    elif found[0].endswith("-"):
        raise ValueError(found[0])
    return "-".join(ends)


def _date(month: str, day: str | None) -> str:
    if not 1 <= int(month) <= 12 or (day and not 1 <= int(day) <= 31):
        raise ValueError(f"{month}月{day or ''}")
    return MONTHS[int(month) - 1] + (f" {int(day):02d}" if day else "")


def weekdays(said: str) -> list[str]:
    """Return 周二至周四、周六 as Tu-Th and Sa."""
    names = dict(zip("一二三四五六日天", (*WEEKDAYS, "Su"), strict=True))
    return [
        names[first] + (f"-{names[last]}" if last else "")
        for first, last in re.findall(rf"{WEEK}?({DAY})(?:-{WEEK}?({DAY}))?", said)
    ]


def with_digits(text: str) -> str:
    """Return `text` with 九点, 十七时, 十二月 in digits."""

    def number(found: re.Match[str]) -> str:
        tens, ten, ones = re.fullmatch(rf"([{_NUMERALS}]?)(十?)([{_NUMERALS}]?)", found[1]).groups()  # type: ignore[union-attr]
        if not ten:
            return str(_NUMERALS.index(ones or tens) + 1) + found[2]
        value = 10 * (_NUMERALS.index(tens) + 1 if tens else 1)
        return str(value + (_NUMERALS.index(ones) + 1 if ones else 0)) + found[2]

    return re.sub(
        rf"(?<![周期拜{_NUMERALS}十])((?:[{_NUMERALS}]?十[{_NUMERALS}]?)|[{_NUMERALS}])([点时月分])",
        number,
        text,
    )
