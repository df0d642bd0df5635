"""The register's page through `app.py`, as each role sees it, on a copy of the shipped data."""

import re
import sqlite3
from contextlib import closing
from datetime import date, datetime

import pytest

from geo import approval, audit, door, journal, policy, reports
from geo.edits import edit_of, rows_of, whole_row
from geo.rights import PUBLIC, SYSTEM, Actor
from geo.store import Store
from tests.test_pages import ROOT, html_of, on_store, open_page  # noqa: F401 - a fixture
from ui import account

PAGE = "pages/6_records.py"
TODAY = date(2026, 11, 23)
CITY = Actor("shi", "市科协", "city")
DAIYUE = Actor("daiyue", "岱岳区科协", "steward", "unit", "370911")
NINGYANG = Actor("ningyang", "宁阳县科协", "steward", "unit", "370921")
XIAZHANG = Actor("xiazhang", "夏张镇", "reporter", "township", "370911107000")
MUSEUM = Actor("dwk", "大汶口遗址博物馆", "reporter", "venue", "V15")


@pytest.fixture
def store(on_store, shipped_store, tmp_path):  # noqa: F811 - the fixture above
    """Return a copy of the shipped store, which the pages show."""
    path = tmp_path / "store.db"
    source = shipped_store.removeprefix("sqlite:///")
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(path)) as new:
        old.backup(new)
    on_store(f"sqlite:///{path}")
    opened = Store(f"sqlite:///{path}")
    yield opened
    opened.close()


@pytest.fixture
def as_actor(monkeypatch):
    """Return a function that signs somebody in."""

    def sign_in(actor):
        monkeypatch.setattr(account, "actor", lambda: actor)

    return sign_in


def venue(store, key):
    return next(row for row in rows_of("venues", store.read("venues")) if row["venue_id"] == key)


def said(at):
    """Return all that a page says, without marks."""
    kinds = (at.header, at.text, at.markdown, at.success, at.info, at.warning, at.error)
    parts = [html_of(at), *(str(node.value) for kind in kinds for node in kind)]
    return re.sub("<[^>]+>", "", "\n".join(parts))


def button(at, label):
    return next(one for one in at.button if one.label == label)


def edited(store, key, actor, **fields):
    row = venue(store, key)
    return door.submit(
        store, [edit_of("venues", row, row | fields)], actor=actor, today=TODAY, reason="试改"
    )


@pytest.mark.usefixtures("store")
def test_the_public_gets_the_form_and_nothing_else(as_actor):
    as_actor(PUBLIC)
    at = open_page(PAGE, section="rows", row='["V15"]')
    assert 'method="post"' in html_of(at)
    assert "大汶口" not in said(at) and not at.dataframe


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("section", ["queue", "rows", "import", "batches", "doctor", "layers"])
@pytest.mark.parametrize(
    ("actor", "language"),
    [(CITY, "en"), (DAIYUE, "zh"), (MUSEUM, "zh")],
    ids=["city-en", "steward-zh", "reporter-zh"],
)
def test_every_section_runs_for_every_role(as_actor, actor, language, section):
    as_actor(actor)
    at = open_page(PAGE, section=section, lang=language)
    assert not at.exception and not at.error


def test_a_held_edit_waits_stays_private_and_is_approved_with_its_difference(store, as_actor):
    done = edited(store, "V15", DAIYUE, address="大汶口镇驻地")
    assert (done.applied, done.held) == (0, 1)
    as_actor(NINGYANG)
    assert "大汶口" not in said(open_page(PAGE))
    as_actor(CITY)
    at = open_page(PAGE)
    assert "等您审核 1 条" in said(at)
    assert "大汶口镇驻地" in said(at)
    button(at, "通过 1 条").click().run()
    assert "1 条生效" in said(at)
    assert venue(store, "V15")["address"] == "大汶口镇驻地"


def test_nothing_is_rejected_without_a_reason(store, as_actor):
    edited(store, "V15", DAIYUE, address="大汶口镇驻地")
    as_actor(CITY)
    at = open_page(PAGE)
    button(at, "退回 1 条").click().run()
    assert "理由" in at.error[0].value
    field = next(one for one in at.text_input if str(one.key).startswith("reason-"))
    field.input("地址有误").run()
    button(at, "退回 1 条").click().run()
    assert "已退回 1 条" in said(at)
    held = approval.held_edits(store, actor=DAIYUE, today=TODAY, status="rejected")
    assert [one.decision for one in held] == ["地址有误"]


