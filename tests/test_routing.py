"""Routing engines over HTTP: their answers, their failures, and what is asked of them."""

import json
import math

import numpy as np
import pytest

from geo.cost import straight_lines
from geo.crs import to_degrees
from geo.errors import RoutingError
from geo.routing import legs as legs_module
from geo.routing import wire as wire_module
from geo.routing.answers import matrix, steps
from geo.routing.legs import find_legs
from geo.routing.osrm import Osrm
from geo.routing.wire import Wire
from geo.settings import read_settings
from geo.travel import travel_costs, travel_ways
from tests import routing_server
from tests.routing_server import BOTTOM, LEFT, send, snapped, way_m

ENGINES = ("osrm", "valhalla")


@pytest.fixture
def server():
    with routing_server.running() as running:
        yield running


def settings(server, engine, **values):
    values = {"ROUTING": engine, "ROUTING_URL": f"car={server.address},walk={server.address}",
              "ROUTING_TIMEOUT_S": "3"} | values  # fmt: skip
    return read_settings({f"XINGHUO_{name}": str(value) for name, value in values.items()})


def places(*metres):
    lon, lat = to_degrees(*(np.array(metres, float) + np.array([LEFT, BOTTOM])).T)
    return np.column_stack([lon, lat])


HERE = places((100, 0), (2100, 2950), (4000, 1000), (5200, 5000))
THERE = places((900, 150), (3000, 3000), (5000, 80))


def travel(server, engine, *, here=HERE, there=THERE, mode="car", unit="m", limit=np.inf, **more):
    cache = more.pop("cache", None)
    return travel_costs(
        here, there, mode=mode, unit=unit, limit=limit, cache=cache,
        settings=settings(server, engine, **more),
    )  # fmt: skip


def listed(table):
    return {
        (int(one), int(other)): float(cost)
        for one, other, cost in zip(table.demand(), table.facility, table.cost, strict=True)
    }


def expected(here, there, *, mode="car", unit="m", limit=np.inf):
    """Return by plain loops what the network costs; walking 5 km/h, e-bikes 18, buses 25."""
    found = {}
    kmh = {"walk": 5, "ebike": 18, "bus": 25, "car": 36}[mode]
    for i, one in enumerate(here):
        for j, other in enumerate(there):
            metres = way_m(one, other)
            access_m = snapped(*one)[1] + snapped(*other)[1]
            if metres is None or max(snapped(*one)[1], snapped(*other)[1]) > 2000:
                continue
            cost = metres + access_m if unit == "m" else 60 * (metres / kmh + access_m / 5) / 1000
            if cost <= limit:
                found[i, j] = cost
    return found


# --- answers ------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("mode", ["walk", "ebike", "bus", "car"])
@pytest.mark.parametrize("unit", ["m", "min"])
def test_the_costs_are_those_of_the_network(server, engine, mode, unit):
    url = f"{mode}={server.address}"
    found = travel(server, engine, mode=mode, unit=unit, ROUTING_URL=url)
    assert (found.costs.method, found.costs.mode, found.costs.unit) == (engine, mode, unit)
    assert found.costs.fallbacks == 0
    # positions go out in steps of 1 m, and Valhalla tells whole seconds
    want = expected(HERE, THERE, mode=mode, unit=unit)
    assert listed(found.costs) == pytest.approx(want, abs=3 if unit == "m" else 0.05)
    assert len(found.sentences()) == 1 and "路径引擎" in found.sentences()[0]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_limit_cuts_what_is_listed_and_what_is_asked(server, engine):
    far = places((50_000, 0))
    found = travel(server, engine, there=np.vstack([THERE, far]), limit=5000)
    assert listed(found.costs) == pytest.approx(expected(HERE, THERE, limit=5000), abs=3)
    asked = server.paths[0] if engine == "osrm" else json.dumps(server.questions[0])
    assert f"{far[0][0]:.4f}" not in asked
    assert travel(server, engine, here=far, limit=5000).costs.demand().tolist() == []
    assert len(server.paths) == 1


