"""Costs on roads: by hand on a small network, then beside a second implementation."""

import networkx as nx
import numpy as np
import pytest

from geo.errors import ArgumentError
from geo.modes import SPEEDS_KMH, straight_minutes
from geo.roads import MAX_ACCESS_M, SPEED_CLASSES, Roads, road_costs

CLASSES = list(SPEED_CLASSES)


def roads(nodes, stretches):
    """Make roads of positions and (start, end, metres, class, one-way)."""
    start, end, metres, kind, one_way = zip(*stretches, strict=True)
    return Roads(
        np.array(nodes, float), np.array(start), np.array(end), np.array(metres, float),
        np.array([CLASSES.index(one) for one in kind]), np.array(one_way),
    )  # fmt: skip


# 0 -- 1 -- 2 along x, a longer expressway 0 -- 2, a path 2 -- 3, and 4 -- 5 far away.
SQUARE = roads(
    [(0, 0), (1000, 0), (2000, 0), (2000, 500), (90_000, 0), (91_000, 0)],
    [(0, 1, 1000, "secondary", False), (1, 2, 1000, "secondary", True),
     (0, 2, 2400, "expressway", False), (2, 3, 500, "path", False),
     (4, 5, 1000, "local", False)],
)  # fmt: skip


def costs(demand, facility, network=SQUARE, **options):
    options = {"mode": "car", "unit": "m", "detour": 1.3} | options
    return road_costs(network, np.array(demand, float), np.array(facility, float), **options)


def listed(table):
    return {
        (int(one), int(other)): round(float(cost), 6)
        for one, other, cost in zip(table.demand(), table.facility, table.cost, strict=True)
    }


def test_the_shortest_way_and_the_quickest_differ():
    # metres: along x; minutes: 2 km at 30 km/h are 4, 2.4 km at 90 km/h are 1.6
    assert listed(costs([(0, 0)], [(2000, 0)]).table) == {(0, 0): 2000}
    assert listed(costs([(0, 0)], [(2000, 0)], unit="min").table) == {(0, 0): 1.6}


def test_a_one_way_stretch_is_for_vehicles_only():
    assert listed(costs([(2000, 0)], [(1000, 0)]).table) == {(0, 0): 3400}
    assert listed(costs([(2000, 0)], [(1000, 0)], mode="ebike").table) == {}
    assert listed(costs([(2000, 0)], [(1000, 0)], mode="walk").table) == {(0, 0): 1000}


def test_who_walks_has_the_path_and_no_expressway():
    walk = costs([(0, 0)], [(2000, 500)], mode="walk", unit="min").table
    assert listed(walk) == {(0, 0): round(2500 / 5000 * 60, 6)}
    assert walk.method == "roads" and walk.mode == "walk"
    # by car one parks at the end of the road, and walks the rest
    assert listed(costs([(0, 0)], [(2000, 500)]).table) == {(0, 0): 2500}
    assert listed(costs([(0, 0)], [(2000, 500)], unit="min").table) == {(0, 0): 1.6 + 6}


@pytest.mark.parametrize(("mode", "kmh"), [("walk", 5), ("ebike", 18), ("bus", 25), ("car", 30)])
def test_a_mode_has_its_speed_but_no_more_than_the_road_allows(mode, kmh):
    found = costs([(0, 0)], [(1000, 0)], mode=mode, unit="min").table
    assert listed(found) == {(0, 0): round(60 / kmh, 6)}
    slow = SPEEDS_KMH | {mode: 4.0}
    found = costs([(0, 0)], [(1000, 0)], mode=mode, unit="min", speeds_kmh=slow).table
    assert listed(found) == {(0, 0): 2 if mode == "car" else 15}


def test_the_way_to_the_road_is_counted_on_foot():
    assert listed(costs([(0, 300)], [(1000, -200)]).table) == {(0, 0): 1500}
    minutes = listed(costs([(0, 300)], [(1000, -200)], unit="min").table)[0, 0]
    assert minutes == pytest.approx(500 / 5000 * 60 + 2)


def test_neighbours_do_not_go_by_the_road():
    # both 900 m from the road, 100 m apart; a place to itself costs nothing
    assert listed(costs([(0, 900)], [(100, 900), (0, 900)]).table) == {(0, 0): 130, (0, 1): 0}


def test_too_far_from_any_road_and_no_connection():
    found = costs([(0, 0), (0, 3000), (np.nan, 0), (90_000, 0)], [(1000, 0), (50_000, 0)])
    assert listed(found.table) == {(0, 0): 1000}
    assert found.far_demand.tolist() == [1]
    assert found.far_facility.tolist() == [1]
    assert costs([(0, MAX_ACCESS_M)], [(1000, 0)]).far_demand.tolist() == []


def test_a_pair_at_exactly_the_limit_is_listed():
    assert listed(costs([(0, 300)], [(1000, -200)], limit=1500).table) == {(0, 0): 1500}
    assert listed(costs([(0, 300)], [(1000, -200)], limit=1499.99).table) == {}


