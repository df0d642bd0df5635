"""What else a planner asks of a plan: how many sites, people or townships, whether it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geo.siting.case import Case
from geo.siting.curve import covering_curve
from geo.siting.frontier import frontier
from geo.siting.inputs import Inputs
from geo.siting.problem import Floats, Integers, Problem, Status, Watch
from geo.siting.proposal import REACHING, Proposal
from geo.siting.reasons import Reason, reasons
from geo.siting.stability import Stability, stability
from geo.siting.stand_ins import stand_ins

# How far the radius is moved to see whether a plan holds.
STEPS = {"m": (-2000.0, 2000.0), "min": (-10.0, 10.0)}
MOST_CLOSED = 12  # stations closed in turn
CURVE_MOST = 60


@dataclass(frozen=True, eq=False)
class Amounts:
    """
    A table of amounts, one row each, and why it ended early if it did.

    Of a curve: `added`, `reached` (weight), `share`, `gain` (more than with one fewer),
    `proven`. Of a frontier: `opened` (townships), `reached`, `share`, `proven`.
    """

    rows: pd.DataFrame
    status: Status


def reaching(case: Case) -> Problem:
    """Return the problem of a case with its cost cut at the request's limit."""
    cost = case.problem.cost
    if cost.limit <= case.request.limit:
        return case.problem
    return replace(case.problem, cost=cost.within(case.request.limit))


def reasons_of(proposal: Proposal) -> Mapping[int, Reason]:
    """
    Return why each site is in the plan, by its position in the sites of the case.

    With a capacity the runner-up and what the swap loses count the weight served.
    """
    problem, sites = reaching(proposal.case), proposal.solution.sites
    found = reasons(problem, sites, least_groups=least_opened(proposal))
    if proposal.service is None:
        return {reason.site: reason for reason in found}
    others = stand_ins(problem, sites)
    return {
        reason.site: replace(
            reason, runner_up=others[reason.site].site, swap_loss=others[reason.site].loss
        )
        for reason in found
    }


def least_opened(proposal: Proposal) -> int:
    """Return how many townships with a site another plan must have to be as good as this one."""
    request = proposal.case.request
    wanted = request.model == "cover" and request.goal != "people"
    return proposal.figures.townships_after if wanted else 0


def curve_of(
    case: Case, *, most: int = CURVE_MOST, time_limit_s: float = 60.0, watch: Watch | None = None
) -> Amounts:
    """Return the greatest reach with each number of sites added, from none (or the required)."""
    found = covering_curve(reaching(case), most=most, time_limit_s=time_limit_s, watch=watch)
    gain = np.diff(found.objective, prepend=found.objective[0])
    rows = pd.DataFrame(
        {
            "added": found.added, "reached": found.objective, "share": found.share,
            "gain": gain, "proven": found.bound <= found.objective,
        }
    )  # fmt: skip
    return Amounts(rows, found.status)


def frontier_of(case: Case, *, time_limit_s: float = 60.0, watch: Watch | None = None) -> Amounts:
    """Return every sensible trade between weight reached and townships opened."""
    problem = reaching(case)
    found = frontier(problem, add=case.request.add, time_limit_s=time_limit_s, watch=watch)
    total = float(problem.weight.sum())
    rows = [
        (point.opened, point.reached, point.reached / total if total else 0.0,
         point.solution.status == "optimal")
        for point in found.points
    ]  # fmt: skip
    columns = ["opened", "reached", "share", "proven"]
    return Amounts(pd.DataFrame(rows, columns=columns), found.status)


def stability_of(
    proposal: Proposal,
    inputs: Inputs,
    *,
    weights: Mapping[str, Floats] | None = None,
    time_limit_s: float = 60.0,
    watch: Watch | None = None,
) -> Stability:
    """
    Return in how many runs each site stays: another radius, other weights, a station closed.

    Parameters
    ----------
    proposal
        The plan.
    inputs
        What it was made of: gives the cost of travel beyond the limit.
    weights
        Other weights by name, one value per demand point.
    time_limit_s, watch
        As in `propose`, over all runs.
    """
    case = proposal.case
    steps = STEPS[case.request.unit]
    wide = inputs.costs(case.demand, case.sites, case.ask(case.request.limit + max(steps))).costs
    return stability(
        reaching(case), proposal.solution.sites, cost=wide, steps=steps, weights=weights,
        closings=MOST_CLOSED, one_per_group=case.request.one_per_township,
        least_groups=least_opened(proposal), time_limit_s=time_limit_s, watch=watch,
    )  # fmt: skip


def steadiness_asked(proposal: Proposal) -> bool:
    """
    Say whether `stability_of` measures the plan by its own aim.

    Its runs reach as many as they can; total or greatest travel, or a capacity, is another aim.
    """
    request = proposal.case.request
    return request.model in REACHING and request.capacity is None


def counted(found: Stability) -> dict[str, int]:
    """Return how many runs there were, and how many of each kind."""
    kinds = [run.kind for run in found.runs]
    return {
        "runs": len(kinds), "limits": kinds.count("limit"), "weights": kinds.count("weight"),
        "closed": kinds.count("closed"),
    }  # fmt: skip


def stays(found: Stability) -> Mapping[int, int]:
    """Return in how many runs each site stays, by its position."""
    sites: Integers = found.sites
    return dict(zip(sites.tolist(), found.kept.tolist(), strict=True))
