"""Edits as people read them: which row, which fields, from what to what. HTML, all escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from typing import Any

from geo.edits import Edit, Row
from geo.masking import masked_value
from geo.schema import TABLES, Column
from geo.text import yes_no_text
from ui import cache
from ui.frame import View

AREAS = ("counties", "townships", "villages")
# What names a row, the first that it has.
_NAMES = ("name", "alias", "date")
_NAMED = ("venues", "routes", "hosts", *AREAS)


def value_text(column: Column, value: Any, view: View, *, masked: bool = True) -> str:
    """Return a stored value as people read it; personal ones masked unless told."""
    if value is None:
        return view.say("all.unknown") if column.kind == "yesno" else view.say("records.empty")
    if column.audience == "personal" and masked:
        return masked_value(column, value)
    if column.kind == "yesno":
        return yes_no_text(bool(value), view.language)
    if column.kind == "choice":
        return column.choice_label(value, view.language)
    if column.kind == "choices":
        return "；".join(column.choice_label(part, view.language) for part in value.split(";"))
    if isinstance(value, date):
        return value.isoformat()
    if column.refers_to in AREAS:
        name = cache.names_of(view.revision, column.refers_to).get(value)
        return f"{name}（{value}）" if name and view.language == "zh" else (
            f"{name} ({value})" if name else str(value)
        )  # fmt: skip
    return str(value)


def table_label(table: str, view: View) -> str:
    """Return the name of a table in the reader's language."""
    return TABLES[table].zh if view.language == "zh" else TABLES[table].en


def column_label(column: Column, view: View) -> str:
    """Return the header of a column in the reader's language; of an area its name is shown."""
    if column.refers_to in AREAS:
        return column.zh.removesuffix("代码") if view.language == "zh" else (
            column.en.removesuffix(" code")
        )  # fmt: skip
    return column.zh if view.language == "zh" else column.en


def listing(words: Iterable[str], view: View) -> str:
    """Return words one after the other, as the reader's language lists them."""
    return ("、" if view.language == "zh" else ", ").join(words)


def row_label(table: str, row: Row | None, key: Sequence[Any], view: View) -> str:
    """Return what names a row: its name and its key; of people the key alone."""
    shown = " · ".join(str(part) for part in key)
    named = next((name for name in _NAMES if row and row.get(name)), None)
    if named and row and TABLES[table][named].audience != "personal":
        said = str(row[named])
    elif table in _NAMED and len(key) == 1:  # a row of which only the changes are known
        said = cache.names_of(view.revision, table).get(key[0], "")
    else:
        said = ""
    if not said:
        return shown
    return f"{said}（{shown}）" if view.language == "zh" else f"{said} ({shown})"


def diff_html(edit: Edit, view: View, *, only: Sequence[str] | None = None) -> str:
    """Return the fields that an edit changes (or those of `only`) as a table, old beside new."""
    names = edit.fields() if only is None else only
    # A new row has nothing old, a removed one nothing new: no empty column.
    sides = [
        (row, words, style)
        for row, words, style in (
            (edit.before, view.say("records.old"), "xh-old"),
            (edit.after, view.say("records.after" if edit.before else "records.new"), "xh-new"),
        )
        if row is not None
    ]
    rows = []
    for name in names:
        column = TABLES[edit.table][name]
        said = [(style, value_text(column, row.get(name), view)) for row, _, style in sides]
        cells = "".join(f'<td class="{style}">{escape(words)}</td>' for style, words in said)
        rows.append(f"<tr><th>{escape(column_label(column, view))}</th>{cells}</tr>")
    return table_html([view.say("records.field"), *(words for _, words, _ in sides)], rows)


def table_html(heads: Sequence[str], rows: Sequence[str]) -> str:
    """Return a table of `heads` (text) and `rows` (HTML of our own making)."""
    head = "".join(f'<th scope="col">{escape(words)}</th>' for words in heads)
    return (
        f'<div class="xh-scroll"><table class="xh-diff"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def versions_html(
    table: str, fields: Sequence[str], mine: Row, theirs: Row | None, view: View
) -> str:
    """Return two versions of the same fields of a row side by side."""
    rows = []
    for name in fields:
        column = TABLES[table][name]
        stored = value_text(column, theirs[name], view) if theirs else view.say("records.gone")
        rows.append(
            f"<tr><th>{escape(column_label(column, view))}</th>"
            f"<td>{escape(value_text(column, mine.get(name), view))}</td>"
            f"<td>{escape(stored)}</td></tr>"
        )
    heads = (view.say("records.field"), view.say("records.mine"), view.say("records.theirs"))
    return table_html(heads, rows)
