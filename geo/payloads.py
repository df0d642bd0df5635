"""Payloads: what the map draws, packed as plain strings that fit a cache and any quoting.

A payload is base64 of deflated JSON, so no text from people meets a template, a pattern or
a quote on its way to `static/map.js`, which writes it with textContent only.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import STORED_CRS, require_crs
from geo.schema import EXACT_PRECISIONS
from geo.signs import SYMBOLS

SCALE = 1e5  # coordinates travel as whole 1e-5 degrees (about 1 m) from ORIGIN
ORIGIN = (117.0, 36.0)


def to_base64(content: bytes) -> str:
    """Return `content` as base64 text."""
    return base64.b64encode(content).decode("ascii")


def to_json(value: Any) -> bytes:
    """Return `value` as compact JSON in UTF-8."""
    said = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return said.encode("utf-8", "replace")  # a lone surrogate is no text


def pack(value: Any) -> str:
    """Return `value` (JSON) deflated, as base64; equal values give equal strings."""
    return to_base64(zlib.compress(to_json(value), 6))


def unpack(payload: str) -> Any:
    """Return the value that `pack` packed."""
    return json.loads(zlib.decompress(base64.b64decode(payload)))


def steps(degrees: Any, axis: int) -> Any:
    """Return degrees as whole steps from the origin; axis 0 is longitude, 1 latitude."""
    return np.rint((np.asarray(degrees, dtype=float) - ORIGIN[axis]) * SCALE).astype(int)


def points_payload(
    venues: pd.DataFrame,
    *,
    labels: Mapping[str, str],
    states: pd.Series[str] | None = None,
    notes: pd.Series[str] | None = None,
    aged: pd.Series[bool] | None = None,
) -> str:
    """
    Pack venues as points. Rows without a position are left out: nothing is guessed.

    Parameters
    ----------
    venues
        Columns `venue_id`, `kind`, `lon`, `lat` (degrees WGS 84), `name`,
        `position_precision`, `demo`. n rows, n may be 0.
    labels
        The word for each kind.
    states
        "open", "closed" or "unknown" for each row, with the index of `venues`.
    notes
        One more line of text for the tooltip of each row, with the index of `venues`.
    aged
        Whether the verification of each row is overdue, with the index of `venues`.
    """
    shown = venues[venues["lon"].notna() & venues["lat"].notna()]
    kinds = list(dict.fromkeys(shown["kind"]))
    flags = (
        ~shown["position_precision"].isin(EXACT_PRECISIONS) * 1
        + shown["demo"].fillna(False).astype(bool) * 2
    )
    if states is not None:
        state = states.reindex(shown.index)
        flags = flags + (state == "open") * 4 + (state == "closed") * 8
    if aged is not None:
        flags = flags + aged.reindex(shown.index, fill_value=False).astype(bool) * 16
    data = {
        "origin": ORIGIN,
        "kinds": [[kind if kind in SYMBOLS else "place", labels[kind]] for kind in kinds],
        "id": shown["venue_id"].tolist(),
        "kind": shown["kind"].map({kind: i for i, kind in enumerate(kinds)}).tolist(),
        "x": steps(shown["lon"], 0).tolist(),
        "y": steps(shown["lat"], 1).tolist(),
        "name": shown["name"].tolist(),
        "flags": flags.astype(int).tolist(),
    }
    if notes is not None:
        data["note"] = notes.reindex(shown.index).fillna("").tolist()
    return pack(data)


def _ring_steps(ring: Any) -> list[int]:
    degrees = shapely.get_coordinates(ring)[:-1]
    vertices = np.column_stack([steps(degrees[:, 0], 0), steps(degrees[:, 1], 1)])
    moves = np.diff(vertices, axis=0, prepend=[[0, 0]])
    moved = np.flatnonzero(moves.any(axis=1))
    return [int(step) for step in moves[moved].ravel()]


Outlines = list[tuple[list[list[list[int]]], int, int]]  # rings of the parts, anchor x, y


def outlines(layer: gpd.GeoDataFrame) -> Outlines:
    """
    Return the shape of each row as the browser needs it, and where its name may stand.

    The slow part of `polygons_payload`, the same for every colouring of a layer.

    Raises
    ------
    CrsError
        If `layer` is not in EPSG:4326.
    """
    require_crs(layer, STORED_CRS)
    found: Outlines = []
    for shape in layer.geometry:
        parts = list(getattr(shape, "geoms", [shape]))
        within = shapely.maximum_inscribed_circle(max(parts, key=lambda part: part.area), 1e-3)
        anchor = shapely.get_coordinates(within)[0]
        rings = [[_ring_steps(ring) for ring in (part.exterior, *part.interiors)] for part in parts]
        found.append((rings, int(steps(anchor[0], 0)), int(steps(anchor[1], 1))))
    return found


def polygons_payload(
    layer: gpd.GeoDataFrame,
    *,
    kind: str,
    code: str,
    classes: pd.Series[str] | None = None,
    notes: pd.Series[str] | None = None,
    shapes: Outlines | None = None,
) -> str:
    """
    Pack areas: shape, name, class of fill, text for the tooltip.

    Parameters
    ----------
    layer
        EPSG:4326; columns `code` (its name is given), `name` and polygons.
    kind
        "township" or "county": what a tap on one reports as its layer.
    code
        The column whose value a tap reports as its id.
    classes
        A key of `AREAS` for each row, with the index of `layer`; "plain" or "county" if absent.
    notes
        A line of text for each row, with the index of `layer`.
    shapes
        The `outlines` of `layer`, if they are known already.

    Raises
    ------
    CrsError
        If `layer` is not in EPSG:4326.
    """
    rows = []
    drawn = outlines(layer) if shapes is None else shapes
    for label, (rings, x, y) in zip(layer.index, drawn, strict=True):
        rows.append([
            layer.at[label, code],
            layer.at[label, "name"],
            classes[label] if classes is not None else ("county" if kind == "county" else "plain"),
            notes[label] if notes is not None else "",
            rings,
            x,
            y,
        ])  # fmt: skip
    return pack({"origin": ORIGIN, "layer": kind, "rows": rows})


def lines_payload(stops: pd.DataFrame, *, labels: Mapping[str, str]) -> str:
    """
    Pack routes as lines through their stops, in the order of `stop_no`.

    A leg across a stop without a position is drawn dotted; nothing is guessed.

    Parameters
    ----------
    stops
        Columns `route_id`, `stop_no`, `name`, `lon`, `lat` (degrees WGS 84, may be missing),
        `position_precision`; `no` where the number on the sign is another than the order's.
    labels
        The name of each route.
    """
    lines = []
    for route_id, of_route in stops.sort_values(["route_id", "stop_no"]).groupby("route_id"):
        drawn = []
        for stop in of_route.to_dict("records"):
            known = pd.notna(stop["lon"]) and pd.notna(stop["lat"])
            drawn.append({
                "no": int(stop.get("no", stop["stop_no"])),
                "name": stop["name"],
                "x": int(steps(stop["lon"], 0)) if known else None,
                "y": int(steps(stop["lat"], 1)) if known else None,
                "exact": stop["position_precision"] in EXACT_PRECISIONS,
            })  # fmt: skip
        lines.append({"id": route_id, "label": labels[str(route_id)], "stops": drawn})
    return pack({"origin": ORIGIN, "lines": lines})
