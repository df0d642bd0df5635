"""Several days or coaches in the register's terms: by hand, alternatives, what is missing."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from geo.itinerary.changes import Change
from geo.settings import read_settings
from geo.tours.changes import applied
from geo.tours.form import from_json
from geo.tours.request import Request
from geo.tours.telling import addition_text, break_text, missing_text, trip_headline
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


def changes_of(made, name):
    one = next(one for one in made.missing if one.place.name == name)
    return {addition.change.kind: addition for addition in one.additions}


def venues_of(made):
    return {one for part in made.parts for one in part.order}


def later(asked):
    return [replace(asked, day=asked.day + timedelta(days=after)) for after in range(1, 15)]


def in_some_order(tables, asked, orders, coach, day):
    """Say whether the trip works with this part's venues in any order at all."""
    return any(
        all(part.fault is None for part in trip_in_order(tables, asked, tuple(
            tuple(tried if (which, number) == (coach, day) else one
                  for number, one in enumerate(days))
            for which, days in enumerate(orders)
        ), **GIVEN).parts)
        for tried in permutations(orders[coach][day])
    )  # fmt: skip


CASES = [
    ({"back": 900}, {}),
    ({"back": 700, "lunch": None}, {"visit_min": 60}),
    ({"budget_yuan": 30.0}, {"visit_min": 60, "fee_yuan": 20.0}),
    ({"pupils": 90, "staff": 6, "seats": 49, "back": 800}, {"group_max": 50}),
]


@pytest.mark.parametrize(("asked", "known"), CASES)
def test_each_change_brings_its_venue_in_beside_all_the_rest_and_a_smaller_one_does_not(
    toy, asked, known
):
    given = {"visit_min": 120} | known
    tables = known_venues(
        toy, ("a", given | {"subjects": "geology"}), *((one, given) for one in "bcda")
    )
    made = trip(tables, two_days(**asked), **GIVEN)
    assert made.missing
    checked = 0
    for one in made.missing:
        assert len(one.reasons) == 2 and missing_text(one, made).startswith(one.place.name)
        for (kind, amount), day, coaches, wider, orders, _ in one.additions:
            wanted = venues_of(made) | {one.place.venue_id}
            if orders is None:
                again = trip(tables, wider, **GIVEN)
                assert wanted <= venues_of(again) and amount == 1
                continue
            again = trip_in_order(tables, wider, orders, **GIVEN)
            assert all(part.fault is None for part in again.parts)
            for coach in coaches:
                assert one.place.venue_id in orders[coach - 1][day - 1]
            assert wanted <= venues_of(again)
            if kind in {"later_return", "earlier_start", "more_money", "shorter_stay"}:
                assert in_some_order(tables, wider, orders, coaches[0] - 1, day - 1)
                smaller = applied(made.request, Change(kind, amount - 1), place=one.place,
                                  stay_min=given["visit_min"])  # fmt: skip
                assert not in_some_order(tables, smaller, orders, coaches[0] - 1, day - 1)
                checked += 1
    assert checked


def test_why_not_on_each_day_and_one_day_or_one_coach_more(toy):
    long = {"visit_min": 200}
    tables = known_venues(
        toy, ("a", long), ("b", long), ("c", long), ("d", {"opening_hours": "Mo-Fr 09:00-17:00"}),
    )  # fmt: skip
    asked = two_days(back=780, lunch=None)  # one place a day
    made = trip(tables, asked, **GIVEN)
    assert len(venues_of(made)) == 2 and len(made.missing) == 2
    told = {one.place.name: missing_text(one, made) for one in made.missing}
    assert told["馆d3"] == "馆d3：这几天都不开放。"
    name = next(iter(told.keys() - {"馆d3"}))
    assert told[name] == f"{name}：加上它时间不够。"
    # On Monday, the third day, only the last is open.
    assert addition_text(changes_of(made, "馆d3")["more_days"], made) == "增加到 3 天即可"
    assert "more_days" not in changes_of(made, name) or "4 天" in addition_text(
        changes_of(made, name)["more_days"], made
    )
    monday = trip(tables, replace(asked, day=SATURDAY + timedelta(days=1)), **GIVEN)
    shut = {one for one in "abc" if f"{one}{'abc'.index(one)}" not in venues_of(monday)}
    mixed = [missing_text(one, monday) for one in monday.missing]
    assert len(mixed) == len(shut) == 2
    assert all(
        "：9月13日（周日）加上它时间不够；9月14日（周一）这一天不开放。" in one for one in mixed
    )
    large = known_venues(toy, ("a", {}), ("b", {"group_max": 30}))
    made = trip(large, two_days(pupils=60, staff=4, most_groups=1), **GIVEN)
    assert [one.blocked for one in made.missing] == ["group_too_large"]
    changes = changes_of(made, "馆b1")
    assert addition_text(changes["split"], made).endswith("分 2 组轮流参观即可")
    assert addition_text(changes["more_coaches"], made) == "分乘 2 辆车即可"
    assert changes["more_coaches"].request.coaches == 2
    assert venues_of(trip(large, changes["more_coaches"].request, **GIVEN)) == {"a0", "b1"}


