"""Files that prove something about a row: taken in, given out to those whose row it is, removed.

The bytes lie in a folder of their own under their hash, ``ab/abcdef…``: no name of an upload
is ever used, and no address of the web service leads there.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Collection
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from geo.audit import record
from geo.check import table_of
from geo.edits import Key, key_text
from geo.errors import ArgumentError, FileError, StoreError
from geo.evidence_rows import (
    add_row,
    evidence_by_id,
    listed,
    mark_removed,
    require_row,
    used_hashes,
)
from geo.files import write_bytes
from geo.rights import PEOPLE_TABLES, Actor
from geo.store import Store
from geo.tables import utc_now
from geo.uploads.attachments import CPU_S, LIMITS, SUFFIXES, AttachmentError, kind_of

LONGEST_TITLE = 100
HASH = re.compile(r"[0-9a-f]{64}")

_ROOT = Path(__file__).resolve().parents[1]
_WEB_ROOT = _ROOT / "static"
_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); from geo.uploads.attachments import main; main()"
)


def add_evidence(
    store: Store,
    folder: Path,
    *,
    actor: Actor,
    table: str,
    key: Key,
    data: bytes,
    title: str = "",
    now: datetime,
    today: date,
) -> int:
    """
    Keep a file that proves something about a row; return its number.

    What the file is, its bytes decide. Pictures (JPEG, PNG, WebP) are drawn anew without
    EXIF, so that the position goes; PDF, DOCX and XLSX are kept as they are.

    Parameters
    ----------
    folder
        Where the bytes go; made if it is not there, readable by this account alone.
    table, key
        The row, which must lie in the actor's place.
    data
        The bytes of the upload.
    title
        What it is, at most `LONGEST_TITLE` characters.
    now, today
        The time in UTC without a zone, and the day in Tai'an.

    Raises
    ------
    AccessError
        If the row is not the actor's, or not there.
    FileError
        If the file is of another kind, too large, broken, of two kinds at once or has macros
        or scripts in it, or cannot be written.
    """
    declared = table_of(table)
    with store.reading() as connection:  # before the work, and again at the write
        require_row(connection, actor, declared.name, key, today=today)
    kept, media_type = _examined(data)
    said = " ".join("".join(sign if unicodedata.category(sign)[0] != "C" else " "
                            for sign in title).split())[:LONGEST_TITLE]  # fmt: skip
    with store.writing() as write:
        write.changed = False
        require_row(write.connection, actor, table, key, today=today)
        sha256 = keep_bytes(folder, kept)  # within the write, or `sweep` might take it away
        number = add_row(
            write.connection, at=now, login=actor.login, table=table, key=key, sha256=sha256,
            media_type=media_type, size=len(kept), title=said,
        )  # fmt: skip
        record(
            write.connection, at=now, login=actor.login, action="evidence_added",
            table_name=table, row_key=key_text(key), detail=f"{number} {media_type}",
        )  # fmt: skip
    return number


def evidence_of(store: Store, table: str, key: Key, *, actor: Actor, today: date) -> pd.DataFrame:
    """
    Return the files of a row in the actor's place, the newest first.

    Returns
    -------
    files
        `evidence_id`, `at` (UTC), `login`, `media_type`, `size` (bytes), `title`.

    Raises
    ------
    AccessError
        If the row is not the actor's, or not there.
    """
    declared = table_of(table)
    with store.reading() as connection:
        require_row(connection, actor, declared.name, key, today=today)
        return listed(connection, declared.name, key)


def read_evidence(
    store: Store,
    folder: Path,
    evidence_id: int,
    *,
    actor: Actor,
    today: date,
    now: datetime | None = None,
) -> tuple[bytes, str, str]:
    """
    Return the bytes of a file, their media type, and a file name of ours.

    The bytes are held against their hash. That somebody reads a file about a person is logged
    first, at `now` (UTC without a zone; the present unless given).

    Raises
    ------
    AccessError
        If there is no such file, or its row is not the actor's.
    StoreError
        If the bytes are not there or not what they were (``evidence_lost``).
    """
    with store.reading() as connection:
        found = evidence_by_id(connection, actor, evidence_id, today=today)
    path = _path(folder, found.sha256)
    try:
        data = path.read_bytes()
    except OSError:
        raise StoreError("evidence_lost", evidence=evidence_id) from None
    if hashlib.sha256(data).hexdigest() != found.sha256:
        raise StoreError("evidence_lost", evidence=evidence_id)
    if found.table in PEOPLE_TABLES:
        record(
            store, at=now or utc_now(), login=actor.login, action="evidence_read",
            table_name=found.table, row_key=key_text(found.key), detail=str(evidence_id),
        )  # fmt: skip
    return data, found.media_type, f"{found.table}-{evidence_id}{SUFFIXES[found.media_type]}"


def remove_evidence(
    store: Store, folder: Path, evidence_id: int, *, actor: Actor, now: datetime, today: date
) -> None:
    """
    Take a file away; that it was there stays noted. Bytes that no row uses are deleted.

    Raises
    ------
    AccessError
        If there is no such file, or its row is not the actor's.
    """
    with store.writing() as write:
        write.changed = False
        found = evidence_by_id(write.connection, actor, evidence_id, today=today)
        mark_removed(write.connection, evidence_id, at=now, login=actor.login)
        record(
            write.connection, at=now, login=actor.login, action="evidence_removed",
            table_name=found.table, row_key=key_text(found.key), detail=str(evidence_id),
        )  # fmt: skip
    sweep(store, folder)


def sweep(store: Store, folder: Path, *, only: Collection[str] | None = None) -> int:
    """
    Delete the bytes in `folder` that no row uses; return how many files went.

    With `only`, those of these hashes.
    """
    gone = 0
    with store.writing() as write:  # so that nobody begins to use them meanwhile
        write.changed = False
        used = used_hashes(write.connection)
        for path in sorted(folder.glob("[0-9a-f][0-9a-f]/*")):
            chosen = only is None or path.name in only
            if chosen and HASH.fullmatch(path.name) and path.name not in used:
                try:
                    path.unlink()
                except OSError as error:
                    reason = error.strerror or type(error).__name__
                    raise FileError("cannot_write", file=str(folder), reason=reason) from error
                gone += 1
    return gone


def _examined(data: bytes) -> tuple[bytes, str]:
    """Have `attachments` look at `data` in a process of its own, which may die of it."""
    try:
        limit = LIMITS[kind_of(data)]
    except AttachmentError as refused:
        raise FileError(refused.code, **refused.facts) from None
    if len(data) > limit:
        raise _too_large("文件", f"{len(data) / 2**20:.1f} MB", f"{limit // 2**20} MB")
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-B", "-c", _PROGRAM, str(_ROOT)],
            input=data,
            capture_output=True,
            timeout=2 * CPU_S,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            cwd="/",
            check=False,
        )
        head, _, kept = done.stdout.partition(b"\n")
        reply = json.loads(head) if done.returncode == 0 else None
    except subprocess.TimeoutExpired:
        reply = None
    except (OSError, ValueError):
        raise FileError("evidence_damaged") from None
    if reply is None:
        raise _too_large("读它所需的时间或内存", "超限", f"{CPU_S} 秒、1 GB")
    if "code" in reply:
        raise FileError(reply["code"], **reply["facts"])
    return kept, str(reply["media_type"])


def _too_large(what: str, size: str, limit: str) -> FileError:
    return FileError("evidence_too_large", what=what, size=size, limit=limit)


def _path(folder: Path, sha256: str) -> Path:
    assert HASH.fullmatch(sha256)
    if folder.resolve().is_relative_to(_WEB_ROOT):
        reason = "这个文件夹里的文件谁都能下载，请换一个"
        raise ArgumentError(
            "bad_setting", name="XINGHUO_EVIDENCE", value=str(folder), reason=reason
        )
    return folder / sha256[:2] / sha256


def keep_bytes(folder: Path, data: bytes) -> str:
    """
    Put `data` into `folder` under its hash, readable by this account alone; return the hash.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    path = _path(folder, sha256)
    try:
        for made in (folder, path.parent):
            made.mkdir(parents=True, exist_ok=True, mode=0o700)
            made.chmod(0o700)
        if path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256:
            return sha256
        write_bytes(path, data)
        path.chmod(0o600)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FileError("cannot_write", file=str(folder), reason=reason) from error
    return sha256
