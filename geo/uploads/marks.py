"""Marks put into an uploaded workbook, by a process of their own with limits.

The process gets a request line and the workbook's bytes on standard input, and prints a
line that says how it went, and the marked workbook. Like `geo.uploads.sheets` it imports the
standard library and openpyxl only, and a hostile workbook takes down nothing but itself.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any

from geo.uploads import sheets

MEMORY, CPU_S = 2**30, 20
MOST_MERGED = 100_000  # cells of one merged area
DONE, FAILED = b"done", b"failed"
COLOUR = "FFFFD2B8"  # of a marked cell; no palette has it, so that it is known again
SIGN = "【问题】"  # begins what we write in a comment

_DOCTYPE = tuple("<!DOCTYPE".encode(coding) for coding in ("utf-8", "utf-16-le", "utf-16-be"))
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_MERGED = re.compile(
    rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"'
)
# [1] in a formula stands for another workbook.
_EXTERNAL = re.compile(r"\[\d+\]")


def marked(data: bytes, request: Mapping[str, Any]) -> bytes:
    """
    Return the workbook `data` with marks, without macros and links to other workbooks.

    `request` has `sheet` (the marked sheet's name), `author`, `marks` (row, 0-based column
    and sentence of each cell), `title` of the list of problems, its `heads`, and its
    `lines`: texts, the second of which links to the cell (row, 0-based column) given as
    the last item, where there is one.

    Formulas of the marked sheet give way to their results, which are what was read;
    formulas of other sheets stay unless they ask another workbook.
    """
    _refuse_bombs(data)
    sys.modules.setdefault("numpy", None)  # type: ignore[arg-type]
    import warnings

    import openpyxl

    warnings.simplefilter("ignore")
    book = openpyxl.load_workbook(io.BytesIO(data), keep_links=False, rich_text=True)
    sheet = next(s for s in book.worksheets if _same(s.title, request["sheet"]))
    _settle_formulas(book, sheet, data)
    _unmark(sheet, request["author"])
    _mark(sheet, request["marks"], request["author"])
    _list_problems(book, sheet.title, request)
    _keep_exact(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _keep_exact(book: Any) -> None:
    """Have openpyxl write what it read: all digits of numbers, and _x0041_ where that is text."""
    from openpyxl.cell import _writer

    plain = _writer.safe_string
    _writer.safe_string = lambda value: repr(value) if isinstance(value, float) else plain(value)
    for sheet in book.worksheets:
        for cell in _cells(sheet):
            if type(cell.value) is str and cell.data_type == "s":
                cell.value, cell.data_type = _ESCAPE.sub("_x005F\\g<0>", cell.value), "s"


def _same(title: str, wanted: str) -> bool:
    """Say whether a sheet is called so, but for blanks."""
    return "".join(title.split()) == "".join(wanted.split())


def _refuse_bombs(data: bytes) -> None:
    """Refuse what would become too much in memory: archives, entities, merged areas."""
    with sheets.open_archive(data) as archive:
        for member in archive.infolist():
            if member.filename.lower().endswith((".xml", ".rels", ".vml")):
                content = archive.read(member)
                if any(mark in content for mark in _DOCTYPE):
                    raise ValueError("DOCTYPE")
                if any(_size(area) > MOST_MERGED for area in _MERGED.finditer(content)):
                    raise ValueError("mergeCell")  # openpyxl makes an object for each cell of it


def _size(area: re.Match[bytes]) -> int:
    from openpyxl.utils import column_index_from_string as number

    left, top, right, bottom = (part.decode() for part in area.groups())
    columns = int(number(right)) - int(number(left)) + 1
    return columns * (int(bottom) - int(top) + 1)


def _settle_formulas(book: Any, marked_sheet: Any, data: bytes) -> None:
    import openpyxl

    results = None
    for sheet in book.worksheets:
        doomed = {
            (cell.row, cell.column): cell
            for cell in _cells(sheet)
            if cell.data_type == "f" and (sheet is marked_sheet or _asks_outside(cell.value))
        }
        if not doomed:
            continue
        if results is None:
            results = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        last = max(row for row, _ in doomed)
        for row, values in enumerate(results[sheet.title].iter_rows(max_row=last), 1):
            for found in values:
                cell = doomed.pop((row, getattr(found, "column", 0)), None)
                if cell is not None:
                    _put(cell, found.value, found.data_type)
        for cell in doomed.values():
            _put(cell, None, "n")
    for holder in (book, *book.worksheets):
        for name in [n for n, d in holder.defined_names.items() if _EXTERNAL.search(d.value or "")]:
            del holder.defined_names[name]
    for sheet in book.worksheets:
        rules = sheet.data_validations
        rules.dataValidation = [
            rule
            for rule in rules.dataValidation
            if not _EXTERNAL.search(f"{rule.formula1} {rule.formula2}")
        ]


def _cells(sheet: Any) -> Iterable[Any]:
    return list(sheet._cells.values())


def _asks_outside(formula: Any) -> bool:
    written = formula if isinstance(formula, str) else getattr(formula, "text", None) or "[0]"
    return bool(_EXTERNAL.search(written))


def _put(cell: Any, value: Any, kind: str) -> None:
    """Put a formula's result in its place; text that looks like a formula stays text."""
    if value is None:
        value, kind = sheets.NO_RESULT, "s"
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "e" if kind == "e" else "s"


