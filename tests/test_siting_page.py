"""The pages 选址建议 and 乡镇覆盖 through `app.py`, without a browser."""

import json
import re
import shutil

import pytest

from geo import scenario_store
from geo.cli import main
from geo.rights import Actor
from geo.siting.request import Request
from geo.store import Store
from tests.test_pages import html_of, on_store, open_page  # noqa: F401 - a fixture
from ui import cache, runs, siting_answers

CITY = Actor("shi", "市科协", "city")


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    monkeypatch.setattr(siting_answers, "PATIENCE_S", 60.0)


def said(at):
    html = [node for node in html_of(at).split("\n") if ":root" not in node]
    return re.sub("<[^>]+>", "", "\n".join(html))


def test_the_default_answer_is_a_proven_sentence_with_its_notices(on_store, shipped_store):  # noqa: F811
    on_store(shipped_store)
    at = open_page("pages/3_siting.py")
    words = said(at)
    found = re.search(r"再建 20 个站，5 公里内能到站的村（社区）从 ([\d.]+)% 升到 ([\d.]+)%", words)
    assert float(found[1]) < float(found[2]) and "可证明的最优" in words
    assert "演示站点" in words and "示意：" in words and "1.3 倍" in words
    assert [b for b in at.button if str(b.key).startswith("open-")]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "query",
    [
        {"goal": "townships", "look": "downloads"},
        {"model": "farthest", "add": "3"},
        {"model": "travel", "add": "2"},
        {"mode": "bus", "within": "20", "by": "population", "kinds": "station~hall"},
        {"site": "nowhere", "p": "99", "add": "1"},
    ],
)
def test_conditions_of_the_link_are_answered(on_store, shipped_store, query, language):  # noqa: F811
    on_store(shipped_store)
    at = open_page("pages/3_siting.py", lang=language, **query)
    assert not at.exception and not at.error and not at.warning


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"from": "hosts"}, "没有候选点"),
        ({"from": "points"}, "一个也没有画"),
        ({"need": "a", "not": "a"}, "只能选一样"),
        ({"need": "nowhere"}, "nowhere"),
        ({"within": "<script>"}, "距离或时间"),
        ({"from": "points", "at": "116.0,35.55,远", "within": "500"}, "太小"),
        ({"each": "true", "add": "2"}, "新增数"),
    ],
)
def test_what_cannot_be_answered_says_what_to_change(on_store, shipped_store, query, words):  # noqa: F811
    on_store(shipped_store)
    at = open_page("pages/3_siting.py", **query)
    assert not at.exception and not at.error
    assert any(words in warning.value for warning in at.warning), [w.value for w in at.warning]


def test_the_sheet_the_marks_and_the_link_follow_each_other(on_store, shipped_store):  # noqa: F811
    on_store(shipped_store)
    at = open_page("pages/3_siting.py", add="3")
    first = next(b for b in at.button if str(b.key).startswith("open-"))
    site = str(first.key).removeprefix("open-")
    first.click().run()
    assert "新够得着" in said(at) and "次选" in said(at)
    at.button(key=f"forbid-{site}").click().run()
    assert at.query_params["not"] in (site, [site])
    assert not [b for b in at.button if b.key == f"open-{site}"]
    at.button(key=f"unfix-{site}").click().run()
    assert "not" not in at.query_params


@pytest.mark.parametrize("look", ["curve", "frontier", "stability"])
def test_more_is_computed_when_it_is_asked_for(on_store, shipped_store, look):  # noqa: F811
    on_store(shipped_store)
    at = open_page("pages/3_siting.py", add="3", look=look)
    assert not at.get("arrow_vega_lite_chart")
    at.button(key=f"run-{look}").click().run()
    assert not at.exception and not at.error
    assert {"curve": "一个一个建", "frontier": "不用取舍", "stability": "共重算"}[look] in said(at)


def test_what_a_capacity_has_no_part_in_is_said(on_store, shipped_store):  # noqa: F811
    on_store(shipped_store)
    at = open_page("pages/3_siting.py", add="1", cap="10", look="stability")
    assert not at.exception and "每站最多服务 10 个村" in said(at)
    assert any("所以不算" in told.value for told in at.info)
    assert not [b for b in at.button if b.key == "run-stability"]
    at = open_page("pages/3_siting.py", add="1", cap="10", look="curve")
    assert "不看每站最多服务多少" in said(at)


