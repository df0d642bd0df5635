"""Ready-made routes: what they can be chosen by, and a tour proposed as one."""

import shutil
from dataclasses import replace
from datetime import date, datetime

import pandas as pd
import pytest

from geo import approval, door
from geo.edits import edit_of, rows_of
from geo.errors import AccessError, TableError
from geo.rights import PUBLIC, Actor
from geo.route_proposals import propose_route
from geo.settings import read_settings
from geo.store import Store
from geo.tours.answer import answer
from geo.tours.request import Request, Where
from geo.tours.routes import days_of, route_texts, suiting, traits

TODAY, NOW = date(2026, 11, 23), datetime(2026, 11, 23, 2, 0)
REPORTER = Actor("yi", "乙", "reporter", "township", "370911107000")
STEWARD = Actor("jia", "甲", "steward", "unit", "370911")
CITY = Actor("cheng", "城", "city")


def tables(**grades):
    routes = pd.DataFrame(
        [("A", "geology;water", "2天"), ("B", "water", "半天"), ("C", None, None),
         ("D", "health", "1天")],
        columns=["route_id", "theme", "duration"],
    )  # fmt: skip
    stops = pd.DataFrame(
        [("A", 1, "V1", 1), ("A", 2, None, 1), ("A", 3, "V2", 2), ("B", 1, "V2", None),
         ("B", 2, "V2", None), ("C", 1, "V1", 1), ("C", 2, "V3", 3)],
        columns=["route_id", "stop_no", "venue_id", "day"],
    )  # fmt: skip
    venues = pd.DataFrame(
        [(one, grades.get(one)) for one in ("V1", "V2", "V3")], columns=["venue_id", "grades"]
    )
    return routes, stops, venues


def test_days_of_a_route_have_each_venue_once_and_count_what_is_not_registered():
    _, stops, _ = tables()
    assert days_of(stops[stops["route_id"] == "A"]) == [(1, ("V1",), 1), (2, ("V2",), 0)]
    assert days_of(stops[stops["route_id"] == "B"]) == [(1, ("V2",), 0)]
    assert days_of(stops[stops["route_id"] == "D"]) == []


def test_routes_are_chosen_by_subject_length_and_grade_and_unknown_is_not_ruled_out():
    found = traits(*tables(V1="junior;senior", V2="junior"))
    assert found["length"].tolist() == ["days", "half", "days", "day"]
    assert found["grades"].tolist() == [{"junior"}, {"junior"}, {"junior", "senior"}, None]
    assert suiting(found, subject="water").tolist() == [True, True, False, False]
    assert suiting(found, length="days").tolist() == [True, False, True, False]
    assert suiting(found, grade="senior").tolist() == [False, False, True, True]
    assert suiting(found).all()


@pytest.fixture(scope="module")
def planned(shipped_store, tmp_path_factory):
    """Return a store of its own and a tour planned on it."""
    path = tmp_path_factory.mktemp("proposals") / "store.db"
    shutil.copy(shipped_store.removeprefix("sqlite:///"), path)
    store = Store(f"sqlite:///{path}")
    held = store.read_many(("townships", "venues", "holidays", "routes", "route_stops", "villages"))
    asked = Request(date(2026, 12, 12), Where("夏张镇", "370911107000"), wish=("V19", "V06"))
    tour = answer(held, asked, settings=read_settings({}), today=TODAY).tour
    yield store, held, tour
    store.close()


def propose(planned, actor, name="夏张一日", intro="{{7*7}}", now=NOW):
    store, held, tour = planned
    return propose_route(store, held, [tour], name=name, intro=intro, actor=actor, now=now,
                         today=TODAY)  # fmt: skip


@pytest.mark.parametrize("actor", [REPORTER, STEWARD, CITY], ids=lambda one: one.role)
def test_a_proposal_waits_for_the_city_whoever_makes_it(planned, actor):
    store, held, tour = planned
    revision = store.revision()
    done = propose(planned, actor)
    assert (done.applied, done.held) == (0, 1 + len(tour.stops)) and len(tour.stops) == 2
    assert store.revision() == revision
    assert len(store.read("routes")) == len(held["routes"])
    waiting = approval.held_edits(store, actor=actor, today=TODAY, submission_id=done.submission_id)
    assert {one.needs for one in waiting} == {"city"} and waiting[0].kind == "proposal"
    ids = [one.held_id for one in waiting]
    if actor is not CITY:
        with pytest.raises(AccessError):
            approval.approve(store, ids, actor=actor, today=TODAY)
    approval.reject(store, ids, actor=CITY, today=TODAY, reason="已有同样的")
    assert len(store.read("routes")) == len(held["routes"])


def test_an_approved_proposal_is_a_route_like_any_other_and_an_unverified_lead(planned):
    store, _, tour = planned
    done = propose(planned, REPORTER, now=datetime(2026, 11, 23, 3, 0))
    waiting = approval.held_edits(store, actor=CITY, today=TODAY, submission_id=done.submission_id)
    approval.approve(store, [one.held_id for one in waiting], actor=CITY, today=TODAY)
    route = store.read("routes").set_index("name").loc["夏张一日"]
    assert route["status"] == "unverified" and not route["demo"]
    stops = store.read("route_stops")
    stops = stops[stops["route_id"] == route["route_id"]]
    assert stops["venue_id"].tolist() == [stop.place.venue_id for stop in tour.stops]
    assert stops["stay_min"].tolist() == [60, 60]


def test_the_public_proposes_nothing_and_nothing_but_new_routes_is_proposed(planned):
    store, held, _ = planned
    with pytest.raises(AccessError):
        propose(planned, PUBLIC)
    with pytest.raises(TableError):
        propose(planned, STEWARD, name="")
    row = rows_of("venues", held["venues"].head(1))[0]
    with pytest.raises(AccessError):
        door.propose(store, [edit_of("venues", None, row | {"venue_id": "X1"})], actor=STEWARD,
                     kind="proposal")  # fmt: skip


def test_invented_stops_make_an_invented_route(planned):
    tour = planned[2]
    stop = replace(tour.stops[0], venue={**tour.stops[0].venue, "demo": True}, groups=2)
    route, stops = route_texts("P1", "x", "", [replace(tour, stops=(stop,)), tour])
    assert route["demo"] == "yes" and route["duration"] == "2天"
    assert [one["day"] for one in stops] == ["1", "2", "2"] and stops[0]["stay_min"] == "30"
