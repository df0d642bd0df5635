"""A county's year of promoters: 4,000 rows checked, applied and undone; 50,000 rows previewed."""

from __future__ import annotations

import io
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter

from benchmarks.figures import Figure, figure
from geo import previews, register, undoing
from geo.policy import NO_REVIEW
from geo.rights import SYSTEM
from geo.schema import TABLES
from geo.store import Store
from geo.uploads.marking import marked_workbook

ROOT = Path(__file__).resolve().parents[1]
TODAY = date(2026, 11, 23)
RUNS = 3
ROWS, MANY_ROWS, EVERY = 4_000, 50_000, 10
CHECK_BAR_S, UNDO_BAR_S, PREVIEW_BAR_S = 5.0, 2.0, 20.0
HEADS = [
    "宣传员编号",
    "姓名",
    "电话",
    "登记乡镇",
    "身份",
    "专职",
    "任职日期",
    "核实日期",
    "演示数据",
]
# One of these in every tenth row: column, what somebody wrote there.
FAULTS: list[tuple[str, Any]] = [
    ("姓名", None), ("电话", "一二三"), ("登记乡镇", "岱庙街到"), ("任职日期", "去年"),
    ("专职", "也许"), ("登记乡镇", "370902999000"), ("核实日期", "2026-02-30"), ("电话", "138001"),
]  # fmt: skip


def promoters(townships: pd.DataFrame, count: int, *, faulty: bool, seed: int = 1) -> bytes:
    """Return a workbook of `count` invented promoters, all of them flagged."""
    random = np.random.default_rng(seed)
    names = townships["name"].to_numpy()[random.integers(0, len(townships), count)]
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("宣传员")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, HEADS)
        for number in range(count):
            cells = [
                f"B{number:06d}", f"演示员{number}", f"138{number:08d}", names[number],
                "社区网格员", "是" if number % 3 else "否", date(2025, 1, 1 + number % 28),
                date(2026, 3, 1), "是",
            ]  # fmt: skip
            if faulty and number % EVERY == 0:
                head, wrong = FAULTS[number // EVERY % len(FAULTS)]
                cells[HEADS.index(head)] = wrong
            for at, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(number + 1, at, cell, day)
                elif cell is not None:
                    sheet.write_string(number + 1, at, str(cell))
    return file.getvalue()


def villages(townships: pd.DataFrame, count: int) -> bytes:
    """Return a CSV of `count` invented villages; those with a code in use rename the stored one."""
    each = -(-count // len(townships))
    numbers = pd.DataFrame({"number": range(1, each + 1)})
    frame = townships[["township_code", "list_year"]].merge(numbers, how="cross").head(count)
    number = frame["number"].astype("str")
    frame = frame.assign(
        village_code=frame["township_code"].str[:9] + number.str.zfill(3),
        name="演示" + number + "村委会", kind="village", from_date=None, to_date=None,
    )  # fmt: skip
    return frame[TABLES["villages"].names].to_csv(index=False).encode()


def _timed(call: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    answer = call()
    return time.perf_counter() - start, answer


def _preview(store: Store, table: str, data: bytes) -> previews.Preview:
    return previews.preview(
        store, table, data, actor=SYSTEM, today=TODAY, name="宣传员.xlsx",
        progress=lambda _step, _share: None,
    )  # fmt: skip


def figures() -> list[Figure]:
    """Measure in this process, on a SQLite store of the shipped data."""
    seconds: dict[str, list[float]] = {}

    def note(name: str, call: Callable[[], Any]) -> Any:
        taken, answer = _timed(call)
        seconds.setdefault(name, []).append(taken)
        return answer

    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'bench.db'}")
        register.build(ROOT / "data", store)
        townships = store.read("townships")
        good, bad, many = (
            promoters(townships, count, faulty=faulty)
            for count, faulty in ((ROWS, False), (ROWS, True), (MANY_ROWS, True))
        )
        listed = villages(townships, MANY_ROWS)
        for _ in range(RUNS):
            found = note("check", lambda: _preview(store, "promoters", bad))
            assert len(found.problems) == ROWS // EVERY, len(found.problems)
            note("mark", lambda found=found: marked_workbook(bad, found.raw, found.problems))
            seen = _preview(store, "promoters", good)
            done = note("apply", lambda seen=seen: previews.apply(
                store, seen, actor=SYSTEM, today=TODAY, policy=NO_REVIEW, reason="",
            ))  # fmt: skip
            assert done.applied == ROWS
            note("undo", lambda done=done: undoing.undo(
                store, done.submission_id, actor=SYSTEM, today=TODAY, policy=NO_REVIEW,
            ))  # fmt: skip
            found = note("many", lambda: _preview(store, "promoters", many))
            assert len(found.edits) == MANY_ROWS - MANY_ROWS // EVERY
            assert len(found.problems) == MANY_ROWS // EVERY
            found = note("list", lambda: _preview(store, "villages", listed))
            assert len(found.edits) == MANY_ROWS and not found.problems
            del found
        store.close()
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        figure("import of 4,000 promoters, 400 problems", seconds["check"], "s", bar=CHECK_BAR_S),
        figure("import of 4,000 promoters, marked workbook", seconds["mark"], "s"),
        figure("import of 4,000 promoters, applied", seconds["apply"], "s"),
        figure("import of 4,000 promoters, undone", seconds["undo"], "s", bar=UNDO_BAR_S),
        figure("preview of 50,000 promoters (XLSX)", seconds["many"], "s", bar=PREVIEW_BAR_S),
        figure("preview of 50,000 villages (CSV)", seconds["list"], "s", bar=PREVIEW_BAR_S),
        figure("previews, peak memory", [peak_mb], "MB"),
    ]
