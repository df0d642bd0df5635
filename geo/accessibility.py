"""How much of a station each township has, where several share it: 2SFCA and E2SFCA."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from geo import floating
from geo.floating import Capacities
from geo.outreach import Outreach, capacities_of, shared
from geo.population.demand import Weight

# Accessibility is said for so many villages or persons.
PER: dict[Weight, int] = {"villages": 100, "population": 10_000}
# The same for the whole city is 1; a township counts as having much from twice that.
_EDGES = (0.5, 1.0, 2.0)
CLASSES = ("none", "low", "below", "above", "high")


class Accessibility(NamedTuple):
    """
    What each township has of the stations in reach, and on what that rests.

    Parameters
    ----------
    townships
        One row per township: `township_code`, `township`, `county`, `reporting_unit`, `weight`
        (of its villages that count), `access_2sfca`, `access_e2sfca` (for so many villages or
        persons as `PER` says; missing where nothing counts), `spread` (villages on a schematic
        position), sorted by code.
    mean
        The same for the city, by the names of the two columns; missing where nothing counts.
    capacity
        What a station counts as.
    gaps
        Of how many stations no capacity is registered.
    """

    townships: pd.DataFrame
    mean: dict[str, float]
    capacity: Capacities
    gaps: int


def accessibility(found: Outreach, *, limit: float, weight: Weight) -> Accessibility:
    """
    Return how much of the stations within `limit` each township has, on average over its demand.

    Every station is shared by all who reach it; what a village has of each adds up. In 2SFCA
    all within the limit count alike, in E2SFCA the nearer the more (`floating.zones`). Villages
    without a weight or a position are left out.

    Parameters
    ----------
    found
        Who reaches what.
    limit
        How far a station is shared, in the unit of the cost; exactly there is within.
    weight
        What the villages of `found` weigh.
    """
    villages, per = found.villages, PER[weight]
    counted = np.nan_to_num(villages["weight"].to_numpy(dtype=np.float64))
    known = (counted > 0) & villages["lon"].notna().to_numpy(dtype=bool)
    capacity, gaps = capacities_of(found)
    decays = {"access_2sfca": floating.plain(limit), "access_e2sfca": floating.zones(limit)}
    each = {name: shared(found, capacity, decay) * per for name, decay in decays.items()}
    used = np.where(known, counted, 0.0)
    parts = {name: pd.Series(values * used, villages.index) for name, values in each.items()}
    keys = ["township_code", "township", "county", "reporting_unit"]
    rows = villages[keys].assign(
        weight=used, spread=villages["spread"].astype(bool) & known, **parts
    )
    sums = rows.groupby(keys, dropna=False, as_index=False).sum()
    total = float(used.sum())
    there = sums["weight"].where(sums["weight"] > 0)
    sums = sums.assign(**{name: sums[name] / there for name in each})
    mean = {name: float(parts[name].sum()) / total if total else np.nan for name in each}
    columns = [*keys, "weight", *each, "spread"]
    sums = sums.astype({"spread": "int64"})[columns].sort_values("township_code")
    return Accessibility(sums.reset_index(drop=True), mean, capacity, gaps)


def classes(values: pd.Series, *, mean: float) -> pd.Series:
    """
    Return one of `CLASSES` for each value; missing where the value is.

    "none" is nothing at all, "low" below half of the mean, "below" below the mean, "above" below
    twice the mean, "high" from there on.
    """
    number = 1 + np.searchsorted(np.array(_EDGES) * mean, values.to_numpy(float), side="right")
    number = np.where(values.to_numpy(float) > 0, number, 0)
    named = pd.Series(np.array(CLASSES)[number], index=values.index, dtype="str")
    return named.where(values.notna())
