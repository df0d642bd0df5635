"""Words of the report to the leadership."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # --- the whole ---------------------------------------------------------------
    "paper.city": ("泰安市", "Tai'an"),
    "paper.kind_city": ("全市", "city"),
    "paper.kind_county": ("县市区", "county"),
    "paper.kind_unit": ("填报单位", "unit"),
    "paper.title": (
        "{place}星火科普覆盖情况报告",
        "{place}: coverage by service stations and promoters",
    ),
    "paper.dated": ("（数据截至{date}）", "(data as of {date})"),
    "paper.scope_city": ("全市", "the city"),
    "paper.annex": ("附件", "Annex"),
    "paper.table": ("表", "Table "),
    "paper.picture": ("图", "Map "),
    "paper.total": ("合计", "Total"),
    "paper.number": ("序号", "No."),
    # --- notices -----------------------------------------------------------------
    "paper.demo": (
        "本报告含虚构的演示数据：{what}，只为展示功能，不代表实际进度，不得据以上报。",
        "This report contains invented demonstration data: {what}. It is no record of progress.",
    ),
    "paper.demo_stations": ("演示的服务站{count}个", "{count} demonstration stations"),
    "paper.demo_promoters": ("演示的宣传员{count}名", "{count} demonstration promoters"),
    "paper.schematic": (
        "图中乡镇（街道）范围是按驻地大致位置划分的示意，不是行政区域界线。",
        "Townships on the maps are a picture made from approximate seats, not boundaries.",
    ),
    "paper.draft_notice": (
        "图件未经地图审核，没有审图号，公开使用前须依法送审。",
        "The maps are not reviewed; they must be before they are published.",
    ),
    # --- overview ----------------------------------------------------------------
    "paper.overview": ("总体情况", "Overview"),
    "paper.scope_unit": (
        "本报告按填报单位统计，只含这一天由{place}填报的乡镇（街道）。",
        "By reporting unit: only the townships that report through {place} on that day.",
    ),
    "paper.scope_county": (
        "本报告按行政区划统计，含{place}区划内由功能区填报的乡镇（街道）。",
        "By the administrative list: also townships of {place} that report through a zone.",
    ),
    "paper.townships_sentence": (
        "截至{date}，{place}共有{total}个乡镇（街道），其中{covered}个有星火科普服务站，{uncovered}个还没有，覆盖率{percent}。"
        "计入统计的服务站共{stations}个。",
        "On {date} {covered} of {total} townships of {place} have a station ({percent}), "
        "{uncovered} have none; {stations} stations count.",
    ),
    "paper.villages_sentence": (
        "{place}共有{total}个村（社区），其中{covered}个有宣传员，{uncovered}个还没有，覆盖率{percent}。"
        "在任并服务上述村（社区）的宣传员共{promoters}名。",
        "{covered} of {total} villages of {place} have a promoter ({percent}), {uncovered} have "
        "none; {promoters} promoters serve them.",
    ),
    "paper.no_townships": (
        "这一天{place}没有乡镇（街道）。",
        "{place} has no townships on that day.",
    ),
    "paper.no_villages": ("名录里没有{place}的村（社区）。", "No villages of {place} are listed."),
    "paper.without_demo": (
        "不计演示数据时，有服务站的乡镇（街道）是{townships}个，有宣传员的村（社区）是{villages}个。",
        "Without demonstration rows: {townships} townships and {villages} villages.",
    ),
    "paper.overview_table": ("{place}覆盖情况", "Coverage of {place}"),
    "paper.measure": ("指标", "Measure"),
    "paper.measure_townships": ("乡镇（街道）服务站", "Townships with a station"),
    "paper.measure_villages": ("村（社区）宣传员", "Villages with a promoter"),
    "paper.measure_bare": ("{measure}（不计演示数据）", "{measure} (without demonstration)"),
    "paper.of_total": ("总数（个）", "Total"),
    "paper.of_covered": ("已覆盖（个）", "Covered"),
    "paper.of_uncovered": ("未覆盖（个）", "Not covered"),
    "paper.of_share": ("覆盖率", "Share"),
    # --- stations ----------------------------------------------------------------
    "paper.stations": ("乡镇（街道）服务站覆盖", "Stations by township"),
    "paper.by_unit": ("分填报单位情况", "By reporting unit"),
    "paper.by_unit_sentence": (
        "{units}个填报单位中，{full}个单位的乡镇（街道）已全部有服务站；未覆盖最多的是{most}（{count}个）。",
        "{full} of {units} units are complete; most are missing in {most} ({count}).",
    ),
    "paper.by_unit_full": (
        "{units}个填报单位的乡镇（街道）已全部有服务站。",
        "All {units} units are complete.",
    ),
    "paper.stations_by_unit": ("各填报单位服务站覆盖情况", "Stations by reporting unit"),
    "paper.unit": ("责任单位", "Responsible"),
    "paper.county": ("县市区", "County"),
    "paper.township": ("乡镇（街道）", "Township"),
    "paper.village": ("村（社区）", "Village"),
    "paper.stations_count": ("服务站（个）", "Stations"),
    "paper.uncovered_townships": ("还没有服务站的乡镇（街道）", "Townships without a station"),
    "paper.uncovered_townships_sentence": (
        "还没有服务站的乡镇（街道）共{count}个，由下列责任单位落实。",
        "{count} townships have no station; the units below are responsible.",
    ),
    "paper.all_townships_covered": (
        "{place}每个乡镇（街道）都有服务站。",
        "Every township of {place} has a station.",
    ),
    "paper.nearest": ("最近的服务站", "Nearest station"),
    "paper.nearest_demo": ("{name}（演示）", "{name} (demonstration)"),
    "paper.distance": ("直线距离（公里，约）", "Straight line (km, about)"),
    "paper.distance_note": (
        "注：距离从乡镇驻地的大致位置量起，只供比较；“—”表示没有可量的服务站或驻地位置不明。",
        "Distances start at the approximate seat; — where there is nothing to measure.",
    ),
    "paper.stations_map": ("乡镇（街道）服务站覆盖图", "Stations by township"),
    "paper.stations_alt": (
        "{place}地图：{covered}个乡镇（街道）有服务站，{uncovered}个没有；没有的名单见本节的表。",
        "Map of {place}: {covered} townships have a station, {uncovered} have none; see the table.",
    ),
    # --- promoters ---------------------------------------------------------------
    "paper.promoters": ("村（社区）宣传员覆盖", "Promoters by village"),
    "paper.promoters_by_unit": ("各填报单位宣传员覆盖情况", "Promoters by reporting unit"),
    "paper.promoters_none": (
        "全部{total}个村（社区）都有宣传员。",
        "All {total} villages have a promoter.",
    ),
    "paper.promoters_sentence": (
        "还没有宣传员的村（社区）共{count}个，分布在{townships}个乡镇（街道），名单见附件；其中未覆盖最多的乡镇（街道）是{most}（{most_count}个）。",
        "{count} villages in {townships} townships have no promoter (see the annex); most are in "
        "{most} ({most_count}).",
    ),
    "paper.promoters_privacy": (
        "本报告只有宣传员人数，不含姓名和电话。",
        "Promoters are counts here: no names and no phones.",
    ),
    "paper.promoters_map": ("村（社区）宣传员覆盖率图", "Share of villages with a promoter"),
    "paper.promoters_alt": (
        "{place}地图：各乡镇（街道）有宣传员的村（社区）所占比例，数字见附件。",
        "Map of {place}: share of villages with a promoter; figures in the annex.",
    ),
    # --- reach ---------------------------------------------------------------------
    "paper.reach": ("服务可达情况", "Reach"),
    "paper.reach_sentence": (
        "{place}{total}个村（社区）中，到最近的服务站不超过3公里的占{share3}，"
        "不超过5公里的占{share5}，不超过10公里的占{share10}。",
        "Of {total} villages of {place} {share3} are within 3 km of a "
        "station, {share5} within 5 km, {share10} within 10 km.",
    ),
    "paper.reach_people": (
        "按人口计，上述三项分别为{share3}、{share5}、{share10}（{basis}，{year}年；只有能对上人口的{count}个村（社区）计入，"
        "共{persons}人，其中{shared}个由所在乡镇（街道）的人口平均分摊）。",
        "By persons: {share3}, {share5}, {share10} ({basis}, {year}; the {count} villages with a "
        "number, {persons} persons, {shared} of them an equal share of their township's).",
    ),
    "paper.reach_halls": (
        "把科技馆一并计算，5公里以内的村（社区）占{share5}，3公里以内的占{share3}，10公里以内的占{share10}。",
        "With science halls {share5} of the villages are within 5 km, {share3} within 3 km, "
        "{share10} within 10 km.",
    ),
    "paper.reach_worst": (
        "离服务站、科技馆最远的十分之一村（社区），到最近的一处平均约{distance}公里。",
        "The worst tenth of the villages is about {distance} km away on average.",
    ),
    "paper.reach_gap": (
        "5公里以内的比例，{best}最高（{best_share}），{worst}最低（{worst_share}），相差{difference}个百分点。",
        "Within 5 km: {best} is best ({best_share}), {worst} worst ({worst_share}), {difference} "
        "points apart.",
    ),
    "paper.reach_gini": (
        "可及性（增强型两步移动搜寻法，服务站和科技馆{capacity}，10公里以内）的基尼系数为{gini}：0为处处相同，越接近1越不均。",
        "The Gini coefficient of accessibility (E2SFCA, 10 km, {capacity}) is {gini}.",
    ),
    "paper.reach_capacity_known": ("按登记的服务能力计", "by registered capacity"),
    "paper.reach_capacity_one": ("每处按一个计", "each counted as one"),
    "paper.reach_spread": (
        "其中{count}个村（社区）没有坐标，按示意位置计算（在所属乡镇（街道）范围内按固定规则散布），本节数字只供参考；导入坐标后自动替换。",
        "{count} villages have no position and are spread in their township by a rule: a picture "
        "only, replaced when positions are imported.",
    ),
    "paper.reach_unplaced": (
        "{count}个开放的服务站没有坐标，没有计入本节。",
        "{count} open stations have no position and are left out of this section.",
    ),
    "paper.reach_table": (
        "到最近服务站的距离（占村（社区）的比例）",
        "Share of villages by distance",
    ),
    "paper.reach_within": ("{value}公里以内", "Within {value} km"),
    "paper.reach_of_spread": ("其中示意位置（个）", "Of them spread"),
    "paper.reach_no_station": ("没有位置已知的开放服务站", "no open station has a position"),
    "paper.reach_no_village": ("没有村（社区）的位置", "no village has a position"),
    # --- change --------------------------------------------------------------------
    "paper.change": ("与上期相比", "Change"),
    "paper.change_since": ("与{since}相比：", "Since {since}: "),
    "paper.change_townships": ("有服务站的乡镇（街道）", "townships covered"),
    "paper.change_villages": ("有宣传员的村（社区）", "villages covered"),
    "paper.change_people": ("宣传员", "promoters"),
    "paper.change_moved": (
        "{what}由{before}{unit}变为{now}{unit}",
        "{what} {before} → {now}{unit}",
    ),
    "paper.change_still": ("{what}仍为{now}{unit}", "{what} still {now}{unit}"),
    "paper.of_places": ("个", " places"),
    "paper.of_people": ("名", " people"),
    "paper.change_same": (
        "与{since}相比，服务站和宣传员的覆盖没有变化。",
        "Nothing has changed since {since}.",
    ),
    "paper.change_list": (
        "比较期间名录有变动（{before}个乡镇（街道）变为{now}个，{villages_before}个村（社区）变为{villages_now}个），覆盖率的分母不同。",
        "The lists differ: {before} → {now} townships, {villages_before} → {villages_now} villages.",
    ),
    "paper.change_gained": (
        "新增覆盖的乡镇（街道）{count}个：{names}。",
        "{count} townships newly covered: {names}.",
    ),
    "paper.change_lost": (
        "不再覆盖的乡镇（街道）{count}个：{names}。",
        "{count} townships no longer covered: {names}.",
    ),
    "paper.change_table": (
        "期间开放、停止开放或因名录变动的服务站",
        "Stations that opened, closed or were recoded",
    ),
    "paper.change_station": ("服务站", "Station"),
    "paper.change_what": ("变化", "Change"),
    "paper.change_opened": ("开放", "opened"),
    "paper.change_closed": ("停止开放", "closed"),
    "paper.change_recoded": ("名录变动", "list changed"),
    "paper.change_day": ("日期", "Date"),
    "paper.change_note": (
        "注：日期为登记的开放、关闭日期；没有开放日期的按核实日期计。",
        "Dates of opening and closing as registered; the verification date where none is known.",
    ),
    # --- next sites ------------------------------------------------------------------
    "paper.sites": ("下一步选址建议", "Next sites"),
    "paper.sites_scenario": (
        "采用已保存的方案“{name}”的要求，按本报告的数据日期重新计算。",
        "By the stored scenario {name}, computed anew on the day of this report.",
    ),
    "paper.sites_rule": (
        "{candidates}，{within}算够得着，已有服务站不动；目标：{goal}。",
        "{candidates}; {within} counts as reached; stations stay. Goal: {goal}.",
    ),
    "paper.sites_from_villages": ("以村（社区）为候选", "Candidates are villages"),
    "paper.sites_from_hosts": (
        "以已导入的可以设站的场所为候选",
        "Candidates are the imported host buildings",
    ),
    "paper.sites_from_points": ("以图上画出的点为候选", "Candidates are drawn points"),
    "paper.sites_steady": (
        "换一换条件（更近或更远的距离{limits}次、换权重{weights}次、逐一关闭已有站点{closed}次）重算{runs}次，"
        "{count}处建议中有{always}处次次都在。",
        "Under {runs} other conditions ({limits} other radii, {weights} other weights, {closed} stations "
        "closed in turn) "
        "{always} of {count} sites stay every time.",
    ),
    "paper.sites_unsteady": (
        "最不稳的是{names}，只有{least}次仍在，定点以前宜再比较。",
        " Least steady: {names}, in {least} runs; compare again before deciding.",
    ),
    "paper.sites_runs_cut": (
        "（原定{planned}次，因时间所限没有算完。）",
        " ({planned} runs were planned; time ran out.)",
    ),
    "paper.sites_order": ("次序", "Order"),
    "paper.sites_where": ("建议位置", "Site"),
    "paper.sites_spread": ("（示意）", " (schematic)"),
    "paper.sites_gain": ("新够得着的村（个）", "Villages gained"),
    "paper.sites_opens": ("该乡镇首个", "First of its township"),
    "paper.sites_share": ("建成后累计", "Share then"),
    "paper.sites_stays": ("仍在的次数", "Runs it stays in"),
    "paper.sites_note": (
        "注：按次序逐个建设；“新够得着的村”是前面各站建成以后再增加的；“仍在的次数”是换条件重算时它仍被选中的次数。",
        "In this order; villages gained are after those before it; the last column counts the "
        "runs under other conditions in which it stays.",
    ),
    "paper.sites_map": ("下一步选址建议图", "Next sites"),
    "paper.sites_alt": (
        "{place}地图：{count}个建议站点的位置，编号与表中的次序相同。",
        "Map of {place}: {count} proposed sites, numbered as in the table.",
    ),
    "paper.sites_annex": (
        "建议站点的理由：新够得着的村（社区）",
        "Why these sites: villages newly reached",
    ),
    "paper.sites_other": ("换成最好的备选", "Runner-up"),
    "paper.sites_swap": ("{name}：少够得着{loss}", "{name}: {loss} fewer"),
    "paper.sites_no_other": ("没有备选", "none"),
    "paper.sites_other_note": (
        "注：备选是其余建议站点不变时，能代替它的最好的一处，以及换过去少够得着多少。",
        "The best site in its place with the rest of the plan as it is, and what the swap loses.",
    ),
    "paper.sites_villages": ("新够得着的村（社区）", "Villages newly reached"),
    "paper.sites_unasked": ("没有要求选址", "no sites were asked for"),
    "paper.sites_none": ("再建站点够不着更多的村（社区）", "more sites would reach nobody else"),
    "paper.sign_proposed": ("建议新建（编号为次序）", "proposed, numbered by order"),
    # --- quality -------------------------------------------------------------------
    "paper.quality": ("数据质量", "Quality of the data"),
    "paper.precision_sentence": (
        "计入统计的{count}个服务站中，{exact}个的位置精确到街巷或更细，{coarse}个只到村、乡镇或待核实。位置不影响覆盖统计，只影响距离和图上的点。",
        "Of {count} stations {exact} are placed to the street or better, {coarse} are not. The "
        "position does not decide coverage.",
    ),
    "paper.no_stations": ("{place}没有计入统计的服务站。", "No station of {place} counts."),
    "paper.precision_table": ("服务站位置精度", "Precision of positions"),
    "paper.precision": ("位置精度", "Precision"),
    "paper.of_demo": ("其中演示（个）", "Demonstration"),
    "paper.lost_sentence": (
        "另有{count}个开放的服务站没有计入：登记的乡镇（街道）这一天不在名录里，或已拆分，须按实际所在地重新登记。",
        "{count} open stations count nowhere: their township is not in the list on this day.",
    ),
    "paper.lost_table": ("没有计入的服务站", "Stations not counted"),
    "paper.lost_reason": ("原因", "Reason"),
    "paper.lost_registered": ("登记在", "Registered to"),
    "paper.lost_villages": (
        "另有{count}个村（社区）的宣传员没有计入：登记的村（社区）这一天不在名录里，或已拆分，须重新登记。",
        "Promoters of {count} villages count nowhere: the village is not in the list on this day.",
    ),
    "paper.nothing_lost": (
        "没有因登记不清而未计入的服务站和村（社区）。",
        "Nothing is left out for an unclear registration.",
    ),
    "paper.undrawn": (
        "边界里没有{names}，图上画不出来，表中照常统计。",
        "The layer lacks {names}: counted, not drawn.",
    ),
    # --- about the data --------------------------------------------------------------
    "paper.about": ("数据说明", "About the data"),
    "paper.about_source": (
        "本报告由“泰山星火科普云地图”生成，数据版本{revision}，生成日期{made}，数据截至{date}。",
        "Made by the Xinghuo Science Map, revision {revision}, on {made}; data as of {date}.",
    ),
    "paper.about_list": (
        "“全覆盖”的分母是国家统计局{year}年名录中这一天在用的乡镇（街道）和村（社区）。",
        "The denominator is the {year} list of the National Bureau of Statistics.",
    ),
    "paper.about_rules": (
        "至少有一个开放的、非流动的服务站登记在某乡镇（街道），该乡镇（街道）才算覆盖；至少有一名在任宣传员服务某村（社区），该村（社区）才算覆盖。看登记，不看落点。",
        "A township counts with an open, non-mobile station registered to it, a village with an "
        "active promoter. The register decides, not the point on the map.",
    ),
    "paper.about_layer": (
        "图中边界：{kind}；来源：{source}；审图号：{number}。",
        "Boundaries: {kind}; source: {source}; approval: {number}.",
    ),
    "paper.about_no_number": ("（　　　　　　　　）", "(               )"),
    "paper.about_projection": (
        "地图投影：CGCS2000 3度带高斯-克吕格，中央经线117°E（EPSG:4548）。距离按同一投影计算。",
        "Projection: CGCS2000 / 3-degree Gauss-Kruger CM 117E (EPSG:4548).",
    ),
    "paper.about_missing": (
        "本报告没有“{section}”一节：{reason}。",
        "No section {section}: {reason}.",
    ),
    # --- maps ------------------------------------------------------------------------
    "paper.map_layer": ("{kind}　审图号：{number}", "{kind}  approval: {number}"),
    "paper.map_source": ("边界来源：{source}", "Boundaries: {source}"),
    "paper.map_data": ("数据截至{date}　制图：泰山星火科普云地图", "Data as of {date}"),
    "paper.kilometres": ("公里", "km"),
    "paper.north": ("北", "N"),
    "paper.sign_demo": ("演示服务站（虚构）", "demonstration station"),
    "paper.sign_outside": ("不在本报告范围", "not in this report"),
    "paper.sign_unlisted": ("没有村（社区）", "no villages"),
    # --- annexes -----------------------------------------------------------------------
    "paper.annex_townships": ("各乡镇（街道）覆盖情况", "Coverage by township"),
    "paper.annex_villages": ("没有宣传员的村（社区）名单", "Villages without a promoter"),
    "paper.villages_total": ("村（社区）（个）", "Villages"),
    "paper.villages_covered": ("有宣传员（个）", "With a promoter"),
    "paper.villages_uncovered": ("没有宣传员（个）", "Without a promoter"),
    "paper.villages_names": ("名单", "Names"),
    "paper.village_code": ("村（社区）代码", "Village code"),
    # --- steps ---------------------------------------------------------------------------
    "paper.step_read": ("读取数据", "reading"),
    "paper.step_count": ("{place}：统计", "{place}: counting"),
    "paper.step_map": ("{place}：画图（{name}）", "{place}: drawing {name}"),
    "paper.step_write": ("{place}：写入{suffix}", "{place}: writing {suffix}"),
    "paper.step_done": ("完成", "done"),
    "paper.unit_without": (
        "{place}这一天没有乡镇（街道），没有报告",
        "{place} has no townships on that day and gets no report",
    ),
    "paper.failed": ("{place}：没有写成（{reason}）", "{place}: failed ({reason})"),
    "paper.about_workbook": ("报告", "Report"),
}
