"""The shipped city with 4,000 invented venues, as a store of its own, and a server on it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd

from geo import register
from geo.schema import DTYPES, TABLES, VENUE_KINDS
from geo.store import Store
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[1]
VENUES = 4_000
HOURS = [f"Tu-Su {7 + i % 4:02d}:{i % 6}0-{16 + i % 5}:30" for i in range(50)]
NOW = "2026-11-23T10:00"


def made_venues(townships: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """Return invented venues, all of them flagged, spread around the townships' seats."""
    random = np.random.default_rng(seed)
    home = townships.iloc[random.integers(0, len(townships), VENUES)].reset_index(drop=True)
    kinds = [stored for stored, *_ in VENUE_KINDS]
    given = {
        "venue_id": [f"B{number:05d}" for number in range(VENUES)],
        "name": home["name"] + [f"演示科普场所第{number}号" for number in range(VENUES)],
        "kind": random.choice(kinds, VENUES),
        "status": "open",
        "county_code": home["county_code"],
        "township_code": home["township_code"],
        "address": "泰安市" + home["name"] + "演示路1号",
        "lon": (home["seat_lon"] + random.normal(0, 0.02, VENUES)).round(6),
        "lat": (home["seat_lat"] + random.normal(0, 0.02, VENUES)).round(6),
        "position_precision": "building",
        "source_datum": "wgs84",
        "opening_hours": random.choice(HOURS, VENUES),
        "free": random.random(VENUES) < 0.5,
        "subjects": random.choice(["geology", "water;energy", "culture"], VENUES),
        "opened_on": np.datetime64("2024-01-01"),
        "source_url": "演示数据",
        "demo": True,
    }
    columns = {}
    for column in TABLES["venues"].columns:
        values = given.get(column.name, pd.Series([None] * VENUES, dtype=object))
        columns[column.name] = pd.Series(values, index=range(VENUES)).astype(DTYPES[column.kind])
    return pd.DataFrame(columns)


def made_store(folder: Path) -> str:
    """Build the store in `folder`; return its address."""
    address = f"sqlite:///{folder / 'bench.db'}"
    store = Store(address)
    register.build(ROOT / "data", store)
    store.delete_demo()
    tables = store.read_many(["venues", "townships"])
    made = made_venues(tables["townships"], seed=1)
    store.replace({"venues": pd.concat([tables["venues"], made], ignore_index=True)})
    store.close()
    return address


@contextmanager
def served(address: str) -> Iterator[str]:
    """Serve the site on the store at `address`; give "host:port" once it answers."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "geo", "serve", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "XINGHUO_DATABASE_URL": address, "XINGHUO_NOW": NOW},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)
