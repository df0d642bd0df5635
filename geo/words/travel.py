"""Words about how travel cost was found, shown wherever a figure rests on it."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "travel.straight_m": (
        "直线×系数估算：距离是直线距离的 {detour} 倍，不是实际道路。",
        "Estimated from the straight line: {detour} times as long, not along real roads.",
    ),
    "travel.straight_min": (
        "直线×系数估算：距离是直线距离的 {detour} 倍，{mode}每小时 {kmh} 公里，不是实际道路。",
        "Estimated from the straight line: {detour} times as long, {mode} at {kmh} km/h, "
        "not along real roads.",
    ),
    "travel.roads": (
        "按路网表计算（{mode}）。",
        "Computed on the table of roads ({mode}).",
    ),
    "travel.osrm": (
        "由路径引擎 OSRM 计算（{mode}）。",
        "Computed by the routing engine OSRM ({mode}).",
    ),
    "travel.valhalla": (
        "由路径引擎 Valhalla 计算（{mode}）。",
        "Computed by the routing engine Valhalla ({mode}).",
    ),
    "travel.far": (
        "有 {count} 个点离最近的道路超过 {metres} 米。",
        "{count} points are more than {metres} m from the nearest road.",
    ),
    "travel.fallbacks": (
        "{total} 对地点中有 {count} 对没有算出来，改用直线×系数估算。",
        "{count} of {total} pairs have no answer; the straight line stands in for them.",
    ),
    "travel.why": ("没有算出来的原因：{reason}", "Why there is no answer: {reason}"),
    "travel.no_roads": (
        "路网表用不了，全部改用直线×系数估算。原因：{reason}",
        "The table of roads cannot be used; the straight line stands in. {reason}",
    ),
}
