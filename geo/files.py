"""Tables and layers in files: read as text with limits, written whole or not at all."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.boundaries import LayerInfo
from geo.check import RawTable, table_of
from geo.errors import FileError
from geo.exports import NOTICE_HEADS, unprotected, write_answer, write_table
from geo.grids import (
    Grid,
    GridError,
    Row,
    filled,
    grid,
    header_forms,
    header_row,
    match_header,
)
from geo.layer_files import layer_bytes, layer_from_bytes
from geo.references import context_columns
from geo.schema import Column, Table
from geo.sheets import GEOJSON, WORKBOOK

__all__ = [
    "LIMIT_BYTES", "read_layer", "read_table", "write_answer", "write_bytes", "write_layer",
    "write_table",
]  # fmt: skip

LIMIT_BYTES = 20 * 2**20
TIMEOUT_S = 20
DELIMITERS = (",", ";", "\t")
SUPPORTED = "xlsx、csv、geojson"

_ROOT = str(Path(__file__).resolve().parents[1])
# Isolated: no user site, no PYTHON… variables, and not the program that runs here.
_PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from geo.sheets import main; main()"
_ZIP, _OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def read_table(
    source: Path | bytes, *, table: str, name: str = "", allow_empty: bool = False
) -> RawTable:
    """
    Read a spreadsheet, CSV or GeoJSON file as rows of `table`, unchecked.

    What the file is, its bytes decide, not its name. CSV may be UTF-8, UTF-16 or
    GB18030, with commas, semicolons or tabs. The header may stand anywhere in the first
    20 rows of any sheet, in Chinese or English. Workbooks and GeoJSON are parsed in a
    child process with limits on memory and time.

    Parameters
    ----------
    source
        A path, or the bytes of an upload.
    table
        Name of the table.
    name
        How the file is called in messages; by default the path's last part.
    allow_empty
        Whether a file with a header and no rows is a table with no rows.

    Raises
    ------
    FileError
        If the file is missing, unreadable, too large, or has not the columns needed.
    ArgumentError
        If there is no such table.
    """
    declared = table_of(table)
    shown = name or (source.name if isinstance(source, Path) else table)
    data = _load(source, shown)
    keys = _header_keys(declared)
    required = [column.name for column in declared.columns if column.required]
    try:
        found = _grid(data, keys, required)
        if not found.rows and not allow_empty:
            raise GridError("no_rows")
        return _raw(declared, found, keys, shown)
    except GridError as refused:
        facts = dict(refused.facts)
        if refused.code == "columns_missing":
            facts["columns"] = "、".join(_head(declared[column]) for column in facts["columns"])
        if refused.code == "header_missing":
            facts["expected"] = "、".join(_head(declared[column]) for column in required)
        raise FileError(refused.code, file=shown, **facts) from None


def read_layer(
    source: Path | bytes, info: LayerInfo | None = None
) -> tuple[gpd.GeoDataFrame, LayerInfo]:
    """Read a boundary layer from a path or bytes; see `layer_from_bytes`."""
    shown = source.name if isinstance(source, Path) else GEOJSON
    return layer_from_bytes(_load(source, shown), info)


def write_layer(layer: gpd.GeoDataFrame, info: LayerInfo, path: Path) -> None:
    """Write a boundary layer to `path`, whole or not at all; see `layer_bytes`."""
    write_bytes(path, layer_bytes(layer, info))


def write_bytes(path: Path, data: bytes) -> None:
    """
    Put `data` into the file `path`: all of it, or what was there stays.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes the file private; what was there before decides who may read it.
        os.chmod(temporary, path.stat().st_mode & 0o777 if path.exists() else 0o644)
        os.replace(temporary, path)
        temporary = None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FileError("cannot_write", file=str(path), reason=reason) from error
    finally:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def _load(source: Path | bytes, shown: str) -> bytes:
    if isinstance(source, Path):
        if not source.exists():
            raise FileError("file_missing", file=shown)
        if not source.is_file():
            raise FileError("file_unreadable", file=shown, reason="这是文件夹，不是文件")
        try:
            with source.open("rb") as file:
                source = file.read(LIMIT_BYTES + 1)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise FileError("file_unreadable", file=shown, reason=reason) from error
    if len(source) > LIMIT_BYTES:
        size, limit = f">{LIMIT_BYTES // 2**20} MB", f"{LIMIT_BYTES // 2**20} MB"
        raise FileError("file_too_large", file=shown, what="文件", size=size, limit=limit)
    if not source.strip():
        raise FileError("file_unreadable", file=shown, reason="文件是空的")
    return source


