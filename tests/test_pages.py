"""The pages through `app.py`, as the server runs them, without a browser."""

import re
import sys
from contextlib import suppress
from pathlib import Path

import pytest
import streamlit as st

from geo.errors import GeoError
from geo.schema import TABLES
from geo.store import Store
from tests.app import new_app
from ui import cache, coverage

ROOT = Path(__file__).resolve().parents[1]
PAGES = [
    "app.py",
    "pages/1_coverage.py",
    "pages/2_promoters.py",
    "pages/3_siting.py",
    "pages/4_tours.py",
]


@pytest.fixture
def on_store(monkeypatch):
    """Return a function that points the pages at a store; caches start empty."""

    def point(address):
        monkeypatch.setenv("XINGHUO_DATABASE_URL", address)
        monkeypatch.setenv("XINGHUO_NOW", "2026-11-23T10:00")
        st.cache_resource.clear()

    monkeypatch.chdir(ROOT)
    # A page under test takes the place of the main module; later tests start processes from it.
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    yield point
    with suppress(GeoError):  # there may be no store
        cache.store().close()
    st.cache_resource.clear()


def open_page(path, **query):
    at = new_app()
    at.query_params.update(query)
    if path != "app.py":
        at.switch_page(path)
    return at.run()


def html_of(at):
    return "\n".join(node.proto.body for node in at.get("html"))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_without_a_complaint(on_store, shipped_store, path, language):
    on_store(shipped_store)
    at = open_page(path, lang=language)
    assert not at.exception and not at.error
    assert bool(re.search("[\u4e00-\u9fff]", at.title[0].value)) == (language == "zh")


def test_home_says_how_many_match_and_lists_ten(on_store, shipped_store):
    on_store(shipped_store)
    at = open_page("app.py")
    names = [button.label for button in at.button if str(button.key).startswith("choose-")]
    assert len(names) == 10
    assert "共 <b>106</b> 处，其中现在开放" in html_of(at)
    assert "个演示站点" in html_of(at)


def test_a_link_restores_search_and_card(on_store, shipped_store):
    on_store(shipped_store)
    at = open_page("app.py", q="戴村坝", venue="V16")
    assert at.text_input(key="q").value == "戴村坝"
    assert "戴村坝博物馆</h2>" in html_of(at)
    assert "每天 09:00–18:00" in html_of(at)


def test_an_unknown_venue_in_the_link_is_told(on_store, shipped_store):
    on_store(shipped_store)
    at = open_page("app.py", venue="../../etc")
    assert not at.error and 'class="xh-detail"' not in html_of(at)
    assert "没有找到" in at.warning[0].value and "etc" not in at.warning[0].value


def test_a_ticked_box_narrows_the_list(on_store, shipped_store):
    on_store(shipped_store)
    at = open_page("app.py")
    label = at.checkbox(key="k_hall").label
    at.checkbox(key="k_hall").check().run()
    count = int(label.split()[-1])
    names = [button for button in at.button if str(button.key).startswith("choose-")]
    assert len(names) == count == 1


def test_real_places_only_leaves_no_demonstration_row(on_store, shipped_store):
    on_store(shipped_store)
    said = html_of(open_page("app.py", real="true"))
    assert "符合条件的有 <b>48</b> 处" in said
    assert "演示站点" not in said and "xh-chip-demo" not in said.replace(".xh-chip-demo", "")


def test_a_day_can_be_chosen_and_stays_in_the_link(on_store, shipped_store):
    on_store(shipped_store)
    at = open_page("app.py")
    saturday = next(one for one in at.selectbox(key="when").options if "周六" in one)
    at.selectbox(key="when").select(saturday).run()
    day = at.query_params["day"]
    label = next(box.label for box in at.checkbox if box.key == "open_now")
    assert "日周六开放" in label and "日周六开放" in html_of(at)
    at.checkbox(key="open_now").check().run()
    shown = re.findall(r'xh-chip-open">([^<]+)<', html_of(at))
    assert shown and all("日周六 " in one and "–" in one for one in shown)
    again = open_page("app.py", day=day, open_now="true")
    assert again.selectbox(key="when").value == day and not again.exception


@pytest.mark.parametrize("day", ["2020-01-01", "2999-01-01", "x", "<b>"])
def test_a_day_that_cannot_be_is_told_and_now_is_meant(on_store, shipped_store, day):
    on_store(shipped_store)
    at = open_page("app.py", day=day)
    assert not at.exception and at.selectbox(key="when").value == ""
    assert "链接里的日子" in html_of(at) and "其中现在开放" in html_of(at)


