"""What is stored under a code, found by the place that the code means on a day."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from geo.keys import Positions, positions
from geo.succession import KEYS, in_force, places


def same_place(successions: pd.DataFrame | None) -> pd.DataFrame | None:
    """Return the successions in which a place stays what it is under another name or code."""
    if successions is None:
        return None
    return successions[successions["kind"].isin(["renamed", "recoded"])]


def claims(
    codes: pd.Series,
    listed: pd.DataFrame,
    same: pd.DataFrame | None,
    *,
    level: str,
    as_of: date,
) -> Positions:
    """
    Return the position among the rows in force of what each code stands for; -1 for none.

    Parameters
    ----------
    codes
        k codes of things stored once per place.
    listed
        Table `townships` or `villages`, ended rows among them.
    same
        The successions that are followed; see `same_place`.
    level
        "township" or "village".
    as_of
        The day asked about.

    Returns
    -------
    positions
        k positions in `in_force(listed)`, never two for one row: a code in force goes before
        one that became it, and of several that became it none does.
    """
    direct = positions(codes, in_force(listed, as_of=as_of)[KEYS[level]])
    led = places(codes, listed, same, level=level, as_of=as_of)
    indirect = (direct < 0) & (led >= 0)
    found, counts = np.unique(led[indirect], return_counts=True)
    lost = np.isin(led, direct[direct >= 0]) | np.isin(led, found[counts > 1])
    return np.where(indirect & lost, -1, led)
