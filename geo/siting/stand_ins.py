"""What could stand in for each site of a plan with capacities, and how much less it would serve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from geo.siting.filling import ranked
from geo.siting.fingerprint import site_order
from geo.siting.network import Network, network_of
from geo.siting.problem import FREE, REQUIRED, Integers, Problem


class StandIn(NamedTuple):
    """
    The best site in the place of one of a plan.

    Parameters
    ----------
    site
        Its position; -1 where none serves anyone more than the rest of the plan does.
    loss
        The weight served less with it, or without any; below 0 where it serves more.
    """

    site: int
    loss: float


def stand_ins(problem: Problem, sites: Integers) -> Mapping[int, StandIn]:
    """
    Return what could stand in for each site of a plan, by its position, the rest as it is.

    Exact: with the locked sites, no other site that may be chosen serves more in its place. Of
    equals it is the first in the order of what each could serve at most, then of the weight
    near it that is not served, then of what it is, as in `site_order`.

    Parameters
    ----------
    problem
        n demand points and m sites with capacities, as it was solved.
    sites
        Positions of the plan, locked ones not among them.
    """
    # A required site is one to be missed too.
    part = np.where(problem.part == REQUIRED, FREE, problem.part)
    network, _ = network_of(replace(problem, part=part))
    order = site_order(problem)
    others = order[np.isin(order, problem.choosable) & ~np.isin(order, sites)]
    value = network.value(sites)
    found = {}
    for at, site in enumerate(sites.tolist()):
        found[site] = _best(network, np.delete(sites, at), others, value)
    return found


def _best(network: Network, rest: Integers, others: Integers, value: int) -> StandIn:
    """Return the site with which the rest of a plan that serves `value` serves most."""
    filling = network.filled(rest)
    order, most = ranked(network, filling, others)
    best, served = -1, filling.value
    for one, gain in zip(order.tolist(), most.tolist(), strict=True):
        if filling.value + gain <= served:
            break
        now = network.value(np.append(rest, one))
        if now > served:
            best, served = one, now
    return StandIn(best, network.step * (value - served))
