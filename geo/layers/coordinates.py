"""Which coordinates a boundary file has: the CRS, its datum, the way to WGS 84 and to metres.

Only WGS 84 and CGCS2000 are taken, and GCJ-02 and BD-09 when told so. Beijing 1954 and
Xian 1980 lie some 100 m off, by an amount that differs from place to place and whose
parameters are not public: those files are refused, not shifted by a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import CRSError, ProjError

from geo.crs import to_wgs84
from geo.errors import FileError, bad_argument
from geo.schema import CITY_BOUNDS

Shapes = NDArray[np.object_]

DATUMS = ("wgs84", "cgcs2000", "gcj02", "bd09")
DECIMALS = 9  # of a degree, 0.1 mm: far below any survey, and the same number both ways
# Candidates when the numbers do not fit: CGCS2000 in degrees, in 3-degree zones of 117 and
# 114 degrees E without and with zone number, in 6-degree zones; UTM 50N; web mercator.
CANDIDATES = (4490, 4548, 4527, 4547, 4526, 4509, 4498, 32650, 3857)

_MIDDLE_LAT = 36.1
_SPHERE_M = 6_371_000.0
_ACCEPTED = {
    "WORLDGEODETICSYSTEM1984", "WORLDGEODETICSYSTEM1984ENSEMBLE", "WGS1984", "WGS84",
    "CHINA2000", "CGCS2000", "CHINAGEODETICCOORDINATESYSTEM2000",
}  # fmt: skip
_REFUSED_AXES_M = {6_378_245.0: "北京 1954", 6_378_140.0: "西安 1980"}
_GIVEN = re.compile(r"(?:EPSG:)?(\d{4,6})", re.IGNORECASE | re.ASCII)


def _bare(crs: pyproj.CRS) -> pyproj.CRS:
    """Return the horizontal part of a CRS, without a shift to WGS 84 that came with it."""
    while crs.is_bound or crs.is_compound:
        crs = crs.source_crs if crs.is_bound and crs.source_crs else crs.sub_crs_list[0]
    return crs


def _accepted(text: str) -> pyproj.CRS:
    try:
        crs = _bare(pyproj.CRS.from_user_input(text))
        ground = crs.geodetic_crs
    except (CRSError, ProjError, IndexError):
        raise FileError("layer_crs_unknown", crs=_short(text)) from None
    if ground is None or ground.datum is None or not (crs.is_geographic or crs.is_projected):
        raise FileError("layer_crs_unknown", crs=_short(crs.name))
    name = re.sub(r"[^A-Z0-9]", "", ground.datum.name.upper()).removeprefix("D")
    if name in _ACCEPTED:
        return crs
    axis_m = ground.ellipsoid.semi_major_metre if ground.ellipsoid else 0.0
    refused = _REFUSED_AXES_M.get(axis_m)
    if refused:
        raise FileError("layer_crs_shift", crs=_short(crs.name), datum=refused)
    raise FileError("layer_crs_unknown", crs=_short(crs.name))


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:80] + "…"


@dataclass(frozen=True)
class Frame:
    """
    The coordinates of a file: a CRS of WGS 84 or CGCS2000, and a distortion on top of it.

    `plane` are the file's own coordinates in metres. What is straight in the file stays
    straight there: degrees are only stretched.
    """

    crs: pyproj.CRS
    datum: str = "wgs84"

    @property
    def name(self) -> str:
        """How the CRS is called, with its EPSG number when it has one."""
        return _named(self.crs)

    @cached_property
    def _scale(self) -> NDArray[np.float64]:
        """Metres per unit, east and north, in the middle of the city."""
        unit = float(self.crs.axis_info[0].unit_conversion_factor or 1.0)
        across = float(np.cos(np.radians(_MIDDLE_LAT)))
        if self.crs.is_geographic:
            return np.array([across, 1.0]) * unit * _SPHERE_M
        mercator = "mercator" in self._method
        shrunk = across if mercator and "transverse" not in self._method else 1.0
        return np.array([shrunk, shrunk]) * unit

    @property
    def _method(self) -> str:
        operation = self.crs.coordinate_operation
        return (operation.method_name or "").lower() if operation else ""

    @cached_property
    def _inverse(self) -> pyproj.Transformer:
        return pyproj.Transformer.from_crs(self.crs, self.crs.geodetic_crs, always_xy=True)

    def plane(self, shapes: Shapes) -> Shapes:
        """Return `shapes` in the file's own coordinates, as metres."""
        return np.asarray(shapely.transform(shapes, lambda at: at * self._scale))

    def degrees(self, shapes: Shapes, *, plane: bool = True) -> Shapes:
        """Return `shapes` (of `plane`, or else as in the file) in degrees WGS 84, rounded."""

        def turned(at: NDArray[np.float64]) -> NDArray[np.float64]:
            units = at / self._scale if plane else at
            lon, lat = self._inverse.transform(units[:, 0], units[:, 1])
            shifted = np.column_stack(to_wgs84(lon, lat, datum=self.datum))
            return np.asarray(shifted.round(DECIMALS), dtype=np.float64)

        return np.asarray(shapely.transform(shapes, turned))


