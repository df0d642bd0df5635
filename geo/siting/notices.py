"""What must be said beside the figures of a plan."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.keys import yes
from geo.siting.capacity import Service
from geo.siting.case import Case
from geo.siting.inputs import Notice
from geo.siting.problem import LOCKED
from geo.siting.sites import PER_TOWNSHIP


def notices_of(case: Case, sites: pd.DataFrame) -> tuple[Notice, ...]:
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


def capacity_notice(case: Case, service: Service) -> Notice:
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
