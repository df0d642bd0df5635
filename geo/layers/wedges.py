"""The linework that divides a county: its border, wedges along it, the cells' edges.

Everything is in whole millionths of a degree, the precision that is stored, so that nothing
moves when a layer is written and read again. No vertex is put on the county's border: a
point in the middle of a long border segment lies off the straight line as soon as it is
rounded or projected (0.4 m on 5 km between degrees and EPSG:4548), and the townships would
no longer fill the county. So each border segment belongs to one township as a whole: where
several Voronoi cells meet a segment, one of them, mostly that with the longest part, gets a
triangle over it, its wedge, and the others end at the wedge's sides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LinearRing, LineString, MultiPoint, Point, Polygon

from geo.crs import to_degrees, to_metres

GRID = 1e6  # stored steps per degree
STEP_M = 0.09  # a step is 0.11 m northward, 0.09 m eastward

_EDGE_M = 5_000.0  # longer edges are cut, else the bend between the two planes shows
_WEDGE_SLOPE = 0.6  # steepest side of a wedge, height over length
_WEDGE_SHARE = 0.25  # greatest height of a wedge, as a share of its border segment
_HALVINGS = 20  # of a wedge's height before giving up
_SEAT_STEPS = 3  # least distance of a wedge from the seats of the others, in grid steps
_ROUNDS = 10  # of moving nodes off the border before giving up

Points = NDArray[np.float64]  # (n, 2)


class Undividable(Exception):  # noqa: N818 - `divide` turns it into a GeoError with a name
    """The construction met seats it cannot keep apart; the text says which kind."""


@dataclass(frozen=True)
class Wedge:
    """A triangle over one border segment, and the seat it goes to."""

    segment: int
    owner: int
    shape: Polygon  # start, end and apex, in grid steps
    apex: tuple[float, float]


def on_grid(shape: Polygon) -> Polygon:
    """Return a polygon in degrees with its coordinates in whole grid steps."""
    rounded = shapely.transform(shape, lambda at: np.rint(at * GRID))
    return shapely.remove_repeated_points(rounded)


def off_grid(shape: Polygon) -> Polygon:
    """Return a polygon in grid steps in degrees, counter-clockwise, in a fixed vertex order."""
    return shapely.orient_polygons(
        shapely.transform(shapely.normalize(shape), lambda at: at / GRID)
    )


def grid_metres(at: Points) -> Points:
    """Return grid steps in metres of EPSG:4548."""
    return np.column_stack(to_metres(at[:, 0] / GRID, at[:, 1] / GRID))


def metres_grid(at: Points) -> Points:
    """Return metres of EPSG:4548 in grid steps, not rounded."""
    placed: Points = np.column_stack(to_degrees(at[:, 0], at[:, 1])) * GRID
    return placed


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
    angles: NDArray[np.float64] = np.mod(turn, 2 * np.pi)
    return angles


class County:
    """A county on the grid and its seats, while it is being divided."""

    def __init__(self, county: Polygon, seats_m: Points) -> None:
        """Take a polygon in grid steps and places in metres of EPSG:4548, (n, 2), n > 1."""
        self.shape = shapely.orient_polygons(county)
        self.ring = shapely.get_coordinates(self.shape.exterior)[:-1]
        self.ring_m = grid_metres(self.ring)
        self.seats_m = seats_m
        self.seats = shapely.points(metres_grid(seats_m))
        ends_m = np.roll(self.ring_m, -1, axis=0)
        self.shares = [_shares(a, b, seats_m) for a, b in zip(self.ring_m, ends_m, strict=True)]
        slopes = np.tan(np.minimum(0.45 * _interior_angles(self.ring_m), np.arctan(_WEDGE_SLOPE)))
        self.slopes = np.column_stack([slopes, np.roll(slopes, -1)])

    def wedges(self, chosen: dict[int, int]) -> list[Wedge]:
        """Return a wedge over each segment that several cells meet; `chosen` names owners."""
        made: list[Wedge] = []
        for segment, shares in enumerate(self.shares):
            if len(shares) > 1:
                rank = {
                    seat: (chosen.get(segment) != seat, low - high) for seat, low, high in shares
                }
                tries = (
                    self._wedge(segment, seat, made) for seat in sorted(rank, key=rank.__getitem__)
                )
                wedge = next((wedge for wedge in tries if wedge is not None), None)
                if wedge is None:
                    raise Undividable("驻地离边界太近")
                made.append(wedge)
        return made

    def _wedge(self, segment: int, owner: int, made: list[Wedge]) -> Wedge | None:
        """Return the highest wedge that covers no other seat, or None if there is none."""
        low, high = next(part[1:] for part in self.shares[segment] if part[0] == owner)
        foot = min(max(0.5, low, 0.02), high, 0.98)
        ends = self.ring[[segment, (segment + 1) % len(self.ring)]]
        start_m, end_m = grid_metres(ends)
        along_m = end_m - start_m
        length_m = float(np.hypot(*along_m))
        slope_start, slope_end = self.slopes[segment]
        height_m = length_m * min(foot * slope_start, (1 - foot) * slope_end, _WEDGE_SHARE)
        inward = np.array([-along_m[1], along_m[0]]) / length_m
        others = np.delete(self.seats, owner)
        for _ in range(_HALVINGS):
            apex_m = start_m + foot * along_m + height_m * inward
            apex = np.rint(metres_grid(apex_m[None, :])[0])
            shape = Polygon([*ends, apex])
            free = shape.is_valid and shape.area > 0 and self.shape.covers(shape)
            free = free and not (shapely.distance(shape, others) < _SEAT_STEPS).any()
            if free and not any(shape.relate_pattern(one.shape, "T********") for one in made):
                return Wedge(segment, owner, shape, (float(apex[0]), float(apex[1])))
            height_m /= 2
        return None

    def lines(self, wedges: list[Wedge]) -> NDArray[np.object_]:
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
        edges = shapely.transform(shapely.segmentize(edges, _EDGE_M), metres_grid)
        edges = shapely.intersection(edges, Polygon(inner))
        return self._settled([self.shape.exterior, LinearRing(inner), edges])

    def _settled(self, lines: list[shapely.Geometry]) -> NDArray[np.object_]:
        """Node `lines` on the grid; a node that lands on the border goes to a border vertex."""
        border = self.shape.exterior
        vertices = {(x, y) for x, y in self.ring}
        for _ in range(_ROUNDS):
            noded: NDArray[np.object_] = shapely.get_parts(shapely.union_all(lines, grid_size=1.0))
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
        raise Undividable("驻地离边界太近")

    def _nearest_vertex(self, stray: tuple[float, float]) -> tuple[float, float]:
        ends = np.roll(self.ring, -1, axis=0)
        segments = shapely.linestrings(np.stack([self.ring, ends], axis=1))
        segment = int(np.argmin(shapely.distance(segments, Point(stray))))
        both = self.ring[segment], ends[segment]
        x, y = min(both, key=lambda at: (float(np.hypot(*(at - stray))), *at))
        return float(x), float(y)
