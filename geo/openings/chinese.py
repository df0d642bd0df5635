"""Chinese opening hours, read word by word into OSM opening_hours rules.

What is not understood to the last character is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from geo.openings.clock_zh import CLOCK, DATE, DAY, WEEK, clock_range, dates, weekdays, with_digits

_RUN = rf"{DAY}(?:-{WEEK}?{DAY})?"
_TOKENS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("season", rf"{DATE}-(?:次年|翌年)?(?:(\d{{1,2}})月)?(?:(\d{{1,2}})[日号])?"),
        ("season", r"(\d{1,2})月(?:份)?()()()(?!\d)"),
        ("label", r"(?:春夏|秋冬|[春夏秋冬旺淡])季?(?:时间|开放时间)?"),
        ("range", CLOCK.format(1, "|(?=-(?:次日)?\\d{1,2}[点时])") + "-" + CLOCK.format(2, "")),
        ("allday", r"(?:全天)?24小时|全天"),
        ("closed_label", r"(?:闭馆|休馆|休息)(?:日|时间)(?:为|:)?"),
        ("closed", r"闭馆|休馆|公休|关闭|关门|休息|不开放|不开馆|不营业|停止开放"),
        ("without", r"除外"),
        ("usual", r"(?:照常|正常|均|也)+(?:开放|开馆|营业)?|不闭馆|不休息?"),
        ("year_round", r"全年无休|全年开放|全年|无休"),
        ("every", r"每天|每日|天天"),
        ("holiday", r"(?:国家)?(?:(?:法定)?节假日(?:期间)?|法定(?:节日|假日|假期))|公[众共]假期"),
        ("school", r"寒暑假(?:期间)?"),
        ("weekend", r"周末|双休日"),
        ("days", rf"(?:每|逢)*{WEEK}{_RUN}(?:[、,和及与]?{WEEK}?{_RUN}(?![点时月]))*"),
        ("filler", r"(?:对外)?(?:开放|开馆|营业|参观|服务|接待)时间(?:为|:)?|每周|为|:"),
        ("open", r"(?:对外)?(?:开放|开馆|营业)"),
        ("gap", r"[\s,、;。.()\[\]和及与]+"),
    )
)  # fmt: skip


@dataclass
class _Rule:
    season: str
    days: list[str]
    times: list[str]  # empty: closed
    block: int = 0  # how many seasons were named before
    for_all: bool = False  # may hold in all seasons, not only in the one named last

    def written(self, days: str) -> str:
        said = ",".join(self.times) if self.times else "off"
        return " ".join(part for part in (self.season, days, said) if part)


def _tokens(text: str) -> list[tuple[str, re.Match[str]]]:
    found, place = [], 0
    while place < len(text):
        for name, pattern in _TOKENS:
            token = pattern.match(text, place)
            if token and token.end() > place:
                found.append((name, token))
                place = token.end()
                break
        else:
            raise ValueError(text[place:])
    return found


class _Reader:
    """Reads the tokens of one Chinese text, one method per kind of token that needs it."""

    def __init__(self) -> None:
        self.rules: list[_Rule] = []
        self.season = ""
        self.pending: list[str] = []
        self.before = ""  # the token before, gaps and fillers left out
        self.label = False
        self.usual = False  # open on holidays as on other days
        self.holiday_apart = False  # "周一（法定节假日除外）…": what follows decides
        self.closing = False  # behind 闭馆日：
        self.block = 0
        self.strong = False  # a semicolon or full stop since the last word
        self.strong_block = False  # the season stands behind one

    def read(self, name: str, token: re.Match[str]) -> None:
        if name in {"gap", "filler"}:
            self.strong = self.strong or bool(re.search("[;。.]", token[0]))
            return
        if name in {"season", "label"} and not self.label:
            self.block, self.strong_block = self.block + 1, self.strong
        if name == "season":
            self.season, self.label = dates(token), False
        elif name == "label":
            self.label = True
        elif name in {"days", "weekend", "every", "year_round", "holiday", "school"}:
            self.add_days(name, token[0])
        elif name == "closed_label":
            self.closing = True
        elif name in {"range", "allday"}:
            self.add_times("00:00-24:00" if name == "allday" else clock_range(token))
        elif name == "closed":
            self.close()
        elif name == "without":
            self.leave_out()
        elif name == "usual" or (name == "open" and self.pending == ["PH"]):
            self.open_as_usual(token[0])
        self.before = name
        if not (name == "holiday" and self.pending == ["PH"]) and name not in {"days", "weekend"}:
            self.strong = False

    def shut(self) -> None:
        """Add a rule that the pending days are closed, in this season or perhaps in all."""
        told = any(rule.times and rule.block == self.block for rule in self.rules)
        for_all = bool(self.pending) and told and (self.strong or not self.strong_block)
        self.rules.append(_Rule(self.season, self.pending, [], self.block, for_all))

    def add_days(self, name: str, said: str) -> None:
        if self.label:
            raise ValueError(said)
        if name == "year_round":
            return
        fixed = {"weekend": ["Sa-Su"], "every": ["Mo-Su"], "holiday": ["PH"], "school": ["SH"]}
        self.pending += fixed.get(name) or weekdays(said)
        if self.closing:
            self.close()
            self.closing = True

    def add_times(self, times: str) -> None:
        if self.label or self.closing:
            raise ValueError(times)
        last = self.rules[-1] if self.rules else None
        if self.before == "range" and last and not self.pending and last.season == self.season:
            last.times.append(times)
            return
        if not self.pending and last and last.times and last.season == self.season:
            raise ValueError(times)  # two sets of hours for the same days
        self.rules.append(_Rule(self.season, self.pending, [times], self.block))
        if self.holiday_apart:
            self.rules.append(_Rule(self.season, ["PH"], [], self.block))
        self.pending, self.holiday_apart = [], False

    def close(self) -> None:
        if not self.pending and self.before != "season":
            raise ValueError("闭馆")
        self.shut()
        if not self.pending:
            self.season = ""
        self.usual = self.usual or self.holiday_apart
        self.pending, self.holiday_apart, self.closing = [], False, False

    def leave_out(self) -> None:
        if self.pending[-1:] == ["PH"] and len(self.pending) > 1:
            self.pending.pop()
            self.holiday_apart = True
        elif self.rules and self.pending:
            if self.rules[-1].times:
                self.shut()
            elif self.pending == ["PH"]:
                self.usual = True
            else:
                raise ValueError("除外")
            self.pending = []
        else:
            raise ValueError("除外")

    def open_as_usual(self, said: str) -> None:
        if self.pending == ["PH"]:
            self.usual, self.pending = True, []
        elif said.startswith(("照", "正", "不")) or self.pending:
            raise ValueError(said)

    def finished(self) -> list[_Rule]:
        opened = [rule for rule in self.rules if rule.times]
        if self.pending and self.before in {"days", "weekend", "every"} and len(opened) == 1:
            if opened[0].days:
                raise ValueError("、".join(self.pending))
            opened[0].days, self.pending = self.pending, []
        if self.pending or self.label or self.holiday_apart or not self.rules:
            raise ValueError("、".join(self.pending))
        for rule in self.rules:
            if rule.for_all and rule.block == self.block:
                rule.season = ""
        return self.rules

    def holiday_rules(self) -> list[str]:
        """Return the rules that open holidays as on other days; ValueError if hours differ."""
        opened = [rule for rule in self.rules if rule.times]
        by_season: dict[str, list[str]] = {}
        for rule in opened:
            if by_season.setdefault(rule.season, rule.times) != rule.times:
                raise ValueError("PH")
        return [_Rule(season, ["PH"], times).written("PH") for season, times in by_season.items()]


def read_chinese(text: str) -> str:
    """
    Return `text` as an OSM opening_hours string.

    Parameters
    ----------
    text
        Chinese hours, half-width, with plain hyphens.

    Raises
    ------
    ValueError
        If any part is not understood or could mean two things.
    """
    text = re.sub(r"[至到]", "-", with_digits(text)).replace("星期天", "星期日")
    text = re.sub(r"除(?!外)(.{2,12}?)(?:以外|之外|外)", r"\1除外", text)
    text = re.sub(r"翌日|第二天", "次日", text)
    text = re.sub(r"\s*([-:点时月])\s*", r"\1", text)
    text = re.sub(r"-+", "-", text)
    reader = _Reader()
    for name, token in _tokens(text):
        reader.read(name, token)
    rules = reader.finished()
    plain: list[str] = []
    closed: list[str] = []
    holidays: list[str] = []
    for rule in rules:
        ordinary = ",".join(day for day in rule.days if day not in {"PH", "SH"})
        special = ",".join(day for day in rule.days if day in {"PH", "SH"})
        if ordinary or not rule.days:
            days = ordinary or ("" if rule.season and not rule.times else "Mo-Su")
            (plain if rule.times else closed).append(rule.written(days))
        if special:
            holidays.append(rule.written(special))
    if not plain:
        plain = ["Mo-Su unknown"]
    if reader.usual:
        holidays += reader.holiday_rules() or ["PH unknown"]
    return "; ".join(plain + closed + holidays).replace("Mo-Su 00:00-24:00", "24/7")
