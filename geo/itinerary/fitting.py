"""Whether given stops fit into a day in some order: a search that stops at the first."""

from __future__ import annotations

from geo.itinerary.day import NEVER, Day, visit_begin


def fits(day: Day) -> bool:
    """
    Say whether some tour has every stop of the day and keeps its times and its budget.

    The way on foot is not looked at. Of the tours that have seen the same stops, end at the same
    one and have both eaten or not, only the earliest goes on: whoever is there earlier can do
    all that the later can.

    Parameters
    ----------
    day
        The question; all its stops count as must-sees.
    """
    return _Search(day).go()


class _Search:
    """A depth-first search that knows how early each state was reached."""

    def __init__(self, day: Day) -> None:
        self.day, self.size = day, len(day.stops)
        self.travel: list[list[int]] = day.travel_min.tolist()
        self.seen: dict[tuple[int, int, bool], int] = {}
        # The least that each stop costs still to be visited: the nearest way there, and the stay.
        self.least = [
            stop.stay_min + min(row[at] for other, row in enumerate(self.travel) if other != at)
            for at, stop in enumerate(day.stops)
        ]
        self.home = min(row[-1] for row in self.travel[: self.size + 1])

    def go(self) -> bool:
        day = self.day
        if day.budget is not None and sum(stop.fee for stop in day.stops) > day.budget:
            return False
        if not all(stop.windows for stop in day.stops):
            return False
        every = (1 << self.size) - 1
        hungry, eaten = day.first_times()
        return self._from(every, self.size, hungry, False) or self._from(
            every, self.size, eaten, True
        )

    def _from(self, left: int, last: int, time: int, eaten: bool) -> bool:
        """Say whether the stops `left` can still be visited from `last`."""
        key = (left, last, eaten)
        if time >= NEVER or time >= self.seen.get(key, NEVER):
            return False
        self.seen[key] = time
        travel = self.travel[last]
        if not left:
            return time + travel[-1] <= self.day.last_return(eaten=eaten)
        missing = [at for at in range(self.size) if left >> at & 1]
        if time + sum(self.least[at] for at in missing) + self.home > self.day.return_min:
            return False
        for at in sorted(missing, key=travel.__getitem__):
            for ends, fed in self._ends(at, time + travel[at], eaten):
                if self._from(left & ~(1 << at), at, ends, fed):
                    return True
        return False

    def _ends(self, at: int, arrives: int, eaten: bool) -> list[tuple[int, bool]]:
        """Return when the group can be done with a stop, and whether it has then eaten."""
        stop, lunch = self.day.stops[at], self.day.lunch
        ends = visit_begin(stop, arrives) + stop.stay_min
        found = [(ends, eaten)]
        if not eaten and lunch is not None and (stop.feeds or lunch.picnic):
            found.append((lunch.end(ends), True))
            found.append((visit_begin(stop, lunch.end(arrives)) + stop.stay_min, True))
        return found
