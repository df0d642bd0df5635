"""Seeded days for a planner, a plain search through all tours, and a check of a tour's times."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from geo.itinerary.day import Day, Lunch, Stop, Tour, Window

THEMES = ("geology", "water", "health", "energy")


def made_day(seed: int, count: int, *, musts: int = 0, lunch: bool = True, **changes) -> Day:
    """Return a day with `count` optional stops and `musts` that must be seen."""
    rng = np.random.default_rng([seed, count, musts])
    places = rng.uniform(0, 40, (count + musts + 2, 2))
    places[-1] = places[-2]  # the tour ends where it starts
    away = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    travel = np.ceil(away + rng.uniform(0, 4, away.shape)).astype(np.int64)
    np.fill_diagonal(travel, 0)
    stops = []
    for at in range(count + musts):
        kind = rng.integers(5)
        opens = int(rng.integers(8, 11)) * 60
        closes = int(rng.integers(15, 18)) * 60
        windows = (Window(opens, closes, closes - 30),)
        if kind == 0:
            windows = (Window(opens, 690, 660), Window(810, closes, closes - 20))
        elif kind == 1:
            windows = (Window(540, 720, 720),)
        stops.append(
            Stop(
                f"s{at}", int(rng.choice([30, 45, 60, 90])), windows,
                must=at >= count, value=int(rng.integers(1, 10)),
                themes=frozenset({THEMES[rng.integers(4)]}),
                fee=int(rng.choice([0, 0, 1000, 2500])), feeds=bool(rng.random() < 0.4),
            )
        )  # fmt: skip
    given = {
        "start_min": 480, "return_min": int(rng.integers(14, 18)) * 60,
        "lunch": Lunch(680, 800, 40, picnic=bool(rng.random() < 0.3)) if lunch else None,
        "budget": int(rng.choice([2500, 6000])) if rng.random() < 0.5 else None,
        "variety": int(rng.integers(0, 4)),
    }  # fmt: skip
    if rng.random() < 0.4:
        given |= {"walk_m": travel * 40, "walk_limit_m": int(rng.integers(2500, 5000))}
    return Day(tuple(stops), travel, **(given | changes))


class _Every:
    """All tours of a day, grown stop by stop, with every place for lunch."""

    def __init__(self, day: Day) -> None:
        self.day = day
        self.found: list[tuple[int, int]] = []

    def close(self, order, time, place, eaten, travel, walk) -> None:
        """Note the tour that goes home from here, if it keeps every limit."""
        day, end = self.day, len(self.day.stops) + 1
        time += day.travel_min[place, end]
        walk += 0 if day.walk_m is None else day.walk_m[place, end]
        kept = [
            time <= day.return_min,
            day.walk_limit_m is None or walk <= day.walk_limit_m,
            not day.lunch or eaten or time + day.lunch.minutes <= day.lunch.closes,
            day.budget is None or sum(day.stops[at].fee for at in order) <= day.budget,
            all(at in order for at, stop in enumerate(day.stops) if stop.must),
        ]
        if all(kept):
            themes = {theme for at in order for theme in day.stops[at].themes}
            value = sum(day.stops[at].value for at in order) + day.variety * len(themes)
            self.found.append((value, -int(travel + day.travel_min[place, end])))

    def visited(self, stop: Stop, time: float | None) -> float | None:
        for window in stop.windows if time is not None else ():
            begin = max(time, window.opens)
            if begin <= window.last_entry and begin + stop.stay_min <= window.closes:
                return begin + stop.stay_min
        return None

    def eaten(self, time: float | None) -> float | None:
        lunch = self.day.lunch
        if time is None or lunch is None:
            return None
        over = max(time, lunch.opens) + lunch.minutes
        return over if over <= lunch.closes else None

    def grow(self, order, time, place, eaten, travel, walk) -> None:
        """Note the tour so far and all that go on from it; only what is late already is left."""
        day = self.day
        self.close(order, time, place, eaten, travel, walk)
        for at, stop in enumerate(day.stops):
            arrive = time + int(day.travel_min[place, at])
            if at in order or arrive > day.return_min:
                continue
            seen = self.visited(stop, arrive)
            ends = [(seen, eaten)]
            if day.lunch and not eaten and (stop.feeds or day.lunch.picnic):
                ends.append((self.visited(stop, self.eaten(arrive)), True))
                ends.append((self.eaten(seen), True))
            foot = walk + (0 if day.walk_m is None else int(day.walk_m[place, at]))
            for done, full in ends:
                if done is not None and done <= day.return_min:
                    self.grow([*order, at], done, at, full, travel + arrive - time, foot)


def every_tour(day: Day) -> tuple[int, int] | None:
    """Return the greatest value and the least travel with it, by trying every order."""
    every, start = _Every(day), len(day.stops)
    every.grow([], day.start_min, start, day.lunch is None, 0, 0)
    if day.lunch:
        first = max(day.start_min, day.lunch.opens + day.lunch.minutes)
        every.grow([], first, start, True, 0, 0)
    if not every.found:
        return None
    value, travel = max(every.found)
    return value, -travel


def _visit_faults(day: Day, visit, arrival: int) -> list[str]:
    stop = day.stops[visit.stop]
    inside = any(
        window.opens <= visit.begins <= window.last_entry and visit.ends <= window.closes
        for window in stop.windows
    )
    right = {
        "arrival": visit.arrives == arrival,
        "stay": visit.begins >= visit.arrives and visit.ends == visit.begins + stop.stay_min,
        "opening": inside,
        "leaving": visit.leaves >= visit.ends,
    }
    if visit.lunch:
        before = visit.arrives <= visit.lunch[0] and visit.lunch[1] <= visit.begins
        after = visit.ends <= visit.lunch[0] and visit.lunch[1] <= visit.leaves
        right["lunch"] = before or after
        right["fed"] = stop.feeds or (day.lunch is not None and day.lunch.picnic)
    return [f"{name} of {visit}" for name, well in right.items() if not well]


def _lunch_faults(day: Day, tour: Tour) -> list[str]:
    meals = [one for one in (tour.lunch_at_start, tour.lunch_at_end) if one]
    meals += [visit.lunch for visit in tour.visits if visit.lunch]
    if not day.lunch or not tour.visits:
        return ["lunch without need"] if meals else []
    if len(meals) != 1:
        return [f"lunch {meals}"]
    right = [
        day.lunch.opens <= meals[0][0] and meals[0][1] <= day.lunch.closes,
        meals[0][1] - meals[0][0] == day.lunch.minutes,
        not tour.lunch_at_start or tour.lunch_at_start[1] <= tour.departs,
        not tour.lunch_at_end or tour.lunch_at_end[0] >= tour.returns,
    ]
    return [] if all(right) else [f"lunch {meals[0]}"]


def faults(day: Day, tour: Tour) -> list[str]:
    """Say what is wrong with a tour, one line each; none if it works. Knows only the rules."""
    wrong = _lunch_faults(day, tour)
    place, time = len(day.stops), tour.departs
    for visit in tour.visits:
        wrong += _visit_faults(day, visit, time + day.travel_min[place, visit.stop])
        place, time = visit.stop, visit.leaves
    order = [visit.stop for visit in tour.visits]
    legs = list(pairwise([len(day.stops), *order, len(day.stops) + 1]))
    walked = 0 if day.walk_m is None else sum(day.walk_m[leg] for leg in legs)
    right = {
        "departure": tour.departs >= day.start_min,
        "return": tour.returns == time + day.travel_min[place, len(day.stops) + 1],
        "late": tour.returns <= day.return_min,
        "travel": tour.travel_min == sum(day.travel_min[leg] for leg in legs),
        "walk": day.walk_limit_m is None or walked <= day.walk_limit_m,
        "budget": day.budget is None or sum(day.stops[at].fee for at in order) <= day.budget,
        "twice": len(set(order)) == len(order),
        "musts": all(at in order for at, stop in enumerate(day.stops) if stop.must),
        "value": tour.value == day.value(set(order)),
    }
    return wrong + [name for name, well in right.items() if not well]
