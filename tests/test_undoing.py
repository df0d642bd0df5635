"""Undo: a whole submission is taken back, and no later edit is lost unasked."""

from itertools import pairwise

import pytest

from geo import journal, replay
from geo.approval import approve, held_edits
from geo.door import submit
from geo.edits import edit_of
from geo.errors import AccessError, StoreError
from geo.policy import NO_REVIEW
from geo.rights import PUBLIC
from geo.undoing import Blocked, Undone, plan_undo, undo
from tests.region import (
    CITY,
    DAIMIAO,
    DAIYUE,
    HALL,
    TAISHAN,
    TODAY,
    ZONE,
    change_of,
    entries,
    new_row,
    new_venue,
    region_tables,
    removal_of,
    rows_by_key,
    stored_row,
)


@pytest.fixture
def store(filled):
    made = filled(region_tables)
    yield made
    assert replay.differences(made) == []


def put(store, *edits, actor=CITY, policy=NO_REVIEW, **options) -> int:
    """Hand in edits; return the number of the submission."""
    return submit(store, edits, actor=actor, today=TODAY, policy=policy, **options).submission_id


def back(store, number, *, actor=CITY, policy=NO_REVIEW, **options) -> Undone:
    return undo(store, number, actor=actor, today=TODAY, policy=policy, **options)


def rows(store) -> dict:
    return rows_by_key(store.read_many())


def hall(store) -> dict:
    return stored_row(store, "venues", "h1")


# --- nothing happened since ---------------------------------------------------------------


def test_an_import_of_new_changed_and_removed_rows_is_taken_back_as_a_whole(store):
    before = rows(store)
    number = put(
        store, new_venue("v1"), new_row("routes", route_id="new", name="新", status="ready"),
        new_row("route_stops", route_id="new", stop_no=1, name="站", venue_id="v1"),
        change_of(store, "venues", "h1", phone=None, lon=0.1 + 0.2),
        change_of(store, "promoters", "p1", duty="网格员"),
        removal_of(store, "promoter_villages", "p1", "370902001001"), kind="import",
    )  # fmt: skip
    done = back(store, number, reason="导错了文件")
    assert (done.applied, done.held, done.withdrawn, done.blocked) == (6, 0, 0, [])
    assert rows(store) == before
    assert store.revision() == 3
    entry = entries(store, submission_id=done.submission_id, limit=1)[0]
    assert (entry.kind, entry.reason, entry.author) == ("undo", "导错了文件", "city")
    assert len(entries(store)) == sum(map(len, before.values())) + 12  # nothing is forgotten


def test_an_undo_can_be_undone_and_that_again(store):
    edit = change_of(store, "venues", "h1", phone="0538-7654321")
    number = put(store, edit, new_venue("v1"), removal_of(store, "route_stops", "r1", 2))
    changed, before = rows(store), None
    for _ in range(3):
        number = back(store, number).submission_id
        before = before or rows(store)
        assert rows(store) == before
        number = back(store, number).submission_id
        assert rows(store) == changed


def test_to_undo_twice_does_nothing_the_second_time(store):
    number = put(store, change_of(store, "venues", "h1", name="x"), new_venue("v1"),
                 removal_of(store, "route_stops", "r1", 2))  # fmt: skip
    assert back(store, number).applied == 3
    revision = store.revision()
    assert back(store, number) == Undone()
    assert store.revision() == revision


def test_the_plan_says_what_would_happen_and_does_nothing(store):
    number = put(store, change_of(store, "venues", "h1", name="x"), new_venue("v1"))
    put(store, change_of(store, "venues", "v1", name="y"))
    before = store.revision(), rows(store), len(entries(store))
    done = plan_undo(store, number, actor=CITY, today=TODAY)
    assert (done.submission_id, done.applied) == (None, 1)
    assert [one.key for one in done.blocked] == [("v1",)]
    assert (store.revision(), rows(store), len(entries(store))) == before


def test_a_submission_that_is_not_there(store):
    for later in ("refuse", "keep", "overwrite"):
        with pytest.raises(StoreError, match="没有第 99 号提交"):
            back(store, 99, later=later)


def test_a_build_is_undone_down_to_the_empty_tables(store):
    assert back(store, 1).applied == sum(map(len, rows_by_key(region_tables()).values()))
    assert not any(rows(store).values())


# --- later edits ------------------------------------------------------------------------


