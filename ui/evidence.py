"""Photos and documents that prove something about a row, for those whose row it is."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import streamlit as st

from geo import evidence
from geo.edits import Key
from geo.errors import GeoError
from geo.rights import Actor
from geo.text import date_text
from geo.uploads.attachments import SUFFIXES
from ui import cache, parts
from ui.batches import local_time
from ui.frame import View
from ui.held_card import who_text


def show_evidence(table: str, key: Key, actor: Actor, view: View) -> None:
    """List the evidence of a row, give it out, and take more."""
    try:
        found = evidence.evidence_of(cache.store(), table, key, actor=actor, today=view.now.date())
    except GeoError:
        return  # not this actor's row: nothing to see
    # The key keeps it open when a file comes or goes and the count in its title changes.
    with st.expander(view.say("evidence.title", count=len(found)), key="evidence"):
        said = st.session_state.pop("evidence-said", None)
        if said:
            st.success(said)
        for row in found.to_dict("records"):
            _show_one(table, row, actor, view)
        _take(table, key, actor, view)


def _show_one(table: str, row: Mapping[Hashable, Any], actor: Actor, view: View) -> None:
    """Show what a file is; a picture to look at, each to download or remove."""
    number = int(row["evidence_id"])
    day = date_text(local_time(row["at"]).date(), view.language)
    said = f"{row['title']} · {day} · {who_text(str(row['login']))} · {row['size'] / 1024:.0f} KB"
    st.text(said)
    is_picture = str(row["media_type"]).startswith("image/")
    with st.container(horizontal=True, vertical_alignment="center"):
        look = is_picture and st.toggle(view.say("evidence.open"), key=f"evidence-{number}")
        st.download_button(
            view.say("evidence.download"), data=lambda: _content(number, actor, view),
            file_name=f"{table}-{number}{SUFFIXES[row['media_type']]}",
            mime=row["media_type"], key=f"evidence-file-{number}", on_click="ignore",
        )  # fmt: skip
        with st.popover(view.say("evidence.remove")):
            parts.soft(view.say("evidence.remove_hint"))
            if st.button(view.say("evidence.remove_sure"), key=f"evidence-gone-{number}"):
                _remove(number, actor, view)
    if look:
        _show_picture(number, actor, view)


def _show_picture(number: int, actor: Actor, view: View) -> None:
    """Show a picture, read once while it is open: each reading about a person is logged."""
    shown = st.session_state.get("evidence-shown")
    try:
        data = shown[1] if shown and shown[0] == number else _content(number, actor, view)
    except GeoError as error:
        st.error(error.sentence(view.language))
        return
    st.session_state["evidence-shown"] = (number, data)
    st.image(data)


def _content(number: int, actor: Actor, view: View) -> bytes:
    """Return a file out of the folder that no address reaches."""
    data, _media_type, _name = evidence.read_evidence(
        cache.store(), cache.settings().evidence, number, actor=actor, today=view.now.date()
    )
    return data


def _remove(number: int, actor: Actor, view: View) -> None:
    try:
        evidence.remove_evidence(
            cache.store(), cache.settings().evidence, number, actor=actor, now=cache.utc_now(),
            today=view.now.date(),
        )  # fmt: skip
    except GeoError as error:
        st.error(error.sentence(view.language))
        return
    st.session_state["evidence-said"] = view.say("evidence.removed")
    st.rerun()


def _take(table: str, key: Key, actor: Actor, view: View) -> None:
    # After a file is kept, controls of another name start out empty.
    turn = int(st.session_state.get("evidence-turn", 0))
    given = parts.upload(
        view, view.say("evidence.add"), key=f"evidence-new-{table}-{key}-{turn}",
        about=view.say("evidence.limits"),
    )  # fmt: skip
    parts.soft(view.say("evidence.exif"))
    title = st.text_input(view.say("evidence.what"), key=f"evidence-title-{turn}", max_chars=100)
    if given is None or not st.button(view.say("evidence.save"), key="evidence-save"):
        return
    try:
        evidence.add_evidence(
            cache.store(), cache.settings().evidence, actor=actor, table=table, key=key,
            data=given[0], title=title, now=cache.utc_now(), today=view.now.date(),
        )  # fmt: skip
    except GeoError as error:
        st.error(error.sentence(view.language))
        return
    st.session_state["evidence-turn"] = turn + 1
    st.session_state["evidence-said"] = view.say("evidence.saved")
    st.rerun()
