"""From one list to the next: what became of each code, told by a mapping, checked or proposed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from geo.cells import closest
from geo.check import FIRST_DATA_ROW
from geo.edits import Row, frame_of, rows_of
from geo.errors import Problem, sentence
from geo.schema import TABLES
from geo.succession import KEYS

SUGGESTIONS = 50  # looking for the closest name is slow: only for the first of a list
MOST_CANDIDATES = 3
_PARENTS = {"township": "county_code", "village": "township_code"}


class Lists(NamedTuple):
    """The townships and the villages of one list, as the tables of those names."""

    townships: pd.DataFrame
    villages: pd.DataFrame

    def of(self, level: str) -> pd.DataFrame:
        """Return the list of "township" or "village"."""
        return self.townships if level == "township" else self.villages


@dataclass(frozen=True)
class Change:
    """What two lists of one level have: codes with their names, before and after."""

    level: str
    before: dict[str, str]
    after: dict[str, str]
    parents: dict[str, str]  # of all codes, the area in which they lie

    @property
    def ended(self) -> list[str]:
        """Return the codes that are no longer there, in their order."""
        return sorted(set(self.before) - set(self.after))

    @property
    def begun(self) -> list[str]:
        """Return the codes that were not there, in their order."""
        return sorted(set(self.after) - set(self.before))

    def shown(self, code: str) -> str:
        """Return a code with its name."""
        return f"{self.after.get(code) or self.before.get(code, '')}（{code}）"


def change(level: str, old: Lists, new: Lists) -> Change:
    """Return what changed at `level` between two lists in force one after the other."""
    key, parent = KEYS[level], _PARENTS[level]
    before, after = (
        dict(zip(frame[key], frame["name"], strict=True))
        for frame in (old.of(level), new.of(level))
    )
    parents: dict[str, str] = {}
    for frame in (old.of(level), new.of(level)):
        parents |= dict(zip(frame[key], frame[parent], strict=True))
    return Change(level, before, after, parents)


# --- a mapping that people made -------------------------------------------------------------


def mapping_problems(mapping: pd.DataFrame, changed: Change, *, from_date: date) -> list[Problem]:
    """
    Say what is wrong with the rows of a mapping at the level of `changed`.

    Parameters
    ----------
    mapping
        Table `successions`: what became of the codes on `from_date`.
    changed
        The two lists.
    from_date
        The day on which the new list comes into force.

    Returns
    -------
    problems
        One per row whose codes are not in the lists, that says nothing, is of another day,
        or whose kind is not what the rows together say: one code for one (recoded,
        renamed), several into one (merged), one into several (split). A code that goes on
        counts as one of its own parts. And one per ended or new code without a row, with
        its likely counterparts.
    """
    at = np.flatnonzero(mapping["level"].eq(changed.level).to_numpy())
    rows = mapping.iloc[at]
    pairs = list(zip(rows["old_code"], rows["new_code"], strict=True))
    going = set(changed.before) & set(changed.after)
    moved = [(old, new) for old, new in pairs if old != new]
    out = Counter(old for old, _ in moved) + Counter(going)
    into = Counter(new for _, new in moved) + Counter(going)
    problems: list[Problem] = []
    for place, (old, new), kind, on in zip(
        (at + FIRST_DATA_ROW).tolist(), pairs, rows["kind"], rows["on_date"], strict=True
    ):
        expected = _kinds(old, new, out, into)
        if old not in changed.before:
            problems.append(_row_problem("mapping_old_unknown", place, "old_code", old))
        elif new not in changed.after:
            problems.append(_row_problem("mapping_new_unknown", place, "new_code", new))
        elif {old, new} <= going and (old != new or changed.before[old] == changed.after[new]):
            problems.append(_row_problem("mapping_needless", place, "old_code", old))
        elif kind not in expected:
            labels = "、".join(TABLES["successions"]["kind"].choice_label(one) for one in expected)
            facts = {"old": changed.shown(old), "new": changed.shown(new), "expected": labels}
            shown = TABLES["successions"]["kind"].choice_label(kind)
            problems.append(_row_problem("mapping_kind", place, "kind", shown, **facts))
        if on.date() != from_date:
            shown = on.date().isoformat()
            facts = {"date": from_date.isoformat()}
            problems.append(_row_problem("mapping_date", place, "on_date", shown, **facts))
    return problems + list(_unexplained(changed, pairs))


def _kinds(old: str, new: str, out: Counter[str], into: Counter[str]) -> tuple[str, ...]:
    """Return the kinds that a row may have, by how many codes its two ends are tied to."""
    if old == new:
        return ("renamed",)
    several = (("merged",) if into[new] > 1 else ()) + (("split",) if out[old] > 1 else ())
    return several or ("recoded", "renamed")


def _row_problem(code: str, row: int, column: str, value: str, **facts: str) -> Problem:
    head = TABLES["successions"][column].zh
    return Problem("successions", code, row=row, column=head, value=value, params=facts)


def _unexplained(changed: Change, pairs: list[tuple[str, str]]) -> Iterator[Problem]:
    table, key = f"{changed.level}s", KEYS[changed.level]
    explained = {old for old, _ in pairs}, {new for _, new in pairs}
    sides = (
        ("list_ended_unexplained", changed.ended, explained[0], changed.before,
         {code: changed.after[code] for code in changed.begun}, changed.after),
        ("list_new_unexplained", changed.begun, explained[1], changed.after,
         {code: changed.before[code] for code in changed.ended}, changed.before),
    )  # fmt: skip
    for said, codes, told, names, likely, possible in sides:
        left = [code for code in codes if code not in told]
        for number, code in enumerate(left):
            found = ""
            if number < SUGGESTIONS:
                found = _counterparts(names[code], likely) or _counterparts(names[code], possible)
            yield Problem(
                table, said, column=TABLES[table][key].zh, value=code,
                params={"name": names[code], "candidates": f"（{found}？）" if found else ""},
            )  # fmt: skip


def _counterparts(name: str, pool: dict[str, str]) -> str:
    """Return the codes of the same name, else the one of the name most like it, or nothing."""
    same = [f"{name}（{code}）" for code, other in pool.items() if other == name]
    if same:
        return "、".join(same[:MOST_CANDIDATES])
    like = closest(name, list(pool.values()), least=65).removeprefix("→ ").removesuffix("？")
    return next((f"{like}（{code}）" for code, other in pool.items() if other == like), "")


# --- a mapping proposed ---------------------------------------------------------------------


def propose_mapping(
    old: Lists, new: Lists, *, from_date: date, mapping: pd.DataFrame | None = None
) -> pd.DataFrame:
    """
    Propose what became of the codes of one list in the next, for people to check.

    Certain pairs only: a township of the same name in the same county; a village of the
    same name inside a township that goes on or has succeeded its own. Both must be the only
    one of that name there.

    Parameters
    ----------
    old, new
        The lists in force before and from `from_date` on.
    from_date
        The day of the change.
    mapping
        Table `successions`: rows that are settled already, such as those of townships. They
        stand in the answer too.

    Returns
    -------
    mapping
        Table `successions`, by level and code: the settled rows, the certain pairs (kind
        `recoded`), and for every other ended or new code a row with one code, no kind, and
        the reason in `note`. With such rows a mapping is refused until people fill them in.
    """
    settled = [] if mapping is None else rows_of("successions", mapping)
    townships = _proposed(change("township", old, new), settled, {}, from_date)
    heirs: dict[str, set[str]] = defaultdict(set)
    for row in townships:
        if row["old_code"] and row["new_code"]:
            heirs[row["old_code"]].add(row["new_code"])
    villages = _proposed(change("village", old, new), settled, heirs, from_date)
    return frame_of("successions", townships + villages)


def _proposed(
    changed: Change, settled: list[Row], heirs: dict[str, set[str]], from_date: date
) -> list[Row]:
    """Return the rows of one level; `heirs` are the townships that succeeded each township."""
    own = [row for row in settled if row["level"] == changed.level]
    ended = [code for code in changed.ended if code not in {row["old_code"] for row in own}]
    begun = [code for code in changed.begun if code not in {row["new_code"] for row in own}]
    areas_of = {area: {area, *after} for area, after in heirs.items()}
    named: dict[tuple[str, str], list[str]] = defaultdict(list)
    for code in begun:
        named[changed.after[code], changed.parents[code]].append(code)
    candidates = {
        code: [
            other
            for area in sorted(areas_of.get(changed.parents[code], {changed.parents[code]}))
            for other in named.get((changed.before[code], area), ())
        ]
        for code in ended
    }
    claimed = Counter(other for found in candidates.values() for other in found)
    base: Row = {"level": changed.level, "on_date": from_date, "old_code": None, "new_code": None}
    rows, taken = list(own), set()
    for code in ended:
        found = candidates[code]
        if len(found) == 1 and claimed[found[0]] == 1:
            taken.add(found[0])
            note = f"{changed.before[code]} → {changed.after[found[0]]}"
            pair = {"old_code": code, "new_code": found[0], "kind": "recoded", "note": note}
            rows.append(base | pair)
            continue
        note = sentence("propose_none", name=changed.before[code])
        if found:
            rivals = "、".join(changed.shown(other) for other in found[:MOST_CANDIDATES])
            note = sentence("propose_several", name=changed.before[code], candidates=rivals)
        rows.append(base | {"old_code": code, "note": note})
    for code in begun:
        if code not in taken:
            note = sentence("propose_new", name=changed.after[code])
            rows.append(base | {"new_code": code, "note": note})
    return sorted(rows, key=lambda row: (str(row["old_code"] or "~"), str(row["new_code"] or "~")))
