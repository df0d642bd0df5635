"""The command that says where the next stations go: ``python -m geo site``."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo.commands.terminal import Day, Output, give, legs, open_store, settings, today
from geo.errors import ArgumentError, bad_argument
from geo.siting.request import (
    GOALS,
    MODELS,
    MODES,
    SOURCES,
    WEIGHTS,
    Point,
    Request,
)
from geo.text import percent_text, text

if TYPE_CHECKING:
    from geo.siting.problem import Progress, Watch

Ids = Annotated[list[str] | None, typer.Option(metavar="ID", help="可重复")]


def site(
    add: Annotated[int, typer.Option(help="新建几个")] = 20,
    radius_m: Annotated[float | None, typer.Option(help="多远算够得着，米（路程）")] = None,
    minutes: Annotated[float | None, typer.Option(help="多久算够得着，分钟；要有 --mode")] = None,
    mode: Annotated[str, typer.Option(help=" ".join(MODES))] = "straight",
    model: Annotated[str, typer.Option(help=" ".join(MODELS))] = "cover",
    objective: Annotated[str, typer.Option(help=" ".join(GOALS))] = "people",
    weight: Annotated[str, typer.Option(help=" ".join(WEIGHTS))] = "villages",
    candidates: Annotated[
        str, typer.Option(help="villages、hosts，或一个候选点文件（列 lon、lat、name）")
    ] = "villages",
    halls: Annotated[bool, typer.Option(help="科技馆也算")] = False,
    lock: Ids = None,
    require: Ids = None,
    forbid: Ids = None,
    close: Annotated[list[str] | None, typer.Option(metavar="ID", help="假设这些站关了")] = None,
    one_per_township: Annotated[bool, typer.Option(help="每个乡镇都要有站")] = False,
    capacity: Annotated[float | None, typer.Option(help="每站最多服务")] = None,
    as_of: Day = None,
    demo: Annotated[bool, typer.Option(help="是否把演示数据算在内")] = True,
    seed: Annotated[int, typer.Option(help="示意分布的种子")] = 0,
    scenario: Annotated[str | None, typer.Option(help="按保存的方案计算")] = None,
    request: Annotated[Path | None, typer.Option(help="按 JSON 请求计算", dir_okay=False)] = None,
    curve: Annotated[int, typer.Option(min=0, help="另给出建 1 到几个站的曲线")] = 0,
    stability: Annotated[bool, typer.Option(help="另算每个站稳不稳")] = False,
    time_limit: Annotated[float, typer.Option(min=0.1, help="最多算几秒")] = 60.0,
    output: Output = None,
) -> None:
    """Give the sites, the objective, the proven bound and the reasons as JSON, or as a file."""
    from geo import plan_facts, plan_files, planning, plans, scenario_store
    from geo.siting import analysis
    from geo.siting.inputs import Notice
    from geo.siting.proposal import propose
    from geo.siting.writing import from_json

    with open_store() as store:
        if scenario is not None:
            asked = scenario_store.read_scenario_named(store, scenario).request
        elif request is not None:
            asked = from_json(_text_of(request))
        else:
            source, points = _candidates(candidates)
            asked = Request(
                add=add, model=model, mode=mode, limit=_limit(radius_m, minutes, mode),  # type: ignore[arg-type]
                goal=objective, weight=weight, candidates=source, points=points,  # type: ignore[arg-type]
                kinds=("station", "hall") if halls else ("station",), locked=tuple(lock or ()),
                required=tuple(require or ()), forbidden=tuple(forbid or ()),
                closed=tuple(close or ()), one_per_township=one_per_township, capacity=capacity,
                count_demo=demo, seed=seed,
            )  # fmt: skip
        if as_of is not None:
            asked = replace(asked, as_of=as_of.date())
        revision = store.revision()
        tables, layer = store.read_many(planning.TABLES_NEEDED), store.layer("township")[0]
    more: dict[str, Any] = {}
    with _stoppable() as watch:
        inputs = planning.inputs_of(
            tables, layer, asked, as_of=today(), settings=settings(),
            cache=legs(),
        )  # fmt: skip
        case = planning.planned(asked, inputs, as_of=today())
        made = propose(case, time_limit_s=time_limit, watch=watch)
        stable = unvaried = None
        if stability and not analysis.steadiness_asked(made):
            unvaried = Notice("siting.stability_aim", {})
        elif stability:
            others = planning.other_weights(tables, layer, case)
            unvaried = others.missing
            stable = analysis.stability_of(
                made, inputs, weights=others.weights, time_limit_s=time_limit, watch=watch
            )
        if curve:
            found = analysis.curve_of(case, most=curve, time_limit_s=time_limit, watch=watch)
            more["curve"] = found.rows.to_dict("records")
    print(plans.sentence(made), file=sys.stderr)
    suffix = output.suffix.lower() if output else ".json"
    if suffix == ".json":
        facts = (
            plan_facts.plan_facts(made, revision=revision, stable=stable, unvaried=unvaried) | more
        )
        content = (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode()
    else:
        content = plan_files.write_plan(made, suffix=suffix, revision=revision, made_on=today())
    give(content, output)


def _limit(radius_m: float | None, minutes: float | None, mode: str) -> float:
    if mode == "straight":
        if minutes is not None:
            raise ArgumentError("request_straight_minutes")
        return 5000.0 if radius_m is None else radius_m
    if radius_m is not None:
        raise bad_argument("--radius-m", radius_m, "why_minutes")
    return 30.0 if minutes is None else minutes


def _text_of(file: Path) -> str:
    from geo.errors import FileError

    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise FileError("file_missing", file=file.name) from None
    except (OSError, ValueError) as error:
        raise FileError("file_unreadable", file=file.name, reason=str(error)) from None


def _candidates(given: str) -> tuple[Any, tuple[Point, ...]]:
    """Return the source of candidates, and the points of a file with columns lon, lat, name."""
    if given in SOURCES:
        return given, ()
    import csv
    import io

    rows = csv.DictReader(io.StringIO(_text_of(Path(given))))
    heads = {"经度": "lon", "纬度": "lat", "名称": "name"}
    names = {heads.get(head, head): head for head in rows.fieldnames or ()}
    if not {"lon", "lat"} <= set(names):
        from geo.errors import FileError

        raise FileError("columns_missing", file=Path(given).name, columns="lon、lat")
    points = []
    for number, row in enumerate(rows, 2):
        try:
            at = float(row[names["lon"]]), float(row[names["lat"]])
        except (TypeError, ValueError):
            raise bad_argument(
                "--candidates", Path(given).name, "why_row_position", row=number
            ) from None
        points.append(Point(*at, (row.get(names.get("name", "")) or "").strip()))
    return "points", tuple(points)


@contextmanager
def _stoppable() -> Iterator[Watch]:
    """Give a watch that prints progress, and ends the run at the first Ctrl-C."""
    stopped: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: stopped.append(number))

    def watch(progress: Progress) -> bool:
        gap = abs(progress.bound - progress.objective) / max(abs(progress.objective), 1e-12)
        print(
            text(
                "cli.site_progress", best=f"{progress.objective:g}", bound=f"{progress.bound:g}",
                gap=percent_text(min(gap, 1.0)),
            ),
            file=sys.stderr,
        )  # fmt: skip
        return bool(stopped)

    try:
        yield watch
    finally:
        signal.signal(signal.SIGINT, before)
