"""The page that says where the next stations go, put together."""

from __future__ import annotations

import streamlit as st

from geo import plans
from geo.errors import GeoError
from geo.siting.proposal import Proposal
from geo.siting.request import Request
from geo.siting.writing import to_json
from ui import (
    parts,
    siting_answers,
    siting_list,
    siting_looks,
    siting_map,
    siting_request,
    siting_words,
)
from ui.frame import View
from ui.scroll import scroll_to_card


def show(view: View) -> None:
    """Show the page: the answer first, then the conditions, the map, the list, and the rest."""
    top = st.container()
    request, problems = siting_request.current()
    siting_request.show_first(request, view)
    request = siting_request.show_more(request, view)
    for problem in problems:
        siting_answers.refused(problem, view)
    try:
        with top:
            proposal = siting_answers.proposal(request, view)
    except GeoError as error:
        siting_answers.refused(error, view)
        return
    if proposal is None:
        return
    with top:
        parts.sentence(plans.sentence(proposal, view.language))
        siting_words.show_notices(proposal, view)
    _show_plan(proposal, request, view)


def _show_plan(proposal: Proposal, request: Request, view: View) -> None:
    key = (view.revision, to_json(request))
    on_map, beside = st.columns([3, 2], gap="medium")
    with beside:
        siting_list.show(proposal, key, view)
    with on_map:
        siting_map.show(proposal, key, view)
    scroll_to_card(siting_map.opened() or "")
    siting_looks.show(proposal, view)
