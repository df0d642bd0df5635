"""What a class takes along: duties by hand, every format read back, hostile names, who is named."""

import io
import json
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date, datetime

import geopandas as gpd
import gpxpy
import icalendar
import openpyxl
import pyogrio
import pypdf
import pytest
import shapely

from geo.boundaries import LayerInfo
from geo.errors import ArgumentError, GeoError
from geo.settings import CHINA_TIME, read_settings
from geo.tours.duties import costs, must_file, rules_of, staff_needed, tasks, tickets_yuan
from geo.tours.exports import KINDS, MIME, Layers, file_name, files_of
from geo.tours.outcome import Leg, Outcome, Place, StopFacts, TourFacts
from geo.tours.papers import rule_lines
from geo.tours.request import Request, Where
from geo.tours.ways import leg_links
from geo.tours.wording import leg_text

SETTINGS = read_settings({})
NOW = datetime(2026, 12, 3, 9, 0, tzinfo=CHINA_TIME)
DAY, TODAY = date(2026, 12, 12), date(2026, 12, 3)
HOSTILE = "=1+1 <b>&amp;\"']]>\x00\u202e *馆* #x {{1}} \\n BEGIN:VEVENT\r\nX:1 $1$"
SCHOOL = Place("岱庙街道", 117.13, 36.19, "township")
HALL = Place("泰安市科技馆", 117.1234, 36.1234, "street", "h1")
MUSEUM = Place("地质博物馆", 117.31, 36.21, "township", "m1")


def outcome_of(*, hall="泰安市科技馆", pupils=45, **changes):
    """Return two stops: one of which all is known, one of which nothing is."""
    first, second = HALL._replace(name=hall), MUSEUM
    known = {
        "phone": "0538-1234567", "booking_required": True, "opening_hours": "Tu-Su 09:00-17:00",
        "subjects": "technology;geology", "intro": hall, "address": hall, "fee_yuan": 12.5,
        "free": True, "demo": True, "coach_access": True,
    }  # fmt: skip
    stops = (
        StopFacts(first, 520, 540, 600, 600, groups=2, book_by=date(2026, 12, 2), fee_yuan=12.5,
                  venue=known),
        StopFacts(second, 620, 620, 680, 720, lunch=(680, 720), ask_by=date(2026, 12, 9)),
    )  # fmt: skip
    legs = (
        Leg(SCHOOL, first, 40, 9000.0, 5), Leg(first, second, 20, 20_000.0, 10),
        Leg(second, SCHOOL, 35, 18_000.0, 10),
    )  # fmt: skip
    tour = TourFacts(stops, legs, 480, 755, None, None, 30, 30, True, 95, 0)
    request = Request(day=DAY, start=Where("岱庙街道", "370902001000"), pupils=pupils)
    return Outcome(request, tour, notices=(("travel.straight_m", {"detour": "1.3"}),), **changes)


@pytest.fixture(scope="module")
def layers():
    """Two townships in one county."""
    boxes = [shapely.box(117.0, 36.1, 117.2, 36.3), shapely.box(117.2, 36.1, 117.4, 36.3)]
    info = LayerInfo(level="township", kind="schematic", source="示意")
    townships = gpd.GeoDataFrame(
        {"township_code": ["370902001000", "370911101000"], "name": ["岱庙街道", "山口镇"]},
        geometry=boxes, crs="EPSG:4326",
    )  # fmt: skip
    counties = gpd.GeoDataFrame(
        {"county_code": ["370902"], "name": ["泰山区"]},
        geometry=[shapely.box(117.0, 36.1, 117.4, 36.3)], crs="EPSG:4326",
    )  # fmt: skip
    return Layers((townships, info), (counties, replace(info, level="county")))


def made(outcome, kind, **given):
    return files_of(outcome, kind, settings=SETTINGS, now=NOW, **given)


def words_of(content):
    """Return the text of a DOCX."""
    document = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    return re.sub(r"<[^>]+>", "", document.replace("</w:p>", "\n"))


# --- duties ------------------------------------------------------------------------------


