"""The web service: the Streamlit app, its health route, and what every answer must carry.

Started by `python -m geo serve`, which runs `streamlit run serve.py`.
"""

from __future__ import annotations

import gc
import gzip
import logging
import re
import threading
from pathlib import Path
from urllib.parse import parse_qs, quote

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config, net_util

from geo.errors import GeoError
from geo.text import text
from ui import sign_in
from ui.delivery import Answer, Packed, made_over, page_script

ROOT = Path(__file__).resolve().parent

# unsafe-inline and unsafe-eval: streamlit-folium evaluates the map's script in the page.
# {host} lets a browser whose 'self' leaves out web sockets reach ours, and no other.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "script-src-attr 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'{host}; worker-src 'self' blob:; "
    "frame-src 'self'; frame-ancestors 'self'; form-action 'self'; object-src 'none'; "
    "base-uri 'self'"
)
HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")
STATIC = "/app/static/"
FOREVER = "public, max-age=31536000, immutable"

BASE_PATH = str(config.get_option("server.baseUrlPath") or "").strip("/")
BASE_SCRIPT = f'window.__streamlit={{BACKEND_BASE_URL:location.origin+"/{quote(BASE_PATH)}"}};'

# Streamlit's first page, from its English to ours; what stands in #root goes when it starts.
PAGE_WORDS = (
    (r'<html lang="en">', '<html lang="zh-CN">'),
    # Without it the browser looks for the server below each page's own address first: two 404s.
    (r"<head>", f"<head><script>{BASE_SCRIPT}</script>{page_script(STATIC)}"),
    (r"<title>Streamlit</title>", f"<title>{text('site.name')}</title>"),
    (r'href="./favicon.png"', f'href=".{STATIC}icon.svg"'),
    (r"<link\s+rel=\"preload\"[^>]*as=\"font\"[^>]*>", ""),
    (r"<!--(?s:.*?)-->", ""),
    (r"<link rel=\"service-desc\"[^>]*>", ""),
    (r"<noscript>(?s:.*?)</noscript>", f"<noscript><p>{text('site.no_script')}</p></noscript>"),
    (
        r'<div id="root"></div>',
        '<div id="root"><p style="font:1rem/1.6 sans-serif;padding:2rem;color:#1F2A37">'
        f"{text('site.opening')}</p></div>",
    ),
)


def content_security_policy(host: str) -> str:
    """Return the policy for a page that was asked for as `host` (the Host header)."""
    known = f" ws://{host} wss://{host}" if HOST.fullmatch(host) else ""
    return CONTENT_SECURITY_POLICY.format(host=known)


class SafeHeaders:
    """Give every answer the security headers, and assets with a version a long life."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add headers to what comes back."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        policy = content_security_policy(Headers(scope=scope).get("host", ""))
        versioned = STATIC in scope["path"] and b"v" in parse_qs(scope["query_string"])

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = policy
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
                if versioned and message["status"] in {200, 206, 304}:
                    headers["Cache-Control"] = FOREVER
            await send(message)

        await self.app(scope, receive, send_safely)


class ChinesePage:
    """Put Streamlit's own first page, which is English, into Chinese."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; hold an HTML answer back until it can be translated."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        await made_over(self.app, scope, receive, send, wanted=_is_html, changed=_translated)


def _is_html(headers: Headers) -> bool:
    return headers.get("content-type", "").startswith("text/html")


def _translated(answer: Answer) -> Answer:
    """Return Streamlit's page in Chinese, under the headers of its new bytes; other HTML as is."""
    headers = MutableHeaders(raw=list(answer.headers))
    packed = headers.get("content-encoding") == "gzip"
    plain = gzip.decompress(answer.body) if packed else answer.body
    if b"<title>Streamlit</title>" not in plain:
        return answer
    page = plain.decode("utf-8")
    for english, ours in PAGE_WORDS:
        page = re.sub(english, ours.replace("\\", r"\\"), page)
    for name in ("content-encoding", "etag", "last-modified"):
        if name in headers:
            del headers[name]
    body = page.encode("utf-8")
    headers["content-length"] = str(len(body))
    return Answer(headers.raw, body)


async def health(_: Request) -> JSONResponse:
    """Say that the process answers."""
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


def no_external_ip() -> str | None:
    """
    Stand in for Streamlit's question to a service abroad for this machine's address.

    Any foreign page that opens a web socket here would set it off, two blocking seconds each
    time. Who needs another origin names it in `server.corsAllowedOrigins`.
    """
    return None


net_util.get_external_ip = no_external_ip

app = st.App(
    ROOT / "app.py",
    routes=[Route("/healthz", health), *sign_in.routes()],
    middleware=[Middleware(SafeHeaders), Middleware(Packed), Middleware(ChinesePage)],
)


def warm_up() -> None:
    """Read what every page needs, so that the first reader does not wait for it."""
    # Streamlit warns of caches read outside a page, and says that it does not matter.
    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(
        logging.ERROR
    )
    try:
        from ui import cache

        for level in ("county", "township"):
            cache.shapes(cache.revision(), level)
        cache.scores(cache.revision(), "")
        # What lives as long as the process need not be looked through at each collection.
        gc.collect()
        gc.freeze()
    except GeoError as error:  # the page says it too, and better
        logging.getLogger(__name__).warning("nothing to warm up: %s", error)


threading.Thread(target=warm_up, daemon=True).start()
