"""What is wrong with lists and successions: dates that contradict, codes that lead nowhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from geo.keys import days, positions, taken
from geo.rules import Fault
from geo.schema import TABLES
from geo.succession import KEYS, heirs, valid_rows

LISTS = {level: f"{level}s" for level in KEYS}
# What is registered to a code of a list: (table, level); the column is the list's key.
REGISTRATIONS = (
    ("hosts", "township"),
    ("venues", "township"),
    ("promoters", "township"),
    ("promoter_villages", "village"),
)

Tables = Mapping[str, pd.DataFrame]


def list_faults(name: str, tables: Tables) -> Iterator[Fault]:
    """
    Yield what is wrong with the rows of the table `name` as parts of lists that change.

    Parameters
    ----------
    name
        A table of `tables`.
    tables
        Validated tables; what a rule needs of a table that is absent is not checked.
    """
    if name == "villages" and "townships" in tables:
        yield from _outside_parents(tables["villages"], tables["townships"])
    if name == "successions":
        yield from _successions(tables)
    for level, listed in LISTS.items():
        if name == listed and "successions" in tables:
            yield from _unexplained(tables[name], tables["successions"], level)
    for table, level in REGISTRATIONS:
        if name == table and {LISTS[level], "successions"} <= set(tables):
            yield from _registrations(tables, table, level)


def unknown_places(name: str, frame: pd.DataFrame, known: Tables) -> Iterator[Fault]:
    """
    Yield the populations of a place that is neither a township nor a village of any list.

    Parameters
    ----------
    name
        The table that `frame` is; others than `populations` have no such fault.
    frame
        n rows of it, typed.
    known
        Validated tables; nothing is said unless both lists are among them.
    """
    if name != "populations" or not set(LISTS.values()) <= set(known):
        return
    places = [known[listed][KEYS[level]] for level, listed in LISTS.items()]
    lost = frame["place_code"].notna() & ~frame["place_code"].isin(pd.concat(places))
    names = [TABLES[listed] for listed in LISTS.values()]
    target = "“" + "、".join(one.zh for one in names) + "”"
    facts = {"target": f"{target}（{', '.join(one.en for one in names)}）", "suggestion": ""}
    for index in np.flatnonzero(lost).tolist():
        yield Fault(index, "place_code", "unknown_reference", facts)


def _outside_parents(villages: pd.DataFrame, townships: pd.DataFrame) -> Iterator[Fault]:
    """Yield villages that are in force on a day on which their township is not."""
    parent = positions(villages["township_code"], townships["township_code"])
    known = parent >= 0
    names = taken(townships["name"], parent, villages.index)
    for column, code in (("to_date", "list_parent_ended"), ("from_date", "list_parent_later")):
        bound = taken(townships[column], parent, villages.index)
        own, limit = days(villages[column]), days(bound)
        outside = own > limit if column == "to_date" else own < limit
        outside |= np.isnat(own) & ~np.isnat(limit)
        for index in np.flatnonzero(outside & known).tolist():
            facts = {"parent": names.iloc[index], "date": bound.iloc[index].date().isoformat()}
            yield Fault(index, column, code, facts)


def _unexplained(listed: pd.DataFrame, successions: pd.DataFrame, level: str) -> Iterator[Fault]:
    """Yield the codes that ended without a word of what they became."""
    ended = ~valid_rows(listed, as_of=None)
    old = successions["old_code"][successions["level"] == level]
    for index in np.flatnonzero(ended & ~listed[KEYS[level]].isin(old).to_numpy()).tolist():
        yield Fault(index, "to_date", "list_unexplained")


def _registrations(tables: Tables, table: str, level: str) -> Iterator[Fault]:
    """Yield what is registered to a code for which none, or several, stand in the newest list."""
    frame, listed = tables[table], tables[LISTS[level]]
    codes = frame[KEYS[level]]
    gone = listed[KEYS[level]][~valid_rows(listed, as_of=None)]
    lost = codes.isin(gone)
    if table == "venues":
        lost = lost & frame["status"].ne("closed")
    if table == "promoters":
        lost = lost & frame["to_date"].isna()
    if not lost.any():
        return
    led = heirs(codes[lost].unique(), listed, tables["successions"], level=level, as_of=None)
    names = dict(zip(listed[KEYS[level]], listed["name"], strict=True))
    for index in np.flatnonzero(lost).tolist():
        code = codes.iloc[index]
        reached = led[code]
        if len(reached) == 1:
            continue
        facts = {"name": names[code]}
        if reached:
            facts["heirs"] = "、".join(f"{names[heir]}（{heir}）" for heir in reached)
        said = "registered_unclear" if reached else "registered_gone"
        yield Fault(index, KEYS[level], said, facts)


# --- the table of successions ---------------------------------------------------------------


def _successions(tables: Tables) -> Iterator[Fault]:
    frame = tables["successions"]
    for level, name in LISTS.items():
        if name not in tables:
            continue
        rows = np.flatnonzero(frame["level"].eq(level).to_numpy())
        listed, own = tables[name], frame.iloc[rows]
        at = {
            column: positions(own[column], listed[KEYS[level]])
            for column in ("old_code", "new_code")
        }
        facts = {"target": f"“{TABLES[name].zh}”（{TABLES[name].en}）", "suggestion": ""}
        for column, found in at.items():
            for index in rows[found < 0].tolist():
                yield Fault(index, column, "unknown_reference", facts)
        known = (at["old_code"] >= 0) & (at["new_code"] >= 0)
        periods = [
            taken(listed[column], where, own.index).reset_index(drop=True)
            for where in at.values()
            for column in ("from_date", "to_date")
        ]
        for place in np.flatnonzero(known & (own["old_code"] != own["new_code"]).to_numpy()):
            yield from _contradictions(
                int(rows[place]), own.iloc[place], [period[place] for period in periods]
            )
        yield from _circles(own, rows.tolist())


def _contradictions(index: int, row: pd.Series, periods: list[pd.Timestamp]) -> Iterator[Fault]:
    """Yield where the dates of the lists are not those of a succession."""
    _, old_end, new_start, new_end = periods
    on, kind = row["on_date"], row["kind"]
    facts = {"date": on.date().isoformat()}
    alone = kind in {"recoded", "renamed"}
    if alone and (pd.isna(new_start) or pd.isna(old_end) or new_start < old_end):
        yield Fault(index, "on_date", "succession_overlap", facts)
        return
    # A merged code may go on as one of its parts, and so may a split one.
    ends = old_end == on or (kind == "split" and (pd.isna(old_end) or old_end > on))
    begins = new_start == on or (kind == "merged" and (pd.isna(new_start) or new_start < on))
    if not ends:
        yield Fault(index, "old_code", "succession_end", facts)
    if not begins:
        yield Fault(index, "new_code", "succession_start", facts)
    if pd.notna(new_end) and new_end <= on:
        yield Fault(index, "on_date", "succession_late", {"date": new_end.date().isoformat()})


def _circles(rows: pd.DataFrame, places: list[int]) -> Iterator[Fault]:
    """Yield the successions of one day that lead back to where they come from."""
    # What is split off one year may join again in another: that is no circle.
    after: dict[tuple[pd.Timestamp, str], set[str]] = defaultdict(set)
    edges = list(zip(rows["on_date"], rows["old_code"], rows["new_code"], strict=True))
    for on, old, new in edges:
        if old != new:
            after[on, old].add(new)
    for index, (on, old, new) in zip(places, edges, strict=True):
        seen, waiting = set(), [new] if old != new else []
        while waiting:
            code = waiting.pop()
            if code == old:
                yield Fault(index, "new_code", "succession_circle")
                break
            if code not in seen:
                seen.add(code)
                waiting += after.get((on, code), ())
