"""The commands about lists: a new year's townships and villages, and the mapping between lists."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo.commands.terminal import (
    APP_OPTIONS,
    Json,
    Output,
    answer,
    complain,
    give,
    label,
    open_store,
    said,
    today,
)
from geo.errors import FileError
from geo.text import text

if TYPE_CHECKING:
    import pandas as pd

    from geo.check import RawTable

lists_app = typer.Typer(help="换名录：新一年的乡镇和村 · a new year's lists", **APP_OPTIONS)

Townships = Annotated[Path, typer.Option(help="新名录的全部乡镇街道", dir_okay=False)]
Villages = Annotated[Path, typer.Option(help="新名录的全部村（社区）", dir_okay=False)]
Mapping_ = Annotated[Path | None, typer.Option(help="对照表：旧代码到新代码", dir_okay=False)]
From = Annotated[
    datetime,
    typer.Option("--from", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="自哪一天起用"),
]


def _read(
    stored: dict[str, pd.DataFrame],
    townships: Path,
    villages: Path,
    mapping: Path | None,
    *,
    unfinished: bool = False,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """
    Return the new lists and the mapping, checked.

    Of an `unfinished` mapping the rows that nobody has filled in yet are left out.

    Raises
    ------
    TableError
        With every problem of the first file that has one.
    """
    from geo import check, files
    from geo.edits import frame_of

    known = {name: stored[name] for name in ("counties", "township_aliases")}
    for name, file in (("townships", townships), ("villages", villages)):
        raw = files.read_table(file, table=name)
        known[name] = check.validate(replace(raw, file=file.name), known)
    told = frame_of("successions", [])
    if mapping is not None:
        raw = files.read_table(mapping, table="successions", allow_empty=True)
        if unfinished:
            raw = _filled_in(raw)
        told = check.validate(replace(raw, file=mapping.name), known)
    return known["townships"], known["villages"], told


def _filled_in(raw: RawTable) -> RawTable:
    cells = raw.frame[["old_code", "new_code", "kind"]].fillna("")
    filled = cells.apply(lambda column: column.str.strip() != "").all(axis=1).to_numpy()
    rows = [row for row, kept in zip(raw.rows, filled, strict=True) if kept]
    return replace(raw, frame=raw.frame[filled].reset_index(drop=True), rows=rows)


@lists_app.command("import", help="换上新一年的名录；全部成功或全部不写 · put a new list in force")
def lists_import(
    townships: Townships,
    villages: Villages,
    year: Annotated[int, typer.Option(min=1990, max=2100, help="名录年份")],
    from_date: From,
    mapping: Mapping_ = None,
    dry_run: Annotated[bool, typer.Option(help="只说会怎样，不写入")] = False,
    as_json: Json = False,
) -> None:
    """Compare the new lists with those in force and put them in force from a day on."""
    from geo import door, lists
    from geo.rights import SYSTEM

    with open_store() as store:
        revision = store.revision()
        tables = store.read_many(lists.TABLES_NEEDED)
        plan = lists.plan_lists(
            tables, *_read(tables, townships, villages, mapping), year=year,
            from_date=from_date.date(),
        )  # fmt: skip
        if plan.problems:
            complain(plan.problems)
            raise typer.Exit(1)
        submission = None
        if plan.edits and not dry_run:
            sources = [file for file in (townships, villages, mapping) if file is not None]
            done = door.submit(
                store, plan.edits, actor=SYSTEM, today=today(), kind="lists",
                reason=text("lists.reason_of", year=year, date=from_date.date().isoformat()),
                source="；".join(file.name for file in sources), sha256=_sha256(sources),
                at_revision=revision,
            )  # fmt: skip
            submission, revision = done.submission_id, done.revision
    words = [
        text("cli.lists_counts", **(dict[str, Any](counts) | {"table": label(table)}))
        for table, counts in plan.counts.items()
    ]
    words += [f"{text('cli.note')}　{said(note)}" for note in plan.notes]
    if submission is not None:
        words.append(text("cli.lists_done", submission=submission))
    elif not plan.edits:
        words.append(text("cli.lists_same"))
    facts = {
        "counts": plan.counts, "edits": len(plan.edits), "dry_run": dry_run,
        "submission": submission, "revision": revision,
        "notes": [
            {"table": note.table, "code": note.code, "key": note.value, "message": note.sentence()}
            for note in plan.notes
        ],
    }  # fmt: skip
    answer("\n".join(words) + (text("cli.dry_run") if dry_run else ""), facts, as_json=as_json)


@lists_app.command("propose", help="拟一份对照表，供人核对后再用 · propose a mapping to be checked")
def lists_propose(
    townships: Townships,
    villages: Villages,
    from_date: From,
    mapping: Mapping_ = None,
    output: Output = None,
) -> None:
    """Write the certain pairs, and a row to fill in for every code that is not certain."""
    from geo import files
    from geo.lists import TABLES_NEEDED
    from geo.mappings import Lists, propose_mapping
    from geo.succession import in_force

    day = from_date.date()
    with open_store() as store:
        tables = store.read_many(TABLES_NEEDED)
    new_townships, new_villages, told = _read(tables, townships, villages, mapping, unfinished=True)
    made = propose_mapping(
        Lists(*(in_force(tables[name], as_of=day) for name in ("townships", "villages"))),
        Lists(*(in_force(frame, as_of=day) for frame in (new_townships, new_villages))),
        from_date=day,
        mapping=told,
    )
    suffix = output.suffix.lower() if output else ".csv"
    give(files.write_table(made, table="successions", suffix=suffix, headers="zh"), output)


def _sha256(paths: list[Path]) -> str:
    """Return the hash of the files, one after the other."""
    total = hashlib.sha256()
    for path in paths:
        try:
            total.update(path.read_bytes())
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise FileError("file_unreadable", file=path.name, reason=reason) from error
    return total.hexdigest()
