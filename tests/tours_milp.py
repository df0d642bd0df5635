"""
A day's tour as a mixed-integer program on HiGHS: a second exact answer, apart from the planner.

Each way driven has a variable for the minute at which it is set out on, so no large constants
are needed for the order of the visits. Variables: which ways are driven, which opening each
visit uses, where lunch is eaten. First the greatest value, then the least travel with it.

References
----------
.. [1] Maffioli & Sciomachen (1997), A mixed-integer model for solving ordering problems with side
   constraints (times carried by the arcs).
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from geo.itinerary.day import Day


class _Program:
    """Columns by name and rows of a linear program, as they come."""

    def __init__(self) -> None:
        self.at: dict[tuple, int] = {}
        self.upper: list[float] = []
        self.whole: list[bool] = []
        self.rows: list[tuple[dict[tuple, float], float, float]] = []

    def column(self, *name, most: float, whole: bool) -> tuple:
        self.at[name] = len(self.at)
        self.upper.append(most)
        self.whole.append(whole)
        return name

    def row(self, terms: dict[tuple, float], *, least: float = -np.inf, most: float = np.inf):
        self.rows.append((terms, least, most))

    def least(self, costs: dict[tuple, float]) -> dict[tuple, float] | None:
        """Return the cheapest solution; None if there is none."""
        cost = np.zeros(len(self.at))
        for name, one in costs.items():
            cost[self.at[name]] += one
        places = [(row, self.at[name], value) for row, (terms, _, _) in enumerate(self.rows)
                  for name, value in terms.items()]  # fmt: skip
        rows, columns, values = zip(*places, strict=True)
        matrix = csr_array((values, (rows, columns)), shape=(len(self.rows), len(self.at)))
        bounds = np.array([(least, most) for _, least, most in self.rows])
        found = milp(
            cost, integrality=np.array(self.whole, int), bounds=Bounds(0, np.array(self.upper)),
            constraints=LinearConstraint(matrix, bounds[:, 0], bounds[:, 1]),
            options={"mip_rel_gap": 0},
        )  # fmt: skip
        if found.status == 2:
            return None
        assert found.status == 0, found.message
        return dict(zip(self.at, found.x.tolist(), strict=True))


def _sum(*parts: tuple[float, tuple | dict]) -> dict[tuple, float]:
    """Return the sum of multiples of columns and of sums."""
    total: dict[tuple, float] = defaultdict(float)
    for times, part in parts:
        for name, value in part.items() if isinstance(part, dict) else [(part, 1.0)]:
            total[name] += times * value
    return total


class _Model:
    """The program of one day, and the sums that its parts share."""

    def __init__(self, day: Day) -> None:
        self.day, self.program = day, _Program()
        self.size = len(day.stops)
        self.start, self.end = self.size, self.size + 1
        # Lunch can be eaten before the earliest departure, and after the return.
        self.latest = max([day.return_min, *([day.lunch.closes] if day.lunch else [])])
        self.seen = self._visits()
        self.ways = self._ways()
        if day.lunch:
            self._lunch()
        self._limits()

    def _visits(self) -> list[dict[tuple, float]]:
        """Give each stop its openings; return for each the sum that is 1 if it is visited."""
        seen, self.begin = [], []
        for at, stop in enumerate(self.day.stops):
            chosen, begins = [], []
            for number, window in enumerate(stop.windows):
                last = min(window.last_entry, window.closes - stop.stay_min)
                if last < window.opens:
                    continue
                uses = self.program.column("uses", at, number, most=1, whole=True)
                begin = self.program.column("begin", at, number, most=last, whole=False)
                self.program.row(_sum((1, begin), (-window.opens, uses)), least=0)
                self.program.row(_sum((1, begin), (-last, uses)), most=0)
                chosen.append((1, uses))
                begins.append((1, begin))
            seen.append(_sum(*chosen))
            self.begin.append(_sum(*begins))
            least = 1 if stop.must else 0
            never = self.program.column("never", at, most=0, whole=False)
            self.program.row(_sum((1, seen[at]), (1, never)), least=least, most=1)
        return seen

    def _ways(self) -> list[tuple[int, int, tuple]]:
        """Drive from the start to the end by the visited stops, the time carried along."""
        day, program = self.day, self.program
        musts = any(stop.must for stop in day.stops)
        soonest, latest = self._edges()
        ways = []
        out, into = defaultdict(list), defaultdict(list)
        leaves, comes = defaultdict(list), defaultdict(list)
        for one in [*range(self.size), self.start]:
            for other in [*range(self.size), self.end]:
                if one == other:
                    continue
                took = int(day.travel_min[one, other])
                first, last = soonest[one], latest[other] - took
                if last < first or ((one, other) == (self.start, self.end) and musts):
                    continue
                drives = program.column("drives", one, other, most=1, whole=True)
                sets_out = program.column("sets_out", one, other, most=last, whole=False)
                program.row(_sum((1, sets_out), (-first, drives)), least=0)
                program.row(_sum((1, sets_out), (-last, drives)), most=0)
                ways.append((one, other, drives))
                out[one].append((1, drives))
                into[other].append((1, drives))
                leaves[one].append((1, sets_out))
                comes[other] += [(1, sets_out), (took, drives)]
        program.row(_sum(*out[self.start]), least=1, most=1)
        program.row(_sum(*into[self.end]), least=1, most=1)
        self.leaves = {at: _sum(*leaves[at]) for at in range(self.size + 1)}
        self.comes = {at: _sum(*comes[at]) for at in [*range(self.size), self.end]}
        for at, stop in enumerate(day.stops):
            seen, begin = self.seen[at], self.begin[at]
            program.row(_sum(*out[at], (-1, seen)), least=0, most=0)
            program.row(_sum(*into[at], (-1, seen)), least=0, most=0)
            program.row(_sum((1, begin), (-1, self.comes[at])), least=0)
            program.row(_sum((1, self.leaves[at]), (-1, begin), (-stop.stay_min, seen)), least=0)
        for one, other, drives in ways:
            if one < other < self.size and ("drives", other, one) in program.at:
                back = ("drives", other, one)
                program.row(_sum((1, drives), (1, back), (-1, self.seen[one])), most=0)
                program.row(_sum((1, drives), (1, back), (-1, self.seen[other])), most=0)
        return ways

    def _edges(self) -> tuple[dict[int, int], dict[int, int]]:
        """Return when each place can be left at the soonest, and be reached at the latest."""
        day = self.day
        soonest, latest = {self.start: day.start_min}, {self.end: day.return_min}
        shortest = day.travel_min.copy()
        for by in range(len(shortest)):
            shortest = np.minimum(shortest, shortest[:, by, None] + shortest[None, by, :])
        for at, stop in enumerate(day.stops):
            there = day.start_min + int(shortest[self.start, at])
            begins = [max(there, one.opens) for one in stop.windows
                      if there <= min(one.last_entry, one.closes - stop.stay_min)]  # fmt: skip
            ends = [min(one.last_entry, one.closes - stop.stay_min) for one in stop.windows]
            home = day.return_min - stop.stay_min - int(shortest[at, self.end])
            soonest[at] = min(begins, default=self.latest) + stop.stay_min
            latest[at] = min(max(ends, default=-1), home)
        return soonest, latest

    def _lunch(self) -> None:
        """Eat once: before setting out, before or after a visit, or after the return."""
        lunch, program, late = self.day.lunch, self.program, self.latest
        meals = []

        def meal(*where) -> tuple[tuple, tuple]:
            eats = program.column("eats", *where, most=1, whole=True)
            from_ = program.column("eats_from", *where, most=late, whole=False)
            program.row(_sum((1, from_), (-lunch.opens, eats)), least=0)
            program.row(_sum((1, from_), (lunch.minutes - lunch.closes, eats)), most=0)
            meals.append((1, eats))
            return eats, from_

        eats, from_ = meal("start")
        over = _sum((1, from_), (lunch.minutes, eats))
        program.row(_sum((1, self.leaves[self.start]), (-1, over)), least=0)
        eats, from_ = meal("end")
        program.row(_sum((1, from_), (-1, self.comes[self.end]), (-late, eats)), least=-late)
        for at, stop in enumerate(self.day.stops):
            if not (stop.feeds or lunch.picnic):
                continue
            begin, seen = self.begin[at], self.seen[at]
            early, early_from = meal("before", at)
            program.row(
                _sum((1, early_from), (-1, self.comes[at]), (-late, early)), least=-late
            )  # fmt: skip
            program.row(_sum((1, begin), (-1, early_from), (-lunch.minutes, early)), least=0)
            after, after_from = meal("after", at)
            program.row(
                _sum((1, after_from), (-1, begin), (-stop.stay_min, seen), (-late, after)),
                least=-late,
            )
            program.row(
                _sum((1, self.leaves[at]), (-1, after_from), (-lunch.minutes, after)), least=0
            )
            program.row(_sum((1, early), (1, after), (-1, seen)), most=0)
        program.row(_sum(*meals), least=1, most=1)

    def _limits(self) -> None:
        """Keep the budget and the way on foot; gain each theme once."""
        day, program = self.day, self.program
        if day.budget is not None:
            fees = [(stop.fee, self.seen[at]) for at, stop in enumerate(day.stops)]
            program.row(_sum(*fees), most=day.budget)
        if day.walk_m is not None and day.walk_limit_m is not None:
            feet = [(int(day.walk_m[one, other]), drives) for one, other, drives in self.ways]
            program.row(_sum(*feet), most=day.walk_limit_m)
        gains = [(stop.value, self.seen[at]) for at, stop in enumerate(day.stops)]
        for theme in sorted({theme for stop in day.stops for theme in stop.themes}):
            met = program.column("met", theme, most=1, whole=True)
            about = [(1, self.seen[at]) for at, stop in enumerate(day.stops)
                     if theme in stop.themes]  # fmt: skip
            program.row(_sum((1, met), *((-one, seen) for one, seen in about)), most=0)
            gains.append((day.variety, met))
        self.value = _sum(*gains)
        # What all ways and stays take, and lunch on the way, is no more than the day has.
        spent = [(int(day.travel_min[one, other]), drives) for one, other, drives in self.ways]
        spent += [(stop.stay_min, self.seen[at]) for at, stop in enumerate(day.stops)]
        if day.lunch:
            spent += [(day.lunch.minutes, name) for name in program.at
                      if name[0] == "eats" and name[1] in ("before", "after")]  # fmt: skip
        program.row(_sum(*spent), most=day.return_min - day.start_min)
        self.travel = _sum(*((int(day.travel_min[one, other]), drives)
                             for one, other, drives in self.ways))  # fmt: skip


def programmed(day: Day) -> tuple[int, int] | None:
    """Return the greatest value and the least travel with it; None if no tour has the musts."""
    model = _Model(day)
    first = model.program.least(_sum((-1, model.value)))
    if first is None:
        return None
    value = round(sum(times * first[name] for name, times in model.value.items()))
    model.program.row(model.value, least=value)
    second = model.program.least(model.travel)
    assert second is not None
    return value, round(sum(times * second[name] for name, times in model.travel.items()))
