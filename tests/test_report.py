"""The report: its words by hand on the toy region, the same in every format, hostile text."""

import io
import re
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from PIL import Image
from typer.testing import CliRunner

from geo import cli, register
from geo.boundaries import LayerInfo, build_townships
from geo.crs import to_degrees, to_metres
from geo.errors import ArgumentError, GeoError
from geo.report import drawing, fonts, making, typeset, word
from geo.report.content import report_on
from geo.report.document import Grid, Paragraph, lines, numeral, plain, shown
from geo.report.figures import TABLES_NEEDED, Source, figures_on
from geo.report.labels import Label, place_labels
from geo.report.looks import AREA_LOOKS
from geo.report.next_sites import Wish
from geo.report.places import CITY, Place, county_called, places_of, unit_called
from geo.report.record_sections import last_quarter_end
from geo.settings import read_settings
from geo.siting.request import Request
from geo.store import Store
from geo.text import percent_text
from tests.conftest import toy_counties, typed

DAY = date(2026, 3, 1)
SETTINGS = read_settings({})
DAIYUE = Place("county", "370911", "岱岳区")
ZONE = Place("unit", "zone", "高新区")
HOSTILE = '#panic("x") *粗* _斜_ $x^2$ = 题 <b>&amp; {{7*7}} \\u{41} @a `r` // ~\x07\u202e'


def source_of(tables, *, number="", source="示意"):
    counties = toy_counties(tables)
    townships = build_townships(counties, tables["townships"])
    told = {"kind": "schematic", "source": source, "approval_number": number}
    return Source(
        {name: tables[name] for name in TABLES_NEEDED},
        (townships, LayerInfo("township", **told)),
        (counties, LayerInfo("county", **told)),
        revision=7,
    )


def made(source, place=CITY, **options):
    return report_on(source, place, as_of=DAY, made_on=DAY, settings=SETTINGS, **options)


def files_of(source, place=CITY, suffixes=making.SUFFIXES):
    return making.report_files(source, place, suffixes, as_of=DAY, made_on=DAY, settings=SETTINGS)


def words_of(report):
    return "\n".join(line.words for line in printed(report))


def printed(report):
    return lines(report, annex_word="附件", table_word="表", picture_word="图")


def pdf_text(content):
    import pypdf

    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def squeezed(words):
    return re.sub(r"\s", "", words)


def unzipped(content):
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return b"\n".join(package.read(name) for name in package.namelist())


def section_called(report, title):
    return next(one for one in report.sections if one.title == title)


def grid(report, name):
    return next(one for one in report.grids() if one.name == name)


# --- what it says ---------------------------------------------------------------------


def test_the_city_by_hand(toy):
    report = made(source_of(toy))
    assert report.title == "泰安市星火科普覆盖情况报告"
    assert report.dated == "（数据截至2026年3月1日）"
    assert [section.title for section in report.sections] == [
        "总体情况", "乡镇（街道）服务站覆盖", "村（社区）宣传员覆盖", "与上期相比",
        "下一步选址建议", "数据质量", "数据说明",
    ]  # fmt: skip
    first, second = (block.words for block in report.sections[0].blocks[:2])
    assert first == (
        "截至2026年3月1日，全市共有4个乡镇（街道），其中1个有星火科普服务站，3个还没有，覆盖率25.0%。"
        "计入统计的服务站共1个。"
    )
    assert second == (
        "全市共有6个村（社区），其中3个有宣传员，3个还没有，覆盖率50.0%。"
        "在任并服务上述村（社区）的宣传员共2名。"
    )
    assert grid(report, "各填报单位服务站覆盖情况").rows == (
        ("泰山区", 2, 0, 2, 0.0),
        ("高新区", 1, 0, 1, 0.0),
        ("岱岳区", 1, 1, 0, 1.0),
        ("合计", 4, 1, 3, 0.25),
    )
    # the only station has no position: nothing to measure a distance to
    assert [row[1:] for row in grid(report, "还没有服务站的乡镇（街道）").rows] == [
        ("泰山区", "泰山区", "岱庙街道", None, None),
        ("泰山区", "泰山区", "财源街道", None, None),
        ("高新区", "岱岳区", "祝阳镇", None, None),
    ]
    on_paper, in_workbook = (one for one in report.grids() if "宣传员的村" in one.name)
    assert on_paper.rows == (
        ("岱岳区", "山口镇", 1, "李庄村委会"),
        ("泰山区", "财源街道", 1, "财源社区居委会"),
        ("高新区", "祝阳镇", 1, "王庄村委会"),
    )
    assert [row[-1] for row in in_workbook.rows] == [
        "370911101002", "370902002001", "370911102001",
    ]  # fmt: skip


