"""What a page says where lists changed: areas not drawn, and what is registered to old codes."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from ui import cache, parts
from ui.frame import View
from ui.headers import STATIONS_LEFT_OUT, VILLAGES_LEFT_OUT

MOST_NAMES = 6
# Why something counts nowhere -> the word for it.
_REASONS = {
    "township_missing": "lists.missing",
    "township_gone": "lists.gone",
    "township_unclear": "lists.unclear",
    "village_gone": "lists.gone",
    "village_unclear": "lists.unclear",
}


def _some(names: pd.Series, view: View) -> str:
    shown = "、".join(names.iloc[:MOST_NAMES])
    return (
        shown if len(names) <= MOST_NAMES else view.say("lists.more", names=shown, count=len(names))
    )


def show_layer_note(answer: pd.DataFrame, view: View) -> None:
    """Say which townships of `answer` the map does not draw, and which it draws beyond them."""
    layer = cache.shapes(view.revision, "township").layer
    undrawn = answer["name"][~answer["township_code"].isin(layer["township_code"])]
    beyond = layer["name"][~layer["township_code"].isin(answer["township_code"])]
    if len(undrawn):
        parts.soft(view.say("lists.undrawn", names=_some(undrawn, view)))
    if len(beyond):
        parts.soft(view.say("lists.beyond", names=_some(beyond, view)))


def show_stations_left_out(rows: pd.DataFrame, view: View) -> None:
    """List the open stations that count for no township."""
    if len(rows):
        st.header(view.say("lists.stations"), anchor=False)
        parts.soft(view.say("lists.register_anew"))
        parts.show_table(_explained(rows, view), STATIONS_LEFT_OUT, view, key="left-out")


def show_villages_left_out(rows: pd.DataFrame, view: View) -> None:
    """List the villages whose promoters count for no village of the list."""
    if len(rows):
        st.header(view.say("lists.villages"), anchor=False)
        parts.soft(view.say("lists.register_anew"))
        parts.show_table(_explained(rows, view), VILLAGES_LEFT_OUT, view, key="left-out")


def _explained(rows: pd.DataFrame, view: View) -> pd.DataFrame:
    said = {reason: view.say(key) for reason, key in _REASONS.items()}
    return rows.assign(reason=rows["standing"].map(said))
