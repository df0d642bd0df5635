"""Maps about one position: the pin that a tap moves, and a small one to look at."""

from __future__ import annotations

import shapely
import streamlit as st

from geo import maps
from geo.edits import Row
from geo.rights import Actor
from geo.schema import CITY_BOUNDS
from ui import cache, parts
from ui.frame import View

Position = tuple[float, float]  # longitude, latitude


def position_of(row: Row | None) -> Position | None:
    """Return where a row lies, None where that is unknown."""
    if row is None or row.get("lon") is None or row.get("lat") is None:
        return None
    return row["lon"], row["lat"]


def is_near(position: Position) -> bool:
    """Say whether a position is in or about the city, where the map has something to show."""
    west, south, east, north = CITY_BOUNDS
    return west <= position[0] <= east and south <= position[1] <= north


def show_pin(row: Row | None, actor: Actor, view: View) -> bool:
    """Draw the map with the pin of `row`; a tap moves it. Return whether it was moved."""
    moved: Position | None = st.session_state.get("form-pin")
    stored = position_of(row)
    if stored and not is_near(stored):
        stored = None  # a map of nowhere helps nobody to find the place
    at = moved or stored
    parts.soft(view.say("records.pin_hint"))
    group = maps.venue_group(_no_venues(view), origin=at, focus=at is not None)
    # The same before and after a tap: another base would be drawn anew.
    bounds = None if stored else _bounds(row, actor, view)
    tap = parts.show_map(view, [group], key="pin", ground_taps=True, bounds=bounds)
    if tap is not None and tap.lon is not None and tap.lat is not None:
        lon, lat = round(tap.lon, 6), round(tap.lat, 6)
        st.session_state["form-pin"] = (lon, lat)
        st.session_state["field-lon"], st.session_state["field-lat"] = repr(lon), repr(lat)
        st.session_state["field-source_datum"] = "wgs84"
        st.rerun()
    if moved:
        _say_where(moved, view)
    return moved is not None


def show_position(position: Position, view: View, *, key: str, venue_id: str = "") -> None:
    """Draw a map with a pin at `position`, and the venue `venue_id` where it stands now."""
    held = cache.venues(view.revision).table
    rows = held.index[held["venue_id"] == venue_id].to_numpy("int64")
    minute = view.now.replace(second=0, microsecond=0)
    payload = cache.points(view.revision, minute, None, view.language, rows.tobytes())
    group = maps.venue_group(payload, origin=position, focus=True)
    parts.show_map(view, [group], key=key)


def _no_venues(view: View) -> str:
    minute = view.now.replace(second=0, microsecond=0)
    return cache.points(view.revision, minute, None, view.language, b"")


def _bounds(row: Row | None, actor: Actor, view: View) -> tuple[float, float, float, float] | None:
    """Return what the map shows first: the row's township, else the actor's place."""
    places = cache.places(view.revision, view.now.date())
    base = row or {}
    code = base.get("township_code") or places.township_of_village.get(base.get("village_code", ""))
    if code or actor.place_kind == "township":
        codes = {code or actor.place}
    else:
        codes = {one for one, unit in places.unit_of_township.items() if unit == actor.place}
    layer = cache.shapes(view.revision, "township").layer
    shown = layer[layer["township_code"].isin(codes)]
    if shown.empty:
        return None
    west, south, east, north = (float(value) for value in shown.total_bounds)
    return west, south, east, north


def _say_where(at: Position, view: View) -> None:
    """Say in which county a moved pin stands; a finger slips easily."""
    layer = cache.shapes(view.revision, "county").layer
    inside = layer.loc[layer.contains(shapely.Point(at)), "county_code"]
    if inside.empty:
        parts.notice(view.say("records.pin_outside"))
        return
    name = cache.names_of(view.revision, "counties").get(inside.iloc[0], "")
    parts.soft(view.say("records.pin_county", county=name))
