"""Which positions stored as WGS 84 may really be GCJ-02 (Amap, Tencent) or BD-09 (Baidu)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.crs import to_metres, to_wgs84
from geo.lettering import squeeze
from geo.schema import EXACT_PRECISIONS

Confidence = Literal["high", "medium", "low"]
RANK: dict[str, int] = {"high": 0, "medium": 1, "low": 2}
SUSPECTS = ("gcj02", "bd09")  # of equal evidence the first counts: it is by far the commoner slip
AS_GIVEN = ("from_gcj02", "from_bd09", "cgcs2000")  # whoever wrote these knew the datum
MOST_NAMESAKES = 20  # a name that more rows share says nothing
APART_M, SAME_PLACE_M = 300.0, 50.0  # twins stand at least so far apart, and so near converted
HINTS = {
    "gcj02": re.compile(r"amap\.com|gaode\.com|map\.qq\.com|高德|腾讯地图", re.I),
    "bd09": re.compile(r"map\.baidu\.com|百度地图", re.I),
}


@dataclass(frozen=True)
class Suspicion:
    """
    One row whose position may stand in `datum`.

    `row`: its place among the rows examined; `lon`, `lat`: the position converted to WGS 84,
    degrees; `evidence`: the strongest reason, of "stored" (the row itself names the datum),
    "twin" (a row of the same name stands where the converted position is), "area" (the
    registered area holds the converted position and not the stored one) and "hint" (the
    source is a map service of that datum); `about`: the twin's id, or the area's name.
    """

    row: int
    datum: str
    lon: float
    lat: float
    evidence: str
    confidence: Confidence
    about: str


def suspicions(
    venues: pd.DataFrame,
    areas: NDArray[np.object_],
    *,
    names: list[str],
    official: NDArray[np.bool_],
) -> list[Suspicion]:
    """
    Say which positions look like GCJ-02 or BD-09 taken for WGS 84, and how surely.

    The numbers alone never show it: both distortions are smooth, so a shifted position looks
    like any other. What can be held against it is told apart by strength:

    * *stored*: the row says GCJ-02 or BD-09 itself, so nobody converted it: high;
    * *twin*: a row of the same name lies at least 300 m away, but within 50 m once this row
      is converted: high if the twin's datum was stated, else medium;
    * *area*: the registered area holds the converted position and not the stored one. A
      position that is wrong by 500 m for any other reason does the same half of the time, so
      medium with an official township, low with anything coarser;
    * *hint*: the source is a map service of that datum: medium, but low if the row states
      WGS 84, for then somebody may have converted it.

    An area together with a hint is one step surer. Evidence of any kind is low when the
    conversion takes the position out of its registered area. Only positions of an exact
    precision are looked at, unless the row names the datum: coarser ones err by more than
    the distortion.

    Parameters
    ----------
    venues
        n rows with positions in degrees: `venue_id`, `name`, `lon`, `lat`,
        `position_precision`, `source_datum`, `source_url`.
    areas
        n polygons in degrees (EPSG:4326), the registered area of each row; None if unknown.
    names
        n names of these areas.
    official
        n booleans: whether the area is a township of an official layer.

    Returns
    -------
    suspicions
        At most one for each row, in the order of the rows.
    """
    lon, lat = venues["lon"].to_numpy(float), venues["lat"].to_numpy(float)
    known = np.array([area is not None for area in areas], dtype=bool)
    stored_in = _covers(areas, lon, lat)
    exact = venues["position_precision"].isin(EXACT_PRECISIONS).to_numpy(bool)
    datum = venues["source_datum"].fillna("").to_numpy(str)
    settled = np.isin(datum, AS_GIVEN)
    found: dict[int, Suspicion] = {}
    for suspect in SUSPECTS:
        to_lon, to_lat = to_wgs84(lon, lat, datum=suspect)
        moved_in = _covers(areas, to_lon, to_lat)
        hinted = venues["source_url"].fillna("").str.contains(HINTS[suspect]).to_numpy(bool)
        twins = _twins(venues, exact & ~settled, to_lon, to_lat)
        for row in np.flatnonzero(np.isfinite(lon) & np.isfinite(lat)).tolist():
            evidence: list[tuple[str, Confidence, str]] = []
            if datum[row] == suspect:
                evidence.append(("stored", "high", ""))
            elif not exact[row] or settled[row] or datum[row] in SUSPECTS:
                continue
            if row in twins:
                sure: Confidence = "high" if settled[twins[row]] else "medium"
                evidence.append(("twin", sure, str(venues["venue_id"].iloc[twins[row]])))
            inside = known[row] and moved_in[row] and not stored_in[row]
            if inside:
                steps: tuple[Confidence, ...] = ("low", "medium", "high")
                sure = steps[int(official[row]) + int(hinted[row])]
                evidence.append(("area", sure, names[row]))
            if hinted[row]:
                evidence.append(("hint", "low" if datum[row] == "wgs84" else "medium", ""))
            if not evidence:
                continue
            kind, sure, about = min(evidence, key=lambda one: RANK[one[1]])
            if known[row] and stored_in[row] and not moved_in[row]:
                sure = "low"
            if row not in found or RANK[sure] < RANK[found[row].confidence]:
                place = float(to_lon[row]), float(to_lat[row])
                found[row] = Suspicion(row, suspect, *place, kind, sure, about)
    return [found[row] for row in sorted(found)]


def _covers(
    areas: NDArray[np.object_], lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.bool_]:
    points = gpd.points_from_xy(lon, lat)
    return np.asarray(shapely.covers(areas, np.asarray(points)), dtype=bool)


def _twins(
    venues: pd.DataFrame,
    asked: NDArray[np.bool_],
    to_lon: NDArray[np.float64],
    to_lat: NDArray[np.float64],
) -> dict[int, int]:
    """Return for each of the `asked` rows the row of the same name where it lands, if any."""
    exact = venues["position_precision"].isin(EXACT_PRECISIONS).to_numpy(bool)
    x, y = to_metres(venues["lon"], venues["lat"])
    to_x, to_y = to_metres(to_lon, to_lat)
    found: dict[int, int] = {}
    for row, other in _same_names(venues["name"], exact & np.isfinite(x)):
        apart = np.hypot(x[row] - x[other], y[row] - y[other])
        landed = np.hypot(to_x[row] - x[other], to_y[row] - y[other])
        if asked[row] and apart >= APART_M and landed <= SAME_PLACE_M:
            found.setdefault(row, other)
    return found


def _same_names(names: pd.Series, among: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    groups: dict[str, list[int]] = {}
    for row in np.flatnonzero(among).tolist():
        groups.setdefault(squeeze(names.iloc[row]), []).append(row)
    for rows in groups.values():
        for row in rows if len(rows) <= MOST_NAMESAKES else ():
            yield from ((row, other) for other in rows if other != row)
