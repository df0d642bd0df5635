"""Previews: exactly what a file would do, and what it would not; applied as a whole or refused."""

import hashlib
from datetime import date

import pandas as pd
import pytest

from geo import previews, register
from geo.errors import AccessError, ArgumentError, ConflictError, FileError, TableError
from geo.files import write_table
from geo.journal import entries
from geo.policy import NO_REVIEW, read_policy
from geo.previews import STEPS, preview, source_name
from geo.rights import SYSTEM, Actor
from geo.undoing import undo
from tests.region import put_rows

TODAY = date(2026, 11, 24)
DAIYUE = Actor("dy", "岱岳区科协", "steward", "unit", "daiyue")
TAISHAN = Actor("ts", "泰山区科协", "steward", "unit", "taishan")
SHANKOU = Actor("sk", "山口镇", "reporter", "township", "370911101000")
HALL = Actor("h1", "泰安市科技馆", "reporter", "venue", "h1")
CITY = Actor("city", "市科协", "city")


@pytest.fixture
def store_url(tmp_path):
    """SQLite does for previews; what is written is tested on both databases in `test_door`."""
    return f"sqlite:///{tmp_path / 'store.db'}"


def look(store, table, text, *, actor=SYSTEM, **options):
    data = text if isinstance(text, bytes) else text.encode()
    return preview(store, table, data, actor=actor, today=TODAY, **options)


def do(store, seen, *, actor=SYSTEM, policy=NO_REVIEW):
    return previews.apply(store, seen, actor=actor, today=TODAY, policy=policy, reason="核对")


def changes(seen):
    """Return each edit as its key and what its fields become, None for a row that goes."""
    return {
        edit.key: edit.after and {
            name: edit.after[name] for name in edit.fields() if edit.after[name] is not None
        }
        for edit in seen.edits
    }  # fmt: skip


def codes(seen):
    return [(problem.row, problem.code) for problem in seen.problems]


def contents(store):
    return store.revision(), {name: frame.to_csv() for name, frame in store.read_many().items()}


HOLIDAYS = "date,off,name\n2026-10-01,yes,国庆\n2026-10-10,no,国庆节调休\n2027-01-01,yes,元旦\n"


# --- what a file would do -----------------------------------------------------------------


def test_new_changed_and_unchanged_rows_are_told_apart_field_by_field(store):
    before = contents(store)
    steps = []
    seen = look(store, "holidays", HOLIDAYS, name="a.csv",
                progress=lambda *step: steps.append(step))  # fmt: skip
    assert changes(seen) == {
        (date(2026, 10, 1),): {"name": "国庆"},
        (date(2027, 1, 1),): {"date": date(2027, 1, 1), "off": True, "name": "元旦"},
    }
    assert [edit.kind for edit in seen.edits] == ["changed", "new"]
    assert (seen.unchanged, seen.problems, seen.held, seen.approver) == (1, [], 0, None)
    assert (seen.name, seen.revision) == ("a.csv", 1)
    assert seen.sha256 == hashlib.sha256(HOLIDAYS.encode()).hexdigest()
    assert seen.rows[(date(2027, 1, 1),)] == 4
    assert contents(store) == before
    shares = [share for _, share in steps]
    assert {step for step, _ in steps} == set(STEPS) and shares == sorted(shares)


def test_rows_that_the_file_lacks_go_only_when_that_is_asked(store):
    text = "日期,放假,名称,来源,来源等级\n2026-10-01,是,国庆节,,\n"
    assert changes(look(store, "holidays", text)) == {}
    assert changes(look(store, "holidays", text, remove_missing=True)) == {
        (date(2026, 10, 10),): None
    }
    # A file that has only some columns is no list of all rows.
    assert changes(look(store, "holidays", HOLIDAYS[:40], remove_missing=True)) == {
        (date(2026, 10, 1),): {"name": "国庆"}
    }


def test_a_row_that_others_use_cannot_go(store, toy):
    counties = toy["counties"].iloc[[0]]
    data = write_table(counties, table="counties", suffix=".csv")
    seen = look(store, "counties", data, remove_missing=True)
    (problem,) = seen.problems
    assert (problem.code, problem.row, problem.value) == ("still_used", None, "370911")
    assert "乡镇街道 2 行" in problem.sentence() and "场馆站点 1 行" in problem.sentence()
    with pytest.raises(TableError):
        do(store, seen)


def test_every_problem_is_reported_and_the_good_rows_show_what_they_would_do(store):
    text = HOLIDAYS + "去年,yes,x\n2027-01-01,yes,再次\n,no,空\n2027-05-01,是,劳动节\n"
    seen = look(store, "holidays", text)
    assert codes(seen) == [(5, "not_a_date"), (6, "duplicate_key"), (7, "required")]
    assert len(seen.edits) == 3 and seen.unchanged == 1
    before = contents(store)
    with pytest.raises(TableError) as error:
        do(store, seen)
    assert error.value.problems == seen.problems
    assert contents(store) == before


