"""Linear programs with integers, solved by HiGHS with a proven bound, a time limit and a watch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import highspy
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from geo.siting.deadline import Deadline
from geo.siting.problem import Floats

# Not sooner than this after the last time is anybody told of progress, in seconds.
TOLD_EVERY_S = 0.1
# Objectives are scaled to about this greatest coefficient, for which HiGHS' tolerances are made.
SCALE = 1024.0

End = Literal["optimal", "time", "stopped", "infeasible"]
_ENDS: dict[object, End] = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kModelEmpty: "optimal",
    highspy.HighsModelStatus.kTimeLimit: "time",
    highspy.HighsModelStatus.kInterrupt: "stopped",
    highspy.HighsModelStatus.kInfeasible: "infeasible",
}


class QuietSolver(highspy.Highs):
    """HiGHS without the banner that it prints when callbacks are set up, before any option."""

    def enableCallbacks(self) -> None:  # noqa: N802 - the name is HiGHS' own
        """Set up the callbacks in silence."""
        self.silent()
        super().enableCallbacks()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, eq=False)
class Program:
    """
    Minimise `price` · x with `low` <= `matrix` x <= `high` and `least` <= x <= `most`.

    Parameters
    ----------
    price, least, most
        One value per variable.
    matrix, low, high
        A sparse matrix with one row per condition, and the limits of its rows.
    whole
        Which variables must be whole numbers.
    """

    price: Floats
    matrix: sp.csr_array
    low: Floats
    high: Floats
    least: Floats
    most: Floats
    whole: NDArray[np.bool_]


class Outcome(NamedTuple):
    """How a program ended: values (None where none was found), their objective, and the bound."""

    values: Floats | None
    objective: float
    bound: float
    end: End


def minimise(
    program: Program,
    *,
    deadline: Deadline | None = None,
    step: str = "",
    start: Floats | None = None,
    sign: float = 1.0,
    offset: float = 0.0,
) -> Outcome:
    """
    Solve a program to proven optimality, or as far as the deadline allows.

    The same program gives the same values. Told is `offset` + `sign` × objective.

    Parameters
    ----------
    program
        What to minimise.
    deadline
        When to end with the best so far; its status says afterwards whether it had to.
    step
        What it is told is being done.
    start
        Values to begin with; they need not fulfil the conditions.
    sign, offset
        How the program's objective reads in the words of its model.

    Returns
    -------
    outcome
        Its `end` is "infeasible" if no values fulfil the conditions.
    """
    peak = float(np.abs(program.price).max(initial=0.0))
    # A power of two, so that scaling rounds nothing.
    scale = float(2.0 ** np.round(np.log2(SCALE / peak))) if peak > 0 else 1.0
    solver = QuietSolver()  # type: ignore[no-untyped-call]
    options: dict[str, bool | float | str] = {
        "output_flag": False,
        "parallel": "off",
        "threads": 1,  # HiGHS refuses another number of threads in the same thread afterwards
        "random_seed": 0,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 1e-7,
        "mip_feasibility_tolerance": 1e-9,
        "primal_feasibility_tolerance": 1e-9,
        "time_limit": np.inf if deadline is None else deadline.remaining_s,
    }
    for name, value in options.items():
        solver.setOptionValue(name, value)
    solver.passModel(_model(program, scale))
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        solver.setSolution(solution)
    failures: list[BaseException] = []
    if deadline is not None:
        solver.cbMipInterrupt.subscribe(_teller(deadline, step, sign / scale, offset, failures))
    solver.run()
    if failures:
        raise failures[0]
    end = _ENDS.get(solver.getModelStatus(), "stopped")
    if end == "time" and deadline is not None and not deadline.over:
        deadline.status = "time"
    if deadline is not None and end == "stopped" and deadline.over:
        end = deadline.status
    info = solver.getInfo()
    found = info.primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible)
    if not found:
        bound = np.inf if end == "infeasible" else info.mip_dual_bound / scale
        return Outcome(None, np.inf, bound, end)
    values = np.asarray(solver.getSolution().col_value, np.float64)
    objective = float(program.price @ values)
    bound = objective
    if end != "optimal":
        bound = info.mip_dual_bound / scale if program.whole.any() else -np.inf
    return Outcome(values, objective, bound, end)


def _model(program: Program, scale: float) -> highspy.HighsLp:
    matrix = sp.csr_array(program.matrix)
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = matrix.shape
    lp.col_cost_ = program.price * scale
    lp.col_lower_, lp.col_upper_ = program.least, program.most
    lp.row_lower_, lp.row_upper_ = program.low, program.high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = matrix.indptr
    lp.a_matrix_.index_ = matrix.indices
    lp.a_matrix_.value_ = matrix.data.astype(np.float64)
    if program.whole.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[one] for one in program.whole.tolist()]
    return lp


def _teller(
    deadline: Deadline, step: str, factor: float, offset: float, failures: list[BaseException]
) -> Callable[[highspy.HighsCallbackEvent], None]:
    told_s = [-np.inf]

    def tell(event: highspy.HighsCallbackEvent) -> None:
        now = event.data_out
        if failures:
            event.interrupt()
        elif now.running_time - told_s[0] >= TOLD_EVERY_S:
            told_s[0] = now.running_time
            best = offset + factor * float(now.mip_primal_bound)
            try:
                if deadline.tell(best, float(offset + factor * now.mip_dual_bound), step):
                    event.interrupt()
            except BaseException as failure:
                failures.append(failure)
                event.interrupt()

    return tell
