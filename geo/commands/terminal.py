"""What the commands share: their options, the store they open, how they answer and complain."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo.errors import Problem
from geo.schema import TABLES
from geo.settings import CHINA_TIME, Settings, read_settings
from geo.text import text

# The other modules are imported where they are used: `--help` should not wait for pandas.
if TYPE_CHECKING:
    from geo.cost_cache import CostCache
    from geo.store import Store

Output = Annotated[
    Path | None, typer.Option("-o", "--output", help="写入文件，不用标准输出", dir_okay=False)
]
Day = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="截至哪一天，默认今天"),
]
Data = Annotated[Path | None, typer.Option(help="数据文件夹，默认为 XINGHUO_DATA")]
Json = Annotated[bool, typer.Option("--json", help="结果写成 JSON")]

APP_OPTIONS: dict[str, Any] = {
    "no_args_is_help": True,
    "add_completion": False,
    "rich_markup_mode": None,
    "pretty_exceptions_enable": False,
}


def settings() -> Settings:
    """Return the settings of the environment."""
    return read_settings(os.environ)


def today() -> date:
    """Return the date in Tai'an, or the one the settings fix."""
    return (settings().now or datetime.now(CHINA_TIME)).date()


@contextmanager
def open_store(*, made: bool = True) -> Iterator[Store]:
    """Give the store of the settings; with `made` it must be there, and is brought up to date."""
    from geo.store import Store

    store = Store(settings().database_url)
    try:
        if made:
            store.require()
            store.migrate()
        yield store
    finally:
        store.close()


def legs() -> CostCache | None:
    """Return where answers of a routing engine are kept; None where there is no store."""
    from geo.cost_cache import CostCache
    from geo.store import Store

    store = Store(settings().database_url)
    return CostCache(store, days=settings().routing_cache_days) if store.exists() else None


def label(table: str) -> str:
    """Return how a table is called."""
    if table in TABLES:
        return TABLES[table].zh
    return text("cli.boundaries") if table == "boundaries" else text("cli.store")


def said(problem: Problem) -> str:
    """Return a problem as one line."""
    return f"{label(problem.table)}：{problem.sentence()}"


def complain(problems: Sequence[Problem]) -> None:
    """Print the problems that kept a command from writing anything."""
    for problem in problems:
        print(said(problem), file=sys.stderr)
    print(text("cli.stopped", count=len(problems)), file=sys.stderr)


def listed(counts: Mapping[str, int]) -> str:
    """Return numbers of rows per table in words."""
    return "，".join(f"{label(table)} {count}" for table, count in counts.items())


def answer(words: str, facts: Any, *, as_json: bool) -> None:
    """Print the `words`, or the `facts` as JSON."""
    print(json.dumps(facts, ensure_ascii=False) if as_json else words)


def give(content: bytes, output: Path | None) -> None:
    """Write `content` to the file `output`, or to standard output."""
    if output is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    from geo import files

    files.write_bytes(output, content)
    print(text("cli.written", file=output), file=sys.stderr)
