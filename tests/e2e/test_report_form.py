"""A reader reports a closed door in a real browser; overdue venues are pale on the map."""

import shutil

import pandas as pd
import pytest
from playwright.sync_api import expect

from geo import reports
from geo.store import Store
from tests.e2e.conftest import NOW
from tests.e2e.sites import site, watch
from tests.region import put_rows

pytestmark = pytest.mark.browser

READY_MS = 60_000


@pytest.fixture(scope="module")
def store_and_site(shipped_store, tmp_path_factory):
    """Serve a copy of the shipped store in which one venue is exact and overdue."""
    path = tmp_path_factory.mktemp("reports") / "copy.db"
    shutil.copy(shipped_store.removeprefix("sqlite:///"), path)
    store = Store(f"sqlite:///{path}")
    venues = store.read("venues")
    row = venues["venue_id"] == "V15"
    venues.loc[row, "verified_on"] = pd.Timestamp("2025-09-01")
    venues.loc[row, "position_precision"] = "building"
    put_rows(store, "venues", venues)
    with site(XINGHUO_DATABASE_URL=f"sqlite:///{path}", XINGHUO_NOW=NOW) as address:
        yield store, address
    store.close()


def test_a_reader_reports_a_closed_door_and_sees_the_pale_sign(context, store_and_site):
    store, address = store_and_site
    before = len(reports.reports(store))
    page = context.new_page()
    page.set_default_timeout(20_000)
    foreign, errors = watch(page, address)
    page.goto(f"{address}/?venue=V15&q=大汶口")
    page.locator(".st-key-xh-footer").wait_for(timeout=READY_MS)
    card = page.locator(".st-key-xh-detail")
    expect(card).to_contain_text("核实于 2025-09-01，超期 268 天")
    expect(page.locator(".legend")).to_contain_text("超过核实期限")
    sign = page.frame_locator("iframe").locator(".xh-selected")
    sign.wait_for(timeout=READY_MS)
    assert "超过核实期限" in sign.get_attribute("aria-label")
    assert sign.locator("path").last.get_attribute("fill-opacity") == "0.35"

    form = page.locator(".st-key-xh-report")
    form.locator("summary").click()
    kind = form.get_by_text("位置不对").locator("xpath=ancestor::label")
    for target in (form.locator("summary"), kind, form.get_by_role("button", name="提交")):
        assert target.bounding_box()["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    form.locator("textarea").fill(f"第{before}次：<b>{{{{7*7}}}}</b>")
    form.get_by_role("button", name="提交").click()
    expect(form).to_contain_text("谢谢，已经记下")
    expect(card).to_contain_text(f"有 {before + 1} 条反映等待核实")
    kept = reports.reports(store).iloc[-1]
    assert (kept["venue_id"], kept["kind"]) == ("V15", "closed_door")
    assert kept["note"] == f"第{before}次：<b>{{{{7*7}}}}</b>"
    assert not foreign and not errors
