"""The sheet of one proposed site: why there, what else, and what the swap would lose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from geo.plans import site_name
from geo.siting.proposal import Proposal
from geo.text import markdown_text
from ui import parts, siting_request
from ui.frame import View


def show_sheet(proposal: Proposal, site: Mapping[Any, Any], view: View) -> None:
    """Show the reasons for a site, the villages it reaches, and the buttons that fix it."""
    name = markdown_text(site_name(site, view.language))
    st.subheader(f"{site['place']}　{name}", anchor=False)
    parts.soft(view.say("siting.reason_gains", villages=site["villages"], persons=""))
    if site["opens"]:
        parts.soft(view.say("siting.reason_opens", township=site["township"]))
    with st.container(horizontal=True):
        for part, word in (("required", "require"), ("forbidden", "forbid")):
            if site["site_id"] not in getattr(proposal.case.request, part):
                st.button(
                    view.say(f"siting.{word}"), key=f"{word}-{site['site_id']}",
                    on_click=siting_request.mark, args=(part, site["site_id"]),
                )  # fmt: skip
