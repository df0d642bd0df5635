"""The features of a boundary file beside the list: which county or township each one is.

The code decides; without a listed code the name inside its county, and a name alone only
if the city has it once. What does not match, matches twice or contradicts itself is
reported by name, never chosen silently.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from geo.cells import closest
from geo.errors import FileError, Problem
from geo.references import OFFICE, Directory, directory
from geo.schema import CITY_CODE
from geo.succession import in_force

TABLE = "boundaries"
LISTS = {"county": "counties", "township": "townships"}
SHOWN = 20  # names in one sentence
LONGEST = 60  # characters; a longer text is no name and no code
# Headers that people use, for columns that match equally well: codes, then names.
_CODE_HEADS = re.compile(r"code|dm$|代码|编码|pac|adcode|^id$", re.IGNORECASE)
_NAME_HEADS = re.compile(r"name|mc$|名称|名$", re.IGNORECASE)
_WHOLE = re.compile(r"(\d+)(?:\.0*)?", re.ASCII)
_COUNTY = re.compile(r"(\d{6})(?:0{3}|0{6})?(?:\.0*)?", re.ASCII)
_LEADS = ("山东省", "泰安市")


@dataclass(frozen=True)
class Matching:
    """
    Which row of the list each feature is.

    `features` has one row per feature, in the file's order: `feature` (1, 2 …), `file_code`
    and `file_name` as the file has them (empty if it has none), `code` and `name` of the
    list (missing if none matches) and `matched_by` ("code", "name" or "").
    """

    features: pd.DataFrame
    code_column: str = ""
    name_column: str = ""
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class _Listed:
    """The list of a level, and the counties to which names belong."""

    level: str
    units: Directory
    counties: Directory

    def code(self, text: str | None) -> str:
        """Return the code written in `text` with all its digits; empty if there is none."""
        found = _WHOLE.fullmatch(_plain(text))
        if not found:
            return ""
        digits = found[1]
        if self.level == "township":
            return digits + "000" if len(digits) == 9 else digits if len(digits) == 12 else ""
        county = _COUNTY.fullmatch(digits)
        return county[1] if county else ""

    def county(self, text: str | None) -> str | None:
        """Return the county that a code or name stands for, if it is one of the list."""
        plain = _plain(text)
        digits = _COUNTY.fullmatch(plain)
        if digits and digits[1] in self.counties.keys:
            return digits[1]
        found = self.counties.forms.get(plain, [])
        return found[0] if len(found) == 1 else None

    def named(self, text: str | None, county: str | None) -> list[str]:
        """Return the codes that a name may stand for, inside `county` if that is known."""
        plain = _plain(text)
        for lead in _LEADS:
            plain = plain.removeprefix(lead) or plain
        for full, (code, *_) in self.counties.forms.items():
            if self.level == "township" and plain.startswith(full) and full != plain:
                rest = plain.removeprefix(full)
                if rest in self.units.forms:  # 岱岳区山口镇
                    plain, county = rest, county or code
                    break
        found = self.units.forms.get(plain) or self.units.forms.get(plain.removesuffix(OFFICE))
        parents = self.units.parents
        return [code for code in found or [] if not county or parents.get(code, county) == county]

    def shown(self, codes: list[str]) -> str:
        """Return names with their codes."""
        return "、".join(f"{self.units.names[code]}（{code}）" for code in codes) or "没有"


def _plain(text: str | None) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or ""))


def match_features(
    fields: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    *,
    level: str,
    code_column: str = "",
    name_column: str = "",
) -> Matching:
    """
    Match the features of a file to the newest list of `level`.

    Parameters
    ----------
    fields
        One row per feature: the file's columns as text.
    tables
        `counties`, and for townships `townships` and, if there, `township_aliases`.
    level
        "county" or "township".
    code_column, name_column
        Columns of `fields`; by default the ones with most codes and names of the list.

    Raises
    ------
    FileError
        If a named column is absent (code ``layer_column_absent``), or no column matches
        anything (``layer_columns``).
    """
    fields = fields.astype(object).where(fields.notna(), None)
    held = dict(tables)
    if level == "township":
        held["townships"] = in_force(tables["townships"], as_of=None)
    listed = _Listed(level, directory(LISTS[level], held), directory("counties", held))
    code_column, name_column, county_column = _columns(fields, listed, code_column, name_column)
    rows, problems, notes = [], list[Problem](), list[Problem]()
    elsewhere: list[str] = []
    for number, record in enumerate(fields.to_dict("records"), 1):
        text = record.get(code_column) or "", record.get(name_column) or ""
        feature = _Feature(number, *text, county=listed.county(record.get(county_column)))
        code, by, problem = _matched(feature, listed)
        if problem and problem.code == "boundary_unlisted" and feature.elsewhere(listed):
            elsewhere.append(feature.shown)
        elif problem:
            (notes if code else problems).append(problem)
        rows.append((number, *text, code, listed.units.names.get(code or ""), by))
    if elsewhere:
        names = "、".join(elsewhere[:SHOWN]) + ("…" if elsewhere[SHOWN:] else "")
        problems.append(_problem("boundary_elsewhere", count=len(elsewhere), names=names))
    columns = ["feature", "file_code", "file_name", "code", "name", "matched_by"]
    features = pd.DataFrame(rows, columns=columns)
    features = features.astype(dict.fromkeys(columns[1:], "str"))
    found, joined = _repeated(features, listed)
    missing = [name for code, name in listed.units.names.items() if code not in {*features["code"]}]
    if missing:
        problems.append(_problem("boundary_missing", names="、".join(missing)))
    return Matching(features, code_column, name_column, problems + found, notes + joined)


def _problem(
    code: str, value: str | None = None, row: int | None = None, **params: object
) -> Problem:
    return Problem(TABLE, code, row, value=value, params=params)


def _columns(
    fields: pd.DataFrame, listed: _Listed, code_column: str, name_column: str
) -> tuple[str, str, str]:
    """Return the columns of codes, names and counties; empty where there is none."""
    heads = [str(column) for column in fields.columns]
    shown = "、".join(heads[:SHOWN]) + ("…" if heads[SHOWN:] else "")
    for named in (code_column, name_column):
        if named and named not in heads:
            raise FileError("layer_column_absent", column=named, columns=shown or "没有")
    scores = {head: _scores(fields[head], listed) for head in heads}

    def best(at: int, usual: re.Pattern[str]) -> str:
        taken = {code_column, name_column} if at == 2 else set()
        ranked = [
            (scores[head][at], bool(usual.search(head)), -number, head)
            for number, head in enumerate(heads)
            if head not in taken
        ]
        top = max(ranked, default=(0, False, 0, ""))
        return top[3] if top[0] else ""

    code_column = code_column or best(0, _CODE_HEADS)
    name_column = name_column or best(1, _NAME_HEADS)
    if not code_column and not name_column:
        raise FileError("layer_columns", columns=shown or "没有")
    county_column = best(2, _NAME_HEADS) if listed.level == "township" else ""
    if not code_column:  # codes of another year are shown, though none of them matches
        code_column = next((h for h in heads if scores[h][3] and h != county_column), "")
    return code_column, name_column, county_column


def _scores(values: pd.Series, listed: _Listed) -> tuple[int, int, int, int]:
    """Return how many unlike values are listed codes, names, counties, codes of that length."""
    texts = sorted({text for text in values if text and len(text) <= LONGEST})
    codes = [listed.code(text) for text in texts]
    return (
        sum(code in listed.units.keys for code in codes),
        sum(bool(listed.named(text, None)) for text in texts),
        sum(listed.county(text) is not None for text in texts),
        sum(map(bool, codes)),
    )


@dataclass(frozen=True)
class _Feature:
    number: int
    file_code: str
    file_name: str
    county: str | None

    @property
    def shown(self) -> str:
        return " ".join(filter(None, (self.file_name, self.file_code))) or f"第 {self.number} 个"

    def elsewhere(self, listed: _Listed) -> bool:
        """Say whether the code is of another city."""
        code = listed.code(self.file_code)
        return bool(code) and not code.startswith(CITY_CODE[:4])


def _matched(feature: _Feature, listed: _Listed) -> tuple[str | None, str, Problem | None]:
    """Return the code of a feature and by what it matched; what is told is a note if it did."""
    code, name, number = listed.code(feature.file_code), feature.file_name, feature.number
    if code in listed.units.keys:
        named = listed.named(name, None)
        if named and code not in named:
            facts = {"listed": listed.shown([code]), "named": listed.shown(named)}
            told = _problem("boundary_contradiction", feature.shown, number, **facts)
            return None, "", told
        if name and not named:
            told = _problem("boundary_name_differs", name, number, listed=listed.shown([code]))
            return code, "code", told
        return code, "code", None
    stated = code[:6] if code[:6] in listed.counties.keys else feature.county
    named = listed.named(name, stated if listed.level == "township" else None)
    if len(named) == 1:
        told = _problem("boundary_code_differs", feature.shown, number, listed=listed.shown(named))
        return named[0], "name", told if code else None
    if named:
        facts = {"candidates": listed.shown(named)}
        return None, "", _problem("boundary_ambiguous", feature.shown, number, **facts)
    suggestion = closest(_plain(name), list(listed.units.names.values())) if name else ""
    return None, "", _problem("boundary_unlisted", feature.shown, number, suggestion=suggestion)


def _repeated(features: pd.DataFrame, listed: _Listed) -> tuple[list[Problem], list[Problem]]:
    """Return the rows of the list that several features match: unlike ones, and parts of one."""
    problems, notes = [], []
    known = features.dropna(subset="code")
    for code, group in known[known["code"].duplicated(keep=False)].groupby("code", sort=False):
        value, looks = listed.units.names[str(code)], set(_looks(group, listed))
        if len(looks) == 1:
            notes.append(_problem("boundary_dissolved", value, count=len(group)))
            continue
        seen: dict[str, list[str]] = defaultdict(list)
        for number, name, text in group[["feature", "file_name", "file_code"]].itertuples(
            index=False
        ):
            seen[" ".join(filter(None, (name, text)))].append(str(number))
        shown = [f"{look}（第 {'、'.join(n)} 个）" for look, n in seen.items()]
        problems.append(_problem("boundary_twice", value, features="；".join(shown[:SHOWN])))
    return problems, notes


def _looks(group: pd.DataFrame, listed: _Listed) -> Iterator[str]:
    """Yield what makes each feature the same as another: its code, else its name."""
    for text, name in zip(group["file_code"], group["file_name"], strict=True):
        yield listed.code(text) or _plain(name)
