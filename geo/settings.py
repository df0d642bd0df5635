"""The settings, each declared once: read from the environment, documented, tested."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

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
    Setting("SESSION_MAX_HOURS", "168", "登录满多少小时就要重新登录，不管用没用"),
    Setting("SECURE_COOKIE", "auto", "登录 Cookie 只走 HTTPS：yes、no，auto 为面向公众时 yes"),
    Setting(
        "TRUST_PROXY",
        "no",
        "yes 表示前面有代理：登录限次按 X-Forwarded-For 最后一个地址算；没有代理时要用 no",
    ),
    Setting("DETOUR", "1.3", "道路比直线长多少倍：没有路网和路径引擎时用来估算，不小于 1"),
    Setting(
        "SPEEDS_KMH",
        "walk=5,ebike=18,bus=25,car=40",
        "步行、电动车、公交或大巴、驾车的平均速度，公里/小时；可以只写要改的",
    ),
    Setting("ROADS", "", "路网表（Parquet 文件）的路径，格式见 docs/data.md；空为没有"),
    Setting("ROUTING", "", "路径引擎：osrm 或 valhalla；空为不用"),
    Setting(
        "ROUTING_URL",
        "",
        "路径引擎的地址，如 http://127.0.0.1:8002；各方式不同时写 car=http://…,walk=http://…",
    ),
    Setting(
        "ROUTING_TIMEOUT_S", "10", "等路径引擎回答一次最多几秒；一次计算里全部提问最多用它的六倍"
    ),
    Setting("ROUTING_TABLE_SIZE", "", "一次问路径引擎几个点乘几个点；空为引擎的默认上限"),
    Setting("ROUTING_DATA", "", "路径引擎所用路网数据的名称或日期；换了数据就改它，旧的缓存不再用"),
    Setting("ROUTING_CACHE_DAYS", "90", "路径引擎的回答缓存多少天；0 为不缓存"),
    Setting(
        "CLUSTER",
        "",
        "计算集群（Dask 调度器）的地址，如 tcp://10.0.0.5:8786；空为在本机计算",
    ),
    Setting(
        "TOUR_RULES",
        "pupils_per_staff=15,filing_pupils=1,filing_days=7,letter_days=7,insurance_days=3,ask_days=3",
        "研学的规则，可以只写要改的：每多少名学生一名带队人员，多少名学生起要备案，提前几天备案、"
        "发告家长书、办保险、打电话确认。这些是本程序的默认值，不是当地规定；请按当地规定改",
    ),
    Setting(
        "TOUR_HOSPITAL",
        "",
        "研学安全页上的就近医院，名称和电话，照原样印；空为“未知，出发前查明”并留空白",
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
    session_max_hours: int
    secure_cookie: bool
    trust_proxy: bool
    detour: float
    speeds_kmh: tuple[tuple[str, float], ...]
    roads: Path | None
    routing: str
    routing_url: tuple[tuple[str, str], ...]
    routing_timeout_s: float
    routing_table_size: int | None
    routing_data: str
    routing_cache_days: int
    cluster: str
    tour_rules: tuple[tuple[str, int], ...]
    tour_hospital: str
    contact: str

    def __post_init__(self) -> None:
        """Keep the dataclass and `SETTINGS` in step."""
        declared = {setting.name.lower() for setting in SETTINGS}
        assert declared == {field.name for field in fields(self)}


def _number(value: str, low: float, high: float) -> float:
    try:
        found = float(value)
    except ValueError:
        found = math.nan
    if not low <= found <= high:
        raise ValueError(f"应为 {low:g}–{high:g} 的数")
    return found


def _whole(value: str, low: int, high: int) -> int:
    if not (value.isascii() and value.isdigit()) or not low <= int(value) <= high:
        raise ValueError(f"应为 {low}–{high} 的整数")
    return int(value)


def _speeds(value: str) -> tuple[tuple[str, float], ...]:
    default = next(setting.default for setting in SETTINGS if setting.name == "SPEEDS_KMH")
    speeds = {name: float(kmh) for name, _, kmh in (x.partition("=") for x in default.split(","))}
    for part in value.split(","):
        name, _, kmh = (word.strip() for word in part.partition("="))
        if name not in speeds:
            raise ValueError(f"应写成 {default}")
        # Faster than 120 km/h on average is legal nowhere.
        speeds[name] = _number(kmh, 1, 120)
    return tuple(speeds.items())


def _rules(value: str) -> tuple[tuple[str, int], ...]:
    default = next(setting.default for setting in SETTINGS if setting.name == "TOUR_RULES")
    rules = {
        name: int(number) for name, _, number in (x.partition("=") for x in default.split(","))
    }
    for part in value.split(","):
        name, _, number = (word.strip() for word in part.partition("="))
        if name not in rules:
            raise ValueError(f"应写成 {default}")
        low, high = (0, 365) if name.endswith("_days") else (1, 100_000)
        rules[name] = _whole(number, low, high)
    return tuple(rules.items())


def _addresses(value: str) -> tuple[tuple[str, str], ...]:
    """Return the address for each mode that has its own, and for all others under ""."""
    found = {}
    for part in filter(None, (part.strip() for part in value.split(","))):
        mode, is_one, address = part.partition("=")
        if not is_one or "/" in mode:
            mode, address = "", part
        parts = urlsplit(address.strip())
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
            raise ValueError("应为 http://主机:端口，或 car=http://…,walk=http://…")
        if parts.username or parts.password:
            raise ValueError("地址里不能写用户名和密码")
        if mode and mode.strip() not in dict(_speeds("walk=5")):
            raise ValueError("等号前只能是 walk、ebike、bus 或 car")
        found[mode.strip()] = address.strip().rstrip("/")
    return tuple(found.items())


def _engine(value: str) -> str:
    if value.lower() not in {"", "osrm", "valhalla"}:
        raise ValueError("只能是 osrm 或 valhalla，或者空着")
    return value.lower()


# How the settings of travel and of tours are read; a `ValueError` says what is expected.
_TRAVEL: dict[str, Callable[[str], Any]] = {
    "DETOUR": lambda value: _number(value, 1, 5),
    "SPEEDS_KMH": _speeds,
    "ROADS": lambda value: Path(value) if value else None,
    "ROUTING": _engine,
    "ROUTING_URL": _addresses,
    "ROUTING_TIMEOUT_S": lambda value: _number(value, 0.1, 600),
    "ROUTING_TABLE_SIZE": lambda value: _whole(value, 1, 10_000) if value else None,
    "ROUTING_CACHE_DAYS": lambda value: _whole(value, 0, 3650),
    "TOUR_RULES": _rules,
}


def _parse(name: str, value: str) -> Any:
    if name in _TRAVEL:
        try:
            return _TRAVEL[name](value)
        except ValueError as error:
            raise SettingError(
                "bad_setting", name=PREFIX + name, value=value, reason=str(error)
            ) from None
    if name == "DATA":
        return Path(value)
    if name in {"VERIFY_DAYS", "SESSION_HOURS", "SESSION_MAX_HOURS"}:
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
    if values["routing"] and not values["routing_url"]:
        reason = "设了 XINGHUO_ROUTING，就要写路径引擎的地址"
        raise SettingError("bad_setting", name=PREFIX + "ROUTING_URL", value="", reason=reason)
    return Settings(**values)
