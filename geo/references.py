"""References between tables: codes that must exist, and names that stand for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from geo.cells import CellError, closest
from geo.schema import TABLES, Column, Table
from geo.succession import KEYS, heirs, valid_rows

# What people leave out of a name, or write behind it.
ENDINGS: dict[str, tuple[str, ...]] = {
    "counties": ("区", "县", "市"),
    "townships": ("街道", "镇", "乡"),
    "villages": ("村民委员会", "居民委员会", "村委会", "居委会"),
}
OFFICE = "办事处"
ALIASES = {"townships": "township_aliases"}
LEVELS = {"townships": "township", "villages": "village"}  # lists whose codes end and begin
SUGGESTIONS = 1000  # a fifth of a millisecond each: only for the first mistakes of a column


def parent_column(target: Table) -> Column | None:
    """Return the column that says in which larger area a row of `target` lies, if any."""
    if target[target.key[0]].kind != "code" or len(target.key) > 1:
        return None
    columns = (c for c in target.columns if c.kind == "code" and c.refers_to)
    return next(columns, None)


def reference_columns(table: Table) -> list[Column]:
    """Return the columns of `table` that refer to another table, larger areas first."""
    order = list(TABLES)
    columns = [column for column in table.columns if column.refers_to]
    return sorted(columns, key=lambda column: order.index(column.refers_to))


def context_columns(table: Table) -> list[Column]:
    """
    Return columns that `table` lacks but a spreadsheet may have, because they place its names.

    A village's name means something only inside a township: a list of promoters'
    villages may therefore name the township beside the village. Larger areas first.
    """
    found: list[Column] = []
    queue = [column for column in table.columns if column.kind == "code" and column.refers_to]
    while queue:
        parent = parent_column(TABLES[queue.pop().refers_to])
        if parent and parent.name not in table.names and parent not in found:
            found.insert(0, parent)
            queue.append(parent)
    return found


@dataclass
class Directory:
    """The rows of one table that others refer to: keys, names, and where each row lies."""

    target: Table
    keys: set[str] = field(default_factory=set)
    forms: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    names: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    former: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    ended: dict[str, CellError] = field(default_factory=dict)
    called: dict[str, str] = field(default_factory=dict)  # name -> id, where keys are ids
    suggested: int = 0

    def resolve(self, text: str, parent: str | None) -> str:
        """
        Return the key that `text`, a key or a name or both, stands for.

        A name is looked for inside the area `parent` when that is given; what is in the list
        today goes before what was in it. A key that is in it no more is in `ended`, with
        what to say of it.

        Raises
        ------
        CellError
            If there is no such row, or more than one.
        """
        if text in self.keys:
            return text
        code, _, name = text.partition(" ")
        if name and self.names.get(code) == name:  # as a template's drop-down offers it
            return code
        # A village's name repeats across townships, so outside one it says nothing.
        if self.target.name == "villages" and parent is None and not text.isdigit():
            raise CellError("not_a_code", digits=self.target[self.target.key[0]].digits)
        found = self._called(text, self.forms)
        inside = [key for key in found if parent is None or self.parents.get(key) == parent]
        if not inside and self.former:
            past = self._called(text, self.former)
            inside = [key for key in past if parent is None or self.parents.get(key) == parent]
        if len(inside) == 1 or (len(found) == 1 and not inside):
            return (inside or found)[0]
        if inside:
            shown = "、".join(f"{self.names[key]}（{key}）" for key in inside)
            raise CellError("ambiguous_name", candidates=shown)
        raise self._unknown(text, parent)

    @staticmethod
    def _called(text: str, forms: Mapping[str, list[str]]) -> list[str]:
        return forms.get(text) or forms.get(text.removesuffix(OFFICE)) or []

    def _unknown(self, text: str, parent: str | None) -> CellError:
        suggestion = ""
        if self.suggested < SUGGESTIONS:
            self.suggested += 1
            pool = [n for k, n in self.names.items() if parent in (None, self.parents.get(k))]
            suggestion = closest(text, list(self.keys) if text.isascii() else pool)
            if self.called and not text.isascii():  # somebody wrote the name in place of the id
                suggestion = closest(text, list(self.called))
                name = suggestion.removeprefix("→ ").removesuffix("？")
                suggestion = f"→ {self.called[name]}（{name}）？" if name else ""
            code = suggestion.removeprefix("→ ").removesuffix("？")
            if code in self.names:  # a code alone says nothing to whoever has mistyped it
                suggestion = f"→ {code}（{self.names[code]}）？"
        target = f"“{self.target.zh}”（{self.target.en}）"
        return CellError("unknown_reference", target=target, suggestion=suggestion)


def directory(
    name: str, known: Mapping[str, pd.DataFrame], *, as_of: date | None = None
) -> Directory:
    """
    Return what can be looked up in the table `name` of `known` (nothing when it is absent).

    `as_of` is the day on which names mean what they mean, the newest list unless given.
    """
    target = TABLES[name]
    made = Directory(target)
    frame = known.get(name)
    if frame is None:
        return made
    keys = [str(key) for key in frame[target.key[0]]]
    made.keys = set(keys)
    if target[target.key[0]].kind != "code":
        if "name" in frame and target["name"].audience == "public":
            made.called = dict(zip(frame["name"].tolist(), keys, strict=True))
        return made
    parent = parent_column(target)
    if parent:
        made.parents = dict(zip(keys, frame[parent.name], strict=True))
    made.names = dict(zip(keys, frame["name"], strict=True))
    listed = set(keys)
    if name in LEVELS:
        gone = frame[~valid_rows(frame, as_of=as_of)]
        made.ended = _ended(gone, frame, known.get("successions"), LEVELS[name], as_of)
        listed -= set(gone[target.key[0]])
    forms: dict[str, dict[str, None]] = defaultdict(dict)
    former: dict[str, dict[str, None]] = defaultdict(dict)
    for key, full in made.names.items():
        meant = forms if key in listed else former
        meant[full][key] = None
        ending = next((end for end in ENDINGS.get(name, ()) if full.endswith(end)), "")
        short = full.removesuffix(ending)
        if len(short) > 1:
            meant[short][key] = None
    aliases = known.get(ALIASES.get(name, ""))
    if aliases is not None:
        for alias, key in zip(aliases["alias"], aliases[target.key[0]], strict=True):
            if key in made.keys:
                (forms if key in listed else former)[alias][key] = None
    made.forms = {form: list(found) for form, found in forms.items()}
    made.former = {form: list(found) for form, found in former.items()}
    return made


def _ended(
    gone: pd.DataFrame,
    listed: pd.DataFrame,
    successions: pd.DataFrame | None,
    level: str,
    as_of: date | None,
) -> dict[str, CellError]:
    """Return, by code, what to say of the rows `gone` of a list: since when, and what is now."""
    key = KEYS[level]
    codes = [str(code) for code in gone[key]]
    if not codes:
        return {}
    led: dict[str, list[str]] = {}
    merged: set[str] = set()
    if successions is not None:
        led = heirs(codes, listed, successions, level=level, as_of=as_of)
        merged = set(successions["old_code"][successions["kind"] == "merged"])
    names = dict(zip(listed[key], listed["name"], strict=True))
    said = {}
    for code, name, start, end in zip(
        codes, gone["name"], gone["from_date"], gone["to_date"], strict=True
    ):
        if as_of is not None and pd.notna(start) and start.date() > as_of:
            said[code] = CellError("code_later", name=name, date=start.date().isoformat())
            continue
        reached = led.get(code, [])
        now = "、".join(f"{names[heir]}（{heir}）" for heir in reached)
        what = "merged" if code in merged else "recoded"
        kind = "split" if len(reached) > 1 else what if reached else "ended"
        facts = {"heirs": now} if reached else {}
        said[code] = CellError(f"code_{kind}", name=name, date=end.date().isoformat(), **facts)
    return said
