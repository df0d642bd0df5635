"""What a venue's name consists of: places, what kind of thing it is, and what is its own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from geo.lettering import squeeze
from geo.schema import DEMO_MARK

# Written in several ways; the first is what the second becomes.
_SAME = (
    ("科技馆", "科学技术馆"),
    ("街道", "街道办事处"),
    ("村", "村民委员会|村委会"),
    ("社区", "社区居民委员会|社区居委会|居委会"),
    ("文明实践站", "新时代文明实践(?:站|所|中心)"),
    ("党群服务中心", "党群(?:服务)?(?:中心|站)"),
    ("星火科普服务站", "(?:星火)?科普服务(?:站|点|中心)|星火(?:科普|服务)站"),
)
_SAME_WRITTEN = [(re.compile(pattern), written) for written, pattern in _SAME]
# Says what kind of thing it is, not which one; longest first.
_GENERIC = re.compile(
    "星火科普服务站|党群服务中心|文明实践站|科技小院|科普教育基地|研学基地|"
    "文化产业园|产业园|文化园|博物馆|科技馆|展览馆|展示馆|陈列馆|体验馆|纪念馆|体验中心|体验区|"
    "风景名胜区|旅游度假区|旅游区|风景区|景区|公园|园区|"
    "有限公司|服务站|活动室|科普|星火|中心|基地|国家|遗址"
)
_GENERIC_END = re.compile("(?:社区|街道|[村镇乡馆站园])$")
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMBER = re.compile("[0-9]+|[零〇一二三四五六七八九十两]+")
# Two names that differ in one of these are two places: 东张村 and 西张村.
_SIDES = frozenset("东西南北中前后左右上下内外大小新老旧")


@dataclass(frozen=True)
class Name:
    """
    A name taken apart.

    `written`: the name squeezed, in the usual way of writing, without places in front;
    `own`: what is left of it without generic words; `place`: the last of the places in front,
    "" if there is none; `numbers`: the numbers in it, in order; `sides`: characters like 东
    and 新, sorted. Of a name that is nothing but a place and generic words (泰安市科技馆),
    the place belongs to `own` and `written`.
    """

    written: str
    own: str
    place: str
    numbers: tuple[int, ...]
    sides: str


def number_of(text: str) -> int:
    """Return the number that Arabic or Chinese digits write: 12 and 十二 are 12, 一一 is 11."""
    if text.isascii():
        return int(text)
    if "十" not in text:
        return int("".join(str(_DIGITS[char]) for char in text))
    tens, _, ones = text.partition("十")
    return (number_of(tens) if tens else 1) * 10 + (
        number_of(ones.replace("十", "")) if ones else 0
    )


def place_pattern(names: Iterable[str]) -> re.Pattern[str]:
    """
    Return a pattern for places in front of a name: the province, the city, and `names`.

    A 市 or 县 may be left out (新泰, 宁阳); of a district or a township only the whole name
    counts, for 泰山 alone is the mountain.
    """
    known = {"山东省", "泰安市", "泰安", *names}
    known |= {name[:-1] for name in names if name[-1:] in {"市", "县"} and len(name) > 2}
    longest_first = sorted(known, key=lambda name: (-len(name), name))
    return re.compile("|".join(re.escape(squeeze(name)) for name in longest_first))


def without_places(text: str, places: re.Pattern[str]) -> tuple[str, str]:
    """Return the squeezed `text` without the places in front, and the last of these."""
    rest, last = text, ""
    while found := places.match(rest):
        rest, last = rest[found.end() :], found.group()
    return rest, last


def take_apart(name: str, places: re.Pattern[str]) -> list[Name]:
    """
    Take a venue's name apart; with what stands in brackets there are two names.

    Parameters
    ----------
    name
        As it is registered.
    places
        From `place_pattern`.

    Returns
    -------
    names
        The name without brackets, then, if what they hold is a name, that.
    """
    folded = unicodedata.normalize("NFKC", name).replace(DEMO_MARK, "")
    inside = re.findall(r"\(([^()]*)\)", folded)
    names = [_one(squeeze(re.sub(r"\([^()]*\)", "", folded)), places)]
    for text in inside[:1]:
        other = _one(squeeze(text), places)
        if len(other.own) >= 2 and not other.own.isdigit():
            names.append(other)
        else:  # no name of its own: （新馆）, （2025）
            names[0] = _one(squeeze(folded), places)
    return names


def _one(text: str, places: re.Pattern[str]) -> Name:
    for pattern, written in _SAME_WRITTEN:
        text = pattern.sub(written, text)
    text = _NUMBER.sub(lambda found: str(number_of(found[0])), text.replace("第", ""))
    rest, place = without_places(text, places)
    short = place[:-1] if place[-1:] in {"市", "县"} and len(place) > 2 else place
    own = _GENERIC_END.sub("", _GENERIC.sub("", rest))
    if not own:
        rest, own, short = short + rest, short or rest, ""
    numbers = tuple(int(found) for found in re.findall("[0-9]+", rest))
    sides = "".join(sorted(char for char in own if char in _SIDES))
    return Name(rest, own, short, numbers, sides)
