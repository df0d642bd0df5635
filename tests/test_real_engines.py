"""The clients against the engines themselves, on a network small enough to measure by hand."""

import json
import subprocess
import sys
import time
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import urllib3

from geo.crs import to_degrees
from geo.routing import legs as legs_module
from geo.settings import read_settings
from geo.travel import travel_costs
from setup import engines
from tests.osm_pbf import osm_pbf
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = engines.folder(ROOT)

# A comb: a spine of 8 crossings along a street, from each a dead end of two stretches, so that
# there is one way between any two nodes; and an island of two nodes 30 km away.
SPINE, TEETH = 8, 2
METRES = np.array(
    [(1000.0 * at, 0.0) for at in range(SPINE)]
    + [(1000.0 * at + 150 * up, 700.0 * up) for at in range(SPINE) for up in range(1, TEETH + 1)]
    + [(30_000.0, 0.0), (31_000.0, 0.0)]
) + np.array([500_000.0, 4_000_000.0])  # fmt: skip
ISLAND = len(METRES) - 2
WAYS = [(list(range(SPINE)), {"highway": "secondary"})]
WAYS += [
    ([at, SPINE + TEETH * at, SPINE + TEETH * at + 1], {"highway": "residential"})
    for at in range(SPINE)
]
WAYS += [([ISLAND, ISLAND + 1], {"highway": "secondary"})]
PLACES = np.stack(to_degrees(*METRES.T), axis=-1)


def lengths() -> dict[int, dict[int, float]]:
    graph = nx.Graph()
    for nodes, _ in WAYS:
        for one, other in pairwise(nodes):
            graph.add_edge(one, other, metres=float(np.hypot(*(METRES[one] - METRES[other]))))
    return dict(nx.all_pairs_dijkstra_path_length(graph, weight="metres"))


