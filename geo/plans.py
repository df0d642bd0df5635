"""A plan for people: its sentence, its notices, and how its amounts are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo import travel
from geo.errors import SENTENCES
from geo.errors import sentence as error_sentence
from geo.siting.inputs import Notice
from geo.siting.proposal import Proposal
from geo.siting.request import Request
from geo.text import percent_text, text


def within_text(request: Request, language: str = "zh") -> str:
    """Write how far counts as reached: within 5 km, or within 30 min by bus."""
    if request.unit == "m":
        return text("siting.within_km", language, value=f"{request.limit / 1000:g}")
    mode = text(f"siting.mode_{request.mode}", language)
    return text("siting.within_min", language, mode=mode, value=f"{request.limit:g}")


def cost_text(cost: float | None, request: Request, language: str = "zh") -> str:
    """Write a cost in kilometres or minutes."""
    if cost is None:
        return text("all.unknown", language)
    if request.unit == "m":
        return text("all.km", language, value=f"{cost / 1000:.1f}")
    return text("all.minutes", language, value=f"{cost:.0f}")


def weight_text(weight: float, request: Request, language: str = "zh") -> str:
    """Write a weight as villages or people."""
    word = "siting.unit_villages" if request.weight == "villages" else "siting.unit_persons"
    return text(word, language, count=f"{weight:,.0f}")


def gap_text(proposal: Proposal) -> str:
    """Write how far the best plan may be from this one."""
    return percent_text(min(1.0, proposal.solution.gap))


def sentence(proposal: Proposal, language: str = "zh") -> str:
    """Return the plan in one sentence."""
    request, figures = proposal.case.request, proposal.figures
    proof = (
        text("siting.proven", language)
        if proposal.proven
        else text("siting.not_proven", language, gap=gap_text(proposal))
    )
    said = {"add": len(proposal.sites), "opened": figures.opened, "proof": proof}
    if request.model in {"travel", "farthest"}:
        ends = (
            (figures.mean_before, figures.mean_after)
            if request.model == "travel"
            else (figures.greatest_before, figures.greatest_after)
        )
        before, after = (cost_text(cost, request, language) for cost in ends)
        before = before if ends[0] is not None else text("siting.unknown_before", language)
        cost = text("siting.distance" if request.unit == "m" else "siting.time", language)
        facts = said | {"before": before, "after": after}
        if request.model == "travel":
            return text("siting.sentence_travel", language, cost=cost, **facts)
        return text("siting.sentence_farthest", language, **facts)
    villages = request.weight == "villages"
    facts = {
        "within": within_text(request, language),
        "what": text("siting.villages" if villages else "siting.persons", language),
        "before": percent_text(figures.share_before),
    }
    if proposal.sites.empty:
        return text("siting.none_added", language, **facts)
    facts["after"] = percent_text(figures.share_after)
    if proposal.service is not None:
        served = proposal.service.solution.objective
        share = percent_text(served / figures.total if figures.total else 0.0)
        room = {"served": weight_text(served, request, language), "share": share}
        return text("siting.sentence_capacity", language, **facts, **said, **room)
    word = "siting.sentence_fewest" if request.model == "fewest" else "siting.sentence_cover"
    return text(word, language, **facts, **said)


def notice_texts(proposal: Proposal, language: str = "zh") -> list[str]:
    """Return what must be said beside the figures, the gravest first."""
    return [notice_text(notice, language) for notice in proposal.notices]


def notice_text(notice: Notice, language: str = "zh") -> str:
    """Return one notice in words, whoever gave it: the tables, the travel cost, or the model."""
    if notice.code.startswith("travel."):
        return travel.Notice(notice.code, notice.facts).sentence(language)
    if notice.code in SENTENCES:
        return error_sentence(notice.code, language, **notice.facts)
    return text(notice.code, language, **notice.facts)


def site_name(site: Mapping[Any, Any], language: str = "zh") -> str:
    """Name a site, as plain text: a drawn one without a name by its number."""
    name = str(site["name"])
    if site["kind"] == "point" and name.isdigit():
        return text("siting.drawn", language, number=name)
    return name
