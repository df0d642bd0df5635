"""What is sent beside the pages: scripts and styles, packed for slow lines; our page script."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path

import anyio.to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geo.errors import LANGUAGES
from geo.text import text

_SCRIPT = Path(__file__).resolve().parent.parent / "static" / "page.js"
# What static/page.js says; see there.
_SAID = (
    "skip", "open", "choose_date", "previous_month", "next_month", "less", "more", "pages",
    "page", "previous_page", "next_page", "columns", "search", "fullscreen", "fullscreen_end",
    "upload", "choose", "clear", "close", "help", "map", "menu", "lost", "no_page",
)  # fmt: skip
# Streamlit's own files, named by their content; none of them changes while the server runs.
_FILE = re.compile(r"(?:/[A-Za-z0-9_-]+)*/static/(?:js|css)/[A-Za-z0-9_.-]+\.(?:js|css)")
_SMALLEST = 1024  # bytes; below, packing gains nothing


def page_script(static: str) -> str:
    """Return the tag of our page script below the address `static`, with its words."""
    words = {
        language: {name: text(f"browser.{name}", language) for name in _SAID}
        for language in LANGUAGES
    }
    version = hashlib.sha256(_SCRIPT.read_bytes()).hexdigest()[:12]
    said = escape(json.dumps(words, ensure_ascii=False, separators=(",", ":")))
    return f'<script defer src=".{static}page.js?v={version}" data-words="{said}"></script>'


@dataclass(frozen=True)
class Answer:
    """An answer of status 200: its headers as they are sent, and its bytes."""

    headers: list[tuple[bytes, bytes]]
    body: bytes

    async def sent(self, send: Send) -> None:
        """Send it."""
        start = {"type": "http.response.start", "status": 200, "headers": list(self.headers)}
        await send(start)
        await send({"type": "http.response.body", "body": self.body})


async def made_over(
    app: ASGIApp, scope: Scope, receive: Receive, send: Send, *,
    wanted: Callable[[Headers], bool], changed: Callable[[Answer], Answer],
) -> None:  # fmt: skip
    """Pass a request on; an answer of status 200 that is `wanted` is sent whole, as `changed`."""
    headers: list[tuple[bytes, bytes]] | None = None
    parts: list[bytes] = []

    async def send_changed(message: Message) -> None:
        nonlocal headers
        starts = message["type"] == "http.response.start" and message["status"] == 200
        if starts and wanted(Headers(raw=message["headers"])):
            headers = list(message["headers"])
            return
        if headers is None:
            await send(message)
            return
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            answer = Answer(headers, b"".join(parts))
            await (await anyio.to_thread.run_sync(changed, answer)).sent(send)

    await app(scope, receive, send_changed)


class Packed:
    """
    Send Streamlit's scripts and styles gzipped.

    Streamlit leaves them as they are, because packing a file for every reader costs more than
    it gains; here a file is packed at its first reader and held. A first visit is then a third
    of the bytes.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.held: dict[str, Answer] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; pack what comes back if it is one of those files."""
        if scope["type"] != "http" or not _wanted(scope):
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if path in self.held:
            await self.held[path].sent(send)
            return

        def packed(answer: Answer) -> Answer:
            self.held[path] = _packed(answer)
            return self.held[path]

        await made_over(self.app, scope, receive, send, wanted=_packable, changed=packed)


def _wanted(scope: Scope) -> bool:
    """Say whether it is a plain question for such a file from a browser that unpacks."""
    headers = Headers(scope=scope)
    return (
        scope["method"] == "GET"
        and "gzip" in headers.get("accept-encoding", "")
        and not {"range", "if-none-match", "if-modified-since"} & set(headers.keys())
        and _FILE.fullmatch(scope["path"]) is not None
    )


def _packable(headers: Headers) -> bool:
    # An address that is no file is answered with the first page: it must not be held, for
    # there is no end of such addresses.
    kind = headers.get("content-type", "")
    return (
        ("javascript" in kind or kind.startswith("text/css"))
        and "content-encoding" not in headers
        and int(headers.get("content-length", "0")) >= _SMALLEST
    )


def _packed(answer: Answer) -> Answer:
    body = gzip.compress(answer.body, compresslevel=9, mtime=0)
    headers = MutableHeaders(raw=list(answer.headers))
    headers["content-encoding"] = "gzip"
    headers["content-length"] = str(len(body))
    headers.add_vary_header("Accept-Encoding")
    if "etag" in headers and not headers["etag"].startswith("W/"):
        headers["etag"] = "W/" + headers["etag"]  # the same file, other bytes
    return Answer(headers.raw, body)
