"""
`kill -9` at random moments of an import, edits, an undo, a backup and a migration.

    python -m tests.kills URL --kills 50 --seed 1

One process has imported everything and opens nothing; from it a child is forked for every kill,
works, says through a pipe what it begins and what it was told is done, and is killed. What a
child was told done must be there afterwards, what it had begun is there as a whole or not at all.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import sqlalchemy as sa
from alembic import command, config  # noqa: F401 - imported once, not after every fork

from geo import register
from geo.backups import make_backup, opened
from geo.door import submit
from geo.policy import NO_REVIEW
from geo.replay import differences
from geo.store import Store
from geo.tables import utc_now
from geo.undoing import undo
from tests.conftest import toy_tables, write_data
from tests.older import make_older
from tests.region import CITY, TODAY, change_of, entries, new_row, rows_by_key, stored_row

KINDS = ("import", "edit", "undo", "backup", "migration")
ROWS = 120  # of an import
OPEN_WITHIN_S = 5.0
LONGEST_S = {"import": 0.25, "edit": 0.15, "undo": 0.3, "backup": 0.2, "migration": 0.6}
RENEW_AFTER = 40  # kills: the history of a store grows with them

Say = Callable[[dict], None]


# --- what a child does ------------------------------------------------------------------


def import_batch(store: Store, batch: str) -> int:
    """Add the rows of a batch in one submission; return its number."""
    rows = [new_row("routes", route_id=f"{batch}-{n}", name=batch, status="ready", intro="介" * 200)
            for n in range(ROWS)]  # fmt: skip
    outcome = submit(store, rows, actor=CITY, today=TODAY, kind="import", source="批.xlsx")
    assert outcome.submission_id is not None
    return outcome.submission_id


def work(store: Store, kind: str, name: str, folder: Path, say: Say) -> None:
    """Do one kind of thing again and again, and say what is begun and what is done."""
    for number in range(1000):
        batch = f"{name}-{number}"
        if kind == "import":
            say({"begun": "import", "batch": batch})
            import_batch(store, batch)
            say({"done": "import", "batch": batch})
        elif kind == "edit":
            edit = change_of(store, "venues", "h1")
            visit = (edit.before["visit_min"] or 0) + 1
            edit.after["visit_min"] = visit
            say({"begun": "edit", "visit_min": visit})
            submit(store, [edit], actor=CITY, today=TODAY)
            say({"done": "edit", "visit_min": visit})
        elif kind == "undo":
            say({"begun": "import", "batch": batch})
            submission = import_batch(store, batch)
            say({"done": "import", "batch": batch})
            say({"begun": "undo", "batch": batch})
            undo(store, submission, actor=CITY, today=TODAY, policy=NO_REVIEW)
            say({"done": "undo", "batch": batch})
        elif kind == "backup":
            say({"begun": "backup"})
            made = make_backup(store, folder / "evidence", folder / "backup.zip", now=utc_now())
            say({"done": "backup", "revision": made.revision})
        else:
            say({"begun": "migration"})
            store.migrate()
            say({"done": "migration"})
            return


def killed_after(seconds: float, doing: Callable[[Say], None]) -> tuple[list[dict], bool]:
    """Fork a child that does something, kill it; return what it said, and whether it was alive."""
    told_read, told_write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(told_read)
        try:
            doing(lambda fact: os.write(told_write, f"{json.dumps(fact)}\n".encode()) and None)
        except BaseException as error:
            os.write(
                told_write, json.dumps({"failed": f"{type(error).__name__}: {error}"}).encode()
            )
        os._exit(0)
    os.close(told_write)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with os.fdopen(told_read) as file:
        lines = file.read().splitlines()
    return [json.loads(line) for line in lines], os.WIFSIGNALED(status)


# --- what must be true afterwards --------------------------------------------------------


class Ledger:
    """What was told done, and what was begun last."""

    def __init__(self) -> None:
        self.batches: set[str] = set()
        self.visit_min = 0
        self.backup_revision = -1
        self.begun: dict | None = None
        self.failed: list[str] = []

    def note(self, facts: list[dict]) -> None:
        """Take in what a child said."""
        self.begun = None
        for fact in facts:
            if "failed" in fact:
                self.failed.append(fact["failed"])
            self.begun = fact if "begun" in fact else None
            match fact.get("done"):
                case "import":
                    self.batches.add(fact["batch"])
                case "undo":
                    self.batches.remove(fact["batch"])
                case "edit":
                    self.visit_min = fact["visit_min"]
                case "backup":
                    self.backup_revision = fact["revision"]


def examine(url: str, ledger: Ledger, folder: Path, errors: set, *, thorough: bool) -> list[str]:
    """Return everything that is not as it must be after a kill."""
    wrong = list(ledger.failed)
    ledger.failed = []
    begun = ledger.begun or {}
    start = time.monotonic()
    store = Store(url)
    store.migrate()
    with store.writing() as write:  # PostgreSQL: until the server knows that the client is gone
        write.changed = False
    store.revision()
    took = time.monotonic() - start
    if took > OPEN_WITHIN_S:
        wrong.append(f"opened after {took:.1f} s only")

    found = Counter(store.read("routes")["name"])
    for batch in ledger.batches | {begun.get("batch", "")} - {""}:
        count = found[batch]
        open_end = begun.get("batch") == batch
        if count not in ({0, ROWS} if open_end else {ROWS}):
            wrong.append(f"{count} of {ROWS} rows of an import ({begun})")
        if open_end:
            (ledger.batches.add if count else ledger.batches.discard)(batch)
    strangers = {n for n in found if n.startswith("k")} - ledger.batches
    if strangers:
        wrong.append(f"rows of imports that were undone or never done: {sorted(strangers)[:3]}")

    row = stored_row(store, "venues", "h1")
    visit = (row["visit_min"] if row else 0) or 0
    if visit not in {ledger.visit_min, begun.get("visit_min", ledger.visit_min)}:
        wrong.append(f"told of edit {ledger.visit_min}, stored is {visit} ({begun})")
    ledger.visit_min = visit

    now = {(p.table, p.code, p.value) for p in register.findings(store)
           if not register.is_note(p)}  # fmt: skip
    if now - errors:
        wrong.append(f"findings: {sorted(now - errors, key=str)[:3]}")
    if thorough and "sqlite" in url:
        with store.reading() as connection:
            if connection.exec_driver_sql("PRAGMA integrity_check").scalar() != "ok":
                wrong.append("integrity_check")
    if ledger.backup_revision >= 0:
        with opened(folder / "backup.zip") as (_, backup):
            if backup.revision < ledger.backup_revision:
                wrong.append("the backup that was told done is not there")
    store.close()
    return wrong


def _examine_migration(url: str, tables: dict) -> list[str]:
    """Return what is wrong with a store whose migration was killed, once it is migrated."""
    start = time.monotonic()
    store = Store(url)
    store.migrate()
    wrong = []
    if store.revision() != 7:
        wrong.append(f"revision {store.revision()} after a migration")
    if (took := time.monotonic() - start) > OPEN_WITHIN_S:
        wrong.append(f"migrated after {took:.1f} s only")
    rows = rows_by_key(store.read_many())
    if {n: r for n, r in rows.items() if r} != {n: r for n, r in tables.items() if r}:
        wrong.append("other rows after a migration")
    if len(entries(store)) != sum(map(len, tables.values())) or differences(store):
        wrong.append("the history does not begin with the rows as they were")
    store.close()
    return wrong


# --- databases to be killed in -------------------------------------------------------------


class Databases:
    """Makes a filled store, and one of the older structure, as often as they are wanted."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = sa.make_url(url), folder
        self.older_tables = {
            name: frame if name != "successions" else frame.head(0)
            for name, frame in toy_tables().items()
        }
        self._made: set[str] = set()

    def named(self, name: str) -> str:
        """Return the URL of the database `name` of this server or folder."""
        if self.url.get_backend_name() == "sqlite":
            return f"sqlite:///{self.folder / name}.db"
        return self.url.set(database=f"{self.url.database}_{name}").render_as_string(
            hide_password=False
        )

    def fresh(self, name: str, template: str) -> str:
        """Return the URL of the database `name`, which is a new copy of `template`."""
        made, kept = self.named(name), self.named(template)
        if "sqlite" in made:
            for end in ("", "-wal", "-shm"):
                Path(made.removeprefix("sqlite:///") + end).unlink(missing_ok=True)
            shutil.copy(kept.removeprefix("sqlite:///"), made.removeprefix("sqlite:///"))
            return made
        new, old = (sa.make_url(url).database for url in (made, kept))
        self._admin(f'DROP DATABASE IF EXISTS "{new}" WITH (FORCE)')
        self._admin(f'CREATE DATABASE "{new}" TEMPLATE "{old}" STRATEGY file_copy')
        self._made |= {new}
        return made

    def make_templates(self) -> None:
        """Make the store that all copies are of, and its forerunner."""
        if self.url.get_backend_name() != "sqlite":
            for name in ("filled", "older"):
                database = sa.make_url(self.named(name)).database
                self._admin(f'CREATE DATABASE "{database}"')
                self._made |= {database}
        make_older(self.named("older"), self.older_tables)
        data = self.folder / "data"
        write_data(data, toy_tables())
        store = Store(self.named("filled"))
        register.build(data, store)
        store.close()

    def drop(self) -> None:
        """Drop what was made on a server."""
        for name in self._made:
            self._admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _admin(self, statement: str) -> None:
        engine = sa.create_engine(self.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()


def run(url: str, *, kills: int, seed: int) -> dict:
    """Kill so often; return counts, and everything that was wrong."""
    random, counts, wrong, slowest = Random(seed), Counter(), [], 0.0
    with tempfile.TemporaryDirectory(prefix="xinghuo-kills-") as name:
        folder = Path(name)
        databases = Databases(url, folder)
        databases.make_templates()
        older_rows = rows_by_key(databases.older_tables)
        current, ledger, errors = "", Ledger(), set()
        try:
            for number in range(kills):
                kind = KINDS[number % len(KINDS)]
                seconds = random.uniform(0, LONGEST_S[kind])
                if number % RENEW_AFTER == 0:
                    current, ledger = databases.fresh("current", "filled"), Ledger()
                    (folder / "backup.zip").unlink(missing_ok=True)
                    store = Store(current)
                    errors = {(p.table, p.code, p.value) for p in register.findings(store)
                              if not register.is_note(p)}  # fmt: skip
                    store.close()
                    wrong += [f"before any kill: {errors}"] if errors else []
                if kind == "migration":
                    older = databases.fresh("migrating", "older")
                    facts, alive = killed_after(
                        seconds, lambda say, u=older: work(Store(u), "migration", "", folder, say)
                    )
                    start = time.monotonic()
                    found = [f["failed"] for f in facts if "failed" in f]
                    found += _examine_migration(older, older_rows)
                else:
                    facts, alive = killed_after(
                        seconds,
                        lambda say, u=current, k=kind, n=number: work(
                            Store(u), k, f"k{n}", folder, say
                        ),
                    )
                    ledger.note(facts)
                    start = time.monotonic()
                    found = examine(current, ledger, folder, errors, thorough=number % 10 == 0)
                slowest = max(slowest, time.monotonic() - start)
                counts[kind] += 1
                during = alive and bool(facts) and "begun" in facts[-1]
                counts["in the middle of something"] += during
                counts["told done"] += sum("done" in fact for fact in facts)
                wrong += [f"kill {number} ({kind}, after {seconds:.3f} s): {one}" for one in found]
        finally:
            databases.drop()
    return {"kills": kills, **counts, "slowest_check_s": round(slowest, 2), "wrong": wrong}


def main(arguments: list[str]) -> int:
    """Run; print one JSON object; 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="sqlite:///anything, or a PostgreSQL server's database")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    start = time.monotonic()
    result = run(given.url, kills=given.kills, seed=given.seed)
    result["seconds"] = round(time.monotonic() - start, 1)
    print(json.dumps(result, ensure_ascii=False))
    return 1 if result["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
