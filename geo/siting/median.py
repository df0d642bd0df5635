"""The p-median model: the added sites that make the weighted cost of everyone smallest.

Hakimi (1964), Optimum locations of switching centers, Operations Research 12(3). A bound by
Lagrange multipliers settles most sites; HiGHS proves the rest.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from geo.errors import ArgumentError
from geo.siting.assignment import Assignment, greedy, interchanged, steps
from geo.siting.conditions import free_places, pairs, require_input
from geo.siting.deadline import Deadline
from geo.siting.multipliers import decided, relaxed
from geo.siting.problem import (
    FREE,
    LOCKED,
    REQUIRED,
    Floats,
    Integers,
    Problem,
    Solution,
    Status,
    Watch,
)
from geo.siting.program import Outcome, Program, minimise
from geo.siting.set_covering import fewest


def median(
    problem: Problem, *, add: int, time_limit_s: float | None = None, watch: Watch | None = None
) -> Solution:
    """
    Choose `add` sites so that the sum of weight × cost to the nearest site is smallest.

    The locked sites serve too. Exactly `add` sites are chosen, also where fewer cost the
    same. The same problem gives the same sites.

    Parameters
    ----------
    problem
        Its cost table as far as demand may travel.
    add
        The number of sites to add, required ones among them.
    time_limit_s, watch
        As in `set_covering`.

    Returns
    -------
    solution
        Its objective is the weighted cost: weight × the unit of the cost table.

    Raises
    ------
    ArgumentError
        If there is no demand or no site, if `add` does not fit the sites, or if demand of
        weight above 0 is not in reach of any site, or cannot be with so few.
    """
    require_input(problem)
    places, notes = free_places(problem, add)
    deadline = Deadline(time_limit_s, watch)
    lonely = (problem.weight > 0) & (np.diff(pairs(problem).indptr) == 0)
    if lonely.any():
        raise ArgumentError("location_some_unreached", count=int(lonely.sum()))
    free, required = (np.flatnonzero(problem.part == part) for part in (FREE, REQUIRED))
    prices = _prices(problem, free)
    start = _start(prices, places, len(required), deadline)
    found = relaxed(prices, places, start, deadline=deadline)
    bound, chosen = found.bound, found.chosen
    status: Status = "optimal"
    taken, kept = decided(found, places)
    if deadline.over:
        status = deadline.status
    elif len(kept) and found.bound < found.paid * (1 - 1e-12):
        rest = prices.narrowed(taken, kept)
        outcome, more = _proved(rest, places - len(taken), deadline=deadline)
        status = "optimal" if outcome.end == "infeasible" else outcome.end
        if more is not None:
            both = np.sort(np.concatenate([taken, kept[more]]))
            if prices.paid(both, prices.ceiling).sum() < found.paid:
                chosen = both
        # Sites left out are in no better solution than the best so far.
        bound = max(bound, min(outcome.bound, found.paid))
    sites = np.sort(np.concatenate([required, free[chosen]]))
    objective = weighted_cost(problem, sites)
    if status == "optimal":
        return Solution(sites, objective, objective, notes=notes)
    return Solution(sites, objective, min(bound, objective), status, notes)


def weighted_cost(problem: Problem, sites: Integers) -> float:
    """Return the sum of weight × cost to the nearest of `sites` and the locked ones."""
    cost = problem.cost
    used = np.isin(cost.facility, np.concatenate([sites, problem.locked]))
    row = cost.demand()[used]
    nearest = np.full(cost.demands, np.inf)
    nearest[row[::-1]] = cost.cost[used][::-1]  # the first of a row is its lowest
    some = problem.weight > 0
    return float(problem.weight[some] @ nearest[some])


def _prices(problem: Problem, free: Integers) -> Assignment:
    # Rows are the demand points with weight, columns the free sites.
    cost, weight = problem.cost, problem.weight
    rows = np.flatnonzero(weight > 0)
    number = np.full(cost.demands, -1)
    number[rows] = np.arange(len(rows))
    row, site = number[cost.demand()], cost.facility
    part = problem.part[site]
    standing = (row >= 0) & ((part == LOCKED) | (part == REQUIRED))
    cap: Floats = np.full(len(rows), np.inf)
    # The first of a row is its lowest, so it is written last.
    cap[row[standing][::-1]] = (cost.cost[standing] * weight[rows[row[standing]]])[::-1]
    usable = (row >= 0) & (part == FREE)
    row, site, price = row[usable], site[usable], cost.cost[usable]
    price = price * weight[rows[row]]
    better = price < cap[row]
    column = np.searchsorted(free, site[better])
    return Assignment(cap, row[better], column, price[better], len(free))


def _start(prices: Assignment, places: int, required: int, deadline: Deadline) -> Integers:
    # A good choice that serves every row; an error if there is none.
    chosen = interchanged(prices, greedy(prices, places))
    if np.isfinite(prices.paid(chosen, prices.cap)).all():
        return chosen
    rows = np.flatnonzero(np.isinf(prices.cap))
    wanted = np.isin(prices.row, rows)
    cells = np.searchsorted(rows, prices.row[wanted]), prices.column[wanted]
    shape = len(rows), prices.columns
    matrix = sp.csr_array(sp.coo_array((np.ones(len(cells[0])), cells), shape=shape))
    outcome, cover = fewest(matrix, deadline=deadline)
    if len(cover) > places:
        least = required + int(np.ceil(outcome.bound - 1e-6))
        raise ArgumentError("location_add_not_enough", add=required + places, least=least)
    others = np.setdiff1d(np.arange(prices.columns), cover)
    return interchanged(prices, np.sort(np.append(cover, others[: places - len(cover)])))


def _proved(
    prices: Assignment, places: int, *, deadline: Deadline
) -> tuple[Outcome, Integers | None]:
    # Variables: the columns, then for each set whether its extra is paid.
    sets, extra, base, musts = steps(prices)
    s, m = sets.shape
    matrix = sp.vstack([
        sp.hstack([sets, sp.eye_array(s)]),
        sp.hstack([musts, sp.csr_array((musts.shape[0], s))]),
        sp.csr_array(np.concatenate([np.ones(m), np.zeros(s)])[None, :]),
    ])  # fmt: skip
    ones = np.ones(s + musts.shape[0])
    outcome = minimise(
        Program(
            np.concatenate([np.zeros(m), extra]),
            sp.csr_array(matrix),
            np.append(ones, float(places)),
            np.append(np.full(len(ones), np.inf), float(places)),
            np.zeros(m + s),
            np.ones(m + s),
            np.concatenate([np.ones(m, bool), np.zeros(s, bool)]),
        ),
        deadline=deadline,
        step="median",
        offset=base,
    )
    outcome = outcome._replace(bound=outcome.bound + base)
    if outcome.values is None:
        return outcome, None
    return outcome, np.flatnonzero(outcome.values[:m] > 0.5)
