"""One worksheet of a workbook, read row by row: its cells, its merged areas, shared texts."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from geo.uploads.grids import MAX_COLUMNS, GridError, Merged, filled
from geo.uploads.markup import parser, without

with without("numpy"):  # costs time and memory, and is not needed to tell dates
    from openpyxl.utils.datetime import from_excel

SHEET_ROWS = 1_048_576  # of any workbook
CHUNK = 2**16
# Stands for a formula that was saved without its result; the check refuses it.
NO_RESULT = "#FORMULA!"

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_AREA = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})")
_LETTERS = re.compile("[A-Z]{1,3}")


def unescaped(text: str) -> str:
    """Return `text` with what workbooks write as _x000D_."""
    return _ESCAPED.sub(lambda sign: chr(int(sign[1], 16)), text) if "_x" in text else text


class Strings:
    """The shared strings of a workbook, read when the first is asked for."""

    def __init__(self, archive: zipfile.ZipFile, path: str) -> None:
        self._archive, self._path = archive, path
        self._texts: list[str] | None = None

    def __call__(self, number: int) -> str:
        """Return the text with a number."""
        if self._texts is None:
            self._texts = self._read() if self._path in self._archive.namelist() else []
        if not 0 <= number < len(self._texts):
            raise GridError("file_unreadable", reason="单元格指向不存在的文字")
        return self._texts[number]

    def _read(self) -> list[str]:
        texts: list[str] = []
        parts: list[str] = []
        skipped = 0  # how deep in the reading aids above Chinese characters
        taking = False

        def start(name: str, _given: dict[str, str]) -> None:
            nonlocal skipped, taking
            if name == "si":
                parts.clear()
            elif name == "rPh":
                skipped += 1
            taking = name == "t" and not skipped

        def end(name: str) -> None:
            nonlocal skipped, taking
            taking = False
            if name == "si":
                texts.append(unescaped("".join(parts)))
            elif name == "rPh":
                skipped -= 1

        def said(text: str) -> None:
            if taking:
                parts.append(text)

        made = parser(start, end)
        made.CharacterDataHandler = said
        with self._archive.open(self._path) as part:
            while chunk := part.read(CHUNK):
                made.Parse(chunk)
            made.Parse(b"", True)
        return texts


@dataclass
class Worksheet:
    """One worksheet: its cells by row, and its merged areas."""

    archive: zipfile.ZipFile
    path: str
    strings: Strings
    dates: dict[str, bool]
    epoch: datetime
    letters: dict[str, int] = field(default_factory=dict)

    def filled_rows(self) -> Iterator[tuple[int, list[str | None]]]:
        """Yield the rows that have a value."""
        return filled(self._rows())

    def merged(self) -> list[Merged]:
        """Return the merged areas."""
        found: list[Merged] = []

        def start(name: str, given: dict[str, str]) -> None:
            if name == "mergeCell":
                area = _AREA.fullmatch(given.get("ref", ""))
                if area:
                    left, right = self._column(area[1]), self._column(area[3])
                    found.append(Merged(left, int(area[2]), right, int(area[4]), area[0]))

        if self._may_have_merged():
            made = parser(start)
            with self.archive.open(self.path) as part:
                while chunk := part.read(CHUNK):
                    made.Parse(chunk)
        return found

    def _may_have_merged(self) -> bool:
        """Say whether the word stands in the part; unpacking is ten times quicker than parsing."""
        behind = b""
        with self.archive.open(self.path) as part:
            chunk = part.read(CHUNK)
            if chunk[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in chunk[:64]:
                return True  # UTF-16
            while chunk:
                if b"mergeCell" in behind + chunk:
                    return True
                behind, chunk = chunk[-16:], part.read(CHUNK)
        return False

    def _column(self, letters: str) -> int:
        """Return the position of the column A, B … XFD from 0."""
        if letters not in self.letters:
            if not _LETTERS.fullmatch(letters):
                raise GridError("file_unreadable", reason="单元格没有位置")
            number = 0
            for letter in letters:
                number = number * 26 + ord(letter) - 64
            self.letters[letters] = number - 1
        return self.letters[letters]

    def _rows(self) -> Iterator[tuple[int, list[Any]]]:  # noqa: C901 - one state, kept in one place
        ready: list[tuple[int, list[Any]]] = []
        cells: list[Any] = []
        number, column, kind, style = 0, -1, "n", ""
        value: list[str] = []
        taking = formula = given_value = False
        skipped = 0

        def start(name: str, given: dict[str, str]) -> None:
            nonlocal cells, number, column, kind, style, taking, formula, given_value, skipped
            if name == "c":
                place = given.get("r")
                column = self._column(place.rstrip("0123456789")) if place else column + 1
                kind, style = given.get("t", "n"), given.get("s", "")
                formula = given_value = False
                value.clear()
            elif name == "v":
                taking = given_value = True
            elif name == "f":
                formula = True
            elif name == "row":
                number = int(given.get("r", number + 1))
                cells, column = [], -1
            elif name == "t":
                taking = kind == "inlineStr" and not skipped
            elif name == "rPh":
                skipped += 1

        def end(name: str) -> None:
            nonlocal taking, skipped
            taking = False
            if name == "c":
                if column > MAX_COLUMNS:
                    return
                read = self._value("".join(value), kind, style)
                if read is None and formula and not (kind == "str" and given_value):
                    read = NO_RESULT
                if read is not None:
                    cells.extend([None] * (column + 1 - len(cells)))
                    cells[column] = read
            elif name == "row":
                if cells and 0 < number <= SHEET_ROWS:
                    ready.append((number, cells))
            elif name == "rPh":
                skipped -= 1

        def said(text: str) -> None:
            if taking:
                value.append(text)

        made = parser(start, end)
        made.CharacterDataHandler = said
        with self.archive.open(self.path) as part:
            while chunk := part.read(CHUNK):
                made.Parse(chunk)
                yield from ready
                ready.clear()
            made.Parse(b"", True)
        yield from ready

    def _value(self, text: str, kind: str, style: str) -> Any:
        if not text:
            return None
        if kind == "s":
            return self.strings(int(text))
        if kind == "n":
            if style in self.dates:
                return self._date(text, style)
            return text if text.isascii() and text.isdigit() else float(text)
        if kind == "b":
            return text in {"1", "true"}
        if kind == "d":
            try:
                return datetime.fromisoformat(text)
            except ValueError:
                return text
        return text if kind == "e" else unescaped(text)

    def _date(self, text: str, style: str) -> Any:
        try:
            return from_excel(float(text), self.epoch, timedelta=self.dates[style])
        except (OverflowError, ValueError):
            return "#VALUE!"
