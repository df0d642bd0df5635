"""The store: what goes in comes out, one write is one transaction, and errors are sentences."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import tempfile
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
import sqlalchemy as sa

from geo.boundaries import LayerInfo
from geo.database import MIGRATIONS, STEPS
from geo.door import submit
from geo.errors import ArgumentError, CrsError, MissingColumnError, StoreError
from geo.rights import SYSTEM
from geo.schema import DTYPES, TABLES
from geo.store import Store
from geo.tables import METADATA
from tests.conftest import toy_tables, typed
from tests.region import TODAY, change_of, put_rows

SCHEMATIC = LayerInfo(
    level="township", kind="schematic", source="示意", compiled_on=None, approval_number=""
)


def squares(codes: list[str]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "township_code": codes,
            "name": [f"镇{code[6:9]}" for code in codes],
            "county_code": [code[:6] for code in codes],
        },
        geometry=[shapely.box(117 + 0.1 * i, 36, 117.1 + 0.1 * i, 36.1) for i in range(len(codes))],
        crs="EPSG:4326",
    )


# --- tables -----------------------------------------------------------------------------


def test_what_goes_in_comes_out_with_the_declared_dtypes_and_in_the_order_of_the_key(store, toy):
    for name, frame in toy.items():
        by_key = frame.sort_values(list(TABLES[name].key)).reset_index(drop=True)
        pd.testing.assert_frame_equal(store.read(name), by_key)


def test_an_empty_table_has_the_declared_columns_and_dtypes(empty_store):
    for name, table in TABLES.items():
        frame = empty_store.read(name)
        assert len(frame) == 0
        assert {c.name: DTYPES[c.kind] for c in table.columns} == frame.dtypes.astype(str).to_dict()


def test_keys_are_sorted_by_code_point_in_every_database(empty_store):
    ids = ["b", "B", "a-1", "a1", "A", "中", "a_1", "é"]
    rows = [{"unit_id": unit, "name": unit, "kind": "zone"} for unit in ids]
    empty_store.replace({"reporting_units": typed("reporting_units", rows)})
    assert empty_store.read("reporting_units")["unit_id"].tolist() == sorted(ids)


def test_several_tables_are_read_as_of_one_moment(store):
    together = store.read_many(["venues", "counties"])
    assert list(together) == ["venues", "counties"]
    assert len(together["venues"]) == 3


def test_all_tables_are_counted(store, toy):
    assert store.counts() == {name: len(frame) for name, frame in toy.items()}


def test_an_unknown_table_is_refused_with_the_names_there_are(store):
    with pytest.raises(ArgumentError, match=r"没有名为 heroes 的表.*venues"):
        store.read("heroes")


def test_a_frame_without_a_declared_column_is_refused(store, toy):
    with pytest.raises(MissingColumnError, match="official_km2"):
        store.replace({"counties": toy["counties"].drop(columns="official_km2")})


# --- writes and revisions ---------------------------------------------------------------


def test_each_write_raises_the_revision_by_one(empty_store, toy):
    assert empty_store.revision() == 0
    assert not empty_store.exists()
    empty_store.replace(toy)
    assert empty_store.revision() == 1
    assert empty_store.exists()
    empty_store.replace({"holidays": toy["holidays"].head(1)})
    assert empty_store.revision() == 2
    assert len(empty_store.read("holidays")) == 1
    assert len(empty_store.read("villages")) == 6


def test_a_table_others_refer_to_can_be_replaced(store, toy):
    counties = toy["counties"].assign(official_km2=1.5)
    store.replace({"counties": counties})
    assert store.read("counties")["official_km2"].tolist() == [1.5, 1.5]


def test_new_and_changed_rows_are_written_and_the_rest_stay(store, toy):
    venues = toy["venues"].iloc[[0, 1]].reset_index(drop=True)
    venues.loc[1, "name"] = "山口镇星火科普服务站"
    venues = pd.concat([venues, toy["venues"].iloc[[2]].assign(venue_id="m2")], ignore_index=True)
    assert put_rows(store, "venues", venues).applied == 2
    assert store.revision() == 2
    assert store.read("venues")["name"].tolist() == [
        "泰安市科技馆", "泰山地质博物馆", "泰山地质博物馆", "山口镇星火科普服务站",
    ]  # fmt: skip


def test_a_value_can_be_set_to_missing_and_back(store, toy):
    bare = toy["venues"].iloc[[0]].copy()
    bare[["lon", "lat", "free", "opened_on", "phone"]] = None
    bare = bare.astype(toy["venues"].dtypes)
    assert put_rows(store, "venues", bare).applied == 1
    assert store.read("venues").loc[0, ["lon", "free", "opened_on", "phone"]].isna().all()
    assert put_rows(store, "venues", toy["venues"]).applied == 1
    pd.testing.assert_frame_equal(
        store.read("venues"), toy["venues"].sort_values("venue_id", ignore_index=True)
    )


def test_rows_that_change_nothing_leave_no_revision(store, toy):
    for name, frame in toy.items():
        assert put_rows(store, name, frame).submission_id is None
    assert store.revision() == 1


def contents(store: Store) -> tuple:
    return store.revision(), {n: f.to_csv() for n, f in store.read_many().items()}


def test_a_failing_row_in_the_middle_leaves_everything_as_it_was(store, toy):
    before = contents(store)
    orphan = toy["villages"].copy()
    orphan.loc[3, "township_code"] = "370999999000"
    twice = pd.concat([toy["holidays"]] * 2, ignore_index=True)
    nameless = toy["venues"].copy()
    nameless.loc[1, "name"] = None

    with pytest.raises(StoreError, match="别的表里没有的编号") as caught:
        put_rows(store, "villages", orphan)
    assert "a row names a key that is not there" in caught.value.sentence("en")
    with pytest.raises(StoreError, match="编号重复"):
        store.replace({"counties": toy["counties"].assign(name="甲"), "holidays": twice})
    with pytest.raises(StoreError, match="必填"):
        store.replace({"counties": toy["counties"].assign(name="甲"), "venues": nameless})
    with pytest.raises(StoreError, match="还有别的行要用到"):
        store.replace({"counties": toy["counties"].head(1)})
    assert contents(store) == before


def test_the_store_counts_the_writes_since_it_was_built(empty_store, toy):
    empty_store.replace(toy, built=True)
    assert empty_store.changed_since_build() == 0
    put_rows(empty_store, "counties", toy["counties"].assign(name="甲"))
    assert empty_store.changed_since_build() == 1


def test_a_write_that_counts_on_a_revision_fails_once_there_is_another(store):
    edit = change_of(store, "counties", "370902", name="甲")

    def rename(revision: int):
        return submit(store, [edit], actor=SYSTEM, today=TODAY, at_revision=revision)

    before = contents(store)
    with pytest.raises(StoreError, match="别人刚刚也改了") as caught:
        rename(0)
    assert caught.value.code == "store_moved"
    assert contents(store) == before
    assert rename(1).applied == 1


def test_the_time_of_the_last_write_is_known(store, toy):
    before = store.changed_at()
    assert abs(datetime.now(UTC) - before) < timedelta(minutes=1)
    put_rows(store, "counties", toy["counties"])
    assert store.changed_at() == before
    put_rows(store, "counties", toy["counties"].assign(name="甲"))
    assert store.changed_at() > before


def test_a_fresh_build_leaves_no_older_layer(store, toy):
    layer = squares(["370902001000"])
    for built in (False, True):
        store.replace(toy, layers=[(layer, SCHEMATIC)], built=built)
    with store._engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM boundary_layers")).scalar() == 1


def test_deleting_demonstration_rows_takes_what_hangs_on_them_and_nothing_else(store, toy):
    demo = {"demo": True}
    venue = {"kind": "station", "status": "open", "position_precision": "unknown"}
    added = {
        "venues": [venue | demo | {"venue_id": "d1", "name": "演示站"}],
        "promoters": [demo | {"promoter_id": "dp", "name": "演示员"}],
        "promoter_villages": [{"promoter_id": "dp", "village_code": "370911102001"}],
        "routes": [demo | {"route_id": "dr", "name": "演示线", "status": "ready"}],
        "route_stops": [
            {"route_id": "dr", "stop_no": 1, "name": "演示站", "venue_id": "d1"},
            {"route_id": "r1", "stop_no": 3, "name": "真路线上的演示站", "venue_id": "d1"},
        ],
    }
    for name, rows in added.items():
        put_rows(store, name, typed(name, rows))
    revision = store.revision()

    assert store.delete_demo() == {
        "route_stops": 1, "routes": 1, "promoter_villages": 1, "promoters": 1, "venues": 1,
    }  # fmt: skip
    assert store.revision() == revision + 1
    stops = store.read("route_stops")
    assert stops["stop_no"].tolist() == [1, 2, 3]
    assert stops["venue_id"].isna().tolist() == [False, True, True]
    assert store.counts() == {n: len(f) for n, f in toy.items()} | {"route_stops": 3}
    assert store.delete_demo() == {}
    assert store.revision() == revision + 1


# --- boundaries -------------------------------------------------------------------------


def test_a_layer_comes_back_as_it_was_put_with_what_it_is(store):
    layer = squares(["370902001000", "370911101000"])
    info = LayerInfo(
        level="township", kind="official", source="市局", compiled_on=date(2025, 1, 2),
        approval_number="鲁SG(2025)001号",
    )  # fmt: skip
    store.put_layer(layer.iloc[::-1], info)
    found, found_info = store.layer("township")
    assert found_info == info
    assert found.crs == "EPSG:4326"
    assert found.geometry.geom_equals_exact(layer.geometry, 0).all()
    for name in ["township_code", "name", "county_code"]:
        assert found[name].tolist() == layer[name].tolist()


def test_a_new_layer_takes_over_and_the_old_one_stays_stored(store):
    store.put_layer(squares(["370902001000"]), SCHEMATIC)
    store.put_layer(squares(["370902001000", "370902002000"]), SCHEMATIC)
    assert len(store.layer("township")[0]) == 2
    with store._engine.connect() as connection:
        layers = connection.execute(sa.text("SELECT active FROM boundary_layers ORDER BY 1"))
        assert [bool(active) for (active,) in layers] == [False, True]
        shapes = connection.execute(sa.text("SELECT count(*) FROM boundary_shapes")).scalar()
        assert shapes == 3


def test_a_county_layer_has_no_other_column(store):
    layer = squares(["370902001000"]).rename(columns={"township_code": "c"})
    layer = layer[["county_code", "name", "geometry"]]
    store.put_layer(layer, LayerInfo("county", "schematic", "示意", None, ""))
    assert list(store.layer("county")[0].columns) == ["county_code", "name", "geometry"]


def test_a_layer_in_metres_is_refused_and_the_old_one_stays(store):
    store.put_layer(squares(["370902001000"]), SCHEMATIC)
    with pytest.raises(CrsError):
        store.put_layer(squares(["370902002000"]).to_crs("EPSG:4548"), SCHEMATIC)
    assert store.layer("township")[0]["township_code"].tolist() == ["370902001000"]
    assert store.revision() == 2


def test_a_layer_that_is_not_there_is_said_to_be_missing(store):
    with pytest.raises(StoreError, match="还没有 county 级的边界"):
        store.layer("county")


# --- structure --------------------------------------------------------------------------


def test_the_migrated_database_is_what_the_schema_declares(empty_store):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with empty_store._engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        # SQLite keeps a reference that came with a later column, but does not name it.
        diffs = [
            diff
            for diff in compare_metadata(context, METADATA)
            if not (
                connection.dialect.name == "sqlite"
                and diff[0] in {"add_fk", "remove_fk"}
                and [(diff[1].parent.name, column.name) for column in diff[1].columns]
                == [("promoters", "township_code")]
            )
        ]
        assert diffs == []
        inspector = sa.inspect(connection)
        for name, table in METADATA.tables.items():
            found = {column["name"]: column for column in inspector.get_columns(name)}
            assert sorted(found) == sorted(column.name for column in table.columns)
            for column in table.columns:
                assert found[column.name]["nullable"] == column.nullable, (name, column.name)
            key = inspector.get_pk_constraint(name)["constrained_columns"]
            assert key == [column.name for column in table.primary_key]
            for foreign in inspector.get_foreign_keys(name):
                deferred = foreign["options"].get("initially") == "DEFERRED"
                later = name == "promoters" and connection.dialect.name == "sqlite"
                assert later or deferred == (name in TABLES), (name, foreign)


def test_a_promoter_is_registered_to_a_township_of_the_list_checked_at_the_commit(store, toy):
    people = toy["promoters"].assign(township_code="370911103000")
    with pytest.raises(StoreError, match="没有的编号"):
        store.replace({"promoters": people})
    assert store.read("promoters")["township_code"].isna().all()
    township = toy["townships"].tail(1).assign(township_code="370911103000")
    together = pd.concat([toy["townships"], township], ignore_index=True)
    store.replace({"townships": together, "promoters": people})
    assert store.read("promoters")["township_code"].eq("370911103000").all()


def test_the_named_steps_are_the_files_in_order():
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    steps = [step.revision for step in script.walk_revisions()]
    assert tuple(reversed(steps)) == STEPS
    assert script.get_heads() == [STEPS[-1]]


def test_the_migrations_do_not_read_the_live_schema():
    for path in (MIGRATIONS / "versions").glob("*.py"):
        assert "geo" not in path.read_text().replace("geometry", "").replace("geography", ""), path


def test_migrating_again_changes_nothing_and_keeps_the_rows(store):
    before = contents(store)
    store.migrate()
    assert contents(store) == before


def test_a_store_newer_than_the_program_is_not_touched(store):
    with store._engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    fresh = Store(store._url.render_as_string(hide_password=False))
    for action in (fresh.migrate, fresh.revision, lambda: fresh.read("venues"), fresh.exists):
        with pytest.raises(StoreError, match="9999 比程序新"):
            action()
    fresh.close()


def test_a_migration_that_fails_leaves_nothing_behind(store_url, monkeypatch):
    from alembic.operations import Operations

    made = Operations.create_table

    def fail(self, name, *args, **options):
        if name == "routes":
            raise sa.exc.OperationalError("", {}, Exception("database or disk is full"))
        return made(self, name, *args, **options)

    with monkeypatch.context() as broken:
        broken.setattr(Operations, "create_table", fail)
        store = Store(store_url)
        with pytest.raises(StoreError, match="磁盘空间不足"):
            store.migrate()
    with store._engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == []
    store.migrate()
    assert store.revision() == 0
    store.close()


# --- what can go wrong ------------------------------------------------------------------


def test_a_store_that_is_not_there_is_said_to_be_missing_and_is_not_made(store_url, tmp_path):
    store = Store(store_url)
    assert not store.exists()
    for action in (store.revision, store.counts, lambda: store.read("venues")):
        with pytest.raises(StoreError, match="python -m geo build"):
            action()
    store.close()
    assert not list(tmp_path.glob("*.db*"))


def test_an_address_of_another_kind_is_refused_without_showing_it():
    for url in (
        "mysql://root:secret@host/db", "nonsense", "postgresql+nodriver://u:secret@h/d",
        "sqlite://", "postgresql://user:secret@host",
    ):  # fmt: skip
        with pytest.raises(ArgumentError) as caught:
            Store(url)
        assert "secret" not in str(caught.value)


def test_a_database_server_that_does_not_answer_is_a_sentence_without_the_password():
    store = Store("postgresql+psycopg://user:secret@127.0.0.1:1/taian")
    for action in (store.migrate, store.revision):
        with pytest.raises(StoreError, match="连不上数据库服务器") as caught:
            action()
        assert "secret" not in str(caught.value) + repr(store) + store.address
    store.close()


def test_the_first_thing_a_store_does_may_be_a_write(store, store_url, toy):
    other = Store(store_url)
    assert put_rows(other, "counties", toy["counties"].assign(name="甲")).applied == 2
    other.close()
    assert store.read("counties")["name"].tolist() == ["甲", "甲"]


def test_a_file_put_in_the_place_of_the_store_is_the_store_from_then_on(tmp_path, toy):
    path, other_path = tmp_path / "store.db", tmp_path / "other.db"
    store, other = (Store(f"sqlite:///{p}") for p in (path, other_path))
    for made in (store, other):
        made.migrate()
        made.replace(toy)
    other.replace({"counties": toy["counties"].assign(name="甲")})
    other.close()
    assert store.read("counties")["name"].tolist() == ["泰山区", "岱岳区"]
    for file in tmp_path.glob("store.db*"):
        file.unlink()
    assert not store.exists()
    other_path.replace(path)
    assert store.read("counties")["name"].tolist() == ["甲", "甲"]
    store.replace({"counties": toy["counties"].assign(name="乙")})
    store.close()
    again = Store(f"sqlite:///{path}")
    assert again.read("counties")["name"].tolist() == ["乙", "乙"]
    again.close()


def test_a_store_of_an_older_structure_is_there_but_waits_for_its_migration(
    store, store_url, monkeypatch
):
    monkeypatch.setattr("geo.database.STEPS", (*STEPS, "9999"))
    older = Store(store_url)
    assert older.exists()
    with pytest.raises(StoreError, match="旧的结构"):
        older.revision()
    older.close()
    assert store.exists()


def test_a_full_disk_leaves_the_store_as_it_was(tmp_path, toy):
    store = Store(f"sqlite:///{tmp_path / 'store.db'}")
    store.migrate()
    store.replace(toy)
    before = contents(store)
    store.close()
    sa.event.listen(
        store._engine, "connect", lambda c, _r: c.execute("PRAGMA max_page_count = 1").close()
    )
    many = pd.concat(
        [toy["venues"].head(1).assign(venue_id=f"v{i}", intro="长" * 900) for i in range(200)],
        ignore_index=True,
    )
    with pytest.raises(StoreError, match="磁盘空间不足"):
        put_rows(store, "venues", many)
    assert contents(store) == before
    with store._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    store.close()


def test_a_store_locked_by_another_program_says_so(tmp_path, toy, monkeypatch):
    import sqlite3

    monkeypatch.setattr("geo.database.BUSY_MS", 50)
    monkeypatch.setattr(
        "geo.database._SQLITE_PRAGMAS", ("PRAGMA busy_timeout = 50", "PRAGMA foreign_keys = ON")
    )
    path = tmp_path / "store.db"
    store = Store(f"sqlite:///{path}")
    store.migrate()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="另一个程序正在写入"):
        store.replace(toy)
    other.execute("ROLLBACK")
    other.close()
    assert store.revision() == 0
    store.close()


def test_a_file_that_is_no_database_is_not_overwritten(tmp_path):
    path = tmp_path / "store.db"
    path.write_text("名单\n" * 500)
    store = Store(f"sqlite:///{path}")
    for action in (store.migrate, store.revision, store.exists):
        with pytest.raises(StoreError, match="已损坏"):
            action()
    store.close()
    assert path.read_text() == "名单\n" * 500


READ_ONLY = """
import os, sys
import alembic.command, alembic.config, logging.config
from geo.errors import StoreError
from geo.store import Store
stores = [Store(f"sqlite:///{sys.argv[1]}/{name}") for name in ("new.db", "store.db")]
if os.geteuid() == 0:  # root may write anywhere
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
for store in stores:
    try:
        store.migrate()
        store.delete_demo()
        print("written")
    except StoreError as error:
        print(error)
    store.close()
