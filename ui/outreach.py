"""Who is out of reach of a station: the answer cached, its conditions, its map and tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import streamlit as st

from geo import maps, outreach, plans
from geo.population.demand import Weight
from geo.schema import TABLES
from geo.siting.request import MODES, WEIGHTS, Request
from geo.text import percent_text, text
from ui import cache, parts
from ui.frame import View
from ui.siting_words import GRAVE

LIMITS = {"m": (3000.0, 5000.0, 10_000.0), "min": (15.0, 30.0, 60.0)}


@dataclass(frozen=True)
class Asked:
    """The conditions: how people travel, how far, what counts."""

    mode: str
    limit: float
    weight: Weight
    halls: bool

    @property
    def request(self) -> Request:
        """Return the same as a request, for the words that both pages use."""
        return Request(mode=self.mode, limit=self.limit, weight=self.weight)  # type: ignore[arg-type]


@st.cache_resource(max_entries=8, show_spinner=False)
def found(
    revision: int, as_of: date, count_demo: bool, mode: str, weight: Weight, halls: bool
) -> outreach.Outreach:
    """Return who reaches what on the day."""
    return outreach.outreach(
        cache.tables(revision), cache.layer(revision, "township"), as_of=as_of,
        settings=cache.settings(), mode=mode, weight=weight, count_demo=count_demo,
        cache=cache.legs(),
        kinds=("station", "hall") if halls else ("station",),
    )  # fmt: skip


def conditions(view: View) -> Asked:
    """Let the reader choose the conditions; they stand in the link."""
    with st.container(key="xh-ask", horizontal=True, gap="medium", vertical_alignment="bottom"):
        mode = parts.switch(view, "mode", MODES, "siting.mode")
        unit = "m" if mode == "straight" else "min"
        limits = LIMITS[unit]
        label = "siting.limit_km" if unit == "m" else "siting.limit_min"
        scale = 1000 if unit == "m" else 1
        names = {f"{limit / scale:g}": limit for limit in limits}
        chosen = parts.switch(
            view, "within", tuple(names), label, words=names.keys(), default=list(names)[1]
        )
        weight = parts.switch(view, "by", WEIGHTS, "siting.weight")
        halls = st.checkbox(view.say("siting.halls"), key="halls", bind="query-params")
    return Asked(mode, names[chosen], weight, halls)  # type: ignore[arg-type]


def show_notices(held: outreach.Outreach, view: View) -> None:
    """Show what must be said beside the figures."""
    for notice in held.notices:
        words = plans.notice_text(notice, view.language)
        (parts.notice if notice.code in GRAVE else parts.soft)(words)


def show(as_of: date, count_demo: bool, notices: list[str], view: View) -> None:
    """Show who is out of reach: the sentence, the map, and the tables that say the same."""
    asked = conditions(view)
    held = found(view.revision, as_of, count_demo, asked.mode, asked.weight, asked.halls)
    city = held.shares([asked.limit]).iloc[0]
    language = view.language
    out = float(city["total"] - city["reached"])
    villages = asked.weight == "villages"
    parts.sentence(
        view.say(
            "outreach.sentence", within=plans.within_text(asked.request, language),
            what=view.say("siting.villages" if villages else "siting.persons"),
            reached=f"{city['reached']:,.0f}", out=f"{out:,.0f}",
            share=percent_text(float(city["share"])) if city["total"] else "–",
        )
    )  # fmt: skip
    show_notices(held, view)
    if not held.facilities["lon"].notna().any():
        st.info(view.say("outreach.empty"))
    notices = [*notices, *(plans.notice_text(notice, language) for notice in held.notices)]
    on_map, beside = st.columns([3, 2], gap="medium")
    with beside:
        _show_villages(held, asked, notices, view)
    with on_map:
        _show_map(held, asked, (as_of, count_demo, asked), view)
    _show_shares(held, asked, notices, view)


def _villages(held: outreach.Outreach, asked: Asked) -> pd.DataFrame:
    scale = 1000.0 if held.cost.unit == "m" else 1.0
    cost = held.villages["cost"].where(np.isfinite(held.villages["cost"]))
    digits = 1 if held.cost.unit == "m" else 0
    return held.villages.assign(
        reached=held.villages["cost"] <= asked.limit, shown_cost=(cost / scale).round(digits)
    )


def _columns(held: outreach.Outreach) -> parts.Columns:
    cost = "outreach.cost_km" if held.cost.unit == "m" else "outreach.cost_min"
    return parts.heads(
        ("name", "all.village"), ("township", "all.township"), ("shown_cost", cost),
        ("nearest_name", "coverage.nearest"), ("nearest_demo", "outreach.nearest_demo"),
        ("county", "all.county"), ("reporting_unit", "coverage.responsible"),
        ("spread", "siting.spread_mark"), ("village_code", "outreach.village_code"),
    )  # fmt: skip


def _show_villages(held: outreach.Outreach, asked: Asked, notices: list[str], view: View) -> None:
    every = _villages(held, asked)
    out = every[~every["reached"]].sort_values(
        ["shown_cost", "village_code"], ascending=[False, True], na_position="first"
    )
    columns = _columns(held)
    st.header(view.say("outreach.villages"), anchor=False)
    if out.empty:
        st.success(view.say("outreach.all_reached"))
    else:
        st.caption(view.say("all.rows", count=len(out)))
        parts.show_table(out, columns, view, key="out", height=300)
        parts.download_buttons(
            out, columns, view, stem="villages_out_of_reach", title=view.say("outreach.villages"),
            notices=notices,
        )  # fmt: skip


@st.cache_resource(max_entries=16, show_spinner=False)
def _payloads(
    key: tuple[object, ...],  # noqa: ARG001 - the cache's key
    language: str,
    limit: float,
    _held: outreach.Outreach,
) -> tuple[str, str, str]:
    villages = _held.villages
    dots = np.where(villages["cost"] <= limit, "reached", "out")
    placed = _held.facilities[_held.facilities["lon"].notna()]
    labels = {
        stored: zh if language == "zh" else en
        for stored, zh, en in TABLES["venues"]["kind"].choices
    }
    radius = limit / cache.settings().detour if _held.cost.unit == "m" else None
    nothing = placed.iloc[:0].assign(site_id="", label="", note="", look="site")
    return (
        maps.villages_payload(villages.assign(dot=dots)),
        maps.sites_payload(
            nothing, radius_m=radius, standing=list(zip(placed["lon"], placed["lat"], strict=True))
        ),
        maps.points_payload(placed, labels=labels),
    )


def _show_map(held: outreach.Outreach, asked: Asked, key: tuple[object, ...], view: View) -> None:
    villages, circles, venues = _payloads((view.revision, *key), view.language, asked.limit, held)
    groups = [
        maps.sites_group(circles), maps.villages_group(villages),
        maps.venue_group(venues, clustered=False),
    ]  # fmt: skip
    parts.show_map(view, groups, key="reach")
    parts.show_legend(view, "station", *(["hall"] if asked.halls else []), "reached", "out")
    if held.cost.unit == "m":
        road = f"{asked.limit / 1000:g}"
        km = f"{asked.limit / cache.settings().detour / 1000:.1f}"
        parts.soft(view.say("siting.circle_note", km=km, road=road))
    else:
        parts.soft(view.say("siting.dots_note"))


def _show_shares(held: outreach.Outreach, asked: Asked, notices: list[str], view: View) -> None:
    limits = LIMITS[held.cost.unit]
    left, right = st.columns(2, gap="medium")
    for place, level, title, name in (
        (left, "county", "outreach.counties", ("county", "all.county")),
        (right, "unit", "outreach.units", ("reporting_unit", "all.unit")),
    ):
        with place:
            st.header(view.say(title), anchor=False)
            wide, columns = _wide(held.shares(limits, level), name, limits, held)
            parts.show_table(wide, columns, view, key=f"reach-{level}")
    st.header(view.say("outreach.townships"), anchor=False)
    rows = held.shares([asked.limit], "township").sort_values(["share", "township_code"])
    rows = rows.assign(percent=(rows["share"] * 100).round(1))
    columns = parts.heads(
        ("township", "all.township"), ("county", "all.county"), ("reporting_unit", "all.unit"),
        ("total", "outreach.weight"), ("reached", "outreach.reached"),
        ("percent", "outreach.share"),
        ("spread_total", "outreach.spread"),
    )  # fmt: skip
    parts.show_table(rows, columns, view, key="reach-townships")
    parts.download_buttons(
        rows, columns, view, stem="reach_townships", title=view.say("outreach.townships"),
        notices=notices,
    )  # fmt: skip
    with st.expander(view.say("outreach.every")):
        every = _villages(held, asked).sort_values("village_code")
        parts.download_buttons(
            every, _columns(held), view, stem="nearest_stations",
            title=view.say("outreach.every"), notices=notices,
        )  # fmt: skip
        parts.show_table(every, _columns(held), view, key="every-village")


def _wide(
    shares: pd.DataFrame,
    name: tuple[str, str],
    limits: tuple[float, ...],
    held: outreach.Outreach,
) -> tuple[pd.DataFrame, parts.Columns]:
    """Return a row per group with the share at each limit, the least reached first."""
    wide = shares.pivot(index=name[0], columns="limit", values="share")
    wide = (wide * 100).round(1).reset_index()
    wide.columns = [name[0], *(f"at{limit:g}" for limit in limits)]
    wide = wide.sort_values(f"at{limits[1]:g}")
    unit = "all.km" if held.cost.unit == "m" else "all.minutes"
    scale = 1000 if held.cost.unit == "m" else 1
    heads = list(parts.heads(name))
    for limit in limits:
        zh, en = (_at(unit, f"{limit / scale:g}", language) for language in ("zh", "en"))
        heads.append((f"at{limit:g}", zh, en))
    return wide, heads


def _at(unit: str, value: str, language: str) -> str:
    return text("outreach.share_at", language, limit=text(unit, language, value=value))
