"""Townships and counties simplified as one, and which township a position is in."""

from itertools import product
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import box
from shapely.geometry import Point

from geo import files
from geo.crs import METRIC_CRS, STORED_CRS, to_degrees, to_metres
from geo.errors import ArgumentError, CrsError, GeoError, MissingColumnError
from geo.layers.simplification import display_layers
from geo.layers.whereabouts import BORDER_M, townships_of_points
from tests.test_tiling import coverage

DATA = Path(__file__).parents[1] / "data" / "boundaries"
needs_data = pytest.mark.skipif(not DATA.exists(), reason="the city's data is not in this copy")


def layers_of(shapes_m, counties):
    """Return polygons (metres from a corner of the city) as townships of so many counties."""
    home = np.arange(len(shapes_m)) % counties
    codes = [f"37090{county}{at:03d}000" for at, county in enumerate(home)]
    metres = shapely.transform(shapes_m, lambda at: at + np.array([490_000, 3_990_000]))
    townships = gpd.GeoDataFrame(
        {"township_code": codes, "name": codes, "county_code": [code[:6] for code in codes]},
        geometry=gpd.GeoSeries(metres, crs=METRIC_CRS).to_crs(STORED_CRS),
    )
    return townships, outlines_of(townships)


def outlines_of(townships):
    parts = townships.groupby("county_code")["geometry"].agg(
        lambda shapes: shapely.coverage_union_all(shapes.to_numpy())
    )
    return gpd.GeoDataFrame(
        {"county_code": parts.index, "name": parts.index}, geometry=parts.to_numpy(), crs=STORED_CRS
    )


def assert_one_drawing(townships, counties, drawn, outlines):
    """Every law of the drawn layers: nothing comes apart, and counties are their townships."""
    shapes, wholes = drawn.geometry.to_numpy(), outlines.geometry.to_numpy()
    assert drawn.drop(columns="geometry").equals(townships.drop(columns="geometry"))
    assert outlines.drop(columns="geometry").equals(counties.drop(columns="geometry"))
    for layer in (shapes, wholes):
        assert shapely.is_valid(layer).all() and not shapely.is_empty(layer).any()
        assert shapely.coverage_is_valid(layer)
    edges = [{*_edges(part)} for part in shapes]
    home = drawn["county_code"].to_numpy()
    for code, whole in zip(outlines["county_code"], wholes, strict=True):
        inside = [edges[at] for at in np.flatnonzero(home == code)]
        assert {*_edges(whole)} <= set().union(*inside)
        assert shapely.union_all(shapes[home == code]).symmetric_difference(whole).area < 1e-12
    before = shapely.union_all(townships.geometry.to_numpy())
    after = shapely.union_all(shapes)
    assert _holes(after) <= _holes(before)


def _edges(shape):
    for ring in shapely.get_rings(shape):
        at = shapely.get_coordinates(ring)
        for one, two in zip(at[:-1].tolist(), at[1:].tolist(), strict=True):
            yield frozenset((tuple(one), tuple(two)))


def _holes(shape):
    return sum(shapely.get_num_interior_rings(part) for part in shapely.get_parts(shape))


# --- simplified for the map ------------------------------------------------------------------


@pytest.mark.parametrize(("seed", "counties"), [*product(range(4), (1, 3))])
def test_shared_borders_stay_shared_on_random_coverages(seed, counties):
    rng = np.random.default_rng(seed)
    townships, outlines = layers_of(coverage(rng, 14), counties)
    for tolerance_m in (0.0, 50.0, 2000.0):
        drawn = display_layers(townships, outlines, tolerance_m=tolerance_m)
        assert_one_drawing(townships, outlines, *drawn)
    before, after = (shapely.get_num_coordinates(x.geometry).sum() for x in (townships, drawn[0]))
    assert after < before / 3


@needs_data
def test_shared_borders_stay_shared_on_the_shipped_layer():
    townships = files.read_layer(DATA / "townships.geojson")[0]
    counties = files.read_layer(DATA / "counties.geojson")[0]
    for tolerance_m in (50.0, 500.0):
        drawn = display_layers(townships, counties, tolerance_m=tolerance_m)
        assert_one_drawing(townships, counties, *drawn)