def _named(crs: pyproj.CRS) -> str:
    epsg = crs.to_epsg(min_confidence=70)
    return f"{_short(crs.name)}（EPSG:{epsg}）" if epsg else _short(crs.name)


def crs_name(text: str) -> str:
    """Return how the CRS that a file states is called; its start if it cannot be read."""
    try:
        return _named(pyproj.CRS.from_user_input(text))
    except (CRSError, ProjError):
        return _short(text)


STORED = Frame(pyproj.CRS.from_epsg(4326))


def frame_of(shapes: Shapes, *, stated: str, assumed: bool, given: str, datum: str) -> Frame:
    """
    Return in which coordinates a file's `shapes` are.

    Parameters
    ----------
    shapes
        The polygons as the file has them, with finite coordinates.
    stated
        The CRS that the file states, as "EPSG:…" or WKT; empty when it states none.
    assumed
        Whether `stated` is only the format's default (GeoJSON without a member `crs`).
    given
        What the operator says, "EPSG:4548" or "4548"; goes before `stated`.
    datum
        One of `DATUMS`, or empty. Says what the file cannot: that degrees are of GCJ-02 or
        BD-09. With a datum and without a CRS the coordinates are taken for degrees.

    Raises
    ------
    FileError
        If no CRS is known (code ``layer_crs_missing``), it cannot be used
        (``layer_crs_unknown``), its datum needs a local shift (``layer_crs_shift``), or no
        polygon lies near the city (``layer_outside``).
    ArgumentError
        If `given` or `datum` is none of these.
    """
    if datum and datum not in DATUMS:
        raise bad_argument("datum", datum, "why_one_of", allowed=tuple(DATUMS))
    told = _GIVEN.fullmatch(given.strip()) if given else None
    if given and not told:
        raise bad_argument("crs", given, "why_epsg")
    stated = f"EPSG:{told[1]}" if told else stated
    if not stated and datum:
        stated = "EPSG:4326"
    if not stated:
        raise FileError("layer_crs_missing", hint=_hint(shapes, None, datum))
    frame = Frame(_accepted(stated), datum or "wgs84")
    if assumed and not told and not _in_degrees(shapes):
        raise FileError("layer_crs_missing", hint=_hint(shapes, None, datum))
    bounds = _bounds(frame, shapes)
    low_lon, low_lat, high_lon, high_lat = CITY_BOUNDS
    near = (bounds[:, 0] < high_lon) & (bounds[:, 2] > low_lon)
    near &= (bounds[:, 1] < high_lat) & (bounds[:, 3] > low_lat)
    if not near.any():
        lon, lat = (bounds[:, :2].mean(axis=0) + bounds[:, 2:].mean(axis=0)) / 2
        where = f"{lon:.3f}，{lat:.3f}" if np.isfinite([lon, lat]).all() else "地球之外"
        raise FileError(
            "layer_outside", crs=frame.name, where=where, hint=_hint(shapes, frame, datum)
        )
    return frame


def _in_degrees(shapes: Shapes) -> bool:
    west, south, east, north = shapely.total_bounds(shapes)
    return bool(-180 <= west <= east <= 180 and -90 <= south <= north <= 90)


def _bounds(frame: Frame, shapes: Shapes) -> NDArray[np.float64]:
    return np.asarray(shapely.bounds(frame.degrees(shapely.envelope(shapes), plane=False)))


def _hint(shapes: Shapes, frame: Frame | None, datum: str) -> str:
    """Say by which CRS the file would lie in the city, if by any."""
    found = [
        name
        for name, other, box in _readings(shapes, frame, datum)
        if _inside(shapely.total_bounds(other.degrees(np.array([box]), plane=False)))
    ]
    return f"从数值看可能是：{'；'.join(found[:3])}。" if found else ""


def _readings(
    shapes: Shapes, frame: Frame | None, datum: str
) -> Iterator[tuple[str, Frame, shapely.Geometry]]:
    west, south, east, north = shapely.total_bounds(shapes)
    as_is, swapped = shapely.box(west, south, east, north), shapely.box(south, west, north, east)
    for code in CANDIDATES:
        crs = pyproj.CRS.from_epsg(code)
        yield f"EPSG:{code}（{crs.name}）", Frame(crs, datum or "wgs84"), as_is
    if frame:
        yield f"{frame.name}，但东坐标（经度）和北坐标（纬度）写反了", frame, swapped


def _inside(bounds: NDArray[np.float64]) -> bool:
    low_lon, low_lat, high_lon, high_lat = CITY_BOUNDS
    west, south, east, north = bounds
    return bool(low_lon <= west and east <= high_lon and low_lat <= south and north <= high_lat)
