"""The data dictionary: every table and column of the schema, written as Markdown."""

from __future__ import annotations

from geo.dictionary_demand import DEMAND
from geo.dictionary_travel import travel_dictionary
from geo.schema import TABLES, Column, Table

_KINDS = {
    "text": "文本", "code": "代码", "id": "编号", "integer": "整数", "number": "数",
    "date": "日期", "yesno": "是否", "choice": "单选", "choices": "多选", "hours": "开放时间",
    "phone": "电话", "link": "网址",
}  # fmt: skip
_AUDIENCES = {"public": "公开", "staff": "工作人员", "personal": "个人信息"}

_INTRODUCTION = """# 数据字典

由 `python -m geo docs data` 从 `geo/schema.py` 生成，请勿手改。

- CSV、JSON 用英文列名和代码；给人看的 XLSX 用中文表头。导入时两种表头都认。
- 代码是文本，不是数字。空单元格表示“不清楚”，不要填 0 或“无”。
- “是否”列在英文表头的文件里写 yes、no，中文表头的文件里写 是、否。日期写成 2026-11-23。
- 经纬度存为 WGS 84（EPSG:4326），单位度；填表时可用别的坐标系，在“原坐标系”里注明。
- “可见”一栏：公开的列人人可见；工作人员、个人信息的列不出现在公开的页面和导出里。
"""


def data_dictionary() -> str:
    """Return the data dictionary in Chinese, with the English names, as Markdown."""
    parts = [_INTRODUCTION, *map(_table, TABLES.values()), DEMAND, travel_dictionary()]
    return "\n".join(parts)


def _table(table: Table) -> str:
    key = "、".join(f"`{name}`" for name in table.key)
    lines = [
        f"## {table.zh} `{table.name}`（{table.en}）",
        "",
        f"主键：{key}。{table.note}{'。' if table.note else ''}".strip(),
        "",
        "| 列 | 表头 | 英文 | 类型 | 必填 | 取值 | 可见 | 说明 |",
        "|---|---|---|---|---|---|---|---|",
        *(_row(table, column) for column in table.columns),
        "",
    ]
    return "\n".join(lines)


def _row(table: Table, column: Column) -> str:
    required = "是" if column.required or column.name in table.key else ""
    cells = [
        f"`{column.name}`", column.zh, column.en, _KINDS[column.kind], required,
        _values(column), _AUDIENCES[column.audience], _note(column),
    ]  # fmt: skip
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _values(column: Column) -> str:
    parts = []
    if column.digits:
        parts.append(f"{column.digits} 位数字")
    if column.refers_to:
        parts.append(f"见 `{column.refers_to}`")
    if column.low is not None and column.high is not None:
        unit = f" {column.unit}" if column.unit else ""
        parts.append(f"{_number(column.low)} 至 {_number(column.high)}{unit}")
    if column.choices:
        parts.append("；".join(f"`{stored}` {zh}" for stored, zh, _ in column.choices))
    if column.kind == "text":
        parts.append(f"最多 {column.limit} 字")
    return "，".join(parts)


def _number(value: float) -> str:
    return f"{value:,.0f}".replace(",", "") if value == int(value) else str(value)


def _note(column: Column) -> str:
    also = f"也认表头：{'、'.join(column.also)}" if column.also else ""
    return "；".join(part for part in (column.note, also) if part)
