"""Which villages and communities have a promoter, and which have none."""

import streamlit as st

from geo.coverage import rates
from geo.search import matches
from ui import answers, cache, coverage, lists, parts
from ui.frame import page
from ui.headers import RATES, UNCOVERED_VILLAGES, VILLAGES

with page("promoters") as view:
    as_of, count_demo = parts.coverage_choice(view)
    result = coverage.coverage_on(view.revision, as_of, count_demo)
    answer = answers.villages(result, view)
    parts.sentence(view.say("promoters.sentence", **answers.city_figures(answer)))
    demo_rows = cache.demo_promoters(view.revision) if count_demo else 0
    parts.demo_notice(view, promoters=demo_rows)
    if demo_rows:
        bare = rates(coverage.coverage_on(view.revision, as_of, False).villages, by=[]).iloc[0]
        parts.soft(view.say("promoters.without_demo", covered=int(bare["covered"])))
    parts.soft(view.say("promoters.rule"))
    parts.soft(view.say("promoters.privacy"))

    notices = parts.export_notices(
        view, as_of, demo_rows, villages_out=len(result.villages_left_out)
    )
    townships = rates(answer, by=["township_code", "township", "county", "reporting_unit"]).rename(
        columns={"township": "name"}
    )
    on_map, beside = st.columns([3, 2], gap="medium")
    with beside:
        st.header(view.say("promoters.uncovered"), anchor=False)
        chosen, typed = st.columns(2, vertical_alignment="bottom")
        with chosen:
            county = st.selectbox(
                view.say("all.county"),
                sorted(answer["county"].dropna().unique()),
                index=None,
                placeholder=view.say("all.everything"),
                key="county",
                bind="query-params",
            )
        with typed:
            query = st.text_input(
                view.say("promoters.search"),
                key="v",
                bind="query-params",
                max_chars=60,
                type="search",
                placeholder=view.say("promoters.search_hint"),
            )
        uncovered = answer[~answer["covered"]]
        if county:
            uncovered = uncovered[uncovered["county"] == county]
        uncovered = uncovered[matches(uncovered[["name", "township", "village_code"]], query)]
        if answer["covered"].all():
            st.success(view.say("promoters.all_covered"))
        else:
            st.caption(view.say("all.rows", count=len(uncovered)))
            parts.show_table(uncovered, UNCOVERED_VILLAGES, view, key="uncovered")
            parts.download_buttons(
                uncovered, UNCOVERED_VILLAGES, view, stem="uncovered_villages",
                title=view.say("promoters.uncovered"), notices=notices,
            )  # fmt: skip
    with on_map:
        group = answers.choropleth(view, *answers.share_classes(townships, view))
        parts.show_map(view, [group], key="promoters")
        parts.show_legend(view, *answers.LEVELS)
        lists.show_layer_note(result.townships, view)

    lists.show_villages_left_out(result.villages_left_out, view)
    by_county, by_township = st.columns(2, gap="medium")
    with by_county:
        st.header(view.say("coverage.by_county"), anchor=False)
        counties = rates(answer, by=["county"]).sort_values("share")
        parts.show_table(answers.with_percent(counties), RATES["county"], view, key="counties")
        st.header(view.say("coverage.by_unit"), anchor=False)
        units = rates(answer, by=["reporting_unit"]).sort_values("share")
        parts.show_table(answers.with_percent(units), RATES["unit"], view, key="units")
    with by_township:
        st.header(view.say("promoters.by_township"), anchor=False)
        listed = answers.with_percent(townships.sort_values(["share", "township_code"]))
        parts.show_table(listed, RATES["township"], view, key="townships", height=620)
    parts.download_buttons(
        answer, VILLAGES, view, stem="coverage_villages", title=view.say("export.promoters"),
        notices=notices,
    )  # fmt: skip
