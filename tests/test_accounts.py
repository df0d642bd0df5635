"""Accounts, sessions, the throttle and the audit log."""

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import argon2
import pytest
import sqlalchemy as sa

from geo.audit import audit_log, record
from geo.errors import AccessError, ArgumentError, StoreError
from geo.journal_tables import ACCOUNTS, ATTEMPTS, SESSIONS
from geo.rights import Actor
from geo.sign_in import accounts, passwords, sessions, throttle
from geo.store import Store
from tests.conftest import toy_tables

NOW = datetime(2026, 11, 23, 2, 0)
GOOD = "correct horse battery"
HERE = "192.0.2.1"
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    """Hash for real, but with little memory: the tests here are not about the cost."""
    monkeypatch.setattr(passwords, "_HASHER", argon2.PasswordHasher(1, 8, 1))


@pytest.fixture
def quick(tmp_path, originals):
    """Give a SQLite store with the toy region, for what is not about the database."""
    path = shutil.copy(originals.file(toy_tables), tmp_path / "quick.db")
    store = Store(f"sqlite:///{path}")
    yield store
    store.close()


def furnished(store):
    """Add a steward of 岱岳区 and an account of the identity provider."""
    add(store, "daiyue", role="steward", place_kind="unit", place="daiyue")
    add(store, "li@example.org", role="city", password=None)
    return store


@pytest.fixture
def office(quick):
    return furnished(quick)


@pytest.fixture
def any_office(store):
    """As `office`, on both kinds of database."""
    return furnished(store)


def add(store, login, *, role="admin", password=GOOD, **more):
    return accounts.add_account(
        store,
        login=login,
        name=f"{login} 办公室",
        role=role,
        password=password,
        by="system",
        **more,
    )


def enter(store, login="daiyue", password=GOOD, *, address=HERE, now=NOW, hours=12):
    return sessions.sign_in(
        store, login=login, password=password, address=address, now=now, hours=hours
    )


def refused(store, *args, **options):
    with pytest.raises(AccessError) as caught:
        enter(store, *args, **options)
    return caught.value


def everything_stored(store):
    """Return all that the tables about accounts hold, as one text."""
    with store.reading() as connection:
        rows = [
            row for table in (ACCOUNTS, SESSIONS, ATTEMPTS) for row in connection.execute(
                sa.select(table))
        ]  # fmt: skip
    return repr(rows) + audit_log(store).to_csv()


# --- accounts -----------------------------------------------------------------------------


def test_an_account_is_stored_without_its_password_and_leaves_the_revision(store):
    before = store.revision()
    assert add(store, " ＤaiYue ", role="steward", place_kind="unit", place="岱岳区") == "daiyue"
    listed = accounts.list_accounts(store)
    row = listed.iloc[0]
    assert (row["login"], row["role"], row["place_kind"], row["place"], row["place_name"]) == (
        "daiyue", "steward", "unit", "daiyue", "岱岳区",
    )  # fmt: skip
    assert row["local"] and not row["disabled"] and "password" not in listed
    stored = everything_stored(store)
    assert GOOD not in stored and "$argon2id$" in stored
    assert store.revision() == before


@pytest.mark.parametrize(
    ("role", "kind", "place", "found"),
    [
        ("steward", "unit", "高新区", "zone"),  # a zone is a unit
        ("steward", "unit", "taishan", "taishan"),
        ("reporter", "township", "山口镇", "370911101000"),
        ("reporter", "township", " 370902001000 ", "370902001000"),
        ("reporter", "venue", "泰安市科技馆", "h1"),
        ("reporter", "venue", "ｈ1", "h1"),
        ("city", "", "", ""),
        ("admin", "", "", ""),
    ],
)
def test_a_place_is_found_by_code_or_name(quick, role, kind, place, found):
    add(quick, "someone", role=role, place_kind=kind, place=place)
    assert accounts.list_accounts(quick)["place"].tolist() == [found]


