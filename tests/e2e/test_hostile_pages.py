"""Hostile text in every column that people fill, on every page, in a real browser."""

import pytest
from playwright.sync_api import expect

from geo.schema import TABLES
from geo.store import Store
from geo.text import text
from tests.e2e.conftest import NOW
from tests.e2e.sites import site
from tests.e2e.test_pages import PAGES, open_page

pytestmark = pytest.mark.browser

HIT = "top.document.title='hit'"
TEXTS = [
    f'<img src=x onerror="{HIT}">',
    "{{7777*7777}}{% 泰山 %}{#",
    "${" + HIT + "}`'\"\\",
    f"</script><script>{HIT}</script>",
    f"<svg/onload={HIT}>[馆](javascript:{HIT})",
    f'![x](x) :red[馆] **馆** $x$ <a href="javascript:{HIT}">馆</a>',
    "alert(coords);village_abc1 map_div",
    "行一\u2028行二\u202e反写\x01\x1b",
]
FREE_TEXT = {
    "venues": ["name", "address", "hours_note", "phone", "booking_url", "booking_note",
               "admission", "operator", "intro", "source_url"],
    "routes": ["name", "duration", "organiser", "held", "intro", "source_url"],
    "route_stops": ["name", "note"],
    "townships": ["name"],
    "villages": ["name"],
    "counties": ["name"],
    "reporting_units": ["name"],
}  # fmt: skip


@pytest.fixture(scope="module")
def hostile_site(shipped_store, tmp_path_factory):
    """Serve the shipped rows with every free text replaced, past the checks at the door."""
    address = f"sqlite:///{tmp_path_factory.mktemp('hostile') / 'xinghuo.db'}"
    source, store = Store(shipped_store), Store(address)
    tables = source.read_many(list(TABLES))
    for name, columns in FREE_TEXT.items():
        for shift, column in enumerate(columns):
            rows = range(len(tables[name]))
            # The row's number keeps names apart, as the real ones are.
            tables[name][column] = [f"{TEXTS[(row + shift) % len(TEXTS)]}{row}" for row in rows]
    layers = [source.layer(level) for level in ("county", "township")]
    for layer, _ in layers:
        layer["name"] = [TEXTS[row % len(TEXTS)] for row in range(len(layer))]
    store.migrate()
    store.replace(tables)
    for layer, info in layers:
        store.put_layer(layer, info)
    source.close()
    store.close()
    with site(XINGHUO_DATABASE_URL=address, XINGHUO_NOW=NOW) as served:
        yield served


def unharmed(page, seen, title, *, said=()):
    page.wait_for_timeout(800)
    foreign, errors = seen
    assert foreign == []
    assert errors == []
    assert page.title() == title
    assert page.locator("[data-testid='stAlert']").all_inner_texts() == list(said)
    assert "60481729" not in page.content()  # 7777*7777
    ours = "[src^='data:image/svg+xml;base64,']"  # the legend's signs
    strange = page.locator(f"main img:not({ours}), main svg[onload], a[href^='javascript']").all()
    assert [node.evaluate("e => e.outerHTML") for node in strange] == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_runs_and_no_page_breaks(context, hostile_site, path):
    page, seen = open_page(context, hostile_site, path)
    unharmed(page, seen, page.title())


@pytest.mark.parametrize("number", range(1, len(TEXTS) + 1))
def test_a_hostile_card_shows_its_text_as_it_is(desk, hostile_site, number):
    page, seen = open_page(desk, hostile_site, f"/?venue=V{number:02d}")
    title = page.title()
    visible = TEXTS[number - 1].strip("\x1b\x01\u2028\u202e")[:8]
    expect(page.locator(".xh-detail h2")).to_contain_text(visible)
    unharmed(page, seen, title)


def test_hostile_words_in_the_link_are_only_words(desk, hostile_site):
    path = (
        "/?q=%7B%7B7*7%7D%7D%3Cscript%3E&near=%3Cb%3E&at=x,y&venue=%27%3B--&p=-9&lang=%3C&k_=true"
    )
    page, seen = open_page(desk, hostile_site, path)
    unharmed(page, seen, page.title(), said=[text("home.venue_gone", "zh")])
