"""The command that writes the report to the leadership."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.commands.terminal import Day, legs, open_store, settings, today
from geo.errors import FileError, bad_argument
from geo.text import text

if TYPE_CHECKING:
    from geo.report.figures import Source
    from geo.report.next_sites import Wish
    from geo.report.places import Place

Target = Annotated[Path, typer.Option("-o", "--output", help="写入的文件；与 --all 同用时是文件夹")]
Since = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="与哪一天比较，默认上个季度的最后一天"
    ),
]


def report(
    output: Target,
    unit: Annotated[str | None, typer.Option(help="填报单位的名称或编号")] = None,
    county: Annotated[str | None, typer.Option(help="县市区的代码或名称")] = None,
    every: Annotated[bool, typer.Option("--all", help="全市、各县市区、各填报单位各一份")] = False,
    as_of: Day = None,
    since: Since = None,
    demo: Annotated[bool, typer.Option(help="是否把演示数据算在内")] = True,
    add: Annotated[
        int | None,
        typer.Option(min=0, max=500, help="建议新建几个站；默认全市 20、其他 5，0 为不建议"),
    ] = None,
    radius_m: Annotated[
        float, typer.Option(min=100, max=100_000, help="沿路多少米以内算够得着")
    ] = 5000.0,
    scenario: Annotated[
        str | None, typer.Option(help="选址一节采用已保存的方案；此时不看 --add 和 --radius-m")
    ] = None,
) -> None:
    """Write the report about the city, a county, a reporting unit, or all of them."""
    from geo import scenario_store
    from geo.report import making, places
    from geo.report.next_sites import Wish

    if sum((unit is not None, county is not None, every)) > 1:
        raise bad_argument(
            "report", output.name, "why_only_one", options=("--unit", "--county", "--all")
        )
    day = as_of.date() if as_of else today()
    before = since.date() if since else None
    wish = Wish(add=add, radius_m=radius_m)
    if not every:
        making.known_suffix(output.suffix)  # before anything is read
    _tell(0.0, text("paper.step_read"))
    with open_store() as store:
        if scenario is not None:
            kept = scenario_store.read_scenario_named(store, scenario)
            wish = replace(wish, request=kept.request, scenario=kept.name)
        source = making.read_source(store, demo=demo, cache=legs())
    if every:
        _write_all(source, output, as_of=day, since=before, wish=wish)
        return
    place = places.CITY
    if unit is not None:
        place = places.unit_called(source.tables, unit)
    elif county is not None:
        place = places.county_called(source.tables, county)
    made = making.report_files(
        source, place, [output.suffix], as_of=day, made_on=today(), settings=settings(),
        since=before, wish=wish, progress=_tell,
    )  # fmt: skip
    _give(output, made[output.suffix.lower()])


def _give(output: Path, content: bytes) -> None:
    from geo import files

    files.write_bytes(output, content)
    print(text("cli.written", file=output), file=sys.stderr)


def _write_all(
    source: Source, folder: Path, *, as_of: date, since: date | None, wish: Wish
) -> None:
    from geo.report import making
    from geo.report.places import places_of

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FileError("cannot_write", file=folder.name, reason=reason) from error
    places, without = places_of(source.tables, as_of=as_of)
    failed: list[Place] = []
    for made in making.write_all(
        source, places, folder, as_of=as_of, made_on=today(), settings=settings(), since=since,
        wish=wish, progress=_tell,
    ):  # fmt: skip
        if made.path is None:
            failed.append(made.place)
            words = text("paper.failed", place=made.place.name, reason=made.reason)
            print(words, file=sys.stderr)
        else:
            print(made.path)
    for name in without:
        print(text("paper.unit_without", place=name), file=sys.stderr)
    if failed:
        raise typer.Exit(1)


def _tell(share: float, words: str) -> None:
    print(f"{share:4.0%}　{words}", file=sys.stderr, flush=True)
