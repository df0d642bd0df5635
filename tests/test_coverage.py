"""Coverage against a toy region by hand, a counter in plain Python, laws, and golden answers."""

import datetime as dt
import difflib
import math
import random
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo.coverage import (
    nearest_stations,
    promoters_by_village,
    rates,
    standing,
    stations_by_township,
    unit_of_township,
    with_units,
)
from geo.errors import GeoError, MissingColumnError, TableError
from geo.schema import PRECISIONS, VENUE_KINDS, VENUE_STATUSES
from geo.sources import read_tables
from tests.conftest import typed

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = Path(__file__).parent / "golden"
TODAY = dt.date(2026, 11, 23)
YESTERDAY, TOMORROW = dt.date(2026, 11, 22), dt.date(2026, 11, 24)

# --- a toy region: six townships in two counties, one of them in a zone --------------------

CODES = [f"37090{county}{number:03d}000" for county, number in
         [(2, 1), (2, 2), (2, 3), (1, 1), (1, 2), (1, 3)]]  # fmt: skip
A, B, C, D, E, F = CODES


def townships(codes=CODES):
    return typed("townships", [
        {"township_code": code, "name": f"镇{code[4:9]}", "county_code": code[:6], "kind": "town",
         "seat_lon": 117.0, "seat_lat": 36.0 + number / 100, "list_year": 2023}
        for number, code in enumerate(codes)
    ])  # fmt: skip


REPORTING_UNITS = typed("reporting_units", [
    {"unit_id": "u2", "name": "泰山区", "kind": "county", "county_code": "370902"},
    {"unit_id": "u1", "name": "岱岳区", "kind": "county", "county_code": "370901"},
    {"unit_id": "zone", "name": "高新区", "kind": "zone"},
])  # fmt: skip


def memberships(*rows):
    return typed("unit_townships", [
        {"township_code": code, "unit_id": unit, "from_date": start, "to_date": end}
        for code, unit, start, end in rows
    ])  # fmt: skip


IN_ZONE = memberships((F, "zone", dt.date(2017, 1, 1), None))


def units(codes=CODES, members=IN_ZONE, as_of=TODAY):
    return unit_of_township(townships(codes), REPORTING_UNITS, members, as_of=as_of)


def station(township=A, **values):
    row = {"kind": "station", "status": "open", "opened_on": dt.date(2025, 1, 1),
           "township_code": township, "name": "站", "position_precision": "unknown"}  # fmt: skip
    return row | values


def venues(*rows):
    return typed("venues", [{"venue_id": f"s{n}"} | row for n, row in enumerate(rows)])


def count(*rows, as_of=TODAY):
    answer = stations_by_township(townships(), venues(*rows), units(), as_of=as_of)
    return answer.set_index("township_code")["stations"].to_dict()


def test_the_toy_region_is_answered_as_counted_by_hand():
    rows = venues(
        station(A), station(A, demo=True), station(B, demo=True), station(C, mobile=True),
        station(D, status="planned"), station(None), station("370999001000"),
        station(E, kind="hall"), station(F, opened_on=TODAY),
    )  # fmt: skip
    answer = stations_by_township(townships(), rows, units(), as_of=TODAY)
    assert answer.columns.tolist() == [
        "township_code", "name", "county_code", "reporting_unit", "stations", "demo_stations",
        "covered",
    ]  # fmt: skip
    assert answer["township_code"].tolist() == CODES
    assert answer["reporting_unit"].tolist() == ["泰山区"] * 3 + ["岱岳区"] * 2 + ["高新区"]
    assert answer["stations"].tolist() == [2, 1, 0, 0, 0, 1]
    assert answer["demo_stations"].tolist() == [1, 1, 0, 0, 0, 0]
    assert answer["covered"].tolist() == [True, True, False, False, False, True]


