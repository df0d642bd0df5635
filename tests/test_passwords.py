"""Passwords: what is refused, that hashes are argon2id, and that nobody's hash costs as much."""

import statistics
import threading
import time

import pytest

from geo.errors import ArgumentError
from geo.sign_in import passwords

GOOD = "correct horse battery"


@pytest.fixture(scope="module")
def hashed():
    return passwords.hash_password(GOOD)


def test_a_hash_is_argon2id_with_64_mib_and_its_own_salt(hashed):
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.hash_password(GOOD) != hashed
    assert not passwords.needs_rehash(hashed)
    assert passwords.needs_rehash(hashed.replace("t=3", "t=2"))


def test_only_the_password_itself_is_right(hashed):
    assert passwords.verify_password(hashed, GOOD)
    assert passwords.verify_password(hashed, "ｃorrect horse battery")  # full width
    for wrong in ("", GOOD + " ", GOOD.upper(), GOOD[:-1]):
        assert not passwords.verify_password(hashed, wrong)
    assert not passwords.verify_password("not a hash", GOOD)


def test_without_a_hash_the_answer_is_no_after_the_same_work(hashed):
    def took(stored):
        start = time.perf_counter()
        assert not passwords.verify_password(stored, "wrong password")
        return time.perf_counter() - start

    known, unknown = ([took(one) for _ in range(4)] for one in (hashed, None))
    assert 0.4 < statistics.median(unknown) / statistics.median(known) < 2.5
    assert min(unknown) > 0.005  # it did hash
    assert passwords._decoy() != passwords._decoy()
    assert not passwords.needs_rehash(passwords._decoy())


def test_at_most_three_hashes_at_once(monkeypatch):
    inside, most, lock = 0, 0, threading.Lock()

    class Slow:
        def hash(self, _):
            nonlocal inside, most
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.02)
            with lock:
                inside -= 1

    monkeypatch.setattr(passwords, "_HASHER", Slow())
    threads = [threading.Thread(target=passwords.hash_password, args=[GOOD]) for _ in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 3


@pytest.mark.parametrize("password", ["", "short", "123456789", "一二三四五六七八九"])
def test_a_short_password_is_refused(password):
    with pytest.raises(ArgumentError, match="10") as caught:
        passwords.check_password(password, login="daiyue")
    assert caught.value.code == "password_short"
    assert password not in caught.value.sentence() or not password


@pytest.mark.parametrize(
    "password",
    ["1234567890", "XINGHUO123", "aaaaaaaaaaaa", "1212121212", "daiyue-office",
     "Daiyue-Office", "１２３４５６７８９０", "password123"],
)  # fmt: skip
def test_an_obvious_password_is_refused(password):
    with pytest.raises(ArgumentError) as caught:
        passwords.check_password(password, login="daiyue-office")
    assert caught.value.code == "password_obvious"
    assert password not in str(caught.value)


@pytest.mark.parametrize("password", [GOOD, "泰山日出东方红星火燎原", "q7!Vd2-mm0x"])
def test_a_good_password_is_taken(password):
    passwords.check_password(password, login="daiyue")


def test_the_listed_passwords_are_long_enough_to_be_refused_by_the_list():
    assert all(len(one) >= passwords.LEAST_LENGTH for one in passwords.OBVIOUS)
    assert all(one == one.casefold() for one in passwords.OBVIOUS)
