"""Coverage of the whole country: 620,000 villages, beside the same counts by DuckDB.

Both programs read the same files, each in a fresh process, and must agree in every number.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.figures import Figure, figure

AS_OF = date(2026, 11, 23)
RUNS = 7
THREADS = 2
COUNTIES, TOWNSHIPS, VILLAGES = 2_850, 41_000, 620_000
PROMOTERS, PAIRS, STATIONS = 1_000_000, 1_300_000, 100_000
SECONDS_BAR, MEGABYTES_BAR = 5.0, 4096.0
NAMES = (
    "townships", "villages", "reporting_units", "unit_townships", "venues", "promoters",
    "promoter_villages",
)  # fmt: skip
Tables = dict[str, pd.DataFrame]


# --- an invented country --------------------------------------------------------------------


def country(*, seed: int) -> Tables:
    """Return the tables of an invented country; codes, days and states are random."""
    random = np.random.default_rng(seed)
    county = 110_000 + np.arange(COUNTIES) * 13
    home = np.sort(random.integers(0, COUNTIES, TOWNSHIPS))
    _, first = np.unique(home, return_index=True)
    in_county = np.arange(TOWNSHIPS) - np.repeat(first, np.bincount(home)[np.unique(home)])
    township = county[home] * 1_000_000 + (in_county + 1) * 1000
    parent = np.sort(random.integers(0, TOWNSHIPS, VILLAGES))
    _, first = np.unique(parent, return_index=True)
    number = np.arange(VILLAGES) - np.repeat(first, np.bincount(parent)[np.unique(parent)])
    village = township[parent] + number + 1
    zoned = np.flatnonzero(random.random(TOWNSHIPS) < 0.03)
    return {
        "townships": pd.DataFrame({
            "township_code": _text(township), "name": _text(township, "镇"),
            "county_code": _text(county[home]),
        }),
        "villages": pd.DataFrame({
            "village_code": _text(village), "name": _text(village, "村"),
            "township_code": _text(township[parent]),
        }),
        "reporting_units": pd.DataFrame({
            "unit_id": _text(np.arange(COUNTIES + 300), "u"),
            "name": _text(np.arange(COUNTIES + 300), "填报单位"),
            "kind": pd.Series(["county"] * COUNTIES + ["zone"] * 300, dtype="str"),
            "county_code": _text(county).reindex(range(COUNTIES + 300)),
        }),
        "unit_townships": pd.DataFrame({
            "township_code": _text(township[zoned]),
            "unit_id": _text(random.integers(COUNTIES, COUNTIES + 300, len(zoned)), "u"),
            "from_date": _days(random, len(zoned), missing=0.0),
            "to_date": _days(random, len(zoned), missing=0.7) + pd.Timedelta(days=1500),
        }),
        "venues": _venues(random, township),
        **_promoters(random, village),
    }  # fmt: skip


def _venues(random: np.random.Generator, township: np.ndarray) -> pd.DataFrame:
    code = township[random.integers(0, len(township), STATIONS)]
    code[random.random(STATIONS) < 0.001] = 999_999_999_000  # a township that is in no list
    states = ["open", "suspended", "closed", "planned", "construction", "unverified", "by_event"]
    shares = [0.8, 0.05, 0.05, 0.04, 0.03, 0.02, 0.01]
    return pd.DataFrame({
        "venue_id": _text(np.arange(STATIONS), "s"),
        "kind": _choice(random, ["station", "hall"], [0.97, 0.03], STATIONS),
        "status": _choice(random, states, shares, STATIONS),
        "township_code": _text(code).mask(random.random(STATIONS) < 0.002),
        "mobile": _yes_no(random, STATIONS, yes=0.02),
        "demo": _yes_no(random, STATIONS, yes=0.05),
        "opened_on": _days(random, STATIONS, missing=0.1),
        "verified_on": _days(random, STATIONS, missing=0.3),
        "closed_on": _days(random, STATIONS, missing=0.9),
    })  # fmt: skip


def _promoters(random: np.random.Generator, village: np.ndarray) -> Tables:
    # Uneven, as people are: half the pairs fall on two thirds of the villages.
    reach = np.where(random.random(PAIRS) < 0.5, VILLAGES * 2 // 3, VILLAGES)
    served = village[(random.random(PAIRS) * reach).astype(int)]
    promoters = pd.DataFrame({
        "promoter_id": _text(np.arange(PROMOTERS), "p"),
        "from_date": _days(random, PROMOTERS, missing=0.1),
        "to_date": _days(random, PROMOTERS, missing=0.9),
        "demo": _yes_no(random, PROMOTERS, yes=0.05),
    })  # fmt: skip
    pairs = pd.DataFrame({
        "promoter_id": _text(random.integers(0, PROMOTERS + 500, PAIRS), "p"),
        "village_code": _text(served),
    })  # fmt: skip
    return {"promoters": promoters, "promoter_villages": pairs}


def _text(numbers: np.ndarray, prefix: str = "") -> pd.Series:
    texts = pd.Series(numbers).astype("str")
    return (prefix + texts) if prefix else texts


def _days(random: np.random.Generator, size: int, *, missing: float) -> pd.Series:
    days = np.datetime64("2023-01-01", "s") + random.integers(0, 1600, size).astype("m8[D]")
    days[random.random(size) < missing] = np.datetime64("NaT")
    return pd.Series(days, dtype="datetime64[s]")


def _yes_no(random: np.random.Generator, size: int, *, yes: float) -> pd.Series:
    flags = pd.Series(random.random(size) < yes, dtype="boolean")
    return flags.mask(random.random(size) < 0.2)


def _choice(
    random: np.random.Generator, values: list[str], shares: list[float], size: int
) -> pd.Series:
    return pd.Series(random.choice(values, size, p=shares), dtype="str")


# --- the two programs -----------------------------------------------------------------------


def ours(tables: Tables) -> Callable[[], Tables]:
    """Return the calculation of `geo.coverage`: townships, villages, and rates of both."""
    from geo import coverage

    def run() -> Tables:
        townships, options = tables["townships"], {"as_of": AS_OF}
        units = coverage.unit_of_township(
            townships, tables["reporting_units"], tables["unit_townships"], **options
        )
        stations = coverage.stations_by_township(townships, tables["venues"], units, **options)
        served = coverage.promoters_by_village(
            tables["villages"], tables["promoters"], tables["promoter_villages"], **options
        )
        placed = coverage.with_units(served, townships, units)
        answers = {"townships": stations, "villages": served}
        for name, answer in (("townships", stations), ("villages", placed)):
            for by in ([], ["county_code"], ["reporting_unit"]):
                answers["_".join([name, *by, "rates"])] = coverage.rates(answer, by=by)
        return answers

    return run


COUNTS = """
CREATE OR REPLACE TEMP TABLE of_township AS
SELECT t.township_code, t.name, t.county_code, coalesce(z.name, c.name) AS reporting_unit
FROM townships t
LEFT JOIN (SELECT m.township_code, u.name FROM unit_townships m JOIN reporting_units u
           USING (unit_id)
           WHERE m.from_date <= $day AND (m.to_date IS NULL OR $day < m.to_date)) z
  USING (township_code)
