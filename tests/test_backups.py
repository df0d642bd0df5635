"""Backups: everything at one moment, from either database into either, all of it or nothing."""

import hashlib
import json
import os
import shutil
import sqlite3
import threading
import time
import zipfile
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from geo import database, dumps, replay
from geo.backups import make_backup, opened
from geo.boundaries import LayerInfo
from geo.door import submit
from geo.edits import edit_of
from geo.errors import FileError, StoreError
from geo.evidence import add_evidence, evidence_of, read_evidence
from geo.journal_tables import AUDIT, HISTORY, SESSIONS, SUBMISSIONS
from geo.policy import read_policy
from geo.restoration import restore
from geo.rights import Actor
from geo.rows import stored_rows
from geo.sign_in import accounts
from geo.store import Store
from geo.tables import METADATA
from tests.conftest import toy_tables, write_data

NOW = datetime(2026, 11, 24, 2, 30)
TODAY = date(2026, 11, 24)
CITY = Actor("city", "市科协", "city")
PAPER = b"%PDF-1.4\n1 0 obj\n%%EOF\n"


@pytest.fixture
def lived_in(store, tmp_path):
    """Give a store with accounts, a session, history, held edits, layers and evidence."""
    live(store, tmp_path / "evidence")
    return store


def live(store, evidence: Path) -> None:
    import geopandas as gpd
    import shapely

    accounts.add_account(
        store, login="hall", name="科技馆", role="reporter", place_kind="venue", place="h1",
        password=None, by="system",
    )  # fmt: skip
    info = LayerInfo(level="county", kind="schematic", source="示意", compiled_on=date(2026, 1, 2),
                     approval_number="")  # fmt: skip
    square = gpd.GeoDataFrame(
        {"county_code": ["370902"], "name": ["泰山区"]},
        geometry=[shapely.box(117.0, 36.1, 117.2, 36.3)], crs="EPSG:4326",
    )  # fmt: skip
    store.put_layer(square, info)
    with store.reading() as connection:
        venue = stored_rows(connection, "venues")["h1",]
    for fields, login, policy in (
        ({"intro": "新展厅\n“引号”, 逗号 \u2028 🚀"}, "city", ""),
        ({"phone": "0538-7654321"}, "hall", "reporter:*=steward"),
    ):
        actor = CITY if login == "city" else Actor("hall", "", "reporter", "venue", "h1")
        with store.reading() as connection:
            venue = stored_rows(connection, "venues")["h1",]
        submit(store, [edit_of("venues", venue, venue | fields)], actor=actor, today=TODAY,
               policy=read_policy(policy))  # fmt: skip
    with store.writing() as write:
        write.changed = False
        write.connection.execute(sa.insert(SESSIONS).values(
            token_sha256="a" * 64, login="hall", created=NOW, seen=NOW, expires=NOW
        ))  # fmt: skip
    add_evidence(store, evidence, actor=CITY, table="venues", key=("h1",), data=PAPER,
                 title="公布文件", now=NOW, today=TODAY)  # fmt: skip


def content(store) -> dict[str, list[tuple]]:
    """Return every row of every table but the sessions and what a restore notes."""
    with store.reading() as connection:
        found = {
            table.name: [tuple(row) for row in connection.execute(
                sa.select(table).order_by(*table.primary_key)
            )]
            for table in METADATA.sorted_tables
            if table.name not in dumps.LEFT_OUT
        }  # fmt: skip
    found["audit"] = [row for row in found["audit"] if row[3] != "restored"]
    return found


