"""What a teacher asks: kept whole in the link, shown as controls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from geo.errors import GeoError
from geo.keys import yes
from geo.schema import GRADE_BANDS, SUBJECTS
from geo.text import markdown_text
from geo.tours.form import RequestError, clock, from_json, problems_of, to_link
from geo.tours.request import (
    MODES,
    MOST_DAYS,
    MOST_SEATS,
    MOST_STOPS,
    USUAL_LUNCH,
    Request,
    Where,
)
from ui import cache, parts
from ui.frame import View

LINK, ORDER = "tour", "order"
_SAME, _POINT = "same", "point"  # an end that is no township: where it starts, or as tapped
AHEAD_DAYS = 10  # bookings need some days: so far ahead a tour is proposed at first


def usual(view: View) -> Request:
    """Return the request that stands there at first: the next Saturday but one, from the city."""
    day = view.now.date() + dt.timedelta(days=AHEAD_DAYS)
    day += dt.timedelta(days=(5 - day.weekday()) % 7)
    seats = _townships(view)
    code = next(iter(seats), "")
    return Request(day, Where(seats.get(code, ""), code))


def _townships(view: View) -> Mapping[str, str]:
    rows = cache.venues(view.revision).townships
    rows = rows[rows["seat_lon"].notna() & rows["seat_lat"].notna()]
    return dict(zip(rows["township_code"], rows["name"], strict=True))


def current(view: View) -> tuple[Request, GeoError | None]:
    """Return the request of the link, else the usual one, and why what was asked was not taken."""
    refused: GeoError | None = st.session_state.pop("plan-wrong", None)
    written = st.query_params.get(LINK)
    if not written:
        return usual(view), refused
    try:
        return from_json(written), refused
    except RequestError as error:
        return usual(view), error


def keep(request: Request) -> None:
    """
    Put a request into the link; an order set by hand belongs to the one before.

    One that nobody can be asked leaves the link as it is, and is told.
    """
    problems = problems_of(request)
    if problems:
        st.session_state["plan-wrong"] = RequestError(problems)
        return
    st.query_params[LINK] = to_link(request)
    st.query_params.pop(ORDER, None)


def _changed(name: str, view: View, read: Callable[[Any], Any] = lambda value: value) -> None:
    """Take over what a control says; an emptied number or time keeps what was."""
    value = st.session_state.get(f"plan-{name}")
    if value is None and name not in {"budget_yuan", "seats"}:
        return
    request, _ = current(view)
    if name == "school":
        usual_name = _townships(view).get(request.start.township_code, view.say("plan.point"))
        keep(replace(request, start=request.start._replace(name=str(value).strip() or usual_name)))
    else:
        keep(replace(request, **{name: read(value)}))


def _control(
    name: str, value: Any, view: View, read: Callable[[Any], Any] = lambda value: value
) -> dict[str, Any]:
    """Return key and callback of a control whose state is what the link says."""
    st.session_state[f"plan-{name}"] = value
    return {"key": f"plan-{name}", "on_change": _changed, "args": (name, view, read)}


def _time(minute: int) -> dt.time:
    return dt.time(minute // 60, minute % 60)


def _minute(time: dt.time) -> int:
    return time.hour * 60 + time.minute


def show_form(request: Request, view: View) -> None:
    """Show the request: what everybody sets at once, the rest under one heading."""
    with st.container(key="xh-ask", horizontal=True, gap="small", vertical_alignment="bottom"):
        show_day(request, view)
        _end_of_tour("start", request, view)
        for name in ("leave", "back"):
            st.time_input(
                view.say(f"plan.{name}"), step=900, width=120,
                **_control(name, _time(getattr(request, name)), view, _minute),
            )  # fmt: skip
        st.number_input(
            view.say("plan.pupils"), min_value=1, max_value=5000, step=1, width=130,
            **_control("pupils", request.pupils, view, int),
        )  # fmt: skip
    people = request.pupils + request.staff
    with st.container():  # always there: what is below would close if it moved
        if request.mode == "coach" and request.seats is None and people > MOST_SEATS:
            parts.soft(view.say("plan.many", count=people))
    with st.expander(view.say("plan.more")):
        _ends(request, view)
        _class(request, view)
        _places(request, view)
        _limits(request, view)
        st.button(view.say("plan.reset"), key="plan-reset", on_click=keep,
                  args=(usual(view),))  # fmt: skip


def show_day(request: Request, view: View) -> None:
    """Show the day of the request."""
    st.date_input(
        view.say("plan.date"), min_value=view.now.date(), format="YYYY-MM-DD",
        max_value=max(request.day, view.now.date() + dt.timedelta(days=370)), width=170,
        **_control("day", max(request.day, view.now.date()), view),
    )  # fmt: skip


def _end_of_tour(end: str, request: Request, view: View) -> None:
    """Show where the tour starts, or ends: a township, the point tapped, or where it starts."""
    now: Where | None = getattr(request, end)
    names: dict[str, str] = dict(_townships(view))
    if end == "end":
        names = {_SAME: view.say("plan.end_same"), **names}
    if now is not None and now.lon is not None:
        names = {_POINT: now.name, **names}

    def where(code: str) -> Where | None:
        if code == _POINT:
            return now
        return None if code == _SAME else Where(names[code], code)

    chosen = _SAME if now is None else now.township_code or _POINT
    st.selectbox(
        view.say(f"plan.{end}"), list(names), width=180,
        format_func=lambda code: markdown_text(names[code]),
        **_control(end, chosen if chosen in names else next(iter(names)), view, where),
    )  # fmt: skip


def _ends(request: Request, view: View) -> None:
    """Show how many days and coaches, where it ends, and what the start is called."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.number_input(
            view.say("plan.days"), min_value=1, max_value=MOST_DAYS, step=1, width=110,
            **_control("days", request.days, view, int),
        )  # fmt: skip
        if request.mode == "coach":
            st.number_input(
                view.say("plan.seats"), value=None, min_value=5, max_value=MOST_SEATS, step=1,
                width=200, placeholder=view.say("plan.seats_none"),
                **_control("seats", request.seats, view,
                           lambda seats: None if seats is None else int(seats)),
            )  # fmt: skip
        _end_of_tour("end", request, view)
        st.text_input(
            view.say("plan.school"), max_chars=60, width=240,
            placeholder=view.say("plan.school_none"),
            **_control("school", _school(request, view), view),
        )  # fmt: skip


