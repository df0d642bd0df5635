"""The modes of travel, and the speeds and the detour that stand in where no road is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from geo.cost import CostTable, Floats, cost_table, straight_lines
from geo.errors import bad_argument

M_PER_MIN = 1000 / 60  # of one km/h


class Mode(NamedTuple):
    """A mode: its Chinese and English name, its speed unless set, and where that is from."""

    zh: str
    en: str
    kmh: float
    source: str


# Door to door without waiting. Only the first is more than an assumption; all can be set.
MODES: dict[str, Mode] = {
    "walk": Mode("步行", "on foot", 5.0, "OSRM 步行模型的默认速度 5 km/h"),
    "ebike": Mode("电动车", "e-bike", 18.0, "假设；GB 17761 规定最高车速 25 km/h"),
    "bus": Mode("公交或大巴", "bus or coach", 25.0, "假设；含停站，不含候车和换乘"),
    "car": Mode("驾车", "by car", 40.0, "假设；城乡道路平均，含路口等候"),
}
SPEEDS_KMH: dict[str, float] = {name: mode.kmh for name, mode in MODES.items()}
# No route is quicker than this on average: the legal limit on motorways of China.
TOP_KMH = 120.0


def require_mode(mode: str) -> None:
    """
    Refuse what is no mode.

    Raises
    ------
    ArgumentError
        If `mode` is not one of `MODES`.
    """
    if mode not in MODES:
        raise bad_argument("mode", mode, "why_one_of", allowed=tuple(MODES))


def minutes(metres: Floats, kmh: float) -> Floats:
    """Return how many minutes `metres` take at `kmh` kilometres per hour."""
    return metres / (kmh * M_PER_MIN)


def straight_minutes(
    demand_m: Floats,
    facility_m: Floats,
    *,
    mode: str,
    detour: float,
    speeds_kmh: Mapping[str, float] = SPEEDS_KMH,
    limit_min: float = np.inf,
) -> CostTable:
    """
    Return the minutes that the straight line times `detour` takes at the mode's speed.

    Parameters
    ----------
    demand_m, facility_m, detour
        As for `cost.straight_lines`.
    mode
        "walk", "ebike", "bus" or "car".
    speeds_kmh
        A speed for each mode, km/h.
    limit_min
        The greatest cost to list, minutes; a pair of exactly that is listed.

    Raises
    ------
    ArgumentError
        If there is no such mode, or a number that makes no sense.
    """
    require_mode(mode)
    if not limit_min >= 0:
        raise bad_argument("limit_min", limit_min, "why_below", low=0)
    kmh = speeds_kmh[mode]
    # A little beyond, since minutes and metres round apart; `cost_table` cuts exactly.
    reach_m = limit_min * kmh * M_PER_MIN * (1 + 1e-9)
    table = straight_lines(demand_m, facility_m, detour=detour, limit_m=reach_m)
    return cost_table(
        table.demand(), table.facility, minutes(table.cost, kmh), demands=table.demands,
        facilities=table.facilities, unit="min", limit=limit_min, mode=mode,
    )  # fmt: skip