def test_a_header_can_be_given_a_meaning(store):
    text = "哪天,放假,名称\n2027-01-01,yes,元旦\n"
    with pytest.raises(FileError):
        look(store, "holidays", text)
    assert len(look(store, "holidays", text, mapping={"哪天": "date"}).edits) == 1
    with pytest.raises(ArgumentError):
        look(store, "heroes", text)


# --- only some columns --------------------------------------------------------------------


def test_columns_that_the_file_does_not_have_stay_and_empty_cells_empty(store, toy):
    rows = "venue_id,phone,free\nh1,,no\nm1,0538-7654321,\n"
    seen = look(store, "venues", rows)
    assert changes(seen) == {
        ("h1",): {"free": False}, ("m1",): {"phone": "0538-7654321"},
    }  # fmt: skip
    assert seen.edits[0].fields() == ["phone", "free"]
    assert "verified_by" in seen.absent and "phone" not in seen.absent
    do(store, seen)
    stored = store.read("venues").set_index("venue_id")
    assert pd.isna(stored.loc["h1", "phone"]) and not stored.loc["h1", "free"]
    old = toy["venues"].set_index("venue_id").drop(columns=["phone", "free"])
    pd.testing.assert_frame_equal(
        stored.drop(columns=["phone", "free"]).loc[list(old.index)], old, check_dtype=False
    )


def test_a_new_row_needs_the_required_columns_and_is_empty_in_the_others(store):
    seen = look(store, "venues", "venue_id,phone\nx1,0538-1234567\n")
    assert {problem.column for problem in seen.problems} == {"名称", "类别", "状态", "位置精度"}
    text = "venue_id,name,kind,status,position_precision\nx1,新馆,hall,planned,unknown\n"
    (edit,) = look(store, "venues", text).edits
    assert edit.kind == "new" and edit.after["phone"] is None and edit.after["demo"] is None


def test_a_file_without_the_key_is_refused_with_all_that_is_needed(store):
    with pytest.raises(FileError, match="venue_id") as error:
        look(store, "venues", "名称,类别,状态\nx,hall,planned\n")
    assert error.value.code == "numbers_missing"


def test_a_public_export_does_not_wipe_what_only_staff_see(store, toy):
    known = toy["venues"].assign(verified_by="王", verified_on=pd.Timestamp("2026-01-01"))
    put_rows(store, "venues", known.astype(toy["venues"].dtypes))
    for headers in ("en", "zh"):
        data = register.export_table(store, "venues", suffix=".csv", headers=headers)
        result = register.import_table(store, "venues", data)
        assert (result.problems, result.changed, result.unchanged) == ([], 0, 3)
    assert store.read("venues")["verified_by"].tolist() == ["王"] * 3


def test_the_county_follows_the_township_that_a_file_changes(store):
    seen = look(store, "venues", "venue_id,township_code\nm1,山口镇\n")
    assert changes(seen) == {("m1",): {"county_code": "370911", "township_code": "370911101000"}}
    other = look(store, "venues", "venue_id,county_code\nh1,岱岳区\n")
    assert codes(other) == [(2, "mismatch")]


def test_a_datum_without_positions_converts_nothing(store):
    seen = look(store, "venues", "venue_id,source_datum\nh1,gcj02\nm1,wgs84\n")
    assert codes(seen) == [(2, "datum_alone")]
    assert changes(seen) == {("m1",): {"source_datum": "wgs84"}}
    both = look(store, "venues", "venue_id,lon,lat,source_datum\nh1,117.13,36.13,gcj02\n")
    (edit,) = both.edits
    assert edit.after["source_datum"] == "from_gcj02" and edit.after["lon"] < 117.13


def test_what_was_wrong_before_in_another_column_does_not_stop_a_change(store, toy):
    undated = toy["venues"].assign(opened_on=pd.NaT).astype(toy["venues"].dtypes)
    put_rows(store, "venues", undated)  # an open station needs a day
    seen = look(store, "venues", "venue_id,phone\ns1,0538-1234567\n")
    assert (seen.problems, len(seen.edits)) == ([], 1)
    assert codes(look(store, "venues", "venue_id,phone\ns1,abc\n")) == [(2, "not_a_phone")]
    now = look(store, "venues", "venue_id,status\nm1,open\ns1,open\n")
    assert now.problems == []
    whole = write_table(undated, table="venues", suffix=".csv", audience="staff")
    assert codes(look(store, "venues", whole)) == [(3, "needed_one_of")]


# --- whose rows ---------------------------------------------------------------------------