def test_what_was_rejected_comes_back_with_the_reason_and_is_mended_not_typed_again(
    store, as_actor
):
    edited(store, "V15", DAIYUE, address="甲地", operator="甲单位")
    (held,) = approval.held_edits(store, actor=CITY, today=TODAY)
    approval.reject(store, [held.held_id], actor=CITY, today=TODAY, reason="门牌号呢？")
    for other in (NINGYANG, CITY):
        as_actor(other)
        assert "门牌号呢" not in said(open_page(PAGE))
    as_actor(DAIYUE)
    at = open_page(PAGE)
    assert "退回给您的" in said(at) and "门牌号呢？" in said(at)
    button(at, "修改后重新提交").click().run()
    assert at.text_input(key="field-operator").value == "甲单位"
    at.text_input(key="field-address").input("甲地1号")
    button(at, "保存").click().run()
    assert "等待审核" in said(at)
    (again,) = approval.held_edits(store, actor=CITY, today=TODAY)
    assert (again.edit.row["address"], again.edit.row["operator"]) == ("甲地1号", "甲单位")
    assert "退回给您的" not in said(open_page(PAGE))


def test_what_waits_is_withdrawn_into_the_form(store, as_actor):
    edited(store, "V15", DAIYUE, address="甲地")
    as_actor(DAIYUE)
    at = open_page(PAGE)
    button(at, "撤回并修改").click().run()
    assert at.text_input(key="field-address").value == "甲地"
    assert approval.held_edits(store, actor=DAIYUE, today=TODAY) == []


def test_some_rows_of_a_submission_are_approved_and_the_others_wait(store, as_actor):
    edits = [edit_of("venues", row, row | {"operator": "甲单位"})
             for row in (venue(store, "V15"), venue(store, "V43"))]  # fmt: skip
    door.submit(store, edits, actor=DAIYUE, today=TODAY)
    as_actor(CITY)
    at = open_page(PAGE)
    (some,) = [one for one in at.multiselect if str(one.key).startswith("some-")]
    some.select(some.options[1]).run()
    button(at, "通过 1 条").click().run()
    assert (venue(store, "V15")["operator"], venue(store, "V43")["operator"]) == (None, "甲单位")
    assert "等您审核 1 条" in said(at)


def test_a_row_with_an_edit_in_review_says_so(store, as_actor):
    edited(store, "V15", DAIYUE, address="甲地")
    as_actor(DAIYUE)
    at = open_page(PAGE, section="rows", table="venues", row='["V15"]')
    assert "已有修改等待市级管理员审核" in said(at)


def test_an_approval_that_meets_a_later_edit_shows_both_versions(store, as_actor):
    edited(store, "V15", DAIYUE, address="甲地")
    edited(store, "V15", CITY, address="乙地")
    as_actor(CITY)
    at = open_page(PAGE)
    button(at, "通过 1 条").click().run()
    assert at.warning and "甲地" in said(at) and "乙地" in said(at)
    assert venue(store, "V15")["address"] == "乙地"
    button(at, "仍按提交的内容通过").click().run()
    assert venue(store, "V15")["address"] == "甲地"


def test_a_report_is_answered_in_the_queue(store, as_actor):
    now = datetime(2026, 11, 23, 2, 0)
    reports.add_report(store, venue_id="V15", kind="closed_door", note="周日没开门", now=now)
    as_actor(NINGYANG)
    assert "周日没开门" not in said(open_page(PAGE))
    as_actor(DAIYUE)
    at = open_page(PAGE)
    assert "公众反映 1 条" in said(at) and "周日没开门" in said(at)
    next(one for one in at.text_input if str(one.key).startswith("closing-")).input(
        "开放时间已更正"
    ).run()
    button(at, "办结").click().run()
    assert len(reports.reports(store, status="open")) == 0


def test_a_form_saves_an_edit_and_says_what_is_wrong_with_another(store, as_actor):
    as_actor(CITY)
    at = open_page(PAGE, section="rows", table="venues", row='["V15"]')
    at.text_input(key="field-phone").input("53812")
    button(at, "保存").click().run()
    assert "电话" in at.error[0].value
    at.text_input(key="field-phone").input("0538-8161234")
    button(at, "保存").click().run()
    assert "已保存，立即生效" in said(at)
    assert venue(store, "V15")["phone"] == "0538-8161234"


