"""Boundary files of the common formats, read with limits; runs in a process of its own.

What a file is, its bytes decide. Each kind is read by one fixed driver under one fixed
name in a private folder; names inside an archive are compared, and never used as paths.
"""

from __future__ import annotations

import codecs
import re
import shutil
import sqlite3
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geo.archives import DAMAGED
from geo.errors import FileError
from geo.layers.plan import Features

LIMIT_BYTES = 200 * 2**20
MAX_MEMBERS, MAX_UNPACKED, MAX_RATIO = 200, 400 * 2**20, 100
MAX_FEATURES, MAX_COLUMNS, MAX_TEXT = 5_000, 200, 200
# Some four times a survey of 1:10 000 for 88 townships.
MAX_VERTICES = 600_000
DRIVERS = ("ESRI Shapefile", "GPKG", "GeoJSON", "FlatGeobuf", "LIBKML")
KINDS = (".shp", ".gpkg", ".geojson", ".json", ".kml", ".fgb")
PARTS = (".shp", ".shx", ".dbf", ".prj")

_HEAD = 65_536  # bytes in which a file must say what it is
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_SCHEMATIC = re.compile(rb'"layer"\s*:\s*\{[^{}]*"kind"\s*:\s*"schematic"')
_INDEX = re.compile(r"create\s+virtual\s+table\s+\S+\s+using\s+rtree\s*\(", re.I | re.A)
_BLOCK = 2**20


def read_features(path: Path, *, layer: str = "", official: bool = True) -> Features:
    """
    Read the polygons and the text of a boundary file.

    Parameters
    ----------
    path
        The file, in a private folder which other files are put into; of any name.
    layer
        Which layer, where a GeoPackage or KML file has several with polygons.
    official
        Whether a file that says it is schematic is refused.

    Raises
    ------
    FileError
        If the file is of no known kind, broken or too large, states that it is schematic,
        or has several layers and none was named. The sentence also needs `file`.
    """
    kind, source = _source(path)
    with source.open("rb") as file:
        head = file.read(_HEAD)
    if kind == ".geojson" and official and _SCHEMATIC.search(head):
        raise _refused("layer_schematic")
    if kind == ".gpkg":
        _check_tables(source)
    if kind == ".kml" and _declares(source):
        raise _refused("layer_unreadable", reason="文件里有 DTD，不安全")
    return _read(source, kind, layer, stated=b'"crs"' in head)


def _refused(code: str, **facts: Any) -> FileError:
    return FileError(code, file="", **facts)


