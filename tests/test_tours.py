"""A teacher's request and the register: windows, candidates, margins, the answer and its words."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo.errors import GeoError
from geo.itinerary.fitting import fits
from geo.itinerary.retiming import Break
from geo.itinerary.search import feasible_sets
from geo.schema import TABLES
from geo.sentences import SENTENCES
from geo.settings import read_settings
from geo.tours import form
from geo.tours.answer import answer, in_order, question
from geo.tours.candidates import candidate
from geo.tours.changes import applied
from geo.tours.form import RequestError, from_json, to_json
from geo.tours.outcome import Place
from geo.tours.places import margins_min
from geo.tours.request import LunchWish, Request, Where
from geo.tours.telling import (
    break_text,
    change_text,
    headline,
    left_out_text,
    notice_sentences,
    timetable,
)  # fmt: skip
from geo.tours.windows import ANY_TIME, windows_on
from geo.tours.writing import outcome_facts, outcome_json
from tests.tours import made_day

ROOT = Path(__file__).resolve().parents[1]
TODAY = date(2026, 9, 1)
SATURDAY, MONDAY = date(2026, 9, 12), date(2026, 9, 14)
START = Where("岱庙街道", "370902001000")


def when(hours: str, day: date, calendar=None, last_entry_min: int = 0):
    found = windows_on(hours, day, calendar=calendar or {}, last_entry_min=last_entry_min)
    return [tuple(one) for one in found]


# --- windows ---------------------------------------------------------------------------


def test_openings_in_minutes_of_the_day():
    assert when("Tu-Su 09:00-17:00", SATURDAY) == [(540, 1020, 1020)]
    assert when("Tu-Su 09:00-17:00", MONDAY) == []
    assert when("09:00-11:30,13:30-17:00", SATURDAY) == [(540, 690, 690), (810, 1020, 1020)]
    assert when("09:00-12:00,12:00-17:00", SATURDAY) == [(540, 1020, 1020)]  # they touch


def test_an_opening_across_midnight_counts_on_both_days():
    assert when("Fr 20:00-02:00", SATURDAY) == [(0, 120, 120)]  # what is left of Friday's
    assert when("Sa 20:00-02:00", SATURDAY) == [(1200, 1560, 1560)]
    assert when("Fr 18:00-24:00; Sa 00:00-10:00", SATURDAY) == [(0, 600, 600)]


def test_after_the_last_entry_nobody_is_let_in_and_a_short_opening_is_none():
    assert when("09:00-17:00", SATURDAY, last_entry_min=30) == [(540, 1020, 990)]
    assert when("09:00-09:20", SATURDAY, last_entry_min=30) == []


def test_a_day_off_follows_its_own_rule_and_a_made_up_working_day_its_weekday():
    hours, holiday, worked = "Tu-Su 09:00-17:00; PH off", date(2026, 10, 1), date(2026, 10, 10)
    calendar = {holiday: True, worked: False}
    assert when(hours, holiday, calendar) == []
    assert when(hours, holiday) == [(540, 1020, 1020)]  # an ordinary Thursday
    assert when("Mo-Fr 09:00-17:00", worked, calendar) == []  # it stays a Saturday


# --- candidates ------------------------------------------------------------------------


def venue(**known):
    row = dict.fromkeys(TABLES["venues"].names) if hasattr(TABLES["venues"], "names") else {
        column.name: None for column in TABLES["venues"].columns}  # fmt: skip
    row |= {"venue_id": "v", "name": "馆", "kind": "museum", "status": "open", "demo": False}
    return row | {"opening_hours": "Tu-Su 09:00-17:00", "visit_min": 60} | known


def stop_of(row, *, day=SATURDAY, placed=True, **asked):
    request = Request(day, START, **asked)
    return candidate(row, request, day=day, today=TODAY, calendar={}, placed=placed, ask_days=3)


@pytest.mark.parametrize(
    "known, asked, reason",
    [
        ({}, {}, None),
        ({"status": "closed"}, {}, "not_open"),
        ({"opened_on": pd.Timestamp("2026-09-13")}, {}, "not_open"),
        ({"opened_on": pd.Timestamp("2026-09-12")}, {}, None),
        ({"closed_on": pd.Timestamp("2026-09-12")}, {}, "not_open"),
        ({"opening_hours": "Mo 09:00-17:00"}, {}, "closed"),
        ({"opening_hours": None}, {"ask_hours": False}, "unknown_hours"),
        ({"opening_hours": None}, {}, None),
        ({"group_lead_days": 12}, {}, "booking_passed"),
        ({"group_lead_days": 11}, {}, None),
        ({"group_max": 15}, {"pupils": 46}, "group_too_large"),
        ({"group_max": 15}, {"pupils": 45}, None),
        ({"indoors": "no"}, {"indoors": True}, "outdoors"),
        ({}, {"indoors": True}, "outdoors"),
        ({"indoors": "both"}, {"indoors": True}, None),
    ],
)
def test_why_a_class_cannot_visit(known, asked, reason):
    found = stop_of(venue(**known), **asked)
    assert found.blocked == reason
    assert bool(found.stop.windows) == (reason is None)


def test_a_venue_that_is_nowhere_is_no_stop():
    assert stop_of(venue(), placed=False).blocked == "no_position"


def test_one_pupil_and_two_thousand():
    small = venue(group_max=50)
    assert (stop_of(small, pupils=1).groups, stop_of(small, pupils=1).stop.stay_min) == (1, 60)
    crowd = stop_of(small, pupils=2000)
    assert (crowd.groups, crowd.stop.stay_min) == (40, 2400)
    assert crowd.blocked == "group_too_large" and crowd.variants == ()
    assert stop_of(venue(), pupils=2000).groups == 1  # no limit is known
    four = stop_of(small, pupils=180)
    assert [(one.kind, one.steps[0][0]) for one in four.variants] == [("split", 4)]


def test_a_change_is_offered_only_if_nothing_else_blocks_the_venue():
    assert [one.kind for one in stop_of(venue(opening_hours=None), ask_hours=False).variants] == [
        "ask_hours"
    ]
    late = venue(opening_hours=None, group_lead_days=30)
    assert stop_of(late, ask_hours=False).variants == ()
    assert stop_of(venue(group_lead_days=30), indoors=True).variants == ()
    assert [one.kind for one in stop_of(venue(), indoors=True).variants] == ["indoors_or_not"]


def test_unknown_hours_are_asked_for_before_and_a_booking_has_its_day():
    found = stop_of(venue(opening_hours=None, group_lead_days=7))
    assert found.stop.windows == ANY_TIME and not found.hours_known
    assert (found.ask_by, found.book_by) == (date(2026, 9, 9), date(2026, 9, 5))
    assert stop_of(venue()).ask_by is None


def test_values_come_from_subjects_grade_and_wishes():
    row = venue(subjects="geology;water", grades="junior;senior")
    assert stop_of(row).stop.value == 10
    assert stop_of(row, subjects=("geology", "health")).stop.value == 20
    assert stop_of(row, subjects=("geology",), grade="junior").stop.value == 25
    assert stop_of(row, wish=("v",)).stop.value == 30


def test_positions_that_may_be_off_widen_the_way():
    places = [
        Place("a", 0, 0, "street"),
        Place("b", 0, 0, "township"),
        Place("c", 0, 0, "surveyed"),
    ]
    assert margins_min(places, m_per_min=300).tolist() == [[0, 11, 1], [11, 0, 10], [1, 10, 0]]


# --- the request -------------------------------------------------------------------------

FULL = Request(
    SATURDAY, START, Where("点", lon=117.1, lat=36.2), 500, 1000, 80, 6, "junior",
    ("geology", "water"), "walk", ("h1",), ("m1",), ("s1",), {"h1": 45},
    LunchWish(700, 800, 30, False), 5000, 19.99, True, False, 5, False,
)  # fmt: skip


@pytest.mark.parametrize("request_", [FULL, Request(SATURDAY, START), replace(FULL, lunch=None)])
def test_a_request_comes_back_from_json_as_it_was(request_):
    assert from_json(to_json(request_)) == request_
    assert from_json(form.to_link(request_)) == request_


@pytest.mark.parametrize(
    "text, said",
    [
        ("{", "读不懂"),
        ("[]", "应为 object"),
        ("{}", "缺少 date、start"),
        ('{"date": "2026-02-30", "start": {"name": "", "township_code": "370902001000"}}', "日历"),
        ('{"date": "12月", "start": {"name": "x"}}', "township_code"),
        ("pupils", "不能小于 1"), ("grade", "只能是"), ("leave", "写法不对"), ("moon", "不认识"),
        ("must", "有重复"), ("back", "最晚返回"), ("lunch", "放不下"),
        ("without", "既要去又不要去"), ("budget_yuan", "读不懂"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_request_is_a_sentence(text, said):
    wrong = {
        "pupils": 0, "grade": "x", "leave": "8:00", "moon": 1, "must": ["a", "a"], "back": "07:00",
        "lunch": {"from": "12:00", "to": "12:10"}, "without": ["a"], "budget_yuan": float("nan"),
    }  # fmt: skip
    if text in wrong:
        given = json.loads(to_json(Request(SATURDAY, START))) | {text: wrong[text]}
        given |= {"wish": ["a"]} if text == "without" else {}
        text = json.dumps(given)
    with pytest.raises(RequestError) as caught:
        from_json(text)
    assert said in caught.value.sentence()
    for problem in caught.value.problems:
        english = problem.sentence("en").replace(problem.params.get("value", ""), "")
        assert english and not re.search("[\u3000-\u9fff\uff00-\uffef]", english)


def test_every_rule_of_the_schema_has_its_reason():
    rules = set()

    def walk(schema):
        if isinstance(schema, dict):
            own = {"properties", "items", "title", "$schema"}
            if "type" in schema or "anyOf" in schema or "enum" in schema or "const" in schema:
                rules.update(set(schema) - own)
            for inner in schema.values():
                walk(inner)
        elif isinstance(schema, list):
            for inner in schema:
                walk(inner)

    walk(form.SCHEMA)
    assert {f"tour_why_{rule}" for rule in rules} <= set(SENTENCES)


def test_the_documented_schema_is_current():
    written = (ROOT / "docs/tour-request.schema.json").read_text(encoding="utf-8")
    assert written == form.documented()


# --- the answer --------------------------------------------------------------------------


def known_venues(tables, *rows):
    """Put venues at the toy region's townships into the tables, by township and what is known."""
    held = tables["venues"]
    places = {"a": "370902001000", "b": "370902002000", "c": "370911101000", "d": "370911102000"}
    seats = tables["townships"].set_index("township_code")
    made = []
    for at, (place, known) in enumerate(rows):
        seat = seats.loc[places[place]]
        made.append(
            venue(venue_id=f"{place}{at}", name=f"馆{place}{at}", lon=seat.seat_lon,
                  lat=seat.seat_lat, position_precision="building") | known
        )  # fmt: skip
    frame = pd.DataFrame(made)[list(held.columns)]
    typed = {name: held[name].dtype for name in held.columns}
    return tables | {"venues": frame.astype(typed)}


