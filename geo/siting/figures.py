"""What a plan does: its sums, the order to build, and who is reached with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from geo.siting.case import Case
from geo.siting.problem import LOCKED, REQUIRED, Integers, Problem


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


class Effect(NamedTuple):
    """
    What sites do.

    `sites` are those of the case that are added, in roll-out order, with the columns that
    `Proposal` names; `dots` says of each demand point "reached", "gained" or "out".
    """

    sites: pd.DataFrame
    dots: pd.Series
    figures: Figures


def effect_of(case: Case, added: Integers) -> Effect:
    """Return what added sites do in a case."""
    problem = case.problem
    reach = _reach(case)
    standing = np.flatnonzero(problem.part == LOCKED)
    sites, after = _rolled_out(case, reach, standing, added)
    before = _any(reach, standing)
    dots = np.select([before, after], ["reached", "gained"], "out")
    weight = problem.weight
    group, count = problem.group, len(case.townships)
    assert group is not None
    opened_before = _groups(group[standing], count)
    opened_after = _groups(group[np.concatenate([standing, added])], count)
    figures = Figures(
        float(weight.sum()), float(weight[before].sum()), float(weight[after].sum()),
        len(weight), int(before.sum()), int(after.sum()),
        count, int(opened_before.sum()), int(opened_after.sum()),
        *_travel(problem, standing, added),
    )  # fmt: skip
    return Effect(sites, pd.Series(dots, index=case.demand.index, dtype="str"), figures)


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
