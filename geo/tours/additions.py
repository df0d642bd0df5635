"""What a trip lacks and why; for each venue the smallest changes that bring it in beside the rest.

A change of one day is computed on that day, with the stops it has kept, the coach's other days
and the other coaches as they are; the whole is then checked once more with the change made. How
the trip would be shared out anew is looked at for one day or one coach more only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from geo.itinerary.changes import Change, Kind
from geo.itinerary.day import Day, Tour
from geo.itinerary.repairs import LeftOut, Reason, left_out, works
from geo.itinerary.search import TooManySets, plan
from geo.tours.changes import applied, more_coaches, more_days, of_each_group, with_must
from geo.tours.outcome import Place
from geo.tours.request import Request
from geo.tours.shares import Orders, Share, Shares

Tours = Sequence[Sequence[Tour]]
LATER_DAYS = 14  # how many days later the whole trip is tried


class Addition(NamedTuple):
    """
    One change that brings a venue into a trip, in which all it has is kept.

    Parameters
    ----------
    change
        What changes; `other_day` is days after the first, for the whole trip.
    day
        On which day the venue then is, from 1; 0 where the trip is planned anew.
    coaches
        Who then see it; none named where the trip is planned anew.
    request
        With the change made.
    orders
        The venues of each coach and day, with this one; None where the trip is planned anew.
    place
        Which must-see is dropped.
    """

    change: Change
    day: int
    coaches: tuple[int, ...]
    request: Request
    orders: Orders | None
    place: Place | None = None


@dataclass(frozen=True)
class Missing:
    """
    A venue that no coach sees.

    Parameters
    ----------
    place
        Which.
    reasons
        Why it is not in each day of the first coach, by day.
    blocked
        Why it cannot be visited on any day, whatever else is seen; None if on some it can.
    additions
        What would bring it in, at most one of each kind, the least of it.
    """

    place: Place
    reasons: tuple[Reason, ...]
    blocked: Reason | None
    additions: tuple[Addition, ...]


class _Gap(NamedTuple):
    """A venue that a coach does not see on a day, both from 0."""

    coach: int
    day: int
    found: LeftOut


class Additions:
    """
    What brings venues into a planned trip.

    Parameters
    ----------
    request, shares, tours
        What was asked, as a question for each coach and day, and its answer.
    asked
        What makes the questions of another request over the same venues.
    """

    def __init__(
        self, request: Request, shares: Shares, tours: Tours, asked: Callable[[Request], Shares]
    ) -> None:
        self.request, self.shares, self.tours, self.asked = request, shares, tours, asked
        self.places = shares.parts[0][0].asked.places
        self.venues = [stop.stop_id for stop in shares.parts[0][0].day.stops]
        self.seen = {at for days in tours for tour in days for at in tour.chosen}
        self.lacks = [at for at in range(len(self.venues)) if at not in self.seen]
        # Of coaches that go the same way the first stands for all.
        self.groups: dict[object, list[int]] = {}
        for coach, (parts, days) in enumerate(zip(shares.parts, tours, strict=True)):
            way = tuple((tour.visits, share.day.stops)
                        for tour, share in zip(days, parts, strict=True))  # fmt: skip
            self.groups.setdefault(way, []).append(coach)

    def missing(self) -> tuple[Missing, ...]:
        """Return the venues in no part."""
        if not self.lacks:
            return ()
        gaps = [
            gap for coach, *_ in self.groups.values() for day in range(self.request.days)
            for gap in self._gaps(coach, day)
        ]  # fmt: skip
        found = {at: list(self._of_a_day(at, gaps)) for at in self.lacks}
        for at, addition in self._later():
            found[at].append(addition)
        for wider in self._wider():
            once = wider.change.amount == 1  # more than one only for those that nothing less helps
            for at in self._planned(wider, self.lacks) if once else ():
                found[at].append(wider)
            for at in self.lacks:
                if not found[at]:
                    named = wider._replace(request=with_must(wider.request, self.venues[at]))
                    found[at] += [named] * (at in self._planned(named, [at]))
        told = []
        for at in self.lacks:
            reasons = tuple(gap.found.reason for gap in gaps
                            if gap.found.stop == at and gap.coach == 0)  # fmt: skip
            blocked = [share.stops[at].blocked for share in self.shares.parts[0]]
            shut = None if None in blocked else blocked[0]
            told.append(Missing(self.places[at], reasons, shut, tuple(found[at])))
        return tuple(told)

    def _gaps(self, coach: int, day: int) -> Iterator[_Gap]:
        """Return what a part lacks of what the trip lacks, its stops by their place among all."""
        left, tour = self.shares.left_to(coach, day, self.tours), self.tours[coach][day]
        chosen = sorted({*tour.chosen, *self.lacks})
        at = {stop: number for number, stop in enumerate(chosen)}
        visits = tuple(visit._replace(stop=at[visit.stop]) for visit in tour.visits)
        stops = left.stops
        for one in left_out(
            left.day.part(chosen), replace(tour, visits=visits),
            blocked={at[stop]: why for stop in chosen if (why := stops[stop].blocked)},
            variants={at[stop]: stops[stop].variants for stop in chosen},
        ):  # fmt: skip
            yield _Gap(coach, day, replace(one, stop=chosen[one.stop]))

    def _of_a_day(self, at: int, gaps: Sequence[_Gap]) -> Iterator[Addition]:
        """Return of each kind of change the least over all parts that really brings a venue in."""
        kinds: dict[Kind, list[tuple[int, int, int]]] = {}
        for coach, day, found in gaps:
            groups = self.shares.parts[coach][day].stops[at].groups
            for change in found.changes if found.stop == at else ():
                kind, amount = of_each_group(change, groups)
                kinds.setdefault(kind, []).append((amount, day, coach))
        for kind, ways in kinds.items():
            for amount, day, coach in sorted(ways):
                stop = self.shares.parts[coach][day].stops[at]
                made = applied(self.request, Change(kind, amount), place=self.places[at],
                               stay_min=stop.stop.stay_min // stop.groups)  # fmt: skip
                if made is None:
                    continue
                done = self._put(Change(kind, amount), at, coach, day, made, self.asked(made))
                if done is not None:
                    yield done
                    break

    def _put(
        self, change: Change, at: int, coach: int, day: int, made: Request, shares: Shares,
        orders: Orders | None = None,
    ) -> Addition | None:  # fmt: skip
        """Return the change with the venue in that part, for all that go along if they can."""
        order = self._order(shares.left_to(coach, day, self.tours),
                            {*self.tours[coach][day].chosen, at})  # fmt: skip
        if order is None:
            return None
        own = orders or tuple(
            tuple(tuple(self.venues[visit.stop] for visit in tour.visits) for tour in days)
            for days in self.tours
        )
        along = next(group for group in self.groups.values() if coach in group)
        for coaches in [along, [coach]] if len(along) > 1 else [along]:
            tried = tuple(
                tuple(order if which in coaches and number == day else one
                      for number, one in enumerate(days))
                for which, days in enumerate(own)
            )  # fmt: skip
            if all(isinstance(tour, Tour) for days in shares.in_order(tried) for tour in days):
                named = tuple(which + 1 for which in coaches)
                return Addition(change, day + 1, named, made, tried)
        return None

    def _order(self, left: Share, wanted: set[int]) -> tuple[str, ...] | None:
        """Return a good order of these venues, with others of the missing if they feed all."""
        day = left.day
        hungry = day.lunch is not None and not day.lunch.picnic
        for chosen in [sorted(wanted)] + [sorted({*wanted, *self.lacks})] * hungry:
            if {*chosen} == wanted and not works(day, wanted):
                continue  # told sooner than by the whole plan
            asked = _insisting(day.part(chosen), {chosen.index(at) for at in wanted})
            try:
                tour = plan(asked)
            except TooManySets:
                continue
            if tour is not None:
                return tuple(self.venues[chosen[visit.stop]] for visit in tour.visits)
        return None

    def _later(self) -> Iterator[tuple[int, Addition]]:
        """Return for venues the first later day on which to set out that brings them in."""
        known = {_openings(self.shares)}
        left = set(self.lacks)
        for after in range(1, LATER_DAYS + 1):
            moved = replace(self.request, day=self.request.day + timedelta(days=after))
            shares = self.asked(moved)
            openings = _openings(shares)
            if not left or openings in known:
                continue  # days on which all is open alike have the same answer
            known.add(openings)
            base: list[tuple[tuple[str, ...] | None, ...]] = [
                tuple(self._order(shares.left_to(coach, day, self.tours), {*tour.chosen})
                      for day, tour in enumerate(days))
                for coach, days in enumerate(self.tours)
            ]  # fmt: skip
            orders = tuple(tuple(one for one in days if one is not None) for days in base)
            if any(len(days) < self.request.days for days in orders):
                continue
            for at in sorted(left):
                made = with_must(moved, self.venues[at])
                for coach, day in self._parts():
                    done = self._put(Change("other_day", after), at, coach, day, made, shares,
                                     orders)  # fmt: skip
                    if done is not None:
                        left.discard(at)
                        yield at, done
                        break

    def _parts(self) -> Iterable[tuple[int, int]]:
        return [(group[0], day) for group in self.groups.values()
                for day in range(self.request.days)]  # fmt: skip

    def _wider(self) -> Iterator[Addition]:
        """Return the trips with one day more, with one coach more, and with more days still."""
        days = [(Change("more_days", more), more_days(self.request, more)) for more in range(1, 5)]
        coach = (Change("more_coaches", 1), more_coaches(self.request, 1))
        for change, wider in (days[0], coach, *days[1:]):
            if wider is not None:
                yield Addition(change, 0, (), wider, None)

    def _planned(self, wider: Addition, wanted: Iterable[int]) -> list[int]:
        """Return which of these venues a wider trip has beside all that this one has."""
        fleet = self.asked(wider.request).planned()
        tours = () if fleet is None else fleet.tours
        seen = {at for days in tours for tour in days for at in tour.chosen}
        return [at for at in wanted if at in seen] if seen >= self.seen else []


def _openings(shares: Shares) -> object:
    return tuple(share.day.stops for days in shares.parts for share in days)


def _insisting(day: Day, wanted: set[int]) -> Day:
    stops = (replace(stop, must=at in wanted) for at, stop in enumerate(day.stops))
    return replace(day, stops=tuple(stops))


def later_years(request: Request) -> set[int]:
    """Return the years of the later days that a trip may be changed to."""
    days = range(1, LATER_DAYS + request.days)
    return {(request.day + timedelta(days=after)).year for after in days}


def first_day(addition: Addition) -> date:
    """Return the day that an addition speaks of: that of the venue, or of setting out."""
    after = 0 if addition.change.kind == "other_day" else max(addition.day - 1, 0)
    return addition.request.day + timedelta(days=after)
