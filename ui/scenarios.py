"""Scenarios: kept by those signed in, opened by everybody, compared side by side."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st

from geo import maps, plan_facts, plan_files, plans, scenario_store
from geo.errors import GeoError
from geo.rights import Actor
from geo.scenarios import NAME_LIMIT, SITE_COLUMNS, Scenario, differences, may_change, may_save
from geo.siting.proposal import Proposal
from geo.siting.request import Request
from geo.siting.writing import to_json
from geo.text import date_text, markdown_text, percent_text
from ui import account, cache, parts, siting_answers, siting_request
from ui.batches import local_time
from ui.frame import View

FIGURES = ("added", "share_after", "after", "villages_after", "townships_after")


def show_scenarios(proposal: Proposal, view: View) -> None:
    """Show what is kept, what may be done with it, and the comparison."""
    said = st.session_state.pop("scenario-said", None)
    if said:
        st.success(said)
    wrong = st.session_state.pop("scenario-wrong", None)
    if wrong:
        st.warning(wrong)
    listed = scenario_store.list_scenarios(cache.store())
    actor = account.actor()
    names = dict(zip(listed["scenario_id"].tolist(), listed["name"].tolist(), strict=True))
    opened = _opened(names)
    if names:
        st.selectbox(
            view.say("scenario.choose"), list(names), key=_set("scenario-open", opened),
            format_func=lambda number: markdown_text(names[number]), on_change=_open_chosen,
            placeholder=view.say("scenario.choose"), width=420,
        )  # fmt: skip
    else:
        parts.soft(view.say("scenario.none"))
    scenario = _read(opened, view) if opened is not None else None
    if scenario is not None:
        _show_opened(scenario, proposal, view)
    if may_save(actor):
        _show_saving(scenario, proposal, actor, view)
    else:
        parts.soft(view.say("scenario.sign_in"))
    if names:
        _show_comparison(proposal, names, view)


def _set(key: str, value: object) -> str:
    st.session_state[key] = value
    return key


def _opened(names: dict[int, str]) -> int | None:
    asked = str(st.query_params.get("scenario", ""))
    return int(asked) if asked.isdigit() and int(asked) in names else None


def _read(number: int, view: View) -> Scenario | None:
    try:
        return scenario_store.read_scenario(cache.store(), number)
    except GeoError as error:
        siting_answers.refused(error, view)
        return None


def _open_chosen() -> None:
    """Put the chosen scenario's request into the link."""
    number = st.session_state.get("scenario-open")
    if number is None:
        st.query_params.pop("scenario", None)
        return
    try:
        scenario = scenario_store.read_scenario(cache.store(), int(number))
    except GeoError as error:
        st.session_state["scenario-wrong"] = error.sentence()
        return
    st.query_params["scenario"] = str(number)
    st.query_params.pop("site", None)
    siting_request.keep_all(scenario.request)


def _same(one: Request, other: Request) -> bool:
    return to_json(one) == to_json(other)


def _show_opened(scenario: Scenario, proposal: Proposal, view: View) -> None:
    day = date_text(local_time(scenario.changed).date(), view.language)
    facts = {"name": scenario.name, "date": day, "revision": scenario.revision}
    if may_save(account.actor()):
        parts.soft(view.say("scenario.opened_by", owner=scenario.owner, **facts))
    else:  # whose account it is concerns nobody outside
        parts.soft(view.say("scenario.opened", **facts))
    asked = proposal.case.request
    kept = replace(scenario.request, as_of=scenario.request.as_of or asked.as_of)
    if not _same(kept, asked):
        parts.notice(view.say("scenario.edited"))
    elif scenario.revision != view.revision:
        parts.notice(view.say("scenario.older"))


# --- keeping ------------------------------------------------------------------------------------


def _show_saving(scenario: Scenario | None, proposal: Proposal, actor: Actor, view: View) -> None:
    own = scenario is not None and may_change(actor, scenario.owner)
    st.text_input(
        view.say("scenario.name"), key="scenario-name", max_chars=NAME_LIMIT, width=420
    )  # fmt: skip
    with st.container(horizontal=True):
        st.button(
            view.say("scenario.save"), key="scenario-save", type="primary",
            on_click=partial(_save, proposal, view),
        )  # fmt: skip
        if scenario is None or not own:
            return
        shown = markdown_text(scenario.name)
        st.button(
            view.say("scenario.overwrite", name=shown), key="scenario-overwrite",
            on_click=partial(_overwrite, scenario, proposal, view),
        )  # fmt: skip
        st.button(
            view.say("scenario.rename"), key="scenario-rename",
            on_click=partial(_rename, scenario, view),
        )  # fmt: skip
        with st.popover(view.say("scenario.delete")):
            st.button(
                view.say("scenario.delete_sure", name=shown), key="scenario-delete",
                on_click=partial(_delete, scenario, view),
            )  # fmt: skip


