"""What is exported and imported again changes nothing; one edited cell is exactly one edit."""

import csv
import io
import re
import zipfile
from datetime import date, datetime
from random import Random

import openpyxl
import pandas as pd
import pytest

from geo import register
from geo.files import write_answer, write_table
from geo.policy import NO_REVIEW
from geo.previews import apply, preview
from geo.rights import SYSTEM
from geo.schema import TABLES
from geo.store import Store
from geo.templates import template_workbook
from geo.uploads.marking import marked_workbook
from tests import seeded

TODAY = date(2026, 11, 24)
POINTS = [name for name, table in TABLES.items() if table.has_position]
FORMATS = [(".csv", "en"), (".csv", "zh"), (".xlsx", "en"), (".xlsx", "zh")]
POINT_FORMATS = [(".geojson", "en"), (".geojson", "zh"), (".gpkg", "en"), (".gpkg", "zh")]
# What spreadsheets, CSV, XML and readers of them like to spoil.
HOSTILE = [
    "=1+1", "'=1+1", "''=1", "'", "''", "'x", "+86", "-1", "@SUM(A1)", "＝1", "＠x",
    "=cmd|'/C calc'!A0", '=HYPERLINK("http://x","y")', '"', '""', 'a"b', "a,b;c", "一\n二\n=三",
    "007", "1e5", "1.0", "2.50", "TRUE", "否", "nan", "None", "NULL", "NA", "2026-01-01", "1/2",
    "3-4", "12:30", "_x000D_", "_x0041_", "&lt;b&gt;<b>", "{{7*7}}", "{% x %}", "\\n", "%0A",
    "é泰😀", "a  b", "名称", "#名", "＃",
]  # fmt: skip
NUMBERS = [1 / 3 + 1, 99.99999999999999, 123456.78901234567, 1e6, 7.000001, 2.5e-7 + 1]
DAYS = [date(1000, 1, 1), date(1899, 12, 31), date(1900, 1, 1), date(1900, 2, 28), date(1900, 3, 1),
        date(1904, 1, 1), date(2100, 12, 31)]  # fmt: skip
# Columns whose value is bound to that of others by a rule.
BOUND = {
    "township_code", "county_code", "village_code", "unit_id", "venue_id", "lon", "lat",
    "position_precision", "source_datum", "kind", "status", "from_date", "to_date", "opened_on",
    "closed_on", "verified_on", "demo",
}  # fmt: skip


def hostile_tables(random, count=30):
    """Return tables that obey every rule, with the cells that programs like to spoil."""
    tables = seeded.tables(random, count)
    for name, frame in tables.items():
        for column in TABLES[name].columns:
            if column.name in TABLES[name].key or column.refers_to or column.name in BOUND:
                continue
            values = frame[column.name].tolist()
            for at in range(0, count, 2):
                if column.kind == "text":
                    values[at] = random.choice(HOSTILE)[: column.limit]
                elif column.kind == "number" and column.high == 1e6:
                    values[at] = random.choice(NUMBERS)
                elif column.kind == "date":
                    values[at] = pd.Timestamp(random.choice(DAYS)).as_unit("s")
            longest = frame.index[-1]
            if column.kind == "text" and column.limit > 100:
                values[longest] = ("泰山\n“=" * column.limit)[: column.limit].strip()
            frame[column.name] = pd.Series(values, dtype=frame[column.name].dtype)
        if "demo" in frame:
            frame.loc[frame["demo"].fillna(False), "name"] = "=演示"
    return tables


def without_what_openpyxl_spoils(tables):
    """It writes 16 digits of a number, and reads _x0041_ but does not write it."""
    for name, frame in tables.items():
        for column in TABLES[name].columns:
            if column.kind == "number":
                frame[column.name] = frame[column.name].round(6)
            elif column.kind == "text":
                frame[column.name] = frame[column.name].str.replace("_x", "x_")
    return tables


def store_of(folder, tables):
    store = Store(f"sqlite:///{folder / 'store.db'}")
    store.migrate()
    store.replace(tables)
    return store


@pytest.fixture(scope="module")
def tables():
    return hostile_tables(Random(11))


