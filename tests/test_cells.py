"""Cells as people write them: blanks of every kind, full width, dates, codes out of Excel."""

import pytest

from geo.cells import CellError, clean, parse
from geo.schema import TABLES

VENUES = TABLES["venues"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("\u200b泰山\u200b馆\ufeff", "泰山馆"), ("泰\u00ad山\u2060馆", "泰山馆"),
        ("Tai\u00a0Shan\u202fHall", "Tai Shan Hall"), ("\u3000 馆 \t", "馆"),
        ("a\r\nb\rc", "a\nb\nc"), (" \u00a0\u200b", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_blanks_and_marks_without_width_are_taken_off(written, meant):
    assert clean(written) == meant
    assert clean(meant) == meant


@pytest.mark.parametrize("sign", ["\ufffd", "\u202e", "\x00", "\x0b", "\ud800"])
def test_signs_that_hide_something_are_refused(sign):
    with pytest.raises(CellError) as caught:
        parse(VENUES["name"], f"泰山{sign}馆")
    assert caught.value.code == "control_character"


@pytest.mark.parametrize(
    "written",
    ["2026年11月24日", "2026 年 11 月 24 日", "2026年11月24", "2026.11.24", "2026. 11. 24",
     "20261124", "２０２６年１１月２４日", "2026/11/24", "2026-11-24 00:00:00", "46350"],
)  # fmt: skip
def test_dates_in_more_forms(written):
    assert str(parse(VENUES["opened_on"], clean(written))) == "2026-11-24"


@pytest.mark.parametrize(
    "written", ["2026年11月", "202611", "2026112", "20261324", "2026.11-24", "11/24/2026", "2026"]
)
def test_what_is_no_whole_date_is_refused(written):
    with pytest.raises(CellError):
        parse(VENUES["opened_on"], written)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("3.70911101E+11", "370911101000"), ("370911101000.0", "370911101000"),
     ("３７０９１１１０１０００", "370911101000"), ("370911 101 000", "370911101000"),
     ("3.70911E+11", "code_rounded"), ("3.7091E11", "code_rounded"), ("37091110100", "not_a_code")],
)  # fmt: skip
def test_codes_that_became_numbers(written, meant):
    try:
        assert parse(VENUES["township_code"], written) == meant
    except CellError as error:
        assert error.code == meant


def test_a_name_that_was_spaced_out_is_that_name():
    assert parse(TABLES["venues"]["operator"], "泰 山 区") == "泰 山 区"
    from dataclasses import replace

    named = replace(VENUES["county_code"], kind="text")
    assert parse(named, "泰 山 区") == "泰山区"
    assert parse(named, "370902 泰山区") == "370902 泰山区"
    assert parse(VENUES["status"], "开　放") == parse(VENUES["status"], "open") == "open"
    assert parse(VENUES["kind"], "Service  Station") == "station"
