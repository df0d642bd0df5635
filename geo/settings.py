"""The settings, each declared once: read from the environment, documented, tested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from geo.errors import SettingError

PREFIX = "XINGHUO_"
CHINA_TIME = timezone(timedelta(hours=8))  # no summer time since 1991: no tz data is needed


@dataclass(frozen=True)
class Setting:
    """One setting: its name behind `XINGHUO_`, its default, what it does (Chinese)."""

    name: str
    default: str
    help: str


SETTINGS: tuple[Setting, ...] = (
    Setting("DATA", "data", "数据文件夹：边界、名录、场馆等源文件所在"),
    Setting(
        "DATABASE_URL",
        "",
        "数据库地址；空为 数据文件夹/xinghuo.db（SQLite），或 postgresql+psycopg://…",
    ),
    Setting("PORT", "8501", "网页服务的端口"),
    Setting("ADDRESS", "127.0.0.1", "网页服务监听的地址；0.0.0.0 为所有网卡"),
    Setting("PUBLIC", "no", "yes 表示面向公众服务：没有审图号时 check 会警告"),
    Setting("NOW", "", "把“现在”固定为某时（演示与测试用），如 2026-11-23T10:00；空为真实时间"),
    Setting("EVIDENCE", "", "证明材料（照片、文件）存放的文件夹；空为 数据文件夹/evidence"),
    Setting(
        "REVIEW",
        "reporter:*=steward,steward:venues=city,steward:routes=city,steward:route_stops=city",
        "谁的修改要谁审核：角色:表=审核者，用逗号隔开，* 为所有表；没有列出的立即生效",
    ),
    Setting("VERIFY_DAYS", "180", "核实周期，天：行里没有写下次核实日期时，按核实日期加这么多天"),
    Setting("SESSION_HOURS", "12", "登录后多少小时不用就要重新登录"),
    Setting("SECURE_COOKIE", "auto", "登录 Cookie 只走 HTTPS：yes、no，auto 为面向公众时 yes"),
    Setting(
        "TRUST_PROXY",
        "no",
        "yes 表示前面有代理：登录限次按 X-Forwarded-For 最后一个地址算；没有代理时要用 no",
    ),
    Setting("CONTACT", "", "页脚显示的主办单位与联系方式；空则不显示"),
)


@dataclass(frozen=True)
class Settings:
    """The settings of one process, with their types."""

    data: Path
    database_url: str
    port: int
    address: str
    public: bool
    now: datetime | None
    evidence: Path
    review: str
    verify_days: int
    session_hours: int
    secure_cookie: bool
    trust_proxy: bool
    contact: str

    def __post_init__(self) -> None:
        """Keep the dataclass and `SETTINGS` in step."""
        declared = {setting.name.lower() for setting in SETTINGS}
        assert declared == {field.name for field in fields(self)}


def _parse(name: str, value: str) -> Any:
    if name == "DATA":
        return Path(value)
    if name in {"VERIFY_DAYS", "SESSION_HOURS"}:
        if not value.isdigit() or not 0 < int(value) < 10_000:
            raise SettingError(
                "bad_setting", name=PREFIX + name, value=value, reason="应为 1–9999 的整数"
            )
        return int(value)
    if name == "SECURE_COOKIE":
        if value.lower() not in {"yes", "no", "auto"}:
            raise SettingError(
                "bad_setting", name=PREFIX + name, value=value, reason="只能是 yes、no 或 auto"
            )
        return value.lower()
    if name == "PORT":
        if not value.isdigit() or not 0 < int(value) < 65536:
            raise SettingError(
                "bad_setting", name=PREFIX + name, value=value, reason="端口是 1–65535"
            )
        return int(value)
    if name in {"PUBLIC", "TRUST_PROXY"}:
        if value.lower() not in {"yes", "no"}:
            raise SettingError(
                "bad_setting", name=PREFIX + name, value=value, reason="只能是 yes 或 no"
            )
        return value.lower() == "yes"
    if name == "NOW":
        try:
            return datetime.fromisoformat(value) if value else None
        except ValueError:
            raise SettingError(
                "bad_setting",
                name=PREFIX + name,
                value=value,
                reason="应为 2026-11-23T10:00 这样的时间",
            ) from None
    return value


def read_settings(environment: Mapping[str, str]) -> Settings:
    """
    Read the settings from `environment` (usually `os.environ`).

    Raises
    ------
    SettingError
        If a value cannot be used.
    """
    values = {
        setting.name.lower(): _parse(
            setting.name, environment.get(PREFIX + setting.name, "") or setting.default
        )
        for setting in SETTINGS
    }
    if not values["database_url"]:
        values["database_url"] = f"sqlite:///{(values['data'] / 'xinghuo.db').as_posix()}"
    values["evidence"] = Path(values["evidence"] or values["data"] / "evidence")
    values["secure_cookie"] = values["secure_cookie"] == "yes" or (
        values["secure_cookie"] == "auto" and values["public"]
    )
    return Settings(**values)
