"""Boundary layers in the database: shapes as WKB, so that no spatial extension is needed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
import sqlalchemy as sa

from geo.boundaries import LayerInfo
from geo.crs import STORED_CRS, require_crs
from geo.errors import StoreError
from geo.rows import add_numbered
from geo.tables import LAYERS, SHAPES, utc_now

Layer = tuple[gpd.GeoDataFrame, LayerInfo]


def add_layer(
    connection: sa.Connection, layer: gpd.GeoDataFrame, info: LayerInfo, *, active: bool = True
) -> None:
    """
    Put `layer` in force for its level; the one before stays stored, out of force.

    Not `active`, it is stored only, and the one in force stays in force.

    Raises
    ------
    CrsError
        If `layer` is not in EPSG:4326.
    """
    require_crs(layer, STORED_CRS)
    if active:
        _retire(connection, info.level)
    head = {
        "level": info.level, "kind": info.kind, "source": info.source,
        "compiled_on": info.compiled_on, "approval_number": info.approval_number,
        "active": active, "created": utc_now(),
    }  # fmt: skip
    layer_id = add_numbered(connection, LAYERS, head)
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


def _retire(connection: sa.Connection, level: str) -> None:
    connection.execute(sa.update(LAYERS).where(LAYERS.c.level == level).values(active=False))


def rebuild_layers(connection: sa.Connection, layers: Iterable[Layer]) -> None:
    """
    Put the `layers` of a fresh build in the place of the schematic ones.

    Schematic layers are made from ``data/`` and go with what they were made from. Official
    ones were brought by people and may exist nowhere else: all stay stored, and one that is
    in force stays in force if it has the same units as the schematic layer that would
    replace it, because a picture must not take the place of a reviewed map unasked.
    """
    schematic = sa.select(LAYERS.c.layer_id).where(LAYERS.c.kind != "official")
    connection.execute(sa.delete(SHAPES).where(SHAPES.c.layer_id.in_(schematic)))
    connection.execute(sa.delete(LAYERS).where(LAYERS.c.kind != "official"))
    for layer, info in layers:
        codes = {*layer[f"{info.level}_code"].astype(str)}
        kept = info.kind != "official" and codes == _codes_in_force(connection, info.level)
        add_layer(connection, layer, info, active=not kept)


def _codes_in_force(connection: sa.Connection, level: str) -> set[str]:
    query = (
        sa.select(SHAPES.c.code)
        .join(LAYERS, LAYERS.c.layer_id == SHAPES.c.layer_id)
        .where(LAYERS.c.level == level, LAYERS.c.active)
    )
    return {*connection.scalars(query)}


def activate_layer(connection: sa.Connection, layer_id: int) -> None:
    """
    Put a stored layer in force for its level again; the one in force stays stored.

    Raises
    ------
    StoreError
        If there is no such layer (code ``layer_unknown``).
    """
    level = connection.scalar(sa.select(LAYERS.c.level).where(LAYERS.c.layer_id == layer_id))
    if level is None:
        raise StoreError("layer_unknown", layer_id=layer_id)
    _retire(connection, level)
    connection.execute(sa.update(LAYERS).where(LAYERS.c.layer_id == layer_id).values(active=True))


def list_layers(connection: sa.Connection) -> pd.DataFrame:
    """
    Return what layers are stored, in force or not.

    Returns
    -------
    layers
        One row per layer in the order they came: `layer_id`, `level`, `kind`, `source`,
        `compiled_on` (date or missing), `approval_number`, `active`, `created` (UTC),
        `shapes` (how many polygons).
    """
    count = sa.select(sa.func.count()).where(SHAPES.c.layer_id == LAYERS.c.layer_id)
    query = sa.select(*LAYERS.columns, count.scalar_subquery().label("shapes"))
    rows = connection.execute(query.order_by(LAYERS.c.layer_id)).all()
    columns: dict[str, Any] = {
        name: [getattr(row, name) for row in rows] for name in [*LAYERS.columns.keys(), "shapes"]
    }
    for name in ("level", "kind", "source", "approval_number"):
        columns[name] = pd.array(columns[name], dtype="str")
    for name in ("compiled_on", "created"):
        columns[name] = pd.array(columns[name], dtype="datetime64[s]")
    types = {"layer_id": "int64", "active": "bool", "shapes": "int64"}
    return pd.DataFrame(columns).astype(types)


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
