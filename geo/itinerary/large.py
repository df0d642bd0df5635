"""
Days with too many stops to look at every set, and several days: good tours, honest bounds.

Large neighbourhood search: again and again the stops of the best tour and some of the others
make a day small enough for the exact program. Seeded, so the same question has the same answer.

References
----------
.. [1] Shaw (1998), Using constraint programming and local search methods to solve vehicle routing
   problems.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from geo.itinerary.day import Day, Tour, Visit
from geo.itinerary.repairs import works
from geo.itinerary.search import TooManySets, plan

EXACT_STOPS = 20  # up to so many optional stops the exact program is tried first
SMALL_STOPS = 12  # optional stops in one step of the search
ROUNDS = 40
MOST_TRIES = 1000  # days for a must-see that are tried before giving up


def tour_of(day: Day, *, seed: int = 0, rounds: int = ROUNDS) -> Tour | None:
    """
    Return the best tour of a day of any size: proven if it can be, else with a bound.

    Parameters
    ----------
    day
        The question.
    seed, rounds
        Of the search, where the exact program cannot answer.

    Returns
    -------
    tour
        None if no tour has all must-sees; that is exact while their number is small.
    """
    optional = [at for at, stop in enumerate(day.stops) if not stop.must]
    if len(optional) <= EXACT_STOPS:
        try:
            return plan(day)
        except TooManySets:
            pass
    return _searched(day, optional, seed=seed, rounds=rounds)


def _searched(day: Day, optional: list[int], *, seed: int, rounds: int) -> Tour | None:
    rng = np.random.default_rng(seed)
    musts = [at for at, stop in enumerate(day.stops) if stop.must]
    useful = [at for at in optional if works(day, [at])]
    if len(useful) <= EXACT_STOPS:
        useful_day = day.part(musts + useful)
        try:
            tour = plan(useful_day)
            return None if tour is None else _back(tour, musts + useful)
        except TooManySets:
            pass
    best: Tour | None = None
    for turn in range(rounds):
        kept = [] if best is None else sorted(best.chosen - set(musts))
        others = [at for at in useful if at not in kept]
        # First the dearest of all, then the best tour with some of the others.
        some = (
            sorted(others, key=lambda at: (-day.stops[at].value, day.stops[at].stop_id))
            if turn == 0
            else rng.permutation(others).tolist()
        )
        small = musts + kept + some[: max(SMALL_STOPS - len(kept), 4)]
        try:
            found = plan(day.part(small))
        except TooManySets:
            continue
        if found is None:
            return None
        found = _back(found, small)
        if best is None or (found.value, -found.travel_min) > (best.value, -best.travel_min):
            best = found
    if best is None:
        return None
    for at in useful:  # whatever still fits in beside all others
        if at not in best.chosen and works(day, {*best.chosen, at}):
            wider = sorted({*best.chosen, at})
            asked = day.part(wider)
            found = plan(replace(asked, stops=tuple(replace(s, must=True) for s in asked.stops)))
            best = best if found is None else _back(found, wider)
    return replace(best, proven=False, bound=max(best.value, day.value({*musts, *useful})))


def _back(tour: Tour, chosen: Sequence[int]) -> Tour:
    """Return a tour of a part of the stops with their positions among all."""
    visits = tuple(Visit(chosen[visit.stop], *visit[1:]) for visit in tour.visits)
    return replace(tour, visits=visits)


def several_days(days: Sequence[Day], *, seed: int = 0, rounds: int = 3) -> list[Tour] | None:
    """
    Return a tour for each day, no stop on two of them.

    One day after the other takes the best of what is left, then each again of its own and what
    no other day has, until nothing gets better. Not proven for more than one day; the bound of
    each is what it could have beside the others as they are, and none for all days together.

    Parameters
    ----------
    days
        The same stops on each, in the same order, with each day's own windows. A must-see is
        seen on the first day that can have it with those it has and leaves room for the rest.
    seed, rounds
        Of the search.

    Returns
    -------
    tours
        None if no sharing out of the must-sees was found; while they are few there is none.
    """
    homes = _homes(days)
    if homes is None:
        return None
    tours: list[Tour | None] = [None] * len(days)
    for _ in range(rounds):
        before = [None if tour is None else tour.value for tour in tours]
        for number, day in enumerate(days):
            taken = {
                at for other, tour in enumerate(tours) if other != number and tour is not None
                for at in tour.chosen
            }  # fmt: skip
            own = [
                at for at, stop in enumerate(day.stops)
                if at not in taken and (not stop.must or homes[at] == number)
            ]  # fmt: skip
            found = tour_of(day.part(own), seed=seed)
            if found is None:
                return None
            tours[number] = _back(found, own)
        if before == [None if tour is None else tour.value for tour in tours]:
            break
    done = [tour for tour in tours if tour is not None]
    return done if len(days) == 1 else [replace(tour, proven=False) for tour in done]


def _homes(days: Sequence[Day]) -> dict[int, int] | None:
    """Return on which day each must-see is seen; None if `MOST_TRIES` find no way."""
    musts = [at for at, stop in enumerate(days[0].stops if days else ()) if stop.must]
    homes: dict[int, int] = {}
    # Where a stop feeds all, a day may have room for it and others, and for the others not.
    fasting = [replace(day, lunch=None) for day in days]
    seen: dict[tuple[int, frozenset[int], bool], bool] = {}
    tries = iter(range(MOST_TRIES))

    def held(which: int) -> frozenset[int]:
        return frozenset(at for at, home in homes.items() if home == which)

    def works_on(which: int, *, fast: bool) -> bool:
        key = (which, held(which), fast)
        if key not in seen:
            seen[key] = works((fasting if fast else days)[which], held(which))
        return seen[key]

    def placed(number: int) -> bool:
        if number == len(musts):
            return all(works_on(which, fast=False) for which in {*homes.values()})
        for which in range(len(days)):
            if next(tries, None) is None:
                break
            homes[musts[number]] = which
            if works_on(which, fast=True) and placed(number + 1):
                return True
            del homes[musts[number]]
        return False

    return homes if placed(0) else None
