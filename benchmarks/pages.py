"""What a rerun of a page costs the server and the wire, at 4,000 venues on the map."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.figures import Figure, figure
from benchmarks.made_city import made_store, served
from benchmarks.reader import Reader

RUNS = 15
WARM_UP = 3
TIME_BAR_MS, BYTES_BAR_KB = 150.0, 400.0


# Each filter change is a new one, so that nothing of its answer is known already.
FILTERS = (
    "free", "k_hall", "k_museum", "k_nature", "k_farm", "k_station", "c_370902", "c_370911",
    "c_370921", "c_370923", "c_370982", "c_370983", "s_geology", "s_water", "s_energy",
    "s_culture", "k_heritage", "k_industry",
)  # fmt: skip


def _reruns(host: str, page: str, boxes: tuple[str, ...]) -> tuple[list[float], list[float]]:
    """Return milliseconds and kilobytes of reruns; each ticks one more of `boxes`, if any."""
    reader = Reader(host, page)
    for _ in range(WARM_UP):
        reader.rerun()
    milliseconds, kilobytes = [], []
    for run in range(RUNS):
        if boxes:
            last = boxes[run % len(boxes)]
            reader.ticked = {last: not reader.ticked.get(last, page == "coverage")}
        answer = reader.rerun()
        milliseconds.append(answer.seconds * 1000)
        kilobytes.append(answer.sent_bytes / 1000)
    reader.close()
    return milliseconds, kilobytes


def figures() -> list[Figure]:
    """Measure the home page and the coverage page."""
    with tempfile.TemporaryDirectory() as folder, served(made_store(Path(folder))) as host:
        same_ms, same_kb = _reruns(host, "", ())
        change_ms, change_kb = _reruns(host, "", FILTERS)
        cover_ms, cover_kb = _reruns(host, "coverage", ())
        toggle_ms, toggle_kb = _reruns(host, "coverage", ("demo",))
    return [
        figure("home rerun, 4,000 venues", same_ms, "ms", bar=TIME_BAR_MS),
        figure("home filter change, 4,000 venues", change_ms, "ms", bar=TIME_BAR_MS),
        figure("home filter change, sent", change_kb, "kB", bar=BYTES_BAR_KB),
        figure("home rerun, sent", same_kb, "kB"),
        figure("coverage rerun, 4,000 venues", cover_ms, "ms", bar=TIME_BAR_MS),
        figure("coverage switch, 4,000 venues", toggle_ms, "ms", bar=TIME_BAR_MS),
        figure("coverage switch, sent", toggle_kb, "kB", bar=BYTES_BAR_KB),
        figure("coverage rerun, sent", cover_kb, "kB"),
    ]
