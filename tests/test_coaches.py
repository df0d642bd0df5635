"""Several coaches over several days: room for all at every minute, each stop once a coach."""

from dataclasses import replace
from datetime import date
from itertools import product

import numpy as np
import pytest

from geo.errors import GeoError
from geo.itinerary.coaches import coach_tours, coaches_in_order
from geo.itinerary.day import Day, Stop, Window
from geo.itinerary.retiming import Break
from geo.itinerary.search import plan
from geo.tours.form import from_json, problems_of, to_link
from geo.tours.request import Request, Where
from geo.tours.shares import orders_of, orders_text, part_requests
from geo.tours.trips import is_trip
from tests.tours import faults, made_day

DAY = date(2026, 12, 12)
START = Where("夏张镇", "370911107000")


def toy(count, *, back=780):
    """Return a morning of stops ten minutes from everything."""
    travel = np.full((count + 2, count + 2), 10)
    np.fill_diagonal(travel, 0)
    stops = tuple(Stop(f"s{at}", 60, (Window(480, 780, 780),), value=10) for at in range(count))
    return Day(stops, travel, 480, back)


def crowded(fleet, sizes, room):
    """Return the stops and minutes at which more people are than there is room for."""
    return [
        (number, at, minute)
        for number, at in product(range(len(fleet.tours[0])), range(len(room)))
        for minute in range(0, 1440, 5)
        if room[at] is not None
        and sum(
            min(size, room[at])
            for tours, size in zip(fleet.tours, sizes, strict=True)
            for visit in tours[number].visits
            if visit.stop == at and visit.begins <= minute < visit.ends
        ) > room[at]
    ]  # fmt: skip


def test_two_coaches_change_places_where_one_fills_a_stop():
    day = toy(2, back=640)
    fleet = coach_tours([[day], [day]], sizes=[45, 45], room=[50, 50])
    first, second = ([visit.stop for visit in tours[0].visits] for tours in fleet.tours)
    assert first == second[::-1] and {*first} == {0, 1}
    assert fleet.value == fleet.bound == 40 and fleet.proven
    assert not crowded(fleet, [45, 45], [50, 50])


def test_room_for_both_or_unknown_room_lets_them_go_together():
    day = toy(2, back=640)
    for room in ([90, 90], [None, None]):
        fleet = coach_tours([[day], [day]], sizes=[45, 45], room=room)
        assert fleet.tours[0] == fleet.tours[1]


def test_a_must_see_without_time_for_all_coaches_is_no_tour():
    day = toy(1, back=560)  # time for one visit after the other is none
    day = replace(day, stops=(replace(day.stops[0], must=True),))
    assert coach_tours([[day]], sizes=[45], room=[50]) is not None
    assert coach_tours([[day], [day]], sizes=[45, 45], room=[50]) is None


def test_days_together_are_worth_no_more_than_the_bound_and_reach_it_where_all_is_seen():
    day = toy(4, back=640)
    fleet = coach_tours([[day, day]], sizes=[45], room=[None] * 4)
    assert sorted(at for tour in fleet.tours[0] for at in tour.chosen) == [0, 1, 2, 3]
    assert fleet.proven and fleet.value == 40
    shut = replace(day, stops=tuple(replace(stop, windows=()) for stop in day.stops))
    fleet = coach_tours([[day, shut]], sizes=[45], room=[None] * 4)
    assert fleet.tours[0][1].visits == () and fleet.proven and fleet.value == 20


@pytest.mark.parametrize("seed", range(3))
def test_laws_hold_on_seeded_days(seed):
    rng = np.random.default_rng(seed)
    days = [made_day(seed, 6), replace(made_day(seed, 6), start_min=510)]
    sizes = [45, 40, 45]
    room = [int(rng.choice([30, 50, 100])) if rng.random() < 0.7 else None for _ in range(6)]
    fleet = coach_tours([days] * 3, sizes=sizes, room=room)
    assert not crowded(fleet, sizes, room)
    for tours in fleet.tours:
        seen = [at for tour in tours for at in tour.chosen]
        assert len(seen) == len({*seen})
        for day, tour in zip(days, tours, strict=True):
            assert not faults(day, replace(tour, value=day.value(tour.chosen)))
    assert fleet.value <= fleet.bound
    # No sharing of the stops between two days of one coach can beat its bound.
    best = max(
        plan(days[0].part(one)).value + plan(days[1].part(other)).value for one, other in _splits(6)
    )
    alone = coach_tours([days], sizes=[45], room=[None] * 6)
    assert alone.value <= best <= alone.bound


