"""What can be looked at below a plan: how many, people or townships, stability, files."""

from __future__ import annotations

from functools import partial

import altair as alt
import streamlit as st

from geo import plan_files, plans
from geo.siting import analysis
from geo.siting.analysis import Amounts, curve_of, frontier_of
from geo.siting.problem import Watch
from geo.siting.proposal import Proposal
from geo.siting.request import Request
from geo.siting.stability import Stability
from geo.siting.writing import to_json
from geo.text import percent_text
from ui import charts, parts, siting_answers
from ui.frame import View
from ui.runs import Work
from ui.scenarios import show_scenarios

LOOKS = ("downloads", "curve", "frontier", "stability", "scenarios")


def show(proposal: Proposal, view: View) -> None:
    """Let the reader choose what to look at, and compute that alone."""
    look = parts.switch(view, "look", LOOKS, "siting.look")
    if look == "scenarios":
        show_scenarios(proposal, view)
    elif look == "downloads":
        _show_downloads(proposal, view)
    elif look == "curve":
        _show_curve(proposal, view)
    elif look == "frontier":
        _show_frontier(proposal, view)
    else:
        _show_stability(proposal, view)


def _computed(what: str, request: Request, work: Work, view: View) -> object | None:
    """Return an answer once the reader has asked for it; it takes a while the first time."""
    if not siting_answers.asked_before(what, request, view):
        place = st.empty()
        with place.container():
            parts.soft(view.say("siting.run_note"))
            wanted = st.button(view.say("siting.run"), key=f"run-{what}", type="primary")
        if not wanted:
            return None
        place.empty()  # asked for: it is not offered again beside its answer
    key = siting_answers.key_of(what, request, view)
    found: object | None = siting_answers.answered(key, work, view)
    return found


def _say_reach_alone(request: Request, view: View) -> None:
    """Say that a capacity is no part of what is looked at, if there is one."""
    if request.capacity is not None:
        parts.soft(view.say("siting.look_reach_alone"))


def _show_curve(proposal: Proposal, view: View) -> None:
    case = proposal.case
    _say_reach_alone(case.request, view)

    def work(watch: Watch) -> Amounts:
        return curve_of(case, time_limit_s=siting_answers.TIME_LIMIT_S, watch=watch)

    found = _computed("curve", case.request, work, view)
    if not isinstance(found, Amounts):
        return
    rows = found.rows.assign(percent=(found.rows["share"] * 100).round(1))
    if len(rows) > 1:
        last = rows.iloc[-1]
        parts.sentence(
            view.say(
                "siting.curve_sentence", last=int(last["added"]),
                first=plans.weight_text(rows["gain"].iloc[1], case.request, view.language),
                least=plans.weight_text(last["gain"], case.request, view.language),
            )
        )  # fmt: skip
    line = alt.Chart(rows).mark_line(point=True, color=charts.COLOURS[0])
    charts.show(
        line.encode(
            x=charts.x("added", view.say("siting.curve_stations"), tickMinStep=1),
            y=charts.y("percent", view.say("siting.curve_share")),
        )
    )
    columns = parts.heads(
        ("added", "siting.curve_stations"), ("percent", "siting.curve_share"),
        ("reached", "outreach.reached"), ("gain", "siting.curve_gain"),
        ("proven", "siting.curve_proven"),
    )  # fmt: skip
    _give(rows, columns, proposal, "curve", view)


