"""Many bad boundary files through the process that reads them: a plan or a sentence, in bounds.

``python -m tests.fuzz_layers --count 3000 --seed 1`` prints each failure with the number
that makes it again.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import pickle
import sys
import tempfile
import time
import traceback
import types
import warnings
from collections import Counter
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from shapely import box
from shapely.geometry import MultiPolygon, Polygon

from geo.boundaries import LayerInfo
from geo.errors import GeoError
from geo.layers import importing
from geo.layers.importing import plan_layer
from tests.bad_inputs import EVIL, _rezipped, _zip, mutated
from tests.region import region_tables

MOST_KB, MOST_S = 300_000, 20.0
SHAPES = ("sound", "comb", "tangle", "odd", "many")
DRIVERS = {"gpkg": "GPKG", "geojson": "GeoJSON", "fgb": "FlatGeobuf", "shp": "ESRI Shapefile",
           "kml": "LIBKML"}  # fmt: skip
_INFO = LayerInfo("township", "official", "市自然资源局", date(2025, 1, 2), "鲁SG(2025)001号")


@cache
def tables() -> dict[str, pd.DataFrame]:
    """Return the lists of the toy region."""
    return region_tables()


def comb(teeth: int, *, turned: bool = False) -> Polygon:
    """Return a polygon of long narrow teeth; one of them turned crosses it `teeth`² times."""
    along = np.linspace(0.0, 1.0, teeth)
    across = np.where(np.arange(teeth) % 2, 0.9, 0.1)
    ring = np.vstack([np.column_stack([along, across]), [[1.0, 0.0], [0.0, 0.0]]])
    return Polygon((ring[:, ::-1] if turned else ring) * 0.4 + [117.0, 36.0])


def crossing_layer(teeth: int) -> gpd.GeoDataFrame:
    """Return two townships that are valid, and cross each other `teeth`² times."""
    return _frame([comb(teeth), comb(teeth, turned=True)])


def _frame(shapes: list[Any], names: list[str] | None = None) -> gpd.GeoDataFrame:
    listed = tables()["townships"]
    at = [number % len(listed) for number in range(len(shapes))]
    columns = {
        "XZQDM": listed["township_code"].iloc[at].tolist(),
        "XZQMC": names or listed["name"].iloc[at].tolist(),
    }
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")


def _shapes(kind: str, random: Random) -> gpd.GeoDataFrame:
    grid = np.linspace(117.0, 117.6, 5)
    sound = [box(west, 36.1, east, 36.3) for west, east in pairwise(grid)]
    if kind == "comb":
        return crossing_layer(random.choice([2, 30, 300, 900, 1500, 4000]))
    if kind == "tangle":
        count = random.choice([4, 40, 400, 4000, 20_000])
        at = np.random.default_rng(random.randrange(2**32)).uniform([117, 36], [117.5, 36.4],
                                                                    (count, 2))  # fmt: skip
        return _frame([Polygon(at), *sound[1:]])
    if kind == "many":
        return _frame(sound * random.choice([1, 10, 300, 1300]))
    if kind == "odd":
        odd = [
            None, Polygon(), shapely.Point(117, 36), MultiPolygon([sound[0], sound[0]]),
            Polygon([(117, 36), (118, 37), (118, 36), (117, 37)]), sound[0].buffer(-0.2),
            shapely.GeometryCollection([sound[0], shapely.Point(117, 36)]),
            Polygon([(0, 0), (1e300, 0), (1, 1e300)]), box(-180, -90, 180, 90),
            Polygon([(117, 36, 1), (117.1, 36, 1), (117.1, 36.1, 2)]), sound[1],
        ]  # fmt: skip
        shapes = [random.choice([*odd, *sound]) for _ in range(random.randint(1, 6))]
        evil = [random.choice(EVIL).replace("\0", "").replace("\ud800", "") for _ in shapes]
        return _frame(shapes, evil if random.random() < 0.5 else None)
    return _frame(sound)


@cache
def _written(seed: int, kind: str, suffix: str) -> dict[str, bytes]:
    """Return one of few layers as the parts of a file; empty if the format cannot hold it."""
    random = Random(seed)
    layer = _shapes(kind, random)
    layer = layer.to_crs(random.choice([4326, 4326, 4490, 4548, 4527])) if kind == "sound" else (
        layer
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as name, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            pyogrio.write_dataframe(layer, Path(name) / f"a.{suffix}", driver=DRIVERS[suffix])
        except (pyogrio.errors.FeatureError, pyogrio.errors.GeometryError, ValueError,
                pyogrio.errors.DataSourceError):  # fmt: skip
            return {}
        return {path.suffix: path.read_bytes() for path in sorted(Path(name).iterdir())}


def bad_layer(seed: int, number: int) -> tuple[str, bytes]:
    """Return the kind and the bytes of boundary file `number` of `seed`."""
    random = Random(f"{seed}/{number}")
    kind, suffix = random.choice(SHAPES), random.choice(list(DRIVERS))
    parts = dict(_written(random.randrange(8), kind, suffix))
    said = f"{kind} {suffix}"
    if not parts:
        return "nothing", random.randbytes(random.choice([0, 1, 30, 3000]))
    harm = random.random()
    if harm < 0.4:
        name = random.choice(list(parts))
        parts[name] = mutated(random, parts[name])
        said += " mutated"
    if suffix == "shp" or random.random() < 0.1:
        packed = {f"界{name}": content for name, content in parts.items()}
        return f"{said} zip", _rezipped(random, packed) if harm > 0.8 else _zip(packed)
    return said, parts[f".{suffix}"]


class Run:
    """A run under way: outcomes, the greatest cost of a reading, and what failed."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.peak_kb, self.cpu_s, self.worst = 0, 0.0, ""
        self.faults: list[str] = []
        self.where = ""

    def forked(self, request: dict[str, Any], folder: Path, shown: str) -> bytes:
        """Answer as `importing._reply` does, from a fork: importing takes a second each."""
        child = os.fork()
        if child == 0:
            code = 1
            try:
                os.chdir(folder)
                os.environ.update(importing._environment(folder))
                sys.stdin = types.SimpleNamespace(  # type: ignore[assignment]
                    buffer=io.BytesIO(pickle.dumps(request))
                )
                importing.main()
                code = 0
            finally:
                os._exit(code)
        _, status, used = os.wait4(child, 0)
        self._cost(used.ru_maxrss, used.ru_utime + used.ru_stime)
        if status:
            raise importing._overrun(folder, shown)
        return (folder / importing._REPLY).read_bytes()

    def _cost(self, peak_kb: int, cpu_s: float) -> None:
        if peak_kb > self.peak_kb:
            self.peak_kb, self.worst = peak_kb, self.where
        self.cpu_s = max(self.cpu_s, cpu_s)
        if peak_kb > MOST_KB or cpu_s > MOST_S:
            self.faults.append(f"{self.where}: {peak_kb} kB and {cpu_s:.1f} s")

    def hand_in(self, seed: int, number: int) -> None:
        """Hand in one file; whatever comes of it must be a plan or a sentence."""
        kind, data = bad_layer(seed, number)
        self.where = f"seed {seed} number {number} ({kind}, {len(data)} bytes)"
        self.kinds[kind.split()[0]] += 1
        try:
            plan = plan_layer(data, tables(), None, level="township", info=_INFO)
            said = [one.sentence(lang) for one in plan.problems + plan.notes
                    for lang in ("zh", "en")]  # fmt: skip
            assert plan.problems or shapely.coverage_is_valid(plan.layer.geometry.to_numpy())
            outcome = "problems" if plan.problems else "plan"
        except GeoError as error:
            said, outcome = [error.sentence("zh"), error.sentence("en")], error.code
            assert any("\u4e00" <= sign <= "\u9fff" for sign in said[0]), said
        except Exception:
            said, outcome = [], "FAULT"
            self.faults.append(f"{self.where}\n{traceback.format_exc(limit=-6)}")
        "".join(said).encode()
        self.outcomes[outcome] += 1

    def facts(self) -> dict[str, Any]:
        """Return what came of it, as `tests.soak` prints it."""
        return {
            "inputs": sum(self.kinds.values()), "peak_MB": round(self.peak_kb / 1000),
            "cpu_s": round(self.cpu_s, 1), "worst": self.worst,
            "outcomes": dict(self.outcomes.most_common()), "wrong": self.faults,
        }  # fmt: skip


def run(count: int, seed: int, *, minutes: float | None = None) -> Run:
    """Hand in files 0 to `count` of `seed`, for `minutes` at most."""
    made, until = Run(), None if minutes is None else time.monotonic() + 60 * minutes
    undo, importing._reply = importing._reply, made.forked
    try:
        for number in range(count):
            if until is not None and time.monotonic() > until:
                break
            made.hand_in(seed, number)
    finally:
        importing._reply = undo
    return made


def main() -> None:
    """Run from the command line; exit 1 when something failed."""
    # The libraries look at these once, when they are imported.
    needed = {"ARROW_DEFAULT_MEMORY_POOL": "system", "OPENBLAS_NUM_THREADS": "1",
              "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}  # fmt: skip
    here = dict(os.environ)
    here.pop("GDAL_SKIP", None)  # the parent may have read an upload, and left it
    if dict(os.environ) != here | needed:
        os.execve(sys.executable, sys.orig_argv, here | needed)
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=5_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--minutes", type=float)
    given = options.parse_args()
    made = run(given.count, given.seed, minutes=given.minutes)
    print(json.dumps(made.facts(), ensure_ascii=False))
    sys.exit(bool(made.faults))


if __name__ == "__main__":
    main()
