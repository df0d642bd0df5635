"""Maximal covering: which sites reach the most weight, proven."""

from __future__ import annotations

import numpy as np

from geo.siting.deadline import Deadline
from geo.siting.fingerprint import site_order
from geo.siting.parts import checked, openable_groups
from geo.siting.problem import Integers, Note, Problem, Solution, Watch
from geo.siting.proof import solved
from geo.siting.reduction import incidence, opening


def maximal_covering(
    problem: Problem,
    *,
    add: int,
    one_per_group: bool = False,
    least_groups: int = 0,
    at_most_one: bool = False,
    time_limit_s: float | None = None,
    watch: Watch | None = None,
) -> Solution:
    """
    Choose `add` sites so that they and the locked ones reach the greatest weight.

    Every listed pair of the cost table is reached: cut it at the radius; a demand point at
    exactly the radius is reached. The answer is proven optimal unless the run is ended before.

    Of equally good plans the one returned depends on what the sites are (costs, weights, part,
    group) and not on the order of rows; sites that cannot be told apart stand by position.
    Where fewer sites than `add` reach all that can be reached, the others are those that reach
    the most weight once more.

    Parameters
    ----------
    problem
        n demand points and m sites.
    add
        How many sites to add, the required ones among them; where fewer may be chosen, all.
    one_per_group
        Whether every group that can be opened must have a site.
    least_groups
        How many groups must have a site, locked ones counted.
    at_most_one
        Whether a group gets one site at most, and none where one is locked or required.
    time_limit_s
        After how many seconds to stop with the best so far.
    watch
        Told of the progress; may stop the run.

    Returns
    -------
    solution
        Its objective is the weight reached, locked sites included.

    Raises
    ------
    ArgumentError
        If `add` or `least_groups` do not fit the problem, or the radius reaches nobody.

    References
    ----------
    .. [1] Church & ReVelle (1974), The maximal covering location problem.
    .. [2] Galvão & ReVelle (1996), A Lagrangean heuristic for the maximal covering problem.
    """
    deadline = Deadline(time_limit_s, watch)
    if one_per_group:
        least_groups = max(least_groups, openable_groups(problem))
    notes = checked(problem, add=add, least_groups=least_groups)
    if one_per_group and openable_groups(problem) < problem.groups:
        without = problem.groups - openable_groups(problem)
        notes += (Note("siting_groups_without_site", {"count": without}),)
    start = opening(problem, add=add, least_groups=least_groups, single=at_most_one)
    answer = solved(start.cover, deadline=deadline, offset=start.sure)
    sites = np.concatenate([start.chosen, start.cover.site[answer.chosen]])
    needed = len(sites)
    sites = filled(problem, sites, add=add, single=at_most_one)
    objective = reached(problem, sites)
    if needed < len(sites):
        notes += (Note("siting_all_reached", {"needed": needed, "spare": len(sites) - needed}),)
    if deadline.status == "optimal":
        return Solution(sites, objective, objective, notes=notes)
    bound = max(objective, start.sure + answer.bound)
    return Solution(sites, objective, bound, deadline.status, notes)


def reached(problem: Problem, sites: Integers) -> float:
    """Return the weight that the locked sites and the given ones reach."""
    marks = np.zeros(len(problem.part))
    marks[problem.locked] = 1
    marks[sites] = 1
    return float(np.sort(problem.weight[incidence(problem) @ marks > 0]).sum())


def filled(problem: Problem, sites: Integers, *, add: int, single: bool = False) -> Integers:
    """Return `add` sites, rising: the given ones, then those that reach the most weight."""
    free = np.setdiff1d(problem.choosable, sites)
    missing = min(add - len(sites), len(free))
    if missing > 0:
        order = site_order(problem)
        order = order[np.isin(order, free)]
        weight = incidence(problem).T @ problem.weight
        order = order[np.argsort(-weight[order], kind="stable")]
        if single and problem.group is not None:
            group = problem.group[order]
            taken = problem.group[np.concatenate([sites, problem.locked])]
            first = np.unique(group, return_index=True)[1]
            fits = (group < 0) | (np.isin(np.arange(len(order)), first) & ~np.isin(group, taken))
            order = order[fits]
        sites = np.concatenate([sites, order[:missing]])
    return np.sort(sites)
