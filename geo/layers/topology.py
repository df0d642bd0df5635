"""What is wrong with a boundary layer: codes, shapes, gaps, overlaps, areas."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.crs import STORED_CRS, area_km2, require_crs
from geo.errors import MissingColumnError, Problem

SLIT_WIDTH = 1e-5  # degrees, 1 m: neighbours no further apart than this should meet
SLIT_KM2 = 1e-4  # smaller slits are where two polygons meet on the outer border
NOTED_KM2 = 1e-6  # 1 m²; smaller gaps and overlaps are rounding
AREA_SHARE = 0.01  # an area may differ from the official one by this much

TABLE = "boundaries"


def check_counties(layer: gpd.GeoDataFrame, counties: pd.DataFrame) -> list[Problem]:
    """
    Say what is wrong with a county layer.

    Parameters
    ----------
    layer
        `county_code`, `name` and geometry in EPSG:4326.
    counties
        The list: `county_code`, `name` and, where known, `official_km2`.

    Returns
    -------
    problems
        Codes missing, unknown or repeated; invalid shapes; overlaps and enclosed gaps above
        1 m² and open ones above 100 m², with their size; shared borders that do not match
        vertex for vertex; areas more than 1 % off the official one. Empty for a sound layer.

    Raises
    ------
    CrsError
        If `layer` is not in EPSG:4326.
    MissingColumnError
        If a column is absent.
    """
    problems = _layer_problems(layer, counties, "county_code")
    measured = _by_county(layer, counties)
    return problems + _area_problems(measured, counties)


def check_townships(
    layer: gpd.GeoDataFrame, counties: pd.DataFrame, townships: pd.DataFrame
) -> list[Problem]:
    """
    Say what is wrong with a township layer.

    Parameters
    ----------
    layer
        `township_code`, `name`, `county_code` and geometry in EPSG:4326.
    counties
        The list of counties: `county_code`, `name` and, where known, `official_km2`. With
        geometry (EPSG:4326) it is also checked that the townships of each county fill it.
    townships
        The list: `township_code`, `name`, `county_code`.

    Returns
    -------
    problems
        As `check_counties`, the areas added up by county; also townships that stand in
        another county than the list has, and the parts of a county left uncovered or
        exceeded.

    Raises
    ------
    CrsError
        If a layer is not in EPSG:4326.
    MissingColumnError
        If a column is absent.
    """
    problems = _layer_problems(layer, townships, "township_code")
    problems += home_problems(layer, counties, townships)
    if isinstance(counties, gpd.GeoDataFrame):
        problems += _filling_problems(layer, counties)
    return problems + _area_problems(_by_county(layer, counties), counties)


def home_problems(
    layer: gpd.GeoDataFrame, counties: pd.DataFrame, townships: pd.DataFrame
) -> list[Problem]:
    """Return the townships of a layer that stand in another county than the list has."""
    _require_columns(layer, "township_code name county_code")
    problems = []
    stated = townships.set_index("township_code")["county_code"]
    names = counties.drop_duplicates("county_code").set_index("county_code")["name"]
    for code, name, county in zip(
        layer["township_code"], layer["name"], layer["county_code"], strict=True
    ):
        if code in stated.index and stated[code] != county:
            facts = {"other": "名录", "other_value": names.get(stated[code], stated[code])}
            shown = f"{name} {names.get(county, county)}"
            problems.append(_problem("mismatch", shown, **facts))
    return problems


def _problem(code: str, value: str | None = None, **params: Any) -> Problem:
    return Problem(TABLE, code, value=value, params=params)


def _require_columns(table: pd.DataFrame, columns: str) -> None:
    absent = [name for name in columns.split() if name not in table]
    if absent:
        raise MissingColumnError("column_absent", columns="、".join(absent))


def _shown(km2: float) -> str:
    return f"{km2:.3g}" if km2 >= 1e-3 else f"{km2:.6f}"


def _measured_km2(shapes: list[shapely.Geometry]) -> list[float]:
    return [float(area) for area in area_km2(gpd.GeoSeries(shapes, crs=STORED_CRS))]


def _sound(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the rows with valid polygons; borders are straight in degrees, as stored."""
    shapes = layer.geometry
    kinds = shapes.geom_type.isin(["Polygon", "MultiPolygon"])
    sound: gpd.GeoDataFrame = layer[kinds & shapes.is_valid & ~shapes.is_empty]
    return sound


def _layer_problems(layer: gpd.GeoDataFrame, listed: pd.DataFrame, key: str) -> list[Problem]:
    require_crs(layer, STORED_CRS)
    _require_columns(listed, f"{key} name county_code")
    problems = code_problems(layer, listed, key) + shape_problems(layer)
    sound = _sound(layer)
    spatial = _overlaps(sound) + _gaps(sound)
    return problems + (spatial or _unmatched(sound))


def shape_problems(layer: gpd.GeoDataFrame) -> list[Problem]:
    """Return the rows of a layer that are no valid polygons."""
    problems = []
    for name, shape in zip(layer["name"], layer.geometry, strict=True):
        if shape is None or shape.is_empty or shape.geom_type not in {"Polygon", "MultiPolygon"}:
            problems.append(_problem("boundary_invalid", name, detail="不是面"))
        elif not shape.is_valid:
            detail = shapely.is_valid_reason(shape)
            problems.append(_problem("boundary_invalid", name, detail=detail))
    return problems


