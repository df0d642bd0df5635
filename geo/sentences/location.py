"""Sentences about siting models that cannot be answered as they were asked."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "location_no_demand": (
        "没有需求：没有村（社区），或权重全是 0。请先导入村（社区）或人口，再计算。",
        "there is no demand: no villages, or all weights are 0. Import villages or population first.",
    ),
    "location_no_sites": (
        "没有可用的点：没有现有站点，也没有可选的候选点。请增加候选点，或放开被禁止的点。",
        "there are no sites: none stands and none may be chosen. Add candidates or allow forbidden ones.",
    ),
    "location_none_reached": (
        "在给定范围内，没有一个点能到达任何村（社区）。请加大服务半径（时间），或增加候选点。",
        "no site reaches any village within the limit. Raise the radius (time) or add candidates.",
    ),
    "location_some_unreached": (
        "有 {count} 个村（社区）在费用表范围内没有任何可用的点。请加大费用表的范围、增加候选点，"
        "或先去掉这些村（社区）。",
        "{count} villages have no usable site within the cost table. Widen the table, add "
        "candidates, or leave these villages out.",
    ),
    "location_add_not_enough": (
        "新增 {add} 个点到达不了全部村（社区），至少要 {least} 个。请提高新增数，或加大费用表的范围。",
        "{add} sites do not reach all villages; it takes {least} or more. Add more, or widen the "
        "cost table.",
    ),
    "location_share_out_of_range": (
        "比例 {share} 应大于 0、不超过 1（90% 写 0.9）。请改正。",
        "the share {share} should be above 0 and at most 1 (write 0.9 for 90 %).",
    ),
    "location_share_beyond": (
        "就算全部候选点都选上，也只能到达 {reached:.1%}，达不到 {share:.1%}。请降低比例、"
        "加大服务半径（时间），或增加候选点。",
        "even all candidates together reach only {reached:.1%}, not {share:.1%}. Lower the share, "
        "raise the radius (time) or add candidates.",
    ),
    "location_no_capacity": (
        "没有给出站点的容量。请填写每个点能服务的人数；不限的留空。",
        "no capacities are given. Say how many people each site can serve; leave empty for no limit.",
    ),
}
