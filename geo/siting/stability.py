"""How a plan stands up to other radii, other weights and a station less."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np

from geo.cost import CostTable
from geo.siting.cover import Cover
from geo.siting.covering import filled
from geo.siting.deadline import Deadline
from geo.siting.fingerprint import site_order
from geo.siting.parts import openable_groups
from geo.siting.problem import FORBIDDEN, Floats, Integers, Problem, Status, Watch
from geo.siting.proof import solved
from geo.siting.reduction import opening

Kind = Literal["limit", "weight", "closed"]


class Run(NamedTuple):
    """
    One run under another condition.

    `kind` and `name` say which: "limit" with the limit, "weight" with the name of the weights,
    "closed" with the position of the locked site. `sites` are the plan's positions, rising.
    """

    kind: Kind
    name: str
    sites: Integers


@dataclass(frozen=True, eq=False)
class Stability:
    """
    In how many runs each site of a plan stays.

    Parameters
    ----------
    sites
        k positions, as given.
    kept
        k numbers of runs in which the site stays in the plan.
    runs
        The runs that were made; fewer than planned where the run was ended before.
    planned
        How many runs there should have been.
    status
        "optimal", or why the run ended before.
    """

    sites: Integers
    kept: Integers
    runs: tuple[Run, ...]
    planned: int
    status: Status

    @property
    def share(self) -> Floats:
        """Return in which share of the runs each site stays; 1 where there was no run."""
        return self.kept / len(self.runs) if self.runs else np.ones(len(self.sites))


def stability(
    problem: Problem,
    sites: Integers,
    *,
    cost: CostTable | None = None,
    steps: tuple[float, ...] = (-2000.0, 2000.0),
    weights: Mapping[str, Floats] | None = None,
    closings: int = 60,
    seed: int = 0,
    one_per_group: bool = False,
    least_groups: int = 0,
    at_most_one: bool = False,
    time_limit_s: float | None = None,
    watch: Watch | None = None,
) -> Stability:
    """
    Return in how many runs under other conditions each site of a plan stays in the plan.

    Each run is solved to the proven optimum. A plan that is still as good as any is kept, and a
    site of it takes the place of another where nothing is lost, so that ties do not make it look
    unsteady. A locked site that is closed may not be chosen again.

    Parameters
    ----------
    problem
        n demand points and m sites, the cost cut at the limit, as it was solved.
    sites
        Positions of the plan.
    cost
        The same cost, listed far enough for the greatest limit; None leaves out the runs with
        another limit.
    steps
        What to add to the limit, in its unit; limits that are not above 0, or beyond `cost`,
        are left out.
    weights
        Other weights by name, n values each.
    closings
        Each locked site is closed in turn, or so many of them, drawn with `seed`.
    seed
        Of that draw.
    one_per_group, least_groups, at_most_one
        As in `maximal_covering`. Where a run cannot open so many groups, it opens all it can.
    time_limit_s, watch
        As in `maximal_covering`, over all runs.
    """
    deadline = Deadline(time_limit_s, watch)
    variants = _variants(problem, cost, steps, weights or {}, closings, seed)
    price = np.full(problem.cost.demands, np.nan)
    # One order for all runs: it is no more than a choice between equals.
    order = site_order(problem)
    runs: list[Run] = []
    for kind, name, variant in variants:
        least = openable_groups(variant) if one_per_group else least_groups
        least = min(least, _openable(variant, len(sites)))
        start = opening(
            variant, add=len(sites), least_groups=least, single=at_most_one, order=order
        )
        cover = start.cover
        first = np.flatnonzero(np.isin(cover.site, sites))
        known = price[start.row]
        begin = np.where(np.isnan(known), cover.weight / np.diff(cover.reach.indptr), known)
        plan = first if _fits(cover, first) else None
        answer = solved(cover, deadline=deadline, offset=start.sure, first=plan, price=begin)
        if deadline.over:
            break
        price[start.row] = answer.price
        best = _nearest(cover, answer.chosen, first)
        chosen = np.concatenate([start.chosen, cover.site[best]])
        # Sites that reach nobody new stand by: those of the plan before others.
        spare = np.setdiff1d(sites, np.append(chosen, np.flatnonzero(variant.part == FORBIDDEN)))
        chosen = np.concatenate([chosen, spare[: len(sites) - len(chosen)]])
        chosen = filled(variant, chosen, add=len(sites), single=at_most_one)
        runs.append(Run(kind, name, chosen))
    kept = np.zeros(len(sites), np.int64)
    for run in runs:
        kept += np.isin(sites, run.sites)
    return Stability(sites, kept, tuple(runs), len(variants), deadline.status)


def _variants(
    problem: Problem,
    cost: CostTable | None,
    steps: tuple[float, ...],
    weights: Mapping[str, Floats],
    closings: int,
    seed: int,
) -> list[tuple[Kind, str, Problem]]:
    """Return the conditions of the runs."""
    found: list[tuple[Kind, str, Problem]] = []
    for step in steps if cost is not None else ():
        limit = problem.cost.limit + step
        if cost is not None and 0 < limit <= cost.limit:
            found.append(("limit", f"{limit:g}", replace(problem, cost=cost.within(limit))))
    found += [
        ("weight", name, replace(problem, weight=np.asarray(values, np.float64)))
        for name, values in weights.items()
    ]
    locked = problem.locked
    if len(locked) > closings:
        drawn = np.random.default_rng(seed).choice(locked, closings, replace=False)
        locked = np.sort(drawn)
    for site in locked.tolist():
        part = problem.part.copy()
        part[site] = FORBIDDEN
        found.append(("closed", str(site), replace(problem, part=part)))
    return found


def _openable(problem: Problem, add: int) -> int:
    """Return in how many groups there can be a site when `add` are added to the locked ones."""
    if problem.group is None:
        return 0
    standing = problem.group[problem.locked]
    return min(openable_groups(problem), len(np.unique(standing[standing >= 0])) + add)


def _fits(cover: Cover, plan: Integers) -> bool:
    """Return whether a plan keeps the conditions of a problem."""
    group = cover.group[plan]
    single = not cover.single or len(np.unique(group[group >= 0])) == int((group >= 0).sum())
    return single and len(plan) <= cover.add and cover.opened(plan) >= cover.least


def _nearest(cover: Cover, chosen: Integers, plan: Integers) -> Integers:
    """Return `chosen` with sites of `plan` in place of others, as long as nothing is lost."""
    while True:
        swap = _free_swap(cover, chosen, plan)
        if swap is None:
            return chosen
        chosen = swap


def _free_swap(cover: Cover, chosen: Integers, plan: Integers) -> Integers | None:
    """Return `chosen` with one site of `plan` more, and as good; None if there is none."""
    missing = np.setdiff1d(plan, chosen)
    least = cover.value(chosen) * (1 - 1e-12)
    for out in np.setdiff1d(chosen, plan):
        rest = chosen[chosen != out]
        left = np.where(cover.counts(rest) > 0, 0.0, cover.weight)
        for into in missing[cover.value(rest) + cover.back[missing] @ left >= least]:
            made = np.append(rest, into)
            if _fits(cover, made):
                return made
    return None