def test_headings_tables_and_annexes_are_numbered(toy):
    told = printed(made(source_of(toy)))
    assert [one.words for one in told if one.style == "h1"][:2] == [
        "一、总体情况", "二、乡镇（街道）服务站覆盖",
    ]  # fmt: skip
    assert [one.words for one in told if one.style == "h2"] == [
        "（一）分填报单位情况", "（二）还没有服务站的乡镇（街道）",
    ]  # fmt: skip
    assert [one.words for one in told if one.style == "annexes"] == [
        "附件：1．各乡镇（街道）覆盖情况", "2．没有宣传员的村（社区）名单",
        "3．建议站点的理由：新够得着的村（社区）",
    ]  # fmt: skip
    captions = [one.words.split("　")[0] for one in told if one.style == "grid"]
    assert captions == [f"表{number}" for number in range(1, len(captions) + 1)]
    assert [numeral(number) for number in (1, 10, 12, 20, 21)] == [
        "一", "十", "十二", "二十", "二十一",
    ]  # fmt: skip


def test_a_county_and_a_unit_have_their_own_places_only(toy):
    source = source_of(toy)
    county, unit = made(source, DAIYUE), made(source, ZONE)
    for report, mine in ((county, {"山口镇", "祝阳镇"}), (unit, {"祝阳镇"})):
        names = {row[1] for row in grid(report, "各乡镇（街道）覆盖情况").rows}
        assert names == mine
        assert "岱庙" not in words_of(report) and "财源" not in words_of(report)
    assert "由功能区填报" in words_of(county) and "填报单位统计" in words_of(unit)
    inside = next(unit.pictures()).areas
    assert inside["name"][inside["inside"]].tolist() == ["祝阳镇"]
    assert "山口镇服务站" not in words_of(unit)


def test_what_changed_and_because_of_which_station(toy):
    report = made(source_of(toy), since=date(2025, 1, 15))
    section = section_called(report, "与上期相比")
    words = "".join(block.words for block in section.blocks if isinstance(block, Paragraph))
    assert words.startswith(
        "与2025年1月15日相比：有服务站的乡镇（街道）由0个变为1个，"
        "有宣传员的村（社区）由2个变为3个，宣传员由1名变为2名。"
    )
    assert "新增覆盖的乡镇（街道）1个：山口镇" in words
    (table,) = [block for block in section.blocks if isinstance(block, Grid)]
    assert table.rows == (("山口镇服务站", "山口镇", "开放", "2025年6月1日"),)
    same = section_called(made(source_of(toy), since=date(2026, 2, 1)), "与上期相比")
    assert [block.words for block in same.blocks] == [
        "与2026年2月1日相比，服务站和宣传员的覆盖没有变化。"
    ]
    ends = {date(2026, 3, 1): date(2025, 12, 31), date(2026, 11, 23): date(2026, 9, 30)}
    assert all(last_quarter_end(day) == end for day, end in ends.items())


def with_positions(toy):
    """Villages 0, 1, 3, 5 and 20 km from the only station, one without a point anywhere near."""
    x, y = to_metres(np.array([117.3]), np.array([36.2]))
    lon, lat = to_degrees(x + np.array([0, 1000, 3000, 5000, 20_000]), np.repeat(y, 5))
    codes = toy["villages"]["village_code"].tolist()
    points = [
        {"village_code": code, "lon": one, "lat": other, "position_precision": "village"}
        for code, one, other in zip(codes[:5], lon, lat, strict=True)
    ]
    venues = toy["venues"].copy()
    venues.loc[venues["venue_id"] == "s1", ["lon", "lat"]] = [117.3, 36.2]
    return toy | {"venues": venues, "village_points": typed("village_points", points)}


