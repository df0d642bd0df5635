"""Demonstration rows: marked, valid, approximate where they must be, the same each time."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from geo.check import validate
from geo.coverage import promoters_by_village, rates, standing
from geo.demo import demo_tables
from geo.errors import ArgumentError
from geo.rows import demo_edits
from geo.schema import DEMO_MARK, DTYPES, TABLES
from tests.conftest import toy_tables, typed
from tests.region import raw_from_frame, rows_by_key

TODAY = dt.date(2026, 11, 23)
COUNTIES = ["370902", "370911", "370921", "370923", "370982", "370983"]


def places():
    """Give 88 townships of 43 villages each."""
    counties = [{"county_code": code, "name": f"县{code[3:]}"} for code in COUNTIES]
    townships = [
        {"township_code": f"{COUNTIES[number % 6]}{100 + number // 6}000", "name": f"{number}号镇",
         "county_code": COUNTIES[number % 6], "kind": "town", "list_year": 2023,
         "seat_lon": round(116.5 + number / 100, 3), "seat_lat": round(36 + number / 500, 3)}
        for number in range(88)
    ]  # fmt: skip
    villages = [
        {"village_code": f"{row['township_code'][:9]}{number:03d}", "name": f"村{number}",
         "township_code": row["township_code"], "kind": "village", "list_year": 2023}
        for row in townships for number in range(1, 44)
    ]  # fmt: skip
    return (
        typed("counties", counties), typed("townships", townships), typed("villages", villages)
    )  # fmt: skip


KNOWN = dict(zip(("counties", "townships", "villages"), places(), strict=True))
TOWNSHIPS, VILLAGES = KNOWN["townships"], KNOWN["villages"]


@pytest.fixture(scope="module")
def demo():
    return demo_tables(TOWNSHIPS, VILLAGES, seed=1, as_of=TODAY)


@pytest.mark.parametrize("seed", [0, 1, 2, 2026])
def test_the_rows_obey_every_rule_of_the_schema(seed):
    known = dict(KNOWN)
    for name, frame in demo_tables(TOWNSHIPS, VILLAGES, seed=seed, as_of=TODAY).items():
        known[name] = validate(raw_from_frame(name, frame), known)
        pd.testing.assert_frame_equal(known[name], frame)


def test_the_columns_are_those_of_the_schema(demo):
    for name, frame in demo.items():
        assert {column.name: DTYPES[column.kind] for column in TABLES[name].columns} == {
            column: str(dtype) for column, dtype in frame.dtypes.items()
        }
        assert list(frame.columns) == TABLES[name].names
        assert frame.index.equals(pd.RangeIndex(len(frame)))


def test_every_row_says_that_it_is_invented(demo):
    for name in ("venues", "promoters"):
        assert demo[name]["demo"].all()
        assert demo[name]["name"].str.contains(DEMO_MARK).all()
    assert (demo["venues"]["source_url"] == "演示数据").all()


def test_nothing_that_could_be_taken_for_real_is_made_up(demo):
    assert demo["promoters"][["phone", "commended_on", "consent_on"]].isna().all(axis=None)
    unknown = ["phone", "address", "booking_url", "operator", "designated_on", "verified_on"]
    assert demo["venues"][unknown].isna().all(axis=None)


def test_positions_are_the_seats_and_no_finer_than_a_township(demo):
    seats = TOWNSHIPS.set_index("township_code")
    stations = demo["venues"].join(seats[["seat_lon", "seat_lat"]], on="township_code")
    assert (stations["lon"] == stations["seat_lon"]).all()
    assert (stations["lat"] == stations["seat_lat"]).all()
    assert (stations["position_precision"] == "township").all()


def test_a_township_without_a_seat_gets_a_station_without_a_position():
    seatless = TOWNSHIPS.assign(seat_lat=np.nan)
    stations = demo_tables(seatless, VILLAGES, seed=1, as_of=TODAY)["venues"]
    assert stations[["lon", "lat", "source_datum"]].isna().all(axis=None)
    assert (stations["position_precision"] == "unknown").all()


def test_about_sixty_townships_have_one_station_and_most_of_these_are_open(demo):
    stations = demo["venues"]
    assert 55 <= len(stations) <= 65
    assert stations["township_code"].is_unique
    assert set(stations["status"]) == {"open", "planned", "construction", "suspended", "closed"}
    assert stations["mobile"].any()
    assert standing(stations, as_of=TODAY).eq("counts").mean() > 0.7
    assert 0.5 < stations["opening_hours"].notna().mean() < 0.9
    assert set(stations["host"]) == {"party_centre", "civilization_station", "science_yard"}


def test_the_date_asked_about_matters(demo):
    opened = demo["venues"]["opened_on"].dropna()
    assert set(opened.dt.year) == {2024, 2025, 2026}
    assert opened.max() <= pd.Timestamp(TODAY)
    days = [dt.date(2024, 6, 1), dt.date(2025, 6, 1), TODAY]
    counted = [standing(demo["venues"], as_of=day).eq("counts").sum() for day in days]
    assert counted == sorted(set(counted))
    ended = demo["promoters"]["to_date"].dropna()
    assert 0.02 < len(ended) / len(demo["promoters"]) < 0.12
    assert ended.max() <= pd.Timestamp(TODAY)


def test_about_two_thirds_of_the_villages_are_served_and_townships_differ(demo):
    pairs = demo["promoter_villages"]
    answer = promoters_by_village(VILLAGES, demo["promoters"], pairs, as_of=TODAY)
    assert 0.55 < answer["covered"].mean() < 0.75
    shares = rates(answer, by=["township_code"])["share"]
    assert shares.min() < 0.2
    assert shares.max() > 0.9


def test_a_promoter_serves_one_to_four_villages_of_one_township(demo):
    pairs = demo["promoter_villages"]
    assert not pairs.duplicated().any()
    assert set(pairs["promoter_id"].value_counts()) == {1, 2, 3, 4}
    homes = pairs["village_code"].str[:9].groupby(pairs["promoter_id"]).nunique()
    assert (homes == 1).all()
    assert set(pairs["promoter_id"]) == set(demo["promoters"]["promoter_id"])


def test_the_same_seed_gives_the_same_rows_in_whatever_order_the_lists_stand(demo):
    mixed = demo_tables(
        TOWNSHIPS.sample(frac=1, random_state=1), VILLAGES.sample(frac=1, random_state=2),
        seed=1, as_of=TODAY,
    )  # fmt: skip
    for name, frame in demo.items():
        pd.testing.assert_frame_equal(mixed[name], frame)


def test_another_seed_gives_other_rows(demo):
    other = demo_tables(TOWNSHIPS, VILLAGES, seed=2, as_of=TODAY)
    assert not other["venues"]["township_code"].equals(demo["venues"]["township_code"])
    assert len(other["promoters"]) != len(demo["promoters"])


def test_the_rows_are_those_of_every_machine(demo):
    # The first rows of seed 1, written down; another generator or order would change them.
    assert demo["venues"]["township_code"].head(4).tolist() == FIRST_TOWNSHIPS
    assert demo["venues"]["opened_on"].head(4).dt.date.tolist() == FIRST_DAYS
    assert demo["promoter_villages"]["village_code"].head(4).tolist() == FIRST_VILLAGES


FIRST_TOWNSHIPS = ["370902100000", "370902101000", "370902102000", "370902103000"]
FIRST_DAYS = [dt.date(2024, 4, 17), dt.date(2026, 4, 4), dt.date(2024, 2, 13), dt.date(2024, 4, 7)]
FIRST_VILLAGES = ["370902100013", "370902100018", "370902100032", "370902100022"]


def test_no_townships_give_no_rows():
    empty = demo_tables(TOWNSHIPS.iloc[:0], VILLAGES.iloc[:0], seed=1, as_of=TODAY)
    assert [len(frame) for frame in empty.values()] == [0, 0, 0]


def test_a_negative_seed_is_refused():
    with pytest.raises(ArgumentError, match="seed"):
        demo_tables(TOWNSHIPS, VILLAGES, seed=-1, as_of=TODAY)


def test_a_demonstration_population_goes_and_the_real_one_of_the_same_place_stays():
    rows = [
        {"place_code": "370902001000", "year": year, "basis": "七普", "persons": 1, "demo": demo}
        for year, demo in ((2010, True), (2020, False))
    ]
    tables = toy_tables() | {"populations": typed("populations", rows)}
    gone = {edit.key for edit in demo_edits(rows_by_key(tables)) if edit.table == "populations"}
    assert gone == {("370902001000", 2010, "七普")}
