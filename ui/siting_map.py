"""The map of a plan: what stands, what is proposed, and who is reached."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from geo import maps
from geo.plans import site_name, weight_text
from geo.schema import TABLES
from geo.siting.proposal import Proposal
from geo.text import percent_text
from ui import cache, parts, siting_request
from ui.frame import View


def opened() -> str | None:
    """Return the id of the site whose sheet is open."""
    found = st.query_params.get("site")
    return str(found) if found else None


def open_site(site: str | None) -> None:
    """Open a site's sheet, or close it; the link follows."""
    if site is None:
        st.query_params.pop("site", None)
    else:
        st.query_params["site"] = site


def radius_m(proposal: Proposal) -> float | None:
    """Return the radius of the circle that stands for the reach; None for travel by time."""
    request = proposal.case.request
    if request.unit != "m" or request.model not in {"cover", "fewest"}:
        return None
    return request.limit / cache.settings().detour


def marked_sites(proposal: Proposal, view: View) -> pd.DataFrame:
    """Return the proposed sites and the drawn candidates as the map needs them."""
    request = proposal.case.request
    rows = proposal.sites
    names = [site_name(row, view.language) for row in rows.to_dict("records")]
    notes = [
        view.say(
            "siting.site_line", county=county, township=township,
            gain=weight_text(gain, request, view.language), share=percent_text(share),
        )
        for county, township, gain, share in zip(
            rows["county"].fillna(""), rows["township"].fillna(""), rows["gain"], rows["share"],
            strict=True,
        )
    ]  # fmt: skip
    chosen = rows.assign(label=rows["place"].astype(str), name=names, note=notes, look="site")
    drawn = proposal.case.candidates
    drawn = drawn[(drawn["kind"] == "point") & ~drawn["site_id"].isin(rows["site_id"])]
    words = [site_name(row, view.language) for row in drawn.to_dict("records")]
    drawn = drawn.assign(label="+", name=words, note=view.say("sign.drawn"), look="drawn")
    columns = ["site_id", "label", "name", "note", "lon", "lat", "position_precision", "look"]
    return pd.concat([chosen[columns], drawn[columns]], ignore_index=True)


@st.cache_resource(max_entries=24, show_spinner=False)
def _payloads(
    key: tuple[object, ...],  # noqa: ARG001 - the cache's key
    language: str,
    _proposal: Proposal,
    _view: View,
) -> list[str]:
    case = _proposal.case
    standing = case.sites.iloc[: case.standing]
    placed = standing[standing["lon"].notna() & standing["lat"].notna()]
    labels = {
        stored: zh if language == "zh" else en
        for stored, zh, en in TABLES["venues"]["kind"].choices
    }
    venues = placed.rename(columns={"site_id": "venue_id"})
    around = list(zip(placed["lon"], placed["lat"], strict=True))
    return [
        maps.villages_payload(case.demand.assign(dot=_proposal.dots)),
        maps.sites_payload(
            marked_sites(_proposal, _view), radius_m=radius_m(_proposal), standing=around
        ),
        maps.points_payload(venues, labels=labels),
    ]


def show(proposal: Proposal, key: tuple[object, ...], view: View) -> None:
    """Draw the plan; a tap on a site opens its sheet, one beside all draws a candidate."""
    villages, sites, venues = _payloads(key, view.language, proposal, view)
    drawing = bool(st.session_state.get("draw"))
    tap = parts.show_map(
        view,
        [
            maps.villages_group(villages),
            maps.sites_group(sites, selected=opened()),
            maps.venue_group(venues, clustered=False),
        ],
        key="siting",
        ground_taps=True,
    )
    request = proposal.case.request
    kinds = [kind for kind in ("station", "hall") if kind in request.kinds]
    parts.show_legend(view, "site", *kinds, "gained", "reached", "out")
    circle = radius_m(proposal)
    if circle:
        road = f"{circle * cache.settings().detour / 1000:g}"
        parts.soft(view.say("siting.circle_note", km=f"{circle / 1000:.1f}", road=road))
    elif request.unit == "min":
        parts.soft(view.say("siting.dots_note"))
    _show_drawing(bool(request.points), view)
    if tap is not None:
        _answer(tap, drawing, set(proposal.sites["site_id"]))


def _show_drawing(some: bool, view: View) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        on = st.toggle(view.say("siting.draw"), key="draw")
        if some:
            st.button(view.say("siting.undraw"), on_click=siting_request.remove_point)
    if on:
        parts.soft(view.say("siting.draw_hint"))


def _answer(tap: maps.Tap, drawing: bool, sites: set[str]) -> None:
    if tap.layer == "site" and tap.id in sites:
        open_site(tap.id)
        st.rerun()
    if drawing and tap.layer == "ground" and tap.lon is not None and tap.lat is not None:
        siting_request.add_point(tap.lon, tap.lat)
        st.rerun()
