"""An import's problems given back in the workbook itself: broken cells marked and commented."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import xlsxwriter

from geo.check import RawTable, table_of
from geo.errors import Problem
from geo.text import text
from geo.uploads.marks import COLOUR, DONE, SIGN
from geo.workbooks import PROGRAM, TEXT_FORMAT, sheet_title

TIMEOUT_S = 30
MOST_CELLS = 300_000  # that openpyxl takes in and gives back in a time worth waiting for
MOST_MARKS = 20_000  # cells; a workbook with more comments opens too slowly to be of use
WIDTHS = (8, 10, 20, 30, 80, 30)  # of the list's columns, characters

_ROOT = str(Path(__file__).resolve().parents[2])
_PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from geo.uploads.marks import main; main()"
_ZIP = b"PK\x03\x04"
# What XML cannot hold.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ROW_FACTS = ("first_row", "other_row")


class Mark(NamedTuple):
    """A problem, and the cell it is about: row, and column from 0; none for the whole file."""

    problem: Problem
    row: int | None
    column: int | None


def marked_workbook(
    data: bytes, raw: RawTable, problems: Sequence[Problem], *, language: str = "zh"
) -> bytes:
    """
    Return what was uploaded as a workbook in which every broken cell is marked and commented.

    An XLSX workbook stays what it is (other sheets, widths, formats), without macros and
    links to other workbooks; formulas of the sheet with the rows give way to their
    results. Anything else, and what is too large or broken for that, becomes a new workbook
    with the rows as they were written, in the rows that the problems name. The last sheet
    lists all problems, with links. Once repaired the workbook can be imported again; marks
    of an earlier time are taken away.

    Parameters
    ----------
    data
        The upload.
    raw
        What was read from it; n rows.
    problems
        What is wrong with it. A problem of a whole row marks the row's key.
    language
        Of the sentences: "zh" or "en".
    """
    if data.startswith(_ZIP) and raw.sheet is not None and raw.frame.size <= MOST_CELLS:
        found = _marked_apart(data, raw.sheet, _marks(raw, problems), language)
        if found is not None:
            return found
    return _new_workbook(raw, problems, language)


def _marks(raw: RawTable, problems: Sequence[Problem]) -> list[Mark]:
    """Return which cell each problem is about."""
    declared = table_of(raw.table)
    columns = raw.columns or {name: at for at, name in enumerate(raw.frame.columns)}
    by_header = {column.zh: column.name for column in declared.columns}
    by_header |= {header: name for name, header in raw.headers.items()}
    first = next((columns[name] for name in declared.key if name in columns), 0)
    return [
        Mark(
            problem,
            problem.row,
            None
            if problem.row is None
            else columns.get(by_header.get(problem.column or "", ""), first),
        )
        for problem in problems
    ]


def _heads(language: str) -> list[str]:
    return text("marked.columns", language).split("|")


def _lines(marks: Sequence[Mark], language: str) -> list[list[str]]:
    """Return the list of problems: number, cell, column, value, sentence, suggestion."""
    return [
        [
            str(number),
            "" if mark.row is None or mark.column is None else f"{_letters(mark.column)}{mark.row}",
            mark.problem.column or "",
            mark.problem.value or "",
            mark.problem.sentence(language),
            mark.problem.suggestion,
        ]
        for number, mark in enumerate(marks, 1)
    ]


def _letters(column: int) -> str:
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _safe(value: str) -> str:
    return _UNWRITABLE.sub("\ufffd", value)


def _marked_apart(data: bytes, sheet: str, marks: Sequence[Mark], language: str) -> bytes | None:
    """Have `geo.uploads.marks` mark the workbook in a process of its own; None if it cannot."""
    request = {
        "sheet": sheet,
        "author": PROGRAM,
        "marks": [
            (mark.row, mark.column, _safe(mark.problem.sentence(language)))
            for mark in marks
            if mark.row is not None
        ][:MOST_MARKS],
        "title": text("marked.list", language),
        "heads": _heads(language),
        "widths": WIDTHS,
        "lines": [
            (list(map(_safe, line)), None if mark.row is None else (mark.row, mark.column))
            for mark, line in zip(marks, _lines(marks, language), strict=True)
        ],
    }
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-B", "-c", _PROGRAM, _ROOT],
            input=json.dumps(request).encode() + b"\n" + data,
            capture_output=True,
            timeout=TIMEOUT_S,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            cwd="/",
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    said, _, book = done.stdout.partition(b"\n")
    whole = done.returncode == 0 and said == DONE and book.startswith(_ZIP)
    return book if whole else None


def _new_workbook(raw: RawTable, problems: Sequence[Problem], language: str) -> bytes:
    declared = table_of(raw.table)
    names = list(raw.frame.columns)
    down = 1 if raw.rows and raw.rows[0] < 2 else 0  # features are counted from 1, under no header
    shown = replace(raw, columns={name: at for at, name in enumerate(names)})
    marks = _marks(shown, [_moved(problem, down) for problem in problems])
    file = io.BytesIO()
    safe = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(file, safe) as book:
        sheet = book.add_worksheet(sheet_title(declared.zh if language == "zh" else declared.en))
        _write_rows(book, sheet, raw, marks, down, language)
        _write_list(book, sheet.get_name(), marks, language)
    return file.getvalue()


def _moved(problem: Problem, down: int) -> Problem:
    if not down or problem.row is None:
        return problem
    facts = {k: v + down if k in _ROW_FACTS else v for k, v in problem.params.items()}
    return replace(problem, row=problem.row + down, params=facts)


def _write_rows(
    book: Any, sheet: Any, raw: RawTable, marks: Sequence[Mark], down: int, language: str
) -> None:
    bold = book.add_format({"bold": True, "bg_color": "#F1ECE4", "bottom": 1, "text_wrap": True})
    plain = book.add_format({"num_format": TEXT_FORMAT})
    broken = book.add_format({"num_format": TEXT_FORMAT, "bg_color": f"#{COLOUR[2:]}"})
    said: dict[tuple[int, int], list[str]] = {}
    for mark in marks[:MOST_MARKS]:
        if mark.row is not None and mark.column is not None:
            said.setdefault((mark.row - 1, mark.column), []).append(mark.problem.sentence(language))
    for at, name in enumerate(raw.frame.columns):
        sheet.write_string(
            0, at, _safe(raw.headers.get(name) or table_of(raw.table)[name].zh), bold
        )
        sheet.set_column(at, at, 16, plain)
        for number, value in zip(raw.rows, raw.frame[name], strict=True):
            row = number - 1 + down
            style = broken if (row, at) in said else plain
            if not pd.isna(value):
                sheet.write_string(row, at, _written(str(value)), style)
            elif style is broken:
                sheet.write_blank(row, at, None, style)
    for (row, at), sentences in said.items():
        note = _safe(SIGN + "\n".join(sentences))
        size = {"x_scale": 2, "y_scale": 1 + len(note) / 90}
        sheet.write_comment(row, at, note, {"author": PROGRAM, **size})
    sheet.freeze_panes(1, 0)


def _written(value: str) -> str:
    """Return `value` without halves of characters; XlsxWriter writes controls as _x0001_."""
    return re.sub("[\ud800-\udfff\ufffe\uffff]", "\ufffd", value)


def _write_list(book: Any, name: str, marks: Sequence[Mark], language: str) -> None:
    sheet = book.add_worksheet(text("marked.list", language))
    bold = book.add_format({"bold": True, "bg_color": "#F1ECE4", "bottom": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    link = book.add_format({"font_color": "#0072B2", "underline": 1, "valign": "top"})
    for at, (head, width) in enumerate(zip(_heads(language), WIDTHS, strict=True)):
        sheet.write_string(0, at, head, bold)
        sheet.set_column(at, at, width)
    for row, line in enumerate(_lines(marks, language), 1):
        for at, cell in enumerate(line):
            sheet.write_string(row, at, _safe(cell), wrap)
        if line[1] and row <= MOST_MARKS:
            sheet.write_url(row, 1, f"internal:'{name}'!{line[1]}", link, line[1])
    sheet.freeze_panes(1, 0)
