"""What the history did to the figures: by hand, and out of a store's own history."""

import datetime as dt

import pandas as pd
import pytest

from geo.door import submit
from geo.edits import key_text
from geo.errors import MissingColumnError
from geo.policy import NO_REVIEW
from geo.record_effects import _FIELDS, EFFECTS, public_effects, record_effects
from geo.schema import TABLES
from tests.region import CITY, TODAY, change_of, entries, new_row, new_venue, removal_of

STATION = {"kind": "station", "name": "新站", "township_code": "370902001000", "lon": None}


def history(*rows):
    names = ["history_id", "table", "row_key", "before", "after", "erased"]
    return pd.DataFrame(
        [(number, *row, *[False] * (len(row) == 4)) for number, row in enumerate(rows)],
        columns=names,
    )


def effect_of(*changes, table="venues", kinds=None):
    found = record_effects(
        history(*[(table, "k", before, after) for before, after in changes]), kinds=kinds or {}
    )
    return tuple(found.iloc[0][["change", "effect", "fields", "entries"]])


def test_net_changes_by_hand():
    assert effect_of((None, STATION)) == ("added", "stations", "name;kind;township_code", 1)
    assert effect_of((STATION, None))[:2] == ("removed", "stations")
    assert effect_of(({"phone": "1"}, {"phone": "2"})) == ("changed", "text", "phone", 1)
    assert effect_of(({"lon": 117.0}, {"lon": 117.1}))[:2] == ("changed", "positions")
    closed = {"closed_on": dt.date(2026, 3, 1), "lon": 117.0}
    assert effect_of(({"closed_on": None, "lon": None}, closed)) == (
        "changed", "stations", "lon;closed_on", 1,
    )  # fmt: skip


def test_several_changes_of_a_row_are_one_net_change():
    there, back = ({"status": "open"}, {"status": "closed"}), ({"status": "closed"},
                                                               {"status": "open"})  # fmt: skip
    assert effect_of(there, back) == ("undone", "text", "", 2)
    assert effect_of(there, ({"phone": "1"}, {"phone": "2"}), back) == (
        "changed", "text", "phone", 3,
    )  # fmt: skip
    assert effect_of((None, STATION), (STATION, None)) == ("undone", "text", "", 2)
    again = STATION | {"township_code": "370902002000"}
    assert effect_of((STATION, None), (None, again)) == (
        "changed", "stations", "township_code", 2,
    )  # fmt: skip
    assert effect_of((STATION, None), (None, STATION))[0] == "undone"
    assert effect_of(({"name": "旧站"}, {"name": "新站"}), (STATION, None)) == (
        "removed", "stations", "name;kind;township_code", 2,
    )  # fmt: skip


def test_a_museum_changes_no_figure_unless_it_becomes_a_hall():
    museum = {"kind": "museum", "status": "open"}
    assert effect_of((None, museum))[1] == "text"
    status = ({"status": "open"}, {"status": "closed"})
    assert effect_of(status, kinds={"k": "museum"})[1] == "text"
    assert effect_of(status, kinds={"k": "hall"})[1] == "stations"
    assert effect_of(status)[1] == "stations"
    assert effect_of(({"kind": "museum"}, {"kind": "hall"}))[1] == "stations"
    assert effect_of(({"kind": "museum"}, {"kind": "farm"}), kinds={"k": "farm"})[1] == "text"


def test_effects_of_other_tables():
    day = {"from_date": dt.date(2026, 1, 1)}
    before = {"from_date": None}
    assert effect_of((before, day), table="promoters")[1] == "promoters"
    assert effect_of(({"phone": "1"}, {"phone": "2"}), table="promoters")[1] == "text"
    assert effect_of((None, {"promoter_id": "p"}), table="promoter_villages")[1] == "promoters"
    assert effect_of((before, day), table="townships")[1] == "lists"
    assert effect_of(({"name": "a"}, {"name": "b"}), table="townships")[1] == "text"
    assert effect_of(({"seat_lon": 1.0}, {"seat_lon": 2.0}), table="townships")[1] == "demand"
    assert effect_of((None, day), table="unit_townships")[1] == "units"
    assert effect_of((None, {"name": "线"}), table="routes")[1] == "text"


def test_erased_and_unknown_rows():
    erased = pd.concat([history(("promoters", "k", None, None, True))])
    assert record_effects(erased, kinds={}).iloc[0][["change", "effect"]].tolist() == [
        "erased", "promoters",
    ]  # fmt: skip
    assert record_effects(history(("old_table", "k", None, {})), kinds={}).empty
    with pytest.raises(MissingColumnError):
        record_effects(erased.drop(columns="erased"), kinds={})


def test_people_are_counted_and_not_named():
    found = public_effects(record_effects(
        history(
            ("promoters", '["p1"]', None, {"promoter_id": "p1"}),
            ("promoters", '["p2"]', None, {"promoter_id": "p2"}),
            ("venues", '["s1"]', None, STATION),
        ),
        kinds={},
    ))  # fmt: skip
    assert found["rows"].tolist() == [1, 2]
    assert found["row_key"].fillna("-").tolist() == ['["s1"]', "-"]


def test_the_declared_fields_exist():
    for table, effects in _FIELDS.items():
        for effect, names in effects:
            assert effect in EFFECTS
            assert names <= set(TABLES[table].names)


def test_what_a_store_wrote_after_a_revision(store):
    reported = store.revision()

    def put(*edits):
        submit(store, edits, actor=CITY, today=TODAY, policy=NO_REVIEW)

    put(new_venue("s9", township_code="370902002000", opened_on=dt.date(2026, 1, 1)))
    put(change_of(store, "venues", "s9", phone="0538-1"))
    put(change_of(store, "venues", "m1", status="closed", closed_on=dt.date(2026, 2, 1)))
    put(new_row("promoters", promoter_id="p9", name="王五"))
    put(removal_of(store, "promoter_villages", "p2", "370911101001"))
    listed = pd.DataFrame(entries(store, after_revision=reported))
    venues = store.read("venues")
    kinds = {key_text([one]): kind for one, kind in zip(venues["venue_id"], venues["kind"],
                                                        strict=True)}  # fmt: skip
    found = record_effects(listed, kinds=kinds)
    assert found[["table", "row_key", "change", "effect", "entries"]].to_numpy().tolist() == [
        ["venues", '["m1"]', "changed", "text", 1],
        ["venues", '["s9"]', "added", "stations", 2],
        ["promoters", '["p9"]', "added", "promoters", 1],
        ["promoter_villages", '["p2","370911101001"]', "removed", "promoters", 1],
    ]
    assert entries(store, after_revision=store.revision()) == []
    assert len(entries(store, after_revision=0)) > len(listed)