def test_the_back_plan_by_hand():
    outcome = outcome_of()
    found = tasks(outcome.tour, outcome.request, rules_of(SETTINGS), today=TODAY)
    told = [(task.by.day, task.kind, task.place and task.place.venue_id, task.late)
            for task in found]  # fmt: skip
    assert told == [
        (2, "book", "h1", True), (5, "file", None, False), (5, "letter", None, False),
        (9, "ask_booking", "m1", False), (9, "ask_hours", "m1", False), (9, "insure", None, False),
    ]  # fmt: skip


def test_what_is_due_today_is_not_late_and_unknown_lead_days_are_asked_at_once():
    outcome = outcome_of()
    stop = replace(outcome.tour.stops[0], book_by=None)
    tour = replace(outcome.tour, stops=(stop,))
    found = tasks(tour, outcome.request, rules_of(SETTINGS), today=date(2026, 12, 5))
    assert [(task.by.day, task.kind, task.late) for task in found] == [
        (5, "ask_lead", False), (5, "file", False), (5, "letter", False), (9, "insure", False),
    ]  # fmt: skip


@pytest.mark.parametrize(("pupils", "needed"), [(1, 1), (15, 1), (16, 2), (2000, 134)])
def test_staff_for_every_fifteen_pupils_or_part_of_them(pupils, needed):
    assert staff_needed(pupils, rules_of(SETTINGS)) == needed


def test_a_set_rule_is_no_default_and_the_bound_is_filed():
    rules = rules_of(read_settings({"XINGHUO_TOUR_RULES": "filing_pupils=200"}))
    assert "filing_pupils" not in rules.by_default and "filing_days" in rules.by_default
    asked = outcome_of(pupils=200).request
    assert must_file(asked, rules) and not must_file(replace(asked, pupils=199), rules)
    told = rule_lines(asked, rules, today=TODAY)
    assert "需要 14 人，现有 4 人。还差 10 人。（这是本程序的默认值" in told[0]
    assert "2026年12月5日" in told[1]


@pytest.mark.parametrize("value", ["staff=3", "pupils_per_staff=0", "ask_days=x", "ask_days=366"])
def test_a_rule_that_cannot_be_is_refused(value):
    with pytest.raises(GeoError, match="TOUR_RULES"):
        read_settings({"XINGHUO_TOUR_RULES": value})


def test_costs_keep_the_unknown_unknown_and_note_what_contradicts():
    tour = outcome_of().tour
    assert [(cost.item, cost.yuan, cost.odd) for cost in costs(tour)][:3] == [
        ("ticket", 12.5, True), ("ticket", None, False), ("transport", None, False),
    ]  # fmt: skip
    assert tickets_yuan(tour) == (12.5, 1)
    assert tickets_yuan(replace(tour, stops=tour.stops[1:])) == (None, 1)  # and not 0 yuan
    assert tickets_yuan(replace(tour, stops=())) == (0, 0)


def test_no_distance_is_told_between_two_places_that_share_a_seat():
    leg = Leg(MUSEUM, MUSEUM, 12, 0.0, 12)
    assert "距离未知" in leg_text(leg) and "公里" not in leg_text(leg)
    assert leg_text(leg._replace(metres=1800.0)).startswith("约 12 分钟，1.8 公里")


def test_each_leg_leads_to_a_point_only_where_it_is_exact():
    point, name, home = leg_links(outcome_of().tour, city="泰安市")
    assert [link.app for link in point.links] == ["amap", "baidu", "tencent"]
    assert "navigation" in point.links[0].url
    assert "search" in name.links[0].url and "search" in home.links[0].url


# --- files read back -----------------------------------------------------------------------


