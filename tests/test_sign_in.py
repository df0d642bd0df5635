"""The routes that sign in and out, over real HTTP; and what pages make of the cookie."""

import http.client
import re
import shutil
import statistics
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest
import streamlit as st
import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Address, Headers
from starlette.requests import Request
from streamlit import config

from geo.audit import audit_log
from geo.errors import GeoError
from geo.sign_in import accounts, sessions
from geo.store import Store
from tests.app import new_app
from tests.conftest import toy_tables
from ui import account, cache, sign_in

ROOT = Path(__file__).resolve().parents[1]
GOOD = "correct horse battery"


@pytest.fixture(scope="module")
def furnished_file(originals, tmp_path_factory):
    """Give a file with the toy region and a steward."""
    folder = tmp_path_factory.mktemp("furnished")
    path = shutil.copy(originals.file(toy_tables), folder / "furnished.db")
    store = Store(f"sqlite:///{path}")
    accounts.add_account(
        store, login="daiyue", name="岱岳区科协", role="steward", place_kind="unit",
        place="daiyue", password=GOOD, by="system",
    )  # fmt: skip
    store.close()
    return path


@pytest.fixture
def here(furnished_file, tmp_path, monkeypatch):
    """Point routes and pages at a toy store with a steward; give the store."""
    path = shutil.copy(furnished_file, tmp_path / "here.db")
    store = Store(f"sqlite:///{path}")
    monkeypatch.setenv("XINGHUO_DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.chdir(ROOT)
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    st.cache_resource.clear()
    yield store
    with suppress(GeoError):
        cache.store().close()
    store.close()
    st.cache_resource.clear()


class Site:
    """Ask a site by HTTP; every answer is (status, headers, body)."""

    def __init__(self, port):
        self.port = port
        self.host = f"127.0.0.1:{port}"

    def ask(self, path, fields=None, *, method="POST", body=None, **headers):
        given = {"Origin": f"http://{self.host}", "Host": self.host,
                 "Content-Type": "application/x-www-form-urlencoded"}  # fmt: skip
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            content = urlencode(fields or {}) if body is None else body
            kept = {name: value for name, value in given.items() if value is not None}
            connection.request(method, path, content, kept)
            answer = connection.getresponse()
            known = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, known, answer.read()
        finally:
            connection.close()

    def enter(self, password=GOOD, login="daiyue", path="/sign-in", **more):
        headers = {name: more.pop(name) for name in list(more) if name[0].isupper()}
        return self.ask(path, {"login": login, "password": password, **more}, **headers)


@contextmanager
def served():
    server = uvicorn.Server(
        uvicorn.Config(Starlette(routes=sign_in.routes()), port=0, log_config=None, ws="none")
    )
    thread = threading.Thread(target=server.run)
    sign_in._limiter.cache_clear()
    thread.start()
    try:
        until = time.monotonic() + 20
        while not server.started:
            assert time.monotonic() < until
            time.sleep(0.01)
        yield Site(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def site(here):  # noqa: ARG001 - the store that is served
    with served() as found:
        yield found


def token_of(headers):
    return re.match(r"xinghuo_session=([^;]*)", headers["set-cookie"]).group(1)


def who(store, token):
    found = sessions.actor_of(store, token, now=sign_in.utc_now())
    return found.login if found else None


# --- the routes -----------------------------------------------------------------------------


def test_signing_in_gives_a_cookie_and_goes_back_to_the_page(site, here):
    status, headers, body = site.enter(next="/records?lang=en&sign_in=failed")
    assert (status, headers["location"], body) == (303, "/records?lang=en", b"")
    assert headers["cache-control"] == "no-store"
    parts = [part.strip() for part in headers["set-cookie"].split(";")]
    assert parts[1:] == ["HttpOnly", "Path=/", "SameSite=lax"]  # no age, no Secure over HTTP
    assert who(here, token_of(headers)) == "daiyue"


@pytest.mark.usefixtures("here")
def test_over_https_the_cookie_is_secure(monkeypatch):
    monkeypatch.setenv("XINGHUO_PUBLIC", "yes")
    with served() as site:
        assert site.enter()[1]["set-cookie"].endswith("; Secure")


@pytest.mark.usefixtures("here")
def test_below_a_base_path_routes_cookie_and_way_back_are_there():
    config.set_option("server.baseUrlPath", "science")
    try:
        with served() as site:
            assert site.enter()[0] == 404
            _, headers, _ = site.enter(path="/science/sign-in", next="/records")
            assert headers["location"] == "/science/records"
            assert "Path=/science;" in headers["set-cookie"]
    finally:
        config.set_option("server.baseUrlPath", "")


def test_a_new_sign_in_ends_the_session_before_it(site, here):
    first = token_of(site.enter()[1])
    second = token_of(site.enter(Cookie=f"xinghuo_session={first}")[1])
    assert (who(here, first), who(here, second)) == (None, "daiyue")


def test_signing_out_ends_the_session_and_removes_the_cookie(site, here):
    token = token_of(site.enter()[1])
    status, headers, _ = site.ask(
        "/sign-out", {"next": "/coverage?lang=en"}, Cookie=f"xinghuo_session={token}"
    )
    assert (status, headers["location"]) == (303, "/coverage?lang=en")
    assert token_of(headers) == '""' and "Max-Age=0" in headers["set-cookie"]
    assert who(here, token) is None
    assert site.ask("/sign-out")[0] == 303  # without a cookie, too


def test_a_wrong_password_and_an_unknown_login_get_the_same_answer_after_the_same_work(site):
    def tried(login, password):
        start = time.perf_counter()
        status, headers, body = site.enter(password, login)
        took = time.perf_counter() - start
        del headers["date"]
        return took, (status, headers, body)

    wrong, unknown = ([tried(login, "x" * 12) for _ in range(4)] for login in ("daiyue", "nobody"))
    answers = {repr(answer) for _, answer in wrong + unknown}
    assert len(answers) == 1
    assert "'location': '/records?sign_in=failed'" in answers.pop()
    ratio = statistics.median(t for t, _ in unknown) / statistics.median(t for t, _ in wrong)
    assert 0.4 < ratio < 2.5


def test_too_many_failures_have_to_wait_without_a_cookie(site, here):
    for _ in range(5):
        site.enter("wrong")
    status, headers, _ = site.enter()
    assert (status, headers["location"]) == (303, "/records?sign_in=throttled")
    assert "set-cookie" not in headers
    assert len(audit_log(here, actions=["sign_in_failed"])) == 5


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": None},
        {"Origin": "http://127.0.0.1"},  # another port is another origin
    ],
)
def test_a_post_from_another_site_is_refused(site, here, headers):
    for path in ("/sign-in", "/sign-out"):
        status, answer, body = site.ask(path, {"login": "daiyue", "password": GOOD}, **headers)
        assert (status, "set-cookie" in answer) == (403, False)
        assert "本站" in body.decode() and answer["cache-control"] == "no-store"
    assert audit_log(here, actions=["sign_in"]).empty


