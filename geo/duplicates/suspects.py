"""Rows that may be entered twice: venues and promoters, as pairs with a score and reasons."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.duplicates.merging import filling_choices, merge_edits, merge_rows
from geo.duplicates.names import place_pattern, take_apart, without_places
from geo.duplicates.pairs import (
    address_evidence,
    candidates,
    distance_evidence,
    name_likeness,
    pairs_of,
    phone_evidence,
    phone_numbers,
    place_evidence,
)
from geo.keys import require_columns, yes
from geo.lettering import squeeze

__all__ = [
    "filling_choices", "find_duplicate_people", "find_duplicates", "merge_edits", "merge_rows",
]  # fmt: skip

MAX_DISTANCE_M = 150.0
LEAST_SCORE = 0.72  # below it, villages that differ in one surname turn up by the hundred
ALIKE = 0.8  # names at least so alike are said to be alike
NAME_WEIGHT = 0.85


def find_duplicates(
    venues: pd.DataFrame,
    *,
    townships: pd.DataFrame | None = None,
    counties: pd.DataFrame | None = None,
    max_distance_m: float = MAX_DISTANCE_M,
) -> pd.DataFrame:
    """
    Return the pairs of venues that may be one and the same.

    Names are compared by what is their own: places in front (山东省泰安市岱岳区山口镇) and
    generic words (星火科普服务站) do not make two names alike. Names whose numbers differ
    (第一, 二馆, 3号) are never the same, unless phone and address are. A shared phone or
    address, positions within `max_distance_m` and the same township speak for a pair; another
    township, county, host or kind, and exact positions more than 2 km apart, against it. A
    demonstration row is no duplicate of a real one.

    Parameters
    ----------
    venues
        Table `venues`, n rows. Positions count only where the precision is exact.
    townships, counties
        The tables of those names, for places in names and addresses.
    max_distance_m
        Metres up to which two exact positions speak for a pair.

    Returns
    -------
    pairs
        `venue_id_a`, `venue_id_b` (in the order of `venues`), `score` (0.72 to 1: how surely)
        and `reasons`, a tuple of keys of `words`; the surest first.

    Raises
    ------
    MissingColumnError
        If `venues` lacks a column that is needed.
    """
    require_columns(venues, *_NEEDED)
    held = venues.reset_index(drop=True)
    listed = [table["name"].tolist() for table in (counties, townships) if table is not None]
    places = place_pattern([name for names in listed for name in names])
    names = [take_apart(name, places) for name in held["name"].fillna("")]
    phones = [phone_numbers(text) for text in held["phone"]]
    addresses = [without_places(squeeze(text), places)[0] for text in held["address"]]
    first, second = candidates(held, names, phones, addresses, within_m=max_distance_m)
    alike, by_name, same_numbers = name_likeness(names, first, second)
    by_phone, phone = phone_evidence(phones, first, second)
    by_address, address = address_evidence(addresses, first, second)
    by_distance, near = distance_evidence(held, first, second, within_m=max_distance_m)
    by_place, together = place_evidence(held, first, second)
    score = NAME_WEIGHT * alike + by_name + by_phone + by_address + by_distance + by_place
    score = np.round(score, 3)
    reasons = {
        "duplicate.same_name": alike == 1,
        "duplicate.like_name": (alike >= ALIKE) & (alike < 1),
        "duplicate.same_phone": phone,
        "duplicate.same_address": address,
        "duplicate.near": near,
        "duplicate.same_township_host": together,
    }
    demo = yes(held["demo"])
    fits = (demo[first] == demo[second]) & (same_numbers | (phone & address))
    found = np.flatnonzero(fits & (score >= LEAST_SCORE))
    pairs = pd.DataFrame(
        {
            "venue_id_a": held["venue_id"].take(first[found]).to_numpy(),
            "venue_id_b": held["venue_id"].take(second[found]).to_numpy(),
            "score": np.minimum(score[found], 1.0),
            "reasons": pd.Series(
                [tuple(why for why, holds in reasons.items() if holds[pair]) for pair in found],
                dtype="object",
            ),
        }
    )
    order = np.lexsort((second[found], first[found], -pairs["score"].to_numpy()))
    return pairs.iloc[order].reset_index(drop=True)


def find_duplicate_people(promoters: pd.DataFrame, promoter_villages: pd.DataFrame) -> pd.DataFrame:
    """
    Return the pairs of promoters that may be one person: same name, and same phone or village.

    Parameters
    ----------
    promoters, promoter_villages
        The tables of those names. About people: the answer is for those who may see them.

    Returns
    -------
    pairs
        `promoter_id_a`, `promoter_id_b`, `score` (1 with the phone, 0.9 with a village only)
        and `reasons` as in `find_duplicates`; the surest first.
    """
    names = [squeeze(name) for name in promoters["name"]]
    ids = promoters["promoter_id"].tolist()
    row_of = {promoter: row for row, promoter in enumerate(ids)}
    by_phone: dict[tuple[str, str], list[int]] = {}
    for row, text in enumerate(promoters["phone"]):
        for number in phone_numbers(text):
            by_phone.setdefault((names[row], number), []).append(row)
    by_village: dict[tuple[str, str], list[int]] = {}
    for promoter, village in zip(
        promoter_villages["promoter_id"], promoter_villages["village_code"], strict=True
    ):
        if promoter in row_of:
            row = row_of[promoter]
            by_village.setdefault((names[row], village), []).append(row)
    found: dict[tuple[int, int], list[str]] = {}
    demo = yes(promoters["demo"])
    for reason, groups in (("duplicate.same_phone", by_phone),
                           ("duplicate.same_village", by_village)):  # fmt: skip
        for pair in pairs_of(groups.values()):
            if names[pair[0]] and demo[pair[0]] == demo[pair[1]]:
                found.setdefault(pair, ["duplicate.same_name"])
                found[pair] += [reason] if reason not in found[pair] else []
    rows = [
        (1.0 if "duplicate.same_phone" in reasons else 0.9, *pair, tuple(reasons))
        for pair, reasons in found.items()
    ]
    rows.sort(key=lambda row: (-row[0], row[1], row[2]))
    return pd.DataFrame(
        {
            "promoter_id_a": pd.Series([ids[row[1]] for row in rows], dtype="str"),
            "promoter_id_b": pd.Series([ids[row[2]] for row in rows], dtype="str"),
            "score": pd.Series([row[0] for row in rows], dtype="float64"),
            "reasons": pd.Series([row[3] for row in rows], dtype="object"),
        }
    )


_NEEDED = (
    "venue_id", "name", "kind", "county_code", "township_code", "address", "lon", "lat",
    "position_precision", "phone", "host", "demo",
)  # fmt: skip
