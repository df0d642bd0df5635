"""What people hand in besides CSV and present workbooks: each kind gives the same rows."""

import io
import struct
import warnings
import zipfile
from datetime import date
from pathlib import Path
from random import Random

import geopandas as gpd
import pandas as pd
import pytest
import shapely
import xlsxwriter

from geo.check import validate
from geo.errors import FileError
from geo.exports import write_table
from geo.files import read_table
from tests import seeded
from tests.old_workbook import in_container, old_workbook, record
from tests.test_files import refused, rezipped, workbook

HEAD = ["编号", "名称", "类别", "状态", "位置精度"]
ROW = ["V1", "泰山科技馆", "科技馆", "开放", "到街巷"]
KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>文档</name><Folder><name>组</name>
<Placemark><name>泰山科技馆</name><description>好</description><ExtendedData>
<Data name="编号"><value>V1</value></Data>
<SchemaData schemaUrl="#s"><SimpleData name="类别">hall</SimpleData>
<SimpleData name="状态">open</SimpleData><SimpleData name="位置精度">street</SimpleData>
</SchemaData></ExtendedData><Point><coordinates>117.1,36.2,150</coordinates></Point></Placemark>
</Folder></Document></kml>"""


def layer(crs="EPSG:4326", shapes=None, **columns):
    frame = {
        "编号": ["V1", "V2"], "名称": ["泰山科技馆", "岱庙"], "类别": ["科技馆", "文化遗产"],
        "状态": ["开放", "开放"], "位置精度": ["到街巷", "位置待核实"],
        "乡镇街道代码": [370911101000, 370902001000], "开放时间": ["24/7", None],
        "开放日期": [date(2026, 11, 24), None],
    } | columns  # fmt: skip
    points = shapes or [shapely.Point(117.1, 36.2), None]
    made = gpd.GeoDataFrame(frame, geometry=points, crs="EPSG:4326")
    return made.to_crs(crs) if crs else made.set_crs(None, allow_override=True)


@pytest.fixture
def shapefile(tmp_path):
    def make(made, *, coding="GBK", parts=("shp", "shx", "dbf", "prj", "cpg"), inner="数据/点"):
        cut = {name: name.encode(coding)[:10].decode(coding, "ignore") for name in made.columns}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about dates and the CRS that is not there
            made.rename(columns=cut | {"geometry": "geometry"}).to_file(
                tmp_path / "a.shp", encoding=coding
            )
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", 8) as archive:
            for part in parts:
                if (tmp_path / f"a.{part}").exists():
                    archive.write(tmp_path / f"a.{part}", f"{inner}.{part}")
            archive.writestr("__MACOSX/._点.shp", b"x")
        return packed.getvalue()

    return make


def shared(rows):
    """Return a workbook with shared strings, as spreadsheet programs write it."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return file.getvalue()


def geopackage(made, path, name="场馆"):
    made.to_file(path, driver="GPKG", layer=name)
    return path.read_bytes()


# --- shapefiles ------------------------------------------------------------------------


@pytest.mark.parametrize(("coding", "cpg"), [
    ("GBK", False), ("GBK", True), ("UTF-8", True), ("UTF-8", False),
])  # fmt: skip
def test_a_zipped_shapefile_is_read_in_the_encoding_it_has(shapefile, coding, cpg):
    parts = ("shp", "shx", "dbf", "prj", *(["cpg"] if cpg else []))
    raw = read_table(shapefile(layer(), coding=coding, parts=parts), table="venues")
    assert raw.frame["name"].tolist() == ["泰山科技馆", "岱庙"]
    assert raw.frame["township_code"].tolist() == ["370911101000", "370902001000"]
    assert raw.frame["opened_on"].tolist() == ["2026-11-24", None]
    assert raw.frame["opening_hours"].tolist() == ["24/7", None]
    assert raw.frame[["lon", "lat"]].to_numpy().tolist() == [["117.1", "36.2"], [None, None]]
    assert raw.rows == [1, 2]
    cut = {"GBK": {"乡镇街道代": "township_code"}, "UTF-8": {
        "乡镇街": "township_code", "位置精": "position_precision", "开放时": "opening_hours",
        "开放日": "opened_on"}}  # fmt: skip
    assert raw.guessed == cut[coding]


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4548", "EPSG:4527", "EPSG:4508", "EPSG:3857"])
def test_positions_come_out_in_wgs84_from_every_usual_crs(shapefile, tmp_path, crs):
    for data in (shapefile(layer(crs)), geopackage(layer(crs), tmp_path / "a.gpkg")):
        frame = read_table(data, table="venues").frame
        assert float(frame["lon"][0]) == pytest.approx(117.1, abs=1e-7)
        assert float(frame["lat"][0]) == pytest.approx(36.2, abs=1e-7)


