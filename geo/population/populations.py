"""Persons by village: which basis and year counts, and a township's number shared out."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import bad_argument
from geo.keys import Positions, positions, yes
from geo.population.claims import claims
from geo.succession import in_force

Floats = NDArray[np.float64]

# Where a weight is from.
VILLAGE, TOWNSHIP, UNKNOWN, CONTRADICTORY = "village", "township", "unknown", "contradictory"


def population_basis(
    populations: pd.DataFrame,
    villages: pd.DataFrame,
    *,
    as_of: date,
    basis: str | None = None,
    year: int | None = None,
) -> tuple[str, int] | None:
    """
    Return which basis counts and of which year; None where no population is loaded.

    Of each basis the newest year up to the year of `as_of` counts; of the bases the one that
    says most: that has a number for most villages, or their townships. Among equals the newer
    year, then the basis that comes first as text.

    Parameters
    ----------
    populations
        The table of that name.
    villages
        The villages in force.
    as_of
        The day asked about.
    basis, year
        What is asked for; the rest is chosen.

    Raises
    ------
    ArgumentError
        If there is no population of the basis or year asked for.
    """
    past = populations[populations["year"] <= as_of.year]
    asked = past
    if basis is not None:
        asked = asked[asked["basis"] == basis]
    if year is not None:
        asked = asked[asked["year"] == year]
    if asked.empty:
        if basis is None and year is None:
            return None
        pairs = past[["basis", "year"]].drop_duplicates().sort_values(["basis", "year"])
        there = tuple(f"{one} {when}" for one, when in pairs.itertuples(index=False))
        name, value = ("basis", basis) if basis is not None else ("year", year)
        if not there:
            raise bad_argument(name, value, "why_no_population")
        raise bad_argument(name, value, "why_other_population", there=there)
    best: tuple[int, int, str] | None = None
    for one, rows in asked.sort_values("basis").groupby("basis", sort=False):
        newest = int(rows["year"].max())
        known = rows.loc[rows["year"] == newest, "place_code"]
        said = villages["village_code"].isin(known) | villages["township_code"].isin(known)
        found = (int(said.sum()), newest, str(one))
        if best is None or found[:2] > best[:2]:
            best = found
    assert best is not None
    return best[2], best[1]


def weigh(
    points: pd.DataFrame,
    villages: pd.DataFrame,
    townships: pd.DataFrame,
    populations: pd.DataFrame,
    chosen: tuple[str, int] | None,
    same: pd.DataFrame | None,
    as_of: date,
) -> None:
    """
    Give the villages `points` persons as their `weight`, by the rule of `demand`; in place.

    `chosen` is the basis and the year that count, `same` the successions that are followed;
    `weight_basis`, `population_basis`, `population_year` and `demo` are set as well.
    """
    weights = np.full(len(points), np.nan)
    bases = np.full(len(points), UNKNOWN, dtype=object)
    invented = np.zeros(len(points), dtype=bool)
    if chosen is not None:
        basis, year = chosen
        one = populations["basis"].eq(basis) & populations["year"].eq(year)
        rows = populations[one.to_numpy(dtype=bool, na_value=False)]
        persons = rows["persons"].to_numpy(float, na_value=np.nan)
        codes, demo = rows["place_code"], yes(rows["demo"])
        at = claims(codes, villages, same, level="village", as_of=as_of)
        weights[at[at >= 0]], invented[at[at >= 0]] = persons[at >= 0], demo[at >= 0]
        bases[at[at >= 0]] = VILLAGE
        at = claims(codes, townships, same, level="township", as_of=as_of)
        held = in_force(townships, as_of=as_of)["township_code"]
        total, of_demo = np.full(len(held), np.nan), np.zeros(len(held), dtype=bool)
        total[at[at >= 0]], of_demo[at[at >= 0]] = persons[at >= 0], demo[at >= 0]
        _share(positions(points["township_code"], held), total, of_demo, weights, bases, invented)
        points["population_basis"] = pd.Series(basis, index=points.index, dtype="str")
        points["population_year"] = pd.Series(year, index=points.index, dtype="Int64")
    points["weight"], points["demo"] = weights, invented
    points["weight_basis"] = pd.Series(bases, index=points.index, dtype="str")


def _share(
    township: Positions,
    total: Floats,
    of_demo: NDArray[np.bool_],
    weights: Floats,
    bases: NDArray[np.object_],
    invented: NDArray[np.bool_],
) -> None:
    """Divide what the townships' numbers leave equally among the villages without one; in place."""
    within, size = township >= 0, len(total)
    own = within & ~np.isnan(weights)
    others = within & np.isnan(weights)
    of_own = np.bincount(township[own], weights[own], minlength=size)
    demo_own = np.bincount(township[own], invented[own], minlength=size) > 0
    count = np.bincount(township[others], minlength=size)
    left = total - of_own
    share = np.divide(left, count, out=np.full(size, np.nan), where=(count > 0) & (left >= 0))
    where = township[others]
    weights[others] = share[where]
    found = np.where(left[where] < 0, CONTRADICTORY, np.where(left[where] >= 0, TOWNSHIP, UNKNOWN))
    bases[others] = found
    invented[others] = (of_demo | demo_own)[where] & (left[where] >= 0)
