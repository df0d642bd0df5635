"""A new year's list of townships and villages: what it changes in the register, and what it leaves.

Rows that end keep standing, so that old dates keep the old denominator. What is registered to
them is not rewritten: `succession` finds what stands for it on any day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from geo import check
from geo.edits import Edit, Row, between, edit_of, frame_of, key_of, rows_of
from geo.errors import Problem
from geo.leftovers import new_findings, registered_anew, unit_notes
from geo.lineage import LISTS
from geo.mappings import Change, Lists, change, mapping_problems
from geo.schema import TABLES
from geo.succession import KEYS, in_force

# What is needed of the store.
TABLES_NEEDED = (
    "counties", "townships", "villages", "successions", "reporting_units", "unit_townships",
    "township_aliases", "hosts", "venues", "promoters", "promoter_villages",
)  # fmt: skip
# What a later list may say anew of a code that goes on; what it leaves out stays.
_NEWS = {"township": ("name", "kind", "villages_total", "seat_lon", "seat_lat"),
         "village": ("name", "kind")}  # fmt: skip
_SEAT = ("seat_lon", "seat_lat")

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class ListPlan:
    """
    What a new list does to the register; with `problems` there are no edits.

    `notes` say what is left for people; `counts` by table how many codes are `unchanged`,
    `renamed`, `new` and `ended`.
    """

    edits: list[Edit] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)


def plan_lists(
    tables: Tables,
    townships: pd.DataFrame,
    villages: pd.DataFrame,
    mapping: pd.DataFrame,
    *,
    year: int,
    from_date: date,
) -> ListPlan:
    """
    Plan what puts the list of `year` in force from `from_date` on.

    A code that goes on keeps its row and the year of the list that brought it; a new name
    is taken over, and a township's old one becomes an alias. A code that is no more gets
    `to_date`, a new one `from_date`. Venues and promoters stay registered as they are.

    Parameters
    ----------
    tables
        The stored tables, at least `TABLES_NEEDED`.
    townships, villages
        The whole new list, as the tables of those names; rows that end by `from_date`, in a
        list made from an export, are not part of it.
    mapping
        Table `successions`: what became of each ended code and what each new one was.
    year
        The list's year.
    from_date
        The first day on which it is the list in force.

    Returns
    -------
    plan
        Its edits lead from the stored tables to the new list; none if it is in force already.
    """
    old = Lists(*(in_force(tables[name], as_of=from_date) for name in LISTS.values()))
    new = Lists(*(in_force(frame, as_of=from_date) for frame in (townships, villages)))
    changes = {level: change(level, old, new) for level in KEYS}
    counts = {LISTS[level]: _counts(changed) for level, changed in changes.items()}
    if _dated(tables, from_date, later=False):
        if _in_force_already(tables, changes, mapping):
            return ListPlan(counts=counts)
        return ListPlan(problems=[_problem("townships", "list_already", date=str(from_date))])
    problems = _list_problems(tables, new, changes, year=year, from_date=from_date)
    for changed in changes.values():
        problems += mapping_problems(mapping, changed, from_date=from_date)
    problems = problems or _across(mapping, changes)
    if problems:
        return ListPlan(problems=problems)

    edits = [
        edit
        for level, changed in changes.items()
        for edit in _level_edits(tables, new, changed, mapping, year=year, from_date=from_date)
    ]
    aliases, notes = _aliases(tables, changes["township"], from_date)
    stored, told = (rows_of("successions", f) for f in (tables["successions"], mapping))
    edits += aliases + between("successions", stored, told)
    after = _after(tables, edits)
    problems = new_findings(tables, after)
    if problems:
        return ListPlan(problems=problems)
    if not any(changed.begun for changed in changes.values()):
        notes.append(_problem("townships", "list_year_unseen"))
    notes += unit_notes(after, changes["township"], mapping, from_date)
    notes += registered_anew(after, changes)
    return ListPlan(edits, [], notes, counts)


def _problem(table: str, code: str, value: str | None = None, **facts: Any) -> Problem:
    return Problem(table, code, value=value, params=facts)


def _counts(changed: Change) -> dict[str, int]:
    going = set(changed.before) & set(changed.after)
    renamed = sum(changed.before[code] != changed.after[code] for code in going)
    return {
        "unchanged": len(going) - renamed, "renamed": renamed,
        "new": len(changed.begun), "ended": len(changed.ended),
    }  # fmt: skip


# --- whether it may come in -----------------------------------------------------------------


def _dated(tables: Tables, day: date, *, later: bool) -> str:
    """Return the first day, `day` itself or `later`, on which a list changes; empty if none."""
    at = pd.Timestamp(day)
    dates = [tables[name][column] for name in LISTS.values() for column in ("from_date", "to_date")]
    found = pd.concat([*dates, tables["successions"]["on_date"]]).dropna()
    found = found[found > at] if later else found[found == at]
    return found.min().date().isoformat() if len(found) else ""


def _in_force_already(tables: Tables, changes: Mapping[str, Change], mapping: pd.DataFrame) -> bool:
    """Say whether the lists and the mapping are those that are stored."""
    stored = {
        key_of("successions", row): row for row in rows_of("successions", tables["successions"])
    }
    told = rows_of("successions", mapping)
    same = all(changed.before == changed.after for changed in changes.values())
    return same and all(stored.get(key_of("successions", row)) == row for row in told)


def _list_problems(
    tables: Tables, new: Lists, changes: Mapping[str, Change], *, year: int, from_date: date
) -> list[Problem]:
    problems = []
    newer = _dated(tables, from_date, later=True)
    if newer:
        problems.append(_problem("townships", "list_not_newest", date=newer))
    for level, changed in changes.items():
        table, key = LISTS[level], KEYS[level]
        declared, listed = TABLES[table], new.of(level)
        for found in sorted(set(listed["list_year"].dropna()) - {year}):
            problems.append(_problem(table, "list_year_differs", found=int(found), year=year))
        ends = dict(zip(tables[table][key], tables[table]["to_date"], strict=True))
        for code in changed.begun:
            if code in ends:
                facts = {"date": ends[code].date().isoformat()}
                problems.append(
                    Problem(table, "list_code_reused", column=declared[key].zh,
                            value=f"{changed.after[code]} {code}", params=facts)
                )  # fmt: skip
        problems += _moved(level, tables[table], listed)
    return problems


def _moved(level: str, stored: pd.DataFrame, listed: pd.DataFrame) -> list[Problem]:
    """Return the codes that go on in another area."""
    key, parent = KEYS[level], {"township": "county_code", "village": "township_code"}[level]
    both = listed.merge(stored[[key, parent]], on=key, suffixes=("", "_before"))
    return [
        Problem(LISTS[level], "list_moved", column=TABLES[LISTS[level]][key].zh,
                value=f"{row['name']} {row[key]}",
                params={"old": row[f"{parent}_before"], "new": row[parent]})
        for row in both[both[parent] != both[f"{parent}_before"]].to_dict("records")
    ]  # fmt: skip


def _across(mapping: pd.DataFrame, changes: Mapping[str, Change]) -> list[Problem]:
    """Return the villages that go where the mapping does not let their township go."""
    townships, villages = changes["township"], changes["village"]
    pairs = set(zip(mapping["old_code"], mapping["new_code"], strict=True))
    ended, begun = set(townships.ended), set(townships.begun)
    problems = []
    for at, (level, old, new) in enumerate(
        zip(mapping["level"], mapping["old_code"], mapping["new_code"], strict=True)
    ):
        if level != "village":
            continue
        area, other = villages.parents[old], villages.parents[new]
        if area != other and (area in ended or other in begun) and (area, other) not in pairs:
            facts = {"old": townships.shown(area), "new": townships.shown(other)}
            problems.append(
                Problem("successions", "mapping_across", at + check.FIRST_DATA_ROW,
                        TABLES["successions"]["old_code"].zh, villages.shown(old), params=facts)
            )  # fmt: skip
    return problems


# --- what it changes ------------------------------------------------------------------------


def _level_edits(
    tables: Tables, new: Lists, changed: Change, mapping: pd.DataFrame, *, year: int,
    from_date: date,
) -> list[Edit]:  # fmt: skip
    table, key = LISTS[changed.level], KEYS[changed.level]
    stored = {row[key]: row for row in rows_of(table, tables[table])}
    listed = {row[key]: row for row in rows_of(table, new.of(changed.level))}
    origins = _origins(changed, mapping)
    edits = [
        edit_of(table, stored[code], {**stored[code], "to_date": from_date})
        for code in changed.ended
    ]
    for code, row in listed.items():
        if code in changed.before:
            news = {name: row[name] for name in _NEWS[changed.level] if row[name] is not None}
            after = {**stored[code], **news}
            if after != stored[code]:
                edits.append(edit_of(table, stored[code], after))
            continue
        after = {**row, "list_year": year, "from_date": from_date, "to_date": None}
        if table == "townships" and row["seat_lon"] is None and code in origins:
            # The same place under another code.
            after |= {name: stored[origins[code]][name] for name in _SEAT}
        edits.append(edit_of(table, None, after))
    return edits


def _origins(changed: Change, mapping: pd.DataFrame) -> dict[str, str]:
    """Return, by new code, the old code that it took the place of as a whole."""
    alone = mapping[
        mapping["level"].eq(changed.level) & mapping["kind"].isin(["recoded", "renamed"])
    ]
    return dict(zip(alone["new_code"], alone["old_code"], strict=True))


def _aliases(tables: Tables, changed: Change, from_date: date) -> tuple[list[Edit], list[Problem]]:
    """Return the old names of renamed townships as aliases, where they are nobody else's."""
    table = "township_aliases"
    held = {(row["alias"], row["township_code"]) for row in rows_of(table, tables[table])}
    edits, notes = [], []
    for code in sorted(set(changed.before) & set(changed.after)):
        name = changed.before[code]
        if name == changed.after[code] or (name, code) in held:
            continue
        others = {other for alias, other in held if alias == name} | {
            other for other, named in changed.after.items()
            if named == name and changed.parents[other] == changed.parents[code]
        }  # fmt: skip
        if others:
            notes.append(_problem(table, "list_alias_taken", changed.shown(code), name=name))
            continue
        row: Row = {"alias": name, "township_code": code, "note": f"{from_date} 前的名称"}
        edits.append(edit_of(table, None, row))
    return edits, notes


def _after(tables: Tables, edits: list[Edit]) -> dict[str, pd.DataFrame]:
    """Return the tables as they will be."""
    after = dict(tables)
    for table in {edit.table for edit in edits}:
        rows = {key_of(table, row): row for row in rows_of(table, tables[table])}
        rows |= {edit.key: edit.row for edit in edits if edit.table == table}
        after[table] = frame_of(table, [rows[key] for key in sorted(rows)])
    return after
