"""Two rows that mean the same thing become one, and whatever refers to them follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import pandas as pd

from geo.check import table_of
from geo.edits import Edit, Row, edit_of, key_of, rows_of
from geo.errors import ArgumentError, bad_argument
from geo.schema import TABLES, Table

Choice = Literal["keep", "drop"]
# What means something only together comes from one row.
TOGETHER = (
    ("lon", "lat", "position_precision", "source_datum"),
    ("opening_hours", "hours_note"),
    ("source_url", "source_grade"),
    ("verified_on", "verified_by", "due_on"),
)


def merge_rows(
    keep: Mapping[str, Any], drop: Mapping[str, Any], choices: Mapping[str, Choice]
) -> Row:
    """
    Return `keep` with the values of `drop` in the columns that `choices` takes from it.

    Parameters
    ----------
    keep, drop
        Whole rows of one table.
    choices
        "keep" or "drop" per column; a column that is not named stays as `keep` has it.
        `filling_choices` proposes some.

    Returns
    -------
    row
        A new row.

    Raises
    ------
    ArgumentError
        If a column is not one of the rows', a choice is another word, or columns that mean
        something only together (`TOGETHER`) come from different rows.
    """
    for name, choice in choices.items():
        if name not in keep or name not in drop:
            raise bad_argument("choices", name, "why_no_such_column")
        if choice not in {"keep", "drop"}:
            raise bad_argument(name, choice, "why_one_of", allowed=("keep", "drop"))
    taken = {name for name, choice in choices.items() if choice == "drop"}
    for group in TOGETHER:
        differing = {name for name in group if name in keep and keep[name] != drop[name]}
        if taken & differing and not differing <= taken:
            columns = "、".join(name for name in group if name in differing)
            raise ArgumentError("merge_apart", columns=columns)
    return {name: drop[name] if name in taken else value for name, value in keep.items()}


def filling_choices(table: str, keep: Row, drop: Row) -> dict[str, Choice]:
    """Return choices that fill the gaps of `keep` from `drop` and overwrite nothing."""
    declared = table_of(table)
    groups = [*TOGETHER, *((name,) for name in declared.names)]
    choices: dict[str, Choice] = {}
    for group in groups:
        names = [name for name in group if name in keep and name not in choices]
        own = any(keep[name] not in (None, "unknown") for name in names)
        given = any(drop[name] not in (None, "unknown") for name in names)
        choices |= dict.fromkeys(names, "drop" if given and not own else "keep")
    for name in declared.key:
        choices[name] = "keep"
    return choices


def merge_edits(
    tables: Mapping[str, pd.DataFrame],
    table: str,
    keep_id: str,
    drop_id: str,
    choices: Mapping[str, Choice],
) -> list[Edit]:
    """
    Return the edits that make one row of two; together they are one submission.

    The kept row takes what `choices` says. Every row, of any table, that refers to the dropped
    one then refers to the kept one; where such a row is there already, the other is deleted. At
    last the dropped row is deleted.

    Parameters
    ----------
    tables
        All tables as stored, by name.
    table
        Whose rows are merged: one with a single column as its key.
    keep_id, drop_id
        Their keys.
    choices
        See `merge_rows`; the key cannot be taken from the dropped row.

    Returns
    -------
    edits
        The kept row first (left out if nothing changes), the dropped one last.

    Raises
    ------
    ArgumentError
        If a row is not there, both are one, one of them is a demonstration row and the other
        not, or the choices cannot be used.
    """
    declared = table_of(table)
    if len(declared.key) != 1:
        raise bad_argument("table", table, "why_not_merged")
    rows = {row[declared.key[0]]: row for row in rows_of(table, tables[table])}
    for key in (keep_id, drop_id):
        if key not in rows:
            raise ArgumentError("merge_missing", key=key)
    if keep_id == drop_id:
        raise ArgumentError("merge_itself", key=keep_id)
    keep, drop = rows[keep_id], rows[drop_id]
    if bool(keep.get("demo")) != bool(drop.get("demo")):
        raise ArgumentError("merge_demo", keep=keep_id, drop=drop_id)
    if choices.get(declared.key[0]) == "drop":
        raise bad_argument(declared.key[0], "drop", "why_kept_key")
    merged = merge_rows(keep, drop, choices)
    edits = [edit_of(table, keep, merged)] if merged != keep else []
    for other in TABLES.values():
        edits += _pointed(other, tables, table, keep_id, drop_id)
    return [*edits, edit_of(table, drop, None)]


def _pointed(
    other: Table, tables: Mapping[str, pd.DataFrame], table: str, keep_id: str, drop_id: str
) -> list[Edit]:
    """Return the edits of the rows of `other` that refer to the dropped row."""
    columns = [column.name for column in other.columns if column.refers_to == table]
    if not columns or other.name not in tables:
        return []
    edits = []
    rows = rows_of(other.name, tables[other.name])
    taken = {key_of(other.name, row) for row in rows}
    for row in rows:
        if drop_id not in [row[name] for name in columns]:
            continue
        after = row | {name: keep_id for name in columns if row[name] == drop_id}
        key = key_of(other.name, after)
        if key == key_of(other.name, row):
            edits.append(edit_of(other.name, row, after))
            continue
        edits.append(edit_of(other.name, row, None))
        if key not in taken:
            edits.append(edit_of(other.name, None, after))
            taken.add(key)
    return edits
