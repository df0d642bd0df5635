"""The sheet of one proposed site: why there, what else, and what the swap would lose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from geo import plan_facts, plans
from geo.schema import HOSTS
from geo.siting.proposal import Proposal
from geo.siting.stability import Stability
from geo.text import markdown_text, percent_text
from ui import parts, siting_answers, siting_request
from ui.frame import View


@st.cache_resource(max_entries=24, show_spinner=False)
def _whys(key: tuple[object, ...], _proposal: Proposal) -> dict[str, plan_facts.Why]:  # noqa: ARG001 - the cache's key
    return plan_facts.whys(_proposal)


def show_sheet(
    proposal: Proposal, site: Mapping[Any, Any], key: tuple[object, ...], view: View
) -> None:
    """Show the reasons for a site, the villages it reaches, and the buttons that fix it."""
    language, request = view.language, proposal.case.request
    name = markdown_text(plans.site_name(site, language))
    st.subheader(f"{site['place']}　{name}", anchor=False)
    why = _whys(key, proposal).get(site["site_id"])
    for words in _reasons(site, why, proposal, view):
        parts.reason(words)
    with st.container(horizontal=True):
        for part, word in (("required", "require"), ("forbidden", "forbid")):
            if site["site_id"] not in getattr(request, part):
                st.button(
                    view.say(f"siting.{word}"), key=f"{word}-{site['site_id']}",
                    on_click=siting_request.mark, args=(part, site["site_id"]),
                )  # fmt: skip
            elif part == "required":
                st.button(
                    view.say("siting.free"), key=f"free-{site['site_id']}",
                    on_click=siting_request.mark, args=("", site["site_id"]),
                )  # fmt: skip
    if why is not None and len(why.gained):
        with st.expander(view.say("siting.reason_villages")):
            names = proposal.case.townships.set_index("township_code")["name"]
            rows = why.gained.assign(township=why.gained["township_code"].map(names))
            columns = parts.heads(
                ("name", "all.village"), ("township", "all.township"),
                ("spread", "siting.spread_mark"),
            )  # fmt: skip
            parts.show_table(rows, columns, view, key=f"gained-{site['site_id']}", height=260)


def _reasons(
    site: Mapping[Any, Any], why: plan_facts.Why | None, proposal: Proposal, view: View
) -> list[str]:
    request, language = proposal.case.request, view.language
    persons = ""
    if request.weight == "population":
        persons = view.say("siting.reason_persons", count=f"{site['gain']:,.0f}")
    said = [view.say("siting.reason_gains", villages=site["villages"], persons=persons)]
    if site["opens"]:
        said.append(view.say("siting.reason_opens", township=site["township"]))
    if site["kind"] == "host":
        labels = {choice[0]: choice[1 if language == "zh" else 2] for choice in HOSTS}
        host = labels.get(str(site["host_kind"]), view.say("siting.kind_host"))
        said.append(view.say("siting.reason_host", host=host))
    if why is not None:
        if len(why.alone):
            said.append(view.say("siting.reason_alone", count=len(why.alone)))
        said.append(_runner_up(why, proposal, view))
    if "served" in site and site["share_used"] == site["share_used"]:
        served = plans.weight_text(float(site["served"]), request, language)
        share = percent_text(float(site["share_used"]))
        said.append(view.say("siting.reason_used", served=served, share=share))
    times = _stability(site, proposal, view)
    return [*said, times] if times else said


def _runner_up(why: plan_facts.Why, proposal: Proposal, view: View) -> str:
    if why.runner_up is None:
        return view.say("siting.reason_no_runner_up")
    name = plans.site_name(why.runner_up, view.language)
    place = f"{why.runner_up['township'] or ''} {name}".strip()
    if why.loss <= 0:
        return view.say("siting.reason_runner_equal", name=place)
    loss = plans.weight_text(why.loss, proposal.case.request, view.language)
    served = proposal.service is not None
    word = "siting.reason_runner_served" if served else "siting.reason_runner_up"
    return view.say(word, name=place, loss=loss)


def _stability(site: Mapping[Any, Any], proposal: Proposal, view: View) -> str | None:
    """Say in how many runs the site stays, once they have been made."""
    found = siting_answers.finished("stability", proposal.case.request, view)
    if not isinstance(found, Stability):
        return None
    at = int(proposal.sites.index[proposal.sites["site_id"] == site["site_id"]][0])
    kept = dict(zip(found.sites.tolist(), found.kept.tolist(), strict=True))
    return view.say("siting.reason_stable", runs=len(found.runs), times=kept[at])
