"""Every table's columns, declared once: name, type, unit, range, headers, audience.

Validation, templates, exports, error sentences and `docs/data.md` come from here.
The order of `TABLES` is the order in which tables can be filled: a table refers
only to tables before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "text", "code", "id", "integer", "number", "date", "yesno", "choice", "choices",
    "hours", "phone", "link",
]  # fmt: skip
Audience = Literal["public", "staff", "personal"]

# The pandas dtype of a validated column; missing values are NA (NaN in text, NaT in dates).
DTYPES: dict[str, str] = {
    "text": "str", "code": "str", "id": "str", "choice": "str", "choices": "str", "hours": "str",
    "phone": "str", "link": "str", "integer": "Int64", "number": "float64", "yesno": "boolean",
    "date": "datetime64[s]",
}  # fmt: skip

# Rough frame around Tai'an, degrees WGS 84; a position outside it is a mistake.
CITY_BOUNDS = (115.9, 35.5, 118.1, 36.6)
CITY_CODE = "370900"
DEMO_MARK = "演示"


@dataclass(frozen=True)
class Column:
    """One column: what it holds, how it is headed, who may see it."""

    name: str
    zh: str
    en: str
    kind: Kind = "text"
    required: bool = False
    unit: str = ""
    low: float | None = None
    high: float | None = None
    digits: int = 0  # of a code
    limit: int = 200  # characters of a text
    choices: tuple[tuple[str, str, str], ...] = ()  # (stored value, Chinese, English)
    refers_to: str = ""  # a table whose key this column holds
    audience: Audience = "public"
    note: str = ""  # Chinese, for templates and the data dictionary
    also: tuple[str, ...] = ()  # other headers people use

    def choice_label(self, value: str, language: str = "zh") -> str:
        """Return how the stored `value` is called in `language`."""
        for stored, zh, en in self.choices:
            if stored == value:
                return zh if language == "zh" else en
        return value


@dataclass(frozen=True)
class Table:
    """One table: its columns in order, and the columns that identify a row."""

    name: str
    zh: str
    en: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    note: str = ""

    def __getitem__(self, name: str) -> Column:
        """Return the column called `name`; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def names(self) -> list[str]:
        """Names of all columns in order."""
        return [column.name for column in self.columns]

    @property
    def has_position(self) -> bool:
        """Whether rows have a longitude and a latitude."""
        return {"lon", "lat"} <= set(self.names)

    @property
    def has_demo(self) -> bool:
        """Whether rows can be demonstration rows."""
        return "demo" in self.names


GRADES = (
    ("A", "A 官方或权威媒体", "A official or leading press"),
    ("B", "B 转载或地方媒体", "B reprint or local press"),
    ("C", "C 博客、百科等二手", "C second-hand"),
    ("D", "D 线索，未经核实", "D lead, unverified"),
)
PRECISIONS = (
    ("surveyed", "实测", "surveyed"),
    ("building", "到建筑", "building"),
    ("street", "到街巷", "street"),
    ("village", "到村（社区）", "village"),
    ("township", "到乡镇（街道）", "township"),
    ("unknown", "位置待核实", "unknown"),
)
# What says more than in which township a village lies.
VILLAGE_PRECISIONS = PRECISIONS[:4]
# A position of these precisions is drawn solid, and directions go to the point.
EXACT_PRECISIONS = ("surveyed", "building", "street")
DATUMS = (
    ("wgs84", "WGS 84", "WGS 84"),
    ("cgcs2000", "CGCS2000", "CGCS2000"),
    ("gcj02", "GCJ-02（高德、腾讯）", "GCJ-02 (Amap, Tencent)"),
    ("bd09", "BD-09（百度）", "BD-09 (Baidu)"),
    # What checked rows hold: the numbers are WGS 84 already, so a re-import converts nothing.
    ("from_gcj02", "WGS 84（由 GCJ-02 换算）", "WGS 84 (from GCJ-02)"),
    ("from_bd09", "WGS 84（由 BD-09 换算）", "WGS 84 (from BD-09)"),
)
VENUE_KINDS = (
    ("hall", "科技馆", "science hall"),
    ("station", "科普服务站", "service station"),
    ("museum", "博物馆", "museum"),
    ("nature", "自然与地质", "nature and geology"),
    ("industry", "企业与工程", "industry and engineering"),
    ("farm", "农业与乡村", "farm and village"),
    ("heritage", "文化遗产", "heritage"),
    ("observatory", "气象与地震台站", "weather and seismic station"),
    ("theme_park", "主题园区", "theme park"),
)
VENUE_STATUSES = (
    ("open", "开放", "open"),
    ("by_event", "仅活动日开放", "open on event days only"),
    ("planned", "拟建", "planned"),
    ("construction", "建设中", "under construction"),
    ("suspended", "临时关闭", "temporarily closed"),
    ("closed", "停办", "closed for good"),
    ("unverified", "线索待核实", "unverified lead"),
)
SUBJECTS = (
    ("technology", "科学技术", "science and technology"),
    ("geology", "地质", "geology"),
    ("ecology", "生态与生物", "ecology and life"),
    ("weather", "气象", "weather"),
    ("earthquake", "地震与应急", "earthquake and safety"),
    ("water", "水利", "water"),
    ("energy", "能源", "energy"),
    ("manufacturing", "制造", "manufacturing"),
    ("agriculture", "农业", "agriculture"),
    ("health", "健康与中医药", "health"),
    ("archaeology", "考古与历史", "archaeology and history"),
    ("culture", "传统文化", "traditional culture"),
    ("revolution", "红色教育", "revolutionary history"),
)
GRADE_BANDS = (
    ("primary_low", "小学低年级", "primary 1-3"),
    ("primary_high", "小学高年级", "primary 4-6"),
    ("junior", "初中", "junior secondary"),
    ("senior", "高中", "senior secondary"),
)
HOSTS = (
    ("party_centre", "党群服务中心", "party service centre"),
    ("civilization_station", "新时代文明实践站", "civilization practice station"),
    ("science_yard", "科技小院", "science yard"),
    ("school", "学校", "school"),
    ("other", "其他", "other"),
)

