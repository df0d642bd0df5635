"""The planner's way in a real browser: an answer, its reasons, scenarios, and the report."""

import json
import re
import shutil
from contextlib import suppress
from datetime import datetime

import pytest
from playwright.sync_api import Error, expect

from geo.sign_in import accounts, sessions
from geo.store import Store
from tests.conftest import typed
from tests.e2e.conftest import NOW, SIZES
from tests.e2e.sites import IDLE, site, watch
from tests.region import put_rows

pytestmark = pytest.mark.browser
PASSWORD = "mountain-tai-1545"
HIT = "top.document.title='hit'"
HOSTILE = [f'<img src=x onerror="{HIT}">', "{{7777*7777}}{% 泰山 %}", f"[馆](javascript:{HIT})"]
SITES = "[class*='st-key-open-'] button"


@pytest.fixture(scope="module")
def planners_site(shipped_store, tmp_path_factory):
    """Serve a copy of the shipped data with a planner and hosts of hostile names."""
    path = tmp_path_factory.mktemp("siting") / "store.db"
    shutil.copy(shipped_store.removeprefix("sqlite:///"), path)
    url = f"sqlite:///{path}"
    store = Store(url)
    accounts.add_account(
        store, login="shi", name="市科协", role="city", place_kind="", place="",
        password=PASSWORD, by="system",
    )  # fmt: skip
    hosts = [
        {"host_id": f"b{number}", "name": name, "kind": "school",
         "township_code": "370911107000", "position_precision": "building",
         "lon": 116.95 + number / 50, "lat": 36.08}
        for number, name in enumerate(HOSTILE)
    ]  # fmt: skip
    put_rows(store, "hosts", typed("hosts", hosts))
    with site(XINGHUO_DATABASE_URL=url, XINGHUO_NOW=NOW) as address:
        yield address, store
    store.close()


@pytest.fixture
def opened(browser, planners_site):
    """Return a function that opens a path, signed in or not; nothing foreign, no error."""
    address, store = planners_site
    contexts, watched = [], []

    def go(path, *, size="desktop", signed_in=False):
        context = browser.new_context(locale="zh-CN", accept_downloads=True, **SIZES[size])
        contexts.append(context)
        if signed_in:
            token = sessions.sign_in(
                store, login="shi", password=PASSWORD, address="", now=datetime.now(), hours=12
            )
            context.add_cookies([{"name": "xinghuo_session", "value": token, "url": address}])
        page = context.new_page()
        page.set_default_timeout(30_000)
        watched.append(watch(page, address))
        page.goto(address + path)
        page.locator(".xh-sentence").first.wait_for(timeout=90_000)
        page.wait_for_function(IDLE, timeout=90_000)
        return page

    yield go
    for context in contexts:
        context.close()
    for foreign, errors in watched:
        assert foreign == []
        assert errors == []


@pytest.mark.parametrize("size", list(SIZES))
def test_the_page_answers_and_another_radius_gives_other_sites(opened, size):
    page = opened("/siting", size=size)
    sentence = page.locator(".xh-sentence").first
    expect(sentence).to_contain_text("可证明的最优")
    expect(page.locator(".xh-notice").first).to_contain_text("演示站点")
    expect(page.locator(".xh-notice").nth(1)).to_contain_text("示意")
    expect(page.locator(SITES)).to_have_count(6)
    before, names = sentence.inner_text(), page.locator(SITES).all_inner_texts()
    page.get_by_role("radio", name="8", exact=True).click()
    page.wait_for_url(re.compile("within=8000"))
    expect(sentence).to_contain_text("8 公里内")
    expect(sentence).not_to_have_text(before)
    expect(page.locator(SITES).first).not_to_have_text(names[0])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    signs = page.frame_locator("iframe").locator(".xh-site")
    expect(signs).to_have_count(20)


@pytest.mark.parametrize("size", list(SIZES))
def test_a_site_opens_to_its_reasons_and_can_be_forbidden(opened, size):
    page = opened("/siting?add=5", size=size)
    first = page.locator(SITES).first
    name = first.inner_text().split()[-1]
    first.click()
    sheet = page.locator(".st-key-xh-detail")
    expect(sheet).to_contain_text("新够得着")
    expect(sheet).to_contain_text("次选是")
    if size == "phone":
        expect(sheet.locator("h3")).to_be_in_viewport()
    sheet.get_by_role("button", name="不要选它").click()
    page.wait_for_url(re.compile(r"not=\d+"))
    expect(page.get_by_role("button", name=f"{name}（禁选）")).to_be_visible()
    expect(page.locator(SITES).first).not_to_contain_text(name)


