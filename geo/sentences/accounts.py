"""Sentences about accounts, signing in, and reports by the public."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
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
