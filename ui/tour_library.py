"""The ready-made routes: on the map, as a timetable, and whether each works on the day."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from geo import maps
from geo.text import date_text, markdown_text
from geo.tours.request import Request
from geo.tours.telling import tour_sentence
from ui import cache, parts, tour_answer, tour_request
from ui.frame import View
from ui.headers import STOPS
from ui.lines import route_facts_html, route_lines, stops_with_places, timetable


def _registered(stops: pd.DataFrame) -> tuple[str, ...]:
    """Return the venues of the first day's stops, in order, each once."""
    first = stops[stops["day"].fillna(1) == stops["day"].fillna(1).min()]
    return tuple(dict.fromkeys(first["venue_id"].dropna()))


def verdict(stops: pd.DataFrame, request: Request, view: View) -> str:
    """Say whether a route works on the day of the request, and why not."""
    ids = _registered(stops)
    if not ids:
        return view.say("tours.works_unknown")
    made = tour_answer.by_hand(replace(request, without=()), ids, view)
    day = date_text(request.day, view.language)
    if isinstance(made, str):
        said = view.say("tours.works_not", day=day, reason=made)
    else:
        said = view.say("tours.works", day=day) + tour_sentence(made, view.language, look="by_hand")
    missing = len(stops) - len(ids)
    return said + (view.say("tours.works_part", count=missing) if missing else "")


def _copy(request: Request, ids: tuple[str, ...]) -> None:
    tour_request.keep(
        replace(request, must=ids, wish=(),
                without=tuple(one for one in request.without if one not in ids))
    )  # fmt: skip
    st.query_params.pop("look", None)


def show(request: Request, view: View) -> None:
    """Let the reader choose a route; show it on the map, as a timetable, and on the day."""
    routes = cache.tables(view.revision)["routes"]
    parts.soft(view.say("tours.sentence", count=len(routes)))
    if routes.empty:
        st.info(view.say("tours.empty"))
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
        parts.reason(verdict(stops, request, view))
        ids = _registered(stops)
        if ids:
            st.button(view.say("tours.copy"), key="copy-route", on_click=_copy,
                      args=(request, ids))  # fmt: skip
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
    with st.expander(view.say("tours.works_all", day=date_text(request.day, view.language))):
        for one, name in names.items():
            parts.reason(f"{name}：{verdict(every[every['route_id'] == one], request, view)}")
