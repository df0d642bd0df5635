"""Signing in and out in a real browser, on the real site."""

import re
import shutil

import pytest
from playwright.sync_api import expect

from geo.sign_in import accounts
from geo.store import Store
from tests.e2e.conftest import NOW, SIZES
from tests.e2e.sites import site, watch

pytestmark = pytest.mark.browser
GOOD = "correct horse battery"
READY_MS = 60_000


@pytest.fixture(scope="module")
def staffed_site(shipped_store, tmp_path_factory):
    """Give the address of a site on a copy of the shipped data with two stewards."""
    path = tmp_path_factory.mktemp("staffed") / "xinghuo.db"
    shutil.copy(shipped_store.removeprefix("sqlite:///"), path)
    store = Store(f"sqlite:///{path}")
    for login, unit in (("daiyue", "岱岳区"), ("ningyang", "宁阳县")):
        accounts.add_account(
            store, login=login, name=f"{unit}科协", role="steward", place_kind="unit", place=unit,
            password=GOOD, by="system",
        )  # fmt: skip
    store.close()
    with site(XINGHUO_DATABASE_URL=f"sqlite:///{path}", XINGHUO_NOW=NOW) as address:
        yield address


def open_form(context, address):
    page = context.new_page()
    page.set_default_timeout(20_000)
    seen = watch(page, address)
    page.goto(address + "/records")
    page.locator(".xh-sign-in").wait_for(timeout=READY_MS)
    return page, seen


def sign_in(page, login, password=GOOD):
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(password)
    page.locator(".xh-sign-in button").click()


def test_sign_in_stays_over_a_reload_and_sign_out_holds_in_every_tab(context, staffed_site):
    page, (foreign, errors) = open_form(context, staffed_site)
    for target in page.locator(".xh-sign-in input:not([type=hidden]), .xh-sign-in button").all():
        assert target.bounding_box()["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    sign_in(page, "daiyue", "not the password")
    expect(page.get_by_text("不对")).to_be_visible()
    sign_in(page, "DaiYue")
    expect(page.locator(".xh-sentence").first).to_contain_text("岱岳区科协")
    expect(page.get_by_text("不对")).to_have_count(0)
    assert page.url == staffed_site + "/records"
    cookie = next(one for one in context.cookies() if one["name"] == "xinghuo_session")
    assert cookie["httpOnly"] and cookie["sameSite"] == "Lax" and cookie["expires"] == -1
    assert "xinghuo_session" not in page.evaluate("document.cookie")

    page.reload()
    expect(page.locator(".xh-sentence").first).to_contain_text("岱岳区科协", timeout=READY_MS)
    other = context.new_page()
    other.goto(staffed_site + "/tours?lang=en")
    expect(other.locator(".xh-who")).to_have_text("岱岳区科协", timeout=READY_MS)
    assert other.evaluate("document.documentElement.scrollWidth <= innerWidth")
    other.get_by_role("button", name="Sign out").click()
    expect(other.locator(".xh-sign-in")).to_be_visible(timeout=READY_MS)
    assert re.search(r"lang=en", other.url)
    assert not any(one["name"] == "xinghuo_session" for one in context.cookies())
    # The first tab, without a reload: its next click finds the session ended.
    page.get_by_role("button", name="English").click()
    expect(page.locator(".xh-sign-in")).to_be_visible()
    assert foreign == [] and errors == []


def test_the_keyboard_alone_is_enough(desk, staffed_site):
    page, _ = open_form(desk, staffed_site)
    page.get_by_label("登录名").focus()
    page.keyboard.type("ningyang")
    page.keyboard.press("Tab")
    page.keyboard.type(GOOD)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "登录"
    page.keyboard.press("Enter")
    expect(page.locator(".xh-sentence").first).to_contain_text("宁阳县科协")


def test_two_browsers_are_two_people_at_the_same_time(browser, staffed_site):
    contexts = [browser.new_context(locale="zh-CN", **SIZES["desktop"]) for _ in range(3)]
    try:
        pages = [open_form(context, staffed_site)[0] for context in contexts]
        people = [("daiyue", "岱岳区科协"), ("ningyang", "宁阳县科协")]
        for page, (login, _) in zip(pages, people, strict=False):
            sign_in(page, login)
        for _ in range(2):
            for page, (_, name) in zip(pages, people, strict=False):
                expect(page.locator(".xh-who")).to_have_text(name, timeout=READY_MS)
                expect(page.locator(".xh-sentence").first).to_contain_text(name)
                page.reload()
            pages[2].reload()
            expect(pages[2].locator(".xh-sign-in")).to_be_visible(timeout=READY_MS)
    finally:
        for context in contexts:
            context.close()


def test_a_form_of_another_site_cannot_sign_anybody_in(desk, staffed_site):
    page = desk.new_page()
    page.route(
        "http://elsewhere.test/",
        lambda route: route.fulfill(
            content_type="text/html",
            body=f'<form method="post" action="{staffed_site}/sign-in">'
            f'<input name="login" value="daiyue"><input name="password" value="{GOOD}">'
            "<button>go</button></form>",
        ),
    )
    page.goto("http://elsewhere.test/")
    page.get_by_role("button").click()
    expect(page.locator("body")).to_contain_text("不是从本站")
    assert not any(one["name"] == "xinghuo_session" for one in desk.cookies())
