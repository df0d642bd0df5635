"""A bound for p-median from Lagrange multipliers, and the sites that it decides at once.

Narula, Ogbu and Samuelsson (1977), An algorithm for the p-median problem, Operations Research
25(4): that each row is served once is not demanded but priced; the price is moved along its
subgradient. A site whose worth is so far from the rest that the bound with it (without it) is
above a known solution is never (always) in a better one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from geo.siting.assignment import Assignment, interchanged
from geo.siting.deadline import Deadline
from geo.siting.problem import Floats, Integers

ITERATIONS = 600
# A row's pairs beyond this many times the usual rank do not help the bound.
RANKS = 6


class Relaxed(NamedTuple):
    """The bound, each column's worth at it, and the best columns met with what they cost."""

    bound: float
    worth: Floats
    chosen: Integers
    paid: float


def relaxed(
    prices: Assignment,
    places: int,
    chosen: Integers,
    *,
    deadline: Deadline,
    paid: float = np.inf,
) -> Relaxed:
    """
    Return the best bound met on what `places` columns must cost, from a solution to start with.

    The bound holds whatever the multipliers are; they are at most the caps of the rows, and
    at most the dearest pair looked at. `paid` is what a solution costs that may not be one of
    these columns.
    """
    ceiling = prices.ceiling
    near = _near(prices, places)
    row, column, price = prices.row[near], prices.column[near], prices.price[near]
    n, m = len(prices.cap), prices.columns
    cut = np.full(n, -np.inf)
    cut[row] = price
    endless = np.isinf(prices.cap)
    shortened = np.bincount(prices.row, minlength=n) > np.bincount(row, minlength=n)
    top = np.where(endless | shortened, cut, prices.cap)
    low = top.copy()
    low[row[::-1]] = price[::-1]  # the first of a row is its lowest
    then = prices.paid(chosen, ceiling)
    best = float(then.sum())
    # What the known solution pays is a good start.
    value = np.clip(then, low, top)
    bound, worth_then, value_then = -np.inf, np.zeros(m), value
    pace, stale, direction = 1.5, 0, np.zeros(n)
    for turn in range(ITERATIONS):
        margin = value[row] - price
        useful = margin > 0
        worth: Floats = np.bincount(column[useful], margin[useful], m).astype(np.float64)
        picked = np.argsort(-worth, kind="stable")[:places]
        reached = float(value.sum() - worth[picked].sum())
        mark = np.zeros(m, bool)
        mark[picked] = True
        if reached > bound + 1e-7 * abs(best):
            stale = 0
        else:
            stale += 1
        if reached > bound:
            bound, worth_then, value_then = reached, worth, value
        if turn % 10 == 0:
            sites = np.sort(picked)
            paid_now = float(prices.paid(sites, ceiling).sum())
            if turn % 50 == 0 and turn:
                sites = interchanged(prices, sites, most=20)
                paid_now = float(prices.paid(sites, ceiling).sum())
            if paid_now < best:
                best, chosen = paid_now, sites
            if deadline.tell(min(best, paid), bound, "median"):
                break
        if bound >= min(best, paid) * (1 - 1e-12) or pace < 1e-3:
            break
        if stale >= 12:
            pace, stale, value, direction = pace / 2, 0, value_then, np.zeros(n)
            continue
        served = np.bincount(row[useful & mark[column]], minlength=n).astype(np.float64)
        slope: Floats = 1.0 - served
        # A multiplier at its end does not move beyond it.
        slope[(slope > 0) & (value >= top)] = 0.0
        slope[(slope < 0) & (value <= low)] = 0.0
        direction = slope + 0.5 * direction
        size = float(direction @ direction)
        if size == 0:
            break
        value = np.clip(value + pace * (min(best, paid) - reached) / size * direction, low, top)
    return Relaxed(bound, worth_then, chosen, best)


def decided(found: Relaxed, places: int, paid: float) -> tuple[Integers, Integers]:
    """Return columns in every solution that costs less than `paid`, and those that may be."""
    order = np.argsort(-found.worth, kind="stable")
    inside, outside = order[:places], order[places:]
    # Equal cost is not better; a hair above is rounding.
    spare = paid - found.bound + 1e-9 * abs(paid)
    if not len(outside) or not len(inside):
        return np.sort(inside), np.empty(0, np.int64)
    last_in, first_out = found.worth[inside[-1]], found.worth[outside[0]]
    sure = found.worth[inside] - first_out > spare
    open_ones = np.concatenate([inside[~sure], outside[last_in - found.worth[outside] <= spare]])
    return np.sort(inside[sure]), np.sort(open_ones)


def _near(prices: Assignment, places: int) -> Integers:
    most = max(40, RANKS * prices.columns // max(places, 1))
    starts = np.searchsorted(prices.row, np.arange(len(prices.cap)))
    return np.flatnonzero(np.arange(len(prices.row)) - starts[prices.row] < most)