def test_reach_by_hand(toy):
    # straight times 1.3: 0, 1.3, 3.9, 6.5 and 26 km; the sixth is spread in 祝阳镇, beside it
    report = made(source_of(with_positions(toy)))
    section = section_called(report, "服务可达情况")
    words = "".join(block.words for block in section.blocks if isinstance(block, Paragraph))
    assert "不超过3公里的占33.3%，不超过5公里的占50.0%，不超过10公里的占83.3%" in words
    assert "其中1个村（社区）没有坐标，按示意位置计算" in words
    assert "把科技馆一并计算，5公里以内的村（社区）占50.0%" in words  # the hall is elsewhere
    assert "泰山区最高（100.0%）" in words and "相差100.0个百分点" in words
    assert grid(report, "服务可达情况").rows == (
        ("岱岳区", 2, 0, 0.0, 0.0, 0.5),
        ("高新区", 1, 1, 0.0, 0.0, 1.0),
        ("泰山区", 3, 0, 2 / 3, 1.0, 1.0),
    )
    assert "人口" not in words
    persons = [
        {"place_code": code, "year": 2020, "basis": "七普", "persons": count}
        for code, count in zip(toy["villages"]["village_code"], (100, 100, 100, 700), strict=False)
    ]
    counted = with_positions(toy) | {"populations": typed("populations", persons)}
    assert "分别为20.0%、30.0%、100.0%（七普，2020年；只有能对上人口的4个" in words_of(
        made(source_of(counted))
    )


def test_next_sites_by_hand(toy):
    # out of 5 km along the way: the village at 5 km (6.5) and the one at 20 km, both in 岱岳区,
    # and the spread one in 祝阳镇, whose township has no station: it comes first of equal gains
    tables = with_positions(toy)
    report = made(source_of(tables), wish=Wish(add=1, goal="townships"))
    (row,) = grid(report, "下一步选址建议").rows
    assert row[:1] + row[2:4] + row[5:6] in {
        (1, "祝阳镇", "高新区", "是"), (1, "岱庙街道", "泰山区", "是"),
        (1, "财源街道", "泰山区", "是"),
    }  # fmt: skip
    assert "新开 1 个乡镇（街道）" in words_of(report)
    people = made(source_of(tables), wish=Wish(add=3, goal="people"))
    table = grid(people, "下一步选址建议").rows
    assert [row[0] for row in table] == list(range(1, len(table) + 1))
    assert table[-1][6] == 1.0 and sum(row[4] for row in table) == 3
    # two other radii, and the one station closed
    assert {row[7].partition("/")[2] for row in table} == {"3"}
    assert "重算3次" in words_of(people)
    reasons = grid(people, "建议站点的理由：新够得着的村（社区）").rows
    assert [len(row[-1].split("、")) if row[-1] else 0 for row in reasons] == [
        row[4] for row in table
    ]
    assert [row[2] for row in reasons] == [row[4] for row in table]
    assert all(row[3] == "没有备选" or "少够得着" in row[3] for row in reasons)
    signs = list(people.pictures())[-1].signs
    assert [sign.label for sign in signs if sign.name == "proposed"] == [
        str(row[0]) for row in table
    ]


def test_host_buildings_are_the_candidates_where_there_are_any_and_a_scenario_is_the_plan(toy):
    tables = with_positions(toy)
    host = {
        "host_id": "h", "name": "祝阳党群服务中心", "kind": "party_centre",
        "township_code": "370911102000", "lon": 117.3, "lat": 36.2,
        "position_precision": "building",
    }  # fmt: skip
    hosted = tables | {"hosts": typed("hosts", [host])}
    report = made(source_of(hosted))
    assert [row[1] for row in grid(report, "下一步选址建议").rows] == ["祝阳党群服务中心"]
    assert "以已导入的可以设站的场所为候选" in words_of(report)
    asked = Request(add=2, limit=8000.0, candidates="villages", as_of=date(2025, 7, 1))
    words = words_of(made(source_of(hosted), wish=Wish(request=asked, scenario="八公里")))
    assert "采用已保存的方案“八公里”" in words and "8 公里内算够得着" in words


