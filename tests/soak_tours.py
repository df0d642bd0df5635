"""
The planner of a day beside a plain search through all tours, and every change it reports.

    python -m tests.soak_tours [--count 100] [--seed 1] [--seconds 20]

A day that the plain search does not finish in `--seconds` of processor time is left out and
counted. Prints one JSON object: what was compared, what was left out, what was wrong.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import signal
import sys
from types import FrameType

from geo.itinerary.search import plan
from tests.test_repairs import every_repair
from tests.tours import every_tour, faults, made_day

SIZES = (8, 10, 12)
REPAIRS = 5  # times as many days for the changes


class _TooLong(Exception):  # noqa: N818 - not an error: the day is left out
    pass


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise _TooLong


def compared(case: tuple[int, int, float]) -> tuple[int, str | None]:
    """Return the size of a day, and what is wrong with its answer; "" nothing, None left out."""
    seed, count, seconds = case
    asked = made_day(seed, count, musts=seed % 3, lunch=seed % 4 > 0)
    tour = plan(asked)
    wrong = [] if tour is None else faults(asked, tour)
    signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        want = every_tour(asked)
    except _TooLong:
        return count, "; ".join(wrong) or None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    if (None if tour is None else (tour.value, tour.travel_min)) != want:
        wrong.append(f"{count} stops, seed {seed}: {want} wanted")
    return count, "; ".join(wrong)


def repaired(seed: int) -> tuple[int, str]:
    """Return how many changes of a day were checked, and what was wrong."""
    try:
        return every_repair(seed, 7), ""
    except AssertionError as error:
        return 0, f"changes, seed {seed}: {error}"


def main(arguments: list[str]) -> int:
    """Compare, and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak_tours")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=20)
    given = parser.parse_args(arguments)
    seeds = range(given.seed * 1000, given.seed * 1000 + given.count)
    cases = [(seed, size, given.seconds) for size in SIZES for seed in seeds]
    many = range(given.seed * 1000, given.seed * 1000 + REPAIRS * given.count)
    with multiprocessing.Pool(2) as pool:
        days = pool.map(compared, cases, chunksize=4)
        changes = pool.map(repaired, many, chunksize=8)
    told: dict[str, object] = {}
    for size in SIZES:
        found = [wrong for count, wrong in days if count == size]
        told[f"{size} stops"] = f"{sum(one is not None for one in found)} of {len(found)}"
    told["days of changes"] = len(changes)
    told["changes"] = sum(count for count, _ in changes)
    wrong = [one for _, one in days if one] + [one for _, one in changes if one]
    print(json.dumps(told | {"wrong": wrong}, ensure_ascii=False))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
