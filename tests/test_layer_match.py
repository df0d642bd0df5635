"""Features of a boundary file beside the list, by hand: codes, names, and what contradicts."""

import pandas as pd
import pytest

from geo.errors import FileError
from geo.layers.matching import match_features
from tests.conftest import toy_tables, typed

LISTED = [
    ("370902001", "岱庙街道"), ("370902002", "财源街道"), ("370911101", "山口镇"),
    ("370911102", "祝阳镇"), ("370902101", "下港镇"), ("370911103", "下港镇"),
]  # fmt: skip


@pytest.fixture(scope="module")
def lists():
    """Give the toy list with a name that two counties have."""
    toy = toy_tables()
    rows = [
        {"township_code": f"{code}000", "name": name, "county_code": code[:6], "kind": "town",
         "list_year": 2023}
        for code, name in LISTED
    ]  # fmt: skip
    return {
        "counties": toy["counties"], "townships": typed("townships", rows),
        "township_aliases": toy["township_aliases"],
    }  # fmt: skip


def fields(rows, **columns):
    """Return the whole list as a file has it, but `rows` instead of the rows with their index."""
    held = [{"code": code, "name": name} for code, name in LISTED]
    for at, row in rows.items():
        if at < len(held):
            held[at] = row
        else:
            held.append(row)
    return pd.DataFrame(held, dtype=object).assign(**columns)


def match(lists, rows, level="township", **columns):
    return match_features(fields(rows, **columns), lists, level=level)


def told(found):
    return [(one.code, one.value) for one in found]


def test_codes_of_nine_and_twelve_digits_and_as_numbers_match(lists):
    rows = {
        0: {"code": "370902001000"},
        1: {"code": "370902002.0"},
        2: {"code": "３７０９１１１０１"},
    }
    found = match(lists, rows)
    assert found.problems == found.notes == []
    assert found.features["code"].tolist() == [f"{code}000" for code, _ in LISTED]
    assert (found.code_column, found.name_column) == ("code", "name")


@pytest.mark.parametrize("name", [
    "山口镇", "山口", "山口乡", "山口镇办事处", "泰安市岱岳区山口镇", "岱岳区山口", "山 口镇",
])  # fmt: skip
def test_a_name_matches_with_aliases_short_forms_and_the_areas_before_it(name, lists):
    found = match(lists, {2: {"code": None, "name": name}})
    assert found.features.loc[2, ["code", "matched_by"]].tolist() == ["370911101000", "name"]
    assert found.problems == []


def test_a_name_that_two_counties_have_needs_its_county(lists):
    alone = match(lists, {4: {"code": None, "name": "下港镇"}})
    assert told(alone.problems) == [("boundary_ambiguous", "下港镇"), ("boundary_missing", None)]
    counties = ["泰山区", "泰山", "岱岳区", "岱岳区", "泰山区", "370911"]
    bare = {4: {"code": None, "name": "下港镇"}, 5: {"code": None, "name": "下港镇"}}
    found = match(lists, bare, county=counties)
    assert found.problems == []
    assert found.features["code"].tolist()[4:] == ["370902101000", "370911103000"]
    led = match(lists, {4: {"code": None, "name": "泰山区下港镇"}})
    assert led.features["code"][4] == "370902101000"


def test_a_code_of_another_year_gives_way_to_the_name_in_its_county(lists):
    found = match(lists, {5: {"code": "370911203", "name": "下港镇"}})
    assert found.features["code"][5] == "370911103000" and found.problems == []
    assert told(found.notes) == [("boundary_code_differs", "下港镇 370911203")]


def test_a_name_that_the_code_does_not_have_is_told_or_an_error(lists):
    renamed = match(lists, {2: {"code": "370911101", "name": "山口新镇"}})
    assert renamed.features["code"][2] == "370911101000" and renamed.problems == []
    assert told(renamed.notes) == [("boundary_name_differs", "山口新镇")]
    crossed = match(lists, {2: {"code": "370911101", "name": "祝阳镇"}})
    assert told(crossed.problems) == [
        ("boundary_contradiction", "祝阳镇 370911101"), ("boundary_missing", None),
    ]  # fmt: skip
    said = crossed.problems[0].sentence()
    assert "山口镇（370911101000）" in said and "祝阳镇（370911102000）" in said


def test_what_is_not_in_the_list_is_named_with_the_closest_name(lists):
    found = match(lists, {6: {"code": "370911999", "name": "祝阳新镇"}})
    (problem,) = found.problems
    assert (problem.code, problem.row) == ("boundary_unlisted", 7)
    assert "祝阳镇" in problem.sentence()
    far = {6: {"code": "370102001", "name": "济南镇"}, 7: {"code": "370102002", "name": "历下镇"}}
    (problem,) = match(lists, far).problems
    assert problem.code == "boundary_elsewhere" and "2 个" in problem.sentence()


def test_one_township_twice_is_merged_if_alike_and_an_error_if_not(lists):
    parts = match(lists, {6: {"code": "370911101", "name": "山口镇"}})
    assert (told(parts.problems), told(parts.notes)) == ([], [("boundary_dissolved", "山口镇")])
    twice = match(lists, {6: {"code": None, "name": "山口镇"}})
    assert told(twice.problems) == [("boundary_twice", "山口镇")]
    assert "第 3 个" in twice.problems[0].sentence() and "第 7 个" in twice.problems[0].sentence()


def test_columns_are_found_by_what_stands_in_them_or_named(lists):
    plain = fields({})
    odd = pd.DataFrame({
        "OBJECTID": [str(number) for number in range(6)], "备注": ["岱庙街道", *[None] * 5],
        "乡": plain["name"], "某码": plain["code"], "县": ["泰山区"] * 6,
    }, dtype=object)  # fmt: skip
    found = match_features(odd, lists, level="township")
    assert (found.code_column, found.name_column, found.problems) == ("某码", "乡", [])
    named = match_features(odd, lists, level="township", name_column="备注", code_column="某码")
    assert named.name_column == "备注" and named.problems == []
    with pytest.raises(FileError) as error:
        match_features(odd, lists, level="township", name_column="名")
    assert error.value.code == "layer_column_absent" and "某码" in error.value.sentence()
    with pytest.raises(FileError) as error:
        match_features(odd[["OBJECTID"]], lists, level="township")
    assert error.value.code == "layer_columns"
    with pytest.raises(FileError):
        match_features(pd.DataFrame(index=range(3)), lists, level="township")


def test_codes_that_have_changed_altogether_leave_the_names(lists):
    old = fields({}, code=[f"3709{number}" for number in range(31001, 31007)])
    old.loc[[4, 5], "name"] = ["泰山区下港镇", "岱岳区下港镇"]
    found = match_features(old, lists, level="township")
    assert found.problems == [] and len(found.notes) == 6
    assert {*found.features["matched_by"]} == {"name"}


def test_counties_match_by_six_or_twelve_digits_and_by_name(lists):
    rows = pd.DataFrame({"a": ["370902000000", None], "b": [None, "岱岳"]}, dtype=object)
    found = match_features(rows, lists, level="county")
    assert found.features["code"].tolist() == ["370902", "370911"] and found.problems == []


def test_townships_that_have_ended_are_not_in_the_list(lists):
    ended = lists["townships"].assign(to_date=pd.Series(pd.NaT, index=range(6)))
    ended.loc[3, "to_date"] = pd.Timestamp("2024-01-01")
    ended["to_date"] = ended["to_date"].astype("datetime64[s]")
    found = match_features(fields({}), {**lists, "townships": ended}, level="township")
    assert told(found.problems) == [("boundary_unlisted", "祝阳镇 370911102")]
