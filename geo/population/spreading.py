"""Points spread inside an area by a fixed rule, where nobody has told where the things are."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.rules import POSITION_DECIMALS

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Steps of the sequence R2: the root of x³ = x + 1, to the powers -1 and -2
# (M. Roberts, The Unreasonable Effectiveness of Quasirandom Sequences, 2018).
_ROOT = 1.32471795724474602596
_STEPS = np.array([1 / _ROOT, 1 / _ROOT**2])
_MOST_TRIED = 2**18  # points of the sequence; what holds too few of so many is a sliver


def spread(area: shapely.Geometry, numbers: Integers, *, key: str) -> Floats:
    """
    Return the points with these `numbers` of the sequence that `key` starts in `area`.

    The points of the low-discrepancy sequence R2, started anywhere by a hash of `key`, fill
    the area's bounding box evenly; those outside the area are passed over, and the number
    counts the others from 1. So a point depends on its number, the key and the area alone:
    another thing in the area moves none, and things with consecutive numbers lie well apart.
    Points are uniform in area (on the sphere: degrees of longitude against the sine of the
    latitude).

    Parameters
    ----------
    area
        Polygon or multipolygon in degrees (EPSG:4326), valid.
    numbers
        k numbers from 1; the same number is the same point.
    key
        Any text; areas with different keys are filled differently.

    Returns
    -------
    points
        k × 2: longitude and latitude in degrees, rounded to 6 decimals and inside the area.
        An empty area gives NaN; of a sliver, which the sequence hardly meets, every number it
        did not reach gets the same point on it.
    """
    if area is None or shapely.is_empty(area) or not len(numbers):
        return np.full((len(numbers), 2), np.nan)
    shapely.prepare(area)
    needed = int(numbers.max())
    west, south, east, north = shapely.bounds(area)
    box = (east - west) * (north - south)
    share = max(shapely.area(area) / box if box > 0 else 0.0, 1e-3)
    batch = min(int(1.2 * needed / share) + 16, _MOST_TRIED)
    start = _start(key)
    low, high = np.sin(np.radians([south, north]))
    found: list[Floats] = []
    held = tried = 0
    while held < needed and tried < _MOST_TRIED:
        steps = np.arange(tried + 1, tried + batch + 1)[:, None] * _STEPS
        part = (start + steps) % 1
        lon = west + part[:, 0] * (east - west)
        lat = np.degrees(np.arcsin(low + part[:, 1] * (high - low)))
        points = np.round(np.column_stack([lon, lat]), POSITION_DECIMALS)
        inside = points[shapely.contains_xy(area, points[:, 0], points[:, 1])]
        found.append(inside)
        held, tried = held + len(inside), tried + batch
    every = np.concatenate(found)
    if held < needed:
        somewhere = shapely.get_coordinates(shapely.point_on_surface(area))
        every = np.concatenate([every, np.repeat(somewhere, needed - held, axis=0)])
    return every[numbers - 1]


def _start(key: str) -> Floats:
    digest = blake2b(key.encode(), digest_size=16).digest()
    return np.frombuffer(digest, dtype=">u8").astype(np.float64) / 2.0**64
