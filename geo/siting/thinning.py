"""Fewer candidates, evenly: for models in which every pair of places counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.crs import to_metres

Floats = NDArray[np.float64]


def representatives(places: pd.DataFrame, *, per_group: int) -> NDArray[np.bool_]:
    """
    Return which places stand for their group: its middle one, then each the farthest from those.

    Parameters
    ----------
    places
        n rows with `township_code` (the group), `lon` and `lat`, degrees in EPSG:4326. Rows
        without a position stand for nothing.
    per_group
        How many to keep of each group; smaller groups are kept whole.

    Returns
    -------
    kept
        n truth values. Of equally good places the first.
    """
    x, y = to_metres(places["lon"].to_numpy(), places["lat"].to_numpy())
    at = np.column_stack([x, y])
    kept = np.zeros(len(places), dtype=bool)
    known = np.isfinite(at).all(axis=1)
    number = np.where(known, pd.factorize(places["township_code"])[0], -1)
    for group in range(number.max(initial=-1) + 1):
        mine = np.flatnonzero(number == group)
        if not len(mine):
            continue
        kept[mine[_spread(at[mine], per_group)]] = True
    return kept


def _spread(at: Floats, count: int) -> NDArray[np.int64]:
    away = np.hypot(*(at[:, None, :] - at[None, :, :]).transpose(2, 0, 1))
    chosen = [int(away.sum(axis=1).argmin())]
    least = away[chosen[0]]
    while len(chosen) < min(count, len(at)):
        chosen.append(int(least.argmax()))
        least = np.minimum(least, away[chosen[-1]])
    return np.unique(np.array(chosen, dtype=np.int64))
