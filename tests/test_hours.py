"""Opening hours: states with holidays and make-up days, the told week, what people write."""

import random
from datetime import date, datetime, timedelta

import pandas as pd
import pytest

from geo.hours import HoursState, day_states, describe, intervals, normalise, state, states
from geo.openings.day import day_spans

# National Day 2026 as a toy table: 1-7 October off, Saturday 10 October a working day.
CALENDAR = {date(2026, 10, day): True for day in range(1, 8)} | {date(2026, 10, 10): False}
MUSEUM = "Tu-Su 09:00-17:00"
HOLIDAY_MUSEUM = "Tu-Su 09:00-17:00; PH 09:00-17:00"


def at(hours, *moment, calendar=CALENDAR):
    return state(hours, datetime(*moment), calendar=calendar)


def test_an_open_museum_says_when_it_closes():
    found = at(MUSEUM, 2026, 9, 29, 10)
    assert found == HoursState("open", datetime(2026, 9, 29, 17), None, True)


def test_a_museum_closed_on_mondays_says_when_it_opens():
    found = at(MUSEUM, 2026, 9, 28, 10)
    assert found == HoursState("closed", None, datetime(2026, 9, 29, 9), True)


def test_at_the_minute_of_opening_it_is_open_and_at_the_minute_of_closing_closed():
    assert at(MUSEUM, 2026, 9, 29, 8, 59, 59).kind == "closed"
    assert at(MUSEUM, 2026, 9, 29, 9, 0).kind == "open"
    assert at(MUSEUM, 2026, 9, 29, 16, 59, 59).kind == "open"
    assert at(MUSEUM, 2026, 9, 29, 17, 0).kind == "closed"


def test_a_holiday_monday_is_open_only_where_the_string_says_so():
    assert at(MUSEUM, 2026, 10, 5, 10).kind == "closed"
    assert at(HOLIDAY_MUSEUM, 2026, 10, 5, 10).until == datetime(2026, 10, 5, 17)
    assert at(HOLIDAY_MUSEUM, 2026, 10, 12, 10).kind == "closed"  # an ordinary Monday


def test_ph_off_closes_the_whole_break():
    found = at("Tu-Su 09:00-17:00; PH off", 2026, 10, 1, 10)
    assert found == HoursState("closed", None, datetime(2026, 10, 8, 9), True)


def test_the_calendar_given_decides_not_a_table_of_the_library():
    assert at("Mo-Su 09:00-17:00; PH off", 2026, 10, 1, 10, calendar={}).kind == "open"


def test_a_make_up_working_saturday_keeps_its_saturday_hours():
    weekdays_only = "Mo-Fr 09:00-17:00; PH off"
    assert at(weekdays_only, 2026, 10, 10, 10).kind == "closed"
    assert at("Mo-Fr 09:00-17:00; Sa 10:00-12:00; PH off", 2026, 10, 10, 11).kind == "open"
    assert at("Mo-Fr 09:00-17:00; PH 10:00-12:00", 2026, 10, 10, 11).kind == "closed"


def test_holidays_in_a_list_of_days_and_behind_weekdays_or_months():
    assert at("Sa-Su,PH 09:00-17:00", 2026, 10, 1, 10).kind == "open"
    assert at("Sa-Su,PH 09:00-17:00", 2026, 10, 8, 10).kind == "closed"
    assert at("PH Mo-Fr 09:00-17:00", 2026, 10, 5, 10).kind == "open"
    assert at("PH Mo-Fr 09:00-17:00", 2026, 10, 3, 10).kind == "closed"
    assert at("PH Mo-Fr 09:00-17:00", 2026, 10, 12, 10).kind == "closed"
    assert at("May-Sep PH 09:00-17:00", 2026, 10, 1, 10).kind == "closed"


def test_ph_inside_a_comment_is_not_a_rule():
    assert at('Mo-Su 09:00-17:00 open "not on PH"', 2026, 10, 1, 10).kind == "open"


