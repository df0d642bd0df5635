"""The page 研学路线 through `app.py`, without a browser."""

import re
from dataclasses import replace
from datetime import date

import pytest

from geo.tours.form import from_json, to_link
from geo.tours.request import Request, Where
from tests.test_pages import html_of, on_store, open_page  # noqa: F401 - a fixture

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


@pytest.fixture
def shipped(on_store, shipped_store):  # noqa: F811
    on_store(shipped_store)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_answer_stands_there_at_once(language):
    at = open_page(PAGE, **({"lang": language} if language == "en" else {}))
    assert not at.exception and not at.error and not at.warning
    words = said(at)
    assert ("可证明的最好安排" if language == "zh" else "proven to be the best day") in words
    assert "待电话确认" in words or "telephone by" in words
    assert len(at.get("download_button")) == 12


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
    broken = open_page(PAGE, tour='{"date": "x"}')
    assert not broken.exception and "缺少 start" in broken.warning[0].value


def test_an_order_by_hand_is_checked_at_once():
    at = open_page(PAGE, tour=to_link(Request(DAY, START)))
    at = pressed(at, "down-")
    assert "order" in at.query_params and not at.exception
    assert "次序由人排定" in said(at) or "请" in said(at)
    at = pressed(at, "drop-")
    at = pressed(at, "hand-undo")
    assert "order" not in at.query_params


def test_must_sees_that_do_not_fit_give_buttons_that_help():
    at = open_page(PAGE, tour=to_link(replace(Request(DAY, START, back=600),
                                              must=("V06",))))  # fmt: skip
    assert "必去的地方这一天排不下" in said(at)
    at = pressed(at, "possible-")
    assert "必去的地方这一天排不下" not in said(at) and not at.exception


def test_the_ready_made_routes_say_whether_they_work_that_day():
    at = open_page(PAGE, look="ready")
    words = said(at)
    assert not at.exception and "可行" in words and "不知道在哪里" in words
    at = pressed(at, "copy-route")
    assert from_json(at.query_params["tour"]).must and "look" not in at.query_params
