"""One county divided among its township seats, exactly and on the stored grid.

Everything here is in whole millionths of a degree, the precision that is stored, so that
nothing moves when a layer is written and read again. No vertex is put on the county's
border: a point in the middle of a long border segment lies off the straight line as soon as
it is rounded or projected (0.4 m on 5 km between degrees and EPSG:4548), and the townships
would no longer fill the county. So each border segment belongs to one township as a whole:
where several Voronoi cells meet a segment, the one with the longest part gets a triangle over it,
its wedge, and the others end at the wedge's sides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LinearRing, LineString, MultiPoint, Point, Polygon

from geo.crs import to_degrees, to_metres
from geo.errors import GeoError

GRID = 1e6  # stored steps per degree
STEP_M = 0.09  # a step is 0.11 m northward, 0.09 m eastward
SEAT_GAP_M = 2.0  # nearer seats count as the same one
BORDER_M = 1.0  # a seat nearer to the border than this counts as outside
MOVED_INSIDE_M = 500.0  # how far inside the border a seat from outside is put

_EDGE_M = 5_000.0  # longer edges are cut, else the bend between the two planes shows
_WEDGE_SLOPE = 0.6  # steepest side of a wedge, height over length
_WEDGE_SHARE = 0.25  # greatest height of a wedge, as a share of its border segment
_FLATTEST = 40  # halvings of a wedge's height before giving up

Points = NDArray[np.float64]  # (n, 2)
Edge = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True)
class _Wedge:
    segment: int
    owner: int
    shape: Polygon  # start, apex, end of the segment, in grid steps
    apex: tuple[float, float]


def on_grid(shape: Polygon) -> Polygon:
    """Return a polygon in degrees with its coordinates in whole grid steps."""
    return shapely.transform(shape, lambda at: np.rint(at * GRID))


def off_grid(shape: Polygon) -> Polygon:
    """Return a polygon in grid steps in degrees, counter-clockwise, in a fixed vertex order."""
    return shapely.orient_polygons(shapely.transform(shapely.normalize(shape), lambda at: at / GRID))


def _grid_metres(at: Points) -> Points:
    return np.column_stack(to_metres(at[:, 0] / GRID, at[:, 1] / GRID))


def _metres_grid(at: Points) -> Points:
    return np.column_stack(to_degrees(at[:, 0], at[:, 1])) * GRID


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
        n places in the same plane, and how far each seat lies outside the county in metres (0 for inside;
        missing for a seat inside that needed no move).
    """
    points = shapely.points(_metres_grid(seats_m))
    is_inside = shapely.contains(county, points)
    is_inside &= shapely.distance(county.exterior, points) * STEP_M >= BORDER_M
    county_m = shapely.transform(county, _grid_metres)
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


def _shares(start: Points, end: Points, seats: Points) -> list[tuple[int, float, float]]:
    """Return which seat is nearest along a segment: seat, from, to as shares of its length.

    The squared distances to two seats differ by a linear function of the position, so the
    answer is the lower envelope of n straight lines.
    """
    height = ((seats - start) ** 2).sum(axis=1)
    slope = -2 * (seats - start) @ (end - start)
    at, now = 0.0, int(np.lexsort((slope, height))[0])
    found = []
    while at < 1:
        steeper = np.flatnonzero(slope < slope[now])
        meets = (height[steeper] - height[now]) / (slope[now] - slope[steeper])
        until = float(min(1.0, meets.min(initial=1.0)))
        found.append((now, at, until))
        if until >= 1:
            break
        tied = steeper[meets <= until]
        at, now = until, int(tied[np.argmin(slope[tied])])
    return [part for part in found if part[2] > part[1]]


def _interior_angles(ring: Points) -> NDArray[np.float64]:
    """Return the inner angle at each vertex of a counter-clockwise ring without its last point."""
    ahead, behind = np.roll(ring, -1, axis=0) - ring, np.roll(ring, 1, axis=0) - ring
    turn = np.arctan2(behind[:, 1], behind[:, 0]) - np.arctan2(ahead[:, 1], ahead[:, 0])
    return np.mod(turn, 2 * np.pi)


