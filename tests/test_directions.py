"""Links into map apps and phone numbers, also for hostile names."""

from urllib.parse import parse_qs, urlsplit

import pytest

from geo.crs import wgs84_to_bd09, wgs84_to_gcj02
from geo.directions import links, phone_links
from geo.schema import EXACT_PRECISIONS, PRECISIONS

LON, LAT = 117.135, 36.193
HOSTS = {"amap": "uri.amap.com", "baidu": "api.map.baidu.com", "tencent": "apis.map.qq.com"}
HOSTILE = [
    "馆&to=1,2#<script>alert(1)</script>", "a\" onclick='x'", "{{7*7}}", "{% 泰山 %}",
    "../../..?x=1", "javascript:alert(1)", "换\n行\x00\x07", "馆\ud800", "%26to%3D1",
    "馆,另一处;x:y|z", "馆" * 500,
]  # fmt: skip


def made(name="泰安市科技馆", lon=LON, lat=LAT, precision="street", address="东岳大街481-1号"):
    found = links(name, address, lon, lat, precision=precision, city="泰安市")
    return {link.app: (urlsplit(link.url), parse_qs(urlsplit(link.url).query)) for link in found}


def test_an_exact_position_is_navigated_to_in_each_apps_own_datum():
    found = made()
    (gcj_lon,), (gcj_lat,) = wgs84_to_gcj02([LON], [LAT])
    (bd_lon,), (bd_lat,) = wgs84_to_bd09([LON], [LAT])
    assert found["amap"][0].path == "/navigation"
    assert found["amap"][1]["to"] == [f"{gcj_lon:.6f},{gcj_lat:.6f},泰安市科技馆"]
    assert found["amap"][1]["coordinate"] == ["gaode"]
    assert found["baidu"][0].path == "/marker"
    assert found["baidu"][1]["location"] == [f"{bd_lat:.6f},{bd_lon:.6f}"]
    assert found["baidu"][1]["coord_type"] == ["bd09ll"]
    assert found["tencent"][0].path == "/uri/v1/routeplan"
    assert found["tencent"][1]["tocoord"] == [f"{gcj_lat:.6f},{gcj_lon:.6f}"]


def test_the_three_apps_get_other_numbers_than_wgs84():
    found = made()
    shown = {app: str(query) for app, (_, query) in found.items()}
    assert all("117.135000" not in query for query in shown.values())
    assert "117.14" in shown["amap"]
    assert "117.147" in shown["baidu"]


@pytest.mark.parametrize("precision", [stored for stored, *_ in PRECISIONS])
def test_a_position_coarser_than_the_street_is_searched_by_name(precision):
    found = made(precision=precision)
    pointed = "to" in found["amap"][1]
    assert pointed == (precision in EXACT_PRECISIONS)
    if not pointed:
        assert found["amap"][1]["keyword"] == ["泰安市科技馆"]
        assert found["amap"][1]["city"] == ["泰安市"]
        assert found["baidu"][1]["query"] == ["泰安市科技馆"]
        assert found["baidu"][1]["region"] == ["泰安市"]
        assert found["tencent"][1]["keyword"] == ["泰安市科技馆"]
        assert found["tencent"][1]["region"] == ["泰安市"]
        assert not any("117." in url.query for url, _ in found.values())


@pytest.mark.parametrize(
    ("lon", "lat"), [(None, None), (float("nan"), LAT), (LON, float("inf")), (999.0, LAT)]
)
def test_without_a_usable_position_it_is_searched_by_name(lon, lat):
    assert "keyword" in made(lon=lon, lat=lat)["amap"][1]


def test_without_position_and_name_there_is_no_link():
    assert made(name="\x00 ", precision="unknown") == {}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("precision", ["street", "unknown"])
def test_a_hostile_name_stays_inside_its_parameter(name, precision):
    plain, found = made(precision=precision), made(name=name, address=name, precision=precision)
    assert found.keys() == plain.keys()
    for app, (url, query) in found.items():
        assert url.scheme == "https"
        assert url.netloc == HOSTS[app]
        assert url.path == plain[app][0].path
        assert url.fragment == ""
        assert url.query.count("&") == plain[app][0].query.count("&")
        assert query.keys() == plain[app][1].keys()
        assert len(url.geturl()) < 2000
        assert url.geturl().isascii()
        assert not set(url.geturl()) & set("<>\"' \n\r\t{}|\\^`")
    if precision == "street":
        # The app splits the destination at commas: still a longitude, a latitude, one name.
        assert found["amap"][1]["to"][0].count(",") == 2


@pytest.mark.parametrize(
    ("phone", "found"),
    [
        ("0538-8417924；13812345678",
         [("0538-8417924", "tel:+865388417924"), ("13812345678", "tel:+8613812345678")]),
        ("0538-8417924 (fax 0538-8413780)", [("0538-8417924", "tel:+865388417924")]),
        ("传真 0538-8413780", []),
        ("0538-8417924转801", [("0538-8417924转801", "tel:+865388417924;ext=801")]),
        ("0538-8417924-801", [("0538-8417924-801", "tel:+865388417924;ext=801")]),
        ("电话：0538—8417924", [("0538-8417924", "tel:+865388417924")]),
        ("(0538)8417924", [("(0538)8417924", "tel:+865388417924")]),
        ("+86 538 8417924", [("+86 538 8417924", "tel:+865388417924")]),
        ("0538-8417924/8417925",
         [("0538-8417924", "tel:+865388417924"), ("8417925", "tel:+865388417925")]),
        ("400-166-0006", [("400-166-0006", "tel:4001660006")]),
        ("010-62345678", [("010-62345678", "tel:+861062345678")]),
        ("138 1234 5678", [("138 1234 5678", "tel:+8613812345678")]),
        ("１３８１２３４５６７８", [("13812345678", "tel:+8613812345678")]),
        ("13812345678 15912345678",
         [("13812345678", "tel:+8613812345678"), ("15912345678", "tel:+8615912345678")]),
        ("12345", [("12345", "tel:12345")]),
        ("0538-8417924; 0538-8417924", [("0538-8417924", "tel:+865388417924")]),
    ],
)  # fmt: skip
def test_numbers_become_links(phone, found):
    assert phone_links(phone) == found


@pytest.mark.parametrize(
    "phone",
    [None, "", "8417924", "2023-11-23", "370902001000", "9999999999999", "00000000000", "见官网",
     "javascript:alert(1)", "<b>13812345678</b>", "1381234567", "0538-8417924\"onclick=x", "1-2-3",
     "0" * 5000],
)  # fmt: skip
def test_junk_gives_no_link(phone):
    assert phone_links(phone) == []


@pytest.mark.parametrize("name", HOSTILE)
def test_a_link_holds_nothing_but_a_number(name):
    for _, url in phone_links(f"13812345678;{name};0538-8417924{name}"):
        assert url.startswith("tel:")
        assert not set(url[4:]) - set("+0123456789;ext=")