def _school(request: Request, view: View) -> str:
    name = request.start.name
    plain = {_townships(view).get(request.start.township_code, ""), view.say("plan.point")}
    return "" if name in plain else name


def _class(request: Request, view: View) -> None:
    which = 0 if view.language == "zh" else 1
    grades = {"": view.say("plan.any")} | {name: both[which] for name, *both in GRADE_BANDS}
    subjects = {name: both[which] for name, *both in SUBJECTS}
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.number_input(
            view.say("plan.staff"), min_value=0, max_value=500, step=1, width=130,
            **_control("staff", request.staff, view, int),
        )  # fmt: skip
        st.selectbox(
            view.say("plan.grade"), list(grades), format_func=grades.__getitem__, width=180,
            **_control("grade", request.grade, view),
        )  # fmt: skip
        st.selectbox(
            view.say("plan.mode"), list(MODES), width=180,
            format_func=lambda mode: view.say(f"plan.mode_{mode}"),
            **_control("mode", request.mode, view),
        )  # fmt: skip
    st.multiselect(
        view.say("plan.subjects"), list(subjects), format_func=subjects.__getitem__,
        placeholder=view.say("plan.any"),
        **_control("subjects", list(request.subjects), view, tuple),
    )  # fmt: skip


def _places(request: Request, view: View) -> None:
    venues = cache.venues(view.revision).table
    if not request.count_demo:
        venues = venues[~yes(venues["demo"])]
    names = dict(zip(venues["venue_id"], venues["name"], strict=True))
    asked = {"must": request.must, "wish": request.wish, "without": request.without}
    for name, chosen in asked.items():
        elsewhere = {one for other, ids in asked.items() if other != name for one in ids}
        st.multiselect(
            view.say(f"plan.{name}"), [one for one in names if one not in elsewhere],
            format_func=lambda one: markdown_text(str(names[one])), max_selections=MOST_STOPS,
            placeholder=view.say(f"plan.{name}_none"),
            **_control(name, [one for one in chosen if one in names], view, tuple),
        )  # fmt: skip


def _limits(request: Request, view: View) -> None:
    lunch = request.lunch
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.number_input(
            view.say("plan.budget"), value=None, min_value=0.0, max_value=10_000.0, step=5.0,
            width=180, placeholder=view.say("plan.no_limit"),
            **_control("budget_yuan", request.budget_yuan, view),
        )  # fmt: skip
        st.number_input(
            view.say("plan.groups"), min_value=1, max_value=20, step=1, width=180,
            **_control("most_groups", request.most_groups, view, int),
        )  # fmt: skip
        if request.mode == "walk":
            st.number_input(
                view.say("plan.walk"), min_value=0.5, max_value=50.0, step=0.5, width=180,
                **_control("walk_limit_m", (request.walk_limit_m or 5000) / 1000, view,
                           lambda km: round(km * 1000)),
            )  # fmt: skip
    st.checkbox(
        view.say("plan.lunch", begins=clock((lunch or USUAL_LUNCH).opens),
                 ends=clock((lunch or USUAL_LUNCH).closes),
                 minutes=(lunch or USUAL_LUNCH).minutes),
        **_control("lunch", lunch is not None, view, lambda on: USUAL_LUNCH if on else None),
    )  # fmt: skip
    if lunch is not None:
        _lunch(request, view)
    for name in ("indoors", "ask_hours", "count_demo"):
        st.checkbox(view.say(f"plan.{name}"),
                    **_control(name, getattr(request, name), view, bool))  # fmt: skip


def _lunch(request: Request, view: View) -> None:
    lunch = request.lunch
    assert lunch is not None

    def changed(field: str, read: Callable[[Any], Any]) -> None:
        value = st.session_state.get(f"plan-lunch-{field}")
        if value is not None:
            keep(replace(request, lunch=lunch._replace(**{field: read(value)})))

    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        for field in ("opens", "closes"):
            st.session_state[f"plan-lunch-{field}"] = _time(getattr(lunch, field))
            st.time_input(view.say(f"plan.lunch_{field}"), step=900, width=120,
                          key=f"plan-lunch-{field}", on_change=changed,
                          args=(field, _minute))  # fmt: skip
        st.session_state["plan-lunch-minutes"] = lunch.minutes
        st.number_input(view.say("plan.lunch_minutes"), min_value=10, max_value=180, step=5,
                        width=150, key="plan-lunch-minutes", on_change=changed,
                        args=("minutes", int))  # fmt: skip
        st.session_state["plan-lunch-picnic"] = lunch.picnic
        st.checkbox(view.say("plan.picnic"), key="plan-lunch-picnic", on_change=changed,
                    args=("picnic", bool))  # fmt: skip
