"""A venue as readers see it: the short card of the list and the detail card. HTML, all escaped."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd

from geo import hours
from geo.directions import links, phone_links
from geo.finder import is_exact
from geo.schema import TABLES
from geo.text import (
    date_text,
    distance_text,
    moment_text,
    short_day_text,
    span_text,
    text,
    yes_no_text,
)
from ui.frame import View

_COLUMNS = TABLES["venues"]


def _has(value: Any) -> bool:
    return value is not None and not pd.isna(value) and value != ""


def _label(column: str, value: str, language: str) -> str:
    return _COLUMNS[column].choice_label(value, language)


def _stored(column: str, venue: Mapping[str, Any], view: View) -> str:
    return _label(column, venue[column], view.language) if _has(venue[column]) else ""


def _chip(words: str, kind: str = "") -> str:
    return f'<span class="xh-chip {kind}">{escape(words)}</span>'


def hours_line(venue: Mapping[str, Any], state: Mapping[str, Any], view: View) -> tuple[str, str]:
    """Say whether the venue is open now; returns the sentence and the chip's style."""
    if venue["status"] == "by_event":
        return view.say("card.by_event"), "xh-chip-warn"
    if venue["status"] != "open":
        return _label("status", venue["status"], view.language), "xh-chip-warn"
    if _has(state.get("day")):
        return _day_line(state, venue, view)
    if state["kind"] == "unknown":
        key = "card.hours_unknown" if _has(venue["phone"]) else "card.hours_unknown_no_phone"
        return view.say(key), "xh-chip-warn"
    if state["kind"] == "open":
        if _has(state["until"]):
            when = moment_text(state["until"], now=view.now, language=view.language)
            return view.say("card.closes", time=when), "xh-chip-open"
        return view.say("card.open"), "xh-chip-open"
    if _has(state["opens"]):
        when = moment_text(state["opens"], now=view.now, language=view.language)
        return view.say("card.opens", time=when), ""
    return view.say("card.closed"), ""


def _day_line(state: Mapping[str, Any], venue: Mapping[str, Any], view: View) -> tuple[str, str]:
    """Say whether and when the venue is open on the chosen day."""
    day = short_day_text(state["day"], view.language)
    if state["kind"] == "open":
        spans = "、".join(span_text(*span) for span in state["spans"])
        return view.say("card.day_open", day=day, spans=spans), "xh-chip-open"
    if state["kind"] == "closed":
        return view.say("card.day_closed", day=day), ""
    key = "card.day_unknown" if _has(venue["phone"]) else "card.day_unknown_no_phone"
    return view.say(key, day=day), "xh-chip-warn"


def is_demo(venue: Mapping[str, Any]) -> bool:
    """Say whether a venue is invented; a row that does not say is real."""
    return _has(venue["demo"]) and bool(venue["demo"])


def verified_chip(venue: Mapping[str, Any], age: Mapping[str, Any], view: View) -> str:
    """Say when the venue was verified and by how much that is overdue; "" for a demonstration."""
    if is_demo(venue):
        return ""
    if age["age"] == "never":
        return _chip(view.say("card.never"), "xh-chip-aged")
    day = venue["verified_on"].date().isoformat()
    if age["age"] == "overdue":
        said = view.say("card.overdue", date=day, days=int(age["overdue_days"]))
        return _chip(said, "xh-chip-aged")
    return _chip(view.say("card.verified_on", date=day))


def place_line(venue: Mapping[str, Any], view: View) -> str:
    """Name the township and the county, or say that the place is not verified."""
    names = [str(venue[column]) for column in ("county", "township") if _has(venue[column])]
    return " ".join(names) or _label("position_precision", "unknown", view.language)


def short_html(
    venue: Mapping[str, Any],
    state: Mapping[str, Any],
    distance_km: float,
    view: View,
    *,
    age: Mapping[str, Any],
) -> str:
    """Return the lines of the list's card below its name; `age` is a row of `verification.due`."""
    said, style = hours_line(venue, state, view)
    chips = [_chip(_label("kind", venue["kind"], view.language)), _chip(said, style)]
    if is_demo(venue):
        chips.append(_chip(view.say("notice.demo_mark"), "xh-chip-demo"))
    if age["age"] == "overdue":
        chips.append(verified_chip(venue, age, view))
    place = place_line(venue, view)
    if _has(distance_km):
        exact = is_exact(venue["position_precision"])
        place += " · " + distance_text(distance_km, exact=exact, language=view.language)
    return f'<div class="xh-line">{"".join(chips)}<br>{escape(place)}</div>'


def _phones(venue: Mapping[str, Any], view: View) -> str:
    if not _has(venue["phone"]):
        return escape(view.say("all.unknown"))
    found = phone_links(str(venue["phone"]))
    if not found:
        return escape(str(venue["phone"]))
    return " ".join(
        f'<a class="xh-tel" href="{escape(link)}">{escape(shown)}</a>' for shown, link in found
    )


def _booking(venue: Mapping[str, Any], view: View) -> str:
    required = venue["booking_required"]
    said = view.say("all.unknown")
    if _has(required):
        said = view.say("card.booking_yes" if required else "card.booking_no")
    parts = [escape(said)]
    if _has(venue["booking_url"]):
        parts.append(_link(str(venue["booking_url"]), view.say("card.booking_link")))
    if _has(venue["booking_note"]):
        parts.append(escape(str(venue["booking_note"])))
    if _has(venue["group_lead_days"]):
        parts.append(escape(view.say("card.group_lead", days=int(venue["group_lead_days"]))))
    if _has(venue["group_max"]):
        parts.append(escape(view.say("card.group_max", count=int(venue["group_max"]))))
    return "；".join(parts)


