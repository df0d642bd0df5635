"""Bad inputs from a random source: files of every kind, mutated, broken, or full of evil cells.

Input number n of a seed depends on nothing but the two: what failed can be made again.
"""

from __future__ import annotations

import io
import json
import re
import struct
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from random import Random
from typing import Any

import geopandas as gpd
import pyogrio
import shapely
import xlsxwriter

from geo.exports import write_table
from geo.schema import TABLES
from tests import seeded
from tests.old_workbook import old_workbook

pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2026-01-01T00:00:00.000Z"})

ROWS = 6
EVIL = [
    "=1+1", "=HYPERLINK(\"http://x\",\"y\")", "@SUM(A1)", "+1|cmd", "{{7*7}}", "{% 泰山 %}",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "${7*7}",
    "'; DROP TABLE venues;--",
    "NaN", "Infinity", "-inf", "1e999", "9" * 5000, "-0", "0x1F", "1_000", "\0", "a\0b", "\x1b[31m",
    "\u202e反", "\u200b", "\ufeff", "\ufffd", "\ud800", "😀" * 50, "长" * 2000,
    "x" * 45_000, "#REF!",
    "#N/A", "1/0", "2026-02-30", "99999-01-01", "0000-00-00", "3.70911E+11",
    "370911101000.5", "１２",
    "../../etc/passwd", "C:\\con", "file:///etc/passwd", "javascript:alert(1)", "\r\n\t", "_x000D_",
    "_xD800_", "&#0;", "&lt;", "]]>", "\"\"\"", "a\"b", "a,b;c\td", "　",
    "True", "null", "[]", "{}",
]  # fmt: skip
HEADS = ["", "名称", "编号", "场馆名", "说明", "notice", "lon", "纬度", "geometry", "fid",
         "1", "乡镇",
         "{{7*7}}", "=1", "长" * 300, "\0", "县市区", "name"]  # fmt: skip


@dataclass(frozen=True)
class Input:
    """One file to hand in for a table; `kind` says how it was made."""

    kind: str
    table: str
    data: bytes


@cache
def frames(seed: int) -> dict[str, Any]:
    """Return valid rows of every table."""
    return seeded.tables(Random(seed), ROWS)


def bad_input(seed: int, number: int) -> Input:
    """Return input `number` of `seed`."""
    random = Random(f"{seed}/{number}")
    kind = random.choices(list(_KINDS), [weight for weight, _ in _KINDS.values()])[0]
    table = random.choice(list(TABLES))
    if kind in {"shapefile", "gpkg", "kml", "geojson"} and random.random() < 0.9:
        table = "venues"
    return Input(kind, table, _KINDS[kind][1](random, table))


# --- files that are right -------------------------------------------------------------


@cache
def _written(table: str, suffix: str, headers: str) -> bytes:
    frame = frames(1)[table]
    if suffix in {".geojson", ".gpkg"} and not TABLES[table].has_position:
        table, frame = "venues", frames(1)["venues"]
    if suffix == ".geojson" and headers == "zh":
        frame = frame.head(2)
    return write_table(frame, table=table, suffix=suffix, headers=headers, audience="personal")


def _right(random: Random, table: str, suffix: str) -> bytes:
    return _written(table, suffix, random.choice(["en", "zh"]))


def _cells(random: Random, table: str) -> list[list[Any]]:
    """Return a header and rows of texts, some of them evil, some missing, in any order."""
    columns = [c for c in TABLES[table].columns if c.required or random.random() < 0.5]
    random.shuffle(columns)
    heads = [random.choice([c.name, c.zh, c.en, *c.also]) for c in columns]
    rows: list[list[Any]] = []
    for index in range(random.randint(0, 4)):
        rows.append([str(seeded.value(random, column, index)) for column in columns])
    for _ in range(random.choice([0, 1, 1, 3, 10])):
        row = random.choice([heads, *rows])
        row[random.randrange(len(row))] = random.choice([*EVIL, *EVIL, *HEADS])
    titles = [["表"], [], ["x"] * random.randint(1, 30)]
    above = [list(random.choice(titles)) for _ in range(random.choice([0, 0, 0, 1, 3, 25]))]
    return [*above, heads, *rows]


