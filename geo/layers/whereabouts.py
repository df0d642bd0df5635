"""In which township a position falls, by the boundary layer."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike

from geo.crs import STORED_CRS, require_crs, shapes_to_metres, to_metres
from geo.keys import require_columns

# A border along a street runs through its middle, a phone is good to 10 m, and maps of
# 1:10 000 to 5 m: nearer to a border than this, a position may lie on either side.
BORDER_M = 20.0


def townships_of_points(
    layer: gpd.GeoDataFrame,
    lon: ArrayLike,
    lat: ArrayLike,
    *,
    prefer: pd.Series | None = None,
    border_m: float = BORDER_M,
) -> pd.Series:
    """
    Return in which township each position falls.

    Parameters
    ----------
    layer
        `township_code` and polygons in EPSG:4326, not simplified. It should be official: of
        a schematic layer the answer means nothing.
    lon, lat
        n positions in degrees WGS 84; NaN where unknown.
    prefer
        n township codes (the registered ones; missing allowed): the answer wherever the
        position is in that township or within `border_m` of it.
    border_m
        Metres; a position in no township belongs to the nearest one that is this near.

    Returns
    -------
    townships
        n codes, missing where the position is unknown or in no township. The index is that
        of `lon` if it is a series, else a range.

    Raises
    ------
    CrsError
        If `layer` is not in EPSG:4326.
    MissingColumnError
        If `layer` has no `township_code`.
    """
    require_crs(layer, STORED_CRS)
    require_columns(layer, "township_code")
    index = lon.index if isinstance(lon, pd.Series) else pd.RangeIndex(np.size(lon))
    x, y = to_metres(
        np.asarray(lon, dtype=np.float64).ravel(), np.asarray(lat, dtype=np.float64).ravel()
    )
    known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    points = shapely.points(x[known], y[known])
    shapes = shapes_to_metres(layer.geometry).to_numpy()
    point, shape = shapely.STRtree(shapes).query(points, predicate="dwithin", distance=border_m)
    codes = layer["township_code"].to_numpy(dtype=object)
    found = pd.DataFrame({"at": known[point], "code": codes[shape]})
    found["away_m"] = shapely.distance(points[point], shapes[shape])
    if prefer is not None:
        wanted = prefer.to_numpy(dtype=object)[found["at"]]
        found.loc[(found["code"] == wanted).to_numpy(dtype=bool), "away_m"] = -1.0
    nearest = found.sort_values(["at", "away_m", "code"], kind="stable").drop_duplicates("at")
    answer = pd.Series([None] * len(index), index=index, dtype="str", name="township_code")
    answer.iloc[nearest["at"].to_numpy()] = nearest["code"].to_numpy()
    return answer