def test_gauss_krueger_metres_agree_with_a_point_computed_by_hand(shapefile):
    # On the central meridian: x is the false easting, y the length of the meridian arc.
    arc = 4_007_743.0
    points = [shapely.Point(500_000, arc), None]
    made = gpd.GeoDataFrame(layer().drop(columns="geometry"), geometry=points, crs="EPSG:4548")
    frame = read_table(shapefile(made), table="venues").frame
    a, f = 6378137.0, 1 / 298.257222101
    e2 = f * (2 - f)
    latitude = arc / (a * (1 - e2 / 4 - 3 * e2**2 / 64 - 5 * e2**3 / 256))
    n = f / (2 - f)
    from math import degrees, sin

    latitude += (1.5 * n - 27 / 32 * n**3) * sin(2 * latitude) + 21 / 16 * n**2 * sin(4 * latitude)
    assert float(frame["lon"][0]) == pytest.approx(117, abs=1e-9)
    assert float(frame["lat"][0]) == pytest.approx(degrees(latitude), abs=1e-6)


@pytest.mark.parametrize("crs", ["EPSG:4214", "EPSG:4610", "EPSG:2436", None])
def test_a_crs_that_cannot_be_converted_is_said(shapefile, crs):
    made = layer(None) if crs is None else layer().set_crs(crs, allow_override=True)
    assert refused(shapefile(made), "venues") == "layer_unreadable"


def test_a_local_crs_is_said(shapefile):
    data = shapefile(layer())
    local = b'LOCAL_CS["site",UNIT["metre",1]]'
    odd = rezipped(data, lambda n, b: local if n.endswith("prj") else b)
    assert refused(odd, "venues") == "layer_unreadable"
    nonsense = rezipped(data, lambda n, b: b"\xff\x00{{7*7}}" if n.endswith("prj") else b)
    assert refused(nonsense, "venues") == "layer_unreadable"


def test_only_points_are_taken(shapefile, tmp_path):
    box = shapely.box(117, 36, 117.1, 36.1)
    crossing = shapely.Polygon([(117, 36), (117.1, 36.1), (117.1, 36), (117, 36.1)])
    line = shapely.LineString([(117, 36), (118, 36)])
    for shape in (box, crossing, line, shapely.MultiPoint([(117, 36), (118, 36)])):
        assert refused(shapefile(layer(shapes=[shape, shape])), "venues") == "not_points"
        data = geopackage(layer(shapes=[shape, shape]), tmp_path / "a.gpkg")
        assert refused(data, "venues") == "not_points"
    one = shapely.MultiPoint([(117.1, 36.2)])
    raw = read_table(shapefile(layer(shapes=[one, one])), table="venues")
    assert raw.frame["lon"].tolist() == ["117.1"] * 2
    high = shapely.Point(117.1, 36.2, 150)
    raw = read_table(shapefile(layer(shapes=[high, high])), table="venues")
    assert raw.frame["lat"].tolist() == ["36.2"] * 2


def test_of_several_shapefiles_the_one_with_the_columns_is_read(shapefile):
    other = gpd.GeoDataFrame({"x": [1]}, geometry=[shapely.Point(1, 1)], crs="EPSG:4326")
    packed = io.BytesIO(shapefile(other, inner="甲"))
    with (
        zipfile.ZipFile(packed, "a") as archive,
        zipfile.ZipFile(io.BytesIO(shapefile(layer(), inner="乙"))) as more,
    ):
        for name in more.namelist():
            if "MACOSX" not in name:
                archive.writestr(name, more.read(name))
    assert read_table(packed.getvalue(), table="venues").rows == [1, 2]


def test_a_shapefile_lacks_a_part_or_is_cut(shapefile):
    for missing in ("shx", "dbf", "prj"):
        parts = [part for part in ("shp", "shx", "dbf", "prj") if part != missing]
        data = shapefile(layer(), parts=parts)
        assert refused(data, "venues") == "layer_unreadable"
    data = shapefile(layer())
    short = rezipped(data, lambda n, b: b[:60] if n.endswith("点.shp") else b)
    assert refused(short, "venues") == "layer_unreadable"


