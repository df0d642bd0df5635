"""The one door to travel cost: by routing engine, on roads, or along the straight line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from geo.cost import CostTable, Floats, Integers, Unit, cost_table, straight_lines
from geo.crs import to_metres
from geo.errors import GeoError, bad_argument
from geo.modes import M_PER_MIN, MODES, TOP_KMH, minutes, require_mode, straight_minutes
from geo.road_files import read_roads
from geo.roads import MAX_ACCESS_M, Flags, road_costs
from geo.routing.answers import Cache, Engine, steps
from geo.routing.engines import engine_for
from geo.routing.legs import Found, legs_of
from geo.settings import Settings
from geo.text import LANGUAGES, text

_BOTH: tuple[Unit, Unit] = ("min", "m")


class Notice(NamedTuple):
    """Something that a reader of a figure must know about its travel cost: key and facts."""

    key: str
    facts: Mapping[str, Any]

    def sentence(self, language: str = "zh") -> str:
        """Say it in `language` ("zh" or "en")."""
        facts = dict(self.facts)
        if "mode" in facts:
            facts["mode"] = MODES[facts["mode"]][LANGUAGES.index(language)]
        if isinstance(facts.get("reason"), GeoError):
            facts["reason"] = facts["reason"].sentence(language)
        return text(self.key, language, **facts)


@dataclass(frozen=True, eq=False)
class Travel:
    """Travel costs, and what is to be said wherever a figure rests on them; never nothing."""

    costs: CostTable
    notices: tuple[Notice, ...]

    def sentences(self, language: str = "zh") -> list[str]:
        """Return the notices in `language`; the first says how the costs were found."""
        return [notice.sentence(language) for notice in self.notices]


def travel_costs(
    origins: Floats,
    destinations: Floats,
    *,
    mode: str,
    unit: Unit,
    limit: float = np.inf,
    settings: Settings,
    cache: Cache | None = None,
) -> Travel:
    """
    Return what it costs to travel from origins to destinations, as the settings say how.

    A routing engine answers if one is set for the mode; else the table of roads, if there is
    one; else the straight line times the detour factor. For pairs that the engine or the
    roads have no answer for, the straight line stands in; they are counted in `fallbacks`
    and told in a notice. What is wrong with engine or table never stops an answer.

    Parameters
    ----------
    origins, destinations
        n and m positions (lon, lat), degrees of WGS 84. A missing one (NaN) has no pair.
    mode
        "walk", "ebike", "bus" or "car".
    unit
        "m": metres of the way, "min": minutes without waiting.
    limit
        The greatest cost to list, in `unit`; a pair of exactly that is listed.
    settings
        The settings named DETOUR, SPEEDS_KMH, ROADS and ROUTING….
    cache
        Where answers of an engine are kept, a `cost_cache.CostCache`; None: nowhere.

    Returns
    -------
    travel
        The table of n × m (origins are its demand, destinations its facilities), whose
        `method` names what answered; and the notices.

    Raises
    ------
    ArgumentError
        If there is no such mode or unit, or `limit` is negative.
    """
    require_mode(mode)
    if unit not in {"m", "min"}:
        raise bad_argument("unit", unit, "why_one_of", allowed=("m", "min"))
    if not limit >= 0:
        raise bad_argument("limit", limit, "why_below", low=0)
    asked = _Question(_metres(origins), _metres(destinations), mode, unit, limit, settings)
    engine = engine_for(mode, settings)
    if engine is not None:
        return _by_engine(asked, engine, _steps(origins), _steps(destinations), cache)
    if settings.roads is not None:
        return _on_roads(asked)
    straight = asked.straight()
    return Travel(straight, (asked.straight_notice(),))


def travel_ways(
    places: Floats, *, mode: str, settings: Settings, cache: Cache | None = None
) -> tuple[Travel, Travel]:
    """
    Return how long and how far it is between all of some places; an engine is asked once for both.

    Parameters
    ----------
    places
        n positions (lon, lat), degrees of WGS 84.
    mode, settings, cache
        As for `travel_costs`.

    Returns
    -------
    in_minutes, in_metres
        What `travel_costs` answers for n × n places in each unit, without a limit.
    """
    require_mode(mode)
    engine = engine_for(mode, settings)
    if engine is None:
        in_minutes, in_metres = (
            travel_costs(places, places, mode=mode, unit=unit, settings=settings) for unit in _BOTH
        )
        return in_minutes, in_metres
    here, here_steps = _metres(places), _steps(places)
    near = straight_lines(here, here, detour=1.0)
    found = legs_of(
        near, engine, here_steps, here_steps, timeout_s=settings.routing_timeout_s, cache=cache
    )
    in_minutes, in_metres = (
        _priced(_Question(here, here, mode, unit, np.inf, settings), engine, near, found)
        for unit in _BOTH
    )
    return in_minutes, in_metres


class _Question(NamedTuple):
    """What is asked, with positions in metres."""

    demand_m: Floats
    facility_m: Floats
    mode: str
    unit: Unit
    limit: float
    settings: Settings

    def straight(self) -> CostTable:
        """Return the answer along straight lines."""
        if self.unit == "m":
            return straight_lines(
                self.demand_m, self.facility_m, detour=self.settings.detour, limit_m=self.limit
            )
        return straight_minutes(
            self.demand_m, self.facility_m, mode=self.mode, detour=self.settings.detour,
            speeds_kmh=dict(self.settings.speeds_kmh), limit_min=self.limit,
        )  # fmt: skip

    def on_foot(self, metres: Floats) -> Floats:
        """Return what `metres` on foot cost."""
        if self.unit == "m":
            return metres
        return minutes(metres, dict(self.settings.speeds_kmh)["walk"])

    def along(self, metres: Floats) -> Floats:
        """Return what `metres` cost at the mode's own speed."""
        if self.unit == "m":
            return metres
        return minutes(metres, dict(self.settings.speeds_kmh)[self.mode])

    def straight_notice(self) -> Notice:
        """Say how straight lines were turned into costs."""
        facts: dict[str, Any] = {"detour": f"{self.settings.detour:g}"}
        if self.unit == "min":
            kmh = dict(self.settings.speeds_kmh)[self.mode]
            facts |= {"mode": self.mode, "kmh": f"{kmh:g}"}
        return Notice(f"travel.straight_{self.unit}", facts)


