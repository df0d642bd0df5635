"""What the coordinate doctor finds: one finding, its sentence, the repair it proposes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geo.doctor.placements import ORDER, Placements
from geo.errors import ArgumentError, Problem, sentence
from geo.rules import POSITION_DECIMALS
from geo.schema import TABLES

# In this order a row's findings are listed.
CODES = (
    "no_position", "zero_zero", "swapped", "outside_city", "outside_county", "outside_township",
    "gcj02_as_wgs84", "bd09_as_wgs84", "too_coarse", "stacked",
)  # fmt: skip
COLUMNS = (
    "venue_id", "code", "lon", "lat", "proposed_lon", "proposed_lat", "proposed_precision",
    "confidence", "facts",
)  # fmt: skip

Finding = dict[str, Any]


def repair(venue: Mapping[str, Any], finding: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return the whole row `venue` with the repair that `finding` proposes.

    Parameters
    ----------
    venue
        The stored row, a plain value for every column.
    finding
        A row of `diagnosis.examine`'s answer.

    Returns
    -------
    row
        A new row. A converted position says from which datum it was; a dropped one has none.

    Raises
    ------
    ArgumentError
        If the finding has no repair, or the row is another one or has moved since.
    """
    lon, lat = _degrees(venue["lon"]), _degrees(venue["lat"])
    seen = [float(finding["lon"]), float(finding["lat"])]
    if venue["venue_id"] != finding["venue_id"] or not np.array_equal(
        [lon, lat], seen, equal_nan=True
    ):
        raise ArgumentError("finding_stale", venue=venue["venue_id"])
    precision = finding["proposed_precision"]
    if pd.isna(precision):
        raise ArgumentError("finding_without_repair", venue=venue["venue_id"])
    drop = precision == "unknown"
    row = {
        **venue,
        "lon": None if drop else round(float(finding["proposed_lon"]), POSITION_DECIMALS),
        "lat": None if drop else round(float(finding["proposed_lat"]), POSITION_DECIMALS),
        "position_precision": str(precision),
    }
    if drop:
        row["source_datum"] = None
    elif str(finding["code"]).endswith("_as_wgs84"):
        row["source_datum"] = "from_" + str(finding["code"]).removesuffix("_as_wgs84")
    return row


def problem(finding: Mapping[str, Any]) -> Problem:
    """Return a finding as a problem of the table `venues`; its value is the row's id and name."""
    said, facts = _said(finding)
    head = TABLES["venues"]["lon"].zh
    return Problem("venues", said, column=head, value=facts["name"], params=facts)


def finding_sentence(finding: Mapping[str, Any], language: str = "zh") -> str:
    """Say in `language` which venue, what is wrong, on what evidence, and what to do."""
    said, facts = _said(finding)
    colon = "：" if language == "zh" else " "
    return f"{facts['name']}{colon}{sentence(said, language, **facts)}"


def _said(finding: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    facts = dict(finding["facts"])
    return f"doctor_{facts.pop('said', finding['code'])}", facts


def _degrees(value: Any) -> float:
    return float("nan") if value is None or pd.isna(value) else float(value)


def finding_of(held: Placements, row: int, code: str, confidence: str, **facts: Any) -> Finding:
    """Return a finding without a repair."""
    return {
        "row": row, "venue_id": held.ids[row], "code": code,
        "lon": held.lon[row], "lat": held.lat[row],
        "proposed_lon": np.nan, "proposed_lat": np.nan, "proposed_precision": None,
        "confidence": confidence,
        "facts": {"name": f"{held.ids[row]} {held.called[row]}", **facts},
    }  # fmt: skip


def named_precision(held: Placements, row: int) -> str:
    """Return the row's precision, or the coarsest if it names none for its position."""
    return str(held.precision[row]) if held.precision[row] in ORDER[:-1] else "township"


def moved(finding: Finding, lon: float, lat: float, precision: str) -> Finding:
    """Return the finding with a position and a precision as its repair."""
    return finding | {
        "proposed_lon": lon, "proposed_lat": lat, "proposed_precision": precision,
    }  # fmt: skip


def dropped(finding: Finding) -> Finding:
    """Return the finding with no position as its repair: none is better than a false one."""
    return moved(finding, np.nan, np.nan, "unknown")
