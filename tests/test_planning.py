"""From stored tables to a plan, on the toy region by hand: what is asked is what is done."""

from dataclasses import replace
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo import plan_facts, plan_files, planning, plans
from geo.boundaries import build_townships
from geo.errors import ArgumentError
from geo.settings import read_settings
from geo.siting import analysis
from geo.siting.problem import FORBIDDEN, LOCKED, REQUIRED
from geo.siting.proposal import most_groups, plan_of, propose
from geo.siting.request import Point, Request, RequestError
from geo.siting.thinning import representatives
from tests.conftest import toy_tables, typed

TODAY = date(2026, 3, 1)
SETTINGS = read_settings({})
# Villages on a line of latitude, 0.02° of longitude (1.8 km, 2.34 km by road) apart.
PLACES = {
    "370902001001": 117.00, "370902001002": 117.02, "370902002001": 117.04,
    "370911101001": 117.30, "370911101002": 117.32, "370911102001": 117.40,
}  # fmt: skip


@pytest.fixture(scope="module")
def tables():
    held = toy_tables()
    held["village_points"] = typed("village_points", [
        {"village_code": code, "lon": lon, "lat": 36.2, "position_precision": "village"}
        for code, lon in PLACES.items()
    ])  # fmt: skip
    held["populations"] = typed("populations", [
        {"place_code": code, "year": 2020, "basis": "七普", "persons": persons}
        for code, persons in [("370902001001", 100), ("370911101001", 900)]
    ])  # fmt: skip
    held["hosts"] = typed("hosts", [
        {"host_id": "b1", "name": "财源党群", "kind": "party_centre", "demo": True,
         "township_code": "370902002000", "position_precision": "building",
         "lon": 117.03, "lat": 36.2},
        {"host_id": "b2", "name": "无位置", "kind": "school",
         "township_code": "370911102000", "position_precision": "unknown"},
    ])  # fmt: skip
    stations = [
        {"venue_id": "s1", "name": "山口站", "kind": "station", "status": "open", "lon": 117.3,
         "lat": 36.2, "position_precision": "building", "township_code": "370911101000",
         "opened_on": "2025-01-01", "demo": True},
        {"venue_id": "s2", "name": "岱庙站", "kind": "station", "status": "open",
         "position_precision": "unknown", "township_code": "370902001000",
         "opened_on": "2025-01-01"},
        {"venue_id": "h1", "name": "科技馆", "kind": "hall", "status": "open", "lon": 117.0,
         "lat": 36.2, "position_precision": "building", "township_code": "370902001000",
         "opened_on": "2005-01-01"},
    ]  # fmt: skip
    held["venues"] = typed("venues", stations)
    return held


@pytest.fixture(scope="module")
def layer(tables):
    counties = gpd.GeoDataFrame(
        tables["counties"][["county_code", "name"]],
        geometry=[
            shapely.box(116.9, 36.1, 117.2, 36.2687), shapely.box(117.2, 36.1, 117.6, 36.2687)
        ],
        crs="EPSG:4326",
    )  # fmt: skip
    return build_townships(counties, tables["townships"])


@pytest.fixture
def plan(tables, layer):
    def planned(request=None, **asked):
        request = request or Request(add=1, limit=3000.0)
        return planning.plan(
            tables, layer, replace(request, **asked), as_of=TODAY, settings=SETTINGS
        )

    return planned


def test_the_best_site_by_hand(plan):
    made = plan()
    # s1 reaches its own village and the next one; of the other four, 370902001002 reaches three.
    assert made.sites["site_id"].tolist() == ["370902001002"]
    assert (made.figures.before, made.figures.after, made.figures.total) == (2, 5, 6)
    assert made.proven and made.solution.objective == 5
    assert made.dots.tolist() == ["gained"] * 3 + ["reached"] * 2 + ["out"]
    row = made.sites.iloc[0]
    assert (row["place"], row["gain"], row["villages"], row["share"]) == (1, 3, 3, 5 / 6)
    assert row["township"] == "岱庙街道" and row["county"] == "泰山区"


