"""Words of exports, templates and marked workbooks, and of the command line."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # --- exports -----------------------------------------------------------------
    "export.coverage": ("乡镇服务站覆盖", "Stations by township"),
    "export.promoters": ("村（社区）宣传员覆盖", "Promoters by village"),
    "export.as_of": ("截至日期：{date}", "As of {date}"),
    "export.list_year": (
        "名录：国家统计局 {year} 年版",
        "List: National Bureau of Statistics {year}",
    ),
    "export.demo": (
        "含虚构的演示数据 {count} 行，不代表实际进度",
        "Contains {count} invented demonstration rows",
    ),
    "export.positions": (
        "位置精度为“到乡镇（街道）”的坐标是驻地大致位置，可能相差数公里",
        "Positions of township precision are approximate seats, maybe kilometres off",
    ),
    "export.rates": ("覆盖率汇总", "Coverage rates"),
    "export.left_out": (
        "另有 {count} 个服务站没有计入：登记的乡镇（街道）这一天不在名录里，或已拆分，需要重新登记",
        "{count} more station(s) not counted: the registered township is not in the list on this day "
        "or was split; register them anew",
    ),
    "export.left_out_villages": (
        "另有 {count} 个村（社区）的宣传员没有计入：登记的村（社区）这一天不在名录里，或已拆分，需要重新登记",
        "Promoters of {count} more village(s) not counted: the village is not in the list on this day "
        "or was split; register them anew",
    ),
    "export.revision": ("数据版本：{revision}", "Data revision: {revision}"),
    # --- the command line ---------------------------------------------------------
    "boundary.made_from": (
        "由县界按乡镇驻地的大致位置划分的示意图，不是行政区域界线",
        "A picture: counties divided among approximate township seats; not boundaries",
    ),
    "cli.site_progress": (
        "正在算：已有 {best}，上限 {bound}，差 {gap}（按 Ctrl-C 停下，用已有的最好方案）",
        "Computing: best {best}, bound {bound}, gap {gap} (Ctrl-C stops with the best so far)",
    ),
    "cli.built": (
        "{store} 建好了，数据版本 {revision}：{counts}",
        "{store} built, revision {revision}: {counts}",
    ),
    "cli.kept": ("{store} 已经有了，没有改动", "{store} is there already; nothing was changed"),
    "cli.imported": (
        "{table}：新增 {new} 行，修改 {changed} 行，与已有相同 {unchanged} 行",
        "{table}: {new} new, {changed} changed, {unchanged} unchanged row(s)",
    ),
    "cli.dry_run": ("（试运行，没有写入）", "(dry run, nothing was written)"),
    "cli.guessed": ("表头“{header}”认作 {column}", "the header {header} was taken for {column}"),
    "cli.ignored": ("没有用到的列：{columns}", "columns not used: {columns}"),
    "cli.written": ("写好了 {file}", "wrote {file}"),
    "cli.seats_moved": (
        "{count} 个驻地在所属县市区的界线之外，划分时移到了界内：{names}",
        "{count} seat(s) outside their county, moved inside for the division: {names}",
    ),
    "cli.checked": ("{errors} 处错误，{notes} 条提示", "{errors} error(s), {notes} note(s)"),
    "cli.note": ("提示", "note"),
    "cli.error": ("错误", "error"),
    "cli.stopped": ("{count} 处问题，没有写入任何数据", "{count} problem(s), nothing was written"),
    "cli.layer_line": (
        "{number}　{level}　{kind}　{state}　{count} 个面　日期 {date}　审图号 {approval}　来源 {source}",
        "{number}  {level}  {kind}  {state}  {count} polygons  dated {date}  approval {approval}  source {source}",
    ),
    "cli.layer_active": ("在用", "in force"),
    "cli.layer_stored": ("留存", "kept"),
    "cli.layer_plan": (
        "{level}：对上 {count} 个，{problems} 处错误，{notes} 条提示",
        "{level}: {count} matched, {problems} error(s), {notes} note(s)",
    ),
    "cli.layer_restored": (
        "{number} 号边界已重新启用，原来在用的留存",
        "layer {number} is in force again; the one before stays stored",
    ),
    "cli.layer_kept": (
        "正式边界（{number} 号）仍然在用，没有被示意图替换",
        "the official layer {number} stays in force; the schematic one did not replace it",
    ),
    "cli.layer_set_aside": (
        "正式边界（{number} 号）与 data/ 里的单位不一致，留存而不再使用；用 boundaries restore {number} 可以恢复",
        "the official layer {number} does not have the same units as data/: kept, but out of force; "
        "boundaries restore {number} brings it back",
    ),
    "cli.layer": (
        "边界已启用：{level}，{count} 个",
        "{count} boundaries of level {level} in force",
    ),
    "cli.lists_counts": (
        "{table}：不变 {unchanged} 个，更名 {renamed} 个，新增 {new} 个，停用 {ended} 个",
        "{table}: {unchanged} unchanged, {renamed} renamed, {new} new, {ended} ended",
    ),
    "cli.lists_done": (
        "新名录已写入，是第 {submission} 号提交，可以整份撤销",
        "the new list is in, as submission {submission}, which can be undone as a whole",
    ),
    "cli.lists_same": ("名录已经是这样，没有改动", "the list is in force already"),
    "cli.demo_removed": ("删除了演示数据：{counts}", "demonstration rows deleted: {counts}"),
    "cli.demo_none": ("没有演示数据", "there are no demonstration rows"),
    "cli.boundaries": ("边界", "boundaries"),
    "cli.store": ("数据库", "store"),
    "cli.password": (
        "新密码（至少 10 个字，输入时不显示）：",
        "New password (10 characters or more):",
    ),
    "cli.password_again": ("再输入一次：", "Once more:"),
    "cli.user_added": ("新建了账号 {login}", "account {login} added"),
    "cli.user_password": (
        "账号 {login} 的密码改好了，原来的登录都已退出",
        "new password set for {login}; it is signed out everywhere",
    ),
    "cli.user_disabled": (
        "账号 {login} 已停用，各处都已退出登录",
        "account {login} disabled and signed out everywhere",
    ),
    "cli.user_enabled": ("账号 {login} 可以登录了", "account {login} may sign in"),
    "cli.user_changed": ("账号 {login} 改好了", "account {login} changed"),
    "cli.user_openid": ("统一身份认证", "identity provider"),
    "cli.user_is_disabled": ("已停用", "disabled"),
    "cli.users": ("{count} 个账号", "{count} account(s)"),
    "cli.backed_up": (
        "备份好了 {file}（{size}）：第 {revision} 版，{rows} 行，{evidence} 份证明材料。"
        "里面有个人信息和账号，只有本账号能读：请存到别的机器上，妥善保管，不要发给别人",
        "wrote the backup {file} ({size}): revision {revision}, {rows} rows, {evidence} evidence "
        "file(s). It holds personal data and the accounts, and only this account may read it: "
        "keep it on another machine, and safe",
    ),
    "cli.evidence_missing": (
        "有 {count} 份证明材料的文件不见了，或内容被改动过，备份里没有：{hashes}",
        "{count} evidence file(s) are missing or altered, and not in the backup: {hashes}",
    ),
    "cli.restored": (
        "恢复好了：{store} 现在是 {made} 的内容（第 {revision} 版，{rows} 行，"
        "{evidence} 份证明材料）。所有人都要重新登录",
        "restored: {store} holds what it held at {made} (revision {revision}, {rows} rows, "
        "{evidence} evidence file(s)). Everybody has to sign in again",
    ),
    "cli.set_aside": (
        "损坏的数据库文件移到了 {file}",
        "the damaged store was moved to {file}",
    ),
    # --- template workbooks and marked workbooks -----------------------------------
    "template.guide": ("填写说明", "Instructions"),
    "template.lists": ("选项", "Choices"),
    "template.wrong": ("请核对", "Please check"),
    "template.required": ("必填。", "Required."),
    "template.unit": ("单位：{unit}", "Unit: {unit}"),
    "template.range": ("，{low} 至 {high}", ", {low} to {high}"),
    "template.personal": ("不公开，只有有权限的工作人员能看到。", "Not public: for staff only."),
    "template.text": ("文字，最多 {limit} 字", "Text, {limit} characters at most"),
    "template.code": ("{digits} 位数字代码，按文本填写", "A code of {digits} digits, as text"),
    "template.id": (
        "编号，每行不同，启用后不要再改",
        "An id, another on each row; never changed later",
    ),
    "template.integer": ("整数", "A whole number"),
    "template.number": ("数字", "A number"),
    "template.date": ("日期，写成 2026-11-23 这样", "A date, written like 2026-11-23"),
    "template.yesno": ("“是”或“否”，不清楚就留空", "Yes or no; empty if unknown"),
    "template.choice": ("从下拉列表里选一项", "One of the list"),
    "template.choices": (
        "从下拉列表里选；可多选，多项用分号隔开",
        "From the list; several are separated by semicolons",
    ),
    "template.hours": (
        "写成 周二至周日 9:00-17:00 或 Tu-Su 09:00-17:00 这样，不清楚就留空",
        "Written like Tu-Su 09:00-17:00; empty if unknown",
    ),
    "template.phone": (
        "写成 0538-1234567 或 11 位手机号，多个用分号隔开",
        "Written like 0538-1234567; several are separated by semicolons",
    ),
    "template.link": ("网址，以 http:// 或 https:// 开头", "An address that starts with https://"),
    "template.refers": (
        "从下拉列表里选，或填{target}的 {digits} 位代码",
        "From the list, or the code of {digits} digits from {target}",
    ),
    "template.refers_id": ("填“{target}”表里的编号", "An id from the table {target}"),
    "template.columns": (
        "列|必填|填什么|可选值|说明",
        "column|required|what to write|choices|notes",
    ),
    "template.rules": (
        "从第一张工作表的第 2 行起填写，一行一条；表头和列名不要改，列的次序可以变。\n"
        "表头标 * 的列必填。不清楚的留空，不要填 0 或“无”，也不要估计。\n"
        "不要合并单元格；代码、编号、电话按文本填写。\n"
        "导入时按编号认行：编号已有的是修改，没有的是新增。整列删去，这一列保持原来的内容；"
        "列还在而单元格是空的，原来的内容就清空。\n"
        "有一处错误，整个文件都不写入；改好后重新导入即可。",
        "Fill in the first sheet from row 2 on, one row each; keep the headers, in any order.\n"
        "Columns marked * are required. Leave empty what is unknown; never guess, never write 0.\n"
        "Merge no cells; codes, ids and phone numbers are text.\n"
        "An import finds rows by their id: a known id changes the row, another adds one. A column "
        "taken out stays as it is; an empty cell in a column that is there empties it.\n"
        "With one mistake in it nothing of a file is written; mend it and import it again.",
    ),
}