def _unmark(sheet: Any, author: str) -> None:
    """Take away the marks of an earlier time."""
    from openpyxl.styles import PatternFill

    for cell in _cells(sheet):
        if cell.has_style and cell.fill.fgColor.rgb == COLOUR:
            cell.fill = PatternFill()
        note = getattr(cell, "comment", None)
        if note is not None and note.author == author and SIGN in note.text:
            own = note.text.partition(SIGN)[0].rstrip()
            cell.comment = _comment(own, author) if own else None


def _comment(text: str, author: str) -> Any:
    from openpyxl.comments import Comment

    return Comment(text, author, width=300, height=40 + 18 * (len(text) // 20 + text.count("\n")))


def _mark(sheet: Any, marks: Iterable[tuple[int, int, str]], author: str) -> None:
    from openpyxl.styles import PatternFill

    fill = PatternFill("solid", fgColor=COLOUR)
    said: dict[tuple[int, int], list[str]] = {}
    for row, column, sentence in marks:
        said.setdefault(_anchor(sheet, row, column + 1), []).append(sentence)
    for (row, column), sentences in said.items():
        there = (row, column) in sheet._cells
        cell = sheet.cell(row, column)
        if not there:
            _like_its_column(sheet, cell)
        cell.fill = fill
        own = f"{cell.comment.text.rstrip()}\n" if cell.comment else ""
        cell.comment = _comment(own + SIGN + "\n".join(sentences), author)


def _anchor(sheet: Any, row: int, column: int) -> tuple[int, int]:
    """Return where the cell's content stands: itself, or the first cell it is merged with."""
    cell = sheet._cells.get((row, column))
    if type(cell).__name__ == "MergedCell":
        for merged in sheet.merged_cells.ranges:
            if cell.coordinate in merged:
                return merged.min_row, merged.min_col
    return row, column


def _like_its_column(sheet: Any, cell: Any) -> None:
    for group in sheet.column_dimensions.values():
        if (group.min or 0) <= cell.column <= (group.max or 0):
            cell._style = copy(group._style)


def _list_problems(book: Any, name: str, request: Mapping[str, Any]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.hyperlink import Hyperlink

    title, heads = request["title"], request["heads"]
    if title in book.sheetnames and book[title]["A1"].value == heads[0]:
        book.remove(book[title])
    sheet = book.create_sheet(title)
    quoted = name.replace("'", "''")
    for row, (texts, place) in enumerate([(heads, None), *request["lines"]], 1):
        for at, text in enumerate(texts, 1):
            cell = sheet.cell(row, at)
            cell.value, cell.data_type = text, "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if row == 1:
                cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="FFF1ECE4")
        if place:
            where = f"'{quoted}'!{get_column_letter(place[1] + 1)}{place[0]}"
            cell = sheet.cell(row, 2)
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=where)
            cell.font = Font(color="FF0072B2", underline="single")
    for at, width in enumerate(request["widths"], 1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.freeze_panes = "A2"


def main() -> None:
    """Read a request and a workbook from standard input, print the marked workbook."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    request = json.loads(sys.stdin.buffer.readline())
    try:
        reply = DONE + b"\n" + marked(sys.stdin.buffer.read(), request)
    except Exception:  # whatever a broken workbook makes of openpyxl: another one is made instead
        reply = FAILED + b"\n"
    sys.stdout.buffer.write(reply)
