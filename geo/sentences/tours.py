"""Sentences about a study tour's request."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "tour_not_json": (
        "研学行程请求读不懂（{reason}）。请用导出的请求，或在页面上重新填写。",
        "The request cannot be read ({reason}). Use an exported one, or fill in the page anew.",
    ),
    "tour_problems": (
        "研学行程请求有 {count} 处问题。{first}",
        "{count} problem(s) in the request. {first}",
    ),
    "tour_value": (
        "研学行程请求的 {field} 是 {value}：{reason}。",
        "{field} of the request is {value}: {reason}.",
    ),
    "tour_past": (
        "出行日期 {date} 已经过去（今天是 {today}）。请选今天或以后的一天。",
        "The day {date} is past (today is {today}). Choose today or a later day.",
    ),
    "tour_no_place": (
        "不知道“{place}”在哪里：它不在当日的乡镇名录里，或没有驻地坐标。请换一个乡镇（街道），或在地图上点一下。",
        "Where {place} is, is not known: it is not in the list of that day, or has no seat. Choose another township, or tap the map.",
    ),
    "tour_unknown_venue": (
        "登记的场馆里没有 {ids}（或是演示数据，而这次不用演示数据）。请从名单里去掉，或重新选择。",
        "No venue {ids} is registered (or it is a demonstration row, which are left out). Remove or choose anew.",
    ),
    "tour_nothing_planned": (
        "这次没有可行的行程，没有文件可做。请按页面上的建议改一处再试。",
        "No tour is possible, so there is no file. Make one of the suggested changes and try again.",
    ),
    "tour_draft_name": (
        "草稿名要有 1 到 {limit} 个字。请改一个名字。",
        "A draft's name has 1 to {limit} characters. Choose another.",
    ),
    "tour_draft_gone": (
        "没有第 {draft} 号草稿，可能已被删除。请从草稿列表重新选择。",
        "There is no draft {draft}; it may have been deleted. Choose again from the list.",
    ),
    "tour_draft_too_many": (
        "草稿已有 {limit} 份，存不下了。请删去不用的再保存。",
        "There are {limit} drafts already. Delete some first.",
    ),
    "tour_file_large": (
        "这个文件有 {size} KB，研学请求不会超过 {limit} KB。请选本页下载的请求文件（.json）。",
        "The file has {size} KB; a request has no more than {limit} KB. Choose a request file (.json) that this page made.",
    ),
}
