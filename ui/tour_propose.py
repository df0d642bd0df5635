"""A tour proposed back as a ready-made route: it waits for review before anybody sees it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from geo import route_proposals
from geo.errors import GeoError
from geo.route_proposals import INTRO_LIMIT, NAME_LIMIT
from geo.tours.outcome import TourFacts
from ui import account, cache, parts
from ui.frame import View


def show(tours: Sequence[TourFacts], view: View) -> None:
    """Offer those signed in to propose a tour, one timetable a day, as a ready-made route."""
    said, wrong = (st.session_state.pop(f"propose-{kind}", None) for kind in ("said", "wrong"))
    if said:
        st.success(said)
    if wrong:
        st.warning(wrong)
    with st.expander(view.say("propose.title")):
        if not account.actor().is_at_least("reporter"):
            parts.soft(view.say("propose.sign_in"))
            return
        parts.soft(view.say("propose.note"))
        st.text_input(view.say("propose.name"), key="propose-name", max_chars=NAME_LIMIT)
        st.text_area(view.say("propose.intro"), key="propose-intro", max_chars=INTRO_LIMIT)
        st.button(view.say("propose.send"), key="propose-send", on_click=_send,
                  args=(tuple(tours), view))  # fmt: skip


def _send(tours: Sequence[TourFacts], view: View) -> None:
    name, intro = (str(st.session_state.get(f"propose-{one}", "")) for one in ("name", "intro"))
    try:
        done = route_proposals.propose_route(
            cache.store(), cache.tables(view.revision), tours, name=name, intro=intro,
            actor=account.actor(), now=cache.utc_now(), today=view.now.date(),
        )  # fmt: skip
    except GeoError as error:
        st.session_state["propose-wrong"] = error.sentence(view.language)
        return
    st.session_state["propose-said"] = view.say("records.held", number=done.submission_id)
    st.session_state["propose-name"] = st.session_state["propose-intro"] = ""
