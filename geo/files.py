"""Tables and layers in files: read as text with limits, written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.boundaries import LayerInfo
from geo.check import RawTable, table_of
from geo.errors import FileError, bad_argument
from geo.exports import NOTICE_HEADS, unprotected, write_answer, write_table
from geo.layers.files import layer_bytes, layer_from_bytes
from geo.references import context_columns
from geo.schema import Column, Table
from geo.uploads.children import Reply, read_apart
from geo.uploads.grids import GridError
from geo.uploads.headings import Headings, header_forms

__all__ = [
    "LIMIT_BYTES", "read_bytes", "read_layer", "read_table", "write_answer", "write_bytes",
    "write_layer", "write_table",
]  # fmt: skip

LIMIT_BYTES = 20 * 2**20

_SERIAL = re.compile(r"\d{4,5}(?:\.0+)?", re.ASCII)
_EPOCH_1904 = date(1904, 1, 1)
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def read_table(
    source: Path | bytes,
    *,
    table: str,
    name: str = "",
    allow_empty: bool = False,
    mapping: Mapping[str, str] | None = None,
    needed: Sequence[str] | None = None,
) -> RawTable:
    """
    Read what people hand in as rows of `table`, unchecked.

    What the file is, its bytes decide, not its name: XLSX, XLS, GeoJSON, a zipped
    shapefile, GeoPackage, KML or KMZ (points, in any CRS on the datum of WGS 84 or
    CGCS2000), or text that was saved as CSV or pasted from a spreadsheet, in UTF-8, UTF-16
    or GB18030, with commas, semicolons or tabs. The header may stand anywhere in the first
    20 rows of any sheet, in Chinese or English, exactly or closely as declared. Cells
    merged downwards in one column count as filled. Files are parsed by a process of their
    own with limits on memory and time.

    Parameters
    ----------
    source
        A path, or the bytes of an upload or of pasted text.
    table
        Name of the table.
    name
        How the file is called in messages; by default the path's last part.
    allow_empty
        Whether a file with a header and no rows is a table with no rows.
    mapping
        A header as written -> the column that somebody says it means, "" for none.
    needed
        The columns that the file must have; all required ones unless given.

    Returns
    -------
    raw
        The rows of the first sheet that has the header. A close match is in `guessed`; a
        header that is close to two columns, or two that are close to one, in `ignored`.

    Raises
    ------
    FileError
        If the file is missing, unreadable, too large, or has not the columns needed.
    ArgumentError
        If there is no such table, or a column that `mapping` names.
    """
    declared = table_of(table)
    shown = name or (source.name if isinstance(source, Path) else table)
    headings = _headings(declared, mapping or {}, needed)
    data = _load(source, shown)
    try:
        raw = _raw(declared, read_apart(data, headings), shown)
        if not raw.rows and not allow_empty:
            raise GridError("no_rows")
    except GridError as refused:
        facts = dict(refused.facts)
        code = refused.code
        if refused.code == "columns_missing":
            own = {name for name in declared.key if declared[name].kind == "id"}
            if any(name in own and not declared[name].refers_to for name in facts["columns"]):
                code = "numbers_missing"
            facts["columns"] = "、".join(_head(declared[column]) for column in facts["columns"])
        if refused.code == "header_missing":
            required = (declared[column] for column in headings.required)
            facts["expected"] = "、".join(map(_head, required))
        raise FileError(code, file=shown, **facts) from None
    return raw


def read_layer(
    source: Path | bytes, info: LayerInfo | None = None
) -> tuple[gpd.GeoDataFrame, LayerInfo]:
    """Read a boundary layer from a path or bytes; see `layer_from_bytes`."""
    shown = source.name if isinstance(source, Path) else "geojson"
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
    with replaced(path) as new:
        new.write_bytes(data)
        # A new file is private; what was there before decides who may read it.
        new.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)


@contextlib.contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """
    Give a private file to be written, which takes the place of `path` at the end of the block.

    After an error in the block, what was there stays.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "rb") as file:
            yield Path(temporary)
            os.fsync(file.fileno())
        os.replace(temporary, path)
        temporary = None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FileError("cannot_write", file=str(path), reason=reason) from error
    finally:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def read_bytes(source: Path | bytes, *, name: str) -> bytes:
    """
    Return the bytes of a file (or of an upload, as they are), up to the limit of size.

    Raises
    ------
    FileError
        If it is missing, unreadable, empty or too large; it is called `name`.
    """
    return _load(source, name)


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


def _headings(
    table: Table, mapping: Mapping[str, str], needed: Sequence[str] | None = None
) -> Headings:
    """Return what the headers of `table` may be; proper names before by-names."""
    exact: dict[str, str] = {}
    columns = [*table.columns, *context_columns(table)]

    def add(column: Column, *texts: str) -> None:
        for text in texts:
            for form in header_forms(text)[:1]:
                exact.setdefault(form, column.name)

    for column in columns:
        add(column, column.name)
    for column in columns:
        add(column, column.zh, column.en)
    for column in columns:
        add(column, *column.also)
    for column in columns:
        if column.refers_to:  # names of places stand for their codes
            add(column, column.zh.removesuffix("代码"))
    told = {form: "" for head in NOTICE_HEADS for form in header_forms(head) if form not in exact}
    for written, chosen in mapping.items():
        if chosen and chosen not in {column.name for column in columns}:
            raise bad_argument("mapping", chosen, "why_no_column", table=table.name)
        told |= dict.fromkeys(header_forms(written)[:1], chosen)
    required = [column.name for column in table.columns if column.required]
    return Headings(exact, list(required if needed is None else needed), told)


def _head(column: Column) -> str:
    return f"{column.zh}（{column.name}）"


def _raw(table: Table, reply: Reply, shown: str) -> RawTable:
    """Return the reply of a reading as a table."""
    head = reply.head
    written = [_written(text) for text in head["header"]]
    columns = {column: at for at, column in head["matched"]}
    kinds = {column.name: column.kind for column in table.columns}
    texts: dict[str, list[str | None]] = {}
    for column, cells in zip(columns, reply.cells, strict=True):
        if head["text"]:
            cells = [text and unprotected(text) for text in cells]
        if head["from_1904"] and kinds.get(column) == "date":
            cells = [_day_from_1904(text) for text in cells]
        texts[column] = cells
    ignored = [
        text
        for at, text in enumerate(written)
        if at not in columns.values() and text and text not in NOTICE_HEADS
    ]
    return RawTable(
        table=table.name,
        frame=pd.DataFrame(texts, dtype=object),
        rows=reply.numbers,
        headers={column: written[at] for column, at in columns.items()},
        sheet=head["title"] and _written(head["title"]),
        file=shown,
        ignored=ignored,
        guessed={written[at]: column for at, column in head["matched"] if at in head["guessed"]},
        columns=columns,
    )


def _day_from_1904(text: str | None) -> str | None:
    """Return a bare day number of a workbook that counts from 1904 as a date."""
    if text and _SERIAL.fullmatch(text):
        return (_EPOCH_1904 + timedelta(days=int(float(text)))).isoformat()
    return text


def _written(header: str | None) -> str:
    return _UNSEEN.sub("", re.sub(r"\s+", " ", header or "")).strip()
