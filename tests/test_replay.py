"""The history: append-only in both databases, and the present tables are its replay."""

import re

import pytest
import sqlalchemy as sa

from geo import register, replay
from geo.door import submit
from geo.errors import StoreError
from geo.replay import Difference
from geo.store import Store
from tests.older import make_older
from tests.region import (
    CITY,
    TODAY,
    change_of,
    entries,
    new_venue,
    region_tables,
    removal_of,
    rows_by_key,
)


@pytest.fixture
def store(filled):
    return filled(region_tables)


def behind_the_door(store, *statements: str) -> None:
    """Run plain SQL, as somebody does who goes round the program."""
    with store._engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


# --- differences --------------------------------------------------------------------------


def test_a_store_written_through_the_door_has_no_differences(store):
    edits = [change_of(store, "venues", "h1", name="x", lon=0.1 + 0.2), new_venue("v1"),
             removal_of(store, "route_stops", "r1", 2)]  # fmt: skip
    submit(store, edits, actor=CITY, today=TODAY)
    assert replay.differences(store) == []
    assert not [p for p in register.findings(store) if p.code == "history_differs"]


@pytest.mark.parametrize("statement, expected", [
    ("UPDATE venues SET phone = '0538-0000000', free = NULL WHERE venue_id = 'h1'",
     Difference("venues", '["h1"]', "other", ("phone", "free"))),
    ("DELETE FROM holidays WHERE date = '2026-10-01'",
     Difference("holidays", '["2026-10-01"]', "missing", ())),
    ("INSERT INTO township_aliases (alias, township_code) VALUES ('甲', '370902001000')",
     Difference("township_aliases", '["甲","370902001000"]', "extra", ())),
    ("UPDATE venues SET lon = 117.1234000001 WHERE venue_id = 'h1'",
     Difference("venues", '["h1"]', "other", ("lon",))),
])  # fmt: skip
def test_a_row_changed_behind_the_door_is_found_and_told(store, statement, expected):
    behind_the_door(store, statement)
    assert replay.differences(store) == [expected]
    (problem,) = (p for p in register.findings(store) if p.code == "history_differs")
    assert not register.is_note(problem)
    assert problem.table == expected.table
    for language in ("zh", "en"):
        assert re.search(r"history|历史", problem.sentence(language))
    assert "0538" not in problem.sentence()


def test_every_difference_is_told_and_the_door_mends_them(store):
    behind_the_door(store, "UPDATE promoters SET duty = 'x'")
    found = replay.differences(store)
    assert [one.row_key for one in found] == [f'["p{n}"]' for n in range(1, 7)]
    store.replace(region_tables())
    assert replay.differences(store) == []


# --- append-only --------------------------------------------------------------------------

FORBIDDEN = [
    "UPDATE history SET after = '{}' WHERE history_id = 1",
    "UPDATE history SET login = 'somebody'",
    "UPDATE history SET erased = true, login = 'somebody' WHERE history_id = 1",
    "UPDATE history SET erased = true, row_key = '[\"x\"]' WHERE history_id = 1",
    "UPDATE history SET erased = true, before = '{}' WHERE before IS NULL",
    "UPDATE history SET erased = true, after = NULL",
    "UPDATE history SET history_id = history_id + 1000000",
    "DELETE FROM history",
    "DELETE FROM history WHERE history_id = 1",
    "DELETE FROM submissions",
    "UPDATE submissions SET login = 'somebody'",
    "UPDATE submissions SET reason = ''",
    "UPDATE audit SET login = 'somebody'",
    "DELETE FROM audit",
]
OF_POSTGRESQL = ["TRUNCATE history", "TRUNCATE submissions CASCADE", "TRUNCATE audit",
                 "TRUNCATE history, submissions, audit RESTART IDENTITY CASCADE"]  # fmt: skip
OF_SQLITE = [
    "INSERT OR REPLACE INTO history SELECT * FROM history WHERE history_id = 1",
    "REPLACE INTO submissions SELECT * FROM submissions",
    "REPLACE INTO audit SELECT * FROM audit",
    "UPDATE OR REPLACE history SET history_id = 2 WHERE history_id = 1",
]


def test_the_history_cannot_be_changed_or_deleted_by_plain_sql(store):
    behind_the_door(
        store, "INSERT INTO audit (at, login, action, table_name, row_key, detail) "
        "VALUES ('2026-01-01 00:00:00', 'x', 'x', '', '', '')",
    )  # fmt: skip
    kept = "SELECT * FROM {} ORDER BY 1"

    def everything() -> list:
        with store.reading() as connection:
            return [connection.exec_driver_sql(kept.format(name)).all()
                    for name in ("history", "submissions", "audit")]  # fmt: skip

    before = everything()
    assert all(before)
    sqlite = store.address.endswith(".db")
    for statement in FORBIDDEN + (OF_SQLITE if sqlite else OF_POSTGRESQL):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            behind_the_door(store, statement)
    assert everything() == before


def test_what_a_persons_deletion_blanks_is_marked_and_nothing_else_is_changed(store):
    behind_the_door(
        store, "UPDATE history SET after = '{\"name\":null}', erased = true "
        "WHERE table_name = 'promoters' AND row_key = '[\"p1\"]'",
    )  # fmt: skip
    (entry,) = entries(store, table="promoters", key=("p1",))
    assert (entry.erased, entry.after) == (True, {"name": None})
    assert replay.differences(store)


# --- a store of the older structure ---------------------------------------------------------


def test_a_store_of_the_older_structure_begins_its_history_with_its_rows(store_url):
    tables = region_tables()
    tables["promoters"]["township_code"] = None  # columns and tables of newer structures
    newer = ("successions", "village_points", "populations", "hosts")
    tables["promoters"] = tables["promoters"].astype(region_tables()["promoters"].dtypes)
    make_older(store_url, tables)
    old = Store(store_url)
    with pytest.raises(StoreError, match="旧的结构"):
        old.revision()
    old.migrate()
    assert old.revision() == 7
    expected = rows_by_key(tables) | {name: {} for name in newer}
    assert rows_by_key(old.read_many()) == expected
    assert replay.differences(old) == []
    found = entries(old)
    assert len(found) == sum(map(len, expected.values()))
    assert {(e.kind, e.author, e.by, e.before) for e in found} == {
        ("baseline", "system", "system", None)
    }
    submit(old, [change_of(old, "venues", "h1", name="x")], actor=CITY, today=TODAY)
    old.migrate()
    assert len(entries(old)) == len(found) + 1
    assert replay.differences(old) == []
    old.close()


def test_a_new_store_begins_with_an_empty_history(empty_store):
    assert entries(empty_store) == []
    assert replay.differences(empty_store) == []
    with empty_store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM submissions").scalar() == 0
