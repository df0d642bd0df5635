"""The legend, the scale bar and the north arrow of a drawn map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from geo.report.looks import (
    AREA_LOOKS,
    EDGE,
    INK,
    POINT_LOOKS,
    WAY,
    WAY_COLOUR,
    WAY_DASH,
    WAY_PT,
)
from geo.text import text

_ROW_PT, _SIZE = 14.0, 8.0
_SWATCH_PT = (18.0, 10.0)
_GAP_PT = 14.0
LENGTHS_KM = (1, 2, 5, 10, 20, 50, 100, 200, 500)


class Pen(Protocol):
    """What is needed of `drawing.Pen`."""

    def text(self, x_pt: float, y_pt: float, words: str, *, size: float, align: str = ...) -> Any:
        """Write."""

    def add(self, artist: Any) -> None:
        """Add an artist measured in points."""

    def width_pt(self, words: str, size: float) -> float:
        """Measure."""


def _rows(
    pen: Pen, entries: Sequence[tuple[str, str]], width_pt: float
) -> list[list[tuple[float, str, str]]]:
    """Return the entries as lines of (x, sign, word) that fit the width."""
    rows: list[list[tuple[float, str, str]]] = [[]]
    x = 1.0
    for name, word in entries:
        wide = _SWATCH_PT[0] + 4 + pen.width_pt(word, _SIZE)
        if rows[-1] and x + wide > width_pt:
            rows.append([])
            x = 1.0
        rows[-1].append((x, name, word))
        x += wide + _GAP_PT
    return rows


def draw_legend(
    pen: Pen, entries: Sequence[tuple[str, str]], width_pt: float, *, notices_pt: float = 37.0
) -> float:
    """Draw the legend above the notices, `notices_pt` high; return its height in points."""
    rows = _rows(pen, entries, width_pt)
    for number, row in enumerate(reversed(rows)):
        y = notices_pt + 4 + _ROW_PT * number
        for x, name, word in row:
            _swatch(pen, name, x, y)
            pen.text(x + _SWATCH_PT[0] + 4, y + 2, word, size=_SIZE)
    return _ROW_PT * len(rows) + 6


def _swatch(pen: Pen, name: str, x: float, y: float) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    wide, high = _SWATCH_PT
    if name in AREA_LOOKS:
        look = AREA_LOOKS[name]
        pen.add(Rectangle((x, y), wide, high, facecolor=look.fill, edgecolor="none", zorder=6))
        if look.hatch:
            hatched = Rectangle(
                (x, y), wide, high, facecolor="none", edgecolor=look.ink, linewidth=0,
                hatch=look.hatch, zorder=7,
            )  # fmt: skip
            hatched.set_hatch_linewidth(look.weight)
            pen.add(hatched)
        frame = Rectangle(
            (x, y), wide, high, facecolor="none", edgecolor=EDGE, linewidth=0.5, zorder=8
        )
        pen.add(frame)
        return
    if name == WAY:
        pen.add(
            Line2D(
                [x, x + wide], [y + high / 2] * 2, color=WAY_COLOUR, linewidth=WAY_PT,
                linestyle=(0, WAY_DASH), zorder=7,
            )
        )  # fmt: skip
        return
    sign = POINT_LOOKS[name]
    if sign.dash != "solid":  # a line's marker has no dashes
        side = sign.size_pt + 1
        pen.add(
            Rectangle(
                (x + (wide - side) / 2, y + (high - side) / 2), side, side, facecolor=sign.fill,
                edgecolor=sign.edge, linewidth=sign.line, linestyle=sign.dash, zorder=7,
            )
        )  # fmt: skip
        return
    pen.add(
        Line2D(
            [x + wide / 2], [y + high / 2], marker=sign.marker, markersize=sign.size_pt + 1,
            markerfacecolor=sign.fill, markeredgecolor=sign.edge, markeredgewidth=sign.line,
            linestyle="none", zorder=7,
        )
    )  # fmt: skip


def draw_scale(pen: Pen, width_pt: float, bottom_pt: float, metres_per_pt: float) -> None:
    """Draw a bar of a round length, at most a quarter of the map, in its lower right corner."""
    from matplotlib.patches import Rectangle

    fitting = [km for km in LENGTHS_KM if km * 1000 / metres_per_pt <= width_pt / 4]
    km = fitting[-1] if fitting else LENGTHS_KM[0]
    long = km * 1000 / metres_per_pt
    x, y = width_pt - long - 34, bottom_pt + 7
    for part, colour in ((0.0, INK), (0.5, "white")):
        pen.add(
            Rectangle(
                (x + part * long, y), long / 2, 3, facecolor=colour, edgecolor=INK,
                linewidth=0.6, zorder=8,
            )
        )  # fmt: skip
    for at, word in ((0.0, "0"), (0.5, f"{km / 2:g}"), (1.0, f"{km} {text('paper.kilometres')}")):
        pen.text(x + at * long, y + 5, word, size=6.6, align="center")


def draw_north(pen: Pen, width_pt: float, top_pt: float) -> None:
    """Draw the north arrow in the upper right corner."""
    from matplotlib.patches import Polygon

    x, y = width_pt - 16, top_pt - 34
    for side, colour in ((-5, INK), (5, "white")):
        points = [(x, y + 20), (x + side, y), (x, y + 4)]
        pen.add(Polygon(points, facecolor=colour, edgecolor=INK, linewidth=0.6, zorder=8))
    pen.text(x, y + 22, text("paper.north"), size=8, align="center")
