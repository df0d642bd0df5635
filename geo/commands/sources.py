"""The commands about sources: boundaries, demonstration rows, generated documents."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from geo.commands.terminal import (
    APP_OPTIONS,
    Data,
    Day,
    Json,
    Output,
    answer,
    complain,
    give,
    listed,
    open_store,
    said,
    settings,
    today,
)
from geo.text import text

if TYPE_CHECKING:
    from geo.layers.plan import LayerPlan
    from geo.store import Store

ROOT = Path(__file__).resolve().parents[2]

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
    if moved := sources.moved_seats(folder):
        names = "、".join(moved)
        print(text("cli.seats_moved", count=len(moved), names=names), file=sys.stderr)


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


@boundaries_app.command("import", help="核对边界文件并启用 · check a layer and put it in force")
def boundaries_import(
    file: Annotated[
        Path,
        typer.Argument(help="zip 打包的 shapefile、GeoPackage、GeoJSON、KML 或 FlatGeobuf"),
    ],
    level: Annotated[Literal["county", "township"], typer.Option(help="级别")] = "township",
    kind: Annotated[
        Literal["schematic", "official"], typer.Option(help="正式的或示意的")
    ] = "official",
    source: Annotated[str, typer.Option(help="来源：谁编制、谁提供")] = "",
    compiled: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="编制日期")
    ] = None,
    approval_number: Annotated[str, typer.Option(help="审图号")] = "",
    datum: Annotated[
        Literal["wgs84", "cgcs2000", "gcj02", "bd09"] | None,
        typer.Option(help="坐标有偏移时说明：gcj02（高德、腾讯）、bd09（百度）"),
    ] = None,
    crs: Annotated[
        str, typer.Option(metavar="EPSG:…", help="文件没写或写错坐标系时说明，如 EPSG:4548")
    ] = "",
    code_column: Annotated[str, typer.Option(help="代码在哪一列")] = "",
    name_column: Annotated[str, typer.Option(help="名称在哪一列")] = "",
    layer: Annotated[str, typer.Option(help="文件里有几层时，读哪一层")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只核对，不写入")] = False,
    as_json: Json = False,
) -> None:
    """Check a boundary file and put it in force; the layer before it stays stored."""
    from geo import files, register
    from geo.boundaries import LayerInfo
    from geo.layers import adoption
    from geo.layers.importing import plan_layer
    from geo.rights import SYSTEM
    from geo.tables import utc_now

    info = LayerInfo(
        level=level, kind=kind, source=source, compiled_on=compiled.date() if compiled else None,
        approval_number=approval_number,
    )  # fmt: skip
    with open_store() as store:
        if kind == "schematic":  # made by this program, and checked strictly
            found, info = files.read_layer(file, info)
            if not dry_run:
                register.put_layer(store, found, info)
            answer(text("cli.layer", level=info.level, count=len(found)), {}, as_json=as_json)
            return
        plan = plan_layer(
            file, store.read_many(["counties", "townships", "township_aliases"]),
            store.layer("county")[0], level=level, info=info, datum=datum, crs=crs,
            code_column=code_column, name_column=name_column, layer=layer,
        )  # fmt: skip
        facts = _plan_facts(plan) | {"level": level, "written": False}
        if not plan.problems and not dry_run:
            adoption.put_layer(store, plan.layer, info, actor=SYSTEM, now=utc_now())
            facts["written"] = True
    if not as_json:
        for note in plan.notes:
            print(f"{text('cli.note')}　{said(note)}")
        print(
            text(
                "cli.layer_plan", level=text(f"layers.{level}"), count=len(plan.layer),
                problems=len(plan.problems), notes=len(plan.notes),
            )
        )  # fmt: skip
    if plan.problems:
        if as_json:
            answer("", facts, as_json=True)
        complain(plan.problems)
        raise typer.Exit(1)
    done = text("cli.layer", level=level, count=len(plan.layer))
    answer(done if facts["written"] else text("cli.dry_run"), facts, as_json=as_json)


def _plan_facts(plan: LayerPlan) -> dict[str, Any]:
    """Return a plan as JSON: what matched what, and every problem and note as a sentence."""
    matched = plan.matched.astype(object).where(plan.matched.notna(), None)
    return {
        "units": len(plan.layer),
        "problems": [{"code": one.code, "text": one.sentence()} for one in plan.problems],
        "notes": [{"code": one.code, "text": one.sentence()} for one in plan.notes],
        "matched": matched.to_dict("records"),
    }


@boundaries_app.command("list", help="库里有哪些边界 · every layer that is stored")
def boundaries_list(as_json: Json = False) -> None:
    """List every stored layer, in force or not."""
    with open_store() as store:
        layers = store.layers()
    rows = [
        {
            "id": int(row["layer_id"]), "level": row["level"], "kind": row["kind"],
            "source": row["source"], "date": day_of(row["compiled_on"]),
            "approval_number": row["approval_number"], "active": bool(row["active"]),
            "polygons": int(row["shapes"]),
        }
        for row in layers.to_dict("records")
    ]  # fmt: skip
    lines = [
        text(
            "cli.layer_line", number=row["id"], level=text(f"layers.{row['level']}"),
            kind=text(f"layers.kind_{row['kind']}"),
            state=text("cli.layer_active" if row["active"] else "cli.layer_stored"),
            count=row["polygons"], date=row["date"] or "—",
            approval=row["approval_number"] or "—", source=row["source"] or "—",
        )
        for row in rows
    ]  # fmt: skip
    answer("\n".join(lines), rows, as_json=as_json)


def day_of(moment: Any) -> str:
    """Return the date of a timestamp; empty if it is missing."""
    return "" if moment is None or moment != moment else moment.date().isoformat()


def official_layers(store: Store) -> dict[int, bool]:
    """Return the official layers of a store, and whether each is in force; none of no store."""
    if not store.exists():
        return {}
    store.migrate()
    layers = store.layers()
    layers = layers[layers["kind"] == "official"]
    return {int(n): bool(on) for n, on in zip(layers["layer_id"], layers["active"], strict=True)}


def tell_official_layers(before: dict[int, bool], after: dict[int, bool]) -> None:
    """Say on standard error what a build did to the official layers that were in force."""
    for number in sorted(number for number, active in before.items() if active):
        kept = "cli.layer_kept" if after.get(number) else "cli.layer_set_aside"
        print(text(kept, number=number), file=sys.stderr)


@boundaries_app.command("restore", help="重新启用留存的边界 · put a stored layer in force again")
def boundaries_restore(
    layer_id: Annotated[int, typer.Argument(metavar="ID", help="boundaries list 里的编号")],
) -> None:
    """Put a stored layer in force again, and say what no longer fits the lists."""
    from geo import register
    from geo.layers import adoption
    from geo.rights import SYSTEM
    from geo.tables import utc_now

    with open_store() as store:
        adoption.restore_layer(store, layer_id, actor=SYSTEM, now=utc_now())
        found = [p for p in register.findings(store) if p.table == "boundaries"]
    for problem in found:
        print(said(problem), file=sys.stderr)
    print(text("cli.layer_restored", number=layer_id))


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
