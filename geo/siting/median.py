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

# So few columns left are proven at once.
FEW = 100


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
    chosen, bound, status = _best(prices, places, start, deadline)
    sites = np.sort(np.concatenate([required, free[chosen]]))
    objective = weighted_cost(problem, sites)
    if status == "optimal":
        return Solution(sites, objective, objective, notes=notes)
    return Solution(sites, objective, min(bound, objective), status, notes)


def _best(
    prices: Assignment, places: int, chosen: Integers, deadline: Deadline
) -> tuple[Integers, float, Status]:
    # Columns of all prices are settled round by round; what is left is proven at last.
    ceiling = prices.ceiling
    paid, bound = float(prices.paid(chosen, ceiling).sum()), -np.inf
    taken, kept = np.empty(0, np.int64), np.arange(prices.columns)
    rest = prices
    while True:
        wanted = places - len(taken)
        first = np.flatnonzero(np.isin(kept, chosen))
        if len(first) != wanted:
            # The best so far is not among what may be better; it stays the one to beat.
            first = greedy(rest, wanted)
        found = relaxed(rest, wanted, first, deadline=deadline, paid=paid)
        better = np.sort(np.concatenate([taken, kept[found.chosen]]))
        value = float(prices.paid(better, ceiling).sum())
        if value < paid:
            chosen, paid = better, value
        bound = max(bound, min(found.bound, paid))
        if deadline.over or bound >= paid * (1 - 1e-12):
            return chosen, bound, deadline.status
        sure, open_ones = decided(found, wanted, paid)
        shrunk = len(open_ones) < 0.8 * len(kept)
        taken, kept = np.sort(np.concatenate([taken, kept[sure]])), kept[open_ones]
        if not len(kept) or len(taken) == places:
            return chosen, paid, "optimal"
        rest = prices.narrowed(taken, kept)
        if not shrunk or len(kept) <= FEW:
            break
    outcome, more = _proved(rest, places - len(taken), deadline=deadline)
    if more is not None:
        both = np.sort(np.concatenate([taken, kept[more]]))
        if float(prices.paid(both, ceiling).sum()) < paid:
            chosen, paid = both, float(prices.paid(both, ceiling).sum())
    # Choices left out cost no less than the best so far.
    bound = max(bound, min(outcome.bound, paid))
    return chosen, bound, "optimal" if outcome.end == "infeasible" else outcome.end


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
    # Variables: the columns, then for each set whether it is missed.
    sets, after, extra, base = steps(prices)
    s, m = sets.shape
    later = np.flatnonzero(after >= 0)
    before = sp.csr_array((np.ones(len(later)), (later, after[later])), shape=(s, s))
    matrix = sp.block_array([
        [sets, sp.eye_array(s) - before],
        [sp.csr_array(np.ones((1, m))), None],
    ])  # fmt: skip
    allowed = np.isfinite(extra)
    outcome = minimise(
        Program(
            np.concatenate([np.zeros(m), np.where(allowed, extra, 0.0)]),
            sp.csr_array(matrix),
            np.append(np.where(after < 0, 1.0, 0.0), float(places)),
            np.append(np.full(s, np.inf), float(places)),
            np.zeros(m + s),
            np.concatenate([np.ones(m), allowed.astype(np.float64)]),
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
