"""Maps: what Python packs for the browser, and the folium objects that carry it.

The only module that imports folium. folium compiles rendered text a second time as a
Jinja template and streamlit-folium rewrites it by patterns, so text from people enters
folium only as base64 (`static/map.js` unpacks it and writes it with textContent), and
importing this module also makes every other rendered text a constant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

import branca.element
import folium

from geo.assets import asset
from geo.errors import GeoError, bad_argument
from geo.payloads import (
    Outlines,
    lines_payload,
    outlines,
    pack,
    points_payload,
    polygons_payload,
    to_base64,
    to_json,
    unpack,
)
from geo.signs import AREAS, DOTS, SITE_LOOKS, SYMBOLS, legend, legend_html
from geo.site_payloads import sites_payload, villages_payload
from geo.taps import Tap, read_tap

__all__ = [
    "AREAS",
    "SYMBOLS",
    "VERIFIED_VERSIONS",
    "WORD_KEYS",
    "MapNotice",
    "Outlines",
    "RawTemplate",
    "Tap",
    "base_map",
    "choropleth_group",
    "legend",
    "legend_html",
    "lines_payload",
    "outlines",
    "pack",
    "points_payload",
    "polygons_payload",
    "read_tap",
    "require_versions",
    "route_group",
    "sites_group",
    "sites_payload",
    "unpack",
    "venue_group",
    "villages_group",
    "villages_payload",
]

# --- folium, made safe and local -----------------------------------------------------------

VERIFIED_VERSIONS = {"folium": "0.20.0", "branca": "0.8.2"}


def require_versions(installed: Mapping[str, str]) -> None:
    """
    Refuse versions of folium and branca on which the patch below was not verified.

    Raises
    ------
    GeoError
        If one differs.
    """
    for library, expected in VERIFIED_VERSIONS.items():
        if installed[library] != expected:
            found = installed[library]
            raise GeoError("library_version", library=library, found=found, expected=expected)


class RawTemplate:
    """Stands where branca would compile rendered text as a template; gives the text back."""

    def __init__(self, text: str) -> None:
        self.text = text.removesuffix("\n")  # as Jinja does, so that output stays the same

    def render(self, *_args: Any, **_kwargs: Any) -> str:
        """Return the text as it is."""
        return self.text


original_init = branca.element.Element.__init__
original_setstate = branca.element.Element.__setstate__


def _init(self: Any, template: str | None = None, template_name: str | None = None) -> None:
    original_init(self, None, template_name)
    if template is not None:
        self._template_str = template
        self._template = RawTemplate(template)


def _setstate(self: Any, state: dict[str, Any]) -> None:
    text = state["_template_str"]
    original_setstate(self, {**state, "_template_str": None})
    self._template_str = text
    if text is not None:
        self._template = RawTemplate(text)


require_versions({library: version(library) for library in VERIFIED_VERSIONS})
branca.element.Element.__init__ = _init  # type: ignore[method-assign]
branca.element.Element.__setstate__ = _setstate  # type: ignore[method-assign]
folium.Map.default_js = [
    ("leaflet", asset("vendor/leaflet/leaflet.js")),
    ("markercluster", asset("vendor/leaflet.markercluster/leaflet.markercluster.js")),
    ("xinghuo", asset("map.js")),
]
folium.Map.default_css = [
    ("leaflet_css", asset("vendor/leaflet/leaflet.css")),
    ("markercluster_css", asset("vendor/leaflet.markercluster/MarkerCluster.css")),
    ("xinghuo_css", asset("map.css")),
]


# --- folium objects: cheap, built for each rerun ----------------------------------------------


# The words the map needs; `text` has each as "map.<key>". `cluster` holds {count}.
WORD_KEYS = (
    "map_label", "zoom_in", "zoom_out", "whole_map", "metres", "kilometres", "two_fingers",
    "ctrl_wheel", "failed", "cluster", "origin", "approximate", "demo", "demo_badge", "open",
    "closed", "aged",
)  # fmt: skip


@dataclass(frozen=True)
class MapNotice:
    """What the corner of every map says, already worded."""

    layer: str  # 示意图，非行政区域界线
    approval: str  # 审图号, or the draft mark 未经审核
    draft: bool  # True while there is no 审图号
    source: str  # source and date


class _Drawing(folium.MacroElement):
    """A call of `static/map.js`; its template holds base64 only."""

    _template = folium.template.Template(
        "{% macro script(this, kwargs) %}xinghuo.{{ this.verb }}("
        '{{ this._parent.get_name() }}, "{{ this.payload }}", "{{ this.options }}");{% endmacro %}'
    )

    def __init__(self, verb: str, payload: str, options: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        if not re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", payload):
            shown = ascii(payload[:20])
            raise bad_argument("payload", shown, "why_base64")
        self._name = "Drawing"
        self.verb = verb
        self.payload = payload
        self.options = to_base64(to_json(options))


def base_map(
    *,
    townships_payload: str | None,
    counties_payload: str | None,
    notice: MapNotice,
    words: Mapping[str, str],
    bounds: tuple[float, float, float, float],
    ground_taps: bool = False,
) -> folium.Map:
    """
    Return the map below the changing layers: areas, corner block, controls, gestures.

    Parameters
    ----------
    townships_payload, counties_payload
        From `polygons_payload`, or None to leave the layer out.
    words
        A word for each of `WORD_KEYS`.
    bounds
        What is shown first: west, south, east, north in degrees.
    ground_taps
        Whether a tap beside every object is reported too.
    """
    west, south, east, north = (float(value) for value in bounds)
    drawn = folium.Map(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None, zoom_start=9, zoom_control=False, prefer_canvas=False,
    )  # fmt: skip
    # folium drops max_zoom and min_zoom when there are no tiles.
    drawn.options |= {
        "maxZoom": 18, "minZoom": 7, "zoomSnap": 0.25, "attributionControl": False,
        "maxBoundsViscosity": 0.7,
    }  # fmt: skip
    content = {
        "notice": asdict(notice),
        "words": {key: words[key] for key in WORD_KEYS},
        "symbols": SYMBOLS,
        "areas": AREAS,
        "dots": DOTS,
        "looks": SITE_LOOKS,
    }
    options = {"bounds": [west, south, east, north], "failed": words["failed"], "taps": ground_taps}
    _Drawing("frame", pack(content), options).add_to(drawn)
    for payload in (townships_payload, counties_payload):
        if payload is not None:
            _Drawing("polygons", payload, {}).add_to(drawn)
    return drawn


def _group(verb: str, payload: str, options: Mapping[str, Any]) -> folium.FeatureGroup:
    group = folium.FeatureGroup(name=verb, control=False)
    _Drawing(verb, payload, options).add_to(group)
    return group


def venue_group(
    payload: str,
    *,
    selected: str | None = None,
    origin: tuple[float, float] | None = None,
    focus: bool = False,
    clustered: bool = True,
) -> folium.FeatureGroup:
    """
    Return the layer of venues.

    Parameters
    ----------
    payload
        From `points_payload`.
    selected
        The `venue_id` drawn larger, outside every cluster.
    origin
        Where 附近 starts, as (lon, lat) in degrees: gets a pin.
    focus
        Whether the map moves to the selected venue, or else to the origin.
    clustered
        Whether venues close together are drawn as one sign with their number.
    """
    place = None if origin is None else [float(origin[0]), float(origin[1])]
    options = {"selected": selected, "origin": place, "focus": focus, "clustered": clustered}
    return _group("points", payload, options)


def choropleth_group(
    payload: str, *, selected: str | None = None, focus: bool = False
) -> folium.FeatureGroup:
    """Return the layer of filled areas; `selected` is the id of one that is outlined."""
    return _group("polygons", payload, {"selected": selected, "focus": focus})


def route_group(
    payload: str, *, selected: str | None = None, focus: bool = True
) -> folium.FeatureGroup:
    """Return the layer of routes; with `selected` the other routes turn pale."""
    return _group("lines", payload, {"selected": selected, "focus": focus})


def villages_group(payload: str) -> folium.FeatureGroup:
    """Return the layer of villages as dots, from `villages_payload`."""
    return _group("villages", payload, {})


def sites_group(
    payload: str, *, selected: str | None = None, focus: bool = False
) -> folium.FeatureGroup:
    """Return the layer of numbered sites; the one with the id `selected` is drawn larger."""
    return _group("sites", payload, {"selected": selected, "focus": focus})
