"""Doing what was decided in the queue, and saying so on the page that is drawn next."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from geo.errors import GeoError
from ui.frame import View


def decide(act: Callable[[], object], said: str, view: View) -> None:
    """Do `act` and say `said`; what goes wrong is told in a sentence."""
    try:
        act()
    except GeoError as error:
        st.error(error.sentence(view.language))
        return
    st.session_state["queue-said"] = said
    st.rerun()
