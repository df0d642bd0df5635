"""One held edit as people read it: what it is, who handed it in, and where it would lie."""

from __future__ import annotations

import streamlit as st

from geo.approval import HeldEdit
from geo.settings import CHINA_TIME
from geo.sign_in import accounts
from geo.text import date_text, markdown_text
from ui import cache
from ui.diffs import diff_html, row_label, table_label
from ui.frame import View
from ui.pin import position_of, show_position


@st.cache_resource(ttl=60, show_spinner=False)
def account_names() -> dict[str, str]:
    """Return the names of the accounts by login; a new one may be missing for a minute."""
    listed = accounts.list_accounts(cache.store())
    return dict(zip(listed["login"], listed["name"], strict=True))


def who_text(login: str) -> str:
    """Return an account as people know it: its name and login."""
    name = account_names().get(login)
    return f"{name}（{login}）" if name and name != login else login


def heading(held: HeldEdit, view: View) -> str:
    """Return what a held edit is, for Markdown."""
    edit = held.edit
    kind = view.say(f"records.{edit.kind}")
    label = row_label(edit.table, edit.row, edit.key, view)
    return markdown_text(f"{kind} · {table_label(edit.table, view)} · {label}")


def origin_text(held: HeldEdit, view: View) -> str:
    """Return who handed an edit in, when, from which document and why."""
    day = held.at.replace(tzinfo=None) + (CHINA_TIME.utcoffset(None))
    said = view.say(
        "queue.by", login=who_text(held.login), date=date_text(day.date(), view.language),
        number=held.submission_id,
    )  # fmt: skip
    for words, label in ((held.source, "queue.source"), (held.reason, "queue.reason")):
        if words:
            said += " · " + view.say(label, words=words)
    return said


def show_difference(held: HeldEdit, view: View) -> None:
    """Show the fields that a held edit changes, and on a map where it moves something to."""
    edit = held.edit
    st.html(diff_html(edit, view))
    position = position_of(edit.after)
    moves = position is not None and position != position_of(edit.before)
    key = f"held-map-{held.held_id}"
    if position and moves and st.toggle(view.say("queue.on_map"), key=f"toggle-{key}"):
        show_position(position, view, key=key, venue_id=str(edit.row.get("venue_id") or ""))
