"""A report as plain data: sections of paragraphs, tables and maps, before anything is rendered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import geopandas as gpd

from geo.text import percent_text

Cell = str | int | float | None
Kind = Literal["text", "count", "percent", "km"]

WHOLE_ROWS = 12  # a table of so many rows or fewer stays on one page
# What XML cannot hold, and marks that turn the direction of what follows.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff\ud800-\udfff]"
)
_BREAKS = re.compile("[ \t\r\n]+")
_NUMERALS = "零一二三四五六七八九十"


def plain(words: str) -> str:
    """Return `words` as one line of text that every format can hold."""
    return _BREAKS.sub(" ", _UNFIT.sub("", words)).strip(" ")


def numeral(number: int) -> str:
    """Return 1-99 as 一, 十二, 二十一: the numbers of headings."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _NUMERALS[ones]
    return ("" if tens == 1 else _NUMERALS[tens]) + "十" + (_NUMERALS[ones] if ones else "")


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, its width beside the others, what its cells are."""

    head: str
    width: float
    kind: Kind = "text"


@dataclass(frozen=True)
class Grid:
    """
    A table with a caption.

    Parameters
    ----------
    name
        A short name, unique in the report: the sheet of the workbook.
    caption
        What stands above it, without a number.
    columns, rows
        m columns, and rows of m cells; None is an empty cell.
    total
        Whether the last row sums up the others.
    note
        What stands below it.
    on_paper, in_workbook
        Whether the text, and whether the workbook, has it: a long list is grouped on paper
        and one row each in the workbook.
    """

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: bool = False
    note: str = ""
    on_paper: bool = True
    in_workbook: bool = True


@dataclass(frozen=True)
class Sign:
    """A point on a map: where it is in degrees, the name of its sign, a short label."""

    lon: float
    lat: float
    name: str
    label: str = ""


@dataclass(frozen=True, eq=False)
class Picture:
    """
    A map to be drawn.

    Parameters
    ----------
    name
        A short name, unique in the report.
    caption, alt
        What stands below it, and what it shows, for readers who cannot see it.
    areas
        Polygons in EPSG:4326: `code`, `name`, `sign` (a name of `signs.AREAS`), `labelled`,
        `inside` (whether the area belongs to the report; the map shows all that do).
    outlines
        County polygons in EPSG:4326 with `name`.
    signs
        The points.
    legend
        (name of a sign, word) in order.
    notices
        Lines below the map: layer kind, source, 审图号.
    draft
        The mark across a map that has no 审图号; empty when it has.
    way
        (longitude, latitude) of places in order, to be joined by a dashed line; empty for none.
    """

    name: str
    caption: str
    alt: str
    areas: gpd.GeoDataFrame
    outlines: gpd.GeoDataFrame
    signs: tuple[Sign, ...]
    legend: tuple[tuple[str, str], ...]
    notices: tuple[str, ...]
    draft: str
    way: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the text."""

    words: str


@dataclass(frozen=True)
class Heading:
    """A heading of the second level, without its number."""

    words: str


Block = Paragraph | Heading | Grid | Picture


@dataclass(frozen=True)
class Section:
    """A section: its title without a number, what is in it, whether it begins a page."""

    title: str
    blocks: tuple[Block, ...]
    new_page: bool = False


@dataclass(frozen=True)
class Report:
    """
    A report, ready to be written in any format.

    Parameters
    ----------
    title, dated
        The title, and the line below it that says of which day the data are.
    place
        The place that the report is about.
    as_of, made_on
        The day of the data, and the day on which it is made.
    notices
        What a reader must know before anything else: demonstration rows, schematic layers.
    sections, annexes
        In order.
    """

    title: str
    dated: str
    place: str
    as_of: date
    made_on: date
    notices: tuple[str, ...]
    sections: tuple[Section, ...]
    annexes: tuple[Section, ...]

    def grids(self) -> Iterator[Grid]:
        """Give every table in order."""
        yield from (block for block in self._blocks() if isinstance(block, Grid))

    def pictures(self) -> Iterator[Picture]:
        """Give every map in order."""
        yield from (block for block in self._blocks() if isinstance(block, Picture))

    def _blocks(self) -> Iterator[Block]:
        for section in (*self.sections, *self.annexes):
            yield from section.blocks


@dataclass(frozen=True)
class Line:
    """A line of the text as it is printed: `style` is one of those of `lines`."""

    style: str
    words: str
    grid: Grid | None = None
    picture: Picture | None = None
    new_page: bool = False


def lines(report: Report, *, annex_word: str, table_word: str, picture_word: str) -> list[Line]:
    """
    Return the report as numbered lines, in the order in which all paper formats print them.

    Styles: `title`, `dated`, `notice`, `h1` (一、), `h2` (（一）), `body`, `grid` (its caption is
    the words), `note` (below a table), `picture` (its caption), `annexes` (the list of annexes at
    the end of the text), `annex` (the mark of an annex, on a new page), `annex_title`.
    """
    told = [Line("title", report.title), Line("dated", report.dated)]
    told += [Line("notice", words) for words in report.notices]
    tables = pictures = 0

    def body(blocks: Sequence[Block]) -> Iterator[Line]:
        nonlocal tables, pictures
        headings = 0
        for block in blocks:
            if isinstance(block, Paragraph):
                yield Line("body", block.words)
            elif isinstance(block, Heading):
                headings += 1
                yield Line("h2", f"（{numeral(headings)}）{block.words}")
            elif isinstance(block, Picture):
                pictures += 1
                yield Line("picture", f"{picture_word}{pictures}　{block.caption}", picture=block)
            elif block.on_paper:
                tables += 1
                yield Line("grid", f"{table_word}{tables}　{block.caption}", grid=block)
                if block.note:
                    yield Line("note", block.note)

    for number, section in enumerate(report.sections, 1):
        words = f"{numeral(number)}、{section.title}"
        told.append(Line("h1", words, new_page=section.new_page))
        told += body(section.blocks)
    for number, annex in enumerate(report.annexes, 1):
        mark = f"{annex_word}：" if number == 1 else ""
        told.append(Line("annexes", f"{mark}{number}．{annex.title}"))
    for number, annex in enumerate(report.annexes, 1):
        told += [Line("annex", f"{annex_word}{number}"), Line("annex_title", annex.title)]
        told += body(annex.blocks)
    return told


def shown(value: Cell, kind: Kind) -> str:
    """Return a cell as it is printed."""
    if value is None:
        return "—"
    if kind == "percent":
        return percent_text(float(value))
    if kind == "km":
        return f"{float(value):.1f}"
    return plain(str(value))
