"""Edits: rows as plain values, as text for the history, and the differences between them."""

import json
from datetime import date, datetime
from random import Random

import numpy as np
import pandas as pd
import pytest

from geo import edits
from geo.edits import Edit, edit_of
from geo.errors import ArgumentError, MissingColumnError
from geo.schema import TABLES
from tests import seeded
from tests.region import new_row, new_venue, region_tables, rows_by_key

ROWS = rows_by_key(region_tables())
HALL = ROWS["venues"]["h1",]


# --- rows as text -----------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("table", TABLES)
def test_rows_of_every_kind_come_back_from_their_text(table, seed):
    frame = seeded.tables(Random(seed), 25)[table]
    rows = edits.rows_of(table, frame)
    pd.testing.assert_frame_equal(edits.frame_of(table, rows), frame.reset_index(drop=True))
    for row in rows:
        text = edits.row_text(table, row)
        back = edits.row_from_text(table, text)
        assert back == row
        assert [type(value) for value in back.values()] == [type(v) for v in row.values()]
        assert json.loads(text).keys() == set(TABLES[table].names)
        key = edits.key_of(table, row)
        assert edits.key_from_text(table, edits.key_text(key)) == key


@pytest.mark.parametrize("value", [
    0.1 + 0.2, 117.123456789012345, 1e-300, 5.0, -0.0, 2.0**53, None,
])  # fmt: skip
def test_numbers_keep_every_digit(value):
    back = edits.row_from_text("venues", edits.row_text("venues", HALL | {"lon": value}))
    assert back["lon"] == value
    assert type(back["lon"]) is type(value)


@pytest.mark.parametrize("value", [
    '"', "'", "\\", "\n", "泰山", "{{7*7}}", "é", "😀", "\u2028", "null", "", " ", "2026-01-01",
])  # fmt: skip
def test_texts_keep_every_sign(value):
    text = edits.row_text("venues", HALL | {"intro": value})
    assert edits.row_from_text("venues", text)["intro"] == value
    assert "\\u6cf0" not in text  # readable by people


def test_the_text_of_a_row_by_hand():
    row = {"date": date(2026, 10, 1), "off": True, "name": "国庆节"}
    row |= {"source_url": None, "source_grade": None}
    assert edits.row_text("holidays", row, ["off", "date"]) == '{"date":"2026-10-01","off":true}'
    assert edits.key_text((date(2026, 10, 1),)) == '["2026-10-01"]'
    assert edits.key_text(("370902", 2020, "七普")) == '["370902",2020,"七普"]'


def test_columns_that_are_no_more_are_left_out_and_new_ones_are_empty():
    fields = edits.row_from_text("routes", '{"route_id":"r1","gone":1,"name":"线"}')
    assert fields == {"route_id": "r1", "name": "线"}
    whole = edits.whole_row("routes", fields)
    assert list(whole) == TABLES["routes"].names
    assert {name for name, value in whole.items() if value is not None} == {"route_id", "name"}


# --- frames -----------------------------------------------------------------------------


def test_rows_of_a_frame_are_plain_values():
    for rows in ROWS.values():
        for row in rows.values():
            kinds = {type(value) for value in row.values()}
            assert kinds <= {str, int, float, bool, date, type(None)}


def test_a_frame_without_a_column_is_refused():
    frame = region_tables()["counties"].drop(columns="official_km2")
    with pytest.raises(MissingColumnError, match="official_km2"):
        edits.rows_of("counties", frame)


# --- edits ------------------------------------------------------------------------------


def test_an_edit_knows_its_kind_its_fields_and_its_inverse():
    changed = edit_of("venues", HALL, HALL | {"phone": None, "free": False})
    assert (changed.kind, changed.fields(), changed.key) == ("changed", ["phone", "free"], ("h1",))
    assert changed.inverse() == edit_of("venues", HALL | {"phone": None, "free": False}, HALL)
    added, removed = edit_of("venues", None, HALL), edit_of("venues", HALL, None)
    assert (added.kind, removed.kind) == ("new", "removed")
    assert added.inverse() == removed
    assert added.row == removed.row == HALL
    assert set(added.fields()) == {name for name, value in HALL.items() if value is not None}


