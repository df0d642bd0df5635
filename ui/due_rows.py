"""Rows due for verification: those overdue, longest first, and those nobody verified yet."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from geo import verification
from geo.edits import key_of, key_text, rows_of
from geo.rights import Actor, own_rows
from ui import cache, parts
from ui.diffs import row_label, table_label
from ui.frame import View
from ui.opened_row import open_row

TABLES_DUE = ("venues", "routes", "promoters")
LISTED = 200


@st.cache_resource(max_entries=16, show_spinner=False)
def due_rows(actor: Actor, revision: int, day: date) -> pd.DataFrame:
    """
    Return the actor's rows that are overdue or were never verified; demonstration rows never are.

    Returns
    -------
    due
        `table`, `key` (text), `row` (the stored one), `age` ("overdue" or "never"), `due_on` and
        `days` (overdue by; 0 where never verified); the longest overdue first.
    """
    places = cache.places(revision, day)
    found = []
    for table in TABLES_DUE:
        frame = cache.tables(revision)[table]
        frame = frame[~frame["demo"].fillna(False).astype(bool)]
        ages = verification.due(frame, as_of=day, every_days=cache.settings().verify_days)
        late = ages["age"].isin(["overdue", "never"])
        late &= own_rows(actor, table, frame, places)
        days = pd.to_numeric(ages.loc[late, "overdue_days"]).fillna(0).astype(int)
        found += [
            (table, key_text(key_of(table, row)), row, age, due_on, over)
            for row, age, due_on, over in zip(
                rows_of(table, frame[late]), ages.loc[late, "age"], ages.loc[late, "due_on"], days,
                strict=True,
            )
        ]  # fmt: skip
    columns = ["table", "key", "row", "age", "due_on", "days"]
    listed = pd.DataFrame(found, columns=columns)
    return listed.sort_values("days", ascending=False, ignore_index=True, kind="stable")


def show_overdue(late: pd.DataFrame, view: View) -> None:
    """Show the overdue rows, and open one."""
    parts.soft(view.say("queue.overdue_hint", days=cache.settings().verify_days))
    shown = late.assign(
        table=[table_label(table, view) for table in late["table"]], label=_labels(late, view)
    )
    columns = (
        ("table", "表", "table"), ("label", "条目", "row"), ("due_on", "应核实日期", "due on"),
        ("days", "超期（天）", "days overdue"),
    )  # fmt: skip
    parts.show_table(shown, columns, view, key="overdue")
    _show_choice(late, view, key="overdue-open")


def show_never(never: pd.DataFrame, view: View) -> None:
    """Say how many rows nobody verified yet, and open one."""
    parts.soft(view.say("queue.never", count=len(never)))
    _show_choice(never, view, key="never-open")


def _labels(due: pd.DataFrame, view: View) -> list[str]:
    return [
        row_label(table, row, key_of(table, row), view)
        for table, row in zip(due["table"], due["row"], strict=True)
    ]


def _show_choice(due: pd.DataFrame, view: View, *, key: str) -> None:
    due = due.head(LISTED)
    rows = list(zip(due["table"], due["key"], strict=True))
    labels = dict(zip(rows, _labels(due, view), strict=True))

    def opened() -> None:
        if st.session_state.get(key):
            open_row(*st.session_state[key])

    st.selectbox(
        view.say("queue.verify_one"), rows, index=None, key=key, on_change=opened,
        placeholder=view.say("records.choose_hint"),
        format_func=lambda row: f"{table_label(row[0], view)} · {labels[row]}",
    )  # fmt: skip
