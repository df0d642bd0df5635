"""A boundary file planned as a layer: read, matched and measured by a process of its own.

Whatever a file does to the libraries that read it, or to the geometry that follows,
happens to that process, which has limits on memory, time and what it may write.
"""

from __future__ import annotations

import json
import math
import os
import pickle
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.boundaries import LayerInfo
from geo.crs import STORED_CRS
from geo.errors import ArgumentError, FileError, GeoError, Problem, bad_argument
from geo.layers.crossings import estimated_crossings
from geo.layers.matching import LISTS
from geo.layers.plan import LayerPlan, plan_features
from geo.layers.shapes_reader import DRIVERS, LIMIT_BYTES, MAX_UNPACKED, read_features

__all__ = ["LIMIT_BYTES", "LayerPlan", "plan_layer"]

# What a file may take before it is known to be a map: with the libraries' code, which is
# shared, less than 300 MB, as for uploads of tables. A survey of 135 000 vertices with the
# whole import takes 280 MB and 4 s.
LOOK_BYTES, LOOK_S = 220 * 2**20, 20
# And what the rest may take, once vertices and crossings are counted: half a million vertices
# 540 MB and 12 s, of 135 000 each of them 0.4 m off 450 MB and 14 s.
MAKE_BYTES, MAKE_S = 640 * 2**20, 60
ADDRESS_BYTES = 4 * 2**30
PATIENCE_S = 120  # behind the kernel's own limits
# Borders that were drawn twice cross at most at every vertex; of a layer of few vertices some
# more may be mended. 60 000 crossings of 600 edges take as much as a survey of 135 000.
CROSSINGS_PER_VERTEX, FEW_CROSSINGS = 1.0, 2_000

_ROOT = str(Path(__file__).resolve().parents[2])
# Isolated: no user site, no PYTHON… variables, and not the program that runs here.
_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); from geo.layers.importing import main; main()"
)
_REPLY, _LOOKED = "reply", "looked"
_LISTS = ("counties", "townships", "township_aliases")


def plan_layer(
    data: bytes | Path,
    tables: Mapping[str, pd.DataFrame],
    counties_layer: gpd.GeoDataFrame | None,
    *,
    level: str,
    info: LayerInfo,
    datum: str | None = None,
    crs: str | None = None,
    code_column: str | None = None,
    name_column: str | None = None,
    layer: str | None = None,
    name: str = "",
) -> LayerPlan:
    """
    Say what a boundary file would become as the layer of `level`; nothing is stored.

    Parameters
    ----------
    data
        A path, or the bytes of an upload: a zipped shapefile, GeoPackage, GeoJSON, KML or
        FlatGeobuf file, at most `LIMIT_BYTES`.
    tables
        The lists `counties` and `townships` and, if there, `township_aliases`.
    counties_layer
        County outlines in force (EPSG:4326) to compare with, if any.
    level
        "county" or "township".
    info
        What the layer would be; an official one needs a source.
    datum, crs, code_column, name_column
        What the file does not say or says wrongly; see `plan_features`.
    layer
        Which layer of a file that has several.
    name
        How the file is called in messages; by default the path's last part.

    Returns
    -------
    plan
        The layer and its problems; to be put in force only if it has none.

    Raises
    ------
    FileError
        If the file is missing, unreadable or too large, its coordinates cannot be used, no
        column matches the list, or an official layer has no source.
    ArgumentError
        If `level`, `datum` or `crs` is none that there is.
    """
    if level not in LISTS or info.level != level:
        raise bad_argument("level", level, "why_one_of", allowed=("county", "township"))
    if info.kind == "official" and not info.source.strip():
        raise FileError("layer_source_missing")
    shown = name or (data.name if isinstance(data, Path) else "upload")
    request = {
        "tables": {key: tables[key] for key in _LISTS if key in tables},
        "counties": counties_layer,
        "read": {"layer": layer or "", "official": info.kind == "official"},
        "plan": {
            "level": level, "datum": datum or "", "crs": crs or "",
            "code_column": code_column or "", "name_column": name_column or "",
        },
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="xinghuo-layer-") as folder:
        _put(data, Path(folder) / "upload", shown)
        return _planned(_reply(request, Path(folder), shown), shown)


def _put(data: bytes | Path, path: Path, shown: str) -> None:
    """Put a file into the private folder."""
    if isinstance(data, Path):
        if not data.exists():
            raise FileError("file_missing", file=shown)
        if not data.is_file():
            raise FileError("layer_unreadable", file=shown, reason="这不是文件")
    size = data.stat().st_size if isinstance(data, Path) else len(data)
    if size > LIMIT_BYTES:
        facts = {"size": f"{size / 2**20:.0f} MB", "limit": f"{LIMIT_BYTES // 2**20} MB"}
        raise FileError("layer_too_large", file=shown, what="文件", **facts)
    try:
        if isinstance(data, Path):
            shutil.copyfile(data, path)
        else:
            path.write_bytes(data)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FileError("layer_unreadable", file=shown, reason=reason) from error


def _environment(folder: Path) -> dict[str, str]:
    import pyogrio

    unused = [name for name in pyogrio.list_drivers() if name not in DRIVERS]
    return {
        "PATH": os.defpath, "LC_ALL": "C.UTF-8", "TMPDIR": str(folder),
        # Only the drivers of the formats that are taken: others open files and addresses
        # that a file names.
        "GDAL_SKIP": ",".join(unused),
        "GDAL_PAM_ENABLED": "NO", "SHAPE_RESTORE_SHX": "YES", "OGR_GEOJSON_MAX_OBJ_SIZE": "100",
        # Each thread takes address space.
        "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "GDAL_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
        # Arrow's own pool takes a gigabyte of address space at once.
        "ARROW_DEFAULT_MEMORY_POOL": "system",
    }  # fmt: skip


