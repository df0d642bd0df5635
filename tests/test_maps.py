"""Maps: hostile text reaches the browser unread, nothing foreign is loaded, bytes stay equal."""

import base64
import json
import pickle
import re
from types import SimpleNamespace

import branca.colormap
import branca.element
import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import streamlit_folium
from jinja2 import TemplateError

from geo import maps
from geo.assets import ASSET_ROOT, STATIC
from geo.errors import ArgumentError, CrsError, GeoError

PRODUCT = "60481729"
HOSTILE = [
    "{{7777*7777}}",
    "{% 泰山 %}",
    "{% x",
    "{% raw %}",
    "{{ 名称",
    "{#",
    "{{'alert'}}",
    "${alert(1)}",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "'single' \"double\" `tick`",
    "back\\slash\\u0041\\",
    "tab\tbell\x07nul\x00escape\x1b",
    "line\u2028paragraph\u2029",
    "\u202emirrored\u200f",
    "长" * 10_000,
    "alert(coords);",
    "village_abc1",
    "drawnItems_draw_control_div_1",
    "map_div2",
]
KINDS = {"hall": "科技馆", "station": "科普服务站", "museum": "博物馆"}
BOUNDS = (116.0, 35.6, 118.0, 36.5)


def venues(names, *, kind="station"):
    count = len(names)
    return pd.DataFrame(
        {
            "venue_id": pd.Series([f"v{i}" for i in range(count)], dtype="str"),
            "kind": pd.Series([kind] * count, dtype="str"),
            "lon": np.linspace(116.5, 117.5, count),
            "lat": np.linspace(35.8, 36.2, count),
            "name": pd.Series(names, dtype="str"),
            "position_precision": pd.Series(["building"] * count, dtype="str"),
            "demo": pd.Series([False] * count, dtype="boolean"),
        }
    )