def _shapes(random: Random) -> gpd.GeoDataFrame:
    frame = frames(1)["venues"]
    kinds: list[Callable[[], Any]] = [
        lambda: shapely.Point(random.uniform(116, 118), random.uniform(35, 37)),
        lambda: shapely.Point(random.choice([1e308, -1e9, 0, 500_000]), 4_000_000),
        lambda: shapely.Point(117, 36, 100), lambda: None, shapely.Point,
        lambda: shapely.Polygon([(117, 36), (118, 37), (118, 36), (117, 37)]),
        lambda: shapely.LineString([(117, 36), (118, 36)]),
        lambda: shapely.MultiPoint([(117, 36), (118, 36)][: random.randint(1, 2)]),
    ]  # fmt: skip
    chosen = kinds[0] if random.random() < 0.5 else random.choice(kinds)
    columns = frame[["venue_id", "name", "kind", "status", "position_precision"]].astype(object)
    heads = {"venue_id": "编号", "name": "名称", "kind": "类别", "status": "状态",
             "position_precision": random.choice(["位置精", "position_p"])}  # fmt: skip
    crs = random.choice(
        ["EPSG:4326", "EPSG:4326", "EPSG:4490", "EPSG:4490", "EPSG:4548", "EPSG:2436"]
    )
    return gpd.GeoDataFrame(
        columns.rename(columns=heads), geometry=[chosen() for _ in range(ROWS)], crs=crs
    )


@cache
def _layer(number: int, driver: str) -> dict[str, bytes]:
    """Return one of few layers as the parts of a shapefile, or as a GeoPackage."""
    import tempfile
    from pathlib import Path

    random = Random(number)
    coding = random.choice(["GBK", "UTF-8"])
    with tempfile.TemporaryDirectory() as name, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        suffix = "shp" if driver == "ESRI Shapefile" else "gpkg"
        options = {"encoding": coding} if suffix == "shp" else {}
        while True:
            try:
                made = _shapes(random)
                pyogrio.write_dataframe(made, Path(name) / f"a.{suffix}", driver=driver, **options)
                break
            except (pyogrio.errors.FeatureError, pyogrio.errors.GeometryError, ValueError):
                continue  # a shape that the driver does not take
        parts = {path.suffix: path.read_bytes() for path in sorted(Path(name).iterdir())}
    if ".dbf" in parts:  # says when it was written
        parts[".dbf"] = parts[".dbf"][:1] + b"\x7e\x01\x01" + parts[".dbf"][4:]
    return parts


# --- what is done to them -------------------------------------------------------------


def mutated(random: Random, data: bytes) -> bytes:
    """Return `data` with a few bytes flipped, cut, repeated or put in."""
    made = bytearray(data)
    for _ in range(random.choice([1, 1, 2, 5, 30])):
        if not made:
            break
        at = random.randrange(len(made))
        end = min(len(made), at + random.choice([1, 2, 8, 100]))
        match random.randrange(7):
            case 0:
                made[at] ^= 1 << random.randrange(8)
            case 1:
                made[at:end] = random.randbytes(end - at)
            case 2:
                del made[at:end]
            case 3:
                made[at:at] = made[at:end] * random.choice([1, 2, 50])
            case 4:
                made[at:at] = random.choice(
                    [b"\0", b'"', b"<", b"\xff\xff\xff\xff", b"\n", b"\x80"]
                )
            case 5:
                made[at:end] = b"\xff" * (end - at)
            case _:
                if random.random() < 0.2:
                    del made[at:]
    return bytes(made)