LEFT JOIN (SELECT county_code, name FROM reporting_units WHERE kind = 'county') c
  USING (county_code);
CREATE OR REPLACE TEMP TABLE a_townships AS
SELECT t.*, coalesce(n, 0) AS stations, coalesce(demos, 0) AS demo_stations,
       coalesce(n, 0) > 0 AS covered
FROM of_township t LEFT JOIN (
  SELECT township_code, count(*) AS n, count(*) FILTER (demo) AS demos FROM venues
  WHERE kind = 'station' AND mobile IS NOT TRUE AND status IN ('open', 'suspended', 'closed')
    AND coalesce(opened_on, verified_on) <= $day AND (closed_on IS NULL OR $day < closed_on)
    AND (status = 'open' OR closed_on IS NOT NULL)
  GROUP BY township_code) s USING (township_code);
CREATE OR REPLACE TEMP TABLE a_villages AS
SELECT v.village_code, v.name, v.township_code, coalesce(n, 0) AS promoters,
       coalesce(demos, 0) AS demo_promoters, coalesce(n, 0) > 0 AS covered
FROM villages v LEFT JOIN (
  SELECT village_code, count(*) AS n, count(*) FILTER (demo) AS demos
  FROM (SELECT DISTINCT promoter_id, village_code FROM promoter_villages)
  JOIN promoters USING (promoter_id)
  WHERE (from_date IS NULL OR from_date <= $day) AND (to_date IS NULL OR $day < to_date)
  GROUP BY village_code) p USING (village_code);
