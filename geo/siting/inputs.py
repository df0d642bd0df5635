"""What a request meets: the tables of the day, and how the cost of travel is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import geopandas as gpd
import pandas as pd

from geo.cost import CostTable


class Ask(NamedTuple):
    """How the cost of travel is wanted: the mode, and how far it matters (metres or minutes)."""

    mode: str
    limit: float


class Notice(NamedTuple):
    """Something that must be said where the figures are shown: a key of the words, and facts."""

    code: str
    facts: Mapping[str, Any]


class Travel(NamedTuple):
    """Costs, and how they were found."""

    costs: CostTable
    notices: tuple[Notice, ...]


# From rows with lon and lat to other such rows: what it costs.
Costs = Callable[[pd.DataFrame, pd.DataFrame, Ask], Travel]


@dataclass(frozen=True, eq=False)
class Inputs:
    """
    What a request meets.

    Parameters
    ----------
    demand
        One row per village in force on the day: `village_code`, `name`, `township_code`,
        `lon`, `lat` (degrees, EPSG:4326, may be missing), `position_precision`, `spread`
        (whether the point stands anywhere in its township), `weight` (as the request asks;
        missing where it is unknown, which counts as 0), `demo`.
    venues, hosts, townships, counties, successions
        The stored tables, demonstration rows among them.
    layer
        The township layer in force, EPSG:4326, with `township_code`.
    costs
        Gives the cost of travel.
    """

    demand: pd.DataFrame
    venues: pd.DataFrame
    hosts: pd.DataFrame
    townships: pd.DataFrame
    counties: pd.DataFrame
    successions: pd.DataFrame
    layer: gpd.GeoDataFrame
    costs: Costs
