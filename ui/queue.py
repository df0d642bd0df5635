"""What waits for somebody: held edits, reports by the public, rows due for verification."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from geo import approval, reports, verification
from geo.approval import HeldEdit
from geo.edits import key_of, rows_of
from geo.errors import ConflictError, GeoError
from geo.rights import Actor, covers, own_rows
from geo.schema import TABLES
from geo.settings import CHINA_TIME
from geo.text import date_text, markdown_text
from ui import cache, parts
from ui.account import ROLE_WORDS
from ui.diffs import diff_html, row_label, table_label, versions_html
from ui.frame import View

SHOWN = 20  # entries of a list at a time
VERIFIED_TABLES = ("venues", "routes", "promoters")


def counts(actor: Actor, view: View) -> dict[str, int]:
    """Return how many things wait for `actor`, by kind: decide, own, report, overdue."""
    held = waiting(actor, view)
    return {
        "decide": sum(approval.may_decide(actor, one) for one in held),
        "own": sum(one.login == actor.login for one in held),
        "report": len(open_reports(actor, view)),
        "overdue": len(overdue(actor, view)),
    }


def waiting(actor: Actor, view: View) -> list[HeldEdit]:
    """Return the held edits that the actor may see."""
    return approval.held_edits(cache.store(), actor=actor, today=view.now.date())


def open_reports(actor: Actor, view: View) -> pd.DataFrame:
    """Return the open reports about venues of the actor's place."""
    return reports.reports_in_place(cache.store(), actor=actor, today=view.now.date())


def overdue(actor: Actor, view: View) -> pd.DataFrame:
    """Return the rows of the actor's place whose verification is overdue, longest first."""
    places = cache.places(view.revision, view.now.date())
    found = []
    for table in VERIFIED_TABLES:
        frame = cache.tables(view.revision)[table]
        ages = verification.due(
            frame, as_of=view.now.date(), every_days=cache.settings().verify_days
        )
        late = frame[ages["age"] == "overdue"]
        days = pd.to_numeric(ages.loc[late.index, "overdue_days"]).tolist()
        for at, row, over in zip(late.index, rows_of(table, late), days, strict=True):
            if covers(actor, table, row, places) and not row.get("demo"):
                found.append(
                    {
                        "table": table, "label": row_label(table, row, key_of(table, row), view),
                        "due_on": ages.at[at, "due_on"], "days": int(over),
                    }
                )  # fmt: skip
    listed = pd.DataFrame(found, columns=["table", "label", "due_on", "days"])
    return listed.sort_values("days", ascending=False, ignore_index=True)


def show(actor: Actor, view: View) -> None:
    """Show everything that waits, what needs a decision first."""
    said = st.session_state.pop("queue-said", None)
    if said:
        st.success(said)
    held = waiting(actor, view)
    decide = [one for one in held if approval.may_decide(actor, one)]
    own = [one for one in held if one.login == actor.login and one not in decide]
    told, late = open_reports(actor, view), overdue(actor, view)
    parts.sentence(
        view.say("queue.sentence", decide=len(decide), own=len(own), reports=len(told),
                 overdue=len(late))
    )  # fmt: skip
    if decide:
        st.header(view.say("queue.decide"), anchor=False)
        _show_decisions(decide, actor, view)
    if own:
        st.header(view.say("queue.own"), anchor=False)
        _show_own(own, actor, view)
    if len(told):
        st.header(view.say("queue.reports"), anchor=False)
        _show_reports(told, actor, view)
    if len(late):
        st.header(view.say("queue.overdue"), anchor=False)
        _show_overdue(late, view)
    if not (decide or own or len(told) or len(late)):
        st.info(view.say("queue.nothing"))
    never = _never_verified(actor, view)
    if never:
        parts.soft(view.say("queue.never", count=never))


def _heading(held: HeldEdit, view: View) -> str:
    edit = held.edit
    kind = view.say(f"records.{edit.kind}")
    return f"{kind} · {table_label(edit.table, view)} · " + row_label(
        edit.table, edit.row, edit.key, view
    )


def _by(held: HeldEdit, view: View) -> str:
    day = held.at.replace(tzinfo=None) + (CHINA_TIME.utcoffset(None))
    said = view.say(
        "queue.by", login=held.login, date=date_text(day.date(), view.language),
        number=held.submission_id,
    )  # fmt: skip
    for words, label in ((held.source, "queue.source"), (held.reason, "queue.reason")):
        if words:
            said += " · " + view.say(label, words=words)
    return said


