"""Every page in a real browser without internet, on a desktop and a phone, as readers use it."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import SIZES
from tests.e2e.sites import watch

pytestmark = pytest.mark.browser

PAGES = {
    "/": "找科普场馆",
    "/coverage": "服务站覆盖",
    "/promoters": "宣传员覆盖",
    "/siting": "下一批服务站",
    "/tours": "研学路线",
}
READY_MS = 60_000


def open_page(context, address, path):
    """Open a page and wait until its map and its footer stand."""
    page = context.new_page()
    page.set_default_timeout(20_000)
    seen = watch(page, address)
    page.goto(address + path)
    page.locator(".st-key-xh-footer").wait_for(timeout=READY_MS)
    page.frame_locator("iframe").locator(".leaflet-container").wait_for(timeout=READY_MS)
    page.frame_locator("iframe").locator("path").first.wait_for(state="attached", timeout=READY_MS)
    return page, seen


@pytest.mark.parametrize("path", PAGES)
def test_a_page_draws_its_map_and_list_and_asks_nothing_of_other_hosts(context, shipped_site, path):
    page, (foreign, errors) = open_page(context, shipped_site, path)
    page.wait_for_timeout(1000)
    expect(page.locator("h1")).to_contain_text(PAGES[path])
    if path == "/":
        assert page.locator("[class*='st-key-xh-card-']").count() >= 10
    else:
        # a table, or the timetable of a planned tour
        assert page.locator("[data-testid='stDataFrame'], .xh-times").count() >= 1
    corner = page.frame_locator("iframe").locator("body")
    expect(corner).to_contain_text("示意图")
    expect(corner).to_contain_text("未经审核")
    assert page.locator("[data-testid='stAlert']").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert foreign == []
    assert errors == []


def test_a_foreign_request_would_be_seen(desk, shipped_site):
    page, (foreign, errors) = open_page(desk, shipped_site, "/tours")
    page.evaluate(
        "() => new Promise(done => { const s = document.createElement('script');"
        " s.onload = s.onerror = done; s.src = 'https://cdn.jsdelivr.net/npm/leaflet'; "
        " document.head.append(s); })"
    )
    # Either the policy stops it, which the console tells, or the watch does.
    assert foreign or any("jsdelivr" in error for error in errors)


def test_a_reader_searches_opens_a_card_and_the_link_restores_the_view(context, shipped_site):
    page, (foreign, errors) = open_page(context, shipped_site, "/")
    box = page.get_by_label("搜名称")
    box.fill("dwk")
    box.press("Enter")
    expect(page.locator(".xh-sentence")).to_contain_text("符合条件的有 1 处")
    name = page.get_by_role("button", name="大汶口遗址博物馆")
    expect(name).to_have_count(1)  # the old list is gone
    name.click()
    card = page.locator(".xh-detail")
    expect(card).to_contain_text("现在不开放，明天 09:00 开门")
    expect(card).to_contain_text("来源未经核实")
    hrefs = [link.get_attribute("href") for link in card.locator(".xh-go a").all()]
    assert [re.split(r"[/?]", href)[2] for href in hrefs] == [
        "uri.amap.com", "api.map.baidu.com", "apis.map.qq.com",
    ]  # fmt: skip
    page.wait_for_url(re.compile(r"venue=V15"))
    link = page.url

    again, _ = open_page(context, shipped_site, link.removeprefix(shipped_site))
    expect(again.locator(".xh-detail h2")).to_have_text("大汶口遗址博物馆")
    expect(again.get_by_label("搜名称")).to_have_value("dwk")
    assert again.url == link
    again.get_by_role("button", name="关闭详情").click()
    expect(again.locator(".xh-detail")).to_have_count(0)
    assert foreign == [] and errors == []


def test_a_phone_number_is_a_link(desk, shipped_site):
    page, _ = open_page(desk, shipped_site, "/?venue=V01")
    expect(page.locator(".xh-tel")).to_have_attribute("href", re.compile(r"^tel:\+86538\d{7}"))


def test_a_filter_narrows_its_count_is_kept_and_clearing_brings_all_back(context, shipped_site):
    page, _ = open_page(context, shipped_site, "/")
    said = page.locator(".xh-sentence")
    everything = said.inner_text()
    open_now = page.locator(".st-key-open_now label")
    promised = int(re.search(r"\d+", open_now.inner_text()).group())
    open_now.click()
    expect(said).to_contain_text(f"符合条件的有 {promised} 处")
    page.wait_for_url(re.compile("open_now=true"))
    page.get_by_role("button", name="清除全部条件").click()
    expect(said).to_have_text(everything)


def test_nothing_found_says_so_and_what_to_do(desk, shipped_site):
    page, _ = open_page(desk, shipped_site, "/?q=qqqqzzzz")
    expect(page.get_by_text("没有符合条件的场馆")).to_be_visible()


def test_a_chosen_township_sorts_by_distance(context, shipped_site):
    page, _ = open_page(context, shipped_site, "/?near=夏张镇")
    cards = page.locator("[class*='st-key-xh-card-'] .xh-line")
    expect(cards.first).to_contain_text("公里")
    kilometres = [
        float(re.search(r"约 ([\d.]+) 公里", text).group(1)) for text in cards.all_inner_texts()
    ]
    assert kilometres == sorted(kilometres)
    assert kilometres[0] < 12


def test_a_refused_position_offers_a_way_on(desk, shipped_site):
    page, _ = open_page(desk, shipped_site, "/")
    page.get_by_role("button", name="用我的位置").click()
    expect(page.get_by_text("可以改选乡镇（街道）")).to_be_visible()


def test_the_browsers_position_sorts_by_distance(desk, shipped_site):
    desk.grant_permissions(["geolocation"])
    desk.set_geolocation({"longitude": 116.935, "latitude": 36.09})
    page, (_, errors) = open_page(desk, shipped_site, "/")
    page.get_by_role("button", name="用我的位置").click()
    page.wait_for_url(re.compile(r"at=116\.9350"))
    expect(page.locator("[class*='st-key-xh-card-'] .xh-line").first).to_contain_text("公里")
    assert errors == []


def test_a_tap_on_the_map_sorts_by_distance(context, shipped_site):
    page, _ = open_page(context, shipped_site, "/?tap=true")
    expect(page.get_by_text("请在地图上点一下起点")).to_be_visible()
    page.locator("iframe").scroll_into_view_if_needed()
    frame = next(f for f in page.frames if "st_folium" in f.url)
    x, y = frame.evaluate("(p => [p.x, p.y])(window.map.latLngToContainerPoint([36.25, 116.35]))")
    box = page.locator("iframe").bounding_box()
    page.mouse.click(box["x"] + x, box["y"] + y)
    page.wait_for_url(re.compile(r"at=116\.3"))
    expect(page.locator("[class*='st-key-xh-card-'] .xh-line").first).to_contain_text("公里")


def test_a_tap_on_a_sign_opens_its_card(context, shipped_site):
    page, _ = open_page(context, shipped_site, "/?q=戴村坝")
    page.locator("iframe").scroll_into_view_if_needed()
    page.wait_for_timeout(800)  # the map settles on its first view
    page.frame_locator("iframe").locator(".xh-sign").first.click()
    expect(page.locator(".xh-detail h2")).to_have_text("戴村坝博物馆")


def test_english_reaches_every_page_and_stays(desk, shipped_site):
    page, (_, errors) = open_page(desk, shipped_site, "/")
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Find a science venue")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="Townships").click()
    expect(page.locator("h1")).to_have_text("Service stations by township")
    expect(page.locator(".xh-sentence")).to_contain_text("of 88 townships")
    assert errors == []


def test_the_date_changes_the_figure_and_the_link(desk, shipped_site):
    page, _ = open_page(desk, shipped_site, "/coverage?as_of=2015-06-01")
    expect(page.locator(".xh-sentence")).to_contain_text("88 个乡镇（街道）中，0 个有服务站")


def test_a_planner_downloads_the_uncovered_townships(desk, shipped_site):
    page, _ = open_page(desk, shipped_site, "/coverage?as_of=2026-11-23")
    with page.expect_download() as coming:
        page.get_by_role("button", name="下载 CSV").first.click()
    written = coming.value.path().read_text(encoding="utf-8-sig")
    uncovered = int(
        re.search(r"(\d+) 个还没有", page.locator(".xh-sentence").inner_text()).group(1)
    )
    assert len(written.strip().splitlines()) == uncovered + 1
    assert "演示" in written


def test_on_a_phone_the_chosen_card_comes_into_view(browser, shipped_site):
    phone = browser.new_context(**SIZES["phone"])
    page, (_, errors) = open_page(phone, shipped_site, "/")
    name = page.get_by_role("button", name="戴村坝博物馆")
    name.scroll_into_view_if_needed()
    name.click()
    expect(page.locator(".xh-detail h2")).to_be_in_viewport()
    assert errors == []
    phone.close()


def test_touch_targets_are_large_enough(context, shipped_site):
    page, _ = open_page(context, shipped_site, "/")
    small = page.evaluate(
        "[...document.querySelectorAll('main button, .st-key-xh-nav a')]"
        ".filter(e => e.offsetParent).map(e => [e.innerText, e.getBoundingClientRect().height])"
        ".filter(([name, height]) => name && height < 43.5)"
    )
    assert small == []


def test_controls_have_chinese_names_the_menu_is_a_landmark_signs_are_one_stop(desk, shipped_site):
    page, (_, errors) = open_page(desk, shipped_site, "/")
    menu = page.get_by_role("navigation", name="各页")
    expect(menu.get_by_role("link", name="云地图")).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("contentinfo")).to_contain_text("数据截至")
    expect(page.get_by_role("button", name="下一页")).to_be_visible()
    expect(page.get_by_role("link", name="跳到正文")).to_be_attached()
    signs = page.frame_locator("iframe").locator(".leaflet-marker-icon[tabindex='0']")
    expect(signs).to_have_count(1)
    first = signs.get_attribute("aria-label")
    signs.focus()
    for key in ("ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
        if signs.get_attribute("aria-label") != first:
            break
    expect(signs).to_have_count(1)
    expect(signs).to_be_focused()
    assert signs.get_attribute("aria-label") != first
    assert errors == []


def test_a_lost_connection_is_told_and_goes_when_it_is_back(desk, shipped_site):
    page, _ = open_page(desk, shipped_site, "/")
    state = "state => document.querySelector('.stApp').dataset.testConnectionState = state"
    note = page.locator("#xh-lost")
    expect(note).to_be_hidden()
    page.evaluate(state, "PINGING_SERVER")
    expect(note).to_contain_text("正在自动重连")
    page.evaluate(state, "CONNECTED")
    expect(note).to_be_hidden()


def test_an_address_without_a_page_is_told_in_chinese_and_locks_nothing(desk, shipped_site):
    page, _ = open_page(desk, shipped_site, "/no-such-page")
    expect(page.get_by_role("status").filter(has_text="没有这个网址的页面")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("width", [360, 640, 720])
def test_menu_and_sign_in_do_not_lie_on_each_other(browser, shipped_site, width):
    narrow = browser.new_context(locale="zh-CN", viewport={"width": width, "height": 400})
    page, _ = open_page(narrow, shipped_site, "/tours")
    overlap = page.evaluate(
        "() => { const boxes = [...document.querySelectorAll('.st-key-xh-header a, "
        ".st-key-xh-header button')].map(e => e.getBoundingClientRect()).filter(b => b.width);"
        "return boxes.flatMap((a, i) => boxes.slice(i + 1).filter(b => a.left < b.right - 1 && "
        "b.left < a.right - 1 && a.top < b.bottom - 12 && b.top < a.bottom - 12)).length }"
    )
    assert overlap == 0
    narrow.close()
