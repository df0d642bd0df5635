"""Reports by the public on both databases: what is taken, how much, who closes, what is shown."""

import shutil
import threading
from datetime import date, datetime, timedelta

import psycopg
import pytest
import sqlalchemy as sa

from geo import reports as module
from geo.errors import AccessError, ArgumentError
from geo.journal_tables import REPORTS
from geo.reports import add_report, close_report, public_reports, reports, reports_in_place
from geo.rights import PUBLIC, SYSTEM, Actor
from geo.store import Store
from tests.conftest import toy_tables, typed

NOW = datetime(2026, 11, 23, 2, 0)  # ten in the morning in Tai'an
TODAY = date(2026, 11, 23)
TAISHAN = Actor("taishan", "泰山区科协", "steward", "unit", "taishan")
DAIYUE = Actor("daiyue", "岱岳区科协", "steward", "unit", "daiyue")
HALL = Actor("hall", "科技馆", "reporter", "venue", "h1")
CITY = Actor("city", "市科协", "city")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(request, tmp_path_factory, migrated_file):
    """Give one store for all tests here: to migrate another takes longer than they do."""
    path = tmp_path_factory.mktemp("reports") / "store.db"
    url = f"sqlite:///{path}"
    if request.param == "sqlite":
        shutil.copy(migrated_file, path)
    else:
        server = request.getfixturevalue("postgres_server")
        with psycopg.connect(f"postgresql://{server}/postgres", autocommit=True) as admin:
            admin.execute("CREATE DATABASE reports")
        url = f"postgresql+psycopg://{server}/reports"
    made = Store(url)
    made.migrate()
    yield made
    made.close()


@pytest.fixture
def store(shared):
    """Give the store with the toy region and no report."""
    shared.replace(toy_tables())
    with shared.writing() as write:
        write.connection.execute(sa.delete(REPORTS))
    return shared


def add(store, venue_id="h1", kind="closed_door", note="", now=NOW):
    return add_report(store, venue_id=venue_id, kind=kind, note=note, now=now)


def close(store, report_id, actor=TAISHAN, note="已更正开放时间", now=NOW):
    close_report(store, report_id, actor=actor, closing_note=note, now=now)


def test_a_report_is_kept_as_it_was_said_and_the_revision_stays(store):
    before = store.revision()
    number = add(store, note="  周一去的，\n门锁着  ")
    found = reports(store)
    assert found["report_id"].tolist() == [number]
    row = found.iloc[0]
    assert (row["venue_id"], row["kind"], row["status"]) == ("h1", "closed_door", "open")
    assert row["note"] == "周一去的， 门锁着" and row["at"] == NOW
    assert found[["closed_at", "closed_by", "closing_note"]].isna().all().all()
    assert store.revision() == before


def test_text_is_data(store):
    note = "'); DROP TABLE reports; -- {{7*7}} <script> % 100%"
    add(store, note=note)
    assert reports(store)["note"].tolist() == [note]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"kind": "nonsense"}, "bad_argument"),
        ({"kind": "other"}, "report_note_needed"),
        ({"kind": "other", "note": " \n"}, "report_note_needed"),
        ({"note": "长" * 301}, "report_note_long"),
        ({"note": "响\x07铃"}, "report_note_hidden"),
        ({"note": "倒\u202e写"}, "report_note_hidden"),
        ({"note": "半\ud800个"}, "report_note_hidden"),
        ({"venue_id": "nowhere"}, "report_venue_unknown"),
        ({"venue_id": "../../etc"}, "report_venue_unknown"),
    ],
)
def test_what_is_not_taken_is_a_sentence_and_leaves_nothing(store, fields, code):
    with pytest.raises(ArgumentError) as refused:
        add(store, **fields)
    assert refused.value.code == code and reports(store, status=None).empty


def test_three_hundred_characters_are_taken(store):
    add(store, note="长" * 300)
    assert len(reports(store)["note"].iloc[0]) == 300


def test_a_venue_closed_for_good_takes_no_report(store, toy):
    store.replace(
        {"venues": toy["venues"].assign(status="closed"), "route_stops": toy["route_stops"]}
    )
    with pytest.raises(ArgumentError, match="不在地图上"):
        add(store)


def test_the_same_report_twice_is_one_while_it_is_open(store):
    first = add(store, note="门锁着")
    assert add(store, note=" 门锁着", now=NOW + timedelta(minutes=1)) == first
    assert add(store, note="没人") != first
    close(store, first)
    assert add(store, note="门锁着") not in {first, None}


def test_a_venue_takes_five_open_reports_an_hour(store):
    for i in range(5):
        add(store, note=str(i), now=NOW + timedelta(minutes=i))
    for minutes in (5, 59):
        with pytest.raises(ArgumentError, match="过一小时") as refused:
            add(store, note="又", now=NOW + timedelta(minutes=minutes))
        assert refused.value.code == "report_venue_busy"
    add(store, "s1")  # another venue is not concerned
    add(store, note="再", now=NOW + timedelta(minutes=60))  # the first is an hour old
    with pytest.raises(ArgumentError):
        add(store, note="还", now=NOW + timedelta(minutes=60))


def test_closing_a_report_makes_room(store):
    numbers = [add(store, note=str(i)) for i in range(5)]
    close(store, numbers[0])
    add(store, note="又")


