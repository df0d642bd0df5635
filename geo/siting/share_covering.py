"""The fewest sites for a share of everyone: one maximal covering after another, few of them solved.

The linear program of maximal covering says how many sites are too few, and rounded it gives a
plan; only for the numbers between is a covering solved, until it reaches enough or cannot.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from geo.siting.branching import Relaxations
from geo.siting.cover import Cover
from geo.siting.deadline import Deadline
from geo.siting.exchange import exchanged, greedy
from geo.siting.lagrangian import better, prices
from geo.siting.problem import Floats, Integers, Progress
from geo.siting.program import Outcome
from geo.siting.proof import solved
from geo.siting.reduction import merged, undominated


def fewest_for(
    matrix: sp.csr_array,
    weight: Floats,
    wanted: float,
    start: Integers,
    *,
    deadline: Deadline,
    offset: int = 0,
) -> tuple[Outcome, Integers]:
    """
    Return the fewest columns of a 0/1 matrix whose rows weigh as much as wanted, and the outcome.

    Parameters
    ----------
    matrix
        n × m; every row has a one.
    weight
        n weights, above 0.
    wanted
        Above 0.
    start
        Columns that reach it.
    deadline
        When to end; the columns are then the fewest found, and the outcome has the bound.
    offset
        Sites besides that are told of.
    """
    search = _Search(matrix, weight, wanted, start, deadline, offset)
    search.bounded()
    search.rounded()
    search.proved()
    end = "optimal" if search.least >= len(search.best) else deadline.status
    count = float(len(search.best))
    return Outcome(None, count, float(search.least), end), search.best


class _Search:
    """The fewest columns found, the number that fewer than cannot do, and the programs."""

    def __init__(
        self, matrix: sp.csr_array, weight: Floats, wanted: float, start: Integers,
        deadline: Deadline, offset: int,
    ) -> None:  # fmt: skip
        m = matrix.shape[1]
        whole = Cover(sp.csr_array(matrix), weight, len(start), np.full(m, -1), 0, np.arange(m))
        self.cover = merged(whole.only(undominated(whole)))
        self.wanted, self.deadline, self.offset = wanted, deadline, offset
        self.best, self.least = start, 1
        self.relaxed: dict[int, tuple[Floats, Floats]] = {}
        self.programs = Relaxations(self.cover, deadline=deadline)

    def bounded(self) -> None:
        """Find how many the linear program says are too few."""
        for count in range(len(self.best) - 1, 0, -1):
            found = self._relaxation(count)
            if found is None:
                return
            if prices(self.cover.asking(count), found[1]).bound < self.wanted:
                self.least = count + 1
                return
            if self._told():
                return

    def rounded(self) -> None:
        """Look for the fewest that a rounded linear program finds."""
        for count in range(self.least, len(self.best)):
            if self.deadline.over or self._take(self._plan(count)):
                return

    def proved(self) -> None:
        """Solve for the numbers between."""
        while self.least < len(self.best) and not self.deadline.over:
            cover = self.cover.asking(self.least)
            left_s = self.deadline.remaining_s
            inner = Deadline(max(left_s, 1e-3) if np.isfinite(left_s) else None, self._enough)
            answer = solved(
                cover, deadline=inner, first=self._plan(self.least),
                relaxed=self._relaxation(self.least),
            )  # fmt: skip
            if self._take(answer.chosen):
                return
            if answer.bound >= self.wanted and inner.over:
                self.deadline.run_out()
                return
            self.least += 1
            if self._told():
                return

    def _enough(self, now: Progress) -> bool:
        """Say whether a covering reaches what is wanted, or cannot, or has to end."""
        return self._told() or now.objective >= self.wanted or now.bound < self.wanted

    def _plan(self, count: int) -> Integers:
        """Return a good plan of so many columns."""
        cover = self.cover.asking(count)
        chosen = exchanged(cover, greedy(cover))
        value, found = cover.value(chosen), self._relaxation(count)
        return chosen if found is None else better(cover, chosen, value, found[0])[0]

    def _relaxation(self, count: int) -> tuple[Floats, Floats] | None:
        """Return shares and prices of the linear program; None if the time is over."""
        if count not in self.relaxed:
            found = self.programs.at(count)
            if found is None:
                self.deadline.run_out()
                return None
            self.relaxed[count] = found
        return self.relaxed[count]

    def _take(self, chosen: Integers) -> bool:
        """Keep columns that reach what is wanted, and say whether they do."""
        if self.cover.value(chosen) < self.wanted:
            return False
        self.best = np.sort(self.cover.site[chosen])
        return True

    def _told(self) -> bool:
        least, count = self.offset + self.least, self.offset + len(self.best)
        return self.deadline.tell(float(count), float(least), "set_covering")
