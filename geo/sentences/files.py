"""Sentences about files, settings, the store, evidence and backups."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
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
    "numbers_missing": (
        "{file}：缺少列 {columns}。编号用来认出一行是新增还是修改：已有的照“下载现有数据”里的填，"
        "新增的自己编一个没用过的，如 daiyue-001。",
        "{file}: columns missing: {columns}. The id tells a new row from a changed one: take it "
        "from the downloaded rows, or make up an unused one for a new row, such as daiyue-001.",
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
}
