"""The planned tour: its sentence, map and timetable, kept by revision and request."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html import escape

import pandas as pd
import streamlit as st

from geo import maps
from geo.cost_cache import CostCache
from geo.text import date_text
from geo.tours.answer import Notices, answer, in_order
from geo.tours.form import from_json, to_json
from geo.tours.outcome import Outcome, Place, TourFacts
from geo.tours.request import Request, Where
from geo.tours.telling import (
    break_text,
    headline,
    notice_sentences,
    timetable,
)
from ui import cache, parts, tour_request
from ui.frame import View

URGENT = {"tour.no_calendar", "tour.ask_hours"}


def costs() -> CostCache:
    """Return what keeps the answers of a routing engine."""
    return CostCache(cache.store(), days=cache.settings().routing_cache_days)


@st.cache_resource(max_entries=64, show_spinner=False)
def _outcome(revision: int, today: date, written: str) -> Outcome:
    return answer(
        cache.tables(revision), from_json(written), settings=cache.settings(), today=today,
        revision=revision, cache=costs(),
    )  # fmt: skip


def outcome_of(request: Request, view: View) -> Outcome:
    """Return the answer to a request."""
    return _outcome(view.revision, view.now.date(), to_json(request))


@st.cache_resource(max_entries=64, show_spinner=False)
def _by_hand(
    revision: int, today: date, written: str, order: tuple[str, ...], language: str
) -> TourFacts | str:
    made = in_order(
        cache.tables(revision), from_json(written), order, settings=cache.settings(), today=today,
        cache=costs(),
    )  # fmt: skip
    return made if isinstance(made, TourFacts) else break_text(*made, language=language)


def by_hand(request: Request, order: tuple[str, ...], view: View) -> TourFacts | str:
    """Return the tour in this order, or the sentence of where it breaks."""
    return _by_hand(view.revision, view.now.date(), to_json(request), order, view.language)


def show_answer(outcome: Outcome, view: View) -> None:
    """Show the answer as a sentence."""
    parts.soft(date_text(outcome.request.day, view.language))
    said = headline(outcome, view.language)
    if tour_request.ORDER in st.query_params:  # the sentence of the order set by hand follows
        parts.soft(view.say("tours.planned", sentence=said))
    else:
        parts.sentence(said)
    if outcome.demo_rows:
        parts.notice(view.say("plan.demo", count=outcome.demo_rows))


def show_urgent(outcome: Outcome, view: View) -> None:
    """Show, before the timetable, what must be done or asked before it holds."""
    urgent = [one for one in outcome.notices if one[0] in URGENT]
    for said in notice_sentences(urgent, view.language):
        parts.notice(said)


def show_notices(outcome: Outcome, view: View, *, urgent_said: bool = False) -> None:
    """Show what must be known of the answer, without what `show_urgent` said already."""
    say_all(tuple(one for one in outcome.notices if not (urgent_said and one[0] in URGENT)), view)


def say_all(notices: Notices, view: View) -> None:
    """Show notices, a line each."""
    for said in notice_sentences(notices, view.language):
        parts.soft(said)


def show_tour(tour: TourFacts, request: Request, view: View) -> None:
    """Show a tour as a timetable."""
    picnic = request.lunch is not None and request.lunch.picnic
    rows = timetable(tour, picnic=picnic, language=view.language)
    lines = [
        f"<dt>{escape(row['time'])}</dt><dd><b>{escape(row['what'])}</b>"
        f"<br><small>{escape(row['note'])}</small></dd>"
        for row in rows.to_dict("records")
    ]
    st.html(f'<dl class="xh-times">{"".join(lines)}</dl>')


def show_map(tour: TourFacts | None, request: Request, view: View) -> None:
    """Draw the tour with its stops numbered; a tap on the ground may set the start."""
    groups = []
    if tour is not None and tour.stops:
        groups.append(maps.route_group(_line(tour), selected="tour"))
    tap = parts.show_map(view, groups, key="plan", ground_taps=True)
    parts.show_legend(view, "route", "approximate")
    parts.soft(view.say("tours.line_note"))
    if tour is not None and len({stop.place[1:3] for stop in tour.stops}) < len(tour.stops):
        parts.soft(view.say("plan.same_place"))
    if st.toggle(view.say("plan.tap"), key="plan-tap"):
        end = st.radio(
            view.say("plan.tap_which"), ("start", "end"), key="plan-tap-which", horizontal=True,
            format_func=lambda one: view.say(f"plan.tap_{one}"),
        )  # fmt: skip
        parts.soft(view.say("plan.tap_hint"))
        if tap is not None and tap.lon is not None and tap.lat is not None:
            point = Where(view.say("plan.point"), "", round(tap.lon, 5), round(tap.lat, 5))
            tour_request.keep(
                replace(request, start=point) if end == "start" else replace(request, end=point)
            )
            st.rerun()


def _line(tour: TourFacts) -> str:
    """Return the drawing payload: the start is 0, the stops are numbered."""
    start, end = tour.legs[0].origin, tour.legs[-1].destination
    home = (end, 0 if _same(start, end) else len(tour.stops) + 1)
    numbered = [(start, 0), *((s.place, n) for n, s in enumerate(tour.stops, 1)), home]
    rows = pd.DataFrame(
        [
            {"route_id": "tour", "stop_no": at, "no": number, "name": place.name,
             "lon": place.lon, "lat": place.lat, "position_precision": place.precision}
            for at, (place, number) in enumerate(numbered)
        ]
    )  # fmt: skip
    return maps.lines_payload(rows, labels={"tour": ""})


def _same(one: Place, other: Place) -> bool:
    return (one.lon, one.lat) == (other.lon, other.lat)
