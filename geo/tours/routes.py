"""Ready-made routes: what they are about, for whom and how long, day by day, and as rows again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from geo.tours.outcome import TourFacts

LENGTHS = ("half", "day", "days")
_DAYS = re.compile(r"(\d+)\s*[天日]")
_WORDS = {"半天": "half", "半日": "half", "一天": "day", "一日": "day", "两天": "days",
          "二日": "days", "三天": "days", "三日": "days"}  # fmt: skip


class RouteDay(NamedTuple):
    """One day of a route: its number, the registered venues in order, how many stops are not."""

    number: int
    venues: tuple[str, ...]
    unlisted: int


def days_of(stops: pd.DataFrame) -> list[RouteDay]:
    """
    Return the days of one route, each venue once a day; a stop without a day is of the first.

    Parameters
    ----------
    stops
        Its rows of `route_stops` in order.
    """
    numbers = stops["day"].fillna(1).astype(int)
    return [
        RouteDay(int(number), tuple(dict.fromkeys(rows["venue_id"].dropna())),
                 int(rows["venue_id"].isna().sum()))
        for number, rows in stops.groupby(numbers, sort=True)
    ]  # fmt: skip


def traits(routes: pd.DataFrame, stops: pd.DataFrame, venues: pd.DataFrame) -> pd.DataFrame:
    """
    Return what routes can be chosen by.

    Parameters
    ----------
    routes, stops, venues
        The tables `routes` (n rows), `route_stops` and `venues`.

    Returns
    -------
    traits
        n rows, index as `routes`: `subjects` (set), `length` ("half", "day", "days", or ""
        where neither the source nor the stops say), `grades` (set of grade bands that every
        stop of known grades suits; None where no stop's are known).
    """
    known = venues.set_index("venue_id")["grades"].dropna()
    last = stops.groupby("route_id")["day"].max()
    rows = []
    for route in routes.to_dict("records"):
        ids = set(stops.loc[stops["route_id"] == route["route_id"], "venue_id"].dropna())
        suits = [set(known[one].split(";")) for one in ids if one in known.index]
        theme = "" if pd.isna(route["theme"]) else str(route["theme"])
        rows.append(
            {
                "subjects": set(theme.split(";")) - {""},
                "length": _length(route["duration"], last.get(route["route_id"])),
                "grades": set.intersection(*suits) if suits else None,
            }
        )
    return pd.DataFrame(rows, index=routes.index, columns=["subjects", "length", "grades"],
                        dtype=object)  # fmt: skip


def _length(duration: Any, last_day: Any) -> str:
    said = "" if duration is None or pd.isna(duration) else str(duration)
    number = _DAYS.search(said)
    if number is not None:
        return "day" if int(number[1]) == 1 else "days"
    for word, length in _WORDS.items():
        if word in said:
            return length
    several = last_day is not None and not pd.isna(last_day) and float(last_day) > 1
    return "days" if several else ""


def suiting(found: pd.DataFrame, *, subject: str = "", grade: str = "",
            length: str = "") -> pd.Series[bool]:  # fmt: skip
    """
    Return which routes suit; "" is any. A route of unknown grades is not ruled out by one.

    Parameters
    ----------
    found
        n rows from `traits`.
    """
    fits = [
        (not subject or subject in row["subjects"])
        and (not grade or row["grades"] is None or grade in row["grades"])
        and (not length or length == row["length"])
        for row in found.to_dict("records")
    ]
    return pd.Series(fits, index=found.index, dtype=bool)


def route_texts(
    route_id: str, name: str, intro: str, tours: Sequence[TourFacts]
) -> tuple[Mapping[str, str], list[Mapping[str, str]]]:
    """
    Return a planned tour as a row of `routes` and rows of `route_stops`, as texts of a form.

    It is an unverified lead until somebody who reviews it says otherwise; nobody has walked it.

    Parameters
    ----------
    route_id, name, intro
        What the proposer calls it and says of it.
    tours
        One for each day.
    """
    every = [(day, stop) for day, tour in enumerate(tours, 1) for stop in tour.stops]
    themes = dict.fromkeys(
        one for _, stop in every for one in str(stop.venue.get("subjects") or "").split(";") if one
    )
    demo = any(stop.venue.get("demo") for _, stop in every)
    route = {
        "route_id": route_id, "name": name, "status": "unverified", "theme": ";".join(themes),
        "duration": f"{len(tours)}天", "intro": intro, "demo": "yes" if demo else "no",
    }  # fmt: skip
    return route, [
        {
            "route_id": route_id, "stop_no": str(number), "name": stop.place.name,
            "venue_id": stop.place.venue_id, "day": str(day),
            "stay_min": str((stop.ends - stop.begins) // stop.groups),
        }
        for number, (day, stop) in enumerate(every, 1)
    ]  # fmt: skip
