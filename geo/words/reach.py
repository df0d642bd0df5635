"""Words of reach, equity and change over time."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "reach.title": ("服务可达情况", "Reach of stations and halls"),
    "reach.facilities": (
        "计入当天开放的服务站 {stations} 个、科技馆 {halls} 个；其中 {unplaced} 个没有位置，没有算进可达",
        "{stations} station(s) and {halls} hall(s) are open on the day; {unplaced} of them have no position and reach nobody",
    ),
    "reach.spread": (
        "示意：{total} 个村（社区）中有 {count} 个没有准确位置，按固定规则散布在所属乡镇（街道）范围内（{layer}），导入位置后即改用真实位置",
        "Schematic: {count} of {total} villages have no position and are spread inside their township by a fixed rule ({layer}) until positions are imported",
    ),
    "reach.layer_schematic": ("乡镇界为示意", "schematic outlines"),
    "reach.layer_official": ("乡镇界为官方", "official outlines"),
    "reach.weight_villages": ("权重：每个村（社区）计 1", "Weight: each village counts one"),
    "reach.weight_population": (
        "权重：人口（{year} 年，{basis}）",
        "Weight: persons ({year}, {basis})",
    ),
    "reach.unweighted": (
        "{count} 个村（社区）没有人口数，没有算进总量",
        "{count} village(s) without a population are in no total",
    ),
    "reach.capacity_known": ("容量：按登记的可服务人数", "Capacity: persons as registered"),
    "reach.capacity_one": (
        "容量：{count} 个站馆没有登记可服务人数，可及性按每个站馆 1 份计算",
        "Capacity: {count} place(s) have none registered; each counts as one for accessibility",
    ),
    "trend.title": ("逐季变化", "Quarter by quarter"),
    "trend.changes": (
        "{since} 至 {until} 覆盖变化及原因",
        "Changes of coverage from {since} to {until}, and why",
    ),
    "trend.records": (
        "数据版本 {revision} 以后的登记变化",
        "Changes of the register since revision {revision}",
    ),
    "trend.known_today": (
        "按今天所知的登记推算各天的情况；后来补登的记录也算在当时",
        "Each day as it is known today: what was registered later counts from its own dates",
    ),
    "reach.spread_some": (
        "示意：有的城市含按固定规则散布的村（社区）位置，见“其中示意散布”",
        "Schematic: some cities have villages spread by a fixed rule, see spread_total",
    ),
    "reach.spread_siting": (
        "示意：没有准确位置的村（社区）按固定规则散布在所属乡镇（街道）范围内，选址结果随位置导入而变",
        "Schematic: villages without a position are spread by a fixed rule; the sites change as positions are imported",
    ),
    "fleet.title": ("各城市指标", "Figures by city"),
    "fleet.progress": ("已算 {done}/{total} 个城市", "{done} of {total} cities done"),
}
