"""Which townships have a station and which have none: the map, the list, the shares."""

from __future__ import annotations

import streamlit as st

from geo.coverage import rates
from ui import answers, coverage, lists, parts
from ui.frame import View
from ui.headers import RATES, TOWNSHIPS, UNCOVERED_TOWNSHIPS


def show(result: coverage.Coverage, notices: list[str], view: View) -> None:
    """Show the townships of the day with and without a station."""
    answer = result.townships
    uncovered = answers.uncovered_townships(result, view)
    on_map, beside = st.columns([3, 2], gap="medium")
    with beside:
        st.header(view.say("coverage.uncovered"), anchor=False)
        if uncovered.empty:
            st.success(view.say("coverage.all_covered"))
        else:
            parts.show_table(uncovered, UNCOVERED_TOWNSHIPS, view, key="uncovered")
            parts.soft(view.say("coverage.distance_note"))
            parts.download_buttons(
                uncovered, UNCOVERED_TOWNSHIPS, view, stem="uncovered_townships",
                title=view.say("coverage.uncovered"), notices=notices,
            )  # fmt: skip
    with on_map:
        group = answers.choropleth(view, *answers.station_classes(answer, view))
        parts.show_map(view, [group], key="coverage")
        parts.show_legend(view, "covered", "covered_demo", "uncovered")
        lists.show_layer_note(answer, view)
    lists.show_stations_left_out(result.stations_left_out, view)
    st.header(view.say("coverage.share_chart"), anchor=False)
    by_unit, by_county = st.columns(2, gap="medium")
    with by_unit:
        st.subheader(view.say("coverage.by_unit"), anchor=False)
        units = rates(answer, by=["reporting_unit"]).sort_values(
            ["share", "total"], ascending=[True, False]
        )
        parts.show_table(answers.with_percent(units), RATES["unit"], view, key="units")
    with by_county:
        st.subheader(view.say("coverage.by_county"), anchor=False)
        counties = rates(answers.with_county(answer, view), by=["county"]).sort_values("share")
        parts.show_table(answers.with_percent(counties), RATES["county"], view, key="counties")
    st.header(view.say("coverage.every"), anchor=False)
    every = answers.with_state(answers.with_county(answer, view), view)
    parts.show_table(every, TOWNSHIPS, view, key="townships")
    parts.download_buttons(
        every, TOWNSHIPS, view, stem="coverage_townships", title=view.say("export.coverage"),
        notices=notices,
    )  # fmt: skip