"""
RATES = """
SELECT {columns} count(*) AS total, count(*) FILTER (covered) AS covered,
       count(*) FILTER (NOT covered) AS uncovered,
       count(*) FILTER (covered) / count(*) AS share
FROM {source} {groups}
"""
PLACED = """(SELECT v.covered, t.county_code, t.reporting_unit
             FROM a_villages v LEFT JOIN of_township t USING (township_code))"""


def duckdb(tables: Tables) -> Callable[[], dict[str, pa.Table]]:
    """Return the same calculation in SQL, over tables that DuckDB already holds."""
    import duckdb as engine

    database = engine.connect(":memory:", config={"threads": THREADS})
    database.execute("SET enable_progress_bar = false")
    for name, frame in tables.items():
        database.register("given", frame)
        database.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
        database.unregister("given")
    tables.clear()

    def answer(query: str) -> pa.Table:
        table: pa.Table = database.sql(query).to_arrow_table()
        return table

    def run() -> dict[str, pa.Table]:
        for statement in COUNTS.split(";")[:-1]:
            database.execute(statement.replace("$day", f"DATE '{AS_OF}'"))
        answers = {name: answer(f"FROM a_{name}") for name in ("townships", "villages")}
        for name, source in (("townships", "a_townships"), ("villages", PLACED)):
            for by in ([], ["county_code"], ["reporting_unit"]):
                columns = "".join(f"{column}, " for column in by)
                groups = f"GROUP BY {', '.join(by)}" if by else ""
                query = RATES.format(columns=columns, source=source, groups=groups)
                answers["_".join([name, *by, "rates"])] = answer(query)
        return answers

    return run


PROGRAMS: dict[str, Callable[[Tables], Callable[[], dict[str, Any]]]] = {
    "ours": ours,
    "duckdb": duckdb,
}


# --- measuring ------------------------------------------------------------------------------


def figures() -> list[Figure]:
    """Return the time and the memory of both programs."""
    import duckdb as engine

    with tempfile.TemporaryDirectory() as folder:
        for name, frame in country(seed=1).items():
            frame.to_parquet(Path(folder, f"{name}.parquet"), index=False)
        measured = {program: _in_fresh_process(program, folder) for program in PROGRAMS}
        _require_agreement(Path(folder))
    peer = f"DuckDB {engine.__version__}"
    return [
        figure(
            "country coverage",
            measured["ours"]["seconds"],
            "s",
            bar=SECONDS_BAR,
            peer=peer,
            peer_values=measured["duckdb"]["seconds"],
        ),
        figure(
            "country coverage, peak memory",
            [measured["ours"]["megabytes"]],
            "MB",
            bar=MEGABYTES_BAR,
            peer=peer,
            peer_values=[measured["duckdb"]["megabytes"]],
        ),
    ]


def _in_fresh_process(program: str, folder: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.country", program, folder]
    root = Path(__file__).resolve().parents[1]
    done = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, check=True)
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def _measure(program: str, folder: Path) -> dict[str, Any]:
    run = PROGRAMS[program]({n: pd.read_parquet(folder / f"{n}.parquet") for n in NAMES})
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        answers = run()
        seconds.append(time.perf_counter() - start)
    # Before the answers are written, which is no part of the calculation.
    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, answer in answers.items():
        made = answer if isinstance(answer, pa.Table) else pa.Table.from_pandas(answer)
        pq.write_table(made, folder / f"{program}-{name}.parquet")
    return {"seconds": seconds, "megabytes": peak_kb / 1024}


def _require_agreement(folder: Path) -> None:
    """Raise unless both programs gave the same rows in every answer."""
    names = sorted(path.stem.removeprefix("ours-") for path in folder.glob("ours-*.parquet"))
    if len(names) != 8:
        raise AssertionError(f"eight answers were expected, not {names}")
    for name in names:
        found = pd.read_parquet(folder / f"ours-{name}.parquet")
        peer = pd.read_parquet(folder / f"duckdb-{name}.parquet")[list(found.columns)]
        keys = [key for key in found.columns if key.endswith("_code") or key == "reporting_unit"]
        if keys:
            found, peer = found.sort_values(keys), peer.sort_values(keys)
        pd.testing.assert_frame_equal(
            found.reset_index(drop=True),
            peer.reset_index(drop=True).astype(found.dtypes),
            check_exact=True,
        )


if __name__ == "__main__":
    print(json.dumps(_measure(sys.argv[1], Path(sys.argv[2]))))
