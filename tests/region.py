"""The toy region with rows in places of every kind, its accounts, and its rows one at a time."""

from datetime import date
from functools import cache

import pandas as pd

from geo import journal
from geo.cells import write
from geo.check import FIRST_DATA_ROW, RawTable, table_of
from geo.door import Outcome, enter
from geo.edits import Edit, Row, between, edit_of, rows_of
from geo.journal import Entry
from geo.rights import PUBLIC, SYSTEM, Actor
from geo.rows import stored_rows
from geo.schema import TABLES
from geo.store import Store
from tests.conftest import toy_tables, typed

TODAY = date(2026, 3, 1)  # a day on which 祝阳镇 reports through the zone

CITY = Actor("city", "市科协", "city")
ADMIN = Actor("admin", "管理员", "admin")
TAISHAN = Actor("taishan", "泰山区科协", "steward", "unit", "taishan")
DAIYUE = Actor("daiyue", "岱岳区科协", "steward", "unit", "daiyue")
ZONE = Actor("zone", "高新区", "steward", "unit", "zone")
DAIMIAO = Actor("daimiao", "岱庙街道", "reporter", "township", "370902001000")
SHANKOU = Actor("shankou", "山口镇", "reporter", "township", "370911101000")
ZHUYANG = Actor("zhuyang", "祝阳镇", "reporter", "township", "370911102000")
HALL = Actor("hall", "泰安市科技馆", "reporter", "venue", "h1")

ACTORS = {
    actor.login or "public": actor
    for actor in (PUBLIC, HALL, DAIMIAO, SHANKOU, ZHUYANG, TAISHAN, DAIYUE, ZONE, CITY, ADMIN)
}

_VENUE = {"kind": "station", "status": "open", "position_precision": "unknown"}
_MORE = {
    "successions": [
        {"level": "township", "old_code": "370911103000", "new_code": "370911102000",
         "on_date": "2015-01-01", "kind": "renamed"},
    ],
    "village_points": [
        {"village_code": code, "lon": lon, "lat": lat, "position_precision": "village"}
        for code, lon, lat in [
            ("370902001001", 117.13, 36.19), ("370911101001", 117.3, 36.2),
            ("370911102001", 117.4, 36.25),
        ]
    ],
    "populations": [
        {"place_code": code, "year": 2020, "basis": "七普", "persons": persons}
        for code, persons in [
            ("370902001000", 5000), ("370911101000", 9000), ("370911101001", 800),
            ("370911102000", 7000),
        ]
    ],
    "hosts": [
        {"host_id": key, "name": name, "kind": "party_centre", "township_code": township,
         "position_precision": "unknown"}
        for key, name, township in [
            ("b1", "财源街道党群服务中心", "370902002000"),
            ("b2", "祝阳镇党群服务中心", "370911102000"),
        ]
    ],
    "venues": [
        # reports through the zone, though it lies in the county 岱岳区
        _VENUE | {"venue_id": "z1", "name": "祝阳镇服务站", "county_code": "370911",
                  "township_code": "370911102000"},
        _VENUE | {"venue_id": "n1", "name": "流动科普车", "kind": "hall"},  # nobody knows where
    ],
    "promoters": [
        {"promoter_id": "p3", "name": "王五", "township_code": "370911102000"},
        {"promoter_id": "p4", "name": "赵六"},  # registered nowhere, serves no village
        {"promoter_id": "p5", "name": "孙七"},  # two townships of one county
        {"promoter_id": "p6", "name": "周八"},  # two counties
    ],
    "promoter_villages": [
        {"promoter_id": person, "village_code": village}
        for person, village in [
            ("p5", "370902001001"), ("p5", "370902002001"),
            ("p6", "370902001001"), ("p6", "370911101001"),
        ]
    ],
    "routes": [
        {"route_id": f"r{number}", "name": f"路线{number}", "status": "ready"}
        for number in (2, 3, 4, 5)
    ],
    "route_stops": [
        {"route_id": "r2", "stop_no": 1, "name": "山口", "venue_id": "s1"},
        {"route_id": "r3", "stop_no": 1, "name": "科技馆", "venue_id": "h1"},
        {"route_id": "r3", "stop_no": 2, "name": "山口", "venue_id": "s1"},
        {"route_id": "r4", "stop_no": 1, "name": "碧霞祠"},
        {"route_id": "r5", "stop_no": 1, "name": "祝阳", "venue_id": "z1"},
    ],
}  # fmt: skip


def region_tables() -> dict[str, pd.DataFrame]:
    """Return the toy region's tables with the rows above in it."""
    return {name: frame.copy() for name, frame in _region_tables().items()}


@cache
def _region_tables() -> dict[str, pd.DataFrame]:
    return {
        name: pd.concat([frame, typed(name, _MORE[name])], ignore_index=True)
        if name in _MORE
        else frame
        for name, frame in toy_tables().items()
    }


def rows_by_key(tables: dict[str, pd.DataFrame]) -> dict[str, dict[tuple, Row]]:
    """Return the rows of every table by their keys."""
    return {
        name: {tuple(row[c] for c in TABLES[name].key): row for row in rows_of(name, frame)}
        for name, frame in tables.items()
    }


def stored_row(store: Store, table: str, *key) -> Row | None:
    """Return one row as it is stored, None where there is none."""
    with store.reading() as connection:
        return stored_rows(connection, table, [key]).get(key)


def put_rows(store: Store, table: str, frame: pd.DataFrame) -> Outcome:
    """Store the rows of `frame` as the program itself; those it does not have stay."""
    with store.writing() as under_way:
        under_way.changed = False
        stored = stored_rows(under_way.connection, table).values()
        edits = between(table, stored, rows_of(table, frame))
        return enter(under_way, edits, actor=SYSTEM, today=TODAY, kind="import")


def entries(store: Store, **asked) -> list[Entry]:
    """Return the history's row-changes, as `journal.entries` gives them."""
    with store.reading() as connection:
        return journal.entries(connection, **asked)


def change_of(store: Store, table: str, *key, **fields) -> Edit:
    """Return the edit that gives these fields of a stored row other values."""
    row = stored_row(store, table, *key)
    assert row is not None
    return edit_of(table, row, row | fields)


def removal_of(store: Store, table: str, *key) -> Edit:
    """Return the edit that removes a stored row."""
    return edit_of(table, stored_row(store, table, *key), None)


def new_row(table: str, **fields) -> Edit:
    """Return the edit that adds a row."""
    return edit_of(table, None, {name: fields.get(name) for name in TABLES[table].names})


def new_venue(venue_id: str, **fields) -> Edit:
    """Return the edit that adds a venue."""
    given = {"name": "新站", "kind": "station", "status": "open", "position_precision": "unknown"}
    return new_row("venues", venue_id=venue_id, **(given | fields))


def raw_from_frame(table: str, frame: pd.DataFrame) -> RawTable:
    """
    Return the validated `frame` of `table` as raw text; `validate` gives `frame` back.

    Headers are the Chinese ones; rows are numbered as in a file with one header row.
    """
    declared = table_of(table)
    texts = {
        column.name: [
            None if missing else write(column, value)
            for value, missing in zip(frame[column.name], frame[column.name].isna(), strict=True)
        ]
        for column in declared.columns
    }
    return RawTable(
        table=table,
        frame=pd.DataFrame(texts, dtype=object),
        rows=list(range(FIRST_DATA_ROW, FIRST_DATA_ROW + len(frame))),
        headers={column.name: column.zh for column in declared.columns},
    )
