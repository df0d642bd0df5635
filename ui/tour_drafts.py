"""A request kept for later: as a file by everybody, as a draft by those signed in."""

from __future__ import annotations

import streamlit as st

from geo import tour_drafts
from geo.errors import ArgumentError, GeoError
from geo.rights import Actor
from geo.text import date_text, markdown_text
from geo.tours.form import from_json, to_json
from geo.tours.request import Request
from ui import account, cache, parts, tour_request
from ui.batches import local_time
from ui.frame import View

MOST_KB = 64  # of a request file; sixty stops need three


def show(request: Request, view: View) -> None:
    """Offer to keep the request and to open another."""
    with st.container():  # always there: what is below would close if it moved
        _say()
    with st.expander(view.say("draft.title")):
        parts.soft(view.say("draft.note"))
        stem = view.say("draft.file")
        st.download_button(
            view.say("draft.download"), to_json(request), f"{stem}-{request.day.isoformat()}.json",
            "application/json", key="draft-download", on_click="ignore",
        )  # fmt: skip
        turn = st.session_state.setdefault("draft-turn", 0)  # an opened file leaves its field
        key = f"draft-file-{turn}"
        st.file_uploader(view.say("draft.upload"), type="json", key=key, on_change=_open_file,
                         args=(key, view))  # fmt: skip
        actor = account.actor()
        if actor.is_at_least("reporter"):
            _show_own(request, actor, view)


def _say() -> None:
    said, wrong = (st.session_state.pop(f"draft-{kind}", None) for kind in ("said", "wrong"))
    if said:
        st.success(said)
    if wrong:
        st.warning(wrong)


def _open_file(key: str, view: View) -> None:
    given = st.session_state.get(key)
    if given is None:
        return
    st.session_state["draft-turn"] += 1
    try:
        if given.size > MOST_KB * 1024:
            size = given.size // 1024
            raise ArgumentError("tour_file_large", size=size, limit=MOST_KB)
        request = from_json(given.getvalue().decode("utf-8-sig", errors="replace"))
    except GeoError as error:
        st.session_state["draft-wrong"] = error.sentence(view.language)
        return
    tour_request.keep(request)
    st.session_state["draft-said"] = view.say("draft.opened", name=markdown_text(given.name))


def _show_own(request: Request, actor: Actor, view: View) -> None:
    """Show what the account keeps, and what may be done with it."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.text_input(view.say("draft.name"), key="draft-name", width=240,
                      max_chars=tour_drafts.NAME_LIMIT)  # fmt: skip
        st.button(view.say("draft.save"), key="draft-save", on_click=_save, args=(request, view))
    parts.soft(view.say("draft.hint"))
    kept = {one.draft_id: one for one in tour_drafts.list_drafts(cache.store(), actor=actor)}
    if not kept:
        return

    def label(number: int) -> str:
        one = kept[number]
        day = date_text(local_time(one.changed).date(), view.language)
        return markdown_text(f"{one.name}　{day}")

    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        number = st.selectbox(view.say("draft.open"), list(kept), index=None, key="draft-open",
                              format_func=label, placeholder="", width=320,
                              on_change=_open, args=(view,))  # fmt: skip
        if number is not None:
            st.button(view.say("draft.delete"), key="draft-delete", on_click=_delete,
                      args=(number, kept[number].name, view))  # fmt: skip


def _save(request: Request, view: View) -> None:
    name = str(st.session_state.get("draft-name", ""))
    try:
        tour_drafts.save_draft(cache.store(), name, request, actor=account.actor(),
                               now=cache.utc_now())  # fmt: skip
    except GeoError as error:
        st.session_state["draft-wrong"] = error.sentence(view.language)
        return
    st.session_state["draft-said"] = view.say("draft.saved", name=markdown_text(name))
    st.session_state["draft-name"] = ""


def _open(view: View) -> None:
    number = st.session_state.get("draft-open")
    if number is None:
        return
    try:
        request = tour_drafts.read_draft(cache.store(), number, actor=account.actor())
    except GeoError as error:
        st.session_state["draft-wrong"] = error.sentence(view.language)
        return
    tour_request.keep(request)


def _delete(number: int, name: str, view: View) -> None:
    try:
        tour_drafts.delete_draft(cache.store(), number, actor=account.actor())
    except GeoError as error:
        st.session_state["draft-wrong"] = error.sentence(view.language)
        return
    st.session_state["draft-open"] = None
    st.session_state["draft-said"] = view.say("draft.deleted", name=markdown_text(name))
