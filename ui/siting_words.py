"""What must be said beside a plan."""

from __future__ import annotations

from geo import plans
from geo.siting.proposal import Proposal
from geo.text import text
from ui import parts
from ui.frame import View

GRAVE = ("demo_standing", "demo_hosts", "spread", "thinned")


def show_notices(proposal: Proposal, view: View) -> None:
    """Show the notices of a plan, and why it is not the whole of what was asked."""
    request = proposal.case.request
    if proposal.solution.status != "optimal" and not proposal.proven:
        parts.notice(view.say("siting.stopped", gap=plans.gap_text(proposal)))
    elif request.model == "cover" and request.add and proposal.sites.empty:
        parts.notice(view.say("siting.too_small"))
    elif request.model in {"cover", "travel", "farthest"} and len(proposal.sites) < request.add:
        parts.soft(view.say("siting.fewer", count=len(proposal.sites)))
    for notice in proposal.notices:
        words = text(f"siting.notice_{notice.code}", view.language, **notice.facts)
        (parts.notice if notice.code in GRAVE else parts.soft)(words)
