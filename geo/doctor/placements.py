"""Positions beside the areas they are registered in: how far outside, and what they may err."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.crs import STORED_CRS, require_crs, shapes_to_metres, to_metres
from geo.layers.whereabouts import townships_of_points
from geo.schema import CITY_BOUNDS, EXACT_PRECISIONS, PRECISIONS

# How far off, in metres, a position of each precision may be without being wrong.
OFF_M = {"surveyed": 20.0, "building": 100.0, "street": 500.0, "village": 2000.0}
COARSE_OFF_M = 5000.0  # township, unknown: an approximate seat
OUTLINE_OFF_M = 500.0  # a county outline has a vertex every few kilometres
BORDER_OFF_M = 50.0  # of an official township layer, simplified or surveyed otherwise
ZERO_DEGREES = 0.01
NEAR_DEGREES = 3.0  # from the middle of the city
ORDER = [stored for stored, *_ in PRECISIONS]


class Placements:
    """
    The positions of n venues and how they lie to the areas they are registered in.

    `ids`, `called`: their ids and names; `lon`, `lat`: degrees, NaN where missing; `x`, `y`:
    metres (EPSG:4548), NaN far away;
    `placed`, `zero` (at 0, 0), `swapped` (in the city's frame once exchanged), `sound` (placed
    and neither); `precision`, `exact`; `off_m`: how far off a position of this precision may be;
    `county`, `township`: the registered code, "" where none or without an outline; `area`: the
    finer of both; `shapes`: its outline in degrees, or None; `city_m`, `county_m`,
    `township_m`: metres outside of these, 0 inside or where none is registered;
    `stands_in`: the county in which, or nearest to which, the position lies; `holds`: the
    township of `township_layer` in which it does, "" where none.

    Parameters
    ----------
    venues
        n rows, RangeIndex.
    counties, townships
        The tables of those names.
    county_layer, township_layer
        Outlines with their codes in EPSG:4326; `township_layer` None if there is no official one.

    Raises
    ------
    CrsError
        If a layer is not in EPSG:4326.
    """

    def __init__(
        self,
        venues: pd.DataFrame,
        counties: pd.DataFrame,
        townships: pd.DataFrame,
        county_layer: gpd.GeoDataFrame,
        township_layer: gpd.GeoDataFrame | None,
    ) -> None:
        self.venues = venues
        self.ids, self.called = venues["venue_id"].tolist(), venues["name"].tolist()
        self.townships = townships.drop_duplicates("township_code").set_index("township_code")
        self.names = dict(zip(counties["county_code"], counties["name"], strict=True))
        self.names |= dict(self.townships["name"])
        self.precision = venues["position_precision"].fillna("unknown").to_numpy(object)
        self.exact = np.isin(self.precision.astype(str), EXACT_PRECISIONS)
        self.off_m = np.array([OFF_M.get(one, COARSE_OFF_M) for one in self.precision])
        self._place()
        self._register(county_layer, township_layer)

    def _place(self) -> None:
        self.lon = self.venues["lon"].to_numpy(float, na_value=np.nan)
        self.lat = self.venues["lat"].to_numpy(float, na_value=np.nan)
        self.placed = np.isfinite(self.lon) & np.isfinite(self.lat)
        self.zero = self.placed & (np.maximum(np.abs(self.lon), np.abs(self.lat)) < ZERO_DEGREES)
        inside, turned = _in_frame(self.lon, self.lat), _in_frame(self.lat, self.lon)
        self.swapped = self.placed & ~inside & turned
        self.sound = self.placed & ~self.zero & ~self.swapped
        near = (np.abs(self.lon - 117) < NEAR_DEGREES) & (np.abs(self.lat - 36) < NEAR_DEGREES)
        # Further away the projection has no meaning.
        self.x, self.y = to_metres(
            np.where(near, self.lon, np.nan), np.where(near, self.lat, np.nan)
        )

    def _register(
        self, county_layer: gpd.GeoDataFrame, township_layer: gpd.GeoDataFrame | None
    ) -> None:
        require_crs(county_layer, STORED_CRS)
        counties = dict(zip(county_layer["county_code"], county_layer.geometry, strict=True))
        outlines = dict(counties)
        self.holds = np.full(len(self.lon), "", dtype=object)
        if township_layer is not None:
            require_crs(township_layer, STORED_CRS)
            outlines |= zip(township_layer["township_code"], township_layer.geometry, strict=True)
            found = townships_of_points(township_layer, self.lon, self.lat, border_m=0)
            self.holds = found.fillna("").to_numpy(object)
        through = self.venues["township_code"].map(self.townships["county_code"])
        self.county = _known(self.venues["county_code"].fillna(through), outlines)
        self.township = _known(self.venues["township_code"], outlines)
        self.area = np.where(self.township == "", self.county, self.township)
        self.shapes = np.array([outlines.get(code) for code in self.area], dtype=object)

        metric = shapes_to_metres(gpd.GeoSeries(outlines, crs=STORED_CRS))
        points = shapely.points(self.x, self.y)
        points[~np.isfinite(self.x)] = None
        codes = np.array(list(counties), dtype=object)
        apart_m = shapely.distance(points[:, None], metric[codes].to_numpy()[None, :])
        apart_m = np.where(np.isnan(apart_m), np.inf, apart_m)
        self.city_m = apart_m.min(axis=1)
        self.stands_in = codes[apart_m.argmin(axis=1)]
        self.county_m = _outside_m(points, metric, self.county)
        self.township_m = _outside_m(points, metric, self.township)


def _in_frame(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    west, south, east, north = CITY_BOUNDS
    return (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)


def _known(codes: pd.Series, outlines: Mapping[str, Any]) -> NDArray[np.object_]:
    return np.array([code if code in outlines else "" for code in codes.fillna("")], dtype=object)


def _outside_m(
    points: NDArray[np.object_], metric: gpd.GeoSeries, codes: NDArray[np.object_]
) -> NDArray[np.float64]:
    shapes = metric.reindex(codes).to_numpy()
    outside_m: NDArray[np.float64] = shapely.distance(points, shapes)
    outside_m[np.isnan(outside_m)] = 0.0
    return outside_m
