"""Review: held edits are put in force field by field, given back with a reason, or taken back."""

import pytest

from geo import replay
from geo.approval import approve, held_edits, may_decide, reject, withdraw
from geo.door import submit
from geo.edits import edit_of
from geo.errors import AccessError, ConflictError, StoreError
from geo.policy import NO_REVIEW
from geo.rights import PUBLIC
from tests.region import (
    ADMIN,
    CITY,
    DAIMIAO,
    DAIYUE,
    HALL,
    SHANKOU,
    TAISHAN,
    TODAY,
    change_of,
    entries,
    new_row,
    new_venue,
    region_tables,
    removal_of,
    stored_row,
)


@pytest.fixture
def store(filled):
    made = filled(region_tables)
    yield made
    assert replay.differences(made) == []


def hold(store, *edits, actor=TAISHAN, **options) -> list[int]:
    """Hand in edits that wait; return their numbers."""
    outcome = submit(store, edits, actor=actor, today=TODAY, **options)
    assert outcome.held == len(edits)
    found = held_edits(store, actor=CITY, today=TODAY, submission_id=outcome.submission_id)
    return [held.held_id for held in found]


def put(store, *edits) -> None:
    submit(store, edits, actor=CITY, today=TODAY)


def status(store, held_id: int) -> tuple:
    (held,) = (h for h in held_edits(store, actor=CITY, today=TODAY, status=None)
               if h.held_id == held_id)  # fmt: skip
    return held.status, held.decided_by, held.decision


# --- approve ----------------------------------------------------------------------------


def test_an_approved_edit_is_in_force_with_its_author_and_its_approver(store):
    edit = change_of(store, "venues", "h1", phone="0538-7654321")
    (held,) = hold(store, edit, actor=HALL, reason="换号", source="照片.jpg")
    outcome = approve(store, [held], actor=TAISHAN, today=TODAY, reason="电话核实过")
    assert (outcome.applied, outcome.revision, store.revision()) == (1, 2, 2)
    assert stored_row(store, "venues", "h1") == edit.after
    entry = entries(store, table="venues", key=("h1",), limit=1)[0]
    assert (entry.author, entry.by) == ("hall", "taishan")
    assert (entry.reason, entry.decision, entry.source) == ("换号", "电话核实过", "照片.jpg")
    assert entry.submission_id == outcome.submission_id
    assert status(store, held) == ("approved", "taishan", "电话核实过")
    assert held_edits(store, actor=CITY, today=TODAY) == []


def test_new_and_removed_rows_wait_and_are_approved(store):
    added = new_venue("v1", township_code="370902001000")
    removed = removal_of(store, "route_stops", "r1", 2)
    ids = hold(store, added, removed)
    assert stored_row(store, "venues", "v1") is None
    assert stored_row(store, "route_stops", "r1", 2) is not None
    approve(store, ids, actor=CITY, today=TODAY)
    assert stored_row(store, "venues", "v1") == added.after
    assert stored_row(store, "route_stops", "r1", 2) is None


def test_only_the_changed_fields_are_written_others_work_stays(store):
    (held,) = hold(store, change_of(store, "venues", "h1", phone="0538-7654321"))
    put(store, change_of(store, "venues", "h1", name="新名称", phone="0538-1234567", free=None))
    approve(store, [held], actor=CITY, today=TODAY)
    row = stored_row(store, "venues", "h1")
    assert (row["phone"], row["name"], row["free"]) == ("0538-7654321", "新名称", None)
    assert entries(store, table="venues", key=("h1",), limit=1)[0].after == {
        "phone": "0538-7654321"
    }


