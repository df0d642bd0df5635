"""Duplicates: which names are the same, what speaks for and against a pair, real ones."""

import numpy as np
import pandas as pd
import pytest

from geo.duplicates.names import number_of, place_pattern, take_apart
from geo.duplicates.pairs import phone_numbers
from geo.duplicates.suspects import find_duplicate_people, find_duplicates
from geo.errors import MissingColumnError
from geo.store import Store
from tests.conftest import toy_tables, typed

PLACES = place_pattern(["泰山区", "岱岳区", "新泰市", "宁阳县", "山口镇", "省庄镇", "岱庙街道"])


def venue(**fields):
    row = {"venue_id": "a", "name": "泰安市科技馆", "kind": "hall", "status": "open",
           "position_precision": "unknown"}  # fmt: skip
    return row | fields


def pairs(*rows, **options):
    tables = toy_tables()
    options = {"townships": tables["townships"], "counties": tables["counties"]} | options
    return find_duplicates(typed("venues", list(rows)), **options)


def score(one, other, **options):
    """Return the score of two rows that differ from a bare venue by these fields, or None."""
    found = pairs(venue(**one), venue(venue_id="b", **other), **options)
    assert len(found) <= 1
    return found["score"].iloc[0] if len(found) else None


def named(one, other, **both):
    return score({"name": one, **both}, {"name": other, **both})


# --- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "own", "place"),
    [
        ("泰安市科技馆", "泰安", ""),
        ("山东省泰安市 天平湖公园", "天平湖", "泰安"),
        ("新泰莲花山景区", "莲花山", "新泰"),
        ("泰山螭霖鱼博物馆", "泰山螭霖鱼", ""),  # 泰山 is the mountain, 泰山区 the district
        ("泰山区省庄镇岳庄村星火科普服务站", "岳庄", "省庄镇"),
        ("岱庙街道党群服务中心星火科普服务站", "岱庙街道", ""),
        ("演示·山口镇新时代文明实践站星火科普服务站", "山口镇", ""),
        ("戴村坝博物馆", "戴村坝", ""),
        ("科普服务站", "科普服务站", ""),
    ],
)
def test_a_name_is_places_generic_words_and_its_own(name, own, place):
    (found,) = take_apart(name, PLACES)
    assert (found.own, found.place) == (own if own != "科普服务站" else found.written, place)


def test_brackets_hold_a_second_name_or_a_part_of_the_first():
    both = take_apart("宁阳文庙（宁阳县博物馆）", PLACES)
    assert [name.own for name in both] == ["文庙", "宁阳"]
    assert len(take_apart("泰安市博物馆（新馆）", PLACES)) == 1
    assert take_apart("泰安市博物馆（新馆）", PLACES)[0].sides == "新"


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("十二", 12), ("二十", 20), ("二十三", 23), ("十", 10), ("一一", 11), ("〇七", 7)],
)
def test_numbers_are_read_however_they_are_written(text, number):
    assert number_of(text) == number


