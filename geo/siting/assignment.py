"""Who is served from where at what price: the pairs that still matter to a p-median model.

The sites that stand cap what a row costs, so only cheaper pairs can matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from geo.siting.problem import Floats, Integers

# Steps of a row whose sets are kept whole.
DEEP = 24


@dataclass(frozen=True, eq=False)
class Assignment:
    """
    Rows (demand with weight), columns (sites to choose from), and prices (weight × cost).

    Parameters
    ----------
    cap
        What each row costs if no column is chosen; infinite where one must be.
    row, column, price
        The pairs with a price below the row's cap, by row and rising price.
    columns
        How many columns there are.
    """

    cap: Floats
    row: Integers
    column: Integers
    price: Floats
    columns: int

    def __post_init__(self) -> None:
        """Keep the pairs by column too."""
        order = np.argsort(self.column, kind="stable")
        counts = np.bincount(self.column, minlength=self.columns)
        object.__setattr__(self, "by_column", order)
        object.__setattr__(self, "column_starts", np.concatenate([[0], np.cumsum(counts)]))

    by_column: Integers = None  # type: ignore[assignment]
    column_starts: Integers = None  # type: ignore[assignment]

    @property
    def ceiling(self) -> Floats:
        """Return the caps; for infinite ones more than all else together can cost."""
        endless = np.isinf(self.cap)
        total = self.cap[~endless].sum() + self.dearest()[endless].sum()
        return np.where(endless, 2 * total + 1, self.cap)

    def dearest(self) -> Floats:
        """Return the highest price listed in each row; minus infinity for none."""
        highest = np.full(len(self.cap), -np.inf)
        highest[self.row] = self.price  # the last of a row is its highest
        return highest

    def paid(self, chosen: Integers, ceiling: Floats) -> Floats:
        """Return what each row costs with these columns, at most its ceiling."""
        paid = ceiling.copy()
        for one in chosen.tolist():
            at = self.by_column[self.column_starts[one] : self.column_starts[one + 1]]
            rows = self.row[at]
            paid[rows] = np.minimum(paid[rows], self.price[at])
        return paid

    def narrowed(self, taken: Integers, kept: Integers) -> Assignment:
        """Return what is left when some columns are chosen, and of the others some are kept."""
        cap = self.paid(taken, self.cap)
        number = np.full(self.columns, -1)
        number[kept] = np.arange(len(kept))
        matters = (number[self.column] >= 0) & (self.price < cap[self.row])
        return Assignment(
            cap, self.row[matters], number[self.column[matters]], self.price[matters], len(kept)
        )


def greedy(prices: Assignment, places: int) -> Integers:
    """Return `places` columns, each in turn the one that saves most; the first among equals."""
    ceiling = prices.ceiling
    paid = ceiling
    chosen: list[int] = []
    for _ in range(places):
        saved = np.maximum(paid[prices.row] - prices.price, 0.0)
        gain = np.bincount(prices.column, saved, prices.columns)
        gain[chosen] = -1.0
        chosen.append(int(gain.argmax()))
        paid = prices.paid(np.array(chosen[-1:]), paid)
    return np.sort(np.array(chosen, np.int64))


def interchanged(prices: Assignment, chosen: Integers, *, most: int = 200) -> Integers:
    """
    Return the columns after the best swaps of one for another, while they save something.

    Whitaker (1983), A fast algorithm for the greedy interchange, INFOR 21(2); all swaps of a
    round are weighed at once.
    """
    if not len(chosen) or len(chosen) == prices.columns:
        return chosen
    ceiling, m, p = prices.ceiling, prices.columns, len(chosen)
    for _ in range(most):
        slot = np.full(m, -1)
        slot[chosen] = np.arange(p)
        first, second, mine = _two_nearest(prices, slot, ceiling)
        pair_first, pair_second = first[prices.row], second[prices.row]
        owner = mine[prices.row]
        gain = np.bincount(prices.column, np.maximum(pair_first - prices.price, 0.0), m)
        served = mine >= 0
        loss = np.bincount(mine[served], (second - first)[served], p)
        # A newcomer also softens what a removal costs.
        soft = (owner >= 0) & (prices.price < pair_second)
        softened = pair_second[soft] - np.maximum(prices.price[soft], pair_first[soft])
        extra = np.bincount(owner[soft] * m + prices.column[soft], softened, p * m).reshape(p, m)
        profit = gain[None, :] - loss[:, None] + extra
        profit[:, chosen] = -np.inf
        best = int(profit.argmax())
        if profit.flat[best] <= 1e-9 * max(first.sum(), 1e-300):
            break
        chosen = chosen.copy()
        chosen[best // m] = best % m
        chosen.sort()
    return chosen


def _two_nearest(
    prices: Assignment, slot: Integers, ceiling: Floats
) -> tuple[Floats, Floats, Integers]:
    # The lowest and the second lowest price of each row among chosen columns, and whose it is.
    used = np.flatnonzero(slot[prices.column] >= 0)
    row = prices.row[used]
    fresh = np.ones(len(row), bool)
    fresh[1:] = row[1:] != row[:-1]
    again = np.zeros(len(row), bool)
    again[1:] = fresh[:-1] & ~fresh[1:]
    first, second = ceiling.copy(), ceiling.copy()
    mine = np.full(len(ceiling), -1)
    first[row[fresh]] = prices.price[used[fresh]]
    mine[row[fresh]] = slot[prices.column[used[fresh]]]
    second[row[again]] = prices.price[used[again]]
    return first, second, mine


class Steps(NamedTuple):
    """
    Prices as steps: sets of columns, and what it costs more to choose none of a set.

    Parameters
    ----------
    sets
        s × columns, ones where a column is in a set.
    after
        Of each set the one after which it matters, -1 for at once: it is missed if none of
        its columns is chosen and the one before is missed.
    extra
        What is paid more when a set is missed, above 0; infinite: it must not be.
    base
        What is paid in any case.
    """

    sets: sp.csr_array
    after: Integers
    extra: Floats
    base: float


def steps(prices: Assignment) -> Steps:
    """
    Return the prices as steps.

    The radius formulation of Cornuéjols, Nemhauser and Wolsey (1980), A canonical
    representation of simple plant location problems, SIAM J. Alg. Disc. Meth. 1(3): from one
    distinct price of a row to the next, the difference is paid unless a column at or below
    the first is chosen. Equal sets are made one. After the first `DEEP` steps of a row a set
    holds only what its step adds, since whole ones would grow with the square.
    """
    known: dict[bytes, int] = {}
    keys: list[bytes] = []
    after: list[int] = []
    extra: list[float] = []
    starts = np.searchsorted(prices.row, np.arange(len(prices.cap) + 1))
    base = float(prices.cap[np.diff(starts) == 0].sum())
    for at in range(len(prices.cap)):
        first, last = int(starts[at]), int(starts[at + 1])
        if first == last:
            continue
        price, column = prices.price[first:last], prices.column[first:last]
        ends = np.append(np.flatnonzero(price[1:] > price[:-1]) + 1, last - first)
        base += float(price[0])
        number = -1
        for depth, end in enumerate(ends.tolist()):
            dearer = float(price[end]) if end < last - first else float(prices.cap[at])
            deep = depth >= DEEP
            key = np.sort(column[ends[depth - 1] if deep else 0 : end]).tobytes()
            before = number if deep else -1
            number = len(keys) if deep else known.setdefault(key, len(keys))
            if number == len(keys):
                keys.append(key)
                after.append(before)
                extra.append(0.0)
            extra[number] += dearer - float(price[end - 1])
    return Steps(_matrix(keys, prices.columns), np.array(after, np.int64), np.array(extra), base)


def _matrix(keys: list[bytes], columns: int) -> sp.csr_array:
    sets = [np.frombuffer(key, np.int64) for key in keys]
    sizes = np.array([len(one) for one in sets], np.int64)
    indices = np.concatenate([*sets, np.empty(0, np.int64)])
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return sp.csr_array((np.ones(len(indices)), indices, starts), shape=(len(keys), columns))
