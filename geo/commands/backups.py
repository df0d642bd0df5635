"""The commands about backups: ``python -m geo backup`` and ``python -m geo restore``."""

from __future__ import annotations

import sys
from datetime import UTC
from pathlib import Path
from typing import Annotated, Any

import typer

from geo.commands.terminal import Json, Output, answer, open_store, settings
from geo.settings import CHINA_TIME
from geo.text import text


def _facts(made: Any, file: Path) -> dict[str, Any]:
    return {
        "file": str(file), "made_at": made.made_at.replace(tzinfo=UTC).isoformat(),
        "structure": made.structure, "revision": made.revision, "rows": made.rows,
        "evidence": len(made.evidence), "missing": made.missing,
    }  # fmt: skip


def _complain_missing(made: Any) -> None:
    if made.missing:
        listed = "、".join(sha256[:12] for sha256 in made.missing)
        said = text("cli.evidence_missing", count=len(made.missing), hashes=listed)
        print(said, file=sys.stderr)


def backup(output: Output = None, as_json: Json = False) -> None:
    """Back the register up, while it runs."""
    from geo import backups
    from geo.tables import utc_now

    now = utc_now()
    local = now.replace(tzinfo=UTC).astimezone(CHINA_TIME)
    file = output or Path(f"xinghuo-{local:%Y%m%d-%H%M%S}.zip")
    with open_store() as store:
        made = backups.make_backup(store, settings().evidence, file, now=now)
    _complain_missing(made)
    words = text(
        "cli.backed_up", file=file, revision=made.revision, rows=sum(made.rows.values()),
        evidence=len(made.evidence), size=f"{file.stat().st_size / 2**20:.1f} MB",
    )  # fmt: skip
    answer(words, _facts(made, file), as_json=as_json)


def restore(
    file: Annotated[Path, typer.Argument(help="备份文件", show_default=False)],
    force: Annotated[bool, typer.Option(help="换掉库里已有的数据")] = False,
    as_json: Json = False,
) -> None:
    """Restore a backup."""
    from geo import restoration
    from geo.tables import utc_now

    with open_store(made=False) as store:
        found = restoration.restore(store, settings().evidence, file, force=force, now=utc_now())
        address = store.address
    if found.set_aside:
        print(text("cli.set_aside", file=found.set_aside), file=sys.stderr)
    _complain_missing(found)
    local = found.made_at.replace(tzinfo=UTC).astimezone(CHINA_TIME)
    words = text(
        "cli.restored", store=address, made=f"{local:%Y-%m-%d %H:%M}", revision=found.revision,
        rows=sum(found.rows.values()), evidence=len(found.evidence),
    )  # fmt: skip
    answer(words, _facts(found, file), as_json=as_json)
