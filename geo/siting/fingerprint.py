"""An order of the sites that does not depend on the order of rows: equal plans end alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo.siting.problem import Integers, Problem

Words = NDArray[np.uint64]


def site_order(problem: Problem) -> Integers:
    """
    Return the sites, all m, in an order of what they are and not of where they stand.

    Each site gets a fingerprint of the costs and weights of the demand that it reaches, of the
    sites that this demand is reached from, and of its part and group; sums of whole numbers do
    not depend on the order. Sites of more reach come first, equal ones by fingerprint; only
    those that cannot be told apart at all stand by position. Of several plans that are equally
    good a model takes the same one, in whatever order the rows came.
    """
    cost = problem.cost
    n, m = cost.demands, cost.facilities
    demand, site = cost.demand(), cost.facility
    link = _mixed(np.asarray(cost.cost, np.float64).view(np.uint64))
    village = _mixed(np.asarray(problem.weight + 0.0, np.float64).view(np.uint64))
    place = _mixed(problem.part.astype(np.uint64))
    for _ in range(2):
        place = _mixed(place + _summed(site, _mixed(village[demand] + link), m))
        village = _mixed(village + _summed(demand, _mixed(place[site] ^ link), n))
    if problem.group is not None:
        named = problem.group >= 0
        whole = _summed(problem.group[named], place[named], max(problem.groups, 1))
        place[named] = _mixed(place[named] + whole[problem.group[named]])
    size = np.bincount(site, minlength=m)
    return np.lexsort((np.arange(m), place, -size))


def _mixed(words: Words) -> Words:
    """Return the words with their bits spread, each by itself (SplitMix64)."""
    words = words + np.uint64(0x9E3779B97F4A7C15)
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def _summed(into: Integers, words: Words, size: int) -> Words:
    """Return sums of words modulo 2**64 by place."""
    order = np.argsort(into, kind="stable")
    total = np.concatenate([np.zeros(1, np.uint64), np.cumsum(words[order], dtype=np.uint64)])
    ends = np.cumsum(np.bincount(into, minlength=size))
    ends = np.concatenate([[0], ends])
    return np.asarray(total[ends[1:]] - total[ends[:-1]])
