"""Every broken cell is reported at once, with its place; what is right comes back typed."""

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.cells import CellError, clean, parse, write
from geo.check import RawTable, validate
from geo.crs import wgs84_to_bd09, wgs84_to_gcj02
from geo.errors import SENTENCES, ArgumentError, TableError
from geo.inspection import findings
from geo.schema import DTYPES, TABLES
from tests import seeded
from tests.region import raw_from_frame

GOLDEN = Path(__file__).parent / "golden"
LIST_YEAR = {"kind": "town", "list_year": 2023}
KNOWN = {
    "counties": seeded.typed("counties", [
        {"county_code": "370902", "name": "泰山区"}, {"county_code": "370911", "name": "岱岳区"},
    ]),
    "townships": seeded.typed("townships", [
        {"township_code": code, "name": name, "county_code": code[:6]} | LIST_YEAR
        for code, name in [
            ("370902001000", "岱庙街道"), ("370902002000", "城关镇"),
            ("370911101000", "山口镇"), ("370911102000", "城关镇"),
        ]
    ]),
    "township_aliases": seeded.typed("township_aliases", [
        {"alias": "山口乡", "township_code": "370911101000"},
    ]),
    "villages": seeded.typed("villages", [
        {"village_code": code, "name": name, "township_code": f"{code[:9]}000"} | LIST_YEAR
        | {"kind": "village"}
        for code, name in [
            ("370902001001", "王庄村委会"), ("370911101001", "王庄村委会"),
            ("370911101002", "李庄村委会"),
        ]
    ]),
    "promoters": seeded.typed("promoters", [{"promoter_id": "P1", "name": "演示一"}]),
    "routes": seeded.typed("routes", [{"route_id": "R1", "name": "线", "status": "ready"}]),
    "reporting_units": seeded.typed("reporting_units", [
        {"unit_id": "taishan", "name": "泰山区", "kind": "county", "county_code": "370902"},
        {"unit_id": "zone", "name": "高新区", "kind": "zone"},
    ]),
}  # fmt: skip
GOOD = {
    "venue_id": "G1", "name": "泰山科技馆", "kind": "hall", "status": "open",
    "county_code": "370911", "township_code": "370911101000", "lon": "117.1", "lat": "36.2",
    "position_precision": "street", "opened_on": "2020-01-01",
}  # fmt: skip
HEADERS = {"address": "详细地址", "phone": "联系电话", "visit_min": "参观时长（分钟）"}


def raw(table, rows, headers=()):
    names = list(dict.fromkeys(name for row in rows for name in row))
    frame = pd.DataFrame([[row.get(name) for name in names] for row in rows], columns=names,
                         dtype=object)  # fmt: skip
    return RawTable(table, frame, list(range(2, 2 + len(rows))), dict(headers))


def venue(**changes):
    return validate(raw("venues", [GOOD | changes]), KNOWN).iloc[0]


def problems(table, rows, known=KNOWN):
    with pytest.raises(TableError) as caught:
        validate(raw(table, rows), known)
    return [(p.row, p.column, p.code) for p in caught.value.problems]