def test_names_inside_a_zip_are_never_paths(shapefile):
    data = shapefile(layer(), inner="../../../../../../tmp/evil")
    assert read_table(data, table="venues").rows == [1, 2]
    assert not [path for path in Path("/tmp").iterdir() if path.name.startswith("evil")]


def test_no_other_driver_is_woken_and_no_path_followed(shapefile, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("编号,名称,类别,状态,位置精度\nV9,密,hall,open,street\n", encoding="utf-8")
    vrt = f'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{secret}</SrcDataSource>'
    vrt += "</OGRVRTLayer></OGRVRTDataSource>"
    assert refused(vrt.encode(), "venues") == "file_type"
    for inside in (vrt.encode(), str(secret).encode(), b"/vsicurl/http://127.0.0.1:9/x"):
        for part in ("shp", "dbf", "shx"):
            evil = rezipped(
                shapefile(layer()), lambda n, b, p=part, i=inside: i if n.endswith(p) else b
            )
            assert refused(evil, "venues") == "layer_unreadable"


def test_a_deleted_row_of_a_shapefile_is_gone(shapefile):
    def delete_first(name, data):
        if not name.endswith("dbf"):
            return data
        (start,) = struct.unpack_from("<H", data, 8)
        return data[:start] + b"*" + data[start + 1 :]

    raw = read_table(rezipped(shapefile(layer()), delete_first), table="venues")
    assert raw.frame["venue_id"].tolist() == ["V2"]


def test_a_position_that_is_stated_and_drawn_must_be_the_same(shapefile, tmp_path):
    same = layer(经度=[117.1, None], 纬度=[36.2, 36.3])
    raw = read_table(shapefile(same), table="venues")
    assert raw.frame["lon"].tolist() == ["117.1", None]
    assert raw.frame["lat"].tolist() == ["36.2", "36.3"]
    blank = layer(经度=[None, None], 纬度=["", None])
    assert read_table(shapefile(blank), table="venues").frame["lon"][0] == "117.1"
    moved = geopackage(layer(经度=[117.2, None], 纬度=[36.2, None]), tmp_path / "a.gpkg")
    assert refused(moved, "venues") == "positions_apart"


# --- GeoPackages -----------------------------------------------------------------------


@pytest.mark.parametrize("headers", ["en", "zh"])
def test_an_exported_geopackage_comes_back_exactly(headers):
    tables = seeded.tables(Random(7), 12)
    data = write_table(tables["venues"], table="venues", suffix=".gpkg", headers=headers,
                       audience="personal", notices=["含演示数据"])  # fmt: skip
    raw = read_table(data, table="venues")
    assert (raw.ignored, raw.guessed) == ([], {})
    pd.testing.assert_frame_equal(validate(raw, tables), tables["venues"])


def test_of_several_layers_the_one_with_the_columns_is_read(tmp_path):
    path = tmp_path / "a.gpkg"
    other = gpd.GeoDataFrame({"x": [1]}, geometry=[shapely.Point(1, 1)], crs="EPSG:4326")
    other.to_file(path, driver="GPKG", layer="别的")
    layer().to_file(path, driver="GPKG", layer="场馆站点")
    raw = read_table(path.read_bytes(), table="venues")
    assert (raw.sheet, raw.rows) == ("场馆站点", [1, 2])


def test_a_geopackage_that_lies_about_its_size_hides_no_rows(tmp_path):
    data = geopackage(layer(), tmp_path / "a.gpkg")
    import sqlite3

    with sqlite3.connect(tmp_path / "a.gpkg") as book:
        book.execute("UPDATE gpkg_ogr_contents SET feature_count = 1")
    book.close()
    assert (tmp_path / "a.gpkg").read_bytes() != data
    assert len(read_table((tmp_path / "a.gpkg").read_bytes(), table="venues").rows) == 2


def test_a_database_that_is_no_geopackage_is_said(tmp_path):
    import sqlite3

    with sqlite3.connect(tmp_path / "a.db") as book:
        book.execute("CREATE TABLE venues (编号 TEXT, 名称 TEXT)")
    book.close()
    assert refused((tmp_path / "a.db").read_bytes(), "venues") == "layer_unreadable"
    assert refused(b"SQLite format 3\0" + bytes(4000), "venues") == "layer_unreadable"


# --- KML -------------------------------------------------------------------------------


def test_placemarks_are_rows_in_kml_and_kmz():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("doc.kml", KML)
    for data in (KML.encode(), b"\xef\xbb\xbf" + KML.encode(), packed.getvalue()):
        raw = read_table(data, table="venues")
        assert raw.frame.to_dict("records") == [
            {"venue_id": "V1", "kind": "hall", "status": "open", "position_precision": "street",
             "name": "泰山科技馆", "lon": "117.1", "lat": "36.2"}
        ]  # fmt: skip
        assert raw.ignored == ["description"]
    named = KML.replace("</SchemaData>", '<SimpleData name="名称">另名</SimpleData></SchemaData>')
    assert read_table(named.encode(), table="venues").frame["name"].tolist() == ["另名"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("<kml", '<!DOCTYPE k [<!ENTITY a "b">]><kml'), "file_unreadable"),
        (("Point>", "LineString>"), "not_points"), (("117.1,36.2,150", "117.1"), "not_points"),
        (("117.1,36.2,150", "117.1,36.2 117.2,36.3"), None), (("</kml>", ""), "file_unreadable"),
        (("kml", "gpx"), "file_type"), (("<kml", "<x><kml"), "layer_unreadable"),
    ],
)  # fmt: skip
def test_unusable_kml_is_refused(change, code):
    data = KML.replace(*change).encode()
    if code is None:
        assert read_table(data, table="venues").frame["lat"].tolist() == ["36.2 117.2"]
    else:
        assert refused(data, "venues") == code


