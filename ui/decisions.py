"""Held edits to decide upon: submission by submission, all of it or some rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from geo import approval
from geo.approval import HeldEdit
from geo.errors import ConflictError, GeoError
from geo.rights import Actor
from geo.schema import TABLES
from ui import cache
from ui.decided import decide
from ui.diffs import row_label, versions_html
from ui.frame import View
from ui.held_card import heading, origin_text, show_difference
from ui.longer import shown_of

STEP = 20  # rows of a submission, and submissions, at a time


def show_decisions(waiting: list[HeldEdit], actor: Actor, view: View) -> None:
    """Show what waits for the actor's decision."""
    by_submission: dict[int, list[HeldEdit]] = {}
    for held in waiting:
        by_submission.setdefault(held.submission_id, []).append(held)
    numbers = list(by_submission)
    for number in shown_of(numbers, view, key="held", step=STEP):
        _show_submission(number, by_submission[number], actor, view)


def _show_submission(number: int, held_edits: list[HeldEdit], actor: Actor, view: View) -> None:
    with st.container(border=True, key=f"xh-held-{number}"):
        st.text(origin_text(held_edits[0], view))
        for held in shown_of(held_edits, view, key=f"held-{number}", step=STEP):
            st.markdown(f"**{heading(held, view)}**")
            show_difference(held, view)
        chosen = _chosen(number, held_edits, view)
        ids = [held.held_id for held in chosen]
        reason = st.text_input(view.say("queue.reason_box"), key=f"reason-{number}", max_chars=300)
        with st.container(horizontal=True):
            if st.button(
                view.say("queue.approve", count=len(ids)), key=f"approve-{number}", type="primary"
            ):
                _approve(ids, reason, actor, view)
            if st.button(view.say("queue.reject", count=len(ids)), key=f"reject-{number}"):
                act = partial(
                    approval.reject, cache.store(), ids, actor=actor, today=view.now.date(),
                    reason=reason,
                )  # fmt: skip
                decide(act, view.say("queue.rejected", count=len(ids)), view)
    _show_conflict(number, ids, reason, actor, view)


def _chosen(number: int, held_edits: list[HeldEdit], view: View) -> list[HeldEdit]:
    """Let the decider pick some of the rows of a submission; all of them unless told."""
    if len(held_edits) == 1:
        return held_edits
    by_id = {held.held_id: held for held in held_edits}
    labels = {
        held.held_id: row_label(held.edit.table, held.edit.row, held.edit.key, view)
        for held in held_edits
    }
    picked = st.multiselect(
        view.say("queue.only_some"), list(by_id), key=f"some-{number}",
        format_func=lambda held_id: labels[held_id], placeholder=view.say("queue.all_of_it"),
    )  # fmt: skip
    return [by_id[held_id] for held_id in picked] or held_edits


def _approve(ids: Sequence[int], reason: str, actor: Actor, view: View) -> None:
    try:
        done = approval.approve(
            cache.store(), ids, actor=actor, today=view.now.date(), reason=reason
        )
    except ConflictError as error:
        st.session_state["queue-conflict"] = (tuple(ids), error.conflicts)
        return
    except GeoError as error:
        st.error(error.sentence(view.language))
        return
    st.session_state["queue-said"] = view.say("queue.approved", count=done.applied)
    st.rerun()


def _show_conflict(number: int, ids: Sequence[int], reason: str, actor: Actor, view: View) -> None:
    """Show both versions of rows that were changed since, and let the decider choose."""
    of_ids, conflicts = st.session_state.get("queue-conflict", ((), []))
    if of_ids != tuple(ids):
        return
    taken = any(edit.before is None for edit, _ in conflicts)
    st.warning(view.say("queue.taken" if taken else "queue.conflict", count=len(conflicts)))
    for edit, stored in conflicts:
        st.text(row_label(edit.table, edit.row, edit.key, view))
        fields = edit.fields() if edit.after is not None else TABLES[edit.table].names
        st.html(versions_html(edit.table, fields, edit.after or {}, stored, view))
    if taken:  # to approve would put a new row in the place of another one
        return
    if st.button(view.say("queue.overwrite"), key=f"overwrite-{number}"):
        st.session_state.pop("queue-conflict")
        act = partial(
            approval.approve, cache.store(), ids, actor=actor, today=view.now.date(),
            reason=reason, overwrite=True,
        )  # fmt: skip
        decide(act, view.say("queue.approved", count=len(ids)), view)
