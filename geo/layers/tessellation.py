"""One county divided among its township seats, exactly and on the stored grid."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Point, Polygon

from geo.errors import GeoError
from geo.layers.wedges import (
    GRID,
    STEP_M,
    County,
    Points,
    Undividable,
    Wedge,
    grid_metres,
    metres_grid,
)

SEAT_GAP_M = 2.0  # nearer seats count as the same one
BORDER_M = 1.0  # a seat nearer to the border than this counts as outside
MOVED_INSIDE_M = 500.0  # how far inside the border a seat from outside is put

Edge = tuple[tuple[float, float], tuple[float, float]]


def inner_seats(county: Polygon, seats_m: Points) -> tuple[Points, NDArray[np.float64]]:
    """
    Move the seats that lie outside their county to where the division can use them.

    A seat outside, or nearer to the border than `BORDER_M`, goes to the nearest point that
    is `MOVED_INSIDE_M` inside the border; if another seat is there already, the multiples of
    that depth are tried, then those of its half, and so on (also in a narrow county).

    Parameters
    ----------
    county
        Valid polygon in grid steps (see `on_grid`).
    seats_m
        n places in metres of EPSG:4548, shape (n, 2).

    Returns
    -------
    places_m, outside_m
        n places in the same plane, and how far each seat lies outside the county in
        metres: missing for one inside, 0 for one on the border.
    """
    points = shapely.points(metres_grid(seats_m))
    is_inside = shapely.contains(county, points)
    is_inside &= shapely.distance(county.exterior, points) * STEP_M >= BORDER_M
    county_m = shapely.transform(county, grid_metres)
    places_m = seats_m.copy()
    settled = list(np.flatnonzero(is_inside))
    for row in np.flatnonzero(~is_inside):
        for depth_m in _depths(county_m):
            way = shapely.shortest_line(county_m.buffer(-depth_m), Point(seats_m[row]))
            place_m = np.array(way.coords[0])
            if not (np.hypot(*(places_m[settled] - place_m).T) < SEAT_GAP_M).any():
                places_m[row] = place_m
                break
        settled.append(row)
    outside_m = shapely.distance(county_m, shapely.points(seats_m))
    return places_m, np.where(is_inside, np.nan, outside_m)


def _depths(county: Polygon) -> Iterator[float]:
    step_m = MOVED_INSIDE_M
    while step_m > SEAT_GAP_M:
        depth_m = step_m
        while not county.buffer(-depth_m).is_empty:
            yield depth_m
            depth_m += step_m
        step_m /= 2


def _faces(county: County, wedges: list[Wedge]) -> tuple[list[Polygon], NDArray[np.int_]]:
    """Return the faces of the linework and the seat each belongs to."""
    faces = list(shapely.get_parts(shapely.polygonize(county.lines(wedges))))
    inside = shapely.point_on_surface(faces)
    gaps_m = grid_metres(shapely.get_coordinates(inside))[:, None, :] - county.seats_m
    owners = np.argmin((gaps_m**2).sum(axis=2), axis=1)
    for wedge in wedges:
        owners[shapely.contains(wedge.shape, inside)] = wedge.owner
    return faces, owners


def _edges(face: Polygon) -> list[Edge]:
    at = [(float(x), float(y)) for x, y in shapely.get_coordinates(face)]
    return [(a, b) if a < b else (b, a) for a, b in pairwise(at)]


def _borders(faces: list[Polygon]) -> dict[tuple[int, int], float]:
    """Return the length of what each two faces share, in grid steps of latitude."""
    squeeze = np.cos(np.radians(shapely.bounds(faces[0])[1] / GRID))
    first: dict[Edge, int] = {}
    borders: dict[tuple[int, int], float] = {}
    for number, face in enumerate(faces):
        for edge in _edges(face):
            other = first.setdefault(edge, number)
            if other != number:
                length = float(
                    np.hypot((edge[1][0] - edge[0][0]) * squeeze, edge[1][1] - edge[0][1])
                )
                for pair in ((other, number), (number, other)):
                    borders[pair] = borders.get(pair, 0.0) + length
    return borders


def _reached(start: int, owners: NDArray[np.int_], near: dict[int, list[int]]) -> set[int]:
    found, todo = {start}, [start]
    while todo:
        for face in near.get(todo.pop(), []):
            if face not in found and owners[face] == owners[start]:
                found.add(face)
                todo.append(face)
    return found


def _attach(faces: list[Polygon], owners: NDArray[np.int_], homes: list[int]) -> NDArray[np.int_]:
    """Give each piece that does not hold its seat to the neighbour with the longest border."""
    borders = _borders(faces)
    near: dict[int, list[int]] = {}
    for one, other in borders:
        near.setdefault(one, []).append(other)
    owners = owners.copy()
    while True:
        held = set().union(*(_reached(home, owners, near) for home in homes))
        loose = [number for number in range(len(faces)) if number not in held]
        if not loose:
            return owners
        offers: dict[tuple[int, int], float] = {}  # (first face of the piece, owner) -> length
        pieces = {min(piece): piece for piece in (_reached(face, owners, near) for face in loose)}
        for key, piece in pieces.items():
            for one in piece:
                for other in set(near.get(one, [])) & held:
                    offer = (key, int(owners[other]))
                    offers[offer] = offers.get(offer, 0.0) + borders[one, other]
        key, owner = max(offers, key=lambda offer: (offers[offer], -offer[0], -offer[1]))
        owners[list(pieces[key])] = owner


def _homes(county: County, faces: list[Polygon], owners: NDArray[np.int_]) -> list[int]:
    homes = []
    for seat, place in enumerate(county.seats):
        holds = [face for face in np.flatnonzero(owners == seat) if faces[face].covers(place)]
        if not holds:
            raise Undividable("驻地彼此太近，或离边界太近")
        homes.append(int(holds[0]))
    return homes


def _divided(county: County) -> list[Polygon]:
    """Divide; where a township would lie inside another as a hole, give it a border segment."""
    chosen: dict[int, int] = {}
    while True:
        wedges = county.wedges(chosen)
        faces, owners = _faces(county, wedges)
        owners = _attach(faces, owners, _homes(county, faces, owners))
        parts = [
            shapely.coverage_union_all([faces[face] for face in np.flatnonzero(owners == seat)])
            for seat in range(len(county.seats))
        ]
        parts = [shapely.get_parts(part)[0] for part in parts]
        around = [seat for seat, part in enumerate(parts) if len(part.interiors)]
        if not around:
            return parts
        hollow = Polygon(parts[around[0]].exterior)
        within = {seat for seat, place in enumerate(county.seats) if hollow.covers(place)}
        offers = [
            (high - low, -seat, -wedge.segment)
            for wedge in wedges
            for seat, low, high in county.shares[wedge.segment]
            if wedge.owner == around[0] and wedge.segment not in chosen
            if seat in within - {around[0]}
        ]
        if not offers:
            raise Undividable("有的驻地被另一乡镇完全包围")
        _, seat, segment = max(offers)
        chosen[-segment] = -seat


def divide(county: Polygon, seats_m: Points, *, name: str) -> list[Polygon]:
    """
    Divide `county` into one polygon per seat that together are exactly the county.

    The parts are Voronoi cells (EPSG:4548) but for the wedges along the border (see
    `geo.layers.wedges`). A piece cut off from its seat by a concave border goes to the neighbour
    with the longest shared border, until every township is in one piece.

    Parameters
    ----------
    county
        Valid polygon without holes, in grid steps (see `on_grid`).
    seats_m
        n different places inside the county, metres of EPSG:4548, shape (n, 2); n > 0.
    name
        The county's name, for the error.

    Returns
    -------
    parts
        n polygons without holes in grid steps, in the order of the seats, each holding its
        seat. Their outer vertices are the county's, none more and none fewer.

    Raises
    ------
    GeoError
        If seats lie too close to each other or to the border to be kept apart (code
        "boundary").
    """
    if len(seats_m) == 1:
        return [county]
    try:
        parts = _divided(County(county, seats_m))
        united = shapely.coverage_union_all(parts)
        if not (
            bool(shapely.coverage_is_valid(parts))
            and shapely.normalize(united).equals_exact(shapely.normalize(county), 0)
        ):
            raise Undividable("划分后不能拼回全县")
    except Undividable as error:
        reason = f"{name} 分不开：{error}。请核对驻地坐标"
        raise GeoError("boundary", reason=reason) from None
    return parts
