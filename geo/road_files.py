"""The table of roads that an operator may supply, read from a Parquet file and checked."""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geo.cost import Floats, Integers
from geo.crs import to_metres
from geo.errors import FileError, Problem, TableError
from geo.roads import SPEED_CLASSES, Flags, Roads

TABLE = "roads"
POSITIONS = ("from_lon", "from_lat", "to_lon", "to_lat")
COLUMNS = ("from", "to", "metres", "speed_class", *POSITIONS)  # and perhaps one_way

MAX_BYTES = 500 * 2**20
MAX_UNPACKED_BYTES = 4 * 2**30
MAX_ROWS = 5_000_000
MAX_PROBLEMS = 200  # the first of them are told
MAX_METRES = 200_000.0  # of one stretch
NODE_M = 1.0  # a node's positions in two rows may differ by so much
SHORT_SHARE, SHORT_M = 0.01, 1.0  # a stretch may be shorter than the straight line by both


def read_roads(path: Path) -> Roads:
    """
    Return the roads in the Parquet file at `path`; read once as long as the file stays.

    One row is a stretch: `from` and `to` name its nodes (numbers or text), `metres` is its
    length, `speed_class` one of `roads.SPEED_CLASSES`; `from_lon`, `from_lat`, `to_lon`,
    `to_lat` are the nodes' positions in WGS 84; `one_way` (yes or no) may be left out.

    Raises
    ------
    FileError
        If the file is missing, too large, no Parquet, lacks a column or has no rows.
    TableError
        If cells are wrong: each of them (up to `MAX_PROBLEMS`), with its row, from 1.
    """
    try:
        found = path.stat()
    except OSError as error:
        raise _refused(path, error.strerror or "打不开") from None
    return _read(path, found.st_mtime_ns, found.st_size)


def _refused(path: Path, reason: str) -> FileError:
    return FileError("road_file", file=path.name, reason=reason)


@lru_cache(maxsize=1)  # for a city a few dozen MB, which every answer needs
def _read(path: Path, _changed: int, size: int) -> Roads:
    if size > MAX_BYTES:
        raise _refused(path, f"超过 {MAX_BYTES // 2**20} MB")
    try:
        with pq.ParquetFile(path) as file:
            head = file.metadata
            if head.num_rows > MAX_ROWS:
                raise _refused(path, f"超过 {MAX_ROWS} 行")
            groups = (head.row_group(at).total_byte_size for at in range(head.num_row_groups))
            if sum(groups) > MAX_UNPACKED_BYTES:
                raise _refused(path, f"展开后超过 {MAX_UNPACKED_BYTES // 2**30} GB")
            names = file.schema_arrow.names
            missing = [name for name in COLUMNS if name not in names]
            if missing:
                raise _refused(path, "缺少列 " + "、".join(missing))
            if not head.num_rows:
                raise _refused(path, "没有行")
            wanted = [*COLUMNS, *(["one_way"] if "one_way" in names else [])]
            frame = file.read(columns=wanted).to_pandas()
    except (pa.ArrowException, OSError) as error:
        said = str(error).strip().splitlines() or [type(error).__name__]
        raise _refused(path, said[0][:200]) from None
    return roads_of(frame)


def roads_of(frame: pd.DataFrame) -> Roads:
    """
    Return the rows of a road table as `Roads`; see `read_roads`.

    Raises
    ------
    TableError
        If cells are wrong.
    """
    problems: list[Problem] = []

    def tell(code: str, column: str, wrong: Flags, **facts: Any) -> None:
        for at in np.flatnonzero(wrong)[: MAX_PROBLEMS - len(problems)]:
            value = frame[column].iloc[at]
            own = {name: values[at] for name, values in facts.items()}
            shown = "" if pd.isna(value) else str(value)
            problems.append(Problem(TABLE, code, int(at) + 1, column, shown, params=own))

    size = len(frame)
    for name in ("from", "to", "speed_class"):
        tell("road_empty", name, frame[name].isna().to_numpy())
    metres = _numbers(frame["metres"])
    limits = np.full(size, f"{MAX_METRES:.0f}")
    tell("road_length", "metres", ~((metres >= 0) & (metres <= MAX_METRES)), high=limits)
    kinds = pd.Index(SPEED_CLASSES).get_indexer(pd.Index(frame["speed_class"]))
    classes = np.full(size, "、".join(SPEED_CLASSES), dtype=object)
    unknown = (kinds < 0) & frame["speed_class"].notna().to_numpy()
    tell("road_class", "speed_class", unknown, classes=classes)
    degrees = {name: _numbers(frame[name]) for name in POSITIONS}
    for name, values in degrees.items():
        low, high = (73, 136) if name.endswith("lon") else (3, 54)
        tell("road_position", name, ~((values >= low) & (values <= high)))
    if problems:
        raise TableError(TABLE, problems)
    one_way = _flags(frame["one_way"], tell) if "one_way" in frame else np.zeros(size, bool)
    begin = np.column_stack(to_metres(degrees["from_lon"], degrees["from_lat"]))
    finish = np.column_stack(to_metres(degrees["to_lon"], degrees["to_lat"]))
    straight = np.hypot(*(begin - finish).T)
    short = metres < straight * (1 - SHORT_SHARE) - SHORT_M
    tell("road_short", "metres", short, straight=np.round(straight).astype(int))
    node, nodes_m, moved_m = _nodes(frame, begin, finish)
    for name, off in (("from", moved_m[:size]), ("to", moved_m[size:])):
        said = [f"{one:.0f}" for one in np.ceil(off)]
        tell("road_node_moved", name, off > NODE_M, metres=said)
    if problems:
        raise TableError(TABLE, problems)
    return Roads(nodes_m, node[:size], node[size:], metres, kinds.astype(np.int64), one_way)


def _numbers(column: pd.Series) -> Floats:
    return pd.to_numeric(column, errors="coerce").to_numpy(np.float64, na_value=math.nan)


def _flags(column: pd.Series, tell: Any) -> Flags:
    known = {1: True, 0: False, "yes": True, "no": False}  # 1 and 0 are true and false as well
    values = [known.get(one) if isinstance(one, bool | int | str) else None for one in column]
    tell("road_one_way", column.name, np.array([one is None for one in values]))
    return np.array([bool(one) for one in values])


def _nodes(frame: pd.DataFrame, begin: Floats, finish: Floats) -> tuple[Integers, Floats, Floats]:
    """Return each end's node, the nodes' positions, and how far each end is from its node."""
    # As text: a number in one column may be text in the other.
    names = pd.concat([frame["from"].astype(str), frame["to"].astype(str)], ignore_index=True)
    node, _ = pd.factorize(names)
    ends = np.concatenate([begin, finish])
    _, first = np.unique(node, return_index=True)
    nodes_m = ends[first]
    return node.astype(np.int64), nodes_m, np.hypot(*(ends - nodes_m[node]).T)
