"""What waits for somebody: held edits, reports by the public, rows due for verification."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from geo import approval, reports
from geo.approval import HeldEdit
from geo.rights import Actor
from geo.text import markdown_text
from ui import cache, parts
from ui.decided import decide
from ui.decisions import show_decisions
from ui.due_rows import due_rows, show_never, show_overdue
from ui.frame import View
from ui.held import rejected_edits, waiting_edits
from ui.longer import shown_of
from ui.own_edits import show_rejected, show_waiting

STEP = 20


def todo(actor: Actor, view: View) -> int:
    """Return how many held edits and reports wait for `actor` to act."""
    return len(_to_decide(actor, view)) + len(_open_reports(actor, view))


def _to_decide(actor: Actor, view: View) -> list[HeldEdit]:
    return [held for held in waiting_edits(actor, view) if approval.may_decide(actor, held)]


def _open_reports(actor: Actor, view: View) -> pd.DataFrame:
    """Return the open reports about venues of the actor's place."""
    return reports.reports_in_place(cache.store(), actor=actor, today=view.now.date())


def show(actor: Actor, view: View) -> None:
    """Show everything that waits, what needs a decision first."""
    said, failed = (st.session_state.pop(name, None) for name in ("queue-said", "queue-failed"))
    if said:
        st.success(said)
    if failed:
        st.error(failed)
    decisions = _to_decide(actor, view)
    own = [held for held in waiting_edits(actor, view)
           if held.login == actor.login and held not in decisions]  # fmt: skip
    rejected = rejected_edits(actor, view)
    told = _open_reports(actor, view)
    due = due_rows(actor, view.revision, view.now.date())
    late, never = due[due["age"] == "overdue"], due[due["age"] == "never"]
    parts.sentence(
        view.say("queue.sentence", decide=len(decisions), own=len(own), reports=len(told),
                 overdue=len(late))
    )  # fmt: skip
    if decisions:
        st.header(view.say("queue.decide"), anchor=False)
        show_decisions(decisions, actor, view)
    if rejected:
        st.header(view.say("queue.rejected_own"), anchor=False)
        show_rejected(rejected, view)
    if len(told):
        st.header(view.say("queue.reports"), anchor=False)
        _show_reports(told, actor, view)
    if own:
        st.header(view.say("queue.own"), anchor=False)
        show_waiting(own, actor, view)
    if len(late):
        st.header(view.say("queue.overdue"), anchor=False)
        show_overdue(late, view)
    if not (decisions or own or rejected or len(told) or len(late)):
        st.info(view.say("queue.nothing"))
    if len(never):
        show_never(never, view)


def _show_reports(told: pd.DataFrame, actor: Actor, view: View) -> None:
    venues = cache.tables(view.revision)["venues"].set_index("venue_id")["name"]
    for row in shown_of(told.to_dict("records"), view, key="reports", step=STEP):
        number, venue = int(row["report_id"]), str(row["venue_id"])
        with st.container(border=True, key=f"xh-waiting-report-{number}"):
            said = f"{venues.get(venue, venue)} · {view.say('report.' + str(row['kind']))}"
            st.markdown(f"**{markdown_text(said)}**")
            if row["note"]:
                st.text(str(row["note"]))
            note = st.text_input(
                view.say("queue.closing_note"), key=f"closing-{number}", max_chars=300
            )
            if st.button(view.say("queue.close_report"), key=f"close-report-{number}"):
                act = partial(
                    reports.close_report, cache.store(), number, actor=actor, closing_note=note,
                    now=cache.utc_now(),
                )  # fmt: skip
                decide(act, view.say("queue.report_closed"), view)
