"""The page 研学路线 through `app.py`, without a browser."""

import re
import shutil
import sys
from dataclasses import replace
from datetime import date

import pytest
import streamlit as st

from geo.rights import Actor
from geo.tours.form import from_json, to_json, to_link
from geo.tours.request import LunchWish, Request, Where
from tests.test_pages import ROOT, html_of, open_page
from ui import account, cache

pytestmark = pytest.mark.usefixtures("shipped")
PAGE = "pages/4_tours.py"
DAY = date(2026, 12, 12)
START = Where("夏张镇", "370911107000")


def said(at):
    html = [node for node in html_of(at).split("\n") if ":root" not in node]
    return re.sub("<[^>]+>", "", "\n".join(html))


def pressed(at, start):
    found = [button for button in at.button if str(button.key).startswith(start)]
    assert found, start
    return found[0].click().run()


@pytest.fixture(scope="module")
def shipped(shipped_store, tmp_path_factory):
    """Point the pages at a store of their own; what is computed once serves every test."""
    path = tmp_path_factory.mktemp("tours") / "xinghuo.db"
    shutil.copy(shipped_store.removeprefix("sqlite:///"), path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XINGHUO_DATABASE_URL", f"sqlite:///{path}")
        patch.setenv("XINGHUO_NOW", "2026-11-23T10:00")
        patch.chdir(ROOT)
        patch.setitem(sys.modules, "__main__", sys.modules["__main__"])
        st.cache_resource.clear()
        yield
        cache.store().close()
        st.cache_resource.clear()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_answer_stands_there_at_once(language):
    at = open_page(PAGE, **({"lang": language} if language == "en" else {}))
    assert not at.exception and not at.error and not at.warning
    words = said(at)
    assert ("可证明的最好安排" if language == "zh" else "proven to be the best day") in words
    assert "待电话确认" in words or "telephone by" in words
    assert len(at.get("download_button")) == 13


def test_a_change_is_applied_by_its_button_and_the_place_comes_in():
    at = open_page(PAGE, tour=to_link(Request(DAY, START)))
    missing = re.search(r"(\S+?)：加上它时间不够", said(at))[1]
    at = pressed(at, "bring-")
    request = from_json(at.query_params["tour"])
    assert len(request.must) == 1 and missing
    assert not at.exception and "回到夏张镇" in said(at)


def test_controls_write_the_link_and_a_bad_link_is_told():
    at = open_page(PAGE)
    at.number_input(key="plan-pupils").set_value(30).run()
    assert from_json(at.query_params["tour"]).pupils == 30
    at.checkbox(key="plan-lunch").uncheck().run()
    assert from_json(at.query_params["tour"]).lunch is None
    at.selectbox(key="plan-end").set_value("370911107000").run()
    at.text_input(key="plan-school").set_value("{{7*7}}小学").run()
    request = from_json(at.query_params["tour"])
    assert request.end == START and request.start.name == "{{7*7}}小学"
    assert "回到夏张镇" in said(at) and "{{7*7}}小学" in said(at)
    at.selectbox(key="plan-end").set_value("same").run()
    assert from_json(at.query_params["tour"]).end is None
    broken = open_page(PAGE, tour='{"date": "x"}')
    assert not broken.exception and "缺少 start" in broken.warning[0].value


def test_an_order_by_hand_is_checked_at_once():
    at = open_page(PAGE, tour=to_link(Request(DAY, START)))
    at = pressed(at, "down-")
    assert "order" in at.query_params and not at.exception
    assert "次序由人排定" in said(at) or "请" in said(at)
    for _ in range(2):
        at = pressed(at, "drop-")
    assert "系统的安排：" in said(at) and "2 处的开放时间不详" in said(at)
    at = pressed(at, "hand-undo")
    assert "order" not in at.query_params


def test_must_sees_that_do_not_fit_give_buttons_that_help():
    at = open_page(PAGE, tour=to_link(replace(Request(DAY, START, back=600),
                                              must=("V06",))))  # fmt: skip
    assert "必去的地方这一天排不下" in said(at)
    at = pressed(at, "possible-")
    assert "必去的地方这一天排不下" not in said(at) and not at.exception


def test_the_ready_made_routes_say_day_by_day_whether_they_work():
    at = open_page(PAGE, look="ready")
    words = said(at)
    assert not at.exception and "2 天里有不可行的" in words
    assert "第 1 天" in words and "第 2 天" in words and "不知道在哪里" in words
    at = pressed(at, "copy-route")
    request = from_json(at.query_params["tour"])
    assert request.must == ("V08", "V07", "V09") and request.days == 2
    assert "look" not in at.query_params and not at.exception


def test_ready_made_routes_are_chosen_by_subject_and_length():
    at = open_page(PAGE, look="ready", theme="water")
    assert at.selectbox(key="route").options == ["大运河水利考察"]
    at.selectbox(key="by-length").set_value("half").run()
    assert "没有合适的路线" in at.info[0].value
    at.selectbox(key="by-theme").set_value("any").run()
    assert at.selectbox(key="route").options == ["小记者参观岱庙和科技馆"]
    at.selectbox(key="by-grade").set_value("junior").run()
    assert "1 条的站点没有登记适合学段" in said(at) and not at.exception


def test_a_tour_is_proposed_by_those_signed_in_and_waits(monkeypatch):
    asked = to_link(Request(DAY, START))
    assert "登录后可以提议" in said(open_page(PAGE, tour=asked))
    monkeypatch.setattr(account, "actor", lambda: Actor("yi", "乙", "reporter", "unit", "370911"))
    at = open_page(PAGE, tour=asked)
    at = pressed(at, "propose-send")
    assert "名称" in at.warning[0].value
    at.text_input(key="propose-name").set_value("夏张一日").run()
    at = pressed(at, "propose-send")
    assert "审核" in at.success[0].value and not at.exception
    assert "夏张一日" not in said(open_page(PAGE, look="ready"))


EVERYTHING = Request(
    DAY, START, end=Where("学校", lon=117.1, lat=36.2), leave=450, back=1020, pupils=30, staff=3,
    grade="junior", subjects=("geology", "water"), mode="walk", must=("V02",),
    wish=("V01", "V19"), without=("V08",), stays={"V02": 45}, lunch=LunchWish(660, 800, 50, False),
    walk_limit_m=8000, budget_yuan=20.0, indoors=False, ask_hours=False, most_groups=2,
    count_demo=False,
)  # fmt: skip


def test_the_whole_request_is_in_the_link_and_the_form_says_the_same():
    assert from_json(to_link(EVERYTHING)) == EVERYTHING
    at = open_page(PAGE, tour=to_link(EVERYTHING))
    assert not at.exception and not at.warning
    assert at.selectbox(key="plan-end").value == "point"
    assert at.multiselect(key="plan-wish").value == ["V01", "V19"]
    at.number_input(key="plan-staff").set_value(4).run()
    assert from_json(at.query_params["tour"]) == replace(EVERYTHING, staff=4)


def test_a_request_is_kept_as_a_file_and_by_those_signed_in_as_a_draft(monkeypatch):
    at = open_page(PAGE, tour=to_link(EVERYTHING))
    assert not at.text_input(key="plan-school").disabled
    assert "draft-save" not in {button.key for button in at.button}
    at.file_uploader(key="draft-file-0").set_value(
        ("a.json", to_json(Request(DAY, START, pupils=7)).encode(), "application/json")
    ).run()
    assert from_json(at.query_params["tour"]).pupils == 7 and at.success
    at.file_uploader(key="draft-file-1").set_value(
        ("a.json", b"\xff[" * 9, "application/json")
    ).run()
    assert "读不懂" in at.warning[0].value and from_json(at.query_params["tour"]).pupils == 7
    monkeypatch.setattr(account, "actor", lambda: Actor("yi", "乙", "steward", "unit", "370911"))
    at = open_page(PAGE, tour=to_link(EVERYTHING))
    at.text_input(key="draft-name").set_value("秋游 {{7*7}}").run()
    at = pressed(at, "draft-save")
    assert "秋游" in at.success[0].value
    at.number_input(key="plan-pupils").set_value(9).run()
    at.selectbox(key="draft-open").set_value(1).run()
    assert from_json(at.query_params["tour"]) == EVERYTHING
    at = pressed(at, "draft-delete")
    assert "删除" in at.success[0].value and "draft-delete" not in {b.key for b in at.button}


def test_several_days_have_a_timetable_each_and_say_that_nothing_is_proven():
    at = open_page(PAGE, tour=to_link(Request(DAY, START, days=2, pupils=90, staff=6, seats=49)))
    words = said(at)
    assert (
        not at.exception and "2 天、2 辆车，共去" in words and "未证明最优：最多不会超过" in words
    )
    assert [one.value for one in at.subheader][:2] == [
        "2026年12月12日（周六）", "2026年12月13日（周日）",
    ]  # fmt: skip
    assert "各车同时走同一条路线" in words and "每辆车学生 45 人" in words
    seen = re.findall(r"参观 (\S+?)路上", words.partition("下面的文件")[0])
    assert len(seen) == len({*seen}) > 4
    assert at.query_params["tour"] and len(at.get("download_button")) == 13
    at = at.number_input(key="plan-days").set_value(1).run()
    assert "1 天、2 辆车" in said(at) and "这是可证明的最好安排" in said(at)


def test_several_days_are_changed_by_hand_and_checked_at_once():
    at = open_page(PAGE, tour=to_link(Request(DAY, START, days=2)))
    at = pressed(at, "down-")
    first, second = at.query_params["order"].split(";")
    assert "次序由人排定" in said(at) and "系统的安排：" in said(at) and not at.exception
    moved = first.split(",")[0]
    at.number_input(key=f"stay-{moved}").set_value(45).run()
    assert from_json(at.query_params["tour"]).stays == {moved: 45}
    assert at.query_params["order"] == f"{first};{second}" and not at.exception
    at.selectbox(key=f"day-of-{moved}").set_value(2).run()
    days = at.query_params["order"].split(";")
    assert days == [",".join(first.split(",")[1:]), f"{second},{moved}"]
    assert "请" in said(at) and "参观" in said(at)  # one day breaks, the other stands there
    at = pressed(at, "take-rain")
    assert not at.exception and "次序由人排定" in said(at)
    assert len(re.findall("恢复系统的安排", str([b.label for b in at.button]))) == 1
    at = pressed(at, "hand-undo")
    assert "order" not in at.query_params
    name = re.search(r"(\S+?)：加上它时间不够", said(at))[1]
    at = pressed(at, "bring-")
    request, orders = from_json(at.query_params["tour"]), at.query_params["order"]
    assert request.back > 990 and request.must[0] in orders and f"参观 {name}" in said(at)
    for broken in ("x;y", "V01", ";", "V01;V01;V01"):
        at = open_page(PAGE, tour=to_link(Request(DAY, START, days=2)), order=broken)
        assert not at.exception


def test_must_sees_that_fit_on_no_days_give_buttons_that_help():
    must = ("V06", "V38", "V39", "V43")
    at = open_page(PAGE, tour=to_link(Request(DAY, START, days=2, back=620, must=must)))
    assert "没能把必去的地方都排进去" in said(at) and "已实际试排" in said(at)
    at = pressed(at, "possible-")
    assert "没能把必去的地方都排进去" not in said(at) and not at.exception


def test_what_cannot_be_asked_is_told_and_the_rest_of_the_request_stays():
    at = open_page(PAGE, tour=to_link(Request(DAY, START, pupils=2000, staff=80)))
    assert "2080 人一辆车坐不下" in said(at)
    at.number_input(key="plan-seats").set_value(45).run()
    assert "47 辆车" in at.warning[0].value
    assert from_json(at.query_params["tour"]) == Request(DAY, START, pupils=2000, staff=80)


def test_what_must_be_asked_stands_before_the_timetable():
    words = said(open_page(PAGE, tour=to_link(Request(DAY, START))))
    asked = words.index("须先打电话确认")
    assert asked < words.index("从夏张镇出发") < words.index("没有算进预算")
    assert words.count("须先打电话确认") == 1
