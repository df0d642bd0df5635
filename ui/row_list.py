"""The rows of an account's place as a list: find one, open it, or add one."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from geo.edits import key_of, key_text, rows_of
from geo.masking import masked
from geo.schema import TABLES
from ui import cache, parts
from ui.diffs import AREAS, column_label, row_label, value_text
from ui.frame import View
from ui.opened_row import NEW, list_turn, open_row

LISTED = 200


def show_list(table: str, own: pd.DataFrame, view: View, *, is_open: bool, may_add: bool) -> None:
    """Show the rows `own` of `table`; a tap on one opens it."""
    shown = masked(own, table)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(view.say("records.find"), key=f"find-{table}", max_chars=60)
        if may_add:
            st.button(view.say("records.add"), on_click=open_row, args=(table, NEW), key="row-new")
    hit = shown.index
    if words.strip():
        texts = _in_words(table, shown, view).astype("str").agg(" ".join, axis=1)
        hit = shown.index[texts.str.contains(words.strip(), case=False, regex=False)]
    parts.soft(view.say("records.count", count=len(hit), total=len(own)))
    if not len(hit):
        st.text(view.say("all.no_rows"))
        return
    listed = shown.loc[hit[:LISTED]]
    rows = rows_of(table, listed)
    keys = [key_text(key_of(table, row)) for row in rows]
    grid = f"rows-{table}-{view.revision}-{list_turn()}"
    st.dataframe(
        _in_words(table, listed, view),
        hide_index=True,
        height=min(300, 38 + 36 * len(listed)),
        on_select=partial(_open_tapped, table, keys, grid),
        selection_mode=["single-row", "single-cell"],
        key=grid,
        placeholder="",
    )
    if len(hit) > LISTED:
        parts.soft(view.say("records.more", count=LISTED))
    if not is_open:
        _show_choice(table, dict(zip(keys, rows, strict=True)), view)


def _open_tapped(table: str, keys: list[str], grid: str) -> None:
    """Open the row that was tapped, anywhere in it."""
    marked = st.session_state[grid]["selection"]
    at = next(iter([*marked.get("rows", []), *(row for row, _ in marked.get("cells", []))]), None)
    if at is not None and at < len(keys):
        open_row(table, keys[at], keep_list=True)


def _show_choice(table: str, rows: dict[str, Any], view: View) -> None:
    """Offer the listed rows by name too: a keyboard and a screen reader get along with that."""
    key = f"row-open-{table}-{list_turn()}"

    def opened() -> None:
        if st.session_state.get(key):
            open_row(table, st.session_state[key])

    st.selectbox(
        view.say("records.choose"), list(rows), index=None, key=key, on_change=opened,
        placeholder=view.say("records.choose_hint"),
        format_func=lambda text: row_label(table, rows[text], key_of(table, rows[text]), view),
    )  # fmt: skip


def _in_words(table: str, rows: pd.DataFrame, view: View) -> pd.DataFrame:
    """Return rows as people read them: labels for stored values, names of areas for codes."""
    words = {}
    for column in TABLES[table].columns:
        values = rows[column.name]
        if column.kind in {"choice", "choices", "yesno", "date"}:
            plain = (None if pd.isna(value) else value for value in values)
            said = ["" if value is None else value_text(column, _plain(value), view)
                    for value in plain]  # fmt: skip
            values = pd.Series(said, index=rows.index, dtype="str")
        elif column.refers_to in AREAS:
            values = values.map(cache.names_of(view.revision, column.refers_to)).fillna(values)
        words[column_label(column, view)] = values
    return pd.DataFrame(words)


def _plain(value: Any) -> Any:
    return value.date() if isinstance(value, pd.Timestamp) else value
