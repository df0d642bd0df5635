"""The cloud map: find a venue."""

import numpy as np
import pandas as pd
import streamlit as st

from geo import maps
from geo.finder import find
from geo.text import markdown_text
from ui import cache, parts
from ui.card import detail_html, short_html
from ui.finder import (
    Origin,
    chosen_filters,
    day_in_link,
    demo_is_hidden,
    search_row,
    show_filters,
    stop_tapping,
    when_words,
)
from ui.frame import View, page
from ui.lines import route_lines
from ui.report import show_reports
from ui.scroll import scroll_to_card

PER_PAGE = 10


def choose(venue_id: str | None) -> None:
    """Open the detail card of a venue, or close it; the link follows."""
    if venue_id is None:
        st.query_params.pop("venue", None)
    else:
        st.query_params["venue"] = venue_id


def show_detail(
    venue: pd.Series, state: pd.Series, distance_km: float, age: pd.Series, view: View
) -> None:
    """Show the card of the chosen venue."""
    with st.container(key="xh-detail"):
        st.html(detail_html(venue, state, distance_km, view, age=age))
        show_reports(venue, view)
        st.button(view.say("home.close"), key="close", on_click=choose, args=(None,))


def show_venues(
    matching: pd.DataFrame, chosen: pd.DataFrame, origin: Origin, view: View
) -> maps.Tap | None:
    """Draw the matching venues; return what the reader tapped."""
    selected = next(iter(chosen["venue_id"]), None)
    # After a tap the reader is looking at the venue already: the map stays where it is.
    seen = selected is not None and selected == st.session_state.get("tapped")
    groups = [
        maps.venue_group(
            cache.points(
                view.revision,
                view.now.replace(second=0, microsecond=0),
                day_in_link(view),
                view.language,
                np.sort(matching.index.to_numpy("int64")).tobytes(),
            ),
            selected=selected,
            origin=origin.at,
            focus=not seen and (selected is not None or origin.at is not None),
        )
    ]
    with_routes = bool(st.session_state.get("routes"))
    if with_routes:
        groups.append(maps.route_group(route_lines(view.revision), focus=False))
    tap = parts.show_map(view, groups, key="home", ground_taps=True)
    signs = ["hall", "station", "place", "approximate"]
    if cache.aged(view.revision, view.now.date()).loc[matching.index].any():
        signs.append("aged")
    parts.show_legend(view, *signs, *(["route"] if with_routes else []))
    unplaced = int(matching["lon"].isna().sum())
    if unplaced:
        parts.soft(view.say("home.unplaced", count=unplaced))
    parts.soft(view.say("notice.position"))
    return tap


def show_list(
    found: pd.DataFrame,
    states: pd.DataFrame,
    distance_km: pd.Series,
    ages: pd.DataFrame,
    view: View,
) -> None:
    """Show the matching venues, a page at a time."""
    if found.empty:
        st.info(view.say("home.empty"))
        return
    pages = -(-len(found) // PER_PAGE)
    number = min(st.session_state.get("p", 1), pages)
    for row, venue in found.iloc[(number - 1) * PER_PAGE : number * PER_PAGE].iterrows():
        with st.container(key=f"xh-card-{venue['venue_id']}"):
            st.button(
                markdown_text(venue["name"]),
                key=f"choose-{venue['venue_id']}",
                type="tertiary",
                on_click=choose,
                args=(venue["venue_id"],),
            )
            st.html(short_html(venue, states.loc[row], distance_km[row], view, age=ages.loc[row]))
    if pages > 1:
        st.pagination(pages, key="p", bind="query-params", max_visible_pages=5)


with page("home") as view:
    held = cache.venues(view.revision)
    table = held.table
    minute = view.now.replace(second=0, microsecond=0)
    day = day_in_link(view)
    states = cache.states_when(view.revision, minute, day)
    ages = cache.ages(view.revision, view.now.date())

    parts.soft(view.say("site.purpose"))
    query, origin = search_row(view, held.townships)
    filters = chosen_filters(held.counties)
    scores = cache.scores(view.revision, query)
    if demo_is_hidden():
        scores = scores.where(~table["demo"].fillna(False).astype(bool), 0.0)
    found = find(
        table,
        scores=scores,
        masks=cache.facet_masks(view.revision, minute, day),
        filters=filters,
        origin=origin.at,
    )
    show_filters(found.counts, filters, held, day, view)
    matching, opened = table.loc[found.rows], states.loc[found.rows, "kind"]
    asked = bool(query or filters.count or demo_is_hidden())
    # On a phone the answer comes first once something is asked. The mark is always there: one
    # more element would leave the sentence of before beside the new one for a moment.
    first = asked or day is not None or origin.at is not None
    st.html(f'<span class="xh-mark{" xh-asked" if first else ""}"></span>')
    parts.sentence(
        view.say(
            "home.found" if asked else "home.all",
            when=when_words(day, view),
            total=len(table),
            count=len(matching),
            open=int((opened == "open").sum()),
            unknown=int(((opened == "unknown") & (matching["status"] == "open")).sum()),
        )
    )
    if day is not None and not states["calendar_known"].all():
        parts.soft(view.say("card.calendar_unknown"))
    parts.demo_notice(view, stations=int(matching["demo"].fillna(False).sum()))

    wanted = st.query_params.get("venue", "")
    chosen = table[table["venue_id"] == wanted]
    if wanted and chosen.empty:
        st.warning(view.say("home.venue_gone"))
    on_map, beside = st.columns([3, 2], gap="medium")
    with on_map:
        tap = show_venues(matching, chosen, origin, view)
    with beside:
        for row, venue in chosen.iterrows():
            show_detail(venue, states.loc[row], found.distance_km[row], ages.loc[row], view)
        if origin.said:
            parts.soft(f"{origin.said}。{view.say('home.near_note')}")
        show_list(matching, states, found.distance_km, ages, view)
        scroll_to_card(next(iter(chosen["venue_id"]), ""))

    if tap and origin.tapping and tap.lon is not None and tap.lat is not None:
        if origin.keep(tap.lon, tap.lat):
            stop_tapping()
            st.rerun()
    elif tap and tap.layer == "venue" and tap.id in set(table["venue_id"]):
        st.session_state["tapped"] = tap.id
        choose(tap.id)
        st.rerun()
