"""Boundaries: a toy county by hand, then laws on thousands of odd ones, then Tai'an itself."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, Polygon, box

from geo import boundaries
from geo.crs import METRIC_CRS, STORED_CRS, to_metres
from geo.errors import ArgumentError, CrsError, GeoError, MissingColumnError
from geo.layers.simplification import simplify

DATA = Path(__file__).parents[1] / "data"
HAS_DATA = (DATA / "boundaries" / "counties.geojson").exists() and (DATA / "townships.csv").exists()
needs_data = pytest.mark.skipif(not HAS_DATA, reason="the city's data is not in this copy")


def county_layer(*shapes):
    codes = [f"37090{number}" for number in range(1, len(shapes) + 1)]
    names = [f"{code[-1]}县" for code in codes]
    return gpd.GeoDataFrame(
        {"county_code": codes, "name": names}, geometry=list(shapes), crs=STORED_CRS
    )


def township_list(*seats, county="370901", first=1):
    """Return a list of townships with their seats as (lon, lat)."""
    numbers = range(first, first + len(seats))
    return pd.DataFrame(
        {
            "township_code": [f"{county}{number:03d}000" for number in numbers],
            "name": [f"{county[-1]}县{number}镇" for number in numbers],
            "county_code": county,
            "seat_lon": [float(lon) for lon, _ in seats],
            "seat_lat": [float(lat) for _, lat in seats],
        }
    )


def through_text(layer):
    """Write the polygons as GeoJSON with six decimals and read them again."""
    text = json.dumps([shapely.geometry.mapping(shape) for shape in layer.geometry])
    rounded = json.loads(text, parse_float=lambda number: round(float(number), 6))
    shapes = [shapely.geometry.shape(shape) for shape in rounded]
    return layer.set_geometry(gpd.GeoSeries(shapes, index=layer.index, crs=STORED_CRS))


def assert_exact_tiling(layer, counties, townships):
    """Every law of the schematic layer, in degrees and in metres."""
    assert layer["township_code"].tolist() == townships["township_code"].tolist()
    assert layer["county_code"].tolist() == townships["county_code"].tolist()
    for one in (layer, through_text(layer)):
        shapes = one.geometry.to_numpy()
        assert set(one.geom_type) == {"Polygon"}
        assert shapely.is_valid(shapes).all()
        assert not shapely.get_num_interior_rings(shapes).any()
        assert shapely.is_ccw(shapely.get_exterior_ring(shapes)).all()
        assert shapely.coverage_is_valid(shapes)
        for crs in (STORED_CRS, METRIC_CRS):
            parts, wholes = one.to_crs(crs).geometry, counties.to_crs(crs).geometry
            assert shapely.coverage_is_valid(parts.to_numpy())
            for code, whole in zip(counties["county_code"], wholes, strict=True):
                united = shapely.union_all(parts[layer["county_code"] == code].to_numpy())
                off = shapely.symmetric_difference(united, whole)
                assert off.area < (1.0 if crs == METRIC_CRS else 1e-10)
    assert through_text(layer).geometry.geom_equals_exact(layer.geometry, 0).all()


SQUARE = box(117.0, 36.0, 117.2, 36.2)
# Open to the north: two arms 0.1 degree wide and a base.
HORSESHOE = Polygon(
    [(117, 36), (117.5, 36), (117.5, 36.5), (117.4, 36.5), (117.4, 36.1), (117.1, 36.1),
     (117.1, 36.5), (117, 36.5)]
)  # fmt: skip


# --- by hand ------------------------------------------------------------------------------


def test_a_county_with_one_seat_is_one_township_unchanged():
    counties, townships = county_layer(SQUARE), township_list((117.1, 36.1))
    layer = boundaries.build_townships(counties, townships)
    assert list(layer.columns) == ["township_code", "name", "county_code", "geometry"]
    assert layer.crs == STORED_CRS
    assert shapely.normalize(layer.geometry[0]).equals_exact(shapely.normalize(SQUARE), 0)


def test_two_seats_share_a_county_with_vertices_halfway_in_halves():
    halfway = Polygon(
        [(117, 36), (117.1, 36), (117.2, 36), (117.2, 36.2), (117.1, 36.2), (117, 36.2)]
    )
    counties, townships = county_layer(halfway), township_list((117.05, 36.1), (117.15, 36.1))
    layer = boundaries.build_townships(counties, townships)
    assert_exact_tiling(layer, counties, townships)
    west = box(117, 36, 117.1, 36.2)
    assert layer.geometry[0].symmetric_difference(west).area < 0.001 * west.area


def test_no_vertex_is_put_on_the_border_where_cells_meet_in_the_middle_of_a_segment():
    seats = [(117.03, 36.05), (117.09, 36.12), (117.17, 36.04), (117.15, 36.17)]
    counties, townships = county_layer(SQUARE), township_list(*seats)
    layer = boundaries.build_townships(counties, townships)
    assert_exact_tiling(layer, counties, townships)
    outer = shapely.union_all(layer.geometry.to_numpy()).exterior
    assert {*outer.coords} == {*SQUARE.exterior.coords}


def test_a_piece_cut_off_by_a_bay_goes_to_the_neighbour_it_touches():
    # The eastern arm's tip is nearest to the western seat, but not connected with it.
    counties = county_layer(HORSESHOE)
    townships = township_list((117.05, 36.45), (117.45, 36.02))
    tip = Point(117.42, 36.49)
    seats = shapely.points(np.column_stack(to_metres(townships["seat_lon"], townships["seat_lat"])))
    tip_m = Point(*to_metres(tip.x, tip.y))
    assert seats[0].distance(tip_m) < seats[1].distance(tip_m)
    layer = boundaries.build_townships(counties, townships)
    assert_exact_tiling(layer, counties, townships)
    assert layer.geometry.contains(tip).tolist() == [False, True]


def test_of_two_neighbours_the_one_with_the_longer_border_gets_the_piece():
    # The meridian halfway between the eastern seats leaves the second 0.06 of the arm's 0.1
    # degrees, and the third 0.04.
    counties = county_layer(HORSESHOE)
    townships = township_list((117.05, 36.45), (117.43, 36.05), (117.49, 36.05))
    layer = boundaries.build_townships(counties, townships)
    assert_exact_tiling(layer, counties, townships)
    assert layer.geometry.contains(Point(117.42, 36.49)).tolist() == [False, True, False]


def test_a_seat_outside_is_moved_inside_for_the_construction_and_named():
    counties = county_layer(SQUARE)
    townships = township_list((117.05, 36.1), (117.25, 36.1), (117.2, 36.05))
    before = townships.copy(deep=True)
    layer = boundaries.build_townships(counties, townships)
    pd.testing.assert_frame_equal(townships, before)
    assert_exact_tiling(layer, counties, townships)
    assert layer.geometry[1].covers(Point(117.19, 36.1))

    moved = boundaries.seats_outside(counties, townships)
    assert moved["township_code"].tolist() == ["370901002000", "370901003000"]
    east_m = Point(*to_metres(117.25, 36.1)).distance(Point(*to_metres(117.2, 36.1)))
    assert moved["outside_m"].tolist() == pytest.approx([east_m, 0.0], abs=1.0)
    hairs_breadth = township_list((117.05, 36.1), (117.199996, 36.05), (117.19, 36.05))
    moved_a_hair = boundaries.seats_outside(counties, hairs_breadth)
    assert moved_a_hair["township_code"].tolist() == ["370901002000"]
    inside = boundaries.seats_outside(counties, townships.head(1))
    assert inside.empty
    assert list(inside.columns) == list(moved.columns)


def test_seats_outside_behind_the_same_corner_still_get_a_township_each():
    counties = county_layer(SQUARE)
    townships = township_list((117.3, 36.3), (117.31, 36.33), (117.4, 36.3), (117.1, 36.1))
    assert_exact_tiling(boundaries.build_townships(counties, townships), counties, townships)


def test_two_seats_three_metres_apart_are_told_apart():
    counties, townships = county_layer(SQUARE), township_list((117.1, 36.1), (117.10004, 36.1))
    layer = boundaries.build_townships(counties, townships)
    assert_exact_tiling(layer, counties, townships)
    assert [shape.covers(Point(at)) for shape, at in zip(
        layer.geometry, [(117.1, 36.1), (117.10004, 36.1)], strict=True
    )] == [True, True]  # fmt: skip


def test_a_township_on_the_middle_of_one_long_border_segment_is_no_hole_in_its_neighbour():
    counties, townships = county_layer(SQUARE), township_list((117.1, 36.1), (117.1, 36.005))
    layer = boundaries.build_townships(counties, townships)
    assert_exact_tiling(layer, counties, townships)
    assert layer.geometry[1].covers(Point(117.1, 36.005))


def test_rounding_that_makes_two_border_vertices_one_does_no_harm():
    counties = county_layer(
        Polygon([(117, 36), (117.2, 36), (117.2000001, 36.0000001), (117.2, 36.2), (117, 36.2)])
    )
    townships = township_list((117.05, 36.1), (117.15, 36.12))
    layer = boundaries.build_townships(counties, townships)
    assert_exact_tiling(layer, county_layer(SQUARE), townships)


def test_neighbouring_counties_still_meet_vertex_for_vertex():
    east = box(117.2, 36.0, 117.4, 36.2)
    counties = county_layer(SQUARE, east)
    townships = pd.concat(
        [
            township_list((117.15, 36.04), (117.15, 36.13), (117.03, 36.1)),
            township_list((117.25, 36.02), (117.24, 36.09), (117.25, 36.17), county="370902"),
        ],
        ignore_index=True,
    )
    layer = boundaries.build_townships(counties, townships)
    assert_exact_tiling(layer, counties, townships)


# --- what is refused ----------------------------------------------------------------------


def refused(match, counties, townships):
    with pytest.raises(GeoError, match=match) as caught:
        boundaries.build_townships(counties, townships)
    assert caught.value.code == "boundary"


def test_what_cannot_be_divided_is_refused_with_the_names():
    square, two = county_layer(SQUARE), township_list((117.05, 36.1), (117.15, 36.1))
    refused("不在边界里.*9县1镇", square, township_list((117.1, 36.1), county="370909"))
    refused("没有乡镇街道.*370902", county_layer(SQUARE, box(118, 36, 118.1, 36.1)), two)
    refused("1县1镇.*1县2镇.*相同", square, township_list((117.1, 36.1), (117.10001, 36.1)))
    refused("没有驻地坐标.*1县2镇", square, township_list((117.1, 36.1), (np.nan, 36.1)))
    refused("代码重复.*370901001000", square, pd.concat([two, two], ignore_index=True))
    refused("代码重复", pd.concat([square, square], ignore_index=True), two)


def test_counties_that_are_no_coverage_of_single_polygons_are_refused():
    two = township_list((117.05, 36.1), (117.15, 36.1))
    other = township_list((117.3, 36.1), county="370902")
    both = pd.concat([two, other], ignore_index=True)
    refused("重叠、缝隙", county_layer(SQUARE, box(117.19, 36, 117.4, 36.2)), both)
    refused("没有洞", county_layer(SQUARE.difference(box(117.08, 36.08, 117.1, 36.1))), two)
    pieces = MultiPolygon([box(117.0, 36, 117.1, 36.2), box(117.12, 36, 117.2, 36.2)])
    refused("一整块", county_layer(pieces), two)
    bow_tie = Polygon([(117, 36), (117.2, 36.2), (117.2, 36), (117, 36.2)])
    refused("自相交", county_layer(bow_tie), two)


def test_another_crs_or_a_missing_column_is_refused():
    square, two = county_layer(SQUARE), township_list((117.05, 36.1), (117.15, 36.1))
    with pytest.raises(CrsError):
        boundaries.build_townships(square.to_crs(METRIC_CRS), two)
    with pytest.raises(MissingColumnError, match="seat_lat"):
        boundaries.build_townships(square, two.drop(columns="seat_lat"))
    with pytest.raises(MissingColumnError, match="county_code"):
        boundaries.build_townships(square.drop(columns="county_code"), two)


# --- laws ---------------------------------------------------------------------------------


def odd_county(seed):
    """Return a star-shaped county, often deeply concave, 3 to 30 vertices, 4 to 60 km wide."""
    rng = np.random.default_rng(seed)
    angles = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 31)))
    lowest = rng.choice([0.25, 0.7])
    radii = rng.uniform(lowest, 1, len(angles)) * rng.choice([0.02, 0.1, 0.3])
    ring = np.column_stack([117 + 1.2 * radii * np.cos(angles), 36 + radii * np.sin(angles)])
    return Polygon(np.round(ring, 6))


@settings(max_examples=80, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**9), count=st.integers(1, 20), odd=st.booleans())
def test_any_county_is_divided_exactly_and_holds_its_seats(seed, count, odd):
    shape = odd_county(seed)
    assume(shape.is_valid and shape.contains(Point(117, 36)))
    rng = np.random.default_rng(seed)
    west, south, east, north = shape.bounds
    lon, lat = rng.uniform(west, east, count), rng.uniform(south, north, count)
    if odd:  # a twin some metres away, and a seat some 50 m inside the border
        lon, lat = np.r_[lon, lon[0] + 0.0001], np.r_[lat, lat[0] - 0.00005]
        rim = shape.buffer(-0.0005)
        assume(rim.geom_type == "Polygon" and not rim.is_empty)
        at = rim.exterior.interpolate(rng.uniform(0, 1), normalized=True)
        lon, lat = np.r_[lon, at.x], np.r_[lat, at.y]
    x, y = to_metres(lon, lat)
    gaps = np.hypot(x[:, None] - x, y[:, None] - y) + np.eye(len(x)) * 1e9
    assume(gaps.min() > 5)
    counties, townships = county_layer(shape), township_list(*zip(lon, lat, strict=True))

    layer = boundaries.build_townships(counties, townships)

    assert_exact_tiling(layer, counties, townships)
    moved = set(boundaries.seats_outside(counties, townships)["township_code"])
    for code, part, at in zip(
        townships["township_code"], layer.geometry, shapely.points(lon, lat), strict=True
    ):
        assert shape.contains(at) != (code in moved)
        assert part.covers(at) or code in moved


@pytest.mark.parametrize("seed", [337, 411, 705, 1355])
def test_a_cell_whose_edge_meets_the_border_right_beside_a_vertex_ends_at_the_vertex(seed):
    # In these counties rounding would put a vertex on the border.
    rng, shape = np.random.default_rng(seed), odd_county(seed)
    west, south, east, north = shape.bounds
    count = int(rng.integers(2, 20))
    lon, lat = rng.uniform(west, east, count), rng.uniform(south, north, count)
    counties, townships = county_layer(shape), township_list(*zip(lon, lat, strict=True))
    assert_exact_tiling(boundaries.build_townships(counties, townships), counties, townships)


@pytest.mark.parametrize("seed", range(5))
def test_away_from_the_border_of_a_convex_county_the_nearest_seat_decides(seed):
    rng = np.random.default_rng(seed)
    around = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    ring = np.column_stack([117 + 0.2 * np.cos(around), 36 + 0.16 * np.sin(around)])
    counties = county_layer(Polygon(np.round(ring, 6)))
    inner = counties.geometry[0].buffer(-0.03)
    at = rng.uniform([116.8, 35.8], [117.2, 36.2], (2000, 2))
    at = at[shapely.contains_xy(inner, at)]
    seats, spots = at[:8], at[8:]
    layer = boundaries.build_townships(counties, township_list(*seats))
    gaps = np.column_stack(to_metres(*spots.T))[:, None] - np.column_stack(to_metres(*seats.T))
    distance_m = np.sort(np.hypot(gaps[..., 0], gaps[..., 1]), axis=1)
    nearest = np.argmin(np.hypot(gaps[..., 0], gaps[..., 1]), axis=1)
    clear = distance_m[:, 1] - distance_m[:, 0] > 2  # a metre from the edge of two cells
    holds = np.array([shapely.contains_xy(shape, spots) for shape in layer.geometry])
    assert clear.sum() > 500
    assert holds[nearest[clear], np.flatnonzero(clear)].all()


def test_the_order_of_the_rows_changes_nothing_and_twice_is_the_same():
    rng = np.random.default_rng(7)
    seats = rng.uniform([117.01, 36.01], [117.19, 36.19], (12, 2))
    counties, townships = county_layer(SQUARE), township_list(*seats)
    once = boundaries.build_townships(counties, townships)
    again = boundaries.build_townships(counties, townships)
    mixed = boundaries.build_townships(counties, townships.sample(frac=1, random_state=1))
    assert shapely.equals_exact(once.geometry, again.geometry, 0).all()
    mixed = mixed.sort_values("township_code", ignore_index=True)
    assert shapely.equals_exact(once.geometry, mixed.geometry, 0).all()


# --- checks -------------------------------------------------------------------------------


def two_counties():
    layer = county_layer(SQUARE, box(117.2, 36.0, 117.4, 36.2))
    listed = pd.DataFrame(layer[["county_code", "name"]])
    return layer, listed.assign(official_km2=[400.0, 400.0])


def codes(problems):
    for problem in problems:  # each must have its sentences, in both languages
        assert problem.sentence("zh")
        assert problem.sentence("en")
    return [problem.code for problem in problems]


def test_a_sound_county_layer_has_no_problem():
    layer, listed = two_counties()
    assert codes(boundaries.check_counties(layer, listed)) == []
    unknown_areas = listed.assign(official_km2=np.nan)
    assert codes(boundaries.check_counties(layer, unknown_areas)) == []


def test_an_area_more_than_one_percent_off_is_a_problem_with_both_figures():
    layer, listed = two_counties()
    area_km2 = layer.to_crs(METRIC_CRS).area[0] / 1e6
    listed["official_km2"] = [area_km2 / 1.0099, area_km2 / 1.0101]
    problems = boundaries.check_counties(layer, listed)
    assert codes(problems) == ["boundary_area"]
    assert "2县" in problems[0].sentence()
    assert f"{area_km2:.1f}" in problems[0].sentence()


def test_missing_unknown_and_repeated_codes_are_problems():
    layer, listed = two_counties()
    assert codes(boundaries.check_counties(layer.head(1), listed)) == ["boundary_missing"]
    assert codes(boundaries.check_counties(layer, listed.head(1))) == ["boundary_unknown"]
    layer["county_code"] = "370901"
    found = codes(boundaries.check_counties(layer, listed.assign(official_km2=np.nan)))
    assert found == ["boundary_missing", "boundary_repeated"]


def test_an_overlap_is_told_with_its_size_in_square_kilometres():
    layer, listed = two_counties()
    layer.geometry = [SQUARE, box(117.19, 36.0, 117.4, 36.2)]
    problems = boundaries.check_counties(layer, listed.assign(official_km2=np.nan))
    assert codes(problems) == ["boundary_overlap"]
    strip = gpd.GeoSeries([box(117.19, 36, 117.2, 36.2)], crs=STORED_CRS).to_crs(METRIC_CRS)
    assert problems[0].params["km2"] == f"{strip.area[0] / 1e6:.3g}"
    assert "1县" in problems[0].sentence()
    assert "2县" in problems[0].sentence()


def test_a_gap_between_three_neighbours_is_told_with_its_place():
    layer, listed = two_counties()
    pond = box(117.15, 36.05, 117.25, 36.1)
    layer.geometry = [shape.difference(pond) for shape in layer.geometry]
    problems = boundaries.check_counties(layer, listed.assign(official_km2=np.nan))
    assert codes(problems) == ["boundary_gap"]
    assert problems[0].params["lon"] == "117.2000"
    assert "平方公里" in problems[0].sentence()


def test_borders_that_do_not_match_vertex_for_vertex_are_a_problem():
    layer, listed = two_counties()
    layer.geometry = [SQUARE, Polygon(
        [(117.2, 36), (117.4, 36), (117.4, 36.2), (117.2, 36.2), (117.2, 36.1)]
    )]  # fmt: skip
    problems = boundaries.check_counties(layer, listed.assign(official_km2=np.nan))
    assert codes(problems) == ["boundary_unmatched", "boundary_unmatched"]


def test_a_gap_of_half_a_metre_open_at_both_ends_is_found():
    layer, listed = two_counties()
    layer.geometry = [SQUARE, box(117.200005, 36, 117.4, 36.2)]
    problems = boundaries.check_counties(layer, listed.assign(official_km2=np.nan))
    assert codes(problems) == ["boundary_gap"]
    assert float(problems[0].params["km2"]) == pytest.approx(0.45 * 22.2e3 / 1e6, rel=0.05)


@pytest.mark.parametrize(
    "shape", [Polygon([(117, 36), (117.2, 36.2), (117.2, 36), (117, 36.2)]), Point(117, 36), None]
)
def test_a_broken_shape_is_a_problem_and_does_not_stop_the_check(shape):
    layer, listed = two_counties()
    layer.geometry = gpd.GeoSeries([shape, layer.geometry[1]], crs=STORED_CRS)
    problems = boundaries.check_counties(layer, listed.assign(official_km2=np.nan))
    assert codes(problems) == ["boundary_invalid"]


def test_townships_that_fill_their_counties_have_no_problem_and_others_have():
    counties, listed = two_counties()
    townships = pd.concat(
        [
            township_list((117.05, 36.1), (117.15, 36.1)),
            township_list((117.3, 36), county="370902"),
        ],
        ignore_index=True,
    )
    layer = boundaries.build_townships(counties, townships)
    assert codes(boundaries.check_townships(layer, counties, townships)) == []
    assert codes(boundaries.check_townships(layer, listed, townships)) == []

    fewer = layer.drop(index=0)
    assert codes(boundaries.check_townships(fewer, counties, townships)) == [
        "boundary_missing",
        "boundary_uncovered",
    ]
    assert codes(boundaries.check_townships(fewer, listed, townships)) == [
        "boundary_missing",
        "boundary_area",
    ]
    wider = layer.copy()
    wider.geometry = [*layer.geometry[:2], box(117.2, 36.0, 117.41, 36.2)]
    assert "boundary_outside" in codes(boundaries.check_townships(wider, counties, townships))


def test_a_township_in_another_county_than_the_list_has_is_a_problem():
    counties, _ = two_counties()
    townships = pd.concat(
        [township_list((117.1, 36.1)), township_list((117.3, 36.1), county="370902")],
        ignore_index=True,
    )
    layer = boundaries.build_townships(counties, townships)
    layer["county_code"] = "370901"
    problems = boundaries.check_townships(layer, pd.DataFrame(counties), townships)
    assert codes(problems) == ["mismatch"]
    assert "2县" in problems[0].sentence()


def test_checks_refuse_another_crs_and_missing_columns():
    layer, listed = two_counties()
    with pytest.raises(CrsError):
        boundaries.check_counties(layer.to_crs(METRIC_CRS), listed)
    with pytest.raises(MissingColumnError):
        boundaries.check_counties(layer.drop(columns="name"), listed)


# --- simplifying --------------------------------------------------------------------------


def wavy_layer():
    wave = [(117.2 + 0.0005 * (-1) ** step, 36 + 0.01 * step) for step in range(21)]
    west = Polygon([*wave, (117, 36.2), (117, 36)])
    return county_layer(west, Polygon([*wave, (117.4, 36.2), (117.4, 36)]))


def test_simplifying_leaves_out_the_same_vertices_on_both_sides():
    layer = wavy_layer()
    fewer = simplify(layer, tolerance_m=500)
    assert fewer.columns.tolist() == layer.columns.tolist()
    assert fewer.crs == STORED_CRS
    assert shapely.coverage_is_valid(fewer.geometry.to_numpy())
    assert fewer.count_coordinates().sum() < layer.count_coordinates().sum() / 3
    before = {tuple(np.round(at, 6)) for at in shapely.get_coordinates(layer.geometry)}
    assert {tuple(at) for at in shapely.get_coordinates(fewer.geometry)} <= before


def test_simplifying_by_nothing_changes_nothing():
    layer = wavy_layer()
    same = simplify(layer, tolerance_m=0)
    assert same.geometry.geom_equals(layer.geometry.set_precision(1e-6)).all()


def test_simplifying_refuses_what_would_come_apart_and_impossible_tolerances():
    layer = county_layer(SQUARE, box(117.19, 36.0, 117.4, 36.2))
    with pytest.raises(GeoError, match="不能简化") as caught:
        simplify(layer, tolerance_m=10)
    assert caught.value.code == "boundary"
    for tolerance_m in (-1.0, np.nan, np.inf):
        with pytest.raises(ArgumentError):
            simplify(county_layer(SQUARE), tolerance_m=tolerance_m)
    with pytest.raises(CrsError):
        simplify(county_layer(SQUARE).to_crs(METRIC_CRS), tolerance_m=1)


# --- Tai'an -------------------------------------------------------------------------------


def shipped(name):
    content = json.loads((DATA / "boundaries" / name).read_text(encoding="utf-8"))
    return gpd.GeoDataFrame.from_features(content["features"], crs=STORED_CRS)


@pytest.fixture(scope="module")
def city():
    text = {"township_code": str, "county_code": str}
    return (
        shipped("counties.geojson"),
        pd.read_csv(DATA / "counties.csv", dtype=text),
        pd.read_csv(DATA / "townships.csv", dtype=text),
    )


@needs_data
def test_the_88_townships_fill_the_six_counties_of_the_city_exactly(city):
    counties, listed, townships = city
    assert codes(boundaries.check_counties(counties, listed)) == []
    layer = boundaries.build_townships(counties, townships)
    assert len(layer) == 88
    assert_exact_tiling(layer, counties, townships)
    assert codes(boundaries.check_townships(layer, counties, townships)) == []
    assert codes(boundaries.check_townships(layer, listed, townships)) == []
    seats = shapely.points(townships["seat_lon"], townships["seat_lat"])
    held = shapely.covers(layer.geometry.to_numpy(), seats)
    outside = set(boundaries.seats_outside(counties, townships)["township_code"])
    assert set(townships["township_code"][~held]) <= outside


@needs_data
def test_the_shipped_townships_are_what_the_seats_give(city):
    path = DATA / "boundaries" / "townships.geojson"
    if not path.exists():
        pytest.skip("the township layer is not in this copy")
    counties, _, townships = city
    layer, stored = boundaries.build_townships(counties, townships), shipped(path.name)
    stored = stored.set_index("township_code").loc[layer["township_code"]]
    assert shapely.coverage_is_valid(stored.geometry.to_numpy())
    assert shapely.equals_exact(stored.geometry.to_numpy(), layer.geometry.to_numpy(), 0).all()


@needs_data
def test_the_city_simplified_to_200_metres_is_still_a_coverage(city):
    counties, _, townships = city
    layer = boundaries.build_townships(counties, townships)
    for whole in (counties, layer):
        fewer = simplify(whole, tolerance_m=200)
        assert shapely.coverage_is_valid(fewer.geometry.to_numpy())
        assert fewer.count_coordinates().sum() < whole.count_coordinates().sum()
        change = fewer.to_crs(METRIC_CRS).area.sum() / whole.to_crs(METRIC_CRS).area.sum()
        assert change == pytest.approx(1, abs=0.01)
