"""Cached reads. The key is the store's revision, so a write shows at once and nothing goes stale.

What these functions return is shared between readers: look, never change.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import streamlit as st

from geo import finder, hours, maps, search, succession, verification
from geo.boundaries import LayerInfo
from geo.cost_cache import CostCache
from geo.layers.simplification import display_layers, simplify
from geo.policy import Policy, read_policy
from geo.rights import Places, places_of
from geo.schema import TABLES
from geo.settings import CHINA_TIME, Settings, read_settings
from geo.store import Store

DISPLAY_TOLERANCE_M = 50.0


@st.cache_resource
def settings() -> Settings:
    """Return the settings of this process."""
    return read_settings(os.environ)


def legs() -> CostCache:
    """Return where answers of a routing engine are kept."""
    return CostCache(store(), days=settings().routing_cache_days)


@st.cache_resource
def store() -> Store:
    """Return the store of this process, migrated to this program's structure."""
    opened = Store(settings().database_url)
    opened.require()
    opened.migrate()
    return opened


def revision() -> int:
    """Return the number of the last write; everything cached here is keyed by it."""
    return store().revision()


@st.cache_resource(max_entries=3, show_spinner=False)
def changed_on(revision: int) -> date:  # noqa: ARG001 - the cache's key
    """Return the day of the last write, in Tai'an's time."""
    return store().changed_at().astimezone(CHINA_TIME).date()


def utc_now() -> datetime:
    """Return the time in UTC (naive), as the store keeps it; the fixed one if there is one."""
    offset = CHINA_TIME.utcoffset(None)
    assert offset is not None
    return now() - offset


def now() -> datetime:
    """Return the local time in Tai'an (naive), or the one the settings fix."""
    return settings().now or datetime.now(CHINA_TIME).replace(tzinfo=None)


@dataclass(frozen=True)
class Shapes:
    """A boundary layer as maps need it: the layer, what it is, and its payload."""

    layer: gpd.GeoDataFrame
    info: LayerInfo
    outlines: maps.Outlines
    payload: str


@st.cache_resource(max_entries=3, show_spinner=False)
def tables(revision: int) -> Mapping[str, pd.DataFrame]:  # noqa: ARG001 - the cache's key
    """Return all tables of `revision`."""
    return store().read_many(list(TABLES))


@st.cache_resource(max_entries=6, show_spinner=False)
def in_force(revision: int, day: date) -> Mapping[str, pd.DataFrame]:
    """Return all tables of `revision`, of townships and villages the rows in force on `day`."""
    held = dict(tables(revision))
    for name in ("townships", "villages"):
        held[name] = succession.in_force(held[name], as_of=day)
    return held


def list_year(revision: int, day: date) -> int | None:
    """Return the year of the list in force on `day`."""
    held = tables(revision)
    return succession.list_year(held["townships"], held["villages"], as_of=day)


@st.cache_resource(max_entries=3, show_spinner=False)
def _display_layers(revision: int) -> Mapping[str, tuple[gpd.GeoDataFrame, LayerInfo]]:  # noqa: ARG001 - the cache's key
    """Return both layers as maps draw them: simplified as one, so that no border comes apart."""
    (townships, town_info), (counties, info) = map(store().layer, ("township", "county"))
    if town_info.kind == "official":
        townships, counties = display_layers(townships, counties, tolerance_m=DISPLAY_TOLERANCE_M)
        if info.kind != "official":  # the lines that are drawn are the townships'
            info = replace(town_info, level="county")
    elif info.kind == "official":
        counties = simplify(counties, tolerance_m=DISPLAY_TOLERANCE_M)
    return {"township": (townships, town_info), "county": (counties, info)}


@st.cache_resource(max_entries=4, show_spinner=False)
def layer(revision: int, level: str) -> gpd.GeoDataFrame:  # noqa: ARG001 - the cache's key
    """Return the layer of `level` in force as it is stored, not simplified for display."""
    return store().layer(level)[0]


@st.cache_resource(max_entries=6, show_spinner=False)
def shapes(revision: int, level: str) -> Shapes:
    """Return the layer of `level` ("county" or "township"), simplified once for display."""
    layer, info = _display_layers(revision)[level]
    drawn = maps.outlines(layer)
    plain = maps.polygons_payload(layer, kind=level, code=f"{level}_code", shapes=drawn)
    return Shapes(layer, info, drawn, plain)


@dataclass(frozen=True)
class Venues:
    """The venues with the names of their places, ready to be searched and drawn."""

    table: pd.DataFrame  # schema columns, plus township (today's) and county (names)
    index: search.SearchIndex
    townships: pd.DataFrame  # those of today, indexed by township_code
    counties: pd.Series  # name by county_code
    demo_count: int


def venues(revision: int) -> Venues:
    """Return the venues of `revision` that are not closed for good, with their search index."""
    return _venues_on(revision, now().date())


