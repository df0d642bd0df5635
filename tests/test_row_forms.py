"""One row out of a form."""

from datetime import date

import pytest

from geo.edits import rows_of
from geo.errors import TableError
from geo.row_forms import checked_edit, texts_of
from tests.region import region_tables

DAY = date(2026, 6, 1)


@pytest.fixture(scope="module")
def tables():
    return region_tables()


def refused(tables, table, texts, **options):
    """Return the one problem of a form that is refused."""
    with pytest.raises(TableError) as error:
        checked_edit(tables, table, texts, today=DAY, **options)
    (problem,) = error.value.problems
    assert problem.row is None and problem.sheet is None
    return problem


def test_what_a_form_leaves_out_keeps_its_value(tables):
    before = rows_of("reporting_units", tables["reporting_units"])[0]
    edit = checked_edit(tables, "reporting_units", {"name": " 甲 "}, before=before, today=DAY)
    assert edit.before == before and edit.after == before | {"name": "甲"}
    same = checked_edit(tables, "reporting_units", texts_of("reporting_units", before),
                        before=before, today=DAY)  # fmt: skip
    assert same.before == same.after


def test_a_value_that_a_column_cannot_hold_names_the_column(tables):
    problem = refused(tables, "reporting_units", {"unit_id": "u", "name": "乙", "kind": "某种"},
                      before=None)  # fmt: skip
    assert problem.value == "某种"


def test_a_number_that_a_row_has_or_waits_for_is_taken(tables):
    stored = rows_of("reporting_units", tables["reporting_units"])[0]["unit_id"]
    for number, waiting in ((stored, ()), ("u", [("u",)])):
        texts = {"unit_id": number, "name": "乙", "kind": "zone"}
        assert refused(tables, "reporting_units", texts, before=None, taken=waiting).code == (
            "key_taken"
        )


def test_a_county_does_not_get_a_second_unit(tables):
    units = tables["reporting_units"]
    own = units[units["kind"] == "county"].iloc[0]
    texts = {"unit_id": "u", "name": "乙", "kind": "county", "county_code": own["county_code"]}
    problem = refused(tables, "reporting_units", texts, before=None)
    assert problem.code == "unit_ambiguous"
    assert own["name"] in problem.sentence("zh") and "乙" in problem.sentence("zh")
    before = next(row for row in rows_of("reporting_units", units)
                  if row["unit_id"] == own["unit_id"])  # fmt: skip
    assert checked_edit(tables, "reporting_units", {"name": "丙"}, before=before, today=DAY).after