def test_a_station_without_position_opens_its_township_and_reaches_nobody(plan):
    made = plan()
    # 岱庙 has s2, so the site there opens nothing.
    assert not made.sites["opens"].iloc[0]
    assert (made.figures.townships_before, made.figures.townships_after) == (2, 2)
    assert "siting.notice_venues_unplaced" in [notice.code for notice in made.notices]


def test_townships_first_opens_one(plan):
    made = plan(goal="townships")
    # 财源 is opened at 370902002001, which reaches two; 祝阳 would give one.
    assert made.sites["site_id"].tolist() == ["370902002001"]
    assert made.figures.opened == 1 and made.figures.after == 4
    both = plan(goal="both")
    # 4 of 6 villages and 3 of 4 townships are more than 5 and 2.
    assert both.sites["site_id"].tolist() == ["370902002001"]
    assert both.solution.objective == both.solution.bound == pytest.approx(4 / 6 + 3 / 4)
    assert "siting.notice_both" in [notice.code for notice in both.notices]


def test_a_capacity_limits_who_is_served(plan):
    made = plan(capacity=1.0)
    # Two stand, one of them without a position; the new one serves one of the three it reaches.
    assert made.solution.objective == 2 and made.proven
    assert made.sites["served"].tolist() == [1.0] and made.sites["share_used"].tolist() == [1.0]
    assert made.figures.after > 2
    told = plan_facts.plan_facts(made, revision=1)
    assert told["served"] == 2 and told["sites"][0]["share_used"] == 1
    # Another site there reaches fewer, but serves one as well.
    because, without = (
        one["sites"][0]["reasons"] for one in (told, plan_facts.plan_facts(plan(), revision=1))
    )
    assert (because["swap_loss"], without["swap_loss"]) == (0, 1)
    assert sorted(one["served"] for one in told["standing"]) == [0, 1]
    # What is proven is how many are served.
    assert "服务得下 2 个村（33.3%），这是可证明的最优；" in plans.sentence(made)
    said = "".join(plans.notice_texts(made))
    assert "最多服务 1 个村" in said and "2 个已有的站也按这个数算" in said


def _steadiness(tables, layer, asked):
    inputs = planning.inputs_of(tables, layer, asked, as_of=TODAY, settings=SETTINGS)
    made = propose(planning.planned(asked, inputs, as_of=TODAY))
    others = planning.other_weights(tables, layer, made.case)
    stable = analysis.stability_of(made, inputs, weights=others.weights)
    return plan_facts.plan_facts(made, revision=1, stable=stable, unvaried=others.missing)


def test_a_plan_stands_up_to_the_other_weight(tables, layer):
    persons = typed("populations", [
        {"place_code": code, "year": 2020, "basis": "七普", "persons": count}
        for code, count in zip(PLACES, [1, 1, 1, 1, 1, 900], strict=True)
    ])  # fmt: skip
    asked = Request(add=1, limit=3000.0)
    told = _steadiness(tables | {"populations": persons}, layer, asked)
    assert told["sites"][0]["id"] == "370902001002"
    # 1 km and 5 km, one station of two closed that reaches any; persons want the far village.
    assert told["stability"] == {"runs": 5, "limits": 2, "weights": 1, "closed": 2}
    assert told["sites"][0]["reasons"]["stability"]["kept"] < 5
    by_persons = replace(asked, weight="population")
    back = _steadiness(tables | {"populations": persons}, layer, by_persons)
    assert back["sites"][0]["id"] == "370911102001" and back["stability"]["weights"] == 1


def test_what_cannot_be_varied_is_said(tables, layer):
    told = _steadiness(tables, layer, Request(add=1, limit=3000.0))
    assert told["stability"]["weights"] == 0
    assert any("6 个村里只有 2 个有人口数" in notice for notice in told["notices"])
    none = tables | {"populations": tables["populations"].iloc[:0]}
    told = _steadiness(none, layer, Request(add=1, limit=3000.0))
    assert any("没有导入人口" in notice for notice in told["notices"])


