"""
The planner of a day beside two exact answers made apart from it, and every change it reports.

    python -m tests.soak_tours [--count 100] [--seed 1] [--programs 10]

Days of 5, 6 and 7 optional stops show first that the two, a search with bounds and a
mixed-integer program, find what a plain search through all tours finds. Then as many days of 8,
10 and 12 as `--count` says are compared with the search with bounds, the first `--programs` of
each size also with the program; and the changes of five times as many days are made, and made
one unit smaller. Prints one JSON object: what was compared, and what was wrong.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
from collections import Counter

from geo.itinerary.search import plan
from tests.test_repairs import every_repair
from tests.tours import every_tour, faults, made_day
from tests.tours_bounded import bounded
from tests.tours_milp import programmed

SMALL, SIZES = (5, 6, 7), (8, 10, 12)
REPAIRS = 5  # times as many days for the changes
REPAIR_STOPS = 7


def compared(case: tuple[int, int, bool]) -> tuple[int, bool, bool, list[str]]:
    """Return the size of a day, whether it has a tour, was programmed, and what is wrong."""
    seed, count, program = case
    asked = made_day(seed, count, musts=seed % 3, lunch=seed % 4 > 0)
    tour = plan(asked)
    wrong = [] if tour is None else faults(asked, tour)
    answer = None if tour is None else (tour.value, tour.travel_min)
    others = {"bounds": bounded}
    if program:
        others["program"] = programmed
    if count in SMALL:
        others["plain search"] = every_tour
    for name, other in others.items():
        if answer != (want := other(asked)):
            wrong.append(f"{name}: {want}, planner: {answer}")
    return count, tour is not None, program, [f"{count} stops, seed {seed}: {one}" for one in wrong]


def repaired(seed: int) -> tuple[Counter[str], list[str]]:
    """Return how many changes of each kind were checked, and what was wrong."""
    try:
        return every_repair(seed, REPAIR_STOPS), []
    except AssertionError as error:
        return Counter(), [f"changes, seed {seed}: {error}"]


def main(arguments: list[str]) -> int:
    """Compare, and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak_tours")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--programs", type=int, default=10)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args(arguments)
    first = given.seed * 1000
    cases = [(first + at, size, at < given.programs)
             for size in (*SMALL, *SIZES) for at in range(given.count)]  # fmt: skip
    many = range(first, first + REPAIRS * given.count)
    with multiprocessing.Pool(given.processes) as pool:
        days = pool.map(compared, cases, chunksize=1)
        changes = pool.map(repaired, many, chunksize=4)
    told: dict[str, object] = {}
    for size in (*SMALL, *SIZES):
        of_size = [one for one in days if one[0] == size]
        told[f"{size} stops"] = (
            f"{len(of_size)} days, {sum(there for _, there, _, _ in of_size)} with a tour,"
            f" {sum(program for *_, program, _ in of_size)} programmed"
        )
    kinds = sum((kinds for kinds, _ in changes), Counter[str]())
    told["days of changes"] = len(changes)
    told["changes"] = f"{kinds.total()} {dict(sorted(kinds.items()))}"
    wrong = [one for *_, faulty in days for one in faulty]
    wrong += [one for _, faulty in changes for one in faulty]
    print(json.dumps(told | {"wrong": wrong}, ensure_ascii=False))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
