"""The search box: Chinese, pinyin, initials, several words, typing errors, hostile queries."""

import pickle
import random

import pandas as pd
import pytest

from geo.pinyin import LOCAL_NAMES, readings, syllables
from geo.search import build_index, matches, search

COUNTIES = pd.DataFrame({"county_code": ["370902", "370911", "370982"],
                         "name": ["泰山区", "岱岳区", "新泰市"]})  # fmt: skip
TOWNSHIPS = pd.DataFrame(
    {
        "township_code": ["370902001000", "370911107000", "370911110000", "370982101000",
                          "370982103000"],
        "name": ["岱庙街道", "夏张镇", "大汶口镇", "东都镇", "翟镇"],
        "county_code": ["370902", "370911", "370911", "370982", "370982"],
    }
)  # fmt: skip
COLUMNS = ["name", "kind", "township_code", "county_code", "subjects", "host", "address",
           "operator", "intro"]  # fmt: skip
ROWS = [
    ("泰安市科技馆", "hall", "370902001000", "370902", "technology", None, "东岳大街481-1号", None,
     None),
    ("大汶口遗址博物馆", "museum", "370911110000", None, "archaeology", None, None, None,
     "距今五千年"),
    ("夏张镇重兴村服务站", "station", "370911107000", None, None, "school", None, "夏张中学", None),
    ("泰安方特欢乐世界", "theme_park", None, "370902", None, None, "明堂路北首", None, None),
    ("ABC 5D影院（东都）", "hall", "370982101000", None, "geology;water", None, None, None, None),
    ("科技小屋", "station", "370982103000", None, None, None, "泰安市博物馆旁", None, None),
]  # fmt: skip
VENUES = pd.DataFrame(ROWS, columns=COLUMNS, index=list("uvwxyz")).astype("str")
INDEX = build_index(VENUES, TOWNSHIPS, COUNTIES)


def found(query, index=INDEX):
    """Labels of the hits, best first."""
    scores = search(index, query)
    return "".join(scores[scores > 0].sort_values(ascending=False, kind="stable").index)


def test_scores_are_aligned_with_the_venues():
    scores = search(INDEX, "科技馆")
    assert scores.index.equals(VENUES.index)
    assert scores.dtype == "float64"
    assert scores.between(0, 1).all()


def test_an_empty_query_finds_all_equally():
    for query in ("", "  ", "\u3000\n"):
        assert (search(INDEX, query) == 1.0).all()


@pytest.mark.parametrize(
    "query",
    ["泰安市科技馆", "taianshikejiguan", "tai an shi ke ji guan", "taskjg", "TAIANSHI",
     "ｔａｉａｎｓｈｉ",
     "科技馆", "kejiguan", "kjg", "taianskjg", "泰安kjg", "科 技 馆", "taianshikejig"],
)  # fmt: skip
def test_the_science_hall_is_found_first(query):
    assert found(query)[0] == "u"


def test_names_come_before_places_before_addresses():
    assert found("泰安") == "uxz"  # front of the name, then the address
    assert found("夏张") == "w"
    assert found("科技") == "zuy"  # front, then inside, then a kind
    assert found("kj")[:2] == "zu"
    scores = search(INDEX, "博物馆")
    assert scores["v"] > scores["z"] > 0


def test_the_ranking_of_kinds_of_hits():
    rows = [
        ("岱庙展馆", None, None), ("新岱庙展馆", None, None), ("大妙展馆", None, None),
        ("东盟展馆", None, None), ("甲展馆", "370902001000", None), ("乙展馆", None, "岱庙旁"),
    ]  # fmt: skip
    venues = pd.DataFrame(rows, columns=["name", "township_code", "address"]).astype("str")
    for column in COLUMNS:
        if column not in venues:
            venues[column] = pd.Series([None] * len(venues), dtype="str")
    index = build_index(venues, TOWNSHIPS, COUNTIES)
    by_text = search(index, "岱庙")
    assert by_text[0] > by_text[1] > by_text[4] > by_text[5] > 0
    assert by_text[2] == by_text[3] == 0
    by_initials = search(index, "dm")
    assert by_initials[0] > by_initials[1] > by_initials[4] > by_initials[5] > 0
    assert by_initials[3] > by_initials[4]
    by_pinyin = search(index, "daimiao")
    assert by_text[0] > by_pinyin[0] > by_pinyin[1] > by_initials[0]