def test_a_county_gets_sites_of_its_own_and_none_may_be_wanted(toy):
    tables = with_positions(toy)
    report = made(source_of(tables), DAIYUE, wish=Wish(add=2))
    assert {row[2] for row in grid(report, "下一步选址建议").rows} <= {"山口镇", "祝阳镇"}
    none = made(source_of(tables), wish=Wish(add=0))
    assert "本报告没有“下一步选址建议”一节：没有要求选址。" in words_of(none)


def test_a_section_without_data_is_left_out_and_says_why(toy):
    report = made(source_of(toy))  # the only station has no position
    assert "服务可达情况" not in [section.title for section in report.sections]
    assert "本报告没有“服务可达情况”一节：没有位置已知的开放服务站。" in words_of(report)


def test_what_counts_nowhere_is_listed(toy):
    venues = toy["venues"].copy()
    venues.loc[venues["venue_id"] == "s1", "township_code"] = "370911999000"
    report = made(source_of(toy | {"venues": venues}))
    assert "另有1个开放的服务站没有计入" in words_of(report)
    assert grid(report, "没有计入的服务站").rows[0][0] == "山口镇服务站"


def test_demonstration_rows_are_announced_and_taken_out(toy):
    venues = toy["venues"].copy()
    venues.loc[venues["venue_id"] == "s1", "demo"] = True
    report = made(source_of(toy | {"venues": venues}))
    assert "演示的服务站1个" in report.notices[0]
    assert "不计演示数据时，有服务站的乡镇（街道）是0个" in words_of(report)
    areas = next(report.pictures()).areas
    assert areas["sign"][areas["name"] == "山口镇"].tolist() == ["covered_demo"]
    assert not any("演示" in notice for notice in made(source_of(toy)).notices)


def test_the_draft_mark_stays_until_there_is_an_approval_number(toy):
    draft = made(source_of(toy))
    assert all(picture.draft == "草图·未经审核" for picture in draft.pictures())
    assert any("没有审图号" in notice for notice in draft.notices)
    passed = made(source_of(toy, number="鲁SG（2026）001号"))
    assert not any(picture.draft for picture in passed.pictures())
    assert all("鲁SG（2026）001号" in one.notices[0] for one in passed.pictures())
    assert not any("没有审图号" in notice for notice in passed.notices)


def test_regions_with_nothing_missing_with_no_station_and_with_nothing_at_all(toy):
    station = {"kind": "station", "status": "open", "position_precision": "unknown"}
    everywhere = [
        station | {"venue_id": f"s{at}", "name": f"站{at}", "township_code": code,
                   "opened_on": "2025-01-01"}
        for at, code in enumerate(toy["townships"]["township_code"])
    ]  # fmt: skip
    pairs = [{"promoter_id": "p1", "village_code": one} for one in toy["villages"]["village_code"]]
    full = toy | {
        "venues": typed("venues", everywhere),
        "promoter_villages": typed("promoter_villages", pairs),
    }  # fmt: skip
    report = made(source_of(full))
    assert "全市每个乡镇（街道）都有服务站。" in words_of(report)
    assert "全部6个村（社区）都有宣传员。" in words_of(report)
    assert next(annex.title for annex in report.annexes) == "各乡镇（街道）覆盖情况"
    assert "没有宣传员的村（社区）名单" not in [annex.title for annex in report.annexes]

    none = toy | {
        "venues": typed("venues", []),
        "promoter_villages": typed("promoter_villages", []),
    }
    assert "全市没有计入统计的服务站。" in words_of(made(source_of(none)))
    empty = made(source_of(toy), Place("unit", "nobody", "空"))
    assert "这一天空没有乡镇（街道）。" in words_of(empty)
    bare = toy | {
        "villages": typed("villages", []),
        "hosts": typed("hosts", []),
    }
    assert "名录里没有全市的村（社区）。" in words_of(made(source_of(bare)))
    for tables, place in (
        (full, CITY),
        (none, CITY),
        (bare, CITY),
        (toy, Place("unit", "x", "空")),
    ):
        assert all(files_of(source_of(tables), place, [".pdf", ".xlsx"]).values())


