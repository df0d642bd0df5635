"""The p-center model: the added sites that make the greatest cost of anybody smallest.

Minieka (1970), The m-center problem, SIAM Review 12(1): at which of the distinct costs can so many
sites cover everyone? Halving finds it; most steps are decided by a greedy cover or by demand
points no two of which share a site, the rest by set covering.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from geo.errors import ArgumentError
from geo.siting.conditions import free_places, pairs, require_input
from geo.siting.deadline import Deadline
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
from geo.siting.set_covering import fewest, greedy


def center(
    problem: Problem, *, add: int, time_limit_s: float | None = None, watch: Watch | None = None
) -> Solution:
    """
    Choose at most `add` sites so that the greatest cost to the nearest site is smallest.

    Weights do not count, but a demand point of weight 0 is no demand. Sites that would not
    lower the greatest cost are not added. The same problem gives the same sites.

    Parameters
    ----------
    problem
        Its cost table as far as demand may travel.
    add
        The greatest number of sites to add, required ones among them.
    time_limit_s, watch
        As in `set_covering`.

    Returns
    -------
    solution
        Its objective is the greatest cost, in the unit of the cost table.

    Raises
    ------
    ArgumentError
        If there is no demand or no site, if `add` does not fit the sites, or if a demand
        point is not in reach of any site, or cannot be with so few.
    """
    require_input(problem)
    places, notes = free_places(problem, add)
    wanted = np.flatnonzero(problem.weight > 0)
    if lonely := int((np.diff(pairs(problem).indptr)[wanted] == 0).sum()):
        raise ArgumentError("location_some_unreached", count=lonely)
    search = _Search(problem, wanted, places, Deadline(time_limit_s, watch))
    status = search.run()
    required = np.flatnonzero(problem.part == REQUIRED)
    sites = np.sort(np.concatenate([required, search.sites]))
    return Solution(sites, search.high, search.low, status, notes)


class _Search:
    # Between `low`, which no choice is better than, and `high`, the greatest cost of `sites`.

    def __init__(
        self, problem: Problem, wanted: Integers, places: int, deadline: Deadline,
    ) -> None:  # fmt: skip
        fixed = (problem.part == LOCKED) | (problem.part == REQUIRED)
        self.places, self.deadline = places, deadline
        self.free = np.flatnonzero(problem.part == FREE)
        self.rows = wanted
        at = problem.cost
        kept = (problem.weight > 0)[at.demand()]
        row, column, cost = at.demand()[kept], at.facility[kept], at.cost[kept]
        usable = fixed[column] | (problem.part[column] == FREE)
        row, column, cost = row[usable], column[usable], cost[usable]
        self.standing = np.full(at.demands, np.inf)
        stands = fixed[column]
        np.minimum.at(self.standing, row[stands], cost[stands])
        # Pairs that are no better than what stands never matter.
        better = ~stands & (cost < self.standing[row])
        self.row, self.column, self.cost = row[better], column[better], cost[better]
        self.column = np.searchsorted(self.free, self.column)
        best = self.standing.copy()
        np.minimum.at(best, self.row, self.cost)
        self.low = float(best[wanted].max())
        self.high, self.sites = np.inf, np.empty(0, np.int64)
        self._take(self.sites)

    def run(self) -> Status:
        steps = np.unique(np.concatenate([self.cost, self.standing[self.rows]]))
        steps = steps[np.isfinite(steps)]
        while True:
            steps = steps[(steps >= self.low) & (steps < self.high)]
            if not len(steps):
                self.low = self.high
                return "optimal"
            middle = float(steps[(len(steps) - 1) // 2])
            if self.deadline.tell(self.high, self.low, "center"):
                return self.deadline.status
            possible = self._possible(middle)
            if possible is None:
                return self.deadline.status
            if not possible:
                if middle == steps[-1] and np.isinf(self.high):
                    self._refuse(middle)
                steps = steps[steps > middle]
                self.low = float(steps[0]) if len(steps) else self.high

    def _possible(self, radius: float) -> bool | None:
        # None when the run had to end before it was known.
        matrix = self._within(radius)
        if (np.diff(matrix.indptr) == 0).any():
            return False
        chosen = greedy(matrix)
        if len(chosen) <= self.places:
            self._take(self.free[chosen])
            return True
        if _apart(matrix) > self.places:
            return False
        outcome, chosen = fewest(matrix, deadline=self.deadline, most=self.places)
        if len(chosen) <= self.places:
            self._take(self.free[chosen])
            return True
        return False if outcome.bound > self.places + 1e-6 else None

    def _within(self, radius: float) -> sp.csr_array:
        # Rows that what stands does not cover at this radius, and the sites that do.
        open_rows = self.rows[self.standing[self.rows] > radius]
        near = self.cost <= radius
        number = np.full(len(self.standing), -1)
        number[open_rows] = np.arange(len(open_rows))
        row, column = number[self.row[near]], self.column[near]
        kept = row >= 0
        ones = np.ones(int(kept.sum()))
        shape = len(open_rows), len(self.free)
        return sp.csr_array(sp.coo_array((ones, (row[kept], column[kept])), shape=shape))

    def _take(self, sites: Integers) -> None:
        # Costs of everyone with these sites; they are kept if their greatest cost is smaller.
        mine = np.isin(self.free[self.column], sites)
        costs: Floats = self.standing.copy()
        np.minimum.at(costs, self.row[mine], self.cost[mine])
        greatest = float(costs[self.rows].max())
        if greatest < self.high:
            self.high, self.sites = greatest, np.sort(sites)

    def _refuse(self, radius: float) -> None:
        outcome, chosen = fewest(self._within(radius), deadline=self.deadline)
        least = int(np.ceil(min(outcome.bound, len(chosen)) - 1e-6))
        add = self.places
        raise ArgumentError("location_add_not_enough", add=add, least=least)


def _apart(matrix: sp.csr_array) -> int:
    # How many rows, taken one by one, share no site: each needs one of its own.
    order = np.argsort(np.diff(matrix.indptr), kind="stable")
    taken = np.zeros(matrix.shape[1], bool)
    count = 0
    for row in order.tolist():
        columns = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
        if not taken[columns].any():
            taken[columns] = True
            count += 1
    return count