def _save(proposal: Proposal, view: View) -> None:
    name = str(st.session_state.get("scenario-name", ""))
    try:
        number = scenario_store.save_scenario(
            cache.store(), name, proposal.case.request, actor=account.actor(),
            revision=view.revision, summary=plan_facts.summary(proposal), now=cache.utc_now(),
        )  # fmt: skip
    except GeoError as error:
        st.session_state["scenario-wrong"] = error.sentence(view.language)
        return
    st.query_params["scenario"] = str(number)
    st.session_state["scenario-said"] = view.say("scenario.saved", name=markdown_text(name))
    st.session_state["scenario-name"] = ""


def _overwrite(scenario: Scenario, proposal: Proposal, view: View) -> None:
    _change(
        scenario, view, request=proposal.case.request, revision=view.revision,
        summary=plan_facts.summary(proposal),
    )  # fmt: skip


def _rename(scenario: Scenario, view: View) -> None:
    _change(scenario, view, name=str(st.session_state.get("scenario-name", "")))


def _change(scenario: Scenario, view: View, **given: object) -> None:
    try:
        scenario_store.change_scenario(
            cache.store(), scenario.scenario_id, actor=account.actor(),
            edition=scenario.edition, now=cache.utc_now(), **given,  # type: ignore[arg-type]
        )  # fmt: skip
    except GeoError as error:
        st.session_state["scenario-wrong"] = error.sentence(view.language)
        return
    name = markdown_text(str(given.get("name") or scenario.name))
    st.session_state["scenario-said"] = view.say("scenario.saved", name=name)


def _delete(scenario: Scenario, view: View) -> None:
    try:
        scenario_store.delete_scenario(cache.store(), scenario.scenario_id, actor=account.actor())
    except GeoError as error:
        st.session_state["scenario-wrong"] = error.sentence(view.language)
        return
    st.query_params.pop("scenario", None)
    name = markdown_text(scenario.name)
    st.session_state["scenario-said"] = view.say("scenario.deleted", name=name)


# --- comparing ----------------------------------------------------------------------------------


def _show_comparison(proposal: Proposal, names: dict[int, str], view: View) -> None:
    number = st.selectbox(
        view.say("scenario.compare"), list(names), index=None, key="scenario-other", width=420,
        format_func=lambda one: markdown_text(names[one]), placeholder="",
    )  # fmt: skip
    scenario = _read(number, view) if number is not None else None
    if scenario is None:
        return
    try:
        other = siting_answers.proposal(scenario.request, view)
    except GeoError as error:
        siting_answers.refused(error, view)
        return
    if other is None:
        return
    found = differences(*(_sites(plan, view) for plan in (proposal, other)))
    counts = found["where"].value_counts()
    parts.sentence(
        view.say(
            "scenario.compare_sentence", name=scenario.name,
            **{where: int(counts.get(where, 0)) for where in ("both", "first", "second")},
        )
    )  # fmt: skip
    on_map, beside = st.columns([3, 2], gap="medium")
    with on_map:
        _show_map(found, view)
    with beside:
        _show_figures(proposal, other, view)
        _show_sites(found, proposal, view)


def _sites(plan: Proposal, view: View) -> pd.DataFrame:
    rows = plan.sites
    names = [plans.site_name(row, view.language) for row in rows.to_dict("records")]
    return rows.assign(name=names)[[*SITE_COLUMNS, "position_precision"]].reset_index(drop=True)


def _show_map(found: pd.DataFrame, view: View) -> None:
    words = {where: view.say(f"sign.{where}") for where in ("both", "first", "second")}
    place = found["first_place"].fillna(found["second_place"]).astype(str)
    marked = found.assign(
        label=place, note=found["where"].map(words), look=found["where"],
        position_precision="building",
    )  # fmt: skip
    parts.show_map(view, [maps.sites_group(maps.sites_payload(marked))], key="compare")
    parts.show_legend(view, "both", "first", "second")


def _show_figures(proposal: Proposal, other: Proposal, view: View) -> None:
    one, two = plan_facts.summary(proposal), plan_facts.summary(other)
    rows = pd.DataFrame(
        [(view.say(f"scenario.{name}"), _shown(name, one), _shown(name, two)) for name in FIGURES],
        columns=["figure", "first", "second"],
    )
    columns = parts.heads(
        ("figure", "scenario.figure"), ("first", "scenario.first"), ("second", "scenario.second")
    )
    parts.show_table(rows, columns, view, key="compare-figures")


def _shown(name: str, figures: dict[str, object]) -> str:
    value = float(str(figures[name]))
    return percent_text(value) if name == "share_after" else f"{value:,.0f}"


def _show_sites(found: pd.DataFrame, proposal: Proposal, view: View) -> None:
    words = {where: view.say(f"sign.{where}") for where in ("both", "first", "second")}
    rows = found.assign(where=found["where"].map(words))
    columns = parts.heads(
        ("name", "siting.name"), ("township", "all.township"), ("where", "scenario.where"),
        ("first_place", "scenario.first_place"), ("second_place", "scenario.second_place"),
    )  # fmt: skip
    parts.show_table(rows, columns, view, key="compare-sites")
    parts.download_buttons(
        rows, columns, view, stem="scenario_differences", title=view.say("scenario.where"),
        notices=plan_files.plan_notices(proposal, revision=view.revision, language=view.language),
    )  # fmt: skip
