"""Boundary layers put in force and brought back by people: who may, and who did."""

from __future__ import annotations

from datetime import datetime

import geopandas as gpd

from geo import register
from geo.audit import record
from geo.boundaries import LayerInfo
from geo.errors import AccessError, FileError
from geo.rights import Actor
from geo.store import Store


def put_layer(
    store: Store, layer: gpd.GeoDataFrame, info: LayerInfo, *, actor: Actor, now: datetime
) -> None:
    """
    Check `layer` and put it in force; the one before stays stored, and who did it is logged.

    Raises
    ------
    AccessError
        If the actor is not of the city.
    FileError
        If `info` names no source, whatever kind of layer it is.
    TableError
        With every problem of the layer; the one in force stays.
    """
    _require_city(actor)
    if not info.source.strip():
        raise FileError("layer_source_missing")
    register.put_layer(store, layer, info)
    detail = f"{info.level}; {info.kind}; {info.source}; {info.approval_number}"
    record(store, at=now, login=actor.login, action="layer_put", detail=detail)


def restore_layer(store: Store, layer_id: int, *, actor: Actor, now: datetime) -> None:
    """
    Put a stored layer in force again; who did it is logged.

    Raises
    ------
    AccessError
        If the actor is not of the city.
    StoreError
        If there is no such layer.
    """
    _require_city(actor)
    store.activate_layer(layer_id)
    record(store, at=now, login=actor.login, action="layer_restored", detail=str(layer_id))


def _require_city(actor: Actor) -> None:
    if not actor.is_at_least("reporter"):
        raise AccessError("not_signed_in")
    if not actor.is_at_least("city"):
        raise AccessError("not_your_table", table="边界图层", owner="市科协")
