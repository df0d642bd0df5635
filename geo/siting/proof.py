"""Covering problems solved to a proof: prices first, then what they leave to HiGHS."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from geo.siting.branching import branched, relaxation
from geo.siting.cover import Cover, rounded_down
from geo.siting.deadline import Deadline
from geo.siting.exchange import exchanged, greedy
from geo.siting.lagrangian import Prices, ascent, better, prices, ruled_out, settled
from geo.siting.problem import Floats, Integers
from geo.siting.reduction import merged, undominated


class Answer(NamedTuple):
    """The best plan of a covering problem, a bound of all plans, and prices to go on from."""

    chosen: Integers
    value: float
    bound: float
    price: Floats


def solved(
    cover: Cover,
    *,
    deadline: Deadline,
    offset: float = 0.0,
    first: Integers | None = None,
    price: Floats | None = None,
    relaxed: tuple[Floats, Floats] | None = None,
) -> Answer:
    """
    Return the best plan of a covering problem, proven unless the deadline ends the run.

    Parameters
    ----------
    cover
        The problem; it must have a plan.
    deadline
        When to stop; its status says afterwards whether the plan is proven.
    offset
        What is added to objective and bound when progress is told.
    first
        A plan to begin with; it is the answer if none is better.
    price
        n prices to begin with.
    relaxed
        The shares and prices of the linear program, where it is solved already.
    """
    if not cover.add or not cover.reach.shape[0]:
        chosen = greedy(cover)
        return Answer(chosen, cover.value(chosen), cover.value(chosen), cover.weight)
    if first is not None and price is not None and len(first) == cover.add:
        # A neighbour's plan and prices may prove each other at once.
        bound = prices(cover, price).bound
        if settled(cover, bound, cover.value(first)):
            return Answer(first, cover.value(first), cover.value(first), price)
    # Beside the linear program a plan to begin with needs no second one.
    known = first is not None and relaxed is not None
    chosen = exchanged(cover, first if known and first is not None else greedy(cover))
    if first is not None and cover.value(first) >= cover.value(chosen):
        chosen = first
    value = cover.value(chosen)
    if deadline.tell(offset + value, offset + cover.total, "greedy"):
        return Answer(chosen, value, cover.total, cover.weight)
    if relaxed is not None:
        share, price = relaxed
        found = prices(cover, price)
        if not settled(cover, found.bound, value):
            chosen, value = better(cover, chosen, value, share)
        over = deadline.tell(offset + value, offset + found.bound, "relaxed")
        bound = found.bound
        if not over and not settled(cover, bound, value):
            chosen, bound = _finished(cover, chosen, found, deadline, offset, tight=True)
            value = cover.value(chosen)
        bound = value if not deadline.over else max(value, rounded_down(bound, cover.unit))
        return Answer(chosen, value, bound, price)
    # Prices of a neighbour are near their best: the linear program does the rest faster.
    rounds = 400 if price is None else 120
    raised = ascent(cover, chosen, deadline=deadline, offset=offset, start=price, rounds=rounds)
    chosen, value, bound = raised.chosen, raised.value, raised.found.bound
    if not deadline.over and not settled(cover, bound, value):
        chosen, bound = _finished(cover, chosen, raised.found, deadline, offset)
        value = cover.value(chosen)
    bound = value if not deadline.over else max(value, rounded_down(bound, cover.unit))
    return Answer(chosen, value, bound, raised.price)


def _finished(
    cover: Cover,
    chosen: Integers,
    found: Prices,
    deadline: Deadline,
    offset: float,
    *,
    tight: bool = False,
) -> tuple[Integers, float]:
    """Return the best plan and the bound by programs of what the prices leave."""
    kept = np.arange(cover.reach.shape[1])
    value = cover.value(chosen)
    core, plan, found, kept = narrowed(cover, chosen, found, kept)
    # Prices of the linear program leave nothing to gain by another one.
    relaxed = None if tight else relaxation(core, deadline=deadline)
    if relaxed is not None:
        share, price = relaxed
        tighter = prices(core, price)
        plan, value = better(core, plan, value, share)
        if tighter.bound < found.bound:
            found = tighter
        if deadline.tell(offset + value, offset + found.bound, "relaxed"):
            return kept[plan], found.bound
        if settled(core, found.bound, value):
            return kept[plan], value
        core, plan, found, kept = narrowed(core, plan, found, kept)
    # A good plan rules out most sites: look for it among the likely ones first.
    few = np.union1d(likely(found, count=6 * core.add + 60), plan)
    if 2 * len(few) < core.reach.shape[1]:
        small = merged(core.only(few))
        plan, _ = branched(small, np.searchsorted(few, plan), deadline=deadline, offset=offset)
        plan = few[plan]
        if deadline.over:
            return kept[plan], found.bound
        core, plan, found, kept = narrowed(core, plan, found, kept)
    plan, bound = branched(core, plan, deadline=deadline, offset=offset)
    return kept[plan], min(bound, max(core.value(plan), found.bound))


def likely(found: Prices, *, count: int) -> Integers:
    """Return the `count` sites that earn most at the prices; ties by position."""
    return np.sort(np.argsort(-found.worth, kind="stable")[:count])


def narrowed(
    cover: Cover, chosen: Integers, found: Prices, kept: Integers
) -> tuple[Cover, Integers, Prices, Integers]:
    """
    Return what is left of a problem when only plans better than `chosen` matter, and its plan.

    Sites that the prices rule out and needless ones are gone, but for those of the plan;
    demand of the same sites is put together. `kept` are the positions of the sites in a
    problem before; those of the ones left are returned, and what they earn.
    """
    stays = np.ones(len(kept), bool)
    stays[ruled_out(cover, found, cover.value(chosen))] = False
    stays[chosen] = True
    left = np.flatnonzero(stays)
    core = merged(cover.only(left))
    stays = np.zeros(len(left), bool)
    stays[undominated(core)] = True
    stays[np.isin(left, chosen)] = True
    some = np.flatnonzero(stays)
    core, left = merged(core.only(some)), left[some]
    found = Prices(found.worth[left], found.bound)
    return core, np.flatnonzero(np.isin(left, chosen)), found, kept[left]
