"""Files in and out: every usual form is read, hostile ones only say so, round trips are exact."""

import csv
import io
import json
import zipfile
from datetime import date, datetime
from random import Random

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from geo.boundaries import LayerInfo
from geo.check import validate
from geo.errors import ArgumentError, FileError
from geo.exports import protected, unprotected
from geo.files import (
    LIMIT_BYTES,
    read_layer,
    read_table,
    write_answer,
    write_bytes,
    write_layer,
    write_table,
)
from geo.schema import TABLES
from tests import seeded
from tests.region import raw_from_frame

COUNTIES = "县市区代码,县市区,法定面积（km²）\n370902,泰山区,337\n370911,岱岳区,\n"
TABLES_HERE = seeded.tables(Random(7), 12)


def workbook(rows, *, sheets=None, merged=()):
    book = openpyxl.Workbook()
    book.active.title = "封面"
    book.active.append(["某某表", None, "制表人"])
    sheet = book.create_sheet("名单")
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merge_cells(cells)
    for name in sheets or ():
        book.create_sheet(name)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def rezipped(data, change):
    """Return the workbook `data` with each member's bytes put through `change(name, bytes)`."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return file.getvalue()


def refused(data, table="counties", **options):
    with pytest.raises(FileError) as caught:
        read_table(data, table=table, **options)
    assert any("\u4e00" <= sign <= "\u9fff" for sign in caught.value.sentence())
    return caught.value.code


# --- reading -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "coding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_every_usual_encoding_and_delimiter(coding, delimiter):
    text = COUNTIES.replace("km²", "平方公里").replace(",", delimiter).replace("\n", "\r\n")
    raw = read_table(text.encode(coding), table="counties")
    assert raw.rows == [2, 3]
    assert raw.frame.to_dict("list") == {
        "county_code": ["370902", "370911"], "name": ["泰山区", "岱岳区"],
        "official_km2": ["337", None],
    }  # fmt: skip
    assert raw.headers["official_km2"] == "法定面积（平方公里）"


def test_the_header_is_found_below_titles_and_rows_keep_their_numbers():
    title = "泰安市县市区一览,,\n,,\n制表：甲,,\n"
    text = f"{title} County Code *,名称,备注\n\n370902,泰山区,x\n,,\n370911,岱岳区,\n"
    raw = read_table(text.encode(), table="counties")
    assert raw.rows == [6, 8]
    assert raw.ignored == ["备注"]
    assert raw.headers == {"county_code": "County Code *", "name": "名称"}


def test_a_quoted_cell_with_line_breaks_counts_as_one_row():
    text = 'county_code,name\n370902,"泰山\n区"\n370911,岱岳区\n'
    assert read_table(text.encode(), table="counties").rows == [2, 3]


def test_a_workbook_is_read_with_codes_as_numbers_and_dates():
    data = workbook([
        ["泰安市场馆站点登记表"], [None],
        ["编号", "站点名称", "类型", "状态", "所属乡镇", "位置精度", "开放日期",
         "参观时长（分钟）", "免费", "经度", "纬度"],
        ["S1", "山口站", "科普服务站", "开放", 370911101000, "到街巷", datetime(2026, 3, 4),
         30.0, True, 117.25, 36.2],
        [None], [None, None],
        ["S2", "祝阳站", "科普服务站", "开放", 370911101000.0, "到街巷", date(2026, 3, 5),
         "30", "否", "117.26", 36.25],
    ], merged=["A1:K1"])  # fmt: skip
    raw = read_table(data, table="venues")
    assert (raw.sheet, raw.rows) == ("名单", [4, 7])
    assert raw.frame["township_code"].tolist() == ["370911101000"] * 2
    assert raw.frame["opened_on"].tolist() == ["2026-03-04", "2026-03-05"]
    assert raw.frame["visit_min"].tolist() == ["30", "30"]
    assert raw.frame["free"].tolist() == ["true", "否"]
    assert raw.frame["lon"].tolist() == ["117.25", "117.26"]


def test_a_formula_gives_its_result_and_without_one_is_marked():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["county_code", "name"])
        sheet.write_formula(1, 0, "=370900+2", None, 370902)
        sheet.write_string(1, 1, "泰山区")
    assert read_table(file.getvalue(), table="counties").frame["county_code"][0] == "370902"
    unsaved = workbook([["county_code", "name"], ["=370900+2", "泰山区"], ["370911", "=1+1"]])
    frame = read_table(unsaved, table="counties").frame
    assert frame["county_code"].tolist() == ["#FORMULA!", "370911"]
    assert frame["name"].tolist() == ["泰山区", "#FORMULA!"]


def test_merged_data_cells_are_refused_and_merged_titles_are_not():
    rows = [["标题"], ["county_code", "name"], ["370902", "泰山区"], ["370911", None]]
    assert len(read_table(workbook(rows, merged=["A1:B1"]), table="counties").rows) == 2
    assert refused(workbook(rows, merged=["A3:B3"])) == "merged_cells"
    assert refused(workbook(rows, merged=["A4:B4"])) == "merged_cells"
    assert refused(workbook(rows, merged=["A2:A3"])) == "merged_cells"


def test_geojson_points_become_longitude_and_latitude():
    feature = {
        "type": "Feature", "geometry": {"type": "Point", "coordinates": [117.1, 36.2, 150]},
        "properties": {"编号": "V1", "name": "馆", "kind": "hall", "status": "open",
                       "位置精度": "street", "visit_min": 30, "free": True, "颜色": "red"},
    }  # fmt: skip
    bare = {"geometry": None, "properties": feature["properties"] | {"visit_min": 30.0}}
    content = {"type": "FeatureCollection", "features": [feature, bare]}
    raw = read_table(json.dumps(content).encode(), table="venues")
    assert raw.frame["lon"].tolist() == ["117.1", None]
    assert raw.frame["lat"].tolist() == ["36.2", None]
    assert raw.frame["visit_min"].tolist() == ["30", "30"]
    assert raw.ignored == ["颜色"]
    line = feature | {"geometry": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}}
    assert refused(json.dumps(content | {"features": [line]}).encode(), "venues") == "not_points"
    metres = content | {"crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::4548"}}}
    assert refused(json.dumps(metres).encode(), "venues") == "file_unreadable"
    assert (
        refused(json.dumps(content).replace("117.1", "NaN").encode(), "venues") == "file_unreadable"
    )
    assert refused(b'{"features":' + b"[" * 100_000, "venues") == "file_unreadable"


def test_a_village_list_may_name_the_township_beside_the_village():
    text = "宣传员编号,乡镇街道,村\nP1,山口镇,王庄\n"
    raw = read_table(text.encode(), table="promoter_villages")
    assert raw.frame.to_dict("list") == {
        "promoter_id": ["P1"], "township_code": ["山口镇"], "village_code": ["王庄"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_unreadable"), (b" \n", "file_unreadable"), (b"\xef\xbb\xbf", "header_missing"),
        (b"a,b\n1,2\n", "header_missing"), (b"county_code,name\n", "no_rows"),
        (b"county_code,name,\xe5\x90\x8d\xe7\xa7\xb0\n370902,a,b\n", "columns_repeated"),
        ("县市区代码,法定面积\n370902,3\n".encode(), "columns_missing"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "file_unreadable"),
        (b"PK\x03\x04broken", "file_unreadable"), (b"%PDF-1.7", "file_type"),
        (b"county_code,name\n\xff\xff\xff,\x81\n", "encoding"),
        (b"county_code,name\n370902," + b"x" * 10_000_000, "file_too_large"),
        (b"county_code,name\n370902," + b"x" * 50_000, "file_too_large"),
        (b"county_code,name" + b",x" * 300 + b"\n370902,a", "file_too_large"),
        (b"county_code,name\n" + b"370902,a\n" * 100_001, "file_too_large"),
        (b"x" * (LIMIT_BYTES + 1), "file_too_large"), (b"{}", "file_unreadable"),
    ],
    ids=range(17),
)  # fmt: skip
def test_unusable_files_are_refused_with_a_sentence(data, code):
    assert refused(data) == code


def test_nul_bytes_reach_the_check_as_the_cell_they_stand_in():
    raw = read_table(b"county_code,name\n370902,a\0b\n", table="counties")
    assert raw.frame["name"].tolist() == ["a\0b"]


def test_missing_paths_and_folders_are_named(tmp_path):
    assert refused(tmp_path) == "file_unreadable"
    assert refused(tmp_path / "no.csv") == "file_missing"
    with pytest.raises(ArgumentError):
        read_table(b"x", table="castles")


def test_a_table_may_be_empty_when_that_is_said():
    raw = read_table(b"county_code,name\n", table="counties", allow_empty=True)
    assert validate(raw, {}).empty
    assert validate(raw, {}).dtypes.astype(str).tolist() == ["str", "str", "float64"]


# --- hostile workbooks ---------------------------------------------------------------


def test_a_cell_in_the_last_corner_of_the_sheet_does_not_hurt():
    book = openpyxl.Workbook()
    book.active.append(["county_code", "name"])
    book.active.append(["370902", "泰山区"])
    book.active["XFD1048576"] = "x"
    file = io.BytesIO()
    book.save(file)
    assert read_table(file.getvalue(), table="counties").rows == [2]
    with_formula = io.BytesIO()
    book.active["A3"] = "=1+1"
    book.save(with_formula)
    assert read_table(with_formula.getvalue(), table="counties").rows == [2, 3]


def test_a_wrongly_stated_size_of_a_sheet_hides_no_rows():
    rows = [["county_code", "name"], ["370902", "泰山区"], ["370911", "岱岳区"]]
    small = rezipped(workbook(rows), lambda _, b: b.replace(b'ref="A1:B3"', b'ref="A1:A2"'))
    assert read_table(small, table="counties").rows == [2, 3]


def test_a_bomb_of_zeros_is_refused_before_it_unpacks():
    small = workbook([["county_code", "name"], ["370902", "泰山区"]])
    bomb = rezipped(small, lambda n, b: b + b" " * 60_000_000 * n.endswith("sheet2.xml"))
    assert len(bomb) < 100_000
    assert refused(bomb) == "file_too_large"


def test_a_workbook_of_many_members_is_refused():
    file = io.BytesIO(workbook([["county_code", "name"], ["370902", "泰山区"]]))
    with zipfile.ZipFile(file, "a") as archive:
        for number in range(200):
            archive.writestr(f"x{number}", b"")
    assert refused(file.getvalue()) == "file_too_large"


def test_a_document_type_a_huge_cell_and_a_cut_file_are_refused():
    good = workbook([["county_code", "name"], ["370902", "泰山区"]])
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    evil = rezipped(good, lambda n, b: entity + b if n.endswith("sheet2.xml") else b)
    assert refused(evil) == "file_unreadable"
    assert refused(good[: len(good) // 2]) == "file_unreadable"
    noise = "".join(Random(2).choices("abcdefghij", k=10_000_000))
    cell = f'<c r="A9" t="inlineStr"><is><t>{noise}</t></is></c>'
    row = f'<row r="9">{cell}</row></sheetData>'.encode()
    large = rezipped(good, lambda n, b: b.replace(b"</sheetData>", row) if "sheet2" in n else b)
    assert refused(large) == "file_too_large"


# --- writing -------------------------------------------------------------------------


@pytest.mark.parametrize("headers", ["en", "zh"])
@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".geojson"])
@pytest.mark.parametrize("table", TABLES)
def test_what_is_written_is_read_back_exactly(table, suffix, headers):
    if suffix == ".geojson" and not TABLES[table].has_position:
        with pytest.raises(FileError, match="需要坐标"):
            write_table(TABLES_HERE[table], table=table, suffix=suffix, audience="personal")
        return
    frame = TABLES_HERE[table]
    data = write_table(frame, table=table, suffix=suffix, headers=headers, audience="personal",
                       notices=["=含演示数据", "未经审核"])  # fmt: skip
    raw = read_table(data, table=table)
    assert raw.ignored == []
    pd.testing.assert_frame_equal(validate(raw, TABLES_HERE), frame)


@pytest.mark.parametrize("seed", range(3))
def test_csv_round_trips_hold_for_other_rows(seed):
    tables = seeded.tables(Random(seed), 40)
    for name, frame in tables.items():
        for headers in ("en", "zh"):
            data = write_table(
                frame, table=name, suffix=".csv", headers=headers, audience="personal"
            )
            made = validate(read_table(data, table=name), tables)
            pd.testing.assert_frame_equal(made, frame)


@pytest.mark.parametrize("headers", ["en", "zh"])
def test_a_geopackage_holds_the_same_rows(tmp_path, headers):
    frame = TABLES_HERE["venues"]
    path = tmp_path / "venues.gpkg"
    path.write_bytes(write_table(frame, table="venues", suffix=".gpkg", headers=headers,
                                 notices=["含演示数据"]))  # fmt: skip
    layer = gpd.read_file(path)
    assert layer.crs == "EPSG:4326"
    placed = frame["lon"].notna().to_numpy()
    assert layer.geometry.notna().to_numpy().tolist() == placed.tolist()
    assert layer.geometry[placed].x.tolist() == frame["lon"][placed].tolist()
    name, key = ("venue_id", "name") if headers == "en" else ("编号", "名称")
    assert layer[name].tolist() == frame["venue_id"].tolist()
    assert layer[key].tolist() == frame["name"].tolist()


@given(st.text())
def test_no_protected_text_starts_a_formula_and_protection_is_undone(text):
    safe = protected(text)
    assert unprotected(safe) == text
    assert safe[:1] not in set("=+-@\t\r＝＋－＠")


def test_formulas_from_people_stay_text_in_every_format():
    evil = "=HYPERLINK(\"http://x\")|'/C calc'!A0"
    frame = seeded.typed("counties", [
        {"county_code": f"37090{i}", "name": sign + evil[:18]}
        for i, sign in enumerate("=+-@＝＋－＠")
    ])  # fmt: skip
    rows = list(
        csv.reader(io.StringIO(write_table(frame, table="counties", suffix=".csv").decode()))
    )
    assert all(name.startswith("'") for _, name, _ in rows[1:])
    book = openpyxl.load_workbook(io.BytesIO(write_table(frame, table="counties", suffix=".xlsx")))
    assert {
        cell.data_type for row in book.worksheets[0].iter_rows(min_row=2, max_col=2) for cell in row
    } == {"s"}
    back = validate(
        read_table(write_table(frame, table="counties", suffix=".csv"), table="counties"), {}
    )
    pd.testing.assert_frame_equal(back, frame)


def test_a_workbook_is_for_people():
    data = write_table(TABLES_HERE["venues"], table="venues", suffix=".xlsx",
                       notices=["含演示数据"], made_on=date(2026, 11, 23))  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet, about = book.worksheets
    heads = {cell.value: cell.column_letter for cell in sheet[1]}
    assert (sheet.freeze_panes, sheet.title, about.title) == ("A2", "场馆站点", "说明")
    assert sheet.auto_filter.ref.startswith("A1:")
    assert {sheet[f"{heads['类别']}2"].value} <= {
        zh for _, zh, _ in TABLES["venues"]["kind"].choices
    }
    assert sheet[f"{heads['乡镇街道代码']}2"].data_type == "s"
    assert any(isinstance(cell.value, datetime) for cell in sheet[heads["开放日期"]])
    said = [row[0].value for row in about.iter_rows()]
    assert "含演示数据" in said
    assert "导出日期：2026-11-23" in said
    again = write_table(TABLES_HERE["venues"], table="venues", suffix=".xlsx",
                        notices=["含演示数据"], made_on=date(2026, 11, 23))  # fmt: skip
    assert again == data


def test_personal_columns_leave_only_on_request():
    with pytest.raises(ArgumentError, match="个人信息"):
        write_table(TABLES_HERE["promoters"], table="promoters", suffix=".csv")
    for name, table in TABLES.items():
        personal = {c.name for c in table.columns if c.audience != "public"}
        if personal & set(table.key):
            continue
        data = write_table(TABLES_HERE[name], table=name, suffix=".csv").decode()
        assert not personal & set(data.split("\n", 1)[0].split(","))


def test_notices_travel_with_csv_and_geojson():
    frame = TABLES_HERE["venues"]
    rows = list(csv.DictReader(io.StringIO(
        write_table(frame, table="venues", suffix=".csv", notices=["含演示数据"]).decode()
    )))  # fmt: skip
    assert {row["notice"] for row in rows} == {"含演示数据"}
    content = json.loads(
        write_table(frame, table="venues", suffix=".geojson", notices=["含演示数据"])
    )
    assert content["notices"] == ["含演示数据"]
    assert len(content["features"]) == len(frame)
    plain = write_table(frame, table="venues", suffix=".csv").decode()
    public = [column.name for column in TABLES["venues"].columns if column.audience == "public"]
    assert plain.split("\n", 1)[0].split(",") == public
    assert write_table(frame, table="venues", suffix=".csv", headers="zh").startswith(
        b"\xef\xbb\xbf"
    )


def test_answers_are_written_with_true_and_false_or_with_chinese_words():
    frame = pd.DataFrame({
        "township_code": ["370902001000"], "name": ["=岱庙街道"],
        "stations": pd.array([2], "Int64"),
        "covered": [True], "nearest_km": [None], "since": pd.to_datetime(["2026-01-02"]),
    })  # fmt: skip
    columns = [(name, f"中{name}", name) for name in frame]
    plain = write_answer(frame, suffix=".csv", columns=columns, title="覆盖").decode()
    assert plain == (
        "township_code,name,stations,covered,nearest_km,since\n"
        "370902001000,'=岱庙街道,2,true,,2026-01-02\n"
    )
    zh = write_answer(frame, suffix=".csv", columns=columns, title="覆盖", headers="zh")
    assert zh.decode("utf-8-sig").splitlines()[1] == "370902001000,'=岱庙街道,2,是,,2026-01-02"
    book = openpyxl.load_workbook(io.BytesIO(
        write_answer(frame, suffix=".xlsx", columns=columns, title="覆盖/乡镇")
    ))  # fmt: skip
    assert [cell.value for cell in book.worksheets[0][2]][:4] == [
        "370902001000",
        "=岱庙街道",
        2,
        "是",
    ]
    with pytest.raises(ArgumentError):
        write_answer(frame, suffix=".gpkg", columns=columns, title="覆盖")


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "a.csv"
    write_bytes(path, b"old")
    with pytest.raises(TypeError):
        write_bytes(path, "not bytes")
    assert path.read_bytes() == b"old"
    write_bytes(path, b"new")
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]
    with pytest.raises(FileError, match="写不了"):
        write_bytes(tmp_path / "none" / "a.csv", b"x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(FileError, match="写不了"):
        write_bytes(tmp_path / "folder", b"x")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.csv", "folder"]


def test_a_layer_comes_back_with_where_it_comes_from(tmp_path):
    shapes = [
        shapely.box(117, 36, 117.1, 36.1),
        shapely.MultiPolygon([shapely.box(117.1, 36, 117.2, 36.1)]),
    ]
    layer = gpd.GeoDataFrame({
        "county_code": pd.Series(["370902", "370911"], dtype="str"),
        "name": pd.Series(["泰山区", "岱岳区"], dtype="str"),
    }, geometry=shapes, crs="EPSG:4326")  # fmt: skip
    info = LayerInfo("county", "official", "市局", date(2026, 1, 2), "鲁S(2026)001号")
    path = tmp_path / "counties.geojson"
    write_layer(layer, info, path)
    back, told = read_layer(path)
    assert told == info
    assert back.crs == "EPSG:4326"
    pd.testing.assert_frame_equal(
        back.drop(columns="geometry"), pd.DataFrame(layer.drop(columns="geometry"))
    )
    assert back.geometry.geom_equals(layer.geometry).all()
    content = json.loads(path.read_bytes())
    del content["layer"]
    assert read_layer(json.dumps(content).encode(), info)[1] == info
    for broken in (
        content, {}, [], content | {"layer": {"level": "x", "kind": "official", "source": ""}},
        json.loads(path.read_bytes()) | {"features": [{"type": "Feature"}]},
    ):  # fmt: skip
        with pytest.raises(FileError, match="边界文件有问题"):
            read_layer(json.dumps(broken).encode())


def test_four_thousand_rows_are_read_back():
    frame = pd.concat([seeded.tables(Random(3), 80)["venues"]] * 50, ignore_index=True)
    names = raw_from_frame("venues", frame).frame["name"].tolist()
    for suffix in (".csv", ".xlsx", ".geojson"):
        data = write_table(frame, table="venues", suffix=suffix)
        assert read_table(data, table="venues").frame["name"].tolist() == names
