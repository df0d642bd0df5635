"""Reductions of a covering problem that leave its optimum as it is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse

from geo.siting.cover import Cover, alike
from geo.siting.fingerprint import site_order
from geo.siting.problem import FORBIDDEN, LOCKED, REQUIRED, Floats, Integers, Problem

# Sets of sites are compared pair by pair up to so many pairs of sites that share a village.
DOMINANCE_PAIRS = 20_000_000


class Opening(NamedTuple):
    """
    What is left to decide of a problem.

    `sure` is the weight that the locked and required sites reach, `chosen` the required ones,
    `row` the demand of the problem that each row of the cover is.
    """

    cover: Cover
    sure: float
    chosen: Integers
    row: Integers


def incidence(problem: Problem) -> sparse.csr_array:
    """Return n × m of ones: which site reaches which demand."""
    cost = problem.cost
    ones = np.ones(len(cost.facility))
    return sparse.csr_array(
        (ones, cost.facility, cost.starts), shape=(cost.demands, cost.facilities)
    )


def opening(
    problem: Problem,
    *,
    add: int,
    least_groups: int = 0,
    single: bool = False,
    order: Integers | None = None,
) -> Opening:
    """
    Return what is left to decide once locked and required sites are there and forbidden ones gone.

    Demand without weight, or reached already, is dropped; sites that reach nobody new are too,
    but for those that open a group while groups have to be opened. The sites that are left
    stand in the order of `site_order`, demand likewise, so that what follows does not depend on
    the order of rows.

    Parameters
    ----------
    problem
        n demand points and m sites.
    add
        How many sites may be added, the required ones among them.
    least_groups
        How many groups must have a site, locked ones counted.
    single
        Whether a group may have one site at most; those that have one get no more.
    order
        All m sites in the order in which they are looked at; None for `site_order`.
    """
    part, weight = problem.part, problem.weight
    reach = incidence(problem)
    chosen = np.flatnonzero(part == REQUIRED)
    there = (part == LOCKED) | (part == REQUIRED)
    reached = reach @ there.astype(float) > 0
    group = np.full(len(part), -1) if problem.group is None else problem.group.copy()
    done = np.unique(group[there & (group >= 0)])
    full = np.isin(group, done)
    group[full] = -1
    least = max(0, least_groups - len(done))
    if not least and not single:
        group[:] = -1
    rows = np.flatnonzero(~reached & (weight > 0))
    free = ~there & (part != FORBIDDEN) & ~(full & single)
    kept = reach[rows].tocsr()
    used = np.bincount(kept.indices, minlength=len(part)) > 0
    sites = np.flatnonzero(free & (used | ((group >= 0) & (least > 0))))
    order = site_order(problem) if order is None else order
    sites = order[np.isin(order, sites)]
    rows, kept = _in_order(rows, kept[:, sites].tocsr(), weight)
    cover = Cover(
        kept,
        weight[rows],
        max(0, min(add - len(chosen), len(sites))),
        group[sites],
        least,
        sites,
        single,
    )
    return Opening(cover, float(np.sum(weight[reached])), chosen, rows)


def merged(cover: Cover) -> Cover:
    """Return the problem with demand that the same sites reach put together."""
    into = alike(cover.reach)
    _, first = np.unique(into, return_index=True)
    if len(first) == cover.reach.shape[0]:
        return cover
    weight = np.bincount(into, cover.weight, minlength=len(first)).astype(np.float64)
    return Cover(
        cover.reach[first], weight, cover.add, cover.group, cover.least, cover.site, cover.single
    )


def undominated(cover: Cover) -> Integers:
    """
    Return the sites that no other site makes needless, rising.

    A site is needless when another one reaches all that it reaches and opens its group as well;
    of two that do so for each other, the one that stands first stays. Left as it is where
    comparing would cost too much.
    """
    m = cover.reach.shape[1]
    degree = np.diff(cover.reach.indptr).astype(np.float64)
    if degree @ degree > DOMINANCE_PAIRS:
        return np.arange(m)
    shared = (cover.back @ cover.reach).tocoo()
    one, other = shared.row, shared.col
    size = np.diff(cover.back.indptr)
    inside = (shared.data >= size[one]) & (one != other)
    group = cover.group
    same = group[one] == group[other]
    inside &= same if cover.single else same | (group[one] < 0)
    # Of equals the first stays; a larger set never gives way to a smaller one.
    equal = (size[one] == size[other]) & (same | (group[other] < 0))
    inside &= ~equal | (other < one)
    needless = np.zeros(m, bool)
    needless[one[inside]] = True
    empty = (size == 0) & ((group < 0) | (cover.least == 0))
    return np.flatnonzero(~needless & ~empty)


def _in_order(
    rows: Integers, reach: sparse.csr_array, weight: Floats
) -> tuple[Integers, sparse.csr_array]:
    """Return demand that some site reaches, in an order of its own: by its sites and weight."""
    reach.sort_indices()
    some = np.flatnonzero(np.diff(reach.indptr) > 0)
    rows, reach = rows[some], reach[some]
    starts, indices = reach.indptr, reach.indices.astype(">i4")
    keys = [
        (indices[starts[at] : starts[at + 1]].tobytes(), weight[row]) for at, row in enumerate(rows)
    ]
    order = np.array(sorted(range(len(keys)), key=keys.__getitem__), np.int64)
    return rows[order], reach[order]
