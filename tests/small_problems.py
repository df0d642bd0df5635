"""Small seeded siting problems with everything awkward in them, and all their choices."""

from itertools import combinations

import numpy as np

from geo.cost import cost_table
from geo.siting.problem import FORBIDDEN, FREE, LOCKED, REQUIRED, Problem


def toy(at, sites, *, part=None, weight=None, limit=np.inf, capacity=None, group=None):
    """Return the problem of demand and sites on a line, positions in metres."""
    at, sites = np.asarray(at, float), np.asarray(sites, float)
    away = np.abs(at[:, None] - sites[None, :])
    return problem_of(away, part=part, weight=weight, limit=limit, capacity=capacity, group=group)


def problem_of(away, *, part=None, weight=None, limit=np.inf, capacity=None, group=None):
    """Return the problem of a full matrix of costs, infinite where none is."""
    n, m = away.shape
    table = cost_table(
        np.repeat(np.arange(n), m), np.tile(np.arange(m), n), away.ravel(),
        demands=n, facilities=m, unit="m", limit=limit,
    )  # fmt: skip
    return Problem(
        table,
        np.ones(n) if weight is None else np.asarray(weight, float),
        np.full(m, FREE) if part is None else np.asarray(part),
        None if group is None else np.asarray(group),
        0 if group is None else int(np.max(group)) + 1,
        None if capacity is None else np.asarray(capacity, float),
    )


def small(seed, *, full=False, near=None):
    """Return a random problem of at most 14 demand points and 8 sites, and its costs.

    Costs are few whole numbers, so that ties abound; weights may be 0; rows may be out of
    reach (not with `full`); with `near` pairs above about so much are out of reach too. Sites
    may be locked, required or forbidden; they have groups, many the same, -1 among them, and
    capacities, some without limit.
    """
    random = np.random.default_rng(seed)
    n, m = int(random.integers(1, 15)), int(random.integers(1, 9))
    away = random.integers(0, 12, (n, m)).astype(float)
    if seed % 3 == 0:
        away += random.random((n, m))
    if not full:
        away[random.random((n, m)) < 0.2] = np.inf
    if near is not None:
        away[away > near + seed % 5] = np.inf
    part = random.choice([FREE, FREE, FREE, FREE, LOCKED, REQUIRED, FORBIDDEN], m)
    weight = random.integers(0, 5, n).astype(float)
    if seed % 2:
        weight *= random.random(n)
    capacity = random.integers(0, 9, m).astype(float)
    capacity[random.random(m) < 0.2] = np.inf
    group = np.where(random.random(m) < 0.5, 0, random.integers(-1, 4, m))
    group[0] = max(group[0], 0)
    problem = problem_of(away, part=part, weight=weight, capacity=capacity, group=group)
    return problem, away


def choices(problem, add):
    """Return every allowed choice of `add` sites, the required ones among them."""
    required = tuple(np.flatnonzero(problem.part == REQUIRED))
    free = np.flatnonzero(problem.part == FREE)
    if add < len(required):
        return []
    return [sorted([*required, *more]) for more in combinations(free, add - len(required))]


def open_sites(problem, chosen):
    """Return the chosen and the locked sites."""
    return np.union1d(np.asarray(chosen, np.int64), problem.locked)


def respects(problem, sites):
    """Tell whether a choice has all required sites, and no locked or forbidden one."""
    required = set(np.flatnonzero(problem.part == REQUIRED))
    allowed = set(np.flatnonzero(problem.part == FREE)) | required
    return required <= set(sites) <= allowed and list(sites) == sorted(set(sites))
