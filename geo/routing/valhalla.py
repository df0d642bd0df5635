"""Valhalla's matrix service, `sources_to_targets`."""

from __future__ import annotations

from typing import Any

import numpy as np

from geo.cost import Floats, Integers
from geo.crs import to_metres
from geo.errors import RoutingError
from geo.routing.answers import STEPS_PER_DEGREE, Block, degrees_text, number
from geo.routing.wire import Wire

TABLE_SIZE = 50  # Valhalla's own limit: 2,500 pairs
_COSTING = {"walk": "pedestrian", "ebike": "bicycle", "bus": "bus", "car": "auto"}
# Too many, too far apart, unconnected, no edge near one: a part may have an answer.
_REFUSALS = {150, 154, 170, 171, 442}


class Valhalla:
    """A Valhalla server, asked for ways of `mode`."""

    def __init__(
        self, wire: Wire, *, mode: str, data: str = "", table_size: int | None = None
    ) -> None:
        self.name = "valhalla"
        self.address = wire.address
        self.table_size = table_size or TABLE_SIZE
        self.service = "|".join(["valhalla", _COSTING[mode], wire.address, data])
        self._wire = wire
        self._costing = _COSTING[mode]

    def block(self, sources: Integers, targets: Integers) -> Block:
        """Return the ways between places; see `answers.Engine`."""
        question = {
            "sources": _places(sources), "targets": _places(targets), "costing": self._costing,
            "units": "kilometers", "verbose": True,
        }  # fmt: skip
        status, said = self._wire.ask("/sources_to_targets", question)
        if not isinstance(said, dict):
            raise RoutingError("routing_malformed", what="sources_to_targets")
        if status != 200:
            if said.get("error_code") in _REFUSALS:
                raise RoutingError("routing_refused")
            raise RoutingError("routing_status", status=status)
        n, m = len(sources), len(targets)
        km, seconds = _ways(said.get("sources_to_targets"), n, m)
        if said.get("units") != "kilometers":
            raise RoutingError("routing_malformed", what="units")
        return Block(
            km * 1000, seconds, _access(said.get("sources"), sources),
            _access(said.get("targets"), targets),
        )  # fmt: skip


def _places(places: Integers) -> list[dict[str, float]]:
    return [
        {"lon": float(degrees_text(lon)), "lat": float(degrees_text(lat))}
        for lon, lat in places.tolist()
    ]


def _ways(rows: Any, n: int, m: int) -> tuple[Floats, Floats]:
    """Return kilometres and seconds of every pair, which the answer names by two numbers."""
    km, seconds = np.full((n, m), np.nan), np.full((n, m), np.nan)
    what = "sources_to_targets"
    if not isinstance(rows, list) or len(rows) != n:
        raise RoutingError("routing_malformed", what=what)
    for i, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != m:
            raise RoutingError("routing_malformed", what=what)
        for j, cell in enumerate(row):
            if not isinstance(cell, dict):
                raise RoutingError("routing_malformed", what=what)
            if (cell.get("from_index"), cell.get("to_index")) != (i, j):
                raise RoutingError("routing_malformed", what="from_index")
            km[i, j] = number(cell.get("distance"), "distance")
            seconds[i, j] = number(cell.get("time"), "time")
    return km, seconds


def _access(moved: Any, places: Integers) -> Floats:
    """Return how far each place was moved to stand on a road, metres; 0 if that is not told."""
    if not isinstance(moved, list) or len(moved) != len(places):
        return np.zeros(len(places))
    try:
        there = np.array([(one["lon"], one["lat"]) for one in moved], dtype=np.float64)
    except (TypeError, KeyError, ValueError):
        return np.zeros(len(places))
    here = places / STEPS_PER_DEGREE
    from_x, from_y = to_metres(here[:, 0], here[:, 1])
    to_x, to_y = to_metres(there[:, 0], there[:, 1])
    found: Floats = np.hypot(from_x - to_x, from_y - to_y)
    return found
