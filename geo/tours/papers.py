"""The other papers of a tour: the letter to parents, the filing sheet, the staff's sheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from geo.report.document import Block, Paragraph, Report, Section, plain
from geo.text import text
from geo.tours.duties import Rules, Task, must_file, staff_needed, tickets_yuan
from geo.tours.grids import (
    about_grid,
    contacts_grid,
    costs_grid,
    fields_grid,
    legs_grid,
    links_grid,
    stops_grid,
    tasks_grid,
    timetable_grid,
)
from geo.tours.handbook import emergency_rows, hospital_text, paper
from geo.tours.outcome import Outcome, TourFacts
from geo.tours.request import Request
from geo.tours.wording import BLANK, day_text, span_text, yuan_text


def letter(
    tour: TourFacts, request: Request, rules: Rules, *, title: str, notices: Sequence[str],
    made_on: date,
) -> Report:  # fmt: skip
    """Return the letter to parents (告家长书) with a slip to be sent back; as `handbook`."""
    stops = "、".join(plain(stop.place.name) for stop in tour.stops) or text("handbook.no_stops")
    known, unknown = tickets_yuan(tour)
    told = [
        text("handbook.letter_greeting"),
        text("handbook.letter_what", date=day_text(request.day), stops=stops,
             span=span_text(tour.departs, tour.returns)),
        text("handbook.letter_fees", yuan=yuan_text(known), unknown=unknown),
        text("handbook.letter_reduced"),
        text("handbook.letter_insurance"),
        text("handbook.letter_safety", hospital=hospital_text(rules)),
        text("handbook.letter_health"),
        text("handbook.letter_signed", blank=BLANK),
    ]  # fmt: skip
    slip = [(text(f"handbook.slip_{name}"), "") for name in
            ("pupil", "agree", "health", "phone", "sign")]  # fmt: skip
    sections = [
        Section(text("handbook.letter_text"), tuple(Paragraph(words) for words in told)),
        Section(text("handbook.timetable"), (timetable_grid(tour),)),
        Section(text("handbook.slip"), (fields_grid("slip", slip),), new_page=True),
    ]
    return paper("letter", tour, request, title=title, notices=notices, made_on=made_on,
                 sections=sections)  # fmt: skip


def rule_lines(request: Request, rules: Rules, *, today: date) -> list[str]:
    """Return what the rules ask of this tour, each said to be a default where it is one."""
    usual = text("handbook.by_default")
    needed = staff_needed(request.pupils, rules)
    short = max(0, needed - request.staff)
    staff = text("handbook.rule_staff", pupils=request.pupils, per=rules.pupils_per_staff,
                 needed=needed, staff=request.staff)  # fmt: skip
    staff += text("handbook.rule_short", short=short) if short else ""
    told = [staff + (usual if "pupils_per_staff" in rules.by_default else "")]
    by = request.day - timedelta(days=rules.filing_days)
    key = "handbook.rule_file" if must_file(request, rules) else "handbook.rule_no_file"
    filed = text(key, least=rules.filing_pupils, date=day_text(by))
    filed += text("handbook.is_late") if must_file(request, rules) and by < today else ""
    default = {"filing_pupils", "filing_days"} & rules.by_default
    told.append(filed + (usual if default else ""))
    return [*told, text("handbook.rule_insurance")]


def filing(
    tour: TourFacts, request: Request, rules: Rules, *, title: str, notices: Sequence[str],
    made_on: date,
) -> Report:  # fmt: skip
    """Return the sheet for filing with the authority (备案); as `handbook`."""
    asked = ("head", "leader", "doctor", "company", "plate", "insurer", "plan", "opinion")
    blanks = [(text(f"handbook.filing_{name}"), "") for name in asked]
    rules_told = [Paragraph(words) for words in rule_lines(request, rules, today=made_on)]
    sections = [
        Section(text("handbook.about"), (about_grid(tour, request),)),
        Section(text("handbook.timetable"), (timetable_grid(tour),)),
        Section(text("handbook.filing_blanks"), (fields_grid("filing_blanks", blanks),)),
        Section(text("handbook.costs"), (costs_grid(tour), Paragraph(text("handbook.reduced")))),
        Section(text("handbook.safety"), (fields_grid("numbers", emergency_rows(rules)),)),
        Section(text("handbook.rules"), tuple(rules_told)),
    ]
    return paper("filing", tour, request, title=title, notices=notices, made_on=made_on,
                 sections=sections)  # fmt: skip


def staff_sheet(
    tour: TourFacts, outcome: Outcome, rules: Rules, tasks: Sequence[Task], *, title: str,
    notices: Sequence[str], made_on: date, city: str,
) -> Report:  # fmt: skip
    """
    Return the sheet of those who lead; as `handbook`. Its tables are the workbook's too.

    Parameters
    ----------
    outcome
        Its parallel venues are named.
    tasks
        From `duties.tasks`.
    city
        The city in which map apps search for names.
    """
    request = outcome.request
    rules_told = [Paragraph(words) for words in rule_lines(request, rules, today=made_on)]
    ways: list[Block] = [legs_grid(tour), links_grid(tour, city=city)]
    sections = [
        Section(text("handbook.tasks"), (tasks_grid(tasks),)),
        Section(text("handbook.rules"), tuple(rules_told)),
        Section(text("handbook.timetable"), (timetable_grid(tour), stops_grid(tour))),
        Section(text("handbook.contacts"), (contacts_grid(tour), *_parallel(tour, outcome))),
        Section(text("handbook.legs"), tuple(ways)),
        Section(text("handbook.costs"), (costs_grid(tour), Paragraph(text("handbook.reduced")))),
        Section(text("handbook.safety"), (fields_grid("numbers", emergency_rows(rules)),)),
    ]
    return paper("staff", tour, request, title=title, notices=notices, made_on=made_on,
                 sections=sections)  # fmt: skip


def _parallel(tour: TourFacts, outcome: Outcome) -> list[Paragraph]:
    """Return for each stop what could stand in when it is booked out."""
    return [
        Paragraph(text(
            "handbook.parallel", place=stop.place.name,
            others="、".join(plain(place.name) for place in outcome.parallel[stop.place.venue_id]),
        ))
        for stop in tour.stops if outcome.parallel.get(stop.place.venue_id)
    ]  # fmt: skip
