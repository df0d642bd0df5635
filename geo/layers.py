"""Boundary layers in the database: shapes as WKB, so that no spatial extension is needed."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely
import sqlalchemy as sa

from geo.boundaries import LayerInfo
from geo.crs import STORED_CRS, require_crs
from geo.errors import StoreError
from geo.tables import LAYERS, SHAPES, utc_now

Layer = tuple[gpd.GeoDataFrame, LayerInfo]


def add_layer(connection: sa.Connection, layer: gpd.GeoDataFrame, info: LayerInfo) -> None:
    """
    Put `layer` in force for its level; the one before stays stored, out of force.

    Raises
    ------
    CrsError
        If `layer` is not in EPSG:4326.
    """
    require_crs(layer, STORED_CRS)
    connection.execute(sa.update(LAYERS).where(LAYERS.c.level == info.level).values(active=False))
    head = sa.insert(LAYERS).values(
        level=info.level,
        kind=info.kind,
        source=info.source,
        compiled_on=info.compiled_on,
        approval_number=info.approval_number,
        active=True,
        created=utc_now(),
    )
    key = connection.execute(head).inserted_primary_key
    layer_id = key[0] if key else None
    codes = layer[f"{info.level}_code"].astype(str)
    parents = layer["county_code"] if info.level == "township" else [None] * len(layer)
    shapes = zip(codes, layer["name"], parents, shapely.to_wkb(layer.geometry), strict=True)
    connection.execute(
        sa.insert(SHAPES),
        [
            {
                "layer_id": layer_id,
                "code": code,
                "name": name,
                "parent_code": parent,
                "geometry": wkb,
            }
            for code, name, parent, wkb in shapes
        ],
    )


def delete_layers(connection: sa.Connection) -> None:
    """Delete every layer, in force or not."""
    connection.execute(sa.delete(SHAPES))
    connection.execute(sa.delete(LAYERS))


def read_layer(connection: sa.Connection, level: str) -> Layer:
    """
    Return the layer in force for `level` ("county" or "township") and what it is.

    Returns
    -------
    layer, info
        One row per unit in the order of the codes: `county_code` and `name`, or
        `township_code`, `name` and `county_code`, and `geometry` in EPSG:4326.

    Raises
    ------
    StoreError
        If no layer of this level has been put in.
    """
    query = sa.select(LAYERS).where(LAYERS.c.level == level, LAYERS.c.active)
    head = connection.execute(query).one_or_none()
    if head is None:
        raise StoreError("layer_missing", level=level)
    shapes = connection.execute(
        sa.select(SHAPES.c.code, SHAPES.c.name, SHAPES.c.parent_code, SHAPES.c.geometry).where(
            SHAPES.c.layer_id == head.layer_id
        )
    ).all()
    shapes = sorted(shapes, key=lambda shape: shape.code)  # databases sort text differently
    columns = {
        f"{level}_code": pd.array([shape.code for shape in shapes], dtype="str"),
        "name": pd.array([shape.name for shape in shapes], dtype="str"),
    }
    if level == "township":
        columns["county_code"] = pd.array([shape.parent_code for shape in shapes], dtype="str")
    geometry = shapely.from_wkb([bytes(shape.geometry) for shape in shapes])
    info = LayerInfo(
        level=head.level,
        kind=head.kind,
        source=head.source,
        compiled_on=head.compiled_on,
        approval_number=head.approval_number,
    )
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=STORED_CRS), info