def test_a_venue_is_found_by_its_township_and_county_also_in_pinyin():
    for query in ("大汶口镇", "dawenkou", "dwk", "岱岳区", "daiyue", "dyq"):
        assert "v" in found(query), query
    assert "z" in found("翟镇")
    assert "z" in found("zhaizhen")
    assert "y" in found("dongdu")


def test_a_venue_is_found_by_its_subject_kind_and_host():
    assert "y" in found("地质")
    assert "y" in found("dizhi")
    assert "y" in found("水利")
    assert set(found("科普服务站")) == {"w", "z"}
    assert found("学校") == "w"
    assert set(found("museum")) == {"v"}


def test_heteronyms_are_found_in_every_living_reading():
    assert "w" in found("zhongxing")
    assert "w" in found("chongxing")
    assert "w" in found("cx")
    assert "x" in found("huanle")
    assert "x" in found("huanyue")


def test_obsolete_readings_bring_no_false_hits():
    assert "tai" not in readings("大")
    assert "v" not in found("taiwen")


def test_a_syllable_begins_at_a_character():
    assert found("anshi") == "uz"
    assert not matches(VENUES[["name"]], "nshi").any()
    assert not matches(VENUES[["name"]], "uanle").any()


def test_all_words_must_hit_in_whatever_property():
    assert found("夏张 学校") == "w"
    assert found("夏张 博物馆") == ""
    assert found("kejiguan daimiao") == "u"


def test_signs_blanks_and_width_do_not_count():
    assert found("abc5d") == found("ＡＢＣ５Ｄ") == found("ABC-5D") == found("5d影院") == "y"
    assert found("481号") == "u"


def test_typing_errors_count_only_when_there_is_no_exact_hit():
    assert found("泰安市科枝馆") == "u"
    assert found("taianshikejigaun") == "u"
    assert found("xiazang") == "w"
    exact = search(INDEX, "科技馆")
    assert exact["u"] > 0.5
    assert exact["v"] == 0
    assert search(INDEX, "泰安市科枝馆").max() < search(INDEX, "五千年").max()


def test_names_that_sound_alike_are_offered():
    assert found("泰安市课纪馆") == "u"


def test_nonsense_finds_nothing():
    assert found("qqqqqq") == found("飞碟基地") == found("zzzzzzzzzzzz") == ""


HOSTILE = [
    ".*", "[", "(((((", "\\", "a|b", "^$", "\x00\x01", "\ud800", "{{7*7}}", "%_'; --",
    "\u202e馆", "🙂",
    "科" * 10_000, "k" * 10_000, "k j " * 3000, " ".join("科技馆泰安大汶口夏张" * 500),
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE)
def test_a_hostile_query_is_just_text(query):
    scores = search(INDEX, query)
    assert scores.between(0, 1).all()
    assert matches(VENUES[["name"]], query).dtype == bool


def test_signs_alone_find_nothing():
    assert found(".*") == found("((") == found("🙂") == ""


def test_the_index_can_be_pickled():
    again = pickle.loads(pickle.dumps(INDEX))
    pd.testing.assert_series_equal(search(again, "kjg"), search(INDEX, "kjg"))


def test_no_venues_no_hits():
    index = build_index(VENUES.iloc[:0], TOWNSHIPS, COUNTIES)
    for query in ("", "科技馆", "kjg", "qqqqqq"):
        assert len(search(index, query)) == 0


# --- names as they are ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "sound"),
    [("岱庙街道", "daimiaojiedao"), ("徂徕镇", "culaizhen"), ("堽城镇", "gangchengzhen"),
     ("泰山", "taishan"), ("东平街道", "dongpingjiedao"), ("东都镇", "dongduzhen"),
     ("果都镇", "guoduzhen"), ("翟镇", "zhaizhen"), ("大汶口镇", "dawenkouzhen"),
     ("石莱镇", "shilaizhen"), ("粥店街道", "zhoudianjiedao"), ("天平街道", "tianpingjiedao")],
)  # fmt: skip
def test_local_names_are_read_as_people_say_them(name, sound):
    assert "".join(syllables(name)) == sound