def test_a_year_outside_the_calendar_is_not_known():
    assert not at(MUSEUM, 2025, 10, 2, 10).calendar_known
    assert at(MUSEUM, 2026, 12, 31, 10).calendar_known
    new_year = at(MUSEUM, 2026, 12, 31, 18)
    assert new_year.opens == datetime(2027, 1, 1, 9)
    assert not new_year.calendar_known


def test_without_hours_or_with_unreadable_ones_the_state_is_unknown():
    for hours in (None, "", "  ", float("nan"), "ask at the gate", "\ud800", "x" * 10_000):
        assert at(hours, 2026, 9, 29, 10) == HoursState("unknown", None, None, True)


def test_a_string_that_only_closes_leaves_the_other_times_unknown():
    assert at("Mo off", 2026, 9, 28, 10).kind == "closed"
    assert at("Mo off", 2026, 9, 29, 10).kind == "unknown"
    assert at("PH off", 2026, 10, 1, 10).kind == "closed"
    assert at("off", 2026, 9, 29, 10).kind == "closed"


def test_a_lunch_break_is_closed_until_the_afternoon():
    found = at("Mo-Fr 08:30-11:30,14:30-17:30", 2026, 9, 29, 12)
    assert found == HoursState("closed", None, datetime(2026, 9, 29, 14, 30), True)


def test_an_opening_over_midnight_belongs_to_the_evening_before():
    night = "Mo-Sa 18:00-02:00"
    assert at(night, 2026, 9, 29, 1).until == datetime(2026, 9, 29, 2)
    assert at(night, 2026, 9, 28, 1).kind == "closed"  # Sunday's night
    assert at(night, 2026, 9, 28, 20).until == datetime(2026, 9, 29, 2)
    assert at("Mo-Sa 18:00-26:00", 2026, 9, 29, 1).kind == "open"
    # No ghost of a closed Tuesday on Wednesday morning.
    assert at("Mo-Sa 18:00-02:00; Tu off", 2026, 9, 30, 1).kind == "closed"
    assert at("Mo-Su 18:00-02:00; PH off", 2026, 10, 1, 1).kind == "open"


def test_hours_that_touch_at_midnight_are_one_opening():
    assert at("Mo 20:00-24:00; Tu 00:00-03:00", 2026, 9, 28, 21).until == datetime(2026, 9, 29, 3)
    assert at("24/7", 2026, 9, 28, 21) == HoursState("open", None, None, True)


def test_seasons_change_the_hours_and_may_run_over_new_year():
    hours = "May 01-Aug 31 08:00-16:00; Sep 01-Oct 31 08:00-17:30; Nov 01-Apr 30 08:30-16:00"
    assert at(hours, 2026, 8, 31, 15).until == datetime(2026, 8, 31, 16)
    assert at(hours, 2026, 9, 1, 15).until == datetime(2026, 9, 1, 17, 30)
    assert at(hours, 2026, 1, 5, 8).opens == datetime(2026, 1, 5, 8, 30)


def test_an_opening_without_end_does_not_pretend_to_know_it():
    assert at("Mo-Fr 10:00+", 2026, 9, 29, 20) == HoursState("open", None, None, True)
    late = "Mo-Fr 10:00-16:00+"
    assert at(late, 2026, 9, 29, 12).until == datetime(2026, 9, 29, 16)
    assert at(late, 2026, 9, 29, 17).kind == "unknown"


def test_school_holidays_are_in_no_table_so_where_they_matter_it_is_unknown():
    hours = "Mo-Fr 09:00-17:00; SH 10:00-16:00"
    assert at(hours, 2026, 9, 29, 9, 30).kind == "unknown"
    assert at(hours, 2026, 9, 29, 12).kind == "open"


def test_a_comment_or_a_fallback_without_a_state_means_unknown():
    assert at('Mo-Fr 09:00-17:00 "by appointment"', 2026, 9, 29, 12).kind == "unknown"
    fallback = 'Mo-Fr 09:00-17:00 || "call"'
    assert at(fallback, 2026, 9, 30, 12).until == datetime(2026, 9, 30, 17)
    assert at(fallback, 2026, 9, 30, 18).kind == "unknown"


