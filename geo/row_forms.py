"""One row out of a form: checked by the rules that check a file, and made into an edit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import pandas as pd

from geo import check, inspection
from geo.cells import write
from geo.clashes import second_units
from geo.edits import Edit, Key, Row, edit_of, frame_of, key_of, rows_of
from geo.errors import Problem, TableError
from geo.schema import TABLES

# What `findings` says of a row and is no reason to refuse it.
_NOTES = ("position_unknown",)


def texts_of(table: str, row: Row) -> dict[str, str]:
    """Return the values of `row` as a form shows them: text, empty where missing."""
    return {
        column.name: "" if row[column.name] is None else write(column, row[column.name])
        for column in TABLES[table].columns
    }


def checked_edit(
    tables: Mapping[str, pd.DataFrame],
    table: str,
    texts: Mapping[str, str | None],
    *,
    before: Row | None,
    today: date,
    taken: Collection[Key] = (),
) -> Edit:
    """
    Return the edit that a form asks for.

    Parameters
    ----------
    tables
        The stored tables, for references and for rules that tie rows together.
    table
        Name of the table.
    texts
        What stands in the form, by column; a column that is not in it keeps its value.
    before
        The row that the form was opened on, None for a new one.
    today
        The day on which townships and villages must be in the list.
    taken
        Keys that a new row may not have although no row has them yet: those of rows in review.

    Raises
    ------
    TableError
        With one `Problem` per broken cell or rule; none of them has a row number.
    """
    declared = TABLES[table]
    stands = texts_of(table, before) if before else dict.fromkeys(declared.names, "")
    said = {name: (texts.get(name, stands[name]) or "") for name in declared.names}
    raw = check.RawTable(
        table=table,
        frame=pd.DataFrame({name: [text or None] for name, text in said.items()}, dtype=object),
        rows=[1],
        headers={column.name: column.zh for column in declared.columns},
    )
    try:
        after = rows_of(table, check.validate(raw, tables, as_of=today))[0]
    except TableError as error:
        raise TableError(table, [_placeless(problem) for problem in error.problems]) from None
    edit = edit_of(table, before, after)
    clashes = _clashes(tables, edit, taken)
    if clashes:
        raise TableError(table, clashes)
    return edit


def _clashes(
    tables: Mapping[str, pd.DataFrame], edit: Edit, taken: Collection[Key]
) -> list[Problem]:
    """Return what the row breaks together with the other rows of its table."""
    stored = rows_of(edit.table, tables[edit.table])
    if edit.before is None and edit.key in {*taken, *(key_of(edit.table, row) for row in stored)}:
        column = TABLES[edit.table][TABLES[edit.table].key[0]]
        value = "、".join(map(str, edit.key))
        return [Problem(edit.table, "key_taken", column=column.zh, value=value)]
    others = [row for row in stored if key_of(edit.table, row) != edit.key]
    assert edit.after is not None

    if edit.table == "reporting_units":
        doubled = second_units(tables[edit.table], frame_of(edit.table, [*others, edit.after]))
        if doubled:
            county, units = next(iter(doubled.items()))
            column, facts = (
                TABLES[edit.table]["county_code"],
                {"candidates": "、".join(units.values())},
            )
            return [
                Problem(edit.table, "unit_ambiguous", column=column.zh, value=county, params=facts)
            ]

    def faults(rows: list[Row]) -> dict[tuple[str, str | None, str | None], Problem]:
        found = inspection.findings({edit.table: frame_of(edit.table, rows)})
        return {(p.code, p.column, p.value): p for p in found if p.code not in _NOTES}

    old = faults(stored)
    return [_placeless(problem) for facts, problem in faults([*others, edit.after]).items()
            if facts not in old]  # fmt: skip


def _placeless(problem: Problem) -> Problem:
    return Problem(
        problem.table, problem.code, None, problem.column, problem.value, None, problem.params
    )
