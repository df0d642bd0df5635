"""What is sent beside the pages: scripts and styles, packed for slow lines; our page script."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
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
class _Held:
    """One packed file with the headers it is sent under."""

    headers: list[tuple[bytes, bytes]]
    body: bytes


class Packed:
    """
    Send Streamlit's scripts and styles gzipped.

    Streamlit leaves them as they are, because packing a file for every reader costs more than
    it gains; here a file is packed at its first reader and held. A first visit is then a third
    of the bytes.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.held: dict[str, _Held] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; pack what comes back if it is one of those files."""
        if scope["type"] != "http" or not _wanted(scope):
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if path in self.held:
            await _send(self.held[path], send)
            return
        start: Message | None = None
        parts: list[bytes] = []

        async def send_packed(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _packable(message):
                start = message
                return
            if start is None:
                await send(message)
                return
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                held = await anyio.to_thread.run_sync(_pack, start, b"".join(parts))
                self.held[path] = held
                await _send(held, send)

        await self.app(scope, receive, send_packed)


def _wanted(scope: Scope) -> bool:
    """Say whether it is a plain question for such a file from a browser that unpacks."""
    headers = Headers(scope=scope)
    return (
        scope["method"] == "GET"
        and "gzip" in headers.get("accept-encoding", "")
        and not {"range", "if-none-match", "if-modified-since"} & set(headers.keys())
        and _FILE.fullmatch(scope["path"]) is not None
    )


def _packable(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    return (
        start["status"] == 200
        and "content-encoding" not in headers
        and int(headers.get("content-length", "0")) >= _SMALLEST
    )


def _pack(start: Message, body: bytes) -> _Held:
    packed = gzip.compress(body, compresslevel=9, mtime=0)
    headers = MutableHeaders(raw=list(start["headers"]))
    headers["content-encoding"] = "gzip"
    headers["content-length"] = str(len(packed))
    headers.add_vary_header("Accept-Encoding")
    if "etag" in headers and not headers["etag"].startswith("W/"):
        headers["etag"] = "W/" + headers["etag"]  # the same file, other bytes
    return _Held(headers.raw, packed)


async def _send(held: _Held, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": list(held.headers)})
    await send({"type": "http.response.body", "body": held.body})
