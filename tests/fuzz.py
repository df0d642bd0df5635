"""Many bad inputs through the real reading and the real check: rows or a sentence, nothing else.

``python -m tests.fuzz --count 100000 --seed 1`` runs on every processor; each failure is
printed with the number that makes it again.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from geo import check, files, register
from geo.errors import GeoError, TableError
from geo.store import Store
from geo.uploads import children
from tests.bad_inputs import Input, bad_input, frames

STORED = 50  # one input in so many is imported into a real store
CHUNK = 250
MOST_KB, MOST_S = 300_000, 20.0


@dataclass
class Report:
    """What came of a run: how often what, the greatest cost of a reading, and what failed."""

    count: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    stored: int = 0
    peak_kb: int = 0
    cpu_s: float = 0.0
    slowest_s: float = 0.0
    slowest: str = ""
    faults: list[str] = field(default_factory=list)

    def add(self, other: Report) -> None:
        """Take in the report of another part of the run."""
        self.count += other.count
        self.outcomes += other.outcomes
        self.kinds += other.kinds
        self.stored += other.stored
        self.peak_kb = max(self.peak_kb, other.peak_kb)
        self.cpu_s = max(self.cpu_s, other.cpu_s)
        if other.slowest_s > self.slowest_s:
            self.slowest_s, self.slowest = other.slowest_s, other.slowest
        self.faults += other.faults

    def lines(self) -> list[str]:
        """Return the report as lines to print."""
        return [
            f"{self.count} inputs: " + ", ".join(f"{n} {k}" for k, n in self.kinds.most_common()),
            "outcomes: " + ", ".join(f"{n} {k}" for k, n in self.outcomes.most_common()),
            f"{self.stored} imported into a store; peak {self.peak_kb / 1000:.0f} MB, "
            f"{self.cpu_s:.1f} s processor; slowest {self.slowest_s:.1f} s ({self.slowest})",
            f"{len(self.faults)} faults",
            *self.faults[:20],
        ]


def run(count: int, seed: int, *, jobs: int | None = None, minutes: float | None = None) -> Report:
    """
    Hand in inputs 0 to `count` of `seed`, on `jobs` processes, for `minutes` at most.

    One job runs here, without a process of its own.
    """
    until = None if minutes is None else time.time() + 60 * minutes
    jobs = jobs or os.cpu_count() or 1
    report = Report()
    parts = [(seed, start, min(count, start + CHUNK), until) for start in range(0, count, CHUNK)]
    if jobs == 1:
        for part in parts:
            report.add(_part(part))
        return report
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        for made in pool.map(_part, parts):
            report.add(made)
    return report


def _part(part: tuple[int, int, int, float | None]) -> Report:
    seed, start, stop, until = part
    report = Report()
    if until is not None and time.time() > until:
        return report
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("error")
        store = Store(f"sqlite:///{Path(folder) / 'store.db'}")
        store.migrate()
        store.replace(frames(1))
        undo, reading = files.read_apart, files.read_apart
        files.read_apart = lambda data, headings: _measured(reading(data, headings), report)
        try:
            for number in range(start, stop):
                if until is not None and time.time() > until:
                    break
                _try(bad_input(seed, number), f"seed {seed} number {number}", report,
                     store if number % STORED == 0 else None)  # fmt: skip
        finally:
            files.read_apart = undo
            store.close()
    _nothing_left(report, f"seed {seed} numbers {start} to {stop}")
    return report


def _measured(reply: children.Reply, report: Report) -> children.Reply:
    report.peak_kb = max(report.peak_kb, reply.peak_kb)
    report.cpu_s = max(report.cpu_s, reply.cpu_s)
    if reply.peak_kb > MOST_KB or reply.cpu_s > MOST_S:
        report.faults.append(f"a reading took {reply.peak_kb} kB and {reply.cpu_s} s")
    return reply


def _try(given: Input, name: str, report: Report, store: Store | None) -> None:
    where = f"{name} ({given.kind} for {given.table}, {len(given.data)} bytes)"
    report.count += 1
    report.kinds[given.kind] += 1
    start = time.perf_counter()
    try:
        outcome = _read(given)
    except Exception:
        outcome = "FAULT"
        report.faults.append(f"{where}\n{traceback.format_exc(limit=-6)}")
    report.outcomes[outcome] += 1
    took = time.perf_counter() - start
    if took > report.slowest_s:
        report.slowest_s, report.slowest = took, where
    if took > MOST_S + 5:
        report.faults.append(f"{where}: {took:.1f} s")
    if store is not None:
        report.stored += 1
        fault = _imported(store, given)
        if fault:
            report.faults.append(f"{where}: {fault}")


def _read(given: Input) -> str:
    """Read and check the input; return what came of it. Every word of it can be shown."""
    try:
        raw = files.read_table(given.data, table=given.table, name="上传")
        said = [*raw.headers.values(), *raw.ignored, *raw.guessed, raw.sheet or ""]
        assert len(raw.rows) == len(raw.frame)
        assert set(raw.columns) == set(raw.frame.columns) == set(raw.headers)
        assert set(raw.guessed.values()) <= set(raw.columns)
        check.validate(raw, frames(1))
        outcome = "rows"
    except TableError as error:
        said = [p.sentence(language) for p in error.problems for language in ("zh", "en")]
        outcome = "problems"
    except GeoError as error:
        said, outcome = [error.sentence("zh"), error.sentence("en")], error.code
        assert any("\u4e00" <= sign <= "\u9fff" for sign in said[0]), said
    "".join(said).encode()
    return outcome


def _imported(store: Store, given: Input) -> str:
    """Import the input; return what is wrong: a part was written, or no sentence was said."""
    before, revision = store.read_many(), store.revision()
    try:
        refused = bool(register.import_table(store, given.table, given.data).problems)
    except GeoError:
        refused = True
    except Exception:
        return traceback.format_exc(limit=-6)
    after = store.read_many()
    changed = [name for name in before if not before[name].equals(after[name])]
    if refused and (changed or store.revision() != revision):
        return f"refused, and yet {changed} changed"
    if changed not in ([], [given.table]):
        return f"another table changed: {changed}"
    return ""


def _nothing_left(report: Report, where: str) -> None:
    """See that no reading outlives its file."""
    until = time.monotonic() + 5
    while (left := _readings()) and time.monotonic() < until:
        time.sleep(0.05)
    if left:
        report.faults.append(f"{where}: readings left {left}")


def _readings() -> list[int]:
    parent = children._parent
    if parent is None:
        return []
    folder = Path(f"/proc/{parent.process.pid}/task/{parent.process.pid}/children")
    return [int(number) for number in folder.read_text().split()] if folder.exists() else []


def main() -> None:
    """Run from the command line; exit 1 when something failed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--minutes", type=float)
    options.add_argument("--jobs", type=int)
    given = options.parse_args()
    start = time.monotonic()
    report = run(given.count, given.seed, jobs=given.jobs, minutes=given.minutes)
    print("\n".join(report.lines()))
    print(f"{time.monotonic() - start:.0f} s")
    sys.exit(bool(report.faults))


if __name__ == "__main__":
    main()
