"""Bounds of covering problems by prices on demand, and the sites that they rule out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.siting.cover import Cover
from geo.siting.deadline import Deadline
from geo.siting.exchange import exchanged, greedy
from geo.siting.problem import Floats, Integers


@dataclass(frozen=True, eq=False)
class Prices:
    """
    What the sites earn when each demand pays every site that reaches it, and what follows.

    Parameters
    ----------
    worth
        m sums of the prices that each site earns. Demand i pays from 0 to its weight, to every
        site that reaches it, and the rest of its weight counts as reached.
    bound
        No plan reaches more: the weight that is not paid, and what the best sites earn.
    """

    worth: Floats
    bound: float


@dataclass(frozen=True, eq=False)
class Pick:
    """The best sites at given prices, and by how little the others miss being among them."""

    chosen: Integers
    last: float  # the least worth of a chosen site that does not have to open a group
    weakest: float  # the least worth of a site chosen to open a group


def pick(cover: Cover, worth: Floats) -> Pick:
    """Return the `add` sites that earn most, with sites of `least` groups among them."""
    add, m = cover.add, len(worth)
    must, rest = np.empty(0, np.int64), worth.copy()
    if cover.least or cover.single:
        order = np.lexsort((np.arange(m), -worth))
        order = order[cover.group[order] >= 0]
        _, first = np.unique(cover.group[order], return_index=True)
        first = order[np.sort(first)]
        must = first[: cover.least]
        if cover.single:
            rest[order] = -np.inf
            rest[first] = worth[first]
    rest[must] = -np.inf
    free = max(0, min(add - len(must), int(np.isfinite(rest).sum())))
    top = np.arange(m)[:free]
    if 0 < free < m:
        top = np.argpartition(-rest, free - 1)[:free]
    # A place that nothing fills has no worth: no site does worse than that.
    spare = add - len(must) - free > 0
    return Pick(
        np.concatenate([must, top]),
        0.0 if spare else float(rest[top].min()) if free > 0 else np.inf,
        float(worth[must].min()) if len(must) else np.inf,
    )


def prices(cover: Cover, price: Floats) -> Prices:
    """Return the bound of given prices; prices outside 0 and the weight are moved inside."""
    price = np.clip(price, 0.0, cover.weight)
    worth = cover.back @ price
    bound = float((cover.weight - price).sum() + worth[pick(cover, worth).chosen].sum())
    return Prices(worth, bound)


def ruled_out(cover: Cover, found: Prices, objective: float) -> Integers:
    """
    Return the sites that no plan better than `objective` contains, rising.

    A plan with site j reaches at most the bound less what is lost when j takes the place of
    the weakest site that it can stand in for.
    """
    picked = pick(cover, found.worth)
    chosen, group = picked.chosen, cover.group
    loss = np.full(len(group), picked.last) - found.worth
    if cover.least:
        opens = min(picked.last, picked.weakest) - found.worth
        loss = np.where(group >= 0, opens, loss)
    if cover.single:
        # Only the group's own site can make room.
        own = np.full(int(group.max(initial=0)) + 1, np.nan)
        grouped = chosen[group[chosen] >= 0]
        own[group[grouped]] = found.worth[grouped]
        swapped = np.where(group >= 0, own[np.maximum(group, 0)], np.nan) - found.worth
        loss = np.where(np.isnan(swapped), loss, swapped)
    loss[chosen] = 0.0
    return np.flatnonzero(_hopeless(cover, found.bound - loss, objective))


def _hopeless(cover: Cover, bounds: Floats, objective: float) -> np.ndarray:
    """Return where a bound leaves nothing better than the objective."""
    slack = 1e-9 * max(1.0, abs(objective))
    if cover.unit:
        return np.asarray(bounds < objective + cover.unit - 1e-6 * cover.unit - slack)
    return np.asarray(bounds <= objective + slack)


@dataclass(frozen=True, eq=False)
class Ascent:
    """What a round of price finding gave: the best prices, what they yield, and the best plan."""

    price: Floats
    found: Prices
    chosen: Integers
    value: float


def settled(cover: Cover, bound: float, value: float) -> bool:
    """Return whether a bound leaves nothing better than `value`."""
    return bool(_hopeless(cover, np.array([bound]), value)[0])


def ascent(
    cover: Cover,
    chosen: Integers,
    *,
    deadline: Deadline,
    start: Floats | None = None,
    rounds: int = 400,
    offset: float = 0.0,
) -> Ascent:
    """
    Return prices of a low bound and the best plan met on the way, by subgradient steps.

    The volume algorithm: the direction is a running mean of who was reached how often, and the
    mean of the sites chosen comes close to the shares of the linear program; plans are rounded
    from it.

    Parameters
    ----------
    cover, chosen
        The problem, and a plan of it to begin with.
    start
        n prices to begin with.
    rounds
        The greatest number of steps.
    offset
        What is added to objective and bound when progress is told.

    References
    ----------
    .. [1] Barahona & Anbil (2000), The volume algorithm.
    .. [2] Galvão & ReVelle (1996), A Lagrangean heuristic for the maximal covering problem.
    """
    weight, reach = cover.weight, cover.reach
    m = reach.shape[1]
    value = cover.value(chosen)
    if start is None:
        start = weight / np.maximum(np.diff(reach.indptr), 1)
    best = prices(cover, start)
    share = np.zeros(m)
    share[pick(cover, best.worth).chosen] = 1
    mean = reach @ share
    paid = np.clip(start, 0.0, weight)
    scale, stalled = 1.0, 0
    for turn in range(rounds):
        direction = mean - 1.0
        direction[(paid <= 0) & (direction > 0)] = 0
        direction[(paid >= weight) & (direction < 0)] = 0
        norm = float(direction @ direction)
        if norm < 1e-12 or scale < 1e-3 or settled(cover, best.bound, value):
            break
        target = value + 0.05 * (best.bound - value)
        price = np.clip(paid - scale * (best.bound - target) / norm * direction, 0, weight)
        worth = cover.back @ price
        picked = pick(cover, worth).chosen
        bound = float((weight - price).sum() + worth[picked].sum())
        now = np.zeros(m)
        now[picked] = 1
        reached = reach @ now
        fresh = max(0.02, min(0.3, 5.0 / (turn + 1)))
        share += fresh * (now - share)
        mean += fresh * (reached - mean)
        if bound < best.bound - 1e-7 * abs(best.bound):
            scale = min(2.0, scale * 1.1) if float(direction @ (reached - 1)) > 0 else scale
            best, paid, stalled = Prices(worth, bound), price, 0
        else:
            stalled += 1
            if stalled >= 10:
                scale, stalled = scale * 0.66, 0
        if turn % 50 == 49:
            chosen, value = better(cover, chosen, value, share)
            if deadline.tell(offset + value, offset + best.bound, "bound"):
                break
    if not settled(cover, best.bound, value):
        chosen, value = better(cover, chosen, value, share)
    return Ascent(paid, best, chosen, value)


def better(cover: Cover, chosen: Integers, value: float, share: Floats) -> tuple[Integers, float]:
    """Return the better of a plan and of one rounded from the shares of the sites."""
    rounded = exchanged(cover, greedy(cover, worth=share + 1e-3))
    reached = cover.value(rounded)
    if reached > value and cover.opened(rounded) >= cover.least:
        return rounded, reached
    return chosen, value