RULES = {
    "open since before": (station(), "counts"),
    "opened on the day itself": (station(opened_on=TODAY), "counts"),
    "opens tomorrow": (station(opened_on=TOMORROW), "not_yet_open"),
    "closed on the day itself": (station(closed_on=TODAY), "ended"),
    "closes tomorrow": (station(closed_on=TOMORROW), "counts"),
    "closed for good since tomorrow": (station(status="closed", closed_on=TOMORROW), "counts"),
    "suspended since today": (station(status="suspended", closed_on=TODAY), "ended"),
    "suspended since an unknown day": (station(status="suspended"), "end_unknown"),
    "closed on an unknown day": (station(status="closed"), "end_unknown"),
    "without an opening day but verified today": (
        station(opened_on=None, verified_on=TODAY), "counts"),
    "verified tomorrow only": (station(opened_on=None, verified_on=TOMORROW), "not_yet_open"),
    "opened tomorrow although verified": (
        station(opened_on=TOMORROW, verified_on=YESTERDAY), "not_yet_open"),
    "without any day": (station(opened_on=None), "start_unknown"),
    "planned": (station(status="planned"), "status"),
    "under construction": (station(status="construction"), "status"),
    "open by event": (station(status="by_event"), "status"),
    "unverified": (station(status="unverified"), "status"),
    "without a status": (station(status=None), "status"),
    "on wheels": (station(mobile=True), "mobile"),
    "said not to be on wheels": (station(mobile=False), "counts"),
    "a hall": (station(kind="hall"), "other_kind"),
    "without a kind": (station(kind=None), "other_kind"),
}  # fmt: skip


@pytest.mark.parametrize(("row", "expected"), RULES.values(), ids=RULES)
def test_each_rule_decides_one_station(row, expected):
    assert standing(venues(row), as_of=TODAY).tolist() == [expected]
    assert count(row)[A] == (expected == "counts")


def test_the_registered_township_decides_not_the_position():
    assert count(station(A, lon=117.0, lat=36.01, position_precision="street"))[A] == 1


def test_a_station_without_township_or_with_an_unknown_one_counts_nowhere():
    assert not any(count(station(None), station("370999999000")).values())


def test_no_venues_at_all_leave_every_township_uncovered():
    answer = stations_by_township(townships(), venues(), units(), as_of=TODAY)
    assert not answer["covered"].any()
    assert answer["stations"].dtype == "int64"


# --- promoters ------------------------------------------------------------------------------

VILLAGES = typed("villages", [
    {"village_code": f"{A[:9]}00{number}", "name": f"村{number}", "township_code": A,
     "kind": "village", "list_year": 2023} for number in range(1, 6)
])  # fmt: skip
V1, V2, V3, V4, V5 = VILLAGES["village_code"]


def promoter_tables(people, pairs):
    promoters = typed("promoters", [{"name": "甲"} | person for person in people])
    return promoters, typed("promoter_villages", [
        {"promoter_id": who, "village_code": where} for who, where in pairs
    ])  # fmt: skip


def test_villages_are_answered_as_counted_by_hand():
    people = [
        {"promoter_id": "p1", "from_date": dt.date(2025, 1, 1)},
        {"promoter_id": "p2", "demo": True},
        {"promoter_id": "p3", "to_date": TODAY},
    ]
    pairs = [("p1", V1), ("p1", V2), ("p2", V2), ("p2", V2), ("p3", V3), ("p9", V4), ("p1", "9")]
    answer = promoters_by_village(VILLAGES, *promoter_tables(people, pairs), as_of=TODAY)
    assert answer.columns.tolist() == [
        "village_code", "name", "township_code", "promoters", "demo_promoters", "covered"
    ]  # fmt: skip
    assert answer["promoters"].tolist() == [1, 2, 0, 0, 0]
    assert answer["demo_promoters"].tolist() == [0, 1, 0, 0, 0]
    assert answer["covered"].tolist() == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("start", "end", "serves"),
    [
        (TODAY, None, True), (TOMORROW, None, False), (None, None, True), (None, TODAY, False),
        (None, TOMORROW, True), (YESTERDAY, TODAY, False), (TODAY, TOMORROW, True),
    ],
)  # fmt: skip
def test_a_promoter_serves_from_the_first_day_until_the_day_before_the_last(start, end, serves):
    people = [{"promoter_id": "p1", "from_date": start, "to_date": end}]
    tables = promoter_tables(people, [("p1", V1)])
    answer = promoters_by_village(VILLAGES, *tables, as_of=TODAY)
    assert answer["covered"].tolist() == [serves] + [False] * 4


