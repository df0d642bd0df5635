"""Quarters, figures over time, and changes between two days that explain every difference."""

import datetime as dt
import random

import numpy as np
import pandas as pd
import pytest

from geo.coverage import promoters_by_village, stations_by_township
from geo.errors import ArgumentError
from geo.periods import over_time, quarters
from geo.standing import serving, standing
from geo.succession import in_force, places
from geo.trend import promoter_changes, public_events, station_changes
from tests.conftest import typed

D = dt.date
JAN, JUN, DEC = D(2026, 1, 1), D(2026, 6, 30), D(2026, 12, 31)


# --- quarters ------------------------------------------------------------------------------


def test_quarters_of_the_calendar_year():
    found = quarters(D(2025, 12, 31), D(2026, 8, 15))
    assert found.to_numpy().tolist() == [
        [D(2025, 12, 31), 2025, 4, True],
        [D(2026, 3, 31), 2026, 1, True],
        [D(2026, 6, 30), 2026, 2, True],
        [D(2026, 8, 15), 2026, 3, False],
    ]


def test_quarters_of_a_year_that_begins_in_september():
    found = quarters(D(2025, 9, 1), D(2026, 9, 1), year_starts=9)
    assert found.to_numpy().tolist() == [
        [D(2025, 11, 30), 2025, 1, True],
        [D(2026, 2, 28), 2025, 2, True],
        [D(2026, 5, 31), 2025, 3, True],
        [D(2026, 8, 31), 2025, 4, True],
        [D(2026, 9, 1), 2026, 1, False],
    ]


@pytest.mark.parametrize("start", range(1, 13))
def test_quarters_have_no_gap_in_any_year(start):
    found = quarters(D(2023, 1, 1), D(2027, 12, 31), year_starts=start)
    ends = found["as_of"].tolist()
    assert ends == sorted(set(ends))
    whole = found[found["complete"]]
    assert (whole["as_of"].map(lambda day: (day + dt.timedelta(1)).day) == 1).all()
    steps = {
        (later.year - day.year) * 12 + later.month - day.month
        for day, later in zip(whole["as_of"], whole["as_of"].iloc[1:], strict=False)
    }
    assert steps == {3}
    firsts = whole[whole["quarter"] == 4]["as_of"].map(lambda day: (day + dt.timedelta(1)).month)
    assert set(firsts) == {start}


@pytest.mark.parametrize("make", [
    lambda: quarters(JUN, JAN), lambda: quarters(JAN, JUN, year_starts=0),
    lambda: quarters(JAN, JUN, year_starts=13),
])  # fmt: skip
def test_what_makes_no_sense_is_refused(make):
    with pytest.raises(ArgumentError):
        make()


def test_a_figure_over_time_by_hand():
    def figure(day):
        return pd.DataFrame({"total": [day.month], "share": [0.5]}, index=[7])

    found = over_time([JAN, JUN], figure)
    assert found.columns.tolist() == ["as_of", "total", "share"]
    assert found["as_of"].dt.date.tolist() == [JAN, JUN]
    assert found["total"].tolist() == [1, 6]
    assert over_time([], figure).empty


# --- changes by hand -----------------------------------------------------------------------

A, B, C, E = (f"370902{n:03}000" for n in (1, 2, 3, 5))


def township(code, since=None, until=None):
    return {"township_code": code, "name": f"镇{code[6:9]}", "county_code": "370902",
            "kind": "town", "list_year": 2023, "from_date": since, "to_date": until}  # fmt: skip


def station(venue_id, code, opened, closed=None, **fields):
    row = {"venue_id": venue_id, "name": venue_id, "kind": "station", "status": "open",
           "township_code": code, "opened_on": opened, "closed_on": closed,
           "position_precision": "unknown"}  # fmt: skip
    return row | fields


def succession(old, new, on, kind="recoded", level="township"):
    return {"level": level, "old_code": old, "new_code": new, "on_date": on, "kind": kind}


