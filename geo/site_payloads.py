"""Payloads of the planner's maps: service areas, villages reached or not, numbered sites."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.payloads import ORIGIN, pack, steps
from geo.schema import EXACT_PRECISIONS

# How a village is drawn: reached already, newly reached, out of reach; also in signs.DOTS.
DOTS = ("reached", "gained", "out")
# How a site is drawn: proposed, the one that is open, and when two plans are compared.
SITES = ("site", "first", "second", "both", "drawn")


def villages_payload(villages: pd.DataFrame) -> str:
    """
    Pack villages as dots. Rows without a position are left out.

    Parameters
    ----------
    villages
        Columns `lon`, `lat` (degrees WGS 84) and `dot` (one of `DOTS`). n rows.
    """
    shown = villages[villages["lon"].notna() & villages["lat"].notna()]
    numbers = {dot: number for number, dot in enumerate(DOTS)}
    return pack({
        "origin": ORIGIN,
        "kinds": DOTS,
        "kind": shown["dot"].map(numbers).astype(int).tolist(),
        "x": steps(shown["lon"], 0).tolist(),
        "y": steps(shown["lat"], 1).tolist(),
    })  # fmt: skip


def sites_payload(
    sites: pd.DataFrame,
    *,
    radius_m: float | None = None,
    standing: Sequence[tuple[float, float]] = (),
) -> str:
    """
    Pack sites as numbered signs, with circles around them and around what stands already.

    Parameters
    ----------
    sites
        Columns `site_id`, `label` (a short text on the sign), `name`, `note` (text for the
        tooltip), `lon`, `lat` (degrees WGS 84), `position_precision` and `look` (one of `SITES`).
    radius_m
        Radius of the circles on the ground; None draws none.
    standing
        Positions (lon, lat) that get a paler circle.
    """
    lons, lats = (np.array([place[axis] for place in standing], dtype=float) for axis in (0, 1))
    return pack({
        "origin": ORIGIN,
        "radius": radius_m,
        "id": sites["site_id"].tolist(),
        "label": sites["label"].tolist(),
        "name": sites["name"].tolist(),
        "note": sites["note"].tolist(),
        "look": sites["look"].tolist(),
        "exact": sites["position_precision"].isin(EXACT_PRECISIONS).tolist(),
        "x": steps(sites["lon"], 0).tolist(),
        "y": steps(sites["lat"], 1).tolist(),
        "standing": [steps(lons, 0).tolist(), steps(lats, 1).tolist()],
    })  # fmt: skip
