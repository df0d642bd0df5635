"""Which header means which column: as declared, as told, or by close match.

The standard library and rapidfuzz only: the process that reads uploads must start in no time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

CLOSE = 75.0  # per cent of rapidfuzz's ratio: one sign in four may differ
LONGEST = 40  # signs of a header that is worth a guess
SHORTEST_CUT = 3  # signs: what ten bytes of a shapefile's header hold of Chinese in UTF-8

_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_UNIT = re.compile(r"\([^()]*\)$")
_BRACKETS = re.compile(r"\([^()]*\)|[_\-/:*]")
# What people write before and behind the word that counts.
_BEFORE = re.compile(
    "^(?:所在地?|所属|归属|隶属|登记|场馆|站点|展馆|服务站|路线|线路|宣传员|单位|具体|详细|填写|是否|有无"
    "|venue|station|hall|route|the)(?=.)"
)
_BEHIND = re.compile("(?<=.)(?:情况|信息|内容|号码|一栏|名称)$")
_SAME = {
    "名": "名称", "名字": "名称", "全称": "名称", "title": "name",
    "镇街": "乡镇街道", "街道": "乡镇街道", "乡镇": "乡镇街道", "镇": "乡镇街道",
    "乡镇代码": "乡镇街道代码", "镇街代码": "乡镇街道代码", "街镇": "乡镇街道",
    "乡镇办": "乡镇街道", "乡镇办事处": "乡镇街道",
    "县区": "县市区", "区县": "县市区", "县": "县市区", "县区市": "县市区", "区市县": "县市区",
    "村居": "村", "行政村": "村", "村庄": "村", "村名": "村", "村社区": "村", "村名称": "村",
    "联系方式": "电话", "联系电话": "电话", "固定电话": "电话", "座机": "电话",
    "营业时间": "开放时间", "开馆时间": "开放时间",
    "参观时间": "开放时间", "种类": "类别", "分类": "类别",
    "lng": "lon", "long": "lon",
}  # fmt: skip


class Heads(NamedTuple):
    """Positions of headers -> the column each means; `guessed` are those by close match."""

    matched: dict[int, str]
    guessed: dict[int, str]


def header_forms(text: str | None) -> list[str]:
    """Return how `text` may be meant as a header: without case and blanks, then without unit."""
    said = re.sub(r"[\s\u200b\u2060\ufeff]", "", (text or "").translate(_NARROW))
    said = said.lower().strip("*:'")
    return list(dict.fromkeys(form for form in (said, _UNIT.sub("", said).strip("*:")) if form))


@lru_cache(maxsize=4096)
def core(form: str) -> str:
    """Return the word of a header that counts: 所在乡镇, 乡镇（街道） and 镇街 are one."""
    said = _plain(form)
    while said not in _SAME and said != "名称":
        shorter = _BEFORE.sub("", said)
        shorter = _BEHIND.sub("", said) if shorter == said else shorter
        if shorter == said:
            return said
        said = shorter
    return _SAME.get(said, said)


@lru_cache(maxsize=4096)
def _plain(form: str) -> str:
    return _BRACKETS.sub("", form) or form


@dataclass(frozen=True)
class Headings:
    """
    What the headers of one table may be.

    `exact` has each accepted form of a header -> its column, `told` the forms of headers
    as written -> the column somebody chose for them ("" for none), `required` the columns
    that a file must have.
    """

    exact: dict[str, str]
    required: list[str]
    told: dict[str, str] = field(default_factory=dict)

    def match(
        self, cells: Iterable[str | None], *, guess: bool = False, cut: bool = False
    ) -> Heads:
        """
        Return which of `cells`, by position, are headers, and of which column.

        What was told counts before what is exact, and that before a guess. A guess is made
        where a header is close to one column only, which nothing else stands for; with
        `cut` (a shapefile keeps ten bytes of a header) also where it starts one only.
        """
        texts = [header_forms(text) for text in cells]
        told = {at: self.told[forms[0]] for at, forms in enumerate(texts)
                if forms and forms[0] in self.told}  # fmt: skip
        matched = {at: column for at, column in told.items() if column}
        chosen = set(matched.values())
        for at, forms in enumerate(texts):
            column = next((self.exact[form] for form in forms if form in self.exact), None)
            if column and at not in told and column not in chosen:
                matched[at] = column
        if not guess:
            return Heads(dict(sorted(matched.items())), {})
        taken = set(matched.values())
        guesses: dict[int, str] = {}
        for at, forms in enumerate(texts):
            if at in told or not forms or any(form in self.exact for form in forms):
                continue
            column = self._closest(forms, cut)
            if column and column not in taken:
                guesses[at] = column
        count = Counter(guesses.values())
        guessed = {at: column for at, column in guesses.items() if count[column] == 1}
        return Heads(dict(sorted((matched | guessed).items())), guessed)

    def _closest(self, forms: list[str], cut: bool) -> str | None:
        """Return the column that a header is close to, in the strictest sense that finds any."""
        if len(forms[0]) > LONGEST or forms[0].isdigit():
            return None
        said = core(forms[0])
        same = {column for form, column in self.exact.items() if core(form) == said}
        if same:
            return _only(same)
        if cut and len(forms[0]) >= SHORTEST_CUT:
            start = {c for form, c in self.exact.items() if form.startswith(forms[0])}
            if start:
                return _only(start)
        near = (_plain(forms[0]), said)
        return _only({
            column for form, column in self.exact.items()
            if any(map(_alike, near, (_plain(form), core(form))))
        })  # fmt: skip


def _alike(said: str, form: str) -> bool:
    # Of two signs one is half: too little to tell 编号 from 序号. And more than one sign
    # more is another thing: 主管单位名称 is not 单位名称.
    if min(len(said), len(form)) < 3 or abs(len(said) - len(form)) > 1:
        return False
    return float(fuzz.ratio(said, form)) >= CLOSE


def _only(columns: set[str]) -> str | None:
    return next(iter(columns)) if len(columns) == 1 else None