def ask(tables, day=SATURDAY, **asked):
    request = Request(day, START, **asked)
    return answer(tables, request, settings=read_settings({}), today=TODAY)


@pytest.fixture
def four(toy):
    return known_venues(
        toy, ("a", {"subjects": "geology"}), ("b", {"subjects": "water", "visit_min": 90}),
        ("c", {"subjects": "geology", "meals": True}), ("d", {"opening_hours": None}),
    )  # fmt: skip


def test_a_day_that_works_with_its_sentence_and_timetable(four):
    outcome = ask(four)
    tour = outcome.tour
    assert {stop.place.venue_id for stop in tour.stops} == {"a0", "b1", "c2", "d3"}
    assert tour.proven and tour.bound == tour.value and outcome.left_out == ()
    assert "这是可证明的最好安排" in headline(outcome)
    rows = timetable(tour, picnic=True)
    assert list(rows.columns) == ["time", "what", "note"]
    assert sum(rows["what"] == "午餐") == 1
    assert rows["what"].iloc[-1] == "回到岱庙街道" or rows["what"].iloc[-1] == "午餐"
    assert any("待电话确认，9月9日（周三）前" in note for note in rows["note"])
    assert list(timetable(tour, picnic=True, language="en").columns) == ["time", "what", "note"]
    keys = {key for key, _ in outcome.notices}
    assert {"tour.ask_hours", "tour.margins", "tour.unknown_fees"} <= keys
    for language in ("zh", "en"):
        assert all(notice_sentences(outcome.notices, language))