def test_no_promoters_at_all_leave_every_village_uncovered():
    answer = promoters_by_village(VILLAGES, *promoter_tables([], []), as_of=TODAY)
    assert answer["promoters"].tolist() == [0] * 5


# --- reporting units ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_of", "unit"),
    [(dt.date(2016, 12, 31), "u1"), (dt.date(2017, 1, 1), "zone"), (YESTERDAY, "zone"),
     (TODAY, "u1")],
)  # fmt: skip
def test_a_membership_holds_from_its_first_day_until_the_day_before_its_end(as_of, unit):
    members = memberships((F, "zone", dt.date(2017, 1, 1), TODAY))
    assert units(members=members, as_of=as_of)["unit_id"].tolist()[-1] == unit


def test_one_membership_may_follow_another_on_the_same_day():
    members = memberships((F, "u2", dt.date(2017, 1, 1), TODAY), (F, "zone", TODAY, None))
    assert units(members=members)["unit_id"].tolist()[-1] == "zone"


def test_overlapping_memberships_are_refused_with_both_rows():
    members = memberships(
        (A, "zone", dt.date(2020, 1, 1), None),
        (F, "zone", dt.date(2017, 1, 1), None),
        (F, "u2", YESTERDAY, None),
    )
    with pytest.raises(TableError) as caught:
        units(members=members)
    (problem,) = caught.value.problems
    assert (problem.row, problem.value, problem.params["other_row"]) == (4, F, 3)
    assert units(members=members, as_of=dt.date(2019, 1, 1))["unit_id"].tolist()[-1] == "zone"


def test_a_township_without_a_unit_is_refused():
    with pytest.raises(TableError, match="没有填报单位"):
        unit_of_township(townships(), REPORTING_UNITS.iloc[1:], IN_ZONE, as_of=TODAY)


def test_a_membership_of_an_unknown_unit_is_refused():
    with pytest.raises(TableError, match="nowhere"):
        units(members=memberships((F, "nowhere", TODAY, None)))


def test_two_units_for_one_county_are_refused():
    twice = pd.concat([REPORTING_UNITS, REPORTING_UNITS.iloc[:1].assign(unit_id="again")])
    with pytest.raises(GeoError, match="重复"):
        unit_of_township(townships(), twice, IN_ZONE, as_of=TODAY)


def test_a_missing_column_is_named():
    with pytest.raises(MissingColumnError, match="closed_on"):
        standing(venues().drop(columns="closed_on"), as_of=TODAY)


# --- rates ----------------------------------------------------------------------------------


def test_rates_count_groups_in_the_order_of_their_first_row():
    answer = stations_by_township(
        townships(), venues(station(B), station(D), station(E)), units(), as_of=TODAY
    )
    expected = pd.DataFrame({
        "county_code": pd.Series(["370902", "370901"], dtype="str"), "total": [3, 3],
        "covered": [1, 2], "uncovered": [2, 1], "share": [1 / 3, 2 / 3],
    })  # fmt: skip
    pd.testing.assert_frame_equal(rates(answer, by=["county_code"]), expected)
    assert rates(answer, by=[]).to_dict("records") == [
        {"total": 6, "covered": 3, "uncovered": 3, "share": 0.5}
    ]


def test_rates_of_nothing_have_no_share():
    answer = stations_by_township(townships([]), venues(), units([]), as_of=TODAY)
    whole = rates(answer, by=[])
    assert whole["total"].tolist() == [0]
    assert whole["share"].isna().all()
    assert rates(answer, by=["county_code", "reporting_unit"]).empty