@pytest.mark.parametrize(
    ("role", "kind", "place", "code", "said"),
    [
        ("steward", "unit", "泰山", "place_unknown", "daiyue 岱岳区，taishan 泰山区，zone 高新区"),
        ("reporter", "township", "370911101", "place_unknown", "370911101000 山口镇"),
        ("reporter", "venue", "h9", "place_unknown", "h1 泰安市科技馆"),
        ("steward", "", "", "place_needed", "unit"),
        ("steward", "township", "山口镇", "place_needed", "unit"),
        ("reporter", "unit", "taishan", "place_needed", "township / venue"),
        ("admin", "unit", "taishan", "place_not_needed", "全市"),
        ("public", "", "", "role_unknown", "reporter、steward、city、admin"),
        ("root", "", "", "role_unknown", "reporter"),
    ],
)
def test_a_place_that_is_not_there_is_refused_with_what_there_is(
    quick, role, kind, place, code, said
):
    with pytest.raises(ArgumentError, match=said) as caught:
        add(quick, "someone", role=role, place_kind=kind, place=place)
    assert caught.value.code == code
    assert accounts.list_accounts(quick).empty


def test_a_name_that_two_places_have_is_refused_with_their_codes(quick, toy):
    two = toy["townships"].assign(name="同名镇")
    quick.replace({"townships": two})
    with pytest.raises(ArgumentError, match="370902001000 同名镇，370902002000 同名镇") as caught:
        add(quick, "someone", role="reporter", place_kind="township", place="同名镇")
    assert caught.value.code == "place_ambiguous"


@pytest.mark.parametrize(
    "login", ["", "x", "\0" * 3, "\udc80ab", "a b", "System", "x" * 129, "<b>x", "a\nb", "a'b"]
)
def test_a_login_that_cannot_be_used_is_refused(quick, login):
    with pytest.raises(ArgumentError) as caught:
        add(quick, login)
    assert caught.value.code == "login_invalid"


def test_a_login_is_taken_whatever_its_capitals(office):
    with pytest.raises(ArgumentError) as caught:
        add(office, "DAIYUE")
    assert caught.value.code == "login_taken"


@pytest.mark.parametrize("name", ["", "  ", "长" * 81, "a\u202eb"])
def test_a_name_that_cannot_be_used_is_refused(quick, name):
    with pytest.raises(ArgumentError) as caught:
        accounts.add_account(
            quick, login="someone", name=name, role="admin", password=GOOD, by="system"
        )
    assert caught.value.code == "account_name_invalid"


def test_what_is_not_there_cannot_be_changed(quick):
    for change in (
        lambda: accounts.set_password(quick, "nobody", GOOD, by="system"),
        lambda: accounts.set_disabled(quick, "nobody", True, by="system"),
        lambda: accounts.change_account(quick, "nobody", by="system", name="x"),
        lambda: accounts.require_account(quick, "nobody"),
    ):
        with pytest.raises(ArgumentError, match="nobody") as caught:
            change()
        assert caught.value.code == "login_unknown"


def test_every_change_of_an_account_is_in_the_audit_log(any_office):
    accounts.set_password(any_office, "daiyue", "another good one", by="root")
    accounts.change_account(any_office, "Daiyue", by="root", role="reporter",
                            place_kind="venue", place="h1")  # fmt: skip
    accounts.set_disabled(any_office, "daiyue", True, by="root")
    accounts.set_disabled(any_office, "daiyue", False, by="root")
    log = audit_log(any_office, table_name="accounts", row_key='["daiyue"]')
    assert log["action"].tolist() == [
        "account_enabled", "account_disabled", "account_changed", "password_set", "account_added",
    ]  # fmt: skip
    assert log["detail"].tolist()[2:] == ["reporter venue h1", "", "steward unit daiyue"]
    assert set(log["login"]) == {"root", "system"}
    assert audit_log(any_office, login="root", actions=["password_set"], limit=1).shape == (1, 7)
    assert "another good one" not in everything_stored(any_office)


