"""What the drop-downs of a template offer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from geo.cells import CellError
from geo.keys import days
from geo.references import directory
from geo.rights import PEOPLE_TABLES, Actor
from geo.rules import CONVERTED
from geo.schema import TABLES, Column
from geo.text import text
from geo.units import unit_of_township

MOST_OPTIONS = 20_000  # of one drop-down


class Options(NamedTuple):
    """What a drop-down offers, and beside each value what it is called, where that differs."""

    values: list[str]
    labels: list[str]


def options_of(
    column: Column,
    tables: Mapping[str, pd.DataFrame],
    *,
    today: date,
    actor: Actor | None = None,
    language: str = "zh",
) -> Options | None:
    """
    Return what a drop-down for `column` offers, None where there is none.

    An import reads each value as it is. Of townships, villages and counties it offers those
    in the list on `today` and in the place of `actor`; rows about people never.
    """
    if column.kind == "yesno":
        words = [text("all.yes", language), text("all.no", language)]
        return Options(words, words)
    if column.kind in {"choice", "choices"}:
        # Nobody types in that a position was converted; the import notes it.
        offered = [c for c in column.choices if c[0] not in CONVERTED.values()]
        labels = [column.choice_label(stored, language) for stored, *_ in offered]
        return Options(labels, labels)
    known = column.refers_to and column.refers_to not in PEOPLE_TABLES
    if not known or column.refers_to not in tables:
        return None
    found = _references(column, tables, today, actor)
    return found if 0 < len(found.values) <= MOST_OPTIONS else None


def _references(
    column: Column, tables: Mapping[str, pd.DataFrame], today: date, actor: Actor | None
) -> Options:
    """Return the rows that `column` may refer to: by name where that says which, else by code."""
    frame = _of_place(column.refers_to, tables, today, actor)
    keys = frame[TABLES[column.refers_to].key[0]].tolist()
    names = frame["name"].tolist()
    if column.kind != "code":
        return Options(keys, names)
    index = directory(column.refers_to, tables, as_of=today)

    def said(key: str, name: str) -> str:
        try:
            return name if index.resolve(name, None) == key else f"{key} {name}"
        except CellError:
            return f"{key} {name}"

    written = [said(key, name) for key, name in zip(keys, names, strict=True)]
    if written != names:  # all of one kind, so that the list has one order
        written = [f"{key} {name}" for key, name in zip(keys, names, strict=True)]
    return Options(written, written)


def _of_place(
    name: str, tables: Mapping[str, pd.DataFrame], today: date, actor: Actor | None
) -> pd.DataFrame:
    """Return the rows of `name` in the list on `today` and in the place of `actor`."""
    frame = tables[name]
    if {"from_date", "to_date"} <= set(frame.columns):
        day = np.datetime64(today, "s")
        frame = frame[~(days(frame["from_date"]) > day) & ~(days(frame["to_date"]) <= day)]
    if actor is None or actor.is_at_least("city"):
        return frame
    if name == "townships":
        return frame[frame["township_code"].isin(_townships(tables, today, actor))]
    if name == "villages":
        return frame[frame["township_code"].isin(_townships(tables, today, actor))]
    if name == "counties":
        counties = {code[:6] for code in _townships(tables, today, actor)}
        return frame[frame["county_code"].isin(counties)]
    return frame


def _townships(tables: Mapping[str, pd.DataFrame], today: date, actor: Actor) -> set[str]:
    if actor.place_kind == "township":
        return {actor.place}
    if actor.place_kind == "venue":
        venues = tables["venues"]
        return set(venues.loc[venues["venue_id"] == actor.place, "township_code"].dropna())
    units = unit_of_township(
        tables["townships"], tables["reporting_units"], tables["unit_townships"], as_of=today
    )
    return set(units.loc[units["unit_id"] == actor.place, "township_code"])
