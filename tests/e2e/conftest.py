"""One Chromium for all browser tests, and the real site on the shipped data."""

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.e2e.sites import site

expect.set_options(timeout=30_000)  # a busy machine is slow, not wrong
# A Monday morning; the shipped figures of the tests belong to this day.
NOW = "2026-11-23T10:00"
SIZES = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True},
}


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"], timeout=120_000
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def shipped_site(shipped_store):
    """Return the address of the site on the shipped data, on a fixed Monday morning."""
    with site(XINGHUO_DATABASE_URL=shipped_store, XINGHUO_NOW=NOW) as address:
        yield address


@pytest.fixture(params=list(SIZES))
def context(request, browser):
    opened = browser.new_context(locale="zh-CN", **SIZES[request.param])
    yield opened
    opened.close()


@pytest.fixture
def desk(browser):
    """For what does not depend on the size of the screen."""
    opened = browser.new_context(locale="zh-CN", **SIZES["desktop"])
    yield opened
    opened.close()