def test_later_edits_of_other_fields_stay(store):
    number = put(store, change_of(store, "venues", "h1", phone="0538-7654321"))
    put(store, change_of(store, "venues", "h1", name="新名称"))
    done = back(store, number)
    assert (done.applied, done.blocked) == (1, [])
    assert (hall(store)["phone"], hall(store)["name"]) == ("0538-1234567", "新名称")


def change_twice(store) -> int:
    """Change three fields of the hall, then one of them and another again."""
    number = put(
        store, change_of(store, "venues", "h1", phone="0538-7654321", free=False, intro="长"),
        change_of(store, "venues", "m1", name="别的"),
    )  # fmt: skip
    put(store, change_of(store, "venues", "h1", phone="0538-9999999", name="新名称"))
    return number


def test_a_later_edit_of_the_same_field_stands_in_the_way(store):
    number = change_twice(store)
    before = rows(store)
    done = back(store, number)
    assert done.submission_id is None
    assert done.blocked == [
        Blocked("venues", ("h1",), "changed_since", ("phone",), present=hall(store))
    ]
    assert rows(store) == before


def test_to_keep_takes_back_what_was_not_changed_since(store):
    done = back(store, change_twice(store), later="keep")
    assert (done.applied, [one.fields for one in done.blocked]) == (2, [("phone",)])
    row = hall(store)
    assert (row["phone"], row["free"], row["intro"], row["name"]) == (
        "0538-9999999", True, None, "新名称",
    )  # fmt: skip
    assert stored_row(store, "venues", "m1")["name"] == "泰山地质博物馆"


def test_to_overwrite_takes_back_every_field_that_was_changed_and_no_other(store):
    done = back(store, change_twice(store), later="overwrite")
    assert (done.applied, len(done.blocked)) == (2, 1)
    row = hall(store)
    assert (row["phone"], row["free"], row["name"]) == ("0538-1234567", True, "新名称")


def test_a_field_changed_back_since_is_no_obstacle(store):
    number = put(store, change_of(store, "venues", "h1", phone="0538-7654321", free=False))
    put(store, change_of(store, "venues", "h1", phone="0538-1234567"))
    assert back(store, number).blocked == []
    assert hall(store)["free"] is True


def test_a_new_row_that_was_changed_since(store):
    number = put(store, new_venue("v1", name="甲"), new_venue("v2"))
    put(store, change_of(store, "venues", "v1", name="乙", phone="0538-1234567"))
    (blocked,) = back(store, number).blocked
    assert (blocked.code, blocked.key, blocked.fields) == (
        "changed_since", ("v1",), ("name", "phone"),
    )  # fmt: skip
    assert back(store, number, later="keep").applied == 1
    assert stored_row(store, "venues", "v1")["name"] == "乙"
    assert back(store, number, later="overwrite").applied == 1
    assert stored_row(store, "venues", "v1") is None


def test_a_row_that_was_removed_since(store):
    number = put(store, change_of(store, "venues", "m1", name="x"), new_venue("v1"))
    put(store, removal_of(store, "venues", "m1"), removal_of(store, "venues", "v1"))
    for later in ("refuse", "keep", "overwrite"):
        done = back(store, number, later=later)
        assert [(one.key, one.code) for one in done.blocked] == [(("m1",), "gone_since")]
        assert done.applied == 0
    assert stored_row(store, "venues", "m1") is None


def test_a_removed_row_that_is_back_since(store):
    old = stored_row(store, "venues", "m1")
    number = put(store, removal_of(store, "venues", "m1"))
    put(store, edit_of("venues", None, old | {"name": "新馆"}))
    (blocked,) = back(store, number, later="keep").blocked
    assert (blocked.code, blocked.present["name"]) == ("back_since", "新馆")
    assert stored_row(store, "venues", "m1")["name"] == "新馆"
    assert back(store, number, later="overwrite").applied == 1
    assert stored_row(store, "venues", "m1") == old
    assert back(store, number) == Undone()  # as it was: nothing to do, nothing in the way


# --- references --------------------------------------------------------------------------


def test_a_new_row_that_others_refer_to_since_stays(store):
    number = put(store, new_venue("v1"), change_of(store, "venues", "m1", name="x"))
    put(store, new_row("route_stops", route_id="r1", stop_no=3, name="站", venue_id="v1"))
    added = stored_row(store, "venues", "v1")
    done = back(store, number)
    assert done.blocked == [Blocked("venues", ("v1",), "used_since", (), added, ("route_stops",))]
    assert stored_row(store, "venues", "m1")["name"] == "x"
    for later in ("keep", "overwrite"):
        back(store, number, later=later)
        assert stored_row(store, "venues", "v1") == added
        assert stored_row(store, "venues", "m1")["name"] == "泰山地质博物馆"


