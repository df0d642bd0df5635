"""Rights: every role against every table and operation, by a table of expectations."""

from datetime import date

import pandas as pd
import pytest

from geo import rights
from geo.door import submit
from geo.edits import Edit, edit_of, frame_of, whole_row
from geo.errors import AccessError, StoreError
from geo.policy import NO_REVIEW
from geo.rights import (
    LOCAL_TABLES,
    PEOPLE_TABLES,
    PLACE_TABLES,
    SYSTEM,
    Actor,
    covers,
    places_of,
)
from geo.schema import TABLES
from tests.conftest import typed
from tests.region import ACTORS, TODAY, new_row, new_venue, region_tables, rows_by_key

TABLES_NOW = region_tables()
ROWS = rows_by_key(TABLES_NOW)
PLACES = rights.places_of({name: TABLES_NOW[name] for name in PLACE_TABLES}, as_of=TODAY)
FOUR = ("370902001000", "370902002000", "370911101000", "370911102000")

# Who besides the city and the admins answers for which row.
OWNERS = {
    "venues": {
        ("h1",): "daimiao taishan", ("s1",): "shankou daiyue", ("m1",): "taishan",
        ("z1",): "zhuyang zone", ("n1",): "",
    },
    "promoters": {
        ("p1",): "daimiao taishan", ("p2",): "shankou daiyue", ("p3",): "zhuyang zone",
        ("p4",): "", ("p5",): "taishan", ("p6",): "",
    },
    "promoter_villages": {
        ("p1", "370902001001"): "daimiao taishan", ("p1", "370902001002"): "daimiao taishan",
        ("p2", "370911101001"): "shankou daiyue", ("p5", "370902001001"): "daimiao taishan",
        ("p5", "370902002001"): "taishan", ("p6", "370902001001"): "daimiao taishan",
        ("p6", "370911101001"): "shankou daiyue",
    },
    "routes": {("r1",): "taishan", ("r2",): "daiyue", ("r3",): "", ("r4",): "", ("r5",): "zone"},
    "route_stops": {
        ("r1", 1): "taishan", ("r1", 2): "taishan", ("r2", 1): "daiyue", ("r3", 1): "",
        ("r3", 2): "", ("r4", 1): "", ("r5", 1): "zone",
    },
    "village_points": {
        ("370902001001",): "taishan", ("370911101001",): "daiyue", ("370911102001",): "zone",
    },
    "populations": {
        ("370902001000", 2020, "七普"): "taishan", ("370911101000", 2020, "七普"): "daiyue",
        ("370911101001", 2020, "七普"): "daiyue", ("370911102000", 2020, "七普"): "zone",
    },
    "hosts": {("b1",): "taishan", ("b2",): "zone"},
}  # fmt: skip


def changed(table: str, *key, **fields) -> Edit:
    row = ROWS[table][key]
    return edit_of(table, row, row | fields)


# Changes that move a row, and who may make them.
MOVES = [
    (changed("venues", "h1", township_code=FOUR[1]), "taishan"),  # within the county
    (changed("venues", "h1", township_code=FOUR[2]), ""),
    (changed("venues", "h1", township_code=None), "taishan"),  # the county's then
    (changed("venues", "h1", township_code=None, county_code=None), ""),
    (changed("venues", "s1", township_code=FOUR[3]), ""),  # same county, but the zone's
    (changed("venues", "z1", township_code=FOUR[2]), ""),
    (changed("venues", "z1", township_code=None), ""),  # the county's, which is not the zone's
    (changed("venues", "z1", county_code="370902"), "zhuyang zone"),  # the township decides
    (changed("venues", "m1", township_code=FOUR[0]), "taishan"),
    (changed("venues", "m1", county_code="370911"), ""),
    (changed("venues", "n1", county_code="370902"), ""),
    (changed("promoters", "p1", township_code=FOUR[0]), "daimiao taishan"),
    (changed("promoters", "p1", township_code=FOUR[1]), "taishan"),
    (changed("promoters", "p1", township_code=FOUR[2]), ""),
    (changed("promoters", "p3", township_code=None), ""),
    (changed("promoters", "p3", township_code=FOUR[2]), ""),
    (changed("promoters", "p4", township_code=FOUR[0]), ""),
    (changed("promoters", "p6", township_code=FOUR[0]), ""),
    (changed("route_stops", "r1", 2, venue_id="m1"), "taishan"),
    (changed("route_stops", "r1", 2, venue_id="s1"), ""),
    (changed("route_stops", "r4", 1, venue_id="h1"), ""),  # takes the city's route
    (changed("route_stops", "r3", 2, venue_id="h1"), ""),
    (changed("hosts", "b1", township_code=FOUR[0]), "taishan"),
    (changed("hosts", "b1", township_code=FOUR[2]), ""),
    (changed("hosts", "b2", township_code=FOUR[2]), ""),  # same county, but not the zone's
]