def golden_faults():
    with (GOLDEN / "faults.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def reported():
    fills = {"nul": "\0", "rtl": "\u202e"} | {f"long{n}": "长" * n for n in (81, 201, 1001)}
    rows = []
    for index, fault in enumerate(golden_faults()):
        changes = dict(part.split("=", 1) for part in fault["changes"].format(**fills).split("|"))
        rows.append(GOOD | {"venue_id": f"V{index}"} | changes)
    rows.append(GOOD | {"venue_id": "G1"})
    rows.insert(0, rows.pop())  # row 2 is the good one that G1 repeats
    made = raw("venues", rows, HEADERS)
    with pytest.raises(TableError) as caught:
        validate(replace(made, rows=list(range(1, 1 + len(rows)))), KNOWN)
    return caught.value.problems


@pytest.mark.parametrize(
    "fault", golden_faults(), ids=lambda fault: f"{fault['row']}-{fault['code']}"
)
def test_each_fault_of_the_golden_file_is_reported_at_its_cell(fault, reported):
    found = [problem for problem in reported if problem.row == int(fault["row"])]
    assert [(p.column, p.code) for p in found] == [(fault["column"], fault["code"])]
    zh, en = found[0].sentence("zh"), found[0].sentence("en")
    assert zh.startswith(f"第 {fault['row']} 行“{fault['column']}”列：")
    assert any("\u4e00" <= sign <= "\u9fff" for sign in zh)
    assert f"row {fault['row']}" in en
    assert "{" not in zh


def test_all_faults_of_a_file_come_at_once_in_the_order_of_rows(reported):
    assert len(reported) == len(golden_faults()) >= 50
    assert [problem.row for problem in reported] == sorted(problem.row for problem in reported)


def test_a_mistyped_choice_is_suggested_but_not_taken():
    with pytest.raises(TableError) as caught:
        venue(kind="科普服务占")
    assert "→ 科普服务站？" in caught.value.problems[0].sentence()


@pytest.mark.parametrize(
    ("column", "written", "stored"),
    [
        ("kind", "科普服务站", "station"), ("kind", "Service Station", "station"),
        ("kind", " museum ", "museum"), ("township_code", "370911101000.0", "370911101000"),
        ("township_code", "3.70911101E+11", "370911101000"),
        ("township_code", "３７０９１１１０１０００", "370911101000"),
        ("township_code", "'370911101000", "370911101000"),
        ("township_code", "山口镇", "370911101000"), ("township_code", "山口", "370911101000"),
        ("township_code", "山口乡", "370911101000"),
        ("township_code", "城关镇", "370911102000"), ("county_code", "岱岳区", "370911"),
        ("county_code", "岱岳", "370911"), ("visit_min", "９０", 90), ("visit_min", "90.0", 90),
        ("group_max", "1,200", 1200), ("free", "√", True), ("free", "无", False),
        ("free", "ＮＯ", False), ("free", "1", True),
        ("subjects", "地质、 气象,health；地质", "geology;weather;health"),
        ("phone", "（0538）8417924", "0538-8417924"),
        ("phone", "＋86 138 0013 8000、05388417925", "13800138000;0538-8417925"),
        ("phone", "13800138000.0", "13800138000"), ("lon", "１１７.1234567", 117.123457),
        ("source_grade", "a", "A"), ("name", "　泰山 馆\u200b", "泰山 馆"),
        ("opening_hours", "周二至周日 9:00-17:00", "Tu-Su 09:00-17:00"),
    ],
)  # fmt: skip
def test_what_people_write_is_read_as_meant(column, written, stored):
    found = venue(**{column: written})[column]
    assert found == stored or str(found).startswith(str(stored))


@pytest.mark.parametrize(
    "written",
    ["2026-11-23", "2026/11/23", "2026.11.23", "2026年11月23日", "46349", "46349.0",
     "２０２６－１１－２３", "2026-11-23 00:00:00", "2026年11月23号"],
)  # fmt: skip
def test_dates_are_read_in_every_usual_form(written):
    assert venue(opened_on=written)["opened_on"] == pd.Timestamp("2026-11-23")


def test_a_serial_number_is_a_date_only_between_1954_and_2100():
    assert venue(opened_on="19725")["opened_on"] == pd.Timestamp("1954-01-01")
    assert venue(opened_on="73415")["opened_on"] == pd.Timestamp("2100-12-31")
    assert problems("venues", [GOOD | {"opened_on": "19724"}])[0][2] == "not_a_date"


def test_an_exponent_that_hides_digits_of_a_village_is_refused():
    assert problems("villages", [
        {"village_code": "3.70911101E+11", "name": "张庄", "township_code": "370911101000",
         "kind": "village", "list_year": "2023"},
    ]) == [(2, "村（社区）代码", "code_rounded")]  # fmt: skip


def test_the_county_is_filled_from_the_township():
    assert venue(county_code=None)["county_code"] == "370911"


def test_a_township_of_another_county_is_a_mismatch_not_a_guess():
    assert problems("venues", [GOOD | {"county_code": "泰山区", "township_code": "山口镇"}]) == [
        (2, "县市区代码", "mismatch")
    ]


def test_a_village_is_found_by_name_only_inside_its_township():
    rows = [{"promoter_id": "P1", "township_code": "山口镇", "village_code": "王庄"},
            {"promoter_id": "P1", "village_code": "370911101002"}]  # fmt: skip
    made = validate(raw("promoter_villages", rows), KNOWN)
    assert made["village_code"].tolist() == ["370911101001", "370911101002"]
    alone = [{"promoter_id": "P1", "village_code": "李庄村委会"}]
    assert problems("promoter_villages", alone) == [(2, "村（社区）代码", "not_a_code")]


@pytest.mark.parametrize(("datum", "shift"), [("gcj02", wgs84_to_gcj02), ("bd09", wgs84_to_bd09)])
def test_foreign_positions_become_wgs84_once(datum, shift):
    lon, lat = (float(axis) for axis in shift(117.1, 36.2))
    row = GOOD | {"lon": repr(lon), "lat": repr(lat), "source_datum": datum}
    once = validate(raw("venues", [row]), KNOWN)
    assert (once["lon"][0], once["lat"][0]) == (117.1, 36.2)
    assert once["source_datum"][0] == f"from_{datum}"
    again = validate(raw_from_frame("venues", once), KNOWN)
    pd.testing.assert_frame_equal(again, once)


def test_cgcs2000_positions_stay_as_they_are():
    row = venue(source_datum="CGCS2000")
    assert (row["lon"], row["lat"], row["source_datum"]) == (117.1, 36.2, "cgcs2000")


def test_memberships_of_a_township_never_overlap_and_may_touch():
    def membership(unit, start, end):
        return {"township_code": "370911101000", "unit_id": unit, "from_date": start,
                "to_date": end}  # fmt: skip

    touching = [
        membership("zone", "2017-01-01", "2020-01-01"),
        membership("taishan", "2020-01-01", None),
    ]
    assert len(validate(raw("unit_townships", touching), KNOWN)) == 2
    apart = [touching[1], membership("zone", "2017-01-01", "2020-01-02")]
    assert problems("unit_townships", apart) == [(2, "起始日期", "overlapping")]
    backwards = [membership("zone", "2017-01-01", "2016-01-01")]
    assert problems("unit_townships", backwards) == [(2, "终止日期", "dates_reversed")]


@pytest.mark.parametrize("seed", range(20))
def test_overlaps_agree_with_looking_at_every_day(seed):
    random = Random(seed)
    rows = [
        {"township_code": random.choice(["370911101000", "370902001000"]), "unit_id": "zone",
         "from_date": f"2020-01-{start:02d}",
         "to_date": f"2020-01-{start + random.randint(0, 4):02d}"}
        for start in random.sample(range(1, 25), 5)
    ]  # fmt: skip
    days = [
        (row["township_code"], day) for row in rows
        for day in range(int(row["from_date"][-2:]), int(row["to_date"][-2:]))
    ]  # fmt: skip
    if len(days) == len(set(days)):
        assert len(validate(raw("unit_townships", rows), KNOWN)) == 5
    else:
        assert {code for _, _, code in problems("unit_townships", rows)} == {"overlapping"}


def test_stops_of_a_route_are_numbered_without_a_gap():
    rows = [{"route_id": "R1", "stop_no": number, "name": "站"} for number in ("1", "2", "4")]
    assert problems("route_stops", rows) == [(2, "次序", "stops_not_contiguous")]
    assert len(validate(raw("route_stops", rows[:2]), KNOWN)) == 2


def test_a_promoter_may_leave_on_the_first_day_but_not_before():
    row = {"promoter_id": "P2", "name": "甲", "from_date": "2026-01-02"}
    assert len(validate(raw("promoters", [row | {"to_date": "2026-01-02"}]), KNOWN)) == 1
    assert problems("promoters", [row | {"to_date": "2026-01-01"}]) == [
        (2, "离任日期", "dates_reversed")
    ]


def test_one_broken_cell_is_not_reported_twice():
    assert problems("venues", [GOOD | {"lat": "北纬36度"}]) == [(2, "纬度", "not_a_number")]
    assert problems("route_stops", [
        {"route_id": "R9", "stop_no": "1", "name": "站"},
        {"route_id": "R1", "stop_no": "x", "name": "站"},
    ]) == [(2, "路线编号", "unknown_reference"), (3, "次序", "not_a_number")]  # fmt: skip


def test_a_table_that_is_not_known_refers_to_nothing():
    assert problems("venues", [GOOD], known={}) == [
        (2, "县市区代码", "unknown_reference"), (2, "乡镇街道代码", "unknown_reference"),
    ]  # fmt: skip


def test_an_unknown_table_is_refused():
    with pytest.raises(ArgumentError, match="没有名为"):
        validate(raw("castles", []), KNOWN)


def test_stored_tables_are_searched_for_what_is_missing():
    venues = seeded.typed("venues", [
        {"venue_id": "S1", "name": "站", "kind": "station", "status": "open",
         "position_precision": "unknown", "verified_on": date(2026, 1, 1), "demo": True},
        {"venue_id": "S2", "name": "馆", "kind": "hall", "status": "open", "lon": 117.1,
         "lat": 36.2, "position_precision": "street", "township_code": "370911999000"},
    ])  # fmt: skip
    found = {(p.table, p.value, p.code) for p in findings(KNOWN | {"venues": venues})}
    assert found == {
        ("townships", "370911101000", "unit_unknown"),
        ("townships", "370911102000", "unit_unknown"),
        ("venues", "S1", "needed_with"), ("venues", "S1", "demo_name"),
        ("venues", "S1", "position_unknown"), ("venues", "S2", "unknown_reference"),
    }  # fmt: skip


def test_every_label_of_a_choice_means_one_value():
    for table in TABLES.values():
        for column in table.columns:
            for stored, zh, en in column.choices:
                for form in (stored, zh, en):
                    assert parse(replace(column, kind="choice"), form) == stored
                    assert column.kind != "choices" or not set(form) & set(";；、,，\n")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=True), st.integers(0, 6))
