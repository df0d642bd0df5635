"""The next sites: a case solved, with the figures, the roll-out order and what must be said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from geo.keys import yes
from geo.siting.capacity import Service, capacitated
from geo.siting.case import PER_TOWNSHIP, Case, Notice
from geo.siting.center import center
from geo.siting.covering import maximal_covering
from geo.siting.median import median
from geo.siting.objectives import weighed
from geo.siting.problem import FREE, LOCKED, REQUIRED, Integers, Problem, Solution, Watch
from geo.siting.set_covering import set_covering

Floats = NDArray[np.float64]
Dot = Literal["reached", "gained", "out"]

# Reach is counted in these models; in the others travel is.
REACHING = ("cover", "fewest")


@dataclass(frozen=True)
class Figures:
    """
    What a plan does.

    Weights are villages or persons, as the request counts; shares are of `total`, 0 for none.
    `villages_…` count villages whatever their weight. Mean and greatest cost are of the
    demand that can be reached at all, in the unit of the request, missing where there is none.
    """

    total: float
    before: float
    after: float
    villages: int
    villages_before: int
    villages_after: int
    townships: int
    townships_before: int
    townships_after: int
    mean_before: float | None = None
    mean_after: float | None = None
    greatest_before: float | None = None
    greatest_after: float | None = None

    @property
    def share_before(self) -> float:
        """Return the share of the weight reached today."""
        return self.before / self.total if self.total else 0.0

    @property
    def share_after(self) -> float:
        """Return the share of the weight reached with the plan."""
        return self.after / self.total if self.total else 0.0

    @property
    def opened(self) -> int:
        """Return how many townships get their first station."""
        return self.townships_after - self.townships_before


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
    problem = case.problem
    reach = _reach(case)
    standing = np.flatnonzero(problem.part == LOCKED)
    sites, after = _rolled_out(case, reach, standing, solution.sites)
    before = _any(reach, standing)
    dots = np.select([before, after], ["reached", "gained"], "out")
    weight = problem.weight
    group, count = problem.group, len(case.townships)
    assert group is not None
    opened_before = _groups(group[standing], count)
    opened_after = _groups(group[np.concatenate([standing, solution.sites])], count)
    figures = Figures(
        float(weight.sum()), float(weight[before].sum()), float(weight[after].sum()),
        len(weight), int(before.sum()), int(after.sum()),
        count, int(opened_before.sum()), int(opened_after.sum()),
        *_travel(problem, standing, solution.sites),
    )  # fmt: skip
    found = pd.Series(dots, index=case.demand.index, dtype="str")
    notes = tuple(Notice(note.code, note.facts) for note in solution.notes)
    said = (*_notices(case, sites), *notes)
    if service is None:
        return Proposal(case, solution, sites, found, figures, said)
    sites = sites.assign(
        served=service.used[sites.index], share_used=service.share_used[sites.index]
    )
    said = (_capacity_notice(case, service), *said)
    return Proposal(case, solution, sites, found, figures, said, service)


def _capacity_notice(case: Case, service: Service) -> Notice:
    """Say how much is served within capacity, and which sites' capacity is known."""
    request, problem = case.request, case.problem
    assert problem.capacity is not None
    there = np.flatnonzero(problem.part == LOCKED)
    own = 0
    if request.weight == "population":
        own = int(case.sites["capacity"].iloc[there].notna().sum())
    total = float(problem.weight.sum())
    facts = {
        "capacity": f"{request.capacity:,.0f}", "served": f"{service.solution.objective:,.0f}",
        "total": f"{total:,.0f}", "known": own, "assumed": len(there) - own,
    }  # fmt: skip
    return Notice(f"siting.notice_capacity_{request.weight}", facts)


def _reach(case: Case) -> sp.csc_array:
    """Return who is reached from where: n × m, a one where the cost is within the limit."""
    cost = case.problem.cost
    if case.request.limit < cost.limit:
        cost = cost.within(case.request.limit)
    ones = np.ones(len(cost.facility), dtype=np.int8)
    rows = sp.csr_array((ones, cost.facility, cost.starts), shape=(cost.demands, cost.facilities))
    return sp.csc_array(rows)


def _any(reach: sp.csc_array, sites: Integers) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = np.asarray(reach[:, sites].sum(axis=1)).ravel() > 0
    return found


