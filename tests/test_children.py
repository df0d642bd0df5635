"""The process that reads uploads: whatever befalls it is one sentence, and nothing is left."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from geo.errors import FileError
from geo.files import read_table
from geo.uploads import children, reading

ROOT = Path(__file__).resolve().parents[1]
GOOD = "县市区代码,县市区\n370902,泰山区\n".encode()
# Stands in for the libraries: a file that does to the process what it likes.
EVIL = """
import sys; sys.path.insert(0, sys.argv[1])
import os, signal, time, geo.uploads.reading as reading
def source(data, headings):
    {evil}
reading.source = source
{before}
reading.main(int(sys.argv[2]))
"""


_others: set[int] = set()


@pytest.fixture(autouse=True)
def fresh():
    """Start from no process, and leave none that was tampered with."""
    children._forget()
    _others.clear()  # such as the database server of other tests
    _others.update(descendants(os.getpid()))
    yield
    children._forget()


def descendants(of: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
        if parent == of and int(folder.name) not in _others:
            found += [int(folder.name), *descendants(int(folder.name))]
    return found


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.parametrize(
    ("evil", "before", "code"),
    [
        ("os.abort()", "", "file_too_large"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "", "file_too_large"),
        ("os._exit(0)", "", "file_too_large"),
        ("time.sleep(60)", "reading.TIME_S = 1", "file_too_large"),
        ("signal.pthread_sigmask(0, range(1, 32)); [0 for _ in iter(int, 1)]",
         "reading.TIME_S = 1", "file_too_large"),
        ("return [bytearray(2**20) for _ in iter(int, 1)]", "", "file_too_large"),
        ("raise RecursionError", "", "file_unreadable"),
        ("open('/tmp/left-behind', 'w').write('x' * 9999)", "", "file_unreadable"),
        ("pass", "raise SystemExit", "file_unreadable"),
        ("pass", "os.fork = lambda: 1 / 0", "file_unreadable"),
    ],
    ids=range(10),
)  # fmt: skip
def test_whatever_befalls_the_reading_is_one_sentence(evil, before, code, monkeypatch):
    monkeypatch.setattr("geo.uploads.children._PROGRAM", EVIL.format(evil=evil, before=before))
    start = time.perf_counter()
    with pytest.raises(FileError) as caught:
        read_table(GOOD, table="counties")
    assert caught.value.code == code
    assert time.perf_counter() - start < 6
    Path("/tmp/left-behind").unlink(missing_ok=True)


def test_a_write_to_the_disk_is_impossible(monkeypatch):
    path = Path("/tmp/left-behind-by-a-reading")
    program = EVIL.format(evil=f"open('{path}', 'w').write('x' * 99999)", before="")
    monkeypatch.setattr("geo.uploads.children._PROGRAM", program)
    with pytest.raises(FileError):
        read_table(GOOD, table="counties")
    assert not path.exists() or not path.stat().st_size
    path.unlink(missing_ok=True)


def test_the_reading_stays_under_300_mb_whatever_it_asks_for(monkeypatch):
    # GDAL and all: the most code that can be resident at the same time.
    evil = """import geo.uploads.vectors
    hold = []
    try:
        while True: hold.append(b'x' * 2**16)
    except MemoryError:
        time.sleep(30)"""
    monkeypatch.setattr("geo.uploads.children._PROGRAM", EVIL.format(evil=evil, before=""))
    monkeypatch.setattr("geo.uploads.reading.TIME_S", 3)

    def ask():
        with pytest.raises(FileError):
            read_table(GOOD, table="counties")

    asking = threading.Thread(target=ask)
    asking.start()
    peak_kb, until = 0, time.monotonic() + 20
    while peak_kb < 150_000 and time.monotonic() < until:
        time.sleep(0.1)
        for process in descendants(os.getpid()):
            try:
                told = Path(f"/proc/{process}/status").read_text()
            except OSError:
                continue
            peak_kb = max(peak_kb, int(told.partition("VmHWM:")[2].split()[0] or 0))
    time.sleep(0.5)
    for process in descendants(os.getpid())[1:]:
        told = Path(f"/proc/{process}/status").read_text()
        peak_kb = max(peak_kb, int(told.partition("VmHWM:")[2].split()[0]))
        os.kill(process, signal.SIGKILL)
    asking.join(30)
    assert not asking.is_alive()
    assert 200_000 < peak_kb < 300_000


def test_readings_leave_no_process_and_no_open_file():
    read_table(GOOD, table="counties")
    files = open_files()
    for _ in range(50):
        read_table(GOOD, table="counties")
        with pytest.raises(FileError):
            read_table(b"PK\x03\x04broken", table="counties")
    assert open_files() == files
    (parent,) = descendants(os.getpid())
    children._forget()
    assert descendants(os.getpid()) == []
    assert not Path(f"/proc/{parent}").exists()


def test_many_threads_read_at_once():
    results = []

    def ask(number):
        text = f"县市区代码,县市区\n3709{number:02},区{number}\n"
        for _ in range(10):
            frame = read_table(text.encode(), table="counties").frame
            results.append(frame["name"].tolist() == [f"区{number}"])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 160
    assert len(descendants(os.getpid())) == 1


def test_a_process_that_was_killed_or_went_to_rest_is_started_again(monkeypatch):
    read_table(GOOD, table="counties")
    (first,) = descendants(os.getpid())
    os.kill(first, signal.SIGKILL)
    assert read_table(GOOD, table="counties").rows == [2]
    idle = EVIL.format(evil="", before="reading.IDLE_S = 0.2").replace(
        "def source(data, headings):", ""
    ).replace("reading.source = source", "")  # fmt: skip
    monkeypatch.setattr("geo.uploads.children._PROGRAM", idle)
    children._forget()
    for _ in range(3):
        assert read_table(GOOD, table="counties").rows == [2]
        time.sleep(0.4)


def test_the_process_ends_with_the_program_even_when_that_is_killed():
    program = (
        "import os, sys, time; sys.path.insert(0, sys.argv[1])\n"
        "from geo.files import read_table\n"
        "read_table('县市区代码,县市区\\n370902,泰山区\\n'.encode(), table='counties')\n"
        "from geo.uploads import children\n"
        "print(children._parent.process.pid, flush=True)\n"
        "time.sleep(60) if len(sys.argv) > 2 else None\n"
    )
    for extra in ([], ["stay"]):
        with subprocess.Popen(
            [sys.executable, "-W", "error", "-c", program, str(ROOT), *extra],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as asking:  # fmt: skip
            parent = int(asking.stdout.readline())
            if extra:
                asking.kill()
            assert asking.stderr.read() == ""
        until = time.monotonic() + 5
        while Path(f"/proc/{parent}").exists() and time.monotonic() < until:
            time.sleep(0.02)
        assert not Path(f"/proc/{parent}").exists()


def _in_fork(answers):
    answers.put(read_table(GOOD, table="counties").rows)


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_a_forked_program_reads_too():
    read_table(GOOD, table="counties")
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    fork = context.Process(target=_in_fork, args=(answers,))
    fork.start()
    fork.join(20)
    assert fork.exitcode == 0
    assert answers.get() == [2]
    assert read_table(GOOD, table="counties").rows == [2]


def test_a_reply_that_was_cut_off_is_no_half_table(monkeypatch):
    evil = """pass
def reply(data, headings):
    yield {"title": None, "header": ["县市区代码", "县市区"], "matched": [[0, "county_code"]]}
    yield [[2], ["370902"]]
    os._exit(0)
reading.reply = reply"""
    monkeypatch.setattr("geo.uploads.children._PROGRAM", EVIL.format(evil=evil, before=""))
    with pytest.raises(FileError):
        read_table(GOOD, table="counties")


def test_halves_of_characters_do_not_get_out_of_a_file():
    text = '{"features": [{"geometry": null, "properties": {"county_code": "370902", '
    text += '"name": "\\ud800区", "\\udc00": 1}}]}'
    raw = read_table(text.encode(), table="counties")
    assert raw.frame["name"].tolist() == ["\ufffd区"]
    json.dumps(raw.ignored, ensure_ascii=False).encode()


def test_limits_stand_where_they_are_told():
    assert reading.DATA_BYTES < 300 * 2**20
    assert reading.TIME_S == 20
