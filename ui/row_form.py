"""The fields of one row in a form: each column as the control that suits it, read as text."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date
from typing import Any

import streamlit as st

from geo import row_forms
from geo.edits import Row
from geo.rights import Actor
from geo.schema import TABLES, Column
from geo.waiting import keys_waiting
from ui import cache
from ui.diffs import column_label
from ui.frame import View

_WORDED = ("天", "人", "个", "分钟", "元")  # units that are words; the others are signs
_LONG = 250  # characters from which a text gets several lines


def fields(
    table: str, base: Row | None, hidden: Set[str], actor: Actor, view: View
) -> dict[str, str]:
    """Draw one field per column; return what stands in them as text."""
    stands = row_forms.texts_of(table, base) if base else _suggested(table, actor, view)
    stands = stands | st.session_state.get("form-texts", {})
    texts = {}
    columns = [c for c in TABLES[table].columns if c.name not in hidden and c.name != "demo"]
    # Pair by pair: on a phone the two columns of a pair follow each other, in the table's order.
    for first in range(0, len(columns), 2):
        for place, column in zip(st.columns(2), columns[first : first + 2], strict=False):
            with place:
                fixed = base is not None and column.name in TABLES[table].key
                texts[column.name] = _field(column, stands.get(column.name, ""), fixed, view)
    return texts


def _suggested(table: str, actor: Actor, view: View) -> dict[str, str]:
    """Return what a new row starts with: a number that is free, and the actor's own place."""
    held = cache.tables(view.revision)
    stands = {}
    first = TABLES[table][TABLES[table].key[0]]
    if first.kind == "id" and not first.refers_to:
        taken = set(held[table][first.name])
        taken |= {str(key[0]) for key in keys_waiting(cache.store(), table)}
        number = len(taken) + 1
        while f"{table[0]}{number:04d}" in taken:
            number += 1
        stands[first.name] = f"{table[0]}{number:04d}"
    if actor.place_kind == "township":
        stands["township_code"] = actor.place
        counties = held["townships"].set_index("township_code")["county_code"]
        stands["county_code"] = str(counties.get(actor.place, ""))
    elif actor.place_kind == "unit":
        counties = held["reporting_units"].set_index("unit_id")["county_code"]
        stands["county_code"] = str(counties.get(actor.place, "") or "")
    return {name: text for name, text in stands.items() if name in TABLES[table].names}


def _field(column: Column, stands: str, fixed: bool, view: View) -> str:
    label = column_label(column, view) + _unit(column, view) + (" *" if column.required else "")
    key = f"field-{column.name}"
    # Notes are written in Chinese only.
    note = column.note if view.language == "zh" else ""
    about: dict[str, Any] = {"help": note or None, "disabled": fixed}
    if column.kind == "yesno":
        options = {
            "": view.say("all.unknown"),
            "yes": view.say("all.yes"),
            "no": view.say("all.no"),
        }
        return _select(label, options, stands, key, about)
    if column.kind == "choice":
        options = {"": "—"} | {s: column.choice_label(s, view.language) for s, *_ in column.choices}
        return _select(label, options, stands, key, about)
    if column.kind == "choices":
        labels = {
            stored: column.choice_label(stored, view.language) for stored, *_ in column.choices
        }
        if key not in st.session_state:
            st.session_state[key] = [part for part in stands.split(";") if part in labels]
        found = st.multiselect(
            label, list(labels), format_func=lambda stored: labels[stored], key=key,
            placeholder="—", **about,
        )  # fmt: skip
        return ";".join(found)
    if column.kind == "date":
        if key not in st.session_state:
            st.session_state[key] = date.fromisoformat(stands) if stands else None
        day = st.date_input(
            label, format="YYYY-MM-DD", key=key, min_value=date(1000, 1, 1),
            max_value=date(2100, 12, 31), **about,
        )  # fmt: skip
        return day.isoformat() if isinstance(day, date) else ""
    if column.refers_to in {"counties", "townships", "reporting_units"}:
        return _select(label, {"": "—"} | _names(column.refers_to, view), stands, key, about)
    if key not in st.session_state:
        st.session_state[key] = stands
    if column.kind == "text" and column.limit > _LONG:
        return str(st.text_area(label, key=key, max_chars=column.limit, height=90, **about))
    return str(st.text_input(label, key=key, max_chars=max(column.limit, 200), **about))


def _unit(column: Column, view: View) -> str:
    """Return the unit of a column, in brackets."""
    if not column.unit:
        return ""
    word = view.say(f"unit.{column.unit}") if column.unit in _WORDED else column.unit
    return f"（{word}）" if view.language == "zh" else f" ({word})"


def _select(
    label: str, options: Mapping[str, str], stands: str, key: str, about: Mapping[str, Any]
) -> str:
    names = list(options) if stands in options else [stands, *options]
    if key not in st.session_state or st.session_state[key] not in names:
        st.session_state[key] = stands
    return str(
        st.selectbox(
            label, names, format_func=lambda stored: options.get(stored, stored), key=key, **about
        )
    )


def _names(table: str, view: View) -> dict[str, str]:
    """Return the areas of today that a column may refer to: code -> name, with the county's."""
    held = cache.in_force(view.revision, view.now.date())
    frame, key = held[table], TABLES[table].key[0]
    if table != "townships":
        return dict(zip(frame[key], frame["name"], strict=True))
    counties = held["counties"].set_index("county_code")["name"]
    return {
        code: f"{name}（{counties.get(county, '')}）"
        for code, name, county in zip(frame[key], frame["name"], frame["county_code"], strict=True)
    }
