"""What a file would do to a table, shown before anything is done, and then done or refused."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from geo import files
from geo.check import RawTable, examine, problems_of, table_of
from geo.clashes import CROSS_RULES, clashes, is_tied, still_used
from geo.comparisons import Comparison, compare, table_after
from geo.door import Outcome, submit
from geo.edits import Edit, Key
from geo.errors import AccessError, FileError, Problem, StoreError, TableError
from geo.partials import (
    absent_columns,
    faults_of_file,
    filled_up,
    key_columns_only,
    keys_of,
    lone_datums,
)
from geo.policy import NO_REVIEW, Policy
from geo.refusals import require_signed_in, shown_key
from geo.rights import (
    LOCAL_TABLES,
    PEOPLE_TABLES,
    PLACE_TABLES,
    Actor,
    Places,
    own_rows,
    places_of,
    refusal,
    with_edits,
)
from geo.schema import Table
from geo.store import Store

STEPS = ("read", "check", "compare", "rights")  # what `progress` is told, with the share done
Progress = Callable[[str, float], None]
Tables = Mapping[str, pd.DataFrame]

_ATTEMPTS = 5
_NAME_LIMIT = 120
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff]")


@dataclass(frozen=True)
class Preview:
    """
    What a file would do.

    `edits` are those of the rows without a problem; with `problems` none can be applied.
    `absent` are columns that the file does not have: they stay as they are. `held` edits
    would wait for an approval by `approver`. `rows` has the file's row of each key.
    """

    raw: RawTable
    edits: list[Edit]
    unchanged: int
    problems: list[Problem]
    held: int
    approver: str | None
    revision: int
    sha256: str
    name: str
    absent: list[str] = field(default_factory=list)
    rows: Mapping[Key, int] = field(default_factory=dict)

    @property
    def guessed(self) -> dict[str, str]:
        """Return the headers that were matched by likeness, and the column of each."""
        return self.raw.guessed

    @property
    def ignored(self) -> list[str]:
        """Return the headers that mean nothing to the table."""
        return self.raw.ignored


def preview(
    store: Store,
    table: str,
    source: bytes | Path,
    *,
    actor: Actor,
    today: date,
    name: str = "",
    mapping: Mapping[str, str] | None = None,
    remove_missing: bool = False,
    policy: Policy = NO_REVIEW,
    progress: Progress | None = None,
) -> Preview:
    """
    Return what a file would do to `table`: row by row, with every problem; nothing is written.

    Columns that the file does not have keep what is stored, and are empty in new rows; an
    empty cell in a column that is there empties it.

    Parameters
    ----------
    store
        The register.
    table
        Name of the table.
    source
        A file, or the bytes of an upload or paste, called `name`.
    actor, today
        Who imports, and the day on which rows belong to places and codes are in force.
    mapping
        Headers as written, and the column each of them means.
    remove_missing
        Whether rows of the actor's place that the file does not have shall go. Never where
        the file lacks columns.
    policy
        Who needs whose approval.
    progress
        Is called with one of `STEPS` and the share done, 0 to 1.

    Raises
    ------
    AccessError
        If the actor may not change this table at all.
    FileError
        If the file cannot be read.
    ArgumentError
        If there is no such table.
    """
    tell = progress or (lambda _step, _share: None)
    declared = table_of(table)
    _require_table(actor, declared)
    tell("read", 0.0)
    shown = source_name(name or (source.name if isinstance(source, Path) else ""))
    data = files.read_bytes(source, name=shown or table)
    raw = _read(data, declared, shown, mapping)
    tell("check", 0.5)
    revision, tables = store.revision(), store.read_many()
    places, own = None, pd.Series(True, index=tables[table].index, dtype=bool)
    if not actor.is_at_least("city"):
        places = places_of({one: tables[one] for one in PLACE_TABLES}, as_of=today)
        own = own_rows(actor, table, tables[table], places)
    known = _known_to(actor, tables, places)
    checked, problems = lone_datums(raw)
    absent = absent_columns(raw)
    seen = tables[table] if table not in PEOPLE_TABLES else tables[table][own]
    if absent:
        keyed, _ = examine(key_columns_only(checked), known)
        checked = filled_up(checked, seen, keys_of(declared, keyed))
    frame, faults = examine(checked, known, as_of=today)
    # What ties rows together is asked of the table as it will be.
    faults = [fault for fault in faults if fault.code not in CROSS_RULES]
    faults = faults_of_file(raw, faults, keys_of(declared, frame), seen)
    problems += problems_of(checked, faults)
    tell("compare", 0.75)
    rows_broken = {problem.row for problem in problems}
    broken = {at for at, row in enumerate(raw.rows) if row in rows_broken}
    found = compare(
        declared, raw, frame, tables[table], own, broken, remove=remove_missing and not absent
    )
    removed = {edit.key for edit in found.edits if edit.after is None}
    problems += still_used(table, removed, tables, sheet=raw.sheet)
    problems += clashes(raw, tables[table], found.after, found.rows)
    tell("rights", 0.9)
    edits, refused = _allowed(actor, declared, raw, found, places)
    problems = sorted(problems + refused, key=lambda one: (one.row is None, one.row or 0))
    approver = policy.approver(actor.role, table)
    tell("rights", 1.0)
    return Preview(
        raw, edits, found.unchanged, problems, len(edits) if approver else 0, approver, revision,
        hashlib.sha256(data).hexdigest(), shown, absent, found.rows,
    )  # fmt: skip


def apply(
    store: Store,
    preview: Preview,
    *,
    actor: Actor,
    today: date,
    policy: Policy | None = None,
    reason: str = "",
) -> Outcome:
    """
    Do what `preview` shows, as one submission of the kind "import": all of it or nothing.

    Raises
    ------
    TableError
        If there are problems, or there are some now with what others wrote since.
    ConflictError
        If somebody changed one of the rows since; nothing is written.
    AccessError
        If the actor may not change one of the rows.
    StoreError
        If the store cannot be written.
    """
    raw = preview.raw
    if preview.problems:
        raise TableError(raw.table, preview.problems)
    for attempt in range(1, _ATTEMPTS + 1):
        revision = store.revision()
        if revision != preview.revision and is_tied(raw.table):
            before = store.read(raw.table)
            after = table_after(table_of(raw.table), before, preview.edits)
            problems = clashes(raw, before, after, preview.rows)
            if problems:
                raise TableError(raw.table, problems)
        try:
            return submit(
                store, preview.edits, actor=actor, today=today, kind="import", reason=reason,
                source=preview.name, sha256=preview.sha256, policy=policy,
                at_revision=revision if is_tied(raw.table) else None,
            )  # fmt: skip
        except StoreError as error:
            if error.code != "store_moved" or attempt == _ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def source_name(name: str) -> str:
    """Return the name of a file as it may be shown and stored: no path, no control characters."""
    last = re.split(r"[/\\]", name)[-1]
    return _UNSEEN.sub("", last).strip()[-_NAME_LIMIT:]


def _read(data: bytes, declared: Table, name: str, mapping: Mapping[str, str] | None) -> RawTable:
    try:
        return files.read_table(data, table=declared.name, name=name, mapping=mapping)
    except FileError as error:
        if error.code not in {"columns_missing", "numbers_missing"}:
            raise
        with contextlib.suppress(FileError):  # to change stored rows, their key is enough
            return files.read_table(
                data, table=declared.name, name=name, mapping=mapping, needed=declared.key
            )
        raise


# --- whose rows -----------------------------------------------------------------------------


def _require_table(actor: Actor, declared: Table) -> None:
    require_signed_in(actor)
    local = declared.name in LOCAL_TABLES
    if actor.place_kind == "venue":
        local = declared.name == "venues"
    if not local and not actor.is_at_least("city"):
        owner = "所在地的管理员" if declared.name in LOCAL_TABLES else "市科协"
        raise AccessError("not_your_table", table=declared.zh, owner=owner)


def _known_to(actor: Actor, tables: Tables, places: Places | None) -> dict[str, pd.DataFrame]:
    """
    Return `tables` as the actor may know them.

    People of other places are left out, but for those who serve in the actor's own: no
    suggestion and no sentence gives one of them away.
    """
    if places is None:
        return dict(tables)
    people, served = tables["promoters"], tables["promoter_villages"]
    serving = served["promoter_id"][own_rows(actor, "promoter_villages", served, places)]
    seen = own_rows(actor, "promoters", people, places) | people["promoter_id"].isin(serving)
    return {**tables, "promoters": people[seen].reset_index(drop=True)}


def _allowed(
    actor: Actor, declared: Table, raw: RawTable, found: Comparison, places: Places | None
) -> tuple[list[Edit], list[Problem]]:
    """Return the edits that the actor may hand in, and a problem for each of the others."""
    if places is None:
        return found.edits, []
    whole = with_edits(places, found.edits)
    edits, refused = [], [("not_your_row", key) for key in found.foreign]
    for edit in found.edits:
        code = refusal(actor, edit, whole)
        if code:
            refused.append((code, edit.key))
        else:
            edits.append(edit)
    owner = "所在地的管理员"
    return edits, [
        Problem(
            declared.name, code, row=found.rows.get(key), sheet=raw.sheet,
            params={"table": declared.zh, "key": shown_key(key), "owner": owner},
        )
        for code, key in refused
    ]  # fmt: skip