def test_the_edits_between_two_tables_turn_one_into_the_other():
    random = Random(7)
    for _ in range(200):
        stored, wanted = (
            {
                (f"r{n}",): ROWS["routes"]["r1",]
                | {"route_id": f"r{n}", "name": random.choice("甲乙")}
                for n in range(5)
                if random.random() < 0.6
            }
            for _ in range(2)
        )
        for remove in (False, True):
            found = edits.between("routes", stored.values(), wanted.values(), remove=remove)
            now = dict(stored)
            for edit in found:
                assert edit.before == now.get(edit.key)
                assert edit.before != edit.after
                now.pop(edit.key, None)
                if edit.after:
                    now[edit.key] = edit.after
            assert now == (wanted if remove else stored | wanted)


# --- what no database could hold ----------------------------------------------------------


def test_whole_plain_rows_under_their_key_pass():
    for table, rows in ROWS.items():
        for row in rows.values():
            for edit in (edit_of(table, None, row), edit_of(table, row, None),
                         edit_of(table, row, row)):  # fmt: skip
                edits.require_plain(edit)


@pytest.mark.parametrize("key", [("h2",), ("h1", "x"), ()])
@pytest.mark.parametrize("before, after", [(HALL, HALL), (None, HALL), (HALL, None)])
def test_a_row_under_another_key_is_refused(key, before, after):
    with pytest.raises(ArgumentError, match="编号不能改"):
        edits.require_plain(Edit("venues", key, before, after))


def test_an_id_cannot_be_changed():
    with pytest.raises(ArgumentError, match=r"编号不能改.*新建一行"):
        edits.require_plain(edit_of("venues", HALL, HALL | {"venue_id": "h2"}))


def test_a_row_with_a_column_too_few_or_too_many_is_refused():
    fewer = {name: value for name, value in HALL.items() if name != "intro"}
    for row in (fewer, {}, HALL | {"extra": 1}):
        for edit in (Edit("venues", ("h1",), row, HALL), Edit("venues", ("h1",), HALL, row)):
            with pytest.raises(ArgumentError, match="每一列"):
                edits.require_plain(edit)


@pytest.mark.parametrize("column, value", [
    ("name", 1), ("name", "a\x00b"), ("name", "\ud800"), ("name", ["x"]), ("name", b"x"),
    ("lon", "117"), ("lon", float("nan")), ("lon", float("inf")), ("lon", True),
    ("visit_min", 1.5), ("visit_min", "90"), ("visit_min", 2**31), ("visit_min", False),
    ("visit_min", np.int64(90)), ("free", 1), ("free", "yes"), ("free", pd.NA),
    ("opened_on", "2025-01-01"), ("opened_on", datetime(2025, 1, 1)), ("opened_on", pd.NaT),
    ("kind", 5), ("phone", 5381234567), ("venue_id", 7), ("subjects", ("geology",)),
])  # fmt: skip
def test_a_value_that_the_column_cannot_hold_is_refused_without_being_shown(column, value):
    edit = new_row("venues", **{"venue_id": "x", column: value})
    with pytest.raises(ArgumentError, match=column) as caught:
        edits.require_plain(edit)
    assert "117" not in str(caught.value) and "538" not in str(caught.value)


@pytest.mark.parametrize("column, value", [
    ("lon", 117), ("lon", 117.5), ("visit_min", -1), ("free", True),
    ("opened_on", date(2025, 1, 1)), ("name", ""), ("intro", None), ("name", "😀"),
])  # fmt: skip
def test_a_value_that_the_column_can_hold_passes(column, value):
    edits.require_plain(new_venue("x", **{column: value}))