def test_all_closed_on_monday(toy):
    closed = known_venues(toy, ("a", {}), ("b", {}))
    outcome = ask(closed, day=MONDAY)
    assert outcome.tour.stops == () and "没有能去的地方" in headline(outcome)
    assert [one.reason for one in outcome.left_out] == ["closed", "closed"]
    for one in outcome.left_out:
        assert [change_text(c, outcome) for c in one.changes] == ["改在 9月15日（周二） 即可"]
        assert left_out_text(one).endswith("这一天不开放。")


def test_no_venue_at_all_is_an_answer(toy):
    outcome = ask(known_venues(toy, ("a", {})) | {"venues": toy["venues"].iloc[:0]})
    assert outcome.tour.stops == () and outcome.left_out == ()


def test_a_stay_longer_than_the_opening(toy):
    outcome = ask(known_venues(toy, ("a", {"opening_hours": "10:00-10:45"})), lunch=None)
    (one,) = outcome.left_out
    assert one.reason == "stay_too_long"
    assert one.changes[0] == ("shorter_stay", 15)


def test_a_date_outside_the_holiday_table_is_told(four):
    assert "tour.no_calendar" in {key for key, _ in ask(four, day=date(2027, 1, 9)).notices}
    assert "tour.no_calendar" not in {key for key, _ in ask(four).notices}


