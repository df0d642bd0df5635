"""Study tours: a day planned for a class, and the ready-made routes."""

import streamlit as st

from geo.tours.facts import as_shown
from geo.tours.trips import is_trip
from ui import (
    parts,
    tour_answer,
    tour_by_hand,
    tour_changes,
    tour_drafts,
    tour_files,
    tour_library,
    tour_propose,
    tour_trip,
)
from ui import tour_request as asking
from ui.frame import View, page


def show_planner(view: View) -> None:
    """Ask what a class wants; show the day that works, what it lacks, and what to take along."""
    request, fault = asking.current(view)
    with st.container():  # always there: what is below would close if it moved
        if fault is not None:
            st.warning(fault.sentence(view.language))
    asking.show_form(request, view)
    tour_drafts.show(request, view)
    if is_trip(request):
        tour_trip.show(request, view)
        return
    outcome = tour_answer.outcome_of(request, view)
    tour_answer.show_answer(outcome, view)
    tour = outcome.tour
    if tour is None:
        tour_changes.show_changes(outcome, view)
        tour_answer.show_notices(outcome, view)
        tour_answer.show_map(None, request, view)
        return
    shown = tour_by_hand.shown_tour(tour, request, view)
    told = outcome if shown is None or shown is tour else as_shown(outcome, shown)
    on_map, beside = st.columns([3, 2], gap="medium")
    with beside:
        going = shown is not None and bool(shown.stops)
        if shown is not None and going:
            tour_answer.show_urgent(told, view)
            tour_answer.show_tour(shown, request, view)
        tour_answer.show_notices(told, view, urgent_said=going)
    with on_map:
        tour_answer.show_map(shown, request, view)
    if shown is not None and shown.stops:
        tour_files.show_files(told, shown, view)
        tour_files.show_ways(shown, view)
        tour_propose.show([shown], view)
    if tour.stops:
        tour_by_hand.show(tour, request, view)
    tour_changes.show_left_out(outcome, view)
    tour_changes.show_others(outcome, view)


with page("tours") as view:
    look = parts.switch(view, "look", ("plan", "ready"), "tours.look", label_visible=False)
    if look == "plan":
        show_planner(view)
    else:
        tour_library.show(asking.current(view)[0], view)
