"""The days that other programs are asked, and a bench that goes on without those programs."""

from unittest.mock import Mock

import pytest

from benchmarks import rivals
from geo.itinerary.day import Lunch, Stop, Window
from tests.test_itinerary import ALL_DAY, day


def test_a_day_is_told_with_the_minutes_at_which_visits_begin():
    shut = (Window(540, 560, 550), Window(600, 700, 650))
    stops = (Stop("a", 30, shut, value=3, themes=frozenset({"x"}), fee=5), Stop("b", 60, ALL_DAY))
    told = rivals.as_json(day(*stops, at_km=(1, 2), lunch=Lunch(680, 800, 40), budget=9))
    assert [stop["windows"] for stop in told["stops"]] == [[[600, 650]], [[540, 960]]]
    assert (told["start"], told["back"], told["budget"]) == (480, 1020, 9)
    assert told["lunch"] == [680, 800, 40, False] and told["walk"] is None
    assert told["travel"][0] == [0, 1, 1, 1]
    with pytest.raises(ValueError, match="must-sees"):
        rivals.as_json(day(Stop("a", 30, ALL_DAY, must=True), at_km=(1,)))


def test_where_the_environment_cannot_be_made_it_is_said_and_nothing_is_left(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(rivals, "FOLDER", tmp_path / "env")
    monkeypatch.setattr(rivals, "STAMP", tmp_path / "env" / "stamp")
    failing = Mock(return_value=Mock(returncode=1, stderr="no network"))
    monkeypatch.setattr(rivals.subprocess, "run", failing)
    assert rivals.python() is None
    said = capsys.readouterr().out
    assert "no network" in said and "left out" in said and "不作比较" in said
    assert not (tmp_path / "env").exists()
