"""Passwords: which are refused, how they are hashed and checked."""

from __future__ import annotations

import base64
import secrets
import threading
import unicodedata

import argon2

from geo.errors import ArgumentError

LEAST_LENGTH = 10
# What people choose when ten characters are asked for; written without capitals.
OBVIOUS = """
    0123456789 1234567890 12345678910 0987654321 9876543210 1357924680 1122334455 123456789a
    a123456789 abc1234567 abcd123456 abcdefghij abcdefg123 qwertyuiop qwerty1234 qwerty12345
    1qaz2wsx3edc 1q2w3e4r5t password12 password123 password1234 passw0rd123 administrator
    admin12345 admin123456 woaini1314 woaini520520 5201314520 taishan123 taishan1234 taishan12345
    xinghuo123 xinghuo1234 xinghuo12345 taian12345 taian123456 taishanxinghuo
    """.split()  # noqa: SIM905 - a list of words reads better than a list of strings
AT_ONCE = 3  # hashes at a time in one process: each takes 64 MiB

_HASHER = argon2.PasswordHasher()  # argon2id with the low-memory parameters of RFC 9106
_SEATS = threading.BoundedSemaphore(AT_ONCE)


def _plain(password: str) -> str:
    # Full-width letters of a Chinese input method are meant as the plain ones.
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    return _plain(password).encode("utf-8", "surrogatepass")


def check_password(password: str, *, login: str) -> None:
    """
    Refuse a password that is too easily guessed.

    Raises
    ------
    ArgumentError
        If it has fewer than 10 characters (code ``password_short``), is the login, made of
        one or two characters, or among the first that everybody tries (``password_obvious``).
    """
    plain = _plain(password)
    if len(plain) < LEAST_LENGTH:
        raise ArgumentError("password_short", least=LEAST_LENGTH)
    folded = plain.casefold()
    if folded in {login.casefold(), login.casefold() * 2, *OBVIOUS} or len(set(folded)) <= 2:
        raise ArgumentError("password_obvious")


def hash_password(password: str) -> str:
    """Return the argon2id hash of `password`, with its own salt and parameters in it."""
    with _SEATS:
        return _HASHER.hash(_bytes(password))


def verify_password(hashed: str | None, password: str) -> bool:
    """
    Say whether `password` is the one that was hashed.

    Without a hash (None: no such account) the answer is no after the same work, so that the
    time does not tell which accounts there are.
    """
    with _SEATS:
        try:
            return _HASHER.verify(hashed or _decoy(), _bytes(password)) and hashed is not None
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False


def needs_rehash(hashed: str) -> bool:
    """Say whether `hashed` was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(hashed)


def _decoy() -> str:
    """Return a hash of nobody's password: the parameters are ours, salt and hash are random."""
    salt, found = (
        base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=")
        for size in (_HASHER.salt_len, _HASHER.hash_len)
    )
    costs = f"m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}"
    return f"$argon2id$v=19${costs}${salt}${found}"
