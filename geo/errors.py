"""The one error family, and the sentences in which it speaks to people.

Every error raised on purpose is a `GeoError`. It carries a code and the facts;
`SENTENCES` turns both into a sentence that says where, what and what to do next,
in Chinese first and English second. Anything else that reaches a reader is a bug.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SHOWN_VALUE_LENGTH = 40

# code -> (Chinese, English). Placeholders are the keyword arguments of the error.
SENTENCES: dict[str, tuple[str, str]] = {
    # --- one cell of a table -------------------------------------------------
    "required": ("不能为空。请填写{expected}。", "must not be empty. Fill in {expected}."),
    "too_long": (
        "太长（{length} 个字，最多 {limit} 个）。请缩短。",
        "is too long ({length} characters, {limit} at most). Shorten it.",
    ),
    "control_character": (
        "含有看不见的控制字符。请删去后重新输入这个单元格。",
        "contains invisible control characters. Retype the cell without them.",
    ),
    "not_a_code": (
        "不是有效的{digits}位代码。请填{digits}位数字，并把单元格设为“文本”格式。",
        "is not a valid code of {digits} digits. Use {digits} digits and format the cell as text.",
    ),
    "not_a_number": (
        "不是数字。请只填数字，单位写在表头里。",
        "is not a number. Write digits only.",
    ),
    "not_an_integer": ("不是整数。请填整数。", "is not a whole number. Write a whole number."),
    "out_of_range": (
        "超出范围，应在 {low} 到 {high} 之间。请核对。",
        "is out of range; it should lie between {low} and {high}.",
    ),
    "not_a_date": (
        "不是日期。请写成 2026-11-23 这样的格式。",
        "is not a date. Write it like 2026-11-23.",
    ),
    "not_yes_no": (
        "应为“是”或“否”；不清楚就留空。",
        "should be yes or no; leave it empty if unknown.",
    ),
    "not_a_choice": (
        "不在可选值里。可选：{choices}。{suggestion}",
        "is not one of the choices: {choices}. {suggestion}",
    ),
    "not_a_phone": (
        "不像电话号码。请写成 0538-1234567 或 11 位手机号，多个号码用分号隔开。",
        "does not look like a phone number. Write 0538-1234567, or separate several by semicolons.",
    ),
    "not_a_link": (
        "不是网址。请以 http:// 或 https:// 开头。",
        "is not a web address. Start it with http:// or https://.",
    ),
    "not_hours": (
        "不是能读懂的开放时间。请写成 “周二至周日 9:00-17:00” 或 “Tu-Su 09:00-17:00”；不清楚就留空。",
        "is not readable as opening hours. Write for example Tu-Su 09:00-17:00, or leave it empty.",
    ),
    "code_rounded": (
        "被 Excel 变成了科学计数法，丢了后面的数字。请把单元格设为“文本”格式，重填{digits}位代码。",
        "lost digits to Excel's scientific notation. Format the cell as text and retype the code of {digits} digits.",
    ),
    "excel_error": (
        "是 Excel 的出错值，或没有算出结果的公式。请改成实际的值，不清楚就留空。",
        "is an Excel error, or a formula without a result. Write the value, or leave it empty.",
    ),
    # --- a row, or rows among each other -------------------------------------
    "duplicate_key": (
        "与第 {first_row} 行重复。同一{label}只能出现一次，请删去一行或改正编号。",
        "repeats row {first_row}. Each {label} may stand only once; remove a row or mend the id.",
    ),
    "unknown_reference": (
        "在{target}里找不到。{suggestion}请核对代码或名称。",
        "is not in {target}. {suggestion}Check the code or the name.",
    ),
    "ambiguous_name": (
        "对应不止一个：{candidates}。请改填代码。",
        "matches more than one: {candidates}. Give the code instead.",
    ),
    "mismatch": (
        "与“{other}”不一致：{other} 是 {other_value}。请改正其中一个。",
        "does not agree with {other}, which is {other_value}. Mend one of them.",
    ),
    "dates_reversed": (
        "早于“{other}”（{other_value}）。请核对两个日期。",
        "is earlier than {other} ({other_value}). Check both dates.",
    ),
    "needed_with": (
        "不能为空，因为“{other}”是 {other_value}。请补上。",
        "must not be empty because {other} is {other_value}.",
    ),
    "outside_city": (
        "不在泰安市范围内（经度 115.9–118.1，纬度 35.5–36.6）。经纬度可能写反或少了数字，请核对。",
        "lies outside Tai'an (longitude 115.9-118.1, latitude 35.5-36.6). Swapped or mistyped?",
    ),
    "swapped_position": (
        "经度和纬度像是写反了。请对调两列。",
        "longitude and latitude look swapped. Exchange the two columns.",
    ),
    "needed_one_of": (
        "不能为空：“{other}”是 {other_value} 时，“{columns}”至少要填一个。",
        "must not be empty: when {other} is {other_value}, one of {columns} is needed.",
    ),
    "demo_name": (
        "是演示行，名称里必须有“{mark}”两个字。请改名，或把“{other}”改为“否”。",
        "is a demonstration row, so its name must contain {mark}. Rename it or change {other}.",
    ),
    "overlapping": (
        "与第 {other_row} 行的时段重叠：同一{label}同一天只能有一个归属。请改正起止日期。",
        "overlaps the period of row {other_row}: one {label} has one membership a day.",
    ),
    "stops_not_contiguous": (
        "不连续：路线 {route} 的次序应为 1 到 {count}，缺 {missing}。请重新编号。",
        "not contiguous: the stops of route {route} should run 1 to {count}; {missing} missing.",
    ),
    "position_unknown": (
        "还没有坐标，地图上画不出来。核实位置后补上经纬度和位置精度。",
        "has no position yet and is not on the map. Add longitude, latitude and precision.",
    ),
    "unit_unknown": (
        "没有填报单位：所在县市区在“填报单位”表里没有对应的一行。请补上。",
        "has no reporting unit: its county has no row among the reporting units. Add one.",
    ),
    "unit_ambiguous": (
        "对应不止一个填报单位：{candidates}。请只留一个县市区一级的填报单位。",
        "has more than one reporting unit: {candidates}. Keep one unit per county.",
    ),
    # --- a file ---------------------------------------------------------------
    "file_missing": (
        "找不到文件 {file}。请核对路径和文件名。",
        "no such file: {file}. Check the path.",
    ),
    "file_type": (
        "{file}：不支持这种文件。请用 {supported}。",
        "{file}: this kind of file is not supported. Use {supported}.",
    ),
    "file_unreadable": (
        "{file}：读不出来（{reason}）。请用 Excel 打开后另存为 .xlsx 再试。",
        "{file}: cannot be read ({reason}). Open it in Excel, save it as .xlsx and try again.",
    ),
    "file_too_large": (
        "{file}：太大（{what} {size}，最多 {limit}）。请删去空白区域或分成几个文件。",
        "{file}: too large ({what} {size}, {limit} at most). Remove blank areas or split it.",
    ),
    "header_missing": (
        "{file}：前 {searched} 行里没有找到表头。表头至少要有：{expected}。",
        "{file}: no header in the first {searched} rows. It needs at least: {expected}.",
    ),
    "columns_missing": (
        "{file}：缺少列 {columns}。请补上这些列。",
        "{file}: columns missing: {columns}. Add them.",
    ),
    "columns_repeated": (
        "{file}：列 {columns} 出现不止一次。请只留一列。",
        "{file}: columns repeated: {columns}. Keep one of each.",
    ),
    "no_rows": ("{file}：表头下面没有数据。", "{file}: there are no rows below the header."),
    "encoding": (
        "{file}：文字编码认不出来。请在 Excel 里另存为“CSV UTF-8”。",
        "{file}: unknown text encoding. Save it as CSV UTF-8.",
    ),
    "merged_cells": (
        "{file}：数据区有合并的单元格（{cells}）。请取消合并，把每一格都填上。",
        "{file}: merged cells among the data ({cells}). Unmerge them and fill in every cell.",
    ),
    "format_table": (
        "{format} 格式需要坐标，表 {table} 没有。请改用 csv 或 xlsx。",
        "{format} needs positions, which table {table} has not. Use csv or xlsx.",
    ),
    "cannot_write": (
        "写不了 {file}（{reason}）。原来的内容没有改动；请检查磁盘空间和写入权限。",
        "cannot write {file} ({reason}). Nothing was changed; check disk space and permissions.",
    ),
    # --- tables, CRS, settings, store ------------------------------------------
    "table_problems": (
        "{table}：有 {count} 处问题，没有写入任何数据。第一处：{first}",
        "{table}: {count} problem(s), nothing was written. First: {first}",
    ),
    "unknown_table": (
        "没有名为 {table} 的表。可用的表：{tables}。",
        "there is no table {table}. Tables: {tables}.",
    ),
    "column_absent": (
        "计算需要列 {columns}，表里没有。",
        "the calculation needs the columns {columns}, which the table lacks.",
    ),
    "crs": (
        "坐标系不对：需要 {expected}，得到 {found}。请先转换坐标系。",
        "wrong CRS: {expected} is needed, {found} was given. Convert first.",
    ),
    "bad_setting": (
        "设置 {name} 的值 {value} 无效：{reason}。",
        "setting {name} has the invalid value {value}: {reason}.",
    ),
    "store_missing": (
        "还没有数据库 {store}。请先运行 make run 或 python -m geo build。",
        "there is no store {store} yet. Run make run or python -m geo build.",
    ),
    "store_unavailable": (
        "数据库暂时打不开（{reason}）。数据没有改动；请稍后再试，或告诉管理员。",
        "the store is unavailable ({reason}). Nothing was changed; try again or tell the operator.",
    ),
    "store_newer": (
        "数据库的结构版本 {found} 比程序新。请升级程序后再用。",
        "the store has the newer structure {found}. Upgrade the program.",
    ),
    "store_older": (
        "数据库是旧的结构（{found}）。请运行 python -m geo build --if-missing 升级，数据会保留。",
        "the store has the older structure {found}. Run python -m geo build --if-missing.",
    ),
    "store_conflict": (
        "与数据库里的其他数据冲突（{reason}），没有写入任何数据。请刷新后核对再试。",
        "conflicts with other data in the store ({reason}); nothing was written. Reload and check.",
    ),
    "store_moved": (
        "别人刚刚也改了数据，没有写入任何数据。请刷新后核对再试。",
        "someone else has just changed the data; nothing was written. Reload, check, try again.",
    ),
    "store_changed": (
        "数据库建成后又改过 {count} 次，重建会丢掉这些修改。请先导出；确定要重建请加 --force。",
        "the store was changed {count} time(s) since it was built; rebuilding loses that. "
        "Export what you need first; add --force to rebuild.",
    ),
    "layer_missing": (
        "数据库里还没有 {level} 级的边界。请运行 python -m geo build。",
        "the store has no boundaries of the level {level} yet. Run python -m geo build.",
    ),
    "no_approval_number": (
        "服务面向公众，但 {level} 级边界没有审图号。取得审图号后用 python -m geo boundaries import 登记。",
        "the service is public but the {level} boundaries have no map approval number. "
        "Get one and register it with python -m geo boundaries import.",
    ),
    "broken_references": (
        "有 {count} 处提到了不存在的行，可能有人绕过程序改过数据库。请从备份恢复，或改正后重新导入。",
        "{count} reference(s) to rows that are not there; was the store edited by other means?",
    ),
    "boundary": (
        "边界文件有问题：{reason}。请改正后重新导入；原来的边界没有改动。",
        "the boundary file has a problem: {reason}. The old boundary stays.",
    ),
    # --- a boundary layer beside the lists ---------------------------------------
    "boundary_missing": (
        "边界里缺少 {names}。请补上这些面，或核对代码。",
        "the layer lacks {names}. Add these polygons or check the codes.",
    ),
    "boundary_unknown": (
        "不在名录里。请核对代码，或先更新名录。",
        "is not in the list. Check the code, or update the list first.",
    ),
    "boundary_repeated": (
        "在边界里出现 {count} 次。同一代码请合并成一个面。",
        "stands {count} times in the layer. Merge it into one polygon.",
    ),
    "boundary_invalid": (
        "图形无效（{detail}）。请在 GIS 软件里修复几何图形后再导入。",
        "has an invalid shape ({detail}). Repair the geometry in a GIS and import again.",
    ),
    "boundary_overlap": (
        "与 {other} 重叠 {km2} 平方公里。请在 GIS 软件里改正共用界线。",
        "overlaps {other} by {km2} km². Mend the shared border in a GIS.",
    ),
    "boundary_gap": (
        "这里有 {km2} 平方公里的空隙，不属于任何面（经度 {lon}，纬度 {lat}）。请在 GIS 软件里补上。",
        "a gap of {km2} km² belongs to no polygon (longitude {lon}, latitude {lat}). Close it.",
    ),
    "boundary_uncovered": (
        "有 {km2} 平方公里没有被所辖乡镇街道盖住。请核对界线。",
        "has {km2} km² that its townships do not cover. Check the borders.",
    ),
    "boundary_outside": (
        "所辖乡镇街道有 {km2} 平方公里伸出县市区之外。请核对界线。",
        "has townships that reach {km2} km² beyond it. Check the borders.",
    ),
    "boundary_area": (
        "边界面积 {found} 平方公里，名录里是 {expected} 平方公里，相差 {percent}%（最多 1%）。请核对界线。",
        "measures {found} km², the list has {expected} km²: {percent}% apart (1% at most). Check it.",
    ),
    "boundary_unmatched": (
        "与相邻的面共用的界线没有逐点对上。请在 GIS 软件里把顶点捕捉到一起。",
        "does not match its neighbours' border vertex for vertex. Snap the vertices in a GIS.",
    ),
    "library_version": (
        "{library} 的版本是 {found}，地图的安全补丁只在 {expected} 上核对过。"
        "请运行 make run，或按 requirements.txt 安装。",
        "{library} is {found}, but the map's safety patch was verified on {expected} only. "
        "Install from requirements.txt.",
    ),
    "bad_argument": (
        "参数 {name} 的值 {value} 无效：{reason}。",
        "argument {name} has the invalid value {value}: {reason}.",
    ),
}

LANGUAGES = ("zh", "en")


def sentence(code: str, language: str = "zh", **params: Any) -> str:
    """Return the sentence of `code` in `language` ("zh" or "en") with its facts filled in."""
    return SENTENCES[code][LANGUAGES.index(language)].format(**params)


class GeoError(Exception):
    """Base of all errors raised on purpose: a code of `SENTENCES` and its facts."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params = params
        super().__init__(sentence(code, **params))

    def sentence(self, language: str = "zh") -> str:
        """Say in `language` what is wrong and what to do next."""
        return sentence(self.code, language, **self.params)


