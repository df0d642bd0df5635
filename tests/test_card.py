"""The card: its badge of verification, the reports on it, and the form through `app.py`."""

import re
import shutil
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st

from geo import reports
from geo.rights import SYSTEM
from geo.store import Store
from geo.verification import due
from tests.app import new_app
from tests.conftest import typed
from tests.region import put_rows
from ui import cache
from ui.card import detail_html, short_html
from ui.frame import View
from ui.report import reports_html

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 23, 10, 0)
UTC_NOW = NOW - timedelta(hours=8)
STATE = {"kind": "unknown", "until": pd.NaT, "opens": pd.NaT, "calendar_known": True}
HOSTILE = "<img src=x onerror=alert(1)>{{7*7}}&amp;"


def cards(language="zh", **fields):
    """Return the detail card and the short card of a venue."""
    row = {"venue_id": "v", "name": "岱庙", "kind": "museum", "status": "open",
           "position_precision": "unknown"}  # fmt: skip
    frame = typed("venues", [row | fields]).assign(township=None, county="泰山区")
    age = due(frame, as_of=NOW.date(), every_days=180).iloc[0]
    view = View(language, 1, NOW)
    venue = frame.iloc[0]
    return tuple(
        make(venue, STATE, float("nan"), view, age=age) for make in (detail_html, short_html)
    )


def chips(html):
    return re.findall(r'<span class="xh-chip ([^"]*)">([^<]*)</span>', html)


# --- the badge ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "style", "said"),
    [
        ({}, "xh-chip-aged", "从未核实"),
        ({"verified_on": "2026-11-20"}, "", "核实于 2026-11-20"),
        ({"verified_on": "2026-05-27"}, "", "核实于 2026-05-27"),  # due today
        ({"verified_on": "2026-05-26"}, "xh-chip-aged", "核实于 2026-05-26，超期 1 天"),
        ({"verified_on": "2025-09-01", "due_on": "2026-09-01"}, "xh-chip-aged",
         "核实于 2025-09-01，超期 83 天"),
        ({"verified_on": "2024-01-01", "due_on": "2027-01-01"}, "", "核实于 2024-01-01"),
    ],
)  # fmt: skip
def test_the_card_says_when_it_was_verified_and_how_long_that_is_overdue(fields, style, said):
    detail, short = cards(**fields)
    assert (style, said) in chips(detail)
    assert ((style, said) in chips(short)) == ("超期" in said)
    assert "核实于" not in short or "超期" in short  # the list stays quiet until it matters


def test_the_badge_speaks_english():
    detail, _ = cards("en", verified_on="2025-09-01")
    assert ("xh-chip-aged", "verified 2025-09-01, 268 days overdue") in chips(detail)


def test_a_demonstration_row_has_no_badge_and_staff_s_name_is_on_no_card():
    for html in cards(name="演示馆", demo=True, verified_on="2020-01-01"):
        assert "超期" not in html and "xh-chip-demo" in html
    for html in cards(verified_on="2025-01-01", verified_by="王五"):
        assert "王五" not in html


# --- reports on the card -------------------------------------------------------------------------


def public(open_count, *closed):
    frame = pd.DataFrame(closed, columns=["at", "kind", "closed_at", "closing_note"])
    times = {"at": "datetime64[us]", "closed_at": "datetime64[us]"}
    return reports.PublicReports(open_count, frame.astype(times))


def test_a_venue_without_reports_shows_nothing():
    assert reports_html(public(0), View("zh", 1, NOW)) == ""


def test_reports_show_tai_an_s_days_and_escape_what_staff_wrote():
    late = datetime(2026, 7, 2, 16, 30)  # half past midnight of the third
    found = public(2, (late, "closed_door", datetime(2026, 7, 5, 1), HOSTILE))
    said = reports_html(found, View("zh", 1, NOW))
    assert "有 2 条反映等待核实" in said
    assert "2026年7月3日（周五）有人反映“到了没开门”，2026年7月5日（周日）已处理：" in said
    assert "<img" not in said and "&lt;img" in said and "{{7*7}}" in said
    assert "Fri 3 Jul 2026" in reports_html(found, View("en", 1, NOW))


# --- the form, through the page -----------------------------------------------------------


@pytest.fixture
def site(shipped_store, tmp_path, monkeypatch):
    """Point the page at a copy of the shipped store; give a store on it."""
    path = tmp_path / "copy.db"
    shutil.copy(shipped_store.removeprefix("sqlite:///"), path)
    monkeypatch.setenv("XINGHUO_DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.setenv("XINGHUO_NOW", NOW.isoformat())
    monkeypatch.chdir(ROOT)
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    st.cache_resource.clear()
    store = Store(f"sqlite:///{path}")
    yield store
    store.close()
    cache.store().close()
    st.cache_resource.clear()


def opened(venue, **query):
    at = new_app()
    at.query_params.update({"venue": venue, **query})
    return at.run()


def html_of(at):
    return "\n".join(node.proto.body for node in at.get("html"))


def sent(at, note=""):
    (note_box,) = at.text_area
    note_box.set_value(note)
    (button,) = [one for one in at.button if one.label == "提交"]
    return button.click().run()


def test_a_reader_reports_is_thanked_and_reads_what_became_of_it(site):
    at = opened("V16")
    assert "从未核实" in html_of(at) and "反映与处理" not in html_of(at)
    (kinds,) = at.radio
    assert kinds.options[0] == "到了没开门" and len(kinds.options) == 6
    kinds.set_value("wrong_hours")
    at = sent(at, "周一去，门锁着")
    assert not at.exception and not at.error
    assert "谢谢" in at.success[0].value and not at.text_area
    assert "有 1 条反映等待核实" in html_of(at)
    row = reports.reports(site).iloc[0]
    assert (row["venue_id"], row["kind"], row["note"]) == ("V16", "wrong_hours", "周一去，门锁着")
    assert row["at"] == UTC_NOW

    reports.close_report(site, 1, actor=SYSTEM, closing_note=f"已更正{HOSTILE}", now=UTC_NOW)
    said = html_of(opened("V16"))
    assert "已处理：已更正&lt;img" in said and "门锁着" not in said
    assert "等待核实" not in said


def test_what_cannot_be_taken_is_a_sentence_and_the_form_stays(site):
    at = opened("V16")
    at.radio[0].set_value("other")
    at = sent(at)
    assert "请用一两句话写明" in at.warning[0].value and len(at.text_area) == 1
    for i in range(5):
        reports.add_report(site, venue_id="V16", kind="gone", note=str(i), now=UTC_NOW)
    at = sent(at, "停车场在修路")
    assert "过一小时再试" in at.warning[0].value and len(reports.reports(site)) == 5


def test_a_demonstration_place_takes_no_report(site):
    venues = site.read("venues")
    demo = venues[venues["demo"].fillna(False).astype(bool)]["venue_id"].iloc[0]
    at = opened(demo)
    assert 'class="xh-detail"' in html_of(at) and not at.radio


def test_overdue_venues_are_pale_and_the_legend_says_so(site):
    assert "超过核实期限" not in "".join(legend(opened("V16")))
    venues = site.read("venues")
    venues.loc[venues["venue_id"] == "V16", "verified_on"] = pd.Timestamp("2026-01-01")
    put_rows(site, "venues", venues)
    at = opened("V16", q="戴村坝")
    assert "超期 146 天" in html_of(at)
    assert "超过核实期限" in "".join(legend(at))


def legend(at):
    return [node.proto.body for node in at.get("html") if 'class="legend"' in node.proto.body]