def test_places_are_found_by_name_and_code(toy):
    found, without = places_of(toy, as_of=DAY)
    assert [(place.kind, place.name) for place in found] == [
        ("city", "泰安市"), ("county", "泰山区"), ("county", "岱岳区"),
        ("unit", "泰山区"), ("unit", "岱岳区"), ("unit", "高新区"),
    ]  # fmt: skip
    assert without == []
    assert places_of(toy, as_of=date(2031, 1, 1))[1] == ["高新区"]
    assert unit_called(toy, "高新区") == unit_called(toy, "zone") == ZONE
    assert county_called(toy, "370911") == county_called(toy, "岱岳区") == DAIYUE
    with pytest.raises(ArgumentError, match="taishan 泰山区、daiyue 岱岳区、zone 高新区"):
        unit_called(toy, "天外")
    with pytest.raises(ArgumentError, match="370902 泰山区"):
        county_called(toy, "370000")
    assert len({place.stem for place in found}) == len(found)


# --- the three formats ------------------------------------------------------------------


def test_docx_and_xlsx_hold_the_same_tables(toy):
    import docx

    source = source_of(toy)
    report, content = made(source), files_of(source)
    document = docx.Document(io.BytesIO(content[".docx"]))
    on_paper = [one for one in report.grids() if one.on_paper]
    assert len(document.tables) == len(on_paper)
    for table, wanted in zip(document.tables, on_paper, strict=True):
        found = [[cell.text for cell in row.cells] for row in table.rows]
        kinds = [column.kind for column in wanted.columns]
        assert found[0] == [column.head for column in wanted.columns]
        assert found[1:] == [list(map(shown, row, kinds)) for row in wanted.rows]
        widths = [int(column.get(f"{{{column.nsmap['w']}}}w")) for column in table._tbl.tblGrid]
        assert sum(widths) <= word.TEXT_MM * 1440 / 25.4
        assert "tblHeader" in table.rows[0]._tr.xml
    headings = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
    assert headings[0] == "一、总体情况"
    assert document.element.xml.count("descr=") == len(list(report.pictures()))
    book = openpyxl.load_workbook(io.BytesIO(content[".xlsx"]))
    for wanted in (one for one in report.grids() if one.in_workbook):
        sheet = book[wanted.name[:31]]
        assert sheet.freeze_panes == "A2"
        found = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert found[0] == [column.head for column in wanted.columns]
        assert found[1:] == [list(row) for row in wanted.rows]
    said = "".join(str(cell.value) for row in book["报告"].iter_rows() for cell in row)
    assert "覆盖率25.0%" in said and "覆盖率25.0%" in "".join(
        paragraph.text for paragraph in document.paragraphs
    )


def test_pdf_is_text_with_its_fonts_in_it(toy):
    import pypdf

    source = source_of(toy)
    content = files_of(source, suffixes=[".pdf"])[".pdf"]
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert len(reader.pages) > 3
    found = squeezed(pdf_text(content))
    for line in printed(made(source)):
        assert squeezed(line.words) in found, line
    embedded = 0
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = inner["/FontDescriptor"].get_object()
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor)
            assert "CJK" in descriptor["/FontName"]
            embedded += 1
    assert embedded
    assert reader.metadata.title == "泰安市星火科普覆盖情况报告"
    assert all(image.image for page in reader.pages for image in page.images)


def test_the_same_input_gives_the_same_bytes(toy):
    source = source_of(toy)
    assert files_of(source) == files_of(source)