def test_a_web_page_that_calls_itself_a_workbook_is_refused():
    assert refused(b"<html><table><tr><td>1</td></tr></table></html>") == "file_type"
    assert refused(b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>') == (
        "file_type"
    )


# --- old workbooks ---------------------------------------------------------------------


@pytest.mark.parametrize("from_1904", [False, True])
def test_an_old_workbook_is_read_with_dates_numbers_and_merged_cells(from_1904):
    serial = (date(2026, 11, 24) - (date(1904, 1, 1) if from_1904 else date(1899, 12, 30))).days
    rows = [
        ["登记表"], [*HEAD, "开放日期", "免费", "乡镇街道代码", "县市区", "参观时长"],
        [*ROW, date(2026, 11, 24), True, 370911101000, "岱岳区", 30],
        ["V2", "岱庙", "文化遗产", "开放", "到街巷", serial, False, "370911101000", None, 30.5],
        ["V3", "馆", "博物馆", "开放", "到街巷", None, None, ..., None, None],
    ]  # fmt: skip
    data = old_workbook(rows, from_1904=from_1904, merged=[(0, 0, 0, 9), (2, 3, 8, 8)],
                        hidden_first=[["x"]])  # fmt: skip
    raw = read_table(data, table="venues")
    assert (raw.sheet, raw.rows) == ("名单", [3, 4, 5])
    frame = raw.frame
    opened = ["2026-11-24", "2026-11-24" if from_1904 else str(serial), None]
    assert frame["opened_on"].tolist() == opened
    assert frame["free"].tolist() == ["true", "false", None]
    assert frame["township_code"].tolist() == ["370911101000", "370911101000", "#N/A"]
    assert frame["county_code"].tolist() == ["岱岳区", "岱岳区", None]
    assert frame["visit_min"].tolist() == ["30", "30.5", None]
    assert refused(old_workbook(rows, merged=[(2, 2, 0, 1)]), "venues") == "merged_cells"


def test_a_visible_sheet_goes_before_a_hidden_one():
    hidden = [HEAD, ["V9", *ROW[1:]]]
    data = old_workbook([HEAD, ROW], hidden_first=hidden)
    assert read_table(data, table="venues").frame["venue_id"].tolist() == ["V1"]


def test_an_old_workbook_outside_a_container_is_read_too():
    data = old_workbook([HEAD, ROW])
    stream = data[data.index(struct.pack("<HHHH", 0x0809, 16, 0x0600, 5)) :]
    assert read_table(stream, table="venues").rows == [2]


@pytest.mark.parametrize(
    "data",
    [
        old_workbook([HEAD, ROW])[:900], in_container(b"x" * 5000),
        in_container(record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
                     + record(0x002F, b"\1" * 54)),
        in_container("EncryptedPackage".encode("utf-16-le")),
    ],
    ids=range(4),
)  # fmt: skip
def test_broken_and_locked_old_workbooks_are_refused(data):
    assert refused(data, "venues") == "file_unreadable"


# --- present workbooks -----------------------------------------------------------------


