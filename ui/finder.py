"""The finder's controls: filters with counts, and where to measure distances from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from geo.finder import SWITCHES, Filters
from geo.schema import CITY_BOUNDS, SUBJECTS, VENUE_KINDS
from geo.text import short_day_text, weekday_text
from ui import cache, parts
from ui.frame import View
from ui.locate import locate_button

DAYS_AHEAD = 14  # so many days stand to be chosen
FARTHEST_DAYS = 370  # so far ahead a link may ask
SHORTEST_NAME = 2  # characters that a township is known by
# One checkbox per value, its key in the link: counts may change in the label, the link may not.
_PREFIXES = {"kinds": "k_", "subjects": "s_", "counties": "c_", "switches": ""}


def _ticked(prefix: str, values: list[str]) -> frozenset[str]:
    return frozenset(
        value
        for value in values
        if st.session_state.get(prefix + value, st.query_params.get(prefix + value) == "true")
    )


def chosen_filters(counties: pd.Series) -> Filters:
    """Return what is ticked, before the boxes are drawn, so that their labels can show counts."""
    return Filters(
        kinds=_ticked("k_", [stored for stored, *_ in VENUE_KINDS]),
        subjects=_ticked("s_", [stored for stored, *_ in SUBJECTS]),
        counties=_ticked("c_", list(counties.index)),
        switches=_ticked("", list(SWITCHES)),
    )


def demo_is_hidden() -> bool:
    """Say whether the reader wants to see real places only."""
    return bool(_ticked("", ["real"]))


def _box(facet: str, value: str, label: str, counts: Mapping[str, int]) -> None:
    key = _PREFIXES[facet] + value
    st.checkbox(f"{label} {counts.get(value, 0)}", key=key, bind="query-params")


def _clear(filters: Filters) -> None:
    for facet, prefix in _PREFIXES.items():
        for value in getattr(filters, facet):
            st.session_state[prefix + value] = False


def when_words(day: dt.date | None, view: View) -> str:
    """Say "now", or the day that the reader chose."""
    if day is None:
        return view.say("home.when_now")
    return view.say("home.when_day", day=short_day_text(day, view.language))


def day_in_link(view: View) -> dt.date | None:
    """Return the day of the link, None for now or when it is not one of the coming year."""
    try:
        day = dt.date.fromisoformat(st.query_params.get("day", ""))
    except ValueError:
        return None
    return day if 0 <= (day - view.now.date()).days <= FARTHEST_DAYS else None


def _keep_day() -> None:
    if st.session_state["when"]:
        st.query_params["day"] = st.session_state["when"]
    else:
        st.query_params.pop("day", None)


def _day_choice(view: View) -> None:
    """Let the reader say which day it is about: now, or one of the coming days."""
    today, asked = view.now.date(), day_in_link(view)
    days = [today + dt.timedelta(days=ahead) for ahead in range(DAYS_AHEAD)]
    if asked is not None and asked not in days:
        days.append(asked)

    def label(written: str) -> str:
        if not written:
            return view.say("home.when_now")
        day = dt.date.fromisoformat(written)
        said = short_day_text(day, view.language)
        near = {0: "home.today", 1: "home.tomorrow"}.get((day - today).days)
        return view.say(near, weekday=weekday_text(day, view.language)) if near else said

    st.session_state["when"] = asked.isoformat() if asked else ""
    st.selectbox(
        view.say("home.when"), ["", *(day.isoformat() for day in days)], format_func=label,
        key="when", on_change=_keep_day,
    )  # fmt: skip


def show_filters(
    counts: Mapping[str, Mapping[str, int]],
    filters: Filters,
    held: cache.Venues,
    day: dt.date | None,
    view: View,
) -> None:
    """Draw the boxes; each says how many places it would leave."""
    column = 1 if view.language == "zh" else 2
    with st.container(key="xh-filters", horizontal=True, gap="small", vertical_alignment="center"):
        for name in SWITCHES:
            label = (
                view.say("home.open_on", when=when_words(day, view))
                if name == "open_now"
                else view.say(f"home.{name}")
            )
            _box("switches", name, label, counts["switches"])
        more = Filters(filters.kinds, filters.subjects, filters.counties).count
        title = view.say("home.filters_on", count=more) if more else view.say("home.filters")
        with st.popover(title):
            for facet, key, labels in (
                ("kinds", "home.kind", {choice[0]: choice[column] for choice in VENUE_KINDS}),
                ("counties", "home.county", dict(held.counties)),
                ("subjects", "home.subject", {choice[0]: choice[column] for choice in SUBJECTS}),
            ):
                st.caption(view.say(key))
                with st.container(horizontal=True, gap="xsmall"):
                    for value, label in labels.items():
                        _box(facet, value, label, counts[facet])
        st.checkbox(view.say("home.routes"), key="routes", bind="query-params")
        if held.demo_count:
            st.checkbox(view.say("home.hide_demo"), key="real", bind="query-params")
        if filters.count:
            st.button(
                view.say("home.clear_filters"), key="clear", type="tertiary",
                on_click=_clear, args=(filters,),
            )  # fmt: skip


@dataclass(frozen=True)
class Origin:
    """Where distances start: `at` (lon, lat) or None, how it is said, whether a tap moves it."""

    at: tuple[float, float] | None
    said: str
    tapping: bool

    @staticmethod
    def keep(lon: float, lat: float) -> bool:
        """Remember a point as the origin, in the link; False if it is already, or outside."""
        written = f"{lon:.4f},{lat:.4f}"
        if not _inside(lon, lat) or st.query_params.get("at") == written:
            return False
        st.query_params["at"] = written
        return True


def _inside(lon: float, lat: float) -> bool:
    west, south, east, north = CITY_BOUNDS
    return west <= lon <= east and south <= lat <= north


def _point_in_link() -> tuple[float, float] | None:
    try:
        lon, lat = (float(part) for part in st.query_params.get("at", "").split(","))
    except ValueError:
        return None
    return (lon, lat) if _inside(lon, lat) else None


def _forget_point() -> None:
    st.query_params.pop("at", None)


def _forget_origin() -> None:
    _forget_point()
    st.session_state["near"] = None


def stop_tapping() -> None:
    """Switch “tap the map” off on the next rerun: the tap has done its work."""
    st.session_state["tap_done"] = True


def search_row(view: View, townships: pd.DataFrame) -> tuple[str, Origin]:
    """Draw the search box and, beside it, where “nearby” starts; return both answers."""
    by_name = townships.drop_duplicates("name", keep=False).set_index("name")
    with st.container(key="xh-search", horizontal=True, vertical_alignment="bottom", gap="small"):
        query = st.text_input(
            view.say("home.search"),
            key="q",
            bind="query-params",
            max_chars=100,
            type="search",
            placeholder=view.say("home.search_hint"),
        )
        _day_choice(view)
        name = st.selectbox(
            view.say("home.near_township"),
            list(by_name.index),
            index=None,
            placeholder=view.say("home.near_none"),
            key="near",
            bind="query-params",
            on_change=_forget_point,
        )
        with st.container(key="xh-locate", width="content"):
            answer = locate_button(view)
        if st.session_state.pop("tap_done", False):
            st.session_state["tap"] = False
        tapping = st.toggle(view.say("home.near_tap"), key="tap", bind="query-params")
    _answer_position(answer, view)
    origin = _origin(name, by_name, tapping, view)
    if origin.at is None:
        _offer_nearby(query, list(by_name.index), view)
    if st.query_params.get("day") and day_in_link(view) is None:
        parts.soft(view.say("home.when_gone"))
    return query, origin


def _offer_nearby(query: str, townships: list[str], view: View) -> None:
    """When one township alone is searched for, offer to order all places by their way from it."""
    said = query.strip()
    named = [name for name in townships if len(said) >= SHORTEST_NAME and name.startswith(said)]
    if len(named) == 1:
        st.button(
            view.say("home.nearby", name=named[0]),
            key="nearby",
            on_click=_go_near,
            args=(named[0],),
        )


def _go_near(township: str) -> None:
    _forget_point()
    st.session_state["near"], st.session_state["q"] = township, ""


def _answer_position(answer: Mapping[str, object] | None, view: View) -> None:
    """Keep the position that the browser gave, or say how to go on without it."""
    if not answer:
        return
    if "lon" not in answer:
        st.warning(view.say("home.near_refused"))
        return
    lon, lat = float(str(answer["lon"])), float(str(answer["lat"]))
    if not Origin.keep(lon, lat) and not _inside(lon, lat):
        st.warning(view.say("home.near_outside"))


def _origin(name: str | None, by_name: pd.DataFrame, tapping: bool, view: View) -> Origin:
    point = _point_in_link()
    at, said = None, ""
    if point:
        at, said = point, view.say("home.near_from_point")
    elif name and by_name[["seat_lon", "seat_lat"]].notna().loc[name].all():
        lon, lat = by_name.loc[[name], ["seat_lon", "seat_lat"]].to_numpy(float)[0]
        at = (float(lon), float(lat))
        said = view.say("home.near_from_township", name=name)
    if tapping and not point:
        parts.soft(view.say("home.near_tap_hint"))
    if at:
        label = f"{said} · {view.say('all.clear')}"
        st.button(label, key="forget", type="tertiary", on_click=_forget_origin)
    return Origin(at, said, tapping)
