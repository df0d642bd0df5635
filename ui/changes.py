"""Coverage over time: quarter by quarter, and what changed since a day because of which records."""

from __future__ import annotations

import datetime as dt
from datetime import date

import altair as alt
import pandas as pd
import streamlit as st

from geo import trend
from geo.coverage import rates
from geo.periods import over_time, quarters
from geo.text import date_text
from ui import cache, charts, coverage, parts
from ui.frame import View

YEARS = 2  # that are looked back on


def show(as_of: date, count_demo: bool, notices: list[str], view: View) -> None:
    """Show the quarters up to the day, and the changes since the one the reader chooses."""
    since = _since(as_of, view)
    venues = cache.tables(view.revision)["venues"]
    if not count_demo:
        venues = venues[~venues["demo"].fillna(False).astype(bool)]
    held = cache.tables(view.revision)
    found = trend.station_changes(
        held["townships"], venues, held["successions"], since=since, until=as_of
    )
    change = found.places["change"]
    parts.sentence(
        view.say(
            "outreach.change_sentence", since=date_text(since, view.language),
            until=date_text(as_of, view.language), gained=int((change == "gained").sum()),
            lost=int((change == "lost").sum()),
        )
    )  # fmt: skip
    parts.demo_notice(view, stations=int(found.events["demo"].sum()))
    left, right = st.columns(2, gap="medium")
    with left:
        st.header(view.say("outreach.quarters"), anchor=False)
        _show_quarters(as_of, count_demo, view)
    with right:
        st.header(view.say("outreach.records"), anchor=False)
        _show_events(found.events, venues, notices, view)


def _since(as_of: date, view: View) -> date:
    first = dt.date(as_of.year - 1, as_of.month, min(as_of.day, 28))
    chosen = st.date_input(
        view.say("outreach.since"), value=first, max_value=as_of, format="YYYY-MM-DD", key="since",
        min_value=dt.date(2015, 1, 1), bind="query-params", width=240,
    )  # fmt: skip
    return min(chosen, as_of) if isinstance(chosen, dt.date) else first


@st.cache_resource(max_entries=8, show_spinner=False)
def _quarters(revision: int, as_of: date, count_demo: bool) -> pd.DataFrame:
    first = dt.date(as_of.year - YEARS, 1, 1)
    days = quarters(first, as_of)["as_of"]

    def figure(day: date) -> pd.DataFrame:
        return rates(coverage.coverage_on(revision, day, count_demo).townships, by=[])

    return over_time([pd.Timestamp(day).date() for day in days], figure)


def _show_quarters(as_of: date, count_demo: bool, view: View) -> None:
    rows = _quarters(view.revision, as_of, count_demo)
    rows = rows.assign(
        percent=(rows["share"] * 100).round(1), day=rows["as_of"].dt.strftime("%Y-%m-%d")
    )
    line = (
        alt.Chart(rows)
        .mark_line(point=True, interpolate="step-after", color=charts.COLOURS[2])
        .encode(
            x=alt.X("day:O", title=None, axis=alt.Axis(labelAngle=-40)),
            y=charts.y(
                "covered", view.say("outreach.covered"), [0, max(1, int(rows["total"].max()))]
            ),
        )
    )
    charts.show(line)
    columns = parts.heads(
        ("day", "outreach.quarter"), ("covered", "outreach.covered"), ("total", "all.total"),
        ("percent", "outreach.percent"),
    )  # fmt: skip
    parts.show_table(rows.iloc[::-1], columns, view, key="quarters")


def _show_events(
    events: pd.DataFrame, venues: pd.DataFrame, notices: list[str], view: View
) -> None:
    if events.empty:
        st.info(view.say("outreach.no_change"))
        return
    names = venues.set_index("venue_id")["name"]
    words = {
        "opened": view.say("outreach.event_opened"), "closed": view.say("outreach.event_closed"),
        "list": view.say("outreach.event_list"),
    }  # fmt: skip
    rows = events.assign(
        station=events["record_id"].map(names),
        event=events["event"].map(words).fillna(view.say("outreach.event_changed")),
        on=events["on"].dt.strftime("%Y-%m-%d"),
    ).sort_values(["on", "code"], ascending=[False, True])
    columns = parts.heads(
        ("name", "all.township"), ("event", "outreach.event"), ("on", "outreach.on"),
        ("station", "coverage.stations"), ("effect", "outreach.effect"), ("demo", "outreach.demo"),
    )  # fmt: skip
    parts.show_table(rows, columns, view, key="events")
    parts.download_buttons(
        rows, columns, view, stem="station_changes", title=view.say("outreach.records"),
        notices=notices,
    )  # fmt: skip
