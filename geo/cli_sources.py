"""The commands about sources: boundaries, demonstration rows, generated documents."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from geo.terminal import (
    APP_OPTIONS,
    Data,
    Day,
    Json,
    Output,
    answer,
    give,
    listed,
    open_store,
    said,
    settings,
    today,
)
from geo.text import text

ROOT = Path(__file__).resolve().parents[1]

boundaries_app = typer.Typer(help="边界：生成、检查、导入 · boundary layers", **APP_OPTIONS)
demo_app = typer.Typer(help="演示数据：生成、删净 · demonstration rows", **APP_OPTIONS)
docs_app = typer.Typer(help="由程序生成的文档 · generated documents", **APP_OPTIONS)


@boundaries_app.command("build", help="由县界和乡镇驻地划分出示意边界 · make the schematic layer")
def boundaries_build(data: Data = None, output: Output = None) -> None:
    """Divide each county among its township seats and write the schematic layer."""
    from geo import files, sources

    folder = data or settings().data
    layer, info = sources.schematic_townships(folder)
    path = output or folder / sources.LAYER_FILES["township"]
    files.write_layer(layer, info, path)
    print(text("cli.written", file=path))


@boundaries_app.command("check", help="检查边界文件，或库里的边界 · check a layer")
def boundaries_check(file: Annotated[Path | None, typer.Argument()] = None) -> None:
    """Check a boundary file against the stored lists, or the stored layers."""
    from geo import files, register, sources

    with open_store() as store:
        if file is None:
            public = settings().public
            found = [p for p in register.findings(store, public=public) if p.table == "boundaries"]
        else:
            lists = store.read_many(["counties", "townships"])
            found = sources.layer_problems(*files.read_layer(file), lists)
    errors = [problem for problem in found if not register.is_note(problem)]
    for problem in found:
        print(said(problem))
    print(text("cli.checked", errors=len(errors), notes=len(found) - len(errors)))
    raise typer.Exit(1 if errors else 0)


@boundaries_app.command("import", help="导入边界（GeoJSON，带代码） · put a layer in force")
def boundaries_import(
    file: Path,
    level: Annotated[Literal["county", "township"], typer.Option(help="级别")] = "township",
    kind: Annotated[
        Literal["schematic", "official"], typer.Option(help="正式的或示意的")
    ] = "official",
    source: Annotated[str, typer.Option(help="来源：谁编制、谁提供")] = "",
    compiled: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="编制日期")
    ] = None,
    approval_number: Annotated[str, typer.Option(help="审图号")] = "",
) -> None:
    """Check a boundary file and put it in force; the layer before it stays stored."""
    from geo import files, register
    from geo.boundaries import LayerInfo

    given = LayerInfo(
        level=level, kind=kind, source=source, compiled_on=compiled.date() if compiled else None,
        approval_number=approval_number,
    )  # fmt: skip
    layer, info = files.read_layer(file, given)
    with open_store() as store:
        register.put_layer(store, layer, info)
    print(text("cli.layer", level=info.level, count=len(layer)))


@demo_app.command("make", help="在 data/demo/ 写出演示数据 · write demonstration rows")
def demo_make(
    seed: Annotated[int, typer.Option(help="同一个数得到同样的数据")] = 1,
    as_of: Day = None,
    data: Data = None,
) -> None:
    """Write demonstration stations and promoters to ``data/demo/``; build takes them in."""
    from geo import sources

    day = as_of.date() if as_of else today()
    for path in sources.write_demo(data or settings().data, seed=seed, as_of=day):
        print(text("cli.written", file=path))


@demo_app.command("remove", help="从库里删净演示数据 · delete every demonstration row")
def demo_remove(as_json: Json = False) -> None:
    """Delete every demonstration row of the store."""
    from geo import register

    with open_store() as store:
        counts = register.remove_demo(store)
    words = text("cli.demo_removed", counts=listed(counts)) if counts else text("cli.demo_none")
    answer(words, counts, as_json=as_json)


@docs_app.command("data", help="由表结构写出数据字典 · write the data dictionary")
def docs_data(output: Output = ROOT / "docs" / "data.md") -> None:
    """Write ``docs/data.md``."""
    from geo.dictionary import data_dictionary

    give(data_dictionary().encode(), output)
