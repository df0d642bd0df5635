"""A new year's list: planned, refused, applied, taken back; mappings proposed and checked."""

import datetime as dt
import json
import sys

import pandas as pd
import pytest

from geo import check, cli, door, files, inspection, register, undoing
from geo.answers import coverage_answer
from geo.edits import frame_of, rows_of
from geo.lists import plan_lists
from geo.mappings import Lists, propose_mapping
from geo.rights import SYSTEM
from geo.sources import stored_layer_problems
from geo.store import Store
from geo.succession import in_force
from tests.conftest import toy_tables, typed
from tests.region import put_rows
from tests.test_pages import html_of, on_store, open_page
from tests.test_succession import succession

__all__ = ["on_store"]  # a fixture

FIRST = dt.date(2026, 1, 1)
BEFORE = FIRST - dt.timedelta(days=1)
TODAY = dt.date(2026, 11, 23)


def township(code, name, **values):
    return {"township_code": code, "name": name, "county_code": code[:6], "kind": "street",
            "list_year": 2025} | values  # fmt: skip


def village(code, name, **values):
    return {"village_code": code, "name": name, "township_code": f"{code[:9]}000",
            "kind": "village", "list_year": 2025} | values  # fmt: skip


# 岱庙 and 财源 are merged, 山口镇 is renamed and 李庄镇 cut out of it, 祝阳镇 is recoded.
TOWNSHIPS = [
    township("370902003000", "泰城街道", seat_lon=117.12, seat_lat=36.19),
    township("370911101000", "山口街道"), township("370911103000", "李庄镇"),
    township("370911105000", "祝阳镇"),
]  # fmt: skip
VILLAGES = [
    village("370902003001", "迎春社区居委会"), village("370902003002", "泰城社区居委会"),
    village("370911101001", "王庄社区居委会"), village("370911103001", "李庄村委会"),
    village("370911105001", "王庄东村委会"), village("370911105002", "王庄西村委会"),
]  # fmt: skip
MAPPING = [
    succession("370902001000", "370902003000", "merged"),
    succession("370902002000", "370902003000", "merged"),
    succession("370911101000", "370911103000", "split"),
    succession("370911102000", "370911105000", "recoded"),
    succession("370902001001", "370902003001", "recoded"),
    succession("370902001002", "370902003002", "merged"),
    succession("370902002001", "370902003002", "merged"),
    succession("370911101002", "370911103001", "recoded"),
    succession("370911102001", "370911105001", "split"),
    succession("370911102001", "370911105002", "split"),
]


def planned(tables, townships=TOWNSHIPS, villages=VILLAGES, mapping=MAPPING, **options):
    options = {"year": 2025, "from_date": FIRST} | options
    return plan_lists(
        tables, typed("townships", townships), typed("villages", villages),
        typed("successions", mapping), **options,
    )  # fmt: skip


def codes_of(problems):
    return sorted((problem.code, problem.value) for problem in problems)


@pytest.fixture
def tables():
    """The toy region with a promoter of a village that will be split."""
    made = toy_tables()
    made["promoter_villages"] = pd.concat([
        made["promoter_villages"],
        typed("promoter_villages", [{"promoter_id": "p2", "village_code": "370911102001"}]),
    ], ignore_index=True)  # fmt: skip
    return made


def test_the_plan_ends_renames_and_begins(tables):
    plan = planned(tables)
    assert plan.problems == []
    assert plan.counts == {
        "townships": {"unchanged": 0, "renamed": 1, "new": 3, "ended": 3},
        "villages": {"unchanged": 0, "renamed": 1, "new": 5, "ended": 5},
    }
    by_key = {(edit.table, edit.key[-1]): edit for edit in plan.edits}
    assert by_key["townships", "370902001000"].after["to_date"] == FIRST
    renamed = by_key["townships", "370911101000"]
    assert renamed.fields() == ["name", "kind"]
    assert renamed.after["list_year"] == 2023  # the list that brought the code
    begun = by_key["townships", "370911105000"].after
    assert (begun["from_date"], begun["to_date"], begun["list_year"]) == (FIRST, None, 2025)
    # The same place under another code keeps its seat; a new one has none unless it is given.
    assert (begun["seat_lon"], begun["seat_lat"]) == (117.4, 36.25)
    assert by_key["townships", "370911103000"].after["seat_lon"] is None
    assert by_key["townships", "370902003000"].after["seat_lon"] == 117.12
    alias = by_key["township_aliases", "370911101000"].after
    assert alias["alias"] == "山口镇"
    assert {edit.table for edit in plan.edits} == {
        "townships", "villages", "township_aliases", "successions",
    }  # fmt: skip
    assert sum(edit.table == "successions" for edit in plan.edits) == len(MAPPING)


