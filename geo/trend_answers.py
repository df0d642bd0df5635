"""Change over time as tables for pages, exports and reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.answers import Columns, coverage_answer
from geo.cost import Unit
from geo.edits import key_text
from geo.errors import bad_argument
from geo.keys import yes
from geo.periods import over_time, quarters
from geo.population.demand import Weight
from geo.reach_answers import reach_table
from geo.record_effects import public_effects, record_effects
from geo.routing.answers import Cache
from geo.settings import Settings
from geo.situation import reach_notices, situation
from geo.text import text
from geo.trend import promoter_changes, public_events, station_changes

CHANGE_LEVELS = ("townships", "villages")
_QUARTER = (
    ("as_of", "截至", "as of"), ("year", "年度", "programme year"), ("quarter", "季度", "quarter"),
    ("complete", "整季", "complete quarter"),
)  # fmt: skip
_COVERAGE = (
    ("townships", "乡镇街道数", "townships"),
    ("townships_covered", "已覆盖乡镇街道数", "townships covered"),
    ("townships_share", "乡镇街道覆盖率（0–1）", "share of townships covered"),
    ("villages", "村（社区）数", "villages"),
    ("villages_covered", "已覆盖村（社区）数", "villages covered"),
    ("villages_share", "村（社区）覆盖率（0–1）", "share of villages covered"),
)
_CHANGE = (
    ("name", "名称", "name"), ("change", "变化", "change"), ("listed", "名录", "list"),
    ("before", "原有", "before"), ("after", "现有", "after"), ("event", "原因", "event"),
)  # fmt: skip
CHANGE_COLUMNS: dict[str, Columns] = {
    "townships": (
        ("township_code", "乡镇街道代码", "township code"), *_CHANGE,
        ("record_id", "服务站编号", "station id"), ("record_name", "服务站", "station"),
        ("on", "日期", "on"), ("effect", "增减", "effect"), ("demo", "演示", "demonstration"),
    ),
    "villages": (
        ("village_code", "村（社区）代码", "village code"), *_CHANGE,
        ("records", "宣传员增减", "promoters"),
        ("demo_records", "其中演示", "of these demonstration"),
    ),
}  # fmt: skip
RECORD_COLUMNS: Columns = (
    ("table", "表", "table"), ("row_key", "记录", "record"), ("change", "变化", "change"),
    ("effect", "影响", "effect"), ("rows", "记录数", "rows"),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Trend:
    """A table over time or of changes, its columns, its title and what must be said with it."""

    frame: pd.DataFrame
    columns: Columns
    title: str
    notices: Sequence[str]
    warnings: Sequence[str] = ()  # those of the notices without which the figures would mislead


def trend_answer(
    tables: Mapping[str, pd.DataFrame],
    layer: gpd.GeoDataFrame,
    *,
    since: date,
    until: date,
    settings: Settings,
    year_starts: int = 1,
    limits: Sequence[float] = (),
    unit: Unit = "m",
    mode: str = "car",
    weight: Weight = "villages",
    layer_kind: str = "schematic",
    cache: Cache | None = None,
) -> Trend:
    """
    Return coverage and reach of the city at the end of each quarter between two days.

    Parameters
    ----------
    tables, layer, settings, limits, unit, mode, weight, layer_kind, cache
        As for `reach_answers.situation`, with the tables of promoters.
    since, until, year_starts
        As for `periods.quarters`.

    Returns
    -------
    trend
        One row per quarter, its columns `as_of`, `year`, `quarter`, `complete`, the counts
        and shares of coverage, and one share per limit (`reach_share_5000_m`).
    """
    ends = quarters(since, until, year_starts=year_starts)
    said: list[str] = []
    warned: list[str] = []
    shares: list[str] = []

    def figure(day: date) -> pd.DataFrame:
        covered = coverage_answer(tables, "city", as_of=day)
        found = situation(
            tables, layer, as_of=day, settings=settings, limits=limits, unit=unit,
            mode=mode, weight=weight, layer_kind=layer_kind, cache=cache,
        )  # fmt: skip
        city = reach_table(found, "city")
        names = [f"reach_share_{limit:g}_{unit}" for limit in city["limit"]]
        # What is said last is said of the last day.
        shares[:] = names
        said[:] = [text("trend.known_today"), *reach_notices(found)]
        warned[:] = reach_notices(found, only_warnings=True)
        reached = pd.DataFrame([city["share"].tolist()], columns=names)
        return pd.concat([covered.frame.reset_index(drop=True), reached], axis=1)

    rows = over_time(ends["as_of"], figure)
    frame = pd.concat([rows, ends[["year", "quarter", "complete"]]], axis=1)
    reach_columns = tuple(
        (name, f"可达率 {name.split('_')[2]} {unit}（0–1）", name.replace("_", " "))
        for name in shares
    )
    columns: Columns = (*_QUARTER, *_COVERAGE, *reach_columns)
    return Trend(
        frame[[name for name, _, _ in columns]], columns, text("trend.title"), said, warned
    )


def changes_answer(
    tables: Mapping[str, pd.DataFrame], level: str, *, since: date, until: date
) -> Trend:
    """
    Return what changed in coverage between two days, one row per place and reason.

    Parameters
    ----------
    tables
        The stored tables of townships, villages, successions, venues and promoters.
    level
        "townships" (each station by its id) or "villages" (promoters counted, never named).
    since, until
        As for `trend.station_changes`.

    Raises
    ------
    ArgumentError
        If there is no such level, or `since` is after `until`.
    """
    if level not in CHANGE_LEVELS:
        raise bad_argument("LEVEL", level, "why_one_of", allowed=tuple(CHANGE_LEVELS))
    days = {"since": since, "until": until}
    if level == "townships":
        found = station_changes(
            tables["townships"], tables["venues"], tables["successions"], **days
        )
        venues = tables["venues"].set_index("venue_id")["name"]
        events = found.events.assign(record_name=found.events["record_id"].map(venues))
    else:
        found = promoter_changes(
            tables["villages"], tables["promoters"], tables["promoter_villages"],
            tables["successions"], **days,
        )  # fmt: skip
        events = public_events(found.events)
    columns = CHANGE_COLUMNS[level]
    frame = found.places.merge(events.drop(columns="name"), on="code", how="left")
    frame = frame.rename(columns={"code": columns[0][0]})[[name for name, _, _ in columns]]
    title = text("trend.changes", since=since.isoformat(), until=until.isoformat())
    demo = int(yes(found.events["demo"]).sum())
    warned = [text("export.demo", count=demo)] if demo else []
    return Trend(frame, columns, title, [*warned, text("trend.known_today")], warned)


def records_answer(entries: Sequence[Any], venues: pd.DataFrame, *, revision: int) -> Trend:
    """
    Return what the register's history did to the figures since a revision, people counted only.

    Parameters
    ----------
    entries
        Of the history (`journal.Entry`), those after the revision.
    venues
        The table of that name, as it is now.
    revision
        That of the last report.
    """
    names = ["history_id", "table", "row_key", "before", "after", "erased"]
    rows = [[getattr(entry, name) for name in names] for entry in entries]
    history = pd.DataFrame(rows, columns=names)
    keys = (key_text([one]) for one in venues["venue_id"])
    kinds = dict(zip(keys, venues["kind"], strict=True))
    effects = record_effects(history.astype({"erased": bool}), kinds=kinds)
    frame = public_effects(effects)[[name for name, _, _ in RECORD_COLUMNS]]
    return Trend(frame, RECORD_COLUMNS, text("trend.records", revision=revision), [])