_XML = [
    (rb'r="[A-Z]+(\d+)"', [rb'r="XFD1048576"', rb'r="A0"', rb'r="a1"', rb'r=""', rb'r="ZZZZ9"']),
    (rb't="s"', [b't="n"', b't="b"', b't="e"', b't="d"', b't="inlineStr"', b't="?"', b't="str"']),
    (rb"<v>[^<]*</v>", [b"<v>99999999</v>", b"<v>-1</v>", b"<v>NaN</v>", b"<v>1E400</v>", b"<v/>",
                        b"<f>1+1</f>", b"<f>[1]x!A1</f><v>3</v>", b"<v>" + b"9" * 5000 + b"</v>"]),
    (rb"<row ", [b'<row r="1048577" ', b'<row r="x" ', b'<row r="-5" ', b"<row><row "]),
    (rb"</sheetData>", [b'</sheetData><mergeCells><mergeCell ref="A2:A5"/></mergeCells>', b"",
                        b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>']),
    (rb"<\?xml[^>]*>", [b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>', b"",
                        b'<?xml version="1.0" encoding="utf-7"?>']),
    (rb'encoding="[^"]*"', [b'encoding="utf-16"', b'encoding="gbk"', b'encoding="cp037"']),
    (rb'numFmtId="\d+"', [b'numFmtId="14"', b'numFmtId="31"', b'numFmtId="99999"',
                          b'numFmtId="-"']),
    (rb's="\d+"', [b's="1"', b's="99"', b's="-1"']), (rb'Target="[^"]*"', [
        b'Target="../../../etc/passwd"', b'Target="http://127.0.0.1:9/"', b'Target=""']),
    (rb"<si>", [b"<si><rPh><t>x</t></rPh>", b"<si><si>", b"<t>"]), (rb"</\w+>", [b"", b"</x>"]),
    (rb"<t[^>]*>", [b"<t>&#0;", b"<t>&b;", b"<t>_xD800_", b"<t>{{7*7}}"]),
    (rb"date1904|<workbookPr", [b'<workbookPr date1904="1"']),
]  # fmt: skip


def _xml(random: Random, data: bytes) -> bytes:
    """Return a part of a workbook with something wrong in it."""
    pattern, changes = random.choice(_XML)
    found = list(re.finditer(pattern, data))
    for hit in random.sample(found, min(len(found), random.choice([1, 1, 3]))):
        data = data.replace(hit[0], random.choice(changes), random.choice([1, -1]))
    return data


def _rezipped(random: Random, parts: dict[str, bytes]) -> bytes:
    """Return the members of an archive with one of them changed, lost, added or renamed."""
    name = random.choice(list(parts))
    match random.randrange(8):
        case 0:
            parts.pop(name)
        case 1:
            parts[name] = mutated(random, parts[name])
        case 2:
            parts[random.choice(["../../x", "/etc/passwd", "C:\\x", "a" * 300, "a\x01"])] = parts[
                name
            ]
        case 3:
            parts[name] = parts[name] + bytes(random.choice([10**5, 3 * 10**7]))
        case 4:
            parts |= {f"x{number}": b"" for number in range(random.choice([10, 250]))}
        case 5:
            parts[name] = random.choice([b"", b"<", b"\xff\xfe", parts[random.choice(list(parts))]])
        case _:
            parts[name] = _xml(random, parts[name])
    data = _zip(parts)
    return mutated(random, data) if random.random() < 0.1 else data


def _zip(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w") as archive:
        warnings.simplefilter("ignore")  # about names that stand twice
        for member, content in parts.items():
            archive.writestr(zipfile.ZipInfo(member), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# --- one maker for each kind ----------------------------------------------------------


def _xlsx(random: Random, table: str) -> bytes:
    if random.random() < 0.3:
        file = io.BytesIO()
        with warnings.catch_warnings(), xlsxwriter.Workbook(file, {"in_memory": True}) as book:
            warnings.simplefilter("ignore")  # about texts too long to be written
            book.set_properties({"created": datetime(2026, 1, 1)})
            sheet = book.add_worksheet()
            for at, row in enumerate(_cells(random, table)):
                for column, text in enumerate(row):
                    text = text.encode("utf-8", "replace").decode()
                    sheet.write_string(at, column, text[:32_000])
        data = file.getvalue()
    else:
        data = _right(random, table, ".xlsx")
    match random.randrange(10):
        case 0:
            return data
        case 1:
            return mutated(random, data)
        case _:
            parts = _members(data)
            for _ in range(random.choice([1, 1, 3])):
                name = random.choice(list(parts))
                parts[name] = _xml(random, parts[name])
            return _rezipped(random, parts)


def _xls(random: Random, table: str) -> bytes:
    rows = _cells(random, table)
    for row in rows:
        for at, text in enumerate(row):
            row[at] = random.choice([text[:2000]] * 6 + [3.5, float("nan"), True, ..., None])
            if isinstance(row[at], str):
                row[at] = row[at].encode("utf-16-le", "replace").decode("utf-16-le")
    merged = [(1, 2, 0, 0), (0, 65535, 0, 255), (5, 2, 9, 1), (2, 2, 0, 1)]
    data = old_workbook(rows, from_1904=random.random() < 0.3,
                        merged=random.sample(merged, random.randint(0, 2)))  # fmt: skip
    return data if random.random() < 0.2 else mutated(random, data)


def _text(random: Random, table: str) -> bytes:
    if random.random() < 0.4:
        text = _right(random, table, ".csv").decode()
    else:
        between = random.choice([",", ";", "\t", "|"])
        quote = random.choice([str, lambda t: '"' + t.replace('"', '""') + '"', lambda t: f'"{t}'])
        lines = [between.join(map(quote, row)) for row in _cells(random, table)]
        text = random.choice(["\n", "\r\n", "\r", "\n\n"]).join(lines)
    for _ in range(random.choice([0, 0, 1, 2])):
        at = random.randrange(len(text) + 1)
        text = text[:at] + random.choice(['"', "\0", "\n", ",", "\t", *EVIL]) + text[at:]
    if random.random() < 0.01:
        text += random.choice(["x" * 300_000, "," * 300_000, '"' * 200_000, "\n" * 500_000])
    coding = random.choice(["utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-be",
                            "big5", "utf-7", "utf-32"])  # fmt: skip
    data = text.encode("utf-8", "replace").decode().encode(coding, "replace")
    return mutated(random, data) if random.random() < 0.3 else data


def _geojson(random: Random, table: str) -> bytes:
    content = json.loads(_right(random, table, ".geojson"))
    for feature in content["features"]:
        if random.random() < 0.3:
            odd = [117.1, float("nan"), float("inf"), None, "117", True, [1], 10**400]
            place = [random.choice(odd) for _ in range(random.choice([2, 2, 3, 0]))]
            ring = [[117, 36], [118, 37], [118, 36], [117, 37], [117, 36]]
            feature["geometry"] = random.choice([
                {"type": "Point", "coordinates": place}, {"type": "Polygon", "coordinates": [ring]},
                {"type": "Point"}, {}, [], "x", 3, {"type": ["Point"], "coordinates": {"a": 1}},
            ])  # fmt: skip
        if random.random() < 0.3:
            deep: Any = "x"
            for _ in range(random.choice([3, 900])):
                deep = [deep] if random.random() < 0.9 else {"k": deep}
            head = random.choice([*feature["properties"], *HEADS])
            feature["properties"][head] = random.choice([*EVIL, deep, 10**400, 1e300, float("nan")])
    if random.random() < 0.3:
        key = random.choice(["features", "crs", "type", "notices"])
        content[key] = random.choice([None, {}, [], [None], [[]], "EPSG:4326", [{"properties": []}],
                                      {"properties": {"name": "EPSG:4548"}}])  # fmt: skip
    text = json.dumps(content, ensure_ascii=random.random() < 0.5)
    if random.random() < 0.02:
        text = text[:-1] + ', "deep": ' + "[" * random.choice([900, 200_000])
    data = text.encode("utf-8", "replace")
    return mutated(random, data) if random.random() < 0.4 else data


def _shapefile(random: Random, _table: str) -> bytes:
    parts = dict(_layer(random.randrange(40), "ESRI Shapefile"))
    if random.random() < 0.7:
        name = random.choice(list(parts))
        data = bytearray(parts[name])
        match random.randrange(4):
            case 0:
                parts[name] = mutated(random, bytes(data))
            case 1:  # a number of a header: sizes, counts, kinds
                at = random.randrange(0, max(2, min(len(data) - 3, 120)), 2)
                wild = random.choice([0, 1, 5, 2**31 - 1, 2**32 - 1, 10**6])
                data[at : at + 4] = struct.pack(random.choice(["<I", ">I"]), wild)
                parts[name] = bytes(data)
            case 2:
                parts[".prj"] = random.choice([
                    b"", b'LOCAL_CS["x",UNIT["m",1]]', b"EPSG:4326", b"\xff" * 50, b"+proj=longlat",
                    b'GEOGCS["' + b"[" * 5000, b"/vsicurl/http://127.0.0.1:9/", b"{{7*7}}",
                ])  # fmt: skip
            case _:
                parts[".cpg"] = random.choice([b"UTF-8", b"GBK", b"x" * 1000, b"\0", b"utf-7"])
    packed = {f"点{suffix}": content for suffix, content in parts.items()}
    if random.random() < 0.2:
        return _rezipped(random, packed)
    whole = _zip(packed)
    return mutated(random, whole) if random.random() < 0.1 else whole


def _gpkg(random: Random, table: str) -> bytes:
    data = _right(random, table, ".gpkg") if random.random() < 0.5 else (
        _layer(random.randrange(20), "GPKG")[".gpkg"]
    )  # fmt: skip
    if random.random() < 0.1:
        return data
    if random.random() < 0.3:
        words = [b"gpkg_contents", b"features", b"CREATE TABLE", b"geom", b"4326", b"INTEGER"]
        word = random.choice(words)
        other = random.choice([b"x" * len(word), b"\0" * len(word), word[::-1]])
        return data.replace(word, other, random.choice([1, -1]))
    return mutated(random, data)


def _kml(random: Random, _table: str) -> bytes:
    frame = frames(1)["venues"]
    marks = []
    for index in range(ROWS):
        data = "".join(
            f'<Data name="{c}"><value>{frame[c].iloc[index]}</value></Data>'.replace("&", "&amp;")
            for c in ("venue_id", "name", "kind", "status", "position_precision")
        )
        place = random.choice(
            ["117.1,36.2,0", "117.1,36.2", "", "a,b", "NaN,1", "1 2 3", "1e400,1"]
        )
        shape = random.choice(["Point"] * 6 + ["LineString", "gx:Track", "Polygon"])
        mark = f"<Placemark><name>x</name><ExtendedData>{data}</ExtendedData>"
        mark += f"<{shape}><coordinates>{place}</coordinates></{shape}></Placemark>"
        marks.append(mark)
    deep = random.choice([0, 0, 0, 50, 100_000])
    start = random.choice(
        [""] * 6 + ['<!DOCTYPE k [<!ENTITY a "b">]>', '<!DOCTYPE k SYSTEM "/etc/passwd">']
    )
    text = f'<?xml version="1.0"?>{start}<kml>{"<Folder>" * deep}{"".join(marks)}'
    text += f"{random.choice(EVIL[:60])}{'</Folder>' * deep}</kml>"
    data = text.encode("utf-8", "replace")
    if random.random() < 0.2:
        return _rezipped(random, {"doc.kml": data})
    return mutated(random, data) if random.random() < 0.5 else data


def _nothing(random: Random, table: str) -> bytes:
    start = random.choice([
        b"", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{", b"<", b"\0",
        b"SQLite format 3\0", b"\x09\x08\x10\0", b"%PDF", b"\xff\xfe",
    ])  # fmt: skip
    if random.random() < 0.3:
        suffix = random.choice([".csv", ".xlsx"])
        data = _right(random, table, suffix)
        return data[: random.randrange(len(data) + 1)]
    return start + random.randbytes(random.choice([0, 1, 30, 3000]))


def _valid(random: Random, table: str) -> bytes:
    return _right(random, table, random.choice([".csv", ".xlsx"]))


_KINDS: dict[str, tuple[int, Callable[[Random, str], bytes]]] = {
    "xlsx": (30, _xlsx), "xls": (10, _xls), "text": (25, _text), "geojson": (12, _geojson),
    "shapefile": (8, _shapefile), "gpkg": (4, _gpkg), "kml": (5, _kml), "nothing": (4, _nothing),
    "valid": (2, _valid),
}  # fmt: skip
