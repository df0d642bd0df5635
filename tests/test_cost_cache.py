"""Kept answers of routing engines: the same answer without a second question, and no harm."""

from datetime import datetime, timedelta

import numpy as np
import pytest
import sqlalchemy as sa

from geo import cost_cache, dumps
from geo.cost_cache import CostCache
from geo.journal_tables import LEGS
from geo.routing import legs as legs_module
from geo.routing.answers import LEG
from geo.store import Store
from tests import routing_server
from tests.test_routing import HERE, THERE, listed, places, travel

NOW = datetime(2026, 11, 25, 12, 0)


@pytest.fixture
def server():
    with routing_server.running() as running:
        yield running


@pytest.fixture
def cache(empty_store):
    return CostCache(empty_store, days=90, now=lambda: NOW)


def legs(*rows):
    return np.array([(lon, lat, metres, metres / 10, 0.0) for lon, lat, metres in rows], dtype=LEG)


def rows(store):
    with store.reading() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(LEGS)).scalar_one()


def test_the_same_question_is_not_asked_twice(server, cache, empty_store):
    before = empty_store.revision()
    first = travel(server, "osrm", cache=cache)
    assert len(server.paths) == 1
    again = travel(server, "osrm", cache=cache)
    assert len(server.paths) == 1
    assert listed(again.costs) == listed(first.costs)
    assert again.sentences() == first.sentences()
    minutes = travel(server, "osrm", cache=cache, unit="min", limit=30)
    assert len(server.paths) == 1 and minutes.costs.unit == "min"
    assert empty_store.revision() == before  # nothing of the register has changed


def test_what_is_new_is_asked_and_what_is_known_is_not(server, cache):
    travel(server, "osrm", cache=cache, here=HERE[:2], there=THERE[:2])
    whole = travel(server, "osrm", cache=cache)
    assert len(server.paths) > 1
    assert listed(whole.costs) == listed(travel(server, "osrm").costs)
    asked = len(server.paths)
    assert listed(travel(server, "osrm", cache=cache).costs) == listed(whole.costs)
    assert listed(travel(server, "osrm", cache=cache, here=HERE[::-1]).costs) == {
        (3 - i, j): cost for (i, j), cost in listed(whole.costs).items()
    }
    assert len(server.paths) == asked


@pytest.mark.parametrize("engine", ["osrm", "valhalla"])
def test_that_there_is_no_way_is_kept_and_a_failure_is_not(server, cache, engine):
    here = np.vstack([HERE, places((30_000, 0))])
    first = travel(server, engine, here=here, cache=cache)
    asked = len(server.paths)
    again = travel(server, engine, here=here, cache=cache)
    assert len(server.paths) == asked
    assert again.costs.fallbacks == first.costs.fallbacks == 3
    assert again.sentences() == first.sentences()

    server.behave = lambda handler: routing_server.send(handler, 500, b"") or True
    there = places((3000, 1000))
    assert travel(server, engine, there=there, cache=cache).costs.fallbacks == 4
    server.behave = lambda _: False
    legs_module._resting.clear()
    assert travel(server, engine, there=there, cache=cache).costs.fallbacks == 0


def test_engine_profile_address_and_data_have_answers_of_their_own(server, cache):
    travel(server, "osrm", cache=cache)
    for more in ({"engine": "valhalla"}, {"mode": "walk"}, {"ROUTING_DATA": "2026-11"}):
        asked = len(server.paths)
        travel(server, more.pop("engine", "osrm"), cache=cache, **more)
        assert len(server.paths) == asked + 1
    with routing_server.running() as other:
        travel(other, "osrm", cache=cache)
        assert len(other.paths) == 1


def test_legs_grow_old_with_their_oldest(empty_store):
    now = [NOW]
    cache = CostCache(empty_store, days=10, now=lambda: now[0])
    cache.put("s", {(1, 1): legs((5, 5, 100.0))})
    now[0] += timedelta(days=6)
    cache.put("s", {(1, 1): legs((6, 6, 200.0), (5, 5, 150.0)), (2, 2): legs((5, 5, 50.0))})
    found = cache.get("s", [(1, 1), (2, 2), (3, 3)])
    assert {place: part["metres"].tolist() for place, part in found.items()} == {
        (1, 1): [150.0, 200.0], (2, 2): [50.0],
    }  # fmt: skip
    now[0] += timedelta(days=4)
    assert set(cache.get("s", [(1, 1), (2, 2)])) == {(2, 2)}
    cache.put("s", {(9, 9): legs((5, 5, 1.0))})
    assert rows(empty_store) == 2  # what is too old is gone


def test_the_oldest_go_when_there_are_too_many(empty_store, monkeypatch):
    now = [NOW]
    cache = CostCache(empty_store, days=90, now=lambda: now[0])
    monkeypatch.setattr(cost_cache, "MAX_BYTES", 5 * LEG.itemsize)
    for at in range(5):
        cache.put("s", {(at, 0): legs((5, 5, 1.0))})
        now[0] += timedelta(minutes=1)
    assert rows(empty_store) == 5
    cache.put("s", {(5, 0): legs((5, 5, 1.0))})
    assert sorted(cache.get("s", [(at, 0) for at in range(6)])) == [(2, 0), (3, 0), (4, 0), (5, 0)]


def test_many_origins(cache):
    many = {(at, at % 7): legs((5, 5, float(at))) for at in range(1300)}
    cache.put("s", many)
    found = cache.get("s", many)
    assert len(found) == 1300 and found[1299, 4]["metres"].tolist() == [1299.0]
    assert cache.get("other", many) == {}
    assert cache.clear() == 1300
    assert cache.get("s", many) == {}


def test_without_days_nothing_is_kept(empty_store):
    cache = CostCache(empty_store, days=0)
    cache.put("s", {(1, 1): legs((5, 5, 100.0))})
    assert rows(empty_store) == 0 and cache.get("s", [(1, 1)]) == {}


@pytest.mark.parametrize("damage", ["rows", "negative", "gone", "closed"])
def test_a_broken_cache_never_breaks_an_answer(server, cache, empty_store, damage):
    want = listed(travel(server, "osrm", cache=cache).costs)
    with empty_store.writing() as write:
        if damage == "rows":
            write.connection.execute(sa.update(LEGS).values(legs=b"nonsense"))
        if damage == "negative":
            data = legs((1, 1, -5.0)).tobytes()
            write.connection.execute(sa.update(LEGS).values(legs=data))
        if damage == "gone":
            write.connection.execute(sa.text("DROP TABLE travel_legs"))
    if damage == "closed":
        cache = CostCache(Store("sqlite:////nowhere/at/all.db"), days=90)
    for _ in range(2):
        found = travel(server, "osrm", cache=cache)
        assert listed(found.costs) == want and found.costs.fallbacks == 0
    # what is damaged is put right; what is not there is asked for each time
    assert len(server.paths) == (2 if damage in {"rows", "negative"} else 3)


def test_a_store_that_others_write_to_is_no_hindrance(cache, empty_store, toy):
    cache.put("s", {(1, 1): legs((5, 5, 100.0))})
    empty_store.replace(toy)
    assert empty_store.revision() == 1
    assert len(cache.get("s", [(1, 1)])) == 1


def test_answers_are_no_part_of_a_backup_and_do_not_make_a_store_used(cache, empty_store):
    with empty_store.reading() as connection:
        empty = dumps.is_empty(connection)
    cache.put("s", {(1, 1): legs((5, 5, 100.0))})
    with empty_store.reading() as connection:
        assert "travel_legs" not in dumps.dumped(connection)
        assert dumps.is_empty(connection) == empty
