"""Polygons made to meet: by hand, then random coverages that were shaken, cut and doubled."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box
from shapely.geometry import MultiPolygon, Point, Polygon

from geo.layers.tiling import GRID_M, areas_only, mended, tiled


def tile(*shapes):
    made, faults = tiled(np.array(shapes, dtype=object))
    assert shapely.coverage_is_valid(made)
    assert shapely.is_valid(made).all()
    return made, faults


def listed(faults):
    """Return kind, owners, whether wide and the area in whole square metres."""
    table = faults[["kind", "owners", "wide", "area_m2"]].round(0)
    return sorted(table.itertuples(index=False, name=None))


def test_what_meets_is_returned_as_it_is():
    shapes = np.array([box(0, 0, 100, 100), box(100, 0, 200, 100)], dtype=object)
    made, faults = tiled(shapes)
    assert made is shapes and faults.empty
    assert list(faults.columns) == ["kind", "owners", "wide", "area_m2", "geometry"]


def test_an_overlap_goes_to_the_one_with_the_longer_border_with_it():
    # 20 m by 30 m of the second lie in the first: it borders on the first with three sides.
    first, second = box(0, 0, 100, 100), box(100, 0, 200, 100).union(box(80, 40, 100, 70))
    made, faults = tile(first, second)
    assert listed(faults) == [("overlap", (0, 1), True, 600.0)]
    assert made[0].area == pytest.approx(10_000) and made[1].area == pytest.approx(10_000)


def test_a_narrow_gap_is_closed_and_a_wide_one_stays():
    hole, slot = box(90, 40, 110, 60), box(99.8, 10, 100.2, 30)
    east = box(100, 0, 200, 100).difference(hole).difference(slot)
    west = box(0, 0, 100, 100).difference(hole).difference(slot)
    made, faults = tile(west, east)
    assert listed(faults) == [("gap", (0, 1), False, 8.0), ("gap", (0, 1), True, 400.0)]
    united = shapely.union_all(made)
    assert united.area == pytest.approx(20_000 - 400)
    assert [Polygon(ring).equals(hole) for ring in united.interiors] == [True]


def test_a_slit_open_at_its_ends_is_closed():
    made, faults = tile(box(0, 0, 100, 100), box(100.5, 0, 200, 100))
    assert listed(faults) == [("gap", (0, 1), False, 50.0)]
    assert shapely.union_all(made).equals(box(0, 0, 200, 100))
    apart = np.array([box(0, 0, 100, 100), box(101.5, 0, 200, 100)], dtype=object)
    assert tiled(apart)[0] is apart


def test_a_crumb_that_closing_cuts_off_goes_to_the_neighbour_too():
    crumb = box(100.5, 50, 101, 50.5)  # only in the first, behind an overlap that it loses
    first = box(0, 0, 100, 100).union(box(100, 50, 101, 50.5))
    second = box(100, 0, 200, 100).difference(crumb)
    made, faults = tile(first, second)
    assert listed(faults) == [("overlap", (0, 1), False, 0.0)]
    assert made[0].equals(box(0, 0, 100, 100))
    assert made[1].geom_type == "Polygon" and not made[1].interiors


def test_where_three_overlap_one_has_it():
    shapes = [box(0, 0, 100, 100), box(50, 0, 150, 100), box(0, 50, 150, 150)]
    made, faults = tile(*shapes)
    assert ("overlap", (0, 1, 2), True, 2500.0) in listed(faults)
    assert shapely.union_all(made).area == pytest.approx(shapely.area(made).sum())


def test_one_polygon_wholly_in_another_or_twice_is_an_overlap():
    made, faults = tile(box(0, 0, 100, 100), box(40, 40, 50, 50))
    assert listed(faults) == [("overlap", (0, 1), True, 100.0)]
    made, faults = tile(box(0, 0, 100, 100), box(0, 0, 100, 100))
    assert listed(faults) == [("overlap", (0, 1), True, 10_000.0)]
    assert shapely.area(made).sum() == pytest.approx(10_000)


def test_a_hole_filled_by_a_neighbour_is_no_gap():
    ring, core = box(0, 0, 100, 100).difference(box(40, 40, 60, 60)), box(40, 40, 60, 60)
    made, faults = tile(ring, core, box(100, 0, 150.3, 99.9))  # a vertex on one side only
    assert faults.empty and made[0].area == pytest.approx(10_000 - 400)


def test_polygons_are_picked_out_of_what_files_hold():
    square = box(0, 0, 1, 1)
    assert areas_only(None) is None and areas_only(Polygon()) is None
    assert areas_only(Point(0, 0)) is None
    both = shapely.GeometryCollection([Point(0, 0), MultiPolygon([square]), box(2, 0, 3, 1)])
    assert areas_only(both).equals(MultiPolygon([square, box(2, 0, 3, 1)]))
    doubled = Polygon([(0, 0, 5), (0, 0, 5), (1, 0, 5), (1, 1, 5), (1, 1, 5)])
    assert len(areas_only(doubled).exterior.coords) == 4 and not areas_only(doubled).has_z


def test_mending_says_by_what_share_the_area_changed():
    square = box(0, 0, 100, 100)
    assert mended(square)[1] == 0.0 and mended(square.reverse())[0].exterior.is_ccw
    tie = Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    assert mended(tie)[1] == pytest.approx(1.0)
    spike = Polygon([(0, 0), (100, 0), (100, 50), (150, 50), (100, 50), (100, 100), (0, 100)])
    shape, share = mended(spike)
    assert shape.equals(square) and share == 0.0
    assert mended(Polygon([(0, 0), (1, 0), (0, 0)]))[1] == 1.0
    tangle = Polygon(np.random.default_rng(0).uniform(0, 1000, (3000, 2)))
    shape, share = mended(tangle)  # millions of crossings
    assert shape.is_empty and share == 1.0


def coverage(rng, count):
    """Return a random coverage of a square of 10 km, with borders that wind."""
    seats = shapely.MultiPoint(rng.uniform(0, 10_000, (count, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(seats, extend_to=box(0, 0, 10_000, 10_000)))
    cells = shapely.intersection(cells, box(0, 0, 10_000, 10_000))
    cells = shapely.coverage_clean(shapely.segmentize(cells, 300))

    def wind(at):
        inner = np.sin(np.pi * at / 10_000).prod(axis=1, keepdims=True).clip(0)  # 0 on the edge
        return at + 30 * inner * np.sin(at[:, ::-1] / 170)

    return shapely.transform(cells, wind)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10**9), count=st.integers(2, 12), shake_m=st.sampled_from([0.02, 0.4, 5.0])
)
def test_any_shaken_coverage_is_made_to_meet_and_every_square_metre_is_accounted_for(
    seed, count, shake_m
):
    rng = np.random.default_rng(seed)
    whole = coverage(rng, count)

    def shaken(at):
        moved = at + rng.uniform(-shake_m, shake_m, at.shape)
        moved[-1] = moved[0]  # polygons without holes: one ring
        return moved

    shapes = np.array([shapely.transform(shape, shaken) for shape in whole], dtype=object)
    if not shapely.is_valid(shapes).all():
        return
    made, faults = tile(*shapes)
    length = shapely.length(shapes).sum()
    rounding_m2 = GRID_M * length
    # A second way to the same: what is covered twice, and the holes of the union.
    pairs = [(i, j) for i in range(count) for j in range(i)]
    twice = sum(shapely.intersection(shapes[i], shapes[j]).area for i, j in pairs)
    found = faults[faults["kind"] == "overlap"]
    more = sum((len(who) * (len(who) - 1) / 2 - 1) * a for who, a in
               zip(found["owners"], found["area_m2"], strict=True))  # fmt: skip
    assert found["area_m2"].sum() + more == pytest.approx(twice, abs=rounding_m2)
    holes = sum(Polygon(ring).area for part in shapely.get_parts(shapely.union_all(shapes))
                for ring in part.interiors)  # fmt: skip
    gaps = faults[faults["kind"] == "gap"]
    assert gaps["area_m2"].sum() >= holes - rounding_m2
    left = sum(Polygon(ring).area for part in shapely.get_parts(shapely.union_all(made))
               for ring in part.interiors)  # fmt: skip
    assert left == pytest.approx(gaps.loc[gaps["wide"], "area_m2"].sum(), abs=1.0)
    changed = shapely.area(shapely.symmetric_difference(made, shapes)).sum()
    assert changed <= faults["area_m2"].sum() + more + rounding_m2
