"""Which venues match a reader's filters, how many a further filter would leave, what order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from geo.crs import to_metres
from geo.schema import EXACT_PRECISIONS, SUBJECTS, VENUE_KINDS, VENUE_STATUSES

# What a visitor can use comes first; leads that nobody confirmed come last.
_STATUS_RANK = {"open": 0, "by_event": 1, "suspended": 2, "construction": 3, "planned": 4,
                "unverified": 5, "closed": 6}  # fmt: skip
_KIND_RANK = {stored: rank for rank, (stored, *_) in enumerate(VENUE_KINDS)}
assert set(_STATUS_RANK) == {stored for stored, *_ in VENUE_STATUSES}

SWITCHES = ("open_now", "free", "barrier_free")


@dataclass(frozen=True)
class Filters:
    """
    What the reader ticked.

    Within a facet (`kinds`, `subjects`, `counties`) any ticked value will do; between
    facets all must hold; an empty facet does not filter.
    """

    kinds: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    counties: frozenset[str] = frozenset()
    switches: frozenset[str] = frozenset()  # of SWITCHES

    @property
    def count(self) -> int:
        """How many boxes are ticked."""
        return len(self.kinds) + len(self.subjects) + len(self.counties) + len(self.switches)


@dataclass(frozen=True)
class Found:
    """
    What matched.

    `rows`: index labels of the matching venues, in the order to show.
    `distance_km`: kilometres from the origin by venue index; NaN without origin or position.
    `counts`: per facet, per value, how many rows would match with that value alone in its facet.
    """

    rows: pd.Index
    distance_km: pd.Series
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def _subject_masks(venues: pd.DataFrame) -> dict[str, np.ndarray]:
    held = venues["subjects"].fillna("").map(lambda joined: set(joined.split(";")))
    return {
        stored: held.map(lambda has, s=stored: s in has).to_numpy(bool) for stored, *_ in SUBJECTS
    }


def facet_masks(venues: pd.DataFrame, open_now: pd.Series) -> dict[str, dict[str, np.ndarray]]:
    """
    Say for every facet and value which venues have it.

    Parameters
    ----------
    venues
        n rows under the schema's `venues`.
    open_now
        n booleans aligned with `venues`.

    Returns
    -------
    masks
        facet -> value -> n booleans. Facets: kinds, subjects, counties, switches.
    """
    kind, county = venues["kind"].to_numpy(str), venues["county_code"].fillna("").to_numpy(str)
    return {
        "kinds": {stored: kind == stored for stored, *_ in VENUE_KINDS},
        "subjects": _subject_masks(venues),
        "counties": {code: county == code for code in sorted(set(county) - {""})},
        "switches": {
            "open_now": open_now.to_numpy(bool),
            "free": venues["free"].fillna(False).to_numpy(bool),
            "barrier_free": venues["barrier_free"].fillna(False).to_numpy(bool),
        },
    }


def _any_of(masks: Mapping[str, np.ndarray], chosen: frozenset[str], size: int) -> np.ndarray:
    if not chosen:
        return np.ones(size, bool)
    hits = [masks.get(value, np.zeros(size, bool)) for value in chosen]
    return np.asarray(np.logical_or.reduce(hits), dtype=bool)


def _all_of(masks: Mapping[str, np.ndarray], chosen: frozenset[str], size: int) -> np.ndarray:
    hits = [np.ones(size, bool), *(masks[value] for value in chosen)]
    return np.asarray(np.logical_and.reduce(hits), dtype=bool)


def distances_km(venues: pd.DataFrame, origin: tuple[float, float] | None) -> pd.Series:
    """Return straight-line km from `origin` (lon, lat; WGS 84) to each venue, NaN if unknown."""
    if origin is None:
        return pd.Series(np.nan, index=venues.index)
    x, y = to_metres(venues["lon"].to_numpy(float), venues["lat"].to_numpy(float))
    x0, y0 = to_metres(np.array([origin[0]]), np.array([origin[1]]))
    return pd.Series(np.hypot(x - x0[0], y - y0[0]) / 1000, index=venues.index)


def find(
    venues: pd.DataFrame,
    *,
    scores: pd.Series,
    masks: Mapping[str, Mapping[str, np.ndarray]],
    filters: Filters,
    origin: tuple[float, float] | None = None,
) -> Found:
    """
    Filter, count and order venues.

    Order: by distance when there is an origin (unknown positions last), else by search
    score, then what is open to visitors first, real before demonstration rows, kind, id.

    Parameters
    ----------
    venues
        n rows under the schema's `venues`.
    scores
        n search scores aligned with `venues`; 0 does not match.
    masks
        From `facet_masks` for the same rows.
    filters
        What the reader ticked.
    origin
        Longitude and latitude in degrees (WGS 84) to measure from.

    Returns
    -------
    found
        Matching index labels in order, distances, counts per facet value.
    """
    size = len(venues)
    hit = scores.to_numpy(float) > 0
    per_facet = {
        "kinds": _any_of(masks["kinds"], filters.kinds, size),
        "subjects": _any_of(masks["subjects"], filters.subjects, size),
        "counties": _any_of(masks["counties"], filters.counties, size),
        "switches": _all_of(masks["switches"], filters.switches, size),
    }
    counts: dict[str, dict[str, int]] = {}
    for facet, values in masks.items():
        rest = hit.copy()
        for other, mask in per_facet.items():
            # Switches narrow together, so their count keeps the other switches.
            if other != facet or facet == "switches":
                rest &= mask
        counts[facet] = {value: int((mask & rest).sum()) for value, mask in values.items()}

    keep = hit & np.logical_and.reduce(list(per_facet.values()))
    distance_km = distances_km(venues, origin)
    order = pd.DataFrame(
        {
            "distance": distance_km.to_numpy() if origin is not None else 0.0,
            "score": -scores.to_numpy(float),
            "status": venues["status"].map(_STATUS_RANK).to_numpy(),
            "demo": venues["demo"].fillna(False).to_numpy(bool),
            "kind": venues["kind"].map(_KIND_RANK).to_numpy(),
            "venue_id": venues["venue_id"].to_numpy(),
        },
        index=venues.index,
    )[keep]
    rows = order.sort_values(list(order.columns), na_position="last", kind="stable").index
    return Found(rows=rows, distance_km=distance_km, counts=counts)


def is_exact(precision: object) -> bool:
    """Say whether a position of this precision may be navigated to as a point."""
    return precision in EXACT_PRECISIONS
