"""Plans computed for a reader: in a thread, with progress, a stop button and a sentence."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from geo import planning
from geo.errors import GeoError
from geo.siting.case import Case
from geo.siting.inputs import Inputs
from geo.siting.problem import Progress, Watch
from geo.siting.proposal import Proposal, propose
from geo.siting.request import Request, Weight
from geo.siting.writing import to_json
from geo.text import percent_text
from ui import cache, parts
from ui.frame import View
from ui.runs import Run, Work, runs

PATIENCE_S = 4.0  # until progress is shown instead of the spinner
TIME_LIMIT_S = 45.0


@st.cache_resource(max_entries=6, show_spinner=False)
def inputs(revision: int, day: date, weight: Weight, seed: int) -> Inputs:
    """Return the tables that a request meets."""
    asked = Request(weight=weight, seed=seed, as_of=day)
    return planning.inputs_of(
        cache.tables(revision), cache.layer(revision, "township"), asked, as_of=day,
        settings=cache.settings(), cache=cache.legs(),
    )  # fmt: skip


def case(request: Request, revision: int, today: date) -> Case:
    """Return the case of a request on the data of `revision`."""
    held = inputs(revision, request.as_of or today, request.weight, request.seed)
    return planning.planned(request, held, as_of=today)


@st.cache_resource(max_entries=12, show_spinner=False)
def _other_weights(key: tuple[Any, ...], _case: Case) -> planning.OtherWeights:
    revision = key[1]
    return planning.other_weights(
        cache.tables(revision), cache.layer(revision, "township"), _case
    )  # fmt: skip


def other_weights(proposal: Proposal, view: View) -> planning.OtherWeights:
    """Return what else the villages can weigh, for the runs that tell how steady a plan is."""
    key = key_of("weights", proposal.case.request, view)
    return _other_weights(key, proposal.case)


def _key(what: str, request: Request, revision: int, today: date) -> tuple[Any, ...]:
    return what, revision, today, to_json(request)


def proposal(request: Request, view: View) -> Proposal | None:
    """Return the plan, or show how far it is and return None."""
    today = view.now.date()

    def work(watch: Watch) -> Proposal:
        return propose(case(request, view.revision, today), time_limit_s=TIME_LIMIT_S, watch=watch)

    found: Proposal | None = answered(_key("plan", request, view.revision, today), work, view)
    return found


def answered(key: tuple[Any, ...], work: Work, view: View) -> Any:
    """Return what `work` gives for `key`, or show how far it is and return None."""
    run = runs().run(key, work)
    if not run.done.is_set():
        with st.spinner(view.say("siting.starting"), show_time=False):
            run.done.wait(PATIENCE_S)
    if not run.done.is_set():
        _show_progress(key, run, view)
        return None
    if run.error is not None:
        raise run.error
    return run.result


def key_of(what: str, request: Request, view: View) -> tuple[Any, ...]:
    """Return under which key the answer of a kind is kept."""
    return _key(what, request, view.revision, view.now.date())


def asked_before(what: str, request: Request, view: View) -> bool:
    """Say whether somebody has asked for it already."""
    return runs().known(_key(what, request, view.revision, view.now.date()))


def finished(what: str, request: Request, view: View) -> Any:
    """Return an answer that is there already, else None."""
    return runs().result(key_of(what, request, view))


def _show_progress(key: tuple[Any, ...], run: Run, view: View) -> None:
    @st.fragment(run_every=1.0)
    def shown() -> None:
        if run.done.is_set():
            st.rerun()
        if run.progress is not None:
            parts.soft(_progress_text(run.progress, view))
        else:
            word = "siting.starting" if run.started.is_set() else "siting.queued"
            parts.soft(view.say(word))
        st.progress(_share(run.progress))
        st.button(view.say("siting.stop"), key=f"stop-{hash(key)}", on_click=run.stop)

    shown()


def _gap(progress: Progress | None) -> float:
    if progress is None or not progress.objective:
        return 1.0
    return min(1.0, abs(progress.bound - progress.objective) / abs(progress.objective))


def _share(progress: Progress | None) -> float:
    return 1.0 - _gap(progress)


def _progress_text(progress: Progress, view: View) -> str:
    return view.say(
        "siting.running", best=f"{progress.objective:,.0f}", bound=f"{progress.bound:,.0f}",
        gap=percent_text(_gap(progress)),
    )  # fmt: skip


def refused(error: GeoError, view: View) -> None:
    """Say why there is no plan."""
    st.warning(error.sentence(view.language))
