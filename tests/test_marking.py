"""Marked workbooks: the same workbook, broken cells marked; repaired, it can be imported."""

import io
import json
import re
import zipfile
from datetime import datetime

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from geo.check import examine, problems_of, validate
from geo.errors import Problem, TableError
from geo.files import read_table
from geo.uploads import marking
from geo.uploads.marking import marked_workbook
from tests.conftest import toy_tables

TOY = toy_tables()
HEADS = ["编号", "名称", "类别", "状态", "乡镇街道", "位置精度", "开放日期", "简介"]
GOOD = ["v1", "山口馆", "科技馆", "开放", "山口镇", "位置待核实", datetime(2025, 5, 1), "=1+1"]
BAD = ["v2", None, "科技管", "开放", "三口镇", "位置待核实", "去年", None]
FILL = "FFFFD2B8"


def workbook(rows=(GOOD, BAD), *, change=lambda _: None):
    """Return an office's own workbook: a title, a header in row 3, another sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "登记 '26"
    sheet.append(["场馆登记表"])
    sheet.append([])
    sheet.append(HEADS)
    for row in rows:
        sheet.append(row)
    for row in sheet.iter_rows(min_row=4):
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith("="):
                cell.data_type = "s"
    sheet.column_dimensions["B"].width = 33
    sheet["A1"].font = Font(bold=True, size=20)
    sheet["A4"].fill = PatternFill("solid", fgColor="FF00FF00")
    sheet["A4"].comment = Comment("核对过", "王")
    other = book.create_sheet("汇总")
    other["A1"] = "=COUNTA('登记 ''26'!A4:A9)"
    other["A2"] = 3.25
    change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def problems(data, table="venues"):
    raw = read_table(data, table=table)
    return raw, problems_of(raw, examine(raw, TOY)[1])


def marked(data, table="venues", **options):
    raw, found = problems(data, table)
    made = marked_workbook(data, raw, found, **options)
    return openpyxl.load_workbook(io.BytesIO(made)), found, made


def marks(sheet):
    return {
        cell.coordinate: cell.comment.text if cell.comment else ""
        for row in sheet.iter_rows() for cell in row if cell.fill.fgColor.rgb == FILL
    }  # fmt: skip


def values(sheet):
    return [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows()]


def saved(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_the_same_workbook_comes_back_with_the_broken_cells_marked():
    data = workbook()
    before = openpyxl.load_workbook(io.BytesIO(data))
    book, found, _ = marked(data)
    sheet = book["登记 '26"]
    assert {(p.row, p.column) for p in found} == {
        (5, "名称"), (5, "类别"), (5, "乡镇街道"), (5, "开放日期"),
    }  # fmt: skip
    said = marks(sheet)
    assert set(said) == {"B5", "C5", "E5", "G5"}
    for problem in found:
        cell = f"{'ABCDEFGH'[HEADS.index(problem.column)]}5"
        assert problem.sentence() in said[cell]
        assert sheet[cell].comment.author == "泰山星火科普云地图"
    assert values(sheet) == values(before["登记 '26"])
    assert values(book["汇总"]) == values(before["汇总"])
    assert sheet.column_dimensions["B"].width == 33
    assert sheet["A1"].font.size == 20
    assert sheet["A4"].fill.fgColor.rgb == "FF00FF00" and sheet["A4"].comment.text == "核对过"
    assert sheet["H4"].value == "=1+1" and sheet["H4"].data_type == "s"


def test_the_last_sheet_lists_every_problem_with_a_link_to_its_cell():
    book, found, _ = marked(workbook())
    listing = book.worksheets[-1]
    assert book.sheetnames == ["登记 '26", "汇总", "问题清单"]
    rows = list(listing.iter_rows(min_row=2))
    assert [row[4].value for row in rows] == [problem.sentence() for problem in found]
    assert [row[1].value for row in rows] == ["B5", "C5", "E5", "G5"]
    assert [row[1].hyperlink.location for row in rows] == [
        f"'登记 ''26'!{row[1].value}" for row in rows
    ]
    by_column = {row[2].value: row[5].value for row in rows}
    assert by_column["类别"] == "科技馆" and by_column["乡镇街道"] == "山口镇"


def test_once_repaired_it_is_read_without_a_problem_and_old_marks_go():
    book, _, _ = marked(workbook())
    sheet = book["登记 '26"]
    sheet["B5"], sheet["C5"], sheet["E5"] = "祝阳馆", "科技馆", "祝阳镇"
    half, found, _ = marked(saved(book))
    assert [(p.row, p.column) for p in found] == [(5, "开放日期")]
    assert set(marks(half["登记 '26"])) == {"G5"}
    assert half["登记 '26"]["B5"].comment is None
    assert half.sheetnames == ["登记 '26", "汇总", "问题清单"]
    assert half["问题清单"].max_row == 2
    half["登记 '26"]["G5"] = datetime(2025, 6, 1)
    raw = read_table(saved(half), table="venues")
    frame = validate(raw, TOY)
    assert frame["venue_id"].tolist() == ["v1", "v2"]
    assert frame["intro"].tolist()[0] == "=1+1"
    clean, _, _ = marked(saved(half))
    assert not marks(clean["登记 '26"]) and clean["登记 '26"]["A4"].comment.text == "核对过"


def test_a_note_of_the_clerks_stays_above_what_we_say():
    def note(book):
        book.worksheets[0]["C5"].comment = Comment("问过馆长", "王")

    book, found, _ = marked(workbook(change=note))
    said = book.worksheets[0]["C5"].comment.text
    assert said.startswith("问过馆长\n") and found[1].sentence() in said
    book.worksheets[0]["C5"] = "科技馆"
    again, _, _ = marked(saved(book))
    assert again.worksheets[0]["C5"].comment.text == "问过馆长"


def test_formulas_of_the_sheet_give_way_to_results_and_links_and_macros_go():
    def change(book):
        sheet = book.worksheets[0]
        sheet["B4"] = '="山"&"口馆"'
        sheet["H5"] = '=HYPERLINK("http://x",1)'
        book["汇总"]["A3"] = "=[1]Sheet1!A1+1"
        book["汇总"]["A4"] = "=cmd|'/C calc'!A0"
        book.defined_names["x"] = DefinedName("x", attr_text="[1]Sheet1!$A$1")
        rule = DataValidation("list", formula1="[1]Sheet1!$A$1:$A$3")
        rule.add("C9")
        book.worksheets[0].add_data_validation(rule)

    data = workbook(change=change)

    def results(name, content):  # what Excel would have saved beside the formulas
        if name.endswith("sheet1.xml"):
            content = re.sub(
                rb'<c r="B4"><f>([^<]*)</f>(?:<v ?/>|<v></v>)</c>',
                '<c r="B4" t="str"><f>\\1</f><v>山口馆</v></c>'.encode(),
                content,
            )
            assert b't="str"' in content
        if name.endswith("sheet2.xml"):
            content = re.sub(rb"A1\+1</f>(?:<v ?/>|<v></v>)", b"A1+1</f><v>7</v>", content)
        return content

    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(name, results(name, old.read(name)))
        new.writestr("xl/vbaProject.bin", b"macro")
    book, found, made = marked(file.getvalue())
    sheet, other = book["登记 '26"], book["汇总"]
    assert (sheet["B4"].value, sheet["B4"].data_type) == ("山口馆", "s")
    assert (sheet["H5"].value, sheet["H5"].data_type) == ("#FORMULA!", "s")
    assert "H5" in marks(sheet) and (5, "简介") in {(p.row, p.column) for p in found}
    assert other["A1"].data_type == "f" and other["A3"].value == 7
    assert "x" not in book.defined_names
    assert all("[1]" not in str(r.formula1) for r in sheet.data_validations.dataValidation)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        names = archive.namelist()
    assert not [name for name in names if "vba" in name or "externalLink" in name]


def test_a_problem_of_a_whole_row_marks_its_key_and_one_of_the_file_is_only_listed():
    data = workbook([GOOD])
    raw = read_table(data, table="venues")
    found = [
        Problem("venues", "not_your_row", row=4, value="v1",
                params={"table": "场馆站点", "key": "v1"}),
        Problem("venues", "required", row=4, column="来源", params={"expected": "来源"}),
        Problem("venues", "no_rows", params={"file": "x"}),
    ]  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(marked_workbook(data, raw, found)))
    said = marks(book.worksheets[0])
    assert set(said) == {"A4"}
    assert found[0].sentence() in said["A4"] and found[1].sentence() in said["A4"]
    listing = book["问题清单"]
    assert [listing.cell(row, 2).value or "" for row in (2, 3, 4)] == ["A4", "A4", ""]


CSV = """编号,名称,类别,状态,位置精度,简介
v1,馆,科技馆,开放,位置待核实,'=1+1

