"""Where a tour goes: positions of venues and of its ends, and how far they may be off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import GeoError
from geo.tours.candidates import known
from geo.tours.outcome import Place
from geo.tours.request import Where

# How far from the stored point a place may really be, metres: assumptions by precision.
OFF_M: Mapping[str, float] = {
    "surveyed": 0, "building": 0, "street": 300, "village": 1000, "township": 3000,
    "unknown": 3000,
}  # fmt: skip


def venue_place(venue: Mapping[str, Any], townships: pd.DataFrame) -> Place | None:
    """
    Return where a venue is: its point, else its township's approximate seat; None unknown.

    Parameters
    ----------
    venue
        Its row.
    townships
        The table, indexed by `township_code`.
    """
    lon, lat = known(venue["lon"]), known(venue["lat"])
    if lon is not None and lat is not None:
        precision = str(venue["position_precision"])
        return Place(venue["name"], float(lon), float(lat), precision, venue["venue_id"])
    seat = _seat(known(venue["township_code"]), townships)
    return None if seat is None else Place(venue["name"], *seat, "township", venue["venue_id"])


def end_place(where: Where, townships: pd.DataFrame) -> Place:
    """
    Return where a tour starts or ends.

    Raises
    ------
    GeoError
        If the township is not in the list or its seat is unknown (code "tour_no_place").
    """
    if where.lon is not None and where.lat is not None:
        return Place(where.name, where.lon, where.lat, "street")
    seat = _seat(where.township_code, townships)
    if seat is None:
        raise GeoError("tour_no_place", place=where.name or where.township_code)
    name = where.name or str(townships.loc[where.township_code, "name"])
    return Place(name, *seat, "township")


def _seat(code: str | None, townships: pd.DataFrame) -> tuple[float, float] | None:
    if code is None or code not in townships.index:
        return None
    lon, lat = (known(townships.loc[code, name]) for name in ("seat_lon", "seat_lat"))
    return None if lon is None or lat is None else (float(lon), float(lat))


def margins_min(places: Sequence[Place], *, m_per_min: float) -> NDArray[np.int64]:
    """
    Return by how many minutes each way is widened, since its ends may not be where they seem.

    Parameters
    ----------
    places
        k places.
    m_per_min
        How fast the group travels, the detour allowed for.

    Returns
    -------
    margins
        k × k whole minutes, rounded up; 0 on the diagonal.
    """
    off = np.array([OFF_M[place.precision] for place in places])
    margins: NDArray[np.int64] = np.ceil((off[:, None] + off[None, :]) / m_per_min).astype(np.int64)
    np.fill_diagonal(margins, 0)
    return margins
