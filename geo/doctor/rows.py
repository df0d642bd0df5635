"""Candidate hosts and villages' positions as the coordinate doctor reads rows."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from geo.keys import positions, taken
from geo.schema import TABLES

# Tables with positions besides `venues`.
POSITION_TABLES = ("hosts", "village_points")


def position_rows(table: str, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """
    Return the rows of a table with positions with the columns that `diagnosis.examine` needs.

    Parameters
    ----------
    table
        "hosts" or "village_points".
    tables
        Validated tables: that one, `townships` and `villages`.

    Returns
    -------
    rows
        n rows with the index of the table. `venue_id` is the row's key; a village's `name` and
        `township_code` are those of the list, and `county_code` is the township's.
    """
    frame = tables[table]
    if table == "village_points":
        at = positions(frame["village_code"], tables["villages"]["village_code"])
        listed = ("name", "township_code")
        frame = frame.assign(
            **{name: taken(tables["villages"][name], at, frame.index) for name in listed}
        )
    townships = tables["townships"]
    at = positions(frame["township_code"], townships["township_code"])
    nothing = pd.Series(pd.NA, index=frame.index, dtype="str")
    rows = frame.assign(
        venue_id=frame[TABLES[table].key[0]],
        county_code=taken(townships["county_code"], at, frame.index),
        operator=nothing,
    )
    return rows if "address" in rows else rows.assign(address=nothing)