def test_sunset_is_that_of_the_city():
    assert datetime(2026, 6, 21, 19, 25) < at("sunrise-sunset", 2026, 6, 21, 12).until
    assert at("sunrise-sunset", 2026, 12, 21, 12).until < datetime(2026, 12, 21, 17, 10)


def test_a_change_is_looked_for_within_14_days():
    assert at("Oct 13 09:00-17:00", 2026, 9, 29, 9).opens == datetime(2026, 10, 13, 9)
    assert at("Oct 13 09:00-17:00", 2026, 9, 29, 8, 59).opens is None


def test_a_moment_with_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="naive"):
        state(MUSEUM, pd.Timestamp("2026-10-01 10:00", tz="UTC"), calendar={})


def test_intervals_of_one_day():
    day = date(2026, 9, 29)

    def on(hours, when=day):
        return [
            (start.strftime("%d %H:%M"), end.strftime("%d %H:%M"))
            for start, end in intervals(hours, when, calendar=CALENDAR)
        ]

    assert on("Mo-Fr 08:30-11:30,14:30-17:30") == [
        ("29 08:30", "29 11:30"),
        ("29 14:30", "29 17:30"),
    ]
    assert on("Mo-Sa 18:00-02:00") == [("29 18:00", "30 02:00")]
    assert on("24/7") == [("29 00:00", "30 00:00")]
    assert on(HOLIDAY_MUSEUM, date(2026, 10, 5)) == [("05 09:00", "05 17:00")]
    assert on("Mo-Su unknown") == on(None) == on("nonsense") == []


# --- many at once --------------------------------------------------------------------


def many_strings():
    return [
        f"Tu-Su 0{opens}:00-{closes}:{minute}; PH {'off' if closes > 16 else '10:00-15:00'}"
        for opens in (7, 8, 9)
        for closes in (16, 17, 18)
        for minute in ("00", "10", "20", "30", "40")
    ] + ["24/7", "Mo-Sa 18:00-02:00", "Dec 25 10:00-11:00", "not hours", None]


def test_states_of_a_column_are_the_states_of_its_cells():
    column = pd.Series(many_strings() * 2, dtype="str").sample(frac=1, random_state=1)
    when = datetime(2026, 10, 5, 10)
    table = states(column, when, calendar=CALENDAR)
    assert table.index.equals(column.index)
    assert list(table.columns) == ["kind", "until", "opens", "calendar_known"]
    assert table["until"].dtype == table["opens"].dtype == "datetime64[s]"
    for label, hours in column.items():
        one = state(hours, when, calendar=CALENDAR)
        row = table.loc[label].iloc[0] if table.index.has_duplicates else table.loc[label]
        assert row["kind"] == one.kind
        assert (None if pd.isna(row["until"]) else row["until"]) == one.until
        assert (None if pd.isna(row["opens"]) else row["opens"]) == one.opens
        assert row["calendar_known"] == one.calendar_known


def test_states_of_an_empty_column():
    table = states(pd.Series([], dtype="str"), datetime(2026, 10, 5), calendar={})
    assert len(table) == 0
    assert table["until"].dtype == "datetime64[s]"


# --- against a second implementation ---------------------------------------------------

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


def random_rules(rng):
    """Rules as data: (weekdays, holidays too, ranges in minutes)."""
    rules = []
    for _ in range(rng.randint(1, 4)):
        first, last = sorted(rng.choices(range(7), k=2))
        marks = sorted(rng.sample(range(0, 48), 2 * rng.randint(1, 2)))
        ranges = [(30 * a, 30 * b) for a, b in zip(marks[::2], marks[1::2], strict=True)]
        kind = rng.choice(("days", "days", "both", "holiday"))
        closed = rng.random() < 0.25 and len(rules) > 0
        days = set() if kind == "holiday" else set(range(first, last + 1))
        rules.append((days, kind != "days", [] if closed else ranges))
    return rules


