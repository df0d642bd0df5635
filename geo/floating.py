"""Two-step floating catchments: how much station each person has, crowding counted.

Step one asks of each facility how many people share it, step two of each place how much of
which facilities it has. A place with one station and many neighbours has less than one with
one station and few.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.cost import CostTable
from geo.errors import bad_argument

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Steps:
    """
    A weight that falls in steps: `weights[r]` for costs up to and with ``limits[r]``, then 0.

    One step of weight 1 is the plain 2SFCA (`plain`). Luo & Qi (2009) use three zones with
    the weights 1, 0.68 and 0.22.
    """

    limits: tuple[float, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse limits that do not rise, and weights that are negative or rise."""
        if len(self.limits) != len(self.weights) or not self.limits:
            raise bad_argument("weights", len(self.weights), "why_weight_each")
        rising = all(one < other for one, other in zip(self.limits, self.limits[1:], strict=False))
        if not rising or not self.limits[0] >= 0:
            raise bad_argument("limits", self.limits, "why_limits_order")
        falling = all(
            one >= other for one, other in zip(self.weights, self.weights[1:], strict=False)
        )
        if not falling or not self.weights[-1] >= 0:
            raise bad_argument("weights", self.weights, "why_weights_order")

    @property
    def limit(self) -> float:
        """Return the greatest cost that still has a weight."""
        return self.limits[-1]

    def of(self, cost: Floats) -> Floats:
        """Return the weight of each cost."""
        zone = np.searchsorted(np.array(self.limits), cost, side="left")
        return np.append(np.array(self.weights, dtype=np.float64), 0.0)[zone]


@dataclass(frozen=True)
class Gaussian:
    """A weight exp(-d² / 2σ²) for costs d up to and with `limit`, then 0; σ is `sigma`."""

    limit: float
    sigma: float

    def __post_init__(self) -> None:
        """Refuse a width that is not positive, and a negative limit."""
        for name, value, fits in (
            ("sigma", self.sigma, self.sigma > 0),
            ("limit", self.limit, self.limit >= 0),
        ):
            if not fits:
                raise bad_argument(name, value, "why_not_positive")

    def of(self, cost: Floats) -> Floats:
        """Return the weight of each cost."""
        weight: Floats = np.exp(-np.square(cost) / (2 * self.sigma**2))
        return np.where(cost <= self.limit, weight, 0.0)


Decay = Steps | Gaussian


def plain(limit: float) -> Steps:
    """Return the weight of the plain 2SFCA: 1 up to and with `limit`."""
    return Steps((limit,), (1.0,))


def zones(limit: float) -> Steps:
    """Return the three equal zones of Luo & Qi (2009) up to `limit`: weights 1, 0.68, 0.22."""
    return Steps((limit / 3, limit * 2 / 3, limit), (1.0, 0.68, 0.22))


class Capacities(NamedTuple):
    """
    What each facility can give, and on what that rests.

    `basis` is "stations" where no capacity is known and each counts as one, "known" where all
    are, "mixed" where a caller chose to stand `assumed` unknown ones beside known ones.
    """

    values: Floats
    basis: Literal["stations", "known", "mixed"]
    assumed: int


def capacities(
    facility_ids: Sequence[str], known: Mapping[str, float], *, default: float | None = None
) -> Capacities:
    """
    Return the capacity of each facility, one station each where none is known.

    Parameters
    ----------
    facility_ids
        m ids.
    known
        Capacity by id, not negative; ids of other facilities are left aside.
    default
        What an unknown one counts as beside known ones, in their unit. Without it such a
        mixture is refused: one station and forty seats do not add up.

    Raises
    ------
    ArgumentError
        If some are known, others not, and no default is given; or if one is negative.
    """
    given = np.array([known.get(one, np.nan) for one in facility_ids], dtype=np.float64)
    if (given < 0).any():
        low = float(np.nanmin(given))
        raise bad_argument("known", low, "why_negative")
    unknown = np.isnan(given)
    if unknown.all():
        return Capacities(np.ones(len(given)), "stations", len(given))
    if not unknown.any():
        return Capacities(given, "known", 0)
    if default is None:
        raise bad_argument("known", int(unknown.sum()), "why_capacities")
    return Capacities(np.where(unknown, default, given), "mixed", int(unknown.sum()))


def floating_catchment(cost: CostTable, weight: Floats, capacity: Floats, decay: Decay) -> Floats:
    """
    Return the accessibility of each demand point by the two-step floating catchment method.

    With P_i the weight of demand point i, S_j the capacity of facility j, d_ij the cost and
    W the decay (0 beyond its limit)::

        R_j = S_j / Σ_i P_i W(d_ij)        what each unit of demand has of facility j
        A_i = Σ_j R_j W(d_ij)              what demand point i has of all

    W of one step is 2SFCA (Luo & Wang 2003, Environment and Planning B 30, 865-884), W that
    falls is E2SFCA (Luo & Qi 2009, Health & Place 15, 1100-1107). In both Σ_i P_i A_i is
    the capacity of all facilities that anybody reaches.

    Parameters
    ----------
    cost
        n × m, at least as far as the limit of `decay`; a pair at exactly the limit counts.
    weight
        n weights P, not negative.
    capacity
        m capacities S, not negative.
    decay
        The weight of a cost, in the unit of `cost`.

    Returns
    -------
    access
        n values A, in capacity per unit of weight; 0 where no facility is in reach. A
        facility in whose reach nobody lives gives nothing to anyone.

    Raises
    ------
    ArgumentError
        If a size differs, a value is negative or missing, or the cost table ends before the
        limit.
    """
    sizes = (("weight", weight, cost.demands), ("capacity", capacity, cost.facilities))
    for name, values, size in sizes:
        if len(values) != size:
            raise bad_argument(name, len(values), "why_count", count=size)
        if not (np.isfinite(values) & (np.asarray(values) >= 0)).all():
            raise bad_argument(name, "", "why_known")
    near = cost.within(decay.limit)
    demand, fallen = near.demand(), decay.of(near.cost)
    sharing = np.bincount(near.facility, weights=fallen * weight[demand], minlength=cost.facilities)
    each = np.divide(capacity, sharing, out=np.zeros(cost.facilities), where=sharing > 0)
    access = np.bincount(demand, weights=fallen * each[near.facility], minlength=cost.demands)
    return np.asarray(access, dtype=np.float64)
