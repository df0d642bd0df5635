"""The report to the leadership, written on the click with a progress bar."""

from __future__ import annotations

import datetime as dt
from datetime import date

import streamlit as st

from geo.report import making
from geo.report.places import CITY, Place, places_of
from geo.text import markdown_text
from ui import cache, parts
from ui.frame import View

FORMATS = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
KEPT = 6  # reports in memory, for whoever asks for the same again


@st.cache_resource
def _slot() -> dict[tuple[object, ...], bytes]:
    return {}


def show(as_of: date, count_demo: bool, view: View) -> None:
    """Let the reader choose place, format and comparison; write the report and give it out."""
    parts.soft(view.say("outreach.report_note"))
    tables = cache.tables(view.revision)
    counties_units, _ = places_of(tables, as_of=as_of)
    places = {f"{place.kind}:{place.code}": place for place in [CITY, *counties_units]}
    with st.container(key="xh-ask", horizontal=True, gap="medium", vertical_alignment="bottom"):
        chosen = st.selectbox(
            view.say("outreach.report_place"), list(places), key="report-place", width=260,
            format_func=lambda key: _name(places[key], view),
        )  # fmt: skip
        suffix = parts.switch(
            view, "format", tuple(FORMATS), "outreach.report_format", words=tuple(FORMATS)
        )
        since = st.date_input(
            view.say("outreach.report_since"), value=None, max_value=as_of, format="YYYY-MM-DD",
            min_value=dt.date(2015, 1, 1), key="report-since", width=240,
        )  # fmt: skip
    before = since if isinstance(since, dt.date) else None
    place = places[chosen]
    key = (view.revision, place, suffix, as_of, count_demo, before)
    made = _slot()
    if st.button(view.say("outreach.report_make"), type="primary", key="report-make"):
        made[key] = _make(place, suffix, as_of, count_demo, before, view)
        while len(made) > KEPT:
            made.pop(next(iter(made)), None)
    content = made.get(key)
    if content is not None:
        file = f"{place.stem}_{as_of.isoformat()}{suffix}"
        st.success(view.say("outreach.report_ready"))
        st.download_button(
            view.say("outreach.report_download", file=file), data=content, file_name=file,
            mime=FORMATS[suffix], on_click="ignore", key="report-file",
        )  # fmt: skip


def _name(place: Place, view: View) -> str:
    kind = {"county": "all.county", "unit": "all.unit"}.get(place.kind)
    name = markdown_text(place.name)
    return f"{name}（{view.say(kind)}）" if kind else name


def _make(
    place: Place, suffix: str, as_of: date, count_demo: bool, since: date | None, view: View
) -> bytes:
    bar = st.progress(0.0, text=view.say("frame.loading"))

    def told(share: float, step: str) -> None:
        bar.progress(min(1.0, max(0.0, share)), text=step)

    source = making.read_source(cache.store(), demo=count_demo, cache=cache.legs())
    try:
        files = making.report_files(
            source, place, [suffix], as_of=as_of, made_on=view.now.date(), since=since,
            settings=cache.settings(), progress=told,
        )  # fmt: skip
    finally:
        bar.empty()
    return files[suffix]
