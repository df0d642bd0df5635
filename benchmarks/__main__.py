"""Measure, print a table, and write benchmarks/latest.json."""

from __future__ import annotations

import argparse
import importlib
import json
from pathlib import Path

from benchmarks.figures import Figure, table_text

# Each module has a function `figures()`; another subject is another name here.
SUBJECTS = (
    "country", "register_imports", "location", "pages", "reach", "siting", "tours", "report",
    "browser",
)  # fmt: skip
LATEST = Path(__file__).with_name("latest.json")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only", choices=SUBJECTS, action="append", metavar="NAME",
        help=f"measure this subject only ({', '.join(SUBJECTS)}); may be repeated",
    )  # fmt: skip
    chosen = parser.parse_args(arguments).only or SUBJECTS
    found: list[Figure] = []
    for name in chosen:
        print(f"{name} …", flush=True)
        found += importlib.import_module(f"benchmarks.{name}").figures()
    print(table_text(found))
    rows = [row.as_row() for row in found]
    LATEST.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
