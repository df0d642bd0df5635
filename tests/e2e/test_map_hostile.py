"""The map in a real browser: hostile names, taps, keys, fingers, and no request to elsewhere."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page

from tests.e2e.sites import running, streamlit_command, watch

ROOT = Path(__file__).resolve().parents[2]
FRAME = "iframe[title='streamlit_folium.st_folium']"
NAMES = [
    "<img src=x onerror=\"parent.document.title='hit'\">",
    "{{7777*7777}}{% 泰山 %}",
    "${parent.document.title='hit'}`'\"\\",
    "</script><script>parent.document.title='hit'</script>",
    "alert(coords);village_abc1",
    "line\u2028paragraph\u202emirrored",
]
APP = """
import os
import geopandas as gpd
import pandas as pd
import shapely
import streamlit as st
from streamlit_folium import st_folium
from geo import maps

NAMES = {names!r}
words = dict.fromkeys(maps.WORD_KEYS, NAMES[0])
words |= {{"cluster": "{{count}}" + NAMES[0], "demo_badge": "演"}}
layer = gpd.GeoDataFrame(
    {{"township_code": ["370902001000"], "name": [NAMES[0]]}},
    geometry=[shapely.box(116.2, 35.6, 116.6, 36.2)], crs="EPSG:4326",
)
# all but the last stand on one spot, as venues at a township's seat do
venues = pd.DataFrame({{
    "venue_id": [name + "#" for name in NAMES], "kind": "station",
    "lon": [117.3] * (len(NAMES) - 1) + [117.0], "lat": 36.0, "name": NAMES,
    "position_precision": "township", "demo": True,
}})
area = maps.polygons_payload(
    layer, kind="township", code="township_code", notes=pd.Series([NAMES[3]]),
    classes=pd.Series(["uncovered"]),
)
counties = maps.polygons_payload(layer, kind="county", code="township_code")
drawn = maps.base_map(
    townships_payload=area, counties_payload=counties, words=words, bounds=(116, 35.5, 118, 36.5),
    notice=maps.MapNotice(NAMES[0], NAMES[1], True, NAMES[3]), ground_taps=True,
)
returned = st_folium(
    drawn, key="hostile", height=500, use_container_width=True,
    feature_group_to_add=[
        maps.choropleth_group(area),
        maps.venue_group(maps.points_payload(venues, labels={{"station": NAMES[0]}})),
    ],
    returned_objects=["last_active_drawing"],
)
st.session_state["runs"] = st.session_state.get("runs", 0) + 1
tap = maps.read_tap(returned)
st.text(f"runs={{st.session_state['runs']}}")
st.text("tap=" + ascii(tap and (tap.layer, tap.id)))
for line in range(60):
    st.text(line)
"""

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("app")
    (folder / "app.py").write_text(APP.format(names=NAMES), encoding="utf-8")
    shutil.copytree(ROOT / "static", folder / "static")
    with running(lambda port: streamlit_command("app.py", port), cwd=folder) as address:
        yield address


class Visit:
    """One reader's visit: the page, the map's frame, and what went wrong or went out."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page: Page = context.new_page()
        self.foreign, self.errors = watch(self.page, address)
        self.page.goto(address)
        self.map = self.page.frame_locator(FRAME)
        self.map.locator(".xh-sign").first.wait_for(timeout=60_000)
        self.page.wait_for_timeout(500)
        self.title = self.page.title()

    @property
    def frame(self) -> Frame:
        return next(frame for frame in self.page.frames if "st_folium" in frame.url)

    def wait_for_tap(self, layer: str, row_id: str | None) -> None:
        said = "tap=" + ascii((layer, row_id))
        self.page.get_by_text(said, exact=True).wait_for(timeout=20_000)

    def is_unharmed(self) -> bool:
        self.page.wait_for_timeout(300)
        assert self.errors == [] and self.foreign == []
        strange = self.frame.locator("#map_div img, #map_div script")
        assert [node.evaluate("e => e.outerHTML") for node in strange.all()] == []
        return self.page.title() == self.title


@pytest.fixture
def desk(browser: Browser, address):
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield Visit(context, address)
    context.close()


