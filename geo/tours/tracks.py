"""A tour for maps and navigation devices: GPX, KML and GeoJSON, positions as stored (WGS 84).

The lines join the places in the order of the day. They are not roads.
"""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from xml.etree import ElementTree

import gpxpy.gpx

from geo.report.document import plain
from geo.text import text
from geo.tours.form import clock
from geo.tours.outcome import Place, StopFacts, TourFacts
from geo.tours.wording import precision_text

_KML = "http://www.opengis.net/kml/2.2"


class Point(NamedTuple):
    """One place of the day in order: number 0 is the start, the last is the end."""

    number: int
    place: Place
    stop: StopFacts | None


def points(tour: TourFacts) -> tuple[Point, ...]:
    """Return start, k stops and end of a tour, k + 2 points in order."""
    stops = [Point(at, stop.place, stop) for at, stop in enumerate(tour.stops, 1)]
    start, end = tour.legs[0].origin, tour.legs[-1].destination
    return (Point(0, start, None), *stops, Point(len(stops) + 1, end, None))


def _name(point: Point) -> str:
    name = plain(point.place.name)
    if point.stop is not None:
        return f"{point.number} {name}"
    key = "handbook.start" if point.number == 0 else "handbook.end"
    return text(key, place=name)


def _told(point: Point, tour: TourFacts) -> str:
    """Return a line about a point: when, and how exact its position is."""
    stop = point.stop
    precision = text("handbook.precision", precision=precision_text(point.place))
    if stop is None:
        at = tour.departs if point.number == 0 else tour.returns
        return f"{clock(at)} {precision}"
    asked = text("handbook.to_ask") if stop.ask_by else ""
    return " ".join(filter(None, (f"{clock(stop.begins)}–{clock(stop.ends)}", precision, asked)))


def gpx_bytes(
    tour: TourFacts, *, title: str, notices: Sequence[str], made_at: datetime
) -> bytes:  # fmt: skip
    """
    Return the tour as GPX 1.1: k + 2 waypoints, and a route through them.

    Parameters
    ----------
    tour
        What was planned.
    title, notices
        What it is called, and what a reader must know.
    made_at
        The moment to state, with its time zone.
    """
    file = gpxpy.gpx.GPX()
    file.creator, file.name = text("site.name"), plain(title)
    file.description = plain(" ".join([*notices, text("handbook.straight")]))
    file.time = made_at.astimezone(UTC)
    route = gpxpy.gpx.GPXRoute(name=plain(title), description=text("handbook.straight"))
    for point in points(tour):
        lon, lat = _lonlat(point)
        name, told = _name(point), _told(point, tour)
        file.waypoints.append(gpxpy.gpx.GPXWaypoint(lat, lon, name=name, description=told))
        route.points.append(gpxpy.gpx.GPXRoutePoint(lat, lon, name=name, description=told))
    file.routes.append(route)
    return file.to_xml(version="1.1").encode("utf-8")


def kml_bytes(tour: TourFacts, *, title: str, notices: Sequence[str]) -> bytes:
    """
    Return the tour as KML 2.2: a place mark for each place, and the line that joins them.

    Map programs show a description as HTML, so text from people is escaped for that too.
    """
    root = ElementTree.Element("kml", {"xmlns": _KML})
    document = ElementTree.SubElement(root, "Document")
    _add(document, "name", plain(title))
    about = " ".join([*notices, text("handbook.straight")])
    _add(document, "description", html.escape(plain(about)))
    style = ElementTree.SubElement(document, "Style", {"id": "way"})
    line = ElementTree.SubElement(style, "LineStyle")
    _add(line, "color", "ff0065d9")
    _add(line, "width", "3")
    for point in points(tour):
        mark = ElementTree.SubElement(document, "Placemark")
        _add(mark, "name", _name(point))
        _add(mark, "description", html.escape(_told(point, tour)))
        spot = ElementTree.SubElement(mark, "Point")
        _add(spot, "coordinates", f"{point.place.lon!r},{point.place.lat!r}")
    way = ElementTree.SubElement(document, "Placemark")
    _add(way, "name", text("handbook.order_line"))
    _add(way, "styleUrl", "#way")
    drawn = ElementTree.SubElement(way, "LineString")
    _add(drawn, "tessellate", "1")
    where = (f"{point.place.lon!r},{point.place.lat!r}" for point in points(tour))
    _add(drawn, "coordinates", " ".join(where))
    made: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return made


def _add(parent: ElementTree.Element, tag: str, words: str) -> None:
    ElementTree.SubElement(parent, tag).text = words


def geojson_bytes(tour: TourFacts, *, title: str, notices: Sequence[str]) -> bytes:
    """Return the tour as GeoJSON: k + 2 points with times and precision, and a line."""
    features = [_feature("Point", [*_lonlat(point)], _properties(point, tour))
                for point in points(tour)]  # fmt: skip
    line = {
        "role": "order", "name": text("handbook.order_line"), "travel_min": tour.travel_min,
        "metres": round(sum(leg.metres for leg in tour.legs)),
    }  # fmt: skip
    features.append(_feature("LineString", [[*_lonlat(one)] for one in points(tour)], line))
    told = {
        "type": "FeatureCollection", "name": plain(title),
        "notices": [plain(line) for line in (*notices, text("handbook.straight"))],
        "features": features,
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, allow_nan=False).encode("utf-8")


def _lonlat(point: Point) -> tuple[float, float]:
    return point.place.lon, point.place.lat


def _feature(kind: str, coordinates: list[Any], properties: dict[str, Any]) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _properties(point: Point, tour: TourFacts) -> dict[str, Any]:
    stop = point.stop
    told: dict[str, Any] = {
        "number": point.number, "name": plain(point.place.name),
        "position_precision": point.place.precision,
    }  # fmt: skip
    if stop is None:
        at = tour.departs if point.number == 0 else tour.returns
        return told | {"role": "start" if point.number == 0 else "end", "time": clock(at)}
    return told | {
        "role": "stop", "venue_id": point.place.venue_id, "arrives": clock(stop.arrives),
        "begins": clock(stop.begins), "ends": clock(stop.ends), "leaves": clock(stop.leaves),
        "groups": stop.groups, "fee_yuan": stop.fee_yuan,
        "ask_by": stop.ask_by.isoformat() if stop.ask_by else None,
        "book_by": stop.book_by.isoformat() if stop.book_by else None,
    }  # fmt: skip