def test_a_new_row_gets_a_free_number_and_the_rules_of_a_file(store, as_actor):
    as_actor(CITY)
    at = open_page(PAGE, section="rows", table="venues", row="new")
    assert at.text_input(key="field-venue_id").value not in set(store.read("venues")["venue_id"])
    button(at, "保存").click().run()
    assert {"不能为空" in one.value for one in at.error} == {True}


def filled(at, **texts):
    for name, text in texts.items():
        field = next(one for kind in (at.text_input, at.selectbox) for one in kind
                     if one.key == f"field-{name}")  # fmt: skip
        field.set_value(text)
    return at


STATION = {
    "name": "夏张镇赵庄星火科普服务站", "kind": "station", "status": "planned",
    "position_precision": "unknown",
}  # fmt: skip


def test_a_reporters_new_row_starts_in_the_own_township_and_takes_no_number_twice(store, as_actor):
    as_actor(XIAZHANG)
    at = open_page(PAGE, section="rows", table="venues", row="new")
    first = at.text_input(key="field-venue_id").value
    assert at.selectbox(key="field-township_code").value == XIAZHANG.place
    assert at.selectbox(key="field-county_code").value == "370911"
    button(filled(at, **STATION), "保存").click().run()
    assert "等待审核" in said(at)
    # The number is spoken for, though no row has it yet.
    at = open_page(PAGE, section="rows", table="venues", row="new")
    assert at.text_input(key="field-venue_id").value != first
    for number in (first, "V15"):
        button(filled(at, **STATION, venue_id=number), "保存").click().run()
        assert "已被另一条占用" in at.error[0].value
    assert len(approval.held_edits(store, actor=CITY, today=TODAY)) == 1


def test_a_new_row_whose_number_was_taken_since_never_overwrites_the_other(store, as_actor):
    mine = venue(store, "V15") | {"venue_id": "V15X", "name": "另一处"}
    door.submit(store, [edit_of("venues", None, mine)], actor=DAIYUE, today=TODAY)
    theirs = mine | {"name": "先占编号的"}
    door.submit(store, [edit_of("venues", None, theirs)], actor=SYSTEM, today=TODAY)
    as_actor(CITY)
    at = open_page(PAGE)
    button(at, "通过 1 条").click().run()
    assert "编号已被别的条目占用" in said(at)
    assert not [one for one in at.button if one.label == "仍按提交的内容通过"]
    assert venue(store, "V15X")["name"] == "先占编号的"


@pytest.mark.usefixtures("store")
def test_what_was_typed_when_the_session_ended_comes_back_to_the_same_account_only(as_actor):
    link = {"section": "rows", "table": "venues", "row": '["V15"]'}
    as_actor(DAIYUE)
    at = open_page(PAGE, **link)
    at.text_input(key="field-address").input("大汶口镇文化路9号")
    as_actor(PUBLIC)
    button(at, "保存").click().run()
    assert "没有保存" in said(at) and "替您留着" in said(at)
    assert "row=%5B%22V15%22%5D" in html_of(at)  # the form leads back here
    as_actor(CITY)
    assert open_page(PAGE, **link).text_input(key="field-address").value != "大汶口镇文化路9号"
    as_actor(DAIYUE)
    at = open_page(PAGE)
    assert "已填回表单" in said(at)
    assert at.text_input(key="field-address").value == "大汶口镇文化路9号"
    button(at, "保存").click().run()
    assert "等待审核" in said(at)
    assert "已填回表单" not in said(open_page(PAGE, **link))


def test_a_paste_is_checked_and_every_problem_is_a_sentence(store, as_actor):
    as_actor(CITY)
    at = open_page(PAGE, section="import", table="venues")
    at.segmented_control(key="import-way").set_value("paste").run()
    head = "编号\t名称\t类别\t状态\t位置精度\t电话"
    rows = ["P1\t甲馆\t博物馆\t拟建\t位置待核实\t53812", "P2\t<b>\t甲\t拟建\t位置待核实\t"]
    at.text_area[0].input("\n".join([head, *rows]))
    button(at, "检查").click().run()
    assert (
        "有 2 处问题" in said(at)
        and "第 2 行“电话”列" in said(at)
        and "第 3 行“类别”列" in said(at)
    )
    assert "P1" not in set(store.read("venues")["venue_id"])


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("section", ["queue", "rows", "import", "batches", "doctor", "layers"])
def test_no_control_of_the_english_page_is_chinese(as_actor, section):
    as_actor(CITY)
    at = open_page(PAGE, lang="en", section=section, table="venues", row='["V15"]')
    controls = (at.button, at.selectbox, at.text_input, at.text_area, at.date_input, at.multiselect,
                at.toggle, at.checkbox, at.radio, at.file_uploader, at.header, at.subheader,
                at.info, at.warning, at.expander)  # fmt: skip
    labels = [
        str(getattr(node, "label", None) or getattr(node, "value", ""))
        for kind in controls for node in kind
    ]  # fmt: skip
    chinese = [label for label in labels if re.search("[\u4e00-\u9fff]", label)]
    names = ("中文", "大汶口遗址博物馆")  # the switch of the language, and names of places
    assert [label for label in chinese if not label.startswith(names)] == []


