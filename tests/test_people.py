"""Rows about people: seen masked in their own place, revealed with a log, erased on request."""

import io
import shutil
from datetime import date, datetime

import openpyxl
import pandas as pd
import pytest
import sqlalchemy as sa

from geo import coverage, people
from geo.approval import approve, held_edits
from geo.audit import audit_log
from geo.door import submit
from geo.edits import edit_of
from geo.erasure import BLANKED
from geo.errors import AccessError, ArgumentError, StoreError
from geo.evidence import add_evidence
from geo.masking import ERASED_NAME, masked
from geo.policy import read_policy
from geo.replay import differences
from geo.rights import PUBLIC, SYSTEM, Actor
from geo.rows import stored_rows
from geo.schema import TABLES
from geo.store import Store
from geo.undoing import undo
from tests.conftest import toy_tables

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 2, 30)
CITY = Actor("city", "市科协", "city")
TAISHAN = Actor("taishan", "泰山区", "steward", "unit", "taishan")
DAIYUE = Actor("daiyue", "岱岳区", "steward", "unit", "daiyue")
ZONE = Actor("zone", "高新区", "steward", "unit", "zone")
DAIMIAO = Actor("daimiao", "岱庙街道", "reporter", "township", "370902001000")
CAIYUAN = Actor("caiyuan", "财源街道", "reporter", "township", "370902002000")
HALL = Actor("hall", "科技馆", "reporter", "venue", "h1")
WHEN = {"now": NOW, "today": TODAY}


def person(store, key: str = "p1") -> dict:
    with store.reading() as connection:
        return stored_rows(connection, "promoters", [(key,)])[key,]


# --- seeing ------------------------------------------------------------------------------


SEEN = {
    CITY: ["p1", "p2"], SYSTEM: ["p1", "p2"], TAISHAN: ["p1"], DAIMIAO: ["p1"], DAIYUE: ["p2"],
    ZONE: [], CAIYUAN: [], HALL: [],
}  # fmt: skip


def people_seen(store, actor, table: str):
    return masked(people._own(store, actor, table, TODAY), table)


def test_each_sees_the_people_of_the_own_place_masked(store):
    for actor, ids in SEEN.items():
        shown = people_seen(store, actor, "promoters")
        assert shown["promoter_id"].tolist() == ids
        assert shown["name"].tolist() == [{"p1": "张*", "p2": "李*"}[key] for key in ids]
        assert "13800000000" not in shown.to_csv() and "三" not in shown.to_csv()
        served = people_seen(store, actor, "promoter_villages")
        assert set(served["promoter_id"]) == set(ids)


def test_who_is_not_signed_in_sees_nobody_and_other_tables_are_not_given(store):
    for table in ("promoters", "promoter_villages"):
        with pytest.raises(AccessError) as caught:
            people_seen(store, PUBLIC, table)
        assert caught.value.code == "not_signed_in"
    with pytest.raises(ArgumentError):
        people_seen(store, CITY, "venues")


# --- revealing ---------------------------------------------------------------------------


def test_a_row_is_revealed_to_whose_it_is_and_logged(store):
    revision = store.revision()
    for count, actor in enumerate([DAIMIAO, TAISHAN, CITY, SYSTEM], 1):
        row = people.reveal(store, actor, "promoters", ("p1",), reason="给张三打电话", **WHEN)
        assert (row["name"], row["phone"]) == ("张三", "13800000000")
        log = audit_log(store)
        assert log.iloc[0][["login", "action", "table_name", "row_key", "detail"]].tolist() == [
            actor.login, "person_revealed", "promoters", '["p1"]', "给张*打电话",
        ]  # fmt: skip
        assert len(log) == count and log.iloc[0]["at"] == NOW
    assert store.revision() == revision


def test_nobody_else_is_given_a_row_or_told_whether_it_exists(store):
    for actor in (PUBLIC, HALL, CAIYUAN, DAIYUE, ZONE):
        said = set()
        for key in ("p1", "p999"):
            with pytest.raises(AccessError) as caught:
                people.reveal(store, actor, "promoters", (key,), reason="看看", **WHEN)
            said.add(str(caught.value).replace(key, "…"))
        assert len(said) == 1
        assert "张三" not in said.pop()
    assert audit_log(store).empty


def test_a_reveal_needs_a_reason_and_a_row(store):
    with pytest.raises(AccessError) as caught:
        people.reveal(store, CITY, "promoters", ("p1",), reason=" ", **WHEN)
    assert caught.value.code == "why_missing"
    with pytest.raises(StoreError) as missing:
        people.reveal(store, CITY, "promoters", ("p999",), reason="核对", **WHEN)
    assert missing.value.code == "row_missing"
    assert audit_log(store).empty


