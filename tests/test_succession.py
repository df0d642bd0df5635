"""Lists that change: by hand over two years, a second implementation, and laws on random lists."""

import datetime as dt
import random

import pandas as pd
import pytest

from geo import answers, check
from geo.cells import CellError
from geo.coverage import promoters_by_village, stations_by_township, unit_of_township
from geo.demo import demo_tables
from geo.references import directory
from geo.standing import (
    UNREGISTERED,
    registration,
    standing,
    unregistered_stations,
    unregistered_villages,
)
from geo.succession import heirs, in_force, list_year, predecessors, resolve
from tests.conftest import toy_tables, typed
from tests.region import raw_from_frame

DAY = dt.timedelta(days=1)
FIRST, SECOND = dt.date(2026, 1, 1), dt.date(2027, 1, 1)
BEFORE, AFTER, LATER = FIRST - DAY, FIRST + DAY, SECOND + DAY

# 岱庙 and 财源 become 泰城 (recoded a year later), 山口 is split, 祝阳 of the zone is recoded.
DAIMIAO, CAIYUAN, SHANKOU, ZHUYANG = (
    "370902001000", "370902002000", "370911101000", "370911102000",
)  # fmt: skip
TAICHENG, TAICHENG2 = "370902003000", "370902004000"
SHANKOU_STREET, LIZHUANG, ZHUYANG2 = "370911103000", "370911104000", "370911105000"


def succession(old, new, kind, on=FIRST):
    level = "township" if new.endswith("000") else "village"
    return {"level": level, "old_code": old, "new_code": new, "on_date": on, "kind": kind}


def township(code, name, start=FIRST, end=None, year=2025):
    return {"township_code": code, "name": name, "county_code": code[:6], "kind": "street",
            "list_year": year, "from_date": start, "to_date": end}  # fmt: skip


def village(code, name, start=FIRST, end=None, year=2025):
    return {"village_code": code, "name": name, "township_code": f"{code[:9]}000",
            "kind": "village", "list_year": year, "from_date": start, "to_date": end}  # fmt: skip


def grown(frame, name, rows):
    return pd.concat([frame, typed(name, rows)], ignore_index=True)


@pytest.fixture
def region():
    """The toy region after two new lists."""
    tables = toy_tables()
    for name in ("townships", "villages"):
        tables[name] = tables[name].assign(
            to_date=pd.Series([pd.Timestamp(FIRST)] * len(tables[name]), dtype="datetime64[s]")
        )
    tables["townships"] = grown(tables["townships"], "townships", [
        township(TAICHENG, "泰城街道", end=SECOND),
        township(TAICHENG2, "泰城街道", SECOND, year=2026),
        township(SHANKOU_STREET, "山口街道"), township(LIZHUANG, "李庄镇"),
        township(ZHUYANG2, "祝阳镇"),
    ])  # fmt: skip
    tables["villages"] = grown(tables["villages"], "villages", [
        village("370902003001", "泰城社区居委会", end=SECOND),
        village("370902003002", "财源社区居委会", end=SECOND),
        village("370902004001", "泰城社区居委会", SECOND, year=2026),
        village("370902004002", "财源社区居委会", SECOND, year=2026),
        village("370911103001", "王庄东村委会"), village("370911103002", "王庄西村委会"),
        village("370911104001", "李庄村委会"), village("370911105001", "王庄村委会"),
    ])  # fmt: skip
    tables["successions"] = typed("successions", [
        succession(DAIMIAO, TAICHENG, "merged"), succession(CAIYUAN, TAICHENG, "merged"),
        succession(TAICHENG, TAICHENG2, "recoded", SECOND),
        succession(SHANKOU, SHANKOU_STREET, "split"), succession(SHANKOU, LIZHUANG, "split"),
        succession(ZHUYANG, ZHUYANG2, "recoded"),
        succession("370902001001", "370902003001", "merged"),
        succession("370902001002", "370902003001", "merged"),
        succession("370902002001", "370902003002", "recoded"),
        succession("370902003001", "370902004001", "recoded", SECOND),
        succession("370902003002", "370902004002", "recoded", SECOND),
        succession("370911101001", "370911103001", "split"),
        succession("370911101001", "370911103002", "split"),
        succession("370911101002", "370911104001", "recoded"),
        succession("370911102001", "370911105001", "recoded"),
    ])  # fmt: skip
    return tables