def told(events):
    rows = events[["code", "event", "record_id", "on", "effect"]].to_numpy().tolist()
    return [[*row[:3], None if pd.isna(row[3]) else row[3].date(), row[4]] for row in rows]


def test_stations_that_open_and_close_by_hand():
    venues = typed("venues", [
        station("s1", A, D(2025, 1, 1)),
        station("s2", A, JAN),  # on the first day itself: before
        station("s3", B, JUN, demo=True),
        station("s4", C, D(2020, 1, 1), JUN),
        station("s5", C, D(2026, 2, 1), D(2026, 3, 1)),  # came and went between
        station("s6", A, None, verified_on=D(2026, 5, 1)),
        station("h1", B, D(2026, 2, 1), kind="hall"),
    ])  # fmt: skip
    towns = typed("townships", [township(code) for code in (C, A, B, E)])
    found = station_changes(towns, venues, since=JAN, until=JUN)
    assert found.places[["code", "change", "listed", "before", "after"]].to_numpy().tolist() == [
        [A, "", "", 2, 3], [B, "gained", "", 0, 1], [C, "lost", "", 1, 0],
    ]  # fmt: skip
    assert told(found.events) == [
        [A, "opened", "s6", D(2026, 5, 1), 1],
        [B, "opened", "s3", JUN, 1],
        [C, "closed", "s4", JUN, -1],
    ]
    assert found.events["demo"].tolist() == [False, True, False]


def test_a_township_that_is_recoded_takes_its_station_along():
    on = D(2026, 3, 1)
    towns = typed("townships", [township(A, None, on), township(B, on, None), township(C)])
    venues = typed("venues", [station("s1", A, D(2025, 1, 1))])
    rows = typed("successions", [succession(A, B, on)])
    found = station_changes(towns, venues, rows, since=JAN, until=JUN)
    assert found.places[["code", "change", "listed", "before", "after"]].to_numpy().tolist() == [
        [A, "lost", "gone", 1, 0], [B, "gained", "new", 0, 1],
    ]  # fmt: skip
    assert told(found.events) == [[A, "list", "s1", on, -1], [B, "list", "s1", on, 1]]


def test_a_split_township_loses_its_station_and_nobody_gains():
    on = D(2026, 3, 1)
    towns = typed("townships", [township(A, None, on), township(B, on), township(C, on)])
    venues = typed("venues", [station("s1", A, D(2025, 1, 1))])
    rows = typed("successions", [succession(A, B, on, "split"), succession(A, C, on, "split")])
    found = station_changes(towns, venues, rows, since=JAN, until=JUN)
    assert found.places[["code", "change", "listed"]].to_numpy().tolist() == [
        [A, "lost", "gone"], [B, "", "new"], [C, "", "new"],
    ]  # fmt: skip
    assert told(found.events) == [[A, "list", "s1", on, -1]]


def village(number, since=None, until=None):
    return {"village_code": f"{A[:9]}{number:03}", "name": f"村{number}", "township_code": A,
            "kind": "village", "list_year": 2023, "from_date": since, "to_date": until}  # fmt: skip


def test_promoters_by_hand_and_what_may_be_shown():
    codes = [village(n)["village_code"] for n in range(5)]
    on = D(2026, 3, 1)
    villages = typed("villages", [village(0), village(1), village(2, None, on), village(3)])
    people = typed("promoters", [
        {"promoter_id": "p1", "name": "甲", "from_date": D(2026, 2, 1)},
        {"promoter_id": "p2", "name": "乙", "to_date": D(2026, 4, 1), "demo": True},
        {"promoter_id": "p3", "name": "丙"},
    ])  # fmt: skip
    pairs = typed("promoter_villages", [
        {"promoter_id": who, "village_code": codes[at]}
        for who, at in [("p1", 0), ("p1", 1), ("p2", 1), ("p3", 2), ("p3", 3), ("gone", 0)]
    ])  # fmt: skip
    rows = typed("successions", [succession(codes[2], codes[0], on, "merged", "village")])
    found = promoter_changes(villages, people, pairs, rows, since=JAN, until=JUN)
    assert found.places[["code", "change", "listed", "before", "after"]].to_numpy().tolist() == [
        [codes[0], "gained", "", 0, 2], [codes[1], "", "", 1, 1], [codes[2], "lost", "gone", 1, 0],
    ]  # fmt: skip
    assert told(found.events) == [
        [codes[0], "began", "p1", D(2026, 2, 1), 1], [codes[0], "list", "p3", on, 1],
        [codes[1], "began", "p1", D(2026, 2, 1), 1], [codes[1], "ended", "p2", D(2026, 4, 1), -1],
        [codes[2], "list", "p3", on, -1],
    ]  # fmt: skip
    shown = public_events(found.events)
    assert shown.columns.tolist() == ["code", "name", "event", "records", "demo_records"]
    assert shown["records"].tolist() == [1, 1, 1, -1, -1]
    assert shown["demo_records"].tolist() == [0, 0, 0, 1, 0]
    assert not shown.astype("str").isin(["p1", "p2", "p3"]).any(axis=None)


