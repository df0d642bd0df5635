"""A teacher's way in a real browser: from an empty request to a file, by tap and by keyboard."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import SIZES
from tests.e2e.sites import watch

pytestmark = pytest.mark.browser
expect.set_options(timeout=30_000)  # a busy machine is slow, not wrong


@pytest.fixture
def phone(browser, shipped_site):
    context = browser.new_context(locale="zh-CN", accept_downloads=True, **SIZES["phone"])
    page = context.new_page()
    page.set_default_timeout(60_000)
    foreign, errors = watch(page, shipped_site)
    page.goto(shipped_site + "/tours")
    page.locator(".xh-sentence").first.wait_for(timeout=90_000)
    page.locator(".st-key-xh-footer").wait_for(timeout=60_000)
    yield page
    context.close()
    assert not foreign and not errors, (foreign, errors)


def test_from_an_empty_request_to_a_handbook_on_a_phone(phone):
    expect(phone.locator(".xh-sentence").first).to_contain_text("可证明的最好安排")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    pupils = phone.get_by_label("学生人数")
    pupils.fill("30")
    pupils.press("Enter")
    phone.wait_for_function("decodeURIComponent(location.search).includes('\"pupils\":30')")
    with phone.expect_download() as got:
        phone.get_by_role("button", name="研学手册 DOCX").click()
    assert got.value.path().read_bytes()[:2] == b"PK"
    small = phone.evaluate(
        """() => [...document.querySelectorAll('.stDownloadButton button, .stButton button')]
            .filter(one => one.offsetHeight && one.offsetHeight < 44).map(one => one.innerText)"""
    )
    assert small == []


def test_with_the_keyboard_alone(phone):
    for _ in range(120):
        phone.keyboard.press("Tab")
        focused = phone.evaluate("document.activeElement.innerText || ''")
        if focused.strip() == "行程 ICS":
            break
    else:
        pytest.fail("the file cannot be reached by keyboard")
    with phone.expect_download() as got:
        phone.keyboard.press("Enter")
    assert got.value.path().read_bytes().startswith(b"BEGIN:VCALENDAR")