def choose_first(page, label):
    """Choose the first of a list; the map's first word to the page may close it once."""
    for _ in range(5):
        page.get_by_label(label).click()
        with suppress(Error):
            page.get_by_role("option").first.click(timeout=5_000)
            return
    raise AssertionError(f"{label} stays closed")


def test_a_plan_is_kept_opened_by_all_and_compared(opened):
    page = opened("/siting?add=4&look=scenarios", signed_in=True)
    field = page.get_by_label("方案名")
    field.fill(HOSTILE[0])
    field.press("Enter")
    page.get_by_role("button", name="存为新方案").click()
    expect(page.locator("[data-testid='stAlert']")).to_contain_text("已保存")
    number = re.search(r"scenario=(\d+)", page.url).group(1)
    # Somebody else opens the link, changes it, and compares.
    other = opened(f"/siting?add=6&look=scenarios&scenario={number}")
    expect(other.get_by_text("条件已改动")).to_be_visible()
    assert other.get_by_role("button", name="存为新方案").count() == 0
    choose_first(other, "与哪个方案比较")
    expect(other.locator(".xh-sentence").nth(1)).to_contain_text("个站相同")
    expect(other.locator(".xh-sentence").nth(1)).to_contain_text("<img src=x")
    assert other.title() == page.title()
    assert other.locator("main img[src='x']").count() == 0


def test_files_of_a_plan_are_given_out(opened, tmp_path):
    page = opened("/siting?add=3&look=downloads")
    with page.expect_download() as waited:
        page.get_by_role("button", name="下载 GeoPackage").click()
    waited.value.save_as(tmp_path / "plan.gpkg")
    assert (tmp_path / "plan.gpkg").read_bytes()[:6] == b"SQLite"
    with page.expect_download() as waited:
        page.get_by_role("button", name="下载条件").click()
    waited.value.save_as(tmp_path / "request.json")
    assert json.loads((tmp_path / "request.json").read_text(encoding="utf-8"))["add"] == 3


def test_hostile_hosts_and_points_are_only_names(opened):
    page = opened(f"/siting?from=hosts&add=2&look=curve&at=117.1,36.1,{HOSTILE[2]}")
    title = page.title()
    page.locator(SITES).first.click()
    expect(page.locator(".st-key-xh-detail")).to_be_visible()
    page.get_by_role("button", name="算一下").click()
    expect(
        page.locator(
            "[data-testid='stVegaLiteChart'] canvas, [data-testid='stVegaLiteChart'] svg"
        ).first
    ).to_be_visible()
    assert page.title() == title and "60481729" not in page.content()
    assert page.locator("main img[src='x'], a[href^='javascript']").count() == 0


def test_what_cannot_be_answered_is_a_sentence(opened, planners_site):
    page = opened("/coverage")  # any page: there is no plan to wait for on the next one
    page.goto(f"{planners_site[0]}/siting?from=points")
    expect(page.locator("[data-testid='stAlert']")).to_contain_text("一个也没有画")
    page.goto(f"{planners_site[0]}/siting?need=nowhere&add=x")
    expect(page.locator("[data-testid='stAlert']").first).to_contain_text("新建数")
    expect(page.locator("[data-testid='stAlert']").nth(1)).to_contain_text("nowhere")


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("look", ["reach", "equity", "change"])
def test_the_coverage_page_says_who_is_out_of_reach(opened, look, size):
    page = opened(f"/coverage?look={look}", size=size)
    words = {"reach": "够不着的有", "equity": "最远的一成", "change": "新覆盖"}
    expect(page.locator(".xh-sentence").first).to_contain_text(words[look])
    assert page.locator("[data-testid='stAlert']").count() == 0
    expect(page.locator("[data-testid='stDataFrame']").first).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_report_is_written_on_the_click(opened):
    page = opened("/coverage?look=report&format=.xlsx")
    page.get_by_role("button", name="写报告").click()
    button = page.get_by_role("button", name=re.compile("下载 .*xlsx"))
    expect(button).to_be_visible(timeout=60_000)
    with page.expect_download() as waited:
        button.click()
    assert waited.value.suggested_filename.endswith(".xlsx")