def test_the_same_field_changed_since_is_a_conflict_until_overwritten(store):
    edit = change_of(store, "venues", "h1", phone="0538-7654321", free=False)
    (held,) = hold(store, edit)
    put(store, change_of(store, "venues", "h1", phone="0538-9999999", name="新名称"))
    theirs = stored_row(store, "venues", "h1")
    with pytest.raises(ConflictError) as caught:
        approve(store, [held], actor=CITY, today=TODAY)
    assert caught.value.conflicts == [(edit, theirs)]
    assert stored_row(store, "venues", "h1") == theirs
    assert status(store, held)[0] == "waiting"
    approve(store, [held], actor=CITY, today=TODAY, overwrite=True)
    row = stored_row(store, "venues", "h1")
    assert row == theirs | {"phone": "0538-7654321", "free": False}


def test_a_field_changed_to_the_same_value_since_is_no_conflict(store):
    (held,) = hold(store, change_of(store, "venues", "h1", phone="0538-7654321", free=False))
    put(store, change_of(store, "venues", "h1", phone="0538-7654321", name="新名称"))
    approve(store, [held], actor=CITY, today=TODAY)
    assert stored_row(store, "venues", "h1")["free"] is False


def test_what_is_in_force_already_is_approved_without_a_write(store):
    edit = change_of(store, "venues", "h1", phone="0538-7654321")
    (held,) = hold(store, edit)
    put(store, edit)
    outcome = approve(store, [held], actor=CITY, today=TODAY)
    assert (outcome.applied, store.revision()) == (0, 2)
    assert status(store, held)[0] == "approved"


def test_a_row_removed_since_and_a_row_added_since(store):
    changed, removed = (
        change_of(store, "venues", "m1", name="x"),
        removal_of(store, "venues", "m1"),
    )
    (change_id,), (removal_id,) = hold(store, changed), hold(store, removed)
    (added_id,) = hold(store, new_venue("v1", name="甲", township_code="370902001000"))
    twin = new_venue("v1", name="乙", township_code="370902001000")
    put(store, removal_of(store, "venues", "m1"), twin)
    assert approve(store, [removal_id], actor=CITY, today=TODAY).applied == 0
    for held in (change_id, added_id):
        with pytest.raises(ConflictError):
            approve(store, [held], actor=CITY, today=TODAY)
    approve(store, [change_id, added_id], actor=CITY, today=TODAY, overwrite=True)
    assert stored_row(store, "venues", "m1")["name"] == "x"
    assert stored_row(store, "venues", "v1")["name"] == "甲"


def test_a_row_changed_since_is_not_removed_unasked(store):
    (held,) = hold(store, removal_of(store, "venues", "m1"))
    put(store, change_of(store, "venues", "m1", name="x"))
    with pytest.raises(ConflictError):
        approve(store, [held], actor=CITY, today=TODAY)
    approve(store, [held], actor=CITY, today=TODAY, overwrite=True)
    assert stored_row(store, "venues", "m1") is None


def test_held_edits_of_one_row_build_on_each_other(store):
    first = change_of(store, "venues", "h1", phone="0538-7654321")
    second = change_of(store, "venues", "h1", name="新名称")
    third = change_of(store, "venues", "h1", phone="0538-9999999")
    ids = [*hold(store, first, actor=HALL), *hold(store, second), *hold(store, third)]
    with pytest.raises(ConflictError):
        approve(store, ids, actor=CITY, today=TODAY)
    outcome = approve(store, ids[:2], actor=CITY, today=TODAY)
    assert outcome.applied == 2
    row = stored_row(store, "venues", "h1")
    assert (row["phone"], row["name"]) == ("0538-7654321", "新名称")
    authors = [entry.author for entry in entries(store, table="venues", key=("h1",), limit=2)]
    assert authors == ["taishan", "hall"]


def test_many_are_approved_at_once_or_none(store):
    edits = [new_venue(f"v{n}", township_code="370902001000") for n in range(600)]
    ids = hold(store, *edits)
    put(store, new_venue("v599", name="乙", township_code="370902001000"))
    with pytest.raises(ConflictError):
        approve(store, ids, actor=CITY, today=TODAY)
    assert stored_row(store, "venues", "v0") is None
    assert approve(store, ids[:-1], actor=CITY, today=TODAY).applied == 599
    assert store.revision() == 3


def test_rows_that_need_each_other_are_approved_together(store):
    stop = new_row("route_stops", route_id="r1", stop_no=3, name="新", venue_id="v1")
    ids = hold(store, stop, new_venue("v1", township_code="370902001000"))
    with pytest.raises(StoreError, match="别的表里没有的编号"):
        approve(store, ids[:1], actor=CITY, today=TODAY)
    assert approve(store, ids, actor=CITY, today=TODAY).applied == 2


# --- who may decide, and see ---------------------------------------------------------------


def test_the_role_and_the_place_of_who_decides(store):
    (by_hall,) = hold(store, change_of(store, "venues", "h1", name="x"), actor=HALL)
    (by_steward,) = hold(store, change_of(store, "venues", "h1", name="y"))
    for held, actor, error in [
        (by_hall, HALL, "需要 steward"), (by_hall, DAIMIAO, "需要 steward"),
        (by_steward, TAISHAN, "需要 city"), (by_hall, DAIYUE, "不归您管理"),
        (by_hall, PUBLIC, "请先登录"), (by_steward, PUBLIC, "请先登录"),
    ]:  # fmt: skip
        for decide in (approve, reject):
            with pytest.raises(AccessError, match=error):
                decide(store, [held], actor=actor, today=TODAY, reason="理由")
    assert status(store, by_hall)[0] == status(store, by_steward)[0] == "waiting"
    with pytest.raises(AccessError, match="不归您管理"):  # one of two
        ids = [*hold(store, change_of(store, "venues", "s1", name="z"), actor=SHANKOU), by_hall]
        approve(store, ids, actor=TAISHAN, today=TODAY)
    approve(store, [by_hall], actor=TAISHAN, today=TODAY)


def test_a_row_that_went_to_another_county_is_out_of_reach(store):
    """The edit was made in one's own place; the row it would now be written to is not."""
    (held,) = hold(store, change_of(store, "venues", "h1", phone="0538-7654321"), actor=HALL)
    put(store, change_of(store, "venues", "h1", township_code="370911101000", county_code="370911",
                         phone="0538-9999999"))  # fmt: skip
    for decide in (approve, reject):
        with pytest.raises(AccessError, match="不归您管理") as caught:
            decide(store, [held], actor=TAISHAN, today=TODAY, reason="理由")
        assert "9999999" not in str(caught.value)
    with pytest.raises(ConflictError):
        approve(store, [held], actor=ADMIN, today=TODAY)


def test_everyone_sees_what_waits_in_the_own_place_and_ones_own(store):
    edits = {
        HALL: change_of(store, "venues", "h1", name="x"),
        SHANKOU: change_of(store, "promoters", "p2", duty="x"),
        TAISHAN: change_of(store, "venues", "m1", name="x"),
    }
    ids = {actor.login: hold(store, edit, actor=actor)[0] for actor, edit in edits.items()}
    for actor, expected in [
        (HALL, {"hall"}), (DAIMIAO, {"hall"}), (SHANKOU, {"shankou"}), (DAIYUE, {"shankou"}),
        (TAISHAN, {"hall", "taishan"}), (CITY, ids.keys()), (ADMIN, ids.keys()),
    ]:  # fmt: skip
        seen = held_edits(store, actor=actor, today=TODAY)
        assert [held.held_id for held in seen] == sorted(ids[login] for login in expected)
        needs = {"taishan": "city"}
        assert [may_decide(actor, held) for held in seen] == [
            actor.is_at_least(needs.get(held.login, "steward")) for held in seen
        ]
    with pytest.raises(AccessError, match="请先登录"):
        held_edits(store, actor=PUBLIC, today=TODAY)
    put(store, change_of(store, "promoters", "p2", township_code="370902001000"))
    assert "p2" in str(held_edits(store, actor=SHANKOU, today=TODAY))  # the own, wherever it is


# --- reject, withdraw, and deciding twice -----------------------------------------------------


