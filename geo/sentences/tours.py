"""Sentences about a study tour's request."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "tour_not_json": (
        "研学行程请求读不懂（第 {line} 行第 {column} 列起），链接或文件可能不完整。"
        "请用导出的请求，或在页面上重新填写。",
        "The request cannot be read (from line {line}, column {column}); the link or the file may "
        "not be whole. Use an exported one, or fill in the page anew.",
    ),
    "tour_problems": (
        "研学行程请求有 {count} 处问题。{first}",
        "{count} problem(s) in the request. {first}",
    ),
    "tour_value": (
        "研学行程请求的 {field} 是 {value}：{reason}。",
        "{field} of the request is {value}: {reason}.",
    ),
    "tour_why_no_day": ("不是日历上有的日子", "no day of the calendar"),
    "tour_why_back": (
        "最晚返回应晚于最早出发 {leave}",
        "must be later than the departure at {leave}",
    ),
    "tour_why_lunch": ("放不下 {minutes} 分钟的午餐", "too short for a lunch of {minutes} minutes"),
    "tour_why_both": (
        "既要去又不要去，请从其中一处去掉",
        "both wanted and not wanted; remove from one of the two",
    ),
    "tour_why_coaches": (
        "要 {coaches} 辆车，一次最多排 {most} 辆，请分批出行",
        "needs {coaches} coaches, and at most {most} are planned at once; go in parts",
    ),
    "tour_why_type": ("应为 {rule}", "must be of type {rule}"),
    "tour_why_enum": ("只能是 {rule}", "must be one of {rule}"),
    "tour_why_pattern": (
        "写法不对（时间如 08:30，日期如 2026-12-12）",
        "not written as it should be (a time as 08:30, a date as 2026-12-12)",
    ),
    "tour_why_minimum": ("不能小于 {rule}", "must not be less than {rule}"),
    "tour_why_maximum": ("不能大于 {rule}", "must not be more than {rule}"),
    "tour_why_required": ("缺少 {rule}", "lacks {rule}"),
    "tour_why_additionalProperties": (
        "有不认识的一项，请核对拼写或删去",
        "has an unknown entry; check its spelling or remove it",
    ),
    "tour_why_uniqueItems": ("有重复", "has something twice"),
    "tour_why_maxItems": ("最多 {rule} 个", "at most {rule}"),
    "tour_why_maxProperties": ("最多 {rule} 个", "at most {rule}"),
    "tour_why_minLength": ("不能空着", "must not be empty"),
    "tour_why_maxLength": ("最多 {rule} 个字", "at most {rule} characters"),
    "tour_why_const": ("只认得 {rule}", "only {rule} is known"),
    "tour_why_anyOf": (
        "写法不对；地点要有 township_code，或 lon 和 lat",
        "not written as it should be; a place needs township_code, or lon and lat",
    ),
    "tour_why_other": ("写法不对", "not written as it should be"),
    "tour_whole": ("内容", "the content"),
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
