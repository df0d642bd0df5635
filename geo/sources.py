"""The folder `data/` as checked tables and layers, with every problem of every file at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo import boundaries, check, demo, files
from geo.errors import FileError, GeoError, Problem, TableError
from geo.layers.faults import NOTE_CODES
from geo.layers.plan import settled
from geo.schema import TABLES
from geo.succession import in_force, valid_rows
from geo.text import text

Layer = tuple[gpd.GeoDataFrame, boundaries.LayerInfo]

DEMO_FOLDER = "demo"
# Tables of people, and of lists that changed, and what a folder made earlier does not have:
# the operator's file may be absent.
OPTIONAL_TABLES = (
    "successions", "village_points", "populations", "hosts", "promoters", "promoter_villages",
)  # fmt: skip
# A layer older than the list is no fault of a file: `check` names it.
OLD_LAYER = ("layer_lacks", "layer_keeps")
LAYER_FILES = {
    "county": "boundaries/counties.geojson",
    "township": "boundaries/townships.geojson",
}


def read_tables(data: Path, names: Iterable[str] = tuple(TABLES)) -> dict[str, pd.DataFrame]:
    """
    Read and check the files of the tables `names` (in the schema's order) in the folder `data`.

    Demonstration rows, in files of the same names in ``demo/``, stand below the others.

    Raises
    ------
    TableError
        With every problem of every file; a row that names a row of a broken table is not
        reported for that.
    """
    tables, problems = _read_tables(data, names)
    if problems:
        raise TableError(data.as_posix(), problems)
    return tables


def read_data(data: Path) -> tuple[dict[str, pd.DataFrame], list[Layer]]:
    """
    Read and check every file of the folder `data`.

    Returns
    -------
    tables, layers
        All tables of the schema; the county and the township layer.

    Raises
    ------
    TableError
        With every problem of every file, as `read_tables` has it.
    """
    tables, problems = _read_tables(data, TABLES)
    layers: list[Layer] = []
    for file in LAYER_FILES.values():
        try:
            layer, info = files.read_layer(data / file)
        except GeoError as error:
            problems.append(replace(as_problem("boundaries", error), file=file))
            continue
        layers.append((fitted(layer, info, tables), info))
        found = stored_layer_problems(layer, info, tables)
        found = [p for p in found if p.code not in (*OLD_LAYER, *NOTE_CODES)]
        problems += [replace(problem, file=file) for problem in found]
    if problems:
        raise TableError(data.as_posix(), problems)
    return tables, layers


def _read_tables(data: Path, names: Iterable[str]) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    tables: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    for name in names:
        frame, found = _read_files(data, name, tables)
        problems += found
        if frame is not None:
            tables[name] = frame
    return tables, problems


def _read_files(
    data: Path, name: str, known: Mapping[str, pd.DataFrame]
) -> tuple[pd.DataFrame | None, list[Problem]]:
    """Return the table `name` of all its files, or None and what is wrong with them."""
    main, invented = data / f"{name}.csv", data / DEMO_FOLDER / f"{name}.csv"
    paths = [main] if main.exists() or name not in OPTIONAL_TABLES else []
    paths += [invented] if invented.exists() else []
    frames: list[pd.DataFrame] = []
    problems: list[Problem] = []
    keys: dict[tuple[object, ...], int] = {}
    for path in paths:
        shown = path.relative_to(data).as_posix()
        try:
            raw = files.read_table(path, table=name, name=shown, allow_empty=True)
            frame = check.validate(raw, known)
        except TableError as error:
            found = _without_echoes(error.problems, raw, known)
        except GeoError as error:
            found = [as_problem(name, error)]
        else:
            found = _repeated(frame, raw, keys)
            frames.append(frame)
        problems += [replace(problem, file=shown) for problem in found]
    if problems or len(frames) < len(paths):
        return None, problems
    if not frames:
        empty = check.RawTable(name, pd.DataFrame(columns=TABLES[name].names), [], {})
        return check.validate(empty, known), []
    return pd.concat(frames, ignore_index=True), []


def as_problem(table: str, error: GeoError) -> Problem:
    """Return what an error says as a problem of a whole table."""
    return Problem(table, error.code, params=error.params)


def _without_echoes(
    problems: list[Problem], raw: check.RawTable, known: Mapping[str, pd.DataFrame]
) -> list[Problem]:
    """Leave out what is wrong only because a table that is referred to could not be read."""
    declared = TABLES[raw.table]
    lost = {
        raw.headers.get(column.name, column.zh)
        for column in declared.columns
        if column.refers_to and column.refers_to not in known
    }
    codes = ("unknown_reference", "ambiguous_name")
    return [p for p in problems if not (p.code in codes and p.column in lost)]


def _repeated(
    frame: pd.DataFrame, raw: check.RawTable, keys: dict[tuple[object, ...], int]
) -> list[Problem]:
    """Return the rows whose key stood in an earlier file of the table; add the others to `keys`."""
    declared = TABLES[raw.table]
    problems = []
    label = "、".join(declared[name].zh for name in declared.key)
    for row, key in zip(
        raw.rows, frame[list(declared.key)].itertuples(index=False, name=None), strict=True
    ):
        if key in keys:
            facts = {"first_row": keys[key], "label": label}
            column = declared[declared.key[0]].zh
            problems.append(
                Problem(raw.table, "duplicate_key", row, column, str(key[0]), params=facts)
            )
        keys.setdefault(key, row)
    return problems


def layer_problems(
    layer: gpd.GeoDataFrame, info: boundaries.LayerInfo, tables: Mapping[str, pd.DataFrame]
) -> list[Problem]:
    """Return what is wrong with a boundary layer beside the newest lists."""
    if "counties" not in tables or "townships" not in tables:
        return []
    if info.kind == "official":  # by its own tolerances; some of it is only told
        return settled(layer, tables, level=info.level)[1]
    if info.level == "county":
        return boundaries.check_counties(layer, tables["counties"])
    townships = in_force(tables["townships"], as_of=None)
    return boundaries.check_townships(layer, tables["counties"], townships)


def fitted(
    layer: gpd.GeoDataFrame, info: boundaries.LayerInfo, tables: Mapping[str, pd.DataFrame]
) -> gpd.GeoDataFrame:
    """Return an official layer with the slivers between its polygons closed, others as is."""
    if info.kind != "official" or "counties" not in tables or "townships" not in tables:
        return layer
    return settled(layer, tables, level=info.level)[0]


def stored_layer_problems(
    layer: gpd.GeoDataFrame, info: boundaries.LayerInfo, tables: Mapping[str, pd.DataFrame]
) -> list[Problem]:
    """
    Return what is wrong with the layer in force, which may be older than the newest list.

    Townships that began or ended with a later list are no fault of the layer: they are named
    in one problem each way (codes ``layer_lacks`` and ``layer_keeps``).
    """
    if info.level == "county" or "townships" not in tables:
        return layer_problems(layer, info, tables)
    townships = tables["townships"]
    drawn = townships["township_code"].isin(layer["township_code"])
    newest = pd.Series(valid_rows(townships, as_of=None), index=townships.index)
    lacking = newest & townships["from_date"].notna() & ~drawn
    kept = ~newest & drawn
    layers_own = townships[(newest & ~lacking) | kept].drop(columns="to_date")
    problems = layer_problems(layer, info, {**tables, "townships": layers_own})
    for code, rows in (("layer_lacks", townships[lacking]), ("layer_keeps", townships[kept])):
        if len(rows):
            problems.append(Problem("boundaries", code, params={"names": "、".join(rows["name"])}))
    return problems


def schematic_townships(data: Path) -> Layer:
    """
    Divide the counties of the folder `data` among their townships' seats.

    The layer is schematic and as old as the county layer it is made from.

    Raises
    ------
    TableError
        If the lists of counties and townships have problems, or the layer made of them.
    FileError
        If the county layer cannot be read.
    """
    tables = read_tables(data, ("counties", "townships"))
    counties, info = files.read_layer(data / LAYER_FILES["county"])
    layer = boundaries.build_townships(counties, in_force(tables["townships"], as_of=None))
    made = replace(info, level="township", kind="schematic", source=text("boundary.made_from"))
    problems = layer_problems(layer, made, tables)
    if problems:
        raise TableError("boundaries", problems)
    return layer, made


def moved_seats(data: Path) -> tuple[str, ...]:
    """Name the townships of the folder whose seats lie outside their county: see `boundaries`."""
    listed = read_tables(data, ("counties", "townships"))["townships"]
    counties, _ = files.read_layer(data / LAYER_FILES["county"])
    return tuple(boundaries.seats_outside(counties, in_force(listed, as_of=None))["name"])


def write_demo(data: Path, *, seed: int, as_of: date) -> list[Path]:
    """
    Write demonstration rows to the folder ``demo/`` in `data`; return the files.

    Raises
    ------
    TableError
        If the lists of counties, townships and villages have problems.
    FileError
        If a file cannot be written.
    """
    tables = read_tables(data, ("counties", "townships", "villages"))
    rows = demo.demo_tables(tables["townships"], tables["villages"], seed=seed, as_of=as_of)
    folder = data / DEMO_FOLDER
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise FileError("cannot_write", file=str(folder), reason=error.strerror) from error
    written = []
    for name, frame in rows.items():
        path = folder / f"{name}.csv"
        content = files.write_table(frame, table=name, suffix=".csv", audience="personal")
        files.write_bytes(path, content)
        written.append(path)
    return written