def test_what_must_be_registered_anew_is_named_and_people_are_not(tables):
    notes = planned(tables).notes
    assert codes_of(notes) == [("registered_unclear", "p2")]
    assert "王庄东村委会（370911105001）、王庄西村委会" in notes[0].sentence()
    assert not any("李四" in note.sentence() for note in notes)
    split = [row for row in MAPPING if row["old_code"] != "370911101000"]
    whole = [row for row in TOWNSHIPS if row["township_code"] != "370911101000"]
    plan = planned(
        tables, [*whole, township("370911104000", "山口街道")],
        [*(row for row in VILLAGES if row["village_code"] != "370911101001"),
         village("370911104001", "王庄社区居委会")],
        [*split, succession("370911101000", "370911103000", "split"),
         succession("370911101000", "370911104000", "split"),
         succession("370911101001", "370911104001", "recoded")],
    )  # fmt: skip
    assert plan.problems == []
    assert ("registered_unclear", "山口镇服务站") in codes_of(plan.notes)


def test_new_townships_that_report_elsewhere_than_before_are_named(tables):
    tables["unit_townships"] = typed("unit_townships", [
        {"township_code": "370902001000", "unit_id": "zone", "from_date": "2017-01-01"},
    ])  # fmt: skip
    (note,) = [note for note in planned(tables).notes if note.code == "list_unit"]
    assert note.params == {"name": "泰城街道（370902003000）", "unit": "泰山区"}


def without(rows, **what):
    return [row for row in rows if any(row[name] != value for name, value in what.items())]


