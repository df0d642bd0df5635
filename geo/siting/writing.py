"""A request written down: to and from JSON, and to and from the parts of a link."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from geo.errors import GeoError
from geo.siting.request import (
    MODES,
    NAME_LIMIT,
    Point,
    Request,
    RequestError,
    none_drawn,
    problems_of,
    wrong,
)

VERSION = 1


# --- JSON -----------------------------------------------------------------------------------


def to_json(request: Request) -> str:
    """Return the request as JSON with its version; equal requests give equal text."""
    said: dict[str, Any] = {"version": VERSION}
    for field in fields(request):
        value = getattr(request, field.name)
        said[field.name] = value.isoformat() if isinstance(value, date) else value
    said["points"] = [point._asdict() for point in request.points]
    return json.dumps(said, ensure_ascii=False)


def from_json(text: str) -> Request:
    """
    Return the request that `text` holds; what it leaves out is as by default.

    Raises
    ------
    RequestError
        With every problem, each as a sentence.
    """
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0]
        raise RequestError([GeoError("request_not_json", reason=reason)]) from None
    if not isinstance(said, dict):
        reason = "应是一个 JSON 对象"
        raise RequestError([GeoError("request_not_json", reason=reason)])
    version = said.pop("version", VERSION)
    if version != VERSION:
        raise RequestError([GeoError("request_version", found=str(version)[:20], known=VERSION)])
    problems: list[GeoError] = []
    read: dict[str, Any] = {}
    for name, value in said.items():
        if name not in _READERS:
            problems.append(GeoError("request_unknown", field=str(name)[:NAME_LIMIT]))
            continue
        try:
            read[name] = _READERS[name](value)
        except (TypeError, ValueError, KeyError, OverflowError):
            problems.append(wrong(name, json.dumps(value, ensure_ascii=False), _SHAPES[name]))
    request = Request(**read)
    problems += problems_of(request) + none_drawn(request)
    if problems:
        raise RequestError(problems)
    return request


def _whole(value: Any) -> int:
    if isinstance(value, bool) or int(value) != value:
        raise ValueError
    return int(value)


def _number(value: Any) -> float:
    if isinstance(value, bool | str) or not math.isfinite(value):
        raise ValueError
    return float(value)


def _word(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _words(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(dict.fromkeys(_word(one).strip() for one in value))


def _yes(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _points(value: Any) -> tuple[Point, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(
        Point(_number(one["lon"]), _number(one["lat"]), _word(one.get("name", ""))) for one in value
    )


_READERS: dict[str, Callable[[Any], Any]] = {
    "add": _whole, "model": _word, "limit": _number, "mode": _word, "goal": _word,
    "weight": _word, "kinds": _words, "candidates": _word, "points": _points, "locked": _words,
    "required": _words, "forbidden": _words, "closed": _words, "one_per_township": _yes,
    "capacity": lambda value: None if value is None else _number(value),
    "as_of": lambda value: None if value is None else date.fromisoformat(_word(value)),
    "count_demo": _yes, "seed": _whole,
}  # fmt: skip
_LIST_SHAPE = "应是编号的列表"
_SHAPES = {
    "add": "应是整数", "model": "应是文字", "limit": "应是数字", "mode": "应是文字",
    "goal": "应是文字", "weight": "应是文字", "kinds": _LIST_SHAPE, "candidates": "应是文字",
    "points": "应是点的列表，每个点有 lon、lat、name", "locked": _LIST_SHAPE,
    "required": _LIST_SHAPE, "forbidden": _LIST_SHAPE, "closed": _LIST_SHAPE,
    "one_per_township": "应是 true 或 false", "capacity": "应是数字",
    "as_of": "应是 2026-11-23 这样的日期",
    "count_demo": "应是 true 或 false", "seed": "应是整数",
}  # fmt: skip


# --- links ------------------------------------------------------------------------------------

# Field -> its name in a link. Some names are those that the coverage pages use too.
LINK = {
    "add": "add", "model": "model", "limit": "within", "mode": "mode", "goal": "goal",
    "weight": "by", "kinds": "kinds", "candidates": "from", "points": "at", "locked": "have",
    "required": "need", "forbidden": "not", "closed": "closed", "one_per_township": "each",
    "capacity": "cap", "as_of": "as_of", "count_demo": "demo", "seed": "seed",
}  # fmt: skip
_LISTS = ("kinds", "locked", "required", "forbidden", "closed")
_SEPARATOR = re.compile(r"[~;\r\n]+")


def to_link(request: Request) -> dict[str, str]:
    """Return the parts of a link: only what differs from the default request."""
    said = {}
    plain = Request()
    for field in fields(request):
        value = getattr(request, field.name)
        if value != getattr(plain, field.name):
            said[LINK[field.name]] = _link_text(field.name, value)
    return said


def _link_text(name: str, value: Any) -> str:
    if name == "points":
        parts = (f"{p.lon:.5f},{p.lat:.5f},{_SEPARATOR.sub(' ', p.name)}" for p in value)
        return "~".join(parts)
    if name in _LISTS:
        return "~".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else f"{value:g}" if isinstance(
        value, float
    ) else str(value)  # fmt: skip


def from_link(parts: Mapping[str, str]) -> tuple[Request, list[GeoError]]:
    """
    Return the request of a link, and what of the link could not be used (it is left out).

    A link comes from anywhere: parts with other names are not looked at, and a part that is
    no good leaves the default in its place.
    """
    request = Request()
    problems: list[GeoError] = []
    if parts.get(LINK["mode"]) in MODES[1:]:  # says what the limit is measured in
        request = replace(request, mode=parts[LINK["mode"]], limit=30.0)  # type: ignore[arg-type]
    for name in LINK:
        given = parts.get(LINK[name])
        if given is None:
            continue
        try:
            tried = replace(request, **{name: _from_text(name, given)})
        except (TypeError, ValueError, KeyError, OverflowError):
            problems.append(wrong(name, given, _SHAPES[name]))
            continue
        before = {p.sentence() for p in problems_of(request)}
        new = [p for p in problems_of(tried) if p.sentence() not in before]
        problems += new
        request = request if new else tried
    return request, problems


def _from_text(name: str, given: str) -> Any:
    if name in _LISTS:
        return _words([one for one in _SEPARATOR.split(given) if one])
    if name == "points":
        found = []
        for one in filter(None, _SEPARATOR.split(given)):
            lon, lat, *rest = one.split(",", 2)
            found.append(Point(_number(float(lon)), _number(float(lat)), (rest or [""])[0]))
        return tuple(found)
    if name in {"one_per_township", "count_demo"}:
        return {"true": True, "false": False}[given]
    if name in {"add", "seed"}:
        return int(given)
    if name in {"limit", "capacity"}:
        return _number(float(given))
    return _READERS[name](given)