def _kind(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(b"PK\x03\x04"):
        return ".zip"
    if head.startswith(b"SQLite format 3\x00"):
        return ".gpkg"
    if head.startswith(b"fgb\x03"):
        return ".fgb"
    if head.startswith(b"\x00\x00\x27\x0a"):
        return ".shp"
    plain = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if plain.startswith(b"{"):
        return ".geojson"
    return ".kml" if plain.startswith(b"<") and b"<kml" in plain else ""


def _source(path: Path) -> tuple[str, Path]:
    """Return what kind of file there is, and the file itself under its fixed name."""
    kind = _kind(path)
    if kind == ".zip":
        kind, path = _unpacked(path)
    elif kind == ".shp":
        raise _refused("layer_parts", count=1)
    if not kind:
        raise _refused("layer_type")
    named = path.with_name("layer" + kind)
    if named != path:
        path = path.rename(named)
    return kind, _in_utf8(path) if kind == ".geojson" else path


def _unpacked(path: Path) -> tuple[str, Path]:
    """Unpack the one boundary file of an archive; return its kind and where it is."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS:
                raise _refused(
                    "layer_too_large", what="内部文件数", size=len(members), limit=MAX_MEMBERS
                )
            files = [one for one in members if not one.is_dir() and _ordinary(one.filename)]
            mains = [one for one in files if _suffix(one) in KINDS]
            if len(mains) != 1:
                raise _refused("layer_parts", count=len(mains))
            stem = mains[0].filename[: -len(_suffix(mains[0]))]
            kind = _suffix(mains[0])
            parts = {kind: mains[0]}
            if kind == ".shp":
                same = [one for one in files if one.filename[:-4].lower() == stem.lower()]
                parts = {_suffix(one): one for one in same if _suffix(one) in PARTS}
                if ".dbf" not in parts:
                    raise _refused("layer_parts", count=0)
            total = sum(one.file_size for one in parts.values())
            if total > min(MAX_UNPACKED, MAX_RATIO * max(path.stat().st_size, 4096)):
                limit = f"{MAX_UNPACKED // 2**20} MB、{MAX_RATIO} 倍"
                size = f"{total / 2**20:.1f} MB"
                raise _refused("layer_too_large", what="解压后", size=size, limit=limit)
            for suffix, one in parts.items():
                # zipfile never unpacks more than the size that a member declares.
                with archive.open(one) as packed, path.with_name("layer" + suffix).open("wb") as to:
                    shutil.copyfileobj(packed, to, _BLOCK)
    except FileError:
        raise
    except DAMAGED as error:
        no_room = error.strerror if isinstance(error, OSError) else None
        raise _refused("layer_unreadable", reason=no_room or "压缩包损坏或加了密码") from None
    found = path.with_name("layer" + kind)
    if kind == ".json":
        kind = ".geojson"
    if _kind(found) != kind:
        raise _refused("layer_type")
    return kind, found


def _ordinary(name: str) -> bool:
    return not name.startswith("__MACOSX/") and not name.rpartition("/")[2].startswith(".")


def _suffix(member: zipfile.ZipInfo) -> str:
    return Path(member.filename).suffix.lower()


def _in_utf8(path: Path) -> Path:
    """Return the file itself if it is UTF-8, else a copy of it in UTF-8."""
    with path.open("rb") as file:
        marks = file.read(4096)
    wide = marks.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not wide and _decodes(path, "utf-8"):
        return path
    coding = "utf-16" if wide else "gb18030"
    copy = path.with_name("layer-utf8.geojson")
    try:
        with copy.open("w", encoding="utf-8") as to:
            for text in _texts(path, coding):
                to.write(text)
    except UnicodeDecodeError:
        raise _refused("layer_unreadable", reason="文字编码认不出来") from None
    return copy


def _texts(path: Path, coding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(coding)()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield decoder.decode(block)
    yield decoder.decode(b"", final=True)


def _decodes(path: Path, coding: str) -> bool:
    try:
        for _ in _texts(path, coding):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _declares(path: Path) -> bool:
    """Say whether an XML file has a document type, in any encoding of plain letters."""
    tail = b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            plain = (tail + block).replace(b"\x00", b"").upper()
            if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
                return True
            tail = block[-32:]
    return False


def _check_tables(path: Path) -> None:
    """Refuse a GeoPackage with virtual tables other than indices: they may open other files."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as database:
            made = [sql for (sql,) in database.execute("SELECT sql FROM sqlite_master") if sql]
    except (sqlite3.Error, UnicodeDecodeError):
        raise _refused("layer_unreadable", reason="不是完整的 GeoPackage") from None
    if any("virtual" in sql.lower() and not _INDEX.match(sql) for sql in made):
        raise _refused("layer_unreadable", reason="GeoPackage 里有虚拟表，不安全")


def _read(path: Path, kind: str, layer: str, *, stated: bool) -> Features:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about what is read in part: the checks tell
            layer = _layer(path, layer)
            meta, shapes, columns = _columns(path, layer, kind)
    except FileError:
        raise
    except UnicodeDecodeError:
        raise _refused("layer_unreadable", reason="文字编码认不出来") from None
    except (RuntimeError, ValueError):  # the family of pyogrio's errors, and conversions
        raise _refused("layer_unreadable", reason="文件不完整或格式不对") from None
    vertices = sum(len(wkb or b"") for wkb in shapes) // 16  # two numbers of 8 bytes each
    for what, size, limit in (
        ("要素数", len(shapes), MAX_FEATURES), ("列数", len(columns), MAX_COLUMNS),
        ("顶点数", vertices, MAX_VERTICES),
    ):  # fmt: skip
        if size > limit:
            raise _refused("layer_too_large", what=what, size=size, limit=limit)
    fields = {}
    for head, values in zip(meta["fields"], columns, strict=True):
        name = _text(head) or ""
        while name in fields:
            name += "_"
        fields[name] = pd.Series([_text(value) for value in values], dtype=object)
    found = shapely.from_wkb(shapes, on_invalid="ignore")
    frame = pd.DataFrame(fields, index=range(len(found)))
    crs = str(meta["crs"] or "")
    if re.search("undefined|unknown", crs[:60], re.IGNORECASE):
        crs = ""  # how GeoPackage writes that it has none
    return Features(frame, found, crs, assumed=kind == ".geojson" and not stated)


def _layer(path: Path, wanted: str) -> str:
    """Return the name of the layer to read: the one with polygons, or the one named."""
    import pyogrio

    layers = [(str(name), str(kind)) for name, kind in pyogrio.list_layers(path)]
    areas = [name for name, kind in layers if re.search("Polygon|Surface|Unknown|Coll", kind)]
    if not areas:
        raise FileError("layer_empty")
    if wanted in areas:
        return wanted
    if wanted or len(areas) > 1:
        shown = "、".join(_text(name) or "" for name in areas[:20])
        raise _refused("layer_several", count=len(areas), layers=shown)
    return areas[0]


def _columns(path: Path, layer: str, kind: str) -> tuple[dict[str, Any], Any, Any]:
    import pyogrio.raw

    options: dict[str, Any] = {
        "layer": layer, "force_2d": True, "max_features": MAX_FEATURES + 1,
        "datetime_as_string": True,
    }  # fmt: skip
    # What a .cpg file or the .dbf says of its encoding is wrong as often as not.
    codings = ("UTF-8", "GB18030") if kind == ".shp" else (None,)
    for coding in codings:
        try:
            meta, _, shapes, columns = pyogrio.raw.read(path, encoding=coding, **options)
        except UnicodeDecodeError:
            if coding == codings[-1]:
                raise
            continue
        break
    return meta, shapes, columns


def _text(value: Any) -> str | None:
    """Return a cell as one line of text without hidden characters; None if it is empty."""
    if value is None or isinstance(value, (bytes, list, np.ndarray)) or value != value:
        return None
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        value = int(value)
    shown = re.sub(r"\s+", " ", _HIDDEN.sub(" ", str(value)[:MAX_TEXT])).strip()
    return shown or None
