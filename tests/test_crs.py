"""CRS: by hand, then against two independent libraries, then round trips."""

import json
import subprocess
import sys
from pathlib import Path

import eviltransform
import geopandas as gpd
import numpy as np
import prcoords
import pyproj
import pytest
from shapely.geometry import Point, Polygon, box

from geo import crs
from geo.errors import ArgumentError, CrsError
from geo.schema import DATUMS

ROOT = Path(__file__).parents[1]
COUNTIES = ROOT / "data" / "boundaries" / "counties.geojson"
TAIAN_AND_AROUND = (115.4, 35.2, 118.6, 36.9)
METRES_PER_DEGREE = 111_320.0
FORWARD_AND_BACK = [
    (crs.wgs84_to_gcj02, crs.gcj02_to_wgs84),
    (crs.wgs84_to_bd09, crs.bd09_to_wgs84),
]


def scattered(count, seed=20261123, bounds=TAIAN_AND_AROUND):
    rng = np.random.default_rng(seed)
    return rng.uniform(bounds[0], bounds[2], count), rng.uniform(bounds[1], bounds[3], count)


def apart_m(one, two):
    """Distance on a sphere's tangent plane, metres; exact enough for what is close."""
    east = (one[0] - two[0]) * np.cos(np.radians(one[1]))
    return np.hypot(east, one[1] - two[1]) * METRES_PER_DEGREE


def test_the_shift_in_taian_is_about_half_a_kilometre_and_baidu_adds_its_own():
    place = (117.13, 36.19)
    assert 400 < apart_m(place, crs.wgs84_to_gcj02(*place)) < 650
    assert 700 < apart_m(crs.wgs84_to_gcj02(*place), crs.wgs84_to_bd09(*place)) < 1100


@pytest.mark.parametrize(("forward", "back"), FORWARD_AND_BACK)
def test_a_million_points_come_back_within_a_tenth_of_a_millimetre_both_ways(forward, back):
    points = scattered(1_000_000)
    assert apart_m(points, back(*forward(*points))).max() < 1e-4
    assert apart_m(points, forward(*back(*points))).max() < 1e-4


@pytest.mark.parametrize(("forward", "back"), FORWARD_AND_BACK)
def test_the_round_trip_holds_all_over_china(forward, back):
    points = scattered(100_000, bounds=(75, 18, 134, 53))
    assert apart_m(points, back(*forward(*points))).max() < 1e-3


def test_the_forward_shift_agrees_with_prcoords_to_a_micrometre():
    lon, lat = scattered(2000)
    for ours, theirs in (
        (crs.wgs84_to_gcj02, prcoords.wgs_gcj),
        (crs.wgs84_to_bd09, prcoords.wgs_bd),
    ):
        expected = np.array([theirs((y, x)) for x, y in zip(lon, lat, strict=True)])
        assert apart_m(ours(lon, lat), (expected[:, 1], expected[:, 0])).max() < 1e-6


def test_the_forward_shift_agrees_with_eviltransform_within_its_two_centimetres():
    # eviltransform uses the WGS 84 axis (6,378,137 m) for Krasovsky's: 10 mm in Tai'an.
    lon, lat = scattered(2000)
    for ours, theirs in (
        (crs.wgs84_to_gcj02, eviltransform.wgs2gcj),
        (crs.wgs84_to_bd09, eviltransform.wgs2bd),
    ):
        expected = np.array([theirs(y, x) for x, y in zip(lon, lat, strict=True)])
        assert apart_m(ours(lon, lat), (expected[:, 1], expected[:, 0])).max() < 0.02


@pytest.mark.parametrize("convert", [convert for pair in FORWARD_AND_BACK for convert in pair])
def test_outside_the_china_box_nothing_is_shifted(convert):
    lon = np.array([-0.1, 71.9, 137.9, 116.0, 116.0, np.inf])
    lat = np.array([51.5, 36.0, 36.0, 0.8, 55.9, 36.0])
    shifted = convert(lon, lat)
    np.testing.assert_array_equal(shifted[0], lon)
    np.testing.assert_array_equal(shifted[1], lat)


@pytest.mark.parametrize("convert", [convert for pair in FORWARD_AND_BACK for convert in pair])
def test_missing_positions_stay_missing_and_leave_the_others_alone(convert):
    lon, lat = convert([117.1, np.nan, 117.1], [36.2, 36.2, np.nan])
    alone = convert(117.1, 36.2)
    assert (lon[0], lat[0]) == (alone[0], alone[1])
    assert np.isnan(lon[1])
    assert np.isnan(lat[2])
    assert convert([], [])[0].shape == (0,)
    assert alone[0].dtype == np.float64


def test_every_datum_of_the_schema_reaches_wgs84():
    made = {
        "wgs84": (117.1, 36.2),
        "cgcs2000": (117.1, 36.2),
        "gcj02": crs.wgs84_to_gcj02(117.1, 36.2),
        "bd09": crs.wgs84_to_bd09(117.1, 36.2),
        "from_gcj02": (117.1, 36.2),
        "from_bd09": (117.1, 36.2),
    }
    assert set(made) == {key for key, *_ in DATUMS}
    for datum, position in made.items():
        assert apart_m((117.1, 36.2), crs.to_wgs84(*position, datum=datum)) < 1e-4
    with pytest.raises(ArgumentError, match="gcj02"):
        crs.to_wgs84(117.1, 36.2, datum="mars")


