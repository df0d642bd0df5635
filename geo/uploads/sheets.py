"""Uploaded workbooks of the present kind (.xlsx, .xlsm), read row by row.

Of the package only the parts that hold cells are opened: no macros, drawings, links or
comments. Every part goes through expat, which is fast, and no part may declare a
document type, so there are no entities. openpyxl knows which number formats are dates.
"""

from __future__ import annotations

import io
import posixpath
import zipfile

from geo.uploads.grids import GridError, Sheet
from geo.uploads.markup import Start, parser, without
from geo.uploads.worksheets import NO_RESULT as NO_RESULT
from geo.uploads.worksheets import Strings, Worksheet

with without("numpy"):  # costs time and memory, and is not needed to tell dates
    from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
    from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

MAX_MEMBERS, MAX_UNPACKED, MAX_RATIO = 200, 160 * 2**20, 200
MAX_PART = 16 * 2**20  # of a part that is kept as a whole: the list of sheets, the styles

# Numbers of formats that Excel shows as dates in Chinese although no file spells them out.
_CHINESE_DATES = {*range(27, 37), *range(50, 59)}


def open_archive(data: bytes) -> zipfile.ZipFile:
    """
    Open a zip file, and refuse one that unpacks to too much.

    Raises
    ------
    GridError
        If a limit is passed, or a password is needed.
    """
    archive = zipfile.ZipFile(io.BytesIO(data))
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise GridError("file_too_large", what="内部文件数", size=len(members), limit=MAX_MEMBERS)
    # zipfile never unpacks more than the size a member declares, so the sum holds.
    unpacked = sum(member.file_size for member in members)
    if unpacked > min(MAX_UNPACKED, MAX_RATIO * max(len(data), 4096)):
        limit = f"{MAX_UNPACKED // 2**20} MB、{MAX_RATIO} 倍"
        size = f"{unpacked / 2**20:.1f} MB"
        raise GridError("file_too_large", what="解压后", size=size, limit=limit)
    if any(member.flag_bits & 1 for member in members):
        raise GridError("file_unreadable", reason="压缩包加了密码")
    return archive


def workbook_sheets(archive: zipfile.ZipFile) -> tuple[list[Sheet], bool]:
    """
    Return the sheets of a workbook, visible ones first, and whether its days count from 1904.

    Raises
    ------
    GridError
        If there is no workbook in the archive; the sheets' rows raise it too.
    """
    path = _related(archive, "", "officeDocument").get("", "xl/workbook.xml")
    listed: list[tuple[str, str, bool]] = []
    from_1904 = False

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal from_1904
        if name == "sheet":
            relation = next((v for k, v in given.items() if k.endswith(":id") or k == "id"), "")
            listed.append((given.get("name", ""), relation, "state" in given))
        elif name == "workbookPr":
            from_1904 = given.get("date1904", "0") in {"1", "true"}

    _scan(archive, path, start)
    targets = _related(archive, path, "worksheet")
    strings = Strings(archive, _related(archive, path, "sharedStrings").get("", ""))
    styles = _related(archive, path, "styles").get("", "")
    dates = _date_styles(archive, styles) if styles in archive.namelist() else {}
    epoch = MAC_EPOCH if from_1904 else WINDOWS_EPOCH
    sheets = []
    for title, relation, hidden in listed:
        if relation and targets.get(relation) in archive.namelist():
            part = Worksheet(archive, targets[relation], strings, dates, epoch)
            sheets.append((hidden, Sheet(title, part.filled_rows, part.merged)))
    return [sheet for _, sheet in sorted(sheets, key=lambda pair: pair[0])], from_1904


def _related(archive: zipfile.ZipFile, path: str, kind: str) -> dict[str, str]:
    """Return the parts of a kind that `path` refers to: by id, and under "" the first."""
    folder, name = posixpath.split(path)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, str] = {}

    def start(tag: str, given: dict[str, str]) -> None:
        outside = given.get("TargetMode") == "External"
        if tag == "Relationship" and given.get("Type", "").endswith(f"/{kind}") and not outside:
            target = posixpath.join("/", folder, given.get("Target", ""))
            target = posixpath.normpath(target).lstrip("/")
            found.setdefault("", target)
            found[given.get("Id", "")] = target

    if relations in archive.namelist():
        _scan(archive, relations, start)
    return found


def _scan(archive: zipfile.ZipFile, path: str, start: Start) -> None:
    """Call `start` for each element of a small part."""
    if path not in archive.namelist():
        raise GridError("file_unreadable", reason="不是完整的工作簿")
    if archive.getinfo(path).file_size > MAX_PART:
        size, limit = f">{MAX_PART // 2**20} MB", f"{MAX_PART // 2**20} MB"
        raise GridError("file_too_large", what="工作簿的目录或样式", size=size, limit=limit)
    made = parser(start)
    made.Parse(archive.read(path), True)


def _date_styles(archive: zipfile.ZipFile, path: str) -> dict[str, bool]:
    """Return the numbers of cell styles that show dates -> whether they show a duration."""
    written: dict[int, str] = {}
    styles: list[int] = []
    inside = False

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal inside
        if name == "numFmt":
            written[int(given.get("numFmtId", 0))] = given.get("formatCode", "")
        elif name in {"cellXfs", "cellStyleXfs", "cellStyles", "dxfs"}:
            inside = name == "cellXfs"
        elif name == "xf" and inside:
            styles.append(int(given.get("numFmtId", 0)))

    _scan(archive, path, start)
    dates = {}
    for number, of_format in enumerate(styles):
        shown = written.get(of_format) or BUILTIN_FORMATS.get(of_format, "General")
        if is_date_format(shown) or (of_format in _CHINESE_DATES and of_format not in written):
            dates[str(number)] = bool(is_timedelta_format(shown))
    return dates
