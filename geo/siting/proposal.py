"""The next sites: a case solved, with the figures, the roll-out order and what must be said."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from geo.siting.capacity import Service, capacitated
from geo.siting.case import Case
from geo.siting.center import center
from geo.siting.covering import maximal_covering
from geo.siting.figures import Figures, effect_of
from geo.siting.inputs import Notice
from geo.siting.median import median
from geo.siting.notices import capacity_notice, notices_of
from geo.siting.objectives import weighed
from geo.siting.problem import FREE, LOCKED, REQUIRED, Problem, Solution, Watch
from geo.siting.set_covering import set_covering

# Reach is counted in these models; in the others travel is.
REACHING = ("cover", "fewest")


@dataclass(frozen=True, eq=False)
class Proposal:
    """
    A plan.

    Parameters
    ----------
    case
        What was solved.
    solution
        The model's answer.
    sites
        The sites to add in roll-out order, with their positions in ``case.sites`` as index:
        its columns, and `place` (from 1), `gain` (weight newly reached when it comes, after
        those before it), `villages` (villages newly reached), `share` (of the weight reached
        once it stands), `opens` (whether it is the first station of its township), `required`.
    dots
        For each demand point: "reached" already, "gained" by the plan, or "out".
    figures, notices
        The sums, and what must be said beside them.
    service
        With a capacity: who is served where, and how much of each site is used.
    """

    case: Case
    solution: Solution
    sites: pd.DataFrame
    dots: pd.Series
    figures: Figures
    notices: tuple[Notice, ...]
    service: Service | None = None

    @property
    def proven(self) -> bool:
        """Say whether no other plan can be better."""
        return self.solution.gap == 0


def solve(case: Case, *, time_limit_s: float = 60.0, watch: Watch | None = None) -> Solution:
    """
    Return the answer of the model that the request names.

    Raises
    ------
    ArgumentError
        If no plan can do what is asked.
    """
    request, problem = case.request, case.problem
    if request.model == "fewest":
        return set_covering(problem, time_limit_s=time_limit_s, watch=watch).solution
    if request.model == "travel":
        return median(problem, add=request.add, time_limit_s=time_limit_s, watch=watch)
    if request.model == "farthest":
        return center(problem, add=request.add, time_limit_s=time_limit_s, watch=watch)
    if request.one_per_township or request.goal == "people":
        return maximal_covering(
            problem, add=request.add, one_per_group=request.one_per_township,
            time_limit_s=time_limit_s, watch=watch,
        )  # fmt: skip
    if request.goal == "townships":
        return maximal_covering(
            problem, add=request.add, least_groups=most_groups(problem, request.add),
            time_limit_s=time_limit_s, watch=watch,
        )  # fmt: skip
    return _both(problem, add=request.add, time_limit_s=time_limit_s, watch=watch)


def _both(problem: Problem, *, add: int, time_limit_s: float, watch: Watch | None) -> Solution:
    """Return the plan with the greatest sum of two shares: of weight reached, of groups opened."""
    found = maximal_covering(
        weighed(problem, "both"), add=add, time_limit_s=time_limit_s, watch=watch
    )
    # `weighed` counts each share in parts of this; see there.
    whole = (float(problem.weight.sum()) or 1.0) * problem.groups
    return replace(found, objective=found.objective / whole, bound=found.bound / whole)


def most_groups(problem: Problem, add: int) -> int:
    """Return in how many groups there can be a site when `add` are added."""
    group = problem.group
    assert group is not None
    fixed = group[(problem.part == LOCKED) | (problem.part == REQUIRED)]
    open_now = {*fixed[fixed >= 0].tolist()}
    offered = {*group[problem.part == FREE].tolist()} - open_now - {-1}
    left = add - int((problem.part == REQUIRED).sum())
    return len(open_now) + max(0, min(left, len(offered)))


def propose(case: Case, *, time_limit_s: float = 60.0, watch: Watch | None = None) -> Proposal:
    """
    Solve a case and say what its plan does.

    Parameters
    ----------
    case
        From `case_of`.
    time_limit_s
        Seconds that the model may take; the best so far is the answer then.
    watch
        Told of progress; True from it ends the run with the best so far.

    Raises
    ------
    ArgumentError
        If no plan can do what is asked.
    """
    if case.problem.capacity is not None and case.request.model == "cover":
        service = capacitated(
            case.problem, add=case.request.add, time_limit_s=time_limit_s, watch=watch
        )
        return plan_of(case, service.solution, service)
    return plan_of(case, solve(case, time_limit_s=time_limit_s, watch=watch))


def plan_of(case: Case, solution: Solution, service: Service | None = None) -> Proposal:
    """Return what the sites of `solution` do in `case`, and of `service` how far they are used."""
    sites, dots, figures = effect_of(case, solution.sites)
    notes = tuple(Notice(note.code, note.facts) for note in solution.notes)
    said = (*notices_of(case, sites), *notes)
    if service is None:
        return Proposal(case, solution, sites, dots, figures, said)
    sites = sites.assign(
        served=service.used[sites.index], share_used=service.share_used[sites.index]
    )
    said = (capacity_notice(case, service), *said)
    return Proposal(case, solution, sites, dots, figures, said, service)
