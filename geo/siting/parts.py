"""What of a covering question cannot be answered, and what has to be said beside the answer."""

from __future__ import annotations

import numpy as np

from geo.errors import ArgumentError
from geo.siting.problem import FORBIDDEN, LOCKED, REQUIRED, Note, Problem


def checked(problem: Problem, *, add: int, least_groups: int = 0) -> tuple[Note, ...]:
    """
    See that a covering problem can be answered, and return what has to be said beside the answer.

    Parameters
    ----------
    problem
        n demand points and m sites.
    add
        How many sites to add, the required ones among them.
    least_groups
        How many groups must have a site, locked ones counted.

    Raises
    ------
    ArgumentError
        If there is no demand, no candidate, nothing to add, more required than to add, a
        radius that reaches nobody, or more groups asked for than can be opened.
    """
    required = int((problem.part == REQUIRED).sum())
    choosable = problem.choosable
    if not problem.cost.demands:
        raise ArgumentError("siting_no_demand")
    if not len(choosable):
        forbidden = int((problem.part == FORBIDDEN).sum())
        raise ArgumentError("siting_no_candidates", forbidden=forbidden)
    if add < 1:
        raise ArgumentError("siting_nothing_to_add", add=add)
    if required > add:
        raise ArgumentError("siting_too_many_required", required=required, add=add)
    usable = np.zeros(len(problem.part), bool)
    usable[choosable] = True
    if not usable[problem.cost.facility].any():
        limit = f"{problem.cost.limit:g} {'米' if problem.cost.unit == 'm' else '分钟'}"
        raise ArgumentError(
            "siting_reaches_nobody", limit=limit, candidates=len(choosable),
            demands=problem.cost.demands,
        )  # fmt: skip
    notes = []
    if add > len(choosable):
        notes.append(Note("siting_all_chosen", {"add": add, "candidates": len(choosable)}))
    if least_groups:
        _check_groups(problem, min(add, len(choosable)), least_groups)
    return tuple(notes)


def _check_groups(problem: Problem, add: int, least: int) -> None:
    """See that so many groups can be open."""
    if problem.group is None:
        raise ArgumentError("siting_no_groups")
    group, part = problem.group, problem.part
    there = np.unique(group[((part == LOCKED) | (part == REQUIRED)) & (group >= 0)])
    more = np.setdiff1d(group[problem.choosable], np.append(there, -1))
    spare = add - int((part == REQUIRED).sum())
    most = len(there) + min(len(more), spare)
    if least > most:
        raise ArgumentError(
            "siting_too_few_for_groups", least=least, open=len(there), add=add, most=most,
            needed=least - len(there) + int((part == REQUIRED).sum()), possible=len(more),
        )  # fmt: skip


def openable_groups(problem: Problem) -> int:
    """Return how many groups have a locked or choosable site."""
    if problem.group is None:
        return 0
    group = problem.group[problem.part != FORBIDDEN]
    return len(np.unique(group[group >= 0]))