def test_a_stopped_run_gives_the_best_so_far_or_its_error():
    held = runs.Runs()

    def work(watch):
        from geo.siting.problem import Progress

        while not watch(Progress(1.0, 2.0, "")):
            pass
        return "best"

    run = held.run("a", work)
    run.stop()
    assert run.done.wait(10) and held.result("a") == "best" and held.run("a", work) is run
    failed = held.run("b", lambda _: 1 / 0)
    assert failed.done.wait(10) and isinstance(failed.error, ZeroDivisionError)
    assert held.result("b") is None and not held.known("c")


def test_a_kept_scenario_opens_for_everybody_and_compares(on_store, shipped_store, tmp_path):  # noqa: F811
    copy = tmp_path / "copy.db"
    shutil.copy(shipped_store.removeprefix("sqlite:///"), copy)
    on_store(f"sqlite:///{copy}")
    store = Store(f"sqlite:///{copy}")
    number = scenario_store.save_scenario(
        store, "<b>甲</b>", Request(add=2), actor=CITY, revision=1, summary={},
        now=cache.utc_now(),
    )  # fmt: skip
    store.close()
    at = open_page("pages/3_siting.py", add="3", look="scenarios", scenario=str(number))
    assert "条件已改动" in said(at) and "保存于" in said(at) and "shi" not in said(at)
    assert not [b for b in at.button if b.key == "scenario-save"]
    at.selectbox(key="scenario-other").select(number).run()
    assert not at.exception and "个站相同" in said(at)
    at = open_page("pages/3_siting.py", add="2", look="scenarios", scenario=str(number))
    assert "条件已改动" not in said(at)


@pytest.mark.parametrize("look", ["reach", "equity", "change", "report"])
@pytest.mark.parametrize("demo", ["true", "false"])
def test_the_coverage_page_looks_at_more_than_stations(on_store, shipped_store, look, demo):  # noqa: F811
    on_store(shipped_store)
    at = open_page("pages/1_coverage.py", look=look, demo=demo, as_of="2026-11-23")
    assert not at.exception and not at.error
    words = {"reach": "够不着的有", "equity": "平均" if demo == "true" else "没有可比的",
             "change": "新覆盖", "report": "公文"}  # fmt: skip
    assert words[look] in said(at)
    assert ("虚构" in said(at)) == (demo == "true")
    if look == "equity" and demo == "true":
        # What a station counts as is said, whichever way the shares are counted.
        assert "每 100 个村平均分到" in said(at) and "每个站都按一个站算" in said(at)
        at = open_page("pages/1_coverage.py", look=look, method="2sfca", lang="en", within="3")
        assert not at.exception and "share it" in said(at)


def test_the_command_gives_sites_with_reasons_as_json(monkeypatch, shipped_store, capfd):
    monkeypatch.setenv("XINGHUO_DATABASE_URL", shipped_store)
    monkeypatch.setenv("XINGHUO_NOW", "2026-11-23T10:00")
    with pytest.raises(SystemExit) as ended:
        main(["site", "--add", "2", "--radius-m", "5000", "--curve", "2", "--stability"])
    assert not ended.value.code
    told = json.loads(capfd.readouterr().out)  # of the process: HiGHS writes past Python
    assert told["proven"] and told["objective"] == told["bound"] and len(told["sites"]) == 2
    one = told["sites"][0]
    assert one["place"] == 1 and one["spread"] and one["precision"] == "township"
    assert len(one["reasons"]["village_codes"]) == one["reasons"]["villages"]
    assert one["reasons"]["stability"]["runs"] > 0 and len(told["curve"]) == 3
    assert any("示意" in notice for notice in told["notices"])
    with pytest.raises(SystemExit) as ended:
        main(["site", "--require", one["id"], "--forbid", one["id"]])
    assert ended.value.code == 1 and "只能选一样" in capfd.readouterr().err