def link(person: str, village: str) -> Edit:
    return new_row("promoter_villages", promoter_id=person, village_code=village)


def stop(route: str, number: int, venue: str | None) -> Edit:
    return new_row("route_stops", route_id=route, stop_no=number, name="站", venue_id=venue)


def promoter(township: str | None) -> Edit:
    return new_row("promoters", promoter_id="new", name="新人", township_code=township)


def point(village: str) -> Edit:
    return new_row("village_points", village_code=village, lon=117.1, lat=36.2,
                   position_precision="village")  # fmt: skip


def population(place: str) -> Edit:
    return new_row("populations", place_code=place, year=2010, basis="六普", persons=1)


def host(township: str) -> Edit:
    return new_row("hosts", host_id="new", name="新阵地", kind="school", township_code=township,
                   position_precision="unknown")  # fmt: skip


ROUTE = new_row("routes", route_id="new", name="新线", status="ready")
# What is added together, and who may do so.
NEW = [
    ([new_venue("new", township_code=FOUR[0], county_code="370902")], "daimiao taishan"),
    ([new_venue("new", township_code=FOUR[1])], "taishan"),
    ([new_venue("new", township_code=FOUR[2])], "shankou daiyue"),
    ([new_venue("new", township_code=FOUR[3], county_code="370911")], "zhuyang zone"),
    ([new_venue("new", county_code="370902")], "taishan"),
    ([new_venue("new", county_code="370911")], "daiyue"),
    ([new_venue("new")], ""),
    ([promoter(FOUR[0])], "daimiao taishan"),
    ([promoter(FOUR[3])], "zhuyang zone"),
    ([promoter(None)], ""),
    ([promoter(None), link("new", "370902001001")], "daimiao taishan"),
    ([link("new", "370902002001"), promoter(None), link("new", "370902001001")], "taishan"),
    ([promoter(None), link("new", "370902001001"), link("new", "370911101001")], ""),
    ([promoter(FOUR[0]), link("new", "370911101001")], ""),
    ([link("p1", "370902002001")], "taishan"),
    ([link("p5", "370902001002")], "taishan"),
    ([link("p2", "370902001001")], ""),  # somebody else's promoter
    ([link("p3", "370911101001")], ""),
    ([link("p3", "370911102001")], "zhuyang zone"),
    ([link("p4", "370902001001")], ""),  # the city's promoter
    ([link("p4", "370902001001"), changed("promoters", "p4", duty="网格员")], ""),
    ([ROUTE], ""),
    ([ROUTE, stop("new", 1, None)], ""),
    ([ROUTE, stop("new", 1, None), stop("new", 2, "m1")], "taishan"),
    ([stop("new", 1, "h1"), ROUTE, stop("new", 2, "s1")], ""),
    ([ROUTE, stop("new", 1, "n1")], ""),
    ([new_venue("new", township_code=FOUR[0]), ROUTE, stop("new", 1, "new")], "taishan"),
    ([new_venue("new", township_code=FOUR[2]), ROUTE, stop("new", 1, "new")], "daiyue"),
    ([stop("r1", 3, None)], "taishan"),
    ([stop("r1", 3, "m1")], "taishan"),
    ([stop("r1", 3, "s1")], ""),
    ([stop("r4", 2, "h1")], ""),
    ([stop("r4", 2, "h1"), changed("routes", "r4", name="我的路线")], ""),
    ([point("370902002001")], "taishan"),
    ([point("370911101002")], "daiyue"),
    ([point("370902002001"), point("370911101002")], ""),
    ([population(FOUR[1])], "taishan"),
    ([population(FOUR[3])], "zone"),
    ([population("370911101002")], "daiyue"),
    ([population("370911102001")], "zone"),
    ([population("370911999000")], ""),  # a place that is in no list
    ([host(FOUR[2])], "daiyue"),
    ([host(FOUR[3])], "zone"),
]


