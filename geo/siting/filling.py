"""Good choices of sites with capacities: greedy by what each serves more, then swaps."""

from __future__ import annotations

import numpy as np

from geo.siting.deadline import Deadline
from geo.siting.network import Filling, Network
from geo.siting.problem import Integers

# Sites with the greatest gains possible that are tried in earnest, for each one to be chosen.
TRIED = 5


def greedy(network: Network, free: Integers, places: int, *, deadline: Deadline) -> Integers:
    """Return `places` of the free sites, each in turn the one that serves most more."""
    chosen: Integers = np.empty(0, np.int64)
    for _ in range(places):
        filling = network.filled(chosen)
        left = free[~np.isin(free, chosen)]
        order, most = ranked(network, filling, left)
        tried = order[:TRIED] if not deadline.over and deadline.remaining_s > 0 else order[:1]
        best, served = int(tried[0]), -1
        for one, gain in zip(tried.tolist(), most.tolist(), strict=False):
            if filling.value + gain <= served:
                break
            now = network.value(np.append(chosen, one))
            if now > served:
                best, served = one, now
        chosen = np.append(chosen, best)
    return np.sort(chosen)


def improved(
    network: Network, chosen: Integers, free: Integers, *, goal: int, deadline: Deadline
) -> Integers:
    """
    Return the choice after swaps of one site for another, while they serve more.

    Ends at `goal`, which no choice exceeds, when no swap that is tried is better, or with the
    deadline.
    """
    value = network.value(chosen)
    swap = True
    while swap and value < goal:
        swap = False
        rests = [np.delete(chosen, at) for at in range(len(chosen))]
        fillings = [network.filled(rest) for rest in rests]
        others = free[~np.isin(free, chosen)]
        # The one that is missed least goes first.
        for at in np.argsort([-one.value for one in fillings], kind="stable").tolist():
            order, most = ranked(network, fillings[at], others)
            order = order[fillings[at].value + most > value][: 2 * TRIED]
            for one in order.tolist():
                if deadline.over or deadline.remaining_s <= 0:
                    return np.sort(chosen)
                there = np.append(rests[at], one)
                now = network.value(there)
                if now > value:
                    chosen, value, swap = there, now, True
                    break
            if swap:
                break
    return np.sort(chosen)


def ranked(network: Network, filling: Filling, sites: Integers) -> tuple[Integers, Integers]:
    """
    Return sites in the order of what they could serve more at most, and that weight.

    Of equals first the one that reaches most of what is not served, then the earlier.
    """
    most = network.most_gains(filling)[sites]
    near = (network.back @ filling.left)[sites]
    order = np.lexsort((-near, -most))
    return sites[order], most[order]
