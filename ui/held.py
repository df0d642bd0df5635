"""Edits in review as an account sees them, read again only when something was held or decided."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import streamlit as st

from geo import approval, waiting
from geo.approval import HeldEdit
from geo.edits import Key
from geo.rights import Actor
from ui import cache
from ui.frame import View

REJECTED_DAYS = 30  # for how long a rejected edit is shown to its author


def waiting_edits(actor: Actor, view: View) -> list[HeldEdit]:
    """Return the edits that wait and that `actor` may see, the oldest first."""
    state = waiting.held_state(cache.store())
    return _held_edits("waiting", actor, view.revision, view.now.date(), state)


def rejected_edits(actor: Actor, view: View) -> list[HeldEdit]:
    """Return the actor's edits lately rejected and not handed in again, the last first."""
    state = waiting.held_state(cache.store())
    found = _held_edits("rejected", actor, view.revision, view.now.date(), state)
    again = {
        (held.edit.table, held.edit.key)
        for held in waiting_edits(actor, view)
        if held.login == actor.login
    }
    since = cache.utc_now() - timedelta(days=REJECTED_DAYS)
    return [
        held
        for held in reversed(found)
        if held.login == actor.login
        and _is_after(held.decided_at, since)
        and (held.edit.table, held.edit.key) not in again
    ]


def waiting_for(table: str, key: Key, actor: Actor, view: View) -> list[HeldEdit]:
    """Return the edits of one row that wait."""
    row = (table, key)
    return [held for held in waiting_edits(actor, view) if (held.edit.table, held.edit.key) == row]


def _is_after(at: datetime | None, since: datetime) -> bool:
    return at is not None and at.replace(tzinfo=None) >= since


@st.cache_resource(max_entries=16, show_spinner=False)
def _held_edits(
    status: str,
    actor: Actor,
    revision: int,  # noqa: ARG001 - the cache's key
    day: date,
    state: tuple[int, int],  # noqa: ARG001 - the cache's key
) -> list[HeldEdit]:
    return approval.held_edits(cache.store(), actor=actor, today=day, status=status)
