"""Tables and answers as the bytes of a file: CSV, XLSX, GeoJSON, GeoPackage."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Literal

import geopandas as gpd
import pandas as pd
import pyogrio

from geo.cells import write
from geo.check import table_of
from geo.crs import STORED_CRS
from geo.errors import FileError, bad_argument
from geo.schema import DTYPES, Audience, Column
from geo.workbooks import FORMULA, LONGEST_TEXT_CELL, workbook_bytes

Headers = Literal["en", "zh"]
SUFFIXES = (".csv", ".xlsx", ".geojson", ".gpkg")
NOTICE_HEADS = ("notice", "说明")  # the last column of a CSV that has notices
AUDIENCES: dict[str, tuple[Audience, ...]] = {
    "public": ("public",), "staff": ("public", "staff"),
    "personal": ("public", "staff", "personal"),
}  # fmt: skip

_PROTECTED = re.compile("''*[=+\\-@\t\r＝＋－＠]")


def protected(text: str) -> str:
    """Return `text` so that a spreadsheet program reads it as text and not as a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def unprotected(text: str) -> str:
    """Return what `protected` was given."""
    return text[1:] if _PROTECTED.match(text) else text


def write_table(
    frame: pd.DataFrame,
    *,
    table: str,
    suffix: str,
    headers: Headers | None = None,
    notices: Sequence[str] = (),
    audience: Audience = "public",
    made_on: date | None = None,
) -> bytes:
    """
    Return the validated `frame` of `table` as a file.

    English headers are the declared names, with stored values and yes/no: for programs.
    Chinese headers have units, with Chinese labels and 是/否: for people. `read_table`
    and `validate` read both back into the same frame.

    Parameters
    ----------
    frame
        n rows with the declared columns.
    table
        Name of the table.
    suffix
        `.csv` (UTF-8, with a mark and Windows line ends for Chinese headers), `.xlsx`,
        `.geojson` or `.gpkg` (the last two only for tables with positions, EPSG:4326; a
        row without a position has no geometry).
    headers
        By default Chinese in `.xlsx` and English elsewhere.
    notices
        What a reader must know: a column `notice` in CSV, the second sheet in XLSX, the
        member `notices` in GeoJSON, the layer's description in GeoPackage.
    audience
        Whose columns to write; only "personal" gives names, phones and ids of people.
    made_on
        The date to state in a workbook.

    Raises
    ------
    ArgumentError
        If the table, the suffix or the audience cannot be used.
    FileError
        If the format needs positions and the table has none.
    """
    declared = table_of(table)
    shown = [c for c in declared.columns if c.audience in AUDIENCES[audience]]
    if not set(declared.key) <= {column.name for column in shown}:
        raise bad_argument("audience", audience, "why_people_table", table=table)
    _known_suffix(suffix, SUFFIXES)
    headers = headers or ("zh" if suffix == ".xlsx" else "en")
    if suffix in {".geojson", ".gpkg"}:
        if not declared.has_position:
            raise FileError("format_table", format=suffix, table=table)
        make = _geojson if suffix == ".geojson" else _geopackage
        return make(frame, shown, headers, declared.zh, notices)
    heads = [_head(column, headers) for column in shown]
    if suffix == ".csv":
        texts = [_texts(column, frame[column.name], headers) for column in shown]
        return _csv(heads, texts, len(frame), notices, headers)
    cells = [_values(column, frame[column.name], headers) for column in shown]
    words = [at for at, column in enumerate(shown) if _is_short_text(column)]
    return workbook_bytes(declared.zh, heads, cells, notices, made_on, words=words)


def write_answer(
    frame: pd.DataFrame,
    *,
    suffix: str,
    columns: Sequence[tuple[str, str, str]],
    title: str,
    notices: Sequence[str] = (),
    headers: Headers | None = None,
    made_on: date | None = None,
) -> bytes:
    """
    Return the answer table `frame` as CSV or XLSX.

    Parameters
    ----------
    frame
        n rows.
    suffix
        `.csv` or `.xlsx`.
    columns
        (name in `frame`, Chinese header, English label) in order; English headers are the
        names, and truth values are then true/false.
    title, notices, headers, made_on
        As for `write_table`.

    Raises
    ------
    ArgumentError
        If the suffix cannot be used.
    """
    _known_suffix(suffix, SUFFIXES[:2])
    headers = headers or ("zh" if suffix == ".xlsx" else "en")
    heads = [name if headers == "en" else zh for name, zh, _ in columns]
    cells = [[_plain(value) for value in frame[name]] for name, _, _ in columns]
    if headers == "zh":
        cells = [[_said(value) for value in column] for column in cells]
    if suffix == ".csv":
        texts = [[_answer_text(value) for value in column] for column in cells]
        return _csv(heads, texts, len(frame), notices, headers)
    return workbook_bytes(title, heads, cells, notices, made_on)


