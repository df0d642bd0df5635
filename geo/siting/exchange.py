"""Good plans in no time: greedy choice and exchange of single sites."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from geo.siting.cover import Cover
from geo.siting.problem import Floats, Integers

SMALL = 1e-9


def greedy(cover: Cover, *, worth: Floats | None = None) -> Integers:
    """
    Return up to `add` sites, each the one that reaches most new weight; ties by position.

    Where groups have to be opened, the last choices are kept for sites that open one.

    Parameters
    ----------
    cover
        m sites.
    worth
        m factors above 0 by which the gains are compared; None for all alike.
    """
    back, reach = cover.back, cover.reach
    gain = back @ cover.weight
    left = cover.weight.copy()
    group, opened, chosen = cover.group, set[int](), list[int]()
    free = np.ones(len(gain), bool)
    for slots in range(cover.add, 0, -1):
        allowed = free & ~np.isin(group, list(opened)) if cover.single and opened else free
        if cover.least - len(opened) >= slots:
            allowed = allowed & (group >= 0) & ~np.isin(group, list(opened))
        if not allowed.any():
            break
        shown = gain if worth is None else gain * worth
        site = int(np.argmax(np.where(allowed, shown, -1.0)))
        if gain[site] <= SMALL and len(opened) >= cover.least:
            break
        chosen.append(site)
        free[site] = False
        if group[site] >= 0:
            opened.add(int(group[site]))
        rows = cover.rows_of(site)
        new = rows[left[rows] > 0]
        if len(new):
            part = reach[new]
            gain = gain - np.bincount(
                part.indices, np.repeat(left[new], np.diff(part.indptr)), minlength=len(gain)
            )
            left[new] = 0
    return np.sort(np.array(chosen, np.int64))


def exchanged(cover: Cover, chosen: Integers, *, steps: int = 200) -> Integers:
    """
    Return a plan that no exchange of one site makes better, or one `steps` exchanges better.

    Each exchange is the best of all that keep the number of groups opened; ties by position.
    """
    if not len(chosen):
        return chosen
    chosen = chosen.copy()
    counts = cover.counts(chosen)
    for _ in range(steps):
        better = swap_gains(cover, chosen, counts)
        at, site = divmod(int(np.argmax(better)), better.shape[1])
        if not better[at, site] > SMALL * max(1.0, cover.total):
            break
        counts[cover.rows_of(chosen[at])] -= 1
        counts[cover.rows_of(site)] += 1
        chosen[at] = site
    return np.sort(chosen)


def swap_gains(cover: Cover, chosen: Integers, counts: Integers | None = None) -> Floats:
    """
    Return p × m: what is gained when site j takes the place of the i-th chosen one.

    Minus infinity where j is chosen already, or where too few groups would be open.
    """
    if counts is None:
        counts = cover.counts(chosen)
    new = cover.back @ np.where(counts == 0, cover.weight, 0.0)
    alone = np.where(counts == 1, cover.weight, 0.0)
    mine = cover.back[chosen]
    mine = sparse.csr_array((alone[mine.indices], mine.indices, mine.indptr), shape=mine.shape)
    lost = mine.sum(axis=1)
    gains = new[None, :] - lost[:, None] + (mine @ cover.reach).toarray()
    gains[:, chosen] = -np.inf
    if cover.least:
        gains[_opened_after(cover, chosen) < cover.least] = -np.inf
    if cover.single:
        gains[_twice_after(cover, chosen)] = -np.inf
    return np.asarray(gains)


def _twice_after(cover: Cover, chosen: Integers) -> np.ndarray:
    """Return p × m: whether a group would have two sites after each exchange."""
    group, own = cover.group, cover.group[chosen]
    sites = np.bincount(own[own >= 0], minlength=int(group.max(initial=0)) + 1)
    others = sites[np.maximum(group, 0)][None, :] - (own[:, None] == group[None, :])
    return np.asarray((group >= 0)[None, :] & (others > 0))


def _opened_after(cover: Cover, chosen: Integers) -> Integers:
    """Return p × m: how many groups are open after each exchange."""
    group = cover.group
    sites = np.bincount(group[chosen][group[chosen] >= 0], minlength=int(group.max(initial=0)) + 1)
    own = group[chosen]
    closes = (own >= 0) & (sites[np.maximum(own, 0)] == 1)
    opens = (group >= 0) & (sites[np.maximum(group, 0)] == 0)
    same = closes[:, None] & (own[:, None] == group[None, :])
    return np.asarray(
        np.count_nonzero(sites) - closes[:, None].astype(int) + (opens[None, :] | same)
    )
