"""Every word in two languages, every key a page uses, and how dates and numbers are written."""

import ast
import re
import string
from datetime import date, datetime
from pathlib import Path

import pytest

from geo.errors import LANGUAGES, SENTENCES, GeoError, Problem, TableError, bad_argument
from geo.text import (
    date_text,
    distance_text,
    markdown_text,
    moment_text,
    percent_text,
    short_day_text,
    span_text,
    text,
    weekday_text,
    yes_no_text,
)
from geo.words import WORDS

ROOT = Path(__file__).resolve().parents[1]
SOURCES = [
    ROOT / "app.py",
    ROOT / "serve.py",
    *ROOT.glob("pages/*.py"),
    *ROOT.glob("ui/*.py"),
    *(path for path in ROOT.glob("geo/**/*.py") if "migrations" not in path.parts),
]


# Ends of what looks like a key: names of files and of modules, and keys that are put together.
FILE_ENDS = (
    ".py", ".csv", ".css", ".js", ".typ", ".docx", ".pdf", ".xlsx", ".json", ".geojson", ".ics",
    ".gpx", ".kml", "_",
)  # fmt: skip


def fields(words):
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


@pytest.mark.parametrize("table", [WORDS, SENTENCES], ids=["words", "errors"])
def test_every_key_has_both_languages_with_the_same_facts(table):
    for key, both in table.items():
        assert len(both) == len(LANGUAGES) and all(both), key
        assert fields(both[0]) == fields(both[1]), key


def test_every_key_that_code_names_exists():
    subjects = {key.partition(".")[0] for key in WORDS}
    shape = re.compile(rf"({'|'.join(subjects)})\.[a-z_0-9]+")
    missing = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = isinstance(node, ast.Constant) and isinstance(node.value, str)
            if named and shape.fullmatch(node.value) and not node.value.endswith(FILE_ENDS):
                missing |= {node.value} - set(WORDS)
    assert not missing


def test_no_word_is_left_over():
    quoted = set()
    for path in SOURCES:
        if "words" not in path.parts:
            text = path.read_text(encoding="utf-8")
            quoted |= set(re.findall(r"[\"']([a-z_0-9]+\.[a-z_0-9.]+)[\"']", text))
    composed = (
        "nav.", "title.", "app.", "browser.", "map.", "sign.",
        "notice.schematic", "notice.official",
        "home.open_now", "home.free", "home.barrier_free",
        "handbook.file_", "handbook.task_", "handbook.cost_", "handbook.mode_", "handbook.prompt_",
        "handbook.call_", "handbook.safety_", "handbook.pack_", "handbook.slip_",
        "handbook.filing_", "handbook.sign_", "handbook.head_", "handbook.stops",
        "handbook.links", "handbook.numbers",
        "tours.file_", "tour.reason_", "tour.change_", "tour.break_", "tour.look_", "plan.",
        "plan.mode_", "tours.look", "tours.works_", "route.by_",
        "route.length_", "plan.tap_", "tours.duration", "tours.held", "tours.organiser",
        "account.login", "account.password", "account.forgotten", "batch.", "undo.", "report.",
        "records.queue", "records.rows", "records.import", "records.batches", "records.doctor",
        "records.layers", "records.audit", "audit.", "consent.place", "consent.count",
        "records.new", "records.changed", "records.removed", "import.step_",
        "layers.township", "layers.county", "layers.kind_", "layers.datum_", "checkup.high",
        "checkup.medium", "checkup.low", "unit.", "layers.code_column", "layers.name_column",
        "layers.layer", "travel.straight_", "travel.roads", "travel.osrm", "travel.valhalla",
        "reach.layer_", "outreach.look_", "outreach.per_", "outreach.amount_", "outreach.area_",
        "outreach.method_", "siting.goal",
        "siting.model_", "siting.mode_",
        "siting.weight_", "siting.candidates", "siting.require", "siting.forbid", "siting.fixed_",
        "siting.look_", "siting.notice_", "siting.kind_", "scenario.added", "scenario.share_after",
        "scenario.after", "scenario.villages_after", "scenario.townships_after",
    )  # fmt: skip
    unused = [key for key in WORDS if key not in quoted and not key.startswith(composed)]
    assert not unused


