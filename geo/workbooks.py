"""Workbooks for people: a typed sheet with a frozen header, and a sheet that explains it."""

from __future__ import annotations

import io
import itertools
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

import xlsxwriter

WIDEST = 42  # characters
TEXT_COLUMN = 100  # of running text
ABOUT = "说明"
SAMPLE_ROWS = 200  # that decide a column's width
UNDATED = date(2000, 1, 1)
PROGRAM = "泰山星火科普云地图"
TEXT_FORMAT = "@"  # what is typed into such a cell stays text: no lost zeros, no formulas
FIRST_EXCEL_DATE = date(1900, 1, 1)  # days before it are written as text
LONGEST_TEXT_CELL = 255  # characters; older Excel shows #### for longer ones in text format

# What a spreadsheet program would run as a formula, also in the full-width forms.
FORMULA = re.compile("'*[=+\\-@\t\r＝＋－＠]")


class Sheet(NamedTuple):
    """
    A sheet of a workbook: m heads, m columns of n values each.

    `formats` are Excel's number formats by position; `words` as for `workbook_bytes`;
    `plainly`: running text in one wide column, without filters.
    """

    title: str
    heads: list[str]
    cells: list[list[Any]]
    formats: Mapping[int, str] = MappingProxyType({})
    words: Collection[int] = ()
    plainly: bool = False


class _Exact(float):
    """A number that XlsxWriter, which writes 16 digits, shall write with all that it has."""

    def __format__(self, _spec: str) -> str:
        return repr(float(self))


def workbook_bytes(
    title: str,
    heads: list[str],
    cells: list[list[Any]],
    notices: Sequence[str],
    made_on: date | None,
    *,
    words: Collection[int] = (),
) -> bytes:
    """
    Return a workbook whose first sheet holds `cells` under `heads`; nothing becomes a formula.

    Parameters
    ----------
    title
        Name of the first sheet.
    heads
        m headers.
    cells
        m columns of n values each: text, numbers, dates, truth values or None.
    notices, made_on
        What the second sheet says beside the title; no date when there is none.
    words
        Positions of the columns that hold text: what is typed into them later stays text.
    """
    sheet = Sheet(title, heads, cells, words=words)
    return sheets_bytes(title, [sheet], notices, made_on)


def sheets_bytes(
    title: str, sheets: Sequence[Sheet], notices: Sequence[str], made_on: date | None
) -> bytes:
    """
    Return a workbook of several sheets, and one that explains them; nothing becomes a formula.

    Sheets whose titles are the same in Excel's eyes get numbers. `title`, `notices` and
    `made_on` as for `workbook_bytes`.
    """
    file = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        # The same table gives the same bytes: no time of writing but the one stated.
        day = made_on or UNDATED
        book.set_properties({"title": title, "created": datetime(day.year, day.month, day.day)})
        used = {ABOUT}
        for sheet in sheets:
            name = _unused(sheet_title(sheet.title), used)
            used.add(name.casefold())
            _fill(book, book.add_worksheet(name), sheet)
        about = book.add_worksheet(ABOUT)
        about.set_column(0, 0, 100)
        dated = [f"导出日期：{made_on.isoformat()}"] if made_on else []
        for row, line in enumerate([title, *notices, f"来源：{PROGRAM}", *dated]):
            about.write_string(row, 0, line)
    return file.getvalue()


def _unused(name: str, used: Collection[str]) -> str:
    """Return `name`, or the first of it with a number that no other sheet has."""
    tries = itertools.chain([name], (f"{name[:27]} {number}" for number in itertools.count(2)))
    return next(one for one in tries if one.casefold() not in used)


def sheet_title(title: str) -> str:
    """Return `title` as Excel takes it for a sheet: 31 characters at most, some not allowed."""
    return re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip() or "数据"


def text_width(value: Any) -> int:
    """Return how wide `value` is shown, in Latin characters."""
    text = "" if value is None else str(value)
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _fill(book: Any, sheet: Any, given: Sheet) -> None:
    heads, cells, words = given.heads, given.cells, given.words
    numbers = {
        at: book.add_format({"num_format": pattern}) for at, pattern in given.formats.items()
    }
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    head = book.add_format({"bold": True, "bg_color": "#F1ECE4", "bottom": 1, "text_wrap": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    plain = book.add_format({"num_format": TEXT_FORMAT})
    # Such a cell stays text also when somebody opens it for editing and presses Enter.
    quoted = book.add_format({"quote_prefix": True})
    for at, (name, column) in enumerate(zip(heads, cells, strict=True)):
        sheet.write_string(0, at, name, head)
        for row, value in enumerate(column, 1):
            if isinstance(value, bool):
                sheet.write_string(row, at, "是" if value else "否")
            elif isinstance(value, date) and value >= FIRST_EXCEL_DATE:
                sheet.write_datetime(row, at, value, day)
            elif isinstance(value, (int, float)):
                number = _Exact(value) if isinstance(value, float) else value
                sheet.write_number(row, at, number, numbers.get(at))
            elif value is not None:
                written = str(value)
                short = len(written) <= LONGEST_TEXT_CELL
                usual = wrapped if given.plainly else plain if short else None
                style = quoted if FORMULA.match(written) else usual
                sheet.write_string(row, at, written, style)
        if given.plainly:
            sheet.set_column(at, at, TEXT_COLUMN, wrapped)
            continue
        longest = max(text_width(value) for value in (name, *column[:SAMPLE_ROWS]))
        sheet.set_column(at, at, min(longest + 2, WIDEST), plain if at in words else None)
    sheet.freeze_panes(1, 0)
    if heads and not given.plainly:
        sheet.autofilter(0, 0, max(len(cells[0]), 1), len(heads) - 1)
