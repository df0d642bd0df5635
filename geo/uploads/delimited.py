"""Uploaded CSV files, and what people paste out of a spreadsheet."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Iterator
from functools import partial

from geo.uploads.grids import HEADER_ROWS, MAX_CELL, MAX_COLUMNS, GridError, Row, Sheet, filled
from geo.uploads.headings import Headings

DELIMITERS = (",", ";", "\t")

_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# A cell of pasted text is quoted when it holds a tab, a line end, or a doubled quote; any
# other quote is a sign of the cell. What is quoted ends at a quote before the next cell.
_QUOTED = re.compile(rf'"((?:[^"]|""){{0,{MAX_CELL}}}+)"(?=[\t\r\n]|\Z)')
_PLAIN = re.compile(r"[^\t\r\n]*+")


def delimited_sheets(data: bytes, headings: Headings) -> list[Sheet]:
    """
    Return the one table of a text file, with the delimiter that makes most headers of it.

    Parameters
    ----------
    data
        UTF-8, UTF-16 or GB18030.
    headings
        What the headers may be.

    Raises
    ------
    GridError
        If the encoding is unknown. The rows raise it where quotes are not closed.
    """
    text = decoded(data)

    def rows(delimiter: str) -> Iterator[Row]:
        records = _pasted(text) if delimiter == "\t" else _csv(text, delimiter)
        return filled(enumerate(records, 1))

    def width(delimiter: str) -> int:
        widest = 0
        with contextlib.suppress(GridError):
            for number, cells in rows(delimiter):
                if number > HEADER_ROWS:
                    break
                widest = max(widest, len(headings.match(cells[:MAX_COLUMNS], guess=True).matched))
        return widest

    return [Sheet(None, partial(rows, max(DELIMITERS, key=width)))]


def decoded(data: bytes) -> str:
    """
    Return text in UTF-8, UTF-16 or GB18030, whichever it is.

    Raises
    ------
    GridError
        If it is none of them.
    """
    sample = data[:4096]
    coding = "utf-8"
    if sample[1::2].count(0) > len(sample) // 4:  # plain letters in UTF-16 are half zeros
        coding = "utf-16-le"
    elif sample[::2].count(0) > len(sample) // 4:
        coding = "utf-16-be"
    coding = next((c for mark, c in _MARKS.items() if data.startswith(mark)), coding)
    for tried in (coding, "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode(tried)
    raise GridError("encoding")


def _csv(text: str, delimiter: str) -> Iterator[list[str]]:
    # Strict: a quote that is never closed would swallow all rows below it in silence.
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    count = 0
    while True:
        try:
            record = next(records, None)
        except csv.Error as error:
            if "limit" in str(error):
                what = f"第 {count + 1} 行的一个单元格（也可能是少了一个引号）"
                raise GridError("file_too_large", what=what, size="超限", limit=MAX_CELL) from None
            raise GridError("quotes", row=count + 1) from None
        if record is None:
            return
        count += 1
        yield record


def _pasted(text: str) -> Iterator[list[str]]:
    """Yield the rows of text that is separated by tabs, as spreadsheet programs copy it."""
    at, record = 0, list[str]()
    text = text.removesuffix("\0")  # the end mark of a clipboard
    while at < len(text):
        quoted = _QUOTED.match(text, at) if text[at] == '"' else None
        cell = quoted or _PLAIN.match(text, at)
        assert cell is not None
        record.append(cell[1].replace('""', '"') if quoted else cell[0])
        at = cell.end()
        if at == len(text):
            break
        if text[at] == "\t":
            at += 1
            if at == len(text):
                record.append("")
            continue
        at += 2 if text.startswith("\r\n", at) else 1
        yield record
        record = []
    if record:
        yield record