FAULTS = {
    "an ended code without a row": (
        {"mapping": without(MAPPING, old_code="370911102000")},
        [("list_ended_unexplained", "370911102000"), ("list_new_unexplained", "370911105000")],
    ),
    "a new code without a row": (
        {"mapping": without(MAPPING, new_code="370911105002")},
        [("list_new_unexplained", "370911105002"), ("mapping_kind", "拆分")],
    ),
    "a merger called recoding": (
        {"mapping": [*MAPPING[:1], MAPPING[1] | {"kind": "recoded"}, *MAPPING[2:]]},
        [("mapping_kind", "换代码")],
    ),
    "a recoding called a split": (
        {"mapping": [*MAPPING[:3], MAPPING[3] | {"kind": "split"}, *MAPPING[4:]]},
        [("mapping_kind", "拆分")],
    ),
    "a code that no list has": (
        {"mapping": [*MAPPING, succession("370911101001", "370911101009", "recoded"),
                     succession("370911101009", "370911101001", "recoded")]},
        [("mapping_new_unknown", "370911101009"), ("mapping_old_unknown", "370911101009")],
    ),
    "a row that says nothing": (
        {"mapping": [*MAPPING, succession("370911101001", "370911101001", "recoded"),
                     succession("370911101000", "370911101000", "split")]},
        [("mapping_kind", "换代码"), ("mapping_kind", "拆分")],
    ),
    "another day": (
        {"mapping": [MAPPING[0] | {"on_date": BEFORE}, *MAPPING[1:]]},
        [("mapping_date", "2025-12-31")],
    ),
    "another year": (
        {"year": 2024},
        [("list_year_differs", None), ("list_year_differs", None)],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("options", "expected"), FAULTS.values(), ids=FAULTS)
def test_a_list_that_is_not_explained_is_refused(tables, options, expected):
    plan = planned(tables, **options)
    assert plan.edits == []
    assert codes_of(plan.problems) == sorted(expected, key=str)


def test_a_village_may_not_go_where_its_township_does_not(tables):
    mapping = [
        row | {"new_code": "370911105003"} if row["old_code"] == "370902001001" else row
        for row in MAPPING
    ]
    villages = [
        village("370911105003", "迎春社区居委会") if row["village_code"] == "370902003001" else row
        for row in VILLAGES
    ]
    (problem,) = planned(tables, villages=villages, mapping=mapping).problems
    assert (problem.code, problem.row) == ("mapping_across", 6)
    assert "岱庙街道（370902001000）" in problem.sentence()


def test_an_unexplained_code_comes_with_its_likely_counterparts(tables):
    plan = planned(tables, mapping=without(MAPPING, old_code="370911102000"))
    said = {problem.value: problem.sentence() for problem in plan.problems}
    assert "“祝阳镇”在新名录里没有了" in said["370911102000"]
    assert "（祝阳镇（370911105000）？）" in said["370911102000"]
    assert "（祝阳镇（370911102000）？）" in said["370911105000"]
    plan = planned(tables, mapping=without(MAPPING, old_code="370902001001"))
    assert "迎春社区居委会（370902003001）" in plan.problems[0].sentence()
    bare = planned(tables, mapping=without(MAPPING, new_code="370911105002"))
    assert "王庄村委会（370911102001）" in bare.problems[-1].sentence()


def test_a_code_that_moves_or_is_used_again_is_refused(tables):
    moved = [*TOWNSHIPS[:1], TOWNSHIPS[1] | {"county_code": "370902"}, *TOWNSHIPS[2:]]
    assert ("list_moved", "山口街道 370911101000") in codes_of(planned(tables, moved).problems)
    tables["townships"] = pd.concat([
        tables["townships"],
        typed("townships", [township("370911103000", "旧镇", to_date="2020-01-01")]),
    ], ignore_index=True)  # fmt: skip
    assert ("list_code_reused", "李庄镇 370911103000") in codes_of(planned(tables).problems)


def test_a_name_that_another_township_bears_does_not_become_an_alias(tables):
    names = {"370911101000": "祝阳镇", "370911102000": "山口镇"}
    same = [row | {"name": names.get(row["township_code"], row["name"])}
            for row in rows_of("townships", tables["townships"])]  # fmt: skip
    listed = [row | {"list_year": 2025} for row in same]
    villages = [row | {"list_year": 2025} for row in rows_of("villages", tables["villages"])]
    plan = planned(tables, listed, villages, [])
    assert codes_of(plan.notes) == [
        ("list_alias_taken", "山口镇（370911102000）"),
        ("list_alias_taken", "祝阳镇（370911101000）"),
        ("list_year_unseen", None),
    ]  # fmt: skip
    assert [edit.table for edit in plan.edits] == ["townships"] * 2


def test_a_list_made_from_an_export_leaves_its_ended_rows_out(tables):
    ended = [township("370911199000", "旧镇", to_date="2020-01-01")]
    assert planned(tables, [*TOWNSHIPS, *ended]).problems == []


# --- applied --------------------------------------------------------------------------------


def submit(store, plan):
    return door.submit(store, plan.edits, actor=SYSTEM, today=TODAY, kind="lists")


def city(store, day):
    frame = coverage_answer(store.read_many(), "city", as_of=day).frame
    return (
        frame[["townships", "townships_covered", "villages", "villages_covered"]].iloc[0].tolist()
    )


def test_a_list_comes_in_keeps_old_dates_and_can_be_taken_back(store, tables):
    store.replace(tables)
    figures = city(store, BEFORE)
    before = store.read_many()
    plan = planned(before)
    done = submit(store, plan)
    assert (done.applied, done.held) == (len(plan.edits), 0)
    assert city(store, BEFORE) == figures == [4, 1, 6, 4]
    # p1's two villages stay two, one of them merged with 财源; p2's split one counts nowhere.
    assert city(store, FIRST) == city(store, TODAY) == [4, 1, 6, 3]
    held = store.read_many()
    assert inspection.findings(held) == [
        problem for problem in inspection.findings(held) if register.is_note(problem)
    ]
    assert planned(held).edits == [] and planned(held).problems == []
    assert codes_of(planned(held, TOWNSHIPS[:-1]).problems) == [("list_already", None)]
    earlier = planned(held, from_date=BEFORE).problems
    assert ("list_not_newest", None) in codes_of(earlier)
    undone = undoing.undo(store, done.submission_id, actor=SYSTEM, today=TODAY)
    assert undone is not None
    for name, frame in store.read_many().items():
        pd.testing.assert_frame_equal(frame, before[name])


def test_the_next_year_follows_on_the_list_before(tables):
    store_rows = tables
    plan = planned(store_rows)
    for table in {edit.table for edit in plan.edits}:
        rows = {edit.key: edit.after for edit in plan.edits if edit.table == table}
        rest = [row for row in rows_of(table, store_rows[table])
                if tuple(row[n] for n in check.table_of(table).key) not in rows]  # fmt: skip
        store_rows[table] = frame_of(table, [*rest, *rows.values()])
    second = dt.date(2027, 1, 1)
    townships = [
        row | {"list_year": 2026, "from_date": None}
        for row in TOWNSHIPS if row["township_code"] != "370911103000"
    ]  # fmt: skip
    villages = [
        row | {"list_year": 2026}
        for row in without(VILLAGES, village_code="370911103001")
    ] + [village("370911101009", "李庄村委会", list_year=2026)]  # fmt: skip
    mapping = [
        succession("370911103000", "370911101000", "merged", second),
        succession("370911103001", "370911101009", "recoded", second),
    ]
    following = planned(store_rows, townships, villages, mapping, year=2026, from_date=second)
    assert following.problems == []
    assert following.counts["townships"] == {"unchanged": 3, "renamed": 0, "new": 0, "ended": 1}
    assert len(in_force(store_rows["townships"], as_of=TODAY)) == 4


# --- proposed -------------------------------------------------------------------------------


def lists_of(townships, villages):
    return Lists(typed("townships", townships), typed("villages", villages))


def test_certain_pairs_are_proposed_and_the_rest_is_left_with_the_reason(tables):
    old = Lists(tables["townships"], tables["villages"])
    settled = typed("successions", MAPPING[:3])
    made = propose_mapping(old, lists_of(TOWNSHIPS, VILLAGES), from_date=FIRST, mapping=settled)
    certain = made[made["kind"].notna()]
    assert set(zip(certain["old_code"], certain["new_code"], certain["kind"], strict=True)) == {
        (row["old_code"], row["new_code"], row["kind"])
        for row in [*MAPPING[:5], MAPPING[7]]
    }  # fmt: skip
    open_ones = made[made["kind"].isna()]
    assert open_ones["old_code"].dropna().tolist() == [
        "370902001002", "370902002001", "370911102001",
    ]  # fmt: skip
    assert open_ones["new_code"].dropna().tolist() == [
        "370902003002", "370911105001", "370911105002",
    ]  # fmt: skip
    assert open_ones["note"].notna().all()
    assert (made["on_date"] == pd.Timestamp(FIRST)).all()


def test_namesakes_are_left_to_people(tables):
    old = Lists(tables["townships"], typed("villages", [
        village("370902001001", "新村委会"), village("370902002001", "新村委会"),
    ]))  # fmt: skip
    new = lists_of(TOWNSHIPS, [village("370902003001", "新村委会")])
    settled = typed("successions", MAPPING[:2])
    made = propose_mapping(old, new, from_date=FIRST, mapping=settled)
    villages = made[made["level"] == "village"]
    assert villages["kind"].isna().all()
    assert villages["note"].str.contains("新村委会（370902003001）").sum() == 2
    # The same name in another township is no counterpart.
    elsewhere = lists_of(TOWNSHIPS, [village("370911105001", "新村委会")])
    made = propose_mapping(old, elsewhere, from_date=FIRST, mapping=settled)
    assert made[made["level"] == "village"]["kind"].isna().all()


def test_a_proposal_without_gaps_is_accepted_as_the_mapping(tables):
    recoded = {"370902001": "370902007", "370911102": "370911107"}

    def moved(row, key):
        prefix = row[key][:9]
        new = recoded.get(prefix, prefix)
        changed = {key: new + row[key][9:], "list_year": 2025}
        return row | changed | {"township_code": f"{new}000"}

    townships, villages = (
        typed(name, [moved(row, key) for row in rows_of(name, tables[name])])
        for name, key in (("townships", "township_code"), ("villages", "village_code"))
    )
    mapping = propose_mapping(
        Lists(tables["townships"], tables["villages"]), Lists(townships, villages), from_date=FIRST
    )
    assert mapping["kind"].tolist() == ["recoded"] * 5
    plan = plan_lists(tables, townships, villages, mapping, year=2025, from_date=FIRST)
    assert plan.problems == [] and plan.counts["villages"]["ended"] == 3


# --- findings -------------------------------------------------------------------------------


def found(tables, townships=(), villages=(), successions=()):
    made = dict(tables)
    for name, rows in (("townships", townships), ("villages", villages)):
        keep = made[name][~made[name].iloc[:, 0].isin([row[made[name].columns[0]] for row in rows])]
        made[name] = pd.concat([keep, typed(name, rows)], ignore_index=True)
    made["successions"] = typed("successions", successions)
    names = ("counties", "townships", "villages", "successions", "venues", "promoters",
             "promoter_villages")  # fmt: skip
    problems = inspection.findings({name: made[name] for name in names})
    ignored = ("position_unknown", "unknown_reference")
    return sorted((p.code, p.value) for p in problems if p.code not in ignored)


def test_successions_that_contradict_the_lists_are_found(tables):
    old, new = "370902001000", "370902009000"
    edge = f"{old}；{new}"
    ended = township(old, "岱庙街道", to_date=FIRST)
    begun = township(new, "新街道", from_date=FIRST)
    live = [("list_parent_ended", "370902001001"), ("list_parent_ended", "370902001002")]
    good = [succession(old, new, "recoded")]
    assert found(tables, [ended, begun], successions=good) == live
    late = begun | {"from_date": dt.date(2026, 3, 1)}
    assert ("succession_start", edge) in found(tables, [ended, late], successions=good)
    both = begun | {"from_date": dt.date(2025, 3, 1)}
    assert ("succession_overlap", edge) in found(tables, [ended, both], successions=good)
    never = township(old, "岱庙街道")
    assert found(tables, [never, begun], successions=good) == [("succession_overlap", edge)]
    merged = [succession(old, new, "merged")]
    assert found(tables, [never, begun], successions=merged) == [("succession_end", edge)]
    joined = [succession(old, "370902002000", "merged")]
    assert found(tables, [ended], successions=joined) == live
    cut = [succession("370902002000", new, "split")]
    assert found(tables, [begun], successions=cut) == []
    assert ("list_unexplained", old) in found(tables, [ended])
    soon = begun | {"to_date": FIRST}
    assert ("succession_late", edge) in found(tables, [ended, soon], successions=good)


def test_circles_and_unknown_codes_are_found(tables):
    edges = [
        succession("370902001000", "370902002000", "merged"),
        succession("370902002000", "370902001000", "merged"),
        succession("370911101000", "370911102000", "split"),
        succession("370911102000", "370911101000", "merged", dt.date(2027, 1, 1)),
    ]
    circles = [one for one in found(tables, successions=edges) if one[0] == "succession_circle"]
    assert len(circles) == 2
    tables["successions"] = typed(
        "successions", [succession("370902001000", "370999999000", "merged")]
    )
    (problem,) = [
        problem for problem in inspection.findings(tables) if problem.table == "successions"
    ]  # fmt: skip
    assert (problem.code, problem.column) == ("unknown_reference", "新代码")


def test_villages_outside_the_time_of_their_township_are_found(tables):
    later = township("370902001000", "岱庙街道", from_date=FIRST)
    assert found(tables, [later]) == [
        ("list_parent_later", "370902001001"), ("list_parent_later", "370902001002"),
    ]  # fmt: skip


def test_what_is_registered_to_a_split_or_ended_code_is_noted(tables):
    gone = [township("370911101000", "山口镇", to_date=FIRST),
            village("370911101001", "王庄村委会", to_date=FIRST)]  # fmt: skip
    noted = found(tables, gone[:1], gone[1:])
    assert ("registered_gone", "s1") in noted
    assert ("registered_gone", "p2；370911101001") in noted


# --- boundaries and pages -------------------------------------------------------------------


def test_a_layer_older_than_the_list_is_noted_and_is_no_error(toy_data):
    store = Store(f"sqlite:///{toy_data / 'xinghuo.db'}")
    register.build(toy_data, store)
    layer, info = store.layer("township")
    assert stored_layer_problems(layer, info, store.read_many()) == []
    submit(store, planned(store.read_many()))
    notes = [p for p in register.findings(store) if p.table == "boundaries"]
    assert [(p.code, p.params["names"]) for p in notes] == [
        ("layer_lacks", "泰城街道、李庄镇、祝阳镇"), ("layer_keeps", "岱庙街道、财源街道、祝阳镇"),
    ]  # fmt: skip
    assert all(register.is_note(note) for note in notes)
    store.close()


# --- the command line -----------------------------------------------------------------------


@pytest.fixture
def run(toy_data, monkeypatch, capfdbinary):
    """Give a function that runs a command on the built toy region: (code, stdout, stderr)."""
    monkeypatch.setenv("XINGHUO_DATA", str(toy_data))
    monkeypatch.delenv("XINGHUO_DATABASE_URL", raising=False)
    monkeypatch.setenv("XINGHUO_NOW", "2026-11-23T10:00")

    def run(*args):
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main([str(arg) for arg in args])
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return left.value.code or 0, out.decode("utf-8"), err.decode("utf-8")

    assert run("build")[0] == 0
    return run


def written(folder, name, rows, file=None):
    path = folder / (file or f"{name}.csv")
    path.write_bytes(files.write_table(typed(name, rows), table=name, suffix=path.suffix))
    return path


def test_the_commands_propose_check_and_bring_in_a_list(run, tmp_path, toy_data):
    listed = written(tmp_path, "townships", TOWNSHIPS, "乡镇.xlsx")
    villages = written(tmp_path, "villages", VILLAGES)
    new = ("--townships", listed, "--villages", villages, "--from", "2026-01-01")
    settled = written(tmp_path, "successions", MAPPING[:3])
    proposed = tmp_path / "mapping.csv"
    code, _, err = run("lists", "propose", *new, "--mapping", settled, "-o", proposed)
    assert (code, err) == (0, f"写好了 {proposed}\n")
    assert proposed.read_text(encoding="utf-8-sig").startswith("级别,原代码,新代码")
    again = tmp_path / "again.csv"
    assert run("lists", "propose", *new, "--mapping", proposed, "-o", again)[0] == 0
    assert again.read_bytes() == proposed.read_bytes()
    command = ("lists", "import", *new, "--year", 2025, "--mapping")
    code, out, err = run(*command, proposed)
    assert (code, out) == (1, "") and "“新代码”列：不能为空" in err
    code, _, err = run(*command, settled)
    assert code == 1 and "对照表没有写" in err and "没有写入任何数据" in err

    whole = written(tmp_path, "successions", MAPPING, "对照表.csv")
    code, out, _ = run(*command, whole, "--dry-run")
    assert code == 0 and out.endswith("（试运行，没有写入）\n")
    assert "乡镇街道：不变 0 个，更名 1 个，新增 3 个，停用 3 个" in out
    facts = json.loads(run(*command, whole, "--json")[1])
    assert (facts["revision"], facts["dry_run"], facts["counts"]["villages"]["new"]) == (
        2,
        False,
        5,
    )
    with Store(f"sqlite:///{toy_data / 'xinghuo.db'}").reading() as connection:
        query = (
            "SELECT kind, source, reason, length(sha256) FROM submissions WHERE submission_id = "
        )
        found = connection.exec_driver_sql(query + str(facts["submission"])).one()
    assert tuple(found) == (
        "lists", "乡镇.xlsx；villages.csv；对照表.csv", "2025 年名录，自 2026-01-01 起用", 64,
    )  # fmt: skip
    assert "名录已经是这样，没有改动" in run(*command, whole)[1]

    code, out, _ = run("check")
    assert code == 0 and "边界比名录旧" in out
    for day, count, year in (("2025-12-31", 4, 2023), ("2026-01-01", 4, 2025)):
        out = run("coverage", "townships", "--as-of", day, "--headers", "zh")[1]
        assert out.count("370902") // 2 + out.count("370911") // 2 == count
        assert f"国家统计局 {year} 年版" in out
    file = written(tmp_path, "venues", [
        {"venue_id": "n1", "name": "新站", "kind": "station", "status": "planned",
         "township_code": "370911102000", "position_precision": "unknown"},
    ])  # fmt: skip
    code, _, err = run("import", "venues", file)
    assert code == 1 and "请改用 祝阳镇（370911105000）" in err


def table_with(page, header):
    return next(table.value for table in page.dataframe if header in table.value.columns)


def test_the_pages_show_the_list_of_the_day_and_what_is_left_out(
    on_store,
    toy_data,
    tables,
):
    address = f"sqlite:///{toy_data / 'xinghuo.db'}"
    store = Store(address)
    register.build(toy_data, store)
    stations = [
        {"venue_id": "s2", "name": "财源站", "kind": "station", "status": "open",
         "opened_on": "2025-06-01", "township_code": "370902002000",
         "position_precision": "unknown"},
        {"venue_id": "s3", "name": "祝阳站", "kind": "station", "status": "open",
         "opened_on": "2025-06-01", "township_code": "370911102000",
         "position_precision": "unknown"},
    ]  # fmt: skip
    put_rows(store, "venues", typed("venues", stations))
    for name in ("promoters", "promoter_villages"):
        put_rows(store, name, tables[name])
    two = [*TOWNSHIPS[:3], township("370911105000", "祝阳街道"), township("370911106000", "祝北镇")]
    mapping = [row for row in MAPPING if row["old_code"] != "370911102000"] + [
        succession("370911102000", "370911105000", "split"),
        succession("370911102000", "370911106000", "split"),
    ]
    submit(store, planned(store.read_many(), two, mapping=mapping))
    store.close()
    on_store(address)

    after = open_page("pages/1_coverage.py", as_of="2026-01-01")
    assert not after.exception and not after.error
    assert set(table_with(after, "乡镇街道代码")["乡镇（街道）"]) == {
        "泰城街道", "山口街道", "李庄镇", "祝阳街道", "祝北镇",
    }  # fmt: skip
    assert table_with(after, "原因").to_numpy().tolist() == [
        ["祝阳站", "祝阳镇", "拆分或合并过，这一天对应的不止一个"]
    ]
    words = html_of(after)
    assert "边界里没有 泰城街道、李庄镇、祝阳街道、祝北镇" in words
    assert "地图上的 岱庙街道、财源街道、祝阳镇 这一天不在名录里" in words
    before = open_page("pages/1_coverage.py", as_of="2025-12-31")
    assert len(table_with(before, "乡镇街道代码")) == 4
    assert "没有计入的服务站" not in [header.value for header in before.header]

    people = open_page("pages/2_promoters.py", as_of="2026-01-01")
    assert not people.exception and not people.error
    assert table_with(people, "原因").iloc[:, :3].to_numpy().tolist() == [
        ["王庄村委会", "祝阳镇", 1]
    ]
    assert "李四" not in html_of(people)

    home = open_page("app.py", q="泰城")
    assert not home.exception and not home.error
    near = next(box for box in home.selectbox if box.key == "near")
    assert "岱庙街道" not in near.options and "泰城街道" in near.options
    assert "财源站" in "".join(button.label for button in home.button)
    assert "泰城街道" in html_of(home)
    old_name = open_page("app.py", q="财源街道")
    assert "财源站" in "".join(button.label for button in old_name.button)
