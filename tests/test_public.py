"""The public, without an account: every function that acts for somebody refuses it."""

import importlib
import inspect
import pkgutil
import shutil
from collections.abc import Callable

import pandas as pd
import pytest

import geo
from geo import approval, people
from geo.approval import held_edits
from geo.boundaries import LayerInfo
from geo.door import submit
from geo.errors import AccessError
from geo.policy import NO_REVIEW
from geo.previews import preview
from geo.rights import PUBLIC
from geo.siting.request import Request
from geo.store import Store
from geo.tables import utc_now
from tests.region import CITY, HALL, TODAY, change_of, entries, region_tables

# What the functions of some modules need besides the store and the actor, by parameter.
GIVEN = {
    "today": TODAY, "now": utc_now(), "policy": NO_REVIEW, "table": "promoters", "key": ("p1",),
    "promoter_id": "p1", "reason": "理由", "held_ids": [1], "submission_id": 2, "evidence_id": 1,
    "report_id": 1, "layer_id": 1, "closing_note": "好", "data": b"%PDF-1.4", "suffix": ".csv",
    "scenario_id": 1, "name": "方案", "request": Request(), "revision": 1, "summary": {},
    "draft_id": 1, "kind": "form", "tables": region_tables(), "tours": [], "intro": "",
    "edition": 1, "info": LayerInfo("township", "schematic", "示意", None, ""), "layer": None,
}  # fmt: skip
SOURCE = "编号,姓名\np1,张三\n".encode()


def functions() -> list[Callable]:
    """Return every public function of `geo` that takes the store and an actor."""
    found = []
    for module in pkgutil.walk_packages(geo.__path__, "geo."):
        if module.name.startswith(("geo._", "geo.migrations")):
            continue
        loaded = importlib.import_module(module.name)
        found += [
            function
            for name, function in inspect.getmembers(loaded, inspect.isfunction)
            if function.__module__ == loaded.__name__ and not name.startswith("_")
            and {"store", "actor"} <= inspect.signature(function).parameters.keys()
        ]  # fmt: skip
    return found


FUNCTIONS = functions()


def test_the_functions_are_found():
    assert {submit, approval.approve, held_edits, people.reveal} <= {*FUNCTIONS}


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f"{f.__module__}.{f.__name__}")
def test_the_public_is_refused_and_nothing_changes(function, originals, tmp_path):
    file = originals.file(region_tables)
    store = Store(f"sqlite:///{shutil.copy(file, tmp_path / 'store.db')}")
    edit = change_of(store, "venues", "h1", phone="0538-7654321")
    submit(store, [edit], actor=HALL, today=TODAY)
    given = GIVEN | {
        "store": store, "actor": PUBLIC, "folder": tmp_path, "edits": [edit],
        "source": SOURCE, "first": TODAY, "last": TODAY,
    }  # fmt: skip
    needed = [
        name for name, parameter in inspect.signature(function).parameters.items()
        if parameter.default is inspect.Parameter.empty
    ]  # fmt: skip
    if "preview" in needed:  # made by somebody who may
        given["preview"] = preview(
            store, "promoters", SOURCE, actor=CITY, today=TODAY, name="a.csv"
        )
    before = store.revision(), len(entries(store)), held_edits(store, actor=CITY, today=TODAY)
    try:
        told = function(**{name: given[name] for name in needed})
    except AccessError as error:
        assert "张三" not in str(error)
    else:
        assert isinstance(told, pd.DataFrame) and told.empty
    after = store.revision(), len(entries(store)), held_edits(store, actor=CITY, today=TODAY)
    assert after == before
    store.close()
