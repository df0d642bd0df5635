"""Grids out of files: where the header stands, and the rows below it as text.

The standard library only: the process that reads uploads must start in no time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import chain, islice
from typing import Any, NamedTuple

HEADER_ROWS = 20  # a header stands among the first rows, below titles
MAX_ROWS, MAX_COLUMNS, MAX_CELL = 100_000, 200, 40_000

Row = tuple[int, list[str | None]]

_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_UNIT = re.compile(r"\([^()]*\)$")


class GridError(Exception):
    """The file cannot be used: a code of `geo.errors.SENTENCES` and its facts."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


class Grid(NamedTuple):
    """A header and the non-empty rows below it, numbered as the spreadsheet numbers them."""

    sheet: str | None
    header: list[str | None]
    rows: list[Row]


def header_forms(text: str | None) -> list[str]:
    """Return how `text` may be meant as a header: without case and blanks, then without unit."""
    said = re.sub(r"\s", "", (text or "").translate(_NARROW)).lower().strip("*:'\ufeff")
    return list(dict.fromkeys(form for form in (said, _UNIT.sub("", said).strip("*:")) if form))


def match_header(cells: Iterable[str | None], keys: dict[str, str]) -> dict[int, str]:
    """Return which of `cells`, by position, are headers in `keys`, and of which column."""
    matched = {}
    for position, text in enumerate(cells):
        found = next((keys[form] for form in header_forms(text) if form in keys), None)
        if found:
            matched[position] = found
    return matched


def header_row(rows: list[Row], keys: dict[str, str]) -> tuple[int, set[str]]:
    """Return the position of the row with most headers (two at least, else -1), and its columns."""
    best, columns = -1, set[str]()
    for position, (number, cells) in enumerate(rows):
        found = set(match_header(cells, keys).values())
        if number <= HEADER_ROWS and len(found) > max(1, len(columns)):
            best, columns = position, found
    return best, columns


def grid(
    tables: Iterable[tuple[str | None, Iterator[Row]]], keys: dict[str, str], required: list[str]
) -> Grid:
    """
    Return the first of `tables` whose header has all `required` columns, up to the row limit.

    Raises
    ------
    GridError
        If there is none, or it is too large.
    """
    best: set[str] = set()
    for sheet, rows in tables:
        above: list[Row] = []
        first: list[Row] = []
        for row in rows:
            if row[0] > HEADER_ROWS:
                first = [row]
                break
            above.append(row)
        position, columns = header_row(above, keys)
        if position < 0 or not columns >= set(required):
            best = max(best, columns, key=len)
            continue
        header = above[position][1]
        if len(header) > MAX_COLUMNS:
            raise GridError("file_too_large", what="列数", size=len(header), limit=MAX_COLUMNS)
        kept = list(islice(chain(above[position + 1 :], first, rows), MAX_ROWS + 1))
        if len(kept) > MAX_ROWS:
            raise GridError("file_too_large", what="行数", size=f"{MAX_ROWS}+", limit=MAX_ROWS)
        return Grid(sheet, header, kept)
    if best:
        raise GridError("columns_missing", columns=[c for c in required if c not in best])
    raise GridError("header_missing", searched=HEADER_ROWS)


def filled(rows: Iterable[tuple[int, Iterable[Any]]]) -> Iterator[Row]:
    """Yield the rows that have a value, as text, without the empty cells at their ends."""
    blank = None  # openpyxl repeats one object for the rows a sheet leaves out, up to a million
    for number, cells in rows:
        if cells is blank:
            continue
        texts = [None if value is None else as_text(value) for value in cells]
        while texts and not (texts[-1] or "").strip():
            texts.pop()
        if texts:
            for text in texts:
                if text is not None and len(text) > MAX_CELL:
                    what = f"第 {number} 行的一个单元格"
                    raise GridError("file_too_large", what=what, size=len(text), limit=MAX_CELL)
            yield number, texts
        else:
            blank = cells


def as_text(value: Any) -> str:
    """Return a cell's value as a person would type it: 2 not 2.0, dates as 2026-11-23."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        midnight = not (value.hour or value.minute or value.second or value.microsecond)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
