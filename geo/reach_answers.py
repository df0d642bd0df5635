"""Reach as tables for pages, exports and reports: one situation, asked at several levels."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from geo.answers import Columns
from geo.catchment import bands, nearest, reach
from geo.equity import gap, gini, worst_part
from geo.errors import bad_argument
from geo.floating import floating_catchment, plain, zones
from geo.schema import CITY_CODE
from geo.situation import Situation

LEVELS = ("villages", "townships", "counties", "units", "city", "equity")
PER_WEIGHT = 10_000  # accessibility is said for so many villages or persons
WORST_SHARE = 0.1

_COUNTY = ("county_code", "县市区代码", "county code")
_TOWNSHIP = ("township_code", "乡镇街道代码", "township code")
_UNIT = ("reporting_unit", "填报单位", "reporting unit")
_NAME = ("name", "名称", "name")
_SUMS = (
    ("limit", "界限", "limit"),
    ("unit", "界限单位", "unit"),
    ("total", "总量", "total"),
    ("reached", "界限内", "reached"),
    ("share", "可达率（0–1）", "share reached"),
    ("spread_total", "其中示意散布", "of it spread"),
    ("spread_reached", "界限内其中示意散布", "reached, of it spread"),
    ("unplaced", "没有位置", "without position"),
    ("unweighted", "不知权重的村数", "villages of unknown weight"),
)
COLUMNS: dict[str, Columns] = {
    "villages": (
        ("village_code", "村（社区）代码", "village code"), _NAME, _TOWNSHIP, _COUNTY, _UNIT,
        ("weight", "权重", "weight"), ("spread", "示意散布", "spread"),
        ("nearest_venue_id", "最近站馆编号", "nearest venue id"),
        ("nearest_name", "最近站馆", "nearest"), ("nearest_kind", "类别", "kind"),
        ("cost", "费用", "cost"), ("unit", "费用单位", "unit"),
        ("precision", "位置精度", "precision"), ("nearest_demo", "最近站馆为演示", "demonstration"),
        ("band", "最小界限", "smallest limit"),
        ("access_2sfca", "可及性 2SFCA（每万）", "2SFCA per 10,000"),
        ("access_e2sfca", "可及性 E2SFCA（每万）", "E2SFCA per 10,000"),
    ),
    "townships": (_TOWNSHIP, _NAME, _COUNTY, _UNIT, *_SUMS),
    "counties": (_COUNTY, _NAME, *_SUMS),
    "units": (_UNIT, *_SUMS),
    "city": (("area_code", "区划代码", "area code"), *_SUMS),
    "equity": (
        ("measure", "指标", "measure"), ("value", "值", "value"), ("unit", "单位", "unit"),
        ("limit", "界限", "limit"), ("place", "哪里", "where"),
    ),
}  # fmt: skip


def reach_table(found: Situation, level: str) -> pd.DataFrame:
    """
    Return reach at one level, with the columns that `COLUMNS` names for it.

    Parameters
    ----------
    found
        The situation.
    level
        "villages": the nearest facility and the accessibility of each; "townships",
        "counties", "units", "city": the weight within each limit; "equity": Gini, worst
        tenth, and the gap between counties.

    Raises
    ------
    ArgumentError
        If there is no such level.
    """
    if level not in LEVELS:
        raise bad_argument("LEVEL", level, "why_one_of", allowed=tuple(LEVELS))
    frame = {
        "villages": _villages, "townships": _townships, "counties": _counties,
        "units": lambda at: _reach(at, ["reporting_unit"]),
        "city": lambda at: _reach(at, []).assign(area_code=CITY_CODE),
        "equity": equity_table,
    }[level](found)  # fmt: skip
    return frame[[name for name, _, _ in COLUMNS[level]]].reset_index(drop=True)


def access(found: Situation, decay: Literal["2sfca", "e2sfca"]) -> pd.Series:
    """
    Return the accessibility of each demand point for 10,000 villages or persons.

    With a catchment of the largest limit: plain (2SFCA), or in three zones (E2SFCA).
    """
    limit = found.limits[-1]
    weight = found.demand["weight"].fillna(0.0).to_numpy(dtype=np.float64)
    falling = plain(limit) if decay == "2sfca" else zones(limit)
    values = floating_catchment(found.cost, weight, found.capacity.values, falling)
    return pd.Series(values * PER_WEIGHT, index=found.demand.index, name=f"access_{decay}")


def equity_table(found: Situation) -> pd.DataFrame:
    """
    Return how evenly reach is spread: one row per measure.

    Returns
    -------
    equity
        `measure` ("gini_2sfca", "gini_e2sfca", "gini_cost" of what can be reached at all,
        "worst_cost" the mean cost of the worst tenth, "gap_best", "gap_worst",
        "gap_difference", "gap_ratio" of the counties' shares), `value` (missing where there
        is no demand), `unit`, `limit` (missing where it does not matter), `place`.
    """
    known = found.demand["weight"].notna().to_numpy() & found.demand["lon"].notna().to_numpy()
    weight = found.demand["weight"].to_numpy(dtype=np.float64)[known]
    rows: list[tuple[str, float, str, float, str]] = []
    last, unit = found.limits[-1], found.cost.unit
    if weight.sum() > 0:
        for decay in ("2sfca", "e2sfca"):
            values = access(found, decay).to_numpy()[known]
            rows.append((f"gini_{decay}", gini(values, weight), "", last, ""))
        cost = found.cost.nearest()[1][known]
        there = np.isfinite(cost)
        if weight[there].sum() > 0:
            rows.append(("gini_cost", gini(cost[there], weight[there]), "", np.nan, ""))
        tenth = worst_part(cost, weight, share=WORST_SHARE, worst="high")
        mean = tenth.mean if np.isfinite(tenth.mean) else np.nan
        rows.append(("worst_cost", mean, unit, np.nan, ""))
    counties = _counties(found)
    for limit in found.limits:
        apart = gap(counties[counties["limit"] == limit], name="name", value="share")
        if apart is None:
            continue
        ratio = apart.ratio if np.isfinite(apart.ratio) else np.nan
        rows += [
            ("gap_best", apart.best_value, "", limit, apart.best),
            ("gap_worst", apart.worst_value, "", limit, apart.worst),
            ("gap_difference", apart.difference, "", limit, ""),
            ("gap_ratio", ratio, "", limit, ""),
        ]
    return pd.DataFrame(rows, columns=[name for name, _, _ in COLUMNS["equity"]])


def _reach(found: Situation, by: list[str]) -> pd.DataFrame:
    return reach(found.demand, found.cost, limits=found.limits, by=by)


def _townships(found: Situation) -> pd.DataFrame:
    sums = _reach(found, ["township_code", "county_code", "reporting_unit"])
    return sums.merge(found.townships[["township_code", "name"]], on="township_code", how="left")


def _counties(found: Situation) -> pd.DataFrame:
    sums = _reach(found, ["county_code"])
    return sums.merge(found.counties[["county_code", "name"]], on="county_code", how="left")


def _villages(found: Situation) -> pd.DataFrame:
    rows = nearest(found.demand, found.facilities, found.cost)
    return rows.assign(
        county_code=found.demand["county_code"],
        reporting_unit=found.demand["reporting_unit"],
        cost=rows["cost"].where(np.isfinite(rows["cost"])).round(1),
        band=bands(found.demand, found.cost, limits=found.limits),
        access_2sfca=access(found, "2sfca").round(2),
        access_e2sfca=access(found, "e2sfca").round(2),
    )
