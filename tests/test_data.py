"""What `data/` promises: complete lists, honest positions, sources, and dates that hold."""

import csv
import datetime as dt
import itertools
import json
import re
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from opening_hours import OpeningHours

from geo.schema import EXACT_PRECISIONS, PRECISIONS, TABLES

DATA = Path(__file__).parent.parent / "data"
GOLDEN = Path(__file__).parent / "golden"
FILES = (
    "counties", "townships", "villages", "reporting_units", "unit_townships", "township_aliases",
    "county_population", "village_points", "populations", "hosts", "venues", "routes",
    "route_stops", "holidays",
)  # fmt: skip
PHONE = re.compile(r"(0\d{2,3}-\d{7,8}|1\d{10}|400-\d{3}-\d{4})")
COPIED_LENGTH = 16  # an introduction shares at most 15 characters in a row with a note


def rows_of(table):
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def tables():
    return {table: rows_of(table) for table in FILES}


@pytest.fixture(scope="module")
def counties():
    return gpd.read_file(DATA / "boundaries" / "counties.geojson").to_crs("EPSG:4548")


def shared_length(text, other):
    """Length of the longest run of characters that stands in both texts."""
    return max(
        (
            end - start
            for start, end in itertools.combinations(range(len(text) + 1), 2)
            if text[start:end] in other
        ),
        default=0,
    )


def unit_on(memberships, township_code, day):
    return [
        row["unit_id"]
        for row in memberships
        if row["township_code"] == township_code
        and row["from_date"] <= day
        and (not row["to_date"] or day < row["to_date"])
    ]


def contradictions(memberships):
    """Pairs of rows that put one township into two units on the same day."""
    ordered = sorted(memberships, key=lambda row: (row["township_code"], row["from_date"]))
    return [
        (one, two)
        for one, two in itertools.pairwise(ordered)
        if one["township_code"] == two["township_code"]
        and (not one["to_date"] or two["from_date"] < one["to_date"])
    ]


# --- files and cells ---------------------------------------------------------


@pytest.mark.parametrize("table", FILES)
def test_a_file_has_the_declared_columns_in_order_and_plain_line_ends(table):
    content = (DATA / f"{table}.csv").read_bytes()
    assert content.split(b"\n", 1)[0].decode("utf-8").split(",") == TABLES[table].names
    assert b"\r" not in content
    assert content.endswith(b"\n")


@pytest.mark.parametrize("table", FILES)
def test_every_cell_is_what_its_column_declares(tables, table):
    for row in tables[table]:
        for column in TABLES[table].columns:
            value, where = row[column.name], f"{table} {column.name}: {row}"
            if not value:
                assert not column.required, where
                continue
            assert value == value.strip(), where
            assert len(value) <= column.limit, where
            if column.kind == "code":
                assert re.fullmatch(rf"\d{{{column.digits}}}", value), where
            elif column.kind in ("integer", "number"):
                number = int(value) if column.kind == "integer" else float(value)
                assert column.low is None or number >= column.low, where
                assert column.high is None or number <= column.high, where
            elif column.kind == "yesno":
                assert value in ("yes", "no"), where
            elif column.kind == "date":
                dt.date.fromisoformat(value)
            elif column.kind in ("choice", "choices"):
                chosen = value.split(";") if column.kind == "choices" else [value]
                assert set(chosen) <= {choice[0] for choice in column.choices}, where
                assert len(chosen) == len(set(chosen)), where


@pytest.mark.parametrize("table", FILES)
def test_keys_are_unique_and_references_exist(tables, table):
    keys = [tuple(row[name] for name in TABLES[table].key) for row in tables[table]]
    assert len(keys) == len(set(keys))
    for column in TABLES[table].columns:
        if column.refers_to:
            key = TABLES[column.refers_to].key[0]
            known = {row[key] for row in tables[column.refers_to]}
            assert {row[column.name] for row in tables[table]} - {""} <= known


# --- the official lists ------------------------------------------------------


def test_the_lists_are_complete(tables):
    sizes = {table: len(tables[table]) for table in ("counties", "townships", "villages", "venues")}
    assert sizes == {"counties": 6, "townships": 88, "villages": 3782, "venues": 48}
    assert {row["list_year"] for row in tables["townships"] + tables["villages"]} == {"2023"}


