"""People reached against townships opened: the whole frontier between the two, exact.

A township is opened by an added site in it when no locked site is. Each point of the frontier is
a maximal covering with at least so many townships opened: the method of constraints, Haimes,
Lasdon and Wismer (1971), IEEE Transactions on Systems, Man, and Cybernetics 1(3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from geo.errors import ArgumentError
from geo.siting.conditions import SAME
from geo.siting.covering import maximal_covering
from geo.siting.deadline import Deadline
from geo.siting.problem import REQUIRED, Integers, Problem, Solution, Status, Watch


class Trade(NamedTuple):
    """One point of the frontier: townships opened, weight reached, and the sites that do it."""

    opened: int
    reached: float
    solution: Solution


@dataclass(frozen=True)
class Frontier:
    """
    The frontier, from the most people to the most townships.

    Parameters
    ----------
    points
        By rising townships opened and falling weight reached; no point is at least as good
        as another in both.
    status
        "optimal": every point is proven and none is missing. Else why the run ended before:
        the points are those found until then, the last perhaps not the best.
    """

    points: tuple[Trade, ...]
    status: Status = "optimal"


def frontier(
    problem: Problem, *, add: int, time_limit_s: float | None = None, watch: Watch | None = None
) -> Frontier:
    """
    Return every sensible trade between people reached and townships opened with `add` sites.

    Parameters
    ----------
    problem
        Its cost table cut at the radius; the groups of its sites are townships.
    add
        How many sites to add, the required ones among them; where fewer may be chosen, all.
    time_limit_s, watch
        As in `maximal_covering`, for all points together.

    Returns
    -------
    frontier
        At least one point: the most people, with as many townships as that leaves.

    Raises
    ------
    ArgumentError
        As in `maximal_covering`, or if the sites have no townships.
    """
    most = most_opened(problem, add)
    deadline = Deadline(time_limit_s, watch)
    points: list[Trade] = []
    least = 0
    while least <= most:
        point = _trade(problem, add, least, deadline)
        if points and _equal(point.reached, points[-1].reached):
            # As many people and more townships.
            points.pop()
        points.append(point)
        if deadline.over:
            break
        least = point.opened + 1
    return Frontier(tuple(points), deadline.status)


def opened_groups(problem: Problem, sites: Integers) -> Integers:
    """Return the townships that have one of `sites` and no locked site, rising."""
    if problem.group is None:
        raise ArgumentError("siting_no_groups")
    there = problem.group[problem.locked]
    return np.setdiff1d(problem.group[sites], np.append(there, -1))


def most_opened(problem: Problem, add: int) -> int:
    """Return how many townships `add` sites can open, the required ones among them."""
    required = np.flatnonzero(problem.part == REQUIRED)
    sure = len(opened_groups(problem, required))
    possible = len(opened_groups(problem, problem.choosable))
    return sure + min(possible - sure, max(add - len(required), 0))


def _trade(problem: Problem, add: int, least: int, deadline: Deadline) -> Trade:
    # The most people with at least so many townships opened.
    assert problem.group is not None
    there = problem.group[problem.locked]
    standing = len(np.unique(there[there >= 0]))
    left_s = deadline.remaining_s
    solution = maximal_covering(
        problem,
        add=add,
        least_groups=standing + least if least else 0,
        time_limit_s=None if np.isinf(left_s) else max(left_s, 1e-3),
        watch=lambda now: deadline.tell(now.objective, now.bound, now.step),
    )
    if solution.status != "optimal":
        deadline.status = solution.status
    opened = len(opened_groups(problem, solution.sites))
    return Trade(opened, solution.objective, solution)


def _equal(one: float, other: float) -> bool:
    return abs(one - other) <= SAME * max(abs(one), abs(other))
