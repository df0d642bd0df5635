"""A header is matched as declared, as told, or by close match: never by choice between two."""

from random import Random

import pytest

from geo.errors import ArgumentError, FileError
from geo.files import _headings, read_table
from geo.schema import TABLES
from geo.uploads.headings import Headings, core
from tests import seeded

HEADINGS = {name: _headings(table, {}) for name, table in TABLES.items()}


def guessed(table, *heads, **options):
    found = HEADINGS[table].match(heads, guess=True, **options)
    return {heads[at]: column for at, column in found.guessed.items()}


@pytest.mark.parametrize(
    ("table", "written", "column"),
    [
        ("venues", "场馆名", "name"), ("venues", "名字", "name"), ("venues", "展馆名称", "name"),
        ("venues", "所在乡镇", "township_code"), ("venues", "乡镇（街道）名称", "township_code"),
        ("venues", "乡镇代码", "township_code"), ("venues", "所属县（市、区）", "county_code"),
        ("venues", "开发时间", "opening_hours"), ("venues", "参观时间", "opening_hours"),
        ("venues", "adress", "address"), ("venues", "lattitude", "lat"),
        ("venues", "单位地址", "address"), ("venues", "联系方式", "phone"),
        ("venues", "是否免费", "free"), ("venues", "场馆类型", "kind"),
        ("venues", "Venue_Name", "name"), ("venues", "position-precison", "position_precision"),
        ("promoters", "宣传员姓名", "name"), ("promoters", "手机号码", "phone"),
        ("promoters", "所在镇街", "township_code"),
        ("promoter_villages", "行政村", "village_code"),
        ("villages", "村（社区）名称", "name"), ("townships", "乡镇名称", "name"),
        ("townships", "所在县区", "county_code"), ("routes", "线路名称", "name"),
    ],
)  # fmt: skip
def test_a_close_header_is_matched_and_shown(table, written, column):
    assert guessed(table, written) == {written: column}


@pytest.mark.parametrize(
    ("table", "written"),
    [
        ("venues", "联系人"), ("venues", "负责人电话"), ("venues", "主管单位负责人"),
        ("venues", "备注说明"), ("venues", "序号"), ("venues", "邮编"), ("venues", "面积"),
        ("venues", "X坐标"), ("venues", "开放状态"), ("venues", "日期"), ("venues", "2026"),
        ("venues", "说明"), ("venues", "notice"), ("promoters", "身份证号"),
        ("promoters", "年龄"), ("venues", "开" * 50), ("venues", ""), ("counties", "人口"),
        ("venues", "代码"), ("promoters", "卸任日期"),
    ],
)  # fmt: skip
def test_what_is_close_to_nothing_or_to_two_columns_is_left(table, written):
    assert guessed(table, written) == {}


def test_no_exact_header_is_ever_guessed():
    for name, headings in HEADINGS.items():
        for form, column in headings.exact.items():
            found = headings.match([form], guess=True, cut=True)
            assert found == ({0: column}, {}), name


def test_a_column_that_two_headers_are_close_to_is_neither_s():
    assert guessed("venues", "场馆名", "名字", "所在乡镇") == {"所在乡镇": "township_code"}


def test_a_guess_never_takes_what_is_exact():
    found = HEADINGS["venues"].match(["场馆名", "名称"], guess=True)
    assert found == ({1: "name"}, {})


def test_a_header_cut_short_is_matched_by_its_beginning():
    cut = {"乡镇街": "township_code", "位置精": "position_precision",
           "opening_ho": "opening_hours", "verified_o": "verified_on", "下次核": "due_on",
           "verified_b": "verified_by", "booking_re": "booking_required"}  # fmt: skip
    assert guessed("venues", *cut, cut=True) == cut
    assert guessed("venues", "verified_o") == {}
    assert guessed("venues", "booking", "verified", "位置", cut=True) == {}


