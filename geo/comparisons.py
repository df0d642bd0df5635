"""The rows of a file beside the stored rows of their table: which are new, changed, gone."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from geo.check import RawTable
from geo.clashes import is_tied
from geo.edits import Edit, Key, frame_from_rows, rows_from_frame
from geo.partials import keys_of
from geo.rights import PEOPLE_TABLES
from geo.schema import Table


class Comparison(NamedTuple):
    """
    What becomes of stored rows.

    `foreign` are the keys of rows about people of another place, of which nothing is told;
    `rows` has the file's row of each key; `after` is the table as it will be, where its rows
    are tied together.
    """

    edits: list[Edit]
    unchanged: int
    foreign: list[Key]
    rows: dict[Key, int]
    after: pd.DataFrame


def compare(
    declared: Table,
    raw: RawTable,
    frame: pd.DataFrame,
    stored: pd.DataFrame,
    own: pd.Series[bool],
    broken: set[int],
    *,
    remove: bool = False,
) -> Comparison:
    """
    Compare the rows of a file with the stored ones.

    Parameters
    ----------
    declared
        The table.
    raw, frame
        The file, and what could be read of it, every declared column; n rows.
    stored, own
        m rows, and which of them lie in the place of whoever imports.
    broken
        Positions of rows with a problem: they make no edit.
    remove
        Whether own rows that the file does not have shall go.
    """
    names = declared.names
    before = dict(zip(keys_of(declared, stored), rows_from_frame(declared, stored), strict=True))
    others = set(keys_of(declared, stored[~own]))
    hidden = others if declared.name in PEOPLE_TABLES else set()
    edits: list[Edit] = []
    rows: dict[Key, int] = {}
    foreign, unchanged = [], 0
    after = dict(before)
    for at, (key, row) in enumerate(
        zip(keys_of(declared, frame), rows_from_frame(declared, frame), strict=True)
    ):
        if None in key or key in rows:
            continue  # such a row has a problem of its own
        rows[key] = raw.rows[at]
        if key in hidden:
            foreign.append(key)
            continue
        after[key] = row
        there = before.get(key)
        if at in broken:
            continue
        if there == row:
            unchanged += 1
            continue
        old = None if there is None else dict(zip(names, there, strict=True))
        edits.append(Edit(declared.name, key, old, dict(zip(names, row, strict=True))))
    if remove:
        gone = [key for key in before if key not in rows and key not in others]
        edits += [
            Edit(declared.name, key, dict(zip(names, before[key], strict=True)), None)
            for key in gone
        ]
        for key in gone:
            del after[key]
    made = frame_from_rows(declared, list(after.values())) if is_tied(declared.name) else stored
    return Comparison(edits, unchanged, foreign, rows, made)


def table_after(declared: Table, stored: pd.DataFrame, edits: list[Edit]) -> pd.DataFrame:
    """Return the table `stored` as it is after `edits`."""
    rows = dict(zip(keys_of(declared, stored), rows_from_frame(declared, stored), strict=True))
    for edit in edits:
        if edit.after is None:
            rows.pop(edit.key, None)
        else:
            rows[edit.key] = tuple(edit.after[name] for name in declared.names)
    return frame_from_rows(declared, list(rows.values()))
