"""Several days or coaches put in another order by hand: checked at once, part by part."""

from __future__ import annotations

from datetime import date
from functools import partial

import streamlit as st

from geo.tours.form import from_json, to_json
from geo.tours.request import Request
from geo.tours.shares import Orders, orders_of, orders_text
from geo.tours.telling import day_text
from geo.tours.trips import Part, Trip, trip_in_order
from ui import cache, parts, tour_answer, tour_by_hand, tour_request
from ui.frame import View


def orders_set(request: Request, view: View) -> Orders | None:
    """Return the orders that the link holds; None for the planner's."""
    written = st.query_params.get(tour_request.ORDER)
    read = orders_of(written, request) if written else None
    if read is None:
        return None
    known = set(cache.tables(view.revision)["venues"]["venue_id"])
    return tuple(
        tuple(tuple(one for one in order if one in known) for order in days) for days in read
    )


def put_orders(orders: Orders) -> None:
    """Put the orders into the link."""
    st.query_params[tour_request.ORDER] = orders_text(orders)


@st.cache_resource(max_entries=64, show_spinner=False)
def _in_order(revision: int, today: date, written: str, orders: Orders) -> Trip:
    return trip_in_order(
        cache.tables(revision), from_json(written), orders, settings=cache.settings(), today=today,
        revision=revision, cache=tour_answer.costs(),
    )  # fmt: skip


def shown_trip(made: Trip, view: View) -> Trip:
    """Return the trip to show: the planner's, or the one set by hand."""
    orders = orders_set(made.request, view)
    if orders is None:
        return made
    return _in_order(view.revision, view.now.date(), to_json(made.request), orders)


def put_day(orders: Orders, coaches: tuple[int, ...], day: int, order: tuple[str, ...]) -> None:
    """Set the order of one day, from 1, of these coaches; no venue is left on two of its days."""
    put_orders(tuple(
        tuple(
            order if number == day else tuple(one for one in own if one not in order)
            for number, own in enumerate(days, 1)
        ) if coach in coaches else days
        for coach, days in enumerate(orders, 1)
    ))  # fmt: skip


def _move(orders: Orders, coaches: tuple[int, ...], venue: str) -> None:
    to = st.session_state.get(f"day-of-{venue}")
    if to is not None:
        put_day(orders, coaches, to, (*orders[coaches[0] - 1][to - 1], venue))


def _undo() -> None:
    st.query_params.pop(tour_request.ORDER, None)


def show(shown: Trip, part: Part, coaches: tuple[int, ...], view: View) -> None:
    """Show the stops of the part's day with what can be done to each, for all these coaches."""
    request, orders = shown.request, shown.orders
    by_hand = orders_set(request, view) is not None
    days = {one.day: day_text(one.outcome.request.day, view.language)
            for one in shown.of_coach(part.coach)}  # fmt: skip

    def day_of(venue: str) -> None:
        st.session_state[f"day-of-{venue}"] = part.day
        st.selectbox(
            view.say("trip.hand_day"), list(days), format_func=days.__getitem__, width=170,
            key=f"day-of-{venue}", on_change=_move, args=(orders, coaches, venue),
        )  # fmt: skip

    with st.expander(view.say("tours.hand"), expanded=by_hand):
        parts.soft(view.say("tours.hand_note"))
        tour_by_hand.show_stops(
            part.order, part.outcome.tour, request, view, least=0,
            put=partial(put_day, orders, coaches, part.day),
            beside=day_of if len(days) > 1 else None,
        )  # fmt: skip
        if by_hand:
            st.button(view.say("tours.hand_undo"), key="hand-undo",
                      on_click=_undo)  # fmt: skip