def stand(region, code, day, level="township"):
    found = resolve(
        pd.Series([code], dtype="str"), region[f"{level}s"], region["successions"],
        level=level, as_of=day,
    ).iloc[0]  # fmt: skip
    return None if pd.isna(found) else found


@pytest.mark.parametrize(
    ("code", "before", "on", "later"),
    [
        (DAIMIAO, DAIMIAO, TAICHENG, TAICHENG2),
        (CAIYUAN, CAIYUAN, TAICHENG, TAICHENG2),
        (TAICHENG, None, TAICHENG, TAICHENG2),  # before, it was one of two
        (TAICHENG2, None, TAICHENG, TAICHENG2),
        (SHANKOU, SHANKOU, None, None),
        (LIZHUANG, SHANKOU, LIZHUANG, LIZHUANG),
        (SHANKOU_STREET, SHANKOU, SHANKOU_STREET, SHANKOU_STREET),
        (ZHUYANG, ZHUYANG, ZHUYANG2, ZHUYANG2),
        (ZHUYANG2, ZHUYANG, ZHUYANG2, ZHUYANG2),
        ("370999999000", None, None, None),
        (None, None, None, None),
    ],
)
def test_what_stands_for_a_code_on_a_day(region, code, before, on, later):
    assert [stand(region, code, day) for day in (BEFORE, FIRST, AFTER, SECOND)] == [
        before, on, on, later,
    ]  # fmt: skip


def test_codes_keep_their_index_and_their_missing_values(region):
    codes = pd.Series([ZHUYANG, None, LIZHUANG, ZHUYANG], index=[7, 3, 5, 1], dtype="str")
    found = resolve(
        codes, region["townships"], region["successions"], level="township", as_of=AFTER
    )
    assert found.index.tolist() == [7, 3, 5, 1]
    assert found.fillna("-").tolist() == [ZHUYANG2, "-", LIZHUANG, ZHUYANG2]


def frames(rows, edges):
    return {
        "townships": typed("townships", [township(code, code, *days) for code, *days in rows]),
        "successions": typed("successions", [succession(*edge) for edge in edges]),
    }


A, B, C, D, E = (f"37090200{number}000" for number in range(1, 6))


def test_a_township_cut_out_of_one_that_goes_on_takes_nothing_with_it():
    made = frames([(A, None), (B, FIRST)], [(A, B, "split")])
    assert [stand(made, A, day) for day in (BEFORE, AFTER)] == [A, A]
    assert [stand(made, B, day) for day in (BEFORE, AFTER)] == [A, B]


def test_what_was_cut_out_earlier_is_no_successor_when_the_rest_is_recoded():
    made = frames(
        [(A, None, SECOND), (B, FIRST), (C, SECOND)],
        [(A, B, "split"), (A, C, "recoded", SECOND)],
    )
    assert stand(made, A, LATER) == C


def test_what_joins_a_township_later_is_no_origin_of_it():
    made = frames(
        [(A, None, FIRST), (C, FIRST), (B, None, SECOND)],
        [(A, C, "recoded"), (B, C, "merged", SECOND)],
    )
    assert [stand(made, C, day) for day in (BEFORE, AFTER, LATER)] == [A, C, C]
    assert stand(made, B, LATER) == C


def test_the_parts_of_a_split_township_that_are_merged_again_are_one():
    made = frames(
        [(A, None, FIRST), (B, FIRST, SECOND), (C, FIRST, SECOND), (D, SECOND)],
        [(A, B, "split"), (A, C, "split"), (B, D, "merged", SECOND), (C, D, "merged", SECOND)],
    )
    assert [stand(made, A, day) for day in (BEFORE, AFTER, LATER)] == [A, None, D]
    assert [stand(made, D, day) for day in (BEFORE, AFTER, LATER)] == [A, None, D]


