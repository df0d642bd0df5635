"""Uploaded GeoJSON and KML: a feature is a row, its point the longitude and latitude."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from geo.uploads.grids import GridError, Row, Sheet, filled
from geo.uploads.headings import Headings
from geo.uploads.markup import parser

AXES = ("lon", "lat")
SAME_DEGREES = 1e-5  # a metre: what a program may lose of a position


class Feature(NamedTuple):
    """
    What a feature states of itself, what it has besides, and where it is.

    What is besides (the name of a placemark) counts only for columns that no feature of
    the file states. `point` is (longitude, latitude) in WGS 84 degrees, or None.
    """

    stated: dict[str, Any]
    besides: dict[str, Any]
    point: Sequence[Any] | None


def feature_sheet(features: Iterable[Feature], headings: Headings) -> Sheet:
    """Return features as a table; row n is the n-th feature."""
    found = list(features)
    stated = list(dict.fromkeys(chain.from_iterable(feature.stated for feature in found)))
    taken = set(headings.match(stated).matched.values())
    besides = [
        name
        for name in dict.fromkeys(chain.from_iterable(feature.besides for feature in found))
        if not taken & set(headings.match([name]).matched.values()) and name not in stated
    ]

    def rows() -> Iterator[tuple[list[Any], Sequence[Any] | None]]:
        for feature in found:
            own, more = map(feature.stated.get, stated), map(feature.besides.get, besides)
            yield [*own, *more], feature.point

    return Sheet(None, partial(placed_rows, [*stated, *besides], rows, headings))


def placed_rows(
    names: list[str],
    rows: Callable[[], Iterable[tuple[list[Any], Sequence[Any] | None]]],
    headings: Headings,
) -> Iterator[Row]:
    """
    Yield the header `names` with longitude and latitude, then `rows`: (cells, point).

    Where the cells state a position too, it must be that of the point: a program may have
    moved the one and not the other, and which is meant nobody can tell.

    Raises
    ------
    GridError
        If a row states another position than its point.
    """
    columns = {column: at for at, column in headings.match(names).matched.items()}
    places = [columns.get(axis) for axis in AXES]
    header = [*names, *(axis for axis, at in zip(AXES, places, strict=True) if at is None)]
    positions = [header.index(axis) if at is None else at
                 for axis, at in zip(AXES, places, strict=True)]  # fmt: skip

    def body() -> Iterator[tuple[int, list[Any]]]:
        for number, (cells, point) in enumerate(rows(), 1):
            whole = [*cells, *[None] * (len(header) - len(names))]
            if point is not None:
                for at, value in zip(positions, point, strict=False):
                    if _blank(whole[at]):
                        whole[at] = value
                    elif _apart(whole[at], value):
                        raise GridError("positions_apart", number=number)
            yield number, whole

    yield 0, list(header)
    yield from filled(body())


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _apart(stated: Any, value: Any) -> bool:
    try:
        return abs(float(stated) - float(value)) > SAME_DEGREES
    except (TypeError, ValueError, OverflowError):
        return False  # the check will say what is wrong with it


def geojson_features(data: bytes) -> Iterator[Feature]:
    """
    Yield the features of a GeoJSON file in WGS 84.

    Raises
    ------
    GridError
        If it is broken, in another CRS, or has shapes that are not points.
    """
    try:
        content = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise GridError("encoding") from None
    except (ValueError, RecursionError):
        raise GridError("file_unreadable", reason="不是完整的 JSON") from None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        raise GridError("file_unreadable", reason="没有 FeatureCollection")
    crs = json.dumps(content.get("crs", "CRS84"))
    if not re.search(r"CRS84|EPSG:+4326\b|EPSG:+4490\b", crs):
        raise GridError("file_unreadable", reason="坐标系不是 WGS 84（EPSG:4326）")
    for number, feature in enumerate(features, 1):
        yield _feature(number, feature)


def _no_constant(name: str) -> float:
    raise GridError("file_unreadable", reason=f"{name} 不是数字")


def _feature(number: int, feature: Any) -> Feature:
    stated = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(stated, dict):
        raise GridError("file_unreadable", reason=f"第 {number} 个要素没有属性")
    geometry = feature.get("geometry")
    if geometry is None:
        return Feature(stated, {}, None)
    place = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if not isinstance(place, list) or geometry.get("type") != "Point" or len(place) < 2:
        raise not_a_point(number)
    return Feature(stated, {}, place[:2])


def not_a_point(number: int) -> GridError:
    """Return the refusal of the shape of feature `number`."""
    return GridError("not_points", number=number)


def kml_features(data: bytes) -> list[Feature]:
    """
    Return the placemarks of a KML file.

    What its extended data say counts before the placemark's own name and description.

    Raises
    ------
    GridError
        If a placemark is not a point.
    """
    features: list[Feature] = []
    path: list[str] = []
    said: list[str] = []
    head = ""

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal head
        path.append(name)
        said.clear()
        if path == ["kml"]:
            return
        if len(path) == 1:
            raise GridError("layer_unreadable", reason="不是 KML")
        if path[-1] == "Placemark":
            features.append(Feature({}, {}, None))
        elif path[-1] in {"Data", "SimpleData"}:
            head = given.get("name", "")
        elif path[-1] in _SHAPES and "Placemark" in path:
            raise not_a_point(len(features))

    def end(_name: str) -> None:
        text, (above, here) = "".join(said).strip(), (["", *path])[-2:]
        said.clear()
        path.pop()
        if "Placemark" not in path:
            return
        if above == "Placemark" and here in _OWN:
            features[-1].besides[here] = text
        elif (above, here) == ("Data", "value") or here == "SimpleData":
            features[-1].stated[head] = text
        elif (above, here) == ("Point", "coordinates"):
            place = [part.strip() for part in text.split(",")[:2]]
            if len(place) < 2 or not all(place) or features[-1].point:
                raise not_a_point(len(features))
            features[-1] = features[-1]._replace(point=place)

    made = parser(start, end)
    made.CharacterDataHandler = said.append
    made.Parse(data, True)
    return features


_OWN = ("name", "description", "address", "phoneNumber")
_SHAPES = {"LineString", "LinearRing", "Polygon", "MultiGeometry", "Model", "Track", "MultiTrack"}