def squares(names, *, vertices=5):
    turn = np.linspace(0, 2 * np.pi, vertices)[:-1]
    shapes = []
    for i in range(len(names)):
        west, south = 116.2 + 0.15 * (i % 11), 35.7 + 0.1 * (i // 11)
        shapes.append(
            shapely.Polygon(np.column_stack([np.cos(turn), np.sin(turn)]) * 0.04 + [west, south])
        )
    codes = [f"3709{i:08d}" for i in range(len(names))]
    return gpd.GeoDataFrame(
        {"township_code": codes, "name": names}, geometry=shapes, crs="EPSG:4326"
    )


def stops(names, lon=117.0):
    return pd.DataFrame(
        {
            "route_id": "r1",
            "stop_no": range(1, len(names) + 1),
            "name": names,
            "lon": [lon] * len(names),
            "lat": [36.0] * len(names),
            "position_precision": "building",
        }
    )


def base(*, said="示意图", layer=None):
    payload = None
    if layer is not None:
        payload = maps.polygons_payload(layer, kind="township", code="township_code")
    return maps.base_map(
        townships_payload=payload,
        counties_payload=None,
        notice=maps.MapNotice(layer=said, approval=said, draft=True, source=said),
        words=dict.fromkeys(maps.WORD_KEYS, said),
        bounds=BOUNDS,
        ground_taps=True,
    )


@pytest.fixture
def sent(monkeypatch):
    """Return a function that sends maps through st_folium and gives the component's message."""
    messages = []
    monkeypatch.setattr(
        streamlit_folium, "_component_func", lambda **said: messages.append(said) or None
    )

    def send(drawn, *groups):
        streamlit_folium.st_folium(
            drawn,
            key="map-1",
            height=480,
            use_container_width=True,
            feature_group_to_add=list(groups) or None,
            returned_objects=["last_active_drawing"],
        )
        message = dict(messages[-1])
        message.pop("on_change")
        return SimpleNamespace(
            text=json.dumps(message),
            script=message["script"] + (message["feature_group"] or ""),
            message=message,
        )

    return send


def payloads_in(script):
    """Return what each call in the script unpacks to, in order."""
    calls = re.findall(r'xinghuo\.(\w+)\([^,]+, "([^"]+)", "[^"]+"\);', script)
    return [(verb, maps.unpack(payload)) for verb, payload in calls]


# --- hostile text ----------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:14]))
def test_hostile_text_reaches_the_browser_exactly_and_is_nowhere_in_the_script(text, sent):
    layer = squares([text])
    notes = pd.Series([text], index=layer.index)
    message = sent(
        base(said=text, layer=layer),
        maps.venue_group(
            maps.points_payload(
                venues([text]), labels={"station": text}, notes=pd.Series([text], index=[0])
            ),
            selected=text,
        ),
        maps.choropleth_group(
            maps.polygons_payload(layer, kind="township", code="township_code", notes=notes),
            selected=text,
        ),
        maps.route_group(maps.lines_payload(stops([text]), labels={"r1": text}), selected=text),
    )
    assert text not in message.script
    assert PRODUCT not in message.text
    said = payloads_in(message.script)
    assert [verb for verb, _ in said] == ["frame", "polygons", "points", "polygons", "lines"]
    frame, township, points, areas, lines = (value for _, value in said)
    assert frame["notice"]["source"] == frame["words"]["cluster"] == text
    assert township["rows"][0][1] == areas["rows"][0][1] == areas["rows"][0][3] == text
    assert points["name"] == points["note"] == [text] and points["kinds"][0][1] == text
    assert lines["lines"][0]["label"] == lines["lines"][0]["stops"][0]["name"] == text


def test_a_lone_surrogate_does_not_take_the_map_down(sent):
    table = venues(["好"]).astype({"name": object})
    table.loc[0, "name"] = "坏\ud800字"
    payload = maps.points_payload(table, labels=KINDS)
    sent(base(), maps.venue_group(payload))
    assert maps.unpack(payload)["name"] == ["坏?字"]


def through_folium(kind, text):
    """Draw `text` by folium's own means, which our maps do not use."""
    drawn = folium.Map([36, 117], tiles=None)
    if kind == "geojson":
        feature = {"type": "Feature", "properties": {"name": text},
                   "geometry": {"type": "Point", "coordinates": [117, 36]}}  # fmt: skip
        folium.GeoJson(feature).add_to(drawn)
    elif kind == "group":
        folium.FeatureGroup(name=text).add_to(drawn)
        folium.LayerControl().add_to(drawn)
    elif kind == "element":
        drawn.get_root().html.add_child(folium.Element(text))
    else:
        options = {
            "popup": {"popup": folium.Popup(text)},
            "lazy popup": {"popup": folium.Popup(text, lazy=True)},
            "tooltip": {"tooltip": folium.Tooltip(text)},
            "icon": {"icon": folium.DivIcon(html=text)},
        }
        folium.Marker([36, 117], **options[kind]).add_to(drawn)
    return drawn


FOLIUM_WAYS = ["popup", "lazy popup", "tooltip", "geojson", "group", "icon", "element"]


@pytest.mark.parametrize("kind", FOLIUM_WAYS)
@pytest.mark.parametrize("text", ["{{7777*7777}}", "{% 泰山 %}", "{{ 名称", "{#"])
def test_folium_itself_no_longer_reads_text_as_a_template(kind, text, sent):
    assert PRODUCT not in through_folium(kind, text).get_root().render()
    assert PRODUCT not in sent(through_folium(kind, text)).text


@pytest.mark.parametrize("kind", FOLIUM_WAYS)
def test_without_the_patch_folium_would_read_it(kind, monkeypatch):
    monkeypatch.setattr(branca.element.Element, "__init__", maps.original_init)
    assert PRODUCT in through_folium(kind, "{{7777*7777}}").get_root().render()
    with pytest.raises(TemplateError):
        through_folium(kind, "{% 泰山 %}").get_root().render()


def test_the_patch_changes_nothing_else(monkeypatch):
    def rendered():
        drawn = through_folium("popup", "岱庙")
        folium.GeoJson({"type": "Point", "coordinates": [117, 36]}, tooltip="x").add_to(drawn)
        folium.LayerControl().add_to(drawn)
        return re.sub(r"[0-9a-f]{32}", "id", drawn.get_root().render())

    patched = rendered()
    monkeypatch.setattr(branca.element.Element, "__init__", maps.original_init)
    assert patched == rendered()


def test_an_element_stays_raw_when_pickled():
    element = pickle.loads(pickle.dumps(branca.element.Element("{{7777*7777}}")))
    assert element.render() == "{{7777*7777}}"


def test_a_payload_that_is_not_base64_is_refused():
    with pytest.raises(ArgumentError):
        maps.venue_group('");alert(1);("')


# --- versions and addresses --------------------------------------------------------------------


@pytest.mark.parametrize("library", ["folium", "branca"])
def test_another_version_of_folium_or_branca_is_refused(library):
    maps.require_versions(maps.VERIFIED_VERSIONS)
    with pytest.raises(GeoError, match=rf"{library} 的版本是 9\.9\.9"):
        maps.require_versions({**maps.VERIFIED_VERSIONS, library: "9.9.9"})


def full_map():
    layer = squares(["甲镇", "乙镇"])
    drawn = base(layer=layer)
    area = maps.polygons_payload(layer, kind="township", code="township_code")
    for group in (
        maps.venue_group(maps.points_payload(venues(["馆"]), labels=KINDS)),
        maps.choropleth_group(area),
        maps.route_group(maps.lines_payload(stops(["站"]), labels={"r1": "路线"})),
    ):
        group.add_to(drawn)
    return drawn


def foreign_assets(drawn):
    """Return the addresses that `drawn` would fetch from elsewhere; empty when all are ours."""

    def walk(element):
        if isinstance(element, branca.colormap.ColorMap):
            yield "d3 (streamlit-folium adds it for a ColorMap)"
        links = [*getattr(element, "default_js", []), *getattr(element, "default_css", [])]
        yield from (address for _, address in links if not address.startswith(ASSET_ROOT))
        if isinstance(element, folium.TileLayer) and not element.tiles.startswith(ASSET_ROOT):
            yield element.tiles
        for child in element._children.values():
            yield from walk(child)

    return sorted(set(walk(drawn)))


def test_no_map_loads_anything_foreign(sent):
    drawn = full_map()
    assert foreign_assets(drawn) == []
    message = sent(drawn).message
    links = message["js_links"] + message["css_links"]
    assert links and all(link.startswith("../../app/static/") for link in links)
    assert "://" not in message["header"] + message["html"] + message["script"]


def test_a_foreign_address_is_found(monkeypatch):
    foreign = "https://cdn.jsdelivr.net/npm/leaflet@1.9.4/dist/leaflet.js"
    monkeypatch.setattr(folium.Map, "default_js", [("leaflet", foreign)])
    assert foreign_assets(full_map()) == [foreign]


@pytest.mark.parametrize(
    "child",
    [
        branca.colormap.LinearColormap(["white", "blue"]),
        folium.plugins.MarkerCluster(),
        folium.TileLayer("OpenStreetMap"),
    ],
    ids=["colour map", "cluster", "tiles"],
)
def test_what_folium_would_fetch_from_abroad_is_found(child):
    drawn = full_map()
    child.add_to(drawn)
    assert foreign_assets(drawn)


# --- equal input, equal bytes; and few of them ----------------------------------------------------


def test_equal_input_gives_equal_bytes_and_other_input_another_key(sent):
    def message(name, code="village_abc1"):
        payload = maps.points_payload(venues([name, "乙"]), labels=KINDS)
        return sent(base(layer=squares([code])), maps.venue_group(payload, origin=(117.1, 36.1)))

    assert message("甲").text == message("甲").text
    assert message("甲").text != message("丙").text
    # streamlit-folium's own hash is blind to _abc1; inside a payload it sees the difference
    assert message("甲").message["key"] != message("甲", "village_abc2").message["key"]


def test_4000_points_and_88_townships_stay_below_400_kb(sent):
    rng = np.random.default_rng(1)
    many = venues(
        [f"演示·{chr(0x4E00 + i % 900)}家庄街道第{i}村星火科普服务站" for i in range(4000)]
    )
    many["venue_id"] = [f"demo-{370900000000 + i * 7919}" for i in range(4000)]
    many["lon"], many["lat"] = rng.uniform(116, 118, 4000), rng.uniform(35.6, 36.4, 4000)
    layer = squares([f"{i}镇" for i in range(88)], vertices=150)
    classes = pd.Series(["covered", "uncovered"] * 44, index=layer.index)
    area = maps.polygons_payload(layer, kind="township", code="township_code", classes=classes)
    message = sent(
        base(layer=layer),
        maps.choropleth_group(area),
        maps.venue_group(maps.points_payload(many, labels=KINDS)),
    )
    assert len(message.text.encode()) <= 400_000
    assert len(payloads_in(message.script)[3][1]["id"]) == 4000


# --- what is drawn ----------------------------------------------------------------------------


def test_a_venue_without_position_is_left_out_and_flags_say_what_is_known():
    table = venues(["甲", "乙", "丙"])
    table.loc[1, "lon"] = np.nan
    table.loc[2, "position_precision"] = "township"
    table.loc[2, "demo"] = True
    states = pd.Series(["open", "open", "closed"], index=table.index)
    data = maps.unpack(maps.points_payload(table, labels=KINDS, states=states))
    assert data["id"] == ["v0", "v2"]
    assert data["flags"] == [4, 1 + 2 + 8]
    assert [data["x"][0], data["y"][0]] == [-50000, -20000]
    assert data["kinds"] == [["station", "科普服务站"]]


def test_what_is_overdue_has_a_flag_of_its_own_and_what_is_not_changes_no_byte():
    table = venues(["甲", "乙", "丙"])
    table.loc[1, "lon"] = np.nan
    plain = maps.points_payload(table, labels=KINDS)
    none = pd.Series([False] * 3, index=table.index)
    assert maps.points_payload(table, labels=KINDS, aged=none) == plain
    aged = pd.Series([True, False, True], index=[2, 1, 0], dtype="boolean")
    data = maps.unpack(maps.points_payload(table, labels=KINDS, aged=aged))
    assert data["id"] == ["v0", "v2"] and data["flags"] == [16, 16]


def test_the_legend_shows_the_overdue_sign_as_the_map_draws_it():
    ((picture, label),) = maps.legend(["aged"], {"aged": "浅色"})
    drawn = base64.b64decode(picture.split(",")[1]).decode()
    opacity = re.search(r'fill-opacity="([\d.]+)"', drawn)[1]
    script = (STATIC / "map.js").read_text(encoding="utf-8")
    assert f"const AGED_OPACITY = {opacity};" in script and label == "浅色"


def test_no_venues_make_an_empty_layer():
    assert maps.unpack(maps.points_payload(venues([]), labels=KINDS))["id"] == []


def test_every_other_kind_shares_one_sign():
    data = maps.unpack(maps.points_payload(venues(["馆"], kind="museum"), labels=KINDS))
    assert data["kinds"] == [["place", "博物馆"]]


def test_rings_unpack_to_the_vertices_within_half_a_step():
    hole = shapely.Polygon(
        [(116, 36), (116.5, 36), (116.5, 36.5)], [[(116.3, 36.1), (116.4, 36.1), (116.4, 36.2)]]
    )
    both = shapely.MultiPolygon([hole, shapely.box(117, 36, 117.1, 36.1)])
    layer = gpd.GeoDataFrame(
        {"county_code": ["370902"], "name": ["甲"]}, geometry=[both], crs="EPSG:4326"
    )
    data = maps.unpack(maps.polygons_payload(layer, kind="county", code="county_code"))
    code, name, area_class, note, parts, x, y = data["rows"][0]
    assert (code, name, area_class, note) == ("370902", "甲", "county", "")
    rings = [part.exterior for part in both.geoms] + list(hole.interiors)
    unpacked = [parts[0][0], parts[1][0], parts[0][1]]
    for ring, steps in zip(rings, unpacked, strict=True):
        vertices = np.cumsum(np.reshape(steps, (-1, 2)), axis=0) / 1e5 + data["origin"]
        np.testing.assert_allclose(vertices, shapely.get_coordinates(ring)[:-1], atol=0.51e-5)
    anchor = np.array([x, y]) / 1e5 + data["origin"]
    assert both.contains(shapely.Point(anchor))


def test_a_layer_in_metres_is_refused():
    with pytest.raises(CrsError):
        layer = squares(["甲"]).to_crs("EPSG:4548")
        maps.polygons_payload(layer, kind="township", code="township_code")


def test_a_stop_without_position_keeps_its_number():
    table = stops(["甲", "乙", "丙"])
    table.loc[1, ["lon", "lat"]] = np.nan
    line = maps.unpack(maps.lines_payload(table.iloc[::-1], labels={"r1": "路线"}))["lines"][0]
    assert [stop["no"] for stop in line["stops"]] == [1, 2, 3]
    assert [stop["x"] for stop in line["stops"]] == [0, None, 0]


def test_the_legend_escapes_its_labels_and_uses_the_colours_of_the_map():
    names = [*maps.SYMBOLS, *maps.AREAS, "approximate"]
    items = maps.legend(names, dict.fromkeys(names, "<b>&\"'"))
    shown = maps.legend_html(items)
    assert "<b>" not in shown and shown.count("&lt;b&gt;&amp;&quot;") == len(names)
    assert len({picture for picture, _ in items}) == len(names)


def test_the_map_keeps_the_zoom_limits_that_folium_drops(sent):
    script = sent(base()).script
    assert '"maxZoom": 18' in script and '"attributionControl": false' in script


# --- what comes back ------------------------------------------------------------------------------


def tapped(**properties):
    return {"last_active_drawing": {"type": "Feature", "properties": properties}}


def test_a_tap_is_read():
    returned = tapped(layer="venue", id="v1", lon=117.1, lat=36, tap=3)
    assert maps.read_tap(returned) == maps.Tap("venue", "v1", 117.1, 36.0, 3)


@pytest.mark.parametrize(
    "returned",
    [
        None, {}, {"last_active_drawing": None}, {"last_active_drawing": "x"}, tapped(),
        tapped(layer="other", tap=1), tapped(layer="venue"), tapped(layer=["venue"], tap=1),
        tapped(layer="venue", tap="1"), {"last_active_drawing": {"properties": None}},
    ],
)  # fmt: skip
def test_what_is_no_tap_is_none(returned):
    assert maps.read_tap(returned) is None


@pytest.mark.parametrize("value", ["117", float("nan"), float("inf"), 1000, None, True])
def test_a_position_that_is_none_is_left_out_of_a_tap(value):
    tap = maps.read_tap(tapped(layer="ground", id=7, lon=value, lat=36.0, tap=1))
    assert tap == maps.Tap("ground", None, None, None, 1)
