"""Promoters whose consent is not on record: how many, where, and each of them to open."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from geo.edits import key_text
from geo.masking import masked, masked_identity, without_consent
from geo.rights import Actor, own_rows
from geo.schema import TABLES
from ui import cache, parts
from ui.frame import View
from ui.opened_row import open_row

_COLUMNS = ("promoter_id", "name", "township_code")


def show(actor: Actor, view: View) -> None:
    """Show the actor's promoters who are to be asked, masked; nothing where all have agreed."""
    people = cache.tables(view.revision)["promoters"]
    places = cache.places(view.revision, view.now.date())
    found = without_consent(people[own_rows(actor, "promoters", people, places)])
    st.header(view.say("consent.title"), anchor=False)
    if found.empty:
        st.text(view.say("consent.none"))
        return
    counts = _by_place(found, view)
    st.text(view.say("consent.sentence", count=len(found)))
    parts.show_table(counts, _head(("place", "count"), view), view, key="consent-places")
    listed = masked(found, "promoters")[list(_COLUMNS)]
    listed = listed.assign(
        promoter_id=listed["promoter_id"].map(masked_identity),
        place=_places(found, view).to_numpy(),
    )
    columns = [
        *((name, TABLES["promoters"][name].zh, TABLES["promoters"][name].en)
          for name in ("promoter_id", "name")),
        *_head(("place",), view),
    ]  # fmt: skip
    parts.show_table(listed, columns, view, key="consent-people")
    _show_opener(found, view)
    parts.download_buttons(
        listed, columns, view, stem="consent", title=view.say("consent.title"),
        notices=[view.say("consent.sentence", count=len(found))],
    )  # fmt: skip


def _head(names: tuple[str, ...], view: View) -> list[tuple[str, str, str]]:
    heads = [(name, view.say(f"consent.{name}")) for name in names]
    return [(name, head, head) for name, head in heads]


def _places(found: pd.DataFrame, view: View) -> pd.Series:
    """Return county and township of each row in words."""
    held = cache.tables(view.revision)
    townships = held["townships"].drop_duplicates("township_code", keep="last")
    townships = townships.merge(
        held["counties"][["county_code", "name"]], on="county_code", suffixes=("", "_county")
    )
    named = (townships["name_county"] + " " + townships["name"]).set_axis(
        townships["township_code"]
    )
    return found["township_code"].map(named).fillna(view.say("consent.no_place"))


def _by_place(found: pd.DataFrame, view: View) -> pd.DataFrame:
    counts = _places(found, view).value_counts(sort=True)
    return pd.DataFrame({"place": counts.index.astype("str"), "count": counts.to_numpy()})


def _show_opener(found: pd.DataFrame, view: View) -> None:
    names = dict(zip(found["promoter_id"], masked(found, "promoters")["name"], strict=True))
    key = "consent-open"

    def opened() -> None:
        if st.session_state.get(key):
            open_row("promoters", key_text((st.session_state[key],)))

    st.selectbox(
        view.say("checkup.open"), list(names), index=None, key=key, on_change=opened,
        placeholder=view.say("records.choose_hint"),
        format_func=lambda number: f"{masked_identity(number)} {names[number]}",
    )  # fmt: skip
