"""Boundary layers with fewer vertices, shared borders kept shared: for maps, not for measures."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.boundaries import DECIMALS, broken
from geo.crs import METRIC_CRS, STORED_CRS, require_crs, shapes_to_degrees, shapes_to_metres
from geo.errors import bad_argument

# A tolerance by which polygons would no longer fit together is halved this often.
_HALVINGS = 4


def simplify(layer: gpd.GeoDataFrame, *, tolerance_m: float) -> gpd.GeoDataFrame:
    """
    Leave out vertices, the same ones on both sides of each shared border.

    Visvalingam-Whyatt in EPSG:4548: corners whose triangle is smaller than about
    `tolerance_m` squared go. No vertex moves.

    Parameters
    ----------
    layer
        n polygons in EPSG:4326 with `DECIMALS` decimals, a valid coverage.
    tolerance_m
        Metres, not negative.

    Returns
    -------
    layer
        The same rows and columns with simpler polygons, a valid coverage.

    Raises
    ------
    ArgumentError
        If `tolerance_m` is negative or not a number.
    CrsError
        If `layer` is not in EPSG:4326.
    GeoError
        If `layer` is not a valid coverage: then shared borders would come apart (code
        "boundary").
    """
    _require_simplifiable(layer, tolerance_m)
    rounded = _fewer_vertices(layer, tolerance_m)
    if rounded is None:
        raise broken(f"简化到 {tolerance_m:g} 米后界线对不上，请用小一些的容差")
    return _redrawn(layer, rounded)


def _require_simplifiable(layer: gpd.GeoDataFrame, tolerance_m: float) -> None:
    if not 0 <= tolerance_m < np.inf:
        raise bad_argument("tolerance_m", tolerance_m, "why_below", low=0)
    require_crs(layer, STORED_CRS)
    if not shapely.coverage_is_valid(layer.geometry.to_numpy()):
        raise broken("相邻的面有重叠、缝隙或对不上的界线，不能简化")


def _redrawn(layer: gpd.GeoDataFrame, shapes: NDArray[np.object_]) -> gpd.GeoDataFrame:
    return layer.set_geometry(gpd.GeoSeries(shapes, index=layer.index, crs=STORED_CRS))


def _fewer_vertices(
    layer: gpd.GeoDataFrame, tolerance_m: float, *, exact: bool = False
) -> NDArray[np.object_] | None:
    """
    Return simpler polygons on the grid of `DECIMALS`; None if they do not fit together.

    With `exact` off the grid rather than not at all.
    """
    shapes = shapes_to_metres(layer.geometry).to_numpy()
    fewer = gpd.GeoSeries(shapely.coverage_simplify(shapes, tolerance_m), crs=METRIC_CRS)
    degrees = shapes_to_degrees(fewer).to_numpy()
    rounded = np.asarray(shapely.transform(degrees, lambda at: np.round(at, DECIMALS)))
    for made in (rounded, degrees) if exact else (rounded,):
        if shapely.coverage_is_valid(made) and not shapely.is_empty(made).any():
            return made
    return None


def display_layers(
    townships: gpd.GeoDataFrame, counties: gpd.GeoDataFrame, *, tolerance_m: float
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """
    Simplify townships and counties for a map as one: a county is what its townships fill.

    Parameters
    ----------
    townships
        n polygons in EPSG:4326, a valid coverage, with `county_code`.
    counties
        m counties in EPSG:4326: `county_code`. The outline of one with townships is not
        used; another is simplified by itself.
    tolerance_m
        Metres, not negative, as for `simplify`; smaller if polygons so simple would not
        fit together.

    Returns
    -------
    townships, counties
        The same rows and columns with simpler polygons, on the grid of `DECIMALS` if they
        can be. Each layer is a valid coverage, no gap is opened between neighbours, and
        every border of a county with townships is one of theirs.

    Raises
    ------
    ArgumentError
        If `tolerance_m` is negative or not a number.
    CrsError
        If a layer is not in EPSG:4326.
    GeoError
        If `townships` is not a valid coverage (code "boundary").
    """
    _require_simplifiable(townships, tolerance_m)
    require_crs(counties, STORED_CRS)
    drawn = townships
    for tolerance in [tolerance_m / 2**step for step in range(_HALVINGS)] + [0.0]:
        fewer = _fewer_vertices(townships, tolerance, exact=True)
        if fewer is not None:
            drawn = _redrawn(townships, fewer)
            break
    home = drawn["county_code"].to_numpy()
    outlines = np.array(counties.geometry.to_numpy(), dtype=object)
    for at, code in enumerate(counties["county_code"]):
        own = drawn.geometry.to_numpy()[home == code]
        if len(own):
            outlines[at] = shapely.coverage_union_all(own)
            continue
        fewer = _fewer_vertices(counties.iloc[[at]], tolerance_m, exact=True)
        outlines[at] = outlines[at] if fewer is None else fewer[0]
    return drawn, _redrawn(counties, shapely.orient_polygons(outlines))