_DATUM_NOTE = "填表时坐标所用的坐标系，留空按 WGS 84；入库时换算成 WGS 84 并记下由哪种换算"


def _source_columns() -> tuple[Column, ...]:
    return (
        Column("source_url", "来源", "source", limit=1000,
               note="网址或文件名，多个用空格加分号隔开", also=("来源网址", "出处")),
        Column("source_grade", "来源等级", "source grade", "choice", choices=GRADES),
    )  # fmt: skip


def _verification_columns(audience: Audience = "public") -> tuple[Column, ...]:
    return (
        Column("verified_on", "核实日期", "verified on", "date", audience=audience),
        Column("verified_by", "核实人", "verified by", limit=60, audience="staff",
               note="核实的单位或账号"),
        Column("due_on", "下次核实日期", "verification due", "date", audience=audience,
               note="空则按核实日期加核实周期计算"),
    )  # fmt: skip


def _validity_columns() -> tuple[Column, ...]:
    return (
        Column("from_date", "起用日期", "from", "date", note="空为一直在用"),
        Column("to_date", "停用日期", "until", "date",
               note="自该日起不再是名录里的一个；旧日期的统计仍算它"),
    )  # fmt: skip


def _demo_column() -> Column:
    return Column("demo", "演示数据", "demonstration", "yesno",
                  note="“是”表示虚构的演示行，处处标注，可一次删净")  # fmt: skip


_COUNTIES = Table(
    "counties", "县市区", "counties", ("county_code",),
    (
        Column("county_code", "县市区代码", "county code", "code", True, digits=6),
        Column("name", "县市区", "county", required=True, limit=20, also=("名称",)),
        Column("official_km2", "法定面积", "official area", "number", unit="km²", low=1, high=1e6),
    ),
)  # fmt: skip

_TOWNSHIPS = Table(
    "townships", "乡镇街道", "townships", ("township_code",),
    (
        Column("township_code", "乡镇街道代码", "township code", "code", True, digits=12),
        Column("name", "乡镇街道", "township", required=True, limit=40, also=("名称",)),
        Column("county_code", "县市区代码", "county code", "code", True, digits=6,
               refers_to="counties", also=("县市区",)),
        Column("kind", "类型", "kind", "choice", True, choices=(
            ("street", "街道", "street"), ("town", "镇", "town"), ("rural", "乡", "rural township"),
        )),
        Column("villages_total", "村（社区）数", "villages", "integer", unit="个", low=0, high=2000),
        Column("seat_lon", "驻地约经度", "approximate seat longitude", "number", unit="°",
               low=73, high=136, note="一般地理知识，偏差可达数公里，未核实，只用于示意"),
        Column("seat_lat", "驻地约纬度", "approximate seat latitude", "number", unit="°",
               low=3, high=54, note="同上"),
        Column("list_year", "名录年份", "list year", "integer", True, low=1990, high=2100,
               note="全覆盖的分母以这一年的名录为准"),
        *_validity_columns(),
    ),
)  # fmt: skip

