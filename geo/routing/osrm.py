"""OSRM's table service (HTTP API version 1)."""

from __future__ import annotations

from typing import Any

import numpy as np

from geo.cost import Floats, Integers
from geo.errors import RoutingError
from geo.routing.answers import Block, degrees_text, matrix, number
from geo.routing.wire import Wire

TABLE_SIZE = 100  # osrm-routed's own limit: sources × targets up to its square
# osrm-routed knows one profile and takes any name; a gateway before several may go by it.
_PROFILES = {"walk": "foot", "ebike": "bike", "bus": "driving", "car": "driving"}
# A part of the table may have an answer where the whole has none.
_REFUSALS = {"TooBig", "NoSegment", "NoTable"}


class Osrm:
    """An OSRM server whose profile is that of `mode`."""

    def __init__(
        self, wire: Wire, *, mode: str, data: str = "", table_size: int | None = None
    ) -> None:
        self.name = "osrm"
        self.address = wire.address
        self.table_size = table_size or TABLE_SIZE
        self.service = "|".join(["osrm", _PROFILES[mode], wire.address, data])
        self._wire = wire
        self._path = f"/table/v1/{_PROFILES[mode]}/"

    def block(self, sources: Integers, targets: Integers) -> Block:
        """Return the ways between places; see `answers.Engine`."""
        places = ";".join(
            f"{degrees_text(lon)},{degrees_text(lat)}"
            for lon, lat in [*sources.tolist(), *targets.tolist()]
        )
        n, m = len(sources), len(targets)
        first, second = ";".join(map(str, range(n))), ";".join(map(str, range(n, n + m)))
        status, said = self._wire.ask(
            f"{self._path}{places}?sources={first}&destinations={second}"
            "&annotations=duration,distance&generate_hints=false"
        )
        if not isinstance(said, dict):
            raise RoutingError("routing_malformed", what="code")
        if said.get("code") in _REFUSALS:
            raise RoutingError("routing_refused")
        if status != 200:
            raise RoutingError("routing_status", status=status)
        if said.get("code") != "Ok":
            raise RoutingError("routing_malformed", what="code")
        return Block(
            matrix(said.get("distances"), (n, m), "distances"),
            matrix(said.get("durations"), (n, m), "durations"),
            _access(said.get("sources"), n, "sources"),
            _access(said.get("destinations"), m, "destinations"),
        )


def _access(places: Any, size: int, what: str) -> Floats:
    """Return how far each place was moved to stand on a road, metres."""
    if not isinstance(places, list) or len(places) != size:
        raise RoutingError("routing_malformed", what=what)
    moved = [one.get("distance") if isinstance(one, dict) else None for one in places]
    return np.array([number(one, what) for one in moved], dtype=np.float64)
