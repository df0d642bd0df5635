"""How soon the first map stands on the screen of a real Chromium, on loopback."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.figures import Figure, figure
from benchmarks.made_city import made_store, served

RUNS = 5
SECONDS_BAR = 3.0


def _first_map_s(browser: Browser, host: str) -> float:
    """Return seconds from the request to the first sign on the map, nothing cached."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    start = time.perf_counter()
    page.goto(f"http://{host}/")
    page.frame_locator("iframe").locator(".xh-cluster, .xh-sign").first.wait_for(timeout=60_000)
    seconds = time.perf_counter() - start
    context.close()
    return seconds


def figures() -> list[Figure]:
    """Measure the home page with 4,000 venues; the first visit warms the server."""
    with (
        tempfile.TemporaryDirectory() as folder,
        served(made_store(Path(folder))) as host,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        cold = _first_map_s(browser, host)
        warm = [_first_map_s(browser, host) for _ in range(RUNS)]
        browser.close()
    return [
        figure("first map in Chromium, warm server", warm, "s", bar=SECONDS_BAR),
        figure("first map in Chromium, first visit after start", [cold], "s"),
    ]