_VILLAGES = Table(
    "villages", "村（社区）", "villages", ("village_code",),
    (
        Column("village_code", "村（社区）代码", "village code", "code", True, digits=12),
        Column("name", "村（社区）", "village", required=True, limit=60, also=("名称",)),
        Column("township_code", "乡镇街道代码", "township code", "code", True, digits=12,
               refers_to="townships", also=("乡镇街道", "所属乡镇", "乡镇")),
        Column("kind", "类型", "kind", "choice", True, choices=(
            ("community", "居委会", "community"), ("village", "村委会", "village"),
            ("other", "其他", "other"),
        )),
        Column("list_year", "名录年份", "list year", "integer", True, low=1990, high=2100),
        *_validity_columns(),
    ),
)  # fmt: skip

_SUCCESSIONS = Table(
    "successions", "区划沿革", "successions", ("old_code", "new_code"),
    (
        Column("level", "级别", "level", "choice", True, choices=(
            ("township", "乡镇街道", "township"), ("village", "村（社区）", "village"),
        )),
        Column("old_code", "原代码", "old code", "code", True, digits=12),
        Column("new_code", "新代码", "new code", "code", True, digits=12),
        Column("on_date", "变更日期", "on", "date", True, note="自该日起用新代码"),
        Column("kind", "变更", "change", "choice", True, choices=(
            ("renamed", "更名", "renamed"), ("recoded", "换代码", "recoded"),
            ("merged", "合并", "merged"), ("split", "拆分", "split"),
        )),
        *_source_columns(),
        Column("note", "备注", "note", limit=500),
    ),
    note="新名录里一个代码从哪个旧代码来；旧日期仍按旧名录统计",
)  # fmt: skip

_REPORTING_UNITS = Table(
    "reporting_units", "填报单位", "reporting units", ("unit_id",),
    (
        Column("unit_id", "填报单位编号", "unit id", "id", True),
        Column("name", "填报单位", "reporting unit", required=True, limit=40, also=("名称",)),
        Column("kind", "类型", "kind", "choice", True, choices=(
            ("county", "县市区", "county"), ("zone", "功能区", "functional zone"),
        )),
        Column("county_code", "县市区代码", "county code", "code", digits=6, refers_to="counties",
               note="县市区一级填报单位填写；功能区留空"),
    ),
    note="功能区单独填报，与行政区划不是一回事；没有归属记录的乡镇归所在县市区填报",
)  # fmt: skip

_UNIT_TOWNSHIPS = Table(
    "unit_townships", "填报归属", "reporting memberships", ("township_code", "from_date"),
    (
        Column("township_code", "乡镇街道代码", "township code", "code", True, digits=12,
               refers_to="townships"),
        Column("unit_id", "填报单位编号", "unit id", "id", True, refers_to="reporting_units"),
        Column("from_date", "起始日期", "from", "date", True),
        Column("to_date", "终止日期", "until", "date", note="不含当日；空为至今"),
        *_source_columns(),
        Column("note", "备注", "note", limit=500),
    ),
    note="同一乡镇在任何一天只归一个填报单位",
)  # fmt: skip

_TOWNSHIP_ALIASES = Table(
    "township_aliases", "乡镇别名", "township aliases", ("alias", "township_code"),
    (
        Column("alias", "别名", "alias", required=True, limit=40),
        Column("township_code", "乡镇街道代码", "township code", "code", True, digits=12,
               refers_to="townships"),
        Column("note", "备注", "note", limit=500),
    ),
    note="旧名和简称；对上不止一个时报告问题，不替人选择",
)  # fmt: skip

_COUNTY_POPULATION = Table(
    "county_population", "县市区人口", "county population", ("area_code", "year", "basis"),
    (
        Column("area_code", "区划代码", "area code", "code", True, digits=6,
               note="市为 370900，县市区为其 6 位代码"),
        Column("year", "年份", "year", "integer", True, low=1949, high=2100),
        Column("basis", "口径", "basis", required=True, limit=100),
        Column("population", "人口", "population", "integer", unit="人", low=0, high=2e9,
               note="没有查到就留空"),
        *_source_columns(),
        Column("note", "备注", "note", limit=500),
    ),
    note="口径不同的数不能相加、不能相比",
)  # fmt: skip

