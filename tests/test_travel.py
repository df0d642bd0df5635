"""The one door to travel cost: which way answers, what stands in, and what is said about it."""

import numpy as np
import pandas as pd
import pytest

from geo.cost import straight_lines
from geo.crs import to_degrees
from geo.errors import ArgumentError
from geo.settings import read_settings
from geo.travel import travel_costs

# On the grid of EPSG:4548, so that metres can be told by hand.
X, Y = 500_000.0, 4_000_000.0


def places(*metres):
    lon, lat = to_degrees(*(np.array(metres, float) + np.array([X, Y])).T)
    return np.column_stack([lon, lat])


def road_file(tmp_path, *stretches):
    """Write a table of roads of (from, to, (x, y), (x, y), metres, class)."""
    rows = []
    for one, other, begin, finish, metres, kind in stretches:
        (lon, lat), (to_lon, to_lat) = places(begin, finish)
        rows.append(
            {"from": one, "to": other, "metres": float(metres), "speed_class": kind,
             "from_lon": lon, "from_lat": lat, "to_lon": to_lon, "to_lat": to_lat}
        )  # fmt: skip
    path = tmp_path / "roads.parquet"
    pd.DataFrame(rows).to_parquet(path)
    return path


def settings(**values):
    return read_settings({f"XINGHUO_{name}": str(value) for name, value in values.items()})


def test_the_straight_line_is_the_default_and_says_so():
    found = travel_costs(
        places((0, 0)), places((1000, 0), (3000, 0)), mode="walk", unit="m", limit=2000,
        settings=settings(),
    )  # fmt: skip
    assert found.costs.facility.tolist() == [0]
    np.testing.assert_allclose(found.costs.cost, [1300], atol=1e-4)
    assert (found.costs.method, found.costs.mode, found.costs.fallbacks) == ("straight", "", 0)
    assert found.sentences() == ["直线×系数估算：距离是直线距离的 1.3 倍，不是实际道路。"]
    found = travel_costs(
        places((0, 0)), places((1000, 0)), mode="ebike", unit="min",
        settings=settings(DETOUR="1.5", SPEEDS_KMH="ebike=20"),
    )  # fmt: skip
    np.testing.assert_allclose(found.costs.cost, [4.5], atol=1e-6)
    assert found.costs.mode == "ebike"
    assert "1.5 倍，电动车每小时 20 公里" in found.sentences()[0]
    assert "e-bike at 20 km/h" in found.sentences("en")[0]


def test_roads_answer_where_there_are_some(tmp_path):
    path = road_file(tmp_path, ("a", "b", (0, 0), (1000, 0), 1800, "secondary"))
    found = travel_costs(
        places((0, 100)), places((1000, 0)), mode="car", unit="m", settings=settings(ROADS=path)
    )
    np.testing.assert_allclose(found.costs.cost, [1900], atol=1e-3)
    assert (found.costs.method, found.costs.fallbacks) == ("roads", 0)
    assert found.sentences() == ["按路网表计算（驾车）。"]


def test_the_straight_line_stands_in_for_points_far_from_every_road(tmp_path):
    path = road_file(tmp_path, ("a", "b", (0, 0), (1000, 0), 1800, "secondary"))
    origins = np.vstack([places((0, 0), (0, 5000)), [[np.nan, np.nan]]])
    found = travel_costs(
        origins, places((1000, 0)), mode="car", unit="m", settings=settings(ROADS=path)
    )
    assert found.costs.demand().tolist() == [0, 1]
    np.testing.assert_allclose(found.costs.cost, [1800, 1.3 * np.hypot(1000, 5000)], atol=1e-3)
    assert (found.costs.method, found.costs.fallbacks) == ("roads", 1)
    said = found.sentences()
    assert "有 1 个点离最近的道路超过 2000 米" in said[1]
    assert said[2] == "2 对地点中有 1 对没有算出来，改用直线×系数估算。"
    assert said[3].startswith("直线×系数估算：")


def test_a_table_of_roads_that_cannot_be_used_never_stops_an_answer(tmp_path):
    path = tmp_path / "roads.parquet"
    path.write_bytes(b"nothing")
    found = travel_costs(
        places((0, 0)), places((1000, 0)), mode="car", unit="m", settings=settings(ROADS=path)
    )
    assert found.costs.method == "straight"
    assert "路网表用不了" in found.sentences()[1] and "XINGHUO_ROADS" in found.sentences()[1]


def test_no_places_and_what_makes_no_sense():
    none = np.empty((0, 2))
    for here, there in ((none, none), (none, places((0, 0))), (places((0, 0)), none)):
        found = travel_costs(here, there, mode="bus", unit="min", settings=settings())
        assert (found.costs.demands, found.costs.facilities) == (len(here), len(there))
    for wrong in ({"mode": "fly"}, {"unit": "km"}, {"limit": -1}, {"limit": np.nan}):
        options = {"mode": "bus", "unit": "min"} | wrong
        with pytest.raises(ArgumentError, match=next(iter(wrong))):
            travel_costs(none, none, settings=settings(), **options)


def test_the_door_gives_what_the_straight_line_gives():
    rng = np.random.default_rng(3)
    here, there = rng.uniform(0, 20_000, (2, 40, 2))
    found = travel_costs(
        places(*here), places(*there), mode="car", unit="m", limit=8000, settings=settings()
    ).costs
    want = straight_lines(here, there, detour=1.3, limit_m=8000)
    assert found.facility.tolist() == want.facility.tolist()
    np.testing.assert_allclose(found.cost, want.cost, atol=1e-3)
