"""Submissions: who handed in what and when, what it changed, and taking it back as a whole."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import streamlit as st

from geo import journal, undoing
from geo.edits import Edit, key_from_text, whole_row
from geo.errors import GeoError
from geo.journal import Entry
from geo.rights import Actor
from geo.schema import TABLES
from geo.settings import CHINA_TIME
from geo.sign_in import accounts
from geo.text import date_text, markdown_text
from geo.undoing import Undone
from ui import cache, parts
from ui.diffs import column_label, diff_html, listing, row_label, table_label
from ui.frame import View
from ui.held_card import account_names, who_text
from ui.longer import shown_of

LISTED = 100
SHOWN = 30
ENTRIES = 300  # changes of one submission that can be looked at here


def local_time(at: datetime) -> datetime:
    """Return a time of the store (UTC) as Tai'an's clock has it."""
    offset = CHINA_TIME.utcoffset(None)
    assert offset is not None
    return at + offset


def show(actor: Actor, view: View) -> None:
    """List the submissions the actor may see, and show the chosen one."""
    said = st.session_state.pop("batch-said", None)
    if said:
        st.success(said)
    table = _listed(actor, view)
    if table.empty:
        st.info(view.say("batches.none"))
        return
    parts.soft(view.say("batches.hint"))
    shown = table.assign(
        at=[f"{local_time(at):%Y-%m-%d %H:%M}" for at in table["at"]],
        kind=[view.say(f"batch.{kind}") for kind in table["kind"]],
        table_name=[table_label(name, view) if name else "" for name in table["table_name"]],
    )
    columns = (
        ("submission_id", "编号", "number"), ("at", "时间", "at"), ("login", "账号", "account"),
        ("kind", "方式", "kind"), ("table_name", "表", "table"), ("source", "来源", "source"),
        ("rows", "已生效", "applied"), ("waiting", "待审", "waiting"), ("reason", "说明", "reason"),
    )  # fmt: skip
    parts.show_table(shown, columns, view, key="submissions", height=320)
    numbers = [int(number) for number in table["submission_id"]]
    if st.session_state.get("batch-number") not in numbers:
        asked = st.query_params.get("batch", "")
        known = asked.isdigit() and int(asked) in numbers
        st.session_state["batch-number"] = int(asked) if known else None
    labels = {
        int(row["submission_id"]): f"{row['submission_id']} · {row['at']} · {row['login']} · "
        f"{row['kind']} {row['table_name']}".strip()
        for row in shown.to_dict("records")
    }
    chosen = st.selectbox(
        view.say("batches.choose"), numbers, key="batch-number",
        placeholder=view.say("batches.choose_hint"), format_func=lambda number: labels[number],
    )  # fmt: skip
    if chosen is None:
        st.query_params.pop("batch", None)
        return
    st.query_params["batch"] = str(chosen)
    _show_one(chosen, actor, view)


def _listed(actor: Actor, view: View) -> pd.DataFrame:
    """Return the last submissions the actor may see, of one account if chosen."""
    logins = _logins(actor, view)
    if logins is None or len(logins) > 1:
        names = sorted(account_names()) if logins is None else logins
        chosen = st.selectbox(
            view.say("batches.account"), names, index=None, key="batch-account",
            placeholder=view.say("batches.every_account"), format_func=who_text,
        )  # fmt: skip
        logins = [chosen] if chosen else logins
    limit = LISTED + int(st.session_state.get("batches-more", 0))
    with cache.store().reading() as connection:
        found = journal.submissions(connection, limit=limit + 1, logins=logins)
    if len(found) > limit:
        st.button(view.say("batches.earlier"), on_click=_list_more, key="batches-earlier")
    # How the register began is no submission of anybody, and nothing to be undone.
    began = found["kind"].isin(["baseline", "build"])
    return found.head(limit)[~began].reset_index(drop=True)


def _list_more() -> None:
    st.session_state["batches-more"] = int(st.session_state.get("batches-more", 0)) + LISTED


def _logins(actor: Actor, view: View) -> list[str] | None:
    """Return whose submissions the actor sees: all for the city, else the own place's."""
    if actor.is_at_least("city"):
        return None
    if not actor.is_at_least("steward"):
        return [actor.login]
    places = cache.places(view.revision, view.now.date())
    found = [actor.login]
    for other in accounts.list_accounts(cache.store()).to_dict("records"):
        kind, place = other["place_kind"], str(other["place"])
        township = place if kind == "township" else places.venues.get(place, (None, None))[0]
        unit = place if kind == "unit" else places.unit_of_township.get(township or "")
        if kind and unit == actor.place and other["login"] != actor.login:
            found.append(str(other["login"]))
    return found