def written(rules):
    parts = []
    for days, holiday, ranges in rules:
        names = [DAYS[day] for day in sorted(days)] + (["PH"] if holiday else [])
        said = [
            f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}"
            for start, end in ranges
        ]
        parts.append(f"{','.join(names)} {','.join(said) or 'off'}")
    return "; ".join(parts)


def brute_ranges(rules, day):
    for days, holiday, ranges in reversed(rules):
        if day.weekday() in days or (holiday and CALENDAR.get(day) is True):
            return ranges
    return []


def brute_open(rules, moment):
    minute = moment.hour * 60 + moment.minute
    return any(start <= minute < end for start, end in brute_ranges(rules, moment.date()))


@pytest.mark.parametrize("seed", range(60))
def test_states_agree_with_a_second_implementation(seed):
    rng = random.Random(seed)
    rules = random_rules(rng)
    text = written(rules)
    when = datetime(2026, 9, 26) + timedelta(minutes=30 * rng.randrange(48 * 16))
    found = state(text, when, calendar=CALENDAR)
    now = brute_open(rules, when)
    assert found.kind == ("open" if now else "closed"), (text, when)
    steps = (when + timedelta(minutes=30 * step) for step in range(1, 48 * 14 + 1))
    change = next((one for one in steps if brute_open(rules, one) != now), None)
    assert (found.until if now else found.opens) == change, (text, when)


def test_the_told_week_read_again_means_the_same():
    told_shortly = 0
    for seed in range(60):
        text = written(random_rules(random.Random(1000 + seed)))
        told = describe(text, "zh")
        if told == text or "不开放" in told:  # no short line, or no ordinary opening at all
            continue
        told_shortly += 1
        again = normalise(told)
        for ahead in range(21):
            day = date(2026, 9, 25) + timedelta(days=ahead)
            off = CALENDAR.get(day) is True
            assert day_spans(again, day, off=off) == day_spans(text, day, off=off), (told, day)
    assert told_shortly > 30


# --- the told week -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "zh", "en"),
    [
        (MUSEUM, "周二至周日 09:00–17:00；周一闭馆", "Tue–Sun 09:00–17:00; closed Mon"),
        (
            HOLIDAY_MUSEUM,
            "周二至周日 09:00–17:00；周一闭馆；法定节假日照常开放",
            "Tue–Sun 09:00–17:00; closed Mon; open as usual on public holidays",
        ),
        (
            "Mo-Su 08:30-11:30,14:30-17:30; Mo off; PH off",
            "周二至周日 08:30–11:30、14:30–17:30；周一闭馆；法定节假日闭馆",
            "Tue–Sun 08:30–11:30, 14:30–17:30; closed Mon; closed public holidays",
        ),
        ("24/7", "全天开放", "open 24 hours"),
        ("Mo-Su 18:00-02:00", "每天 18:00–次日02:00", "daily 18:00–next day 02:00"),
        ("Mo-Su 10:00+", "每天 10:00起", "daily from 10:00"),
        (
            "May 01-Aug 31 08:00-16:00; Sep 01-Apr 30 08:30-16:00; Mo off",
            "5月至8月 08:00–16:00；9月至4月 08:30–16:00；周一闭馆",
            "May–Aug 08:00–16:00; Sep–Apr 08:30–16:00; closed Mon",
        ),
        (
            "Mo-Su 09:00-17:00; Dec 15-Feb 28 off",
            "3月1日至12月14日：每天 09:00–17:00；12月15日至2月28日：不开放",
            "1 Mar–14 Dec: daily 09:00–17:00; 15 Dec–28 Feb: closed",
        ),
        (None, "未知，请先致电", "unknown, please call first"),
        ("Mo off", "周二至周日时间未知；周一闭馆", "hours unknown Tue–Sun; closed Mon"),
    ],
)
def test_a_week_is_told_shortly(hours, zh, en):
    assert describe(hours, "zh") == zh
    assert describe(hours, "en") == en


def test_equal_days_are_joined_however_they_are_written():
    assert describe("Tu,We,Th 09:00-17:00; Fr-Su 09:00-17:00", "zh") == describe(MUSEUM, "zh")


