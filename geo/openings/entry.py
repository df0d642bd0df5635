"""Opening hours as people write them, turned into OSM opening_hours; never by guessing."""

from __future__ import annotations

import re
import unicodedata

from geo.openings.chinese import read_chinese
from geo.openings.day import LONGEST, map_unquoted, readable

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_DASHES = re.compile(r"\s*[-–—―−‐‑‒~〜～]+\s*")
_SAYS_HOURS = re.compile(r"\d:\d\d|24/7|\b(?:open|off|closed|unknown)\b|sunrise|sunset|dawn|dusk")
_DAY_OR_MONTH = re.compile(
    r"\b(mo|tu|we|th|fr|sa|su|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\b", re.I
)


def _clean(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).strip()
    text = map_unquoted(text, lambda part: _DASHES.sub("-", part))
    return re.sub(r"\s+", " ", text).strip(" ;。")


def _osm(text: str) -> str:
    def change(part: str) -> str:
        part = _DAY_OR_MONTH.sub(lambda found: found[0].capitalize(), part)
        part = re.sub(r"\b(ph|sh)\b", lambda found: found[0].upper(), part)
        return re.sub(r"(?<![\d:])(\d):(\d\d)", r"0\1:\2", part)

    for start_h, start_m, end_h, end_m in re.findall(r"\b(\d):(\d\d)-(\d{1,2}):(\d\d)", text):
        if (int(end_h), end_m) <= (int(start_h), start_m):
            raise ValueError(f"at night or in the afternoon? {text}")
    text = map_unquoted(text, change)
    if not _SAYS_HOURS.search(re.sub(r'"[^"]*"', "", text)):
        raise ValueError(f"not opening hours: {text}")
    return text


def normalise(text: str) -> str:
    """
    Turn hours as people write them into an OSM opening_hours string.

    Chinese forms are translated: 周二至周日 9:00-17:00, 每天8：30—17：30, 周一闭馆 (the other days
    stay unknown), 上午8:30-11:30，下午14:30-17:30, 法定节假日照常开放, 5月1日至8月31日 8:00-16:00.
    OSM strings pass, with full-width signs, one-digit hours and lower-case names mended.

    Raises
    ------
    ValueError
        If any part of `text` is not understood or could mean two things (9:00-5:00, 工作日,
        夏季 without dates, hours of last admission).
    """
    cleaned = _clean(text)
    if not cleaned or len(cleaned) > LONGEST:
        raise ValueError("opening hours are empty or too long")
    chinese = bool(_CHINESE.search(re.sub(r'"[^"]*"', "", cleaned)))
    osm = read_chinese(cleaned) if chinese else _osm(cleaned)
    if not readable(osm):
        raise ValueError(f"not opening hours: {cleaned}")
    return osm
