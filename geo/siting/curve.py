"""Stations against weight reached, for every number of stations, and in which order to build."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from geo.siting.branching import Relaxations
from geo.siting.cover import Cover, rounded_down
from geo.siting.covering import filled
from geo.siting.deadline import Deadline
from geo.siting.exchange import greedy
from geo.siting.lagrangian import settled
from geo.siting.parts import checked
from geo.siting.problem import REQUIRED, Floats, Integers, Problem, Status, Watch
from geo.siting.proof import solved
from geo.siting.reduction import incidence, merged, opening, undominated

# Up to so many rows one linear program is solved for all numbers of sites.
RELAXED_ROWS = 5_000


@dataclass(frozen=True, eq=False)
class Curve:
    """
    The greatest weight reached with each number of sites added.

    Parameters
    ----------
    added
        k numbers of sites added, rising by one; the first is 0, or all required sites.
    objective, bound
        k weights reached, locked sites included, and what no plan exceeds; equal where proven.
    total
        The weight of all demand.
    sites
        k plans: positions, rising.
    status
        "optimal", or why the run ended before every number was proven.
    """

    added: Integers
    objective: Floats
    bound: Floats
    total: float
    sites: tuple[Integers, ...]
    status: Status

    @property
    def share(self) -> Floats:
        """Return the shares of the weight reached; 0 where there is no weight."""
        return self.objective / self.total if self.total else np.zeros(len(self.objective))


class Step(NamedTuple):
    """One site in the order to build: its position, and the weight it newly reaches then."""

    site: int
    gain: float


def covering_curve(
    problem: Problem, *, most: int, time_limit_s: float | None = None, watch: Watch | None = None
) -> Curve:
    """
    Return the greatest weight reached for every number of sites added up to `most`.

    Each point is a problem of its own, proven as in `maximal_covering`; plans of neighbours are
    not nested. Prices found for one number give a bound for all others, and a plan grown by
    one site begins the next.

    Parameters
    ----------
    problem
        n demand points and m sites, the cost cut at the radius.
    most
        The greatest number of sites to add, the required ones among them.
    time_limit_s, watch
        As in `maximal_covering`.

    Raises
    ------
    ArgumentError
        As `maximal_covering`.
    """
    checked(problem, add=most)
    deadline = Deadline(time_limit_s, watch)
    required = int((problem.part == REQUIRED).sum())
    most = min(most, len(problem.choosable))
    start = opening(problem, add=most)
    # What is needless for one number of sites is so for all.
    whole = merged(start.cover)
    whole = merged(whole.only(undominated(whole)))
    small = 0 < whole.reach.shape[0] <= RELAXED_ROWS
    programs = Relaxations(whole, deadline=deadline) if small else None
    bounds = np.full(most - required + 1, whole.total)
    bounds[0] = 0.0
    values, plans = [0.0], [np.empty(0, np.int64)]
    price = None
    for more in range(1, most - required + 1):
        cover = whole.asking(min(more, whole.reach.shape[1]))
        first = grown(cover, plans[-1])
        value = cover.value(first)
        if not deadline.over and not settled(cover, bounds[more], value):
            answer = solved(
                cover, deadline=deadline, offset=start.sure, first=first, price=price,
                relaxed=None if programs is None else programs.at(cover.add),
            )  # fmt: skip
            first, value, price = answer.chosen, answer.value, answer.price
            bounds[more] = min(bounds[more], answer.bound)
            bounds = np.minimum(bounds, bounds_of(whole, price, len(bounds)))
        plans.append(first)
        values.append(value)
    objective = np.array(values)
    if deadline.status == "optimal":
        bounds = objective.copy()
    sites = tuple(
        filled(problem, np.concatenate([start.chosen, whole.site[plan]]), add=required + at)
        for at, plan in enumerate(plans)
    )
    return Curve(
        required + np.arange(len(objective)), start.sure + objective,
        start.sure + np.maximum(objective, bounds), float(problem.weight.sum()), sites,
        deadline.status,
    )  # fmt: skip


def grown(cover: Cover, plan: Integers) -> Integers:
    """Return a plan with sites that gain most added, as many as the problem asks for."""
    counts = cover.counts(plan)
    left = cover.only_rows(counts == 0).asking(cover.add - len(plan))
    return np.sort(np.concatenate([plan, greedy(left)]))


def bounds_of(cover: Cover, price: Floats, count: int) -> Floats:
    """Return the bounds that prices give for 0, 1 … count - 1 sites."""
    price = np.clip(price, 0.0, cover.weight)
    worth = np.sort(cover.back @ price)[::-1][: count - 1]
    earned = np.concatenate([[0.0], np.cumsum(worth)])
    earned = np.append(earned, np.full(count - len(earned), earned[-1]))
    spare = float((cover.weight - price).sum())
    return np.array([rounded_down(spare + sum_, cover.unit) for sum_ in earned.tolist()])


def roll_out(problem: Problem, sites: Integers) -> tuple[Step, ...]:
    """
    Return the sites in the order to build them: each the one that reaches most new weight.

    Of equal gains the site that reaches the greater weight altogether comes first, then the one
    that stands first.

    Parameters
    ----------
    problem
        n demand points and m sites; locked ones stand already.
    sites
        Positions of a plan.
    """
    reach = incidence(problem)
    marks = (np.isin(np.arange(len(problem.part)), problem.locked)).astype(float)
    left = np.where(reach @ marks > 0, 0.0, problem.weight)
    back = reach[:, sites].T.tocsr()
    altogether = back @ problem.weight
    waiting = list(np.lexsort((sites, -altogether)).tolist())
    steps = []
    while waiting:
        gains = back @ left
        at = max(waiting, key=lambda one: gains[one])
        waiting.remove(at)
        steps.append(Step(int(sites[at]), float(gains[at])))
        left[back.indices[back.indptr[at] : back.indptr[at + 1]]] = 0.0
    return tuple(steps)