def test_codes_carry_the_codes_of_what_contains_them(tables):
    for row in tables["townships"]:
        assert row["township_code"].startswith(row["county_code"])
        assert row["township_code"].endswith("000")
    for row in tables["villages"]:
        assert row["village_code"][:9] + "000" == row["township_code"]


def test_each_township_has_as_many_villages_as_its_total_says(tables):
    for township in tables["townships"]:
        inside = [v for v in tables["villages"] if v["township_code"] == township["township_code"]]
        assert len(inside) == int(township["villages_total"])


def test_the_kind_of_a_township_is_the_last_word_of_its_name(tables):
    endings = {"street": "街道", "town": "镇", "rural": "乡"}
    assert all(row["name"].endswith(endings[row["kind"]]) for row in tables["townships"])


def test_a_village_name_is_unique_in_its_township_but_not_in_its_county(tables):
    in_township = [(row["township_code"], row["name"]) for row in tables["villages"]]
    assert len(in_township) == len(set(in_township))
    in_county = sorted((row["village_code"][:6], row["name"]) for row in tables["villages"])
    repeated = [name for name, group in itertools.groupby(in_county) if len(list(group)) > 1]
    assert len(repeated) == 145


def test_an_alias_is_not_the_present_name_of_any_township(tables):
    present = {row["name"] for row in tables["townships"]}
    assert not present & {row["alias"] for row in tables["township_aliases"]}
    assert all(row["note"] for row in tables["township_aliases"])


# --- boundaries --------------------------------------------------------------


def test_the_county_layer_says_what_it_is():
    layer = json.loads((DATA / "boundaries" / "counties.geojson").read_text("utf-8"))["layer"]
    assert layer["level"] == "county"
    assert layer["kind"] == "schematic"
    assert "天地图" in layer["source"]
    assert layer["compiled_on"] is None
    assert layer["approval_number"] == ""


def test_the_county_layer_covers_each_county_once_without_gaps(tables, counties):
    official = {row["county_code"]: row for row in tables["counties"]}
    assert sorted(counties["county_code"]) == sorted(official)
    assert counties.geometry.is_valid.all()
    for code, name, shape in zip(
        counties["county_code"], counties["name"], counties.geometry, strict=True
    ):
        assert name == official[code]["name"]
        assert shape.area / 1e6 == pytest.approx(float(official[code]["official_km2"]), rel=0.01)
    for one, two in itertools.combinations(counties.geometry, 2):
        assert one.intersection(two).area < 1
    whole = counties.geometry.union_all()
    assert whole.geom_type == "Polygon"
    assert len(whole.interiors) == 0


def test_each_township_seat_lies_in_its_county(tables, counties):
    shapes = dict(zip(counties["county_code"], counties.geometry, strict=True))
    seats = gpd.GeoSeries(
        [shapely.Point(float(t["seat_lon"]), float(t["seat_lat"])) for t in tables["townships"]],
        crs="EPSG:4326",
    ).to_crs("EPSG:4548")
    for township, seat in zip(tables["townships"], seats, strict=True):
        assert shapes[township["county_code"]].contains(seat), township["name"]


# --- reporting units ---------------------------------------------------------


def test_overlapping_memberships_would_be_noticed():
    row = {"township_code": "1", "unit_id": "a", "from_date": "2019-01-01", "to_date": "2020-01-01"}
    assert not contradictions([row, row | {"from_date": "2020-01-01", "to_date": ""}])
    assert contradictions([row, row | {"from_date": "2019-12-31", "to_date": ""}])
    assert contradictions([row | {"to_date": ""}, row | {"from_date": "2020-01-01"}])


def test_a_township_is_never_in_two_units_at_once(tables):
    assert not contradictions(tables["unit_townships"])
    for row in tables["unit_townships"]:
        assert not row["to_date"] or row["from_date"] < row["to_date"]


def test_every_membership_names_its_source_and_explains_its_dates(tables):
    for row in tables["unit_townships"]:
        assert row["source_url"] and row["source_grade"] and row["note"]


