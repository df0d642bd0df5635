"""Boundary layers as GeoJSON: shapes, and the member `layer` that says where they come from."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from datetime import date
from typing import Any

import geopandas as gpd
import shapely

from geo.boundaries import LayerInfo
from geo.crs import STORED_CRS, require_crs
from geo.errors import FileError

DECIMALS = 6  # about 0.1 m
COLUMNS = {
    "county": ("county_code", "name"),
    "township": ("township_code", "name", "county_code"),
}
KINDS = ("schematic", "official")


def layer_bytes(layer: gpd.GeoDataFrame, info: LayerInfo) -> bytes:
    """
    Return `layer` and `info` as GeoJSON, one feature a line, degrees to 6 decimals.

    Parameters
    ----------
    layer
        One row per county or township: its code, `name` (townships: `county_code`) and
        geometry in EPSG:4326.
    info
        Where the layer comes from.

    Raises
    ------
    CrsError
        If `layer` is not in EPSG:4326.
    """
    require_crs(layer, STORED_CRS)
    features = []
    for values, shape in zip(
        layer[list(COLUMNS[info.level])].itertuples(index=False), layer.geometry, strict=True
    ):
        feature = {
            "type": "Feature",
            "properties": dict(zip(COLUMNS[info.level], values, strict=True)),
            "geometry": _rounded(shapely.geometry.mapping(shape)),
        }
        features.append(json.dumps(feature, ensure_ascii=False, allow_nan=False))
    about = {"type": "FeatureCollection", "layer": asdict(info)}
    start = json.dumps(about, ensure_ascii=False, default=str)[:-1]
    return (start + ', "features": [\n' + ",\n".join(features) + "\n]}\n").encode()


def layer_from_bytes(
    data: bytes, info: LayerInfo | None = None
) -> tuple[gpd.GeoDataFrame, LayerInfo]:
    """
    Return the layer in the GeoJSON `data`, and where it comes from.

    Parameters
    ----------
    data
        GeoJSON in EPSG:4326 with the member `layer`; polygons only.
    info
        Where the layer comes from, for a file without the member `layer`.

    Returns
    -------
    layer, info
        One row per feature: the columns of the level and `geometry` (EPSG:4326).

    Raises
    ------
    FileError
        If the file is not such a layer.
    """
    try:
        content = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
        features = content["features"]
        stated = content.get("layer")
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        raise FileError("boundary", reason="不是完整的 GeoJSON FeatureCollection") from None
    if not isinstance(features, list) or not features:
        raise FileError("boundary", reason="没有要素")
    info = _info(stated) if isinstance(stated, dict) else info
    if info is None:
        raise FileError("boundary", reason="没有 layer 一项，不知道来源和级别")
    columns = COLUMNS[info.level]
    rows, shapes = [], []
    for number, feature in enumerate(features, 1):
        values, shape = _feature(number, feature, columns)
        rows.append(values)
        shapes.append(shape)
    layer = gpd.GeoDataFrame(rows, geometry=shapes, crs=STORED_CRS)
    for column in columns:
        layer[column] = layer[column].astype("str")
    return layer, info


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _feature(number: int, feature: Any, columns: tuple[str, ...]) -> tuple[dict[str, str], Any]:
    try:
        properties = feature["properties"]
        values = {column: str(properties[column]) for column in columns}
        shape = shapely.geometry.shape(feature["geometry"])
    except (LookupError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError):
        reason = f"第 {number} 个要素读不出来，它要有 {'、'.join(columns)} 和面"
        raise FileError("boundary", reason=reason) from None
    if shape.geom_type not in {"Polygon", "MultiPolygon"} or shape.is_empty:
        raise FileError("boundary", reason=f"第 {number} 个要素不是面")
    west, south, east, north = shape.bounds
    inside = -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    if not inside or not all(map(math.isfinite, shape.bounds)):
        raise FileError("boundary", reason=f"第 {number} 个要素的坐标不是经纬度（EPSG:4326）")
    return values, shape


def _info(stated: dict[str, Any]) -> LayerInfo:
    try:
        compiled = stated.get("compiled_on")
        info = LayerInfo(
            level=stated["level"],
            kind=stated["kind"],
            source=str(stated["source"]),
            compiled_on=date.fromisoformat(compiled) if compiled else None,
            approval_number=str(stated.get("approval_number") or ""),
        )
    except (LookupError, TypeError, ValueError):
        raise FileError("boundary", reason="layer 一项里要有 level、kind、source") from None
    if info.level not in COLUMNS or info.kind not in KINDS:
        reason = f"layer 一项的 level 或 kind 不对：{info.level}、{info.kind}"
        raise FileError("boundary", reason=reason)
    return info


def _rounded(geometry: Any) -> Any:
    if isinstance(geometry, dict):
        return {key: _rounded(value) for key, value in geometry.items()}
    if isinstance(geometry, float):
        return round(geometry, DECIMALS)
    return (
        [_rounded(part) for part in geometry] if isinstance(geometry, (list, tuple)) else geometry
    )