class CrsError(GeoError, ValueError):
    """A table has no CRS, or one that the calculation cannot use."""


class MissingColumnError(GeoError, LookupError):
    """A table lacks a column that the calculation needs."""


class FileError(GeoError, ValueError):
    """A file is missing, unreadable, too large or not what it should be."""


class StoreError(GeoError):
    """The store is missing, unavailable, or of another structure."""


class SettingError(GeoError, ValueError):
    """A setting has a value that cannot be used."""


class ArgumentError(GeoError, ValueError):
    """An argument of a function or command has a value that cannot be used."""


@dataclass(frozen=True)
class Problem:
    """One broken cell, row or file: where it is, what stands there, what to do."""

    table: str
    code: str
    row: int | None = None  # as the spreadsheet numbers it, the header's rows included
    column: str | None = None  # the header as the clerk wrote it, else the Chinese one
    value: str | None = None
    sheet: str | None = None
    params: dict[str, Any] = field(default_factory=dict)
    file: str | None = None  # where several files are read together

    def place(self, language: str = "zh") -> str:
        """Say where the problem stands: file, sheet, row and column."""
        if language == "zh":
            parts = [
                f"{self.file} " if self.file else "",
                f"工作表“{self.sheet}”" if self.sheet else "",
                f"第 {self.row} 行" if self.row is not None else "",
                f"“{self.column}”列" if self.column else "",
            ]
            return "".join(part for part in parts if part) or "整个表"
        parts = [
            self.file or "",
            f"sheet {self.sheet}" if self.sheet else "",
            f"row {self.row}" if self.row is not None else "",
            f"column {self.column}" if self.column else "",
        ]
        return ", ".join(part for part in parts if part) or "the whole table"

    def sentence(self, language: str = "zh") -> str:
        """Say in `language` where, what, and what to do next."""
        said = sentence(self.code, language, **self.params)
        value = ""
        if self.value:
            shown = self.value[:SHOWN_VALUE_LENGTH]
            shown += "…" if len(self.value) > SHOWN_VALUE_LENGTH else ""
            value = f"“{shown}”" if language == "zh" else f"“{shown}” "
        colon = "：" if language == "zh" else ": "
        return f"{self.place(language)}{colon}{value}{said}"


class TableError(GeoError, ValueError):
    """Rows of a table break its rules; `problems` has one entry per broken cell."""

    def __init__(self, table: str, problems: list[Problem]) -> None:
        self.table = table
        self.problems = problems
        super().__init__(
            "table_problems", table=table, count=len(problems), first=problems[0].sentence()
        )

    def sentence(self, language: str = "zh") -> str:
        """Say in `language` how many problems there are, and the first."""
        return sentence(
            self.code,
            language,
            table=self.table,
            count=len(self.problems),
            first=self.problems[0].sentence(language),
        )
