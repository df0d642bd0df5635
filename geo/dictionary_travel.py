"""The part of the data dictionary on travel cost: the table of roads, modes and assumptions."""

from __future__ import annotations

from geo.cost import DETOUR_FACTOR
from geo.modes import MODES
from geo.road_files import MAX_ROWS, NODE_M, POSITIONS
from geo.roads import MAX_ACCESS_M, SPEED_CLASSES

_ROADS = """## 路网表（Parquet 文件，不在数据库里）

可选。设置 `XINGHUO_ROADS` 写它的路径；一行是一段路，最多 {rows} 行。
有一格不对，整个表不用，页面改用直线×系数估算并说明原因。

| 列 | 类型 | 说明 |
|---|---|---|
| `from`、`to` | 整数或文本 | 两端的节点；写法相同就是同一个节点 |
| `metres` | 数 | 长度，米；不能比两端的直线距离短 |
| `speed_class` | 文本 | 道路类别，见下表 |
| {positions} | 数 | 两端的经纬度，WGS 84，度；同一节点的坐标相差不超过 {node:g} 米 |
| `one_way` | 是否，可以没有这一列 | true 为只能从 `from` 开到 `to`；步行不受限 |

| 道路类别 | 含义 | 驾车速度（公里/小时） | 可以通行 |
|---|---|---|---|
{classes}

驾车速度是假设，不高于《公路工程技术标准》JTG B01—2014 的设计速度。
步行用步行的速度；电动车、公交或大巴用各自的速度，但不超过道路的速度。
地点走到最近的、这种方式能走的节点，这一段按步行计；
离得超过 {access:.0f} 米的，用直线×系数估算代替。
两地之间的直线×系数比两边走到路上还近的，直接走过去。

## 出行方式与默认值

| 方式 | 名称 | 默认速度（公里/小时） | 依据 |
|---|---|---|---|
{modes}

系数（道路比直线长多少倍）默认 {detour:g}，是假设。
依据：城市里约 1.2（Newell 1980）；韩国全国 1.26，各道 1.22 至 1.44，山区高
（Kim 等 2015，韩国农工学会志 57(4)，39–49 页）；泰安有平原也有山地，取其间。
速度和系数都可以在设置里改；时间不含候车、停车和换乘。
"""


def travel_dictionary() -> str:
    """Return what the data dictionary says on travel cost, as Markdown in Chinese."""
    classes = [
        f"| `{name}` | {one.zh} | {one.kmh:g} | "
        f"{'、'.join(mode.zh for key, mode in MODES.items() if key in one.modes)} |"
        for name, one in SPEED_CLASSES.items()
    ]
    modes = [
        f"| `{name}` | {mode.zh} | {mode.kmh:g} | {mode.source} |" for name, mode in MODES.items()
    ]
    return _ROADS.format(
        rows=MAX_ROWS, positions="、".join(f"`{name}`" for name in POSITIONS), node=NODE_M,
        classes="\n".join(classes), access=MAX_ACCESS_M, modes="\n".join(modes),
        detour=DETOUR_FACTOR,
    )  # fmt: skip