def _splits(count):
    for kept in range(1 << count):
        one = [at for at in range(count) if kept >> at & 1]
        yield one, [at for at in range(count) if at not in one]


def test_orders_by_hand_by_the_minute_and_a_stop_that_another_coach_fills():
    day = toy(2, back=640)  # 490–550 at one stop, 560–620 at the other, back at 630
    given = {"sizes": [45, 45], "room": [50, 50]}
    (one,), (two,) = coaches_in_order([[day], [day]], [[[0, 1]], [[1, 0]]], **given)
    assert [visit[:3] for visit in one.visits] == [(0, 490, 490), (1, 560, 560)]
    assert [visit.stop for visit in two.visits] == [1, 0] and two.returns == 630
    (_,), (two,) = coaches_in_order([[day], [day]], [[[0, 1]], [[0, 1]]], **given)
    assert two == Break("late", None, 690, 50)  # the first stop is free at 550
    early = replace(day, stops=(replace(day.stops[0], windows=(Window(480, 560, 560),)),
                                day.stops[1]))  # fmt: skip
    (_,), (two,) = coaches_in_order([[early], [early]], [[[0, 1]], [[0, 1]]], **given)
    assert two == Break("full", 0, 490)
    # Who breaks takes no room from others.
    (one,), (two,) = coaches_in_order([[early], [early]], [[[1, 0]], [[0, 1]]], **given)
    assert one == Break("closed", 0, 560) and two.returns == 630
    (one,), (two,) = coaches_in_order([[day], [day]], [[[]], [[0]]], **given)
    assert one.visits == () and len(two.visits) == 1


@pytest.mark.parametrize("seed", range(3))
def test_the_orders_of_planned_tours_give_the_same_tours(seed):
    days = [made_day(seed, 5), made_day(seed, 5)]
    sizes, room = [45, 40], [60, None, 30, 100, 45]
    fleet = coach_tours([days] * 2, sizes=sizes, room=room)
    orders = [[[visit.stop for visit in tour.visits] for tour in tours] for tours in fleet.tours]
    again = coaches_in_order([days] * 2, orders, sizes=sizes, room=room)
    assert [[(one.returns, one.value) for one in tours] for tours in again] == [
        [(one.returns, one.value) for one in tours] for tours in fleet.tours
    ]


def test_a_link_holds_the_orders_of_all_parts():
    request = Request(DAY, START, pupils=90, staff=6, seats=49, days=2)
    orders = ((("a", "b"), ()), (("c",), ("a", "b")))
    assert orders_text(orders) == "a,b;;c;a,b" and orders_of("a,b;;c;a,b", request) == orders
    assert orders_of("a,b;c", request) is None  # of another request
    assert orders_of("a,,b,a;b,c;;", request) == ((("a", "b"), ("c",)), ((), ()))


@pytest.mark.parametrize(("pupils", "staff", "seats"), [(89, 5, 47), (90, 6, 49), (7, 1, 5)])
def test_everybody_has_one_seat(pupils, staff, seats):
    request = Request(DAY, START, pupils=pupils, staff=staff, seats=seats, days=2)
    coaches = part_requests(request)
    assert sum(days[0].pupils for days in coaches) == pupils
    assert sum(days[0].staff for days in coaches) == staff
    assert all(day.pupils + day.staff <= seats for days in coaches for day in days)
    assert [day.day.day for day in coaches[0]] == [12, 13]
    assert from_json(to_link(request)) == request and is_trip(request)
    assert not is_trip(replace(request, days=1, mode="bus"))


def test_too_many_coaches_are_refused():
    request = Request(DAY, START, pupils=2000, staff=80, seats=45)
    assert "47 辆车" in problems_of(request)[0].sentence()
    with pytest.raises(GeoError, match="47 辆车"):
        from_json(to_link(request))
