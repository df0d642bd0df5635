"""Maps as pictures, drawn without a browser: legible in black and white, in EPSG:4548."""

from __future__ import annotations

import io
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geo.crs import shapes_to_metres, to_metres
from geo.report.document import Picture, plain
from geo.report.fonts import Faces
from geo.report.labels import Label, place_labels
from geo.report.legends import draw_legend, draw_north, draw_scale
from geo.report.looks import (
    AREA_LOOKS,
    EDGE,
    INK,
    OUTLINE,
    PAPER,
    POINT_LOOKS,
    WAY_COLOUR,
    WAY_DASH,
    WAY_PT,
)

WIDTH_MM = 156.0  # of the text on a page of an official letter
TALLEST_MM = 110.0
DOTS_PER_INCH = 200
_POINTS_PER_MM = 72 / 25.4
_TITLE_PT, _NOTICE_PT = 24.0, 11.0


def draw(picture: Picture, faces: Faces, *, width_mm: float = WIDTH_MM) -> bytes:
    """
    Return the map as PNG; the same map gives the same bytes.

    Title, legend, scale bar, north arrow, the lines of `picture.notices` and the draft mark
    are in it. Text is drawn as it is: no mark-up is read in it.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontPath, FontProperties

    font = FontProperties(fname=FontPath(str(faces.sans.path), faces.sans.position))
    areas, outlines = (
        frame.set_geometry(shapes_to_metres(frame.geometry))
        for frame in (picture.areas, picture.outlines)
    )
    west, south, east, north = _window(areas, width_mm)
    width_pt = width_mm * _POINTS_PER_MM
    map_pt = width_pt * (north - south) / (east - west)
    figure = Figure(dpi=DOTS_PER_INCH, facecolor="white")
    FigureCanvasAgg(figure)
    figure.set_size_inches(width_pt / 72, 20)  # the height is set when the legend is laid out
    pen = Pen(figure, font)
    notices_pt = _NOTICE_PT * len(picture.notices) + 4
    legend_pt = draw_legend(pen, picture.legend, width_pt, notices_pt=notices_pt)
    foot_pt = legend_pt + notices_pt
    total_pt = _TITLE_PT + map_pt + foot_pt
    figure.set_size_inches(width_pt / 72, total_pt / 72)
    pen.settle(total_pt)
    pen.text(width_pt / 2, total_pt - 15, picture.caption, size=12, align="center")
    for number, line in enumerate(reversed(picture.notices)):
        pen.text(1, 4 + _NOTICE_PT * number, line, size=6.6, colour=INK)

    chart = figure.add_axes((0, foot_pt / total_pt, 1, map_pt / total_pt), facecolor=PAPER)
    chart.set(xlim=(west, east), ylim=(south, north), xticks=[], yticks=[])
    for spine in chart.spines.values():
        spine.set(color=INK, linewidth=0.8)
    _draw_areas(chart, areas)
    _draw_lines(chart, outlines.geometry.boundary, OUTLINE, 1.1)
    if picture.way:
        lon, lat = zip(*picture.way, strict=True)
        chart.plot(
            *to_metres(np.array(lon), np.array(lat)), color=WAY_COLOUR, linewidth=WAY_PT,
            linestyle=(0, WAY_DASH), zorder=4, scalex=False, scaley=False,
        )  # fmt: skip
    occupied = _draw_signs(chart, picture, (east - west) / width_pt)
    place_labels(pen, chart, _labels(areas, outlines, picture), occupied)
    metres_per_pt = (east - west) / width_pt
    draw_scale(pen, width_pt, foot_pt, metres_per_pt)
    draw_north(pen, width_pt, foot_pt + map_pt)
    if picture.draft:
        pen.text(
            width_pt / 2, foot_pt + map_pt / 2, picture.draft, size=30, align="center",
            colour="#8B8F96", turned=18, opacity=0.38, order=9,
        )  # fmt: skip
        pen.text(4, foot_pt + map_pt - 12, picture.draft, size=8.5, colour="#A64500", boxed=True)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    return file.getvalue()


class Pen:
    """Writes text on a figure in points from its lower left corner."""

    def __init__(self, figure: Any, font: Any) -> None:
        self.figure, self.font = figure, font
        self.waiting: list[Any] = []
        self.height_pt = 0.0

    def settle(self, height_pt: float) -> None:
        """Say how high the figure is; what was added before is drawn from now on."""
        self.height_pt = height_pt

    def transform(self) -> Any:
        """Return the transform from points to the figure."""
        from matplotlib.transforms import Affine2D

        return Affine2D().scale(1 / 72) + self.figure.dpi_scale_trans

    def text(
        self, x_pt: float, y_pt: float, words: str, *, size: float, align: str = "left",
        colour: str = INK, turned: float = 0, opacity: float = 1, order: float = 8,
        boxed: bool = False,
    ) -> Any:  # fmt: skip
        """Write `words` as they are at a point of the figure."""
        box = {"facecolor": "white", "edgecolor": colour, "pad": 2, "linewidth": 0.6}
        return self.figure.text(
            x_pt, y_pt, plain(words), fontproperties=self.font, fontsize=size, color=colour,
            ha=align, va="baseline" if not turned else "center", rotation=turned, alpha=opacity,
            parse_math=False, transform=self.transform(), zorder=order,
            bbox=box if boxed else None,
        )  # fmt: skip

    def add(self, artist: Any) -> None:
        """Add an artist whose measures are points of the figure."""
        artist.set_transform(self.transform())
        self.figure.add_artist(artist)

    def width_pt(self, words: str, size: float) -> float:
        """Return how wide `words` are."""
        drawn = self.text(0, 0, words, size=size)
        box = drawn.get_window_extent(self.figure.canvas.get_renderer())
        drawn.remove()
        return float(box.width) * 72 / float(self.figure.dpi)


def _window(areas: gpd.GeoDataFrame, width_mm: float) -> tuple[float, float, float, float]:
    """Return what the map shows: the areas of the report with a margin, not too tall."""
    inside = areas[areas["inside"]]
    west, south, east, north = (inside if len(inside) else areas).total_bounds
    wide, high = east - west, north - south
    west, east = west - 0.04 * wide, east + 0.04 * wide
    south, north = south - 0.1 * high, north + 0.06 * high  # the scale bar stands below
    wide, high = east - west, north - south
    wanted = high * width_mm / TALLEST_MM
    if wide < wanted:
        middle = (west + east) / 2
        west, east = middle - wanted / 2, middle + wanted / 2
    if high < 0.45 * (east - west):
        middle, half = (south + north) / 2, 0.225 * (east - west)
        south, north = middle - half, middle + half
    return float(west), float(south), float(east), float(north)


def _draw_areas(chart: Any, areas: gpd.GeoDataFrame) -> None:
    from matplotlib.collections import PathCollection

    for name, group in areas.groupby("sign", sort=True):
        look = AREA_LOOKS[str(name)]
        paths = [_path(shape) for shape in group.geometry]
        chart.add_collection(
            PathCollection(paths, facecolor=look.fill, edgecolor="none", zorder=1), autolim=False
        )
        if look.hatch:
            hatched = PathCollection(
                paths, facecolor="none", edgecolor=look.ink, linewidth=0, hatch=look.hatch,
                zorder=2,
            )  # fmt: skip
            hatched.set_hatch_linewidth(look.weight)
            chart.add_collection(hatched, autolim=False)
    _draw_lines(chart, areas.geometry.boundary, EDGE, 0.45)


def _draw_lines(chart: Any, lines: gpd.GeoSeries, colour: str, width: float) -> None:
    from matplotlib.collections import LineCollection

    parts = [part for line in lines for part in shapely.get_parts(line)]
    coordinates = [shapely.get_coordinates(part) for part in parts]
    drawn = LineCollection(coordinates, colors=colour, linewidths=width, zorder=3)
    chart.add_collection(drawn, autolim=False)


def _path(shape: Any) -> Any:
    from matplotlib.path import Path as Outline

    polygons = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    rings = [ring for part in polygons for ring in (part.exterior, *part.interiors)]
    return Outline.make_compound_path(*(Outline(np.asarray(ring.coords)) for ring in rings))


def _draw_signs(chart: Any, picture: Picture, metres_per_pt: float) -> list[tuple[float, ...]]:
    """Draw the points; return the boxes they fill, in metres: west, south, east, north."""
    filled: list[tuple[float, ...]] = []
    for order, (name, look) in enumerate(POINT_LOOKS.items()):
        here = [sign for sign in picture.signs if sign.name == name]
        if not here:
            continue
        x_m, y_m = to_metres(
            np.array([sign.lon for sign in here]), np.array([sign.lat for sign in here])
        )
        chart.scatter(
            x_m, y_m, s=look.size_pt**2, marker=look.marker, facecolor=look.fill,
            edgecolor=look.edge, linewidths=look.line, linestyle=look.dash, zorder=5 + order / 10,
        )  # fmt: skip
        half = look.size_pt / 2 * metres_per_pt
        filled += [(x - half, y - half, x + half, y + half) for x, y in zip(x_m, y_m, strict=True)]
    return filled


def _labels(areas: gpd.GeoDataFrame, outlines: gpd.GeoDataFrame, picture: Picture) -> list[Label]:
    """Return what is written on the map, the most important first."""
    told = []
    for sign in picture.signs:
        if sign.label:
            (x,), (y,) = to_metres(np.array([sign.lon]), np.array([sign.lat]))
            told.append(Label(float(x), float(y), sign.label, "sign"))
    points = outlines.geometry.representative_point()
    told += [
        Label(float(at.x), float(at.y), name, "county")
        for at, name in zip(points, outlines["name"], strict=True)
    ]
    named = areas[areas["labelled"]]
    points = named.geometry.representative_point()
    told += [
        Label(float(at.x), float(at.y), name, "township")
        for at, name in zip(points, named["name"], strict=True)
    ]
    return told
