"""A report as PDF, set with Typst: fonts passed to it, all text passed as data, never as markup."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from geo.errors import GeoError
from geo.report.document import WHOLE_ROWS, Grid, Line, Report, lines, plain, shown
from geo.report.fonts import Faces
from geo.text import text

# Families by use, the prescribed ones first where they are installed.
_WANTED = {
    "head": ("FZXiaoBiaoSong-B05S", "方正小标宋简体", "FZXiaoBiaoSong-B05"),
    "body": ("FangSong", "仿宋", "FangSong_GB2312", "STFangsong"),
    "black": ("SimHei", "黑体", "STHeiti"),
    "kai": ("KaiTi", "楷体", "KaiTi_GB2312", "STKaiti"),
}

# Reads what it prints from a file: a string in Typst is text, whatever stands in it.
_TEMPLATE = r"""
#let told = json("report.json")
#let face(use) = told.fonts.at(use)
#set document(title: told.title, author: told.author, date: datetime(
  year: told.made.at(0), month: told.made.at(1), day: told.made.at(2)))
#set page(paper: "a4", margin: (top: 37mm, bottom: 35mm, left: 28mm, right: 26mm),
  footer-descent: 8mm, footer: context align(center, text(14pt)[— #counter(page).display() —]))
#set text(font: face("body"), size: 16pt, lang: "zh", region: "cn", hyphenate: false,
  top-edge: 0.88em, bottom-edge: -0.12em)
#set par(leading: 12pt, spacing: 12pt, justify: true)
#show heading: set text(size: 16pt, weight: "regular")
#show heading: set block(above: 12pt, below: 12pt, sticky: true)
#show heading.where(level: 1): set text(font: face("black"))
#show heading.where(level: 2): set text(font: face("kai"))
#let indented(words, ..look) = par(first-line-indent: (amount: 2em, all: true), text(..look, words))
#let centred(words, use, size) = block(width: 100%, align(center,
  par(justify: false, text(font: face(use), size: size, words))))
#let cell(words, where) = align(where, par(justify: false, leading: 4pt, text(words)))
#let grid-of(one) = {
  set text(size: 10.5pt)
  table(
    columns: one.widths.map(wide => wide * 1fr), inset: (x: 3pt, y: 4pt), stroke: 0.5pt,
    align: horizon,
    table.header(..one.heads.map(head => table.cell(fill: luma(232),
      cell(text(font: face("black"), head), center)))),
    ..one.rows.enumerate().map(((at, row)) => row.enumerate().map(((number, words)) => {
      let bold = one.total and at == one.rows.len() - 1
      let shown = if bold { text(font: face("black"), words) } else { words }
      table.cell(breakable: words.len() > 360,
        cell(shown, if one.texts.at(number) { left } else { center }))
    })).flatten(),
  )
}
#for line in told.lines {
  let words = line.words
  if line.new_page { pagebreak(weak: true) }
  if line.style == "title" { centred(words, "head", 22pt) }
  else if line.style == "dated" { centred(words, "kai", 16pt); v(8pt) }
  else if line.style == "notice" { indented(words, font: face("kai"), size: 14pt) }
  else if line.style == "h1" { heading(level: 1, h(2em) + text(words)) }
  else if line.style == "h2" { heading(level: 2, h(2em) + text(words)) }
  else if line.style == "body" { indented(words) }
  else if line.style == "grid" {
    block(above: 14pt, below: 6pt, sticky: true, centred(words, "black", 12pt))
    block(above: 6pt, below: 12pt, width: 100%, breakable: not line.grid.whole, grid-of(line.grid))
  }
  else if line.style == "note" { block(above: 4pt, text(size: 10.5pt, words)) }
  else if line.style == "picture" {
    place(auto, float: true, clearance: 14pt, block(width: 100%, breakable: false, {
      image(line.file, width: 100%, alt: line.alt)
      v(-4pt)
      centred(words, "black", 12pt)
    }))
  }
  else if line.style == "annexes" { block(sticky: true, indented(words)) }
  else if line.style == "annex" {
    pagebreak(weak: true)
    heading(level: 1, text(words))
  }
  else if line.style == "annex_title" { centred(words, "head", 22pt) }
}
"""


def typeset_bytes(report: Report, pictures: Mapping[str, bytes], faces: Faces) -> bytes:
    """
    Return the report as PDF; the same report and fonts give the same bytes.

    Parameters
    ----------
    report, pictures
        As for `word.word_bytes`.
    faces
        From `fonts.find_faces`. Fonts elsewhere on the machine are not used.

    Raises
    ------
    GeoError
        If it cannot be set.
    """
    import typst

    fonts = _fonts(faces.folders)
    told = lines(
        report, annex_word=text("paper.annex"), table_word=text("paper.table"),
        picture_word=text("paper.picture"),
    )  # fmt: skip
    made = report.made_on
    data = {
        "title": plain(report.title), "author": text("site.name"),
        "made": [made.year, made.month, made.day],
        "fonts": _families(faces, set(fonts.families())),
        "lines": [_line(line) for line in told],
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="xinghuo-report-") as name:
        folder = Path(name)
        (folder / "report.json").write_text(json.dumps(data), encoding="utf-8")
        (folder / "report.typ").write_text(_TEMPLATE, encoding="utf-8")
        for picture in report.pictures():
            (folder / f"{picture.name}.png").write_bytes(pictures[picture.name])
        try:
            compiler = typst.Compiler(
                folder / "report.typ", root=folder, font_paths=fonts, ignore_system_fonts=True
            )
            moment = datetime(made.year, made.month, made.day, tzinfo=UTC)
            found = compiler.compile(format="pdf", timestamp=moment)
        except typst.TypstError as error:
            raise GeoError("report_failed", reason=plain(str(error))[:200]) from error
    if not isinstance(found, bytes):
        raise GeoError("report_failed", reason="PDF")
    return found


@lru_cache(maxsize=4)
def _fonts(folders: tuple[Path, ...]) -> Any:
    import typst

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders)
    )


def _families(faces: Faces, there: set[str]) -> dict[str, list[str]]:
    """Return the families for each use, the first that has a sign writes it."""
    usual = {
        "head": faces.serif.family, "body": faces.serif.family, "black": faces.sans.family,
        "kai": faces.serif.family,
    }  # fmt: skip
    return {
        use: [*(name for name in wanted if name in there), usual[use]]
        for use, wanted in _WANTED.items()
    }


def _line(line: Line) -> dict[str, Any]:
    told: dict[str, Any] = {
        "style": line.style, "words": plain(line.words), "new_page": line.new_page,
    }  # fmt: skip
    if line.grid is not None:
        told["grid"] = _grid(line.grid)
    if line.picture is not None:
        told |= {"file": f"{line.picture.name}.png", "alt": plain(line.picture.alt)}
    return told


def _grid(grid: Grid) -> dict[str, Any]:
    return {
        "heads": [column.head for column in grid.columns],
        "widths": [column.width for column in grid.columns],
        "texts": [column.kind == "text" for column in grid.columns],
        "total": grid.total,
        "whole": len(grid.rows) <= WHOLE_ROWS and _longest(grid) <= 120,
        "rows": [
            [shown(value, column.kind) for value, column in zip(row, grid.columns, strict=True)]
            for row in grid.rows
        ],
    }


def _longest(grid: Grid) -> int:
    """Return how many characters the longest cell has."""
    return max(
        (len(value) for row in grid.rows for value in row if isinstance(value, str)), default=0
    )
