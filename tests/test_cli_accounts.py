"""`python -m geo user …`: accounts from the command line, the password never in an option."""

import io
import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import argon2
import pytest

from geo import cli
from geo.audit import audit_log
from geo.errors import AccessError
from geo.sign_in import passwords, sessions
from geo.sign_in.accounts import list_accounts
from geo.store import Store
from geo.tables import utc_now
from tests.conftest import toy_tables

ROOT = Path(__file__).resolve().parents[1]
GOOD = "correct horse battery"


@pytest.fixture
def store(tmp_path, originals, monkeypatch):
    path = shutil.copy(originals.file(toy_tables), tmp_path / "store.db")
    found = Store(f"sqlite:///{path}")
    monkeypatch.setenv("XINGHUO_DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.setattr(passwords, "_HASHER", argon2.PasswordHasher(1, 8, 1))
    yield found
    found.close()


@pytest.fixture
def run(store, monkeypatch, capfd):  # noqa: ARG001 - the store that the commands open
    """Give a function that runs `user …` with standard input: (exit code, stdout, stderr)."""

    def run(*args, typed=""):
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as left:
            cli.main(["user", *args])
        sys.stdout.flush()
        out, err = capfd.readouterr()
        return left.value.code or 0, out, err

    return run


def add(run, login, *args, typed=GOOD + "\n"):
    return run("add", login, "--name", "某办公室", *args, "--password-stdin", typed=typed)


def enters(store, login, password=GOOD):
    try:
        sessions.sign_in(store, login=login, password=password, address="", now=utc_now(), hours=1)
    except AccessError:
        return False
    return True


@pytest.mark.parametrize(
    ("args", "place"),
    [
        (["--role", "admin"], ("", "")),
        (["--role", "city"], ("", "")),
        (["--role", "steward", "--unit", "taishan"], ("unit", "taishan")),
        (["--role", "steward", "--unit", "高新区"], ("unit", "zone")),
        (["--role", "reporter", "--township", "370911101000"], ("township", "370911101000")),
        (["--role", "reporter", "--venue", "泰安市科技馆"], ("venue", "h1")),
    ],
)
def test_an_account_is_added_and_lets_its_owner_in(run, store, args, place):
    assert add(run, "Someone", *args) == (0, "新建了账号 someone\n", "")
    row = list_accounts(store).iloc[0]
    assert (row["role"], row["place_kind"], row["place"]) == (args[1], *place)
    assert enters(store, "someone")
    assert audit_log(store, actions=["account_added"])["login"].tolist() == ["system"]


@pytest.mark.parametrize(
    ("args", "typed", "said"),
    [
        (["--role", "steward"], GOOD, "unit"),
        (["--role", "steward", "--unit", "nowhere"], GOOD, "daiyue 岱岳区"),
        (["--role", "admin", "--unit", "taishan"], GOOD, "全市"),
        (["--role", "reporter", "--venue", "h1", "--township", "山口镇"], GOOD, "只能给一个"),
        (["--role", "admin"], "short", "10 个字"),
        (["--role", "admin"], "1234567890", "容易猜到"),
        (["--role", "admin"], "", "没有输入密码"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_adds_nothing(run, store, args, typed, said):
    code, out, err = add(run, "someone", *args, typed=typed)
    assert (code, out, err.count("\n")) == (1, "", 1) and said in err
    assert list_accounts(store).empty


def test_the_password_is_never_an_option(run):
    assert run("add", "someone", "--name", "x", "--role", "admin", "--password", GOOD)[0] == 2
    code, _, err = run("add", "someone", "--name", "x", "--role", "admin", typed=GOOD)
    assert code == 1 and "--password-stdin" in err  # no terminal, and not told to read


def test_a_role_that_is_not_there_is_wrong_usage(run):
    assert add(run, "someone", "--role", "public")[0] == 2


def test_passwd_disable_enable_and_change(run, store):
    add(run, "someone", "--role", "admin")
    assert run("passwd", "someone", "--password-stdin", typed="another good one\n")[0] == 0
    assert not enters(store, "someone") and enters(store, "someone", "another good one")
    assert "已停用" in run("disable", "SOMEONE")[1]
    assert not enters(store, "someone", "another good one")
    assert run("enable", "someone")[0] == 0
    assert enters(store, "someone", "another good one")
    assert run("change", "someone", "--role", "reporter", "--venue", "h1", "--name", "馆")[0] == 0
    row = list_accounts(store).iloc[0]
    assert (row["name"], row["role"], row["place_name"]) == ("馆", "reporter", "泰安市科技馆")
    for command in ("disable", "enable", "passwd", "change"):
        code, _, err = run(command, "nobody")
        assert code == 1 and "nobody" in err and "user list" in err


def test_the_list_has_every_account_and_no_secret(run):
    add(run, "b", "--role", "admin")
    assert run("list") == (0, "", "0 个账号\n")
    add(run, "zhang", "--role", "steward", "--unit", "taishan")
    run("add", "li@example.org", "--name", "李", "--role", "city", "--openid")
    run("disable", "zhang")
    code, out, err = run("list")
    assert (code, err) == (0, "2 个账号\n")
    assert out == "li@example.org\t李\tcity\t统一身份认证\n" \
        "zhang\t某办公室\tsteward\ttaishan 泰山区\t已停用\n"  # fmt: skip
    rows = json.loads(run("list", "--json")[1])
    assert rows[1]["login"] == "zhang" and rows[1]["disabled"] is True and rows[1]["seen"] is None
    assert "argon2" not in json.dumps(rows)


def at_a_terminal(*typed):
    """Run `user add` at a pseudo-terminal and type; return the exit code and what it showed."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "geo", "user", "add", "someone", "--name", "x", "--role", "admin"],
        cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    for line in typed:
        while not shown.rstrip().endswith("：".encode()):
            shown += os.read(ours, 1000)
        os.write(ours, line.encode() + b"\n")
        shown += b"|"
    while True:
        try:
            more = os.read(ours, 1000)
        except OSError:  # the other side has closed
            break
        if not more:
            break
        shown += more
    os.close(ours)
    return process.wait(timeout=30), shown.decode()


def test_at_a_terminal_it_asks_twice_without_showing(store):
    code, shown = at_a_terminal(GOOD, GOOD)
    assert code == 0 and "horse" not in shown and "新建了账号 someone" in shown
    assert list_accounts(store)["login"].tolist() == ["someone"]


def test_two_different_passwords_at_a_terminal_add_nothing(store):
    code, shown = at_a_terminal(GOOD, "another good one")
    assert code == 1 and "不一样" in shown and "horse" not in shown
    assert list_accounts(store).empty