_VENUES = Table(
    "venues", "场馆站点", "venues", ("venue_id",),
    (
        Column("venue_id", "编号", "venue id", "id", True, also=("场馆编号", "站点编号")),
        Column("name", "名称", "name", required=True, limit=80,
               also=("场馆名称", "站点名称", "单位名称")),
        Column("kind", "类别", "kind", "choice", True, choices=VENUE_KINDS, also=("类型",)),
        Column("status", "状态", "status", "choice", True, choices=VENUE_STATUSES),
        Column("county_code", "县市区代码", "county code", "code", digits=6, refers_to="counties",
               also=("县市区",), note="填代码或名称；留空表示不清楚"),
        Column("township_code", "乡镇街道代码", "township code", "code", digits=12,
               refers_to="townships", also=("乡镇街道", "所属乡镇", "登记乡镇", "乡镇"),
               note="登记乡镇决定覆盖；服务站必填，填代码或名称"),
        Column("address", "地址", "address", limit=200, also=("详细地址",)),
        Column("lon", "经度", "longitude", "number", unit="°", low=-180, high=180,
               note="WGS 84；不知道就留空，不要估计"),
        Column("lat", "纬度", "latitude", "number", unit="°", low=-90, high=90),
        Column("position_precision", "位置精度", "position precision", "choice", True,
               choices=PRECISIONS),
        Column("source_datum", "原坐标系", "source datum", "choice", choices=DATUMS,
               note=_DATUM_NOTE),
        Column("opening_hours", "开放时间", "opening hours", "hours", limit=300,
               note="OSM opening_hours 写法；不清楚就留空，显示为“未知，请先致电”"),
        Column("hours_note", "开放说明", "hours note", limit=300),
        Column("phone", "电话", "phone", "phone", limit=100, also=("联系电话", "咨询电话")),
        Column("booking_required", "需预约", "booking required", "yesno"),
        Column("booking_url", "预约网址", "booking link", "link", limit=500),
        Column("booking_note", "预约说明", "booking note", limit=300),
        Column("group_lead_days", "团体提前天数", "group lead days", "integer", unit="天",
               low=0, high=365),
        Column("group_max", "每场人数上限", "group maximum", "integer", unit="人",
               low=1, high=100000),
        Column("visit_min", "参观时长", "visit duration", "integer", unit="分钟", low=5, high=1440),
        Column("last_entry_min", "停止入场", "last entry before closing", "integer", unit="分钟",
               low=0, high=600, note="闭馆前多少分钟停止入场；不清楚就留空"),
        Column("grades", "适合学段", "grades", "choices", choices=GRADE_BANDS,
               note="可多选，用分号隔开；不清楚就留空"),
        Column("indoors", "室内", "indoors", "choice", choices=(
            ("yes", "室内", "indoors"), ("no", "室外", "outdoors"), ("both", "室内外都有", "both"),
        ), note="研学遇雨时用；不清楚就留空"),
        Column("meals", "可供团餐", "meals for groups", "yesno", note="能否供团体用餐"),
        Column("coach_access", "大巴可达", "coach access", "yesno", note="大巴能否开到并停放"),
        Column("free", "免费", "free of charge", "yesno"),
        Column("fee_yuan", "学生票价", "fee for a pupil", "number", unit="元", low=0, high=5000,
               note="团体学生每人；不清楚就留空，不要估计"),
        Column("admission", "门票说明", "admission", limit=300, also=("门票", "费用")),
        Column("barrier_free", "无障碍", "barrier-free", "yesno"),
        Column("subjects", "主题", "subjects", "choices", choices=SUBJECTS,
               note="可多选，用分号隔开"),
        Column("host", "依托阵地", "host", "choice", choices=HOSTS),
        Column("capacity_persons", "可服务人数", "capacity", "integer", unit="人", low=0, high=1e7,
               note="一个站点能服务多少人；不清楚就留空，不要估计"),
        Column("operator", "主办单位", "operator", limit=100, also=("运营单位",)),
        Column("intro", "简介", "introduction", limit=1000, also=("介绍",)),
        Column("mobile", "流动", "mobile", "yesno", note="流动站点不计入覆盖"),
        Column("opened_on", "开放日期", "opened on", "date", also=("建成日期",)),
        Column("closed_on", "关闭日期", "closed on", "date", note="自该日起不再开放"),
        Column("designated_on", "星火科技馆公布日期", "designated on", "date",
               note="市科协公布为“星火科技馆”或“示范站点”的日期；没有公布就留空"),
        *_source_columns(),
        *_verification_columns(),
        _demo_column(),
    ),
)  # fmt: skip

