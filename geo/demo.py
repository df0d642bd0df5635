"""Demonstration rows: invented stations and promoters, so that every page has something to show.

Each row is marked (`demo`), named 演示, and sits at its township's approximate seat.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import bad_argument
from geo.schema import CITY_BOUNDS, DEMO_MARK, DTYPES, HOSTS, TABLES
from geo.succession import in_force

Dates = NDArray[np.datetime64]
Draws = NDArray[np.float64]

STATIONS_PER_TOWNSHIP = 0.68
HOST_SHARES = {"party_centre": 0.5, "civilization_station": 0.35, "science_yard": 0.15}
# (share of the stations, status, on wheels); the rest are open.
STANDINGS = (
    (0.06, "planned", False),
    (0.06, "construction", False),
    (0.04, "suspended", False),
    (0.04, "closed", False),
    (0.04, "open", True),
)
NOT_BUILT = ("planned", "construction")
HOURS = (
    None,
    None,
    "Mo-Fr 09:00-17:00",
    "Tu-Su 09:00-17:00",
    "Mo-Su 08:30-17:30",
    "Mo-Fr 08:30-12:00,13:30-17:30",
    "Sa-Su 09:00-16:00",
)
STAYS_MIN = (None, 30, 45, 60)
SUBJECTS = (None, "agriculture", "health", "technology", "technology;earthquake", "ecology;weather")
DUTIES = ("村两委成员", "社区网格员", "科技特派员", "退休教师", "志愿者")
# (share of the townships, least and most share of their villages with a promoter).
TOWNSHIP_LEVELS = ((0.1, 0.0, 0.15), (0.25, 0.3, 0.6), (0.65, 0.7, 1.0))
VILLAGES_PER_PROMOTER = ((0.55, 1), (0.25, 2), (0.12, 3), (0.08, 4))
ENDED_SHARE = 0.06
SHARED_SHARE = 0.03
SOURCE = "演示数据"
INTRO = "虚构的演示站点，只用来展示页面，不是真实信息。"


def demo_tables(
    townships: pd.DataFrame, villages: pd.DataFrame, *, seed: int, as_of: date
) -> dict[str, pd.DataFrame]:
    """
    Invent stations for about two thirds of the townships and promoters for as many villages.

    Most stations are open since a day in the two years before `as_of` or its own; some are
    planned, being built, closed or on wheels. Promoters serve one to four villages of one
    township, some no longer. Coverage differs between townships on purpose. The same
    tables and numbers give the same rows on every machine.

    Parameters
    ----------
    townships, villages
        The tables of those names; rows not in force on `as_of` get none.
    seed
        Number that chooses the rows.
    as_of
        The day that counts as today: nothing was opened, closed, begun or ended after it.

    Returns
    -------
    tables
        `venues`, `promoters` and `promoter_villages` as `schema` declares them. Positions
        are the approximate seats (degrees, EPSG:4326), precision `township`; phones,
        addresses and days of verification are missing, for there are none.

    Raises
    ------
    ArgumentError
        If `seed` is negative.
    """
    if seed < 0:
        raise bad_argument("seed", seed, "why_below", low=0)
    townships, villages = (in_force(frame, as_of=as_of) for frame in (townships, villages))
    for_stations, for_promoters = np.random.SeedSequence(seed).spawn(2)
    promoters, pairs = _promoters(villages, _generator(for_promoters), as_of)
    return {
        "venues": _stations(townships, _generator(for_stations), as_of),
        "promoters": promoters,
        "promoter_villages": pairs,
    }


def _generator(seed: np.random.SeedSequence) -> np.random.Generator:
    # Only `random` is drawn from it: its numbers are the same in every version of NumPy.
    return np.random.Generator(np.random.PCG64(seed))


def _table(name: str, values: dict[str, Any], rows: int) -> pd.DataFrame:
    """Return the table `name` with the given columns; the others are missing."""
    columns = {}
    for column in TABLES[name].columns:
        given = pd.Series(values.get(column.name, [None] * rows), dtype=object)
        dtype: Any = DTYPES[column.kind]
        columns[column.name] = given.astype(dtype)
    return pd.DataFrame(columns)


def _sample(generator: np.random.Generator, options: tuple[Any, ...], size: int) -> list[Any]:
    return [options[int(draw * len(options))] for draw in generator.random(size)]


def _weighted(draws: Draws, shares: list[float]) -> NDArray[np.int64]:
    """Return for each draw (0-1) the number of the share in which it falls."""
    edges = np.cumsum(shares)[:-1]
    return np.searchsorted(edges, draws, side="right").astype(np.int64)


def _days_before(as_of: date, draws: Draws, since: date) -> Dates:
    """Return the day that lies at each draw (0-1) of the way from `since` to `as_of`."""
    first, last = np.datetime64(since, "D"), np.datetime64(as_of, "D")
    span_days = (last - first).astype(int) + 1
    days: Dates = (first + (draws * span_days).astype(int)).astype("datetime64[s]")
    return days


def _stations(townships: pd.DataFrame, generator: np.random.Generator, as_of: date) -> pd.DataFrame:
    townships = townships.sort_values("township_code")
    count = round(STATIONS_PER_TOWNSHIP * len(townships))
    chosen = np.sort(np.argsort(generator.random(len(townships)), kind="stable")[:count])
    homes = townships.iloc[chosen].reset_index(drop=True)
    status, mobile, opened, closed = _lives(generator, count, as_of)
    shares = list(HOST_SHARES.values())
    hosts = [list(HOST_SHARES)[at] for at in _weighted(generator.random(count), shares)]
    host_names = {value: zh for value, zh, _ in HOSTS}
    lon, lat, precision = _seats(homes)
    hours = _sample(generator, HOURS, count)
    names = [
        f"{DEMO_MARK}·{home}{host_names[host]}星火科普服务站"
        for home, host in zip(homes["name"], hosts, strict=True)
    ]
    values = {
        "venue_id": [f"demo-s{number:03d}" for number in range(1, count + 1)],
        "name": names,
        "kind": ["station"] * count,
        "status": status,
        "county_code": homes["county_code"],
        "township_code": homes["township_code"],
        "lon": lon,
        "lat": lat,
        "position_precision": precision,
        "source_datum": [None if value == "unknown" else "wgs84" for value in precision],
        "opening_hours": [
            None if state in NOT_BUILT else week for state, week in zip(status, hours, strict=True)
        ],
        "booking_required": _sample(generator, (None, False, True), count),
        "visit_min": _sample(generator, STAYS_MIN, count),
        "free": _sample(generator, (None, True, True), count),
        "barrier_free": _sample(generator, (None, False, True), count),
        "subjects": _sample(generator, SUBJECTS, count),
        "host": hosts,
        "intro": [INTRO] * count,
        "mobile": mobile,
        "opened_on": opened,
        "closed_on": closed,
        "source_url": [SOURCE] * count,
        "demo": [True] * count,
    }
    return _table("venues", values, count)


def _lives(
    generator: np.random.Generator, count: int, as_of: date
) -> tuple[list[str], list[bool], Dates, Dates]:
    """Return status, on wheels, opened on and closed on of `count` stations."""
    kinds = [("open", False)] * count
    order = np.argsort(generator.random(count), kind="stable").tolist()
    for share, status, mobile in STANDINGS:
        # At least one of each, so that every case can be seen.
        for _ in range(max(1, round(share * count))):
            if order:
                kinds[order.pop()] = (status, mobile)
    statuses = [status for status, _ in kinds]
    opened = _days_before(as_of, generator.random(count), date(as_of.year - 2, 1, 1))
    # Between the day after the opening, at the earliest, and `as_of`.
    open_days = (np.datetime64(as_of, "D") - opened.astype("datetime64[D]")).astype(int)
    closed = opened + np.ceil(generator.random(count) * open_days).astype("timedelta64[D]")
    not_built = np.isin(statuses, NOT_BUILT)
    opened[not_built] = np.datetime64("NaT")
    closed[~np.isin(statuses, ["suspended", "closed"])] = np.datetime64("NaT")
    return statuses, [mobile for _, mobile in kinds], opened, closed


def _seats(homes: pd.DataFrame) -> tuple[pd.Series, pd.Series, list[str]]:
    """Return longitude, latitude and precision of the seats; missing outside the city's frame."""
    west, south, east, north = CITY_BOUNDS
    known = homes["seat_lon"].between(west, east) & homes["seat_lat"].between(south, north)
    precision = ["township" if seat else "unknown" for seat in known]
    return homes["seat_lon"].where(known), homes["seat_lat"].where(known), precision