def test_the_city_takes_so_many_a_day(store, monkeypatch):
    monkeypatch.setattr(module, "MOST_OVER_ALL", 3)
    for i in range(3):
        add(store, note=str(i), now=NOW + timedelta(hours=2 * i))
    with pytest.raises(ArgumentError, match="今天") as refused:
        add(store, "s1", now=NOW + timedelta(hours=23))
    assert refused.value.code == "report_city_busy"
    add(store, "s1", now=NOW + timedelta(hours=24))


# --- closing ------------------------------------------------------------------------------------


@pytest.mark.parametrize("actor", [TAISHAN, HALL, CITY, SYSTEM], ids=lambda actor: actor.login)
def test_those_who_look_after_the_venue_close_its_reports(store, actor):
    number, revision = add(store), store.revision()
    close(store, number, actor, now=NOW + timedelta(days=2))
    assert reports(store).empty and store.revision() == revision
    row = reports(store, status="closed").iloc[0]
    assert (row["closed_by"], row["closing_note"]) == (actor.login, "已更正开放时间")
    assert row["closed_at"] == NOW + timedelta(days=2)


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (DAIYUE, "not_your_row"),
        (Actor("x", "", "reporter", "venue", "s1"), "not_your_row"),
        (Actor("x", "", "reporter", "township", "370902002000"), "not_your_row"),
        (PUBLIC, "not_signed_in"),
    ],
)
def test_nobody_else_does(store, actor, code):
    number = add(store)
    with pytest.raises(AccessError) as refused:
        close(store, number, actor)
    assert refused.value.code == code and len(reports(store)) == 1


@pytest.mark.parametrize("note", ["", "  ", "长" * 301, "响\x07铃"])
def test_a_closing_note_is_needed_and_checked(store, note):
    number = add(store)
    with pytest.raises(ArgumentError):
        close(store, number, note=note)
    assert len(reports(store)) == 1


def test_a_report_is_closed_once(store):
    number = add(store)
    close(store, number)
    for again in (number, 999):
        with pytest.raises(ArgumentError, match="已经处理过") as refused:
            close(store, again, note="另一句")
        assert refused.value.code == "report_gone"
    assert reports(store, status=None)["closing_note"].tolist() == ["已更正开放时间"]


# --- reading --------------------------------------------------------------------------------------


def test_reports_are_read_by_status_and_venue(store):
    first, second, third = add(store), add(store, "s1"), add(store, "m1", "gone")
    close(store, second, CITY)
    assert reports(store)["report_id"].tolist() == [first, third]
    assert reports(store, status="closed")["report_id"].tolist() == [second]
    assert reports(store, status=None)["report_id"].tolist() == [first, second, third]
    assert reports(store, status=None, venue_ids={"s1", "x"})["report_id"].tolist() == [second]
    assert list(reports(store, venue_ids=[]).columns) == list(module.COLUMNS)


def test_each_sees_the_reports_of_the_own_place(store):
    for venue_id in ("h1", "s1", "m1"):
        add(store, venue_id)

    def seen(actor):
        return reports_in_place(store, actor=actor, today=TODAY)["venue_id"].tolist()

    assert seen(CITY) == seen(SYSTEM) == ["h1", "s1", "m1"]
    assert seen(TAISHAN) == ["h1", "m1"]  # m1 is of the county, in no township
    assert (seen(DAIYUE), seen(HALL)) == (["s1"], ["h1"])
    with pytest.raises(AccessError):
        seen(PUBLIC)


def test_a_report_about_a_venue_that_is_gone_is_the_city_s(store, toy):
    number = add(store, "m1")
    rest = toy["venues"][toy["venues"]["venue_id"] != "m1"]
    store.replace({"venues": rest, "route_stops": toy["route_stops"]})
    assert reports_in_place(store, actor=TAISHAN, today=TODAY).empty
    with pytest.raises(AccessError):
        close(store, number, TAISHAN)
    assert len(reports_in_place(store, actor=CITY, today=TODAY)) == 1
    close(store, number, CITY)


def test_the_public_sees_counts_and_closing_notes_and_no_reader_s_words(store):
    shown = public_reports(store, "h1", now=NOW)
    assert shown.open == 0 and shown.closed.empty
    secret = "我是王五，电话13812345678"
    numbers = [add(store, note=f"{secret}{i}") for i in range(5)]
    add(store, "s1")
    for i, number in enumerate(numbers[:4]):
        close(store, number, note=f"第{i}次更正", now=NOW + timedelta(hours=i))
    shown = public_reports(store, "h1", now=NOW + timedelta(days=1))
    assert shown.open == 1
    assert list(shown.closed.columns) == ["at", "kind", "closed_at", "closing_note"]
    assert shown.closed["closing_note"].tolist() == ["第3次更正", "第2次更正", "第1次更正"]
    assert secret not in shown.closed.to_csv() and "taishan" not in shown.closed.to_csv()
    later = public_reports(store, "h1", now=NOW + timedelta(days=366))
    assert later.closed.empty and later.open == 1


def test_many_at_once_do_not_get_past_the_throttle(store):
    refused = []

    def work(me):
        for i in range(3):
            try:
                add(store, note=f"{me}-{i}")
            except ArgumentError as error:
                refused.append(error.code)

    threads = [threading.Thread(target=work, args=(me,)) for me in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reports(store)) == 5
    assert refused == ["report_venue_busy"] * 13


def test_reports_are_no_part_of_a_build(store, toy):
    number = add(store)
    store.replace(toy | {"holidays": typed("holidays", [])})
    assert reports(store)["report_id"].tolist() == [number]