def test_names_and_phones_stay_masked_until_they_are_revealed_for_a_reason(store, as_actor):
    people = store.read("promoters")
    person = people.iloc[0]
    as_actor(CITY)
    at = open_page(
        PAGE, section="rows", table="promoters", row=f'["{person["promoter_id"]}"]'
    )  # fmt: skip
    frame = at.dataframe[0].value
    assert person["name"] not in set(frame["姓名"])
    assert person["name"] not in said(at)
    button(at, "查看姓名电话").click().run()
    assert at.error and person["name"] not in said(at)
    at.text_input(key="field-why").input("核对名单").run()
    button(at, "查看姓名电话").click().run()
    assert at.text_input(key="field-name").value == person["name"]


def test_a_batch_is_undone_and_a_later_edit_is_asked_about(store, as_actor):
    done = edited(store, "V15", CITY, address="甲地", operator="甲单位")
    edited(store, "V15", CITY, address="乙地")
    as_actor(CITY)
    at = open_page(PAGE, section="batches", batch=str(done.submission_id))
    assert "地址" in said(at) and at.warning
    button(at, "保留后来的修改，撤销其余").click().run()
    assert "已撤销" in said(at)
    row = venue(store, "V15")
    assert (row["address"], row["operator"]) == ("乙地", None)


def test_how_the_register_began_is_no_submission_to_undo(store, as_actor):
    with store.reading() as connection:
        first = journal.submissions(connection, limit=5)
    assert set(first["kind"]) == {"build"}
    as_actor(CITY)
    at = open_page(PAGE, section="batches", batch=str(first["submission_id"].iloc[0]))
    assert "还没有提交" in said(at) and not [one for one in at.button if "撤销" in one.label]


def test_a_layer_without_a_source_is_not_even_tried(store, as_actor):
    as_actor(CITY)
    at = open_page(PAGE, section="layers")
    at.selectbox(key="layer-kind").set_value("schematic")
    outlines = (ROOT / "data" / "boundaries" / "townships.geojson").read_bytes()
    at.file_uploader[0].set_value(("townships.geojson", outlines, "application/json")).run()
    assert "请先填写来源" in said(at)
    assert not [one for one in at.button if one.label == "启用这个图层"]
    at.text_input(key="layer-source").input("试导入").run()
    button(at, "启用这个图层").click().run()
    assert "图层已启用" in said(at)
    assert not [one for one in at.button if one.label == "启用这个图层"]
    back = at.selectbox(key="layer-back")
    assert "示意" in back.options[0] and "乡镇（街道）" in back.options[0]
    assert len(store.layers()) == 3


def test_another_countys_submission_cannot_be_opened_by_its_number(store, as_actor):
    done = edited(store, "V15", CITY, address="甲地")
    as_actor(NINGYANG)
    assert "甲地" not in said(open_page(PAGE, section="batches", batch=str(done.submission_id)))


def test_a_swapped_position_is_repaired_with_one_click(store, as_actor):
    row = venue(store, "V15")
    wrong = row | {"lon": 100.0, "lat": 35.965}  # far outside the city
    door.submit(store, [edit_of("venues", row, wrong)], actor=SYSTEM, today=TODAY)
    as_actor(CITY)
    at = open_page(PAGE, section="doctor")
    assert not at.exception and "V15" in said(at)
    repairs = [one for one in at.button if str(one.key).startswith("repair-V15")]
    repairs[0].click().run()
    assert "已保存，立即生效" in said(at)
    assert venue(store, "V15")["lon"] != 100.0


