"""
A day's tour by a search through all orders that turns back where a bound says so.

No state is ever compared with another: a branch ends only because it is late, because a must
can no longer be reached, or because even a fractional knapsack of all that is still within reach
gains no more than the best tour so far. First the greatest value, then the least travel with it.
"""

from __future__ import annotations

from geo.itinerary.day import Day, Stop


class _Bounded:
    """The search; `wanted` is the value that a tour must have while travel is made least."""

    def __init__(self, day: Day) -> None:
        self.day, self.size = day, len(day.stops)
        self.travel = [[int(cell) for cell in row] for row in day.travel_min]
        self.near = [list(row) for row in self.travel]  # by way of other places
        places = range(self.size + 2)
        for by in places:
            for one in places:
                for other in places:
                    way = self.near[one][by] + self.near[by][other]
                    self.near[one][other] = min(self.near[one][other], way)
        self.home = [row[self.size + 1] for row in self.near]
        self.last = []
        for at, stop in enumerate(day.stops):
            begins = [min(one.last_entry, one.closes - stop.stay_min) for one in stop.windows]
            home = day.return_min - stop.stay_min - self.home[at]
            self.last.append(min(max(begins, default=-1), home))
        self.cost = [
            stop.stay_min + min(self.travel[one][at] for one in range(self.size + 1) if one != at)
            for at, stop in enumerate(day.stops)
        ]
        self.ends = min(self.travel[one][self.size + 1] for one in range(self.size + 1))
        self.musts = {at for at, stop in enumerate(day.stops) if stop.must}
        self.best: tuple[int, int] | None = None
        self.wanted: int | None = None

    def run(self) -> tuple[int, int] | None:
        self._starts()
        if self.best is None:
            return None
        self.wanted = self.best[0]
        self._starts()
        return self.best

    def _starts(self) -> None:
        day, start = self.day, self.size
        self._go((), day.start_min, start, day.lunch is None, 0, 0, 0, 0, frozenset())
        if day.lunch:
            fed = max(day.start_min, day.lunch.opens + day.lunch.minutes)
            self._go((), fed, start, True, 0, 0, 0, 0, frozenset())

    def _arrive_home(self, order, time, place, eaten, travel, walk, value) -> None:
        day, end = self.day, self.size + 1
        time += self.travel[place][end]
        travel += self.travel[place][end]
        if time > day.return_min or not self.musts.issubset(order):
            return
        if not eaten and time + day.lunch.minutes > day.lunch.closes:
            return
        if day.walk_limit_m is not None:
            walk += int(day.walk_m[place, end])
            if walk > day.walk_limit_m:
                return
        if self.best is None or (value, -travel) > (self.best[0], -self.best[1]):
            self.best = value, travel

    def _hopeless(self, time, value, travel, place, left, themes) -> bool:
        """Say whether nothing that can still come is better than the best so far."""
        if self.best is None:
            return False
        if self.wanted is not None and travel + self.home[place] >= self.best[1]:
            return True
        stops, room = self.day.stops, self.day.return_min - time - self.ends
        fresh = {theme for at in left for theme in stops[at].themes} - themes
        bound = value + self.day.variety * len(fresh)
        for at in sorted(left, key=lambda at: -stops[at].value / self.cost[at]):
            if self.cost[at] >= room:
                bound += stops[at].value * max(room, 0) / self.cost[at]
                break
            bound += stops[at].value
            room -= self.cost[at]
        whole = int(bound + 1e-6)
        return whole <= self.best[0] if self.wanted is None else whole < self.wanted

    def _visited(self, stop: Stop, time: int | None) -> int | None:
        ends = [max(time, window.opens) + stop.stay_min
                for window in (stop.windows if time is not None else ())
                if max(time, window.opens) <= window.last_entry
                and max(time, window.opens) + stop.stay_min <= window.closes]  # fmt: skip
        return min(ends, default=None)

    def _eaten(self, time: int | None) -> int | None:
        lunch = self.day.lunch
        if time is None or max(time, lunch.opens) + lunch.minutes > lunch.closes:
            return None
        return max(time, lunch.opens) + lunch.minutes

    def _go(self, order, time, place, eaten, travel, walk, fees, value, themes) -> None:
        day = self.day
        self._arrive_home(order, time, place, eaten, travel, walk, value)
        within = [at for at in range(self.size)
                  if at not in order and time + self.near[place][at] <= self.last[at]
                  and (day.budget is None or fees + day.stops[at].fee <= day.budget)]  # fmt: skip
        if not self.musts <= {*order, *within}:
            return
        if self._hopeless(time, value, travel, place, within, themes):
            return
        for at in sorted(within, key=lambda at: self.travel[place][at]):
            stop, arrives = day.stops[at], time + self.travel[place][at]
            foot = walk + (0 if day.walk_limit_m is None else int(day.walk_m[place, at]))
            if day.walk_limit_m is not None and foot > day.walk_limit_m:
                continue
            seen = self._visited(stop, arrives)
            ends = [(seen, eaten)]
            if not eaten and (stop.feeds or day.lunch.picnic):
                before, after = self._visited(stop, self._eaten(arrives)), self._eaten(seen)
                ends.append((min((one for one in (before, after) if one), default=None), True))
            gain = stop.value + day.variety * len(stop.themes - themes)
            for done, full in ends:
                if done is not None:
                    self._go(
                        (*order, at), done, at, full, travel + self.travel[place][at], foot,
                        fees + stop.fee, value + gain, themes | stop.themes,
                    )  # fmt: skip


def bounded(day: Day) -> tuple[int, int] | None:
    """Return the greatest value and the least travel with it; None if no tour has the musts."""
    return _Bounded(day).run()