def test_hostile_text_stays_text(toy):
    townships, venues = toy["townships"].copy(), toy["venues"].copy()
    townships.loc[0, "name"] = HOSTILE
    townships.loc[1, "name"] = '=HYPERLINK("http://x","y")'
    far = {
        "venue_id": "s9", "name": "#" + HOSTILE, "kind": "station", "status": "open",
        "lon": 117.3, "lat": 36.2, "position_precision": "street",
        "township_code": "370911102000", "opened_on": "2025-07-01",
    }  # fmt: skip
    venues = pd.concat([venues, typed("venues", [far])], ignore_index=True)
    source = source_of(toy | {"townships": townships, "venues": venues}, source=HOSTILE)
    content = files_of(source)
    wanted = plain(HOSTILE)
    assert "\x07" not in wanted and "\u202e" not in wanted
    import docx

    document = docx.Document(io.BytesIO(content[".docx"]))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert wanted in cells and "#" + wanted in cells
    assert squeezed(wanted) in squeezed(pdf_text(content[".pdf"]))
    book = openpyxl.load_workbook(io.BytesIO(content[".xlsx"]))
    every = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(cell.value == '=HYPERLINK("http://x","y")' for cell in every)
    assert not any(cell.data_type == "f" for cell in every)
    assert b"<f>" not in unzipped(content[".xlsx"])


def test_nobody_is_named(toy):
    source = source_of(toy)
    for suffix, content in files_of(source).items():
        data = pdf_text(content).encode() if suffix == ".pdf" else unzipped(content)
        for secret in ("张三", "李四", "13800000000", "0538-1234567"):
            assert secret.encode() not in data, (suffix, secret)
        assert b"p1" not in re.sub(rb"<[^>]*>", b"", data) or suffix != ".pdf"


def test_progress_rises_to_the_end_and_a_wrong_suffix_is_refused(toy):
    told = []
    making.report_files(
        source_of(toy), CITY, [".xlsx", ".pdf"], as_of=DAY, made_on=DAY, settings=SETTINGS,
        progress=lambda share, words: told.append((share, words)),
    )  # fmt: skip
    shares = [share for share, _ in told]
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] == 1
    with pytest.raises(ArgumentError, match=r"只能是 \.docx"):
        making.known_suffix(".txt")


def test_without_a_chinese_font_nothing_is_written_and_one_sentence_says_what_to_install(tmp_path):
    with pytest.raises(GeoError, match="apt-get install fonts-noto-cjk"):
        fonts.find_faces([tmp_path])
    (tmp_path / "NotoSansSC-Regular.otf").touch()
    faces = fonts.find_faces([tmp_path / "nowhere", tmp_path])
    assert faces.serif == faces.sans and faces.sans.family == "Noto Sans SC"


def test_a_report_that_cannot_be_set_is_an_error_in_words(toy, monkeypatch):
    monkeypatch.setattr(typeset, "_TEMPLATE", '#panic("broken")')
    with pytest.raises(GeoError, match="报告没有排成"):
        files_of(source_of(toy), suffixes=[".pdf"])


# --- the maps -----------------------------------------------------------------------------


def test_a_map_is_drawn_with_its_signs_and_without_mathtext(toy):
    report = made(source_of(toy, source="$\\frac{"))
    picture = next(report.pictures())
    image = Image.open(io.BytesIO(drawing.draw(picture, fonts.find_faces())))
    wide, high = image.size
    assert abs(wide - drawing.WIDTH_MM / 25.4 * drawing.DOTS_PER_INCH) < 2
    assert 0.4 * wide < high < 1.2 * wide
    colours = np.asarray(image.convert("RGB")).reshape(-1, 3)
    for name in ("covered", "uncovered"):
        fill = tuple(int(AREA_LOOKS[name].fill[at : at + 2], 16) for at in (1, 3, 5))
        assert (np.abs(colours.astype(int) - fill).max(axis=1) < 3).mean() > 0.02, name


def test_areas_differ_in_black_and_white():
    def grey(colour):
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    together = [
        ("covered", "covered_demo", "uncovered", "plain"),
        ("level1", "level2", "level3", "level4", "level5", "unknown"),
    ]
    for names in together:
        for at, one in enumerate(names):
            for other in names[at + 1 :]:
                first, second = AREA_LOOKS[one], AREA_LOOKS[other]
                apart = abs(grey(first.fill) - grey(second.fill))
                assert first.hatch != second.hatch or apart > 15, (one, other)


