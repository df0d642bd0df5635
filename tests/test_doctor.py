"""The coordinate doctor: every kind of finding by hand, its repair, its sentence, and no alarm."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.check import validate
from geo.crs import wgs84_to_bd09, wgs84_to_gcj02
from geo.doctor import diagnosis, findings
from geo.doctor.rows import POSITION_TABLES, position_rows
from geo.errors import ArgumentError, CrsError, MissingColumnError
from geo.schema import TABLES
from geo.store import Store
from tests.conftest import toy_tables, typed
from tests.region import raw_from_frame

TAISHAN, DAIYUE = "370902", "370911"
CENTRE, WEST_STREET = "370902001000", "370902002000"  # 岱庙街道, 财源街道
INSIDE = (117.1512, 36.1534)  # in Taishan and in 岱庙街道, of the toy layers


def layer(column, boxes):
    return gpd.GeoDataFrame(
        {column: list(boxes)},
        geometry=[shapely.box(*bounds) for bounds in boxes.values()],
        crs="EPSG:4326",
    )


COUNTIES = layer(
    "county_code", {TAISHAN: (117.0, 36.1, 117.2, 36.2687), DAIYUE: (117.2, 36.1, 117.6, 36.2687)}
)
TOWNSHIPS = layer(
    "township_code",
    {
        WEST_STREET: (117.0, 36.1, 117.1, 36.2687),
        CENTRE: (117.1, 36.1, 117.2, 36.2687),
        "370911101000": (117.2, 36.1, 117.35, 36.2687),
        "370911102000": (117.35, 36.1, 117.6, 36.2687),
    },
)


def venue(**fields):
    row = {
        "venue_id": "v1", "name": "岱庙科普馆", "kind": "hall", "status": "open",
        "county_code": TAISHAN, "lon": INSIDE[0], "lat": INSIDE[1],
        "position_precision": "building",
    }  # fmt: skip
    return row | fields


def examined(*rows, official=True):
    tables = toy_tables()
    return diagnosis.examine(
        typed("venues", list(rows)),
        counties=tables["counties"],
        townships=tables["townships"],
        county_layer=COUNTIES,
        township_layer=TOWNSHIPS,
        official=official,
    )


def only(*rows, **options):
    found = examined(*rows, **options)
    assert len(found) == 1, found[["venue_id", "code", "confidence"]]
    return found.iloc[0]


def proposal(finding):
    return finding["proposed_lon"], finding["proposed_lat"], finding["proposed_precision"]


def at(lon, lat, **fields):
    return venue(lon=round(float(lon), 6), lat=round(float(lat), 6), **fields)


# --- one kind after the other -----------------------------------------------------------------


def test_a_sound_position_gives_no_finding():
    assert examined(venue(), venue(venue_id="v2", lon=117.1623, township_code=CENTRE)).empty


def test_the_table_has_its_columns_and_types_even_when_empty():
    for found in (examined(), examined(venue(lon=0.0, lat=0.0))):
        assert list(found.columns) == list(findings.COLUMNS)
        for name in ("lon", "lat", "proposed_lon", "proposed_lat"):
            assert found[name].dtype == "float64"


def test_a_missing_position():
    found = only(venue(lon=None, lat=None, position_precision="unknown"))
    assert found["code"] == "no_position" and pd.isna(found["proposed_precision"])


@pytest.mark.parametrize("fields", [{"lat": None}, {"lon": None, "lat": None}, {"lon": np.inf}])
def test_half_a_position_or_a_precision_without_one_is_to_be_dropped(fields):
    found = only(venue(**fields))
    assert found["code"] == "no_position" and found["proposed_precision"] == "unknown"
    row = findings.repair(venue(**fields), found)
    assert (row["lon"], row["lat"], row["position_precision"]) == (None, None, "unknown")


@pytest.mark.parametrize("place", [(0.0, 0.0), (0.0, 0.005), (-0.001, 0.0)])
def test_zero_zero_is_dropped_and_is_nothing_else(place):
    found = only(at(*place))
    assert (found["code"], found["confidence"]) == ("zero_zero", "high")
    assert found["proposed_precision"] == "unknown" and np.isnan(found["proposed_lon"])


def test_an_exchanged_position_is_exchanged_back():
    found = only(at(INSIDE[1], INSIDE[0]))
    assert (found["code"], found["confidence"]) == ("swapped", "high")
    assert proposal(found) == (*INSIDE, "building")


def test_an_exchanged_position_that_would_lie_in_another_county_is_less_sure():
    assert only(at(36.1534, 117.4012))["confidence"] == "medium"
    assert only(at(36.1534, 117.4012, county_code=None))["confidence"] == "high"


def test_an_exchanged_position_without_a_precision_gets_the_coarsest():
    found = only(at(INSIDE[1], INSIDE[0], position_precision=None))
    assert proposal(found) == (*INSIDE, "township")


@pytest.mark.parametrize(
    ("place", "confidence", "dropped"),
    [
        ((116.9877, 36.1534), "medium", False),  # 1.1 km west of the outlines
        ((116.5012, 36.1534), "high", True),  # 45 km, in the city's frame
        ((121.4737, 31.2304), "high", True),  # Shanghai
        ((-73.9857, 40.7484), "high", True),
        ((117.1512, 361.534), "high", True),  # a decimal point too far right
    ],
)
def test_outside_the_city_is_dropped_when_far(place, confidence, dropped):
    found = only(at(*place))
    assert (found["code"], found["confidence"]) == ("outside_city", confidence)
    assert (found["proposed_precision"] == "unknown") == dropped
    assert ("km" in found["facts"]) == (abs(place[0] - 117) < 1 and place[1] < 90)


def test_the_frame_is_not_the_city():
    assert only(at(116.5012, 36.1534))["code"] == "outside_city"  # CITY_BOUNDS hold it


def test_near_the_outline_only_as_far_off_as_the_precision_allows():
    # The outline is good to 500 m, a building to 100, a street to 500, a village to 2000.
    for metres, wrong in ((550, []), (650, ["building"]), (1050, ["building", "street"])):
        found = [
            precision
            for precision in ("building", "street", "village", "township")
            if len(examined(at(117.0 - metres / 89_950, 36.1534, position_precision=precision)))
        ]
        assert found == wrong, metres


def test_outside_the_registered_county():
    found = only(at(117.3012, 36.1534), official=False)
    assert (found["code"], found["confidence"]) == ("outside_county", "high")
    assert pd.isna(found["proposed_precision"])
    facts = found["facts"]
    assert (facts["registered"], facts["found"], facts["km"]) == ("泰山区", "岱岳区", "9.1")
    assert only(at(117.3012, 36.15, position_precision="village"))["confidence"] == "low"


def test_the_county_of_the_township_counts_when_none_is_given():
    row = at(117.3012, 36.1534, county_code=None, township_code=CENTRE)
    assert only(row)["code"] == "outside_county"


def test_without_a_registered_area_nothing_is_outside_it():
    assert examined(at(117.3012, 36.1534, county_code=None)).empty


def test_outside_the_registered_township_on_an_official_layer_only():
    row = at(117.0512, 36.1534, township_code=CENTRE)
    found = only(row)
    assert found["code"] == "outside_township"
    assert (found["facts"]["registered"], found["facts"]["km"]) == ("岱庙街道", "4.4")
    assert found["facts"]["stands"] == "财源街道"
    assert examined(row, official=False).empty


def test_a_township_has_a_tolerance():
    for metres, count in ((130, 0), (170, 1)):  # 50 m of border and 100 m of a building
        assert len(examined(at(117.1 - metres / 89_950, 36.1534, township_code=CENTRE))) == count


# --- datums -----------------------------------------------------------------------------------

SHIFTS = {"gcj02": wgs84_to_gcj02, "bd09": wgs84_to_bd09}


@pytest.mark.parametrize("datum", SHIFTS)
def test_a_position_whose_row_names_the_datum_was_never_converted(datum):
    found = only(at(*SHIFTS[datum](*INSIDE), source_datum=datum))
    assert (found["code"], found["confidence"]) == (f"{datum}_as_wgs84", "high")
    assert proposal(found)[:2] == pytest.approx(INSIDE, abs=2e-6)


@pytest.mark.parametrize("datum", SHIFTS)
@pytest.mark.parametrize(("twins_datum", "confidence"), [("cgcs2000", "high"), (None, "medium")])
def test_a_namesake_stands_where_the_converted_position_lies(datum, twins_datum, confidence):
    twin = venue(venue_id="v2", name="岱庙 科普馆", source_datum=twins_datum)
    found = only(at(*SHIFTS[datum](*INSIDE)), twin)
    assert (found["venue_id"], found["code"]) == ("v1", f"{datum}_as_wgs84")
    assert found["confidence"] == confidence and found["facts"]["about"] == "v2"
    assert proposal(found)[:2] == pytest.approx(INSIDE, abs=2e-6)


def test_a_namesake_elsewhere_or_another_name_there_is_no_evidence():
    shifted = at(*wgs84_to_gcj02(*INSIDE))
    assert examined(shifted, venue(venue_id="v2", name="泰山科普馆")).empty
    assert examined(shifted, venue(venue_id="v2", lat=36.1584)).empty


def test_many_of_one_name_are_no_namesakes():
    many = [venue(venue_id=f"v{i}", lon=117.1 + i / 999) for i in range(2, 40)]
    assert examined(at(*wgs84_to_gcj02(*INSIDE)), venue(venue_id="w"), *many).empty


EAST_EDGE = (117.1972, 36.1534)  # 250 m inside; GCJ-02 pushes it 300 m over the border


def test_inside_the_registered_area_only_when_converted():
    row = at(*wgs84_to_gcj02(*EAST_EDGE))
    found = only(row, official=False)
    assert (found["code"], found["confidence"]) == ("gcj02_as_wgs84", "low")
    assert found["facts"]["about"] == "泰山区"
    of_township = examined(row | {"township_code": CENTRE})
    assert of_township["code"].tolist() == ["outside_township", "gcj02_as_wgs84"]
    assert of_township["confidence"].tolist() == ["high", "medium"]


def test_an_area_and_a_hint_together_are_surer():
    row = at(*wgs84_to_gcj02(*EAST_EDGE), source_url="https://www.amap.com/place/B02")
    assert only(row, official=False)["confidence"] == "medium"
    assert examined(row | {"township_code": CENTRE})["confidence"].tolist() == ["high", "high"]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("https://www.amap.com/place/B02", "gcj02_as_wgs84"),
        ("腾讯地图", "gcj02_as_wgs84"),
        ("https://map.baidu.com/poi/x", "bd09_as_wgs84"),
        ("https://baike.baidu.com/item/x", None),
        ("https://example.org", None),
    ],
)
def test_a_map_service_as_source_is_a_hint(source, code):
    found = examined(venue(source_url=source))
    assert found["code"].tolist() == ([code] if code else [])
    assert found["confidence"].isin(["medium"]).all()
    stated = examined(venue(source_url=source, source_datum="wgs84"))
    assert stated["confidence"].isin(["low"]).all()


def test_a_hint_against_the_registered_area_is_low():
    found = only(at(117.0021, 36.1534, source_url="https://www.amap.com/x"))
    assert found["confidence"] == "low"


@pytest.mark.parametrize("datum", ["from_gcj02", "from_bd09", "cgcs2000"])
def test_a_converted_position_is_not_suspected(datum):
    assert examined(venue(source_datum=datum, source_url="https://www.amap.com/x")).empty


def test_a_coarse_position_is_not_suspected():
    assert examined(venue(position_precision="village", source_url="https://amap.com/x")).empty


# --- precision --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lon", "lat", "claimed", "proposed"),
    [
        (117.151, 36.153, "building", "street"),
        (117.151, 36.153, "surveyed", "street"),
        (117.151, 36.153, "street", None),
        (117.15, 36.15, "street", "village"),
        (117.15, 36.15, "village", None),
        (117.2, 36.2, "village", "township"),
        (117.0, 36.2, "township", None),
        (117.1512, 36.15, "building", None),  # one of them has the decimals
        (117.1512, 36.1534, "surveyed", None),
    ],
)
def test_few_decimals_carry_no_fine_precision(lon, lat, claimed, proposed):
    found = examined(venue(lon=lon, lat=lat, position_precision=claimed))
    assert found["proposed_precision"].tolist() == ([proposed] if proposed else [])
    if proposed:
        assert found["code"].tolist() == ["too_coarse"]
        assert proposal(found.iloc[0])[:2] == (lon, lat)


def test_decimals_are_those_that_were_written():
    written = np.array([117.0, 117.1, 117.12, 117.123, 117.1234, 117.12345, 117.123456, np.nan])
    assert diagnosis.decimals(written).tolist() == [0, 1, 2, 3, 4, 5, 6, 6]
    every = np.round(117 + np.arange(1, 100_000, 7) / 1e5, 5)
    expected = [len(f"{number:.5f}".split(".")[1].rstrip("0")) for number in every]
    assert diagnosis.decimals(every).tolist() == expected


def test_the_seat_of_the_township_is_no_exact_position():
    row = at(117.13004, 36.19001, township_code=CENTRE)  # its seat is 117.13, 36.19
    found = only(row)
    assert (found["code"], found["proposed_precision"]) == ("too_coarse", "township")
    assert found["facts"]["township"] == "岱庙街道"
    assert examined(row | {"position_precision": "township"}).empty
    assert examined(row | {"lon": 117.13054}).empty  # 45 m on


# --- stacks -----------------------------------------------------------------------------------


def test_a_stack_is_one_finding():
    rows = [venue(venue_id=f"v{i}", name=f"甲{i}馆") for i in range(3)]
    found = only(*rows)
    assert (found["code"], found["confidence"], found["venue_id"]) == ("stacked", "medium", "v0")
    assert found["facts"]["venue_ids"] == ["v0", "v1", "v2"] and found["facts"]["count"] == 3
    assert pd.isna(found["proposed_precision"])


@pytest.mark.parametrize("shared", [{"address": "东岳大街1号"}, {"operator": "市科协"}])
def test_venues_of_one_address_or_operator_are_no_stack(shared):
    rows = [venue(venue_id=f"v{i}", name=f"甲{i}馆") for i in range(2)]
    assert examined(*[row | shared for row in rows]).empty
    assert len(examined(rows[0] | shared, rows[1])) == 1


def test_a_stack_at_a_seat_is_expected():
    rows = [venue(venue_id=f"v{i}", position_precision="township") for i in range(2)]
    found = only(*rows)
    assert found["confidence"] == "low" and "意料之中" in findings.finding_sentence(found)
    rows[1]["position_precision"] = "building"
    assert only(*rows)["confidence"] == "medium"


def test_a_metre_apart_is_no_stack():
    assert examined(venue(), venue(venue_id="v2", lon=INSIDE[0] + 2e-5)).empty


def test_missing_positions_do_not_stack():
    rows = [venue(venue_id=f"v{i}", lon=None, lat=None) for i in range(3)]
    assert set(examined(*rows)["code"]) == {"no_position"}


# --- order, repair, words ---------------------------------------------------------------------

FAULTY = [
    venue(venue_id="a", lon=None, lat=None, position_precision="unknown"),
    venue(venue_id="b", lon=0.0, lat=0.0),
    at(INSIDE[1], INSIDE[0], venue_id="c"),
    at(116.5012, 36.1534, venue_id="d"),
    at(117.3012, 36.1534, venue_id="e"),
    at(117.0512, 36.1534, venue_id="f", township_code=CENTRE),
    at(*wgs84_to_gcj02(117.1601, 36.1634), venue_id="g", source_datum="gcj02"),
    at(*wgs84_to_bd09(117.1701, 36.1634), venue_id="h", source_url="https://map.baidu.com/x"),
    venue(venue_id="i", lon=117.161, lat=36.171),
    venue(venue_id="j", lon=117.1411, lat=36.1411),
    venue(venue_id="k", lon=117.1411, lat=36.1411),
]


def test_findings_stand_in_the_order_of_the_venues_and_all_codes_occur():
    found = examined(*FAULTY)
    assert found["code"].tolist() == list(findings.CODES)
    assert found["venue_id"].tolist() == list("abcdefghij")
    backwards = examined(*FAULTY[::-1])
    assert backwards["venue_id"].tolist() == list("kihgfedcba")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_finding_is_a_sentence_and_a_problem(language):
    for finding in examined(*FAULTY).to_dict("records"):
        said = findings.finding_sentence(finding, language)
        assert said.startswith(f"{finding['venue_id']} 岱庙科普馆") and "{" not in said
        told = findings.problem(finding).sentence(language)
        assert "岱庙科普馆" in told and told.endswith(said.split("岱庙科普馆", 1)[1][1:])


def test_every_repair_is_a_row_that_validation_accepts_and_the_doctor_no_longer_complains_of():
    tables = toy_tables()
    stored = {row["venue_id"]: row for row in typed("venues", FAULTY).to_dict("records")}
    repaired = 0
    for finding in examined(*FAULTY).to_dict("records"):
        if pd.isna(finding["proposed_precision"]):
            continue
        row = findings.repair(stored[finding["venue_id"]], finding)
        assert list(row) == TABLES["venues"].names
        again = examined(row)
        assert finding["code"] not in set(again["code"]), finding["code"]
        frame = validate(raw_from_frame("venues", typed("venues", [row])), tables)
        assert frame["position_precision"].iloc[0] == finding["proposed_precision"]
        repaired += 1
    assert repaired == 6


def test_a_repair_keeps_everything_else_and_names_the_datum_it_came_from():
    row = at(*wgs84_to_gcj02(*INSIDE), source_datum="gcj02", phone="0538-1234567")
    after = findings.repair(row, only(row))
    assert after.pop("source_datum") == "from_gcj02"
    assert (after.pop("lon"), after.pop("lat")) == pytest.approx(INSIDE, abs=2e-6)
    assert after.items() <= row.items() and row["source_datum"] == "gcj02"


def test_a_repair_is_refused_for_another_row_a_moved_one_and_where_there_is_none():
    finding = only(venue(lon=0.0, lat=0.0))
    for other in (venue(lon=0.0, lat=0.0, venue_id="x"), venue()):
        with pytest.raises(ArgumentError, match="重新检查"):
            findings.repair(other, finding)
    row = at(117.3012, 36.1534)
    with pytest.raises(ArgumentError, match="手工改正"):
        findings.repair(row, only(row))


def test_a_layer_of_another_crs_and_an_absent_column_are_refused():
    tables = toy_tables()
    options = {"counties": tables["counties"], "townships": tables["townships"]}
    metric = COUNTIES.to_crs("EPSG:4548")
    with pytest.raises(CrsError):
        diagnosis.examine(tables["venues"], **options, county_layer=metric)
    with pytest.raises(MissingColumnError):
        diagnosis.examine(tables["venues"].drop(columns="lon"), **options, county_layer=COUNTIES)


# --- the shipped data -------------------------------------------------------------------------


def test_the_shipped_data_lack_positions_and_share_seats_and_nothing_else(shipped_store):
    store = Store(shipped_store)
    tables = store.read_many(["venues", "counties", "townships"])
    county, township = (store.layer(level)[0] for level in ("county", "township"))
    store.close()
    venues = tables.pop("venues")
    found = diagnosis.examine(venues, **tables, county_layer=county)
    assert set(found["code"]) == {"no_position", "stacked"}
    assert (found["code"] == "no_position").sum() == venues["lon"].isna().sum()
    assert set(found.loc[found["code"] == "stacked", "confidence"]) == {"low"}
    # Even held against the schematic picture the seats lie where they are registered.
    checked = diagnosis.examine(
        venues, **tables, county_layer=county, township_layer=township, official=True
    )
    assert checked.equals(found)


def test_no_number_takes_the_doctor_down(shipped_store):
    store = Store(shipped_store)
    tables = store.read_many(["venues", "counties", "townships"])
    county, _ = store.layer("county")
    store.close()
    venues = tables.pop("venues")
    odd = np.array([0, -0.0, np.nan, np.inf, -np.inf, 1e308, -180, 180, 90, 91, 117.1, 36.1, 1e-9])
    pick = np.random.default_rng(5)
    raw = pd.concat([venues] * 5, ignore_index=True).assign(
        lon=lambda frame: pick.choice(odd, len(frame)),
        lat=lambda frame: pick.choice(odd, len(frame)),
        position_precision=lambda frame: pick.choice(
            ["surveyed", "village", "unknown", "nonsense"], len(frame)
        ),
    )
    found = diagnosis.examine(raw, **tables, county_layer=county)
    assert len(found) > len(venues)
    for finding in found.to_dict("records"):
        findings.finding_sentence(finding)


# --- other tables with positions ---------------------------------------------------------------


def examined_places(table, rows, official=True):
    tables = toy_tables() | {table: typed(table, rows)}
    found = diagnosis.examine(
        position_rows(table, tables), counties=tables["counties"], townships=tables["townships"],
        county_layer=COUNTIES, township_layer=TOWNSHIPS, official=official,
    )  # fmt: skip
    return dict(zip(found["venue_id"], found["code"], strict=True)), found


def test_hosts_are_examined_as_venues_are():
    def host(number, lon=None, lat=None, township=CENTRE, precision="building"):
        return {"host_id": number, "name": f"{number}党群服务中心", "kind": "party_centre",
                "township_code": township, "lon": lon, "lat": lat,
                "position_precision": precision}  # fmt: skip

    rows = [
        host("good", *INSIDE), host("none", precision="unknown"), host("turned", 36.1534, 117.1612),
        host("far", 117.9, 36.55), host("next", 117.0512, 36.1534), host("zero", 0, 0),
        host("county", 117.4512, 36.1534),
    ]  # fmt: skip
    found, table = examined_places("hosts", rows)
    assert found == {
        "none": "no_position", "turned": "swapped", "far": "outside_city",
        "next": "outside_township", "zero": "zero_zero", "county": "outside_county",
    }  # fmt: skip
    by_code = table.set_index("code", drop=False)
    said = findings.finding_sentence(by_code.loc["outside_township"].to_dict())
    assert "next党群服务中心" in said and "岱庙街道" in said
    # A schematic layer is a picture, and says nothing about a position.
    assert "next" not in examined_places("hosts", rows, official=False)[0]


def test_positions_of_villages_are_examined_in_the_township_of_the_village():
    def point(code, lon, lat):
        return {"village_code": code, "lon": lon, "lat": lat, "position_precision": "building"}

    found, table = examined_places("village_points", [
        point("370902001001", *INSIDE), point("370902001002", 117.0512, 36.1534),
        point("370902002001", 36.1534, 117.0712), point("370911101001", 117.9, 36.55),
        point("370911101002", *INSIDE),
    ])  # fmt: skip
    assert found == {
        "370902001002": "outside_township", "370902002001": "swapped",
        "370911101001": "outside_city", "370911101002": "outside_county",
        "370902001001": "stacked",
    }  # fmt: skip
    assert "岱西社区居委会" in findings.finding_sentence(table.iloc[1].to_dict())


def test_no_places_have_no_findings():
    for table in POSITION_TABLES:
        assert examined_places(table, [])[0] == {}