def test_an_action_is_recorded_in_a_transaction_of_its_own_or_not_at_all(store):
    record(store, at=NOW, login="x", action="revealed", table_name="promoters", row_key='["p1"]')
    with pytest.raises(ZeroDivisionError), store.writing() as write:
        record(write.connection, at=NOW, login="x", action="lost")
        raise ZeroDivisionError
    assert audit_log(store)["action"].tolist() == ["revealed"]
    assert audit_log(store)["at"].tolist() == [NOW] and store.revision() == 1
    with pytest.raises(StoreError), store.writing() as write:
        write.connection.exec_driver_sql("DELETE FROM audit")


# --- sessions -----------------------------------------------------------------------------


def test_a_right_password_begins_a_session_that_knows_who_acts(any_office):
    token = enter(any_office, " DAIYUE")
    assert len(token) >= 43  # 256 bits
    assert sessions.actor_of(any_office, token, now=NOW) == Actor(
        "daiyue", "daiyue 办公室", "steward", "unit", "daiyue"
    )
    assert token not in everything_stored(any_office)
    assert enter(any_office) != token
    assert any_office.revision() == 1


@pytest.mark.parametrize("token", ["", "nothing", "x" * 10_000, "\udc80", "' OR 1=1 --"])
def test_a_token_of_nobody_is_nobody(office, token):
    enter(office)
    assert sessions.actor_of(office, token, now=NOW) is None
    sessions.sign_out(office, token, now=NOW)


def test_two_sessions_do_not_mix(office):
    add(office, "taishan", role="steward", place_kind="unit", place="taishan")
    one, other = enter(office), enter(office, "taishan")
    assert sessions.actor_of(office, one, now=NOW).login == "daiyue"
    assert sessions.actor_of(office, other, now=NOW).login == "taishan"
    sessions.sign_out(office, one, now=NOW)
    assert sessions.actor_of(office, one, now=NOW) is None
    assert sessions.actor_of(office, other, now=NOW).login == "taishan"


def test_a_session_ends_when_it_is_not_used_for_its_hours(any_office):
    token = enter(any_office, hours=2)
    assert sessions.actor_of(any_office, token, now=NOW + 2 * HOUR - MINUTE)
    # Used an hour and 59 minutes after it began, it has two more hours from there.
    assert sessions.actor_of(any_office, token, now=NOW + 4 * HOUR - 2 * MINUTE)
    assert sessions.actor_of(any_office, token, now=NOW + 6 * HOUR - 2 * MINUTE) is None


def test_use_is_written_at_most_once_a_minute(any_office):
    token = enter(any_office)

    def seen_after(seconds):
        assert sessions.actor_of(any_office, token, now=NOW + timedelta(seconds=seconds))
        return accounts.list_accounts(any_office).set_index("login").loc["daiyue", "seen"]

    assert seen_after(59) == NOW
    assert seen_after(60) == NOW + MINUTE
    assert seen_after(119) == NOW + MINUTE
    assert any_office.revision() == 1


def test_a_click_within_the_minute_waits_for_no_writer(office):
    token = enter(office)
    with office.writing() as write:
        write.changed = False
        start = time.monotonic()
        assert sessions.actor_of(office, token, now=NOW + MINUTE / 2)
        assert time.monotonic() - start < 5  # a write would wait for twice as long


def test_a_disabled_account_loses_its_sessions_at_once_and_for_good(any_office):
    token = enter(any_office)
    accounts.set_disabled(any_office, "daiyue", True, by="system")
    assert sessions.actor_of(any_office, token, now=NOW) is None
    assert refused(any_office).code == "sign_in_failed"
    accounts.set_disabled(any_office, "daiyue", False, by="system")
    assert sessions.actor_of(any_office, token, now=NOW) is None
    assert sessions.actor_of(any_office, enter(any_office), now=NOW)


def test_a_new_role_and_place_hold_at_once(office):
    token = enter(office)
    accounts.change_account(office, "daiyue", by="system", place_kind="unit", place="高新区")
    assert sessions.actor_of(office, token, now=NOW).place == "zone"
    accounts.change_account(office, "daiyue", by="system", role="city", name="市科协")
    assert sessions.actor_of(office, token, now=NOW) == Actor("daiyue", "市科协", "city")
    with pytest.raises(ArgumentError, match="township / venue"):
        accounts.change_account(office, "daiyue", by="system", role="reporter")
    assert sessions.actor_of(office, token, now=NOW).role == "city"


