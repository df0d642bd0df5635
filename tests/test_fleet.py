"""Many cities here and on a cluster of two processes: the same answers, whatever is lost."""

import logging
import os
import signal
from functools import partial

import pandas as pd
import pytest

from geo import fleet
from geo.errors import SettingError
from geo.fleet import City
from tests import fleet_tasks
from tests.conftest import toy_tables, typed

NAMES = ["一号", "二号", "三号", "四号"]


def city(name, venues):
    rows = [
        {"venue_id": f"v{n}", "name": name, "kind": ("hall", "station")[n % 2], "status": "open",
         "lon": 117.0 if n % 3 else None, "position_precision": "unknown"}
        for n in range(venues)
    ]  # fmt: skip
    return City(name, tables={"venues": typed("venues", rows)})


@pytest.fixture(scope="module")
def cluster():
    """Start a scheduler and two worker processes, each with a nanny that starts it anew."""
    import dask.config
    from distributed import LocalCluster

    # Lost workers are said to the log as errors; that they are is what is tested here.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    # One loss is forgiven; the default of three takes as many starts of a process more.
    with dask.config.set({"distributed.scheduler.allowed-failures": 1}), LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1",
        dashboard_address="127.0.0.1:0", worker_dashboard_address=None,
        silence_logs=logging.CRITICAL,
    ) as started:  # fmt: skip
        yield started


def equal(one, other):
    assert [outcome.city for outcome in one] == [outcome.city for outcome in other]
    assert [outcome.error for outcome in one] == [outcome.error for outcome in other]
    for ours, theirs in zip(one, other, strict=True):
        if isinstance(ours.answer, pd.DataFrame):
            pd.testing.assert_frame_equal(ours.answer, theirs.answer, check_exact=True)
        else:
            assert ours.answer == theirs.answer


def test_here_in_order_with_progress_and_failures_listed():
    told = []
    cities = [city(name, n) for n, name in enumerate(NAMES)]
    found = fleet.run(fleet_tasks.failing, cities, progress=lambda *at: told.append(at))
    assert [(one.city, one.answer) for one in found] == [
        ("一号", 0), ("二号", None), ("三号", None), ("四号", 3),
    ]  # fmt: skip
    assert "不行" in found[1].error
    assert "RuntimeError: broken" in found[2].error
    assert found[0].error == found[3].error == ""
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert fleet.run(fleet_tasks.failing, []) == []


def test_a_city_in_a_folder_is_read_where_it_is_computed(toy_data, tmp_path):
    there, missing = City("甲", toy_data), City("乙", tmp_path / "nothing")
    found = fleet.run(fleet_tasks.summed, [there, missing])
    assert found[0].answer["total"].sum() == len(toy_tables()["venues"])
    assert found[1].error
    loaded = there.loaded()
    assert set(loaded.layers) == {"county", "township"}
    assert loaded.layers["township"][1].kind == "schematic"
    assert loaded.loaded() is loaded


def test_a_cluster_gives_the_same_answers_in_the_same_order(cluster):
    cities = [city(f"城{n}", n % 7) for n in range(16)]
    told = []
    found = fleet.run(
        fleet_tasks.summed, cities, cluster=cluster.scheduler_address,
        progress=lambda *at: told.append(at),
    )  # fmt: skip
    equal(found, fleet.run(fleet_tasks.summed, cities))
    assert told == [(n + 1, 16) for n in range(16)]
    assert fleet.run(fleet_tasks.summed, [], cluster=cluster.scheduler_address) == []


def test_a_failing_city_on_a_cluster_is_listed_as_here(cluster):
    cities = [city(name, n) for n, name in enumerate(NAMES)]
    found = fleet.run(fleet_tasks.failing, cities, cluster=cluster.scheduler_address)
    equal(found, fleet.run(fleet_tasks.failing, cities))


def test_a_worker_killed_on_the_way_changes_nothing(cluster):
    cities = [city(f"城{n}", n % 7) for n in range(24)]
    killed = []

    def progress(done, _):
        if done == 4:
            killed.append(next(iter(cluster.workers.values())).pid)
            os.kill(killed[0], signal.SIGKILL)

    found = fleet.run(
        fleet_tasks.slowly, cities, cluster=cluster.scheduler_address, progress=progress
    )
    assert len(killed) == 1
    equal(found, fleet.run(fleet_tasks.summed, cities))


def test_a_city_whose_worker_is_lost_is_run_again(cluster, tmp_path):
    cities = [city(name, n) for n, name in enumerate(NAMES)]
    mark = tmp_path / "died"
    task = partial(fleet_tasks.dying_once, mark=str(mark))
    found = fleet.run(task, cities, cluster=cluster.scheduler_address)
    assert mark.exists()
    assert [one.answer for one in found] == [0, 1, 2, 3]


def test_a_city_that_takes_down_every_worker_is_listed_and_the_others_are_not(cluster):
    cities = [city(name, n) for n, name in enumerate(NAMES)]
    found = fleet.run(fleet_tasks.deadly, cities, cluster=cluster.scheduler_address)
    assert [one.answer for one in found] == [0, None, 2, 3]
    assert "多次中断" in found[1].error


def test_a_cluster_without_workers_is_not_waited_for_without_end(monkeypatch):
    from distributed import LocalCluster

    monkeypatch.setattr(fleet, "POLL_S", 0.2)
    monkeypatch.setattr(fleet, "NO_WORKER_S", 0.5)
    cities = [city(name, n) for n, name in enumerate(NAMES)]
    with LocalCluster(
        n_workers=0, processes=True, host="127.0.0.1", dashboard_address="127.0.0.1:0"
    ) as empty:  # fmt: skip
        found = fleet.run(fleet_tasks.failing, cities, cluster=empty.scheduler_address)
    assert [one.city for one in found] == NAMES
    assert all("没有可用的工作进程" in one.error for one in found)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://x", "127.0.0.1:9"])
def test_an_address_where_nothing_answers(address, monkeypatch):
    monkeypatch.setattr(fleet, "CONNECT_S", 1)
    with pytest.raises(SettingError, match="XINGHUO_CLUSTER"):
        fleet.run(fleet_tasks.summed, [city("甲", 1)], cluster=address)


def test_without_the_package_a_cluster_is_refused_and_nothing_else(run_python):
    program = """
import sys
sys.modules["distributed"] = None
from geo import fleet
from geo.errors import SettingError
from tests import fleet_tasks
from tests.test_fleet import city
print(fleet.run(fleet_tasks.failing, [city("甲", 3)])[0].answer)
try:
    fleet.run(fleet_tasks.failing, [], cluster="tcp://127.0.0.1:9")
except SettingError as error:
    print(error.code)
"""
    done = run_python(program)
    said, problems = done.communicate(timeout=60)
    assert said.split() == ["3", "cluster_package"], problems
