"""The proof that the present tables are what the history, replayed from its start, leaves."""

from __future__ import annotations

from typing import NamedTuple

from geo.edits import key_from_text, key_text, whole_row
from geo.errors import Problem
from geo.journal import replayed
from geo.rows import stored_rows
from geo.schema import TABLES
from geo.store import Store


class Difference(NamedTuple):
    """A row that the history leaves otherwise than it is stored."""

    table: str
    row_key: str  # JSON list
    kind: str  # "missing" (the history has it), "extra" (the history has it not), "other"
    fields: tuple[str, ...]


def differences(store: Store) -> list[Difference]:
    """Return every row of the register that is not as its history says; none in a sound store."""
    found = []
    with store.reading() as connection:
        history = replayed(connection)
        for name, declared in TABLES.items():
            stored = {key_text(key): row for key, row in stored_rows(connection, name).items()}
            told = {key: whole_row(name, fields) for key, fields in history[name].items()}
            for key in told.keys() - stored.keys():
                found.append(Difference(name, key, "missing", ()))
            for key, row in stored.items():
                if key not in told:
                    found.append(Difference(name, key, "extra", ()))
                elif told[key] != row:
                    fields = tuple(f for f in declared.names if told[key][f] != row[f])
                    found.append(Difference(name, key, "other", fields))
    return sorted(found)


def history_problems(store: Store) -> list[Problem]:
    """Return the `differences` as problems for people: which row, and what of it."""
    what = {"missing": "少了这一行 row missing", "extra": "多了这一行 row added"}
    return [
        Problem(
            found.table,
            "history_differs",
            value="；".join(map(str, key_from_text(found.table, found.row_key))),
            params={"what": what.get(found.kind) or "、".join(found.fields)},
        )
        for found in differences(store)
    ]