def test_a_chain_over_a_code_that_no_list_has_still_leads_on():
    made = frames([(A, None, FIRST), (C, SECOND)], [(A, B, "recoded"), (B, C, "recoded", SECOND)])
    assert [stand(made, A, day) for day in (AFTER, LATER)] == [None, C]
    assert [stand(made, C, day) for day in (BEFORE, AFTER)] == [A, None]


def test_a_circle_ends():
    made = frames(
        [(A, None, FIRST), (B, None, FIRST), (C, FIRST)],
        [(A, B, "recoded"), (B, A, "recoded"), (A, A, "renamed"), (B, C, "recoded")],
    )
    assert stand(made, A, AFTER) == C
    alone = frames([(A, None, FIRST), (B, None, FIRST)], [(A, B, "recoded"), (B, A, "recoded")])
    assert stand(alone, A, AFTER) is None


def test_a_code_that_ended_without_a_word_stands_for_nothing():
    made = frames([(A, None, FIRST), (B, FIRST)], [])
    assert [stand(made, A, day) for day in (BEFORE, FIRST)] == [A, None]
    assert stand(made, B, BEFORE) is None


def test_a_list_without_dates_is_in_force_as_it_is():
    bare = typed("townships", [township(A, "甲", None)])
    assert in_force(bare, as_of=FIRST) is bare
    undated = bare.drop(columns=["from_date", "to_date"])
    assert in_force(undated, as_of=FIRST) is undated
    assert in_force(undated, as_of=None) is undated


def test_the_newest_list_is_the_one_without_an_end(region):
    newest = in_force(region["townships"], as_of=None)["township_code"]
    assert sorted(newest) == [TAICHENG2, SHANKOU_STREET, LIZHUANG, ZHUYANG2]


def test_the_list_year_is_that_of_the_day(region):
    lists = region["townships"], region["villages"]
    assert [list_year(*lists, as_of=day) for day in (BEFORE, FIRST, SECOND)] == [2023, 2025, 2026]
    assert list_year(lists[0].iloc[:0], as_of=FIRST) is None


# --- figures before, on and after the day ---------------------------------------------------


def station(venue_id, code, **values):
    row = {
        "venue_id": venue_id,
        "name": venue_id,
        "kind": "station",
        "status": "open",
        "opened_on": dt.date(2025, 6, 1),
        "township_code": code,
        "position_precision": "unknown",
    }
    return row | values  # fmt: skip


def with_stations(region, *codes):
    rows = [station(f"s{number}", code) for number, code in enumerate(codes)]
    return region | {"venues": typed("venues", rows)}


def stations(tables, day):
    units = unit_of_township(
        tables["townships"], tables["reporting_units"], tables["unit_townships"], as_of=day,
        successions=tables["successions"],
    )  # fmt: skip
    answer = stations_by_township(
        tables["townships"], tables["venues"], units, as_of=day, successions=tables["successions"]
    )
    return answer.set_index("township_code")["stations"].to_dict()


def test_stations_count_for_what_stands_for_their_township_on_the_day(region):
    tables = with_stations(region, DAIMIAO, CAIYUAN, SHANKOU, LIZHUANG, ZHUYANG, ZHUYANG2)
    assert stations(tables, BEFORE) == {DAIMIAO: 1, CAIYUAN: 1, SHANKOU: 2, ZHUYANG: 2}
    now = {TAICHENG: 2, SHANKOU_STREET: 0, LIZHUANG: 1, ZHUYANG2: 2}
    assert stations(tables, FIRST) == stations(tables, AFTER) == now
    assert stations(tables, SECOND) == {
        TAICHENG2: 2, SHANKOU_STREET: 0, LIZHUANG: 1, ZHUYANG2: 2,
    }  # fmt: skip


