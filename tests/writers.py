"""
Many real processes that write through the store at once, and what must then be true.

    python -m tests.writers URL --writers 20 --seconds 60
    python -m tests.writers URL --editors 12 --edits 10000

The processes are forked from one that has imported everything and opened nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from random import Random

from geo.door import submit
from geo.edits import edit_of
from geo.errors import ConflictError, GeoError
from geo.policy import NO_REVIEW
from geo.replay import differences
from geo.store import Store
from tests.region import (
    CITY,
    TAISHAN,
    TODAY,
    entries,
    new_row,
    region_tables,
    stored_row,
)

SHARED = [("h1",), ("s1",), ("m1",), ("z1",)]  # venues whose `group_max` everybody counts up
STEWARDS_OWN = [("h1",), ("m1",)]
START = 1


def prepare(url: str) -> None:
    """Fill the store: the toy region, and the shared counters at the start."""
    tables = region_tables()
    tables["venues"]["group_max"] = tables["venues"]["group_max"].fillna(START)
    store = Store(url)
    store.migrate()
    store.replace(tables)
    store.close()


def together(count: int, work: Callable[[int], dict]) -> list[dict]:
    """Run `work(0)` … `work(count - 1)` in processes of their own; return what they return."""
    go_read, go_write = os.pipe()
    children = []
    for me in range(count):
        told_read, told_write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(go_write)
            os.read(go_read, 1)  # all begin at once: at the end of this pipe
            try:
                told = work(me)
            except BaseException as error:
                told = {"failed": f"{type(error).__name__}: {error}"}
            with os.fdopen(told_write, "w") as file:
                json.dump(told, file)
            os._exit(0)
        os.close(told_write)
        children.append((child, told_read))
    os.close(go_read)
    os.close(go_write)
    told = []
    for child, told_read in children:
        with os.fdopen(told_read) as file:
            told.append(json.loads(file.read() or '{"failed": "no word"}'))
        os.waitpid(child, 0)
    return told


def count_up(store: Store, actor, key: tuple, random: Random, *, think_s: float) -> int:
    """Count a shared row up by one, as an editor does; return how many conflicts were shown."""
    row = stored_row(store, "venues", *key)
    conflicts = 0
    while True:
        time.sleep(random.random() * think_s)
        edit = edit_of("venues", row, row | {"group_max": row["group_max"] + 1})
        try:
            submit(store, [edit], actor=actor, today=TODAY, policy=NO_REVIEW)
        except ConflictError as error:
            ((mine, theirs),) = error.conflicts
            assert mine == edit and theirs["group_max"] > row["group_max"]
            row = theirs
            conflicts += 1
        else:
            return conflicts


def write_for(url: str, me: int, seconds: float) -> dict:
    """Add rows of one's own and count shared ones up until the time is over."""
    store, random = Store(url), Random(me)
    actor = TAISHAN if me % 4 == 0 else CITY
    added, counted, conflicts, slowest = 0, dict.fromkeys([k for (k,) in SHARED], 0), 0, 0.0
    end = time.monotonic() + seconds
    while (start := time.monotonic()) < end:
        if random.random() < 0.7:
            person = new_row("promoters", promoter_id=f"w{me}-{added}", name="员",
                             township_code="370902001000")  # fmt: skip
            submit(store, [person], actor=actor, today=TODAY)
            added += 1
        else:
            key = random.choice(SHARED if actor is CITY else STEWARDS_OWN)
            conflicts += count_up(store, actor, key, random, think_s=0.0)
            counted[key[0]] += 1
        slowest = max(slowest, time.monotonic() - start)
    store.close()
    return {"added": added, "counted": counted, "conflicts": conflicts, "slowest_s": slowest}


def edit_often(url: str, me: int, edits: int) -> dict:
    """Count few shared rows up, thinking a little between reading and handing in."""
    store, random = Store(url), Random(me)
    actor, keys = (TAISHAN, STEWARDS_OWN) if me % 6 == 5 else (CITY, SHARED[:3])
    counted, conflicts = dict.fromkeys([k for (k,) in SHARED], 0), 0
    for _ in range(edits):
        key = random.choice(keys)
        conflicts += count_up(store, actor, key, random, think_s=0.01)
        counted[key[0]] += 1
    store.close()
    return {"added": 0, "counted": counted, "conflicts": conflicts}


def judge(url: str, told: list[dict]) -> dict:
    """Say what was written, and everything that is not as it must be."""
    wrong = [one["failed"] for one in told if "failed" in one]
    told = [one for one in told if "failed" not in one]
    store = Store(url)
    ids = store.read("promoters")["promoter_id"]
    for me, one in enumerate(told):
        if not wrong:
            mine = {name for name in ids if name.startswith(f"w{me}-")}
            if mine != {f"w{me}-{n}" for n in range(one["added"])}:
                wrong.append(f"writer {me} was told of {one['added']} rows, {len(mine)} are there")
    if not ids.is_unique:
        wrong.append("a row is there twice")
    writes = sum(one["added"] for one in told)
    for (key,) in SHARED:
        count = sum(one["counted"][key] for one in told)
        writes += count
        stored = stored_row(store, "venues", key)["group_max"]
        if stored != START + count:
            wrong.append(f"{key}: {count} edits told done, counter at {stored - START}")
        steps = [(entry.before or {}).get("group_max") for entry in
                 reversed(entries(store, table="venues", key=(key,)))]  # fmt: skip
        if steps[1:] != list(range(START, START + count)):
            wrong.append(f"{key}: the history does not count up one by one")
    kept = len(entries(store)) - sum(map(len, region_tables().values()))
    if kept != writes:
        wrong.append(f"{writes} writes told done, {kept} in the history")
    if store.revision() != 1 + writes:
        wrong.append(f"{writes} writes told done, revision {store.revision()}")
    if differences(store):
        wrong.append("the present is not the replay of the history")
    store.close()
    return {"writes": writes, "conflicts": sum(one["conflicts"] for one in told), "wrong": wrong}


def main(arguments: list[str]) -> int:
    """Run; print one JSON object; 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--writers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--editors", type=int)
    parser.add_argument("--edits", type=int, default=500)
    given = parser.parse_args(arguments)
    prepare(given.url)
    start = time.monotonic()
    try:
        if given.editors:
            each, more = divmod(given.edits, given.editors)
            told = together(given.editors, lambda me: edit_often(given.url, me, each + (me < more)))
        else:
            told = together(given.writers, lambda me: write_for(given.url, me, given.seconds))
        seconds = time.monotonic() - start
        result = judge(given.url, told)
    except GeoError as error:
        result = {"wrong": [f"{error.code}: {error}"]}
        seconds = time.monotonic() - start
    result |= {
        "seconds": round(seconds, 1),
        "per_second": round(result.get("writes", 0) / seconds, 1),
        "slowest_s": round(max((one.get("slowest_s", 0) for one in told), default=0), 2),
    }
    print(json.dumps(result, ensure_ascii=False))
    return 1 if result["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