SAME = [
    ("泰安市科技馆", "泰安科技馆"),
    ("泰安市科技馆", "泰安市科学技术馆"),
    ("泰安市科技馆", "山东省泰安市科技馆"),
    ("泰安市科技馆", " 泰安市　科技馆"),
    ("泰安市博物馆（岱庙）", "岱庙"),
    ("宁阳文庙（宁阳县博物馆）", "宁阳县博物馆"),
    ("王庄村科普服务站", "王庄村委会星火科普服务站"),
    ("第二实验小学科技馆", "2实验小学科技馆"),
    ("戴村坝博物馆", "代村坝博物馆"),  # typed by its sound
    ("康平纳纺织染整设备工程技术研究中心", "康平纳纺织染设整备工程技术研究中心"),
    ("泰山螭霖鱼博物馆", "螭霖鱼博物馆"),
]
OTHERS = [
    ("泰安市科技馆", "新泰市科技馆"),
    ("泰安市气象局", "新泰市气象局"),
    ("新泰国家气象观测站", "宁阳国家气象观测站"),
    ("王庄村星火科普服务站", "李庄村星火科普服务站"),
    ("东张村星火科普服务站", "西张村星火科普服务站"),
    ("良庄南村星火科普服务站", "南良庄村星火科普服务站"),
    ("第一实验小学科技馆", "第二实验小学科技馆"),
    ("泰安市科技馆", "泰安市科技馆二馆"),
    ("3号科普服务站", "4号科普服务站"),
    ("泰安市博物馆", "泰安市博物馆（新馆）"),
    ("岱庙街道党群服务中心星火科普服务站", "财源街道党群服务中心星火科普服务站"),
    ("泰山地质公园博物馆", "泰山乡村文化博物馆"),
    ("科技馆", "科普馆"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_names_of_one_thing(one, other):
    assert named(one, other) is not None and named(other, one) == named(one, other)


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_names_of_two_things(one, other):
    assert named(one, other) is None
    assert named(one, other, township_code="370902001000", host="party_centre") is None


# --- evidence ---------------------------------------------------------------------------------


def test_the_same_name_alone_is_a_pair_and_says_so():
    found = pairs(venue(), venue(venue_id="b")).iloc[0]
    assert (found["venue_id_a"], found["venue_id_b"], found["score"]) == ("a", "b", 0.85)
    assert found["reasons"] == ("duplicate.same_name",)


def test_the_same_name_in_another_township_or_county_is_no_pair():
    name = {"name": "王庄村星火科普服务站"}
    here, there = {"township_code": "370911101000"}, {"township_code": "370911102000"}
    assert score(name | here, name | here) > score(name, name)
    assert score(name | here, name | there) is None
    assert score(name | {"county_code": "370902"}, name | {"county_code": "370911"}) is None


PHONE, ADDRESS = {"phone": "0538-8417924"}, {"address": "泰安市泰山区东岳大街481-1号"}


def test_phone_and_address_find_a_pair_of_quite_different_names():
    both = PHONE | ADDRESS
    assert score({"name": "甲馆"}, {"name": "乙院"}) is None
    assert score({"name": "甲馆"} | PHONE, {"name": "乙院"} | PHONE) is None
    named_both = {"township_code": "370902001000"}
    found = pairs(
        venue(name="甲馆", **both, **named_both),
        venue(venue_id="b", name="乙院", phone="8417924；13800000000", **named_both,
              address="东岳大街481-1号", **at(0)),
        venue(venue_id="c", name="丙", **at(1)),
    )  # fmt: skip
    assert found["score"].empty
    near = [venue(name="甲馆", **both, **named_both, **at(0)),
            venue(venue_id="b", name="乙院", **both, **named_both, **at(20))]  # fmt: skip
    found = pairs(*near).iloc[0]
    assert found["reasons"] == ("duplicate.same_phone", "duplicate.same_address", "duplicate.near")


def at(metres, precision="building"):
    return {"lon": 117.1212 + metres / 89_950, "lat": 36.1634, "position_precision": precision}


def test_numbers_that_differ_need_phone_and_address():
    one, other = {"name": "第一实验小学科技馆"}, {"name": "第二实验小学科技馆"}
    assert score(one | PHONE, other | PHONE) is None
    assert score(one | PHONE | ADDRESS, other | PHONE | ADDRESS) is not None


def test_a_phone_of_many_is_an_office_and_says_little():
    few = [venue(venue_id=f"v{i}", name=name, **PHONE, **ADDRESS, **at(i))
           for i, name in enumerate(["甲馆", "乙院", "丙园", "丁站", "戊室"])]  # fmt: skip
    assert len(pairs(*few[:2])) == 1
    assert pairs(*few).empty


def test_distance_counts_only_between_exact_positions():
    same = score({}, {})
    assert score(at(0), at(50)) > score(at(0), at(140)) > same
    assert score(at(0), at(160)) == same
    assert score(at(0), at(160), max_distance_m=300) > same
    assert score(at(0), at(2500)) is None  # two places of one name
    assert score(at(0), at(2500, "township")) == same
    assert score(at(0, "township"), at(10, "township")) == same


def test_near_things_meet_whatever_cell_they_lie_in():
    for start in np.linspace(0, 600, 25):
        both = {"township_code": "370902001000"} | PHONE | ADDRESS
        rows = {"name": "甲馆"} | both, {"name": "乙院"} | both
        assert score(rows[0] | at(start), rows[1] | at(start + 100)) is not None


def test_host_and_kind_speak_against():
    host = {"township_code": "370902001000", "host": "party_centre"}
    same = score(host, host)
    assert same > score(host, host | {"host": "school"}) > 0
    assert score(host, host | {"kind": "station"}) < same
    assert score({}, {"kind": "station"}) == pytest.approx(0.73)


def test_a_demonstration_row_is_no_duplicate_of_a_real_one():
    demo = {"demo": True}
    assert score({}, demo) is None and score(demo, demo) == 0.85


def test_generic_names_do_not_make_everything_one():
    rows = [venue(venue_id=f"v{i}", name="星火科普服务站") for i in range(300)]
    assert pairs(*rows).empty
    assert len(pairs(*rows[:3])) == 3


def test_missing_cells_and_odd_names_take_nothing_down():
    odd = [None, "", "（）", "()", "·", "(a)", "１２", "十", "馆", "泰安市", "\u202e"]
    rows = [venue(venue_id=f"v{i}", name=name) for i, name in enumerate(odd)]
    pairs(*rows)
    assert pairs().empty
    assert list(pairs().columns) == ["venue_id_a", "venue_id_b", "score", "reasons"]


def test_an_absent_column_is_named():
    with pytest.raises(MissingColumnError, match="phone"):
        find_duplicates(toy_tables()["venues"].drop(columns="phone"))


def test_phone_numbers_are_compared_without_their_area():
    assert phone_numbers("0538-8417924；(0538) 8417925") == {"8417924", "8417925"}
    assert phone_numbers("138 0000 0000") == frozenset()  # blanks part numbers in this column
    assert phone_numbers("13800000000") == {"13800000000"}
    assert phone_numbers(None) == phone_numbers("114") == frozenset()


# --- real names -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped(shipped_store):
    store = Store(shipped_store)
    tables = store.read_many(["venues", "townships", "counties", "villages"])
    store.close()
    return tables


def shipped_pairs(shipped, venues):
    return find_duplicates(venues, townships=shipped["townships"], counties=shipped["counties"])


def test_the_shipped_venues_hold_no_pair(shipped):
    assert shipped_pairs(shipped, shipped["venues"]).empty


def _drop_one(name, pick):
    place = pick.integers(len(name))
    return name[:place] + name[place + 1 :]


DISTURBED = {
    "as written elsewhere": (lambda name, _: f"山东省泰安市{name.removeprefix('泰安市')}", 1.0),
    "blanks and brackets": (lambda name, _: " ".join(name.replace("（", "(")), 1.0),
    "a generic word more": (lambda name, _: f"{name}科普教育基地", 0.85),
    "a sign left out": (_drop_one, 0.75),
}


@pytest.mark.parametrize("how", DISTURBED)
def test_disturbed_copies_of_the_shipped_venues_are_found_and_nothing_else(shipped, how):
    disturb, recall = DISTURBED[how]
    real = shipped["venues"][~shipped["venues"]["demo"].fillna(False).astype(bool)]
    pick = np.random.default_rng(3)
    copies = real.assign(
        venue_id="C" + real["venue_id"],
        name=[disturb(name, pick) for name in real["name"]],
        phone=None,
    ).astype(real.dtypes)
    found = shipped_pairs(shipped, pd.concat([real, copies], ignore_index=True))
    truth = found["venue_id_b"] == "C" + found["venue_id_a"]
    assert truth.all(), found[~truth]
    assert truth.sum() >= recall * len(real)


def stations(shipped):
    """Return a station for every village of the list, named after it."""
    villages = shipped["villages"]
    names = (
        villages["name"].str.replace("居委会", "").str.replace("村委会", "村") + "星火科普服务站"
    )
    township = villages["township_code"]
    places = {"township_code": township, "county_code": township.str[:6]}
    blank = shipped["venues"].iloc[:0].reindex(range(len(villages)))
    return blank.assign(
        venue_id=villages["village_code"], name=names, **places,
        kind="station", status="open", position_precision="unknown",
    )  # fmt: skip


def test_a_station_in_every_village_is_no_heap_of_pairs(shipped):
    venues = stations(shipped)
    found = shipped_pairs(shipped, venues)
    assert len(found) <= 8  # of 3,782: 王家石山子村 and 付家石山子村
    again = pd.concat(
        [venues, venues.head(50).assign(venue_id=lambda all_: "C" + all_["venue_id"])]
    )
    both = shipped_pairs(shipped, again)
    copies = both["venue_id_b"] == "C" + both["venue_id_a"]
    assert copies.sum() == 50 and (~copies).sum() <= 8


# --- people -----------------------------------------------------------------------------------


def people(promoters, villages=()):
    rows = [{"promoter_id": key, "name": name, "phone": phone} for key, name, phone in promoters]
    served = [{"promoter_id": key, "village_code": code} for key, code in villages]
    return find_duplicate_people(typed("promoters", rows), typed("promoter_villages", served))


def test_people_of_one_name_and_phone_or_village():
    found = people(
        [("p1", "张三", "13800000000"), ("p2", "张 三", "13800000000;0538-1234567"),
         ("p3", "张三", None), ("p4", "李四", "13800000000"), ("p5", "张三", "13900000000")],
        [("p1", "370902001001"), ("p3", "370902001001"), ("p4", "370902001001"),
         ("p5", "370902001002"), ("gone", "370902001001")],
    )  # fmt: skip
    assert found.to_numpy().tolist() == [
        ["p1", "p2", 1.0, ("duplicate.same_name", "duplicate.same_phone")],
        ["p1", "p3", 0.9, ("duplicate.same_name", "duplicate.same_village")],
    ]


def test_people_without_a_name_and_demonstration_people_are_left_alone():
    assert people([("p1", None, "13800000000"), ("p2", None, "13800000000")]).empty
    tables = toy_tables()
    assert find_duplicate_people(tables["promoters"], tables["promoter_villages"]).empty
    assert list(people([]).columns) == ["promoter_id_a", "promoter_id_b", "score", "reasons"]


def test_the_demonstration_promoters_hold_few_pairs(shipped_store):
    store = Store(shipped_store)
    tables = store.read_many(["promoters", "promoter_villages"])
    store.close()
    assert len(find_duplicate_people(tables["promoters"], tables["promoter_villages"])) < 20