def test_a_steward_changes_rows_of_the_own_place_only(store, toy):
    data = write_table(toy["venues"], table="venues", suffix=".csv", audience="staff").decode()
    assert look(store, "venues", data, actor=DAIYUE).problems == []
    assert look(store, "venues", data, actor=DAIYUE).unchanged == 3
    both = data.replace("泰安市科技馆", "某馆").replace("山口镇服务站", "山口站")
    seen = look(store, "venues", both, actor=DAIYUE)
    assert codes(seen) == [(2, "not_your_row")]
    assert "第 2 行" in seen.problems[0].sentence() and "不归您管理" in seen.problems[0].sentence()
    assert changes(seen) == {("s1",): {"name": "山口站"}}
    gone = look(store, "venues", data.split("\n")[0] + "\n" + data.split("\n")[3] + "\n",
                actor=DAIYUE, remove_missing=True)  # fmt: skip
    assert (changes(gone), gone.problems) == ({("s1",): None}, [])
    moved = look(store, "venues", "venue_id,township_code\ns1,岱庙街道\n", actor=DAIYUE)
    assert codes(moved) == [(2, "not_your_row")] and moved.edits == []


def test_nothing_is_told_of_people_of_another_place(store, toy):
    people = toy["promoters"].assign(township_code=["370902001000", "370911101000"])
    put_rows(store, "promoters", people.astype(toy["promoters"].dtypes))
    text = "promoter_id,name,phone\np1,x,\np2,李四,13900000000\n"
    seen = look(store, "promoters", text, actor=DAIYUE)
    assert codes(seen) == [(2, "not_your_row")]
    assert changes(seen) == {("p2",): {"phone": "13900000000"}}
    guess = look(store, "promoters", "promoter_id,name,phone\np1,张三,13800000000\n", actor=DAIYUE)
    assert (codes(guess), guess.unchanged, guess.edits) == ([(2, "not_your_row")], 0, [])
    whole = write_table(store.read("promoters"), table="promoters", suffix=".csv",
                        audience="personal")  # fmt: skip
    found = look(store, "promoters", whole, actor=DAIYUE)
    assert (codes(found), found.unchanged, found.edits) == ([(2, "not_your_row")], 1, [])
    broken = look(store, "promoters", "promoter_id,to_date\np1,2001-01-01\n", actor=DAIYUE)
    assert "2025" not in "".join(problem.sentence() for problem in broken.problems)
    pairs = "promoter_id,village_code\np3,370911101002\np1,370911101002\n"
    served = look(store, "promoter_villages", pairs, actor=DAIYUE)
    assert [problem.code for problem in served.problems] == ["unknown_reference"] * 2
    assert "p1" not in served.problems[0].sentence()


@pytest.mark.parametrize(
    ("actor", "table", "code"),
    [
        (Actor("", "", "public"), "venues", "not_signed_in"),
        (DAIYUE, "townships", "not_your_table"),
        (SHANKOU, "holidays", "not_your_table"),
        (HALL, "promoters", "not_your_table"),
    ],
)
def test_a_table_of_others_is_refused_before_the_file_is_read(store, actor, table, code):
    with pytest.raises(AccessError) as error:
        look(store, table, b"no table at all", actor=actor)
    assert error.value.code == code and error.value.sentence()


def test_the_staff_of_a_venue_change_its_row_and_no_other(store):
    text = "venue_id,phone\nh1,0538-7654321\ns1,0538-7654321\n"
    seen = look(store, "venues", text, actor=HALL)
    assert codes(seen) == [(3, "not_your_row")]
    assert changes(seen) == {("h1",): {"phone": "0538-7654321"}}
    added = "venue_id,name,kind,status,position_precision\nx,馆,hall,planned,unknown\n"
    assert codes(look(store, "venues", added, actor=HALL)) == [(2, "not_your_table")]


def test_what_would_wait_for_approval_is_counted(store):
    policy = read_policy("reporter:*=steward,steward:venues=city")
    text = "venue_id,phone\ns1,0538-7654321\n"
    for actor, approver in ((SHANKOU, "steward"), (DAIYUE, "city"), (CITY, None)):
        seen = look(store, "venues", text, actor=actor, policy=policy)
        assert (seen.held, seen.approver) == (1 if approver else 0, approver)
    done = do(store, look(store, "venues", text, actor=DAIYUE), actor=DAIYUE, policy=policy)
    assert (done.applied, done.held) == (0, 1)
    assert pd.isna(store.read("venues").set_index("venue_id").loc["s1", "phone"])


# --- applying -----------------------------------------------------------------------------


