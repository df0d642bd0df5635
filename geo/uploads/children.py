"""Uploads read by processes of their own: what to ask, and what comes back.

One process a program, started when first needed, forks one reading after another (see
`reading`). Any number of threads may ask; as many readings run at once as there are
processors, so that each has the time it is allowed.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import IO, Any, NamedTuple

from geo.uploads.grids import GridError
from geo.uploads.headings import Headings
from geo.uploads.reading import BEGUN, DATA_BYTES, TIME_S

MAX_REPLY = 512 * 2**20  # bytes: some twice what `grids.MAX_SIGNS` lets through
PATIENCE_S = TIME_S + 10  # behind the kernel's own limit, which ends a reading

_ROOT = str(Path(__file__).resolve().parents[2])
# Isolated: no user site, no PYTHON… variables, and not the program that runs here.
_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from geo.uploads.reading import main; main(int(sys.argv[2]))"
)
_NEEDS = {
    "geo.uploads.sheets": (b"PK",), "geo.uploads.old_workbooks": (b"\xd0\xcf\x11\xe0", b"\x09"),
    "geo.uploads.features": (b"{", b"<"), "geo.uploads.vectors": (b"SQLite",),
}  # fmt: skip


class _Parent:
    """The process that forks, and the socket to it."""

    def __init__(self) -> None:
        self.channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-B", "-c", _PROGRAM, _ROOT, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
                cwd="/",
                pass_fds=[theirs.fileno()],
            )

    def close(self) -> None:
        """End the process; readings under way end by themselves."""
        self.channel.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


_lock = threading.Lock()
_turns = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))
_parent: _Parent | None = None


class Reply(NamedTuple):
    """
    What a reading found.

    `head` has the facts about the header, `numbers` those of the rows in the sheet, `cells`
    a list for each matched column; `peak_kb` and `cpu_s` are what the process took.
    """

    head: dict[str, Any]
    numbers: list[int]
    cells: list[list[str | None]]
    peak_kb: int
    cpu_s: float


def read_apart(data: bytes, headings: Headings) -> Reply:
    """
    Have the table in `data` read by a process that may die of it.

    Raises
    ------
    GridError
        If the file cannot be used, or the process came to an end over it.
    """
    # In memory: a full disk is no reason not to read.
    with _turns, os.fdopen(os.memfd_create("upload"), "w+b") as file:
        file.write(json.dumps(asdict(headings)).encode() + b"\n")
        file.write(data)
        file.flush()
        for _ in range(2):  # a process that had ended, or ends just now, is started again
            lines = _asked(file, _libraries(data))
            if lines is not None:
                return _told(lines)
    raise GridError("file_unreadable", reason="读文件的程序没有启动或没有回答")


def _libraries(data: bytes) -> list[str]:
    """Return what to import once for all: a fork that imports does it for itself alone."""
    start = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip(b" \r\n")
    needed = [library for library, starts in _NEEDS.items() if start.startswith(starts)]
    if start.startswith(b"PK") and b".shp" in data:
        needed.append("geo.uploads.vectors")
    return needed


def _asked(file: IO[bytes], libraries: list[str]) -> list[bytes] | None:
    """Return the lines of a reply, or None when the reading did not even begin."""
    message = " ".join(["read", *libraries]).encode()
    ours, theirs = os.pipe()
    with os.fdopen(ours, "rb") as reply:
        try:
            file.seek(0)
            socket.send_fds(_channel(), [message], [file.fileno(), theirs])
        except OSError:
            _forget()
            return None
        finally:
            os.close(theirs)
        return _lines(reply.fileno())


def _lines(reply: int) -> list[bytes] | None:
    content = bytearray()
    until = monotonic() + PATIENCE_S
    waiting = select.poll()
    waiting.register(reply, select.POLLIN)
    while len(content) <= MAX_REPLY and (left := until - monotonic()) > 0:
        if not waiting.poll(left * 1000):
            break
        part = os.read(reply, 2**20)
        if not part:
            break
        content += part
    if not content.startswith(BEGUN):
        _forget()
        return None
    del content[: len(BEGUN)]
    return [bytes(line) for line in content.splitlines()]


def _told(lines: list[bytes]) -> Reply:
    try:
        last = json.loads(lines.pop()) if lines else {}
        if "code" in last:
            raise GridError(last["code"], **last["facts"])
        if "peak_kb" in last:
            return _gathered(lines, last)
    except ValueError:  # cut off in the middle
        pass
    limit = f"{TIME_S} 秒、{DATA_BYTES // 2**20} MB 内存"
    raise GridError("file_too_large", what="读它所需的时间或内存", size="超限", limit=limit)


def _gathered(lines: list[bytes], cost: dict[str, Any]) -> Reply:
    head = json.loads(lines[0])
    numbers: list[int] = []
    cells: list[list[str | None]] = [[] for _ in head["matched"]]
    same: dict[str | None, str | None] = {}  # most cells of a large sheet repeat a few texts
    for at in range(1, len(lines)):
        rows, *columns = json.loads(lines[at])
        lines[at] = b""
        numbers += rows
        for column, texts in zip(cells, columns, strict=True):
            column += [same.setdefault(text, text) for text in texts]
    return Reply(head, numbers, cells, cost["peak_kb"], cost["cpu_s"])


def _channel() -> socket.socket:
    global _parent
    with _lock:
        if _parent is None or _parent.process.poll() is not None:
            if _parent is not None:
                _parent.close()
            _parent = _Parent()
        return _parent.channel


def _forget() -> None:
    """End the process, so that the next reading starts another."""
    global _parent
    with _lock:
        if _parent is not None:
            _parent.close()
        _parent = None


def _in_a_fork() -> None:
    """Leave the process to the program that was forked."""
    global _parent, _lock, _turns
    _lock = threading.Lock()
    _turns = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))
    if _parent is not None:
        with contextlib.suppress(OSError):
            _parent.channel.close()
        _parent.process.returncode = 0
        _parent = None


atexit.register(_forget)
os.register_at_fork(after_in_child=_in_a_fork)