@pytest.mark.parametrize(
    ("township_code", "day", "units"),
    [
        ("370911104000", "2017-02-26", []),
        ("370911104000", "2017-02-27", ["zone-gaoxin"]),
        ("370911104000", "2019-08-31", ["zone-gaoxin"]),
        ("370911104000", "2019-09-01", ["zone-cuwen"]),
        ("370911104000", "2024-12-16", ["370902"]),
        ("370911112000", "2023-09-30", ["zone-gaoxin"]),
        ("370911112000", "2023-10-01", []),  # what a later source contradicts is not claimed
        ("370911113000", "2026-11-23", []),
        ("370911109000", "2026-11-23", []),
        ("370911114000", "2026-11-23", []),
        ("370911003000", "2026-11-23", ["zone-gaoxin"]),
        ("370902202000", "2026-11-23", ["zone-jingqu"]),
    ],
)
def test_memberships_hold_on_the_days_that_sources_state(tables, township_code, day, units):
    assert unit_on(tables["unit_townships"], township_code, day) == units


def test_every_county_is_a_reporting_unit(tables):
    units = [row for row in tables["reporting_units"] if row["kind"] == "county"]
    assert {row["county_code"] for row in units} == {r["county_code"] for r in tables["counties"]}
    zones = [row for row in tables["reporting_units"] if row["kind"] == "zone"]
    assert zones and not any(row["county_code"] for row in zones)


def test_population_is_empty_only_where_the_note_says_it_was_not_found(tables):
    missing = [row for row in tables["county_population"] if not row["population"]]
    assert [(row["area_code"], row["year"]) for row in missing] == [("370923", "2020")]
    assert "没有查到" in missing[0]["note"]
    assert all(row["source_url"] for row in tables["county_population"] if row not in missing)


def test_populations_name_a_listed_place_a_source_and_what_is_doubtful(tables):
    places = {row["township_code"] for row in tables["townships"]}
    assert {row["place_code"] for row in tables["populations"]} <= places
    assert len(tables["populations"]) == 23
    for row in tables["populations"]:
        assert row["source_url"] and row["source_grade"] and row["demo"] == "no", row
        assert row["note"] or row["basis"] == "户籍", row
    census = [row for row in tables["populations"] if row["basis"] == "五普"]
    assert len(census) == 18 and {row["year"] for row in census} == {"2000"}
    assert sum(int(row["persons"]) for row in census) == 922491  # 岱岳区, 五普


# --- venues ------------------------------------------------------------------


def test_every_venue_names_its_source_and_grade_and_nobody_verified_it(tables):
    for row in tables["venues"]:
        assert row["source_url"] and row["source_grade"]
        assert not row["verified_on"] and not row["designated_on"]
        assert row["demo"] == "no" and row["mobile"] == "no"


def test_a_lead_of_the_lowest_grade_is_never_open(tables):
    for table, usable in (("venues", "open"), ("routes", "ready")):
        assert not [r for r in tables[table] if r["source_grade"] == "D" and r["status"] == usable]


def test_a_position_is_the_seat_of_its_township_or_nothing(tables):
    seats = {t["township_code"]: (t["seat_lon"], t["seat_lat"]) for t in tables["townships"]}
    finer = {stored for stored, *_ in PRECISIONS} - {"township", "unknown"}
    assert set(EXACT_PRECISIONS) <= finer
    for row in tables["venues"]:
        assert row["position_precision"] not in finer
        if row["position_precision"] == "township":
            assert (row["lon"], row["lat"]) == seats[row["township_code"]]
            assert row["source_datum"] == "wgs84"
        else:
            assert not (row["lon"] or row["lat"] or row["source_datum"] or row["township_code"])


def test_a_venue_lies_in_the_county_of_its_township(tables):
    for row in tables["venues"]:
        if row["township_code"]:
            assert row["township_code"].startswith(row["county_code"])
            assert row["county_code"]


def test_a_township_or_its_alias_stands_in_the_address_of_a_venue_that_claims_it(tables):
    names = {row["township_code"]: [row["name"]] for row in tables["townships"]}
    for row in tables["township_aliases"]:
        names[row["township_code"]].append(row["alias"])
    for row in tables["venues"]:
        if row["township_code"]:
            assert any(name in row["address"] for name in names[row["township_code"]]), row["name"]


def test_a_village_named_in_an_address_is_on_the_list_of_that_township(tables):
    for row in tables["venues"]:
        found = re.search(r"(?:镇|乡|街道)(?:（[^）]*）)?([^镇乡街]+?)村", row["address"])
        if found and row["township_code"]:
            stem = found[1][-2:]
            assert any(
                stem in village["name"]
                for village in tables["villages"]
                if village["township_code"] == row["township_code"]
            ), row["address"]