def test_the_outline_of_a_county_follows_its_townships_and_another_is_simplified_alone():
    townships, _ = layers_of(np.array([box(0, 0, 100, 100), box(100, 0, 200, 100)]), 1)
    off = gpd.GeoDataFrame(
        {"county_code": ["370900", "370909"], "name": ["甲", "乙"]},
        geometry=[box(117, 36, 118, 37), box(118, 36, 119, 37)], crs=STORED_CRS,
    )  # fmt: skip
    drawn, outlines = display_layers(townships, off, tolerance_m=0)
    united = shapely.union_all(drawn.geometry.to_numpy())
    assert outlines.geometry[0].symmetric_difference(united).area < 1e-15
    assert outlines.geometry[1].equals(off.geometry[1])


def test_what_the_grid_of_the_files_cannot_hold_is_simplified_off_the_grid():
    # A tongue 4 cm wide reaches 500 m into the neighbour: rounded to 0.1 m it collapses.
    tongue = box(900, 500, 1500, 500.04)
    west, east = box(0, 0, 1000, 1000).union(tongue), box(1000, 0, 2000, 1000).difference(tongue)
    bent = shapely.segmentize(np.array([west, east]), 7)
    townships, counties = layers_of(shapely.coverage_clean(bent), 1)
    drawn, outlines = display_layers(townships, counties, tolerance_m=3)
    assert_one_drawing(townships, counties, drawn, outlines)
    assert shapely.get_num_coordinates(drawn.geometry).sum() < 40


def test_display_refuses_what_is_no_coverage_and_impossible_tolerances():
    townships, counties = layers_of(np.array([box(0, 0, 100, 100), box(90, 0, 200, 100)]), 1)
    with pytest.raises(GeoError, match="重叠"):
        display_layers(townships, counties, tolerance_m=10)
    for tolerance_m in (-1, np.nan, np.inf):
        with pytest.raises(ArgumentError):
            display_layers(townships, counties, tolerance_m=tolerance_m)
    with pytest.raises(CrsError):
        display_layers(townships.to_crs(METRIC_CRS), counties, tolerance_m=10)


# --- which township a position is in ------------------------------------------------------------


@pytest.fixture(scope="module")
def two():
    """Give two townships of a kilometre side by side, and where to find a point in metres."""
    layer, _ = layers_of(np.array([box(0, 0, 1000, 1000), box(1000, 0, 2000, 1000)]), 1)
    corner = min(layer.geometry[0].exterior.coords, key=sum)
    x0, y0 = to_metres(*corner)
    return layer, lambda x, y: to_degrees(x0 + np.asarray(x), y0 + np.asarray(y))


def test_a_position_is_in_the_township_that_holds_it_or_that_is_near(two):
    layer, at = two
    west, east = layer["township_code"]
    lon, lat = at([500, 1500, 995, -15, -25, 2015, 500], [500, 500, 500, 500, 500, 500, np.nan])
    found = townships_of_points(layer, lon, lat)
    assert found.fillna("").tolist() == [west, east, west, west, "", east, ""]
    assert found.name == "township_code" and BORDER_M == 20.0


def test_beside_a_border_the_registered_township_is_believed(two):
    layer, at = two
    west, east = layer["township_code"]
    lon, lat = at([985, 985, 970, 970, 985], [500] * 5)
    prefer = pd.Series([east, west, east, None, "370909999000"], index=list("abcde"), dtype="str")
    found = townships_of_points(layer, pd.Series(lon, index=prefer.index), lat, prefer=prefer)
    assert found.index.tolist() == list("abcde")
    assert found.tolist() == [east, west, west, west, west]
    strict = townships_of_points(layer, lon, lat, prefer=prefer, border_m=0)
    assert strict.tolist() == [west] * 5


def test_no_positions_and_unknown_ones_give_no_townships(two):
    layer, _ = two
    assert townships_of_points(layer, [], []).tolist() == []
    assert townships_of_points(layer, [np.nan], [np.nan]).isna().all()
    with pytest.raises(CrsError):
        townships_of_points(layer.to_crs(METRIC_CRS), [117], [36])
    with pytest.raises(MissingColumnError):
        townships_of_points(layer.drop(columns="township_code"), [117], [36])


@needs_data
def test_of_random_positions_in_the_city_each_is_where_a_plain_search_finds_it():
    layer = files.read_layer(DATA / "townships.geojson")[0]
    rng = np.random.default_rng(4)
    lon, lat = rng.uniform(116.0, 118.0, 400), rng.uniform(35.6, 36.5, 400)
    found = townships_of_points(layer, lon, lat, border_m=0).fillna("")
    for x, y, code in zip(lon, lat, found, strict=True):
        inside = layer["township_code"][layer.geometry.intersects(Point(x, y))].tolist()
        assert ([code] if code else []) == inside
