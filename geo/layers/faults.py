"""What is wrong with an official layer: sizes, places and neighbours, errors apart from notes.

An official layer is somebody's survey: small faults are told and closed, and only what
could put a venue into the wrong township keeps it out. `NOTE_CODES` are only told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.crs import STORED_CRS, area_km2, bd09_to_wgs84, gcj02_to_wgs84, shapes_to_metres
from geo.errors import Problem
from geo.layers.tiling import CLOSED_WIDTH_M

Shapes = NDArray[np.object_]

TABLE = "boundaries"
# Rounding and transformation move a border by millimetres: less than this is not told.
NOTED_M2 = 1.0
# What is wider than `CLOSED_WIDTH_M` and adds up to more than this between the same
# neighbours is an error: a hectare holds a hall or a hamlet, so it must be somebody's.
FAULT_M2 = 10_000.0
# The county outlines that are shipped have a vertex every few kilometres; against them a
# true layer differs by some per cent. More than this is a township in another county, or
# the wrong coordinates.
COUNTY_SHARE = 0.10
# And less is rounding: of a county of 1 000 km² a hectare, a decimetre along its outline.
COUNTY_NOTED_SHARE = 1e-5
# Statutory areas are rounded and old: a larger difference is told, and never an error.
AREA_SHARE = 0.01
# A datum is suspected when undoing it brings the outline this much nearer to the counties',
# and it was so far off in the mean: undoing 500 m that are not there leads further away.
SUSPECT_RATIO, SUSPECT_M = 0.6, 30.0
# Gaps that the county outlines leave out as well, by this share, are exclaves.
BEYOND_SHARE = 0.9
LISTED = 20  # pairs of neighbours whose closed slivers are told one by one
NEIGHBOURS = 3  # named where a county differs

NOTE_CODES = (
    "boundary_read", "boundary_crs_told", "boundary_not_area", "boundary_dissolved",
    "boundary_name_differs", "boundary_code_differs", "boundary_mended", "boundary_slivers",
    "boundary_slivers_rest", "boundary_overlap_small", "boundary_gap_small",
    "boundary_gap_beyond", "boundary_differs", "boundary_area_differs",
)  # fmt: skip

_DATUMS: dict[str, tuple[str, Callable[..., Any]]] = {
    "gcj02": ("GCJ-02", gcj02_to_wgs84),
    "bd09": ("BD-09", bd09_to_wgs84),
}


def size_text(area_m2: float) -> str:
    """Return an area in words: square metres below a hectare, else square kilometres."""
    if area_m2 < FAULT_M2:
        return f"{area_m2:.3g} m²" if area_m2 < 100 else f"{area_m2:.0f} m²"
    return f"{area_m2 / 1e6:.3g} km²"


def problem(
    code: str, value: str | None = None, *, row: int | None = None, **params: Any
) -> Problem:
    """Return something to tell about a layer."""
    return Problem(TABLE, code, row, value=value, params=params)


def split(found: list[Problem]) -> tuple[list[Problem], list[Problem]]:
    """Return what keeps a layer out, and what is only told."""
    told = [one for one in found if one.code in NOTE_CODES]
    return [one for one in found if one.code not in NOTE_CODES], told


def _areas_m2(shapes: Shapes) -> NDArray[np.float64]:
    return area_km2(gpd.GeoSeries(shapes, crs=STORED_CRS)).to_numpy(np.float64) * 1e6


def fault_problems(
    faults: pd.DataFrame, names: list[str], counties: gpd.GeoDataFrame | None = None
) -> list[Problem]:
    """
    Say what was between the polygons of a layer.

    Parameters
    ----------
    faults
        As `tiling.tiled` returns it, but `geometry` in degrees WGS 84.
    names
        Names of the polygons, by position.
    counties
        County outlines in EPSG:4326: gaps that they leave out too are no errors.

    Returns
    -------
    problems
        One per group of neighbours and kind, largest first; areas in EPSG:4548. Together
        below `NOTED_M2` nothing; narrow ones are notes, at most `LISTED` of them and a sum;
        wide ones are errors above `FAULT_M2`, else notes.
    """
    measured = faults.assign(area_m2=_areas_m2(faults["geometry"].to_numpy()))
    measured["who"] = ["、".join(names[at] for at in owners) for owners in measured["owners"]]
    wide = measured[measured["wide"]]
    found = [*_sliver_problems(measured[~measured["wide"]])]
    within = _within(wide, counties)
    beyond = wide[~within]
    for who, area_m2, gap in zip(beyond["who"], beyond["area_m2"], beyond["geometry"], strict=True):
        lon, lat = _place(gap)
        found.append(problem("boundary_gap_beyond", who, size=size_text(area_m2), lon=lon, lat=lat))
    groups = [
        (float(group["area_m2"].sum()), str(kind), str(who), group)
        for (kind, who), group in wide[within].groupby(["kind", "who"])
    ]
    for total, kind, who, group in sorted(groups, key=lambda item: -item[0]):
        if total < NOTED_M2:
            continue
        lon, lat = _place(group["geometry"].iloc[int(group["area_m2"].to_numpy().argmax())])
        facts: dict[str, Any] = {"size": size_text(total), "count": len(group)}
        facts |= {"lon": lon, "lat": lat}
        if total > FAULT_M2:
            facts["limit"] = f"{FAULT_M2:.0f} m²"
        found.append(
            problem(f"boundary_{kind}_{'large' if total > FAULT_M2 else 'small'}", who, **facts)
        )
    return found


def _place(shape: shapely.Geometry) -> tuple[str, str]:
    at = shapely.point_on_surface(shape)
    return f"{at.x:.5f}", f"{at.y:.5f}"


def _sliver_problems(narrow: pd.DataFrame) -> Iterator[Problem]:
    sums = narrow.groupby("who")["area_m2"].agg(["sum", "size"])
    sums = sums[sums["sum"] >= NOTED_M2].sort_values("sum", ascending=False, kind="stable")
    width = f"{CLOSED_WIDTH_M:g}"
    for who, total, count in sums.head(LISTED).reset_index().to_numpy():
        facts: dict[str, Any] = {"count": int(count), "width": width, "size": size_text(total)}
        yield problem("boundary_slivers", str(who), **facts)
    rest = sums.iloc[LISTED:]
    if len(rest):
        facts = {"count": int(rest["size"].sum()), "size": size_text(float(rest["sum"].sum()))}
        yield problem("boundary_slivers_rest", pairs=len(rest), width=width, **facts)


def _within(wide: pd.DataFrame, counties: gpd.GeoDataFrame | None) -> NDArray[np.bool_]:
    """Return which faults are not gaps that the counties leave out as well."""
    kept = np.ones(len(wide), dtype=bool)
    gaps = (wide["kind"] == "gap").to_numpy()
    if counties is None or not gaps.any():
        return kept
    united = shapely.union_all(counties.geometry.to_numpy())
    shapes = wide["geometry"].to_numpy()[gaps]
    outside = shapely.area(shapely.difference(shapes, united)) / shapely.area(shapes)
    kept[gaps] = outside < BEYOND_SHARE
    return kept


def county_problems(layer: gpd.GeoDataFrame, counties: gpd.GeoDataFrame) -> list[Problem]:
    """
    Say by how much each county differs from the outlines in force, and towards whom.

    Parameters
    ----------
    layer
        The new layer, of counties or townships: `county_code`, `name` and polygons in
        EPSG:4326, a valid coverage.
    counties
        `county_code`, `name` and outlines in EPSG:4326.

    Returns
    -------
    problems
        One per county that differs by more than `COUNTY_NOTED_SHARE` of its area; above
        `COUNTY_SHARE` an error.
    """
    shapes, names = layer.geometry.to_numpy(), layer["name"].to_numpy()
    home = layer["county_code"].to_numpy()
    united = shapely.coverage_union_all(shapes)
    found = []
    for code, name, outline in zip(
        counties["county_code"], counties["name"], counties.geometry, strict=True
    ):
        own = home == code
        if not own.any():
            continue
        taken = shapely.difference(shapes[own], outline)
        lost = shapely.intersection(shapes[~own], outline)
        bare = shapely.difference(outline, united)
        more, less = _areas_m2(taken), _areas_m2(np.append(lost, bare))
        whole = float(_areas_m2(np.array([outline], dtype=object))[0])
        share = (more.sum() + less.sum()) / whole
        if share < COUNTY_NOTED_SHARE:
            continue
        labels = [*names[~own], "无"]
        facts: dict[str, Any] = {
            "percent": f"{100 * share:.3g}", "less": size_text(less.sum()),
            "more": size_text(more.sum()), "less_to": _largest(less, labels),
            "more_from": _largest(more, [*names[own]]),
        }  # fmt: skip
        far = share > COUNTY_SHARE
        if far:
            facts["limit"] = f"{100 * COUNTY_SHARE:g}"
        found.append(problem("boundary_far" if far else "boundary_differs", name, **facts))
    return found


def _largest(areas_m2: NDArray[np.float64], names: list[str]) -> str:
    order = np.argsort(-areas_m2, kind="stable")[:NEIGHBOURS]
    shown = [f"{names[at]} {size_text(areas_m2[at])}" for at in order if areas_m2[at] >= NOTED_M2]
    return "、".join(shown) or "—"


def area_problems(layer: gpd.GeoDataFrame, counties: pd.DataFrame) -> list[Problem]:
    """Tell the counties whose area differs from the list's `official_km2`; notes only."""
    if "official_km2" not in counties:
        return []
    sums = area_km2(layer.geometry).groupby(layer["county_code"].to_numpy()).sum()
    found = []
    for code, name, official in zip(
        counties["county_code"], counties["name"], counties["official_km2"], strict=True
    ):
        km2 = sums.get(code)
        if km2 is None or not official > 0 or abs(km2 - official) <= AREA_SHARE * official:
            continue
        percent = 100 * abs(km2 - official) / official
        facts: dict[str, Any] = {
            "found": f"{km2:.1f}",
            "expected": f"{official:g}",
            "percent": f"{percent:.1f}",
        }
        found.append(problem("boundary_area_differs", name, **facts))
    return found