def test_what_the_browser_says_of_the_site_counts_more_than_a_proxys_host(site):
    assert site.enter(Sec_Fetch_Site="same-origin", Host="inner", Origin="https://a.example")[0] \
        == 303  # fmt: skip


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/%0d%0aX: y\r\nX: y", "evil",
     "javascript:alert(1)", "///evil.example", "/records\tx", "/" + "x" * 2000, "\\\\evil", "/@x"],
)  # fmt: skip
def test_the_way_back_never_leaves_the_site(site, target):
    for path in ("/sign-in", "/sign-out"):
        _, headers, _ = site.ask(path, {"login": "x", "password": "y", "next": target})
        assert headers["location"].partition("?")[0] == "/records"
        assert "x" not in headers


def test_only_small_forms_are_read(site):
    assert site.enter("x" * 5000)[0] == 413
    assert site.enter(Content_Type="application/json")[0] == 415
    assert site.enter(Content_Type=None)[0] == 415
    assert site.ask("/sign-in", body="login=泰".encode())[0] == 400
    assert site.ask("/sign-in", body="&".join("a=b" for _ in range(50)))[0] == 400
    assert site.ask("/sign-in", method="GET")[0] == 405
    assert site.ask("/sign-in", body="")[1]["location"] == "/records?sign_in=failed"
    odd = site.ask("/sign-in", body="login=%00%ff%ed%b2%80&password=%00%ff")
    assert odd[1]["location"] == "/records?sign_in=failed"


@pytest.mark.usefixtures("here")
def test_without_a_store_nothing_is_promised(monkeypatch, tmp_path):
    with served() as site:
        monkeypatch.setenv("XINGHUO_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
        st.cache_resource.clear()
        assert site.enter()[1]["location"] == "/records?sign_in=unavailable"
        answer = site.ask("/sign-out", Cookie="xinghuo_session=x")[1]
        assert answer["location"] == "/records?sign_in=unavailable" and "set-cookie" not in answer


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusting", "not_trusting"),
    [
        ("192.0.2.9", [], "192.0.2.9", "192.0.2.9"),
        # The server itself replaced a peer on this machine by what the header says.
        ("93.184.216.34", ["93.184.216.34"], "93.184.216.34", "127.0.0.1"),
        ("93.184.216.34", ["1.1.1.1, 93.184.216.34"], "93.184.216.34", "127.0.0.1"),
        # A proxy in the local network.
        ("10.0.0.2", ["1.1.1.1", "93.184.216.34"], "93.184.216.34", "10.0.0.2"),
        # Somebody from outside who writes the header himself.
        ("93.184.216.34", ["1.1.1.1"], "93.184.216.34", "93.184.216.34"),
    ],
)
def test_the_address_is_the_peers_unless_a_proxy_is_trusted(
    peer, forwarded, trusting, not_trusting
):
    raw = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    request = Request({"type": "http", "headers": raw, "client": Address(peer, 1)})
    assert sign_in.client_address(request, trust_proxy=True) == trusting
    assert sign_in.client_address(request, trust_proxy=False) == not_trusting


