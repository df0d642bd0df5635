"""Who counts on a day: stations that are open, promoters who serve, and why others do not."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from geo.keys import days, require_columns, yes

COUNTING_STATUSES = ("open", "suspended", "closed")
ENDED_STATUSES = ("suspended", "closed")


def standing(venues: pd.DataFrame, *, as_of: date) -> pd.Series:
    """
    Say for each venue whether it counts as a station on `as_of`, and if not, why.

    A station counts from its first day on: `opened_on`, or `verified_on` where that is
    missing (the first day it is known to have been open). It stops counting on
    `closed_on`, the first day it is no longer open. Unknown is never guessed: without a
    start, or ended without a known day, it does not count at all.

    Parameters
    ----------
    venues
        Table `venues`; n rows.
    as_of
        The day asked about.

    Returns
    -------
    standing
        n rows with the index of `venues`, the first that applies of: `other_kind` (no
        station), `mobile`, `status` (planned, under construction, by event or
        unverified), `end_unknown`, `start_unknown`, `not_yet_open`, `ended`, `counts`.

    Raises
    ------
    MissingColumnError
        If `venues` lacks a column of the rules above.
    """
    require_columns(venues, "kind", "status", "mobile", "opened_on", "verified_on", "closed_on")
    day = np.datetime64(as_of, "s")
    opened, verified = days(venues["opened_on"]), days(venues["verified_on"])
    start, end = np.where(np.isnat(opened), verified, opened), days(venues["closed_on"])
    ended_status = venues["status"].isin(ENDED_STATUSES).to_numpy(dtype=bool)
    reasons = {
        "other_kind": ~venues["kind"].eq("station").to_numpy(dtype=bool, na_value=False),
        "mobile": yes(venues["mobile"]),
        "status": ~venues["status"].isin(COUNTING_STATUSES).to_numpy(dtype=bool),
        "end_unknown": ended_status & np.isnat(end),
        "start_unknown": np.isnat(start),
        "not_yet_open": start > day,
        "ended": end <= day,
    }
    found = np.select(list(reasons.values()), list(reasons), default="counts")
    return pd.Series(found, index=venues.index, dtype="str", name="standing")


def serving(promoters: pd.DataFrame, *, as_of: date) -> pd.Series:
    """
    Say for each promoter whether he or she serves on `as_of`.

    From `from_date` on, until the day before `to_date`. Without `from_date` a registered
    promoter serves on any day before `to_date`; without `to_date` there is no end.

    Returns
    -------
    serving
        Booleans with the index of `promoters`.

    Raises
    ------
    MissingColumnError
        If `promoters` lacks `from_date` or `to_date`.
    """
    require_columns(promoters, "from_date", "to_date")
    day = np.datetime64(as_of, "s")
    later, over = days(promoters["from_date"]) > day, days(promoters["to_date"]) <= day
    return pd.Series(~later & ~over, index=promoters.index, name="serving")
