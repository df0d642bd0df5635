"""Words of what the coverage page looks at besides stations: reach, evenness, change, report."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "outreach.look": ("看什么", "Look at"),
    "outreach.look_stations": ("有没有站", "Stations"),
    "outreach.look_reach": ("谁够不着", "Out of reach"),
    "outreach.look_equity": ("匀不匀", "Evenness"),
    "outreach.look_change": ("变了什么", "Changes"),
    "outreach.look_report": ("出报告", "Report"),
    # --- who is out of reach ---------------------------------------------------------
    "outreach.sentence": (
        "{within}能到站的{what}有 {reached}（{share}），够不着的有 {out}。",
        "{reached} of the {what} reach a station {within} ({share}); {out} do not.",
    ),
    "outreach.empty": (
        "到这一天没有任何有位置的站，谁都够不着。",
        "On this day no station has a position: nobody reaches one.",
    ),
    "outreach.counties": ("各县市区够得着的比例", "Share reached by county"),
    "outreach.units": ("各填报单位够得着的比例", "Share reached by reporting unit"),
    "outreach.townships": ("各乡镇（街道），最够不着的在前", "Townships, least reached first"),
    "outreach.villages": (
        "够不着的村（社区），最远的在前",
        "Villages out of reach, farthest first",
    ),
    "outreach.every": ("每个村（社区）最近的站", "Nearest station of every village"),
    "outreach.village_code": ("村（社区）代码", "Village code"),
    "outreach.township_code": ("乡镇（街道）代码", "Township code"),
    "outreach.reached": ("够得着", "Reached"),
    "outreach.share": ("够得着（%）", "Reached (%)"),
    "outreach.share_at": ("{limit} 够得着（%）", "within {limit} (%)"),
    "outreach.weight": ("合计", "Total"),
    "outreach.spread": ("其中位置示意", "On illustrative positions"),
    "outreach.cost_km": ("路程（公里，约）", "Way (km, about)"),
    "outreach.cost_min": ("用时（分钟，约）", "Time (min, about)"),
    "outreach.nearest_demo": ("最近的站是演示", "Nearest is a demonstration"),
    "outreach.all_reached": ("每个村都够得着。", "Every village reaches one."),
    # --- evenness ----------------------------------------------------------------------
    "outreach.even_sentence": (
        "到最近的站平均 {mean}；最远的一成平均 {worst}。够得着的比例最高的是{best}（{high}），"
        "最低的是{lowest}（{low}），差 {gap} 个百分点。",
        "The nearest station is {mean} away on average; for the farthest tenth {worst}. The best "
        "county is {best} ({high}), the lowest {lowest} ({low}), {gap} points apart.",
    ),
    "outreach.gini": (
        "站点资源的基尼系数 {gini}（0 为完全平均，1 为全在一处）。",
        "Gini coefficient of access {gini} (0: all alike, 1: all in one place).",
    ),
    "outreach.gini_note": (
        "按两步移动搜寻法（E2SFCA）：近的算得多、远的算得少，同一个站去的人多，每人分到的就少。",
        "By floating catchments (E2SFCA): near stations count more, and one that many share counts "
        "less for each.",
    ),
    "outreach.basis_stations": (
        "没有一个站登记了可服务人数，所以每个站都按一个站算",
        "No station has a registered capacity, so that each counts as one",
    ),
    "outreach.basis_mixed": (
        "{total} 个站里有 {count} 个没有登记可服务人数；人数和站数不能相加，所以每个站都按一个站算",
        "{count} of {total} stations have no registered capacity; persons and stations do not add "
        "up, so that each counts as one",
    ),
    "outreach.basis_known": ("按各站可服务人数算", "Stations count by their capacity"),
    # --- what each township has of the stations -----------------------------------------
    "outreach.access": ("每个乡镇（街道）分到多少", "What each township has of the stations"),
    "outreach.access_sentence": (
        "{within}够得着同一个站的村平分这个站：全市{per}平均分到 {mean}，最多的是{best}（{high}），"
        "{none} 个乡镇（街道）一点也分不到。",
        "All who reach a station {within} share it: {mean} for {per} in the city on average, most in "
        "{best} ({high}), nothing at all in {none} townships.",
    ),
    "outreach.access_nothing": (
        "{within}没有一个村够得着站，谁也分不到。",
        "Nobody reaches a station {within}: there is nothing to share.",
    ),
    "outreach.access_meaning": (
        "数字小，要么是附近站少，要么是去同一个站的村多。{basis}。",
        "A small figure means few stations near by, or many who share them. {basis}.",
    ),
    "outreach.per_villages": ("每 100 个村", "100 villages"),
    "outreach.per_population": ("每 1 万人", "10,000 persons"),
    "outreach.amount_stations": ("{value} 个站", "{value} stations"),
    "outreach.amount_known": ("可服务 {value} 人的能力", "room for {value} persons"),
    "outreach.amount": ("{method}（{per}）", "{method} (per {per})"),
    "outreach.method": ("怎么算", "Counted"),
    "outreach.method_2sfca": ("界限内一样算（2SFCA）", "all within alike (2SFCA)"),
    "outreach.method_e2sfca": ("近的算得多（E2SFCA）", "nearer ones more (E2SFCA)"),
    "outreach.area_none": ("一点也分不到", "nothing"),
    "outreach.area_low": ("不到全市平均的一半", "below half of the mean"),
    "outreach.area_below": ("平均的一半到平均", "half of the mean to the mean"),
    "outreach.area_above": ("平均到平均的两倍", "the mean to twice the mean"),
    "outreach.area_high": ("平均的两倍以上", "twice the mean and more"),
    "outreach.area_unknown": ("没有可算的村", "no village to count"),
    "outreach.lorenz": ("洛伦兹曲线", "Lorenz curve"),
    "outreach.lorenz_people": (
        "村或人口，从分到最少的算起（%）",
        "villages or people, least first (%)",
    ),
    "outreach.lorenz_access": ("分到的站点资源（%）", "their share of access (%)"),
    "outreach.lorenz_even": ("完全平均", "all alike"),
    "outreach.lorenz_now": ("现在", "now"),
    "outreach.worst": ("最远的一成在哪里", "Where the farthest tenth is"),
    "outreach.no_equity": (
        "没有站，没有可比的。",
        "Without a station there is nothing to compare.",
    ),
    "outreach.beyond": (
        "{count} 个村到不了任何一个站，没有算进平均。",
        "{count} villages reach no station at all and are not in the mean.",
    ),
    "outreach.villages_count": ("村（社区）数", "Villages"),
    # --- change ---------------------------------------------------------------------------
    "outreach.since": ("从哪一天起", "Since"),
    "outreach.change_sentence": (
        "从 {since} 到 {until}：新覆盖 {gained} 个乡镇（街道），失去覆盖 {lost} 个。",
        "From {since} to {until}: {gained} townships gained a station, {lost} lost their last.",
    ),
    "outreach.no_change": (
        "这段时间没有任何站点的增减。",
        "No station came or went in this time.",
    ),
    "outreach.quarters": ("逐季度", "By quarter"),
    "outreach.quarter": ("截至", "As of"),
    "outreach.covered": ("有站的乡镇（街道）", "Townships with a station"),
    "outreach.percent": ("覆盖率（%）", "Share (%)"),
    "outreach.records": ("因为哪些站", "Because of which stations"),
    "outreach.event": ("发生了什么", "Event"),
    "outreach.event_opened": ("开放", "opened"),
    "outreach.event_closed": ("停办", "closed"),
    "outreach.event_list": ("名录变更", "list changed"),
    "outreach.event_changed": ("变更", "changed"),
    "outreach.on": ("日期", "On"),
    "outreach.effect": ("增减", "Change"),
    "outreach.demo": ("演示", "Demonstration"),
    # --- the report ---------------------------------------------------------------------------
    "outreach.report_note": (
        "按公文格式写成：数字、地图、未覆盖的乡镇和村、附表。地图上没有审图号时标“草图·未经审核”。",
        "In official form: figures, maps, what is not covered, annexes. Maps without a review number "
        "are marked as drafts.",
    ),
    "outreach.report_place": ("给谁", "About"),
    "outreach.report_format": ("格式", "Format"),
    "outreach.report_make": ("写报告", "Write the report"),
    "outreach.report_ready": ("写好了。", "It is ready."),
    "outreach.report_download": ("下载 {file}", "Download {file}"),
    "outreach.report_since": ("与哪一天比较（可不填）", "Compared with (may be empty)"),
}
