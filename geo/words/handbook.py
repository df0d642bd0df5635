"""Words of what a class takes along on a study tour: handbook, letter, sheets, calendar, tracks."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # --- handbook ----------------------------------------------------------------
    "handbook.title": ("研学行程 {date} {place}", "Study tour {date} {place}"),
    "handbook.start": ("出发：{place}", "Start: {place}"),
    "handbook.end": ("返回：{place}", "End: {place}"),
    "handbook.precision": ("位置{precision}", "position: {precision}"),
    "handbook.to_ask": ("开放时间未知，待电话确认", "hours unknown, to be asked by telephone"),
    "handbook.straight": (
        "连线只表示先后次序，不是行车路线；坐标为 WGS 84，与登记的相同，精度见各点说明。",
        "Lines show the order, not the road; positions are WGS 84 as registered, see each one's precision.",
    ),
    "handbook.order_line": ("先后次序（示意）", "order of places (schematic)"),
    "handbook.code": ("行程链接二维码", "QR code of the tour's link"),
    "handbook.task_book": (
        "预约{place}",
        "book {place}",
    ),
    "handbook.task_ask_lead": (
        "致电{place}：问清团体要提前几天预约（须预约，提前天数未知），并预约",
        "call {place}: how long ahead to book (lead time unknown), and book",
    ),
    "handbook.task_ask_booking": (
        "致电{place}：问清是否需要预约",
        "call {place}: whether it must be booked",
    ),
    "handbook.task_ask_hours": (
        "致电{place}：确认当天的开放时间（未知）",
        "call {place}: hours of the day (unknown)",
    ),
    "handbook.task_file": (
        "向主管部门备案",
        "file with the authority",
    ),
    "handbook.task_letter": (
        "发出告家长书，收回执",
        "send the letter to parents",
    ),
    "handbook.task_insure": (
        "办好保险（意外险、校方责任险等，按当地要求）",
        "take out insurance as locally required",
    ),
    "handbook.yuan": (
        "{yuan} 元",
        "{yuan} yuan",
    ),
    "handbook.cost_ticket": (
        "门票：{place}",
        "ticket: {place}",
    ),
    "handbook.cost_transport": (
        "交通{place}",
        "transport{place}",
    ),
    "handbook.cost_meals": (
        "餐费{place}",
        "meals{place}",
    ),
    "handbook.cost_insurance": (
        "保险{place}",
        "insurance{place}",
    ),
    "handbook.cost_course": (
        "课程与材料{place}",
        "course and materials{place}",
    ),
    "handbook.groups": (
        "分 {count} 组轮流",
        "{count} groups in turn",
    ),
    "handbook.lunch_there": (
        "午餐 {span}",
        "lunch {span}",
    ),
    "handbook.demo": (
        "演示数据，虚构",
        "demonstration, invented",
    ),
    "handbook.margin": (
        "，已含位置不准的余量 {minutes} 分钟",
        ", {minutes} min of it for inexact positions",
    ),
    "handbook.leg_near": (
        "约 {minutes} 分钟，距离未知（两处位置都只是大致的）",
        "about {minutes} min, distance unknown (both positions are approximate)",
    ),
    "handbook.leg": (
        "约 {minutes} 分钟，{km} 公里",
        "about {minutes} min, {km} km",
    ),
    "handbook.lunch": (
        "午餐",
        "lunch",
    ),
    "handbook.on_the_way": (
        "途中，到达",
        "on the way, arrival",
    ),
    "handbook.map": (
        "路线示意图",
        "Map of the tour",
    ),
    "handbook.map_alt": (
        "路线示意图，依次为 {places}。",
        "Map of the tour: {places}.",
    ),
    "handbook.map_ends": (
        "起讫",
        "start/end",
    ),
    "handbook.sign_tour_end": (
        "起讫点",
        "start or end",
    ),
    "handbook.sign_tour_stop": (
        "站点（编号为次序）",
        "stop, by number",
    ),
    "handbook.sign_tour_about": (
        "位置为大致",
        "approximate position",
    ),
    "handbook.no_map": (
        "没有地图：系统里没有乡镇边界图层。",
        "No map: there is no layer of townships.",
    ),
    "handbook.about": (
        "基本信息",
        "About",
    ),
    "handbook.timetable": (
        "行程安排",
        "Timetable",
    ),
    "handbook.contacts": (
        "场馆联系与预约",
        "Venues and booking",
    ),
    "handbook.tasks": (
        "行前待办（按日期）",
        "What to do by when",
    ),
    "handbook.costs": (
        "每名学生的费用",
        "Cost for each pupil",
    ),
    "handbook.legs": (
        "逐段路程",
        "Ways",
    ),
    "handbook.stops": (
        "站点",
        "Stops",
    ),
    "handbook.links": (
        "导航链接",
        "Links to map apps",
    ),
    "handbook.numbers": (
        "紧急联系",
        "Emergency calls",
    ),
    "handbook.group_list": (
        "分组名单",
        "Group list",
    ),
    "handbook.packing": (
        "物品清单",
        "Packing list",
    ),
    "handbook.slip": (
        "回执",
        "Reply slip",
    ),
    "handbook.filing_blanks": (
        "备案填写",
        "To be filled in",
    ),
    "handbook.safety": (
        "安全",
        "Safety",
    ),
    "handbook.rules": (
        "规则与人数",
        "Rules",
    ),
    "handbook.head_field": (
        "项目",
        "Item",
    ),
    "handbook.head_content": (
        "内容",
        "Content",
    ),
    "handbook.head_time": (
        "时间",
        "Time",
    ),
    "handbook.head_what": (
        "安排",
        "What",
    ),
    "handbook.head_remark": (
        "备注",
        "Remark",
    ),
    "handbook.head_number": (
        "序号",
        "No.",
    ),
    "handbook.head_stop": (
        "站点",
        "Stop",
    ),
    "handbook.head_phone": (
        "电话",
        "Phone",
    ),
    "handbook.head_booking": (
        "需预约",
        "Booking",
    ),
    "handbook.head_book_by": (
        "最晚预约",
        "Book by",
    ),
    "handbook.head_hours": (
        "开放时间",
        "Hours",
    ),
    "handbook.head_coach": (
        "大巴可达",
        "Coach",
    ),
    "handbook.head_precision_head": (
        "位置精度",
        "Precision",
    ),
    "handbook.head_by": (
        "最晚日期",
        "By",
    ),
    "handbook.head_task": (
        "要做的事",
        "Task",
    ),
    "handbook.head_state": (
        "情况",
        "State",
    ),
    "handbook.head_done": (
        "完成",
        "Done",
    ),
    "handbook.late": (
        "已过期",
        "late",
    ),
    "handbook.head_item": (
        "费用项目",
        "Item",
    ),
    "handbook.head_per_pupil": (
        "每人",
        "Each",
    ),
    "handbook.head_from": (
        "出发地",
        "From",
    ),
    "handbook.head_to": (
        "目的地",
        "To",
    ),
    "handbook.head_way": (
        "路程（估算）",
        "Way (estimate)",
    ),
    "handbook.head_venue_id": (
        "编号",
        "id",
    ),
    "handbook.head_there": (
        "到达–离开",
        "There",
    ),
    "handbook.head_visit": (
        "参观",
        "Visit",
    ),
    "handbook.head_group_count": (
        "分组数",
        "Groups",
    ),
    "handbook.head_fee": (
        "学生票价（元）",
        "Fee (yuan)",
    ),
    "handbook.head_lon": (
        "经度（WGS 84）",
        "Longitude (WGS 84)",
    ),
    "handbook.head_lat": (
        "纬度（WGS 84）",
        "Latitude (WGS 84)",
    ),
    "handbook.head_amap": (
        "高德",
        "Amap",
    ),
    "handbook.head_baidu": (
        "百度",
        "Baidu",
    ),
    "handbook.head_tencent": (
        "腾讯",
        "Tencent",
    ),
    "handbook.head_school": (
        "学校",
        "School",
    ),
    "handbook.head_class": (
        "班级",
        "Class",
    ),
    "handbook.head_name": (
        "姓名",
        "Name",
    ),
    "handbook.head_day": (
        "日期",
        "Day",
    ),
    "handbook.head_on_road": (
        "出发–返回",
        "From–to",
    ),
    "handbook.head_pupils": (
        "学生人数",
        "Pupils",
    ),
    "handbook.head_staff": (
        "带队人数",
        "Staff",
    ),
    "handbook.head_transport": (
        "交通方式",
        "Transport",
    ),
    "handbook.mode_coach": (
        "包车（大巴）",
        "hired coach",
    ),
    "handbook.mode_bus": (
        "公交",
        "public bus",
    ),
    "handbook.mode_walk": (
        "步行",
        "on foot",
    ),
    "handbook.head_group": (
        "小组",
        "Group",
    ),
    "handbook.head_seat_head": (
        "座位",
        "Seat",
    ),
    "handbook.odd_fee": (
        "名录既记“免费”又记票价，请核实",
        "registered both as free and with a fee: check",
    ),
    "handbook.tickets_known": (
        "门票合计（已知的）",
        "Tickets known",
    ),
    "handbook.fees_unknown": (
        "另有 {count} 处票价未知，请先问清",
        "{count} fee(s) unknown: ask",
    ),
    "handbook.stop_title": (
        "第 {number} 站：{place}",
        "Stop {number}: {place}",
    ),
    "handbook.stop_when": (
        "参观时间 {span}",
        "Visit {span}",
    ),
    "handbook.intro": (
        "名录中的简介：{words}",
        "From the register: {words}",
    ),
    "handbook.subjects": (
        "主题：{words}",
        "Subjects: {words}",
    ),
    "handbook.prompts": (
        "研学任务",
        "Tasks",
    ),
    "handbook.prompt_before": (
        "出发前，我想弄明白的问题：",
        "Before: what I want to find out:",
    ),
    "handbook.prompt_best": (
        "我印象最深的一件展品或一个现象，写一写、画一画：",
        "What struck me most, in words or a drawing:",
    ),
    "handbook.prompt_after": (
        "回来后，我还想继续研究的问题：",
        "After: what I want to go on with:",
    ),
    "handbook.prompt_technology": (
        "选一件展品：它用到什么原理？我是怎么看出来的？",
        "One exhibit: which principle, and how can I tell?",
    ),
    "handbook.prompt_geology": (
        "观察一块岩石或一处地形：颜色、层次、形状，并画下来。",
        "A rock or landform: colour, layers, shape.",
    ),
    "handbook.prompt_ecology": (
        "记录一种植物或动物：样子、在哪里、和周围有什么关系。",
        "A plant or animal: looks, place, surroundings.",
    ),
    "handbook.prompt_weather": (
        "记下现场看到的一种观测仪器：量什么、怎么读。",
        "An instrument: what it measures, how it is read.",
    ),
    "handbook.prompt_earthquake": (
        "写出遇到地震时在教室和在户外各该怎么做。",
        "In an earthquake: what to do indoors and outdoors.",
    ),
    "handbook.prompt_water": (
        "水从哪里来，到哪里去？画出你看到的一段。",
        "Where water comes from and goes to: draw it.",
    ),
    "handbook.prompt_energy": (
        "这里的能量从什么变成什么？画一个箭头图。",
        "Which energy becomes which: draw arrows.",
    ),
    "handbook.prompt_manufacturing": (
        "记录一道工序：原料、步骤、成品。",
        "One process: material, steps, product.",
    ),
    "handbook.prompt_agriculture": (
        "记录一种作物或一项农活：季节、做法、用途。",
        "A crop or task: season, how, what for.",
    ),
    "handbook.prompt_health": (
        "学到的一条健康知识，准备怎样讲给家人听？",
        "One thing on health: how to tell the family?",
    ),
    "handbook.prompt_archaeology": (
        "选一件文物或遗迹：材料、用途、你判断的依据。",
        "One find: material, use, evidence.",
    ),
    "handbook.prompt_culture": (
        "记录一项传统技艺或习俗：谁在做、怎么做。",
        "A craft or custom: who does it and how.",
    ),
    "handbook.prompt_revolution": (
        "记录一个人物或一件事，以及你的感受。",
        "A person or event, and what you feel.",
    ),
    "handbook.hospital": (
        "就近医院",
        "Nearest hospital",
    ),
    "handbook.hospital_unknown": (
        "未知，出发前查明并填写：{blank}",
        "unknown, to be found out: {blank}",
    ),
    "handbook.call_ambulance": (
        "急救",
        "ambulance",
    ),
    "handbook.call_police": (
        "报警",
        "police",
    ),
    "handbook.call_fire": (
        "火警",
        "fire",
    ),
    "handbook.call_leader": (
        "带队负责人及电话",
        "leader, phone",
    ),
    "handbook.call_school": (
        "学校值班电话",
        "school, phone",
    ),
    "handbook.call_driver": (
        "司机及电话",
        "driver, phone",
    ),
    "handbook.safety_seat": (
        "上车坐好，系好安全带，行车中不离开座位。",
        "Sit down and fasten the belt.",
    ),
    "handbook.safety_together": (
        "听从带队老师安排，按小组行动，不单独离开；上下车和每站前后清点人数。",
        "Stay with the group; heads are counted.",
    ),
    "handbook.safety_road": (
        "过马路走人行横道，不在路边追逐。",
        "Cross at crossings; do not run beside roads.",
    ),
    "handbook.safety_water": (
        "不靠近水边、崖边和施工处，不攀爬。",
        "Keep from water, edges and building sites.",
    ),
    "handbook.safety_food": (
        "有过敏或慢性病的同学，出发前告诉老师；不吃来路不明的食物。",
        "Tell of allergies; eat nothing of unknown origin.",
    ),
    "handbook.safety_exhibits": (
        "遵守场馆规定，未经允许不触摸展品、设备和动植物。",
        "Keep the rules of each venue.",
    ),
    "handbook.safety_lost": (
        "走散时留在原地，打电话给带队老师或找工作人员、民警。",
        "If lost, stay and call the leader.",
    ),
    "handbook.safety_unwell": (
        "身体不舒服马上告诉老师；情况紧急拨打 120。",
        "If unwell tell a teacher; in need call 120.",
    ),
    "handbook.copy_list": (
        "本次共 {count} 名学生，下表 {lines} 行，请按班复印使用。",
        "{count} pupils; the list has {lines} lines: copy it for each class.",
    ),
    "handbook.pack_id": (
        "学生证或身份证件",
        "pupil's card",
    ),
    "handbook.pack_water": (
        "饮用水",
        "drinking water",
    ),
    "handbook.pack_clothes": (
        "合脚的鞋、适合天气的衣服",
        "fitting shoes and clothes",
    ),
    "handbook.pack_rain": (
        "雨具",
        "rainwear",
    ),
    "handbook.pack_medicine": (
        "自己要用的药（交老师知道）",
        "own medicine",
    ),
    "handbook.pack_pen": (
        "本手册、笔",
        "this handbook, a pen",
    ),
    "handbook.pack_lunch": (
        "午餐（如自带）",
        "lunch, if brought",
    ),
    "handbook.pack_phone": (
        "紧急联系人电话（写在手册上）",
        "emergency phone numbers",
    ),
    "handbook.no_stops": (
        "（没有站点）",
        "(no stops)",
    ),
    "handbook.letter_text": (
        "致家长",
        "To the parents",
    ),
    "handbook.letter_greeting": (
        "尊敬的家长：您好！",
        "Dear parents,",
    ),
    "handbook.letter_what": (
        "学校计划于{date}组织学生参加研学活动，前往{stops}，预计 {span} 往返（时间为估算）。",
        "On {date} the class visits {stops}, {span} (estimated).",
    ),
    "handbook.letter_fees": (
        "已知门票每人合计：{yuan}；另有 {unknown} 处票价未知。交通、餐费、保险等由学校核定后填写：＿＿＿＿元。",
        "Known tickets, each: {yuan}; {unknown} unknown. Other cost: ____ yuan.",
    ),
    "handbook.letter_reduced": (
        "家庭经济困难的学生可向学校申请减免，办法由学校填写：＿＿＿＿＿＿＿＿。",
        "Reductions can be asked for: ________.",
    ),
    "handbook.letter_insurance": (
        "活动期间的保险由学校填写：＿＿＿＿＿＿＿＿。",
        "Insurance: ________.",
    ),
    "handbook.letter_safety": (
        "紧急情况拨打 120、110、119；就近医院：{hospital}。",
        "Emergency 120, 110, 119; nearest hospital: {hospital}.",
    ),
    "handbook.letter_health": (
        "孩子如有过敏、慢性病或不宜参加的情况，请在回执中注明。",
        "Please tell of allergies and illnesses in the slip.",
    ),
    "handbook.letter_signed": (
        "学校（盖章）：{blank}　日期：{blank}",
        "School: {blank} date: {blank}",
    ),
    "handbook.slip_pupil": (
        "学生姓名、班级",
        "pupil, class",
    ),
    "handbook.slip_agree": (
        "是否同意参加（同意／不同意）",
        "agreed or not",
    ),
    "handbook.slip_health": (
        "健康情况与过敏",
        "health, allergies",
    ),
    "handbook.slip_phone": (
        "紧急联系人及电话",
        "emergency contact",
    ),
    "handbook.slip_sign": (
        "家长签字、日期",
        "signature, date",
    ),
    "handbook.by_default": (
        "（这是本程序的默认值，不是当地规定，以当地规定为准。）",
        " (The program's default; local rules hold.)",
    ),
    "handbook.rule_staff": (
        "学生 {pupils} 人，按每 {per} 名学生至少一名带队人员，需要 {needed} 人，现有 {staff} 人。",
        "{pupils} pupils, one of staff per {per}: {needed} needed, {staff} planned.",
    ),
    "handbook.rule_short": (
        "还差 {short} 人。",
        " {short} missing.",
    ),
    "handbook.rule_file": (
        "学生达到 {least} 人即须备案，最晚{date}。",
        "To be filed from {least} pupils, by {date}.",
    ),
    "handbook.rule_no_file": (
        "学生不到 {least} 人，按设置不必备案（若须备案，最晚{date}）；请核对当地规定。",
        "Below {least} pupils: no filing by the setting (else by {date}); check local rules.",
    ),
    "handbook.is_late": (
        "这个日期已过，请立即联系主管部门。",
        " That day is past: call the authority at once.",
    ),
    "handbook.rule_insurance": (
        "出发前办好保险，并带上保险凭证和联系电话。",
        "Take out insurance and carry its papers.",
    ),
    "handbook.filing_head": (
        "学校负责人",
        "head",
    ),
    "handbook.filing_leader": (
        "带队负责人及电话",
        "leader, phone",
    ),
    "handbook.filing_doctor": (
        "医务或急救人员",
        "first aider",
    ),
    "handbook.filing_company": (
        "承运单位",
        "coach company",
    ),
    "handbook.filing_plate": (
        "车牌号与司机",
        "plate, driver",
    ),
    "handbook.filing_insurer": (
        "保险单位与保单号",
        "insurer, policy",
    ),
    "handbook.filing_plan": (
        "安全预案（附件）",
        "safety plan (attached)",
    ),
    "handbook.filing_opinion": (
        "主管部门意见",
        "authority's decision",
    ),
    "handbook.reduced": (
        "家庭经济困难学生的减免（学校填写）：＿＿＿＿＿",
        "Reductions (filled in by the school): ________",
    ),
    "handbook.parallel": (
        "{place}约满时，同主题可替换的有：{others}（须另行核对时间）。",
        "If {place} is booked out: {others} (check the times).",
    ),
    "handbook.file_handbook": ("研学手册", "handbook"),
    "handbook.file_letter": ("告家长书", "letter"),
    "handbook.file_filing": ("备案表", "filing"),
    "handbook.file_staff": ("带队教师用表", "staff"),
    "handbook.file_tour": ("行程", "tour"),
    "handbook.file_link": ("链接二维码", "link"),
}
