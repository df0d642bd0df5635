"""A tour put in another order by hand: checked at once, and told where it breaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from geo.text import markdown_text
from geo.tours.candidates import STAY_MIN, known
from geo.tours.outcome import TourFacts
from geo.tours.request import Request
from geo.tours.telling import tour_sentence
from ui import cache, parts, tour_answer, tour_request
from ui.frame import View

Put = Callable[[tuple[str, ...]], None]


def order_set() -> tuple[str, ...] | None:
    """Return the order that the link holds; None for the planner's."""
    written = st.query_params.get(tour_request.ORDER)
    return tuple(dict.fromkeys(one for one in written.split(",") if one)) if written else None


def _set(order: tuple[str, ...]) -> None:
    if order:
        st.query_params[tour_request.ORDER] = ",".join(order)
    else:
        st.query_params.pop(tour_request.ORDER, None)


def swapped(order: tuple[str, ...], at: int) -> tuple[str, ...]:
    """Return the order with the stop at this position after the next one."""
    moved = list(order)
    moved[at], moved[at + 1] = moved[at + 1], moved[at]
    return tuple(moved)


def _stay(request: Request, venue: str, order: tuple[str, ...], put: Put) -> None:
    minutes = st.session_state.get(f"stay-{venue}")
    if minutes is not None:
        tour_request.keep(replace(request, stays={**(request.stays or {}), venue: int(minutes)}))
        put(order)


def shown_tour(best: TourFacts, request: Request, view: View) -> TourFacts | None:
    """Return the tour to show: the planner's, or the one set by hand if it works; tell which."""
    order = order_set()
    if order is None:
        return best
    listed = set(cache.tables(view.revision)["venues"]["venue_id"])
    made = tour_answer.by_hand(request, tuple(one for one in order if one in listed), view)
    if isinstance(made, str):
        parts.notice(made)
        return None
    parts.sentence(tour_sentence(made, view.language, look="by_hand"))
    return made


def show(best: TourFacts, request: Request, view: View) -> None:
    """Show the stops with what can be done to each."""
    given = order_set() or tuple(stop.place.venue_id for stop in best.stops)
    with st.expander(view.say("tours.hand"), expanded=order_set() is not None):
        parts.soft(view.say("tours.hand_note"))
        show_stops(given, best, request, view, put=_set)
        if order_set() is not None:
            st.button(view.say("tours.hand_undo"), key="hand-undo", on_click=_set, args=((),))


def show_stops(
    given: tuple[str, ...], best: TourFacts | None, request: Request, view: View, *, put: Put,
    least: int = 1, beside: Callable[[str], None] | None = None,
) -> None:  # fmt: skip
    """
    Show the stops of a day with what can be done to each.

    Parameters
    ----------
    given
        Ids of venues in their order.
    best
        A tour with those of them whose stay is not in the request.
    put
        What sets another order.
    least
        How many stops have to stay.
    beside
        What else is shown with a stop.
    """
    venues = cache.tables(view.revision)["venues"].set_index("venue_id")
    order = tuple(one for one in given if one in venues.index)
    stays = {
        stop.place.venue_id: (stop.ends - stop.begins) // stop.groups
        for stop in (best.stops if best is not None else ())
    } | dict(request.stays or {})
    for at, venue in enumerate(order):
        name = str(venues.loc[venue, "name"])
        usual = known(venues["visit_min"].get(venue)) or STAY_MIN
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom"):
            st.session_state[f"stay-{venue}"] = int(stays.get(venue) or usual)
            st.number_input(
                view.say("tours.hand_stay", number=at + 1, place=markdown_text(name)),
                min_value=5, max_value=1440, step=5, width=240, key=f"stay-{venue}",
                on_change=_stay, args=(request, venue, order, put),
            )  # fmt: skip
            if beside is not None:
                beside(venue)
            st.button(view.say("tours.hand_up"), key=f"up-{venue}", disabled=at == 0,
                      on_click=put, args=(swapped(order, at - 1),))  # fmt: skip
            last = at == len(order) - 1
            st.button(view.say("tours.hand_down"), key=f"down-{venue}", disabled=last,
                      on_click=put, args=(order if last else swapped(order, at),))  # fmt: skip
            st.button(view.say("tours.hand_drop"), key=f"drop-{venue}", on_click=put,
                      disabled=len(order) <= least,
                      args=((*order[:at], *order[at + 1 :]),))  # fmt: skip