def _groups(groups: Integers, count: int) -> NDArray[np.bool_]:
    return np.bincount(groups[groups >= 0], minlength=count) > 0


def _rolled_out(
    case: Case, reach: sp.csc_array, standing: Integers, added: Integers
) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """
    Return the added sites, the one that gains most first, and who is reached with all.

    Of equal gains the one that opens a township first, then the earlier of the candidates.
    With townships as the goal those that open one come first.
    """
    problem, weight = case.problem, case.problem.weight
    assert problem.group is not None
    done = _any(reach, standing)
    opened = _groups(problem.group[standing], len(case.townships))
    by_township = case.request.goal == "townships"
    left = list(map(int, added))
    rows = []
    total = float(weight.sum())
    while left:
        gains = []
        for site in left:
            new = reach.indices[reach.indptr[site] : reach.indptr[site + 1]]
            new = new[~done[new]]
            group = problem.group[site]
            opens = bool(group >= 0 and not opened[group])
            gain = float(weight[new].sum())
            key = (opens, gain, -site) if by_township else (gain, opens, -site)
            gains.append((key, site, new, opens, gain))
        _, site, new, opens, gain = max(gains, key=lambda one: one[0])
        done[new] = True
        if problem.group[site] >= 0:
            opened[problem.group[site]] = True
        left.remove(site)
        share = float(weight[done].sum()) / total if total else 0.0
        rows.append((site, gain, len(new), share, opens, problem.part[site] == REQUIRED))
    names = ["site", "gain", "villages", "share", "opens", "required"]
    facts = pd.DataFrame(rows, columns=names).set_index("site")
    facts = facts.astype(
        {"gain": "float64", "villages": "int64", "share": "float64", "opens": "bool",
         "required": "bool"}
    )  # fmt: skip
    facts.insert(0, "place", np.arange(1, len(facts) + 1))
    return case.sites.loc[facts.index].join(facts), done


def _travel(
    problem: Problem, standing: Integers, added: Integers
) -> tuple[float | None, float | None, float | None, float | None]:
    """Return mean and greatest cost before and after: all of it known, or only within the limit."""
    if np.isfinite(problem.cost.limit):
        return None, None, None, None
    found: list[float | None] = []
    for sites in (standing, np.concatenate([standing, added])):
        inside = np.isin(problem.cost.facility, sites)
        demand, cost = problem.cost.demand()[inside], problem.cost.cost[inside]
        least = np.full(problem.cost.demands, np.inf)
        np.minimum.at(least, demand, cost)
        known = np.isfinite(least) & (problem.weight > 0)
        weight = problem.weight[known]
        found.append(float(np.average(least[known], weights=weight)) if known.any() else None)
        found.append(float(least[known].max()) if known.any() else None)
    return found[0], found[2], found[1], found[3]


def _notices(case: Case, sites: pd.DataFrame) -> tuple[Notice, ...]:
    """Return what must be said beside the figures, the gravest first."""
    demand, standing = case.demand, case.sites.iloc[: case.standing]
    spread = yes(demand["spread"])
    bare = demand[~(demand["weight"] > 0)]
    unplaced = int(demand[["lon", "lat"]].isna().any(axis=1).sum())
    counted: list[tuple[int, str, dict[str, int]]] = [
        (int(yes(standing["demo"]).sum()), "demo_standing", {}),
        (int(yes(sites["demo"]).sum()), "demo_hosts", {}),
        (int(yes(demand["demo"]).sum()), "demo_population", {}),
        (int(spread.sum()), "spread", {"total": len(spread)}),
        (len(bare), "no_population", {"townships": bare["township_code"].nunique()}),
        (unplaced, "villages_unplaced", {}),
        *((count, f"{what}_unplaced", {}) for what, count in case.unplaced.items()),
    ]
    found = [
        Notice(f"siting.notice_{code}", {"count": count, **facts})
        for count, code, facts in counted
        if count
    ]
    if case.thinned:
        found.append(Notice("siting.notice_thinned", {"count": PER_TOWNSHIP}))
    if case.request.model == "cover" and case.request.goal == "both":
        found.append(Notice("siting.notice_both", {}))
    return (*found, *case.travel)
