"""A planned tour as files to take along: one function for page and command.

`files_of(outcome, kind, *, settings, now, link="", layers=None, tour=None) -> bytes`; `KINDS`
are the kinds in the order in which to offer them, `MIME` what a browser calls them, `file_name`
the name to save one under.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import segno

from geo.errors import ArgumentError, GeoError
from geo.layers import Layer
from geo.report.document import plain
from geo.settings import CHINA_TIME, Settings
from geo.text import text
from geo.tours.outcome import Outcome, TourFacts
from geo.tours.tracks import geojson_bytes, gpx_bytes, kml_bytes

_OFFICE = "application/vnd.openxmlformats-officedocument"
_DOCX = f"{_OFFICE}.wordprocessingml.document"
MIME: dict[str, str] = {
    "tour.gpx": "application/gpx+xml",
    "tour.kml": "application/vnd.google-earth.kml+xml",
    "tour.geojson": "application/geo+json",
    "link.svg": "image/svg+xml",
    "link.png": "image/png",
}
KINDS = tuple(MIME)
_UNFIT = re.compile(r'[\\/:*?"<>|\s.]+')


class Layers(NamedTuple):
    """The boundary layers in force, as `Store.layer` gives them."""

    townships: Layer
    counties: Layer


def files_of(
    outcome: Outcome,
    kind: str,
    *,
    settings: Settings,  # noqa: ARG001 - the papers need them
    now: datetime,
    link: str = "",
    layers: Layers | None = None,  # noqa: ARG001 - the handbook's map needs them
    tour: TourFacts | None = None,
) -> bytes:
    """
    Return one file about a planned tour.

    Parameters
    ----------
    outcome
        From `answer.answer`.
    kind
        One of `KINDS`.
    settings
        The rules of duties and the hospital are read from them.
    now
        The moment of making, with a time zone or in China's: what is late counts from its
        day, and calendar and track state it.
    link
        The whole address that leads back to the request, for the QR code; "" for none.
    layers
        For the map of the handbook; without them it has none, and says so.
    tour
        Which of the outcome's tours; by default the best.

    Raises
    ------
    ArgumentError
        If the kind is unknown, or a QR code is asked for without a link.
    GeoError
        If there is no tour (code "tour_nothing_planned"), or a document cannot be made.
    """
    if kind not in MIME:
        reason = f"只能是 {'、'.join(KINDS)}"
        raise ArgumentError("bad_argument", name="kind", value=kind, reason=reason)
    if kind.startswith("link."):
        return _code_bytes(link, kind.removeprefix("link."))
    chosen = tour or outcome.tour
    if chosen is None:
        raise GeoError("tour_nothing_planned")
    made_at = now if now.tzinfo else now.replace(tzinfo=CHINA_TIME)
    title, notices = title_of(outcome), notices_of(outcome)
    if kind == "tour.gpx":
        return gpx_bytes(chosen, title=title, notices=notices, made_at=made_at)
    if kind == "tour.kml":
        return kml_bytes(chosen, title=title, notices=notices)
    return geojson_bytes(chosen, title=title, notices=notices)


def title_of(outcome: Outcome) -> str:
    """Return what a tour is called: its day and where it starts."""
    place = plain(outcome.request.start.name)
    return text("handbook.title", date=outcome.request.day.isoformat(), place=place)


def notices_of(outcome: Outcome) -> Sequence[str]:
    """Return what every reader of a file must know, as sentences."""
    return [text(key, **facts) for key, facts in outcome.notices]


def file_name(outcome: Outcome, kind: str) -> str:
    """Return a name to save a file under, without signs that file systems do not take."""
    stem = _UNFIT.sub("-", title_of(outcome)).strip("-")[:60]
    name, _, suffix = kind.partition(".")
    return f"{stem}-{text(f'handbook.file_{name}')}.{suffix}"


def _code_bytes(link: str, suffix: str) -> bytes:
    """Return the QR code of a link as SVG or PNG."""
    if not link:
        raise ArgumentError("bad_argument", name="link", value="", reason="二维码要有链接")
    try:
        code = segno.make(link, micro=False, error="m", boost_error=False)
    except segno.DataOverflowError:
        reason = "太长，二维码装不下，请去掉一些站点"
        raise ArgumentError("bad_argument", name="link", value=link[:40], reason=reason) from None
    file = io.BytesIO()
    code.save(
        file,
        kind=suffix,
        scale=6,
        border=4,
        **({"title": text("handbook.code")} if suffix == "svg" else {}),
    )
    return file.getvalue()
