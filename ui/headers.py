"""Columns of the answer tables that pages show and export: name, Chinese and English header."""

from __future__ import annotations

from geo.text import text


def _head(name: str, key: str) -> tuple[str, str, str]:
    return (name, text(key, "zh"), text(key, "en"))


_TOWNSHIP = _head("name", "all.township")
_COUNTY = _head("county", "all.county")
_UNIT = _head("reporting_unit", "all.unit")
_TOTALS = [
    _head("total", "all.total"), _head("covered", "all.covered"),
    _head("uncovered", "all.uncovered"), _head("percent", "all.share"),
]  # fmt: skip

TOWNSHIPS = [
    ("township_code", "乡镇街道代码", "township code"), _TOWNSHIP, _COUNTY, _UNIT,
    _head("stations", "coverage.stations"), _head("demo_stations", "coverage.demo_stations"),
    _head("state", "coverage.state"),
]  # fmt: skip
UNCOVERED_TOWNSHIPS = [
    _TOWNSHIP,
    _head("reporting_unit", "coverage.responsible"),
    _head("distance_km", "coverage.distance"),
    _head("nearest_name", "coverage.nearest"),
    _COUNTY,
]
VILLAGES = [
    ("village_code", "村（社区）代码", "village code"), _head("name", "all.village"),
    _head("township", "all.township"), _COUNTY, _head("promoters", "promoters.promoters"),
    _head("demo_promoters", "promoters.demo_promoters"), _head("state", "coverage.state"),
]  # fmt: skip
UNCOVERED_VILLAGES = [
    ("village_code", "村（社区）代码", "village code"), _head("name", "all.village"),
    _head("township", "all.township"), _COUNTY, _head("reporting_unit", "coverage.responsible"),
]  # fmt: skip
STATIONS_LEFT_OUT = [
    _head("name", "coverage.stations"), _head("township", "lists.registered_to"),
    _head("reason", "lists.reason"),
]  # fmt: skip
VILLAGES_LEFT_OUT = [
    _head("name", "lists.registered_to"), _head("township", "all.township"),
    _head("promoters", "promoters.promoters"), _head("reason", "lists.reason"),
]  # fmt: skip
RATES = {
    "unit": [_UNIT, *_TOTALS],
    "county": [_COUNTY, *_TOTALS],
    "township": [_TOWNSHIP, _COUNTY, _UNIT, *_TOTALS],
}
STOPS = [
    _head("stop_no", "tours.number"), _head("day", "tours.day"), _head("name", "tours.stop"),
    _head("time", "tours.time"), _head("stay_min", "tours.stay"), _head("place", "tours.place"),
    _head("hours", "tours.hours"),
]  # fmt: skip