def test_every_error_code_that_is_raised_has_a_sentence():
    for path in ROOT.glob("geo/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "").endswith("Error"):
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and node.func.id in {
                    "GeoError", "CrsError", "FileError", "StoreError", "SettingError",
                    "ArgumentError", "MissingColumnError",
                }:  # fmt: skip
                    assert first.value in SENTENCES, f"{path}: {first.value}"


def test_why_an_argument_will_not_do_is_said_in_both_languages():
    for path in ROOT.glob("geo/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "bad_argument":
                assert node.args[2].value in SENTENCES, f"{path}: {node.lineno}"
    error = bad_argument("LEVEL", "x", "why_one_of", allowed=("city", "units"))
    assert error.sentence("zh") == "参数 LEVEL 的值 x 无效：只能是 city、units。"
    assert error.sentence("en") == (
        "argument LEVEL has the invalid value x: it must be one of city, units."
    )


def test_every_problem_that_is_told_has_a_sentence():
    for path in ROOT.glob("geo/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem":
                code = node.args[1] if len(node.args) > 1 else None
                if isinstance(code, ast.Constant):
                    assert code.value in SENTENCES, f"{path}: {code.value}"


def test_an_error_speaks_both_languages_and_says_what_to_do():
    error = GeoError("file_missing", file="站点.xlsx")
    assert str(error) == "找不到文件 站点.xlsx。请核对路径和文件名。"
    assert error.sentence("en") == "no such file: 站点.xlsx. Check the path."


def test_a_problem_names_sheet_row_column_and_value():
    problem = Problem("venues", "not_a_date", row=7, column="开放日期", value="去年", sheet="站点")
    assert problem.sentence() == (
        "工作表“站点”第 7 行“开放日期”列：“去年”不是日期。请写成 2026-11-23 这样的格式。"
    )
    error = TableError("venues", [problem, problem])
    assert "2 处问题" in str(error) and "第 7 行" in str(error)
    assert "row 7" in error.sentence("en")


def test_a_long_value_is_cut_in_the_sentence():
    assert (
        "…"
        in Problem(
            "venues", "too_long", value="长" * 99, params={"length": 99, "limit": 80}
        ).sentence()
    )


def test_dates_are_written_as_readers_write_them():
    assert date_text(date(2026, 11, 23)) == "2026年11月23日（周一）"
    assert date_text(date(2026, 11, 23), "en") == "Mon 23 Nov 2026"


@pytest.mark.parametrize(
    ("moment", "zh", "en"),
    [
        (datetime(2026, 11, 23, 17, 0), "17:00", "17:00"),
        (datetime(2026, 11, 24, 9, 0), "明天 09:00", "tomorrow 09:00"),
        (datetime(2026, 11, 28, 9, 0), "周六 09:00", "Sat 09:00"),
        (datetime(2026, 12, 1, 9, 0), "12月1日 09:00", "1 Dec 09:00"),
    ],
)
def test_a_coming_moment_is_as_short_as_is_clear(moment, zh, en):
    now = datetime(2026, 11, 23, 10, 0)
    assert moment_text(moment, now=now) == zh
    assert moment_text(moment, now=now, language="en") == en


def test_a_coarse_distance_says_about():
    assert distance_text(3.14159, exact=True) == "3.1 公里"
    assert distance_text(31.4159, exact=False) == "约 31 公里"
    assert distance_text(0.02, exact=False) == "约 1 公里"


def test_a_share_never_rounds_to_all_or_nothing():
    assert percent_text(1.0) == "100.0%"
    assert percent_text(0.99999) == "99.9%"
    assert percent_text(0.00001) == "0.1%"
    assert percent_text(0.0) == "0.0%"


def test_an_unknown_yes_or_no_is_unknown():
    assert [yes_no_text(value) for value in (True, False, None)] == ["是", "否", "未知"]


def test_markdown_marks_in_a_name_stay_marks():
    assert markdown_text("**馆** [x](javascript:1)\n:red[y] $z$") == (
        r"\*\*馆\*\* \[x\]\(javascript\:1\) \:red\[y\] \$z\$"
    )


def test_a_missing_word_is_an_error_and_not_an_empty_text():
    with pytest.raises(KeyError):
        text("home.nothing")


def test_days_and_spans_are_written_short():
    assert short_day_text(date(2026, 11, 28)) == "11月28日周六"
    assert short_day_text(date(2026, 11, 28), "en") == "Sat 28 Nov"
    assert [weekday_text(date(2026, 11, 29), one) for one in LANGUAGES] == ["周日", "Sun"]
    assert span_text(540, 1020) == "09:00–17:00" and span_text(1080, 1560) == "18:00–02:00"
    assert span_text(0, 1440) == "00:00–24:00"
