"""Travel cost on a table of roads: the quickest or shortest way from point to point."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from geo.cost import CostTable, Floats, Integers, Unit, cost_table
from geo.errors import bad_argument
from geo.modes import SPEEDS_KMH, minutes, require_mode

Flags = NDArray[np.bool_]
_Priced = Callable[[Floats], Floats]

MAX_ACCESS_M = 2000.0  # a point further from every road is not on this network
_CELLS = 4_000_000  # of one batch of Dijkstra's answers: 32 MB


class SpeedClass(NamedTuple):
    """A class of roads: its name, the speed of a car on it, and who may use it."""

    zh: str
    kmh: float
    modes: frozenset[str]


_ALL = frozenset({"walk", "ebike", "bus", "car"})
# Speeds are assumptions, at or below the design speeds of JTG B01-2014 (公路工程技术标准).
SPEED_CLASSES: dict[str, SpeedClass] = {
    "expressway": SpeedClass("高速公路", 90.0, frozenset({"bus", "car"})),
    "trunk": SpeedClass("一级公路、快速路", 60.0, _ALL),
    "primary": SpeedClass("二级公路、主干路", 50.0, _ALL),
    "secondary": SpeedClass("三级公路、次干路", 30.0, _ALL),
    "local": SpeedClass("四级公路、支路、村道", 20.0, _ALL),
    "track": SpeedClass("机耕路、小路", 10.0, frozenset({"walk", "ebike", "car"})),
    "path": SpeedClass("人行路", 5.0, frozenset({"walk"})),
}


@dataclass(frozen=True, eq=False)
class Roads:
    """
    A network of roads: `k` stretches between `n` nodes.

    Parameters
    ----------
    nodes_m
        n positions (x, y) in metres, EPSG:4548.
    start, end
        k positions in 0..n-1: the nodes where a stretch begins and ends.
    metres
        k lengths, not negative.
    speed_class
        k names of `SPEED_CLASSES`, as positions in that table.
    one_way
        k flags: vehicles may go from start to end only; who walks goes either way.
    """

    nodes_m: Floats
    start: Integers
    end: Integers
    metres: Floats
    speed_class: Integers
    one_way: Flags


class RoadCosts(NamedTuple):
    """Costs on roads, and the points (by position) that are too far from any road."""

    table: CostTable
    far_demand: Integers
    far_facility: Integers


def road_costs(
    roads: Roads,
    demand_m: Floats,
    facility_m: Floats,
    *,
    mode: str,
    unit: Unit,
    limit: float = np.inf,
    detour: float,
    speeds_kmh: Mapping[str, float] = SPEEDS_KMH,
    max_access_m: float = MAX_ACCESS_M,
) -> RoadCosts:
    """
    Return what it costs to reach facilities on roads, by Dijkstra's algorithm.

    A point is taken to the nearest node that the mode can use, and the straight way there is
    counted, on foot. Two points that are nearer to each other (straight line times `detour`)
    than both together to the network go straight, on foot. On a stretch who walks or rides
    an e-bike or a bus has the mode's speed, but no more than the class's; a car the class's.

    Parameters
    ----------
    roads
        The network.
    demand_m, facility_m
        n and m positions (x, y) in metres, EPSG:4548; a missing one (NaN) has no pair.
    mode
        "walk", "ebike", "bus" or "car".
    unit
        "m": the shortest way in metres, "min": the quickest in minutes.
    limit
        The greatest cost to list, in `unit`; a pair of exactly that is listed.
    detour
        As for `cost.straight_lines`.
    speeds_kmh
        A speed for each mode, km/h.
    max_access_m
        A point further from every usable node has no pair and is among the far ones.

    Returns
    -------
    costs
        The table, with method "roads"; far points of both sides, rising. Pairs without a
        connection are not listed.

    Raises
    ------
    ArgumentError
        If there is no such mode, or `limit` is negative.
    """
    require_mode(mode)
    if not limit >= 0:
        raise bad_argument("limit", limit, "why_below", low=0)
    graph = _graph(roads, mode, unit, speeds_kmh)
    usable = np.unique(np.concatenate([graph.nonzero()[0], graph.nonzero()[1]]))
    demand, far_demand = _access(demand_m, roads.nodes_m, usable, max_access_m)
    facility, far_facility = _access(facility_m, roads.nodes_m, usable, max_access_m)

    def priced(metres: Floats) -> Floats:
        return metres if unit == "m" else minutes(metres, speeds_kmh["walk"])

    found = _pairs(graph, demand, facility, priced, limit)
    direct = _direct(demand, facility, demand_m, facility_m, detour)
    here, there, cost = _cheapest(
        np.concatenate([found[0], direct[0]]),
        np.concatenate([found[1], direct[1]]),
        np.concatenate([found[2], priced(direct[2])]),
        len(facility_m),
    )
    table = cost_table(
        here, there, cost, demands=len(demand_m), facilities=len(facility_m), unit=unit,
        limit=limit, method="roads", mode=mode,
    )  # fmt: skip
    return RoadCosts(table, far_demand, far_facility)


class _Access(NamedTuple):
    """Points by position, the node of each, and how far it is."""

    point: Integers
    node: Integers
    metres: Floats


def _graph(roads: Roads, mode: str, unit: Unit, speeds_kmh: Mapping[str, float]) -> csr_array:
    """Return the costs from node to node, of parallel stretches the cheapest."""
    classes = list(SPEED_CLASSES.values())
    open_to = np.array([mode in one.modes for one in classes])[roads.speed_class]
    both = open_to & ~(roads.one_way & (mode != "walk"))
    class_kmh = np.array([one.kmh for one in classes])
    kmh = class_kmh if mode == "car" else np.minimum(class_kmh, speeds_kmh[mode])
    if mode == "walk":
        kmh = np.full(len(classes), speeds_kmh["walk"])
    cost = roads.metres if unit == "m" else minutes(roads.metres, 1.0) / kmh[roads.speed_class]
    start = np.concatenate([roads.start[open_to], roads.end[both]])
    end = np.concatenate([roads.end[open_to], roads.start[both]])
    cost = np.concatenate([cost[open_to], cost[both]])
    size = len(roads.nodes_m)
    start, end, cost = _cheapest(start, end, cost, size)
    # A stretch without length would not be stored: to the algorithm it would be no stretch.
    cost = np.maximum(cost, 1e-9)
    starts = np.concatenate([[0], np.cumsum(np.bincount(start, minlength=size))])
    return csr_array((cost, end, starts), shape=(size, size))


def _cheapest(
    one: Integers, other: Integers, cost: Floats, size: int
) -> tuple[Integers, Integers, Floats]:
    """Return each pair once, in order, at the least cost; `other` is below `size`."""
    key = one.astype(np.int64) * size + other
    order = np.lexsort((cost, key))
    first = order[np.diff(key[order], prepend=-1) != 0]
    return one[first], other[first], cost[first]


def _access(
    at_m: Floats, nodes_m: Floats, usable: Integers, max_access_m: float
) -> tuple[_Access, Integers]:
    known = np.flatnonzero(np.isfinite(at_m).all(axis=1))
    if not len(usable) or not len(known):
        none = np.empty(0, np.int64)
        return _Access(none, none, np.empty(0)), known
    metres, nearest = cKDTree(nodes_m[usable]).query(at_m[known])
    near = metres <= max_access_m
    return _Access(known[near], usable[nearest[near]], metres[near]), known[~near]


def _pairs(
    graph: csr_array, demand: _Access, facility: _Access, priced: _Priced, limit: float
) -> tuple[Integers, Integers, Floats]:
    """Return the pairs that the network joins at `limit` or less, access counted."""
    turned = len(np.unique(facility.node)) < len(np.unique(demand.node))
    if turned:  # from the fewer: against the direction of travel, from the facilities
        graph = csr_array(graph.T)
        demand, facility = facility, demand
    sources, source_of = np.unique(demand.node, return_inverse=True)
    targets, target_of = np.unique(facility.node, return_inverse=True)
    near, far = priced(demand.metres), priced(facility.metres)
    # A little beyond, lest rounding decide; `cost_table` cuts exactly.
    reach = limit * (1 + 1e-9) + 1e-6
    parts: list[tuple[Integers, Integers, Floats]] = []
    step = max(1, _CELLS // max(1, graph.shape[0]))
    for low in range(0, len(sources), step):
        way = dijkstra(graph, indices=sources[low : low + step], limit=reach)[:, targets]
        rows = np.flatnonzero((source_of >= low) & (source_of < low + step))
        small = max(1, _CELLS // max(1, len(target_of)))
        for at in range(0, len(rows), small):
            row = rows[at : at + small]
            cost = way[source_of[row] - low][:, target_of] + near[row, None] + far[None, :]
            i, j = np.nonzero(cost <= reach if np.isfinite(reach) else np.isfinite(cost))
            parts.append((demand.point[row[i]], facility.point[j], cost[i, j]))
    none = np.empty(0, np.int64)
    parts.append((none, none, np.empty(0)))
    one, other, cost = (np.concatenate([part[at] for part in parts]) for at in range(3))
    return (other, one, cost) if turned else (one, other, cost)


def _direct(
    demand: _Access, facility: _Access, demand_m: Floats, facility_m: Floats, detour: float
) -> tuple[Integers, Integers, Floats]:
    """Return the pairs nearer to each other than both together to the network, in metres."""
    none = np.empty(0, np.int64)
    if not len(demand.point) or not len(facility.point):
        return none, none, np.empty(0)
    reach_m = (demand.metres.max() + facility.metres.max()) / detour
    here = cKDTree(demand_m[demand.point])
    found = here.sparse_distance_matrix(
        cKDTree(facility_m[facility.point]), reach_m, output_type="ndarray"
    )
    i, j, metres = found["i"], found["j"], found["v"] * detour
    kept = metres <= demand.metres[i] + facility.metres[j]
    return demand.point[i[kept]], facility.point[j[kept]], metres[kept]
