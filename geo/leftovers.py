"""What a new list leaves for people: what it would break, what to register anew, who reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pandas as pd

from geo import inspection
from geo.errors import Problem
from geo.lineage import REGISTRATIONS, list_faults
from geo.mappings import Change
from geo.schema import TABLES
from geo.succession import KEYS
from geo.units import unit_of_township

# Findings that say what is still to be done, not that something is wrong.
_TO_DO = ("list_unexplained", "registered_gone", "registered_unclear")

Tables = Mapping[str, pd.DataFrame]


def new_findings(before: Tables, after: Tables) -> list[Problem]:
    """Return what would be wrong with the lists and is not now."""
    names = ("counties", "townships", "villages", "successions", "reporting_units")

    def seen(tables: Tables) -> dict[tuple[str | None, ...], Problem]:
        found = inspection.findings({name: tables[name] for name in names})
        return {
            (p.table, p.code, p.column, p.value): replace(p, row=None)
            for p in found
            if p.code not in _TO_DO
        }

    old = seen(before)
    return [problem for key, problem in seen(after).items() if key not in old]


def unit_notes(
    after: Tables, changed: Change, mapping: pd.DataFrame, from_date: date
) -> list[Problem]:
    """Return the new townships that report to another unit than some of what they came from."""
    units = unit_of_township(
        after["townships"], after["reporting_units"], after["unit_townships"], as_of=from_date,
        successions=after["successions"],
    ).set_index("township_code")["reporting_unit"]  # fmt: skip
    own = set(after["unit_townships"]["township_code"])
    begun = set(changed.begun) - own
    odd = {
        new: units[new]
        for old, new in zip(mapping["old_code"], mapping["new_code"], strict=True)
        if new in begun and units[old] != units[new]
    }
    return [
        Problem("unit_townships", "list_unit", params={"name": changed.shown(code), "unit": unit})
        for code, unit in sorted(odd.items())
    ]


def registered_anew(after: Tables, changes: Mapping[str, Change]) -> list[Problem]:
    """Return what must be registered anew: venues by name, people by their id only."""
    notes = []
    for table, level in REGISTRATIONS:
        ended, key = set(changes[level].ended), TABLES[table].key[0]
        shown = after[table]["name" if table in {"hosts", "venues"} else key]
        codes = after[table][KEYS[level]]
        notes += [
            Problem(table, fault.code, value=shown.iloc[fault.index], params=fault.params)
            for fault in list_faults(table, after)
            if codes.iloc[fault.index] in ended
        ]
    return notes
