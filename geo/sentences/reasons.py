"""Why an argument will not do, or the store: each a part of another sentence."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    # --- numbers --------------------------------------------------------------------
    "why_below": ("不能小于 {low}", "it may not be below {low}"),
    "why_negative": ("不能是负数", "it may not be negative"),
    "why_not_positive": ("应是正数", "it must be a positive number"),
    "why_share": ("应大于 0、不超过 1", "it must be above 0 and at most 1"),
    "why_month": ("应为 1–12", "it must be 1 to 12"),
    "why_none": ("至少要有一个", "at least one is needed"),
    "why_count": ("应有 {count} 个值", "there must be {count} values"),
    "why_missing_value": ("不能有缺的值", "no value may be missing"),
    "why_known": ("要已知，不能是负数", "each must be known and not negative"),
    "why_weights": (
        "要已知，不能是负数，至少一个大于 0",
        "each must be known and not negative, and at least one above 0",
    ),
    "why_cost_rows": (
        "费用表有 {count} 行，需求表要一样多",
        "the table of costs has {count} rows, and demand must have as many",
    ),
    "why_cost_limit": (
        "费用表只算到 {limit}，应在 0 与它之间",
        "the table of costs ends at {limit}; it must lie between 0 and that",
    ),
    "why_weight_each": (
        "每个界限要有一个权重，至少一个",
        "each limit needs a weight, and at least one is needed",
    ),
    "why_limits_order": (
        "界限要从小到大，不能是负数",
        "limits must rise, and may not be negative",
    ),
    "why_weights_order": (
        "权重要从大到小，不能是负数",
        "weights must fall, and may not be negative",
    ),
    "why_capacities": (
        "有的站点有容量、有的没有，两者不能相加；请补齐，或用 default 写明没有的按多少算",
        "some stations have a capacity and some have none, which do not add up; fill them in, or "
        "say with default what counts for the others",
    ),
    # --- choices --------------------------------------------------------------------
    "why_one_of": ("只能是 {allowed}", "it must be one of {allowed}"),
    "why_no_such_place": ("没有这一个，只有：{there}", "there is no such one; there is: {there}"),
    "why_only_one": ("{options} 只能用一个", "only one of {options} may be given"),
    "why_minutes": (
        "按出行方式算时用 --minutes，不用 --radius-m",
        "with a mode of travel use --minutes, not --radius-m",
    ),
    "why_after": ("不能晚于 {date}", "it may not be after {date}"),
    "why_other_population": (
        "没有这个口径和年份的人口；有：{there}",
        "there is no population of this basis and year; there is: {there}",
    ),
    "why_no_population": (
        "没有这个口径和年份的人口；有：无",
        "there is no population of this basis and year, nor of any other",
    ),
    # --- rows and columns -----------------------------------------------------------
    "why_no_column": ("表 {table} 没有这一列", "the table {table} has no such column"),
    "why_no_such_column": ("没有这一列", "there is no such column"),
    "why_row_columns": (
        "一行要有表的每一列，不多不少",
        "a row must have every column of its table and no other",
    ),
    "why_column_value": ("不是这一列能存的值", "the column cannot hold such a value"),
    "why_row_position": (
        "第 {row} 行的经纬度不是数字",
        "longitude and latitude of row {row} are not numbers",
    ),
    "why_not_merged": ("这张表的行不能合并", "rows of this table cannot be merged"),
    "why_kept_key": (
        "编号只能用保留的那一行的",
        "the key must be that of the row that is kept",
    ),
    "why_verifier": (
        "要写明核实的单位或账号，最多 {limit} 个字",
        "say which unit or account has verified it, in at most {limit} characters",
    ),
    "why_people_table": (
        "表 {table} 的每一行都是个人信息，只能向有权限的人导出",
        "every row of {table} is personal data, exported only for those who may see it",
    ),
    # --- files and addresses --------------------------------------------------------
    "why_template_suffix": (
        "模板是 Excel 工作簿，文件名要以 .xlsx 结尾",
        "a template is an Excel workbook; its name must end in .xlsx",
    ),
    "why_no_folder": (
        "要写明报告放到哪个文件夹",
        "say into which folder the reports go",
    ),
    "why_database_url": (
        "应为 sqlite:///路径 或 postgresql+psycopg://用户:密码@主机/库名",
        "it must be sqlite:///path or postgresql+psycopg://user:password@host/name",
    ),
    "why_epsg": ("写成 EPSG:4548 这样", "write it like EPSG:4548"),
    "why_base64": ("不是 base64", "it is not base64"),
    # --- the store -------------------------------------------------------------------
    "why_disk_full": ("磁盘空间不足", "the disk is full"),
    "why_read_only": ("没有写入权限", "it may not be written to"),
    "why_locked": ("另一个程序正在写入", "another program is writing"),
    "why_not_opened": (
        "打不开数据库文件，文件夹可能不存在或没有权限",
        "the file cannot be opened; its folder may be missing or closed to this account",
    ),
    "why_damaged": ("数据库文件已损坏，请从备份恢复", "the file is damaged; restore a backup"),
    "why_disk": ("磁盘读写出错", "the disk cannot be read or written"),
    "why_password": ("用户名或密码不对", "user name or password is wrong"),
    "why_no_database": ("数据库服务器上没有这个数据库", "the server has no such database"),
    "why_no_host": ("找不到数据库服务器的地址", "the server's address is not known"),
    "why_no_server": ("连不上数据库服务器", "the server does not answer"),
    "why_too_many": ("同时访问的人太多", "too many people at once"),
    "why_reference": (
        "有一行提到了别的表里没有的编号，或还有别的行要用到被删的行",
        "a row names a key that is not there, or others still need a row to be deleted",
    ),
    "why_same_key": ("编号重复", "the same key twice"),
    "why_required": ("必填的内容是空的", "something required is empty"),
}  # fmt: skip
