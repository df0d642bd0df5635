"""What a planner asks: JSON and links carry it whole, and every problem is a sentence."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import GeoError
from geo.siting.request import MODELS, Point, Request, RequestError, require_usable
from geo.siting.writing import LINK, from_json, from_link, to_json, to_link

FULL = Request(
    add=12, model="fewest", limit=45.0, mode="bus", goal="both", weight="population",
    kinds=("station", "hall"), candidates="hosts", points=(Point(117.1, 36.2, "泰山 <b>;~馆"),),
    locked=("a",), required=("370902001001", "host:h1"), forbidden=("b",), closed=("V1",),
    one_per_township=True, as_of=date(2026, 11, 23), count_demo=False, seed=7,
)  # fmt: skip

ids = st.lists(st.from_regex(r"[a-z0-9:]{1,8}", fullmatch=True), max_size=3, unique=True)


@st.composite
def requests(draw):
    mode = draw(st.sampled_from(["straight", "walk", "bus"]))
    parts = draw(
        st.lists(st.from_regex(r"[a-z0-9:]{1,8}", fullmatch=True), max_size=6, unique=True)
    )
    capacity = draw(st.none() | st.integers(1, 99_999).map(float))
    free = capacity is None  # a capacity goes with one model alone
    return Request(
        add=draw(st.integers(6, 300)),
        model=draw(st.sampled_from(MODELS)) if free else "cover",
        limit=float(draw(st.integers(500, 50_000) if mode == "straight" else st.integers(5, 180))),
        mode=mode,
        locked=tuple(parts[:2]), required=tuple(parts[2:4]), forbidden=tuple(parts[4:]),
        closed=tuple(draw(ids)),
        one_per_township=free and draw(st.booleans()),
        capacity=capacity,
        as_of=draw(st.none() | st.dates(date(2015, 1, 1), date(2030, 1, 1))),
        count_demo=draw(st.booleans()),
        seed=draw(st.integers(0, 9999)),
    )  # fmt: skip


@given(requests())
def test_json_and_link_give_back_the_same_request(request):
    require_usable(request)
    assert from_json(to_json(request)) == request
    assert from_link(to_link(request)) == (request, [])


def test_every_field_travels():
    assert from_json(to_json(FULL)) == FULL
    link = to_link(FULL)
    # A capacity goes with one model and goal alone, not with all of these.
    assert set(link) == set(LINK.values()) - {LINK["capacity"]}
    served = Request(capacity=5000.0)
    assert from_json(to_json(served)) == served
    assert to_link(served).keys() == {LINK["capacity"]}
    assert from_link(to_link(served)) == (served, [])
    got, problems = from_link(link)
    assert not problems
    assert got.points[0].name == "泰山 <b> 馆"  # what separates the parts of a link goes
    assert got == Request(**{**FULL.__dict__, "points": got.points})


def test_the_default_request_is_an_empty_link():
    assert to_link(Request()) == {}
    assert from_link({}) == (Request(), [])


def test_every_problem_is_told_at_once():
    with pytest.raises(RequestError) as caught:
        from_json(
            '{"version": 1, "add": -1, "limit": "far", "modell": 1, "kinds": "hall",'
            ' "required": ["a"], "forbidden": ["a"]}'
        )
    said = caught.value.sentence()
    assert len(caught.value.problems) == 5
    for part in ("新建数", '“距离或时间”是 "far"', "modell", "计入的场馆", "a 既要必选又要禁选"):
        assert part in said, part
    assert "required" not in caught.value.sentence("en").replace("a: both", "")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "request_not_json"),
        ("[1]", "request_not_json"),
        ("[" * 100_000, "request_not_json"),
        ('{"version": 2}', "request_version"),
        ('{"add": true}', "request_value"),
        ('{"add": 1e999}', "request_value"),
        ('{"limit": NaN}', "request_value"),
        ('{"limit": 499}', "request_value"),
        ('{"mode": "bus", "limit": 5000}', "request_value"),
        ('{"candidates": "points"}', "request_no_points"),
        ('{"points": [{"lon": 0, "lat": 0}]}', "request_value"),
        ('{"required": ["a", "b"], "add": 1}', "request_value"),
        ('{"locked": ["a"], "forbidden": ["a"]}', "request_clash"),
        ('{"capacity": 0}', "request_value"),
        ('{"as_of": "昨天"}', "request_value"),
    ],
)
def test_a_request_that_cannot_be_used_says_why(text, code):
    with pytest.raises(RequestError) as caught:
        from_json(text)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_a_link_keeps_what_is_good_and_says_what_is_not():
    request, problems = from_link(
        {"add": "7", "within": "x", "mode": "rocket", "lang": "en", "need": "a~b", "from": "points"}
    )
    assert request == Request(add=7, required=("a", "b"), candidates="points")
    with pytest.raises(RequestError, match="一个也没有画"):
        require_usable(request)
    assert all(isinstance(problem, GeoError) for problem in problems)
    assert len(problems) == 2


def test_a_mode_in_a_link_brings_its_own_limit():
    assert from_link({"mode": "bus"})[0] == Request(mode="bus", limit=30.0)
    assert from_link({"mode": "bus", "within": "15"})[0] == Request(mode="bus", limit=15.0)


def test_marking_a_site_takes_it_out_of_the_other_lists():
    once = Request(required=("a",)).marked("forbidden", "a")
    assert once == Request(forbidden=("a",))
    assert once.marked("", "a") == Request()