def test_a_column_merged_downwards_counts_as_filled_in_rows_that_have_a_value():
    rows = [
        ["县市区", *HEAD], ["岱岳区", *ROW], [None, "V2", *ROW[1:]],
        [None], [None, "V4", *ROW[1:]], ["泰山区", "V5", *ROW[1:]],
    ]  # fmt: skip
    raw = read_table(workbook(rows, merged=["A2:A5"]), table="venues")
    assert raw.rows == [2, 3, 5, 6]
    assert raw.frame["county_code"].tolist() == ["岱岳区"] * 3 + ["泰山区"]
    raw = read_table(workbook(rows, merged=["A4:A5"]), table="venues")
    assert raw.frame["county_code"].tolist() == ["岱岳区", None, None, "泰山区"]
    raw = read_table(workbook(rows, merged=["A2:A3"]), table="venues")
    assert raw.frame["county_code"].tolist() == ["岱岳区", "岱岳区", None, "泰山区"]
    assert refused(workbook(rows, merged=["A2:B3"]), "venues") == "merged_cells"


def test_days_from_1904_and_chinese_formats_are_dates():
    for epoch in (False, True):
        file = io.BytesIO()
        with xlsxwriter.Workbook(file, {"date_1904": epoch}) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, [*HEAD, "开放日期", "关闭日期", "核实日期"])
            sheet.write_row(1, 0, ROW)
            shown = book.add_format({"num_format": "yyyy-mm-dd"})
            chinese = book.add_format({"num_format": 31})
            sheet.write_datetime(1, 5, date(2026, 11, 24), shown)
            sheet.write_datetime(1, 6, date(2026, 11, 25), chinese)
            serial = (date(2026, 11, 26) - date(1904, 1, 1)).days if epoch else 46352
            sheet.write_number(1, 7, serial)
        raw = read_table(
            file.getvalue(), table="venues", mapping={"位置精度": "position_precision"}
        )
        raw.frame["position_precision"] = "unknown"
        frame = validate(raw, seeded.tables(Random(1), 2))
        assert frame.loc[0, ["opened_on", "closed_on", "verified_on"]].tolist() == [
            pd.Timestamp("2026-11-24"), pd.Timestamp("2026-11-25"), pd.Timestamp("2026-11-26"),
        ]  # fmt: skip


def test_a_formula_that_gives_no_text_is_empty_and_not_without_result():
    cell = b'<c r="B3" t="str"><f>IF(A3="","","x")</f><v></v></c>'
    data = workbook([["county_code", "name"], ["370902", "泰山区"], ["370911", "x"]])

    def change(name, part):
        start = part.find(b'<c r="B3"')
        if not name.endswith("sheet2.xml"):
            return part
        return part[:start] + cell + part[part.index(b"</c>", start) + 4 :]

    raw = read_table(rezipped(data, change), table="counties")
    assert raw.frame["name"].tolist() == ["泰山区", None]


def test_a_workbook_with_macros_is_read_and_they_are_not_touched():
    data = workbook([["county_code", "name"], ["370902", "泰山区"]])

    def change(name, part):
        if name == "[Content_Types].xml":
            kind = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
            plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
            return part.replace(plain, kind)
        return part

    packed = io.BytesIO(rezipped(data, change))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + b"\xff" * 2000)
    assert read_table(packed.getvalue(), table="counties").rows == [2]


def test_a_workbook_with_prefixes_and_the_strict_names_is_read():
    data = workbook([["county_code", "name"], ["370902", "泰山区"]])

    def strict(_, part):
        part = part.replace(b"schemas.openxmlformats.org/officeDocument/2006",
                            b"purl.oclc.org/ooxml/officeDocument")  # fmt: skip
        return part.replace(b"schemas.openxmlformats.org/spreadsheetml/2006/main",
                            b"purl.oclc.org/ooxml/spreadsheetml/main")  # fmt: skip

    assert read_table(rezipped(data, strict), table="counties").rows == [2]

    def prefixed(name, part):
        if "worksheets/sheet" not in name or name.endswith(".rels"):
            return part
        import re

        part = re.sub(rb"<(/?)(\w)", rb"<\1x:\2", part)
        return part.replace(b"xmlns=", b"xmlns:x=")

    assert read_table(rezipped(data, prefixed), table="counties").rows == [2]


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml",
                                  "xl/worksheets/sheet1.xml"])  # fmt: skip
