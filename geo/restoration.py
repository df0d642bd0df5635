"""A backup put in the place of what the store holds: all of it, or nothing changes."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from geo.audit import record
from geo.backups import Backup, evidence_bytes, opened, table_lines
from geo.dumps import TableLines, file_is_damaged, is_empty, make_anew
from geo.errors import FileError, GeoError, StoreError
from geo.evidence import keep_bytes, sweep
from geo.rights import SYSTEM
from geo.store import Store

_SQLITE_FILES = ("", "-wal", "-shm")


def restore(
    store: Store, evidence: Path, path: Path, *, force: bool = False, now: datetime
) -> Backup:
    """
    Put the backup `path` in the place of what `store` holds; all of it, or nothing changes.

    The backup may come from the other kind of database, or from an older program: then its
    structure is brought up to date. Everybody has to sign in again. Evidence that the store
    has and the backup has not stays in the folder.

    Parameters
    ----------
    evidence
        The folder of the evidence.
    force
        Whether to replace a store that has rows; a SQLite file that is damaged is set aside.
    now
        The time in UTC without a zone.

    Returns
    -------
    backup
        What was restored, `revision` as it is in the store now.

    Raises
    ------
    FileError
        If the backup is not whole or comes from a newer program, or evidence cannot be written.
    StoreError
        If the store holds rows and `force` is not given (code ``store_not_empty``), or it
        cannot be written.
    """
    file = None if "://" in store.address else Path(store.address)
    with opened(path) as (archive, backup):
        aside = _set_aside(store, file, now) if file and force and file_is_damaged(file) else None
        made = file is not None and not file.exists()
        fresh: list[str] = []
        try:
            store.migrate()
            with store.writing() as write:
                write.changed = False
                empty = is_empty(write.connection)
                if not empty and not force:
                    raise StoreError(
                        "store_not_empty", store=store.address, revision=write.revision
                    )
                tables = {
                    name: TableLines(columns, partial(table_lines, archive, name))
                    for name, columns in backup.columns.items()
                }
                number = make_anew(write.connection, backup.structure, tables, after=write.revision)
                record(
                    write.connection, at=now, login=SYSTEM.login, action="restored",
                    detail=f"backup of {backup.made_at.isoformat()}, revision {backup.revision}",
                )  # fmt: skip
                for sha256 in backup.evidence:
                    if not (evidence / sha256[:2] / sha256).exists():
                        fresh.append(sha256)
                    keep_bytes(evidence, evidence_bytes(archive, sha256))
        except BaseException:
            _clear_away(store, evidence, fresh, file if made else None)
            if aside and file:
                _move(aside, file)
            raise
    return replace(backup, revision=number, set_aside=aside)


def _clear_away(store: Store, evidence: Path, fresh: list[str], file: Path | None) -> None:
    """Delete what a restore that failed has written: evidence, and a `file` it has made."""
    with suppress(GeoError):  # what is in the way of the one is in the way of the other
        sweep(store, evidence, only=fresh)
    if file is not None:
        store.close()
        for suffix in _SQLITE_FILES:
            with suppress(OSError):
                Path(f"{file}{suffix}").unlink(missing_ok=True)


def _set_aside(store: Store, file: Path, now: datetime) -> Path:
    """Move a damaged SQLite file out of the way; its write-ahead log must not meet the new one."""
    store.close()
    aside = file.with_name(f"{file.name}.damaged-{now:%Y%m%d-%H%M%S}")
    _move(file, aside)
    return aside


def _move(file: Path, target: Path) -> None:
    try:
        for suffix in _SQLITE_FILES[::-1]:
            if Path(f"{file}{suffix}").exists():
                os.rename(f"{file}{suffix}", f"{target}{suffix}")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FileError("cannot_write", file=str(target), reason=reason) from error
