"""Edits as people read them: which row, which fields, from what to what. HTML, all escaped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Any

from geo.edits import Edit, Row
from geo.masking import masked_value
from geo.schema import TABLES, Column
from geo.text import yes_no_text
from ui.frame import View

# What names a row, the first that it has.
_NAMES = ("name", "alias", "date")


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
    return str(value)


def table_label(table: str, view: View) -> str:
    """Return the name of a table in the reader's language."""
    return TABLES[table].zh if view.language == "zh" else TABLES[table].en


def column_label(column: Column, view: View) -> str:
    """Return the header of a column in the reader's language."""
    return column.zh if view.language == "zh" else column.en


def row_label(table: str, row: Row | None, key: Sequence[Any], view: View) -> str:
    """Return what names a row: its name and its key; of people the key alone."""
    shown = " · ".join(str(part) for part in key)
    for name in _NAMES:
        if row and row.get(name) and TABLES[table][name].audience != "personal":
            return f"{row[name]}（{shown}）" if view.language == "zh" else f"{row[name]} ({shown})"
    return shown


def diff_html(edit: Edit, view: View, *, only: Sequence[str] | None = None) -> str:
    """Return the fields that an edit changes (or those of `only`) as a table, old beside new."""
    names = edit.fields() if only is None else only
    before, after = edit.before or {}, edit.after or {}
    rows = []
    for name in names:
        column = TABLES[edit.table][name]
        old = value_text(column, before.get(name), view) if edit.before is not None else ""
        new = value_text(column, after.get(name), view) if edit.after is not None else ""
        rows.append(
            f"<tr><th>{escape(column_label(column, view))}</th>"
            f'<td class="xh-old">{escape(old)}</td><td class="xh-new">{escape(new)}</td></tr>'
        )
    heads = (view.say("records.field"), view.say("records.old"), view.say("records.new"))
    head = "".join(f"<th>{escape(words)}</th>" for words in heads)
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
    head = "".join(f"<th>{escape(words)}</th>" for words in heads)
    return (
        f'<div class="xh-scroll"><table class="xh-diff"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )
