"""A toy region as tables, and stores of both kinds of database to keep it in."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from geo import register
from geo.schema import DTYPES, TABLES
from geo.store import Store
from setup import debian
from tests.originals import Originals, Rows
from tests.ports import free_port


def typed(name: str, rows: list[dict]) -> pd.DataFrame:
    """Return `rows` as a validated table `name`; what a row leaves out is missing."""
    columns = {}
    for column in TABLES[name].columns:
        values = [row.get(column.name) for row in rows]
        columns[column.name] = pd.Series(values, dtype=object).astype(DTYPES[column.kind])
    return pd.DataFrame(columns)


def toy_tables() -> dict[str, pd.DataFrame]:
    """Two counties, four townships, six villages, three venues, one route, two promoters."""
    return {name: frame.copy() for name, frame in _toy_tables().items()}


@cache
def _toy_tables() -> dict[str, pd.DataFrame]:
    venue = {"status": "open", "position_precision": "unknown"}
    rows = {
        "counties": [
            {"county_code": "370902", "name": "泰山区", "official_km2": 337.0},
            {"county_code": "370911", "name": "岱岳区"},
        ],
        "townships": [
            {"township_code": f"{code}000", "name": name, "county_code": code[:6], "kind": kind,
             "villages_total": total, "seat_lon": lon, "seat_lat": lat, "list_year": 2023}
            for code, name, kind, total, lon, lat in [
                ("370902001", "岱庙街道", "street", 2, 117.13, 36.19),
                ("370902002", "财源街道", "street", 1, 117.10, 36.18),
                ("370911101", "山口镇", "town", 2, 117.30, 36.20),
                ("370911102", "祝阳镇", "town", 1, 117.40, 36.25),
            ]
        ],
        "villages": [
            {"village_code": code, "name": name, "township_code": f"{code[:9]}000", "kind": kind,
             "list_year": 2023}
            for code, name, kind in [
                ("370902001001", "迎春社区居委会", "community"),
                ("370902001002", "岱西社区居委会", "community"),
                ("370902002001", "财源社区居委会", "community"),
                ("370911101001", "王庄村委会", "village"),
                ("370911101002", "李庄村委会", "village"),
                ("370911102001", "王庄村委会", "village"),
            ]
        ],
        "reporting_units": [
            {"unit_id": "taishan", "name": "泰山区", "kind": "county", "county_code": "370902"},
            {"unit_id": "daiyue", "name": "岱岳区", "kind": "county", "county_code": "370911"},
            {"unit_id": "zone", "name": "高新区", "kind": "zone"},
        ],
        "unit_townships": [
            {"township_code": "370911102000", "unit_id": "zone", "from_date": "2017-01-01",
             "to_date": "2030-01-01", "source_url": "https://example.org/zone",
             "source_grade": "B"},
        ],
        "township_aliases": [{"alias": "山口乡", "township_code": "370911101000"}],
        "county_population": [
            {"area_code": "370902", "year": 2020, "basis": "七普常住", "population": 946000},
            {"area_code": "370911", "year": 2020, "basis": "七普常住"},
        ],
        "venues": [
            venue | {"venue_id": "h1", "name": "泰安市科技馆", "kind": "hall", "lon": 117.1234,
                     "lat": 36.1234, "position_precision": "street", "source_datum": "wgs84",
                     "county_code": "370902", "township_code": "370902001000", "free": True,
                     "opening_hours": "Tu-Su 09:00-17:00", "phone": "0538-1234567",
                     "subjects": "technology;geology", "opened_on": "2004-05-16",
                     "source_url": "https://example.org/h1", "source_grade": "A"},
            venue | {"venue_id": "s1", "name": "山口镇服务站", "kind": "station",
                     "county_code": "370911", "township_code": "370911101000", "demo": False,
                     "opened_on": "2025-06-01"},
            venue | {"venue_id": "m1", "name": "泰山地质博物馆", "kind": "museum", "visit_min": 90,
                     "county_code": "370902"},
        ],
        "promoters": [
            {"promoter_id": "p1", "name": "张三", "phone": "13800000000",
             "from_date": "2025-01-01", "full_time": True},
            {"promoter_id": "p2", "name": "李四", "from_date": "2025-02-01"},
        ],
        "promoter_villages": [
            {"promoter_id": "p1", "village_code": "370902001001"},
            {"promoter_id": "p1", "village_code": "370902001002"},
            {"promoter_id": "p2", "village_code": "370911101001"},
        ],
        "routes": [{"route_id": "r1", "name": "地质一日", "status": "ready", "theme": "geology"}],
        "route_stops": [
            {"route_id": "r1", "stop_no": 1, "name": "市科技馆", "venue_id": "h1", "day": 1},
            {"route_id": "r1", "stop_no": 2, "name": "碧霞祠", "stay_min": 60},
        ],
        "holidays": [
            {"date": "2026-10-01", "off": True, "name": "国庆节"},
            {"date": "2026-10-10", "off": False, "name": "国庆节调休"},
        ],
    }  # fmt: skip
    return {name: typed(name, rows.get(name, [])) for name in TABLES}


@pytest.fixture
def toy() -> dict[str, pd.DataFrame]:
    """Give the toy region as typed tables, in the order of the schema."""
    return toy_tables()


def toy_counties(tables: dict[str, pd.DataFrame]):
    """Return the two counties as a layer: boxes side by side."""
    import geopandas as gpd
    import shapely

    boxes = [
        shapely.box(117.0, 36.1, 117.2, 36.2687),
        shapely.box(117.2, 36.1, 117.6, 36.2687),
    ]
    named = tables["counties"][["county_code", "name"]]
    return gpd.GeoDataFrame(named, geometry=boxes, crs="EPSG:4326")


def write_data(folder: Path, tables: dict[str, pd.DataFrame]) -> None:
    """Write the toy region to `folder` as files, as ``data/`` has them."""
    from geo import files
    from geo.boundaries import LayerInfo, build_townships
    from geo.layers.files import layer_bytes

    (folder / "boundaries").mkdir(parents=True)
    for name, frame in tables.items():
        if name not in {"promoters", "promoter_villages"}:
            content = files.write_table(frame, table=name, suffix=".csv", audience="personal")
            (folder / f"{name}.csv").write_bytes(content)
    counties = toy_counties(tables)
    townships = build_townships(counties, tables["townships"])
    for level, layer in (("county", counties), ("township", townships)):
        info = LayerInfo(
            level=level, kind="schematic", source="示意", compiled_on=None, approval_number=""
        )
        file = "counties" if level == "county" else "townships"
        (folder / "boundaries" / f"{file}.geojson").write_bytes(layer_bytes(layer, info))


@pytest.fixture(scope="session")
def toy_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the toy region's files to copy, which is quicker than to write them."""
    folder = tmp_path_factory.mktemp("toy") / "data"
    write_data(folder, toy_tables())
    return folder


@pytest.fixture
def toy_data(tmp_path: Path, toy_files: Path) -> Path:
    """Give a folder with the toy region's files, without people."""
    return shutil.copytree(toy_files, tmp_path / "data")


# --- databases -----------------------------------------------------------------------


def _memory_folder() -> str | None:
    """Return a folder in memory if it has the room: a database is made there ten times as fast."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 2**30
    return str(memory) if roomy and os.access(memory, os.W_OK) else None


def _other_user() -> str | None:
    """PostgreSQL refuses to run as root; name who runs it instead."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    return None


def _start_postgres(programs: Path, folder: Path, user: str | None) -> tuple[subprocess.Popen, str]:
    account = (
        {}
        if user is None
        else {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
    )
    if user is not None:
        entry = pwd.getpwnam(user)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "cwd": folder, **account}
    subprocess.run(
        [programs / "initdb", "-D", folder / "data", "-U", "tester", "--auth=trust", "-E", "UTF8",
         "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=zh-CN", "--no-sync"],
        check=True, **quiet,
    )  # fmt: skip
    port = free_port()
    log = (folder / "log").open("wb")
    with log:
        server = subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", "-p", str(port), "-k", folder,
             "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"],
            stdout=log, stderr=log, cwd=folder, **account,
        )  # fmt: skip
    for _ in range(600):
        if server.poll() is not None:
            break
        ready = subprocess.run(
            [programs / "pg_isready", "-h", "127.0.0.1", "-p", str(port)],
            stdout=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        if ready.returncode == 0:
            return server, f"tester@127.0.0.1:{port}"
        time.sleep(0.1)
    server.kill()
    server.wait()
    raise RuntimeError((folder / "log").read_text())


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Start a PostgreSQL server for this session; give `user@host:port`."""
    if debian.skip_postgres():
        pytest.skip(f"{debian.SKIP_POSTGRES}=yes: nothing is tested on PostgreSQL")
    # Its absence is an error: half of what the store promises would go untested unnoticed.
    programs = debian.postgres_programs()
    if programs is None:
        pytest.fail(
            f"PostgreSQL is missing. Run make test, or apt-get install {debian.POSTGRES}, "
            f"or leave these tests out with {debian.SKIP_POSTGRES}=yes.",
            pytrace=False,
        )
    user = _other_user()
    if os.geteuid() == 0 and user is None:
        pytest.fail("PostgreSQL refuses root, and there is no user nobody to run it", pytrace=False)
    with running_postgres(programs, user) as address:
        yield address


@contextmanager
def running_postgres(programs: Path, user: str | None) -> Iterator[str]:
    """Start a PostgreSQL server; give `user@host:port`."""
    folder = _memory_folder()
    with tempfile.TemporaryDirectory(prefix="xinghuo-postgres-", dir=folder) as name:
        server, address = _start_postgres(programs, Path(name), user)
        try:
            yield address
        finally:
            server.terminate()
            server.wait(timeout=20)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Give the URL of an empty PostgreSQL database, dropped after the test."""
    import psycopg

    name = f"test_{time.monotonic_ns()}"
    with psycopg.connect(f"postgresql://{postgres_server}/postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        yield f"postgresql+psycopg://{postgres_server}/{name}"
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the URL of a database that is not there yet, of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    return request.getfixturevalue("postgres_url")


@pytest.fixture(scope="session")
def originals(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """Give the filled databases of this session, to copy."""
    folder = tmp_path_factory.mktemp("originals")
    return Originals(folder, lambda: request.getfixturevalue("postgres_server"))


@pytest.fixture
def filled(store_url: str, originals: Originals) -> Iterator[Callable[[Rows | None], Store]]:
    """Give a function that gives a migrated store with the rows that another function returns."""
    store = Store(store_url)

    def filled(rows: Rows | None) -> Store:
        originals.copy(rows, store_url)
        return store

    yield filled
    store.close()


@pytest.fixture
def empty_store(filled) -> Store:
    """Give a migrated store without rows."""
    return filled(None)


@pytest.fixture
def store(filled) -> Store:
    """Give a store that holds the toy region, at revision 1."""
    return filled(toy_tables)


@pytest.fixture(scope="session")
def migrated_file(originals: Originals) -> Path:
    """Give a migrated SQLite file to copy."""
    return originals.file(None)


@pytest.fixture
def run_python():
    """Give a function that starts `python -c program args…` in the repository."""
    root = Path(__file__).parents[1]

    def run(program: str, *args: str, **options) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-c", program, *args],
            cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options,
        )  # fmt: skip

    return run


@pytest.fixture(scope="session")
def shipped_store(tmp_path_factory):
    """Return the address of a store built from the shipped data; look, never change."""
    address = f"sqlite:///{tmp_path_factory.mktemp('shipped') / 'xinghuo.db'}"
    store = Store(address)
    register.build(Path(__file__).resolve().parents[1] / "data", store)
    store.close()
    return address
