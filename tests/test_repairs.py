"""What would bring a stop in, tours set by hand, other tours, and days too large to prove."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from geo.itinerary.changes import Change, Variant, changed
from geo.itinerary.day import Day, Lunch, Stop, Tour, Window
from geo.itinerary.large import several_days, tour_of
from geo.itinerary.repairs import impossible, left_out, works
from geo.itinerary.retiming import Break, retimed
from geo.itinerary.search import plan
from tests.test_itinerary import ALL_DAY, day
from tests.tours import faults, made_day
from tests.tours_bounded import bounded


def test_the_least_of_each_change_by_hand():
    near = Stop("near", 60, ALL_DAY, value=5)
    far = Stop("far", 60, ALL_DAY, value=1)
    asked = day(near, far, at_km=(30, 40), return_min=720, start_min=510)
    # 540 near 600, 610 far 670, home 710; or 550 far 610, 620 near 680, home 710.
    assert plan(asked).chosen == {0, 1}
    asked = replace(asked, return_min=700)
    tour = plan(asked)
    assert tour.chosen == {0}
    (missing,) = left_out(asked, tour)
    assert (missing.stop, missing.reason) == (1, "no_time")
    assert missing.changes == (
        Change("shorter_stay", 10), Change("later_return", 10), Change("earlier_start", 10),
    )  # fmt: skip
    shut = replace(asked, stops=(near, replace(far, windows=(Window(600, 1020, 1020),))))
    (missing,) = left_out(shut, plan(shut))  # before 600 the far one is closed: no use to be early
    assert missing.changes == (Change("shorter_stay", 10), Change("later_return", 10))


def test_a_closed_stop_comes_in_on_another_day_and_a_large_group_in_parts():
    near, shut = Stop("near", 60, ALL_DAY, value=1), Stop("shut", 60, (), value=5)
    asked = day(near, shut, at_km=(5, 9))
    open_day = replace(asked, stops=(near, replace(shut, windows=ALL_DAY)))
    parts = Variant("split", ((2, replace(shut, stay_min=120, windows=ALL_DAY)),))
    (missing,) = left_out(
        asked, plan(asked), blocked={1: "group_too_large"}, variants={1: [parts]},
        other_days=[asked, open_day],
    )  # fmt: skip
    assert missing.reason == "group_too_large"
    assert missing.changes == (Change("split", 2), Change("other_day", 1))


@pytest.mark.parametrize(
    "change, reason",
    [
        ({"stay_min": 500}, "stay_too_long"),
        ({"windows": ()}, "closed"),
        ({"fee": 9000}, "too_dear"),
    ],
)
def test_the_reason_is_the_limit_that_keeps_it_out(change, reason):
    stops = (Stop("a", 60, ALL_DAY, value=1), replace(Stop("b", 60, ALL_DAY, value=5), **change))
    asked = day(*stops, at_km=(5, 9), budget=5000)
    (missing,) = left_out(asked, plan(asked))
    assert missing.reason == reason


def test_what_makes_an_impossible_day_possible():
    asked = day(
        Stop("a", 60, ALL_DAY, must=True), Stop("b", 60, ALL_DAY, must=True),
        at_km=(30, 40), start_min=510, return_min=700,
    )  # fmt: skip
    assert plan(asked) is None
    found = impossible(asked)
    assert Change("later_return", 10) in found
    assert {change.amount for change in found if change.kind == "drop"} == {0, 1}


def question(seed: int, count: int):
    """Return a seeded day, how else its stops could be visited, and the days after it."""
    rng = np.random.default_rng([seed, count, 99])
    # On every fourth day nearly all must be seen: often there is no such tour.
    optional, musts = (2, count - 2) if seed % 4 == 3 else (count, seed % 2)
    asked = made_day(seed, optional, musts=musts)
    others = []
    for after in range(3):
        moved = made_day(seed + 7919 * (after + 1), count + 1).stops
        others.append(
            replace(asked, stops=tuple(
                stop if rng.random() < 0.6 else replace(stop, windows=other.windows)
                for stop, other in zip(asked.stops, moved, strict=False)
            ))
        )  # fmt: skip
    stops, variants = list(asked.stops), {}
    for at in rng.permutation(len(stops))[:3].tolist():
        own, kind = stops[at], ("split", "ask_hours", "indoors_or_not")[rng.integers(3)]
        steps = ((1, own),)
        if kind == "split":
            groups = int(rng.integers(2, 4))
            steps = ((groups, replace(own, stay_min=groups * own.stay_min)),)
        variants[at] = [Variant(kind, steps)]
        stops[at] = replace(own, windows=())
    return replace(asked, stops=tuple(stops)), variants, others


def brought_in(asked, wanted, change: Change | None = None, stop=None, **given) -> bool:
    """Say by the search apart whether, after the change, some tour has what is wanted."""
    after = asked if change is None else changed(asked, change, stop, **given)
    if change is not None and change.kind == "drop":
        wanted = wanted - {change.amount}
    musts = tuple(replace(stop, must=at in wanted) for at, stop in enumerate(after.stops))
    after = replace(after, stops=musts)
    there, found = bounded(after) is not None, plan(after)
    assert there == (found is not None), (wanted, change)
    assert found is None or (found.chosen >= wanted and faults(after, found) == [])
    return there


def every_repair(seed: int, count: int) -> Counter:
    """Check each change that is reported for one seeded day; return how many of each kind."""
    asked, variants, others = question(seed, count)
    tour, given = plan(asked), {"variants": variants, "other_days": others}
    reported = []
    if tour is None:
        musts = {at for at, stop in enumerate(asked.stops) if stop.must}
        reported = [(musts, None, change) for change in impossible(asked, **given)]
    else:
        for missing in left_out(asked, tour, **given):
            wanted = {*tour.chosen, missing.stop}
            reported += [(wanted, missing.stop, change) for change in missing.changes]
    kinds = Counter()
    for wanted, stop, change in reported:
        told = (seed, sorted(wanted), stop, change)
        if stop is None and change.kind in {"split", "ask_hours", "indoors_or_not"}:
            stop = next(at for at in sorted(wanted) if variants.get(at, [None])[0] is not None
                        and change.kind == variants[at][0].kind
                        and brought_in(asked, wanted, change, at, **given))  # fmt: skip
        assert not brought_in(asked, wanted), told
        assert brought_in(asked, wanted, change, stop, **given), told
        if change.kind == "other_day":
            for nearer in range(change.amount):
                sooner = change._replace(amount=nearer)
                assert not brought_in(asked, wanted, sooner, stop, **given), told
        elif change.amount > 1 and change.kind not in {"split", "drop"}:
            less = change._replace(amount=change.amount - 1)
            assert not brought_in(asked, wanted, less, stop, **given), told
        kinds[change.kind] += 1
    return kinds


def test_every_change_brings_the_stop_in_and_a_smaller_one_does_not():
    kinds = sum((every_repair(seed, 7) for seed in range(11)), Counter())
    assert kinds.total() > 30 and len(kinds) > 6


@pytest.mark.parametrize("seed", range(12))
def test_a_tour_in_its_own_order_is_itself_and_every_other_order_no_better(seed):
    asked = made_day(seed, 8)
    tour = plan(asked)
    order = [visit.stop for visit in tour.visits]
    again = retimed(asked, order)
    assert isinstance(again, Tour) and faults(asked, again) == []
    assert (again.travel_min, again.value) == (tour.travel_min, tour.value)
    rng = np.random.default_rng(seed)
    for _ in range(5):
        other = retimed(asked, rng.permutation(order).tolist())
        if isinstance(other, Tour):
            assert other.travel_min >= tour.travel_min and faults(asked, other) == []


def test_where_an_order_breaks_is_told():
    morning = Stop("m", 60, (Window(540, 660, 620),), value=1)
    any_time = Stop("a", 60, ALL_DAY, value=1, fee=500)
    asked = day(morning, any_time, at_km=(10, 20), start_min=520)
    assert isinstance(retimed(asked, [0, 1]), Tour)
    assert retimed(asked, [1, 0]) == Break("closed", 0, 610 + 60 - 60)
    assert retimed(replace(asked, start_min=540), [1, 0]) == Break("closed", 0, 630)
    assert retimed(replace(asked, return_min=680), [0, 1]) == Break("late", None, 690, 10)
    assert retimed(replace(asked, budget=400), [1]) == Break("too_dear", None, 500, 100)
    long = replace(any_time, stay_min=180)
    hungry = replace(asked, stops=(morning, long), lunch=Lunch(690, 780, 60), start_min=560)
    assert retimed(hungry, [0, 1]) == Break("no_lunch", None, 840)


@pytest.mark.parametrize("seed", range(8))
def test_the_next_tours_are_clearly_others(seed):
    asked = made_day(seed, 10)
    first = plan(asked)
    second = plan(asked, unlike=[first.chosen])
    assert second is None or 2 * len(second.chosen & first.chosen) <= len(second.chosen)
    assert second is None or second.value <= first.value


def test_a_large_day_is_answered_with_a_bound_and_a_small_one_exactly():
    asked = made_day(3, 10)
    assert tour_of(asked) == plan(asked)
    large = made_day(1, 34)
    tour = tour_of(large, rounds=6)
    assert faults(large, tour) == []
    assert tour.bound >= tour.value and not tour.proven
    assert tour_of(large, rounds=6) == tour


def test_several_days_share_the_stops():
    asked = made_day(2, 12, musts=2)
    tours = several_days([asked, asked])
    assert not tours[0].chosen & tours[1].chosen
    assert {12, 13} <= tours[0].chosen | tours[1].chosen
    assert sum(tour.value for tour in tours) >= plan(asked).value


def test_must_sees_are_shared_out_so_that_all_find_a_day():
    travel = np.full((5, 5), 10)
    np.fill_diagonal(travel, 0)
    morning, any_time = (Window(480, 620, 620),), (Window(480, 900, 900),)
    stops = (Stop("wide", 120, any_time, must=True), Stop("early", 120, morning, must=True),
             Stop("late", 120, (Window(620, 900, 900),), must=True))  # fmt: skip
    first = Day(stops, travel, 480, 630)  # one stop, and not the late one
    shut = replace(stops[1], windows=())
    second = Day((stops[0], shut, stops[2]), travel, 480, 900)
    tours = several_days([first, second])  # the first of all to fit would take the early one's day
    assert [{*tour.chosen} for tour in tours] == [{1}, {0, 2}]
    assert several_days([first, replace(second, return_min=630)]) is None


@pytest.mark.parametrize("seed", range(8))
def test_whether_must_sees_fit_on_two_days_is_as_by_every_sharing_out(seed):
    one = made_day(seed, 0, musts=5, walk_m=None, walk_limit_m=None, budget=None)
    one = replace(one, return_min=780)
    two = replace(one, start_min=600, return_min=900)
    every = [{at for at in range(5) if kept >> at & 1} for kept in range(32)]
    can = any(works(one, kept) and works(two, {*range(5)} - kept) for kept in every)
    assert (several_days([one, two]) is not None) == can