def test_the_origin_is_compared_with_its_port():
    def same(**headers):
        return sign_in.is_same_origin(Headers(headers))

    assert same(origin="https://a.example:8443", host="a.example:8443")
    assert not same(origin="https://a.example:8443", host="a.example")
    assert not same(origin="file://a.example", host="a.example")
    assert not same()


# --- the pages ------------------------------------------------------------------------------


@pytest.fixture
def cookies(monkeypatch):
    """Give the cookie jar of the browser that these pages lack."""
    jar = {"token": ""}
    monkeypatch.setattr(account, "cookie", lambda: jar["token"])
    return jar


def open_records(**query):
    at = new_app()
    at.query_params.update(query)
    return at.switch_page("pages/6_records.py").run()


def html_of(at):
    return "\n".join(node.proto.body for node in at.get("html"))


@pytest.mark.usefixtures("here")
def test_the_public_sees_the_form_and_a_quiet_link():
    at = open_records(lang="en")
    assert not at.exception and not at.error and at.title[0].value == "Register"
    form = re.search(r'<form class="xh-sign-in".*</form>', html_of(at)).group()
    assert 'method="post" action="/sign-in"' in form
    assert 'name="next" value="/records?lang=en"' in form
    for name, hint in (("login", "username"), ("password", "current-password")):
        assert re.search(rf'<label for="xh-{name}">', form)
        assert re.search(rf'<input id="xh-{name}" name="{name}"[^>]*autocomplete="{hint}"', form)
    assert "xh-sign-out" not in form + html_of(at).replace(".xh-sign-out", "")


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("outcome", "said"),
    [("failed", "不对"), ("throttled", "15 分钟"), ("unavailable", "暂时")],
)
def test_a_failure_is_a_sentence(outcome, said):
    assert said in open_records(sign_in=outcome).error[0].value


@pytest.mark.usefixtures("here")
def test_an_unknown_outcome_says_nothing():
    assert not open_records(sign_in="<script>").error


def begun(store, login="daiyue"):
    now = sign_in.utc_now()
    return sessions.sign_in(store, login=login, password=GOOD, address="", now=now, hours=1)


def test_who_is_signed_in_is_said_with_role_and_place_until_the_session_ends(here, cookies):
    cookies["token"] = begun(here)
    at = open_records()
    assert not at.exception
    assert "您以 岱岳区科协 的身份登录：县市区、功能区管理员，管理范围 岱岳区。" in html_of(at)
    assert '<form class="xh-sign-out" method="post" action="/sign-out">' in html_of(at)
    assert 'class="xh-sign-in"' not in html_of(at)
    # The same reader's next click after the account was disabled.
    accounts.set_disabled(here, "daiyue", True, by="system")
    assert 'class="xh-sign-in"' in html_of(at.run())


@pytest.mark.parametrize(
    ("role", "kind", "place", "said"),
    [
        ("reporter", "venue", "h1", "填报员，管理范围 泰安市科技馆。"),
        ("reporter", "township", "370911101000", "填报员，管理范围 山口镇。"),
        ("steward", "unit", "zone", "管理员，管理范围 高新区。"),
        ("city", "", "", "市级管理员，管理范围 泰安市。"),
    ],
)
def test_every_kind_of_place_has_its_name(here, cookies, role, kind, place, said):
    accounts.change_account(here, "daiyue", by="system", role=role, place_kind=kind, place=place)
    cookies["token"] = begun(here)
    assert said in html_of(open_records())


def test_a_name_cannot_write_into_the_page(here, cookies):
    accounts.change_account(here, "daiyue", by="system", name="<img src=x onerror=alert(1)>")
    cookies["token"] = begun(here)
    assert "<img" not in html_of(open_records())


def test_one_process_keeps_its_readers_apart(here, cookies):
    accounts.add_account(
        here, login="taishan", name="泰山区科协", role="steward", place_kind="unit",
        place="taishan", password=GOOD, by="system",
    )  # fmt: skip
    tokens = {"岱岳区科协": begun(here), "泰山区科协": begun(here, "taishan"), "": ""}
    at = open_records()
    for _ in range(2):
        for name, token in tokens.items():
            cookies["token"] = token
            at.run()
            seen = {one for one in tokens if one and one in html_of(at)}
            assert seen == {name} - {""}