def test_steadiness_is_of_plans_that_reach(plan):
    assert analysis.steadiness_asked(plan())
    assert not analysis.steadiness_asked(plan(capacity=5.0))
    assert not analysis.steadiness_asked(plan(model="travel"))


def test_a_registered_capacity_goes_before_the_assumed_one(tables, layer):
    venues = tables["venues"].copy()
    venues.loc[venues["venue_id"] == "s1", "capacity_persons"] = 250
    asked = Request(add=1, limit=3000.0, weight="population", capacity=60.0)
    made = planning.plan(
        tables | {"venues": venues}, layer, asked, as_of=TODAY, settings=SETTINGS
    )  # fmt: skip
    # 250 of the 900 at 山口, 60 of the 100 at 岱庙.
    assert made.solution.objective == pytest.approx(310)
    said = "".join(plans.notice_texts(made))
    assert "1 个按登记的可服务人数算" in said and "其余 1 个没有登记" in said


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"model": "travel"}, "request_capacity_model"),
        ({"goal": "both"}, "request_capacity_goal"),
        ({"goal": "townships"}, "request_capacity_goal"),
        ({"one_per_township": True}, "request_capacity_goal"),
    ],
)
def test_a_capacity_that_cannot_be_used_is_a_sentence(plan, asked, code):
    with pytest.raises(RequestError) as raised:
        plan(capacity=5.0, **asked)
    assert [problem.code for problem in raised.value.problems] == [code]


def test_every_township_or_a_sentence(plan):
    made = plan(one_per_township=True, add=2)
    assert made.figures.townships_after == 4
    with pytest.raises(ArgumentError, match="乡镇街道有站点"):
        plan(one_per_township=True, add=1)


def test_the_fewest_and_the_least_farthest(plan):
    fewest = plan(model="fewest")
    assert fewest.figures.after == 6 and len(fewest.sites) == 2
    far = plan(model="farthest", add=1)
    assert far.figures.greatest_after < far.figures.greatest_before
    assert far.solution.objective == pytest.approx(far.figures.greatest_after)


def test_required_forbidden_locked_and_closed(plan):
    made = plan(required=("370911102001",))
    assert made.sites["site_id"].tolist() == ["370911102001"] and made.sites["required"].all()
    made = plan(forbidden=("370902001002",))
    assert made.sites["site_id"].tolist() != ["370902001002"]
    made = plan(locked=("370902001002",))
    assert made.figures.before == 5 and made.sites["site_id"].tolist() == ["370911102001"]
    part = made.case.problem.part
    assert (part[: made.case.standing] == LOCKED).all() and FORBIDDEN not in part
    closed = plan(closed=("s1",))
    assert closed.figures.before == 0 and (closed.case.problem.part != REQUIRED).all()


def test_halls_count_when_asked(plan):
    assert plan(kinds=("station", "hall")).figures.before == 4


def test_without_demonstration_rows_their_station_is_gone(plan):
    made = plan(count_demo=False)
    assert made.figures.before == 0
    assert not [notice for notice in made.notices if "demo" in notice.code]


def test_hosts_and_drawn_points_are_candidates(plan):
    made = plan(candidates="hosts")
    assert made.sites["site_id"].tolist() == ["host:b1"]
    codes = {notice.code: notice.facts for notice in made.notices}
    assert codes["siting.notice_demo_hosts"] == {"count": 1}
    assert codes["siting.notice_candidates_unplaced"] == {"count": 1}
    with pytest.raises(RequestError, match="候选点"):
        plan(candidates="hosts", count_demo=False, required=("host:b1",))
    drawn = plan(candidates="points", points=(Point(117.4, 36.2, "{{7*7}}"),))
    assert drawn.sites["site_id"].tolist() == ["point:1"]
    assert drawn.sites["township"].tolist() == ["祝阳镇"] and drawn.sites["opens"].all()
    unnamed = plan(candidates="points", points=(Point(117.4, 36.2, ""),))
    assert plan_files.plan_table(unnamed)["name"].tolist() == ["自己画的点 1"]


