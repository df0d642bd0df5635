"""Boundary layers: what a layer is, the schematic townships, the simplified copy.

The township layer that is shipped is a picture, not a boundary: each county divided among
its township seats. It is kind `schematic` and says so wherever it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

from geo.crs import (
    STORED_CRS,
    require_crs,
    to_metres,
)
from geo.errors import GeoError, MissingColumnError
from geo.layers.tessellation import SEAT_GAP_M, divide, inner_seats
from geo.layers.topology import check_counties, check_townships
from geo.layers.wedges import off_grid, on_grid

__all__ = ["LayerInfo", "build_townships", "check_counties", "check_townships", "seats_outside"]

DECIMALS = 6  # of a degree, as stored: about 0.1 m


@dataclass(frozen=True)
class LayerInfo:
    """What a boundary layer is: shown on every map and export that uses it."""

    level: str  # "county" or "township"
    kind: str  # "schematic" or "official"
    source: str
    compiled_on: date | None = None
    approval_number: str = ""  # 审图号; empty: not reviewed


def broken(reason: str) -> GeoError:
    """Return the error of a layer that cannot be used, with its reason in Chinese."""
    return GeoError("boundary", reason=reason)


def _require_columns(table: pd.DataFrame, columns: str) -> None:
    absent = [name for name in columns.split() if name not in table]
    if absent:
        raise MissingColumnError("column_absent", columns="、".join(absent))


def _require_divisible(counties: gpd.GeoDataFrame) -> dict[str, Polygon]:
    """Return the counties on the stored grid by code, or say why they cannot be divided."""
    require_crs(counties, STORED_CRS)
    _require_columns(counties, "county_code name")
    if counties["county_code"].duplicated().any():
        raise broken("县市区代码重复")
    shapes = {}
    for code, name, shape in zip(
        counties["county_code"], counties["name"], counties.geometry, strict=True
    ):
        if not isinstance(shape, Polygon) or shape.is_empty or shape.interiors:
            raise broken(f"{name} 应是一整块没有洞的面")
        shapes[str(code)] = on_grid(shape)
        if not shapes[str(code)].is_valid:
            raise broken(f"{name} 的边界自相交：{shapely.is_valid_reason(shapes[str(code)])}")
    if not shapely.coverage_is_valid(list(shapes.values())):
        raise broken("县市区之间有重叠、缝隙或对不上的界线，请先运行 boundaries check")
    return shapes


def _require_seats(townships: pd.DataFrame, shapes: dict[str, Polygon]) -> None:
    _require_columns(townships, "township_code name county_code seat_lon seat_lat")
    unknown = townships[~townships["county_code"].isin(list(shapes))]
    if len(unknown):
        raise broken(f"这些乡镇街道所在的县市区不在边界里：{'、'.join(unknown['name'])}")
    repeated = townships[townships["township_code"].duplicated()]
    if len(repeated):
        raise broken(f"乡镇街道代码重复：{'、'.join(repeated['township_code'])}")
    known = np.isfinite(townships[["seat_lon", "seat_lat"]].to_numpy(np.float64)).all(axis=1)
    if not known.all():
        raise broken(f"没有驻地坐标：{'、'.join(townships['name'][~known])}")
    empty = sorted(set(shapes) - set(townships["county_code"]))
    if empty:
        raise broken(f"这些县市区没有乡镇街道：{'、'.join(empty)}")


def _seats_m(members: pd.DataFrame) -> NDArray[np.float64]:
    seats_m = np.column_stack(to_metres(members["seat_lon"], members["seat_lat"]))
    for one, other in combinations(range(len(members)), 2):
        if np.hypot(*(seats_m[one] - seats_m[other])) < SEAT_GAP_M:
            names = members["name"].iloc[one], members["name"].iloc[other]
            raise broken(f"“{names[0]}”与“{names[1]}”的驻地坐标相同")
    return seats_m


def build_townships(counties: gpd.GeoDataFrame, townships: pd.DataFrame) -> gpd.GeoDataFrame:
    """
    Divide each county among its township seats: a schematic layer, not a boundary.

    Voronoi cells in EPSG:4548, clipped to the county, with a strip along the border given
    to one township per border segment (see `geo.layers.wedges`): so the layer's outer
    vertices are the counties' own, and it fills them exactly in every projection. A seat
    outside its county is moved inside for the construction only; `seats_outside` names it.

    Parameters
    ----------
    counties
        One row per county: `county_code`, `name` and a polygon in EPSG:4326. Together they
        must be a valid coverage. Coordinates are rounded to `DECIMALS`.
    townships
        One row per township: `township_code`, `name`, `county_code`, `seat_lon`, `seat_lat`
        (degrees, WGS 84). n rows.

    Returns
    -------
    layer
        n rows in the order of `townships`: `township_code`, `name`, `county_code` and one
        polygon without holes in EPSG:4326 with `DECIMALS` decimals. The whole layer is a valid
        coverage, also across county borders and after it is written and read as text.

    Raises
    ------
    CrsError
        If `counties` is not in EPSG:4326.
    MissingColumnError
        If a column is absent.
    GeoError
        If the counties are no coverage of single polygons, a township's county is unknown,
        a county has no township, a seat is missing, or two seats cannot be told apart (code
        "boundary").
    """
    shapes = _require_divisible(counties)
    _require_seats(townships, shapes)
    names = dict(zip(counties["county_code"].astype(str), counties["name"], strict=True))
    parts = pd.Series(index=townships.index, dtype=object)
    for code, members in townships.groupby("county_code", sort=True):
        shape = shapes[str(code)]
        places_m, _ = inner_seats(shape, _seats_m(members))
        divided = divide(shape, places_m, name=names[str(code)])
        parts[members.index] = [off_grid(part) for part in divided]
    columns = townships[["township_code", "name", "county_code"]].reset_index(drop=True)
    layer = gpd.GeoDataFrame(columns, geometry=parts.tolist(), crs=STORED_CRS)
    if not shapely.coverage_is_valid(layer.geometry.to_numpy()):
        raise broken("县市区之间的界线对不上")
    return layer


def seats_outside(counties: gpd.GeoDataFrame, townships: pd.DataFrame) -> pd.DataFrame:
    """
    List the seats that `build_townships` moves, because they lie outside their county.

    Parameters
    ----------
    counties, townships
        As for `build_townships`.

    Returns
    -------
    moved
        One row per such township in the order of `townships`: `township_code`, `name`,
        `county_code`, `outside_m` (metres to the county; 0 for a seat on its border).

    Raises
    ------
    GeoError
        As `build_townships`.
    """
    shapes = _require_divisible(counties)
    _require_seats(townships, shapes)
    outside_m = pd.Series(np.nan, index=townships.index)
    for code, members in townships.groupby("county_code", sort=True):
        outside_m[members.index] = inner_seats(shapes[str(code)], _seats_m(members))[1]
    moved = townships[["township_code", "name", "county_code"]].assign(outside_m=outside_m)
    return moved[outside_m.notna()].reset_index(drop=True)
