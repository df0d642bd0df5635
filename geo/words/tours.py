"""Words of the study tours."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # --- tours -------------------------------------------------------------------
    "tours.choose": ("选一条路线", "Choose a tour"),
    "tours.sentence": (
        "收录 {count} 条路线，都来自公开报道或资料；出发前请逐站核实开放时间。",
        "{count} tours from public reports; check each stop's hours before you go.",
    ),
    "tours.stops": ("行程", "Timetable"),
    "tours.number": ("次序", "No."),
    "tours.day": ("第几天", "Day"),
    "tours.stop": ("站点", "Stop"),
    "tours.stay": ("停留（分钟）", "Stay (min)"),
    "tours.hours": ("开放时间", "Hours"),
    "tours.place": ("乡镇（街道）", "Township"),
    "tours.unlisted": ("不在册", "not in the register"),
    "tours.unplaced": (
        "{count} 站位置待核实，没有画在图上。",
        "{count} stops have no verified position and are not drawn.",
    ),
    "tours.line_note": (
        "连线只表示先后次序，不是行车路线。",
        "Lines show the order of stops, not the road.",
    ),
    "tours.duration": ("时长", "Duration"),
    "tours.held": ("举办时间", "Held"),
    "tours.organiser": ("组织单位", "Organiser"),
    "tours.status": ("性质", "Kind"),
    "tours.time": ("到达时间", "Arrival"),
    "tours.time_unknown": ("来源未载", "not stated"),
    "tours.empty": ("还没有收录路线。", "No tours are recorded yet."),
}
