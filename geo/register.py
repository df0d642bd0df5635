"""The register: built from `data/`, changed by files, given out as files, checked as a whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo import files, inspection
from geo.boundaries import LayerInfo
from geo.errors import ConflictError, Problem, StoreError, TableError
from geo.exports import Headers
from geo.layers.faults import NOTE_CODES
from geo.policy import NO_REVIEW
from geo.previews import apply, preview
from geo.replay import history_problems
from geo.rights import SYSTEM
from geo.schema import Audience
from geo.settings import CHINA_TIME
from geo.sources import (
    LAYER_FILES,
    as_problem,
    fitted,
    layer_problems,
    read_data,
    stored_layer_problems,
)
from geo.store import Store
from geo.text import text

# What a finding with one of these codes says is missing or unwise, but not wrong.
NOTES = (
    "position_unknown", "no_approval_number", "list_unexplained", "registered_gone",
    "registered_unclear", "layer_lacks", "layer_keeps", *NOTE_CODES,
)  # fmt: skip

_ATTEMPTS = 5


@dataclass(frozen=True)
class ImportResult:
    """
    What a file did to a table, or with a dry run would do.

    With `problems` nothing was written, and the counts are 0. `ignored` are the headers
    that mean nothing to the table, `guessed` those that were matched by likeness, and the
    column of each.
    """

    table: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    guessed: dict[str, str] = field(default_factory=dict)


# --- building ---------------------------------------------------------------------------


def build(data: Path, store: Store, *, force: bool = False) -> dict[str, int]:
    """
    Fill `store` from the folder `data`; what it held before is replaced, as one write.

    Returns
    -------
    counts
        Rows per table.

    Raises
    ------
    TableError
        With every problem of every file; the store is as before.
    StoreError
        If the store cannot be written, or was changed since it was last built and `force`
        is not given (code ``store_changed``).
    """
    if store.exists():
        store.migrate()
        changes = store.changed_since_build()
        if changes and not force:
            raise StoreError("store_changed", count=changes)
    tables, layers = read_data(data)
    store.migrate()
    store.replace(tables, layers=layers, built=True)
    return store.counts()


# --- files in and out ---------------------------------------------------------------------


def import_table(
    store: Store,
    table: str,
    source: Path | bytes,
    *,
    name: str = "",
    dry_run: bool = False,
    as_of: date | None = None,
) -> ImportResult:
    """
    Add and change the rows of a file; rows that the file does not have stay.

    All rows are written, or none, and those columns only that the file has. Rules that tie
    rows together (memberships do not overlap, stops are contiguous) are checked on the
    table as it will be.

    Parameters
    ----------
    store
        Where the table is.
    table
        Name of the table.
    source
        A file, or the bytes of an upload called `name`.
    dry_run
        Whether only to say what would happen.
    as_of
        The day of the lists, as for `check.validate`; today unless given.

    Raises
    ------
    FileError
        If the file cannot be read.
    ArgumentError
        If there is no such table.
    StoreError
        If the store cannot be written.
    """
    today = as_of or datetime.now(CHINA_TIME).date()
    for attempt in range(1, _ATTEMPTS + 1):
        found = preview(store, table, source, actor=SYSTEM, today=today, name=name)
        if found.problems:
            return ImportResult(
                table, problems=found.problems, ignored=found.ignored, guessed=found.guessed
            )
        if not dry_run:
            try:
                apply(store, found, actor=SYSTEM, today=today, policy=NO_REVIEW)
            except (ConflictError, TableError):
                if attempt == _ATTEMPTS:
                    raise
                continue  # the stored rows that were looked at are no longer the stored rows
        break
    kinds = Counter(edit.kind for edit in found.edits)
    return ImportResult(
        table, kinds["new"], kinds["changed"], found.unchanged, ignored=found.ignored,
        guessed=found.guessed,
    )  # fmt: skip


def export_table(
    store: Store,
    table: str,
    *,
    suffix: str,
    headers: Headers | None = None,
    audience: Audience = "public",
    language: str = "zh",
    made_on: date | None = None,
) -> bytes:
    """
    Return the stored `table` as a file, with what a reader of it must know.

    Parameters
    ----------
    store
        Where the table is.
    table
        Name of the table.
    suffix, headers, audience, made_on
        As for `files.write_table`.
    language
        Of the notices.

    Raises
    ------
    ArgumentError
        If there is no such table, or it may not be given to this audience.
    FileError
        If the format needs positions and the table has none.
    """
    revision = store.revision()
    frame = store.read(table)
    return files.write_table(
        frame,
        table=table,
        suffix=suffix,
        headers=headers,
        audience=audience,
        notices=table_notices(
            frame,
            revision=revision,
            language=language,
            only_warnings=for_programs(suffix, headers),
        ),
        made_on=made_on,
    )


def table_notices(
    frame: pd.DataFrame, *, revision: int, language: str = "zh", only_warnings: bool = False
) -> list[str]:
    """
    Return the sentences that go with an export of a table: revision, list, demo rows, positions.

    With `only_warnings` those alone without which the rows would mislead.
    """
    notices = []
    if not only_warnings:
        notices.append(text("export.revision", language, revision=revision))
        if "list_year" in frame and len(frame):
            notices.append(text("export.list_year", language, year=int(frame["list_year"].max())))
    demo = int(frame["demo"].fillna(False).sum()) if "demo" in frame else 0
    if demo:
        notices.append(text("export.demo", language, count=demo))
    if "position_precision" in frame and (frame["position_precision"] == "township").any():
        notices.append(text("export.positions", language))
    return notices


def for_programs(suffix: str, headers: Headers | None) -> bool:
    """Say whether a file is for programs: each row of it would repeat every notice."""
    return suffix == ".csv" and headers != "zh"


def remove_demo(store: Store) -> dict[str, int]:
    """Delete every demonstration row; return how many rows went from which table."""
    return store.delete_demo()


def put_layer(store: Store, layer: gpd.GeoDataFrame, info: LayerInfo) -> None:
    """
    Check a boundary layer against the stored lists and put it in force.

    An official layer may have faults below the tolerances of `layers.faults`: they are closed.

    Raises
    ------
    TableError
        With every error of the layer; the one in force stays.
    """
    tables = store.read_many(["counties", "townships"])
    problems = [p for p in layer_problems(layer, info, tables) if not is_note(p)]
    if problems:
        raise TableError("boundaries", problems)
    store.put_layer(fitted(layer, info, tables), info)


# --- checking -----------------------------------------------------------------------------


def findings(store: Store, *, public: bool = False) -> list[Problem]:
    """
    Return the problems of everything stored; `is_note` tells the notes among them.

    With `public` (the service is open to the public) boundaries without a map approval
    number are among them: the law asks for a review before they are shown.
    """
    tables = store.read_many()
    problems = inspection.findings(tables)
    broken = store.broken_references()
    if broken:
        problems.append(Problem("store", "broken_references", params={"count": broken}))
    problems += history_problems(store)
    for level in LAYER_FILES:
        try:
            layer, info = store.layer(level)
        except StoreError as error:
            if error.code != "layer_missing":
                raise
            problems.append(as_problem("boundaries", error))
            continue
        problems += stored_layer_problems(layer, info, tables)
        if public and not info.approval_number:
            problems.append(Problem("boundaries", "no_approval_number", params={"level": level}))
    return problems


def is_note(problem: Problem) -> bool:
    """Say whether a finding is something missing or unwise, and not an error."""
    return problem.code in NOTES
