"""Uploaded shapefiles and GeoPackages, read by GDAL in memory, their points in WGS 84.

GDAL is given bytes that we packed ourselves, under names of ours, and has the two drivers
that are needed: the input chooses neither a driver nor a path.
"""

from __future__ import annotations

import io
import os
import posixpath
import re
import struct
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import Any

from geo.uploads.features import not_a_point, placed_rows
from geo.uploads.grids import MAX_COLUMNS, MAX_ROWS, GridError, Row, Sheet
from geo.uploads.headings import Headings
from geo.uploads.markup import without
from geo.uploads.sheets import open_archive

# Before GDAL wakes: no threads, and no driver that reads other files or the network.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["GDAL_SKIP"] = (
    "MEM,PCIDSK,PDS4,VICAR,PDF,MBTiles,EEDA,OGCAPI,GDALG,MapInfo File,LVBAG,S57,DGN,OGR_VRT,CSV,"
    "GML,GPX,LIBKML,KML,GeoJSON,GeoJSONSeq,ESRIJSON,TopoJSON,OGR_GMT,SQLite,WAsP,OpenFileGDB,DXF,"
    "FlatGeobuf,GeoRSS,VFK,PGDUMP,OSM,GPSBabel,OGR_PDS,WFS,OAPIF,EDIGEO,Idrisi,ODS,XLSX,"
    "Elasticsearch,Carto,AmigoCloud,SXF,Selafin,JML,PLSCENES,CSW,VDV,MVT,NGW,MapML,GTFS,PMTiles,"
    "JSONFG,MiraMonVector,ADBC,AVCBin,AVCE00,AIVector,HTTP"
)
with without("pandas", "geopandas", "pyarrow", "shapely"):
    import pyogrio
    import pyogrio.raw
    import pyproj

SHAPEFILE, GEOPACKAGE = "ESRI Shapefile", "GPKG"
MAX_LAYERS = 50
_STARTS = {".shp": (b"\x00\x00\x27\x0a",),
           ".dbf": (b"\x03", b"\x83", b"\x8b", b"\x30", b"\x31", b"\x43", b"\xf5")}  # fmt: skip
_NEEDED = (".shp", ".shx", ".dbf")
_CODINGS = {"utf-8": "utf-8", "utf8": "utf-8", "65001": "utf-8", "gbk": "gb18030",
            "gb2312": "gb18030", "gb18030": "gb18030", "936": "gb18030", "cp936": "gb18030",
            "ansi 936": "gb18030", "ansi936": "gb18030", "oem 936": "gb18030"}  # fmt: skip
# Datums that agree with WGS 84 to less than a metre, by the letters of their names.
_SAME_DATUM = re.compile(
    "(?:d|gcs)?(?:wgs(?:19)?84|worldgeodeticsystem1984(?:ensemble)?|china2000|cgcs2000"
    "|china(?:geodeticcoordinatesystem)?2000)"
)
_MIDNIGHT = re.compile(r"[ T]00:00:00(?:\.0+)?(?:Z|\+00(?::?00)?)?$")
_POINT, _MULTIPOINT = 1, 4

Transform = Callable[[float, float], tuple[float, float]]


def shapefile_sheets(data: bytes, headings: Headings) -> list[Sheet]:
    """
    Return the shapefiles of a zip file as tables.

    Raises
    ------
    GridError
        If there is none that is whole, or its CRS is not known. The rows raise it for
        shapes that are no points.
    """
    archive = open_archive(data)
    stems: dict[str, dict[str, zipfile.ZipInfo]] = defaultdict(dict)
    for member in archive.infolist():
        stem, suffix = posixpath.splitext(member.filename.lower())
        if "__macosx" not in stem:
            stems[stem].setdefault(suffix, member)
    sheets = []
    for parts in stems.values():
        if ".shp" not in parts:
            continue
        missing = [suffix for suffix in _NEEDED if suffix not in parts]
        if missing:
            reason = f"shapefile 不完整，压缩包里缺少 {'、'.join(missing)} 文件"
            raise GridError("layer_unreadable", reason=reason)
        sheets.append(_shapefile(archive, parts, headings))
        if len(sheets) > MAX_LAYERS:
            raise GridError("file_too_large", what="图层数", size=len(sheets), limit=MAX_LAYERS)
    return sheets


def geopackage_sheets(data: bytes, headings: Headings) -> list[Sheet]:
    """Return the layers of a GeoPackage as tables; errors as for `shapefile_sheets`."""
    layers = [str(name) for name, _ in _gdal(pyogrio.list_layers, data)]
    if len(layers) > MAX_LAYERS:
        raise GridError("file_too_large", what="图层数", size=len(layers), limit=MAX_LAYERS)
    return [_sheet(data, GEOPACKAGE, layer, None, headings) for layer in layers]


def _shapefile(
    archive: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo], headings: Headings
) -> Sheet:
    for suffix, starts in _STARTS.items():  # or GDAL would be content with the other part
        if not archive.open(parts[suffix]).read(4).startswith(starts):
            raise GridError("layer_unreadable", reason=f"{suffix} 文件不完整或已损坏")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as ours:
        for suffix in (*_NEEDED, ".prj"):
            if suffix in parts:
                ours.writestr(f"data{suffix}", archive.read(parts[suffix]))
    stated = ""
    if ".cpg" in parts:
        stated = archive.open(parts[".cpg"]).read(64).decode("ascii", "ignore").strip().lower()
    return _sheet(packed.getvalue(), SHAPEFILE, None, _CODINGS.get(stated, ""), headings)


