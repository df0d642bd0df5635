"""Lists that change: which townships and villages there are on a day, and what stands for a code.

A code is in force from its `from_date` to the day before its `to_date`. `successions` says
what became of it: on `on_date` the old code ends in the new one (recoded, merged, split).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.keys import Positions, chained, days, positions, require_columns

# Level of a succession -> the key column of its list.
KEYS = {"township": "township_code", "village": "village_code"}

_ALWAYS, _NEVER = -(10**9), 10**9  # days, beyond every date


def valid_rows(frame: pd.DataFrame, *, as_of: date | None) -> NDArray[np.bool_]:
    """Return which of the n rows `in_force` keeps."""
    kept = np.ones(len(frame), dtype=bool)
    if as_of is None:
        return ~frame["to_date"].notna().to_numpy(dtype=bool) if "to_date" in frame else kept
    day = np.datetime64(as_of, "s")
    # A list that knows no dates is always in force.
    if "from_date" in frame:
        kept &= ~(days(frame["from_date"]) > day)
    if "to_date" in frame:
        kept &= ~(days(frame["to_date"]) <= day)
    return kept


def in_force(frame: pd.DataFrame, *, as_of: date | None) -> pd.DataFrame:
    """
    Return the rows of a list that are in force on `as_of`.

    Parameters
    ----------
    frame
        Table `townships` or `villages`; without `from_date` and `to_date` all rows are.
    as_of
        The day asked about; None for the newest list, whether or not it has begun.

    Returns
    -------
    listed
        Rows from `from_date` to the day before `to_date`, with their index; `frame` itself
        if that is all of it.
    """
    kept = valid_rows(frame, as_of=as_of)
    return frame if kept.all() else frame[kept]


def list_year(*lists: pd.DataFrame, as_of: date | None) -> int | None:
    """
    Return the year of the newest list that brought a code in force on `as_of`; None if unknown.

    Parameters
    ----------
    *lists
        Tables with `list_year`: the list in which each code first stood.
    """
    years = [in_force(frame, as_of=as_of)["list_year"].max() for frame in lists]
    known = [int(year) for year in years if pd.notna(year)]
    return max(known) if known else None


def resolve(
    codes: pd.Series, listed: pd.DataFrame, successions: pd.DataFrame, *, level: str, as_of: date
) -> pd.Series:
    """
    Return for each code the code that stands for it on `as_of`.

    Itself if it is in force; of a code that has ended, what it became, and of one that
    begins later, what it came from, if exactly one code in force is reached. Of a split
    township nobody knows which part a station is in, and before a merger nobody knows in
    which of the merged ones it was: nothing stands for those.

    Parameters
    ----------
    codes
        n codes; missing ones stay missing.
    listed
        Table `townships` or `villages`, ended rows among them.
    successions
        The table of that name.
    level
        "township" or "village".
    as_of
        The day asked about.

    Returns
    -------
    standing
        n codes with the index of `codes`, missing where none or several stand for it.

    Raises
    ------
    MissingColumnError
        If `listed` lacks its key.
    """
    found = places(codes, listed, successions, level=level, as_of=as_of)
    held = in_force(listed, as_of=as_of)[KEYS[level]]
    return pd.Series(held.array.take(found, allow_fill=True), index=codes.index, name=codes.name)


def places(
    codes: pd.Series,
    listed: pd.DataFrame,
    successions: pd.DataFrame | None,
    *,
    level: str,
    as_of: date,
) -> Positions:
    """Return the positions of what `resolve` finds among the rows in force; -1 for none."""
    key = KEYS[level]
    require_columns(listed, key)
    held = in_force(listed, as_of=as_of)[key]
    found = positions(codes, held)
    if successions is None or successions.empty or not (found < 0).any():
        return found
    distinct = codes[found < 0].dropna().unique()
    led = heirs(distinct, listed, successions, level=level, as_of=as_of)
    single = {code: reached[0] for code, reached in led.items() if len(reached) == 1}
    if not single:
        return found
    old = pd.Series(list(single), dtype="str")
    at = positions(pd.Series(list(single.values()), dtype="str"), held)
    return np.where(found < 0, chained(at, positions(codes, old)), found)


def heirs(
    codes: Iterable[str],
    listed: pd.DataFrame,
    successions: pd.DataFrame,
    *,
    level: str,
    as_of: date | None,
) -> dict[str, list[str]]:
    """
    Return for each of the distinct `codes` all codes in force on `as_of` that it leads to.

    Parameters
    ----------
    codes, listed, successions, level
        As for `resolve`.
    as_of
        As for `in_force`.

    Returns
    -------
    heirs
        By code, the codes reached in their order: itself if it is in force, none if the
        lists do not say.
    """
    asked = list(codes)
    walk = _Walk(asked, listed, successions, level=level, as_of=as_of)
    return {code: sorted(walk.reached(code)) for code in asked}


def predecessors(
    listed: pd.DataFrame, successions: pd.DataFrame, *, level: str
) -> dict[str, list[str]]:
    """
    Return what each code that began on a day was made from on that day.

    Returns
    -------
    predecessors
        By code, the old codes; codes that were always there, or whose origin is not known,
        are left out.
    """
    walk = _Walk([], listed, successions, level=level, as_of=None)
    found = {}
    for code in walk.before:
        start, _ = walk.periods.get(code, (_ALWAYS, _NEVER))
        made_from = sorted(old for old, on in walk.before[code] if on <= start)
        if made_from:
            found[code] = made_from
    return found


class _Walk:
    """The successions of one level, followed from a code to those in force on a day."""

    def __init__(
        self,
        codes: Sequence[str],
        listed: pd.DataFrame,
        successions: pd.DataFrame,
        *,
        level: str,
        as_of: date | None,
    ) -> None:
        self.day = _NEVER if as_of is None else int(np.datetime64(as_of, "D").astype(int))
        own = successions["level"].eq(level) & (successions["old_code"] != successions["new_code"])
        rows = successions[own]
        self.after: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self.before: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for old, new, on in zip(
            rows["old_code"], rows["new_code"], _numbers(rows, "on_date", _NEVER), strict=True
        ):
            self.after[old].append((new, on))
            self.before[new].append((old, on))
        met = listed[listed[KEYS[level]].isin([*codes, *self.after, *self.before])]
        starts, ends = _numbers(met, "from_date", _ALWAYS), _numbers(met, "to_date", _NEVER)
        self.periods = dict(zip(met[KEYS[level]], zip(starts, ends, strict=True), strict=True))

    def reached(self, code: str) -> set[str]:
        """Return the codes in force that `code` leads to: only forward, or only backward."""
        way = self._way(code)
        if way is None:
            return {code}
        found: set[str] = set()
        seen, waiting = {code}, [code]
        while waiting:
            for other in self._next(waiting.pop(), way):
                if other in seen:
                    continue
                seen.add(other)
                # What no list has may still be a link of the chain.
                its_way = self._way(other) if other in self.periods else way
                if its_way is None:
                    found.add(other)
                elif its_way == way:
                    waiting.append(other)
        return found

    def _way(self, code: str) -> str | None:
        """Return where to look from `code`: forward, backward, or nowhere (it is in force)."""
        start, end = self.periods.get(code, (_ALWAYS, _ALWAYS))
        if end <= self.day and end != _NEVER:
            return "forward"
        return "backward" if start > self.day else None

    def _next(self, code: str, way: str) -> Iterator[str]:
        start, end = self.periods.get(code, (_NEVER, _ALWAYS))
        # What was cut out of a code before its own end, or joined it after its start, is
        # another matter: only what happened at that end or start is followed.
        if way == "forward":
            yield from (new for new, on in self.after.get(code, ()) if end <= on <= self.day)
        else:
            yield from (old for old, on in self.before.get(code, ()) if self.day < on <= start)


def _numbers(frame: pd.DataFrame, column: str, default: int) -> list[int]:
    """Return the dates of a column as numbers of days, `default` where there is none."""
    if column not in frame:
        return [default] * len(frame)
    found = days(frame[column])
    numbers = found.astype("datetime64[D]").astype(np.int64)
    return [int(number) for number in np.where(np.isnat(found), default, numbers)]
