"""A class's day: the exact planner on seeded days of growing size."""

from __future__ import annotations

import time

from benchmarks.figures import Figure, figure
from geo.itinerary.search import plan
from tests.tours import made_day

# Optional stops and the seconds that the median may take.
BARS = {8: 0.1, 10: 0.1, 12: 0.1, 15: 0.3, 20: 3.0}
SEEDS = {8: 50, 10: 50, 12: 50, 15: 25, 20: 9}


def figures() -> list[Figure]:
    """Return the median of each size; every answer is proven."""
    plan(made_day(0, 8))  # what the first call alone pays
    rows = []
    for count, bar in BARS.items():
        took = []
        for seed in range(SEEDS[count]):
            day = made_day(seed, count)
            start = time.perf_counter()
            tour = plan(day)
            took.append(time.perf_counter() - start)
            assert tour is None or tour.proven
        rows.append(figure(f"a day's tour, {count} optional stops", took, "s", bar=bar))
    return rows