@contextmanager
def serving(command, address):
    """Run a server until it answers at all."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    try:
        for _ in range(200):
            try:
                urllib3.request("GET", address, retries=False, timeout=1)
                break
            except urllib3.exceptions.HTTPError:
                assert process.poll() is None, command
                time.sleep(0.05)
        yield address
    finally:
        process.kill()
        process.wait()


def do(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-2000:]


@pytest.fixture(scope="module")
def osm(tmp_path_factory):
    path = tmp_path_factory.mktemp("osm") / "comb.osm.pbf"
    path.write_bytes(osm_pbf(PLACES.tolist(), WAYS))
    return path


@pytest.fixture(scope="module", params=["car", "foot"])
def osrm(request, osm, tmp_path_factory):
    """Give the address of a real OSRM, and the mode it is for."""
    programs = PROGRAMS / "osrm" / "bin"
    if not (programs / "osrm-routed").exists():
        pytest.skip("OSRM is not to be had here")
    folder = tmp_path_factory.mktemp("osrm")
    (folder / "comb.osm.pbf").write_bytes(osm.read_bytes())
    profile = PROGRAMS / "osrm" / "share" / "profiles" / f"{request.param}.lua"
    do(programs / "osrm-extract", "-p", profile, folder / "comb.osm.pbf")
    do(programs / "osrm-contract", folder / "comb.osrm")
    port = free_port()
    command = [programs / "osrm-routed", "-i", "127.0.0.1", "-p", str(port), folder / "comb.osrm"]
    with serving(command, f"http://127.0.0.1:{port}") as address:
        yield address, {"car": "car", "foot": "walk"}[request.param]


@pytest.fixture(scope="module")
def valhalla(osm, tmp_path_factory):
    """Give the address of a real Valhalla."""
    programs = PROGRAMS / "valhalla" / "bin"
    if not (programs / "valhalla_service").exists():
        pytest.skip("Valhalla is not to be had here")
    # Short: the path of a socket may have some hundred letters.
    folder = tmp_path_factory.mktemp("v")
    port = free_port()
    make = PROGRAMS / "valhalla" / "valhalla_build_config.py"
    config = json.loads(subprocess.check_output([sys.executable, make], stderr=subprocess.DEVNULL))
    config["mjolnir"] |= {"tile_dir": str(folder / "tiles"), "tile_extract": "", "concurrency": 1}
    sockets = f"ipc://{folder}"
    config["httpd"]["service"] |= {
        "listen": f"tcp://127.0.0.1:{port}", "loopback": f"{sockets}/l",
        "interrupt": f"{sockets}/i",
    }  # fmt: skip
    for name in ("loki", "thor", "odin"):
        config[name].setdefault("service", {})["proxy"] = f"{sockets}/{name}"
    (folder / "valhalla.json").write_text(json.dumps(config))
    do(programs / "valhalla_build_tiles", "-c", folder / "valhalla.json", osm)
    command = [programs / "valhalla_service", str(folder / "valhalla.json"), "1"]
    with serving(command, f"http://127.0.0.1:{port}/status") as address:
        yield address.removesuffix("/status")


@pytest.fixture(autouse=True)
def awake(monkeypatch):
    monkeypatch.setattr(legs_module, "_resting", {})


def travel(engine, address, mode, here, there, *, unit="m", **more):
    values = {"ROUTING": engine, "ROUTING_URL": f"{mode}={address}"} | more
    settings = read_settings({f"XINGHUO_{name}": str(value) for name, value in values.items()})
    return travel_costs(here, there, mode=mode, unit=unit, settings=settings)


def check(engine, address, mode):
    mainland = PLACES[:ISLAND]
    found = travel(engine, address, mode, mainland, mainland)
    want = lengths()
    assert (found.costs.method, found.costs.fallbacks) == (engine, 0)
    assert len(found.costs.cost) == ISLAND**2
    exact = [want[i][j] for i, j in zip(found.costs.demand(), found.costs.facility, strict=True)]
    np.testing.assert_allclose(found.costs.cost, exact, rtol=0.004, atol=8)

    # 120 m beside the road, half way between two crossings
    beside = METRES[0] + (500.0, -120.0)
    there = travel(
        engine, address, mode, np.stack(to_degrees(*beside[:, None]), axis=-1), PLACES[3:4]
    )
    np.testing.assert_allclose(there.costs.cost, [120 + 2500], rtol=0.004, atol=8)

    minutes = travel(engine, address, mode, PLACES[:1], PLACES[SPINE - 1 : SPINE], unit="min")
    if mode == "walk":
        np.testing.assert_allclose(minutes.costs.cost, [7000 / 5000 * 60], rtol=0.005)
    else:  # the engine's own time: at 25 to 90 km/h
        assert 7 / 90 * 60 < minutes.costs.cost[0] < 7 / 25 * 60

    island = travel(engine, address, mode, PLACES, PLACES[[2, ISLAND]])
    assert island.costs.fallbacks == ISLAND + 2
    assert "没有找到路" in " ".join(island.sentences())

    table = travel(engine, address, mode, mainland, mainland, ROUTING_TABLE_SIZE=7)
    # Valhalla rounds to whole metres on its way, from one side or the other
    np.testing.assert_allclose(table.costs.cost, found.costs.cost, atol=4)


def test_osrm_itself(osrm):
    check("osrm", *osrm)


def test_a_table_beyond_the_limit_of_osrm_itself(osrm):
    address, mode = osrm
    many = to_degrees(*(METRES[0] + np.random.default_rng(1).uniform(0, 7000, (120, 2))).T)
    many = np.stack(many, axis=-1)
    found = travel("osrm", address, mode, many, many, ROUTING_TABLE_SIZE=120)
    assert found.costs.method == "osrm"
    within = travel("osrm", address, mode, many, many)
    np.testing.assert_allclose(found.costs.cost, within.costs.cost)


@pytest.mark.parametrize("mode", ["car", "walk", "ebike", "bus"])
def test_valhalla_itself(valhalla, mode):
    if mode in {"car", "walk"}:
        check("valhalla", valhalla, mode)
        return
    found = travel("valhalla", valhalla, mode, PLACES[:4], PLACES[:4])
    assert (found.costs.method, found.costs.fallbacks) == ("valhalla", 0)
    np.testing.assert_allclose(found.costs.cost.max(), 3000, rtol=0.004)
