"""The proposed sites in roll-out order, each with the sheet of its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from geo.plans import site_name, weight_text
from geo.siting.proposal import Proposal
from geo.text import markdown_text, percent_text
from ui import parts, siting_request
from ui.frame import View
from ui.siting_map import open_site, opened
from ui.siting_sheet import show_sheet

PER_PAGE = 6


def show(proposal: Proposal, key: tuple[object, ...], view: View) -> None:
    """List the sites, a page at a time; the open one comes first with its sheet."""
    rows = proposal.sites
    st.header(view.say("siting.list"), anchor=False)
    siting_request.show_fixed(proposal.case.request, proposal.case.sites, view)
    if rows.empty:
        st.text(view.say("all.no_rows"))
        return
    chosen = rows[rows["site_id"] == opened()]
    for site in chosen.to_dict("records"):
        with st.container(key="xh-detail"):
            show_sheet(proposal, site, key, view)
            st.button(view.say("siting.close"), key="close", on_click=open_site, args=(None,))
    pages = -(-len(rows) // PER_PAGE)
    number = min(st.session_state.get("p", 1), pages)
    for site in rows.iloc[(number - 1) * PER_PAGE : number * PER_PAGE].to_dict("records"):
        _show_line(site, proposal, view)
    if pages > 1:
        st.pagination(pages, key="p", bind="query-params", max_visible_pages=5)


def _show_line(site: Mapping[Any, Any], proposal: Proposal, view: View) -> None:
    with st.container(key=f"xh-card-{site['site_id']}"):
        st.button(
            f"{site['place']}　{markdown_text(site_name(site, view.language))}",
            key=f"open-{site['site_id']}", type="tertiary", on_click=open_site,
            args=(site["site_id"],),
        )  # fmt: skip
        parts.line(_line(site, proposal, view), _chips(site, view))


def _line(site: Mapping[Any, Any], proposal: Proposal, view: View) -> str:
    known = {name: site[name] if pd.notna(site[name]) else "" for name in ("county", "township")}
    gain = weight_text(float(site["gain"]), proposal.case.request, view.language)
    return view.say(
        "siting.site_line", gain=gain, share=percent_text(float(site["share"])), **known
    )


def _chips(site: Mapping[Any, Any], view: View) -> list[tuple[str, str]]:
    """Return what sets a site apart: (style, word)."""
    said = []
    if site["opens"]:
        said.append(("open", view.say("siting.opens")))
    if site["required"]:
        said.append(("warn", view.say("siting.required")))
    if site["demo"]:
        said.append(("demo", view.say("notice.demo_mark")))
    if site["spread"]:
        said.append(("warn", view.say("siting.spread_mark")))
    return said