def test_a_township_searched_for_offers_what_is_near_it(on_store, shipped_store):
    on_store(shipped_store)
    at = open_page("app.py", q="夏张")
    at.button(key="nearby").click().run()
    assert at.selectbox(key="near").value == "夏张镇" and at.text_input(key="q").value == ""
    assert "从夏张镇驻地" in html_of(at) and "共 <b>106</b> 处" in html_of(at)


def test_nothing_found_has_an_empty_state(on_store, shipped_store):
    on_store(shipped_store)
    at = open_page("app.py", q="qqqqzzzz")
    assert "没有符合条件的场馆" in at.info[0].value


def test_coverage_counts_and_lists_the_uncovered_first(on_store, shipped_store):
    on_store(shipped_store)
    at = open_page("pages/1_coverage.py", as_of="2026-11-23")
    said = re.sub("<[^>]+>", "", html_of(at))
    total, covered, uncovered = map(
        int, re.search(r"(\d+) 个乡镇（街道）中，(\d+) 个有服务站，(\d+) 个", said).groups()
    )
    assert total == 88 and covered + uncovered == 88
    assert len(at.dataframe[0].value) == uncovered
    assert "不计演示数据时，有服务站的是 0 个" in said


def test_without_demonstration_rows_no_notice_and_nothing_covered(on_store, shipped_store):
    on_store(shipped_store)
    at = open_page("pages/1_coverage.py", as_of="2026-11-23", demo="false")
    said = re.sub("<[^>]+>", "", html_of(at))
    assert "88 个乡镇（街道）中，0 个有服务站，88 个还没有" in said
    assert "虚构" not in said


def test_a_village_is_found_by_its_pinyin(on_store, shipped_store):
    on_store(shipped_store)
    at = open_page("pages/2_promoters.py", v="wangzhuang")
    found = at.dataframe[0].value
    assert 0 < len(found) < 60
    assert found.iloc[:, 1].str.contains("王庄|汪庄|旺庄").any()


def test_promoters_page_never_shows_a_name(on_store, shipped_store):
    on_store(shipped_store)
    at = open_page("pages/2_promoters.py")
    shown = html_of(at) + "".join(table.value.to_csv() for table in at.dataframe)
    assert "演示宣传员" not in shown.replace("名演示宣传员", "")


def test_without_a_store_the_page_says_what_to_do(on_store, tmp_path):
    on_store(f"sqlite:///{tmp_path / 'none.db'}")
    for path in PAGES:
        at = open_page(path)
        assert not at.exception
        assert "make run" in at.error[0].value


def test_an_empty_register_has_an_empty_state_on_every_page(on_store, shipped_store, tmp_path):
    source = Store(shipped_store)
    empty = Store(f"sqlite:///{tmp_path / 'empty.db'}")
    empty.migrate()
    tables = source.read_many(list(TABLES))
    for name in ("venues", "promoters", "promoter_villages", "routes", "route_stops"):
        tables[name] = tables[name].iloc[:0]
    empty.replace(tables)
    for level in ("county", "township"):
        empty.put_layer(*source.layer(level))
    source.close()
    empty.close()
    on_store(f"sqlite:///{tmp_path / 'empty.db'}")
    for path in PAGES:
        at = open_page(path)
        assert not at.exception and not at.error, (path, at.error)


def test_a_write_shows_on_the_next_rerun(on_store, shipped_store, tmp_path):
    import shutil

    copy = tmp_path / "copy.db"
    shutil.copy(shipped_store.removeprefix("sqlite:///"), copy)
    on_store(f"sqlite:///{copy}")
    at = open_page("app.py")
    assert "演示站点" in html_of(at)
    writer = Store(f"sqlite:///{copy}")
    writer.delete_demo()
    writer.close()
    assert "演示站点" not in html_of(at.run())


def test_a_fault_of_ours_is_a_sentence_and_not_a_traceback(on_store, shipped_store, monkeypatch):
    on_store(shipped_store)
    monkeypatch.setattr(coverage, "coverage_on", lambda *_: 1 / 0)
    at = open_page("pages/1_coverage.py")
    assert not at.exception
    assert "这一页出了意外" in at.error[0].value
