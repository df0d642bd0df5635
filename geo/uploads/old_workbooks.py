"""Uploaded workbooks of the old kind (.xls), read sheet by sheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import xlrd  # type: ignore[import-untyped]

from geo.uploads.grids import MAX_COLUMNS, GridError, Merged, Sheet, filled
from geo.uploads.worksheets import NO_RESULT

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def old_workbook_sheets(data: bytes) -> tuple[list[Sheet], bool]:
    """
    Return the sheets of an .xls workbook, visible ones first, and whether days count from 1904.

    Raises
    ------
    GridError
        If it is no such workbook, or needs a password.
    """
    if _ENCRYPTED in data:
        raise GridError("file_unreadable", reason="工作簿加了密码")
    try:
        # Where cells are merged, xlrd tells only together with the formats.
        book = xlrd.open_workbook(
            file_contents=data, formatting_info=True, on_demand=True, ragged_rows=True
        )
    except xlrd.XLRDError as error:
        locked = "encrypted" in str(error)
        reason = "工作簿加了密码" if locked else "不是完整的 .xls 工作簿"
        raise GridError("file_unreadable", reason=reason) from None
    numbers = sorted(range(book.nsheets), key=lambda number: bool(_hidden(book, number)))
    sheets = [Sheet(book.sheet_names()[n], _Opened(book, n), _Merged(book, n)) for n in numbers]
    return sheets, book.datemode == 1


def _hidden(book: Any, number: int) -> int:
    return int(book._sheet_visibility[number])


class _Opened:
    """The filled rows of one sheet; a sheet is parsed when they are first asked for."""

    def __init__(self, book: Any, number: int) -> None:
        self._book, self._number = book, number

    def __call__(self) -> Iterator[tuple[int, list[str | None]]]:
        sheet = self._book.sheet_by_index(self._number)
        rows = range(sheet.nrows)
        return filled((row + 1, self._values(sheet, row)) for row in rows)

    def _values(self, sheet: Any, row: int) -> list[Any]:
        end = min(sheet.row_len(row), MAX_COLUMNS + 1)
        kinds, values = sheet.row_types(row, 0, end), sheet.row_values(row, 0, end)
        return [
            value if kind in (xlrd.XL_CELL_TEXT, xlrd.XL_CELL_NUMBER)
            else self._value(kind, value)
            for kind, value in zip(kinds, values, strict=True)
        ]  # fmt: skip

    def _value(self, kind: int, value: Any) -> Any:
        if kind == xlrd.XL_CELL_DATE:
            try:
                return xlrd.xldate_as_datetime(value, self._book.datemode)
            except (ValueError, OverflowError, xlrd.xldate.XLDateError):
                return "#VALUE!"
        if kind == xlrd.XL_CELL_BOOLEAN:
            return bool(value)
        if kind == xlrd.XL_CELL_ERROR:
            return xlrd.error_text_from_code.get(value, NO_RESULT)
        return None


class _Merged:
    """The merged areas of one sheet."""

    def __init__(self, book: Any, number: int) -> None:
        self._book, self._number = book, number

    def __call__(self) -> list[Merged]:
        areas = self._book.sheet_by_index(self._number).merged_cells
        return [
            Merged(left, top + 1, right - 1, bottom,
                   f"{xlrd.cellname(top, left)}:{xlrd.cellname(bottom - 1, right - 1)}")
            for top, bottom, left, right in areas
        ]  # fmt: skip