def test_population_counts_and_the_unknown_is_told(plan):
    made = plan(weight="population")
    assert made.figures.total == 1000 and made.figures.before == 900
    codes = {notice.code: notice.facts for notice in made.notices}
    assert codes["siting.notice_no_population"] == {"count": 4, "townships": 4}


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"required": ("nowhere",)}, "request_site_unknown"),
        ({"closed": ("nowhere",)}, "request_venue_unknown"),
        ({"as_of": date(1950, 1, 1), "closed": ("s1",)}, "request_venue_unknown"),
        ({"required": ("a",), "forbidden": ("a",)}, "request_clash"),
        ({"candidates": "points"}, "request_no_points"),
    ],
)
def test_what_does_not_fit_the_tables_is_a_sentence(plan, asked, code):
    with pytest.raises(RequestError) as caught:
        plan(**asked)
    assert code in [problem.code for problem in caught.value.problems]


def test_a_radius_too_small_is_a_sentence(plan):
    with pytest.raises(ArgumentError, match="太小"):
        plan(candidates="points", points=(Point(117.15, 36.2, "远"),), limit=500.0)


def test_the_order_of_building_gains_most_first(plan):
    made = plan(add=3)
    assert made.sites["place"].tolist() == [1, 2, 3]
    assert (np.diff(made.sites["gain"]) <= 0).all()
    assert made.sites["share"].iloc[-1] == made.figures.share_after
    assert made.sites["gain"].sum() == made.figures.after - made.figures.before


def test_minutes_by_bus_are_an_estimate_that_says_so(plan):
    made = plan(mode="bus", limit=10.0)
    assert made.figures.after >= made.figures.before
    assert "公里" in plans.notice_texts(made)[-1]
    assert "公交 10 分钟内" in plans.sentence(made)


def test_words_files_and_hostile_names(plan, tmp_path):
    hostile = "=cmd()|{{7*7}}<script>"
    made = plan(candidates="points", points=(Point(117.4, 36.2, hostile),))
    assert "可证明的最优" in plans.sentence(made) and "proven" in plans.sentence(made, "en")
    assert plan_files.plan_table(made)["name"].tolist() == [hostile]
    text = plan_files.write_plan(made, suffix=".csv", revision=1, language="en").decode("utf-8-sig")
    assert "'=cmd" in text and "demonstration" in text
    file = tmp_path / "plan.gpkg"
    file.write_bytes(plan_files.write_plan(made, suffix=".gpkg", revision=1))
    again = gpd.read_file(file)
    assert again.geometry.x.tolist() == [117.4] and again["地点"].tolist() == [hostile]
    assert plan_files.write_plan(made, suffix=".xlsx", revision=1)[:2] == b"PK"
    with pytest.raises(ArgumentError):
        plan_files.write_plan(made, suffix=".exe", revision=1)


def test_a_plan_of_chosen_sites_is_reckoned_the_same(plan):
    made = plan(add=2)
    again = plan_of(made.case, made.solution)
    pd.testing.assert_frame_equal(again.sites, made.sites)
    assert most_groups(made.case.problem, 2) == 4 and most_groups(made.case.problem, 0) == 2


def test_representatives_are_the_middle_and_the_farthest():
    places = pd.DataFrame(
        {
            "township_code": ["a"] * 4 + ["b", "c"],
            "lon": [117.0, 117.1, 117.11, 117.3, 117.5, np.nan],
            "lat": [36.0] * 6,
        }
    )
    assert representatives(places, per_group=1).tolist() == [False, True, False, False, True, False]
    two = representatives(places, per_group=2)
    assert two.tolist() == [False, True, False, True, True, False]
    assert representatives(places, per_group=9).tolist() == [True] * 5 + [False]
