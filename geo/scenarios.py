"""Scenarios: a named request with a summary of its result; who may change it, how two differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from geo.cells import clean
from geo.errors import ArgumentError
from geo.keys import require_columns
from geo.rights import Actor
from geo.siting.request import Request

NAME_LIMIT = 60  # characters
MOST = 500  # scenarios in a store
SITE_COLUMNS = ("site_id", "name", "township", "lon", "lat")


@dataclass(frozen=True)
class Scenario:
    """
    A stored scenario.

    `revision` is that of the data it was computed on, `summary` the figures it had then;
    `edition` counts its changes, and times are UTC.
    """

    scenario_id: int
    name: str
    owner: str
    request: Request
    revision: int
    summary: Mapping[str, Any]
    created: datetime
    changed: datetime
    edition: int


def checked_name(name: str) -> str:
    """
    Return a scenario's name without what cannot be seen.

    Raises
    ------
    ArgumentError
        If it is empty or longer than `NAME_LIMIT` (code ``scenario_name``).
    """
    said = " ".join((clean(name) or "").split())
    if not 0 < len(said) <= NAME_LIMIT:
        raise ArgumentError("scenario_name", limit=NAME_LIMIT)
    return said


def may_save(actor: Actor) -> bool:
    """Say whether `actor` may keep scenarios: everybody who is signed in."""
    return actor.is_at_least("reporter")


def may_change(actor: Actor, owner: str) -> bool:
    """Say whether `actor` may change a scenario: who owns it, the city and admins."""
    return may_save(actor) and (actor.login == owner or actor.is_at_least("city"))


def differences(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """
    Return which sites two scenarios share and which only one has.

    Parameters
    ----------
    first, second
        Tables with `site_id` (each once), `name`, `township`, `lon`, `lat` (degrees,
        EPSG:4326); n and m rows in roll-out order.

    Returns
    -------
    differences
        One row per site, those of both first, then those of the first alone, then those of
        the second: the columns above, `where` ("both", "first" or "second"), `first_place`
        and `second_place` (place in the roll-out from 1, missing where the site is not in it).
    """
    for frame in (first, second):
        require_columns(frame, *SITE_COLUMNS)
    places = [
        pd.Series(np.arange(1, len(frame) + 1), index=frame["site_id"], dtype="Int64")
        for frame in (first, second)
    ]
    rows = pd.concat([frame[list(SITE_COLUMNS)] for frame in (first, second)])
    rows = rows.drop_duplicates("site_id").reset_index(drop=True)
    here, there = (rows["site_id"].isin(frame["site_id"]) for frame in (first, second))
    where = np.select([here & there, here], ["both", "first"], "second")
    found = rows.assign(
        where=pd.Series(where, dtype="str"),
        first_place=rows["site_id"].map(places[0]).astype("Int64"),
        second_place=rows["site_id"].map(places[1]).astype("Int64"),
    )
    order = found["where"].map({"both": 0, "first": 1, "second": 2})
    return found.iloc[np.argsort(order.to_numpy(), kind="stable")].reset_index(drop=True)
