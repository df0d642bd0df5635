"""The ready-made routes: on the map, as a timetable, and whether each works on the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pandas as pd
import streamlit as st

from geo import maps
from geo.schema import GRADE_BANDS, SUBJECTS
from geo.text import date_text, markdown_text
from geo.tours.request import MOST_DAYS, Request
from geo.tours.routes import LENGTHS, RouteDay, days_of, suiting, traits
from geo.tours.telling import tour_sentence
from ui import cache, parts, tour_answer, tour_request
from ui.frame import View
from ui.headers import STOPS
from ui.lines import route_facts_html, route_lines, stops_with_places, timetable

ANY = "any"  # of a subject, grade or length


def verdict(stops: pd.DataFrame, request: Request, view: View) -> list[str]:
    """
    Say whether a route works from the day of the request on, and why not: a line for each day.

    A route of several days has a line for all of them first.
    """
    said, works = [], []
    days = days_of(stops)
    for one in days:
        day = request.day + timedelta(days=one.number - 1)
        line, well = _day_verdict(one, replace(request, day=day), view)
        said.append(line if len(days) == 1 else view.say("tours.day_line", day=one.number) + line)
        works.append(well)
    if len(days) > 1:
        key = "works_not_all" if False in works else "works_some" if None in works else "works_all"
        day_said = date_text(request.day, view.language)
        said.insert(0, view.say(f"tours.{key}", day=day_said, count=len(days)))
    return said


def _day_verdict(day: RouteDay, request: Request, view: View) -> tuple[str, bool | None]:
    """Return what is to be said of one day, and whether it works; None where nobody can say."""
    missing = view.say("tours.works_part", count=day.unlisted) if day.unlisted else ""
    if not day.venues:
        return view.say("tours.works_unknown"), None
    made = tour_answer.by_hand(replace(request, without=(), days=1, seats=None), day.venues, view)
    written = date_text(request.day, view.language)
    if isinstance(made, str):
        return view.say("tours.works_not", day=written, reason=made) + missing, False
    said = tour_sentence(made, view.language, look="by_hand")
    return view.say("tours.works", day=written) + said + missing, None if missing else True


def _copy(request: Request, stops: pd.DataFrame) -> None:
    days = days_of(stops)
    ids = tuple(dict.fromkeys(one for day in days for one in day.venues))
    number = min(max(day.number for day in days), MOST_DAYS)
    tour_request.keep(
        replace(request, must=ids, wish=(), days=number,
                without=tuple(one for one in request.without if one not in ids))
    )  # fmt: skip
    st.query_params.pop("look", None)


def _picked(name: str) -> None:
    """Put what the routes are chosen by into the link, in no language."""
    said = str(st.session_state[f"by-{name}"])
    if said == ANY:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = said


def _chosen(view: View) -> pd.DataFrame:
    """Let the reader choose by subject, grade and length; return the routes that suit."""
    tables = cache.tables(view.revision)
    routes = tables["routes"]
    found = traits(routes, tables["route_stops"], tables["venues"])
    which = 0 if view.language == "zh" else 1
    about = {name: both[which] for name, *both in SUBJECTS
             if any(name in one for one in found["subjects"])}  # fmt: skip
    grades = {name: both[which] for name, *both in GRADE_BANDS}
    lengths = {name: view.say(f"route.length_{name}") for name in LENGTHS}
    asked = []
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        for name, labels in (("theme", about), ("grade", grades), ("length", lengths)):
            named = {ANY: view.say("plan.any"), **labels}
            now = st.query_params.get(name, ANY)
            st.session_state[f"by-{name}"] = now if now in named else ANY
            asked.append(
                st.selectbox(
                    view.say(f"route.by_{name}"), list(named), format_func=named.__getitem__,
                    key=f"by-{name}", on_change=_picked, args=(name,), width=180,
                )
            )  # fmt: skip
    subject, grade, length = ("" if one == ANY else one for one in asked)
    suits = suiting(found, subject=subject, grade=grade, length=length)
    unknown = int(found.loc[suits, "grades"].isna().sum()) if grade else 0
    if unknown:
        parts.soft(view.say("tours.grades_unknown", count=unknown))
    return routes[suits]


def show(request: Request, view: View) -> None:
    """Let the reader choose a day and a route; show it on the map and whether it works."""
    tour_request.show_day(request, view)
    count = len(cache.tables(view.revision)["routes"])
    parts.soft(view.say("tours.sentence", count=count))
    if not count:
        st.info(view.say("tours.empty"))
        return
    routes = _chosen(view)
    if routes.empty:
        st.info(view.say("tours.none_suits"))
        return
    names: dict[str, str] = dict(zip(routes["route_id"], routes["name"], strict=True))
    route_id = st.selectbox(
        view.say("tours.choose"), list(names), format_func=names.__getitem__, key="route",
        bind="query-params",
    )  # fmt: skip
    route = routes[routes["route_id"] == route_id].iloc[0]
    every = stops_with_places(view.revision)
    stops = every[every["route_id"] == route_id]
    if route["demo"]:
        parts.notice(view.say("notice.demo", what=route["name"]))
    on_map, beside = st.columns([3, 2], gap="medium")
    with beside:
        st.header(markdown_text(route["name"]), anchor=False)
        for said in verdict(stops, request, view):
            parts.reason(said)
        if stops["venue_id"].notna().any():
            st.button(view.say("tours.copy"), key="copy-route", on_click=_copy,
                      args=(request, stops))  # fmt: skip
        st.html(route_facts_html(route, view))
        st.subheader(view.say("tours.stops"), anchor=False)
        parts.show_table(timetable(stops, view), STOPS, view, key="stops")
        unplaced = int(stops["lon"].isna().sum())
        if unplaced:
            parts.soft(view.say("tours.unplaced", count=unplaced))
    with on_map:
        group = maps.route_group(route_lines(view.revision), selected=route_id)
        parts.show_map(view, [group], key="tours")
        parts.show_legend(view, "route", "approximate")
        parts.soft(view.say("tours.line_note"))
        parts.soft(view.say("notice.position"))
    with st.expander(view.say("tours.works_each", day=date_text(request.day, view.language))):
        for one, name in names.items():
            lines = verdict(every[every["route_id"] == one], request, view)
            parts.reason(f"{name}：{lines[0] if lines else view.say('tours.works_unknown')}")