def another(table: str) -> Edit:
    """Return a new row like the first, with another key."""
    row = dict(next(iter(ROWS[table].values())))
    name = TABLES[table].key[-1]
    key = row[name]
    row[name] = key.replace(year=2030) if hasattr(key, "year") else f"9{key[1:]}"
    return edit_of(table, None, row)


def attempts() -> list[tuple[str, list[Edit], set[str]]]:
    """Return (what, edits, logins that may): every table and operation."""
    found = []

    def add(what: str, edits: list[Edit], owners: str) -> None:
        found.append((what, edits, {"city", "admin", *owners.split()}))

    for table, rows in ROWS.items():
        if table in LOCAL_TABLES:
            assert rows.keys() == OWNERS[table].keys()
            for key, owners in OWNERS[table].items():
                add(f"remove {table} {key}", [edit_of(table, rows[key], None)], owners)
                if table != "promoter_villages":  # which is all key
                    staff = "hall " if key == ("h1",) else ""
                    free = "name" if "name" in TABLES[table].names else "source_url"
                    edit = changed(table, *key, **{free: "改名"})
                    add(f"change {table} {key}", [edit], staff + owners)
        else:
            key, row = next(iter(rows.items()))
            free = next(c for c in TABLES[table].columns if c.kind == "text" and c.name not in key)
            other = free.name if free.name not in TABLES[table].key else "note"
            add(f"remove {table}", [edit_of(table, row, None)], "")
            add(f"change {table}", [changed(table, *key, **{other: "改"})], "")
            add(f"add {table}", [another(table)], "")
    for edit, owners in MOVES:
        moved = {name: edit.after[name] for name in edit.fields()}
        add(f"move {edit.key} {moved}", [edit], owners)
    for edits, owners in NEW:
        add(f"add {[(edit.table, edit.key) for edit in edits]}", edits, owners)
    return found


ATTEMPTS = attempts()


@pytest.mark.parametrize("login", ACTORS)
def test_every_role_against_every_table_and_operation(login):
    for what, edits, owners in ATTEMPTS:
        places = rights.with_edits(PLACES, edits)
        refused = [rights.refusal(ACTORS[login], edit, places) for edit in edits]
        assert (not any(refused)) == (login in owners), (login, what, refused)


def test_the_door_refuses_and_lets_in_as_the_table_says(empty_store):
    empty_store.replace(TABLES_NOW)
    # The judgement is that of the test above; here it is that what it is made from is read: a
    # third of the accounts for every attempt, others for the next.
    every = 1 if empty_store.address.endswith(".db") else 5
    for number, (what, edits, owners) in enumerate(ATTEMPTS[::every]):
        for login, actor in list(ACTORS.items())[number % 3 :: 3]:
            revision = empty_store.revision()
            try:
                submit(empty_store, edits, actor=actor, today=TODAY, policy=NO_REVIEW)
            except AccessError as error:
                assert login not in owners, (login, what, str(error))
                assert empty_store.revision() == revision
            except StoreError as error:  # let in, but another row refers to it
                assert error.code == "store_conflict", (login, what)
                assert login in owners, (login, what)
            else:
                assert login in owners, (login, what)
                back = [edit.inverse() for edit in edits]
                submit(empty_store, back, actor=ACTORS["city"], today=TODAY)
    assert rows_by_key(empty_store.read_many()) == ROWS


