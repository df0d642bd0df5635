"""2,000 bad inputs: rows or a sentence each, in bounds, nothing left behind, nothing half written.

`make soak` hands in 100,000.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from geo.errors import FileError
from tests import fuzz
from tests.bad_inputs import _KINDS, bad_input
from tests.region import put_rows

ROOT = Path(__file__).resolve().parents[1]
COUNT, SEED = 2_000, 20261124


def test_two_thousand_bad_inputs_give_rows_or_a_sentence():
    report = fuzz.run(COUNT, SEED, jobs=2)
    assert report.faults == []
    assert report.count == COUNT
    assert report.stored == COUNT // fuzz.STORED
    assert set(report.kinds) == set(_KINDS)
    # Neither is everything refused, nor is much of it right.
    assert COUNT * 0.05 < report.outcomes["rows"] < COUNT * 0.3
    assert len(report.outcomes) >= 12
    assert report.peak_kb < fuzz.MOST_KB
    assert report.cpu_s < fuzz.MOST_S


def _digest(numbers):
    made = [bad_input(5, number) for number in numbers]
    return hashlib.sha256(b"".join(given.data for given in made)).hexdigest()


def test_an_input_is_made_again_from_its_number_alone():
    program = "from tests.test_fuzz import _digest; print(_digest(range(40, 140)))"
    again = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    [_digest([number]) for number in range(30)]
    assert again.stdout.strip() == _digest(range(40, 140))


def test_a_run_ends_in_time():
    assert fuzz.run(100_000, SEED, jobs=1, minutes=0).count == 0


def test_what_breaks_the_law_is_reported(monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr("geo.check.validate", broken)
    report = fuzz.run(40, SEED, jobs=1)
    assert report.faults
    assert all("ZeroDivisionError" in fault for fault in report.faults)


@pytest.mark.parametrize("refusal", [FileError("no_rows", file="x"), KeyError("x")])
def test_a_partial_write_is_reported(monkeypatch, refusal):
    def half(store, *_):
        put_rows(store, "counties", fuzz.frames(1)["counties"].assign(name="甲").head(2))
        raise refusal

    monkeypatch.setattr("geo.register.import_table", half)
    (fault,) = fuzz.run(1, SEED, jobs=1).faults
    assert "counties" in fault or "KeyError" in fault


def test_a_costly_reading_and_one_that_stays_are_reported(monkeypatch):
    monkeypatch.setattr(fuzz, "MOST_KB", 1)
    assert any("a reading took" in fault for fault in fuzz.run(20, SEED, jobs=1).faults)
    monkeypatch.setattr(fuzz, "_readings", lambda: [1])
    assert any("readings left" in fault for fault in fuzz.run(1, SEED, jobs=1).faults)
