"""A boundary file as the layer it would become, with all that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.crs import STORED_CRS, require_crs
from geo.errors import FileError, Problem
from geo.layers.coordinates import STORED, Frame, crs_name, frame_of
from geo.layers.faults import (
    area_problems,
    county_problems,
    datum_problems,
    fault_problems,
    problem,
    size_text,
    split,
)
from geo.layers.matching import LISTS, match_features
from geo.layers.tiling import MENDED_SHARE, areas_only, mended, tiled
from geo.layers.topology import code_problems, home_problems, shape_problems
from geo.succession import in_force

Shapes = NDArray[np.object_]


@dataclass(frozen=True)
class Features:
    """
    What a boundary file holds, whatever its format.

    `fields` has one row per feature, all text, None where empty; `shapes` the geometries in
    the file's coordinates (None where it has none). `crs` is "EPSG:…" or WKT, empty if
    unknown; `assumed` says that it is only the format's default.
    """

    fields: pd.DataFrame
    shapes: Shapes
    crs: str = ""
    assumed: bool = False


@dataclass(frozen=True)
class LayerPlan:
    """
    What importing a boundary file would do.

    Attributes
    ----------
    layer
        One row per county or township that was matched, in the order of the codes:
        `county_code`, `name` or `township_code`, `name`, `county_code`, and polygons in
        EPSG:4326 that fit together vertex for vertex. To be put in force only if there
        are no `problems`.
    problems, notes
        What keeps the layer out, and what is only told.
    matched
        One row per feature of the file, as `matching.Matching.features`.
    """

    layer: gpd.GeoDataFrame
    problems: list[Problem]
    notes: list[Problem]
    matched: pd.DataFrame


def plan_features(
    features: Features,
    tables: Mapping[str, pd.DataFrame],
    counties_layer: gpd.GeoDataFrame | None,
    *,
    level: str,
    datum: str = "",
    crs: str = "",
    code_column: str = "",
    name_column: str = "",
) -> LayerPlan:
    """
    Say what would become of the `features` of a boundary file as a layer.

    Parameters
    ----------
    features
        What the file holds.
    tables
        The lists `counties` and `townships` and, if there, `township_aliases`.
    counties_layer
        County outlines in force (`county_code`, `name`, EPSG:4326) to compare with, if any.
    level
        "county" or "township".
    datum, crs
        What the operator says about the coordinates; see `coordinates.frame_of`.
    code_column, name_column
        See `matching.match_features`.

    Raises
    ------
    FileError
        If the coordinates cannot be used, or no column matches the list.
    ArgumentError
        If `datum` or `crs` is none that there is.
    CrsError
        If `counties_layer` is not in EPSG:4326.
    """
    if counties_layer is not None:
        require_crs(counties_layer, STORED_CRS)
    polygons = np.array([areas_only(shape) for shape in features.shapes], dtype=object)
    usable = np.array([one is not None for one in polygons], dtype=bool)
    at, owner = shapely.get_coordinates(polygons, return_index=True)
    usable[owner[~np.isfinite(at).all(axis=1)]] = False
    if not usable.any():
        raise FileError("layer_empty")
    frame = frame_of(
        polygons[usable], stated=features.crs, assumed=features.assumed, given=crs, datum=datum
    )
    matching = match_features(
        features.fields, tables, level=level, code_column=code_column, name_column=name_column
    )
    found = [*_read_notes(features, frame, matching.code_column, matching.name_column, crs)]
    if not usable.all():
        found.append(problem("boundary_not_area", count=int((~usable).sum())))
    rows = matching.features[usable & matching.features["code"].notna().to_numpy()]
    shapes, codes, mending = _dissolved(rows, frame.plane(polygons[rows.index.to_numpy()]))
    found += mending
    lost = set(matching.features["code"].dropna()) - set(codes)
    found += [problem("boundary_invalid", name, detail="没有可用的面") for name in _names(
        matching.features, lost
    )]  # fmt: skip
    layer = _listed_layer(codes, tables, level)
    if len(codes):
        shapes, faults = tiled(shapes)
        layer = layer.set_geometry(
            gpd.GeoSeries(frame.degrees(shapes), index=layer.index, crs=STORED_CRS)
        )
        faults["geometry"] = frame.degrees(faults["geometry"].to_numpy())
        found += _layer_problems(layer, faults, tables, counties_layer, ask_datum=not datum)
    problems, notes = split(found)
    return LayerPlan(layer, matching.problems + problems, matching.notes + notes, matching.features)


def settled(
    layer: gpd.GeoDataFrame,
    tables: Mapping[str, pd.DataFrame],
    counties_layer: gpd.GeoDataFrame | None = None,
    *,
    level: str,
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """
    Make the polygons of an official layer fit together, and say what is wrong with it.

    Parameters
    ----------
    layer
        `county_code`, for townships also `township_code`, `name` and polygons in EPSG:4326.
    tables, counties_layer, level
        As for `plan_features`.

    Returns
    -------
    layer, problems
        `layer` as a valid coverage, unchanged if it is one; errors and notes, by the same
        tolerances as of a file. With a code or a polygon that is none, those only.
    """
    require_crs(layer, STORED_CRS)
    key = f"{level}_code"
    listed = tables[LISTS[level]]
    if level == "township":
        listed = in_force(listed, as_of=None)
    found = code_problems(layer, listed, key)
    if level == "township":
        found += home_problems(layer, tables["counties"], listed)
    found += shape_problems(layer)
    if found:
        return layer, found
    shapes, faults = tiled(STORED.plane(layer.geometry.to_numpy()))
    faults["geometry"] = STORED.degrees(faults["geometry"].to_numpy())
    if not shapely.coverage_is_valid(layer.geometry.to_numpy()):
        layer = layer.set_geometry(
            gpd.GeoSeries(STORED.degrees(shapes), index=layer.index, crs=STORED_CRS)
        )
    return layer, _layer_problems(layer, faults, tables, counties_layer, ask_datum=False)


def _layer_problems(
    layer: gpd.GeoDataFrame,
    faults: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    counties_layer: gpd.GeoDataFrame | None,
    *,
    ask_datum: bool,
) -> list[Problem]:
    found = fault_problems(faults, layer["name"].tolist(), counties_layer)
    shapes = layer.geometry.to_numpy()
    # What is left of a polygon that others overlap wholly is told as an overlap already.
    bad = shapely.is_empty(shapes) | ~shapely.is_valid(shapes)
    if not bad.any() and not shapely.coverage_is_valid(shapes):
        edges = shapely.coverage_invalid_edges(shapes)
        bad = ~shapely.is_empty(edges)
        found += [problem("boundary_unmatched", name) for name in layer["name"][bad]]
        return found
    if bad.any():
        facts: dict[str, Any] = {"detail": "去掉与相邻面重叠的部分以后没有剩下有效的面"}
        found += [problem("boundary_invalid", name, **facts) for name in layer["name"][bad]]
        return found
    suspected = []
    if counties_layer is not None:
        suspected = datum_problems(layer, counties_layer) if ask_datum else []
        found += suspected or county_problems(layer, counties_layer)
    return found + area_problems(layer, tables["counties"])


def _read_notes(
    features: Features, frame: Frame, code_column: str, name_column: str, crs: str
) -> list[Problem]:
    shifted = f"、{frame.datum.upper()}" if frame.datum in {"gcj02", "bd09"} else ""
    facts: dict[str, Any] = {"code_column": code_column or "没有"}
    facts["name_column"] = name_column or "没有"
    count = len(features.shapes)
    found = [problem("boundary_read", crs=frame.name + shifted, count=count, **facts)]
    stated = crs_name(features.crs) if crs and features.crs and not features.assumed else ""
    if stated and stated != frame.name:
        found.append(problem("boundary_crs_told", stated=stated, crs=frame.name))
    return found


def _names(features: pd.DataFrame, codes: set[str]) -> list[str]:
    return features[features["code"].isin(codes)].drop_duplicates("code")["name"].tolist()


def _dissolved(rows: pd.DataFrame, shapes: Shapes) -> tuple[Shapes, list[str], list[Problem]]:
    """Return one valid polygon per code, in the order of the codes."""
    found: list[Problem] = []
    sound: list[shapely.Geometry] = []
    for number, name, shape in zip(rows["feature"], rows["name"], shapes, strict=True):
        detail = "" if shape.is_valid else shapely.is_valid_reason(shape).split("[")[0]
        whole, share = mended(shape)
        if detail:
            code = "boundary_mended" if share <= MENDED_SHARE else "boundary_unsafe"
            size = size_text(share * (whole.area or abs(shape.area)))
            found.append(problem(code, str(name), row=int(number), detail=detail, size=size))
        sound.append(whole)
    codes = sorted({*rows["code"]})
    merged = []
    for code in codes:
        own = [shape for shape, one in zip(sound, rows["code"], strict=True) if one == code]
        merged.append(own[0] if len(own) == 1 else areas_only(shapely.union_all(own)))
    kept = [at for at, shape in enumerate(merged) if shape is not None and not shape.is_empty]
    found_shapes = np.array([merged[at] for at in kept], dtype=object)
    return found_shapes, [codes[at] for at in kept], found


def _listed_layer(
    codes: list[str], tables: Mapping[str, pd.DataFrame], level: str
) -> gpd.GeoDataFrame:
    """Return the rows of the list with these codes, without polygons yet."""
    key = f"{level}_code"
    columns = [key, "name"] if level == "county" else [key, "name", "county_code"]
    rows = tables[LISTS[level]].set_index(key, drop=False).loc[codes, columns]
    frame = rows.reset_index(drop=True).astype("str")
    empty = gpd.GeoSeries([None] * len(frame), crs=STORED_CRS)
    return gpd.GeoDataFrame(frame, geometry=empty, crs=STORED_CRS)
