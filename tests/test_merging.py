"""Merging: the kept row takes what was chosen, whatever refers to the other follows, no more."""

from datetime import date

import numpy as np
import pytest

from geo.door import submit
from geo.duplicates.suspects import filling_choices, merge_edits, merge_rows
from geo.edits import Edit, frame_of, key_of, rows_of
from geo.errors import ArgumentError
from geo.rights import SYSTEM
from geo.schema import TABLES
from geo.undoing import undo
from tests.conftest import toy_tables, typed
from tests.region import put_rows


def held(**changed):
    """Return the toy tables with a second science hall `h2` and other rows in their place."""
    tables = toy_tables()
    more = rows_of("venues", tables["venues"])
    more.append(more[0] | {
        "venue_id": "h2", "name": "泰安科技馆", "phone": "0538-7654321", "lon": None, "lat": None,
        "position_precision": "unknown", "source_datum": None, "visit_min": 60,
    })  # fmt: skip
    return tables | {"venues": frame_of("venues", more)} | changed


def applied(tables, edits):
    """Return the tables' rows by key after the edits; each must find the row it saw."""
    rows = {
        name: {key_of(name, row): row for row in rows_of(name, frame)}
        for name, frame in tables.items()
    }
    for edit in edits:
        stored = rows[edit.table]
        assert stored.get(edit.key) == edit.before
        if edit.after is None:
            del stored[edit.key]
        else:
            stored[key_of(edit.table, edit.after)] = edit.after
    return rows


def dangling(rows):
    return [
        (table.name, key, column.name)
        for table in TABLES.values()
        for column in table.columns
        if column.refers_to
        for key, row in rows[table.name].items()
        if row[column.name] is not None
        and (row[column.name],) not in {key[:1] for key in rows[column.refers_to]}
    ]


# --- rows -------------------------------------------------------------------------------------


def test_what_is_not_chosen_stays():
    keep, drop = {"a": 1, "b": None, "c": 3}, {"a": 4, "b": 5, "c": 6}
    assert merge_rows(keep, drop, {}) == keep
    assert merge_rows(keep, drop, {"b": "drop", "c": "keep"}) == {"a": 1, "b": 5, "c": 3}
    assert keep == {"a": 1, "b": None, "c": 3}


def test_a_position_comes_from_one_row():
    keep, drop = (row for row in rows_of("venues", held()["venues"]) if row["kind"] == "hall")
    assert {keep["venue_id"], drop["venue_id"]} == {"h1", "h2"}
    with pytest.raises(ArgumentError, match="lon、lat、position_precision、source_datum"):
        merge_rows(keep, drop, {"lon": "drop"})
    together = dict.fromkeys(["lon", "lat", "position_precision", "source_datum"], "drop")
    assert merge_rows(keep, drop, together)["position_precision"] == "unknown"
    # What is the same in both may be left out of the choice.
    same = drop | {"lon": keep["lon"], "lat": keep["lat"], "source_datum": keep["source_datum"]}
    assert merge_rows(keep, same, {"position_precision": "drop"})["lon"] == keep["lon"]


@pytest.mark.parametrize("choices", [{"nonsense": "drop"}, {"name": "both"}])
def test_choices_that_mean_nothing_are_refused(choices):
    keep, drop = rows_of("venues", held()["venues"])[:2]
    with pytest.raises(ArgumentError):
        merge_rows(keep, drop, choices)


def test_gaps_are_filled_and_nothing_is_overwritten():
    first, *_, second = rows_of("venues", held()["venues"])
    choices = filling_choices("venues", first, second)
    assert {name for name, choice in choices.items() if choice == "drop"} == {"visit_min"}
    merged = merge_rows(first, second, choices)
    assert merged == first | {"visit_min": 60}
    other_way = merge_rows(second, first, filling_choices("venues", second, first))
    assert (other_way["lon"], other_way["position_precision"]) == (117.1234, "street")
    assert (other_way["venue_id"], other_way["name"]) == ("h2", "泰安科技馆")


# --- edits ------------------------------------------------------------------------------------


def test_a_venue_is_merged_and_its_stops_follow():
    tables = held()
    edits = merge_edits(tables, "venues", "h2", "h1", {"phone": "drop"})
    assert [(edit.table, edit.key, edit.kind) for edit in edits] == [
        ("venues", ("h2",), "changed"), ("route_stops", ("r1", 1), "changed"),
        ("venues", ("h1",), "removed"),
    ]  # fmt: skip
    assert edits[0].fields() == ["phone"] and edits[0].after["phone"] == "0538-1234567"
    assert edits[1].fields() == ["venue_id"] and edits[1].after["venue_id"] == "h2"
    before, after = applied(tables, []), applied(tables, edits)
    assert dangling(after) == []
    untouched = {name for name in TABLES if name not in {"venues", "route_stops"}}
    assert {name for name in TABLES if after[name] == before[name]} == untouched
    merged = {name: frame_of(name, list(found.values())) for name, found in after.items()}
    assert applied(merged, [edit.inverse() for edit in reversed(edits)]) == before


def test_nothing_chosen_changes_nothing_of_the_kept_row():
    edits = merge_edits(held(), "venues", "h1", "h2", {})
    assert edits == [Edit("venues", ("h2",), rows_of("venues", held()["venues"])[-1], None)]


