"""What a teacher takes along: the files of a tour, and the ways one by one."""

from __future__ import annotations

from functools import partial
from html import escape
from urllib.parse import urlencode

import streamlit as st

from geo.text import text
from geo.tours.exports import KINDS, MIME, Layers, file_name, files_of
from geo.tours.form import to_link
from geo.tours.outcome import Outcome, TourFacts
from geo.tours.request import Request
from geo.tours.telling import way_text
from geo.tours.ways import leg_links
from ui import cache, parts, tour_request
from ui.frame import View


def _link(request: Request) -> str:
    address = (st.context.url or "").split("?")[0]
    asked = {tour_request.LINK: to_link(request)}
    order = st.query_params.get(tour_request.ORDER)
    return f"{address}?{urlencode(asked | ({tour_request.ORDER: order} if order else {}))}"


def _label(kind: str, view: View) -> str:
    name, _, suffix = kind.partition(".")
    said = view.say(f"tours.file_{suffix}" if name == "tour" else f"handbook.file_{name}")
    return f"{said} {suffix.upper()}"


def _made(outcome: Outcome, tour: TourFacts, kind: str, view: View, link: str) -> bytes:
    layers = Layers(*(cache.store().layer(level) for level in ("township", "county")))
    return files_of(
        outcome, kind, settings=cache.settings(), now=view.now, link=link, layers=layers, tour=tour
    )


def show_files(
    outcome: Outcome, tour: TourFacts, view: View, *, asked: Request | None = None, part: str = ""
) -> None:
    """
    Offer every file; each is made on the click.

    `asked` is what the link leads back to, `part` whose files these are.
    """
    st.subheader(view.say("tours.files"), anchor=False)
    link = _link(asked or outcome.request)
    with st.container(horizontal=True, gap="xsmall"):
        for kind in KINDS:
            st.download_button(
                _label(kind, view),
                data=partial(_made, outcome, tour, kind, view, link),
                file_name=file_name(outcome, kind, part=part), mime=MIME[kind], on_click="ignore",
                key=f"file-{kind}",
            )  # fmt: skip


def show_ways(tour: TourFacts, view: View) -> None:
    """Show the way of each leg as links into map apps."""
    with st.expander(view.say("tours.ways")):
        for one in leg_links(tour, city=text("all.city")):
            leg = one.leg
            said = f"{leg.origin.name} → {leg.destination.name}　{way_text(leg, view.language)}"
            parts.reason(said)
            links = "".join(
                f'<a href="{escape(link.url, quote=True)}" target="_blank" '
                f'rel="noopener noreferrer">{escape(view.say(f"app.{link.app}"))}</a>'
                for link in one.links
            )
            st.html(f'<p class="xh-ways">{links}</p>')
