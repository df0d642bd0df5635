"""Population grids (GeoTIFF), read strip by strip; runs in a process of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from geo.crs import STORED_CRS
from geo.errors import FileError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

STRIP_CELLS = 2**20  # read at a time
MAX_WINDOW = 200_000_000  # cells about the townships: China's at 1 km twenty times
MAX_BLOCK = 2**24  # cells that are unpacked together: of a grid in one piece 4096 × 4096
MAX_POINTS = 200_000
_EDGE = 21  # points of each side by which a box is carried into another CRS


class Sums(NamedTuple):
    """
    What a grid holds in n areas.

    `persons`: sums; `counted`: cells with a value; `cut`: whether the grid ends inside the area;
    `cell_m`: the longer side of a cell, metres; `points`: k × 4 of longitude, latitude, persons
    and position of the area, empty unless asked for.
    """

    persons: Floats
    counted: Integers
    cut: NDArray[np.bool_]
    cell_m: float
    points: Floats


def read_sums(path: Path, areas: NDArray[np.object_], *, points: bool, combine: int) -> Sums:
    """
    Add up the cells of a grid by area.

    A cell counts wholly for the area in which its centre lies (on a border: for the first of
    the areas), and for none if that is outside all of them; cells without a value (NoData,
    NaN) for none. So the areas' sums are the sum of the cells with their centre in any of them.

    Parameters
    ----------
    path
        A GeoTIFF of one band: persons per cell, not per km²; in any CRS, degrees or projected.
    areas
        n polygons in degrees (EPSG:4326).
    points
        Whether the cells with persons are wanted.
    combine
        So many by so many cells are one point, at the mean of the centres weighted by persons;
        never of two areas.

    Raises
    ------
    FileError
        If the file is no such GeoTIFF, too large, or holds what cannot be persons. The
        sentence also needs `file`.
    """
    import rasterio
    from rasterio.errors import RasterioError

    try:
        with rasterio.open(path, driver="GTiff") as grid:
            return _Grid(grid, areas).sums(points=points, combine=combine)
    except RasterioError as error:
        raise refused("raster_unreadable", reason=type(error).__name__) from None


def refused(code: str, **facts: Any) -> FileError:
    """Return an error about the file, whose name the caller knows."""
    return FileError(code, file="", **facts)


class _Grid:
    """An open grid, and where the areas lie on it."""

    def __init__(self, grid: Any, areas: NDArray[np.object_]) -> None:
        if grid.count != 1:
            raise refused("raster_bands", count=grid.count)
        if grid.crs is None:
            raise refused("raster_crs")
        if np.dtype(grid.dtypes[0]).kind not in "iuf":
            raise refused("raster_unreadable", reason=grid.dtypes[0])
        self.grid, self.areas, self.affine = grid, areas, grid.transform
        if self.affine.b or self.affine.d or not self.affine.a or not self.affine.e:
            raise refused("raster_turned")
        block = int(np.prod(grid.block_shapes[0], dtype=np.int64))
        if block > MAX_BLOCK:
            raise refused("raster_too_large", what="一块的像元数", size=block, limit=MAX_BLOCK)
        crs = pyproj.CRS.from_wkt(grid.crs.to_wkt())
        self.plain = crs == pyproj.CRS(STORED_CRS)
        self.to_degrees = pyproj.Transformer.from_crs(crs, STORED_CRS, always_xy=True)
        self.boxes, self.cut = self._boxes()

    def _boxes(self) -> tuple[Integers, NDArray[np.bool_]]:
        """Return first row, last row, first and last column about each area; and which are cut."""
        boxes = np.zeros((len(self.areas), 4), dtype=np.int64)
        cut = np.zeros(len(self.areas), dtype=bool)
        height, width = self.grid.height, self.grid.width
        for at, area in enumerate(self.areas):
            west, south, east, north = shapely.bounds(area)
            if not self.plain:
                west, south, east, north = self.to_degrees.transform_bounds(
                    west, south, east, north, densify_pts=_EDGE, direction="INVERSE"
                )
            if not np.isfinite([west, south, east, north]).all():
                cut[at] = True
                continue
            columns = (np.array([west, east]) - self.affine.c) / self.affine.a
            rows = (np.array([south, north]) - self.affine.f) / self.affine.e
            held = 1e-6  # of a cell: edges that meet are no gap
            cut[at] = (
                rows.min() < -held or columns.min() < -held
                or rows.max() > height + held or columns.max() > width + held
            )  # fmt: skip
            first, last = (
                np.floor([rows.min(), columns.min()]),
                np.ceil([rows.max(), columns.max()]),
            )
            top, left = np.clip(first - 1, 0, [height, width])
            bottom, right = np.clip(last + 1, 0, [height, width])
            boxes[at] = top, bottom, left, right
        return boxes, cut

    def sums(self, *, points: bool, combine: int) -> Sums:
        some = (self.boxes[:, 0] < self.boxes[:, 1]) & (self.boxes[:, 2] < self.boxes[:, 3])
        if not some.any():
            raise refused("raster_elsewhere")
        top, left = self.boxes[some][:, [0, 2]].min(axis=0).tolist()
        bottom, right = self.boxes[some][:, [1, 3]].max(axis=0).tolist()
        window = (bottom - top) * (right - left)
        if window > MAX_WINDOW:
            raise refused("raster_too_large", what="市域内像元数", size=window, limit=MAX_WINDOW)
        count = len(self.areas)
        persons, counted, wrong = np.zeros(count), np.zeros(count, dtype=np.int64), 0
        found: list[Floats] = []
        worst = 0.0
        deep = max(1, STRIP_CELLS // (right - left))
        for first in range(top, bottom, deep):
            last = min(first + deep, bottom)
            values, known = self._values(first, last, left, right)
            inside = self._inside(first, last, left, right)
            own = known & (inside >= 0)
            odd = own & ~((values >= 0) & np.isfinite(values))
            wrong += int(odd.sum())
            worst = float(values[odd][0]) if odd.any() and not worst else worst
            area, held = inside[own], values[own]
            persons += np.bincount(area, held, minlength=count)
            counted += np.bincount(area, minlength=count)
            if points:
                rows, columns = np.nonzero(own & (values > 0))
                pair = values[rows, columns], inside[rows, columns]
                found.append(np.column_stack([rows + first, columns + left, *pair]))
        if wrong:
            raise refused("raster_negative", count=wrong, value=f"{worst:g}")
        if not counted.any():
            raise refused("raster_elsewhere")
        cells = np.concatenate(found) if found else np.zeros((0, 4))
        return Sums(
            persons, counted, self.cut, self._cell_m(top, left), self._points(cells, combine)
        )

    def _values(
        self, first: int, last: int, left: int, right: int
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """Return the cells of a strip as numbers, and which have one."""
        from rasterio.windows import Window

        window = Window.from_slices((first, last), (left, right))
        read = self.grid.read(1, window=window, masked=True)
        values = read.data.astype(np.float64) * self.grid.scales[0] + self.grid.offsets[0]
        return values, ~np.ma.getmaskarray(read) & ~np.isnan(values)

    def _inside(self, first: int, last: int, left: int, right: int) -> Integers:
        """Return for each cell of a strip the area its centre lies in, -1 for none."""
        inside = np.full((last - first, right - left), -1, dtype=np.int64)
        for at, (top, bottom, west, east) in enumerate(self.boxes.tolist()):
            top, bottom = max(top, first), min(bottom, last)
            if top >= bottom or west >= east:
                continue
            part = inside[top - first : bottom - first, west - left : east - left]
            lon, lat = self._centres(
                np.arange(top, bottom)[:, None], np.arange(west, east)[None, :]
            )
            shapely.prepare(self.areas[at])
            part[(part < 0) & shapely.intersects_xy(self.areas[at], lon, lat)] = at
        return inside

    def _centres(self, rows: Any, columns: Any) -> tuple[Floats, Floats]:
        """Return longitude and latitude of the middles of cells, broadcast."""
        x = self.affine.c + (np.asarray(columns, dtype=np.float64) + 0.5) * self.affine.a
        y = self.affine.f + (np.asarray(rows, dtype=np.float64) + 0.5) * self.affine.e
        x, y = np.broadcast_arrays(x, y)
        if self.plain:
            return x, y
        lon, lat = self.to_degrees.transform(x, y)
        return lon, lat

    def _cell_m(self, row: int, column: int) -> float:
        lon, lat = self._centres(
            np.array([row, row, row + 1]), np.array([column, column + 1, column])
        )
        geod = pyproj.Geod(ellps="WGS84")
        _, _, sides_m = geod.inv(lon[[0, 0]], lat[[0, 0]], lon[1:], lat[1:])
        return float(np.max(sides_m))

    def _points(self, cells: Floats, combine: int) -> Floats:
        """Return longitude, latitude, persons, area of k × 4 cells: row, column, persons, area."""
        if combine > 1:
            keys = np.column_stack([cells[:, :2] // combine, cells[:, 3]])
            _, group = np.unique(keys, axis=0, return_inverse=True)
            group = group.reshape(-1)
            held = np.bincount(group, cells[:, 2])
            middle = [np.bincount(group, cells[:, at] * cells[:, 2]) / held for at in (0, 1)]
            area = np.zeros(len(held))
            area[group] = cells[:, 3]
            cells = np.column_stack([*middle, held, area])
        if len(cells) > MAX_POINTS:
            more = combine * int(np.ceil(np.sqrt(len(cells) / MAX_POINTS)))
            facts = {"count": len(cells), "limit": MAX_POINTS, "combine": max(more, combine + 1)}
            raise refused("raster_many_cells", **facts)
        lon, lat = self._centres(cells[:, 0], cells[:, 1])
        return np.column_stack([lon, lat, cells[:, 2], cells[:, 3]])
