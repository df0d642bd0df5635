"""A teacher's way in a real browser: from an empty request to a file, by tap and by keyboard."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import SIZES
from tests.e2e.sites import watch

pytestmark = pytest.mark.browser


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
    expect(phone.locator("[data-stale=true]")).to_have_count(0)  # the answer has come
    with phone.expect_download() as got:
        phone.get_by_role("button", name="研学手册 DOCX").click()
    assert got.value.path().read_bytes()[:2] == b"PK"
    small = phone.evaluate(
        """() => [...document.querySelectorAll('.stDownloadButton button, .stButton button')]
            .filter(one => one.offsetHeight && one.offsetHeight < 44).map(one => one.innerText)"""
    )
    assert small == []


WHO = """() => {
    const here = document.activeElement;
    return [here.getAttribute('aria-label') || '', here.innerText || ''].join(' ').trim();
}"""


class Keys:
    """Hands on a keyboard, who see where they are and count what they press."""

    def __init__(self, page):
        self.page = page
        self.pressed = 0

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def to(self, name):
        """Go on with Tab to what bears this name."""
        for _ in range(40):
            self.press("Tab")
            if name in self.page.evaluate(WHO):
                return
        pytest.fail(f"{name} cannot be reached by keyboard")

    def linked(self, words):
        """Wait until the link says `words`; the answer is computed before the next key."""
        self.page.wait_for_function(
            "words => decodeURIComponent(location.search).includes(words)", arg=words
        )
        expect(self.page.locator("[data-stale=true]")).to_have_count(0)


def test_from_an_empty_request_to_a_handbook_with_the_keyboard_alone(phone):
    phone.get_by_label("学生人数").wait_for()
    keys = Keys(phone)
    keys.to("day, 出行日期")
    keys.press("1", "2")
    keys.to("出发地")
    keys.linked('"date":"2026-12-12"')
    phone.keyboard.type("夏张")
    keys.pressed += len("xiazhang ")  # as one types it
    expect(phone.get_by_role("option")).to_have_count(1)
    keys.press("Enter")
    keys.linked("370911107000")
    keys.to("学生人数")
    keys.press("Control+a", *"30", "Enter")
    keys.linked('"pupils":30')
    expect(phone.locator(".xh-sentence").first).to_contain_text("回到夏张镇")
    keys.to("研学手册 DOCX")
    with phone.expect_download() as got:
        keys.press("Enter")
    assert got.value.path().read_bytes()[:2] == b"PK"
    assert "夏张镇" in got.value.suggested_filename and keys.pressed <= 70, keys.pressed
    # What is read on the way: the form, the answer, the timetable and its notices.
    words = phone.locator("[data-testid=stMain]").inner_text()
    read = len("".join(words.split()))
    print("pressed", keys.pressed, "read", read)
    assert read < 1400
