"""A request met by the tables: who is to be reached, from where, and what is fixed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import GeoError
from geo.siting.inputs import Ask, Inputs, Notice
from geo.siting.problem import FORBIDDEN, FREE, LOCKED, REQUIRED, Problem
from geo.siting.request import Request, RequestError, require_usable
from geo.siting.sites import candidates_of, standing_of, thinned, with_townships
from geo.succession import in_force

_MOST_NAMED = 5  # ids in a sentence


@dataclass(frozen=True, eq=False)
class Case:
    """
    A problem and what its numbers stand for.

    `demand` has a row per demand point and `sites` a row per site of `problem`, in its order:
    first the stations and halls that stand, then the candidates. `townships` are those of
    the day; a site's `group` is a row of it. `unplaced` counts what has no position: venues that
    stand and reach nobody anyone could name, and candidates that are left out. `thinned` is how
    many villages are no candidates for a model that compares every pair, `travel` how costs were
    found.
    """

    request: Request
    as_of: date
    demand: pd.DataFrame
    sites: pd.DataFrame
    townships: pd.DataFrame
    problem: Problem
    standing: int
    unplaced: Mapping[str, int]
    travel: tuple[Notice, ...] = ()
    thinned: int = 0

    def ask(self, limit: float) -> Ask:
        """Return how cost is asked for in this case, up to another limit."""
        return Ask(self.request.mode, limit)

    @property
    def candidates(self) -> pd.DataFrame:
        """Return the sites that do not stand yet, with their positions in `sites` as index."""
        return self.sites.iloc[self.standing :]


def case_of(request: Request, inputs: Inputs, *, as_of: date, reach: bool = True) -> Case:
    """
    Return the case of a request.

    Parameters
    ----------
    request
        What is asked.
    inputs
        The tables of the day.
    as_of
        The day, where the request names none.
    reach
        Whether the cost is wanted up to the request's limit only, or all of it.

    Raises
    ------
    RequestError
        With everything in the request that does not fit the tables: unknown ids, no
        candidates, no villages, no population.
    """
    require_usable(request)
    day = request.as_of or as_of
    townships = in_force(inputs.townships, as_of=day).reset_index(drop=True)
    demand = inputs.demand.reset_index(drop=True)
    faults: list[GeoError] = []
    if demand.empty:
        faults.append(GeoError("request_no_villages", date=day.isoformat()))
    elif request.weight == "population" and not demand["weight"].gt(0).any():
        faults.append(GeoError("request_no_population"))
    venues, venues_out, unknown = standing_of(request, inputs, day)
    if unknown:
        faults.append(GeoError("request_venue_unknown", ids=_some(unknown)))
    offered, offered_out = candidates_of(request, demand, inputs)
    left = 0
    if not reach and request.candidates == "villages":
        left = len(offered)
        offered = thinned(request, offered)
        left -= len(offered)
    if request.candidates == "hosts" and offered.empty:
        faults.append(GeoError("request_no_hosts"))
    asked = (*request.locked, *request.required, *request.forbidden)
    missing = sorted({*asked} - {*offered["site_id"], *venues["site_id"]})
    if missing:
        faults.append(GeoError("request_site_unknown", ids=_some(missing)))
    if faults:
        raise RequestError(faults)
    sites = pd.concat([venues, offered], ignore_index=True)
    sites = with_townships(sites, inputs, townships, day)
    limit = request.limit if reach else np.inf
    travel = inputs.costs(demand, sites, Ask(request.mode, limit))
    problem = Problem(
        travel.costs,
        demand["weight"].fillna(0.0).to_numpy(dtype=np.float64),
        _parts(request, sites, len(venues)),
        sites["group"].to_numpy(dtype=np.int64),
        len(townships),
        _capacity(request, sites),
    )
    left_out = {"venues": venues_out, "candidates": offered_out}
    return Case(
        replace(request, as_of=day), day, demand, sites, townships, problem, len(venues),
        left_out, travel.notices, left,
    )  # fmt: skip


def _some(ids: Sequence[str]) -> str:
    return "、".join(one[:40] for one in ids[:_MOST_NAMED]) + (
        "…" if len(ids) > _MOST_NAMED else ""
    )


def _parts(request: Request, sites: pd.DataFrame, standing: int) -> NDArray[np.int64]:
    part = np.full(len(sites), FREE)
    part[:standing] = LOCKED
    for names, value in (
        (request.required, REQUIRED), (request.forbidden, FORBIDDEN), (request.locked, LOCKED),
    ):  # fmt: skip
        part[sites["site_id"].isin(names).to_numpy(dtype=bool)] = value
    part[:standing] = LOCKED
    return part


def _capacity(request: Request, sites: pd.DataFrame) -> NDArray[np.float64] | None:
    """Return what each site can serve: its own capacity where known, or the request's."""
    if request.capacity is None:
        return None
    if request.weight != "population":
        return np.full(len(sites), request.capacity)
    return sites["capacity"].fillna(request.capacity).to_numpy(dtype=np.float64)
