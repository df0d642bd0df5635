"""A server that speaks OSRM's and Valhalla's protocol, and answers from a small road network."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest import mock
from urllib.parse import parse_qs, urlsplit

import networkx as nx
import numpy as np

from geo.crs import to_degrees, to_metres
from geo.routing import legs

SPEED_MS = 10.0  # on every road
LEFT, BOTTOM, STEP_M, SIDE = 500_000.0, 4_000_000.0, 1000.0, 6


def grid() -> tuple[np.ndarray, nx.DiGraph]:
    """
    Return the nodes (metres) and ways of the network: 6 × 6 crossings 1 km apart, an island.

    Ways bend: each is longer than its straight line by a share that its ends tell. Those to
    the east are one-way in the lowest row. The island is 30 km away, unconnected.
    """
    nodes = [(LEFT + STEP_M * (at % SIDE), BOTTOM + STEP_M * (at // SIDE)) for at in range(36)]
    nodes += [(LEFT + 30_000, BOTTOM), (LEFT + 31_000, BOTTOM)]
    ways = nx.DiGraph()
    for at in range(SIDE * SIDE):
        for other, there in ((at + 1, at % SIDE + 1 < SIDE), (at + SIDE, at + SIDE < 36)):
            if there:
                metres = STEP_M * (1 + (at * 7 % 11) / 20)
                ways.add_edge(at, other, metres=metres)
                if not (other == at + 1 and at < SIDE):
                    ways.add_edge(other, at, metres=metres)
    ways.add_edge(36, 37, metres=1000.0)
    ways.add_edge(37, 36, metres=1000.0)
    return np.array(nodes), ways


NODES, WAYS = grid()
_LENGTHS = dict(nx.all_pairs_dijkstra_path_length(WAYS, weight="metres"))


def _terms(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    x, y = np.asarray(lon) - 117.1, np.asarray(lat) - 36.1
    ones = np.ones(np.shape(x))
    return np.stack([ones, x, y, x * x, x * y, y * y, x**3, x * x * y, x * y * y, y**3], axis=-1)


def _projection() -> np.ndarray:
    """Fit `to_metres` around here: a thread would take a tenth of a second to open its own."""
    lon, lat = (part.ravel() for part in np.meshgrid(np.linspace(116.8, 117.7, 20),
                                                     np.linspace(35.9, 36.5, 20)))  # fmt: skip
    fitted: np.ndarray = np.linalg.lstsq(_terms(lon, lat), np.stack(to_metres(lon, lat), -1))[0]
    return fitted


_PROJECTION = _projection()
_NODES_LON_LAT = np.stack(to_degrees(*NODES.T), axis=-1)


@cache
def snapped(lon: float, lat: float) -> tuple[int, float]:
    """Return the node nearest to a position, and how far it is in metres."""
    away = np.hypot(*(NODES - _terms(lon, lat) @ _PROJECTION).T)
    return int(away.argmin()), float(away.min())


def way_m(source: tuple[float, float], target: tuple[float, float]) -> float | None:
    """Return the metres by road between the nodes nearest to two positions, None for no way."""
    return _LENGTHS[snapped(*source)[0]].get(snapped(*target)[0])


def osrm_answer(path: str, *, limit: int = 100) -> tuple[int, dict]:
    """Answer a request to OSRM's table service."""
    parts = urlsplit(path)
    _, table, _, _, text = parts.path.split("/")
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert table == "table" and query["annotations"] == "duration,distance"
    places = [tuple(map(float, one.split(","))) for one in text.split(";")]
    sources = [places[int(at)] for at in query["sources"].split(";")]
    targets = [places[int(at)] for at in query["destinations"].split(";")]
    if len(sources) * len(targets) > limit**2:
        return 400, {"code": "TooBig", "message": "Too many table coordinates"}
    ways = [[way_m(one, other) for other in targets] for one in sources]
    times = [[None if way is None else way / SPEED_MS for way in row] for row in ways]
    named = [
        [{"distance": snapped(*one)[1], "location": list(one), "name": ""} for one in some]
        for some in (sources, targets)
    ]
    return 200, {
        "code": "Ok", "distances": ways, "durations": times, "sources": named[0],
        "destinations": named[1],
    }  # fmt: skip


def valhalla_answer(question: dict, *, limit: int = 2500) -> tuple[int, dict]:
    """Answer a request to Valhalla's `sources_to_targets`."""
    sources = [(one["lon"], one["lat"]) for one in question["sources"]]
    targets = [(one["lon"], one["lat"]) for one in question["targets"]]
    if len(sources) * len(targets) > limit:
        return 400, {"error_code": 150, "error": f"Exceeded max locations: {limit}"}
    ways = [[way_m(one, other) for other in targets] for one in sources]
    if any(all(way is None for way in row) for row in ways):
        return 400, {"error_code": 170, "error": "Locations are in unconnected regions."}
    cells = [
        [
            {"from_index": i, "to_index": j, "distance": way and way / 1000,
             "time": way and round(way / SPEED_MS)}
            for j, way in enumerate(row)
        ]
        for i, row in enumerate(ways)
    ]  # fmt: skip

    def moved(places: list) -> list:
        nodes = _NODES_LON_LAT[[snapped(*one)[0] for one in places]]
        return [{"lon": lon, "lat": lat} for lon, lat in nodes.tolist()]

    return 200, {
        "sources_to_targets": cells, "units": question["units"], "sources": moved(sources),
        "targets": moved(targets),
    }  # fmt: skip


class Server:
    """A running server; `paths` and `questions` are what it was asked, `behave` how it answers."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.paths: list[str] = []
        self.questions: list[dict] = []
        self.behave: Callable[[BaseHTTPRequestHandler], bool] = lambda _: False
        self.limit: int | None = None
        self.released = threading.Event()  # set at the end: who waits for it goes home

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request, unless `behave` has done so."""
        self.paths.append(handler.path)
        length = int(handler.headers.get("Content-Length") or 0)
        question = json.loads(handler.rfile.read(length)) if length else None
        if question is not None:
            self.questions.append(question)
        if self.behave(handler):
            return
        options = {} if self.limit is None else {"limit": self.limit}
        if question is None:
            status, said = osrm_answer(handler.path, **options)
        else:
            status, said = valhalla_answer(question, **options)
        send(handler, status, json.dumps(said).encode())


def send(handler: BaseHTTPRequestHandler, status: int, data: bytes, length: int = -1) -> None:
    """Send an answer, or one whose length is told wrongly."""
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(data) if length < 0 else length))
    handler.end_headers()
    handler.wfile.write(data)


@contextmanager
def running() -> Iterator[Server]:
    """Run a server on a free port of 127.0.0.1; no engine has failed yet, and none waits."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            server.answer(self)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:  # a client that hung up is no error here
            pass

    http = Quiet(("127.0.0.1", 0), Handler)
    server = Server(f"http://127.0.0.1:{http.server_port}")
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        with mock.patch.multiple(legs, _resting={}, PAUSE_S=0.0):
            yield server
    finally:
        server.released.set()
        http.shutdown()
        thread.join()
        http.server_close()