def test_a_removed_row_whose_target_is_gone_since_stays_away(store):
    stop = stored_row(store, "route_stops", "r2", 1)
    number = put(store, removal_of(store, "route_stops", "r2", 1))
    put(store, removal_of(store, "routes", "r2"))
    done = back(store, number, later="overwrite")
    assert done.blocked == [Blocked("route_stops", ("r2", 1), "used_since", (), None, ("routes",))]
    assert stored_row(store, "route_stops", "r2", 1) is None
    assert stop["venue_id"] == "s1"


def test_obstacles_reach_through_chains_of_references(store):
    """The route stays since a stop refers to it; so its other stop's venue must stay too."""
    number = put(
        store, new_venue("v1"), new_venue("v2"),
        new_row("routes", route_id="new", name="新", status="ready"),
        new_row("route_stops", route_id="new", stop_no=1, name="站", venue_id="v1"),
    )  # fmt: skip
    put(store, change_of(store, "route_stops", "new", 1, name="改"))
    done = back(store, number, later="keep")
    assert {(one.table, one.code) for one in done.blocked} == {
        ("route_stops", "changed_since"), ("routes", "used_since"), ("venues", "used_since"),
    }  # fmt: skip
    assert done.applied == 1
    assert stored_row(store, "venues", "v2") is None
    assert stored_row(store, "venues", "v1") is not None


# --- review -----------------------------------------------------------------------------


def submit_held(store, *edits, actor) -> int:
    return submit(store, edits, actor=actor, today=TODAY).submission_id


def test_what_still_waits_is_withdrawn_with_what_is_in_force(store):
    number = submit_held(
        store, change_of(store, "venues", "h1", name="x"),
        change_of(store, "promoters", "p1", duty="x"), actor=TAISHAN,
    )  # fmt: skip
    plan = plan_undo(store, number, actor=TAISHAN, today=TODAY)
    assert plan == Undone(applied=1, withdrawn=1)
    done = undo(store, number, actor=TAISHAN, today=TODAY, reason="不对")
    assert (done.applied, done.held, done.withdrawn) == (1, 0, 1)
    assert stored_row(store, "promoters", "p1")["duty"] is None
    (held,) = held_edits(store, actor=CITY, today=TODAY, status=None, submission_id=number)
    assert (held.status, held.decided_by, held.decision) == ("withdrawn", "taishan", "不对")


def test_what_was_approved_later_is_taken_back_as_well(store):
    before = rows(store)
    number = submit_held(
        store, change_of(store, "venues", "h1", name="x"),
        change_of(store, "venues", "m1", name="y"),
        change_of(store, "promoters", "p1", duty="x"), actor=TAISHAN,
    )  # fmt: skip
    ids = [held.held_id for held in held_edits(store, actor=CITY, today=TODAY)]
    approve(store, ids[:1], actor=CITY, today=TODAY)
    done = back(store, number)
    assert (done.applied, done.withdrawn) == (2, 1)
    assert rows(store) == before


def test_a_stewards_undo_of_public_rows_waits_for_the_city(store):
    put(store, change_of(store, "venues", "z1", name="错名"))
    number = 2
    done = undo(store, number, actor=ZONE, today=TODAY, reason="改错了")
    assert (done.applied, done.held) == (0, 1)
    assert stored_row(store, "venues", "z1")["name"] == "错名"
    (held,) = held_edits(store, actor=CITY, today=TODAY)
    assert (held.kind, held.needs, held.reason) == ("undo", "city", "改错了")
    approve(store, [held.held_id], actor=CITY, today=TODAY)
    assert stored_row(store, "venues", "z1")["name"] == "祝阳镇服务站"
    assert back(store, done.submission_id).applied == 1  # and the approved undo is undone
    assert stored_row(store, "venues", "z1")["name"] == "错名"


def test_two_approved_parts_of_a_submission_that_reach_one_row_are_taken_back_as_one(store):
    number = put(store, change_of(store, "venues", "h1", name="一", free=False))
    removal = edit_of("venues", hall(store), None)
    row = hall(store)
    with store.writing() as write:
        for edits in (
            [edit_of("venues", row, row | {"name": "二", "phone": None})],
            [edit_of("venues", stored_row(store, "venues", "m1"), None)],
        ):
            journal.write_edits(
                write.connection, edits, submission_id=number, login="city", revision=3
            )
    assert removal.before["name"] == "一"
    assert back(store, number).applied == 2
    assert hall(store) | {"name": ""} == row | {"name": "", "free": True}
    assert hall(store)["name"] == "泰安市科技馆"
    assert stored_row(store, "venues", "m1")["name"] == "泰山地质博物馆"