def test_the_central_meridian_has_the_false_easting_and_north_grows_like_the_meridian_arc():
    x, y = crs.to_metres([117.0, 117.0], [36.0, 37.0])
    np.testing.assert_allclose(x, 500_000, atol=1e-6)
    arc_m = pyproj.Geod(ellps="GRS80").inv(117, 36, 117, 37)[2]
    np.testing.assert_allclose(y[1] - y[0], arc_m, atol=1e-3)


def test_metres_and_degrees_undo_each_other_and_missing_stays_missing():
    lon, lat = scattered(5000)
    back = crs.to_degrees(*crs.to_metres(lon, lat))
    assert apart_m((lon, lat), back).max() < 1e-6
    for one in crs.to_metres([np.nan, 117.0], [36.0, np.nan]):
        assert np.isnan(one).all()


def test_projected_distances_agree_with_geodesics_within_one_in_four_thousand():
    lon, lat = scattered(4000, bounds=(116.0, 35.5, 118.1, 36.6))
    x, y = crs.to_metres(lon, lat)
    flat = np.hypot(x[::2] - x[1::2], y[::2] - y[1::2])
    curved = pyproj.Geod(ellps="GRS80").inv(lon[::2], lat[::2], lon[1::2], lat[1::2])[2]
    assert np.abs(flat / curved - 1).max() < 1 / 4000


def test_an_area_by_hand_keeps_the_index_and_a_missing_shape_has_none():
    shapes = gpd.GeoSeries(
        [box(500_000, 4_000_000, 502_000, 4_003_000), None, Polygon()],
        index=["a", "b", "c"],
        crs=crs.METRIC_CRS,
    )
    assert crs.area_km2(shapes).to_dict() == {"a": 6.0, "b": 0.0, "c": 0.0}
    assert crs.area_km2(shapes.to_crs(crs.STORED_CRS))["a"] == pytest.approx(6.0, abs=1e-4)
    with pytest.raises(CrsError):
        crs.area_km2(gpd.GeoSeries([box(0, 0, 1, 1)]))


@pytest.mark.skipif(not COUNTIES.exists(), reason="the county layer is not in this copy")
def test_the_six_counties_measure_their_official_area_within_one_percent():
    features = json.loads(COUNTIES.read_text(encoding="utf-8"))["features"]
    counties = gpd.GeoDataFrame.from_features(features, crs=crs.STORED_CRS)
    official_km2 = {
        "370902": 337,
        "370911": 1750,
        "370921": 1125,
        "370923": 1343,
        "370982": 1946,
        "370983": 1277,
    }
    measured = crs.area_km2(counties.set_index("county_code").geometry)
    assert set(measured.index) == set(official_km2)
    for code, expected in official_km2.items():
        assert measured[code] == pytest.approx(expected, rel=0.01)


def test_a_missing_or_other_crs_is_refused_with_both_named():
    degrees = gpd.GeoDataFrame(geometry=[box(117, 36, 118, 37)], crs=crs.STORED_CRS)
    crs.require_crs(degrees, crs.STORED_CRS)
    crs.require_crs(degrees.geometry, 4326)
    with pytest.raises(CrsError, match=r"EPSG:4548.*EPSG:4326") as caught:
        crs.require_crs(degrees, crs.METRIC_CRS)
    assert caught.value.code == "crs"
    with pytest.raises(CrsError, match="无"):
        crs.require_crs(degrees.set_crs(None, allow_override=True), crs.STORED_CRS)


def test_importing_the_module_turns_the_network_of_proj_off():
    code = "import geo.crs, pyproj.network; print(pyproj.network.is_network_enabled())"
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PROJ_NETWORK": "ON", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == "False"


def test_projecting_is_what_the_two_systems_alone_would_give():
    lon, lat = scattered(10_000)
    between = pyproj.Transformer.from_crs(crs.STORED_CRS, crs.METRIC_CRS, always_xy=True)
    x, y = between.transform(lon, lat)
    assert np.array_equal(crs.to_metres(lon, lat), (x, y))
    back = between.transform(x, y, direction="INVERSE")
    assert np.array_equal(crs.to_degrees(x, y), back)


def test_shapes_are_projected_as_the_library_does_it_and_no_other_system_is():
    boxes = gpd.GeoSeries(
        [box(117, 36, 117.2, 36.3), None, Polygon(), Point(118, 35)],
        index=[3, 1, 7, 2], crs=crs.STORED_CRS,
    )  # fmt: skip
    metric = crs.shapes_to_metres(boxes)
    expected = boxes.to_crs(crs.METRIC_CRS)
    assert metric.crs == expected.crs and list(metric.index) == [3, 1, 7, 2]
    assert metric.to_wkb().equals(expected.to_wkb())
    assert crs.shapes_to_degrees(metric).to_wkb().equals(metric.to_crs(crs.STORED_CRS).to_wkb())
    for wrong, project in ((boxes, crs.shapes_to_degrees), (metric, crs.shapes_to_metres)):
        with pytest.raises(CrsError):
            project(wrong)