@pytest.mark.parametrize("coding", ["utf-8", "utf-16", "cp037"])
def test_a_document_type_is_refused_in_every_part_and_encoding(part, coding):
    data = shared([["county_code", "name"], ["370902", "泰山区"]])
    bomb = '<!DOCTYPE a [<!ENTITY x "' + "y" * 50 + '">]>'

    def change(name, content):
        if name != part:
            return content
        text = (
            content.decode().partition("?>")[2] if content.startswith(b"<?") else content.decode()
        )
        made = f'<?xml version="1.0" encoding="{coding}"?>{bomb}{text}'
        return made.encode(coding, "xmlcharrefreplace")

    with pytest.raises(FileError) as caught:
        read_table(rezipped(data, change), table="counties")
    assert caught.value.code == "file_unreadable"


def test_what_a_workbook_refers_to_is_looked_up_and_never_believed():
    data = shared([["county_code", "name"], ["370902", "泰山区"]])

    def changed(old, new):
        made = rezipped(data, lambda _, b: b.replace(old, new))
        assert made != data
        return refused(made)

    for number in (b"999999999999", b"-1", b"1e3", b""):
        code = changed(b"<v>1</v>", b"<v>%s</v>" % number)
        assert code == ("header_missing" if not number else "file_unreadable")
    assert changed(b"worksheets/sheet1.xml", b"../../etc/passwd") == "header_missing"
    assert changed(b'"B2"', b'"b2"') == changed(b'"B2"', b'"2"') == "file_unreadable"
    for lost, code in (
        ("xl/workbook.xml", "file_type"),
        ("xl/sharedStrings.xml", "file_unreadable"),
        ("xl/_rels/workbook.xml.rels", "header_missing"),
    ):
        packed = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w") as new:
            for name in old.namelist():
                if name != lost:
                    new.writestr(name, old.read(name))
        assert refused(packed.getvalue()) == code


def test_other_packages_are_no_workbooks():
    for names in (["word/document.xml"], ["xl/workbook.bin"], ["a.zip"], ["content.xml"], []):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name in names:
                archive.writestr(name, b"x")
        assert refused(packed.getvalue()) == "file_type"


def test_a_bomb_inside_a_bomb_and_a_locked_archive_are_refused(shapefile):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", 8) as archive:
        archive.writestr("x", bytes(50_000_000))
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w", 8) as archive:
        for number in range(100):
            archive.writestr(f"{number}.zip", inner.getvalue())
    assert refused(outer.getvalue()) in {"file_type", "file_too_large"}
    shapes = rezipped(shapefile(layer()), lambda n, b: b + bytes(50_000_000 * n.endswith("dbf")))
    assert refused(shapes, "venues") == "file_too_large"
    locked = bytearray(workbook([["county_code", "name"], ["370902", "泰山区"]]))
    at = locked.rindex(b"PK\x01\x02")
    locked[at + 8] |= 1
    assert refused(bytes(locked)) == "file_unreadable"


def test_one_long_text_repeated_in_many_cells_does_not_fill_the_memory():
    data = shared([["county_code", "name"], *[["长" * 30_000] * 2] * 1200])
    assert len(data) < 100_000
    assert refused(data) == "file_too_large"


# --- pasted text -----------------------------------------------------------------------


def test_pasted_cells_keep_their_quotes_and_line_breaks():
    text = (
        "编号\t名称\t类别\t状态\t位置精度\t简介\n"
        'V1\t"星火"馆\thall\topen\tstreet\t"一行\r\n二""行"""\r\n'
        'V2\t"没有收尾\thall\topen\tstreet\t"a\tb"\r\n'
        '\nV3\t"整个"\thall\topen\tstreet\t""\r\n\0'
    )
    raw = read_table(text.encode(), table="venues")
    assert raw.rows == [2, 3, 5]
    assert raw.frame["name"].tolist() == ['"星火"馆', '"没有收尾', "整个"]
    assert raw.frame["intro"].tolist() == ['一行\r\n二"行"', "a\tb", None]


def test_an_unclosed_quote_in_csv_swallows_nothing():
    text = "编号,名称,类别,状态,位置精度\nV1,甲,hall,open,street\n"
    text += 'V2,"乙,hall,open,street\nV3,丙,hall,open,street\n'
    assert refused(text.encode(), "venues") == "quotes"
    with pytest.raises(FileError, match="第 3 行"):
        read_table(text.encode(), table="venues")
    assert refused(text.replace('"乙', '"乙"x').encode(), "venues") == "quotes"


def test_a_line_of_millions_of_cells_costs_one_sentence():
    for data in (b"county_code,name\n" + b"," * 19_000_000, b'"\t' * 900_000,
                 b'"' * 19_000_000, b"\t" * 19_000_000):  # fmt: skip
        assert refused(data) in {"file_too_large", "quotes", "file_unreadable"}
