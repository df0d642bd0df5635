"""From raw rows to a validated table, with every problem reported at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from geo.cells import CellError, clean, is_code, parse
from geo.errors import ArgumentError, Problem, TableError
from geo.lineage import unknown_places
from geo.references import (
    Directory,
    context_columns,
    directory,
    parent_column,
    reference_columns,
)
from geo.rules import Fault, Labels, row_faults, stored_positions
from geo.schema import DTYPES, TABLES, Column, Table

FIRST_DATA_ROW = 2  # in a spreadsheet whose first row is the header
# Tables whose rows are registered to the lists of today; all others tell of any time.
REGISTERED = ("hosts", "venues", "promoters", "promoter_villages")


@dataclass(frozen=True)
class RawTable:
    """
    Rows as they stand in a file, before any check.

    `frame` holds text or None, one column per declared name that the file has (and those
    of `context_columns`); `rows` are the row numbers that the spreadsheet shows; `headers`
    are the headers as written; `ignored` the headers that mean nothing to the table;
    `guessed` the headers (as written) that were matched by likeness, and their columns;
    `columns` where in the sheet (from 0) each column stands.
    """

    table: str
    frame: pd.DataFrame
    rows: list[int]
    headers: dict[str, str]
    sheet: str | None = None
    file: str = ""
    ignored: list[str] = field(default_factory=list)
    guessed: dict[str, str] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)


def table_of(name: str) -> Table:
    """
    Return the declaration of the table called `name`.

    Raises
    ------
    ArgumentError
        If there is no such table.
    """
    if name not in TABLES:
        raise ArgumentError("unknown_table", table=name, tables="、".join(TABLES))
    return TABLES[name]


def validate(
    raw: RawTable, known: Mapping[str, pd.DataFrame], *, as_of: date | None = None
) -> pd.DataFrame:
    """
    Check every cell and row of `raw` and return it typed.

    Parameters
    ----------
    raw
        n rows of text.
    known
        Validated tables by name; codes are looked up in them, and names of counties and
        townships (with `township_aliases`) are turned into codes. What a column refers to
        must be among them: a table that is absent counts as empty.
    as_of
        The day of the lists: with it, a township or village that is not in force on the day
        is a problem, said with what to use instead, unless the row is stored with it.

    Returns
    -------
    table
        n rows in the same order: exactly the declared columns with the types of
        `schema.DTYPES`. Positions are WGS 84 (EPSG:4326) in degrees, rounded to 6
        decimals; an empty `county_code` is filled from the township.

    Raises
    ------
    TableError
        With one `Problem` for every broken cell.
    ArgumentError
        If there is no such table.
    """
    frame, faults = examine(raw, known, as_of=as_of)
    if faults:
        raise TableError(raw.table, problems_of(raw, faults))
    return frame


def examine(
    raw: RawTable, known: Mapping[str, pd.DataFrame], *, as_of: date | None = None
) -> tuple[pd.DataFrame, list[Fault]]:
    """
    Check as `validate` does, and return the table with its faults instead of raising them.

    Returns
    -------
    table, faults
        What can be read of the n rows, broken cells missing; the faults by row and column,
        one for every broken cell.
    """
    table = table_of(raw.table)
    columns = [*context_columns(table), *table.columns]
    values: dict[str, list[Any]] = {}
    faults: dict[tuple[int, str], Fault] = {}
    for column in columns:
        texts = _texts(raw, column)
        values[column.name], found = _parse_column(table, column, texts)
        faults.update(found)
    for fault in _resolve(table, columns, values, known, as_of):
        faults.setdefault((fault.index, fault.column), fault)

    frame = _typed(table, values, len(raw.rows))
    if table.has_position:
        frame = stored_positions(frame)
    labels = Labels(table, raw.rows, raw.headers)
    for fault in (*row_faults(frame, labels), *unknown_places(raw.table, frame, known)):
        faults.setdefault((fault.index, fault.column), fault)
    order = {column.name: number for number, column in enumerate(columns)}
    return frame, sorted(faults.values(), key=lambda f: (f.index, order[f.column]))


def _texts(raw: RawTable, column: Column) -> list[str | None]:
    if column.name not in raw.frame:
        return [None] * len(raw.rows)
    return [clean(None if pd.isna(text) else text) for text in raw.frame[column.name]]


def _parse_column(
    table: Table, column: Column, texts: list[str | None]
) -> tuple[list[Any], dict[tuple[int, str], Fault]]:
    if table.has_position and column.name in {"lon", "lat"}:
        # The city's frame is the stricter test, and recognises exchanged columns.
        column = replace(column, low=None, high=None)
    parsed: dict[str | None, Any] = {None: None}
    broken: dict[str | None, CellError] = {}
    own = column.name in table.names
    if column.required and own:
        broken[None] = CellError("required", expected=f"{column.zh}（{column.en}）")
    for text in set(texts) - {None}:
        assert text is not None
        try:
            named = column.kind == "code" and column.refers_to and not is_code(text)
            parsed[text] = parse(replace(column, kind="text") if named else column, text)
        except CellError as error:
            parsed[text] = None
            broken[text] = error
    faults = {
        (index, column.name): Fault(index, column.name, broken[text].code, broken[text].params)
        for index, text in enumerate(texts)
        if text in broken
    } if broken else {}  # fmt: skip
    return [parsed[text] for text in texts], faults


def _resolve(
    table: Table,
    columns: list[Column],
    values: dict[str, list[Any]],
    known: Mapping[str, pd.DataFrame],
    as_of: date | None,
) -> Iterator[Fault]:
    """Turn names in `values` into codes, in place; larger areas first."""
    contexts = [column for column in columns if column.name not in table.names]
    for column in (*contexts, *reference_columns(table)):
        target = directory(column.refers_to, known, as_of=as_of)
        up = parent_column(target.target)
        parent = next((c for c in columns if up and c.refers_to == up.refers_to), None)
        cells = values[column.name]
        areas = values[parent.name] if parent else [None] * len(cells)
        seen: dict[tuple[str, str | None], str | CellError] = {}
        for index, pair in enumerate(zip(cells, areas, strict=True)):
            if pair[0] is None:
                continue
            if pair not in seen:
                try:
                    seen[pair] = target.resolve(*pair)
                except CellError as error:
                    seen[pair] = error
            found = seen[pair]
            if isinstance(found, CellError):
                cells[index] = None
                yield Fault(index, column.name, found.code, found.params)
                continue
            cells[index] = found
            area = target.parents.get(found)
            if parent is None or area is None:
                continue
            if pair[1] is None:
                areas[index] = area
            elif pair[1] != area:
                facts = {"other": column.zh, "other_value": target.names[found]}
                yield Fault(index, parent.name, "mismatch", facts)
        if as_of is not None and table.name in REGISTERED and column.name in table.names:
            yield from _ended(table, column, values, target, known.get(table.name))


def _ended(
    table: Table,
    column: Column,
    values: dict[str, list[Any]],
    target: Directory,
    stored: pd.DataFrame | None,
) -> Iterator[Fault]:
    """Yield the cells with a code that is not in force, unless their row is stored with it."""
    found = [index for index, code in enumerate(values[column.name]) if code in target.ended]
    if not found:
        return
    names = [*table.key, column.name]
    kept = set() if stored is None else set(zip(*(stored[name] for name in names), strict=True))
    for index in found:
        if tuple(values[name][index] for name in names) not in kept:
            error = target.ended[values[column.name][index]]
            yield Fault(index, column.name, error.code, error.params)


def _typed(table: Table, values: dict[str, list[Any]], count: int) -> pd.DataFrame:
    data = {}
    for column in table.columns:
        dtype = DTYPES[column.kind]
        if column.kind == "date":
            data[column.name] = pd.Series(np.array(values[column.name], dtype=dtype))
        else:
            data[column.name] = pd.Series(values[column.name], dtype=dtype)
    return pd.DataFrame(data, index=pd.RangeIndex(count))


def problems_of(raw: RawTable, faults: list[Fault]) -> list[Problem]:
    """Return `faults` of the rows of `raw` as problems: sheet, row, header, what stands there."""
    columns = [*context_columns(table_of(raw.table)), *table_of(raw.table).columns]
    heads = {column.name: raw.headers.get(column.name) or column.zh for column in columns}
    texts = {name: raw.frame[name].tolist() for name in {fault.column for fault in faults}
             if name in raw.frame}  # fmt: skip
    problems = []
    for fault in faults:
        value = texts[fault.column][fault.index] if fault.column in texts else None
        problems.append(
            Problem(
                table=raw.table,
                code=fault.code,
                row=raw.rows[fault.index],
                column=heads[fault.column],
                value=None if value is None or pd.isna(value) else str(value).strip(),
                sheet=raw.sheet,
                params=fault.params,
            )
        )
    return problems