def test_calendar_has_the_day_its_stops_and_reminders():
    content = made(outcome_of(), "tour.ics", link="https://example.org/t?q=1")
    calendar = icalendar.Calendar.from_ical(content)
    day, hall, museum, *reminders = calendar.walk("VEVENT")
    assert (day.decoded("dtstart").isoformat(), day.decoded("dtend").isoformat()) == (
        "2026-12-12T08:00:00+08:00", "2026-12-12T12:35:00+08:00",
    )  # fmt: skip
    assert hall.decoded("dtstart").hour == 9 and museum.decoded("dtend").minute == 20
    assert hall["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert "待电话确认" in museum["summary"] and "待电话确认" not in hall["summary"]
    assert len(reminders) == 5  # the late one is not reminded of
    assert all(one.walk("VALARM") for one in reminders)
    assert {str(one.decoded("dtstamp")) for one in calendar.walk("VEVENT")} == {
        "2026-12-03 01:00:00+00:00"
    }
    later = files_of(outcome_of(), "tour.ics", settings=SETTINGS, now=NOW.replace(hour=10))
    uids = [str(one["uid"]) for one in calendar.walk("VEVENT")]
    again = [str(one["uid"]) for one in icalendar.Calendar.from_ical(later).walk("VEVENT")]
    assert uids == again and len(set(uids)) == len(uids)


def test_tracks_hold_the_positions_as_stored(tmp_path):
    outcome = outcome_of()
    where = [SCHOOL, HALL, MUSEUM, SCHOOL]
    gpx = gpxpy.parse(made(outcome, "tour.gpx").decode())
    for held in (gpx.waypoints, gpx.routes[0].points):
        assert [(one.longitude, one.latitude) for one in held] == [one[1:3] for one in where]
    assert "到乡镇" in gpx.waypoints[2].description
    for kind in ("tour.kml", "tour.geojson"):
        path = tmp_path / kind
        path.write_bytes(made(outcome, kind))
        read = pyogrio.read_dataframe(path)
        assert read.crs.to_epsg() == 4326
        dots = read[read.geometry.geom_type == "Point"]
        assert [(at.x, at.y) for at in dots.geometry] == [one[1:3] for one in where]
        (line,) = read[read.geometry.geom_type == "LineString"].geometry
        assert [xy[:2] for xy in line.coords] == [one[1:3] for one in where]
    hall = json.loads((tmp_path / "tour.geojson").read_text())["features"][1]["properties"]
    assert (hall["begins"], hall["ends"], hall["groups"], hall["fee_yuan"]) == (
        "09:00", "10:00", 2, 12.5,
    )  # fmt: skip


def test_the_workbook_has_the_figures():
    book = openpyxl.load_workbook(io.BytesIO(made(outcome_of(), "tour.xlsx")))
    rows = list(book["站点"].iter_rows(min_row=2, values_only=True))
    assert [row[1] for row in rows] == ["h1", "m1"]
    assert rows[0][4:9] == ("09:00–10:00", 2, 12.5, 117.1234, 36.1234)
    assert rows[1][6] is None or rows[1][6] == ""
    timetable = [row[0] for row in book["行程安排"].iter_rows(min_row=2, values_only=True)]
    assert timetable == ["08:00", "08:40", "09:00–10:00", "10:20", "10:20–11:20", "12:35"]
    assert "已过期" in [row[2] for row in book["行前待办（按日期）"].iter_rows(values_only=True)]


def test_papers_tell_what_is_unknown_and_what_is_late(layers):
    outcome = outcome_of()
    staff = words_of(made(outcome, "staff.docx"))
    assert "0538-1234567" in staff and "未知" in staff and "已过期" in staff
    assert "名录既记" in staff and "另有 1 处票价未知" in staff
    book = words_of(made(outcome, "handbook.docx", layers=layers))
    for told in ("直线×系数估算", "待电话确认", "演示数据", "120", "110", "119", "09:00–10:00"):
        assert told in book, told
    assert "未知，出发前查明" in book
    assert "回执" in words_of(made(outcome, "letter.docx"))
    assert "默认值" in words_of(made(outcome, "filing.docx"))


def test_the_hospital_is_as_it_is_set():
    told = read_settings({"XINGHUO_TOUR_HOSPITAL": "某医院 0538-0000000"})
    book = files_of(outcome_of(), "handbook.docx", settings=told, now=NOW)
    assert "某医院 0538-0000000" in words_of(book) and "没有地图" in words_of(book)


@pytest.mark.parametrize("pupils", [1, 2000])
def test_a_class_of_one_and_of_two_thousand(pupils, layers):
    outcome = outcome_of(pupils=pupils)
    reader = pypdf.PdfReader(io.BytesIO(made(outcome, "handbook.pdf", layers=layers)))
    pages = [page.extract_text() for page in reader.pages]
    assert len(pages) == (8 if pupils == 1 else 9)
    assert "直线" in pages[0] and "图件未经" not in pages[0]
    assert ("请按班复印" in "".join(pages)) == (pupils == 2000)


def test_the_same_tour_gives_the_same_bytes(layers):
    for kind in KINDS:
        given = {"layers": layers, "link": "https://example.org/t"}
        assert made(outcome_of(), kind, **given) == made(outcome_of(), kind, **given), kind


# --- hostile -------------------------------------------------------------------------------


def test_hostile_names_stay_text_in_every_format(layers, tmp_path):
    outcome = outcome_of(hall=HOSTILE)
    outcome = replace(outcome, request=replace(outcome.request, start=Where(HOSTILE)))
    content = {kind: made(outcome, kind, layers=layers, link="https://example.org/?q=" + "x" * 300)
               for kind in KINDS}  # fmt: skip
    calendar = icalendar.Calendar.from_ical(content["tour.ics"])
    assert len(calendar.walk("VEVENT")) == 8 and "X" not in calendar.walk("VEVENT")[0]
    gpx = gpxpy.parse(content["tour.gpx"].decode())
    assert "<b>&amp;" in gpx.waypoints[1].name
    (tmp_path / "a.kml").write_bytes(content["tour.kml"])
    read = pyogrio.read_dataframe(tmp_path / "a.kml")
    assert "<b>&amp;" in read["Name"][1]
    assert not read["description"].str.contains("<b>").any()
    assert "<b>" in json.loads(content["tour.geojson"])["features"][1]["properties"]["name"]
    for sheet in openpyxl.load_workbook(io.BytesIO(content["tour.xlsx"])):
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert "=1+1" in words_of(content["staff.docx"]) and "\x00" not in words_of(
        content["staff.docx"]
    )
    assert pypdf.PdfReader(io.BytesIO(content["handbook.pdf"])).pages
    assert not re.search(r'[\\/:*?"<>|\s]', file_name(outcome, "tour.ics"))
    assert file_name(outcome, "tour.ics", part="2 号车").endswith("-2-号车-行程.ics")


def test_what_cannot_be_made_says_why():
    outcome = outcome_of()
    with pytest.raises(ArgumentError, match=r"tour\.gpx"):
        made(outcome, "tour.exe")
    with pytest.raises(ArgumentError, match="链接"):
        made(outcome, "link.svg")
    with pytest.raises(ArgumentError, match="装不下"):
        made(outcome, "link.svg", link="https://example.org/" + "x" * 4000)
    with pytest.raises(GeoError, match="没有可行的行程"):
        made(replace(outcome, tour=None), "tour.gpx")
    assert set(MIME) == set(KINDS)


def test_no_row_of_a_person_reaches_a_file(layers):
    secret = outcome_of()
    stop = secret.tour.stops[0]
    venue = {**stop.venue, "verified_by": "张三经手"}
    tour = replace(secret.tour, stops=(replace(stop, venue=venue), secret.tour.stops[1]))
    for kind in KINDS:
        content = made(replace(secret, tour=tour), kind, layers=layers, link="https://example.org")
        told = words_of(content) if kind.endswith("docx") else content.decode("utf-8", "ignore")
        if kind.endswith("xlsx"):
            told = zipfile.ZipFile(io.BytesIO(content)).read("xl/sharedStrings.xml").decode()
        assert "张三" not in told, kind


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_the_papers(layers, tmp_path):
    kinds = ["handbook.docx", "letter.docx", "filing.docx", "staff.docx", "tour.xlsx"]
    for kind in kinds:
        (tmp_path / kind).write_bytes(made(outcome_of(), kind, layers=layers))
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", "pdf", "--outdir", str(tmp_path / "out"),
         *(str(tmp_path / kind) for kind in kinds)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    for kind in kinds:
        made_pdf = tmp_path / "out" / f"{kind.partition('.')[0]}.pdf"
        assert "泰安市科技馆" in "".join(
            page.extract_text() for page in pypdf.PdfReader(made_pdf).pages
        ), kind
