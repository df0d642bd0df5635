"""What must be said beside a plan."""

from __future__ import annotations

from geo import plans
from geo.siting.proposal import Proposal
from ui import parts
from ui.frame import View

GRAVE = (
    "siting.notice_demo_standing", "siting.notice_demo_hosts", "siting.notice_demo_population",
    "siting.notice_spread", "siting.notice_thinned",
)  # fmt: skip


def show_notices(proposal: Proposal, view: View) -> None:
    """Show the notices of a plan, and why it is not the whole of what was asked."""
    if proposal.solution.status != "optimal" and not proposal.proven:
        parts.notice(view.say("siting.stopped", gap=plans.gap_text(proposal)))
    for notice in proposal.notices:
        words = plans.notice_text(notice, view.language)
        (parts.notice if notice.code in GRAVE else parts.soft)(words)
