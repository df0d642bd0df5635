"""The commands about accounts: ``python -m geo user …``."""

from __future__ import annotations

import getpass
import sys
from typing import Annotated, Literal

import typer

from geo.commands.terminal import APP_OPTIONS, Json, answer, open_store
from geo.errors import ArgumentError
from geo.policy import SYSTEM_LOGIN
from geo.text import text

user_app = typer.Typer(help="账号：新建、改密码、停用、列出 · accounts", **APP_OPTIONS)

Role = Literal["reporter", "steward", "city", "admin"]
Login = Annotated[str, typer.Argument(help="登录名", show_default=False)]
Unit = Annotated[str | None, typer.Option(help="填报单位（steward）：编号或名称")]
Township = Annotated[str | None, typer.Option(help="乡镇街道（reporter）：代码或名称")]
Venue = Annotated[str | None, typer.Option(help="场馆（reporter）：编号或名称")]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="从标准输入读一行作为密码，供程序使用")
]


def _place(unit: str | None, township: str | None, venue: str | None) -> tuple[str, str] | None:
    given = [
        (kind, key)
        for kind, key in (("unit", unit), ("township", township), ("venue", venue))
        if key is not None
    ]
    if len(given) > 1:
        raise ArgumentError("one_place")
    return given[0] if given else None


def _password(from_stdin: bool) -> str:
    """Ask for a password twice without showing it, or read one line of standard input."""
    if from_stdin:
        given = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        given = getpass.getpass(text("cli.password") + " ")
        if given != getpass.getpass(text("cli.password_again") + " "):
            raise ArgumentError("passwords_differ")
    else:
        given = ""
    if not given:
        raise ArgumentError("password_not_given")
    return given


@user_app.command("add", help="新建账号；密码在终端里输入两次 · add an account")
def user_add(
    login: Login,
    name: Annotated[str, typer.Option(help="单位或人的名称，页面上显示")],
    role: Annotated[Role, typer.Option(help="角色：乡镇或场馆、县市区或功能区、全市、管理员")],
    unit: Unit = None,
    township: Township = None,
    venue: Venue = None,
    password_stdin: FromStdin = False,
    openid: Annotated[
        bool, typer.Option("--openid", help="没有密码，只由统一身份认证登录")
    ] = False,
) -> None:
    """Add an account."""
    from geo.sign_in import accounts

    kind, place = _place(unit, township, venue) or ("", "")
    with open_store() as store:
        added = accounts.add_account(
            store, login=login, name=name, role=role, place_kind=kind, place=place,
            password=None if openid else _password(password_stdin), by=SYSTEM_LOGIN,
        )  # fmt: skip
    print(text("cli.user_added", login=added))


@user_app.command("passwd", help="重设密码；各处随即退出登录 · set a new password")
def user_passwd(login: Login, password_stdin: FromStdin = False) -> None:
    """Set a new password."""
    from geo.sign_in import accounts

    with open_store() as store:
        accounts.require_account(store, login)
        accounts.set_password(store, login, _password(password_stdin), by=SYSTEM_LOGIN)
    print(text("cli.user_password", login=login))


@user_app.command("disable", help="停用账号；各处随即退出登录 · disable an account")
def user_disable(login: Login) -> None:
    """Disable an account."""
    from geo.sign_in import accounts

    with open_store() as store:
        accounts.set_disabled(store, login, True, by=SYSTEM_LOGIN)
    print(text("cli.user_disabled", login=login))


@user_app.command("enable", help="恢复停用的账号，也解除登录等待 · enable an account again")
def user_enable(login: Login) -> None:
    """Enable an account again."""
    from geo.sign_in import accounts

    with open_store() as store:
        accounts.set_disabled(store, login, False, by=SYSTEM_LOGIN)
    print(text("cli.user_enabled", login=login))


@user_app.command("change", help="修改名称、角色或管理的地方 · change name, role or place")
def user_change(
    login: Login,
    name: Annotated[str | None, typer.Option(help="单位或人的名称")] = None,
    role: Annotated[Role | None, typer.Option(help="角色")] = None,
    unit: Unit = None,
    township: Township = None,
    venue: Venue = None,
) -> None:
    """Change an account."""
    from geo.sign_in import accounts

    kind, place = _place(unit, township, venue) or (None, None)
    with open_store() as store:
        accounts.change_account(
            store, login, by=SYSTEM_LOGIN, name=name, role=role, place_kind=kind, place=place
        )
    print(text("cli.user_changed", login=login))


@user_app.command("list", help="列出全部账号 · list all accounts")
def user_list(as_json: Json = False) -> None:
    """List the accounts."""
    import json

    from geo.sign_in import accounts

    with open_store() as store:
        listed = accounts.list_accounts(store)
    if as_json:
        rows = json.loads(listed.to_json(orient="records", date_format="iso", force_ascii=False))
        answer("", rows, as_json=True)
        return
    for row in listed.to_dict("records"):
        said = [row["login"], row["name"], row["role"]]
        said += [f"{row['place']} {row['place_name']}"] if row["place"] else []
        said += [] if row["local"] else [text("cli.user_openid")]
        said += [text("cli.user_is_disabled")] if row["disabled"] else []
        print("\t".join(said))
    print(text("cli.users", count=len(listed)), file=sys.stderr)