"""


def test_a_folder_without_the_right_to_write_is_a_sentence(run_python, toy):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = Store(f"sqlite:///{folder / 'store.db'}")
        store.migrate()
        store.replace(toy | {"venues": toy["venues"].assign(demo=True).astype({"demo": "boolean"})})
        store.close()
        folder.chmod(0o555)
        out, err = run_python(READ_ONLY, name).communicate(timeout=60)
        folder.chmod(0o755)
        assert err == ""
        first, second = out.splitlines()
        assert "打不开数据库文件" in first
        assert "没有写入权限" in second or "打不开数据库文件" in second
        assert [path.name for path in folder.iterdir()] == ["store.db"]


def write_units(url: str, me: str) -> None:
    store = Store(url)
    store.migrate()
    for i in range(25):
        rows = [
            {"unit_id": f"{me}-{i}", "name": me, "kind": "zone"},
            {"unit_id": "shared", "name": f"{me}-{i}", "kind": "zone"},
        ]
        assert put_rows(store, "reporting_units", typed("reporting_units", rows)).applied >= 1
    store.close()


def test_eight_processes_migrating_and_writing_at_once_lose_nothing(store_url):
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["geo.store", "alembic.command"])
    writers = [processes.Process(target=write_units, args=(store_url, f"w{n}")) for n in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    assert [writer.exitcode for writer in writers] == [0] * 8
    store = Store(store_url)
    assert store.counts()["reporting_units"] == 8 * 25 + 1
    assert store.revision() == 8 * 25
    store.close()


def open_new_files(folder, turn, failed) -> None:
    """Open new databases at the same moment as the others; put in what it failed of."""
    for number in range(25):
        store = Store(f"sqlite:///{folder}/{number}.db")
        turn.wait()
        try:
            with store._engine.connect() as connection:
                assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        except Exception as error:
            failed.put(repr(error))
        store.close()


def test_a_new_file_can_be_opened_by_many_at_once(tmp_path):
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["geo.store"])
    turn, failed = processes.Barrier(8), processes.Queue()
    openers = [processes.Process(target=open_new_files, args=(tmp_path, turn, failed))
               for _ in range(8)]  # fmt: skip
    for opener in openers:
        opener.start()
    for opener in openers:
        opener.join(120)
    assert [opener.exitcode for opener in openers] == [0] * 8
    assert failed.empty(), failed.get()


def test_threads_share_a_store(store):
    failures = []

    def work(me: int) -> None:
        try:
            for i in range(5):
                row = {"unit_id": f"t{me}-{i}", "name": "甲", "kind": "zone"}
                put_rows(store, "reporting_units", typed("reporting_units", [row]))
                assert len(store.read("villages")) == 6
                assert store.revision() > 1
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(me,)) for me in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.revision() == 1 + 60


def test_sqlite_is_opened_for_safety(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'store.db'}")
    store.migrate()
    with store._engine.connect() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
        assert found == ["wal", 2, 1, 10_000]
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    store.close()


def test_references_broken_by_other_means_are_counted(store):
    assert store.broken_references() == 0
    with store._engine.connect() as connection:
        if store._engine.dialect.name == "sqlite":
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
        connection.exec_driver_sql("DELETE FROM promoters WHERE promoter_id = 'p1'")
        if store._engine.dialect.name != "sqlite":
            connection.commit()
    store.close()
    assert store.broken_references() == 2


OPENING = """
import sys
from geo.store import Store
store = Store(sys.argv[1])
store.migrate()
print("alembic" in sys.modules)
store.close()
"""


@pytest.mark.usefixtures("store")
def test_opening_an_up_to_date_store_does_not_load_alembic(store_url):
    output = subprocess.run(
        [sys.executable, "-c", OPENING, store_url],
        cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert output.stdout.strip() == "False"


def test_the_toy_region_is_consistent(store):
    assert store.broken_references() == 0
    assert list(toy_tables()) == list(TABLES)