@pytest.fixture(scope="module")
def store(tmp_path_factory, tables):
    """Give a store of hostile rows; look, never change."""
    made = store_of(tmp_path_factory.mktemp("round"), tables)
    yield made
    made.close()


@pytest.fixture(scope="module")
def saved_store(tmp_path_factory):
    """Give a store of rows that openpyxl, too, reads and writes alike; look, never change."""
    rows = without_what_openpyxl_spoils(hostile_tables(Random(12)))
    made = store_of(tmp_path_factory.mktemp("saved"), rows)
    yield made
    made.close()


def look(store, table, data):
    return preview(store, table, data, actor=SYSTEM, today=TODAY)


def exported(store, table, suffix, headers=None, audience="personal"):
    return register.export_table(
        store, table, suffix=suffix, headers=headers, audience=audience, made_on=TODAY
    )


def assert_unchanged(store, table, data):
    seen = look(store, table, data)
    assert [problem.sentence() for problem in seen.problems] == []
    assert [(edit.kind, edit.key, edit.fields()) for edit in seen.edits] == []
    assert seen.unchanged == len(store.read(table)) > 0
    return seen


# --- export, import -----------------------------------------------------------------------


@pytest.mark.parametrize(("suffix", "headers"), FORMATS)
@pytest.mark.parametrize("table", TABLES)
def test_what_is_exported_and_imported_again_changes_nothing(store, table, suffix, headers):
    seen = assert_unchanged(store, table, exported(store, table, suffix, headers))
    assert (seen.absent, seen.ignored, seen.guessed) == ([], [], {})


@pytest.mark.parametrize(("suffix", "headers"), POINT_FORMATS)
@pytest.mark.parametrize("table", POINTS)
def test_maps_formats_change_nothing_either(store, table, suffix, headers):
    seen = assert_unchanged(store, table, exported(store, table, suffix, headers))
    assert (seen.absent, seen.ignored) == ([], [])


@pytest.mark.parametrize("audience", ["public", "staff"])
@pytest.mark.parametrize("table", [n for n in TABLES if not n.startswith("promoter")])
def test_an_export_without_some_columns_wipes_none_of_them(store, table, audience):
    for suffix in (".csv", ".xlsx")[: 1 + (table == "venues")]:
        assert_unchanged(store, table, exported(store, table, suffix, audience=audience))


def test_it_holds_for_other_rows(tmp_path):
    store = store_of(tmp_path, hostile_tables(Random(1), 60))
    for table in TABLES:
        assert_unchanged(store, table, exported(store, table, ".csv", "zh"))
    for table in ("venues", "counties"):
        assert_unchanged(store, table, exported(store, table, ".xlsx"))
    store.close()


def test_a_workbook_that_was_saved_by_another_program_changes_nothing(saved_store):
    for table in TABLES:
        book = openpyxl.load_workbook(io.BytesIO(exported(saved_store, table, ".xlsx")))
        assert_unchanged(saved_store, table, saved(book))


# --- one edit -----------------------------------------------------------------------------