def test_a_promoter_s_villages_follow_and_do_not_repeat():
    tables = held()
    served = [{"promoter_id": key, "village_code": code} for key, code in
              [("p1", "370902001001"), ("p2", "370902001001"), ("p2", "370911101001")]]  # fmt: skip
    tables["promoter_villages"] = typed("promoter_villages", served)
    edits = merge_edits(tables, "promoters", "p1", "p2", {})
    assert [(edit.table, edit.key, edit.kind) for edit in edits] == [
        ("promoter_villages", ("p2", "370902001001"), "removed"),
        ("promoter_villages", ("p2", "370911101001"), "removed"),
        ("promoter_villages", ("p1", "370911101001"), "new"),
        ("promoters", ("p2",), "removed"),
    ]
    after = applied(tables, edits)
    assert set(after["promoter_villages"]) == {("p1", "370902001001"), ("p1", "370911101001")}
    assert dangling(after) == []


def test_routes_keep_their_own_stops():
    tables = held()
    routes = [{"route_id": key, "name": "地质一日", "status": "ready"} for key in ("r1", "r2")]
    stops = [
        {"route_id": route, "stop_no": number, "name": f"{route}-{number}"}
        for route, count in (("r1", 2), ("r2", 3))
        for number in range(1, count + 1)
    ]
    tables |= {"routes": typed("routes", routes), "route_stops": typed("route_stops", stops)}
    after = applied(tables, merge_edits(tables, "routes", "r1", "r2", {}))
    names = [row["name"] for row in after["route_stops"].values()]
    assert names == ["r1-1", "r1-2", "r2-3"]


@pytest.mark.parametrize("table", ["counties", "townships", "reporting_units"])
def test_any_table_with_one_key_can_be_merged(table):
    tables = held()
    first, second = tables[table][TABLES[table].key[0]].head(2)
    after = applied(tables, merge_edits(tables, table, first, second, {}))
    assert dangling(after) == [] and len(after[table]) == len(tables[table]) - 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("venues", "h1", "h1", {}), "自己"),
        (("venues", "h1", "h9", {}), "h9"),
        (("venues", "h9", "h1", {}), "h9"),
        (("venues", "h1", "d1", {}), "演示"),
        (("venues", "h1", "h2", {"venue_id": "drop"}), "编号"),
        (("route_stops", "r1", "r2", {}), "不能合并"),
    ],
)
def test_what_cannot_be_merged_is_a_sentence(arguments, said):
    tables = held()
    demo = rows_of("venues", tables["venues"])[0] | {"venue_id": "d1", "demo": True}
    tables["venues"] = frame_of("venues", [*rows_of("venues", tables["venues"]), demo])
    with pytest.raises(ArgumentError, match=said):
        merge_edits(tables, *arguments)


def test_merging_at_random_leaves_no_reference_hanging():
    pick = np.random.default_rng(11)
    tables = held()
    ids = [f"v{i}" for i in range(8)]
    base = rows_of("venues", tables["venues"])[0]
    tables["venues"] = frame_of("venues", [base | {"venue_id": key} for key in ids])
    people = [f"p{i}" for i in range(6)]
    tables["promoters"] = typed(
        "promoters", [{"promoter_id": key, "name": "张三"} for key in people]
    )
    codes = tables["villages"]["village_code"].tolist()
    for _ in range(30):
        venues = pick.choice([*ids, None], 11)
        tables["route_stops"] = typed("route_stops", [
            {"route_id": "r1", "stop_no": number, "name": "站", "venue_id": venue}
            for number, venue in enumerate(venues, 1)
        ])  # fmt: skip
        served = {(pick.choice(people), pick.choice(codes)) for _ in range(20)}
        tables["promoter_villages"] = typed("promoter_villages", [
            {"promoter_id": person, "village_code": code} for person, code in sorted(served)
        ])  # fmt: skip
        for table, keys in (("venues", ids), ("promoters", people)):
            keep, drop = pick.choice(keys, 2, replace=False)
            edits = merge_edits(tables, table, str(keep), str(drop), {})
            after = applied(tables, edits)
            assert dangling(after) == []
            assert len(after["route_stops"]) == 11
            villages = {code for person, code in served if person in {keep, drop}}
            if table == "promoters":
                assert {key[1] for key in after["promoter_villages"] if key[0] == keep} == villages
            # Whatever was there before and is touched did refer to the dropped row.
            assert all(drop in edit.before.values() for edit in edits if edit.before)


def test_a_merge_is_one_submission_and_undone_as_a_whole(store):
    def contents():
        return {name: rows_of(name, frame) for name, frame in store.read_many().items()}

    today = date(2026, 11, 23)
    put_rows(store, "venues", held()["venues"])
    before = contents()
    edits = merge_edits(store.read_many(), "venues", "h2", "h1", {"phone": "drop"})
    done = submit(store, edits, actor=SYSTEM, today=today, kind="merge")
    assert done.applied == 3
    merged = contents()
    assert [row["venue_id"] for row in merged["venues"]] == ["h2", "m1", "s1"]
    assert merged["route_stops"][0]["venue_id"] == "h2" and store.broken_references() == 0
    undo(store, done.submission_id, actor=SYSTEM, today=today)
    assert contents() == before