def _known_suffix(suffix: str, allowed: Sequence[str]) -> None:
    if suffix not in allowed:
        raise bad_argument("suffix", suffix, "why_one_of", allowed=tuple(allowed))


def _is_short_text(column: Column) -> bool:
    """Say whether cells of `column` hold text that fits a cell in text format."""
    return DTYPES[column.kind] == "str" and column.limit <= LONGEST_TEXT_CELL


def _head(column: Column, headers: Headers) -> str:
    if headers == "en":
        return column.name
    return f"{column.zh}（{column.unit}）" if column.unit else column.zh


def _plain(value: Any) -> Any:
    """Return a cell of a pandas table as a plain value, None when missing."""
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date()
    return value.item() if hasattr(value, "item") else value


def _said(value: Any) -> Any:
    return ("是" if value else "否") if isinstance(value, bool) else value


def _answer_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return protected(value) if isinstance(value, str) else str(value)


def _values(column: Column, series: pd.Series[Any], headers: Headers) -> list[Any]:
    """Return the cells of `column` as text, numbers, dates, truth values or None."""
    values = [_plain(value) for value in series]
    if headers == "en":
        return values
    label: Callable[[Any], Any] = {
        "yesno": _said,
        "choice": column.choice_label,
        "choices": lambda value: "；".join(map(column.choice_label, value.split(";"))),
    }.get(column.kind, lambda value: value)
    return [None if value is None else label(value) for value in values]


def _texts(column: Column, series: pd.Series[Any], headers: Headers) -> list[str]:
    safe = protected if DTYPES[column.kind] == "str" else str
    return [
        "" if value is None
        else safe(value) if isinstance(value, str) else safe(write(column, value))
        for value in _values(column, series, headers)
    ]  # fmt: skip


def _csv(
    heads: list[str],
    texts: list[list[str]],
    count: int,
    notices: Sequence[str],
    headers: Headers,
) -> bytes:
    if notices:
        heads = [*heads, NOTICE_HEADS[headers == "zh"]]
        texts = [*texts, [protected(" ".join(notices))] * count]
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n" if headers == "zh" else "\n")
    writer.writerow(heads)
    writer.writerows(zip(*texts, strict=True))
    return file.getvalue().encode("utf-8-sig" if headers == "zh" else "utf-8")


def _geojson(
    frame: pd.DataFrame,
    columns: list[Column],
    headers: Headers,
    title: str,
    notices: Sequence[str],
) -> bytes:
    described = [column for column in columns if column.name not in {"lon", "lat"}]
    names = [_head(column, headers) for column in described]
    values = [_values(column, frame[column.name], headers) for column in described]
    features = []
    for lon, lat, *row in zip(frame["lon"], frame["lat"], *values, strict=True):
        placed = pd.notna(lon) and pd.notna(lat)
        point = {"type": "Point", "coordinates": [float(lon), float(lat)]} if placed else None
        feature = {
            "type": "Feature",
            "geometry": point,
            "properties": dict(zip(names, row, strict=True)),
        }
        features.append(json.dumps(feature, ensure_ascii=False, default=str, allow_nan=False))
    about = {"type": "FeatureCollection", "name": title, "notices": list(notices)}
    start = json.dumps(about, ensure_ascii=False)[:-1]
    return (start + ', "features": [\n' + ",\n".join(features) + "\n]}\n").encode()


def _geopackage(
    frame: pd.DataFrame,
    columns: list[Column],
    headers: Headers,
    title: str,
    notices: Sequence[str],
) -> bytes:
    data = {}
    for column in columns:
        values = _values(column, frame[column.name], headers)
        if column.kind == "date":
            values = [value and value.isoformat() for value in values]
        dtype = DTYPES[column.kind]
        if column.kind == "date" or (column.kind == "yesno" and headers == "zh"):
            dtype = "str"
        data[_head(column, headers)] = pd.Series(values, index=frame.index, dtype=dtype)
    points = gpd.GeoSeries(gpd.points_from_xy(frame["lon"], frame["lat"]), index=frame.index)
    points[frame["lon"].isna() | frame["lat"].isna()] = None
    layer = gpd.GeoDataFrame(data, geometry=points, crs=STORED_CRS)
    file = io.BytesIO()
    pyogrio.write_dataframe(
        layer, file, driver="GPKG", layer=title, geometry_type="Point",
        layer_options={"DESCRIPTION": " ".join(notices)},
    )  # fmt: skip
    return file.getvalue()
