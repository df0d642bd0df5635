"""The commands about population: a grid summed by township."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo.commands.terminal import APP_OPTIONS, Json, answer, complain, label, open_store, today
from geo.text import text

if TYPE_CHECKING:
    from geo.population.rasters import Population

population_app = typer.Typer(help="人口：栅格汇总到乡镇 · population grids", **APP_OPTIONS)


@population_app.callback()
def _population() -> None:
    """Keep `raster` the name of a command, as others will stand beside it."""


@population_app.command("raster", help="把 GeoTIFF 人口栅格汇总到乡镇街道 · sum a grid by township")
def population_raster(
    file: Annotated[Path, typer.Argument(help="单波段 GeoTIFF，像元值为人数", dir_okay=False)],
    year: Annotated[int, typer.Option(min=1949, max=2100, help="人口的年份")],
    source: Annotated[str, typer.Option(help="来源：网址或文件名")],
    basis: Annotated[str, typer.Option(help="口径的名称")] = "人口栅格汇总",
    cells: Annotated[
        Path | None, typer.Option(help="把有人的像元另写成 CSV", dir_okay=False)
    ] = None,
    combine: Annotated[int, typer.Option(min=1, help="几乘几个像元并成一个")] = 1,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只说会怎样，不写入")] = False,
    as_json: Json = False,
) -> None:
    """Sum a population grid by township into the table `populations`."""
    from geo import exports, files, register
    from geo.population import rasters

    with open_store() as store:
        layer, info = store.layer("township")
        found = rasters.read_population(
            file, layer, year=year, cells=cells is not None, combine=combine
        )
        official = info.kind == "official"
        kind = text("population.official" if official else "population.schematic")
        note = text("population.note", file=file.name, cell_m=f"{found.cell_m:.0f}", kind=kind)
        rows = rasters.population_rows(found, basis=basis, source=source, note=note)
        content = exports.write_table(rows, table="populations", suffix=".csv")
        result = register.import_table(
            store, "populations", content, name=file.name, dry_run=dry_run, as_of=today()
        )
        revision = store.revision()
    if result.problems:
        complain(result.problems)
        raise typer.Exit(1)
    if cells is not None:
        files.write_bytes(cells, found.cells.to_csv(index=False).encode())
    counts: dict[str, Any] = {
        "new": result.new, "changed": result.changed, "unchanged": result.unchanged,
    }  # fmt: skip
    names = dict(zip(layer["township_code"], layer["name"], strict=True))
    lost = found.unknown["township_code"].map(names).tolist()
    facts = {
        "table": "populations", **counts, "dry_run": dry_run, "revision": revision,
        "persons": int(rows["persons"].sum()), "cell_m": round(found.cell_m, 1),
        "cells": len(found.cells), "unknown": found.unknown["township_code"].tolist(),
        "layer": info.kind,
    }  # fmt: skip
    lines = [_told(found, int(rows["persons"].sum()))]
    if lost:
        lines.append(text("population.unknown", count=len(lost), names="、".join(lost)))
    if not official:
        lines.append(text("population.approximate"))
    done = text("cli.imported", **(counts | {"table": label("populations")}))
    lines.append(done + (text("cli.dry_run") if dry_run else ""))
    answer("\n".join(lines), facts, as_json=as_json)


def _told(found: Population, persons: int) -> str:
    cell_m = f"{found.cell_m:.0f}"
    return text("population.found", townships=len(found.known), persons=persons, cell_m=cell_m)
