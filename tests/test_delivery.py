"""What is packed and held: Streamlit's own scripts, once each; never what an address makes up."""

import asyncio
import gzip

import pytest

from ui.delivery import Packed

SCRIPT = b"const a = 1;\n" * 200
PAGE = b"<!doctype html>" + b" " * 2000


def asked(app, path, *, headers=((b"accept-encoding", b"gzip"),), method="GET"):
    """Ask an app for a path; return status, headers and bytes."""
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": list(headers)}
    asyncio.run(app(scope, None, send))
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], dict(sent[0]["headers"]), body


class Server:
    """Answers `/static/js/a.js` in two parts, and everything else with the first page."""

    def __init__(self):
        self.paths = []

    async def __call__(self, scope, _receive, send):
        self.paths.append(scope["path"])
        found = scope["path"] == "/static/js/a.js"
        kind, body = (b"text/javascript", SCRIPT) if found else (b"text/html", PAGE)
        headers = [(b"content-type", kind), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body[:100], "more_body": True})
        await send({"type": "http.response.body", "body": body[100:]})


def test_a_script_is_packed_once_and_held():
    server = Server()
    app = Packed(server)
    first, again = (asked(app, "/static/js/a.js") for _ in range(2))
    assert first == again and server.paths == ["/static/js/a.js"]
    status, headers, body = first
    assert status == 200 and headers[b"content-encoding"] == b"gzip"
    assert gzip.decompress(body) == SCRIPT and int(headers[b"content-length"]) == len(body)


@pytest.mark.parametrize("path", ["/static/js/b.js", "/x/y/static/js/a.js", "/static/js/../a.js"])
def test_the_first_page_under_a_made_up_address_is_never_held(path):
    app = Packed(Server())
    status, headers, body = asked(app, path)
    assert (status, body) == (200, PAGE) and b"content-encoding" not in headers
    assert app.held == {}


@pytest.mark.parametrize(
    ("headers", "method"),
    [((), "GET"), (((b"accept-encoding", b"gzip"), (b"range", b"bytes=0-9")), "GET"),
     (((b"accept-encoding", b"gzip"),), "HEAD")],
)  # fmt: skip
def test_who_asks_otherwise_gets_it_as_it_is(headers, method):
    app = Packed(Server())
    assert asked(app, "/static/js/a.js", headers=headers, method=method)[2] == SCRIPT
    assert app.held == {}