def test_stations_of_a_split_township_are_listed_with_the_reason(region):
    tables = with_stations(region, SHANKOU, TAICHENG, "370999999000", None, ZHUYANG)
    lists = tables["venues"], tables["townships"], tables["successions"]
    after = unregistered_stations(*lists, as_of=AFTER).set_index("venue_id")
    assert after["standing"].to_dict() == {
        "s0": "township_unclear", "s2": "township_gone", "s3": "township_missing",
    }  # fmt: skip
    assert after["township"].fillna("-").tolist() == ["山口镇", "-", "-"]
    before = unregistered_stations(*lists, as_of=BEFORE).set_index("venue_id")
    assert before["standing"]["s1"] == "township_unclear"
    assert "s0" not in before.index
    closed = tables["venues"].assign(status="planned")
    assert unregistered_stations(closed, *lists[1:], as_of=AFTER).empty


def villages(tables, day):
    answer = promoters_by_village(
        tables["villages"], tables["promoters"], tables["promoter_villages"], as_of=day,
        successions=tables["successions"],
    )  # fmt: skip
    return {
        code: n for code, n in zip(answer["village_code"], answer["promoters"], strict=True) if n
    }


def test_a_promoter_of_two_merged_villages_counts_once_in_the_new_one(region):
    # p1 serves 370902001001 and 370902001002, p2 370911101001, which is split.
    assert villages(region, BEFORE) == {
        "370902001001": 1, "370902001002": 1, "370911101001": 1,
    }  # fmt: skip
    assert villages(region, FIRST) == {"370902003001": 1}
    assert villages(region, SECOND) == {"370902004001": 1}
    left = unregistered_villages(
        region["promoters"], region["promoter_villages"], region["villages"],
        region["successions"], as_of=AFTER,
    )  # fmt: skip
    assert left.to_dict("records") == [
        {"village_code": "370911101001", "name": "王庄村委会", "township_code": SHANKOU,
         "promoters": 1, "standing": "village_unclear"},
    ]  # fmt: skip


def test_the_denominators_and_shares_are_those_of_the_day(region):
    for day, townships, covered, year in [(BEFORE, 4, 3, "2023"), (FIRST, 4, 2, "2025")]:
        city = answers.coverage_answer(region, "city", as_of=day)
        assert city.frame["townships"].tolist() == [townships]
        assert city.frame[["villages", "villages_covered"]].to_numpy().tolist() == [
            [6, covered] if day == BEFORE else [6, 1]
        ]
        notices = answers.answer_notices(city, region, as_of=day, revision=1)
        assert any(year in notice for notice in notices)
        assert city.villages_left_out == (0 if day == BEFORE else 1)
    left = answers.coverage_answer(with_stations(region, SHANKOU), "townships", as_of=FIRST)
    assert left.stations_left_out == 1
    warned = answers.answer_notices(left, region, as_of=FIRST, revision=1, only_warnings=True)
    assert len(warned) == 1 and "1 个服务站没有计入" in warned[0]
    by_county = answers.coverage_answer(region, "counties", as_of=FIRST).frame
    assert by_county["villages"].tolist() == [2, 4]


def test_demonstration_rows_are_of_the_list_of_the_day(region):
    rows = demo_tables(region["townships"], region["villages"], seed=1, as_of=AFTER)
    assert set(rows["venues"]["township_code"]) <= {TAICHENG, SHANKOU_STREET, LIZHUANG, ZHUYANG2}
    assert not rows["promoter_villages"].empty
    served = in_force(region["villages"], as_of=AFTER)["village_code"]
    assert rows["promoter_villages"]["village_code"].isin(served).all()


# --- reporting units ------------------------------------------------------------------------


def unit_of(region, day=AFTER, members=None):
    units = unit_of_township(
        region["townships"], region["reporting_units"],
        region["unit_townships"] if members is None else typed("unit_townships", members),
        as_of=day, successions=region["successions"],
    )  # fmt: skip
    return units.set_index("township_code")["unit_id"].to_dict()


