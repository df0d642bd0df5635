"""Drafts of study tours in the database: each account's own, seen by nobody else."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from geo.cells import clean
from geo.errors import ArgumentError
from geo.journal_tables import TOUR_DRAFTS
from geo.refusals import require_signed_in
from geo.rights import Actor
from geo.rows import add_numbered
from geo.store import Store
from geo.tours.form import from_json, to_json
from geo.tours.request import Request

MOST = 50  # drafts of an account
NAME_LIMIT = 60  # characters


class Draft(NamedTuple):
    """What a list of drafts shows; `changed` is UTC."""

    draft_id: int
    name: str
    changed: datetime


def list_drafts(store: Store, *, actor: Actor) -> list[Draft]:
    """
    Return the actor's drafts, the one changed last first.

    Raises
    ------
    AccessError
        If nobody is signed in (code ``not_signed_in``).
    """
    require_signed_in(actor)
    table = TOUR_DRAFTS.c
    query = (
        sa.select(table.draft_id, table.name, table.changed)
        .where(table.owner == actor.login)
        .order_by(table.changed.desc(), table.draft_id.desc())
    )
    with store.reading() as connection:
        return [Draft(*row) for row in connection.execute(query)]


def read_draft(store: Store, draft_id: int, *, actor: Actor) -> Request:
    """
    Return the request of one of the actor's drafts.

    Raises
    ------
    AccessError
        If nobody is signed in.
    ArgumentError
        If the actor has none of that number (code ``tour_draft_gone``).
    RequestError
        If a newer program wrote its request.
    """
    require_signed_in(actor)
    query = sa.select(TOUR_DRAFTS.c.request).where(_own(draft_id, actor))
    with store.reading() as connection:
        written = connection.execute(query).scalar_one_or_none()
    if written is None:
        raise ArgumentError("tour_draft_gone", draft=draft_id)
    return from_json(written)


def save_draft(store: Store, name: str, request: Request, *, actor: Actor, now: datetime) -> int:
    """
    Keep a request under a name, in place of the actor's draft of that name; return its number.

    Parameters
    ----------
    now
        UTC without a zone.

    Raises
    ------
    AccessError
        If nobody is signed in.
    ArgumentError
        If the name is empty or too long, or the actor has `MOST` drafts already.
    """
    require_signed_in(actor)
    table = TOUR_DRAFTS.c
    values = {"request": to_json(request), "changed": now}
    said = " ".join((clean(name) or "").split())
    if not 0 < len(said) <= NAME_LIMIT:
        raise ArgumentError("tour_draft_name", limit=NAME_LIMIT)
    own = table.owner == actor.login
    with store.writing() as write:
        write.changed = False
        number = write.connection.execute(
            sa.select(table.draft_id).where(own, table.name == said)
        ).scalar_one_or_none()
        if number is not None:
            change = sa.update(TOUR_DRAFTS).where(table.draft_id == number)
            write.connection.execute(change.values(values))
            return int(number)
        count = sa.select(sa.func.count()).select_from(TOUR_DRAFTS).where(own)
        if write.connection.execute(count).scalar_one() >= MOST:
            raise ArgumentError("tour_draft_too_many", limit=MOST)
        new = values | {"owner": actor.login, "name": said}
        return add_numbered(write.connection, TOUR_DRAFTS, new)


def delete_draft(store: Store, draft_id: int, *, actor: Actor) -> None:
    """
    Delete one of the actor's drafts; one that is gone already is no fault.

    Raises
    ------
    AccessError
        If nobody is signed in.
    """
    require_signed_in(actor)
    with store.writing() as write:
        write.changed = False
        write.connection.execute(sa.delete(TOUR_DRAFTS).where(_own(draft_id, actor)))


def _own(draft_id: int, actor: Actor) -> sa.ColumnElement[bool]:
    return sa.and_(TOUR_DRAFTS.c.draft_id == draft_id, TOUR_DRAFTS.c.owner == actor.login)
