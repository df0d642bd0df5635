"""Words on the map and in its legend."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # --- the map itself; see maps.WORD_KEYS ----------------------------------------
    "map.map_label": (
        "地图；旁边或下方的列表有同样的内容；到了标记上，方向键走到下一个",
        "Map; the list beside or below it holds the same content; arrow keys go from sign to sign",
    ),
    "map.zoom_in": ("放大", "Zoom in"),
    "map.zoom_out": ("缩小", "Zoom out"),
    "map.whole_map": ("看全市", "Whole city"),
    "map.metres": ("米", "m"),
    "map.kilometres": ("公里", "km"),
    "map.two_fingers": ("用两根手指移动地图", "Use two fingers to move the map"),
    "map.ctrl_wheel": ("按住 Ctrl 再滚动可缩放", "Hold Ctrl and scroll to zoom"),
    "map.failed": (
        "地图没有画出来，请刷新页面；列表里有同样的内容。",
        "The map could not be drawn. Reload the page; the list holds the same content.",
    ),
    "map.cluster": ("{count} 处，点开看", "{count} places, open to see"),
    "map.origin": ("起点", "Start"),
    "map.approximate": ("位置只定到乡镇", "placed by township only"),
    "map.demo": ("演示数据，不是真实站点", "demonstration, not a real place"),
    "map.demo_badge": ("演", "D"),
    "map.open": ("开放", "open"),
    "map.closed": ("不开放", "closed"),
    "map.aged": ("超过核实期限，情况可能变了", "verification overdue, may have changed"),
    # --- the legend; see signs ------------------------------------------------------
    "sign.hall": ("科技馆", "science hall"),
    "sign.station": ("科普服务站", "service station"),
    "sign.place": ("其他场馆", "other place"),
    "sign.approximate": ("虚线：位置只定到乡镇", "dashed: placed by township only"),
    "sign.route": ("研学路线", "study tour"),
    "sign.aged": ("浅色：超过核实期限", "pale: verification overdue"),
    "sign.covered": ("有服务站", "has a station"),
    "sign.covered_demo": ("只有演示站点", "demonstration stations only"),
    "sign.uncovered": ("没有服务站", "no station"),
    "sign.level1": ("不到 25%", "below 25%"),
    "sign.level2": ("25%–50%", "25–50%"),
    "sign.level3": ("50%–75%", "50–75%"),
    "sign.level4": ("75% 以上，未满", "75% and more, not all"),
    "sign.level5": ("100%", "100%"),
}
