"""Every word of the interface, Chinese and English, by key; one module per page or subject.

A key is page.thing; what several pages say stands under `all`. Values of the tables
(kinds, statuses, subjects …) are worded in `schema`, errors in `sentences`.
"""

from __future__ import annotations

from geo.words import (
    coverage,
    exports,
    finder,
    handbook,
    itinerary,
    maps,
    outreach,
    paper,
    population,
    reach,
    register,
    site,
    siting,
    tours,
    travel,
)

_PARTS = (
    coverage,
    exports,
    finder,
    handbook,
    itinerary,
    maps,
    outreach,
    paper,
    population,
    reach,
    register,
    site,
    siting,
    tours,
    travel,
)
# key -> (Chinese, English); `text` looks them up.
WORDS: dict[str, tuple[str, str]] = {
    key: words for part in _PARTS for key, words in part.WORDS.items()
}
