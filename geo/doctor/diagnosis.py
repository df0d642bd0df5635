"""The coordinate doctor: positions that look wrong, why, how surely, and a proposed repair."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.crs import to_metres
from geo.doctor.datums import Suspicion, suspicions
from geo.doctor.findings import (
    CODES,
    COLUMNS,
    Finding,
    dropped,
    finding_of,
    moved,
    named_precision,
)
from geo.doctor.placements import BORDER_OFF_M, ORDER, OUTLINE_OFF_M, Placements
from geo.keys import require_columns
from geo.lettering import squeeze
from geo.rules import POSITION_DECIMALS
from geo.schema import TABLES

DROP_KM = 5.0  # further outside the city a position is worth less than none
SEAT_M = 30.0  # nearer than this a position is the township's seat itself
STACK_DECIMALS = 5  # of a degree, 1 m: what agrees so far is one point
# The finest precision that so many decimals can carry (one is 11 km, two 1.1 km, three 110 m).
FINEST = {0: "township", 1: "township", 2: "village", 3: "street"}


def examine(
    venues: pd.DataFrame,
    *,
    counties: pd.DataFrame,
    townships: pd.DataFrame,
    county_layer: gpd.GeoDataFrame,
    township_layer: gpd.GeoDataFrame | None = None,
    official: bool = False,
) -> pd.DataFrame:
    """
    Look for positions that are wrong, doubtful, too coarse for what they claim, or missing.

    Parameters
    ----------
    venues
        Table `venues`, n rows; positions in degrees WGS 84 may be any number, also one that
        validation refuses.
    counties, townships
        The tables of those names.
    county_layer
        `county_code` and the counties' outlines in EPSG:4326; of any kind.
    township_layer
        `township_code` and the townships' outlines in EPSG:4326. Only looked at if `official`:
        a schematic one is a picture, and says nothing about a position.
    official
        Whether `township_layer` is an official one.

    Returns
    -------
    findings
        One row per finding, in the order of the venues and of `CODES`:

        `venue_id`
            The venue; of a stack the first one.
        `code`
            `no_position`; `zero_zero` (at 0, 0); `swapped` (longitude and latitude exchanged);
            `outside_city`, `outside_county`, `outside_township` (outside the outlines of all
            counties, of the registered county or of the registered township by more than the
            precision and the outline allow; only the first that applies); `gcj02_as_wgs84`,
            `bd09_as_wgs84` (see `datums.suspicions`); `too_coarse` (the position has too few
            decimals for its precision, or is the township's seat while it claims to be exact);
            `stacked` (several venues on one point that do not share an address or an operator).
        `lon`, `lat`
            Degrees as stored; NaN if missing.
        `proposed_lon`, `proposed_lat`, `proposed_precision`
            The repair: the position and precision as they should be. Precision `unknown` with
            positions NaN drops the position; precision NA: no repair can be computed.
        `confidence`
            "high", "medium" or "low": that the finding is a fault at all.
        `facts`
            What `finding_sentence` says: a dict.

    Raises
    ------
    MissingColumnError
        If `venues` lacks a column that is needed.
    CrsError
        If a layer is not in EPSG:4326.
    """
    require_columns(venues, *_NEEDED)
    held = Placements(
        venues.reset_index(drop=True), counties, townships, county_layer,
        township_layer if official else None,
    )  # fmt: skip
    found = [*_single(held), *_shifted(held), *_coarse(held), *_stacks(held)]
    found.sort(key=lambda finding: (finding.pop("row"), CODES.index(finding["code"])))
    numbers = ("lon", "lat", "proposed_lon", "proposed_lat")
    return pd.DataFrame(
        {
            name: pd.Series(
                [finding[name] for finding in found],
                dtype="float64" if name in numbers else "object" if name == "facts" else "str",
            )
            for name in COLUMNS
        }
    )


_NEEDED = (
    "venue_id", "name", "county_code", "township_code", "address", "operator", "lon", "lat",
    "position_precision", "source_datum", "source_url",
)  # fmt: skip


def _rows(mask: Any) -> list[int]:
    found: list[int] = np.flatnonzero(mask).tolist()
    return found


def _single(held: Placements) -> Iterator[Finding]:
    """Yield what one position alone, and the outlines, show."""
    for row in _rows(~held.placed):
        finding = finding_of(held, row, "no_position", "high")
        halved = np.isfinite(held.lon[row]) or np.isfinite(held.lat[row])
        claims = held.precision[row] != "unknown"
        yield dropped(finding) if halved or claims else finding
    for row in _rows(held.zero):
        yield dropped(finding_of(held, row, "zero_zero", "high"))
    yield from _turned(held)
    outside = held.sound & (held.city_m > OUTLINE_OFF_M + held.off_m)
    for row in _rows(outside):
        km = float(held.city_m[row]) / 1000
        sure = "high" if km > DROP_KM or not np.isfinite(km) else "medium"
        said = {"said": "outside_city" if km < 1000 else "outside_city_far"}
        shown = {"km": _shown_km(km)} if km < 1000 else {}
        finding = finding_of(
            held, row, "outside_city", sure, **said, **shown,
            lon=f"{held.lon[row]:.6g}", lat=f"{held.lat[row]:.6g}",
        )  # fmt: skip
        yield dropped(finding) if km > DROP_KM else finding
    elsewhere = held.sound & ~outside & (held.county_m > OUTLINE_OFF_M + held.off_m)
    for row in _rows(elsewhere):
        yield finding_of(
            held, row, "outside_county", "high" if held.exact[row] else "low",
            registered=held.names.get(held.county[row], held.county[row]),
            found=held.names.get(held.stands_in[row], held.stands_in[row]),
            km=_shown_km(held.county_m[row] / 1000),
        )  # fmt: skip
    strayed = held.sound & ~outside & ~elsewhere & (held.township_m > BORDER_OFF_M + held.off_m)
    for row in _rows(strayed):
        yield finding_of(
            held, row, "outside_township", "high" if held.exact[row] else "low",
            registered=held.names.get(held.township[row], held.township[row]),
            km=_shown_km(held.township_m[row] / 1000),
            stands=held.names.get(held.holds[row], "乡镇界以外"),
        )  # fmt: skip


def _shown_km(km: float) -> str:
    return f"{km:.0f}" if km >= 10 else f"{km:.1f}" if km >= 0.1 else "0.1"


def _turned(held: Placements) -> Iterator[Finding]:
    rows = np.array(_rows(held.swapped), dtype=int)
    points = shapely.points(held.lat[rows], held.lon[rows])
    within = shapely.covers(held.shapes[rows], points)
    for row, inside in zip(rows.tolist(), within, strict=True):
        unregistered = held.shapes[row] is None
        sure = "high" if inside or unregistered else "medium"
        finding = finding_of(
            held, row, "swapped", sure, lon=f"{held.lon[row]:.6g}", lat=f"{held.lat[row]:.6g}"
        )
        yield moved(finding, held.lat[row], held.lon[row], named_precision(held, row))


def _shifted(held: Placements) -> Iterator[Finding]:
    sound = np.flatnonzero(held.sound)
    found: list[Suspicion] = suspicions(
        held.venues.iloc[sound],
        held.shapes[sound],
        names=[held.names.get(code, code) for code in held.area[sound]],
        official=held.township[sound] != "",
    )
    for one in found:
        row = int(sound[one.row])
        metres = np.hypot(*(np.array(to_metres(one.lon, one.lat)) - (held.x[row], held.y[row])))
        finding = finding_of(
            held, row, f"{one.datum}_as_wgs84", one.confidence,
            said=f"datum_{one.evidence}", about=one.about, metres=f"{metres:.0f}",
            datum=TABLES["venues"]["source_datum"].choice_label(one.datum),
        )  # fmt: skip
        yield moved(finding, one.lon, one.lat, named_precision(held, row))


def decimals(degrees: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return with how many decimals (0 to 6) each number is written; 6 for NaN."""
    found = np.full(len(degrees), POSITION_DECIMALS)
    for count in range(POSITION_DECIMALS - 1, -1, -1):
        found[np.abs(degrees - np.round(degrees, count)) < 1e-9] = count
    return found


def _coarse(held: Placements) -> Iterator[Finding]:
    """Yield positions that claim more than their numbers carry."""
    near = held.sound & (held.city_m <= OUTLINE_OFF_M + held.off_m)
    count = np.zeros(len(near), dtype=np.int64)
    count[near] = np.maximum(decimals(held.lon[near]), decimals(held.lat[near]))
    seats = held.townships.reindex(held.venues["township_code"])
    seat_x, seat_y = to_metres(seats["seat_lon"], seats["seat_lat"])
    at_seat = np.hypot(held.x - seat_x, held.y - seat_y) <= SEAT_M
    label = TABLES["venues"]["position_precision"]
    for row in _rows(near):
        claimed = held.precision[row]
        if claimed not in ORDER[:-1]:
            continue
        facts: dict[str, Any] = {"precision": f"{label.choice_label(claimed)}（{claimed}）"}
        carried = FINEST.get(int(count[row]), "surveyed")
        if held.exact[row] and at_seat[row]:
            township = held.names[held.venues["township_code"].iloc[row]]
            finding = finding_of(
                held, row, "too_coarse", "high", said="too_coarse_seat", township=township, **facts
            )
            yield moved(finding, held.lon[row], held.lat[row], "township")
        elif ORDER.index(claimed) < ORDER.index(carried):
            facts |= {"decimals": int(count[row])}
            finding = finding_of(held, row, "too_coarse", "high", **facts)
            yield moved(finding, held.lon[row], held.lat[row], carried)


def _stacks(held: Placements) -> Iterator[Finding]:
    """Yield one finding for each point with several venues that do not belong together."""
    points = pd.DataFrame({"lon": held.lon, "lat": held.lat})[held.sound & np.isfinite(held.x)]
    points = points.round(STACK_DECIMALS)
    for rows in points.groupby(["lon", "lat"]).indices.values():
        stack = points.index[rows]
        if len(stack) < 2:
            continue
        group = held.venues.loc[stack]
        same = any(
            len({squeeze(text) for text in group[column]}) == 1 and group[column].notna().all()
            for column in ("address", "operator")
        )
        if same:
            continue
        others = group.iloc[1:]
        coarse = not held.exact[stack].any()
        yield finding_of(
            held, int(stack[0]), "stacked", "low" if coarse else "medium",
            said="stacked_coarse" if coarse else "stacked", count=len(group),
            others="、".join(others["name"].head(5)) + ("…" if len(others) > 5 else ""),
            venue_ids=group["venue_id"].tolist(),
        )  # fmt: skip
