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
from geo.siting.cuts import proven
from geo.siting.deadline import Deadline
from geo.siting.filling import greedy, improved
from geo.siting.network import Network, network_of
from geo.siting.problem import (
    FREE,
    REQUIRED,
    Floats,
    Integers,
    Problem,
    Solution,
    Watch,
)
from geo.siting.program import Program, minimise


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
    deadline = Deadline(time_limit_s, watch)
    if not len(np.flatnonzero(np.diff(pairs(problem).indptr))):
        raise ArgumentError("location_none_reached")
    free, required = (np.flatnonzero(problem.part == part) for part in (FREE, REQUIRED))
    network, sure = network_of(problem)
    most = _most(network, free, places)
    deadline.tell(sure, sure + network.step * most, "greedy")
    chosen = greedy(network, free, places, deadline=deadline)
    chosen = improved(network, chosen, free, goal=most, deadline=deadline)
    value, bound = network.value(chosen), float(most)
    if value < most:
        deadline.tell(sure + network.step * value, sure + network.step * most, "greedy")
    if value < most and not deadline.over:
        chosen, value, bound = proven(
            network, chosen, free, most=float(most), sure=sure, deadline=deadline
        )
    elif value >= most:
        deadline.status = "optimal"
    sites = np.sort(np.concatenate([required, chosen]))
    service = _served(problem, sites)
    objective = service.solution.objective
    bound = sure + network.step * bound
    if deadline.status == "optimal" or bound <= objective * (1 + SAME):
        bound, deadline.status = objective, "optimal"
    return Service(
        Solution(sites, objective, bound, deadline.status, notes),
        service.demand, service.site, service.served, service.used, service.share_used,
    )  # fmt: skip


def _most(network: Network, free: Integers, places: int) -> int:
    """
    Return what no choice can serve more than, in steps.

    A site adds at most its own capacity to what the fixed ones serve.
    """
    greatest = np.sort(network.capacity[free])[::-1][:places]
    alone = network.value(np.empty(0, np.int64))
    return min(int(network.weight.sum()), alone + int(greatest.sum()))


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
