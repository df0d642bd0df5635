"""Words of the page that says where the next stations go, and of the scenarios kept there."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # --- the answer ------------------------------------------------------------------
    "siting.sentence_capacity": (
        "再建 {add} 个站，一共服务得下 {served}（{share}），{proof}；{within}能到站的从 {before} 变为 {after}，"
        "新开 {opened} 个乡镇（街道）。",
        "With {add} more stations {served} can be served ({share}), {proof}; those who reach one "
        "{within} go from {before} to {after}, and {opened} townships get their first.",
    ),
    "siting.sentence_cover": (
        "再建 {add} 个站，{within}能到站的{what}从 {before} 升到 {after}，新开 {opened} 个乡镇（街道）；{proof}。",
        "With {add} more stations, the {what} that reach one {within} rise from {before} to {after}, "
        "and {opened} townships get their first; {proof}.",
    ),
    "siting.sentence_fewest": (
        "要让 {within}够得着的{what}都能到站，至少再建 {add} 个站：从 {before} 升到 {after}，"
        "新开 {opened} 个乡镇（街道）；{proof}。",
        "To reach all {what} that can be reached {within} takes {add} more stations: from {before} "
        "to {after}, and {opened} townships get their first; {proof}.",
    ),
    "siting.sentence_travel": (
        "再建 {add} 个站，到最近站点的平均{cost}从 {before} 降到 {after}，新开 {opened} 个乡镇（街道）；{proof}。",
        "With {add} more stations the mean {cost} to the nearest falls from {before} to {after}, "
        "and {opened} townships get their first; {proof}.",
    ),
    "siting.sentence_farthest": (
        "再建 {add} 个站，离站最远的村从 {before} 降到 {after}，新开 {opened} 个乡镇（街道）；{proof}。",
        "With {add} more stations the farthest village is {after} away instead of {before}, "
        "and {opened} townships get their first; {proof}.",
    ),
    "siting.none_added": (
        "不再建站时，{within}能到站的{what}是 {before}。",
        "Without another station, {before} of the {what} reach one {within}.",
    ),
    "siting.proven": ("这是可证明的最优", "this is proven to be the best"),
    "siting.not_proven": (
        "还没有证明是最优，离最优至多差 {gap}",
        "not proven: at most {gap} from the best",
    ),
    "siting.within_km": ("{value} 公里内", "within {value} km"),
    "siting.within_min": ("{mode} {value} 分钟内", "within {value} min by {mode}"),
    "siting.villages": ("村（社区）", "villages"),
    "siting.persons": ("人口", "people"),
    "siting.distance": ("路程", "distance"),
    "siting.time": ("时间", "time"),
    "siting.unknown_before": ("（现在没有站）", "(no station today)"),
    # --- the controls -----------------------------------------------------------------
    "siting.add": ("新建几个", "How many"),
    "siting.limit_km": ("多远算够得着（公里路程）", "Within reach (km by road)"),
    "siting.limit_min": ("多久算够得着（分钟）", "Within reach (min)"),
    "siting.goal": ("先顾什么", "What comes first"),
    "siting.goal_people": ("够得着的最多", "most reached"),
    "siting.goal_townships": ("先补空白乡镇", "townships first"),
    "siting.goal_both": ("两样兼顾", "both"),
    "siting.more": ("更多条件", "More conditions"),
    "siting.model": ("怎么算", "Model"),
    "siting.model_cover": ("够得着的最多（MCLP）", "Reach the most (MCLP)"),
    "siting.model_fewest": ("都够得着，站最少（LSCP）", "Reach all with the fewest (LSCP)"),
    "siting.model_travel": ("总路程最短（p-median）", "Least total travel (p-median)"),
    "siting.model_farthest": ("最远的最近（p-center）", "Least greatest travel (p-center)"),
    "siting.mode": ("怎么去", "How people travel"),
    "siting.mode_straight": ("按公里", "by km"),
    "siting.mode_walk": ("步行", "on foot"),
    "siting.mode_ebike": ("电动车", "e-bike"),
    "siting.mode_bus": ("公交", "bus"),
    "siting.mode_car": ("驾车", "car"),
    "siting.weight": ("按什么算", "Count"),
    "siting.weight_villages": ("村（社区）数", "villages"),
    "siting.weight_population": ("人口", "population"),
    "siting.candidates": ("从哪里选", "Candidates"),
    "siting.candidates_villages": ("各村（社区）", "villages"),
    "siting.candidates_hosts": ("导入的候选阵地", "imported host buildings"),
    "siting.candidates_points": ("只选我画的点", "only points I draw"),
    "siting.halls": ("科技馆也算", "Halls count too"),
    "siting.each": ("每个乡镇（街道）都要有站", "A station in every township"),
    "siting.capacity": ("每站最多服务（空为不限）", "Most that a station serves (empty: no limit)"),
    "siting.closed": ("假设这些站关了", "Suppose these stations are closed"),
    "siting.seed": ("示意分布的种子", "Seed of the spread"),
    "siting.seed_help": (
        "没有位置的村按种子散布在乡镇里；换一个种子，看结论变不变。",
        "Villages without a position are spread by this seed; change it to see what holds.",
    ),
    "siting.draw": ("点地图加候选点", "Tap the map to add a candidate"),
    "siting.draw_hint": (
        "在地图空白处点一下，就多一个候选点。",
        "Tap the map beside every sign; a candidate appears there.",
    ),
    "siting.drawn": ("自己画的点 {number}", "drawn point {number}"),
    "siting.undraw": ("去掉最后画的点", "Remove the last drawn point"),
    "siting.reset": ("恢复默认", "Back to the defaults"),
    # --- the map -----------------------------------------------------------------------
    "sign.site": ("建议新建（编号为建站顺序）", "proposed (number: order of building)"),
    "sign.reached": ("已够得着的村", "village reached already"),
    "sign.gained": ("新够得着的村", "village newly reached"),
    "sign.out": ("仍够不着的村", "village still out of reach"),
    "sign.first": ("只在甲方案", "only in plan A"),
    "sign.second": ("只在乙方案", "only in plan B"),
    "sign.both": ("两个方案都有", "in both plans"),
    "sign.drawn": ("画的候选点", "drawn candidate"),
    "siting.circle_note": (
        "圆是直线距离 {km} 公里，按系数约合 {road} 公里路程。",
        "Circles: {km} km in a straight line, about {road} km by road.",
    ),
    "siting.dots_note": (
        "按时间算时不画服务范围，只用点的颜色表示每个村够不够得着。",
        "By time no service area is drawn: the colour of each dot says whether that village reaches one.",
    ),
    # --- the list and the reasons ----------------------------------------------------------
    "siting.list": ("建议新建的站，按建站顺序", "Proposed stations, in order of building"),
    "siting.site_line": (
        "{county} {township}　新够得着 {gain}，累计 {share}",
        "{county}, {township}: {gain} newly reached, {share} in all",
    ),
    "siting.opens": ("补上空白乡镇", "first of its township"),
    "siting.required": ("指定必选", "required"),
    "siting.spread_mark": ("位置示意", "position for illustration"),
    "siting.reason_gains": (
        "建在这里，新够得着 {villages} 个村（社区）{persons}。",
        "Here, {villages} more villages reach a station{persons}.",
    ),
    "siting.reason_persons": ("、{count} 人", ", {count} people"),
    "siting.reason_opens": (
        "它是{township}的第一个站。",
        "It is the first station of {township}.",
    ),
    "siting.reason_host": ("依托：{host}。", "Host: {host}."),
    "siting.reason_alone": (
        "其中 {count} 个村只有它够得着，去掉它就够不着了。",
        "{count} of the villages are reached by it alone.",
    ),
    "siting.reason_runner_up": (
        "次选是{name}：换成它，少够得着 {loss}。",
        "The runner-up is {name}: with it, {loss} fewer are reached.",
    ),
    "siting.reason_runner_served": (
        "次选是{name}：换成它，少服务 {loss}。",
        "The runner-up is {name}: with it, {loss} fewer are served.",
    ),
    "siting.reason_runner_equal": (
        "次选是{name}：换成它一样好。",
        "The runner-up is {name}: it is as good.",
    ),
    "siting.reason_no_runner_up": (
        "没有别的候选点能代替它。",
        "No other candidate could stand in for it.",
    ),
    "siting.reason_stable": (
        "换条件重算 {runs} 次（见“稳不稳”），{times} 次仍选它。",
        "In {times} of {runs} runs under other conditions (see stability) it stays.",
    ),
    "siting.reason_villages": ("新够得着的村（社区）", "Villages newly reached"),
    "siting.unit_villages": ("{count} 个村", "{count} villages"),
    "siting.unit_persons": ("{count} 人", "{count} people"),
    "siting.require": ("必须选它", "Require it"),
    "siting.forbid": ("不要选它", "Forbid it"),
    "siting.free": ("不再指定", "No condition"),
    "siting.close": ("收起", "Close"),
    "siting.fixed": ("已指定", "Conditions set"),
    "siting.fixed_required": ("必选", "required"),
    "siting.fixed_forbidden": ("禁选", "forbidden"),
    # --- what is looked at below -----------------------------------------------------------------
    "siting.look": ("再看", "Look at"),
    "siting.look_curve": ("建几个合适", "How many"),
    "siting.look_frontier": ("人和乡镇的取舍", "People or townships"),
    "siting.look_stability": ("稳不稳", "Stability"),
    "siting.look_scenarios": ("方案", "Scenarios"),
    "siting.look_downloads": ("清单和下载", "Table and downloads"),
    "siting.curve_sentence": (
        "一个一个建：第 1 个多够得着 {first}，第 {last} 个只多 {least}。",
        "One by one: the first adds {first}, number {last} only {least}.",
    ),
    "siting.curve_stations": ("新建站数", "stations added"),
    "siting.curve_share": ("够得着的比例（%）", "share reached (%)"),
    "siting.curve_gain": ("比少一个多", "more than with one fewer"),
    "siting.curve_proven": ("可证明最优", "proven"),
    "siting.frontier_sentence": (
        "只顾人时够得着 {people}、新开 {few} 个乡镇；多开到 {many} 个乡镇，够得着的是 {fewer}。",
        "For people alone {people} are reached and {few} townships opened; with {many} opened, "
        "{fewer} are reached.",
    ),
    "siting.frontier_one": (
        "不用取舍：够得着的最多（{people}）的方案，新开的乡镇也最多（{few} 个）。",
        "Nothing to trade: the plan that reaches most ({people}) opens most townships too ({few}).",
    ),
    "siting.frontier_townships": ("新开乡镇", "townships opened"),
    "siting.frontier_reached": ("够得着的比例（%）", "share reached (%)"),
    "siting.stability_sentence": (
        "共重算 {runs} 次：换距离 {limits} 次、换权重 {weights} 次、关掉一个已有的站 {closed} 次；"
        "{always} 个站每次都在。",
        "{runs} runs: {limits} with another distance, {weights} with another weight, {closed} with "
        "a station closed; {always} sites are in all.",
    ),
    "siting.stability_no_population": (
        "没有导入人口，所以没有换权重（按人口）再算。",
        "No population is loaded, so that no run counts people instead of villages.",
    ),
    "siting.stability_part": (
        "{total} 个村里只有 {known} 个有人口数，所以没有换权重（按人口）再算；补齐人口后会自动加上。",
        "Only {known} of {total} villages have a population, so that no run counts people; once all "
        "have one, it is made.",
    ),
    "siting.look_reach_alone": (
        "这里只看够不够得着，不看每站最多服务多少。",
        "Here reach alone counts, not the capacity of a station.",
    ),
    "siting.stability_aim": (
        "稳不稳看的是“够得着的”还是不是最多。这个方案求的是别的（路程，或每站最多服务多少），所以不算。",
        "Stability is about who is reached. This plan aims at something else (travel, or a capacity "
        "per station), so that it is not computed.",
    ),
    "siting.stability_times": ("入选次数", "times chosen"),
    "siting.run": ("算一下", "Compute"),
    "siting.run_note": ("大约要几秒到一分钟。", "Takes seconds to a minute."),
    "siting.running": (
        "正在算：已有的最好方案是 {best}，上限 {bound}，差 {gap}。",
        "Computing: best so far {best}, bound {bound}, gap {gap}.",
    ),
    "siting.starting": ("正在算……", "Computing …"),
    "siting.queued": ("前面还有别人在算，请稍等。", "Others are being served; please wait."),
    "siting.stop": ("停下，用已有的最好方案", "Stop and use the best so far"),
    "siting.stopped": (
        "没有算完就停下了：这是已有的最好方案，离最优至多差 {gap}。",
        "Stopped before the end: the best so far, at most {gap} below the best.",
    ),
    # --- notices -------------------------------------------------------------------------------------
    "siting.notice_demo_standing": (
        "已有的站里有 {count} 个是演示站点，是虚构的：下面的数字和选址只作演示。",
        "{count} of the stations that stand are demonstration rows, invented: figures and sites below "
        "are a demonstration.",
    ),
    "siting.notice_demo_hosts": (
        "选中的候选阵地里有 {count} 个是演示数据，是虚构的。",
        "{count} of the chosen host buildings are demonstration rows, invented.",
    ),
    "siting.notice_demo_population": (
        "{count} 个村的人口是演示数据，是虚构的。",
        "The population of {count} villages is a demonstration, invented.",
    ),
    "siting.notice_spread": (
        "示意：{total} 个村（社区）里有 {count} 个没有位置，按规则散布在本乡镇里。结论只能看到“哪个乡镇、大致哪一片”，"
        "导入村的位置后会自动改用真实位置。",
        "For illustration: {count} of {total} villages have no position and are spread inside their "
        "township by a rule. Read the answer as “which township, roughly where”; imported positions "
        "take their place.",
    ),
    "siting.notice_no_population": (
        "{townships} 个乡镇（街道）的 {count} 个村没有人口数，按 0 计算。",
        "{count} villages in {townships} townships have no population and count as 0.",
    ),
    "siting.notice_thinned": (
        "这种算法要比较每一对地点，每个乡镇（街道）只取 {count} 个分得开的村作候选；“最优”是对这些候选说的。",
        "This model compares every pair of places: {count} villages apart from each other stand for "
        "each township, and “best” is among these.",
    ),
    "siting.notice_both": (
        "两样兼顾：够得着的比例加上有站乡镇的比例，两者之和最大。",
        "Both: the sum of two shares is greatest, that of those reached and that of townships with a "
        "station.",
    ),
    "siting.notice_capacity_villages": (
        "每站最多服务 {capacity} 个村：{total} 个村里服务得下 {served} 个。登记的可服务人数不能换算成村数，"
        "{assumed} 个已有的站也按这个数算。“够得着”只看远近，不看服务得下与否。",
        "At most {capacity} villages per station: {served} of {total} can be served. Registered "
        "capacities are in persons, so the {assumed} standing ones count the same. “Reached” is about "
        "distance alone.",
    ),
    "siting.notice_capacity_population": (
        "每站最多服务 {capacity} 人：{total} 人里服务得下 {served} 人。已有的站里 {known} 个按登记的可服务人数算，"
        "其余 {assumed} 个没有登记，按这个数算。“够得着”只看远近，不看服务得下与否。",
        "At most {capacity} people per station: {served} of {total} can be served. {known} standing "
        "ones count by their registered capacity, the other {assumed} the same as new ones. “Reached” "
        "is about distance alone.",
    ),
    "siting.reason_used": (
        "分给它 {served}，用了服务能力的 {share}。",
        "It serves {served}, {share} of what it can.",
    ),
    "siting.notice_villages_unplaced": (
        "{count} 个村（社区）没有位置，算作够不着。",
        "{count} villages have no position and count as out of reach.",
    ),
    "siting.notice_venues_unplaced": (
        "{count} 个已有的站没有位置：算作已开的乡镇，但不知道谁够得着。",
        "{count} stations have no position: their township counts as served, nobody as reached.",
    ),
    "siting.notice_candidates_unplaced": (
        "{count} 个候选点没有位置，没有参加选址。",
        "{count} candidates have no position and were left out.",
    ),
    # --- scenarios ----------------------------------------------------------------------------------
    "scenario.choose": ("打开方案", "Open a scenario"),
    "scenario.none": ("还没有保存的方案。", "No scenario is kept yet."),
    "scenario.sign_in": (
        "登录后可以保存方案；不登录也可以用当前网址把条件发给别人。",
        "Sign in to keep scenarios; the address of this page shares the conditions without.",
    ),
    "scenario.name": ("方案名", "Name"),
    "scenario.save": ("存为新方案", "Save as new"),
    "scenario.overwrite": ("保存到“{name}”", "Save into “{name}”"),
    "scenario.rename": ("改名", "Rename"),
    "scenario.delete": ("删除", "Delete"),
    "scenario.delete_sure": ("确定删除“{name}”", "Delete “{name}” for good"),
    "scenario.saved": ("已保存：{name}。", "Saved: {name}."),
    "scenario.deleted": ("已删除：{name}。", "Deleted: {name}."),
    "scenario.opened": (
        "方案“{name}”，保存于 {date}，按第 {revision} 版数据计算。",
        "Scenario “{name}”, kept on {date}, computed on revision {revision}.",
    ),
    "scenario.opened_by": (
        "方案“{name}”，{owner} 保存于 {date}，按第 {revision} 版数据计算。",
        "Scenario “{name}”, kept by {owner} on {date}, computed on revision {revision}.",
    ),
    "scenario.older": (
        "数据后来有改动，下面是按现在的数据重新算的。",
        "The data have changed since; below is computed anew.",
    ),
    "scenario.edited": ("条件已改动，还没有保存。", "The conditions differ from those kept."),
    "scenario.compare": ("与哪个方案比较", "Compare with"),
    "scenario.compare_sentence": (
        "甲是现在的方案，乙是“{name}”：{both} 个站相同，只在甲 {first} 个，只在乙 {second} 个。",
        "A is the current plan, B is “{name}”: {both} sites in both, {first} only in A, {second} only "
        "in B.",
    ),
    "scenario.where": ("在哪个方案", "In"),
    "scenario.first_place": ("甲的顺序", "order in A"),
    "scenario.second_place": ("乙的顺序", "order in B"),
    "scenario.figure": ("数字", "Figure"),
    "scenario.first": ("甲（现在）", "A (current)"),
    "scenario.second": ("乙", "B"),
    "scenario.added": ("新建站数", "stations added"),
    "scenario.share_after": ("够得着的比例", "share reached"),
    "scenario.after": ("够得着", "reached"),
    "scenario.villages_after": ("够得着的村（社区）", "villages reached"),
    "scenario.townships_after": ("有站的乡镇（街道）", "townships with a station"),
    # --- exports ---------------------------------------------------------------------------------------
    "siting.export": ("选址建议", "Proposed sites"),
    "siting.download_gpkg": ("下载 GeoPackage", "Download GeoPackage"),
    "siting.download_json": ("下载条件（JSON）", "Download the request (JSON)"),
    "siting.place": ("顺序", "Order"),
    "siting.name": ("地点", "Site"),
    "siting.kind": ("候选类型", "Kind"),
    "siting.kind_village": ("村（社区）", "village"),
    "siting.kind_host": ("候选阵地", "host building"),
    "siting.kind_point": ("画的点", "drawn point"),
    "siting.site_id": ("编号", "Id"),
    "siting.gain": ("新够得着", "Newly reached"),
    "siting.gain_villages": ("新够得着的村（社区）", "Villages newly reached"),
    "siting.share": ("累计比例（%）", "Share in all (%)"),
    "siting.lon": ("经度", "Longitude"),
    "siting.lat": ("纬度", "Latitude"),
    "siting.precision": ("位置精度", "Precision"),
}  # fmt: skip