def test_opening_hours_are_readable_and_say_when_nobody_checked_them(tables):
    stated = {row["venue_id"]: row for row in tables["venues"] if row["opening_hours"]}
    assert sorted(stated) == ["V15", "V16", "V36"]
    hours = {key: OpeningHours(row["opening_hours"]) for key, row in stated.items()}
    monday, tuesday = dt.datetime(2026, 11, 23, 10), dt.datetime(2026, 11, 24, 10)
    assert not hours["V15"].is_open(monday) and hours["V15"].is_open(tuesday)
    assert hours["V16"].is_open(monday)
    assert not hours["V36"].is_open(monday) and hours["V36"].is_open(tuesday)
    assert not hours["V36"].is_open(tuesday.replace(hour=12))
    for key in ("V15", "V36"):
        assert "来源未经核实" in stated[key]["hours_note"]


def test_phones_are_written_as_one_dials_them(tables):
    numbers = [row["phone"] for row in tables["venues"] if row["phone"]]
    assert numbers == ["0538-8417924"]
    assert all(PHONE.fullmatch(number) for value in numbers for number in value.split(";"))


def test_each_venue_has_one_to_three_subjects_and_a_short_introduction(tables):
    for row in tables["venues"]:
        assert 1 <= len(row["subjects"].split(";")) <= 3
        assert 10 <= len(row["intro"]) <= 100
        assert row["intro"].endswith("。")


def test_introductions_are_not_copied_from_the_collected_notes(tables):
    with (GOLDEN / "venue_facts.csv").open(encoding="utf-8", newline="") as file:
        notes = {row["venue_id"]: row["facts"] for row in csv.DictReader(file)}
    assert set(notes) == {row["venue_id"] for row in tables["venues"]}
    for row in tables["venues"]:
        assert shared_length(row["intro"], notes[row["venue_id"]]) < COPIED_LENGTH, row["intro"]


def test_a_copied_sentence_would_be_noticed():
    assert shared_length("他说泰山在泰安", "泰山在山东") == 3
    assert shared_length("甲", "乙") == 0


# --- routes and holidays -----------------------------------------------------


def test_every_route_has_stops_numbered_from_one(tables):
    for route in tables["routes"]:
        stops = [s for s in tables["route_stops"] if s["route_id"] == route["route_id"]]
        assert [int(stop["stop_no"]) for stop in stops] == list(range(1, len(stops) + 1))
        assert len(stops) >= 2
        assert route["source_url"] and route["source_grade"] and not route["verified_on"]


def test_make_up_working_days_are_weekends_and_statutory_days_are_off(tables):
    off = {dt.date.fromisoformat(row["date"]): row["off"] == "yes" for row in tables["holidays"]}
    assert all(day.weekday() >= 5 for day, is_off in off.items() if not is_off)
    for year in (2025, 2026, 2027):
        assert off[dt.date(year, 1, 1)] and off[dt.date(year, 5, 1)] and off[dt.date(year, 10, 1)]
    assert [(year, sum(d.year == year for d in off)) for year in (2025, 2026, 2027)] == [
        (2025, 33), (2026, 39), (2027, 13),
    ]  # fmt: skip


def test_the_days_of_2026_are_those_of_the_state_council(tables):
    off = {row["date"] for row in tables["holidays"] if row["off"] == "yes"}
    working = {row["date"] for row in tables["holidays"] if row["off"] == "no"}
    blocks = (
        ("2026-01-01", 3), ("2026-02-15", 9), ("2026-04-04", 3), ("2026-05-01", 5),
        ("2026-06-19", 3), ("2026-09-25", 3), ("2026-10-01", 7),
    )  # fmt: skip
    expected = {
        (dt.date.fromisoformat(first) + dt.timedelta(days=day)).isoformat()
        for first, days in blocks
        for day in range(days)
    }
    assert {day for day in off if day.startswith("2026")} == expected
    assert {day for day in working if day.startswith("2026")} == {
        "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
    }  # fmt: skip


def test_2027_has_statutory_days_only_until_its_notice_is_entered(tables):
    days = [row for row in tables["holidays"] if row["date"].startswith("2027")]
    assert all(row["off"] == "yes" and "补假" not in row["name"] for row in days)


def test_the_sources_file_speaks_of_every_file():
    text = (DATA / "SOURCES.md").read_text("utf-8")
    for name in (*(f"{table}.csv" for table in FILES), "boundaries/counties.geojson"):
        assert name in text, name