def test_a_stretch_without_length_and_a_double_one():
    network = roads(
        [(0, 0), (0, 0), (1000, 0)],
        [(0, 1, 0, "local", False), (1, 2, 1500, "local", False), (1, 2, 1000, "local", False)],
    )
    assert listed(costs([(0, 0)], [(1000, 0)], network).table) == {(0, 0): 1000}


def test_nothing_to_travel():
    assert listed(costs(np.empty((0, 2)), [(1000, 0)]).table) == {}
    assert listed(costs([(0, 0)], np.empty((0, 2))).table) == {}
    only_path = roads([(0, 0), (1000, 0)], [(0, 1, 1000, "path", False)])
    found = costs([(0, 0)], [(1000, 0)], only_path)
    assert listed(found.table) == {} and found.far_demand.tolist() == [0]


def test_what_makes_no_sense_is_refused():
    with pytest.raises(ArgumentError, match="mode"):
        costs([(0, 0)], [(0, 0)], mode="fly")
    with pytest.raises(ArgumentError, match="limit"):
        costs([(0, 0)], [(0, 0)], limit=-1)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("unit", ["m", "min"])
def test_agrees_with_a_second_implementation(seed, unit):
    rng = np.random.default_rng(seed)
    nodes = rng.uniform(0, 5000, (40, 2))
    start, end = rng.integers(0, 40, (2, 120))
    metres = np.hypot(*(nodes[start] - nodes[end]).T) * rng.uniform(1, 1.6, 120)
    kind, one_way = rng.integers(0, len(CLASSES), 120), rng.random(120) < 0.3
    network = Roads(nodes, start, end, metres, kind, one_way)
    demand, facility = rng.uniform(0, 5000, (30, 2)), rng.uniform(0, 5000, (rng.integers(1, 60), 2))
    mode = list(SPEEDS_KMH)[seed % 4]
    limit = np.inf if seed % 3 else (4000 if unit == "m" else 40)

    graph = nx.DiGraph()
    for a, b, length, k, single in zip(start, end, metres, kind, one_way, strict=True):
        of = SPEED_CLASSES[CLASSES[k]]
        if mode not in of.modes:
            continue
        own = SPEEDS_KMH[mode]
        kmh = {"car": of.kmh, "walk": own}.get(mode, min(own, of.kmh))
        cost = length if unit == "m" else length / 1000 / kmh * 60
        for u, v in [(a, b)] + ([(b, a)] if mode == "walk" or not single else []):
            if cost < graph.get_edge_data(u, v, {"cost": np.inf})["cost"]:
                graph.add_edge(int(u), int(v), cost=cost)
    usable = sorted(graph.nodes)
    on_foot = 1.0 if unit == "m" else 60 / 5000
    expected = {}
    for i, here in enumerate(demand):
        away = np.hypot(*(nodes[usable] - here).T)
        first, access = usable[away.argmin()], away.min()
        way = nx.single_source_dijkstra_path_length(graph, first, weight="cost")
        for j, there in enumerate(facility):
            off = np.hypot(*(nodes[usable] - there).T)
            last, beyond = usable[off.argmin()], off.min()
            if max(access, beyond) > 600:
                continue
            cost = way.get(last, np.inf) + (access + beyond) * on_foot
            straight = 1.3 * np.hypot(*(here - there))
            if straight <= access + beyond:
                cost = min(cost, straight * on_foot)
            if cost <= limit and np.isfinite(cost):
                expected[i, j] = round(float(cost), 6)
    found = costs(
        demand, facility, network, mode=mode, unit=unit, limit=limit, max_access_m=600
    ).table
    assert listed(found) == pytest.approx(expected, abs=2e-6)


def test_batches_change_nothing(monkeypatch):
    rng = np.random.default_rng(1)
    places = rng.uniform(0, 2000, (2, 30, 2))
    whole = listed(costs(*places).table)
    monkeypatch.setattr("geo.roads._CELLS", 7)
    assert listed(costs(*places).table) == whole and len(whole) > 300


def test_straight_lines_at_a_speed():
    here = np.array([[0.0, 0.0]])
    there = np.array([[1000.0, 0.0], [2000.0, 0.0]])
    table = straight_minutes(here, there, mode="walk", detour=1.25, limit_min=15)
    assert listed(table) == {(0, 0): 15}
    assert (table.unit, table.mode, table.limit, table.method) == ("min", "walk", 15, "straight")
    table = straight_minutes(here, there, mode="walk", detour=1.25, speeds_kmh={"walk": 10})
    assert listed(table) == {(0, 0): 7.5, (0, 1): 15}
    with pytest.raises(ArgumentError, match="limit_min"):
        straight_minutes(here, there, mode="walk", detour=1.25, limit_min=-1)
