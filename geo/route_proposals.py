"""A tour proposed as a ready-made route: held for review, whoever proposes it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import pandas as pd

from geo import check
from geo.door import Outcome, propose
from geo.edits import Row, edit_of, frame_of, rows_of
from geo.refusals import require_signed_in
from geo.rights import Actor
from geo.schema import TABLES
from geo.store import Store
from geo.tours.outcome import TourFacts
from geo.tours.routes import route_texts

NAME_LIMIT, INTRO_LIMIT = (int(TABLES["routes"][name].limit or 0) for name in ("name", "intro"))


def propose_route(
    store: Store, tables: Mapping[str, pd.DataFrame], tours: Sequence[TourFacts], *, name: str,
    intro: str, actor: Actor, now: datetime, today: date,
) -> Outcome:  # fmt: skip
    """
    Hand a tour in as a new route; it waits for the city and is on no map before.

    Parameters
    ----------
    tables
        The stored tables.
    tours
        One for each day, with stops.
    now
        UTC without a zone; with the login it makes the route's id.

    Raises
    ------
    AccessError
        If nobody is signed in.
    TableError
        If name or introduction cannot be stored.
    """
    require_signed_in(actor)
    told = hashlib.sha256(f"{actor.login}\n{now.isoformat()}".encode()).hexdigest()[:6]
    route, stops = route_texts(f"P{now:%Y%m%d}-{told}", name, intro, tours)
    row = _rows("routes", [route], tables, today)[0]
    frame = frame_of("routes", [row])
    # A stop may refer to the route that is proposed with it.
    seen = {**tables, "routes": pd.concat([tables["routes"], frame], ignore_index=True)}
    edits = [edit_of("routes", None, row)]
    edits += [edit_of("route_stops", None, one) for one in _rows("route_stops", stops, seen, today)]
    return propose(store, edits, actor=actor, kind="proposal", reason=row["name"])


def _rows(
    table: str, texts: Sequence[Mapping[str, str]], tables: Mapping[str, pd.DataFrame], today: date
) -> list[Row]:
    """Return rows as the rules of a file make them of texts."""
    columns = TABLES[table].columns
    raw = check.RawTable(
        table=table,
        frame=pd.DataFrame(
            {column.name: [one.get(column.name) or None for one in texts] for column in columns},
            dtype=object,
        ),
        rows=list(range(1, len(texts) + 1)),
        headers={column.name: column.zh for column in columns},
    )
    return rows_of(table, check.validate(raw, tables, as_of=today))
