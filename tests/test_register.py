"""The register: built whole or not at all, changed by files all or none, given out with notices."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pandas as pd
import pytest

from geo import check, files, previews, register, sources
from geo.errors import ArgumentError, FileError, Problem, StoreError, TableError
from geo.journal import entries
from geo.schema import TABLES
from geo.store import Store
from tests.conftest import toy_tables, typed
from tests.region import put_rows, raw_from_frame

PEOPLE = ("promoters", "promoter_villages")
STATION = {"kind": "station", "status": "open", "position_precision": "unknown"}
DEMO_STATION = STATION | {
    "venue_id": "d1", "name": "演示站", "township_code": "370902001000", "county_code": "370902",
    "opened_on": "2025-01-01", "demo": True,
}  # fmt: skip


@pytest.fixture
def store_url(tmp_path):
    """SQLite does here; `test_store.py` has both databases write and read the same."""
    return f"sqlite:///{tmp_path / 'store.db'}"


def test_postgresql_is_built_imported_into_and_emptied_of_demonstration_rows(
    toy_data, toy, postgres_url
):
    store = Store(postgres_url)
    add_demo(toy_data)
    assert register.build(toy_data, store)["venues"] == len(toy["venues"]) + 1
    rows = table_file("holidays", [{"date": "2027-01-01", "off": True, "name": "元旦"}])
    assert register.import_table(store, "holidays", rows).new == 1
    assert register.remove_demo(store)["venues"] == 1
    assert [p for p in register.findings(store) if not register.is_note(p)] == []
    store.close()


def table_file(name, rows) -> bytes:
    frame = rows if isinstance(rows, pd.DataFrame) else typed(name, rows)
    return files.write_table(frame, table=name, suffix=".csv", audience="personal")


def add_demo(data, venues=(DEMO_STATION,)):
    (data / "demo").mkdir()
    (data / "demo" / "venues.csv").write_bytes(table_file("venues", list(venues)))
    promoters = [{"promoter_id": "dp", "name": "演示员", "demo": True, "from_date": "2025-01-01"}]
    (data / "demo" / "promoters.csv").write_bytes(table_file("promoters", promoters))
    pairs = [{"promoter_id": "dp", "village_code": "370911102001"}]
    (data / "demo" / "promoter_villages.csv").write_bytes(table_file("promoter_villages", pairs))


def edit(path, old, new):
    before = path.read_text(encoding="utf-8")
    assert old in before
    path.write_text(before.replace(old, new), encoding="utf-8")


def sentences(error) -> list[str]:
    return [problem.sentence() for problem in error.value.problems]


# --- building ---------------------------------------------------------------------------


def test_a_store_is_built_from_the_files(toy_data, toy, empty_store):
    counts = register.build(toy_data, empty_store)
    assert counts == {n: 0 if n in PEOPLE else len(f) for n, f in toy.items()}
    assert empty_store.revision() == 1
    for name, frame in toy.items():
        if name in PEOPLE:
            continue
        expected = frame.sort_values(list(TABLES[name].key), ignore_index=True)
        pd.testing.assert_frame_equal(empty_store.read(name), expected)
    for level, count in (("county", 2), ("township", 4)):
        layer, info = empty_store.layer(level)
        assert (len(layer), info.level, info.kind) == (count, level, "schematic")


def test_demonstration_rows_are_taken_in_and_removed(toy_data, toy, empty_store):
    add_demo(toy_data)
    counts = register.build(toy_data, empty_store)
    assert counts["venues"] == len(toy["venues"]) + 1
    assert (counts["promoters"], counts["promoter_villages"]) == (1, 1)
    assert register.remove_demo(empty_store) == {
        "promoter_villages": 1, "promoters": 1, "venues": 1,
    }  # fmt: skip
    assert not empty_store.read("venues")["demo"].fillna(False).any()


def test_every_problem_of_every_file_is_reported_at_once_and_no_store_is_made(toy_data, tmp_path):
    edit(toy_data / "townships.csv", "street", "strasse")
    edit(toy_data / "venues.csv", ",museum,", ",muzeum,")
    (toy_data / "holidays.csv").unlink()
    (toy_data / "boundaries" / "counties.geojson").write_text("{}")
    store = Store(f"sqlite:///{tmp_path / 'new.db'}")
    with pytest.raises(TableError) as error:
        register.build(toy_data, store)
    assert {(p.file, p.code) for p in error.value.problems} == {
        ("townships.csv", "not_a_choice"),
        ("venues.csv", "not_a_choice"),
        ("holidays.csv", "file_missing"),
        ("boundaries/counties.geojson", "boundary"),
    }
    assert any(s.startswith("townships.csv 第 2 行“kind”列：“strasse”") for s in sentences(error))
    assert not (tmp_path / "new.db").exists()


def test_a_broken_list_is_not_reported_again_by_the_rows_that_refer_to_it(toy_data):
    edit(toy_data / "counties.csv", "370911", "37091")
    with pytest.raises(TableError) as error:
        sources.read_tables(toy_data)
    assert [(p.file, p.code) for p in error.value.problems] == [("counties.csv", "not_a_code")]


def test_an_id_that_stands_in_two_files_is_reported(toy_data):
    add_demo(toy_data, [DEMO_STATION, DEMO_STATION | {"venue_id": "s1"}])
    with pytest.raises(TableError) as error:
        sources.read_tables(toy_data)
    (problem,) = error.value.problems
    assert (problem.file, problem.code, problem.row) == ("demo/venues.csv", "duplicate_key", 3)
    assert problem.params["first_row"] == 3


def test_files_of_people_may_be_absent_or_there(toy_data, toy):
    assert all(sources.read_tables(toy_data)[name].empty for name in PEOPLE)
    for name in PEOPLE:
        (toy_data / f"{name}.csv").write_bytes(table_file(name, toy[name]))
    read = sources.read_tables(toy_data)
    for name in PEOPLE:
        pd.testing.assert_frame_equal(read[name], toy[name])


def contents(store):
    return store.revision(), {name: frame.to_csv() for name, frame in store.read_many().items()}


def test_a_build_that_fails_leaves_the_store_as_it_was(toy_data, store):
    before = contents(store)
    edit(toy_data / "venues.csv", ",museum,", ",muzeum,")
    with pytest.raises(TableError):
        register.build(toy_data, store, force=True)
    assert contents(store) == before


def test_a_rebuild_does_not_lose_changes_unless_it_is_forced(toy_data, empty_store, toy):
    register.build(toy_data, empty_store)
    register.build(toy_data, empty_store)
    put_rows(empty_store, "counties", toy["counties"].assign(name="甲"))
    with pytest.raises(StoreError, match="又改过 1 次") as error:
        register.build(toy_data, empty_store)
    assert error.value.code == "store_changed"
    assert empty_store.read("counties")["name"].tolist() == ["甲", "甲"]
    register.build(toy_data, empty_store, force=True)
    assert empty_store.read("counties")["name"].tolist() == ["泰山区", "岱岳区"]
    assert empty_store.revision() == 4


def test_the_schematic_layer_can_be_made_anew_and_is_the_same(toy_data):
    layer, info = sources.schematic_townships(toy_data)
    assert (info.level, info.kind, info.approval_number) == ("township", "schematic", "")
    stored, _ = files.read_layer(toy_data / "boundaries" / "townships.geojson")
    assert layer.geometry.geom_equals_exact(stored.geometry, 1e-6).all()


# --- files in ---------------------------------------------------------------------------


def test_an_import_adds_and_changes_rows_and_keeps_the_rest(store, toy):
    rows = [
        {"date": "2026-10-01", "off": True, "name": "国庆节、中秋节"},
        {"date": "2026-10-10", "off": False, "name": "国庆节调休"},
        {"date": "2027-01-01", "off": True, "name": "元旦"},
    ]
    result = register.import_table(store, "holidays", table_file("holidays", rows))
    assert (result.new, result.changed, result.unchanged, result.problems) == (1, 1, 1, [])
    assert store.read("holidays")["name"].tolist() == ["国庆节、中秋节", "国庆节调休", "元旦"]
    assert len(store.read("venues")) == len(toy["venues"])


def test_a_dry_run_says_the_same_and_writes_nothing(store):
    before = contents(store)
    rows = table_file("holidays", [{"date": "2027-01-01", "off": True, "name": "元旦"}])
    dry = register.import_table(store, "holidays", rows, dry_run=True)
    assert contents(store) == before
    assert dry == register.import_table(store, "holidays", rows)
    assert dry.new == 1


def test_one_bad_row_keeps_all_rows_out(store):
    before = contents(store)
    good = table_file("holidays", [{"date": "2027-01-01", "off": True, "name": "元旦"}])
    result = register.import_table(store, "holidays", good + "不是日期,yes,元旦,,\n".encode())
    assert [(p.row, p.code) for p in result.problems] == [(3, "not_a_date")]
    assert (result.new, result.changed, result.unchanged) == (0, 0, 0)
    assert contents(store) == before


def test_rows_that_clash_with_stored_rows_are_refused_with_the_row_of_the_file(store):
    rows = [
        {"township_code": "370902001000", "unit_id": "zone", "from_date": "2020-01-01"},
        {"township_code": "370911102000", "unit_id": "daiyue", "from_date": "2029-01-01"},
    ]
    before = contents(store)
    result = register.import_table(store, "unit_townships", table_file("unit_townships", rows))
    assert [(p.row, p.code) for p in result.problems] == [(3, "overlapping_stored")]
    assert "2017-01-01 至 2030-01-01" in result.problems[0].sentence()
    assert contents(store) == before
    rows[1]["from_date"] = "2030-01-01"
    result = register.import_table(store, "unit_townships", table_file("unit_townships", rows))
    assert (result.problems, result.new) == ([], 2)


def test_stops_must_be_contiguous_in_the_route_as_it_will_be(store):
    def imported(*numbers):
        stops = [{"route_id": "r1", "stop_no": number, "name": "岱庙"} for number in numbers]
        return register.import_table(store, "route_stops", table_file("route_stops", stops))

    assert [p.code for p in imported(4).problems] == ["stops_not_contiguous"]
    assert [(p.row, p.code) for p in imported(2, 5, 4).problems] == [(2, "stops_not_contiguous")]
    assert (imported(3).problems, len(store.read("route_stops"))) == ([], 3)
    one = imported(2)  # of a route whose other stops are stored
    assert (one.problems, one.changed, one.new) == ([], 1, 0)


def test_what_was_wrong_before_does_not_stop_an_import(store, toy):
    undated = toy["venues"].assign(opened_on=pd.NaT).astype(toy["venues"].dtypes)
    put_rows(store, "venues", undated)  # an open station needs a day, the store does not know
    assert "needed_one_of" in {p.code for p in register.findings(store)}
    museum = toy["venues"].iloc[[2]].assign(name="泰山地质馆")
    result = register.import_table(store, "venues", table_file("venues", museum))
    assert (result.problems, result.changed) == ([], 1)


def test_a_write_in_between_has_the_import_look_again(store, toy, monkeypatch):
    rows = [{"township_code": "370902001000", "unit_id": "zone", "from_date": "2020-01-01"}]
    real = previews.submit
    calls = []

    def someone_else_first(at, edits, **options):
        calls.append(edits)
        if len(calls) == 1:
            other = typed("unit_townships", [
                rows[0] | {"from_date": "2019-01-01", "unit_id": "taishan"}
            ])  # fmt: skip
            put_rows(at, "unit_townships", other)
        return real(at, edits, **options)

    monkeypatch.setattr(previews, "submit", someone_else_first)
    result = register.import_table(store, "unit_townships", table_file("unit_townships", rows))
    assert [p.code for p in result.problems] == ["overlapping_stored"]
    assert len(store.read("unit_townships")) == len(toy["unit_townships"]) + 1


def test_an_import_stands_in_the_history_with_its_file(store, tmp_path):
    path = tmp_path / "节假日.csv"
    path.write_bytes(table_file("holidays", [{"date": "2027-01-01", "off": True, "name": "元旦"}]))
    register.import_table(store, "holidays", path)
    with store.reading() as connection:
        (entry,) = entries(connection, table="holidays", limit=1)
    assert (entry.kind, entry.author, entry.source) == ("import", "system", "节假日.csv")
    assert entry.before is None and entry.after["name"] == "元旦"


def test_a_file_without_rows_or_of_an_unknown_table_is_refused(store):
    with pytest.raises(FileError, match="没有数据"):
        register.import_table(store, "holidays", table_file("holidays", []))
    with pytest.raises(ArgumentError, match="没有名为 heroes 的表"):
        register.import_table(store, "heroes", b"a,b\n1,2\n")


# --- files out --------------------------------------------------------------------------


@pytest.mark.parametrize(("suffix", "headers"), [(".csv", "en"), (".csv", "zh"), (".xlsx", None)])
def test_what_is_exported_can_be_imported_and_changes_nothing(store, tmp_path, suffix, headers):
    revision = store.revision()
    for name in TABLES:
        if store.read(name).empty:
            continue
        content = register.export_table(
            store, name, suffix=suffix, headers=headers, audience="personal"
        )
        path = tmp_path / f"{name}{suffix}"
        path.write_bytes(content)
        result = register.import_table(store, name, path)
        assert result.problems == [], [p.sentence() for p in result.problems]
        assert (result.new, result.changed) == (0, 0), name
    assert store.revision() == revision


def test_people_are_not_in_a_public_export(store):
    for name in PEOPLE:
        with pytest.raises(ArgumentError, match="个人信息"):
            register.export_table(store, name, suffix=".csv")
    for name in TABLES:
        if name not in PEOPLE:
            content = register.export_table(store, name, suffix=".csv", headers="zh")
            assert "张三" not in content.decode() and "13800000000" not in content.decode()


def test_an_export_says_what_a_reader_must_know(store):
    def notices(headers):
        content = register.export_table(store, "venues", suffix=".csv", headers=headers)
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        return rows[0].get("说明") if headers == "zh" else rows[0].get("notice")

    assert notices("en") is None
    assert notices("zh") == "数据版本：1"
    put_rows(store, "venues", typed("venues", [DEMO_STATION | {
        "lon": 117.1, "lat": 36.2, "position_precision": "township", "source_datum": "wgs84",
    }]))  # fmt: skip
    assert "演示数据 1 行" in notices("en") and "驻地大致位置" in notices("en")
    assert "演示数据 1 行" in notices("zh") and "数据版本：2" in notices("zh")


# --- checking ---------------------------------------------------------------------------


def test_findings_tell_errors_from_notes(toy_data, empty_store):
    register.build(toy_data, empty_store)
    found = register.findings(empty_store)
    assert {p.code for p in found if register.is_note(p)} == {"position_unknown"}
    assert [p for p in found if not register.is_note(p)] == []


def test_a_public_service_without_a_map_approval_number_is_told_so(toy_data, empty_store):
    register.build(toy_data, empty_store)
    assert "no_approval_number" not in {p.code for p in register.findings(empty_store)}
    found = [p for p in register.findings(empty_store, public=True) if p.table == "boundaries"]
    assert [p.params["level"] for p in found] == ["county", "township"]
    assert all(register.is_note(p) and "审图号" in p.sentence() for p in found)
    layer, info = empty_store.layer("county")
    register.put_layer(empty_store, layer, replace(info, approval_number="鲁SG(2025)001号"))
    found = [p for p in register.findings(empty_store, public=True) if p.table == "boundaries"]
    assert [p.params["level"] for p in found] == ["township"]


def test_missing_boundaries_and_broken_references_are_errors(store, monkeypatch):
    monkeypatch.setattr(type(store), "broken_references", lambda _: 3)
    errors = [p for p in register.findings(store) if not register.is_note(p)]
    assert {"layer_missing", "broken_references"} <= {p.code for p in errors}
    assert any("3 处" in p.sentence() for p in errors)


def test_a_layer_that_does_not_fit_the_lists_is_refused_and_the_old_one_stays(
    toy_data, empty_store
):
    register.build(toy_data, empty_store)
    before = empty_store.revision()
    layer, info = empty_store.layer("township")
    with pytest.raises(TableError) as error:
        register.put_layer(empty_store, layer.iloc[1:], info)
    assert all(isinstance(p, Problem) and p.sentence() for p in error.value.problems)
    assert empty_store.revision() == before
    assert len(empty_store.layer("township")[0]) == 4


def test_problems_of_stored_rows_name_what_is_wrong_in_words(store):
    for problem in register.findings(store):
        assert problem.sentence("zh") and problem.sentence("en")


def test_the_toy_region_passes_its_own_checks():
    tables = toy_tables()
    known: dict[str, pd.DataFrame] = {}
    for name, frame in tables.items():
        known[name] = check.validate(raw_from_frame(name, frame), known)
        pd.testing.assert_frame_equal(known[name], frame)