def code_problems(layer: gpd.GeoDataFrame, listed: pd.DataFrame, key: str) -> list[Problem]:
    """Return the codes (column `key`) that a layer lacks, has twice, or that no list has."""
    _require_columns(layer, f"{key} name")
    problems = []
    absent = listed[~listed[key].isin(layer[key])]
    if len(absent):
        problems.append(_problem("boundary_missing", names="、".join(absent["name"])))
    for code, name in zip(layer[key], layer["name"], strict=True):
        if code not in set(listed[key]):
            problems.append(_problem("boundary_unknown", f"{name} {code}"))
    for code, count in layer[key].value_counts(sort=False).items():
        if count > 1:
            problems.append(_problem("boundary_repeated", str(code), count=int(count)))
    return problems


def _overlaps(sound: gpd.GeoDataFrame) -> list[Problem]:
    shapes, names = sound.geometry.to_numpy(), sound["name"].to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = sorted((one, other) for one, other in zip(first, second, strict=True) if one < other)
    shared = [shapely.intersection(shapes[one], shapes[other]) for one, other in pairs]
    return [
        _problem("boundary_overlap", names[one], other=names[other], km2=_shown(km2))
        for (one, other), km2 in zip(pairs, _measured_km2(shared), strict=True)
        if km2 > NOTED_KM2
    ]


def _gaps(sound: gpd.GeoDataFrame) -> list[Problem]:
    shapes = sound.geometry.to_numpy()
    united = shapely.union_all(shapes)
    holes = [shapely.Polygon(ring) for part in shapely.get_parts(united) for ring in part.interiors]
    found = [*zip(holes, _measured_km2(holes), [NOTED_KM2] * len(holes), strict=True)]
    slits = [slit for slit in _slits(shapes, united) if not any(map(slit.intersects, holes))]
    found += zip(slits, _measured_km2(slits), [SLIT_KM2] * len(slits), strict=True)
    problems = []
    for gap, km2, noted_km2 in found:
        if km2 > noted_km2:
            at = gap.representative_point()
            facts = {"km2": _shown(km2), "lon": f"{at.x:.4f}", "lat": f"{at.y:.4f}"}
            problems.append(_problem("boundary_gap", **facts))
    return problems


def _slits(shapes: NDArray[np.object_], united: shapely.Geometry) -> list[shapely.Geometry]:
    """Return what lies close to two polygons at once and in none: gaps open at an end."""
    first, second = shapely.STRtree(shapes).query(shapes, "dwithin", SLIT_WIDTH)
    first, second = first[first < second], second[first < second]
    near = shapely.buffer(shapes, SLIT_WIDTH, quad_segs=1)
    between = shapely.intersection(near[first], near[second])
    # Beside an overlap both polygons are close too; that is told as an overlap.
    shared = shapely.intersection(shapes[first], shapes[second])
    shared[shapely.area(shared) == 0] = shapely.Point()
    between = shapely.difference(between, shapely.buffer(shared, 2 * SLIT_WIDTH, quad_segs=1))
    return list(shapely.get_parts(shapely.difference(shapely.union_all(between), united)))


def _unmatched(sound: gpd.GeoDataFrame) -> list[Problem]:
    """Return the polygons whose border deviates from a neighbour's without a noted gap."""
    edges = shapely.coverage_invalid_edges(sound.geometry.to_numpy())
    wrong = sound["name"].to_numpy()[~shapely.is_empty(edges)]
    return [_problem("boundary_unmatched", name) for name in wrong]


def _filling_problems(layer: gpd.GeoDataFrame, counties: gpd.GeoDataFrame) -> list[Problem]:
    require_crs(counties, STORED_CRS)
    sound = _sound(layer)
    rests: list[tuple[str, str, shapely.Geometry]] = []
    for code, name, shape in zip(
        counties["county_code"], counties["name"], counties.geometry, strict=True
    ):
        united = shapely.union_all(sound.geometry[sound["county_code"] == code].to_numpy())
        rests.append(("boundary_uncovered", name, shapely.difference(shape, united)))
        rests.append(("boundary_outside", name, shapely.difference(united, shape)))
    sizes = _measured_km2([rest for _, _, rest in rests])
    return [
        _problem(problem, name, km2=_shown(km2))
        for (problem, name, _), km2 in zip(rests, sizes, strict=True)
        if km2 > NOTED_KM2
    ]


def _by_county(layer: gpd.GeoDataFrame, counties: pd.DataFrame) -> pd.Series:
    """Return the area in km² of each county in `counties`, missing where the layer has none."""
    areas = area_km2(layer.geometry).groupby(layer["county_code"].to_numpy()).sum()
    return areas.reindex(counties["county_code"])


def _area_problems(measured: pd.Series, counties: pd.DataFrame) -> list[Problem]:
    if "official_km2" not in counties:
        return []
    problems = []
    expected = counties["official_km2"].to_numpy(np.float64, na_value=np.nan)
    for name, found, official in zip(counties["name"], measured, expected, strict=True):
        share = abs(found - official) / official
        if share > AREA_SHARE:
            facts = {"found": f"{found:.1f}", "expected": f"{official:g}"}
            problems.append(_problem("boundary_area", name, percent=f"{100 * share:.1f}", **facts))
    return problems