def test_a_change_onto_a_day_outside_the_holiday_table_says_so(toy):
    shut = known_venues(toy, ("a", {"opening_hours": "Tu-Fr 09:00-17:00"}))
    for day, unchecked in ((date(2026, 12, 26), False), (date(2026, 12, 31), True)):
        # of the last days of 2026, Thursday the 31st is made a day on which it is closed
        tables = shut | {"venues": shut["venues"].assign(
            opening_hours="Tu-Fr 09:00-17:00; 2026 Dec 31 off")}  # fmt: skip
        outcome = ask(tables, day=day)
        (one,) = outcome.left_out
        (change,) = [change for change in one.changes if change.kind == "other_day"]
        assert (outcome.change_days[change.amount].year == 2027) == unchecked
        assert ("还没有收录" in change_text(change, outcome)) == unchecked
        assert ("not recorded" in change_text(change, outcome, "en")) == unchecked
    must = ask(tables, day=date(2026, 12, 31), must=("a0",))
    assert must.tour is None and 2027 in must.unrecorded_years
    assert "还没有收录" in outcome_json(must)


def test_a_past_day_and_an_unknown_venue_are_refused(four):
    with pytest.raises(GeoError, match="已经过去"):
        ask(four, day=TODAY - timedelta(days=1))
    assert ask(four, day=TODAY).tour is not None
    with pytest.raises(GeoError, match="没有 nowhere"):
        ask(four, must=("nowhere",))


