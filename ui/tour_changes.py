"""What a tour lacks and what would bring it in; other tours, a rain plan, venues to stand in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from geo.itinerary.changes import Change
from geo.text import markdown_text
from geo.tours.changes import applied
from geo.tours.outcome import LeftOutFacts, Outcome, Place, TourFacts
from geo.tours.request import Request
from geo.tours.telling import change_text, left_out_text, tour_sentence
from ui import parts, tour_answer, tour_request
from ui.frame import View

Take = Callable[[tuple[str, ...]], None]


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


def show_others(outcome: Outcome, view: View, *, take: Take | None = None) -> None:
    """
    Show clearly different tours, the rain plan, and venues that could stand in.

    `take` sets the venues of the day in their order; without it the request asks for them.
    """
    for number, tour in enumerate(outcome.others, 1):
        with st.expander(view.say("plan.other", number=number)):
            _other(tour, outcome.request, view, key=f"other-{number}", take=take)
    if outcome.rain is not None:
        with st.expander(view.say("plan.rain")):
            parts.soft(view.say("plan.rain_note"))
            _other(outcome.rain, outcome.request, view, key="rain", take=take)
    if outcome.parallel and outcome.tour is not None:
        with st.expander(view.say("plan.parallel")):
            _parallel(outcome, view, take)


def _other(tour: TourFacts, request: Request, view: View, *, key: str, take: Take | None) -> None:
    parts.sentence(tour_sentence(tour, view.language, look=key.partition("-")[0]))
    tour_answer.show_tour(tour, request, view)
    ids = tuple(stop.place.venue_id for stop in tour.stops)
    st.button(view.say("plan.take"), key=f"take-{key}",
              on_click=take or partial(_ask_for, request), args=(ids,))  # fmt: skip


def _ask_for(request: Request, ids: tuple[str, ...]) -> None:
    without = tuple(one for one in request.without if one not in ids)
    tour_request.keep(replace(request, must=ids, without=without))


def _parallel(outcome: Outcome, view: View, take: Take | None) -> None:
    """Offer for each stop the venues of its subject that could stand in for it."""
    tour, request = outcome.tour, outcome.request
    ids = tuple(stop.place.venue_id for stop in tour.stops) if tour is not None else ()
    for stop in tour.stops if tour is not None else ():
        own = stop.place.venue_id
        others = outcome.parallel.get(own, ())
        if not others:
            continue
        parts.reason(view.say("plan.instead", place=stop.place.name))
        with st.container(horizontal=True, gap="xsmall"):
            for place in others:
                swap = partial(_instead, request, own, place.venue_id)
                if take is not None:
                    put = tuple(place.venue_id if one == own else one for one in ids)
                    swap = partial(take, put)
                st.button(markdown_text(place.name), key=f"instead-{own}-{place.venue_id}",
                          on_click=swap)  # fmt: skip


def _instead(request: Request, own: str, other: str) -> None:
    must = (*(one for one in request.must if one != own), other)
    wish = tuple(one for one in request.wish if one not in {own, other})
    tour_request.keep(replace(request, must=must, wish=wish, without=(*request.without, own)))
