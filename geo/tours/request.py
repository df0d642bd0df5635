"""What a teacher asks of the planner, and every reason why it could not be answered."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

Mode = Literal["coach", "bus", "walk"]
# How a class travels, and the mode of travel that its speed is taken from.
MODES = {"coach": "car", "bus": "bus", "walk": "walk"}
GRADES = ("primary_low", "primary_high", "junior", "senior")
MOST_STOPS = 60
MOST_DAYS, MOST_COACHES, MOST_SEATS = 5, 12, 80


class Where(NamedTuple):
    """
    Where a tour starts or ends: a township, or a point that was tapped.

    `township_code` is 12 digits or ""; `lon`, `lat` are degrees WGS 84, missing (None) for a
    township, whose approximate seat then stands in. `name` is what people call it.
    """

    name: str
    township_code: str = ""
    lon: float | None = None
    lat: float | None = None


class LunchWish(NamedTuple):
    """Lunch: minutes since midnight between which it lies, and how long it takes."""

    opens: int = 690
    closes: int = 780
    minutes: int = 40
    picnic: bool = True


USUAL_LUNCH = LunchWish()


@dataclass(frozen=True)
class Request:
    """
    What a teacher asks.

    Parameters
    ----------
    day
        The day of the tour.
    start, end
        Where it starts and ends; without `end` where it starts.
    leave, back
        The earliest departure and the latest return, minutes since midnight.
    pupils, staff
        How many go.
    grade
        One of `GRADES`, or "" for any.
    subjects
        What it should be about: values of `schema.SUBJECTS`; empty for anything.
    mode
        How the group travels: by a coach of its own, by public bus, or on foot.
    must, wish
        Ids of venues that must be seen, and of those that may be; without `wish` every venue
        that suits the request may be.
    without
        Ids of venues that the teacher does not want.
    stays
        Minutes to stay at venues, where not as the register says.
    lunch
        None for a tour without.
    walk_limit_m
        How far the group can walk in all; None for no limit.
    budget_yuan
        The most that fees may come to for each pupil; None for no limit.
    indoors
        Whether only venues indoors will do.
    ask_hours
        Whether venues of unknown hours may be used, to be asked by telephone.
    most_groups
        In how many groups, one after the other, the class may be divided at a venue.
    count_demo
        Whether demonstration rows may be used.
    days
        On how many days, one after the other; each starts at `start` and comes back to `end`.
    seats
        How many people a coach takes: more go in several coaches, each on a tour of its own.
        None: all go together.
    """

    day: date
    start: Where
    end: Where | None = None
    leave: int = 480
    back: int = 990
    pupils: int = 45
    staff: int = 4
    grade: str = ""
    subjects: tuple[str, ...] = ()
    mode: Mode = "coach"
    must: tuple[str, ...] = ()
    wish: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    stays: Mapping[str, int] | None = None
    lunch: LunchWish | None = USUAL_LUNCH
    walk_limit_m: int | None = None
    budget_yuan: float | None = None
    indoors: bool = False
    ask_hours: bool = True
    most_groups: int = 3
    count_demo: bool = True
    days: int = 1
    seats: int | None = None

    @property
    def coaches(self) -> int:
        """Return in how many coaches the class goes, each on a tour of its own."""
        if self.seats is None or self.mode != "coach":
            return 1
        return math.ceil((self.pupils + self.staff) / self.seats)
