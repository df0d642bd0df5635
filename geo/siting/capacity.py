"""Maximal covering with capacities: the added sites with which most weight is served.

Pirkul and Schilling (1991), The maximal covering location problem with capacities on total
workload, Management Science 37(2), but demand may be shared among sites: whole sites, parts of
demand. Demand points that the same sites reach are one to the model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from geo.errors import ArgumentError
from geo.siting.conditions import SAME, free_places, pairs, require_input
from geo.siting.deadline import Deadline
from geo.siting.problem import (
    FREE,
    LOCKED,
    REQUIRED,
    Floats,
    Integers,
    Problem,
    Progress,
    Solution,
    Status,
    Watch,
)
from geo.siting.program import Program, minimise
from geo.siting.set_covering import merged


@dataclass(frozen=True, eq=False)
class Service:
    """
    The sites, and who is served where.

    Parameters
    ----------
    solution
        Its objective is the weight served, that of locked sites included.
    demand, site, served
        k flows: positions of a demand point and a site, and the weight served, above 0.
        Among all ways to serve that much, one of the least weight × cost.
    used
        m weights that each site serves; 0 for a site that is neither locked nor chosen.
    share_used
        `used` as a share of the capacity; NaN where there is no limit or the capacity is 0.
    """

    solution: Solution
    demand: Integers
    site: Integers
    served: Floats
    used: Floats
    share_used: Floats


def capacitated(
    problem: Problem, *, add: int, time_limit_s: float | None = None, watch: Watch | None = None
) -> Service:
    """
    Choose `add` sites so that most weight is served within reach and capacity.

    A demand point may be served by several sites, in part, by any listed pair. Locked sites
    serve too, within their own capacity. The same problem gives the same sites.

    Parameters
    ----------
    problem
        Its cost table cut at the radius, with capacities.
    add
        The number of sites to add, required ones among them.
    time_limit_s, watch
        As in `set_covering`.

    Returns
    -------
    service
        The sites, the flows and the use of each site.

    Raises
    ------
    ArgumentError
        If there is no demand, no site or no capacities, a capacity is negative or missing, if
        `add` does not fit the sites, or if no site reaches any demand.
    """
    if problem.capacity is None:
        raise ArgumentError("location_no_capacity")
    if not (problem.capacity >= 0).all():
        low = float(problem.capacity.min())
        raise ArgumentError("bad_argument", name="capacity", value=low, reason="不能是负数或空")
    require_input(problem)
    places, notes = free_places(problem, add)
    most = np.inf

    def told(progress: Progress) -> bool:
        """Tell the bound that is known beside the model's."""
        bound = min(progress.bound, most)
        return watch is not None and watch(progress._replace(bound=bound))

    deadline = Deadline(time_limit_s, told)
    matrix = pairs(problem)
    rows = np.flatnonzero(np.diff(matrix.indptr))
    if not len(rows):
        raise ArgumentError("location_none_reached")
    free, required = (np.flatnonzero(problem.part == part) for part in (FREE, REQUIRED))
    reach, weight = merged(sp.csr_array(matrix[rows]), problem.weight[rows])
    model = _Model(problem, reach, weight, places)
    chosen, most = model.greedy(free), model.most(free)
    begin = model.start(chosen)
    served = float(begin[model.m :].sum())
    status: Status = "optimal"
    if served < most * (1 - SAME):
        outcome = minimise(
            model.program(), deadline=deadline, step="capacity", sign=-1.0, start=begin
        )
        if outcome.values is not None:
            found = free[outcome.values[free] > 0.5]
            if model.value(found) > served * (1 + SAME):
                chosen = found
        status = "optimal" if outcome.end == "infeasible" else outcome.end
        most = min(-outcome.bound, most)
        if model.whole:
            most = float(np.floor(most * (1 + SAME)))
    sites = np.sort(np.concatenate([required, chosen]))
    service = _served(problem, sites)
    objective = service.solution.objective
    bound = objective if status == "optimal" else max(objective, most)
    return Service(
        Solution(sites, objective, bound, status, notes),
        service.demand, service.site, service.served, service.used, service.share_used,
    )  # fmt: skip