@pytest.mark.parametrize(
    "hours",
    ["2026 Oct 01 off", "Mo[1] 10:00-12:00", "sunrise-sunset", 'Mo-Fr 09:00-17:00 "x"', "no hours",
     "Feb 29 10:00-11:00", "Mo-Fr 10:00-16:00+", "Mo-Fr 09:00-17:00; SH off"],
)  # fmt: skip
def test_what_has_no_short_line_is_shown_as_stored(hours):
    assert describe(hours, "zh") == hours


# --- what people write ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "osm"),
    [
        ("周二至周日 9:00-17:00", "Tu-Su 09:00-17:00"),
        ("星期二到星期天 9：00－16：00", "Tu-Su 09:00-16:00"),
        ("每天8：30—17：30", "Mo-Su 08:30-17:30"),
        ("９：００－１７：００", "09:00-17:00"),
        ("9点至17点", "Mo-Su 09:00-17:00"),
        ("上午九点半至下午五点", "Mo-Su 09:30-17:00"),
        ("周一闭馆", "Mo-Su unknown; Mo off"),
        ("上午8:30-11:30，下午14:30-17:30，周一闭馆", "Mo-Su 08:30-11:30,14:30-17:30; Mo off"),
        ("上午8:30-11:30，下午2:30-5:30", "Mo-Su 08:30-11:30,14:30-17:30"),
        ("周二至周日9:00-17:00，周一闭馆，法定节假日除外",
         "Tu-Su 09:00-17:00; Mo off; PH 09:00-17:00"),
        ("周一（法定节假日除外）闭馆，周二至周日9:00—16:30",
         "Tu-Su 09:00-16:30; Mo off; PH 09:00-16:30"),
        ("9:00-17:00 周一闭馆 法定节假日照常开放", "Mo-Su 09:00-17:00; Mo off; PH 09:00-17:00"),
        ("周一至周五 9:00-17:00（法定节假日除外）", "Mo-Fr 09:00-17:00; PH off"),
        ("法定节假日 10:00-16:00，周二至周日 9:00-17:00", "Tu-Su 09:00-17:00; PH 10:00-16:00"),
        ("周末及节假日 9:00-17:00", "Sa-Su 09:00-17:00; PH 09:00-17:00"),
        ("周六、周日 9:00-12:00", "Sa,Su 09:00-12:00"),
        ("9:00-17:00（周二至周日）", "Tu-Su 09:00-17:00"),
        ("开放时间：周二至周日 9:00-17:00；闭馆日：周一", "Tu-Su 09:00-17:00; Mo off"),
        ("夏季（5月1日至9月30日）8:30-17:30；冬季（10月1日至次年4月30日）9:00-17:00；周一闭馆",
         "May 01-Sep 30 Mo-Su 08:30-17:30; Oct 01-Apr 30 Mo-Su 09:00-17:00; Mo off"),
        ("5月至9月8:30-17:30；10月至4月9:00-17:00，周一闭馆",
         "May-Sep Mo-Su 08:30-17:30; Oct-Apr Mo-Su 09:00-17:00; Oct-Apr Mo off"),
        ("12月1日至2月28日闭馆，每天9:00-17:00", "Mo-Su 09:00-17:00; Dec 01-Feb 28 off"),
        ("每天18:00至次日2:00", "Mo-Su 18:00-02:00"),
        ("全天开放", "24/7"),
        ("寒暑假 9:00-17:00", "Mo-Su unknown; SH 09:00-17:00"),
        ("Tu-Su 09:00-17:00", "Tu-Su 09:00-17:00"),
        ("tu–su 9:00–17:00; ph off", "Tu-Su 09:00-17:00; PH off"),
        ("24/7", "24/7"),
        ("18:00-02:00", "18:00-02:00"),
    ],
)  # fmt: skip
def test_what_people_write_is_understood(said, osm):
    assert normalise(said) == osm
    assert normalise(osm) == osm


