"""Reach, equity and trend of the shipped data (demonstration rows in it) and of the toy region."""

import datetime as dt
import difflib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo.catchment import metres_of
from geo.city_figures import city_rows, city_task
from geo.errors import ArgumentError
from geo.files import write_answer
from geo.fleet import City, run
from geo.reach_answers import COLUMNS, LEVELS, reach_table
from geo.settings import read_settings
from geo.situation import TABLES_NEEDED, reach_notices, situation
from geo.sources import read_data
from geo.store import Store
from geo.trend_answers import changes_answer, records_answer, trend_answer
from tests.region import TODAY as REGION_DAY
from tests.region import entries

GOLDEN = Path(__file__).parent / "golden"
TODAY = dt.date(2026, 11, 23)
SETTINGS = read_settings({})


@pytest.fixture(scope="module")
def shipped(shipped_store):
    store = Store(shipped_store)
    tables, (layer, info) = store.read_many(), store.layer("township")
    store.close()
    return tables, layer, info.kind


@pytest.fixture(scope="module")
def found(shipped):
    tables, layer, kind = shipped
    return situation(
        {name: tables[name] for name in TABLES_NEEDED}, layer, as_of=TODAY, settings=SETTINGS,
        layer_kind=kind,
    )  # fmt: skip


def require_golden(name, frame, columns, notices, tmp_path):
    numbers = frame.select_dtypes("number").columns
    frame = frame.assign(**{name: frame[name].round(6) for name in numbers})
    golden, made = GOLDEN / f"{name}.csv", tmp_path / f"{name}.csv"
    made.write_bytes(write_answer(frame, suffix=".csv", columns=columns, title="", notices=notices))
    before, after = (path.read_text(encoding="utf-8").splitlines() for path in (golden, made))
    changes = list(difflib.unified_diff(before, after, "golden", "found", n=0, lineterm=""))
    if changes:
        said = [*changes, f"If the data changed on purpose: cp {made} {golden}"]
        pytest.fail("\n".join(said), pytrace=False)


@pytest.mark.parametrize("level", ["counties", "units", "city", "equity"])
def test_the_shipped_data_gives_the_golden_answer(level, found, tmp_path):
    notices = reach_notices(found, only_warnings=True)
    assert "演示" in notices[0] and "示意" in notices[1]
    require_golden(f"reach_{level}", reach_table(found, level), COLUMNS[level], notices, tmp_path)


def test_the_trend_of_the_shipped_data_is_the_golden_one(shipped, tmp_path):
    tables, layer, kind = shipped
    trend = trend_answer(
        tables, layer, since=dt.date(2026, 3, 1), until=TODAY, settings=SETTINGS, layer_kind=kind
    )
    assert trend.frame["quarter"].tolist() == [1, 2, 3, 4]
    assert trend.frame["complete"].tolist() == [True, True, True, False]
    require_golden("trend", trend.frame, trend.columns, trend.warnings, tmp_path)


def test_a_plain_loop_reaches_as_many_of_the_shipped_villages(found):
    villages, sites = metres_of(found.demand), metres_of(found.facilities)
    reached = dict.fromkeys((3000, 5000, 10_000), 0)
    for x, y in villages.tolist():
        near = min(((x - a) ** 2 + (y - b) ** 2) ** 0.5 for a, b in sites.tolist()) * 1.3
        for limit in reached:
            reached[limit] += near <= limit
    city = reach_table(found, "city")
    assert city["reached"].tolist() == list(reached.values())
    assert city["total"].tolist() == [3782] * 3


def test_every_level_sums_to_the_city_and_has_its_columns(found):
    city = reach_table(found, "city").set_index("limit")
    for level in LEVELS:
        table = reach_table(found, level)
        assert table.columns.tolist() == [name for name, _, _ in COLUMNS[level]]
        assert table.index.equals(pd.RangeIndex(len(table)))
        if level in {"townships", "counties", "units"}:
            sums = table.groupby("limit")[["total", "reached", "spread_reached"]].sum()
            pd.testing.assert_frame_equal(sums, city[sums.columns])
    villages = reach_table(found, "villages")
    assert (villages["band"] <= 5000).sum() == city.loc[5000, "reached"]
    access = villages["access_2sfca"] / 10_000
    assert (access * villages["weight"]).sum() == pytest.approx(len(found.facilities), rel=1e-3)
    with pytest.raises(ArgumentError, match="planets"):
        reach_table(found, "planets")