def test_positions_leave_with_five_decimals_and_nothing_else(server):
    here = np.array([[117.123456789, 36.000004]])
    travel(server, "osrm", here=here, there=here + 0.01)
    assert server.paths == [
        "/table/v1/driving/117.12346,36.00000;117.13346,36.01000?sources=0&destinations=1"
        "&annotations=duration,distance&generate_hints=false"
    ]
    travel(server, "valhalla", here=here, there=here + 0.01)
    assert server.questions == [
        {"sources": [{"lon": 117.12346, "lat": 36.0}],
         "targets": [{"lon": 117.13346, "lat": 36.01}], "costing": "auto",
         "units": "kilometers", "verbose": True}
    ]  # fmt: skip


def test_missing_places_same_places_and_places_given_twice(server):
    here = np.vstack([HERE[:1], [[np.nan, np.nan]], HERE[:1], THERE[1:2]])
    found = travel(server, "osrm", here=here)
    costs = listed(found.costs)
    assert {i for i, _ in costs} == {0, 2, 3}
    assert costs[3, 1] == 0  # to itself
    assert [costs[0, j] for j in range(3)] == [costs[2, j] for j in range(3)]
    assert server.paths[0].split("?")[0].count(";") == 4  # two sources and three targets
    assert travel(server, "osrm", here=THERE[:1], there=THERE[:1]).costs.cost.tolist() == [0]


def test_neighbours_do_not_go_by_the_road(server):
    here, there = places((500, 500)), places((510, 500))
    cost = travel(server, "osrm", here=here, there=there).costs.cost
    np.testing.assert_allclose(cost, [13], atol=1e-3)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("size", [1, 2, 5])
def test_a_large_table_is_asked_in_blocks(server, engine, size):
    rng = np.random.default_rng(size)
    here, there = places(*rng.uniform(0, 5000, (13, 2))), places(*rng.uniform(0, 5000, (7, 2)))
    whole = listed(travel(server, engine, here=here, there=there).costs)
    assert len(server.paths) == 1
    blocks = travel(server, engine, here=here, there=there, ROUTING_TABLE_SIZE=size)
    assert listed(blocks.costs) == whole and blocks.costs.fallbacks == 0
    want = math.ceil(13 / size) * math.ceil(7 / size)
    assert len(server.paths) == 1 + want


@pytest.mark.parametrize("engine", ENGINES)
def test_a_block_that_is_too_large_is_halved(server, engine):
    whole = listed(travel(server, engine).costs)
    server.limit = 2  # OSRM: 2 × 2; Valhalla: 2 pairs
    found = travel(server, engine)
    assert listed(found.costs) == whole and found.costs.fallbacks == 0
    assert len(server.paths) > 4


@pytest.mark.parametrize("engine", ENGINES)
def test_the_straight_line_stands_in_where_there_is_no_way(server, engine):
    # one on the island, one 20 km from any road (an engine snaps it all the same)
    here = np.vstack([HERE, places((30_000, 0)), places((0, 20_000))])
    found = travel(server, engine, here=here)
    want = expected(HERE, THERE)
    straight = straight_lines(
        np.array([(30_000, 0), (0, 20_000)], float),
        np.array([(900, 150), (3000, 3000), (5000, 80)]),
        detour=1.3,
    )  # fmt: skip
    want |= {(i + 4, j): cost for (i, j), cost in listed(straight).items()}
    assert listed(found.costs) == pytest.approx(want, abs=3)
    assert (found.costs.method, found.costs.fallbacks) == (engine, 6)
    said = found.sentences()
    assert said[1] == "18 对地点中有 6 对没有算出来，改用直线×系数估算。"
    assert "没有找到路" in said[2] and said[3].startswith("直线×系数估算")
    assert any("stands in" in one for one in found.sentences("en"))


def test_a_fall_back_counts_only_where_it_is_listed(server):
    # 4 km from any road: as the crow flies 8.9, 6.7 and 10.2 km to the three, 1.3 times as far
    here = np.vstack([HERE, places((0, 9000))])
    found = travel(server, "osrm", here=here, limit=10_000)
    assert found.costs.fallbacks == 1
    want = expected(HERE, THERE, limit=10_000) | {(4, 1): 1.3 * math.hypot(3000, 6000)}
    assert listed(found.costs) == pytest.approx(want, abs=3)


