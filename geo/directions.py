"""Links that a reader clicks: the way to a venue in three map apps, and its phone numbers.

Nothing here is requested by us. 高德 and 腾讯 take GCJ-02, 百度 takes BD-09.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from geo.crs import wgs84_to_bd09, wgs84_to_gcj02
from geo.schema import EXACT_PRECISIONS

App = Literal["amap", "baidu", "tencent"]
SOURCE = "taian-xinghuo-map"
LONGEST_NAME = 80  # characters; what schema allows a venue's name
LONGEST_ADDRESS = 120
_SEPARATORS = re.compile(r"[;；,，、/|\n]+")
_FAX = re.compile(r"[(（][^()（）]*(?:传真|fax)[^()（）]*[)）]|(?:传真|fax)[^;；,，、]*", re.I)
_LABEL = re.compile(
    r"^(?:(?:联系|咨询|预约|服务|办公|值班|参观|团体|固定)*(?:电话|热线|手机|座机)|总机|前台|tel|phone)\s*[:：.]?\s*",
    re.I,
)
_EXTENSION = re.compile(r"\s*(?:转|分机|ext\.?|x|-)\s*(\d{1,5})$", re.I)
_NATIONAL = re.compile(r"^\s*(?:\+|00)?86[-\s]*(?=[0-9(])")
# Area codes: 010, 02x, and 0 with three digits.
_LANDLINE = re.compile(r"\(?(0(?:10|2\d|[3-9]\d{2}))\)?[-\s]*([2-8]\d{2,3}[-\s]?\d{4})")
_BARE_LANDLINE = re.compile(r"\(?(10|2\d|[3-9]\d{2})\)?[-\s]+([2-8]\d{2,3}[-\s]?\d{4})")
_MOBILE = re.compile(r"(1[3-9]\d)[-\s]?(\d{4})[-\s]?(\d{4})")
_SERVICE = re.compile(r"([48]00)[-\s]?(\d{3})[-\s]?(\d{4})|([48]00)[-\s]?(\d{4})[-\s]?(\d{3})")
_LOCAL = re.compile(r"[2-8]\d{2,3}[-\s]?\d{4}")
_SHORT = re.compile(r"10\d{3}|1[12]\d{1,3}|9[56]\d{3,4}")


@dataclass(frozen=True)
class Link:
    """A link into a map app."""

    app: App
    url: str


def _address(base: str, **parameters: str) -> str:
    pairs = (f"{name}={quote(value, safe='')}" for name, value in parameters.items() if value)
    return f"{base}?{'&'.join(pairs)}"


def _plain(text: str | None, limit: int) -> str:
    """Drop control characters, lone surrogates and the signs that these apps split names at."""
    kept = (
        " " if unicodedata.category(char)[0] in "CZ" or char in ",;:|" else char
        for char in text or ""
    )
    return " ".join("".join(kept).split())[:limit].strip()


def _degrees(value: float) -> str:
    return f"{value:.6f}"


def _usable(lon: float | None, lat: float | None) -> bool:
    return (
        lon is not None
        and lat is not None
        and math.isfinite(lon)
        and math.isfinite(lat)
        and abs(lon) <= 180
        and abs(lat) <= 90
    )


def _to_point(name: str, address: str, lon: float, lat: float) -> list[Link]:
    (gcj_lon,), (gcj_lat,) = wgs84_to_gcj02([lon], [lat])
    (bd_lon,), (bd_lat,) = wgs84_to_bd09([lon], [lat])
    return [
        Link("amap", _address(
            "https://uri.amap.com/navigation",
            to=f"{_degrees(gcj_lon)},{_degrees(gcj_lat)},{name}",
            mode="car", coordinate="gaode", callnative="1", src=SOURCE,
        )),
        Link("baidu", _address(
            "https://api.map.baidu.com/marker",
            location=f"{_degrees(bd_lat)},{_degrees(bd_lon)}", title=name, content=address or name,
            coord_type="bd09ll", output="html", src=SOURCE,
        )),
        Link("tencent", _address(
            "https://apis.map.qq.com/uri/v1/routeplan",
            type="drive", to=name, tocoord=f"{_degrees(gcj_lat)},{_degrees(gcj_lon)}",
            referer=SOURCE,
        )),
    ]  # fmt: skip


def _to_name(name: str, city: str) -> list[Link]:
    return [
        Link("amap", _address(
            "https://uri.amap.com/search", keyword=name, city=city, view="map",
            callnative="1", src=SOURCE,
        )),
        Link("baidu", _address(
            "https://api.map.baidu.com/place/search", query=name, region=city,
            output="html", src=SOURCE,
        )),
        Link("tencent", _address(
            "https://apis.map.qq.com/uri/v1/search", keyword=name, region=city, referer=SOURCE,
        )),
    ]  # fmt: skip


def links(
    name: str,
    address: str | None,
    lon: float | None,
    lat: float | None,
    *,
    precision: str,
    city: str,
) -> list[Link]:
    """
    Return links to the venue in 高德, 百度 and 腾讯.

    To the point when its position is exact, otherwise a search for the name in the city: a
    point that may be kilometres off would send people astray.

    Parameters
    ----------
    name, address
        What the app shows; any text, percent-encoded here.
    lon, lat
        Degrees WGS 84, or missing.
    precision
        A value of `schema.PRECISIONS`.
    city
        The city to search in, as 泰安市.

    Returns
    -------
    links
        One per app, in the order amap, baidu, tencent; none when there is neither an exact
        position nor a name.
    """
    shown, place = _plain(name, LONGEST_NAME), _plain(address, LONGEST_ADDRESS)
    if precision in EXACT_PRECISIONS and lon is not None and lat is not None and _usable(lon, lat):
        return _to_point(shown, place, lon, lat)
    return _to_name(shown, _plain(city, LONGEST_NAME)) if shown else []


def _dialled(number: str) -> str | None:
    """Return the tel: link of one number without extension, or None when it is not one."""
    national = _NATIONAL.sub("", number)
    abroad = national != number
    mobile = _MOBILE.fullmatch(national)
    if mobile:
        return "tel:+86" + "".join(mobile.groups())
    line = _LANDLINE.fullmatch(national) or (abroad and _BARE_LANDLINE.fullmatch(national))
    if line:
        area, local = line[1].removeprefix("0"), re.sub(r"\D", "", line[2])
        return f"tel:+86{area}{local}"
    if _SERVICE.fullmatch(national):
        return "tel:" + re.sub(r"\D", "", national)
    return f"tel:{number}" if _SHORT.fullmatch(number) else None


def _with_extension(shown: str) -> str | None:
    whole = _dialled(shown)
    extension = _EXTENSION.search(shown)
    if whole or not extension:
        return whole
    main = _dialled(shown[: extension.start()].strip())
    if main is None or _SHORT.fullmatch(main.removeprefix("tel:")):
        return None
    return f"{main};ext={extension[1]}"


def _pieces(text: str) -> Iterator[str]:
    for piece in _SEPARATORS.split(_FAX.sub(";", text)):
        shown = _LABEL.sub("", piece.strip()).strip(" .。")
        apart = shown.split()
        yield from apart if len(apart) > 1 and all(map(_dialled, apart)) else [shown]


def phone_links(phone: str | None) -> list[tuple[str, str]]:
    """
    Return the numbers in `phone` as (shown text, tel: link), in order.

    Area numbers and mobiles become international, 400 and 800 numbers and short codes stay
    national, an extension becomes `;ext=`. A local number takes the area code of the one
    before it (0538-8417924/8417925). A fax number, a local number that stands first, and
    anything else that is not surely a number gives no link.
    """
    text = unicodedata.normalize("NFKC", phone if isinstance(phone, str) else "")[:300]
    text = re.sub(r"[‐‑‒–—―−]", "-", text)
    found: list[tuple[str, str]] = []
    area = ""
    for shown in _pieces(text):
        url = _with_extension(shown)
        if url is None and area and _LOCAL.fullmatch(shown):
            url = f"tel:+86{area}" + re.sub(r"\D", "", shown)
        line = _LANDLINE.match(_NATIONAL.sub("", shown))
        area = line[1].removeprefix("0") if url and line else area
        if url is not None and url not in {link for _, link in found}:
            found.append((shown, url))
    return found
