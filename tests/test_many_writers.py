"""Twenty processes write at once, and a dozen edit the same few rows: nothing lost or doubled."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def run(url: str, *options: str) -> dict:
    """Run the writers in a process of their own: what forks must not be pytest."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.writers", url, *options],
        cwd=ROOT, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["wrong"] == []
    return told


def test_twenty_processes_write_through_the_store_at_once(store_url):
    told = run(store_url, "--writers", "20", "--seconds", "4")
    assert told["writes"] >= 20
    assert told["slowest_s"] < 60


def test_editors_of_the_same_rows_lose_no_edit_and_see_every_conflict(store_url):
    told = run(store_url, "--editors", "8", "--edits", "200")
    assert told["writes"] == 200
    assert told["conflicts"] > 10  # or nothing was shown
