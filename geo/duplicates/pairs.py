"""Pairs of venues worth a closer look, and what speaks for and against each pair."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.crs import to_metres
from geo.duplicates.names import Name
from geo.pinyin import readings
from geo.schema import EXACT_PRECISIONS

MOST_SHARED = 40  # rows: what more of them have in common brings no pair together
OWN_WEIGHT = 0.65  # of a name's own part; the rest is for the whole of it
CONTAINED = 0.9  # how alike two own parts are of which one holds all of the other
SAME_SOUND = 0.95  # and two that sound the same: 代村坝 is typed for 戴村坝
# Times the likeness of short ones of equal length: 王家庄 is not 李家庄.
OTHER_SIGN, SHORT_SIGNS = 0.85, 6
FAR_M = 2000.0  # two exact positions so far apart are two places
FEW = 3  # rows with one phone number; with more it is an office's number
# What each piece of evidence adds to a score between 0 and 1.
SAME_PHONE, OFFICE_PHONE, SAME_ADDRESS, OTHER_ADDRESS = 0.35, 0.1, 0.2, -0.1
NEAR, FAR, SAME_TOWNSHIP, OTHER_TOWNSHIP, OTHER_COUNTY = 0.2, -0.3, 0.08, -0.25, -0.3
SAME_HOST, OTHER_HOST, OTHER_KIND, OTHER_PLACE, OTHER_SIDE = 0.05, -0.15, -0.12, -0.25, -0.25
SAME_TEXT, OTHER_TEXT = 0.9, 0.3  # likeness of addresses

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]


def phone_numbers(text: object) -> frozenset[str]:
    """Return the numbers in a phone cell: mobiles whole, of others the last seven digits."""
    if not isinstance(text, str):
        return frozenset()
    found = (re.sub("[^0-9]", "", part) for part in re.split("[;；,，、/ ]", text))
    return frozenset(
        number if re.fullmatch("1[0-9]{10}", number) else number[-7:]
        for number in found
        if len(number) >= 7
    )


def pairs_of(groups: Iterable[Sequence[int]]) -> list[tuple[int, int]]:
    """Return every two rows of each group, the smaller first; a pair of several groups repeats."""
    return [pair for rows in groups for pair in combinations(sorted(set(rows)), 2)]


def candidates(
    venues: pd.DataFrame,
    names: Sequence[Sequence[Name]],
    phones: Sequence[frozenset[str]],
    addresses: Sequence[str],
    *,
    within_m: float,
) -> tuple[Rows, Rows]:
    """
    Return the pairs of rows that have something rare in common, as two arrays of rows.

    Something rare: two or three characters of the names' own parts, an own part, a phone
    number, an address, or a place on the ground; not what more than 40 rows have. Of every
    pair the smaller row comes first; the pairs are sorted.
    """
    groups: dict[tuple[str, str], list[int]] = {}
    township = venues["township_code"].fillna("").tolist()
    for row, parts in enumerate(names):
        keys = {("phone", number) for number in phones[row]}
        for part in parts:
            keys |= {("own", part.own), ("place", f"{township[row]} {part.own}")}
            keys |= {
                ("signs", part.own[start : start + length])
                for length in (2, 3)
                for start in range(len(part.own) - length + 1)
            }
        if len(addresses[row]) >= 3:
            keys.add(("address", addresses[row]))
        for key in keys:
            groups.setdefault(key, []).append(row)
    for row, cell in _cells(venues, within_m):
        groups.setdefault(("cell", cell), []).append(row)
    found = set(pairs_of(rows for rows in groups.values() if 1 < len(rows) <= MOST_SHARED))
    ordered = np.array(sorted(found), dtype=np.int64).reshape(-1, 2)
    return ordered[:, 0], ordered[:, 1]


def _cells(venues: pd.DataFrame, within_m: float) -> list[tuple[int, str]]:
    """Return four overlapping cells for each exact position: neighbours share at least one."""
    x, y = _exact_metres(venues)
    rows = np.flatnonzero(np.isfinite(x))
    side = 2 * within_m
    return [
        (row, f"{east}{north} {int((x[row] + east) // side)} {int((y[row] + north) // side)}")
        for row in rows.tolist()
        for east in (0, within_m)
        for north in (0, within_m)
    ]


def _exact_metres(venues: pd.DataFrame) -> tuple[Numbers, Numbers]:
    exact = venues["position_precision"].isin(EXACT_PRECISIONS).to_numpy(bool)
    lon, lat = (np.where(exact, venues[name].to_numpy(float), np.nan) for name in ("lon", "lat"))
    near = (np.abs(lon - 117) < 3) & (np.abs(lat - 36) < 3)
    return to_metres(np.where(near, lon, np.nan), np.where(near, lat, np.nan))


def name_likeness(
    names: Sequence[Sequence[Name]], first: Rows, second: Rows
) -> tuple[Numbers, Numbers, Flags]:
    """
    Return how alike the names of each pair are, what places and sides add, if numbers agree.

    Of names with a second one in brackets the most alike two count. 1 is the same name in the
    usual way of writing; else it is the share of signs that need not be changed, own parts
    counting more. Wrong signs of the same sound, and signs that changed places, are typing
    errors; one wrong sign of another sound in a short name is more likely another place.
    """
    pairs: list[int] = []
    ones: list[Name] = []
    others: list[Name] = []
    for pair, (a, b) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
        for one in names[a]:
            for other in names[b]:
                pairs.append(pair)
                ones.append(one)
                others.append(other)
    own = _similarity([one.own for one in ones], [other.own for other in others])
    whole = _similarity([one.written for one in ones], [other.written for other in others])
    for place in np.flatnonzero((own >= 0.5) & (own < 1)).tolist():
        own[place] = _own_likeness(ones[place].own, others[place].own, own[place])
    likeness = OWN_WEIGHT * own + (1 - OWN_WEIGHT) * whole
    for place in np.flatnonzero((whole >= 0.5) & (whole < 1)).tolist():
        if _same_sound(ones[place].written, others[place].written):
            likeness[place] = max(likeness[place], SAME_SOUND)
    likeness[whole == 1] = 1.0
    best = np.full(len(first), -1, dtype=np.int64)
    order = np.argsort(likeness, kind="stable")
    best[np.array(pairs, dtype=np.int64)[order]] = order
    chosen = [(ones[place], others[place]) for place in best.tolist()]
    elsewhere = [bool(a.place and b.place) and a.place != b.place for a, b in chosen]
    sides = [a.sides != b.sides for a, b in chosen]
    added = np.where(elsewhere, OTHER_PLACE, 0.0) + np.where(sides, OTHER_SIDE, 0.0)
    numbers = np.array([a.numbers == b.numbers for a, b in chosen], dtype=bool)
    return likeness[best], added, numbers


def _own_likeness(one: str, other: str, share: float) -> float:
    shorter, longer = sorted((one, other), key=len)
    if _same_sound(one, other):
        return SAME_SOUND
    if len(shorter) >= 3 and shorter in longer:
        return max(share, CONTAINED)
    short = len(one) == len(other) <= SHORT_SIGNS
    return share * OTHER_SIGN if short else share


def _same_sound(one: str, other: str) -> bool:
    """Say whether two texts are read the same, or become one when two neighbours change places."""
    if len(one) != len(other):
        return False
    if sorted(one) == sorted(other):
        return int(OSA.distance(one, other, score_cutoff=1)) == 1
    return all(
        a == b or not set(readings(a)).isdisjoint(readings(b))
        for a, b in zip(one, other, strict=True)
    )


def _similarity(one: Sequence[str], other: Sequence[str]) -> Numbers:
    if not one:
        return np.zeros(0)
    scorer = OSA.normalized_similarity
    return np.asarray(process.cpdist(one, other, scorer=scorer), dtype=float)


def phone_evidence(
    phones: Sequence[frozenset[str]], first: Rows, second: Rows
) -> tuple[Numbers, Flags]:
    """Return what a shared phone number adds to each pair, and whether there is one."""
    count: dict[str, int] = {}
    for numbers in phones:
        for number in numbers:
            count[number] = count.get(number, 0) + 1
    shared = [phones[a] & phones[b] for a, b in zip(first.tolist(), second.tolist(), strict=True)]
    fewest = np.array([min((count[n] for n in both), default=0) for both in shared], dtype=int)
    added = np.where(fewest > FEW, OFFICE_PHONE, np.where(fewest > 0, SAME_PHONE, 0.0))
    return added, (fewest > 0) & (fewest <= FEW)


def address_evidence(addresses: Sequence[str], first: Rows, second: Rows) -> tuple[Numbers, Flags]:
    """Return what the addresses (squeezed, without places in front) add, and if they agree."""
    one = [addresses[row] for row in first.tolist()]
    other = [addresses[row] for row in second.tolist()]
    given = np.array([bool(a) and bool(b) for a, b in zip(one, other, strict=True)], dtype=bool)
    numbers = np.array(
        [
            re.findall("[0-9]+", a) == re.findall("[0-9]+", b)
            for a, b in zip(one, other, strict=True)
        ],
        dtype=bool,
    )
    alike = _similarity(one, other)
    same = given & numbers & (alike >= SAME_TEXT)
    added = np.where(same, SAME_ADDRESS, np.where(given & (alike < OTHER_TEXT), OTHER_ADDRESS, 0))
    return added, same


def distance_evidence(
    venues: pd.DataFrame, first: Rows, second: Rows, *, within_m: float
) -> tuple[Numbers, Flags]:
    """Return what the distance of exact positions adds, and whether it is within `within_m`."""
    x, y = _exact_metres(venues)
    apart_m = np.hypot(x[first] - x[second], y[first] - y[second])
    near = apart_m <= within_m
    added = np.where(near, NEAR * (1 - apart_m / (2 * within_m)), 0.0)
    return np.where(apart_m > FAR_M, FAR, added), near


def place_evidence(venues: pd.DataFrame, first: Rows, second: Rows) -> tuple[Numbers, Flags]:
    """Return what county, township, host and kind add; whether township and host agree."""

    def compared(column: str) -> tuple[Flags, Flags]:
        texts = venues[column].fillna("").to_numpy(object)
        given = (texts[first] != "") & (texts[second] != "")
        agree = texts[first] == texts[second]
        return np.asarray(given & agree, dtype=bool), np.asarray(given & ~agree, dtype=bool)

    (township, other_township), (host, other_host) = compared("township_code"), compared("host")
    added = np.where(township, SAME_TOWNSHIP, 0.0) + np.where(township & host, SAME_HOST, 0.0)
    added += np.where(other_township, OTHER_TOWNSHIP, np.where(
        compared("county_code")[1], OTHER_COUNTY, 0.0
    ))  # fmt: skip
    added += np.where(other_host, OTHER_HOST, 0.0)
    added += np.where(compared("kind")[1], OTHER_KIND, 0.0)
    return added, township & host