def member(code, unit="zone", start=dt.date(2017, 1, 1), end=None):
    return {"township_code": code, "unit_id": unit, "from_date": start, "to_date": end}


def test_a_recoded_township_of_a_zone_stays_with_the_zone(region):
    assert unit_of(region)[ZHUYANG2] == "zone"
    assert unit_of(region)[ZHUYANG] == "zone"  # what is registered to it is somebody's to mend
    assert unit_of(region)[LIZHUANG] == "daiyue"
    later = unit_of(region, day=dt.date(2030, 1, 1))  # the membership is over
    assert later[ZHUYANG2] == "daiyue"


def test_a_merged_township_is_the_zones_only_if_all_its_parts_were(region):
    assert unit_of(region, members=[member(DAIMIAO)])[TAICHENG] == "taishan"
    both = unit_of(region, members=[member(DAIMIAO), member(CAIYUAN)])
    assert both[TAICHENG] == both[TAICHENG2] == "zone"


def test_a_township_with_a_membership_of_its_own_inherits_none(region):
    own = [member(ZHUYANG), member(ZHUYANG2, start=SECOND)]
    assert unit_of(region, members=own)[ZHUYANG2] == "daiyue"
    assert unit_of(region, day=SECOND, members=own)[ZHUYANG2] == "zone"


def test_a_circle_of_successions_leaves_the_county(region):
    edges = [succession(B, A, "recoded"), succession(A, B, "recoded")]
    made = region | {
        "townships": typed("townships", [township(A, "甲"), township(B, "乙")]),
        "successions": typed("successions", edges),
    }
    assert unit_of(made, members=[]) == {A: "taishan", B: "taishan"}
    assert predecessors(made["townships"], made["successions"], level="township") == {
        A: [B], B: [A],
    }  # fmt: skip


# --- names and codes in files ---------------------------------------------------------------


def imported(region, table, rows, day=AFTER):
    """Give the stored codes of a file's rows, or what is said of them."""
    frame = pd.DataFrame(rows, dtype=object)
    raw = check.RawTable(table, frame, list(range(2, 2 + len(frame))), {})
    try:
        return check.validate(raw, region, as_of=day)
    except check.TableError as error:
        return [problem.sentence() for problem in error.problems]


def venue_row(township, venue_id="n1"):
    return {"venue_id": venue_id, "name": "站", "kind": "station", "status": "planned",
            "township_code": township, "position_precision": "unknown"}  # fmt: skip


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (DAIMIAO, "“岱庙街道”已于 2026-01-01 并入 泰城街道（370902003000），请改用它"),
        ("岱庙街道", "“岱庙街道”已于 2026-01-01 并入 泰城街道（370902003000），请改用它"),
        ("岱庙", "并入 泰城街道"),
        (SHANKOU, "拆分，现在是 山口街道（370911103000）、李庄镇（370911104000）。请按实际所在地"),
        ("山口乡", "拆分，现在是"),  # an alias of what has ended
        (ZHUYANG, "换了代码或名称，请改用 祝阳镇（370911105000）"),
        (TAICHENG2, "到 2027-01-01 才启用"),
    ],
)
def test_an_old_name_or_code_is_refused_with_what_to_use_instead(region, written, expected):
    (said,) = imported(region, "venues", [venue_row(written)])
    assert expected in said


@pytest.mark.parametrize(
    ("written", "day", "code"),
    [
        ("祝阳镇", AFTER, ZHUYANG2), ("祝阳镇", BEFORE, ZHUYANG), ("泰城街道", AFTER, TAICHENG),
        ("泰城街道", SECOND, TAICHENG2), ("岱庙", BEFORE, DAIMIAO), ("山口", BEFORE, SHANKOU),
        ("山口", AFTER, SHANKOU_STREET),
    ],
)  # fmt: skip
def test_a_name_means_the_one_of_todays_list(region, written, day, code):
    assert imported(region, "venues", [venue_row(written)], day)["township_code"].tolist() == [code]


