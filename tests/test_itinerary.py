"""The planner of a day: by hand on a few stops, then beside a plain search through all tours."""

from dataclasses import replace

import numpy as np
import pytest

from geo.errors import ArgumentError
from geo.itinerary.day import NEVER, Day, Lunch, Stop, Window
from geo.itinerary.search import TooManySets, plan
from tests.tours import every_tour, faults, made_day
from tests.tours_bounded import bounded
from tests.tours_milp import programmed

ALL_DAY = (Window(540, 1020, 1020),)


def line(*at_km: int) -> np.ndarray:
    """Return the travel between places on a line, a minute a kilometre; ends where it starts."""
    where = np.array([*at_km, 0, 0])
    return np.abs(where[:, None] - where[None])


def day(*stops: Stop, at_km: tuple[int, ...], **given) -> Day:
    return Day(stops, line(*at_km), **({"start_min": 480, "return_min": 1020} | given))


def test_the_order_that_travels_least_and_leaves_no_earlier_than_needed():
    near, far = Stop("near", 60, ALL_DAY, value=1), Stop("far", 60, ALL_DAY, value=1)
    tour = plan(day(near, far, at_km=(10, 30)))
    assert tour is not None and tour.travel_min == 60
    assert [visit.stop for visit in tour.visits] == [1, 0]  # the other way it is 710
    assert (tour.departs, tour.returns) == (510, 690)
    assert tour.visits[0][:5] == (1, 540, 540, 600, 600)
    assert tour.proven and tour.bound == tour.value == 2


def test_a_visit_lies_wholly_inside_one_opening():
    morning, afternoon = Window(540, 700, 700), Window(780, 900, 900)
    stop = Stop("a", 120, (morning, afternoon), value=1)
    late = plan(day(stop, at_km=(70,), start_min=520))  # 590 is too late for the morning
    assert late is not None and late.visits[0].begins == 780
    assert late.departs == 710  # nobody waits at a closed door
    long = Stop("a", 130, (Window(540, 640, 640), Window(700, 800, 800)), value=1)
    assert plan(day(long, at_km=(5,))).visits == ()  # longer than either opening


def test_after_the_last_entry_nobody_gets_in():
    stop = Stop("a", 30, (Window(540, 1020, 600),), value=1)
    assert plan(day(stop, at_km=(20,), start_min=580)).visits[0].begins == 600
    assert plan(day(stop, at_km=(20,), start_min=581)).visits == ()


def test_a_must_see_comes_before_any_value_and_may_be_impossible():
    dull = Stop("dull", 200, ALL_DAY, must=True)
    fine = Stop("fine", 200, ALL_DAY, value=9)
    tour = plan(day(dull, fine, at_km=(10, 20), return_min=800))
    assert [visit.stop for visit in tour.visits] == [0]
    assert plan(day(dull, at_km=(10,), return_min=749)) is None  # back at 750 at the earliest
    assert plan(day(dull, at_km=(10,), return_min=750)) is not None


def test_nothing_to_see_is_a_tour_without_stops():
    tour = plan(day(at_km=()))
    assert (tour.visits, tour.value, tour.travel_min) == ((), 0, 0)
    closed = plan(day(Stop("a", 30, (), value=1), at_km=(5,)))
    assert closed.visits == () and closed.proven


def test_lunch_where_the_group_is_fed_else_a_picnic_or_before_or_after_the_tour():
    fed = Stop("fed", 60, ALL_DAY, value=1, feeds=True)
    bare = Stop("bare", 60, ALL_DAY, value=1)
    lunch = Lunch(690, 780, 45)
    tour = plan(day(fed, bare, at_km=(10, 20), lunch=lunch, start_min=600))
    assert len(tour.visits) == 2
    assert not faults(day(fed, bare, at_km=(10, 20), lunch=lunch, start_min=600), tour)
    # Without one that feeds: either back by 735, when there is still time, or off after eating.
    short = plan(day(bare, at_km=(20,), lunch=lunch, start_min=600, return_min=740))
    assert short.lunch_at_end == (700, 745) and short.returns == 700
    late = plan(day(bare, at_km=(20,), lunch=lunch, start_min=660))
    assert late.lunch_at_start is not None and late.departs >= 735
    picnic = replace(lunch, picnic=True)
    on_way = plan(day(bare, at_km=(20,), lunch=picnic, start_min=660, return_min=830))
    assert on_way.visits[0].lunch is not None


def test_variety_counts_each_theme_once():
    water = [Stop(f"w{at}", 200, ALL_DAY, value=3, themes=frozenset({"water"})) for at in (1, 2)]
    health = Stop("h", 200, ALL_DAY, value=2, themes=frozenset({"health"}))
    stops = (*water, health)
    plain = plan(day(*stops, at_km=(5, 5, 5)))
    assert plain.chosen == {0, 1}
    mixed = plan(day(*stops, at_km=(5, 5, 5), variety=2))
    assert mixed.chosen in ({0, 2}, {1, 2}) and mixed.value == 9


