"""The choice of a table, among those that an account may change."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from geo.rights import LOCAL_TABLES, Actor
from geo.schema import TABLES
from ui.diffs import table_label
from ui.frame import View


def tables_of(actor: Actor) -> list[str]:
    """Return the tables that the actor may change."""
    if actor.is_at_least("city"):
        return [*LOCAL_TABLES, *(name for name in TABLES if name not in LOCAL_TABLES)]
    if actor.place_kind == "venue":
        return ["venues"]
    if actor.role == "steward":
        return list(LOCAL_TABLES)
    return ["venues", "promoters", "promoter_villages"]


def table_choice(
    actor: Actor, view: View, *, key: str, on_change: Callable[[], None] | None = None
) -> str:
    """Let the actor choose one of the tables, kept in the link."""
    names = tables_of(actor)
    if st.session_state.get(key) not in names:
        asked = st.query_params.get("table", "")
        st.session_state[key] = asked if asked in names else names[0]
    chosen = st.selectbox(
        view.say("records.table"), names, format_func=lambda name: table_label(name, view), key=key,
        on_change=on_change,
    )  # fmt: skip
    st.query_params["table"] = chosen
    return chosen
