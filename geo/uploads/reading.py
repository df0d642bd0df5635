"""The process that reads uploads: it forks itself for each file, and the fork has limits.

Started once (`python -c "… main(…)"`), it imports what parsing needs and waits. A request
is a message with two open files: the request and the file's bytes in one, the reply into
the other. The fork may use so much memory and time, may write no file, and dies without
anybody else noticing: a hostile file takes down nothing but its own reading.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import re
import resource
import signal
import socket
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple
from xml.parsers import expat

from geo.uploads.delimited import delimited_sheets
from geo.uploads.grids import GridError, Sheet, grid
from geo.uploads.headings import Headings

# Private memory of one reading. With the libraries' code, which is shared, it stays under 300 MB.
DATA_BYTES = 220 * 2**20
ADDRESS_BYTES = 2**31
TIME_S = 20
IDLE_S = 300
BEGUN = b"\n"
ROWS_PER_LINE = 200
# What a message may ask to import before the first file of a kind.
LIBRARIES = (
    "geo.uploads.sheets", "geo.uploads.old_workbooks", "geo.uploads.features",
    "geo.uploads.vectors",
)  # fmt: skip

SUPPORTED = "xlsx、xls、csv、geojson、shapefile（zip）、gpkg、kml"
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")
_WORKBOOK_PART = re.compile("(?:^|/)workbook[0-9]*[.]xml$")
_OLD_WORKBOOK, _SQLITE = b"\xd0\xcf\x11\xe0", b"SQLite format 3\0"
_OLDER_WORKBOOK = re.compile(rb"\x09[\x00\x02\x04\x08].\x00", re.DOTALL)
_HALVES = re.compile("[\ud800-\udfff]")  # of characters: no text can hold them
_OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"\x1f\x8b", b"7z\xbc\xaf",
           b"{\\rtf", b"\x7fELF", b"MZ\x90")  # fmt: skip


class Source(NamedTuple):
    """
    The tables in a file.

    `from_1904` says that days count from 1904, `text` that cells which look like formulas
    were given a mark when the file was written.
    """

    sheets: list[Sheet]
    from_1904: bool = False
    text: bool = False


def source(data: bytes, headings: Headings) -> Source:
    """
    Return the tables in a file; what kind of file it is, its bytes decide.

    Raises
    ------
    GridError
        If it cannot be used. The rows may raise it too, when a limit is passed.
    """
    if data.startswith(_ZIPS):
        return _zipped(data, headings)
    if data.startswith(_OLD_WORKBOOK) or _OLDER_WORKBOOK.match(data):
        from geo.uploads.old_workbooks import old_workbook_sheets

        return Source(*old_workbook_sheets(data))
    if data.startswith(_SQLITE):
        from geo.uploads.vectors import geopackage_sheets

        return Source(geopackage_sheets(data, headings))
    if data.startswith(_OTHERS):
        raise GridError("file_type", supported=SUPPORTED)
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"{":
        from geo.uploads.features import feature_sheet, geojson_features

        return Source([feature_sheet(geojson_features(data), headings)])
    if start == b"<":
        return _marked_up(data, headings)
    return Source(delimited_sheets(data, headings), text=True)


def _zipped(data: bytes, headings: Headings) -> Source:
    from geo.uploads.sheets import open_archive, workbook_sheets

    archive = open_archive(data)
    names = archive.namelist()
    if any(name.lower().endswith(".shp") for name in names):
        from geo.uploads.vectors import shapefile_sheets

        return Source(shapefile_sheets(data, headings))
    placemarks = next((name for name in names if name.lower().endswith(".kml")), None)
    if placemarks:
        return _marked_up(archive.read(placemarks), headings)
    if "xl/workbook.bin" in names or not any(map(_WORKBOOK_PART.search, names)):
        raise GridError("file_type", supported=SUPPORTED)
    return Source(*workbook_sheets(archive))


def _marked_up(data: bytes, headings: Headings) -> Source:
    from geo.uploads.features import feature_sheet, kml_features

    if b"kml" not in data[:2000].lower():
        raise GridError("file_type", supported=SUPPORTED)
    return Source([feature_sheet(kml_features(data), headings)])


def reply(data: bytes, headings: Headings) -> Iterator[Any]:
    """
    Yield the lines of a reply: the header, rows by columns, and what it cost.

    Or, as the last line, why the file cannot be used.
    """
    try:
        read = source(data, headings)
        found = grid(read.sheets, headings)
        yield {
            "title": found.title,
            "header": found.header,
            "matched": list(found.heads.matched.items()),
            "guessed": list(found.heads.guessed),
            "from_1904": read.from_1904,
            "text": read.text,
        }
        while rows := list(islice(found.rows, ROWS_PER_LINE)):
            numbers, cells = zip(*rows, strict=True)
            yield [numbers, *zip(*cells, strict=True)]
        used = resource.getrusage(resource.RUSAGE_SELF)
        yield {"peak_kb": used.ru_maxrss, "cpu_s": used.ru_utime + used.ru_stime}
    except GridError as refused:
        yield {"code": refused.code, "facts": refused.facts}
    except MemoryError:
        facts = {"what": "读它所需的内存", "size": "超限", "limit": f"{DATA_BYTES // 2**20} MB"}
        yield {"code": "file_too_large", "facts": facts}
    except Exception as error:  # whatever a broken file makes of a library is one answer here
        yield {"code": "file_unreadable", "facts": {"reason": _reason(error)}}


def _reason(error: Exception) -> str:
    if isinstance(error, zipfile.BadZipFile | zlib.error | EOFError):
        return "文件不完整或已损坏"
    if isinstance(error, expat.ExpatError):
        return "里面的 XML 有错"
    return f"文件内部有错，{type(error).__name__}"


# --- the process --------------------------------------------------------------------------


def main(channel: int) -> None:
    """Serve requests from the socket `channel` until its other end is closed, or for long idle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to everybody
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # forks that end leave nothing behind
    with socket.socket(fileno=channel) as requests:
        requests.settimeout(IDLE_S)
        while True:
            try:
                message, files, _, _ = socket.recv_fds(requests, 1024, 2)
            except TimeoutError:
                return
            if len(files) != 2:
                return
            for library in LIBRARIES:
                if library in message.decode().split():
                    importlib.import_module(library)
            with contextlib.suppress(OSError):  # no fork: the reply ends before it begins
                if os.fork() == 0:
                    requests.close()
                    _answer(*files)
            for file in files:
                os.close(file)


def _answer(request: int, into: int) -> None:
    """Read one request and write the reply, then end this process, come what may."""
    code = 1
    try:
        signal.setitimer(signal.ITIMER_REAL, TIME_S)
        _limit()
        with os.fdopen(into, "wb") as out, os.fdopen(request, "rb") as file:
            out.write(BEGUN)
            out.flush()
            headings = Headings(**json.loads(file.readline()))
            data = file.read()
            for line in reply(data, headings):
                text = json.dumps(line, ensure_ascii=False)
                out.write(_HALVES.sub("\ufffd", text).encode() + b"\n")
        code = 0
    finally:
        os._exit(code)


def _limit() -> None:
    for limit, most in (
        (resource.RLIMIT_DATA, DATA_BYTES),
        (resource.RLIMIT_AS, ADDRESS_BYTES),
        (resource.RLIMIT_CPU, TIME_S),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(limit, (most, most))
