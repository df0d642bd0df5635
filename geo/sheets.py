"""Uploaded workbooks and GeoJSON, read by a process of their own with limits.

The process gets a request line and the file's bytes on standard input and prints one
JSON reply. It imports the standard library and openpyxl only: it starts in a tenth of a
second, and a hostile file takes down nothing but itself.
"""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from itertools import chain
from typing import Any

from geo.grids import MAX_COLUMNS, Grid, GridError, Row, filled, grid, match_header

MAX_MEMBERS, MAX_UNPACKED, MAX_RATIO = 200, 100 * 2**20, 200
SHEET_ROWS = 1_048_576  # of any workbook
MEMORY, CPU_S = 2**30, 20
WORKBOOK, GEOJSON = "xlsx", "geojson"
# Stands for a formula that was saved without its result; the check refuses it.
NO_RESULT = "#FORMULA!"

_DOCTYPE = tuple("<!DOCTYPE".encode(coding) for coding in ("utf-8", "utf-16-le", "utf-16-be"))
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')


def check_archive(data: bytes) -> None:
    """
    Refuse a zip file that unpacks to too much, or that declares a document type.

    Raises
    ------
    GridError
        If a limit is passed.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS:
            raise GridError(
                "file_too_large", what="内部文件数", size=len(members), limit=MAX_MEMBERS
            )
        unpacked = sum(member.file_size for member in members)
        if unpacked > MAX_UNPACKED:
            raise _unpacks_to(unpacked)
        # zipfile never unpacks more than the size a member declares, so the sums hold.
        if unpacked > MAX_RATIO * max(len(data), 4096):
            raise _unpacks_to(unpacked)
        for member in members:
            if member.filename.endswith((".xml", ".rels", ".vml")):
                content = archive.read(member)
                if any(mark in content for mark in _DOCTYPE):
                    raise GridError("file_unreadable", reason="文件里有 DTD，不安全")


def _unpacks_to(size: int) -> GridError:
    limit = f"{MAX_UNPACKED // 2**20} MB、{MAX_RATIO} 倍"
    return GridError("file_too_large", what="解压后", size=f"{size / 2**20:.1f} MB", limit=limit)


def read_workbook(data: bytes, keys: dict[str, str], required: list[str]) -> Grid:
    """Return the first sheet of a workbook that has the header looked for."""
    check_archive(data)
    # openpyxl takes NumPy along when it is there, which costs time and address space here.
    sys.modules.setdefault("numpy", None)  # type: ignore[arg-type]
    import warnings

    import openpyxl

    warnings.simplefilter("ignore")  # about styles and extensions that are not read
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    formulas = None
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist() if "worksheets/" in n}
    if any(map(_FORMULA.search, parts.values())):
        formulas = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    tables = ((sheet.title, _sheet_rows(sheet, formulas)) for sheet in book.worksheets)
    found = grid(tables, keys, required)
    path = next(s._worksheet_path for s in book.worksheets if s.title == found.sheet)
    _refuse_merged(parts.get(path.lstrip("/"), b""), found)
    return found


def _sheet_rows(sheet: Any, formulas: Any) -> Iterator[Row]:
    cells = _cells(sheet)
    if formulas is not None:
        cells = _with_formulas(cells, _cells(formulas[sheet.title]))
    return filled(enumerate(cells, 1))


def _cells(sheet: Any) -> Iterator[tuple[Any, ...]]:
    # Limits of ours: the size that a sheet states may be wrong in either direction.
    rows: Iterator[tuple[Any, ...]] = sheet.iter_rows(
        max_col=MAX_COLUMNS + 1, max_row=SHEET_ROWS, values_only=True
    )
    return rows


def _with_formulas(
    results: Iterator[tuple[Any, ...]], sources: Iterator[tuple[Any, ...]]
) -> Iterator[tuple[Any, ...]]:
    blank = None
    for values, written in zip(results, sources, strict=True):
        lost = () if written is blank else _lost(values, written)
        if not lost:
            blank = written if written.count(None) == len(written) else blank
            yield values
        else:
            yield tuple(NO_RESULT if i in lost else value for i, value in enumerate(values))


def _lost(values: tuple[Any, ...], written: tuple[Any, ...]) -> set[int]:
    pairs = enumerate(zip(values, written, strict=True))
    return {i for i, (value, formula) in pairs if value is None and formula is not None}


def _refuse_merged(part: bytes, found: Grid) -> None:
    """Refuse merged data cells: all but their first would be read as empty."""
    if not found.rows:
        return
    first, last = found.rows[0][0], found.rows[-1][0]
    merged = [
        f"{a.decode()}{top.decode()}:{b.decode()}{bottom.decode()}"
        for a, top, b, bottom in _MERGED.findall(part)
        if int(bottom) >= first and int(top) <= last
    ]
    if merged:
        raise GridError("merged_cells", cells="、".join(merged[:5]) + ("…" if merged[5:] else ""))


def _no_constant(name: str) -> float:
    raise GridError("file_unreadable", reason=f"{name} 不是数字")


def read_geojson(data: bytes, keys: dict[str, str], required: list[str]) -> Grid:
    """Return the features of a GeoJSON file as rows: properties, and points as lon and lat."""
    try:
        content = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise GridError("encoding") from None
    except (ValueError, RecursionError):
        raise GridError("file_unreadable", reason="不是完整的 JSON") from None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        raise GridError("file_unreadable", reason="没有 FeatureCollection")
    crs = json.dumps(content.get("crs", "CRS84"))
    if not re.search(r"CRS84|EPSG:+4326\b|EPSG:+4490\b", crs):
        raise GridError("file_unreadable", reason="坐标系不是 WGS 84（EPSG:4326）")
    parts = [(number, *_feature(number, feature)) for number, feature in enumerate(features, 1)]
    names = list(dict.fromkeys(chain.from_iterable(given for _, given, _ in parts)))
    stated = match_header(names, keys).values()
    axes = [axis for axis in ("lon", "lat") if axis not in stated]
    body = (
        (number, [*map(given.get, names), *map(point.get, axes)]) for number, given, point in parts
    )
    return grid([(None, chain([(0, [*names, *axes])], filled(body)))], keys, required)


def _feature(number: int, feature: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise GridError("file_unreadable", reason=f"第 {number} 个要素没有属性")
    geometry = feature.get("geometry")
    if geometry is None:
        return properties, {}
    place = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if not isinstance(place, list) or geometry.get("type") != "Point" or len(place) < 2:
        raise GridError("file_unreadable", reason=f"第 {number} 个要素不是点")
    return properties, {"lon": place[0], "lat": place[1]}


def main() -> None:
    """Read a request and a file from standard input, print the reply."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    request = json.loads(sys.stdin.buffer.readline())
    read = {WORKBOOK: read_workbook, GEOJSON: read_geojson}[request["kind"]]
    try:
        reply: Any = {"grid": read(sys.stdin.buffer.read(), request["keys"], request["required"])}
    except GridError as refused:
        reply = {"code": refused.code, "facts": refused.facts}
    except MemoryError:
        reply = {
            "code": "file_too_large",
            "facts": {"what": "内存", "size": "1 GB", "limit": "1 GB"},
        }
    except Exception as error:  # whatever a broken file makes of openpyxl is one answer here
        reply = {"code": "file_unreadable", "facts": {"reason": f"{type(error).__name__}"}}
    sys.stdout.buffer.write(json.dumps(reply, ensure_ascii=True).encode())