def test_must_sees_that_cannot_be_seen_give_changes_that_work(toy):
    tables = known_venues(toy, ("a", {"visit_min": 180}), ("d", {"visit_min": 180}))
    outcome = ask(tables, must=("a0", "d1"), back=840)
    assert outcome.tour is None and outcome.changes
    assert "必去的地方" in headline(outcome)
    kinds = {change.kind for change in outcome.changes}
    assert {"later_return", "drop"} <= kinds
    for change in outcome.changes:
        better = applied(outcome.request, change, place=None, days=outcome.change_days,
                         places=outcome.change_places)  # fmt: skip
        again = answer(tables, better, settings=read_settings({}), today=TODAY)
        assert again.tour is not None, change_text(change, outcome)


CASES = [
    ({"back": 900}, SATURDAY), ({"budget_yuan": 12.35, "back": 1200}, SATURDAY),
    ({"ask_hours": False, "back": 1200}, SATURDAY), ({"indoors": True}, SATURDAY),
    ({"pupils": 90, "most_groups": 2, "back": 1320}, SATURDAY), ({"back": 900}, MONDAY),
    ({"lunch": LunchWish(690, 780, 60, False), "leave": 600}, SATURDAY),
    ({"mode": "walk", "walk_limit_m": 6000}, SATURDAY),
]  # fmt: skip


@pytest.mark.parametrize("asked, day", CASES)
def test_every_change_made_to_the_request_brings_the_stop_in(toy, asked, day):
    tables = known_venues(
        toy, ("a", {"fee_yuan": 12.3, "visit_min": 100}),
        ("b", {"group_max": 30, "indoors": "yes"}),
        ("c", {"fee_yuan": 19.99, "visit_min": 120, "meals": True}),
        ("d", {"opening_hours": None}),
    )  # fmt: skip
    outcome = ask(tables, day=day, **asked)
    changes = 0
    for one in outcome.left_out:
        for change in one.changes:
            better = applied(outcome.request, change, place=one.place, stay_min=one.stay_min,
                             days=outcome.change_days, places=outcome.change_places)  # fmt: skip
            again = answer(tables, better, settings=read_settings({}), today=TODAY)
            assert again.tour is not None, (one, change)
            assert one.place.venue_id in {stop.place.venue_id for stop in again.tour.stops}
            assert again.tour.value >= outcome.tour.value
            changes += 1
    assert changes, outcome


def test_an_order_by_hand_is_the_tour_or_says_where_it_breaks(four):
    outcome = ask(four)
    order = [stop.place.venue_id for stop in outcome.tour.stops]
    given = {"settings": read_settings({}), "today": TODAY}
    again = in_order(four, outcome.request, order, **given)
    assert again.value == outcome.tour.value and again.returns == outcome.tour.returns
    assert in_order(four, outcome.request, [], **given).stops == ()
    late = replace(outcome.request, back=700, lunch=None)
    found, place, _ = in_order(four, late, order, **given)
    assert found.kind == "late" and "晚了" in break_text(found, place)
    shut = in_order(four, replace(outcome.request, day=MONDAY), ["a0"], **given)
    assert shut[0].kind == "shut" and "馆a0这一天不开放" in break_text(*shut)


@pytest.mark.parametrize(
    "kind",
    ["closed", "shut", "full", "late", "no_lunch", "too_dear", "too_far_on_foot", "no_way"],
)  # fmt: skip
def test_every_break_has_words(kind):
    for language in ("zh", "en"):
        assert break_text(Break(kind, 0, 600, 20), Place("馆", 0, 0, "street"), language=language)


def test_the_rain_plan_leaves_out_what_is_outdoors(toy):
    tables = known_venues(toy, ("a", {"indoors": "no"}), ("b", {}), ("c", {"kind": "nature"}))
    outcome = ask(tables)
    assert len(outcome.tour.stops) == 3
    assert [stop.place.venue_id for stop in outcome.rain.stops] == ["b1"]
    assert ask(known_venues(toy, ("a", {}))).rain is None


