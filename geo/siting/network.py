"""Demand that flows to sites with capacities: how much a choice of sites serves, at once.

Weights and capacities are whole numbers here, so that the greatest flow is one too. Ford and
Fulkerson (1956), Maximal flow through a network, Canadian Journal of Mathematics 8: what is not
served is cut off by sites that are full.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import breadth_first_order, connected_components, maximum_flow

from geo.siting.conditions import pairs
from geo.siting.cover import unit
from geo.siting.problem import LOCKED, REQUIRED, Integers, Problem
from geo.siting.set_covering import merged

# SciPy counts flows in 32 bits.
LARGEST = 2.0**30


class Filling(NamedTuple):
    """
    How open sites are filled.

    Parameters
    ----------
    value
        The weight served, in steps.
    left
        n weights not served, in steps.
    cluster
        n numbers: demand that competes for the same full sites, where some of it is not
        served; -1 for demand that is served whatever comes.
    """

    value: int
    left: Integers
    cluster: Integers


@dataclass(frozen=True, eq=False)
class Network:
    """
    Demand, sites and who reaches whom, with weights and capacities in whole steps.

    Parameters
    ----------
    reach
        n × m of ones, in rows (CSR): site j reaches demand i.
    weight, capacity
        n and m whole numbers; no capacity is more than there is within reach.
    fixed
        Positions of the sites that are open in any case.
    step
        What one step weighs.
    exact
        Whether every weight and limited capacity is a multiple of the step.
    """

    reach: sp.csr_array
    weight: Integers
    capacity: Integers
    fixed: Integers
    step: float
    exact: bool

    @cached_property
    def back(self) -> sp.csr_array:
        """Return m × n of ones, in rows: whom each site reaches."""
        return sp.csr_array(self.reach.T)

    @cached_property
    def within(self) -> Integers:
        """Return m weights within reach of each site."""
        return np.asarray(np.rint(self.back @ self.weight), np.int64)

    def filled(self, chosen: Integers) -> Filling:
        """Return how the fixed and the chosen sites serve as much as they can."""
        sites = np.union1d(self.fixed, np.asarray(chosen, np.int64))
        sites = sites[self.capacity[sites] > 0]
        rows, at_row, at_site = self._between(sites)
        n, k = len(rows), len(sites)
        flow = self._flow(rows, at_row, at_site, sites)
        left = self.weight.copy()
        left[rows] -= np.asarray(flow.flow[[n + k], :n].todense(), np.int64).ravel()
        inner = flow.flow[:n, n : n + k].tocoo()
        used = inner.data > 0
        # Who could be served in the place of whom: from what is left, along pairs and back.
        start = np.flatnonzero(left[rows] > 0)
        heads = [at_row, n + inner.col[used], np.full(len(start), n + k)]
        tails = [n + at_site, inner.row[used], start]
        ones = np.ones(sum(map(len, heads)), np.int8)
        graph = sp.csr_array(
            (ones, (np.concatenate(heads), np.concatenate(tails))), shape=(n + k + 1,) * 2
        )
        met = np.zeros(n + k + 1, bool)
        met[breadth_first_order(graph, n + k, return_predecessors=False)] = True
        cluster = np.where(self.weight > 0, len(rows) + np.arange(len(self.weight)), -1)
        mutual = met[at_row]
        ends = (at_row[mutual], n + at_site[mutual])
        linked = sp.csr_array((np.ones(len(ends[0])), ends), shape=(n + k,) * 2)
        label = connected_components(linked, directed=False)[1][:n]
        cluster[rows] = np.where(met[:n], label, -1)
        return Filling(int(flow.flow_value), left, cluster)

    def value(self, chosen: Integers) -> int:
        """Return the weight that the fixed and the chosen sites serve, in steps."""
        sites = np.union1d(self.fixed, np.asarray(chosen, np.int64))
        sites = sites[self.capacity[sites] > 0]
        rows, at_row, at_site = self._between(sites)
        return int(self._flow(rows, at_row, at_site, sites).flow_value)

    def along(self, chosen: Integers, row: Integers, site: Integers) -> Integers:
        """Return how much goes along each of some pairs where as much as can be is served."""
        sites = np.union1d(self.fixed, np.asarray(chosen, np.int64))
        sites = sites[self.capacity[sites] > 0]
        rows, at_row, at_site = self._between(sites)
        n, k = len(rows), len(sites)
        inner = self._flow(rows, at_row, at_site, sites).flow[:n, n : n + k].tocoo()
        shape = len(self.weight), len(self.capacity)
        flow = sp.csr_array((inner.data, (rows[inner.row], sites[inner.col])), shape=shape)
        return np.asarray(flow[row, site]).ravel().astype(np.int64)

    def most_gains(self, filling: Filling) -> Integers:
        """
        Return m weights: what one more site cannot serve more than.

        Of each cluster no more than is left in it, and no more than the site reaches of it.
        """
        some = np.flatnonzero(filling.cluster >= 0)
        _, cluster = np.unique(filling.cluster[some], return_inverse=True)
        count = int(cluster.max(initial=-1)) + 1
        if not count:
            return np.zeros(len(self.capacity), np.int64)
        left = np.bincount(cluster, filling.left[some], count)
        of = sp.csr_array(
            (self.weight[some].astype(np.float64), (some, cluster)),
            shape=(len(self.weight), count),
        )  # fmt: skip
        there = sp.csr_array(self.back @ of)
        there.data = np.minimum(there.data, left[there.indices])
        gains = np.asarray(np.rint(there.sum(axis=1)), np.int64).ravel()
        return np.minimum(gains, self.capacity)

    def _between(self, sites: Integers) -> tuple[Integers, Integers, Integers]:
        """Return the demand that sites reach, and their pairs by position among both."""
        back = self.back[sites]
        rows, at_row = np.unique(back.indices, return_inverse=True)
        at_site = np.repeat(np.arange(len(sites)), np.diff(back.indptr))
        return rows.astype(np.int64), at_row, at_site

    def _flow(self, rows: Integers, at_row: Integers, at_site: Integers, sites: Integers) -> Any:
        n, k = len(rows), len(sites)
        heads = np.concatenate([np.full(n, n + k), at_row, n + np.arange(k)])
        tails = np.concatenate([np.arange(n), n + at_site, np.full(k, n + k + 1)])
        most = np.concatenate([self.weight[rows], self.weight[rows][at_row], self.capacity[sites]])
        graph = sp.csr_array((most.astype(np.int32), (heads, tails)), shape=(n + k + 2,) * 2)
        return maximum_flow(graph, n + k, n + k + 1)


def network_of(problem: Problem) -> tuple[Network, float]:
    """
    Return the network of a problem that still matters, and the weight served in any case.

    Demand that the same sites reach is one. Where fixed sites, locked or required, have room
    for all whom they reach, or for all who could not be served by full ones, that demand is
    served there whatever else is chosen: it is gone, and the sites with it.
    """
    assert problem.capacity is not None
    matrix = pairs(problem)
    rows = np.flatnonzero(np.diff(matrix.indptr))
    reach, weight = merged(sp.csr_array(matrix[rows]), problem.weight[rows])
    limited = problem.capacity[np.isfinite(problem.capacity)]
    total = float(weight.sum())
    step = unit(np.concatenate([weight, np.minimum(limited, np.ceil(total))]))
    exact = step > 0 and total / step < LARGEST
    if not exact:
        step = float(2.0 ** np.ceil(np.log2(max(total, 1e-300) / LARGEST)))
    counted = np.asarray(np.rint(weight / step), np.int64)
    reach, counted = sp.csr_array(reach[counted > 0]), counted[counted > 0]
    capacity = np.asarray(np.rint(np.minimum(problem.capacity, 2 * total) / step), np.int64)
    fixed = np.flatnonzero((problem.part == LOCKED) | (problem.part == REQUIRED))
    whole = _capped(Network(reach, counted, capacity, fixed, step, exact))
    if not len(fixed):
        return whole, 0.0
    filling = whole.filled(np.empty(0, np.int64))
    stays = filling.cluster >= 0
    sure = float(whole.weight[~stays].sum()) * step
    reach, left = merged(sp.csr_array(reach[stays]), whole.weight[stays].astype(np.float64))
    counted = np.asarray(np.rint(left), np.int64)
    rest = _capped(Network(reach, counted, capacity, fixed, step, exact))
    open_still = fixed[rest.within[fixed] > 0]
    return replace(rest, fixed=open_still), sure


def _capped(network: Network) -> Network:
    """Return the network with no capacity above what is within reach."""
    return replace(network, capacity=np.minimum(network.capacity, network.within))