def _promoters(
    villages: pd.DataFrame, generator: np.random.Generator, as_of: date
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables `promoters` and `promoter_villages`."""
    served: list[list[str]] = []
    ordered = villages.sort_values(["township_code", "village_code"])
    groups = [list(group) for _, group in ordered.groupby("township_code")["village_code"]]
    levels = _weighted(generator.random(len(groups)), [share for share, _, _ in TOWNSHIP_LEVELS])
    for codes, level in zip(groups, levels, strict=True):
        _, least, most = TOWNSHIP_LEVELS[level]
        share = least + (most - least) * generator.random()
        mixed = np.argsort(generator.random(len(codes)), kind="stable")
        with_promoter = [codes[at] for at in mixed[: round(share * len(codes))]]
        served += _rounds(with_promoter, generator)
    count = len(served)
    begun = _days_before(as_of, generator.random(count), date(as_of.year - 2, 1, 1))
    served_days = (np.datetime64(as_of, "D") - begun.astype("datetime64[D]")).astype(int)
    over = begun + np.ceil(generator.random(count) * served_days).astype("timedelta64[D]")
    over[generator.random(count) >= ENDED_SHARE] = np.datetime64("NaT")
    promoter_ids = [f"demo-p{number:05d}" for number in range(1, count + 1)]
    values = {
        "promoter_id": promoter_ids,
        "name": [f"{DEMO_MARK}宣传员{number:04d}" for number in range(1, count + 1)],
        "duty": _sample(generator, DUTIES, count),
        "full_time": (generator.random(count) < 0.1).tolist(),
        "from_date": begun,
        "to_date": over,
        "demo": [True] * count,
    }
    pairs = [
        (promoter, code)
        for promoter, codes in zip(promoter_ids, served, strict=True)
        for code in codes
    ]
    columns = {
        "promoter_id": [promoter for promoter, _ in pairs],
        "village_code": [code for _, code in pairs],
    }
    return _table("promoters", values, count), _table("promoter_villages", columns, len(pairs))


def _rounds(codes: list[str], generator: np.random.Generator) -> list[list[str]]:
    """Share the villages of one township out, one to four each; some get a second promoter."""
    shares = [share for share, _ in VILLAGES_PER_PROMOTER]
    sizes = _weighted(generator.random(len(codes)), shares)
    rounds, start = [], 0
    for size in sizes:
        if start < len(codes):
            rounds.append(sorted(codes[start : start + VILLAGES_PER_PROMOTER[size][1]]))
            start += VILLAGES_PER_PROMOTER[size][1]
    twice = generator.random(len(codes)) < SHARED_SHARE
    return rounds + [[code] for code, again in zip(codes, twice, strict=True) if again]
