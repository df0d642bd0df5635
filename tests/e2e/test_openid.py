"""Signing in through an OpenID Connect provider, in a real browser, with a real provider."""

import shutil

import pytest
from playwright.sync_api import expect

from geo.audit import audit_log
from geo.sign_in import accounts
from geo.store import Store
from tests.e2e.conftest import NOW
from tests.e2e.openid import CLIENT, SECRET, provider
from tests.e2e.sites import site

pytestmark = pytest.mark.browser
READY_MS = 60_000
CHECKED = {"sub": "1234", "email": "Li@Example.org", "email_verified": True}


@pytest.fixture(scope="module")
def identities():
    with provider() as found:
        yield found


@pytest.fixture(scope="module")
def store(shipped_store, tmp_path_factory):
    path = tmp_path_factory.mktemp("openid") / "xinghuo.db"
    shutil.copy(shipped_store.removeprefix("sqlite:///"), path)
    found = Store(f"sqlite:///{path}")
    accounts.add_account(
        found, login="li@example.org", name="市科协", role="city", password=None, by="system"
    )
    yield found
    found.close()


@pytest.fixture(scope="module")
def address(identities, store, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    (home / ".streamlit").mkdir()
    (home / ".streamlit/secrets.toml").write_text(
        f"""[auth]
redirect_uri = "http://127.0.0.1:{{port}}/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "{CLIENT}"
client_secret = "{SECRET}"
server_metadata_url = "{identities.address}/.well-known/openid-configuration"
"""
    )
    url = f"sqlite:///{store.address}"
    with site(XINGHUO_DATABASE_URL=url, XINGHUO_NOW=NOW, HOME=str(home)) as found:
        yield found


def sign_in(page, address):
    page.goto(address + "/records")
    page.get_by_role("button", name="统一身份认证").click(timeout=READY_MS)
    page.wait_for_url(address + "/", timeout=READY_MS)
    page.goto(address + "/records")


def test_whom_the_provider_vouches_for_is_signed_in_and_out(desk, address, identities, store):
    identities.claims = CHECKED
    page, other = desk.new_page(), desk.new_page()
    sign_in(page, address)
    expect(page.locator(".xh-sentence").first).to_contain_text("市科协", timeout=READY_MS)
    other.goto(address + "/tours")
    expect(other.locator(".xh-who")).to_have_text("市科协", timeout=READY_MS)

    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("link", name="登录")).to_be_visible(timeout=READY_MS)
    # The other tab still has the provider's word, which counts no more.
    other.get_by_role("button", name="English").click()
    expect(other.get_by_role("link", name="Sign in")).to_be_visible()
    log = audit_log(store)
    assert log[["login", "action"]].values.tolist()[:2] == [
        ["li@example.org", "sign_out"], ["li@example.org", "sign_in"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "1", "email": "stranger@example.org", "email_verified": True},
        {"sub": "2", "email": "li@example.org", "email_verified": False},
        {"sub": "3", "email": "li@example.org"},
    ],
    ids=["stranger", "unchecked", "says nothing"],
)
def test_others_are_told_that_they_have_no_account(desk, address, identities, claims):
    identities.claims = claims
    page = desk.new_page()
    sign_in(page, address)
    told = page.get_by_text("没有可用的这个账号")
    expect(told).to_contain_text(
        claims["email"] if claims.get("email_verified") else claims["sub"], timeout=READY_MS
    )
    expect(page.get_by_role("link", name="登录")).to_be_visible()
