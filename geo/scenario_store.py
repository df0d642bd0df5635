"""Scenarios in the database: kept by those who are signed in, read by everybody with the link."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa

from geo.errors import AccessError, ArgumentError, StoreError
from geo.journal_tables import SCENARIOS
from geo.refusals import require_signed_in
from geo.rights import Actor
from geo.rows import add_numbered
from geo.scenarios import MOST, Scenario, checked_name, may_change
from geo.siting.request import Request
from geo.siting.writing import from_json, to_json
from geo.store import Store

LISTED = ("scenario_id", "name", "owner", "revision", "created", "changed", "edition")


def list_scenarios(store: Store) -> pd.DataFrame:
    """
    Return every scenario without its request, the one changed last first.

    Returns
    -------
    scenarios
        Columns `LISTED`; times are UTC.
    """
    query = sa.select(*(SCENARIOS.c[name] for name in LISTED)).order_by(
        SCENARIOS.c.changed.desc(), SCENARIOS.c.scenario_id.desc()
    )
    with store.reading() as connection:
        rows = [tuple(row) for row in connection.execute(query)]
    found = pd.DataFrame(rows, columns=list(LISTED))
    times = dict.fromkeys(("created", "changed"), "datetime64[s]")
    texts = dict.fromkeys(("name", "owner"), "str")
    numbers = dict.fromkeys(("scenario_id", "revision", "edition"), "int64")
    return found.astype(times | texts | numbers)


def read_scenario(store: Store, scenario_id: int) -> Scenario:
    """
    Return a scenario.

    Raises
    ------
    ArgumentError
        If there is none of that number (code ``scenario_gone``).
    RequestError
        If a newer program wrote its request.
    """
    with store.reading() as connection:
        return _scenario(_row(connection, scenario_id))


def read_scenario_named(store: Store, name: str) -> Scenario:
    """
    Return the scenario called `name`.

    Raises
    ------
    ArgumentError
        If there is none of that name (code ``scenario_gone``).
    """
    with store.reading() as connection:
        query = sa.select(SCENARIOS).where(SCENARIOS.c.name == checked_name(name))
        row = connection.execute(query).one_or_none()
    if row is None:
        raise ArgumentError("scenario_gone", scenario=name)
    return _scenario(row)


def save_scenario(
    store: Store,
    name: str,
    request: Request,
    *,
    actor: Actor,
    revision: int,
    summary: Mapping[str, Any],
    now: datetime,
) -> int:
    """
    Keep a request under a new name; return the scenario's number.

    Parameters
    ----------
    actor
        Who saves, and owns it from then on.
    revision
        Of the data that `summary` was computed on.
    summary
        The figures of the result, as JSON can hold them.
    now
        UTC without a zone.

    Raises
    ------
    AccessError
        If nobody is signed in (code ``not_signed_in``).
    ArgumentError
        If the name is empty, too long or taken, or there are too many scenarios.
    """
    require_signed_in(actor)
    said = checked_name(name)
    with store.writing() as write:
        write.changed = False
        _require_free(write.connection, said)
        count = write.connection.execute(sa.select(sa.func.count()).select_from(SCENARIOS))
        if count.scalar_one() >= MOST:
            raise ArgumentError("scenario_too_many", limit=MOST)
        values = {
            "name": said, "owner": actor.login, "request": to_json(request),
            "revision": revision, "summary": _json(summary), "created": now, "changed": now,
            "edition": 1,
        }  # fmt: skip
        return add_numbered(write.connection, SCENARIOS, values)


def change_scenario(
    store: Store,
    scenario_id: int,
    *,
    actor: Actor,
    edition: int,
    now: datetime,
    name: str | None = None,
    request: Request | None = None,
    revision: int = 0,
    summary: Mapping[str, Any] | None = None,
) -> int:
    """
    Rename a scenario, or put another request into it; return its edition from then on.

    Parameters
    ----------
    edition
        The one that the actor saw: what was changed since is not overwritten unseen.
    name
        The new name; None keeps the old one.
    request, revision, summary
        The new request and its result; None keeps all three.

    Raises
    ------
    AccessError
        If the actor may not (codes ``not_signed_in``, ``scenario_not_yours``).
    ArgumentError
        If the name cannot be used, or the scenario is gone.
    StoreError
        If it was changed since (code ``scenario_moved``).
    """
    with store.writing() as write:
        write.changed = False
        row = _own(write.connection, scenario_id, actor)
        if row.edition != edition:
            raise StoreError("scenario_moved", name=row.name)
        values: dict[str, Any] = {"changed": now, "edition": edition + 1}
        if name is not None and checked_name(name) != row.name:
            values["name"] = checked_name(name)
            _require_free(write.connection, values["name"])
        if request is not None:
            values |= {
                "request": to_json(request), "revision": revision, "summary": _json(summary or {}),
            }  # fmt: skip
        mine = SCENARIOS.c.scenario_id == scenario_id
        write.connection.execute(sa.update(SCENARIOS).where(mine).values(values))
        return edition + 1


def delete_scenario(store: Store, scenario_id: int, *, actor: Actor) -> None:
    """
    Delete a scenario.

    Raises
    ------
    AccessError
        If the actor may not.
    ArgumentError
        If it is gone already.
    """
    with store.writing() as write:
        write.changed = False
        _own(write.connection, scenario_id, actor)
        mine = SCENARIOS.c.scenario_id == scenario_id
        write.connection.execute(sa.delete(SCENARIOS).where(mine))


def _row(connection: sa.Connection, scenario_id: int) -> sa.Row[Any]:
    query = sa.select(SCENARIOS).where(SCENARIOS.c.scenario_id == scenario_id)
    found = connection.execute(query).one_or_none()
    if found is None:
        raise ArgumentError("scenario_gone", scenario=scenario_id)
    return found


def _own(connection: sa.Connection, scenario_id: int, actor: Actor) -> sa.Row[Any]:
    require_signed_in(actor)
    found = _row(connection, scenario_id)
    if not may_change(actor, found.owner):
        raise AccessError("scenario_not_yours", owner=found.owner)
    return found


def _require_free(connection: sa.Connection, name: str) -> None:
    query = sa.select(SCENARIOS.c.scenario_id).where(SCENARIOS.c.name == name)
    if connection.execute(query).first() is not None:
        raise ArgumentError("scenario_name_taken", name=name)


def _scenario(row: sa.Row[Any]) -> Scenario:
    return Scenario(
        row.scenario_id, row.name, row.owner, from_json(row.request), row.revision,
        json.loads(row.summary), row.created, row.changed, row.edition,
    )  # fmt: skip


def _json(summary: Mapping[str, Any]) -> str:
    return json.dumps(dict(summary), ensure_ascii=False, allow_nan=False)
