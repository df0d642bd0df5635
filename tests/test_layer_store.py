"""Layers in the store: put in force by their checks, kept, listed and brought back."""

import json
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from geo import cli, register
from geo.audit import audit_log
from geo.boundaries import LayerInfo
from geo.errors import StoreError, TableError
from geo.layers.plan import plan_features
from geo.store import Store
from tests.test_cli import built, run  # noqa: F401 - fixtures
from tests.test_layer_import import (
    NAMES,
    OFFICIAL,
    features,
    outlines,  # noqa: F401 - a fixture
    strip,
    toy_layer,
    written,
)

SCHEMATIC = LayerInfo("township", "schematic", "示意")


def official(toy, **changed):
    return plan_features(features(toy_layer(**changed)), toy, None, level="township").layer


def contents(store, layer_id):
    """Return everything stored of a layer, byte for byte."""
    with store.reading() as connection:
        query = "SELECT * FROM boundary_shapes WHERE layer_id = :layer ORDER BY code"
        rows = connection.execute(sa.text(query), {"layer": layer_id})
        return [[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in rows]


def test_the_old_layer_is_listed_and_brought_back_byte_for_byte(store, toy):
    store.put_layer(official(toy), SCHEMATIC)
    before = contents(store, 1)
    bent = official(toy, t370902001=strip(117.0, 117.1), t370902002=strip(117.1, 117.2))
    register.put_layer(store, bent, OFFICIAL)
    listed = store.layers()
    assert listed["layer_id"].tolist() == [1, 2] and listed["active"].tolist() == [False, True]
    assert listed["kind"].tolist() == ["schematic", "official"]
    assert listed["approval_number"].tolist() == ["", "鲁SG(2025)001号"]
    assert listed["compiled_on"].isna().tolist() == [True, False]
    assert listed["compiled_on"][1].date() == date(2025, 1, 2)
    assert listed["shapes"].tolist() == [4, 4]
    revision = store.revision()
    store.activate_layer(1)
    assert store.revision() == revision + 1
    assert store.layers()["active"].tolist() == [True, False]
    assert store.layer("township")[1] == SCHEMATIC
    assert contents(store, 1) == before
    store.activate_layer(2)
    assert store.layer("township")[1] == OFFICIAL


def test_bringing_back_one_level_leaves_the_other_and_an_unknown_one_is_refused(
    store, toy, outlines  # noqa: F811
):  # fmt: skip
    store.put_layer(outlines, LayerInfo("county", "schematic", "示意"))
    for _ in (1, 2):
        store.put_layer(official(toy), SCHEMATIC)
    store.activate_layer(2)
    assert store.layers()["active"].tolist() == [True, True, False]
    revision = store.revision()
    with pytest.raises(StoreError) as error:
        store.activate_layer(9)
    assert error.value.code == "layer_unknown" and store.revision() == revision
    assert store.layers()["active"].tolist() == [True, True, False]


def test_a_store_without_layers_lists_none(store):
    assert store.layers().empty and "approval_number" in store.layers()


def test_a_build_drops_schematic_layers_and_keeps_official_ones(store, toy):
    store.put_layer(official(toy), SCHEMATIC)
    store.put_layer(official(toy), OFFICIAL)
    fresh = (official(toy), replace(SCHEMATIC, source="新的示意"))
    store.replace(toy, layers=[fresh], built=True)
    # It fits the new lists as well as the picture does, so the reviewed map stays.
    assert store.layers()["source"].tolist() == ["市自然资源局", "新的示意"]
    assert store.layers()["active"].tolist() == [True, False]
    # With other units in data/ the picture of those comes into force.
    fewer = (official(toy).iloc[1:], SCHEMATIC)
    store.replace(toy, layers=[fewer], built=True)
    assert store.layers()[["kind", "active"]].to_numpy().tolist() == [
        ["official", False], ["schematic", True],
    ]  # fmt: skip
    store.activate_layer(int(store.layers()["layer_id"][0]))
    assert store.layer("township")[1] == OFFICIAL
    # And so does an official layer that data/ itself has.
    store.replace(toy, layers=[(official(toy), replace(OFFICIAL, source="随数据"))], built=True)
    assert store.layer("township")[1].source == "随数据"
    assert len(store.layers()) == 2


def test_a_layer_put_in_force_is_checked_by_the_tolerances_of_an_import(store, toy):
    layer = official(toy)
    hair = layer.copy()
    hair.loc[2, "geometry"] = hair.geometry[2].buffer(2e-6)
    register.put_layer(store, hair, OFFICIAL)
    found = [p for p in register.findings(store) if p.table == "boundaries"]
    assert {p.code for p in found if not register.is_note(p)} == {"layer_missing"}  # of counties
    wide = layer.copy()
    wide.loc[2, "geometry"] = wide.geometry[2].buffer(0.01)
    with pytest.raises(TableError) as error:
        register.put_layer(store, wide, OFFICIAL)
    assert {p.code for p in error.value.problems} == {"boundary_overlap_large"}
    with pytest.raises(TableError):
        register.put_layer(store, hair, SCHEMATIC)  # what we make ourselves is exact


# --- on the command line -------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path):
    return written(toy_layer().to_crs(4548), tmp_path / "official.gpkg")


TOLD = ("--kind", "official", "--source", "市局", "--approval-number", "鲁SG(2025)001号")


def test_an_official_layer_is_tried_imported_listed_and_undone(built, file, toy_data):  # noqa: F811
    code, out, err = built("boundaries", "import", file, *TOLD, "--dry-run")
    assert (code, err) == (0, "") and "EPSG:4548" in out and "没有写入" in out
    assert len(json.loads(built("boundaries", "list", "--json")[1])) == 2
    code, out, err = built("boundaries", "import", file, *TOLD, "--date", "2025-01-02", "--json")
    facts = json.loads(out)
    assert (code, facts["written"], facts["units"]) == (0, True, 4)
    assert [row["name"] for row in facts["matched"]] == NAMES
    rows = json.loads(built("boundaries", "list", "--json")[1])
    assert [(row["id"], row["level"], row["active"]) for row in rows] == [
        (1, "county", True), (2, "township", False), (3, "township", True),
    ]  # fmt: skip
    assert (rows[2]["date"], rows[2]["approval_number"]) == ("2025-01-02", "鲁SG(2025)001号")
    assert "3　乡镇（街道）　正式边界　在用" in built("boundaries", "list")[1]
    assert built("boundaries", "check")[0] == 0

    code, _, err = built("build", "--force")
    assert code == 0 and "3 号" in err and "仍然在用" in err
    rows = json.loads(built("boundaries", "list", "--json")[1])
    (number,) = [row["id"] for row in rows if not row["active"]]
    code, out, _ = built("boundaries", "restore", number)
    assert code == 0 and "已重新启用" in out
    assert built("boundaries", "restore", "99")[0] == 1
    store = Store(f"sqlite:///{toy_data / 'xinghuo.db'}")
    log = audit_log(store, actions=["layer_put", "layer_restored"])
    assert sorted(log["action"]) == ["layer_put", "layer_restored"]
    assert {*log["login"]} == {"system"}
    store.close()


def test_problems_of_an_official_layer_are_lines_and_nothing_is_written(
    built, tmp_path, toy_data  # noqa: F811
):  # fmt: skip
    faulty = toy_layer().drop(index=3)
    path = written(faulty, tmp_path / "faulty.geojson")
    code, out, err = built("boundaries", "import", path, *TOLD, "--json")
    assert code == 1 and "祝阳镇" in err and "没有写入任何数据" in err
    assert "boundary_missing" in {one["code"] for one in json.loads(out)["problems"]}
    store = Store(f"sqlite:///{toy_data / 'xinghuo.db'}")
    assert len(store.layers()) == 2
    store.close()
    assert built("boundaries", "import", path, "--kind", "official")[0] == 1  # no source
    made = toy_data / "boundaries" / "townships.geojson"
    assert "示意图" in built("boundaries", "import", made, *TOLD)[2]
    assert built("boundaries", "import", made, "--kind", "schematic")[0] == 0
    with pytest.raises(SystemExit):
        cli.main(["boundaries", "import", str(path), "--datum", "xian80"])
