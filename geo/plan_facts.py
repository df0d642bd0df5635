"""A plan as facts: its figures, why each site is in it, and all of it as JSON can hold it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from geo.plans import notice_text, notice_texts, sentence, site_name
from geo.siting.analysis import counted, reasons_of, stays
from geo.siting.inputs import Notice
from geo.siting.proposal import Proposal
from geo.siting.stability import Stability
from geo.siting.writing import to_json


def summary(proposal: Proposal) -> dict[str, Any]:
    """Return the figures of a plan as a scenario keeps them."""
    figures = proposal.figures
    return {
        "added": len(proposal.sites),
        "objective": proposal.solution.objective,
        "proven": proposal.proven,
        "share_before": figures.share_before,
        "share_after": figures.share_after,
        "after": figures.after,
        "villages_after": figures.villages_after,
        "townships_after": figures.townships_after,
    }


class Why(NamedTuple):
    """Why a site is in a plan, with rows of the case's tables in the place of positions."""

    gained: pd.DataFrame  # demand newly reached when it comes
    alone: pd.DataFrame  # demand that no other site reaches
    runner_up: dict[Any, Any] | None  # the row of the best site in its place, if there is one
    loss: float  # weight lost by that swap, or without the site


def whys(proposal: Proposal) -> dict[str, Why]:
    """Return why each site is in the plan, by its id."""
    case = proposal.case
    found = {}
    for site, reason in reasons_of(proposal).items():
        other = case.sites.iloc[reason.runner_up].to_dict() if reason.runner_up >= 0 else None
        found[str(case.sites["site_id"].iloc[site])] = Why(
            case.demand.iloc[reason.demand], case.demand.iloc[reason.alone], other,
            reason.swap_loss,
        )  # fmt: skip
    return found


def plan_facts(
    proposal: Proposal,
    *,
    revision: int,
    stable: Stability | None = None,
    unvaried: Notice | None = None,
) -> dict[str, Any]:
    """
    Return a plan as JSON can hold it: sites with their reasons, objective, bound, notices.

    With `stable` each site says in how many of the runs it stays; `unvaried` says what was not
    varied in them.
    """
    case, solution = proposal.case, proposal.solution
    because = whys(proposal)
    kept = stays(stable) if stable else {}
    runs = len(stable.runs) if stable else 0
    sites = []
    for at, row in zip(proposal.sites.index, proposal.sites.to_dict("records"), strict=True):
        facts = _site_facts(row, because[row["site_id"]])
        if stable:
            facts["reasons"]["stability"] = {"kept": kept[at], "runs": runs}
        sites.append(facts)
    return {
        "request": json.loads(to_json(case.request)),
        "revision": revision,
        "objective": solution.objective,
        "bound": solution.bound,
        "gap": solution.gap,
        "proven": proposal.proven,
        "status": solution.status,
        "figures": summary(proposal),
        "served": proposal.service.solution.objective if proposal.service else None,
        "standing": _standing_use(proposal),
        "sites": sites,
        "sentence": sentence(proposal),
        "stability": counted(stable) if stable else None,
        "notices": [*notice_texts(proposal), *([notice_text(unvaried)] if unvaried else [])],
    }


def _standing_use(proposal: Proposal) -> list[dict[str, Any]]:
    """Return how much of each standing station is used; none without a capacity."""
    if proposal.service is None:
        return []
    case, service = proposal.case, proposal.service
    return [
        {"id": case.sites["site_id"].iloc[at], "served": float(service.used[at]),
         "share_used": _number(service.share_used[at])}
        for at in case.problem.locked.tolist()
    ]  # fmt: skip


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _site_facts(row: Mapping[Any, Any], why: Why) -> dict[str, Any]:
    used = {}
    if "served" in row:
        used = {"served": float(row["served"]), "share_used": _number(row["share_used"])}
    known = {
        name: None if pd.isna(row[name]) else row[name]
        for name in ("township_code", "township", "county", "host_kind")
    }
    return {
        "id": row["site_id"], "place": int(row["place"]), "name": site_name(row),
        "kind": row["kind"], **known, "lon": round(float(row["lon"]), 6),
        "lat": round(float(row["lat"]), 6), "precision": row["position_precision"],
        "spread": bool(row["spread"]), "demo": bool(row["demo"]),
        "required": bool(row["required"]), **used,
        "reasons": {
            "gain": float(row["gain"]), "villages": int(row["villages"]),
            "share_after": float(row["share"]), "opens_township": bool(row["opens"]),
            "village_codes": why.gained["village_code"].tolist(),
            "alone": len(why.alone),
            "runner_up": (
                {"id": why.runner_up["site_id"], "name": site_name(why.runner_up)}
                if why.runner_up else None
            ),
            "swap_loss": why.loss,
        },
    }  # fmt: skip
