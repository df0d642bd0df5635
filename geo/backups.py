"""Backups: the whole register and its evidence in one file, the same for either database."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from geo.archives import DAMAGED
from geo.dumps import dumped, is_known, require_sound, revision, structure
from geo.errors import FileError, GeoError
from geo.evidence import HASH
from geo.evidence_rows import used_hashes
from geo.files import replaced
from geo.store import Store

FORMAT = 1
_MANIFEST = "manifest.json"
_CHUNK = 2**20  # bytes


@dataclass(frozen=True)
class Backup:
    """What a backup holds: when it was made, of which revision, rows per table, evidence."""

    made_at: datetime  # UTC
    structure: str
    revision: int
    rows: dict[str, int]
    columns: dict[str, list[tuple[str, str]]]  # (name, kind) by table
    evidence: dict[str, int]  # hash -> bytes
    missing: list[str] = field(default_factory=list)  # hashes of evidence that was not there
    set_aside: Path | None = None  # where a restore put the damaged file it replaced


def make_backup(store: Store, evidence: Path, path: Path, *, now: datetime) -> Backup:
    """
    Write everything that `store` holds at one moment, and its evidence, to the file `path`.

    Others may write meanwhile. The file is written beside its place, read again and held
    against its hashes, and then put there; only this account may read it, for it holds
    personal data and the accounts. Sessions are left out.

    Parameters
    ----------
    evidence
        The folder of the evidence.
    path
        A zip file; one that is there is replaced, once the new one is whole.
    now
        The time in UTC without a zone.

    Returns
    -------
    backup
        What is in it; `missing` names evidence whose bytes are lost.

    Raises
    ------
    StoreError
        If there is no store, or it is damaged.
    FileError
        If the file cannot be written.
    """
    store.require()
    with replaced(path) as new:
        with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            made = _write(store, evidence, archive, now)
        with opened(new, shown=path) as (_, checked):
            assert (checked.revision, checked.rows) == (made.revision, made.rows)
    return made


def _write(store: Store, evidence: Path, archive: zipfile.ZipFile, now: datetime) -> Backup:
    tables: dict[str, Any] = {}
    kept: dict[str, int] = {}
    missing: list[str] = []
    with store.reading() as connection:  # all of it as of one moment
        require_sound(connection)
        number = revision(connection)
        for name, table in dumped(connection).items():
            rows, sha256 = _write_lines(archive, f"tables/{name}.jsonl", table.lines())
            tables[name] = {"columns": table.columns, "rows": rows, "sha256": sha256}
        hashes = sorted(used_hashes(connection))
    for sha256 in hashes:
        with suppress(OSError):
            data = (evidence / sha256[:2] / sha256).read_bytes()
            if hashlib.sha256(data).hexdigest() == sha256:
                # Pictures and documents are compressed already.
                archive.writestr(_member(sha256), data, zipfile.ZIP_STORED)
                kept[sha256] = len(data)
                continue
        missing.append(sha256)
    if missing:  # what was removed meanwhile is not missed
        with store.reading() as connection:
            missing = sorted(used_hashes(connection).intersection(missing))
    manifest = {
        "format": FORMAT, "made_at": now.isoformat(), "structure": structure(),
        "revision": number, "tables": tables, "evidence": kept, "missing": missing,
    }  # fmt: skip
    archive.writestr(_MANIFEST, json.dumps(manifest, indent=1))
    return Backup(
        now, structure(), number,
        {name: table["rows"] for name, table in tables.items()},
        {name: table["columns"] for name, table in tables.items()},
        kept, missing,
    )  # fmt: skip


def _write_lines(archive: zipfile.ZipFile, member: str, lines: Iterable[bytes]) -> tuple[int, str]:
    total, rows = hashlib.sha256(), 0
    with archive.open(member, "w", force_zip64=True) as file:
        for line in lines:
            file.write(line)
            total.update(line)
            rows += 1
    return rows, total.hexdigest()


@contextmanager
def opened(path: Path, *, shown: Path | None = None) -> Iterator[tuple[zipfile.ZipFile, Backup]]:
    """
    Open a backup and hold every part of it against its hash.

    Raises
    ------
    FileError
        If it is not there, is not whole, or comes from a newer program.
    """
    name = str(shown or path)
    if not path.is_file():
        raise FileError("file_missing", file=name)
    try:
        archive = zipfile.ZipFile(path)
    except DAMAGED as error:
        if isinstance(error, OSError) and error.strerror:
            raise FileError("backup_unreadable", file=name, reason=error.strerror) from None
        raise _unreadable(name) from None
    with archive:
        yield archive, _checked(archive, name)


def _checked(archive: zipfile.ZipFile, name: str) -> Backup:
    try:
        manifest = json.loads(archive.read(_MANIFEST))
        found, tables, evidence = (manifest[key] for key in ("structure", "tables", "evidence"))
        if manifest["format"] != FORMAT or not is_known(found):
            raise FileError("backup_newer", file=name, found=found)
        for table, told in tables.items():
            _check(archive, f"tables/{table}.jsonl", told["sha256"], name)
        for sha256 in evidence:
            if not HASH.fullmatch(sha256):
                raise _unreadable(name)
            _check(archive, _member(sha256), sha256, name)
        return Backup(
            datetime.fromisoformat(manifest["made_at"]), found, int(manifest["revision"]),
            {table: int(told["rows"]) for table, told in tables.items()},
            {table: [(str(n), str(k)) for n, k in told["columns"]]
             for table, told in tables.items()},
            evidence, manifest["missing"],
        )  # fmt: skip
    except GeoError:
        raise
    except (*DAMAGED, LookupError, TypeError, AttributeError):
        raise _unreadable(name) from None


def _unreadable(name: str) -> FileError:
    return FileError("backup_unreadable", file=name, reason="文件损坏，或不是这个程序做的备份")


def evidence_bytes(archive: zipfile.ZipFile, sha256: str) -> bytes:
    """Return the bytes of a file of evidence in a backup that is `opened`."""
    return archive.read(_member(sha256))


def table_lines(archive: zipfile.ZipFile, table: str) -> Iterator[bytes]:
    """Give the rows of a table in a backup that is `opened`, a JSON list each."""
    with archive.open(f"tables/{table}.jsonl") as file:
        yield from file


def _member(sha256: str) -> str:
    return f"evidence/{sha256[:2]}/{sha256}"


def _check(archive: zipfile.ZipFile, member: str, sha256: str, name: str) -> None:
    total = hashlib.sha256()
    with archive.open(member) as file:
        while chunk := file.read(_CHUNK):
            total.update(chunk)
    if total.hexdigest() != sha256:
        reason = f"{member} 的内容被改动过"
        raise FileError("backup_unreadable", file=name, reason=reason)