def test_the_same_day_twice_and_days_in_the_wrong_order():
    towns = typed("townships", [township(A)])
    venues = typed("venues", [station("s1", A, JAN)])
    found = station_changes(towns, venues, since=JAN, until=JAN)
    assert found.places.empty
    assert found.events.empty
    with pytest.raises(ArgumentError):
        station_changes(towns, venues, since=JUN, until=JAN)


# --- the law: replaying the named changes gives the second day --------------------------------


def some_day(dice):
    return None if dice.random() < 0.15 else D(2024, 1, 1) + dt.timedelta(dice.randrange(1200))


def random_lists(dice, level):
    """Return a list with codes that end and begin on the days of its successions."""
    key = f"{level}_code"
    make = township if level == "township" else None
    codes = [f"370902{n:03}000" if level == "township" else f"{A[:9]}{n:03}" for n in range(9)]
    rows = [make(c) if make else village(n) for n, c in enumerate(codes)]
    chains = []
    for _ in range(dice.randrange(5)):
        on = D(2024, 6, 1) + dt.timedelta(dice.randrange(900))
        kind = dice.choice(["recoded", "merged", "split"])
        old = dice.sample([r for r in rows if not r["to_date"]], 2 if kind == "merged" else 1)
        new = []
        for _ in range(2 if kind == "split" else 1):
            n = len(rows)
            code = f"370902{n:03}000" if level == "township" else f"{A[:9]}{n:03}"
            row = (make(code) if make else village(n)) | {"from_date": on}
            rows.append(row)
            new.append(row)
        for one in old:
            one["to_date"] = max(on, one["from_date"] or on)
        chains += [succession(o[key], w[key], on, kind, level) for o in old for w in new]
    return rows, typed("successions", chains)


def state_of(codes, record_ids, counts, listed, successions, level, day):
    """Return by place in force the ids that stand for it, in plain Python sets."""
    key = f"{level}_code"
    held = in_force(listed, as_of=day)[key].tolist()
    state = {code: set() for code in held}
    for record, place in zip(
        record_ids, places(codes, listed, successions, level=level, as_of=day), strict=True
    ):
        if counts.get(record) and place >= 0:
            state[held[place]].add(record)
    return state


def replayed(state, changes):
    """Apply the named changes, and nothing else, to a day's state."""
    state = {code: set(records) for code, records in state.items()}
    for row in changes.places.itertuples():
        if row.listed == "new":
            assert row.code not in state
            state[row.code] = set()
    for row in changes.events.itertuples():
        if row.effect == 1:
            assert row.record_id not in state[row.code]
            state[row.code].add(row.record_id)
        else:
            state[row.code].remove(row.record_id)
    for row in changes.places.itertuples():
        if row.listed == "gone":
            assert not state.pop(row.code)
    return state


