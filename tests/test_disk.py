"""No room and no right to write: a sentence that says so, and nothing changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from geo import register, replay
from geo.backups import make_backup
from geo.evidence import add_evidence
from geo.rights import SYSTEM
from geo.store import Store
from tests.conftest import typed

NOW = datetime(2026, 11, 24, 2, 30)
ROOT = Path(__file__).resolve().parents[1]
STORED, ROWS = 2, 3000


def holidays(count: int) -> list[dict]:
    days = (date(2030, 1, 1) + timedelta(days=n) for n in range(count))
    return [{"date": f"{day}", "off": True, "name": f"节日{day}"} for day in days]


LIMITED = """
import resource, sys
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
from geo.cli import main
main(sys.argv[1:])
"""

# All that the commands import late is imported first: afterwards it may not be readable.
UNPRIVILEGED = """
import os, sys
import alembic.command, alembic.config, encodings.cp437, logging.config
import geo.cli, geo.files, geo.register, geo.backups, geo.restoration, geo.tables
if os.geteuid() == 0:  # root may write anywhere
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
for command in sys.argv[1].split(";"):
    try:
        geo.cli.main(command.split(","))
    except SystemExit as left:
        print("exit", left.code, file=sys.stderr)
"""


@pytest.fixture
def folder(migrated_file, toy) -> Iterator[Path]:
    """Give a folder that others may look into, with a store with a demonstration venue."""
    with tempfile.TemporaryDirectory(prefix="xinghuo-disk-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        shutil.copy(migrated_file, folder / "store.db")
        store = Store(f"sqlite:///{folder / 'store.db'}")
        venues = toy["venues"]
        venues.loc[2, ["name", "demo"]] = ["演示博物馆", True]
        store.replace(toy | {"venues": venues, "holidays": typed("holidays", holidays(STORED))})
        with store.reading() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        store.close()
        yield folder
        folder.chmod(0o755)


@pytest.fixture
def file(tmp_path) -> Path:
    """Give a file of so many rows that they do not fit into what is left."""
    path = tmp_path / "holidays.csv"
    rows = (f"{row['date']},no,{row['name']}\n" for row in holidays(ROWS))
    path.write_text("date,off,name\n" + "".join(rows))
    return path


def run(program: str, folder: Path, *args: object) -> tuple[int, str, str]:
    """Run a program of this file on the store in `folder`: (exit code, stdout, stderr)."""
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, args)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "XINGHUO_DATABASE_URL": f"sqlite:///{folder / 'store.db'}",
             "XINGHUO_EVIDENCE": str(folder / "evidence")},
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def state(folder: Path) -> dict[str, object]:
    """Return what is in the store, having checked that it is sound."""
    store = Store(f"sqlite:///{folder / 'store.db'}")
    try:
        assert replay.differences(store) == []
        assert [p for p in register.findings(store) if p.code == "broken_references"] == []
        with store.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        return {"revision": store.revision()} | store.counts()
    finally:
        store.close()


# --- no room ------------------------------------------------------------------------------


def test_an_import_that_does_not_fit_changes_nothing(folder, file):
    before = state(folder)
    limit = (folder / "store.db").stat().st_size + 8192
    code, out, err = run(LIMITED, folder, limit, "import", "holidays", file)
    assert (code, out) == (1, "")
    assert "磁盘" in err and "数据没有改动" in err and err.count("\n") == 1, err
    assert state(folder) == before


def add_paper(folder: Path, size: int) -> None:
    store = Store(f"sqlite:///{folder / 'store.db'}")
    add_evidence(
        store, folder / "evidence", actor=SYSTEM, table="venues", key=("h1",),
        data=b"%PDF-1.4\n" + b"1" * size + b"\n%%EOF\n", now=NOW, today=date(2026, 11, 24),
    )  # fmt: skip
    store.close()


def test_a_backup_that_does_not_fit_leaves_the_one_before(folder):
    made = folder / "backup.zip"
    made.write_bytes(b"the one before")
    add_paper(folder, 50_000)
    limit = 36_000  # SQLite needs 32 KB to read at all
    code, out, err = run(LIMITED, folder, limit, "backup", "-o", made)
    assert (code, out) == (1, "") and "写不了" in err and err.count("\n") == 1, err
    assert made.read_bytes() == b"the one before"
    assert sorted(path.name for path in folder.iterdir() if "backup" in path.name) == ["backup.zip"]


def back_up(folder: Path) -> None:
    store = Store(f"sqlite:///{folder / 'store.db'}")
    make_backup(store, folder / "evidence", folder / "backup.zip", now=NOW)
    store.close()


def test_a_restore_that_does_not_fit_changes_nothing(folder):
    back_up(folder)
    before = state(folder)
    limit = (folder / "store.db").stat().st_size // 2
    code, out, err = run(LIMITED, folder, limit, "restore", folder / "backup.zip", "--force")
    assert (code, out) == (1, "") and "磁盘" in err and err.count("\n") == 1, err
    assert state(folder) == before


TINY = """
mount -t tmpfs -o size="$1" tmpfs "$2" || exit 97
cp "$3"/store.db "$2"/store.db
"$4" -m geo import holidays "$5"; echo "import $?"
"$4" -c "
import sys
from geo import replay
from geo.store import Store
store = Store(sys.argv[1])
print(replay.differences(store), store.revision(), store.counts()['holidays'])
" "$XINGHUO_DATABASE_URL"
"""


def test_a_disk_that_is_really_full(folder, file):
    may = subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", folder],
                         capture_output=True, check=False)  # fmt: skip
    if may.returncode:
        pytest.skip("no file system may be mounted here, not even privately")
    small = folder / "small"
    small.mkdir()
    size = (folder / "store.db").stat().st_size + 200_000
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", TINY, "sh", str(size), small, folder, sys.executable, file],
        cwd=ROOT, capture_output=True, text=True, timeout=200, check=False,
        env={**os.environ, "XINGHUO_DATABASE_URL": f"sqlite:///{small / 'store.db'}"},
    )  # fmt: skip
    assert done.stdout.split("\n")[:2] == ["import 1", f"[] 1 {STORED}"], done
    assert "磁盘空间不足" in done.stderr and "数据没有改动" in done.stderr


# --- no right -----------------------------------------------------------------------------


def test_a_folder_without_the_right_to_write(folder):
    before = state(folder)
    folder.chmod(0o555)
    commands = f"demo,remove;backup,-o,{folder}/backup.zip"
    code, out, err = run(UNPRIVILEGED, folder, commands)
    removed, first, backup, second = err.splitlines()
    assert (code, out, first, second) == (0, "", "exit 1", "exit 1")
    assert "没有写入权限" in removed or "没有权限" in removed
    assert "没有写入权限" in backup or "写不了" in backup
    assert [path.name for path in folder.iterdir()] == ["store.db"]
    folder.chmod(0o755)
    assert state(folder) == before


def test_a_file_without_the_right_to_write(folder):
    before = state(folder)
    folder.chmod(0o777)
    (folder / "store.db").chmod(0o444)
    code, out, err = run(UNPRIVILEGED, folder, "demo,remove")
    said, left = err.splitlines()
    assert (code, out, left) == (0, "", "exit 1")
    assert "没有写入权限" in said and "数据没有改动" in said
    (folder / "store.db").chmod(0o644)
    assert state(folder) == before


def test_a_folder_of_evidence_without_the_right_to_write_stops_a_restore(folder):
    """The database can be written, the evidence cannot: neither is."""
    add_paper(folder, 10)
    back_up(folder)
    (folder / "backup.zip").chmod(0o644)
    shutil.rmtree(folder / "evidence")
    (folder / "evidence").mkdir(mode=0o555)
    folder.chmod(0o777)
    (folder / "store.db").chmod(0o666)
    before = state(folder)
    for path in folder.glob("store.db-*"):
        path.chmod(0o666)
    code, out, err = run(UNPRIVILEGED, folder, f"restore,{folder}/backup.zip,--force")
    said, left = err.splitlines()[-2:]
    assert (code, out, left) == (0, "", "exit 1") and "写不了" in said, err
    for path in folder.glob("store.db*"):
        shutil.chown(path, os.geteuid())
    assert state(folder) == before