def datum_problems(layer: gpd.GeoDataFrame, counties: gpd.GeoDataFrame) -> list[Problem]:
    """
    Say whether a layer taken for WGS 84 looks like GCJ-02 or BD-09.

    The outline of the layer is compared with that of the same counties, as it is and
    converted; the area between them over the outline's length is how far it is off. The
    layer is a valid coverage.
    """
    same = counties[counties["county_code"].isin(layer["county_code"])]
    if same.empty:
        return []
    target = shapely.union_all(shapes_to_metres(same.geometry).to_numpy())
    whole = shapely.coverage_union_all(layer.geometry.to_numpy())

    def off_m(shape: shapely.Geometry) -> float:
        metres = shapes_to_metres(gpd.GeoSeries([shape], crs=STORED_CRS)).iloc[0]
        between = shapely.symmetric_difference(metres, target).area
        return float(between / target.length)

    now = off_m(whole)
    if now < SUSPECT_M:
        return []

    def undone(shift: Callable[..., Any]) -> shapely.Geometry:
        moved = shapely.transform(whole, lambda at: np.column_stack(shift(at[:, 0], at[:, 1])))
        return shapely.make_valid(moved)

    then = {value: off_m(undone(shift)) for value, (_, shift) in _DATUMS.items()}
    best = min(then, key=lambda value: then[value])
    if then[best] > SUSPECT_RATIO * now:
        return []
    facts: dict[str, Any] = {
        "datum": _DATUMS[best][0],
        "now": f"{now:.0f}",
        "then": f"{then[best]:.0f}",
    }
    return [problem("boundary_shifted", flag=best, **facts)]