def test_without_a_log_there_is_no_value(store):
    with store.writing() as write:
        if write.connection.dialect.name == "sqlite":
            write.connection.exec_driver_sql(
                "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END"
            )
        else:
            write.connection.exec_driver_sql("ALTER TABLE audit ADD CHECK (audit_id < 0)")
    with pytest.raises(StoreError):
        people.reveal(store, CITY, "promoters", ("p1",), reason="核对", **WHEN)
    with pytest.raises(StoreError):
        people.export_people(
            store, CITY, "promoters", suffix=".csv", personal=True, reason="核对", **WHEN
        )


# --- exporting ---------------------------------------------------------------------------


def test_an_export_has_no_personal_data_unless_told(store):
    content = people.export_people(store, DAIMIAO, "promoters", suffix=".csv", **WHEN).decode()
    assert content.splitlines()[0].startswith("township_code,duty,full_time,from_date")
    assert len(content.splitlines()) == 2
    assert not any(told in content for told in ("张三", "张", "13800000000", "p1", "李四"))
    assert audit_log(store).empty
    book = openpyxl.load_workbook(
        io.BytesIO(people.export_people(store, CITY, "promoter_villages", suffix=".xlsx", **WHEN))
    )
    cells = [value for row in book.worksheets[0].iter_rows(values_only=True) for value in row]
    assert "村（社区）代码" in cells and not {"p1", "p2", "宣传员编号"} & set(cells)


def test_an_export_of_personal_data_has_the_own_rows_only_and_is_logged(store):
    content = people.export_people(
        store, TAISHAN, "promoters", suffix=".csv", personal=True, reason="张三等人的证书", **WHEN
    ).decode()
    assert "张三" in content and "13800000000" in content and "李四" not in content
    log = audit_log(store)
    assert log["action"].tolist() == ["people_exported"]
    assert log["detail"].tolist() == ["1 rows; 张*等人的证书"]
    served = people.export_people(
        store, DAIYUE, "promoter_villages", suffix=".csv", personal=True, reason="统计", **WHEN
    ).decode()
    assert "p2" in served and "p1" not in served
    with pytest.raises(AccessError):
        people.export_people(store, CITY, "promoters", suffix=".csv", personal=True, **WHEN)
    with pytest.raises(AccessError):
        people.export_people(store, PUBLIC, "promoters", suffix=".csv", **WHEN)
    assert len(audit_log(store)) == 2


# --- erasing -----------------------------------------------------------------------------


def everything(store) -> str:
    """Return every text of every table, whether the program knows the table or not."""
    said = []
    with store.reading() as connection:
        for name in sa.inspect(connection).get_table_names():
            for row in connection.execute(sa.text(f'SELECT * FROM "{name}"')):
                said += [value for value in row if isinstance(value, str)]
    return "\n".join(said)


def figures(store) -> list[pd.DataFrame]:
    tables = store.read_many()
    days = [date(2025, 1, 1), date(2025, 6, 1), date(2026, 3, 1), TODAY]
    return [
        coverage.promoters_by_village(
            tables["villages"], tables["promoters"], tables["promoter_villages"], as_of=day
        )
        for day in days
    ]


def lead_a_life(store) -> None:
    """Give p1 a past: other names, phones and dates, undone, approved, rejected and waiting."""

    def change(actor, policy="", **fields):
        row = person(store)
        return submit(
            store, [edit_of("promoters", row, row | fields)], actor=actor, today=TODAY,
            policy=read_policy(policy),
        )  # fmt: skip

    change(CITY, phone="13911112222", duty="村医张三丰")
    undone = change(CITY, name="张三丰")
    assert undo(store, undone.submission_id, actor=CITY, today=TODAY).applied == 1
    change(DAIMIAO, "reporter:*=steward", phone="13700000000")
    waiting = held_edits(store, actor=TAISHAN, today=TODAY)
    approve(store, [waiting[0].held_id], actor=TAISHAN, today=TODAY)
    change(CITY, to_date=date(2026, 1, 1), township_code="370902001000")
    change(DAIMIAO, "reporter:*=steward", name="张叁", phone="13600000000", full_time=False)


TOLD = ("张三", "张叁", "村医", "13800000000", "13911112222", "13700000000", "13600000000")


def test_a_person_is_erased_everywhere_and_no_figure_changes(store, tmp_path):
    lead_a_life(store)
    for table, key in (("promoters", ("p1",)), ("promoter_villages", ("p1", "370902001001"))):
        add_evidence(
            store, tmp_path / "evidence", actor=CITY, table=table, key=key,
            data=b"%PDF-1.4\n1 0 obj\n%%EOF\n", title="张三同意书", **WHEN,
        )  # fmt: skip
    before, figures_before, revision = person(store), figures(store), store.revision()
    assert all(told in everything(store) for told in TOLD)
    people.erase_person(
        store, TAISHAN, "p1", reason="本人张三（13700000000）要求",
        folder=tmp_path / "evidence", **WHEN,
    )  # fmt: skip
    assert not [told for told in TOLD if told in everything(store)]
    after = person(store)
    assert (after["name"], after["phone"], after["duty"]) == (ERASED_NAME, None, None)
    kept = [name for name in before if name not in BLANKED]
    assert [after[name] for name in kept] == [before[name] for name in kept]
    for old, new in zip(figures_before, figures(store), strict=True):
        pd.testing.assert_frame_equal(old, new)
    assert differences(store) == []
    assert store.revision() == revision + 1
    assert person(store, "p2")["name"] == "李四"
    assert not [path for path in (tmp_path / "evidence").rglob("*") if path.is_file()]
    log = audit_log(store, actions=["person_erased"])
    assert log["row_key"].tolist() == ['["p1"]']
    assert log["detail"].tolist() == ["本人张*（1****0）要求"]


