"""What the map's signs look like, in one place for the map and for its legend."""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping, Sequence
from typing import Any

INK = "#1F2A37"
# Okabe-Ito colours; each kind has its own shape too. Paths are centred on 0,0.
SYMBOLS: dict[str, dict[str, str]] = {
    "hall": {"fill": "#D55E00", "path": "M-8.5 0a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0Z"},
    "station": {"fill": "#0072B2", "path": "M-7-7H7V7H-7Z"},
    "place": {"fill": "#A34E80", "path": "M0-9.5L9.5 0L0 9.5L-9.5 0Z"},
    "route": {"fill": "#009E73", "path": "M-10 0H10"},
}
# Villages on the planner's maps: size and filling differ, not colour alone.
DOTS: dict[str, dict[str, Any]] = {
    "reached": {"radius": 2.2, "fill": "#5A9BC7", "stroke": "", "weight": 0},
    "gained": {"radius": 4.2, "fill": "#009E73", "stroke": "#FFFFFF", "weight": 1},
    "out": {"radius": 1.6, "fill": "#FFFFFF", "stroke": "#C9A468", "weight": 0.8},
}
# Numbered sites: fill, and the rim that tells them apart without colour.
SITE_LOOKS: dict[str, dict[str, str]] = {
    "site": {"fill": "#D55E00", "ink": "#FFFFFF", "shape": "circle"},
    "first": {"fill": "#D55E00", "ink": "#FFFFFF", "shape": "circle"},
    "second": {"fill": "#4A2B82", "ink": "#FFFFFF", "shape": "square"},
    "both": {"fill": "#1F2A37", "ink": "#FFFFFF", "shape": "circle"},
    "drawn": {"fill": "#FAF8F5", "ink": "#1F2A37", "shape": "square"},
}
AGED_OPACITY = 0.35  # of the fill of a sign whose verification is overdue; also in map.js
AREAS: dict[str, dict[str, Any]] = {
    "plain": {"fill": "#F0EAE0", "stroke": "#D8CDBC", "weight": 1},
    "county": {"fill": "", "stroke": "#A3967F", "weight": 2},
    "covered": {"fill": "#C9DFEE", "stroke": "#FFFFFF", "weight": 1},
    "covered_demo": {"fill": "#EEF4F9", "hatch": "#A9CBE2", "stroke": "#FFFFFF", "weight": 1},
    "uncovered": {"fill": "#FCF0D4", "hatch": "#E69F00", "stroke": "#FFFFFF", "weight": 1},
    "unknown": {"fill": "#FAF8F5", "stroke": "#8B8F96", "weight": 1, "dash": "4 3"},
    "level1": {"fill": "#E3EEF6", "stroke": "#FFFFFF", "weight": 1},
    "level2": {"fill": "#B5D3E7", "stroke": "#FFFFFF", "weight": 1},
    "level3": {"fill": "#74ADD2", "stroke": "#FFFFFF", "weight": 1},
    "level4": {"fill": "#2F83B7", "stroke": "#FFFFFF", "weight": 1},
    "level5": {"fill": "#004C7A", "stroke": "#FFFFFF", "weight": 1},
}


def _area_swatch(area: Mapping[str, Any], name: str) -> str:
    fill, pattern = area["fill"] or "none", ""
    if "hatch" in area:
        pattern = (
            f'<defs><pattern id="legend-{name}" width="6" height="6" patternUnits="userSpaceOnUse"'
            f' patternTransform="rotate(45)"><rect width="6" height="6" fill="{fill}"/>'
            f'<rect width="2" height="6" fill="{area["hatch"]}"/></pattern></defs>'
        )
        fill = f"url(#legend-{name})"
    stroke = area["stroke"] if area["stroke"] != "#FFFFFF" else "#C9BFAF"
    return (
        f'{pattern}<rect x="-10" y="-7" width="20" height="14" rx="2" fill="{fill}"'
        f' stroke="{stroke}" stroke-dasharray="{area.get("dash", "none")}"/>'
    )


def _sign(name: str) -> str:
    if name in AREAS:
        return _area_swatch(AREAS[name], name)
    if name == "approximate":
        path = SYMBOLS["station"]["path"]
        return (
            f'<path d="{path}" fill="#FAF8F5" stroke="#4A5261" stroke-width="2"'
            ' stroke-dasharray="3 1.8"/>'
        )
    if name == "aged":
        symbol = SYMBOLS["station"]
        return (
            f'<path d="{symbol["path"]}" fill="{symbol["fill"]}" fill-opacity="{AGED_OPACITY}"'
            f' stroke="{symbol["fill"]}" stroke-width="1.4"/>'
        )
    if name in DOTS:
        dot = DOTS[name]
        return (
            f'<circle r="{dot["radius"] * 1.4}" fill="{dot["fill"]}"'
            f' stroke="{dot["stroke"] or "none"}" stroke-width="{dot["weight"] * 1.4}"/>'
        )
    if name in SITE_LOOKS:
        look = SITE_LOOKS[name]
        if look["shape"] == "square":
            return (
                f'<rect x="-9" y="-9" width="18" height="18" rx="3" fill="{look["fill"]}"'
                f' stroke="{INK}"/>'
            )
        return f'<circle r="9.5" fill="{look["fill"]}"/>'
    symbol = SYMBOLS[name]
    if name == "route":
        return f'<path d="{symbol["path"]}" stroke="{symbol["fill"]}" stroke-width="4"/>'
    return f'<path d="{symbol["path"]}" fill="{symbol["fill"]}"/>'


def legend(names: Sequence[str], labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """
    Say what the signs `names` mean: (address of a picture, label) for each.

    The picture is an SVG inside a `data:` address, which Streamlit's cleaning of HTML keeps.

    Parameters
    ----------
    names
        Keys of `SYMBOLS`, `AREAS`, `DOTS` or `SITE_LOOKS`, "approximate" or "aged".
    labels
        The word for each name; plain text.
    """
    return [(_picture(_sign(name)), labels[name]) for name in names]


def _picture(inside: str) -> str:
    size = 'viewBox="-12 -12 24 24" width="22" height="22"'
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{inside}</svg>'
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.encode()).decode("ascii")


def legend_html(items: Sequence[tuple[str, str]]) -> str:
    """Return the legend as one line of HTML that wraps; labels are escaped."""
    item = (
        '<span style="display:inline-flex;align-items:center;gap:.35em">'
        '<img src="{}" width="22" height="22" alt=""><span>{}</span></span>'
    )
    shown = "".join(
        item.format(html.escape(picture), html.escape(label)) for picture, label in items
    )
    style = "display:flex;flex-wrap:wrap;gap:.2em 1.2em;font-size:14px;color:#1F2A37"
    return f'<div class="legend" style="{style}">{shown}</div>'
