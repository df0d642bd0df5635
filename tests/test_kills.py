"""`kill -9` in the middle of everything that writes: what was told done is there, as a whole."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kills import KINDS

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("kind, kills", [("sqlite", 35), ("postgresql", 15)])
def test_a_kill_at_any_moment_loses_nothing_and_leaves_no_half(kind, kills, request, tmp_path):
    url = (
        f"sqlite:///{tmp_path}/store.db" if kind == "sqlite"
        else request.getfixturevalue("postgres_url")
    )  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tests.kills", url, "--kills", str(kills)],
        cwd=ROOT, capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["wrong"] == []
    assert sum(told[kind] for kind in KINDS) == kills
    assert told["in the middle of something"] > kills / 4
    assert told["told done"] > 0