v2,,科技管,开放,位置待核实,
"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_csv_becomes_a_workbook_with_the_same_rows_marked(language):
    data = CSV.encode("gb18030")
    book, found, _ = marked(data, language=language)
    sheet, listing = book.worksheets
    assert set(marks(sheet)) == {"B4", "C4"}
    assert found[0].sentence(language) in marks(sheet)["B4"]
    assert (sheet["F2"].value, sheet["F2"].data_type) == ("=1+1", "s")
    assert listing["B2"].hyperlink.location == f"'{sheet.title}'!B4"
    sheet["B4"], sheet["C4"] = "馆二", "科技馆"
    raw = read_table(saved(book), table="venues")
    assert raw.rows == [2, 4]
    assert validate(raw, TOY)["intro"].fillna("").tolist() == ["=1+1", ""]


def test_features_of_a_geojson_stand_in_the_rows_that_the_sentences_name():
    good = {"venue_id": "v1", "name": "馆", "kind": "hall", "status": "open",
            "position_precision": "unknown"}  # fmt: skip
    features = [{"type": "Feature", "geometry": None, "properties": properties}
                for properties in (good, good, good | {"venue_id": "v2", "kind": "x"})]  # fmt: skip
    data = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    book, _, _ = marked(data)
    sheet, listing = book.worksheets
    assert set(marks(sheet)) == {"A3", "C4"}
    assert "第 3 行" in listing["E2"].value and "与第 2 行重复" in listing["E2"].value
    with pytest.raises(TableError):
        validate(read_table(saved(book), table="venues"), TOY)


