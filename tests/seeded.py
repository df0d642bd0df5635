"""Tables that obey every rule, made from a random source: all columns, all kinds of values."""

from datetime import date, timedelta
from random import Random

import numpy as np
import pandas as pd

from geo.schema import DEMO_MARK, DTYPES, TABLES, Column

# Letters, scripts, signs that mean something to spreadsheets, CSV, JSON, HTML or Jinja.
SIGNS = [*"ab Z09泰山é😀'\"=+-@,;：；\\/<&{%}$`#_\n＝＋－＠", "_x0041_", "''=", "{{7*7}}", "#N"]
HOURS = ["Mo-Su 09:00-17:00", "Tu-Su 08:30-11:30,14:00-17:30", "24/7"]
PHONES = ["0538-8417924", "13800138000", "0538-8417924-801;400-123-4567", "12345"]
LINKS = ["https://example.org/预约?a=1&b=2", "http://127.0.0.1:8501/x", "https://例子.中国"]


def text(random: Random, limit: int) -> str:
    made = "".join(random.choice(SIGNS) for _ in range(random.randint(1, min(limit, 30))))
    return made[:limit].strip() or "泰"


def value(random: Random, column: Column, index: int):
    match column.kind:
        case "id":
            return f"{column.name[0]}-{index}"
        case "integer":
            return random.randint(int(column.low), int(min(column.high, 10**9)))
        case "number":
            return random.choice([random.uniform(column.low, column.high), column.low])
        case "date":
            return date(2000, 1, 1) + timedelta(days=random.randint(0, 9000))
        case "yesno":
            return random.random() < 0.5
        case "choice":
            return random.choice(column.choices)[0]
        case "choices":
            return ";".join(c[0] for c in random.sample(column.choices, random.randint(1, 3)))
        case "hours":
            return random.choice(HOURS)
        case "phone":
            return random.choice(PHONES)
        case "link":
            return random.choice(LINKS)
    return text(random, column.limit)


_ABOVE = {"townships": "counties", "villages": "townships", "populations": "townships"}


def key_value(random: Random, column: Column, index: int, parent: str | None):
    match column.name:
        case "county_code" | "area_code":
            return f"3709{index + 10:02d}"
        case "place_code":
            return parent
        case "township_code":
            return f"{parent}{index:03d}000"
        case "village_code":
            return f"{parent[:9]}{index + 1:03d}"
        case "old_code" | "new_code":
            return f"{370900100 + index}{'001' if column.name == 'old_code' else '002'}"
        case "stop_no":
            return index + 1
        case "from_date" | "date":
            return date(2020, 1, 1) + timedelta(days=index)
    return value(random, column, index) if column.kind != "text" else f"{text(random, 9)}{index}"


def mend(row: dict, index: int) -> None:
    """Make `row` obey the rules that tie its cells together."""
    if "lon" in row and "township_code" not in row:  # of a village: there is always one
        row |= {"lon": round(116 + index % 200 / 100, 6), "lat": round(35.6 + index / 1e6, 6)}
        row["source_datum"] = ["wgs84", "cgcs2000", "from_gcj02", "from_bd09", None][index % 5]
    elif "lon" in row:
        if index % 3:
            row |= {"lon": round(116 + index % 200 / 100, 6), "lat": round(35.6 + index / 1e6, 6)}
            row["position_precision"] = "street"
        else:
            row |= {"lon": None, "lat": None, "position_precision": "unknown"}
        row["source_datum"] = ["wgs84", "cgcs2000", "from_gcj02", "from_bd09", None][index % 5]
        row["county_code"] = row["township_code"][:6]
        row["opened_on"] = row.get("opened_on") or date(2020, 1, 1)
    for start, end in (("from_date", "to_date"), ("opened_on", "closed_on")):
        if row.get(start) and row.get(end):
            row[end] = row[start] + timedelta(days=1)
    if row.get("demo"):
        row["name"] = DEMO_MARK


def tables(random: Random, count: int) -> dict[str, pd.DataFrame]:
    """Return every table with `count` rows (at most 89)."""
    made: dict[str, pd.DataFrame] = {}
    for table in TABLES.values():
        rows = []
        for index in range(count):
            row = {}
            for column in table.columns:
                target = TABLES[column.refers_to] if column.refers_to else None
                blank = not column.required and column.name != "township_code"
                if blank and random.random() < 0.3:
                    row[column.name] = None
                elif target and column.name == "route_id":
                    row[column.name] = made["routes"]["route_id"].iloc[0]
                elif target:
                    row[column.name] = made[target.name][target.key[0]].iloc[index]
                elif column.name in table.key:
                    above = _ABOVE.get(table.name)
                    parent = made[above].iloc[index, 0] if above else None
                    row[column.name] = key_value(random, column, index, parent)
                else:
                    row[column.name] = value(random, column, index)
            mend(row, index)
            rows.append(row)
        made[table.name] = typed(table.name, rows)
    return made


def typed(name: str, rows: list[dict]) -> pd.DataFrame:
    columns = {}
    for column in TABLES[name].columns:
        values, dtype = [row.get(column.name) for row in rows], DTYPES[column.kind]
        if column.kind == "date":
            columns[column.name] = pd.Series(np.array(values, dtype=dtype))
        else:
            columns[column.name] = pd.Series(values, dtype=dtype)
    return pd.DataFrame(columns)