def _show_one(number: int, actor: Actor, view: View) -> None:
    with cache.store().reading() as connection:
        done = journal.entries(connection, submission_id=number, limit=ENTRIES)
    st.header(view.say("batches.one", number=number), anchor=False)
    for entry in shown_of(done, view, key=f"entries-{number}", step=SHOWN):
        show_entry(entry, view)
    if len(done) == ENTRIES:
        parts.soft(view.say("batches.more", count=ENTRIES))
    if not done:
        parts.soft(view.say("batches.nothing_applied"))
    _show_undo(number, actor, view)


def entry_edit(entry: Entry) -> Edit:
    """Return the edit that a row of the history tells of, as far as it tells it."""
    before = None if entry.before is None else whole_row(entry.table, entry.before)
    after = None if entry.after is None else whole_row(entry.table, entry.after)
    return Edit(entry.table, key_from_text(entry.table, entry.row_key), before, after)


def show_entry(entry: Entry, view: View) -> None:
    """Show one row of the history: when, who, why, and the fields, old beside new."""
    edit = entry_edit(entry)
    when = local_time(entry.at)
    author, by = who_text(entry.author), who_text(entry.by)
    who = author if author == by else f"{author} → {by}"
    named = row_label(entry.table, edit.row, edit.key, view)
    kind = view.say(f"records.{edit.kind}")
    head = f"{date_text(when.date(), view.language)} {when:%H:%M} · {who} · {kind} · {named}"
    with st.expander(markdown_text(head)):
        facts = [
            view.say(f"batch.{entry.kind}"),
            *(view.say("queue.source", words=entry.source) for _ in (0,) if entry.source),
            *(view.say("queue.reason", words=entry.reason) for _ in (0,) if entry.reason),
            *(view.say("queue.decision", words=entry.decision) for _ in (0,) if entry.decision),
            view.say("batches.number", number=entry.submission_id),
        ]
        st.text(" · ".join(facts))
        if entry.erased:
            parts.soft(view.say("batches.erased"))
        told = [n for n in TABLES[entry.table].names if n in (entry.before or entry.after or {})]
        given = [n for n in told if edit.kind == "changed" or edit.row.get(n) is not None]
        st.html(diff_html(edit, view, only=given))


def _show_undo(number: int, actor: Actor, view: View) -> None:
    try:
        plan = undoing.plan_undo(cache.store(), number, actor=actor, today=view.now.date())
    except GeoError as error:
        parts.soft(error.sentence(view.language))
        return
    if not (plan.applied or plan.withdrawn or plan.blocked):
        parts.soft(view.say("batches.nothing_to_undo"))
        return
    st.subheader(view.say("batches.undo"), anchor=False)
    if plan.blocked:
        st.warning(view.say("batches.blocked", count=len(plan.blocked)))
        for one in plan.blocked[:SHOWN]:
            _show_blocked(one, view)
    reason = st.text_input(view.say("batches.undo_reason"), key=f"undo-reason-{number}")
    with st.container(horizontal=True):
        if not plan.blocked:
            if st.button(view.say("batches.undo_all"), type="primary", key=f"undo-{number}"):
                _undo(number, reason, "refuse", actor, view)
            return
        if st.button(view.say("batches.undo_keep"), key=f"undo-keep-{number}"):
            _undo(number, reason, "keep", actor, view)
        if st.button(view.say("batches.undo_overwrite"), key=f"undo-over-{number}"):
            _undo(number, reason, "overwrite", actor, view)


def _show_blocked(one: undoing.Blocked, view: View) -> None:
    label = row_label(one.table, one.present, one.key, view)
    st.text(f"{table_label(one.table, view)} · {label}：{view.say(f'undo.{one.code}')}")
    if one.fields and one.present:
        names = listing([column_label(TABLES[one.table][f], view) for f in one.fields], view)
        parts.soft(view.say("undo.fields", fields=names))
    if one.tables:
        names = listing([table_label(table, view) for table in one.tables], view)
        parts.soft(view.say("undo.tables", tables=names))


def _undo(number: int, reason: str, later: undoing.Later, actor: Actor, view: View) -> None:
    try:
        done: Undone = undoing.undo(
            cache.store(), number, actor=actor, today=view.now.date(), reason=reason, later=later,
            policy=cache.policy(),
        )  # fmt: skip
    except GeoError as error:
        st.error(error.sentence(view.language))
        return
    if done.submission_id is None and not done.withdrawn:
        st.warning(view.say("batches.nothing_to_undo"))
        return
    st.session_state["batch-said"] = view.say(
        "batches.undone", number=number, applied=done.applied, held=done.held,
        withdrawn=done.withdrawn,
    )  # fmt: skip
    st.rerun()
