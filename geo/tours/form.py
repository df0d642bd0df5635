"""A teacher's request written down: its JSON Schema, to and from JSON, every problem a sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from geo.errors import SENTENCES, GeoError
from geo.schema import GRADE_BANDS, SUBJECTS
from geo.tours.request import (
    MODES,
    MOST_COACHES,
    MOST_DAYS,
    MOST_SEATS,
    MOST_STOPS,
    LunchWish,
    Request,
    Where,
)

VERSION = 1
_CLOCK = {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$"}
_IDS = {
    "type": "array", "maxItems": MOST_STOPS, "uniqueItems": True,
    "items": {"type": "string", "minLength": 1, "maxLength": 60},
}  # fmt: skip
_WHERE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "maxLength": 60},
        "township_code": {"type": "string", "pattern": r"^\d{12}$"},
        "lon": {"type": "number", "minimum": 73, "maximum": 136},
        "lat": {"type": "number", "minimum": 3, "maximum": 54},
    },
    "anyOf": [{"required": ["township_code"]}, {"required": ["lon", "lat"]}],
}
# JSON Schema of a request; docs/tour-request.schema.json is written from it.
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "研学行程请求 · a study tour's request",
    "type": "object",
    "additionalProperties": False,
    "required": ["date", "start"],
    "properties": {
        "version": {"const": VERSION},
        "date": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
        "start": _WHERE,
        "end": _WHERE,
        "leave": _CLOCK,
        "back": _CLOCK,
        "pupils": {"type": "integer", "minimum": 1, "maximum": 5000},
        "staff": {"type": "integer", "minimum": 0, "maximum": 500},
        "grade": {"enum": ["", *(name for name, *_ in GRADE_BANDS)]},
        "subjects": {
            "type": "array", "uniqueItems": True,
            "items": {"enum": [name for name, *_ in SUBJECTS]},
        },
        "mode": {"enum": list(MODES)},
        "must": _IDS,
        "wish": _IDS,
        "without": _IDS,
        "stays": {
            "type": "object", "maxProperties": MOST_STOPS,
            "additionalProperties": {"type": "integer", "minimum": 5, "maximum": 1440},
        },
        "lunch": {
            "anyOf": [
                {"type": "null"},
                {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        "from": _CLOCK, "to": _CLOCK, "picnic": {"type": "boolean"},
                        "minutes": {"type": "integer", "minimum": 10, "maximum": 180},
                    },
                },
            ]
        },
        "walk_limit_m": {"type": ["integer", "null"], "minimum": 0, "maximum": 50_000},
        "budget_yuan": {"type": ["number", "null"], "minimum": 0, "maximum": 10_000},
        "indoors": {"type": "boolean"},
        "ask_hours": {"type": "boolean"},
        "most_groups": {"type": "integer", "minimum": 1, "maximum": 20},
        "count_demo": {"type": "boolean"},
        "days": {"type": "integer", "minimum": 1, "maximum": MOST_DAYS},
        "seats": {"type": ["integer", "null"], "minimum": 5, "maximum": MOST_SEATS},
    },
}  # fmt: skip
_SAME = (
    "pupils", "staff", "grade", "mode", "walk_limit_m", "budget_yuan", "indoors", "ask_hours",
    "most_groups", "count_demo", "days", "seats",
)  # fmt: skip
_LISTS = ("subjects", "must", "wish", "without")


class RequestError(GeoError, ValueError):
    """A request that cannot be used; `problems` has one error for each thing wrong with it."""

    def __init__(self, problems: list[GeoError]) -> None:
        self.problems = problems
        super().__init__("tour_problems", count=len(problems), first=problems[0].sentence())

    def sentence(self, language: str = "zh") -> str:
        """Say every problem, in `language`."""
        return (" " if language == "en" else "").join(p.sentence(language) for p in self.problems)


def clock(minute: int) -> str:
    """Write a minute of the day as 08:05; one of the next day as 24:10."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def to_json(request: Request) -> str:
    """Return the request as JSON with its version; equal requests give equal text."""
    said: dict[str, Any] = {"version": VERSION, "date": request.day.isoformat()}
    for name, place in (("start", request.start), ("end", request.end)):
        if place is not None:
            said[name] = {key: value for key, value in place._asdict().items()
                          if value not in ("", None) or key == "name"}  # fmt: skip
    said |= {"leave": clock(request.leave), "back": clock(request.back)}
    said |= {name: getattr(request, name) for name in _SAME}
    said |= {name: list(getattr(request, name)) for name in _LISTS}
    said["stays"] = dict(sorted((request.stays or {}).items()))
    lunch = request.lunch
    said["lunch"] = None if lunch is None else {
        "from": clock(lunch.opens), "to": clock(lunch.closes), "minutes": lunch.minutes,
        "picnic": lunch.picnic,
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False)


