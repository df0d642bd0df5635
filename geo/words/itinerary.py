"""Words of a planned tour: its sentence, timetable, reasons, changes, and where an order breaks."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # --- the answer as a sentence ---------------------------------------------------
    "tour.headline": (
        "{departs} 出发，去 {count} 处，{returns} 回到{end}",
        "Leave at {departs}, see {count} places, back at {end} by {returns}",
    ),
    "tour.proven": ("；这是可证明的最好安排。", "; this is proven to be the best day."),
    "tour.look_by_hand": ("；次序由人排定。", "; the order was set by hand."),
    "tour.look_other": (
        "；与第一种明显不同的安排。",
        "; clearly different from the first.",
    ),
    "tour.look_rain": ("；不去室外的安排。", "; nothing outdoors."),
    "tour.look_part": ("。", "."),
    "tour.unproven": (
        "；还不能证明没有更好的安排。",
        "; that there is no better day is not proven.",
    ),
    "tour.nothing": (
        "按这些条件，这一天没有能去的地方；下面逐一说明原因。",
        "On these conditions there is nowhere to go that day; the reasons are below.",
    ),
    "tour.impossible": (
        "必去的地方这一天排不下。下面任何一项改动都能排下。",
        "No day holds all must-sees. Any one of the changes below makes one.",
    ),
    "tour.impossible_at_all": (
        "必去的地方这一天排不下，改动任何一项也不行。请减少必去的地方，或分两天去。",
        "No day holds all must-sees, whatever single thing is changed. Ask for fewer, or for two days.",
    ),
    # --- several days or coaches ----------------------------------------------------
    "trip.headline": (
        "{days} 天、{coaches} 辆车，共去 {count} 处；每辆车每处只去一次",
        "{days} day(s), {coaches} coach(es), {count} places in all, each once for a coach",
    ),
    "trip.proven": (
        "；得 {value} 分，已到上限，这是可证明的最好安排。",
        "; worth {value}, which nothing can exceed: proven best.",
    ),
    "trip.unproven": (
        "；得 {value} 分，未证明最优：最多不会超过 {bound} 分。",
        "; worth {value}, not proven best: none can exceed {bound}.",
    ),
    "trip.impossible": (
        "{days} 天、{coaches} 辆车没能把必去的地方都排进去。",
        "No way was found to see all must-sees on {days} day(s) with {coaches} coach(es). ",
    ),
    "trip.changes": (
        "下面任何一项改动都能排下，已实际试排。",
        "Any one of the changes below makes it work: each was really planned.",
    ),
    "trip.never": (
        "只改一项也没能排下，加到五天也不行。请减少必去的地方，或同时放宽几项条件。",
        "No single change was found that helps, nor five days. Ask for fewer places, or change several conditions.",
    ),
    "trip.reason_closed": ("这几天都不开放", "closed on all these days"),
    "trip.reason_on": ("{days}{reason}", "{days}: {reason}"),
    "trip.change_on": ("{day}：{change}", "{day}: {change}"),
    "trip.change_more_days": ("增加到 {amount} 天即可", "Make it {amount} days"),
    "trip.change_more_coaches": ("分乘 {amount} 辆车即可", "Go in {amount} coaches"),
    "trip.change_other_day": ("改在 {amount} 出发即可", "Set out on {amount} instead"),
    "trip.change_other_day_unchecked": (
        "改在 {amount} 出发即可（那一年的放假和调休安排还没有收录，请向场馆核实）",
        "Set out on {amount} instead (that year's holidays are not recorded yet: ask the venues)",
    ),
    "trip.missing_note": (
        "每项改动单独一项就够，已排的地方都留着。写明日期的，只把它加进那一天，那天同一种改动再小就不够；增加天数、车辆的，已实际重排核对。几天、几辆车合起来是否另有排法，没有逐一证明。",
        "Any one change is enough, and all places planned stay. With a date, the place comes into that day alone, and less of the same kind is not enough there; more days or coaches were really planned anew. Whether all days and coaches could be shared out otherwise is not proven.",
    ),
    "trip.room_unknown": (
        "{count} 处没有登记一次能接待多少人，几辆车会同时到；去之前请问清楚。",
        "{count} place(s) do not say how many they take at a time, and coaches may meet there: ask first.",
    ),
    "trip.coach": ("{numbers} 号车", "coach {numbers}"),
    # --- notices --------------------------------------------------------------------
    "tour.no_calendar": (
        "{year} 年的放假和调休安排还没有收录，开放时间只按星期推算，请向场馆核实。",
        "The holidays of {year} are not recorded yet; hours follow the weekday alone. Ask the venues.",
    ),
    "tour.margins": (
        "有的位置只精确到乡镇或村，路上时间已按可能的误差留了余量。",
        "Some positions are known to the township or village only; travel times allow for that.",
    ),
    "tour.ask_hours": (
        "{count} 处的开放时间不详，须先打电话确认。",
        "The hours of {count} place(s) are unknown: telephone first.",
    ),
    "tour.unknown_fees": (
        "{count} 处的费用不详，没有算进预算。",
        "The fees of {count} place(s) are unknown and not counted.",
    ),
    "tour.unverified": (
        "{count} 处的登记信息还没有核实。",
        "The entries of {count} place(s) are not verified yet.",
    ),
    "tour.left_aside": (
        "另有 {count} 处也合适，但较远或不太对题，这次没有比较；想去可以点名。",
        "{count} more place(s) would suit but are farther or fit less; name one to have it looked at.",
    ),
    "tour.not_proven": (
        "地方太多，没有比较所有组合：这一安排得 {value} 分，最多不会超过 {bound} 分。",
        "Too many places to compare every set: this day is worth {value}, none can exceed {bound}.",
    ),
    "tour.demo": (
        "{count} 处是演示数据，并不存在。",
        "{count} place(s) are demonstration rows and do not exist.",
    ),
    # --- timetable ------------------------------------------------------------------
    "tour.departs": ("从{place}出发", "Leave {place}"),
    "tour.returns": ("回到{place}", "Back at {place}"),
    "tour.visit": ("参观 {place}", "Visit {place}"),
    "tour.way": ("路上约 {minutes} 分钟", "about {minutes} min on the way"),
    "tour.way_margin": (
        "路上约 {minutes} 分钟（含余量 {margin} 分钟）",
        "about {minutes} min on the way, {margin} of them since positions are not exact",
    ),
    "tour.lunch": ("午餐", "Lunch"),
    "tour.lunch_picnic": ("自带午餐", "packed lunch"),
    "tour.lunch_fed": ("馆方可供团餐，请预订", "meals for groups: order ahead"),
    "tour.lunch_first": ("午餐后出发", "before setting out"),
    "tour.lunch_back": ("回来后用餐", "after coming back"),
    "tour.groups": ("分 {groups} 组轮流参观", "{groups} groups in turn"),
    "tour.ask_by": ("待电话确认，{day}前", "telephone by {day}"),
    "tour.ask_phone": ("电话 {phone}", "phone {phone}"),
    "tour.ask_no_phone": ("登记里没有电话", "no phone in the register"),
    "tour.book_by": ("{day}前预约", "book by {day}"),
    "tour.fee": ("每人 {fee} 元", "{fee} yuan each"),
    "tour.free": ("免费", "free"),
    "tour.fee_unknown": ("费用不详", "fee unknown"),
    "tour.demo_row": ("演示数据", "demonstration row"),
    # --- why a place was left out -----------------------------------------------------
    "tour.reason_closed": ("这一天不开放", "closed that day"),
    "tour.reason_unknown_hours": ("开放时间不详", "its hours are unknown"),
    "tour.reason_group_too_large": ("一次接待不了这么多人", "the group is too large for it"),
    "tour.reason_booking_passed": ("提前预约的期限已过", "it is too late to book"),
    "tour.reason_outdoors": ("不在室内，或不知道是否在室内", "not indoors, or not known to be"),
    "tour.reason_no_position": ("不知道在哪里", "where it is, is not known"),
    "tour.reason_not_open": ("还没有开放，或已经关闭", "not open yet, or closed for good"),
    "tour.reason_stay_too_long": ("开放的时间不够一次参观", "a visit is longer than its opening"),
    "tour.reason_too_far": ("太远，一天来不及", "too far for a day"),
    "tour.reason_too_dear": ("超出预算", "beyond the budget"),
    "tour.reason_too_far_on_foot": ("步行太远", "too far on foot"),
    "tour.reason_no_lunch": ("加上它就没有时间或地方午餐", "with it there is no lunch"),
    "tour.reason_no_time": ("加上它时间不够", "there is no time for it besides"),
    "tour.left_out_line": ("{place}：{reason}。", "{place}: {reason}."),
    "tour.no_change": ("只改一项还去不了。", "No single change brings it in."),
    # --- what would bring it in ---------------------------------------------------------
    "tour.change_shorter_stay": (
        "在那里少停留 {amount} 分钟即可",
        "Stay {amount} min less there",
    ),
    "tour.change_later_return": ("晚 {amount} 分钟回来即可", "Come back {amount} min later"),
    "tour.change_earlier_start": ("提前 {amount} 分钟出发即可", "Leave {amount} min earlier"),
    "tour.change_split": ("分 {amount} 组轮流参观即可", "Divide the class into {amount} groups"),
    "tour.change_picnic": ("自带午餐即可", "Take a packed lunch"),
    "tour.change_more_walking": ("多步行 {amount} 米即可", "Walk {amount} m more"),
    "tour.change_more_money": ("每人预算多 {amount} 元即可", "Spend {amount} yuan more each"),
    "tour.change_ask_hours": (
        "允许先打电话确认开放时间即可",
        "Allow places whose hours must be asked for",
    ),
    "tour.change_indoors_or_not": ("不限于室内即可", "Allow places outdoors"),
    "tour.change_other_day": ("改在 {amount} 即可", "Go on {amount} instead"),
    "tour.change_other_day_unchecked": (
        "改在 {amount} 即可（那一年的放假和调休安排还没有收录，请向场馆核实）",
        "Go on {amount} instead (that year's holidays are not recorded yet: ask the venues)",
    ),
    "tour.change_drop": ("不把{amount}列为必去即可", "Do not insist on {amount}"),
    # --- where an order set by hand breaks ----------------------------------------------
    "tour.break_closed": (
        "{at} 到{place}时已不能参观，请调整次序或缩短停留。",
        "{place} cannot be visited on arriving at {at}: change the order or shorten a stay.",
    ),
    "tour.break_shut": (
        "{place}{reason}，请去掉它，或改日期、改条件。",
        "{place}: {reason}. Drop it, or change the day or the conditions.",
    ),
    "tour.break_full": (
        "{at} 到{place}时别的车正在那里，接待不下，请调整次序，或让几辆车错开。",
        "{place} is full on arriving at {at}: another coach is there. Change the order of one.",
    ),
    "tour.break_late": (
        "这样 {at} 才回来，晚了 {over} 分钟。请去掉一处、缩短停留或推迟返回。",
        "Back at {at}, {over} min late: drop a stop, shorten a stay or return later.",
    ),
    "tour.break_no_lunch": (
        "这样没有地方或时间吃午餐。请自带午餐、调整次序或缩短停留。",
        "There is no place or time for lunch: pack it, change the order or shorten a stay.",
    ),
    "tour.break_too_dear": (
        "这样每人要 {at} 元，超出预算 {over} 元。请去掉一处或提高预算。",
        "That is {at} yuan each, {over} over the budget: drop a stop or raise it.",
    ),
    "tour.break_too_far_on_foot": (
        "这样要步行 {at} 米，超出 {over} 米。请去掉一处或放宽步行距离。",
        "That is {at} m on foot, {over} too many: drop a stop or allow more.",
    ),
    "tour.break_no_way": (
        "没有路到{place}。请去掉它或换一种交通方式。",
        "There is no way to {place}: drop it or travel differently.",
    ),
}