def test_the_json_of_an_answer_holds_value_proof_reasons_and_changes(four):
    facts = json.loads(outcome_json(ask(four, back=780)))
    assert facts["possible"] and facts["proven"] and facts["value"] == facts["bound"]
    assert from_json(json.dumps(facts["request"])) == ask(four, back=780).request
    assert facts["left_out"] and all(one["sentence"] for one in facts["left_out"])
    assert {"kind", "sentence"} <= set(facts["left_out"][0]["changes"][0])
    assert outcome_facts(ask(four), "en")["sentence"].startswith("Leave at")


def test_demonstration_rows_are_told_and_can_be_left_out(toy):
    tables = known_venues(toy, ("a", {"demo": True}))
    outcome = ask(tables)
    assert outcome.demo_rows == 1 and ("tour.demo", {"count": 1}) in outcome.notices
    assert ask(tables, count_demo=False).tour.stops == ()


def test_ways_are_widened_by_the_margin(four):
    asked, _ = question(four, Request(SATURDAY, START), settings=read_settings({}), today=TODAY)
    assert (np.diag(asked.minutes) == 0).all()
    assert (asked.minutes >= asked.margin).all()
    assert asked.margin[-1, 0] > 0  # the start is a township


@pytest.mark.parametrize("seed", range(25))
def test_what_fits_is_what_the_planner_can_visit(seed):
    asked = replace(made_day(seed, 5), walk_m=None, walk_limit_m=None)
    every = replace(asked, stops=tuple(replace(stop, must=True) for stop in asked.stops))
    for size in (1, 2, 3, 4, 5):
        part = every.part(range(size))
        assert fits(part) == (len(feasible_sets(part).sets) > 0), size


def test_the_command_gives_json_and_files(shipped_store, tmp_path, capsys, monkeypatch):
    from geo import cli

    monkeypatch.setenv("XINGHUO_DATABASE_URL", shipped_store)
    monkeypatch.setenv("XINGHUO_NOW", "2026-11-25T22:00")
    asked = tmp_path / "request.json"
    asked.write_text(to_json(Request(date(2026, 12, 12), Where("夏张镇", "370911107000"))))
    with pytest.raises(SystemExit) as done:
        cli.main(["tour", str(asked)])
    facts = json.loads(capsys.readouterr().out)
    assert done.value.code == 0 and facts["proven"] and facts["itinerary"]["stops"]
    written = tmp_path / "tour.ics"
    with pytest.raises(SystemExit) as done:
        cli.main(["tour", str(asked), "-o", str(written)])
    assert done.value.code == 0 and written.read_bytes().startswith(b"BEGIN:VCALENDAR")
    days = Request(date(2026, 12, 12), Where("夏张镇", "370911107000"), days=2)
    asked.write_text(to_json(days))
    with pytest.raises(SystemExit):
        cli.main(["tour", str(asked)])
    facts = json.loads(capsys.readouterr().out)
    assert [part["date"] for part in facts["parts"]] == ["2026-12-12", "2026-12-13"]
    assert facts["value"] < facts["bound"] and not facts["proven"]
    with pytest.raises(SystemExit):
        cli.main(["tour", str(asked), "-o", str(written), "--part", "2"])
    assert b"20261213" in written.read_bytes()
    with pytest.raises(SystemExit) as done:
        cli.main(["tour", str(asked), "-o", str(written), "--part", "3"])
    assert done.value.code == 1 and "没有可行的行程" in capsys.readouterr().err
    asked.write_text("{}")
    with pytest.raises(SystemExit) as done:
        cli.main(["tour", str(asked)])
    assert done.value.code == 1 and "缺少 date、start" in capsys.readouterr().err
