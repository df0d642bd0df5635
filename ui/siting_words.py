"""A plan in words: the sentence, the notices, how far and how much."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo.siting.proposal import Proposal
from geo.siting.request import Request
from geo.text import percent_text
from ui import parts
from ui.frame import View


def within_text(request: Request, view: View) -> str:
    """Write how far counts as reached: within 5 km, or within 30 min by bus."""
    if request.unit == "m":
        return view.say("siting.within_km", value=f"{request.limit / 1000:g}")
    mode = view.say(f"siting.mode_{request.mode}")
    return view.say("siting.within_min", mode=mode, value=f"{request.limit:g}")


def cost_text(cost: float | None, request: Request, view: View) -> str:
    """Write a cost in kilometres or minutes."""
    if cost is None:
        return view.say("all.unknown")
    if request.unit == "m":
        return view.say("all.km", value=f"{cost / 1000:.1f}")
    return view.say("all.minutes", value=f"{cost:.0f}")


def weight_text(weight: float, request: Request, view: View) -> str:
    """Write a weight as villages or people."""
    word = "siting.unit_villages" if request.weight == "villages" else "siting.unit_persons"
    return view.say(word, count=f"{weight:,.0f}")


def what_text(request: Request, view: View) -> str:
    """Name what is counted."""
    villages = request.weight == "villages"
    return view.say("siting.villages" if villages else "siting.persons")


def gap_text(proposal: Proposal) -> str:
    """Write how far the best plan may be from this one."""
    return percent_text(min(1.0, proposal.solution.gap))


def sentence(proposal: Proposal, view: View) -> str:
    """Return the plan in one sentence."""
    request, figures = proposal.case.request, proposal.figures
    proof = (
        view.say("siting.proven")
        if proposal.proven
        else view.say("siting.not_proven", gap=gap_text(proposal))
    )
    said = {"add": len(proposal.sites), "opened": figures.opened, "proof": proof}
    if request.model == "travel":
        cost = view.say("siting.distance" if request.unit == "m" else "siting.time")
        return view.say(
            "siting.sentence_travel", cost=cost, **_costs(
                figures.mean_before, figures.mean_after, request, view
            ), **said,
        )  # fmt: skip
    if request.model == "farthest":
        return view.say(
            "siting.sentence_farthest",
            **_costs(figures.greatest_before, figures.greatest_after, request, view), **said,
        )  # fmt: skip
    reach = {
        "within": within_text(request, view), "what": what_text(request, view),
        "before": percent_text(figures.share_before), "after": percent_text(figures.share_after),
    }  # fmt: skip
    if not len(proposal.sites):
        del reach["after"]
        return view.say("siting.none_added", **reach)
    word = "siting.sentence_fewest" if request.model == "fewest" else "siting.sentence_cover"
    return view.say(word, **reach, **said)


def _costs(
    before: float | None, after: float | None, request: Request, view: View
) -> dict[str, str]:
    return {
        "before": (
            view.say("siting.unknown_before") if before is None else cost_text(before, request, view)
        ),
        "after": cost_text(after, request, view),
    }


GRAVE = ("demo_standing", "demo_hosts", "spread")


def notice_texts(proposal: Proposal, view: View) -> list[str]:
    """Return the notices of a plan in words, the gravest first."""
    return [view.say(f"siting.notice_{code}", **facts) for code, facts in proposal.notices]


def show_notices(proposal: Proposal, view: View) -> None:
    """Show what must be said beside the figures."""
    for notice in proposal.notices:
        words = view.say(f"siting.notice_{notice.code}", **notice.facts)
        (parts.notice if notice.code in GRAVE else parts.soft)(words)
    request = proposal.case.request
    if proposal.solution.status != "optimal" and not proposal.proven:
        parts.notice(view.say("siting.stopped", gap=gap_text(proposal)))
    elif request.model in {"cover", "travel"} and 0 < len(proposal.sites) < request.add:
        parts.soft(view.say("siting.fewer", count=len(proposal.sites)))
    elif request.model == "cover" and not len(proposal.sites) and request.add:
        parts.notice(view.say("siting.too_small"))


def site_name(site: Mapping[Any, Any], view: View) -> str:
    """Name a site, as plain text: a drawn one without a name by its number."""
    name = str(site["name"])
    if site["kind"] == "point" and name.isdigit():
        return view.say("siting.drawn", number=name)
    return name
