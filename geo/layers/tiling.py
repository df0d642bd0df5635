"""Polygons that should meet without gap or overlap: what is wrong between them, and mending it.

The borders of all polygons are cut into faces; a face that lies in none is a gap, one that
lies in several an overlap. Both are then given to the neighbour with the longest common
border, or left. So the result fits together vertex for vertex, and whatever was changed
has been measured.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon

Shapes = NDArray[np.object_]

# Faces narrower than this are closed: maps of 1:10 000 are good to 5 m, so nothing so
# narrow is anybody's land; it comes from borders that were drawn twice.
CLOSED_WIDTH_M = 1.0
# Where borders have to be cut, vertices go to a grid of this size: without one, cuts that
# nearly coincide leave hairs. A fifth of what the stored decimals of GeoJSON can say.
GRID_M = 0.01
# Repair of one polygon is safe while its area changes by less than this share: of a
# township of 90 km² less than a hectare, the size that counts as a fault below.
MENDED_SHARE = 1e-4

_SAMPLE, _TANGLE = 500, 50  # edges looked at; a sound edge meets itself and its neighbours
_ROUNDS = 50  # of giving away faces that touch only faces not yet given away


def areas_only(shape: shapely.Geometry | None) -> shapely.Geometry | None:
    """Return the polygons in `shape`, flat and without repeated points; None if it has none."""
    if shape is None or shape.is_empty:
        return None
    parts, stack = [], [shape]
    while stack:
        one = stack.pop()
        if one.geom_type == "Polygon":
            parts.append(one)
        elif hasattr(one, "geoms"):
            stack += reversed(one.geoms)
    parts = [part for part in parts if not part.is_empty]
    if not parts:
        return None
    found = shapely.force_2d(parts[0] if len(parts) == 1 else MultiPolygon(parts))
    return shapely.remove_repeated_points(found)


def mended(shape: shapely.Geometry) -> tuple[shapely.Geometry, float]:
    """
    Return a valid polygon like `shape`, and the share by which its area changed.

    The share is 0 for a valid polygon, which comes back as it is but for the orientation of
    its rings (outer ones counter-clockwise). Of what cannot be mended, or is a tangle,
    nothing is left, and the share is 1.
    """
    if shape.is_valid:
        return shapely.orient_polygons(shape), 0.0
    if _tangled(shape):
        return Polygon(), 1.0
    valid = areas_only(shapely.make_valid(shape, method="structure", keep_collapsed=False))
    if valid is None:
        return Polygon(), 1.0
    # The rings' signed areas count what is enclosed twice as double, and loops as negative.
    share = abs(valid.area - shape.area) / valid.area
    return shapely.orient_polygons(valid), float(share)


def _tangled(shape: shapely.Geometry) -> bool:
    """Say whether edges cross so many others that mending would take for ever."""
    at, ring = shapely.get_coordinates(shapely.get_rings(shape), return_index=True)
    ends = np.stack([at[:-1], at[1:]], axis=1)[ring[1:] == ring[:-1]]
    edges = shapely.linestrings(ends)
    some = edges[:: max(1, len(edges) // _SAMPLE)]
    crossed = shapely.STRtree(edges).query(some, predicate="intersects").shape[1]
    return bool(crossed > _TANGLE * len(some))


def tiled(shapes: Shapes) -> tuple[Shapes, pd.DataFrame]:
    """
    Make valid polygons meet, and list what was between them.

    Parameters
    ----------
    shapes
        n valid polygons, coordinates in metres.

    Returns
    -------
    shapes
        n polygons that are a valid coverage; those of a coverage without narrow gaps are
        returned as they are. Overlaps go to one of the polygons they lie in, gaps narrower
        than `CLOSED_WIDTH_M` to a neighbour, wider ones stay. Empty where nothing is left.
    faults
        One row per gap or overlap: `kind` ("gap", "overlap"), `owners` (tuple of positions:
        the polygons around the gap, or those that overlap), `wide` (whether a circle of
        `CLOSED_WIDTH_M` fits in), `area_m2`, `geometry` (metres).
    """
    meets = shapely.coverage_is_valid(shapes)
    slits = _slits(shapes, meets=meets)
    if meets and not len(slits):
        holes = _holes(shapes)
        if holes["wide"].all():
            return shapes, holes
    faces = _faces(np.concatenate([shapes, slits]))
    inside = _inside(shapes, faces)
    covers = np.bincount(inside["face"], minlength=len(faces))
    owner = np.full(len(faces), -1)
    owner[inside["face"]] = inside["shape"]
    owner[covers != 1] = -1
    crumbs = (covers == 1) & (shapely.area(faces) < CLOSED_WIDTH_M**2)
    owner[crumbs] = -1  # cut off by what is closed, they would be islands of their own
    edges = _edges(faces)
    wide = np.zeros(len(faces), dtype=bool)
    wide[covers != 1] = _wide(faces[covers != 1])
    faults = _faults(faces, inside, edges, covers, wide)
    closed = (covers > 1) | ((covers == 0) & ~wide) | crumbs
    owner = _given_away(owner, closed, covers > 1, inside, edges, len(shapes))
    order = np.argsort(owner, kind="stable")
    bounds = np.searchsorted(owner[order], np.arange(len(shapes) + 1))
    made = [
        shapely.coverage_union_all(faces[order[low:high]]) if high > low else Polygon()
        for low, high in pairwise(bounds)
    ]
    return shapely.orient_polygons(np.array(made, dtype=object)), faults


def _wide(faces: Shapes) -> NDArray[np.bool_]:
    """Return in which faces a circle of `CLOSED_WIDTH_M` fits."""
    found = shapely.area(faces) >= np.pi / 4 * CLOSED_WIDTH_M**2
    eroded = shapely.buffer(faces[found], -CLOSED_WIDTH_M / 2, quad_segs=2)
    found[found] = ~shapely.is_empty(eroded)
    return np.asarray(found)


def _table(
    kinds: list[str], owners: list[tuple[int, ...]], wide: NDArray[np.bool_], shapes: Shapes
) -> pd.DataFrame:
    columns = {
        "kind": pd.Series(kinds, dtype="str"), "owners": pd.Series(owners, dtype=object),
        "wide": wide, "area_m2": shapely.area(shapes), "geometry": pd.Series(shapes, dtype=object),
    }  # fmt: skip
    return pd.DataFrame(columns)


def _holes(shapes: Shapes) -> pd.DataFrame:
    """Return the gaps of a valid coverage."""
    united = shapely.get_parts(shapely.coverage_union_all(shapes))
    holes = [Polygon(ring) for part in united for ring in part.interiors]
    found = np.array(holes, dtype=object)
    around: list[set[int]] = [set() for _ in holes]
    at, near = shapely.STRtree(shapes).query(found, predicate="dwithin", distance=GRID_M)
    for hole, shape in zip(at, near, strict=True):
        around[hole].add(int(shape))
    owners = [tuple(sorted(shapes)) for shapes in around]
    return _table(["gap"] * len(holes), owners, _wide(found), found)


def _slits(shapes: Shapes, *, meets: bool) -> Shapes:
    """Return what lies between two polygons and is narrow, but open at an end."""
    united = shapely.coverage_union_all(shapes) if meets else shapely.union_all(shapes)
    half = CLOSED_WIDTH_M / 2
    grown = shapely.buffer(united, half, join_style="mitre", mitre_limit=2)
    closed = shapely.buffer(grown, -half, join_style="mitre", mitre_limit=2)
    parts = shapely.get_parts(shapely.difference(closed, united))
    parts = parts[shapely.area(parts) > CLOSED_WIDTH_M**2]
    at, _ = shapely.STRtree(shapes).query(parts, predicate="dwithin", distance=GRID_M)
    return np.asarray(parts[np.bincount(at, minlength=len(parts)) > 1])


def _faces(shapes: Shapes) -> Shapes:
    noded = shapely.union_all(shapely.boundary(shapes), grid_size=GRID_M)
    return np.asarray(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))))


def _inside(shapes: Shapes, faces: Shapes) -> pd.DataFrame:
    """Return the pairs of a `face` and a `shape` that it lies in."""
    middles = shapely.STRtree(shapely.point_on_surface(faces))
    shape, face = middles.query(shapes, predicate="intersects")
    return pd.DataFrame({"face": face, "shape": shape}).sort_values(["face", "shape"])


def _edges(faces: Shapes) -> pd.DataFrame:
    """Return the pairs `face`, `other` of faces that touch along a line, with its `length`."""
    rings, face_of = shapely.get_rings(faces, return_index=True)
    at, ring_of = shapely.get_coordinates(rings, return_index=True)
    joined = ring_of[1:] == ring_of[:-1]
    start, end = at[:-1][joined], at[1:][joined]
    face = face_of[ring_of[:-1][joined]]
    turned = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    start[turned], end[turned] = end[turned], start[turned]
    order = np.lexsort((end[:, 1], end[:, 0], start[:, 1], start[:, 0]))
    start, end, face = start[order], end[order], face[order]
    same = (start[1:] == start[:-1]).all(axis=1) & (end[1:] == end[:-1]).all(axis=1)
    one, two = face[:-1][same], face[1:][same]
    length = np.hypot(*(end - start)[:-1][same].T)
    pairs = {"face": np.r_[one, two], "other": np.r_[two, one], "length": np.r_[length, length]}
    return pd.DataFrame(pairs).groupby(["face", "other"], as_index=False).sum()


def _faults(
    faces: Shapes,
    inside: pd.DataFrame,
    edges: pd.DataFrame,
    covers: NDArray[np.int64],
    wide: NDArray[np.bool_],
) -> pd.DataFrame:
    wrong = np.flatnonzero(covers != 1)
    several = inside[covers[inside["face"]] > 1]
    around = edges[covers[edges["face"]] == 0].merge(
        inside, left_on="other", right_on="face", suffixes=("", "_other")
    )[["face", "shape"]]
    held = pd.concat([several, around]).groupby("face")["shape"].agg(lambda s: tuple(sorted({*s})))
    owners = [held.get(face, ()) for face in wrong]
    kinds = ["gap" if covers[face] == 0 else "overlap" for face in wrong]
    return _table(kinds, owners, wide[wrong], faces[wrong])


def _given_away(
    owner: NDArray[np.int64],
    closed: NDArray[np.bool_],
    doubled: NDArray[np.bool_],
    inside: pd.DataFrame,
    edges: pd.DataFrame,
    count: int,
) -> NDArray[np.int64]:
    """Return the owner of every face: of a closed one, who has the longest border with it."""
    owner = owner.copy()
    allowed = inside["face"].to_numpy() * count + inside["shape"].to_numpy()
    for _ in range(_ROUNDS):
        open_ = closed & (owner < 0)
        face, other = edges["face"].to_numpy(), edges["other"].to_numpy()
        usable = open_[face] & (owner[other] >= 0)
        usable &= ~doubled[face] | np.isin(face * count + owner[other], allowed)
        if not usable.any():
            break
        offers = edges[usable].assign(shape=owner[other[usable]])
        total = offers[["face", "shape", "length"]].groupby(["face", "shape"], as_index=False).sum()
        best = total.sort_values(["face", "length"], kind="stable")
        best = best.drop_duplicates("face", keep="last")
        owner[best["face"]] = best["shape"]
    rest = inside[(closed & (owner < 0))[inside["face"]]].drop_duplicates("face")
    owner[rest["face"]] = rest["shape"]
    return owner
