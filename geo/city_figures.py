"""One city's figures as one row: what a fleet of cities is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pandas as pd

from geo import planning
from geo.answers import COLUMNS, Columns, coverage_answer
from geo.cost import Unit
from geo.errors import bad_argument
from geo.fleet import City, Outcome
from geo.keys import yes
from geo.reach_answers import reach_table
from geo.report.figures import Source
from geo.report.making import report_files
from geo.report.places import CITY
from geo.routing.answers import Cache
from geo.settings import Settings
from geo.siting.request import Request, require_usable
from geo.situation import default_limits, situation
from geo.standing import open_facilities

FIGURES = ("coverage", "reach", "siting")
_CITY = ("city", "城市", "city")
_ERROR = ("error", "没有算成的原因", "error")
_SITING = (
    ("sites", "新增站点数", "sites"), ("objective", "覆盖权重", "objective"),
    ("bound", "上界", "bound"), ("proven", "已证明最优", "proven"),
    ("site_ids", "新增站点编号", "site ids"),
)  # fmt: skip
_COUNTS = (
    "townships", "townships_covered", "villages", "villages_covered", "facilities", "demo_rows",
    "sites",
)  # fmt: skip
_DEMO = ("demo_rows", "演示数据行数", "demonstration rows")


def city_task(
    figure: str,
    *,
    as_of: date,
    settings: Settings,
    limits: Sequence[float] = (),
    unit: Unit = "m",
    add: int = 20,
    cache: Cache | None = None,
) -> tuple[Callable[[City], pd.DataFrame], Columns]:
    """
    Return the task that computes a figure of a city as one row, and its columns.

    Parameters
    ----------
    figure
        "coverage", "reach" or "siting" (the next sites by maximal covering).
    as_of
        The day asked about.
    settings
        How travel cost is found. Nothing else of them travels to a cluster.
    limits, unit
        Of reach, as for `situation.situation`; of siting the first limit is the radius,
        5 km unless given, or minutes by car.
    add
        Of siting: how many stations to add.
    cache
        Where answers of a routing engine are kept; it cannot travel to a cluster.

    Raises
    ------
    ArgumentError
        If there is no such figure.
    """
    if figure == "coverage":
        rates = [column for column in COLUMNS["city"] if column[0] != "area_code"]
        return partial(coverage_row, as_of=as_of), (_CITY, *rates, _DEMO, _ERROR)
    bare = _bare(settings)
    if figure == "siting":
        request = Request(
            add=add, limit=limits[0] if limits else Request.limit,
            mode="car" if unit == "min" else "straight", as_of=as_of,
        )  # fmt: skip
        require_usable(request)
        task = partial(siting_row, request=request, as_of=as_of, settings=bare, cache=cache)
        return task, (_CITY, *_SITING, _DEMO, _ERROR)
    if figure != "reach":
        raise bad_argument("FIGURE", figure, "why_one_of", allowed=tuple(FIGURES))
    chosen = tuple(limits or default_limits(unit))
    shares = [
        (_share(limit, unit), f"可达率 {limit:g} {unit}（0–1）", f"share within {limit:g} {unit}")
        for limit in sorted({float(one) for one in chosen})
    ]
    facts = (
        ("facilities", "站馆数", "facilities"), ("total", "总量", "total"),
        ("spread_total", "其中示意散布", "of it spread"),
    )  # fmt: skip
    task = partial(reach_row, as_of=as_of, settings=bare, limits=chosen, unit=unit, cache=cache)
    return task, (_CITY, *facts, *shares, _DEMO, _ERROR)


def coverage_row(city: City, *, as_of: date) -> pd.DataFrame:
    """Return the coverage of a city's townships and villages as one row."""
    found = coverage_answer(city.tables, "city", as_of=as_of)
    return found.frame.drop(columns="area_code").assign(demo_rows=found.demo_rows)


def siting_row(
    city: City,
    *,
    request: Request,
    as_of: date,
    settings: Settings,
    cache: Cache | None = None,
) -> pd.DataFrame:
    """Return the next sites of a city as one row, in roll-out order."""
    layer, _ = city.layers["township"]
    plan = planning.plan(city.tables, layer, request, as_of=as_of, settings=settings, cache=cache)
    facilities = open_facilities(city.tables["venues"], as_of=as_of, kinds=request.kinds)
    row = {
        "sites": len(plan.sites), "objective": plan.solution.objective,
        "bound": plan.solution.bound, "proven": plan.proven,
        "site_ids": ";".join(plan.sites["site_id"]),
        "demo_rows": int(yes(facilities["demo"]).sum()),
    }  # fmt: skip
    return pd.DataFrame([row])


def report_task(
    *, suffix: str, as_of: date, made_on: date, settings: Settings, cache: Cache | None = None
) -> tuple[Callable[[City], bytes], Columns]:
    """Return the task that makes the report about a city, and the columns of where each is."""
    task = partial(
        report_of, suffix=suffix, as_of=as_of, made_on=made_on, settings=_bare(settings),
        cache=cache,
    )  # fmt: skip
    return task, (_CITY, ("file", "报告", "file"), _ERROR)


def report_of(
    city: City,
    *,
    suffix: str,
    as_of: date,
    made_on: date,
    settings: Settings,
    cache: Cache | None = None,
) -> bytes:
    """Return the report about a city as the bytes of a file."""
    source = Source(
        city.tables, city.layers["township"], city.layers["county"], revision=0, cache=cache
    )
    made = report_files(source, CITY, [suffix], as_of=as_of, made_on=made_on, settings=settings)
    return made[suffix]


def reach_row(
    city: City,
    *,
    as_of: date,
    settings: Settings,
    limits: Sequence[float],
    unit: Unit,
    cache: Cache | None = None,
) -> pd.DataFrame:
    """Return the share of a city's demand within each limit as one row."""
    layer, info = city.layers["township"]
    found = situation(
        city.tables, layer, layer_kind=info.kind, as_of=as_of, settings=settings,
        limits=limits, unit=unit, cache=cache,
    )  # fmt: skip
    sums = reach_table(found, "city")
    row = {_share(limit, unit): share for limit, share in zip(sums["limit"], sums["share"],
                                                               strict=True)}  # fmt: skip
    facts = sums[["total", "spread_total"]].iloc[:1].reset_index(drop=True)
    return facts.assign(facilities=len(found.facilities), demo_rows=found.demo_rows, **row)


def city_rows(outcomes: Sequence[Outcome], columns: Columns) -> pd.DataFrame:
    """Return one row per city with the columns; of one that failed only its name and error."""
    names = [name for name, _, _ in columns]
    rows = []
    for outcome in outcomes:
        row: dict[str, Any] = {"city": outcome.city, "error": outcome.error or None}
        if isinstance(outcome.answer, pd.DataFrame):
            row |= {str(name): value for name, value in outcome.answer.iloc[0].items()}
        rows.append(row)
    frame = pd.DataFrame(rows, columns=names)
    # Counts stay whole beside the gaps of cities that failed.
    counts = [name for name in names if name in _COUNTS]
    return frame.astype(dict.fromkeys(counts, "Int64"))


def _share(limit: float, unit: str) -> str:
    return f"share_{limit:g}_{unit}"


def _bare(settings: Settings) -> Settings:
    """Return the settings that travel: the address of the database may hold a password."""
    return replace(settings, database_url="", contact="")