class _Model:
    # Variables: m sites (0/1), then the weight that flows along each pair of `reach`.

    def __init__(self, problem: Problem, reach: sp.csr_array, weight: Floats, places: int) -> None:
        assert problem.capacity is not None
        self.part, self.places, self.weight = problem.part, places, weight
        self.row = np.repeat(np.arange(reach.shape[0]), np.diff(reach.indptr))
        self.site = reach.indices.astype(np.int64)
        self.n, self.m, self.k = reach.shape[0], reach.shape[1], len(self.site)
        # No site serves more than there is within its reach.
        within = np.bincount(self.site, weight[self.row], self.m)
        self.capacity = np.minimum(problem.capacity, within)
        # Of whole numbers the greatest flow is a whole number too.
        self.whole = not (np.any(weight % 1) or np.any(self.capacity % 1))
        self.fixed = (self.part == LOCKED) | (self.part == REQUIRED)

    def program(self) -> Program:
        n, m, k, at = self.n, self.m, self.k, np.arange(self.k)
        ones = np.ones(k)
        supply = sp.csr_array((ones, (self.row, at)), shape=(n, k))
        serve = sp.csr_array((ones, (self.site, at)), shape=(m, k))
        # Along a pair flows at most what either end has; this makes the bound tight.
        most = np.minimum(self.weight[self.row], self.capacity[self.site])
        loose = np.flatnonzero((most < self.capacity[self.site]) & ~self.fixed[self.site])
        p = len(loose)
        each = sp.csr_array((np.ones(p), (np.arange(p), loose)), shape=(p, k))
        opened = sp.csr_array((-most[loose], (np.arange(p), self.site[loose])), shape=(p, m))
        free = self.part == FREE
        count = sp.csr_array(free.astype(np.float64)[None, :])
        matrix = sp.block_array([
            [None, supply], [sp.diags_array(-self.capacity), serve], [opened, each],
            [count, None],
        ])  # fmt: skip
        high = np.concatenate([self.weight, np.zeros(m + p), [float(self.places)]])
        low = np.append(np.full(n + m + p, -np.inf), float(self.places))
        least = np.concatenate([self.fixed.astype(np.float64), np.zeros(k)])
        greatest = np.concatenate([(self.fixed | free).astype(np.float64), most])
        return Program(
            np.concatenate([np.zeros(m), -ones]), sp.csr_array(matrix), low, high, least,
            greatest, np.concatenate([np.ones(m, bool), np.zeros(k, bool)]),
        )  # fmt: skip

    def greedy(self, free: Integers) -> Integers:
        """Return the free sites that could serve most of what is not served yet, in turn."""
        left = self.weight.copy()
        for site in np.flatnonzero(self.fixed).tolist():
            self._serve(site, left)
        chosen: list[int] = []
        for _ in range(self.places):
            within = np.bincount(self.site, left[self.row], self.m)
            gain = np.minimum(self.capacity, within)[free]
            gain[np.isin(free, chosen)] = -1.0
            best = int(free[gain.argmax()])
            chosen.append(best)
            self._serve(best, left)
        return np.sort(np.array(chosen, np.int64))

    def _serve(self, site: int, left: Floats) -> None:
        rows = self.row[self.site == site]
        before = np.concatenate([[0.0], np.cumsum(left[rows])[:-1]])
        left[rows] -= np.clip(self.capacity[site] - before, 0.0, left[rows])

    def start(self, chosen: Integers) -> Floats:
        """Return values of the variables for chosen sites, with the flow that is greatest."""
        open_sites = self.fixed.copy()
        open_sites[chosen] = True
        _, flow = _greatest(self.row, self.site, self.weight, self.capacity * open_sites)
        return np.concatenate([open_sites.astype(np.float64), flow])

    def most(self, free: Integers) -> float:
        """
        Return what no choice can serve more than.

        A site adds at most its own capacity to what the fixed ones serve.
        """
        greatest = np.sort(self.capacity[free])[::-1][: self.places]
        alone = self.value(np.empty(0, np.int64))
        return min(float(self.weight.sum()), alone + float(greatest.sum()))

    def value(self, chosen: Integers) -> float:
        """Return the weight that chosen and fixed sites can serve."""
        return float(self.start(chosen)[self.m :].sum())


def _greatest(
    row: Integers, site: Integers, weight: Floats, capacity: Floats, cost: Floats | None = None
) -> tuple[float, Floats]:
    # The greatest flow from rows to sites; with costs, of those one that costs least.
    k, at = len(row), np.arange(len(row))
    ones = np.ones(k)
    ends = sp.vstack([
        sp.csr_array((ones, (row, at)), shape=(len(weight), k)),
        sp.csr_array((ones, (site, at)), shape=(len(capacity), k)),
    ])  # fmt: skip
    high = np.concatenate([weight, capacity])
    most = np.minimum(weight[row], capacity[site])
    low = np.full(len(high), -np.inf)
    whole = np.zeros(k, bool)
    program = Program(-ones, sp.csr_array(ends), low, high, np.zeros(k), most, whole)
    first = minimise(program).values
    flow: Floats = np.zeros(k) if first is None else np.clip(first, 0.0, most)
    total = float(flow.sum())
    if cost is None or total == 0:
        return total, flow
    both = sp.csr_array(sp.vstack([ends, ones[None, :]]))
    # All of it; or a hair less, where sums round.
    for hair in (0.0, SAME):
        again = Program(
            cost, both, np.append(low, total * (1 - hair)), np.append(high, np.inf), np.zeros(k),
            most, whole,
        )  # fmt: skip
        second = minimise(again).values
        if second is not None:
            return total, np.clip(second, 0.0, most)
    return total, flow


def _served(problem: Problem, sites: Integers) -> Service:
    # The flows of every demand point, the nearest first, and what they make of each site.
    assert problem.capacity is not None
    cost, m = problem.cost, problem.cost.facilities
    open_sites = np.zeros(m, bool)
    open_sites[problem.locked] = True
    open_sites[sites] = True
    demand = cost.demand()
    used = open_sites[cost.facility] & (problem.weight[demand] > 0)
    demand, site, price = demand[used], cost.facility[used], cost.cost[used]
    capacity = np.minimum(problem.capacity, problem.weight.sum())
    total, flow = _greatest(demand, site, problem.weight, capacity, price)
    some = flow > SAME * total
    at_site: Floats = np.bincount(site[some], flow[some], m).astype(np.float64)
    limited = np.isfinite(problem.capacity) & (problem.capacity > 0)
    share = np.full(m, np.nan)
    share[limited] = at_site[limited] / problem.capacity[limited]
    none = Solution(sites, total, total)
    return Service(none, demand[some], site[some], flow[some], at_site, share)