def test_every_local_name_has_a_syllable_for_each_character():
    for name, said in LOCAL_NAMES.items():
        assert len(name) == len(said)
        assert all(one in readings(char) for char, one in zip(name, said, strict=True))


PARTS = [
    "泰山", "岱庙", "重庆路", "乐园", "长城", "徂徕", "堽城", "翟镇", "东都", "会展", "地质",
    "朝阳", "省庄", "石横", "行知", "大汶口", "彭集", "华丰", "曲水", "银山", "科技馆",
    "服务站", "博物馆",
]  # fmt: skip


def random_venues(count, seed):
    rng = random.Random(seed)
    names = ["".join(rng.sample(PARTS, rng.randint(2, 4))) + str(i) for i in range(count)]
    venues = pd.DataFrame({"name": names})
    venues["kind"] = rng.choices(["hall", "station", "museum"], k=count)
    venues["township_code"] = rng.choices(TOWNSHIPS["township_code"].tolist(), k=count)
    venues["county_code"] = None
    venues["subjects"] = rng.choices(["geology;water", "technology", None], k=count)
    venues["host"] = None
    venues["address"] = ["".join(rng.sample(PARTS, 3)) + f"{i}号" for i in range(count)]
    venues["operator"] = None
    venues["intro"] = ["".join(rng.choices(PARTS, k=20)) for _ in range(count)]
    return venues.astype("str")


RANDOM = random_venues(120, 3)
RANDOM_INDEX = build_index(RANDOM, TOWNSHIPS, COUNTIES)


def test_every_venue_is_found_by_its_name_its_pinyin_and_its_initials():
    for label, name in RANDOM["name"].items():
        sounds = syllables(name)
        initials = "".join(one if one.isdigit() else one[0] for one in sounds)
        for query in (name, "".join(sounds), " ".join(sounds), initials, name[2:], name.upper()):
            assert search(RANDOM_INDEX, query)[label] > 0.6, (name, query)
        assert search(RANDOM_INDEX, name)[label] == search(RANDOM_INDEX, name).max()


@pytest.mark.parametrize("seed", range(40))
def test_another_word_never_adds_hits(seed):
    rng = random.Random(seed)
    words = [rng.choice(PARTS), "".join(syllables(rng.choice(PARTS))), rng.choice("kdtcz")]
    rng.shuffle(words)
    fewer = search(RANDOM_INDEX, " ".join(words[:2]))
    more = search(RANDOM_INDEX, " ".join(words))
    exact = more >= 0.2  # typing errors score less
    assert not (exact & (fewer == 0)).any()


@pytest.mark.parametrize("seed", range(20))
def test_hits_in_names_agree_with_brute_force(seed):
    rng = random.Random(seed)
    name = rng.choice(RANDOM["name"].tolist())
    start = rng.randrange(len(name) - 2)
    part = name[start : start + 3]
    query = "".join(rng.choice([one, one[0]]) for one in syllables(part))

    def reads(text, left):
        if not left:
            return True
        if not text:
            return False
        for one in readings(text[0]):
            if one.startswith(left):
                return True
            for taken in {one, one[0]}:
                if left.startswith(taken) and reads(text[1:], left[len(taken) :]):
                    return True
        return False

    brute = RANDOM["name"].map(
        lambda text: any(reads(text[place:], query) for place in range(len(text)))
    )
    pd.testing.assert_series_equal(matches(RANDOM[["name"]], query), brute, check_names=False)
    assert brute.any()


def test_matches_filters_any_table_by_text_pinyin_and_initials():
    villages = pd.DataFrame(
        {"name": ["王庄村委会", "重兴社区", "东都村"], "township": ["夏张镇", "翟镇", "东都镇"],
         "code": ["370911107201", "370982103001", "370982101202"]}, index=[5, 6, 7],
    )  # fmt: skip
    assert matches(villages, "").tolist() == [True, True, True]
    assert matches(villages, "wangzhuang").tolist() == [True, False, False]
    assert matches(villages, "zhaizhen cx").tolist() == [False, True, False]
    assert matches(villages, "370982").tolist() == [False, True, True]
    assert matches(villages, "??").tolist() == [False, False, False]
    assert matches(villages, "王庄").index.tolist() == [5, 6, 7]