def test_changes_of_the_shipped_data_explain_the_difference_of_coverage(shipped):
    tables, layer, _ = shipped
    days = {"since": dt.date(2026, 3, 31), "until": TODAY}
    trend = trend_answer(tables, layer, settings=SETTINGS, **days).frame
    for level, key in (("townships", "townships_covered"), ("villages", "villages_covered")):
        found = changes_answer(tables, level, **days)
        places = found.frame.drop_duplicates(f"{level[:-1]}_code")
        gained, lost = ((places["change"] == change).sum() for change in ("gained", "lost"))
        assert gained - lost == trend[key].iloc[-1] - trend[key].iloc[0] != 0
        assert found.warnings and "演示" in found.warnings[0]
    assert "record_id" not in found.frame
    assert (
        not found.frame.astype("str").apply(lambda cell: cell.str.contains("demo-p")).any(axis=None)
    )
    with pytest.raises(ArgumentError):
        changes_answer(tables, "counties", **days)


# --- the toy region -------------------------------------------------------------------------


@pytest.fixture
def toy_city(toy_data):
    tables, layers = read_data(toy_data)
    layer = next(layer for layer, info in layers if info.level == "township")
    return tables, layer


def test_persons_minutes_and_what_is_said_of_them(toy_city):
    tables, layer = toy_city
    tables["venues"].loc[0, "capacity_persons"] = 50
    found = situation(
        tables, layer, as_of=REGION_DAY, settings=SETTINGS, unit="min", mode="walk",
        weight="population",
    )  # fmt: skip
    assert found.limits == (15, 30)
    assert found.cost.unit == "min"
    # h1 has a position; s1 is open without one.
    assert found.facilities["venue_id"].tolist() == ["h1", "s1"]
    city = reach_table(found, "city")
    assert city["total"].tolist() == [0, 0]
    assert city["unweighted"].tolist() == [6, 6]
    assert city["share"].isna().all()
    assert reach_table(found, "equity").empty
    said = reach_notices(found)
    assert any("6 个村（社区）没有人口数" in one for one in said)
    assert any("1 个没有位置" in one for one in said)
    assert any("1 个站馆没有登记可服务人数" in one for one in said)
    assert found.capacity.basis == "stations"
    english = reach_notices(found, language="en")
    assert len(english) == len(said)
    assert not any("村" in one for one in english)


def test_all_capacities_known_and_limits_that_make_no_sense(toy_city):
    tables, layer = toy_city
    tables["venues"]["capacity_persons"] = 50
    found = situation(tables, layer, as_of=REGION_DAY, settings=SETTINGS)
    assert found.capacity.basis == "known"
    assert any("登记的可服务人数" in one for one in reach_notices(found))
    for limit in (0, -5, np.inf):
        with pytest.raises(ArgumentError):
            situation(tables, layer, as_of=REGION_DAY, settings=SETTINGS, limits=[limit])


def test_a_city_is_a_row_and_a_failed_one_only_its_error(toy_data, tmp_path):
    cities = [City("甲", toy_data), City("乙", tmp_path / "none"), City("丙", toy_data)]
    for figure in ("coverage", "reach"):
        task, columns = city_task(
            figure, as_of=REGION_DAY, settings=SETTINGS, limits=[5000], unit="m"
        )
        rows = city_rows(run(task, cities), columns)
        assert rows.columns.tolist() == [name for name, _, _ in columns]
        assert rows["city"].tolist() == ["甲", "乙", "丙"]
        assert rows["error"].isna().tolist() == [True, False, True]
        assert rows.drop(columns=["city", "error"]).isna().all(axis=1).tolist() == [
            False, True, False,
        ]  # fmt: skip
    assert rows["share_5000_m"].iloc[0] == rows["share_5000_m"].iloc[2]
    with pytest.raises(ArgumentError):
        city_task("planets", as_of=REGION_DAY, settings=SETTINGS, limits=[], unit="m")


def test_the_address_of_the_database_does_not_travel():
    given = read_settings({"XINGHUO_DATABASE_URL": "postgresql+psycopg://me:secret@host/x"})
    task, _ = city_task("reach", as_of=TODAY, settings=given, limits=[], unit="m")
    assert "secret" not in repr(task)


def test_what_was_written_since_a_revision_is_told(store):
    venues = store.read("venues")
    found = records_answer(entries(store, after_revision=0), venues, revision=0)
    told = found.frame.set_index(["table", "row_key"], drop=False)
    assert told.loc[("venues", '["s1"]'), "effect"] == "stations"
    assert told.loc[("venues", '["m1"]'), "effect"] == "text"
    people = found.frame[found.frame["table"] == "promoters"]
    assert people["row_key"].isna().all()
    assert people["rows"].tolist() == [2]
    assert records_answer([], venues, revision=9).frame.empty
