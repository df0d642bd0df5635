"""Several days or coaches in the register's terms: by hand, alternatives, what is missing."""

import json
from dataclasses import replace

import pytest

from geo.settings import read_settings
from geo.tours.form import from_json
from geo.tours.request import Request
from geo.tours.telling import break_text, trip_headline
from geo.tours.trips import trip, trip_in_order
from geo.tours.writing import trip_facts, trip_json
from tests.test_tours import MONDAY, SATURDAY, START, TODAY, known_venues

GIVEN = {"settings": read_settings({}), "today": TODAY}


def ids(tour):
    return [stop.place.venue_id for stop in tour.stops]


@pytest.fixture
def five(toy):
    """A register in which two places fill a day."""
    long = {"visit_min": 180}
    return known_venues(
        toy, ("a", long | {"indoors": "no"}), ("b", long), ("c", long), ("d", long), ("a", long),
    )  # fmt: skip


def two_days(**asked):
    return Request(SATURDAY, START, days=2, **asked)


def test_the_planner_s_own_orders_give_its_own_trip(five):
    for asked in (two_days(), two_days(pupils=90, staff=6, seats=49)):
        made = trip(five, asked, **GIVEN)
        again = trip_in_order(five, asked, made.orders, **GIVEN)
        assert again.orders == made.orders and again.value == made.value
        assert again.companions() == made.companions()
        assert [part.outcome.tour.returns for part in again.parts] == [
            part.outcome.tour.returns for part in made.parts
        ]
        assert "次序由人排定" in trip_headline(again, by_hand=True)
    assert len(made.orders) == 2 and len({one for day in made.orders[0] for one in day}) == 4


def test_a_part_that_breaks_says_where_and_the_others_stay(five):
    made = trip_in_order(five, two_days(), ((("a0", "b1", "c2"), ("d3",)),), **GIVEN)
    broken, works = made.parts
    assert broken.outcome.tour is None and works.fault is None
    assert broken.fault.found.kind in {"late", "closed"} and "请" in break_text(*broken.fault)
    assert broken.order == ("a0", "b1", "c2") and ids(works.outcome.tour) == ["d3"]
    shut = replace(two_days(), day=MONDAY)
    broken, works = trip_in_order(five, shut, ((("a0",), ("b1",)),), **GIVEN).parts
    assert broken.fault[0].kind == "shut" and "馆a0这一天不开放" in break_text(*broken.fault)
    assert works.fault is None


def test_a_coach_that_finds_a_place_full_is_told(toy):
    tables = known_venues(toy, ("a", {"group_max": 50, "opening_hours": "Sa 08:00-10:00"}),
                          ("b", {}))  # fmt: skip
    asked = Request(SATURDAY, START, pupils=90, staff=6, seats=49)
    one, two = trip_in_order(tables, asked, ((("a0",),), (("a0",),)), **GIVEN).parts
    assert one.fault is None and two.fault.found.kind == "full"
    assert "馆a0时别的车正在那里" in break_text(*two.fault)


def test_alternatives_of_a_day_use_no_place_of_the_coach_s_other_days(five):
    made = trip(five, two_days(), **GIVEN)
    seen = {one for part in made.parts for one in part.order}
    assert len(seen) == 4
    for part in made.parts:
        elsewhere = seen - {*part.order}
        plans = [*part.outcome.others, *filter(None, [part.outcome.rain])]
        assert all(not elsewhere & {*ids(tour)} for tour in plans)
        assert (part.outcome.rain is not None) == ("a0" in part.order)
    rainy = next(part for part in made.parts if part.outcome.rain is not None)
    spare = {"b1", "c2", "d3", "a4"} - seen | {*rainy.order} - {"a0"}
    assert {*ids(rainy.outcome.rain)} and {*ids(rainy.outcome.rain)} <= spare


def test_the_json_of_a_trip_holds_the_alternatives_of_each_part(five):
    facts = json.loads(trip_json(trip(five, two_days(), **GIVEN)))
    assert from_json(json.dumps(facts["request"])) == two_days()
    assert any(part["rain"] and part["rain"]["stops"] for part in facts["parts"])
    assert all({"others", "parallel"} <= {*part} for part in facts["parts"])
    english = trip_facts(trip(five, two_days(), **GIVEN), "en")
    assert english["sentence"].startswith("2 day(s)")