@pytest.mark.parametrize(
    "program",
    ["import os; os.abort()", "print('done')", "while True: pass", "import sys; sys.exit(0)"],
)
def test_whatever_befalls_the_marking_process_a_workbook_is_given(program, monkeypatch):
    monkeypatch.setattr(marking, "_PROGRAM", program)
    monkeypatch.setattr(marking, "TIMEOUT_S", 1)
    data = workbook()
    raw, found = problems(data)
    book = openpyxl.load_workbook(io.BytesIO(marked_workbook(data, raw, found)))
    assert set(marks(book.worksheets[0])) == {"B5", "C5", "E5", "G5"}
    assert read_table(saved(book), table="venues").rows == [4, 5]


def test_a_hostile_workbook_gives_another_one_not_an_error():
    data = workbook()
    raw, found = problems(data)

    def merged(name, content):
        area = b'<mergeCells><mergeCell ref="A9:XFD1048576"/></mergeCells>'
        mark = b"</sheetData>"
        return content.replace(mark, mark + area) if name.endswith("sheet2.xml") else content

    def entity(name, content):
        return b'<!DOCTYPE x [<!ENTITY a "b">]>' + content if "sheet2" in name else content

    for change in (merged, entity):
        file = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", 8) as new:
            for name in old.namelist():
                new.writestr(name, change(name, old.read(name)))
        made = marked_workbook(file.getvalue(), raw, found)
        book = openpyxl.load_workbook(io.BytesIO(made))
        assert book.sheetnames == ["场馆站点", "问题清单"]
        assert set(marks(book.worksheets[0])) == {"B5", "C5", "E5", "G5"}


def test_numbers_and_escapes_are_kept_as_they_were():
    def change(book):
        book["汇总"]["B1"] = 7

    file = io.BytesIO()
    data = io.BytesIO(workbook(change=change))
    with zipfile.ZipFile(data) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            content = old.read(name).replace(b"<v>7</v>", b"<v>0.30000000000000004</v>")
            for written in ("山口馆".encode(), b"&#23665;&#21475;&#39302;"):  # with lxml or without
                content = content.replace(written, b"a_x005F_x0041_b")
            new.writestr(name, content)
    book, _, made = marked(file.getvalue())
    assert book["汇总"]["B1"].value == 0.1 + 0.2
    assert read_table(made, table="venues").frame["name"][0] == "a_x0041_b"


def test_text_that_xml_cannot_hold_does_not_stop_the_marking():
    data = "county_code,name\n37090,泰\ud83d山\x01区\n".encode("utf-8", "surrogatepass")
    raw = read_table(data.replace(b"\xed\xa0\xbd", b""), table="counties")
    found = [Problem("counties", "control_character", row=2, column="name", value="\ud83d\x01")]
    made = marked_workbook(data, raw, found)
    assert "C2" not in marks(openpyxl.load_workbook(io.BytesIO(made)).worksheets[0])
    assert set(marks(openpyxl.load_workbook(io.BytesIO(made)).worksheets[0])) == {"B2"}
