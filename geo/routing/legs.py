"""The legs between many places: from the cache, and the rest from an engine block by block."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from geo.cost import CostTable, Floats, Integers
from geo.errors import RoutingError
from geo.roads import MAX_ACCESS_M, Flags
from geo.routing.answers import LEG, Block, Cache, Engine, Legs, Place

ATTEMPTS = 2  # for each block
PAUSE_S = 0.2  # between them
MAX_FAILURES = 2  # blocks in a row without an answer, then no more are asked
BUDGET = 6  # times the time-out of one question is the time for all
REST_S = 30.0  # how long an engine that did not answer is left alone

VALUES = ("metres", "seconds", "access_m")  # of a leg, `answers.LEG`

# Address of an engine that failed -> when it may be asked again.
_resting: dict[str, float] = {}


class Found(NamedTuple):
    """
    The way of each of k pairs, and why some have none.

    `metres` and `seconds` along roads, and `access_m` straight to the road at both ends;
    NaN where there is no answer.
    """

    metres: Floats
    seconds: Floats
    access_m: Floats
    error: RoutingError | None


def legs_of(
    near: CostTable,
    engine: Engine,
    origins: Integers,
    destinations: Integers,
    *,
    timeout_s: float,
    cache: Cache | None,
) -> Found:
    """
    Return the ways of the pairs of `near`, from origins (its demand) to destinations.

    Places are in steps and may repeat: each two different ones are asked for once, and from
    a place to itself there is no way to go. The options are those of `find_legs`.
    """
    source, source_of = np.unique(origins, axis=0, return_inverse=True)
    target, target_of = np.unique(destinations, axis=0, return_inverse=True)
    key = source_of[near.demand()] * len(target) + target_of[near.facility]
    each, of = np.unique(key, return_inverse=True)
    one, other = np.divmod(each, len(target))
    apart = (source[one] != target[other]).any(axis=1)
    found = find_legs(
        engine, source, target, (one[apart], other[apart]), timeout_s=timeout_s, cache=cache
    )
    values = np.zeros((3, len(each)))
    values[:, apart] = found[:3]
    return Found(values[0, of], values[1, of], values[2, of], found.error)


class _Pairs:
    """k different pairs of places, in the order of their numbers, and what is known of them."""

    def __init__(self, source: Integers, target: Integers, targets: int) -> None:
        self.key = source * targets + target
        self.order = np.argsort(self.key)
        self.sorted = self.key[self.order]
        self.targets = targets
        self.legs = np.full(len(self.key), np.nan, dtype=[(name, "<f8") for name in VALUES])
        self.answered = np.zeros(len(self.key), dtype=np.bool_)

    def at(self, source: Integers, target: Integers) -> tuple[Integers, Flags]:
        """Return where pairs stand among these, and which of them are among these at all."""
        key = source * self.targets + target
        slot = np.minimum(np.searchsorted(self.sorted, key), len(self.sorted) - 1)
        return self.order[slot], self.sorted[slot] == key


def find_legs(
    engine: Engine,
    sources: Integers,
    targets: Integers,
    pairs: tuple[Integers, Integers],
    *,
    timeout_s: float,
    cache: Cache | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Found:
    """
    Return the ways of `pairs`, as far as the cache knows them or `engine` answers.

    Parameters
    ----------
    engine
        Whom to ask, at most `BUDGET` times `timeout_s` seconds in all.
    sources, targets
        n and m different places, n × 2 and m × 2, in steps (`answers.steps`).
    pairs
        k different pairs: positions among `sources` and among `targets`.
    timeout_s
        The time-out of one question.
    cache
        Where answers are kept; also that there is no way is kept.
    clock, sleep
        Seconds that only rise, and a pause of so many seconds.

    Returns
    -------
    found
        k ways. `error` is what went wrong last, or None.
    """
    known = _Pairs(*pairs, len(targets))
    if cache is not None and len(pairs[0]):
        _look_up(cache, engine.service, sources, targets, pairs, known)
    asked = ~known.answered
    error = None
    if asked.any():
        run = _Run(engine, sources, targets, known, clock, sleep, clock() + BUDGET * timeout_s)
        error = run.ask(pairs[0][asked], pairs[1][asked])
        if cache is not None:
            new = asked & known.answered
            _keep(cache, engine.service, sources, targets, (pairs[0][new], pairs[1][new]),
                  known.legs[new])  # fmt: skip
    if error is None and np.isnan(known.legs["metres"]).any():
        error = RoutingError("routing_no_way")
    return Found(known.legs["metres"], known.legs["seconds"], known.legs["access_m"], error)


class _Run:
    """One round of questions to an engine."""

    def __init__(
        self, engine: Engine, sources: Integers, targets: Integers, known: _Pairs,
        clock: Callable[[], float], sleep: Callable[[float], None], until: float,
    ) -> None:  # fmt: skip
        self.engine, self.sources, self.targets, self.known = engine, sources, targets, known
        self.clock, self.sleep, self.until = clock, sleep, until
        self.failures = 0
        self.error: RoutingError | None = None

    def ask(self, source: Integers, target: Integers) -> RoutingError | None:
        """Ask for the pairs block by block; return what went wrong last."""
        left_s = _resting.get(self.engine.address, 0.0) - self.clock()
        if left_s > 0:
            return RoutingError("routing_resting", seconds=f"{left_s:.0f}")
        for some in _near_ones(self.sources, np.unique(source), self.engine.table_size):
            with_some = np.isin(source, some)
            wanted = np.unique(target[with_some])
            for others in _near_ones(self.targets, wanted, self.engine.table_size):
                block_wanted = with_some & np.isin(target, others)
                if block_wanted.any():
                    rows = np.unique(source[block_wanted])
                    self._block(rows, others)
                if self.failures >= MAX_FAILURES:
                    _resting[self.engine.address] = self.clock() + REST_S
                    return self.error
        return self.error

    def _block(self, source: Integers, target: Integers) -> None:
        """Ask for one block; if it is refused, for its halves."""
        for attempt in range(ATTEMPTS):
            if self.clock() > self.until:
                self.failures = MAX_FAILURES
                self.error = self.error or RoutingError("routing_timeout", seconds="全部")
                return
            try:
                answer = self.engine.block(self.sources[source], self.targets[target])
            except RoutingError as error:
                if error.code == "routing_refused":
                    self._halves(source, target)
                    return
                self.error = error
                if attempt + 1 < ATTEMPTS:
                    self.sleep(PAUSE_S)
                continue
            self.failures = 0
            self._note(source, target, answer)
            return
        self.failures += 1

    def _halves(self, source: Integers, target: Integers) -> None:
        if len(source) == len(target) == 1:
            none = np.full((1, 1), np.nan)
            self._note(source, target, Block(none, none, np.zeros(1), np.zeros(1)))
            return
        by_source = len(source) >= len(target)
        longer = source if by_source else target
        for half in (longer[: len(longer) // 2], longer[len(longer) // 2 :]):
            if self.failures < MAX_FAILURES:
                self._block(*((half, target) if by_source else (source, half)))

    def _note(self, source: Integers, target: Integers, answer: Block) -> None:
        slot, wanted = self.known.at(source[:, None], target[None, :])
        # An engine moves a place to a road however far that is; what is too far has no way.
        near = np.outer(
            answer.source_access_m <= MAX_ACCESS_M, answer.target_access_m <= MAX_ACCESS_M
        )
        access = answer.source_access_m[:, None] + answer.target_access_m[None, :]
        metres = np.where(near, answer.metres, np.nan)
        legs = self.known.legs
        legs["metres"][slot[wanted]] = metres[wanted]
        legs["seconds"][slot[wanted]] = answer.seconds[wanted]
        legs["access_m"][slot[wanted]] = access[wanted]
        self.known.answered[slot[wanted]] = True


def _near_ones(places: Integers, some: Integers, size: int) -> Iterator[Integers]:
    """Split `some` of the places into groups of at most `size` that lie together."""
    if len(some) <= size:
        yield some
        return
    spread = np.ptp(places[some], axis=0)
    order = some[np.argsort(places[some, int(spread.argmax())], kind="stable")]
    # Full groups on one side: a half that is a little too long would be halved again.
    middle = -(-len(some) // (2 * size)) * size
    yield from _near_ones(places, order[:middle], size)
    yield from _near_ones(places, order[middle:], size)


def _look_up(
    cache: Cache, service: str, sources: Integers, targets: Integers,
    pairs: tuple[Integers, Integers], known: _Pairs,
) -> None:  # fmt: skip
    asked = np.unique(pairs[0])
    stored = cache.get(service, [_place(sources[at]) for at in asked])
    if not stored:
        return
    place_key = targets[:, 0] << 32 | targets[:, 1]
    order = np.argsort(place_key)
    for at in asked:
        legs = stored.get(_place(sources[at]))
        if legs is None:
            continue
        key = legs["lon"].astype(np.int64) << 32 | legs["lat"].astype(np.int64)
        slot = np.minimum(np.searchsorted(place_key[order], key), len(order) - 1)
        target = order[slot]
        slot, wanted = known.at(np.full(len(target), at), target)
        wanted &= place_key[target] == key
        for name in VALUES:
            known.legs[name][slot[wanted]] = legs[name][wanted]
        known.answered[slot[wanted]] = True


def _keep(
    cache: Cache, service: str, sources: Integers, targets: Integers,
    pairs: tuple[Integers, Integers], values: Legs,
) -> None:  # fmt: skip
    source, target = pairs
    if not len(source):
        return
    legs = np.empty(len(source), dtype=LEG)
    legs["lon"], legs["lat"] = targets[target].T
    for name in VALUES:
        legs[name] = values[name]
    order = np.argsort(source, kind="stable")
    origin, first = np.unique(source[order], return_index=True)
    new = dict(zip(origin, np.split(legs[order], first[1:]), strict=True))
    cache.put(service, {_place(sources[at]): part for at, part in new.items()})


def _place(place: Integers) -> Place:
    return int(place[0]), int(place[1])
