"""Coverage answers as tables for export: which columns, which notices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from geo import coverage
from geo.errors import bad_argument
from geo.schema import CITY_CODE
from geo.standing import unregistered_stations, unregistered_villages
from geo.succession import list_year
from geo.text import date_text, text

LEVELS = ("townships", "villages", "counties", "units", "city")

# (name, Chinese header, English label), as `files.write_answer` takes them.
Columns = Sequence[tuple[str, str, str]]

_NAME = ("name", "名称", "name")
_COUNTY = ("county_code", "县市区代码", "county code")
_TOWNSHIP = ("township_code", "乡镇街道代码", "township code")
_UNIT = ("reporting_unit", "填报单位", "reporting unit")
_COVERED = ("covered", "已覆盖", "covered")
_RATES = (
    ("townships", "乡镇街道数", "townships"),
    ("townships_covered", "已覆盖乡镇街道数", "townships covered"),
    ("townships_share", "乡镇街道覆盖率（0–1）", "share of townships covered"),
    ("villages", "村（社区）数", "villages"),
    ("villages_covered", "已覆盖村（社区）数", "villages covered"),
    ("villages_share", "村（社区）覆盖率（0–1）", "share of villages covered"),
)
COLUMNS: dict[str, Columns] = {
    "townships": (
        _TOWNSHIP, _NAME, _COUNTY, _UNIT, ("stations", "服务站数", "stations"),
        ("demo_stations", "其中演示", "of these demonstration"), _COVERED,
    ),
    "villages": (
        ("village_code", "村（社区）代码", "village code"), _NAME, _TOWNSHIP, _COUNTY, _UNIT,
        ("promoters", "宣传员数", "promoters"),
        ("demo_promoters", "其中演示", "of these demonstration"), _COVERED,
    ),
    "counties": (_COUNTY, _NAME, *_RATES),
    "units": (_UNIT, *_RATES),
    "city": (("area_code", "区划代码", "area code"), *_RATES),
}  # fmt: skip

# What is needed of the store.
TABLES_NEEDED = (
    "counties", "townships", "villages", "successions", "reporting_units", "unit_townships",
    "venues", "promoters", "promoter_villages",
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """
    Coverage at one level on one day; `demo_rows` demonstration rows count in it.

    Not in it are `stations_left_out` and `villages_left_out`: what is registered to a code
    that stands for none in force on that day.
    """

    frame: pd.DataFrame
    columns: Columns
    title: str
    demo_rows: int
    stations_left_out: int = 0
    villages_left_out: int = 0


def without_demo(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return `tables` without their demonstration rows."""
    return {
        name: frame[~frame["demo"].fillna(False).astype(bool)] if "demo" in frame else frame
        for name, frame in tables.items()
    }


def coverage_answer(tables: Mapping[str, pd.DataFrame], level: str, *, as_of: date) -> Answer:
    """
    Compute coverage on the day `as_of`.

    Parameters
    ----------
    tables
        The stored tables, at least `TABLES_NEEDED`.
    level
        `townships` (stations) or `villages` (promoters), one row each; `counties`,
        `units` (reporting units) or `city`, with the counts and shares of both.

    Returns
    -------
    answer
        In `frame` the columns that `COLUMNS` names for the level.

    Raises
    ------
    ArgumentError
        If there is no such level.
    TableError
        If a township has not exactly one reporting unit on that day.
    """
    if level not in LEVELS:
        raise bad_argument("LEVEL", level, "why_one_of", allowed=tuple(LEVELS))
    townships = tables["townships"]
    successions = tables["successions"]
    units = coverage.unit_of_township(
        townships,
        tables["reporting_units"],
        tables["unit_townships"],
        as_of=as_of,
        successions=successions,
    )
    stations = coverage.stations_by_township(
        townships, tables["venues"], units, as_of=as_of, successions=successions
    )
    served = coverage.promoters_by_village(
        tables["villages"],
        tables["promoters"],
        tables["promoter_villages"],
        as_of=as_of,
        successions=successions,
    )
    served = coverage.with_units(served, townships, units)
    frame = {
        "townships": lambda: stations,
        "villages": lambda: served,
        "counties": lambda: _rates(stations, served, ["county_code"]).merge(
            tables["counties"][["county_code", "name"]], on="county_code", how="left"
        ),
        "units": lambda: _rates(stations, served, ["reporting_unit"]),
        "city": lambda: _rates(stations, served, []).assign(area_code=CITY_CODE),
    }[level]()
    demo = stations_out = villages_out = 0
    if level != "villages":
        demo += int(stations["demo_stations"].sum())
        stations_out = len(
            unregistered_stations(tables["venues"], townships, successions, as_of=as_of)
        )
    if level != "townships":
        demo += _demo_promoters(tables, as_of)
        villages_out = len(
            unregistered_villages(
                tables["promoters"], tables["promoter_villages"], tables["villages"],
                successions, as_of=as_of,
            )
        )  # fmt: skip
    key = "export.coverage" if level == "townships" else "export.promoters"
    title = text(key) if level in {"townships", "villages"} else text("export.rates")
    frame = frame.reset_index(drop=True)
    return Answer(frame, COLUMNS[level], title, demo, stations_out, villages_out)


def _rates(stations: pd.DataFrame, served: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    parts = []
    for name, answer in (("townships", stations), ("villages", served)):
        rates = coverage.rates(answer, by=by).rename(
            columns={"total": name, "covered": f"{name}_covered", "share": f"{name}_share"}
        )
        parts.append(rates.drop(columns="uncovered"))
    if not by:
        return pd.concat(parts, axis=1)
    both = parts[0].merge(parts[1], on=by, how="left")
    counts = ["townships", "townships_covered", "villages", "villages_covered"]
    both[counts] = both[counts].fillna(0).astype("int64")
    return both


def _demo_promoters(tables: Mapping[str, pd.DataFrame], as_of: date) -> int:
    promoters = tables["promoters"]
    serving = coverage.serving(promoters, as_of=as_of) & promoters["demo"].fillna(False)
    linked = promoters["promoter_id"].isin(tables["promoter_villages"]["promoter_id"])
    return int((serving & linked).sum())


def answer_notices(
    answer: Answer,
    tables: Mapping[str, pd.DataFrame],
    *,
    as_of: date,
    revision: int,
    language: str = "zh",
    only_warnings: bool = False,
) -> list[str]:
    """
    Return the sentences that go with an export of `answer`: day, list, revision, demo rows.

    With `only_warnings` those alone without which the figures would mislead.
    """
    warnings = []
    if answer.demo_rows:
        warnings.append(text("export.demo", language, count=answer.demo_rows))
    if answer.stations_left_out:
        warnings.append(text("export.left_out", language, count=answer.stations_left_out))
    if answer.villages_left_out:
        warnings.append(text("export.left_out_villages", language, count=answer.villages_left_out))
    if only_warnings:
        return warnings
    notices = [text("export.as_of", language, date=date_text(as_of, language))]
    year = list_year(tables["townships"], tables["villages"], as_of=as_of)
    if year is not None:
        notices.append(text("export.list_year", language, year=year))
    return [*notices, text("export.revision", language, revision=revision), *warnings]
