"""How long the full city report takes: computed, drawn, and written in all three formats."""

from __future__ import annotations

import tempfile
import time
from datetime import date
from pathlib import Path

from benchmarks.figures import Figure, figure
from benchmarks.made_city import ROOT
from geo import register
from geo.report.making import SUFFIXES, read_source, report_files
from geo.report.places import CITY, county_called
from geo.settings import read_settings
from geo.store import Store

RUNS = 3
SECONDS_BAR = 20.0
DAY = date(2026, 11, 23)


def figures() -> list[Figure]:
    """Measure the shipped city; the first run loads the libraries and fonts."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'report.db'}")
        register.build(ROOT / "data", store)

        def once(county: str | None, suffixes: tuple[str, ...]) -> float:
            start = time.perf_counter()
            source = read_source(store)
            place = county_called(source.tables, county) if county else CITY
            report_files(
                source, place, suffixes, as_of=DAY, made_on=DAY, settings=read_settings({})
            )
            return time.perf_counter() - start

        first = once(None, SUFFIXES)
        whole = [once(None, SUFFIXES) for _ in range(RUNS)]
        county = [once("370911", SUFFIXES) for _ in range(RUNS)]
        single = {suffix: [once(None, (suffix,)) for _ in range(RUNS)] for suffix in SUFFIXES}
        store.close()
    return [
        figure("report, city, DOCX + PDF + XLSX, first", [first], "s", bar=SECONDS_BAR),
        figure("report, city, DOCX + PDF + XLSX", whole, "s", bar=SECONDS_BAR),
        figure("report, one county, DOCX + PDF + XLSX", county, "s"),
        *(figure(f"report, city, {suffix[1:].upper()}", took, "s")
          for suffix, took in single.items()),
    ]  # fmt: skip