@pytest.mark.parametrize("coding", ["utf-8", "gb18030"])
def test_every_header_of_a_shapefile_is_found_or_left_never_mistaken(coding):
    for headings in HEADINGS.values():
        for form, column in headings.exact.items():
            cut = form.encode(coding)[:10].decode(coding, "ignore")
            found = headings.match([cut], guess=True, cut=True).matched
            starts = {c for f, c in headings.exact.items() if f.startswith(cut)}
            assert set(found.values()) <= starts | {column}, cut


def test_what_was_told_counts_before_everything():
    text = "编号,单位,名称,类别,状态,位置精度,场馆名\nV1,甲,乙,hall,open,street,丙\n".encode()
    raw = read_table(text, table="venues")
    assert (raw.frame["name"].tolist(), raw.ignored) == (["乙"], ["单位", "场馆名"])
    raw = read_table(text, table="venues", mapping={"单位": "name", "类别": "kind"})
    assert (raw.frame["name"].tolist(), raw.ignored) == (["甲"], ["名称", "场馆名"])
    assert raw.guessed == {}
    raw = read_table(text, table="venues", mapping={"名称": "", " 单位 ": "operator"})
    assert raw.frame["name"].tolist() == ["丙"]
    assert raw.guessed == {"场馆名": "name"}
    assert raw.headers["operator"] == "单位"
    assert raw.columns["operator"] == 1


def test_told_twice_is_repeated_and_an_unknown_column_is_refused():
    text = "编号,单位,名称,类别,状态,位置精度\nV1,甲,乙,hall,open,street\n".encode()
    with pytest.raises(FileError) as caught:
        read_table(text, table="venues", mapping={"单位": "name", "名称": "name"})
    assert caught.value.code == "columns_repeated"
    with pytest.raises(ArgumentError, match="castle"):
        read_table(text, table="venues", mapping={"单位": "castle"})


def test_a_header_of_told_and_guessed_words_alone_is_found_below_a_title():
    text = "某县场馆一览,,,,\n编码,场馆名,场馆类型,现状,精确到\nV1,甲,hall,open,street\n".encode()
    with pytest.raises(FileError):
        read_table(text, table="venues")
    told = {"编码": "venue_id", "现状": "status", "精确到": "position_precision"}
    raw = read_table(text, table="venues", mapping=told)
    assert raw.rows == [3]
    assert raw.guessed == {"场馆名": "name", "场馆类型": "kind"}


def test_a_required_column_may_be_found_by_a_guess_alone():
    raw = read_table("县市区代码,县区\n370902,泰山区\n".encode(), table="counties")
    assert raw.frame.to_dict("list") == {"county_code": ["370902"], "name": ["泰山区"]}
    assert raw.guessed == {"县区": "name"}


def test_a_pasted_table_without_its_header_is_refused_with_the_header_it_needs():
    for text in ("370902\t泰山区\n370911\t岱岳区\n", "370902,泰山区\n370911,岱岳区\n"):
        with pytest.raises(FileError) as caught:
            read_table(text.encode(), table="counties")
        assert caught.value.code == "header_missing"
        assert "县市区代码（county_code）、县市区（name）" in caught.value.sentence()


@pytest.mark.parametrize("seed", range(10))
def test_any_text_is_matched_to_one_column_or_none(seed):
    random = Random(seed)
    for headings in HEADINGS.values():
        heads = [seeded.text(random, 12) for _ in range(20)]
        heads += random.sample(list(headings.exact), 3)
        random.shuffle(heads)
        found = headings.match(heads, guess=True, cut=random.random() < 0.5)
        columns = [found.matched[at] for at in found.guessed]
        assert len(set(columns)) == len(columns)
        assert set(found.guessed.items()) <= set(found.matched.items())


def test_the_word_that_counts():
    assert core("所在乡镇") == core("镇街") == "乡镇街道"
    assert core("名称") == core("场馆名称") == core("名") == "名称"
    assert core("单位") == "单位"
    assert Headings({"名称": "name"}, []).match(["单位"], guess=True).matched == {}
