"""Who counts on a day: stations that are open, promoters who serve, and why others do not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from geo.keys import days, require_columns, yes
from geo.succession import KEYS, heirs, places

COUNTING_STATUSES = ("open", "suspended", "closed")
ENDED_STATUSES = ("suspended", "closed")
# What a place of science may be to those who live around it; a station alone covers a township.
STATION_KINDS = ("station",)
FACILITY_KINDS = ("station", "hall")
# Why a station that is open counts for no township: `registration` has what they mean.
UNREGISTERED = ("township_missing", "township_gone", "township_unclear")


def standing(
    venues: pd.DataFrame,
    *,
    as_of: date,
    kinds: Sequence[str] = STATION_KINDS,
    townships: pd.DataFrame | None = None,
    successions: pd.DataFrame | None = None,
) -> pd.Series:
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
    kinds
        Which kinds of venue are asked about; the rule is the same for each.
    townships, successions
        The tables of those names: with `townships`, a station whose registered township
        stands for none in force on the day does not count either.

    Returns
    -------
    standing
        n rows with the index of `venues`, the first that applies of: `other_kind` (none of
        `kinds`), `mobile`, `status` (planned, under construction, by event or
        unverified), `end_unknown`, `start_unknown`, `not_yet_open`, `ended`; with
        `townships` those of `registration`; `counts`.

    Raises
    ------
    MissingColumnError
        If a table lacks a column of the rules above.
    """
    require_columns(venues, "kind", "status", "mobile", "opened_on", "verified_on", "closed_on")
    day = np.datetime64(as_of, "s")
    opened, verified = days(venues["opened_on"]), days(venues["verified_on"])
    start, end = np.where(np.isnat(opened), verified, opened), days(venues["closed_on"])
    ended_status = venues["status"].isin(ENDED_STATUSES).to_numpy(dtype=bool)
    reasons = {
        "other_kind": ~venues["kind"].isin(kinds).to_numpy(dtype=bool),
        "mobile": yes(venues["mobile"]),
        "status": ~venues["status"].isin(COUNTING_STATUSES).to_numpy(dtype=bool),
        "end_unknown": ended_status & np.isnat(end),
        "start_unknown": np.isnat(start),
        "not_yet_open": start > day,
        "ended": end <= day,
    }
    found = np.select(list(reasons.values()), list(reasons), default="counts")
    if townships is not None:
        open_ones = np.flatnonzero(found == "counts")
        registered = venues["township_code"].iloc[open_ones]
        why = registration(
            registered, townships, successions, level="township", as_of=as_of
        ).to_numpy(dtype=object)
        found = found.astype(object)
        found[open_ones] = np.where(why == "", "counts", why)
    return pd.Series(found, index=venues.index, dtype="str", name="standing")


def open_facilities(
    venues: pd.DataFrame, *, as_of: date, kinds: Sequence[str] = FACILITY_KINDS
) -> pd.DataFrame:
    """
    Return the stations and halls that are open to people on `as_of`, wherever registered.

    The rule of `standing` decides for every kind alike. Those whose position is unknown are
    among them: nobody can say whom they reach, and a caller says how many they are.

    Parameters
    ----------
    venues
        Table `venues`.
    as_of
        The day asked about.
    kinds
        The kinds of venue that count.

    Returns
    -------
    facilities
        Rows of `venues` with their index, in the order of `venue_id`.
    """
    counts = standing(venues, as_of=as_of, kinds=kinds).eq("counts")
    return venues[counts].sort_values("venue_id", kind="stable")


def registration(
    codes: pd.Series,
    listed: pd.DataFrame,
    successions: pd.DataFrame | None,
    *,
    level: str,
    as_of: date,
) -> pd.Series:
    """
    Say for each registered code why it stands for none in force on `as_of`.

    Parameters
    ----------
    codes
        n codes of townships, or of villages.
    listed, successions, level, as_of
        As for `succession.resolve`.

    Returns
    -------
    why
        n texts with the index of `codes`: empty where one code stands for it, else, by the
        name of `level`, `township_missing` (no code), `township_gone` (no longer or not yet
        in the list, and nothing stands for it) or `township_unclear` (several do: it was
        split, or is one of several that were merged later). Register those anew.
    """
    found = places(codes, listed, successions, level=level, as_of=as_of)
    why = pd.Series("", index=codes.index, dtype="str")
    lost = found < 0
    if not lost.any():
        return why
    led: dict[str, list[str]] = {}
    if successions is not None and len(successions):
        distinct = codes[lost].dropna().unique()
        led = heirs(distinct, listed, successions, level=level, as_of=as_of)
    why[lost & codes.isna().to_numpy()] = f"{level}_missing"
    several = codes.isin([code for code, reached in led.items() if len(reached) > 1]).to_numpy()
    why[lost & several] = f"{level}_unclear"
    why[lost & (why == "").to_numpy()] = f"{level}_gone"
    return why


def unregistered_stations(
    venues: pd.DataFrame, townships: pd.DataFrame, successions: pd.DataFrame | None, *, as_of: date
) -> pd.DataFrame:
    """
    Return the open stations that count for no township on `as_of`, to be registered anew.

    Parameters
    ----------
    venues, townships, successions
        The tables of those names.
    as_of
        The day asked about.

    Returns
    -------
    stations
        The rows of `venues` with one of the reasons `UNREGISTERED`, their index, and
        `standing` (the reason), `township` (the registered township's name).
    """
    why = standing(venues, as_of=as_of, townships=townships, successions=successions)
    lost = why.isin(UNREGISTERED)
    rows = venues[lost]
    names = dict(zip(townships["township_code"], townships["name"], strict=True))
    return rows.assign(standing=why[lost], township=rows["township_code"].map(names).astype("str"))


def unregistered_villages(
    promoters: pd.DataFrame,
    promoter_villages: pd.DataFrame,
    villages: pd.DataFrame,
    successions: pd.DataFrame | None,
    *,
    as_of: date,
) -> pd.DataFrame:
    """
    Return the served villages that stand for none in force on `as_of`, without naming anybody.

    Parameters
    ----------
    promoters, promoter_villages, villages, successions
        The tables of those names.
    as_of
        The day asked about.

    Returns
    -------
    villages
        One row per such village, in the order of codes: `village_code`, `name`,
        `township_code`, `promoters` (how many serve it on that day), `standing`
        (`village_gone` or `village_unclear`).
    """
    who = promoters["promoter_id"][serving(promoters, as_of=as_of)]
    pairs = promoter_villages[promoter_villages["promoter_id"].isin(who)]
    codes = pairs["village_code"]
    lost = places(codes, villages, successions, level="village", as_of=as_of) < 0
    counts = pairs[lost].drop_duplicates().groupby("village_code").size().rename("promoters")
    rows = counts.reset_index().astype({"village_code": "str"})
    held = villages.set_index(KEYS["village"])[["name", "township_code"]]
    why = registration(rows["village_code"], villages, successions, level="village", as_of=as_of)
    named = rows.join(held, on="village_code").assign(standing=why)
    return named[["village_code", "name", "township_code", "promoters", "standing"]]


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
