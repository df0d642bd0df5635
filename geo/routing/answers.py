"""What routing engines are asked and what they answer, whichever it is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from geo.cost import Floats, Integers
from geo.errors import RoutingError

# Positions go out in whole steps of 0.00001 degree, some 1 m: nobody needs to know better.
STEPS_PER_DEGREE = 100_000

# One leg as it is kept: where it goes, its way (NaN: the engine knows none), and how far both
# ends are from the road together.
LEG = np.dtype([("lon", "<i4"), ("lat", "<i4"), ("metres", "<f8"), ("seconds", "<f8"),
                ("access_m", "<f8")])  # fmt: skip
Legs = NDArray[np.void]
Place = tuple[int, int]  # lon and lat in steps


class Block(NamedTuple):
    """Ways from n sources to m targets (n × m; NaN for none), and how far each is from a road."""

    metres: Floats
    seconds: Floats
    source_access_m: Floats
    target_access_m: Floats


class Engine(Protocol):
    """A routing engine for one mode of travel."""

    name: str  # "osrm" or "valhalla"
    service: str  # says all that its answers depend on
    address: str
    table_size: int

    def block(self, sources: Integers, targets: Integers) -> Block:
        """
        Return the ways between places (n × 2 and m × 2, in steps).

        Raises
        ------
        RoutingError
            If there is no answer; with the code ``routing_refused`` parts may have one.
        """


class Cache(Protocol):
    """What engines have answered before; never raises."""

    def get(self, service: str, origins: Iterable[Place]) -> dict[Place, Legs]:
        """Return the known legs from each of the origins that has some."""

    def put(self, service: str, legs: Mapping[Place, Legs]) -> None:
        """Keep legs, beside those known from the same origins."""


def steps(degrees: Floats) -> Integers:
    """Return positions (n × 2, lon and lat, none missing) as whole steps."""
    return np.round(np.asarray(degrees) * STEPS_PER_DEGREE).astype(np.int64)


def degrees_text(step: int) -> str:
    """Write one coordinate for an engine, with 5 decimals."""
    return f"{step / STEPS_PER_DEGREE:.5f}"


def matrix(rows: Any, size: tuple[int, int], what: str) -> Floats:
    """
    Return the answer's list of lists as an array, null as NaN.

    Raises
    ------
    RoutingError
        If it has another shape or holds anything but numbers of 0 and above.
    """
    if not isinstance(rows, list) or len(rows) != size[0]:
        raise RoutingError("routing_malformed", what=what)
    for row in rows:
        if not isinstance(row, list) or len(row) != size[1]:
            raise RoutingError("routing_malformed", what=what)
    values = [number(one, what) for row in rows for one in row]
    return np.array(values, dtype=np.float64).reshape(size)


def number(value: Any, what: str) -> float:
    """
    Return a number of an answer, null as NaN.

    Raises
    ------
    RoutingError
        If it is none, is negative or infinite.
    """
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RoutingError("routing_malformed", what=what)
    # Whole numbers may be too large to become a float.
    if not 0 <= value < 1e9:
        raise RoutingError("routing_malformed", what=what)
    return float(value)
