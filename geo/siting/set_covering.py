"""Set covering (LSCP): the fewest sites that reach all demand that can be reached, or a share.

Toregas, Swain, ReVelle and Bergman (1971), The location of emergency service facilities,
Operations Research 19(6). Rows and sites that others make needless are dropped first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from geo.errors import ArgumentError
from geo.siting.conditions import SAME, pairs, reached, require_input
from geo.siting.cover import alike
from geo.siting.deadline import Deadline
from geo.siting.problem import (
    FREE,
    LOCKED,
    REQUIRED,
    Floats,
    Integers,
    Problem,
    Solution,
    Watch,
)
from geo.siting.program import Outcome, Program, minimise
from geo.siting.share_covering import fewest_for

# Pairs of rows (of sites) that share a site (a row) and are still looked at for dominance.
MOST_PAIRS = 100_000_000


@dataclass(frozen=True, eq=False)
class Covering:
    """
    The fewest sites, and what they cannot do.

    Parameters
    ----------
    solution
        Its objective is the number of sites added, required ones among them.
    unreachable
        Positions of the demand points of weight above 0 that no site may reach, rising.
    reached
        The weight that the added and the locked sites reach.
    """

    solution: Solution
    unreachable: Integers
    reached: float


def set_covering(
    problem: Problem,
    *,
    share: float | None = None,
    time_limit_s: float | None = None,
    watch: Watch | None = None,
) -> Covering:
    """
    Choose the fewest sites that reach everyone who can be reached, or a share of everyone.

    A demand point is reached by any listed pair. One of weight 0 is no demand. The same
    problem gives the same sites.

    Parameters
    ----------
    problem
        Its cost table cut at the radius.
    share
        Of the whole weight, unreachable demand included; above 0, at most 1. None: all that
        can be reached.
    time_limit_s
        After how many seconds to stop with the best so far.
    watch
        Told of the progress; may stop the run.

    Returns
    -------
    covering
        The sites, and who is out of reach of all of them.

    Raises
    ------
    ArgumentError
        If there is no demand or no site, if no site reaches any demand, or if all sites
        together do not reach the share.
    """
    deadline = Deadline(time_limit_s, watch)
    require_input(problem)
    if share is not None and not 0 < share <= 1:
        raise ArgumentError("location_share_out_of_range", share=share)
    matrix, weight = pairs(problem), problem.weight
    lonely = (np.diff(matrix.indptr) == 0) & (weight > 0)
    if (lonely == (weight > 0)).all():
        raise ArgumentError("location_none_reached")
    fixed = np.flatnonzero((problem.part == LOCKED) | (problem.part == REQUIRED))
    free = np.flatnonzero(problem.part == FREE)
    done = reached(matrix, fixed)
    open_rows = np.flatnonzero(~done & (np.diff(matrix.indptr) > 0))
    rest = sp.csr_array(matrix[open_rows][:, free])
    required = np.flatnonzero(problem.part == REQUIRED)
    if share is None:
        outcome, chosen = fewest(rest, deadline=deadline, offset=len(required))
    else:
        wanted, most = share * weight.sum(), weight[~lonely].sum()
        if most < wanted * (1 - SAME):
            raise ArgumentError("location_share_beyond", share=share, reached=most / weight.sum())
        wanted -= weight[done].sum()
        outcome, chosen = _fewest_for(
            rest, weight[open_rows], wanted, deadline=deadline, offset=len(required),
        )  # fmt: skip
    sites = np.sort(np.concatenate([required, free[chosen]]))
    count = float(len(sites))
    # A number of sites is whole; so is its bound.
    bound = min(count, np.ceil(outcome.bound - 1e-6) + len(required))
    # Best so far and bound may meet when the time is over.
    status = "optimal" if bound == count or outcome.end == "infeasible" else outcome.end
    both = np.concatenate([fixed, sites])
    return Covering(
        Solution(sites, count, max(bound, 0.0), status),
        np.flatnonzero(lonely),
        float(weight[reached(matrix, both)].sum()),
    )


def fewest(
    matrix: sp.csr_array,
    *,
    deadline: Deadline | None = None,
    offset: int = 0,
    most: int | None = None,
) -> tuple[Outcome, Integers]:
    """
    Return the fewest columns of a 0/1 matrix that have a one in every row, and the outcome.

    The columns are a valid cover also when the time is over. Every row needs a one; `offset`
    sites besides are told of. With `most`, it only matters whether so many are
    enough: the search ends at the first such cover, or when none can be ("infeasible").
    """
    matrix, columns = _reduced(matrix)
    n, m = matrix.shape
    start = greedy(matrix)
    if not n:
        return Outcome(np.zeros(m), 0.0, 0.0, "optimal"), start
    price, low, high = np.ones(m), np.ones(n), np.full(n, np.inf)
    if most is not None:
        # Asked only whether it can be, any cover of so many is as good as another.
        price, matrix = np.zeros(m), sp.csr_array(sp.vstack([matrix, np.ones((1, m))]))
        low, high = np.append(low, 0.0), np.append(high, float(most))
    outcome = minimise(
        Program(price, matrix, low, high, np.zeros(m), np.ones(m), np.ones(m, bool)),
        deadline=deadline, step="set_covering",
        start=_marked(start, m) if most is None else None, offset=offset,
    )  # fmt: skip
    if most is not None:
        if outcome.values is not None:
            start = np.flatnonzero(outcome.values > 0.5)
        elif outcome.end == "infeasible":
            outcome = outcome._replace(bound=most + 1.0)
        else:
            outcome = outcome._replace(bound=0.0)
    elif outcome.values is not None and outcome.objective < len(start) - 0.5:
        start = np.flatnonzero(outcome.values > 0.5)
    return outcome, np.sort(columns[start])


def greedy(matrix: sp.csr_array, weight: Floats | None = None, wanted: float = np.inf) -> Integers:
    """
    Return columns that cover all rows, or a `wanted` weight of them: the one that adds most, next.

    Among equals the first. Ends also when nothing can be added.
    """
    left = np.ones(matrix.shape[0]) if weight is None else weight.astype(np.float64)
    by_column = sp.csc_array(matrix)
    chosen: list[int] = []
    gain = np.asarray(by_column.T @ left)
    while len(gain) and wanted > 0 and gain[best := int(gain.argmax())] > 0:
        chosen.append(best)
        rows = by_column.indices[by_column.indptr[best] : by_column.indptr[best + 1]]
        wanted -= left[rows].sum()
        left[rows] = 0.0
        # Counted anew: what is subtracted leaves rounding behind where weights are not whole.
        gain = np.asarray(by_column.T @ left)
    return np.sort(np.array(chosen, np.int64))


def _fewest_for(
    matrix: sp.csr_array,
    weight: Floats,
    wanted: float,
    *,
    deadline: Deadline,
    offset: int,
) -> tuple[Outcome, Integers]:
    slack = SAME * (weight.sum() + abs(wanted))
    if wanted <= slack:
        return Outcome(None, 0.0, 0.0, "optimal"), np.empty(0, np.int64)
    matrix, weight = merged(matrix, weight)
    start = greedy(matrix, weight, wanted - slack)
    return fewest_for(matrix, weight, wanted - slack, start, deadline=deadline, offset=offset)


def merged(matrix: sp.csr_array, weight: Floats) -> tuple[sp.csr_array, Floats]:
    """Return the matrix with rows of the same columns made one, their weights added."""
    matrix = sp.csr_array(matrix)
    matrix.sort_indices()
    where = alike(matrix)
    _, first = np.unique(where, return_index=True)
    total: Floats = np.bincount(where, weights=weight, minlength=len(first)).astype(np.float64)
    return sp.csr_array(matrix[first]), total


def _marked(chosen: Integers, m: int) -> Floats:
    marks = np.zeros(m)
    marks[chosen] = 1.0
    return marks


def _reduced(matrix: sp.csr_array) -> tuple[sp.csr_array, Integers]:
    # What is left when needless sites and rows are dropped, turn by turn, and its columns.
    columns = np.arange(matrix.shape[1])
    while True:
        before = matrix.shape
        kept = np.flatnonzero(~_within(sp.csr_array(matrix.T)))
        matrix, columns = sp.csr_array(matrix[:, kept]), columns[kept]
        # A row with more sites than another is covered when that one is.
        matrix = sp.csr_array(matrix[np.flatnonzero(~_beyond(matrix))])
        if matrix.shape == before:
            return matrix, columns


def _shared(matrix: sp.csr_array) -> sp.coo_array | None:
    # How many columns two rows have in common; None where that is too much to look at.
    work = float((np.diff(sp.csc_array(matrix).indptr).astype(np.float64) ** 2).sum())
    return sp.coo_array(matrix @ matrix.T) if work <= MOST_PAIRS else None


def _within(matrix: sp.csr_array) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    # Rows that are empty, or have no column that another lacks; of equal ones all but the first.
    size = np.diff(matrix.indptr)
    needless = size == 0
    if (shared := _shared(matrix)) is not None:
        one, other = shared.coords
        inside = (shared.data == size[one]) & (one != other)
        inside &= (size[other] > size[one]) | (other < one)
        needless[one[inside]] = True
    return np.asarray(needless)


def _beyond(matrix: sp.csr_array) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    # Rows that have all columns of another; of equal ones all but the first.
    size = np.diff(matrix.indptr)
    needless = np.zeros(matrix.shape[0], bool)
    if (shared := _shared(matrix)) is not None:
        one, other = shared.coords
        outside = (shared.data == size[other]) & (one != other)
        outside &= (size[one] > size[other]) | (other < one)
        needless[one[outside]] = True
    return needless
