"""Most served within capacities as one program with who goes where: for few pairs, the quicker.

Along a pair flows at most what either end has, and nothing to a site that is not open; this
makes the bound tight.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from geo.siting.deadline import Deadline
from geo.siting.network import Network
from geo.siting.problem import Integers
from geo.siting.program import End, Program, minimise
from geo.siting.set_covering import merged


class Answer(NamedTuple):
    """The sites chosen (None where none was found), what none serves more than, and the end."""

    chosen: Integers | None
    bound: float
    end: End


def flowing(
    network: Network, free: Integers, chosen: Integers, *, sure: float, deadline: Deadline
) -> Answer:
    """
    Return the best choice of as many free sites as `chosen` has, by one program.

    Parameters
    ----------
    network
        Its fixed sites are open.
    free
        The sites to choose from, those of `chosen` among them.
    chosen
        A choice to begin with.
    sure
        The weight served beside the network, for the progress told.
    deadline
        When to stop; the bound, in steps, holds in any case.
    """
    sites = np.concatenate([network.fixed, free])
    network = _only(network, sites)
    reach = sp.csr_array(network.reach[:, sites])
    n, m = reach.shape
    row, site = np.repeat(np.arange(n), np.diff(reach.indptr)), reach.indices
    k, at = len(row), np.arange(len(row))
    weight, capacity = network.weight * network.step, network.capacity[sites] * network.step
    ones, fixed = np.ones(k), np.arange(m) < len(network.fixed)
    most = np.minimum(weight[row], capacity[site])
    loose = np.flatnonzero((most < capacity[site]) & ~fixed[site])
    p = np.arange(len(loose))
    supply = sp.csr_array((ones, (row, at)), shape=(n, k))
    serve = sp.csr_array((ones, (site, at)), shape=(m, k))
    each = sp.csr_array((np.ones(len(p)), (p, loose)), shape=(len(p), k))
    opened = sp.csr_array((-most[loose], (p, site[loose])), shape=(len(p), m))
    count = sp.csr_array((~fixed).astype(np.float64)[None, :])
    matrix = sp.block_array([
        [None, supply], [sp.diags_array(-capacity), serve], [opened, each], [count, None],
    ])  # fmt: skip
    places = float(len(chosen))
    high = np.concatenate([weight, np.zeros(m + len(p)), [places]])
    low = np.append(np.full(n + m + len(p), -np.inf), places)
    begin = np.concatenate([fixed | np.isin(sites, chosen), np.zeros(k)]).astype(np.float64)
    begin[m:] = network.along(chosen, row, sites[site]) * network.step
    outcome = minimise(
        Program(
            np.concatenate([np.zeros(m), -ones]), sp.csr_array(matrix), low, high,
            np.concatenate([fixed.astype(np.float64), np.zeros(k)]),
            np.concatenate([np.ones(m), most]),
            np.concatenate([np.ones(m, bool), np.zeros(k, bool)]),
        ),
        deadline=deadline, step="capacity", start=begin, sign=-1.0, offset=sure,
    )  # fmt: skip
    found = None if outcome.values is None else free[outcome.values[:m][~fixed] > 0.5]
    return Answer(found, -outcome.bound / network.step, outcome.end)


def _only(network: Network, sites: Integers) -> Network:
    """Return the network without other sites, demand that the same ones reach as one."""
    kept = np.zeros(network.reach.shape[1])
    kept[sites] = 1.0
    reach = sp.csr_array(network.reach @ sp.diags_array(kept))
    reach.eliminate_zeros()
    some = np.diff(reach.indptr) > 0
    reach, weight = merged(sp.csr_array(reach[some]), network.weight[some].astype(np.float64))
    return replace(network, reach=reach, weight=np.asarray(np.rint(weight), np.int64))