def _fee(venue: Mapping[str, Any], view: View) -> str:
    said = []
    if _has(venue["free"]):
        said.append(view.say("card.free" if venue["free"] else "card.not_free"))
    if _has(venue["admission"]):
        said.append(str(venue["admission"]))
    return escape("；".join(said) or view.say("all.unknown"))


def _link(address: str, words: str) -> str:
    if not address.startswith(("http://", "https://")):
        return escape(words)
    return (
        f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">{escape(words)}</a>'
    )


def source_links(sources: object) -> str:
    """Return the sources, joined by “ ; ” in the register, as links named by their host."""
    if not _has(sources):
        return ""
    shown = []
    for source in str(sources).split(" ; "):
        host = source.split("/")[2] if source.startswith(("http://", "https://")) else source
        shown.append(_link(source, host))
    return "；".join(shown)


def _sources(venue: Mapping[str, Any], view: View) -> str:
    shown = source_links(venue["source_url"]) or escape(view.say("all.unknown"))
    if _has(venue["source_grade"]):
        shown += "；" + escape(_label("source_grade", venue["source_grade"], view.language))
    return shown


def _week(venue: Mapping[str, Any], state: Mapping[str, Any], view: View) -> str:
    parts = []
    if _has(venue["opening_hours"]):
        parts.append(hours.describe(str(venue["opening_hours"]), view.language))
        if not state["calendar_known"]:
            parts.append(view.say("card.calendar_unknown"))
    if _has(venue["hours_note"]):
        parts.append(str(venue["hours_note"]))
    return escape("；".join(parts) or view.say("all.unknown"))


def _subjects(venue: Mapping[str, Any], view: View) -> str:
    subjects = str(venue["subjects"]).split(";") if _has(venue["subjects"]) else []
    return "、".join(_label("subjects", subject, view.language) for subject in subjects)


def _facts(
    venue: Mapping[str, Any], state: Mapping[str, Any], distance_km: float, view: View
) -> list[tuple[str, str]]:
    exact = is_exact(venue["position_precision"])
    verified = (
        date_text(venue["verified_on"].date(), view.language)
        if _has(venue["verified_on"])
        else view.say("card.not_verified")
    )
    distance = ""
    if _has(distance_km):
        distance = distance_text(distance_km, exact=exact, language=view.language)
    visit = ""
    if _has(venue["visit_min"]):
        visit = view.say("all.minutes", value=int(venue["visit_min"]))
    address = str(venue["address"]) if _has(venue["address"]) else place_line(venue, view)
    facts = [
        ("card.hours", _week(venue, state, view)),
        ("card.phone", _phones(venue, view)),
        ("card.address", escape(address)),
        ("card.booking", _booking(venue, view)),
        ("card.fee", _fee(venue, view)),
        ("card.barrier_free", escape(yes_no_text(venue["barrier_free"], view.language))),
        ("card.visit", escape(visit)),
        ("card.subjects", escape(_subjects(venue, view))),
        ("card.operator", escape(str(venue["operator"])) if _has(venue["operator"]) else ""),
        ("card.host", escape(_stored("host", venue, view))),
        ("card.distance", escape(distance)),
        ("card.position", escape(_stored("position_precision", venue, view))),
        ("card.source", _sources(venue, view)),
        ("card.verified", escape(verified)),
    ]
    return [(key, value) for key, value in facts if value]


def _directions(venue: Mapping[str, Any], view: View) -> str:
    offered = links(
        str(venue["name"]),
        str(venue["address"]) if _has(venue["address"]) else "",
        float(venue["lon"]) if _has(venue["lon"]) else None,
        float(venue["lat"]) if _has(venue["lat"]) else None,
        precision=str(venue["position_precision"]),
        city=text("all.city"),
    )
    buttons = "".join(_link(link.url, view.say(f"app.{link.app}")) for link in offered)
    hint = "" if is_exact(venue["position_precision"]) else view.say("card.by_name")
    return (
        f'<div class="xh-go"><span>{escape(view.say("card.directions"))}</span>{buttons}'
        f'<span class="xh-soft">{escape(hint)}</span></div>'
    )


def detail_html(
    venue: Mapping[str, Any],
    state: Mapping[str, Any],
    distance_km: float,
    view: View,
    *,
    age: Mapping[str, Any],
) -> str:
    """Return the whole detail card of one venue; `age` is its row of `verification.due`."""
    said, style = hours_line(venue, state, view)
    chips = _chip(_label("kind", venue["kind"], view.language)) + _chip(said, style)
    if is_demo(venue):
        chips += _chip(view.say("notice.demo_mark"), "xh-chip-demo")
    chips += verified_chip(venue, age, view)
    intro = f"<p>{escape(str(venue['intro']))}</p>" if _has(venue["intro"]) else ""
    rows = "".join(
        f"<dt>{escape(view.say(key))}</dt><dd>{value}</dd>"
        for key, value in _facts(venue, state, distance_km, view)
    )
    # Demonstration places do not exist: nobody is sent there.
    go = "" if is_demo(venue) else _directions(venue, view)
    return (
        f'<article class="xh-detail"><h2>{escape(str(venue["name"]))}</h2>'
        f"<p>{chips}</p>{intro}{go}<dl>{rows}</dl></article>"
    )
