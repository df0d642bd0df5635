"""The map of a tour on paper: its places numbered, joined in order by a line that is no road."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import shapely

from geo.layers.storage import Layer
from geo.report.coverage_sections import day_text
from geo.report.document import Picture, Sign, plain
from geo.report.looks import WAY
from geo.schema import EXACT_PRECISIONS
from geo.text import text
from geo.tours.outcome import TourFacts
from geo.tours.tracks import Point, points

_NEAR_DEGREES = 0.03  # about 3 km: townships so near to a place are in the picture


def route_picture(
    tour: TourFacts, *, townships: Layer, counties: Layer, made_on: date
) -> Picture:  # fmt: skip
    """
    Return the map of a tour.

    Places at the same point, as those of one township whose seat stands in, share one sign
    and are numbered together. A position coarser than a street is drawn as approximate.

    Parameters
    ----------
    tour
        What was planned.
    townships, counties
        The boundary layers in force, EPSG:4326.
    made_on
        The day to state.
    """
    (areas, info), (outlines, _) = townships, counties
    listed = points(tour)
    near = shapely.MultiPoint([(one.place.lon, one.place.lat) for one in listed])
    inside = shapely.dwithin(areas.geometry.to_numpy(), near, _NEAR_DEGREES)
    drawn = gpd.GeoDataFrame(
        {
            "code": areas["township_code"].astype(str), "name": areas["name"].astype(str),
            "sign": "plain", "labelled": inside, "inside": inside,
        },
        geometry=areas.geometry, crs=areas.crs,
    )  # fmt: skip
    named = gpd.GeoDataFrame(
        {"name": outlines["name"].astype(str)}, geometry=outlines.geometry, crs=outlines.crs
    )
    signs = _signs(listed)
    used = {sign.name for sign in signs}
    order = ("tour_end", "tour_stop", "tour_about")
    legend = tuple((name, text(f"handbook.sign_{name}")) for name in order if name in used)
    number = info.approval_number or text("paper.about_no_number")
    notices = (
        text("handbook.straight"),
        text("paper.map_layer", kind=text(f"notice.{info.kind}"), number=number),
        text("paper.map_source", source=plain(info.source)),
        text("paper.map_data", date=day_text(made_on)),
    )
    names = "→".join(plain(point.place.name) for point in listed)
    return Picture(
        name="route", caption=text("handbook.map"), alt=text("handbook.map_alt", places=names),
        areas=drawn, outlines=named, signs=signs,
        legend=(*legend, (WAY, text("handbook.order_line"))), notices=notices,
        draft="" if info.approval_number else text("notice.unreviewed"),
        way=tuple((one.place.lon, one.place.lat) for one in listed),
    )  # fmt: skip


def _signs(listed: tuple[Point, ...]) -> tuple[Sign, ...]:
    """Return one sign for each different point, with the numbers of the places that are there."""
    there: dict[tuple[float, float], list[Point]] = {}
    for point in listed:
        there.setdefault((point.place.lon, point.place.lat), []).append(point)
    signs = []
    for (lon, lat), here in there.items():
        stops = [point for point in here if point.stop is not None]
        exact = all(point.place.precision in EXACT_PRECISIONS for point in here)
        kind = ("tour_stop" if stops else "tour_end") if exact else "tour_about"
        words = [str(point.number) for point in stops]
        if len(stops) < len(here):
            words.insert(0, text("handbook.map_ends"))
        signs.append(Sign(lon, lat, kind, "、".join(words)))
    return tuple(signs)
