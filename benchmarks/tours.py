"""
A class's day: the exact planner on seeded days of growing size, beside OR-Tools and VROOM.

OR-Tools (CP-SAT) is asked the very same days; VROOM, which knows no school rules, the same ones
without lunch, budget, walking limit and variety. Neither may find a better tour, and what CP-SAT
proves must be what the planner found.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from benchmarks import rivals
from benchmarks.figures import Figure, figure
from geo.itinerary.day import Day
from geo.itinerary.search import plan
from tests.tours import made_day

# Optional stops and the seconds that the median may take.
BARS = {8: 0.1, 10: 0.1, 12: 0.1, 15: 0.3, 20: 3.0}
SEEDS = {8: 50, 10: 50, 12: 50, 15: 25, 20: 9}
RIVAL_SEEDS = {8: 6, 10: 6, 12: 6, 15: 4, 20: 3}
RIVAL_SECONDS = 10.0
NO_RULES = {"lunch": None, "budget": None, "walk_m": None, "walk_limit_m": None, "variety": 0}


def figures() -> list[Figure]:
    """Return the median of each size, then the same days beside the other programs."""
    plan(made_day(0, 8))  # what the first call alone pays
    rows = []
    for count, bar in BARS.items():
        took, used = [], []
        for seed in range(SEEDS[count]):
            before = time.process_time()
            took.append(_planned(made_day(seed, count)).seconds)
            used.append(time.process_time() - before)
        name = f"a day's tour, {count} optional stops"
        rows.append(figure(name, took, "s", bar=bar))
        rows.append(figure(f"{name}, processor", used, "s"))
    interpreter = rivals.python()
    if interpreter is None:
        return rows
    for count, seeds in RIVAL_SEEDS.items():
        days = [made_day(seed, count) for seed in range(seeds)]
        free = [replace(day, **NO_RULES) for day in days]
        for asked, solver, named, rules in (
            (days, "cp_sat", "OR-Tools CP-SAT, 10 s", ""),
            (free, "vroom", "VROOM", ", no school rules"),
        ):
            theirs = rivals.ask(interpreter, solver, asked, seconds=RIVAL_SECONDS)
            rows += _beside(f"{seeds} tours of {count}{rules}", asked, theirs, named)
    return rows


def _planned(day: Day) -> rivals.Rival:
    start = time.perf_counter()
    tour = plan(day)
    seconds = time.perf_counter() - start
    if tour is None:
        return rivals.Rival(None, None, True, seconds)
    assert tour.proven
    return rivals.Rival(tour.value, tour.travel_min, True, seconds)


def _beside(
    name: str, days: Sequence[Day], theirs: Sequence[rivals.Rival], named: str
) -> list[Figure]:
    """Return time, value and proof of both; see that neither contradicts the other."""
    ours = [_planned(day) for day in days]
    for own, other in zip(ours, theirs, strict=True):
        assert _rank(own) >= _rank(other), f"{name}: {other} is better than {own}"
        assert not other.proven or _rank(own) == _rank(other), f"{name}: {other}, not {own}"
    return [
        figure(name, [one.seconds for one in ours], "s", peer=named,
               peer_values=[one.seconds for one in theirs]),
        _both(f"{name}, value of all", "points", ours, theirs, named, "value"),
        _both(f"{name}, proven best", "tours", ours, theirs, named, "proven"),
    ]  # fmt: skip


def _rank(answer: rivals.Rival) -> tuple[int, int]:
    """Return what is greater for the better tour."""
    if answer.value is None or answer.travel_min is None:
        return -1, 0
    return answer.value, -answer.travel_min


def _both(
    name: str, unit: str, ours: Sequence[rivals.Rival], theirs: Sequence[rivals.Rival],
    named: str, what: Literal["value", "proven"],
) -> Figure:  # fmt: skip
    one, other = (sum(getattr(row, what) or 0 for row in rows) for rows in (ours, theirs))
    return figure(name, [one], unit, peer=named, peer_values=[other])