_VILLAGE_POINTS = Table(
    "village_points", "村（社区）位置", "village positions", ("village_code",),
    (
        Column("village_code", "村（社区）代码", "village code", "code", True, digits=12,
               refers_to="villages", also=("村（社区）", "村", "社区"),
               note="填代码；填名称时要另有乡镇街道一列"),
        Column("lon", "经度", "longitude", "number", True, unit="°", low=-180, high=180,
               note="WGS 84；不知道就不列这一行，不要估计"),
        Column("lat", "纬度", "latitude", "number", True, unit="°", low=-90, high=90),
        Column("position_precision", "位置精度", "position precision", "choice", True,
               choices=VILLAGE_PRECISIONS),
        Column("source_datum", "原坐标系", "source datum", "choice", choices=DATUMS,
               note=_DATUM_NOTE),
        *_source_columns(),
        *_verification_columns(),
    ),
    note="没有列入的村（社区）按规则散布在乡镇范围内，只作示意；列入后即改用这里的位置",
)  # fmt: skip

_POPULATIONS = Table(
    "populations", "乡镇和村人口", "township and village population",
    ("place_code", "year", "basis"),
    (
        Column("place_code", "乡镇或村代码", "place code", "code", True, digits=12,
               note="乡镇（街道）或村（社区）的 12 位代码",
               also=("乡镇街道代码", "村（社区）代码", "代码")),
        Column("year", "年份", "year", "integer", True, low=1949, high=2100),
        Column("basis", "口径", "basis", required=True, limit=100,
               note="如 七普常住、户籍；同一口径写法要一致"),
        Column("persons", "人数", "persons", "integer", True, unit="人", low=0, high=1e8,
               also=("人口",), note="没有查到就不列这一行"),
        *_source_columns(),
        Column("note", "备注", "note", limit=500),
        _demo_column(),
    ),
    note="口径不同、年份不同的数不能相加、不能相比；计算时只用一个口径的一个年份，并写明",
)  # fmt: skip

_HOSTS = Table(
    "hosts", "候选阵地", "candidate host buildings", ("host_id",),
    (
        Column("host_id", "阵地编号", "host id", "id", True),
        Column("name", "名称", "name", required=True, limit=80, also=("阵地名称",)),
        Column("kind", "类别", "kind", "choice", True, choices=HOSTS, also=("类型",)),
        Column("township_code", "乡镇街道代码", "township code", "code", True, digits=12,
               refers_to="townships", also=("乡镇街道", "所属乡镇", "乡镇"),
               note="填代码或名称"),
        Column("village_code", "村（社区）代码", "village code", "code", digits=12,
               refers_to="villages", also=("村（社区）", "村", "社区")),
        Column("address", "地址", "address", limit=200, also=("详细地址",)),
        Column("lon", "经度", "longitude", "number", unit="°", low=-180, high=180,
               note="WGS 84；不知道就留空，不要估计"),
        Column("lat", "纬度", "latitude", "number", unit="°", low=-90, high=90),
        Column("position_precision", "位置精度", "position precision", "choice", True,
               choices=PRECISIONS),
        Column("source_datum", "原坐标系", "source datum", "choice", choices=DATUMS,
               note=_DATUM_NOTE),
        Column("capacity_persons", "可服务人数", "capacity", "integer", unit="人", low=0, high=1e7,
               note="设站后能服务多少人；不清楚就留空，不要估计"),
        *_source_columns(),
        *_verification_columns(),
        _demo_column(),
    ),
    note="可以设服务站的现有场所，供选址时作候选；没有位置的不参与选址",
)  # fmt: skip