def require_explained(first, second, changes, since, until):
    assert replayed(first, changes) == second
    sums = changes.events.groupby("code")["effect"].sum()
    for row in changes.places.itertuples():
        assert (row.before, row.after) == (
            len(first.get(row.code, ())), len(second.get(row.code, ())),
        )  # fmt: skip
        assert row.after - row.before == sums.get(row.code, 0)
    gained = {c for c, ids in second.items() if ids} - {c for c, ids in first.items() if ids}
    lost = {c for c, ids in first.items() if ids} - {c for c, ids in second.items() if ids}
    named = changes.places.set_index("code")["change"]
    assert set(named[named == "gained"].index) == gained
    assert set(named[named == "lost"].index) == lost
    dated = changes.events["on"].dropna()
    assert ((dated > pd.Timestamp(since)) & (dated <= pd.Timestamp(until))).all()
    assert changes.events.loc[changes.events["event"] != "list", "on"].notna().all()


@pytest.mark.parametrize("seed", range(60))
def test_replayed_stations_are_those_of_the_second_day(seed):
    dice = random.Random(seed)
    rows, successions = random_lists(dice, "township")
    listed = typed("townships", rows)
    codes = [row["township_code"] for row in rows]
    venues = typed("venues", [
        station(f"s{n:02}", dice.choice([*codes, None]), some_day(dice), some_day(dice),
                status=dice.choice(["open", "open", "closed", "planned"]),
                mobile=dice.random() < 0.1, verified_on=some_day(dice))
        for n in range(dice.randrange(25))
    ])  # fmt: skip
    since, until = sorted(D(2024, 3, 1) + dt.timedelta(dice.randrange(1100)) for _ in range(2))
    states = []
    for day in (since, until):
        why = standing(venues, as_of=day)
        counts = dict(zip(venues["venue_id"], why == "counts", strict=True))
        state = state_of(venues["township_code"], venues["venue_id"], counts, listed,
                         successions, "township", day)  # fmt: skip
        states.append(state)
        units = pd.DataFrame({"township_code": listed["township_code"], "reporting_unit": "甲"})
        told_by = stations_by_township(
            listed, venues, units, as_of=day, successions=successions
        ).set_index("township_code")["stations"]
        assert told_by.to_dict() == {code: len(ids) for code, ids in state.items()}
    changes = station_changes(listed, venues, successions, since=since, until=until)
    require_explained(*states, changes, since, until)


@pytest.mark.parametrize("seed", range(60))
def test_replayed_promoters_are_those_of_the_second_day(seed):
    dice = random.Random(seed)
    rows, successions = random_lists(dice, "village")
    listed = typed("villages", rows)
    codes = [row["village_code"] for row in rows]
    people = typed("promoters", [
        {"promoter_id": f"p{n:02}", "name": "某", "from_date": some_day(dice),
         "to_date": some_day(dice)}
        for n in range(dice.randrange(1, 15))
    ])  # fmt: skip
    ids = [*people["promoter_id"], "unknown"]
    pairs = {(dice.choice(ids), dice.choice(codes)) for _ in range(dice.randrange(30))}
    linked = typed("promoter_villages", [
        {"promoter_id": who, "village_code": code} for who, code in sorted(pairs)
    ])  # fmt: skip
    since, until = sorted(D(2024, 3, 1) + dt.timedelta(dice.randrange(1100)) for _ in range(2))
    states = []
    for day in (since, until):
        counts = dict(zip(people["promoter_id"], serving(people, as_of=day), strict=True))
        state = state_of(linked["village_code"], linked["promoter_id"], counts, listed,
                         successions, "village", day)  # fmt: skip
        states.append(state)
        told_by = promoters_by_village(
            listed, people, linked, as_of=day, successions=successions
        ).set_index("village_code")["promoters"]
        assert told_by.to_dict() == {code: len(ids) for code, ids in state.items()}
    changes = promoter_changes(listed, people, linked, successions, since=since, until=until)
    require_explained(*states, changes, since, until)


def test_the_random_lists_do_change():
    kinds = set()
    for seed in range(60):
        dice = random.Random(seed)
        _, successions = random_lists(dice, "township")
        kinds |= set(successions["kind"])
    assert kinds == {"recoded", "merged", "split"}
    assert np.unique([some_day(random.Random(seed)) is None for seed in range(60)]).size == 2
