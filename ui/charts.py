"""Charts in the look of the pages: drawn in the browser by what the server itself holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import streamlit as st

INK, SOFT, LINE = "#1F2A37", "#5B6472", "#E3DDD3"
# Okabe-Ito; dashes tell the lines apart without colour.
COLOURS = ("#D55E00", "#5B6472", "#0072B2", "#009E73")
DASHES = ([1, 0], [5, 4], [2, 3], [8, 3])
HEIGHT_PX = 300


def x(field: str, title: str, domain: Sequence[float] | None = None, **axis: Any) -> alt.X:
    """Return the horizontal axis of a number."""
    return alt.X(f"{field}:Q", title=title, scale=_scale(domain), axis=alt.Axis(**axis))


def y(field: str, title: str, domain: Sequence[float] | None = None) -> alt.Y:
    """Return the vertical axis of a number."""
    return alt.Y(f"{field}:Q", title=title, scale=_scale(domain))


def _scale(domain: Sequence[float] | None) -> alt.Scale:
    if domain is None:
        return alt.Scale(zero=False, nice=True)
    return alt.Scale(domain=list(domain))


def colours(field: str, names: Sequence[str]) -> alt.Color:
    """Return a colour for each of `names`."""
    scale = alt.Scale(domain=list(names), range=list(COLOURS[: len(names)]))
    return alt.Color(f"{field}:N", title=None, scale=scale, legend=alt.Legend(orient="top"))


def dashes(field: str, names: Sequence[str]) -> alt.StrokeDash:
    """Return a dash for each of `names`, beside its colour."""
    scale = alt.Scale(domain=list(names), range=[list(dash) for dash in DASHES[: len(names)]])
    return alt.StrokeDash(f"{field}:N", title=None, scale=scale, legend=None)


def show(chart: Any) -> None:
    """Show a chart as wide as its place, quiet, without a menu."""
    styled = (
        chart.properties(height=HEIGHT_PX, background="transparent")
        .configure_axis(
            labelColor=SOFT, titleColor=INK, gridColor=LINE, domainColor=LINE, tickColor=LINE,
            labelFontSize=12, titleFontSize=13, titleFontWeight="normal",
        )
        .configure_view(stroke=None)
        .configure_legend(labelColor=INK, labelFontSize=13)
    )  # fmt: skip
    st.altair_chart(styled, theme=None)
