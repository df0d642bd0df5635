"""Who needs whose approval: the setting as text, and the rule it makes."""

import pytest

from geo.door import DEFAULT_POLICY
from geo.errors import SettingError
from geo.policy import NO_REVIEW, ROLES, at_least, read_policy
from geo.schema import TABLES


def test_roles_stand_above_each_other():
    assert ROLES == ("public", "reporter", "steward", "city", "admin")
    for i, role in enumerate(ROLES):
        assert [at_least(role, needed) for needed in ROLES] == [i >= j for j in range(len(ROLES))]


def test_the_default_holds_reporters_everything_and_stewards_public_rows():
    public = {"venues", "routes", "route_stops"}
    for table in TABLES:
        assert DEFAULT_POLICY.approver("reporter", table) == "steward"
        assert DEFAULT_POLICY.approver("steward", table) == ("city" if table in public else None)
        assert DEFAULT_POLICY.approver("city", table) is None
        assert DEFAULT_POLICY.approver("admin", table) is None
        assert NO_REVIEW.approver("reporter", table) is None


def test_a_table_by_name_goes_before_all_tables():
    policy = read_policy(" reporter:*=steward , reporter:venues=city,city:venues=admin ,")
    assert policy.approver("reporter", "venues") == "city"
    assert policy.approver("reporter", "routes") == "steward"
    assert policy.approver("city", "venues") == "admin"
    assert policy.approver("steward", "venues") is None


def test_nothing_said_holds_nothing():
    assert read_policy("") == read_policy(" , ") == NO_REVIEW


@pytest.mark.parametrize("part", [
    "reporter", "reporter:venues", "reporter=steward", "reporter:heroes=city",
    "chief:venues=city", "reporter:venues=chief", "steward:venues=steward", "city:*=steward",
    "reporter:venues=", ":venues=city", "reporter:venues=city=admin",
])  # fmt: skip
def test_a_part_that_says_nothing_sensible_is_refused_with_an_example(part):
    with pytest.raises(SettingError, match=r"XINGHUO_REVIEW.*steward:venues=city"):
        read_policy(f"reporter:*=steward,{part}")
