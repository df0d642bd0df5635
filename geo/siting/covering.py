"""Maximal covering: which sites reach the most weight, proven."""

from __future__ import annotations

import numpy as np

from geo.siting.branching import branched, relaxation
from geo.siting.cover import Cover, rounded_down
from geo.siting.deadline import Deadline
from geo.siting.exchange import exchanged, greedy
from geo.siting.fingerprint import site_order
from geo.siting.lagrangian import Prices, ascent, better, prices, ruled_out, settled
from geo.siting.parts import checked, openable_groups
from geo.siting.problem import Integers, Note, Problem, Solution, Watch
from geo.siting.reduction import incidence, merged, opening, undominated


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
    found, bound = solved(start.cover, deadline=deadline, offset=start.sure)
    sites = np.concatenate([start.chosen, start.cover.site[found]])
    needed = len(sites)
    sites = filled(problem, sites, add=add, single=at_most_one)
    objective = reached(problem, sites)
    if needed < len(sites):
        notes += (Note("siting_all_reached", {"needed": needed, "spare": len(sites) - needed}),)
    if deadline.status == "optimal":
        return Solution(sites, objective, objective, notes=notes)
    bound = max(objective, start.sure + bound)
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


def solved(
    cover: Cover, *, deadline: Deadline, offset: float = 0.0, first: Integers | None = None
) -> tuple[Integers, float]:
    """
    Return the best plan of a covering problem, and a bound of all plans.

    Parameters
    ----------
    cover
        The problem.
    deadline
        When to stop; its status says afterwards whether the plan is proven.
    offset
        What is added to objective and bound when progress is told.
    first
        A plan to begin with.
    """
    if not cover.add or not cover.reach.shape[0]:
        return greedy(cover), 0.0
    chosen = exchanged(cover, greedy(cover))
    if first is not None and cover.value(first) > cover.value(chosen):
        chosen = first
    value = cover.value(chosen)
    if deadline.tell(offset + value, offset + cover.total, "greedy"):
        return chosen, cover.total
    round_ = ascent(cover, chosen, deadline=deadline, offset=offset)
    chosen, value, found = round_.chosen, round_.value, round_.found
    if deadline.over or settled(cover, found, value):
        return chosen, max(value, rounded_down(found.bound, cover.unit))
    kept = np.arange(cover.reach.shape[1])
    core, core_chosen, found, kept = narrowed(cover, chosen, found, value, kept)
    relaxed = relaxation(core, deadline=deadline)
    if relaxed is not None:
        share, price = relaxed
        tighter = prices(core, price)
        core_chosen, value = better(core, core_chosen, value, share)
        if tighter.bound < found.bound:
            found = tighter
        if deadline.over or settled(core, found, value):
            return kept[core_chosen], max(value, rounded_down(found.bound, cover.unit))
        core, core_chosen, found, kept = narrowed(core, core_chosen, found, value, kept)
    kernel = np.union1d(likely(found, count=6 * core.add + 60), core_chosen)
    if 2 * len(kernel) < core.reach.shape[1]:
        small = merged(core.only(kernel))
        plan, _ = branched(
            small, np.searchsorted(kernel, core_chosen), deadline=deadline, offset=offset
        )
        if small.value(plan) > value:
            core_chosen, value = kernel[plan], small.value(plan)
            core, core_chosen, found, kept = narrowed(core, core_chosen, found, value, kept)
    core_chosen, bound = branched(core, core_chosen, deadline=deadline, offset=offset)
    return kept[core_chosen], min(bound, max(value, found.bound))


def likely(found: Prices, *, count: int) -> Integers:
    """Return the `count` sites that earn most at the prices; ties by position."""
    return np.sort(np.argsort(-found.worth, kind="stable")[:count])


def narrowed(
    cover: Cover, chosen: Integers, found: Prices, value: float, kept: Integers
) -> tuple[Cover, Integers, Prices, Integers]:
    """
    Return what is left of a problem when only plans better than `value` matter, and its plan.

    Sites that the prices rule out and needless ones are gone, but for those of the plan;
    demand of the same sites is put together. `kept` are the positions of the sites in a
    problem before; those of the ones left are returned, and what they earn.
    """
    stays = np.ones(len(kept), bool)
    stays[ruled_out(cover, found, value)] = False
    stays[chosen] = True
    left = np.flatnonzero(stays)
    core = merged(cover.only(left))
    stays = np.zeros(len(left), bool)
    stays[undominated(core)] = True
    stays[np.isin(left, chosen)] = True
    some = np.flatnonzero(stays)
    core, left = merged(core.only(some)), left[some]
    found = Prices(found.worth[left], found.bound)
    return core, np.flatnonzero(np.isin(left, chosen)), found, kept[left]
