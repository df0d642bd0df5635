"""What every location model needs before it starts, told in a sentence where it lacks."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from geo.errors import ArgumentError
from geo.siting.problem import FORBIDDEN, REQUIRED, Integers, Note, Problem

# Values are the same that differ less than this share, which only rounding does.
SAME = 1e-9


def require_input(problem: Problem) -> None:
    """
    See that there is demand, and a site.

    Raises
    ------
    ArgumentError
        If no demand point has a weight above 0, or every site is forbidden.
    """
    if not (problem.weight > 0).any():
        raise ArgumentError("location_no_demand")
    if (problem.part == FORBIDDEN).all():
        raise ArgumentError("location_no_sites")


def free_places(problem: Problem, add: int) -> tuple[int, tuple[Note, ...]]:
    """
    Return how many of `add` sites are free to choose when the required ones are in, and notes.

    Where fewer than `add` may be chosen, all are, and a note says so.

    Raises
    ------
    ArgumentError
        If `add` is negative, or less than the required sites.
    """
    required, choosable = int((problem.part == REQUIRED).sum()), len(problem.choosable)
    if add < 0:
        raise ArgumentError("bad_argument", name="add", value=add, reason="不能是负数")
    if add < required:
        raise ArgumentError("siting_too_many_required", required=required, add=add)
    notes: tuple[Note, ...] = ()
    if add > choosable:
        notes = (Note("siting_all_chosen", {"add": add, "candidates": choosable}),)
    return min(add, choosable) - required, notes


def pairs(problem: Problem) -> sp.csr_array:
    """Return the listed pairs as a 0/1 matrix, n × m, forbidden sites and weightless rows empty."""
    cost = problem.cost
    shape = cost.demands, cost.facilities
    ones = np.ones(len(cost.facility), np.float64)
    kept = problem.part[cost.facility] != FORBIDDEN
    kept &= (problem.weight > 0)[cost.demand()]
    counted = np.concatenate([[0], np.cumsum(kept)])
    return sp.csr_array((ones[kept], cost.facility[kept], counted[cost.starts]), shape=shape)


def reached(matrix: sp.csr_array, sites: Integers) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which rows of a 0/1 matrix have one of `sites`."""
    chosen = np.zeros(matrix.shape[1])
    chosen[sites] = 1.0
    return np.asarray(matrix @ chosen > 0)
