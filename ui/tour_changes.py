"""What a tour lacks and what would bring it in; other tours, a rain plan, venues to stand in."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from geo.itinerary.repairs import Change
from geo.text import markdown_text
from geo.tours.changes import applied
from geo.tours.outcome import LeftOutFacts, Outcome, Place, TourFacts
from geo.tours.request import Request
from geo.tours.telling import change_text, left_out_text, tour_sentence
from ui import parts, tour_answer, tour_request
from ui.frame import View


def _button(
    change: Change, outcome: Outcome, view: View, *, key: str, one: LeftOutFacts | None = None
) -> None:
    place: Place | None = None if one is None else one.place
    better = applied(
        outcome.request, change, place=place, stay_min=0 if one is None else one.stay_min,
        days=outcome.change_days, places=outcome.change_places,
    )  # fmt: skip
    if better is not None:
        words = markdown_text(change_text(change, outcome, view.language))
        st.button(words, key=f"{key}-{change.kind}-{change.amount}", on_click=tour_request.keep,
                  args=(better,))  # fmt: skip


def show_changes(outcome: Outcome, view: View) -> None:
    """Show what would make an impossible day possible, each with a button that does it."""
    if outcome.changes:
        with st.container(horizontal=True, gap="xsmall"):
            for change in outcome.changes:
                _button(change, outcome, view, key="possible")


def show_left_out(outcome: Outcome, view: View) -> None:
    """Show each venue that the tour lacks, why, and each smallest change as a button."""
    if not outcome.left_out:
        return
    with st.expander(view.say("plan.left_out", count=len(outcome.left_out)),
                     expanded=outcome.tour is not None and not outcome.tour.stops):  # fmt: skip
        for one in outcome.left_out:
            parts.reason(left_out_text(one, view.language))
            if not one.changes:
                parts.soft(view.say("tour.no_change"))
                continue
            with st.container(horizontal=True, gap="xsmall"):
                for change in one.changes:
                    key = f"bring-{one.place.venue_id}"
                    _button(change, outcome, view, key=key, one=one)


def show_others(outcome: Outcome, view: View) -> None:
    """Show clearly different tours, the rain plan, and venues that could stand in."""
    for number, tour in enumerate(outcome.others, 1):
        with st.expander(view.say("plan.other", number=number)):
            _other(tour, outcome.request, view, key=f"other-{number}")
    if outcome.rain is not None:
        with st.expander(view.say("plan.rain")):
            parts.soft(view.say("plan.rain_note"))
            _other(outcome.rain, outcome.request, view, key="rain")
    if outcome.parallel and outcome.tour is not None:
        with st.expander(view.say("plan.parallel")):
            _parallel(outcome, view)


def _other(tour: TourFacts, request: Request, view: View, *, key: str) -> None:
    parts.sentence(tour_sentence(tour, view.language, look=key.partition("-")[0]))
    tour_answer.show_tour(tour, request, view)
    ids = tuple(stop.place.venue_id for stop in tour.stops)
    chosen = replace(request, must=ids, without=_without(request, ids))
    st.button(view.say("plan.take"), key=f"take-{key}", on_click=tour_request.keep,
              args=(chosen,))  # fmt: skip


def _without(request: Request, ids: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in request.without if one not in ids)


def _parallel(outcome: Outcome, view: View) -> None:
    """Offer for each stop the venues of its subject that could stand in for it."""
    tour, request = outcome.tour, outcome.request
    for stop in tour.stops if tour is not None else ():
        own = stop.place.venue_id
        others = outcome.parallel.get(own, ())
        if not others:
            continue
        parts.reason(view.say("plan.instead", place=stop.place.name))
        with st.container(horizontal=True, gap="xsmall"):
            for place in others:
                must = (*(one for one in request.must if one != own), place.venue_id)
                wish = tuple(one for one in request.wish if one not in {own, place.venue_id})
                better = replace(request, must=must, wish=wish, without=(*request.without, own))
                st.button(markdown_text(place.name), key=f"instead-{own}-{place.venue_id}",
                          on_click=tour_request.keep, args=(better,))  # fmt: skip
