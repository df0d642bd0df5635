"""Which texts hold a query in which one or two letters are mistyped."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

MOST_TEXTS = 120  # looked at closely


def typing_errors(length: int) -> int:
    """Return how many typing errors a query of `length` may contain."""
    return 2 if length >= 8 else 1


def _errors(query: str, text: str, allowed: int) -> int:
    """Return the fewest errors with which `text` holds `query`; `allowed` + 1 if more."""
    starts = [place for place, char in enumerate(text) if char == " "] or range(len(text))
    least = allowed + 1
    for start in starts:
        rest = text[start : start + 2 * len(query) + 2].replace(" ", "")
        for length in range(len(query) - 1, len(query) + 2):
            least = min(least, int(OSA.distance(query, rest[:length], score_cutoff=least)))
    return least


def likeness(query: str, texts: list[str]) -> npt.NDArray[np.float64]:
    """
    Return how much of `query` stands in each of m `texts`.

    Parameters
    ----------
    query
        Letters or characters without blanks, at least two.
    texts
        m texts. In one with blanks the query may begin only behind a blank; in one without,
        anywhere.

    Returns
    -------
    likeness
        m shares: 1 less the typing errors (swapped, wrong, missing, extra letters) per letter
        of `query`; 0 when there are more errors than `typing_errors` allows.
    """
    shares = np.zeros(len(texts))
    if not texts:
        return shares
    allowed = typing_errors(len(query))
    plain = [text.replace(" ", "") for text in texts]
    cutoff = 100 * (len(query) - allowed) / len(query) - 1
    near = process.cdist([query], plain, scorer=fuzz.partial_ratio, score_cutoff=cutoff)[0]
    for place in np.argsort(-near, kind="stable")[: min(MOST_TEXTS, int((near > 0).sum()))]:
        errors = _errors(query, texts[place], allowed)
        if errors <= allowed:
            shares[place] = 1 - errors / len(query)
    return shares
