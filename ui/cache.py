"""Cached reads. The key is the store's revision, so a write shows at once and nothing goes stale.

What these functions return is shared between readers: look, never change.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import streamlit as st

from geo import coverage, finder, hours, maps, search
from geo.boundaries import LayerInfo, simplify
from geo.schema import TABLES
from geo.settings import CHINA_TIME, Settings, read_settings
from geo.store import Store
from geo.units import unit_of_township

DISPLAY_TOLERANCE_M = 50.0


@st.cache_resource
def settings() -> Settings:
    """Return the settings of this process."""
    return read_settings(os.environ)


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
def shapes(revision: int, level: str) -> Shapes:  # noqa: ARG001 - the cache's key
    """Return the layer of `level` ("county" or "township"), simplified once for display."""
    layer, info = store().layer(level)
    if info.kind == "official":
        layer = simplify(layer, tolerance_m=DISPLAY_TOLERANCE_M)
    drawn = maps.outlines(layer)
    plain = maps.polygons_payload(layer, kind=level, code=f"{level}_code", shapes=drawn)
    return Shapes(layer, info, drawn, plain)


@dataclass(frozen=True)
class Venues:
    """The venues with the names of their places, ready to be searched and drawn."""

    table: pd.DataFrame  # schema columns, plus township and county (names)
    index: search.SearchIndex
    townships: pd.DataFrame  # indexed by township_code
    counties: pd.Series  # name by county_code
    demo_count: int


@st.cache_resource(max_entries=3, show_spinner=False)
def venues(revision: int) -> Venues:
    """Return the venues of `revision` that are not closed for good, with their search index."""
    held = tables(revision)
    townships = held["townships"].set_index("township_code", drop=False)
    counties = held["counties"].set_index("county_code")["name"]
    table = held["venues"][held["venues"]["status"] != "closed"].reset_index(drop=True)
    table["township"] = table["township_code"].map(townships["name"])
    table["county"] = table["county_code"].map(counties)
    index = search.build_index(table, held["townships"], held["counties"])
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
def facet_masks(revision: int, minute: datetime) -> Mapping[str, Mapping[str, object]]:
    """Return for every filter value which venues have it, at `minute`."""
    open_now = states(revision, minute)["kind"] == "open"
    return finder.facet_masks(venues(revision).table, open_now)


@st.cache_resource(max_entries=64, show_spinner=False)
def scores(revision: int, query: str) -> pd.Series:
    """Return the search scores of all venues for `query`."""
    return search.search(venues(revision).index, query)


def demo_promoters(revision: int) -> int:
    """Return how many promoters are demonstration rows."""
    return int(tables(revision)["promoters"]["demo"].fillna(False).sum())


@st.cache_resource(max_entries=64, show_spinner=False)
def points(revision: int, minute: datetime, language: str, rows: bytes) -> str:
    """Return the drawing payload of the venues at the positions `rows` (int64) in the table."""
    table = venues(revision).table
    shown = table.iloc[np.frombuffer(rows, dtype="int64")]
    kinds = TABLES["venues"]["kind"].choices
    return maps.points_payload(
        shown,
        labels={stored: zh if language == "zh" else en for stored, zh, en in kinds},
        states=states(revision, minute)["kind"].loc[shown.index],
    )


@dataclass(frozen=True)
class Coverage:
    """Coverage of townships and villages on one date, with or without demonstration rows."""

    townships: pd.DataFrame
    villages: pd.DataFrame
    nearest: pd.DataFrame


@st.cache_resource(max_entries=12, show_spinner=False)
def coverage_on(revision: int, as_of: date, count_demo: bool) -> Coverage:
    """Compute coverage as of `as_of`; `count_demo` says whether demonstration rows count."""
    held = dict(tables(revision))
    if not count_demo:
        for name in ("venues", "promoters"):
            held[name] = held[name][~held[name]["demo"].fillna(False).astype(bool)]
    townships = held["townships"]
    units = unit_of_township(
        townships, held["reporting_units"], held["unit_townships"], as_of=as_of
    )
    return Coverage(
        coverage.stations_by_township(townships, held["venues"], units, as_of=as_of),
        coverage.promoters_by_village(
            held["villages"], held["promoters"], held["promoter_villages"], as_of=as_of
        ),
        coverage.nearest_stations(townships, held["venues"], as_of=as_of),
    )