def test_the_bytes_of_the_file_are_gone_too(originals, tmp_path):
    shutil.copy(originals.file(toy_tables), tmp_path / "store.db")
    store = Store(f"sqlite:///{tmp_path / 'store.db'}")
    lead_a_life(store)
    people.erase_person(store, CITY, "p1", reason="本人要求", **WHEN)
    content = b"".join(path.read_bytes() for path in sorted(tmp_path.glob("store.db*")))
    store.close()
    assert ERASED_NAME.encode() in content
    assert not [told for told in TOLD if told.encode() in content]


def test_what_waits_for_an_erased_person_may_be_approved_and_brings_nothing_back(store):
    lead_a_life(store)
    people.erase_person(store, CITY, "p1", reason="本人要求", **WHEN)
    waiting = held_edits(store, actor=TAISHAN, today=TODAY)
    assert [held.edit.row["name"] for held in waiting] == [ERASED_NAME]
    approve(store, [waiting[0].held_id], actor=TAISHAN, today=TODAY)
    assert person(store)["full_time"] is False
    assert not [told for told in TOLD if told in everything(store)]
    assert differences(store) == []


def test_an_undo_brings_nothing_back(store):
    change = submit(
        store, [edit_of("promoters", person(store), person(store) | {"phone": "13911112222"})],
        actor=CITY, today=TODAY,
    )  # fmt: skip
    people.erase_person(store, CITY, "p1", reason="本人要求", **WHEN)
    undo(store, change.submission_id, actor=CITY, today=TODAY, later="overwrite")
    assert not [told for told in TOLD if told in everything(store)]
    assert differences(store) == []


def test_somebody_who_left_the_register_is_erased_from_its_history(store):
    with store.reading() as connection:
        served = stored_rows(connection, "promoter_villages")
    edits = [edit_of("promoters", person(store), None)]
    edits += [
        edit_of("promoter_villages", row, None) for key, row in served.items() if key[0] == "p1"
    ]
    submit(store, edits, actor=CITY, today=TODAY)
    with pytest.raises(AccessError):  # whose the person was is no longer known
        people.erase_person(store, TAISHAN, "p1", reason="本人要求", **WHEN)
    people.erase_person(store, CITY, "p1", reason="本人要求", **WHEN)
    assert not [told for told in TOLD if told in everything(store)]
    assert "p1" not in store.read("promoters")["promoter_id"].tolist()
    assert differences(store) == []


def test_a_person_who_only_waited_is_never_let_in(store):
    row = dict.fromkeys(TABLES["promoters"].names) | {
        "promoter_id": "p3", "name": "张叁", "phone": "13600000000",
        "township_code": "370902001000",
    }  # fmt: skip
    submit(
        store, [edit_of("promoters", None, row)], actor=DAIMIAO, today=TODAY,
        policy=read_policy("reporter:*=steward"),
    )  # fmt: skip
    people.erase_person(store, TAISHAN, "p3", reason="本人要求", **WHEN)
    assert "张叁" not in everything(store) and "13600000000" not in everything(store)
    assert held_edits(store, actor=CITY, today=TODAY) == []
    with pytest.raises(AccessError):
        people.erase_person(store, DAIYUE, "p3", reason="本人要求", **WHEN)


def test_only_the_steward_of_the_place_and_the_city_erase(store):
    before = everything(store)
    for actor in (PUBLIC, HALL, DAIMIAO, CAIYUAN, DAIYUE, ZONE):
        with pytest.raises(AccessError):
            people.erase_person(store, actor, "p1", reason="本人要求", **WHEN)
    with pytest.raises(AccessError):
        people.erase_person(store, TAISHAN, "p1", reason="", **WHEN)
    with pytest.raises(StoreError):
        people.erase_person(store, CITY, "p999", reason="本人要求", **WHEN)
    assert everything(store) == before


def test_every_personal_column_is_blanked():
    personal = {c.name for c in TABLES["promoters"].columns if c.audience == "personal"}
    assert personal - {"promoter_id"} <= set(BLANKED)


def test_erasing_twice_changes_nothing_more(store):
    people.erase_person(store, CITY, "p1", reason="本人要求", **WHEN)
    before = store.read("promoters")
    people.erase_person(store, CITY, "p1", reason="再次要求", **WHEN)
    pd.testing.assert_frame_equal(store.read("promoters"), before)
    assert differences(store) == []