def test_raw_text_and_typed_tables_are_each_others_inverse(random, count):
    tables = seeded.tables(random, count)
    for name, frame in tables.items():
        made = validate(raw_from_frame(name, frame), tables)
        pd.testing.assert_frame_equal(made, frame)
        assert [str(dtype) for dtype in made.dtypes] == [
            DTYPES[column.kind] for column in TABLES[name].columns
        ]
        assert isinstance(made.index, pd.RangeIndex)


@settings(max_examples=300, deadline=None)
@given(st.text(), st.sampled_from([c for t in TABLES.values() for c in t.columns]))
def test_any_text_is_refused_with_a_sentence_or_read_the_same_twice(text, column):
    cleaned = clean(text)
    if cleaned is None:
        return
    try:
        value = parse(column, cleaned)
    except CellError as error:
        assert error.code in SENTENCES
        return
    assert parse(column, write(column, value)) == value


def test_large_tables_are_sound():
    townships = seeded.typed("townships", [
        {"township_code": f"3709{2 + i // 999:02d}{i % 999:03d}000", "name": f"第{i}镇",
         "county_code": "370902"} | LIST_YEAR for i in range(100)
    ])  # fmt: skip
    venues = [
        GOOD | {"venue_id": f"V{i}", "name": f"泰山{i}馆", "county_code": "370902",
                "township_code": f"第{i % 100}镇", "lon": f"{116.5 + i / 1e4:.6f}",
                "phone": f"0538-8{i:06d}", "source_datum": "gcj02", "free": "是"}
        for i in range(4000)
    ]  # fmt: skip
    villages = [
        {"village_code": f"370902{i % 100:03d}{i // 100 + 1:03d}", "name": f"{i}村",
         "township_code": f"370902{i % 100:03d}000", "kind": "村委会", "list_year": "2023"}
        for i in range(3782)
    ]  # fmt: skip
    known = KNOWN | {"townships": townships}
    assert len(validate(raw("venues", venues), known)) == 4000
    assert len(validate(raw("villages", villages), known)) == 3782
    codes = [f"370902{i // 999:03d}{i % 999 + 1:03d}" for i in range(3782)]
    known["villages"] = pd.DataFrame({"village_code": codes, "name": codes, "township_code": codes})
    known["promoters"] = pd.DataFrame({"promoter_id": [f"P{i}" for i in range(1000)]})
    links = [
        {"promoter_id": f"P{i % 1000}", "village_code": codes[(i // 1000 * 37 + i % 37) % 3782]}
        for i in range(100_000)
    ]  # fmt: skip
    links = [dict(pair) for pair in {tuple(link.items()) for link in links}]
    assert len(links) > 90_000
    assert len(validate(raw("promoter_villages", links), known)) == len(links)
    assert not np.isnan(known["townships"]["list_year"].astype(float)).any()


# --- positions of villages, populations, hosts ---------------------------------------------------


def checked(table, rows):
    """Return `rows` of text as a file of `table` gives them, validated."""
    frame = pd.DataFrame(rows, dtype=object)
    raw = RawTable(table, frame, list(range(2, len(rows) + 2)), {})
    return validate(raw, KNOWN)


def codes_of(table, row):
    with pytest.raises(TableError) as caught:
        checked(table, [row])
    return {(problem.code, problem.column) for problem in caught.value.problems}


def test_a_village_is_placed_by_code_or_by_name_beside_its_township():
    point = {"lon": "117.15", "lat": "36.2", "position_precision": "village"}
    by_name = point | {"village_code": "李庄", "township_code": "山口镇"}
    assert checked("village_points", [by_name])["village_code"].tolist() == ["370911101002"]
    by_name = point | {"village_code": "王庄"}
    assert codes_of("village_points", by_name) == {("not_a_code", "村（社区）代码")}
    shifted = point | {"village_code": "370911101001", "source_datum": "gcj02"}
    row = checked("village_points", [shifted]).iloc[0]
    assert row["source_datum"] == "from_gcj02" and 0.003 < 117.15 - row["lon"] < 0.008


def test_a_village_without_a_position_or_a_coarse_one_is_no_position():
    point = {"village_code": "370911101001", "lon": "117.15", "lat": "36.2",
             "position_precision": "village"}  # fmt: skip
    assert codes_of("village_points", point | {"lon": None}) == {("required", "经度")}
    for coarse in ("township", "unknown"):
        wrong = point | {"position_precision": coarse}
        assert codes_of("village_points", wrong) == {("not_a_choice", "位置精度")}


def test_a_population_is_of_a_township_or_village_that_is_listed():
    row = {"place_code": "370911101000", "year": "2020", "basis": "七普", "persons": "900"}
    rows = [row, row | {"place_code": "370911101001"}, row | {"basis": "户籍"}]
    assert checked("populations", rows)["persons"].tolist() == [900] * 3
    lost = row | {"place_code": "370911109000"}
    assert codes_of("populations", lost) == {("unknown_reference", "乡镇或村代码")}
    assert codes_of("populations", row | {"persons": None}) == {("required", "人数")}
    with pytest.raises(TableError):
        checked("populations", [row, row])
    stored = {name: KNOWN[name] for name in ("townships", "villages")}
    told = findings(stored | {"populations": seeded.typed("populations", [
        {"place_code": "370911109000", "year": 2020, "basis": "七普", "persons": 1},
    ])})  # fmt: skip
    assert ("populations", "unknown_reference") in {(p.table, p.code) for p in told}


def test_a_host_lies_in_a_township_and_its_village_in_the_same():
    host = {"host_id": "b1", "name": "党群服务中心", "kind": "党群服务中心",
            "township_code": "山口镇", "position_precision": "unknown"}  # fmt: skip
    row = checked("hosts", [host]).iloc[0]
    assert (row["township_code"], row["kind"]) == ("370911101000", "party_centre")
    other = host | {"village_code": "370902001001"}
    assert codes_of("hosts", other) == {("mismatch", "乡镇街道代码")}
    assert codes_of("hosts", host | {"township_code": None}) == {("required", "乡镇街道代码")}
