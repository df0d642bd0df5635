"""Sentences about cells, rows, lists, and rows made one."""

from __future__ import annotations

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
        "登记在{registered}，坐标在它的边界之外约 {km} 公里，落在{stands}。请核对坐标和登记的乡镇（街道），改正其中一个。",
        "is registered to {registered} but stands some {km} km outside its boundary, in {stands}. Mend one of them.",
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
}
