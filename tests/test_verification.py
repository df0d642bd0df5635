"""The verification cycle: the days on which a row changes its age, by hand and by brute force."""

from datetime import date, timedelta

import pandas as pd
import pytest

from geo.errors import ArgumentError, MissingColumnError
from geo.verification import AGES, due, notice_days, verify_row
from tests.conftest import toy_tables, typed

TODAY = date(2026, 11, 23)


def ages(*rows, as_of=TODAY, every_days=180):
    fields = [{"verified_on": verified, "due_on": own} for verified, own in rows]
    return due(typed("venues", fields), as_of=as_of, every_days=every_days)


def day(offset):
    return (TODAY + timedelta(days=offset)).isoformat()


@pytest.mark.parametrize(
    ("verified", "own", "age", "overdue_days"),
    [
        (day(-149), None, "fresh", 0),  # due in 31 days
        (day(-150), None, "due", 0),
        (day(-180), None, "due", 0),  # due today
        (day(-181), None, "overdue", 1),
        ("2025-09-01", None, "overdue", 268),
        (day(0), None, "fresh", 0),
        (day(5), None, "fresh", 0),  # a slip of the pen; it is not called overdue
        (day(-400), day(31), "fresh", 0),  # its own date counts before the cycle
        (day(-400), day(30), "due", 0),
        (day(-400), day(0), "due", 0),
        (day(-1), day(-1), "overdue", 1),
        (None, day(31), "never", 0),
        (None, day(-7), "never", 7),
    ],
)
def test_a_row_ages_on_the_day(verified, own, age, overdue_days):
    found = ages((verified, own)).iloc[0]
    assert (found["age"], found["overdue_days"]) == (age, overdue_days)


def test_never_verified_has_no_day_at_all():
    found = ages((None, None)).iloc[0]
    assert found["age"] == "never" and found["due_on"] is pd.NaT
    assert found["overdue_days"] is pd.NA


def test_the_own_day_counts_before_the_cycle():
    found = ages(("2026-01-01", None), ("2026-01-01", "2026-02-01"))
    assert found["due_on"].dt.date.tolist() == [date(2026, 6, 30), date(2026, 2, 1)]


@pytest.mark.parametrize(
    ("every", "notice"), [(1, 0), (5, 0), (6, 1), (30, 5), (180, 30), (999, 30)]
)
def test_the_notice_is_a_sixth_of_the_cycle_and_thirty_days_at_most(every, notice):
    assert notice_days(every) == notice
    for left, age in ((notice + 1, "fresh"), (notice, "due"), (0, "due"), (-1, "overdue")):
        found = ages((TODAY.isoformat(), None), as_of=TODAY + timedelta(days=every - left),
                     every_days=every)  # fmt: skip
        assert found["age"].iloc[0] == age, left


def test_ages_only_ever_grow_older():
    order = ["fresh", "due", "overdue"]
    seen = [
        ages((TODAY.isoformat(), None), as_of=TODAY + timedelta(days=n)).iloc[0]
        for n in range(100, 220)
    ]
    ranks = [order.index(row["age"]) for row in seen]
    assert ranks == sorted(ranks) and set(ranks) == {0, 1, 2}
    assert [row["overdue_days"] for row in seen] == [max(n - 180, 0) for n in range(100, 220)]


def test_the_answer_has_the_index_of_the_rows_and_plain_types():
    frame = toy_tables()["venues"].iloc[[2, 0]]
    found = due(frame, as_of=TODAY, every_days=180)
    assert found.index.tolist() == [2, 0] and set(found["age"]) <= set(AGES)
    assert [str(dtype) for dtype in found.dtypes] == ["datetime64[s]", "Int64", "str"]
    assert due(frame.head(0), as_of=TODAY, every_days=180).empty


@pytest.mark.parametrize("table", ["venues", "routes", "promoters"])
def test_every_table_with_the_columns_ages(table):
    frame = toy_tables()[table]
    assert (due(frame, as_of=TODAY, every_days=180)["age"] == "never").all()


def test_a_verified_row_is_fresh_until_its_cycle_is_over():
    row = {"venue_id": "v", "verified_on": None, "verified_by": None, "due_on": date(2020, 1, 1)}
    after = verify_row(row, on=TODAY, by=" 泰山区科协 ", every_days=180)
    assert after == {
        "venue_id": "v", "verified_on": TODAY, "verified_by": "泰山区科协",
        "due_on": date(2027, 5, 22),
    }  # fmt: skip
    assert row["verified_on"] is None
    found = ages((after["verified_on"].isoformat(), after["due_on"].isoformat())).iloc[0]
    assert found["age"] == "fresh"


@pytest.mark.parametrize("by", ["", "  ", "长" * 61])
def test_who_verified_must_be_named(by):
    with pytest.raises(ArgumentError, match="核实"):
        verify_row({}, on=TODAY, by=by, every_days=180)


def test_a_cycle_of_no_days_and_an_absent_column_are_refused():
    for call in (lambda: ages((None, None), every_days=0),
                 lambda: verify_row({}, on=TODAY, by="甲", every_days=0)):  # fmt: skip
        with pytest.raises(ArgumentError, match="不能小于 1"):
            call()
    with pytest.raises(MissingColumnError):
        due(toy_tables()["holidays"], as_of=TODAY, every_days=180)
