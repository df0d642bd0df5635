"""What areas and signs look like on paper: `signs`, darker lines, and a hatch for each."""

from __future__ import annotations

from typing import NamedTuple

from geo.signs import AREAS, SYMBOLS

PAPER, INK, EDGE, OUTLINE = "#FFFFFF", "#1F2A37", "#8A8170", "#3F3A2E"


class AreaLook(NamedTuple):
    """A fill, and a hatch in `ink` that tells it from others in black and white."""

    fill: str
    hatch: str = ""
    ink: str = INK
    weight: float = 0.5  # of the hatch, points


class PointLook(NamedTuple):
    """A marker of matplotlib, its size in points, and its colours."""

    marker: str
    size_pt: float
    fill: str
    edge: str
    line: float = 0.5
    dash: str = "solid"


AREA_LOOKS: dict[str, AreaLook] = {
    "plain": AreaLook(AREAS["plain"]["fill"]),
    "covered": AreaLook(AREAS["covered"]["fill"]),
    "covered_demo": AreaLook(AREAS["covered_demo"]["fill"], "....", "#3E7FAE", 0.4),
    "uncovered": AreaLook(AREAS["uncovered"]["fill"], "/////", "#9A6300", 0.7),
    "unknown": AreaLook("#FFFFFF", "xx", "#8B8F96", 0.4),
    **{name: AreaLook(AREAS[name]["fill"]) for name in AREAS if name.startswith("level")},
}
# In the order in which they are drawn.
POINT_LOOKS: dict[str, PointLook] = {
    "approximate": PointLook("s", 4.6, "#FAF8F5", "#1F2A37", 0.8, "dashed"),
    "station": PointLook("s", 5.0, SYMBOLS["station"]["fill"], "#FFFFFF"),
    "station_demo": PointLook("s", 4.2, "#FFFFFF", SYMBOLS["station"]["fill"], 0.9),
    "hall": PointLook("o", 6.4, SYMBOLS["hall"]["fill"], "#FFFFFF"),
    "tour_about": PointLook("s", 6.0, "#FAF8F5", "#1F2A37", 0.9, "dashed"),
    "tour_stop": PointLook("o", 6.6, SYMBOLS["route"]["fill"], "#FFFFFF"),
    "tour_end": PointLook("D", 6.4, "#1F2A37", "#FFFFFF"),
    "proposed": PointLook("^", 8.0, SYMBOLS["route"]["fill"], "#1F2A37", 0.7),
}
WAY = "way"  # the name in a legend of the line that joins places in order
WAY_COLOUR, WAY_PT, WAY_DASH = "#1F2A37", 1.2, (4, 3)