@pytest.fixture
def phone(browser: Browser, address):
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    yield Visit(context, address)
    context.close()


def test_a_hostile_name_is_shown_as_text_and_comes_back_whole(desk):
    sign = desk.map.locator(".xh-sign").first
    assert sign.get_attribute("aria-label").startswith(NAMES[-1])
    sign.hover()
    assert desk.map.locator(".xh-tip-name").inner_text() == NAMES[-1]
    sign.click()
    desk.wait_for_tap("venue", NAMES[-1] + "#")
    assert desk.is_unharmed()


def test_venues_on_one_spot_fan_out_and_each_can_be_tapped(desk):
    cluster = desk.map.locator(".xh-cluster").first
    assert cluster.get_attribute("aria-label") == f"{len(NAMES) - 1}{NAMES[0]}"
    cluster.click()
    desk.page.wait_for_timeout(800)
    signs = desk.map.locator(".xh-sign")
    assert signs.count() == len(NAMES)
    for i in range(signs.count()):
        signs.nth(i).hover()
        desk.page.wait_for_timeout(80)
    desk.map.locator(f".xh-sign[aria-label^='{NAMES[4]}']").click()
    desk.wait_for_tap("venue", NAMES[4] + "#")
    assert desk.is_unharmed()


def test_an_area_and_the_ground_can_be_tapped_and_a_cluster_makes_no_rerun(desk):
    box = desk.map.locator("#map_div").bounding_box()

    def at(lon, lat):
        where = desk.frame.evaluate(
            f"(p => [p.x, p.y])(window.map.latLngToContainerPoint([{lat}, {lon}]))"
        )
        return box["x"] + where[0], box["y"] + where[1]

    desk.map.locator(".xh-cluster").first.click()
    desk.page.wait_for_timeout(800)
    assert desk.page.get_by_text("runs=1", exact=True).count() == 1
    desk.page.mouse.click(*at(116.3, 35.8))
    desk.wait_for_tap("township", "370902001000")
    desk.page.mouse.click(*at(117.7, 36.3))
    desk.wait_for_tap("ground", None)
    assert desk.is_unharmed()


def test_the_keyboard_reaches_and_opens_a_sign(desk):
    desk.map.locator(".xh-sign").first.focus()
    assert desk.map.locator(".xh-tip-name").inner_text() == NAMES[-1]
    desk.page.keyboard.press("Enter")
    desk.wait_for_tap("venue", NAMES[-1] + "#")


def test_the_plain_wheel_scrolls_the_page_and_ctrl_zooms_the_map(desk):
    def zoom():
        return desk.frame.evaluate("window.map.getZoom()")

    def scrolled():
        return desk.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")

    before = zoom()
    box = desk.map.locator("#map_div").bounding_box()
    desk.page.mouse.move(box["x"] + 600, box["y"] + 60)
    desk.page.mouse.wheel(0, 120)
    desk.page.wait_for_timeout(700)
    assert zoom() == before and scrolled() > 0
    after = scrolled()
    desk.page.keyboard.down("Control")
    desk.page.mouse.wheel(0, -240)
    desk.page.keyboard.up("Control")
    desk.page.wait_for_timeout(900)
    assert zoom() > before and scrolled() == after


def test_one_finger_scrolls_the_page_two_fingers_move_the_map(phone):
    def center():
        return phone.frame.evaluate("window.map.getCenter().toString() + window.map.getZoom()")

    touch = phone.page.context.new_cdp_session(phone.page)

    def drag(*fingers):
        for step in range(12):
            points = [
                {"x": x + dx * step, "y": y + dy * step, "id": i}
                for i, (x, y, dx, dy) in enumerate(fingers)
            ]
            kind = "touchMove" if step else "touchStart"
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
            phone.page.wait_for_timeout(16)
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        phone.page.wait_for_timeout(700)

    before = center()
    drag((180, 420, 0, -15))
    assert center() == before
    assert phone.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") > 50
    drag((150, 200, -4, 2), (210, 200, 4, 2))
    assert center() != before
    button = phone.map.locator(".leaflet-control-zoom-in").bounding_box()
    assert button["width"] >= 44 and button["height"] >= 44
    assert phone.is_unharmed()
