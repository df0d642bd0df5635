"""Coverage on a day, computed once for all readers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from geo import coverage
from geo.standing import unregistered_stations, unregistered_villages
from geo.units import unit_of_township
from ui.cache import tables


@dataclass(frozen=True)
class Coverage:
    """Coverage of townships and villages on one date, with or without demonstration rows."""

    townships: pd.DataFrame
    villages: pd.DataFrame  # with township (name), county_code and reporting_unit
    nearest: pd.DataFrame
    stations_left_out: pd.DataFrame  # registered to what is not in the list of that day
    villages_left_out: pd.DataFrame


@st.cache_resource(max_entries=12, show_spinner=False)
def coverage_on(revision: int, as_of: date, count_demo: bool) -> Coverage:
    """Compute coverage as of `as_of`; `count_demo` says whether demonstration rows count."""
    held = dict(tables(revision))
    if not count_demo:
        for name in ("venues", "promoters"):
            held[name] = held[name][~held[name]["demo"].fillna(False).astype(bool)]
    townships, successions = held["townships"], held["successions"]
    units = unit_of_township(
        townships, held["reporting_units"], held["unit_townships"], as_of=as_of,
        successions=successions,
    )  # fmt: skip
    served = coverage.promoters_by_village(
        held["villages"], held["promoters"], held["promoter_villages"], as_of=as_of,
        successions=successions,
    )  # fmt: skip
    names = townships.set_index("township_code")["name"]
    return Coverage(
        coverage.stations_by_township(
            townships, held["venues"], units, as_of=as_of, successions=successions
        ),
        coverage.with_units(served, townships, units).assign(
            township=served["township_code"].map(names)
        ),
        coverage.nearest_stations(townships, held["venues"], as_of=as_of),
        unregistered_stations(held["venues"], townships, successions, as_of=as_of),
        unregistered_villages(
            held["promoters"], held["promoter_villages"], held["villages"], successions,
            as_of=as_of,
        ).assign(township=lambda rows: rows["township_code"].map(names)),
    )  # fmt: skip
