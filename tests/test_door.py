"""The door: what is handed in is applied or held as a whole, and nobody's work is overwritten."""

import pytest
import sqlalchemy as sa

from geo import approval, door, replay
from geo.database import STEPS
from geo.door import submit
from geo.edits import Edit, edit_of
from geo.errors import AccessError, ArgumentError, ConflictError, StoreError
from geo.policy import NO_REVIEW, read_policy
from geo.rights import PUBLIC
from tests.region import (
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


def counts(store) -> dict[str, int]:
    """Return how many rows the tables beside the register have."""
    with store.reading() as connection:
        return {
            name: connection.execute(sa.text(f"SELECT count(*) FROM {name}")).scalar_one()
            for name in ("submissions", "history", "held")
        }


# --- applied ----------------------------------------------------------------------------


def test_an_edit_in_force_leaves_a_revision_and_its_history(store):
    edit = change_of(store, "venues", "h1", phone="0538-7654321", free=None)
    outcome = submit(
        store, [edit], actor=CITY, today=TODAY, reason="电话换了", source="函〔2026〕3号.pdf",
        sha256="ab" * 32,
    )  # fmt: skip
    assert (outcome.applied, outcome.held, outcome.revision) == (1, 0, 2)
    assert store.revision() == 2
    assert stored_row(store, "venues", "h1") == edit.after
    (entry, first) = entries(store, table="venues", key=("h1",))
    assert entry.before == {"phone": "0538-1234567", "free": True}
    assert entry.after == {"phone": "0538-7654321", "free": None}
    assert (entry.author, entry.by, entry.kind) == ("city", "city", "edit")
    assert (entry.source, entry.reason, entry.decision) == ("函〔2026〕3号.pdf", "电话换了", "")
    assert entry.submission_id == outcome.submission_id
    assert not entry.erased
    assert (first.before, first.after, first.kind) == (None, edit.before, "replace")


def test_new_and_removed_rows_stand_whole_in_the_history(store):
    added = new_venue("v1", township_code="370902001000")
    submit(store, [added], actor=CITY, today=TODAY)
    submit(store, [removal_of(store, "venues", "v1")], actor=CITY, today=TODAY)
    assert stored_row(store, "venues", "v1") is None
    (removed, made) = entries(store, table="venues", key=("v1",))
    assert (made.before, made.after) == (None, added.after)
    assert (removed.before, removed.after) == (added.after, None)


def test_a_submission_of_many_tables_is_one_write_and_needs_no_order(store):
    edits = [
        new_row("route_stops", route_id="new", stop_no=1, name="站", venue_id="v1"),
        new_row("routes", route_id="new", name="新线", status="ready"),
        new_venue("v1", township_code="370902001000"),
        change_of(store, "promoters", "p1", duty="网格员"),
        removal_of(store, "promoter_villages", "p1", "370902001002"),
    ]
    outcome = submit(store, edits, actor=CITY, today=TODAY, kind="import")
    assert (outcome.applied, store.revision()) == (5, 2)
    found = entries(store, submission_id=outcome.submission_id)
    assert {(entry.table, entry.kind) for entry in found} == {(e.table, "import") for e in edits}


def test_what_changes_nothing_is_left_out(store):
    before = counts(store)
    row = stored_row(store, "venues", "h1")
    stale = row | {"name": "旧名"}
    for edits in ([], [edit_of("venues", row, dict(row))], [edit_of("venues", stale, stale)]):
        outcome = submit(store, edits, actor=CITY, today=TODAY)
        assert outcome == door.Outcome(revision=1)
    assert (counts(store), store.revision()) == (before, 1)


def test_an_account_has_its_history(store):
    submit(store, [change_of(store, "promoters", "p1", duty="a")], actor=TAISHAN, today=TODAY)
    submit(store, [change_of(store, "promoters", "p2", duty="b")], actor=DAIYUE, today=TODAY)
    assert [entry.row_key for entry in entries(store, login="taishan")] == ['["p1"]']
    assert len(entries(store, limit=1)) == 1


# --- refused, and then nothing at all -----------------------------------------------------


def refuse(store, edits, error, match, *, actor=CITY, **options):
    """Assert that the edits are refused and leave no trace."""
    before = counts(store), store.revision()
    with pytest.raises(error, match=match) as caught:
        submit(store, edits, actor=actor, today=TODAY, **options)
    assert (counts(store), store.revision()) == before
    return caught.value


def test_one_row_out_of_place_refuses_the_whole_submission(store):
    own, other = (change_of(store, "promoters", person, duty="x") for person in ("p1", "p2"))
    refuse(store, [own, other], AccessError, "宣传员”里的 p2 不归您管理", actor=TAISHAN)
    assert stored_row(store, "promoters", "p1")["duty"] is None


def test_the_public_is_refused_whatever_it_hands_in(store):
    for edits in ([], [change_of(store, "venues", "h1", name="x")]):
        refuse(store, edits, AccessError, "请先登录", actor=PUBLIC)


def test_a_table_of_the_city_is_refused_with_whom_to_ask(store):
    edit = change_of(store, "counties", "370902", name="x")
    refuse(store, [edit], AccessError, "不能修改“县市区”.*市科协", actor=TAISHAN)
    edit = removal_of(store, "venues", "h1")
    refuse(store, [edit], AccessError, "不能修改“场馆站点”.*管理员", actor=HALL)


@pytest.mark.parametrize("kind", ["changed", "removed", "new"])
def test_another_countys_id_under_a_row_of_ones_own_is_refused_and_not_shown(store, kind):
    """A forged `before` says the row is ours; the stored row is not, and stays unseen."""
    theirs = stored_row(store, "promoters", "p2")
    forged = theirs | {"township_code": "370902001000", "name": "？", "duty": None}
    edit = {
        "changed": edit_of("promoters", forged, forged | {"duty": "x"}),
        "removed": edit_of("promoters", forged, None),
        "new": edit_of("promoters", None, forged),
    }[kind]
    error = refuse(store, [edit], AccessError, "p2 不归您管理", actor=TAISHAN)
    assert theirs["name"] not in str(error)


def test_an_id_put_over_another_row_is_refused(store):
    row = stored_row(store, "venues", "h1")
    for edit in (
        Edit("venues", ("s1",), row, row | {"name": "x"}),
        Edit("venues", ("h1",), row, row | {"venue_id": "s1"}),
        Edit("venues", ("v9",), None, row),
    ):
        for actor in (TAISHAN, CITY):
            refuse(store, [edit], ArgumentError, "编号不能改", actor=actor)


def test_a_venue_is_not_taken_by_its_neighbours_route(store):
    stop = new_row("route_stops", route_id="r2", stop_no=2, name="科技馆", venue_id="h1")
    refuse(store, [stop], AccessError, "不归您管理", actor=TAISHAN)
    refuse(store, [stop], AccessError, "不归您管理", actor=DAIYUE)


def test_two_edits_of_one_row_are_refused(store):
    edits = [change_of(store, "venues", "h1", name=name) for name in "ab"]
    refuse(store, edits, StoreError, "编号重复")


def test_what_breaks_a_rule_of_the_database_is_refused_whole(store):
    good = change_of(store, "venues", "h1", name="x")
    refuse(store, [good, removal_of(store, "venues", "s1")], StoreError, "还有别的行要用到")
    refuse(store, [good, new_venue("v1", township_code="370999999000")], StoreError, "没有的编号")
    refuse(store, [good, new_venue("v1", name=None)], StoreError, "必填")
    refuse(store, [good, new_venue("v1", name=5)], ArgumentError, r"venues\.name")


def test_a_submission_that_counts_on_a_revision_is_refused_after_another_write(store):
    edit = change_of(store, "venues", "h1", name="x")
    store.delete_demo()  # there is none: no write
    submit(store, [change_of(store, "venues", "m1", name="y")], actor=CITY, today=TODAY,
           at_revision=1)  # fmt: skip
    refuse(store, [edit], StoreError, "别人刚刚也改了", at_revision=1)


# --- conflicts --------------------------------------------------------------------------


def test_a_row_changed_since_is_a_conflict_with_both_versions(store):
    mine = change_of(store, "venues", "h1", name="我的名称")
    other = change_of(store, "venues", "m1", name="无关")
    theirs = change_of(store, "venues", "h1", phone="0538-1112222")
    submit(store, [theirs], actor=TAISHAN, today=TODAY, policy=NO_REVIEW)
    error = refuse(store, [other, mine], ConflictError, "h1 在您打开之后被别人改过（共 1 行）")
    assert error.conflicts == [(mine, theirs.after)]
    fresh = edit_of("venues", theirs.after, theirs.after | {"name": "我的名称"})
    submit(store, [other, fresh], actor=CITY, today=TODAY)
    assert stored_row(store, "venues", "h1")["phone"] == "0538-1112222"
    assert stored_row(store, "venues", "h1")["name"] == "我的名称"


def test_rows_removed_or_added_since_are_conflicts(store):
    change, removal = change_of(store, "venues", "m1", name="x"), removal_of(store, "venues", "m1")
    submit(store, [removal], actor=CITY, today=TODAY)
    for edit in (change, removal):
        error = refuse(store, [edit], ConflictError, "m1")
        assert error.conflicts == [(edit, None)]
    added = new_venue("v1", name="甲")
    submit(store, [added], actor=CITY, today=TODAY)
    twin = new_venue("v1", name="乙")
    error = refuse(store, [twin], ConflictError, "v1")
    assert error.conflicts == [(twin, added.after)]


def test_every_conflict_of_many_is_told(store):
    keys = [f"v{n}" for n in range(50)]
    submit(store, [new_venue(key) for key in keys], actor=CITY, today=TODAY)
    mine = [change_of(store, "venues", key, name="我") for key in keys]
    theirs = [change_of(store, "venues", key, name="他") for key in keys[::2]]
    submit(store, theirs, actor=CITY, today=TODAY)
    error = refuse(store, mine, ConflictError, "共 25 行")
    assert [edit.key for edit, _ in error.conflicts] == [(key,) for key in keys[::2]]
    assert [row for _, row in error.conflicts] == [edit.after for edit in theirs]


# --- held -------------------------------------------------------------------------------


def test_a_held_edit_leaves_the_public_row_as_it_was(store):
    edit = change_of(store, "venues", "h1", phone="0538-7654321")
    for actor, needs in ((HALL, "steward"), (DAIMIAO, "steward"), (TAISHAN, "city")):
        outcome = submit(store, [edit], actor=actor, today=TODAY, reason="换号")
        assert (outcome.applied, outcome.held, outcome.revision) == (0, 1, 1)
        (held,) = approval.held_edits(
            store, actor=actor, today=TODAY, submission_id=outcome.submission_id
        )
        assert (held.edit, held.needs, held.status) == (edit, needs, "waiting")
        assert (held.login, held.reason, held.kind) == (actor.login, "换号", "edit")
    assert stored_row(store, "venues", "h1") == edit.before
    assert store.revision() == 1


def test_one_submission_may_be_partly_applied_and_partly_held(store):
    edits = [
        change_of(store, "venues", "h1", name="x"),
        change_of(store, "promoters", "p1", duty="x"),
    ]
    outcome = submit(store, edits, actor=TAISHAN, today=TODAY)
    assert (outcome.applied, outcome.held, outcome.revision) == (1, 1, 2)
    assert stored_row(store, "promoters", "p1")["duty"] == "x"
    assert stored_row(store, "venues", "h1") == edits[0].before


def test_the_policy_is_the_callers(store):
    policy = read_policy("steward:promoters=admin")
    edit = change_of(store, "promoters", "p2", duty="x")
    submit(store, [edit], actor=SHANKOU, today=TODAY, policy=policy)
    again = change_of(store, "promoters", "p2", duty="y")
    outcome = submit(store, [again], actor=DAIYUE, today=TODAY, policy=policy)
    assert outcome.held == 1
    (held,) = approval.held_edits(store, actor=CITY, today=TODAY)
    assert (held.needs, held.edit) == ("admin", again)


def test_rows_of_every_kind_come_back_from_the_queue(store):
    edits = [
        change_of(store, "venues", "h1", lon=0.1 + 0.2, name='"\n泰', opened_on=None, free=False),
        new_row("route_stops", route_id="r1", stop_no=3, name="站", venue_id="m1"),
        removal_of(store, "route_stops", "r1", 2),
    ]
    submit(store, edits, actor=TAISHAN, today=TODAY)
    held = approval.held_edits(store, actor=CITY, today=TODAY)
    assert [one.edit for one in held] == edits


def test_a_write_by_a_program_older_than_the_store_is_refused(store):
    """It does not know what the newer structure promises."""
    with store._engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    edit = new_venue("v1")
    with pytest.raises(StoreError, match="9999 比程序新"):
        submit(store, [edit], actor=CITY, today=TODAY)
    with store._engine.begin() as connection:
        connection.execute(sa.text(f"UPDATE alembic_version SET version_num = '{STEPS[-1]}'"))
    assert submit(store, [edit], actor=CITY, today=TODAY).applied == 1
