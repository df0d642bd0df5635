"""Scenarios on both databases: kept by those signed in, read by all, never overwritten unseen."""

import shutil
from datetime import datetime, timedelta

import pandas as pd
import psycopg
import pytest
import sqlalchemy as sa

from geo.errors import AccessError, ArgumentError, StoreError
from geo.journal_tables import SCENARIOS
from geo.rights import PUBLIC, Actor
from geo.scenario_store import (
    change_scenario,
    delete_scenario,
    list_scenarios,
    read_scenario,
    read_scenario_named,
    save_scenario,
)
from geo.scenarios import checked_name, differences, may_change
from geo.siting.request import Request
from geo.store import Store
from tests.conftest import toy_tables

NOW = datetime(2026, 11, 23, 2, 0)
OWNER = Actor("taishan", "泰山区科协", "steward", "unit", "taishan")
OTHER = Actor("daiyue", "岱岳区科协", "steward", "unit", "daiyue")
CITY = Actor("city", "市科协", "city")
ASKED = Request(add=5, required=("370902001001",))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(request, tmp_path_factory, migrated_file):
    """Give one store for all tests here."""
    path = tmp_path_factory.mktemp("scenarios") / "store.db"
    url = f"sqlite:///{path}"
    if request.param == "sqlite":
        shutil.copy(migrated_file, path)
    else:
        server = request.getfixturevalue("postgres_server")
        with psycopg.connect(f"postgresql://{server}/postgres", autocommit=True) as admin:
            admin.execute("CREATE DATABASE scenarios")
        url = f"postgresql+psycopg://{server}/scenarios"
    made = Store(url)
    made.migrate()
    made.replace(toy_tables())
    yield made
    made.close()


@pytest.fixture
def store(shared):
    """Give the store without a scenario."""
    with shared.writing() as write:
        write.connection.execute(sa.delete(SCENARIOS))
    return shared


def save(store, name="方案一", actor=OWNER, request=ASKED, now=NOW, **summary):
    return save_scenario(
        store, name, request, actor=actor, revision=1, summary=summary, now=now
    )  # fmt: skip


def test_a_scenario_is_kept_whole_and_the_revision_stays(store):
    before = store.revision()
    number = save(store, "  方案\n一 ", share=0.5)
    found = read_scenario(store, number)
    assert (found.name, found.owner, found.edition) == ("方案 一", "taishan", 1)
    assert found.request == ASKED and found.summary == {"share": 0.5}
    assert found.created == found.changed == NOW
    assert read_scenario_named(store, "方案 一") == found
    assert store.revision() == before


def test_the_one_changed_last_comes_first(store):
    first, second = save(store, "甲"), save(store, "乙", now=NOW + timedelta(minutes=1))
    assert list_scenarios(store)["scenario_id"].tolist() == [second, first]
    change_scenario(store, first, actor=OWNER, edition=1, now=NOW + timedelta(hours=1), name="丙")
    assert list_scenarios(store)["name"].tolist() == ["丙", "乙"]


def test_the_public_computes_without_saving(store):
    with pytest.raises(AccessError, match="请先登录"):
        save(store, actor=PUBLIC)
    assert list_scenarios(store).empty


def test_only_its_owner_and_the_city_change_a_scenario(store):
    number = save(store)
    for act in (
        lambda: change_scenario(store, number, actor=OTHER, edition=1, now=NOW, name="乙"),
        lambda: delete_scenario(store, number, actor=OTHER),
    ):
        with pytest.raises(AccessError, match="taishan"):
            act()
    assert change_scenario(store, number, actor=CITY, edition=1, now=NOW, name="乙") == 2
    delete_scenario(store, number, actor=OWNER)
    with pytest.raises(ArgumentError, match="已被删除"):
        read_scenario(store, number)
    assert may_change(CITY, "x") and not may_change(PUBLIC, "") and not may_change(OTHER, "x")


def test_what_somebody_changed_since_is_not_overwritten(store):
    number = save(store)
    asked = Request(add=9)
    change_scenario(
        store, number, actor=CITY, edition=1, now=NOW, request=asked, revision=2, summary={}
    )
    with pytest.raises(StoreError, match="被改过"):
        change_scenario(store, number, actor=OWNER, edition=1, now=NOW, name="别名")
    found = read_scenario(store, number)
    assert (found.name, found.request, found.revision, found.edition) == ("方案一", asked, 2, 2)


def test_a_name_is_taken_once_and_is_data(store):
    name = "'); DROP TABLE scenarios; -- {{7*7}}<script>"
    save(store, name)
    with pytest.raises(ArgumentError, match="已经有一个叫"):
        save(store, name)
    number = save(store, "另一个")
    with pytest.raises(ArgumentError, match="已经有一个叫"):
        change_scenario(store, number, actor=OWNER, edition=1, now=NOW, name=name)
    assert set(list_scenarios(store)["name"]) == {name, "另一个"}


@pytest.mark.parametrize("name", ["", " \n\u200b", "长" * 61])
def test_a_name_has_one_to_sixty_characters(name):
    with pytest.raises(ArgumentError, match="60"):
        checked_name(name)


def sites(*names):
    rows = [(name, f"{name}村", "镇", 117.0, 36.0) for name in names]
    return pd.DataFrame(rows, columns=["site_id", "name", "township", "lon", "lat"])


def test_differences_by_hand():
    found = differences(sites("a", "b", "c"), sites("d", "c", "b"))
    assert found["site_id"].tolist() == ["b", "c", "a", "d"]
    assert found["where"].tolist() == ["both", "both", "first", "second"]
    assert found["first_place"].tolist()[:3] == [2, 3, 1] and pd.isna(found["first_place"][3])
    assert found["second_place"].fillna(0).tolist() == [3, 2, 0, 1]


def test_the_differences_of_nothing_are_empty():
    assert differences(sites(), sites()).empty
    assert differences(sites(), sites("a"))["where"].tolist() == ["second"]