def test_an_osrm_server_that_is_not_named_for_a_mode_is_for_vehicles(server):
    for mode, method in (("walk", "straight"), ("ebike", "straight"), ("bus", "osrm")):
        found = travel(server, "osrm", mode=mode, ROUTING_URL=server.address)
        assert found.costs.method == method
    found = travel(server, "osrm", mode="bus", ROUTING_URL=f"car={server.address}")
    assert found.costs.method == "osrm"
    found = travel(server, "valhalla", mode="walk", ROUTING_URL=server.address)
    assert found.costs.method == "valhalla"
    assert travel(server, "valhalla", mode="ebike").costs.method == "straight"


# --- failures -----------------------------------------------------------------------------


def slow(server):
    def behave(_):
        server.released.wait(5)
        return True

    return behave


def trickling(server):
    def behave(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        while not server.released.wait(0.05):
            handler.wfile.write(b" ")
            handler.wfile.flush()
        return True

    return behave


def answering(status, data, length=-1):
    def make(_):
        def behave(handler):
            send(handler, status, data, length)
            handler.close_connection = length > len(data)
            return True

        return behave

    return make


def hanging_up(_):
    def behave(handler):
        handler.close_connection = True
        return True

    return behave


def redirecting(server):
    def behave(handler):
        if handler.path.startswith("/elsewhere"):
            raise AssertionError("followed")
        handler.send_response(302)
        handler.send_header("Location", server.address + "/elsewhere")
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return True

    return behave


OK = {"code": "Ok", "sources": [], "destinations": []}
FAILURES = {
    "slow": (slow, "秒里没有答完"),
    "trickling": (trickling, "秒里没有答完"),
    "error": (answering(500, b"{}"), "HTTP 500"),
    "busy": (answering(503, b""), "HTTP 503"),
    "another 400": (answering(400, b'{"code": "InvalidUrl", "error_code": 106}'), "HTTP 400"),
    "not json": (answering(200, b"<html>hello</html>"), "不是 JSON"),
    "empty": (answering(200, b""), "不是 JSON"),
    "a list": (answering(200, b"[]"), "看不懂"),
    "nested": (answering(200, b"[" * 100_000), "不是 JSON"),
    "nothing in it": (answering(200, b"{}"), "看不懂"),
    "no tables": (answering(200, json.dumps(OK).encode()), "看不懂"),
    "infinite": (answering(200, b'{"code": "Ok", "distances": [[NaN]]}'), "不是 JSON"),
    "cut off": (answering(200, b'{"code": "Ok"', 5000), "没有传完"),
    "hanging up": (hanging_up, "没有传完"),
    "redirect": (redirecting, "HTTP 302"),
    "bytes": (answering(200, b"\xff\xfe\x00"), "不是 JSON"),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", FAILURES)
def test_a_failing_engine_never_stops_an_answer(server, engine, name):
    make, said = FAILURES[name]
    server.behave = make(server)
    # A busy machine may take its time over an answer that is only wrong.
    patience = "0.3" if "没有答完" in said else "30"
    found = travel(server, engine, unit="min", limit=30, ROUTING_TIMEOUT_S=patience)
    without = travel_costs(
        HERE, THERE, mode="car", unit="min", limit=30, settings=read_settings({})
    )
    assert listed(found.costs) == pytest.approx(listed(without.costs))
    assert found.costs.method == "straight"
    assert found.costs.fallbacks == len(found.costs.cost) == 12
    assert "12 对地点中有 12 对没有算出来" in found.sentences()[0]
    assert said in found.sentences()[1]
    assert "直线×系数估算" in found.sentences()[2]
    assert len(server.paths) == legs_module.ATTEMPTS


def test_an_engine_that_is_not_there(server):
    address = "http://127.0.0.1:1"
    found = travel(server, "osrm", ROUTING_URL=address)
    assert found.costs.method == "straight" and "连不上" in found.sentences()[1]
    found = travel(server, "osrm", ROUTING_URL="http://nowhere.invalid")
    assert "连不上" in found.sentences()[1]


def test_an_answer_that_is_too_large(server, monkeypatch):
    monkeypatch.setattr(wire_module, "MAX_BYTES", 200)
    assert "太大" in travel(server, "osrm").sentences()[1]


def test_a_second_attempt_helps(server):
    def behave(handler):
        if len(server.paths) == 1:
            send(handler, 500, b"")
            return True
        return False

    server.behave = behave
    found = travel(server, "osrm")
    assert found.costs.fallbacks == 0 and len(server.paths) == 2


def test_one_block_that_fails_leaves_the_others(server):
    def behave(handler):
        lost = f"{HERE[2][0]:.5f}" in handler.path
        if lost:
            send(handler, 500, b"")
        return lost

    server.behave = behave
    found = travel(server, "osrm", ROUTING_TABLE_SIZE=1, there=THERE[:1])
    assert found.costs.fallbacks == 1 and found.costs.method == "osrm"
    want = expected(HERE, THERE[:1]) | {(2, 0): 1.3 * math.hypot(3100, 850)}
    assert listed(found.costs) == pytest.approx(want, abs=3)
    assert "HTTP 500" in found.sentences()[2]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("mode", ["car", "walk"])
def test_minutes_and_metres_are_asked_for_once(server, engine, mode):
    here = np.vstack([HERE, THERE, HERE[:1]])
    apart = [travel(server, engine, here=here, there=here, mode=mode, unit=unit)
             for unit in ("min", "m")]  # fmt: skip
    asked = len(server.paths)
    both = travel_ways(here, mode=mode, settings=settings(server, engine))
    assert len(server.paths) == asked + asked // 2
    for one, other in zip(apart, both, strict=True):
        assert listed(one.costs) == listed(other.costs)
        assert (one.costs.unit, one.sentences()) == (other.costs.unit, other.sentences())
    straight = travel_ways(here, mode=mode, settings=read_settings({}))
    assert [one.costs.unit for one in straight] == ["min", "m"]
    assert {one.costs.method for one in straight} == {"straight"}


def test_an_engine_that_fails_is_left_alone_for_a_while(server, monkeypatch):
    server.behave = answering(500, b"")(server)
    travel(server, "osrm", ROUTING_TABLE_SIZE=1)
    asked = len(server.paths)
    assert asked == legs_module.ATTEMPTS * legs_module.MAX_FAILURES
    server.behave = lambda _: False
    found = travel(server, "osrm")
    assert len(server.paths) == asked and "再问" in found.sentences()[1]
    monkeypatch.setattr(legs_module, "_resting", dict.fromkeys(legs_module._resting, 0.0))
    assert travel(server, "osrm").costs.fallbacks == 0


def test_all_questions_together_have_a_limit_of_time(server, monkeypatch):
    monkeypatch.setattr(legs_module, "_resting", {})
    now = [0.0]

    def behave(_):
        now[0] += 1.0
        return False

    server.behave = behave
    engine = Osrm(Wire(server.address, timeout_s=1), mode="car", table_size=1)
    here, there = steps(HERE), steps(THERE)
    pairs = np.repeat(np.arange(4), 3), np.tile(np.arange(3), 4)
    found = find_legs(engine, here, there, pairs, timeout_s=1, clock=lambda: now[0])
    assert len(server.paths) == 7
    assert np.isfinite(found.metres).sum() == 7
    assert found.error is not None and found.error.code == "routing_timeout"


@pytest.mark.parametrize(
    "rows", [None, {}, [], [[1, 2]], [[1], [2]], [["1", 2, 3]], [[True, 2, 3]], [[-1, 2, 3]],
             [[10**400, 2, 3]], [[1e12, 2, 3]], [{"0": 1}]]
)  # fmt: skip
def test_a_table_of_another_shape_or_kind_is_refused(rows):
    with pytest.raises(RoutingError, match="distances"):
        matrix(rows, (1, 3), "distances")
    good = matrix([[1, None, 2.5]], (1, 3), "distances")
    np.testing.assert_equal(good, [[1, np.nan, 2.5]])


@pytest.mark.parametrize("engine", ENGINES)
def test_partly_null_answers(server, engine):
    """A table with holes: what is there is used, the holes are filled and counted."""

    def behave(handler):
        if engine == "osrm":
            status, said = routing_server.osrm_answer(handler.path)
            said["distances"][1][2] = said["durations"][1][2] = None
        else:
            status, said = routing_server.valhalla_answer(server.questions[-1])
            said["sources_to_targets"][1][2] |= {"distance": None, "time": None}
        send(handler, status, json.dumps(said).encode())
        return True

    server.behave = behave
    found = travel(server, engine)
    assert (found.costs.fallbacks, found.costs.method) == (1, engine)
    whole = expected(HERE, THERE)
    wrong = [key for key, cost in listed(found.costs).items() if abs(cost - whole[key]) > 3]
    assert len(wrong) == 1
