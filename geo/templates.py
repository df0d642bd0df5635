"""Template workbooks from the schema: headers, drop-downs, checks while typing, instructions."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from geo.cells import LAST_DATE
from geo.check import table_of
from geo.offers import Options, options_of
from geo.rights import Actor
from geo.schema import CITY_BOUNDS, TABLES, Column, Table
from geo.settings import CHINA_TIME
from geo.text import text
from geo.workbooks import (
    FIRST_EXCEL_DATE,
    LONGEST_TEXT_CELL,
    PROGRAM,
    TEXT_FORMAT,
    sheet_title,
    text_width,
)

DEPTH = 1000  # rows below the header that are checked while somebody types

_MADE = datetime(2000, 1, 1)  # the same template gives the same bytes
_TITLE_LIMIT, _MESSAGE_LIMIT = 32, 255  # characters of a prompt, Excel's
_TEXT_KINDS = ("text", "code", "id", "choice", "choices", "hours", "phone", "link")
_KINDS = {
    "text": "template.text", "code": "template.code", "id": "template.id",
    "integer": "template.integer", "number": "template.number", "date": "template.date",
    "yesno": "template.yesno", "choice": "template.choice", "choices": "template.choices",
    "hours": "template.hours", "phone": "template.phone", "link": "template.link",
}  # fmt: skip


def template_workbook(
    table: str,
    *,
    tables: Mapping[str, pd.DataFrame],
    actor: Actor | None = None,
    language: str = "zh",
    today: date | None = None,
) -> bytes:
    """
    Return an empty workbook to fill in for `table`, made from the schema.

    The first sheet has the header (required columns marked, a comment on each), drop-downs
    and checks on the first 1,000 rows; then come the instructions and what the drop-downs
    offer. Every value that a drop-down offers is read by an import as it is.

    Parameters
    ----------
    table
        Name of the table.
    tables
        Validated tables by name that the drop-downs are taken from; a table that is not
        there gives none. Rows about people are never offered.
    actor
        Whose template it is: only townships and villages of the actor's place are offered.
    language
        Of headers, choices and instructions: "zh" or "en". Both are read back.
    today
        The day on which townships and villages must be in the list to be offered; the
        present day in Tai'an unless given.

    Raises
    ------
    ArgumentError
        If there is no such table.
    """
    declared = table_of(table)
    day = today or datetime.now(CHINA_TIME).date()
    options = {
        column.name: found
        for column in declared.columns
        if (found := options_of(column, tables, today=day, actor=actor, language=language))
    }
    file = io.BytesIO()
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, safe) as book:
        book.set_properties({"title": _name(declared, language), "created": _MADE})
        sheet = book.add_worksheet(sheet_title(_name(declared, language)))
        guide = book.add_worksheet(text("template.guide", language))
        ranges = _write_lists(book, declared, options, language)
        _write_header(book, sheet, declared, language)
        for at, column in enumerate(declared.columns):
            rule = _rule(column, ranges.get(column.name), options.get(column.name), language)
            if rule:
                sheet.data_validation(1, at, DEPTH, at, rule)
        _write_guide(book, guide, declared, language)
    return file.getvalue()


# --- sheets ---------------------------------------------------------------------------------


def _name(declared: Table, language: str) -> str:
    return declared.zh if language == "zh" else declared.en


def _title(column: Column, language: str) -> str:
    return column.zh if language == "zh" else column.en


def _head(column: Column, language: str) -> str:
    left, right = "（）" if language == "zh" else "()"
    unit = f"{left}{column.unit}{right}" if column.unit else ""
    return f"{_title(column, language)}{unit}{' *' if column.required else ''}"


def _write_header(book: Any, sheet: Any, declared: Table, language: str) -> None:
    common = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}
    plain = book.add_format({**common, "bg_color": "#F1ECE4"})
    needed = book.add_format({**common, "bg_color": "#D55E00", "font_color": "#FFFFFF"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    words = book.add_format({"num_format": TEXT_FORMAT})
    for at, column in enumerate(declared.columns):
        head = _head(column, language)
        short = column.kind in _TEXT_KINDS and column.limit <= LONGEST_TEXT_CELL
        body = words if short else day if column.kind == "date" else None
        wide = 14 if column.kind in {"text", "code"} else 10
        sheet.set_column(at, at, max(wide, min(text_width(head), 20) + 2), body)
        sheet.write_string(0, at, head, needed if column.required else plain)
        note = "\n".join(_explained(column, language))
        size = {"x_scale": 1.8, "y_scale": max(1.0, (text_width(note) / 36 + 2) / 4.5)}
        sheet.write_comment(0, at, note, {"author": PROGRAM, **size})
    sheet.freeze_panes(1, 0)


def _explained(column: Column, language: str) -> list[str]:
    """Return what a clerk must know of `column`, one thing a line."""
    lines = [text("template.required", language)] if column.required else []
    lines.append(_format(column, language))
    if column.unit:
        lines.append(text("template.unit", language, unit=column.unit))
    if column.note and language == "zh":  # notes are written in Chinese only
        lines.append(column.note)
    if column.audience != "public":
        lines.append(text("template.personal", language))
    return lines


def _format(column: Column, language: str) -> str:
    target = _name(TABLES[column.refers_to], language) if column.refers_to else ""
    if column.refers_to and column.kind == "code":
        return text("template.refers", language, target=target, digits=column.digits)
    if column.refers_to:
        return text("template.refers_id", language, target=target)
    said = text(_KINDS[column.kind], language, limit=column.limit, digits=column.digits)
    low, high = _limits(column)
    if low is None or high is None:
        return said
    return said + text("template.range", language, low=f"{low:.12g}", high=f"{high:.12g}")


def _limits(column: Column) -> tuple[float | None, float | None]:
    """Return the bounds of a number; of a position those of the city."""
    west, south, east, north = CITY_BOUNDS
    if column.name in {"lon", "lat"}:
        return (west, east) if column.name == "lon" else (south, north)
    return column.low, column.high


def _write_lists(
    book: Any, declared: Table, options: Mapping[str, Options], language: str
) -> dict[str, str]:
    """Write what the drop-downs offer; return the range of each column's values."""
    title = text("template.lists", language)
    sheet = book.add_worksheet(title)
    bold = book.add_format({"bold": True, "bg_color": "#F1ECE4"})
    words = book.add_format({"num_format": TEXT_FORMAT})
    ranges, at = {}, 0
    for name, offered in options.items():
        columns = [offered.values]
        if offered.labels != offered.values:
            columns.append(offered.labels)
        letter = xl_col_to_name(at, col_abs=True)
        ranges[name] = f"='{title}'!{letter}$2:{letter}${len(offered.values) + 1}"
        for values in columns:
            sheet.write_string(0, at, _title(declared[name], language), bold)
            sheet.set_column(at, at, 24, words)
            for row, value in enumerate(values, 1):
                sheet.write_string(row, at, value, words)
            at += 1
    sheet.freeze_panes(1, 0)
    return ranges


