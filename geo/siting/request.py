"""What a planner asks of a siting model, and every reason why it could not be answered."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, NamedTuple

from geo.errors import GeoError
from geo.schema import CITY_BOUNDS

Model = Literal["cover", "fewest", "travel", "farthest"]
Mode = Literal["straight", "walk", "ebike", "bus", "car"]
Goal = Literal["people", "townships", "both"]
Weight = Literal["villages", "population"]
Candidates = Literal["villages", "hosts", "points"]

MODELS = ("cover", "fewest", "travel", "farthest")
MODES = ("straight", "walk", "ebike", "bus", "car")
GOALS = ("people", "townships", "both")
WEIGHTS = ("villages", "population")
SOURCES = ("villages", "hosts", "points")
KINDS = ("station", "hall")

MOST_ADDED = 300
MOST_IDS = 500
MOST_POINTS = 50
NAME_LIMIT = 40
LIMITS_M = (500.0, 50_000.0)
LIMITS_MIN = (5.0, 180.0)

# Fields whose sites exclude each other, and what each wants, Chinese.
_PARTS = (("locked", "算作已有"), ("required", "必选"), ("forbidden", "禁选"))
NAMES = {
    "add": "新建数", "model": "模型", "limit": "距离或时间", "mode": "出行方式", "goal": "目标",
    "weight": "权重", "kinds": "计入的场馆", "candidates": "候选点", "points": "画的点",
    "locked": "算作已有", "required": "必选", "forbidden": "禁选", "closed": "假设关闭",
    "one_per_township": "每个乡镇都要有站", "capacity": "服务能力", "as_of": "日期",
    "count_demo": "计入演示数据", "seed": "示意分布的种子",
}  # fmt: skip


class Point(NamedTuple):
    """A candidate that somebody drew: degrees WGS 84, and what they call it."""

    lon: float
    lat: float
    name: str


class RequestError(GeoError, ValueError):
    """A request that cannot be used; `problems` has one error for each thing wrong with it."""

    def __init__(self, problems: list[GeoError]) -> None:
        self.problems = problems
        super().__init__("request_problems", count=len(problems), first=problems[0].sentence())

    def sentence(self, language: str = "zh") -> str:
        """Say every problem, in `language`."""
        return (" " if language == "en" else "").join(p.sentence(language) for p in self.problems)


@dataclass(frozen=True)
class Request:
    """
    What a planner asks.

    Parameters
    ----------
    add
        How many sites to add; the model "fewest" finds the number itself.
    model
        "cover": reach as much as possible; "fewest": reach all that can be reached with the
        fewest sites; "travel": the least total travel; "farthest": the least greatest travel.
    limit, mode
        How far counts as reached: metres for "straight" (the line times the detour factor),
        minutes for every other mode.
    goal
        What "cover" wants more of: demand reached, townships with a site, or both.
    weight
        What a village counts: one, or its population.
    kinds
        The venues that count as standing already: "station", "hall".
    candidates, points
        Where a site may be: a village, a host building, or the drawn points only. Points are
        candidates beside villages and hosts too.
    locked, required, forbidden
        Ids of candidates that count as standing, must be and must not be chosen.
    closed
        `venue_id` of stations taken as closed, for the test.
    one_per_township
        Whether every township that can have a station must have one ("cover" only).
    capacity
        Greatest weight that one site serves, for the model "cover" with the goal "people";
        None for no limit.
    as_of
        The day; None for today.
    count_demo
        Whether demonstration rows count.
    seed
        Which spread of villages without a point; 0 is the one that reach is computed on.
    """

    add: int = 20
    model: Model = "cover"
    limit: float = 5000.0
    mode: Mode = "straight"
    goal: Goal = "people"
    weight: Weight = "villages"
    kinds: tuple[str, ...] = ("station",)
    candidates: Candidates = "villages"
    points: tuple[Point, ...] = ()
    locked: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    one_per_township: bool = False
    capacity: float | None = None
    as_of: date | None = None
    count_demo: bool = True
    seed: int = 0

    @property
    def unit(self) -> Literal["m", "min"]:
        """Return the unit of `limit`."""
        return "m" if self.mode == "straight" else "min"

    def marked(self, part: str, site: str) -> Request:
        """Return the request with `site` in `part` (required …, "" for none) and nowhere else."""
        lists = {
            name: tuple(one for one in getattr(self, name) if one != site) for name, _ in _PARTS
        }
        if part:
            lists[part] = (*lists[part], site)
        return replace(self, **lists)  # type: ignore[arg-type]


def require_usable(request: Request) -> None:
    """
    Refuse a request that no table could answer.

    Raises
    ------
    RequestError
        With every problem.
    """
    found = problems_of(request) + none_drawn(request)
    if found:
        raise RequestError(found)


def none_drawn(asked: Request) -> list[GeoError]:
    """Return that drawn points are asked for and there are none; on the page they may come."""
    none = asked.candidates == "points" and not asked.points
    return [GeoError("request_no_points")] if none else []


def wrong(field: str, value: object, reason: str) -> GeoError:
    """Return the error that says why the value of a field cannot be used."""
    shown = str(value)
    shown = shown if len(shown) <= NAME_LIMIT else shown[:NAME_LIMIT] + "…"
    return GeoError("request_value", field=NAMES[field], value=shown, reason=reason)


def problems_of(asked: Request) -> list[GeoError]:
    """Return what is wrong with the values of a request, each by itself and together."""
    found = []
    if not 0 <= asked.add <= MOST_ADDED:
        found.append(wrong("add", asked.add, f"应在 0 到 {MOST_ADDED} 之间"))
    chosen = (
        ("model", MODELS), ("mode", MODES), ("goal", GOALS), ("weight", WEIGHTS),
        ("candidates", SOURCES),
    )  # fmt: skip
    for name, known in chosen:
        if getattr(asked, name) not in known:
            found.append(wrong(name, getattr(asked, name), f"只能是 {'、'.join(known)}"))
    low, high = LIMITS_M if asked.unit == "m" else LIMITS_MIN
    if asked.mode in MODES and not low <= asked.limit <= high:
        unit = "米" if asked.unit == "m" else "分钟"
        found.append(wrong("limit", f"{asked.limit:g}", f"应在 {low:g} 到 {high:g} {unit}之间"))
    if not set(asked.kinds) <= set(KINDS) or not asked.kinds:
        found.append(wrong("kinds", "、".join(asked.kinds), f"只能是 {'、'.join(KINDS)}"))
    found += _capacity_problems(asked)
    if not 0 <= asked.seed < 10_000:
        found.append(wrong("seed", asked.seed, "应在 0 到 9999 之间"))
    found += _point_problems(asked)
    for name in ("locked", "required", "forbidden", "closed"):
        if len(getattr(asked, name)) > MOST_IDS:
            found.append(wrong(name, len(getattr(asked, name)), f"最多 {MOST_IDS} 个"))
    for at, (one, said) in enumerate(_PARTS):
        for other, otherwise in _PARTS[at + 1 :]:
            both = sorted({*getattr(asked, one)} & {*getattr(asked, other)})
            if both:
                names = "、".join(both[:5])
                found.append(GeoError("request_clash", names=names, one=said, other=otherwise))
    if asked.model != "fewest" and 0 <= asked.add < len(asked.required):
        reason = f"比必选的 {len(asked.required)} 个还少，请调大，或减少必选"
        found.append(wrong("add", asked.add, reason))
    return found


def _capacity_problems(asked: Request) -> list[GeoError]:
    """Return why a capacity cannot be used, or not together with what else is asked."""
    if asked.capacity is None:
        return []
    if not 0 < asked.capacity < math.inf:
        return [wrong("capacity", f"{asked.capacity:g}", "应大于 0")]
    if asked.model != "cover":
        return [GeoError("request_capacity_model")]
    if asked.goal != "people" or asked.one_per_township:
        return [GeoError("request_capacity_goal")]
    return []


def _point_problems(asked: Request) -> list[GeoError]:
    found = []
    if len(asked.points) > MOST_POINTS:
        found.append(wrong("points", len(asked.points), f"最多 {MOST_POINTS} 个"))
    west, south, east, north = CITY_BOUNDS
    for point in asked.points:
        if not (west <= point.lon <= east and south <= point.lat <= north):
            at = f"{point.lon:g},{point.lat:g}"
            found.append(wrong("points", at, "不在泰安市范围内，应为经度,纬度"))
        if len(point.name) > NAME_LIMIT:
            found.append(wrong("points", point.name, f"名字最多 {NAME_LIMIT} 个字"))
    return found
