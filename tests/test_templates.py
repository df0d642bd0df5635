"""Templates: every column explained and checked while typing; every offered value is read back."""

import io
import re
from datetime import date

import openpyxl
import pandas as pd
import pytest

from geo.cells import CellError, parse
from geo.check import RawTable, validate
from geo.errors import ArgumentError
from geo.files import read_table
from geo.references import directory
from geo.rights import Actor
from geo.schema import TABLES
from geo.templates import DEPTH, template_workbook
from tests.conftest import toy_tables, typed

TODAY = date(2026, 11, 24)
TOY = toy_tables()
EACH = [*((table, "zh") for table in TABLES), ("venues", "en"), ("route_stops", "en")]
STEWARD = Actor("dy", "岱岳区科协", "steward", "unit", "daiyue")
REPORTER = Actor("sk", "山口镇", "reporter", "township", "370911101000")


def template(table, *, tables=TOY, **options):
    data = template_workbook(table, tables=tables, today=TODAY, **options)
    return openpyxl.load_workbook(io.BytesIO(data))


def offered(book):
    """Return what each column's drop-down offers, by header."""
    sheet = book.worksheets[0]
    found = {}
    for rule in sheet.data_validations.dataValidation:
        if rule.type == "list":
            (cells,) = rule.sqref.ranges
            title, first, last = re.fullmatch(
                r"'(.+)'!(\$[A-Z]+\$\d+):(\$[A-Z]+\$\d+)", rule.formula1
            ).groups()
            listed = book[title][f"{first}:{last}".replace("$", "")]
            found[sheet.cell(1, cells.min_col).value] = [row[0].value for row in listed]
            assert (cells.min_row, cells.max_row) == (2, DEPTH + 1)
    return found


@pytest.mark.parametrize(("table", "language"), EACH)
def test_a_template_has_every_column_with_a_comment_a_check_and_a_line_of_instructions(
    table, language
):
    columns = TABLES[table].columns
    book = template(table, language=language)
    sheet, guide, _ = book.worksheets
    heads = [cell.value for cell in sheet[1]]
    assert len(heads) == len(columns) and sheet.freeze_panes == "A2"
    for head, column, cell in zip(heads, columns, sheet[1], strict=True):
        assert head.endswith(" *") == column.required
        assert cell.comment and cell.comment.author == "泰山星火科普云地图"
        assert column.note in cell.comment.text or language == "en"
    explained = [row[0].value for row in guide.iter_rows()]
    assert explained[-len(heads) :] == heads
    checked = {at for rule in sheet.data_validations.dataValidation for cells in rule.sqref.ranges
               for at in range(cells.min_col, cells.max_col + 1)}  # fmt: skip
    assert checked == set(range(1, len(columns) + 1))
    for rule in sheet.data_validations.dataValidation:
        assert rule.prompt and rule.error and len(rule.prompt) <= 255


@pytest.mark.parametrize(("table", "language"), EACH)
def test_a_filled_template_is_read_and_everything_it_offers_is_accepted(table, language):
    book = template(table, language=language)
    lists, sheet = offered(book), book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    for head, column in zip(heads, TABLES[table].columns, strict=True):
        for value in lists.get(head, ()):
            if column.refers_to:
                assert directory(column.refers_to, TOY).resolve(value, None)
            else:
                assert parse(column, value) is not None
    sheet.append([next(iter(lists.get(head, ["1"]))) for head in heads])
    file = io.BytesIO()
    book.save(file)
    raw = read_table(file.getvalue(), table=table)
    assert (raw.rows, raw.ignored) == ([2], [])
    assert set(raw.frame.columns) == set(TABLES[table].names)


def test_a_drop_down_offers_the_township_by_name_and_where_names_repeat_with_its_code():
    assert offered(template("venues"))["乡镇街道代码"] == [
        "岱庙街道", "财源街道", "山口镇", "祝阳镇",
    ]  # fmt: skip
    twice = TOY["townships"].replace({"name": {"祝阳镇": "山口镇"}})
    listed = offered(template("venues", tables={**TOY, "townships": twice}))["乡镇街道代码"]
    assert listed[2:] == ["370911101000 山口镇", "370911102000 山口镇"]
    index = directory("townships", {**TOY, "townships": twice})
    assert [index.resolve(value, None) for value in listed] == list(twice["township_code"])
    with pytest.raises(CellError):
        index.resolve("370911101000 祝阳镇", None)


def test_a_village_is_offered_with_its_code_and_read_by_an_import():
    (head,) = [h for h in offered(template("promoter_villages")) if "村" in h]
    listed = offered(template("promoter_villages"))[head]
    assert listed[3] == "370911101001 王庄村委会"
    raw = RawTable(
        "promoter_villages",
        pd.DataFrame({"promoter_id": ["p1"], "village_code": [listed[3]]}, dtype=object),
        [2], {},
    )  # fmt: skip
    assert validate(raw, TOY)["village_code"].tolist() == ["370911101001"]


def test_only_what_lies_in_the_actors_place_is_offered():
    def heads(actor, table):
        return offered(template(table, actor=actor))

    # 祝阳镇 reports through the zone until 2030.
    assert heads(STEWARD, "venues")["乡镇街道代码"] == ["山口镇"]
    assert heads(STEWARD, "venues")["县市区代码"] == ["岱岳区"]
    zone = Actor("z", "高新区", "steward", "unit", "zone")
    assert heads(zone, "venues")["乡镇街道代码"] == ["祝阳镇"]
    assert heads(REPORTER, "promoters")["登记乡镇"] == ["山口镇"]
    assert heads(REPORTER, "promoter_villages")["村（社区）代码 *"] == [
        "370911101001 王庄村委会", "370911101002 李庄村委会",
    ]  # fmt: skip
    staff = Actor("s", "服务站", "reporter", "venue", "s1")
    assert heads(staff, "venues")["乡镇街道代码"] == ["山口镇"]
    city = Actor("c", "市科协", "city")
    assert len(heads(city, "venues")["乡镇街道代码"]) == 4


def test_people_are_never_offered_nor_what_is_no_longer_in_the_list():
    book = template("promoter_villages")
    assert not any("宣传员" in head for head in offered(book))
    written = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert not {"p1", "p2", "张三"} & written
    gone = typed("townships", [
        row | {"to_date": "2026-01-01"} if row["name"] == "祝阳镇" else row
        for row in TOY["townships"].astype(object).where(TOY["townships"].notna(), None)
        .to_dict("records")
    ])  # fmt: skip
    listed = offered(template("venues", tables={**TOY, "townships": gone}))["乡镇街道代码"]
    assert listed == ["岱庙街道", "财源街道", "山口镇"]


def test_what_excel_would_spoil_is_kept_as_text():
    sheet = template("venues").worksheets[0]
    formats = {
        sheet.cell(1, at).value: group.number_format
        for group in sheet.column_dimensions.values()
        for at in range(group.min, group.max + 1)
    }
    assert {formats[head] for head in ("编号 *", "电话", "乡镇街道代码", "名称 *")} == {"@"}
    assert formats["开放日期"] == "yyyy-mm-dd"
    assert formats["经度（°）"] == "General"


def test_a_template_is_the_same_twice_and_of_a_known_table():
    again = [template_workbook("venues", tables=TOY, today=TODAY) for _ in range(2)]
    assert again[0] == again[1]
    with pytest.raises(ArgumentError, match="没有名为 castles 的表"):
        template_workbook("castles", tables=TOY, today=TODAY)
