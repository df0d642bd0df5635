"""The command line: ``python -m geo …``. Answers on standard output, problems on standard error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from geo.commands.accounts import user_app
from geo.commands.backups import backup, restore
from geo.commands.desk import fleet, reach, trend
from geo.commands.lists import lists_app
from geo.commands.population import population_app
from geo.commands.report import report
from geo.commands.siting import site
from geo.commands.sources import (
    boundaries_app,
    demo_app,
    docs_app,
    official_layers,
    tell_official_layers,
)
from geo.commands.terminal import (
    APP_OPTIONS,
    Day,
    Json,
    Output,
    answer,
    complain,
    give,
    label,
    listed,
    open_store,
    said,
    settings,
    today,
)
from geo.commands.tour import tour
from geo.errors import GeoError, TableError, bad_argument
from geo.policy import SYSTEM_LOGIN
from geo.settings import PREFIX
from geo.text import text

ROOT = Path(__file__).resolve().parents[1]

Headers = Literal["zh", "en"]
Level = Literal["townships", "villages", "counties", "units", "city"]

app = typer.Typer(help="泰山星火科普云地图 · the science map of Tai'an", **APP_OPTIONS)
app.add_typer(boundaries_app, name="boundaries")
app.add_typer(demo_app, name="demo")
app.add_typer(docs_app, name="docs")
app.add_typer(lists_app, name="lists")
app.add_typer(population_app, name="population")
app.add_typer(user_app, name="user")
app.command(help="备份数据库和证明材料，不用停机 · back the register up while it runs")(backup)
app.command(help="给领导的报告：DOCX、PDF 或 XLSX · the report, in the format of the suffix")(
    report
)
app.command(help="服务可达：多少村（人）在站馆附近 · who is within reach of a station")(reach)
app.command(help="逐季变化，以及因为哪些记录 · change over time and because of what")(trend)
app.command(help="许多城市一起算 · a figure of many cities, here or on a cluster")(fleet)
app.command(help="下一批站建在哪里，为什么 · where the next stations go, and why")(site)
app.command(help="一天的研学行程，为什么这样排 · a study tour of one day, with reasons")(tour)
app.command(help="用备份恢复；全部成功或全部不动 · restore a backup, all or nothing")(restore)


def main(args: Sequence[str] | None = None) -> None:
    """
    Run one command and exit: 0 when done, 1 on a `GeoError`, 2 on wrong usage.

    Every problem is one sentence on one line of standard error.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app(args)
    except TableError as error:
        complain(error.problems)
        sys.exit(1)
    except GeoError as error:
        print(error.sentence(), file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        # Whoever read our output has gone; Python would complain once more when it closes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


# --- the register ---------------------------------------------------------------------------


@app.command(help="data/ → 新的数据库 · build the store from the data folder")
def build(
    if_missing: Annotated[bool, typer.Option(help="已有数据库就不动它")] = False,
    force: Annotated[bool, typer.Option(help="建库以后的修改也一并丢掉")] = False,
    as_json: Json = False,
) -> None:
    """Build the store from ``data/``."""
    from geo import register

    with open_store(made=False) as store:
        if if_missing and store.exists():
            store.migrate()
            words, counts = text("cli.kept", store=store.address), store.counts()
        else:
            before = official_layers(store)
            counts = register.build(settings().data, store, force=force)
            tell_official_layers(before, official_layers(store))
            words = text(
                "cli.built", store=store.address, revision=store.revision(), counts=listed(counts)
            )
        facts = {"store": store.address, "revision": store.revision(), "rows": counts}
        answer(words, facts, as_json=as_json)


@app.command(help="列出库里数据的全部问题；有错误时退出码为 1 · list every problem of the data")
def check(as_json: Json = False) -> None:
    """List every problem of the stored data; exit 1 when one of them is an error."""
    from geo import register

    with open_store() as store:
        found = register.findings(store, public=settings().public)
    notes = [problem for problem in found if register.is_note(problem)]
    errors = [problem for problem in found if not register.is_note(problem)]
    if as_json:
        facts = [
            {
                "level": level, "table": problem.table, "code": problem.code,
                "key": problem.value, "column": problem.column, "message": problem.sentence(),
            }
            for level, problems in (("error", errors), ("note", notes))
            for problem in problems
        ]  # fmt: skip
        print(json.dumps(facts, ensure_ascii=False, indent=1))
    else:
        for key, problems in (("cli.error", errors), ("cli.note", notes)):
            for problem in problems:
                print(f"{text(key)}　{said(problem)}")
        print(text("cli.checked", errors=len(errors), notes=len(notes)))
    raise typer.Exit(1 if errors else 0)


@app.command("import", help="导入一个表；全部成功或全部不写 · import a file, all or none")
def import_(
    table: str,
    file: Path,
    dry_run: Annotated[bool, typer.Option(help="只说会怎样，不写入")] = False,
    as_json: Json = False,
) -> None:
    """Import a file into a table: new rows are added, rows with a known key changed."""
    from geo import register

    with open_store() as store:
        result = register.import_table(store, table, file, dry_run=dry_run, as_of=today())
        revision = store.revision()
    for header, column in result.guessed.items():
        print(text("cli.guessed", header=header, column=column), file=sys.stderr)
    if result.ignored:
        print(text("cli.ignored", columns="、".join(result.ignored)), file=sys.stderr)
    if result.problems:
        complain(result.problems)
        raise typer.Exit(1)
    counts: dict[str, Any] = {
        "new": result.new,
        "changed": result.changed,
        "unchanged": result.unchanged,
    }
    words = text("cli.imported", **(counts | {"table": label(table)}))
    facts = {"table": table, **counts, "dry_run": dry_run, "revision": revision}
    answer(words + (text("cli.dry_run") if dry_run else ""), facts, as_json=as_json)


@app.command(help="导出一个表；格式看文件后缀 · export a table, in the format of the suffix")
def export(
    table: str,
    output: Output = None,
    headers: Annotated[Headers | None, typer.Option(help="表头：中文或英文")] = None,
    audience: Annotated[
        Literal["public", "staff", "personal"],
        typer.Option(help="给谁看：personal 才有姓名和电话"),
    ] = "public",
    reason: Annotated[
        str, typer.Option(help="导出姓名和电话作什么用；personal 必填，记入日志")
    ] = "",
) -> None:
    """Export a table; with personal data only for a reason, which is logged."""
    from geo import people, register
    from geo.tables import utc_now

    with open_store() as store:
        suffix = output.suffix.lower() if output else ".csv"
        if audience == "personal":
            people.log_export(store, table, reason=reason, login=SYSTEM_LOGIN, now=utc_now())
        content = register.export_table(
            store, table, suffix=suffix, headers=headers, audience=audience, made_on=today()
        )
    give(content, output)


@app.command(help="空白的填报模板，带下拉列表和填写说明 · an empty workbook to fill in")
def template(
    table: str,
    output: Output = None,
    language: Annotated[Headers, typer.Option(help="模板的语言：中文或英文")] = "zh",
) -> None:
    """Give an empty template workbook of a table, with drop-downs from the store."""
    from geo.templates import template_workbook

    if output and output.suffix.lower() != ".xlsx":
        raise bad_argument("-o", output.name, "why_template_suffix")
    with open_store() as store:
        tables = store.read_many()
    content = template_workbook(table, tables=tables, language=language, today=today())
    give(content, output)


@app.command(help="覆盖情况：哪些乡镇、村已有站点和宣传员 · coverage on a day")
def coverage(
    level: Level,
    as_of: Day = None,
    output: Output = None,
    headers: Annotated[Headers | None, typer.Option(help="表头：中文或英文")] = None,
    demo: Annotated[bool, typer.Option(help="是否把演示数据算在内")] = True,
) -> None:
    """Say which townships have a station and which villages a promoter."""
    from geo import answers, files, register

    suffix = output.suffix.lower() if output else ".csv"
    day = as_of.date() if as_of else today()
    with open_store() as store:
        revision, tables = store.revision(), store.read_many(answers.TABLES_NEEDED)
    if not demo:
        tables = answers.without_demo(tables)
    found = answers.coverage_answer(tables, level, as_of=day)
    content = files.write_answer(
        found.frame,
        suffix=suffix,
        columns=found.columns,
        title=found.title,
        notices=answers.answer_notices(
            found,
            tables,
            as_of=day,
            revision=revision,
            only_warnings=register.for_programs(suffix, headers),
        ),
        headers=headers,
        made_on=today(),
    )
    give(content, output)


@app.command(help="启动网站；没有数据库就先建 · serve the map, building the store first if needed")
def serve(
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="默认为 XINGHUO_PORT")] = None,
    address: Annotated[str | None, typer.Option(help="默认为 XINGHUO_ADDRESS")] = None,
) -> None:
    """Serve the map; takes the place of this process."""
    given = settings()
    with open_store(made=False) as store:
        if store.exists():
            store.migrate()
        else:
            build()
    chosen = {"PORT": str(port or given.port), "ADDRESS": address or given.address}
    os.environ.update({PREFIX + name: value for name, value in chosen.items()})
    command = [
        sys.executable, "-m", "streamlit", "run", str(ROOT / "serve.py"),
        "--server.port", chosen["PORT"], "--server.address", chosen["ADDRESS"],
    ]  # fmt: skip
    sys.stdout.flush()
    os.execv(sys.executable, command)
