"""Study tours as lines on the map, from the stops whose venues have a position."""

from __future__ import annotations

from html import escape

import pandas as pd
import streamlit as st

from geo import maps
from geo.hours import describe
from geo.schema import TABLES
from ui import cache
from ui.card import source_links
from ui.frame import View


def stops_with_places(revision: int) -> pd.DataFrame:
    """Return all route stops, in order, with what the register knows of their venues."""
    held = cache.tables(revision)
    known = cache.venues(revision).table.set_index("venue_id")
    stops = held["route_stops"].sort_values(["route_id", "stop_no"])
    places = known.reindex(stops["venue_id"])[
        ["lon", "lat", "position_precision", "township", "county", "opening_hours", "status"]
    ]
    return pd.concat([stops.reset_index(drop=True), places.reset_index(drop=True)], axis=1)


@st.cache_resource(max_entries=3, show_spinner=False)
def route_lines(revision: int) -> str:
    """Return the drawing payload of all routes."""
    routes = cache.tables(revision)["routes"]
    labels = dict(zip(routes["route_id"], routes["name"], strict=True))
    return maps.lines_payload(stops_with_places(revision), labels=labels)


def timetable(stops: pd.DataFrame, view: View) -> pd.DataFrame:
    """
    Return the stops of one route as a timetable.

    No source states arrival times; a stop's time is said to be not stated rather than guessed.
    """
    unlisted, unknown = view.say("tours.unlisted"), view.say("all.unknown")
    listed = stops["venue_id"].notna()
    place = stops[["county", "township"]].fillna("").agg(" ".join, axis=1).str.strip()
    said = [
        describe(written, view.language) if pd.notna(written) else unknown
        for written in stops["opening_hours"]
    ]
    return stops.assign(
        time=view.say("tours.time_unknown"),
        place=place.where(place != "", unknown).where(listed, unlisted),
        hours=said,
    )


def route_facts_html(route: pd.Series, view: View) -> str:
    """Return what is known of a route as a short list; unknown things are said to be unknown."""
    schema = TABLES["routes"]
    status = schema["status"].choice_label(route["status"], view.language)
    grade = ""
    if pd.notna(route["source_grade"]):
        grade = schema["source_grade"].choice_label(route["source_grade"], view.language)
    known = {
        f"tours.{column}": str(route[column])
        if pd.notna(route[column])
        else view.say("all.unknown")
        for column in ("duration", "held", "organiser")
    }
    sources = [source_links(route["source_url"]), escape(grade)]
    rows = [("tours.status", escape(status))]
    rows += [(key, escape(value)) for key, value in known.items()]
    rows.append(("card.source", "；".join(part for part in sources if part)))
    intro = f"<p>{escape(str(route['intro']))}</p>" if pd.notna(route["intro"]) else ""
    listed = "".join(f"<dt>{escape(view.say(key))}</dt><dd>{value}</dd>" for key, value in rows)
    return f'<article class="xh-detail">{intro}<dl>{listed}</dl></article>'