def test_names_do_not_cover_each_other():
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontPath, FontProperties

    face = fonts.find_faces().sans
    figure = Figure(figsize=(6, 4), dpi=100)
    FigureCanvasAgg(figure)
    chart = figure.add_axes((0, 0, 1, 1))
    chart.set(xlim=(0, 600), ylim=(0, 400))
    pen = drawing.Pen(figure, FontProperties(fname=FontPath(str(face.path), face.position)))
    random = np.random.default_rng(5)
    labels = [
        Label(x, y, "下港镇" if at % 2 else "$x$", "township")
        for at, (x, y) in enumerate(random.uniform((0, 0), (600, 400), (250, 2)))
    ]
    left = place_labels(pen, chart, labels, [(100, 100, 200, 200)])
    boxes = [text.get_window_extent() for text in chart.texts]
    assert len(boxes) + len(left) == 250 and 0 < len(left) < 250
    for at, one in enumerate(boxes):
        assert one.x1 <= 100.01 or one.x0 >= 199.99 or one.y1 <= 100.01 or one.y0 >= 199.99
        for other in boxes[at + 1 :]:
            overlap = np.minimum(one.max, other.max) - np.maximum(one.min, other.min)
            assert overlap.min() <= 0.01


# --- the shipped city, the command line -----------------------------------------------------


@pytest.fixture(scope="module")
def shipped(shipped_store):
    store = Store(shipped_store)
    source = making.read_source(store)
    tables = store.read_many()
    answers = {
        level: pd.read_csv(
            io.BytesIO(_answer(shipped_store, "coverage", level)), dtype={"township_code": str}
        )
        for level in ("townships", "villages")
    }
    for name, level in (("reach", "city"), ("equity", "equity")):
        answers[name] = pd.read_csv(io.BytesIO(_answer(shipped_store, "reach", "--level", level)))
    store.close()
    return source, tables, answers


def _answer(address, *command):
    found = CliRunner().invoke(
        cli.app, [*command, "--as-of", "2026-11-23"],
        env={"XINGHUO_DATABASE_URL": address, "XINGHUO_NOW": "2026-11-23T10:00"},
    )  # fmt: skip
    assert found.exit_code == 0
    return found.stdout_bytes


def test_the_city_report_holds_the_figures_of_the_answers_and_nobodys_name(shipped):
    source, tables, answers = shipped
    day = date(2026, 11, 23)
    content = making.report_files(
        source, CITY, making.SUFFIXES, as_of=day, made_on=day, settings=SETTINGS
    )
    towns, villages = answers["townships"], answers["villages"]
    words = squeezed(pdf_text(content[".pdf"]))
    assert f"共有88个乡镇（街道），其中{towns['covered'].sum()}个有星火科普服务站" in words
    assert f"共有3782个村（社区），其中{villages['covered'].sum()}个有宣传员" in words
    import docx

    document = docx.Document(io.BytesIO(content[".docx"]))
    listed = next(one for one in document.tables if len(one.rows) == 89)
    stations = [int(row.cells[2].text) for row in listed.rows[1:]]
    assert sum(stations) == towns["stations"].sum()
    # Reach is the figure of the command and of the page, and sites start from it. No hall has
    # a position, so that stations alone give the same as both.
    city = answers["reach"].set_index("limit")["share"].map(percent_text)
    assert f"不超过3公里的占{city[3000]}，不超过5公里的占{city[5000]}，" in words
    assert f"5公里内能到站的村（社区）从{city[5000]}升到" in words
    even = answers["equity"].set_index("measure")["value"]
    assert f"10公里以内）的基尼系数为{even['gini_e2sfca']:.2f}" in words
    assert f"到最近的一处平均约{even['worst_cost'] / 1000:.1f}公里" in words
    book = openpyxl.load_workbook(io.BytesIO(content[".xlsx"]), read_only=True)
    uncovered = book["没有宣传员的村（社区）名单"]
    codes = {row[4] for row in uncovered.iter_rows(min_row=2, values_only=True)}
    assert codes == set(villages["village_code"][~villages["covered"]].astype(str))
    people = tables["promoters"]
    assert len(people) > 100
    texts = [
        words,
        *(unzipped(content[suffix]).decode("utf-8", "ignore") for suffix in (".docx", ".xlsx")),
    ]
    for column in ("name", "phone", "promoter_id"):
        for secret in people[column].dropna():
            assert not any(secret in one for one in texts), (column, secret)


