"""Who is signed in: the form, the way out, and the reader's name in the header."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import streamlit as st

from geo.errors import LANGUAGES
from geo.rights import PUBLIC, Actor
from geo.sign_in import sessions
from geo.text import markdown_text
from ui import cache
from ui.sign_in import COOKIE, RECORDS, base_path, utc_now

if TYPE_CHECKING:
    from ui.frame import View

PAGE = "pages/6_records.py"
ROLE_WORDS = {
    "reporter": "account.role_reporter", "steward": "account.role_steward",
    "city": "account.role_city", "admin": "account.role_admin",
}  # fmt: skip
PLACES = {"unit": "reporting_units", "township": "townships", "venue": "venues"}
LINKED = ("section", "table", "row", "batch")  # what of the link survives signing in
FAILURES = {
    "failed": "account.failed",
    "throttled": "account.throttled",
    "unavailable": "account.unavailable",
}


# --- who acts -------------------------------------------------------------------------------


def cookie() -> str:
    """Return the token that the browser sent with this page, "" without one."""
    found = st.context.cookies.get(COOKIE, "")
    return found if isinstance(found, str) else ""  # no browser, no string


def actor() -> Actor:
    """
    Return who acts in this run: the account of the cookie or the identity provider, or PUBLIC.

    Asked of the store each time, never cached: sign-out, a disabled account and a new role
    hold at once. Ask again before a write.
    """
    found = None
    token = cookie()
    if token:
        most = cache.settings().session_max_hours
        found = sessions.actor_of(cache.store(), token, now=utc_now(), max_hours=most)
    if found is None:
        word = _provider_word()
        if word:
            found = sessions.actor_of_identity(
                cache.store(), word[0], issued=word[1], now=utc_now(),
                hours=cache.settings().session_hours,
                max_hours=cache.settings().session_max_hours,
            )  # fmt: skip
    return found or PUBLIC


def _auth_secrets() -> Mapping[str, Any]:
    """Return the [auth] section of the secrets; empty without a secrets file."""
    return st.secrets.get("auth", {}) if st.secrets.load_if_toml_exists() else {}


def providers() -> list[str | None]:
    """Return the names of the OpenID Connect providers; None is the one without a name."""
    section = _auth_secrets()
    if not section.get("redirect_uri"):
        return []
    named = [name for name, value in section.items() if isinstance(value, Mapping)]
    named = [name for name in named if section[name].get("server_metadata_url")]
    return [None, *named] if section.get("server_metadata_url") else [*named]


def _provider_word() -> tuple[str, datetime] | None:
    """Return whom the identity provider vouches for and since when, if anybody."""
    if not providers():
        return None
    said: Mapping[str, Any] = st.user.to_dict()
    if not said.get("is_logged_in") or not isinstance(said.get("iat"), int):
        return None
    # An address counts only when the provider says that it has checked it.
    checked = said.get("email_verified") in (True, "true")
    identity = said.get("email") if checked else None
    issued = datetime.fromtimestamp(said["iat"], UTC).replace(tzinfo=None)
    return str(identity or said.get("sub") or ""), issued


# --- what is shown --------------------------------------------------------------------------


def place_text(who: Actor, view: View) -> str:
    """Return the place that an account answers for, in words."""
    if not who.place_kind:
        return view.say("all.city")
    table = cache.tables(view.revision)[PLACES[who.place_kind]]
    names = table.loc[table.iloc[:, 0] == who.place, "name"]
    return str(names.iloc[0]) if len(names) else who.place


def role_text(who: Actor, view: View) -> str:
    """Return the role of an account, in words."""
    return view.say(ROLE_WORDS[who.role])


def _here(view: View) -> str:
    """Return the address to come back to: of the register, as far as the link leads into it."""
    kept = {name: st.query_params[name] for name in LINKED if name in st.query_params}
    kept |= {"lang": view.language} if view.language != LANGUAGES[0] else {}
    path = base_path() + RECORDS
    return f"{path}?{urlencode(kept)}" if kept else path


def sign_in_form(view: View) -> None:
    """Show the form: plain HTML, posted by the browser itself; and the provider's button."""
    failed = FAILURES.get(st.query_params.get("sign_in", ""))
    if failed:
        st.error(view.say(failed))
    stranger = _provider_word()
    if stranger:
        st.warning(view.say("account.provider_stranger", identity=markdown_text(stranger[0])))
    words = {
        name: escape(view.say(f"account.{name}"))
        for name in ("login", "password", "sign_in", "forgotten")
    }
    st.html(
        f'<form class="xh-sign-in" method="post" action="{escape(base_path())}/sign-in">'
        f'<input type="hidden" name="next" value="{escape(_here(view))}">'
        f'<label for="xh-login">{words["login"]}</label>'
        '<input id="xh-login" name="login" type="text" autocomplete="username" required'
        ' maxlength="128" autocapitalize="none" spellcheck="false">'
        f'<label for="xh-password">{words["password"]}</label>'
        '<input id="xh-password" name="password" type="password" required maxlength="1000"'
        ' autocomplete="current-password">'
        f'<button type="submit">{words["sign_in"]}</button>'
        f'<p class="xh-soft">{words["forgotten"]}</p></form>'
    )
    found = providers()
    if found and importlib.util.find_spec("authlib") is None:
        st.warning(view.say("account.no_provider_library"))
        return
    for name in found:
        said = view.say("account.provider_named", name=name) if name else None
        if st.button(said or view.say("account.provider"), key=f"xh-provider-{name}"):
            st.login(name)


def sign_out_button(view: View, *, key: str = "xh-sign-out") -> None:
    """Show the button that signs out, in all windows of this browser."""
    word = escape(view.say("account.sign_out"))
    if cookie():
        st.html(
            f'<form class="xh-sign-out" method="post" action="{escape(base_path())}/sign-out">'
            f'<input type="hidden" name="next" value="{escape(_here(view))}">'
            f'<button type="submit">{word}</button></form>'
        )
        return
    word_of_provider = _provider_word()
    if word_of_provider and st.button(view.say("account.sign_out"), key=key, type="tertiary"):
        identity, issued = word_of_provider
        sessions.sign_out_identity(cache.store(), identity, issued=issued, now=utc_now())
        st.logout()


def header_links(view: View, *, here: bool) -> None:
    """Show, quietly, the way to sign in, or who is signed in and the way out; `here`: we are."""
    kept = {"lang": view.language} if view.language != LANGUAGES[0] else None
    who = actor()
    word = view.say("account.sign_in" if who == PUBLIC else "nav.records")
    with st.container(key="xh-here-records" if here else "xh-there-records", width="content"):
        st.page_link(PAGE, label=word, query_params=kept)
    if who == PUBLIC:
        return
    st.html(f'<span class="xh-who">{escape(who.name)}</span>')
    sign_out_button(view, key="xh-header-sign-out")