def test_villages_and_hosts_are_checked_up_and_edited_by_their_steward(store, as_actor):
    point = {"village_code": "370911107201", "lon": 117.9, "lat": 36.5,
             "position_precision": "building"}  # fmt: skip
    host = {"host_id": "h0001", "name": "演示党群服务中心", "kind": "party_centre",
            "township_code": "370911107000", "lon": 117.9, "lat": 36.5,
            "position_precision": "building", "demo": True}  # fmt: skip
    edits = [
        edit_of(table, None, whole_row(table, row))
        for table, row in (("village_points", point), ("hosts", host))
    ]
    door.submit(store, edits, actor=SYSTEM, today=TODAY)
    name = store.read("villages").set_index("village_code").loc["370911107201", "name"]
    as_actor(DAIYUE)
    at = open_page(PAGE, section="doctor")
    labels = [one.label for one in at.expander]
    assert not at.exception
    assert "候选阵地：位置可疑的 1 处" in labels and "村（社区）位置：位置可疑的 1 处" in labels
    assert f"370911107201 {name}" in said(at) and "演示党群服务中心" in said(at)
    for table, key in (("village_points", "370911107201"), ("hosts", "h0001")):
        at = open_page(PAGE, section="rows", table=table, row=f'["{key}"]')
        assert not at.exception and at.text_input(key="field-lon").value == "117.9"
        at.text_input(key="field-lon").input("116.95")
        at.text_input(key="field-lat").input("36.05")
        button(at, "保存").click().run()
        assert "已保存" in said(at) and not at.exception
        assert store.read(table)["lon"].tolist() == [116.95]
    as_actor(NINGYANG)
    at = open_page(PAGE, section="doctor")
    assert not [one.label for one in at.expander if "候选阵地" in one.label]


def test_two_entries_of_one_place_are_merged_and_the_merge_undone(store, as_actor):
    row = venue(store, "V15")
    double = row | {"venue_id": "V15X", "phone": "0538-8161234", "intro": None}
    door.submit(store, [edit_of("venues", None, double)], actor=SYSTEM, today=TODAY)
    as_actor(CITY)
    at = open_page(PAGE, section="doctor")
    merges = [one for one in at.button if str(one.key).startswith("merge-")]
    merges[0].click().run()
    ids = set(store.read("venues")["venue_id"])
    assert len({"V15", "V15X"} & ids) == 1
    kept = venue(store, ({"V15", "V15X"} & ids).pop())
    assert kept["phone"] == "0538-8161234"


def test_who_has_not_agreed_is_listed_masked_in_the_own_place_only(store, as_actor):
    with store.writing() as write:
        connection = write.connection
        for number, township in (("P9001", "370911107000"), ("P9002", "370921101000")):
            connection.exec_driver_sql(
                "INSERT INTO promoters (promoter_id, name, township_code)"
                f" VALUES ('{number}', '王小明', '{township}')"
            )
        write.changed = True
    as_actor(DAIYUE)
    at = open_page(PAGE, section="doctor")
    assert "1 名宣传员没有登记同意日期" in said(at)
    people = next(one.value for one in at.dataframe if len(one.value.columns) == 3)
    assert people.to_numpy().tolist() == [["P9001", "王**", "岱岳区 夏张镇"]]
    at.selectbox(key="consent-open").select("P9001").run()
    assert '["P9001"]' in at.query_params["row"]


def test_the_log_is_shown_to_admins_only(store, as_actor):
    audit.record(store, at=account.utc_now(), login="shi", action="layer_put", detail="township")
    as_actor(Actor("root", "管理员", "admin"))
    at = open_page(PAGE, section="audit")
    assert "1 条记录" in said(at)
    assert "启用边界图层" in at.dataframe[0].value.to_numpy().ravel().tolist()
    at.multiselect(key="audit-kinds").select("sign_in").run()
    assert "0 条记录" in said(at)
    as_actor(CITY)
    assert "条记录" not in said(open_page(PAGE, section="audit"))


def test_the_preview_warns_of_numbers_that_wait(store, as_actor):
    row = venue(store, "V15") | {"venue_id": "V999", "name": "待审馆"}
    door.submit(
        store, [edit_of("venues", None, row)], actor=DAIYUE, today=TODAY,
        policy=policy.read_policy("steward:venues=city"),
    )  # fmt: skip
    as_actor(CITY)
    at = open_page(PAGE, section="import", table="venues")
    at.segmented_control(key="import-way").set_value("paste").run()
    head = "编号\t名称\t类别\t状态\t位置精度"
    at.text_area[0].input(f"{head}\nV999\t甲馆\t博物馆\t拟建\t位置待核实")
    button(at, "检查").click().run()
    assert any("V999" in one.value and "等待审核" in one.value for one in at.warning)