@st.cache_resource(max_entries=3, show_spinner=False)
def _venues_on(revision: int, day: date) -> Venues:
    held = tables(revision)
    listed = held["townships"]
    townships = in_force(revision, day)["townships"].set_index("township_code", drop=False)
    counties = held["counties"].set_index("county_code")["name"]
    table = held["venues"][held["venues"]["status"] != "closed"].reset_index(drop=True)
    # Where nothing stands for the registered township today, its old name says most.
    today = succession.resolve(
        table["township_code"], listed, held["successions"], level="township", as_of=day
    ).fillna(table["township_code"])
    table["township"] = today.map(listed.set_index("township_code")["name"])
    table["county"] = table["county_code"].map(counties)
    index = search.build_index(table, listed, held["counties"], today=today)
    return Venues(table, index, townships, counties, int(table["demo"].fillna(False).sum()))


@st.cache_resource(max_entries=3, show_spinner=False)
def calendar(revision: int) -> Mapping[date, bool]:
    """Return the holiday table: True for a day off, False for a make-up working day."""
    days = tables(revision)["holidays"]
    return {day.date(): bool(off) for day, off in zip(days["date"], days["off"], strict=True)}


@st.cache_resource(max_entries=8, show_spinner=False)
def states(revision: int, minute: datetime) -> pd.DataFrame:
    """Return every venue's opening state at `minute`; what is not open to visitors is closed."""
    table = venues(revision).table
    found = hours.states(table["opening_hours"], minute, calendar=calendar(revision))
    found.loc[table["status"] != "open", "kind"] = "closed"
    return found


@st.cache_resource(max_entries=8, show_spinner=False)
def _day_states(revision: int, day: date) -> pd.DataFrame:
    table = venues(revision).table
    found = hours.day_states(table["opening_hours"], day, calendar=calendar(revision))
    found.loc[table["status"] != "open", "kind"] = "closed"
    return found.assign(day=day)


def states_when(revision: int, minute: datetime, day: date | None) -> pd.DataFrame:
    """Return every venue's opening state at `minute`, or that of a whole `day` (then `day`)."""
    return states(revision, minute) if day is None else _day_states(revision, day)


@st.cache_resource(max_entries=8, show_spinner=False)
def facet_masks(
    revision: int, minute: datetime, day: date | None
) -> Mapping[str, Mapping[str, object]]:
    """Return for every filter value which venues have it, at `minute` or on `day`."""
    is_open = states_when(revision, minute, day)["kind"] == "open"
    return finder.facet_masks(venues(revision).table, is_open)


@st.cache_resource(max_entries=64, show_spinner=False)
def scores(revision: int, query: str) -> pd.Series:
    """Return the search scores of all venues for `query`."""
    return search.search(venues(revision).index, query)


@st.cache_resource
def policy() -> Policy:
    """Return who needs whose approval."""
    return read_policy(settings().review)


@st.cache_resource(max_entries=3, show_spinner=False)
def places(revision: int, day: date) -> Places:
    """Return where the rows of the register belong on `day`."""
    return places_of(tables(revision), as_of=day)


@st.cache_resource(max_entries=9, show_spinner=False)
def names_of(revision: int, table: str) -> Mapping[str, str]:
    """Return the names of the rows of a table with names (no people's) by their keys."""
    frame = tables(revision)[table]
    return dict(zip(frame[TABLES[table].key[0]], frame["name"], strict=True))


def demo_promoters(revision: int) -> int:
    """Return how many promoters are demonstration rows."""
    return int(tables(revision)["promoters"]["demo"].fillna(False).sum())


@st.cache_resource(max_entries=3, show_spinner=False)
def ages(revision: int, day: date) -> pd.DataFrame:
    """Return when each venue is due for verification and how old that makes it on `day`."""
    table = venues(revision).table
    return verification.due(table, as_of=day, every_days=settings().verify_days)


def aged(revision: int, day: date) -> pd.Series:
    """Return which venues are overdue; a demonstration row has nothing that could be verified."""
    real = ~venues(revision).table["demo"].fillna(False).astype(bool)
    return real & (ages(revision, day)["age"] == "overdue")


@st.cache_resource(max_entries=64, show_spinner=False)
def points(revision: int, minute: datetime, day: date | None, language: str, rows: bytes) -> str:
    """Return the drawing payload of the venues at the positions `rows` (int64) in the table."""
    table = venues(revision).table
    shown = table.iloc[np.frombuffer(rows, dtype="int64")]
    kinds = TABLES["venues"]["kind"].choices
    return maps.points_payload(
        shown,
        labels={stored: zh if language == "zh" else en for stored, zh, en in kinds},
        states=states_when(revision, minute, day)["kind"].loc[shown.index],
        aged=aged(revision, minute.date()).loc[shown.index],
    )