def _reply(request: dict[str, Any], folder: Path, shown: str) -> bytes:
    """Have the plan made in `folder` by a process of its own, which may die of it."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-B", "-c", _PROGRAM, _ROOT],
            input=pickle.dumps(request),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE_S,
            env=_environment(folder),
            cwd=folder,
            check=False,
        )
        if done.returncode == 0:
            return (folder / _REPLY).read_bytes()
    except subprocess.TimeoutExpired:
        pass
    except OSError:
        reason = "读文件的程序没有启动或没有回答"
        raise FileError("layer_unreadable", file=shown, reason=reason) from None
    raise _overrun(folder, shown)


def _overrun(folder: Path, shown: str) -> FileError:
    """Say what a process that died in `folder` was allowed."""
    looked = (folder / _LOOKED).exists()
    limit = _limit_text(MAKE_S, MAKE_BYTES) if looked else _limit_text(LOOK_S, LOOK_BYTES)
    what = "读它所需的时间或内存"
    return FileError("layer_too_large", file=shown, what=what, size="超限", limit=limit)


def _limit_text(seconds: int, size: int) -> str:
    return f"{seconds} 秒、{size // 2**20} MB 内存"


def _planned(reply: bytes, shown: str) -> LayerPlan:
    """Return the plan of a reply, or raise what it says."""
    head, _, blob = reply.partition(b"\n")
    said = json.loads(head)
    if "code" in said:
        raised = ArgumentError if said["error"] == "ArgumentError" else FileError
        raise raised(said["code"], **said["params"] | {"file": shown})
    shapes, start = [], 0
    for size in said["sizes"]:
        shapes.append(blob[start : start + size])
        start += size
    columns = {key: pd.array(values, dtype="str") for key, values in said["layer"].items()}
    layer = gpd.GeoDataFrame(columns, geometry=shapely.from_wkb(shapes), crs=STORED_CRS)
    matched = pd.DataFrame(said["matched"])
    matched = matched.astype({name: "str" for name in matched.columns if name != "feature"})
    return LayerPlan(
        layer, [Problem(**one) for one in said["problems"]],
        [Problem(**one) for one in said["notes"]], matched,
    )  # fmt: skip


# --- in the process of its own ----------------------------------------------------------------


def main() -> None:
    """Read a request from standard input, make the plan, write it into the folder we are in."""
    request = pickle.load(sys.stdin.buffer)  # of the program that started us, not of the file
    here = Path.cwd()
    most = LOOK_BYTES
    try:
        _limit()
        features = read_features(here / "upload", **request["read"])
        _require_map(features.shapes)
        most = MAKE_BYTES
        _limit_more()
        (here / _LOOKED).touch()
        plan = plan_features(features, request["tables"], request["counties"], **request["plan"])
        reply = _packed(plan)
    except GeoError as error:
        said = {"error": type(error).__name__, "code": error.code, "params": error.params}
        reply = json.dumps(said).encode()
    except Exception as error:  # whatever a broken file makes of the libraries is one answer
        code, params = "layer_unreadable", {"reason": type(error).__name__}
        if isinstance(error, MemoryError) or "bad_alloc" in str(error):  # GEOS has its own
            code = "layer_too_large"
            params = {"what": "读它所需的内存", "size": "超限", "limit": f"{most // 2**20} MB"}
        reply = json.dumps({"error": "", "code": code, "params": params}).encode()
    (here / _REPLY).write_bytes(reply)


def _limit() -> None:
    """Hold this process to what a file may take before it is known to be a map."""
    for limit, now, most in (
        (resource.RLIMIT_DATA, LOOK_BYTES, MAKE_BYTES),
        (resource.RLIMIT_AS, ADDRESS_BYTES, ADDRESS_BYTES),
        (resource.RLIMIT_CPU, LOOK_S, MAKE_S),
        (resource.RLIMIT_FSIZE, 2 * MAX_UNPACKED, 2 * MAX_UNPACKED),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        resource.setrlimit(limit, (now, most))
    signal.setitimer(signal.ITIMER_REAL, LOOK_S)


def _limit_more() -> None:
    for limit, most in ((resource.RLIMIT_DATA, MAKE_BYTES), (resource.RLIMIT_CPU, MAKE_S)):
        resource.setrlimit(limit, (most, most))
    signal.setitimer(signal.ITIMER_REAL, 0)


def _require_map(shapes: NDArray[np.object_]) -> None:
    """Refuse lines that cross so often that no border can be meant, before they are worked on."""
    vertices = int(shapely.get_num_coordinates(shapes).sum())
    most = max(FEW_CROSSINGS, CROSSINGS_PER_VERTEX * vertices)
    found = estimated_crossings(shapes, enough=most)
    if found > most:
        count = f"{10 ** int(math.log10(found)):,}"
        raise FileError("layer_tangled", file="", count=count)


def _packed(plan: LayerPlan) -> bytes:
    shapes = list(shapely.to_wkb(plan.layer.geometry.to_numpy()))
    columns = [name for name in plan.layer.columns if name != plan.layer.geometry.name]
    matched = plan.matched.astype(object).where(plan.matched.notna(), None)
    said = {
        "layer": {name: plan.layer[name].tolist() for name in columns},
        "sizes": [len(wkb) for wkb in shapes],
        "problems": [asdict(one) for one in plan.problems],
        "notes": [asdict(one) for one in plan.notes],
        "matched": matched.to_dict("list"),
    }
    return json.dumps(said).encode() + b"\n" + b"".join(shapes)
