"""Sentences about the road table."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "road_file": (
        "路网表 {file} 用不了（{reason}）。请按 docs/data.md 里“路网表”一节重新导出 Parquet 文件，或清空 XINGHUO_ROADS。",
        "the road table {file} cannot be used ({reason}). Export it anew as docs/data.md says, or unset XINGHUO_ROADS.",
    ),
    "road_empty": (
        "是空的。每一格都要填。",
        "is empty. Every cell must be filled in.",
    ),
    "road_length": (
        "不是长度。应为 0 至 {high} 米的数。",
        "is no length. It should be a number of metres from 0 to {high}.",
    ),
    "road_class": (
        "不是道路类别。可用的：{classes}。",
        "is no class of roads. Use one of {classes}.",
    ),
    "road_one_way": (
        "看不懂。单行道写 true，双向的写 false。",
        "is not understood. Write true for one way, false for both.",
    ),
    "road_position": (
        "不是经纬度。请用 WGS 84 的度，经度 73 至 136，纬度 3 至 54。",
        "is no position. Use degrees of WGS 84, longitude 73 to 136, latitude 3 to 54.",
    ),
    "road_short": (
        "比两端的直线距离（{straight} 米）还短。请核对长度和两端的坐标。",
        "is shorter than the straight line between its ends ({straight} m). Check length and ends.",
    ),
    "road_node_moved": (
        "与前面同一节点的坐标相差 {metres} 米。同一节点的坐标要一致。",
        "stands {metres} m from where the same node stood before. A node has one position.",
    ),
    # --- a routing engine ------------------------------------------------------------
    "routing_unreachable": (
        "路径引擎连不上。请管理员看看它是否在运行，地址 XINGHUO_ROUTING_URL 是否写对。",
        "The routing engine cannot be reached. Is it running, and is XINGHUO_ROUTING_URL right?",
    ),
    "routing_timeout": (
        "路径引擎 {seconds} 秒里没有答完。请过一会儿再试，或让管理员加大 XINGHUO_ROUTING_TIMEOUT_S。",
        "The routing engine did not answer within {seconds} s. Try again, or raise XINGHUO_ROUTING_TIMEOUT_S.",
    ),
    "routing_status": (
        "路径引擎回答出错（HTTP {status}）。请管理员查看它的日志。",
        "The routing engine answered with an error (HTTP {status}). See its log.",
    ),
    "routing_malformed": (
        "路径引擎的回答看不懂（{what}）。请管理员核对 XINGHUO_ROUTING 和 XINGHUO_ROUTING_URL 是否对应。",
        "The routing engine's answer is not understood ({what}). Do XINGHUO_ROUTING and XINGHUO_ROUTING_URL match?",
    ),
    "routing_too_large": (
        "路径引擎的回答太大。请管理员核对地址，或减小 XINGHUO_ROUTING_TABLE_SIZE。",
        "The routing engine's answer is too large. Check the address, or lower XINGHUO_ROUTING_TABLE_SIZE.",
    ),
    "routing_refused": (
        "路径引擎说这些地点之间没有路，或一次问得太多。",
        "The routing engine says that there is no way between these places, or that they are too many.",
    ),
    "routing_resting": (
        "路径引擎刚才没有回答，{seconds} 秒后再问。",
        "The routing engine has just failed; it is asked again in {seconds} s.",
    ),
    "routing_no_way": (
        "路径引擎没有找到路，或地点离道路太远。",
        "The routing engine found no way, or a place is too far from any road.",
    ),
}