def test_the_places_are_those_of_the_day():
    before = rights.places_of({n: TABLES_NOW[n] for n in PLACE_TABLES}, as_of=TODAY.replace(2016))
    assert before.unit_of_township[FOUR[3]] == "daiyue"
    edit = changed("venues", "z1", name="改名")
    assert rights.refusal(ACTORS["daiyue"], edit, before) is None
    assert rights.refusal(ACTORS["zone"], edit, before) == "not_your_row"
    assert rights.refusal(ACTORS["daiyue"], edit, PLACES) == "not_your_row"


@pytest.mark.parametrize("login", ACTORS)
def test_people_are_seen_in_their_own_place_only_and_everything_else_by_all(login):
    actor = ACTORS[login]
    for name, frame in TABLES_NOW.items():
        seen = rights.visible_rows(actor, name, frame, PLACES)
        own = rights.own_rows(actor, name, frame, PLACES)
        keys = list(frame[list(TABLES[name].key)].itertuples(index=False, name=None))
        if login in {"city", "admin"}:
            assert seen.all() and own.all()
            continue
        staff = {("h1",)} if login == "hall" and name == "venues" else set()
        expected = [login in OWNERS.get(name, {}).get(key, "").split() or key in staff
                    for key in keys]  # fmt: skip
        assert own.tolist() == expected, name
        assert seen.tolist() == (expected if name in PEOPLE_TABLES else [True] * len(keys)), name


def test_rows_of_an_export_without_the_place_are_judged_by_the_register():
    people = TABLES_NOW["promoters"][["promoter_id", "name"]]
    own = rights.own_rows(ACTORS["zone"], "promoters", people, PLACES)
    assert people["promoter_id"][own].tolist() == ["p3"]


@pytest.mark.parametrize("actor", [
    Actor("x", "", "steward"), Actor("x", "", "steward", "unit", ""),
    Actor("x", "", "reporter", "venue", ""), Actor("x", "", "reporter", "township", "nowhere"),
    Actor("x", "", "steward", "unit", "nowhere"),
], ids=str)  # fmt: skip
def test_an_account_without_a_place_of_its_own_may_change_nothing(actor):
    for what, edits, _ in ATTEMPTS:
        places = rights.with_edits(PLACES, edits)
        assert any(rights.refusal(actor, edit, places) for edit in edits), what


def test_the_command_line_may_do_everything():
    for what, edits, _ in ATTEMPTS:
        places = rights.with_edits(PLACES, edits)
        assert not any(rights.refusal(SYSTEM, edit, places) for edit in edits), what


def test_places_of_empty_tables_are_empty():
    tables = {name: frame_of(name, []) for name in PLACE_TABLES}
    assert rights.places_of(tables, as_of=TODAY).venues == {}


def test_a_recoded_township_stays_with_its_reporter_and_its_unit(toy):
    """祝阳镇 gets a new code on 2026-02-01; an account and old rows still name the old one."""
    old, new = "370911102000", "370911104000"
    tables = {name: toy[name].copy() for name in PLACE_TABLES}
    listed = tables["townships"]
    ended = listed["township_code"] == old
    renewed = listed[ended].assign(township_code=new, from_date=pd.Timestamp("2026-02-01"))
    listed.loc[ended, "to_date"] = pd.Timestamp("2026-02-01")
    tables["townships"] = pd.concat([listed, renewed], ignore_index=True)
    tables["successions"] = typed("successions", [
        {"level": "township", "old_code": old, "new_code": new, "on_date": "2026-02-01",
         "kind": "recoded"},
    ])  # fmt: skip
    after = places_of(tables, as_of=date(2026, 3, 1))
    reporter = Actor("zhuyang", "祝阳镇", "reporter", "township", old)
    zone = Actor("zone", "高新区", "steward", "unit", "zone")
    other = Actor("shankou", "山口镇", "reporter", "township", "370911101000")
    for code in (old, new):
        venue = whole_row("venues", {"venue_id": "x", "township_code": code})
        assert covers(reporter, "venues", venue, after)
        assert covers(zone, "venues", venue, after)
        assert not covers(other, "venues", venue, after)