def _header_keys(table: Table) -> dict[str, str]:
    """Return each accepted form of a header -> its column; proper names before by-names."""
    keys: dict[str, str] = {}
    columns = [*table.columns, *context_columns(table)]

    def add(column: Column, *texts: str) -> None:
        for text in texts:
            for form in header_forms(text)[:1]:
                keys.setdefault(form, column.name)

    for column in columns:
        add(column, column.name)
    for column in columns:
        add(column, column.zh, column.en)
    for column in columns:
        add(column, *column.also)
    return keys


def _head(column: Column) -> str:
    return f"{column.zh}（{column.name}）"


def _grid(data: bytes, keys: dict[str, str], required: list[str]) -> Grid:
    if data.startswith(_OLD_WORKBOOK):
        raise GridError("file_unreadable", reason="这是旧的 .xls 格式或加了密码的工作簿")
    if data.startswith(_ZIP):
        return _read_apart(data, WORKBOOK, keys, required)
    if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        return _read_apart(data, GEOJSON, keys, required)
    if data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"\x1f\x8b")):
        raise GridError("file_type", supported=SUPPORTED)
    return _read_csv(_decode(data), keys, required)


def _read_apart(data: bytes, kind: str, keys: dict[str, str], required: list[str]) -> Grid:
    """Have `geo.sheets` read `data` in a process of its own, which may die of it."""
    request = json.dumps({"kind": kind, "keys": keys, "required": required}).encode()
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-B", "-c", _PROGRAM, _ROOT],
            input=request + b"\n" + data,
            capture_output=True,
            timeout=TIMEOUT_S,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            cwd="/",
            check=False,
        )
        reply = json.loads(done.stdout) if done.returncode == 0 else None
    except subprocess.TimeoutExpired:
        reply = None
    except (OSError, ValueError):
        raise GridError("file_unreadable", reason="读文件的程序没有启动或没有回答") from None
    if reply is None:
        limit = f"{TIMEOUT_S} 秒、1 GB 内存"
        raise GridError("file_too_large", what="读它所需的时间或内存", size="超限", limit=limit)
    if "code" in reply:
        raise GridError(reply["code"], **reply["facts"])
    return Grid(*reply["grid"])


def _decode(data: bytes) -> str:
    sample = data[:4096]
    coding = "utf-8"
    if sample[1::2].count(0) > len(sample) // 4:  # plain letters in UTF-16 are half zeros
        coding = "utf-16-le"
    elif sample[::2].count(0) > len(sample) // 4:
        coding = "utf-16-be"
    coding = next((c for mark, c in _MARKS.items() if data.startswith(mark)), coding)
    with contextlib.suppress(UnicodeDecodeError):
        return data.decode(coding)
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        raise GridError("encoding") from None


def _read_csv(text: str, keys: dict[str, str], required: list[str]) -> Grid:
    def rows(delimiter: str) -> Iterator[Row]:
        records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        for number, cells in filled(enumerate(records, 1)):
            yield number, [cell and unprotected(cell) for cell in cells]

    def width(delimiter: str) -> int:
        sample = [row for row, _ in zip(rows(delimiter), range(40), strict=False)]
        return len(header_row(sample, keys)[1])

    try:
        return grid([(None, rows(max(DELIMITERS, key=width)))], keys, required)
    except csv.Error:
        what = "一个单元格（也可能是少了一个引号）"
        raise GridError("file_too_large", what=what, size="超限", limit="131072 字") from None


def _raw(table: Table, found: Grid, keys: dict[str, str], shown: str) -> RawTable:
    matched = match_header(found.header, keys)
    columns = list(matched.values())
    repeated = {column for column in columns if columns.count(column) > 1}
    if repeated:
        twice = [_written(found.header[at]) for at, name in matched.items() if name in repeated]
        raise GridError("columns_repeated", columns="、".join(twice))
    texts: dict[str, list[str | None]] = {column: [] for column in columns}
    numbers = []
    for number, cells in found.rows:
        picked = {column: cells[at] if at < len(cells) else None for at, column in matched.items()}
        if not any(text and text.strip() for text in picked.values()):
            continue
        numbers.append(number)
        for column, text in picked.items():
            texts[column].append(text or None)
    heads = {column: _written(found.header[at]) for at, column in matched.items()}
    ignored = [
        _written(text)
        for at, text in enumerate(found.header)
        if at not in matched and (text or "").strip() and text not in NOTICE_HEADS
    ]
    frame = pd.DataFrame(texts, dtype=object)
    return RawTable(table.name, frame, numbers, heads, found.sheet, shown, ignored)


def _written(header: str | None) -> str:
    return re.sub(r"\s+", " ", header or "").strip()
