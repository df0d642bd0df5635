"""What the rows of a table must satisfy beyond their single cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from geo.crs import to_wgs84
from geo.schema import CITY_BOUNDS, DEMO_MARK, Table

POSITION_DECIMALS = 6  # about 0.1 m
# Datums whose numbers differ from WGS 84 -> what the datum is called once they are converted.
CONVERTED = {"gcj02": "from_gcj02", "bd09": "from_bd09"}
PERIODS = (("from_date", "to_date"), ("opened_on", "closed_on"))


@dataclass(frozen=True)
class Fault:
    """A broken cell: the position of its row, its column, and what is wrong."""

    index: int
    column: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Labels:
    """How the rows and columns of a table are called in the file it came from."""

    table: Table
    rows: list[int]
    headers: dict[str, str]

    def head(self, column: str) -> str:
        """Return the header of `column` as the clerk wrote it, else the Chinese one."""
        return self.headers.get(column) or self.table[column].zh

    def shown(self, column: str, value: Any) -> str:
        """Return `value` as people call it."""
        if isinstance(value, pd.Timestamp):
            return value.date().isoformat()
        return self.table[column].choice_label(str(value))


def stored_positions(frame: pd.DataFrame) -> pd.DataFrame:
    """
    Return `frame` with positions in WGS 84 degrees, rounded, and `source_datum` saying so.

    A position given in GCJ-02 or BD-09 is converted and its datum becomes `from_gcj02`
    or `from_bd09`, so that converting a table again changes nothing. CGCS2000 agrees
    with WGS 84 to centimetres. Positions far outside the city stay as they are.
    """
    lon, lat = frame["lon"].to_numpy(copy=True), frame["lat"].to_numpy(copy=True)
    datum = frame["source_datum"].to_numpy(dtype=object, copy=True)
    west, south, east, north = CITY_BOUNDS
    near = (lon > west - 1) & (lon < east + 1) & (lat > south - 1) & (lat < north + 1)
    for given, converted in CONVERTED.items():
        rows = near & (datum == given)
        if rows.any():
            lon[rows], lat[rows] = to_wgs84(lon[rows], lat[rows], datum=given)
            datum[rows] = converted
    return frame.assign(
        lon=_rounded(lon),
        lat=_rounded(lat),
        source_datum=pd.Series(datum, index=frame.index, dtype="str"),
    )


def _rounded(degrees: Any) -> Any:
    # What is no position at all may be too large to be rounded; the rules refuse it as it is.
    small = np.abs(degrees) < 1e6
    return np.where(small, np.round(np.where(small, degrees, 0), POSITION_DECIMALS), degrees) + 0.0


def row_faults(frame: pd.DataFrame, labels: Labels) -> Iterator[Fault]:
    """Yield every fault of the typed `frame` (positions in WGS 84); missing cells are no fault."""
    for needed, rule in _RULES:
        if needed <= set(frame.columns):
            yield from rule(frame.reset_index(drop=True), labels)


def _where(mask: Any) -> list[int]:
    found: list[int] = np.flatnonzero(np.asarray(mask, dtype=bool)).tolist()
    return found


def _repeated_keys(frame: pd.DataFrame, labels: Labels) -> Iterator[Fault]:
    key = list(labels.table.key)
    keys = frame[key]
    complete = keys.notna().all(axis=1)
    repeats = keys.duplicated() & complete
    if not repeats.any():
        return
    found = list(keys.itertuples(index=False, name=None))
    first: dict[tuple[Any, ...], int] = {}
    for index, values in enumerate(found):
        first.setdefault(values, index)
    label = "、".join(labels.head(column) for column in key)
    for index in _where(repeats):
        row = labels.rows[first[found[index]]]
        yield Fault(index, key[0], "duplicate_key", {"first_row": row, "label": label})


def _positions(frame: pd.DataFrame, labels: Labels) -> Iterator[Fault]:
    lon, lat = frame["lon"], frame["lat"]
    for given, other in ((lon, lat), (lat, lon)):
        for index in _where(given.notna() & other.isna()):
            facts = {"other": labels.head(str(given.name)), "other_value": given[index]}
            yield Fault(index, str(other.name), "needed_with", facts)
    west, south, east, north = CITY_BOUNDS
    inside = lon.between(west, east) & lat.between(south, north)
    swapped = lat.between(west, east) & lon.between(south, north)
    outside = lon.notna() & lat.notna() & ~inside
    for index in _where(outside & swapped):
        yield Fault(index, "lon", "swapped_position")
    for index in _where(outside & ~swapped):
        yield Fault(index, "lon", "outside_city")


def _precision(frame: pd.DataFrame, labels: Labels) -> Iterator[Fault]:
    precision, placed = frame["position_precision"], frame["lon"].notna() | frame["lat"].notna()
    for index in _where((precision == "unknown") & placed):
        column = "lon" if pd.notna(frame["lon"][index]) else "lat"
        facts = {"other": labels.head(column), "other_value": frame[column][index]}
        yield Fault(index, "position_precision", "mismatch", facts)
    for index in _where(precision.notna() & (precision != "unknown") & ~placed):
        facts = {
            "other": labels.head("position_precision"),
            "other_value": labels.shown("position_precision", precision[index]),
        }
        yield Fault(index, "lon", "needed_with", facts)


def _stations(frame: pd.DataFrame, labels: Labels) -> Iterator[Fault]:
    station = frame["kind"] == "station"
    for index in _where(station & frame["township_code"].isna()):
        facts = {"other": labels.head("kind"), "other_value": labels.shown("kind", "station")}
        yield Fault(index, "township_code", "needed_with", facts)
    dated = frame["opened_on"].notna() | frame["verified_on"].notna()
    for index in _where(station & (frame["status"] == "open") & ~dated):
        columns = f"{labels.head('opened_on')}、{labels.head('verified_on')}"
        facts = {"other": labels.head("status"), "other_value": labels.shown("status", "open")}
        yield Fault(index, "opened_on", "needed_one_of", facts | {"columns": columns})


def _periods(frame: pd.DataFrame, labels: Labels) -> Iterator[Fault]:
    for start, end in PERIODS:
        if not {start, end} <= set(frame.columns):
            continue
        for index in _where(frame[end] < frame[start]):
            shown = labels.shown(start, frame[start][index])
            facts = {"other": labels.head(start), "other_value": shown}
            yield Fault(index, end, "dates_reversed", facts)


def _demo_names(frame: pd.DataFrame, labels: Labels) -> Iterator[Fault]:
    demo = frame["demo"].fillna(False).astype(bool)
    unmarked = frame["name"].notna() & ~frame["name"].str.contains(DEMO_MARK, regex=False).eq(True)
    for index in _where(demo & unmarked):
        facts = {"mark": DEMO_MARK, "other": labels.head("demo")}
        yield Fault(index, "name", "demo_name", facts)


def _overlaps(frame: pd.DataFrame, labels: Labels) -> Iterator[Fault]:
    # Only where the start is part of the key does a thing have one period after another.
    if "from_date" not in labels.table.key:
        return
    (thing,) = (column for column in labels.table.key if column != "from_date")
    end = frame["to_date"].fillna(pd.Timestamp.max.floor("s"))
    lasting = frame.assign(end=end)[(frame["from_date"] < end) & frame[thing].notna()]
    for _, group in lasting.sort_values("from_date", kind="stable").groupby(thing, sort=False):
        last: tuple[int, pd.Timestamp, pd.Timestamp] | None = None
        for index, start, until in zip(group.index, group["from_date"], group["end"], strict=True):
            # The same start twice is a repeated key, which is reported as such.
            if last and last[1] < start < last[2]:
                facts = {"other_row": labels.rows[last[0]], "label": labels.head(thing)}
                yield Fault(index, "from_date", "overlapping", facts)
            if last is None or until > last[2]:
                last = index, start, until


def _stops(frame: pd.DataFrame, _labels: Labels) -> Iterator[Fault]:
    if frame["route_id"].isna().any():
        return  # a stop whose route is not readable may be the one that seems to be missing
    for route, group in frame.groupby("route_id", sort=False):
        if group["stop_no"].isna().any():
            continue
        numbers = sorted({int(number) for number in group["stop_no"]})
        missing = [str(n) for n in range(1, numbers[-1] + 1) if n not in numbers]
        if missing:
            facts = {"route": route, "count": len(numbers), "missing": "、".join(missing)}
            yield Fault(group.index[0], "stop_no", "stops_not_contiguous", facts)


# The columns a rule looks at -> the rule; it holds for every table that has them.
_RULES: list[tuple[set[str], Callable[[pd.DataFrame, Labels], Iterator[Fault]]]] = [
    (set(), _repeated_keys),
    ({"lon", "lat"}, _positions),
    ({"lon", "lat", "position_precision"}, _precision),
    ({"kind", "status", "township_code", "opened_on", "verified_on"}, _stations),
    (set(), _periods),
    ({"demo", "name"}, _demo_names),
    ({"from_date", "to_date"}, _overlaps),
    ({"route_id", "stop_no"}, _stops),
]
