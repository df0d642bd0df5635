"""Grids out of files: where the header stands, and the rows below it as text.

Everything here is read row by row and handed on at once, so that a large file needs
little memory. The process that reads uploads must start in no time: see `headings`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple

from geo.uploads.headings import Headings, Heads

HEADER_ROWS = 20  # a header stands among the first rows, below titles
MAX_ROWS, MAX_COLUMNS, MAX_CELL = 100_000, 200, 40_000
MAX_SIGNS = 64 * 2**20  # of all cells together
MAX_MERGED = 100_000

Row = tuple[int, list[str | None]]
Open = Callable[[], Iterator[Row]]


class GridError(Exception):
    """The file cannot be used: a code of `geo.errors.SENTENCES` and its facts."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


class Merged(NamedTuple):
    """A merged area of a sheet: first and last column from 0, rows as the sheet numbers them."""

    left: int
    top: int
    right: int
    bottom: int
    name: str


class Sheet(NamedTuple):
    """One table of a file: its title, its filled rows from the first, its merged areas."""

    title: str | None
    rows: Open
    merged: Callable[[], list[Merged]] = list
    cut: bool = False  # whether its headers may be cut short


class Grid(NamedTuple):
    """
    A header, which columns it means, and the rows below it.

    A row has its number in the sheet and the cells of the matched columns, in their order.
    """

    title: str | None
    header: list[str | None]
    heads: Heads
    rows: Iterator[Row]


def grid(sheets: Sequence[Sheet], headings: Headings) -> Grid:
    """
    Return the first of `sheets` whose header has all columns that are required.

    Exact headers on any sheet come before guesses on an earlier one.

    Raises
    ------
    GridError
        If there is none. The rows may raise it too, when a limit is passed.
    """
    above = [list(islice(_upto(sheet.rows(), HEADER_ROWS), HEADER_ROWS)) for sheet in sheets]
    best: set[str] = set()
    for guess in (False, True):
        for sheet, first in zip(sheets, above, strict=True):
            position = header_row(first, headings, guess=guess, cut=sheet.cut)
            if position < 0:
                continue
            number, header = first[position]
            heads = headings.match(header, guess=guess, cut=sheet.cut)
            if not set(headings.required) <= set(heads.matched.values()):
                best = max(best, set(heads.matched.values()), key=len)
                continue
            if len(header) > MAX_COLUMNS:
                raise GridError("file_too_large", what="列数", size=len(header), limit=MAX_COLUMNS)
            # A header that suffices may have more columns by close match.
            heads = headings.match(header, guess=True, cut=sheet.cut)
            _refuse_repeated(header, heads)
            return Grid(sheet.title, header, heads, _body(sheet, number, heads))
    if best:
        missing = [column for column in headings.required if column not in best]
        raise GridError("columns_missing", columns=missing)
    raise GridError("header_missing", searched=HEADER_ROWS)


def header_row(
    rows: list[Row], headings: Headings, *, guess: bool = False, cut: bool = False
) -> int:
    """Return the position of the row with most headers, two columns at least; else -1."""
    best, most = -1, 1
    for position, (_, cells) in enumerate(rows):
        found = headings.match(cells[: MAX_COLUMNS + 1], guess=guess, cut=cut).matched
        if len(set(found.values())) > most:
            best, most = position, len(set(found.values()))
    return best


def filled(rows: Iterable[tuple[int, Iterable[Any]]]) -> Iterator[Row]:
    """Yield the rows that have a value, as text, without the empty cells at their ends."""
    for number, cells in rows:
        texts = [None if value is None else as_text(value) for value in cells]
        while texts and not (texts[-1] or "").strip():
            texts.pop()
        if texts:
            for text in texts:
                if text is not None and len(text) > MAX_CELL:
                    what = f"第 {number} 行的一个单元格"
                    raise GridError("file_too_large", what=what, size=len(text), limit=MAX_CELL)
            yield number, texts


def as_text(value: Any) -> str:
    """Return a cell's value as a person would type it: 2 not 2.0, dates as 2026-11-23."""
    if isinstance(value, str):
        return value
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


def _upto(rows: Iterator[Row], last: int) -> Iterator[Row]:
    for row in rows:
        if row[0] > last:
            return
        yield row


def _refuse_repeated(header: list[str | None], heads: Heads) -> None:
    columns = list(heads.matched.values())
    twice = [at for at, column in heads.matched.items() if columns.count(column) > 1]
    if twice:
        raise GridError("columns_repeated", columns="、".join(header[at] or "" for at in twice))


def _body(sheet: Sheet, header_number: int, heads: Heads) -> Iterator[Row]:
    """Yield the rows below the header, merged cells filled, only the matched columns."""
    rows = (row for row in sheet.rows() if row[0] > header_number)
    merged = sorted(sheet.merged(), key=lambda area: area.top)
    if len(merged) > MAX_MERGED:
        raise GridError("file_too_large", what="合并的单元格数", size=len(merged), limit=MAX_MERGED)
    columns = [area for area in merged if area.left == area.right and area.top > header_number]
    others = [area for area in merged if area.left < area.right or area.top <= header_number]
    first = last = signs = count = 0
    for number, cells in _unmerged(rows, columns):
        picked = [cells[at] if at < len(cells) else None for at in heads.matched]
        first, last = first or number, number
        if not any(text and text.strip() for text in picked):
            continue
        count += 1
        signs += sum(map(len, filter(None, picked)))
        if count > MAX_ROWS:
            raise GridError("file_too_large", what="行数", size=f"{MAX_ROWS}+", limit=MAX_ROWS)
        if signs > MAX_SIGNS:
            raise GridError("file_too_large", what="总字数", size=f"{MAX_SIGNS}+", limit=MAX_SIGNS)
        yield number, [text or None for text in picked]
    among = [area.name for area in others if area.bottom >= first and area.top <= last]
    if among:
        raise GridError("merged_cells", cells="、".join(among[:5]) + ("…" if among[5:] else ""))


def _unmerged(rows: Iterator[Row], merged: list[Merged]) -> Iterator[Row]:
    """
    Fill cells merged downwards in one column with the value at their top.

    Only in rows that have a value of their own: one merged cell makes no row of blank ones.
    """
    waiting = iter(merged)
    area = next(waiting, None)
    active: dict[int, tuple[int, str | None]] = {}
    for number, cells in rows:
        while area and area.top <= number:
            text = cells[area.left] if area.top == number and area.left < len(cells) else None
            active[area.left] = area.bottom, text
            area = next(waiting, None)
        for column, (bottom, text) in list(active.items()):
            if number > bottom:
                del active[column]
            elif text:
                cells.extend([None] * (column + 1 - len(cells)))
                cells[column] = cells[column] or text
        yield number, cells
