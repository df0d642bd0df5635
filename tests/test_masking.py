"""Masks of personal data: what they show, and that they show no more."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.masking import (
    ERASED_NAME,
    masked,
    masked_identity,
    masked_name,
    masked_phone,
    masked_value,
    telling_ids,
    without_consent,
    without_person,
)
from geo.schema import TABLES
from tests.conftest import typed


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("欧阳明", "欧**"),
        ("欧阳明月", "欧**"),
        ("阿依古丽·买买提", "阿**"),
        ("John Smith", "J**"),
        ("Li", "L*"),
        ("张", "*"),
        (" 张三 ", "张*"),
        ("𠮷田", "𠮷*"),
        ("演示宣传员0001", "演示宣**"),
        (ERASED_NAME, ERASED_NAME),
        ("", ""),
    ],
)
def test_a_name_shows_its_first_character(name, shown):
    assert masked_name(name) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13800000000", "138****0000"),
        ("0538-1234567", "0538-****67"),
        ("010-12345678", "010-****78"),
        ("0538-1234567-8001", "0538-****67"),
        ("13800000000;0538-1234567", "138****0000;0538-****67"),
        ("400-123-4567", "****"),
        ("12345", "****"),
        ("1234567", "****"),
        ("0538-12345", "0538-****"),
        ("+8613800000000", "****"),  # not as the register stores it: nothing of it is shown
    ],
)
def test_a_phone_hides_its_middle(phone, shown):
    assert masked_phone(phone) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("p1", "p1"),
        ("2025-0017", "2025-0017"),
        ("370902199001011234", "3****4"),
        ("37090219900101123X", "3****X"),
        ("村支书 13800000000，可加微信", "村支书 1****0，可加微信"),
        ("d370902199001011234", "d370902199001011234"),  # part of a longer word
        ("370902001001", "370902001001"),  # twelve digits: a village's code
    ],
)
def test_numbers_of_a_person_are_hidden_in_any_text(text, shown):
    assert masked_identity(text) == shown


@given(st.text("张王李三四欧阳abc ", min_size=1, max_size=12))
def test_a_mask_never_shows_a_second_character_of_a_name_nor_its_length(name):
    shown = masked_name(name)
    assert len(shown) <= 3
    assert not shown.strip("*") or shown.strip("*") == name.strip()[0]


@given(st.integers(10**6, 10**12).map(str))
def test_a_mask_hides_four_digits_or_more_of_any_number(number):
    assert sum(sign.isdigit() for sign in masked_phone(number)) <= len(number) - 4


def test_a_table_is_masked_in_its_personal_columns_only(toy):
    people = toy["promoters"].assign(duty=["村医 13811112222", None])
    people["duty"] = people["duty"].astype("str")
    shown = masked(people, "promoters")
    assert shown["name"].tolist() == ["张*", "李*"]
    assert shown["phone"].tolist()[0] == "138****0000" and pd.isna(shown["phone"][1])
    assert shown["promoter_id"].tolist() == ["p1", "p2"]
    assert shown["duty"].tolist()[0] == "村医 1****2"
    rest = [c for c in people if c not in {"name", "phone", "duty"}]
    pd.testing.assert_frame_equal(shown[rest], people[rest])
    assert (shown.dtypes == people.dtypes).all()
    assert people["name"].tolist() == ["张三", "李四"]  # what was given is as it was
    served = toy["promoter_villages"]
    pd.testing.assert_frame_equal(masked(served, "promoter_villages"), served)
    assert masked(people.head(0), "promoters").empty


def test_every_personal_column_of_the_schema_has_a_mask_that_hides():
    for table in TABLES.values():
        for column in table.columns:
            if column.audience == "personal" and column.name not in table.key:
                secret = "13812345678"
                assert secret not in masked_value(column, secret)
                assert masked_value(column, None) == ""


def test_a_value_is_masked_as_its_table_is():
    assert masked_value(TABLES["promoters"]["name"], "张三") == "张*"
    assert masked_value(TABLES["promoters"]["promoter_id"], "p1") == "p1"
    assert masked_value(TABLES["promoters"]["promoter_id"], "37090219900101123X") == "3****X"


def test_ids_that_say_who_somebody_is_are_found():
    rows = [
        {"promoter_id": key, "name": "甲"} for key in ("p1", "13800000000", "37090219900101123X")
    ]
    assert telling_ids(typed("promoters", rows)).tolist() == [False, True, True]


def test_people_without_consent_are_to_be_asked():
    rows = [
        {"promoter_id": "p1", "name": "甲"},
        {"promoter_id": "p2", "name": "乙", "consent_on": "2026-01-01"},
        {"promoter_id": "p3", "name": ERASED_NAME},
        {"promoter_id": "p4", "name": "演示丁", "demo": True},
        {"promoter_id": "p5", "name": "戊", "demo": False},
    ]
    frame = typed("promoters", rows)
    assert without_consent(frame)["promoter_id"].tolist() == ["p1", "p5"]


def test_a_reason_does_not_carry_the_person_into_the_log():
    row = {"name": "张三", "phone": "13800000000;0538-1234567"}
    said = without_person("张三（0538-1234567、13800000000）要求更正；李四 13911112222", row)
    assert said == "张*（0538-****67、1****0）要求更正；李四 1****2"
