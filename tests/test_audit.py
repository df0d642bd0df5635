"""The log as admins read it: by kind and day, without personal values."""

from datetime import date, datetime

import pytest

from geo import people
from geo.audit import ACTIONS, audit_log, read_log, record
from geo.boundaries import LayerInfo
from geo.errors import AccessError, FileError
from geo.layers.adoption import put_layer
from geo.previews import preview
from geo.rights import SYSTEM, Actor
from tests.region import region_tables

ADMIN, CITY = Actor("root", "管理员", "admin"), Actor("city", "市科协", "city")
PUBLIC = Actor("", "", "public")
DAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 24, 16, 30)  # the 25th in Tai'an


@pytest.fixture
def store(filled):
    return filled(region_tables)


def test_an_export_of_people_needs_a_reason_and_is_logged_without_them(store):
    name = store.read("promoters")["name"].iloc[0]
    with pytest.raises(AccessError) as error:
        people.log_export(store, "promoters", reason=" ", login="system", now=NOW)
    assert error.value.code == "why_missing" and audit_log(store).empty
    people.log_export(store, "promoters", reason=f"{name} 13812345678", login="system", now=NOW)
    (row,) = audit_log(store).to_dict("records")
    assert (row["action"], row["login"]) == ("people_exported", "system")
    assert name not in row["detail"] and "13812345678" not in row["detail"]
    people.log_export(store, "counties", reason="", login="system", now=NOW)
    assert len(audit_log(store)) == 1


def test_only_an_admin_reads_the_log_by_kind_and_day(store):
    for action in ("sign_in", "sign_out", "sign_in"):
        record(store, at=NOW, login="a", action=action, detail="见 13812345678")
    record(store, at=datetime(2026, 11, 24, 15, 59), login="a", action="sign_in")  # the 24th
    found = read_log(store, actor=ADMIN, first=DAY, last=DAY)
    assert found["action"].tolist() == ["sign_in", "sign_out", "sign_in"]
    assert not found["detail"].str.contains("13812345678").any()
    only = read_log(store, actor=ADMIN, first=DAY, last=DAY, actions=["sign_out"])
    assert len(only) == 1 and {*found["action"]} <= {*ACTIONS}
    for actor in (CITY, PUBLIC):
        with pytest.raises(AccessError):
            read_log(store, actor=actor, first=DAY, last=DAY)


def test_a_layer_without_a_source_is_refused_whatever_its_kind(store):
    for kind in ("schematic", "official"):
        with pytest.raises(FileError) as error:
            put_layer(store, None, LayerInfo("county", kind, " "), actor=SYSTEM, now=NOW)
        assert error.value.code == "layer_source_missing"


def test_an_import_does_not_give_a_county_a_second_unit(store):
    units = store.read("reporting_units")
    own = units[units["kind"] == "county"].iloc[0]
    head = "unit_id,name,kind,county_code\n"
    source = f"{head}second,乙,county,{own['county_code']}\n".encode()
    found = preview(store, "reporting_units", source, actor=CITY, today=DAY, name="a.csv")
    (problem,) = found.problems
    assert (problem.code, problem.row) == ("unit_ambiguous", 2)
    assert own["name"] in problem.sentence("zh") and "乙" in problem.sentence("zh")
    renamed = f"{head}{own['unit_id']},甲,county,{own['county_code']}\n".encode()
    found = preview(store, "reporting_units", renamed, actor=CITY, today=DAY, name="a.csv")
    assert found.problems == [] and len(found.edits) == 1
