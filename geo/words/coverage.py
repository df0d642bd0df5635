"""Words of the coverage pages and of the lists that changed."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # --- coverage ----------------------------------------------------------------
    "coverage.sentence": (
        "{total} 个乡镇（街道）中，{covered} 个有服务站，{uncovered} 个还没有；覆盖率 {percent}。",
        "{covered} of {total} townships have a service station ({percent}); {uncovered} have none.",
    ),
    "coverage.without_demo": (
        "不计演示数据时，有服务站的是 {covered} 个。",
        "Without demonstration rows, {covered} have one.",
    ),
    "coverage.rule": (
        "到这一天至少有一个开放的、非流动的服务站登记在该乡镇（街道），才算覆盖；看登记，不看落点。",
        "A township counts as covered on a day when at least one open, non-mobile station is "
        "registered to it. The register decides, not the point on the map.",
    ),
    "coverage.uncovered": ("还没有服务站的乡镇（街道）", "Townships without a station"),
    "coverage.all_covered": (
        "到这一天，每个乡镇（街道）都有服务站。",
        "On this day every township has a station.",
    ),
    "coverage.by_unit": ("按填报单位", "By reporting unit"),
    "coverage.by_county": ("按县市区", "By county"),
    "coverage.every": ("全部乡镇（街道）", "All townships"),
    "coverage.stations": ("服务站", "Stations"),
    "coverage.demo_stations": ("其中演示", "Demonstration"),
    "coverage.responsible": ("责任单位", "Responsible"),
    "coverage.nearest": ("最近的服务站", "Nearest station"),
    "coverage.distance": ("直线距离（公里，约）", "Straight line (km, about)"),
    "coverage.distance_note": (
        "距离从乡镇驻地的大致位置量起，只供比较。",
        "Distances start at the approximate seat and serve comparison only.",
    ),
    "coverage.state": ("状态", "State"),
    "coverage.share_chart": ("各单位覆盖率", "Share by unit"),
    # --- lists that changed ----------------------------------------------------------
    "lists.reason_of": (
        "{year} 年名录，自 {date} 起用",
        "list of {year}, in force from {date}",
    ),
    "lists.not_listed": ("这一天不在名录里", "not in the list on this day"),
    "lists.more": ("{names}等 {count} 个", "{names} and others, {count} in all"),
    "lists.undrawn": (
        "边界里没有 {names}：地图上画不出来，表里照常统计。",
        "The layer lacks {names}: counted in the tables, not drawn on the map.",
    ),
    "lists.beyond": (
        "地图上的 {names} 这一天不在名录里：不统计，不着色。",
        "{names} on the map: not in the list on this day, neither counted nor coloured.",
    ),
    "lists.stations": ("没有计入的服务站", "Stations not counted"),
    "lists.villages": ("没有计入的村（社区）", "Villages not counted"),
    "lists.register_anew": (
        "它们登记在别的年份的名录上，说不清这一天该算在哪里。按实际所在地重新登记后才计入。",
        "They are registered to a list of another year, and nobody can tell where they belong on "
        "this day. They count once they are registered anew.",
    ),
    "lists.registered_to": ("登记在", "Registered to"),
    "lists.reason": ("原因", "Reason"),
    "lists.missing": ("没有登记乡镇（街道）", "no township registered"),
    "lists.gone": (
        "这一天不在名录里，名录没有写明对应的是哪一个",
        "not in the list on this day, and no counterpart is known",
    ),
    "lists.unclear": (
        "拆分或合并过，这一天对应的不止一个",
        "split or merged: more than one stands for it on this day",
    ),
    # --- promoters ---------------------------------------------------------------
    "promoters.sentence": (
        "{total} 个村（社区）中，{covered} 个有宣传员，{uncovered} 个还没有；覆盖率 {percent}。",
        "{covered} of {total} villages have a promoter ({percent}); {uncovered} have none.",
    ),
    "promoters.without_demo": (
        "不计演示数据时，有宣传员的是 {covered} 个。",
        "Without demonstration rows, {covered} have one.",
    ),
    "promoters.rule": (
        "到这一天至少有一名在任宣传员服务该村（社区），才算覆盖；一名宣传员可以服务几个村。",
        "A village counts as covered on a day when at least one active promoter serves it; "
        "one promoter may serve several villages.",
    ),
    "promoters.privacy": (
        "这里只有人数；宣传员的姓名和电话不公开。",
        "Counts only: promoters' names and phones are never public.",
    ),
    "promoters.uncovered": ("还没有宣传员的村（社区）", "Villages without a promoter"),
    "promoters.all_covered": (
        "到这一天，每个村（社区）都有宣传员。",
        "On this day every village has a promoter.",
    ),
    "promoters.search": ("搜村名、乡镇或代码", "Village, township or code"),
    "promoters.search_hint": ("如 王庄、xiazhang", "e.g. 王庄, xiazhang"),
    "promoters.promoters": ("宣传员", "Promoters"),
    "promoters.demo_promoters": ("其中演示", "Demonstration"),
    "promoters.by_township": ("按乡镇（街道）", "By township"),
}