def to_link(request: Request) -> str:
    """Return the request as a link holds it: JSON without what is as by default."""
    said = json.loads(to_json(request))
    usual = json.loads(to_json(Request(request.day, request.start)))
    kept = {
        key: value for key, value in said.items()
        if key in {"date", "start"} or value != usual.get(key)
    }  # fmt: skip
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def _no_number(name: str) -> float:
    raise ValueError(name)  # NaN and infinities are no JSON


def from_json(text: str) -> Request:
    """
    Return the request that `text` holds; what it leaves out is as by default.

    Raises
    ------
    RequestError
        With every problem, each as a sentence.
    """
    try:
        said = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
        raise RequestError([GeoError("tour_not_json", line=line, column=column)]) from None
    faults = sorted(Draft202012Validator(SCHEMA).iter_errors(said), key=lambda one: list(
        map(str, one.absolute_path)))  # fmt: skip
    if faults:
        # What lacks two entries has two faults, and each names both.
        told = {problem.sentence(): problem for problem in map(_problem, faults)}
        raise RequestError(list(told.values())[:20])
    try:
        day = date.fromisoformat(said["date"])
    except ValueError:
        raise RequestError([GeoError("tour_value", field="date", value=said["date"],
                                     reason=GeoError("tour_why_no_day"))]) from None  # fmt: skip
    read: dict[str, Any] = {"day": day}
    read |= {name: Where(**said[name]) for name in ("start", "end") if name in said}
    read |= {name: _minute(said[name]) for name in ("leave", "back") if name in said}
    read |= {name: said[name] for name in _SAME if name in said}
    read |= {name: tuple(said[name]) for name in _LISTS if name in said}
    if "stays" in said:
        read["stays"] = said["stays"] or None
    if "lunch" in said:
        read["lunch"] = None if said["lunch"] is None else _lunch(said["lunch"])
    request = Request(**read)
    problems = problems_of(request)
    if problems:
        raise RequestError(problems)
    return request


def _lunch(said: Mapping[str, Any]) -> LunchWish:
    usual = LunchWish()
    return LunchWish(
        _minute(said["from"]) if "from" in said else usual.opens,
        _minute(said["to"]) if "to" in said else usual.closes,
        said.get("minutes", usual.minutes),
        said.get("picnic", usual.picnic),
    )


def _problem(fault: ValidationError) -> GeoError:
    field = ".".join(map(str, fault.absolute_path)) or GeoError("tour_whole")
    value = json.dumps(fault.instance, ensure_ascii=False)[:40]
    rule = fault.validator_value
    if fault.validator == "required":
        rule = [one for one in rule if one not in fault.instance]
    if isinstance(rule, list):
        rule = tuple(one or '""' for one in rule if isinstance(one, str))
    code = f"tour_why_{fault.validator}"
    reason = GeoError(code if code in SENTENCES else "tour_why_other", rule=rule)
    return GeoError("tour_value", field=field, value=value, reason=reason)


def problems_of(asked: Request) -> list[GeoError]:
    """Return what is wrong with the values of a request together."""
    found = []
    if asked.back <= asked.leave:
        reason = GeoError("tour_why_back", leave=clock(asked.leave))
        found.append(GeoError("tour_value", field="back", value=clock(asked.back), reason=reason))
    lunch = asked.lunch
    if lunch is not None and lunch.closes - lunch.opens < lunch.minutes:
        between = f"{clock(lunch.opens)}–{clock(lunch.closes)}"
        reason = GeoError("tour_why_lunch", minutes=lunch.minutes)
        found.append(GeoError("tour_value", field="lunch", value=between, reason=reason))
    if asked.coaches > MOST_COACHES:
        reason = GeoError("tour_why_coaches", coaches=asked.coaches, most=MOST_COACHES)
        found.append(GeoError("tour_value", field="seats", value=asked.seats, reason=reason))
    both = {*asked.must, *asked.wish} & {*asked.without}
    if both:
        found.append(GeoError("tour_value", field="without", value="、".join(sorted(both)),
                              reason=GeoError("tour_why_both")))  # fmt: skip
    return found


def documented() -> str:
    """Return the schema as docs/tour-request.schema.json holds it."""
    return json.dumps(SCHEMA, ensure_ascii=False, indent=2) + "\n"


assert {field.name for field in fields(Request)} == {
    "day", "start", "end", "leave", "back", "stays", "lunch", *_SAME, *_LISTS,
}  # fmt: skip
