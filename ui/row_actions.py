"""What one does with a row beside editing it: verify, delete, erase a person, see its history."""

from __future__ import annotations

import streamlit as st

from geo import journal, people, verification
from geo.edits import Edit, Row, edit_of, key_from_text, key_of, key_text
from geo.errors import ConflictError, GeoError
from geo.rights import Actor
from ui import batches, cache, parts
from ui.diffs import versions_html
from ui.evidence import show_evidence
from ui.frame import View
from ui.row_editor import finish
from ui.submission import hand_in


def show_actions(table: str, row: Row, actor: Actor, view: View) -> None:
    """Show the buttons below the form of `row`, its evidence and its history."""
    key = key_of(table, row)
    with st.container(horizontal=True):
        if "verified_on" in row and st.button(view.say("records.verify"), key="verify"):
            verified = verification.verify_row(
                row, on=view.now.date(), by=actor.name, every_days=cache.settings().verify_days
            )
            _hand_in(edit_of(table, row, verified), "verify", "", actor, view)
        if actor.place_kind != "venue":  # the staff of a venue keep its row and do not remove it
            with st.popover(view.say("records.delete")):
                parts.soft(view.say("records.delete_hint"))
                why = st.text_input(view.say("records.delete_reason"), key="field-delete")
                if st.button(view.say("records.delete_sure"), key="delete", type="primary"):
                    _hand_in(edit_of(table, row, None), "delete", why, actor, view)
        if table == "promoters" and actor.is_at_least("steward"):
            with st.popover(view.say("records.erase")):
                _show_erase(row, actor, view)
    show_evidence(table, key, actor, view)
    with st.expander(view.say("records.history"), key="row-history", on_change="rerun") as history:
        if history.open:
            show_history(table, key_text(key), view)


def _hand_in(edit: Edit, kind: str, reason: str, actor: Actor, view: View) -> None:
    try:
        said = hand_in([edit], actor, view, kind=kind, reason=reason)
    except ConflictError as error:
        _edit, stored = error.conflicts[0]
        st.warning(view.say("records.changed_now"))
        st.html(versions_html(edit.table, edit.fields(), edit.after or {}, stored, view))
        return
    if said is not None:
        finish(said)


def _show_erase(row: Row, actor: Actor, view: View) -> None:
    parts.soft(view.say("records.erase_hint"))
    why = st.text_input(view.say("records.erase_reason"), key="field-erase")
    if st.button(view.say("records.erase_sure"), key="erase"):
        try:
            people.erase_person(
                cache.store(), actor, row["promoter_id"], reason=why, now=cache.utc_now(),
                today=view.now.date(), folder=cache.settings().evidence,
            )  # fmt: skip
        except GeoError as error:
            st.error(error.sentence(view.language))
            return
        finish(view.say("records.erased"))


def show_history(table: str, text: str, view: View) -> None:
    """Show every change of one row, the newest first."""
    key = key_from_text(table, text)
    with cache.store().reading() as connection:
        found = journal.entries(connection, table=table, key=key, limit=100)
    if not found:
        parts.soft(view.say("records.no_history"))
    for entry in found:
        batches.show_entry(entry, view)