def test_a_later_day_to_set_out_is_the_first_that_brings_the_venue_in(toy):
    tables = known_venues(toy, ("a", {}), ("b", {"opening_hours": "We 09:00-17:00"}))
    made = trip(tables, two_days(), **GIVEN)
    (one,) = made.missing
    assert one.reasons == ("closed", "closed") and one.blocked == "closed"
    addition = changes_of(made, "馆b1")["other_day"]
    first = next(asked for asked in later(made.request)
                 if venues_of(trip(tables, asked, **GIVEN)) == {"a0", "b1"})  # fmt: skip
    assert addition.request.day == first.day  # a Tuesday: Wednesday is the second day
    assert "（周二） 出发即可" in addition_text(addition, made)
    assert addition_text(addition, made, "en").startswith("Set out on")


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({}, "later_return"),
        ({"pupils": 90, "staff": 6, "seats": 49}, "later_return"),
        ({"budget_yuan": 30.0, "back": 1000}, "more_money"),
    ],
)
def test_what_makes_an_impossible_trip_possible(toy, more, kind):
    long = {"visit_min": 200, "fee_yuan": 20.0, "group_max": 200}
    tables = known_venues(toy, ("a", long), ("b", long), ("c", long))
    must = ("a0", "b1", "c2")
    asked = Request(SATURDAY + timedelta(days=4), START, days=2, back=780, lunch=None, must=must)
    asked = replace(asked, **more)
    made = trip(tables, asked, **GIVEN)
    assert not made.parts and "没能把必去的地方都排进去" in trip_headline(made)
    changes = {one.change.kind: one for one in made.changes}
    assert addition_text(changes["more_days"], made) == f"增加到 {made.enough_days} 天即可"
    assert {kind, "more_days", "drop"} <= {*changes} and made.enough_days == 3
    assert kind != "more_money" or changes[kind].change.amount == 1000  # fen: two of 20 yuan
    named = [addition_text(one, made) for one in made.changes if one.change.kind == "drop"]
    assert named == [f"不把馆{one}列为必去即可" for one in must]
    for (kind, amount), *_, wanted, _, _ in made.changes:
        again = trip(tables, wanted, **GIVEN)
        assert again.parts and venues_of(again) >= {*must} & {*wanted.must}
        if kind in {"later_return", "earlier_start", "more_money"}:
            smaller = applied(asked, Change(kind, amount - 1), place=None)
            assert not trip(tables, smaller, **GIVEN).parts
    facts = json.loads(trip_json(made))
    assert [one["kind"] for one in facts["changes"]] == [one.change.kind for one in made.changes]


def test_the_json_of_a_trip_holds_the_alternatives_of_each_part_and_what_is_missing(five):
    asked = two_days(stays={f"{one}{at}": 150 for at, one in enumerate("abcda")}, back=900)
    facts = json.loads(trip_json(trip(five, asked, **GIVEN)))
    assert from_json(json.dumps(facts["request"])) == asked
    assert any(part["rain"] and part["rain"]["stops"] for part in facts["parts"])
    for one in facts["missing"]:
        assert {"reason", "reasons", "sentence", "changes"} <= {*one} and len(one["reasons"]) == 2
        for change in one["changes"]:
            assert change["sentence"] and from_json(json.dumps(change["request"]))
    assert any(change.get("orders") for one in facts["missing"] for change in one["changes"])
    assert all({"others", "parallel"} <= {*part} for part in facts["parts"])
    english = trip_facts(trip(five, two_days(), **GIVEN), "en")
    assert english["sentence"].startswith("2 day(s)")