def test_an_import_is_one_submission_with_its_file_and_can_be_undone(store):
    before = store.read("holidays")
    seen = look(store, "holidays", HOLIDAYS, name="C:\\报送\\../节假日\u202e.csv")
    done = do(store, seen, actor=CITY)
    assert (done.applied, done.held) == (2, 0)
    with store.reading() as connection:
        found = entries(connection, submission_id=done.submission_id)
    assert {(e.kind, e.author, e.source, e.reason) for e in found} == {
        ("import", "city", "节假日.csv", "核对")
    }
    again = look(store, "holidays", HOLIDAYS)
    assert (again.edits, again.unchanged) == ([], 3)
    assert do(store, again).submission_id is None
    undo(store, done.submission_id, actor=CITY, today=TODAY, policy=NO_REVIEW)
    pd.testing.assert_frame_equal(store.read("holidays"), before)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("a.xlsx", "a.xlsx"), ("/etc/passwd", "passwd"), ("..\\..\\表 1.csv", "表 1.csv"),
        ("a\x00\u202eb\n.csv", "ab.csv"), ("", ""), ("x" * 300 + ".csv", "x" * 116 + ".csv"),
    ],
)  # fmt: skip
def test_a_file_name_is_no_path(given, shown):
    assert source_name(given) == shown


def test_a_row_that_somebody_changed_since_is_a_conflict_and_nothing_is_written(store):
    seen = look(store, "holidays", HOLIDAYS)
    do(store, look(store, "holidays", "date,name,off\n2026-10-01,十一,yes\n"))
    before = contents(store)
    with pytest.raises(ConflictError) as error:
        do(store, seen)
    ((edit, present),) = error.value.conflicts
    assert (edit.after["name"], present["name"]) == ("国庆", "十一")
    assert contents(store) == before


def test_a_change_of_other_rows_since_is_no_conflict(store):
    seen = look(store, "holidays", HOLIDAYS)
    do(store, look(store, "holidays", "date,name,off\n2028-10-01,十一,yes\n"))
    assert do(store, seen).applied == 2


def test_what_ties_rows_together_is_looked_at_again(store):
    head = "township_code,unit_id,from_date,to_date\n"
    seen = look(store, "unit_townships", head + "370902001000,zone,2020-01-01,2024-01-01\n")
    assert seen.problems == []
    do(store, look(store, "unit_townships", head + "370902001000,taishan,2019-01-01,2021-01-01\n"))
    with pytest.raises(TableError) as error:
        do(store, seen)
    (problem,) = error.value.problems
    assert (problem.row, problem.code) == (2, "overlapping_stored")
    assert "2019-01-01 至 2021-01-01" in problem.sentence()
    apart = look(store, "unit_townships", head + "370902001000,zone,2021-01-01,2024-01-01\n")
    assert do(store, apart).applied == 1


def test_an_overlap_within_the_file_names_the_other_row(store):
    head = "township_code,unit_id,from_date,to_date\n"
    rows = "370902001000,zone,2020-01-01,2024-01-01\n370902001000,zone,2021-01-01,\n"
    (problem,) = look(store, "unit_townships", head + rows).problems
    assert (problem.row, problem.code, problem.params["other_row"]) == (3, "overlapping", 2)


def test_an_import_is_the_same_on_postgresql(postgres_url, toy):
    from geo.store import Store

    store = Store(postgres_url)
    store.migrate()
    store.replace(toy)
    seen = look(store, "venues", "venue_id,phone,opened_on\nh1,0538-7654321,\ns1,,2025-07-01\n")
    assert do(store, seen).applied == 2
    assert look(store, "venues", "venue_id,phone\nh1,0538-7654321\n").unchanged == 1
    data = register.export_table(store, "venues", suffix=".xlsx", audience="staff")
    assert register.import_table(store, "venues", data).unchanged == 3
    store.close()


# --- suggestions --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "text", "meant"),
    [
        ("venues", "venue_id,kind\nh1,科技管\n", "科技馆"),
        ("venues", "venue_id,status\nh1,开房\n", "开放"),
        ("venues", "venue_id,position_precision\nh1,乡镇\n", "到乡镇（街道）"),
        ("venues", "venue_id,subjects\nh1,水利；地址\n", "水利；地质"),
        ("venues", "venue_id,township_code\nh1,岱庙街\n", "岱庙街道"),
        ("venues", "venue_id,township_code\nh1,370911101009\n", "370911101000（山口镇）"),
        ("route_stops", "route_id,stop_no,venue_id\nr1,2,泰安科技馆\n", "h1（泰安市科技馆）"),
        ("promoter_villages", "promoter_id,乡镇,village_code\np1,山口镇,王庄村\n", "王庄村委会"),
        ("promoter_villages", "promoter_id,village_code\n张三,370911101001\n", ""),
        ("venues", "venue_id,kind\nh1,x\n", ""),
    ],
)  # fmt: skip
def test_a_problem_says_what_was_probably_meant(store, table, text, meant):
    (problem,) = look(store, table, text).problems
    assert problem.suggestion == meant
    assert (f"→ {meant}？" in problem.sentence()) == bool(meant)