def test_a_stored_row_may_keep_its_old_code_but_no_other_row_may_take_it(region):
    stored = with_stations(region, SHANKOU)
    kept, taken = venue_row(SHANKOU, "s0"), venue_row(SHANKOU, "s9")
    assert imported(stored, "venues", [kept])["township_code"].tolist() == [SHANKOU]
    (said,) = imported(stored, "venues", [kept, taken])
    assert "第 3 行" in said
    pair = {"promoter_id": "p2", "village_code": "370911101001"}
    assert len(imported(region, "promoter_villages", [pair])) == 1
    (said,) = imported(region, "promoter_villages", [pair | {"promoter_id": "p1"}])
    assert "王庄东村委会（370911103001）" in said


def test_what_tells_of_any_time_may_name_ended_codes(region):
    rows = [{"township_code": SHANKOU, "unit_id": "zone", "from_date": "2001-01-01",
             "to_date": "2002-01-01"}]  # fmt: skip
    assert len(imported(region, "unit_townships", rows)) == 1
    for name in ("townships", "villages", "successions", "venues", "promoter_villages"):
        frame = region[name]
        raw = raw_from_frame(name, frame)
        pd.testing.assert_frame_equal(check.validate(raw, region, as_of=AFTER), frame)
        pd.testing.assert_frame_equal(check.validate(raw, region), frame)


def test_a_village_is_looked_for_in_todays_township_and_in_yesterdays(region):
    held = directory("villages", region, as_of=AFTER)
    assert held.resolve("王庄村委会", ZHUYANG2) == "370911105001"
    assert held.resolve("李庄村委会", SHANKOU) == "370911101002"
    assert held.ended["370911101002"].code == "code_recoded"
    with pytest.raises(CellError):
        held.resolve("没有这个村委会", ZHUYANG2)


# --- random lists ---------------------------------------------------------------------------

YEARS = [dt.date(year, 1, 1) for year in range(2021, 2026)]


