"""The commands of the planner's desk: ``python -m geo reach``, ``trend`` and ``fleet``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from geo.commands.terminal import Day, Output, give, legs, open_store, settings, today
from geo.errors import bad_argument
from geo.text import text

if TYPE_CHECKING:
    import pandas as pd

    from geo.fleet import Outcome

Headers = Annotated[Literal["zh", "en"] | None, typer.Option(help="表头：中文或英文")]
Level = Literal["villages", "townships", "counties", "units", "city", "equity"]
LimitM = Annotated[
    list[float] | None,
    typer.Option("--limit-m", help="界限，米（路程）；可以写几次，默认 3000 5000 10000"),
]
Minutes = Annotated[list[float] | None, typer.Option(help="界限，分钟；可以写几次")]
Mode = Annotated[
    Literal["walk", "ebike", "bus", "car"], typer.Option(help="出行方式，按分钟算时用")
]
Weight = Annotated[
    Literal["villages", "population"], typer.Option(help="每村计 1，或按人口（要先导入）")
]
Demo = Annotated[bool, typer.Option(help="是否把演示数据算在内")]


def reach(
    level: Annotated[Level, typer.Option(help="按哪一级汇总；equity 为均衡程度")] = "townships",
    limit_m: LimitM = None,
    minutes: Minutes = None,
    mode: Mode = "car",
    weight: Weight = "villages",
    as_of: Day = None,
    output: Output = None,
    headers: Headers = None,
    demo: Demo = True,
) -> None:
    """Say who lives within reach of an open station or hall, and how evenly that is spread."""
    from geo import reach_answers, register, situation

    limits, unit = _limits(limit_m, minutes)
    day = as_of.date() if as_of else today()
    tables, layer, info, revision = _stored(situation.TABLES_NEEDED, demo=demo)
    found = situation.situation(
        tables, layer, as_of=day, settings=settings(), limits=limits, unit=unit, mode=mode,
        weight=weight, layer_kind=info.kind, cache=legs(),
    )  # fmt: skip
    brief = register.for_programs(_suffix(output), headers)
    notices = situation.reach_notices(found, only_warnings=brief)
    _write(
        reach_answers.reach_table(found, level), reach_answers.COLUMNS[level],
        text("reach.title"), _dated(notices, day, revision, brief=brief), output, headers,
    )  # fmt: skip


def trend(
    since: Annotated[
        datetime | None,
        typer.Option(
            "--from", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="从哪一天起，默认一年前"
        ),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            "--to", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="到哪一天止，默认今天"
        ),
    ] = None,
    changes: Annotated[
        Literal["townships", "villages"] | None,
        typer.Option(help="两天之间哪些乡镇、村的覆盖变了，因为哪些记录"),
    ] = None,
    since_revision: Annotated[
        int | None, typer.Option(min=0, help="这个数据版本以后登记改了什么，影响哪些数")
    ] = None,
    year_starts: Annotated[int, typer.Option(min=1, max=12, help="年度从几月开始")] = 1,
    limit_m: LimitM = None,
    minutes: Minutes = None,
    mode: Mode = "car",
    weight: Weight = "villages",
    output: Output = None,
    headers: Headers = None,
    demo: Demo = True,
) -> None:
    """Say how coverage and reach change quarter by quarter, and because of which records."""
    from geo import answers, journal, register, situation, trend_answers

    limits, unit = _limits(limit_m, minutes)
    last = until.date() if until else today()
    first = since.date() if since else _year_before(last)
    brief = register.for_programs(_suffix(output), headers)
    if since_revision is not None:
        with open_store() as store, store.reading() as connection:
            entries = journal.entries(connection, after_revision=since_revision)
            venues = store.read("venues")
        found = trend_answers.records_answer(entries, venues, revision=since_revision)
        _write(found.frame, found.columns, found.title, found.notices, output, headers)
        return
    names = sorted({*situation.TABLES_NEEDED, *answers.TABLES_NEEDED})
    tables, layer, info, revision = _stored(names, demo=demo)
    if changes is not None:
        found = trend_answers.changes_answer(tables, changes, since=first, until=last)
    else:
        found = trend_answers.trend_answer(
            tables, layer, since=first, until=last, settings=settings(),
            year_starts=year_starts, limits=limits, unit=unit, mode=mode, weight=weight,
            layer_kind=info.kind, cache=legs(),
        )  # fmt: skip
    said = found.warnings if brief else found.notices
    _write(
        found.frame, found.columns, found.title, _dated(said, last, revision, brief=brief),
        output, headers,
    )  # fmt: skip


def fleet(
    figure: Annotated[
        Literal["coverage", "reach", "siting", "report"], typer.Argument(help="算什么")
    ],
    folders: Annotated[list[Path], typer.Argument(help="各城市的数据文件夹")],
    limit_m: LimitM = None,
    minutes: Minutes = None,
    add: Annotated[int, typer.Option(min=1, help="siting：新增几个站点")] = 20,
    to: Annotated[
        Path | None, typer.Option(file_okay=False, help="report：报告写到哪个文件夹")
    ] = None,
    suffix: Annotated[
        Literal[".docx", ".pdf", ".xlsx"], typer.Option(help="report：报告的格式")
    ] = ".docx",
    as_of: Day = None,
    output: Output = None,
    headers: Headers = None,
) -> None:
    """Compute a figure of many cities, one row each, here or on the cluster of the settings."""
    from geo import city_figures
    from geo import fleet as cities

    given, day = settings(), as_of.date() if as_of else today()
    asked = [cities.City(str(folder), folder.resolve()) for folder in folders]
    # The store stays here: on a cluster every city asks the engine anew.
    cache = None if given.cluster else legs()
    task: Callable[[cities.City], Any]
    if figure == "report" and to is None:
        raise bad_argument("--to", "", "why_no_folder")
    if figure == "report":
        task, columns = city_figures.report_task(
            suffix=suffix, as_of=day, made_on=today(), settings=given, cache=cache
        )
    else:
        limits, unit = _limits(limit_m, minutes)
        task, columns = city_figures.city_task(
            figure, as_of=day, settings=given, limits=limits, unit=unit, add=add, cache=cache
        )
    outcomes = cities.run(task, asked, cluster=given.cluster, progress=_progress)
    if figure == "report" and to is not None:
        outcomes = _kept(outcomes, to, suffix)
    frame = city_figures.city_rows(outcomes, columns)
    notices = []
    if "demo_rows" in frame and frame["demo_rows"].fillna(0).sum():
        notices.append(text("export.demo", count=int(frame["demo_rows"].fillna(0).sum())))
    if figure == "reach" and frame["spread_total"].fillna(0).sum() > 0:
        notices.append(text("reach.spread_some"))
    if figure == "siting":
        notices.append(text("reach.spread_siting"))
    _write(frame, columns, text("fleet.title"), notices, output, headers)
    if any(outcome.error for outcome in outcomes):
        raise typer.Exit(1)


def _kept(outcomes: Sequence[Outcome], folder: Path, suffix: str) -> list[Outcome]:
    """Write the reports; return where each is, in place of its content."""
    import pandas as pd

    from geo import files
    from geo.fleet import Outcome

    folder.mkdir(parents=True, exist_ok=True)
    kept = []
    for number, outcome in enumerate(outcomes, start=1):
        if outcome.error:
            kept.append(outcome)
            continue
        # Two folders may have the same name; their numbers differ.
        file = folder / f"{number:04d}-{Path(outcome.city).resolve().name}{suffix}"
        files.write_bytes(file, outcome.answer)
        kept.append(Outcome(outcome.city, pd.DataFrame({"file": [file.as_posix()]})))
    return kept


def _limits(
    limit_m: Sequence[float] | None, minutes: Sequence[float] | None
) -> tuple[Sequence[float], Literal["m", "min"]]:
    if limit_m and minutes:
        raise bad_argument(
            "--minutes", minutes[0], "why_only_one", options=("--minutes", "--limit-m")
        )
    return (minutes, "min") if minutes else (limit_m or (), "m")


def _stored(
    names: Sequence[str], *, demo: bool
) -> tuple[Mapping[str, pd.DataFrame], Any, Any, int]:
    from geo import answers

    with open_store() as store:
        revision, tables = store.revision(), store.read_many(names)
        layer, info = store.layer("township")
    return tables if demo else answers.without_demo(tables), layer, info, revision


def _dated(notices: Sequence[str], day: date, revision: int, *, brief: bool) -> list[str]:
    from geo.text import date_text

    if brief:
        return list(notices)
    dated = text("export.as_of", date=date_text(day, "zh"))
    return [dated, text("export.revision", revision=revision), *notices]


def _write(
    frame: pd.DataFrame,
    columns: Sequence[tuple[str, str, str]],
    title: str,
    notices: Sequence[str],
    output: Path | None,
    headers: Literal["zh", "en"] | None,
) -> None:
    from geo import files

    content = files.write_answer(
        frame, suffix=_suffix(output), columns=columns, title=title, notices=notices,
        headers=headers, made_on=today(),
    )  # fmt: skip
    give(content, output)


def _suffix(output: Path | None) -> str:
    return output.suffix.lower() if output else ".csv"


def _year_before(day: date) -> date:
    # 29 February has no day a year before.
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if done == total else "\r"
        print(text("fleet.progress", done=done, total=total), end=end, file=sys.stderr, flush=True)
