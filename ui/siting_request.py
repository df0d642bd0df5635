"""The conditions of a plan: kept in the link, shown as controls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from geo.errors import GeoError
from geo.keys import yes
from geo.siting.request import (
    GOALS,
    LIMITS_M,
    LIMITS_MIN,
    MODELS,
    MODES,
    MOST_ADDED,
    SOURCES,
    WEIGHTS,
    Point,
    Request,
)
from geo.siting.writing import LINK, from_link, to_link
from geo.standing import open_facilities
from geo.text import markdown_text
from ui import cache, parts
from ui.frame import View

KM = (3, 5, 8, 10)
MINUTES = (15, 30, 45, 60)
# These two are controls that other pages have too; they keep themselves in the link.
SHARED = ("as_of", "count_demo")


def current() -> tuple[Request, list[GeoError]]:
    """Return the request of the link, and what of the link could not be used."""
    return from_link({name: str(st.query_params[name]) for name in st.query_params})


def keep(request: Request) -> None:
    """Put a request into the link."""
    wanted = to_link(request)
    for name, key in LINK.items():
        if name in SHARED:
            continue
        if key in wanted:
            st.query_params[key] = wanted[key]
        elif key in st.query_params:
            del st.query_params[key]


def keep_all(request: Request) -> None:
    """Put a request into the link with its day and whether demonstration rows count."""
    keep(request)
    st.session_state["as_of"] = request.as_of
    st.session_state["demo"] = request.count_demo


def _changed(name: str, read: Callable[[Any], Any] = lambda value: value) -> None:
    """Take over what a control says; an emptied one keeps what was."""
    request, _ = current()
    value = st.session_state.get(f"ask-{name}")
    if value is None and name != "capacity":
        return
    keep(replace(request, **{name: read(value)}))


def _mode_changed() -> None:
    mode = st.session_state.get("ask-mode")
    request, _ = current()
    if mode is None or mode == request.mode:
        return
    was_metres = request.mode == "straight"
    limit = 5000.0 if mode == "straight" else 30.0 if was_metres else request.limit
    keep(replace(request, mode=mode, limit=limit))


def _control(name: str, value: Any) -> dict[str, Any]:
    """Return the key of a control, after its state was set to what the link says."""
    st.session_state[f"ask-{name}"] = value
    return {"key": f"ask-{name}"}


def _choice(view: View, name: str, options: tuple[str, ...], request: Request, word: str) -> None:
    st.segmented_control(
        view.say(f"siting.{word}"), options,
        format_func=lambda option: view.say(f"siting.{word}_{option}"), required=True,
        on_change=_changed, args=(name,), **_control(name, getattr(request, name)),
    )  # fmt: skip


def show_first(request: Request, view: View) -> None:
    """Show what most planners change: how many, how far, what comes first."""
    with st.container(key="xh-ask", horizontal=True, gap="medium", vertical_alignment="bottom"):
        st.number_input(
            view.say("siting.add"), min_value=0, max_value=MOST_ADDED, step=1, width=140,
            disabled=request.model == "fewest", on_change=_changed, args=("add", int),
            **_control("add", request.add),
        )  # fmt: skip
        _limit(request, view)
        if request.model == "cover":
            _choice(view, "goal", GOALS, request, "goal")


def _limit(request: Request, view: View) -> None:
    in_metres = request.unit == "m"
    usual = KM if in_metres else MINUTES
    scale = 1000.0 if in_metres else 1.0
    now = request.limit / scale
    options = sorted({*map(float, usual), now})
    st.segmented_control(
        view.say("siting.limit_km" if in_metres else "siting.limit_min"), options,
        format_func=lambda value: f"{value:g}", required=True, on_change=_changed,
        args=("limit", lambda value: value * scale), **_control("limit", now),
    )  # fmt: skip


def show_more(request: Request, view: View) -> Request:
    """Show every other condition; return the request with the day and whether demo rows count."""
    with st.expander(view.say("siting.more"), key="xh-more"):
        as_of, count_demo = parts.coverage_choice(view)
        request = replace(request, as_of=as_of, count_demo=count_demo)
        st.selectbox(
            view.say("siting.model"), MODELS, on_change=_changed, args=("model",),
            format_func=lambda model: view.say(f"siting.model_{model}"),
            **_control("model", request.model),
        )  # fmt: skip
        st.segmented_control(
            view.say("siting.mode"), MODES, required=True, on_change=_mode_changed,
            format_func=lambda mode: view.say(f"siting.mode_{mode}"),
            **_control("mode", request.mode),
        )  # fmt: skip
        low, high = LIMITS_M if request.unit == "m" else LIMITS_MIN
        scale = 1000.0 if request.unit == "m" else 1.0
        st.number_input(
            view.say("siting.limit_km" if request.unit == "m" else "siting.limit_min"),
            min_value=low / scale, max_value=high / scale, step=1.0, format="%g",
            key=_set("ask-exact", request.limit / scale), on_change=_exact, args=(scale,),
        )  # fmt: skip
        _choice(view, "weight", WEIGHTS, request, "weight")
        _choice(view, "candidates", SOURCES, request, "candidates")
        _halls_and_limits(request, view)
        _closed(request, view)
        st.number_input(
            view.say("siting.seed"), min_value=0, max_value=9999, step=1,
            help=view.say("siting.seed_help"), on_change=_changed, args=("seed", int),
            **_control("seed", request.seed),
        )  # fmt: skip
        st.button(view.say("siting.reset"), key="ask-reset", on_click=keep, args=(Request(),))
    return request


def _set(key: str, value: Any) -> str:
    st.session_state[key] = value
    return key


def _exact(scale: float) -> None:
    value = st.session_state.get("ask-exact")
    if value is not None:
        keep(replace(current()[0], limit=float(value) * scale))


def _halls_and_limits(request: Request, view: View) -> None:
    st.checkbox(
        view.say("siting.halls"), on_change=_changed,
        args=("kinds", lambda both: ("station", "hall") if both else ("station",)),
        **_control("kinds", "hall" in request.kinds),
    )  # fmt: skip
    st.checkbox(
        view.say("siting.each"), on_change=_changed, args=("one_per_township", bool),
        disabled=request.model != "cover",
        **_control("one_per_township", request.one_per_township),
    )  # fmt: skip
    # Where it cannot be used it is still shown, so that it can be emptied.
    if (request.model, request.goal) == ("cover", "people") or request.capacity is not None:
        st.number_input(
            view.say("siting.capacity"), min_value=1.0, max_value=1e7, step=100.0, format="%g",
            on_change=_changed, args=("capacity",), **_control("capacity", request.capacity),
        )  # fmt: skip


def _closed(request: Request, view: View) -> None:
    day = request.as_of or view.now.date()
    venues = open_facilities(cache.tables(view.revision)["venues"], as_of=day, kinds=request.kinds)
    if not request.count_demo:
        venues = venues[~yes(venues["demo"])]
    names = dict(zip(venues["venue_id"], venues["name"], strict=True))
    st.multiselect(
        view.say("siting.closed"), list(names), on_change=_changed, args=("closed", tuple),
        format_func=lambda one: markdown_text(names[one]), placeholder="",
        **_control("closed", [one for one in request.closed if one in names]),
    )  # fmt: skip


def mark(part: str, site: str) -> None:
    """Require or forbid a site, or neither; the link follows."""
    request = current()[0].marked(part, site)
    if part == "required":
        request = replace(request, add=max(request.add, len(request.required)))
    keep(request)


def add_point(lon: float, lat: float) -> None:
    """Add a drawn candidate to the link."""
    request = current()[0]
    keep(replace(request, points=(*request.points, Point(round(lon, 5), round(lat, 5), ""))))


def remove_point() -> None:
    """Take the last drawn candidate out of the link, and what was asked of it."""
    request = current()[0]
    site = f"point:{len(request.points)}"
    keep(replace(request.marked("", site), points=request.points[:-1]))


def show_fixed(request: Request, sites: pd.DataFrame, view: View) -> None:
    """List the sites that must or must not be chosen, each with a way out."""
    fixed = [(part, site) for part in ("required", "forbidden") for site in getattr(request, part)]
    if not fixed:
        return
    names = dict(zip(sites["site_id"], sites["name"], strict=True))
    st.caption(view.say("siting.fixed"))
    with st.container(horizontal=True, gap="xsmall"):
        for part, site in fixed:
            word = view.say(f"siting.fixed_{part}")
            label = f"{markdown_text(str(names.get(site, site)))}（{word}） ✕"
            st.button(label, key=f"unfix-{site}", on_click=mark, args=("", site))
