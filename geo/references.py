"""References between tables: codes that must exist, and names that stand for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from geo.cells import CellError, closest
from geo.schema import TABLES, Column, Table

# What people leave out of a name, or write behind it.
ENDINGS: dict[str, tuple[str, ...]] = {
    "counties": ("区", "县", "市"),
    "townships": ("街道", "镇", "乡"),
    "villages": ("村民委员会", "居民委员会", "村委会", "居委会"),
}
OFFICE = "办事处"
ALIASES = {"townships": "township_aliases"}
SUGGESTIONS = 50  # looking for the closest name is slow: only for the first mistakes of a column


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
    suggested: int = 0

    def resolve(self, text: str, parent: str | None) -> str:
        """
        Return the key that `text`, a key or a name, stands for.

        A name is looked for inside the area `parent` when that is given.

        Raises
        ------
        CellError
            If there is no such row, or more than one.
        """
        if text in self.keys:
            return text
        # A village's name repeats across townships, so outside one it says nothing.
        if self.target.name == "villages" and parent is None and not text.isdigit():
            raise CellError("not_a_code", digits=self.target[self.target.key[0]].digits)
        found = self.forms.get(text) or self.forms.get(text.removesuffix(OFFICE)) or []
        inside = [key for key in found if parent is None or self.parents.get(key) == parent]
        if len(inside) == 1 or (len(found) == 1 and not inside):
            return (inside or found)[0]
        if inside:
            shown = "、".join(f"{self.names[key]}（{key}）" for key in inside)
            raise CellError("ambiguous_name", candidates=shown)
        raise self._unknown(text, parent)

    def _unknown(self, text: str, parent: str | None) -> CellError:
        suggestion = ""
        if self.suggested < SUGGESTIONS:
            self.suggested += 1
            pool = [n for k, n in self.names.items() if parent in (None, self.parents.get(k))]
            suggestion = closest(text, list(self.keys) if text.isascii() else pool)
        target = f"“{self.target.zh}”（{self.target.en}）"
        return CellError("unknown_reference", target=target, suggestion=suggestion)


def directory(name: str, known: Mapping[str, pd.DataFrame]) -> Directory:
    """Return what can be looked up in the table `name` of `known` (nothing when it is absent)."""
    target = TABLES[name]
    made = Directory(target)
    frame = known.get(name)
    if frame is None:
        return made
    keys = [str(key) for key in frame[target.key[0]]]
    made.keys = set(keys)
    if target[target.key[0]].kind != "code":
        return made
    parent = parent_column(target)
    if parent:
        made.parents = dict(zip(keys, frame[parent.name], strict=True))
    made.names = dict(zip(keys, frame["name"], strict=True))
    forms: dict[str, dict[str, None]] = defaultdict(dict)
    for key, full in made.names.items():
        forms[full][key] = None
        ending = next((end for end in ENDINGS.get(name, ()) if full.endswith(end)), "")
        short = full.removesuffix(ending)
        if len(short) > 1:
            forms[short][key] = None
    aliases = known.get(ALIASES.get(name, ""))
    if aliases is not None:
        for alias, key in zip(aliases["alias"], aliases[target.key[0]], strict=True):
            if key in made.keys:
                forms[alias][key] = None
    made.forms = {form: list(found) for form, found in forms.items()}
    return made