@contextmanager
def target(kind: str, tmp_path: Path, server: str):
    """Give a store that is not there yet, of this kind."""
    name = f"target_{time.monotonic_ns()}"
    if kind == "sqlite":
        store = Store(f"sqlite:///{tmp_path / 'target' / 'store.db'}")
        (tmp_path / "target").mkdir()
        yield store
        store.close()
        return
    with psycopg.connect(f"postgresql://{server}/postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        store = Store(f"postgresql+psycopg://{server}/{name}")
        yield store
        store.close()
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_of_either_database_is_restored_into_either(
    lived_in, kind, tmp_path, postgres_server
):
    file = tmp_path / "backup.zip"
    made = make_backup(lived_in, tmp_path / "evidence", file, now=NOW)
    assert made.revision == lived_in.revision() == 3
    assert (made.rows["venues"], made.rows["held"], len(made.evidence)) == (3, 1, 1)
    assert made.missing == []
    with target(kind, tmp_path, postgres_server) as new:
        found = restore(new, tmp_path / "other", file, now=NOW)
        assert found.revision == new.revision() == 3
        assert content(new) == content(lived_in)
        assert replay.differences(new) == []
        assert new.changed_since_build() == lived_in.changed_since_build()
        assert new.layer("county")[0].geometry[0].equals(lived_in.layer("county")[0].geometry[0])
        with new.reading() as connection:
            assert connection.execute(sa.select(SESSIONS)).all() == []
        number = int(evidence_of(new, "venues", ("h1",), actor=CITY, today=TODAY).evidence_id[0])
        given = read_evidence(new, tmp_path / "other", number, actor=CITY, today=TODAY)
        assert given[0] == PAPER
        stands_guard_and_counts_on(new)


def stands_guard_and_counts_on(store) -> None:
    """Assert that history cannot be changed, and that new rows get the next numbers."""
    for statement in (
        sa.delete(HISTORY), sa.update(SUBMISSIONS).values(reason="x"), sa.delete(AUDIT),
        sa.update(HISTORY).values(login="x"),
    ):  # fmt: skip
        with pytest.raises(StoreError, match=r"append-only|必填"), store.writing() as write:
            write.connection.execute(statement)
    with store.reading() as connection:
        last = connection.execute(sa.select(sa.func.max(SUBMISSIONS.c.submission_id))).scalar_one()
        route = stored_rows(connection, "routes")["r1",]
    done = submit(store, [edit_of("routes", route, route | {"intro": "新"})], actor=CITY,
                  today=TODAY, policy=read_policy(""))  # fmt: skip
    assert done.submission_id == last + 1
    assert replay.differences(store) == []


def test_a_backup_is_private_and_has_no_session(file_store, tmp_path):
    file = tmp_path / "backup.zip"
    os.umask(before := os.umask(0))
    make_backup(file_store, tmp_path / "evidence", file, now=NOW)
    os.umask(before)
    assert file.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(file) as archive:
        members = archive.namelist()
    assert "tables/accounts.jsonl" in members and "tables/promoters.jsonl" in members
    assert not [name for name in members if "session" in name or "attempt" in name]
    assert [path.name for path in tmp_path.iterdir() if path.is_file()
            and not path.name.startswith("store.db")] == ["backup.zip"]  # fmt: skip


def test_a_backup_made_while_others_write_is_of_one_moment(store, tmp_path, postgres_server):
    stop, failures = threading.Event(), []

    def work(me: int) -> None:
        try:
            number = 0
            while not stop.is_set():
                number += 1
                with store.reading() as connection:
                    row = stored_rows(connection, "routes")["r1",]
                new = row | {"route_id": f"w{me}-{number}", "name": f"路线{number}"}
                submit(store, [edit_of("routes", None, new)], actor=CITY, today=TODAY)
        except Exception as error:
            failures.append(error)

    writers = [threading.Thread(target=work, args=(me,)) for me in range(3)]
    for writer in writers:
        writer.start()
    try:
        files = [tmp_path / f"{n}.zip" for n in range(3)]
        made = [make_backup(store, tmp_path / "evidence", file, now=NOW) for file in files]
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert failures == []
    assert made[0].revision < made[2].revision
    for number, file in enumerate(files[1:]):
        folder = tmp_path / f"t{number}"
        folder.mkdir()
        with target("sqlite", folder, postgres_server) as new:
            found = restore(new, tmp_path / "other", file, now=NOW)
            assert replay.differences(new) == []
            with new.reading() as connection:
                last = connection.execute(sa.select(sa.func.max(HISTORY.c.revision))).scalar_one()
            assert last == found.revision == 1 + len(new.read("routes")) - 1


def test_a_store_with_rows_is_replaced_only_by_force_and_for_all_who_use_it(lived_in, tmp_path):
    file = tmp_path / "backup.zip"
    make_backup(lived_in, tmp_path / "evidence", file, now=NOW)
    kept = content(lived_in)
    with lived_in.reading() as connection:
        route = stored_rows(connection, "routes")["r1",]
    submit(lived_in, [edit_of("routes", route, route | {"name": "后来"})], actor=CITY, today=TODAY,
           policy=read_policy(""))  # fmt: skip
    other = Store(lived_in._url.render_as_string(hide_password=False))
    assert other.read("routes")["name"][0] == "后来"
    with pytest.raises(StoreError) as caught:
        restore(lived_in, tmp_path / "evidence", file, now=NOW)
    assert caught.value.code == "store_not_empty"
    assert other.read("routes")["name"][0] == "后来" and other.revision() == 4
    found = restore(lived_in, tmp_path / "evidence", file, force=True, now=NOW)
    # pages of a program that runs on are keyed by the revision: it is one never seen before
    assert found.revision == other.revision() == 5
    assert other.read("routes")["name"][0] == "地质一日"
    now = content(other)
    assert now.pop("meta")[0][0] == 5 and kept.pop("meta")[0][0] == 3
    assert now == kept
    assert other.changed_since_build() == 3
    stands_guard_and_counts_on(other)
    other.close()


def test_a_file_that_is_no_whole_backup_changes_nothing(file_store, tmp_path):
    file, evidence = tmp_path / "backup.zip", tmp_path / "evidence"
    make_backup(file_store, evidence, file, now=NOW)
    data, before = file.read_bytes(), content(file_store)
    bad = tmp_path / "bad.zip"

    def refused(code: str, words: str = "") -> None:
        with pytest.raises(FileError) as caught:
            restore(file_store, evidence, bad, force=True, now=NOW)
        assert caught.value.code == code and words in str(caught.value)

    refused("file_missing")
    for content_ in (b"", b"text", data[:-10], data[: len(data) // 2]):
        bad.write_bytes(content_)
        refused("backup_unreadable")
    listed = data.rindex(b"PK\x01\x02", 0, data.rindex(b"manifest.json"))
    entry = range(listed, len(data))  # what the archive says of its last member and of itself
    flips = [(at, 0xFF) for at in range(40, listed, len(data) // 40)]
    flips += [(at, 1 << bit) for at in entry for bit in range(8)] + [(at, 0xFF) for at in entry]
    for at, flip in flips:
        bad.write_bytes(data[:at] + bytes([data[at] ^ flip]) + data[at + 1 :])
        try:
            with opened(bad):
                pass  # a byte that says nothing, such as a date of the archive's
        except FileError:
            refused("backup_unreadable")
    for change, code, words in (
        ({"structure": "9999"}, "backup_newer", "9999"),
        ({"format": 2}, "backup_newer", ""),
        ({"tables": {"gone": {"columns": [], "rows": 0, "sha256": ""}}}, "backup_unreadable", ""),
        ({"evidence": {"../../etc/passwd": 1}}, "backup_unreadable", ""),
        ({"made_at": None}, "backup_unreadable", ""),
    ):
        altered(file, bad, manifest=change)
        refused(code, words)
    altered(file, bad, members={"tables/promoters.jsonl": b'["p1","\xe5\xbc\xa0"]\n'})
    refused("backup_unreadable", "promoters")
    altered(file, bad, members={next(n for n in members(file) if "evidence/" in n): b"%PDF-"})
    refused("backup_unreadable", "evidence")
    assert content(file_store) == before


def members(file: Path) -> list[str]:
    with zipfile.ZipFile(file) as archive:
        return archive.namelist()


def altered(file: Path, new: Path, *, manifest: dict | None = None, members=None) -> None:
    """Write a copy of the backup `file` with other facts in its manifest, or other members."""
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(new, "w") as copy:
        for name in archive.namelist():
            data = (members or {}).get(name, archive.read(name))
            if name == "manifest.json":
                data = json.dumps(json.loads(data) | (manifest or {})).encode()
            if data is not None:
                copy.writestr(name, data)


def test_a_restore_that_fails_leaves_everything_as_it_was(lived_in, tmp_path, postgres_server):
    file = tmp_path / "backup.zip"
    make_backup(lived_in, tmp_path / "evidence", file, now=NOW)
    before = content(lived_in)
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    with pytest.raises(FileError) as caught:
        restore(lived_in, blocked / "evidence", file, force=True, now=NOW)
    assert caught.value.code == "cannot_write"
    assert content(lived_in) == before
    broken = tmp_path / "broken.zip"  # a village of no township: refused at the commit
    with zipfile.ZipFile(file) as archive:
        facts = json.loads(archive.read("manifest.json"))
        lines = archive.read("tables/villages.jsonl").replace(b"370911102000", b"370911199000")
    facts["tables"]["villages"]["sha256"] = hashlib.sha256(lines).hexdigest()
    altered(file, broken, manifest=facts, members={"tables/villages.jsonl": lines})
    with pytest.raises(StoreError) as conflict:
        restore(lived_in, tmp_path / "evidence", broken, force=True, now=NOW)
    assert conflict.value.code == "store_conflict"
    assert content(lived_in) == before
    assert len([path for path in (tmp_path / "evidence").rglob("*") if path.is_file()]) == 1
    with target("sqlite", tmp_path, postgres_server) as new, pytest.raises(StoreError):
        restore(new, tmp_path / "new", broken, now=NOW)
    assert not [path for path in (tmp_path / "new").rglob("*") if path.is_file()]
    assert list((tmp_path / "target").iterdir()) == []


def test_a_backup_of_an_older_program_is_brought_up_to_date(lived_in, tmp_path, postgres_server):
    file, old = tmp_path / "backup.zip", tmp_path / "old.zip"
    make_backup(lived_in, tmp_path / "evidence", file, now=NOW)
    columns = first_structure(tmp_path / "first.db")
    with zipfile.ZipFile(file) as archive:
        facts = json.loads(archive.read("manifest.json"))
        tables, lines = {}, {}
        for name, told in facts["tables"].items():
            member = f"tables/{name}.jsonl"
            lines[member] = None
            if name not in columns:
                continue
            at = [i for i, (column, _) in enumerate(told["columns"]) if column in columns[name]]
            rows = [json.loads(line) for line in archive.read(member).splitlines()]
            picked = [[row[i] for i in at] for row in rows]
            data = b"".join(json.dumps(row).encode() + b"\n" for row in picked)
            lines[member] = data
            tables[name] = {
                "columns": [told["columns"][i] for i in at], "rows": len(rows),
                "sha256": hashlib.sha256(data).hexdigest(),
            }  # fmt: skip
    altered(file, old, manifest={"structure": "0001", "tables": tables, "evidence": {}},
            members=lines)  # fmt: skip
    for kind in ("sqlite", "postgresql"):
        with target(kind, tmp_path, postgres_server) as new:
            found = restore(new, tmp_path / "other", old, now=NOW)
            assert (found.structure, found.revision) == ("0001", 3)
            assert new.read("venues")["intro"][0].startswith("新展厅")
            assert new.read("promoters")["name"].tolist() == ["张三", "李四"]
            assert replay.differences(new) == []
            stands_guard_and_counts_on(new)


def first_structure(path: Path) -> dict[str, set[str]]:
    """Return the columns of every table as the first migration makes them."""
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(database.MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        found = sa.inspect(connection)
        columns = {
            name: {column["name"] for column in found.get_columns(name)}
            for name in found.get_table_names()
        }
    engine.dispose()
    return columns


def test_evidence_that_is_lost_is_told_and_the_rest_is_kept(file_store, tmp_path):
    evidence = tmp_path / "evidence"
    add_evidence(file_store, evidence, actor=CITY, table="venues", key=("s1",), data=PAPER + b"\n",
                 now=NOW, today=TODAY)  # fmt: skip
    (path, *_) = sorted(path for path in evidence.rglob("*") if path.is_file())
    path.write_bytes(b"altered")
    made = make_backup(file_store, evidence, tmp_path / "backup.zip", now=NOW)
    assert made.missing == [path.name] and len(made.evidence) == 1


# --- SQLite's file ------------------------------------------------------------------------------


@pytest.fixture
def file_store(originals, tmp_path):
    shutil.copy(originals.file(toy_tables), tmp_path / "store.db")
    store = Store(f"sqlite:///{tmp_path / 'store.db'}")
    live(store, tmp_path / "evidence")
    yield store
    store.close()


def damage(path: Path) -> None:
    """Overwrite every page but the first two of a SQLite file."""
    with sqlite3.connect(path) as plain:
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    plain.close()
    data = path.read_bytes()
    path.write_bytes(data[:8192] + b"\xa5" * (len(data) - 8192))


def test_a_damaged_file_is_not_backed_up_but_set_aside_by_a_restore(file_store, tmp_path):
    file, evidence = tmp_path / "backup.zip", tmp_path / "evidence"
    make_backup(file_store, evidence, file, now=NOW)
    good, before = file.read_bytes(), content(file_store)
    file_store.close()
    damage(tmp_path / "store.db")
    with pytest.raises(StoreError) as caught:
        make_backup(file_store, evidence, file, now=NOW)
    assert "损坏" in str(caught.value) or caught.value.code == "store_damaged"
    assert file.read_bytes() == good
    file_store.close()
    with pytest.raises(FileError):
        restore(file_store, file / "no folder", file, force=True, now=NOW)
    assert (tmp_path / "store.db").read_bytes().endswith(b"\xa5" * 100)
    assert not list(tmp_path.glob("*.damaged*"))
    found = restore(file_store, evidence, file, force=True, now=NOW)
    assert found.set_aside == tmp_path / "store.db.damaged-20261124-023000"
    assert found.set_aside.read_bytes().endswith(b"\xa5" * 100)
    assert content(file_store) == before


def test_a_sound_file_is_not_set_aside(file_store, tmp_path):
    file = tmp_path / "backup.zip"
    make_backup(file_store, tmp_path / "evidence", file, now=NOW)
    assert restore(file_store, tmp_path / "evidence", file, force=True, now=NOW).set_aside is None


def test_there_is_no_backup_of_nothing(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(StoreError) as caught:
        make_backup(store, tmp_path, tmp_path / "backup.zip", now=NOW)
    assert caught.value.code == "store_missing"
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_a_sentence(file_store, tmp_path):
    with pytest.raises(FileError) as caught:
        make_backup(file_store, tmp_path, tmp_path / "no" / "backup.zip", now=NOW)
    assert caught.value.code == "cannot_write"


def test_every_table_is_in_a_backup_or_left_out_on_purpose(file_store):
    with file_store.reading() as connection:
        known = set(sa.inspect(connection).get_table_names())
        dumped = set(dumps.dumped(connection))
    assert known == dumped | set(dumps.LEFT_OUT) | {"alembic_version"}


# --- the commands ---------------------------------------------------------------------------------


def test_the_commands(tmp_path, toy, capfd, monkeypatch):
    from geo import cli

    write_data(tmp_path / "data", toy)
    monkeypatch.setenv("XINGHUO_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("XINGHUO_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)

    def run(*args: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            cli.main([str(arg) for arg in args])
        out, err = capfd.readouterr()
        return left.value.code or 0, out, err

    assert run("build")[0] == 0
    code, out, err = run("backup")
    (file,) = tmp_path.glob("xinghuo-*.zip")
    assert (code, err) == (0, "") and file.name in out and "个人信息" in out
    assert run("check") == (0, checked := run("check")[1], "") and "0 处错误" in checked
    code, out, err = run("restore", file)
    assert (code, out) == (1, "") and "--force" in err and err.count("\n") == 1
    code, out, err = run("restore", file, "--force", "--json")
    assert (code, json.loads(out)["revision"]) == (0, 2)
    (tmp_path / "data" / "xinghuo.db").unlink()
    code, out, err = run("restore", file)
    assert code == 0 and "重新登录" in out
    assert run("check")[1] == checked
    assert run("restore", tmp_path / "none.zip")[0] == 1
    code, out, err = run("backup", "-o", tmp_path / "b.zip", "--json")
    assert code == 0 and json.loads(out)["rows"]["venues"] == 3
    assert (tmp_path / "b.zip").stat().st_mode & 0o777 == 0o600
