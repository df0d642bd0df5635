"""The tables of a tour that its papers and its workbook share."""

from __future__ import annotations

from collections.abc import Sequence

from geo.report.document import Cell, Column, Grid, plain
from geo.text import text
from geo.tours.duties import Task, costs, tickets_yuan
from geo.tours.outcome import StopFacts, TourFacts
from geo.tours.request import Request
from geo.tours.ways import leg_links
from geo.tours.wording import (
    cell_text,
    cost_text,
    day_text,
    leg_text,
    precision_text,
    span_text,
    task_text,
    timetable,
    yuan_text,
)

SPACE = "　"  # a cell to write in: it keeps its height


def _grid(name: str, heads: Sequence[tuple[str, float]], rows: list[tuple[Cell, ...]]) -> Grid:
    columns = tuple(Column(text(f"handbook.head_{head}"), width) for head, width in heads)
    return Grid(text(f"handbook.{name}"), text(f"handbook.{name}"), columns, tuple(rows))


def blank_grid(name: str, heads: Sequence[tuple[str, float]], rows: int) -> Grid:
    """Return a table whose first column counts and whose other cells are to be written in."""
    told: list[tuple[Cell, ...]] = [
        (number, *[SPACE] * (len(heads) - 1)) for number in range(1, rows + 1)
    ]
    return _grid(name, heads, told)


def fields_grid(name: str, rows: Sequence[tuple[str, str]]) -> Grid:
    """Return a table of two columns: what is asked, and the answer or a blank."""
    return _grid(name, [("field", 3), ("content", 7)], [(one, two or SPACE) for one, two in rows])


def timetable_grid(tour: TourFacts) -> Grid:
    """Return the day line by line."""
    heads = [("time", 3), ("what", 5), ("remark", 5)]
    return _grid("timetable", heads, list(timetable(tour)))


def contacts_grid(tour: TourFacts) -> Grid:
    """Return what the register says of each stop: phone, booking, hours; unknown is 未知."""
    heads = [
        ("number", 1), ("stop", 4), ("phone", 3), ("booking", 2), ("book_by", 3), ("hours", 4),
        ("coach", 2), ("precision_head", 2),
    ]  # fmt: skip
    return _grid("contacts", heads, [_contact(*one) for one in enumerate(tour.stops, 1)])


def _contact(number: int, stop: StopFacts) -> tuple[Cell, ...]:
    return (
        number, plain(stop.place.name), cell_text(stop, "phone"),
        cell_text(stop, "booking_required"), day_text(stop.book_by),
        cell_text(stop, "opening_hours"), cell_text(stop, "coach_access"),
        precision_text(stop.place),
    )  # fmt: skip


def tasks_grid(tasks: Sequence[Task]) -> Grid:
    """Return what is to be done by when; what is late says so."""
    heads = [("by", 3), ("task", 7), ("state", 2), ("done", 2)]
    late = {True: text("handbook.late"), False: ""}
    rows: list[tuple[Cell, ...]] = [
        (day_text(task.by), task_text(task), late[task.late], "□") for task in tasks
    ]
    return _grid("tasks", heads, rows)


def costs_grid(tour: TourFacts) -> Grid:
    """Return what a pupil pays by item; blanks are filled in by the school."""
    rows: list[tuple[Cell, ...]] = []
    for cost in costs(tour):
        fee = yuan_text(cost.yuan) if cost.item == "ticket" else SPACE
        rows.append((cost_text(cost), fee, text("handbook.odd_fee") if cost.odd else ""))
    known, unknown = tickets_yuan(tour)
    remark = text("handbook.fees_unknown", count=unknown) if unknown else ""
    rows.append((text("handbook.tickets_known"), yuan_text(known), remark))
    return _grid("costs", [("item", 4), ("per_pupil", 2), ("remark", 4)], rows)


def legs_grid(tour: TourFacts) -> Grid:
    """Return the ways one by one."""
    rows: list[tuple[Cell, ...]] = [
        (at, plain(leg.origin.name), plain(leg.destination.name), leg_text(leg))
        for at, leg in enumerate(tour.legs, 1)
    ]
    heads = [("number", 1), ("from", 4), ("to", 4), ("way", 5)]
    return _grid("legs", heads, rows)


def stops_grid(tour: TourFacts) -> Grid:
    """Return the stops with all times and positions, for the workbook."""
    rows: list[tuple[Cell, ...]] = [
        (
            at, stop.place.venue_id, plain(stop.place.name), span_text(stop.arrives, stop.leaves),
            span_text(stop.begins, stop.ends), stop.groups, stop.fee_yuan, stop.place.lon,
            stop.place.lat, precision_text(stop.place),
        )
        for at, stop in enumerate(tour.stops, 1)
    ]  # fmt: skip
    heads = ["number", "venue_id", "stop", "there", "visit", "group_count", "fee", "lon", "lat",
             "precision_head"]  # fmt: skip
    return _in_workbook(_grid("stops", [(head, 1) for head in heads], rows))


def links_grid(tour: TourFacts, *, city: str) -> Grid:
    """Return the links of each leg into the map apps, for the workbook."""
    rows: list[tuple[Cell, ...]] = []
    for at, one in enumerate(leg_links(tour, city=city), 1):
        urls = {link.app: link.url for link in one.links}
        told = [urls.get(app, "") for app in ("amap", "baidu", "tencent")]
        rows.append((at, plain(one.leg.destination.name), *told))
    heads = ["number", "to", "amap", "baidu", "tencent"]
    return _in_workbook(_grid("links", [(head, 1) for head in heads], rows))


def _in_workbook(grid: Grid) -> Grid:
    return Grid(grid.name, grid.caption, grid.columns, grid.rows, on_paper=False)


def about_grid(tour: TourFacts, request: Request) -> Grid:
    """Return who goes where on which day, with blanks for names."""
    start, end = plain(tour.legs[0].origin.name), plain(tour.legs[-1].destination.name)
    rows = [
        ("school", ""), ("class", ""), ("name", ""), ("day", day_text(request.day)),
        ("from", start), ("to", end), ("on_road", span_text(tour.departs, tour.returns)),
        ("pupils", str(request.pupils)), ("staff", str(request.staff)),
        ("transport", text(f"handbook.mode_{request.mode}")),
    ]  # fmt: skip
    return fields_grid("about", [(text(f"handbook.head_{one}"), two) for one, two in rows])
