"""The figures of a report: coverage on a day and on the day before, for one place of many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from geo import coverage
from geo.boundaries import LayerInfo
from geo.layers.storage import Layer
from geo.report.places import Place, units_on
from geo.routing.answers import Cache
from geo.standing import unregistered_stations, unregistered_villages
from geo.succession import in_force, places

Tables = Mapping[str, pd.DataFrame]
# What is needed of the store.
TABLES_NEEDED = (
    "counties", "townships", "villages", "successions", "reporting_units", "unit_townships",
    "venues", "promoters", "promoter_villages", "village_points", "populations", "hosts",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Source:
    """What a report is made from, read at one revision; `cache` keeps an engine's answers."""

    tables: Tables
    townships: Layer
    counties: Layer
    revision: int
    cache: Cache | None = None

    @property
    def layer(self) -> LayerInfo:
        """What the township layer is."""
        return self.townships[1]


@dataclass(frozen=True, eq=False)
class Figures:
    """
    Coverage of one place on one day.

    Parameters
    ----------
    townships, villages
        The answers of `coverage.stations_by_township` and `promoters_by_village`, with
        `county_code`, `reporting_unit`; of villages `township` too.
    nearest
        The answer of `coverage.nearest_stations`, by township code.
    stations
        Rows of `venues` that count on the day, with `place_code`, the township that stands
        for the registered one.
    lost_stations, lost_villages
        What is open or served and counts nowhere (`standing.unregistered_stations`,
        `unregistered_villages`).
    promoters, demo_promoters
        How many people serve a village of the place, and how many rows of them are invented.
    """

    townships: pd.DataFrame
    villages: pd.DataFrame
    nearest: pd.DataFrame
    stations: pd.DataFrame
    lost_stations: pd.DataFrame
    lost_villages: pd.DataFrame
    promoters: int
    demo_promoters: int

    @property
    def demo_stations(self) -> int:
        """How many invented stations count."""
        return int(self.townships["demo_stations"].sum())


def rows_in(frame: pd.DataFrame) -> list[Any]:
    """Return the rows, each with its cells as attributes."""
    return list(frame.itertuples(index=False))


def figures_on(tables: Tables, place: Place, *, as_of: date) -> Figures:
    """Compute the figures of `place` on the day; see `Figures`."""
    successions = tables["successions"]
    units = units_on(tables, as_of=as_of)
    townships = coverage.stations_by_township(
        tables["townships"], tables["venues"], units, as_of=as_of, successions=successions
    )
    mine = townships[_belongs(townships, units, place)]
    villages = coverage.with_units(
        coverage.promoters_by_village(
            tables["villages"], tables["promoters"], tables["promoter_villages"],
            as_of=as_of, successions=successions,
        ),
        tables["townships"], units,
    )  # fmt: skip
    villages = villages[villages["township_code"].isin(mine["township_code"])]
    names = dict(zip(mine["township_code"], mine["name"], strict=True))
    nearest = coverage.nearest_stations(tables["townships"], tables["venues"], as_of=as_of)
    stations = _stations(tables, as_of=as_of)
    people, demo = _people(tables, set(villages["village_code"]), as_of=as_of)
    lost_stations = unregistered_stations(
        tables["venues"], tables["townships"], successions, as_of=as_of
    )
    lost_villages = unregistered_villages(
        tables["promoters"], tables["promoter_villages"], tables["villages"], successions,
        as_of=as_of,
    )  # fmt: skip
    everything = tables["townships"].merge(units, on="township_code")
    registered = set(everything["township_code"][_belongs(everything, units, place)])
    if place.kind != "city":
        mine_too = lost_stations["township_code"].isin(registered)
        if place.kind == "county":  # with no township it may still say the county
            unsaid = lost_stations["township_code"].isna()
            mine_too |= unsaid & lost_stations["county_code"].eq(place.code)
        lost_stations = lost_stations[mine_too]
        lost_villages = lost_villages[lost_villages["township_code"].isin(registered)]
    return Figures(
        townships=mine,
        villages=villages.assign(township=villages["township_code"].map(names)),
        nearest=nearest.set_index("township_code"),
        stations=stations[stations["place_code"].isin(mine["township_code"])],
        lost_stations=lost_stations,
        lost_villages=lost_villages,
        promoters=people,
        demo_promoters=demo,
    )


def _belongs(townships: pd.DataFrame, units: pd.DataFrame, place: Place) -> pd.Series:
    if place.kind == "county":
        return townships["county_code"].eq(place.code)
    if place.kind == "unit":
        mine = units["township_code"][units["unit_id"].eq(place.code)]
        return townships["township_code"].isin(mine)
    return pd.Series(True, index=townships.index)


def _stations(tables: Tables, *, as_of: date) -> pd.DataFrame:
    """Return the venues that count as a station of a township on the day, with `place_code`."""
    venues = tables["venues"]
    counting = venues[coverage.standing(venues, as_of=as_of).eq("counts")]
    at = places(
        counting["township_code"], tables["townships"], tables["successions"],
        level="township", as_of=as_of,
    )  # fmt: skip
    codes = in_force(tables["townships"], as_of=as_of)["township_code"].to_numpy(dtype=object)
    return counting[at >= 0].assign(place_code=codes[at[at >= 0]])


def _people(tables: Tables, villages: set[str], *, as_of: date) -> tuple[int, int]:
    """Return how many promoters serve one of `villages`, and how many of them are invented."""
    promoters, pairs = tables["promoters"], tables["promoter_villages"]
    listed = in_force(tables["villages"], as_of=as_of)["village_code"].to_numpy(dtype=object)
    at = places(
        pairs["village_code"], tables["villages"], tables["successions"],
        level="village", as_of=as_of,
    )  # fmt: skip
    known = pairs[at >= 0].assign(stands_for=listed[at[at >= 0]])
    here = known["promoter_id"][known["stands_for"].isin(villages)]
    serving = promoters[coverage.serving(promoters, as_of=as_of)]
    mine = serving[serving["promoter_id"].isin(here)]
    return len(mine), int(mine["demo"].fillna(False).astype(bool).sum())
