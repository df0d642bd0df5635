"""People, townships, or both: what a covering model makes greatest."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from geo.cost import cost_table
from geo.errors import ArgumentError
from geo.siting.cover import unit
from geo.siting.problem import Floats, Problem

Objective = Literal["people", "townships", "both"]


def weighed(problem: Problem, objective: Objective) -> Problem:
    """
    Return the problem whose reached weight is the objective.

    "people" is the problem itself. For the others each group is one more demand, reached by a
    site in it, behind the n demand points. With "townships" one more group weighs more than all
    demand together: groups first, and among equal plans the one that reaches most. With "both"
    all groups together weigh as much as all demand: the sum of the two shares.

    Raises
    ------
    ArgumentError
        If groups count and the sites have none.
    """
    if objective == "people":
        return problem
    total = float(problem.weight.sum())
    count = problem.groups
    if objective == "townships":
        step = unit(problem.weight[problem.weight > 0]) or max(total, 1.0) * 0.01
        return with_groups(problem, np.full(count, total + step))
    scaled = replace(problem, weight=problem.weight * count)
    return with_groups(scaled, np.full(count, total if total else 1.0))


def with_groups(problem: Problem, weight: Floats) -> Problem:
    """
    Return the problem with one more demand for each group, which every site in it reaches.

    Parameters
    ----------
    problem
        n demand points, m sites, g groups.
    weight
        g weights.

    Raises
    ------
    ArgumentError
        If the sites have no groups.
    """
    if problem.group is None:
        raise ArgumentError("siting_no_groups")
    cost, n = problem.cost, problem.cost.demands
    inside = np.flatnonzero(problem.group >= 0)
    table = cost_table(
        np.concatenate([cost.demand(), n + problem.group[inside]]),
        np.concatenate([cost.facility, inside]),
        np.concatenate([cost.cost, np.zeros(len(inside))]),
        demands=n + problem.groups, facilities=cost.facilities, unit=cost.unit,
        limit=cost.limit, method=cost.method, mode=cost.mode, fallbacks=cost.fallbacks,
    )  # fmt: skip
    return replace(problem, cost=table, weight=np.concatenate([problem.weight, weight]))