_PROMOTERS = Table(
    "promoters", "宣传员", "promoters", ("promoter_id",),
    (
        Column("promoter_id", "宣传员编号", "promoter id", "id", True, audience="personal"),
        Column("name", "姓名", "name", required=True, limit=40, audience="personal"),
        Column("phone", "电话", "phone", "phone", limit=40, audience="personal",
               also=("联系电话", "手机")),
        Column("township_code", "登记乡镇", "registered township", "code", digits=12,
               refers_to="townships", audience="staff", also=("乡镇街道", "所属乡镇", "乡镇街道代码", "乡镇"),
               note="由哪个乡镇（街道）登记和维护；空则看所服务的村"),
        Column("duty", "身份", "duty", limit=60, audience="staff",
               note="如 村两委成员、社区网格员、科技特派员"),
        Column("full_time", "专职", "full-time", "yesno", audience="staff"),
        Column("from_date", "任职日期", "from", "date", audience="staff"),
        Column("to_date", "离任日期", "until", "date", audience="staff",
               note="自该日起不再服务；空为在任"),
        Column("commended_on", "表彰日期", "commended on", "date", audience="staff"),
        Column("consent_on", "同意日期", "consent on", "date", audience="staff",
               note="本人同意登记个人信息的日期"),
        *_verification_columns("staff"),
        _demo_column(),
    ),
    note="姓名、电话是个人信息，绝不出现在公开页面和公开导出里；公开的只有数字",
)  # fmt: skip

_PROMOTER_VILLAGES = Table(
    "promoter_villages", "宣传员服务村", "promoters' villages", ("promoter_id", "village_code"),
    (
        Column("promoter_id", "宣传员编号", "promoter id", "id", True, refers_to="promoters",
               audience="personal"),
        Column("village_code", "村（社区）代码", "village code", "code", True, digits=12,
               refers_to="villages", also=("村（社区）", "村", "社区")),
    ),
)  # fmt: skip

_ROUTES = Table(
    "routes", "研学路线", "routes", ("route_id",),
    (
        Column("route_id", "路线编号", "route id", "id", True),
        Column("name", "名称", "name", required=True, limit=80, also=("路线名称",)),
        Column("status", "性质", "status", "choice", True, choices=(
            ("ready", "可参照", "to follow"), ("report", "报道所列", "as reported"),
            ("commercial", "商业线路", "commercial"), ("unverified", "线索待核实", "unverified lead"),
        )),
        Column("theme", "主题", "theme", "choices", choices=SUBJECTS),
        Column("duration", "时长", "duration", limit=40, note="原样记录，如 半天、2天"),
        Column("organiser", "组织单位", "organiser", limit=100),
        Column("held", "举办时间", "held", limit=60, note="来源所载时间，原样记录"),
        Column("intro", "简介", "introduction", limit=1000),
        *_source_columns(),
        *_verification_columns(),
        _demo_column(),
    ),
)  # fmt: skip

_ROUTE_STOPS = Table(
    "route_stops", "路线站点", "route stops", ("route_id", "stop_no"),
    (
        Column("route_id", "路线编号", "route id", "id", True, refers_to="routes"),
        Column("stop_no", "次序", "stop number", "integer", True, low=1, high=99),
        Column("name", "站点", "stop", required=True, limit=80),
        Column("venue_id", "场馆编号", "venue id", "id", refers_to="venues",
               note="登记在册的场馆；不在册就留空"),
        Column("day", "第几天", "day", "integer", low=1, high=30),
        Column("stay_min", "停留", "stay", "integer", unit="分钟", low=0, high=1440),
        Column("note", "备注", "note", limit=300),
    ),
)  # fmt: skip

_HOLIDAYS = Table(
    "holidays", "节假日", "holidays", ("date",),
    (
        Column("date", "日期", "date", "date", True),
        Column("off", "放假", "day off", "yesno", True, note="“是”为放假，“否”为调休上班"),
        Column("name", "名称", "name", required=True, limit=40),
        *_source_columns(),
    ),
    note="国务院办公厅每年公布；没有列入的年份按未知提醒",
)  # fmt: skip

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _COUNTIES, _TOWNSHIPS, _VILLAGES, _SUCCESSIONS, _REPORTING_UNITS, _UNIT_TOWNSHIPS, _TOWNSHIP_ALIASES,
        _COUNTY_POPULATION, _VILLAGE_POINTS, _POPULATIONS, _HOSTS, _VENUES,
        _PROMOTERS, _PROMOTER_VILLAGES, _ROUTES, _ROUTE_STOPS, _HOLIDAYS,
    )
}  # fmt: skip
