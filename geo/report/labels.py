"""Names on a drawn map, placed so that none covers another or a sign."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from geo.report.document import plain


class Label(NamedTuple):
    """What is written near a place, in metres; `kind` is `county`, `township` or `sign`."""

    x: float
    y: float
    words: str
    kind: str


_SIZES = {"county": 11.5, "township": 6.6, "sign": 7.6}
_COLOURS = {"county": "#3F3A2E", "township": "#1F2A37", "sign": "#00513A"}
# Where a name may stand: steps from its place, in widths and heights of its own box.
_PLACES = ((0, 0), (0, 1.1), (0, -1.1), (0.6, 0), (-0.6, 0), (0.6, 1.1), (-0.6, 1.1),
           (0.6, -1.1), (-0.6, -1.1), (0, 2.2), (0, -2.2))  # fmt: skip


def place_labels(
    pen: Any, chart: Any, labels: Sequence[Label], occupied: Sequence[tuple[float, ...]]
) -> list[Label]:
    """
    Write as many of the labels as fit, the first ones first; return those without room.

    Parameters
    ----------
    pen, chart
        The drawing, and its axes in metres.
    labels
        In the order of their importance.
    occupied
        Boxes in metres that nothing may cover: west, south, east, north.
    """
    from matplotlib.patheffects import withStroke

    west, east = chart.get_xlim()
    south, north = chart.get_ylim()
    renderer = pen.figure.canvas.get_renderer()
    inverse = chart.transData.inverted()
    taken = list(occupied)
    left = []
    for label in labels:
        if not (west < label.x < east and south < label.y < north):
            continue
        drawn = chart.text(
            label.x, label.y, plain(label.words), fontproperties=pen.font,
            fontsize=_SIZES[label.kind], color=_COLOURS[label.kind], ha="center", va="center",
            parse_math=False, zorder=7,
            path_effects=[withStroke(linewidth=1.8, foreground="white")],
        )  # fmt: skip
        corners = inverse.transform(drawn.get_window_extent(renderer).get_points())
        wide, high = corners[1] - corners[0]
        for across, up in _PLACES:
            x, y = label.x + across * wide, label.y + up * high
            box = (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
            inside = west < box[0] and box[2] < east and south < box[1] and box[3] < north
            if inside and not any(_meet(box, other) for other in taken):
                drawn.set_position((x, y))
                taken.append(box)
                break
        else:
            drawn.remove()
            left.append(label)
    return left


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    return not apart
