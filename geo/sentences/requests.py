"""Sentences about what a planner asks: the request, the proposal and the scenarios."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    # --- the request as it is written ---------------------------------------------
    "request_not_json": (
        "选址请求读不懂（{reason}）。请用“导出请求”得到的 JSON，或重新在页面上填写。",
        "The request cannot be read ({reason}). Use an exported one, or fill in the page anew.",
    ),
    "request_version": (
        "选址请求的版本是 {found}，这个程序只认得 {known}。请升级程序，或重新填写。",
        "The request has version {found}; this program knows {known}. Upgrade, or fill it in anew.",
    ),
    "request_unknown": (
        "选址请求里有不认识的一项 {field}。请核对拼写，或删去它。",
        "The request has an unknown entry {field}. Check the spelling, or remove it.",
    ),
    "request_value": (
        "选址请求的“{field}”是 {value}：{reason}。",
        "“{field}” of the request is {value}: {reason}.",
    ),
    "request_straight_minutes": (
        "按分钟算要选一种出行方式（步行、电动车、公交或驾车）；直线距离请改用公里。",
        "Minutes need a mode of travel (walk, e-bike, bus or car); a straight line needs km.",
    ),
    "request_clash": (
        "{names} 既要{one}又要{other}，只能选一样。请从其中一处去掉。",
        "{names}: both {one} and {other}. Take it out of one of them.",
    ),
    "request_capacity_model": (
        "“每站最多服务”只能和“够得着的最多”一起用。请改用这种算法，或把“每站最多服务”留空。",
        "A capacity goes with the model “reach the most” alone. Choose it, or leave the capacity empty.",
    ),
    "request_capacity_goal": (
        "“每站最多服务”只能和“先顾：够得着的最多”一起用，不能同时先补空白乡镇、两样兼顾或要求每个乡镇都有站。"
        "请改目标，或把“每站最多服务”留空。",
        "A capacity goes with the goal “most reached” alone, not with townships. Change the goal, or "
        "leave the capacity empty.",
    ),
    "request_no_points": (
        "候选点选的是“自己画的点”，但一个也没有画。请在地图上点一下，或改用村、承载场所作候选。",
        "The candidates are drawn points, but none is drawn. Tap the map, or use villages or hosts.",
    ),
    "request_problems": (
        "选址请求有 {count} 处问题。{first}",
        "{count} problem(s) in the request. {first}",
    ),
    # --- the tables it meets --------------------------------------------------------
    "request_no_hosts": (
        "还没有导入承载场所（党群服务中心等），没有候选点。请先导入 hosts 表，或改用村作候选。",
        "No host buildings are imported, so there is no candidate. Import hosts, or use villages.",
    ),
    "request_no_villages": (
        "{date} 的名录里没有村（社区），无从计算。请换一个日期，或先导入名录。",
        "No village is in force on {date}. Choose another day, or import a list.",
    ),
    "request_no_population": (
        "还没有导入人口，不能按人口计算。请先导入 populations 表，或改按村（社区）数计算。",
        "No population is imported. Import populations, or count villages.",
    ),
    "request_site_unknown": (
        "没有编号为 {ids} 的候选点。请核对编号，或改变候选点的来源。",
        "There is no candidate {ids}. Check the ids, or choose other candidates.",
    ),
    "request_venue_unknown": (
        "没有编号为 {ids} 的已有站点，无法假设它关闭。请核对编号。",
        "There is no station {ids} in force to be closed for the test. Check the ids.",
    ),
    "request_travel_off": (
        "这里没有配置路网或路径服务，不能按{mode}时间计算。请改用公里，或请管理员配置。",
        "No road table or routing service is set up for {mode}. Use km, or ask the operator.",
    ),
    # --- scenarios --------------------------------------------------------------------
    "scenario_name": (
        "方案名要有 1 到 {limit} 个字。请改一个名字。",
        "A scenario's name has 1 to {limit} characters. Choose another.",
    ),
    "scenario_name_taken": (
        "已经有一个叫“{name}”的方案。请换一个名字，或打开那个方案再保存。",
        "There is a scenario “{name}” already. Choose another name, or open that one.",
    ),
    "scenario_gone": (
        "没有第 {scenario} 号方案，可能已被删除。请回到方案列表重新选择。",
        "There is no scenario {scenario}; it may have been deleted. Choose again from the list.",
    ),
    "scenario_not_yours": (
        "这个方案是 {owner} 的，您的账号不能改它，没有改动任何内容。可以另存一份再改。",
        "This scenario is {owner}'s; your account may not change it. Save a copy instead.",
    ),
    "scenario_moved": (
        "方案“{name}”在您打开之后被改过，没有保存。请重新打开看看，再决定覆盖还是另存。",
        "The scenario “{name}” was changed since you opened it; nothing was saved. Open it again, "
        "then overwrite it or save a copy.",
    ),
    "scenario_too_many": (
        "方案已有 {limit} 个，存不下了。请删去不用的再保存。",
        "There are {limit} scenarios already. Delete some first.",
    ),
}  # fmt: skip
