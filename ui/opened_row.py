"""Which row is open in the form, and what was typed into it: for the length of a visit."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

NEW = "new"  # in the link, instead of a row's key
_KEPT = ("form-base", "form-pin", "form-conflict", "form-revealed", "form-texts")


def open_row(
    table: str, key: str, texts: Mapping[str, str] | None = None, *, keep_list: bool = False
) -> None:
    """
    Open the row of `table` with `key` (as text, or `NEW`), from whatever section.

    `texts` stand in the form instead of what is stored; `keep_list` leaves the row marked in
    the list. For the callback of a control: before the page is drawn again.
    """
    turn = list_turn()
    close_row()
    if keep_list:
        st.session_state["list-turn"] = turn
    st.session_state["section-choice"] = "rows"
    st.session_state["rows-table"] = table
    st.query_params.update({"section": "rows", "table": table, "row": key})
    if texts is not None:
        st.session_state["form-texts"] = dict(texts)


def close_row() -> None:
    """Close the form and forget what was typed into it."""
    for name in [name for name in st.session_state if str(name).startswith("field-")]:
        del st.session_state[name]
    for name in _KEPT:
        st.session_state.pop(name, None)
    st.query_params.pop("row", None)
    # A table of another name starts without a selected row.
    st.session_state["list-turn"] = list_turn() + 1


def list_turn() -> int:
    """Return how often a row was closed: part of the name of the table of rows."""
    return int(st.session_state.get("list-turn", 0))
