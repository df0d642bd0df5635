"""An account's own edits in review: those that wait, and those that came back."""

from __future__ import annotations

from functools import partial

import streamlit as st

from geo import approval, row_forms
from geo.approval import HeldEdit
from geo.edits import key_text
from geo.errors import GeoError
from geo.rights import Actor
from ui import cache, parts
from ui.account import ROLE_WORDS
from ui.decided import decide
from ui.diffs import diff_html
from ui.frame import View
from ui.held_card import heading, origin_text, who_text
from ui.longer import shown_of
from ui.opened_row import NEW, open_row

STEP = 20


def show_waiting(own: list[HeldEdit], actor: Actor, view: View) -> None:
    """Show what the actor handed in and nobody decided yet; it can be taken back."""
    for held in shown_of(own, view, key="own", step=STEP):
        with st.expander(heading(held, view)):
            st.text(origin_text(held, view))
            parts.soft(view.say("queue.waits_for", role=view.say(ROLE_WORDS[held.needs])))
            st.html(diff_html(held.edit, view))
            with st.container(horizontal=True):
                if st.button(view.say("queue.withdraw"), key=f"withdraw-{held.held_id}"):
                    act = partial(approval.withdraw, cache.store(), [held.held_id], actor=actor)
                    decide(act, view.say("queue.withdrawn"), view)
                if held.edit.after is not None:
                    st.button(
                        view.say("queue.withdraw_edit"), key=f"rework-{held.held_id}",
                        on_click=_withdraw_and_open, args=(held, actor, view),
                    )  # fmt: skip


def show_rejected(rejected: list[HeldEdit], view: View) -> None:
    """Show what came back, with the reason; it can be mended without typing it again."""
    for held in shown_of(rejected, view, key="rejected", step=STEP):
        with st.container(border=True, key=f"xh-rejected-{held.held_id}"):
            st.markdown(f"**{heading(held, view)}**")
            st.text(
                view.say("queue.rejected_by", login=who_text(held.decided_by or ""),
                         words=held.decision or "")
            )  # fmt: skip
            with st.expander(view.say("queue.rejected_what")):
                st.html(diff_html(held.edit, view))
            if held.edit.after is not None:
                st.button(
                    view.say("queue.rework"), key=f"rework-{held.held_id}", on_click=_open,
                    args=(held,),
                )  # fmt: skip


def _open(held: HeldEdit) -> None:
    """Open the form with what the edit would have made of the row."""
    edit = held.edit
    assert edit.after is not None
    fields = edit.fields()
    texts = row_forms.texts_of(edit.table, edit.after)
    key = NEW if edit.before is None else key_text(edit.key)
    open_row(edit.table, key, {name: texts[name] for name in fields})


def _withdraw_and_open(held: HeldEdit, actor: Actor, view: View) -> None:
    try:
        approval.withdraw(cache.store(), [held.held_id], actor=actor)
    except GeoError as error:
        st.session_state["queue-failed"] = error.sentence(view.language)
        return
    _open(held)