def _gdal(ask: Callable[..., Any], *args: Any, **options: Any) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about suffixes and rings: nothing of it is kept
            return ask(*args, **options)
    except MemoryError:
        raise
    except Exception:  # GDAL and pyogrio have many, and none of them tells people more
        raise GridError("layer_unreadable", reason="图层文件不完整或已损坏") from None


def _sheet(
    data: bytes, driver: str, layer: str | None, coding: str | None, headings: Headings
) -> Sheet:
    """Return one layer; `coding` is None for text in Unicode, "" for unknown bytes."""
    read = partial(
        _gdal, pyogrio.raw.read, data, layer=layer, datetime_as_string=True,
        encoding=None if coding is None else "ISO-8859-1",  # a sign for each byte, to be read below
    )  # fmt: skip
    told = _gdal(pyogrio.read_info, data, layer=layer)
    if told["driver"] != driver:
        raise GridError("layer_unreadable", reason="不是 shapefile 或 GeoPackage")
    if len(told["fields"]) > MAX_COLUMNS:
        limit = MAX_COLUMNS
        raise GridError("file_too_large", what="列数", size=len(told["fields"]), limit=limit)
    placed = told["geometry_type"] is not None

    def rows() -> Iterator[Row]:
        # With a limit rows are read to the end, whatever number the file states.
        about, _, shapes, columns = read(max_features=MAX_ROWS + 1)
        names = [str(name) for name in about["fields"]]
        said: Callable[[str], str] = str
        if coding is not None:
            texts = chain(names, *(column for column in columns if column.dtype == object))
            said = partial(_decoded, _coding([t for t in texts if type(t) is str], coding))
        transform = _transform(about["crs"]) if placed else None
        return placed_rows(
            list(map(said, names)), partial(_features, shapes, columns, said, transform), headings
        )

    return Sheet(layer, rows, cut=driver == SHAPEFILE)


def _features(
    shapes: Any, columns: list[Any], said: Callable[[str], str], transform: Transform | None
) -> Iterator[tuple[list[Any], tuple[float, float] | None]]:
    for at in range(len(columns[0] if columns else () if shapes is None else shapes)):
        cells = [_plain(column[at], said) for column in columns]
        shape = None if shapes is None else shapes[at]
        point = _point(shape, at + 1) if shape is not None and transform else None
        yield cells, transform(*point) if point and transform else None


def _plain(value: Any, said: Callable[[str], str]) -> Any:
    """Return a value of GDAL's as a cell: text decoded, dates without midnight, no NaN."""
    if type(value) is str:
        return _MIDNIGHT.sub("", said(value))
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, bytes) or value != value else value


def _point(shape: bytes, number: int) -> tuple[float, float] | None:
    """Return the place of a point in well-known binary; None for an empty one."""
    order = "<" if shape[0] else ">"
    (kind,) = struct.unpack_from(f"{order}I", shape, 1)
    kind = (kind & 0xFFFF) % 1000  # with height or measure: 1001, 2001, 0x80000001 …
    start = 5
    if kind == _MULTIPOINT and struct.unpack_from(f"{order}I", shape, 5)[0] == 1:
        kind, start = _POINT, 14
    if kind != _POINT:
        raise not_a_point(number)
    x, y = struct.unpack_from(f"{order}dd", shape, start)
    return None if x != x or y != y else (x, y)


def _transform(crs: str | None) -> Transform:
    """Return what turns positions of `crs` into longitude and latitude in WGS 84."""
    if not crs:
        reason = "没有坐标系说明；shapefile 要有 .prj 文件"
        raise GridError("layer_unreadable", reason=reason)
    if crs in {"EPSG:4326", "EPSG:4490", "OGC:CRS84"}:
        return lambda x, y: (x, y)
    try:
        known = pyproj.CRS.from_user_input(crs)
        datum = getattr(getattr(known.geodetic_crs, "datum", None), "name", "")
        if not _SAME_DATUM.fullmatch(re.sub("[^a-z0-9]", "", datum.lower())):
            shown = (known.name or "未知")[:60]
            reason = f"坐标系“{shown}”不能换算。请在 GIS 软件里转成 CGCS2000 或 WGS 84"
            raise GridError("layer_unreadable", reason=reason)
        # Axes as in the file, which has x first; the datum itself is the same to a metre.
        made = pyproj.Transformer.from_crs(known, "EPSG:4326", always_xy=True)
    except pyproj.exceptions.ProjError:
        raise GridError("layer_unreadable", reason="坐标系说明看不懂") from None

    def transform(x: float, y: float) -> tuple[float, float]:
        lon, lat = made.transform(x, y)
        return float(lon), float(lat)

    return transform


def _coding(sample: list[str], stated: str) -> str:
    """Return the first encoding in which all of `sample` (a sign for each byte) can be read."""
    for coding in dict.fromkeys(filter(None, (stated, "utf-8", "gb18030"))):
        try:
            for text in sample:
                _decoded(coding, text)
        except GridError:
            continue
        return coding
    raise GridError("encoding")


def _decoded(coding: str, text: str) -> str:
    data = text.encode("latin-1", "replace")
    try:
        return data.decode(coding)
    except UnicodeDecodeError as error:
        # A header or text that was cut at the width of its field may end in half a character.
        if len(data) >= 9 and error.start >= len(data) - 3:
            return data[: error.start].decode(coding)
    raise GridError("encoding")
