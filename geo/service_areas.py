"""Service areas as pictures: what lies within a distance of a facility, for the map."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.catchment import metres_of
from geo.cost import DETOUR_FACTOR
from geo.crs import METRIC_CRS, STORED_CRS, require_crs
from geo.errors import ArgumentError

# A circle is drawn as a polygon of four times as many sides, 0.1 % of the radius off at most.
_QUARTER_SIDES = 16
_DROPPED_SHARE = 0.002  # of the radius: bends smaller than that are not drawn
_GRID_DEGREES = 1e-5  # about a metre


def service_areas(
    facilities: pd.DataFrame,
    *,
    limits_m: Sequence[float],
    city: gpd.GeoDataFrame | gpd.GeoSeries,
    detour: float = DETOUR_FACTOR,
) -> gpd.GeoDataFrame:
    """
    Draw what lies within each limit of a facility, as far as straight lines tell.

    A union of circles of the radius limit / detour around the facilities, in EPSG:4548,
    clipped to the city and drawn with few corners: a picture, off by up to 0.3 % of the
    radius. Who is reached is counted by `reach`, never from the drawing.

    Parameters
    ----------
    facilities
        Rows with `lon` and `lat`, degrees in EPSG:4326; those without are left out.
    limits_m
        Costs in metres, after the detour factor.
    city
        Polygons in EPSG:4326 that together are the city.
    detour
        How much longer a road is than the straight line.

    Returns
    -------
    areas
        One row per limit, rising, in EPSG:4326: `limit_m`, `geometry` (empty where there is
        no facility in reach of the city).

    Raises
    ------
    CrsError
        If `city` is in another CRS, or in none.
    """
    require_crs(city, STORED_CRS)
    if not detour >= 1:
        raise ArgumentError("bad_argument", name="detour", value=detour, reason="不能小于 1")
    bounds = shapely.union_all(city.geometry.to_crs(METRIC_CRS).to_numpy())
    at = metres_of(facilities)
    points = shapely.points(at[np.isfinite(at).all(axis=1)])
    limits = sorted(set(limits_m))
    shapes = []
    for limit in limits:
        radius_m = limit / detour
        circles = shapely.buffer(points, radius_m, quad_segs=_QUARTER_SIDES)
        drawn = shapely.simplify(shapely.union_all(circles), _DROPPED_SHARE * radius_m)
        shapes.append(shapely.intersection(drawn, bounds))
    areas = gpd.GeoSeries(shapes, crs=METRIC_CRS).to_crs(STORED_CRS)
    small = shapely.set_precision(areas.to_numpy(), _GRID_DEGREES)
    return gpd.GeoDataFrame({"limit_m": [float(m) for m in limits]}, geometry=small, crs=STORED_CRS)
