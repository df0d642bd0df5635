"""The routes that begin and end a session: forms posted by our own pages, answered by a cookie."""

from __future__ import annotations

import ipaddress
import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache as once
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode, urlsplit

import anyio
import anyio.to_thread
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit import config

from geo.errors import GeoError
from geo.settings import Settings
from geo.sign_in import sessions
from geo.text import text
from ui import cache

logger = logging.getLogger(__name__)

COOKIE = "xinghuo_session"
RECORDS = "/records"  # where the form stands
LARGEST_BODY = 4096  # bytes
AT_ONCE = 4  # sign-ins under way; the rest of the server goes on meanwhile
MOST_WAITING = 40

# What is told in the address, and by the page in a sentence: `?sign_in=failed`.
OUTCOMES = {"sign_in_failed": "failed", "sign_in_throttled": "throttled"}
UNAVAILABLE = "unavailable"

_PATH = re.compile(r"/(?!/)[A-Za-z0-9_./?&=%+~,:-]*")


class _Refusal(Exception):  # noqa: N818 - an answer, not an error of ours
    """A request that none of our pages sends."""

    def __init__(self, status: HTTPStatus) -> None:
        self.status = status
        super().__init__(status.phrase)


def base_path() -> str:
    """Return the path under which the site is served, "" or "/below"."""
    base = str(config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""


def utc_now() -> datetime:
    """Return the real time, UTC without a zone: sessions do not follow a fixed clock."""
    return datetime.now(UTC).replace(tzinfo=None)


def routes() -> list[Route]:
    """Return the routes for signing in and out."""
    base = base_path()
    return [
        Route(f"{base}/sign-in", sign_in, methods=["POST"]),
        Route(f"{base}/sign-out", sign_out, methods=["POST"]),
    ]


async def sign_in(request: Request) -> Response:
    """Begin a session when login and password are right; go back to the page either way."""
    try:
        form = await _form(request)
    except _Refusal as refusal:
        return _refused(refusal)
    settings, now = cache.settings(), utc_now()
    address = client_address(request, trust_proxy=settings.trust_proxy)
    before = request.cookies.get(COOKIE, "")

    def begin() -> str:
        store = cache.store()
        token = sessions.sign_in(
            store, login=form.get("login", ""), password=form.get("password", ""),
            address=address, now=now, hours=settings.session_hours,
        )  # fmt: skip
        sessions.sign_out(store, before, now=now)
        return token

    token, outcome = await _worked(begin)
    answer = _back(form.get("next", ""), outcome)
    if token is not None:
        _set_cookie(answer, token, settings)
    return answer


async def sign_out(request: Request) -> Response:
    """End the session of the cookie, in all windows, and go back to the page."""
    try:
        form = await _form(request)
    except _Refusal as refusal:
        return _refused(refusal)
    token, now = request.cookies.get(COOKIE, ""), utc_now()

    def end() -> None:
        sessions.sign_out(cache.store(), token, now=now)

    _, outcome = await _worked(end)
    answer = _back(form.get("next", ""), outcome)
    if not outcome:  # else the session would go on without anybody to end it
        _set_cookie(answer, "", cache.settings())
    return answer


def is_same_origin(headers: Headers) -> bool:
    """
    Say whether the request comes from a page of our own.

    A browser says so itself (Sec-Fetch-Site); one that is older, or on plain HTTP, names the
    page's origin, which must be the host it asks.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = urlsplit(headers.get("origin", ""))
    return origin.scheme in {"http", "https"} and origin.netloc == headers.get("host")


def client_address(request: Request, *, trust_proxy: bool) -> str:
    """
    Return the address that the throttle counts by.

    The server has already put what X-Forwarded-For says in the place of a peer on this
    machine. Unless a proxy is to be trusted, that is taken back: anybody can write the header.
    """
    peer = request.client.host if request.client else ""
    forwarded = request.headers.getlist("x-forwarded-for")
    named = [part.strip() for part in ",".join(forwarded).split(",") if part.strip()]
    if not named:
        return peer
    if not trust_proxy:
        return "127.0.0.1" if peer in named else peer
    try:
        near = ipaddress.ip_address(peer).is_private
    except ValueError:
        near = False
    return named[-1] if near or peer in named else peer


def local_path(asked: str) -> str:
    """Return `asked` if it is a path of this site, else that of the records page."""
    base = base_path()
    if len(asked) <= 1000 and _PATH.fullmatch(asked) and asked.startswith(f"{base}/"):
        return asked
    return base + RECORDS


async def _form(request: Request) -> dict[str, str]:
    if not is_same_origin(request.headers):
        raise _Refusal(HTTPStatus.FORBIDDEN)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise _Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY:
            raise _Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=10)
    except ValueError:
        raise _Refusal(HTTPStatus.BAD_REQUEST) from None
    return dict(fields)


@once
def _limiter() -> anyio.CapacityLimiter:
    return anyio.CapacityLimiter(AT_ONCE)


async def _worked(work: Callable[[], str | None]) -> tuple[str | None, str]:
    """Do `work` in a thread; return what it gives, or the short word for what went wrong."""
    if _limiter().statistics().tasks_waiting >= MOST_WAITING:
        return None, UNAVAILABLE
    try:
        return await anyio.to_thread.run_sync(work, limiter=_limiter()), ""
    except GeoError as error:
        if error.code not in OUTCOMES:
            logger.warning("sign-in: %s", error)
        return None, OUTCOMES.get(error.code, UNAVAILABLE)


def _set_cookie(answer: Response, token: str, settings: Settings) -> None:
    # Without an age it goes with the browser, on a machine that others use too; age 0 removes it.
    answer.set_cookie(
        COOKIE, token, path=base_path() or "/", httponly=True, samesite="lax",
        secure=settings.secure_cookie, max_age=None if token else 0,
    )  # fmt: skip


def _back(asked: str, outcome: str) -> RedirectResponse:
    path, _, query = local_path(asked).partition("?")
    kept = [(name, value) for name, value in parse_qsl(query) if name != "sign_in"]
    kept += [("sign_in", outcome)] if outcome else []
    url = f"{path}?{urlencode(kept)}" if kept else path
    return RedirectResponse(url, HTTPStatus.SEE_OTHER, headers={"Cache-Control": "no-store"})


def _refused(refusal: _Refusal) -> PlainTextResponse:
    return PlainTextResponse(
        text("account.refused"), refusal.status, headers={"Cache-Control": "no-store"}
    )
