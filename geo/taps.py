"""What a reader tapped on a map, read from what the browser sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TAP_LAYERS = ("venue", "township", "county", "stop", "site", "origin", "ground")


@dataclass(frozen=True)
class Tap:
    """What a reader tapped: an object's layer and id, or the ground, and where (degrees)."""

    layer: str  # one of TAP_LAYERS
    id: str | None
    lon: float | None
    lat: float | None
    serial: int  # counts taps since the map was drawn; a later tap has a higher one


def read_tap(returned: Mapping[str, Any] | None) -> Tap | None:
    """
    Return what was tapped last, from what `st_folium` returned; None if nothing readable.

    The value comes from a browser: look the id up among known ids before using it.
    """
    match (returned or {}).get("last_active_drawing"):
        case {"properties": {"layer": str(layer), "tap": int(serial)} as found} if (
            layer in TAP_LAYERS
        ):
            pass
        case _:
            return None
    row_id, lon, lat = (found.get(key) for key in ("id", "lon", "lat"))
    numbers = all(type(value) in (int, float) for value in (lon, lat))
    placed = numbers and abs(lon) <= 180 and abs(lat) <= 90
    return Tap(
        layer=layer,
        id=row_id if isinstance(row_id, str) and len(row_id) <= 200 else None,
        lon=float(lon) if placed else None,
        lat=float(lat) if placed else None,
        serial=serial,
    )