def test_the_budget_and_the_way_on_foot_are_limits():
    dear = Stop("dear", 60, ALL_DAY, value=5, fee=3000)
    free = Stop("free", 60, ALL_DAY, value=1)
    assert plan(day(dear, free, at_km=(5, 9), budget=2999)).chosen == {1}
    assert plan(day(dear, free, at_km=(5, 9), budget=3000)).chosen == {0, 1}
    walk = line(5, 9) * 100
    assert plan(day(dear, free, at_km=(5, 9), walk_m=walk, walk_limit_m=1799)).chosen == {0}
    assert plan(day(dear, free, at_km=(5, 9), walk_m=walk, walk_limit_m=1800)).chosen == {0, 1}


def test_where_there_is_no_way_there_is_no_stop():
    travel = line(5, 9)
    travel[:, 1] = NEVER
    stops = (Stop("a", 30, ALL_DAY, value=1), Stop("b", 30, ALL_DAY, value=9))
    assert plan(Day(stops, travel, 480, 1020)).chosen == {0}
    travel[:, :] = NEVER
    assert plan(Day(stops, travel, 480, 1020)) is None  # not even home


def test_what_makes_no_sense_is_refused():
    stop = Stop("a", 30, ALL_DAY)
    with pytest.raises(ArgumentError, match="3 × 3"):
        Day((stop,), line(1, 2), 480, 1020)
    with pytest.raises(ArgumentError, match="两次"):
        Day((stop, stop), line(1, 2), 480, 1020)
    with pytest.raises(ArgumentError, match="负数"):
        Day((replace(stop, value=-1),), line(1), 480, 1020)


@pytest.mark.parametrize("count, seeds", [(5, 30), (7, 20), (8, 8)])
def test_the_answer_is_that_of_a_plain_search_through_all_tours(count, seeds):
    for seed in range(seeds):
        asked = made_day(seed, count, musts=seed % 3, lunch=seed % 4 > 0)
        tour, want = plan(asked), every_tour(asked)
        assert (None if tour is None else (tour.value, tour.travel_min)) == want, seed
        assert tour is None or faults(asked, tour) == [], seed


@pytest.mark.parametrize("other, count, seeds", [(bounded, 6, 12), (programmed, 4, 9)])
def test_the_two_answers_made_apart_are_those_of_the_plain_search(other, count, seeds):
    for seed in range(seeds):
        asked = made_day(seed, count, musts=seed % 3, lunch=seed % 4 > 0)
        assert other(asked) == every_tour(asked), seed


@pytest.mark.parametrize("count, seeds", [(8, 20), (10, 12), (12, 5)])
def test_the_answer_is_that_of_a_search_apart_from_it(count, seeds):
    for seed in range(100, 100 + seeds):
        asked = made_day(seed, count, musts=seed % 3, lunch=seed % 4 > 0)
        tour = plan(asked)
        assert (None if tour is None else (tour.value, tour.travel_min)) == bounded(asked), seed
        assert tour is None or faults(asked, tour) == [], seed


@pytest.mark.parametrize("seed", range(10))
def test_the_order_of_the_question_does_not_matter(seed):
    asked = made_day(seed, 9)
    turned = np.random.default_rng(seed).permutation(9)
    places = [*turned, 9, 10]
    walk = None if asked.walk_m is None else asked.walk_m[np.ix_(places, places)]
    other = replace(
        asked, stops=tuple(asked.stops[at] for at in turned),
        travel_min=asked.travel_min[np.ix_(places, places)], walk_m=walk,
    )  # fmt: skip
    one, two = plan(asked), plan(other)
    assert (one.value, one.travel_min, one.returns) == (two.value, two.travel_min, two.returns)


@pytest.mark.parametrize("seed", range(10))
def test_more_time_money_and_way_never_make_a_day_worse(seed):
    asked = made_day(seed, 8, musts=1)
    value = -1 if (tour := plan(asked)) is None else tour.value
    for change in (
        {"return_min": asked.return_min + 30}, {"start_min": asked.start_min - 30},
        {"budget": None}, {"walk_limit_m": None}, {"lunch": None},
    ):  # fmt: skip
        tour = plan(replace(asked, **change))
        assert (-1 if tour is None else tour.value) >= value, change


def test_too_many_sets_are_said_to_be_too_many():
    stops = tuple(Stop(f"s{at}", 1, ALL_DAY, value=1) for at in range(12))
    asked = day(*stops, at_km=tuple(range(12)))
    with pytest.raises(TooManySets):
        plan(asked, most_sets=100)
    assert len(plan(asked).visits) == 12
