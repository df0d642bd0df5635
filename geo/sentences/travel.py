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
}