def _show_decisions(decide: list[HeldEdit], actor: Actor, view: View) -> None:
    by_submission: dict[int, list[HeldEdit]] = {}
    for held in decide:
        by_submission.setdefault(held.submission_id, []).append(held)
    for number, of_one in list(by_submission.items())[:SHOWN]:
        with st.container(border=True, key=f"xh-held-{number}"):
            st.text(_by(of_one[0], view))
            for held in of_one[:SHOWN]:
                st.markdown(f"**{markdown_text(_heading(held, view))}**")
                st.html(diff_html(held.edit, view))
            if len(of_one) > SHOWN:
                parts.soft(view.say("queue.more", count=len(of_one) - SHOWN))
            ids = [held.held_id for held in of_one]
            reason = st.text_input(
                view.say("queue.reason_box"), key=f"reason-{number}", max_chars=300
            )
            with st.container(horizontal=True):
                if st.button(
                    view.say("queue.approve", count=len(ids)), key=f"approve-{number}",
                    type="primary",
                ):  # fmt: skip
                    _approve(ids, reason, actor, view)
                if st.button(view.say("queue.reject"), key=f"reject-{number}"):
                    _decide(
                        partial(
                            approval.reject,
                            cache.store(),
                            ids,
                            actor=actor,
                            today=view.now.date(),
                            reason=reason,
                        ),
                        view.say("queue.rejected", count=len(ids)),
                        view,
                    )
            _show_conflict(ids, reason, actor, view)
    if len(by_submission) > SHOWN:
        parts.soft(view.say("queue.more", count=len(by_submission) - SHOWN))


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


def _show_conflict(ids: Sequence[int], reason: str, actor: Actor, view: View) -> None:
    """Show both versions of rows that were changed since, and let the decider choose."""
    of_ids, conflicts = st.session_state.get("queue-conflict", ((), []))
    if of_ids != tuple(ids):
        return
    st.warning(view.say("queue.conflict", count=len(conflicts)))
    for edit, stored in conflicts:
        st.text(row_label(edit.table, edit.row, edit.key, view))
        fields = edit.fields() if edit.after is not None else TABLES[edit.table].names
        st.html(versions_html(edit.table, fields, edit.after or {}, stored, view))
    if st.button(view.say("queue.overwrite"), key=f"overwrite-{ids[0]}"):
        st.session_state.pop("queue-conflict")
        _decide(
            lambda: approval.approve(
                cache.store(), ids, actor=actor, today=view.now.date(), reason=reason,
                overwrite=True,
            ),
            view.say("queue.approved", count=len(ids)),
            view,
        )  # fmt: skip


def _decide(act: Callable[[], object], said: str, view: View) -> None:
    try:
        act()
    except GeoError as error:
        st.error(error.sentence(view.language))
        return
    st.session_state["queue-said"] = said
    st.rerun()


def _show_own(own: list[HeldEdit], actor: Actor, view: View) -> None:
    for held in own[:SHOWN]:
        with st.expander(_plain(_heading(held, view))):
            st.text(_by(held, view))
            parts.soft(view.say("queue.waits_for", role=view.say(ROLE_WORDS[held.needs])))
            st.html(diff_html(held.edit, view))
            if st.button(view.say("queue.withdraw"), key=f"withdraw-{held.held_id}"):
                _decide(
                    partial(approval.withdraw, cache.store(), [held.held_id], actor=actor),
                    view.say("queue.withdrawn"),
                    view,
                )
    if len(own) > SHOWN:
        parts.soft(view.say("queue.more", count=len(own) - SHOWN))


def _plain(words: str) -> str:
    return markdown_text(words)


def _show_reports(told: pd.DataFrame, actor: Actor, view: View) -> None:
    venues = cache.tables(view.revision)["venues"].set_index("venue_id")["name"]
    for row in told.head(SHOWN).to_dict("records"):
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
                _decide(act, view.say("queue.report_closed"), view)


def _never_verified(actor: Actor, view: View) -> int:
    """Return how many rows of the actor's place nobody has verified yet."""
    places = cache.places(view.revision, view.now.date())
    count = 0
    for table in VERIFIED_TABLES:
        frame = cache.tables(view.revision)[table]
        real = frame[~frame["demo"].fillna(False).astype(bool)]
        ages = verification.due(
            real, as_of=view.now.date(), every_days=cache.settings().verify_days
        )
        own = own_rows(actor, table, real, places)
        count += int((own & (ages["age"] == "never")).sum())
    return count


def _show_overdue(late: pd.DataFrame, view: View) -> None:
    parts.soft(view.say("queue.overdue_hint", days=cache.settings().verify_days))
    shown = late.assign(table=[table_label(table, view) for table in late["table"]])
    columns = (
        ("table", "表", "table"), ("label", "条目", "row"), ("due_on", "应核实日期", "due on"),
        ("days", "超期（天）", "days overdue"),
    )  # fmt: skip
    parts.show_table(shown, columns, view, key="overdue")