class _County:
    """A county on the grid and its seats, while it is being divided."""

    def __init__(self, county: Polygon, seats_m: Points) -> None:
        self.shape = shapely.orient_polygons(county)
        self.ring = shapely.get_coordinates(self.shape.exterior)[:-1]
        self.ring_m = _grid_metres(self.ring)
        self.seats_m = seats_m
        self.seats = shapely.points(_metres_grid(seats_m))
        ends_m = np.roll(self.ring_m, -1, axis=0)
        self.shares = [_shares(a, b, seats_m) for a, b in zip(self.ring_m, ends_m, strict=True)]
        slopes = np.tan(np.minimum(0.45 * _interior_angles(self.ring_m), np.arctan(_WEDGE_SLOPE)))
        self.slopes = np.column_stack([slopes, np.roll(slopes, -1)])

    def wedges(self, chosen: dict[int, int]) -> list[_Wedge]:
        """Return a wedge over each segment that several cells meet; `chosen` names owners."""
        made: list[_Wedge] = []
        for segment, shares in enumerate(self.shares):
            if len(shares) > 1:
                longest = max(shares, key=lambda part: (part[2] - part[1], -part[0]))[0]
                made.append(self._wedge(segment, chosen.get(segment, longest), made))
        return made

    def _wedge(self, segment: int, owner: int, made: list[_Wedge]) -> _Wedge:
        low, high = next(part[1:] for part in self.shares[segment] if part[0] == owner)
        foot = min(max(0.5, low), high)
        foot = min(max(foot, 0.02), 0.98)
        start, end = self.ring[segment], self.ring[(segment + 1) % len(self.ring)]
        start_m, end_m = _grid_metres(np.array([start, end]))
        along_m = end_m - start_m
        length_m = float(np.hypot(*along_m))
        slope_start, slope_end = self.slopes[segment]
        height_m = length_m * min(foot * slope_start, (1 - foot) * slope_end, _WEDGE_SHARE)
        inward = np.array([-along_m[1], along_m[0]]) / length_m
        others = np.delete(self.seats, owner)
        for _ in range(_FLATTEST):
            apex_m = start_m + foot * along_m + height_m * inward
            apex = np.rint(_metres_grid(apex_m[None, :])[0])
            shape = Polygon([start, end, apex])
            free = shape.is_valid and shape.area > 0 and self.shape.covers(shape)
            free = free and not (shapely.distance(shape, others) < 3).any()
            if free and not any(shape.relate_pattern(one.shape, "T********") for one in made):
                return _Wedge(segment, owner, shape, (float(apex[0]), float(apex[1])))
            height_m /= 2
        raise _Undividable("驻地离边界太近")

    def lines(self, wedges: list[_Wedge]) -> NDArray[np.object_]:
        """Return the noded linework: the border, the wedges' sides and the cells' edges."""
        corners = {wedge.segment: wedge.apex for wedge in wedges}
        inner: list[tuple[float, float]] = []
        for number, vertex in enumerate(self.ring):
            inner.append((float(vertex[0]), float(vertex[1])))
            if number in corners:
                inner.append(corners[number])
        edges = shapely.voronoi_polygons(
            MultiPoint(self.seats_m), extend_to=LineString(self.ring_m).envelope, only_edges=True
        )
        edges = shapely.transform(shapely.segmentize(edges, _EDGE_M), _metres_grid)
        edges = shapely.intersection(edges, Polygon(inner))
        return self._settled([self.shape.exterior, LinearRing(inner), edges])

    def _settled(self, lines: list[shapely.Geometry]) -> NDArray[np.object_]:
        """Node `lines` on the grid; a node that lands on the border goes to a border vertex."""
        border = self.shape.exterior
        vertices = {(x, y) for x, y in self.ring}
        for _ in range(10):
            noded = shapely.get_parts(shapely.union_all(lines, grid_size=1.0))
            nodes = np.unique(shapely.get_coordinates(noded), axis=0)
            close = shapely.distance(shapely.points(nodes), border) < 0.75
            strays = [(x, y) for x, y in nodes[close] if (x, y) not in vertices]
            if not strays:
                return noded
            home = {stray: self._nearest_vertex(stray) for stray in strays}
            moved = shapely.transform(
                noded, lambda at, home=home: np.array([home.get((x, y), (x, y)) for x, y in at])
            )
            lines = list(moved[shapely.length(moved) > 0])
        raise _Undividable("驻地离边界太近")

    def _nearest_vertex(self, stray: tuple[float, float]) -> tuple[float, float]:
        ends = np.roll(self.ring, -1, axis=0)
        segments = shapely.linestrings(np.stack([self.ring, ends], axis=1))
        segment = int(np.argmin(shapely.distance(segments, Point(stray))))
        both = self.ring[segment], ends[segment]
        x, y = min(both, key=lambda at: (float(np.hypot(*(at - stray))), *at))
        return float(x), float(y)


