"""A report as DOCX, in the form of official letters (GB/T 9704): A4, 仿宋, numbered headings."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from geo.report.document import WHOLE_ROWS, Grid, Line, Report, lines, plain, shown
from geo.text import text

# Page and type area of GB/T 9704, millimetres.
PAGE_MM = (210, 297)
MARGINS_MM = {"top": 37, "bottom": 35, "left": 28, "right": 26}
TEXT_MM = PAGE_MM[0] - MARGINS_MM["left"] - MARGINS_MM["right"]
_TWIPS_PER_MM = 1440 / 25.4
_HEAD, _BODY, _BLACK, _KAI, _SONG = "方正小标宋简体", "仿宋", "黑体", "楷体", "宋体"
# What stands in where a font is not on the machine: every Windows and every Office has these.
_STAND_INS = {_HEAD: _SONG, _BODY: "FangSong", _BLACK: "SimHei", _KAI: "KaiTi", _SONG: "SimSun"}
_LATIN = "Times New Roman"
# style: (name, font, points, bold, align, first indent in characters, exact line in points)
_STYLES: dict[str, tuple[str, str, float, bool, str, int, float]] = {
    "body": ("Normal", _BODY, 16, False, "both", 2, 28),
    "title": ("Title", _HEAD, 22, False, "center", 0, 36),
    "dated": ("Subtitle", _KAI, 16, False, "center", 0, 28),
    "h1": ("Heading 1", _BLACK, 16, False, "left", 2, 28),
    "h2": ("Heading 2", _KAI, 16, False, "left", 2, 28),
    "grid": ("Caption", _BLACK, 12, False, "center", 0, 22),
    "picture": ("Picture caption", _BLACK, 12, False, "center", 0, 22),
    "note": ("Table note", _BODY, 10.5, False, "left", 0, 16),
    "notice": ("Notice", _KAI, 14, False, "left", 2, 24),
    "annexes": ("Annex list", _BODY, 16, False, "left", 2, 28),
    "annex": ("Annex mark", _BLACK, 16, False, "left", 0, 28),
    "annex_title": ("Annex title", _HEAD, 22, False, "center", 0, 36),
    "frame": ("Picture frame", _BODY, 16, False, "center", 0, 0),
    "cell": ("Table text", _BODY, 10.5, False, "left", 0, 16),
}
_KEPT = {"grid", "frame", "h1", "h2", "annexes", "annex", "annex_title"}  # with what follows


def word_bytes(report: Report, pictures: Mapping[str, bytes]) -> bytes:
    """
    Return the report as DOCX; the same report gives the same bytes.

    Parameters
    ----------
    report
        From `content.report_on`.
    pictures
        PNG of each of its maps, by name (`drawing.draw`).
    """
    from docx import Document

    document = Document()
    _set_page(document)
    _set_styles(document)
    for line in _told(report):
        _add(document, line, pictures)
    about = document.core_properties
    about.title, about.author = plain(report.title), text("site.name")
    made = datetime(report.made_on.year, report.made_on.month, report.made_on.day, tzinfo=UTC)
    about.created = about.modified = made
    about.last_modified_by, about.revision, about.comments = "", 1, plain(report.dated)
    about.language = "zh-CN"
    file = io.BytesIO()
    document.save(file)
    return _undated(file.getvalue())


def _told(report: Report) -> list[Line]:
    return lines(
        report, annex_word=text("paper.annex"), table_word=text("paper.table"),
        picture_word=text("paper.picture"),
    )  # fmt: skip


def _set_page(document: Any) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(PAGE_MM[0]), Mm(PAGE_MM[1])
    for side, wide in MARGINS_MM.items():
        setattr(section, f"{side}_margin", Mm(wide))
    section.footer_distance = Mm(25)
    footer = section.footer.paragraphs[0]
    fonts = f'<w:rFonts w:ascii="{_SONG}" w:hAnsi="{_SONG}" w:eastAsia="{_SONG}"/>'
    look = f'<w:rPr>{fonts}<w:sz w:val="28"/></w:rPr>'
    centred = parse_xml(
        f'<w:p {nsdecls("w")}><w:pPr><w:ind w:firstLine="0" w:firstLineChars="0"/>'
        f'<w:jc w:val="center"/></w:pPr><w:r>{look}<w:t xml:space="preserve">— </w:t></w:r>'
        f'<w:r>{look}<w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r>{look}<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        f'<w:r>{look}<w:fldChar w:fldCharType="separate"/></w:r><w:r>{look}<w:t>1</w:t></w:r>'
        f'<w:r>{look}<w:fldChar w:fldCharType="end"/></w:r>'
        f'<w:r>{look}<w:t xml:space="preserve"> —</w:t></w:r></w:p>'
    )
    footer._p.getparent().replace(footer._p, centred)


def _set_styles(document: Any) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    aligned = {
        "both": WD_ALIGN_PARAGRAPH.JUSTIFY, "left": WD_ALIGN_PARAGRAPH.LEFT,
        "center": WD_ALIGN_PARAGRAPH.CENTER,
    }  # fmt: skip
    for tongue in document.styles.element.iter(qn("w:lang")):  # whose forms of the signs
        tongue.set(qn("w:eastAsia"), "zh-CN")
    there = {style.name for style in document.styles}
    for key, (name, font, points, bold, align, indent, exact) in _STYLES.items():
        if name not in there:
            made = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            made.base_style = document.styles["Normal"]
        style = document.styles[name]
        style.font.name, style.font.size = _LATIN, Pt(points)
        style.font.bold, style.font.italic = bold, False
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), font)
        shape = style.paragraph_format
        shape.alignment = aligned[align]
        shape.space_before = shape.space_after = Pt(6 if key in {"title", "dated"} else 0)
        shape.keep_with_next = key in _KEPT
        shape.widow_control = True
        if exact:
            shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(exact)
        else:
            shape.line_spacing_rule = WD_LINE_SPACING.SINGLE
        shape.first_line_indent = Pt(points * indent)
        for border in style.element.pPr.findall(qn("w:pBdr")):
            style.element.pPr.remove(border)
    document.styles["Annex mark"].paragraph_format.page_break_before = True


def _add(document: Any, line: Line, pictures: Mapping[str, bytes]) -> None:
    from docx.shared import Mm

    if line.picture is not None:
        frame = document.add_paragraph(style=_STYLES["frame"][0])
        drawn = frame.add_run().add_picture(
            io.BytesIO(pictures[line.picture.name]), width=Mm(TEXT_MM)
        )
        about = drawn._inline.docPr
        about.set("descr", plain(line.picture.alt))
        about.set("title", plain(line.picture.caption))
    told = document.add_paragraph(plain(line.words), style=_STYLES[line.style][0])
    if line.new_page:
        told.paragraph_format.page_break_before = True
    if line.grid is not None:
        _add_table(document, line.grid)


def _add_table(document: Any, grid: Grid) -> None:
    """Append a table as wide as the text; its head is repeated on every page."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    names = {style.name: style.style_id for style in document.styles}
    style = names[_STYLES["cell"][0]]
    widths = _widths(grid)
    border = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    told = [
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:jc w:val="center"/><w:tblBorders>{border}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="60" w:type="dxa"/>'
        '<w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
        f"<w:tblCaption w:val={quoteattr(plain(grid.caption))}/></w:tblPr><w:tblGrid>",
        *(f'<w:gridCol w:w="{wide}"/>' for wide in widths),
        "</w:tblGrid>",
        *_rows(grid, widths, style),
        "</w:tbl>",
    ]
    document.element.body.insert_element_before(parse_xml("".join(told)), "w:sectPr")
    if not grid.note:
        document.add_paragraph(style=_STYLES["note"][0])