@pytest.mark.parametrize("steps", [
    (None, {"name": "一"}, {"name": "二"}), ({}, {"name": "一"}, None), ({}, None, {"name": "三"}),
    (None, {"name": "一"}, None), ({}, {"name": "一"}, {"phone": None}),
])  # fmt: skip
def test_any_two_changes_of_one_row_in_one_submission_are_taken_back_as_one(store, steps):
    """`steps`: the fields of the row before, between and after; None where it is not there."""
    bare = new_venue("v1").after
    stages = [None if fields is None else bare | fields for fields in steps]
    if stages[0]:
        put(store, edit_of("venues", None, stages[0]))
    number = put(store, change_of(store, "venues", "m1", name="x"))
    with store.writing() as write:
        for before, after in pairwise(stages):
            if before != after:
                journal.write_edits(
                    write.connection, [edit_of("venues", before, after)], submission_id=number,
                    login="city", revision=write.revision + 1,
                )  # fmt: skip
    assert back(store, number).blocked == []
    assert stored_row(store, "venues", "v1") == stages[0]


# --- who may ------------------------------------------------------------------------------


def test_ones_own_and_a_stewards_place_and_nobody_elses(store):
    own = put(store, change_of(store, "venues", "h1", name="x"), actor=HALL)
    other = put(store, change_of(store, "promoters", "p2", duty="x"))
    with pytest.raises(AccessError, match="请先登录"):
        back(store, own, actor=PUBLIC)
    with pytest.raises(AccessError, match="不是您的"):
        back(store, own, actor=DAIMIAO)
    with pytest.raises(AccessError, match="不归您管理"):
        back(store, own, actor=DAIYUE)
    assert back(store, own, actor=HALL).applied == 1
    for later in ("refuse", "keep", "overwrite"):
        with pytest.raises(AccessError, match="p2 不归您管理"):
            back(store, other, actor=TAISHAN, later=later)
    with pytest.raises(AccessError, match="p2 不归您管理"):
        plan_undo(store, other, actor=TAISHAN, today=TODAY)
    assert back(store, other, actor=DAIYUE).applied == 1


@pytest.mark.parametrize("later", ["refuse", "keep", "overwrite"])
def test_obstacles_in_another_county_are_not_shown(store, later):
    """What stands in the way is told with its row; another county's people are not."""
    number = put(store, change_of(store, "promoters", "p2", name="新人"), new_venue("v1"))
    put(store, change_of(store, "promoters", "p2", name="另一个"))
    gone = put(store, change_of(store, "promoters", "p3", name="新人"))
    put(store, removal_of(store, "promoters", "p3"))
    for one in (number, gone):
        for ask in (lambda n: back(store, n, actor=TAISHAN, later=later),
                    lambda n: plan_undo(store, n, actor=TAISHAN, today=TODAY)):  # fmt: skip
            with pytest.raises(AccessError, match="不归您管理") as caught:
                ask(one)
            assert "另一个" not in str(caught.value)
    assert back(store, gone, actor=ZONE, later=later).blocked[0].code == "gone_since"


def test_what_waits_in_another_county_is_not_withdrawn(store):
    number = submit_held(store, change_of(store, "venues", "s1", name="x"), actor=DAIYUE)
    for actor, error in ((TAISHAN, "不归您管理"), (HALL, "不是您的")):
        with pytest.raises(AccessError, match=error):
            undo(store, number, actor=actor, today=TODAY)
    assert len(held_edits(store, actor=CITY, today=TODAY)) == 1
    assert undo(store, number, actor=DAIYUE, today=TODAY) == Undone(withdrawn=1)


def test_what_a_person_had_deleted_is_not_brought_back(store):
    number = put(store, change_of(store, "promoters", "p4", phone="13811112222"), new_venue("v1"))
    blank = '{"phone":null}'
    with store.writing() as write:
        for statement in (
            f"UPDATE history SET before = '{blank}', after = '{blank}', erased = true "
            f"WHERE table_name = 'promoters' AND submission_id = {number}",
            "UPDATE promoters SET phone = NULL WHERE promoter_id = 'p4'",
        ):
            write.connection.exec_driver_sql(statement)
    done = back(store, number, later="overwrite")
    assert [(one.key, one.code) for one in done.blocked] == [(("p4",), "erased")]
    assert done.applied == 1
