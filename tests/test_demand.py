"""Demand points: stored positions, the rule that spreads, weights by hand and as laws."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.errors import ArgumentError, CrsError, MissingColumnError
from geo.population.demand import (
    COLUMNS,
    cell_points,
    demand_points,
    population_basis,
    with_unknown,
)
from geo.population.spreading import spread
from tests.conftest import toy_tables, typed

TODAY = date(2026, 3, 1)
NAMES = ("villages", "village_points", "populations", "townships")


def layer_of(codes, boxes=None):
    boxes = boxes or [
        shapely.box(117 + n / 10, 36, 117.1 + n / 10, 36.1) for n in range(len(codes))
    ]
    return gpd.GeoDataFrame({"township_code": codes}, geometry=boxes, crs="EPSG:4326")


LAYER = layer_of(["370902001000", "370902002000", "370911101000"])  # not 祝阳镇


def point(code, lon=117.5, lat=36.5, precision="building"):
    return {"village_code": code, "lon": lon, "lat": lat, "position_precision": precision}


def persons(code, count, year=2020, basis="七普", **more):
    return {"place_code": code, "year": year, "basis": basis, "persons": count, **more}


def tables(points=(), populations=(), **more):
    held = toy_tables() | {
        "village_points": typed("village_points", list(points)),
        "populations": typed("populations", list(populations)),
    }
    return held | more


def asked(held, layer=LAYER, **options):
    options = {"as_of": TODAY} | options
    return demand_points(*(held[name] for name in NAMES), layer, **options)


def weights(made):
    return dict(zip(made["village_code"].str[6:], made["weight"], strict=True))


def bases(made):
    return dict(zip(made["village_code"].str[6:], made["weight_basis"], strict=True))


# --- positions ----------------------------------------------------------------------------------


def test_a_stored_position_counts_and_the_others_are_spread_in_their_township():
    made = asked(tables([point("370911101001")])).set_index("village_code")
    assert list(made.reset_index().columns) == list(COLUMNS) and len(made) == 6
    stored = made.loc["370911101001"]
    assert (stored["lon"], stored["lat"]) == (117.5, 36.5)
    assert (stored["position_precision"], stored["spread"]) == ("building", False)
    shapes = dict(zip(LAYER["township_code"], LAYER.geometry, strict=True))
    placed = made.drop(["370911101001", "370911102001"])
    assert placed["spread"].all() and placed["position_precision"].eq("township").all()
    for _, row in placed.iterrows():
        assert shapes[row["township_code"]].contains(shapely.Point(row["lon"], row["lat"]))
    nowhere = made.loc["370911102001"]  # no outline
    assert np.isnan(nowhere["lon"]) and np.isnan(nowhere["lat"])
    assert (nowhere["position_precision"], nowhere["spread"]) == ("unknown", False)
    assert made["county_code"].tolist() == ["370902"] * 3 + ["370911"] * 3
    assert made["weight"].tolist() == [1.0] * 6 and made["weight_basis"].eq("one").all()
    assert made["population_year"].isna().all() and made["population_basis"].isna().all()


def test_the_index_is_that_of_the_villages_in_force():
    held = tables()
    listed = held["villages"].set_axis([10, 20, 30, 40, 50, 60])
    listed.loc[30, "to_date"] = pd.Timestamp("2026-01-01")
    made = asked(held | {"villages": listed})
    assert made.index.tolist() == [10, 20, 40, 50, 60]
    before = asked(held | {"villages": listed}, as_of=date(2025, 12, 31))
    assert before.index.tolist() == [10, 20, 30, 40, 50, 60]


def test_adding_or_placing_one_village_moves_no_other():
    before = asked(tables()).set_index("village_code")
    held = tables([point("370911101002")])
    more = typed("villages", [
        {"village_code": "370911101200", "name": "新村", "township_code": "370911101000",
         "kind": "village", "list_year": 2023},
    ])  # fmt: skip
    held["villages"] = pd.concat([more, held["villages"]], ignore_index=True)
    after = asked(held).set_index("village_code").loc[before.index]
    same = before.index != "370911101002"
    pd.testing.assert_frame_equal(after[same], before[same])
    assert after.loc["370911101002", "lon"] == 117.5


def test_the_seed_and_the_outline_decide_and_nothing_else():
    one, again, other = asked(tables()), asked(tables()), asked(tables(), seed=7)
    pd.testing.assert_frame_equal(one, again)
    spread_ones = one["spread"]
    assert (one["lon"][spread_ones] != other["lon"][spread_ones]).all()
    wider = layer_of(LAYER["township_code"].tolist(), [
        shapely.box(117, 36, 117.2, 36.1), *LAYER.geometry[1:],
    ])  # fmt: skip
    moved = asked(tables(), wider)["lon"] != one["lon"]
    assert moved[spread_ones].tolist() == [True, True, False, False, False]


def test_villages_of_other_numbers_or_another_code_never_share_a_point():
    held = tables()
    rows = [
        {"village_code": f"37091110{head}{number:03d}", "name": f"村{head}{number}",
         "township_code": "370911101000", "kind": "village", "list_year": 2023}
        for head in (1, 9) for number in (*range(1, 60), *range(200, 260))
    ]  # fmt: skip
    made = asked(held | {"villages": typed("villages", rows)})
    assert not made.duplicated(["lon", "lat"]).any() and made["spread"].all()


def test_what_a_recoded_place_was_given_stays_with_it_and_a_merger_takes_nothing_over():
    held = tables([point("370911101001")], [persons("370911101000", 900)])
    listed, towns = held["villages"], held["townships"]
    old, new = ["370911101001", "370911101002"], ["370911105001", "370911105002"]
    ended = listed["village_code"].isin(old)
    start = pd.Timestamp("2026-01-01")
    renewed = listed[ended].assign(village_code=new, township_code="370911105000", from_date=start)
    listed.loc[ended, "to_date"] = start
    gone = towns["township_code"] == "370911101000"
    town = towns[gone].assign(township_code="370911105000", from_date=start)
    towns.loc[gone, "to_date"] = start
    held |= {
        "villages": pd.concat([listed, renewed], ignore_index=True),
        "townships": pd.concat([towns, town], ignore_index=True),
    }
    pairs = [("township", "370911101000", "370911105000")]
    pairs += [("village", *pair) for pair in zip(old, new, strict=True)]
    told = {kind: typed("successions", [
        {"level": level, "old_code": one, "new_code": two, "on_date": "2026-01-01", "kind": kind}
        for level, one, two in pairs
    ]) for kind in ("recoded", "merged")}  # fmt: skip
    options = {"weight": "population", "unknown": "keep"}
    made = asked(held, successions=told["recoded"], **options).set_index("village_code").loc[new]
    assert made["lon"].iloc[0] == 117.5 and made["spread"].tolist() == [False, True]
    assert made["weight"].tolist() == [450, 450]
    for successions in (told["merged"], None):
        made = asked(held, successions=successions, **options).set_index("village_code").loc[new]
        assert made["lon"].isna().all() and made["weight"].isna().all()
    before = asked(held, as_of=date(2025, 1, 1), successions=told["recoded"], **options)
    assert before.set_index("village_code").loc[old, "weight"].tolist() == [450, 450]


# --- the sequence -------------------------------------------------------------------------------

SHAPE = shapely.Polygon([(117, 36), (117.3, 36), (117.3, 36.1), (117.1, 36.1), (117.1, 36.3),
                         (117, 36.3)])  # fmt: skip


def test_points_are_uniform_in_area_and_well_apart():
    points = spread(SHAPE, np.arange(1, 5001), key="甲")
    assert shapely.contains_xy(SHAPE, *points.T).all()
    arm = points[:, 1] > 36.1  # 20 of 50 parts of the area
    assert arm.mean() == pytest.approx(0.4, abs=0.005)
    left = points[~arm][:, 0] < 117.1
    assert left.mean() == pytest.approx(1 / 3, abs=0.005)
    few = spread(SHAPE, np.arange(1, 31), key="甲")
    apart = shapely.distance(shapely.points(few)[:, None], shapely.points(few)[None, :])
    nearest = np.where(np.eye(30, dtype=bool), np.inf, apart).min(axis=1)
    even = np.sqrt(shapely.area(SHAPE) / 30)  # of a square grid of as many points
    assert nearest.min() > 0.35 * even  # at random some are ten times nearer


def test_a_point_does_not_depend_on_what_else_is_asked_for():
    every = spread(SHAPE, np.arange(1, 1000), key="甲")
    some = np.array([999 - 1, 3, 3, 500])
    np.testing.assert_array_equal(spread(SHAPE, some, key="甲"), every[some - 1])
    assert (spread(SHAPE, np.array([1]), key="乙") != every[0]).all()


def test_latitudes_count_by_the_area_they_hold():
    tall = shapely.box(117, 0, 117.1, 60)  # half of it lies below 25.66°
    points = spread(tall, np.arange(1, 2001), key="")
    assert (points[:, 1] < np.degrees(np.arcsin(np.sin(np.pi / 3) / 2))).mean() == pytest.approx(
        0.5, abs=0.005
    )


def test_areas_that_are_hardly_there():
    assert np.isnan(spread(shapely.Polygon(), np.array([1, 2]), key="")).all()
    assert spread(SHAPE, np.array([], dtype=int), key="").shape == (0, 2)
    sliver = shapely.Polygon([(117, 36), (118, 36.5), (118, 36.500001)])
    points = spread(sliver, np.array([1, 2]), key="")
    assert shapely.distance(shapely.points(points), sliver).max() < 1e-6
    apart = shapely.MultiPolygon(
        [shapely.box(117, 36, 117.01, 36.01), shapely.box(118, 36.5, 118.01, 36.51)]
    )
    points = spread(apart, np.arange(1, 101), key="")
    assert 40 <= (points[:, 0] < 117.5).sum() <= 60


# --- weights ------------------------------------------------------------------------------------


def test_a_village_counts_its_own_number_or_a_share_of_what_the_township_leaves():
    made = asked(tables(populations=[
        persons("370902001000", 5000), persons("370902001001", 1200),  # leaves 3800 to one
        persons("370911101000", 900),  # two villages, 450 each
        persons("370902002001", 70),  # its township has none: it needs none
    ]), weight="population")  # fmt: skip
    assert weights(made) == pytest.approx({
        "001001": 1200, "001002": 3800, "002001": 70, "101001": 450, "101002": 450,
        "102001": np.nan,
    }, nan_ok=True)  # fmt: skip
    assert bases(made) == {
        "001001": "village", "001002": "township", "002001": "village", "101001": "township",
        "101002": "township", "102001": "unknown",
    }  # fmt: skip
    assert made["population_basis"].eq("七普").all() and made["population_year"].eq(2020).all()
    of = made.groupby("township_code", sort=True)
    assert of["weight"].agg(lambda known: known.isna().sum()).tolist() == [0, 0, 0, 1]
    assert of["weight"].sum().tolist() == [5000, 70, 900, 0] and of.size().tolist() == [2, 1, 2, 1]
    assert of["spread"].sum().tolist() == [2, 1, 2, 0]
    assert of["lon"].agg(lambda known: known.isna().sum()).tolist() == [0, 0, 0, 1]


def test_villages_with_more_persons_than_their_township_leave_nothing_to_guess():
    more = [persons("370902001000", 1000), persons("370902001001", 1200)]
    made = asked(tables(populations=more), weight="population")
    assert bases(made)["001002"] == "contradictory" and np.isnan(weights(made)["001002"])
    assert weights(made)["001001"] == 1200
    just = [persons("370902001000", 1200), persons("370902001001", 1200)]
    assert weights(asked(tables(populations=just), weight="population"))["001002"] == 0


def test_bases_and_years_are_never_put_together():
    rows = [
        persons("370902001000", 5000), persons("370902001001", 1, basis="户籍"),
        persons("370902001002", 2, year=2010), persons("370911101000", 900),
    ]  # fmt: skip
    held = tables(populations=rows)
    assert weights(asked(held, weight="population"))["001001"] == 2500
    other = asked(held, weight="population", basis="户籍")
    assert weights(other)["001001"] == 1 and np.isnan(weights(other)["001002"])
    older = asked(held, weight="population", year=2010)
    assert weights(older)["001002"] == 2 and np.isnan(weights(older)["001001"])


def test_the_basis_that_says_most_counts_in_its_newest_year_up_to_the_day():
    listed = toy_tables()["villages"]

    def chosen(*rows, **options):
        options = {"as_of": TODAY} | options
        return population_basis(typed("populations", list(rows)), listed, **options)

    town, village = "370902001000", "370911102001"
    assert chosen() is None
    assert chosen(persons(town, 1), persons(village, 1, basis="户籍")) == ("七普", 2020)
    assert chosen(persons(village, 1), persons(town, 1, basis="户籍")) == ("户籍", 2020)
    assert chosen(persons(town, 1), persons(village, 1, year=2021)) == ("七普", 2021)
    assert chosen(persons(town, 1), persons(village, 1, year=2030)) == ("七普", 2020)
    assert chosen(persons(village, 1, basis="乙"), persons(village, 1, basis="甲")) == ("乙", 2020)
    newer = persons(village, 1, basis="甲", year=2021)
    assert chosen(persons(village, 1, basis="乙"), newer) == ("甲", 2021)
    assert chosen(persons(town, 1), newer, basis="甲") == ("甲", 2021)
    assert chosen(persons(town, 1), persons(town, 1, year=2010), year=2010) == ("七普", 2010)
    for wrong in ({"basis": "六普"}, {"year": 1990}, {"basis": "七普", "year": 2010}):
        with pytest.raises(ArgumentError, match="七普 2020"):
            chosen(persons(town, 1), **wrong)


def test_what_is_unknown_is_kept_left_out_or_counts_one_as_asked():
    held = tables(populations=[persons("370911101000", 900)])
    kept = asked(held, weight="population")
    assert kept["weight"].isna().sum() == 4
    left = asked(held, weight="population", unknown="leave_out")
    assert left.index.tolist() == [3, 4] and left["weight"].tolist() == [450, 450]
    ones = asked(held, weight="population", unknown="one")
    assert ones["weight"].tolist() == [1, 1, 1, 450, 450, 1]
    assert ones["weight_basis"].tolist() == ["one"] * 3 + ["township"] * 2 + ["one"]
    pd.testing.assert_frame_equal(with_unknown(kept, "one"), ones)


def test_nothing_loaded_is_unknown_and_not_nothing():
    made = asked(tables(), weight="population")
    assert made["weight"].isna().all() and made["weight_basis"].eq("unknown").all()
    assert made["population_basis"].isna().all()


def test_demonstration_rows_show_in_every_weight_they_touch():
    made = asked(tables(populations=[
        persons("370902001000", 5000), persons("370902001001", 1200, demo=True),
        persons("370911101000", 900, demo=True), persons("370911101001", 100),
        persons("370902002000", 70),
    ]), weight="population")  # fmt: skip
    assert made["demo"].tolist() == [True, True, False, False, True, False]


def test_persons_are_neither_lost_nor_made():
    random = np.random.default_rng(5)
    for _ in range(20):
        held = tables()
        towns = held["townships"]["township_code"].tolist()
        rows = [persons(code, int(random.integers(5000, 9000))) for code in towns]
        listed = held["villages"]["village_code"].tolist()
        rows += [persons(code, int(random.integers(0, 900))) for code in listed
                 if random.random() < 0.4]  # fmt: skip
        held["populations"] = typed("populations", rows)
        made = asked(held, weight="population")
        all_known = made.groupby("township_code")["weight_basis"].agg(
            lambda s: s.eq("village").all()
        )
        total = made.groupby("township_code")["weight"].sum()
        for code, own in zip(towns, rows[:4], strict=True):
            if not all_known[code]:
                assert total[code] == pytest.approx(own["persons"])


# --- refusals, cells, size ----------------------------------------------------------------------


def test_what_cannot_be_asked_is_refused():
    with pytest.raises(ArgumentError, match="weight"):
        asked(tables(), weight="people")
    with pytest.raises(ArgumentError, match="unknown"):
        asked(tables(), unknown="drop")
    with pytest.raises(CrsError):
        asked(tables(), LAYER.to_crs("EPSG:4548"))
    with pytest.raises(CrsError):
        asked(tables(), LAYER.set_crs(None, allow_override=True))
    with pytest.raises(MissingColumnError):
        asked(tables() | {"village_points": pd.DataFrame({"village_code": []})})


def test_no_villages_are_no_points():
    held = tables()
    made = asked(held | {"villages": held["villages"].head(0)}, weight="population")
    assert len(made) == 0 and list(made.columns) == list(COLUMNS)


def test_cells_are_demand_points_of_their_own():
    cells = pd.DataFrame({
        "lon": [117.05, 117.15], "lat": [36.05, 36.05], "persons": [12.5, 3.0],
        "township_code": pd.array(["370902001000", "370902002000"], dtype="str"),
        "year": [2020, 2020], "cell_m": [93.0, 5000.0],
    }, index=[7, 8])  # fmt: skip
    made = cell_points(cells, toy_tables()["townships"], basis="WorldPop")
    assert list(made.columns) == list(COLUMNS) and made.index.tolist() == [7, 8]
    assert made.dtypes.equals(asked(tables(), weight="population").dtypes)
    assert made["position_precision"].tolist() == ["village", "township"]
    assert made["weight"].sum() == 15.5 and made["county_code"].tolist() == ["370902"] * 2
    assert made["weight_basis"].eq("cell").all() and not made["spread"].any()


def test_a_province_takes_seconds():
    towns, each = 1500, 40
    codes = [f"37{n:07d}000" for n in range(towns)]
    angles = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    radius = 0.04 + 0.01 * np.sin(5 * angles)
    shapes = [
        shapely.Polygon(np.column_stack([116 + n % 40 / 10 + radius * np.cos(angles),
                                         35 + n // 40 / 10 + radius * np.sin(angles)]))
        for n in range(towns)
    ]  # fmt: skip
    listed = typed("villages", [])
    names = [f"{code[:9]}{n:03d}" for code in codes for n in range(1, each + 1)]
    listed = pd.DataFrame({
        "village_code": names, "name": names, "township_code": np.repeat(codes, each),
        "from_date": pd.NaT, "to_date": pd.NaT,
    })  # fmt: skip
    towns_table = pd.DataFrame({"township_code": codes, "county_code": [c[:6] for c in codes]})
    numbers = typed("populations", [persons(code, 1000) for code in codes])
    made = demand_points(
        listed, typed("village_points", []), numbers, towns_table, layer_of(codes, shapes),
        as_of=TODAY, weight="population",
    )  # fmt: skip
    assert made["spread"].all() and made["weight"].eq(1000 / each).all()
