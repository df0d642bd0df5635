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
    "handbook.file_handbook": ("研学手册", "handbook"),
    "handbook.file_letter": ("告家长书", "letter"),
    "handbook.file_filing": ("备案表", "filing"),
    "handbook.file_staff": ("带队教师用表", "staff"),
    "handbook.file_tour": ("行程", "tour"),
    "handbook.file_link": ("链接二维码", "link"),
}
