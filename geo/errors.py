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
    "key_taken": (
        "已被另一条占用，或正在等待审核。请换一个编号；要改原来那一条，请在列表里打开它。",
        "is taken by another row, or by one that waits for approval. Choose another id; to change "
        "that row, open it in the list.",
    ),
    "unknown_reference": (
        "在{target}里找不到。{suggestion}请核对代码或名称。",
        "is not in {target}. {suggestion}Check the code or the name.",
    ),
    "ambiguous_name": (
        "对应不止一个：{candidates}。请改填代码。",
        "matches more than one: {candidates}. Give the code instead.",
    ),
    # --- a new year's list and its mapping ------------------------------------------
    "mapping_old_unknown": (
        "不在换名录前一天的名录里。请核对原代码。",
        "is not in the list in force before. Check the old code.",
    ),
    "mapping_new_unknown": (
        "不在新名录里。请核对新代码。",
        "is not in the new list. Check the new code.",
    ),
    "mapping_needless": (
        "没有变化，不用写进对照表。请删去这一行。",
        "has not changed; leave this row out of the mapping.",
    ),
    "mapping_kind": (
        "与对照表各行合起来看不符：{old} 到 {new} 应为{expected}。请改正变更一列，或补上缺的行。",
        "does not agree with the rows together: {old} to {new} should be {expected}. Mend it, or add the rows that lack.",
    ),
    "mapping_date": (
        "与新名录的起用日期 {date} 不同。请改正。",
        "is not the day on which the new list comes into force, {date}. Mend it.",
    ),
    "mapping_across": (
        "从 {old} 到了 {new}，对照表里这两个乡镇（街道）没有承接关系。请改正新代码，或在对照表里补上乡镇（街道）的一行。",
        "goes from {old} to {new}, of which the mapping does not say that one succeeds the other. Mend the code or add that row.",
    ),
    "list_ended_unexplained": (
        "“{name}”在新名录里没有了，对照表没有写它变成了什么。{candidates}请补上一行。",
        "{name} is not in the new list, and the mapping does not say what it became. {candidates} Add a row.",
    ),
    "list_new_unexplained": (
        "“{name}”是新名录新出现的，对照表没有写它从哪里来。{candidates}请补上一行（从别处划出的写拆分）。",
        "{name} is new in this list, and the mapping does not say what it came from. {candidates} Add a row.",
    ),
    "list_code_reused": (
        "以前用过，已于 {date} 停用，新名录又用了它。同一代码不能先后是两个地方；请核对新名录。",
        "was in use until {date}; a code cannot stand for two places. Check the new list.",
    ),
    "list_moved": (
        "代码没变，所属却从 {old} 变成了 {new}。换了所属的应换代码；请核对新名录。",
        "kept its code but moved from {old} to {new}; a new place takes a new code. Check the list.",
    ),
    "list_year_differs": (
        "名录年份是 {found}，导入的是 {year} 年的名录。请核对文件。",
        "is of the list of {found}, but that of {year} is being taken in. Check the file.",
    ),
    "list_not_newest": (
        "已经有 {date} 起的变更，不能在它之前再换名录。请先撤销那次提交，或改正起用日期。",
        "there are changes of {date} already; no list can come in before. Undo them, or mend the date.",
    ),
    "list_already": (
        "{date} 起的名录已经换过，这次与它不同。要改正请先撤销那次提交，再重新导入。",
        "the list of {date} is in already, and this one differs. Undo that submission first.",
    ),
    "list_alias_taken": (
        "更名后，旧名“{name}”没有记为别名：同一县市区里另有一个叫这个名字的。",
        "the old name {name} does not become an alias: another township of the county bears it.",
    ),
    "list_unit": (
        "“{name}”按 {unit} 填报；它的前身有归别的单位填报的。若不对，请补填报归属。",
        "{name} reports to {unit}, but not all it came from did. Add a membership if that is wrong.",
    ),
    "list_year_unseen": (
        "新名录没有新代码，页面上的名录年份仍按带来现有代码的那一年显示。",
        "brings no new code: pages go on showing the year of the list that brought the present ones.",
    ),
    "propose_none": (
        "“{name}”在承接它的地方没有唯一同名的新代码，请人工核对后填写新代码和变更。",
        "{name} has no namesake of its own among the new codes there; fill in new code and kind.",
    ),
    "propose_several": (
        "“{name}”同名的不止一个：{candidates}。请人工核对后填写新代码和变更。",
        "{name} has several namesakes: {candidates}. Fill in new code and kind.",
    ),
    "propose_new": (
        "“{name}”是新出现的，请人工核对后填写原代码和变更；已写在别的行里就删去这一行。",
        "{name} is new; fill in old code and kind, or delete this row if another row tells it.",
    ),
    "list_parent_ended": (
        "起止日期超出了所属的“{parent}”，它到 {date} 为止。请改正其中一个的停用日期。",
        "lasts beyond {parent}, which ends on {date}. Mend one of the two dates.",
    ),
    "list_parent_later": (
        "起止日期超出了所属的“{parent}”，它从 {date} 起才有。请改正其中一个的起用日期。",
        "begins before {parent}, which begins on {date}. Mend one of the two dates.",
    ),
    "list_unexplained": (
        "已停用，区划沿革里没有写它变成了什么，登记在它名下的不再计入。请在区划沿革里补上。",
        "has ended, and the successions do not say what it became: add that.",
    ),
    "registered_gone": (
        "登记在已停用的“{name}”，名录没有写明去向，不计入覆盖。请重新登记。",
        "is registered to {name}, which has ended; it counts nowhere. Register it anew.",
    ),
    "registered_unclear": (
        "登记在“{name}”，它现在是 {heirs}，说不清在哪一个，不计入覆盖。请按实际所在地重新登记。",
        "is registered to {name}, now {heirs}; it counts nowhere. Register it anew.",
    ),
    "succession_overlap": (
        "换代码时新旧两个代码不能同时在用：旧的应在 {date} 停用，新的自该日起用。请改正名录里的日期。",
        "recoded, but both codes are in force at once: the old one should end, the new one begin, on {date}.",
    ),
    "succession_end": (
        "应在变更日期 {date} 停用，名录里不是。请改正其中一个日期。",
        "should end on {date}, but does not in the list. Mend one of the dates.",
    ),
    "succession_start": (
        "应自变更日期 {date} 起用，名录里不是。请改正其中一个日期。",
        "should begin on {date}, but does not in the list. Mend one of the dates.",
    ),
    "succession_late": (
        "不早于新代码的停用日期 {date}。请改正其中一个日期。",
        "is not before the new code's own end, {date}. Mend one of the dates.",
    ),
    "succession_circle": (
        "区划沿革绕回了原代码。请改正新旧代码。",
        "the successions lead back to the old code. Mend the codes.",
    ),
    "code_recoded": (
        "“{name}”已于 {date} 换了代码或名称，请改用 {heirs}。",
        "{name} has had another code or name since {date}: use {heirs}.",
    ),
    "code_merged": (
        "“{name}”已于 {date} 并入 {heirs}，请改用它。",
        "{name} was merged on {date}: use {heirs}.",
    ),
    "code_split": (
        "“{name}”已于 {date} 拆分，现在是 {heirs}。请按实际所在地改用其中一个。",
        "{name} was split on {date} into {heirs}: use the one in which it lies.",
    ),
    "code_ended": (
        "“{name}”已于 {date} 停用，名录没有写明去向。请改用现在的名称或代码。",
        "{name} ended on {date}, and the list does not say what it became. Use what is there now.",
    ),
    "code_later": (
        "“{name}”到 {date} 才启用。请改用现在的名称或代码。",
        "{name} begins on {date} only. Use what is there now.",
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
    "overlapping_stored": (
        "与已登记的一段（{period}）重叠：同一{label}同一天只能有一个归属。请改正起止日期，或在文件里一并改正那一段。",
        "overlaps the registered period {period}: one {label} has one membership a day. Mend the "
        "dates, or that period in the same file.",
    ),
    "datum_alone": (
        "是坐标要换算的坐标系，文件里却没有经度、纬度两列；已登记的坐标都是 WGS 84，不能再换算。请把经纬度一起放进文件，或删去这一格。",
        "is a datum to convert from, but the file has no longitude and latitude; stored positions "
        "are WGS 84 already. Add both columns, or empty this cell.",
    ),
    "still_used": (
        "不能删去，还有别的行在用：{users}。请先改正那些行，或保留这一行。",
        "cannot be removed while other rows use it: {users}. Change those first, or keep the row.",
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
    "quotes": (
        "{file}：第 {row} 行的引号不成对，后面的行会被当成同一格。请补上或删去这个引号，或另存为 .xlsx。",
        "{file}: row {row} has a quotation mark that is never closed. Close or remove it, or use .xlsx.",
    ),
    "not_points": (
        "{file}：第 {number} 个要素不是点，这里只收点。请在 GIS 软件里转成点再导出。",
        "{file}: feature {number} is no point, and only points are taken. Make points in a GIS.",
    ),
    "positions_apart": (
        "{file}：第 {number} 个要素写的经纬度与图上的点不一致，不知道以哪个为准。请删去经度、纬度两列，或改正它们。",
        "{file}: feature {number} states another position than its point. Drop the two columns, or mend them.",
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
    "not_signed_in": (
        "请先登录。登录后才能修改登记的内容。",
        "Sign in first. Only signed-in accounts may change the register.",
    ),
    "not_your_table": (
        "您的账号不能修改“{table}”。请把要改的内容交给{owner}。",
        "Your account may not change “{table}”. Hand the change to {owner}.",
    ),
    "not_your_row": (
        "“{table}”里的 {key} 不归您管理（或改后会归到别处），没有改动任何内容。请交给它所在地的管理员。",
        "{key} of “{table}” is not in your place (or would leave it); nothing was changed. "
        "Hand it to the steward of its place.",
    ),
    "not_your_submission": (
        "第 {submission} 号提交不是您的，没有改动任何内容。请交给提交人或上一级处理。",
        "Submission {submission} is not yours; nothing was changed. Leave it to its author or to "
        "the level above.",
    ),
    "not_your_decision": (
        "您的账号不能审核这一条（需要 {needs} 或以上），没有改动任何内容。",
        "Your account may not decide on this (it needs {needs} or above); nothing was changed.",
    ),
    "held_gone": (
        "这一条已经不在待审里（处理人：{by}），没有改动任何内容。请刷新页面。",
        "This is no longer waiting (decided by {by}); nothing was changed. Reload the page.",
    ),
    "reason_missing": (
        "请写明理由。没有理由不能退回。",
        "Give a reason; nothing is rejected without one.",
    ),
    # --- people and evidence -------------------------------------------------------
    "why_missing": (
        "请写明理由。理由会记入日志；里面不要写姓名和电话。",
        "Give a reason; it goes into the log. Leave names and phones out of it.",
    ),
    "row_missing": (
        "“{table}”里没有 {key}。请核对编号。",
        "There is no {key} in “{table}”. Check the id.",
    ),
    "erase_needs_steward": (
        "您的账号不能删除个人信息，没有改动任何内容。请交给所在县市区或功能区的管理员。",
        "Your account may not erase a person; nothing was changed. Hand it to the unit's steward.",
    ),
    "evidence_type": (
        "这种文件不能作证明材料。请用 JPEG、PNG、WebP 照片，或 PDF、DOCX、XLSX 文件；"
        "苹果手机的 HEIC 照片请先转成 JPEG（设置 → 相机 → 格式 → 兼容性最佳）。",
        "This kind of file is not kept as evidence. Use a JPEG, PNG or WebP picture, or PDF, DOCX, "
        "XLSX; turn HEIC photos into JPEG first (Settings, Camera, Formats, Most Compatible).",
    ),
    "evidence_mixed": (
        "这个文件既是 {first} 又夹带着 {second}，可能有害，没有收下。请用原来的软件重新另存一份。",
        "This file is {first} and {second} at once, which may do harm; it was not kept. Save it anew.",
    ),
    "evidence_active": (
        "文件里有宏、脚本或嵌入的程序，没有收下。请另存为不带宏的文件，或打印成 PDF。",
        "There are macros, scripts or programs in this file; it was not kept. Save it without "
        "them, or print it to PDF.",
    ),
    "evidence_damaged": (
        "文件打不开，可能没有传完整或已损坏，没有收下。请重新导出或拍照后再传。",
        "The file cannot be opened; is it damaged or incomplete? It was not kept. Export it again.",
    ),
    "evidence_too_large": (
        "文件太大（{what} {size}，最多 {limit}），没有收下。照片请缩小，文件请拆分后再传。",
        "The file is too large ({what} {size}, {limit} at most). Make the picture smaller, or "
        "split the document.",
    ),
    "evidence_gone": (
        "没有第 {evidence} 号证明材料，可能已被删除。请刷新页面。",
        "There is no evidence {evidence}; it may have been removed. Reload the page.",
    ),
    "evidence_lost": (
        "第 {evidence} 号证明材料的文件不见了，或内容被改动过。请告诉管理员，从备份恢复。",
        "The file of evidence {evidence} is missing or was altered. Tell the operator to restore it "
        "from a backup.",
    ),
    # --- backup and restore --------------------------------------------------------
    "backup_unreadable": (
        "{file} 不是完整的备份（{reason}），没有恢复任何内容。请换一个备份文件。",
        "{file} is no complete backup ({reason}); nothing was restored. Take another file.",
    ),
    "backup_newer": (
        "{file} 是更新的程序做的备份（结构 {found}），没有恢复任何内容。请升级程序后再恢复。",
        "{file} was made by a newer program (structure {found}); nothing was restored. Upgrade first.",
    ),
    "store_not_empty": (
        "数据库 {store} 里已有数据（第 {revision} 版），没有恢复。请先备份它；确定要换掉请加 --force。",
        "the store {store} holds data already (revision {revision}); nothing was restored. Back it "
        "up, then add --force to replace it.",
    ),
    "store_damaged": (
        "数据库文件检查没有通过（{reason}），没有做备份。请停止服务，用最近的备份恢复。",
        "the store's file does not pass its check ({reason}); no backup was made. Stop the service "
        "and restore the last backup.",
    ),
    "submission_missing": (
        "没有第 {submission} 号提交。请核对编号。",
        "There is no submission {submission}. Check the number.",
    ),
    "key_changed": (
        "“{table}”里 {key} 的编号不能改，没有改动任何内容。请新建一行，再删去旧的一行。",
        "The id {key} of “{table}” cannot be changed; nothing was written. Add a new row and remove "
        "the old one.",
    ),
    "row_conflict": (
        "“{table}”里的 {key} 在您打开之后被别人改过（共 {count} 行），没有写入。请对照两个版本，再决定保留哪一个。",
        "{key} of “{table}” was changed by somebody else since you opened it ({count} rows in all); "
        "nothing was written. Compare both versions and decide.",
    ),
    # --- accounts and signing in -------------------------------------------------
    "sign_in_failed": (
        "登录名或密码不对，或账号已停用。请核对后再试；忘了密码请找管理员重设。",
        "The login or the password is wrong, or the account is disabled. Check both and try "
        "again; the operator can set a new password.",
    ),
    "sign_in_throttled": (
        "登录失败的次数太多，请过 {minutes} 分钟再试。忘了密码请找管理员重设。",
        "Too many failed sign-ins. Try again in {minutes} minute(s), or ask the operator for a "
        "new password.",
    ),
    "login_invalid": (
        "登录名“{login}”不能用。请用 2–128 个字母、汉字、数字或 . @ + - _ | : =，不要空格。",
        "The login “{login}” cannot be used. Take 2-128 letters, digits or . @ + - _ | : = without "
        "blanks.",
    ),
    "login_taken": (
        "账号 {login} 已经有了，没有改动。请换一个登录名，或用 python -m geo user change 修改。",
        "There is an account {login} already; nothing was changed. Take another login, or use "
        "python -m geo user change.",
    ),
    "login_unknown": (
        "没有账号 {login}。请用 python -m geo user list 查看现有的账号。",
        "There is no account {login}. See python -m geo user list.",
    ),
    "account_name_invalid": (
        "名称“{name}”不能用。请写单位或人的名称，最多 80 个字。",
        "The name “{name}” cannot be used. Write the office's or person's name, 80 characters at "
        "most.",
    ),
    "role_unknown": (
        "没有角色 {role}。可选：{roles}。",
        "There is no role {role}. Choose one of {roles}.",
    ),
    "place_needed": (
        "角色 {role} 要有管理的地方（{kinds}）。请给出它的代码或名称。",
        "The role {role} needs a place ({kinds}). Give its code or name.",
    ),
    "place_not_needed": (
        "角色 {role} 管理全市，不需要指定地方。请去掉地方，或换一个角色。",
        "The role {role} answers for the whole city. Leave the place out, or take another role.",
    ),
    "place_unknown": (
        "{kind}里没有“{place}”。现有的（多时列出相近的）：{choices}。请改填其中的代码或名称。",
        "There is no “{place}” among the {kind}. There are (of many: the most alike): {choices}. "
        "Give one of these codes or names.",
    ),
    "place_ambiguous": (
        "{kind}里“{place}”不止一个：{choices}。请改填代码。",
        "“{place}” names several of the {kind}: {choices}. Give the code instead.",
    ),
    "password_short": (
        "密码太短，至少要 {least} 个字。请换一个，几个不相干的词连起来就好记又安全。",
        "The password is too short; {least} characters are the least. Some unrelated words in a "
        "row are easy to remember and safe.",
    ),
    "password_obvious": (
        "密码太容易猜到。请换一个：不要用登录名、连续的数字、重复的字或常见的密码。",
        "The password is too easily guessed. Do not take the login, numbers in a row, repeated "
        "characters or a common password.",
    ),
    "passwords_differ": (
        "两次输入的密码不一样，没有改动。请重新输入。",
        "The two passwords differ; nothing was changed. Enter them again.",
    ),
    "password_not_given": (
        "没有输入密码，没有改动。请在终端里输入，或用 --password-stdin 从标准输入读入一行。",
        "No password was given; nothing was changed. Type it at a terminal, or pass one line with "
        "--password-stdin.",
    ),
    "one_place": (
        "--unit、--township、--venue 只能给一个。请留下一个。",
        "Give only one of --unit, --township, --venue.",
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
    "history_differs": (
        "与修改历史对不上（{what}），可能有人绕过程序改过数据库。请核对这一行，改正后重新提交，或从备份恢复。",
        "is not as the history says ({what}); was the store edited by other means? Check the row and "
        "hand it in again, or restore a backup.",
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
    "layer_lacks": (
        "边界比名录旧：缺少新名录里的 {names}，地图上画不出来。有了新的边界请导入。",
        "the layer is older than the list and lacks {names}: not drawn. Import a newer layer.",
    ),
    "layer_keeps": (
        "边界比名录旧：仍有已停用的 {names}，地图上不再着色。有了新的边界请导入。",
        "the layer is older than the list and still has {names}, which have ended. Import a newer one.",
    ),
    "boundary_unmatched": (
        "与相邻的面共用的界线没有逐点对上。请在 GIS 软件里把顶点捕捉到一起。",
        "does not match its neighbours' border vertex for vertex. Snap the vertices in a GIS.",
    ),
    # --- what the coordinate doctor finds; the row's id and name come before it ------
    "doctor_no_position": (
        "没有坐标，地图上画不出来。请核实位置，补上经纬度和位置精度。",
        "has no position and is not on the map. Find out where it is; add longitude, latitude, precision.",
    ),
    "doctor_zero_zero": (
        "坐标是 0, 0（在大西洋里），多半是空值被填成了 0。建议删去坐标，记为“位置待核实”。",
        "stands at 0, 0 (in the Atlantic): an empty cell turned into 0? Drop the position.",
    ),
    "doctor_swapped": (
        "经度 {lon}、纬度 {lat} 写反了：对调后落在泰安市。建议对调。",
        "has longitude {lon} and latitude {lat}; exchanged, they lie in Tai'an. Exchange them.",
    ),
    "doctor_outside_city": (
        "坐标（{lon}，{lat}）在泰安市轮廓之外约 {km} 公里。请核对坐标；相差很远的建议先删去坐标，记为“位置待核实”。",
        "stands ({lon}, {lat}) some {km} km outside Tai'an. Check it; if far off, drop the position.",
    ),
    "doctor_outside_city_far": (
        "坐标（{lon}，{lat}）离泰安市很远。建议删去坐标，记为“位置待核实”，再查正确的位置。",
        "stands ({lon}, {lat}) far from Tai'an. Drop the position, then find the right one.",
    ),
    "doctor_outside_county": (
        "登记在{registered}，坐标却在{found}，离{registered}边界约 {km} 公里。请核对坐标和登记的县市区，改正其中一个。",
        "is registered to {registered} but stands in {found}, some {km} km outside. Mend one of them.",
    ),
    "doctor_outside_township": (
        "登记在{registered}，坐标在它的边界之外约 {km} 公里。请核对坐标和登记的乡镇（街道），改正其中一个。",
        "is registered to {registered} but stands some {km} km outside its boundary. Mend one of them.",
    ),
    "doctor_datum_stored": (
        "原坐标系写的是 {datum}，坐标却没有换算成 WGS 84，图上会偏约 {metres} 米。建议换算。",
        "names the datum {datum} but was never converted: {metres} m off on the map. Convert it.",
    ),
    "doctor_datum_twin": (
        "按 {datum} 换算（移动约 {metres} 米）后，正好落在同名的 {about} 上，可能把 {datum} 当成了 WGS 84。请核对坐标出处；属实就换算。",
        "falls on {about}, of the same name, once converted from {datum} ({metres} m away). "
        "Check where the position came from; if so, convert it.",
    ),
    "doctor_datum_area": (
        "坐标不在{about}，按 {datum} 换算（移动约 {metres} 米）后就在了，可能把 {datum} 当成了 WGS 84；也可能只是点得不准。请核对坐标出处；属实就换算。",
        "lies outside {about}, but inside once converted from {datum} ({metres} m away). It may as "
        "well be just imprecise. Check where the position came from; if so, convert it.",
    ),
    "doctor_datum_hint": (
        "来源是用 {datum} 坐标的地图，坐标却记作 WGS 84；如果没有换算过，会偏约 {metres} 米。请核对；属实就换算。",
        "has a map service with {datum} as its source, but counts as WGS 84. If nobody converted "
        "it, it is {metres} m off: check, and convert it if so.",
    ),
    "doctor_too_coarse": (
        "位置精度写的是{precision}，坐标却只有 {decimals} 位小数，够不上。建议降低位置精度，或补上更细的坐标。",
        "claims {precision}, but its position has {decimals} decimals only. Lower the precision, or measure again.",
    ),
    "doctor_too_coarse_seat": (
        "位置精度写的是{precision}，坐标却就是{township}驻地的大致坐标。建议把位置精度改为“到乡镇（街道）”，或补上实际坐标。",
        "claims {precision}, but stands on the approximate seat of {township}. Lower the precision, or measure it.",
    ),
    "doctor_stacked": (
        "与另外 {others} 在同一点（共 {count} 处），却没有写明相同的地址或主办单位。请逐一核对坐标；确在一处的补上相同的地址。",
        "stands on one point with {others} ({count} in all), but they share no stated address or operator. Check each; if they are in one place, give them the same address.",
    ),
    "doctor_stacked_coarse": (
        "与另外 {others} 在同一点（共 {count} 处）。它们只定到村或乡镇，叠在一处是意料之中；核实位置后补上各自的坐标。",
        "stands on one point with {others} ({count} in all). They are placed by village or township "
        "only, so that is expected; add their own positions once known.",
    ),
    "finding_stale": (
        "{venue} 在检查之后改过坐标，这条建议不再适用。请重新检查。",
        "{venue} has moved since it was examined; the proposal no longer applies. Examine again.",
    ),
    "finding_without_repair": (
        "{venue} 的这个问题没有能算出来的修复办法。请核实后手工改正。",
        "no repair of {venue} can be computed. Find out and mend it by hand.",
    ),
    # --- the official layer: reading its file --------------------------------------
    "layer_type": (
        "{file}：不是能读的边界文件。请用 zip 打包的 shapefile（.shp、.dbf、.prj）、GeoPackage、GeoJSON、KML 或 FlatGeobuf。",
        "{file}: not a boundary file that can be read. Use a zipped shapefile (.shp, .dbf, .prj), "
        "GeoPackage, GeoJSON, KML or FlatGeobuf.",
    ),
    "layer_parts": (
        "{file}：压缩包里应有一份边界文件（shapefile 要有 .shp 和 .dbf），找到 {count} 份。请重新打包。",
        "{file}: the archive should hold one boundary file (of a shapefile .shp and .dbf); it has {count}.",
    ),
    "layer_unreadable": (
        "{file}：读不出来（{reason}）。请在 GIS 软件里打开核对，另存为 GeoPackage 再试。",
        "{file}: cannot be read ({reason}). Open it in a GIS, save it as GeoPackage and try again.",
    ),
    "layer_too_large": (
        "{file}：{what}太大（{size}，最多 {limit}）。请只导出本市的乡镇（街道）界，或在 GIS 软件里简化后再试。",
        "{file}: too large ({what} {size}, {limit} at most). Export this city only, or generalise it in a GIS.",
    ),
    "layer_several": (
        "{file}：里面有 {count} 层：{layers}。请写明要哪一层（命令行：--layer）。",
        "{file}: holds {count} layers: {layers}. Name one (command line: --layer).",
    ),
    "layer_empty": ("文件里没有面。请核对文件。", "the file holds no polygons. Check it."),
    "layer_schematic": (
        "{file}：文件里写明是示意图，不能当作正式边界。请用主管部门提供的文件。",
        "{file}: states that it is schematic and cannot become the official layer.",
    ),
    "layer_crs_missing": (
        "文件没有写明坐标系，或写的与数值不符。{hint}请写明坐标系（命令行：--crs），如 EPSG:4490（CGCS2000 经纬度）、"
        "EPSG:4548（CGCS2000 三度带，中央经线 117°）、EPSG:4527（同前，坐标前加带号 39）。",
        "the file states no CRS, or one its numbers do not fit. {hint}Say which with --crs, for example "
        "EPSG:4490 (CGCS2000 degrees), EPSG:4548 (CGCS2000 3-degree zone, 117°E), EPSG:4527 (with zone 39).",
    ),
    "layer_crs_unknown": (
        "坐标系 {crs} 不能用：只收 WGS 84 和 CGCS2000 的经纬度或投影坐标。文件写错了就写明坐标系（命令行：--crs），否则请先转换。",
        "the CRS {crs} cannot be used: only WGS 84 and CGCS2000, in degrees or projected. "
        "Say with --crs if the file is wrong about it, else convert first.",
    ),
    "layer_crs_shift": (
        "坐标系 {crs} 属于{datum}，与 CGCS2000 相差上百米，转换参数各地不同，程序不做。请让提供单位转换成 CGCS2000 再导入。",
        "the CRS {crs} is of {datum}, which differs from CGCS2000 by some 100 m and by local parameters. "
        "Ask the provider to convert it to CGCS2000.",
    ),
    "layer_outside": (
        "按 {crs} 读，边界在 {where}，不在泰安。{hint}请改正坐标系（命令行：--crs）。",
        "read as {crs} the layer lies at {where}, not in Tai'an. {hint}Correct the CRS (command line: --crs).",
    ),
    "layer_columns": (
        "没有一列对得上名录里的代码或名称。文件的列：{columns}。请指明代码列或名称列（命令行：--code-column、--name-column）。",
        "no column matches the list's codes or names. Columns: {columns}. Name the column of codes or of "
        "names (command line: --code-column, --name-column).",
    ),
    "layer_column_absent": (
        "文件里没有列 {column}。文件的列：{columns}。",
        "the file has no column {column}. Columns: {columns}.",
    ),
    "layer_source_missing": (
        "正式边界要写明来源（--source）：哪个单位编制、由谁提供。",
        "an official layer needs its source (--source): who compiled it and who gave it.",
    ),
    "layer_unknown": (
        "没有编号为 {layer_id} 的边界。请用 python -m geo boundaries list 查看。",
        "there is no layer {layer_id}. See python -m geo boundaries list.",
    ),
    # --- the official layer beside the lists ----------------------------------------
    "boundary_read": (
        "按 {crs} 读入 {count} 个要素；代码列：{code_column}，名称列：{name_column}。",
        "{count} feature(s) read as {crs}; code column: {code_column}, name column: {name_column}.",
    ),
    "boundary_crs_told": (
        "文件写的坐标系是 {stated}，已按您说的 {crs} 读入。",
        "the file states {stated}; it was read as {crs}, as you said.",
    ),
    "boundary_unlisted": (
        "不在名录里。{suggestion}请核对名称或代码；名录变了就先更新名录。",
        "is not in the list. {suggestion}Check name and code, or update the list first.",
    ),
    "boundary_elsewhere": (
        "代码不是本市的，共 {count} 个要素：{names}。请只导出本市的。",
        "{count} feature(s) have codes of other cities: {names}. Export this city only.",
    ),
    "boundary_ambiguous": (
        "对应名录里不止一个：{candidates}。请补上代码。",
        "matches more than one of the list: {candidates}. Add the code.",
    ),
    "boundary_contradiction": (
        "名称与代码不一致：代码在名录里是 {listed}，名称对应 {named}。请改正其中一个。",
        "name and code disagree: the code is {listed}, the name is {named}. Mend one.",
    ),
    "boundary_twice": (
        "在文件里对应不止一个不同的要素：{features}。请只留一个，或合并。",
        "is matched by several different features: {features}. Keep one or merge them.",
    ),
    "boundary_not_area": (
        "有 {count} 个要素不是面（点、线或空的），没有用。",
        "{count} feature(s) are not polygons (points, lines or empty) and were left out.",
    ),
    "boundary_dissolved": (
        "在文件里分成 {count} 个要素，已合并成一个面。",
        "comes in {count} features, which were merged.",
    ),
    "boundary_name_differs": (
        "在名录里叫 {listed}，按代码对应。",
        "is called {listed} in the list; matched by code.",
    ),
    "boundary_code_differs": (
        "代码不在名录里，按名称对应 {listed}。",
        "has a code that is not in the list; matched by name to {listed}.",
    ),
    "boundary_mended": (
        "图形有小毛病（{detail}），已修复，面积改变 {size}。",
        "had a small fault ({detail}), mended; its area changed by {size}.",
    ),
    "boundary_unsafe": (
        "图形无效（{detail}），自动修复会使面积改变 {size}，没有做。请在 GIS 软件里修复后再导入。",
        "has an invalid shape ({detail}); mending it would change its area by {size}. Repair it in a GIS.",
    ),
    "boundary_slivers": (
        "之间有 {count} 处窄于 {width} 米的缝隙或重叠，共 {size}，已合拢。",
        "{count} gap(s) and overlap(s) narrower than {width} m between them, {size} together, were closed.",
    ),
    "boundary_slivers_rest": (
        "其余 {pairs} 组相邻界线上还有 {count} 处窄于 {width} 米的缝隙或重叠，共 {size}，已合拢。",
        "{count} more gap(s) and overlap(s) narrower than {width} m along {pairs} other borders, {size}, were closed.",
    ),
    "boundary_overlap_small": (
        "重叠 {size}（{count} 处，最大的在经度 {lon}、纬度 {lat}），已划给共用界线较长的一方。请核对。",
        "overlap by {size} ({count} place(s), the largest at longitude {lon}, latitude {lat}); "
        "given to the one with the longer common border. Check it.",
    ),
    "boundary_overlap_large": (
        "重叠 {size}（{count} 处，最大的在经度 {lon}、纬度 {lat}），超过 {limit}。请在 GIS 软件里改正共用界线。",
        "overlap by {size} ({count} place(s), the largest at longitude {lon}, latitude {lat}), more than "
        "{limit}. Mend the shared border in a GIS.",
    ),
    "boundary_gap_small": (
        "之间有 {size} 的空隙（{count} 处，最大的在经度 {lon}、纬度 {lat}），不属于任何一个，留空。请核对。",
        "leave a gap of {size} ({count} place(s), the largest at longitude {lon}, latitude {lat}), left open. Check it.",
    ),
    "boundary_gap_large": (
        "之间有 {size} 的空隙（{count} 处，最大的在经度 {lon}、纬度 {lat}），超过 {limit}。请在 GIS 软件里补上，或补上缺少的面。",
        "leave a gap of {size} ({count} place(s), the largest at longitude {lon}, latitude {lat}), more than "
        "{limit}. Close it in a GIS or add the missing polygon.",
    ),
    "boundary_gap_beyond": (
        "围着一块 {size} 的空地（经度 {lon}、纬度 {lat}），县市区界也不含它（飞地），留空。",
        "enclose {size} (longitude {lon}, latitude {lat}) that the county outlines leave out too; left open.",
    ),
    "boundary_differs": (
        "与现有的县市区界相差 {percent}%：少 {less}（{less_to}），多 {more}（{more_from}）。",
        "differs from the county outlines in force by {percent}%: {less} less ({less_to}), {more} more ({more_from}).",
    ),
    "boundary_far": (
        "与现有的县市区界相差 {percent}%（最多 {limit}%）：少 {less}（{less_to}），多 {more}（{more_from}）。"
        "请核对坐标系，和乡镇（街道）所属的县市区。",
        "differs from the county outlines in force by {percent}% ({limit}% at most): {less} less ({less_to}), "
        "{more} more ({more_from}). Check the CRS and which county each township belongs to.",
    ),
    "boundary_area_differs": (
        "边界面积 {found} 平方公里，名录里是 {expected} 平方公里，相差 {percent}%。",
        "measures {found} km², the list has {expected} km²: {percent}% apart.",
    ),
    "boundary_shifted": (
        "像是 {datum} 坐标：外围与现有的县市区界平均相差约 {now} 米，按 {datum} 换算后约 {then} 米。"
        "确是 {datum} 就加 --datum {flag}；确认不是就加 --datum cgcs2000。",
        "looks like {datum}: the outline is some {now} m off the county outlines in force, and {then} m when "
        "converted. Add --datum {flag}, or --datum cgcs2000 if you are sure it is not.",
    ),
    # --- two rows made one -------------------------------------------------------------
    "merge_missing": (
        "找不到要合并的行 {key}，可能已经被合并或删除。请刷新后再试。",
        "there is no row {key} to merge; it may be merged or deleted already. Reload and try again.",
    ),
    "merge_itself": (
        "{key} 不能与自己合并。请选两行不同的。",
        "{key} cannot be merged with itself. Choose two different rows.",
    ),
    "merge_demo": (
        "{keep} 和 {drop} 一个是演示行、一个不是，不能合并。请直接删除演示行。",
        "of {keep} and {drop} one is a demonstration row and the other is not. Delete the former instead.",
    ),
    "merge_apart": (
        "{columns} 要一起取自同一行，不能分开选。请改选。",
        "{columns} belong together and must come from the same row. Choose again.",
    ),
    # --- what the public reports ---------------------------------------------------------
    "report_note_long": (
        "说明太长（{length} 个字，最多 {limit} 个）。请缩短后再提交。",
        "the note is too long ({length} characters, {limit} at most). Shorten it and send it again.",
    ),
    "report_note_hidden": (
        "说明里有看不见的控制字符。请重新输入后再提交。",
        "the note contains invisible control characters. Retype it and send it again.",
    ),
    "report_note_needed": (
        "请用一两句话写明是什么问题，再提交。",
        "say in a sentence what is wrong, then send it.",
    ),
    "report_closing_needed": (
        "请写明查到了什么、改了什么；这句话会公开显示。",
        "say what was found and mended; the sentence is shown to the public.",
    ),
    "report_venue_unknown": (
        "这处场馆已经不在地图上，没有记下。请刷新页面。",
        "this venue is no longer on the map; nothing was noted. Reload the page.",
    ),
    "report_venue_busy": (
        "这处场馆刚刚收到好几条反映，正在等待核实，这一条没有记下。请过一小时再试。",
        "several reports about this venue have just come in and wait to be looked at; "
        "this one was not noted. Try again in an hour.",
    ),
    "report_city_busy": (
        "今天收到的反映太多，这一条没有记下。请明天再试，或直接联系主办单位。",
        "too many reports have come in today; this one was not noted. Try again tomorrow.",
    ),
    "report_gone": (
        "这条反映已经处理过了，或不存在。请刷新后再看。",
        "this report has been dealt with already, or does not exist. Reload and look again.",
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


class AccessError(GeoError):
    """Somebody may not do what was asked: not signed in, not their table, not their row."""


class ConflictError(GeoError):
    """
    Rows were changed by somebody else since they were read; nothing was written.

    `conflicts` has one (edit, stored row or None) per row.
    """

    def __init__(self, code: str, conflicts: list[Any], **params: Any) -> None:
        self.conflicts = conflicts
        super().__init__(code, **params)


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

    @property
    def suggestion(self) -> str:
        """Return what was probably meant, where that can be said, else nothing."""
        return str(self.params.get("suggestion", "")).removeprefix("→ ").removesuffix("？")

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
