"""Demand points: where the villages of a day lie, and how much each of them counts.

A village lies where its stored position says. One without is spread inside its township by a
fixed rule (`spreading.spread`), which is a picture and not a place: precision `township`,
flagged `spread`, and so labelled wherever it is shown.

A village counts one, or its persons: its own number, else an equal share of what its
township's number leaves when the villages with a number of their own are taken off, else
nothing is known. One basis in one year counts; numbers of different bases or years are never
put together.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import STORED_CRS, require_crs
from geo.errors import bad_argument
from geo.keys import positions, require_columns, taken
from geo.population.claims import claims, same_place
from geo.population.populations import population_basis, weigh
from geo.population.spreading import spread
from geo.succession import in_force

__all__ = [
    "COLUMNS", "SEED", "cell_points", "demand_points", "population_basis",
    "with_unknown",
]  # fmt: skip

Weight = Literal["villages", "population"]
Unknown = Literal["keep", "leave_out", "one"]

SEED = 370900
COLUMNS = (
    "village_code", "name", "township_code", "county_code", "lon", "lat", "position_precision",
    "spread", "weight", "weight_basis", "population_basis", "population_year", "demo",
)  # fmt: skip
# Where a weight is from, besides those of `populations`.
ONE, CELL = "one", "cell"


def demand_points(
    villages: pd.DataFrame,
    village_points: pd.DataFrame,
    populations: pd.DataFrame,
    townships: pd.DataFrame,
    township_layer: gpd.GeoDataFrame,
    *,
    as_of: date,
    weight: Weight = "villages",
    basis: str | None = None,
    year: int | None = None,
    unknown: Unknown = "keep",
    successions: pd.DataFrame | None = None,
    seed: int = SEED,
) -> pd.DataFrame:
    """
    Return one demand point for each village in force on `as_of`.

    Parameters
    ----------
    villages, village_points, populations, townships, successions
        The tables of those names. What is stored under a code that was renamed or recoded
        counts for the code in force; across mergers and splits nothing is carried over.
    township_layer
        `township_code` and outlines in EPSG:4326, of any kind.
    as_of
        The day of the lists; populations of later years do not count.
    weight
        "villages": each counts one. "population": persons, as said above.
    basis, year
        Which populations count; chosen by `population_basis` unless given.
    unknown
        What becomes of villages without a known weight: "keep" (weight NaN), "leave_out", or
        "one" (each counts one).
    seed
        Of the rule that spreads; another one gives another picture.

    Returns
    -------
    points
        One row per village, in the order and with the index of `villages`:

        `village_code`, `name`, `township_code`, `county_code`
            As in the lists.
        `lon`, `lat`, `position_precision`
            Degrees WGS 84 (EPSG:4326). As stored; `township` where spread; NaN and `unknown`
            where the village has no position and its township no outline.
        `spread`
            Whether the position is from the rule: the point with the village's number (the
            last three digits of its code) in the sequence that the seed and the code's other
            digits start in the outline. Adding, or placing, one village moves no other.
        `weight`, `weight_basis`
            The weight, and where it is from: "one", "village" (its own number), "township"
            (a share), "unknown", or "contradictory" (the villages with a number have more
            persons than the township: NaN as well).
        `population_basis`, `population_year`
            What the persons are of; missing where each counts one or nothing is loaded.
        `demo`
            Whether a demonstration row is in the weight.

    Raises
    ------
    ArgumentError
        If `weight` or `unknown` is none of these, or there is no population of `basis` and
        `year`.
    CrsError
        If `township_layer` is not in EPSG:4326.
    MissingColumnError
        If a table lacks a column that is needed.
    """
    _one_of("weight", weight, ("villages", "population"))
    require_columns(villages, "village_code", "name", "township_code")
    require_crs(township_layer, STORED_CRS)
    same = same_place(successions)
    held = in_force(villages, as_of=as_of)
    points = held[["village_code", "name", "township_code"]].copy()
    county = positions(held["township_code"], townships["township_code"])
    points["county_code"] = taken(townships["county_code"], county, held.index)
    _place(points, villages, village_points, same, as_of)
    _spread(points, townships, township_layer, same, as_of, seed)
    points["weight"], points["weight_basis"] = 1.0, ONE
    points["population_basis"] = pd.Series(pd.NA, index=points.index, dtype="str")
    points["population_year"] = pd.Series(pd.NA, index=points.index, dtype="Int64")
    points["demo"] = False
    if weight == "population":
        chosen = population_basis(populations, held, as_of=as_of, basis=basis, year=year)
        weigh(points, villages, townships, populations, chosen, same, as_of)
    return with_unknown(points[list(COLUMNS)], unknown)


def with_unknown(points: pd.DataFrame, unknown: Unknown) -> pd.DataFrame:
    """
    Return demand points with those of unknown weight kept, left out, or counting one.

    Raises
    ------
    ArgumentError
        If `unknown` is none of "keep", "leave_out" and "one".
    """
    _one_of("unknown", unknown, ("keep", "leave_out", "one"))
    lost = points["weight"].isna()
    if unknown == "keep" or not lost.any():
        return points
    if unknown == "leave_out":
        return points[~lost]
    weights, bases = points["weight"].fillna(1.0), points["weight_basis"].mask(lost, ONE)
    return points.assign(weight=weights, weight_basis=bases)


def cell_points(cells: pd.DataFrame, townships: pd.DataFrame, *, basis: str) -> pd.DataFrame:
    """
    Return the cells of a population grid as demand points.

    Parameters
    ----------
    cells
        `lon`, `lat` of the centres (degrees WGS 84), `persons`, `township_code`, `year` and
        `cell_m` (the longer side of a cell, metres); see `rasters.read_population`.
    townships
        The table of that name.
    basis
        What the persons are of.

    Returns
    -------
    points
        The columns of `demand_points` with the index of `cells`; no village and no name. The
        precision is `village` for cells of up to 2 km, else `township`.
    """
    at = positions(cells["township_code"], townships["township_code"])
    fine = cells["cell_m"] <= 2000
    nothing = pd.Series(pd.NA, index=cells.index, dtype="str")
    return pd.DataFrame(
        {
            "village_code": nothing, "name": nothing, "township_code": cells["township_code"],
            "county_code": taken(townships["county_code"], at, cells.index),
            "lon": cells["lon"], "lat": cells["lat"],
            "position_precision": pd.Series(
                np.where(fine, "village", "township"), index=cells.index, dtype="str"
            ),
            "spread": False, "weight": cells["persons"].astype("float64"), "weight_basis": CELL,
            "population_basis": basis, "population_year": cells["year"].astype("Int64"),
            "demo": False,
        },
        columns=list(COLUMNS),
    ).astype({"weight_basis": "str", "population_basis": "str"})  # fmt: skip


def _one_of(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise bad_argument(name, value, "why_one_of", allowed=tuple(known))


def _place(
    points: pd.DataFrame,
    villages: pd.DataFrame,
    stored: pd.DataFrame,
    same: pd.DataFrame | None,
    as_of: date,
) -> None:
    """Give the villages the positions that are stored for them."""
    require_columns(stored, "village_code", "lon", "lat", "position_precision")
    at = claims(stored["village_code"], villages, same, level="village", as_of=as_of)
    given = at >= 0
    for name in ("lon", "lat"):
        degrees = np.full(len(points), np.nan)
        degrees[at[given]] = stored[name].to_numpy(float, na_value=np.nan)[given]
        points[name] = degrees
    precision = np.full(len(points), "unknown", dtype=object)
    precision[at[given]] = stored["position_precision"].to_numpy(object)[given]
    points["position_precision"] = pd.Series(precision, index=points.index, dtype="str")


def _spread(
    points: pd.DataFrame,
    townships: pd.DataFrame,
    layer: gpd.GeoDataFrame,
    same: pd.DataFrame | None,
    as_of: date,
    seed: int,
) -> None:
    """Spread the villages without a position inside their townships."""
    at = claims(layer["township_code"], townships, same, level="township", as_of=as_of)
    held = in_force(townships, as_of=as_of)["township_code"].to_numpy(object)
    shapes = dict(zip(held[at[at >= 0]], layer.geometry.to_numpy()[at >= 0], strict=True))
    lost = points["lon"].isna().to_numpy()
    spread_ones = np.zeros(len(points), dtype=bool)
    degrees = points[["lon", "lat"]].to_numpy(float, copy=True)
    codes = points["village_code"]
    rows = pd.DataFrame(
        {
            "township": points["township_code"].to_numpy(object), "at": np.arange(len(points)),
            "head": codes.str[:-3].to_numpy(object),
            "number": pd.to_numeric(codes.str[-3:]).to_numpy(),
        }
    )[lost]  # fmt: skip
    for (township, head), group in rows.groupby(["township", "head"], sort=False):
        area = shapes.get(township)
        if area is None or shapely.is_empty(area):
            continue
        # A code that ends in 000 is nobody's; it would count as the thousandth.
        numbers = np.where(group["number"] > 0, group["number"], 1000)
        where = group["at"].to_numpy()
        degrees[where] = spread(area, numbers, key=f"{seed}:{head}")
        spread_ones[where] = True
    points["lon"], points["lat"] = degrees[:, 0], degrees[:, 1]
    points["position_precision"] = points["position_precision"].mask(spread_ones, "township")
    points["spread"] = spread_ones