def _write_guide(book: Any, sheet: Any, declared: Table, language: str) -> None:
    bold = book.add_format({"bold": True, "bg_color": "#F1ECE4", "bottom": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    for at, width in enumerate((24, 8, 46, 46, 46)):
        sheet.set_column(at, at, width)
    note = declared.note if language == "zh" else ""
    rules = text("template.rules", language).split("\n")
    lines = [_name(declared, language), *([note] if note else []), *rules]
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line)
    top = len(lines) + 1
    heads = text("template.columns", language).split("|")
    for at, head in enumerate(heads):
        sheet.write_string(top, at, head, bold)
    for row, column in enumerate(declared.columns, top + 1):
        choices = "；".join(column.choice_label(stored, language) for stored, *_ in column.choices)
        yes = text("all.yes", language) if column.required else ""
        about = [line for line in _explained(column, language)[column.required :] if line]
        for at, cell in enumerate(
            (_head(column, language), yes, about[0], choices, "；".join(about[1:]))
        ):
            sheet.write_string(row, at, cell, wrap)


# --- checks while typing --------------------------------------------------------------------


def _rule(
    column: Column, source: str | None, offered: Options | None, language: str
) -> dict[str, Any] | None:
    """Return the check of a column's cells, as XlsxWriter wants it."""
    prompt = {
        "input_title": _title(column, language)[:_TITLE_LIMIT],
        "input_message": "\n".join(_explained(column, language))[:_MESSAGE_LIMIT],
        "error_title": text("template.wrong", language)[:_TITLE_LIMIT],
        "error_message": _format(column, language)[:_MESSAGE_LIMIT],
    }
    if source and offered:
        # Several choices stand in one cell, and a code may be typed in place of a name.
        free = column.kind == "choices" or bool(column.refers_to)
        listed = {"validate": "list", "source": source, "show_error": not free}
        return {**prompt, **listed}
    low, high = _limits(column)
    if column.kind in {"integer", "number"} and low is not None and high is not None:
        whole = "integer" if column.kind == "integer" else "decimal"
        return {**prompt, "validate": whole, "criteria": "between",
                "minimum": low, "maximum": high}  # fmt: skip
    if column.kind == "date":
        return {**prompt, "validate": "date", "criteria": "between",
                "minimum": FIRST_EXCEL_DATE, "maximum": LAST_DATE}  # fmt: skip
    if column.kind == "code" and not column.refers_to:
        return {**prompt, "validate": "length", "criteria": "==", "value": column.digits}
    return {**prompt, "validate": "length", "criteria": "<=", "value": column.limit}
