"""Facts of a tour as the words that its papers, calendar and tables share, in Chinese."""

from __future__ import annotations

from datetime import date
from typing import Any

from geo.report.document import plain
from geo.schema import TABLES
from geo.text import date_text, text, yes_no_text
from geo.tours.candidates import known
from geo.tours.duties import Cost, Task
from geo.tours.form import clock
from geo.tours.outcome import Leg, Place, StopFacts, TourFacts

BLANK = "＿" * 8


def precision_text(place: Place) -> str:
    """Return how exact a position is."""
    return TABLES["venues"]["position_precision"].choice_label(place.precision)


def task_text(task: Task) -> str:
    """Return what is to be done, with the venue."""
    place = "" if task.place is None else plain(task.place.name)
    return text(f"handbook.task_{task.kind}", place=place)


def day_text(day: date | None) -> str:
    """Return a day, or 未知."""
    return text("all.unknown") if day is None else date_text(day)


def span_text(begins: int, ends: int) -> str:
    """Return a span of time as 09:00–10:30."""
    return f"{clock(begins)}–{clock(ends)}"


def cell_text(stop: StopFacts, column: str) -> str:
    """Return a column of the venue's row in words, 未知 where it is missing."""
    value: Any = known(stop.venue.get(column))
    if value is None or value == "":
        return text("all.unknown")
    declared = TABLES["venues"][column]
    if declared.kind == "yesno":
        return yes_no_text(bool(value))
    if declared.choices:
        return "、".join(declared.choice_label(one) for one in str(value).split(";"))
    return plain(str(value))


def yuan_text(yuan: float | None) -> str:
    """Return a fee, or 未知."""
    return text("all.unknown") if yuan is None else text("handbook.yuan", yuan=f"{yuan:g}")


def cost_text(cost: Cost) -> str:
    """Return what an item of cost is for."""
    place = "" if cost.place is None else plain(cost.place.name)
    return text(f"handbook.cost_{cost.item}", place=place)


def remark_text(stop: StopFacts) -> str:
    """Return what must be said of a stop in the timetable; "" if nothing."""
    told = []
    if stop.ask_by is not None:
        told.append(text("handbook.to_ask"))
    if stop.groups > 1:
        told.append(text("handbook.groups", count=stop.groups))
    if stop.lunch is not None:
        told.append(text("handbook.lunch_there", span=span_text(*stop.lunch)))
    if known(stop.venue.get("demo")):
        told.append(text("handbook.demo"))
    return "；".join(told)


def leg_text(leg: Leg) -> str:
    """Return how long a way takes, with the margin for positions that are not exact."""
    margin = text("handbook.margin", minutes=leg.margin_min) if leg.margin_min else ""
    if leg.margin_min and leg.metres == 0:  # one township's seat stands in for both
        return text("handbook.leg_near", minutes=leg.minutes) + margin
    return text("handbook.leg", minutes=leg.minutes, km=f"{leg.metres / 1000:.1f}") + margin


def timetable(tour: TourFacts) -> list[tuple[str, str, str]]:
    """Return the lines of the day: time, what, remark; stops and the ways between them."""
    start, end = plain(tour.legs[0].origin.name), plain(tour.legs[-1].destination.name)
    rows = []
    if tour.lunch_at_start:
        rows.append((span_text(*tour.lunch_at_start), text("handbook.lunch"), start))
    rows.append((clock(tour.departs), text("handbook.start", place=start), ""))
    for number, (leg, stop) in enumerate(zip(tour.legs, tour.stops, strict=False), 1):
        rows.append((clock(stop.arrives), text("handbook.on_the_way"), leg_text(leg)))
        name = f"{number}. {plain(stop.place.name)}"
        rows.append((span_text(stop.begins, stop.ends), name, remark_text(stop)))
    rows.append((clock(tour.returns), text("handbook.end", place=end), leg_text(tour.legs[-1])))
    if tour.lunch_at_end:
        rows.append((span_text(*tour.lunch_at_end), text("handbook.lunch"), end))
    return rows
