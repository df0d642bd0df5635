"""What errors say to people, by code; one module per subject. `errors` fills in the facts."""

from __future__ import annotations

from geo.sentences import (
    accounts,
    figures,
    files,
    layers,
    location,
    rasters,
    reasons,
    reports,
    requests,
    rows,
    siting,
    tours,
    travel,
)

_PARTS = (
    accounts,
    figures,
    files,
    layers,
    location,
    rasters,
    reasons,
    reports,
    requests,
    rows,
    siting,
    tours,
    travel,
)
# code -> (Chinese, English). Placeholders are the keyword arguments of the error.
SENTENCES: dict[str, tuple[str, str]] = {
    code: words for part in _PARTS for code, words in part.SENTENCES.items()
}