def test_rates_give_a_missing_value_a_group_of_its_own():
    strays = VILLAGES.assign(township_code=pd.Series([A, A, None, "9", F], dtype="str"))
    answer = promoters_by_village(strays, *promoter_tables([], []), as_of=TODAY)
    placed = with_units(answer, townships(), units())
    assert placed["county_code"].fillna("-").tolist() == ["370902"] * 2 + ["-"] * 2 + ["370901"]
    assert rates(placed, by=["reporting_unit"])["total"].tolist() == [2, 2, 1]


# --- the nearest station --------------------------------------------------------------------


def nearest(*rows, **options):
    answer = nearest_stations(townships(), venues(*rows), **({"as_of": TODAY} | options))
    return answer.set_index("township_code")


def test_the_nearest_station_is_found_by_a_straight_line_in_metres():
    # 0.01 degree of latitude is 1.11 km; A lies at 36.00, F at 36.05.
    near = nearest(
        station(A, lon=117.0, lat=36.0, position_precision="street", name="南"),
        station(F, lon=117.0, lat=36.07, position_precision="street", name="北", demo=True),
        station(F, lon=117.0, lat=36.04, position_precision="street", closed_on=TODAY),
        station(F),
    )
    assert near["nearest_venue_id"].tolist() == ["s0", "s0", "s0", "s0", "s1", "s1"]
    assert near["nearest_name"].tolist() == ["南"] * 4 + ["北"] * 2
    assert near["distance_km"].tolist() == [0.0, 1.1, 2.2, 3.3, 3.3, 2.2]
    assert near["nearest_demo"].tolist() == [False] * 4 + [True] * 2
    assert set(near["precision"]) == {"township"}


def test_of_stations_equally_near_the_first_id_wins_whatever_the_order():
    twin = station(A, lon=117.0, lat=36.0, position_precision="street")
    for ids in (["b", "a", "c"], ["c", "b", "a"]):
        found = nearest(*[twin | {"venue_id": venue_id} for venue_id in ids])
        assert set(found["nearest_venue_id"]) == {"a"}


def test_without_a_station_in_place_or_a_seat_the_nearest_is_unknown():
    assert nearest(station(A))["distance_km"].isna().all()
    seatless = townships()
    seatless.loc[2, "seat_lat"] = np.nan
    row = station(A, lon=117.0, lat=36.0, position_precision="street")
    near = nearest_stations(seatless, venues(row), as_of=TODAY)
    assert near["nearest_venue_id"].isna().tolist() == [False, False, True, False, False, False]
    assert near["precision"].isna().tolist() == [False, False, True, False, False, False]


# --- a second counter, in plain Python ------------------------------------------------------


def is_true(value):
    return value is not pd.NA and value is not None and bool(value)


def day(value):
    return None if value is pd.NaT else value.date()


def text(value):
    return value if isinstance(value, str) else None


def counts_by_hand(row, as_of):
    if text(row["kind"]) != "station" or is_true(row["mobile"]):
        return False
    if text(row["status"]) not in ("open", "suspended", "closed"):
        return False
    start = day(row["opened_on"]) or day(row["verified_on"])
    end = day(row["closed_on"])
    if start is None or as_of < start:
        return False
    if end is None:
        return row["status"] == "open"
    return as_of < end


def stations_by_hand(townships, venues, as_of):
    found = {code: [0, 0] for code in townships["township_code"]}
    for row in venues.to_dict("records"):
        if row["township_code"] in found and counts_by_hand(row, as_of):
            found[row["township_code"]][0] += 1
            found[row["township_code"]][1] += is_true(row["demo"])
    return found


def promoters_by_hand(villages, promoters, pairs, as_of):
    people = {row["promoter_id"]: row for row in promoters.to_dict("records")}
    found = {code: set() for code in villages["village_code"]}
    for row in pairs.to_dict("records"):
        person = people.get(row["promoter_id"])
        if person is None or row["village_code"] not in found:
            continue
        start, end = day(person["from_date"]), day(person["to_date"])
        if (start is None or start <= as_of) and (end is None or as_of < end):
            found[row["village_code"]].add(row["promoter_id"])
    return {
        code: [len(ids), sum(is_true(people[who]["demo"]) for who in ids)]
        for code, ids in found.items()
    }


