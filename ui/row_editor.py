"""The form of one row: its fields and pin, what is wrong, and two versions of an edited row."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from geo import people, row_forms
from geo.edits import Edit, Row, edit_of, key_of, key_text
from geo.errors import ConflictError, GeoError, TableError
from geo.masking import masked_value
from geo.rights import Actor
from geo.schema import TABLES
from geo.text import markdown_text
from geo.waiting import keys_waiting
from ui import cache, parts
from ui.account import ROLE_WORDS
from ui.diffs import column_label, listing, row_label, versions_html
from ui.frame import View
from ui.held import waiting_for
from ui.held_card import who_text
from ui.opened_row import close_row
from ui.pin import show_pin
from ui.row_form import fields
from ui.submission import hand_in


def show_form(table: str, row: Row | None, actor: Actor, view: View) -> None:
    """Show the form of `row` (None: a new one), and save what it asks for."""
    key = "new" if row is None else key_text(key_of(table, row))
    base: Row | None = st.session_state.setdefault("form-base", row)
    with st.container(border=True, key="xh-form"):
        title = view.say("records.new_row") if row is None else row_label(
            table, row, key_of(table, row), view
        )  # fmt: skip
        st.subheader(markdown_text(title), anchor=False)
        if base != row:
            st.info(view.say("records.changed_meanwhile"))
        if row is not None:
            _say_waiting(table, row, actor, view)
        hidden = _hidden(table, base, actor, view)
        pin = TABLES[table].has_position and show_pin(base, actor, view)
        with st.form(f"form-{table}-{key}", border=False, enter_to_submit=False):
            texts = fields(table, base, hidden, actor, view)
            reason = st.text_input(view.say("records.reason"), max_chars=300, key="field-reason")
            if pin:
                parts.soft(view.say("records.pin_moved"))
            saved = st.form_submit_button(view.say("records.save"), type="primary")
        if saved:
            _save(table, base, texts, reason, actor, view)
        _show_conflict(table, reason, actor, view)
        st.button(view.say("records.close"), on_click=close_row, key="row-close")


def finish(said: str) -> None:
    """Close the form, and say on the page that is drawn next what became of the edit."""
    st.session_state["row-said"] = said
    close_row()
    st.rerun()


def _say_waiting(table: str, row: Row, actor: Actor, view: View) -> None:
    """Say that edits of this row wait already: who edits again should know."""
    for held in waiting_for(table, key_of(table, row), actor, view):
        names = listing([column_label(TABLES[table][n], view) for n in held.edit.fields()], view)
        parts.notice(
            view.say("records.waiting", number=held.submission_id, login=who_text(held.login),
                     fields=names, role=view.say(ROLE_WORDS[held.needs]))
        )  # fmt: skip


def _hidden(table: str, base: Row | None, actor: Actor, view: View) -> set[str]:
    """Return the personal columns that stay masked, and offer to reveal them."""
    personal = {
        column.name
        for column in TABLES[table].columns
        if column.audience == "personal" and column.name not in TABLES[table].key
    }
    if not personal or base is None or st.session_state.get("form-revealed"):
        return set()
    st.text(
        "　".join(
            f"{column_label(TABLES[table][name], view)}："
            + (masked_value(TABLES[table][name], base[name]) if base[name] else "—")
            for name in TABLES[table].names
            if name in personal
        )
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        why = st.text_input(view.say("records.reveal_reason"), key="field-why", max_chars=200)
        if st.button(view.say("records.reveal"), key="reveal"):
            try:
                people.reveal(
                    cache.store(), actor, table, key_of(table, base), reason=why,
                    now=cache.utc_now(), today=view.now.date(),
                )  # fmt: skip
            except GeoError as error:
                st.error(error.sentence(view.language))
            else:
                st.session_state["form-revealed"] = True
                st.rerun()
    return personal


def _save(
    table: str, base: Row | None, texts: Mapping[str, str], reason: str, actor: Actor, view: View
) -> None:
    try:
        edit = row_forms.checked_edit(
            cache.tables(view.revision), table, texts, before=base, today=view.now.date(),
            taken=keys_waiting(cache.store(), table) if base is None else (),
        )  # fmt: skip
    except TableError as error:
        for problem in error.problems:
            st.error(problem.sentence(view.language))
        return
    if not edit.fields():
        st.info(view.say("records.nothing_changed"))
        return
    _hand_in(edit, reason, actor, view)


def _hand_in(edit: Edit, reason: str, actor: Actor, view: View) -> None:
    try:
        said = hand_in([edit], actor, view, reason=reason)
    except ConflictError as error:
        st.session_state["form-conflict"] = error.conflicts[0]
        return
    if said is not None:
        finish(said)


def _show_conflict(table: str, reason: str, actor: Actor, view: View) -> None:
    """Show the two versions of a row changed by somebody else, and let the editor decide."""
    if "form-conflict" not in st.session_state:
        return
    edit, stored = st.session_state["form-conflict"]
    mine = edit.fields()
    old = edit.before or {}
    theirs = [] if stored is None else [n for n in TABLES[table].names if stored[n] != old.get(n)]
    touched = [name for name in TABLES[table].names if name in mine or name in theirs]
    if stored is None or edit.after is None or edit.before is None:
        gone = "records.conflict_gone" if stored is None else "records.conflict_taken"
        st.warning(view.say(gone))
        st.html(versions_html(table, touched, edit.after or {}, stored, view))
        return
    st.warning(view.say("records.conflict"))
    st.html(versions_html(table, touched, edit.after, stored, view))
    both = [name for name in mine if name in theirs and edit.after[name] != stored[name]]
    kept = both
    if both:
        labels = {name: column_label(TABLES[table][name], view) for name in both}
        kept = st.multiselect(
            view.say("records.keep_mine"), both, default=[], key="conflict-mine",
            format_func=lambda name: labels[name], placeholder="—",
        )  # fmt: skip
    if st.button(view.say("records.merge"), key="conflict-merge"):
        mine_only = [name for name in mine if name not in both or name in kept]
        merged = stored | {name: edit.after[name] for name in mine_only}
        st.session_state.pop("form-conflict")
        if merged == stored:
            st.info(view.say("records.nothing_changed"))
            return
        _hand_in(edit_of(table, stored, merged), reason, actor, view)
