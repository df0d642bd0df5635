"""How evenly something is spread over people: Gini, Lorenz curve, worst tenth, gap of counties."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import bad_argument
from geo.keys import require_columns

Floats = NDArray[np.float64]

_ROUNDING = 1e-9


class WorstPart(NamedTuple):
    """
    The worst-off part of all weight: how much of each row is in it, its mean, and its bound.

    `part` is 0-1 per row. Rows of the very value at which the part ends are in it with the
    same fraction, so that no order of rows decides who is listed.
    """

    part: Floats
    mean: float
    bound: float


class Gap(NamedTuple):
    """Best and worst group, their values, and how far they are apart."""

    best: str
    best_value: float
    worst: str
    worst_value: float
    difference: float  # not negative
    ratio: float  # greater by smaller; infinite where the smaller is 0, 1 where both are


def lorenz(values: Floats, weights: Floats) -> pd.DataFrame:
    """
    Return the Lorenz curve: which share of everything the poorest share of people has.

    Parameters
    ----------
    values
        n values per person, not negative.
    weights
        n numbers of persons (or villages), not negative, their sum positive.

    Returns
    -------
    curve
        From (0, 0) to (1, 1), one point per distinct value: `weight_share`, `value_share`,
        both rising. Where every value is 0 all have the same, and the curve is straight.

    Raises
    ------
    ArgumentError
        If a value or weight is missing, infinite or negative, or no weight positive.
    """
    value, weight = _sorted(values, weights)
    start = np.flatnonzero(np.concatenate([[True], value[1:] > value[:-1]]))
    persons = np.add.reduceat(weight, start)
    held = persons * value[start]
    people = np.concatenate([[0.0], np.cumsum(persons)])
    wealth = np.concatenate([[0.0], np.cumsum(held)])
    shared = wealth / wealth[-1] if wealth[-1] > 0 else people / people[-1]
    return pd.DataFrame({"weight_share": people / people[-1], "value_share": shared})


def gini(values: Floats, weights: Floats) -> float:
    """
    Return the weighted Gini coefficient: 0 where all have the same, near 1 where one has all.

    With the values x and weights w, μ the weighted mean and W the sum of the weights::

        G = Σ_i Σ_j w_i w_j |x_i - x_j| / (2 W² μ)

    which is twice the area between the Lorenz curve and the diagonal (Gini 1912; weighted as
    in Lerman & Yitzhaki 1989). No correction for small samples: the rows are all there are.

    Parameters
    ----------
    values, weights
        As for `lorenz`.

    Raises
    ------
    ArgumentError
        As for `lorenz`.
    """
    curve = lorenz(values, weights)
    people, wealth = curve["weight_share"].to_numpy(), curve["value_share"].to_numpy()
    under = np.sum(np.diff(people) * (wealth[1:] + wealth[:-1]))
    return max(0.0, float(1 - under))


def worst_part(
    values: Floats,
    weights: Floats,
    *,
    share: float = 0.1,
    worst: Literal["low", "high"],
) -> WorstPart:
    """
    Return the worst-off part of all weight; a tenth unless told.

    Parameters
    ----------
    values
        n values; infinite ones are allowed (no facility can be reached).
    weights
        n weights, not negative, their sum positive.
    share
        How large a part, above 0 and up to 1.
    worst
        "low" where little is bad (accessibility), "high" where much is (cost).

    Returns
    -------
    worst
        `part` (n fractions), the weighted mean of the part and the value at which it ends.

    Raises
    ------
    ArgumentError
        If a value is missing, a weight negative, none positive, or the share out of range.
    """
    if not 0 < share <= 1:
        raise bad_argument("share", share, "why_share")
    _require(values, weights, finite=False)
    sign = 1.0 if worst == "low" else -1.0
    distinct, at = np.unique(sign * values, return_inverse=True)
    held = np.bincount(at, weights=weights, minlength=len(distinct))
    before = np.concatenate([[0.0], np.cumsum(held)[:-1]])
    wanted = share * held.sum()
    fraction = np.divide(
        wanted - before, held, out=np.where(before < wanted, 1.0, 0.0), where=held > 0
    ).clip(0.0, 1.0)
    fraction[fraction < _ROUNDING] = 0.0  # what a tenth of a sum leaves over is nobody
    counted = held * fraction
    some = counted > 0
    last = int(np.flatnonzero(some)[-1])
    mean = float(np.sum(sign * distinct[some] * counted[some]) / counted.sum())
    return WorstPart(fraction[at], mean, float(sign * distinct[last]))


def gap(
    groups: pd.DataFrame, *, name: str, value: str, worst: Literal["low", "high"] = "low"
) -> Gap | None:
    """
    Return the best and the worst of some groups, such as counties.

    Parameters
    ----------
    groups
        One row per group, with the columns `name` and `value`; rows without a value are left
        out. Of equal ones the first counts.
    name, value
        Names of columns.
    worst
        As for `worst_part`.

    Returns
    -------
    gap
        None where no group has a value.

    Raises
    ------
    ArgumentError
        If a value is negative.
    MissingColumnError
        If `groups` lacks a column.
    """
    require_columns(groups, name, value)
    known = groups[groups[value].notna()]
    if known.empty:
        return None
    numbers = known[value].to_numpy(dtype=np.float64)
    if (numbers < 0).any():
        raise bad_argument(value, numbers.min(), "why_negative")
    low, high = int(numbers.argmin()), int(numbers.argmax())
    best, bad = (high, low) if worst == "low" else (low, high)
    small, large = float(numbers[low]), float(numbers[high])
    ratio = large / small if small > 0 else float("inf")
    ratio = 1.0 if large == small else ratio
    names = known[name].astype("str")
    return Gap(
        str(names.iloc[best]), float(numbers[best]), str(names.iloc[bad]), float(numbers[bad]),
        large - small, ratio,
    )  # fmt: skip


def _sorted(values: Floats, weights: Floats) -> tuple[Floats, Floats]:
    _require(values, weights, finite=True)
    if (values < 0).any():
        raise bad_argument("values", values.min(), "why_negative")
    some = weights > 0
    value, weight = values[some], weights[some]
    order = np.argsort(value, kind="stable")
    return value[order], weight[order]


def _require(values: Floats, weights: Floats, *, finite: bool) -> None:
    if len(values) != len(weights):
        raise bad_argument("weights", len(weights), "why_count", count=len(values))
    known = np.isfinite(values) if finite else ~np.isnan(values)
    if not known.all():
        raise bad_argument("values", "", "why_missing_value")
    if not (np.isfinite(weights) & (weights >= 0)).all() or not (weights > 0).any():
        raise bad_argument("weights", "", "why_weights")