class History:
    """Townships made of plots of land, merged, split, cut, joined and recoded year after year."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        # What goes on while land is cut from it or joins it keeps what is registered to it.
        self.whole = seed % 2 == 0
        self.kinds = ["merged", "split", "recoded"] + ["joined", "cut"] * (not self.whole)
        self.number = 0
        self.rows, self.edges, self.lands = {}, [], []
        now = {}
        for plot in range(self.random.randint(3, 8)):
            now[self.begin(None)] = frozenset({(plot, part) for part in range(4)})
        self.lands.append(dict(now))
        for day in YEARS:
            touched = set()
            for _ in range(self.random.randint(0, 4)):
                self.happen(now, day, touched)
            self.lands.append(dict(now))

    def begin(self, day):
        self.number += 1
        code = f"370902{self.number:03d}000"
        self.rows[code] = [day, None]
        return code

    def happen(self, now, day, touched):
        free = [code for code in now if code not in touched]
        kind = self.random.choice(self.kinds)
        if len(free) < 2:
            return
        one, other = self.random.sample(free, 2)
        touched |= {one, other}
        if kind == "recoded":
            self.move(now, day, touched, [one], [now[one]], kind)
        elif kind == "merged":
            self.move(now, day, touched, [one, other], [now[one] | now[other]], kind)
        elif kind == "joined":
            self.edges.append(succession(one, other, "merged", day))
            now[other] |= now.pop(one)
            self.rows[one][1] = day
        elif len(now[one]) > 1:
            land = sorted(now[one])
            at = self.random.randint(1, len(land) - 1)
            if kind == "split":
                parts = [frozenset(land[:at]), frozenset(land[at:])]
                self.move(now, day, touched, [one], parts, kind)
            else:
                part = self.begin(day)
                touched.add(part)
                now[one], now[part] = frozenset(land[:at]), frozenset(land[at:])
                self.edges.append(succession(one, part, "split", day))

    def move(self, now, day, touched, old, lands, kind):
        for code in old:
            self.rows[code][1] = day
            del now[code]
        for land in lands:
            new = self.begin(day)
            touched.add(new)
            now[new] = land
            self.edges += [succession(code, new, kind, day) for code in old]

    def tables(self):
        made = frames([(code, *days) for code, days in self.rows.items()], [])
        return made | {"successions": typed("successions", self.edges)}

    def days(self):
        """Give days with the land of each code then."""
        for day, before, after in zip(YEARS, self.lands[:-1], self.lands[1:], strict=True):
            yield day - DAY, before
            yield day, after


def reached_by_hand(rows, edges, code, day):
    """Follow the successions as their meaning says, one code at a time."""

    def valid(one):
        start, end = rows[one]
        return (start is None or start <= day) and (end is None or day < end)

    if code not in rows:
        return set()
    if valid(code):
        return {code}
    start, end = rows[code]
    found = set()
    if end is not None and end <= day:
        for edge in edges:
            if edge["old_code"] == code and end <= edge["on_date"] <= day:
                found |= reached_by_hand(rows, edges, edge["new_code"], day)
    else:
        for edge in edges:
            if edge["new_code"] == code and day < edge["on_date"] <= start:
                found |= reached_by_hand(rows, edges, edge["old_code"], day)
    return found


SEEDS = range(14)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_second_implementation_agrees_and_so_does_the_land(seed):
    history = History(seed)
    tables = history.tables()
    codes = pd.Series([*history.rows, "370999999000"], dtype="str")
    for day, land in history.days():
        listed = in_force(tables["townships"], as_of=day)
        assert set(listed["township_code"]) == set(land)
        found = resolve(
            codes, tables["townships"], tables["successions"], level="township", as_of=day
        )
        led = heirs(codes, tables["townships"], tables["successions"], level="township", as_of=day)
        for code, standing_for in zip(codes, found, strict=True):
            expected = reached_by_hand(history.rows, history.edges, code, day)
            assert set(led[code]) == expected
            single = next(iter(expected)) if len(expected) == 1 else None
            assert (None if pd.isna(standing_for) else standing_for) == single
            if single is None or code in land or not history.whole:
                continue
            # Everything that the code was at its end, or its start, lies in what stands for it.
            start, end = history.rows[code]
            at = YEARS.index(end) if end and end <= day else YEARS.index(start) + 1
            assert history.lands[at][code] <= land[single]


@pytest.mark.parametrize("seed", range(5))
def test_every_station_counts_for_one_township_at_most(seed):
    history = History(seed)
    pick = history.random.choice
    codes = [pick([*history.rows, None]) for _ in range(40)]
    region = toy_tables() | history.tables()
    tables = with_stations(region, *codes)
    tables["venues"]["opened_on"] = pd.Timestamp("2015-01-01")
    for day, land in history.days():
        counted = stations(tables, day)
        assert set(counted) == set(land)
        why = standing(
            tables["venues"], as_of=day, townships=tables["townships"],
            successions=tables["successions"],
        )  # fmt: skip
        assert sum(counted.values()) == (why == "counts").sum()
        assert set(why) <= {"counts", *UNREGISTERED}
        lost = registration(
            tables["venues"]["township_code"], tables["townships"], tables["successions"],
            level="township", as_of=day,
        )  # fmt: skip
        assert (why.mask(why == "counts", "") == lost).all()


def test_the_random_lists_are_worth_following():
    histories = [History(seed) for seed in SEEDS]
    reached = [
        (code in land, len(reached_by_hand(history.rows, history.edges, code, day)))
        for history in histories
        for day, land in history.days()
        for code in history.rows
    ]
    assert sum(not there and found == 1 for there, found in reached) > 200
    assert sum(found > 1 for _, found in reached) > 100
    kinds = {edge["kind"] for history in histories for edge in history.edges}
    assert kinds == {"merged", "split", "recoded"}
