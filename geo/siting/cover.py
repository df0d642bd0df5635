"""A covering problem stripped to its working parts: who reaches whom, and what is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse

from geo.siting.problem import Floats, Integers


@dataclass(frozen=True, eq=False)
class Cover:
    """
    Choose up to `add` sites so that the weight of the demand they reach is greatest.

    Parameters
    ----------
    reach
        n × m of ones, in rows (CSR): site j reaches demand i.
    weight
        n weights, above 0.
    add
        How many sites may be chosen.
    group
        m numbers of groups that are not open yet, -1 for none.
    least
        How many of these groups the chosen sites have to open.
    site
        m positions of the sites in the problem that this one was made of.
    single
        Whether a group may have one site at most.
    """

    reach: sparse.csr_array
    weight: Floats
    add: int
    group: Integers
    least: int
    site: Integers
    single: bool = False

    @cached_property
    def back(self) -> sparse.csr_array:
        """Return m × n of ones, in rows: whom each site reaches."""
        return self.reach.T.tocsr()

    @cached_property
    def unit(self) -> float:
        """
        Return what every weight is a multiple of, so that every objective is one too; 0 if unknown.

        Two plans differ by at least the unit or not at all.
        """
        return unit(self.weight)

    def asking(self, add: int) -> Cover:
        """Return the problem with another number of sites to add."""
        other = replace(self, add=add)
        vars(other).update(back=self.back, unit=self.unit)
        return other

    @property
    def total(self) -> float:
        """Return the weight of all demand."""
        return float(self.weight.sum())

    def rows_of(self, site: int) -> Integers:
        """Return the demand that one site reaches."""
        back = self.back
        return np.asarray(back.indices[back.indptr[site] : back.indptr[site + 1]])

    def counts(self, chosen: Integers) -> Integers:
        """Return by how many of the chosen sites each demand is reached."""
        marks = np.zeros(self.reach.shape[1])
        marks[chosen] = 1
        return np.asarray(np.rint(self.reach @ marks), np.int64)

    def value(self, chosen: Integers) -> float:
        """Return the weight that the chosen sites reach."""
        return float(self.weight[self.counts(chosen) > 0].sum())

    def opened(self, chosen: Integers) -> int:
        """Return how many groups the chosen sites open."""
        group = self.group[chosen]
        return len(np.unique(group[group >= 0]))

    def only(self, sites: Integers) -> Cover:
        """Return the problem with some of the sites; demand that none of them reaches is gone."""
        reach = self.reach[:, sites].tocsr()
        reach.sort_indices()
        some = np.diff(reach.indptr) > 0
        return replace(
            self, reach=reach[some], weight=self.weight[some], group=self.group[sites],
            site=self.site[sites],
        )  # fmt: skip

    def only_rows(self, rows: np.ndarray) -> Cover:
        """Return the problem with some of the demand, given by marks; sites stay as they are."""
        return replace(self, reach=self.reach[rows], weight=self.weight[rows])


def alike(reach: sparse.csr_array) -> Integers:
    """Return which set of columns each row has, by number in the order met; indices sorted."""
    starts, indices = reach.indptr, reach.indices
    seen: dict[bytes, int] = {}
    return np.array(
        [
            seen.setdefault(indices[starts[at] : starts[at + 1]].tobytes(), len(seen))
            for at in range(reach.shape[0])
        ],
        np.int64,
    )


def unit(weight: Floats) -> float:
    """Return the greatest number of which all weights are multiples, down to 0.001; 0 if none."""
    if not len(weight) or weight.max() > 1e9:
        return 0.0
    for scale in (1.0, 10.0, 100.0, 1000.0):
        whole = np.rint(weight * scale)
        if (whole / scale == weight).all():
            return float(np.gcd.reduce(whole.astype(np.int64))) / scale
    return 0.0


def rounded_down(bound: float, step: float) -> float:
    """Return the greatest objective that a bound leaves, where objectives are multiples of step."""
    if step <= 0:
        return bound
    return float(np.floor(bound / step + 1e-6) * step)