def _show_frontier(proposal: Proposal, view: View) -> None:
    case = proposal.case
    _say_reach_alone(case.request, view)

    def work(watch: Watch) -> Amounts:
        return frontier_of(case, time_limit_s=siting_answers.TIME_LIMIT_S, watch=watch)

    found = _computed("frontier", case.request, work, view)
    if not isinstance(found, Amounts):
        return
    rows = found.rows.assign(percent=(found.rows["share"] * 100).round(1))
    first, last = rows.iloc[0], rows.iloc[-1]
    facts = {
        "people": percent_text(float(first["share"])), "few": int(first["opened"]),
        "many": int(last["opened"]), "fewer": percent_text(float(last["share"])),
    }  # fmt: skip
    if len(rows) == 1:
        parts.sentence(view.say("siting.frontier_one", **facts))
    else:
        parts.sentence(view.say("siting.frontier_sentence", **facts))
        line = alt.Chart(rows).mark_line(point=True, color=charts.COLOURS[2])
        charts.show(
            line.encode(
                x=charts.x("opened", view.say("siting.frontier_townships"), tickMinStep=1),
                y=charts.y("percent", view.say("siting.frontier_reached")),
            )
        )
    columns = parts.heads(
        ("opened", "siting.frontier_townships"), ("percent", "siting.frontier_reached"),
        ("reached", "outreach.reached"), ("proven", "siting.curve_proven"),
    )  # fmt: skip
    _give(rows, columns, proposal, "frontier", view)


def _show_stability(proposal: Proposal, view: View) -> None:
    request = proposal.case.request
    day = proposal.case.as_of
    if not analysis.steadiness_asked(proposal):
        st.info(view.say("siting.stability_aim"))
        return
    others = siting_answers.other_weights(proposal, view)

    def work(watch: Watch) -> Stability:
        held = siting_answers.inputs(view.revision, day, request.weight, request.seed)
        return analysis.stability_of(
            proposal, held, weights=others.weights, time_limit_s=siting_answers.TIME_LIMIT_S,
            watch=watch,
        )  # fmt: skip

    found = _computed("stability", request, work, view)
    if not isinstance(found, Stability):
        return
    runs = len(found.runs)
    kept = dict(zip(found.sites.tolist(), found.kept.tolist(), strict=True))
    always = sum(times == runs for times in kept.values())
    parts.sentence(view.say("siting.stability_sentence", always=always, **analysis.counted(found)))
    if others.missing is not None:
        parts.soft(plans.notice_text(others.missing, view.language))
    rows = proposal.sites.assign(
        times=[f"{kept[site]}/{runs}" for site in proposal.sites.index],
        name=[plans.site_name(row, view.language) for row in proposal.sites.to_dict("records")],
    )
    columns = parts.heads(
        ("place", "siting.place"), ("name", "siting.name"), ("township", "all.township"),
        ("times", "siting.stability_times"), ("county", "all.county"),
    )  # fmt: skip
    _give(rows, columns, proposal, "stability", view)


def _give(rows: object, columns: parts.Columns, proposal: Proposal, stem: str, view: View) -> None:
    notices = plan_files.plan_notices(proposal, revision=view.revision, language=view.language)
    parts.show_table(rows, columns, view, key=f"look-{stem}")  # type: ignore[arg-type]
    parts.download_buttons(
        rows, columns, view, stem=f"siting_{stem}", title=view.say(f"siting.look_{stem}"),  # type: ignore[arg-type]
        notices=notices,
    )  # fmt: skip


def _show_downloads(proposal: Proposal, view: View) -> None:
    parts.show_table(
        plan_files.plan_table(proposal, view.language),
        plan_files.COLUMNS,
        view,
        key="plan",
        height=300,
    )
    words = {
        ".xlsx": "all.download_xlsx", ".gpkg": "siting.download_gpkg", ".csv": "all.download_csv",
    }  # fmt: skip
    mimes = {".gpkg": "application/geopackage+sqlite3", ".csv": "text/csv"}
    with st.container(horizontal=True):
        for suffix, word in words.items():
            make = partial(
                plan_files.write_plan, proposal, suffix=suffix, revision=view.revision,
                language="zh" if view.language == "zh" else "en", made_on=view.now.date(),
            )  # fmt: skip
            st.download_button(
                view.say(word), data=make, file_name=f"next_sites{suffix}", on_click="ignore",
                mime=mimes.get(suffix, "application/octet-stream"), key=f"plan{suffix}",
            )  # fmt: skip
        st.download_button(
            view.say("siting.download_json"), data=to_json(proposal.case.request),
            file_name="request.json", mime="application/json", on_click="ignore", key="plan.json",
        )  # fmt: skip
