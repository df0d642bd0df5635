"""The register row by row: choose a table and a row, edit it in a form with the pin on the map."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from geo.edits import key_of, key_text, rows_of
from geo.rights import Actor, own_rows
from ui import cache, parts
from ui.drafts import restored
from ui.frame import View
from ui.opened_row import NEW, close_row
from ui.row_actions import show_actions
from ui.row_editor import show_form
from ui.row_list import show_list
from ui.table_choice import table_choice


def show(actor: Actor, view: View) -> None:
    """Show the rows of the actor's place, and the form of the chosen one."""
    said = st.session_state.pop("row-said", None)
    if said:
        st.success(said)
    if restored():
        st.info(view.say("account.draft_back"))
    table = table_choice(actor, view, key="rows-table", on_change=close_row)
    frame = cache.tables(view.revision)[table]
    places = cache.places(view.revision, view.now.date())
    own = frame[own_rows(actor, table, frame, places)].reset_index(drop=True)
    asked = st.query_params.get("row", "")
    at = _position(table, own, asked)
    may_add = actor.place_kind != "venue"
    show_list(table, own, view, is_open=asked == NEW or at is not None, may_add=may_add)
    if asked == NEW and may_add:
        show_form(table, None, actor, view)
    elif at is not None:
        row = rows_of(table, own.iloc[[at]])[0]
        show_form(table, row, actor, view)
        show_actions(table, row, actor, view)
    elif asked:
        parts.notice(view.say("records.not_yours"))


def _position(table: str, own: pd.DataFrame, asked: str) -> int | None:
    """Return the position of the own row that the link names; None for another's row."""
    keys = {key_text(key_of(table, row)): at for at, row in enumerate(rows_of(table, own))}
    return keys.get(asked)
