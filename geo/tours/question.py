"""The planner's question for any day: which venues, where, and how long between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.crs import to_metres
from geo.errors import GeoError
from geo.itinerary.day import NEVER, Day, Lunch
from geo.tours.candidates import VARIETY, Candidate, candidate
from geo.tours.outcome import Place
from geo.tours.places import end_place, venue_place
from geo.tours.request import Request

MOST_OPTIONAL = 15  # venues looked at when the teacher names none
FAR_M = 60_000  # from the start, straight: no class goes farther in a day


@dataclass(frozen=True, eq=False)
class Question:
    """
    The venues of a request and the ways between them; n venues, n + 2 places.

    Parameters
    ----------
    request
        What was asked.
    venues
        n rows of the register, as mappings.
    places
        n + 2: the venues, the start, the end. A venue without a known place has that of the
        start, and is blocked.
    placed
        n: whether it is known where the venue is.
    minutes, metres, margin
        (n + 2) × (n + 2) whole minutes with their margin, metres of the way, and the margin.
    left_aside
        How many venues that suit were not looked at, being less fitting or farther.
    """

    request: Request
    venues: tuple[Mapping[str, Any], ...]
    places: tuple[Place, ...]
    placed: tuple[bool, ...]
    minutes: NDArray[np.int64]
    metres: NDArray[np.float64]
    margin: NDArray[np.int64]
    left_aside: int

    def candidates(
        self, day: date, *, today: date, calendar: Mapping[date, bool], ask_days: int
    ) -> list[Candidate]:
        """Return the venues as stops of `day`, in order."""
        return [
            candidate(venue, self.request, day=day, today=today, calendar=calendar,
                      placed=placed, ask_days=ask_days)
            for venue, placed in zip(self.venues, self.placed, strict=True)
        ]  # fmt: skip

    def day(self, stops: list[Candidate]) -> Day:
        """Return the planner's day with these candidates."""
        asked = self.request
        lunch = None if asked.lunch is None else Lunch(*asked.lunch)
        walks = asked.mode == "walk" and asked.walk_limit_m is not None
        return Day(
            tuple(one.stop for one in stops), self.minutes, asked.leave, asked.back, lunch,
            walk_m=np.minimum(np.ceil(self.metres), NEVER).astype(np.int64) if walks else None,
            walk_limit_m=asked.walk_limit_m if walks else None,
            budget=None if asked.budget_yuan is None else round(100 * asked.budget_yuan),
            variety=VARIETY,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Chosen:
    """The venues that a request may have, before the ways between them are known."""

    venues: tuple[Mapping[str, Any], ...]
    places: tuple[Place, ...]
    placed: tuple[bool, ...]
    left_aside: int


def chosen_venues(
    venues: pd.DataFrame, townships: pd.DataFrame, request: Request, *, today: date,
    calendar: Mapping[date, bool],
) -> Chosen:  # fmt: skip
    """
    Choose the venues that a request may have.

    Those that must and may be seen; where the teacher names none that may be, the
    `MOST_OPTIONAL` most fitting within `FAR_M` of the start: first those that can be visited
    that day, of equally fitting ones the nearest. Service stations and mobile ones only if they
    are named.

    Parameters
    ----------
    venues
        The table `venues`.
    townships
        The table in force on the day, indexed by `township_code`.
    request, today, calendar
        What is asked, and when; the holiday table.

    Raises
    ------
    GeoError
        If a named venue is not in the table (code "tour_unknown_venue"), or a township has no
        seat.
    """
    start = end_place(request.start, townships)
    end = start if request.end is None else end_place(request.end, townships)
    rows = venues.astype(object).where(venues.notna(), None)
    if not request.count_demo:
        rows = rows[~venues["demo"].fillna(False).astype(bool)]
    named = [*request.must, *request.wish]
    absent = [one for one in named if one not in set(rows["venue_id"])]
    if absent:
        raise GeoError("tour_unknown_venue", ids="、".join(absent))
    held = rows["venue_id"].isin(named)
    fits = ~rows["venue_id"].isin(request.without) & ~held
    fits &= ~rows["kind"].isin(["station"]) & ~rows["mobile"].eq(True)
    named_rows = _rows(rows[held])
    others = [] if request.wish else _rows(rows[fits])
    able: list[tuple[bool, int, float, str, Mapping[str, Any]]] = []
    start_m = np.array(to_metres(np.array([start.lon]), np.array([start.lat]))).ravel()
    for venue in others:
        place = venue_place(venue, townships)
        if place is None:
            continue
        at_m = np.array(to_metres(np.array([place.lon]), np.array([place.lat]))).ravel()
        far = float(np.hypot(*(at_m - start_m)))
        found = candidate(venue, request, day=request.day, today=today, calendar=calendar,
                          placed=True, ask_days=0)  # fmt: skip
        if far <= FAR_M and found.blocked not in {"not_open", "no_position"}:
            shut = found.blocked is not None
            able.append((shut, -found.stop.value, far, venue["venue_id"], venue))
    able.sort(key=lambda one: one[:4])
    asked = named_rows + [venue for *_, venue in able[:MOST_OPTIONAL]]
    asked.sort(key=lambda venue: str(venue["venue_id"]))
    places = [venue_place(venue, townships) for venue in asked]
    return Chosen(
        tuple(asked),
        (*(place or start._replace(name=venue["name"], venue_id=venue["venue_id"],
                                   precision="unknown")
           for place, venue in zip(places, asked, strict=True)), start, end),
        tuple(place is not None for place in places),
        max(0, len(able) - MOST_OPTIONAL),
    )  # fmt: skip


def _rows(frame: pd.DataFrame) -> list[Mapping[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