class _Undividable(Exception):  # noqa: N818 - the caller turns it into a GeoError with the name
    """The construction met seats it cannot keep apart."""


def _faces(county: _County, wedges: list[_Wedge]) -> tuple[list[Polygon], NDArray[np.int_]]:
    """Return the faces of the linework and the seat each belongs to."""
    faces = list(shapely.get_parts(shapely.polygonize(county.lines(wedges))))
    inside = shapely.point_on_surface(faces)
    gaps_m = _grid_metres(shapely.get_coordinates(inside))[:, None, :] - county.seats_m
    owners = np.argmin((gaps_m**2).sum(axis=2), axis=1)
    for wedge in wedges:
        owners[shapely.contains(wedge.shape, inside)] = wedge.owner
    return faces, owners


def _edges(face: Polygon) -> list[Edge]:
    at = [(float(x), float(y)) for x, y in shapely.get_coordinates(face)]
    return [(a, b) if a < b else (b, a) for a, b in zip(at, at[1:], strict=False)]


def _borders(faces: list[Polygon]) -> dict[tuple[int, int], float]:
    """Return the length of what each two faces share, in grid steps of latitude."""
    squeeze = np.cos(np.radians(shapely.bounds(faces[0])[1] / GRID))
    first: dict[Edge, int] = {}
    borders: dict[tuple[int, int], float] = {}
    for number, face in enumerate(faces):
        for edge in _edges(face):
            other = first.setdefault(edge, number)
            if other != number:
                length = float(np.hypot((edge[1][0] - edge[0][0]) * squeeze, edge[1][1] - edge[0][1]))
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


def _homes(county: _County, faces: list[Polygon], owners: NDArray[np.int_]) -> list[int]:
    homes = []
    for seat, place in enumerate(county.seats):
        holds = [face for face in np.flatnonzero(owners == seat) if faces[face].covers(place)]
        if not holds:
            raise _Undividable("驻地彼此太近，或离边界太近")
        homes.append(int(holds[0]))
    return homes


def _divided(county: _County) -> list[Polygon]:
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
            raise _Undividable("有的驻地被另一乡镇完全包围")
        _, seat, segment = max(offers)
        chosen[-segment] = -seat


def divide(county: Polygon, seats_m: Points, *, name: str) -> list[Polygon]:
    """
    Divide `county` into one polygon per seat that together are exactly the county.

    The cells are Voronoi cells (EPSG:4548) but for a strip along the border (see the
    module's head). A piece cut off from its seat by a concave border goes to the neighbour
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
        parts = _divided(_County(county, seats_m))
        united = shapely.coverage_union_all(parts)
        if not (
            bool(shapely.coverage_is_valid(parts))
            and shapely.normalize(united).equals_exact(shapely.normalize(county), 0)
        ):
            raise _Undividable("划分后不能拼回全县")
    except _Undividable as error:
        reason = f"{name} 分不开：{error}。请核对驻地坐标"
        raise GeoError("boundary", reason=reason) from None
    return parts
