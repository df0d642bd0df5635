"""How much of the stations each township has: the sentence, the map, and the table."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from geo import accessibility, outreach, plans
from geo.text import text
from ui import answers, parts
from ui.frame import View
from ui.outreach import Asked

METHODS = ("e2sfca", "2sfca")
# Each class of `accessibility.classes` on the map.
AREAS = {
    "none": "uncovered", "low": "level1", "below": "level2", "above": "level3", "high": "level5",
}  # fmt: skip


def show(held: outreach.Outreach, asked: Asked, notices: list[str], view: View) -> None:
    """Show what each township has of the stations in reach, several sharing each."""
    st.header(view.say("outreach.access"), anchor=False)
    with st.container(key="xh-share"):
        method = parts.switch(view, "method", METHODS, "outreach.method")
    found = accessibility.accessibility(held, limit=asked.limit, weight=asked.weight)
    name = f"access_{method}"
    mean = found.mean[name]
    if not mean > 0:
        words = view.say("outreach.access_nothing", within=_within(asked, view))
        parts.sentence(words)
        return
    rows = found.townships
    basis = "known" if found.capacity.basis == "known" else "stations"
    best = rows.iloc[int(rows[name].argmax())]
    parts.sentence(
        view.say(
            "outreach.access_sentence", within=_within(asked, view),
            per=view.say(f"outreach.per_{asked.weight}"), mean=_amount(mean, basis, view),
            best=best["township"], high=_amount(best[name], basis, view),
            none=int(rows[name].eq(0).sum()),
        )
    )  # fmt: skip
    meaning = view.say("outreach.access_meaning", basis=_basis(found, len(held.facilities), view))
    parts.soft(meaning)
    on_map, beside = st.columns([3, 2], gap="medium")
    with beside:
        _show_table(rows, name, asked, [*notices, meaning], view)
    with on_map:
        _show_map(rows, name, mean, basis, view)


def _basis(found: accessibility.Accessibility, total: int, view: View) -> str:
    """Say what a station counts as, and why."""
    if found.capacity.basis == "known":
        return view.say("outreach.basis_known")
    if found.gaps < total:
        return view.say("outreach.basis_mixed", count=found.gaps, total=total)
    return view.say("outreach.basis_stations")


def _within(asked: Asked, view: View) -> str:
    return plans.within_text(asked.request, view.language)


def _amount(value: float, basis: str, view: View) -> str:
    shown = f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
    return view.say(f"outreach.amount_{basis}", value="<0.1" if 0 < value < 0.05 else shown)


def _show_map(rows: pd.DataFrame, name: str, mean: float, basis: str, view: View) -> None:
    by_code = rows.set_index("township_code")[name]
    found = accessibility.classes(by_code, mean=mean)
    unknown = view.say("outreach.area_unknown")
    notes = by_code.map(lambda one: _amount(one, basis, view) if np.isfinite(one) else unknown)
    group = answers.choropleth(view, found.map(AREAS).fillna("unknown"), notes)
    parts.show_map(view, [group], key="access")
    labels = {area: view.say(f"outreach.area_{one}") for one, area in AREAS.items()}
    if found.isna().any():
        labels["unknown"] = unknown
    parts.show_legend(view, *labels, labels=labels)


def _show_table(
    rows: pd.DataFrame, name: str, asked: Asked, notices: list[str], view: View
) -> None:
    """List the townships, those that have least first."""

    def head(method: str, language: str) -> str:
        per = text(f"outreach.per_{asked.weight}", language)
        return text("outreach.amount", language, method=method, per=per)

    heads = [
        (f"access_{method.lower()}", head(method, "zh"), head(method, "en"))
        for method in ("E2SFCA", "2SFCA")
    ]
    columns = [
        *parts.heads(("township", "all.township")), *heads,
        *parts.heads(
            ("weight", "outreach.weight"), ("spread", "outreach.spread"), ("county", "all.county"),
            ("reporting_unit", "coverage.responsible"), ("township_code", "outreach.township_code"),
        ),
    ]  # fmt: skip
    digits = {"access_e2sfca": 2, "access_2sfca": 2}
    least = rows.sort_values([name, "township_code"], na_position="last").round(digits)
    parts.show_table(least, columns, view, key="access", height=470)
    parts.download_buttons(
        least, columns, view, stem="accessibility_townships", title=view.say("outreach.access"),
        notices=notices,
    )  # fmt: skip
