"""What a siting model is asked and what it answers, whatever the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.cost import CostTable
from geo.errors import ArgumentError, sentence

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

# A site's part: may be chosen; stands already, for nothing; must be chosen; must not be.
FREE, LOCKED, REQUIRED, FORBIDDEN = 0, 1, 2, 3

Status = Literal["optimal", "time", "stopped"]


@dataclass(frozen=True, eq=False)
class Problem:
    """
    A siting problem over n demand points and m sites.

    Parameters
    ----------
    cost
        n × m, as far as it matters to the model: for covering models cut at the radius
        (every listed pair is covered), for p-median and p-center all of it.
    weight
        n weights, not negative: villages or persons.
    part
        m values of `FREE`, `LOCKED`, `REQUIRED`, `FORBIDDEN`. Locked sites stand already and
        do not count as added; required ones do.
    group
        m numbers of the township a site is in, -1 for none; and `groups` how many there are.
    capacity
        m greatest weights that a site can serve, infinite for no limit; None for none at all.
    """

    cost: CostTable
    weight: Floats
    part: Integers
    group: Integers | None = None
    groups: int = 0
    capacity: Floats | None = None

    def __post_init__(self) -> None:
        """See that the parts fit together."""
        n, m = self.cost.demands, self.cost.facilities
        sizes = [("weight", self.weight, n), ("part", self.part, m)]
        sizes += [("group", self.group, m)] if self.group is not None else []
        sizes += [("capacity", self.capacity, m)] if self.capacity is not None else []
        for name, values, size in sizes:
            if len(values) != size:
                reason = f"应有 {size} 个值"
                raise ArgumentError("bad_argument", name=name, value=len(values), reason=reason)
        if n and not (self.weight >= 0).all():
            low = float(np.nanmin(self.weight))
            raise ArgumentError("bad_argument", name="weight", value=low, reason="不能是负数")

    @property
    def locked(self) -> Integers:
        """Return the positions of the sites that stand already."""
        return np.flatnonzero(self.part == LOCKED)

    @property
    def choosable(self) -> Integers:
        """Return the positions of the sites that may be or must be chosen."""
        return np.flatnonzero((self.part == FREE) | (self.part == REQUIRED))


class Progress(NamedTuple):
    """Where a long run stands: the best so far, the bound, and what it is doing."""

    objective: float
    bound: float
    step: str


class Note(NamedTuple):
    """Something to say beside an answer: a code of the sentences, and its facts."""

    code: str
    facts: dict[str, Any]

    def sentence(self, language: str = "zh") -> str:
        """Say it in `language`."""
        return sentence(self.code, language, **self.facts)


# Told of progress from time to time; True asks the model to stop with its best so far.
Watch = Callable[[Progress], bool]


@dataclass(frozen=True, eq=False)
class Solution:
    """
    Sites chosen by a model.

    Parameters
    ----------
    sites
        Positions of the sites added (required ones among them, locked ones not), rising.
    objective
        The model's value of them with the locked ones: weight covered, number of sites,
        weighted cost, or greatest cost.
    bound
        No choice can be better than this; equal to `objective` when proven optimal.
    status
        "optimal", or why the run ended before: "time" or "stopped".
    notes
        What has to be said beside the answer.
    """

    sites: Integers
    objective: float
    bound: float
    status: Status = "optimal"
    notes: tuple[Note, ...] = ()

    @property
    def gap(self) -> float:
        """Return how far the bound is from the objective, as a share of the objective; 0 proven."""
        if self.objective == self.bound:
            return 0.0
        return abs(self.bound - self.objective) / max(abs(self.objective), 1e-12)