def _widths(grid: Grid) -> list[int]:
    total = sum(column.width for column in grid.columns)
    whole = TEXT_MM * _TWIPS_PER_MM
    return [int(whole * column.width / total) for column in grid.columns]


def _rows(grid: Grid, widths: list[int], style: str) -> Iterator[str]:
    heads = [(column.head, "center") for column in grid.columns]
    together = len(grid.rows) <= WHOLE_ROWS
    yield _row(heads, widths, style, head=True, kept=True)
    for number, row in enumerate(grid.rows, 1):
        cells = [
            (shown(value, column.kind), "left" if column.kind == "text" else "center")
            for value, column in zip(row, grid.columns, strict=True)
        ]
        last = grid.total and number == len(grid.rows)
        kept = together and number < len(grid.rows)
        yield _row(cells, widths, style, bold=last, kept=kept)


def _row(
    cells: list[tuple[str, str]], widths: list[int], style: str, *, head: bool = False,
    bold: bool = False, kept: bool = False,
) -> str:  # fmt: skip
    # A long cell may go over to the next page, a short row stays whole.
    long = max(len(words) for words, _ in cells) > 120
    look = "" if long else "<w:cantSplit/>"
    look += "<w:tblHeader/>" if head else ""
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="E7E6E6"/>' if head else ""
    font = f'<w:rFonts w:eastAsia="{_BLACK}"/>' if head or bold else ""
    keep = "<w:keepNext/>" if kept and not long else ""
    told = [f"<w:tr><w:trPr>{look}</w:trPr>"]
    for (words, align), wide in zip(cells, widths, strict=True):
        told.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/>{shade}<w:vAlign w:val="center"/>'
            f'</w:tcPr><w:p><w:pPr><w:pStyle w:val="{style}"/>{keep}<w:jc w:val="{align}"/></w:pPr>'
            f'<w:r><w:rPr>{font}</w:rPr><w:t xml:space="preserve">{escape(words)}</w:t></w:r>'
            "</w:p></w:tc>"
        )
    return "".join([*told, "</w:tr>"])


def _undated(content: bytes) -> bytes:
    """Return the package without the moments of writing, and with stand-ins for its fonts."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            data = old.read(name)
            if name == "word/fontTable.xml":
                data = data.replace(b"</w:fonts>", _font_table().encode() + b"</w:fonts>")
            new.writestr(entry, data)
    return file.getvalue()


def _font_table() -> str:
    return "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/>'
        '<w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
        for name, other in _STAND_INS.items()
    )
