"""Several days or several coaches: one timetable each, the map and the files of the one chosen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

import streamlit as st

from geo.text import date_text, markdown_text
from geo.tours.additions import Addition
from geo.tours.form import from_json, to_json
from geo.tours.request import Request
from geo.tours.telling import (
    addition_text,
    break_text,
    coaches_text,
    missing_text,
    tour_sentence,
    trip_headline,
)
from geo.tours.trips import Part, Trip, trip
from ui import (
    cache,
    parts,
    tour_answer,
    tour_changes,
    tour_files,
    tour_propose,
    tour_request,
    tour_trip_by_hand,
)
from ui.frame import View


@st.cache_resource(max_entries=32, show_spinner=False)
def _trip(revision: int, today: date, written: str) -> Trip:
    return trip(
        cache.tables(revision), from_json(written), settings=cache.settings(), today=today,
        revision=revision, cache=tour_answer.costs(),
    )  # fmt: skip


def show(request: Request, view: View) -> None:
    """Show the answer for several days or coaches."""
    made = _trip(view.revision, view.now.date(), to_json(request))
    said = trip_headline(made, view.language)
    if not made.parts:
        parts.sentence(said)
        tour_answer.say_all(made.notices, view)
        _show_changes(made.changes, made, view, key="possible")
        return
    now = tour_trip_by_hand.shown_trip(made, view)
    if now is made:
        parts.sentence(said)
    else:
        parts.soft(view.say("tours.planned", sentence=said))
        parts.sentence(trip_headline(now, view.language, by_hand=True))
    demo = sum(part.outcome.demo_rows for part in now.parts if part.coach == 1)
    if demo:
        parts.notice(view.say("plan.demo", count=demo))
    coaches = _coaches(now, view)
    for part in now.parts:
        if part.fault is not None and part.coach not in coaches:
            day = date_text(part.outcome.request.day, view.language)
            who = coaches_text([part.coach], view.language)
            parts.notice(view.say("trip.fault", coach=who, day=day, said=_fault(part, view)))
    shown = now.of_coach(coaches[0])
    chosen = shown[0]
    if len(shown) > 1:
        days = [str(part.day) for part in shown]
        chosen = shown[int(parts.switch(view, "day", days, "trip.day", words=days)) - 1]
    on_map, beside = st.columns([3, 2], gap="medium")
    with beside:
        told = [*now.notices]
        for part in shown:
            _show_part(part, view)
            own = [one for one in part.outcome.notices if one not in told]
            tour_answer.say_all(tuple(own), view)
            told += own
        tour_answer.say_all(now.notices, view)
    with on_map:
        tour_answer.show_map(chosen.outcome.tour, request, view)
    tour = chosen.outcome.tour
    if tour is not None and tour.stops:
        parts.soft(view.say("trip.files_of", day=date_text(chosen.outcome.request.day,
                                                           view.language)))  # fmt: skip
        whose = coaches_text(coaches, view.language) if request.coaches > 1 else ""
        tour_files.show_files(chosen.outcome, tour, view, asked=request, part=whose)
        tour_files.show_ways(tour, view)
        tours = [part.outcome.tour for part in shown]
        tour_propose.show([one for one in tours if one is not None and one.stops], view)
    tour_trip_by_hand.show(now, chosen, coaches, view)
    put = partial(tour_trip_by_hand.put_day, now.orders, coaches, chosen.day)
    _show_missing(made, view)
    tour_changes.show_others(chosen.outcome, view, take=put)


def _show_missing(made: Trip, view: View) -> None:
    """Show each venue in no part, why, and each smallest change as a button."""
    if not made.missing:
        return
    with st.expander(view.say("plan.left_out", count=len(made.missing))):
        parts.soft(view.say("trip.missing_note"))
        for one in made.missing:
            parts.reason(missing_text(one, made, view.language))
            if not one.additions:
                parts.soft(view.say("tour.no_change"))
                continue
            _show_changes(one.additions, made, view, key=f"bring-{one.place.venue_id}")


def _show_changes(changes: Sequence[Addition], made: Trip, view: View, *, key: str) -> None:
    with st.container(horizontal=True, gap="xsmall"):
        for one in changes:
            which = "" if one.place is None else one.place.venue_id
            st.button(
                markdown_text(addition_text(one, made, view.language)),
                key=f"{key}-{one.change.kind}{which}", on_click=_bring, args=(one,),
            )  # fmt: skip


def _bring(addition: Addition) -> None:
    tour_request.keep(addition.request)
    if addition.orders is not None:
        tour_trip_by_hand.put_orders(addition.orders)


def _coaches(made: Trip, view: View) -> tuple[int, ...]:
    """Let the reader choose among the coaches that do not go together; return those chosen."""
    groups = made.companions()
    said = {str(group[0]): coaches_text(group, view.language) for group in groups}
    if made.request.coaches == 1:
        return groups[0]
    counts = {part.coach: part.outcome.request for part in made.parts}
    if len(groups) > 1:
        labels = {word: number for number, word in said.items()}
        word = st.segmented_control(
            view.say("trip.coach_choose"), list(labels), default=next(iter(labels)),
            required=True, key="trip-coach",
        )  # fmt: skip
        chosen = next(group for group in groups if str(group[0]) == labels.get(word, "1"))
    else:
        parts.soft(view.say("trip.together"))
        chosen = groups[0]
    own = counts[chosen[0]]
    parts.soft(view.say("trip.aboard", pupils=own.pupils, staff=own.staff))
    return chosen


def _fault(part: Part, view: View) -> str:
    return "" if part.fault is None else break_text(*part.fault, language=view.language)


def _show_part(part: Part, view: View) -> None:
    tour, request = part.outcome.tour, part.outcome.request
    st.subheader(date_text(request.day, view.language), anchor=False)
    if part.fault is not None:
        parts.notice(_fault(part, view))
        return
    if tour is None or not tour.stops:
        parts.soft(view.say("trip.nothing"))
        return
    parts.soft(tour_sentence(tour, view.language, look="part"))
    tour_answer.show_tour(tour, request, view)
