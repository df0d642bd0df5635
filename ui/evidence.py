"""Photos and documents that prove something about a row, for those whose row it is."""

from __future__ import annotations

import streamlit as st

from geo import evidence
from geo.edits import Key
from geo.errors import GeoError
from geo.rights import Actor
from geo.text import date_text
from ui import cache, parts
from ui.batches import local_time
from ui.frame import View

TYPES = ["jpg", "jpeg", "png", "webp", "pdf", "docx", "xlsx"]


def show_evidence(table: str, key: Key, actor: Actor, view: View) -> None:
    """List the evidence of a row, give it out, and take more."""
    store, folder, today = cache.store(), cache.settings().evidence, view.now.date()
    try:
        found = evidence.evidence_of(store, table, key, actor=actor, today=today)
    except GeoError:
        return  # not this actor's row: nothing to see
    with st.expander(view.say("evidence.title", count=len(found))):
        for row in found.to_dict("records"):
            number = int(row["evidence_id"])
            day = date_text(local_time(row["at"]).date(), view.language)
            st.text(f"{row['title']} · {day} · {row['login']} · {row['size'] / 1024:.0f} KB")
            with st.container(horizontal=True):
                if st.button(view.say("evidence.open"), key=f"evidence-{number}"):
                    _give(number, actor, view)
                if st.button(view.say("evidence.remove"), key=f"evidence-gone-{number}"):
                    try:
                        evidence.remove_evidence(
                            store, folder, number, actor=actor, now=cache.utc_now(), today=today
                        )
                    except GeoError as error:
                        st.error(error.sentence(view.language))
                    else:
                        st.rerun()
        _take(table, key, actor, view)


def _give(number: int, actor: Actor, view: View) -> None:
    """Show a picture, or offer a document, out of the folder that no address reaches."""
    try:
        data, media_type, name = evidence.read_evidence(
            cache.store(), cache.settings().evidence, number, actor=actor, today=view.now.date()
        )
    except GeoError as error:
        st.error(error.sentence(view.language))
        return
    if media_type.startswith("image/"):
        st.image(data)
    st.download_button(
        view.say("evidence.download"), data=data, file_name=name, mime=media_type,
        key=f"evidence-file-{number}", on_click="ignore",
    )  # fmt: skip


def _take(table: str, key: Key, actor: Actor, view: View) -> None:
    given = parts.upload(
        view, view.say("evidence.add"), types=TYPES, key=f"evidence-new-{table}-{key}",
        about=view.say("evidence.limits"),
    )  # fmt: skip
    title = st.text_input(view.say("evidence.what"), key="field-evidence", max_chars=100)
    if given is None:
        return
    if st.button(view.say("evidence.save"), key="evidence-save"):
        try:
            evidence.add_evidence(
                cache.store(), cache.settings().evidence, actor=actor, table=table, key=key,
                data=given[0], title=title, now=cache.utc_now(), today=view.now.date(),
            )  # fmt: skip
        except GeoError as error:
            st.error(error.sentence(view.language))
            return
        st.rerun()
    else:
        parts.soft(view.say("evidence.exif"))
