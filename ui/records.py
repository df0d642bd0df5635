"""The register's sections, each for those whose role has something to do there."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import streamlit as st

from geo.rights import Actor
from ui import audit_log, batches, checkup, drafts, editor, importer, layers, queue
from ui.frame import View


class Section(NamedTuple):
    """One section: its name in the link, what shows it, and the least role it is for."""

    name: str
    show: Callable[[Actor, View], None]
    least: str


SECTIONS = (
    Section("queue", queue.show, "reporter"),
    Section("rows", editor.show, "reporter"),
    Section("import", importer.show, "reporter"),
    Section("batches", batches.show, "reporter"),
    Section("doctor", checkup.show, "steward"),
    Section("layers", layers.show, "city"),
    Section("audit", audit_log.show, "admin"),
)


def say_ended(view: View) -> None:
    """Say to somebody who worked here that the session is over, and what became of the typing."""
    said = drafts.signed_out()
    if said:
        st.session_state["said-ended"] = said
    if st.session_state.get("said-ended"):
        st.warning(view.say(st.session_state["said-ended"]))


def show(actor: Actor, view: View) -> None:
    """Show the section the reader chose; what waits comes first."""
    sections = {one.name: one for one in SECTIONS if actor.is_at_least(one.least)}
    todo = queue.todo(actor, view)

    def label(name: str) -> str:
        words = view.say(f"records.{name}")
        return f"{words}（{todo}）" if name == "queue" and todo else words

    if st.session_state.get("section-choice") not in sections:
        asked = st.query_params.get("section", "")
        st.session_state["section-choice"] = asked if asked in sections else "queue"
    chosen = st.segmented_control(
        view.say("records.section"), list(sections), format_func=label, key="section-choice",
        label_visibility="collapsed", required=True,
    )  # fmt: skip
    name = str(chosen or "queue")
    if st.query_params.get("section", "queue") != name:
        st.query_params["section"] = name
    sections[name].show(actor, view)