def test_every_sign_of_the_shipped_lists_is_in_the_fonts(shipped):
    from fontTools.ttLib import TTFont

    _, tables, _ = shipped
    needed = {
        sign for name in ("townships", "villages", "venues", "counties")
        for value in tables[name]["name"].dropna() for sign in plain(value)
    }  # fmt: skip
    faces = fonts.find_faces()
    for face in (faces.serif, faces.sans):
        with face.path.open("rb") as file:
            font = TTFont(file, fontNumber=face.position, lazy=True)
            assert not {sign for sign in needed if ord(sign) not in font.getBestCmap()}


@pytest.fixture
def run(tmp_path, toy_data, monkeypatch):
    address = f"sqlite:///{tmp_path / 'toy.db'}"
    store = Store(address)
    register.build(toy_data, store)
    store.close()
    environment = {"XINGHUO_DATABASE_URL": address, "XINGHUO_NOW": "2026-03-01T10:00"}

    def invoke(*arguments):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        try:
            cli.main(["report", *map(str, arguments)])
        except SystemExit as stop:
            return stop.code
        return 0

    return invoke


def test_the_command_writes_one_report_or_all(run, tmp_path, capsys):
    assert run("-o", tmp_path / "city.docx") == 0
    told = capsys.readouterr()
    assert told.out == "" and "100%　完成" in told.err
    assert zipfile.is_zipfile(tmp_path / "city.docx")
    assert run("-o", tmp_path / "zone.pdf", "--unit", "高新区", "--as-of", "2026-02-01") == 0
    assert "高新区星火科普" in squeezed(pdf_text((tmp_path / "zone.pdf").read_bytes()))
    assert run("-o", tmp_path / "county.XLSX", "--county", "370911") == 0
    capsys.readouterr()
    assert run("-o", tmp_path / "every", "--all") == 0
    written = capsys.readouterr().out.split()
    assert len(written) == 6 * 3 and all(Path(path).stat().st_size for path in written)


def test_the_command_refuses_what_makes_no_sense(run, tmp_path, capsys):
    assert run("-o", tmp_path / "a.txt") == 1
    assert "只能是 .docx" in capsys.readouterr().err
    assert run("-o", tmp_path / "a.pdf", "--unit", "a", "--county", "b") == 1
    assert run("-o", tmp_path / "a.pdf", "--unit", "天外") == 1
    assert "没有这一个，只有" in capsys.readouterr().err
    (tmp_path / "file").touch()
    assert run("-o", tmp_path / "file", "--all") == 1
    assert run() == 2


def test_one_place_that_fails_does_not_keep_the_others(toy, tmp_path, monkeypatch):
    def fail(report):
        if report.place == "岱岳区":
            raise GeoError("report_failed", reason="试")
        return b"x"

    monkeypatch.setattr(making, "workbook_of", fail)
    found = list(
        making.write_all(
            source_of(toy),
            [CITY, DAIYUE, ZONE],
            tmp_path,
            as_of=DAY,
            made_on=DAY,
            settings=SETTINGS,
            suffixes=[".xlsx"],
        )
    )
    assert [one.path is not None for one in found] == [True, False, True]
    assert "报告没有排成（试）" in found[1].reason


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_the_document(toy, tmp_path):
    import pypdf

    file = tmp_path / "report.docx"
    file.write_bytes(files_of(source_of(toy), suffixes=[".docx"])[".docx"])
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", "pdf", "--outdir", tmp_path, file],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    reader = pypdf.PdfReader(tmp_path / "report.pdf")
    assert len(reader.pages) > 3
    assert "一、总体情况" in squeezed("".join(page.extract_text() for page in reader.pages))


def test_figures_agree_with_the_tables(toy):
    figures = figures_on(toy, CITY, as_of=DAY)
    assert (figures.promoters, figures.demo_promoters, figures.demo_stations) == (2, 0, 0)
    assert figures.stations["place_code"].tolist() == ["370911101000"]