def units_by_hand(townships, units, members, as_of):
    found = {}
    for row in townships.to_dict("records"):
        name = next(
            unit["name"] for unit in units.to_dict("records")
            if unit["kind"] == "county" and unit["county_code"] == row["county_code"]
        )  # fmt: skip
        for member in members.to_dict("records"):
            end = day(member["to_date"])
            if member["township_code"] == row["township_code"] and (
                day(member["from_date"]) <= as_of and (end is None or as_of < end)
            ):
                name = dict(zip(units["unit_id"], units["name"], strict=True))[member["unit_id"]]
        found[row["township_code"]] = name
    return found


class Region:
    """Random tables of a small region, with missing values and unknown codes among them."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        pick, chance = self.random.choice, self.random.random
        self.as_of = self.day()
        count = self.random.randint(1, 30)
        codes = self.random.sample(
            [f"37090{pick('12')}{number:03d}000" for number in range(100, 160)], count
        )
        self.townships = townships(codes)
        self.members = memberships(*[
            (code, "zone", self.day(), self.maybe(self.day())) for code in codes if chance() < 0.3
        ])  # fmt: skip
        self.villages = typed("villages", [
            {"village_code": f"{code[:9]}{number:03d}", "name": "村", "township_code": code,
             "kind": "village", "list_year": 2023}
            for code in codes for number in range(self.random.randint(0, 6))
        ])  # fmt: skip
        homes, places = [*codes, None, "370999999000"], [*self.villages["village_code"], "000"]
        self.venues = venues(*[self.venue(pick(homes)) for _ in range(self.random.randint(0, 120))])
        people = [f"p{number}" for number in range(self.random.randint(0, 30))]
        self.promoters, self.pairs = promoter_tables(
            [{"promoter_id": who, "from_date": self.maybe(self.day()), "demo": self.yes_no(),
              "to_date": self.maybe(self.day())} for who in people],
            [(pick([*people, "nobody"]), pick(places)) for _ in range(self.random.randint(0, 90))],
        )  # fmt: skip

    def day(self):
        return TODAY + dt.timedelta(days=self.random.randint(-4, 4))

    def maybe(self, value):
        return None if self.random.random() < 0.4 else value

    def yes_no(self):
        return self.random.choice([None, None, True, False, False])

    def venue(self, home):
        pick = self.random.choice
        kinds, states = [value[0] for value in VENUE_KINDS], [value[0] for value in VENUE_STATUSES]
        return {
            "kind": pick(["station"] * 8 + kinds), "status": pick(["open"] * 5 + states),
            "township_code": home, "mobile": self.yes_no(), "demo": self.yes_no(), "name": "站",
            "opened_on": self.maybe(self.day()), "verified_on": self.maybe(self.day()),
            "closed_on": self.maybe(self.maybe(self.day())), "position_precision": "unknown",
        }  # fmt: skip

    def units(self):
        return unit_of_township(self.townships, REPORTING_UNITS, self.members, as_of=self.as_of)

    def stations(self, venues=None):
        held = self.venues if venues is None else venues
        return stations_by_township(self.townships, held, self.units(), as_of=self.as_of)

    def served(self):
        return promoters_by_village(
            self.villages, self.promoters, self.pairs, as_of=self.as_of
        )  # fmt: skip


SEEDS = range(60)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_second_counter_agrees_on_random_tables(seed):
    region = Region(seed)
    answer, expected = region.stations(), stations_by_hand(
        region.townships, region.venues, region.as_of
    )  # fmt: skip
    assert answer[["stations", "demo_stations"]].to_numpy().tolist() == list(expected.values())
    assert answer["covered"].tolist() == [total > 0 for total, _ in expected.values()]
    assert dict(zip(answer["township_code"], answer["reporting_unit"], strict=True)) == (
        units_by_hand(region.townships, REPORTING_UNITS, region.members, region.as_of)
    )
    served = region.served()
    by_hand = promoters_by_hand(region.villages, region.promoters, region.pairs, region.as_of)
    found = served[["promoters", "demo_promoters"]].to_numpy().tolist()
    assert found == list(by_hand.values())
    assert served["covered"].tolist() == [total > 0 for total, _ in by_hand.values()]


def test_the_random_tables_are_worth_counting():
    regions = [Region(seed) for seed in SEEDS]
    shares = [region.stations()["covered"].mean() for region in regions]
    assert 0.2 < np.mean(shares) < 0.8
    reasons = pd.concat([standing(region.venues, as_of=region.as_of) for region in regions])
    assert set(reasons) == {"counts", "other_kind", "mobile", "status", "end_unknown",
                            "start_unknown", "not_yet_open", "ended"}  # fmt: skip
    assert 0.2 < np.mean([region.served()["covered"].mean() for region in regions
                          if len(region.villages)]) < 0.8  # fmt: skip


# --- laws -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_one_more_station_never_lowers_a_count(seed):
    region = Region(seed)
    before = region.stations()
    more = venues(*region.venues.drop(columns="venue_id").to_dict("records"),
                  region.venue(region.townships["township_code"].iloc[0]))  # fmt: skip
    after = region.stations(more)
    assert (after["stations"] >= before["stations"]).all()
    assert (after["covered"] >= before["covered"]).all()


@pytest.mark.parametrize("seed", range(20))
def test_counties_and_units_add_up_to_the_city(seed):
    region = Region(seed)
    answer = region.stations()
    served = with_units(region.served(), region.townships, region.units())
    for table in (answer, served):
        city = rates(table, by=[]).iloc[0]
        for by in (["county_code"], ["reporting_unit"], ["county_code", "reporting_unit"]):
            groups = rates(table, by=by)
            assert groups[["total", "covered", "uncovered"]].sum().tolist() == (
                city[["total", "covered", "uncovered"]].tolist()
            )
            assert (groups["covered"] + groups["uncovered"] == groups["total"]).all()
            assert groups["share"].between(0, 1).all()
    registered = region.venues["township_code"].isin(region.townships["township_code"])
    counting = standing(region.venues, as_of=region.as_of) == "counts"
    assert answer["stations"].sum() == (registered & counting).sum()


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_rows_does_not_matter_and_the_index_stays(seed):
    region = Region(seed)
    stations, served = region.stations(), region.served()
    shuffled = Region(seed)
    for name in ("venues", "promoters", "pairs", "members"):
        table = getattr(shuffled, name)
        setattr(shuffled, name, table.sample(frac=1, random_state=seed))
    pd.testing.assert_frame_equal(shuffled.stations(), stations)
    pd.testing.assert_frame_equal(shuffled.served(), served)
    for name in ("townships", "villages"):
        table = getattr(shuffled, name)
        setattr(shuffled, name, table.sample(frac=1, random_state=seed))
    mixed = shuffled.stations()
    assert mixed.index.equals(shuffled.townships.index)
    pd.testing.assert_frame_equal(mixed.sort_index(), stations)
    pd.testing.assert_frame_equal(shuffled.served().sort_index(), served)


@pytest.mark.parametrize("seed", range(10))
def test_units_belong_to_their_township_in_whatever_order_they_stand(seed):
    region = Region(seed)
    units, mixed = region.units(), region.units().sample(frac=1, random_state=seed)
    placed = [with_units(region.served(), region.townships, given) for given in (units, mixed)]
    pd.testing.assert_frame_equal(*placed)
    options = {"as_of": region.as_of}
    answer = stations_by_township(region.townships, region.venues, mixed, **options)
    pd.testing.assert_frame_equal(answer, region.stations())


@pytest.mark.parametrize("seed", range(10))
def test_the_nearest_station_agrees_with_every_distance_measured(seed):
    source = np.random.default_rng(seed)
    places = source.uniform([116.5, 35.8], [117.5, 36.4], (25, 2))
    rows = venues(*[
        station(A, lon=lon, lat=lat, position_precision=PRECISIONS[n % 5][0])
        for n, (lon, lat) in enumerate(places)
    ])  # fmt: skip
    near = nearest_stations(townships(), rows, as_of=TODAY)
    for row, seat in zip(near.to_dict("records"), townships().to_dict("records"), strict=True):
        # On the ellipsoid of WGS 84, by its radii of curvature: good to metres at this size.
        metres = {f"s{n}": arc_m(seat["seat_lon"], seat["seat_lat"], *place)
                  for n, place in enumerate(places)}  # fmt: skip
        assert row["nearest_venue_id"] == min(metres, key=metres.get)
        assert row["distance_km"] == pytest.approx(min(metres.values()) / 1000, abs=0.06)


def arc_m(lon1, lat1, lon2, lat2):
    middle, flat = math.radians((lat1 + lat2) / 2), 0.00669437999014
    bend = 1 - flat * math.sin(middle) ** 2
    north = 6378137 * (1 - flat) / bend**1.5 * math.radians(lat2 - lat1)
    east = 6378137 / bend**0.5 * math.cos(middle) * math.radians(lon2 - lon1)
    return math.hypot(north, east)


# --- the shipped data -----------------------------------------------------------------------

# The demonstration rows included, on a day that no clock moves.


@pytest.fixture(scope="module")
def shipped():
    return read_tables(ROOT / "data")


@pytest.fixture(scope="module")
def shipped_answers(shipped):
    townships = shipped["townships"]
    units = unit_of_township(
        townships, shipped["reporting_units"], shipped["unit_townships"], as_of=TODAY
    )
    stations = stations_by_township(townships, shipped["venues"], units, as_of=TODAY)
    served = promoters_by_village(
        shipped["villages"], shipped["promoters"], shipped["promoter_villages"], as_of=TODAY
    )
    near = nearest_stations(townships, shipped["venues"], as_of=TODAY)
    return stations.merge(near, on="township_code"), with_units(served, townships, units)


def summed(answers, by):
    """Give the counts of townships and villages by county or unit, side by side."""
    sides = [
        rates(answer, by=[by]).set_index(by)[["total", "covered"]].add_prefix(prefix)
        for answer, prefix in zip(answers, ("townships_", "villages_"), strict=True)
    ]
    return pd.concat(sides, axis=1).reset_index()


def test_the_shipped_data_is_counted_alike_in_plain_python(shipped, shipped_answers):
    stations, served = shipped_answers
    by_hand = stations_by_hand(shipped["townships"], shipped["venues"], TODAY)
    assert stations[["stations", "demo_stations"]].to_numpy().tolist() == list(by_hand.values())
    by_hand = promoters_by_hand(
        shipped["villages"], shipped["promoters"], shipped["promoter_villages"], TODAY
    )
    assert served[["promoters", "demo_promoters"]].to_numpy().tolist() == list(by_hand.values())
    assert dict(zip(stations["township_code"], stations["reporting_unit"], strict=True)) == (
        units_by_hand(
            shipped["townships"], shipped["reporting_units"], shipped["unit_townships"], TODAY
        )
    )


@pytest.mark.parametrize("name", ["townships", "counties", "units"])
def test_the_shipped_data_gives_the_golden_answer(name, shipped_answers, tmp_path):
    found = {
        "townships": lambda: shipped_answers[0],
        "counties": lambda: summed(shipped_answers, "county_code"),
        "units": lambda: summed(shipped_answers, "reporting_unit"),
    }[name]()
    golden, made = GOLDEN / f"coverage_{name}.csv", tmp_path / f"coverage_{name}.csv"
    made.write_text(found.to_csv(index=False, lineterminator="\n"), encoding="utf-8")
    before, after = (path.read_text(encoding="utf-8").splitlines() for path in (golden, made))
    changes = list(difflib.unified_diff(before, after, "golden", "found", n=0, lineterm=""))
    if changes:
        pytest.fail(
            "\n".join([*changes, f"If the data changed on purpose: cp {made} {golden}"]),
            pytrace=False,
        )
