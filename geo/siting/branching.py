"""Covering problems solved to the end by HiGHS: the mixed-integer program and its run."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
from scipy import sparse

from geo.siting.cover import Cover
from geo.siting.deadline import Deadline
from geo.siting.problem import Floats, Integers
from geo.siting.program import QuietSolver

# The problems come reduced: HiGHS' own presolve costs more time than it saves.
_OPTIONS = (("output_flag", False), ("threads", 1), ("random_seed", 0), ("presolve", "off"))


def model(cover: Cover, *, relaxed: bool = False) -> highspy.HighsLp:
    """
    Return the program of a covering problem: x for the sites, y for demand that several reach.

    Maximise the weight of y and of demand that one site alone reaches, so that y_i is at most
    the sum of the x that reach it, the x are at most `add` and, of the groups, `least` are open.

    References
    ----------
    .. [1] Church & ReVelle (1974), The maximal covering location problem.
    """
    reach, m = cover.reach, cover.reach.shape[1]
    degree = np.diff(reach.indptr)
    lone = degree == 1
    alone = np.bincount(
        reach[lone].indices, cover.weight[lone], minlength=m
    )  # demand of one site needs no y
    shared, weight = reach[~lone], cover.weight[~lone]
    n = shared.shape[0]
    blocks: list[list[Any]] = [
        [-shared, sparse.eye_array(n)],
        [sparse.csr_array(np.ones((1, m))), None],
    ]
    upper: list[Floats] = [np.zeros(n), np.array([float(cover.add)])]
    lower: list[Floats] = [np.full(n, -np.inf), np.array([-np.inf])]
    gain, opens = [alone, weight], 0
    if cover.least:
        sites = np.flatnonzero(cover.group >= 0)
        _, number = np.unique(cover.group[sites], return_inverse=True)
        opens = int(number.max()) + 1
        belongs = sparse.csr_array((np.ones(len(sites)), (number, sites)), shape=(opens, m))
        blocks = [[*row, None] for row in blocks]
        blocks += [[-belongs, None, sparse.eye_array(opens)]]
        blocks += [[None, None, sparse.csr_array(np.ones((1, opens)))]]
        upper += [np.zeros(opens), np.array([np.inf])]
        lower += [np.full(opens, -np.inf), np.array([float(cover.least)])]
        gain.append(np.zeros(opens))
    if cover.single:
        sites = np.flatnonzero(cover.group >= 0)
        _, number = np.unique(cover.group[sites], return_inverse=True)
        shape = (int(number.max(initial=-1)) + 1, m)
        belongs = sparse.csr_array((np.ones(len(sites)), (number, sites)), shape=shape)
        blocks += [[belongs] + [None] * (len(blocks[0]) - 1)]
        upper += [np.ones(shape[0])]
        lower += [np.full(shape[0], -np.inf)]
    rows = sparse.block_array(blocks, format="csr")
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = rows.shape
    lp.col_cost_ = np.concatenate(gain)
    lp.col_lower_, lp.col_upper_ = np.zeros(rows.shape[1]), np.ones(rows.shape[1])
    lp.row_lower_, lp.row_upper_ = np.concatenate(lower), np.concatenate(upper)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = rows.indptr, rows.indices
    lp.a_matrix_.value_ = rows.data
    lp.sense_ = highspy.ObjSense.kMaximize
    if not relaxed:
        kinds = [highspy.HighsVarType.kInteger] * m
        lp.integrality_ = kinds + [highspy.HighsVarType.kContinuous] * (rows.shape[1] - m)
    return lp


def engine(deadline: Deadline) -> highspy.Highs:
    """Return a quiet HiGHS on one thread: the same input takes the same way every time."""
    highs = QuietSolver()  # type: ignore[no-untyped-call]
    for name, value in _OPTIONS:
        highs.setOptionValue(name, value)
    if np.isfinite(deadline.remaining_s):
        highs.setOptionValue("time_limit", max(0.01, deadline.remaining_s))
    return highs


def relaxation(cover: Cover, *, deadline: Deadline) -> tuple[Floats, Floats] | None:
    """Return the shares of the sites and the prices of the linear program; None if it failed."""
    highs = engine(deadline)
    highs.setOptionValue("solver", "ipm")
    highs.setOptionValue("run_crossover", "off")
    highs.passModel(model(cover, relaxed=True))
    highs.run()
    solution = highs.getSolution()
    if not solution.dual_valid:
        return None
    lone = np.diff(cover.reach.indptr) == 1
    price = cover.weight.copy()
    price[~lone] = np.abs(np.array(solution.row_dual)[: int((~lone).sum())])
    return np.array(solution.col_value)[: cover.reach.shape[1]], price


class Relaxations:
    """
    The linear programs of one problem for one number of sites after another.

    A neighbour's basis is nearly the next one's, so that all but the first take no time.
    """

    def __init__(self, cover: Cover, *, deadline: Deadline) -> None:
        self._cover, self._deadline = cover, deadline
        self._lone = np.diff(cover.reach.indptr) == 1
        self._shared = int((~self._lone).sum())
        self._highs = engine(deadline)
        self._highs.setOptionValue("solver", "simplex")
        self._highs.passModel(model(cover, relaxed=True))

    def at(self, add: int) -> tuple[Floats, Floats] | None:
        """Return the shares of the sites and the prices for `add` sites; None if it failed."""
        if np.isfinite(self._deadline.remaining_s):
            # HiGHS counts the time of all its runs together.
            end = self._highs.getRunTime() + max(0.01, self._deadline.remaining_s)
            self._highs.setOptionValue("time_limit", end)
        self._highs.changeRowBounds(self._shared, -np.inf, float(add))
        self._highs.run()
        solution = self._highs.getSolution()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        price = self._cover.weight.copy()
        price[~self._lone] = np.abs(np.array(solution.row_dual)[: self._shared])
        return np.array(solution.col_value)[: self._cover.reach.shape[1]], price


def branched(
    cover: Cover, chosen: Integers, *, deadline: Deadline, offset: float = 0.0
) -> tuple[Integers, float]:
    """
    Return the best plan of a covering problem, and the bound that HiGHS proved.

    Parameters
    ----------
    cover
        The problem, as far as it could be reduced.
    chosen
        A plan of it to begin with.
    deadline
        When to stop; the plan and bound are then the best so far.
    offset
        What is added to objective and bound when progress is told.
    """
    highs = engine(deadline)
    step = cover.unit
    highs.setOptionValue("mip_rel_gap", 0.0)
    # Objectives are multiples of the unit: what is less than one unit better does not exist.
    highs.setOptionValue("mip_abs_gap", 0.999 * step if step else 0.0)
    highs.passModel(model(cover))
    counts = cover.counts(chosen)
    value = cover.value(chosen)
    start = highspy.HighsSolution()
    columns = np.zeros(highs.getNumCol())
    m = cover.reach.shape[1]
    columns[chosen] = 1
    several = np.diff(cover.reach.indptr) > 1
    columns[m : m + int(several.sum())] = counts[several] > 0
    if cover.least:
        groups = np.unique(cover.group[cover.group >= 0])
        columns[m + int(several.sum()) :] = np.isin(groups, cover.group[chosen])
    start.col_value = columns
    highs.setSolution(start)

    def ask(event: Any) -> None:
        best = max(value, float(event.data_out.mip_primal_bound))
        bound = float(event.data_out.mip_dual_bound)
        if deadline.tell(offset + best, offset + bound, "branch"):
            event.interrupt()

    highs.cbMipInterrupt.subscribe(ask)
    highs.run()
    done = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    solution = np.array(highs.getSolution().col_value)
    if len(solution):
        found = np.flatnonzero(solution[:m] > 0.5)
        better = cover.value(found)
        if better > value and cover.opened(found) >= cover.least:
            chosen, value = found, better
    if done:
        return chosen, value
    if highs.getModelStatus() == highspy.HighsModelStatus.kTimeLimit:
        deadline.run_out()
    if not deadline.over:
        raise RuntimeError(f"HiGHS gave no answer: {highs.getModelStatus()}")
    return chosen, max(value, float(highs.getInfo().mip_dual_bound))
