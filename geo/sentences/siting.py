"""Sentences about where the next stations go."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "siting_no_demand": (
        "没有要服务的村（社区）。请先导入村（社区）的点位，或换一个范围。",
        "there is no demand to serve. Import villages, or choose another area.",
    ),
    "siting_no_candidates": (
        "没有可选的候选点（{forbidden} 个被禁选，其余已有站点）。请导入候选点，或取消一些禁选。",
        "there is no candidate to choose ({forbidden} are forbidden, the others stand already)."
        " Import candidates, or allow some.",
    ),
    "siting_nothing_to_add": (
        "新增站点数是 {add}，没有要选的。请把新增数改为 1 或更多。",
        "{add} sites to add leave nothing to choose. Ask for 1 or more.",
    ),
    "siting_too_many_required": (
        "必选的有 {required} 个，多于新增数 {add}。请增加新增数，或取消一些必选。",
        "{required} sites are required, more than the {add} to add. Add more, or require fewer.",
    ),
    "siting_reaches_nobody": (
        "服务范围 {limit} 太小：{candidates} 个候选点够不到 {demands} 个需求点中的任何一个。"
        "请放大范围，或核对候选点和村（社区）的坐标。",
        "a range of {limit} is too small: none of the {candidates} candidates reaches any of the"
        " {demands} demand points. Widen it, or check the positions of both.",
    ),
    "siting_no_groups": (
        "要求每个乡镇街道有站点，但候选点没有所属乡镇街道。请补上乡镇街道代码，或取消这项要求。",
        "a site in every township is asked for, but the candidates have no township."
        " Add the codes, or drop the demand.",
    ),
    "siting_too_few_for_groups": (
        "要求 {least} 个乡镇街道有站点，现有 {open} 个，新增 {add} 个站点最多做到 {most} 个"
        "（还有候选点的乡镇街道 {possible} 个）。请把新增数改为 {needed} 或更多，或降低要求，或补充候选点。",
        "{least} townships are to have a site; {open} have one, and {add} more sites lead to {most}"
        " at most ({possible} others have a candidate). Add {needed} or more, ask for fewer, or"
        " bring more candidates.",
    ),
    # --- said beside an answer ----------------------------------------------------
    "siting_all_chosen": (
        "要新增 {add} 个，候选点只有 {candidates} 个，已全部选入。",
        "{add} sites were to be added; there are only {candidates} candidates, all are chosen.",
    ),
    "siting_all_reached": (
        "选 {needed} 个点就已达到最大覆盖，其余 {spare} 个没有新增覆盖，只作为备份。",
        "{needed} sites reach all that can be reached; the other {spare} reach nobody new and are"
        " for backup.",
    ),
    "siting_groups_without_site": (
        "有 {count} 个乡镇街道没有候选点，无法在其中设站。请为它们补充候选点。",
        "{count} townships have no candidate and cannot get a site. Bring candidates for them.",
    ),
}
