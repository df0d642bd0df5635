"""A report as XLSX: a sheet for the text, one for each table; nothing becomes a formula."""

from __future__ import annotations

from geo.report.document import Grid, Report, lines, plain
from geo.text import text
from geo.workbooks import Sheet, sheets_bytes

_FORMATS = {"percent": "0.0%", "km": "0.0"}


def workbook_of(report: Report) -> bytes:
    """Return the report as XLSX; the same report gives the same bytes."""
    told = lines(
        report, annex_word=text("paper.annex"), table_word=text("paper.table"),
        picture_word=text("paper.picture"),
    )  # fmt: skip
    words = [plain(line.words) for line in told if line.grid is None and line.picture is None]
    first = Sheet(text("paper.about_workbook"), [words[0]], [list(words[1:])], plainly=True)
    sheets = [first, *(_sheet(grid) for grid in report.grids() if grid.in_workbook)]
    return sheets_bytes(report.title, sheets, report.notices, report.made_on)


def _sheet(grid: Grid) -> Sheet:
    heads = [column.head for column in grid.columns]
    cells = [
        [plain(value) if isinstance(value, str) else value for value in column]
        for column in zip(*grid.rows, strict=True)
    ] or [[] for _ in heads]
    formats = {
        at: _FORMATS[column.kind]
        for at, column in enumerate(grid.columns)
        if column.kind in _FORMATS
    }
    return Sheet(grid.name, heads, cells, formats)
