"""Population grids (GeoTIFF) as persons by township, or as cells: read by a process of its own.

Whatever a file does to the library that reads it happens to that process, which has limits on
memory and time and writes nothing but its answer.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import STORED_CRS, require_crs
from geo.edits import frame_of
from geo.errors import FileError, GeoError, bad_argument
from geo.population.raster_reader import read_sums

LIMIT_BYTES = 4 * 2**30  # of the file; what lies far from the townships is not read
MEMORY = 3 * 2**30  # address space
TIMEOUT_S, CPU_S = 300, 240

_ROOT = str(Path(__file__).resolve().parents[2])
# Isolated: no user site, no PYTHON… variables, and not the program that runs here.
_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); from geo.population.rasters import main; main()"
)
_ENVIRONMENT = {
    "PATH": os.defpath, "LC_ALL": "C.UTF-8",
    # Nothing beside the file itself is opened.
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_PAM_ENABLED": "NO",
    "GDAL_CACHEMAX": "128", "GDAL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Population:
    """
    Persons of a grid.

    `townships`: one row per outline in the order of codes with `township_code`, `persons`,
    `cells` (with a value) and `cut` (the grid ends inside the outline, so the sum is too
    small). `cells`: `lon`, `lat` (degrees WGS 84), `persons`, `township_code`, `year`, `cell_m`
    of each cell with persons; no row unless asked for. `cell_m`: longer side of a cell, metres.
    """

    townships: pd.DataFrame
    cells: pd.DataFrame
    cell_m: float
    year: int

    @property
    def known(self) -> pd.DataFrame:
        """Return the townships whose sum can stand: with cells, and not cut."""
        return self.townships[(self.townships["cells"] > 0) & ~self.townships["cut"]]

    @property
    def unknown(self) -> pd.DataFrame:
        """Return the other townships, about which the grid says nothing that can stand."""
        return self.townships.drop(self.known.index)


def read_population(
    path: Path,
    township_layer: gpd.GeoDataFrame,
    *,
    year: int,
    cells: bool = False,
    combine: int = 1,
    name: str = "",
) -> Population:
    """
    Add up a population grid by township; nothing is stored.

    A cell counts wholly where its centre lies (on a border: for the lower code); cells without
    a value (NoData, NaN) count for nobody. See `raster_reader.read_sums`.

    Parameters
    ----------
    path
        A GeoTIFF of one band, such as WorldPop's: persons per cell, in any CRS.
    township_layer
        `township_code` and outlines in EPSG:4326. With a schematic layer the sums are an
        approximation, and whoever stores them says so.
    year
        Of the persons.
    cells
        Whether the cells with persons are wanted as well.
    combine
        So many by so many cells become one.
    name
        How the file is called in messages; by default the path's last part.

    Raises
    ------
    FileError
        If the file is missing, no such GeoTIFF, too large, or holds what cannot be persons.
    ArgumentError
        If `combine` is not positive.
    CrsError
        If the layer is not in EPSG:4326.
    """
    require_crs(township_layer, STORED_CRS)
    if combine < 1:
        raise bad_argument("combine", combine, "why_below", low=1)
    shown = name or path.name
    if not path.is_file():
        raise FileError("file_missing", file=shown)
    size = path.stat().st_size
    if size > LIMIT_BYTES:
        facts = {"size": f"{size / 2**30:.1f} GB", "limit": f"{LIMIT_BYTES // 2**30} GB"}
        raise FileError("raster_too_large", file=shown, what="文件", **facts)
    layer = township_layer.sort_values("township_code")
    request = {
        "path": str(path.resolve()), "areas": shapely.to_wkb(layer.geometry.to_numpy()).tolist(),
        "points": cells, "combine": combine,
    }  # fmt: skip
    said, points = _answer(request, shown)
    codes = layer["township_code"].to_numpy(object)
    townships = pd.DataFrame(
        {
            "township_code": pd.array(codes, dtype="str"), "persons": np.array(said["persons"]),
            "cells": np.array(said["counted"], dtype=np.int64),
            "cut": np.array(said["cut"], dtype=bool),
        }
    )  # fmt: skip
    listed = pd.DataFrame(
        {
            "lon": points[:, 0], "lat": points[:, 1], "persons": points[:, 2],
            "township_code": pd.array(codes[points[:, 3].astype(int)], dtype="str"),
            "year": year, "cell_m": said["cell_m"] * combine,
        }
    )  # fmt: skip
    return Population(townships, listed, said["cell_m"], year)


def population_rows(found: Population, *, basis: str, source: str, note: str) -> pd.DataFrame:
    """
    Return the townships' sums as rows of the table `populations`, in whole persons.

    The fractions are given to those with the largest, so that the whole stays what it was.
    Townships without a cell of their own, or cut by the grid's edge, have no row: unknown.
    """
    rows = found.known
    persons = rows["persons"].to_numpy(float)
    whole = np.floor(persons)
    more = round(float(persons.sum()) - float(whole.sum()))
    order = np.argsort(whole - persons, kind="stable")
    whole[order[:more]] += 1
    told = {
        "year": found.year, "basis": basis, "source_url": source, "note": note, "demo": False,
    }  # fmt: skip
    return frame_of(
        "populations",
        [
            {"place_code": code, "persons": int(count), **told}
            for code, count in zip(rows["township_code"], whole, strict=True)
        ],
    )


def _answer(request: dict[str, Any], shown: str) -> tuple[dict[str, Any], np.ndarray]:
    """Have the grid read by a process of its own, which may die of it."""
    with tempfile.TemporaryDirectory(prefix="xinghuo-raster-") as folder:
        if _apart(pickle.dumps(request), folder):
            limit = f"{CPU_S} 秒、{MEMORY // 2**30} GB 内存"
            facts = {"what": "读它所需的时间或内存", "size": "超限", "limit": limit}
            raise FileError("raster_too_large", file=shown, **facts)
        said = json.loads(Path(folder, "said").read_text())
        if "code" in said:
            raise FileError(said["code"], **said["params"] | {"file": shown})
        return said, np.load(Path(folder, "points.npy"), allow_pickle=False)


def _apart(request: bytes, folder: str) -> int:
    """Run the process; return how it ended, 0 if it wrote its answer into `folder`."""
    try:
        return subprocess.run(
            [sys.executable, "-I", "-B", "-c", _PROGRAM, _ROOT], check=False, cwd=folder,
            input=request, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            timeout=TIMEOUT_S, env=_ENVIRONMENT | {"TMPDIR": folder},
        ).returncode  # fmt: skip
    except subprocess.TimeoutExpired:
        return -1


# --- in the process of its own ----------------------------------------------------------------


def main() -> None:
    """Read a request from standard input, and write the answer into the folder we are in."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**28, 2**28))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Of the program that started us, not of the file.
    answer_into(Path.cwd(), pickle.load(sys.stdin.buffer))


def answer_into(folder: Path, request: Mapping[str, Any]) -> None:
    """Read the grid of a request and write what it holds, or what is wrong, into `folder`."""
    try:
        found = read_sums(
            Path(request["path"]), shapely.from_wkb(request["areas"]), points=request["points"],
            combine=request["combine"],
        )  # fmt: skip
        np.save(folder / "points.npy", found.points, allow_pickle=False)
        said = {
            "persons": found.persons.tolist(), "counted": found.counted.tolist(),
            "cut": found.cut.tolist(), "cell_m": found.cell_m,
        }  # fmt: skip
    except GeoError as error:
        said = {"code": error.code, "params": error.params}
    except MemoryError:
        facts = {"what": "内存", "size": "超限", "limit": f"{MEMORY // 2**30} GB"}
        said = {"code": "raster_too_large", "params": facts}
    except Exception as error:  # whatever a broken file makes of the library is one answer
        said = {"code": "raster_unreadable", "params": {"reason": type(error).__name__}}
    (folder / "said").write_text(json.dumps(said))