def test_a_rejection_needs_a_reason_and_changes_no_row(store):
    edit = change_of(store, "venues", "h1", name="x")
    (held,) = hold(store, edit, actor=HALL)
    for reason in ("", "  \n"):
        with pytest.raises(StoreError, match="请写明理由"):
            reject(store, [held], actor=TAISHAN, today=TODAY, reason=reason)
    reject(store, [held], actor=TAISHAN, today=TODAY, reason="与公示不符")
    assert status(store, held) == ("rejected", "taishan", "与公示不符")
    assert stored_row(store, "venues", "h1") == edit.before
    assert store.revision() == 1
    (seen,) = held_edits(store, actor=HALL, today=TODAY, status="rejected")
    assert seen.decision == "与公示不符"


def test_ones_own_edit_can_be_withdrawn_by_the_author_and_the_city_only(store):
    first, second = (
        hold(store, change_of(store, "venues", "h1", name=name), actor=HALL)[0] for name in "xy"
    )
    for actor in (DAIMIAO, TAISHAN):
        with pytest.raises(AccessError, match="不是您的"):
            withdraw(store, [first], actor=actor)
    with pytest.raises(AccessError, match="请先登录"):
        withdraw(store, [first], actor=PUBLIC)
    withdraw(store, [first], actor=HALL, reason="写错了")
    withdraw(store, [second], actor=CITY)
    assert status(store, first) == ("withdrawn", "hall", "写错了")
    assert status(store, second) == ("withdrawn", "city", "")


def test_what_is_decided_is_decided(store):
    ids = {
        how: hold(store, change_of(store, "venues", "h1", intro=how), actor=HALL)[0]
        for how in ("approved", "rejected", "withdrawn")
    }
    approve(store, [ids["approved"]], actor=TAISHAN, today=TODAY)
    reject(store, [ids["rejected"]], actor=TAISHAN, today=TODAY, reason="理由")
    withdraw(store, [ids["withdrawn"]], actor=HALL)
    (waiting,) = hold(store, change_of(store, "venues", "h1", name="x"), actor=HALL)
    for how, held in ids.items():
        for decide in (
            lambda chosen: approve(store, chosen, actor=CITY, today=TODAY),
            lambda chosen: reject(store, chosen, actor=CITY, today=TODAY, reason="理由"),
            lambda chosen: withdraw(store, chosen, actor=CITY),
        ):
            for chosen in ([held], [waiting, held]):
                with pytest.raises(StoreError, match="不在待审里"):
                    decide(chosen)
        assert status(store, held)[0] == how
    assert status(store, waiting)[0] == "waiting"
    with pytest.raises(StoreError, match="不在待审里"):
        approve(store, [], actor=CITY, today=TODAY)
    with pytest.raises(StoreError, match="不在待审里"):
        approve(store, [waiting, 999], actor=CITY, today=TODAY)


def test_an_edit_from_a_row_as_it_was_conflicts_before_it_waits(store):
    stale = stored_row(store, "venues", "h1")
    put(store, change_of(store, "venues", "h1", name="新名称"))
    with pytest.raises(ConflictError):
        submit(store, [edit_of("venues", stale, stale | {"phone": None})], actor=HALL, today=TODAY)
    assert held_edits(store, actor=CITY, today=TODAY) == []


def test_a_promoter_and_the_villages_are_approved_together_by_the_steward(store):
    person = new_row("promoters", promoter_id="p9", name="新人")
    village = new_row("promoter_villages", promoter_id="p9", village_code="370902001001")
    ids = hold(store, person, village, actor=DAIMIAO)
    with pytest.raises(AccessError):  # without a township or a village it is the city's
        approve(store, ids[:1], actor=TAISHAN, today=TODAY)
    assert approve(store, ids, actor=TAISHAN, today=TODAY).applied == 2


def test_without_review_nothing_waits(store):
    edit = change_of(store, "venues", "h1", name="x")
    assert submit(store, [edit], actor=HALL, today=TODAY, policy=NO_REVIEW).applied == 1
    assert held_edits(store, actor=CITY, today=TODAY) == []