def test_a_session_ends_however_much_it_is_used(office):
    token = enter(office)
    for hour in range(1, 30):
        now = NOW + hour * HOUR
        still = sessions.actor_of(office, token, now=now, max_hours=24)
        assert (still is not None) == (hour < 24)
    assert sessions.actor_of(office, token, now=NOW + 23 * HOUR) is not None  # no limit was asked


def test_a_new_password_ends_all_sessions(office):
    first, second = enter(office), enter(office)
    accounts.set_password(office, "daiyue", "another good one", by="system")
    assert not any(sessions.actor_of(office, token, now=NOW) for token in (first, second))
    assert refused(office).code == "sign_in_failed"
    assert enter(office, password="ａnother good one")  # full width


def test_old_sessions_are_cleaned_up(office):
    enter(office)
    enter(office, now=NOW + 25 * HOUR)
    with office.reading() as connection:
        assert len(connection.execute(sa.select(SESSIONS)).all()) == 1


def test_a_hash_with_old_parameters_is_renewed_at_the_next_sign_in(office, monkeypatch):
    monkeypatch.setattr(passwords, "_HASHER", argon2.PasswordHasher(2, 16, 1))
    assert "m=16,t=2" not in everything_stored(office)
    enter(office)
    assert "m=16,t=2" in everything_stored(office)
    assert sessions.actor_of(office, enter(office), now=NOW)


def test_signing_in_and_out_is_in_the_audit_log_without_what_was_typed(office):
    refused(office, "my-password-in-the-wrong-box", "x")
    refused(office, "daiyue", "wrong-password")
    sessions.sign_out(office, enter(office), now=NOW)
    log = audit_log(office, limit=4)
    assert list(zip(log["login"], log["action"], strict=True)) == [
        ("daiyue", "sign_out"), ("daiyue", "sign_in"), ("daiyue", "sign_in_failed"),
        ("", "sign_in_failed"),
    ]  # fmt: skip
    stored = everything_stored(office)
    assert "wrong" not in stored and HERE not in stored


# --- the throttle -------------------------------------------------------------------------


def test_after_five_failures_each_further_one_doubles_the_wait(office):
    now = NOW
    for _ in range(5):
        assert refused(office, password="x", now=now).code == "sign_in_failed"
    waits = []
    for _ in range(7):
        start = now
        while refused(office, password="x", now=now).code == "sign_in_throttled":
            now += timedelta(seconds=30)
        waits.append((now - start) / MINUTE)
    assert waits == [0.5, 1, 2, 4, 8, 15, 15]
    # The right password has to wait too, and is let in then, which clears the login.
    error = refused(office, now=now)
    assert error.code == "sign_in_throttled" and error.params == {"minutes": 15}
    enter(office, now=now + 15 * MINUTE)
    assert refused(office, password="x", now=now + 15 * MINUTE).code == "sign_in_failed"
    enter(office, now=now + 15 * MINUTE)


@pytest.mark.parametrize("login", ["", "\0nul", "\udc80", "x" * 5000, "a b", "<b>"])
def test_what_cannot_be_a_login_fails_like_any_other(office, login):
    assert refused(office, login, "\udc80" * 3).code == "sign_in_failed"


def test_another_login_need_not_wait_but_the_address_counts_too(office):
    for number in range(throttle.FREE["address"]):
        assert refused(office, f"guess{number}", "x").code == "sign_in_failed"
    assert refused(office).code == "sign_in_throttled"
    assert enter(office, address="192.0.2.2")
    # Signing in from there does not clear the address for the next guesses.
    enter(office, now=NOW + MINUTE)
    assert refused(office, "guess", "x", now=NOW + MINUTE).code == "sign_in_failed"
    assert refused(office, now=NOW + MINUTE).code == "sign_in_throttled"