def _metres(degrees: Floats) -> Floats:
    places = np.asarray(degrees, dtype=np.float64).reshape(-1, 2)
    return np.column_stack(to_metres(places[:, 0], places[:, 1]))


def _on_roads(asked: _Question) -> Travel:
    assert asked.settings.roads is not None
    try:
        roads = read_roads(asked.settings.roads)
    except GeoError as error:
        notice = Notice("travel.no_roads", {"reason": error})
        return Travel(asked.straight(), (asked.straight_notice(), notice))
    found = road_costs(
        roads, asked.demand_m, asked.facility_m, mode=asked.mode, unit=asked.unit,
        limit=asked.limit, detour=asked.settings.detour,
        speeds_kmh=dict(asked.settings.speeds_kmh),
    )  # fmt: skip
    notices = [Notice("travel.roads", {"mode": asked.mode})]
    far = len(found.far_demand) + len(found.far_facility)
    if not far:
        return Travel(found.table, tuple(notices))
    notices.append(Notice("travel.far", {"count": far, "metres": f"{MAX_ACCESS_M:.0f}"}))
    straight = asked.straight()
    stands_in = np.isin(straight.demand(), found.far_demand)
    stands_in |= np.isin(straight.facility, found.far_facility)
    table = _joined(found.table, straight, stands_in)
    return Travel(table, (*notices, *_fallback_notices(asked, table)))


def _steps(degrees: Floats) -> Integers:
    places = np.asarray(degrees, dtype=np.float64).reshape(-1, 2)
    # A missing place becomes one that no pair leads to.
    return steps(np.where(np.isfinite(places).all(axis=1, keepdims=True), places, 0.0))


def _by_engine(
    asked: _Question, engine: Engine, origins: Integers, destinations: Integers,
    cache: Cache | None,
) -> Travel:  # fmt: skip
    reach_m = asked.limit
    speeds = dict(asked.settings.speeds_kmh)
    if asked.unit == "min":
        fastest = TOP_KMH if asked.mode == "car" else max(speeds[asked.mode], speeds["walk"])
        reach_m = asked.limit * fastest * M_PER_MIN
    # What is further as the crow flies cannot be near by road; engines measure 1 % apart.
    near = straight_lines(asked.demand_m, asked.facility_m, detour=1.0, limit_m=reach_m * 1.01)
    if not len(near.cost):
        return Travel(asked.straight(), (Notice(f"travel.{engine.name}", {"mode": asked.mode}),))
    found = legs_of(
        near, engine, origins, destinations, timeout_s=asked.settings.routing_timeout_s,
        cache=cache,
    )  # fmt: skip
    return _priced(asked, engine, near, found)


def _priced(asked: _Question, engine: Engine, near: CostTable, found: Found) -> Travel:
    """Return what the legs of the pairs of `near` cost; straight lines where there is none."""
    detour_m = near.cost * asked.settings.detour
    known = np.isfinite(found.metres) & np.isfinite(found.seconds)
    # The engine's own time for cars; all others go its way at their own speed.
    own = asked.unit == "min" and asked.mode == "car"
    way = found.seconds / 60 if own else asked.along(found.metres)
    on_foot = asked.on_foot(found.access_m)
    # Neighbours do not go by the road: see `roads.road_costs`.
    direct = np.where(detour_m <= found.access_m, asked.on_foot(detour_m), np.inf)
    cost = np.where(known, np.minimum(way + on_foot, direct), asked.along(detour_m))
    table = cost_table(
        near.demand(), near.facility, cost, demands=near.demands, facilities=near.facilities,
        unit=asked.unit, limit=asked.limit, method=engine.name if known.any() else "straight",
        mode=asked.mode,
    )  # fmt: skip
    table = replace(table, fallbacks=int(np.count_nonzero(~known & (cost <= asked.limit))))
    notices = _fallback_notices(asked, table)
    if notices and found.error is not None:
        notices.insert(1, Notice("travel.why", {"reason": found.error}))
    if known.any():
        notices.insert(0, Notice(f"travel.{engine.name}", {"mode": asked.mode}))
    return Travel(table, tuple(notices) or (asked.straight_notice(),))


def _joined(table: CostTable, straight: CostTable, stands_in: Flags) -> CostTable:
    """Return `table` with the pairs of `straight` that stand in; it has none of them itself."""
    joined = cost_table(
        np.concatenate([table.demand(), straight.demand()[stands_in]]),
        np.concatenate([table.facility, straight.facility[stands_in]]),
        np.concatenate([table.cost, straight.cost[stands_in]]),
        demands=table.demands, facilities=table.facilities, unit=table.unit, limit=table.limit,
        method=table.method, mode=table.mode,
    )  # fmt: skip
    return replace(joined, fallbacks=int(np.count_nonzero(stands_in)))


def _fallback_notices(asked: _Question, table: CostTable) -> list[Notice]:
    if not table.fallbacks:
        return []
    facts = {"count": table.fallbacks, "total": len(table.cost)}
    return [Notice("travel.fallbacks", facts), asked.straight_notice()]
