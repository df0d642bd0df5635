"""Which demand is promised more than its sites can hold, found by a greatest flow."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import breadth_first_order, connected_components, maximum_flow

from geo.siting.network import LARGEST
from geo.siting.problem import Floats, Integers

# Promised counts as too much from this share of itself.
BROKEN = 1e-7


class Crowd(NamedTuple):
    """Sites that reach demand (m × n of ones, in rows), n weights, and m capacities."""

    back: sp.csr_array
    weight: Floats
    capacity: Floats


def held(crowd: Crowd, rows: Integers) -> Floats:
    """Return what each site can serve of some demand."""
    some = np.zeros(len(crowd.weight))
    some[rows] = crowd.weight[rows]
    room: Floats = np.minimum(crowd.capacity, crowd.back @ some)
    return room


def overfull(crowd: Crowd, share: Floats, served: Floats) -> list[Integers]:
    """
    Return sets of demand of which more is served than the sites hold; none where all can be.

    Parameters
    ----------
    crowd
        Demand and sites.
    share
        m shares of the sites that are open.
    served
        n shares of the demand that are served.
    """
    sites = np.flatnonzero(share > 1e-9)
    back, part = sp.csr_array(crowd.back[sites]), share[sites]
    site = np.repeat(np.arange(len(sites)), np.diff(back.indptr))
    row, n, k = back.indices, len(crowd.weight), len(sites)
    # SciPy counts in whole numbers; sites have a hair more room, so that rounding breaks nothing.
    scale = LARGEST / max(1.0, float(crowd.weight.sum()))
    wanted = np.floor(crowd.weight * served * scale)
    along = np.ceil(crowd.weight[row] * part[site] * scale)
    room = np.ceil(crowd.capacity[sites] * part * scale)
    heads = np.concatenate([np.full(n, n + k), row, n + np.arange(k)])
    tails = np.concatenate([np.arange(n), n + site, np.full(k, n + k + 1)])
    most = np.minimum(np.concatenate([wanted, along, room]), LARGEST).astype(np.int32)
    some = most > 0
    graph = sp.csr_array((most[some], (heads[some], tails[some])), shape=(n + k + 2,) * 2)
    rest = sp.csr_array(graph - maximum_flow(graph, n + k, n + k + 1).flow)
    rest.data = (rest.data > 0).astype(np.int8)
    rest.eliminate_zeros()
    met = np.zeros(n + k + 2, bool)
    met[breadth_first_order(rest, n + k, return_predecessors=False)] = True
    # Demand on this side of the cut; apart where no open site joins it.
    inside = met[row]
    ends = (row[inside], n + site[inside])
    linked = sp.csr_array((np.ones(len(ends[0])), ends), shape=(n + k,) * 2)
    label = connected_components(linked, directed=False)[1][:n]
    rows = np.flatnonzero(met[:n])
    found = []
    for one in np.unique(label[rows]).tolist():
        those = rows[label[rows] == one]
        promised = float(crowd.weight[those] @ served[those])
        if promised > float(held(crowd, those) @ share) + BROKEN * max(promised, 1.0):
            found.append(those)
    return found
