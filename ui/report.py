"""The reports of a venue on its card: what became of the last ones, and a form for a new one."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from geo.errors import GeoError
from geo.reports import KINDS, NOTE_LIMIT, PublicReports, add_report, public_reports
from geo.settings import CHINA_TIME
from geo.text import date_text
from ui import cache
from ui.card import is_demo
from ui.frame import View


def _day(at: pd.Timestamp, view: View) -> str:
    local = at.tz_localize("UTC").tz_convert(CHINA_TIME)
    return date_text(local.date(), view.language)


def reports_html(found: PublicReports, view: View) -> str:
    """Return how many reports wait and what became of the last ones; "" when there are none."""
    lines = [
        view.say(
            "report.done",
            on=_day(row["at"], view),
            kind=view.say(KINDS[row["kind"]]),
            closed_on=_day(row["closed_at"], view),
            note=row["closing_note"],
        )
        for row in found.closed.to_dict("records")
    ]
    waiting = view.say("report.waiting", count=found.open) if found.open else ""
    if not lines and not waiting:
        return ""
    shown = "".join(f"<li>{escape(line)}</li>" for line in [*filter(None, [waiting]), *lines])
    title = escape(view.say("report.history"))
    return f'<section class="xh-reports"><p>{title}</p><ul>{shown}</ul></section>'


def show_reports(venue: Mapping[str, Any], view: View) -> None:
    """Show the reports of a venue and let the reader send one; a demonstration has neither."""
    if is_demo(venue):
        return
    venue_id = str(venue["venue_id"])
    shown = reports_html(public_reports(cache.store(), venue_id, now=cache.utc_now()), view)
    if shown:
        st.html(shown)
    with st.container(key="xh-report"), st.expander(view.say("report.open_form")):
        if st.session_state.get("reported") == venue_id:
            st.success(view.say("report.thanks"))
        else:
            _form(venue_id, view)


def _form(venue_id: str, view: View) -> None:
    with st.form(f"report-{venue_id}", border=False):
        kind = st.radio(
            view.say("report.what"),
            list(KINDS),
            format_func=lambda one: view.say(KINDS[one]),
            horizontal=True,
        )
        note = st.text_area(view.say("report.note"), max_chars=NOTE_LIMIT, height=90)
        sent = st.form_submit_button(view.say("report.send"), width="stretch")
    if not sent:
        return
    try:
        add_report(cache.store(), venue_id=venue_id, kind=str(kind), note=note, now=cache.utc_now())
    except GeoError as error:
        st.warning(error.sentence(view.language))
        return
    st.session_state["reported"] = venue_id
    st.rerun()