def test_a_network_of_ipv6_is_one_address(office):
    for number in range(throttle.FREE["address"]):
        refused(office, f"guess{number}", "x", address=f"2001:db8::{number}")
    assert refused(office, address="2001:db8::ffff").code == "sign_in_throttled"
    assert enter(office, address="2001:db8:0:1::1")
    assert throttle._network("::ffff:192.0.2.1") == "192.0.2.1"
    assert throttle._network("unknown") == "unknown"


def test_attempts_at_once_from_several_stores_get_no_free_guesses(any_office, store_url):
    stores = [Store(store_url) for _ in range(2)]

    def guess(number):
        return refused(stores[number % 2], password=f"guess {number}", address=f"10.0.0.{number}")

    try:
        with ThreadPoolExecutor(6) as pool:
            codes = [error.code for error in pool.map(guess, range(12))]
    finally:
        for one in stores:
            one.close()
    assert sorted(codes) == ["sign_in_failed"] * 5 + ["sign_in_throttled"] * 7
    assert refused(any_office).code == "sign_in_throttled"


def test_old_attempts_are_cleaned_up_and_a_new_password_clears_the_wait(any_office):
    for _ in range(5):
        refused(any_office, password="x")
    accounts.set_password(any_office, "daiyue", GOOD, by="system")
    enter(any_office)
    for _ in range(5):
        refused(any_office, password="x")
    accounts.set_disabled(any_office, "daiyue", False, by="system")
    enter(any_office)
    enter(any_office, now=NOW + timedelta(days=1))
    with any_office.reading() as connection:
        assert connection.execute(sa.select(ATTEMPTS)).all() == []


# --- through an identity provider -------------------------------------------------------


def identify(store, identity="Li@Example.org", *, issued=NOW, now=NOW, hours=12):
    return sessions.actor_of_identity(store, identity, issued=issued, now=now, hours=hours)


def test_a_providers_word_is_who_the_account_says(office):
    assert identify(office) == Actor("li@example.org", "li@example.org 办公室", "city")
    assert identify(office, now=NOW + HOUR) == identify(office, now=NOW + HOUR)
    log = audit_log(office, actions=["sign_in"])
    assert log[["login", "detail"]].values.tolist() == [["li@example.org", "provider"]]


def test_no_account_is_made_and_one_with_a_password_is_not_given_away(office):
    assert identify(office, "stranger@example.org") is None
    assert identify(office, "daiyue") is None
    assert len(accounts.list_accounts(office)) == 2


def test_an_account_of_the_provider_has_no_password_that_lets_it_in(office):
    for typed in ("", "None", GOOD):
        assert refused(office, "li@example.org", typed).code == "sign_in_failed"


def test_a_providers_word_ends_as_sessions_do_and_does_not_come_back(any_office):
    assert identify(any_office, now=NOW + 11 * HOUR)
    assert identify(any_office, now=NOW + 22 * HOUR)  # used in between
    assert identify(any_office, now=NOW + 35 * HOUR) is None
    fresh = NOW + 36 * HOUR
    assert identify(any_office, issued=fresh, now=fresh)
    sessions.sign_out_identity(any_office, "li@example.org", issued=fresh, now=fresh)
    assert identify(any_office, issued=fresh, now=fresh + MINUTE) is None
    enter(any_office, now=fresh + 60 * HOUR)  # cleans up
    assert identify(any_office, issued=fresh, now=fresh + 60 * HOUR) is None


def test_a_disabled_account_is_not_let_in_by_the_provider(office):
    assert identify(office)
    accounts.set_disabled(office, "li@example.org", True, by="system")
    assert identify(office) is None
    accounts.set_disabled(office, "li@example.org", False, by="system")
    assert identify(office) is None  # that word is used up
    assert identify(office, issued=NOW + MINUTE, now=NOW + MINUTE)


def test_a_cookie_cannot_pass_for_a_providers_word(office):
    assert identify(office)
    forged = f"li@example.org\n{NOW.isoformat()}"
    assert sessions.actor_of(office, forged, now=NOW) is None
    assert sessions.actor_of(office, f"provider:{forged}", now=NOW) is None
