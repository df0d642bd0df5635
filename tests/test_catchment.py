"""Reach by hand on a line of villages, laws, a plain second implementation."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from geo.catchment import among, bands, coarser, metres_of, nearest, reach
from geo.cost import CostTable, cost_table, straight_lines
from geo.crs import to_degrees
from geo.errors import ArgumentError, MissingColumnError
from geo.schema import PRECISIONS
from geo.standing import open_facilities, standing
from tests.conftest import typed

DAY = dt.date(2026, 11, 23)
ORIGIN = (500_000.0, 4_000_000.0)  # metres of EPSG:4548, in the middle of its zone


def straight_costs(rows, sites, **options):
    return straight_lines(metres_of(rows), metres_of(sites), **options)


# --- five villages on a line of road, one without a position -------------------------------


def demand(xs_m, *, weights=None, spread=None, townships=None):
    lon, lat = to_degrees(ORIGIN[0] + np.array(xs_m, dtype=float), np.full(len(xs_m), ORIGIN[1]))
    n = len(xs_m)
    towns = townships or ["370902001000"] * n
    return pd.DataFrame({
        "village_code": pd.Series([f"v{i}" for i in range(n)], dtype="str"),
        "name": pd.Series([f"村{i}" for i in range(n)], dtype="str"),
        "township_code": pd.Series(towns, dtype="str"),
        "county_code": pd.Series([town[:6] for town in towns], dtype="str"),
        "lon": lon, "lat": lat,
        "position_precision": pd.Series(["village"] * n, dtype="str"),
        "spread": spread or [False] * n,
        "weight": np.ones(n) if weights is None else np.array(weights, dtype=float),
        "weight_basis": pd.Series(["village"] * n, dtype="str"),
    })  # fmt: skip


def by_hand(costs, *, unit="m", limit=np.inf):
    """Return the cost table of a matrix with None for what cannot be travelled."""
    pairs = [(i, j, c) for i, row in enumerate(costs) for j, c in enumerate(row) if c is not None]
    i, j, c = (np.array(part) for part in zip(*pairs, strict=True))
    return cost_table(
        i, j, c.astype(float), demands=len(costs), facilities=len(costs[0]), unit=unit, limit=limit
    )


TOWNS = ["370902001000", "370902001000", "370902002000", "370911101000", "370911101000"]
FIVE = demand(
    [0, 1, 2, 3, np.nan],
    weights=[10, 20, 30, 40, 50],
    spread=[False, True, False, True, False],
    townships=TOWNS,
)
COSTS = by_hand([[3000.0], [3000.1], [5000.0], [9000.0], [None]])


def test_reach_of_the_city_by_hand_with_points_exactly_at_the_limit():
    found = reach(FIVE, COSTS, limits=(10_000, 3000, 5000))
    assert found["limit"].tolist() == [3000, 5000, 10_000]
    assert found["unit"].tolist() == ["m"] * 3
    assert found["total"].tolist() == [150] * 3
    assert found["reached"].tolist() == [10, 60, 100]
    assert found["share"].tolist() == [10 / 150, 60 / 150, 100 / 150]
    assert found["spread_total"].tolist() == [60] * 3
    assert found["spread_reached"].tolist() == [0, 20, 60]
    assert found["unplaced"].tolist() == [50] * 3


def test_a_village_of_unknown_weight_is_in_no_sum_and_is_counted():
    rows = FIVE.assign(weight=[10, np.nan, 30, 40, 50])
    found = reach(rows, COSTS, limits=(5000,)).iloc[0]
    assert found[["total", "reached", "spread_total", "spread_reached"]].tolist() == [
        130, 40, 40, 0,
    ]  # fmt: skip
    assert found["unweighted"] == 1


def test_reach_of_townships_and_counties_by_hand():
    found = reach(FIVE, COSTS, limits=(3000, 5000), by=["township_code"])
    assert found[["township_code", "limit", "total", "reached"]].to_numpy().tolist() == [
        ["370902001000", 3000, 30, 10], ["370902001000", 5000, 30, 30],
        ["370902002000", 3000, 30, 0], ["370902002000", 5000, 30, 30],
        ["370911101000", 3000, 90, 0], ["370911101000", 5000, 90, 0],
    ]  # fmt: skip
    counties = reach(FIVE, COSTS, limits=(5000,), by=["county_code"])
    assert counties["share"].tolist() == [1.0, 0.0]


def test_minutes_are_limits_of_the_same_kind():
    minutes = by_hand([[15.0], [15.01], [30.0], [31.0], [None]], unit="min")
    found = reach(FIVE, minutes, limits=(15, 30))
    assert found["reached"].tolist() == [10, 60]
    assert set(found["unit"]) == {"min"}


def test_a_group_of_no_weight_has_no_share_and_a_missing_group_is_one():
    rows = demand([0, 1], weights=[0, 1], townships=["370902001000", "370902002000"])
    rows["reporting_unit"] = pd.Series([None, "甲"], dtype="str")
    found = reach(rows, by_hand([[1.0], [1.0]]), limits=(5,), by=["reporting_unit"])
    assert found["reporting_unit"].fillna("-").tolist() == ["-", "甲"]
    assert np.isnan(found["share"].iloc[0])
    assert found["share"].iloc[1] == 1


def test_no_facility_and_no_demand():
    nobody = straight_costs(FIVE, FIVE.iloc[:0])
    assert reach(FIVE, nobody, limits=(5000,))["reached"].tolist() == [0]
    none = FIVE.iloc[:0]
    city = reach(none, straight_costs(none, FIVE), limits=(5000,))
    assert city["total"].tolist() == [0]
    assert city["share"].isna().all()
    assert len(reach(none, straight_costs(none, FIVE), limits=(5,), by=["county_code"])) == 0


@pytest.mark.parametrize("limits", [(), (-1,), (10_001,)])
def test_limits_the_table_cannot_answer_are_refused(limits):
    short = by_hand([[1.0]] * 5, limit=10_000)
    with pytest.raises(ArgumentError):
        reach(FIVE, short, limits=limits)


def test_tables_that_do_not_fit_are_refused():
    with pytest.raises(ArgumentError, match="一样多"):
        reach(FIVE.iloc[:3], COSTS, limits=(5000,))
    with pytest.raises(MissingColumnError):
        reach(FIVE.drop(columns="spread"), COSTS, limits=(5000,))
    with pytest.raises(ArgumentError):
        among(COSTS, np.array([True, False]))


# --- laws and a second implementation ------------------------------------------------------


def random_case(seed):
    random = np.random.default_rng(seed)
    n, m = int(random.integers(1, 60)), int(random.integers(0, 8))
    rows = demand(
        random.uniform(0, 30_000, n).tolist(),
        weights=random.integers(0, 9, n),
        spread=(random.random(n) < 0.4).tolist(),
        townships=random.choice(TOWNS, n).tolist(),
    )
    rows.loc[random.random(n) < 0.1, ["lon", "lat"]] = np.nan
    sites = demand(random.uniform(0, 30_000, m).tolist())
    return rows, sites


@pytest.mark.parametrize("seed", range(30))
def test_a_plain_loop_gives_the_same_sums(seed):
    rows, sites = random_case(seed)
    at, there = metres_of(rows), metres_of(sites)
    found = reach(rows, straight_costs(rows, sites, detour=1.3), limits=(3000, 5000),
                  by=["township_code"]).set_index(["township_code", "limit"])  # fmt: skip
    for limit in (3000, 5000):
        total, reached, spread = {}, {}, {}
        for index, row in enumerate(rows.itertuples()):
            far = [np.hypot(*(at[index] - site)) * 1.3 for site in there]
            near = any(one <= limit for one in far)
            total[row.township_code] = total.get(row.township_code, 0) + row.weight
            reached[row.township_code] = reached.get(row.township_code, 0) + row.weight * near
            spread.setdefault(row.township_code, 0)
            spread[row.township_code] += row.weight * near * row.spread
        for code, weight in total.items():
            row = found.loc[(code, limit)]
            assert row["total"] == weight
            assert row["reached"] == reached[code]
            assert row["spread_reached"] == spread[code]


@pytest.mark.parametrize("seed", range(10))
def test_reach_grows_with_the_limit_and_with_stations_and_its_parts_add_up(seed):
    rows, sites = random_case(seed)
    cost = straight_costs(rows, sites)
    found = reach(rows, cost, limits=(1000, 3000, 5000, 50_000))
    assert found["reached"].is_monotonic_increasing
    assert (found["spread_reached"] <= found["reached"]).all()
    assert (found["reached"] + found["unplaced"] <= found["total"]).all()
    some = np.arange(len(sites)) % 2 == 0
    fewer = reach(rows, among(cost, some), limits=(1000, 3000, 5000, 50_000))
    assert (fewer["reached"] <= found["reached"]).all()
    parts = reach(rows, cost, limits=(3000,), by=["township_code"])
    assert parts["reached"].sum() == found["reached"].iloc[1]


@pytest.mark.parametrize("seed", range(10))
def test_the_cost_among_some_is_the_cost_of_some(seed):
    rows, sites = random_case(seed)
    kept = np.random.default_rng(seed).random(len(sites)) < 0.5
    one = among(straight_costs(rows, sites), kept)
    other = straight_costs(rows, sites[kept])
    assert isinstance(one, CostTable)
    for name in ("starts", "facility", "cost"):
        assert (getattr(one, name) == getattr(other, name)).all()
    assert one.facilities == other.facilities


# --- the nearest ---------------------------------------------------------------------------

SITES = typed("venues", [
    {"venue_id": "s1", "name": "甲站", "kind": "station", "position_precision": "building",
     "demo": False},
    {"venue_id": "s2", "name": "乙馆", "kind": "hall", "position_precision": "township",
     "demo": True},
])  # fmt: skip


def test_the_nearest_by_hand_with_ties_and_none():
    cost = by_hand([[7.0, 3.0], [4.0, 4.0], [2.0, None], [None, None], [None, 1.0]])
    found = nearest(FIVE, SITES, cost)
    assert found.index.equals(FIVE.index)
    assert found["nearest_venue_id"].fillna("-").tolist() == ["s2", "s1", "s1", "-", "s2"]
    assert found["nearest_kind"].fillna("-").tolist() == ["hall", "station", "station", "-", "hall"]
    assert found["cost"].tolist() == [3, 4, 2, np.inf, 1]
    assert found["precision"].fillna("-").tolist() == [
        "township", "village", "village", "-", "township",
    ]  # fmt: skip
    assert found["nearest_demo"].tolist() == [True, False, False, False, True]


def test_coarser_is_the_later_of_the_declared_order():
    names = [name for name, _, _ in PRECISIONS]
    for i, one in enumerate(names):
        for j, other in enumerate(names):
            pair = coarser(pd.Series([one], dtype="str"), pd.Series([other], dtype="str"))
            assert pair.tolist() == [names[max(i, j)]]


def test_bands_by_hand():
    assert bands(FIVE, COSTS, limits=(5000, 3000)).fillna(-1).tolist() == [
        3000, 5000, 5000, -1, -1,
    ]  # fmt: skip


# --- which facilities count ----------------------------------------------------------------


def venue(venue_id, **fields):
    row = {"venue_id": venue_id, "name": venue_id, "status": "open", "kind": "hall",
           "opened_on": dt.date(2020, 1, 1), "position_precision": "building"}  # fmt: skip
    return row | fields


def test_halls_and_stations_count_by_the_same_dates():
    rows = [
        {}, {"status": "planned"}, {"status": "unverified"}, {"mobile": True},
        {"opened_on": None}, {"opened_on": None, "verified_on": DAY},
        {"opened_on": DAY}, {"opened_on": DAY + dt.timedelta(1)},
        {"status": "closed"}, {"closed_on": DAY}, {"status": "closed", "closed_on": DAY},
        {"status": "closed", "closed_on": DAY + dt.timedelta(1)},
    ]  # fmt: skip
    counted = []
    for kind in ("hall", "station"):
        made = [venue(f"a{n:02}", kind=kind, **row) for n, row in enumerate(rows)]
        counted.append(open_facilities(typed("venues", made[::-1]), as_of=DAY)["venue_id"].tolist())
    assert counted[0] == counted[1] == ["a00", "a05", "a06", "a11"]


def test_other_places_do_not_count_and_a_hall_covers_no_township():
    table = typed("venues", [venue("h"), venue("m", kind="museum"), venue("s", kind="station")])
    assert open_facilities(table, as_of=DAY)["venue_id"].tolist() == ["h", "s"]
    assert open_facilities(table, as_of=DAY, kinds=["station"])["venue_id"].tolist() == ["s"]
    assert standing(table, as_of=DAY).tolist() == ["other_kind", "other_kind", "counts"]
