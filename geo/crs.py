"""The coordinate systems: what is stored, what is measured in, what Chinese map services shift.

Positions are stored in WGS 84 (EPSG:4326); distances and areas are in EPSG:4548
(CGCS2000 / 3-degree Gauss-Krüger, central meridian 117°E), metres. CGCS2000 and WGS 84
differ by centimetres and count as one. GCJ-02 (Amap, Tencent) and BD-09 (Baidu) are
deliberate distortions of WGS 84 by some 500 m; their formulas were never published by
their makers and are the ones everyone reverse-engineered.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pyproj.network
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.errors import CrsError, bad_argument

STORED_CRS = "EPSG:4326"
METRIC_CRS = "EPSG:4548"

# The box outside of which GCJ-02 and BD-09 are WGS 84: lon_min, lat_min, lon_max, lat_max.
CHINA_BOX = (72.004, 0.8293, 137.8347, 55.8271)

_KRASOVSKY_A_M = 6_378_245.0
_KRASOVSKY_E2 = 0.00669342162296594323
_BD_LON, _BD_LAT = 0.0065, 0.006
_BD_PI = np.pi * 3000 / 180
_INVERSE_STEPS = 4  # the distortion shrinks differences by 50 and more: far below 1 mm

Degrees = NDArray[np.float64]
Pair = tuple[Degrees, Degrees]

# A grid fetched from abroad would change results and break the service without internet.
pyproj.network.set_network_enabled(False)  # type: ignore[attr-defined]


def _in_china(lon: Degrees, lat: Degrees) -> NDArray[np.bool_]:
    low_lon, low_lat, high_lon, high_lat = CHINA_BOX
    return (lon >= low_lon) & (lon <= high_lon) & (lat >= low_lat) & (lat <= high_lat)


def _gcj_shift(lon: Degrees, lat: Degrees) -> Pair:
    """Return the shift WGS 84 -> GCJ-02 in degrees, on the Krasovsky ellipsoid."""
    x, y = lon - 105, lat - 35
    root, both = np.sqrt(np.abs(x)), 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
    north_m = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north_m += (2 / 3) * (both + 20 * np.sin(np.pi * y) + 40 * np.sin(np.pi * y / 3))
    north_m += (2 / 3) * (160 * np.sin(np.pi * y / 12) + 320 * np.sin(np.pi * y / 30))
    east_m = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east_m += (2 / 3) * (both + 20 * np.sin(np.pi * x) + 40 * np.sin(np.pi * x / 3))
    east_m += (2 / 3) * (150 * np.sin(np.pi * x / 12) + 300 * np.sin(np.pi * x / 30))
    phi = np.radians(lat)
    magic = 1 - _KRASOVSKY_E2 * np.sin(phi) ** 2
    meridian_m = _KRASOVSKY_A_M * (1 - _KRASOVSKY_E2) / magic**1.5
    parallel_m = _KRASOVSKY_A_M * np.cos(phi) / np.sqrt(magic)
    return np.degrees(east_m / parallel_m), np.degrees(north_m / meridian_m)


def _bd_shift(lon: Degrees, lat: Degrees) -> Pair:
    """Return the shift GCJ-02 -> BD-09 in degrees."""
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_PI)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_PI)
    return radius * np.cos(angle) + _BD_LON - lon, radius * np.sin(angle) + _BD_LAT - lat


def _shifted(
    lon: ArrayLike, lat: ArrayLike, shift: Callable[[Degrees, Degrees], Pair], *, inverse: bool
) -> Pair:
    """Add `shift` inside the China box, or undo it by fixed-point iteration."""
    lon_, lat_ = np.broadcast_arrays(
        np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    )
    inside = _in_china(lon_, lat_)
    start_lon, start_lat = np.where(inside, lon_, 105.0), np.where(inside, lat_, 35.0)
    by_lon, by_lat = shift(start_lon, start_lat)
    if inverse:
        for _ in range(_INVERSE_STEPS):
            by_lon, by_lat = shift(start_lon - by_lon, start_lat - by_lat)
        by_lon, by_lat = -by_lon, -by_lat
    return np.where(inside, lon_ + by_lon, lon_), np.where(inside, lat_ + by_lat, lat_)


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """
    Shift positions from WGS 84 to GCJ-02 (Amap, Tencent).

    Parameters
    ----------
    lon, lat
        Degrees, shapes that broadcast. Missing values (NaN) pass through, and so does
        every position outside `CHINA_BOX`, where the two systems are the same.

    Returns
    -------
    lon, lat
        Degrees, of the broadcast shape.
    """
    return _shifted(lon, lat, _gcj_shift, inverse=False)


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Undo `wgs84_to_gcj02` to well below a millimetre (degrees in, degrees out)."""
    return _shifted(lon, lat, _gcj_shift, inverse=True)


def wgs84_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Shift positions from WGS 84 to BD-09 (Baidu); see `wgs84_to_gcj02`."""
    return _shifted(*wgs84_to_gcj02(lon, lat), _bd_shift, inverse=False)


def bd09_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Undo `wgs84_to_bd09` to well below a millimetre (degrees in, degrees out)."""
    return gcj02_to_wgs84(*_shifted(lon, lat, _bd_shift, inverse=True))


