"""Real servers on a free port, and a watch on what a page asks for and complains about."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Page, Route

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
START_S = 180  # a busy machine is slow, not wrong
# Whether the page is computed to its end: what opens before may be closed by what comes.
IDLE = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  return app && app.dataset.testScriptState === "notRunning"
    && document.querySelector(".st-key-xh-footer")
    && !document.querySelector('[data-testid="stSpinner"]');
}"""
PORTS = 3  # to try: what is free now may be taken a moment later
# The one complaint of Chromium that no page can avoid: the frame may run scripts of its own
# origin, which is how Streamlit serves components.
KNOWN = ("An iframe which has both allow-scripts and allow-same-origin",)


def streamlit_command(script: str, port: int) -> list[str]:
    """Return the command that serves a script of a test, as our own settings would."""
    options = {
        "server.port": port, "server.address": "127.0.0.1", "server.headless": "true",
        "server.enableStaticServing": "true", "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false", "browser.serverAddress": "127.0.0.1",
    }  # fmt: skip
    return [sys.executable, "-m", "streamlit", "run", script] + [
        f"--{name}={value}" for name, value in options.items()
    ]


@contextmanager
def running(
    command: Callable[[int], list[str]], *, cwd: Path, env: dict[str, str] | None = None
) -> Iterator[str]:
    """Run the server that `command` of a free port starts; give its address, then stop it."""
    for _ in range(PORTS):
        port = free_port()
        server = subprocess.Popen(
            command(port),
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            if _answers(server, port):
                yield f"http://127.0.0.1:{port}"
                return
        finally:
            _end(server)
    raise AssertionError("the server ended before it answered")


def _answers(server: subprocess.Popen, port: int) -> bool:
    """Wait for the server; False if it ended, as it does when another took its port meanwhile."""
    until = time.monotonic() + START_S
    while server.poll() is None:
        assert time.monotonic() < until, "the server did not answer"
        with suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
            return server.poll() is None
        time.sleep(0.1)
    return False


def _end(server: subprocess.Popen) -> None:
    server.terminate()
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@contextmanager
def site(**env: str) -> Iterator[str]:
    """Serve the real site on the store that `XINGHUO_…` names, as `make run` does."""
    command = [sys.executable, "-m", "geo", "serve", "--port"]
    with running(lambda port: [*command, str(port)], cwd=ROOT, env=env) as address:
        yield address


def watch(page: Page, address: str, *, refuse: bool = True) -> tuple[list[str], list[str]]:
    """
    Refuse and note every request that leaves `address`; note errors and dialogs.

    With `refuse` false it is only noted: the browser keeps its cache then, and pages load faster.
    """
    foreign: list[str] = []
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: (errors.append("dialog"), dialog.dismiss()))

    def noted(message) -> None:
        if message.type == "error" and not message.text.startswith(KNOWN):
            errors.append(message.text)

    def note_foreign(url: str) -> bool:
        ours = url.startswith((address + "/", "data:", "blob:"))
        if not ours:
            foreign.append(url)
        return not ours

    def only_ours(route: Route) -> None:
        if note_foreign(route.request.url):
            route.abort()
        else:
            route.continue_()

    page.on("console", noted)
    page.on(
        "websocket",
        lambda ws: ws.url.startswith(address.replace("http", "ws", 1)) or foreign.append(ws.url),
    )
    if refuse:
        page.route("**/*", only_ours)
    else:
        page.on("request", lambda asked: note_foreign(asked.url))
    return foreign, errors
