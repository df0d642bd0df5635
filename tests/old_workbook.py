"""Workbooks of the old kind (.xls, BIFF8 in an OLE2 file), written byte by byte for tests."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import date, datetime

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_GENERAL, _DATE = 15, 16  # cell formats


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def old_workbook(
    rows: Sequence[Sequence[object]],
    *,
    title: str = "名单",
    merged: Sequence[tuple[int, int, int, int]] = (),
    from_1904: bool = False,
    hidden_first: Sequence[Sequence[object]] | None = None,
) -> bytes:
    """
    Return `rows` as a workbook.

    `merged` has (first row, last row, first column, last column) from 0; `hidden_first`
    the rows of a hidden sheet before it.
    """
    strings: dict[str, int] = {}
    sheets = [(title, 0, _sheet(rows, merged, strings, from_1904))]
    if hidden_first is not None:
        sheets.insert(0, ("隐藏", 1, _sheet(hidden_first, (), strings, from_1904)))
    # Where a sheet begins stands before it, and takes four bytes whatever it is.
    offsets = [0] * len(sheets)
    for _ in range(2):
        start = _globals(sheets, offsets, strings, from_1904)
        at = len(start)
        for number, (_, _, body) in enumerate(sheets):
            offsets[number] = at
            at += len(body)
    return in_container(start + b"".join(body for _, _, body in sheets))


def _globals(sheets, offsets, strings, from_1904) -> bytes:
    made = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    made += record(0x0042, struct.pack("<H", 1200)) + record(0x0022, struct.pack("<H", from_1904))
    name = "Arial"
    font = struct.pack("<HHHHHBBBxBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, len(name), 0)
    made += record(0x0031, font + name.encode()) * 4
    for number in range(_DATE + 1):
        shown = 14 if number == _DATE else 0
        style = 0xFFF5 if number < _GENERAL else 1
        made += record(0x00E0, struct.pack("<HHHBBBBIIH", 0, shown, style, 0x20, 0, 0, 0, 0, 0, 0))
    for (title, hidden, _), offset in zip(sheets, offsets, strict=True):
        body = struct.pack("<IBBBB", offset, hidden, 0, len(title), 1) + title.encode("utf-16-le")
        made += record(0x0085, body)
    return made + _shared(strings) + record(0x000A)


def _shared(strings: dict[str, int]) -> bytes:
    parts, part = [], struct.pack("<II", len(strings), len(strings))
    for text in strings:
        data = text.encode("utf-16-le")[:8000]
        said = struct.pack("<HB", len(data) // 2, 1) + data
        if len(part) + len(said) > 8000:
            parts.append(part)
            part = b""
        part += said
    parts.append(part)
    return b"".join(record(0x003C if n else 0x00FC, body) for n, body in enumerate(parts))


def _sheet(rows, merged, strings: dict[str, int], from_1904: bool) -> bytes:
    width = max((len(row) for row in rows), default=0)
    made = bytearray(record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6)))
    made += record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    epoch = date(1904, 1, 1) if from_1904 else date(1899, 12, 30)
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            place = struct.pack("<HHH", at, column, _GENERAL)
            if isinstance(value, str):
                number = strings.setdefault(value, len(strings))
                made += record(0x00FD, place + struct.pack("<I", number))
            elif isinstance(value, bool):
                made += record(0x0205, place + struct.pack("<BB", value, 0))
            elif isinstance(value, date):
                day = value.date() if isinstance(value, datetime) else value
                place = struct.pack("<HHH", at, column, _DATE)
                made += record(0x0203, place + struct.pack("<d", (day - epoch).days))
            elif isinstance(value, (int, float)):
                made += record(0x0203, place + struct.pack("<d", value))
            elif value is Ellipsis:  # #N/A
                made += record(0x0205, place + struct.pack("<BB", 42, 1))
    if merged:
        areas = b"".join(struct.pack("<HHHH", *area) for area in merged)
        made += record(0x00E5, struct.pack("<H", len(merged)) + areas)
    return bytes(made + record(0x000A))


def in_container(stream: bytes) -> bytes:
    """Return `stream` as the only one of an OLE2 file, called Workbook."""
    stream = stream.ljust(4096, b"\0")  # a shorter one would have to stand elsewhere
    count = -(-len(stream) // _SECTOR)
    fats = 1
    while fats * 128 < fats + 1 + count:
        fats += 1
    table = [_FAT] * fats + [_END]
    table += [fats + 2 + number for number in range(count - 1)] + [_END]
    table += [_FREE] * (fats * 128 - len(table))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHHHIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0, fats, fats, 0,
                          4096, _END, 0, _END, 0)  # fmt: skip
    header += struct.pack("<109I", *range(fats), *[_FREE] * (109 - fats))
    folder = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, fats + 1,
                                                          len(stream))  # fmt: skip
    padded = stream.ljust(count * _SECTOR, b"\0")
    return header + struct.pack(f"<{len(table)}I", *table) + folder.ljust(_SECTOR, b"\0") + padded


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    written = (name + "\0").encode("utf-16-le")
    return (
        written.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(written), kind, 1, _FREE, _FREE, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
