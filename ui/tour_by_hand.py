"""A tour put in another order by hand: checked at once, and told where it breaks."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from geo.text import markdown_text
from geo.tours.outcome import TourFacts
from geo.tours.request import Request
from geo.tours.telling import tour_sentence
from ui import cache, parts, tour_answer, tour_request
from ui.frame import View


def order_set() -> tuple[str, ...] | None:
    """Return the order that the link holds; None for the planner's."""
    written = st.query_params.get(tour_request.ORDER)
    return tuple(dict.fromkeys(one for one in written.split(",") if one)) if written else None


def _set(order: tuple[str, ...]) -> None:
    if order:
        st.query_params[tour_request.ORDER] = ",".join(order)
    else:
        st.query_params.pop(tour_request.ORDER, None)


def _swap(order: tuple[str, ...], at: int) -> None:
    moved = list(order)
    moved[at], moved[at + 1] = moved[at + 1], moved[at]
    _set(tuple(moved))


def _stay(request: Request, venue: str, order: tuple[str, ...]) -> None:
    minutes = st.session_state.get(f"stay-{venue}")
    if minutes is not None:
        tour_request.keep(replace(request, stays={**(request.stays or {}), venue: int(minutes)}))
        _set(order)


def shown_tour(best: TourFacts, request: Request, view: View) -> TourFacts | None:
    """Return the tour to show: the planner's, or the one set by hand if it works; tell which."""
    order = order_set()
    if order is None:
        return best
    known = set(cache.tables(view.revision)["venues"]["venue_id"])
    made = tour_answer.by_hand(request, tuple(one for one in order if one in known), view)
    if isinstance(made, str):
        parts.notice(made)
        return None
    parts.sentence(tour_sentence(made, view.language, look="by_hand"))
    return made


def show(best: TourFacts, request: Request, view: View) -> None:
    """Show the stops with what can be done to each."""
    venues = cache.tables(view.revision)["venues"].set_index("venue_id")
    given = order_set() or tuple(stop.place.venue_id for stop in best.stops)
    order = tuple(one for one in given if one in venues.index)
    stays = {
        stop.place.venue_id: (stop.ends - stop.begins) // stop.groups for stop in best.stops
    } | dict(request.stays or {})
    with st.expander(view.say("tours.hand"), expanded=order_set() is not None):
        parts.soft(view.say("tours.hand_note"))
        for at, venue in enumerate(order):
            name = str(venues.loc[venue, "name"])
            with st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom"):
                st.session_state[f"stay-{venue}"] = stays.get(venue, 60)
                st.number_input(
                    view.say("tours.hand_stay", number=at + 1, place=markdown_text(name)),
                    min_value=5, max_value=1440, step=5, width=240, key=f"stay-{venue}",
                    on_change=_stay, args=(request, venue, order),
                )  # fmt: skip
                st.button(view.say("tours.hand_up"), key=f"up-{venue}", disabled=at == 0,
                          on_click=_swap, args=(order, at - 1))  # fmt: skip
                st.button(view.say("tours.hand_down"), key=f"down-{venue}",
                          disabled=at == len(order) - 1, on_click=_swap,
                          args=(order, at))  # fmt: skip
                st.button(view.say("tours.hand_drop"), key=f"drop-{venue}", on_click=_set,
                          disabled=len(order) == 1,
                          args=((*order[:at], *order[at + 1 :]),))  # fmt: skip
        if order_set() is not None:
            st.button(view.say("tours.hand_undo"), key="hand-undo", on_click=_set, args=((),))
