"""What waits for approval, at a glance; and what an undo would do, without writing."""

import pytest

from geo.approval import approve, held_edits, reject, withdraw
from geo.door import submit
from geo.errors import AccessError, StoreError
from geo.policy import read_policy
from geo.rights import PUBLIC
from geo.undoing import plan_undo, undo
from geo.waiting import held_state, keys_waiting
from tests.region import CITY, DAIMIAO, DAIYUE, HALL, TODAY, change_of, new_venue, region_tables

REVIEWED = read_policy("reporter:*=steward,steward:*=city")


@pytest.fixture
def store(filled):
    return filled(region_tables)


def hold(store, *edits, actor=DAIYUE):
    """Hand in edits that wait; return their numbers."""
    done = submit(store, edits, actor=actor, today=TODAY, policy=REVIEWED)
    found = held_edits(store, actor=CITY, today=TODAY, submission_id=done.submission_id)
    return [held.held_id for held in found]


def test_the_state_differs_after_every_step_of_a_review(store):
    states = [held_state(store)]
    hall = change_of(store, "venues", "h1", phone="0538-7654321")
    ids = []
    for _ in range(3):
        ids += hold(store, hall, actor=HALL)
        states.append(held_state(store))
    withdraw(store, ids[:1], actor=HALL)
    states.append(held_state(store))
    reject(store, ids[1:2], actor=CITY, today=TODAY, reason="不对")
    states.append(held_state(store))
    approve(store, ids[2:], actor=CITY, today=TODAY)
    states.append(held_state(store))
    ids += hold(store, change_of(store, "venues", "h1", phone="0538-1111111"), actor=HALL)
    states.append(held_state(store))
    assert states[0] == (0, 0)
    assert len(set(states)) == len(states)
    assert held_state(store) == states[-1] == (ids[-1], 1)


def test_the_keys_of_new_rows_are_taken_while_they_wait(store):
    assert keys_waiting(store, "venues") == set()
    (held,) = hold(store, new_venue("v1", township_code="370902001000"), actor=DAIMIAO)
    hold(store, change_of(store, "venues", "h1", phone="0538-7654321"), actor=HALL)
    assert keys_waiting(store, "venues") == {("v1",)}
    assert keys_waiting(store, "routes") == set()
    reject(store, [held], actor=CITY, today=TODAY, reason="没有这个站")
    assert keys_waiting(store, "venues") == set()


def test_a_plan_says_what_the_undo_does_while_somebody_else_writes(store):
    first = submit(
        store, [change_of(store, "venues", "h1", phone="0538-7654321")], actor=CITY, today=TODAY
    )
    submit(store, [change_of(store, "venues", "h1", phone="0538-1111111")], actor=CITY, today=TODAY)
    with store.writing() as write:
        write.changed = False
        plan = plan_undo(store, first.submission_id, actor=CITY, today=TODAY)
    assert [(one.key, one.code, one.fields) for one in plan.blocked] == [
        (("h1",), "changed_since", ("phone",))
    ]
    revision = store.revision()
    assert plan.blocked == undo(store, first.submission_id, actor=CITY, today=TODAY).blocked
    assert store.revision() == revision


def test_a_plan_is_for_whom_the_undo_is(store):
    done = submit(
        store, [change_of(store, "venues", "h1", phone="0538-7654321")], actor=CITY, today=TODAY
    )
    for stranger in (PUBLIC, HALL, DAIYUE):
        with pytest.raises(AccessError):
            plan_undo(store, done.submission_id, actor=stranger, today=TODAY)
    with pytest.raises(StoreError) as caught:
        plan_undo(store, 999, actor=CITY, today=TODAY)
    assert caught.value.code == "submission_missing"
