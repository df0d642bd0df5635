"""Study tours: the ready-made routes on the map and as a timetable."""

import pandas as pd
import streamlit as st

from geo import maps
from geo.text import markdown_text
from ui import cache, parts
from ui.frame import View, page
from ui.headers import STOPS
from ui.lines import route_facts_html, route_lines, stops_with_places, timetable


def show_route(routes: pd.DataFrame, view: View) -> None:
    """Let the reader choose a route; show it on the map and as a timetable."""
    names = dict(zip(routes["route_id"], routes["name"], strict=True))
    route_id = st.selectbox(
        view.say("tours.choose"),
        list(names),
        format_func=names.get,
        key="route",
        bind="query-params",
    )
    route = routes[routes["route_id"] == route_id].iloc[0]
    stops = stops_with_places(view.revision)
    stops = stops[stops["route_id"] == route_id]
    if route["demo"]:
        parts.notice(view.say("notice.demo", what=route["name"]))

    on_map, beside = st.columns([3, 2], gap="medium")
    with beside:
        st.header(markdown_text(route["name"]), anchor=False)
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


with page("tours") as view:
    routes = cache.tables(view.revision)["routes"]
    parts.soft(view.say("tours.sentence", count=len(routes)))
    if routes.empty:
        st.info(view.say("tours.empty"))
    else:
        show_route(routes, view)