def saved(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def typed_in(column, value):
    """Return what a clerk would type for `value`, and what Excel would make of it."""
    if column.kind == "yesno":
        return "是" if value else "否"
    if column.kind == "choice":
        return column.choice_label(value)
    if column.kind == "choices":
        return "；".join(map(column.choice_label, value.split(";")))
    return datetime(value.year, value.month, value.day) if isinstance(value, date) else value


@pytest.mark.parametrize("table", [n for n in TABLES if n != "promoter_villages"])
def test_one_edited_cell_of_a_workbook_is_exactly_one_edit(saved_store, table):
    store, random = saved_store, Random(table)
    declared = TABLES[table]
    free = [c for c in declared.columns if c.name not in (*declared.key, *BOUND)]
    data = exported(store, table, ".xlsx")
    stored = store.read(table)
    for column in random.sample(free, 2 if table == "venues" else 1):
        book = openpyxl.load_workbook(io.BytesIO(data))
        sheet = book.worksheets[0]
        row = random.randrange(len(stored))
        old = stored[column.name].iloc[row]
        new = old
        while pd.isna(new) or str(new) in {str(old), str(old)[:10]}:
            new = random.choice(["=2+2", "'=2", "新"]) if column.kind == "text" else (
                seeded.value(random, column, row)
            )  # fmt: skip
            new = round(new, 6) if isinstance(new, float) else new
        cell = sheet.cell(row + 2, declared.names.index(column.name) + 1)
        cell.value = typed_in(column, new)
        if isinstance(new, str):
            cell.data_type = "s"  # as Excel saves what is typed into a cell in text format
        seen = look(store, table, saved(book))
        if column.name == "name" and "demo" in stored and stored["demo"].iloc[row] is True:
            assert [problem.code for problem in seen.problems] == ["demo_name"]
            continue
        assert [problem.sentence() for problem in seen.problems] == []
        (edit,) = seen.edits
        assert edit.fields() == [column.name]
        assert edit.after[column.name] == new
        assert edit.key == tuple(edit.before[name] for name in declared.key)
        assert seen.unchanged == len(stored) - 1


def test_an_edit_applied_and_exported_comes_back_as_no_change(tmp_path):
    tables = without_what_openpyxl_spoils(hostile_tables(Random(13)))
    store = store_of(tmp_path, tables)
    book = openpyxl.load_workbook(io.BytesIO(exported(store, "venues", ".xlsx")))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    sheet.cell(3, heads.index("电话") + 1).value = None
    sheet.cell(4, heads.index("简介") + 1).value = None
    sheet.delete_rows(6)
    seen = look(store, "venues", saved(book))
    assert {tuple(edit.fields()) for edit in seen.edits} <= {("phone",), ("intro",)}
    apply(store, seen, actor=SYSTEM, today=TODAY, policy=NO_REVIEW)
    assert len(store.read("venues")) == len(tables["venues"])
    for suffix in (".csv", ".xlsx", ".geojson", ".gpkg"):
        assert_unchanged(store, "venues", exported(store, "venues", suffix))
    store.close()


# --- formulas -----------------------------------------------------------------------------


def live(data):
    """Return the formulas of a workbook, and its parts that could run something."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    formulas = [
        found
        for name, part in parts.items() if "worksheets/sheet" in name
        for found in re.findall(rb"<f[ >/].*", part)
    ]  # fmt: skip
    return formulas + [name for name in parts if re.search("vba|externalLink|macro|activeX", name)]


@pytest.mark.parametrize("table", TABLES)
def test_no_export_has_a_cell_that_a_spreadsheet_would_run(store, tables, table):
    for headers in ("en", "zh"):
        assert live(exported(store, table, ".xlsx", headers)) == []
        text = exported(store, table, ".csv", headers).decode("utf-8-sig")
        for column, row in enumerate(zip(*csv.reader(io.StringIO(text)), strict=True)):
            kinds = [c.kind for c in TABLES[table].columns]
            if kinds[column : column + 1] in (["number"], ["integer"]):
                continue
            assert not any(cell[:1] in tuple("=+-@\t\r＝＋－＠") for cell in row if cell)
    assert live(template_workbook(table, tables=tables, today=TODAY)) == []


def test_cells_that_look_like_formulas_are_marked_as_text(store):
    book = openpyxl.load_workbook(io.BytesIO(exported(store, "venues", ".xlsx")))
    cells = [cell for row in book.worksheets[0].iter_rows(min_row=2) for cell in row]
    found = [cell for cell in cells if str(cell.value or "").startswith(("=", "+", "-", "@"))]
    assert len(found) > 10
    assert all(cell.quotePrefix and cell.data_type == "s" for cell in found)


def test_answers_and_marked_workbooks_run_nothing_either(store, tables):
    frame = tables["venues"][["name", "intro"]]
    columns = [("name", "名称", "name"), ("intro", "简介", "introduction")]
    assert live(write_answer(frame, suffix=".xlsx", columns=columns, title="=1")) == []
    broken = tables["venues"].assign(kind=None, name="=1+1")
    for suffix in (".csv", ".xlsx"):
        data = write_table(broken, table="venues", suffix=suffix, notices=["=x"])
        seen = look(store, "venues", data)
        assert len(seen.problems) >= len(broken)
        assert live(marked_workbook(data, seen.raw, seen.problems)) == []