def _unchanged(lon: ArrayLike, lat: ArrayLike) -> Pair:
    lon_, lat_ = np.broadcast_arrays(
        np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    )
    return lon_.copy(), lat_.copy()


_TO_WGS84: dict[str, Callable[[ArrayLike, ArrayLike], Pair]] = {
    "wgs84": _unchanged,
    "cgcs2000": _unchanged,
    "gcj02": gcj02_to_wgs84,
    "bd09": bd09_to_wgs84,
    "from_gcj02": _unchanged,
    "from_bd09": _unchanged,
}


def to_wgs84(lon: ArrayLike, lat: ArrayLike, *, datum: str) -> Pair:
    """
    Bring positions of any known datum to WGS 84.

    Parameters
    ----------
    lon, lat
        Degrees in `datum`; missing values (NaN) pass through.
    datum
        `wgs84`, `cgcs2000` (taken as the same), `gcj02` or `bd09`; `from_gcj02` and
        `from_bd09` say that a position has been converted already, and convert nothing.

    Returns
    -------
    lon, lat
        Degrees, WGS 84.

    Raises
    ------
    ArgumentError
        If `datum` is not one of these.
    """
    if datum not in _TO_WGS84:
        raise bad_argument("datum", datum, "why_one_of", allowed=tuple(_TO_WGS84))
    return _TO_WGS84[datum](lon, lat)


@cache
def _transformer() -> pyproj.Transformer:
    made = pyproj.Transformer.from_crs(STORED_CRS, METRIC_CRS, always_xy=True)
    # Every thread has to make its own: from the two systems in a tenth of a second, from the
    # steps that lead from one to the other in half a millisecond.
    return pyproj.Transformer.from_pipeline(made.definition)


def _transformed(first: ArrayLike, second: ArrayLike, direction: str) -> Pair:
    one, two = _unchanged(first, second)
    known = np.isfinite(one) & np.isfinite(two)
    to_first, to_second = _transformer().transform(
        np.where(known, one, np.nan), np.where(known, two, np.nan), direction=direction
    )
    return np.where(known, to_first, np.nan), np.where(known, to_second, np.nan)


def to_metres(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Project WGS 84 degrees to `METRIC_CRS`: x (east) and y (north) in metres, NaN stays NaN."""
    return _transformed(lon, lat, "FORWARD")


def to_degrees(x: ArrayLike, y: ArrayLike) -> Pair:
    """Undo `to_metres`: x and y in metres of `METRIC_CRS` to degrees lon and lat, WGS 84."""
    return _transformed(x, y, "INVERSE")


def shapes_to_metres(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """
    Project n shapes in EPSG:4326 to `METRIC_CRS`; the index stays.

    What `GeoSeries.to_crs` gives, without the tenth of a second that it takes in a new thread.

    Raises
    ------
    CrsError
        If `shapes` has no CRS or another one.
    """
    require_crs(shapes, STORED_CRS)
    return _projected(shapes, to_metres, METRIC_CRS)


def shapes_to_degrees(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """
    Undo `shapes_to_metres`: n shapes in `METRIC_CRS` to EPSG:4326.

    Raises
    ------
    CrsError
        If `shapes` has no CRS or another one.
    """
    require_crs(shapes, METRIC_CRS)
    return _projected(shapes, to_degrees, STORED_CRS)


def _projected(
    shapes: gpd.GeoSeries, transform: Callable[[ArrayLike, ArrayLike], Pair], crs: str
) -> gpd.GeoSeries:
    moved = shapely.transform(shapes.to_numpy(), transform, interleaved=False)
    return gpd.GeoSeries(moved, index=shapes.index, crs=crs)


def area_km2(shapes: gpd.GeoSeries) -> pd.Series:
    """
    Measure areas in square kilometres, in `METRIC_CRS`.

    Parameters
    ----------
    shapes
        n polygons in any known CRS; a missing or empty one measures 0.

    Returns
    -------
    area
        n numbers with the index of `shapes`.

    Raises
    ------
    CrsError
        If `shapes` has no CRS.
    """
    if shapes.crs is None:
        raise CrsError("crs", expected=METRIC_CRS, found="无")
    stored = shapes.crs == pyproj.CRS.from_user_input(STORED_CRS)
    metric = shapes_to_metres(shapes) if stored else shapes.to_crs(METRIC_CRS)
    areas = metric.area.fillna(0.0) / 1e6
    return pd.Series(areas, name="area_km2")


def require_crs(frame: gpd.GeoDataFrame | gpd.GeoSeries, crs: Any) -> None:
    """
    Refuse a table whose CRS is not `crs`.

    Raises
    ------
    CrsError
        If `frame` has no CRS or another one; nothing is converted silently.
    """
    if frame.crs is None or frame.crs != pyproj.CRS.from_user_input(crs):
        found = "无" if frame.crs is None else frame.crs.to_string()
        raise CrsError("crs", expected=str(crs), found=found)