@pytest.mark.parametrize(
    "said",
    ["", "  ", "预约开放", "闭馆", "周一", "2026", "Mo-Fr", "PH", "05/01-08/31 08:00-16:00",
     "9:00-5:00", "每天9:00-5:00", "工作日 9:00-17:00", "夏季8:30-17:30", "春节闭馆",
     "9:00-17:00（16:30停止入馆）", "周八 9:00-10:00", "25:00-26:00", "9:00-17:61",
     "周一至周五工作时间",
     "法定节假日照常开放", "Tu-Su 09:00-17:00; PH -1 day off", "<script>", "{{7*7}}", "9:00",
     "13月1日至14月1日 9:00-17:00", "上午9:00-5:00", "09:00-17:00;" * 100],
)  # fmt: skip
def test_what_could_mean_two_things_or_nothing_is_refused(said):
    with pytest.raises(ValueError):
        normalise(said)


def test_no_text_breaks_the_reading():
    rng = random.Random(5)
    pieces = [
        "Mo", "Tu-Fr", "PH", "SH", " ", ",", ";", "|| ", "09:00-17:00", "18:00-02:00", "10:00+",
        "off", "unknown", '"x"', "May", "2026", "[1]", "sunset", "+1 day", "24/7", "周二", "至",
        "闭馆", "，", "除外", "法定节假日", "9点", "(", ")", "5月", "1日", "上午", "\x00", "\ud800",
    ]  # fmt: skip
    understood = 0
    for _ in range(3000):
        text = "".join(rng.choices(pieces, k=rng.randint(1, 8)))
        try:
            osm = normalise(text)
        except ValueError:
            osm = text
        else:
            understood += 1
        assert at(osm, 2026, 10, 1, 12).kind in {"open", "closed", "unknown"}
        assert describe(osm, "zh")
        intervals(osm, date(2026, 2, 28), calendar=CALENDAR)
    assert understood > 30


# --- a whole day -------------------------------------------------------------------------------


def test_a_day_is_open_closed_or_unknown_and_says_when():
    strings = pd.Series(
        [MUSEUM, HOLIDAY_MUSEUM, "Sa 18:00-02:00", None, "by appointment", 'Mo "ring first"',
         "Mo-Fr 09:00-11:30,13:30-17:00"],
        index=[7, 3, 5, 1, 0, 2, 9],
    )  # fmt: skip
    monday = day_states(strings, date(2026, 9, 28), calendar=CALENDAR)
    assert list(monday.index) == [7, 3, 5, 1, 0, 2, 9]
    kinds = ["closed", "closed", "closed", "unknown", "unknown", "unknown", "open"]
    assert list(monday["kind"]) == kinds
    assert monday.loc[9, "spans"] == ((540, 690), (810, 1020))
    assert set(monday.loc[[7, 3, 5, 1, 0, 2], "spans"]) == {()}
    holiday = day_states(strings, date(2026, 10, 5), calendar=CALENDAR)
    assert list(holiday.loc[[7, 3], "kind"]) == ["closed", "open"]
    saturday = day_states(strings, date(2026, 10, 10), calendar=CALENDAR)
    assert saturday.loc[5, "spans"] == ((1080, 1560),) and saturday["calendar_known"].all()
    assert not day_states(strings, date(2027, 1, 2), calendar=CALENDAR)["calendar_known"].any()


def test_a_day_agrees_with_its_minutes():
    strings = pd.Series([MUSEUM, HOLIDAY_MUSEUM, "Mo-Fr 09:00-11:30,13:30-17:00", "Mo off", None])
    for ahead in range(14):
        day = date(2026, 9, 28) + timedelta(days=ahead)
        whole = day_states(strings, day, calendar=CALENDAR)
        for row, text in strings.items():
            midnight = datetime(day.year, day.month, day.day)
            hourly = [midnight + timedelta(hours=hour) for hour in range(24)]
            moments = [state(text, moment, calendar=CALENDAR).kind for moment in hourly]
            kind = "open" if "open" in moments else "unknown" if "unknown" in moments else "closed"
            assert whole.loc[row, "kind"] == kind
