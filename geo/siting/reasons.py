"""Why each site of a plan is in it: whom it reaches, what it opens, and the next best site."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.siting.cover import Cover
from geo.siting.curve import roll_out
from geo.siting.exchange import swap_gains
from geo.siting.fingerprint import site_order
from geo.siting.problem import LOCKED, REQUIRED, Integers, Problem
from geo.siting.reduction import incidence


@dataclass(frozen=True, eq=False)
class Reason:
    """
    What one site does in a plan.

    Parameters
    ----------
    site
        Its position.
    place
        Its place in the order to build, from 1.
    gain, demand
        The weight newly reached when it is built, after the locked sites and those before it,
        and the positions of that demand.
    alone_weight, alone
        The weight that no other site of the plan and no locked one reaches, and that demand.
    opens
        The group that has no site before it is built, -1 for none.
    runner_up
        The best of all sites that might stand in its place, the rest of the plan as it is; -1
        where none reaches anyone new or keeps the conditions.
    swap_loss
        The weight reached that is lost by that swap, or by leaving the site out where there is no
        runner-up; below 0 where a site that had to be chosen stands in the way of a better one.
    required
        Whether it had to be chosen.
    """

    site: int
    place: int
    gain: float
    demand: Integers
    alone_weight: float
    alone: Integers
    opens: int
    runner_up: int
    swap_loss: float
    required: bool


def reasons(
    problem: Problem, sites: Integers, *, least_groups: int = 0, at_most_one: bool = False
) -> tuple[Reason, ...]:
    """
    Return why each site of a plan is in it, in the order to build them.

    The runner-up is exact: the best over all sites that may be chosen. Of equal ones the one
    that reaches the most demand altogether, then by what it is, as in `site_order`.

    Parameters
    ----------
    problem
        n demand points and m sites, as it was solved.
    sites
        Positions of the plan, locked ones not among them.
    least_groups, at_most_one
        As in `maximal_covering`; a swap has to keep them.
    """
    cover, chosen = _whole(problem, sites, least_groups, at_most_one)
    swaps = swap_gains(cover, chosen) if len(chosen) else np.empty((0, len(cover.site)))
    counts = cover.counts(chosen)
    rows = _open_rows(problem)
    place_of = {int(cover.site[at]): number for number, at in enumerate(chosen.tolist())}
    locked = problem.part == LOCKED
    group = problem.group if problem.group is not None else np.full(len(locked), -1)
    opened = set(group[locked].tolist()) | {-1}
    fresh = np.ones(len(rows), bool)
    found = []
    for place, step in enumerate(roll_out(problem, sites), 1):
        number = place_of[step.site]
        mine = cover.rows_of(int(chosen[number]))
        new, alone = mine[fresh[mine]], mine[counts[mine] == 1]
        fresh[mine] = False
        lost = float(cover.weight[alone].sum())
        best = int(np.argmax(swaps[number]))
        loss = 0.0 - float(swaps[number, best])
        none = not loss < lost
        opens = int(group[step.site]) if int(group[step.site]) not in opened else -1
        opened.add(int(group[step.site]))
        found.append(
            Reason(
                step.site,
                place,
                step.gain,
                np.sort(rows[new]),
                lost,
                np.sort(rows[alone]),
                opens,
                -1 if none else int(cover.site[best]),
                lost if none else loss,
                bool(problem.part[step.site] == REQUIRED),
            )
        )
    return tuple(found)


def _open_rows(problem: Problem) -> Integers:
    """Return the demand that no locked site reaches."""
    there = (problem.part == LOCKED).astype(float)
    return np.flatnonzero(incidence(problem) @ there == 0)


def _whole(
    problem: Problem, sites: Integers, least_groups: int, single: bool
) -> tuple[Cover, Integers]:
    """Return the problem with all sites that may be chosen, and the plan in it."""
    order = site_order(problem)
    order = order[np.isin(order, problem.choosable) | np.isin(order, sites)]
    group = np.full(len(problem.part), -1) if problem.group is None else problem.group.copy()
    done = np.unique(group[problem.locked])
    full = np.isin(group, done[done >= 0])
    if single:
        order = order[~full[order] | np.isin(order, sites)]
    group[full] = -1
    least = max(0, least_groups - int((done >= 0).sum()))
    rows = _open_rows(problem)
    reach = incidence(problem)[rows][:, order].tocsr()
    cover = Cover(reach, problem.weight[rows], len(sites), group[order], least, order, single)
    return cover, np.flatnonzero(np.isin(order, sites))
