"""What set-up has already done: one stamp per step, the hash of what it was done from."""

from __future__ import annotations

import fcntl
import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = ".setup"


class SetupError(Exception):
    """Set-up cannot go on; the message says what to do."""


def digest(root: Path, *names: str) -> str:
    """Hash the files `names` together with what the result also depends on: place and Python."""
    total = hashlib.sha256(f"{root} {sys.version_info[:2]}\n".encode())
    for name in names:
        content = (root / name).read_bytes()
        total.update(f"{name} {len(content)}\n".encode() + content)
    return total.hexdigest()


def is_done(root: Path, step: str, wanted: str) -> bool:
    """Tell whether `step` was last done from what hashes to `wanted`."""
    stamp = root / FOLDER / step
    return stamp.is_file() and stamp.read_text() == wanted


def mark_done(root: Path, step: str, wanted: str) -> None:
    """Note that `step` has been done from what hashes to `wanted`."""
    (root / FOLDER / step).write_text(wanted)


def forget(root: Path) -> None:
    """Forget every step, so that all are done again."""
    for stamp in (root / FOLDER).glob("*.done"):
        stamp.unlink()


@contextmanager
def only_one(root: Path) -> Iterator[None]:
    """Let one set-up at a time work in `root`; the others wait."""
    (root / FOLDER).mkdir(exist_ok=True)
    with (root / FOLDER / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up is at work here; waiting for it", "另一个安装正在进行，请稍候")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def say(english: str, chinese: str) -> None:
    """Tell the person at the terminal what happens now."""
    print(f"* {english}（{chinese}）", flush=True)
