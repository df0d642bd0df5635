"""The log of what was done that is no change of a row, for admins: by kind and by day."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from geo.audit import ACTIONS, read_log
from geo.edits import key_from_text
from geo.errors import GeoError
from geo.rights import Actor
from geo.schema import TABLES
from geo.settings import CHINA_TIME
from ui import cache, parts
from ui.frame import View
from ui.sign_in import utc_now

DAYS = 30
SHOWN = 500
_AWAY = CHINA_TIME.utcoffset(None)
_COLUMNS = ("at", "login", "action", "row", "detail")


def show(actor: Actor, view: View) -> None:
    """Show the newest entries of the chosen kinds and days."""
    parts.soft(view.say("audit.hint"))
    # Sign-ins are noted at the real time, also where the page's is fixed.
    today = max(view.now.date(), (utc_now() + _AWAY).date())
    actions = st.multiselect(
        view.say("audit.kinds"), ACTIONS, key="audit-kinds", placeholder=view.say("audit.all"),
        format_func=lambda action: view.say(f"audit.{action}"),
    )  # fmt: skip
    days = st.date_input(
        view.say("audit.days"), (today - timedelta(days=DAYS), today), max_value=today,
        key="audit-days",
    )  # fmt: skip
    first, last = (days[0], days[-1]) if isinstance(days, tuple) and days else (today, today)
    try:
        found = read_log(
            cache.store(), actor=actor, actions=actions, first=first, last=last, limit=SHOWN
        )
    except GeoError as error:
        st.error(error.sentence(view.language))
        return
    parts.sentence(view.say("audit.sentence", count=len(found)))
    if len(found) == SHOWN:
        parts.soft(view.say("records.more", count=SHOWN))
    shown = found.assign(
        at=(found["at"] + _AWAY).dt.strftime("%Y-%m-%d %H:%M"),
        action=[view.say(f"audit.{one}") if one in ACTIONS else one for one in found["action"]],
        row=[_row(table, key) for table, key in zip(found["table_name"], found["row_key"],
                                                    strict=True)],
    )  # fmt: skip
    heads = [(name, view.say(f"audit.{name}")) for name in _COLUMNS]
    columns = [(name, head, head) for name, head in heads]
    parts.show_table(shown, columns, view, key="audit-rows", height=560)


def _row(table: str, key: str) -> str:
    if not key:
        return TABLES[table].zh if table in TABLES else table
    if table not in TABLES:
        return key.strip('[]"')
    return f"{TABLES[table].zh} {'；'.join(map(str, key_from_text(table, key)))}"
