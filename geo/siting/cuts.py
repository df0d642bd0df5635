"""Most served within capacities, proven: a program that learns which sites would be too full.

Variables are the sites and the share served of each demand point; who goes where is left out.
That shares can be served is one condition for every set of demand points: together no more than
the sites that reach them hold. Those that are broken are found by a greatest flow and added.
Benders (1962), Partitioning procedures for solving mixed-variables programming problems,
Numerische Mathematik 4; with flows as the inner problem the conditions are those of Gale and
Hoffman.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import highspy
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from geo.siting.cover import rounded_down
from geo.siting.deadline import Deadline
from geo.siting.filling import improved
from geo.siting.flow_program import flowing
from geo.siting.network import Network
from geo.siting.overfull import Crowd, held, overfull
from geo.siting.problem import Floats, Integers
from geo.siting.program import QuietSolver

# Rounds of conditions that lower the bound by less than this share of it, one after another.
IDLE, LITTLE = 8, 2e-5
# Up to so many pairs who goes where is part of the program.
MOST_PAIRS = 40_000
# Likely sites, as a multiple of those to be chosen.
LIKELY = 3
_OPTIONS = (("threads", 1), ("random_seed", 0), ("mip_rel_gap", 0.0))


class Proof(NamedTuple):
    """The best choice found, in steps what it serves, and what none serves more than."""

    chosen: Integers
    value: int
    bound: float


def proven(
    network: Network,
    chosen: Integers,
    free: Integers,
    *,
    most: float,
    sure: float,
    deadline: Deadline,
) -> Proof:
    """
    Return the best choice of as many free sites as `chosen` has, proven unless stopped.

    Parameters
    ----------
    network
        Its fixed sites are open.
    chosen
        A choice to begin with.
    free
        The sites to choose from.
    most
        A bound known already, in steps.
    sure
        The weight served beside the network, for the progress told.
    deadline
        When to stop; its status says afterwards whether the choice is proven.
    """
    search = _Search(network, chosen, free, most, sure, deadline)
    search.relax()
    if not search.settled and not deadline.over:
        search.finish()
    return Proof(np.sort(search.chosen), search.value, search.bound)


class _Search:
    """One search: the program as far as it is known, the best choice, and the bound."""

    def __init__(
        self, network: Network, chosen: Integers, free: Integers, most: float, sure: float,
        deadline: Deadline,
    ) -> None:  # fmt: skip
        self.network, self.free, self.sure, self.deadline = network, free, sure, deadline
        self.chosen, self.value, self.bound = chosen, network.value(chosen), most
        self.sites = np.concatenate([network.fixed, free])
        self.places, self.fixed = len(chosen), len(network.fixed)
        self.bounding, self.failures = True, list[BaseException]()
        reach = sp.csr_array(network.reach[:, self.sites])
        self.n, self.m = reach.shape
        self.row = np.repeat(np.arange(self.n), np.diff(reach.indptr))
        self.site = reach.indices
        self.weight = network.weight.astype(np.float64)
        self.capacity = network.capacity[self.sites].astype(np.float64)
        self.crowd = Crowd(sp.csr_array(reach.T), self.weight, self.capacity)
        self.highs = QuietSolver()  # type: ignore[no-untyped-call]
        for name, value in _OPTIONS:
            self.highs.setOptionValue(name, value)
        self.highs.passModel(self._model())
        self.highs.cbMipInterrupt.subscribe(self._ask)
        self._add(np.arange(self.n))

    @property
    def settled(self) -> bool:
        """Say whether nothing is left between the best choice and the bound."""
        return self.value >= self.bound * (1 - 1e-9)

    def _model(self) -> highspy.HighsLp:
        """Return the program: the sites, then the shares served, at most what their sites hold."""
        n, m = self.n, self.m
        least = np.minimum(1.0, self.capacity[self.site] / self.weight[self.row])
        opened = sp.csr_array((-least, (self.row, self.site)), shape=(n, m))
        count = sp.csr_array((np.arange(m) >= self.fixed).astype(np.float64)[None, :])
        matrix = sp.csr_array(sp.block_array([[opened, sp.eye_array(n)], [count, None]]))
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = matrix.shape
        self.scale = 1024.0 / max(1.0, float(self.weight.max()))
        lp.col_cost_ = np.concatenate([np.zeros(m), -self.weight * self.scale])
        lower = np.zeros(m + n)
        lower[: self.fixed] = 1.0
        lp.col_lower_, lp.col_upper_ = lower, np.ones(m + n)
        lp.row_lower_ = np.append(np.full(n, -np.inf), float(self.places))
        lp.row_upper_ = np.append(np.zeros(n), float(self.places))
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, matrix.indices
        lp.a_matrix_.value_ = matrix.data
        return lp

    def _add(self, rows: Integers) -> None:
        """Add that some demand is served no more than the sites hold that reach it."""
        room = held(self.crowd, rows)
        sites = np.flatnonzero(room)
        scale = 1.0 / float(max(room.max(initial=0.0), self.weight[rows].max()))
        at = np.concatenate([sites, self.m + rows]).astype(np.int32)
        values = np.concatenate([-room[sites], self.weight[rows]]) * scale
        self.highs.addRow(-np.inf, 0.0, len(at), at, values)

    def relax(self) -> None:
        """Solve the linear program with all conditions that matter, or until they help little."""
        idle, last = 0, np.inf
        while not self.deadline.over:
            self._run(self.deadline.remaining_s)
            if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                self.deadline.run_out()
                return
            values = np.clip(np.array(self.highs.getSolution().col_value), 0.0, 1.0)
            lowest = -self.highs.getInfo().objective_function_value / self.scale
            self._lower(lowest)
            broken = overfull(self.crowd, values[: self.m], values[self.m :])
            idle = idle + 1 if lowest > last - LITTLE * last else 0
            last = min(last, lowest)
            if not broken or self.settled or self._told() or idle >= IDLE:
                break
            for rows in broken:
                self._add(rows)
        if not self.settled and not self.deadline.over:
            self.lowest, self.share = lowest, values[: self.m]
            self.cost = np.array(self.highs.getSolution().col_dual)[: self.m] / self.scale
            order = np.argsort(-self.share[self.fixed :], kind="stable")
            self._offer(self.free[order[: self.places]])
            self._rule_out()

    def _rule_out(self) -> None:
        """Close sites for good that no better choice has, by what they cost the program."""
        better = self.value + (1 if self.network.exact else 0) - 1e-6 * max(1.0, self.lowest)
        out = (self.lowest - self.cost < better) & (self.cost > 0)
        out[: self.fixed] = False
        self._open(~out)

    def _open(self, sites: NDArray[np.bool_]) -> None:
        """Let the program choose among some sites only; the fixed ones stay."""
        at = np.arange(self.fixed, self.m, dtype=np.int32)
        most = sites[at].astype(np.float64)
        self.highs.changeColsBounds(len(at), at, np.zeros(len(at)), most)
        self.open_sites = sites

    def finish(self) -> None:
        """Find the best choice: with who goes where if the pairs that are left are few."""
        if int(self.open_sites[self.site].sum()) > MOST_PAIRS:
            self.branch()
            return
        left = np.union1d(self.free[self.open_sites[self.fixed :]], self.chosen)
        answer = flowing(self.network, left, self.chosen, sure=self.sure, deadline=self.deadline)
        if answer.chosen is not None:
            self._offer(answer.chosen, swaps=False)
        self._lower(answer.bound if np.isfinite(answer.bound) else self.bound)
        if answer.end in {"optimal", "infeasible"}:
            self.bound = float(self.value)

    def branch(self) -> None:
        """Solve with whole sites: among the likely ones first, since a good choice closes many."""
        kinds = np.full(self.m, int(highspy.HighsVarType.kInteger), np.uint8)
        self.highs.changeColsIntegrality(self.m, np.arange(self.m, dtype=np.int32), kinds)
        gap = 0.999 if self.network.exact else 1e-7 * float(self.weight.sum())
        self.highs.setOptionValue("mip_abs_gap", gap * self.scale)
        order = np.lexsort((self.cost, -self.share))
        order = order[(order >= self.fixed) & self.open_sites[order]]
        few = np.zeros(self.m, bool)
        few[order[: LIKELY * self.places]] = True
        if 2 * few.sum() < len(order):
            self._open(few)
            self._solve(part=True)
            self._rule_out()
        self._solve()

    def _solve(self, *, part: bool = False) -> None:
        """
        Solve with whole sites, and again while the answer breaks conditions not yet there.

        What is found of a part of the sites is no bound, and takes a quarter of the time.
        """
        begin_s = self.deadline.remaining_s
        self.bounding = not part
        while not self.settled and not self.deadline.over:
            left_s = self.deadline.remaining_s - (begin_s * 3 / 4 if part else 0.0)
            if left_s <= 0 and part:
                return
            self._start()
            self._run(left_s)
            status = self.highs.getModelStatus()
            info = self.highs.getInfo()
            done = status == highspy.HighsModelStatus.kOptimal
            if status != highspy.HighsModelStatus.kInfeasible:
                self._lower(-info.mip_dual_bound / self.scale)
                values = np.array(self.highs.getSolution().col_value)
                done = done and not self._again(values)
            elif not part:
                self.bound = float(self.value)
            if done and not part:
                self.bound = float(self.value)
            if status == highspy.HighsModelStatus.kTimeLimit and not part:
                self.deadline.run_out()
            if done or status != highspy.HighsModelStatus.kOptimal:
                return

    def _again(self, values: Floats) -> bool:
        """Take the sites of an answer; say whether it broke conditions, which are there now."""
        values = np.clip(values, 0.0, 1.0)
        values[: self.m] = np.rint(values[: self.m])
        broken = overfull(self.crowd, values[: self.m], values[self.m :])
        best = self.free[np.flatnonzero(values[self.fixed : self.m])]
        self._offer(best, swaps=bool(broken))
        for rows in broken:
            self._add(rows)
        return bool(broken)

    def _start(self) -> None:
        """Let HiGHS begin with the best choice."""
        values = np.zeros(self.m + self.n)
        values[: self.fixed] = 1.0
        values[: self.m][np.isin(self.sites, self.chosen)] = 1.0
        left = self.network.filled(self.chosen).left
        values[self.m :] = 1.0 - left / self.weight
        solution = highspy.HighsSolution()
        solution.col_value = values.tolist()
        self.highs.setSolution(solution)

    def _offer(self, chosen: Integers, *, swaps: bool = True) -> None:
        """Take a choice, and what swaps make of it, if it is better than the best."""
        if swaps:
            goal = int(self.bound + 1e-6)
            chosen = improved(self.network, chosen, self.free, goal=goal, deadline=self.deadline)
        value = self.network.value(chosen)
        if value > self.value:
            self.chosen, self.value = chosen, value

    def _lower(self, bound: float) -> None:
        if not self.bounding:
            return
        if self.network.exact:
            bound = rounded_down(bound, 1.0)
        self.bound = max(float(self.value), min(self.bound, bound))

    def _told(self) -> bool:
        step, sure = self.network.step, self.sure
        return self.deadline.tell(sure + step * self.value, sure + step * self.bound, "capacity")

    def _ask(self, event: Any) -> None:
        try:
            self._lower(-float(event.data_out.mip_dual_bound) / self.scale)
            if self.failures or self._told():
                event.interrupt()
        except BaseException as failure:
            # It would be lost on the way through HiGHS.
            self.failures.append(failure)
            event.interrupt()

    def _run(self, left_s: float) -> None:
        """Run HiGHS for so long at most, and raise what the watcher raised."""
        if np.isfinite(left_s):
            # HiGHS counts the time of all its runs together.
            end = self.highs.getRunTime() + max(0.01, left_s)
            self.highs.setOptionValue("time_limit", end)
        self.highs.run()
        if self.failures:
            raise self.failures[0]
